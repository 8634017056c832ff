"""The voltages at which a gate works, what flows at one of them, and what that does to the gate's own inputs.

The inputs, in parallel, drive the logic line; the output drains it. Both solutions here are exact for this circuit, the
fall of the TMR with bias included: the current rises with the voltage over every element, so each has one root.

Source of the window: Zabihi et al., IEEE Trans. Computers 68, 1159 (2019), there with constant resistances.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from remanence.core.declare import Array
from remanence.core.errors import InputError
from remanence.cram.cells.cell import Logiccell
from remanence.cram.gates import Gate

_STEPS = 60
"""Most steps to a root; about six are enough."""
_ROUNDING = 1e-14
"""Change of a root over its bracket at which it is taken as found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Where a gate works; voltages over inputs, line and output together, V."""

    low: Array  # the least that switches the output with just enough inputs at 0
    high: Array  # the most that does not with one fewer

    @property
    def middle(self) -> Array:
        """Half way, V."""
        return 0.5 * (self.low + self.high)

    @property
    def margin(self) -> Array:
        """Width over the middle; negative where there is no window."""
        return (self.high - self.low) / self.middle


def window(cell: Logiccell, gate: Gate) -> Window:
    """Return the window of a gate at the median switching current: no spread, no error rate in it.

    Args:
        cell: the cell; its fields may be arrays.
        gate: the gate.
    """
    current = cell.switching_current(gate.preset)
    low = gate_voltage(cell, gate, gate.threshold, current)
    return Window(low=low, high=gate_voltage(cell, gate, gate.threshold - 1, current))


def gate_voltage(cell: Logiccell, gate: Gate, zeros: int, current: Array) -> Array:
    """Return the voltage that drives a current through the output with so many inputs at 0, V.

    Args:
        cell: the cell.
        gate: the gate.
        zeros: inputs at 0.
        current: through the output, A.

    Raises:
        InputError: more zeros than inputs.
    """
    _known(gate, zeros)
    series = cell.parallel_resistance + cell.access_resistance
    low = current * series / gate.inputs * np.ones_like(_shape(cell, current))
    high = low * (1.0 + cell.tunnel_magnetoresistance)  # all antiparallel, and their TMR not yet lowered
    inputs = _root(lambda trial: _driven(cell, gate, zeros, trial) - current, low, high)
    return _plain(inputs + cell.output_voltage(gate.preset, current))


def gate_current(cell: Logiccell, gate: Gate, zeros: Array, voltage: Array) -> tuple[Array, Array]:
    """Return (current through the output, A; voltage over the inputs, V) at a gate voltage.

    Args:
        cell: the cell.
        gate: the gate.
        zeros: inputs at 0; numbers of them broadcast with the rest.
        voltage: of the gate, V.

    Raises:
        InputError: more zeros than inputs.
    """
    _known(gate, zeros)
    low = np.zeros_like(_shape(cell, voltage) * np.asarray(zeros))
    inputs = _root(
        lambda trial: _driven(cell, gate, zeros, trial) - cell.output_current(gate.preset, voltage - trial),
        low,
        low + voltage,
    )
    return _plain(_driven(cell, gate, zeros, inputs)), _plain(inputs)


def disturb(cell: Logiccell, gate: Gate, voltage: Array) -> Array:
    """Return the largest current through an input that could turn it over, over the current that does.

    An inverting gate drives its inputs towards parallel, so those at 1 are in danger; the others drive them towards
    antiparallel, so those at 0 are. At 1 and above the gate destroys what it reads. 0 for a SHE cell: the read current
    does not flow through the heavy metal, and its spin-transfer torque is not modelled.

    Args:
        cell: the cell.
        gate: the gate.
        voltage: of the gate, V.
    """
    if cell.topology == "SHE":
        return _plain(np.zeros_like(_shape(cell, voltage)))
    state = 1 if gate.preset == 0 else 0
    # the line is highest over the inputs where least of them conduct, one being in danger
    _, inputs = gate_current(cell, gate, 0 if state else 1, voltage)
    return _plain(np.asarray(cell.input_current(state, inputs) / cell.switching_current(state)))


def stress(cell: Logiccell, gate: Gate, voltage: Array) -> Array:
    """Return the largest voltage over one junction of a gate, V.

    Over all numbers of inputs at 0; of the output before it turns over and, where it does, after: a junction that has
    become antiparallel takes more of the voltage. A SHE cell's output has none over its junction.

    Args:
        cell: the cell.
        gate: the gate.
        voltage: of the gate, V.
    """
    zeros = numbers(cell, gate, voltage)
    worst: Array = 0.0
    for now in (gate, replace(gate, preset=1 - gate.preset)):
        reached = np.ones(zeros.shape, bool) if now is gate else zeros >= gate.threshold
        current, inputs = gate_current(cell, now, zeros, voltage)
        for state, number in ((0, zeros), (1, gate.inputs - zeros)):
            seen = inputs - cell.input_current(state, inputs) * cell.access_resistance
            worst = np.maximum(worst, np.where(reached & (number > 0), seen, 0.0))
        if cell.topology != "SHE":
            series = current * (cell.access_resistance + cell.line_resistance)
            worst = np.maximum(worst, np.where(reached, voltage - inputs - series, 0.0))
    return _plain(np.max(np.asarray(worst), axis=0))


def numbers(cell: Logiccell, gate: Gate, voltage: Array) -> NDArray[np.float64]:
    """Return the numbers of inputs that can be at 0, along an axis before those of cell and voltage."""
    return np.arange(gate.inputs + 1.0).reshape(-1, *(1,) * np.ndim(_shape(cell, voltage)))


def current_spread(
    cell: Logiccell, gate: Gate, zeros: Array, voltage: Array, solved: tuple[Array, Array] | None = None
) -> Array:
    """Return the relative standard deviation of the output current that the spread of the resistances leaves.

    First order, cells independent: the output takes the share of the voltage over its junction; each input the share
    over the inputs' junctions times its own share of the current.

    Args:
        cell: the cell.
        gate: the gate.
        zeros: inputs at 0; numbers of them broadcast with the rest.
        voltage: of the gate, V.
        solved: what `gate_current` gives for these.
    """
    current, inputs = gate_current(cell, gate, zeros, voltage) if solved is None else solved
    total: Array = 0.0
    for state, number in ((0, zeros), (1, gate.inputs - zeros)):
        each = cell.input_current(state, inputs)
        share = (each / current) * (inputs - each * cell.access_resistance) / voltage
        total = total + number * share**2
    if cell.topology != "SHE":
        series = current * (cell.access_resistance + cell.line_resistance)
        total = total + ((voltage - inputs - series) / voltage) ** 2
    return _plain(cell.resistance_spread * np.sqrt(np.asarray(total)))


def energy(cell: Logiccell, gate: Gate, voltage: Array) -> Array:
    """Return the energy of a gate pulse by number of inputs at 0, J: voltage x output current x pulse.

    The output's state is taken as its preset for the whole pulse; presets, lines and periphery are charged elsewhere.

    Returns:
        Shape (n + 1, ...), the number of zeros first.
    """
    return np.asarray(voltage * gate_current(cell, gate, numbers(cell, gate, voltage), voltage)[0] * cell.pulse)


def _root(excess: Callable[[Array], Array], low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the zero of a rising function inside a bracket by Ridders' method.

    Source: Ridders, IEEE Trans. Circuits Syst. 26, 979 (1979).
    """
    below, above, root = np.asarray(excess(low)), np.asarray(excess(high)), low
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        at = np.asarray(excess(middle))
        bent = np.sqrt(np.maximum(at**2 - below * above, 0.0))
        step = np.where(bent > 0.0, at / np.where(bent > 0.0, bent, 1.0), 0.0)
        new = middle - (middle - low) * step
        moved, root = np.abs(new - root), new
        if np.all(moved <= _ROUNDING * high):
            return root
        value = np.asarray(excess(new))
        for point, found in ((middle, at), (new, value)):
            under = found <= 0.0
            low, below = np.where(under & (point >= low), point, low), np.where(under & (point >= low), found, below)
            over = found >= 0.0
            high, above = np.where(over & (point <= high), point, high), np.where(over & (point <= high), found, above)
    return root


def _driven(cell: Logiccell, gate: Gate, zeros: Array, voltage: Array) -> Array:
    return zeros * cell.input_current(0, voltage) + (gate.inputs - zeros) * cell.input_current(1, voltage)


def _known(gate: Gate, zeros: Array) -> None:
    if np.any(np.asarray(zeros) < 0) or np.any(np.asarray(zeros) > gate.inputs):
        raise InputError(f"{gate.name}: zeros", zeros, f"must be from 0 to {gate.inputs}")


def _shape(cell: Logiccell, other: Array) -> Array:
    return np.asarray(
        np.asarray(cell.parallel_resistance)
        * cell.tunnel_magnetoresistance
        * np.asarray(cell.to_parallel)
        * cell.to_antiparallel
        * np.asarray(cell.access_resistance)
        * np.asarray(other),
        np.float64,
    )


def _plain(result: Array) -> Array:
    return float(result) if np.ndim(result) == 0 else result
