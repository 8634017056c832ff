"""One layer on arrays: prepare once, program many times, multiply and count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remanence.circuit import Node
from remanence.core.events import EventCount
from remanence.core.stream import Stream
from remanence.crossbar.calibration import converter_step
from remanence.crossbar.crossbar import Crossbar
from remanence.crossbar.encoding import bit_serial, sign_magnitude_slices
from remanence.crossbar.programming import program
from remanence.kernels.sliced_mvm import Uniform, sliced_mvm


@dataclass(frozen=True, slots=True, eq=False)
class CrossbarEngine:
    """A matrix of whole-number weights laid out on arrays, its converters calibrated.

    Args:
        crossbar: the layout.
        node: the CMOS node.
        slices: target of each cell, shape (S, K, N).
        signed: whether inputs are two's complement.
        step: converter step in units of one nominal cell.
    """

    crossbar: Crossbar
    node: Node
    slices: NDArray[np.int8]
    signed: bool
    step: float

    @classmethod
    def prepare(
        cls,
        weights: NDArray[np.integer],
        inputs: NDArray[np.integer],
        *,
        signed: bool,
        crossbar: Crossbar,
        node: Node,
    ) -> CrossbarEngine:
        """Lay out weights of shape (K, N) and calibrate the converter step on inputs of shape (V, K)."""
        slices = sign_magnitude_slices(weights, crossbar.weight_bits)
        step = 1.0
        if crossbar.converter.kind != "lossless":
            low, high = crossbar.codes
            step = converter_step(
                inputs, slices, rows=crossbar.rows, input_bits=crossbar.input_bits, low=low, high=high
            )
        return cls(crossbar, node, slices, signed, step)

    @property
    def random(self) -> bool:
        """Whether programmed chips can differ."""
        return self.crossbar.cell.varies

    @property
    def arrays(self) -> int:
        """Arrays that the layer occupies."""
        slices, depth, outputs = self.slices.shape
        return int(-(-depth // self.crossbar.rows) * self.arrays_across(slices * outputs))

    @property
    def utilisation(self) -> float:
        """Share of the cells of these arrays that hold a bit of a weight."""
        return self.slices.size / (self.arrays * self.crossbar.rows * self.crossbar.columns)

    def arrays_across(self, columns: int) -> int:
        """Arrays side by side that hold so many differential columns."""
        return -(-columns // self.crossbar.columns)

    def program(self, stream: Stream | None) -> ProgrammedCrossbar:
        """Write the cells: one programmed chip per stream; None gives nominal cells."""
        cells, exponent = program(self.slices, self.crossbar, self.node, stream)
        return ProgrammedCrossbar(self, cells, exponent)

    def events(self, inputs: NDArray[np.integer]) -> EventCount:
        """Count what inputs of shape (V, K) make the arrays do. The cells count in their target states."""
        bar = self.crossbar
        slices, depth, outputs = self.slices.shape
        vectors, columns = inputs.shape[0], slices * outputs
        blocks, across = -(-depth // bar.rows), self.arrays_across(columns)
        # rows raised, over all vectors and input bits; in two's complement a negative input raises its sign row too
        codes = inputs.astype(np.uint16) & np.uint16((1 << bar.input_bits) - 1)
        raised = np.bitwise_count(codes).sum(axis=0, dtype=np.int64)
        parallel = np.count_nonzero(self.slices, axis=(0, 2))  # each nonzero cell holds one parallel junction
        sampled = float(vectors) * bar.input_bits * blocks * columns
        return EventCount(
            cell_reads_low=float(raised @ parallel),
            cell_reads_high=float(raised @ (2 * columns - parallel)),
            wordline_toggles=float(raised.sum()) * across,
            bitline_reads=sampled,
            conversions=sampled,
            shift_adds=sampled,
            array_steps=float(vectors) * bar.input_bits * blocks * across,
            sequential_steps=float(vectors) * bar.input_bits,
            buffer_bits_read=float(vectors) * depth * bar.input_bits,
            buffer_bits_written=float(vectors) * outputs * bar.input_bits,
            digital_operations=float(vectors) * outputs,
        )

    def write_events(self) -> EventCount:
        """Count the junctions written once to program the layer."""
        return EventCount(memory_bits_written=2.0 * self.slices.size)


@dataclass(frozen=True, slots=True, eq=False)
class ProgrammedCrossbar:
    """One programmed chip's share of a layer.

    Args:
        engine: the layer that was programmed.
        cells: value of each cell in units of the nominal difference times 2**exponent, shape (S, K, N).
        exponent: of the grid.
    """

    engine: CrossbarEngine
    cells: NDArray[np.int32]
    exponent: int

    def multiply(self, inputs: NDArray[np.integer], backend: str = "auto") -> NDArray[np.float64]:
        """Return the product of inputs, shape (V, K), and the stored weights as the converters deliver it, (V, N)."""
        engine, bar = self.engine, self.engine.crossbar
        low, high = bar.codes
        digits, significances = bit_serial(inputs, bar.input_bits, engine.signed)
        product = sliced_mvm(
            digits,
            self.cells,
            input_weights=significances,
            cell_weights=2 ** np.arange(self.cells.shape[0]),
            rows=bar.rows,
            conversion=Uniform(2.0**-self.exponent / engine.step, low, high),
            backend=backend,
        )
        return product.values.astype(np.float64) * engine.step
