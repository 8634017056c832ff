"""Barriers of a macrospin against the numeric energy landscape, closed limits, and the astroid."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from remanence.device import landscape

SECOND = st.floats(-0.8, 0.8)


def energy(angle: np.ndarray, one: float, two: float, along: float, across: float) -> np.ndarray:
    sine = np.sin(angle)
    return np.asarray(one * sine**2 + two * sine**4 - along * np.cos(angle) - across * sine)


@given(st.floats(-0.5, 1.0), SECOND)
@settings(deadline=None)
def test_zero_field_barrier_is_top_less_rest_of_the_landscape(one: float, two: float) -> None:
    angle = np.linspace(0.0, np.pi / 2.0, 20_001)
    profile = energy(angle, one, two, 0.0, 0.0)
    rest = 0 if one > 0 else int(np.argmin(profile))
    expected = profile[rest:].max() - profile[rest]
    assert landscape.zero_field_barrier(one, two) == pytest.approx(expected, abs=1e-7)


def test_zero_field_barrier_by_hand() -> None:
    assert landscape.zero_field_barrier(2.0, 0.0) == 2.0
    assert landscape.zero_field_barrier(2.0, 0.5) == 2.5
    assert landscape.zero_field_barrier(2.0, -2.0) == pytest.approx(0.5)  # a rim at sin^2 = 1/2
    assert landscape.zero_field_barrier(-1.0, 1.0) == pytest.approx(0.25)  # cones at sin^2 = 1/2
    assert landscape.zero_field_barrier(-1.0, 0.4) == 0.0  # in the plane
    np.testing.assert_allclose(
        landscape.cone_angle(np.array([1.0, -1.0, -1.0]), np.array([0.0, 1.0, 0.0])), [0.0, np.pi / 4, np.pi / 2]
    )


@given(st.floats(-0.5, 1.0), SECOND, st.floats(-1.2, 1.2), st.floats(0.0, 1.2))
@settings(deadline=None, max_examples=200)
def test_barriers_under_fields_are_those_of_a_fine_landscape(
    one: float, two: float, along: float, across: float
) -> None:
    angle = np.linspace(0.0, np.pi, 40_001)
    profile = energy(angle, one, two, along, across)
    rising = np.diff(profile) > 0
    first = int(rising.argmax()) if rising.any() else angle.size - 1
    last = angle.size - 1 - (int((~rising[::-1]).argmax()) if not rising.all() else angle.size - 1)
    assume(first < last - 400)  # two wells, and not within two degrees of each other
    top = profile[first : last + 1].max()
    # wells shallower than this are lost on the grid of the code, half a degree
    assume(min(top - profile[first], top - profile[last]) > 1e-4)
    up, down = landscape.barriers(one, two, along, across)
    assert up == pytest.approx(top - profile[first], abs=2e-6)
    assert down == pytest.approx(top - profile[last], abs=2e-6)


@given(st.floats(0.1, 2.0), st.floats(-0.99, 0.99))
@settings(deadline=None)
def test_closed_forms_meet_the_search_of_stoner_and_wohlfarth(anisotropy: float, share: float) -> None:
    field = 2.0 * anisotropy * share
    up, down = landscape.barriers(anisotropy, 0.0, field, 0.0)
    assert up == pytest.approx(anisotropy * (1.0 + share) ** 2, rel=1e-12)
    assert down == pytest.approx(anisotropy * (1.0 - share) ** 2, rel=1e-12)
    across, again = landscape.barriers(anisotropy, 0.0, 0.0, abs(field))
    assert across == again == pytest.approx(anisotropy * (1.0 - abs(share)) ** 2, rel=1e-12)
    searched = landscape.barriers(anisotropy, 1e-14, field, 0.0)  # K_2 just not 0: the numeric path
    assert searched == pytest.approx((up, down), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("degrees", [5.0, 30.0, 45.0, 70.0])
def test_a_state_ends_on_the_astroid(degrees: float) -> None:
    """Stoner and Wohlfarth: h_x^(2/3) + h_z^(2/3) = 1."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    edge = (cosine ** (2 / 3) + sine ** (2 / 3)) ** -1.5
    for factor, there in ((0.98, True), (1.02, False)):
        field = 2.0 * factor * edge
        up, down = landscape.barriers(1.0, 0.0, -field * cosine, field * sine)
        assert (up > 0) is there
        assert down > 0


def test_a_destroyed_state_has_no_barrier_and_arrays_are_loops() -> None:
    np.testing.assert_allclose(np.array(landscape.barriers(1.0, 0.0, -2.5, 0.0)), np.array([0.0, 5.0]))
    np.testing.assert_array_equal(np.array(landscape.barriers(1.0, 0.0, 0.0, 2.5)), np.zeros(2))
    one, two = np.array([1.0, 1.0, -0.5]), np.array([[0.0], [0.6]])
    up, down = landscape.barriers(one, two, 0.3, 0.2)
    for (i, j), number in np.ndenumerate(np.asarray(up)):
        alone = landscape.barriers(float(one[j]), float(two[i, 0]), 0.3, 0.2)
        np.testing.assert_array_equal(np.array([number, np.asarray(down)[i, j]]), np.array(alone))


@given(st.floats(-0.5, 1.0), SECOND)
@settings(deadline=None)
def test_switching_anisotropy_is_the_largest_torque_field(one: float, two: float) -> None:
    share = np.linspace(0.0, 1.0, 100_001)
    expected = max(float(np.max((one + 2.0 * two * share) * np.sqrt(1.0 - share))), 0.0)
    if one <= 0 and 2.0 * two <= -one:
        expected = 0.0
    assert landscape.switching_anisotropy(one, two) == pytest.approx(expected, abs=1e-7)
    assert landscape.switching_anisotropy(1.0, 0.25) == 1.0  # where the plateau of K_1 ends


@pytest.mark.parametrize(("one", "two"), [(1.0, 0.0), (1.0, 0.5), (1.0, -0.7), (1.0, 1e-9), (-0.5, 0.6)])
def test_wall_energy_is_the_integral_of_the_landscape(one: float, two: float) -> None:
    rest = landscape.cone_angle(one, two)
    angle = np.linspace(rest, np.pi - rest, 400_001)
    height = energy(angle, one, two, 0.0, 0.0) - float(energy(np.asarray(rest), one, two, 0.0, 0.0))
    integral = 2.0 * np.trapezoid(np.sqrt(3.0 * np.maximum(height, 0.0)), angle)
    assert landscape.wall_energy(one, two, 3.0) == pytest.approx(integral, rel=1e-7)


def test_walls_end_where_the_plane_is_lower_and_in_the_plane() -> None:
    assert landscape.wall_energy(1.0, -1.5, 1.0) == np.inf
    assert landscape.wall_energy(-1.0, 0.0, 1.0) == 0.0
