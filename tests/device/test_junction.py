"""The junction's data sheet: every property broadcasts, is consistent with the others, and refuses nonsense."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.constants import BOLTZMANN, GYROMAGNETIC_RATIO
from remanence.core.declare import fingerprint, replace
from remanence.core.errors import InputError, ValidityError
from remanence.data import Draws
from remanence.device import Junction, junction, magnetic_immunity, stack

FILM = stack("cofeb-double-mgo")

PROPERTIES: dict[str, Callable[[Junction], Any]] = {
    "area": lambda j: j.area,
    "volume": lambda j: j.volume,
    "magnetisation": lambda j: j.saturation_magnetisation,
    "anisotropy": lambda j: j.effective_anisotropy,
    "barrier": lambda j: j.barrier,
    "stability": lambda j: j.thermal_stability,
    "critical current": lambda j: j.critical_current,
    "current density": lambda j: j.critical_current_density,
    "damping time": lambda j: j.damping_time,
    "tmr": lambda j: j.tmr(0.2),
    "parallel": lambda j: j.resistance("P"),
    "antiparallel": lambda j: j.resistance("AP", voltage=0.1),
    "critical voltage": lambda j: j.critical_voltage,
    "dwell": lambda j: j.dwell_time,
    "loss": lambda j: j.loss_probability(1.0),
}


@pytest.mark.parametrize("name", PROPERTIES)
def test_broadcasting_equals_a_loop_over_elements(name: str) -> None:
    diameters, temperatures, dampings = (
        np.array([20e-9, 35e-9, 50e-9]),
        np.array([[250.0], [380.0]]),
        [0.005, 0.01, 0.02],
    )
    grid = Junction(stack=replace(FILM, damping=np.array(dampings)), diameter=diameters, temperature=temperatures)
    together = np.broadcast_to(PROPERTIES[name](grid), (2, 3))
    for (row, column), content in np.ndenumerate(together):
        alone = Junction(
            stack=replace(FILM, damping=dampings[column]),
            diameter=float(diameters[column]),
            temperature=float(temperatures[row, 0]),
        )
        assert content == pytest.approx(float(PROPERTIES[name](alone)), rel=1e-12, abs=1e-300)


def test_draws_come_as_one_axis_and_contain_the_median_design() -> None:
    drawn = junction("cofeb-double-mgo", diameter="40 nm", draws=Draws(count=64))
    median = junction("cofeb-double-mgo", diameter="40 nm")
    stability = np.asarray(drawn.thermal_stability)
    assert stability.shape == (64,)
    assert stability.min() < median.thermal_stability < stability.max()
    assert fingerprint(drawn) != fingerprint(median)


def test_draws_come_before_a_sweep_of_diameters() -> None:
    diameters = np.array([20e-9, 30e-9, 45e-9])
    together = np.asarray(junction("cofeb-double-mgo", diameter=diameters, draws=Draws(count=4)).critical_voltage)
    assert together.shape == (4, 3)
    for column, diameter in enumerate(diameters):
        alone = junction("cofeb-double-mgo", diameter=float(diameter), draws=Draws(count=4)).critical_voltage
        np.testing.assert_allclose(together[:, column], np.asarray(alone), rtol=1e-12)


def test_critical_current_density_is_current_over_area() -> None:
    device = junction(FILM, diameter=40e-9)
    area = np.pi * 20e-9**2
    assert device.critical_current_density * area == pytest.approx(device.critical_current, rel=1e-12, abs=0)
    # 1 to 10 MA/cm^2 is the range of every published perpendicular junction
    assert 1e10 < device.critical_current_density < 1e11


def test_text_with_units_cuts_the_same_junction() -> None:
    assert junction(FILM, diameter="50 nm", temperature="85 degC") == junction(
        FILM, diameter=50 * 1e-9, temperature=85.0 + 273.15
    )


@pytest.mark.parametrize("temperature", [1000.0, 1200.0, np.array([300.0, 1000.0])])
def test_a_temperature_at_or_above_curie_is_refused(temperature: Any) -> None:
    with pytest.raises(InputError, match="must lie below the Curie temperature, 1000 K"):
        junction(FILM, diameter=40e-9, temperature=temperature)


def test_an_unknown_state_is_refused() -> None:
    for state in ("p", "", "antiparallel"):
        with pytest.raises(InputError, match=r"Junction.resistance: state: got .*; must be P or AP"):
            junction(FILM, diameter=40e-9).resistance(state)


@given(st.floats(10e-9, 60e-9), st.floats(200.0, 450.0))
@settings(deadline=None)
def test_the_critical_voltage_drives_the_critical_current(diameter: float, temperature: float) -> None:
    device = junction(FILM, diameter=diameter, temperature=temperature)
    voltage = device.critical_voltage
    across = device.critical_current * device.resistance("AP", voltage=voltage)
    assert voltage == pytest.approx(across, rel=1e-12, abs=0)  # 60 bisections leave rounding alone
    assert device.critical_current * device.resistance("P") < voltage
    assert voltage < device.critical_current * device.resistance("AP")


def test_resistances_follow_area_tmr_and_bias() -> None:
    device = junction(FILM, diameter=40e-9)
    parallel = device.resistance("P")
    assert parallel == pytest.approx(8e-12 / (np.pi / 4 * 1.6e-15), rel=1e-12, abs=0)
    assert device.resistance("AP") == pytest.approx(2.8 * parallel, rel=1e-12, abs=0)
    assert device.resistance("AP", voltage=0.5) == pytest.approx(1.9 * parallel, rel=1e-12, abs=0)
    assert device.resistance("P", voltage=0.5) == parallel


def test_the_barrier_is_the_smaller_limit_on_both_sides_of_the_crossover() -> None:
    small, large = junction("l10-fept", diameter=5e-9), junction("l10-fept", diameter=20e-9)
    assert small.barrier == small.macrospin_barrier
    assert large.barrier < large.macrospin_barrier
    for device in (small, large):
        assert device.thermal_stability == pytest.approx(device.barrier / (BOLTZMANN * 300.0), rel=1e-14, abs=0)


def test_bulk_and_interface_anisotropy_soften_with_the_same_power_of_the_magnetisation() -> None:
    film = replace(stack("l10-fept"), interfacial_anisotropy=1e-3, bulk_anisotropy=7.0e6)
    cold, hot = (junction(film, diameter=10e-9, temperature=t) for t in (300.0, 450.0))
    ratio = (1.0 - (450.0 / 750.0) ** 1.5) / (1.0 - (300.0 / 750.0) ** 1.5)
    assert hot.saturation_magnetisation == pytest.approx(ratio * 1.14e6, rel=1e-12, abs=0)
    # the part that is not shape, (N_z - N_x) Ms^2, falls with the exponent 2.1 of the card; the shape part with 2
    shape = 7.0e6 + 1e-3 / 3e-9 - float(cold.effective_anisotropy)
    expected = (7.0e6 + 1e-3 / 3e-9) * ratio**2.1 - shape * ratio**2
    assert hot.effective_anisotropy == pytest.approx(expected, rel=1e-12, abs=0)


def test_stability_falls_with_temperature_faster_than_one_over_t() -> None:
    cold, hot = (junction(FILM, diameter=40e-9, temperature=t).thermal_stability for t in (300.0, 398.15))
    assert hot < cold * 300.0 / 398.15


def test_damping_time_is_that_of_the_anisotropy_field() -> None:
    device = junction(FILM, diameter=40e-9)
    field = 2.0 * device.effective_anisotropy / device.saturation_magnetisation
    assert device.damping_time * 0.008 * GYROMAGNETIC_RATIO * field == pytest.approx(1.0 + 0.008**2, rel=1e-12, abs=0)


def test_an_in_plane_layer_has_no_stability_and_no_dwell_time() -> None:
    flat = junction(FILM, diameter=400e-9)
    assert flat.effective_anisotropy < 0.0
    assert flat.thermal_stability == 0.0
    assert flat.critical_current == 0.0
    for ask in (lambda: flat.damping_time, lambda: flat.dwell_time):
        with pytest.raises(ValidityError, match="in-plane layer"):
            ask()


def test_ten_years_are_kept_at_a_stability_of_60_and_not_at_40() -> None:
    """Textbook scale: near 1e-9 s prefactor, 10 years need a stability of about 40."""
    ten_years = 10 * 365.25 * 86400.0
    stable = junction(FILM, diameter=22e-9)
    assert 60.0 < stable.thermal_stability < 75.0
    assert stable.loss_probability(ten_years) < 1e-6
    hot = junction(FILM, diameter=22e-9, temperature=430.0)
    assert hot.thermal_stability < 40.0
    assert hot.loss_probability(ten_years) > 1e-3


@pytest.mark.parametrize(
    ("card", "diameter", "words"),
    [
        ("cofeb-mgo", 40e-9, "switchable by STT: "),
        ("cofeb-double-mgo", 40e-9, "switchable by STT: "),
        ("cofeb-double-mgo", 5e-9, "not switchable by STT at this RA: "),
        ("cofeb-double-mgo", 400e-9, "no perpendicular state"),
        ("l10-fept", 5e-9, "not switchable by STT at this RA: "),
        ("l10-fept", 20e-9, "not switchable by STT at this RA: "),
    ],
)
def test_switchability_in_words(card: str, diameter: float, words: str) -> None:
    assert junction(card, diameter=diameter).switchability.startswith(words)


def test_switchability_compares_with_breakdown_and_knows_pinned_layers() -> None:
    needed = junction(FILM, diameter=40e-9).critical_voltage
    for factor, switches in ((0.999, False), (1.001, True)):
        film = replace(FILM, breakdown_voltage=factor * needed)
        assert junction(film, diameter=40e-9).switchability.startswith("switchable") is switches
    pinned = replace(FILM, switching="not switched")
    assert junction(pinned, diameter=40e-9).switchability.startswith("a pinned layer")
    with pytest.raises(InputError, match="a single design is needed"):
        _ = junction(FILM, diameter=np.array([40e-9])).switchability


def test_a_dwell_time_longer_than_any_number_stays_finite() -> None:
    hard = junction("l10-fept", diameter="40 nm")
    assert float(hard.thermal_stability) > 709.0
    assert np.isfinite(float(hard.dwell_time))
    assert float(hard.log_dwell_time) > 700.0
    near, far = (magnetic_immunity(junction("l10-fept", diameter=size), duration="10 year", loss=1e-6)
                 for size in ("29 nm", "31 nm"))  # fmt: skip
    assert far == pytest.approx(near, rel=0.05)
