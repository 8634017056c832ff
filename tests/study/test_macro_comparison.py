"""Several macros: what cannot be built is kept with its reason, winners are the least, parts add up."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.circuit.organisation import QUANTITIES
from remanence.core.errors import InputError, UnknownNameError
from remanence.data import Draws
from remanence.study.macro import BEYOND
from remanence.study.macro_breakdown import TOTAL, bounded, breakdown, floorplan, interval, unreadable
from remanence.study.macro_comparison import Entry, compare_macros, winners

NODE = "cmos-22nm"
FEW = Draws(count=32)
CELLS = ("sram-6t", "nor-flash", "reram-1t1r", "stt-1t1mtj")


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return compare_macros(CELLS, NODE, ["256 KiB", "1 MiB"], word_bits=64, draws=FEW)


def test_what_cannot_be_built_stays_with_its_reason(entries: list[Entry]) -> None:
    assert [(entry.capacity, entry.cell) for entry in entries[:4]] == [("256 KiB", cell) for cell in CELLS]
    for entry in entries:
        assert (entry.chosen is None) == (entry.cell == "nor-flash")
        assert ("has a card for cmos-40nm only" in entry.reason) == (entry.chosen is None)
        assert bool(entry.draws) == (entry.chosen is not None)
    with pytest.raises(InputError, match="has a card for cmos-40nm only"):
        compare_macros(["nor-flash"], NODE, ["1 MiB"], word_bits=64)
    with pytest.raises(UnknownNameError, match="sram-6t"):
        compare_macros(["sram-6t", "sram-6x"], NODE, ["1 MiB"], word_bits=64)


def test_winners_have_the_best_median(entries: list[Entry]) -> None:
    for quantity in QUANTITIES:
        frame = winners(entries, quantity)
        assert list(frame.index) == ["256 KiB", "1 MiB"]
        for capacity, row in frame.iterrows():
            medians = {e.cell: e.ends(quantity)[1] for e in entries if e.capacity == capacity and e.draws}
            best = (max if quantity == "bandwidth" else min)(medians, key=lambda cell: medians[cell])
            assert row["cell"] == best
            assert row["second"] in set(medians) - {best}
            assert 0.0 <= row["share"] <= 1.0
    with pytest.raises(UnknownNameError, match="area"):
        winners(entries, "aera")


def test_progress_and_spare_area() -> None:
    seen: list[tuple[str, int, int]] = []
    tight, loose = (
        compare_macros(["sram-6t"], NODE, ["1 MiB"], word_bits=64, spare_area=spare, draws=FEW,
                       progress=lambda *step: seen.append(step))[0].chosen
        for spare in (0.1, None)
    )  # fmt: skip
    assert tight is not None
    assert loose is not None
    smallest = float(tight.macros["area"].min())
    assert float(tight.best["area"][0]) <= 1.1 * smallest < float(loose.best["area"][0])
    assert float(tight.best["read_latency"][0]) >= float(loose.best["read_latency"][0])
    assert seen == [(f"macros on {NODE}", 1, 1)] * 2


def test_parts_add_up_and_intervals_hold_the_totals(entries: list[Entry]) -> None:
    for entry in (one for one in entries if one.chosen is not None):
        one = entry.chosen
        assert one is not None
        frame = breakdown(one, FEW)
        for quantity in frame.index.get_level_values(0).unique():
            mine = frame.loc[quantity]
            assert mine.drop(TOTAL)["value"].sum() == pytest.approx(mine["value"][TOTAL], rel=1e-12)
            assert mine["value"][TOTAL] == pytest.approx(float(one.best[quantity][0]), rel=1e-9)
            low, _, high = entry.ends(quantity)
            assert (mine["low"][TOTAL], mine["high"][TOTAL]) == pytest.approx((low, high), rel=1e-9)
            assert (mine["low"] <= mine["high"]).all()
        assert not frame.isna().any(axis=None)


def test_draws_without_a_read_are_infinite_and_no_numbers_are_lost() -> None:
    draws = bounded(np.array([1.0, 2.0, 3.0, 10.0 * BEYOND, np.inf]))
    assert np.isinf(draws).sum() == 2
    low, middle, high = interval(draws)
    assert 1.0 < low < 2.0
    assert middle == 3.0
    assert high == np.inf
    assert bounded(0.1 / BEYOND).tolist() == [0.0]


def test_the_floor_plan_is_that_of_the_model(entries: list[Entry]) -> None:
    for entry in (one for one in entries if one.chosen is not None):
        assert entry.chosen is not None
        plan, best = floorplan(entry.chosen), entry.chosen.best
        organisation = best.organisations
        number = plan.banks_across * plan.banks_down * plan.across * plan.down
        assert number == int(organisation.across[0] * organisation.down[0] * organisation.banks[0])
        assert plan.cells_width < plan.width
        assert plan.cells_height < plan.height
        area = best.costs().parts["area"]
        cells = float(np.ravel(area["cells"])[0])
        assert number * plan.cells_width * plan.cells_height == pytest.approx(cells, rel=1e-9, abs=0)
        blocks = sum(float(np.ravel(area[part])[0]) for part in ("cells", "sense", "decoder", "corner"))
        assert number * plan.width * plan.height == pytest.approx(blocks, rel=1e-9, abs=0)
        assert 0.3 < plan.drawn_share < 1.0
        assert 0.0 <= unreadable(best.costs(draws=FEW)) < 1.0
