"""Figures with intervals, and the estimate that holds them layer by layer and component by component."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from remanence.core import units
from remanence.core.errors import ScopeError
from remanence.data import Draws

INTERVAL = (0.05, 0.95)
"""Quantiles of the draws that an interval shows: 90 % of them lie inside."""


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A figure of cost: its value at the medians of all parameters, and its draws over their ranges.

    Args:
        name: what it is.
        unit: SI unit.
        scope: macro, chip, board, ...; figures of different scope do not mix.
        value: with every parameter at its median.
        draws: shape (draws,).
    """

    name: str
    unit: str
    scope: str
    value: float
    draws: NDArray[np.float64]

    @property
    def low(self) -> float:
        """5 % quantile of the draws."""
        return float(np.quantile(self.draws, INTERVAL[0]))

    @property
    def high(self) -> float:
        """95 % quantile of the draws."""
        return float(np.quantile(self.draws, INTERVAL[1]))

    def __str__(self) -> str:
        """Value and 90 % interval, with prefixed units."""
        shown = [units.show(number, self.unit, 3) for number in (self.value, self.low, self.high)]
        return f"{shown[0]} [{shown[1]} to {shown[2]}]"

    def in_scope(self, scope: str, because: str) -> Figure:
        """Return the figure under another scope: the explicit adapter, with its reason.

        Raises:
            ScopeError: no reason is given.
        """
        if not because:
            raise ScopeError(f"{self.name}: moving from {self.scope} to {scope} needs a reason")
        return Figure(f"{self.name} ({because})", self.unit, scope, self.value, self.draws)

    def over(self, other: Figure, name: str = "ratio") -> Figure:
        """Return this figure over another, draw by draw.

        Raises:
            ScopeError: the scopes or units differ, or the draws are not the same ones.
        """
        if (self.scope, self.unit, self.draws.shape) != (other.scope, other.unit, other.draws.shape):
            raise ScopeError(
                f"{self.name} is {self.unit} of scope {self.scope}, {other.name} is {other.unit} of scope "
                f"{other.scope}: they have no ratio; use in_scope() and say why"
            )
        return Figure(name, "1", self.scope, self.value / other.value, self.draws / other.draws)

    def as_dict(self) -> dict[str, Any]:
        """Return value, interval, unit and scope for JSON."""
        return {"value": self.value, "low": self.low, "high": self.high, "unit": self.unit, "scope": self.scope}


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """What a network costs on a chip. Every total is the sum of its parts, draw by draw.

    Args:
        chip: name of the chip.
        scope: of every figure here.
        batch: inferences run together; energy and time are per inference unless they say otherwise.
        layers: names of the layers, in order.
        components: names of the energy components.
        energy_parts: J per inference, shape (1 + draws, layers, components); index 0 of the first axis is the median.
        time_parts: s per batch, shape (1 + draws, layers).
        area_parts: m^2 by component; shape (1 + draws,) each. Empty where a chip's area is not known.
        standby_parts: W by component while the weights are kept and nothing runs; shape (1 + draws,) each.
        write_parts: J by component to store the weights once; shape (1 + draws,) each.
        write_time_draws: s to store the weights once; shape (1 + draws,).
        multiply_accumulates: of one inference.
        sources: keys of the bibliography behind the parameters.
        flags: remarks a reader must see, such as a large voltage drop.
        parameter_draws: what the draws were drawn from, so that a study can ask which row decides.
    """

    chip: str
    scope: str
    batch: int
    layers: tuple[str, ...]
    components: tuple[str, ...]
    energy_parts: NDArray[np.float64]
    time_parts: NDArray[np.float64]
    area_parts: Mapping[str, NDArray[np.float64]]
    standby_parts: Mapping[str, NDArray[np.float64]]
    write_parts: Mapping[str, NDArray[np.float64]]
    write_time_draws: NDArray[np.float64]
    multiply_accumulates: float
    sources: tuple[str, ...]
    flags: tuple[str, ...]
    parameter_draws: Draws

    def _figure(self, name: str, unit: str, column: NDArray[np.float64]) -> Figure:
        return Figure(name, unit, self.scope, float(column[0]), column[1:])

    @property
    def energy(self) -> Figure:
        """Energy per inference, J."""
        return self._figure("energy per inference", "J", self.energy_parts.sum(axis=(1, 2)))

    @property
    def latency(self) -> Figure:
        """Time from the first input to the last result of a batch, s."""
        return self._figure("latency", "s", self.time_parts.sum(axis=1))

    @property
    def power(self) -> Figure:
        """Average power while running one batch after the other, W."""
        column = self.energy_parts.sum(axis=(1, 2)) * self.batch / self.time_parts.sum(axis=1)
        return self._figure("power", "W", column)

    @property
    def energy_per_multiply(self) -> Figure:
        """Energy per multiply-accumulate, J."""
        return self._figure(
            "energy per multiply-accumulate", "J", self.energy_parts.sum(axis=(1, 2)) / self.multiply_accumulates
        )

    @property
    def area(self) -> Figure | None:
        """Area, m^2; None where it is not known."""
        return self._figure("area", "m^2", _total(self.area_parts)) if self.area_parts else None

    @property
    def standby(self) -> Figure:
        """Power while the weights are kept and nothing runs, W."""
        return self._figure("standby", "W", _total(self.standby_parts))

    @property
    def write_energy(self) -> Figure:
        """Energy to store the weights once, J."""
        return self._figure("write energy", "J", _total(self.write_parts))

    @property
    def write_time(self) -> Figure:
        """Time to store the weights once, s."""
        return self._figure("write time", "s", self.write_time_draws)

    def figures(self) -> dict[str, Figure]:
        """Return all totals by short name; an unknown area is left out."""
        found = {
            "energy": self.energy,
            "latency": self.latency,
            "power": self.power,
            "energy_per_multiply": self.energy_per_multiply,
            "area": self.area,
            "standby": self.standby,
            "write_energy": self.write_energy,
            "write_time": self.write_time,
        }
        return {name: figure for name, figure in found.items() if figure is not None}

    def table(self) -> pd.DataFrame:
        """Return median energy in joules per layer (rows) and component (columns), with totals and latency in s."""
        frame = pd.DataFrame(self.energy_parts[0], index=pd.Index(self.layers, name="layer"), columns=self.components)
        frame["energy"] = frame.sum(axis=1)
        frame["latency"] = self.time_parts[0]
        frame.loc["total"] = frame.sum(axis=0)
        return frame

    def as_dict(self) -> dict[str, Any]:
        """Return everything for JSON: totals with intervals, medians of the parts."""
        return {
            "chip": self.chip,
            "scope": self.scope,
            "batch": self.batch,
            "multiply_accumulates": self.multiply_accumulates,
            "figures": {name: figure.as_dict() for name, figure in self.figures().items()},
            "energy_parts": {
                layer: dict(zip(self.components, map(float, parts), strict=True))
                for layer, parts in zip(self.layers, self.energy_parts[0], strict=True)
            },
            "area_parts": {name: float(column[0]) for name, column in self.area_parts.items()},
            "sources": list(self.sources),
            "flags": list(self.flags),
        }


def _total(parts: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    total: NDArray[np.float64] = np.sum(list(parts.values()), axis=0)
    return total
