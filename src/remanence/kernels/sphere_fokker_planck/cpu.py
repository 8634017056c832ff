"""`sphere_fokker_planck` on a processor: sparse harmonics, one factorisation for all solves of a step.

A step of length h takes `SOLVES` solves with one matrix, Q = (I - (h/POLE) A)^-1. With N = I - Q,

    exp(theta h A) = Q sum_n L_n(theta POLE) N^n        (generating function of the Laguerre polynomials)

cut after n = SOLVES - 1: order SOLVES - 1, for any share theta of the step. At theta = 1 the step is L-stable: |R| <= 1
on the imaginary axis, 0 at infinity (10 and 12 solves have no such pole). The powers of N are small where the solution
is resolved, so little is cancelled. The last term estimates the error of the step.

The azimuthal numbers |m| in use grow with the solution: precession winds what is not round into spirals.
"""

from __future__ import annotations

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
SHARE = 0.5
"""Error of one step, in units of the tolerance times the mass asked for."""
ROUGH = 1e-3
"""Error of one step anywhere on the sphere, in units of the whole mass."""
FLOOR = 1e-13
"""Mass that the steps do not try to resolve."""
LEAST = 1e-14
"""Estimated error that rounding alone can make."""
WAVES = 4
"""Highest |m| kept at first; more are kept as soon as the last two matter."""
CACHED = 3
"""Factorisations kept: of the step in use and those tried around it."""
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
    coupled = reached(matrices, order)
    turns = np.abs(harmonics.azimuthal(order)[coupled])
    highest = min(order, WAVES)
    every = harmonics.hemisphere(order)[coupled]
    weigh = _weight(order, side, coupled)
    y, now, done, steps = start[coupled], 0.0, 0, 0
    if np.linalg.norm(y[turns > highest]) > 0.0:
        highest = _waves(weigh, y, turns, highest, SHARE * tolerance, order)
    masses = np.zeros((2, times.size))
    ends = np.concatenate([np.cumsum(lengths[:-1]), [np.inf]])
    for segment, end in enumerate(ends):
        if done == times.size:
            break
        matrix = matrices[segment][coupled][:, coupled]
        step, last, solvers = pace, min(float(end), float(times[-1])), dict[tuple[int, float], Solve]()
        while done < times.size and (now < last or times[done] <= now):
            inside = np.flatnonzero(turns <= highest)
            if (highest, step) not in solvers:
                if len(solvers) == CACHED:
                    solvers.pop(next(iter(solvers)))
                piece = matrix[inside][:, inside]
                solvers[highest, step] = factor(sp.eye_array(inside.size) - (step / POLE) * piece)
            solve = solvers[highest, step]
            powers = np.zeros((SOLVES, coupled.size))
            work = solve(y[inside])
            powers[0, inside] = work
            for n in range(1, SOLVES):
                work = work - solve(work)
                powers[n, inside] = work
            error = _WHOLE[-1] * powers[-1]
            mass = float(every @ y) if side > 0 else float(2.0 * every[0] * y[0] - every @ y)
            allowed = SHARE * tolerance * max(mass, FLOOR)
            missed = _mass(weigh(error))
            excess = max(missed / allowed, _mass(error) / ROUGH, 1e-300)
            if not np.isfinite(excess):
                raise ConvergenceError(f"sphere_fokker_planck: the step at {now:g} failed")
            change = 2.0 ** np.floor(np.log2(0.7 * excess ** (-1.0 / (SOLVES - 1))))
            if excess > 1.0 and missed > LEAST:
                step *= min(0.5, max(change, 1.0 / LONGEST))
                continue
            after = min(now + step, float(end))
            new = (_WHOLE if after == now + step else laguerre(SOLVES, (after - now) / step * POLE)) @ powers
            if highest < order and _mass(weigh(np.where(turns > highest - 2, new, 0.0))) > max(allowed, LEAST):
                highest = min(order, highest + max(4, highest // 3))
                continue
            steps += 1
            while done < times.size and (times[done] < after or (times[done] == after and after == last)):
                seen = every @ (laguerre(SOLVES, (times[done] - now) / step * POLE) @ powers).T
                masses[:, done] = seen, 2.0 * every[0] * y[0] - seen
                done += 1
            y, now = new, after
            step *= min(LONGEST, max(1.0, change))
    return masses[0], masses[1], steps


def _mass(vector: Floats) -> float:
    """Return a bound on the integral of the magnitude of a function, from its harmonics."""
    return float(np.linalg.norm(vector) * np.sqrt(4.0 * np.pi))


def _waves(weigh: Solve, y: Floats, turns: NDArray[np.int64], highest: int, allowed: float, order: int) -> int:
    while highest < order and _mass(weigh(np.where(turns > highest - 2, y, 0.0))) > allowed:
        highest = min(order, highest + 4)
    return highest


def _weight(order: int, side: float, kept: NDArray[np.int64]) -> Solve:
    """Return the multiplication by ((1 + side z)/2)^4: errors far from the side that counts are lost with its mass."""
    half = sp.csr_array(0.5 * (sp.eye_array(kept.size) + side * harmonics.multiplier(order, "z")[kept][:, kept]))

    def weigh(vector: Floats) -> Floats:
        for _ in range(4):
            vector = half @ vector
        return vector

    return weigh


def modes(matrix: sp.csr_array, order: int) -> tuple[float, float, float]:
    """Return the slowest relaxation rate, the stationary masses of both hemispheres.

    The row of l = 0 is zero (mass is kept): without it and its column the matrix has the other eigenvalues.

    Raises:
        ConvergenceError: the slowest eigenvalue is not real, or not apart from the next.
    """
    kept = reached([matrix], order)
    whole = matrix[kept][:, kept]
    solve = factor(whole[1:, 1:])
    upper = harmonics.hemisphere(order)[kept]
    above = 0.5 - float(upper[1:] @ solve(whole[1:, [0]].toarray()[:, 0])) / np.sqrt(4.0 * np.pi)
    vector, before = upper[1:].copy(), 0.0
    for _ in range(PASSES):
        vector = vector / np.linalg.norm(vector)
        longer = solve(vector)
        inverse = float(vector @ longer)
        if abs(inverse - before) <= 1e-12 * abs(inverse):
            return -1.0 / inverse, above, 1.0 - above
        vector, before = longer, inverse
    raise ConvergenceError("sphere_fokker_planck: the slowest mode is not real or not apart from the next; "
                           "there are no two states")  # fmt: skip
