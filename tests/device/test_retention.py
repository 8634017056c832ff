"""Mean dwell time against golden numbers and an independent quadrature; the chance to lose a state."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import dawsn, erfi

from remanence.core.errors import ValidityError
from remanence.device.retention import log_reduced_dwell_time, loss_probability


@pytest.mark.parametrize(
    ("stability", "golden"), [(2.0, 11.483), (5.0, 151.36), (10.0, 13884.0), (20.0, 2.0288e8), (30.0, 3.5808e12)]
)
def test_dwell_time_of_the_data_sheet(stability: float, golden: float) -> None:
    assert np.exp(log_reduced_dwell_time(stability)) == pytest.approx(golden, rel=3e-5, abs=0)  # 5 printed digits


@pytest.mark.parametrize("stability", [0.1, 0.5, 3.0, 12.0, 47.0, 100.0])
def test_dwell_time_is_the_first_passage_integral(stability: float) -> None:
    """The same double integral with its inner part as erfi, taken by adaptive quadrature."""
    root = np.sqrt(stability)

    def integrand(y: float) -> float:
        inner = np.sqrt(np.pi) / (2.0 * root) * (erfi(root) - erfi(root * y))
        return float(np.exp(-stability * y**2) / (1.0 - y**2) * inner)

    integral, _ = quad(integrand, 0.0, 1.0, epsabs=0.0, epsrel=1e-10, limit=400)
    expected = np.log(4.0 * stability * integral)
    assert log_reduced_dwell_time(stability) == pytest.approx(expected, abs=1e-6)  # the accuracy promised


@pytest.mark.parametrize("stability", [200.0, 350.0, 500.0])
def test_dwell_time_keeps_its_accuracy_where_the_integrand_is_narrow(stability: float) -> None:
    """The same in the scale of the narrow peak, y = u/sqrt(Delta), its inner part as Dawson's function."""
    root = np.sqrt(stability)

    def integrand(u: float) -> float:
        inner = dawsn(root) - dawsn(u) * np.exp(u**2 - stability)
        return float(np.exp(-(u**2)) / (1.0 - u**2 / stability) * inner / stability)

    integral, _ = quad(integrand, 0.0, 8.0, epsabs=0.0, epsrel=1e-11, limit=400)  # exp(-64) is left out
    expected = np.log(4.0 * stability * integral) + stability
    assert log_reduced_dwell_time(stability) == pytest.approx(expected, abs=1e-6)


@given(st.floats(60.0, 500.0))
@settings(deadline=None)
def test_the_asymptote_is_low_by_about_one_part_in_delta(stability: float) -> None:
    asymptote = 0.5 * np.log(np.pi / stability) + stability
    assert 0.9 / stability < log_reduced_dwell_time(stability) - asymptote < 1.1 / stability


@given(st.floats(0.1, 499.0), st.floats(0.01, 1.0))
@settings(deadline=None)
def test_dwell_time_rises_with_stability(stability: float, more: float) -> None:
    assert log_reduced_dwell_time(stability + more) > log_reduced_dwell_time(stability)


def test_it_broadcasts() -> None:
    grid = np.array([[2.0, 5.0], [10.0, 60.0]])
    loop = [[float(log_reduced_dwell_time(float(delta))) for delta in row] for row in grid]
    np.testing.assert_allclose(np.asarray(log_reduced_dwell_time(grid)), loop, rtol=1e-14)


@pytest.mark.parametrize("stability", [0.0999, 0.0, -1.0, float("nan"), np.array([60.0, 0.05])])
def test_a_barrier_that_is_none_is_refused(stability: float) -> None:
    with pytest.raises(ValidityError, match=r"must be at least 0\.1"):
        log_reduced_dwell_time(stability)


def test_the_asymptote_takes_over_without_a_step() -> None:
    below, above = (float(log_reduced_dwell_time(delta)) for delta in (500.0, 500.0 + 1e-9))
    assert above == pytest.approx(below, abs=1e-4)  # the accuracy promised above 500
    assert float(log_reduced_dwell_time(1e6)) == pytest.approx(1e6 + 0.5 * np.log(np.pi / 1e6), abs=2e-6)


def test_loss_is_exponential_and_exact_for_rare_losses() -> None:
    assert loss_probability(2.0, 2.0) == pytest.approx(1.0 - np.exp(-1.0), rel=1e-15, abs=0)
    assert loss_probability(1e20, 1.0) == pytest.approx(1e-20, rel=1e-15, abs=0)
    assert loss_probability(5.0, 0.0) == 0.0
    np.testing.assert_allclose(loss_probability(np.array([1.0, 2.0]), 3.0), -np.expm1([-3.0, -1.5]), rtol=1e-15)
