"""Write errors too rare to count, where no symmetry helps: splitting over the stochastic equation of motion.

The pulse is cut into stages. After each, every group of trajectories is drawn again in proportion to a guess of the
chance to be still unswitched at the end (fixed effort: their number stays), and what was favoured is divided out of the
result. That has no bias, whatever the guess and the numbers of trajectories and stages; a good guess makes it precise.
Independent groups give the confidence interval. Source: Del Moral, Feynman-Kac Formulae, Springer (2004), section 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ncx2, t

from remanence.core.declare import Quantity
from remanence.core.declare import shape as shape_of
from remanence.core.errors import ConvergenceError, InputError, ValidityError
from remanence.core.stream import Stream
from remanence.device.drive import Drive, constant
from remanence.device.junction import STATES, Junction

FLOOR = 1e-3
"""Least guess, over that on the axis at the start: bounds the weight of a trajectory that a wrong guess had given up.

It must not grow with time: trajectories that have switched would be favoured in every stage."""
EDGE = 2.0
"""Distance 2 tan(theta/2) of the equator from the pole."""
FALL = 0.7
"""Natural logarithm by which the write error falls in one stage."""

_DURATION = Quantity("s", "length of the pulse", above=0)
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rare:
    """A rare probability with a confidence interval from independent groups."""

    probability: float
    """Mean over the groups; without bias."""
    low: float
    """Lower end of the interval, at least 0."""
    high: float
    """Upper end."""
    confidence: float
    """Of the interval (Student's t over the groups; the estimates of groups are skewed where it is wide)."""
    groups: Vector
    """Estimates of the groups."""
    stages: int
    """Stages of the pulse."""
    steps: int
    """Steps of integration over all trajectories: what it cost."""


def write_error_rate(
    junction: Junction,
    *,
    voltage: float | str | Drive,
    duration: float | str | None = None,
    seed: int,
    start: str = "AP",
    trajectories: int = 1000,
    groups: int = 16,
    step: float | str = 1e-12,
    integrator: str = "semi-implicit",
    confidence: float = 0.95,
    backend: str = "auto",
) -> Rare:
    """Return the probability that a pulse leaves a junction in its starting state, by splitting.

    For any perpendicular cell that `dynamics.simulate` knows: tilted fields, ellipses, second-order and
    voltage-controlled anisotropy. The guess is that of a round macrospin near its pole, from Delta, the overdrive and
    the field along the axis; the farther the cell is from that, the wider the interval.

    Args:
        junction: a single design.
        voltage: over the junction, V, positive towards P; or a `Drive`.
        duration: of the pulse, s; by default the end of the drive.
        seed: of all draws.
        start: ``"AP"`` or ``"P"``.
        trajectories: in a group.
        groups: independent groups, at least 4.
        step: of the integration, s. A deep error shows every fault of the damping: at Delta 58, alpha 0.008 and an
            error of 0.1, Heun's method at 2 ps is a quarter too low, the semi-implicit one at 4 ps 12 % too high.
        integrator: see `dynamics.simulate`.
        confidence: of the interval.
        backend: of the kernel.

    Raises:
        InputError: arrays, too few groups or trajectories, an unknown state, a bad number.
        ValidityError: an in-plane cell.
        ConvergenceError: no trajectory of any group was left at the end.
    """
    from remanence.device.dynamics import simulate  # xarray and numba: slow to import

    if shape_of(junction):
        raise InputError("rare_event: junction", f"shape {shape_of(junction)}", "must be a single design")
    if start not in STATES:
        raise InputError("rare_event: start", start, "must be P or AP")
    if groups < 4 or trajectories < 10:
        raise InputError("rare_event: groups", f"{groups} of {trajectories}", "must be at least 4, of at least 10")
    if not 0.0 < confidence < 1.0:
        raise InputError("rare_event: confidence", confidence, "must lie between 0 and 1")
    if junction.easy_axis == "in-plane":
        raise ValidityError("rare_event", "an in-plane cell", "has no guess yet", "Count trajectories.")
    drive = voltage if isinstance(voltage, Drive) else constant(voltage)
    length = float(_DURATION.read(drive.end if duration is None else duration, "rare_event: duration"))
    side = -1.0 if start == "AP" else 1.0
    grid, growth, spread = _linear(junction, drive, length, side)
    stages = max(1, int(np.ceil(2.0 * max(growth[0], 0.0) / FALL)))
    edges = np.linspace(0.0, length, stages + 1)
    stream, total = Stream(seed).child("rare event"), groups * trajectories
    least = FLOOR * float(_guess(np.ones(1), growth[0], spread[0])[0])
    log_sum, before = np.zeros(groups), np.ones((groups, trajectories))
    m: str | Vector = "thermal"
    for stage in range(stages):
        if not isinstance(m, str):
            ahead, noise = (float(np.interp(edges[stage], grid, item)) for item in (growth, spread))
            favour = np.maximum(_guess(side * m[:, 2], ahead, noise), least)
            weight = favour.reshape(groups, trajectories) / before
            log_sum += np.log(weight.mean(axis=1))
            chosen = _resampled(weight, stream.child("choice", stage).uniform(groups))
            m = m.reshape(groups, trajectories, 3)[np.arange(groups)[:, None], chosen].reshape(total, 3)
            before = np.take_along_axis(favour.reshape(groups, trajectories), chosen, axis=1)
        low, high = stream.child("noise", stage).key
        run = simulate(
            junction, _piece(drive, edges[stage], edges[stage + 1]), duration=edges[stage + 1] - edges[stage],
            trajectories=total, seed=low + (high << 32), step=step, start=start, initial=m,
            integrator=integrator, backend=backend,
        )  # fmt: skip
        m = np.asarray(run["m"])
    left = ~np.asarray(run["switched"]).reshape(groups, trajectories)
    found = np.exp(log_sum) * (left / before).mean(axis=1)
    mean = float(found.mean())
    if mean == 0.0:
        raise ConvergenceError(f"rare_event: none of {total} trajectories was left; take more of them")
    half = float(t.isf(0.5 * (1.0 - confidence), groups - 1) * found.std(ddof=1) / np.sqrt(groups))
    steps = total * int(np.ceil(length / float(Quantity("s", "step", above=0).read(step, "rare_event: step"))))
    return Rare(mean, max(0.0, mean - half), mean + half, confidence, found, stages, steps)


def _linear(junction: Junction, drive: Drive, length: float, side: float) -> tuple[Vector, Vector, Vector]:
    """Return times, the growth ahead (in logs), and the variance per axis at the end of what starts on the pole.

    Near its pole a round macrospin obeys d theta = (i - h - 1) theta dt + sqrt(1/Delta) dW on each axis, t in tau_D.
    """
    grid = np.linspace(0.0, length, 513)
    level = drive.averages(grid)
    current = level if drive.kind == "current" else level / np.asarray(junction.resistance("AP", voltage=level))
    hold = side * (np.asarray(junction.axial_field) + junction.offset_field) / junction.anisotropy_field
    pace = np.diff(grid) / float(np.asarray(junction.damping_time))
    rate = -side * current / np.asarray(junction.critical_current) - hold - 1.0
    ahead = np.concatenate([np.cumsum((rate * pace)[::-1])[::-1], [0.0]])
    noise = np.exp(2.0 * 0.5 * (ahead[1:] + ahead[:-1])) * pace / float(np.asarray(junction.thermal_stability))
    return grid, ahead, np.concatenate([np.cumsum(noise[::-1])[::-1], [0.0]])


def _guess(cosine: Vector, growth: float, spread: float) -> Vector:
    """Return the chance of a round macrospin in the linear regime to end before the equator."""
    cosine = np.clip(cosine, -1.0, 1.0)
    squared = 4.0 * (1.0 - cosine) / np.maximum(1.0 + cosine, 1e-9)
    return np.asarray(ncx2.cdf(EDGE**2 / spread, 2, squared * np.exp(2.0 * growth) / spread))


def _resampled(weight: Vector, uniform: Vector) -> NDArray[np.int64]:
    """Draw trajectories in proportion to their weight within each group, systematically."""
    count = weight.shape[1]
    total = np.cumsum(weight, axis=1)
    comb = (np.arange(count) + uniform[:, None]) / count * total[:, -1:]
    return np.stack([np.searchsorted(row, marks).clip(0, count - 1) for row, marks in zip(total, comb, strict=True)])


def _piece(drive: Drive, begin: float, end: float) -> Drive:
    """Return the part of a drive between two times, as a drive from 0."""
    times, values = np.asarray(drive.times), np.asarray(drive.values)
    if times.size == 1:
        return drive
    inside = (times > begin) & (times < end)
    # just inside the piece, so that a jump on its border belongs to one side only
    gap = 1e-9 * (end - begin)
    ends = np.asarray([drive.at(begin + gap), drive.at(end - gap)])
    return Drive(
        times=np.concatenate([[0.0], times[inside] - begin, [end - begin]]),
        values=np.concatenate([ends[:1], values[inside], ends[1:]]),
        kind=drive.kind,
    )
