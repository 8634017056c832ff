"""Spin-orbit torque: the threshold against the equation of motion and its limits, the cards, what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from remanence.core.constants import VACUUM_PERMEABILITY
from remanence.core.declare import Array, replace
from remanence.core.errors import InputError, ValidityError
from remanence.data import Draws
from remanence.device import (
    Heavymetal,
    heavy_metal,
    junction,
    sot_critical_current,
    sot_critical_current_density,
)

MAGNETISATION, THICKNESS, ANISOTROPY_FIELD, EFFICIENCY = 1.0e6, 1.0e-9, 4.0e5, 0.3


def density(field: Array, method: str = "exact", efficiency: float = EFFICIENCY) -> Array:
    return sot_critical_current_density(
        MAGNETISATION, THICKNESS, ANISOTROPY_FIELD, np.asarray(field) * ANISOTROPY_FIELD, efficiency, method
    )


def torque_field(current_density: Array) -> Array:
    """Damping-like field of a current density, A/m: hbar theta J/(2 e mu_0 Ms t), constants typed again."""
    return (
        1.054571817e-34
        * EFFICIENCY
        * current_density
        / (2 * 1.602176634e-19 * 4e-7 * np.pi)
        / (MAGNETISATION * THICKNESS)
    )


@pytest.mark.parametrize("share", [0.15, 0.3, 0.5, 0.9])
def test_threshold_is_the_largest_torque_that_anisotropy_and_field_balance(share: float) -> None:
    angle = np.linspace(0.0, np.pi / 2, 2_000_001)
    balance = np.cos(angle) * (np.sin(angle) - share)
    np.testing.assert_allclose(torque_field(density(share)) / ANISOTROPY_FIELD, balance.max(), rtol=1e-9)


def test_linear_form_is_the_published_one_and_the_expansion_of_the_exact_one() -> None:
    share = np.array([0.15, 0.2, 0.5])
    linear = torque_field(density(share, "linear")) / ANISOTROPY_FIELD
    np.testing.assert_allclose(linear, 0.5 - share / np.sqrt(2.0), rtol=1e-9)
    ratio = np.asarray(density(share, "linear")) / np.asarray(density(share))
    np.testing.assert_allclose(ratio, [0.9925, 0.9852, 0.7937], atol=2e-4)


def final_mz(share: float, torque: float, damping: float) -> float:
    """Integrate the Landau-Lifshitz-Gilbert equation with a damping-like torque along y; fields in units of H_k."""
    step, time = 0.01, 200.0  # in 1/(gamma mu_0 H_k), about 2 ns; it relaxes within a few 1/damping

    def slope(m: NDArray[np.float64]) -> NDArray[np.float64]:
        field = np.array([share, 0.0, m[2]]) + torque * np.cross(m, [0.0, 1.0, 0.0])
        precession = -np.cross(m, field)
        return (precession + damping * np.cross(m, precession)) / (1.0 + damping**2)

    m = np.array([share, 0.0, np.sqrt(1.0 - share**2)])
    for _ in range(int(time / step)):
        middle = m + 0.5 * step * slope(m)
        m = m + step * slope(middle)
        m /= np.linalg.norm(m)
    return float(m[2])


def test_integrated_magnetisation_switches_above_the_threshold_and_not_below() -> None:
    share, damping = 0.3, 0.5
    threshold = float(torque_field(density(share)) / ANISOTROPY_FIELD)
    # one polarity of the current drives the state past the equator, the other pulls it upright
    ends = {
        factor: [final_mz(share, sign * factor * threshold, damping) for sign in (1, -1)] for factor in (0.95, 1.05)
    }
    assert min(ends[0.95]) > 0.3
    assert min(ends[1.05]) < 0.0 < max(ends[1.05])


def test_scales_as_its_equation_and_ignores_the_sign_of_the_angle() -> None:
    assert density(0.3, efficiency=0.15) == pytest.approx(2 * density(0.3))
    assert density(0.3, efficiency=-0.3) == density(0.3)
    twice = sot_critical_current_density(2 * MAGNETISATION, THICKNESS, ANISOTROPY_FIELD, 0.3 * ANISOTROPY_FIELD, 0.3)
    assert twice == pytest.approx(2 * density(0.3))
    # of the order measured: 1e11 to 1e12 A/m^2 for about 0.5 T of anisotropy
    assert 1e11 < float(density(0.3)) < 5e12


@pytest.mark.parametrize(("share", "method"), [(0.1, "exact"), (1.0, "exact"), (0.72, "linear"), (0.149, "linear")])
def test_a_field_outside_the_model_is_refused(share: float, method: str) -> None:
    with pytest.raises(ValidityError, match=r"must be from 0.15 to below"):
        density(share, method)


def test_an_array_names_its_first_bad_element() -> None:
    with pytest.raises(ValidityError, match=r"field\[1\]: got 0.1; .*2 of 3 are bad"):
        density(np.array([0.2, 0.1, 0.05]))


def test_wrong_input_is_refused() -> None:
    with pytest.raises(InputError, match="must be one of exact, linear"):
        density(0.3, "cubic")
    with pytest.raises(InputError, match="must not be 0"):
        density(0.3, efficiency=0.0)
    with pytest.raises(InputError, match="thickness"):
        sot_critical_current_density(1e6, -1e-9, 4e5, 1e5, 0.3)
    with pytest.raises(InputError, match="must not be 0"):
        Heavymetal(spin_hall_angle=0.0, resistivity=1e-6, thickness=4e-9, spin_diffusion_length=1e-9)


def test_efficiency_goes_from_nothing_in_a_thin_line_to_the_angle_in_a_thick_one() -> None:
    metal = heavy_metal("w")
    lines = replace(metal, thickness=np.array([1e-12, 1e-9, 4e-9, 1e-7]))
    share = np.asarray(lines.spin_hall_efficiency) / metal.spin_hall_angle
    assert np.all(np.diff(share) > 0)
    assert share[0] < 1e-5
    assert share[-1] == pytest.approx(1.0)


def test_cards_order_the_metals_as_published() -> None:
    tungsten, tantalum, platinum = (heavy_metal(name) for name in ("w", "ta", "pt"))
    assert np.abs(tungsten.spin_hall_efficiency) > np.abs(tantalum.spin_hall_efficiency)
    assert tungsten.spin_hall_angle < 0 < platinum.spin_hall_angle
    assert tantalum.spin_hall_angle < 0
    assert platinum.resistivity < tantalum.resistivity
    # nguyen2016: the torque efficiency of 3 to 4 nm of Pt, which the angle of the card was taken from
    assert platinum.spin_hall_efficiency == pytest.approx(0.12, rel=0.02)


def test_current_under_a_junction_is_density_times_cross_section_and_falls_with_efficiency() -> None:
    magnet = junction("cofeb-mgo", diameter=40e-9)
    field = 0.3 * 2.0 * magnet.effective_anisotropy / (VACUUM_PERMEABILITY * magnet.saturation_magnetisation)
    currents = {name: sot_critical_current(magnet, heavy_metal(name), in_plane_field=field) for name in ("w", "ta")}
    assert currents["w"] < currents["ta"]
    metal = heavy_metal("w")
    expected = sot_critical_current_density(
        magnet.saturation_magnetisation, magnet.stack.thickness, field / 0.3, field, metal.spin_hall_efficiency
    )
    assert currents["w"] == pytest.approx(expected * 40e-9 * metal.thickness)


def test_draws_run_through_and_an_in_plane_layer_is_refused() -> None:
    metal = heavy_metal("w", Draws(count=64))
    magnet = junction("cofeb-mgo", diameter=40e-9)
    current = np.asarray(sot_critical_current(magnet, metal, in_plane_field="60 kA/m"))
    assert current.shape == (64,)
    assert np.all(current > 0)
    assert current.max() > 1.2 * current.min()
    wide = junction("superparamagnetic", diameter=80e-9)
    with pytest.raises(ValidityError, match="in-plane layer"):
        sot_critical_current(wide, metal, in_plane_field=6e4)
