"""Which gates a cell can do, and how that moves with TMR: one sheet for a junction or a published device set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from remanence.circuit import Node
from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.cram.cells.cell import Logiccell
from remanence.cram.cells.gate_set import GateSet, gate_set, gate_sheet
from remanence.cram.cells.logic_cell import logic_cell
from remanence.cram.cells.response import Probit, Response
from remanence.cram.cells.window import window
from remanence.cram.gates import gate
from remanence.data import Card, build, load_card
from remanence.device import junction

SHOWN = ("NOT", "NAND2", "NAND3", "NOR2", "NMAJ3", "NMAJ5", "AND2", "MAJ3")
"""Gates whose course with TMR is drawn."""
RATIOS = tuple(float(ratio) for ratio in np.geomspace(0.5, 6.0, 23))
"""TMR of those curves."""
LEAST = 1e-15
"""Errors below are drawn there."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gatestudy:
    """The gates of a cell, and the same cell with other TMR."""

    title: str
    gates: GateSet
    most_error: float
    node: Node
    cards: tuple[Card, ...]
    against_tmr: pd.DataFrame  # tmr, gate, low, high, margin, error

    @property
    def frame(self) -> pd.DataFrame:
        """One row a gate: window, best voltage, error, inputs turned over, energy, and why it does not pass."""
        rows = []
        for name, sheet in self.gates.sheets.items():
            rows.append({
                "gate": name, "preset": sheet.gate.preset, "low": float(sheet.window.low),
                "high": float(sheet.window.high), "margin": float(sheet.window.margin), "voltage": sheet.voltage,
                "error": sheet.error, "worst_error": float(sheet.errors.max()), "disturb": sheet.disturb,
                "input_error": sheet.input_error, "energy": sheet.mean_energy,
                "refused": self.gates.refused.get(name, ""),
            })  # fmt: skip
        return pd.DataFrame(rows)


def gate_study(
    *,
    film: str = "",
    device_set: str = "",
    diameter: str = "40 nm",
    temperature: str = "25 degC",
    node: str = "cmos-22nm",
    cell: str = "cram-2t1mtj",
    pulse: str = "20 ns",
    process: str = "embedded-300mm",
    most_error: float = 1e-2,
    ratios: Sequence[float] = RATIOS,
) -> Gatestudy:
    """Return the gates of a junction behind its transistor, or of a published device set.

    Args:
        film: a stack of the catalogue, cut to a diameter; or
        device_set: a `Logiccell` of the catalogue, as published.
        diameter: of the junction.
        temperature: of junction and transistor.
        node: of the transistor.
        cell: of the circuit floor.
        pulse: of a gate.
        process: spreads from cell to cell.
        most_error: that a gate may have.
        ratios: TMR of the curves, other values as they are.

    Raises:
        InputError: both or neither of a stack and a device set.
    """
    if bool(film) == bool(device_set):
        raise InputError("cram gates", "both" if film else "neither", "give a junction's stack or a device set")
    home = build(Node, node)
    response: Response
    cards: tuple[Card, ...]
    if device_set:
        card = load_card("logiccell", device_set)
        line = build(Logiccell, card)
        response, cards, title = Probit(line.width), (card,), line.title
    else:
        card = load_card("stack", film)
        device = junction(card, diameter=diameter, temperature=temperature)
        made = logic_cell(device, home, cell, pulse=pulse, process=process)
        line, response = made.cell, made.response
        cards = (card, load_card("process", process), load_card("cell", cell))
        title = f"{film}, {diameter}, {temperature}, on {node}"
    found = gate_set(line, most_error=most_error, response=response, at_least_one=False)
    rows = []
    for ratio in ratios:
        other = replace(line, tunnel_magnetoresistance=ratio)
        for name in SHOWN:
            each = gate(name)
            frame = window(other, each)
            error = gate_sheet(other, each, response=response).error
            rows.append({"tmr": ratio, "gate": name, "low": float(frame.low), "high": float(frame.high),
                         "margin": float(frame.margin), "error": max(error, LEAST)})  # fmt: skip
    return Gatestudy(title=title, gates=found, most_error=most_error, node=home, cards=cards,
                     against_tmr=pd.DataFrame(rows))  # fmt: skip
