"""Does a pulse switch a junction? By the Fokker-Planck equation, by counting trajectories, or by a closed form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from remanence.core.declare import Array, Quantity
from remanence.core.declare import shape as shape_of
from remanence.core.errors import ConvergenceError, InputError, ValidityError
from remanence.core.stream import Stream
from remanence.device import broken_symmetry, reduced
from remanence.device.checks import refuse
from remanence.device.drive import Drive
from remanence.device.junction import STATES, Junction
from remanence.device.switching import critical_current
from remanence.kernels.fokker_planck import fokker_planck

METHODS = ("fokker-planck", "sphere-fokker-planck", "llg", "analytic", *reduced.CLOSED)
TOLERANCE = 1e-4
"""Relative error asked for by default where one angle is enough."""
LARGEST_ERROR = 1e-2
"""Estimated relative error that passes where no tolerance is asked for: ballistic reversals in a few tau_D reach it."""
PIECES = (4, 8, 16, 32, 64, 128)
"""Steps into which a sloping part of a drive is cut, in turn, until two extrapolations agree."""

_VOLTAGE = Quantity("V", "voltage over the junction")
_DURATION = Quantity("s", "length of the pulse", at_least=0)

Vector = NDArray[np.float64]
Closed = Literal["fokker-planck", "sphere-fokker-planck", "analytic", "upper bound", "estimate"]


@dataclass(frozen=True, slots=True)
class Counted:
    """A probability counted in trajectories, with an exact (Clopper-Pearson) confidence interval."""

    probability: Array
    """Events over trials."""
    low: Array
    """Lower end of the interval; 0 without events."""
    high: Array
    """Upper end of the interval."""
    events: NDArray[np.int64]
    """Trajectories that did it."""
    trials: int
    """Trajectories per device and point."""
    confidence: float
    """Of the interval, two-sided."""


def counted(events: Any, trials: int, confidence: float = 0.95) -> Counted:
    """Return events over trials with the Clopper-Pearson interval (Biometrika 26, 404 (1934)).

    Raises:
        InputError: more events than trials, no trials, or a confidence that is not between 0 and 1.
    """
    found = np.asarray(events, dtype=np.int64)
    if trials < 1 or np.any(found < 0) or np.any(found > trials):
        raise InputError("counted: events", f"{found} of {trials}", "must lie between 0 and the number of trials")
    if not 0.0 < confidence < 1.0:
        raise InputError("counted: confidence", confidence, "must lie between 0 and 1")
    tail = 0.5 * (1.0 - confidence)
    low = np.where(found > 0, beta.ppf(tail, np.maximum(found, 1), trials - found + 1), 0.0)
    high = np.where(found < trials, beta.isf(tail, found + 1, np.maximum(trials - found, 1)), 1.0)
    return Counted(_plain(found / trials), _plain(low), _plain(high), found, trials, confidence)


@overload
def write_error_rate(
    junction: Junction, *, voltage: Array | str | Drive, duration: Array | str | None = ..., method: Closed = ...,
    start: str = ..., relaxation: float | str = ..., tolerance: float | None = ...,
) -> Array: ...  # fmt: skip
@overload
def write_error_rate(
    junction: Junction, *, voltage: Array | str | Drive, duration: Array | str | None = ..., method: Literal["llg"],
    start: str = ..., relaxation: float | str = ..., trajectories: int, seed: int,
) -> Counted: ...  # fmt: skip
@overload
def write_error_rate(
    junction: Junction, *, voltage: Array | str | Drive, duration: Array | str | None = ..., method: str = ...,
    start: str = ..., relaxation: float | str = ..., tolerance: float | None = ...,
    trajectories: int = ..., seed: int = ...,
) -> Any: ...  # fmt: skip
def write_error_rate(
    junction: Junction,
    *,
    voltage: Array | str | Drive,
    duration: Array | str | None = None,
    method: str = "fokker-planck",
    start: str = "AP",
    relaxation: float | str = 0.0,
    tolerance: float | None = None,
    trajectories: int = 10_000,
    seed: int = 0,
) -> Any:
    """Return the probability that a pulse leaves the junction in the state in which it started.

    Read at the end of the pulse, or after a relaxation without drive: a trajectory counts where m_z is still on its
    starting side. The current is V/R_AP(V) whatever the state (the smaller one; the convention of
    `Junction.critical_voltage` and `simulate`), the torque is proportional to it at every angle, and the stability is
    `Junction.thermal_stability`. Whether the barrier stands the voltage is another question: see
    `Junction.switchability`, `breakdown.endurance` and `window.operating_window`.

    Args:
        junction: the junction; array fields (process spread, temperatures) broadcast with voltage and duration.
        voltage: over the junction, V, positive towards P; or a `Drive`, whose draws broadcast with the junction.
        duration: of the pulse, s; of a `Drive` the end of the observation, by default the drive's end.
        method: ``"fokker-planck"``: round perpendicular cells without fields across the axis to relative accuracy down
            to 1e-18; where the cell breaks that symmetry it is ``"sphere-fokker-planck"``: any cell, down to about
            1e-9 (`broken_symmetry`, slower). ``"llg"``: counted in trajectories, any cell. ``"upper bound"`` and
            ``"estimate"``: closed forms (`reduced.closed_form`), for bounds and sliders; ``"analytic"`` is the
            estimate, below i = 1.5 the bound.
        start: ``"AP"`` (written by a positive voltage) or ``"P"`` (by a negative one).
        relaxation: time without drive after the pulse, s (not the closed forms).
        tolerance: relative numerical error asked for (Fokker-Planck): by default 1e-4, where that cannot be met up to
            1e-2; on the sphere 1e-2.
        trajectories: number per device and point ("llg").
        seed: of the trajectories ("llg").

    Returns:
        The probability; with ``"llg"`` a `Counted`.

    Raises:
        InputError: an unknown method or state, a negative duration, no trajectories for "llg", arrays that do not fit.
        ValidityError: a cell or a drive that the method does not describe.
        ConvergenceError: the tolerance cannot be met.
    """
    return _probability(junction, voltage, duration, method, start, relaxation, tolerance, trajectories, seed, "error")


def switching_probability(
    junction: Junction,
    *,
    voltage: Array | str | Drive,
    duration: Array | str | None = None,
    method: str = "fokker-planck",
    start: str = "AP",
    relaxation: float | str = 0.0,
    tolerance: float | None = None,
    trajectories: int = 10_000,
    seed: int = 0,
) -> Any:
    """Return the probability that a pulse switches the junction: 1 - `write_error_rate`, itself accurate where small.

    Small probabilities (read disturb, retention) are computed as such, not as a difference. Arguments, results and
    errors as in `write_error_rate`. Within the first few tenths of tau_D the probability of a ballistic reversal can be
    too small to be resolved; below 1e-18 only its smallness is.
    """
    return _probability(
        junction, voltage, duration, method, start, relaxation, tolerance, trajectories, seed, "switched"
    )


def _probability(
    junction: Junction, voltage: Array | str | Drive, duration: Array | str | None, method: str, start: str,
    relaxation: float | str, tolerance: float | None, trajectories: int, seed: int, side: str,
) -> Any:  # fmt: skip
    if method not in METHODS:
        raise InputError("write_error_rate: method", method, f"must be one of {', '.join(METHODS)}")
    if start not in STATES:
        raise InputError("write_error_rate: start", start, "must be P or AP")
    rest = float(_DURATION.read(relaxation, "write_error_rate: relaxation"))
    if duration is None and not isinstance(voltage, Drive):
        raise InputError("write_error_rate: duration", None, "is needed with a voltage", "Give it in seconds.")
    length = voltage.end if duration is None else _DURATION.read(duration, "write_error_rate: duration")  # type: ignore[union-attr]
    if method == "llg":
        return _count(junction, voltage, length, start, rest, trajectories, seed, side)
    if method == "fokker-planck" and broken_symmetry.breaks_symmetry(junction):
        method = "sphere-fokker-planck"
    if method == "sphere-fokker-planck":
        tolerance = broken_symmetry.TOLERANCE if tolerance is None else tolerance
        if isinstance(voltage, Drive):
            return _driven(junction, voltage, length, start, rest, tolerance, side, _stepped_on_sphere)
        found = broken_symmetry.switching(
            junction, voltage=voltage, duration=length, start=start, settling=rest, tolerance=tolerance, side=side
        )
        return found.error if side == "error" else found.switched
    worst = LARGEST_ERROR if tolerance is None else None
    tolerance = TOLERANCE if tolerance is None else tolerance
    refuse_asymmetric(junction)
    if isinstance(voltage, Drive):
        if method != "fokker-planck":
            raise ValidityError("write_error_rate: method", method, "knows constant voltages only",
                                'Use method="fokker-planck".')  # fmt: skip
        return _driven(junction, voltage, length, start, rest, tolerance, side, _stepped)
    volts = _VOLTAGE.read(voltage, "write_error_rate: voltage")
    pace = _pace(junction)
    overdrive = _overdrive(junction, np.asarray(volts / junction.resistance("AP", voltage=volts)), start)
    time, hold = length / pace, _hold(junction, start)
    if method == "fokker-planck":
        if np.ndim(pace) and rest:
            raise InputError("write_error_rate: relaxation", rest, "is known for a single damping time",
                             "Give the pulse as a Drive that ends with 0 V.")  # fmt: skip
        result = reduced.switching(
            junction.thermal_stability, overdrive, time, hold, relaxation=rest / float(pace) if rest else 0.0,
            tolerance=tolerance, worst=worst, side=side,
        )  # fmt: skip
        return result.error if side == "error" else result.switched
    if np.any(np.asarray(hold)) or rest:
        raise ValidityError("write_error_rate: method", method, "has neither field nor relaxation",
                            'Use method="fokker-planck".')  # fmt: skip
    holding = overdrive <= 0.0  # such a pulse writes nothing
    overdrive = np.where(holding, 1e-9, overdrive)
    if method == "analytic":
        weak = overdrive < reduced.LOWEST_OVERDRIVE
        strong = reduced.closed_form(
            junction.thermal_stability, np.maximum(overdrive, reduced.LOWEST_OVERDRIVE), time, "estimate"
        )
        failing: Array = np.where(
            weak, reduced.closed_form(junction.thermal_stability, overdrive, time, "upper bound"), strong
        )
    else:
        failing = reduced.closed_form(junction.thermal_stability, overdrive, time, method)
    failing = np.where(holding, 1.0, failing)
    return _plain(failing if side == "error" else 1.0 - np.asarray(failing))


def refuse_asymmetric(junction: Junction) -> None:
    """Raise where the energy or the torque depends on the azimuth, or is not of first order.

    Raises:
        ValidityError: an in-plane cell, an ellipse, a field across the axis, K_2, or voltage-controlled anisotropy.
    """
    what = broken_symmetry.breaks_symmetry(junction)
    if what:
        raise ValidityError("write_error_rate", what, "breaks the axial symmetry of first order that this needs",
                            'Use method="sphere-fokker-planck" or "llg", or device.rare_event.')  # fmt: skip
    stability = np.asarray(junction.thermal_stability)
    refuse(ValidityError, "write_error_rate: thermal stability", stability, ~(stability >= 0.1),
           "must be at least 0.1: the cell has no two states", "Take another diameter.")  # fmt: skip


def _pace(junction: Junction) -> Array:
    return junction.damping_time


def _overdrive(junction: Junction, current: Vector, start: str) -> Vector:
    """Return I/I_c0, positive where it drives the magnetisation out of its start."""
    sign = 1.0 if start == "AP" else -1.0
    film = junction.stack
    return np.asarray(
        sign * current / critical_current(junction.macrospin_barrier, film.damping, film.spin_torque_efficiency)
    )


def _hold(junction: Junction, start: str) -> Array:
    """Return H/H_k along the axis, positive where it holds the start."""
    sign = -1.0 if start == "AP" else 1.0
    return np.asarray(sign * (junction.axial_field + np.asarray(junction.offset_field)) / junction.anisotropy_field)


def _driven(
    junction: Junction, drive: Drive, length: Array, start: str, rest: float, tolerance: float, side: str,
    stepped: Callable[..., Vector],
) -> Array:  # fmt: skip
    """Cut the sloping parts of a drive into steps, halve these, and extrapolate in their square."""
    if np.ndim(length):
        raise InputError("write_error_rate: duration", f"shape {np.shape(length)}", "must be one time with a Drive")
    if length < drive.end * (1.0 - 1e-12):
        raise InputError(
            "write_error_rate: duration", f"{length:g} s", f"must reach to the drive's end, {drive.end:g} s"
        )
    if np.array_equal(_edges(drive, float(length), 4), _edges(drive, float(length), 8)):
        return _plain(stepped(junction, drive, float(length), start, rest, tolerance, side, 1))
    plain, better = [], []
    for pieces in PIECES:
        plain.append(stepped(junction, drive, float(length), start, rest, tolerance / 4.0, side, pieces))
        if len(plain) > 1:
            better.append(np.asarray((4.0 * plain[-1] - plain[-2]) / 3.0))
        if len(better) > 1:
            change = np.max(np.abs(better[-1] - better[-2]) / np.maximum(np.abs(better[-1]), 1e-18), initial=0.0)
            if change <= tolerance:
                return _plain(better[-1])
    raise ConvergenceError(
        f"write_error_rate: {PIECES[-1]} steps a slope leave {change:.1e}, asked for {tolerance:.0e}. "
        "Ask for a larger tolerance, or put more knots into the drive"
    )


def _stepped(
    junction: Junction, drive: Drive, length: float, start: str, rest: float, tolerance: float, side: str, pieces: int
) -> Vector:
    edges, current, _ = _segments(junction, drive, length, rest, pieces)
    shape = np.broadcast_shapes(shape_of(junction), current.shape[:-1])
    segments = np.moveaxis(np.broadcast_to(current, (*shape, current.shape[-1])), -1, 0)
    overdrive = _overdrive(junction, segments, start)

    def flat(item: Array) -> Vector:
        return np.broadcast_to(np.asarray(item, dtype=np.float64), shape).reshape(-1)

    hold, pace = flat(_hold(junction, start)), flat(_pace(junction))
    force = np.moveaxis(overdrive, 0, -1).reshape(-1, segments.shape[0]) - hold[:, None]
    span = np.diff(edges) / pace[:, None]
    result = fokker_planck(
        flat(junction.thermal_stability), force, span, span.sum(axis=1, keepdims=True), rest=-hold,
        side="upper" if side == "error" else "lower", tolerance=max(tolerance, 1e-10),
    )  # fmt: skip
    reduced.refuse_unconverged(result, side, tolerance)
    return np.minimum(result.upper if side == "error" else result.lower, 1.0).reshape(shape)


def _stepped_on_sphere(
    junction: Junction, drive: Drive, length: float, start: str, rest: float, tolerance: float, side: str, pieces: int
) -> Vector:
    if drive.kind == "current" and np.any(np.asarray(junction.stack.voltage_anisotropy)):
        raise ValidityError("write_error_rate: drive", "a current through a cell with voltage-controlled anisotropy",
                            "has no voltage here", "Give the drive in volts.")  # fmt: skip
    edges, current, means = _segments(junction, drive, length, rest, pieces)
    volts = means if drive.kind == "voltage" else 0.0 * means
    return broken_symmetry.stepped(junction, current, volts, edges, start, tolerance, side)


def _segments(
    junction: Junction, drive: Drive, length: float, rest: float, pieces: int
) -> tuple[Vector, Vector, Vector]:
    """Return edges in time, and in each step the current and what the drive states, the time of rest included."""
    edges = _edges(drive, length, pieces)
    means = drive.averages(edges)
    current = means if drive.kind == "current" else _current(junction, means)
    if rest:
        edges = np.append(edges, edges[-1] + rest)
        current, means = (np.concatenate([item, np.zeros((*item.shape[:-1], 1))], axis=-1) for item in (current, means))
    return edges, current, means


def _current(junction: Junction, volts: Vector) -> Vector:
    """Return the currents through the antiparallel state at voltages whose last axis is time."""
    columns = np.moveaxis(volts, -1, 0)
    lifted = columns.reshape(
        columns.shape[0], *(1,) * max(0, len(shape_of(junction)) - columns.ndim + 1), *columns.shape[1:]
    )
    return np.moveaxis(np.asarray(lifted / junction.resistance("AP", voltage=lifted)), 0, -1)


def _edges(drive: Drive, length: float, pieces: int) -> Vector:
    """Return the edges of steps: one where the drive is constant, `pieces` where it slopes."""
    knots, values = np.asarray(drive.times), np.asarray(drive.values)
    edges = [np.zeros(1)]
    if knots[0] > 0.0:
        edges.append(knots[:1])
    for k in range(knots.size - 1):
        if knots[k + 1] > knots[k]:
            flat = np.array_equal(values[..., k], values[..., k + 1])
            edges.append(np.linspace(knots[k], knots[k + 1], 2 if flat else pieces + 1)[1:])
    if length > knots[-1]:
        edges.append(np.array([length]))
    joined = np.concatenate(edges)
    return joined if joined.size > 1 else np.array([0.0, max(length, 1e-30)])


def _count(
    junction: Junction, voltage: Array | str | Drive, length: Array, start: str, rest: float, trajectories: int,
    seed: int, side: str,
) -> Counted:  # fmt: skip
    from remanence.device.drive import constant, piecewise_linear  # the ensemble needs xarray: slow to import
    from remanence.device.dynamics import simulate

    if trajectories < 1:
        raise InputError("write_error_rate: trajectories", trajectories, 'must be at least 1 with method="llg"')

    def events(drive: Drive, duration: float, number: int) -> NDArray[np.int64]:
        low, high = Stream(seed).child("point", number).key  # neighbouring seeds share no noise
        run = simulate(
            junction, drive, duration=duration, trajectories=trajectories, seed=low | high << 32, start=start
        )
        switched = np.asarray(run["switched"]).sum(axis=-1)
        return np.asarray(switched if side == "switched" else trajectories - switched, dtype=np.int64)

    if isinstance(voltage, Drive):
        if np.ndim(length):
            raise InputError("write_error_rate: duration", f"shape {np.shape(length)}", "must be one time with a Drive")
        return counted(events(voltage, float(length) + rest, 0), trajectories)
    volts = np.asarray(_VOLTAGE.read(voltage, "write_error_rate: voltage"))
    points = np.broadcast(volts, length)
    if points.shape and shape_of(junction):
        raise InputError("write_error_rate: voltage", f"shape {points.shape}",
                         'must be a single voltage and duration with an array of junctions and "llg"')  # fmt: skip
    found = []
    for number, (level, time) in enumerate(points):
        drive = constant(float(level))
        if rest:
            drive = piecewise_linear([0.0, time, time], [level, level, 0.0])
        found.append(events(drive, float(time) + rest, number))
    counts = np.array(found).reshape(points.shape) if points.shape else np.asarray(found[0])
    return counted(counts, trajectories)


def _plain(result: Any) -> Array:
    return float(result) if np.ndim(result) == 0 else np.asarray(result)
