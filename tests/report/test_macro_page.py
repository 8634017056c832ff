"""Pages of macros: one file that fetches nothing and shows what it must, whatever the cell."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest

from remanence.circuit import Reason
from remanence.data import Draws
from remanence.report import floorplan, macro, macro_charts, macro_comparison
from remanence.study.macro import Chosen, choose
from remanence.study.macro_breakdown import floorplan as plan_of
from remanence.study.macro_comparison import Entry, compare_macros

NODE = "cmos-22nm"
FEW = Draws(count=32)


@pytest.fixture(scope="module")
def stt() -> Chosen:
    return choose("stt-1t1mtj", NODE, capacity="1 MiB", word_bits=64, ecc="secded", draws=FEW)


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return compare_macros(["sram-6t", "stt-1t1mtj", "nor-flash"], NODE, ["256 KiB", "1 MiB"], word_bits=64, draws=FEW)


def body(source: str) -> str:
    return source[source.index("<main") :]


def test_every_reason_has_words() -> None:
    assert set(macro.REASONS) == set(Reason) - {Reason.LEGAL}


def test_the_page_of_one_macro_is_whole(stt: Chosen) -> None:
    source = macro.page(stt, node=NODE, asked="1 MiB <b>", optimised="read_latency", draws=FEW)
    assert source.startswith("<!DOCTYPE html>")
    assert "1 MiB &lt;b&gt;" in source
    main = body(source)
    assert re.search(r'(?:src|href)="(?:https?:)?//', main) is None, "nothing is fetched"
    for heading in (
        "Figures",
        "Organisation",
        "Where it goes",
        "What else there was",
        "What was rejected",
        "Assumptions",
    ):
        assert f">{heading}</h2>" in main
    ids = re.findall(r'\bid="([^"]+)"', main)
    assert len(ids) == len(set(ids))
    for quantity in ("read-latency", "write-latency", "read-energy", "write-energy", "area", "leakage"):
        assert f'id="parts-{quantity}-plot"' in main
    assert main.count("<svg") >= 3, "macro, bank and subarray are drawn"
    assert main.count('id="front-') // 2 >= 3
    shape = stt.best.organisations
    assert f"{int(shape.rows[0])} rows x {int(shape.columns[0])} columns" in main
    for reason, number in stt.macros.rejected.items():
        if number:
            assert macro.REASONS[reason] in main
            assert f"{number:,}" in main
    assert "cell/stt-1t1mtj" in main
    assert "senseamplifier/latch-22nm" in main


@pytest.mark.parametrize(
    ("cell", "optimised"), [("sram-6t", "area"), ("edram-1t1c", "bandwidth"), ("pcm-1t1r", "leakage")]
)
def test_other_cells_and_goals_have_pages_too(cell: str, optimised: str) -> None:
    one = choose(cell, NODE, capacity="256 KiB", word_bits=64, optimise=optimised, draws=FEW)
    main = body(macro.page(one, node=NODE, asked="", optimised=optimised, draws=FEW))
    assert f"least {optimised.replace('_', ' ')}" in main or optimised == "bandwidth"
    assert "nan" not in re.sub(r"<script.*?</script>", "", main, flags=re.DOTALL).lower().split()


def test_the_comparison_shows_what_could_not_be_built(entries: list[Entry]) -> None:
    main = body(macro_comparison.page(entries, asked="words of 64 bits", optimised="read_latency", draws=FEW))
    assert "has a card for cmos-40nm only" in main
    assert "256 KiB, 1 MiB" in main, "both capacities of the missing cell in one row"
    assert 'id="curve-read-latency-plot"' in main
    assert "All 4 macros" in main
    assert "% of draws" in main
    single = [entry for entry in entries if entry.capacity == "1 MiB"]
    assert "<b>" in str(macro_charts.beside(single, "area").layout.yaxis.ticktext)
    assert "By quantity" in body(macro_comparison.page(single, asked="", optimised="area", draws=FEW))


def test_the_drawing_has_every_bank_and_every_opened_subarray(stt: Chosen) -> None:
    plan = plan_of(stt)
    banks = re.findall(r"<rect", floorplan.macro(plan))
    assert len(banks) == plan.banks_across * plan.banks_down
    opened = re.findall(rf'fill="{floorplan.OPENED}"', floorplan.bank(plan))
    assert len(opened) == plan.active_across * plan.active_down
    box = re.search(r'viewBox="([^"]+)"', floorplan.subarray(plan))
    assert box is not None
    assert all(np.isfinite(float(side)) for side in box[1].split())


def test_yields_are_shown_where_there_are_any() -> None:
    table = pd.DataFrame({"raw": [0.5, 0.25], "with_code": [0.999, 0.99]}, index=[25.0, 150.0])
    with_yields, without = (cast("Chosen", SimpleNamespace(yields=item)) for item in (table, None))
    drawn = str(macro.yield_section(with_yields)[0])
    assert "25 degC" in drawn
    assert "150 degC" in drawn
    assert "with code" in drawn
    assert "0.999" in drawn
    assert macro.yield_section(without) == []


def test_figures_as_text() -> None:
    assert macro_charts.shown(np.inf, "read_latency") == "no read"
    assert macro_charts.shown(0.0, "bandwidth") == "no read"
    assert macro_charts.shown(2e9, "bandwidth") == "2 Gbit/s"
    assert macro_charts.shown(1.5e-6, "area") == "1.5 mm²"
    assert macro_charts.scale("area", 2e-6) == (1e6, "mm²")
    factor, unit = macro_charts.scale("read_latency", 2e-9)
    assert factor == pytest.approx(1e9)
    assert unit == "ns"
