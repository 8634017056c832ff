"""Choosing what a converter covers from the partial sums that real inputs produce."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remanence.crossbar.conversion import Range

SAMPLE = 512
"""Vectors of calibration data used at most, spread evenly."""
CANDIDATES = 64
"""Ranges tried between one of single steps and the one that just covers all sums."""
FINEST = 8
"""Bins of a histogram per level step, where sums are not whole numbers."""
MOST_BINS = 2**16
"""Bins of a histogram at most; wider sums share bins."""


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """How often partial sums occur, by significance.

    Args:
        first: sum of the first bin, in level steps.
        width: of a bin.
        counts: shape (bins,), or (M, bins) with a histogram of each column.
    """

    first: float
    width: float
    counts: NDArray[np.float64]

    @property
    def sums(self) -> NDArray[np.float64]:
        """Centre of each bin."""
        return self.first + self.width * np.arange(self.counts.shape[-1], dtype=np.float64)

    def __add__(self, other: Histogram) -> Histogram:
        """Add histograms of the same bins: parts of a layer."""
        return Histogram(self.first, self.width, self.counts + other.counts)


def partial_sums(
    digits: NDArray[np.integer],
    levels: NDArray[np.integer],
    *,
    input_weights: NDArray[np.int64],
    cell_weights: NDArray[np.int64],
    rows: int,
    lowest: float,
    highest: float,
    pedestal: float = 0.0,
    per_column: bool = False,
) -> Histogram:
    """Return the histogram of the partial sums of nominal cells.

    Each sum counts with the square of its significance, which is how its error enters the result.

    Args:
        digits: shape (Z, V, K).
        levels: shape (S, K, M), a unit column already subtracted.
        input_weights: shape (Z,).
        cell_weights: shape (S,).
        rows: rows of a block.
        lowest: least sum there can be.
        highest: largest sum there can be.
        pedestal: what a cell at level 0 adds, in level steps.
        per_column: whether each column has its own.
    """
    columns = levels.shape[2]
    most = MOST_BINS // 16 if per_column else MOST_BINS
    finest = 1.0 if pedestal == 0.0 else 1.0 / FINEST
    width = max(finest, float(np.ceil((highest - lowest) / most)))
    bins = round((highest - lowest) / width) + 1
    counts = np.zeros((columns if per_column else 1) * bins)
    column = np.arange(columns) * bins if per_column else 0
    for start in range(0, levels.shape[1], rows):
        block = levels[:, start : start + rows].astype(np.float32)
        for z, significance in enumerate(input_weights):
            plane = digits[z, :, start : start + rows].astype(np.float32)
            raised = pedestal * plane.sum(axis=1, keepdims=True)
            for s, weight in enumerate(cell_weights):
                sums = plane @ block[s] + raised
                bin_of = np.rint((sums - lowest) / width).astype(np.int64) + column
                counts += float(significance * weight) ** 2 * np.bincount(bin_of.ravel(), minlength=counts.size)
    return Histogram(lowest, width, counts.reshape(columns, bins) if per_column else counts)


def best_range(
    histogram: Histogram, low: int, high: int, *, method: str, percentile: float, two_sided: bool, whole: bool
) -> Range:
    """Return what a converter with codes ``low`` to ``high`` should cover.

    Args:
        histogram: of the partial sums.
        low: smallest code.
        high: largest code.
        method: ``"least-squares"``, ``"percentile"`` or ``"maximum"``.
        percentile: share of the sums inside, for that method.
        two_sided: whether code 0 is sum 0; else it is the least sum that is covered.
        whole: whether sums are whole numbers of level steps, so that a finer step than 1 would resolve nothing.
    """
    counts = np.atleast_2d(histogram.counts)
    sums = histogram.sums
    found = [_best(sums, own, low, high, method, percentile, two_sided, 1.0 if whole else 0.0) for own in counts]
    if histogram.counts.ndim == 1:
        return Range(*found[0], low, high)
    steps, origins = np.array(found).T
    return Range(steps, origins, low, high)


def _best(
    sums: NDArray[np.float64], counts: NDArray[np.float64], low: int, high: int, method: str, percentile: float,
    two_sided: bool, finest: float,
) -> tuple[float, float]:  # fmt: skip
    if method == "maximum":
        counts = np.ones_like(counts)
    seen = counts > 0
    if not seen.any():
        return max(finest, 1.0), 0.0
    least, most = float(sums[seen][0]), float(sums[seen][-1])
    if method == "percentile":
        share = np.cumsum(counts) / counts.sum()
        least = max(least, float(sums[np.searchsorted(share, 1.0 - percentile)]))
        most = min(most, float(sums[min(int(np.searchsorted(share, percentile)), sums.size - 1)]))
    codes = high - low
    widest = max(abs(least), abs(most)) / high if two_sided else (most - least) / codes
    if widest <= finest or widest == 0.0:
        return (finest or 1.0), (0.0 if two_sided else least)
    if method != "least-squares":
        return widest, (0.0 if two_sided else least)
    steps = np.linspace(finest or widest / CANDIDATES, widest, CANDIDATES)
    middle = float(np.average(sums, weights=counts))
    origins = np.zeros(CANDIDATES) if two_sided else np.maximum(np.minimum(
        np.maximum(middle - steps * codes / 2, least), most - steps * codes), least)  # fmt: skip
    decoded = np.clip(np.rint((sums - origins[:, None]) / steps[:, None]), low, high) * steps[:, None]
    errors = ((decoded + origins[:, None] - sums) ** 2 * counts).sum(axis=1)
    best = int(np.argmin(errors))
    return float(steps[best]), float(origins[best])
