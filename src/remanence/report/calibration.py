"""A calibration as a figure: the measurements with the fitted law, and what the fit leaves over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Canvas

from remanence.core import units
from remanence.core.constants import VACUUM_PERMEABILITY
from remanence.device.calibration import Calibration
from remanence.report.figures import STYLE, save
from remanence.report.palette import colour

_MILLITESLA = 1e3 * VACUUM_PERMEABILITY


def _switching(axis: Any, frame: pd.DataFrame) -> str:
    for place, (duration, part) in enumerate(frame.groupby("duration")):
        ordered = part.sort_values("voltage")
        error = np.sqrt(np.maximum(ordered["fitted"] * (1.0 - ordered["fitted"]), 0.0) / ordered["trials"])
        axis.errorbar(ordered["voltage"], ordered["measured"], error, fmt="o", ms=3.5, lw=0.8, color=colour(place))
        label = units.show(float(str(duration)), "s")
        axis.plot(ordered["voltage"], ordered["fitted"], color=colour(place), lw=1.2, label=label)
    axis.set(ylabel="switching probability")
    return "voltage, V"


def _distribution(axis: Any, frame: pd.DataFrame) -> str:
    for place, (direction, part) in enumerate(frame.groupby("direction")):
        name = "field rising" if float(str(direction)) > 0 else "field falling"
        axis.plot(part["field"] * _MILLITESLA, part["measured"], "o", ms=3, color=colour(place))
        ordered = part.sort_values("fitted")
        axis.plot(ordered["field"] * _MILLITESLA, ordered["fitted"], color=colour(place), lw=1.2, label=name)
    axis.set(ylabel="share switched")
    return "field, mT"


def _loops(axis: Any, frame: pd.DataFrame) -> str:
    axis.plot(frame["field"] * _MILLITESLA, frame["measured"], ".", ms=2, color=colour(0), label="measured")
    axis.plot(frame["field"] * _MILLITESLA, frame["fitted"], lw=0.8, color=colour(1), label="two states")
    axis.set(ylabel="resistance, ohm")
    return "field, mT"


def _voltages(axis: Any, frame: pd.DataFrame) -> str:
    for place, (state, part) in enumerate(frame.groupby("state")):
        ordered = part.sort_values("voltage")
        axis.plot(ordered["voltage"], ordered["measured"], "o", ms=3.5, color=colour(place))
        axis.plot(ordered["voltage"], ordered["fitted"], color=colour(place), lw=1.2, label=str(state))
    axis.set(ylabel="resistance, ohm")
    return "voltage, V"


_PANELS: dict[str, tuple[Callable[[Any, pd.DataFrame], str], str, float]] = {
    "thermal-activation": (_switching, "voltage", 1.0),
    "fokker-planck": (_switching, "voltage", 1.0),
    "switching-field": (_distribution, "field", _MILLITESLA),
    "hysteresis": (_loops, "field", _MILLITESLA),
    "resistance-voltage": (_voltages, "voltage", 1.0),
}


def canvas(result: Calibration) -> Canvas:
    """Return fit and residuals as a matplotlib figure."""
    draw, column, scale = _PANELS[result.model]
    with mpl.rc_context(STYLE):
        figure = Canvas(figsize=(6.4, 4.8), layout="constrained")
        upper, lower = figure.subplots(2, 1, height_ratios=(3, 1), sharex=True)
        label = draw(upper, result.points)
        upper.legend(frameon=False, fontsize=8)
        lines = [f"{estimate.name.replace('_', ' ')} {estimate}" for estimate in result.estimates]
        if result.p_value is not None:
            lines.append(f"goodness of fit: p = {result.p_value:.2g} ({result.degrees_of_freedom} degrees of freedom)")
        upper.set_title(f"{result.file}, {result.model}\n" + "\n".join(lines), fontsize=8, loc="left")
        lower.axhspan(-1.96, 1.96, color="#eeeeee")
        lower.plot(result.points[column] * scale, result.residuals, "o", ms=3, color="#444444")
        lower.axhline(0.0, color="#444444", lw=0.8)
        lower.set(xlabel=label, ylabel="residual, sigma")
    return figure


def calibration(result: Calibration, path: Path) -> None:
    """Draw fit and residuals into a file."""
    with mpl.rc_context(STYLE):
        save(canvas(result), path)
