"""From a piece of partial sums to accumulated codes, in one pass while the piece is in the cache (numba)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numba.core import types
from numba.extending import overload
from numpy.typing import NDArray

from remanence.kernels.sliced_mvm.choice import Problem
from remanence.kernels.sliced_mvm.records import EXACT, Staircase, Uniform
from remanence.kernels.sliced_mvm.vector import (
    LANES,
    WIDE,
    add,
    item,
    larger,
    load,
    multiply,
    nearest,
    smaller,
    splat,
    store,
)

NONE, UNIFORM, STAIRCASE = 0, 1, 2
FINENESS = 4
"""Buckets per threshold of the table in which the search of a staircase begins: few then hold more than one."""


@dataclass(frozen=True, slots=True, eq=False)
class Epilogue:
    """A converter as arrays, for all columns.

    Args:
        kind: `NONE`, `UNIFORM` or `STAIRCASE`.
        scale: codes per grid unit of each column, filled up to a multiple of `WIDE`; of a staircase, buckets per grid
            unit of each converter.
        offset: in codes, of each column, filled up likewise; of a staircase, in buckets, of each converter.
        low: smallest code, or smallest bucket (0).
        high: largest code, or largest bucket.
        thresholds: of each converter of a staircase, filled up with infinity.
        stride: of the first step of the search: a power of two; no bucket holds twice as many thresholds.
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
    stride: int
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
            zero = np.float32(0)
            return cls(NONE, flat, flat, zero, zero, nothing, 0, nothing.astype(np.int32), everywhere, 0,
                       weights)  # fmt: skip
        code = max(abs(conversion.low), abs(conversion.high))
        narrow = code * int(np.abs(problem.input_weights).sum()) < EXACT
        weights = problem.input_weights.astype(np.float32 if narrow else np.float64)
        if isinstance(conversion, Uniform):
            filled = -(-columns // WIDE) * WIDE
            scale, offset = (np.zeros(filled, np.float32) for _ in range(2))
            scale[:columns], offset[:columns] = conversion.scale, conversion.offset
            low, high = np.float32(conversion.low), np.float32(conversion.high)
            return cls(UNIFORM, scale, offset, low, high, nothing, 0, nothing.astype(np.int32), everywhere, 0, weights)
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
        fullest = max(int(np.bincount(row).max()) for row in inside)
        stride = 1 << (fullest.bit_length() - 1)
        filled = np.pad(thresholds, ((0, 0), (0, 2 * stride)), constant_values=np.inf)
        return cls(STAIRCASE, scale, thresholds[:, 0].copy(), np.float32(0), np.float32(buckets - 1), filled, stride,
                   begin, conversion.converter_of, conversion.low, weights)  # fmt: skip

    def arguments(self) -> tuple[Any, ...]:
        """Return the arguments of `accumulate` that describe the converter."""
        return (self.kind, self.scale, self.offset, self.low, self.high, self.thresholds, self.stride, self.begin,
                self.converter_of, self.first, self.weights)  # fmt: skip


@numba.njit(nogil=True, cache=True)
def _wide_uniform(
    cube: Any, columns: int, left: int, scale: Any, offset: Any, low: Any, high: Any, weights: Any, sums: Any
) -> None:
    """Sum the codes of one vector over its cycles, any types."""
    sums[:] = 0
    for pulse in range(weights.size):
        for column in range(columns):
            code = np.rint(np.float32(cube[pulse, column]) * scale[left + column] + offset[left + column])
            sums[column] += weights[pulse] * min(max(code, low), high)


@numba.njit(nogil=True, cache=True)
def _quick_uniform(
    cube: Any, columns: int, left: int, scale: Any, offset: Any, low: Any, high: Any, weights: Any, sums: Any
) -> None:
    """Sum the codes of one vector over its cycles in float32, whole vectors: rows are filled up."""
    pitch, bottom, top = cube.shape[1], splat(low), splat(high)
    for column in range(0, columns, LANES):
        slope, shift = load(scale, left + column), load(offset, left + column)
        total = splat(np.float32(0))
        for pulse in range(weights.size):
            level = load(cube, pulse * pitch + column)
            code = smaller(larger(nearest(add(multiply(level, slope), shift)), bottom), top)
            total = add(total, multiply(code, splat(weights[pulse])))
        store(sums, column, total)


def _uniform(
    cube: Any, columns: Any, left: Any, scale: Any, offset: Any, low: Any, high: Any, weights: Any, sums: Any
) -> Any:
    """Sum the codes of one vector over its cycles; the types decide how. For compiled code only."""
    raise NotImplementedError((cube, columns, left, scale, offset, low, high, weights, sums))


@overload(_uniform)
def _choose_uniform(
    cube: Any,
    columns: Any,  # noqa: ARG001
    left: Any,  # noqa: ARG001
    scale: Any,  # noqa: ARG001
    offset: Any,  # noqa: ARG001
    low: Any,  # noqa: ARG001
    high: Any,  # noqa: ARG001
    weights: Any,
    sums: Any,  # noqa: ARG001
) -> Any:
    chosen = _quick_uniform if cube.dtype == weights.dtype == types.float32 else _wide_uniform

    def run(
        cube: Any, columns: Any, left: Any, scale: Any, offset: Any, low: Any, high: Any, weights: Any, sums: Any
    ) -> Any:
        chosen(cube, columns, left, scale, offset, low, high, weights, sums)

    return run


@numba.njit(nogil=True, cache=True)
def _staircase(
    cube: Any, columns: int, left: int, scale: Any, offset: Any, low: Any, high: Any, thresholds: Any, stride: int,
    begin: Any, converter_of: Any, first: int, weights: Any, sums: Any,
) -> None:  # fmt: skip
    """Sum the codes of one vector over its cycles: a search in the bucket's thresholds, without branches."""
    length, buckets = thresholds.shape[1], begin.shape[1]
    for column in range(columns):
        converter = item(converter_of, left + column)
        start, slope = item(offset, converter), item(scale, converter)
        total = weights[0] * 0
        for pulse in range(weights.size):
            level = np.float32(cube[pulse, column])
            bucket = np.int64(min(max((level - start) * slope, low), high))
            below = np.int64(item(begin, converter * buckets + bucket))
            step = stride
            while step:
                below += step * (item(thresholds, converter * length + below + step - 1) <= level)
                step >>= 1
            total += weights[pulse] * np.float32(first + below)
        sums[column] = total


@numba.njit(nogil=True, cache=True)
def accumulate(partial: Any, columns: int, significance: int, result: Any, top: int, left: int, converter: Any) -> None:
    """Add the codes of a piece to the results.

    Args:
        partial: partial sums, shape (vectors, cycles, columns or more).
        columns: of the piece.
        significance: of the slice.
        result: shape (V, M).
        top: first vector of the piece.
        left: first column of the piece.
        converter: `Epilogue.arguments`.
    """
    kind, scale, offset, low, high, thresholds, stride, begin, converter_of, first, weights = converter
    vectors, pulses, _ = partial.shape
    sums = np.empty(-(-columns // LANES) * LANES, weights.dtype)
    for vector in range(vectors):
        cube = partial[vector]
        if kind == UNIFORM:
            _uniform(cube, columns, left, scale, offset, low, high, weights, sums)
        elif kind == STAIRCASE:
            _staircase(cube, columns, left, scale, offset, low, high, thresholds, stride, begin, converter_of, first,
                       weights, sums)  # fmt: skip
        else:
            sums[:] = 0
            for pulse in range(pulses):
                for column in range(columns):
                    sums[column] += weights[pulse] * cube[pulse, column]
        line = result[top + vector, left : left + columns]
        for column in range(columns):
            line[column] += significance * result.dtype.type(sums[column])
