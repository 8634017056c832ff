"""`array_wires` on a processor: arrays by nested dissection (`elimination`), ladders by walking them (`ladder`)."""

from __future__ import annotations

import numba
import numpy as np

from remanence.kernels.array_wires.elimination import (
    FAST,
    Integers,
    Order,
    Vector,
    backward,
    forward,
    inject,
    reverse,
    run,
    tasks,
)
from remanence.kernels.array_wires.ladder import ladder_currents, ladder_voltages
from remanence.kernels.array_wires.schedule import Schedule

__all__ = ["cell_voltages", "effective_conductance", "effective_conductance_vjp", "ladder_currents", "ladder_voltages"]

LANES = 16
"""Right-hand sides that are solved side by side."""


@numba.njit(cache=True, error_model="numpy", fastmath=FAST)
def _conductances(values: Vector, order: Order, sizes: tuple[int, ...], result: Vector, first: int, step: int) -> None:
    work, none, totals = np.empty(sizes[0]), np.empty(0), np.empty(sizes[2])
    for tile in range(first, values.shape[0], step):
        forward(values[tile], order, work, False, none, totals)
        _transfer(order, work, result[tile], result[tile], False)


@numba.njit(parallel=True, cache=True, error_model="numpy", fastmath=FAST)
def _conductances_all(values: Vector, order: Order, sizes: tuple[int, ...], result: Vector, count: int) -> None:
    for task in numba.prange(count):
        _conductances(values, order, sizes, result, task, count)


@numba.njit(cache=True, error_model="numpy", fastmath=FAST)
def _transfer(order: Order, work: Vector, result: Vector, cotangent: Vector, back: bool) -> None:
    """Read the conductances between drivers and sense ends off the last front, or put their adjoints there."""
    members, root = order[0], order[1][-1]
    kept, ends = root[1] - root[2], root[4] - root[2]
    nodes = members[root[0] + root[2] : root[0] + root[1]]
    rows, columns = result.shape[-2], result.shape[-1]
    first_driver, first_sense = 2 * rows * columns, 2 * rows * columns + rows
    for i in range(ends):
        for j in range(ends, kept):
            if back:
                work[i * kept + j] = cotangent[nodes[i] - first_driver, nodes[j] - first_sense]
            else:
                result[nodes[i] - first_driver, nodes[j] - first_sense] = work[i * kept + j]


@numba.njit(cache=True, error_model="numpy", fastmath=FAST)
def _gradients(values: Vector, order: Order, sizes: tuple[int, ...], cotangent: Vector, gradient: Vector, first: int,
               step: int) -> None:  # fmt: skip
    work, factor, totals = np.empty(sizes[0]), np.empty(sizes[1]), np.empty(sizes[2])
    for tile in range(first, values.shape[0], step):
        forward(values[tile], order, work, True, factor, totals)
        _transfer(order, work, cotangent[tile], cotangent[tile], True)
        reverse(order, work, factor, totals, gradient[tile])


@numba.njit(parallel=True, cache=True, error_model="numpy", fastmath=FAST)
def _gradients_all(values: Vector, order: Order, sizes: tuple[int, ...], cotangent: Vector, gradient: Vector,
                   count: int) -> None:  # fmt: skip
    for task in numba.prange(count):
        _gradients(values, order, sizes, cotangent, gradient, task, count)


@numba.njit(cache=True, error_model="numpy", fastmath=FAST)
def _cell_voltages(values: Vector, order: Order, sizes: tuple[int, ...], cells: tuple[Integers, Integers],
                   drive: Vector, current: Vector, result: Vector, first: int, step: int) -> None:  # fmt: skip
    upper, lower = cells
    vectors, rows, nodes = drive.shape[1], drive.shape[2], sizes[3]
    work, factor, totals = np.empty(sizes[0]), np.empty(sizes[1]), np.empty(sizes[2])
    state = np.empty((nodes, min(LANES, vectors)))
    for tile in range(first, values.shape[0], step):
        forward(values[tile], order, work, True, factor, totals)
        for chunk in range(0, vectors, LANES):
            lanes = min(LANES, vectors - chunk)
            state[:] = 0.0
            if current.shape[1]:
                for k in range(upper.size):
                    for lane in range(lanes):
                        state[upper[k], lane] -= current[tile, chunk + lane, k]
                        state[lower[k], lane] += current[tile, chunk + lane, k]
                inject(order, factor, totals, state)
            state[2 * upper.size :] = 0.0
            for lane in range(lanes):
                for i in range(rows):
                    state[2 * upper.size + i, lane] = drive[tile, chunk + lane, i]
            backward(order, factor, totals, state)
            for lane in range(lanes):
                for k in range(upper.size):
                    result[tile, chunk + lane, k] = state[upper[k], lane] - state[lower[k], lane]


@numba.njit(parallel=True, cache=True, error_model="numpy", fastmath=FAST)
def _cell_voltages_all(values: Vector, order: Order, sizes: tuple[int, ...], cells: tuple[Integers, Integers],
                       drive: Vector, current: Vector, result: Vector, count: int) -> None:  # fmt: skip
    for task in numba.prange(count):
        _cell_voltages(values, order, sizes, cells, drive, current, result, task, count)


def _layout(plan: Schedule) -> tuple[Order, tuple[int, ...]]:
    order = plan.members, plan.table, plan.place, plan.edge_at, plan.edge_of
    return order, (plan.work, plan.factor, plan.pivots, plan.nodes)


def effective_conductance(values: Vector, plan: Schedule, rows: int, columns: int) -> Vector:
    """Return the conductance from each driver to each sense end, (T, R, C); ``values`` (T, R C + 4) of the edges."""
    result = np.zeros((values.shape[0], rows, columns))
    run(_conductances, _conductances_all, tasks(values.shape[0]), values, *_layout(plan), result)
    return result


def effective_conductance_vjp(values: Vector, cotangent: Vector, plan: Schedule) -> Vector:
    """Return the gradient with respect to the conductances of the edges, (T, R C + 4)."""
    gradient = np.zeros(values.shape)
    run(_gradients, _gradients_all, tasks(values.shape[0]), values, *_layout(plan), cotangent, gradient)
    return gradient


def cell_voltages(values: Vector, drive: Vector, current: Vector | None, plan: Schedule) -> Vector:
    """Return the voltages over the cells, (T, V, R C).

    Args:
        values: of the edges, (T, R C + 4).
        drive: voltages of the drivers, (T, V, R); sense ends are at 0 V.
        current: in parallel with each cell, from its row wire to its column wire, (T, V, R C).
        plan: order of the elimination.
    """
    tiles, vectors = drive.shape[:2]
    result = np.empty((tiles, vectors, values.shape[1] - 4))
    added = np.zeros((tiles, 0, 0)) if current is None else current
    cells = plan.upper, plan.lower
    run(_cell_voltages, _cell_voltages_all, tasks(tiles), values, *_layout(plan), cells, drive, added, result)
    return result
