"""What every chart of a page shares: an empty plotly figure in the house style, and its HTML."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from remanence.report.markup import Markup

GRID, INK = "#d5d9dd", "#1b1f23"


def html(plot: Any, name: str) -> Markup:
    """Return a chart as HTML that expects plotly.js on the page."""
    settings = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": False}
    return Markup(plot.to_html(full_html=False, include_plotlyjs=False, div_id=f"{name}-plot", config=settings))


def canvas(height: float, **axes: Any) -> Any:
    """Return an empty chart of a height in pixels; ``xaxis``, ``yaxis`` as plotly takes them."""
    base = {"gridcolor": GRID, "zerolinecolor": GRID, "linecolor": "#8a9097", "ticks": "outside",
            "fixedrange": True, "automargin": True, "title": {"standoff": 8}}  # fmt: skip
    plot = go.Figure()
    plot.update_layout(
        template="none", height=height, margin={"l": 8, "r": 14, "t": 8, "b": 44}, dragmode=False, showlegend=False,
        font={"family": "system-ui, sans-serif", "size": 12, "color": INK}, paper_bgcolor="white",
        plot_bgcolor="white",
        hoverlabel={"font": {"size": 12}}, barmode="stack", bargap=0.25,
        **{axis: {**base, **given, "title": {**base["title"], **given.get("title", {})}}  # type: ignore[dict-item]
           for axis, given in axes.items()},
    )  # fmt: skip
    return plot
