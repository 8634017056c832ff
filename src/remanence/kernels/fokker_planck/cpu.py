"""`fokker_planck` on a processor: a rational step of one pole, eight curves to a vector, all cores.

A step of length h takes `SOLVES` solves with the same M-matrix, w_k = (I - (h/POLE) A)^-k y, each by an elimination in
which nothing is subtracted: every w_k is positive with full relative accuracy in every cell. The new state and any
output within the step are sums of them, exp(theta h A) y = sum_k c_k(theta) w_k, where the c_k follow from the
generating function of the Laguerre polynomials with tau = theta POLE:

    exp(theta h A) = sum_n L_n^(-1)(tau) (I - Q)^n,   Q = (I - (h/POLE) A)^-1

cut at n = SOLVES: order SOLVES, and exactly zero at infinitely stiff modes since POLE is a root of L_SOLVES. The c_k
have both signs; they add up to 6e3 in magnitude, so four of sixteen digits are the most that can be lost. The roots
above the one taken damp stiff modes too slowly (0.22 a step at the next, 0.67 at the one after), which a deep write
error then shows. The term cut off last estimates the error in time; measured errors lie below it.
"""

from __future__ import annotations

from math import comb

import numba
import numpy as np
from numpy.typing import NDArray

LANES = 8
"""Curves that share a vector."""
SOLVES = 12
"""Solves of a step, and its order."""
POLE = 4.59922763941834848462572
"""A root of the Laguerre polynomial of degree SOLVES: the step forgets infinitely stiff modes."""
PACE = 0.4
"""Longest step, in units of the slowest decay time."""
GROWTH = 0.5
"""Longest step, as a share of the time since the force last changed."""
FIRST = 0.01
"""First step after a change of the force, over 1 + |force|."""
TINY = 1e-290
"""Added to every cell in every step, so that no number is ever subnormal (slow) or zero."""

_SIGNED = np.array(
    [[comb(n, k) * (-1.0) ** k if k <= n else 0.0 for k in range(SOLVES + 1)] for n in range(SOLVES + 1)]
)

Vector = NDArray[np.float64]


@numba.njit(cache=True, error_model="numpy")
def _coefficients(tau: float, signed: Vector, result: Vector) -> float:
    """Fill in c_k for a time of ``tau`` poles; return the factor of the term that was cut off last."""
    before, here = 1.0, 1.0 - tau
    result[:] = 0.0
    result[0] = 1.0
    last = here - before
    for n in range(1, SOLVES + 1):
        last = here - before  # L_n^(-1) = L_n - L_(n-1)
        for k in range(n + 1):
            result[k] += last * signed[n, k]
        before, here = here, ((2 * n + 1 - tau) * here - n * before) / (n + 1)
    return last


@numba.njit(cache=True, error_model="numpy", fastmath={"contract"})
def _rates(force: Vector, stability: Vector, sums: Vector, steps: Vector, paces: Vector, widths: Vector,
           down: Vector, up: Vector) -> None:  # fmt: skip
    """Fill in the rates towards -z (`down`) and +z (`up`), Scharfetter-Gummel, positive whatever the force."""
    cells = widths.size
    down[cells - 1] = 0.0
    up[0] = 0.0
    for j in range(cells - 1):
        for k in range(LANES):
            rise = -steps[j] * stability[k] * (2.0 * force[k] - sums[j])
            if abs(rise) < 1e-5:
                forward, back = 1.0 - 0.5 * rise + rise * rise / 12.0, 1.0 + 0.5 * rise + rise * rise / 12.0
            elif rise > 0.0:
                forward = rise / np.expm1(rise)
                back = forward + rise
            else:
                back = -rise / np.expm1(-rise)
                forward = back - rise
            pace = paces[j] / stability[k]
            down[j, k] = pace * forward / widths[j]
            up[j + 1, k] = pace * back / widths[j + 1]


@numba.njit(cache=True, error_model="numpy", fastmath={"contract"})
def _escape(out: Vector, back: Vector, first: int, step: int, half: int, scratch: Vector, rate: Vector) -> None:
    """Fill in the slowest rate at which half of the chain is left over the equator, by inverse iteration."""
    scratch[:] = 0.0
    scratch[0] = 1.0
    for _ in range(4):
        for k in range(LANES):
            total = 0.0
            for j in range(half):
                total += scratch[j, k]
            norm = 1.0 / total
            flow = 0.0
            for j in range(half):
                flow += scratch[j, k] * norm
                scratch[j, k] = flow
        for k in range(LANES):
            total = 0.0
            beyond = 0.0
            for i in range(half):
                j = half - 1 - i
                cell = first + step * j
                inflow = back[cell + step, k] * beyond if i > 0 else 0.0
                beyond = (scratch[j, k] + inflow) / out[cell, k]
                scratch[j, k] = beyond
                total += beyond
            rate[k] = 1.0 / total if total < 1e290 else 0.0
            if not total < 1e290:
                for j in range(half):
                    scratch[j, k] = 1.0


@numba.njit(cache=True, error_model="numpy", fastmath={"contract"})
def _factor(pole: Vector, down: Vector, up: Vector, left: Vector, inverse: Vector, right: Vector) -> None:
    """Factor I - pole A without a subtraction; A moves mass from cell j to j + 1 at `down` and to j - 1 at `up`."""
    cells = down.shape[0]
    excess = np.ones(LANES)
    for j in range(cells):
        for k in range(LANES):
            if j > 0:
                left[j, k] = pole[k] * down[j - 1, k] * inverse[j - 1, k]
                excess[k] = 1.0 + pole[k] * up[j, k] * excess[k] * inverse[j - 1, k]
            inverse[j, k] = 1.0 / (excess[k] + pole[k] * down[j, k])
    for j in range(cells - 1):
        for k in range(LANES):
            right[j, k] = pole[k] * up[j + 1, k] * inverse[j, k]
    right[cells - 1] = 0.0


@numba.njit(cache=True, error_model="numpy", fastmath={"contract"})
def _solve(work: Vector, left: Vector, inverse: Vector, right: Vector, weight: float, result: Vector, sums: Vector,
           half: int) -> None:  # fmt: skip
    """Solve in place, add ``weight`` times the solution to ``result`` and its two halves to ``sums``."""
    cells = work.shape[0]
    for j in range(1, cells):
        for k in range(LANES):
            work[j, k] += left[j, k] * work[j - 1, k]
    for k in range(LANES):
        work[cells - 1, k] *= inverse[cells - 1, k]
        result[cells - 1, k] += weight * work[cells - 1, k]
        sums[1, k] = work[cells - 1, k]
        sums[0, k] = 0.0
    for i in range(2, cells + 1):
        j = cells - i
        side = 0 if j < half else 1
        for k in range(LANES):
            value = work[j, k] * inverse[j, k] + right[j, k] * work[j + 1, k]
            work[j, k] = value
            result[j, k] += weight * value
            sums[side, k] += value


@numba.njit(cache=True, error_model="numpy", fastmath={"contract"})
def _start(stability: Vector, rest: Vector, edges: Vector, widths: Vector, nodes: Vector, weights: Vector, half: int,
           state: Vector) -> None:  # fmt: skip
    """Fill in the Boltzmann distribution of the half z > 0 under the force ``rest``."""
    state[:] = 0.0
    for k in range(LANES):
        # the largest exponent: at z = 1, unless the force pushes the well below it
        best = min(1.0, max(0.0, rest[k])) if rest[k] > 0.5 else 1.0
        top = max(0.0, max(1.0 - 2.0 * rest[k], best * best - 2.0 * rest[k] * best))
        total = 0.0
        for j in range(half):
            mass = 0.0
            for i in range(nodes.size):
                z = edges[j] - widths[j] * nodes[i]
                mass += weights[i] * np.exp(stability[k] * (z * z - 2.0 * rest[k] * z - top))
            state[j, k] = mass * widths[j]
            total += state[j, k]
        for j in range(half):
            state[j, k] /= total


@numba.njit(cache=True, error_model="numpy", fastmath={"contract"})
def _group(stability: Vector, rest: Vector, force: Vector, length: Vector, times: Vector, geometry: tuple[Vector, ...],
           nodes: Vector, weights: Vector, pace: float, signed: Vector, upper: Vector, lower: Vector,
           error: Vector) -> None:  # fmt: skip
    """March eight curves through their segments and fill in the two masses and the error at every time."""
    edges, widths, sums, steps, paces = geometry
    cells = widths.size
    half = cells // 2
    shape = (cells, LANES)
    state, result, work = np.empty(shape), np.empty(shape), np.empty(shape)
    down, up = np.empty(shape), np.empty(shape)
    left, inverse, right = np.zeros(shape), np.empty(shape), np.empty(shape)
    masses = np.empty((SOLVES + 1, 2, LANES))
    leaving, returning = np.empty(LANES), np.empty(LANES)
    began, passed, dt, previous, pole = (
        np.zeros(LANES),
        np.zeros(LANES),
        np.zeros(LANES),
        np.zeros(LANES),
        np.zeros(LANES),
    )
    longest, first = np.zeros(LANES), np.zeros(LANES)
    following = np.zeros(LANES, np.int64)
    doubt = np.zeros((2, LANES))
    known = np.ones((2, LANES))  # masses at the last step, never below TINY
    known[1] = TINY
    full, part = np.empty(SOLVES + 1), np.empty(SOLVES + 1)
    cut = _coefficients(POLE, signed, full)
    full[0] = 0.0  # L_SOLVES(POLE), zero but for rounding
    _start(stability, rest, edges, widths, nodes, weights, half, state)
    for k in range(LANES):
        while following[k] < times.shape[1] and times[k, following[k]] <= 0.0:
            upper[k, following[k]], lower[k, following[k]], error[k, following[k]] = 1.0, 0.0, 0.0
            following[k] += 1
    for segment in range(force.shape[1]):
        _rates(force[:, segment], stability, sums, steps, paces, widths, down, up)
        _escape(down, up, 0, 1, half, work, leaving)
        _escape(up, down, cells - 1, -1, half, work, returning)
        for k in range(LANES):
            relaxation = leaving[k] + returning[k]
            longest[k] = pace * PACE / relaxation if relaxation > 1e-280 else 1e280
            strength = 1.0 + abs(force[k, segment])
            first[k] = FIRST * pace / strength
            # beyond, both sides are in equilibrium to rounding, the rarer of them included
            enough = (40.0 + 4.0 * stability[k] * abs(force[k, segment])) * longest[k] / (pace * PACE)
            passed[k] = 0.0
            previous[k] = -1.0
            span = length[k, segment]
            if segment == force.shape[1] - 1 or began[k] + span > times[k, -1]:
                span = max(0.0, times[k, -1] - began[k])  # nothing is asked for after the last output
            work[0, k] = min(span, enough)
        ends = work[0].copy()
        while True:
            active = False
            fresh = False
            for k in range(LANES):
                remaining = ends[k] - passed[k]
                step = min(longest[k], max(first[k], pace * GROWTH * passed[k]))
                # no sliver is left for a last step
                step = remaining if step > 0.999 * remaining else min(step, max(0.5 * remaining, 0.5 * step))
                dt[k] = max(step, 0.0)
                active = active or remaining > 0.0
                fresh = fresh or dt[k] != previous[k]
                previous[k] = dt[k]
                pole[k] = dt[k] / POLE
            if not active:
                break
            if fresh:
                _factor(pole, down, up, left, inverse, right)
            masses[0] = 0.0
            for j in range(cells):
                side = 0 if j < half else 1
                for k in range(LANES):
                    masses[0, side, k] += state[j, k]
                    work[j, k] = state[j, k] + TINY
                    result[j, k] = 0.0
            for n in range(1, SOLVES + 1):
                _solve(work, left, inverse, right, full[n], result, masses[n], half)
            for k in range(LANES):
                if dt[k] <= 0.0:
                    continue
                while following[k] < times.shape[1]:
                    due = times[k, following[k]] - began[k]
                    last_step = passed[k] + dt[k] >= ends[k]
                    in_segment = due <= length[k, segment] or segment == force.shape[1] - 1
                    if not (due <= passed[k] + dt[k] or (last_step and in_segment)):
                        break
                    share = min(1.0, (due - passed[k]) / dt[k])
                    tail = _coefficients(share * POLE, signed, part)
                    for side in range(2):
                        value, rest_term = 0.0, 0.0
                        for n in range(SOLVES + 1):
                            value += part[n] * masses[n, side, k]
                            rest_term += signed[SOLVES, n] * masses[n, side, k]
                        value = max(value, TINY)
                        if side == 0:
                            upper[k, following[k]] = value
                            error[k, following[k], 0] = doubt[0, k] + abs(tail * rest_term) / value
                        else:
                            lower[k, following[k]] = value
                            error[k, following[k], 1] = doubt[1, k] + abs(tail * rest_term) / value
                    following[k] += 1
                for side in range(2):
                    value, rest_term = 0.0, 0.0
                    for n in range(SOLVES + 1):
                        value += full[n] * masses[n, side, k]
                        rest_term += signed[SOLVES, n] * masses[n, side, k]
                    value = max(value, TINY)
                    # what is wrong stays wrong in proportion while the mass falls, in amount while it grows
                    doubt[side, k] = doubt[side, k] * min(1.0, known[side, k] / value) + abs(cut * rest_term) / value
                    known[side, k] = value
                passed[k] = ends[k] if passed[k] + dt[k] >= ends[k] else passed[k] + dt[k]
            for j in range(cells):
                for k in range(LANES):
                    if dt[k] > 0.0:
                        state[j, k] = result[j, k]
        for k in range(LANES):
            began[k] += length[k, segment]


@numba.njit(cache=True, parallel=True)
def _all(stability: Vector, rest: Vector, force: Vector, length: Vector, times: Vector, geometry: tuple[Vector, ...],
         nodes: Vector, weights: Vector, pace: float, signed: Vector, upper: Vector, lower: Vector,
           error: Vector) -> None:  # fmt: skip
    for group in numba.prange(stability.size // LANES):
        a, b = group * LANES, (group + 1) * LANES
        _group(stability[a:b], rest[a:b], force[a:b], length[a:b], times[a:b], geometry, nodes, weights, pace, signed,
               upper[a:b], lower[a:b], error[a:b])  # fmt: skip


def march(stability: Vector, rest: Vector, force: Vector, length: Vector, times: Vector, geometry: tuple[Vector, ...],
          nodes: Vector, weights: Vector, pace: float) -> tuple[Vector, Vector, Vector]:  # fmt: skip
    """Return the masses of z > 0 and z < 0, shape (curves, times), and their errors in time, (curves, times, 2)."""
    curves, outputs = times.shape
    # curves of like length march together; the last group is filled up with its own last curve
    order = np.lexsort((np.max(times, axis=1, initial=0.0), force[:, 0]))
    padded = np.concatenate([order, np.repeat(order[-1:], -curves % LANES)])
    upper, lower = np.empty((padded.size, outputs)), np.empty((padded.size, outputs))
    error = np.zeros((padded.size, outputs, 2))
    # waking the other threads for one group would cost more than the group where they are busy
    run = _all if padded.size > LANES else _group
    run(stability[padded], rest[padded], force[padded], length[padded], times[padded], geometry, nodes, weights, pace,
        _SIGNED, upper, lower, error)  # fmt: skip
    place = np.argsort(order)
    return upper[place], lower[place], error[place]
