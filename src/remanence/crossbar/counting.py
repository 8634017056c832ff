"""What a layer's arrays do: counted from the inputs of a run, or expected from how often values occur."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.core.events import EventCount
from remanence.crossbar.crossbar import Crossbar
from remanence.crossbar.encoding import Encoded


@dataclass(frozen=True, slots=True, eq=False)
class Occurrence:
    """How often whole numbers occur, inputs or weights.

    Args:
        values: each once, in rising order.
        counts: how often, not negative; need not be whole.

    Raises:
        InputError: shapes that do not fit, nothing that occurs, or a count that is negative or not finite.
    """

    values: NDArray[np.int64]
    counts: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Check the fields."""
        if self.values.ndim != 1 or self.values.shape != self.counts.shape or self.values.dtype.kind not in "iu":
            raise InputError("Occurrence", f"shapes {self.values.shape} and {self.counts.shape}",
                             "must be whole numbers and as many counts")  # fmt: skip
        if not (np.isfinite(self.counts).all() and np.all(self.counts >= 0) and self.counts.sum() > 0):
            raise InputError("Occurrence.counts", f"a sum of {self.counts.sum():g}",
                             "must be finite, not negative and more than 0 together")  # fmt: skip

    @classmethod
    def of(cls, numbers: NDArray[np.integer]) -> Occurrence:
        """Count the values of an array."""
        values, counts = np.unique(np.asarray(numbers), return_counts=True)
        return cls(values.astype(np.int64), counts.astype(np.float64))

    @property
    def total(self) -> float:
        """How many numbers there are."""
        return float(self.counts.sum())

    def mean(self, quantity: NDArray[np.number]) -> float:
        """Return the mean of what belongs to each value."""
        return float(quantity @ self.counts) / self.total

    def __add__(self, other: Occurrence) -> Occurrence:
        """Count two sets of numbers together."""
        values, place = np.unique(np.concatenate([self.values, other.values]), return_inverse=True)
        return Occurrence(values, np.bincount(place, np.concatenate([self.counts, other.counts])).astype(np.float64))

    def __mul__(self, factor: float) -> Occurrence:
        """Scale the counts."""
        return Occurrence(self.values, self.counts * factor)


def counted(bar: Crossbar, encoded: Encoded, signed: bool, inputs: NDArray[np.integer]) -> EventCount:
    """Count what inputs of shape (V, K) make the arrays do. The cells count in their target states.

    A device at level l of L conducts as l/L devices in their low-resistance state and the rest in their high-resistance
    state. A pulse of n units reads its cells n times.
    """
    drive, scheme = bar.input_encoding, bar.weight_encoding
    slices, _, columns = encoded.levels.shape
    drive.verify(inputs, signed)
    raised, toggles, activations = drive.driven(inputs, signed, encoded.doubled)
    across = bar.arrays_across(slices * columns)
    devices = slices * columns * bar.cell.devices
    parallel = np.abs(encoded.levels).sum(axis=(0, 2), dtype=np.int64) / scheme.top
    if encoded.unit is not None:
        devices += slices * across
        parallel = parallel + float(encoded.unit.sum()) / scheme.top * across
    return _total(
        bar, encoded, signed, vectors=float(inputs.shape[0]), low=float(raised @ parallel),
        high=float(raised @ (devices - parallel)), toggles=float(toggles), activations=activations,
    )  # fmt: skip


def expected(
    bar: Crossbar, encoded: Encoded, signed: bool, inputs: Occurrence, weights: Occurrence | None = None
) -> EventCount:
    """Return the events that values as frequent as these make on average, inputs independent of weights and rows.

    Everything but the reads by state is exact. Reads take the mean pulse length of an input, times the mean state of
    the cells: they err by how inputs and weights of a row go together.

    Args:
        bar: the layout.
        encoded: the layer's shape, and its weights if no others are given.
        signed: whether inputs can be below zero.
        inputs: of all V vectors of K inputs: V is their number over K.
        weights: of the layer; those that it holds if left out.

    Raises:
        InputError: an input or a weight out of range.
    """
    drive, scheme = bar.input_encoding, bar.weight_encoding
    slices, _, columns = encoded.levels.shape
    drive.verify(inputs.values, signed)
    units, pulses, activations = drive.effort(inputs.values, signed)
    vectors = inputs.total / encoded.depth
    rows = [(inputs.mean(units), inputs.mean(pulses))]
    if encoded.doubled:  # an inverted digit is one bit
        rows.append((activations - rows[0][0], activations - rows[0][1]))
    held = weights or Occurrence.of(encoded.weights)
    single = scheme.encode(held.values[:, None])
    # levels of the cells of one weight, shape (values, its rows, slices and columns)
    levels = np.abs(single.levels).reshape(slices, held.values.size, len(rows), -1).transpose(1, 2, 0, 3)
    parallel = [held.mean(levels[:, row].sum(axis=(1, 2))) / scheme.top * encoded.outputs for row in range(len(rows))]
    across = bar.arrays_across(slices * columns)
    devices = slices * columns * bar.cell.devices
    if encoded.unit is not None:
        devices += slices * across
        parallel = [one + float(encoded.unit.sum()) / scheme.top * across for one in parallel]
    read = [vectors * encoded.depth * mean for mean, _ in rows]
    return _total(
        bar, encoded, signed, vectors=vectors, low=sum(n * on for n, on in zip(read, parallel, strict=True)),
        high=sum(n * (devices - on) for n, on in zip(read, parallel, strict=True)),
        toggles=vectors * encoded.depth * sum(mean for _, mean in rows), activations=activations,
    )  # fmt: skip


def _total(
    bar: Crossbar,
    encoded: Encoded,
    signed: bool,
    *,
    vectors: float,
    low: float,
    high: float,
    toggles: float,
    activations: int,
) -> EventCount:
    """Return all events, from the reads by state, the pulses on all rows and the activations for a vector."""
    slices, depth, columns = encoded.levels.shape
    blocks, across = bar.blocks(depth), bar.arrays_across(slices * columns)
    unit_columns = 0 if encoded.unit is None else slices * across
    sampled = vectors * blocks * slices * columns
    converted = sampled * (1 if bar.input_encoding.whole else activations)
    outputs = encoded.outputs
    # a digital correction adds the inputs up and corrects each output; two columns take a subtraction. Of a row
    # and its complement one is always up: their correction is a constant and goes into the bias
    pedestals = bar.has_pedestal and encoded.factors.sum() and not encoded.doubled
    corrected = bool(encoded.lift or pedestals)
    digital = outputs * (1 + corrected + (len(encoded.factors) - 1)) + corrected * encoded.depth
    return EventCount(
        cell_reads_low=low,
        cell_reads_high=high,
        wordline_toggles=toggles * across,
        bitline_reads=activations * (sampled + vectors * blocks * unit_columns),
        conversions=converted,
        shift_adds=converted,
        array_steps=vectors * activations * blocks * across,
        sequential_steps=vectors * sum(bar.input_encoding.lengths(signed)),
        buffer_bits_read=vectors * encoded.depth * bar.input_bits,
        buffer_bits_written=vectors * outputs * bar.input_bits,
        digital_operations=vectors * digital,
    )
