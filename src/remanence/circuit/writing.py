"""Writing a junction through its access transistor: operating point, sizing, verify and retry, self-termination.

The write error is the junction's own curve (`device.write_error_rate`) at the voltage that the path leaves for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remanence.circuit.access import drain_current
from remanence.circuit.node import Node
from remanence.core.declare import Array, Quantity, choice, count, lift, quantity, replace, text, value
from remanence.core.declare import shape as shape_of
from remanence.core.errors import ConvergenceError, InputError
from remanence.data import Card, Draws, build
from remanence.device import Junction, write_error_rate
from remanence.device.checks import refuse

METHOD = "fokker-planck"
"""Which curve of `device.write_error_rate` is taken unless another is asked for."""

_SHARE = Quantity("1", "a probability", at_least=0, at_most=1)
_ERROR = Quantity("1", "a write error", above=0, below=1)
_WIDTH = Quantity("m", "width of the access transistor", above=0)
_SERIES = Quantity("ohm", "resistance of the lines", at_least=0)
_SECONDS = Quantity("s", "a time", at_least=0)
_JOULES = Quantity("J", "an energy", at_least=0)
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)


@value
class Writedriver:
    """How a cell is written: voltages, pulse, attempts, and the transistor's law."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    supply: Array = quantity("V", above=0, doc="level that the write driver puts across cell and lines")
    wordline: Array = quantity("V", above=0, doc="wordline level while writing")
    pulse: Array = quantity("s", above=0, doc="length of one write pulse")
    attempts: int = count(doc="most pulses per bit", at_least=1, at_most=64, default=1)
    efficiency: Array = quantity(
        "1", above=0, at_most=1, doc="energy at the write supply over what its regulator or pump takes from the chip's"
    )
    velocity_index: Array = quantity(
        "1", at_least=1, at_most=2, doc="alpha of the alpha-power law of the access transistor"
    )
    detection_time: Array = quantity("s", at_least=0, doc="from switching to the end of a self-terminated pulse")
    verify_miss: Array = quantity(
        "1", at_least=0, below=1, doc="probability that verify takes a failed bit for a good one", default=0.0
    )
    pulse_error: Array = quantity(
        "1",
        above=0,
        below=1,
        doc="write error of one pulse at the worst corner, to which a cell is sized",
        default=0.001,
    )
    widest: Array = quantity(
        "1",
        at_least=1,
        doc="widest access transistor that is made, the layout of its fingers together in metal pitches",
        default=8.0,
    )
    termination: str = choice(
        "fixed",
        "self",
        doc="whether a pulse has its full length or ends once the junction has switched",
        default="fixed",
    )


def write_driver(card: Card | str, draws: Draws | None = None) -> Writedriver:
    """Make a write driver from the catalogue or from a card; with ``draws``, uncertain fields become arrays."""
    return build(Writedriver, card, draws)


class Point(NamedTuple):
    """Operating point of a write path."""

    current: Array  # A
    voltage: Array  # V, over the junction
    transistor: Array  # V, drain over source


class Retry(NamedTuple):
    """What verify and retry make of the error of one pulse."""

    attempts: Array  # pulses per bit, on average
    residual: Array  # probability that the bit is wrong in the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """A written bit, at the junction's temperature; pairs hold (to P, to AP)."""

    point: tuple[Point, Point]
    pulse_error: tuple[Array, Array]  # of one pulse
    attempts: Array  # pulses per bit, on average over both directions
    word_attempts: Array  # pulses until every bit of the word has passed or has had all, on average; slower direction
    residual: Array  # probability that a bit is wrong in the end, mean of both directions
    latency: Array  # s, until every bit of the word has passed or has had all its attempts, on average
    pulse_energy: Array  # J per bit, drawn from the chip's supply
    verify_energy: Array  # J per bit
    duty: Array  # share of the pulse during which current flows

    @property
    def energy(self) -> Array:
        """Energy per bit, J: pulses and verify reads."""
        return self.pulse_energy + self.verify_energy


def operating_point(
    junction: Junction, node: Node, driver: Writedriver, *, width: Array | str, start: str, series: Array | str = 0.0
) -> Point:
    """Return current and voltages of driver, lines, access transistor and junction in series, in a starting state.

    Solved with the junction's own current-voltage curve. Writing to P (``start="AP"``) the junction sits at the drain;
    writing to AP (``start="P"``) the current runs the other way, the junction lifts the source, and the transistor
    loses gate drive. Half of the lines lies on either side.

    Args:
        junction: the junction; transistor and junction share its temperature.
        node: the CMOS node.
        driver: levels of the driver.
        width: of the access transistor (effective, for FinFETs), m.
        start: state from which the pulse starts, whose resistance the path sees.
        series: resistance of bitline, source line and column switches together, ohm.

    Raises:
        InputError: the wordline does not turn the transistor on.
        ValidityError: a temperature outside 233 to 423 K.
    """
    width = _WIDTH.read(width, "operating_point: width")
    series = _SERIES.read(series, "operating_point: series")
    _turned_on(node, driver)
    shape = np.broadcast_shapes(shape_of(junction), shape_of(node), shape_of(driver), np.shape(width), np.shape(series))
    low, high = np.zeros(shape), np.broadcast_to(np.asarray(driver.supply, dtype=np.float64), shape).copy()
    for _ in range(56):
        middle = 0.5 * (low + high)
        current = np.asarray(junction.current(start, middle))
        offered = width * _offered(node, driver, junction.temperature, middle, current * series, start)
        more = offered > current
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    voltage = 0.5 * (low + high)
    current = np.asarray(junction.current(start, voltage))
    return Point(_plain(current), _plain(voltage), _plain(driver.supply - voltage - current * series))


def _offered(
    node: Node, driver: Writedriver, temperature: Array, voltage: Array, line: Array, start: str
) -> NDArray[np.float64]:
    """Current per width that the transistor offers with ``voltage`` over the junction and ``line`` over the lines."""
    lifted = line / 2.0 if start == "AP" else line / 2.0 + voltage
    current = drain_current(node, driver.wordline - lifted, driver.supply - voltage - line,
                            index=driver.velocity_index, temperature=temperature)  # fmt: skip
    return np.asarray(current)


def _turned_on(node: Node, driver: Writedriver) -> None:
    over = np.asarray(driver.wordline - node.threshold)
    refuse(InputError, "Writedriver.wordline", driver.wordline, over <= 0,
           f"must exceed the threshold of the access transistor, {float(np.max(node.threshold)):g} V",
           unit="V")  # fmt: skip


def pulse_error(junction: Junction, voltage: Array, duration: Array, start: str, method: str = METHOD) -> Array:
    """Return the write error of one pulse of an amount of voltage over the junction, from a starting state.

    Args:
        junction: the junction.
        voltage: amount, V; its sign follows from the state.
        duration: s.
        start: ``"AP"`` or ``"P"``.
        method: of `device.write_error_rate`.
    """
    driven = voltage if start == "AP" else -np.asarray(voltage)
    error: Array = write_error_rate(junction, voltage=driven, duration=duration, start=start, method=method)
    return error


def required_voltage(
    junction: Junction, *, error: Array | str, duration: Array | str, method: str = METHOD, strict: bool = True
) -> NDArray[np.float64] | float:
    """Return the voltage over the junction at which one pulse fails with a probability, V; to 1e-6.

    Bisection finds where the closed bound meets the error. Another curve lies below it: its root is sought from there
    downwards by regula falsi (Illinois rule) on the logarithm of the error, in few evaluations.

    Args:
        junction: the junction; its voltage is taken to write P.
        error: probability that the pulse fails.
        duration: of the pulse, s.
        method: of `device.write_error_rate`.
        strict: whether an error that is not reached is refused; else such junctions get their breakdown voltage.

    Raises:
        InputError: the barrier breaks before the error is reached.
        ConvergenceError: the curve is not met.
    """
    wanted = np.asarray(_ERROR.read(error, "required_voltage: error"))
    length = np.asarray(_SECONDS.read(duration, "required_voltage: duration"))
    shape = np.broadcast_shapes(shape_of(junction), wanted.shape, length.shape)
    limit = np.broadcast_to(np.asarray(junction.stack.breakdown_voltage), shape)

    def excess(voltage: NDArray[np.float64], curve: str) -> NDArray[np.float64]:
        """Logarithm of the error over the wanted one."""
        found = np.asarray(pulse_error(junction, voltage, length, "AP", curve))
        result: NDArray[np.float64] = np.log(np.maximum(found, 1e-300)) - np.log(wanted)
        return result

    low, high = np.broadcast_to(0.1 * np.asarray(junction.critical_voltage), shape), limit
    for _ in range(40):
        middle = 0.5 * (low + high)
        fails = excess(middle, "upper bound") > 0
        low, high = np.where(fails, middle, low), np.where(fails, high, middle)
    above = excess(high, method)
    missed = (above > 1e-9) & (high >= limit)
    refuse(InputError, "required_voltage: write error", np.broadcast_to(wanted, shape), missed & strict,
           f"cannot be reached: at the breakdown of the barrier, {float(np.min(limit)):.3g} V, a pulse of "
           f"{float(np.min(length)):.3g} s still fails with {float(np.max(wanted * np.exp(above))):.3g}",
           "Take a longer pulse, more attempts, or a junction of lower critical voltage.")  # fmt: skip
    if method == "upper bound":
        return _plain(high)
    above = np.where(missed, 0.0, above)  # their root is where they stand, at the limit
    low, below = high, above
    for _ in range(30):
        short = below < 0
        if not short.any():
            break
        low = np.where(short, 0.9 * low, low)
        below = np.where(short, excess(low, method), below)
    else:
        raise ConvergenceError("required_voltage: the write error does not reach the wanted one at low voltages")
    return _plain(_falling_root(lambda voltage: excess(voltage, method), low, below, high, above))


def _falling_root(
    function: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    low: NDArray[np.float64],
    below: NDArray[np.float64],
    high: NDArray[np.float64],
    above: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return where a falling function is 0, from a bracket and its values there (at least 0 and at most 0)."""
    side = np.zeros(np.shape(low))
    for _ in range(60):
        gap = np.where(below - above > 0, below - above, 1.0)
        place = np.clip(low + (high - low) * below / gap, low, high)
        value = function(place)
        right = value > 0
        # the Illinois rule: an end that stays twice counts half
        above = np.where(right & (side > 0), 0.5 * above, above)
        below = np.where(~right & (side < 0), 0.5 * below, below)
        low, below = np.where(right, place, low), np.where(right, value, below)
        high, above = np.where(right, high, place), np.where(right, above, value)
        side = np.where(right, 1.0, -1.0)
        if np.all((np.abs(value) < 1e-4) | (high - low <= 1e-6 * high)):
            return place
    raise ConvergenceError(f"required_voltage: {float(np.max(high - low)):.3g} V left after 60 steps")


def access_width(
    junction: Junction,
    node: Node,
    driver: Writedriver,
    *,
    error: Array | str,
    series: Array | str = 0.0,
    method: str = METHOD,
    strict: bool = True,
) -> Array:
    """Return the width of access transistor with which one pulse fails with at most a probability, m.

    The larger of both directions, in whole fins for a FinFET; at least one metal pitch. Closed form once
    `required_voltage` is known. Of arrays (temperatures, devices) the largest sizes the cell: `worst_width`.

    Args:
        junction: the junction; transistor and junction share its temperature.
        node: the CMOS node.
        driver: levels and pulse.
        error: probability that one pulse fails.
        series: resistance of the lines, ohm.
        method: of `device.write_error_rate`.
        strict: whether a junction that no transistor writes is refused; else its width is infinite.

    Raises:
        InputError: breakdown, or a write supply or a wordline too low for the voltage that the junction needs; the
            message names the limit.
        ValidityError: a temperature outside 233 to 423 K.
    """
    series = _SERIES.read(series, "access_width: series")
    _turned_on(node, driver)
    needed = np.asarray(required_voltage(junction, error=error, duration=driver.pulse, method=method, strict=strict))
    lost = (needed >= junction.stack.breakdown_voltage) & (not strict)
    widths = []
    for start, aim in (("AP", "P"), ("P", "AP")):
        current = np.asarray(junction.current(start, needed))
        offered = _offered(node, driver, junction.temperature, needed, current * series, start)
        refuse(
            InputError,
            f"access_width: voltage over the junction to write {aim}",
            needed,
            (offered <= 0) & strict,
            f"no transistor can pass it: write supply {float(np.min(driver.supply)):g} V, wordline "
            f"{float(np.min(driver.wordline)):g} V, threshold {float(np.max(node.threshold)):g} V, lines "
            f"{float(np.max(current * series)):.3g} V",
            "Raise the wordline or the write supply, or take a longer pulse.",
            "V",
        )
        widths.append(np.where((offered > 0) & ~lost, current / np.where(offered > 0, offered, 1.0), np.inf))
    wanted = np.maximum(np.maximum(widths[0], widths[1]), node.metal_pitch)
    passing = np.isfinite(wanted)
    made = np.asarray(node.transistor_width(np.where(passing, wanted, node.metal_pitch)))
    return _plain(np.where(passing, made, np.inf))


def worst_width(
    junction: Junction,
    node: Node,
    driver: Writedriver,
    *,
    error: Array | str,
    temperatures: tuple[float, ...] = (233.15, 298.15, 423.15),
    series: Array | str = 0.0,
    method: str = METHOD,
) -> float:
    """Return the largest `access_width` over temperatures and all elements, m: the worst write corner sizes the cell.

    Cold raises the critical current, heat weakens the transistor; which is worse depends on the stack.
    """
    corners = (replace(junction, temperature=temperature) for temperature in temperatures)
    widths = (access_width(c, node, driver, error=error, series=series, method=method) for c in corners)
    return max(float(np.max(width)) for width in widths)


def retry(error: Array | str, attempts: int, miss: Array | str = 0.0) -> Retry:
    """Return mean attempts and residual error of up to ``attempts`` pulses, each followed by a verify read.

    A pulse fails with ``error``, independently (the cell's own error; a population's is the mean of its cells' results,
    not the result of its mean). Verify overlooks a failure with ``miss``. With a = error (1 - miss):
    attempts = (1 - a^K)/(1 - a); residual = error miss (1 - a^K)/(1 - a) + a^K.

    Args:
        error: of one pulse.
        attempts: K, at least 1.
        miss: probability that verify overlooks a failure.
    """
    p = np.asarray(_SHARE.read(error, "retry: error"))
    q = np.asarray(_SHARE.read(miss, "retry: miss"))
    if attempts < 1:
        raise InputError("retry: attempts", attempts, "must be at least 1")
    again = p * (1.0 - q)
    pulses = sum((again**k for k in range(attempts)), np.zeros(np.shape(again)))  # a sum has no 0/0 at a = 1
    return Retry(_plain(pulses), _plain(p * q * pulses + again**attempts))


def word_attempts(error: Array | str, attempts: int, bits: Array) -> Array:
    """Return the mean attempts until all bits of a word have passed, or have had all: sum over k < K of 1 - (1-p^k)^n.

    Args:
        error: of one pulse on one bit.
        attempts: K.
        bits: n, bits written at once.
    """
    p = np.asarray(_SHARE.read(error, "word_attempts: error"))
    with np.errstate(divide="ignore"):  # p = 1 never passes: log1p(-1) is -inf and the term 1
        terms = [-np.expm1(bits * np.log1p(-(p**k))) for k in range(1, attempts)]
    return _plain(sum(terms, np.ones(np.broadcast_shapes(p.shape, np.shape(bits)))))


def conducting_share(
    junction: Junction, *, voltage: Array | str, pulse: Array | str, detection: Array | str, method: str = METHOD
) -> Array:
    """Return the share of a pulse that passes before a self-terminating driver has seen the junction switch.

    The probability to be unswitched at t is the write error of a pulse of length t; its integral over the pulse is the
    mean switching time, capped at the pulse. Detection adds its delay.

    Args:
        junction: the junction.
        voltage: over the junction, V.
        pulse: full length, s.
        detection: from switching to the end of the current, s.
        method: of `device.write_error_rate`.
    """
    over = np.asarray(Quantity("V", "voltage", above=0).read(voltage, "conducting_share: voltage"))
    length = np.asarray(Quantity("s", "pulse", above=0).read(pulse, "conducting_share: pulse"))
    delay = np.asarray(_SECONDS.read(detection, "conducting_share: detection"))
    shape = np.broadcast_shapes(shape_of(junction), over.shape, length.shape)
    time = np.broadcast_to(length, shape)[..., None] * (_NODES + 1.0) / 2.0
    over = np.broadcast_to(over, shape)[..., None]
    left = np.asarray(write_error_rate(lift(junction, 1), voltage=over, duration=time, method=method))
    return _plain(np.minimum((left * _WEIGHTS).sum(axis=-1) / 2.0 + delay / length, 1.0))


def write(
    junction: Junction,
    node: Node,
    driver: Writedriver,
    *,
    width: Array | str,
    bits: Array = 1.0,
    series: Array | str = 0.0,
    verify_time: Array | str = 0.0,
    verify_energy: Array | str = 0.0,
    self_terminated: bool = False,
    method: str = METHOD,
) -> Writing:
    """Return what it takes to write a bit of a word with verify and retry, at the junction's temperature.

    Each pulse costs supply x current x pulse over the regulator's efficiency, the current that of the starting state
    (before the switch; to AP it falls after, to P it rises). Lines are charged by the caller. Both directions are taken
    equally often.

    Args:
        junction: the junction, or many.
        node: the CMOS node.
        driver: levels, pulse, attempts.
        width: of the access transistor, m.
        bits: written at once; the latency waits for the slowest.
        series: resistance of the lines, ohm.
        verify_time: of the read after each pulse, s; 0 writes without verify, and then one attempt is made.
        verify_energy: of that read, J per bit.
        self_terminated: whether the driver ends a pulse once the junction has switched.
        method: of `device.write_error_rate`.

    Raises:
        InputError: the wordline does not turn the transistor on; attempts above 1 without verify.
        ValidityError: a temperature outside 233 to 423 K.
    """
    check = _SECONDS.read(verify_time, "write: verify_time")
    per_read = _JOULES.read(verify_energy, "write: verify_energy")
    verified = bool(np.any(np.asarray(check) > 0))
    if driver.attempts > 1 and not verified:
        raise InputError("Writedriver.attempts", driver.attempts, "needs a verify read after each pulse",
                         "Give verify_time.")  # fmt: skip
    points, errors, pulses, leftover, slowest, energies, duties = [], [], [], [], [], [], []
    for start in ("AP", "P"):
        point = operating_point(junction, node, driver, width=width, start=start, series=series)
        error = pulse_error(junction, point.voltage, driver.pulse, start, method)
        tried = retry(error, driver.attempts, driver.verify_miss)
        duty: Array = 1.0
        if self_terminated:
            duty = conducting_share(junction, voltage=point.voltage, pulse=driver.pulse,
                                    detection=driver.detection_time, method=method)  # fmt: skip
        points.append(point)
        errors.append(error)
        pulses.append(tried.attempts)
        leftover.append(tried.residual)
        slowest.append(word_attempts(error, driver.attempts, bits))
        energies.append(driver.supply * point.current * driver.pulse * duty / driver.efficiency * tried.attempts)
        duties.append(duty)
    attempts = 0.5 * (pulses[0] + pulses[1])
    return Writing(
        point=(points[0], points[1]),
        pulse_error=(errors[0], errors[1]),
        attempts=attempts,
        word_attempts=_plain(np.maximum(slowest[0], slowest[1])),
        residual=0.5 * (leftover[0] + leftover[1]),
        latency=np.maximum(slowest[0], slowest[1]) * (driver.pulse + check),
        pulse_energy=0.5 * (energies[0] + energies[1]),
        verify_energy=per_read * attempts,
        duty=0.5 * (duties[0] + duties[1]),
    )


def _plain(result: NDArray[np.float64]) -> Array:
    return float(result) if np.ndim(result) == 0 else result
