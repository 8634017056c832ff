"""The page of several macros: every quantity by capacity and cell, who wins where, what could not be built and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from remanence.circuit.organisation import QUANTITIES
from remanence.data import Draws
from remanence.report import assumptions, macro_charts
from remanence.report.canvas import html
from remanence.report.document import document
from remanence.report.macro import footer
from remanence.report.macro_charts import shown, words
from remanence.report.markup import Markup, details, element, figure, legend, table
from remanence.report.palette import colour, mark
from remanence.report.verdict import SETTLED
from remanence.study.macro_comparison import Entry, winners
from remanence.study.macro_export import cards_of, sources_of


def page(entries: Sequence[Entry], *, asked: str, optimised: str, draws: Draws | None = None) -> str:
    """Return the page as HTML text; it needs no other file and no network.

    Args:
        entries: from `study.macro_comparison.compare_macros`.
        asked: word, code and target in a line.
        optimised: quantity of which each has the least.
        draws: those of the entries.
    """
    cells = list(dict.fromkeys(entry.cell for entry in entries))
    node = entries[0].node
    cards = {f"cell {entry.cell}" if what == "cell" else what: card for entry in entries if entry.chosen is not None
             for what, card in cards_of(entry.chosen, node).items()}  # fmt: skip
    sections = {
        "winners": ("Who wins where", list(_winners(entries, optimised))),
        "curves": ("By quantity", list(_curves(entries))),
        "numbers": ("Numbers", list(_numbers(entries))),
        "missing": ("What is not here, and why", list(_missing(entries))),
        "assumptions": ("Assumptions", [assumptions.of_cards(cards)]),
        "references": ("References", [assumptions.references(sources_of(cards))]),
    }  # fmt: skip
    return document(f"{len(cells)} memories on {node}", asked, sections, footer=footer(draws or Draws()))


def _winners(entries: Sequence[Entry], optimised: str) -> Iterator[Markup]:
    sizes = list(dict.fromkeys(entry.capacity for entry in entries))
    found = {quantity: winners(entries, quantity) for quantity in QUANTITIES}
    yield element("p", f"Each macro is the one of least {words(optimised)} among its organisations. A winner has the "
                  "best median; the share says in how many joint draws of all rows it beats every other. Below "
                  f"{SETTLED:.0%} the order is not settled by what is known.")  # fmt: skip
    rows = []
    for quantity, frame in found.items():
        cells: list[object] = []
        for size in sizes:
            if size not in frame.index:
                cells.append("none")
                continue
            place = frame.index.get_loc(size)
            share, median = (float(frame[name].to_numpy(dtype=np.float64)[place]) for name in ("share", "median"))
            told = f"{share:.0%} of draws" + ("" if share >= SETTLED else ", not settled")
            number = element("small", f"{shown(median, quantity)}; {told}")
            cells.append(Markup(f"{element('span', str(frame['cell'].to_numpy()[place]))}<br>{number}"))
        rows.append([words(quantity), *cells])
    yield table("The best of each quantity by capacity", ("quantity", *sizes), rows)


def _curves(entries: Sequence[Entry]) -> Iterator[Markup]:
    cells = list(dict.fromkeys(entry.cell for entry in entries))
    sizes = list(dict.fromkeys(entry.capacity for entry in entries))
    marks = legend((mark(place)[1], colour(place), cell) for place, cell in enumerate(cells)
                   if any(entry.cell == cell and entry.draws for entry in entries))  # fmt: skip
    told = (
        "Medians over joint draws of all rows' ranges; lines are the middle 80 %. A line that leaves the chart stands "
        "for draws without a read: the cells' spread leaves the sense amplifier nothing to tell."
    )
    yield element("p", told, class_="note")
    draw = macro_charts.against_capacity if len(sizes) > 1 else macro_charts.beside
    if len(sizes) > 1:
        yield marks
    drawn = []
    for quantity in QUANTITIES:
        key = f"curve-{quantity}".replace("_", "-")
        title = words(quantity)
        told = "; ".join(f"{entry.cell} {entry.capacity} {shown(entry.ends(quantity)[1], quantity)}"
                         for entry in entries if entry.draws)  # fmt: skip
        drawn.append(
            figure(key, title[:1].upper() + title[1:], html(draw(entries, quantity), key), f"{title}: {told}.")
        )
    yield Markup(element("div", *drawn, class_="pair"))


def _numbers(entries: Sequence[Entry]) -> Iterator[Markup]:
    rows = []
    for entry in entries:
        if entry.chosen is None:
            continue
        cells: list[object] = [macro_charts.organisation(entry.chosen.best, 0)]
        for quantity in QUANTITIES:
            low, middle, high = entry.ends(quantity)
            span = element("small", f"{shown(low, quantity)} to {shown(high, quantity)}")
            cells.append(Markup(f"{shown(middle, quantity)}<br>{span}"))
        rows.append([f"{entry.cell}, {entry.capacity}", *cells])
    caption = "Median over the joint draws, and the 80 % interval"
    yield details(f"All {len(rows)} macros", table(caption, ("macro", "organisation", *map(words, QUANTITIES)), rows),
                  open_=len(rows) <= 16)  # fmt: skip


def _missing(entries: Sequence[Entry]) -> Iterator[Markup]:
    why: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        if entry.chosen is None:
            why.setdefault((entry.cell, entry.reason), []).append(entry.capacity)
    if not why:
        yield element("p", "Every cell could be built at every capacity asked for.")
        return
    rows = [[cell, ", ".join(sizes), reason] for (cell, reason), sizes in why.items()]
    yield table("Cells that could not be built", ("cell", "capacity", "why"), rows, class_="wordy")
