"""Ladders on a processor: a bit line and a source line side by side, walked once, without a subtraction.

What lies behind a row is a triangle of conductances between bit line, source line and a terminal. A cell adds to one of
them; a segment of both lines is the star-to-mesh rule for two nodes at once: one division and only positive terms.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from remanence.kernels.array_wires.elimination import FAST, Vector, add, run, tasks

COLUMNS = 64
"""Columns of ladders that are walked side by side: their state stays in the first-level cache."""


@numba.njit(inline="always", cache=True, error_model="numpy", fastmath=FAST)
def _walk(near: Vector, across: Vector, between: Vector, r_near: float, r_far: float) -> None:
    """Move on by a segment of both lines: terminal to its own line, to the other line, and line to line."""
    for c in range(between.size):
        a, b, g = near[c], across[c], between[c]
        product = a * b + g * (a + b)
        share = 1.0 / (1.0 + r_near * (a + g) + r_far * (b + g) + r_near * r_far * product)
        near[c] = (a + r_far * product) * share
        across[c] = (b + r_near * product) * share
        between[c] = g * share


@numba.njit(inline="always", cache=True, error_model="numpy", fastmath=FAST)
def _walk_open(between: Vector, resistance: float) -> None:
    for c in range(between.size):
        between[c] = between[c] / (1.0 + resistance * between[c])


@numba.njit(cache=True, error_model="numpy", fastmath=FAST)
def _currents(conductance: Vector, active: NDArray[np.bool_], lines: tuple[float, ...], down: bool, result: Vector,
              first_item: int, step: int) -> None:  # fmt: skip
    """Currents of ladders (T, V, C) at 1 V between the two terminals.

    The near line reaches its terminal through ``start`` where the walk begins (inf: open) and ``stop`` where it ends;
    the other line reaches its own through ``last`` where the walk ends.
    """
    r_near, r_far, start, stop, last = lines
    tiles, rows, columns = conductance.shape
    vectors = active.shape[1]
    for item in range(first_item, tiles * vectors, step):
        tile, vector = item // vectors, item % vectors
        on = active[tile if active.shape[0] > 1 else 0, vector]
        for first in range(0, columns, COLUMNS):
            width = min(COLUMNS, columns - first)
            near, across, between = np.empty(width), np.zeros(width), np.zeros(width)
            terminal = 0.0 if start == np.inf else 1.0 / start
            near[:] = terminal
            steps = 0
            for k in range(rows):
                row = k if down else rows - 1 - k
                if on[row]:
                    if steps and terminal > 0.0:
                        _walk(near, across, between, steps * r_near, steps * r_far)
                    elif steps:
                        _walk_open(between, steps * (r_near + r_far))
                    steps = 0
                    add(between, 1.0, conductance[tile, row, first : first + width])
                steps += 1
            steps -= 1
            if steps and terminal > 0.0:
                _walk(near, across, between, steps * r_near, steps * r_far)
            elif steps:
                _walk_open(between, steps * (r_near + r_far))
            for c in range(width):
                if stop == np.inf:
                    through = near[c] * between[c] / (near[c] + between[c])
                else:
                    held = near[c] * stop + 1.0
                    through = between[c] * held / (held + between[c] * stop)
                total = across[c] + through
                result[tile, vector, first + c] = total / (1.0 + last * total)


@numba.njit(parallel=True, cache=True, error_model="numpy", fastmath=FAST)
def _currents_all(conductance: Vector, active: NDArray[np.bool_], lines: tuple[float, ...], down: bool, result: Vector,
                  count: int) -> None:  # fmt: skip
    for task in numba.prange(count):
        _currents(conductance, active, lines, down, result, task, count)


@numba.njit(cache=True, error_model="numpy", fastmath=FAST)
def _voltages(conductance: Vector, current: Vector, lines: tuple[float, ...], voltage: float, result: Vector,
              first_item: int, step: int) -> None:  # fmt: skip
    """Voltages between the lines (N, R, C), with currents in parallel with the cells (N or 0, R, C)."""
    r_bit, r_source, bit_top, bit_bottom, source_top, source_bottom = lines
    items, rows, columns = conductance.shape
    top_bit = 0.0 if bit_top == np.inf else 1.0 / bit_top
    top_source = 0.0 if source_top == np.inf else 1.0 / source_top
    # an end of resistance e: e times the sum of currents plus the voltage difference; open: the sum of currents
    bit_sum, bit_drop = (1.0, 0.0) if bit_bottom == np.inf else (bit_bottom, 1.0)
    source_sum, source_drop = (1.0, 0.0) if source_bottom == np.inf else (source_bottom, 1.0)
    for item in range(first_item, items, step):
        state = np.empty((rows, 5, columns))
        for row in range(rows):
            here = state[row]
            ground, other, between, into_bit, into_source = here[0], here[1], here[2], here[3], here[4]
            if row:
                past = state[row - 1]
                p0, p1, p2, p3, p4 = past[0], past[1], past[2], past[3], past[4]
                for c in range(columns):
                    a, b, g = p0[c], p1[c], p2[c]
                    product = a * b + g * (a + b)
                    share = 1.0 / (1.0 + r_bit * (a + g) + r_source * (b + g) + r_bit * r_source * product)
                    ground[c] = (a + r_source * product) * share
                    other[c] = (b + r_bit * product) * share
                    between[c] = g * share
                    into_bit[c] = ((1.0 + r_source * (b + g)) * p3[c] + r_source * g * p4[c]) * share
                    into_source[c] = ((1.0 + r_bit * (a + g)) * p4[c] + r_bit * g * p3[c]) * share
            else:
                ground[:], other[:], between[:] = top_bit, top_source, 0.0
                into_bit[:], into_source[:] = voltage * top_bit, 0.0
            add(between, 1.0, conductance[item, row])
            if current.shape[0]:
                add(into_bit, -1.0, current[item, row])
                add(into_source, 1.0, current[item, row])
        bit, source = np.empty(columns), np.empty(columns)
        for c in range(columns):
            a, b, g = state[rows - 1, 0, c], state[rows - 1, 1, c], state[rows - 1, 2, c]
            into_bit_end = bit_sum * state[rows - 1, 3, c] + bit_drop * voltage
            into_source_end = source_sum * state[rows - 1, 4, c]
            bit_own, source_own = bit_sum * (a + g) + bit_drop, source_sum * (b + g) + source_drop
            determinant = (bit_sum * source_sum * (a * b + g * (a + b)) + bit_sum * (a + g) * source_drop
                           + bit_drop * source_sum * (b + g) + bit_drop * source_drop)  # fmt: skip
            bit[c] = (source_own * into_bit_end + bit_sum * g * into_source_end) / determinant
            source[c] = (bit_own * into_source_end + source_sum * g * into_bit_end) / determinant
            result[item, rows - 1, c] = bit[c] - source[c]
        for row in range(rows - 2, -1, -1):
            here = state[row]
            q0, q1, q2, q3, q4 = here[0], here[1], here[2], here[3], here[4]
            for c in range(columns):
                a, b, g = q0[c], q1[c], q2[c]
                product = a * b + g * (a + b)
                share = 1.0 / (1.0 + r_bit * (a + g) + r_source * (b + g) + r_bit * r_source * product)
                # currents down both lines: with the next nodes at 0 V, less what their voltages hold back
                next_bit, next_source = bit[c], source[c]
                down_bit = ((1.0 + r_source * (b + g)) * q3[c] + r_source * g * q4[c] - (a + r_source * product + g)
                            * next_bit + g * next_source) * share  # fmt: skip
                down_source = ((1.0 + r_bit * (a + g)) * q4[c] + r_bit * g * q3[c] - (b + r_bit * product + g)
                               * next_source + g * next_bit) * share  # fmt: skip
                bit[c] = next_bit + r_bit * down_bit
                source[c] = next_source + r_source * down_source
                result[item, row, c] = bit[c] - source[c]


@numba.njit(parallel=True, cache=True, error_model="numpy", fastmath=FAST)
def _voltages_all(conductance: Vector, current: Vector, lines: tuple[float, ...], voltage: float, result: Vector,
                  count: int) -> None:  # fmt: skip
    for task in numba.prange(count):
        _voltages(conductance, current, lines, voltage, result, task, count)


def ladder_currents(
    conductance: Vector,
    active: NDArray[np.bool_],
    segments: tuple[float, float],
    ends: tuple[float, float, float, float],
) -> Vector | None:
    """Return the currents (T, V, C) at 1 V, or None where both lines are held at both ends.

    Args:
        conductance: shape (T, R, C).
        active: shape (T or 1, V, R).
        segments: of the bit line and of the source line.
        ends: bit line top and bottom, source line top and bottom; inf is open.
    """
    (r_bit, r_source), (bit_top, bit_bottom, source_top, source_bottom) = segments, ends
    tiles, vectors, cells = conductance.shape[0], active.shape[1], conductance.size
    result = np.empty((tiles, vectors, conductance.shape[2]))
    for down in (True, False):
        bit = (bit_top, bit_bottom) if down else (bit_bottom, bit_top)
        source = (source_top, source_bottom) if down else (source_bottom, source_top)
        # the conductance is the same from both sides: the line that is held where the walk starts is the near one
        for (r_near, near), (r_far, far) in (((r_bit, bit), (r_source, source)), ((r_source, source), (r_bit, bit))):
            if far[0] == np.inf and near[0] > 0.0:
                count = tasks(tiles * vectors, cells * vectors)
                lines = r_near, r_far, near[0], near[1], far[1]
                run(_currents, _currents_all, count, conductance, active, lines, down, result)
                return result
    return None


def ladder_voltages(
    conductance: Vector,
    current: Vector | None,
    segments: tuple[float, float],
    ends: tuple[float, float, float, float],
    voltage: float,
) -> Vector:
    """Return the voltages between the lines, (N, R, C); idle cells have conductance 0."""
    result = np.empty(conductance.shape)
    added = np.zeros((0, 0, 0)) if current is None else current
    count = tasks(conductance.shape[0], conductance.size)
    run(_voltages, _voltages_all, count, conductance, added, (*segments, *ends), voltage, result)
    return result
