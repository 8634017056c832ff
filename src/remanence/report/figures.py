"""Figures as vector files."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure as Canvas

from remanence.report.palette import COLOURS

if TYPE_CHECKING:
    from remanence.study import Comparison

STYLE: Any = {
    "font.size": 9,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "remanence",  # the same figure gives the same file
}


def save(canvas: Canvas, path: Path) -> None:
    """Write a figure into a file, its folder made; the same figure gives the same file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    canvas.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def inline(canvas: Canvas) -> str:
    """Return a figure as SVG text for a page: it scales with its box and its letters stay letters."""
    buffer = io.StringIO()
    with mpl.rc_context({**STYLE, "svg.fonttype": "none"}):
        canvas.savefig(buffer, format="svg", metadata={"Date": None})
    drawn = buffer.getvalue()
    head, _, rest = drawn[drawn.index("<svg") :].partition(">")
    return re.sub(r' (width|height)="[^"]*"', "", head) + ">" + rest  # its box decides the size


def junction_scaling(frame: pd.DataFrame, path: Path) -> None:
    """Draw `junction_scaling_canvas` into a file."""
    with mpl.rc_context(STYLE):
        save(junction_scaling_canvas(frame), path)


def junction_scaling_canvas(frame: pd.DataFrame) -> Canvas:
    """Return stability, critical current and voltage at it against diameter, the breakdown voltage as a line."""
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(9.6, 3.3), layout="constrained")
        axes = canvas.subplots(1, 3)
        columns = (
            ("thermal_stability", 1.0, "thermal stability"),
            ("critical_current", 1e6, "critical current, uA"),
            ("critical_voltage", 1.0, "voltage at the critical current, V"),
        )
        for axis, (column, scale, label) in zip(axes, columns, strict=True):
            for colour, (name, part) in zip(COLOURS, frame.groupby("stack", sort=False), strict=False):
                axis.plot(part["diameter"] * 1e9, part[column] * scale, color=colour, label=str(name))
            axis.set(xlabel="diameter, nm", ylabel=label, yscale="log")
        axes[0].axhline(60, color="#444444", lw=0.8, ls="--")
        axes[0].text(frame["diameter"].max() * 1e9, 62, "60: usual target", ha="right", va="bottom", fontsize=8)
        limit = float(frame["breakdown_voltage"].iloc[0])
        axes[2].axhline(limit, color="#444444", lw=0.8, ls="--")
        axes[2].text(frame["diameter"].max() * 1e9, limit * 1.05, "barrier breaks", ha="right", va="bottom", fontsize=8)
        axes[0].legend(frameon=False, fontsize=8)
    return canvas


def spread_sweep(frames: dict[str, pd.DataFrame], path: Path) -> None:
    """Draw accuracy against the spread of the junction resistance, with intervals and the sourced spread."""
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(5.4, 3.3), layout="constrained")
        axis = canvas.subplots()
        for colour, (name, frame) in zip(COLOURS, frames.items(), strict=False):
            percent = 100.0 * frame.index.to_numpy(dtype=float)
            axis.fill_between(
                percent, 100 * frame["accuracy_low"], 100 * frame["accuracy_high"], color=colour, alpha=0.2
            )
            axis.plot(percent, 100 * frame["accuracy"], "o-", ms=3.5, color=colour, label=f"{name}: mean, 95 %")
            axis.plot(percent, 100 * frame["worst_chip"], ":", color=colour, label=f"{name}: worst chip")
            sourced = 100.0 * float(frame.index[frame["sourced"]][0])
            axis.axvline(sourced, color="#444444", lw=0.8, ls="--")
            axis.text(sourced, axis.get_ylim()[0], " sourced spread", fontsize=8, va="bottom")
        axis.set(xlabel="spread of the junction resistance, %", ylabel="accuracy, %")
        axis.legend(frameon=False, fontsize=8, loc="lower left", bbox_to_anchor=(0.0, 0.08))
        save(canvas, path)


def energy_breakdown(result: Comparison, path: Path) -> None:
    """Draw the shares of the energy per inference by component, one bar a chip, its total and 90 % interval beside."""
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(8.4, 0.5 * len(result.names) + 1.6), layout="constrained")
        axis = canvas.subplots()
        totals = {name: result.estimates[name].energy_parts[0].sum(axis=0) for name in result.names}
        visible = [
            component
            for name in result.names
            for component, joules in zip(result.estimates[name].components, totals[name], strict=True)
            if joules > 0.005 * totals[name].sum()
        ]
        components = list(dict.fromkeys(visible))
        colours = dict(zip(components, COLOURS, strict=False))
        for place, name in enumerate(result.names):
            parts = dict(zip(result.estimates[name].components, totals[name] / totals[name].sum(), strict=True))
            left = 0.0
            for component in components:
                share = 100.0 * float(parts.get(component, 0.0))
                axis.barh(place, share, left=left, color=colours[component], height=0.6)
                left += share
            axis.text(101, place, str(result.estimates[name].energy), va="center", fontsize=8)
        for component in components:
            axis.bar(0, 0, color=colours[component], label=component)
        axis.set_yticks(range(len(result.names)), result.names)
        axis.set(xlim=(0, 150), xlabel="share of the energy per inference, %; total with 90 % interval")
        axis.set_xticks(range(0, 101, 20))
        axis.invert_yaxis()
        axis.grid(visible=False, axis="y")
        axis.legend(frameon=False, fontsize=8, ncols=5, loc="lower center", bbox_to_anchor=(0.45, 1.0))
        save(canvas, path)
