"""The page that holds ours against silicon: what it quotes, and what it must not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from remanence.data import Draws
from remanence.data.published import Published, published
from remanence.report import silicon as page
from remanence.study import silicon
from remanence.study.silicon_prediction import Answer

NVSIM = Path(__file__).resolve().parents[1] / "peers" / "nvsim_silicon.csv"


def _half(row: Published, draws: Draws | None) -> Answer:
    """Half of what was published, with draws about it."""
    assert row.value is not None
    return row.value / 2.0 * (1.0 if draws is None else np.linspace(0.9, 1.1, draws.count))


FRAME = silicon.silicon_rows(_half, Draws(count=16))


def _line(text: str, named: str) -> list[str]:
    section = text.split("## By quantity")[1]
    line = next(line for line in section.splitlines() if line.startswith(f"| {named} | "))
    return [cell.strip() for cell in line.split("|")[1:-1]]


def test_the_page_quotes_no_median_below_six_chips() -> None:
    text = page.page(NVSIM, FRAME)
    for quantity, part in silicon.chip_scores(FRAME).groupby(level="quantity"):
        cells = _line(text, str(quantity).replace("_", " "))
        assert cells[1] == str(len(part))
        assert (cells[2] == "not enough data") == (len(part) < page.ENOUGH), cells
        assert len(cells) == 11


def test_a_model_that_is_half_of_everything_misses_blind_and_is_right_after_one_factor() -> None:
    cells = _line(page.page(NVSIM, FRAME), "read access time")
    assert cells[2:5] == ["2.00", "2", "0 %"]
    assert cells[6:9] == ["1.00", "1", "100 %"]
    assert cells[10] == "2: met"


def test_a_missed_aim_is_told() -> None:
    def same(row: Published, draws: Draws | None) -> Answer:
        del row
        return 1e-9 if draws is None else np.full(draws.count, 1e-9)

    like = published("silicon")["umich-28-mram-read-25"]
    table = {f"{n}": replace(like, id=f"{n}", chip=f"{n}", value=1e-9 * 100.0 ** (n % 2)) for n in range(8)}
    frame = silicon.silicon_rows(same, Draws(count=16), table)
    assert _line(page.page(None, frame), "read access time")[10] == "2: missed"


def test_errors_are_above_one_either_way() -> None:
    assert page.error(pd.Series([0.5, 2.0, 1.0])).tolist() == [2.0, 2.0, 1.0]


def test_nvsim_is_quoted_only_where_its_answers_are_given_and_names_the_closer() -> None:
    assert "NVSim" not in page.page(None, FRAME).split("## By quantity")[1].split("## Rows")[0]
    section = page.page(NVSIM, FRAME).split("Chips that both have")[1].split("## Rows")[0]
    assert "not enough data" in section
    chips = page.by_chip(silicon.nvsim_rows(NVSIM, FRAME)).loc["read_access_time"]
    assert "ihp-130-sram" in chips.index, "four macros of one generator are one chip"


def test_the_figure_is_drawn_with_every_chip(tmp_path: Path) -> None:
    path = tmp_path / "silicon.svg"
    page.draw(FRAME, path, NVSIM)
    assert path.stat().st_size > 10_000
