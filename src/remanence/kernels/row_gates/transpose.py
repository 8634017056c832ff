"""Between numbers of rows and packed columns: 64 by 64 bits at a time, numba."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from remanence.kernels.row_gates.errors import NOTHING, OPTIONS


@numba.njit(**OPTIONS)
def _transpose(block: Any) -> None:
    """Swap bit j of word i with bit i of word j, by halves, quarters and so on."""
    half, mask = 32, np.uint64(0x00000000FFFFFFFF)
    while half:
        shift = np.uint64(half)
        for first in range(0, 64, 2 * half):
            for low in range(first, first + half):
                moved = ((block[low] >> shift) ^ block[low + half]) & mask
                block[low] ^= moved << shift
                block[low + half] ^= moved
        half //= 2
        mask ^= mask << np.uint64(half)


@numba.njit(**OPTIONS)
def to_columns(numbers: Any, columns: Any) -> None:
    """Write bit j of every number, shape (rows,), into column j, shape (bits, words)."""
    block = np.empty(64, np.uint64)
    for word in range(columns.shape[1]):
        rows = min(64, numbers.size - 64 * word)
        block[:] = NOTHING
        block[:rows] = numbers[64 * word : 64 * word + rows]
        _transpose(block)
        for bit in range(columns.shape[0]):
            columns[bit, word] = block[bit]


@numba.njit(**OPTIONS)
def to_numbers(columns: Any, numbers: Any) -> None:
    """Undo `to_columns`; bits without a column are 0."""
    block = np.empty(64, np.uint64)
    for word in range(columns.shape[1]):
        rows = min(64, numbers.size - 64 * word)
        block[:] = NOTHING
        for bit in range(columns.shape[0]):
            block[bit] = columns[bit, word]
        _transpose(block)
        numbers[64 * word : 64 * word + rows] = block[:rows]
