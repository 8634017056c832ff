"""The instructions of the machine: what each one says, and how it reads as text.

WRITE, READ  rows of an array from and to the outside, over the bus.
RUN          a program, in rows (row-parallel) or in columns (column-parallel), in one or several arrays alike.
MOVE ROWS, MOVE COLUMNS, COPY  a row is read and written elsewhere: in other rows, other columns, another array.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from remanence.cram.program import Program

Places: TypeAlias = tuple[int, ...]
"""Rows, columns, or arrays, in their order."""

PARALLEL = ("rows", "columns")
"""Ways in which a program runs: its columns are those of the array and its lanes rows, or the other way round."""
MOVES = ("MOVE ROWS", "MOVE COLUMNS", "COPY")


@dataclass(frozen=True, slots=True)
class Write:
    """Numbers from outside into rows: bit j of each into the j-th of the columns; arrays one after the other."""

    name: str
    arrays: Places
    rows: Places
    columns: Places
    signed: bool = False

    operation = "WRITE"

    def __str__(self) -> str:
        """Say it in a line."""
        kind = "signed " if self.signed else ""
        return f"{self.operation} {kind}{self.name} -> {_block(self.arrays, self.rows, self.columns)}"


@dataclass(frozen=True, slots=True)
class Read:
    """Numbers from rows to the outside; as truth values, shape (rows, columns), with ``bits``."""

    name: str
    arrays: Places
    rows: Places
    columns: Places
    signed: bool = False
    bits: bool = False

    operation = "READ"

    def __str__(self) -> str:
        """Say it in a line."""
        kind = "bits " if self.bits else "signed " if self.signed else ""
        return f"{self.operation} {kind}{self.name} <- {_block(self.arrays, self.rows, self.columns)}"


@dataclass(frozen=True, slots=True)
class Run:
    """A program in all lanes of a range, in one or several arrays at once.

    Column k of the program is column ``first`` + k of the array, or row ``first`` + k where it runs along columns.
    """

    program: Program
    arrays: Places
    lanes: range
    parallel: str
    first: int = 0

    operation = "RUN"

    @property
    def lines(self) -> range:
        """Columns of the arrays, or rows along columns, that the program may use."""
        return range(self.first, self.first + (self.program.width or self.program.columns))

    def __str__(self) -> str:
        """Say it in a line."""
        across = "columns" if self.parallel == "rows" else "rows"
        lanes = ranges(tuple(self.lanes))
        shown = f"{len(self.program)} instructions, {self.program.step_count} steps"
        words = f"arrays {ranges(self.arrays)}, in {self.parallel} {lanes}, on {across} {ranges(tuple(self.lines))}"
        return f"{self.operation} ({shown}) {words}"


@dataclass(frozen=True, slots=True)
class Move:
    """Rows that are read and written elsewhere, one after the other in the order given; several arrays alike."""

    operation: str  # one of `MOVES`
    sources: Places  # arrays
    targets: Places
    rows: Places
    target_rows: Places
    columns: Places
    target_columns: Places

    def __str__(self) -> str:
        """Say it in a line."""
        source = _block(self.sources, self.rows, self.columns)
        return f"{self.operation} {_block(self.targets, self.target_rows, self.target_columns)} <- {source}"


Instruction: TypeAlias = Write | Read | Run | Move


def ranges(places: Sequence[int]) -> str:
    """Return places as text, such as ``0-7 9``."""
    shown: list[str] = []
    start = 0
    for end in range(1, len(places) + 1):
        if end == len(places) or places[end] != places[end - 1] + 1:
            shown.append(f"{places[start]}-{places[end - 1]}" if end - start > 1 else f"{places[start]}")
            start = end
    return " ".join(shown)


def _block(arrays: Places, rows: Places, columns: Places) -> str:
    return f"arrays {ranges(arrays)}, rows {ranges(rows)}, columns {ranges(columns)}"
