"""Partial sums of arbitrary cells driven by digits of few levels, from tables of the sums of four rows (numba).

Four rows driven with 0 or 1 can add only 16 different sums to a column. With these in a table, a partial sum of 128
rows takes 32 additions instead of 128 multiply-adds. The tables of 128 rows and 16 columns fill 32 KiB: they stay in
the first-level cache. Rows of three or four levels go in pairs. The idea is that of Arlazarov, Dinic, Kronrod and
Faradzev (1970), the "method of four Russians".
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from remanence.kernels.sliced_mvm.vector import LANES, add, item, load, multiply, splat, store

ENTRIES = 16
"""Sums of a group of rows."""
GROUPS = 32
"""Groups of rows whose tables are in the cache at the same time."""
_SIZE = ENTRIES * LANES


def rows_together(levels: int) -> int:
    """Return how many rows of so many levels make a group of at most `ENTRIES` sums."""
    return {2: 4, 3: 2, 4: 2}.get(levels, 4 if levels < 2 else 1)


@numba.njit(nogil=True, cache=True)
def index(digits: Any, low: int, levels: int, together: int, start: int, stop: int) -> Any:
    """Return where each group of rows of a block finds its sum, shape (vectors times cycles, groups).

    Args:
        digits: shape (cycles, vectors, K).
        low: smallest digit.
        levels: number of digits.
        together: rows of a group.
        start: first row of the block.
        stop: end of the block.
    """
    pulses, vectors, _ = digits.shape
    groups = -(-(stop - start) // together)
    places = np.empty((vectors * pulses, groups), np.uint16)
    for vector in range(vectors):
        for pulse in range(pulses):
            for group in range(groups):
                entry, power = 0, 1
                first = start + group * together
                for row in range(first, min(first + together, stop)):
                    entry += power * (digits[pulse, vector, row] - low)
                    power *= levels
                places[vector * pulses + pulse, group] = group % GROUPS * _SIZE + entry * LANES
    return places


@numba.njit(nogil=True, cache=True)
def _tables(lines: Any, rows: int, together: int, factors: Any, tables: Any) -> None:
    """Tabulate the sums of groups of rows; ``lines`` holds the cells of a row and `LANES` columns after another."""
    levels = factors.size - 1
    lowest = splat(factors[levels])
    for group in range(-(-rows // together)):
        base, filled = group * _SIZE, 1
        first, stop = group * together, min((group + 1) * together, rows)
        start = splat(np.float32(0))
        for row in range(first, stop):
            start = add(start, multiply(lowest, load(lines, row * LANES)))
        store(tables, base, start)
        for row in range(first, stop):
            line = load(lines, row * LANES)
            for level in range(1, levels):
                more = multiply(splat(factors[level]), line)
                for entry in range(filled):
                    source, sink = base + entry * LANES, base + (level * filled + entry) * LANES
                    store(tables, sink, add(load(tables, source), more))
            filled *= levels


@numba.njit(nogil=True, cache=True)
def _sweep(tables: Any, places: Any, first: int, stop: int, partial: Any, offset: int, pitch: int) -> None:
    """Add the sums of some groups to every row of a piece of partial sums, which the first groups begin."""
    groups = places.shape[1]
    for row in range(places.shape[0]):
        at, group, end = row * pitch + offset, row * groups + first, row * groups + stop
        even = load(partial, at) if first else splat(np.float32(0))
        odd = splat(np.float32(0))
        while group + 1 < end:
            even = add(even, load(tables, np.int64(item(places, group))))
            odd = add(odd, load(tables, np.int64(item(places, group + 1))))
            group += 2
        if group < end:
            odd = add(odd, load(tables, np.int64(item(places, group))))
        store(partial, at, add(even, odd))


@numba.njit(nogil=True, cache=True)
def sums(
    cells: Any, places: Any, start: int, stop: int, left: int, right: int, together: int, factors: Any, lines: Any,
    tables: Any, partial: Any,
) -> None:  # fmt: skip
    """Write the partial sums of a block of rows and a piece of columns.

    Args:
        cells: of a slice, shape (K, M).
        places: from `index`.
        start: first row of the block.
        stop: end of the block.
        left: first column of the piece.
        right: end of the piece.
        together: rows of a group.
        factors: what a row adds per cell on each level beyond the lowest; at the end, what it adds on the lowest.
        lines: scratch of the rows of `GROUPS` groups and `LANES` columns.
        tables: scratch of `GROUPS` tables, aligned to a line of the cache.
        partial: flat; row after row of a multiple of `LANES` columns.
    """
    pitch = -(-(right - left) // LANES) * LANES
    for offset in range(0, pitch, LANES):
        width = min(LANES, right - left - offset)
        for group in range(0, places.shape[1], GROUPS):
            end = min(group + GROUPS, places.shape[1])
            first, last = start + group * together, min(start + end * together, stop)
            for row in range(first, last):
                for lane in range(width):
                    lines[(row - first) * LANES + lane] = np.float32(cells[row, left + offset + lane])
            _tables(lines, last - first, together, factors, tables)
            _sweep(tables, places, group, end, partial, offset, pitch)
