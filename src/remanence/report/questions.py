"""Figures of docs/questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure as Canvas

from remanence.circuit.space import bits
from remanence.report.figures import STYLE, save
from remanence.report.macro_charts import words
from remanence.report.palette import COLOURS
from remanence.study.break_even import break_even_idle, break_even_writes, use_of, win_share
from remanence.study.cell_scaling import LIMITS
from remanence.study.macro_comparison import Entry
from remanence.study.questions import Rivals

QUANTITIES = {"read_latency": (1e9, "ns"), "read_energy": (1e12, "pJ"), "write_energy": (1e12, "pJ"),
              "area": (1e6, "mm²"), "standby": (1e6, "uW")}  # fmt: skip
"""Quantities that are drawn, with the factor and the unit they are drawn in."""
RATES = np.geomspace(1e2, 1e9, 71)
"""Accesses a second of the maps."""
WRITES = np.linspace(0.0, 1.0, 41)
BURSTS = np.geomspace(1e2, 1e9, 57)
"""Accesses of a burst."""
BURST_WRITES = 0.1
"""Share of writes in a burst."""
_MARKS = "osD^vPX<>*h"
_BANDS = ("#f6d7ca", "#f0efe6", "#d5e7c3", "#a7c97a")


def cells_of(results: Mapping[str, Sequence[Entry]]) -> list[str]:
    """Return the cells that any node has, in their order."""
    return list(dict.fromkeys(e.cell for entries in results.values() for e in entries if e.draws))


def memories(results: Mapping[str, Sequence[Entry]], path: Path) -> None:
    """Draw every quantity against capacity, a column a node, a line a cell, with 80 % intervals."""
    order = cells_of(results)
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(10.5, 12.0), layout="constrained")
        axes = canvas.subplots(len(QUANTITIES), len(results), sharex=True, sharey="row", squeeze=False)
        for column, (node, entries) in enumerate(results.items()):
            for row, (quantity, (factor, unit)) in enumerate(QUANTITIES.items()):
                axis = axes[row, column]
                for place, cell in enumerate(order):
                    _line(axis, [e for e in entries if e.cell == cell and e.draws], quantity, factor, place, len(order))
                low, high = _span(results, quantity)
                axis.set(xscale="log", yscale="log", ylim=(low * factor, high * factor))
                if not column:
                    axis.set(ylabel=f"{words(quantity)}, {unit}")
                if not row:
                    axis.set_title(node, fontsize=9)
            sizes = list(dict.fromkeys(entry.capacity for entry in entries))
            axes[-1, column].set_xticks([bits(size) for size in sizes], sizes, rotation=45, ha="right")
            axes[-1, column].minorticks_off()
        handles = {label: handle for axis in axes.flat
                   for handle, label in zip(*axis.get_legend_handles_labels(), strict=True)}  # fmt: skip
        canvas.legend([handles[cell] for cell in order], order, loc="outside upper center", ncols=6, frameon=False,
                      fontsize=8)  # fmt: skip
        save(canvas, path)


def _line(axis: Any, entries: list[Entry], quantity: str, factor: float, place: int, count: int) -> None:
    if not entries:
        return
    ends = np.array([entry.ends(quantity) for entry in entries]) * factor
    x = np.array([bits(entry.capacity) for entry in entries]) * 1.05 ** (place - (count - 1) / 2.0)
    known = np.isfinite(ends[:, 1])
    x, (low, middle, high) = x[known], ends[known].T
    top = np.where(np.isfinite(high), high, 1e3 * middle)  # an open interval leaves the panel
    axis.errorbar(x, middle, [middle - low, top - middle], fmt=_MARKS[place % len(_MARKS)], ms=3.2, lw=0.6,
                  color=COLOURS[place % len(COLOURS)], label=entries[0].cell)  # fmt: skip
    axis.plot(x, middle, lw=0.9, color=COLOURS[place % len(COLOURS)])


def _span(results: Mapping[str, Sequence[Entry]], quantity: str) -> tuple[float, float]:
    """Return the ends of an axis: of all that is finite, so that open intervals do not stretch it."""
    every = np.array([entry.ends(quantity) for entries in results.values() for entry in entries if entry.draws])
    finite = every[np.isfinite(every) & (every > 0)]
    return float(finite.min()) / 1.2, float(finite.max()) * 1.2


def break_even_maps(found: Sequence[Rivals], path: Path) -> None:
    """Draw where the single-ended magnetic macro takes less power than SRAM: rate across, share of writes up."""
    temperatures = list(dict.fromkeys(one.temperature for one in found))
    capacities = list(dict.fromkeys(one.capacity for one in found))
    colours = ListedColormap(_BANDS)
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(9.6, 5.6), layout="constrained")
        axes = canvas.subplots(len(temperatures), len(capacities), sharex=True, sharey=True, squeeze=False)
        image = None
        for one in found:
            axis = axes[temperatures.index(one.temperature), capacities.index(one.capacity)]
            latch = use_of(one.latch)
            share = win_share(use_of(one.magnetic[0]), latch, rates=RATES, writes=WRITES)
            image = axis.pcolormesh(RATES, 100 * WRITES, share, cmap=colours, shading="nearest", rasterized=True,
                                    norm=BoundaryNorm([0.0, 0.1, 0.5, 0.9, 1.0], 4))  # fmt: skip
            for place, entry in enumerate(one.magnetic):
                edge = break_even_writes(use_of(entry), latch, rate=RATES[:, None])
                axis.plot(RATES, 100 * np.median(np.asarray(edge), axis=1), color=COLOURS[place], lw=1.6,
                          ls=("-", "--")[place % 2], label=f"{entry.cell}: median break-even")  # fmt: skip
            axis.set(xscale="log", title=f"{one.capacity}, {one.temperature}")
            axis.title.set_fontsize(9)
            axis.grid(visible=False)
        for axis in axes[-1]:
            axis.set(xlabel="accesses per second")
        for axis in axes[:, 0]:
            axis.set(ylabel="writes among accesses, %")
        if image is not None:
            canvas.colorbar(image, ax=list(axes.flat), label=f"share of draws in which {found[0].magnetic[0].cell} "
                            "takes less power", ticks=[0, 0.1, 0.5, 0.9, 1])  # fmt: skip
        canvas.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=2, frameon=False)
        save(canvas, path)


def break_even_idle_times(found: Sequence[Rivals], path: Path) -> None:
    """Draw the idle time after a burst from which a magnetic macro takes less energy than SRAM, with 80 % bands."""
    temperatures = list(dict.fromkeys(one.temperature for one in found))
    capacities = list(dict.fromkeys(one.capacity for one in found))
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(9.6, 3.6), layout="constrained")
        axes = canvas.subplots(1, len(temperatures), sharey=True, squeeze=False)[0]
        for axis, temperature in zip(axes, temperatures, strict=True):
            for one in (item for item in found if item.temperature == temperature):
                colour = COLOURS[capacities.index(one.capacity)]
                latch = use_of(one.latch)
                for place, entry in enumerate(one.magnetic):
                    idle = np.asarray(break_even_idle(use_of(entry), latch, accesses=BURSTS[:, None],
                                                      writes=BURST_WRITES))  # fmt: skip
                    low, middle, high = np.percentile(np.minimum(idle, 1e12), [10, 50, 90], axis=1)
                    if place:  # bands of the cell that can be read in every draw
                        axis.fill_between(BURSTS, np.maximum(low, 1e-12), high, color=colour, alpha=0.15, lw=0)
                    axis.plot(BURSTS, np.maximum(middle, 1e-12), color=colour, ls=("-", "--")[place % 2], lw=1.4,
                              label=f"{entry.cell}, {one.capacity}")  # fmt: skip
            axis.set(xscale="log", yscale="log", xlabel="accesses in a burst", title=temperature, ylim=(1e-7, 1e5))
            axis.title.set_fontsize(9)
        axes[0].set(ylabel="idle time at break-even, s")
        canvas.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3, frameon=False,
                      fontsize=8)  # fmt: skip
        save(canvas, path)


def materials(results: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Draw cell area by what limits it (by node), voltage over the junction and energy of a pulse, against diameter."""
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(10.5, 6.2), layout="constrained")
        axes = canvas.subplots(2, max(2, len(results)), squeeze=False)
        for axis, (node, frame) in zip(axes[0], results.items(), strict=True):
            for place, (_, part) in enumerate(frame.groupby("stack", sort=False)):
                _areas(axis, part, COLOURS[place])
            axis.set(yscale="log", title=node, xlabel="diameter, nm")
            axis.title.set_fontsize(9)
        axes[0, 0].set(ylabel="cell area, um²")
        node, frame = next((node, frame) for node, frame in results.items() if node == "cmos-22nm")
        for axis in axes[1, 2:]:
            axis.remove()
        for place, (name, part) in enumerate(frame.groupby("stack", sort=False)):
            x = part["diameter"] * 1e9
            for axis, column, factor in ((axes[1, 0], "junction_voltage", 1.0), (axes[1, 1], "write_energy", 1e12)):
                axis.fill_between(x, factor * part[f"{column}_low"], factor * part[f"{column}_high"],
                                  color=COLOURS[place], alpha=0.2, lw=0)  # fmt: skip
                _dashed(axis, x, factor * part[column], part["switchable"], COLOURS[place], str(name))
        axes[1, 0].axhline(float(frame["breakdown_voltage"].iloc[0]), color="#444444", lw=0.9, ls=":")
        axes[1, 0].text(80, float(frame["breakdown_voltage"].iloc[0]) * 1.1, "barrier breaks", ha="right", fontsize=8)
        axes[1, 0].set(yscale="log", ylabel="voltage over the junction, V", xlabel="diameter, nm", title=node)
        axes[1, 1].set(yscale="log", ylabel="energy of one pulse, pJ", xlabel="diameter, nm", title=node)
        for axis in axes[1, :2]:
            axis.title.set_fontsize(9)
        handles = [mpl.lines.Line2D([], [], color=COLOURS[place], label=name)
                   for place, name in enumerate(dict.fromkeys(frame["stack"]))]  # fmt: skip
        handles.append(mpl.lines.Line2D([], [], color="#444444", label="writable below breakdown"))
        handles.append(mpl.lines.Line2D([], [], color="#444444", ls="--", label="not writable by STT at this RA"))
        handles += [mpl.lines.Line2D([], [], color="#444444", ls="", marker=_MARKS[j], label=f"{limit}-limited")
                    for j, limit in enumerate(LIMITS)]  # fmt: skip
        handles += [mpl.lines.Line2D([], [], color="#444444", ls="", marker="x", label="forgets within 10 years")]
        canvas.legend(handles=handles, loc="outside upper center", ncols=4, frameon=False, fontsize=8)
        save(canvas, path)


def _areas(axis: Any, part: pd.DataFrame, colour: str) -> None:
    x, area = part["diameter"] * 1e9, part["area"] * 1e12
    axis.fill_between(x, part["area_low"] * 1e12, part["area_high"] * 1e12, color=colour, alpha=0.2, lw=0)
    _dashed(axis, x, area, part["switchable"], colour, "")
    every = np.arange(len(part)) % 4 == 0
    for place, limit in enumerate(LIMITS):
        here = (part["limit"] == limit).to_numpy() & every
        axis.plot(x[here], area[here], _MARKS[place], ms=4, color=colour)
    lost = ~part["keeps"].to_numpy() & every
    axis.plot(x[lost], area[lost], "x", ms=7, color="#1b1f23", mew=1.0)


def _dashed(axis: Any, x: pd.Series, y: pd.Series, solid: pd.Series, colour: str, label: str) -> None:
    """A line that is dashed where the junction cannot be written."""
    axis.plot(x, y, ls="--", lw=1.0, color=colour)
    axis.plot(x, y.where(solid), lw=1.8, color=colour, label=label or None)
