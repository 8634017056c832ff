"""The synthetic antiferromagnet: its stray field against independent integrals and limits, coupling, compensation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import j1

from remanence.core.constants import VACUUM_PERMEABILITY
from remanence.core.declare import replace
from remanence.core.errors import InputError, ValidityError
from remanence.data import Draws
from remanence.device import junction, offset_field, reference_layer, stray_field
from remanence.device.reference_layer import shifted_stabilities

LAYER = reference_layer("co-pt-ru")
MAGNET = junction("cofeb-double-mgo", diameter=40e-9)


@pytest.mark.parametrize(
    ("thickness", "gap", "receiver", "diameter"),
    [(2e-9, 1e-9, 1.6e-9, 40e-9), (5e-9, 4e-9, 2.6e-9, 20e-9), (10e-9, 1e-9, 15e-9, 10e-9)],
)
def test_stray_field_is_the_fourier_bessel_integral(
    thickness: float, gap: float, receiver: float, diameter: float
) -> None:
    radius = diameter / 2

    def integrand(k: float) -> float:
        source = -np.expm1(-k * thickness / radius)
        average = -np.expm1(-k * receiver / radius)
        return float(j1(k) ** 2 / k**2 * source * average * np.exp(-k * gap / radius))

    integral = quad(integrand, 0.0, 400.0, limit=2000)[0]
    assert stray_field(1e6, thickness, gap, receiver, diameter) == pytest.approx(
        1e6 * radius / receiver * integral, rel=2e-4
    )


def test_far_away_it_is_a_dipole() -> None:
    diameter, thickness, distance = 10e-9, 3e-9, 300e-9
    moment = 1e6 * np.pi / 4 * diameter**2 * thickness
    found = stray_field(1e6, thickness, distance - thickness / 2 - 0.5e-9, 1e-9, diameter)
    assert found == pytest.approx(moment / (2 * np.pi * distance**3), rel=5e-3)


def test_an_extended_film_has_no_stray_field_and_a_closer_layer_has_more() -> None:
    wide = np.asarray(stray_field(1e6, 2e-9, 1e-9, 1.6e-9, np.array([40e-9, 400e-9, 4e-6])))
    assert np.all(np.diff(wide) < 0)
    assert wide[-1] < 0.04 * wide[0]  # edges: it falls as ln(d)/d
    near = np.asarray(stray_field(1e6, 2e-9, np.array([1e-9, 5e-9, 20e-9]), 1.6e-9, 40e-9))
    assert np.all(np.diff(near) < 0)
    assert np.all(near > 0)


def test_two_halves_are_the_whole() -> None:
    near = stray_field(1e6, 2e-9, 1e-9, 1.6e-9, 40e-9)
    far = stray_field(1e6, 2e-9, 3e-9, 1.6e-9, 40e-9)
    assert near + far == pytest.approx(stray_field(1e6, 4e-9, 1e-9, 1.6e-9, 40e-9), rel=1e-9)


def test_equal_moments_do_not_cancel_at_the_free_layer() -> None:
    """The conventional pair compensates only in part (Jenkins et al., arXiv:1907.11798, abstract)."""
    balanced = replace(
        LAYER, lower_thickness=LAYER.upper_magnetisation * LAYER.upper_thickness / LAYER.lower_magnetisation
    )
    assert balanced.imbalance == pytest.approx(0.0, abs=1e-12)
    single = stray_field(
        LAYER.upper_magnetisation, LAYER.upper_thickness, LAYER.barrier_thickness, MAGNET.stack.thickness, 40e-9
    )
    left = offset_field(balanced, MAGNET)
    assert 0.05 * single < left < 0.7 * single


def test_the_card_leaves_a_smaller_offset_than_its_upper_sublayer_alone_at_40_nm() -> None:
    alone = stray_field(
        LAYER.upper_magnetisation, LAYER.upper_thickness, LAYER.barrier_thickness, MAGNET.stack.thickness, 40e-9
    )
    offset = float(offset_field(LAYER, MAGNET))
    assert abs(offset) < 0.25 * float(alone)
    # a sweep of diameters shows that one thickness compensates one diameter only
    sweep = np.asarray(offset_field(LAYER, junction("cofeb-double-mgo", diameter=np.array([15e-9, 40e-9, 100e-9]))))
    assert np.ptp(sweep) > 2e3


def test_without_a_lower_sublayer_nothing_opposes() -> None:
    alone = replace(LAYER, lower_thickness=1e-15)
    assert alone.imbalance == pytest.approx(1.0, abs=1e-5)
    upper = stray_field(
        LAYER.upper_magnetisation, LAYER.upper_thickness, LAYER.barrier_thickness, MAGNET.stack.thickness, 40e-9
    )
    assert offset_field(alone, MAGNET) == pytest.approx(upper, rel=1e-4)


def test_plateau_ends_where_the_energies_of_the_two_states_cross() -> None:
    upper, lower = (
        LAYER.upper_magnetisation * LAYER.upper_thickness,
        LAYER.lower_magnetisation * LAYER.lower_thickness,
    )
    field = LAYER.plateau_field
    antiparallel = -VACUUM_PERMEABILITY * field * np.abs(upper - lower) - LAYER.coupling
    parallel = -VACUUM_PERMEABILITY * field * (upper + lower) + LAYER.coupling
    assert antiparallel == pytest.approx(parallel)
    assert LAYER.exchange_field == pytest.approx(LAYER.coupling / (VACUUM_PERMEABILITY * upper))
    # tenths of a tesla, so that no write or read field of an array turns it
    assert VACUUM_PERMEABILITY * field > 0.1


def test_offset_favours_parallel_and_splits_the_stabilities() -> None:
    alone = replace(LAYER, lower_thickness=1e-15)
    assert offset_field(alone, MAGNET) > 0
    parallel, antiparallel = shifted_stabilities(alone, MAGNET)
    assert antiparallel < MAGNET.thermal_stability < parallel
    weak = junction("superparamagnetic", diameter=40e-9)
    with pytest.raises(ValidityError, match="one of the states is gone"):
        shifted_stabilities(alone, weak)
    with pytest.raises(ValidityError, match="in-plane layer"):
        shifted_stabilities(LAYER, junction("superparamagnetic", diameter=80e-9))


def test_draws_and_sweeps_broadcast() -> None:
    drawn = reference_layer("co-pt-ru", Draws(count=32))
    assert np.shape(drawn.imbalance) == (32,)
    assert np.shape(offset_field(drawn, MAGNET)) == (32,)
    assert np.ptp(np.asarray(drawn.exchange_field)) > 0


def test_lengths_must_be_positive() -> None:
    with pytest.raises(InputError, match="gap"):
        stray_field(1e6, 2e-9, 0.0, 1.6e-9, 40e-9)


def test_a_single_pinned_layer_has_no_partner() -> None:
    single = reference_layer("l10-fept")
    assert single.single
    assert single.imbalance == 1.0
    assert single.hard_thickness == single.upper_thickness
    expected = stray_field(single.upper_magnetisation, single.upper_thickness, 1e-9, 2.6e-9, 40e-9)
    assert offset_field(single, MAGNET) == expected
    with pytest.raises(ValidityError, match="needs a lower sublayer"):
        _ = single.plateau_field
    with pytest.raises(InputError, match="all positive or all 0"):
        replace(single, lower_thickness=1e-9)


def test_stray_field_of_an_ellipse_is_a_cylinders_at_a_ratio_of_one() -> None:
    disc = stray_field(1e6, 2e-9, 1e-9, 1.6e-9, 40e-9)
    assert stray_field(1e6, 2e-9, 1e-9, 1.6e-9, 40e-9, 1.0) == disc
    assert stray_field(1e6, 2e-9, 1e-9, 1.6e-9, 40e-9, 1.0 + 1e-7) == pytest.approx(disc, rel=1e-6)
    assert stray_field(1e6, 2e-9, 1e-9, 1.6e-9, 40e-9, 2.0) < disc
