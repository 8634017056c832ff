"""How many gates and steps each operation takes, by width and family of gates: the table of docs/howto/cram-numbers.md.

Counted on the programs themselves. A step is a gate, a move or a batch of presets.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeAlias

import numpy as np

from remanence.cram.numbers import functions
from remanence.cram.numbers.lanes import Lanes, asarray

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "NAND2, NOT": ("NAND2", "NOT"),
    "NOR2, NOT": ("NOR2", "NOT"),
    "NMAJ3, NMAJ5, NOT": ("NMAJ3", "NMAJ5", "NOT"),
}
WIDTHS = (8, 16, 32)
COLUMNS = 1024
ROWS = 1024
"""Rows of the array: those that a sum along the rows adds up."""

Operation: TypeAlias = Callable[[Lanes, Lanes], Lanes]

OPERATIONS: Mapping[str, Operation] = {
    "x + y": lambda x, y: x + y,
    "x - y": lambda x, y: x - y,
    "x < y": lambda x, y: x < y,
    "x == y": lambda x, y: x == y,
    "minimum(x, y)": functions.minimum,
    "where(x > y, x, y)": lambda x, y: functions.where(x > y, x, y),
    "x << y, y of 3 bits": lambda x, y: x << y.astype(3),
    "popcount(x)": lambda x, _: x.popcount(),
    "x * y": lambda x, y: x * y,
    "x * y + x": lambda x, y: functions.multiply_add(x, y, x),
    "x * x": lambda x, _: functions.square(x),
    "x * (2^n - 1)": lambda x, _: x * ((1 << x.bits) - 1),
    "x * 0b1010...": lambda x, _: x * int("10" * (x.bits // 2), 2),
    "x // y": lambda x, y: x // y,
    "x // y and x % y": lambda x, y: functions.stack(list(divmod(x, y))),
    "sqrt(x)": lambda x, _: functions.sqrt(x),
    f"sum of {ROWS} rows": lambda x, _: x.sum(axis=0),
}
"""By their name in the table; x and y are unsigned, of n bits."""

HEADING = "\n## Gates and steps\n\n"
"""Of the page, before what `markdown` gives."""


class Count(NamedTuple):
    """Gates without presets and moves, moves, and steps with all of them."""

    gates: int
    moves: int
    steps: int


def count(name: str, family: str, bits: int) -> Count:
    """Count the instructions of an operation of `OPERATIONS` with a family of `FAMILIES`."""
    x, y = (asarray(np.zeros(ROWS, np.int64), bits) for _ in range(2))
    program = OPERATIONS[name](x, y).program(columns=COLUMNS, gates=FAMILIES[family])
    moves = program.counts().get("MOVE", 0)
    return Count(program.gate_steps - moves, moves, program.step_count)


def markdown() -> str:
    """Return the tables of gates / steps, one a family."""
    heads = " | ".join(f"{bits} bits" for bits in WIDTHS)
    rule = "| --- |" + " ---: |" * len(WIDTHS)
    found = {key: count(*key) for key in itertools.product(OPERATIONS, FAMILIES, WIDTHS)}
    lines = []
    for family in FAMILIES:
        lines += [f"| {family}: gates / steps | {heads} |", rule]
        lines += [f"| `{name}` | {row(found[name, family, bits] for bits in WIDTHS)} |" for name in OPERATIONS]
        lines.append("")
    lines.pop()
    return "\n".join(lines) + "\n"


def row(counts: Iterable[Count]) -> str:
    """Return the cells of an operation."""
    return " | ".join(map(cell, counts))


def cell(found: Count) -> str:
    """Return gates / steps, and moves where there are any."""
    moves = f" + {found.moves:,} moves" if found.moves else ""
    return f"{found.gates:,}{moves} / {found.steps:,}"
