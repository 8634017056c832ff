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
        counts: how often, not negative, need not be whole; shape (values,), or (K, values) of each input of a layer.

    Raises:
        InputError: shapes that do not fit, nothing that occurs, or a count that is negative or not finite.
    """

    values: NDArray[np.int64]
    counts: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Check the fields."""
        fits = self.counts.ndim in (1, 2) and self.counts.shape[-1:] == self.values.shape
        if self.values.ndim != 1 or not fits or self.values.dtype.kind not in "iu":
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

    @classmethod
    def by_input(cls, numbers: NDArray[np.integer]) -> Occurrence:
        """Count the values of each input of vectors of shape (V, K)."""
        values, place = np.unique(np.asarray(numbers), return_inverse=True)
        depth = numbers.shape[1]
        index = place.reshape(-1, depth) + np.arange(depth) * values.size
        counts = np.bincount(index.ravel(), minlength=depth * values.size)
        return cls(values.astype(np.int64), counts.reshape(depth, values.size).astype(np.float64))

    @property
    def total(self) -> float:
        """How many numbers there are."""
        return float(self.counts.sum())

    def mean(self, quantity: NDArray[np.number]) -> NDArray[np.float64]:
        """Return the mean of what belongs to each value: one number, or one of each input."""
        found: NDArray[np.float64] = self.counts @ quantity / self.counts.sum(axis=-1)
        return found

    def __add__(self, other: Occurrence) -> Occurrence:
        """Count two sets of numbers together."""
        values, place = np.unique(np.concatenate([self.values, other.values]), return_inverse=True)
        counts = np.zeros((*self.counts.shape[:-1], values.size))
        counts[..., place[: self.values.size]] += self.counts
        counts[..., place[self.values.size :]] += other.counts
        return Occurrence(values, counts)

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
    drive.verify(inputs, signed, encoded.depth)
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
    """Return the events that values as frequent as these make on average, vectors independent of each other.

    Everything but the reads by state is exact. Reads take the mean pulse length of an input times the mean state of its
    cells. With inputs counted one by one that is exact too; with one histogram of all inputs it errs by how inputs and
    weights of a row go together, and no weights need to be known but their histogram.

    Args:
        bar: the layout.
        encoded: the layer's shape, and its weights if no others are given.
        signed: whether inputs can be below zero.
        inputs: of all V vectors of K inputs: V is their number over K.
        weights: of the layer, all together; those that it holds if left out.

    Raises:
        InputError: an input or a weight out of range, or counts of another number of inputs.
    """
    drive, scheme = bar.input_encoding, bar.weight_encoding
    slices, _, columns = encoded.levels.shape
    single = inputs.counts.ndim == 2
    if single and len(inputs.counts) != encoded.depth:
        raise InputError("expected events: inputs", len(inputs.counts), f"the layer has {encoded.depth}")
    drive.verify(inputs.values, signed)
    units, pulses, activations = drive.effort(inputs.values, signed)
    vectors = inputs.total / encoded.depth
    # of the row of an input and of its complement, if there is one; an inverted digit is one bit
    long, often = (np.atleast_1d(inputs.mean(each)) for each in (units, pulses))
    raised = np.stack([long, activations - long][: encoded.rows_per_input], axis=1)
    driven = np.stack([often, activations - often][: encoded.rows_per_input], axis=1)
    if single and weights is None:
        low = np.abs(encoded.levels).sum(axis=(0, 2), dtype=np.int64).reshape(encoded.depth, -1) / scheme.top
    else:
        held = weights or Occurrence.of(encoded.weights)
        levels = np.abs(scheme.encode(held.values[:, None]).levels)
        each = levels.reshape(slices, held.values.size, encoded.rows_per_input, -1).sum(axis=(0, 3))
        low = np.atleast_2d(held.mean(each)) / scheme.top * encoded.outputs
    across = bar.arrays_across(slices * columns)
    devices = slices * columns * bar.cell.devices
    if encoded.unit is not None:
        devices += slices * across
        low = low + float(encoded.unit.sum()) / scheme.top * across
    inputs_a_row = encoded.depth / len(raised)
    return _total(
        bar, encoded, signed, vectors=vectors, low=float((raised * low).sum()) * vectors * inputs_a_row,
        high=float((raised * (devices - low)).sum()) * vectors * inputs_a_row,
        toggles=float(driven.sum()) * vectors * inputs_a_row, activations=activations,
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
