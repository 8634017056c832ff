"""Colours and marks that every figure shares: distinct in print and for the colour-blind with the mark beside them."""

from __future__ import annotations

COLOURS = ("#0b6e99", "#c8502d", "#5a7d2a", "#7a4f9a", "#d9a400", "#444444", "#7fc8e8", "#f2a07b", "#a7c97a", "#c9a6e0",
           "#999999", "#2a9d8f")  # fmt: skip
MARKS = (("circle", "●"), ("square", "■"), ("triangle-up", "▲"), ("diamond", "◆"), ("triangle-down", "▼"))
"""Names of marks in plotly, and the character that stands for them in a legend."""


def colour(place: int) -> str:
    """Return the colour of series number ``place``; after twelve they start again, with another mark."""
    return COLOURS[place % len(COLOURS)]


def mark(place: int) -> tuple[str, str]:
    """Return the mark of series number ``place``: plotly's name and the character."""
    return MARKS[place % len(MARKS)]
