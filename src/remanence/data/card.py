"""A card: one named parameter set, read from YAML and checked at the border.

kind: stack
name: cofeb-mgo
title: one line
about: a paragraph
aliases: [other-name]        # optional, on this line: names that stand for this card, not for what extends it
extends: another-card        # optional: start from it, override below
uses: {node: cmos-22nm}      # parts: the name of another card, or a card written in place
design: {rows: 64}           # decisions of a designer: need no source
values:                      # facts: each a row
  damping: {value: 0.01, low: 0.005, high: 0.015, unit: "1", kind: measured, source: key, locator: abstract}
"""

from __future__ import annotations

import functools
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from remanence.core import units
from remanence.core.declare import Quantity
from remanence.core.errors import InputError, UnknownNameError
from remanence.data.bibliography import USER, entry

KINDS = ("measured", "fit", "simulated", "projected", "assumed")
"""What a number rests on, strongest first."""

_ROW_KEYS = ("value", "low", "high", "unit", "kind", "source", "locator", "conditions", "note", "recalled")
_CARD_KEYS = ("kind", "name", "title", "about", "aliases", "extends", "uses", "design", "values")
_ALIASES = re.compile(r"^aliases:(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One sourced number, in the unit of the field it fills.

    ``low`` and ``high`` bound what the value may plausibly be; equal ends mean a value taken as exact.
    ``recalled`` marks a value that is attributed to its source but was not read there.
    """

    id: str
    value: float
    low: float
    high: float
    unit: str
    kind: str
    source: str
    locator: str
    conditions: str = ""
    note: str = ""
    recalled: bool = False

    @property
    def uncertain(self) -> bool:
        """Whether the row has a range."""
        return self.low < self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A parameter set as read: rows and decisions are still raw, `build` checks them against a class."""

    kind: str
    name: str
    title: str = ""
    about: str = ""
    aliases: tuple[str, ...] = ()
    uses: Mapping[str, str | Card] = field(default_factory=dict)
    design: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, tuple[str, Any]] = field(default_factory=dict)  # field: (row id, raw row)

    def row(self, name: str, quantity: Quantity) -> Row:
        """Read the row that fills the field ``name``, in that field's unit.

        Raises:
            InputError: a key, unit, source or kind is wrong, or low <= value <= high does not hold.
        """
        row_id, raw = self.values[name]
        subject = f"{self.kind} {self.name}: {name}"
        if not isinstance(raw, Mapping):
            return _plain_row(row_id, raw, quantity, subject)
        for key in raw:
            if key not in _ROW_KEYS:
                raise UnknownNameError(f"{subject}: key", str(key), _ROW_KEYS)
        missing = [key for key in ("value", "unit", "kind", "source") if key not in raw]
        if missing:
            raise InputError(subject, f"a row without {', '.join(missing)}", "a row needs value, unit, kind and source")
        if raw["kind"] not in KINDS:
            raise InputError(f"{subject}: kind", raw["kind"], f"must be one of {', '.join(KINDS)}")
        entry(str(raw["source"]))
        scale = units.factor(str(raw["unit"]), quantity.unit, subject)
        numbers = {end: _number(raw.get(end, raw["value"]), f"{subject}: {end}") for end in ("low", "value", "high")}
        if not numbers["low"] <= numbers["value"] <= numbers["high"]:
            raise InputError(subject, numbers, "low <= value <= high must hold")
        for end, number in numbers.items():
            quantity.read(number * scale, f"{subject}: {end}")
        return Row(
            id=row_id,
            value=numbers["value"] * scale,
            low=numbers["low"] * scale,
            high=numbers["high"] * scale,
            unit=quantity.unit,
            kind=str(raw["kind"]),
            source=str(raw["source"]),
            locator=str(raw.get("locator", "")),
            conditions=str(raw.get("conditions", "")),
            note=str(raw.get("note", "")),
            recalled=bool(raw.get("recalled", False)),
        )


def _plain_row(row_id: str, raw: Any, quantity: Quantity, subject: str) -> Row:
    if isinstance(raw, (int, float)) and not isinstance(raw, bool) and quantity.unit != "1":
        raw = f"{raw}"  # a bare number takes the path that asks for a unit
    number = quantity.read(raw, subject)
    if not isinstance(number, float):
        raise InputError(subject, raw, "a card holds single numbers; pass arrays from Python")
    return Row(id=row_id, value=number, low=number, high=number, unit=quantity.unit, kind="assumed", source=USER,
               locator="as typed")  # fmt: skip


def _number(raw: Any, subject: str) -> float:
    try:
        if isinstance(raw, bool):
            raise TypeError
        return float(raw)
    except (TypeError, ValueError):
        raise InputError(subject, raw, "a number is needed") from None


class _Loader(yaml.SafeLoader):
    """Safe YAML (no tags that build objects) that also refuses a key given twice."""


def _mapping(loader: _Loader, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    twice = {str(key) for key in keys if keys.count(key) > 1}
    if twice:
        raise InputError(f"line {node.start_mark.line + 1}: key", ", ".join(sorted(twice)), "each key may stand once")
    return yaml.SafeLoader.construct_mapping(loader, node, deep=deep)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_card(source: str, subject: str, kind: str | None = None) -> Card:
    """Read a card from YAML text.

    Args:
        source: the text.
        subject: the file name, for error messages.
        kind: what it must be a card of, if that is known.

    Raises:
        InputError: not valid YAML, a tag, a key given twice or unknown, or another kind of card.
    """
    try:
        raw = yaml.load(source, Loader=_Loader)  # noqa: S506 - _Loader is a SafeLoader
    except InputError as error:
        raise InputError(f"{subject}, {error.subject}", error.given, error.rule, error.remedy) from error
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise InputError(subject, problem, "must be plain YAML without tags") from error
    except RecursionError as error:
        raise InputError(subject, "nesting too deep", "must be plain YAML without tags") from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:  # YAML's own scalars
        raise InputError(subject, f"{type(error).__name__}: {error}", "holds a scalar that YAML cannot read") from error
    return _card(raw, subject, kind)


def _card(raw: Any, subject: str, kind: str | None) -> Card:
    if not isinstance(raw, Mapping):
        raise InputError(subject, type(raw).__name__, "a card is a mapping with kind, name, uses, design and values")
    for key in raw:
        if key not in _CARD_KEYS:
            raise UnknownNameError(f"{subject}: key", str(key), _CARD_KEYS)
    for key in ("uses", "design", "values"):
        if not isinstance(raw.get(key) or {}, Mapping):
            raise InputError(f"{subject}: {key}", raw[key], "must be a mapping")
    other = raw.get("aliases") or []
    if not isinstance(other, list) or not all(isinstance(alias, str) for alias in other):
        raise InputError(f"{subject}: aliases", other, "must be a list of names", 'Write it as [name, "22name"].')
    given_kind = str(raw.get("kind", kind or ""))
    if not given_kind or (kind and given_kind != kind):
        raise InputError(f"{subject}: kind", given_kind or "none", f"must be {kind}" if kind else "must be given")
    base = load_card(given_kind, str(raw["extends"])) if "extends" in raw else Card(kind=given_kind, name="")
    name = str(raw.get("name") or (f"{base.name}-variant" if base.name else Path(subject).stem))
    uses = {
        part: str(used) if isinstance(used, str) else _card(used, f"{subject}: {part}", part)
        for part, used in (raw.get("uses") or {}).items()
    }
    values = {key: (f"{given_kind}/{name}/{key}", row) for key, row in (raw.get("values") or {}).items()}
    design = raw.get("design") or {}
    twice = sorted(
        {str(key) for key in (*uses, *design) if key in values} | {str(key) for key in uses if key in design}
    )
    if twice:
        raise InputError(f"{subject}: key", ", ".join(twice), "must stand under one of uses, design and values")
    base_design = {key: item for key, item in base.design.items() if key not in values}
    base_values = {key: item for key, item in base.values.items() if key not in design}
    return Card(
        kind=given_kind,
        name=name,
        title=str(raw.get("title", base.title)),
        about=str(raw.get("about", base.about)).strip(),
        aliases=tuple(other),
        uses={**base.uses, **uses},
        design={**base_design, **design},
        values={**base_values, **values},
    )


def _catalogue() -> Any:
    return resources.files("remanence.data").joinpath("catalogue")


@functools.cache
def names(kind: str | None = None) -> tuple[str, ...]:
    """Return the names in the catalogue of one kind, or the kinds."""
    folder = _catalogue() if kind is None else _catalogue().joinpath(kind)
    if not folder.is_dir():
        return ()
    return tuple(sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if not item.name.startswith("_")))


@functools.cache
def aliases(kind: str) -> Mapping[str, str]:
    """Return what other names stand for which card of one kind; letters are small."""
    found: dict[str, str] = {}
    for name in names(kind):
        text = _catalogue().joinpath(kind, f"{name}.yaml").read_text(encoding="utf-8")
        line = _ALIASES.search(text)
        found |= {str(alias).lower(): name for alias in (yaml.load(line[1], Loader=_Loader) if line else ())}  # noqa: S506
    return found


def resolve(kind: str, name: str) -> str:
    """Return the name of the card that a name or an alias stands for; case counts in names alone.

    Raises:
        UnknownNameError: no such card (the message offers the nearest names).
    """
    if name in names(kind):
        return name
    other = aliases(kind)
    if name.lower() not in other:
        raise UnknownNameError(kind, name, (*names(kind), *other))
    return other[name.lower()]


@functools.cache
def load_card(kind: str, name: str) -> Card:
    """Read a card of the catalogue, by its name or an alias.

    Raises:
        UnknownNameError: no such card (the message offers the nearest names).
    """
    name = resolve(kind, name)
    return read_card(_catalogue().joinpath(kind, f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml", kind)
