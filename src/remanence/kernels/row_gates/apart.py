"""Rows with candidates of errors, taken out of a piece: they are few, so a few words hold them all.

A row keeps its bit and its place in a vector of eight words; rows of several vectors at the same place go to different
levels, one vector each. So a column is taken out, or put back, by a few operations on whole vectors.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from remanence.kernels.row_gates.errors import NOTHING, ONE, OPTIONS
from remanence.kernels.row_gates.interpreter import PIECE, VECTOR

LEVELS = 8
"""Vectors that hold the rows taken out, at most; with more, running them apart would not pay."""
_PLACES = 64 * VECTOR
_VECTORS = PIECE // VECTOR
PAIRS = _VECTORS * LEVELS
"""Pairs of a vector of the piece and a level, at most."""


@numba.njit(**OPTIONS)
def plan(where: Any, found: int, levels: Any, taken: Any, masks: Any) -> Any:
    """Give the rows of the candidates their places, and write these into ``where``.

    Args:
        where: rows of the candidates in the piece, changed where the plan holds.
        found: how many candidates there are.
        levels: room by row of the piece, -1 everywhere before and after.
        taken: first words of the vectors of the piece and of the level, by pair, filled here, shape (PAIRS, 2).
        masks: rows that go from one to the other, by pair, filled here, shape (PAIRS, 8).

    Returns:
        How many levels and how many pairs there are; more levels than `LEVELS` where there is no plan.
    """
    depth, pairs, done = 0, 0, 0
    used, known = np.zeros(_PLACES, np.int64), np.full(PAIRS, -1, np.int64)
    for number in range(found):
        row = where[number]
        if levels[row] >= 0:
            done += 1
            continue
        level = used[row % _PLACES]
        if level == LEVELS:
            depth = LEVELS + 1
            break
        used[row % _PLACES] = level + 1
        levels[row] = level
        depth = max(depth, level + 1)
        vector = row // _PLACES
        pair = known[vector * LEVELS + level]
        if pair < 0:
            pair = pairs
            pairs += 1
            known[vector * LEVELS + level] = pair
            taken[pair, 0], taken[pair, 1] = vector * VECTOR, level * VECTOR
            masks[pair] = NOTHING
        masks[pair, (row % _PLACES) >> 6] |= ONE << np.uint64(row & 63)
        done += 1
    if depth <= LEVELS:
        for number in range(done):
            row = where[number]
            where[number] = row % _PLACES + _PLACES * levels[row]
        for pair in range(pairs):
            first = 64 * np.int64(taken[pair, 0])
            levels[first : first + _PLACES] = -1
    else:
        levels[:] = -1
    return depth, pairs
