"""From a piece of partial sums to accumulated codes, in one pass while the piece is in the cache (numba)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from remanence.kernels.sliced_mvm.choice import Problem
from remanence.kernels.sliced_mvm.records import EXACT, Staircase, Uniform

NONE, UNIFORM, STAIRCASE = 0, 1, 2
FINENESS = 4
"""Buckets per threshold of the table in which the search of a staircase begins: most searches then end at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Epilogue:
    """A converter as arrays, for all columns.

    Args:
        kind: `NONE`, `UNIFORM` or `STAIRCASE`.
        scale: codes per grid unit of each column; of a staircase, buckets per grid unit of each converter.
        offset: in codes, of each column; of a staircase, in buckets, of each converter.
        low: smallest code, or smallest bucket (0).
        high: largest code, or largest bucket.
        thresholds: of each converter of a staircase.
        begin: thresholds that surely lie below a bucket, shape (converters, buckets).
        converter_of: the converter of each column.
        first: the code of a staircase below all thresholds.
        weights: significance of each cycle, in the type in which codes are summed over cycles: float32 where that is
            exact, else float64.
    """

    kind: int
    scale: NDArray[np.float32]
    offset: NDArray[np.float32]
    low: np.float32
    high: np.float32
    thresholds: NDArray[np.float32]
    begin: NDArray[np.int32]
    converter_of: NDArray[np.int64]
    first: int
    weights: NDArray[Any]

    @classmethod
    def of(cls, problem: Problem) -> Epilogue:
        """Return the epilogue of a problem."""
        conversion, columns = problem.conversion, problem.cells.values.shape[2]
        everywhere = np.zeros(columns, np.int64)
        nothing = np.zeros((1, 1), np.float32)
        if conversion is None:
            flat = np.zeros(columns, np.float32)
            weights = problem.input_weights.astype(np.float64)
            return cls(NONE, flat, flat, np.float32(0), np.float32(0), nothing, nothing.astype(np.int32), everywhere, 0,
                       weights)  # fmt: skip
        code = max(abs(conversion.low), abs(conversion.high))
        narrow = code * int(np.abs(problem.input_weights).sum()) < EXACT
        weights = problem.input_weights.astype(np.float32 if narrow else np.float64)
        if isinstance(conversion, Uniform):
            scale, offset = (np.ascontiguousarray(np.broadcast_to(item, columns)) for item in
                             (conversion.scale, conversion.offset))  # fmt: skip
            low, high = np.float32(conversion.low), np.float32(conversion.high)
            return cls(UNIFORM, scale, offset, low, high, nothing, nothing.astype(np.int32), everywhere, 0, weights)
        return cls._staircase(conversion, weights)

    @classmethod
    def _staircase(cls, conversion: Staircase, weights: NDArray[Any]) -> Epilogue:
        thresholds = conversion.thresholds
        buckets = FINENESS * thresholds.shape[1]
        width = np.maximum(thresholds[:, -1] - thresholds[:, 0], np.finfo(np.float32).tiny)
        with np.errstate(over="ignore"):
            scale = np.minimum(np.float32(buckets) / width, np.finfo(np.float32).max).astype(np.float32)
        # the bucket of a number rises with the number, rounding included: thresholds in lower buckets lie below it
        inside = np.clip((thresholds - thresholds[:, :1]) * scale[:, None], 0, buckets - 1).astype(np.int64)
        begin = np.stack([np.searchsorted(row, np.arange(buckets)) for row in inside]).astype(np.int32)
        return cls(STAIRCASE, scale, thresholds[:, 0].copy(), np.float32(0), np.float32(buckets - 1), thresholds, begin,
                   conversion.converter_of, conversion.low, weights)  # fmt: skip

    def columns(self, taken: slice) -> tuple[Any, ...]:
        """Return the arguments of `accumulate` that describe the converter, for a piece of the columns."""
        scale, offset = (self.scale, self.offset) if self.kind == STAIRCASE else (self.scale[taken], self.offset[taken])
        return (self.kind, scale, offset, self.low, self.high, self.thresholds, self.begin, self.converter_of[taken],
                self.first, self.weights)  # fmt: skip


@numba.njit(nogil=True, cache=True)
def accumulate(
    partial: Any,
    significance: int,
    target: Any,
    kind: int,
    scale: Any,
    offset: Any,
    low: Any,
    high: Any,
    thresholds: Any,
    begin: Any,
    converter_of: Any,
    first: int,
    weights: Any,
) -> None:
    """Add the codes of a piece to the results.

    Args:
        partial: partial sums, shape (vectors, cycles, columns).
        significance: of the slice.
        target: results, shape (vectors, columns).
        kind, scale, offset, low, high, thresholds, begin, converter_of, first, weights: see `Epilogue`.
    """
    vectors, pulses, columns = partial.shape
    sums = np.empty(columns, weights.dtype)
    for vector in range(vectors):
        sums[:] = 0
        for pulse in range(pulses):
            weight, row = weights[pulse], partial[vector, pulse]
            if kind == UNIFORM:
                for column in range(columns):
                    code = np.rint(np.float32(row[column]) * scale[column] + offset[column])
                    sums[column] += weight * min(max(code, low), high)
            elif kind == NONE:
                for column in range(columns):
                    sums[column] += weight * row[column]
            else:
                for column in range(columns):
                    converter = converter_of[column]
                    level = np.float32(row[column])
                    bucket = (level - offset[converter]) * scale[converter]
                    count = begin[converter, np.int64(min(max(bucket, low), high))]
                    while count < thresholds.shape[1] and thresholds[converter, count] <= level:
                        count += 1
                    sums[column] += weight * (first + count)
        for column in range(columns):
            target[vector, column] += significance * target.dtype.type(sums[column])
