"""The read path: signal and spreads of a junction, reference, latch amplifier, read errors, read disturb.

A read drives cell and reference at the same voltage and lets the difference of their currents charge a capacitance
until a latch can tell its sign. What fails a read: the spread of cells and reference, the offset of the latch, the
mismatch of the clamps that hold the voltage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from remanence.circuit.gates import Amplifier
from remanence.circuit.node import Node
from remanence.circuit.transistor import HOT, REFERENCE, check_temperature, leakage
from remanence.core.declare import Array, Quantity, choice, count, quantity, text, value
from remanence.core.errors import InputError, ValidityError
from remanence.data import Card, Draws, build
from remanence.device import Junction, Process, retention, transport
from remanence.device.checks import refuse

_VOLTAGE = Quantity("V", "read voltage over cell and series resistance", above=0)
_OHM = Quantity("ohm", "resistance in series with the junction", at_least=0)
_FARAD = Quantity("F", "capacitance that the difference current charges", above=0)
_SECONDS = Quantity("s", "a time", above=0)
_SIGMAS = Quantity("1", "standard deviations", above=0)
_SHARE = Quantity("1", "a probability", above=0, below=1)
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


class DisturbLimit(NamedTuple):
    """The strongest read; the current is that through the antiparallel state, the convention of the device floor."""

    overdrive: Array  # of the critical current
    current: Array  # A
    voltage: Array  # V, over the junction


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensing:
    """One read of one bit at ``sigmas`` standard deviations; times from settled currents to a full level."""

    signal: Signal
    offset: Array  # V, standard deviation
    margin: Array  # A, of the weaker state after its spread at so many standard deviations
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


def required_sigma(elements: Array, *, passing: Array = 0.9, spared: Array = 0.0) -> Array:
    """Return k: how many standard deviations each of ``elements`` must bear, one-sided.

    All pass with probability ``passing``: elements x -ln(1 - Q(k)) = -ln(passing). With spares, an expected number
    ``spared`` may fail: Q(k) = spared/elements, where that is more.

    Args:
        elements: bits (or amplifiers) of the memory.
        passing: wanted yield of the read path.
        spared: expected number of failing elements that redundancy or an error code takes.
    """
    number = np.asarray(Quantity("1", "number of elements", at_least=1).read(elements, "required_sigma: elements"))
    good = np.asarray(_SHARE.read(passing, "required_sigma: passing"))
    spare = np.asarray(Quantity("1", "spared", at_least=0).read(spared, "required_sigma: spared"))
    failing = np.maximum(-np.expm1(np.log(good) / number), spare / number)
    refuse(InputError, "required_sigma: spared", spare, failing >= 1.0, "must be fewer than the elements")
    return _plain(-ndtri(failing))


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
    return Signal(low_current, high_current, middle, low_spread, high_spread, _plain(reference))


def _resistances(junction: Junction, voltage: Array, series: Array) -> tuple[Array, Array]:
    """R_P, and the TMR at the voltage that the antiparallel junction sees."""
    parallel = junction.resistance("P")
    seen = transport.divided_voltage(voltage, series, parallel, junction.tmr(), junction.stack.half_voltage)
    return parallel, junction.tmr(seen)


def _margins(currents: Signal, amplifier: Senseamplifier) -> list[tuple[Array, Array]]:
    """(difference to be told, its standard deviation without the latch) of each state."""
    s = currents
    if amplifier.reference == "complement":
        both = np.sqrt(s.parallel_spread**2 + s.antiparallel_spread**2 + s.reference_spread**2)
        return [(s.parallel - s.antiparallel, both)]
    return [
        (s.parallel - s.reference, np.sqrt(s.parallel_spread**2 + s.reference_spread**2)),
        (s.reference - s.antiparallel, np.sqrt(s.antiparallel_spread**2 + s.reference_spread**2)),
    ]


def develop_time(
    currents: Signal, amplifier: Senseamplifier, *, capacitance: Array | str, sigmas: Array
) -> tuple[Array, Array]:
    """Return (time to develop, s; margin, A) of the weaker state at ``sigmas`` standard deviations.

    The difference current D with spread s charges C for t against an offset o; all are normal, so that k standard
    deviations pass where D = k sqrt(s^2 + (o C/t)^2): t = k o C/sqrt(D^2 - k^2 s^2). The margin is D - k s.

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
    times, margins = [], []
    for difference, spread in _margins(currents, amplifier):
        left = np.asarray(difference - k * spread)
        reach = difference / np.where(np.asarray(spread) > 0, spread, np.inf)
        refuse(InputError, "develop_time: sigmas", k, left <= 0,
               f"the spread of cells and reference leaves {float(np.min(reach)):.3g} standard deviations however long "
               "the read",
               "Take a higher TMR or read voltage, more reference cells, redundancy or an error code.")  # fmt: skip
        times.append(k * offset_sigma(amplifier) * load / np.sqrt(left * (difference + k * spread)))
        margins.append(left)
    return _plain(np.maximum(times[0], times[-1])), _plain(np.minimum(margins[0], margins[-1]))


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
    junction: Junction, node: Node, amplifier: Senseamplifier, *, voltage: Array, series: Array, elements: Array
) -> Amplifier:
    """Return the latch as an array of so many junctions needs it (`circuit.search`), no error code credited.

    What `elements` cells must bear, k of `required_sigma`, is taken off the signal for cells and reference, and asked
    for as margin over the offset; the two worst cases are added, which is cautious.

    Args:
        junction: the junction; its temperature is that of the latch, too.
        node: the CMOS node.
        amplifier: with its reference.
        voltage: over junction and series resistance, V.
        series: access transistor and lines, ohm.
        elements: cells of the memory.
    """
    k = required_sigma(elements)
    currents = signal(junction, amplifier, voltage=voltage, series=series)
    spread = np.hypot(np.maximum(currents.parallel_spread, currents.antiparallel_spread), currents.reference_spread)
    margin = k * offset_sigma(amplifier)
    return Amplifier(
        margin=margin,
        time=regeneration_time(amplifier, node, temperature=junction.temperature, difference=margin),
        energy=latch_energy(amplifier, node),
        area=latch_area(amplifier, node),
        capacitance=amplifier.width * (node.gate_capacitance + node.drain_capacitance),
        leakage=leakage(node, 2.0 * amplifier.width, junction.temperature),
        lost=k * spread,
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
        difference, wide = _margins(currents, amplifier)[0]
        wrong = _plain(ndtr(-difference / np.sqrt(wide**2 + latch**2)))
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


def disturb_limit(
    junction: Junction, *, duration: Array | str, probability: Array | str, reads: Array = 1.0
) -> DisturbLimit:
    """Return the strongest read that flips a cell with at most a probability in so many reads.

    The inverse of `device.read_disturb` (mean escape time of a macrospin that the torque drives), for a read that works
    against the state; no read comes nearer to the critical current than 3 k_B T of remaining barrier.

    Args:
        junction: round and perpendicular, without fields.
        duration: of one read, s.
        probability: to flip in all of them.
        reads: how many.

    Raises:
        InputError: the cell loses its state sooner without any current.
        ValidityError: an ellipse or an in-plane cell.
    """
    length = np.asarray(_SECONDS.read(duration, "disturb_limit: duration"))
    most = np.asarray(_SHARE.read(probability, "disturb_limit: probability"))
    often = np.asarray(Quantity("1", "reads", above=0).read(reads, "disturb_limit: reads"))
    if junction.easy_axis != "perpendicular" or np.any(np.asarray(junction.aspect_ratio) > 1.0):
        raise ValidityError("disturb_limit", "an ellipse or an in-plane cell", "needs a round perpendicular junction",
                            "Integrate the stochastic equation of motion instead.")  # fmt: skip
    stability = np.asarray(junction.thermal_stability)
    needed = np.log(length * often) - np.log(-np.log1p(-most)) - np.log(np.asarray(junction.damping_time))
    rest = np.asarray(retention.log_escape_time(stability, 0.0))
    refuse(InputError, "disturb_limit: probability", most, rest < needed,
           f"is reached without any current: thermal stability {float(np.min(stability)):.3g}",
           "Take a larger or more anisotropic junction, a lower temperature or a shorter read.")  # fmt: skip
    low = np.zeros(np.broadcast_shapes(needed.shape, stability.shape))
    high = low + 1.0 - np.sqrt(retention.LOWEST_BARRIER / stability) - 1e-9
    for _ in range(40):
        middle = 0.5 * (low + high)
        holds = np.asarray(retention.log_escape_time(stability, middle)) >= needed
        low, high = np.where(holds, middle, low), np.where(holds, high, middle)
    current = low * junction.critical_current
    film = junction.stack
    voltage = transport.antiparallel_voltage(
        current, film.resistance_area / junction.area, junction.tmr(), film.half_voltage, film.parallel_curvature
    )
    return DisturbLimit(_plain(low), _plain(current), voltage)


def _plain(result: NDArray[np.float64] | np.float64 | float) -> Array:
    return float(result) if np.ndim(result) == 0 else np.asarray(result)
