"""What a chosen macro's figures are made of, and how it lies on the silicon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from remanence.circuit.organisation import Costs
from remanence.circuit.subarray import subarray
from remanence.data import Draws
from remanence.study.macro import BEYOND, Chosen

TOTAL = "total"
"""Name of the sum in a breakdown."""
PERCENTILES = (10.0, 50.0, 90.0)
"""Of an interval, those of `study.macro.Chosen.figures`."""


def breakdown(one: Chosen, draws: Draws | None = None) -> pd.DataFrame:
    """Return every quantity of the chosen organisation by its parts.

    Args:
        one: from `study.macro.choose`.
        draws: over the ranges of all rows, for the intervals.

    Returns:
        By quantity and part: ``value`` at the medians of the rows, where parts add up to the row ``total``, and ``low``
        and ``high``, the ends of 80 % of the draws; infinite where cells leave nothing to sense.
    """
    at_medians, drawn = one.best.costs(), one.best.costs(draws=draws or Draws())
    rows: dict[tuple[str, str], dict[str, float]] = {}
    for quantity, parts in at_medians.parts.items():
        for part, number in parts.items():
            rows[quantity, part] = _row(number, drawn.parts[quantity][part])
        rows[quantity, TOTAL] = _row(getattr(at_medians, quantity), getattr(drawn, quantity))
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["quantity", "part"])


def _row(number: Any, draws: Any) -> dict[str, float]:
    low, _, high = interval(bounded(draws))
    return {"value": float(np.ravel(number)[0]), "low": low, "high": high}


def bounded(draws: Any) -> NDArray[np.float64]:
    """Return draws as one axis, infinite (bandwidth: 0) where the spread of the cells leaves nothing to sense."""
    numbers = np.ravel(np.asarray(draws, dtype=np.float64))
    return np.where(numbers > BEYOND, np.inf, np.where(numbers < 1.0 / BEYOND, 0.0, numbers))


def interval(draws: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return (low, median, high) of bounded draws; infinite where the draws there are."""
    ends = np.percentile(np.minimum(draws, np.finfo(np.float64).max / 4.0), PERCENTILES)  # inf - inf is no number
    low, median, high = (float("inf") if end > BEYOND else float(end) for end in ends)
    return low, median, high


def unreadable(costs: Costs) -> float:
    """Return the share of draws in which no read is possible."""
    return float(np.mean(~np.isfinite(bounded(costs.read_latency))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Floorplan:
    """An organisation as rectangles; lengths in m. What lies between and around subarrays is not in it.

    Args:
        banks_across: banks side by side.
        banks_down: banks one above the other.
        across: subarrays side by side in a bank.
        down: subarrays one above the other in a bank.
        active_across: of those, how many an access opens; spread evenly, as the tree forks at its top.
        active_down: likewise.
        width: of a subarray, decoder included.
        height: of a subarray, sense amplifiers included.
        cells_width: of its cells, check columns included.
        cells_height: of its cells.
        rows: wordlines of a subarray.
        columns: bitlines of a subarray, those of check bits included.
        amplifiers: sense amplifiers of a subarray.
        drawn_share: area of all subarrays over that of the macro.
    """

    banks_across: int
    banks_down: int
    across: int
    down: int
    active_across: int
    active_down: int
    width: float
    height: float
    cells_width: float
    cells_height: float
    rows: int
    columns: int
    amplifiers: int
    drawn_share: float


def floorplan(one: Chosen) -> Floorplan:
    """Return the chosen organisation as rectangles, at the medians of the rows."""
    organisation, seen = one.best.organisations, one.best.design.inputs()
    block = subarray(organisation.shape, seen.cell, seen.gates, seen.sensing)
    count = {
        name: int(np.ravel(getattr(organisation, name))[0])
        for name in ("rows", "columns", "spare", "sense_mux", "banks", "across", "down", "active_across", "active_down")
    }
    levels = count["banks"].bit_length() - 1  # banks stand at the top of the tree, halved across first
    width, height = (float(np.ravel(side)[0]) for side in (block.width, block.height))
    columns = count["columns"] + count["spare"]
    number = count["banks"] * count["across"] * count["down"]
    return Floorplan(
        banks_across=2 ** ((levels + 1) // 2),
        banks_down=2 ** (levels // 2),
        across=count["across"],
        down=count["down"],
        active_across=count["active_across"],
        active_down=count["active_down"],
        width=width,
        height=height,
        cells_width=columns * float(seen.cell.width),
        cells_height=count["rows"] * float(seen.cell.height),
        rows=count["rows"],
        columns=columns,
        amplifiers=columns // count["sense_mux"],
        drawn_share=number * width * height / float(one.best["area"][0]),
    )
