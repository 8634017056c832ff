"""`sliced_mvm` on a processor: partial sums in cache-sized pieces, converted while hot."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from remanence.kernels.sliced_mvm import collapsed, epilogue, noise
from remanence.kernels.sliced_mvm.choice import Problem
from remanence.kernels.sliced_mvm.records import EXACT

_BLAS = ThreadpoolController()
VECTOR_ROWS = 2048
"""Rows of a piece of partial sums: vectors times cycles."""
COLUMNS = 256
"""Columns of a piece."""
Work = Callable[[slice, slice], None]


def threads() -> int:
    """Return how many threads to use: numba's setting, which `NUMBA_NUM_THREADS` and the processor bound."""
    return int(min(numba.get_num_threads(), os.cpu_count() or 1))


def run(problem: Problem, path: str) -> NDArray[Any]:
    """Return the accumulated codes, shape (V, M), along a path that holds."""
    if path == "integer product":
        return collapsed.integer_product(problem)
    if path == "folded product":
        return collapsed.folded_product(problem)
    pulses, vectors, _ = problem.digits.shape
    columns = problem.cells.values.shape[2]
    result = np.zeros((vectors, columns), np.float64 if problem.conversion is None else np.int64)
    work = _products(problem, result)
    tall = max(1, VECTOR_ROWS // pulses)
    pieces = [
        (slice(first, min(first + tall, vectors)), slice(left, min(left + COLUMNS, columns)))
        for left in range(0, columns, COLUMNS)
        for first in range(0, vectors, tall)
    ]
    # a threaded BLAS would keep spinning on the cores that the conversion needs (measured: 12 times slower)
    with _BLAS.limit(limits=1, user_api="blas"), ThreadPoolExecutor(threads()) as pool:
        list(pool.map(lambda piece: work(*piece), pieces))
    return result


def _products(problem: Problem, result: NDArray[Any]) -> Work:
    """Take partial sums as matrix products: float32 where these are exact, else float64."""
    pulses, _, depth = problem.digits.shape
    kind = np.float32 if problem.largest_sum < EXACT else np.float64
    converter = epilogue.Epilogue.of(problem)
    disturb = noise_of(problem)

    def work(taken: slice, piece: slice) -> None:
        arguments = converter.columns(piece)
        digits = np.ascontiguousarray(problem.digits[:, taken].transpose(1, 0, 2))
        for start in range(0, depth, problem.rows):
            block = slice(start, min(start + problem.rows, depth))
            flat = digits[:, :, block].astype(kind).reshape(-1, block.stop - block.start)
            for s, significance in enumerate(problem.cell_weights):
                matrix = np.ascontiguousarray(problem.cells.values[s, block, piece], kind)
                partial = (flat @ matrix).reshape(-1, pulses, matrix.shape[1])
                if disturb is not None:
                    partial = disturb(partial, flat, start // problem.rows, s, block, taken, piece)
                epilogue.accumulate(partial, significance, result[taken, piece], *arguments)

    return work


def noise_of(problem: Problem) -> Callable[..., NDArray[Any]] | None:
    """Return what adds the noise of a piece of conversions, or None."""
    given = problem.noise
    if given is None:
        return None
    pulses, slices = problem.digits.shape[0], problem.cells.values.shape[0]
    grid, exponent = (None, 0) if given.variance is None else noise.variance_grid(given.variance, problem.rows)

    def disturb(partial: Any, flat: Any, block: int, s: int, rows: slice, taken: slice, piece: slice) -> Any:
        spread: Any = np.full((flat.shape[0], partial.shape[2]), given.rms**2)
        if grid is not None:
            spread += np.ldexp(flat.astype(np.float64) ** 2 @ grid[s, rows, piece].astype(np.float64), exponent)
        spread = spread.reshape(partial.shape)
        drawn = np.stack([
            noise.normals(given.key, (block * pulses + z) * slices + s, problem.first_vector + taken.start,
                          (partial.shape[0], problem.cells.values.shape[2]))[:, piece]
            for z in range(pulses)
        ], axis=1)  # fmt: skip
        return (partial + np.sqrt(spread) * drawn).astype(np.float32 if problem.conversion is not None else np.float64)

    return disturb
