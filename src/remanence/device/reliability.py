"""What goes wrong in service: lost bits, read disturb, back-hopping, stray fields. Breakdown has its own file.

All figures are those of the axially symmetric macrospin; a domain-wall barrier enters through the stability of the
junction. Everything broadcasts; a population of junctions is averaged over only where `over` asks for it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from remanence.core.constants import ELEMENTARY_CHARGE, REDUCED_PLANCK, YEAR
from remanence.core.declare import Array, Quantity, replace
from remanence.core.errors import InputError, ValidityError
from remanence.device import reduced, retention, transport, write_error
from remanence.device.checks import refuse
from remanence.device.junction import STATES, Junction

MEGABIT = 2**20
DISTURB_METHODS = ("first-passage", "fokker-planck")
SMALLEST_DISTURB = 1e-16
"""Probability of a disturb below which the first-passage form is used: it agrees there, and Fokker-Planck ends."""
_LOWEST = 0.1  # stability below which a junction is no memory: `retention.log_reduced_dwell_time` ends there
_HOURS = 1e9  # a FIT is a failure in 1e9 device hours
_CHUNK = 256
_Law: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionFailures:
    """What an array of bits loses in its life. Arrays over the junction's own shape, the population left out.

    Args:
        loss_probability: of one bit, averaged over the distribution of barriers.
        expected_failures: bits lost of all.
        probability_any: chance that at least one bit is lost.
        fit: failures of the whole array in 1e9 hours, averaged over its life.
        fit_per_megabit: the same for 2^20 bits.
    """

    loss_probability: Array
    expected_failures: Array
    probability_any: Array
    fit: Array
    fit_per_megabit: Array


def retention_failures(
    junction: Junction,
    *,
    years: Array,
    bits: int,
    temperature: Array | str | None = None,
    stability_spread: Array = 0.0,
    attempt_time: Array | str | None = None,
    state: str | None = None,
    over: int | tuple[int, ...] | None = None,
) -> RetentionFailures:
    """Return how many of an array's bits are lost without power.

    Every bit is written once and decays as 1 - exp(-t/tau). With a spread, Delta is normal from bit to bit and the
    loss is integrated over that distribution, not taken from exp(-Delta + sigma^2/2): that closed form counts the weak
    tail as often as it fails, while a bit is lost only once. Bits below a stability of 0.1 count as lost. The mean
    rate of such an array falls with time as the weak bits go; the FIT rates here are averages over the whole life.

    Args:
        junction: the cell; array fields broadcast.
        years: life without power, in years of 365.25 days, above 0.
        bits: cells in the array, at least 1.
        temperature: of storage, K or text; None for that of the junction. Barriers follow the film's own laws.
        stability_spread: standard deviation of Delta from bit to bit over its mean; 0 switches it off.
        attempt_time: tau_0 of a rate exp(-Delta)/tau_0, s or text; None for the exact dwell time of a macrospin.
        state: ``"P"`` or ``"AP"``, under the axial and stray fields of the junction; None for the weaker of the two.
        over: axes of the junction's arrays that are a population, 0 for draws; averaged, bit by bit.

    Raises:
        InputError: bad arguments.
        ValidityError: a mean stability below 0.1.
    """
    if isinstance(bits, bool) or not isinstance(bits, (int, np.integer)) or bits < 1:
        raise InputError("retention_failures: bits", bits, "a whole number of at least 1 is needed")
    life = np.asarray(Quantity("1", "", above=0).read(years, "retention_failures: years")) * YEAR
    spread = np.asarray(
        Quantity("1", "", at_least=0, below=1).read(stability_spread, "retention_failures: stability_spread")
    )
    device = junction if temperature is None else replace(junction, temperature=temperature)
    both = [np.asarray(device.stability(one)) for one in (STATES if state is None else (state,))]
    stability = np.minimum(both[0], both[-1])
    refuse(ValidityError, "retention_failures: thermal stability", stability, ~(stability >= _LOWEST),
           f"must be at least {_LOWEST:g}", "This junction keeps no state.")  # fmt: skip
    if attempt_time is None:
        # the exact dwell time of the mean bit; the others follow it as the macrospin's law does
        mean_time = np.asarray(device.log_dwell_time if state is None else device.log_dwell(state))
        law: _Law = _macrospin
        log_unit = mean_time - _macrospin(stability)
    else:
        tau = Quantity("s", "attempt time", above=0).read(attempt_time, "retention_failures: attempt_time")
        law, log_unit = _arrhenius, np.log(np.asarray(tau))
    loss = _mean_loss(stability, spread * stability, np.log(life) - log_unit, law)
    if over is not None:
        loss = np.asarray(np.mean(loss, axis=over))
    life = np.broadcast_to(life, loss.shape) if life.ndim <= loss.ndim else life
    failures = bits * loss
    with np.errstate(divide="ignore"):
        any_lost = -np.expm1(bits * np.log1p(-loss))
    fit = failures / (life / 3600.0) * _HOURS
    parts = (loss, failures, any_lost, fit, fit / bits * MEGABIT)
    names = ("loss_probability", "expected_failures", "probability_any", "fit", "fit_per_megabit")
    return RetentionFailures(**dict(zip(names, map(_plain, parts), strict=True)))


def _plain(item: NDArray[np.float64]) -> Array:
    return float(item) if np.ndim(item) == 0 else item


def _macrospin(stability: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(retention.log_reduced_dwell_time(stability))


def _arrhenius(stability: NDArray[np.float64]) -> NDArray[np.float64]:
    return stability


@functools.cache
def _normal_nodes() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return nodes and weights of the normal density from -38 to 8 standard deviations, 16 points in each half unit.

    The weak tail counts: with sigma = 10 the typical lost bit lies ten standard deviations below the mean.
    """
    nodes, weights = np.polynomial.legendre.leggauss(16)
    edges = np.arange(-38.0, 8.0, 0.5)
    places = (edges[:, None] + 0.25 * (nodes + 1.0)).ravel()
    return places, np.tile(0.25 * weights, edges.size) * np.exp(-0.5 * places**2) / np.sqrt(2.0 * np.pi)


def _mean_loss(
    stability: NDArray[np.float64], sigma: NDArray[np.float64], log_time: NDArray[np.float64], law: _Law
) -> NDArray[np.float64]:
    """Return the mean of 1 - exp(-exp(log_time - law(Delta))) over normal Delta."""

    def loss(delta: NDArray[np.float64], log_unit: NDArray[np.float64]) -> NDArray[np.float64]:
        kept = np.maximum(delta, _LOWEST)
        lost = -np.expm1(-np.exp(np.minimum(log_unit - law(kept), 50.0)))
        return np.where(delta < _LOWEST, 1.0, lost)

    if not np.any(sigma):
        return loss(stability, log_time)
    stability, sigma, log_time = np.broadcast_arrays(stability, sigma, log_time)
    flat = [item.reshape(-1, 1) for item in (stability, sigma, log_time)]
    places, weights = _normal_nodes()
    parts = []
    for begin in range(0, flat[0].shape[0], _CHUNK):
        mean, spread, unit = (item[begin : begin + _CHUNK] for item in flat)
        parts.append(loss(mean + spread * places, unit) @ weights)
    return np.concatenate(parts).reshape(stability.shape)


def overdrive(junction: Junction, voltage: Array) -> Array:
    """Return I/I_c0 at a voltage, with its sign: I = V/R_AP(V), the convention of `Junction.critical_voltage`."""
    volts = np.asarray(Quantity("V", "voltage over the junction").read(voltage, "overdrive: voltage"))
    return _plain(volts / junction.resistance("AP", voltage=volts) / junction.critical_current)


def read_disturb(
    junction: Junction,
    *,
    voltage: Array,
    duration: Array | str,
    reads: Array = 1.0,
    state: str = "AP",
    method: str = "first-passage",
) -> Array:
    """Return the probability that reads flip the state that they find.

    ``"first-passage"`` is 1 - exp(-t/tau), tau the exact mean time to leave a well that current and field oppose
    (`retention.log_escape_time`), prefactor included, at any smallness. A read of a few tau_D or less
    disturbs less than that; ``"fokker-planck"`` follows the distribution through it (`switching_probability`), down to
    a probability of 1e-16 a read, below which it gives the first. Reads are independent of one another: the cell rests
    in between.

    Args:
        junction: a round perpendicular cell; its axial fields count.
        voltage: over the junction, V, positive towards P.
        duration: of one read, s or text.
        reads: how many.
        state: that is stored, ``"AP"`` (a positive voltage disturbs it) or ``"P"`` (a negative one does).
        method: ``"first-passage"`` or ``"fokker-planck"``.

    Raises:
        ConvergenceError: a read so short that Fokker-Planck resolves no disturb.
        ValidityError: the drive reaches the critical current, or leaves a barrier below 3 k_B T: that is a write; or a
            cell without axial symmetry.
        InputError: bad arguments.
    """
    if method not in DISTURB_METHODS:
        raise InputError("read_disturb: method", method, f"must be one of {', '.join(DISTURB_METHODS)}")
    if state not in STATES:
        raise InputError("read_disturb: state", state, f"must be one of {', '.join(STATES)}")
    time = Quantity("s", "length of a read", at_least=0).read(duration, "read_disturb: duration")
    count = Quantity("1", "number of reads", at_least=0).read(reads, "read_disturb: reads")
    write_error.refuse_asymmetric(junction)
    sign = 1.0 if state == "AP" else -1.0
    field = -sign * (junction.axial_field + np.asarray(junction.offset_field)) / junction.anisotropy_field
    force = sign * np.asarray(overdrive(junction, voltage)) - field
    log_time = np.log(np.asarray(junction.damping_time)) + retention.log_escape_time(junction.thermal_stability, force)
    single = -np.expm1(-np.asarray(time) * np.exp(-log_time))
    if method == "fokker-planck":
        # the dwell time tells where a solution is worth its time
        seen = np.asarray(single > SMALLEST_DISTURB)
        if np.any(seen):
            followed = write_error.switching_probability(junction, voltage=voltage, duration=time, start=state)
            single = np.where(seen, followed, single)
    return _plain(-np.expm1(np.asarray(count) * np.log1p(-np.minimum(single, 1.0 - 1e-16))))


@dataclass(frozen=True, slots=True, kw_only=True)
class BackHopping:
    """Whether a write turns the reference layer.

    Args:
        expected: whether the voltage reaches the limit, element by element.
        limit: amount of the voltage at which the reference layer becomes unstable, V.
    """

    expected: NDArray[np.bool_] | bool
    limit: Array


def back_hopping(
    junction: Junction, *, voltage: Array, reference: Junction, coupling: Array | str = 0.0
) -> BackHopping:
    """Tell whether a write voltage destabilises the layer that polarises the current.

    Back-hopping is the switching of the spin-polarising part of the fixed layers, once it is too weakly held (Abert et
    al., arXiv:1702.06604; Devolder et al., arXiv:2006.05108). The torque on it has the opposite sign, so that it acts
    when the free layer has arrived. The criterion is its own instability as a macrospin of barrier K V that an exchange
    energy J per area holds in place: field h = H_J/H_k adds to the threshold as i > 1 + h, hence

        I_ref = (4e/hbar) (alpha/eta) (K V + J A/2).

    No temperature and no motion of the free layer enter: a flag, not a rate. The limit is where V/R_AP(V), the
    convention for the current of a voltage throughout, reaches I_ref.

    Args:
        junction: the cell that is written.
        voltage: of the write, V.
        reference: the polarising layer as a junction of the same diameter: its own stack, with the damping and the
            spin-torque efficiency that hold for it.
        coupling: J, exchange energy per area to the rest of the fixed layers, J/m^2 or text.

    Raises:
        InputError: diameters that differ, a negative coupling.
        ValidityError: a reference layer without any hold.
    """
    volts = np.asarray(Quantity("V", "voltage over the junction").read(voltage, "back_hopping: voltage"))
    energy = np.asarray(Quantity("J/m^2", "coupling", at_least=0).read(coupling, "back_hopping: coupling"))
    if np.any(np.asarray(reference.diameter) != junction.diameter):
        raise InputError("back_hopping: reference", f"diameter {np.min(reference.diameter):g} m",
                         f"must have that of the junction, {np.min(junction.diameter):g} m")  # fmt: skip
    held = np.asarray(reference.macrospin_barrier) + energy * reference.area / 2.0
    if np.any(held <= 0):
        raise ValidityError("back_hopping: reference", "a layer without anisotropy or coupling",
                            "must be held in place", "Give its coupling.")  # fmt: skip
    torque = 4.0 * ELEMENTARY_CHARGE / REDUCED_PLANCK * reference.stack.damping / reference.stack.spin_torque_efficiency
    current = torque * held
    limit = np.asarray(
        transport.antiparallel_voltage(
            current,
            junction.resistance("P"),
            junction.tmr(0.0),
            junction.stack.half_voltage,
            junction.stack.parallel_curvature,
        )
    )
    reached = np.abs(volts) >= limit
    return BackHopping(expected=bool(reached) if reached.ndim == 0 else reached, limit=_plain(limit))


def write_immunity(junction: Junction, *, voltage: Array, duration: Array | str, write_error_rate: Array) -> Array:
    """Return the axial field against a write at which its error reaches a limit, A/m; 0 where it does without field.

    By Fokker-Planck, the field there before and during the pulse (`reduced.write_error_rate`). The field that a stored
    bit stands is `magnetic_immunity`. Fields across the axis are not described.

    Args:
        junction: a round perpendicular cell without fields of its own.
        voltage: of the write, V; its amount counts, not 0.
        duration: of the pulse, s or text.
        write_error_rate: probability of a failing write that is still allowed, above 0 and below 1.

    Raises:
        InputError: bad arguments, or a junction in a field already.
        ValidityError: a cell without axial symmetry.
    """
    subject = "write_immunity"
    pulse = np.asarray(Quantity("s", "", above=0).read(duration, f"{subject}: duration"))
    limit = np.asarray(Quantity("1", "", above=0, below=1).read(write_error_rate, f"{subject}: write_error_rate"))
    write_error.refuse_asymmetric(junction)
    if np.any(np.asarray(junction.axial_field) + np.asarray(junction.offset_field)):
        raise InputError(f"{subject}: junction", "an axial field", "must be 0 to begin with")
    drive = np.abs(np.asarray(overdrive(junction, voltage)))
    delta, time = np.asarray(junction.thermal_stability), pulse / junction.damping_time

    def written(h: NDArray[np.float64]) -> NDArray[np.bool_]:
        error = reduced.write_error_rate(delta, drive, time, h, tolerance=1e-4)
        good: NDArray[np.bool_] = np.asarray(error) <= limit
        return good

    shape = np.broadcast_shapes(drive.shape, np.shape(time), delta.shape, limit.shape)
    return _plain(_largest(written, np.broadcast_to(drive, shape)) * junction.anisotropy_field)


def _largest(
    holds: Callable[[NDArray[np.float64]], NDArray[np.bool_]], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the largest h from 0 to ``end`` for which a falling condition holds; 0 where it never does."""
    low, high = np.zeros_like(end), end.copy()
    start, stop = holds(low), holds(high)
    for _ in range(30):  # to 1e-9 of the range
        middle = 0.5 * (low + high)
        good = holds(middle)
        low, high = np.where(good, middle, low), np.where(good, high, middle)
    return np.where(~start, 0.0, np.where(stop, end, low))
