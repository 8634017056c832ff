"""The definition of `fokker_planck` in plain NumPy: every number stays positive, nothing is ever subtracted.

exp(A t) of the rate matrix A is built from B = I + A/q, q the largest rate of leaving a cell, which is nonnegative:
the Poisson sum exp(A t/2^s) = sum_n exp(-x) x^n/n! B^n with x = q t/2^s at most 1, then s squarings. Sums and products
of nonnegative numbers keep the relative accuracy of every entry; the columns are set back to the sum 1 each time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TERMS = 24
"""Terms of the Poisson sum: 1/24! is below rounding."""

Vector = NDArray[np.float64]


def rates(stability: float, force: float, geometry: tuple[Vector, ...]) -> tuple[Vector, Vector]:
    """Return the Scharfetter-Gummel rates towards -z and +z of every cell; the outer two are zero."""
    _, widths, sums, steps, paces = geometry
    rise = -steps * stability * (2.0 * force - sums)
    small = np.abs(rise) < 1e-5
    safe = np.where(small, 1.0, rise)
    forward = np.where(small, 1.0 - 0.5 * rise, np.abs(safe) / np.expm1(np.abs(safe)) + np.maximum(-safe, 0.0))
    back = np.where(small, 1.0 + 0.5 * rise, np.abs(safe) / np.expm1(np.abs(safe)) + np.maximum(safe, 0.0))
    down, up = np.zeros(widths.size), np.zeros(widths.size)
    down[:-1] = paces / stability * forward / widths[:-1]
    up[1:] = paces / stability * back / widths[1:]
    return down, up


def start(stability: float, rest: float, geometry: tuple[Vector, ...], nodes: Vector, weights: Vector) -> Vector:
    """Return the Boltzmann distribution of the half z > 0 under the force ``rest``, one mass a cell."""
    edges, widths = geometry[:2]
    z = edges[:-1, None] - widths[:, None] * nodes
    exponent = stability * (z**2 - 2.0 * rest * z)
    half = widths.size // 2
    mass = (np.exp(exponent - exponent[:half].max()) * weights).sum(axis=1) * widths
    mass[half:] = 0.0
    return np.asarray(mass / mass.sum())


def propagator(down: Vector, up: Vector, time: float) -> Vector:
    """Return exp(A time), a matrix with columns that sum to 1."""
    pace = float((down + up).max())
    squarings = max(0, int(np.ceil(np.log2(max(pace * time, 1.0)))))
    chain = np.diag(1.0 - (down + up) / pace) + np.diag(down[:-1] / pace, -1) + np.diag(up[1:] / pace, 1)
    mean = pace * time / 2.0**squarings
    term = total = np.eye(down.size)
    for count in range(1, TERMS):
        term = term @ chain * (mean / count)
        total = total + term
    total /= total.sum(axis=0)
    for _ in range(squarings):
        total = total @ total
        total /= total.sum(axis=0)
    return total


def march(
    stability: Vector,
    rest: Vector,
    force: Vector,
    length: Vector,
    times: Vector,
    geometry: tuple[Vector, ...],
    nodes: Vector,
    weights: Vector,
    pace: float,  # noqa: ARG001 - the step of other back ends; this one has no error in time
) -> tuple[Vector, Vector, Vector]:
    """Return the masses of z > 0 and z < 0, shape (curves, times), and their errors in time, zeros."""
    upper, lower = np.empty(times.shape), np.empty(times.shape)
    half = geometry[1].size // 2
    for curve in range(times.shape[0]):
        chains = [rates(stability[curve], f, geometry) for f in force[curve]]
        ends = np.cumsum(length[curve])
        ends[-1] = np.inf
        state, now, segment = start(stability[curve], rest[curve], geometry, nodes, weights), 0.0, 0
        for output, time in enumerate(times[curve]):
            while ends[segment] < time:
                state = propagator(*chains[segment], ends[segment] - now) @ state
                now, segment = float(ends[segment]), segment + 1
            state = propagator(*chains[segment], time - now) @ state
            now = time
            upper[curve, output], lower[curve, output] = state[:half].sum(), state[half:].sum()
    return upper, lower, np.zeros((*times.shape, 2))
