"""The blind comparison with silicon: what may enter, how it is counted, and that it can fail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from remanence.data import Draws
from remanence.data.published import Published, published
from remanence.study import silicon
from remanence.study.silicon_prediction import Answer

NVSIM = Path(__file__).resolve().parents[1] / "peers" / "nvsim_silicon.csv"
TABLE = published("silicon")
COUNT = 512


def _row(chip: str, value: float, quantity: str = "read_access_time", row: str = "") -> Published:
    return replace(TABLE["umich-28-mram-read-25"], id=row or chip, chip=chip, value=value, quantity=quantity)


def _at(frame: pd.DataFrame, column: str, *index: str) -> float:
    return float(frame[column].to_dict()[index if len(index) > 1 else index[0]])


def _model(figure: float = 1e-9, spread: float = 0.1) -> silicon.Predict:
    """A model that says the same of every chip, with evenly spread draws of the logarithm."""

    def predict(row: Published, draws: Draws | None) -> Answer:
        del row
        return figure if draws is None else figure * np.exp(np.linspace(-spread, spread, draws.count))

    return predict


def _frame(factors: list[float], spread: float = 0.1, figure: float = 1e-9) -> pd.DataFrame:
    """Made-up chips that lie at given factors above what the model says."""
    table = {f"chip{i}": _row(f"chip{i}", figure * factor) for i, factor in enumerate(factors)}
    return silicon.silicon_rows(_model(figure, spread), Draws(count=COUNT), table)


def test_every_row_is_there_and_says_why_it_is_left_out() -> None:
    def silent(row: Published, draws: Draws | None) -> Answer:
        del row, draws
        return "not asked"

    frame = silicon.silicon_rows(silent, Draws(count=2))
    assert set(frame.index) == set(TABLE)
    for name, row in TABLE.items():
        if row.recalled or row.basis == "claimed" or row.quantity == "chip_area":
            assert frame.loc[name, "reason"] in ("recalled, not read", "claimed", "a die, not a macro"), name
    assert set(silicon.SET) | set(silicon.OTHER) <= set(TABLE)
    for name in silicon.SET:
        assert str(frame.loc[name, "reason"]).startswith("sets "), name
    assert np.isnan(frame["ours"].to_numpy(float)).all()
    assert silicon.chip_scores(frame).empty
    assert silicon.leave_one_out(frame).empty


def test_coverage_and_width_of_made_up_chips() -> None:
    """Draws from -0.1 to 0.1 in the logarithm hold 80 % between -0.08 and 0.08: 1.05 lies inside, 1.1 does not."""
    frame = _frame([1.05, 1.10, 0.95, 0.90])
    assert frame["covered"].tolist() == [True, False, True, False]
    np.testing.assert_allclose(frame["width"], np.exp(0.16), rtol=1e-3)
    np.testing.assert_allclose(frame["factor"], 1.0 / np.array([1.05, 1.10, 0.95, 0.90]), rtol=1e-12)
    scores = silicon.chip_scores(frame)
    assert scores["covered"].mean() == 0.5
    np.testing.assert_allclose(scores["low"], np.exp(-0.08) / np.array([1.05, 1.10, 0.95, 0.90]), rtol=1e-3)


def test_a_model_without_an_answer_says_why() -> None:
    def once(row: Published, draws: Draws | None) -> Answer:
        return "no card of the cell" if row.chip == "chip0" else 1e-9 if draws is None else "no read in most draws"

    frame = silicon.silicon_rows(once, Draws(count=4), {"a": _row("chip0", 1e-9), "b": _row("chip1", 1e-9)})
    assert frame["reason"].tolist() == ["no card of the cell", "no read in most draws"]
    assert np.isnan(frame[["ours", "low", "high"]].to_numpy(float)).all()
    assert not frame["covered"].any()


def test_a_density_is_held_as_the_area_of_a_bit() -> None:
    table = {"d": replace(_row("d", 2e13), quantity="density", unit="1/m^2")}
    frame = silicon.silicon_rows(_model(1e13, 0.1), Draws(count=COUNT), table)
    assert frame.loc["d", "quantity"] == "macro_area"
    assert _at(frame, "theirs", "d") == pytest.approx(5e-14, rel=1e-12, abs=0)
    assert _at(frame, "factor", "d") == pytest.approx(2.0, rel=1e-12, abs=0), "half the density is twice the area"
    assert _at(frame, "low", "d") < _at(frame, "ours", "d") < _at(frame, "high", "d")


def test_one_factor_is_fitted_on_the_other_chips_alone() -> None:
    """Chips at 3 and one at 12: the others' factor is 3 for the odd one, and (3 3 12)^(1/3) for each of the three."""
    frame = _frame([3.0, 3.0, 3.0, 12.0])
    left = silicon.leave_one_out(frame)
    assert _at(left, "fitted", "chip3") == pytest.approx(3.0, rel=1e-9, abs=0)
    assert _at(left, "factor", "chip3") == pytest.approx(3.0 / 12.0, rel=1e-9, abs=0)
    assert _at(left, "fitted", "chip0") == pytest.approx(3.0 * 4.0 ** (1.0 / 3.0), rel=1e-9, abs=0)
    assert left["others"].tolist() == [3, 3, 3, 3]


def test_other_quantities_do_not_enter_a_factor() -> None:
    table = {name: _row(name, 3e-9) for name in ("a", "b", "c")}
    table |= {f"w{name}": _row(name, 1e-6, "write_time", f"w{name}") for name in ("a", "b", "c")}
    left = silicon.leave_one_out(silicon.silicon_rows(_model(), Draws(count=64), table))
    assert _at(left, "fitted", "a") == pytest.approx(3.0, rel=1e-9, abs=0)
    assert _at(left, "fitted", "wa") == pytest.approx(1000.0, rel=1e-9, abs=0)


def test_rows_of_a_chip_and_macros_of_one_generator_are_one_piece_of_evidence() -> None:
    table = {"a": _row("a", 2e-9), "b": _row("b", 2e-9)}
    table |= {f"i{n}": _row(f"ihp-130-sram-{n}", 8e-9, row=f"i{n}") for n in range(4)}
    frame = silicon.silicon_rows(_model(), Draws(count=64), table)
    scores = silicon.chip_scores(frame)
    assert _at(scores, "rows", "read_access_time", "ihp-130-sram") == 4
    assert len(scores) == 3
    left = silicon.leave_one_out(frame)
    assert _at(left, "fitted", "a") == pytest.approx(4.0, rel=1e-9, abs=0), "one of 2 and one of 8, not four of 8"
    assert _at(left, "fitted", "i0") == pytest.approx(2.0, rel=1e-9, abs=0), "its sisters are the same chip"


def test_less_than_two_other_chips_give_no_factor() -> None:
    left = silicon.leave_one_out(_frame([1.0, 2.0]))
    assert np.isnan(left[["fitted", "factor", "low", "high"]].to_numpy(float)).all()


def test_the_interval_after_one_factor_holds_four_chips_in_five() -> None:
    """Scatter of a chip, unknown to the model, of 0.6 in the logarithm: 80 % of new chips, whatever the draws hold."""
    logs = np.random.default_rng(1).normal(0.7, 0.6, 300)
    for spread in (0.01, 0.9):
        left = silicon.leave_one_out(_frame(list(np.exp(logs)), spread))
        assert 0.74 < left["covered"].mean() < 0.86, spread
        assert np.exp(np.median(np.log(left["fitted"].to_numpy(float)))) == pytest.approx(np.exp(0.7), rel=0.1)


def test_few_chips_make_a_wider_interval() -> None:
    few = silicon.leave_one_out(_frame([1.0, 2.0, 1.0, 2.0]))["width"].median()
    many = silicon.leave_one_out(_frame([1.0, 2.0] * 20))["width"].median()
    assert few > 1.2 * many


def test_nvsim_stands_on_rows_of_chips_it_was_run_for() -> None:
    frame = silicon.silicon_rows(_model(), Draws(count=4))
    rows = silicon.nvsim_rows(NVSIM, frame)
    assert set(rows["quantity"]) <= set(frame["quantity"])
    assert _at(rows, "fast", "umich-28-mram-read-25") == pytest.approx(1.63 / 2.8, rel=1e-9, abs=0)
    assert "umich-28-mram-read-120" not in rows.index, "it was not run at 120 degC"
    assert np.isnan(_at(rows, "ours", "intel-22ffl-mram-density")), "that density set a parameter of ours"
    area = 6.55227e-07 / 8388608 * 1.11149e13
    assert _at(rows, "fast", "intel-22ffl-mram-density") == pytest.approx(area, rel=1e-6, abs=0)
    assert set(rows["chip"]) >= {"ihp-130-sram", "intel-l4-mram", "fudan-130-reram", "toshiba-65-mram"}
