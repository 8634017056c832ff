"""Programmed cells against the exact distributions that the stack declares, two-sided, with fixed seeds.

`FALSE_ALARM` is the chance for each p-value that a sound sampler would have failed on a seed chosen blindly; this
folder takes fewer than 100 of them, so below 1e-6 in total.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from remanence.core.declare import replace
from remanence.core.stream import Stream
from remanence.device import Junction, junction, sample_conductances, stack
from remanence.device.variation import nominal

FALSE_ALARM = 1e-8
CELLS = 200_000
SERIES = 2000.0
VOLTAGE = 0.1
FILM = stack("cofeb-double-mgo")


def cut(resistance_spread: float, tmr_spread: float, write_error: float) -> Junction:
    film = replace(FILM, resistance_spread=resistance_spread, tmr_spread=tmr_spread, residual_write_error=write_error)
    return junction(film, diameter=40e-9)


def resistances(device: Junction, antiparallel: NDArray[np.bool_], seed: int = 1) -> NDArray[np.float64]:
    """Return the junction resistances alone, the series resistance taken off."""
    sample = sample_conductances(
        device, antiparallel, voltage=VOLTAGE, series_resistance=SERIES, stream=Stream(seed).child("cells")
    )
    return 1.0 / sample - SERIES


def assert_standard_normal(scores: NDArray[np.float64]) -> None:
    """Shape by Kolmogorov-Smirnov; the square sum too, which sees a spread that is 1 % off."""
    assert stats.kstest(scores, "norm").pvalue > FALSE_ALARM
    squares = stats.chi2(scores.size).cdf(np.sum(scores**2))
    assert 2.0 * min(squares, 1.0 - squares) > FALSE_ALARM


LOW, HIGH = np.zeros(CELLS, dtype=bool), np.ones(CELLS, dtype=bool)


@pytest.mark.parametrize("spread", [0.01, 0.05, 0.3])
def test_parallel_resistance_is_log_normal_with_the_declared_spread(spread: float) -> None:
    device = cut(spread, 0.05, 0.0)
    parallel, _ = nominal(device, VOLTAGE, SERIES)
    assert_standard_normal(np.log(resistances(device, LOW) / parallel) / spread)


@pytest.mark.parametrize("spread", [0.02, 0.07])
def test_cell_tmr_is_normal_around_the_nominal_one(spread: float) -> None:
    device = cut(0.05, spread, 0.0)
    _, tmr = nominal(device, VOLTAGE, SERIES)
    assert_standard_normal((resistances(device, HIGH) / resistances(device, LOW) - 1.0 - tmr) / (tmr * spread))


def test_a_tmr_below_zero_is_cut_at_zero_as_often_as_the_normal_says() -> None:
    spread = 0.45
    device = cut(0.0, spread, 0.0)
    parallel, _ = nominal(device, VOLTAGE, SERIES)
    ratio = resistances(device, HIGH) / parallel
    assert ratio.min() > 1.0 - 1e-12  # rounding of the division that takes the series resistance off
    without = int(np.count_nonzero(ratio < 1.0 + 1e-12))
    assert stats.binomtest(without, CELLS, stats.norm.cdf(-1.0 / spread)).pvalue > FALSE_ALARM


@pytest.mark.parametrize("rate", [1e-4, 1e-2, 0.3])
@pytest.mark.parametrize("target", [LOW, HIGH], ids=["P", "AP"])
def test_wrong_states_are_binomial_from_either_state(rate: float, target: NDArray[np.bool_]) -> None:
    device = cut(0.0, 0.0, rate)
    parallel, tmr = nominal(device, VOLTAGE, SERIES)
    is_high = resistances(device, target) > parallel * (1.0 + tmr / 2.0)
    wrong = int(np.count_nonzero(is_high != target))
    assert stats.binomtest(wrong, CELLS, rate).pvalue > FALSE_ALARM


def test_resistance_and_tmr_and_write_errors_are_independent() -> None:
    device = cut(0.05, 0.05, 0.3)
    clean = cut(0.05, 0.05, 0.0)
    low, high = resistances(clean, LOW), resistances(clean, HIGH)
    wrong = (resistances(device, LOW) != low).astype(np.float64)
    for one, other in ((np.log(low), high / low), (np.log(low), wrong), (high / low, wrong)):
        assert stats.pearsonr(one, other).pvalue > FALSE_ALARM


def test_one_cell_has_one_pair_of_draws_whichever_state_it_holds() -> None:
    """Programming a pattern must pick, cell by cell, from the two arrays that hold one state throughout."""
    device = cut(0.05, 0.05, 0.0)
    pattern = Stream(3).events(0.5, CELLS)
    expected = np.where(pattern, resistances(device, HIGH), resistances(device, LOW))
    np.testing.assert_array_equal(resistances(device, pattern), expected)
    # so a cell of high R_P is high in both states: the correlation of ln R is that of the shared part
    low, high = np.log(resistances(device, LOW)), np.log(resistances(device, HIGH))
    _, tmr = nominal(device, VOLTAGE, SERIES)
    own = 0.05 * tmr / (1.0 + tmr)  # first order; the second is below 1 % of it
    expected_correlation = 0.05 / np.hypot(0.05, own)
    assert stats.pearsonr(low, high).statistic == pytest.approx(expected_correlation, abs=0.005)


def test_draw_i_belongs_to_cell_i_in_c_order() -> None:
    device = cut(0.05, 0.05, 0.2)
    pattern = Stream(3).events(0.5, 1200)
    whole = resistances(device, pattern)
    np.testing.assert_array_equal(resistances(device, pattern.reshape(30, 40)), whole.reshape(30, 40))
    np.testing.assert_array_equal(resistances(device, pattern[:700]), whole[:700])
    assert not np.array_equal(resistances(device, pattern, seed=2), whole)


def test_without_spreads_every_cell_is_the_nominal_one() -> None:
    device = cut(0.0, 0.0, 0.0)
    parallel, tmr = nominal(device, VOLTAGE, SERIES)
    rounding = 1e-12  # of 1/(1/x) and a difference of two resistances of like size
    np.testing.assert_allclose(resistances(device, LOW[:9]), parallel, rtol=rounding)
    np.testing.assert_allclose(resistances(device, HIGH[:9]), parallel * (1.0 + tmr), rtol=rounding)


@pytest.mark.parametrize("field", ["resistance_area", "diameter", "half_voltage"])
@pytest.mark.parametrize("size", [1, 2])
def test_array_fields_are_refused(field: str, size: int) -> None:
    if field == "diameter":
        device = replace(cut(0.05, 0.05, 0.0), diameter=np.full(size, 40e-9))
    else:
        film = replace(FILM, **{field: np.full(size, float(getattr(FILM, field)))})
        device = junction(film, diameter=40e-9)
    with pytest.raises(ValueError, match="a single design is needed"):
        resistances(device, LOW[:4])
