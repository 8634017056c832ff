"""docs/questions: the pages are those that the code makes, and their figures are drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from remanence.report import question_pages
from remanence.report import questions as figures
from remanence.study import questions
from remanence.study.macro_comparison import compare_macros

DOCS = Path(__file__).parents[2] / "docs"


def page(name: str) -> str:
    return (DOCS / "questions" / f"{name}.md").read_text(encoding="utf-8")


def rows(text: str, start: str) -> list[str]:
    found = [line for line in text.splitlines() if line.startswith(start)]
    assert found
    return found


def test_the_page_on_materials_is_that_of_the_code(tmp_path: Path) -> None:
    results = questions.materials()
    assert page("fept") == question_pages.materials(results), "run `make figures`"
    figures.materials(results, tmp_path / "m.svg")
    assert (tmp_path / "m.svg").stat().st_size > 10_000


def test_the_page_on_break_even_is_that_of_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "TEMPERATURES", questions.TEMPERATURES[:1])
    monkeypatch.setattr(questions, "BREAK_EVEN_CAPACITIES", questions.BREAK_EVEN_CAPACITIES[:1])
    found = questions.rivals()
    text = question_pages.break_even(found)
    for line in rows(text, "| 1 MiB, 25 degC"):
        assert line in page("break-even").splitlines(), "run `make figures`"
    figures.break_even_maps(found, tmp_path / "maps.svg")
    figures.break_even_idle_times(found, tmp_path / "idle.svg")
    assert (tmp_path / "maps.svg").exists()


def test_the_page_on_memories_is_that_of_the_code(tmp_path: Path) -> None:
    node = "cmos-22nm"
    cells = [questions.LATCH, *question_pages.AGAINST, "nor-flash"]
    results = {
        node: compare_macros(cells, node, ["1 MiB"], word_bits=questions.WORD_BITS, spare_area=questions.SPARE_AREA)
    }
    text = question_pages.memories(results)
    for line in rows(text, f"| {node}, 1 MiB, `"):
        assert line in page("memories").splitlines(), "run `make figures`"
    assert "`nor-flash` on cmos-22nm: " in text
    figures.memories(results, tmp_path / "memories.svg")
    assert (tmp_path / "memories.svg").exists()
