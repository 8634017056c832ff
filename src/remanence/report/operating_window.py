"""The operating window of a cell as a map: where it can be written and read, and what stops it elsewhere."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
import xarray as xr
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Patch

from remanence.core import units
from remanence.device.window import REASONS
from remanence.report.figures import STYLE, save

_FILLS = ("#ffffff", "#d5e7c3", "#b9d9e8", "#f6d7ca", "#dcd0e8", "#e3e3e3")
_WORDS = ("too weak to write", "writes", "reads", "breaks", "back-hops", "its reads disturb it")


def _regions(window: xr.Dataset) -> np.ndarray:
    """Return one region a point: the first reason in order of damage decides."""
    reason = window["reason"].to_numpy()
    region = np.zeros(reason.shape, dtype=np.int64)
    region[reason == 0] = 1
    region[window["readable"].to_numpy() & (reason & REASONS["breakdown"] == 0)] = 2
    region[(reason & REASONS["read disturb"]) > 0] = 5
    region[(reason & REASONS["back-hopping"]) > 0] = 4
    region[(reason & REASONS["breakdown"]) > 0] = 3
    return region


def canvas(window: xr.Dataset) -> Canvas:
    """Return the map as a matplotlib figure; ``window`` comes from `device.operating_window`."""
    with mpl.rc_context(STYLE):
        figure = Canvas(figsize=(6.4, 4.2), layout="constrained")
        axis = figure.subplots()
        times, volts = window["duration"].to_numpy() * 1e9, window["voltage"].to_numpy()
        region = _regions(window)
        colours = ListedColormap(_FILLS)
        axis.pcolormesh(times, volts, region, cmap=colours, norm=BoundaryNorm(np.arange(-0.5, 6), 6), shading="nearest",
                        rasterized=True)  # fmt: skip
        for name, colour, word in (
            ("write_error", "#0b6e99", "write error"),
            ("breakdown", "#c8502d", "breakdown"),
            ("disturb", "#7a4f9a", "read disturb"),
        ):
            values, limit = window[name].to_numpy(), float(window[name].attrs["limit"])
            with np.errstate(divide="ignore"):
                logarithm = np.log10(np.maximum(values, 1e-300))
            if np.nanmin(logarithm) < np.log10(limit) < np.nanmax(logarithm):
                axis.contour(times, volts, logarithm, levels=[np.log10(limit)], colors=[colour], linewidths=1.4,
                             linestyles="solid")  # fmt: skip
            axis.plot([], [], color=colour, lw=1.4, label=f"{word} {limit:.0e}")
        shown = [Patch(facecolor=_FILLS[j], edgecolor="#888888", label=_WORDS[j]) for j in np.unique(region)]
        lines = axis.get_legend_handles_labels()[0]
        axis.set(xlabel="pulse, ns", ylabel="voltage over the junction, V", xscale="log")
        axis.set_title(
            f"{window.attrs['junction']}, {units.show(window.attrs['diameter'], 'm')}: "
            f"{window.attrs['cycles']:.0e} writes, {window.attrs['reads']:.0e} reads",
            fontsize=9,
            loc="left",
        )
        axis.grid(visible=False)
        figure.legend(handles=[*shown, *lines], frameon=False, fontsize=8, loc="outside right upper")
    return figure


def operating_window(window: xr.Dataset, path: Path) -> None:
    """Draw the map into a file."""
    with mpl.rc_context(STYLE):
        save(canvas(window), path)
