"""The definition of `sliced_mvm` in plain NumPy: clear, slow, exact."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def sliced_mvm(
    inputs: NDArray[np.integer],
    cells: NDArray[np.int32],
    input_bits: int,
    signed: bool,
    rows: int,
    scale: np.float32,
    low: int,
    high: int,
) -> NDArray[np.int64]:
    """Return the accumulated codes, shape (V, N); arguments as in the package."""
    slices, depth, columns = cells.shape
    codes = inputs.astype(np.int64)
    result = np.zeros((inputs.shape[0], columns), np.int64)
    for start in range(0, depth, rows):
        block = slice(start, start + rows)
        for bit in range(input_bits):
            plane = (codes[:, block] >> bit) & 1
            sign = -1 if signed and bit == input_bits - 1 else 1
            for weight in range(slices):
                partial = plane @ cells[weight, block].astype(np.int64)
                code = np.clip(np.rint(partial.astype(np.float32) * scale), low, high)
                result += sign * 2 ** (bit + weight) * code.astype(np.int64)
    return result
