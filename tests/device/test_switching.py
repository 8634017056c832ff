"""Critical current and write error: closed forms against the Fokker-Planck equation solved another way."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm
from threadpoolctl import threadpool_limits

from remanence.core.constants import BOLTZMANN
from remanence.core.errors import InputError, ValidityError
from remanence.device import junction, write_error_rate
from remanence.device.reduced import CLOSED, closed_form
from remanence.device.switching import critical_current

# 220-bit Legendre solution at stability 60, i = 2 (device sheet, section 2b): pulse length in tau_D, write error
ORACLE = {
    2: 5.949222e-01,
    4: 1.526948e-02,
    6: 2.725799e-04,
    8: 4.836829e-06,
    10: 8.581967e-08,
    12: 1.522693e-09,
    14: 2.701703e-11,
    16: 4.793614e-13,
    18: 8.505278e-15,
    20: 1.509086e-16,
}
PRINTED = 0.006  # the sheet prints its ratios to three digits


@cache
def fokker_planck(stability: float, overdrive: float, time: float) -> float:
    """Write error by two chains and Richardson's extrapolation; good to 0.5 %."""
    coarse, fine = (chain(stability, overdrive, time, cells) for cells in (80, 160))
    return (4.0 * fine - coarse) / 3.0


def chain(stability: float, overdrive: float, time: float, cells: int) -> float:
    """Finite volumes even in the polar angle, with exponentially fitted rates between neighbours."""
    edge = -np.cos(np.linspace(0.0, np.pi, cells + 1))
    centre, width = (edge[1:] + edge[:-1]) / 2.0, np.diff(edge)
    step = np.diff(2.0 * stability * overdrive * centre - stability * centre**2)
    pace = (1.0 - edge[1:-1] ** 2) / (2.0 * stability) / np.diff(centre)

    def bernoulli(x: np.ndarray) -> np.ndarray:
        small = np.abs(x) < 1e-9
        return np.where(small, 1.0, x / np.where(small, 1.0, np.expm1(x)))

    rates = np.diag(pace * bernoulli(step) / width[:-1], -1) + np.diag(pace * bernoulli(-step) / width[1:], 1)
    rates -= np.diag(rates.sum(axis=0))
    nodes, weights = np.polynomial.legendre.leggauss(8)
    z = centre[:, None] + width[:, None] / 2.0 * nodes
    mass = (np.exp(stability * (z**2 - 1.0)) * (z > 0.0) * weights).sum(axis=1) * width
    with threadpool_limits(1):  # matrices this small are slowed fiftyfold by threads on a busy machine
        return float((expm(rates * time) @ (mass / mass.sum()))[centre > 0.0].sum())


def test_critical_current_of_the_data_sheet() -> None:
    """Alpha 0.027, eta 0.6, stability 43 at 300 K: 48.7 uA (Ikeda measured 49)."""
    current = critical_current(43.0 * BOLTZMANN * 300.0, 0.027, 0.6)
    assert current == pytest.approx(48.7e-6, abs=0.05e-6)


@pytest.mark.parametrize(("time", "exact"), ORACLE.items())
def test_closed_forms_at_stability_60_and_twice_the_critical_current(time: float, exact: float) -> None:
    bound = closed_form(60.0, 2.0, time, "upper bound") / exact
    estimate = closed_form(60.0, 2.0, time, "estimate") / exact
    assert 1.25 - PRINTED < bound < 2.08 + PRINTED
    assert 0.98 - PRINTED < estimate < 1.34 + PRINTED


@pytest.mark.parametrize("time", [2, 4, 6])
def test_the_chain_of_this_file_agrees_with_the_oracle(time: int) -> None:
    assert fokker_planck(60.0, 2.0, float(time)) == pytest.approx(ORACLE[time], rel=0.005, abs=0)


@pytest.mark.parametrize(
    ("stability", "overdrive", "times", "bound", "estimate"),
    [
        (60.0, 3.0, (2.0, 3.0, 4.0), (1.12, 1.16), (0.99, 1.015)),
        (40.0, 1.5, (12.0, 16.0), (4.4, 7.5), (1.69, 2.95)),
        (60.0, 1.5, (12.0, 16.0), (3.7, 5.5), (1.4, 2.15)),
    ],
)
def test_closed_forms_keep_their_stated_ratios_elsewhere(
    stability: float,
    overdrive: float,
    times: tuple[float, ...],
    bound: tuple[float, float],
    estimate: tuple[float, float],
) -> None:
    """The ends are the sheet's, widened by what it rounds and what the chains leave."""
    for time in times:
        exact = fokker_planck(stability, overdrive, time)
        assert bound[0] < closed_form(stability, overdrive, time) / exact < bound[1]
        assert estimate[0] < closed_form(stability, overdrive, time, "estimate") / exact < estimate[1]


@given(st.floats(10.0, 200.0), st.floats(0.0, 100.0))
@settings(deadline=None)
def test_the_bound_is_continuous_at_the_critical_current(stability: float, time: float) -> None:
    below, at, above = (float(closed_form(stability, 1.0 + step, time)) for step in (-1e-9, 0.0, 1e-9))
    # slope of the exponent: at most 2 Delta kappa (1 + 2 tau) per unit of i, here below 1e5
    assert below == pytest.approx(at, abs=1e-4)
    assert above == pytest.approx(at, abs=1e-4)
    limit = -np.expm1(-2.0 * stability * np.pi**2 / 8.0 / (1.0 + 2.0 * time))
    assert at == pytest.approx(limit, rel=1e-12, abs=0)


POINT = st.tuples(st.floats(1.0, 200.0), st.floats(0.2, 8.0), st.floats(0.0, 40.0))


@given(POINT, st.floats(1.0, 3.0))
@settings(deadline=None)
def test_longer_and_stronger_pulses_fail_less_and_stabler_junctions_more(
    point: tuple[float, float, float], more: float
) -> None:
    stability, overdrive, time = point
    here = closed_form(stability, overdrive, time)
    rounding = 1.0 + 1e-12
    assert 0.0 <= here <= 1.0
    assert closed_form(stability, overdrive, time * more) <= here * rounding
    if (overdrive - 1.0) * time > 1.0:  # at once after the start the closed form has no use for more current
        assert closed_form(stability, overdrive * more, time) <= here * rounding
    assert closed_form(stability * more, overdrive, time) >= here / rounding


@given(st.floats(1.0, 200.0), st.floats(1.5, 8.0), st.floats(0.0, 40.0), st.floats(1.0, 3.0))
@settings(deadline=None)
def test_the_estimate_falls_with_time(stability: float, overdrive: float, time: float, more: float) -> None:
    here, later = (closed_form(stability, overdrive, t, "estimate") for t in (time, time * more))
    assert 0.0 <= later <= here * (1.0 + 1e-12) <= 1.0 + 1e-12


@pytest.mark.parametrize("method", CLOSED)
def test_deep_errors_keep_their_relative_accuracy(method: str) -> None:
    """At long times the error falls by exactly exp(-2 (i - 1)) per unit of time, however deep."""
    first, second = (float(closed_form(60.0, 2.0, time, method)) for time in (40.0, 41.0))
    assert second / first == pytest.approx(np.exp(-2.0), rel=1e-12, abs=0)
    assert first < 1e-30


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((60.0, 0.0, 1.0), "overdrive: got 0; must be above 0"),
        ((60.0, 2.0, -1.0), "time: got -1; must be at least 0"),
        ((0.0, 2.0, 1.0), "stability: got 0; must be above 0"),
        ((60.0, np.array([2.0, -2.0]), 1.0), r"overdrive\[1\]: got -2.0; .* 1 of 2 are bad"),
        ((np.nan, 2.0, 1.0), "stability: got nan"),
        ((60.0, np.nan, 1.0), "overdrive: got nan"),
        ((60.0, 2.0, np.nan), "time: got nan"),
        ((60.0, 2.0, 1.0, "guess"), "method: got guess; must be one of upper bound, estimate"),
    ],
)
def test_bad_arguments_are_refused(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        closed_form(*arguments)


@pytest.mark.parametrize("method", CLOSED)
def test_write_error_of_a_junction_reduces_to_its_overdrive_and_damping_time(method: str) -> None:
    device = junction("cofeb-double-mgo", diameter=40e-9)
    voltage, duration = 0.9, np.array([5e-9, 2e-8])
    overdrive = voltage / device.resistance("AP", voltage=voltage) / device.critical_current
    assert overdrive > 1.0
    expected = closed_form(device.thermal_stability, overdrive, duration / device.damping_time, method)
    np.testing.assert_allclose(
        write_error_rate(device, voltage=voltage, duration=duration, method=method), expected, rtol=1e-12
    )


def test_at_the_critical_voltage_the_overdrive_is_one() -> None:
    device = junction("cofeb-double-mgo", diameter=40e-9)
    rate = write_error_rate(device, voltage=device.critical_voltage, duration=device.damping_time, method="upper bound")
    assert rate == pytest.approx(closed_form(device.thermal_stability, 1.0, 1.0), rel=1e-9, abs=0)


@pytest.mark.parametrize("overdrive", [0.5, 1.0, 1.2, 1.499])
def test_the_estimate_is_refused_where_it_would_call_an_idle_pulse_safe(overdrive: float) -> None:
    with pytest.raises(ValidityError, match=r"the estimate holds from 1\.5"):
        closed_form(60.0, np.array([2.0, overdrive]), 5.0, "estimate")


@pytest.mark.parametrize("overdrive", [0.5, 0.9, 1.0, 1.2])
def test_the_bound_holds_near_and_below_the_critical_current(overdrive: float) -> None:
    for time in (2.0, 10.0, 30.0):
        assert closed_form(60.0, overdrive, time) >= fokker_planck(60.0, overdrive, time) * 0.995


@pytest.mark.parametrize("overdrive", [4.0, 5.0, 10.0])
def test_the_bound_holds_at_strong_overdrive(overdrive: float) -> None:
    time = 6.0 / (overdrive - 1.0)
    assert closed_form(60.0, overdrive, time) > fokker_planck(60.0, overdrive, time)
