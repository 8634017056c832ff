"""Elliptic, in-plane, tilted and gated cells: the junction under fields and voltages."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.core.constants import BOLTZMANN, ELEMENTARY_CHARGE, GYROMAGNETIC_RATIO, REDUCED_PLANCK
from remanence.core.constants import VACUUM_PERMEABILITY as MU_0
from remanence.core.declare import replace
from remanence.core.errors import InputError, UnknownNameError, ValidityError
from remanence.device import (
    Junction,
    heavy_metal,
    junction,
    magnetic_immunity,
    reference_layer,
    sot_critical_current,
    stack,
)
from remanence.device.reference_layer import shifted_stabilities

FILM = stack("cofeb-double-mgo")
ROUND = junction(FILM, diameter=30e-9)
FLAT = stack("superparamagnetic-in-plane")


def test_anisotropy_field_and_energy_are_one_fact() -> None:
    field = float(ROUND.anisotropy_field)
    moment = MU_0 * ROUND.saturation_magnetisation
    assert 0.5 * moment * field == pytest.approx(ROUND.effective_anisotropy, rel=1e-14, abs=0)
    frequency = GYROMAGNETIC_RATIO * MU_0 * field / (2 * np.pi)
    assert ROUND.resonance_frequency == pytest.approx(frequency, rel=1e-14, abs=0)


def test_an_ellipse_has_its_area_two_stiffnesses_and_the_lower_barrier() -> None:
    long = junction(FILM, diameter=30e-9, aspect_ratio=2.0)
    assert long.area == pytest.approx(2.0 * ROUND.area, rel=1e-14, abs=0)
    soft, hard = long.hard_anisotropies
    along, across, axial = long.demagnetisation
    shape = 0.5 * MU_0 * long.saturation_magnetisation**2
    film = 2.4135e-3 / 2.6e-9
    assert soft == pytest.approx(film - shape * (axial - along), rel=1e-12, abs=0)
    assert hard - soft == pytest.approx(shape * (across - along), rel=1e-9, abs=0)
    # torque and damping see the mean of both, the barrier the lower one
    prefactor = 4 * ELEMENTARY_CHARGE / REDUCED_PLANCK * FILM.damping / FILM.spin_torque_efficiency
    assert long.critical_current == pytest.approx(prefactor * 0.5 * (soft + hard) * long.volume, rel=1e-12, abs=0)
    assert long.macrospin_barrier == pytest.approx(soft * long.volume, rel=1e-12, abs=0)
    with pytest.raises(ValidityError, match="needs a round cell"):
        _ = long.dwell_time


def test_in_plane_cell_by_the_textbook() -> None:
    """Sun 2000: I_c0 = (2e/hbar)(alpha/eta) mu_0 Ms V (H_k + M_eff/2), H_k = (N_y - N_x) Ms."""
    cell = junction(FLAT, diameter=50e-9, aspect_ratio=2.0)
    along, across, axial = cell.demagnetisation
    ms = float(FLAT.saturation_magnetisation)
    easy = (across - along) * ms
    assert cell.easy_axis == "in-plane"
    assert cell.anisotropy_field == pytest.approx(easy, rel=1e-12, abs=0)
    effective = (axial - across) * ms - 2 * 1.2e-3 / 2e-9 / (MU_0 * ms)
    current = 2 * ELEMENTARY_CHARGE / REDUCED_PLANCK * 0.01 / 0.55 * MU_0 * ms * cell.volume * (easy + effective / 2)
    assert cell.critical_current == pytest.approx(current, rel=1e-10, abs=0)
    stability = 0.5 * MU_0 * easy * ms * cell.volume / (BOLTZMANN * 300.0)
    assert cell.thermal_stability == pytest.approx(stability, rel=1e-12, abs=0)
    assert cell.dwell_time > 1.0
    low = junction(FLAT, diameter=50e-9, aspect_ratio=1.05)
    with pytest.raises(ValidityError, match="Integrate the stochastic equation"):
        _ = low.dwell_time


def test_a_round_in_plane_cell_has_no_barrier_and_no_threshold_is_invented() -> None:
    cell = junction(FLAT, diameter=50e-9)
    assert cell.thermal_stability == 0.0
    with pytest.raises(ValidityError, match="in-plane"):
        _ = cell.dwell_time


def test_models_of_perpendicular_cells_refuse_the_others() -> None:
    flat = junction(FLAT, diameter=50e-9, aspect_ratio=2.0)
    with pytest.raises(ValidityError, match="an in-plane layer"):
        sot_critical_current(flat, heavy_metal("w"), in_plane_field=1e4)
    with pytest.raises(ValidityError, match="an in-plane layer"):
        shifted_stabilities(reference_layer("co-pt-ru"), flat)
    assert flat.switchability.startswith("switchable by STT")
    assert junction(FLAT, diameter=50e-9).switchability.startswith("no two states in the plane")


def test_fields_split_the_stabilities_as_stoner_and_wohlfarth() -> None:
    delta, field = ROUND.thermal_stability, float(ROUND.anisotropy_field)
    axial = replace(ROUND, axial_field=0.1 * field)
    assert axial.thermal_stability == delta, "the stability without a state in its name knows no field"
    assert axial.stability("P") == pytest.approx(1.21 * delta, rel=1e-12, abs=0)
    assert axial.stability("AP") == pytest.approx(0.81 * delta, rel=1e-12, abs=0)
    across = replace(ROUND, in_plane_field=0.1 * field)
    assert across.stability("P") == across.stability("AP") == pytest.approx(0.81 * delta, rel=1e-12, abs=0)
    both = replace(ROUND, axial_field=0.1 * field, in_plane_field=0.1 * field)
    assert both.stability("AP") < 0.7 * delta
    assert replace(ROUND, axial_field=1.5 * field).stability("AP") == 0.0
    assert axial.dwell_time == axial.dwell("AP") < ROUND.dwell_time < axial.dwell("P")
    with pytest.raises(ValidityError, match="breaks the symmetry"):
        _ = across.dwell_time


def test_a_carried_reference_is_the_offset_of_the_layer() -> None:
    pair = reference_layer("co-pt-ru")
    cell = junction(FILM, diameter=20e-9, reference=pair)
    assert cell.offset_field == pytest.approx(pair.field_on(2.6e-9, 20e-9), rel=1e-14)
    parallel, antiparallel = shifted_stabilities(pair, ROUND)
    carried = replace(ROUND, reference=pair)
    assert carried.stability("P") == pytest.approx(parallel, rel=1e-12, abs=0)
    assert carried.stability("AP") == pytest.approx(antiparallel, rel=1e-12, abs=0)
    with pytest.raises(InputError, match="under an in-plane cell"):
        junction(FLAT, diameter=20e-9, reference=pair)


def test_second_order_anisotropy_raises_barrier_and_writing_current() -> None:
    anisotropy = float(ROUND.effective_anisotropy)
    harder = Junction(stack=replace(FILM, second_order_anisotropy=0.5 * anisotropy), diameter=30e-9)
    assert harder.macrospin_barrier == pytest.approx(1.5 * ROUND.macrospin_barrier, rel=1e-12, abs=0)
    assert harder.damping_time == ROUND.damping_time, "the curvature at the pole is that of K_1"
    assert ROUND.critical_current < harder.critical_current < 1.1 * ROUND.critical_current
    assert harder.dwell_time > 1e3 * ROUND.dwell_time
    cone = Junction(stack=replace(FILM, second_order_anisotropy=4e5), diameter=70e-9)
    lying = replace(cone, stack=replace(cone.stack, interfacial_anisotropy=1.7e-3))
    assert lying.effective_anisotropy < 0 < lying.thermal_stability
    with pytest.raises(ValidityError, match="in-plane layer"):
        _ = lying.dwell_time


def test_voltage_takes_the_anisotropy_and_all_of_it_at_the_compensation_voltage() -> None:
    gated = junction("vcma-ir", diameter=40e-9)
    film = gated.stack
    half = gated.biased("0.5 V")
    drop = film.voltage_anisotropy * 0.5 / (film.barrier_thickness * film.thickness)
    assert gated.effective_anisotropy - half.effective_anisotropy == pytest.approx(drop, rel=1e-12, abs=0)
    assert gated.anisotropy_field_at(-0.5) > gated.anisotropy_field > gated.anisotropy_field_at(0.5)
    assert gated.stability("P", voltage=0.5) == half.thermal_stability < gated.thermal_stability
    voltage = float(gated.compensation_voltage)
    assert gated.biased(voltage).effective_anisotropy == pytest.approx(
        0.0, abs=1e-6 * float(gated.effective_anisotropy)
    )
    assert ROUND.biased(1.0) == ROUND, "no VCMA, no change"
    with pytest.raises(InputError, match=r"Stack.barrier_thickness: got not stated"):
        Junction(stack=replace(film, barrier_thickness=0.0), diameter=40e-9).biased(0.5)
    with pytest.raises(InputError, match=r"Stack.voltage_anisotropy: got not stated"):
        _ = ROUND.compensation_voltage


def test_hot_voltage_softens_with_the_anisotropy() -> None:
    warm = junction("vcma-ir", diameter=40e-9, temperature=400.0)
    assert warm.biased(warm.compensation_voltage).effective_anisotropy == pytest.approx(0.0, abs=1e-3)


def test_one_bad_temperature_is_named_with_its_place() -> None:
    with pytest.raises(InputError, match=r"Junction.temperature\[1\]: got 1100 K; .*1000 K. 2 of 3 are bad"):
        junction(FILM, diameter=40e-9, temperature=np.array([300.0, 1100.0, 1000.0]))
    with pytest.raises(InputError, match=r"Stack.thickness.*must be above 0"):
        replace(FILM, thickness=-1e-9)
    with pytest.raises(UnknownNameError, match="Did you mean axial_field"):
        junction(FILM, diameter=40e-9, axial_fields=1.0)


@pytest.mark.parametrize(("direction", "share"), [("axial", 1.0), ("in-plane", 1.0), ("any", 2**-0.5)])
def test_immunity_keeps_the_specified_retention(direction: str, share: float) -> None:
    field = magnetic_immunity(ROUND, duration="10 year", loss=1e-6, direction=direction)
    assert 0 < field < share * 1.01 * magnetic_immunity(ROUND, duration="10 year", loss=1e-6, direction="axial")
    needed = ROUND.thermal_stability - np.log(ROUND.dwell_time / (10 * 365.25 * 86400 / 1e-6))
    if direction != "any":
        expected = ROUND.anisotropy_field * (1 - np.sqrt(needed / ROUND.thermal_stability))
        assert field == pytest.approx(expected, rel=1e-6, abs=0)
    else:
        for angle in np.linspace(0.0, np.pi, 40):
            cell = replace(ROUND, axial_field=field * np.cos(angle), in_plane_field=field * np.sin(angle))
            assert min(cell.stability("P"), cell.stability("AP")) > 0.998 * needed


def test_immunity_of_an_array_with_an_offset_and_of_a_cell_that_fails_anyway() -> None:
    cells = junction(FILM, diameter=np.array([15e-9, 30e-9]), reference=reference_layer("co-pt-ru"))
    fields = np.asarray(magnetic_immunity(cells, duration="10 year", loss=1e-6, direction="axial"))
    bare = magnetic_immunity(ROUND, duration="10 year", loss=1e-6, direction="axial")
    assert fields[0] == 0.0
    assert fields[1] == pytest.approx(bare - abs(np.asarray(cells.offset_field)[1]), rel=1e-6)
    with pytest.raises(InputError, match="must be one of axial, in-plane, any"):
        magnetic_immunity(ROUND, duration=1.0, loss=1e-6, direction="up")


def test_conductance_is_linear_in_the_cosine_and_current_is_odd() -> None:
    parallel, antiparallel = (1.0 / float(ROUND.resistance(state, voltage=0.2)) for state in ("P", "AP"))
    for angle, share in ((0.0, 1.0), (np.pi / 3, 0.75), (np.pi / 2, 0.5), (np.pi, 0.0)):
        expected = antiparallel + share * (parallel - antiparallel)
        assert ROUND.conductance(angle, 0.2) == pytest.approx(expected, rel=1e-12, abs=0)
    voltages = np.array([-0.4, -0.1, 0.0, 0.1, 0.4])
    for state in ("P", "AP"):
        current = np.asarray(ROUND.current(state, voltages))
        np.testing.assert_allclose(current, -current[::-1], rtol=1e-14)
        assert np.all(np.diff(current) > 0)


def test_curvature_of_the_parallel_conductance_enters_every_bias() -> None:
    bent = Junction(stack=replace(FILM, parallel_curvature=0.5), diameter=30e-9)
    assert bent.resistance("P", voltage=0.4) == pytest.approx(ROUND.resistance("P") / 1.08, rel=1e-12, abs=0)
    voltage = bent.critical_voltage
    assert bent.current("AP", voltage) == pytest.approx(bent.critical_current, rel=1e-12, abs=0)
    assert voltage < ROUND.critical_voltage
