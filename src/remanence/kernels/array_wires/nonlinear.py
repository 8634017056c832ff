"""Newton's method over exact linear solves, for cells whose conductance depends on their voltage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import ConvergenceError, InputError
from remanence.kernels.array_wires.cells import CellLaw

ITERATIONS = 60
"""Linear solves at most; a cell as steep as sinh(V/V_0) takes about ten."""
SHORTEST = 2.0**-20
"""Share of a Newton step below which the search along it is given up."""
DECREASE = 0.25
"""Share of the promised decrease that a step must bring."""

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Solution:
    """Currents of an array with cells that are not linear."""

    currents: Vector
    """Into each column's sense ends, (..., V, C), A."""
    voltages: Vector
    """Over every cell, (..., V, R, C), V."""
    residual: float
    """Largest mismatch of a cell's current with its law, as a share of the largest current of its array."""
    iterations: int
    """Linear solves that were needed."""


def newton(
    subject: str,
    law: CellLaw,
    start: Vector,
    active: NDArray[np.bool_] | None,
    linear: Callable[[Vector, Vector], Vector],
    tolerance: float,
) -> Solution:
    """Find cell voltages and currents that obey both the wires and the law.

    Voltages u and currents i always obey the wires, since a mean of two such pairs does; only i - law(u) is left to
    vanish. A full step sets i = law(u) + slope (u_new - u), so the mismatch falls along it
    at first: Newton's direction.

    Args:
        subject: of an error.
        law: of the cells.
        start: voltages for the first slopes, (..., V, R, C).
        active: cells that conduct, of the same shape; all by default.
        linear: voltages over cells of given conductances, with given currents in parallel.
        tolerance: mismatch allowed, as a share of the largest current of each array.
    """

    def evaluate(voltage: Vector) -> tuple[Vector, Vector]:
        with np.errstate(over="ignore", invalid="ignore"):
            current, slope = law(voltage)
        on = np.ones(start.shape, dtype=bool) if active is None else active
        return np.where(on, current, 0.0), np.where(on, slope, 0.0)

    current, slope = evaluate(start)
    if not (np.isfinite(current).all() and np.isfinite(slope).all() and slope.min() >= 0.0):
        rule = (
            "must return finite currents and slopes that are not negative, between 0 V and the voltage of the drivers"
        )
        raise InputError(f"{subject}: law", "something else", rule)
    wanted = current - slope * start
    voltage = linear(slope, wanted)
    carried = wanted + slope * voltage
    for iteration in range(1, ITERATIONS + 1):
        current, slope = evaluate(voltage)
        mismatch = _largest(current - carried)
        scale = _largest(carried)
        residual = float(np.max(mismatch / np.where(scale > 0.0, scale, 1.0)))
        if residual <= tolerance:
            return Solution(carried.sum(axis=-2), np.asarray(voltage), residual, iteration)
        if not np.isfinite(residual):
            break
        wanted = current - slope * voltage
        ahead = linear(slope, wanted)
        change, flow = ahead - voltage, wanted + slope * ahead - carried
        share = np.ones(mismatch.shape)
        while True:
            trial, trial_carried = voltage + share * change, carried + share * flow
            left = _largest(evaluate(trial)[0] - trial_carried)
            bad = ~(left <= (1.0 - DECREASE * share) * mismatch) & (mismatch > tolerance * scale)
            if not bad.any() or share[bad].min() < SHORTEST:
                break
            share = np.where(bad, 0.5 * share, share)
        voltage, carried = trial, trial_carried
    raise ConvergenceError(
        f"{subject}: residual {residual:.1e} after {iteration} linear solves; asked for is {tolerance:.1e}"
    )


def _largest(values: Vector) -> Vector:
    return np.asarray(np.abs(values).max(axis=(-2, -1), keepdims=True))
