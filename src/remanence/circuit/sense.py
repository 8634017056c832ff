"""The read path: signal and spreads of a junction, reference, latch amplifier, read errors.

A read drives cell and reference at the same voltage and lets the difference of their currents charge a capacitance
until a latch can tell its sign. What fails a read: the spread of cells and reference, the offset of the latch, the
mismatch of the clamps that hold the voltage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from remanence.circuit.gates import Amplifier
from remanence.circuit.node import Node
from remanence.circuit.sigma import required_sigma
from remanence.circuit.transistor import HOT, REFERENCE, check_temperature, leakage
from remanence.core.declare import Array, Quantity, choice, count, quantity, text, value
from remanence.core.errors import InputError
from remanence.data import Card, Draws, build
from remanence.device import Junction, Process, transport
from remanence.device.checks import refuse

_VOLTAGE = Quantity("V", "read voltage over cell and series resistance", above=0)
_OHM = Quantity("ohm", "resistance in series with the junction", at_least=0)
_FARAD = Quantity("F", "capacitance that the difference current charges", above=0)
_SECONDS = Quantity("s", "a time", above=0)
_SIGMAS = Quantity("1", "standard deviations", above=0)
_ANGLES = np.linspace(0.0, np.pi / 2.0, 129)
"""Directions between cell and noise that `_left` tries: its least is flat, so that this grid is right to 1e-4."""
_TAIL, _STEPS = 8.5, 69
"""Quadrature over a standard normal: the trapezoidal rule, whose error for an analytic integrand is below rounding once
the step is under the width of the integrand; what lies beyond 8.5 standard deviations is 1e-17."""


@value
class Senseamplifier:
    """A latch-type sense amplifier with its reference and the clamps of its bitlines."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    mismatch: Array = quantity(
        "V*m", above=0, doc="A_VT: threshold difference of a pair of transistors times the root of a gate's area"
    )
    offset_factor: Array = quantity(
        "1", above=0, doc="offset of the latch over the threshold difference of its n-channel pair"
    )
    width: Array = quantity("m", above=0, below=1e-4, doc="width of each transistor of the latch")
    gate_length: Array = quantity("m", above=0, below=1e-5, doc="gate length of the latch")
    regeneration: Array = quantity(
        "1", above=0, doc="time constant of the latch over supply x (gate + drain capacitance)/on-current, 25 degC"
    )
    regeneration_ratio: Array = quantity("1", above=0, doc="time constant at 125 degC over that at 25 degC")
    trim: Array = quantity("1", above=0, at_most=1, doc="share of the offset that trimming leaves", default=1.0)
    clamp_area: Array = quantity(
        "m^2", at_least=0, below=1e-9, doc="gate area of a clamp; 0 leaves out its mismatch", default=0.0
    )
    area_factor: Array = quantity("1", at_least=1, doc="layout over widths x gate pitch of latch and foot")
    reference: str = choice(
        "midpoint",
        "complement",
        "resistor",
        doc="what the cell is compared with: the mean current of reference cells in both states, the complementary "
        "half of the same cell, or a resistor at the same current",
        default="midpoint",
    )
    reference_pairs: int = count(doc="P and AP reference cells averaged, of each", at_least=1, at_most=1024, default=1)
    reference_spread: Array = quantity(
        "1", at_least=0, below=0.5, doc="relative standard deviation of a resistor reference", default=0.0
    )


def sense_amplifier(card: Card | str, draws: Draws | None = None) -> Senseamplifier:
    """Make a sense amplifier from the catalogue or a card; with ``draws``, uncertain fields become arrays."""
    return build(Senseamplifier, card, draws)


class Spread(NamedTuple):
    """Cell-to-cell spread of what a read sees."""

    resistance: Array  # standard deviation of ln R_P
    tmr: Array  # relative standard deviation of the TMR
    correlation: Array = 0.0  # of both


class Signal(NamedTuple):
    """Currents of a read, A; the spreads are standard deviations."""

    parallel: Array
    antiparallel: Array
    reference: Array
    parallel_spread: Array
    antiparallel_spread: Array
    reference_spread: Array  # reference cells or resistor, and clamps
    parallel_share: Array = 1.0  # of the junction in the path's resistance: what a spread of ln R moves
    antiparallel_share: Array = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensing:
    """One read of one bit at ``sigmas`` standard deviations; times from settled currents to a full level."""

    signal: Signal
    offset: Array  # V, standard deviation
    margin: Array  # A, what cells and reference leave of the weaker state at so many standard deviations
    develop: Array  # s
    regenerate: Array  # s
    cell_energy: Array  # J, cell and reference from the supply
    latch_energy: Array  # J
    area: Array  # m^2, latch, without its share of the reference

    @property
    def time(self) -> Array:
        """Development and regeneration, s."""
        return self.develop + self.regenerate

    @property
    def energy(self) -> Array:
        """Energy of one read of one bit, J; charging the lines is not in it."""
        return self.cell_energy + self.latch_energy


def offset_sigma(amplifier: Senseamplifier) -> Array:
    """Return the standard deviation of the input offset, V: factor x A_VT/sqrt(W L), times what trimming leaves.

    Source of the law: Pelgrom, Duinmaijer, Welbers, IEEE J. Solid-State Circuits 24, 1433 (1989).
    """
    area = amplifier.width * amplifier.gate_length
    return amplifier.offset_factor * amplifier.trim * amplifier.mismatch / np.sqrt(area)


def process_spread(given: Process, diameter: Array | str) -> Spread:
    """Return the spread that a process gives a junction of a diameter, to first order: ln R_P = ln RA - 2 ln d + const.

    Args:
        given: the process.
        diameter: m.
    """
    size = Quantity("m", "diameter", above=0).read(diameter, "process_spread: diameter")
    narrow = given.diameter_spread / size
    film, tmr = given.resistance_area_spread, given.tmr_spread
    resistance = np.sqrt(film**2 + 4.0 * narrow**2 - 4.0 * given.diameter_resistance_area * film * narrow)
    covariance = tmr * (given.resistance_area_tmr * film - 2.0 * given.diameter_tmr * narrow)
    both = resistance * tmr
    none = np.asarray(both) == 0
    return Spread(resistance, tmr, _plain(np.where(none, 0.0, covariance / np.where(none, 1.0, both))))


def signal(
    junction: Junction,
    amplifier: Senseamplifier,
    *,
    voltage: Array | str,
    series: Array | str = 0.0,
    spread: Spread | None = None,
) -> Signal:
    """Return the currents of a read with their spreads, at the junction's temperature and the voltage it sees.

    The TMR is that at the junction's own voltage behind the series resistance, and at its temperature. Spreads to first
    order: of ln R_P, and of the TMR where the cell is antiparallel; the part of the series resistance takes its share.

    Args:
        junction: the junction, or many; the nominal cells.
        amplifier: with its reference.
        voltage: over junction and series resistance, V.
        series: access transistor and lines, ohm.
        spread: of the cells; that of the stack's card where left out (`process_spread` for a process).
    """
    voltage = _VOLTAGE.read(voltage, "signal: voltage")
    series = _OHM.read(series, "signal: series")
    film = junction.stack
    cells = Spread(film.resistance_spread, film.tmr_spread) if spread is None else spread
    parallel, tmr = _resistances(junction, voltage, series)
    high = parallel * (1.0 + tmr)
    low_current, high_current = voltage / (parallel + series), voltage / (high + series)
    gain = tmr / (1.0 + tmr)
    relative = np.sqrt(
        cells.resistance**2 + (gain * cells.tmr) ** 2 + 2.0 * gain * cells.correlation * cells.resistance * cells.tmr
    )
    low_spread = low_current * parallel / (parallel + series) * cells.resistance
    high_spread = high_current * high / (high + series) * relative
    middle = 0.5 * (low_current + high_current)
    if amplifier.reference == "midpoint":
        reference: Array = 0.5 * np.sqrt((low_spread**2 + high_spread**2) / amplifier.reference_pairs)
    else:
        reference = middle * amplifier.reference_spread if amplifier.reference == "resistor" else 0.0 * middle
    clamp = np.asarray(amplifier.clamp_area)
    held = np.where(clamp > 0, amplifier.mismatch / np.sqrt(np.where(clamp > 0, clamp, 1.0)), 0.0)
    reference = np.sqrt(reference**2 + (held / voltage * middle) ** 2)
    shares = parallel / (parallel + series), high / (high + series)
    return Signal(low_current, high_current, middle, low_spread, high_spread, _plain(reference), *shares)


def _resistances(junction: Junction, voltage: Array, series: Array) -> tuple[Array, Array]:
    """R_P, and the TMR at the voltage that the antiparallel junction sees."""
    parallel = junction.resistance("P")
    seen = transport.divided_voltage(voltage, series, parallel, junction.tmr(), junction.stack.half_voltage)
    return parallel, junction.tmr(seen)


def _left(currents: Signal, amplifier: Senseamplifier, k: Array) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (current left for the offset of the latch at k standard deviations, A; the weaker state's difference, A).

    Not above 0 where cells and reference alone spread beyond the signal. The worst point at a distance k: a cell takes
    k cos a, the normal noise of reference and latch k sin a. The resistance of a cell is log-normal, so that a strong
    P cell loses less current than the first order says; a difference I(u) then passes noise of standard deviation
    min over a of I(k cos a)/(k sin a), of which the reference's own is taken off (first-order reliability method,
    Hasofer and Lind, 1974, recalled). Exact where only the cell or only the noise varies.
    """
    s, k = currents, np.asarray(k)[..., None]
    low, high, middle, *spreads = (np.asarray(item)[..., None] for item in (
        s.parallel, s.antiparallel, s.reference, s.parallel_spread, s.antiparallel_spread, s.parallel_share,
        s.antiparallel_share,
    ))  # fmt: skip
    low_spread, high_spread, low_share, high_share = spreads
    cell, noise = k * np.cos(_ANGLES), k * np.sin(_ANGLES)

    def moved(current: Array, spread: Array, share: Array, far: Array) -> NDArray[np.float64]:
        """Current of a cell whose resistance lies ``far`` standard deviations off."""
        wide = spread / current / share
        return np.asarray(current / (1.0 + share * np.expm1(wide * far)))

    if amplifier.reference == "complement":  # both cells move, each by its share of the spread
        both = np.hypot(low_spread, high_spread)
        part = np.where(both > 0, low_spread / np.where(both > 0, both, 1.0), 0.0)
        gaps = [moved(low, low_spread, low_share, cell * part)
                - moved(high, high_spread, high_share, -cell * np.sqrt(1.0 - part**2))]  # fmt: skip
        plain = [low - high]
    else:
        gaps = [moved(low, low_spread, low_share, cell) - middle, middle - moved(high, high_spread, high_share, -cell)]
        plain = [low - middle, middle - high]
    found = []
    for gap in gaps:
        passed = (gap[..., 1:] / noise[..., 1:]).min(axis=-1)
        rest = passed**2 - np.asarray(s.reference_spread) ** 2
        found.append(np.where(gap[..., 0] > 0, np.sign(rest) * np.sqrt(np.abs(rest)) * k[..., 0], gap[..., 0]))
    weaker = found[0] if len(found) == 1 else np.minimum(*found)
    return weaker, np.broadcast_to(plain[0][..., 0], weaker.shape)


def develop_time(
    currents: Signal, amplifier: Senseamplifier, *, capacitance: Array | str, sigmas: Array
) -> tuple[Array, Array]:
    """Return (time to develop, s; current left for the latch, A) of the weaker state at ``sigmas`` standard deviations.

    The difference current charges C for t against an offset o. What cells and reference leave of it at k standard
    deviations of all that varies together is M (`_left`); with normal spreads s alone that is sqrt(D^2 - k^2 s^2) of a
    difference D. Then t = k o C/M.

    Args:
        currents: of the read.
        amplifier: with its reference.
        capacitance: that the difference charges (bitline, or the sense node behind a clamp), F.
        sigmas: k.

    Raises:
        InputError: cells and reference alone spread beyond the signal, whatever the time.
    """
    load = _FARAD.read(capacitance, "develop_time: capacitance")
    k = _SIGMAS.read(sigmas, "develop_time: sigmas")
    left, _ = _left(currents, amplifier, k)
    if (left <= 0).any():
        reach = float(np.min(reachable_sigma(currents, amplifier)))
        refuse(InputError, "develop_time: sigmas", np.broadcast_to(k, left.shape), left <= 0,
               f"the spread of cells and reference leaves {reach:.3g} standard deviations however long the read",
               "Take a higher TMR or read voltage, more reference cells, redundancy or an error code.")  # fmt: skip
    return _plain(k * offset_sigma(amplifier) * load / left), _plain(left)


def reachable_sigma(currents: Signal, amplifier: Senseamplifier) -> Array:
    """Return the k up to which cells and reference leave any signal, however long the read; to 1e-6, at most 100.

    Args:
        currents: of the read.
        amplifier: with its reference.
    """
    shape = np.broadcast_shapes(*(np.shape(item) for item in currents))
    low, high = np.zeros(shape), np.full(shape, 100.0)
    for _ in range(27):
        middle = 0.5 * (low + high)
        passes = _left(currents, amplifier, middle)[0] > 0
        low, high = np.where(passes, middle, low), np.where(passes, high, middle)
    return _plain(low)


def regeneration_time(amplifier: Senseamplifier, node: Node, *, temperature: Array, difference: Array) -> Array:
    """Return the time in which the latch takes a difference to half the supply, s: tau ln(V_dd/(2 difference)).

    tau in units of the node's own V_dd (C_g + C_d)/I_on, a power law in temperature through the card's two points. Both
    were simulated with BSIM4 models of open kits (tests/peers/periphery): 1.3 to 1.9 units at 25 degC.
    """
    check_temperature(temperature, "regeneration_time")
    unit = node.supply * (node.gate_capacitance + node.drain_capacitance) / node.on_current
    exponent = np.log(np.asarray(temperature) / REFERENCE) / np.log(HOT / REFERENCE)
    tau = amplifier.regeneration * unit * np.asarray(amplifier.regeneration_ratio) ** exponent
    return _plain(tau * np.log(np.maximum(node.supply / (2.0 * np.asarray(difference)), 1.0)))


def latch_energy(amplifier: Senseamplifier, node: Node) -> Array:
    """Return the energy of one decision, J: both outputs, their gates and the foot swing over the supply."""
    pair = 2.0 * amplifier.width * (node.gate_capacitance + node.drain_capacitance)
    foot = 2.0 * amplifier.width * node.gate_capacitance
    return (pair + foot) * node.supply**2


def latch_area(amplifier: Senseamplifier, node: Node) -> Array:
    """Return the area of a latch of six transistors, m^2, without its share of the reference."""
    return amplifier.area_factor * 6.0 * amplifier.width * node.gate_pitch


def latched(
    junction: Junction,
    node: Node,
    amplifier: Senseamplifier,
    *,
    voltage: Array,
    series: Array,
    elements: Array,
    sigmas: Array | None = None,
) -> Amplifier:
    """Return the latch as an array of so many junctions needs it (`circuit.search`).

    What `elements` cells must bear, k of `required_sigma`, or another k, is asked of all that varies together as in
    `develop_time`: what cells and reference take of the difference is `lost`, the rest charges the margin over the
    offset. A complementary cell has the whole difference as its signal, others half of it.

    Args:
        junction: the junction; its temperature is that of the latch, too.
        node: the CMOS node.
        amplifier: with its reference.
        voltage: over junction and series resistance, V.
        series: access transistor and lines, ohm.
        elements: cells of the memory.
        sigmas: k where something else than the number of cells gives it (`coded_sigma`).
    """
    k = required_sigma(elements) if sigmas is None else sigmas
    currents = signal(junction, amplifier, voltage=voltage, series=series)
    left, difference = _left(currents, amplifier, k)
    margin = k * offset_sigma(amplifier)
    return Amplifier(
        margin=margin,
        time=regeneration_time(amplifier, node, temperature=junction.temperature, difference=margin),
        energy=latch_energy(amplifier, node),
        area=latch_area(amplifier, node),
        capacitance=amplifier.width * (node.gate_capacitance + node.drain_capacitance),
        leakage=leakage(node, 2.0 * amplifier.width, junction.temperature),
        lost=_plain(difference - left),
    )


def sensing(
    junction: Junction,
    node: Node,
    amplifier: Senseamplifier,
    *,
    voltage: Array | str,
    capacitance: Array | str,
    sigmas: Array,
    series: Array | str = 0.0,
    spread: Spread | None = None,
) -> Sensing:
    """Return what one read of one bit takes for ``sigmas`` standard deviations of everything that varies.

    Args:
        junction: the junction; its temperature is that of the latch, too.
        node: the CMOS node.
        amplifier: with its reference.
        voltage: over junction and series resistance, V.
        capacitance: that the difference current charges, F.
        sigmas: k (`required_sigma`).
        series: access transistor and lines, ohm.
        spread: of the cells; that of the stack's card where left out.

    Raises:
        InputError: cells and reference spread beyond the signal.
        ValidityError: a temperature outside 233 to 423 K.
    """
    load = _FARAD.read(capacitance, "sensing: capacitance")
    currents = signal(junction, amplifier, voltage=voltage, series=series, spread=spread)
    develop, margin = develop_time(currents, amplifier, capacitance=load, sigmas=sigmas)
    offset = offset_sigma(amplifier)
    regenerate = regeneration_time(amplifier, node, temperature=junction.temperature, difference=sigmas * offset)
    flowing = 2.0 * currents.reference  # a cell of either state, and its reference
    return Sensing(
        signal=currents,
        offset=offset,
        margin=margin,
        develop=develop,
        regenerate=regenerate,
        cell_energy=node.supply * flowing * (develop + regenerate),
        latch_energy=latch_energy(amplifier, node),
        area=latch_area(amplifier, node),
    )


def state_error_rates(
    junction: Junction,
    amplifier: Senseamplifier,
    *,
    voltage: Array | str,
    capacitance: Array | str,
    time: Array | str,
    series: Array | str = 0.0,
    spread: Spread | None = None,
) -> tuple[Array, Array]:
    """Return the probabilities that a parallel and an antiparallel cell read wrong, means over cells and amplifiers.

    R_P is log-normal and the TMR normal, cut at 0, as `device.sample_conductances` draws them; reference, clamps and
    latch are normal. Integrated over both by quadrature, into the far tail; no first order. With a complementary
    reference the difference of two cells is taken as normal.

    A misread is a property of the pair of cell and amplifier: the same pair fails again.

    Args:
        junction: nominal cell; arrays (temperatures, voltages) broadcast.
        amplifier: with its reference.
        voltage: over junction and series resistance, V.
        capacitance: that the difference current charges, F.
        time: to develop, s.
        series: access transistor and lines, ohm.
        spread: of the cells; that of the stack's card where left out.
    """
    volt = np.asarray(_VOLTAGE.read(voltage, "state_error_rates: voltage"))
    extra = np.asarray(_OHM.read(series, "state_error_rates: series"))
    load = _FARAD.read(capacitance, "state_error_rates: capacitance")
    length = _SECONDS.read(time, "state_error_rates: time")
    currents = signal(junction, amplifier, voltage=volt, series=extra, spread=spread)
    latch = offset_sigma(amplifier) * load / length
    if amplifier.reference == "complement":
        s = currents
        wide = np.sqrt(s.parallel_spread**2 + s.antiparallel_spread**2 + s.reference_spread**2)
        wrong = _plain(ndtr(-(s.parallel - s.antiparallel) / np.sqrt(wide**2 + latch**2)))
        return wrong, wrong
    noise = np.sqrt(currents.reference_spread**2 + latch**2)
    film = junction.stack
    cells = Spread(film.resistance_spread, film.tmr_spread) if spread is None else spread
    parallel, tmr = _resistances(junction, volt, extra)
    items = np.broadcast_arrays(parallel, tmr, volt, extra, currents.reference, noise, *cells)
    parallel, tmr, volt, extra, middle, noise, wide, tall, tied = (np.asarray(item)[..., None, None] for item in items)
    x = np.linspace(-_TAIL, _TAIL, _STEPS)
    weight = np.exp(-0.5 * x**2)
    weight /= weight.sum()
    first, second = x[:, None], x[None, :]
    low = parallel * np.exp(wide * first)
    size = np.maximum(tmr * (1.0 + tall * (tied * first + np.sqrt(1.0 - tied**2) * second)), 0.0)
    wrong_low = ndtr((middle - volt / (low + extra)) / noise)[..., 0] @ weight
    wrong_high = ndtr((volt / (low * (1.0 + size) + extra) - middle) / noise) @ weight @ weight
    return _plain(wrong_low), _plain(wrong_high)


def read_error_rate(
    junction: Junction,
    amplifier: Senseamplifier,
    *,
    voltage: Array | str,
    capacitance: Array | str,
    time: Array | str,
    series: Array | str = 0.0,
    spread: Spread | None = None,
) -> Array:
    """Return the probability that a cell of random state reads wrong; all as `state_error_rates`, of which the mean."""
    low, high = state_error_rates(
        junction, amplifier, voltage=voltage, capacitance=capacitance, time=time, series=series, spread=spread
    )
    return 0.5 * (low + high)


def _plain(result: NDArray[np.float64] | np.float64 | float) -> Array:
    return float(result) if np.ndim(result) == 0 else np.asarray(result)
