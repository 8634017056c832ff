"""One layer on arrays: prepare once, program many times, multiply and count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remanence.circuit import Node
from remanence.core.events import EventCount
from remanence.core.stream import Stream
from remanence.crossbar.calibration import SAMPLE, Histogram, best_range, partial_sums
from remanence.crossbar.conversion import Part, Placement, Range, conversions
from remanence.crossbar.crossbar import Crossbar
from remanence.crossbar.encoding import Encoded
from remanence.crossbar.programming import pedestal, program
from remanence.kernels.sliced_mvm import Cells, Product, sliced_mvm

DIGIT_BYTES = 2**26
"""Memory that the digits of vectors taken at once and their sums may fill; more vectors are taken in pieces."""


@dataclass(frozen=True, slots=True, eq=False)
class CrossbarEngine:
    """A matrix of whole-number weights laid out on arrays, its converters calibrated.

    Args:
        crossbar: the layout.
        node: the CMOS node.
        encoded: target of each cell, and how sums become results.
        signed: whether inputs can be below zero.
        range: what the converters cover.
    """

    crossbar: Crossbar
    node: Node
    encoded: Encoded
    signed: bool
    range: Range

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
        """Lay out weights of shape (K, N) and calibrate the converters on inputs of shape (V, K).

        Raises:
            InputError: weights or inputs that are not whole numbers, or out of range.
        """
        encoded = crossbar.weight_encoding.encode(weights)
        sums = calibration_sums(encoded, inputs, signed, crossbar, node)
        return cls(crossbar, node, encoded, signed, calibrated(sums, signed, crossbar))

    @property
    def slices(self) -> NDArray[np.int16]:
        """Target level of each cell, shape (S, K, M)."""
        return self.encoded.levels

    @property
    def step(self) -> float | NDArray[np.float64]:
        """Converter step in level steps of a nominal cell."""
        return self.range.step

    @property
    def random(self) -> bool:
        """Whether programmed chips can differ."""
        converter = self.crossbar.converter
        return self.crossbar.cell.varies or converter.varies or bool(np.any(converter.noise))

    @property
    def blocks(self) -> int:
        """Blocks of rows, one below the other."""
        return self.crossbar.blocks(self.encoded.levels.shape[1])

    @property
    def _across(self) -> int:
        slices, _, columns = self.encoded.levels.shape
        return self.crossbar.arrays_across(slices * columns)

    @property
    def arrays(self) -> int:
        """Arrays that the layer occupies."""
        return self.blocks * self._across

    @property
    def utilisation(self) -> float:
        """Share of the cells of these arrays that hold a bit of a weight."""
        return self.encoded.levels.size / (self.arrays * self.crossbar.rows * self.crossbar.columns)

    @property
    def steps_per_vector(self) -> int:
        """Activations one after another for one vector, a long pulse counted by its length."""
        return sum(self.crossbar.input_encoding.lengths(self.signed))

    def program(self, stream: Stream | None) -> ProgrammedCrossbar:
        """Write the cells: one programmed chip per stream; None gives nominal cells and converters without errors."""
        bar = self.crossbar
        largest = max(abs(limit) for limit in bar.input_encoding.limits(self.signed))
        cells, exponent = program(self.encoded, bar, self.node, stream, largest_digit=largest)
        slices, depth, columns = self.encoded.levels.shape
        placement = Placement(depth, bar.block_rows(depth), slices, columns, bar.columns_per_converter)
        parts = conversions(bar.converter, self.range, exponent, placement, stream)
        return ProgrammedCrossbar(self, exponent, parts, tuple(
            Cells(np.ascontiguousarray(cells[part.slices, part.rows])) for part in parts
        ))  # fmt: skip

    def events(self, inputs: NDArray[np.integer]) -> EventCount:
        """Count what inputs of shape (V, K) make the arrays do. The cells count in their target states.

        A device at level l of L conducts as l/L devices in their low-resistance state and the rest in their
        high-resistance state. A pulse of n units reads its cells n times.
        """
        bar, encoded = self.crossbar, self.encoded
        drive, scheme = bar.input_encoding, bar.weight_encoding
        slices, _, columns = encoded.levels.shape
        vectors, across = inputs.shape[0], self._across
        drive.verify(inputs, self.signed)
        raised, toggles, activations = drive.driven(inputs, self.signed, encoded.doubled)
        devices = slices * columns * bar.cell.devices
        parallel = np.abs(encoded.levels).sum(axis=(0, 2), dtype=np.int64) / scheme.top
        unit_columns = 0
        if encoded.unit is not None:
            unit_columns = slices * across
            devices += unit_columns
            parallel = parallel + float(encoded.unit.sum()) / scheme.top * across
        sampled = float(vectors) * self.blocks * slices * columns
        converted = sampled * (1 if drive.whole else activations)
        outputs = encoded.outputs
        # a digital correction adds the inputs up and corrects each output; two columns take a subtraction. Of a row
        # and its complement one is always up: their correction is a constant and goes into the bias
        pedestals = bar.has_pedestal and encoded.factors.sum() and not encoded.doubled
        corrected = bool(encoded.lift or pedestals)
        digital = outputs * (1 + corrected + (len(encoded.factors) - 1)) + corrected * encoded.depth
        return EventCount(
            cell_reads_low=float(raised @ parallel),
            cell_reads_high=float(raised @ (devices - parallel)),
            wordline_toggles=float(toggles) * across,
            bitline_reads=activations * (sampled + float(vectors) * self.blocks * unit_columns),
            conversions=converted,
            shift_adds=converted,
            array_steps=float(vectors) * activations * self.blocks * across,
            sequential_steps=float(vectors) * self.steps_per_vector,
            buffer_bits_read=float(vectors) * encoded.depth * bar.input_bits,
            buffer_bits_written=float(vectors) * outputs * bar.input_bits,
            digital_operations=float(vectors) * digital,
        )

    def write_events(self) -> EventCount:
        """Count the devices written once to program the layer, unit columns included."""
        units = 0 if self.encoded.unit is None else self.encoded.levels[:, :, 0].size * self._across
        return EventCount(memory_bits_written=float(self.crossbar.cell.devices * self.encoded.levels.size + units))


def calibration_sums(
    encoded: Encoded, inputs: NDArray[np.integer], signed: bool, crossbar: Crossbar, node: Node
) -> Histogram | None:
    """Return the histogram of a layer's partial sums; None where converters need no calibration."""
    if crossbar.converter.kind in ("lossless", "ideal"):
        return None
    drive, top = crossbar.input_encoding, crossbar.weight_encoding.top
    base = pedestal(crossbar, node)
    levels = encoded.levels if encoded.unit is None else encoded.levels - encoded.unit[:, None, None]
    least = -top if crossbar.weight_encoding.record.pair or encoded.unit is not None else base
    corners = [digit * level for digit in drive.limits(signed) for level in (least, top + base)]
    drive.verify(inputs, signed)
    sample = inputs[:: max(1, -(-len(inputs) // SAMPLE))]
    return partial_sums(
        drive.digits(sample, signed, encoded.doubled),
        levels,
        input_weights=drive.significances(signed),
        cell_weights=encoded.cell_weights,
        rows=crossbar.block_rows(levels.shape[1]),
        lowest=crossbar.rows * min(0.0, *corners),
        highest=crossbar.rows * max(0.0, *corners),
        pedestal=base,
        per_column=crossbar.range_per == "column",
    )


def calibrated(sums: Histogram | None, signed: bool, crossbar: Crossbar) -> Range:
    """Return what the converters of a layer cover, from the histogram of its partial sums."""
    low, high = crossbar.codes(signed)
    if sums is None:
        return Range(1.0, 0.0, low, high)
    return best_range(
        sums, low, high, method=crossbar.converter_range, percentile=float(crossbar.percentile),
        two_sided=crossbar.two_sided(signed), whole=not crossbar.has_pedestal,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class ProgrammedCrossbar:
    """One programmed chip's share of a layer.

    Args:
        engine: the layer that was programmed.
        exponent: of the grid: a level step is 2**exponent.
        parts: the converters, and the rows and slices that they serve.
        cells: value of each cell of each part on the grid, shape (S, K, M).
    """

    engine: CrossbarEngine
    exponent: int
    parts: tuple[Part, ...]
    cells: tuple[Cells, ...]

    def multiply(
        self, inputs: NDArray[np.integer], backend: str = "auto", *, first_vector: int = 0
    ) -> NDArray[np.float64]:
        """Return the product of inputs, shape (V, K), and the stored weights as the converters deliver it, (V, N).

        Args:
            inputs: shape (V, K), whole numbers.
            backend: of the kernel.
            first_vector: index of the first vector, which picks its noise.

        Raises:
            InputError: inputs that are not whole numbers or out of range.
        """
        return self.product(inputs, backend, first_vector=first_vector).values.astype(np.float64, copy=False)

    def product(self, inputs: NDArray[np.integer], backend: str = "auto", *, first_vector: int = 0) -> Product:
        """Return the product as `multiply` does, and how it was computed.

        Vectors are taken in pieces, so that their digits and sums stay within `DIGIT_BYTES`.
        """
        drive, signed, encoded = self.engine.crossbar.input_encoding, self.engine.signed, self.engine.encoded
        drive.verify(inputs, signed)
        significances = drive.significances(signed)
        _, depth, columns = encoded.levels.shape
        result = np.empty((len(inputs), encoded.outputs))
        chunk = max(1, DIGIT_BYTES // (2 * significances.size * depth + 24 * columns))
        for start in range(0, max(len(inputs), 1), chunk):
            digits = drive.digits(inputs[start : start + chunk], signed, encoded.doubled)
            total = np.zeros((digits.shape[1], columns))
            for part, cells in zip(self.parts, self.cells, strict=True):
                product = sliced_mvm(
                    digits[:, :, part.rows],
                    cells,
                    input_weights=significances,
                    cell_weights=encoded.cell_weights[part.slices],
                    rows=self.engine.crossbar.block_rows(depth),
                    conversion=part.conversion,
                    noise=part.noise,
                    first_vector=first_vector + start,
                    backend=backend,
                )
                total += self._sums(product, part, significances)
            result[start : start + chunk] = self._corrected(total, digits, significances)
        return Product(result, product.path, product.backend)

    def _sums(self, product: Product, part: Part, significances: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what the codes of a part stand for, in level steps."""
        if part.conversion is None:
            return np.ldexp(product.values, -self.exponent)
        engine = self.engine
        blocks = engine.blocks if part.rows.stop == engine.encoded.levels.shape[1] and part.rows.start == 0 else 1
        weight = int(significances.sum()) * int(engine.encoded.cell_weights[part.slices].sum())
        return engine.range.sums(product.values, blocks * weight)

    def _corrected(
        self, columns: NDArray[np.float64], digits: NDArray[np.int16], significances: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return results from the sums of the columns: combined, and freed of pedestal, lift and shift."""
        engine, encoded, bar = self.engine, self.engine.encoded, self.engine.crossbar
        result: NDArray[np.float64] = encoded.combine(columns)
        base = pedestal(bar, engine.node) * int(encoded.factors.sum())
        if base or encoded.lift:
            driven = np.tensordot(significances, digits.sum(axis=2, dtype=np.int64), 1)[:, None]
            if base:  # the cells' own number on the grid, so that an ideal converter gives whole results
                base = float(np.rint(np.ldexp(base, self.exponent)))
                result = result - np.ldexp(base, -self.exponent) * int(encoded.cell_weights.sum()) * driven
            result = result + encoded.lift * driven
        if encoded.doubled:
            result = result - encoded.complement * int(significances.sum())
        if bar.input_encoding.shift:
            result = result + bar.input_encoding.shift * encoded.weights.sum(axis=0)
        return result
