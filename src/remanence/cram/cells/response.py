"""How likely an output turns over at a current: a normal law of one width, or the junction's own write-error curve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtri

from remanence.core.declare import Array, Quantity, replace
from remanence.core.errors import InputError
from remanence.device import Junction, reduced, switching_probability, transport, write_error_rate
from remanence.device.broken_symmetry import breaks_symmetry
from remanence.device.junction import STATES
from remanence.device.switching import critical_current

_TAIL, _NODES = 8.0, 41
"""Of the integral over a spread: steps of 0.4 standard deviations; finer ones change errors of tabulated laws by less
than a part in a thousand."""
_POINTS = 61
"""Of a tabulated curve."""
_REACH, _WIDTHS = (0.2, 2.5), 12.0
"""Currents of the table over the median, at most, and in thermal widths to either side."""
_TRIALS = 9
"""Currents tried at once for the median."""
_SHORT = 0.1
"""Of a width: a normal law through both ends of so short a piece of the curve gives its median to 1e-4 of a width."""
_FLOOR = -745.0
"""Logarithm of the smallest probability of a float."""
_SOUGHT = (0.1, 1.4)
"""Currents over a first guess between which the median is looked for: pulses from 0.1 ns to years."""
_ACCURACY = 1e-4
"""Relative error asked of a probability."""
_RESOLVED = 1e-2
"""Largest estimated relative error of a probability that enters a curve."""
_NEEDED = (0.8, 1.25)
"""Currents over the median between which a curve must be resolved."""
_WELL = 2.0
"""Stability below which the voltage is taken to have removed the barrier: the curve ends there."""

_PULSE = Quantity("s", "pulse", above=0)
_SPREAD = Quantity("1", "relative spread of the switching current from cell to cell", at_least=0, below=0.5)
_NEGLIGIBLE = 1e-18
"""Probabilities below are not followed: the curve is held there."""
_BLOCK = 5
"""Currents followed at once on the way out from the median."""

Outcome: TypeAlias = Callable[[NDArray[np.float64], str], NDArray[np.float64]]
"""Probability of one side, ``"switched"`` or ``"error"``, at currents, A; NaN where it is not resolved."""


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


def curve(
    junction: Junction,
    *,
    pulse: Array | str,
    spread: Array = 0.0,
    method: str = "fokker-planck",
) -> Curve:
    """Return the response of a junction to a pulse, from its write-error rate.

    A round perpendicular cell without fields across the axis is followed by the Fokker-Planck equation of one angle,
    for pulses from a tenth of a nanosecond on, at a constant current. Probabilities that this cannot resolve (to turn
    over within a small part of the damping time, below about 1e-11) are held at the last one resolved, which is more.
    Voltage-controlled anisotropy keeps that symmetry: for every current it enters as the anisotropy at the voltage over
    the junction in its starting state, from the distribution that is in equilibrium with it. Other cells take
    `device.write_error_rate` by ``method``.

    Args:
        junction: one junction.
        pulse: length of the gate pulse, s.
        spread: relative standard deviation of the switching current from cell to cell.
        method: of `device.write_error_rate`, for other cells and where it is not ``"fokker-planck"``.

    Raises:
        InputError: a junction with array fields, or one that such a pulse does not switch at any current tried.
    """
    length = float(_PULSE.read(pulse, "cram.curve: pulse"))
    between = float(_SPREAD.read(spread, "cram.curve: spread"))
    if np.ndim(junction.critical_current):
        raise InputError("cram.curve: junction", "array fields", "a single design is needed")
    return _made(junction, length, between, method)


@lru_cache(maxsize=64)
def _made(junction: Junction, length: float, between: float, method: str) -> Curve:
    """Return `curve`; the same object for the same junction, so that what follows from it is known, too."""
    controlled = bool(np.any(np.asarray(junction.stack.voltage_anisotropy)))
    fields = np.any(np.asarray(junction.axial_field)) or junction.reference is not None
    outcomes = [_outcome(junction, preset, length, method) for preset in ((0, 1) if controlled or fields else (0,))]
    found = [_median(junction, length, outcome) for outcome in outcomes]  # where both ways are the same, of one
    reach = np.exp(_WIDTHS * max(width for _, width in found))
    grid = np.geomspace(max(_REACH[0], 1.0 / reach), min(_REACH[1], reach), _POINTS)
    logs = [_table(outcome, grid, median) for outcome, (median, _) in zip(outcomes, found, strict=True)]
    tables = grid, np.array([logs[0][0], logs[-1][0]]), np.array([logs[0][1], logs[-1][1]])
    for each in tables:
        each.setflags(write=False)
    return Curve(*tables, (found[0][0], found[-1][0]), between)


def _outcome(junction: Junction, preset: int, pulse: float, method: str) -> Outcome:
    plain = replace(junction, stack=replace(junction.stack, voltage_anisotropy=0.0))
    if method == "fokker-planck" and not breaks_symmetry(plain):
        return _one_angle(junction, preset, pulse)

    def found(currents: NDArray[np.float64], side: str) -> NDArray[np.float64]:
        each = switching_probability if side == "switched" else write_error_rate
        volts = _voltages(junction, currents) * (1.0 if preset else -1.0)
        return np.asarray(each(junction, voltage=volts, duration=pulse, start=STATES[preset], method=method))

    return found


def _one_angle(junction: Junction, preset: int, pulse: float) -> Outcome:
    """Return the outcomes at constant currents where only the polar angle counts."""
    film, start = junction.stack, STATES[preset]
    sign = 1.0 if start == "AP" else -1.0  # a positive voltage drives to P, a field along +z holds P

    def found(currents: NDArray[np.float64], side: str) -> NDArray[np.float64]:
        over = currents * float(junction.resistance("P")) if start == "P" else _voltages(junction, currents)
        stability = np.broadcast_to(np.asarray(junction.biased(sign * over).thermal_stability), currents.shape)
        stands = stability > _WELL
        result = np.full(currents.size, np.nan)
        if np.any(stands):
            here = junction.biased(sign * over[stands])  # the others may have no perpendicular state, so no times
            field = (junction.axial_field + np.asarray(junction.offset_field)) / np.asarray(here.anisotropy_field)
            least = critical_current(here.macrospin_barrier, film.damping, film.spin_torque_efficiency)
            given = [
                np.broadcast_to(np.asarray(item), (int(stands.sum()),))
                for item in (stability[stands], currents[stands] / least, pulse / here.damping_time, -sign * field)
            ]
            run = reduced.switching(*given, tolerance=_ACCURACY, worst=np.inf, side=side)
            value, doubt = (
                (run.switched, run.switched_uncertainty) if side == "switched" else (run.error, run.error_uncertainty)
            )
            result[stands] = np.where(np.asarray(doubt) <= _RESOLVED, value, np.nan)
        return result

    return found


def _table(
    outcome: Outcome, grid: NDArray[np.float64], median: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return ln of the probabilities (to turn over, to stay) at currents over the median, the small one followed."""
    small = np.empty(grid.size)
    middle = int(np.searchsorted(grid, 1.0))
    for side, places in (("switched", np.arange(middle)[::-1]), ("error", np.arange(middle, grid.size))):
        last = 0.5
        for start in range(0, places.size, _BLOCK):
            block = places[start : start + _BLOCK]
            values = outcome(grid[block] * median, side)
            for place, number in zip(block, values, strict=True):
                if not number > 0.0 and _NEEDED[0] <= grid[place] <= _NEEDED[1] and last > _NEGLIGIBLE:
                    raise InputError("cram.curve: pulse", f"{grid[place]:.2f} of the median current", "is not resolved",
                                     "Take a longer pulse, or less voltage-controlled anisotropy.")  # fmt: skip
                last = min(float(number), last) if number > 0.0 else last
                small[place] = last
            if last < _NEGLIGIBLE or not np.all(values > 0.0):
                small[places[start + _BLOCK :]] = last
                break
    below = np.arange(grid.size) < middle
    few, many = np.log(small), np.log1p(-small)
    return np.where(below, few, many), np.where(below, many, few)


def _median(junction: Junction, pulse: float, outcome: Outcome) -> tuple[float, float]:
    """Return (current at which half of the pulses fail, A; width of ln of the current there)."""
    growth = np.log(4.0 * float(junction.thermal_stability)) * float(junction.damping_time) / (2.0 * pulse)
    guess = float(junction.critical_current) * (1.0 + growth)  # a small angle grows to the equator
    low, high = _SOUGHT[0] * guess, _SOUGHT[1] * guess
    steps = np.inf
    while steps > _SHORT:
        trial = np.geomspace(low, high, _TRIALS)
        failing = outcome(trial, "error")
        right = np.flatnonzero(~(failing > 0.5))  # not resolved: too small, or no barrier left
        if not right.size or right[0] == 0:
            raise InputError("cram.curve: pulse", f"{low:.3g} to {high:.3g} A", "do not switch half of the outputs",
                             "Take a longer pulse.")  # fmt: skip
        low, high = (float(end) for end in trial[right[0] - 1 : right[0] + 1])
        ends = -ndtri(np.clip(np.nan_to_num(failing[right[0] - 1 : right[0] + 1]), 1e-300, 1.0 - 1e-16))
        steps = float(ends[1] - ends[0])  # in widths
    width = float(np.log(high / low)) / steps
    return low * float(np.exp(-ends[0] * width)), width


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
