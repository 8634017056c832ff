"""`sliced_mvm` on a processor: float32 matrix products on cache-sized pieces, converted while hot."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

_BLAS = ThreadpoolController()
VECTOR_ROWS = 2048
"""Bit planes (vectors times input bits) taken at once."""
COLUMNS = 256
"""Columns taken at once: with `VECTOR_ROWS`, a piece of partial sums is 2 MiB and stays in the second-level cache."""


@numba.njit(nogil=True, cache=True)
def _planes(codes: NDArray[np.int32], bits: int) -> NDArray[np.float32]:
    vectors, depth = codes.shape
    planes = np.empty((vectors, bits, depth), np.float32)
    for vector in range(vectors):
        for bit in range(bits):
            for row in range(depth):
                planes[vector, bit, row] = np.float32((codes[vector, row] >> bit) & 1)
    return planes


@numba.njit(nogil=True, cache=True)
def _convert(
    partial: NDArray[np.float32],
    scale: np.float32,
    low: np.float32,
    high: np.float32,
    factors: NDArray[np.int64],
    result: NDArray[np.int64],
) -> None:
    vectors, bits, columns = partial.shape
    for vector in range(vectors):
        for bit in range(bits):
            for column in range(columns):
                code = np.rint(partial[vector, bit, column] * scale)
                code = min(max(code, low), high)
                result[vector, column] += factors[bit] * np.int64(code)


def threads() -> int:
    """Return how many threads to use: numba's setting, which `NUMBA_NUM_THREADS` and the processor bound."""
    return int(min(numba.get_num_threads(), os.cpu_count() or 1))


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
    """Return the accumulated codes, shape (V, N); arguments as in the package.

    Threads take chunks of vectors. Each runs a single-threaded matrix product and the conversion of the same piece: a
    threaded BLAS would keep spinning on the cores that the conversion needs (measured: 12 times slower).
    """
    slices, depth, columns = cells.shape
    vectors = inputs.shape[0]
    result = np.zeros((vectors, columns), np.int64)
    factors = np.int64(2) ** np.arange(input_bits, dtype=np.int64)
    if signed:
        factors[-1] = -factors[-1]
    codes = np.ascontiguousarray(inputs, dtype=np.int32)
    pieces = [slice(left, min(left + COLUMNS, columns)) for left in range(0, columns, COLUMNS)]
    workers = threads()
    step = max(1, min(VECTOR_ROWS // input_bits, -(-vectors // workers)))

    def run(first: int, block: slice, weights: list[list[NDArray[np.float32]]]) -> None:
        planes = _planes(codes[first : first + step, block], input_bits)
        flat = planes.reshape(-1, planes.shape[2])
        for weight, sliced in enumerate(weights):
            for piece, matrix in zip(pieces, sliced, strict=True):
                partial = (flat @ matrix).reshape(planes.shape[0], input_bits, -1)
                target = result[first : first + step, piece]
                _convert(partial, scale, np.float32(low), np.float32(high), factors << weight, target)

    with _BLAS.limit(limits=1, user_api="blas"), ThreadPoolExecutor(workers) as pool:
        for start in range(0, depth, rows):
            block = slice(start, min(start + rows, depth))
            weights = [[np.ascontiguousarray(cells[s, block, piece], np.float32) for piece in pieces]
                       for s in range(slices)]  # fmt: skip
            list(pool.map(lambda first, b=block, w=weights: run(first, b, w), range(0, vectors, step)))
    return result
