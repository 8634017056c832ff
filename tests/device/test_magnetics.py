"""Demagnetisation against an independent integral, limits of the anisotropy and of the barrier."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad
from scipy.special import j1

from remanence.core.constants import VACUUM_PERMEABILITY
from remanence.device import magnetics


def fourier_bessel(thickness: float, diameter: float) -> float:
    """Self-energy of two charged discs: N_z = (2/s) int_0^inf J1(q)^2 (1 - exp(-q s))/q^2 dq, s = t/R."""
    s = 2.0 * thickness / diameter
    nodes, weights = np.polynomial.legendre.leggauss(12)
    near, far = np.geomspace(1e-4, np.pi, 40), np.arange(2.0 * np.pi, 20_000.0, np.pi)
    edges = np.concatenate([[0.0], near, far])  # fine where exp(-q s) falls, then a panel for each half wave
    half = np.diff(edges)[:, None] / 2.0
    q = edges[:-1, None] + half * (nodes + 1.0)
    integral = np.sum((j1(q) / q) ** 2 * -np.expm1(-q * s) * half * weights)
    tail = 1.0 / (2.0 * np.pi * edges[-1] ** 2)  # J1^2 is 1/(pi q) on average there
    return float(2.0 / s * (integral + tail))


@pytest.mark.parametrize("ratio", [3e-3, 0.02, 1.3 / 40.0, 0.2, 0.9065, 3.0, 20.0])
def test_demagnetisation_is_the_fourier_bessel_integral(ratio: float) -> None:
    # the integral is cut at q = 20 000, which leaves an error below 1e-10/s
    assert magnetics.cylinder_demagnetisation(ratio, 1.0) == pytest.approx(fourier_bessel(ratio, 1.0), abs=2e-8)


@pytest.mark.parametrize(
    ("thickness", "diameter", "factor"),
    [(1.3, 40.0, 0.91075), (1.6, 20.0, 0.82606), (15.0, 10.0, 0.23011), (15.0, 8.8, 0.20764), (60.0, 20.0, 0.12777)],
)
def test_demagnetisation_of_the_data_sheet(thickness: float, diameter: float, factor: float) -> None:
    assert magnetics.cylinder_demagnetisation(thickness, diameter) == pytest.approx(
        factor, abs=6e-6
    )  # 5 printed digits


def test_limits_of_the_demagnetisation() -> None:
    film = 1e-5
    deficit = 2.0 * film / np.pi * (np.log(4.0 / film) - 0.5)
    assert 1.0 - magnetics.cylinder_demagnetisation(film, 1.0) == pytest.approx(deficit, rel=1e-5, abs=0)
    needle = 100.0
    leading = 4.0 / (3.0 * np.pi * needle) - 1.0 / (8.0 * needle**2)
    assert magnetics.cylinder_demagnetisation(needle, 1.0) == pytest.approx(leading, rel=1e-6, abs=0)
    # the cylinder that demagnetises like a sphere: length 0.9065 of the diameter (Chen, Brug, Goldfarb 1991)
    assert magnetics.cylinder_demagnetisation(0.9065, 1.0) == pytest.approx(1.0 / 3.0, abs=2e-5)


@given(st.floats(1e-6, 100.0), st.floats(1.001, 3.0))
@settings(deadline=None)
def test_demagnetisation_lies_in_0_to_1_and_falls_with_thickness(ratio: float, more: float) -> None:
    thin, thick = magnetics.cylinder_demagnetisation(ratio, 1.0), magnetics.cylinder_demagnetisation(ratio * more, 1.0)
    assert 0.0 < thick < thin < 1.0


@given(st.floats(1e-10, 1e-7), st.floats(1e-9, 1e-6), st.floats(1e-3, 1e3))
@settings(deadline=None)
def test_demagnetisation_knows_no_scale(thickness: float, diameter: float, scale: float) -> None:
    one = magnetics.cylinder_demagnetisation(thickness, diameter)
    other = magnetics.cylinder_demagnetisation(thickness * scale, diameter * scale)
    assert one == pytest.approx(other, abs=1e-11)  # a difference of terms near 4/(3 pi p), p above 1e-4


def test_a_sphere_like_body_has_no_shape_anisotropy_and_a_film_loses_all_of_it() -> None:
    ms, thickness = 1.2e6, 1e-9
    assert magnetics.effective_anisotropy(ms, thickness, 0.0, 0.0, 1.0 / 3.0) == pytest.approx(0.0, abs=1e-6)
    film = magnetics.effective_anisotropy(ms, thickness, 1.3e-3, 2e5, 1.0)
    assert film == pytest.approx(2e5 + 1.3e6 - 0.5 * VACUUM_PERMEABILITY * ms**2, rel=1e-14, abs=0)
    needle = magnetics.effective_anisotropy(ms, thickness, 0.0, 0.0, 0.0)
    assert needle == pytest.approx(0.25 * VACUUM_PERMEABILITY * ms**2, rel=1e-14, abs=0)


@given(st.floats(1e3, 1e7), st.floats(1e-12, 1e-10), st.floats(5e-10, 5e-9))
@settings(deadline=None)
def test_the_two_barriers_cross_at_16_over_pi_sqrt_a_over_k(k: float, stiffness: float, thickness: float) -> None:
    def macrospin(d: float) -> float:
        return float(magnetics.macrospin_barrier(k, np.pi / 4.0 * d**2, thickness))

    def wall(d: float) -> float:
        return float(magnetics.domain_wall_barrier(k, stiffness, d, thickness))

    crossing = 16.0 / np.pi * np.sqrt(stiffness / k)
    assert macrospin(crossing) == pytest.approx(wall(crossing), rel=1e-12, abs=0)
    assert macrospin(0.9 * crossing) < wall(0.9 * crossing)
    assert macrospin(1.1 * crossing) > wall(1.1 * crossing)


def test_an_in_plane_layer_has_no_barrier() -> None:
    assert magnetics.macrospin_barrier(-1e5, 1e-15, 1e-9) == 0.0
    assert magnetics.domain_wall_barrier(-1e5, 1e-11, 4e-8, 1e-9) == 0.0


@given(st.floats(1.0, 990.0), st.floats(1.0, 990.0), st.floats(0.5, 3.0))
@settings(deadline=None)
def test_magnetisation_falls_with_temperature_from_1_at_the_reference(one: float, other: float, p: float) -> None:
    low, high = sorted((one, other))
    cold, hot = (magnetics.magnetisation_ratio(temperature, 300.0, 1000.0, p) for temperature in (low, high))
    assert cold >= hot > 0.0
    assert magnetics.magnetisation_ratio(300.0, 300.0, 1000.0, p) == 1.0
    assert magnetics.magnetisation_ratio(1000.0, 300.0, 1000.0, p) == 0.0


def overlap(thickness: float, long_axis: float, short_axis: float) -> tuple[float, float]:
    """(N_long, N_z) in real space, from the overlap of an ellipse with itself displaced; nothing shared with the code.

    N_z = (1/2 pi t) int A(rho) [1/R - 1/sqrt(R^2 + t^2)] d^2R, A = (2/pi)(acos rho - rho sqrt(1 - rho^2)); N_long by
    one integration by parts, with the integral over the normal done by hand.
    """

    def integrand(rho: float, phi: float, axial: bool) -> float:
        x, y = long_axis * rho * np.cos(phi), short_axis * rho * np.sin(phi)
        radius = np.hypot(x, y)
        far = np.hypot(radius, thickness)
        element = long_axis * short_axis * rho
        edge = np.sqrt(1.0 - rho**2)
        if axial:
            shared = 2.0 / np.pi * (np.arccos(rho) - rho * edge)
            return float(shared * (1.0 / radius - 1.0 / far) * element / (2.0 * np.pi * thickness))
        height = 2.0 * (thickness**2 / (radius**2 * far) - 1.0 / radius + 1.0 / far)
        slope = 4.0 / np.pi * edge * x**2 / (long_axis**2 * rho)
        return float(slope * height * element / (4.0 * np.pi * thickness))

    along, axial = (
        4.0 * dblquad(integrand, 0.0, np.pi / 2.0, 0.0, 1.0, args=(which,), epsabs=1e-9, epsrel=1e-9)[0]
        for which in (False, True)
    )
    return along, axial


@pytest.mark.parametrize(("thickness", "short", "ratio"), [(2.0, 40.0, 1.5), (2.0, 40.0, 3.0), (20.0, 10.0, 2.0)])
def test_elliptic_demagnetisation_is_the_overlap_integral(thickness: float, short: float, ratio: float) -> None:
    along, across, axial = magnetics.ellipse_demagnetisation(thickness, short, ratio)
    found = overlap(thickness, ratio * short, short)
    assert (along, axial) == pytest.approx(found, abs=1e-7)
    assert along + across + axial == pytest.approx(1.0, rel=1e-14, abs=0)


def test_limits_of_the_elliptic_demagnetisation() -> None:
    axial = magnetics.cylinder_demagnetisation(1.3, 40.0)
    assert magnetics.ellipse_demagnetisation(1.3, 40.0, 1.0) == ((1.0 - axial) / 2.0, (1.0 - axial) / 2.0, axial)
    nearly = magnetics.ellipse_demagnetisation(1.3, 40.0, 1.0 + 1e-9)
    assert nearly == pytest.approx(((1.0 - axial) / 2.0, (1.0 - axial) / 2.0, axial), abs=1e-8)
    # an infinite elliptic cylinder, in two dimensions: N_long = b/(a + b), up to the ends, which take a part in t
    along, across, end = magnetics.ellipse_demagnetisation(np.array([1e5, 2e5]), 40.0, 3.0)
    assert 2.0 * np.asarray(end)[1] == pytest.approx(np.asarray(end)[0], rel=1e-3)
    extrapolated = 2.0 * np.asarray(along)[1] - np.asarray(along)[0]
    assert extrapolated == pytest.approx(0.25, abs=1e-6)
    assert 2.0 * np.asarray(across)[1] - np.asarray(across)[0] == pytest.approx(0.75, abs=1e-6)


def test_an_array_of_ellipses_is_a_loop_over_them() -> None:
    ratios = np.array([1.0, 1.01, 1.5, 4.0, 20.0])
    together = np.array(magnetics.ellipse_demagnetisation(2.0, 40.0, ratios))
    alone = np.array([magnetics.ellipse_demagnetisation(2.0, 40.0, float(ratio)) for ratio in ratios]).T
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-13)
    assert np.all(np.diff(together[0]) < 0), "a longer ellipse demagnetises less along its length"


def test_a_nucleus_limits_the_barrier_only_where_its_diameter_is_stated() -> None:
    assert magnetics.nucleation_barrier(1e5, 0.0, 1e-9) == np.inf
    assert magnetics.nucleation_barrier(1e5, 40e-9, 1e-9) == pytest.approx(1e5 * np.pi / 4 * 1.6e-24, rel=1e-12, abs=0)
