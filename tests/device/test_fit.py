"""Fitting one diameter: what goes in comes out, the catalogue's fitted rows hold, the impossible is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.declare import declarations, replace
from remanence.core.errors import ConvergenceError, InputError
from remanence.device import Stack, fit_stack, junction, stack

FITTED = {"interfacial_anisotropy", "spin_torque_efficiency"}
SOLVED = 1e-9  # the root is taken to 1e-12 in the anisotropy; K_eff is a difference some hundred times smaller

PUBLISHED = [("cofeb-double-mgo", 20e-9, 58.0, 24e-6), ("cofeb-mgo", 40e-9, 43.0, 49e-6)]


@pytest.mark.parametrize(("card", "diameter", "stability", "current"), PUBLISHED)
def test_the_catalogue_holds_the_fit_that_it_says_it_holds(
    card: str, diameter: float, stability: float, current: float
) -> None:
    """Sato 2013: 58 and 24 uA at 20 nm; Ikeda 2010: 43 and 49 uA at 40 nm; rows are printed to 1e-6."""
    film = stack(card)
    device = junction(film, diameter=diameter)
    assert device.thermal_stability == pytest.approx(stability, rel=1e-4, abs=0)
    assert device.critical_current == pytest.approx(current, rel=1e-4, abs=0)
    start = replace(film, interfacial_anisotropy=1e-3, spin_torque_efficiency=1.0)
    again = fit_stack(start, diameter=diameter, thermal_stability=stability, critical_current=current)
    for name in FITTED:
        assert getattr(again, name) == pytest.approx(getattr(film, name), rel=1e-5, abs=0)


@given(st.floats(10e-9, 60e-9), st.floats(20.0, 120.0), st.floats(0.1, 1.99), st.floats(250.0, 400.0))
@settings(deadline=None, max_examples=40)
def test_a_fit_reproduces_what_it_was_given(
    diameter: float, stability: float, efficiency: float, temperature: float
) -> None:
    film = stack("cofeb-double-mgo")
    plain = fit_stack(
        film, diameter=diameter, thermal_stability=stability, critical_current=1e-3, temperature=temperature
    )
    unit = replace(plain, spin_torque_efficiency=1.0)
    current = float(junction(unit, diameter=diameter, temperature=temperature).critical_current) / efficiency
    fitted = fit_stack(
        film, diameter=diameter, thermal_stability=stability, critical_current=current, temperature=temperature
    )
    device = junction(fitted, diameter=diameter, temperature=temperature)
    assert device.thermal_stability == pytest.approx(stability, rel=SOLVED, abs=0)
    assert device.critical_current == pytest.approx(current, rel=SOLVED, abs=0)
    for name in declarations(Stack).keys() - FITTED:
        assert getattr(fitted, name) == getattr(film, name)


@pytest.mark.parametrize("card", ["cofeb-double-mgo", "l10-fept"])
def test_a_stability_out_of_reach_is_a_convergence_error(card: str) -> None:
    """FePt is stabler than that without any interface; no interface makes CoFeB as stable as 1e6."""
    stability = {"cofeb-double-mgo": 1e6, "l10-fept": 1.0}[card]
    with pytest.raises(ConvergenceError, match="no interfacial anisotropy from 0 to"):
        fit_stack(stack(card), diameter=20e-9, thermal_stability=stability, critical_current=2e-5)


def test_an_efficiency_above_two_is_refused() -> None:
    with pytest.raises(InputError, match=r"spin_torque_efficiency: got .* at most 2"):
        fit_stack(stack("cofeb-double-mgo"), diameter=20e-9, thermal_stability=58.0, critical_current=1e-6)


@pytest.mark.parametrize("field", ["diameter", "thermal_stability", "critical_current"])
@pytest.mark.parametrize("wrong", [0.0, -1.0, np.nan])
def test_a_measurement_must_be_positive(field: str, wrong: float) -> None:
    measured: dict[str, Any] = {"diameter": 20e-9, "thermal_stability": 58.0, "critical_current": 24e-6, field: wrong}
    with pytest.raises(InputError, match=rf"fit_stack: {field}: got .* must be above 0"):
        fit_stack(stack("cofeb-double-mgo"), **measured)


def test_a_film_with_draws_is_refused() -> None:
    film = replace(stack("cofeb-double-mgo"), damping=np.array([0.008, 0.009]))
    with pytest.raises(InputError, match="a single design is needed"):
        fit_stack(film, diameter=20e-9, thermal_stability=58.0, critical_current=24e-6)
