"""What manufacturing does to a junction: spreads, the anneal budget, pinholes, and the layer pinned beneath it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from remanence.core.constants import VACUUM_PERMEABILITY
from remanence.core.declare import Array, Quantity, quantity, replace, text, value
from remanence.core.errors import InputError
from remanence.data import Card, Draws, build
from remanence.device.junction import Junction
from remanence.device.reference_layer import Referencelayer
from remanence.device.stack import Stack

if TYPE_CHECKING:
    import pandas as pd

VARIED = ("diameter", "thickness", "resistance_area", "anisotropy", "tmr")
"""What varies from cell to cell, in the order of the correlation matrix."""


def _correlation(one: str, other: str) -> float:
    field: float = quantity(
        "1", at_least=-1, at_most=1, doc=f"correlation of the logarithms of {one} and {other}", default=0.0
    )
    return field


@value
class Process:
    """A manufacturing process: cell-to-cell spreads with their correlations, thermal budget, pinhole density.

    Spreads are standard deviations; that of the diameter is a length, since lithography and etch know no per cent, the
    others are of logarithms. Die-to-die and wafer-to-wafer variation are not in them.
    """

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    diameter_spread: Array = quantity("m", at_least=0, below=1e-6, doc="standard deviation of the diameter")
    thickness_spread: Array = quantity("1", at_least=0, below=0.5, doc="spread of ln(free-layer thickness)")
    resistance_area_spread: Array = quantity("1", at_least=0, below=0.5, doc="spread of ln(RA)")
    anisotropy_spread: Array = quantity("1", at_least=0, below=0.5, doc="spread of ln(K_i) and ln(K_u), one factor")
    tmr_spread: Array = quantity("1", at_least=0, below=0.5, doc="spread of ln(TMR)")
    diameter_thickness: Array = _correlation("diameter", "thickness")
    diameter_resistance_area: Array = _correlation("diameter", "RA")
    diameter_anisotropy: Array = _correlation("diameter", "anisotropy")
    diameter_tmr: Array = _correlation("diameter", "TMR")
    thickness_resistance_area: Array = _correlation("thickness", "RA")
    thickness_anisotropy: Array = _correlation("thickness", "anisotropy")
    thickness_tmr: Array = _correlation("thickness", "TMR")
    resistance_area_anisotropy: Array = _correlation("RA", "anisotropy")
    resistance_area_tmr: Array = _correlation("RA", "TMR")
    anisotropy_tmr: Array = _correlation("anisotropy", "TMR")
    anneal_temperature: Array = quantity(
        "K", above=0, doc="highest temperature of the back end of line after the stack"
    )
    anneal_duration: Array = quantity("s", at_least=0, doc="time at that temperature, all steps together")
    pinhole_density: Array = quantity(
        "m^-2", at_least=0, doc="pinholes through the barrier per area, at their thickness"
    )
    pinhole_thickness: Array = quantity("m", above=0, below=1e-7, doc="barrier thickness at which that density holds")
    pinhole_decay: Array = quantity(
        "m", above=0, below=1e-7, doc="thickness over which the pinhole density falls by a factor e"
    )

    def check(self) -> None:
        """Refuse coefficients that no joint distribution has."""
        if all(np.ndim(getattr(self, name)) == 0 for name in _PAIRS):
            smallest = float(np.linalg.eigvalsh(self.correlation).min())
            if smallest < -1e-12:
                raise InputError(
                    "Process: correlations",
                    f"a smallest eigenvalue of {smallest:.3g}",
                    "the correlation matrix must be positive semidefinite",
                    "Bring the coefficients nearer to 0.",
                )

    @property
    def correlation(self) -> NDArray[np.float64]:
        """Correlation matrix of the logarithms of `VARIED`, shape (5, 5).

        Raises:
            InputError: a coefficient is an array.
        """
        matrix = np.eye(len(VARIED))
        for (i, j), name in zip(combinations(range(len(VARIED)), 2), _PAIRS, strict=True):
            coefficient = getattr(self, name)
            if np.ndim(coefficient):
                raise InputError(f"Process.{name}", "an array", "a single process is needed")
            matrix[i, j] = matrix[j, i] = coefficient
        return matrix


_PAIRS = tuple(f"{one}_{other}" for one, other in combinations(VARIED, 2))


def process(card: Card | str, draws: Draws | None = None) -> Process:
    """Make a process from the catalogue or from a card; with ``draws``, uncertain fields become arrays."""
    return build(Process, card, draws)


def pinhole_yield(given: Process, *, area: Array | str, barrier_thickness: Array | str, cells: Array = 1.0) -> Array:
    """Return the probability that none of ``cells`` junctions has a pinhole: exp(-cells D(t) area).

    Pinholes fall independently (Poisson) with the density D(t) = D_0 exp(-(t - t_0)/lambda) of the process. The law is
    an assumption; clustered defects yield more.

    Args:
        given: the process.
        area: of one junction, m^2.
        barrier_thickness: m.
        cells: number of junctions.
    """
    covered = Quantity("m^2", "area", above=0).read(area, "pinhole_yield: area")
    thick = Quantity("m", "barrier thickness", above=0).read(barrier_thickness, "pinhole_yield: barrier_thickness")
    number = Quantity("1", "number of cells", at_least=0).read(cells, "pinhole_yield: cells")
    density = given.pinhole_density * np.exp(-(thick - given.pinhole_thickness) / given.pinhole_decay)
    result: Array = np.exp(-number * density * covered)
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnealVerdict:
    """Whether a stack and a back end of line go together.

    ``survives`` and ``makeable`` are None where the stack states no limit or no temperature of formation. What an
    anneal below the limit does to TMR and anisotropy is not modelled: the values of a card are those of its own anneal.
    """

    survives: bool | None
    makeable: bool | None
    words: str


def anneal_verdict(film: Stack, given: Process) -> AnnealVerdict:
    """Compare the back end of line with the anneal that a stack survived and with the temperature it is made at.

    A junction is made between metal layers, above finished transistors: the temperature at which its film forms, too,
    must stay below the budget.

    Raises:
        InputError: a temperature is an array.
    """
    numbers = (given.anneal_temperature, film.anneal_limit, film.formation_temperature)
    if any(np.ndim(number) for number in numbers):
        raise InputError("anneal_verdict", "array fields", "a single design is needed")
    budget, limit, formation = (float(number) for number in numbers)
    minutes = float(given.anneal_duration) / 60.0
    survives = None if limit == 0 else budget <= limit
    makeable = None if formation == 0 else formation <= budget
    told = f"back end of line at {budget - 273.15:.0f} degC for {minutes:.0f} min: "
    told += {
        None: "no anneal limit of this stack is known",
        True: f"survived {limit - 273.15:.0f} degC",
        False: f"known to survive {limit - 273.15:.0f} degC only",
    }[survives]
    told += {
        None: "",
        True: f"; made at {formation - 273.15:.0f} degC, within the budget",
        False: f"; made at {formation - 273.15:.0f} degC, above what finished transistors and wires bear",
    }[makeable]
    return AnnealVerdict(survives=survives, makeable=makeable, words=told)


def pinned_stability(layer: Referencelayer, *, diameter: Array | str, temperature: Array | str = 300.0) -> Array:
    """Return the thermal stability of the hard sublayer of a reference, by itself.

    The stack of the card's ``pinned`` part at the thickness of the reference. The coupling to the upper sublayer, which
    supports it, is left out: a lower bound.

    Raises:
        InputError: the reference states no film values.
    """
    if layer.pinned is None:
        raise InputError("Referencelayer.pinned", "None", "film values are needed", "Add the part to the card.")
    film = replace(layer.pinned, thickness=layer.hard_thickness)
    return Junction(stack=film, diameter=diameter, temperature=temperature).thermal_stability  # type: ignore[arg-type]


def pinned_layers(junction: Junction, layers: Sequence[Referencelayer], diameters: Sequence[float]) -> pd.DataFrame:
    """Return what each pinned layer does to the free layer of a junction and how stable it is itself.

    One row per layer and diameter: offset field (A/m and T), stabilities of P and AP under it (0 for a state that it
    destroys), that of the free layer alone, and that of the pinned layer.

    Args:
        junction: the free layer; its diameter and reference are replaced.
        layers: pinned layers of the catalogue or one's own, with film values.
        diameters: m.
    """
    import pandas as pd

    rows = []
    for layer in layers:
        for size in diameters:
            cell = replace(junction, diameter=size, reference=layer)
            rows.append(
                {
                    "layer": layer.name,
                    "diameter": size,
                    "offset_field": float(cell.offset_field),
                    "offset_flux_density": float(VACUUM_PERMEABILITY * cell.offset_field),
                    "stability_parallel": float(cell.stability("P")),
                    "stability_antiparallel": float(cell.stability("AP")),
                    "stability_alone": float(cell.thermal_stability),
                    "pinned_stability": float(pinned_stability(layer, diameter=size, temperature=cell.temperature)),
                }
            )
    return pd.DataFrame(rows)
