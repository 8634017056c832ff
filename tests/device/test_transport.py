"""TMR against voltage and temperature, and the divider of a junction behind a resistance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.device import transport

TMR = st.floats(0.0, 5.0)


@given(TMR)
def test_polarisation_inverts_julliere(tmr: float) -> None:
    p = float(transport.polarisation(tmr))
    assert 0.0 <= p < 1.0
    assert 2.0 * p**2 / (1.0 - p**2) == pytest.approx(tmr, rel=1e-12, abs=1e-15)


def test_half_of_the_tmr_is_left_at_the_half_voltage_in_both_polarities() -> None:
    for voltage in (0.5, -0.5):
        assert transport.tmr_at_voltage(1.8, voltage, 0.5) == pytest.approx(0.9, rel=1e-15, abs=0)
    assert transport.tmr_at_voltage(1.8, 0.0, 0.5) == 1.8
    assert transport.tmr_at_voltage(1.8, 1.5, 0.5) == pytest.approx(0.18, rel=1e-15, abs=0)


def test_tmr_at_temperature_follows_the_polarisation_of_shang() -> None:
    """Worked by hand: TMR 1.8 is P = 0.6882; slope 2e-5, 300 to 400 K: P falls by (1 - 0.16)/(1 - 0.10392)."""
    assert transport.tmr_at_temperature(1.8, 2e-5, 300.0, 300.0) == pytest.approx(1.8, rel=1e-14, abs=0)
    p = np.sqrt(1.8 / 3.8) * (1.0 - 2e-5 * 8000.0) / (1.0 - 2e-5 * 5196.152422706632)
    assert transport.tmr_at_temperature(1.8, 2e-5, 400.0, 300.0) == pytest.approx(
        2 * p**2 / (1 - p**2), rel=1e-12, abs=0
    )
    assert transport.tmr_at_temperature(1.8, 0.0, 400.0, 300.0) == pytest.approx(1.8, rel=1e-14, abs=0)


@given(st.floats(0.0, 2.4), st.floats(1e-6, 4e-5), st.floats(0.0, 800.0), st.floats(0.0, 800.0))
@settings(deadline=None)
def test_tmr_falls_with_temperature_while_the_polarisation_stays_positive(
    tmr: float, slope: float, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    cold, hot = (float(transport.tmr_at_temperature(tmr, slope, t, 300.0)) for t in (low, high))
    assert cold >= hot >= 0.0


# below 1e-9 V the test would meet the rounding of subnormal numbers, not the solver
DIVIDER = st.tuples(
    st.floats(1e-9, 2.0) | st.floats(-2.0, -1e-9),
    st.floats(0.0, 1e6),
    st.floats(100.0, 1e6),
    st.floats(0.0, 5.0),
    st.floats(0.05, 2.0),
)


@given(DIVIDER)
@settings(deadline=None, max_examples=400)
def test_the_divided_voltage_satisfies_kirchhoff(case: tuple[float, float, float, float, float]) -> None:
    voltage, series, parallel, tmr, half = case
    seen = float(transport.divided_voltage(voltage, series, parallel, tmr, half))
    current = seen / (parallel * (1.0 + float(transport.tmr_at_voltage(tmr, seen, half))))
    assert seen + series * current == pytest.approx(voltage, rel=1e-12, abs=0)  # as promised
    assert abs(seen) <= abs(voltage) * (1.0 + 1e-12)


def test_limits_of_the_divider() -> None:
    assert transport.divided_voltage(0.1, 0.0, 6e3, 1.8, 0.5) == pytest.approx(0.1, rel=1e-12, abs=0)
    # without TMR it is the plain divider
    assert transport.divided_voltage(0.1, 2e3, 6e3, 0.0, 0.5) == pytest.approx(0.075, rel=1e-12, abs=0)
    # at a vanishing bias R_AP keeps its zero-bias value
    assert transport.divided_voltage(1e-6, 2e3, 6e3, 1.0, 0.5) == pytest.approx(1e-6 * 12.0 / 14.0, rel=1e-9, abs=0)


def test_the_divider_broadcasts() -> None:
    voltage, series = np.array([[0.05], [0.4]]), np.array([1e3, 5e3, 2e4])
    together = np.asarray(transport.divided_voltage(voltage, series, 6e3, 1.8, 0.5))
    for (i, j), seen in np.ndenumerate(together):
        alone = transport.divided_voltage(float(voltage[i, 0]), float(series[j]), 6e3, 1.8, 0.5)
        assert seen == pytest.approx(alone, rel=1e-12, abs=0)


def test_no_tmr_is_left_where_the_law_would_turn_the_polarisation_negative() -> None:
    assert transport.tmr_at_temperature(1.8, 5e-5, 1000.0, 300.0) == 0.0


@given(st.floats(1e-9, 2e-3), st.floats(100.0, 1e6), TMR, st.floats(0.05, 2.0))
@settings(deadline=None)
def test_the_antiparallel_voltage_satisfies_ohm_at_its_own_bias(
    current: float, parallel: float, tmr: float, half: float
) -> None:
    voltage = float(transport.antiparallel_voltage(current, parallel, tmr, half))
    resistance = parallel * (1.0 + float(transport.tmr_at_voltage(tmr, voltage, half)))
    # the bisection leaves rounding; V - I R_AP(V) is at most three times as steep as V
    assert current * resistance == pytest.approx(voltage, rel=1e-14, abs=0)


@pytest.mark.parametrize(
    ("tmr", "slope", "temperature"),
    [(2.48, 5e-5, 4.0), (1.8, 2e-4, 4.0), (1.8, 2e-4, 300.0)],
    ids=["polarisation above 1", "reference beyond the law", "not even the reference kept"],
)
def test_a_polarisation_above_1_is_refused(tmr: float, slope: float, temperature: float) -> None:
    try:
        result = float(transport.tmr_at_temperature(tmr, slope, temperature, 300.0))
    except ValueError:
        return
    assert result >= tmr


def test_resistance_area_is_anchored_and_falls_by_ten_in_a_third_of_a_nanometre() -> None:
    """An effective height of 0.39 eV: 2 sqrt(2 m phi)/hbar = 6.40 per nm, hand-computed as 1.025 sqrt(0.39)/A."""
    height = 0.39 * 1.602176634e-19
    assert transport.resistance_area_at(8e-12, 1e-9, 1e-9, height) == 8e-12
    ratio = transport.resistance_area_at(8e-12, 1e-9, 1.36e-9, height) / 8e-12
    assert ratio == pytest.approx(np.exp(1.025 * np.sqrt(0.39) * 3.6), rel=2e-3, abs=0)


def test_brinkman_curvature_by_his_own_numbers() -> None:
    """G(V)/G(0) = 1 + (9/128)(A_0^2/phi)(eV)^2 with A_0 = 4 sqrt(2m) d/(3 hbar), at 1 nm and 1 eV."""
    charge = 1.602176634e-19
    a_0 = 4.0 / 3.0 * 0.5123 * 10.0  # sqrt(2 m)/hbar = 0.5123 per A and root eV
    assert transport.brinkman_curvature(1e-9, charge) == pytest.approx(9 / 128 * a_0**2, rel=1e-3, abs=0)


@given(st.floats(1e-6, 1e-3), st.floats(100.0, 1e5), TMR, st.floats(0.1, 2.0), st.floats(0.0, 5.0))
@settings(deadline=None)
def test_the_antiparallel_voltage_with_curvature_satisfies_ohm(
    current: float, parallel: float, tmr: float, half: float, curvature: float
) -> None:
    voltage = float(transport.antiparallel_voltage(current, parallel, tmr, half, curvature))
    resistance = parallel * (1.0 + float(transport.tmr_at_voltage(tmr, voltage, half))) / (1.0 + curvature * voltage**2)
    assert current * resistance == pytest.approx(voltage, rel=1e-13, abs=0)


def test_a_divided_voltage_knows_how_the_parallel_conductance_rises() -> None:
    parallel, tmr, half, series, bend = 5e3, 1.5, 0.5, 2e3, 0.4
    seen = float(transport.divided_voltage(0.6, series, parallel, tmr, half, bend))
    conductance = (1.0 + bend * seen**2) / (parallel * (1.0 + tmr / (1.0 + (seen / half) ** 2)))
    assert seen * (1.0 + series * conductance) == pytest.approx(0.6, rel=1e-12)
    assert seen < float(transport.divided_voltage(0.6, series, parallel, tmr, half))
