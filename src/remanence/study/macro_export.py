"""A chosen macro as text for other programs: NVSim's cell file, an ngspice netlist of its read path, JSON."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Any

import numpy as np

from remanence.circuit import Cell, Gatelibrary, Node, Periphery, Senseamplifier
from remanence.circuit.nvsim_cell import nvsim_cell
from remanence.circuit.organisation import QUANTITIES
from remanence.circuit.read_path import read_netlist, read_path
from remanence.core.declare import replace
from remanence.core.errors import InputError, UnknownNameError
from remanence.core.provenance import versions
from remanence.data import Card, Draws, build, load_card, rows_of
from remanence.study.macro import Chosen, latch_name
from remanence.study.macro_breakdown import breakdown

FORMATS = ("nvsim-cell", "ngspice", "json")

_CLASSES: dict[str, type] = {
    "cell": Cell, "node": Node, "periphery": Periphery, "senseamplifier": Senseamplifier, "gatelibrary": Gatelibrary,
}  # fmt: skip


def cards_of(one: Chosen, node: str) -> dict[str, Card]:
    """Return the cards behind a macro, by what they are to it."""
    cards = {"cell": load_card("cell", one.cell), "node": load_card("node", node),
             "periphery": load_card("periphery", "standard")}  # fmt: skip
    latch = latch_name(cards["node"].name)
    if latch and "junction" in cards["cell"].uses:
        cards["sense amplifier"] = load_card("senseamplifier", latch)
    if one.code.kind != "none":
        cards["code"] = load_card("gatelibrary", "static-cmos")
    return cards


def sources_of(cards: dict[str, Card]) -> set[str]:
    """Return the keys of the references behind cards."""
    return {row.source for card in cards.values() for row in rows_of(_CLASSES[card.kind], card)}


def export_macro(one: Chosen, form: str, *, node: str, draws: Draws | None = None) -> str:
    """Return a chosen macro in a form that other programs read.

    Args:
        one: from `study.macro.choose`.
        form: one of `FORMATS`. ``nvsim-cell`` is the cell as `circuit.nvsim_cell` writes it; ``ngspice`` the read path
            of one subarray as `circuit.read_path` does; ``json`` everything: organisation, every quantity by its parts
            with intervals, what was rejected, every row with its source.
        node: name of the node.
        draws: over the ranges of all rows, for the intervals.

    Raises:
        UnknownNameError: another form.
        InputError: a cell that the form has no place for.
    """
    if form not in FORMATS:
        raise UnknownNameError("export macro: format", form, FORMATS)
    seen = one.best.design.inputs()
    temperature = one.best.design.temperature
    about = f"remanence {versions().get('remanence', '')}: {one.cell} on {node}, {temperature:.2f} K"
    if form == "nvsim-cell":
        found = re.search(r"(\d+)nm", load_card("node", node).name)
        if found is None:
            raise InputError("export macro: node", node, "must have a length in its name, NVSim's F")
        cards = cards_of(one, node)
        keys = sorted(sources_of({"cell": cards["cell"], "node": cards["node"]}))
        return nvsim_cell(
            build(Cell, one.cell), build(Node, node), feature=float(found[1]) * 1e-9, sensing=seen.sensing,
            temperature=temperature, about=(about, f"sources of the rows: {', '.join(keys)}"),
        )  # fmt: skip
    if form == "ngspice":
        organisation = one.best.organisations
        path = read_path(organisation.shape, seen.cell, seen.gates, seen.sensing)
        junction = build(Cell, one.cell).junction
        return read_netlist(
            path,
            title=f"{about}, {int(np.ravel(organisation.rows)[0])} rows: read path",
            junction=None if junction is None else replace(junction, temperature=temperature),
        )
    return json.dumps(_document(one, node, draws or Draws()), indent=1, allow_nan=False) + "\n"


def _document(one: Chosen, node: str, draws: Draws) -> dict[str, Any]:
    organisation = one.best.organisations
    frame = breakdown(one, draws)
    parts: dict[str, dict[str, Any]] = {}
    for (quantity, part), row in zip(frame.index, frame.to_dict("records"), strict=True):
        parts.setdefault(quantity, {})[part] = {str(end): _number(number) for end, number in row.items()}
    figures = {
        quantity: {
            "unit": unit,
            "value": _number(one.best[quantity][0]),
            **{end: _number(one.figures.loc[quantity, end]) for end in ("low", "median", "high")},
        }
        for quantity, unit in QUANTITIES.items()
    }
    cards = cards_of(one, node)
    rows = {row.id: row for card in cards.values() for row in rows_of(_CLASSES[card.kind], card)}
    return {
        "remanence": versions().get("remanence", ""),
        "cell": one.cell,
        "node": node,
        "temperature": float(one.best.design.temperature),
        "code": {"kind": one.code.kind, "check_bits": int(one.code.check_bits)},
        "interval": "80 % of the joint draws; null is infinite: the cells' spread leaves nothing to sense",
        "draws": {"seed": draws.seed, "count": draws.count},
        "organisation": {
            name: _number(np.ravel(getattr(organisation, name))[0])
            for name in (
                "rows", "columns", "sense_mux", "output_mux", "across", "down", "active_across", "active_down", "banks",
                "word_bits", "check_bits", "stage", "spare",
            )
        },
        "figures": figures,
        "parts": parts,
        "candidates": one.macros.candidates,
        "legal": len(one.macros),
        "rejected": {reason.name.lower(): int(number) for reason, number in one.macros.rejected.items()},
        "cards": {what: f"{card.kind}/{card.name}" for what, card in cards.items()},
        "rows": [asdict(row) for row in rows.values()],
        "versions": versions(),
    }  # fmt: skip


def _number(number: Any) -> float | int | None:
    plain = float(number)
    if not np.isfinite(plain):
        return None
    return int(plain) if plain.is_integer() and abs(plain) < 2**53 else plain
