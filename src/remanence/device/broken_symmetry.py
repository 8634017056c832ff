"""Write errors and dwell times of cells without axial symmetry, by the Fokker-Planck equation on the sphere.

For what `reduced` refuses: fields across the axis, ellipses, second-order and voltage-controlled anisotropy, in-plane
cells. The model is that of `dynamics.simulate` with ``torque="constant"``, term by term. Absolute accuracy is that of
double precision: masses below about 1e-12 are refused, where `rare_event` goes on. See docs/physics/fokker-planck.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remanence.core.declare import Array, Quantity
from remanence.core.declare import shape as shape_of
from remanence.core.errors import ConvergenceError, InputError, ValidityError
from remanence.device.checks import refuse
from remanence.device.junction import STATES, Junction
from remanence.device.macrospin import RATE, Macrospin, macrospin
from remanence.device.reduced import Switching
from remanence.kernels.sphere_fokker_planck import FLOOR, RATE_FLOOR, Motion, relaxation, sphere_fokker_planck

TOLERANCE = 1e-2
"""Relative error asked for by default: on the sphere a digit costs far more than for one angle."""
SLACK = 3.0
"""How many times the tolerance an estimated error may reach before the result is refused."""
LOWEST_STABILITY = 2.0
"""Barrier over k_B T below which a state does not last long enough to have a dwell time."""

_DURATION = Quantity("s", "length of the pulse", at_least=0)
_VOLTAGE = Quantity("V", "voltage over the junction")

Vector = NDArray[np.float64]


def breaks_symmetry(junction: Junction) -> str:
    """Return what makes energy or torque depend on the azimuth, or not of first order; empty where nothing does."""
    film = junction.stack
    for what, number in (
        ("an in-plane cell", junction.easy_axis == "in-plane"),
        ("an ellipse", np.asarray(junction.aspect_ratio) > 1.0),
        ("a field across the axis", np.asarray(junction.in_plane_field) != 0.0),
        ("second-order anisotropy", np.asarray(film.second_order_anisotropy) != 0.0),
        ("voltage-controlled anisotropy", np.asarray(film.voltage_anisotropy) != 0.0),
    ):
        if np.any(number):
            return what
    return ""


def switching(
    junction: Junction,
    *,
    voltage: Array | str,
    duration: Array | str,
    start: str = "AP",
    settling: float | str = 0.0,
    tolerance: float = TOLERANCE,
    side: str = "error",
) -> Switching:
    """Follow pulses from the Boltzmann distribution of the starting side; any cell that `simulate` knows.

    A side is a sign of m along the storing axis (z, of in-plane cells x), as it is for trajectories. Durations that
    share junction and voltage are taken from one run. A run takes from a tenth of a second (low stability, damping 0.1)
    to a minute (stability 60, damping 0.01). For drives see `write_error.write_error_rate`.

    Args:
        junction: the junction; array fields broadcast with voltage and duration.
        voltage: over the junction, V, positive towards P.
        duration: of the pulse, s.
        start: ``"AP"`` or ``"P"``.
        settling: time without voltage after the pulse, s.
        tolerance: relative error asked for, from 1e-9 to 0.1.
        side: ``"error"`` or ``"switched"``: the probability that must meet the tolerance.

    Returns:
        Both probabilities with the estimates of their relative errors.

    Raises:
        InputError: an unknown state or side, a negative duration, arrays that do not fit.
        ValidityError: no two states, or a result below the floor.
        ConvergenceError: the highest degree of the harmonics does not meet the tolerance.
    """
    if side not in ("error", "switched"):
        raise InputError("switching: side", side, "must be error or switched")
    rest = float(_DURATION.read(settling, "switching: settling"))
    volts, length = (
        np.asarray(item)
        for item in (_VOLTAGE.read(voltage, "switching: voltage"), _DURATION.read(duration, "switching: duration"))
    )
    shape = np.broadcast_shapes(shape_of(junction), volts.shape, length.shape)
    magnet = _magnet(junction, shape, start)
    current = np.broadcast_to(np.asarray(volts / junction.resistance("AP", voltage=volts)), shape).reshape(-1)
    volts, length = (np.broadcast_to(item, shape).reshape(-1) for item in (volts, length))
    # a relaxation begins where the pulse ends: every length is then a run of its own
    keys = np.concatenate([_rows(magnet), np.stack([volts, current, length * bool(rest)], axis=1)], axis=1)
    _, first, group = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    result = np.zeros((4, volts.size))
    for number, device in enumerate(first):
        members = np.flatnonzero(group.reshape(-1) == number)
        times, place = np.unique(length[members], return_inverse=True)
        motions, lengths = [motion(magnet, int(device), current[device], volts[device])], [np.inf]
        if rest:
            motions, lengths = [*motions, motion(magnet, int(device))], [times[0], np.inf]
        found = _follow(magnet, int(device), motions, lengths, times + rest, start, side, tolerance)
        result[:, members] = found[:, place.reshape(-1)]
    return Switching(*(_plain(item.reshape(shape)) for item in result))


def stepped(
    junction: Junction, currents: Vector, volts: Vector, edges: Vector, start: str, tolerance: float, side: str
) -> Vector:
    """Return the probability after segments of constant current and voltage, whose last axis is time.

    Raises:
        ValidityError: as in `switching`.
        ConvergenceError: as in `switching`.
    """
    shape = np.broadcast_shapes(shape_of(junction), currents.shape[:-1])
    magnet = _magnet(junction, shape, start)
    currents, volts = (
        np.broadcast_to(item, (*shape, item.shape[-1])).reshape(-1, item.shape[-1]) for item in (currents, volts)
    )
    result = np.zeros(currents.shape[0])
    row = ("error", "switched").index(side)
    for device in range(result.size):
        motions = [motion(magnet, device, *now) for now in zip(currents[device], volts[device], strict=True)]
        found = _follow(magnet, device, motions, np.diff(edges), edges[-1:], start, side, tolerance)
        result[device] = found[row, 0]
    return result.reshape(shape)


def mean_dwell(junction: Junction, state: str, *, voltage: Array | str = 0.0, tolerance: float = TOLERANCE) -> Array:
    """Return the mean time in a state under all fields and at a constant voltage, s, from the slowest eigenvalue.

    The flows between the states balance in the stationary state, so the mean time is 1/(rate of relaxation x stationary
    share of the other state). That is the first-passage time up to a correction of the order of the time inside a well:
    2.4 % below it at a round cell of stability 5, 0.04 % at 10, 1e-7 at 20. Dwell times above about 1e13 reduced times
    (stability 30) are refused.

    Args:
        junction: the junction; array fields broadcast with the voltage.
        state: ``"P"`` or ``"AP"``.
        voltage: over the junction, V: its torque and its effect on the anisotropy.
        tolerance: relative error asked for.

    Raises:
        InputError: an unknown state, arrays that do not fit.
        ValidityError: no two states, or a dwell time above what double precision resolves.
        ConvergenceError: no mode stands apart, or the tolerance is not met.
    """
    volts = np.asarray(_VOLTAGE.read(voltage, "mean_dwell: voltage"))
    shape = np.broadcast_shapes(shape_of(junction), volts.shape)
    magnet = _magnet(junction, shape, state)
    current = np.broadcast_to(np.asarray(volts / junction.resistance("AP", voltage=volts)), shape).reshape(-1)
    volts = np.broadcast_to(volts, shape).reshape(-1)
    stability = np.broadcast_to(np.asarray(junction.thermal_stability), shape)
    refuse(ValidityError, "mean_dwell: thermal stability", stability, stability < LOWEST_STABILITY,
           f"must be at least {LOWEST_STABILITY:g}: the states do not last", "Take a larger cell.")  # fmt: skip
    result = np.zeros(volts.size)
    for device in range(result.size):
        side = "upper" if state == "P" else "lower"
        found = relaxation(motion(magnet, device, current[device], volts[device]), side, tolerance=tolerance)
        if not found.escape > 2.0 * RATE_FLOOR / tolerance:
            raise ValidityError("mean_dwell", f"{1.0 / max(found.escape, RATE_FLOOR):.1e} reduced times",
                                "is above what double precision resolves here", "For round cells use Junction.dwell or "
                                "reduced.mean_dwell; else take a higher temperature.")  # fmt: skip
        if not found.error <= SLACK * tolerance:
            raise ConvergenceError(f"mean_dwell: estimated relative error {found.error:.1e} at degree {found.order}, "
                                   f"asked for {tolerance:.0e}. Ask for a larger tolerance")  # fmt: skip
        result[device] = 1.0 / (found.escape * pace(magnet, device))
    return _plain(result.reshape(shape))


def motion(magnet: Macrospin, device: int, current: float = 0.0, volts: float = 0.0) -> Motion:
    """Return fields and torques on one device, its storing axis along z, in units of `unit_field`.

    Args:
        magnet: the free layers.
        device: number of the device.
        current: through the junction, A, positive towards P.
        volts: over the junction, V.
    """
    unit = unit_field(magnet, device)
    bent = magnet.anisotropy[device].copy()
    bent[2] += magnet.voltage_anisotropy[device] * volts
    # a turn by a third around (1, 1, 1) takes the storing axis of in-plane cells, x, to z, and the normal to y
    turn = [1, 2, 0] if magnet.axis == 0 else [0, 1, 2]
    torque = magnet.torque[device] * current * magnet.polariser
    return Motion(
        damping=float(magnet.damping[device]),
        temperature=float(magnet.temperature[device]) / unit,
        anisotropy=bent[turn] / unit,
        second_order=float(magnet.second_order[device]) / unit,
        normal=turn.index(2),
        field=(magnet.field[device] + magnet.field_like[device] * torque)[turn] / unit,
        damping_like=torque[turn] / unit,
    )


def unit_field(magnet: Macrospin, device: int) -> float:
    """Return the field in whose units a device is computed, A/m: the largest of its anisotropies over the others."""
    return float(np.ptp(magnet.anisotropy[device]))


def pace(magnet: Macrospin, device: int) -> float:
    """Return reduced times per second."""
    alpha = float(magnet.damping[device])
    return RATE * unit_field(magnet, device) * alpha / (1.0 + alpha**2)


def _magnet(junction: Junction, shape: tuple[int, ...], start: str) -> Macrospin:
    if start not in STATES:
        raise InputError("write_error_rate: start", start, "must be P or AP")
    stability = np.asarray(junction.thermal_stability)
    refuse(ValidityError, "write_error_rate: thermal stability", stability, ~(stability >= 0.1),
           "must be at least 0.1: the cell has no two states", "Take another diameter.")  # fmt: skip
    magnet = macrospin(junction, shape)
    refuse(ValidityError, "write_error_rate: damping", magnet.damping, ~(magnet.damping > 0.0),
           "must be above 0: nothing relaxes without")  # fmt: skip
    return magnet


def _rows(magnet: Macrospin) -> Vector:
    """Return all that tells devices apart, one row per device."""
    columns = [magnet.damping, magnet.second_order, magnet.temperature, magnet.torque, magnet.field_like,
               magnet.voltage_anisotropy]  # fmt: skip
    return np.concatenate([magnet.anisotropy, magnet.field, np.stack(columns, axis=1)], axis=1)


def _follow(
    magnet: Macrospin, device: int, motions: Sequence[Motion], lengths: Any, times: Vector, start: str, side: str,
    tolerance: float,
) -> Vector:  # fmt: skip
    """Return error, switched and their estimated relative errors, shape (4, times); refuse what is not resolved."""
    rate = pace(magnet, device)
    here = "upper" if start == "P" else "lower"
    asked = here if side == "error" else {"upper": "lower", "lower": "upper"}[here]
    found = sphere_fokker_planck(
        motion(magnet, device), motions, np.asarray(lengths) * rate, times * rate, start=here, side=asked,
        tolerance=tolerance,
    )  # fmt: skip
    columns = [found.upper, found.lower, found.upper_error, found.lower_error]
    order = [0, 1, 2, 3] if here == "upper" else [1, 0, 3, 2]
    result = np.stack([columns[place] for place in order])
    value, error = (result[0], result[2]) if side == "error" else (result[1], result[3])
    least = FLOOR * (1.0 + times * rate) / (SLACK * tolerance)
    if np.any(value < least):
        raise ValidityError("write_error_rate", f"{float(np.min(value)):.1e}",
                            f"lies below what double precision resolves here, {float(np.max(least)):.1e}",
                            "Use device.rare_event, or a larger tolerance.")  # fmt: skip
    worst = float(np.max(error, initial=0.0))
    if not worst <= SLACK * tolerance:
        raise ConvergenceError(f"write_error_rate: estimated relative error {worst:.1e} at degree {found.order}, asked "
                               f"for {tolerance:.0e}. Take a larger tolerance, or device.rare_event")  # fmt: skip
    return result


def _plain(result: Any) -> Array:
    return float(result) if np.ndim(result) == 0 else np.asarray(result)
