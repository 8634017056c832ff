"""Charts of macros: parts of a quantity, fronts, quantities against capacity. None needs a pointer to be read."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from remanence.circuit import Macros
from remanence.circuit.organisation import QUANTITIES
from remanence.circuit.space import bits
from remanence.core import units
from remanence.report.canvas import INK, canvas
from remanence.report.palette import colour, mark
from remanence.study.macro_breakdown import TOTAL
from remanence.study.macro_comparison import Entry

ROW = 25
"""Height in pixels of a part in a chart of parts."""
CLOUD = 600
"""Legal organisations shown behind a front; they are a sample."""
NO_READ = "no read"


def shown(number: float, quantity: str) -> str:
    """Return a figure of a macro as text."""
    if not np.isfinite(number):
        return NO_READ
    unit = QUANTITIES[quantity]
    if unit != "bit/s":
        return units.show(number, unit).replace("m^2", "m²")
    return NO_READ if number <= 0 else units.show(number, "Hz").replace("Hz", "bit/s")


def words(quantity: str) -> str:
    """Return the name of a quantity in words."""
    return quantity.replace("_", " ")


def scale(quantity: str, largest: float) -> tuple[float, str]:
    """Return the factor and the unit in which a quantity is drawn on a linear axis."""
    if QUANTITIES[quantity] == "m^2":
        return (1e6, "mm²") if largest >= 1e-8 else (1e12, "um²")
    power = 3 * int(np.floor(np.log10(largest) / 3.0)) if largest > 0 else 0
    prefix = {-15: "f", -12: "p", -9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T"}
    power = min(max(power, -15), 12)
    return 10.0**-power, prefix[power] + QUANTITIES[quantity]


def parts(frame: pd.DataFrame, quantity: str) -> Any:
    """Draw one quantity by its parts, the sum below, each with its interval; a bar that leaves the chart is open."""
    rows = frame[(frame["value"] > 0) | (frame["high"] > 0)]
    finite = rows[["value", "high"]].to_numpy(dtype=np.float64)
    largest = float(np.max(finite[np.isfinite(finite)]))
    factor, unit = scale(quantity, float(rows["value"].max()))
    edge = (1.06 if np.isfinite(finite).all() else 1.3) * largest * factor
    places = list(range(len(rows)))
    names = [str(name) for name in rows.index]
    labels = [f"{escape(words(name))} <b>{shown(float(value), quantity)}</b>" if name == TOTAL
              else f"{escape(words(name))} {shown(float(value), quantity)}"
              for name, value in zip(names, rows["value"], strict=True)]  # fmt: skip
    plot = canvas(
        ROW * len(rows) + 54,
        xaxis={"title": {"text": unit}, "range": [0, edge], "nticks": 6},
        yaxis={"tickvals": places, "ticktext": labels, "range": [len(rows) - 0.4, -0.6], "showgrid": False,
               "zeroline": False, "ticks": ""},
    )  # fmt: skip
    value = rows["value"].to_numpy(dtype=np.float64) * factor
    low = rows["low"].to_numpy(dtype=np.float64) * factor
    high = np.minimum(rows["high"].to_numpy(dtype=np.float64) * factor, 2.0 * edge)
    told = [f"{escape(words(name))}: {shown(float(row['value']), quantity)}, "
            f"{shown(float(row['low']), quantity)} to {shown(float(row['high']), quantity)}"
            for name, (_, row) in zip(names, rows.iterrows(), strict=True)]  # fmt: skip
    plot.add_bar(
        x=value, y=places, orientation="h", marker={"color": [INK if name == TOTAL else colour(0) for name in names]},
        error_x={"type": "data", "symmetric": False, "array": np.maximum(high - value, 0.0),
                 "arrayminus": np.maximum(value - low, 0.0), "color": colour(1), "thickness": 2, "width": 4},
        hovertext=told, hoverinfo="text",
    )  # fmt: skip
    for place, end in enumerate(rows["high"]):
        if not np.isfinite(end):
            plot.add_annotation(x=edge, y=place, text="▸ no read", showarrow=False, xanchor="right", yshift=9,
                                font={"size": 10, "color": colour(1)})  # fmt: skip
    return plot


def _axis(quantity: str, numbers: np.ndarray) -> dict[str, Any]:
    """A logarithmic axis; areas in mm², whose SI prefix would mean another thing."""
    area = QUANTITIES[quantity] == "m^2"
    unit = "mm²" if area else QUANTITIES[quantity]
    found = numbers[np.isfinite(numbers) & (numbers > 0)]
    span = float(np.ptp(np.log10(found))) if found.size else 0.0
    ticks: dict[str, Any] = {"dtick": "D2" if span < 2.2 else max(1, int(np.ceil(span / 5.0)))}
    return {"type": "log", "title": {"text": f"{words(quantity)}, {unit}"}, "tickformat": "~g" if area else "~s",
            **ticks}  # fmt: skip


def _drawn(quantity: str, numbers: Any) -> np.ndarray:
    return np.asarray(numbers, dtype=np.float64) * (1e6 if QUANTITIES[quantity] == "m^2" else 1.0)


def organisation(macros: Macros, place: int) -> str:
    """Return an organisation in a line."""
    one = macros.take(place).organisations
    count = {name: int(np.ravel(getattr(one, name))[0]) for name in ("rows", "columns", "across", "down", "banks")}
    number = count["across"] * count["down"]
    return f"{count['rows']} x {count['columns']}, {number} subarrays in {count['banks']} banks".replace(
        " in 1 banks", " in 1 bank"
    )


def front(macros: Macros, best: Macros, first: str, second: str) -> Any:
    """Draw the front of two quantities, some of the other organisations behind it, the chosen one with a star."""
    edge = macros.pareto(first, second)
    cloud = macros.take(np.unique(np.linspace(0, len(macros) - 1, min(CLOUD, len(macros))).astype(int)))
    numbers = {name: _drawn(name, cloud[name]) for name in (first, second)}
    plot = canvas(340, xaxis=_axis(first, numbers[first]), yaxis=_axis(second, numbers[second]))
    plot.add_scatter(x=numbers[first], y=numbers[second], mode="markers", hoverinfo="skip",
                     marker={"size": 4, "color": "#b8bec5", "symbol": "circle-open"})  # fmt: skip
    told = [f"{organisation(edge, place)}<br>{words(first)} {shown(float(edge[first][place]), first)}<br>"
            f"{words(second)} {shown(float(edge[second][place]), second)}" for place in range(len(edge))]  # fmt: skip
    plot.add_scatter(
        x=_drawn(first, edge[first]), y=_drawn(second, edge[second]), mode="lines+markers", hovertext=told,
        hoverinfo="text", line={"color": colour(0), "width": 1.5, "shape": "hv"}, marker={"size": 6},
    )  # fmt: skip
    chosen = (f"chosen: {organisation(best, 0)}<br>{words(first)} {shown(float(best[first][0]), first)}<br>"
              f"{words(second)} {shown(float(best[second][0]), second)}")  # fmt: skip
    plot.add_scatter(
        x=_drawn(first, best[first]), y=_drawn(second, best[second]), mode="markers", hovertext=[chosen],
        hoverinfo="text", marker={"size": 16, "color": colour(1), "symbol": "star", "line": {"color": INK, "width": 1}},
    )  # fmt: skip
    return plot


def against_capacity(entries: Sequence[Entry], quantity: str) -> Any:
    """Draw a quantity against capacity, a line a cell; bars are 80 % of the draws, open where no read is possible."""
    cells = list(dict.fromkeys(entry.cell for entry in entries))
    sizes = list(dict.fromkeys(entry.capacity for entry in entries))
    sign = [bits(size) for size in sizes]
    ends = {id(entry): entry.ends(quantity) for entry in entries if entry.draws}
    every = _drawn(quantity, [end for three in ends.values() for end in three])
    plot = canvas(
        330,
        xaxis={"type": "log", "tickvals": sign, "ticktext": sizes, "title": {"text": "capacity"}, "ticks": "outside"},
        yaxis=_axis(quantity, every),
    )
    finite = every[np.isfinite(every) & (every > 0)]
    top = float(finite.max())
    bottom = float(finite.min())
    pad = 0.06 * max(np.log10(top / bottom), 0.5)
    plot.update_yaxes(range=[np.log10(bottom) - pad, np.log10(top) + pad])
    for place, cell in enumerate(cells):
        mine = [entry for entry in entries if entry.cell == cell and entry.draws]
        shift = 1.055 ** (place - (len(cells) - 1) / 2.0)  # so that bars of one capacity stand beside each other
        x = np.array([bits(entry.capacity) * shift for entry in mine])
        low, middle, high = (_drawn(quantity, [ends[id(entry)][end] for entry in mine]) for end in range(3))
        there = np.isfinite(middle) & (middle > 0)
        told = [f"{escape(cell)}, {escape(entry.capacity)}<br>{shown(ends[id(entry)][1], quantity)}<br>"
                f"{shown(ends[id(entry)][0], quantity)} to {shown(ends[id(entry)][2], quantity)}"
                for entry in mine]  # fmt: skip
        reach = np.where(np.isfinite(high), high, 10.0 * top)
        plot.add_scatter(
            x=x[there], y=middle[there], mode="lines+markers", line={"color": colour(place), "width": 1.6},
            marker={"symbol": mark(place)[0], "size": 8}, hoverinfo="text",
            hovertext=[text for text, kept in zip(told, there, strict=True) if kept],
            error_y={"type": "data", "symmetric": False, "array": np.maximum(reach - middle, 0.0)[there],
                     "arrayminus": np.maximum(middle - np.maximum(low, bottom / 10.0), 0.0)[there],
                     "thickness": 1, "width": 3},
        )  # fmt: skip
    return plot


def beside(entries: Sequence[Entry], quantity: str) -> Any:
    """Draw a quantity of several cells at one capacity, a row a cell, with its interval."""
    mine = [entry for entry in entries if entry.draws]
    places = [place for place, entry in enumerate(entries) if entry.draws]  # a cell keeps its colour on every chart
    ends = [entry.ends(quantity) for entry in mine]
    every = _drawn(quantity, ends)
    finite = every[np.isfinite(every) & (every > 0)]
    top, bottom = float(finite.max()), float(finite.min())
    pad = 0.08 * max(np.log10(top / bottom), 0.5)
    labels = [f"{escape(entry.cell)}<br><b>{shown(three[1], quantity)}</b>"
              for entry, three in zip(mine, ends, strict=True)]  # fmt: skip
    plot = canvas(
        40 * len(mine) + 60,
        xaxis={**_axis(quantity, every), "range": [np.log10(bottom) - pad, np.log10(top) + pad]},
        yaxis={"tickvals": list(range(len(mine))), "ticktext": labels, "range": [len(mine) - 0.4, -0.6],
               "showgrid": False, "zeroline": False, "ticks": ""},
    )  # fmt: skip
    for place, (entry, (low, middle, high)) in enumerate(zip(mine, _drawn(quantity, ends), strict=True)):
        if not (np.isfinite(middle) and middle > 0):
            plot.add_annotation(x=np.log10(top), y=place, text=NO_READ, showarrow=False, xanchor="right")
            continue
        reach = high if np.isfinite(high) else 10.0 * top
        plot.add_scatter(
            x=[middle], y=[place], mode="markers",
            marker={"symbol": mark(places[place])[0], "size": 10, "color": colour(places[place])},
            error_x={"type": "data", "symmetric": False, "array": [reach - middle],
                     "arrayminus": [middle - max(low, bottom / 10.0)], "thickness": 2, "width": 4},
            hovertext=[f"{escape(entry.cell)}: {shown(ends[place][1], quantity)}, {shown(ends[place][0], quantity)} to "
                       f"{shown(ends[place][2], quantity)}"], hoverinfo="text",
        )  # fmt: skip
    return plot
