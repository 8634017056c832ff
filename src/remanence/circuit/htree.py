"""Subarrays laid out as a tree: how long the wires of each level are and how many of them switch.

Lengths scale with the subarray, so that a layout is described once by a few numbers and joined with any subarray:
the sum of its lengths, of their squares, of the wires that switch.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LEVELS = 24
"""Most levels of a tree."""

_Column = NDArray[np.float64]


class Tree(NamedTuple):
    """Sums over the levels of a tree, in widths of a subarray for horizontal wires and in heights for vertical ones."""

    across: _Column  # lengths of the path to one subarray
    down: _Column
    across_squared: _Column
    down_squared: _Column
    across_address: _Column  # lengths times address wires that switch in an access
    down_address: _Column
    across_wires: _Column  # lengths times trunks, of the whole tree: what leaks
    down_wires: _Column


def tree(
    across: NDArray[np.int64],
    down: NDArray[np.int64],
    active_across: NDArray[np.int64],
    active_down: NDArray[np.int64],
    banks: NDArray[np.int64],
    address_bits: NDArray[np.int64],
) -> Tree:
    """Return the trees of layouts, powers of two of subarrays across and down each of several banks.

    The first level is horizontal; then the longer direction is halved. The data wires of an access are as many on every
    level: where the path forks towards two active subarrays each fork takes half of them. Where it does not fork an
    address bit less goes on. Banks stand at the top and never fork. A horizontal wire of the last level is a subarray
    wide, a vertical one half a subarray high.

    Source: the routing of NVSim (Dong et al., IEEE Trans. CAD 31(7), 2012), with banks added above.

    Args:
        across: subarrays of a bank across.
        down: subarrays of a bank down.
        active_across: of those, how many an access opens across.
        active_down: and down.
        banks: a power of two.
        address_bits: address bits at the root.
    """
    fork = np.floor(np.log2(banks) + 0.5).astype(np.int64)
    top_across, top_down = (fork + 1) // 2, fork // 2
    h = _levels(across) + top_across
    v = _levels(down) + top_down
    wide, high = h.copy(), v.copy()
    remaining = [active_across.astype(np.float64), active_down.astype(np.float64)]
    active, trunks = np.ones(h.shape), np.ones(h.shape)
    address = address_bits.astype(np.float64)
    sums = [np.zeros(h.shape) for _ in range(8)]
    for step in range(LEVELS):
        left = (h > 0) | (v > 0)
        if not left.any():
            break
        first = step == 0
        along = (h > 0) & (first | (h >= v))
        for axis, here, count, total, top, unit in (
            (0, left & along, h, wide, top_across, 1.0),
            (1, left & ~along, v, high, top_down, 0.5),
        ):
            done = total - count
            opened = here & (done >= np.maximum(top, 1 - axis))  # the first horizontal level is the root: no fork yet
            split = opened & (remaining[axis] > 1)
            remaining[axis] = np.where(split, remaining[axis] / 2.0, remaining[axis])
            active = np.where(split, 2.0 * active, active)
            narrower = here & ~split & ~((axis == 0) & (done == 0))
            address = np.where(narrower, np.maximum(address - 1.0, 0.0), address)
            trunks = np.where(here & ~((axis == 0) & (done == 0)), 2.0 * trunks, trunks)
            length = np.where(here, unit * 2.0 ** (count - 1), 0.0)
            for index, content in enumerate((length, length**2, length * active * address, length * trunks)):
                sums[2 * index + axis] += content
        h = h - (left & along)
        v = v - (left & ~along)
    return Tree(*sums)


def _levels(count: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.floor(np.log2(count) + 0.5).astype(np.int64)
