"""The standard questions about MRAM as docs/questions answers them: what is run, nothing drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from remanence.core import units
from remanence.study.cell_scaling import cell_scaling
from remanence.study.macro_comparison import Entry, compare_macros

CELLS = (
    "sram-6t", "edram-1t1c", "stt-1t1mtj", "stt-2t2mtj", "sot-2t1mtj", "reram-1t1r", "pcm-1t1r", "fefet-1t",
    "nor-flash", "split-gate-40nm", "split-gate-28nm",
)  # fmt: skip
"""Cells that are compared, wherever a node has a card of them."""
NODES = ("cmos-40nm", "cmos-28nm", "cmos-22nm", "cmos-16nm")
CAPACITIES = ("1 MiB", "4 MiB", "16 MiB", "64 MiB")
WORD_BITS = 128
SPARE_AREA = 0.3
"""Macros are the fastest to read among those whose area is at most this share above the smallest one's."""

MAGNETIC, LATCH = ("stt-1t1mtj", "stt-2t2mtj"), "sram-6t"
BREAK_EVEN_NODE = "cmos-22nm"
BREAK_EVEN_CAPACITIES = ("1 MiB", "8 MiB", "64 MiB")
TEMPERATURES = ("25 degC", "85 degC")

STACKS = ("cofeb-double-mgo", "l10-fept")
DIAMETERS = tuple(1e-9 * size for size in (*range(5, 20), *range(20, 82, 2)))

Progress = Callable[[str, int, int], None]


def memories(progress: Progress | None = None) -> dict[str, list[Entry]]:
    """Return the macros of every cell at every capacity, by node."""
    return {
        node: compare_macros(CELLS, node, CAPACITIES, word_bits=WORD_BITS, spare_area=SPARE_AREA, progress=progress)
        for node in NODES
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Rivals:
    """One capacity at one temperature: the magnetic macros and the SRAM beside them."""

    capacity: str
    temperature: str
    magnetic: tuple[Entry, ...]
    latch: Entry


def rivals(progress: Progress | None = None) -> list[Rivals]:
    """Return magnetic macros and SRAM of the same node at every temperature and capacity of the question."""
    found = []
    for temperature in TEMPERATURES:
        entries = compare_macros(
            [*MAGNETIC, LATCH], BREAK_EVEN_NODE, BREAK_EVEN_CAPACITIES, word_bits=WORD_BITS, spare_area=SPARE_AREA,
            temperature=units.parse(temperature, "K", "questions"), progress=progress,
        )  # fmt: skip
        for capacity in BREAK_EVEN_CAPACITIES:
            mine = {entry.cell: entry for entry in entries if entry.capacity == capacity}
            found.append(Rivals(capacity=capacity, temperature=temperature,
                                magnetic=tuple(mine[cell] for cell in MAGNETIC), latch=mine[LATCH]))  # fmt: skip
    return found


def materials() -> dict[str, pd.DataFrame]:
    """Return cells of both free layers against diameter, by node."""
    return {node: cell_scaling(STACKS, DIAMETERS, node) for node in NODES}
