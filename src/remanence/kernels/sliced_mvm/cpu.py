"""`sliced_mvm` on a processor: partial sums in cache-sized pieces, converted while hot, on all cores.

A task is a piece of the vectors and a range of columns. It takes all blocks, slices and cycles, so that no two tasks
write to the same result. What it holds beside its arguments is bounded by `PIECE` partial sums and by the digits of
`PLANES` rows, whatever the size of the batch: `working_set` states the bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from remanence.kernels.sliced_mvm import collapsed, noise, popcount, subsets
from remanence.kernels.sliced_mvm.choice import Problem, levels
from remanence.kernels.sliced_mvm.disturb import disturb
from remanence.kernels.sliced_mvm.epilogue import Epilogue, accumulate
from remanence.kernels.sliced_mvm.records import EXACT
from remanence.kernels.sliced_mvm.vector import LANES, WIDE
from remanence.kernels.threads import threads

_BLAS = ThreadpoolController()
PLANES = 2048
"""Rows of digits of a task: vectors times cycles."""
PIECE = 2**17
"""Partial sums held at a time by a task that counts bits or adds subsets: 512 KiB, half a usual second-level cache."""
COLUMNS = 256
"""Columns of a piece of matrix products or of counts."""
STRIP = PIECE // PLANES
"""Columns of a piece of subset sums: all rows of the task, to use each table as often as possible."""

Work = Callable[[slice, slice], None]


def run(problem: Problem, path: str) -> NDArray[Any]:
    """Return the accumulated codes, shape (V, M), along a path that holds."""
    if path == "integer product":
        return collapsed.integer_product(problem)
    if path == "folded product":
        return collapsed.folded_product(problem)
    vectors, columns = problem.digits.shape[1], problem.cells.values.shape[2]
    result = np.zeros((vectors, columns), np.float64 if problem.conversion is None else np.int64)
    if problem.digits.size == 0 or problem.cells.values.size == 0:
        return result
    work = {"popcount": _popcount, "subset sums": _subset_sums, "products": _products}[path](problem, result)
    tasks = _tasks(problem.digits.shape[0], vectors, columns)
    # a threaded BLAS would keep spinning on the cores that the conversion needs (measured: 12 times slower)
    with _BLAS.limit(limits=1, user_api="blas"), ThreadPoolExecutor(threads()) as pool:
        list(pool.map(lambda task: work(*task), tasks))
    return result


def _tasks(pulses: int, vectors: int, columns: int) -> list[tuple[slice, slice]]:
    """Return pieces of the vectors and ranges of the columns that keep all threads busy."""
    workers, tall = threads(), max(1, PLANES // pulses)
    down = -(-vectors // tall)
    across = 1
    if down < workers:
        across = min(-(-workers // down), -(-columns // STRIP))
        down = max(down, min(workers // across, vectors))
    else:
        down = -(-down // workers) * workers
    tall, wide = -(-vectors // down), -(-columns // (across * STRIP)) * STRIP
    return [
        (slice(top, min(top + tall, vectors)), slice(left, min(left + wide, columns)))
        for top in range(0, vectors, tall)
        for left in range(0, columns, wide)
    ]


def _blocks(problem: Problem) -> list[tuple[int, int]]:
    depth = problem.digits.shape[2]
    return [(start, min(start + problem.rows, depth)) for start in range(0, depth, problem.rows)]


def _popcount(problem: Problem, result: NDArray[Any]) -> Work:
    values, rows = problem.cells.values, problem.rows
    planes = problem.cells.derived(("planes", rows), lambda: popcount.planes(values, levels(problem.cells), rows))
    low, high = problem.span
    numbers = np.array([(high - low) * factor for factor in planes.factors], np.float32)
    totals = (low * planes.totals).astype(np.float32)
    converter = Epilogue.of(problem).arguments()

    def work(taken: slice, columns: slice) -> None:
        digits, size = problem.digits[:, taken], planes.bits.shape[3]
        for block, (start, stop) in enumerate(_blocks(problem)):
            driven = popcount.pack_digits(digits, high, start, stop, size)
            _count_block(driven, planes.bits[block], totals[block], numbers, problem.cell_weights, result,
                         taken.start, columns.start, columns.stop, digits.shape[0], converter)  # fmt: skip

    return work


@numba.njit(nogil=True, cache=True)
def _count_block(
    driven: Any, bits: Any, totals: Any, numbers: Any, significances: Any, result: Any, top: int, first: int, end: int,
    pulses: int, converter: Any,
) -> None:  # fmt: skip
    tall = max(1, PIECE // COLUMNS // pulses)
    for left in range(first, end, COLUMNS):
        right = min(left + COLUMNS, end)
        pitch = -(-(right - left) // WIDE) * WIDE
        for s in range(significances.size):
            for vector in range(0, driven.shape[0] // pulses, tall):
                piece = driven[vector * pulses : (vector + tall) * pulses]
                partial = np.empty((piece.shape[0], pitch), np.float32)
                popcount.sums(piece, bits[s], left, left + pitch, totals[s], numbers, partial)
                cube = partial.reshape((piece.shape[0] // pulses, pulses, pitch))
                accumulate(cube, right - left, significances[s], result, top + vector, left, converter)


def _subset_sums(problem: Problem, result: NDArray[Any]) -> Work:
    low, high = problem.span
    count, slices = high - low + 1, problem.cells.values.shape[0]
    together = subsets.rows_together(count)
    steps = np.arange(count)
    factors = np.append(steps, low).astype(np.float32)
    squares = np.append((low + steps) ** 2 - low**2, low**2).astype(np.float32)
    converter = Epilogue.of(problem).arguments()
    noisy, grid, unit, floor, key = _noise(problem)

    def work(taken: slice, columns: slice) -> None:
        digits = problem.digits[:, taken]
        tables = _aligned(subsets.GROUPS * subsets.ENTRIES * LANES)
        for block, (start, stop) in enumerate(_blocks(problem)):
            places = subsets.index(digits, low, count, together, start, stop)
            _subset_block(problem.cells.values, grid, places, (start, stop, together), factors, squares, tables,
                          problem.cell_weights, result, (taken.start, columns.start, columns.stop, digits.shape[0]),
                          noisy, (unit, floor, *key, block * digits.shape[0] * slices, problem.first_vector),
                          converter)  # fmt: skip

    return work


@numba.njit(nogil=True, cache=True)
def _subset_block(
    cells: Any, grid: Any, places: Any, rows: Any, factors: Any, squares: Any, tables: Any, significances: Any,
    result: Any, piece: Any, noisy: bool, draws: Any, converter: Any,
) -> None:  # fmt: skip
    start, stop, together = rows
    top, first, end, pulses = piece
    unit, floor, key0, key1, conversion, vector0 = draws
    planes = places.shape[0]
    lines = np.zeros(subsets.GROUPS * together * LANES, np.float32)
    partial, spread = np.empty(planes * STRIP, np.float32), np.empty(planes * STRIP if grid.size else 0, np.float32)
    for left in range(first, end, STRIP):
        right = min(left + STRIP, end)
        pitch = -(-(right - left) // LANES) * LANES
        shape = (planes // pulses, pulses, pitch)
        for s in range(significances.size):
            subsets.sums(cells[s], places, start, stop, left, right, together, factors, lines, tables, partial)
            cube = partial[: planes * pitch].reshape(shape)
            if noisy:
                if grid.size:
                    subsets.sums(grid[s], places, start, stop, left, right, together, squares, lines, tables, spread)
                    wide = spread[: planes * pitch].reshape(shape)
                else:
                    wide = spread.reshape((0, 0, 0))
                disturb(
                    cube,
                    right - left,
                    wide,
                    unit,
                    floor,
                    key0,
                    key1,
                    conversion + s,
                    significances.size,
                    vector0 + top,
                    left,
                )
            accumulate(cube, right - left, significances[s], result, top, left, converter)


def _products(problem: Problem, result: NDArray[Any]) -> Work:
    """Take partial sums as matrix products: float32 where these are exact, else float64."""
    values, pulses = problem.cells.values, problem.digits.shape[0]
    kind: Any = np.float32 if problem.largest_sum < EXACT else np.float64
    converter = Epilogue.of(problem).arguments()
    noisy, grid, unit, floor, key = _noise(problem)
    # the grid of the variance leaves room for digits of size 1 in float32
    fine: Any = np.float32 if problem.largest_digit <= 1 else np.float64

    def work(taken: slice, columns: slice) -> None:
        digits = np.ascontiguousarray(problem.digits[:, taken].transpose(1, 0, 2))
        for block, (start, stop) in enumerate(_blocks(problem)):
            flat = digits[:, :, start:stop].reshape(-1, stop - start)
            narrow = flat.astype(kind)
            power = flat.astype(fine) ** 2 if grid.size else narrow
            for left in range(columns.start, columns.stop, COLUMNS):
                piece = slice(left, min(left + COLUMNS, columns.stop))
                for s, significance in enumerate(problem.cell_weights):
                    matrix = _filled(values[s, start:stop, piece], kind)
                    cube = (narrow @ matrix).reshape(-1, pulses, matrix.shape[1])
                    if noisy:
                        spread = np.zeros((0, 0, 0), fine)
                        if grid.size:
                            matrix = _filled(grid[s, start:stop, piece], fine)
                            spread = (power @ matrix).reshape(cube.shape)
                        conversion = block * pulses * len(values) + s
                        disturb(cube, piece.stop - left, spread, unit, floor, *key, conversion, len(values),
                                problem.first_vector + taken.start, left)  # fmt: skip
                    accumulate(cube, piece.stop - left, significance, result, taken.start, left, converter)

    return work


def _filled(cells: NDArray[np.int32], kind: Any) -> NDArray[Any]:
    """Return cells as numbers, columns filled up to whole vectors."""
    rows, columns = cells.shape
    matrix = np.zeros((rows, -(-columns // LANES) * LANES), kind)
    matrix[:, :columns] = cells
    return matrix


def _noise(problem: Problem) -> tuple[bool, NDArray[np.int32], float, float, tuple[int, int]]:
    """Return whether there is noise, the grid of the variance (or no cells), its unit, the shared variance, the key."""
    given, nothing = problem.noise, np.zeros((0, 0, 0), np.int32)
    if given is None:
        return False, nothing, 0.0, 0.0, (0, 0)
    if given.variance is None:
        return True, nothing, 0.0, given.rms**2, given.key
    grid, exponent = noise.variance_grid(given.variance, problem.rows)
    return True, grid, 2.0**exponent, given.rms**2, given.key


def _aligned(count: int) -> NDArray[np.float32]:
    """Return so many float32 that begin with a line of the cache: loads across two lines take twice as long."""
    raw = np.zeros(count + 15, np.float32)
    start = -(raw.ctypes.data // 4) % 16
    return raw[start : start + count]
