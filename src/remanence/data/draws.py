"""Ranges of rows turned into joint draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.data.card import Row

LOGARITHMIC_RATIO = 3.0
"""A positive range that spans more than this factor is drawn evenly in the logarithm."""


@dataclass(frozen=True, slots=True)
class Draws:
    """A Latin hypercube over every uncertain row, shared by all that is compared in a run.

    The column of a row depends on seed, count and the row's id alone: two chips that use the same row see the same
    draws, so their ratio is paired, and adding a row changes no other.

    A range is read as: the value is the median; each half of the probability lies evenly between it and one end (evenly
    in the logarithm where the range spans more than `LOGARITHMIC_RATIO`). Rows are drawn independently, which is an
    assumption: the catalogue states no correlations.

    Args:
        seed: seed of the `Stream`.
        count: number of draws, at least 2.
    """

    seed: int = 0
    count: int = 256

    def __post_init__(self) -> None:
        """Check the count."""
        if isinstance(self.count, bool) or not isinstance(self.count, int) or self.count < 2:
            raise InputError("Draws.count", self.count, "a whole number of at least 2 draws is needed")
        Stream(self.seed)

    def uniform(self, row_id: str) -> NDArray[np.float64]:
        """Return the stratified uniform numbers of one row, shape (count,)."""
        stream = Stream(self.seed).child("parameter").child(row_id)
        strata = stream.child("strata").permutation(self.count)
        numbers: NDArray[np.float64] = (strata + stream.child("within").uniform(self.count)) / self.count
        return numbers

    def column(self, row: Row) -> NDArray[np.float64]:
        """Return the draws of a row, shape (count,)."""
        uniform = self.uniform(row.id)
        if row.low > 0 and row.high > LOGARITHMIC_RATIO * row.low:
            return np.exp(_two_pieces(uniform, *np.log([row.low, row.value, row.high])))
        return _two_pieces(uniform, row.low, row.value, row.high)


def _two_pieces(uniform: NDArray[np.float64], low: float, middle: float, high: float) -> NDArray[np.float64]:
    return np.where(
        uniform < 0.5, low + (middle - low) * 2.0 * uniform, middle + (high - middle) * (2.0 * uniform - 1.0)
    )
