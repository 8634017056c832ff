"""From a card to a checked value of the class that a floor declares, at its median or over draws."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import numpy as np

from remanence.core.declare import Choice, Count, Part, Quantity, Text, declarations, from_fields
from remanence.core.errors import InputError, UnknownNameError
from remanence.data.card import Card, Row, load_card
from remanence.data.draws import Draws

_T = TypeVar("_T")


def build(cls: type[_T], card: Card | str, draws: Draws | None = None) -> _T:
    """Make a value of ``cls`` from a card or from its name in the catalogue.

    Args:
        cls: a class made by `core.declare.value`; its lower-case name is the kind of card.
        card: the card, or its name.
        draws: None for the median values; else every uncertain row becomes an array of shape (draws.count,).

    Raises:
        UnknownNameError: an unknown card, or a key that the class does not declare.
        InputError: a key is missing or a value breaks its declaration.
    """
    card = _resolve(cls, card)
    known = declarations(cls)
    subject = f"{card.kind} {card.name}"
    for name in (*card.uses, *card.design, *card.values):
        if name not in known:
            raise UnknownNameError(f"{subject}: key", str(name), known)
    for section, names, belongs in (
        ("uses", card.uses, Part),
        ("values", card.values, Quantity),
        ("design", card.design, (Quantity, Count, Choice, Text)),
    ):
        for name in names:
            if not isinstance(known[name], belongs):
                place = "uses" if isinstance(known[name], Part) else "design"
                raise InputError(f"{subject}: {name}", f"a key under {section}", f"{name} {known[name].rule}",
                                 f"Put it under {place}.")  # fmt: skip
    fields: dict[str, Any] = {}
    for name, declaration in known.items():
        if isinstance(declaration, Part):
            if name in card.uses:
                fields[name] = build(declaration.kind, card.uses[name], draws)
        elif name in card.values:
            assert isinstance(declaration, Quantity)
            row = card.row(name, declaration)
            fields[name] = draws.column(row) if draws is not None and row.uncertain else row.value
        elif name in card.design:
            raw = card.design[name]
            if isinstance(declaration, Quantity) and isinstance(raw, (int, float)) and declaration.unit != "1":
                raw = f"{raw}"  # a bare number takes the path that asks for a unit
            fields[name] = raw
        elif name == "name":
            fields[name] = card.name
        elif name == "title":
            fields[name] = card.title
    return from_fields(cls, fields, subject)


def override(cls: type, card: Card | str, changes: Mapping[str, Any]) -> Card:
    """Return a variant of a card with some fields changed, named by dotted path.

    ``override(Chip, card, {"crossbar.converter.bits": 5})`` leaves every other row as it was, its range included.

    Args:
        cls: the class of the card.
        card: the card, or its name.
        changes: dotted field names to SI numbers, text with a unit, whole numbers or words.

    Raises:
        UnknownNameError: a path that the class does not declare.
    """
    card = _resolve(cls, card)
    known = declarations(cls)
    uses, design, values = dict(card.uses), dict(card.design), dict(card.values)
    inner: dict[str, dict[str, Any]] = {}
    for path, given in changes.items():
        content = given
        head, _, rest = path.partition(".")
        if head not in known:
            raise UnknownNameError(f"{card.kind} {card.name}: field", head, known)
        declaration = known[head]
        if isinstance(declaration, Part):
            if not rest and isinstance(content, (str, Card)):
                uses[head] = content
                continue
            if not rest or head not in uses:
                raise InputError(
                    f"{card.kind} {card.name}: {path}",
                    content,
                    "must name a field of a part in use, or be the name of a card",
                )
            inner.setdefault(head, {})[rest] = content
        elif rest:
            raise InputError(f"{card.kind} {card.name}: {path}", content, f"{head} has no parts")
        elif isinstance(declaration, Quantity):
            if isinstance(content, (int, float, np.integer, np.floating)) and not isinstance(content, bool):
                content = float(content) if declaration.unit == "1" else f"{float(content)!r} {declaration.unit}"
            values[head] = (f"{card.kind}/{card.name}/{head}", content)
            design.pop(head, None)
        else:
            design[head] = content
    for head, nested in inner.items():
        declaration = known[head]
        assert isinstance(declaration, Part)
        uses[head] = override(declaration.kind, uses[head], nested)
    return dataclasses.replace(card, uses=uses, design=design, values=values)


def rows_of(cls: type, card: Card | str) -> Iterator[Row]:
    """Yield every row behind a card, those of its parts included."""
    card = _resolve(cls, card)
    for name, declaration in declarations(cls).items():
        if isinstance(declaration, Part) and name in card.uses:
            yield from rows_of(declaration.kind, card.uses[name])
        elif name in card.values and isinstance(declaration, Quantity):
            yield card.row(name, declaration)


def _resolve(cls: type, card: Card | str) -> Card:
    kind = cls.__name__.lower()
    if isinstance(card, str):
        return load_card(kind, card)
    if card.kind != kind:
        raise InputError(f"card {card.name}", card.kind, f"a card of kind {kind} is needed here")
    return card
