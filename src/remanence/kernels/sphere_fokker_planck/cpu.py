"""`sphere_fokker_planck` on a processor: sparse harmonics, one factorisation for all solves of a step.

A step of length h takes `SOLVES` solves with one matrix, Q = (I - (h/POLE) A)^-1. With N = I - Q,

    exp(theta h A) = Q sum_n L_n(theta POLE) N^n        (generating function of the Laguerre polynomials)

cut after n = SOLVES - 1: order SOLVES - 1, for any share theta of the step. At theta = 1 the step is L-stable (|R| <= 1 on
the imaginary axis, 0 at infinity; no such pole exists for 10 and 12 solves). The powers of N are small where the solution is
resolved, so little is cancelled. The last term estimates the error of the step.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from remanence.core.errors import ConvergenceError
from remanence.kernels.sphere_fokker_planck import harmonics

SOLVES = 11
"""Solves of a step, one more than its order."""
POLE = 6.8
"""Within the window of L-stability for 11 solves (6.05 to 6.8), where the error is least."""
SHARE = 0.02
"""Error of one step, in units of the tolerance times the mass asked for."""
ROUGH = 1e-3
"""Error of one step anywhere on the sphere, in units of the whole mass."""
FLOOR = 1e-13
"""Mass that the steps do not try to resolve."""
LONGEST = 8
"""Largest ratio of one step to the last."""
PASSES = 200
"""Passes of the inverse iteration."""

Floats = NDArray[np.float64]
Solve = Callable[[Floats], Floats]


def laguerre(count: int, at: float) -> Floats:
    """Return L_0 to L_(count - 1) at a point."""
    result = np.ones(count)
    result[1] = 1.0 - at
    for n in range(1, count - 1):
        result[n + 1] = ((2 * n + 1 - at) * result[n] - n * result[n - 1]) / (n + 1)
    return result


_WHOLE = laguerre(SOLVES, POLE)


def reached(matrices: Sequence[sp.csr_array], order: int) -> NDArray[np.int64]:
    """Return the harmonics that exchange anything with those that carry the mass of a hemisphere."""
    joint = sum((abs(item) for item in matrices[1:]), abs(matrices[0]))
    _, label = connected_components(joint, directed=False)
    return np.flatnonzero(np.isin(label, label[harmonics.hemisphere(order) != 0.0]))


def factor(matrix: sp.csr_array) -> Solve:
    """Return what solves with a matrix of symmetric pattern."""
    lower_upper = splu(sp.csc_array(matrix), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.01,
                       options={"SymmetricMode": True})  # fmt: skip
    return lower_upper.solve  # type: ignore[no-any-return]


def march(
    matrices: Sequence[sp.csr_array], lengths: Floats, start: Floats, times: Floats, order: int, side: float,
    tolerance: float, pace: float,
) -> tuple[Floats, Floats, int]:  # fmt: skip
    """Return the masses of z > 0 and of z < 0 at rising times, and the number of steps.

    Args:
        matrices: generator of each segment.
        lengths: of the segments; the last one holds for ever.
        start: harmonics at time 0.
        times: of the output.
        order: highest degree.
        side: +1 or -1: the hemisphere whose mass is wanted to the tolerance.
        tolerance: relative, of the steps.
        pace: first step of a segment.
    """
    kept = reached(matrices, order)
    size = kept.size
    upper = harmonics.hemisphere(order)[kept]
    lower = np.where(harmonics.degrees(order)[kept] == 0, upper, -upper)
    asked = upper if side > 0 else lower
    weigh = _weight(order, side, kept)
    y, now, done, steps = start[kept], 0.0, 0, 0
    masses = np.zeros((2, times.size))
    ends = np.concatenate([np.cumsum(lengths[:-1]), [np.inf]])
    for segment, end in enumerate(ends):
        matrix = matrices[segment][kept][:, kept]
        identity = sp.eye_array(size, format="csr")
        solver = functools.lru_cache(maxsize=3)(
            lambda step, a=matrix, one=identity: factor(one - (step / POLE) * a)
        )
        step = pace
        last = min(end, float(times[-1]))
        while done < times.size and (now < last or times[done] <= now):
            solve = solver(step)
            powers = np.empty((SOLVES, size))
            powers[0] = solve(y)
            for n in range(1, SOLVES):
                powers[n] = powers[n - 1] - solve(powers[n - 1])
            error = _WHOLE[-1] * powers[-1]
            inside = np.linalg.norm(weigh(error)) * np.sqrt(4.0 * np.pi)
            allowed = SHARE * tolerance * max(float(asked @ y), FLOOR)
            excess = max(inside / allowed, np.linalg.norm(error) * np.sqrt(4.0 * np.pi) / ROUGH, 1e-300)
            if not np.isfinite(excess):
                raise ConvergenceError(f"sphere_fokker_planck: the step at {now:g} failed")
            change = 2.0 ** np.floor(np.log2(0.7 * excess ** (-1.0 / (SOLVES - 1))))
            if excess > 1.0 and inside > 1e-14:
                step *= min(0.5, max(change, 1.0 / LONGEST))
                continue
            steps += 1
            after = min(now + step, end)
            while done < times.size and (times[done] < after or (times[done] == after and after == last)):
                seen = laguerre(SOLVES, (times[done] - now) / step * POLE) @ powers
                masses[:, done] = upper @ seen, lower @ seen
                done += 1
            y = (_WHOLE if after == now + step else laguerre(SOLVES, (after - now) / step * POLE)) @ powers
            now = after
            step *= min(LONGEST, max(1.0, change))
            if now >= end:
                break
        if done == times.size:
            break
    return masses[0], masses[1], steps


def _weight(order: int, side: float, kept: NDArray[np.int64]) -> Callable[[Floats], Floats]:
    """Return the multiplication by ((1 + side z)/2)^4: errors far from the side that counts are lost with its mass."""
    times, _ = harmonics._elementary(order)
    half = sp.csr_array(0.5 * (sp.eye_array(kept.size) + side * times["z"][kept][:, kept]))

    def weigh(vector: Floats) -> Floats:
        for _ in range(4):
            vector = half @ vector
        return vector

    return weigh


def modes(matrix: sp.csr_array, order: int) -> tuple[float, float, float, Floats]:
    """Return the slowest relaxation rate, the stationary masses of both hemispheres and the stationary harmonics.

    The row of l = 0 is zero (mass is kept): without it and its column the matrix has the other eigenvalues.

    Raises:
        ConvergenceError: the slowest eigenvalue is not real, or not apart from the next.
    """
    kept = reached([matrix], order)
    whole = matrix[kept][:, kept]
    solve = factor(whole[1:, 1:])
    upper = harmonics.hemisphere(order)[kept]
    stationary = np.zeros((order + 1) ** 2)
    mass = 1.0 / np.sqrt(4.0 * np.pi)
    stationary[0] = mass
    stationary[kept[1:]] = -mass * solve(whole[1:, [0]].toarray()[:, 0])
    vector, before = upper[1:].copy(), 0.0
    for _ in range(PASSES):
        vector = vector / np.linalg.norm(vector)
        longer = solve(vector)
        inverse = float(vector @ longer)
        if abs(inverse - before) <= 1e-12 * abs(inverse):
            masses = upper @ stationary[kept]
            return -1.0 / inverse, float(masses), float(1.0 - masses), stationary
        vector, before = longer, inverse
    raise ConvergenceError("sphere_fokker_planck: the slowest mode is not real or not apart from the next; "
                           "there are no two states")  # fmt: skip
