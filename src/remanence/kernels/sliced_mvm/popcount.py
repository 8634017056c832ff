"""Partial sums of cells of two or three values driven by digits of two values: bits and population counts (numba).

With digits a + e x, x in {0, 1}, and cells u + p P + n N, P and N in {0, 1}, a partial sum is

    v = a sum(cells) + e (u count(x) + p count(x and P) + n count(x and N))

so two conducting states of any ratio, differential pairs and networks of -1 and 1 all run on the same counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from remanence.kernels.sliced_mvm.vector import LANES, WIDE, add, add_counts, count, item, load, no_counts, splat, store

BITS = np.bitwise_count(np.arange(256, dtype=np.uint8))
"""Ones of each byte."""
FULL = 31
"""Bytes of a column that can be counted in a byte."""


@dataclass(frozen=True, slots=True, eq=False)
class Planes:
    """Cells of two or three values as bits.

    Args:
        bits: P and, for three values, N: shape (blocks, S, 1 or 2, bytes, columns),
            M columns filled up to a multiple of `WIDE`.
        factors: u, p and n.
        totals: sum of the cells of each column of a block, shape (blocks, S, columns).
    """

    bits: NDArray[np.uint8]
    factors: tuple[int, int, int]
    totals: NDArray[np.int64]


def planes(values: NDArray[np.int32], levels: tuple[int, ...], rows: int) -> Planes:
    """Return cells of the given values, in order, as bits; blocks of ``rows`` rows are filled up to whole bytes."""
    middle = levels[len(levels) // 2] if len(levels) == 3 else levels[0]
    others = [level for level in levels if level != middle]
    slices, depth, columns = values.shape
    blocks, size, pitch = -(-depth // rows), -(-rows // 8), -(-columns // WIDE) * WIDE
    bits = np.zeros((blocks, slices, len(others), size, pitch), np.uint8)
    for plane, level in enumerate(others):
        for s in range(slices):
            _pack(values[s], level, rows, bits[:, s, plane])
    starts = np.arange(0, depth, rows)
    totals = np.zeros((blocks, slices, pitch), np.int64)
    totals[:, :, :columns] = np.stack([np.add.reduceat(one, starts, axis=0, dtype=np.int64) for one in values], axis=1)
    steps = [level - middle for level in others] + [0, 0]
    return Planes(bits, (middle, steps[0], steps[1]), totals)


@numba.njit(nogil=True, cache=True)
def _pack(values: Any, level: int, rows: int, bits: Any) -> None:
    for row in range(values.shape[0]):
        block, inside = row // rows, row % rows
        byte, shift = inside // 8, inside % 8
        for column in range(values.shape[1]):
            bits[block, byte, column] |= np.uint8(np.uint8(values[row, column] == level) << shift)


@numba.njit(nogil=True, cache=True)
def pack_digits(digits: Any, high: int, start: int, stop: int, size: int) -> Any:
    """Return the rows of a block driven with the larger digit, as bits, shape (vectors times cycles, size).

    Args:
        digits: shape (cycles, vectors, K).
        high: the larger digit.
        start: first row of the block.
        stop: end of the block.
        size: bytes.
    """
    pulses, vectors, _ = digits.shape
    packed = np.zeros((vectors * pulses, size), np.uint8)
    for vector in range(vectors):
        for pulse in range(pulses):
            for row in range(start, stop):
                bit = np.uint8(digits[pulse, vector, row] == high)
                packed[vector * pulses + pulse, (row - start) // 8] |= np.uint8(bit << ((row - start) % 8))
    return packed


@numba.njit(nogil=True, cache=True)
def sums(driven: Any, bits: Any, left: int, right: int, totals: Any, numbers: Any, partial: Any) -> None:
    """Write the partial sums of a block of rows and a piece of columns.

    Args:
        driven: from `pack_digits`.
        bits: P and perhaps N of a slice and block, shape (1 or 2, bytes, columns).
        left: first column of the piece.
        right: end of the piece; both multiples of `WIDE`.
        totals: a sum(cells) of the columns, float32.
        numbers: e u, e p, e n, float32.
        partial: shape (rows of ``driven``, columns of the piece).
    """
    rows, size = driven.shape
    width, pitch = right - left, bits.shape[2]
    for row in range(rows):
        up = 0
        for byte in range(row * size, (row + 1) * size):
            up += item(BITS, np.int64(item(driven, byte)))
        base = splat(numbers[0] * np.float32(up))
        for column in range(0, width, LANES):
            store(partial, row * width + column, add(load(totals, left + column), base))
        for plane in range(bits.shape[0]):
            factor = numbers[1 + plane]
            for column in range(0, width, WIDE):
                at = plane * size * pitch + left + column
                for begin in range(0, size, FULL):
                    counts = no_counts()
                    for byte in range(begin, min(begin + FULL, size)):
                        counts = count(counts, bits, at + byte * pitch, item(driven, row * size + byte))
                    add_counts(partial, row * width + column, counts, factor)
