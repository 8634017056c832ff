"""How converters behave: thresholds of every physical one, drawn from its kind's errors, for the kernel.

A static converter without memory is a staircase that never falls, whatever its errors. A flash counts the comparators
below the sum; a ramp is a scale and a shift. A converter that decides bit by bit (SAR, cyclic) is a decision tree: at
each node it compares the same sum with a threshold that depends on the bits before. All sums below a node's threshold
go where codes are smaller, all above where they are larger, so the code cannot fall as the sum rises, even where
mismatch puts a later threshold outside the interval that reaches it: then a code is missing. So a table of sorted
thresholds holds all there is to know: ``code = low + number of thresholds <= sum``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remanence.circuit import Converter
from remanence.core.declare import shape
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.kernels.sliced_mvm import Conversion, Noise, Staircase, Uniform

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Range:
    """What a converter covers: sum = origin + step code.

    Args:
        step: one code, in level steps of a cell; one for the layer, or of each column, shape (M,).
        origin: sum at code 0, likewise.
        low: smallest code.
        high: largest code.
    """

    step: float | Floats
    origin: float | Floats
    low: int
    high: int

    def sums(self, codes: NDArray[np.int64] | Floats, count: int) -> Floats:
        """Return the sums that accumulated codes stand for; ``count`` is the sum of their significances."""
        found: Floats = codes.astype(np.float64) * self.step
        return found + np.asarray(self.origin) * count if np.any(self.origin) else found


def thresholds(converter: Converter, count: int, stream: Stream) -> Floats:
    """Return where each of ``count`` converters changes its code, in steps above the centre of its lowest code.

    Threshold i, from 1 to 2**bits - 1, lies at i - 1/2 without errors.

    - SAR: capacitor j holds 2**j units, each spread by ``capacitor_mismatch``, so relatively by that over sqrt(2**j);
      one unit ends the array. Code i is tried at 2**bits sum of its capacitors over the sum of all.
    - flash: each comparator has its own offset; the code counts those that fire, in whatever order.
    - ramp: threshold i is passed at i / (1 + slope error).
    - cyclic: the residue r of a sum in -1 to 1 becomes g r - sign(r) + offset in each cycle, g = 2 (1 + gain error).
    - ``offset`` shifts all thresholds of a converter.

    Args:
        converter: a single design (no array fields) of a kind whose converters differ.
        count: physical converters.
        stream: draws of this set of converters.

    Returns:
        Shape (count, 2**bits - 1), rising.

    Raises:
        InputError: a design with array fields, or a kind without errors.
    """
    if shape(converter):
        raise InputError("thresholds: converter", "array fields", "a single design is needed")
    if converter.kind not in _KINDS:
        raise InputError("thresholds: converter", converter.kind, f"must be one of {', '.join(_KINDS)}")
    decided = _KINDS[converter.kind](converter, count, stream)
    return decided + float(converter.offset) * stream.child("offset").normal((count, 1))


def _sar(converter: Converter, count: int, stream: Stream) -> Floats:
    bits = converter.bits
    units = np.concatenate([2.0 ** np.arange(bits), [1.0]])  # the last one ends the array
    spread = float(converter.capacitor_mismatch) * stream.child("capacitors").normal((count, bits + 1))
    capacitors = units + np.sqrt(units) * spread
    codes = (np.arange(1, 2**bits)[:, None] >> np.arange(bits)) & 1
    tried = capacitors[:, :bits] @ codes.T.astype(np.float64)
    return tree(2.0**bits * tried / capacitors.sum(axis=1, keepdims=True) - 0.5)


def _flash(converter: Converter, count: int, stream: Stream) -> Floats:
    comparators = np.arange(1, converter.comparators + 1) - 0.5
    spread = float(converter.comparator_spread) * stream.child("comparators").normal((count, converter.comparators))
    return np.sort(comparators + spread, axis=1)


def _ramp(converter: Converter, count: int, stream: Stream) -> Floats:
    slope = 1.0 + float(converter.slope_spread) * stream.child("slope").normal((count, 1))
    return np.arange(1, 2**converter.bits) / np.maximum(slope, 0.5) - 0.5


def _cyclic(converter: Converter, count: int, stream: Stream) -> Floats:
    bits = converter.bits
    gain = 2.0 * (1.0 + float(converter.gain_spread) * stream.child("gain").normal((count, 1)))
    shift = float(converter.stage_offset) * stream.child("stage").normal((count, 1))
    found = np.empty((count, 2**bits - 1))
    # before decision j the residue is slope sum + constant, of each prefix of j bits
    slope, constant = np.ones((count, 1)), np.zeros((count, 1))
    for place in range(bits - 1, -1, -1):
        found[:, 2**place - 1 :: 2 ** (place + 1)] = -constant / slope
        both = np.repeat(constant, 2, axis=1)
        sign = np.tile([-1.0, 1.0], constant.shape[1])
        slope, constant = gain * slope, gain * both - sign + shift
    return tree((found + 1.0) * 2.0 ** (bits - 1) - 0.5)


_KINDS = {"SAR": _sar, "flash": _flash, "ramp": _ramp, "cyclic": _cyclic}


def tree(decisions: Floats) -> Floats:
    """Return the thresholds of a converter that decides bit by bit, from what it compares with when it tries each code.

    A decision counts only for the sums that reach it, those between the last decisions that went up and down: it is cut
    to that interval.

    Args:
        decisions: what the sum is compared with when code i is tried, shape (C, 2**bits - 1), i from 1.
    """
    count, last = decisions.shape
    edges = np.empty((count, last + 2))
    edges[:, 0], edges[:, -1], edges[:, 1:-1] = -np.inf, np.inf, decisions
    half = (last + 1) // 2
    while half:
        tried = np.arange(half, last + 1, 2 * half)
        edges[:, tried] = np.clip(edges[:, tried], edges[:, tried - half], edges[:, tried + half])
        half //= 2
    return edges[:, 1:-1]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of the products that shares its converters: which rows and slices, the converters and their noise."""

    rows: slice
    slices: slice
    conversion: Conversion
    noise: Noise | None


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Where converters stand.

    Args:
        depth: rows of cells.
        rows: of a block.
        slices: of a weight.
        columns: converted columns of a slice.
        per_converter: columns that share a converter, one after the other.
    """

    depth: int
    rows: int
    slices: int
    columns: int
    per_converter: int

    def parts(self) -> Iterator[tuple[slice, slice, NDArray[np.int64]]]:
        """Yield rows, slices and the converter of each column, numbered from 0, of parts that share converters.

        The slices of a column stand side by side, so that one converter takes them all if it serves so many columns;
        else each slice has converters of its own.
        """
        together = self.per_converter >= self.slices
        of = np.arange(self.columns) // (self.per_converter // self.slices if together else self.per_converter)
        for start in range(0, self.depth, self.rows):
            rows = slice(start, start + self.rows)
            if together:
                yield rows, slice(0, self.slices), of
            else:
                for place in range(self.slices):
                    yield rows, slice(place, place + 1), of


def conversions(
    converter: Converter,
    reach: Range,
    exponent: int,
    placement: Placement,
    stream: Stream | None,
    *,
    variance: NDArray[np.float32] | None = None,
    rms: float = 0.0,
) -> tuple[Part, ...]:
    """Return the converters of one programmed chip, in units of the cells' grid.

    Args:
        converter: its kind and errors.
        reach: what it covers.
        exponent: of the grid: a level step is 2**exponent.
        placement: where the converters stand.
        stream: draws of this chip; None for converters without errors.
        variance: of a read of each cell, (S, K, M), grid units squared; None for quiet cells.
        rms: of what the array adds to a sum whatever its cells hold, grid units.
    """
    whole = (slice(0, placement.depth), slice(0, placement.slices))
    grid = 2.0**exponent
    step, origin = np.asarray(reach.step, np.float64), np.asarray(reach.origin, np.float64)
    own_rms = (
        0.0 if stream is None or converter.kind == "ideal" else float(converter.noise) * float(step.flat[0]) * grid
    )
    total = float(np.hypot(own_rms, rms)) if rms else own_rms

    def noise(source: Stream, rows: slice, slices: slice) -> Noise | None:
        if variance is None:
            return Noise(source.key, total) if total else None
        return Noise(source.key, total, variance[slices, rows])

    if stream is None or converter.kind == "ideal" or not converter.varies:
        scale = 2.0**-exponent / step
        uniform = None if converter.kind == "ideal" else Uniform(scale, reach.low, reach.high, -origin / step)
        return (Part(*whole, uniform, None if stream is None else noise(stream.child("conversion noise"), *whole)),)
    found = []
    for index, (rows, slices, of) in enumerate(placement.parts()):
        own = stream.child("converters", index)
        edges = reach.low + thresholds(converter, int(of.max(initial=0)) + 1, own)
        if step.ndim:  # each column has a range of its own, and so a row of its own
            edges, of = edges[of], np.arange(of.size)
            edges = origin[:, None] + edges * step[:, None]
        else:
            edges = float(origin) + edges * float(step)
        staircase = Staircase(edges * grid, of, reach.low)
        found.append(Part(rows, slices, staircase, noise(own.child("noise"), rows, slices)))
    return tuple(found)
