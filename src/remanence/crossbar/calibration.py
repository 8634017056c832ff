"""Choosing a converter's step from the partial sums that real inputs produce."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SAMPLE = 512
"""Vectors of calibration data used at most, spread evenly."""
CANDIDATES = 64
"""Steps tried between one unit and the one that just covers the largest sum."""


def converter_step(
    inputs: NDArray[np.integer],
    slices: NDArray[np.int8],
    *,
    rows: int,
    input_bits: int,
    low: int,
    high: int,
) -> float:
    """Return the converter step, in units of one conducting cell, that loses least on given inputs.

    The partial sums of nominal cells are whole numbers, so their histogram is exact. Each sum counts with the square of
    its significance 4**(input bit + slice), which is how its error enters the result. The step is never below one unit:
    finer codes would resolve nothing.

    Args:
        inputs: shape (V, K), whole numbers.
        slices: shape (S, K, N).
        rows: rows of a block.
        input_bits: bits of an input.
        low: smallest code of the converter.
        high: largest code of the converter.
    """
    return best_step(weighted_sums(inputs, slices, rows=rows, input_bits=input_bits), low, high)


def weighted_sums(
    inputs: NDArray[np.integer], slices: NDArray[np.int8], *, rows: int, input_bits: int
) -> NDArray[np.float64]:
    """Return the histogram of the partial sums -R to R, shape (2 R + 1,); arguments as in `converter_step`.

    Histograms of parts of a layer add.
    """
    depth = slices.shape[1]
    sample = inputs[:: max(1, -(-inputs.shape[0] // SAMPLE))].astype(np.int64)
    histogram = np.zeros(2 * rows + 1)
    for start in range(0, depth, rows):
        block = slices[:, start : start + rows].astype(np.float32)
        for bit in range(input_bits):
            plane = ((sample[:, start : start + rows] >> bit) & 1).astype(np.float32)
            for weight in range(slices.shape[0]):
                sums = (plane @ block[weight]).astype(np.int64).ravel() + rows
                histogram += 4.0 ** (bit + weight) * np.bincount(sums, minlength=2 * rows + 1)
    return histogram


def best_step(histogram: NDArray[np.float64], low: int, high: int) -> float:
    """Return the step of least weighted squared error for a histogram over the sums -R to R."""
    rows = (histogram.size - 1) // 2
    sums = np.arange(-rows, rows + 1, dtype=np.float64)
    seen = np.abs(sums[histogram > 0])
    widest = float(seen.max(initial=1.0)) / high
    if widest <= 1.0:
        return 1.0
    steps = np.linspace(1.0, widest, CANDIDATES)
    codes = np.clip(np.rint(sums / steps[:, None]), low, high)
    errors = ((codes * steps[:, None] - sums) ** 2 * histogram).sum(axis=1)
    return float(steps[int(np.argmin(errors))])
