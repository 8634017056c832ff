"""The blind comparison with silicon: what may enter, how it is counted, and that it can fail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from remanence.data import Draws
from remanence.data.published import Published, published
from remanence.report import silicon as page
from remanence.study import silicon

NVSIM = Path(__file__).resolve().parents[1] / "peers" / "nvsim_silicon.csv"
TABLE = published("silicon")
FRAME = silicon.silicon_rows()
USED = FRAME[FRAME["reason"] == ""]


def _at(frame: pd.DataFrame, name: str, column: str, quantity: str = "") -> float:
    return float(frame[column].to_dict()[(quantity, name) if quantity else name])


def _perfect(row: Published, draws: Draws | None) -> silicon.Answer:
    assert row.value is not None
    return row.value * (1.0 if draws is None else np.linspace(0.9, 1.1, draws.count))


def test_every_row_is_there_and_says_why_it_is_left_out() -> None:
    assert set(FRAME.index) == set(TABLE)
    for name, row in TABLE.items():
        if row.recalled or row.basis == "claimed" or row.quantity == "chip_area" or name in silicon.SET:
            assert FRAME.loc[name, "reason"], name
            assert np.isnan(_at(FRAME, name, "ours"))
    assert set(silicon.SET) <= set(TABLE)
    assert np.all(USED[["ours", "low", "high", "factor", "width"]].to_numpy(float) > 0)
    assert np.all(USED["low"] <= USED["ours"] * (1 + 1e-9))
    assert np.all(USED["ours"] <= USED["high"] * (1 + 1e-9))


def test_a_card_that_repeats_the_chip_is_no_prediction() -> None:
    for technology in ("sram-6t", "edram-1t1c"):
        areas = FRAME[(FRAME["technology"] == technology) & (FRAME["quantity"] == "cell_area")]
        assert len(areas) > 2
        assert not set(areas["reason"]) & {""}


def test_predicted_cell_areas_and_their_stated_errors() -> None:
    """Errors as they are; a change of a card or of the layout shows here. None of them is tuned."""
    factors = {str(name): float(row["factor"]) for name, row in USED[USED["quantity"] == "cell_area"].iterrows()}
    assert factors == pytest.approx(
        {
            "intel-22ffl-mram-cell-area": 0.800,
            "tsmc-45-mram-cell-area": 0.759,
            "ibm-14-mram-cell-area": 1.055,
            "grandis-54-mram-cell-area": 3.492,
            "intel-22ffl-reram-cell-area": 0.896,
            "fudan-130-reram-cell-area": 1.284,
        },
        rel=1e-3,
        abs=0,
    )


def test_a_perfect_model_scores_one_and_covers_all() -> None:
    frame = silicon.silicon_rows(_perfect, Draws(count=16))
    scores = silicon.chip_scores(frame)
    np.testing.assert_allclose(scores["factor"], 1.0)
    assert np.all(scores["covered"] == 1.0)
    kept = frame.loc[list(silicon.SET), "reason"] == ""
    assert not np.any(kept), "whatever predicts, a row that set a parameter is no check"


def test_one_global_factor_is_taken_away_leaving_one_chip_out() -> None:
    """A model that is thrice too high everywhere is perfect after one factor; a chip's own row does not enter it."""

    def thrice(row: Published, draws: Draws | None) -> silicon.Answer:
        lone = 10.0 if row.chip == "intel-l4-mram" else 3.0
        return lone * np.asarray(_perfect(row, draws)) if row.quantity == "write_time" else "not asked"

    scores = silicon.chip_scores(silicon.silicon_rows(thrice, Draws(count=16)))
    assert _at(scores, "intel-l4-mram", "others", "write_time") == pytest.approx(10.0 / 3.0, rel=1e-9, abs=0)
    rest = scores.drop(("write_time", "intel-l4-mram"))["others"].to_numpy(float)
    assert np.all(rest < 1.0), "the odd chip raises the factor of the others"
    assert np.all(rest > 0.5)


def test_macros_of_one_generator_and_rows_of_one_chip_count_once() -> None:
    scores = silicon.chip_scores(FRAME)
    assert _at(scores, "ihp-130-sram", "rows", "read_access_time") == 4
    assert _at(scores, "renesas-65-sotb-sram", "rows", "read_access_time") == 2
    both = USED.loc[["renesas-65-sotb-sram-read", "renesas-65-sotb-sram-read-fast"], "factor"].to_numpy(float)
    mean = float(np.sqrt(both.prod()))
    assert _at(scores, "renesas-65-sotb-sram", "factor", "read_access_time") == pytest.approx(mean, rel=1e-9, abs=0)


def test_nodes_supplies_and_temperatures_out_of_reach_are_not_predicted() -> None:
    row = TABLE["umich-28-mram-read-25"]
    assert isinstance(silicon.predict_from_cards(row), float)
    assert silicon.card_node(row) == "cmos-28nm"
    assert silicon.card_node(TABLE["ibm-14-mram-cell-area"]) == "cmos-16nm"
    for changes, reason in (
        ({"node": 3e-9}, "no card of the node"),
        ({"temperature": 400.0}, "not at 25 degC"),
        ({"voltage": 0.45}, "supply outside the card's range"),
        ({"technology": "feram-1t1c"}, "no card of the cell"),
        ({"technology": "edram-1t1c"}, "no card of the cell on the node"),
        ({"quantity": "read_cycle_time"}, "not a figure of a macro"),
    ):
        assert silicon.predict_from_cards(replace(row, **changes)) == reason


def test_nvsim_stands_on_rows_of_chips_it_was_run_for() -> None:
    rows = silicon.nvsim_rows(NVSIM, FRAME)
    assert set(rows["chip"]) == {"umich-28-mram", "toshiba-65-mram-2015", "intel-22ffl-mram"}
    assert _at(rows, "umich-28-mram-read-25", "fast") == pytest.approx(1.63 / 2.8, rel=1e-9, abs=0)
    assert np.isnan(_at(rows, "intel-22ffl-mram-density", "ours")), "that density set a parameter of ours"
    density = 8388608 / 6.55227e-07 / 1.11149e13
    assert _at(rows, "intel-22ffl-mram-density", "fast") == pytest.approx(density, rel=1e-6, abs=0)


def test_the_page_quotes_no_median_below_six_chips() -> None:
    text = page.page(NVSIM)
    scores = silicon.chip_scores(FRAME)
    for quantity, part in scores.groupby(level="quantity"):
        line = next(line for line in text.splitlines() if line.startswith(f"| {str(quantity).replace('_', ' ')} | "))
        assert ("not enough data" in line) == (len(part) < page.ENOUGH), line
    assert page.error(pd.Series([0.5, 2.0, 1.0])).tolist() == [2.0, 2.0, 1.0]
    assert "NVSim" not in page.page().split("## Rows")[0].split("## By quantity")[1]
