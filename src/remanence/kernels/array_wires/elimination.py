"""Elimination of an array's nodes without a subtraction, compiled.

A node k with conductances a_i to its neighbours is replaced by conductances a_i a_j / s between them, s = sum a_i (star
to mesh). All numbers stay positive, so each keeps its relative accuracy, whatever the ratio of cells to wires. Four
nodes are eliminated at once, so that a matrix in the cache is read and written once for four products. Drivers and
sense ends are never eliminated, and conductances among drivers, or among sense ends, are not computed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numba
import numpy as np
from numpy.typing import NDArray

PANEL = 4
"""Nodes that are eliminated at once."""
WORTH = 2**22
"""Cells, times vectors, of ladders from which on other threads are woken: 1 to 2 ms of one."""
FAST = {"contract", "reassoc", "nsz"}
"""What the compiler may assume: sums in any order, products with additions; infinity stays what it is."""

Vector = NDArray[np.float64]
Integers = NDArray[np.int64]
Order: TypeAlias = tuple[Integers, Integers, Integers, Integers, Integers]
"""`members`, `table`, `place`, `edge_at` and `edge_of` of a `Schedule`."""


@numba.njit(inline="always", cache=True, error_model="numpy", fastmath=FAST)
def add(target: Vector, share: float, row: Vector) -> None:
    """Add a share of a row."""
    # ranges from 0 over contiguous vectors: the compiler then makes vector code, which it does not for part of a row
    for j in range(target.size):
        target[j] += share * row[j]


@numba.njit(inline="always", cache=True, error_model="numpy", fastmath=FAST)
def add_four(target: Vector, f0: float, r0: Vector, f1: float, r1: Vector, f2: float, r2: Vector, f3: float,
             r3: Vector) -> None:  # fmt: skip
    """Add shares of four rows."""
    for j in range(target.size):
        target[j] += (f0 * r0[j] + f1 * r1[j]) + (f2 * r2[j] + f3 * r3[j])


@numba.njit(inline="always", cache=True, error_model="numpy", fastmath=FAST)
def add_four_twice(target: Vector, other: Vector, f0: float, f1: float, f2: float, f3: float, g0: float, g1: float,
                   g2: float, g3: float, r0: Vector, r1: Vector, r2: Vector, r3: Vector) -> None:  # fmt: skip
    """Add shares of four rows to two rows, each of the four read once."""
    for j in range(target.size):
        a, b, c, d = r0[j], r1[j], r2[j], r3[j]
        target[j] += (f0 * a + f1 * b) + (f2 * c + f3 * d)
        other[j] += (g0 * a + g1 * b) + (g2 * c + g3 * d)


@numba.njit(cache=True, error_model="numpy", fastmath=FAST)
def eliminate(matrix: Vector, count: int, drivers: int, senses: int, totals: Vector) -> None:
    """Eliminate the first ``count`` nodes of a front; only the part above the diagonal is used."""
    first = 0
    while first < count:
        last = min(first + PANEL, count)
        for a in range(first, last):
            row = matrix[a]
            totals[a] = row[a + 1 :].sum()
            for b in range(a + 1, last):
                add(matrix[b, b + 1 :], row[b] / totals[a], row[b + 1 :])
        if last - first == PANEL:
            r0, r1, r2, r3 = matrix[first], matrix[first + 1], matrix[first + 2], matrix[first + 3]
            t0, t1 = 1.0 / totals[first], 1.0 / totals[first + 1]
            t2, t3 = 1.0 / totals[first + 2], 1.0 / totals[first + 3]
            i = last
            while i < senses:
                j = i + 1 if i < drivers else senses
                f0, f1, f2, f3 = r0[i] * t0, r1[i] * t1, r2[i] * t2, r3[i] * t3
                if i + 1 < senses and (i + 1 < drivers) == (i < drivers):
                    k = i + 1
                    # the second row's diagonal is written too: nothing reads it
                    add_four_twice(matrix[i, j:], matrix[k, j:], f0, f1, f2, f3, r0[k] * t0, r1[k] * t1, r2[k] * t2,
                                   r3[k] * t3, r0[j:], r1[j:], r2[j:], r3[j:])  # fmt: skip
                    i += 2
                else:
                    add_four(matrix[i, j:], f0, r0[j:], f1, r1[j:], f2, r2[j:], f3, r3[j:])
                    i += 1
        else:
            for a in range(first, last):
                scale = 1.0 / totals[a]
                for i in range(last, senses):
                    j = i + 1 if i < drivers else senses
                    add(matrix[i, j:], matrix[a, i] * scale, matrix[a, j:])
        first = last


@numba.njit(cache=True, error_model="numpy", fastmath=FAST)
def forward(values: Vector, order: Order, work: Vector, keep: bool, factor: Vector, totals: Vector) -> None:
    """Eliminate all inner nodes; the last update stays at the start of ``work``."""
    _, table, place, edge_at, edge_of = order
    for front in range(table.shape[0]):
        _, size, count, drivers, senses, update, start, rows, pivot, edge, edges, left, right, _ = table[front]
        flat = work[start : start + size * size]
        flat[:] = 0.0
        matrix = flat.reshape(size, size)
        for e in range(edge, edges):
            flat[edge_at[e]] += values[edge_of[e]]
        for child in (left, right):
            if child < 0:
                continue
            kept = table[child, 1] - table[child, 2]
            inner = table[child, 3] - table[child, 2]
            ends = table[child, 4] - table[child, 2]
            source = work[table[child, 5] : table[child, 5] + kept * kept].reshape(kept, kept)
            at = place[table[child, 13] : table[child, 13] + kept]
            for i in range(ends):
                target, given = matrix[at[i]], source[i]
                for j in range(i + 1 if i < inner else ends, kept):
                    target[at[j]] += given[j]
        eliminate(matrix, count, drivers, senses, totals[pivot : pivot + count])
        if keep:
            factor[rows : rows + count * size] = flat[: count * size]
        kept = size - count
        for i in range(kept):  # from the matrix down to its place on the stack: never overtakes what it still reads
            target, given = work[update + i * kept : update + (i + 1) * kept], matrix[count + i, count:]
            for j in range(kept):
                target[j] = given[j]


@numba.njit(inline="always", cache=True, error_model="numpy", fastmath=FAST)
def pair(later: Vector, row: Vector, share: float, adjoint: Vector) -> float:
    """Return a scalar product and add a share, in one pass."""
    total = 0.0
    for j in range(later.size):
        total += later[j] * row[j]
        adjoint[j] += later[j] * share
    return total


@numba.njit(cache=True, error_model="numpy", fastmath=FAST)
def reverse(order: Order, work: Vector, factor: Vector, totals: Vector, gradient: Vector) -> None:
    """Carry the adjoint of the last update, at the start of ``work``, back to the conductances of the edges."""
    _, table, place, edge_at, edge_of = order
    for front in range(table.shape[0] - 1, -1, -1):
        _, size, count, drivers, senses, update, start, rows, pivot, edge, edges, left, right, _ = table[front]
        kept = size - count
        matrix = work[start : start + size * size].reshape(size, size)
        for i in range(kept - 1, -1, -1):  # backwards: the two places may overlap
            for j in range(kept - 1, -1, -1):
                matrix[count + i, count + j] = work[update + i * kept + j]
        stored = factor[rows : rows + count * size].reshape(count, size)
        for a in range(count - 1, -1, -1):
            row, adjoint, scale = stored[a], matrix[a], 1.0 / totals[pivot + a]
            adjoint[a + 1 :] = 0.0
            for i in range(a + 1, senses):
                j = i + 1 if i < drivers else senses
                adjoint[i] += pair(matrix[i, j:], row[j:], row[i], adjoint[j:])
            offset = 0.5 * scale * (adjoint[a + 1 :] * row[a + 1 :]).sum()
            for i in range(a + 1, size):
                adjoint[i] = (adjoint[i] - offset) * scale
        for e in range(edge, edges):
            gradient[edge_of[e]] += matrix[edge_at[e] // size, edge_at[e] % size]
        # children lie below this front's matrix, the update of the second one above that of the first
        for child in (left, right):
            if child < 0:
                continue
            kept = table[child, 1] - table[child, 2]
            inner = table[child, 3] - table[child, 2]
            ends = table[child, 4] - table[child, 2]
            target = work[table[child, 5] : table[child, 5] + kept * kept].reshape(kept, kept)
            at = place[table[child, 13] : table[child, 13] + kept]
            for i in range(ends):
                given, wanted = matrix[at[i]], target[i]
                for j in range(i + 1 if i < inner else ends, kept):
                    wanted[j] = given[at[j]]


@numba.njit(cache=True, error_model="numpy", fastmath=FAST)
def inject(order: Order, factor: Vector, totals: Vector, state: Vector) -> None:
    """Pass currents into nodes on to their neighbours, in the order of elimination."""
    members, table = order[0], order[1]
    lanes = state.shape[1]
    for front in range(table.shape[0]):
        first, size, count, _, _, _, _, rows, pivot, _, _, _, _, _ = table[front]
        for a in range(count):
            here = state[members[first + a]]
            scale = 1.0 / totals[pivot + a]
            for j in range(a + 1, size):
                share = factor[rows + a * size + j] * scale
                there = state[members[first + j]]
                for lane in range(lanes):
                    there[lane] += share * here[lane]


@numba.njit(cache=True, error_model="numpy", fastmath=FAST)
def backward(order: Order, factor: Vector, totals: Vector, state: Vector) -> None:
    """Turn passed-on currents into voltages: a node's is the mean of its neighbours', plus its current over the sum."""
    members, table = order[0], order[1]
    lanes = state.shape[1]
    for front in range(table.shape[0] - 1, -1, -1):
        first, size, count, _, _, _, _, rows, pivot, _, _, _, _, _ = table[front]
        for a in range(count - 1, -1, -1):
            here = state[members[first + a]]
            for j in range(a + 1, size):
                share = factor[rows + a * size + j]
                there = state[members[first + j]]
                for lane in range(lanes):
                    here[lane] += share * there[lane]
            scale = 1.0 / totals[pivot + a]
            for lane in range(lanes):
                here[lane] *= scale


def tasks(items: int, work: int = WORTH) -> int:
    """Return how many threads are worth waking."""
    return max(1, min(items, numba.get_num_threads())) if work >= WORTH else 1


def run(part: Callable[..., None], parts: Callable[..., None], count: int, *arguments: Any) -> None:
    """Run the whole, or parts of it on threads."""
    # other threads may take milliseconds to wake up where they are busy: a single part does not wait for them
    if count == 1:
        part(*arguments, 0, 1)
    else:
        parts(*arguments, count)
