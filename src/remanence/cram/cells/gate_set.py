"""The gates that a cell can do: the best voltage of each, how often it fails, what it takes; and why others cannot."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import comb

import numpy as np
from numpy.typing import NDArray

from remanence.core.declare import Array
from remanence.core.errors import InputError
from remanence.cram.cells import window as windows
from remanence.cram.cells.cell import Logiccell
from remanence.cram.cells.response import Curve, Probit, Response
from remanence.cram.gates import GATES, INPUTS, Gate, gate

GATE_SETS: Mapping[str, tuple[str, ...]] = {
    "nand": ("NOT", "NAND2"),
    "magic-nor": ("NOT", "NOR2"),
    "majority": ("NOT", "NMAJ3", "NMAJ5"),
}
"""Sets by name, whatever the cell: for counting, and for comparing with other work."""

_ZOOMS, _TRIALS = 6, 17
"""Steps to the best voltage, each to an eighth of the last range: the error is flat there."""
_AROUND = (0.3, 3.0)
"""Voltages over those of the window between which the best one is looked for."""
MOST_WRONG = 0.5
"""For one number of inputs at 0: above, the gate tells less than its opposite would."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gatesheet:
    """What a gate does on a cell at one voltage; arrays have the number of inputs at 0 first, shape (n + 1,).

    Its arrays cannot be written: arrays of the same cells share their sheets.
    """

    gate: Gate
    window: windows.Window
    voltage: float  # V
    errors: NDArray[np.float64]  # probability of a wrong outcome
    energy: NDArray[np.float64]  # J, of the pulse through the cells
    current: NDArray[np.float64]  # A, through the output
    disturb: float  # largest input current over the one that turns the input over
    input_errors: NDArray[np.float64]  # expected number of inputs that the pulse turns over
    stress: float  # V, the largest over one junction

    @property
    def error(self) -> float:
        """Probability of a wrong outcome, all input words equally often."""
        return float(_shares(self.gate) @ self.errors)

    @property
    def disturbed(self) -> NDArray[np.float64]:
        """Probability that an input in the other state than the preset is turned over to it, shape (n + 1,)."""
        zeros = np.arange(self.gate.inputs + 1)
        there = zeros if self.gate.preset else self.gate.inputs - zeros
        return np.asarray(self.input_errors / np.maximum(there, 1))

    @property
    def input_error(self) -> float:
        """Expected number of inputs turned over, all input words equally often."""
        return float(_shares(self.gate) @ self.input_errors)

    @property
    def mean_energy(self) -> float:
        """Energy of the pulse, J, all input words equally often."""
        return float(_shares(self.gate) @ self.energy)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GateSet:
    """Gates that pass, and those that do not."""

    cell: Logiccell
    sheets: Mapping[str, Gatesheet]  # of every gate tried
    refused: Mapping[str, str]  # why, by name

    @property
    def names(self) -> tuple[str, ...]:
        """Gates that pass."""
        return tuple(name for name in self.sheets if name not in self.refused)

    @property
    def errors(self) -> dict[str, list[float]]:
        """Probabilities for `simulate.run`, of the gates that pass: wrong outcomes, and inputs turned over."""
        found = {name: self.sheets[name].errors.tolist() for name in self.names}
        turned = {name: self.sheets[name].disturbed for name in self.names}
        return found | {name + INPUTS: rates.tolist() for name, rates in turned.items() if rates.any()}


def _shares(each: Gate) -> NDArray[np.float64]:
    return np.array([comb(each.inputs, zeros) for zeros in range(each.inputs + 1)]) / 2.0**each.inputs


def outcome_errors(
    cell: Logiccell, each: Gate, voltage: Array, response: Response | None = None
) -> NDArray[np.float64]:
    """Return the probability of a wrong outcome by number of inputs at 0, shape (n + 1, ...).

    Args:
        cell: the cell.
        each: the gate.
        voltage: of the gate, V.
        response: how an output turns over; a normal law of the cell's width if left out.
    """
    law = Probit(cell.width) if response is None else response
    zeros = windows.numbers(cell, each, voltage)
    solved = windows.gate_current(cell, each, zeros, voltage)
    ratio = np.asarray(solved[0] / cell.switching_current(each.preset))
    spread = np.asarray(windows.current_spread(cell, each, zeros, voltage, solved))
    k = each.threshold
    stays = law.log_switched(each.preset, ratio[:k], spread[:k])
    turns = law.log_stayed(each.preset, ratio[k:], spread[k:])
    wrong: NDArray[np.float64] = np.exp(np.concatenate([np.asarray(stays), np.asarray(turns)]))
    return wrong


def input_errors(cell: Logiccell, each: Gate, voltage: Array, response: Response | None = None) -> NDArray[np.float64]:
    """Return the expected number of inputs that a pulse turns over, by number of inputs at 0, shape (n + 1, ...).

    Args:
        cell: the cell.
        each: the gate.
        voltage: of the gate, V.
        response: how a cell turns over; a normal law of the cell's width if left out.
    """
    law = Probit(cell.width) if response is None else response
    state = 1 if each.preset == 0 else 0  # which inputs the current drives away from what they hold
    zeros = windows.numbers(cell, each, voltage)
    number = each.inputs - zeros if state else zeros
    _, over = windows.gate_current(cell, each, zeros, voltage)
    if cell.topology == "SHE":
        return np.zeros(np.shape(over))
    ratio = np.asarray(cell.input_current(state, over) / cell.switching_current(state))
    spread = np.broadcast_to(np.asarray(cell.resistance_spread), ratio.shape)
    return np.asarray(number * np.exp(np.asarray(law.log_switched(state, ratio, spread))))


def best_voltage(cell: Logiccell, each: Gate, response: Response | None = None) -> Array:
    """Return the voltage at which a gate fails least often, all input words equally often, V.

    Among the voltages at which no number of inputs at 0 comes out wrong more often than right: without that, a gate
    whose response is wider than its window is wrong least often where it gives the same output for all inputs. Looked
    for from a third of the window, which holds for the median alone, to three times it: the best voltage lies outside
    where the response is wide or lopsided.

    Args:
        cell: the cell; its fields may be arrays.
        each: the gate.
        response: how an output turns over; a normal law of the cell's width if left out.
    """
    frame = windows.window(cell, each)
    low, high = np.minimum(frame.low, frame.high), np.maximum(frame.low, frame.high)
    wide = np.linspace(np.log(_AROUND[0] * low), np.log(_AROUND[1] * high), _TRIALS)
    trial = np.sort(np.concatenate([np.linspace(low, high, _TRIALS), np.exp(wide)]), axis=0)
    for zoom in range(_ZOOMS + 1):
        if zoom:
            trial = np.linspace(low, high, _TRIALS)
        errors = outcome_errors(cell, each, trial, response)
        wrong = np.tensordot(_shares(each), errors, 1) + (errors.max(axis=0) > MOST_WRONG)
        place = np.argmin(wrong, axis=0)[None]
        low, high = (np.take_along_axis(trial, np.clip(place + step, 0, len(trial) - 1), 0)[0] for step in (-1, 1))
    best = 0.5 * (low + high)
    return float(best) if np.ndim(best) == 0 else best


def least_error(cell: Logiccell, each: Gate, response: Response | None = None) -> tuple[Array, Array, Array]:
    """Return (probability of a wrong outcome, of the worst number of zeros, expected inputs turned over) at its best.

    All input words equally often. Where the errors of two numbers of zeros vanish together, 0.

    Args:
        cell: the cell; its fields may be arrays.
        each: the gate.
        response: how a cell turns over; a normal law of the cell's width if left out.
    """
    volts = best_voltage(cell, each, response)
    wrong, turned = (law(cell, each, volts, response) for law in (outcome_errors, input_errors))
    shares = _shares(each)
    return np.tensordot(shares, wrong, 1), wrong.max(axis=0), np.tensordot(shares, turned, 1)


def gate_sheet(
    cell: Logiccell, each: Gate, *, voltage: float | None = None, response: Response | None = None
) -> Gatesheet:
    """Return what a gate does at a voltage, by default its best one.

    Args:
        cell: one cell.
        each: the gate.
        voltage: of the gate, V.
        response: how a cell turns over; a normal law of the cell's width if left out.

    Raises:
        InputError: a voltage that is not positive.
    """
    volts = float(best_voltage(cell, each, response)) if voltage is None else float(voltage)
    if not volts > 0:
        raise InputError(f"{each.name}: voltage", f"{volts:g} V", "must be above 0")
    currents, _ = windows.gate_current(cell, each, windows.numbers(cell, each, volts), volts)
    made = Gatesheet(
        gate=each,
        window=windows.window(cell, each),
        voltage=volts,
        errors=outcome_errors(cell, each, volts, response),
        energy=np.asarray(windows.energy(cell, each, volts)),
        current=np.asarray(currents),
        disturb=float(windows.disturb(cell, each, volts)),
        input_errors=input_errors(cell, each, volts, response),
        stress=float(windows.stress(cell, each, volts)),
    )
    for numbers in (made.errors, made.energy, made.current, made.input_errors):
        numbers.setflags(write=False)
    return made


def _best_sheet(cell: Logiccell, each: Gate, response: Response | None) -> Gatesheet:
    """Return `gate_sheet` at the best voltage; a known one where neither cell nor response can have changed."""
    if (
        response is None
        or isinstance(response, Curve)
        or (isinstance(response, Probit) and not np.ndim(response.width))
    ):
        return _known_sheet(cell, each, response)
    return gate_sheet(cell, each, response=response)


@lru_cache(maxsize=1024)
def _known_sheet(cell: Logiccell, each: Gate, response: Curve | Probit | None) -> Gatesheet:
    """Return `gate_sheet`, known by the content of the cell, the width of a law, and by a curve itself."""
    return gate_sheet(cell, each, response=response)


def gate_set(
    cell: Logiccell,
    names: Collection[str] | None = None,
    *,
    most_error: float = 1e-2,
    most_voltage: float = np.inf,
    response: Response | None = None,
    at_least_one: bool = True,
) -> GateSet:
    """Return the gates that a cell can do.

    A gate passes where it fails, and turns over one of its inputs, no more often than allowed, at its best voltage;
    where no input word comes out wrong more often than right; and where no junction gets its breakdown voltage.

    Args:
        cell: one cell.
        names: gates to try; all where left out.
        most_error: allowed probability of a wrong outcome, and of an input turned over.
        most_voltage: that the drivers have, V.
        response: how a cell turns over; a normal law of the cell's width if left out.
        at_least_one: refuse a cell that can do no gate.

    Raises:
        InputError: a limit that is no probability, or no gate that passes where one is wanted.
    """
    if not 0.0 < most_error < 1.0:
        raise InputError("gate_set: most_error", most_error, "must be between 0 and 1")
    tried = [gate(name) for name in names] if names is not None else list(GATES)
    sheets = {each.name: _best_sheet(cell, each, response) for each in tried}
    refused = {}
    for name, sheet in sheets.items():
        if sheet.voltage > most_voltage:
            refused[name] = f"needs {sheet.voltage:.3g} V of {most_voltage:.3g} V"
        elif 0.0 < float(cell.breakdown_voltage) <= sheet.stress:
            refused[name] = f"puts {sheet.stress:.2g} V on a junction that breaks at {cell.breakdown_voltage:.2g} V"
        elif sheet.errors.max() > MOST_WRONG:
            refused[name] = (
                f"no gate: at its best voltage wrong in {sheet.errors.max():.0%} of pulses with "
                f"{int(sheet.errors.argmax())} inputs at 0"
            )
        elif sheet.error > most_error:
            refused[name] = f"fails in {sheet.error:.2g} of all pulses"
        elif sheet.input_error > most_error:
            refused[name] = (
                f"turns over {sheet.input_error:.2g} of its inputs (at {sheet.disturb:.2f} of their current)"
            )
    if at_least_one and len(refused) == len(sheets):
        best = min(sheets.values(), key=lambda sheet: max(sheet.error, sheet.input_error))
        told = "; ".join(f"{name}: {why}" for name, why in refused.items())
        raise InputError("gate_set", f"{len(sheets)} gates, none passes", f"error {most_error:g} is allowed",
                         f"The least is {max(best.error, best.input_error):.2g} ({best.gate.name}). It takes a larger "
                         "TMR, a narrower response (a longer pulse, less spread), or a larger most_error: "
                         f"see `remanence cram gates`. {told}")  # fmt: skip
    return GateSet(cell=cell, sheets=sheets, refused=refused)
