"""Which gates a cell can do, what TMR each would need, and how errors move with TMR, temperature and pulse."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from remanence.circuit import Cell, Node
from remanence.core.declare import Quantity, replace
from remanence.core.errors import InputError
from remanence.cram.cells.cell import Logiccell
from remanence.cram.cells.gate_set import MOST_WRONG, GateSet, gate_set, least_error
from remanence.cram.cells.logic_cell import PULSE, LogicDesign, logic_cell
from remanence.cram.cells.response import Probit, Response
from remanence.cram.cells.window import window
from remanence.cram.gates import GATES, gate
from remanence.data import Card, build, load_card
from remanence.device import Junction, endurance, junction

SHOWN = ("NOT", "NAND2", "NAND3", "NOR2", "NMAJ3", "NMAJ5", "AND2", "MAJ3")
"""Gates whose course is drawn."""
RATIOS = tuple(float(ratio) for ratio in np.geomspace(0.5, 10.0, 27))
"""TMR of those curves; beyond the largest ones measured at room temperature, about 600 %."""
PULSES = (1e-9, 3e-9, 5e-9, 1e-8, 2e-8, 5e-8, 1e-7, 1e-6)
"""Pulses, s."""
TEMPERATURES = ("-40 degC", "25 degC", "85 degC", "125 degC")
LEAST = 1e-15
"""Errors below are drawn there."""
_KELVIN = Quantity("K", "temperature", above=0)
_FIELD = Quantity("A/m", "in-plane field")
_ROUNDS = 8
"""To the TMR asked for: that of the stack holds at another temperature."""
_FINE = 33
"""TMR tried between two of the curves' for the least that a gate needs."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gatestudy:
    """The gates of a cell, and the same cell with other TMR, temperature and pulse."""

    title: str
    gates: GateSet
    most_error: float
    node: Node
    cards: tuple[Card, ...]
    design: LogicDesign | None  # none of a published device set
    needed: Mapping[str, float]  # TMR from which each gate passes, all else as it is; infinite where none does
    cycles: Mapping[str, float]  # pulses until one junction in a million is broken; of a junction alone
    against_tmr: pd.DataFrame  # tmr, gate, low, high, margin, error, worst
    against_temperature: (
        pd.DataFrame
    )  # temperature, width, gate, voltage, stress, error, worst, nand_needs; empty of a set
    against_pulse: pd.DataFrame  # pulse, width, gate, voltage, stress, error, worst, nand_needs; empty of a set

    @property
    def frame(self) -> pd.DataFrame:
        """One row a gate: window, best voltage, error, inputs turned over, energy, and why it does not pass."""
        rows = []
        for name, sheet in self.gates.sheets.items():
            rows.append({
                "gate": name, "preset": sheet.gate.preset, "low": float(sheet.window.low),
                "high": float(sheet.window.high), "margin": float(sheet.window.margin), "voltage": sheet.voltage,
                "error": sheet.error, "worst_error": float(sheet.errors.max()), "disturb": sheet.disturb,
                "input_error": sheet.input_error, "stress": sheet.stress, "energy": sheet.mean_energy,
                "needs_tmr": self.needed[name] if np.isfinite(self.needed[name]) else None,
                "cycles": self.cycles.get(name), "refused": self.gates.refused.get(name, ""),
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
    pulse: str = "",
    process: str = "embedded-300mm",
    most_error: float = 1e-2,
    voltage_anisotropy: str = "",
    tmr: str = "",
    in_plane_field: str = "",
    sweep: bool = True,
    ratios: Sequence[float] = RATIOS,
    temperatures: Sequence[str] = TEMPERATURES,
    pulses: Sequence[float] = PULSES,
) -> Gatestudy:
    """Return the gates of a junction behind its transistor, or of a published device set.

    Args:
        film: a stack of the catalogue, cut to a diameter; or
        device_set: a `Logiccell` of the catalogue, as published.
        diameter: of the junction.
        temperature: of junction and transistor.
        node: of the transistor.
        cell: of the circuit floor.
        pulse: of a gate; `logic_cell.PULSE` where empty. A device set states its own.
        process: spreads from cell to cell.
        most_error: that a gate may have.
        voltage_anisotropy: coefficient with its sign, such as "-100 fJ/(V*m)"; that of the stack where empty.
        tmr: at low bias, such as "250 %", instead of that of stack or set.
        in_plane_field: along the current of a spin-orbit cell, A/m or text such as "200 kA/m"; that of the cell's own
            junction where empty.
        sweep: whether temperature and pulse of a junction are swept, which takes some seconds.
        ratios: TMR of the curves, other values as they are.
        temperatures: of the sweep.
        pulses: of the sweep, s.

    Raises:
        InputError: both or neither of a stack and a device set, or an option that a device set does not have.
    """
    if bool(film) == bool(device_set):
        raise InputError("cram gates", "both" if film else "neither", "give a junction's stack or a device set")
    for what, asked in (("voltage anisotropy", voltage_anisotropy), ("pulse", pulse)):
        if device_set and asked:
            raise InputError(f"cram gates: {what}", asked, "a device set states its own, and has no junction")
    home = build(Node, node)
    ratio = float(Quantity("1", "TMR", above=0, below=100).read(tmr, "cram gates: tmr")) if tmr else 0.0
    made = None
    response: Response
    cards: tuple[Card, ...]
    if device_set:
        card = load_card("logiccell", device_set)
        line = build(Logiccell, card)
        response, cards, title = Probit(line.width), (card,), line.title
    else:
        card = load_card("stack", film)
        given: dict[str, Any] = {"node": home, "cell": cell, "process": process,
                                 "voltage_anisotropy": voltage_anisotropy or None}  # fmt: skip
        place = build(Cell, cell)
        device = _with_tmr(junction(card, diameter=diameter, temperature=temperature), ratio)
        if in_plane_field:
            device = replace(device, in_plane_field=_FIELD.read(in_plane_field, "cram gates: in-plane field"))
        elif place.metal is not None:
            device = replace(device, in_plane_field=place.mtj.in_plane_field)
        made = logic_cell(device, pulse=pulse or PULSE, **given)
        line, response = made.cell, made.response
        cards = (card, load_card("process", process), load_card("cell", cell))
        title = f"{film}, {diameter}, {temperature}, on {node}"
    if ratio:
        line = replace(line, tunnel_magnetoresistance=ratio) if made is None else line
        title = f"{title}, TMR {ratio:.0%}"
    found = gate_set(line, most_error=most_error, response=response, at_least_one=False)
    warm, quick = pd.DataFrame(), pd.DataFrame()
    if made is not None and sweep:
        cut = [replace(made.junction, temperature=float(_KELVIN.read(each, "cram gates: temperature")))
               for each in temperatures]  # fmt: skip
        warm = _swept("temperature", [(float(each.temperature), logic_cell(each, pulse=pulse or PULSE, **given))
                                      for each in cut], most_error, ratios)  # fmt: skip
        spin_orbit = line.topology == "SHE"  # its threshold knows no pulse
        quick = _swept("pulse", [] if spin_orbit else [(each, logic_cell(made.junction, pulse=each, **given))
                                                       for each in pulses], most_error, ratios)  # fmt: skip
    cycles = {} if made is None or line.topology == "SHE" else {
        name: float(endurance(made.junction, voltage=sheet.stress, duration=float(line.pulse)))
        for name, sheet in found.sheets.items()
    }  # fmt: skip
    return Gatestudy(
        title=title, gates=found, most_error=most_error, node=home, cards=cards, design=made,
        needed={each.name: _needed(line, each.name, response, most_error, ratios) for each in GATES}, cycles=cycles,
        against_tmr=_against_tmr(line, response, ratios), against_temperature=warm, against_pulse=quick,
    )  # fmt: skip


def _with_tmr(device: Junction, ratio: float) -> Junction:
    """Return a junction whose TMR at low bias, at its temperature, is a number; unchanged where that is 0."""
    if not ratio:
        return device
    for _ in range(_ROUNDS):
        film, here = device.stack, float(device.tmr(0.0))
        lifted = film.tunnel_magnetoresistance * ratio / here
        device = replace(device, stack=replace(film, tunnel_magnetoresistance=lifted))
    return device


def passes(cell: Logiccell, name: str, response: Response, most_error: float) -> Any:
    """Return whether a gate keeps to the limits of `gate_set` on its errors; an array of cells gives an array."""
    wrong, worst, turned = least_error(cell, gate(name), response)
    return (wrong <= most_error) & (turned <= most_error) & (worst <= MOST_WRONG)


def _needed(cell: Logiccell, name: str, response: Response, most_error: float, ratios: Sequence[float]) -> float:
    """Return the TMR from which on a gate passes; infinite where it does not at the largest."""
    grid = np.asarray(ratios)
    for _ in range(3):
        good = np.asarray(passes(replace(cell, tunnel_magnetoresistance=grid), name, response, most_error))
        if not good[-1]:
            return float("inf")
        failing = np.flatnonzero(~good)
        if not failing.size:
            return float(grid[0])
        grid = np.geomspace(grid[failing[-1]], grid[failing[-1] + 1], _FINE)
    return float(grid[-1])


def _against_tmr(cell: Logiccell, response: Response, ratios: Sequence[float]) -> pd.DataFrame:
    grid = np.asarray(ratios)
    many = replace(cell, tunnel_magnetoresistance=grid)
    parts = []
    for name in SHOWN:
        each = gate(name)
        frame, (wrong, worst, _) = window(many, each), least_error(many, each, response)
        parts.append(pd.DataFrame({"tmr": grid, "gate": name, "low": frame.low, "high": frame.high, "worst": worst,
                                   "margin": frame.margin, "error": np.maximum(wrong, LEAST)}))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _swept(
    what: str, designs: Collection[tuple[float, LogicDesign]], most_error: float, ratios: Sequence[float]
) -> pd.DataFrame:
    """Return a row for each value and shown gate, each at its own best voltage, and the TMR that NAND2 needs there."""
    rows = []
    for number, made in designs:
        needed = _needed(made.cell, "NAND2", made.response, most_error, ratios)
        found = gate_set(made.cell, SHOWN, response=made.response, at_least_one=False)
        for name, sheet in found.sheets.items():
            rows.append({what: number, "width": float(made.cell.width), "gate": name, "voltage": sheet.voltage,
                         "stress": sheet.stress, "error": max(sheet.error, LEAST), "nand_needs": needed,
                         "worst": float(sheet.errors.max())})  # fmt: skip
    return pd.DataFrame(rows)
