"""The drive of a junction against time: a piecewise-linear voltage or current."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remanence.core.declare import Array, Quantity, choice, quantity, value
from remanence.core.errors import InputError

UNITS = {"voltage": "V", "current": "A"}
"""Unit of a drive's values by its kind."""

_TIME = Quantity("s", "a time", at_least=0)
_LENGTH = Quantity("s", "a length of time", above=0)


@value
class Drive:
    """A voltage over the junction, or a current through it, against time.

    Knots joined by straight lines; before the first and after the last knot the end values hold. Two knots at the same
    time make a jump, at which the later value counts. Positive drives the free layer towards the parallel state.
    Values of shape (draws, K) hold one waveform per draw.
    """

    times: Array = quantity("s", at_least=0, doc="times of the knots, shape (K,), never falling")
    values: Array = quantity("V or A", doc="volts or amperes at the knots (see kind), shape (..., K)")
    kind: str = choice("voltage", "current", doc="what is forced: volts over the junction or amperes through it",
                       default="voltage")  # fmt: skip

    def check(self) -> None:
        """Refuse knots that do not make a waveform."""
        times, values = np.asarray(self.times), np.asarray(self.values)
        if times.ndim != 1 or not times.size:
            raise InputError("Drive.times", f"shape {times.shape}", "must be a list of at least one time")
        if values.ndim < 1 or values.shape[-1] != times.size:
            raise InputError("Drive.values", f"shape {values.shape}",
                             f"the last axis must hold one value per time, {times.size}")  # fmt: skip
        falling = np.flatnonzero(np.diff(times) < 0)
        if falling.size:
            first = int(falling[0]) + 1
            raise InputError(f"Drive.times[{first}]", f"{times[first]:g} s after {times[first - 1]:g} s",
                             "times must not fall", "Sort the knots by time.")  # fmt: skip

    @property
    def unit(self) -> str:
        """Unit of the values."""
        return UNITS[self.kind]

    @property
    def end(self) -> float:
        """Time of the last knot, s: the drive is constant from then on."""
        return float(np.asarray(self.times)[-1])

    @property
    def peak(self) -> Array:
        """Largest magnitude of each waveform, V or A."""
        return _number(np.max(np.abs(self.values), axis=-1))

    def at(self, time: Array) -> Array:
        """Return the value at a time in seconds, shape (..., *time.shape); at a jump the value after it."""
        moment = np.asarray(_TIME.read(time, "Drive.at: time"))
        return _number(self._linear(moment)[0])

    def averages(self, edges: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean over each interval between rising edges, shape (..., len(edges) - 1).

        Integrators that hold the drive over a step take this mean: a jump inside a step then keeps its area, wherever
        the grid falls, and a smooth drive stays accurate to second order in the step.
        """
        edges = np.asarray(_TIME.read(edges, "Drive.averages: edges"))
        times, values = np.asarray(self.times), np.asarray(self.values)
        start, index = self._linear(edges)
        areas = 0.5 * (values[..., 1:] + values[..., :-1]) * np.diff(times)
        area = np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(areas, axis=-1)], axis=-1)
        knot = np.maximum(index, 0)
        primitive = area[..., knot] + 0.5 * (values[..., knot] + start) * (edges - times[knot])
        return np.asarray(np.diff(primitive, axis=-1) / np.diff(edges))

    def _linear(self, moment: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """Return the value at each time and the index of the last knot at or before it (-1 before the first)."""
        times, values = np.asarray(self.times), np.asarray(self.values)
        index = np.searchsorted(times, moment, side="right") - 1
        left, right = np.clip(index, 0, None), np.clip(index + 1, None, times.size - 1)
        gap = times[right] - times[left]
        inside = (index >= 0) & (gap > 0)
        share = np.where(inside, (moment - times[left]) / np.where(gap > 0, gap, 1.0), 0.0)
        return values[..., left] + share * (values[..., right] - values[..., left]), index


def constant(amplitude: Array | str, *, kind: str = "voltage") -> Drive:
    """Return a drive that never changes; ``amplitude`` in V or A, or one per draw."""
    return Drive(times=np.zeros(1), values=_amplitude(amplitude, kind, "constant")[..., None], kind=kind)


def pulse(
    amplitude: Array | str,
    width: float | str,
    *,
    rise: float | str = 0.0,
    fall: float | str = 0.0,
    delay: float | str = 0.0,
    kind: str = "voltage",
) -> Drive:
    """Return one pulse.

    Args:
        amplitude: of the flat top, V or A; an array holds one per draw.
        width: from half the rise to half the fall, s: the area of the pulse is amplitude times width.
        rise: time of the rising edge, s.
        fall: time of the falling edge, s.
        delay: before the rise begins, s.
        kind: ``"voltage"`` or ``"current"``.

    Raises:
        InputError: edges that leave no room for the top.
    """
    return train([amplitude], width=width, period=width, rise=rise, fall=fall, delay=delay, kind=kind)


def train(
    amplitudes: Any,
    *,
    width: float | str,
    period: float | str,
    rise: float | str = 0.0,
    fall: float | str = 0.0,
    delay: float | str = 0.0,
    kind: str = "voltage",
) -> Drive:
    """Return pulses of equal shape, one per amplitude, ``period`` seconds apart; see `pulse` for the arguments.

    Raises:
        InputError: no amplitudes, edges that leave no room for the top, or pulses that overlap.
    """
    width, period = (float(_LENGTH.read(item, f"train: {name}")) for name, item in
                     (("width", width), ("period", period)))  # fmt: skip
    rise, fall, delay = (float(_TIME.read(item, f"train: {name}")) for name, item in
                         (("rise", rise), ("fall", fall), ("delay", delay)))  # fmt: skip
    heights = [_amplitude(item, kind, "train") for item in amplitudes]
    if not heights:
        raise InputError("train: amplitudes", "none", "at least one pulse is needed")
    edges = 0.5 * (rise + fall)
    if edges > width:
        raise InputError("pulse: width", f"{width:g} s", f"must be at least half of the edges, {edges:g} s")
    if len(heights) > 1 and width + edges > period * (1.0 + 1e-12):
        raise InputError("train: period", f"{period:g} s", f"pulses overlap; must be at least {width + edges:g} s")
    shape = np.array([0.0, rise, rise + width - edges, width + edges])
    times = np.concatenate([delay + number * period + shape for number in range(len(heights))])
    tops = np.broadcast_arrays(*heights)
    values = np.stack([knot for top in tops for knot in (0.0 * top, top, top, 0.0 * top)], axis=-1)
    return Drive(times=np.maximum.accumulate(times), values=values, kind=kind)


def sine(
    amplitude: Array | str,
    frequency: float | str,
    duration: float | str,
    *,
    offset: Array | str = 0.0,
    phase: float = 0.0,
    points: int = 64,
    kind: str = "voltage",
) -> Drive:
    """Return offset + amplitude sin(2 pi frequency t + phase) from 0 to ``duration``, and 0 after it.

    Straight lines between ``points`` knots a period: with 64, the harmonics lie below 0.03 % and the amplitude of the
    fundamental 0.08 % low.

    Args:
        amplitude: V or A.
        frequency: Hz.
        duration: s.
        offset: V or A.
        phase: rad.
        points: knots a period, at least 8.
        kind: ``"voltage"`` or ``"current"``.
    """
    frequency = float(Quantity("Hz", "frequency", above=0).read(frequency, "sine: frequency"))
    duration = float(_LENGTH.read(duration, "sine: duration"))
    if operator.index(points) < 8:
        raise InputError("sine: points", points, "at least 8 knots a period are needed")
    count = max(2, int(np.ceil(points * frequency * duration)) + 1)
    times = np.linspace(0.0, duration, count)
    wave = np.sin(2.0 * np.pi * frequency * times + phase)
    height, base = _amplitude(amplitude, kind, "sine"), _amplitude(offset, kind, "sine")
    values = base[..., None] + height[..., None] * wave
    closing = np.zeros((*values.shape[:-1], 1))
    return Drive(times=np.append(times, duration), values=np.concatenate([values, closing], axis=-1), kind=kind)


def piecewise_linear(times: Any, values: Any, *, kind: str = "voltage") -> Drive:
    """Return a drive through the knots (``times`` in s, ``values`` in V or A); see `Drive`."""
    return Drive(times=times, values=values, kind=kind)


def _amplitude(amplitude: Array | str, kind: str, subject: str) -> NDArray[np.float64]:
    if kind not in UNITS:
        raise InputError(f"{subject}: kind", kind, f"must be one of {', '.join(UNITS)}")
    unit = UNITS[kind]
    return np.asarray(Quantity(unit, "amplitude").read(amplitude, f"{subject}: amplitude ({kind})"))


def _number(result: NDArray[np.float64]) -> Array:
    return float(result) if np.ndim(result) == 0 else result
