"""The operation `fokker_planck`: see README.md beside this file for the equation."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import BackendError, InputError
from remanence.kernels.fokker_planck import reference

BACKENDS = ("reference", "cpu", "auto")
LADDER = (96, 144, 192, 288, 384, 576, 768, 1152, 1536, 2304, 3072, 4608, 6144)
"""Cells of the finest grid that are tried in turn; multiples of 12, so that every grid has a face on the equator."""
GRIDS = (1 / 3, 1 / 2, 2 / 3, 1.0)
"""The grids of one extrapolation, as shares of the finest."""
PECLET = 1.3
"""Largest drift over diffusion across a cell at which the extrapolation reaches a relative accuracy of 1e-6."""
REFINEMENTS = 8
"""Shortest steps in time, as a divisor of the usual ones."""
NEGLIGIBLE = 1e-18
"""Masses are resolved to the tolerance down to here; below, to the tolerance times this in absolute terms."""
VOID = 1e-280
"""Masses below this are returned as 0: numbers end soon after."""

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Evolution:
    """Masses of both sides of the equator against time, with estimates of their relative errors."""

    upper: Vector
    """Mass of z > 0, the side of the start, shape (curves, times)."""
    lower: Vector
    """Mass of z < 0, computed by itself, not as 1 - upper, shape (curves, times)."""
    upper_error: Vector
    """Estimated relative error of `upper`: extrapolation in the grid plus steps in time."""
    lower_error: Vector
    """Estimated relative error of `lower`."""
    cells: NDArray[np.int64]
    """Cells of the finest grid of each curve, shape (curves,)."""
    backend: str
    """The back end that ran."""


@functools.cache
def grid(cells: int) -> tuple[Vector, ...]:
    """Return a grid even in the polar angle, from z = 1 down to z = -1.

    Edges (cells + 1); widths of the cells in z; sums and differences of z at neighbouring centres; and paces,
    (1 - z^2)/(2 (z_j - z_{j+1})) at the inner faces. Differences of cosines are taken as products of sines.
    """
    faces = np.linspace(0.0, np.pi, cells + 1)
    centres, narrow = 0.5 * (faces[1:] + faces[:-1]), np.sin(0.5 * np.pi / cells)
    steps = 2.0 * np.sin(faces[1:-1]) * narrow
    z = np.cos(centres)
    return np.cos(faces), 2.0 * np.sin(centres) * narrow, z[1:] + z[:-1], steps, 0.5 * np.sin(faces[1:-1]) ** 2 / steps


@functools.cache
def _quadrature() -> tuple[Vector, Vector]:
    nodes, weights = np.polynomial.legendre.leggauss(8)
    return 0.5 * (nodes + 1.0), 0.5 * weights


def extrapolation(cells: tuple[int, ...]) -> Vector:
    """Return the weights that cancel the errors in h^2, h^4, ... of grids with these numbers of cells."""
    squares = np.asarray(cells, dtype=np.float64) ** 2
    return np.array([np.prod([here / (here - other) for other in squares if other != here]) for here in squares])


def fokker_planck(
    stability: Vector,
    force: Vector,
    length: Vector,
    times: Vector,
    *,
    rest: Vector | None = None,
    side: str = "upper",
    tolerance: float = 1e-6,
    cells: int | None = None,
    backend: str = "auto",
) -> Evolution:
    """Follow the distribution of z = cos(theta) from the Boltzmann distribution of z > 0.

    Grids and steps are refined curve by curve until the estimated error of the side asked for is below the tolerance,
    or the finest grid is reached: what was reached is in the result.

    Args:
        stability: thermal stability Delta, shape (curves,), above 0.
        force: reduced force f = i - h in each segment of the pulse, shape (curves, segments); positive drives towards
            z = -1.
        length: of the segments in units of tau_D, shape (curves, segments); the last segment holds for ever.
        times: at which the masses are wanted, in units of tau_D from the start, shape (curves, outputs), rising.
        rest: force before the pulse, which shapes the start, shape (curves,); none by default.
        side: ``"upper"`` or ``"lower"``, the mass that must meet the tolerance.
        tolerance: relative error asked for, from 1e-10 to 0.1.
        cells: cells of the finest grid, a multiple of 12: one extrapolation on this grid and no refinement.
        backend: ``"reference"``, ``"cpu"`` or ``"auto"``.

    Raises:
        InputError: shapes that do not fit, times that fall, or a tolerance or a number of cells out of range.
        BackendError: an unknown back end.
    """
    if backend not in BACKENDS:
        raise BackendError(f"fokker_planck: back end {backend!r}; known are {', '.join(BACKENDS)}")
    if side not in ("upper", "lower"):
        raise InputError("fokker_planck: side", side, "must be upper or lower")
    if not 1e-10 <= tolerance <= 0.1:
        raise InputError("fokker_planck: tolerance", tolerance, "must lie from 1e-10 to 0.1")
    if cells is not None and (cells < 12 or cells % 12):
        raise InputError("fokker_planck: cells", cells, "must be a positive multiple of 12")
    stability, force, length, times = (np.asarray(item, dtype=np.float64) for item in (stability, force, length, times))
    rest = np.zeros(stability.shape) if rest is None else np.asarray(rest, dtype=np.float64)
    curves = stability.size
    if stability.ndim != 1 or rest.shape != stability.shape or force.shape != length.shape or force.ndim != 2 or (
        times.ndim != 2 or not force.shape[0] == times.shape[0] == curves or not force.shape[1]):  # fmt: skip
        shapes = [item.shape for item in (stability, force, length, times, rest)]
        raise InputError("fokker_planck", f"shapes {shapes}", "must be (B,), (B, K), (B, K), (B, T), (B,)")
    if np.any(np.diff(times, axis=1) < 0.0):
        raise InputError("fokker_planck: times", "times that fall", "must rise along the last axis")
    run, ran = reference.march, "reference"
    if backend != "reference":
        # numba compiles on import of the module: only those who run it wait for it
        from remanence.kernels.fokker_planck import cpu

        run, ran = cpu.march, "cpu"

    shape = (curves, times.shape[1])
    masses, errors = np.zeros((2, *shape)), np.full((2, *shape), np.inf)
    peclet = 2.0 * np.pi * stability * np.maximum(1.0, np.max(np.abs(force), axis=1))
    wish = peclet / (PECLET * (tolerance / 1e-6) ** 0.125) * (1.6 if side == "lower" else 1.0)
    step = np.minimum(np.searchsorted(LADDER, wish), len(LADDER) - 1)
    finest = np.asarray(LADDER)[step] if cells is None else np.full(curves, cells)
    divisor = np.ones(curves)
    asked = 0 if side == "upper" else 1
    todo = np.arange(curves)
    while todo.size:
        for count, refined in {(int(finest[c]), float(divisor[c])) for c in todo}:
            some = todo[(finest[todo] == count) & (divisor[todo] == refined)]
            pick = [item[some] for item in (stability, rest, force, length, times)]
            pace = (tolerance / 1e-6) ** (1.0 / 12.0) / refined
            masses[:, some], errors[:, some], in_time = _extrapolated(run, pick, count, pace, peclet[some] / count)
            # too little: first the part of the error that is the larger one
            slow = (in_time[asked] > 0.5 * errors[asked][some]).any(axis=1) if some.size else np.zeros(0, bool)
            relaxed = tolerance * np.maximum(1.0, NEGLIGIBLE / np.maximum(masses[asked][some], VOID))
            excess = (errors[asked][some] / relaxed).max(axis=1, initial=0.0)
            missed = (excess > 1.0) & (cells is None)
            finer = missed & ~slow & (step[some] < len(LADDER) - 1)
            leap = np.ceil(np.log(np.minimum(excess, 1e8).clip(1.0)) / 8.0 / 0.35).astype(np.int64).clip(1)
            step[some[finer]] = np.minimum(step[some] + leap, len(LADDER) - 1)[finer]
            finest[some[finer]] = np.asarray(LADDER)[step[some[finer]]]
            shorter = missed & slow & (divisor[some] < REFINEMENTS)
            divisor[some[shorter]] *= 2.0
            todo = np.setdiff1d(todo, some[~(finer | shorter)], assume_unique=True)
    void = masses < VOID
    masses[void], errors[void] = 0.0, 0.0
    return Evolution(masses[0], masses[1], errors[0], errors[1], finest, ran)


def _extrapolated(
    run: Callable[..., tuple[Vector, Vector, Vector]], pick: list[Vector], finest: int, pace: float, peclet: Vector
) -> tuple[Vector, Vector, Vector]:
    """Return both masses, their errors and the part of these that the steps in time make, (2, curves, outputs) each."""
    counts = tuple(round(share * finest) for share in GRIDS)
    nodes, weights = _quadrature()
    results = [run(*pick, grid(count), nodes, weights, pace) for count in counts]
    values = np.array([[upper, lower] for upper, lower, _ in results])
    in_time = np.moveaxis(results[-1][2], -1, 0)
    best = np.tensordot(extrapolation(counts), values, axes=1)
    less = np.tensordot(extrapolation(counts[1:]), values[1:], axes=1)
    # before the grids resolve the drift, the difference understates the error (up to 12 times where this was measured)
    caution = np.maximum(1.0, 0.5 * peclet**2)[:, None]
    positive = best > 0.0
    in_grid = np.where(positive, np.abs(best - less) / np.where(positive, best, 1.0) * caution, np.inf)
    # an extrapolation that fails altogether leaves the finest grid's own, positive value
    return np.where(positive, best, values[-1]), in_grid + in_time, in_time
