"""The voltages at which a gate works, what flows at one of them, and what that does to the gate's own inputs.

The inputs, in parallel, drive the logic line; the output drains it. Both solutions here are exact for this circuit, the
fall of the TMR with bias included: the current rises with the voltage over every element, so each has one root.

Source of the window: Zabihi et al., IEEE Trans. Computers 68, 1159 (2019), there with constant resistances.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from remanence.core.declare import Array
from remanence.core.errors import InputError
from remanence.cram.cells.cell import Logiccell
from remanence.cram.gates import Gate

HALVINGS = 60
"""Of a bracket: the root is then known to rounding."""


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
    for _ in range(HALVINGS):
        trial = 0.5 * (low + high)
        flows = _driven(cell, gate, zeros, trial)
        low, high = np.where(flows < current, trial, low), np.where(flows < current, high, trial)
    return _plain(0.5 * (low + high) + cell.output_voltage(gate.preset, current))


def gate_current(cell: Logiccell, gate: Gate, zeros: int, voltage: Array) -> tuple[Array, Array]:
    """Return (current through the output, A; voltage over the inputs, V) at a gate voltage.

    Args:
        cell: the cell.
        gate: the gate.
        zeros: inputs at 0.
        voltage: of the gate, V.

    Raises:
        InputError: more zeros than inputs.
    """
    _known(gate, zeros)
    low = np.zeros_like(_shape(cell, voltage))
    high = low + voltage
    for _ in range(HALVINGS):
        trial = 0.5 * (low + high)
        more = _driven(cell, gate, zeros, trial) < cell.output_current(gate.preset, voltage - trial)
        low, high = np.where(more, trial, low), np.where(more, high, trial)
    inputs = 0.5 * (low + high)
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
    state, opposite = (1, 1) if gate.preset == 0 else (0, 0)
    worst: Array = 0.0
    for zeros in range(gate.inputs + 1):
        if (zeros if state == 0 else gate.inputs - zeros) == 0:
            continue
        _, inputs = gate_current(cell, gate, zeros, voltage)
        worst = np.maximum(worst, cell.input_current(state, inputs) / cell.switching_current(opposite))
    return _plain(np.asarray(worst))


def stress(cell: Logiccell, gate: Gate, voltage: Array) -> Array:
    """Return the largest voltage over one junction of a gate, V.

    Over all numbers of inputs at 0; of the output before it turns over and, where it does, after: a junction that has
    become antiparallel takes more of the voltage. A SHE cell's output has none over its junction.

    Args:
        cell: the cell.
        gate: the gate.
        voltage: of the gate, V.
    """
    worst: Array = 0.0
    for zeros in range(gate.inputs + 1):
        ends = (gate, replace(gate, preset=1 - gate.preset)) if gate.switches(zeros) else (gate,)
        for now in ends:
            current, inputs = gate_current(cell, now, zeros, voltage)
            for state, number in ((0, zeros), (1, gate.inputs - zeros)):
                if number:
                    seen = inputs - cell.input_current(state, inputs) * cell.access_resistance
                    worst = np.maximum(worst, seen)
            if cell.topology != "SHE":
                series = current * (cell.access_resistance + cell.line_resistance)
                worst = np.maximum(worst, voltage - inputs - series)
    return _plain(np.asarray(worst))


def current_spread(cell: Logiccell, gate: Gate, zeros: int, voltage: Array) -> Array:
    """Return the relative standard deviation of the output current that the spread of the resistances leaves.

    First order, cells independent: the output takes the share of the voltage over its junction; each input the share
    over the inputs' junctions times its own share of the current.

    Args:
        cell: the cell.
        gate: the gate.
        zeros: inputs at 0.
        voltage: of the gate, V.
    """
    current, inputs = gate_current(cell, gate, zeros, voltage)
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
    return np.stack(
        [np.asarray(voltage * gate_current(cell, gate, zeros, voltage)[0] * cell.pulse)
         for zeros in range(gate.inputs + 1)]
    )  # fmt: skip


def _driven(cell: Logiccell, gate: Gate, zeros: int, voltage: Array) -> Array:
    total: Array = 0.0
    if zeros:
        total = total + zeros * cell.input_current(0, voltage)
    if gate.inputs - zeros:
        total = total + (gate.inputs - zeros) * cell.input_current(1, voltage)
    return total


def _known(gate: Gate, zeros: int) -> None:
    if not 0 <= zeros <= gate.inputs:
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
