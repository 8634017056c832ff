"""Parameters and published results as data: every number is a row with unit, range, kind and source.

Knows: the catalogue (`catalogue/<kind>/<name>.yaml`), how a card is read and checked (`card`), how a card becomes a
value of a floor above (`build`), how ranges become draws (`draws`), the one bibliography (`bibliography`), tables of
published results (`published`).
Refuses to know: what a parameter means physically; the class that a floor declares checks it.
Start reading at `card.Row`, then `build.build`.
"""

from remanence.data.bibliography import cite, entry
from remanence.data.build import build, override, rows_of
from remanence.data.card import Card, Row, aliases, load_card, names, read_card, resolve
from remanence.data.draws import Draws

__all__ = [
    "Card",
    "Draws",
    "Row",
    "aliases",
    "build",
    "cite",
    "entry",
    "load_card",
    "names",
    "override",
    "read_card",
    "resolve",
    "rows_of",
]
