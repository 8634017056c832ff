"""Resistance against field: coercive field, offset and TMR, and from repeated loops barrier and anisotropy field.

A branch is a run of points along which the field moves one way. The junction switches once in a branch, at the largest
step of the resistance; before it, the field has opposed the state ever more strongly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import gamma, gammaincc

from remanence.core.declare import Quantity
from remanence.core.errors import IdentifiabilityError, InputError
from remanence.device.calibration.inference import LEVEL, Binomial, Parameter, Vector, fit, goodness
from remanence.device.calibration.measurements import Column, Table, field
from remanence.device.calibration.result import Calibration, Estimate, conclude, held
from remanence.device.calibration.switching import (
    CONVENTIONAL_ATTEMPT_TIME,
    EXPONENTS,
    bound,
    log_probabilities,
)

COLUMNS = (Column("field", "A/m"), Column("resistance", "ohm"), Column("time", "s", required=False))
LEAST_BRANCHES = 10
"""Fewest switching events from which a distribution is fitted."""

_LEVELS = "Sweep the field through both states, past both switching fields."


@dataclass(frozen=True, slots=True)
class Branch:
    """One sweep of the field with one switching event, between points ``place`` and ``place + 1``."""

    direction: float
    field: Vector
    resistance: Vector
    place: int
    rate: float | None

    @property
    def switching_field(self) -> float:
        """The middle of the step in which the junction switched, A/m."""
        return float(self.field[self.place] + self.field[self.place + 1]) / 2.0

    @property
    def step(self) -> float:
        """How far apart the two points around the event lie, A/m."""
        return float(abs(self.field[self.place + 1] - self.field[self.place]))


def branches(table: Table) -> tuple[Branch, ...]:
    """Cut a table into branches.

    Raises:
        InputError: a resistance that is not positive, or fewer than four points.
        IdentifiabilityError: no two levels of resistance, or branches of one direction alone.
    """
    applied, resistance = table["field"], table["resistance"]
    if np.any(resistance <= 0):
        place = int(np.argmax(resistance <= 0))
        raise InputError(table.row(place), f"{resistance[place]:g} ohm", "must be above 0")
    if applied.size < 4:
        raise InputError(table.file, f"{applied.size} points", "a loop needs at least four")
    middle = (float(np.min(resistance)) + float(np.max(resistance))) / 2.0
    moves = np.sign(np.diff(applied))
    for place in range(1, moves.size):  # a point measured twice belongs to the sweep before it
        if moves[place] == 0:
            moves[place] = moves[place - 1]
    turns = np.flatnonzero(np.diff(moves) != 0) + 1
    found = []
    for begin, end in zip([0, *turns], [*turns, applied.size - 1], strict=True):
        part = slice(begin, end + 1)
        levels = resistance[part] > middle
        if np.all(levels == levels[0]):
            continue
        place = int(np.argmax(np.abs(np.diff(resistance[part]))))
        rate = None
        if "time" in table:
            clock = table["time"][part]
            if np.any(np.diff(clock) <= 0):
                raise InputError(table.row(begin), "time that does not rise", "must rise from point to point")
            rate = float(abs(applied[end] - applied[begin]) / (clock[-1] - clock[0]))
        found.append(Branch(float(moves[begin]), applied[part], resistance[part], place, rate))
    if {branch.direction for branch in found} != {-1.0, 1.0}:
        raise IdentifiabilityError("calibrate: coercive_field", f"{len(found)} switching events, none or all one way",
                                   "events of both sweep directions are needed", _LEVELS)  # fmt: skip
    spread = np.concatenate([np.abs(r - _level(r, middle)) for r in (branch.resistance for branch in found)])
    low, high = resistance[resistance <= middle], resistance[resistance > middle]
    if float(np.mean(high) - np.mean(low)) < 4.0 * float(np.sqrt(np.mean(spread**2))):
        raise IdentifiabilityError("calibrate: tunnel_magnetoresistance", "resistances without two distinct levels",
                                   "two states must stand apart from the noise", _LEVELS)  # fmt: skip
    return tuple(found)


def _level(resistance: Vector, middle: float) -> Vector:
    above = resistance > middle
    return np.where(above, np.mean(resistance[above]), np.mean(resistance[~above]))


def _direct(name: str, unit: str, doc: str, samples: Vector, resolution: float) -> Estimate:
    """Return the mean of repeats with Student's interval; one sample, or equal ones, are as good as the step."""
    number, count = float(np.mean(samples)), samples.size
    floor = resolution / np.sqrt(12.0 * count)
    scatter = float(np.std(samples, ddof=1) / np.sqrt(count)) if count > 1 else 0.0
    if scatter > floor:
        half = float(stats.t.ppf(0.5 + LEVEL / 2.0, count - 1)) * scatter
    else:
        scatter, half = floor, resolution / 2.0
    return Estimate(name=name, unit=unit, doc=doc, value=number, standard_error=float(scatter), low=number - half,
                    high=number + half, how="direct")  # fmt: skip


def loop_estimates(found: tuple[Branch, ...]) -> tuple[Estimate, ...]:
    """Return coercive field, offset, R_P and TMR, each over pairs of an upward and a downward branch."""
    up = np.array([b.switching_field for b in found if b.direction > 0])
    down = np.array([b.switching_field for b in found if b.direction < 0])
    pairs = min(up.size, down.size)
    up, down = up[:pairs], down[:pairs]
    step = max(branch.step for branch in found)
    # the level of a state is the mean of the points away from the event
    ends = [(np.mean(b.resistance[: b.place + 1]), np.mean(b.resistance[b.place + 1 :])) for b in found]
    low = np.array([min(pair) for pair in ends])
    ratio = np.array([max(pair) / min(pair) - 1.0 for pair in ends])
    return (
        _direct("coercive_field", "A/m", "half the width of the loop", (up - down) / 2.0, step),
        _direct("offset_field", "A/m", "middle of the loop", (up + down) / 2.0, step),
        _direct("parallel_resistance", "ohm", "resistance of the parallel state", low, 0.0),
        _direct("tunnel_magnetoresistance", "1", "TMR at the bias of the measurement", ratio, 0.0),
    )


def hysteresis(table: Table) -> Calibration:
    """Read coercive field, offset, R_P and TMR off one or more R-H loops.

    Intervals are Student's over the loops; with one loop a field is known to half a field step and a resistance is
    stated without interval. The TMR is that at the bias of the measurement.
    """
    found = branches(table)
    estimates = loop_estimates(found)
    points = pd.DataFrame(
        {
            "field": np.concatenate([b.field for b in found]),
            "measured": np.concatenate([b.resistance for b in found]),
            "fitted": np.concatenate([_steps(b) for b in found]),
        }
    )
    points["residual"] = points["measured"] - points["fitted"]
    points["residual"] /= float(np.std(points["residual"])) or 1.0
    notes = [f"{len(found)} branches"]
    return Calibration(
        model="hysteresis", file=table.file, digest=table.digest, estimates=estimates, covariance=np.zeros((0, 0)),
        deviance=float("nan"), statistic=float("nan"), degrees_of_freedom=0, p_value=None, points=points,
        notes=tuple(notes),
    )  # fmt: skip


def _steps(branch: Branch) -> Vector:
    before = np.arange(branch.field.size) <= branch.place
    return np.where(before, np.mean(branch.resistance[before]), np.mean(branch.resistance[~before]))


def integrated_rate(reduced_field: Vector, stability: float, exponent: float) -> Vector:
    """Return the integral of exp(-Delta (1-h)^n) over h up to each reduced field; above h = 1 the rate stays 1.

    Gamma(1/n) Q(1/n, Delta (1-h)^n)/(n Delta^(1/n)) with the regularised incomplete gamma function Q; for n = 2 it is
    sqrt(pi/Delta) erfc(sqrt(Delta) (1-h))/2.
    """
    remaining = np.maximum(1.0 - reduced_field, 0.0)
    scale = gamma(1.0 / exponent) / (exponent * stability ** (1.0 / exponent))
    result: Vector = scale * gammaincc(1.0 / exponent, stability * remaining**exponent)
    return result + np.maximum(reduced_field - 1.0, 0.0)


def switching_field(
    table: Table,
    *,
    exponent: float = 2.0,
    sweep_rate: float | str | None = None,
    attempt_time: float | str | None = None,
    attempt_time_spread: float = 0.0,
) -> Calibration:
    """Fit barrier and anisotropy field to the switching fields of repeated loops.

    Escape over Delta (1 - H/H_k)^n while H rises at a constant rate (Kurkijarvi, Phys. Rev. B 6, 832 (1972); Garg,
    Phys. Rev. B 51, 15592 (1995)), H counted from the offset, both directions alike. n = 2 for the axially symmetric
    junction with the field along its axis, 3/2 for a field off the axis; against the logarithm of the sweep rate the
    mean field then follows Sharrock's law. Each event is known to its field step alone: the likelihood is exact
    whatever the step. Three numbers come out of mean, width and middle of a distribution; the
    attempt time is held or bound by a prior, as in `switching.thermal_activation`.

    Args:
        table: columns field, resistance and, for the sweep rate, time.
        exponent: n, one of 1, 1.5 and 2.
        sweep_rate: amount of dH/dt in A/m/s or text such as ``"10 mT/s"``, where the file has no column time.
        attempt_time: tau_0, s or text; None for the convention of 1 ns, which the result then states.
        attempt_time_spread: standard deviation of ln tau_0; 0 holds it.

    Raises:
        IdentifiabilityError: too few events, no scatter between them, or a parameter that stays open.
        InputError: no sweep rate, or bad arguments.
    """
    if exponent not in EXPONENTS:
        raise InputError("calibrate: exponent", exponent, f"must be one of {', '.join(f'{n:g}' for n in EXPONENTS)}")
    found = branches(table)
    rate = _rate(sweep_rate)
    if rate is None and "time" not in table:
        raise InputError("calibrate: sweep_rate", "no sweep rate and no column time",
                         "the switching-field distribution depends on it",
                         "Give sweep_rate='10 mT/s', or a column time (s).")  # fmt: skip
    events = np.array([b.direction * b.switching_field for b in found])
    if len(found) < LEAST_BRANCHES:
        raise IdentifiabilityError("calibrate: thermal_stability", f"{len(found)} switching events",
                                   f"a distribution needs at least {LEAST_BRANCHES}", "Repeat the loop.")  # fmt: skip
    tau = float(
        Quantity("s", "attempt time", above=0).read(
            CONVENTIONAL_ATTEMPT_TIME if attempt_time is None else attempt_time, "calibrate: attempt_time"
        )
    )
    spread = float(Quantity("1", "", at_least=0).read(attempt_time_spread, "calibrate: attempt_time_spread"))
    top, width = float(np.mean(events)), float(np.std(events))
    if np.unique(events).size < 4:
        raise IdentifiabilityError("calibrate: thermal_stability", "switching fields without scatter",
                                   "the width of their distribution gives the barrier",
                                   "Use a smaller field step.")  # fmt: skip
    parameters = [
        Parameter(name="thermal_stability", unit="1", doc="barrier without field over k_B T", low=0.5, high=5000.0,
                  remedy="Repeat more loops, with a smaller field step, or at sweep rates decades apart."),
        Parameter(name="anisotropy_field", unit="A/m", doc="field at which the barrier vanishes", low=top / 10.0,
                  high=top * 1e3, remedy="Repeat more loops, or sweep at rates decades apart."),
        Parameter(name="offset_field", unit="A/m", doc="middle of the loop", low=-100.0 * top, high=100.0 * top,
                  scale=width, remedy="Sweep both directions."),
    ]  # fmt: skip
    if spread:
        parameters.append(bound(tau, spread))

    low, high, direction, rates, at_risk, switched = _trials(found, rate)

    def predict(values: Vector) -> Vector:
        stability, anisotropy, offset = values[:3]
        begin, end = (direction * (edge - offset) / anisotropy for edge in (low, high))
        grown = integrated_rate(end, stability, exponent) - integrated_rate(begin, stability, exponent)
        hazard = anisotropy / (rates * (values[3] if spread else tau)) * grown
        return log_probabilities(np.maximum(hazard, 1e-300))

    likelihood = Binomial(at_risk, switched)
    offset = float(loop_estimates(found)[1].value)
    starts = [
        [stability, ratio * top, offset] + ([tau] if spread else [])
        for stability in (5.0, 10.0, 20.0, 30.0, 40.0, 60.0, 80.0, 120.0, 200.0)
        for ratio in (1.05, 1.1, 1.2, 1.3, 1.5, 1.7, 2.0, 2.5, 3.0, 5.0)
    ]
    result = fit(parameters, predict, likelihood, starts)
    order = np.lexsort((low * direction, direction))
    test = goodness(at_risk[order], switched[order], result.prediction[:, order], len(parameters))
    direct = [e for e in loop_estimates(found) if e.name != "offset_field"]
    if not spread:
        direct.append(held("attempt_time", "s", "attempt time tau_0", tau))
    notes = [f"{len(found)} switching events", f"barrier law Delta (1 - H/H_k)^{exponent:g}"]
    if attempt_time is None:
        notes.append("the attempt time of 1 ns is the field's convention, not measured here")
    return conclude(
        "switching-field", table, parameters, result, points=_distribution(found, rate, tau, exponent, result.best),
        test=test, others=direct, notes=notes,
    )  # fmt: skip


def _rate(sweep_rate: float | str | None) -> float | None:
    if sweep_rate is None:
        return None
    subject = "calibrate: sweep_rate"
    if isinstance(sweep_rate, str):
        amount, slash, per = sweep_rate.strip().rpartition("/")
        if not slash:
            raise InputError(subject, f"{sweep_rate!r}", "a field per time is needed", "Write it like '10 mT/s'.")
        return field(amount, subject) / float(Quantity("s", "").read(f"1 {per}", subject))
    return float(Quantity("A/m/s", "sweep rate", above=0).read(sweep_rate, subject))


def _trials(found: tuple[Branch, ...], rate: float | None) -> tuple[Vector, ...]:
    """Return edges, direction and rate of each field step, how often it was walked and how often it ended.

    The steps that every branch of a direction survives multiply to one step.
    """
    rows = []
    for branch in found:
        others = [b for b in found if b.direction == branch.direction]
        first = min(b.direction * b.field[b.place] for b in others)
        pace = branch.rate if rate is None else rate
        assert pace is not None
        pace = float(f"{pace:.9g}")  # clocks that agree to rounding are one rate
        edges = branch.field[: branch.place + 2]
        quiet = int(np.searchsorted(branch.direction * edges, first))
        edges = edges[[0, *range(max(quiet, 1), edges.size)]]
        last = np.arange(edges.size - 1) == edges.size - 2
        rows += [
            (begin, end, branch.direction, pace, float(event))
            for begin, end, event in zip(edges[:-1], edges[1:], last, strict=True)
            if begin != end
        ]
    table = np.array(rows)
    unique, where = np.unique(table[:, :4], axis=0, return_inverse=True)
    at_risk = np.bincount(where.ravel(), minlength=len(unique)).astype(np.float64)
    switched = np.bincount(where.ravel(), weights=table[:, 4], minlength=len(unique))
    return (*unique.T, at_risk, switched)


def _distribution(
    found: tuple[Branch, ...], rate: float | None, tau: float, exponent: float, values: Vector
) -> pd.DataFrame:
    """Return the events in order with their share measured and fitted; residuals of neighbours are correlated."""
    stability, anisotropy, offset = values[:3]
    attempt = float(values[3]) if values.size > 3 else tau
    rows = []
    for b in found:
        edges = b.direction * (b.field[[0, b.place, b.place + 1]] - offset) / anisotropy
        grown = integrated_rate(edges, stability, exponent)
        pace = b.rate if rate is None else rate
        assert pace is not None
        hazard = anisotropy / (pace * attempt) * (np.array([grown[1], grown[2]]) - grown[0])
        rows.append((b.direction, b.switching_field, float(np.mean(-np.expm1(-hazard)))))
    frame = pd.DataFrame(rows, columns=["direction", "field", "fitted"])
    along = (frame["direction"] * frame["field"]).groupby(frame["direction"])
    count = along.transform("size")
    frame["measured"] = (along.rank(method="average") - 0.5) / count
    spread = np.sqrt(np.maximum(frame["fitted"] * (1.0 - frame["fitted"]), 1e-12) / count)
    frame["residual"] = (frame["measured"] - frame["fitted"]) / spread
    return frame.sort_values(["direction", "field"]).reset_index(drop=True)
