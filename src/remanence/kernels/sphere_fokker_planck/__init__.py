"""The operation `sphere_fokker_planck`: see README.md beside this file for the equation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from remanence.core.errors import BackendError, InputError, ValidityError
from remanence.kernels.sphere_fokker_planck import reference
from remanence.kernels.sphere_fokker_planck.motion import Floats, Motion, boltzmann, generator, stiffness

__all__ = [
    "BACKENDS",
    "Evolution",
    "Motion",
    "Relaxation",
    "boltzmann",
    "generator",
    "relaxation",
    "sphere_fokker_planck",
]

BACKENDS = ("reference", "cpu", "auto")
HIGHEST = 200
"""Highest degree of the harmonics: 40,401 of them."""
LARGEST_REFERENCE = 24
"""Highest degree of the reference, whose matrices are dense."""
COARSER = 0.8
"""Degree of the coarser of two truncations that are compared."""
FINER = 1.25
"""Growth of the degree where the comparison fails."""
FLOOR = 1e-12
"""Absolute error of a mass by rounding, at first and again in each unit of time."""
RATE_FLOOR = 1e-15
"""Absolute error of a rate by rounding."""


@dataclass(frozen=True, slots=True)
class Evolution:
    """Masses of both hemispheres against time, with estimates of their errors."""

    upper: Floats
    """Mass of z > 0, shape (times,)."""
    lower: Floats
    """Mass of z < 0."""
    upper_error: Floats
    """Estimated relative error of ``upper``: two truncations with two tolerances of the steps, and rounding."""
    lower_error: Floats
    """Estimated relative error of ``lower``."""
    order: int
    """Highest degree of the harmonics."""
    steps: int
    """Steps in time of the finer of the two runs."""
    backend: str
    """The back end that ran."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The slowest relaxation between two states, and the stationary state."""

    rate: float
    """Slowest eigenvalue, of either sign taken positive: the sum of the rates from both sides, per unit time."""
    upper: float
    """Stationary mass of z > 0."""
    lower: float
    """Stationary mass of z < 0."""
    escape: float
    """Rate at which the side asked for is left: the rate times the stationary mass of the other side."""
    error: float
    """Estimated relative error of ``escape``, by two truncations and rounding."""
    order: int
    """Highest degree of the harmonics."""


def sphere_fokker_planck(
    rest: Motion,
    motions: Sequence[Motion],
    lengths: Floats | Sequence[float],
    times: Floats | Sequence[float],
    *,
    start: str = "upper",
    side: str = "upper",
    tolerance: float = 1e-3,
    order: int | None = None,
    backend: str = "auto",
) -> Evolution:
    """Follow the distribution of a macrospin on the sphere from the Boltzmann distribution of one hemisphere.

    Time is in units of (1 + alpha^2)/(alpha gamma mu_0 H_ref), fields in units of H_ref. The degree of the harmonics
    and the steps are refined until two of them agree to the tolerance, or `HIGHEST` is reached: what was reached is in
    the result, which the caller must judge.

    Args:
        rest: fields before time 0, which shape the start; its damping-like torque does not count.
        motions: fields and torques of each segment.
        lengths: of the segments; the last segment holds for ever.
        times: at which the masses are wanted, rising.
        start: ``"upper"`` (z > 0) or ``"lower"``: where the distribution begins.
        side: ``"upper"`` or ``"lower"``: the mass that must meet the tolerance.
        tolerance: relative error asked for, from 1e-9 to 0.1.
        order: highest degree; the comparison is then made once, with 0.8 of it.
        backend: ``"reference"`` (dense, degree up to 24, one truncation, no estimate), ``"cpu"`` or ``"auto"``.

    Raises:
        InputError: lengths or times that do not fit or fall, or a tolerance or an order out of range.
        BackendError: an unknown back end.
        ValidityError: a well so sharp that the highest degree cannot be compared with another.
        ConvergenceError: a step that fails.
    """
    length, time = np.asarray(lengths, dtype=np.float64), np.asarray(times, dtype=np.float64)
    if backend not in BACKENDS:
        raise BackendError(f"sphere_fokker_planck: back end {backend!r}; known are {', '.join(BACKENDS)}")
    for name, given in (("start", start), ("side", side)):
        if given not in ("upper", "lower"):
            raise InputError(f"sphere_fokker_planck: {name}", given, "must be upper or lower")
    if not motions or length.shape != (len(motions),) or not np.all(length >= 0.0):
        raise InputError("sphere_fokker_planck: lengths", f"shape {length.shape}",
                         f"must be one length of at least 0 for each of {len(motions)} segments")  # fmt: skip
    if time.ndim != 1 or not time.size or not np.all(np.isfinite(time)) or time[0] < 0 or np.any(np.diff(time) < 0.0):
        raise InputError("sphere_fokker_planck: times", f"shape {time.shape}", "must be finite and rise from 0 on")
    _check(tolerance, order)
    begin, sign = (1.0 if item == "upper" else -1.0 for item in (start, side))
    if backend == "reference":
        degree = LARGEST_REFERENCE if order is None else order
        if degree > LARGEST_REFERENCE:
            raise InputError("sphere_fokker_planck: order", degree, f"the reference goes to {LARGEST_REFERENCE}")
        upper = reference.march(motions, length, boltzmann(rest, degree, begin), time, degree)
        unknown = np.full(time.shape, np.nan)
        return Evolution(upper, 1.0 - upper, unknown, unknown, degree, 0, "reference")
    runs: list[tuple[Floats, Floats]] = []
    for degree, fine in _ladder([rest, *motions], tolerance, order):
        upper, lower, steps = _run(rest, motions, length, time, degree, begin, sign, fine)
        runs.append((upper, lower))
        if len(runs) < 2:
            continue
        errors, missed = [], []
        for this, other in zip(runs[-1], runs[-2], strict=True):
            least, scale = FLOOR * (1.0 + time), np.maximum(np.abs(this), 1e-300)
            errors.append((np.abs(this - other) + least) / scale)
            # what lies below the floor is not refined
            missed.append(np.any((errors[-1] > tolerance) & (least / scale < 0.5 * tolerance)))
        if not missed[0 if sign > 0 else 1]:
            break
    return Evolution(upper, lower, errors[0], errors[1], degree, steps, "cpu")


def relaxation(motion: Motion, side: str, *, tolerance: float = 1e-3, order: int | None = None) -> Relaxation:
    """Return the slowest eigenvalue of the Fokker-Planck operator, the stationary state, and the escape from a side.

    With two states apart, the slowest rate is the sum of both escape rates, and in the stationary state the flows
    balance: a side is left at the rate times the mass of the other side.

    Args:
        motion: fields and torques, constant in time.
        side: ``"upper"`` (z > 0) or ``"lower"``.
        tolerance: relative error asked for.
        order: highest degree; the comparison is then made once, with 0.8 of it.

    Raises:
        InputError: an unknown side, a tolerance or an order out of range.
        ValidityError: a well so sharp that the highest degree cannot be compared with another.
        ConvergenceError: no slowest mode stands apart.
    """
    from remanence.kernels.sphere_fokker_planck import cpu

    if side not in ("upper", "lower"):
        raise InputError("relaxation: side", side, "must be upper or lower")
    _check(tolerance, order)
    found: list[Relaxation] = []
    for degree, _ in _ladder([motion], tolerance, order):
        rate, upper, lower = cpu.modes(generator(motion, degree), degree)
        escape = rate * (lower if side == "upper" else upper)
        change = abs(escape - found[-1].escape) if found else np.inf
        found.append(Relaxation(rate, upper, lower, escape, (change + RATE_FLOOR) / max(abs(escape), 1e-300), degree))
        # what lies below the floor is not refined
        if found[-1].error <= tolerance or change <= 4.0 * RATE_FLOOR:
            break
    return found[-1]


def _check(tolerance: float, order: int | None) -> None:
    if not 1e-9 <= tolerance <= 0.1:
        raise InputError("sphere_fokker_planck: tolerance", tolerance, "must lie from 1e-9 to 0.1")
    if order is not None and not 6 <= order <= HIGHEST:
        raise InputError("sphere_fokker_planck: order", order, f"must lie from 6 to {HIGHEST}")


def _ladder(motions: Sequence[Motion], tolerance: float, order: int | None) -> list[tuple[int, float]]:
    """Return degrees and tolerances of the steps to try in turn; the first is there to be compared with."""
    if order is not None:
        return [(max(4, int(COARSER * order)), 4.0 * tolerance), (order, 0.5 * tolerance)]
    # a well exp(-k theta^2) has harmonics that fall as exp(-l^2/(4 k))
    sharpest = max(stiffness(item) for item in motions)
    wish = COARSER * (6.0 + np.sqrt(4.0 * sharpest * np.log(10.0 / tolerance)))
    ladder, fine = [], 4.0 * tolerance
    while wish < HIGHEST:
        ladder.append((int(np.ceil(wish)), fine))
        wish, fine = wish * FINER, fine / 8.0
    if not ladder:
        raise ValidityError("sphere_fokker_planck", f"a well that needs harmonics of degree {wish / COARSER:.0f}",
                            f"{HIGHEST} is the highest, with another to compare",
                            "Count trajectories or use device.rare_event.")  # fmt: skip
    # at the end, too, two different degrees must be compared
    return [*ladder, (HIGHEST, fine / 8.0)]


def _run(
    rest: Motion, motions: Sequence[Motion], length: Floats, time: Floats, degree: int, begin: float, sign: float,
    tolerance: float,
) -> tuple[Floats, Floats, int]:  # fmt: skip
    from remanence.kernels.sphere_fokker_planck import cpu

    matrices = [generator(item, degree) for item in motions]
    pace = min(item.damping for item in motions) / (1.0 + max(stiffness(item) * item.temperature for item in motions))
    return cpu.march(matrices, length, boltzmann(rest, degree, begin), time, degree, sign, tolerance, pace)
