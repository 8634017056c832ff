"""Dwell times under fields: the exact integral by other means, and limits of the in-plane formula."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from remanence.core.constants import GYROMAGNETIC_RATIO
from remanence.core.errors import ValidityError
from remanence.device import dwell, retention


@pytest.mark.parametrize("stability", [0.1, 2.0, 5.0, 20.0, 60.0, 500.0])
def test_without_field_it_is_the_zero_field_integral(stability: float) -> None:
    expected = retention.log_reduced_dwell_time(stability)
    assert dwell.log_reduced_dwell_time(stability) == pytest.approx(expected, abs=1e-9)


def test_many_elements_are_read_from_a_spline_to_the_same_numbers() -> None:
    stability = np.geomspace(0.1001, 600.0, 4097)
    together = np.asarray(retention.log_reduced_dwell_time(stability))
    apart = np.concatenate([np.asarray(retention.log_reduced_dwell_time(part)) for part in np.split(stability, [2000])])
    np.testing.assert_allclose(together, apart, rtol=0, atol=1e-10)


@pytest.mark.parametrize(
    ("stability", "field", "second"), [(5.0, 0.2, 0.0), (10.0, -0.3, 0.2), (20.0, 0.1, -0.3), (8.0, -0.5, 0.0)]
)
def test_axial_field_and_second_order_against_nested_quadrature(stability: float, field: float, second: float) -> None:
    def height(u: float) -> float:
        return float(stability * ((1 - u * u) + second * (1 - u * u) ** 2 - 2 * field * u))

    top = brentq(lambda u: u + 2 * second * u * (1 - u * u) + field, -0.999, 0.999)

    def weight(y: float, pole: float) -> float:
        return abs(float(quad(lambda x: np.exp(height(pole) - height(x)), y, pole, epsrel=1e-10)[0]))

    def ascent(pole: float) -> float:
        integral = quad(
            lambda y: np.exp(height(y) - height(top)) / (1 - y * y) * weight(y, pole),
            top, pole * (1 - 1e-12), epsrel=1e-8, limit=300,
        )[0]  # fmt: skip
        return float(2 * stability * abs(integral) * np.exp(height(top) - height(pole)))

    share = weight(top, 1.0) / weight(top, -1.0) * np.exp(height(-1.0) - height(1.0))
    expected = np.log(ascent(1.0) + ascent(-1.0) * share)
    assert dwell.log_reduced_dwell_time(stability, field, second) == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize(("stability", "field", "second"), [(3.0, 0.3, 0.0), (20.0, -0.2, 0.3), (60.0, 0.1, -0.2)])
def test_dwell_times_of_both_states_stand_as_their_populations(stability: float, field: float, second: float) -> None:
    """Detailed balance; twice the time to the top breaks it."""

    def weight(low: float, high: float) -> float:
        top = max(0.0, 4 * stability * abs(field))
        return float(quad(
            lambda u: np.exp(-stability * ((1 - u * u) + second * (1 - u * u) ** 2 - 2 * field * u) - top / 2),
            low, high, epsrel=1e-11, limit=400,
        )[0])  # fmt: skip

    barrier = brentq(lambda u: u + 2 * second * u * (1 - u * u) + field, -0.999, 0.999)
    ratio = np.log(weight(barrier, 1.0) / weight(-1.0, barrier))
    up, down = (dwell.log_reduced_dwell_time(stability, sign * field, second) for sign in (1.0, -1.0))
    assert up - down == pytest.approx(ratio, abs=1e-7)


def test_the_exponent_is_that_of_the_barrier_under_the_field() -> None:
    """Brown's asymptote: tau ~ exp(Delta (1 + h)^2) sqrt(pi/Delta)/((1 + h)(1 - h^2)), for one well."""
    for field in (-0.4, 0.0, 0.3):
        leading = 500.0 * (1 + field) ** 2 + 0.5 * np.log(np.pi / 500.0) - np.log((1 + field) * (1 - field**2))
        # the next term is a few times 1/(Delta (1 + h)^2), 0.006 at the lowest barrier
        assert dwell.log_reduced_dwell_time(500.0, field) == pytest.approx(leading, abs=0.04)


def test_arguments_out_of_range_are_named() -> None:
    for arguments in ((0.05, 0.0, 0.0), (10.0, 1.0, 0.0), (10.0, 0.0, -0.6)):
        with pytest.raises(ValidityError, match="out of its range"):
            dwell.log_reduced_dwell_time(*arguments)


def test_in_plane_dwell_time_by_hand_at_high_damping() -> None:
    """K_in 6, K_out 12 kT, alpha 1: soft -12, stiff 12, growth 12 sqrt(2), well 12 x 24; two saddles."""
    made = dwell.in_plane_dwell_time(6.0, 12.0, 1.0, 1.0, 1.0)
    growth = GYROMAGNETIC_RATIO / 2.0 * 0.5 * np.sqrt(24.0**2 + 4.0 * 144.0)
    expected = np.pi / growth * np.sqrt(144.0 / 288.0) * np.exp(6.0)
    assert made == pytest.approx(expected, rel=1e-12, abs=0)


def test_in_plane_field_splits_the_two_states() -> None:
    up, down = (dwell.in_plane_dwell_time(8.0, 80.0, 1.0, 0.1, 1.0, sign * 1.6) for sign in (1.0, -1.0))
    assert np.log(up / down) == pytest.approx(4.0 * 8.0 * 0.1, rel=0.05)  # (1 + h)^2 - (1 - h)^2 = 4 h, h = 0.1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((2.0, 40.0, 1.0, 0.1, 1.0), "barrier over kT"),
        ((5.0, 6.0, 1.0, 0.01, 1.0), "damping loss over kT"),
        ((5.0, 4.0, 1.0, 0.1, 1.0), "two states in the plane"),
        ((5.0, 40.0, 1.0, 0.1, 1.0, -11.0), "two states in the plane"),
    ],
)
def test_in_plane_conditions_are_named(arguments: tuple[float, ...], words: str) -> None:
    with pytest.raises(ValidityError, match=words):
        dwell.in_plane_dwell_time(*arguments)


@pytest.mark.heavy
def test_in_plane_dwell_time_against_the_stochastic_equation_of_motion() -> None:
    """1000 trajectories, barrier 5 kT; Langer's formula is its limit for high barriers and 8 to 9 % low here."""
    from remanence.core.stream import Stream

    soft, hard, damping, cells = 5.0, 25.0, 0.1, 1000
    step = 0.03 / (2 * hard)
    sigma = np.sqrt(2 * damping / (1 + damping**2) * step)
    expected = dwell.in_plane_dwell_time(soft, hard, 1.0, damping, 1.0) * GYROMAGNETIC_RATIO / (1 + damping**2)
    stream = Stream(3).child("in-plane")

    def change(m: np.ndarray, noise: np.ndarray) -> np.ndarray:
        field = np.stack([np.zeros(cells), -2 * soft * m[:, 1], -2 * hard * m[:, 2]], axis=1) * step + noise
        turn = np.cross(m, field)
        return np.asarray(-turn - damping * np.cross(m, turn))

    m, side, flips = np.tile([1.0, 0.0, 0.0], (cells, 1)), np.ones(cells), 0
    steps = int(4 * expected / step)
    for index in range(steps):
        noise = sigma * stream.child("noise", index).normal((cells, 3))
        one = change(m, noise)
        m = m + 0.5 * (one + change(m + one, noise))
        m /= np.linalg.norm(m, axis=1, keepdims=True)
        crossed = side * m[:, 0] < -0.6
        flips += int(crossed.sum())
        side = np.where(crossed, -side, side)
    measured = steps * step * cells / flips  # about 3700 flips: 1.6 % of counting error
    assert 1.0 < measured / expected < 1.18
