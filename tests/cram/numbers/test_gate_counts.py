"""The table of the documentation is what the programs say."""

from __future__ import annotations

from pathlib import Path

import pytest

from remanence.cram.numbers import gate_counts
from remanence.cram.numbers.gate_counts import FAMILIES, WIDTHS, Count, count, row

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "cram-numbers.md"


@pytest.mark.parametrize("family", FAMILIES)
def test_the_page_shows_what_the_programs_take(family: str) -> None:
    """The narrowest column of every row, and all widths of two rows; the rest is made by the same lines of code."""
    tables = PAGE.read_text(encoding="utf-8").partition(gate_counts.HEADING)[2].split("\n\n")
    shown = tables[list(FAMILIES).index(family)]
    for name in gate_counts.OPERATIONS:
        assert f"\n| `{name}` | {row([count(name, family, 8)])} |" in shown
    for name in ("x + y", "x < y"):
        assert f"| `{name}` | {row(count(name, family, bits) for bits in WIDTHS)} |" in shown


def test_cells_show_moves_where_there_are_any() -> None:
    assert row([Count(1200, 0, 1300), Count(5, 2, 8)]) == "1,200 / 1,300 | 5 + 2 moves / 8"
