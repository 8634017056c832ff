"""The rule that chooses one organisation for a published macro: the same for all, and refusing what no card holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from remanence.data import Draws
from remanence.data.published import Published, published
from remanence.study import silicon_prediction as rule

TABLE = published("silicon")
ROW = TABLE["ihp-130-sram-1024x64-read"]
DRAWS = Draws(count=32)


def test_what_no_card_holds_is_refused_with_its_reason() -> None:
    for changes, reason in (
        ({"node": 3e-9}, "no card of the node"),
        ({"temperature": 500.0}, "temperature outside the cards' range"),
        ({"voltage": 0.45}, "supply outside the card's range"),
        ({"technology": "feram-1t1c"}, "no card of the cell"),
        ({"technology": "edram-1t1c"}, "no card of the cell on the node"),
        ({"quantity": "write_throughput"}, "depends on how many bits work at once"),
    ):
        changed: Published = replace(ROW, **changes)
        assert rule.predict_by_search(changed) == reason
    lost = replace(ROW, quantity="macro_area", capacity=0, chip="nobody", unit="m^2")
    assert rule.predict_by_search(lost) == "no capacity stated"
    assert rule.card_node(TABLE["umich-28-mram-read-25"]) == "cmos-28nm"
    assert rule.card_node(TABLE["ibm-14-mram-cell-area"]) == "cmos-16nm"


def test_a_cell_area_that_a_card_repeats_is_no_prediction() -> None:
    assert rule.predict_by_search(TABLE["tsmc-7-sram-cell-area"]) == "a card holds it"
    assert isinstance(rule.predict_by_search(TABLE["intel-22ffl-mram-cell-area"]), float)


def test_all_quantities_come_from_one_organisation() -> None:
    node = rule.card_node(ROW)
    rows = [row for row in TABLE.values() if row.chip == ROW.chip and row.quantity != "cell_area"]
    # an area is not asked at the supply of a source, so it stands in a search of its own
    settings = {rule.setting(row, node) for row in rows if row.quantity not in ("macro_area", "density")}
    assert len(rows) == 5
    assert len(settings) == 1
    predicted = rule.predicted_macro(rule.setting(ROW, node), None)
    assert not isinstance(predicted, str)
    for row in rows:
        if row.quantity in ("read_access_time", "read_energy", "write_energy"):
            assert rule.predict_by_search(row) == predicted.figures[row.quantity]
    assert rule.ROWS[0] <= predicted.rows <= rule.ROWS[1]
    assert 0.3 < predicted.share < 0.8


def test_the_organisation_chosen_has_the_least_product_of_those_that_could_be_built() -> None:
    chip = rule.setting(ROW, rule.card_node(ROW))
    variant = rule._variant(chip, chip.capacities[0], chip.words[0])
    assert not isinstance(variant, str)
    near = variant.near
    merit = near["read_latency"] * near["area"] * near["read_energy"]
    assert len(near) > 1
    assert np.all(np.diff(merit) >= 0)
    assert merit[-1] <= rule.NEAR * merit[0]
    rows = near.organisations.rows
    assert rows.min() >= rule.ROWS[0]
    assert rows.max() <= rule.ROWS[1]


def test_organisations_nobody_would_build_are_dropped_and_where_none_is_left_the_nearest_stay() -> None:
    rows = np.array([16, 256, 256, 4096, 256])
    assert rule._buildable(rows, np.array([0.5, 0.5, 0.9, 0.5, 0.3])).tolist() == [False, True, False, False, False]
    assert rule._buildable(rows, np.array([0.5, 0.2, 0.1, 0.5, 0.2])).tolist() == [False, True, False, False, True]


def test_what_a_source_leaves_open_is_assumed_and_widened() -> None:
    node = rule.card_node(ROW)
    assert rule.setting(ROW, node).words == (64,)
    lone = replace(ROW, chip="nobody", word_bits=0, capacity=0)
    assert rule.setting(lone, node).words == (64, 32, 128)
    assert rule.setting(lone, node).capacities == (1 << 20, 1 << 18, 1 << 22)
    assert rule.setting(replace(lone, technology="stt-1t1mtj"), node).words == (128, 64, 256)
    wide, known = (
        np.asarray(rule.predict_by_search(replace(row, quantity="read_energy", voltage=0.0), DRAWS))
        for row in (lone, ROW)
    )
    assert np.std(np.log(wide)) > 1.1 * np.std(np.log(known))


@pytest.mark.parametrize(("given", "found"), [(1 << 20, 1 << 20), (75776, 75776), (11324620, 11272192), (100, 100)])
def test_odd_capacities_become_a_few_equal_subarrays(given: int, found: int) -> None:
    assert rule._whole(given) == found
    assert abs(given - found) < 0.01 * given


def test_draws_are_repeatable_and_hold_what_a_chip_could_be() -> None:
    first, second = (np.asarray(rule.predict_by_search(ROW, DRAWS)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert first.shape == (DRAWS.count,)
    assert np.all(np.isfinite(first))
    assert np.all(first > 0)
    mram = np.asarray(rule.predict_by_search(TABLE["umich-28-mram-read-25"], DRAWS))
    assert rule.READS * DRAWS.count <= len(mram) <= DRAWS.count, "draws without a read are dropped"
    assert np.all(mram < 1e-3)
