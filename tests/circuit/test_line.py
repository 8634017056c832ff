"""Line delay against an exact RC ladder, line drop against the sum over the cells."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import eigh_tridiagonal
from scipy.optimize import brentq

from remanence.circuit.line import step_delay, worst_drop


def ladder_delay(driver: float, resistance: float, capacitance: float, load: float, sections: int = 150) -> float:
    """50 % delay of a driven RC ladder by eigenvalues of its symmetric form; the exact answer to two parts in 150."""
    c = np.full(sections, capacitance / sections)
    c[-1] += load
    g = np.full(sections, sections / resistance)
    g[0] = 1.0 / (driver + resistance / sections)
    diagonal = (g + np.append(g[1:], 0.0)) / c
    rates, modes = eigh_tridiagonal(diagonal, -g[1:] / np.sqrt(c[:-1] * c[1:]))
    weight = modes[-1] * (np.sqrt(c) @ modes) / np.sqrt(c[-1])
    slowest = 1.0 / rates[0]
    return float(brentq(lambda t: weight @ np.exp(-rates * t) - 0.5, 0.0, 20.0 * slowest, rtol=1e-10))


@pytest.mark.parametrize("driver", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("load", [0.0, 0.3, 3.0])
def test_delay_is_that_of_an_rc_ladder(driver: float, load: float) -> None:
    # Sakurai states 4 % for his form; the ladder adds up to 1.3 %
    exact = ladder_delay(driver, 1.0, 1.0, load)
    assert step_delay(driver, 1.0, 1.0, load) == pytest.approx(exact, rel=0.055, abs=0)


def test_limits_of_the_delay() -> None:
    assert step_delay(1e3, 0.0, 1e-15) == pytest.approx(0.69e-12, rel=1e-14, abs=0)
    assert step_delay(0.0, 1e3, 1e-15) == pytest.approx(0.38e-12, rel=1e-14, abs=0)
    assert step_delay(0.0, 1e3, 0.0, 1e-15) == pytest.approx(0.69e-12, rel=1e-14, abs=0)
    assert step_delay(1e3, 1e3, 0.0) == 0.0


@given(st.tuples(*[st.floats(0.0, 1e6)] * 4), st.integers(0, 3), st.floats(0.0, 1e6))
@settings(deadline=None)
def test_delay_rises_with_every_part(parts: tuple[float, ...], which: int, more: float) -> None:
    larger = [part + more * (index == which) for index, part in enumerate(parts)]
    assert step_delay(*larger) >= step_delay(*parts)


def ladder_drop(resistance: float, conductance: float, rows: int) -> float:
    """Share lost at the far end of a driven line of equal cells, from Kirchhoff's law segment by segment."""
    voltage, current = 1.0, 0.0
    for _ in range(rows):  # from the far end back to the driver
        current += conductance * voltage
        voltage += resistance * current
    return 1.0 - 1.0 / voltage


@pytest.mark.parametrize("product", [1e-9, 4e-6, 1e-4, 1e-3])
@pytest.mark.parametrize("rows", [64, 256, 1000])
def test_drop_is_that_of_a_ladder(product: float, rows: int) -> None:
    # the continuous limit leaves out half a cell at each end: one part in the number of rows
    expected = ladder_drop(product / 1e-5, 1e-5, rows)
    assert worst_drop(product / 1e-5, 1e-5, rows) == pytest.approx(expected, rel=1.5 / rows, abs=0)


def test_a_small_drop_is_the_sum_of_equal_currents_over_the_segments() -> None:
    assert worst_drop(0.4, 1e-7, 100) == pytest.approx(0.4 * 1e-7 * 100**2 / 2.0, rel=1e-3, abs=0)
    assert worst_drop(0.4, 1e-7, 0) == 0.0
