"""Maximum likelihood with profile-likelihood intervals, and a refusal where the data do not determine a parameter.

The deviance D is twice the distance of the log-likelihood from that of a model which reproduces every point. It is
minimised by Fisher scoring with Levenberg's damping. The interval of one parameter holds the values at which the
deviance, minimised over all others, stays within the quantile of its distribution (chi-squared with one degree of
freedom; Fisher's F where the variance is estimated from the residuals). Such an interval follows a skew likelihood and
does not depend on how the parameter is written. Sources: Wilks, Ann. Math. Stat. 9, 60 (1938); Venzon and Moolgavkar,
J. R. Stat. Soc. C 37, 87 (1988).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from remanence.core.errors import ConvergenceError, IdentifiabilityError

Vector = NDArray[np.float64]
LEVEL = 0.95
"""Coverage of every interval."""

_FLAT = 1e-9  # smallest eigenvalue of the scaled information that still counts as information
_GAIN = 1e-8  # of the deviance in one step, below which a minimum is reached
_COARSE = 2e-5  # the same along a profile, as a share of the deviance that is sought
_ROUNDS = 200
_ROUNDING = 1e-12  # squared relative residuals that are rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of a fit.

    Positive parameters are fitted in their logarithm, signed ones in units of ``scale``.

    Args:
        name: the same word as in the rest of the package.
        unit: SI unit.
        doc: what it is.
        low: the search ends there, and an interval that reaches it counts as unbounded.
        high: likewise.
        remedy: what to measure if the data leave it open.
        scale: None for a positive parameter; for a signed one the size that counts as large.
        prior: median and standard deviation of ln(parameter) known beforehand; None for none.
    """

    name: str
    unit: str
    doc: str
    low: float
    high: float
    remedy: str
    scale: float | None = None
    prior: tuple[float, float] | None = None

    def inward(self, number: float) -> float:
        """Return the working coordinate of a value."""
        return float(np.log(number)) if self.scale is None else number / self.scale

    def outward(self, coordinate: float) -> float:
        """Return the value at a working coordinate."""
        return float(np.exp(coordinate)) if self.scale is None else coordinate * self.scale

    def slope(self, coordinate: float) -> float:
        """Return d value/d coordinate."""
        return float(np.exp(coordinate)) if self.scale is None else self.scale


class Likelihood(Protocol):
    """What the data say about a prediction."""

    def deviance(self, prediction: Vector) -> float:
        """Return the deviance of a prediction."""
        ...

    def expand(self, prediction: Vector, slopes: Sequence[Vector]) -> tuple[Vector, Vector]:
        """Return the gradient of the deviance and its expected second derivatives, from those of the prediction."""
        ...


@dataclass(frozen=True, slots=True)
class Binomial:
    """Counts of switched trials. A prediction has shape (2, points): ln P(switched) and ln P(not switched)."""

    trials: Vector
    switched: Vector

    def deviance(self, prediction: Vector) -> float:
        """Return 2 sum [k ln(k/(n p)) + (n-k) ln((n-k)/(n q))]."""
        return float(np.sum(self.terms(prediction)))

    def terms(self, prediction: Vector) -> Vector:
        """Return the share of each point in the deviance."""
        kept = self.trials - self.switched
        return 2.0 * (
            _times_log(self.switched, self.trials, prediction[0]) + _times_log(kept, self.trials, prediction[1])
        )

    def expand(self, prediction: Vector, slopes: Sequence[Vector]) -> tuple[Vector, Vector]:
        """Return gradient and expected second derivatives of the deviance."""
        counts = np.stack([self.switched, self.trials - self.switched])
        slope = np.nan_to_num(np.stack(slopes), posinf=0.0, neginf=0.0)  # ln 0 has no slope and carries no weight
        gradient: Vector = -2.0 * np.einsum("mi,jmi->j", counts, slope)
        weights = self.trials * np.exp(prediction)
        information: Vector = 2.0 * np.einsum("mi,jmi,kmi->jk", weights, slope, slope)
        return gradient, information


def _times_log(count: Vector, trials: Vector, log_probability: Vector) -> Vector:
    some = count > 0
    ratio = np.log(np.where(some, count, 1.0) / trials)
    result: Vector = np.where(some, count * (ratio - np.where(some, log_probability, 0.0)), 0.0)
    return result


@dataclass(frozen=True, slots=True)
class Gaussian:
    """Values with normal errors. A prediction has shape (points,)."""

    measured: Vector
    error: Vector

    def deviance(self, prediction: Vector) -> float:
        """Return the sum of squared residuals over errors."""
        return float(np.sum(((self.measured - prediction) / self.error) ** 2))

    def expand(self, prediction: Vector, slopes: Sequence[Vector]) -> tuple[Vector, Vector]:
        """Return gradient and expected second derivatives of the deviance."""
        slope = np.stack(slopes) / self.error
        residual = (self.measured - prediction) / self.error
        return -2.0 * slope @ residual, 2.0 * slope @ slope.T


@dataclass(frozen=True, slots=True)
class Fit:
    """A minimum of the deviance and the intervals around it.

    Args:
        best: estimates, SI.
        low: lower ends of the intervals.
        high: upper ends.
        covariance: of the estimates, from the expected information; SI.
        deviance: at the minimum, priors left out.
        prediction: at the minimum.
    """

    best: Vector
    low: Vector
    high: Vector
    covariance: Vector
    deviance: float
    prediction: Vector


class _BetterError(Exception):
    """A profile found a lower deviance than the minimum it started from."""

    def __init__(self, point: Vector) -> None:
        super().__init__()
        self.point = point


class _Search:
    def __init__(
        self,
        parameters: Sequence[Parameter],
        predict: Callable[[Vector], Vector],
        likelihood: Likelihood,
        step: float,
    ) -> None:
        self.parameters, self.predict, self.likelihood, self.step = parameters, predict, likelihood, step
        self.low = np.array([p.inward(p.low) for p in parameters])
        self.high = np.array([p.inward(p.high) for p in parameters])

    def outward(self, point: Vector) -> Vector:
        return np.array([p.outward(u) for p, u in zip(self.parameters, point, strict=True)])

    def prediction(self, point: Vector) -> Vector:
        return self.predict(self.outward(point))

    def penalty(self, point: Vector) -> float:
        pairs = [(u, p.prior) for p, u in zip(self.parameters, point, strict=True) if p.prior]
        return float(sum(((u - np.log(prior[0])) / prior[1]) ** 2 for u, prior in pairs))

    def deviance(self, point: Vector) -> float:
        found = self.likelihood.deviance(self.prediction(point)) + self.penalty(point)
        return found if np.isfinite(found) else np.inf

    def local(self, point: Vector, free: NDArray[np.int64]) -> tuple[Vector, Vector]:
        middle = self.prediction(point)
        slopes = []
        for place in free:
            step = np.zeros_like(point)
            step[place] = self.step
            with np.errstate(invalid="ignore"):  # ln 0 - ln 0
                slopes.append((self.prediction(point + step) - self.prediction(point - step)) / (2.0 * self.step))
        gradient, information = self.likelihood.expand(middle, slopes)
        for row, place in enumerate(free):
            prior = self.parameters[place].prior
            if prior:
                gradient[row] += 2.0 * (point[place] - np.log(prior[0])) / prior[1] ** 2
                information[row, row] += 2.0 / prior[1] ** 2
        return gradient, information

    def descend(self, start: Vector, free: NDArray[np.int64], gain: float) -> tuple[Vector, float]:
        """Minimise over the free coordinates, until a step would gain less than ``gain``; the others stay."""
        point, best, damping = start.copy(), self.deviance(start), 1e-3
        if not free.size:
            return point, best
        for _ in range(_ROUNDS):
            gradient, information = self.local(point, free)
            diagonal = np.maximum(np.diag(information), 1e-12 * np.max(np.diag(information)) + 1e-300)
            full = -np.linalg.solve(information + 1e-12 * np.diag(diagonal), gradient)
            if 0.0 <= -0.5 * float(gradient @ full) < gain and np.all(np.abs(full) < 1.0):
                return point, best
            while True:
                move = -np.linalg.solve(information + damping * np.diag(diagonal), gradient)
                trial = point.copy()
                trial[free] = np.clip(point[free] + np.clip(move, -2.0, 2.0), self.low[free], self.high[free])
                found = self.deviance(trial)
                if found <= best or damping > 1e12:
                    break
                damping *= 5.0
            gained = best - found
            if found <= best:
                point, best, damping = trial, found, max(damping / 8.0, 1e-12)
            if gained < gain:
                return point, best
        raise ConvergenceError(f"calibrate: the deviance still fell by {gained:.3g} after {_ROUNDS} steps")

    def bound(self, place: int, side: float, point: Vector, best: float, shift: Vector, limit: float) -> float:
        """Return where the profile deviance of one coordinate exceeds the minimum by ``limit``.

        ``shift`` is how all coordinates move along the profile, to first order, for one standard error of this one.
        """
        parameter = self.parameters[place]
        free = np.array([j for j in range(point.size) if j != place], dtype=np.int64)
        target, gain = float(np.sqrt(limit)), _COARSE * limit
        end = self.high[place] if side > 0 else self.low[place]
        memory = {float(point[place]): point}

        def height(coordinate: float) -> float:
            nearest = min(memory, key=lambda known: abs(known - coordinate))
            along = memory[nearest] + shift * (coordinate - nearest) / shift[place]
            starts = [np.clip(along, self.low, self.high), memory[nearest].copy()]
            for start in starts:
                start[place] = coordinate
            found, deviance = self.descend(min(starts, key=self.deviance), free, gain)
            memory[coordinate] = found
            if deviance < best - gain:
                raise _BetterError(found)
            return float(np.sqrt(max(deviance - best, 0.0))) - target

        inner, outer, at_inner = float(point[place]), float(point[place]), -target
        step = side * float(shift[place]) * target
        for _ in range(40):
            outer = float(np.clip(inner + step, self.low[place], self.high[place]))
            at_outer = height(outer)
            if at_outer >= 0:
                break
            if outer == end:
                raise IdentifiabilityError(
                    f"calibrate: {parameter.name}",
                    f"a likelihood that is flat from {parameter.outward(point[place]):.4g} to "
                    f"{parameter.outward(end):.4g} {parameter.unit}".removesuffix(" 1"),
                    f"these data set no {'upper' if side > 0 else 'lower'} end to its {LEVEL:.0%} interval",
                    parameter.remedy,
                )
            inner, at_inner, step = outer, at_outer, step * 1.6
        # the root of the excess deviance is nearly a straight line: false position with Illinois' halving
        for _ in range(60):
            middle = (inner * at_outer - outer * at_inner) / (at_outer - at_inner)
            at_middle = height(middle)
            if abs(at_middle) < 1e-3 * target:
                return middle
            if at_middle > 0:
                outer, at_outer, at_inner = middle, at_middle, at_inner / 2.0
            else:
                inner, at_inner, at_outer = middle, at_middle, at_outer / 2.0
            if abs(outer - inner) < 1e-9:
                return middle
        raise ConvergenceError(f"calibrate: the interval of {parameter.name} was not found in 60 steps")


def fit(
    parameters: Sequence[Parameter],
    predict: Callable[[Vector], Vector],
    likelihood: Likelihood,
    starts: Sequence[Sequence[float]],
    *,
    estimate_variance: bool = False,
    step: float = 1e-4,
) -> Fit:
    """Fit parameters by maximum likelihood.

    Args:
        parameters: what is free.
        predict: from the values (SI) to the prediction that the likelihood takes.
        likelihood: of the data.
        starts: values from which to search: the three of least deviance are descended from.
        estimate_variance: whether the errors of a Gaussian likelihood are known up to a common factor, taken from the
            residuals; the intervals then use Fisher's F.
        step: of central differences in working coordinates; larger for a prediction with numerical noise.

    Raises:
        IdentifiabilityError: fewer points than parameters, or a parameter that the data leave open.
        ConvergenceError: no minimum was found.
    """
    search = _Search(parameters, predict, likelihood, step)
    everything = np.arange(len(parameters))
    points = [np.array([p.inward(s) for p, s in zip(parameters, start, strict=True)]) for start in starts]
    points.sort(key=search.deviance)
    smallest = 1e-10 * search.deviance(points[0]) if estimate_variance else _GAIN
    point, best = min((search.descend(start, everything, smallest) for start in points[:3]), key=lambda pair: pair[1])
    for _ in range(5):
        scale = _variance(best, likelihood, len(parameters)) if estimate_variance else 1.0
        limit = _quantile(likelihood, len(parameters)) * scale if estimate_variance else float(stats.chi2.ppf(LEVEL, 1))
        covariance = 2.0 * scale * _inverse(search.local(point, everything)[1], parameters)
        widths = np.sqrt(np.diag(covariance) / scale)
        shifts = covariance / scale / widths
        if limit < _ROUNDING:  # data without scatter: the interval is what rounding leaves
            half = np.sqrt(limit) * widths
            ends = np.stack([point - half, point + half], axis=1)
            break
        try:
            ends = np.array(
                [
                    [search.bound(int(j), side, point, best, shifts[:, j], limit) for side in (-1.0, 1.0)]
                    for j in everything
                ]
            )
            break
        except _BetterError as better:
            point, best = search.descend(better.point, everything, smallest)
    else:
        raise ConvergenceError("calibrate: the likelihood has many minima; give better data or fix a parameter")
    slopes = np.array([p.slope(u) for p, u in zip(parameters, point, strict=True)])
    prediction = search.prediction(point)
    return Fit(
        best=search.outward(point),
        low=search.outward(ends[:, 0]),
        high=search.outward(ends[:, 1]),
        covariance=slopes[:, None] * covariance * slopes[None, :],
        deviance=likelihood.deviance(prediction),
        prediction=prediction,
    )


def _variance(best: float, likelihood: Likelihood, count: int) -> float:
    assert isinstance(likelihood, Gaussian)
    return best / (likelihood.measured.size - count)


def _quantile(likelihood: Likelihood, count: int) -> float:
    assert isinstance(likelihood, Gaussian)
    return float(stats.f.ppf(LEVEL, 1, likelihood.measured.size - count))


def _inverse(information: Vector, parameters: Sequence[Parameter]) -> Vector:
    diagonal = np.sqrt(np.maximum(np.diag(information), 0.0))
    weak = int(np.argmin(diagonal))
    if diagonal[weak] > 1e-12 * np.max(diagonal) and diagonal[weak] > 0:
        scaled = information / np.outer(diagonal, diagonal)
        roots, vectors = np.linalg.eigh(scaled)
        if roots[0] > _FLAT:
            inverse: Vector = np.linalg.inv(scaled) / np.outer(diagonal, diagonal)
            return inverse
        mixed = [p for p, share in zip(parameters, vectors[:, 0], strict=True) if abs(share) > 0.1]
    else:
        mixed = [parameters[weak]]
    raise IdentifiabilityError(
        f"calibrate: {' and '.join(p.name for p in mixed)}",
        "data that do not tell them apart" if len(mixed) > 1 else "data that do not depend on it",
        "not identifiable from these data",
        mixed[0].remedy,
    )


def goodness(trials: Vector, switched: Vector, prediction: Vector, fitted: int) -> tuple[float, int, float | None]:
    """Return Pearson's statistic, its degrees of freedom and the chance of one as large; None without freedom.

    Points are pooled in the order given until at least five switched and five kept trials are expected in each cell,
    as the chi-squared limit asks for; what is left over joins the last cell. A fit through points that are all 0 or
    all 1 therefore does not pass for a good one.
    """
    probability = np.exp(prediction[0])
    cells: list[list[float]] = []
    running = np.zeros(4)
    for n, k, p in zip(trials, switched, probability, strict=True):
        running += (k, n * p, n * (1.0 - p), n * p * (1.0 - p))
        if min(running[1], running[2]) >= 5.0:
            cells.append(list(running))
            running = np.zeros(4)
    if cells and running[3] > 0:
        cells[-1] = [a + b for a, b in zip(cells[-1], running, strict=True)]
    freedom = len(cells) - fitted
    if freedom < 1:
        return float("nan"), max(freedom, 0), None
    table = np.array(cells)
    statistic = float(np.sum((table[:, 0] - table[:, 1]) ** 2 / table[:, 3]))
    return statistic, freedom, float(stats.chi2.sf(statistic, freedom))
