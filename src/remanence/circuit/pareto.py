"""Which of many designs no other design beats in everything."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK = 32768
"""Rows that are compared at once; the fronts of blocks are then compared with each other."""


def front(costs: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the rows that no other row beats or equals in every column, in the order of the first column.

    Of rows that are equal in every column the first is kept. Two columns need one sort. More are sorted by their first
    column and thinned: each survivor in turn drops the rows that it beats, in blocks whose survivors are joined.

    Args:
        costs: (n, k), each column to be minimised; no NaN.
    """
    if costs.shape[1] == 1:
        return np.array([int(np.argmin(costs[:, 0]))] if len(costs) else [], np.int64)
    order = np.lexsort(costs.T[::-1])
    if costs.shape[1] == 2:
        second = costs[order, 1]
        lowest = np.concatenate([[np.inf], np.minimum.accumulate(second)[:-1]])
        found: NDArray[np.int64] = order[second < lowest]
        return found
    kept = order
    while True:
        blocks = [kept[start : start + BLOCK] for start in range(0, len(kept), BLOCK)]
        thinned = np.concatenate([_thin(costs, block) for block in blocks]) if blocks else kept
        if len(blocks) <= 1:
            return thinned
        if len(thinned) > 0.9 * len(kept):
            return _thin(costs, thinned)
        kept = thinned


def _thin(costs: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows come sorted, so that none is beaten by a later one."""
    left = costs[rows]
    place = 0
    while place < len(rows):
        better = (left < left[place]).any(axis=1)
        better[: place + 1] = True
        left, rows = left[better], rows[better]
        place += 1
    return rows
