"""Every number behind a comparison, with range, kind and source, and the references."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from remanence.core import units
from remanence.data import Card, Row, cite
from remanence.report.markup import Markup, details, element, table
from remanence.system import Platform
from remanence.system.catalogue import entries

RECALLED = "†"
"""Mark of a value that was not read in its source."""
MOST_NAMES = 3
"""Chips named in the summary of a card; more are counted there and named inside."""


@dataclass(slots=True)
class _Fact:
    row: Row
    doc: str
    chips: list[str] = field(default_factory=list)


def tables(platforms: Sequence[Platform]) -> Markup:
    """Return one folded table a card: every row that any of the chips rests on, once, and the chips that use it."""
    return of_cards({platform.name: platform.card for platform in platforms})


def of_cards(users: Mapping[str, Card]) -> Markup:
    """Return one folded table a card: every row behind the users' cards, once, and who uses it."""
    cards: dict[str, dict[str, _Fact]] = {}
    for name, card in users.items():
        for entry in entries(card):
            if entry.row is not None:
                facts = cards.setdefault(entry.row.id.rpartition("/")[0], {})
                fact = facts.setdefault(entry.row.id, _Fact(entry.row, entry.doc))
                if name not in fact.chips:
                    fact.chips.append(name)
    return Markup("".join(_card(name, list(facts.values()), len(users)) for name, facts in sorted(cards.items())))


def _card(name: str, facts: list[_Fact], platforms: int) -> Markup:
    users = list(dict.fromkeys(chip for fact in facts for chip in fact.chips))
    few = len(users) <= MOST_NAMES
    used = ", ".join(users) if few else f"{len(users)} of {platforms} chips"
    listed = Markup("") if few else element("p", f"Used by {', '.join(users)}.", class_="note")
    assumed = sum(fact.row.kind in ("assumed", "projected") for fact in facts)
    summary = element(
        "span", element("b", name), f": {len(facts)} values, {assumed} assumed or projected; used by {used}"
    )
    rows = [[_name(fact), units.show(fact.row.value, fact.row.unit), _range(fact.row), fact.row.kind, _source(fact.row)]
            for fact in facts]  # fmt: skip
    return details(summary, listed, table(name, ("quantity", "value", "range", "kind", "source"), rows, class_="wordy"))


def _name(fact: _Fact) -> Markup:
    short = fact.row.id.rpartition("/")[2].replace("_", " ")
    return Markup(f"{element('span', short)}<br>{element('small', fact.doc)}")


def _range(row: Row) -> str:
    if not row.uncertain:
        return "exact"
    return f"{units.show(row.low, row.unit)} to {units.show(row.high, row.unit)}"


def _source(row: Row) -> Markup:
    mark = Markup(f" {element('abbr', RECALLED, title='recalled: not read in the source')}") if row.recalled else ""
    said = ". ".join(part for part in (row.locator, row.conditions, row.note) if part)
    note = Markup(f"<br>{element('small', said)}") if said else ""
    return Markup(f"{element('a', row.source, href=f'#{anchor(row.source)}')}{mark}{note}")


def decisions(platforms: Sequence[Platform]) -> Markup:
    """Return one folded table a chip: what its designer decided, which needs no source."""
    folded = []
    for platform in platforms:
        rows = [(entry.field, entry.content, entry.doc) for entry in entries(platform.card) if entry.row is None]
        summary = element("span", element("b", platform.name), f": {platform.title}")
        folded.append(
            details(summary, table(platform.name, ("part or field", "choice", "meaning"), rows, class_="wordy"))
        )
    return Markup("".join(folded))


def anchor(key: str) -> str:
    """Return the id of a reference on the page."""
    return f"source-{re.sub('[^A-Za-z0-9_-]', '-', key)}"


def references(keys: Iterable[str]) -> Markup:
    """Return the references as a list that the tables link to."""
    items = []
    for key in sorted(set(keys)):
        told = cite([key]).partition("] ")[2]
        items.append(element("li", element("b", f"[{key}]"), " ", told, id=anchor(key)))
    return element("ul", *items, class_="references")
