"""Measurements from CSV files, checked cell by cell and turned into SI arrays.

The first line that is no comment names the columns, each with its unit in brackets: ``voltage (V), duration (ns),
trials, switched``. Lines that start with ``#`` are comments. Columns are separated by commas, semicolons or tabs; the
order is free and columns that a model does not use are let through.
"""

from __future__ import annotations

import csv
import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from remanence.core import units
from remanence.core.constants import VACUUM_PERMEABILITY
from remanence.core.errors import InputError

_HEADER = re.compile(r"\s*([^()\[\]]*?)\s*(?:[(\[]\s*([^()\[\]]*?)\s*[)\]])?\s*")
_OERSTED = 1000.0 / (4.0 * math.pi)  # A/m, by definition


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a model reads.

    Args:
        name: as it stands in the header, without its unit.
        unit: the SI unit wanted; ``"1"`` for a plain number, ``""`` for a word.
        required: whether the file must have it.
        whole: whether its cells are counts.
        words: what a cell of a column of words may say.
    """

    name: str
    unit: str
    required: bool = True
    whole: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of one file, in SI units, with the line on which each row stands."""

    file: str
    digest: str
    columns: Mapping[str, NDArray[np.float64]]
    words: Mapping[str, tuple[str, ...]]
    lines: NDArray[np.int64]

    def __len__(self) -> int:
        return int(self.lines.size)

    def __contains__(self, name: str) -> bool:
        return name in self.columns or name in self.words

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        return self.columns[name]

    def row(self, place: int) -> str:
        """Name a row for an error message."""
        return f"{self.file}, line {int(self.lines[place])}"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(str(path), error.strerror or "cannot be read", "a readable CSV file is needed") from error
    except UnicodeDecodeError as error:
        raise InputError(str(path), "not text", "a CSV file in UTF-8 is needed", "Export it as UTF-8.") from error


def _rows(path: Path, text: str) -> list[tuple[int, list[str]]]:
    kept = [
        (number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip() and line.strip()[0] != "#"
    ]
    if not kept:
        raise InputError(path.name, "an empty file", "a header and at least one row are needed")
    separator = max(",;\t", key=kept[0][1].count)
    rows = [(number, next(csv.reader([line], delimiter=separator))) for number, line in kept]
    if len(rows) == 1:
        raise InputError(path.name, "a header without rows", "at least one row of measurements is needed")
    return rows


def _field_factor(unit: str, subject: str) -> float:
    """Return A/m per unit of a magnetic field, whether given as H (A/m, Oe) or as mu_0 H (T)."""
    if unit in ("Oe", "oersted", "kOe", "G", "gauss"):  # a gauss in air is an oersted
        return _OERSTED * (1e3 if unit == "kOe" else 1.0)
    try:
        return units.factor(unit, "T", subject) / VACUUM_PERMEABILITY
    except InputError:
        return units.factor(unit, "A/m", subject)


def field(text: str, subject: str) -> float:
    """Read a field such as ``"10 mT"`` or ``"50 Oe"`` in A/m."""
    match = re.fullmatch(r"\s*([+-]?[\d.]+(?:[eE][+-]?\d+)?)\s*(\S+)\s*", text)
    if match is None:
        raise InputError(subject, f"{text!r}", "a field with its unit is needed", "Write it like '10 mT'.")
    return float(match[1]) * _field_factor(match[2], subject)


def header(path: str | Path) -> tuple[str, ...]:
    """Return the names of the columns of a file, without their units."""
    path = Path(path)
    return tuple(_split(cell)[0] for cell in _rows(path, _text(path))[0][1])


def _split(cell: str) -> tuple[str, str | None]:
    match = _HEADER.fullmatch(cell)
    if match is None:
        return cell.strip().lower(), None
    return re.sub(r"\s+", "_", match[1].strip().lower()), match[2]


def read_table(path: str | Path, columns: Sequence[Column]) -> Table:
    """Read the columns of a CSV file.

    Args:
        path: the file.
        columns: what is needed; a field in A/m may also be given in T, mT, Oe or kOe (as mu_0 H or H in air).

    Raises:
        InputError: the file is missing, empty or no text; a column is missing, stands twice, or has no unit or one of
            another dimension; a cell is missing, is no finite number or no whole one. The line is named.
    """
    path = Path(path)
    text = _text(path)
    rows = _rows(path, text)
    given = [_split(cell) for cell in rows[0][1]]
    names = [name for name, _ in given]
    missing = [column.name for column in columns if column.required and column.name not in names]
    if missing:
        raise InputError(
            path.name,
            f"columns {', '.join(names)}",
            f"needs {', '.join(column.name for column in columns if column.required)}; missing: {', '.join(missing)}",
            "Name them in the first line, with units: voltage (V), duration (ns), trials, switched.",
        )
    values: dict[str, NDArray[np.float64]] = {}
    words: dict[str, tuple[str, ...]] = {}
    for column in columns:
        if column.name not in names:
            continue
        if names.count(column.name) > 1:
            raise InputError(path.name, f"column {column.name} twice", "each column may stand once")
        place = names.index(column.name)
        cells = [(number, cells[place].strip() if place < len(cells) else "") for number, cells in rows[1:]]
        if column.words:
            words[column.name] = tuple(_word(cell, column, f"{path.name}, line {number}") for number, cell in cells)
            continue
        factor = _factor(column, given[place][1], path.name)
        values[column.name] = factor * np.array([_number(cell, column, path.name, line) for line, cell in cells])
    return Table(
        file=path.name,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        columns=values,
        words=words,
        lines=np.array([number for number, _ in rows[1:]], dtype=np.int64),
    )


def _factor(column: Column, unit: str | None, file: str) -> float:
    subject = f"{file}: column {column.name}"
    if column.unit == "1":
        return units.factor(unit, "1", subject) if unit else 1.0
    if not unit:
        raise InputError(subject, "no unit", f"a unit compatible with {column.unit} is needed in the header",
                         f"Write {column.name} ({_EXAMPLES.get(column.unit, column.unit)}).")  # fmt: skip
    return _field_factor(unit, subject) if column.unit == "A/m" else units.factor(unit, column.unit, subject)


_EXAMPLES = {"s": "ns", "A/m": "mT"}


def _number(cell: str, column: Column, file: str, line: int) -> float:
    subject = f"{file}, line {line}: {column.name}"
    try:
        number = float(cell)
    except ValueError:
        remedy = "Write decimals with a point." if re.fullmatch(r"[+-]?\d+,\d+", cell) else ""
        raise InputError(subject, f"{cell!r}" if cell else "an empty cell", "a number is needed", remedy) from None
    if not math.isfinite(number):
        raise InputError(subject, cell, "a finite number is needed")
    if column.whole and (number < 0 or number != int(number)):
        raise InputError(subject, cell, "a whole number of at least 0 is needed")
    return number


def _word(cell: str, column: Column, subject: str) -> str:
    if cell not in column.words:
        raise InputError(f"{subject}: {column.name}", f"{cell!r}", f"must be one of {', '.join(column.words)}")
    return cell
