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
BASES = ("measured", "derived", "data sheet", "claimed")
QUANTITIES: Mapping[str, str] = {
    "cell_area": "m^2",
    "macro_area": "m^2",
    "chip_area": "m^2",
    "density": "1/m^2",
    "read_sense_time": "s",
    "read_access_time": "s",
    "read_cycle_time": "s",
    "write_time": "s",
    "write_throughput": "1/s",
    "read_energy": "J",
    "write_energy": "J",
    "read_power": "W",
    "standby_power": "W",
}
"""What a row on a storage macro can state, and in which unit; energies are per bit, standby power is the macro's."""


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
        chip, quantity, node, technology, capacity, word_bits, voltage, temperature, basis: what a row on a storage
            macro adds: which chip, which of `QUANTITIES`, its node in m, its cell, bits, bits of a word, V, K (zero:
            the source does not say), and which of `BASES` the figure stands on.
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
    chip: str = ""
    quantity: str = ""
    node: float = 0.0
    technology: str = ""
    capacity: int = 0
    word_bits: int = 0
    voltage: float = 0.0
    temperature: float = 0.0
    basis: str = ""


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
        if row.chip and (QUANTITIES.get(row.quantity) != row.unit or row.basis not in BASES or row.node <= 0):
            raise InputError(
                f"{table}.yaml", row.id, "a row on a chip has a node, a known basis, and a quantity in its unit"
            )
        rows[row.id] = row
    return rows
