"""Tables of published results to hold the models against."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib import resources
from typing import Any

import yaml

from remanence.core.errors import InputError, UnknownNameError
from remanence.data.bibliography import entry

USES = ("fit", "check")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One published result.

    Args:
        id: unique within its table.
        what: of what, in words.
        source: key of the bibliography.
        locator: where in the source.
        use: ``"fit"`` if a parameter was set by it, else ``"check"``.
        value: the figure, in SI; None for a trend.
        unit: SI unit.
        trend: whether it is a statement that holds or not, rather than a figure.
        recalled: attributed to the source but not read there; enters no score.
        precision, bits, multiplies, beside: what some tables add; the last is the chip of ours that it stands beside.
    """

    id: str
    what: str
    source: str
    locator: str
    use: str
    value: float | None = None
    unit: str = "1"
    trend: bool = False
    recalled: bool = False
    precision: str = ""
    bits: int = 0
    multiplies: int = 0
    beside: str = ""


@functools.cache
def published(table: str) -> Mapping[str, Published]:
    """Return a table of published results by id.

    Raises:
        UnknownNameError: no such table.
        InputError: a row breaks a rule.
    """
    folder = resources.files("remanence.data").joinpath("published")
    known = sorted(item.name.removesuffix(".yaml") for item in folder.iterdir())
    if table not in known:
        raise UnknownNameError("published table", table, known)
    raw: list[dict[str, Any]] = yaml.safe_load(folder.joinpath(f"{table}.yaml").read_text(encoding="utf-8"))
    names = [field.name for field in fields(Published)]
    rows: dict[str, Published] = {}
    for item in raw:
        for key in item:
            if key not in names:
                raise UnknownNameError(f"{table}.yaml: key", key, names)
        row = Published(**item)
        entry(row.source)
        if row.id in rows or row.use not in USES or row.trend != (row.value is None):
            raise InputError(f"{table}.yaml", row.id, "ids stand once, use is fit or check, a trend has no value")
        rows[row.id] = row
    return rows
