"""Resistive memory devices: filamentary ReRAM and phase-change memory, as published statistics of programmed arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remanence.core.declare import Array, Quantity, choice, quantity, text, value
from remanence.core.errors import InputError, ValidityError
from remanence.core.stream import Stream
from remanence.device.chunks import over_pieces
from remanence.device.defects import OPEN, SHORT, SOUND, Defects, defect_codes
from remanence.device.programmed import ProgrammedCells, checked_levels, single_design
from remanence.kernels.stream_draws import stream_events, stream_normal

_SHARE = Quantity("1", "a probability", at_least=0, at_most=1)


@value
class Resistive:
    """A device whose conductance is set by program and verify.

    The spread of the programmed conductance is a polynomial in g = G/G_high, in siemens, as fitted to measured arrays:
    sigma(g) = s0 + s1 g + s2 g^2 + s3 g^3 + s4 g^4, never negative. Conductance drifts as G(t) = G (t/t_c)^-nu, nu
    normal with mean and deviation clipped linear functions of ln g (all zero where a technology shows no such drift).
    Sources: Joshi et al., Nat. Commun. 11, 2473 (2020) for phase-change memory; Wan et al., Nature 608, 504 (2022) for
    ReRAM; both in the form that aihwkit documents.
    """

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    technology: str = choice("ReRAM", "PCM", doc="what changes in the device")
    conductance_high: Array = quantity("S", above=0, doc="conductance of the low-resistance state, G_high")
    conductance_low: Array = quantity("S", at_least=0, doc="conductance of the high-resistance state")
    spread_0: Array = quantity("S", doc="s0 of the programming spread")
    spread_1: Array = quantity("S", doc="s1 of the programming spread", default=0.0)
    spread_2: Array = quantity("S", doc="s2 of the programming spread", default=0.0)
    spread_3: Array = quantity("S", doc="s3 of the programming spread", default=0.0)
    spread_4: Array = quantity("S", doc="s4 of the programming spread", default=0.0)
    spread_scale: Array = quantity("1", at_least=0, doc="factor on the programming spread", default=1.0)
    drift_slope: Array = quantity("1", doc="slope of the mean drift exponent in ln g", default=0.0)
    drift_offset: Array = quantity("1", doc="mean drift exponent at g = 1 before clipping", default=0.0)
    drift_least: Array = quantity("1", at_least=0, doc="smallest mean drift exponent", default=0.0)
    drift_most: Array = quantity("1", at_least=0, doc="largest mean drift exponent", default=0.0)
    drift_spread_slope: Array = quantity("1", doc="slope of the drift exponent's deviation in ln g", default=0.0)
    drift_spread_offset: Array = quantity("1", doc="deviation of the drift exponent at g = 1", default=0.0)
    drift_spread_least: Array = quantity("1", at_least=0, doc="smallest deviation of the drift exponent", default=0.0)
    drift_spread_most: Array = quantity("1", at_least=0, doc="largest deviation of the drift exponent", default=0.0)
    reference_time: Array = quantity("s", above=0, doc="t_c, after programming", default=20.0)
    age: Array = quantity("s", above=0, doc="time since programming at which the device is read", default=20.0)
    later_spread_0: Array = quantity("S", doc="s0 of the spread at the later time", default=0.0)
    later_spread_1: Array = quantity("S", doc="s1 of the spread at the later time", default=0.0)
    later_spread_2: Array = quantity("S", doc="s2 of the spread at the later time", default=0.0)
    later_spread_3: Array = quantity("S", doc="s3 of the spread at the later time", default=0.0)
    later_spread_4: Array = quantity("S", doc="s4 of the spread at the later time", default=0.0)
    later_time: Array = quantity(
        "s", at_least=0, doc="since programming, at which the later spread was measured; 0: not measured", default=0.0
    )
    flicker_scale: Array = quantity(
        "1", at_least=0, doc="Q of the 1/f noise S_G/G^2 = Q^2/f at g = 1; 0: not known", default=0.0
    )
    flicker_exponent: Array = quantity("1", at_least=0, doc="p in Q(g) = Q g^-p", default=0.0)
    flicker_most: Array = quantity("1", at_least=0, doc="largest Q", default=0.0)
    flicker_read_time: Array = quantity("s", above=0, doc="length of the read in the 1/f formula", default=250e-9)
    read_fluctuation: Array = quantity(
        "1", at_least=0, doc="fluctuation of a read over G_high, where no spectrum is known", default=0.0
    )
    write_voltage: Array = quantity("V", above=0, doc="over the device while writing")
    write_current: Array = quantity("A", above=0, doc="largest current while writing")
    residual_write_error: Array = quantity(
        "1", at_least=0, at_most=1, doc="probability that a stored bit reads wrong after write and verify", default=0.0
    )

    def check(self) -> None:
        """The states must differ, and a device is read after its reference time."""
        if np.any(np.asarray(self.conductance_low) >= self.conductance_high):
            raise InputError("Resistive.conductance_low", self.conductance_low, "must lie below conductance_high")
        if np.any(np.asarray(self.age) < self.reference_time):
            raise InputError("Resistive.age", self.age, "must be at least the reference time")
        later = np.asarray(self.later_time)
        if np.any((later > 0) & (later <= self.reference_time)):
            raise InputError("Resistive.later_time", self.later_time, "must be 0 or above the reference time")


def programming_spread(device: Resistive, conductance: Array) -> Array:
    """Return the standard deviation of the programmed conductance around a target, S."""
    terms = (device.spread_0, device.spread_1, device.spread_2, device.spread_3, device.spread_4)
    return _polynomial(device, conductance, terms)


def _polynomial(device: Resistive, conductance: Array, terms: tuple[Array, ...]) -> Array:
    g = np.asarray(conductance) / device.conductance_high
    spread = sum(term * g**power for power, term in enumerate(terms))
    return device.spread_scale * np.maximum(spread, 0.0)


def spread_at(device: Resistive, conductance: Array, age: float) -> Array:
    """Return the standard deviation around a target at an age, S: between two measured times.

    The variance is taken linear in the logarithm of time between the reference time and the later time, as relaxation
    is; the published figure has three times only, and the law between them is an assumption.

    Raises:
        InputError: a device without a measured later spread.
        ValidityError: an age outside the two times.
    """
    if not np.all(np.asarray(device.later_time)):
        raise InputError(f"Resistive {device.name}: later_time", "0 s", "no spread at a later time was measured",
                         "This device does not relax in this model.")  # fmt: skip
    first, last = device.reference_time, device.later_time
    if not np.all((first <= age) & (age <= last)):
        raise ValidityError(f"Resistive {device.name}: age", f"{age:g} s",
                            f"must be from {float(np.max(first)):g} to {float(np.min(last)):g} s, where the spread "
                            "was measured")  # fmt: skip
    terms = (
        device.later_spread_0, device.later_spread_1, device.later_spread_2, device.later_spread_3,
        device.later_spread_4,
    )  # fmt: skip
    start, end = programming_spread(device, conductance), _polynomial(device, conductance, terms)
    share = np.log(age / np.asarray(first)) / np.log(np.asarray(last) / first)
    result: Array = np.sqrt(start**2 + share * (np.asarray(end) ** 2 - start**2))
    return result


def flicker_deviation(device: Resistive, target: Array, age: Array) -> Array:
    """Return the standard deviation of one read over the conductance at that time, from 1/f noise.

    Q(g) sqrt(ln((t + t_read)/(2 t_read))) with Q = min(Q_1 g^-p, Q_most), g the target over G_high and t the age (Joshi
    et al. 2020, in the form that aihwkit documents). 0 where no spectrum is known.
    """
    if not np.any(np.asarray(device.flicker_scale)):
        return np.zeros(np.shape(target))
    g = np.maximum(np.asarray(target) / device.conductance_high, 1e-12)
    scale = np.minimum(device.flicker_scale * g**-device.flicker_exponent, device.flicker_most)
    read = device.flicker_read_time
    result: Array = scale * np.sqrt(np.log((age + read) / (2.0 * read)))
    return result


def level_conductances(device: Resistive, levels: int, series: float = 0.0) -> NDArray[np.float64]:
    """Return the target conductance of each of ``levels`` levels, S, from the lowest to G_high.

    They are equal steps of what is read through a series resistance (ohm): program and verify reads a cell as the
    column does, through its transistor, so that is what it makes equal.
    """
    ends = np.array([float(device.conductance_low), float(device.conductance_high)])
    low, high = ends / (1.0 + series * ends)
    seen = np.linspace(low, high, levels)
    targets: NDArray[np.float64] = seen / (1.0 - series * seen)
    return targets


def drift_exponent(device: Resistive, conductance: Array) -> tuple[Array, Array]:
    """Return mean and standard deviation of the drift exponent for a target conductance."""
    logarithm = np.log(np.maximum(np.asarray(conductance) / device.conductance_high, 1e-12))
    mean = np.clip(device.drift_slope * logarithm + device.drift_offset, device.drift_least, device.drift_most)
    spread = np.clip(
        device.drift_spread_slope * logarithm + device.drift_spread_offset,
        device.drift_spread_least,
        device.drift_spread_most,
    )
    return mean, spread


def nominal_conductances(device: Resistive) -> tuple[Array, Array]:
    """Return the conductances of the low- and the high-resistance state at the device's age, mean drift included, S."""
    ratio = device.age / device.reference_time
    high, low = (
        target * ratio ** -drift_exponent(device, target)[0]
        for target in (device.conductance_high, device.conductance_low)
    )
    return high, low


def sample(device: Resistive, high_resistance: NDArray[np.bool_], stream: Stream) -> NDArray[np.float64]:
    """Return the conductance of each of many programmed devices at their age, S.

    Each device draws its programming error, its drift exponent, and whether the write left the wrong state. No
    conductance is negative.

    Args:
        device: a single design (no array fields).
        high_resistance: target state of each device, any shape.
        stream: source of the draws; draw ``i`` belongs to device ``i`` in C order.

    Raises:
        InputError: the device has array fields.
    """
    cells = program_levels(device, ~np.asarray(high_resistance, bool), stream)
    return cells.conductance * _drifted(cells, float(device.age))


def program_levels(
    device: Resistive,
    level: NDArray[np.integer] | NDArray[np.bool_],
    stream: Stream,
    *,
    levels: int = 2,
    series: float = 0.0,
    write_error: float | None = None,
    defects: Defects | None = None,
) -> ProgrammedCells:
    """Return many programmed devices of one design, at the reference time after programming.

    Each device draws its deviation from the target (normal, `programming_spread`, cut at 0), whether the write left
    the wrong level (the one below; the lowest level becomes the next), and whether it is stuck.

    Args:
        device: a single design (no array fields).
        level: wanted level of each device, 0 the lowest conductance; any shape.
        stream: source of the draws; draw ``i`` belongs to device ``i`` in C order.
        levels: number of levels, 2 to the bits of a cell.
        series: resistance through which verify reads, ohm: the levels are equal steps behind it.
        write_error: probability of the wrong level after program and verify; None for the device's own.
        defects: stuck devices; None for none.

    Raises:
        InputError: array fields, an unknown level, a probability outside 0 to 1.
    """
    single_design(device, "program_levels")
    target = checked_levels(level, levels, "program_levels")
    error = _SHARE.read(
        device.residual_write_error if write_error is None else write_error, "program_levels: write_error"
    )
    aims = level_conductances(device, levels, series)
    spreads = np.asarray(programming_spread(device, aims))
    flat = target.reshape(-1)
    held, defect, conductance = flat.copy(), np.zeros(flat.size, np.uint8), np.empty(flat.size)

    def piece(start: int, stop: int) -> None:
        count = stop - start
        state = held[start:stop]
        if error:
            wrong = stream_events(stream.child("write error"), float(error), count, start=start)
            state[wrong] = np.where(state[wrong] == 0, 1, state[wrong] - 1)
        normal = stream_normal(stream.child("programming"), count, start=start)
        written = np.maximum(aims[state] + spreads[state] * normal, 0.0)
        if defects is not None:
            codes = defect_codes(defects, stream, start, count)
            written[codes == SHORT] = aims[-1] * float(defects.short_conductance)
            written[codes == OPEN] = aims[0] * float(defects.open_conductance)
            state[codes == SHORT], state[codes == OPEN] = levels - 1, 0
            defect[start:stop] = codes
        conductance[start:stop] = written

    over_pieces(piece, flat.size)
    return ProgrammedCells(
        device=device,
        levels=levels,
        target=target,
        held=held.reshape(target.shape),
        conductance=conductance.reshape(target.shape),
        contrast=np.empty(0),
        defect=defect.reshape(target.shape),
        stream=stream,
        age=float(device.reference_time),
        series=float(series),
    )


def _drifted(cells: ProgrammedCells, age: float) -> NDArray[np.float64]:
    """Return G at an age over G now of each device: (t/t_now)^-nu, nu one draw per device for all its life."""
    device = cells.device
    assert isinstance(device, Resistive)
    mean, spread = (
        np.asarray(item) for item in drift_exponent(device, level_conductances(device, cells.levels, cells.series))
    )
    held, sound = cells.held.reshape(-1), cells.defect.reshape(-1) == SOUND
    logarithm = -np.log(age / cells.age)
    factor = np.empty(held.size)

    def piece(start: int, stop: int) -> None:
        state = held[start:stop]
        exponent = mean[state]
        if np.any(spread):
            exponent = exponent + spread[state] * stream_normal(cells.stream.child("drift"), stop - start, start=start)
        factor[start:stop] = np.exp(logarithm * np.where(sound[start:stop], exponent, 0.0))

    over_pieces(piece, held.size)
    return factor.reshape(cells.shape)


def drift(cells: ProgrammedCells, age: float) -> ProgrammedCells:
    """Return phase-change devices at an age since programming, s: G(t) = G(t_c) (t/t_c)^-nu.

    Raises:
        InputError: an age before that of the devices.
    """
    if not age >= cells.age or not np.isfinite(age):
        raise InputError("drift: age", f"{age:g} s", f"must be at least that of the devices, {cells.age:g} s")
    if age == cells.age:
        return cells
    conductance = cells.conductance * _drifted(cells, age)
    return cells.after(("drift", (("age", age),)), conductance=conductance, age=age)


def relax(cells: ProgrammedCells, age: float) -> ProgrammedCells:
    """Return ReRAM devices at an age since programming, s: their spread is that of `spread_at`.

    A spread that grows adds an independent deviation of the missing variance; one that shrinks draws the devices
    together. So the spread around the target is the published one at every age, in one step or in several.

    Raises:
        InputError: an age before that of the devices, or a device whose relaxation was not measured.
        ValidityError: an age beyond the measured ones.
    """
    device = cells.device
    assert isinstance(device, Resistive)
    if not age >= cells.age or not np.isfinite(age):
        raise InputError("relax: age", f"{age:g} s", f"must be at least that of the devices, {cells.age:g} s")
    if age == cells.age:
        return cells
    aims = level_conductances(device, cells.levels, cells.series)
    now, then = (np.asarray(spread_at(device, aims, float(when))) for when in (cells.age, age))
    kept = np.where(then < now, then / np.maximum(now, 1e-30), 1.0)
    added = np.sqrt(np.maximum(then**2 - now**2, 0.0))
    held, sound = cells.held.reshape(-1), cells.defect.reshape(-1) == SOUND
    old, new = cells.conductance.reshape(-1), np.empty(cells.held.size)
    source = cells.stream.child("relaxation", len(cells.history))

    def piece(start: int, stop: int) -> None:
        state, part = held[start:stop], old[start:stop]
        normal = stream_normal(source, stop - start, start=start)
        moved = aims[state] + kept[state] * (part - aims[state]) + added[state] * normal
        new[start:stop] = np.where(sound[start:stop], np.maximum(moved, 0.0), part)

    over_pieces(piece, held.size)
    return cells.after(("relaxation", (("age", age),)), conductance=new.reshape(cells.shape), age=age)
