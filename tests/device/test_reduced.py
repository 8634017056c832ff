"""Reduced units: dwell times, broadcasting, relaxation, and the closed forms as what they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.errors import ConvergenceError, InputError, ValidityError
from remanence.device import reduced

# mean dwell time of one well in tau_D, of the device sheet
DWELL = {2: 11.483, 5: 151.36, 10: 13884.0, 20: 2.0288e8, 30: 3.5808e12}


def test_mean_dwell_times_of_the_device_sheet() -> None:
    np.testing.assert_allclose(reduced.mean_dwell(list(DWELL)), list(DWELL.values()), rtol=1e-4)


@pytest.mark.parametrize("stability", [10.0, 20.0, 30.0])
@pytest.mark.parametrize("overdrive", [0.0, 0.4])
def test_the_slow_decay_of_fokker_planck_is_the_mean_dwell_time(stability: float, overdrive: float) -> None:
    """Both sides relax at the sum of the two rates of leaving; one part in 1e4 where the wells are deep."""
    here, there = (float(reduced.mean_dwell(stability, sign * overdrive)) for sign in (1.0, -1.0))
    rate = 1.0 / here + 1.0 / there
    times = np.array([1.0, 1.5]) / rate
    final = rate * here
    left = np.asarray(reduced.write_error_rate(stability, overdrive, times)) - (1.0 - 1.0 / final)
    measured = np.log(left[0] / left[1]) / (times[1] - times[0])
    # two exponentials whose times differ as the dwell times do from the relaxation within a well
    shortfall = 1e-4 + 8.0 / here
    assert measured == pytest.approx(rate, rel=shortfall, abs=0)


def test_a_loss_of_ten_years_is_time_over_dwell_time() -> None:
    time = 1e17
    result = reduced.switching(60.0, 0.0, time, side="switched")
    assert result.switched == pytest.approx(time / float(reduced.mean_dwell(60.0)), rel=1e-4, abs=0)


def test_everything_broadcasts_and_equals_the_single_points() -> None:
    stability, overdrive = np.array([30.0, 60.0])[:, None, None], np.array([0.8, 2.0])[:, None]
    time = np.array([5.0, 0.0, 2.0])
    result = reduced.write_error_rate(stability, overdrive, time, tolerance=1e-4)
    assert np.shape(result) == (2, 2, 3)
    assert np.all(np.asarray(result)[..., 1] == 1.0)
    for index in np.ndindex(2, 2, 3):
        alone = reduced.write_error_rate(
            float(stability[index[0], 0, 0]), float(overdrive[index[1], 0]), float(time[index[2]]), tolerance=1e-4
        )
        assert isinstance(alone, float)
        assert alone == pytest.approx(float(np.asarray(result)[index]), rel=2e-4, abs=0)


def test_no_points_give_no_results() -> None:
    assert np.shape(reduced.write_error_rate(60.0, 2.0, np.empty(0))) == (0,)


@given(st.floats(5.0, 100.0), st.floats(0.0, 3.0), st.floats(0.1, 20.0), st.floats(1.05, 2.0))
@settings(deadline=None, max_examples=20)
def test_longer_and_stronger_pulses_fail_less(stability: float, overdrive: float, time: float, more: float) -> None:
    tolerance = 1e-3
    here, longer, stronger = np.asarray(
        reduced.write_error_rate(
            stability, overdrive * np.array([1.0, 1.0, more]), time * np.array([1.0, more, 1.0]), tolerance=tolerance
        )
    )
    assert 0.0 <= longer <= here * (1.0 + 2.0 * tolerance)
    assert stronger <= here * (1.0 + 2.0 * tolerance)


def test_a_field_acts_on_the_angle_as_a_current_does_but_also_on_the_start() -> None:
    """The start is narrower or wider in the field: the same force then leaves another error."""
    by_field = reduced.write_error_rate(40.0, 1.0, 4.0, field=-1.0 + 0.2)
    by_current = reduced.write_error_rate(40.0, 1.8, 4.0)
    assert by_field != pytest.approx(by_current, rel=0.01)
    rate = [float(reduced.mean_dwell(20.0, 0.0, -0.3)), float(reduced.mean_dwell(20.0, 0.3))]
    assert rate[0] == pytest.approx(rate[1], rel=1e-12, abs=0)


def test_relaxation_lets_those_near_the_equator_fall_to_either_side() -> None:
    """Half way over at the end of the pulse, little moves in the mean; a spread over the equator settles."""
    at_end = reduced.switching(40.0, 2.0, [1.5, 2.5, 4.0])
    later = reduced.switching(40.0, 2.0, [1.5, 2.5, 4.0], relaxation=8.0)
    ratio = np.asarray(later.error) / np.asarray(at_end.error)
    assert np.all(ratio > 0.9)
    assert np.all(ratio < 1.1)
    assert np.any(np.abs(ratio - 1.0) > 1e-3)
    np.testing.assert_allclose(np.asarray(later.error) + later.switched, 1.0, rtol=1e-6)


def test_the_error_comes_with_an_estimate_of_its_error() -> None:
    result = reduced.switching(60.0, 2.0, [4.0, 20.0])
    assert np.all(np.asarray(result.error_uncertainty) < 1e-6)
    assert np.all(np.asarray(result.error_uncertainty) > 0.0)


@pytest.mark.parametrize("method", reduced.CLOSED)
def test_closed_forms_are_reached_by_name(method: str) -> None:
    assert reduced.write_error_rate(60.0, 2.0, 8.0, method=method) == reduced.closed_form(60.0, 2.0, 8.0, method)
    assert reduced.write_error_rate(60.0, 2.0, 8.0) == pytest.approx(4.836829e-06, rel=1e-6, abs=0)
    with pytest.raises(ValidityError, match="has neither field nor relaxation"):
        reduced.write_error_rate(60.0, 2.0, 8.0, 0.1, method=method)


@pytest.mark.parametrize(("stability", "overdrive"), [(20.0, 1.5), (60.0, 3.0), (150.0, 5.0), (40.0, 0.9)])
def test_the_upper_bound_lies_above_fokker_planck(stability: float, overdrive: float) -> None:
    time = np.array([2.0, 4.0, 8.0]) / max(overdrive - 1.0, 0.5)
    exact = np.asarray(reduced.write_error_rate(stability, overdrive, time, tolerance=1e-4))
    assert np.all(reduced.closed_form(stability, overdrive, time) >= exact * (1.0 - 1e-4))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.05, 2.0, 1.0), r"stability: got 0\.05; must be at least 0\.1"),
        ((60.0, np.nan, 1.0), "overdrive: got nan"),
        ((60.0, 2.0, -1.0), "time: got -1; must be at least 0"),
        (([60.0, -1.0], 2.0, 1.0), r"stability\[1\]: got -1\.0; .* 1 of 2 are bad"),
    ],
)
def test_bad_arguments_are_refused(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        reduced.write_error_rate(*arguments)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InputError, match="method: got guess; must be one of fokker-planck, upper bound, estimate"):
        reduced.write_error_rate(60.0, 2.0, 1.0, method="guess")
    with pytest.raises(InputError, match="side: got left"):
        reduced.switching(60.0, 2.0, 1.0, side="left")
    with pytest.raises(ValidityError, match="else there is no barrier"):
        reduced.mean_dwell(60.0, 1.0)
    with pytest.raises(ValidityError, match="thermal stability"):
        reduced.mean_dwell(0.05)
    with pytest.raises(ConvergenceError, match="estimated relative error"):
        reduced.write_error_rate(500.0, 60.0, 0.2, tolerance=1e-9)


@pytest.mark.parametrize("stability", [20.0, 40.0, 150.0])
def test_the_bound_bounds_all_the_way_down(stability: float) -> None:
    for overdrive in (1.5, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 30.0):
        time = np.linspace(0.3, 45.0 / (overdrive - 1.0) / 2.0, 12)
        exact = np.asarray(reduced.write_error_rate(stability, overdrive, time, tolerance=1e-3))
        shown = (exact > 1e-18) & (exact < 0.5)
        ratio = np.asarray(reduced.closed_form(stability, overdrive, time, "upper bound"))[shown] / exact[shown]
        assert ratio.min() > 1.0, overdrive
        assert ratio.max() < (1.16 if overdrive >= 3.0 else 140.0)
