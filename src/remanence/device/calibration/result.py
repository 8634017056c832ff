"""What a calibration found: estimates with intervals, how good the fit is, and the stack card it leads to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from remanence.core import units
from remanence.core.declare import Array
from remanence.core.errors import UnknownNameError
from remanence.device.calibration import card as cards
from remanence.device.calibration.inference import Fit, Parameter
from remanence.device.calibration.measurements import Table
from remanence.device.stack import Stack

HOW = ("fitted", "direct", "fixed")
"""How an estimate was made: by maximum likelihood, read off the data, or held at a stated value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One number with its uncertainty, SI.

    Args:
        name: the word that the rest of the package uses for it.
        unit: SI unit, ``"1"`` for none.
        doc: what it is.
        value: the estimate.
        standard_error: from the curvature of the likelihood, or from the scatter; 0 for a fixed value.
        low: lower end of the 95 % interval.
        high: upper end.
        how: fitted, direct or fixed.
    """

    name: str
    unit: str
    doc: str
    value: float
    standard_error: float
    low: float
    high: float
    how: str = "fitted"

    def __str__(self) -> str:
        if self.how == "fixed":
            return f"{units.show(self.value, self.unit, 4)} (held)"
        ends = f"{units.show(self.low, self.unit, 4)} to {units.show(self.high, self.unit, 4)}"
        return f"{units.show(self.value, self.unit, 4)} ({ends})"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """The outcome of `calibrate`.

    Args:
        model: name of the model fitted.
        file: name of the file of measurements.
        digest: SHA-256 of its text.
        estimates: all numbers, the fitted ones first.
        covariance: of the fitted estimates, in their order, SI.
        deviance: at the maximum of the likelihood; for least squares the sum of squared residuals over the errors, or
            over the values where no errors are given.
        statistic: Pearson's chi-squared over pooled cells, NaN where it cannot be formed.
        degrees_of_freedom: of that statistic.
        p_value: chance of a statistic as large if the model were true; None where it cannot be tested.
        points: one row a point or interval: the data as used (SI), ``fitted`` and ``residual`` (in standard errors).
        notes: what a reader of the numbers must know.
    """

    model: str
    file: str
    digest: str
    estimates: tuple[Estimate, ...]
    covariance: NDArray[np.float64]
    deviance: float
    statistic: float
    degrees_of_freedom: int
    p_value: float | None
    points: pd.DataFrame
    notes: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Estimate:
        """Return an estimate by name.

        Raises:
            UnknownNameError: this calibration has no such estimate.
        """
        for estimate in self.estimates:
            if estimate.name == name:
                return estimate
        raise UnknownNameError(f"Calibration {self.model}", name, [estimate.name for estimate in self.estimates])

    def __contains__(self, name: str) -> bool:
        return any(estimate.name == name for estimate in self.estimates)

    @property
    def residuals(self) -> NDArray[np.float64]:
        """Residuals in standard errors, shape (points,)."""
        return self.points["residual"].to_numpy(dtype=np.float64)

    @property
    def correlation(self) -> NDArray[np.float64]:
        """Correlation of the fitted estimates."""
        spread = np.sqrt(np.diag(self.covariance))
        correlation: NDArray[np.float64] = self.covariance / np.outer(spread, spread)
        return correlation

    def table(self) -> pd.DataFrame:
        """Return the estimates, one row each, SI."""
        return pd.DataFrame(
            [(e.name, e.value, e.standard_error, e.low, e.high, e.unit, e.how, e.doc) for e in self.estimates],
            columns=["name", "value", "standard_error", "low", "high", "unit", "how", "doc"],
        ).set_index("name")

    def stack(self, base: Stack | str, *, diameter: Array | str, temperature: Array | str = 300.0) -> Stack:
        """Return the stack that reproduces these estimates in a junction; see `card.fitted_stack`."""
        return cards.fitted_stack(base, (self,), diameter=diameter, temperature=temperature)

    def card(
        self, base: str, *, diameter: Array | str, temperature: Array | str = 300.0, name: str | None = None
    ) -> str:
        """Return the YAML card of that stack, a variant of the catalogue's card ``base``; see `card.stack_card`."""
        return cards.stack_card(base, (self,), diameter=diameter, temperature=temperature, name=name)

    def write(
        self,
        path: str | Path,
        base: str,
        *,
        diameter: Array | str,
        temperature: Array | str = 300.0,
        name: str | None = None,
    ) -> Path:
        """Write that card to a file in one step, so that no reader ever sees half of it."""
        path = Path(path)
        return cards.write(path, self.card(base, diameter=diameter, temperature=temperature, name=name or path.stem))


def estimates_of(parameters: Sequence[Parameter], found: Fit) -> tuple[Estimate, ...]:
    """Return the fitted parameters as estimates."""
    errors = np.sqrt(np.diag(found.covariance))
    return tuple(
        Estimate(
            name=p.name,
            unit=p.unit,
            doc=p.doc,
            value=float(found.best[j]),
            standard_error=float(errors[j]),
            low=float(found.low[j]),
            high=float(found.high[j]),
        )
        for j, p in enumerate(parameters)
    )


def held(name: str, unit: str, doc: str, number: float) -> Estimate:
    """Return a value that was not fitted but stated."""
    return Estimate(
        name=name, unit=unit, doc=doc, value=number, standard_error=0.0, low=number, high=number, how="fixed"
    )


def conclude(
    model: str,
    table: Table,
    parameters: Sequence[Parameter],
    found: Fit,
    *,
    points: pd.DataFrame,
    test: tuple[float, int, float | None],
    others: Sequence[Estimate] = (),
    notes: Sequence[str] = (),
) -> Calibration:
    """Gather the parts of a result."""
    return Calibration(
        model=model,
        file=table.file,
        digest=table.digest,
        estimates=(*estimates_of(parameters, found), *others),
        covariance=found.covariance,
        deviance=found.deviance,
        statistic=test[0],
        degrees_of_freedom=test[1],
        p_value=test[2],
        points=points,
        notes=tuple(notes),
    )
