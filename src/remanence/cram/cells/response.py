"""How likely an output turns over at a current: a normal law of one width, or the junction's own write-error curve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from remanence.core.declare import Array, Quantity
from remanence.core.errors import InputError
from remanence.device import Junction, switching_probability, transport, write_error_rate
from remanence.device.junction import STATES

_TAIL, _NODES = 8.0, 161
"""Of the integral over a spread: nodes at steps of a tenth of a standard deviation."""
_POINTS = 61
"""Of a tabulated curve."""
_REACH = (0.2, 2.2)
"""Currents of the table, over the median."""
_FLOOR = -745.0
"""Logarithm of the smallest probability of a float."""
_PULSE = Quantity("s", "pulse", above=0)
_SPREAD = Quantity("1", "relative spread of the switching current from cell to cell", at_least=0, below=0.5)


class Response(Protocol):
    """Probabilities of an output of a preset to turn over, and not to, at a current over the median one."""

    def log_switched(self, preset: int, ratio: Array, spread: Array) -> Array:
        """Return ln of the probability to turn over; ``spread`` is that of the current itself."""

    def log_stayed(self, preset: int, ratio: Array, spread: Array) -> Array:
        """Return ln of the probability to stay."""


@dataclass(frozen=True, slots=True)
class Probit:
    """A normal law: Phi((I/I_c - 1)/w), w the width of thermal switching and of the cells together.

    Args:
        width: standard deviation of the switching current over its median.
    """

    width: Array

    def log_switched(self, preset: int, ratio: Array, spread: Array) -> Array:  # noqa: ARG002
        """Return ln of the probability to turn over."""
        total = np.sqrt(np.square(self.width) + np.square(np.asarray(spread) * ratio))
        return np.asarray(log_ndtr((ratio - 1.0) / total))

    def log_stayed(self, preset: int, ratio: Array, spread: Array) -> Array:  # noqa: ARG002
        """Return ln of the probability to stay."""
        total = np.sqrt(np.square(self.width) + np.square(np.asarray(spread) * ratio))
        return np.asarray(log_ndtr((1.0 - ratio) / total))


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The write-error curve of one junction for one pulse, with the spread of the cells around it.

    Args:
        ratio: currents over the median one, ascending, shape (m,).
        switched: ln of the probability to turn over, by preset, shape (2, m).
        stayed: ln of the probability to stay, shape (2, m).
        median: current that turns over half of the outputs, by preset, A.
        spread: relative standard deviation of the switching current from cell to cell.
    """

    ratio: NDArray[np.float64]
    switched: NDArray[np.float64]
    stayed: NDArray[np.float64]
    median: tuple[float, float]
    spread: float = 0.0

    def log_switched(self, preset: int, ratio: Array, spread: Array) -> Array:
        """Return ln of the probability to turn over, over the spread of cells and current."""
        return self._mean(self.switched[preset], ratio, spread)

    def log_stayed(self, preset: int, ratio: Array, spread: Array) -> Array:
        """Return ln of the probability to stay, over the spread of cells and current."""
        return self._mean(self.stayed[preset], ratio, spread)

    def _mean(self, table: NDArray[np.float64], ratio: Array, spread: Array) -> Array:
        nodes = np.linspace(-_TAIL, _TAIL, _NODES)
        weight = np.exp(-0.5 * nodes**2)
        weight /= weight.sum()
        total = np.sqrt(self.spread**2 + np.square(np.asarray(spread)))
        seen = np.asarray(ratio)[..., None] * np.exp(total[..., None] * nodes)
        values = np.interp(np.log(seen), np.log(self.ratio), table)
        with np.errstate(under="ignore", divide="ignore"):
            mean = np.log(np.exp(np.maximum(values, _FLOOR)) @ weight)
        result = np.maximum(mean, _FLOOR)
        return float(result) if np.ndim(result) == 0 else result

    @property
    def width(self) -> tuple[float, float]:
        """Half of the distance between the currents at 16 and 84 %, over the median, by preset: the thermal width."""
        found = []
        for preset in (0, 1):
            switched = np.exp(self.switched[preset])
            low, high = (float(np.interp(share, switched, self.ratio)) for share in (0.1587, 0.8413))
            found.append(0.5 * (high - low))
        return found[0], found[1]


def curve(junction: Junction, *, pulse: Array | str, spread: Array = 0.0, method: str = "fokker-planck") -> Curve:
    """Return the response of a junction to a pulse, from its write-error rate.

    Args:
        junction: one junction.
        pulse: length of the gate pulse, s.
        spread: relative standard deviation of the switching current from cell to cell.
        method: of `device.write_error_rate`.

    Raises:
        InputError: a junction with array fields, or one that such a pulse does not switch at any voltage tried.
    """
    length = float(_PULSE.read(pulse, "cram.curve: pulse"))
    between = float(_SPREAD.read(spread, "cram.curve: spread"))
    if np.ndim(junction.critical_current):
        raise InputError("cram.curve: junction", "array fields", "a single design is needed")
    medians, switched, stayed = [], [], []
    alike = not np.any(np.asarray(junction.axial_field)) and junction.reference is None
    for preset in (0,) if alike else (0, 1):  # without fields both ways are the same
        error = _error(junction, preset, length, method)
        middle = _median(junction, error)
        medians.append(abs(middle) / float(junction.resistance("AP", voltage=middle)))
        currents = np.geomspace(*_REACH, _POINTS) * medians[-1]
        volts = _voltages(junction, currents)
        stay = np.clip(error(volts), 0.0, 1.0)
        with np.errstate(divide="ignore"):
            stayed.append(np.maximum(np.log(stay), _FLOOR))
            switched.append(np.maximum(np.log(_switching(junction, preset, length, method)(volts)), _FLOOR))
    grid = np.geomspace(*_REACH, _POINTS)
    return Curve(grid, np.array([switched[0], switched[-1]]), np.array([stayed[0], stayed[-1]]),
                 (medians[0], medians[-1]), between)  # fmt: skip


def _error(
    junction: Junction, preset: int, pulse: float, method: str
) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    sign = 1.0 if preset else -1.0

    def error(volts: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(
            write_error_rate(junction, voltage=sign * volts, duration=pulse, start=STATES[preset], method=method)
        )

    return error


def _switching(
    junction: Junction, preset: int, pulse: float, method: str
) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    sign = 1.0 if preset else -1.0

    def switched(volts: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(
            switching_probability(junction, voltage=sign * volts, duration=pulse, start=STATES[preset], method=method)
        )

    return switched


def _median(junction: Junction, error: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> float:
    """Voltage over the junction at which half of the pulses fail."""
    low, high = 0.05 * float(junction.critical_voltage), 20.0 * float(junction.critical_voltage)
    for _ in range(12):
        trial = np.geomspace(low, high, 9)
        failing = error(trial) > 0.5
        if not failing[0] or failing[-1]:
            raise InputError("cram.curve: pulse", f"{low:.3g} to {high:.3g} V", "do not switch half of the outputs",
                             "Take a longer pulse.")  # fmt: skip
        place = int(np.flatnonzero(~failing)[0])
        low, high = float(trial[place - 1]), float(trial[place])
    return 0.5 * (low + high)


def _voltages(junction: Junction, currents: NDArray[np.float64]) -> NDArray[np.float64]:
    film = junction.stack
    return np.asarray(
        transport.antiparallel_voltage(
            currents,
            film.resistance_area / junction.area,
            junction.tmr(0.0),
            film.half_voltage,
            film.parallel_curvature,
        )
    )
