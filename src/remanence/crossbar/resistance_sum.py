"""An array that adds resistances: strings of junctions in series, read by the time in which they discharge a capacitor.

A cell has two branches, each a junction and a transistor; the input turns one of them on. The branch for +1 is parallel
where the weight is +1, the branch for -1 where it is -1: the selected resistance is low where input and weight agree.
A column is a string of such cells, so its resistance counts the products, and its current is that of one cell however
many are added (Jung et al., Nature 601, 211 (2022)).

A capacitor charged to V discharges through the string to V_ref: t = R C ln(V/V_ref), and a time-to-digital converter
counts. Stray capacitance along the string and leakage of the branch that is off are left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from remanence.circuit import ArrayCost, Cell, Node
from remanence.circuit import cell as cells
from remanence.circuit.array import row_side
from remanence.circuit.gates import Periphery, gates_on
from remanence.circuit.layout import access_resistance, access_width, cell_area, cell_height, cell_width
from remanence.circuit.transistor import REFERENCE
from remanence.core.constants import BOLTZMANN
from remanence.core.declare import Array, count, part, quantity, replace, text, value
from remanence.core.errors import ConvergenceError, InputError
from remanence.core.events import EventCount
from remanence.core.stream import Stream
from remanence.device import Defects, Junction, ProgrammedCells, program_junctions, transport
from remanence.kernels.stream_draws import stream_normal

Floats: TypeAlias = NDArray[np.float64]

GRID = 2.0**-16
"""Resistances are multiples of this, in ohm: sums of them are exact, in any order."""
LARGEST = 2.0**30
"""Resistance at which an open device is counted, ohm; the converter ends far below."""
ACCUMULATOR_BITS = 16
"""Width of the digital accumulator behind a converter: a count of products of up to 32,767 rows."""
_TOGGLES = 2.0  # bits of a binary counter that change at a count, on average
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)


@value
class Resistancesum:
    """An array of strings of two-branch cells, read by time."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    cell: Cell = part(Cell, doc="a pair of junctions, each with a transistor")
    rows: int = count(doc="cells of a string", at_least=1, at_most=4096)
    columns: int = count(doc="strings", at_least=1, at_most=8192)
    bits: int = count(doc="bits of the time-to-digital converter", at_least=2, at_most=14)
    voltage: Array = quantity("V", above=0, doc="to which the capacitor is charged")
    threshold: Array = quantity("1", above=0, below=1, doc="voltage at which time is taken, over the start voltage")
    capacitance: Array = quantity("F", above=0, below=1e-9, doc="capacitor that a string discharges")
    transistor_spread: Array = quantity(
        "1", at_least=0, below=0.5, doc="cell-to-cell standard deviation of ln(on-resistance)", default=0.0
    )
    wire: Array = quantity("ohm", at_least=0, doc="wires and contacts of one cell", default=0.0)

    def check(self) -> None:
        """A product needs two junctions."""
        if self.cell.topology != "2T2MTJ":
            raise InputError("Resistancesum.cell", self.cell.topology, "must be a pair of junctions, 2T2MTJ")

    @property
    def log_ratio(self) -> Array:
        """ln(V/V_ref), the time of a read over R C."""
        return -np.log(self.threshold)

    @property
    def effective_voltage(self) -> Array:
        """Voltage over a string at which a TMR that falls with V^2 gives the time of the whole discharge, V.

        sqrt((V^2 - V_ref^2)/(2 ln(V/V_ref))), from the integral of dV/V over R(V) = R_0 - a V^2.
        """
        return self.voltage * np.sqrt((1.0 - self.threshold**2) / (2.0 * self.log_ratio))

    def nominal(self, node: Node) -> tuple[float, float, float]:
        """Return R_P and R_AP of a nominal junction in a half-and-half string, and the rest of its cell, ohm."""
        junction = self.cell.mtj
        rest = float(access_resistance(self.cell, node)) + float(self.wire)
        parallel, ratio = float(junction.resistance("P")), float(junction.tmr())
        current = self._current(junction, parallel, ratio, rest)
        seen = _voltages(junction, current, np.array([parallel, parallel]), np.array([0.0, ratio])) / current
        return float(seen[0]), float(seen[1]), rest

    def _current(self, junction: Junction, parallel: float, ratio: float, rest: float) -> float:
        half = np.repeat([0.0, ratio], [self.rows - self.rows // 2, self.rows // 2])
        return float(string_current(junction, np.full(self.rows, parallel), half, series=self.rows * rest,
                                    voltage=float(self.effective_voltage)))  # fmt: skip

    def cost(self, node: Node, periphery: Periphery) -> ArrayCost:
        """What each event costs in one array: a read takes C V (V - V_ref) from the supply whatever it counts.

        The converter is a binary counter of one bit adders that changes two bits a count; its clock and the
        comparator are not in it, nor are the drivers of writes. The slowest string, all antiparallel, sets the step.
        """
        low, high, rest = self.nominal(node)
        gate = access_width(self.cell, node)
        around = gates_on(node, periphery, REFERENCE)
        width, height = cell_width(self.cell, node), cell_height(self.cell, node)
        # of the two complementary lines of a row one rises in a read
        line = self.columns * (gate * node.gate_capacitance + width * around.line.capacitance)
        raising = row_side(node, periphery, around, rows=2 * self.rows, load=line,
                           resistance=self.columns * width * around.line.resistance,
                           height=self.rows * height)  # fmt: skip
        slowest = self.rows * (high + rest) * self.capacitance * self.log_ratio
        leakage = raising.width * around.leakage
        return ArrayCost(
            cell_read_low=0.0,
            cell_read_high=0.0,
            wordline_toggle=raising.toggle,
            bitline_read=self.capacitance * self.voltage**2 * (1.0 - self.threshold),
            conversion=_TOGGLES * 2.0 ** (self.bits - 1) * node.adder_bit_energy,
            shift_add=ACCUMULATOR_BITS * node.adder_bit_energy,
            write_bit=cells.write_energy(self.cell, node),
            step_time=raising.drive.delay + slowest,
            write_row_time=2.0 * self.cell.write_pulse * self.cell.write_attempts,
            area_cells=self.rows * self.columns * cell_area(self.cell, node),
            area_converters=self.columns * self.bits * node.adder_bit_area,
            area_drivers=raising.area,
            area_accumulators=self.columns * ACCUMULATOR_BITS * node.adder_bit_area,
            leakage=leakage,
            standby=leakage * node.gated_fraction,
            line_drop=0.0,
            disturb=self.effective_voltage / (self.rows * (low + rest)) / self.cell.mtj.critical_current,
        )


def _voltages(junction: Junction, current: Array, parallel: Floats, ratio: Floats) -> Floats:
    film = junction.stack
    return np.asarray(
        transport.antiparallel_voltage(current, parallel, ratio, film.half_voltage, film.parallel_curvature)
    )


def string_current(
    junction: Junction, parallel: Floats, ratio: Floats, *, series: Array, voltage: Array
) -> NDArray[np.float64]:
    """Return the current through strings of junctions, A: sum over V_i(I) + I R_s = V, to 1e-13.

    Args:
        junction: whose TMR falls with its own voltage.
        parallel: R_P of each junction at low bias, ohm, shape (..., cells).
        ratio: TMR of each at low bias, 0 where it is parallel; same shape.
        series: transistors and wires of the whole string, ohm, shape (...).
        voltage: over the string, V, shape (...).

    Raises:
        ConvergenceError: the iteration did not end.
    """
    volts, rest = np.asarray(voltage, dtype=np.float64), np.asarray(series, dtype=np.float64)
    current = volts / (rest + (parallel * (1.0 + ratio)).sum(axis=-1))
    for _ in range(200):
        across = _voltages(junction, current[..., None], parallel, ratio).sum(axis=-1)
        # the resistance of a string depends little on its current: fixed-point steps shrink by that share each
        new = volts / (rest + across / current)
        step = np.max(np.abs(new - current) / new)
        current = new
        if step <= 1e-13:
            return np.asarray(current)
    raise ConvergenceError(f"string_current: last step {step:.3g} after 200 steps")


def discharge_time(
    junction: Junction, parallel: Floats, ratio: Floats, *, series: Array, capacitance: float, start: float, end: float
) -> NDArray[np.float64]:
    """Return the time in which strings discharge a capacitor, s: the integral of C dV/I(V) from ``end`` to ``start``.

    Exact for the static current of `string_current`; 16-point Gauss-Legendre in ln V.

    Args:
        junction: as `string_current`.
        parallel: as `string_current`.
        ratio: as `string_current`.
        series: as `string_current`.
        capacitance: F.
        start: V, above ``end``.
        end: V, above 0.
    """
    if not 0.0 < end < start:
        raise InputError("discharge_time: end", f"{end:g} V", f"must be above 0 and below the start, {start:g} V")
    span = np.log(start / end)
    places = end * np.exp(0.5 * span * (_NODES + 1.0))
    rates = [
        volts / string_current(junction, parallel, ratio, series=series, voltage=np.full(np.shape(series), volts))
        for volts in places
    ]
    total: NDArray[np.float64] = 0.5 * span * capacitance * sum(w * r for w, r in zip(_WEIGHTS, rates, strict=True))
    return total


@dataclass(frozen=True, slots=True, eq=False)
class ProgrammedStrings:
    """One layer of binary weights on strings.

    Args:
        bar: the array.
        node: the CMOS node.
        weights: +1 or -1, shape (K, N).
        plus: devices of the branches that an input of +1 turns on, shape (T R, N): K filled up with idle cells.
        minus: devices of the branches for -1.
        stream: draws of this chip and layer; None for nominal devices.
    """

    bar: Resistancesum
    node: Node
    weights: NDArray[np.int8]
    plus: ProgrammedCells
    minus: ProgrammedCells
    stream: Stream | None

    @property
    def blocks(self) -> int:
        """Strings one after the other that hold a column of the layer."""
        return self.plus.shape[0] // self.bar.rows

    def resistances(self) -> tuple[Floats, Floats]:
        """Return the resistance of each cell with either branch on, ohm, on the grid; shape (T R, N).

        The TMR is that at the current of a nominal half-and-half string; the change with the contents of the string is
        of the order of the TMR's own change squared, and `string_current` does not leave it out.
        """
        bar, junction = self.bar, self.bar.cell.mtj
        base = float(access_resistance(bar.cell, self.node))
        current = bar._current(junction, float(junction.resistance("P")), float(junction.tmr()), base + float(bar.wire))
        spread = float(bar.transistor_spread)
        result = []
        for name, part_ in (("plus", self.plus), ("minus", self.minus)):
            with np.errstate(divide="ignore"):
                bare = np.minimum(1.0 / part_.conductance, LARGEST)
            ratio = np.where(part_.held == 0, part_.contrast, 0.0)
            bare = _voltages(junction, current, bare / (1.0 + ratio), ratio) / current
            access: Array = base
            if spread and self.stream is not None:
                normal = stream_normal(self.stream.child(f"{name} transistor"), bare.size).reshape(bare.shape)
                access = base * np.exp(spread * normal)
            total = np.minimum(bare + access + float(bar.wire), LARGEST)
            result.append(np.rint(total / GRID) * GRID)
        return result[0], result[1]

    def string_resistances(self, inputs: NDArray[np.integer]) -> Floats:
        """Return the resistance of each string, ohm, shape (V, T, N); inputs +1 or -1 of shape (V, K)."""
        given = self._checked(inputs)
        rows, outputs = self.bar.rows, self.weights.shape[1]
        plus, minus = self.resistances()
        chosen = np.ones((given.shape[0], self.plus.shape[0]))
        chosen[:, : given.shape[1]] = given > 0  # idle cells: +1
        result = np.empty((given.shape[0], self.blocks, outputs))
        for block in range(self.blocks):
            part_ = slice(block * rows, (block + 1) * rows)
            result[:, block] = chosen[:, part_] @ (plus[part_] - minus[part_]) + minus[part_].sum(axis=0)
        return result

    def codes(
        self, inputs: NDArray[np.integer], *, noise: Stream | None = None, first_vector: int = 0
    ) -> NDArray[np.int64]:
        """Return what the converters count, shape (V, T, N).

        The converter divides the times between those of the average all-parallel and all-antiparallel string into
        2**bits - 1 steps, or one step for each cell if that is fewer; code 0 is all parallel. It is set for the mean
        over all chips, not for one chip or column.

        Args:
            inputs: +1 or -1, shape (V, K).
            noise: draws of the thermal noise: the voltage at the threshold has the variance kT/C; None for none.
            first_vector: index of the first vector among all, so that batches draw their own noise.
        """
        bar = self.bar
        low, high, rest = bar.nominal(self.node)
        resistance = self.string_resistances(inputs)
        if noise is not None:
            kelvin = float(bar.cell.mtj.temperature)
            # dR/R = dt/t = dV/(V_ref ln(V/V_ref))
            relative = math.sqrt(BOLTZMANN * kelvin / float(bar.capacitance)) / (
                float(bar.voltage * bar.threshold) * float(bar.log_ratio)
            )
            start = first_vector * resistance[0].size if len(resistance) else 0
            normal = stream_normal(noise, resistance.size, start=start).reshape(resistance.shape)
            resistance = resistance * (1.0 + relative * normal)
        steps = min(2**bar.bits - 1, bar.rows)
        if self.stream is not None:
            # log-normal devices around a median have this mean; transistors theirs
            device, transistor = (math.exp(0.5 * float(s) ** 2) for s in
                                  (bar.cell.mtj.stack.resistance_spread, bar.transistor_spread))  # fmt: skip
            low, high = low * device, high * device
            rest = (rest - float(bar.wire)) * transistor + float(bar.wire)
        fastest, slowest = bar.rows * (low + rest), bar.rows * (high + rest)
        codes = np.clip(np.rint((resistance - fastest) / (slowest - fastest) * steps), 0, steps)
        counted: NDArray[np.int64] = codes.astype(np.int64)
        return counted

    def multiply(
        self, inputs: NDArray[np.integer], *, noise: Stream | None = None, first_vector: int = 0
    ) -> NDArray[np.float64]:
        """Return the product of inputs and weights as the converters deliver it, shape (V, N); arguments as `codes`.

        A string of R cells of which m are antiparallel has the sum R - 2 m; idle cells, which are parallel, are taken
        off. With nominal devices and a step per cell it is the exact product.
        """
        codes = self.codes(inputs, noise=noise, first_vector=first_vector)
        steps = min(2**self.bar.bits - 1, self.bar.rows)
        idle = self.plus.shape[0] - self.weights.shape[0]
        disagreeing = codes.sum(axis=1) * (self.bar.rows / steps)
        result: Floats = float(self.plus.shape[0] - idle) - 2.0 * disagreeing
        return result

    def events(self, inputs: NDArray[np.integer]) -> EventCount:
        """Count what inputs of shape (V, K), +1 or -1, make the arrays do. Idle cells count: they are in the string."""
        given = self._checked(inputs)
        vectors, (depth, outputs) = float(given.shape[0]), self.weights.shape
        agreeing = float((vectors * depth * outputs + (given.sum(axis=0, dtype=np.int64)
                          @ self.weights.astype(np.int64)).sum()) / 2.0)  # fmt: skip
        idle = vectors * outputs * (self.plus.shape[0] - depth)
        reads = vectors * self.blocks * outputs
        across = -(-outputs // self.bar.columns)
        return EventCount(
            cell_reads_low=agreeing + idle,
            cell_reads_high=vectors * depth * outputs - agreeing,
            wordline_toggles=vectors * self.plus.shape[0] * across,
            bitline_reads=reads,
            conversions=reads,
            shift_adds=reads,
            array_steps=vectors * self.blocks * across,
            sequential_steps=vectors,
            buffer_bits_read=vectors * depth,
            buffer_bits_written=vectors * outputs,
            digital_operations=vectors * outputs,
        )

    def _checked(self, inputs: NDArray[np.integer]) -> NDArray[np.integer]:
        given = np.asarray(inputs)
        if given.ndim != 2 or given.shape[1] != self.weights.shape[0]:
            raise InputError("resistance sum: inputs", f"shape {given.shape}", f"must be (V, {self.weights.shape[0]})")
        if given.dtype.kind not in "i" or not np.all(np.abs(given) == 1):
            raise InputError("resistance sum: inputs", str(given.dtype), "must be whole numbers +1 or -1")
        return given


def program_strings(
    weights: NDArray[np.integer],
    bar: Resistancesum,
    node: Node,
    stream: Stream | None,
    *,
    write_error: float | None = None,
    defects: Defects | None = None,
) -> ProgrammedStrings:
    """Write a layer of binary weights into strings.

    Args:
        weights: +1 or -1, shape (K, N).
        bar: the array.
        node: the CMOS node.
        stream: draws of this chip and layer; None for nominal devices.
        write_error: as `device.program_junctions`.
        defects: stuck devices.

    Raises:
        InputError: other weights, or no rows or columns.
    """
    given = np.asarray(weights)
    if given.ndim != 2 or 0 in given.shape:
        raise InputError("program_strings: weights", f"shape {given.shape}", "must be (K, N), neither 0")
    if given.dtype.kind not in "i" or not np.all(np.abs(given) == 1):
        raise InputError("program_strings: weights", str(given.dtype), "must be whole numbers +1 or -1")
    filled = -(-given.shape[0] // bar.rows) * bar.rows
    levels = np.ones((2, filled, given.shape[1]), np.uint8)  # idle cells: parallel in both branches
    levels[0, : given.shape[0]], levels[1, : given.shape[0]] = given > 0, given < 0
    junction, source = bar.cell.mtj, stream
    if stream is None:
        film = replace(junction.stack, resistance_spread=0.0, tmr_spread=0.0, residual_write_error=0.0)
        junction, source = replace(junction, stack=film), Stream(0)
    assert source is not None
    plus, minus = (
        program_junctions(junction, level, source.child(name), write_error=write_error, defects=defects)
        for name, level in zip(("plus", "minus"), levels, strict=True)
    )
    return ProgrammedStrings(bar, node, given.astype(np.int8), plus, minus, stream)
