"""The charts of the page. No chart is told apart by colour alone, and none needs a pointer to be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from remanence.core import units
from remanence.network.evaluation import Accuracy
from remanence.report.canvas import INK, canvas
from remanence.report.palette import colour, mark
from remanence.study.sweep import Axis
from remanence.system import Estimate, Figure

ROW = 34
"""Height in pixels of one chip in a chart of chips."""
LINE = 18
"""Letters of a name on one line beside an axis."""
OTHERS = "all others"
_MOST_PARTS = 11


def label(name: str) -> str:
    """Return a name for an axis: escaped, broken into at most two lines."""
    if len(name) <= LINE:
        return escape(name)
    cut = name.rfind("-", 0, LINE) + 1 or LINE
    rest = name[cut:]
    return f"{escape(name[:cut])}<br>{escape(rest if len(rest) <= LINE else rest[: LINE - 1] + '…')}"


def _of_chips(names: Sequence[str], **x_axis: Any) -> Any:
    places = list(range(len(names)))
    ticks = {"tickvals": places, "ticktext": [label(name) for name in names], "range": [len(names) - 0.4, -0.6],
             "showgrid": False, "zeroline": False, "ticks": ""}  # fmt: skip
    return canvas(ROW * len(names) + 62, xaxis=x_axis, yaxis=ticks)


def intervals(figures: Mapping[str, Figure], title: str) -> Any:
    """Draw medians and 90 % intervals of one figure, a row a chip, on a logarithmic axis."""
    names, known = list(figures), list(figures.values())
    unit = known[0].unit
    plot = _of_chips(names, type="log", title={"text": title}, tickformat="~s", ticksuffix=unit, dtick=_decades(known))
    medians = np.array([figure.value for figure in known])
    plot.add_scatter(
        x=medians, y=list(range(len(names))), mode="markers",
        marker={"size": 10, "color": colour(0), "symbol": "diamond"},
        error_x={"type": "data", "symmetric": False, "array": [max(f.high - f.value, 0.0) for f in known],
                 "arrayminus": [max(f.value - f.low, 0.0) for f in known], "color": colour(0), "thickness": 2,
                 "width": 5},
        text=[escape(f"{name}: {figure}") for name, figure in figures.items()], hoverinfo="text",
    )  # fmt: skip
    return plot


def _decades(figures: Sequence[Figure]) -> int:
    ends = np.log10([end for figure in figures for end in (figure.low, figure.high) if end > 0])
    return max(1, int(np.ceil(np.ptp(ends) / 5))) if ends.size else 1


def parts(estimates: Mapping[str, Estimate], by: str) -> tuple[pd.DataFrame, list[str]]:
    """Return shares of the median energy, a row a chip, a column a part, and the parts in order of size.

    Args:
        estimates: by name of the chip.
        by: ``"component"`` or ``"layer"``; beyond eleven parts the smallest are summed.
    """
    rows = {}
    for name, estimate in estimates.items():
        joules = estimate.energy_parts[0].sum(axis=0 if by == "component" else 1)
        labels = estimate.components if by == "component" else [f"layer {layer}" for layer in estimate.layers]
        rows[name] = pd.Series(joules / joules.sum(), index=pd.Index(labels)).groupby(level=0, sort=False).sum()
    frame = pd.DataFrame(rows).T.fillna(0.0).reindex(list(estimates))
    order = list(frame.max().sort_values(ascending=False, kind="stable").index)
    shown = [part for part in order[:_MOST_PARTS] if frame[part].max() >= 0.005]
    if by == "layer":
        shown = [part for part in frame.columns if part in shown]
    folded = [part for part in order if part not in shown]
    if folded:
        frame[OTHERS] = frame[folded].sum(axis=1)
        shown.append(OTHERS)
    return frame[shown], [str(part) for part in shown]


def shares(frame: pd.DataFrame) -> Any:
    """Draw shares of a total as stacked bars, a row a chip, the large ones named inside the bar."""
    plot = _of_chips([str(name) for name in frame.index], range=[0, 100], ticksuffix=" %",
                     title={"text": "share of the energy"})  # fmt: skip
    places = list(range(len(frame)))
    for place, part in enumerate(frame.columns):
        percent = 100.0 * frame[part].to_numpy(dtype=float)
        told = [f"{escape(str(part))} {value:.0f} %" if value >= 8 else "" for value in percent]
        plot.add_bar(
            x=percent, y=places, orientation="h", text=told, textposition="inside", insidetextanchor="middle",
            textangle=0, marker={"color": colour(place), "line": {"color": "white", "width": 1}},
            hovertext=[f"{escape(str(part))}: {value:.1f} %" for value in percent], hoverinfo="text",
        )  # fmt: skip
    plot.update_layout(uniformtext={"minsize": 10, "mode": "hide"})
    return plot


def programmed(accuracies: Mapping[str, Accuracy]) -> Any:
    """Draw the accuracy of every programmed chip, a row a platform, a bar where the integer network stands."""
    names = list(accuracies)
    plot = _of_chips(names, ticksuffix=" %", title={"text": "accuracy"}, nticks=6)
    for place, accuracy in enumerate(accuracies.values()):
        chips = 100.0 * accuracy.chips
        values, places = np.unique(chips, return_inverse=True)
        # equal accuracies are spread over the height of the row, so that each chip stays visible
        offsets = np.zeros(chips.size)
        for group in range(values.size):
            held = np.flatnonzero(places == group)
            reach = 0.3 if held.size > 1 and values.size > 1 else 0.0
            offsets[held] = np.linspace(-reach, reach, held.size)
        plot.add_scatter(x=chips, y=place + offsets, mode="markers", hoverinfo="x",
                         marker={"size": 6, "color": colour(0), "opacity": 0.65})  # fmt: skip
        plot.add_scatter(
            x=[100.0 * accuracy.quantised] * 2, y=[place - 0.38, place + 0.38], mode="lines", hoverinfo="x",
            line={"color": colour(1), "width": 2, "dash": "dot"},
        )  # fmt: skip
    return plot


def sweep(frames: Mapping[str, pd.DataFrame], axis: Axis) -> Any:
    """Draw accuracy against one field, a line a chip, the card's value with a ring; bars are 95 % intervals."""
    scale, suffix = (100.0, " %") if axis.percent else (1.0, "")
    plot = canvas(
        300,
        xaxis={"title": {"text": axis.label}, "ticksuffix": suffix, "nticks": 6},
        yaxis={"title": {"text": "accuracy"}, "ticksuffix": " %", "nticks": 6},
    )
    if not axis.percent:
        plot.update_xaxes(dtick=1)
    for place, (name, frame) in enumerate(frames.items()):
        x, mean = scale * frame.index.to_numpy(dtype=float), 100.0 * frame["accuracy"].to_numpy(dtype=float)
        high, low = (100.0 * frame[end].to_numpy(dtype=float) for end in ("accuracy_high", "accuracy_low"))
        plot.add_scatter(
            x=x, y=mean, mode="lines+markers", line={"color": colour(place), "width": 2},
            marker={"symbol": mark(place)[0], "size": 8},
            error_y={"type": "data", "symmetric": False, "array": high - mean, "arrayminus": mean - low, "width": 3,
                     "thickness": 1},
            hovertext=[f"{escape(name)}<br>{level:.2f} %" for level in mean], hoverinfo="text",
        )  # fmt: skip
        own = frame["sourced"].to_numpy(dtype=bool)
        ring = {"symbol": "circle-open", "size": 17, "color": INK, "line": {"width": 1.5}}
        plot.add_scatter(x=x[own], y=mean[own], mode="markers", hoverinfo="skip", marker=ring)  # fmt: skip
    return plot


def average_power(estimates: Mapping[str, Estimate], rates: NDArray[np.float64]) -> Any:
    """Draw the average power against inferences per second, a line a chip that ends where it is always busy."""
    plot = canvas(
        380,
        xaxis={"type": "log", "title": {"text": "inferences per second"}, "tickformat": "~s"},
        yaxis={"type": "log", "title": {"text": "average power"}, "tickformat": "~s", "ticksuffix": "W"},
    )
    decades = int(np.ceil(np.log10(rates[-1] / rates[0]) / 6))
    plot.update_xaxes(dtick=max(decades, 1))
    for place, (name, estimate) in enumerate(estimates.items()):
        busiest = estimate.batch / estimate.latency.value
        reached = np.append(rates[rates < busiest], busiest) if busiest < rates[-1] else rates
        power = estimate.standby.value + reached * estimate.energy.value
        plot.add_scatter(
            x=reached, y=power, mode="lines+markers", line={"color": colour(place), "width": 2},
            marker={"symbol": mark(place)[0], "size": 7, "maxdisplayed": 6},
            hovertext=[escape(name)] * len(reached), hoverinfo="x+y+text",
        )  # fmt: skip
    return plot


def gains(part: Mapping[str, float], whole: Mapping[float, Mapping[str, float]]) -> Any:
    """Draw the gain of each chip and, beside it, that of the whole for several shares; losses go left of 1."""
    names = list(part)
    plot = _of_chips(names, type="log", title={"text": "gain in energy"}, ticksuffix="×", tickformat="~s")
    ends = [*part.values(), *(value for values in whole.values() for value in values.values())]
    lowest, highest = np.log10(min([*ends, 1.0])), np.log10(max([*ends, 1.0]))
    decades = highest - lowest
    room = 0.25 * max(decades, 0.5)  # for the numbers at the ends of the bars
    plot.update_xaxes(range=[lowest - (room if lowest < 0 else 0.05 * decades), highest + room])
    if decades >= 2:
        plot.update_xaxes(dtick=max(1, int(np.ceil(decades / 5))))
    plot.update_layout(barmode="group", height=(ROW + 14 * len(whole)) * len(names) + 62)
    series: list[tuple[str, Mapping[str, float]]] = [("the part alone", part)]
    series += [(f"the whole, part {share:.0%}", values) for share, values in whole.items()]
    for place, (told, values) in enumerate(series):
        numbers = np.array([values[name] for name in names])
        plot.add_bar(
            x=numbers - 1.0, base=1.0, y=list(range(len(names))), orientation="h", marker={"color": colour(place)},
            hovertext=[f"{escape(name)}, {told}" for name in names], hoverinfo="text",
            text=[f"{units.show(number, '1')}×" for number in numbers], textposition="outside", textangle=0,
            cliponaxis=False,
        )  # fmt: skip
    plot.add_vline(x=1.0, line={"color": INK, "width": 1})
    return plot
