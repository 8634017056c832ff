"""Draws of a row: stratified, inside the range, median kept, and a function of seed, count and row id alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from remanence.core.errors import InputError
from remanence.data import Draws, Row
from remanence.data.draws import LOGARITHMIC_RATIO


def row(low: float, value: float, high: float, name: str = "stack/x/y") -> Row:
    return Row(id=name, value=value, low=low, high=high, unit="1", kind="assumed", source="assumption", locator="")


RANGES = (
    st.tuples(*[st.floats(-1e6, 1e6)] * 3)
    .map(sorted)
    .filter(lambda ends: ends[0] < ends[1] < ends[2])
    .map(lambda ends: row(*ends))
)


@given(RANGES, st.integers(0, 2**32), st.integers(2, 200))
@settings(deadline=None)
def test_draws_stay_in_the_range_and_keep_the_median(a_row: Row, seed: int, count: int) -> None:
    column = Draws(seed, count).column(a_row)
    assert column.shape == (count,)
    # an end may be missed by the rounding of a + (b - a) u, or of exp(log(a))
    slack = 1e-12 * max(abs(a_row.low), abs(a_row.high))
    assert column.min() >= a_row.low - slack
    assert column.max() <= a_row.high + slack
    for side in (column - a_row.value, a_row.value - column):
        assert np.count_nonzero(side > slack) <= -(-count // 2)


@given(st.integers(0, 2**32), st.integers(2, 300), st.text(max_size=10))
@settings(deadline=None)
def test_there_is_one_draw_in_every_stratum(seed: int, count: int, name: str) -> None:
    strata = np.floor(Draws(seed, count).uniform(name) * count).astype(int)
    np.testing.assert_array_equal(np.sort(strata), np.arange(count))


def test_a_column_depends_on_seed_count_and_id_alone() -> None:
    draws = Draws(seed=3, count=16)
    first = draws.column(row(1.0, 2.0, 2.5, "a"))
    draws.column(row(0.0, 1.0, 9.0, "b"))
    np.testing.assert_array_equal(draws.column(row(1.0, 2.0, 2.5, "a")), first)
    np.testing.assert_array_equal(Draws(seed=3, count=16).column(row(1.0, 2.0, 2.5, "a")), first)
    others = [Draws(4, 16).uniform("a"), Draws(3, 16).uniform("b"), draws.uniform("a")]
    assert len({other.tobytes() for other in others}) == 3


def test_rows_are_drawn_independently() -> None:
    """Latin hypercube columns of two rows pair at random: rank correlation of 4000 draws, 1e-9 false alarm."""
    draws = Draws(count=4000)
    assert stats.spearmanr(draws.uniform("a"), draws.uniform("b")).pvalue > 1e-9


def test_a_narrow_range_is_even_in_the_value_and_a_wide_one_in_the_logarithm() -> None:
    """Each half of the probability lies evenly between value and end; strata make quantiles exact to 1/count."""
    count = 2000
    for low, value, high, to_scale in (
        (1.0, 1.2, LOGARITHMIC_RATIO, lambda x: x),
        (0.0, 1.0, 50.0, lambda x: x),  # an end at zero has no logarithm
        (-1.0, 1.0, 50.0, lambda x: x),
        (1.0, 1.2, LOGARITHMIC_RATIO * 1.001, np.log),
        (1e-9, 1e-6, 1e-3, np.log),
    ):
        column = np.sort(to_scale(Draws(count=count).column(row(low, value, high))))
        quantiles = (np.arange(count) + 0.5) / count
        expected = np.interp(quantiles, [0.0, 0.5, 1.0], to_scale(np.array([low, value, high])))
        np.testing.assert_allclose(column, expected, atol=(expected[-1] - expected[0]) / count)


def test_a_value_at_an_end_keeps_half_of_the_draws_there() -> None:
    column = Draws(count=10).column(row(1.0, 1.0, 2.0))
    assert np.count_nonzero(column == 1.0) == 5
    assert np.count_nonzero(column > 1.0) == 5


@pytest.mark.parametrize("count", [1, 0, -3])
def test_fewer_than_two_draws_are_refused(count: int) -> None:
    with pytest.raises(InputError, match="at least 2 draws is needed"):
        Draws(count=count)
