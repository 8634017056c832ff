"""Curves of junctions: short pulses, widths, voltage-controlled anisotropy, each against another way to know it."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.core.declare import Array, replace
from remanence.core.errors import InputError
from remanence.cram.cells.cell import Logiccell
from remanence.cram.cells.gate_set import best_voltage, gate_set, gate_sheet, outcome_errors
from remanence.cram.cells.logic_cell import logic_cell
from remanence.cram.cells.response import Probit, curve
from remanence.cram.cells.window import gate_current, stress, window
from remanence.cram.gates import gate
from remanence.device import Junction, junction, reduced, write_error_rate

DEVICE = junction("cofeb-double-mgo", diameter="40 nm", temperature="25 degC")
SET = Logiccell(topology="2T1M", parallel_resistance=3.15e3, tunnel_magnetoresistance=1.09, to_antiparallel=50e-6,
                to_parallel=50e-6, pulse=3e-9, width=0.0418)  # fmt: skip


@pytest.mark.parametrize("pulse", [1e-9, 3e-9])
def test_a_short_pulse_has_a_curve_and_it_is_the_closed_form_of_a_ballistic_reversal(pulse: float) -> None:
    found = curve(DEVICE, pulse=pulse)
    time = pulse / float(DEVICE.damping_time)
    for ratio in (0.9, 1.0, 1.15):
        overdrive = ratio * found.median[0] / float(DEVICE.critical_current)
        closed = reduced.closed_form(DEVICE.thermal_stability, overdrive, time, "estimate")
        assert found.log_stayed(0, ratio, 0.0) == pytest.approx(float(np.log(closed)), abs=0.08)
    assert np.all(np.diff(found.switched[0]) >= 0.0)
    assert np.all(np.diff(found.stayed[0]) <= 0.0)
    assert np.exp(found.switched[0]) + np.exp(found.stayed[0]) == pytest.approx(np.ones(61), abs=1e-9)


def test_the_width_falls_with_the_pulse_from_the_spread_of_the_starts_to_thermal_activation() -> None:
    """Short pulses: the start's angle is Rayleigh, so (16 to 84 %)/2 of ln(1/angle^2) is 1.16 of ln(4 Delta) + 0.37."""
    widths = [max(curve(DEVICE, pulse=pulse).width) for pulse in (5e-10, 3e-9, 2e-8, 1e-7, 1e-6)]
    assert np.all(np.diff(widths) < 0.0)
    ballistic = 0.5 * np.log(np.log(1 / 0.1587) / np.log(1 / 0.8413))
    limit = ballistic / (np.log(4 * float(DEVICE.thermal_stability)) - np.log(np.log(2.0)))
    assert widths[0] == pytest.approx(limit, rel=0.1)
    assert widths[-1] == pytest.approx(0.04, abs=0.004)
    small = junction("cofeb-double-mgo", diameter="20 nm", temperature="25 degC")
    stabilities = float(DEVICE.thermal_stability / small.thermal_stability)  # exp(-Delta (1 - i)^2): width ~ Delta^-1/2
    assert max(curve(small, pulse=1e-6).width) == pytest.approx(widths[-1] * np.sqrt(stabilities), rel=0.05)


def test_long_pulses_follow_the_dwell_time() -> None:
    found = curve(DEVICE, pulse=1e-3)
    overdrive = found.median[0] / float(DEVICE.critical_current)
    dwell = float(reduced.mean_dwell(DEVICE.thermal_stability, overdrive)) * float(DEVICE.damping_time)
    assert 1e-3 / dwell == pytest.approx(np.log(2.0), rel=0.02)


def controlled(strength: float, **changes: float) -> Junction:
    small = replace(DEVICE, diameter=12e-9)  # low stability: the sphere resolves it
    film = replace(small.stack, voltage_anisotropy=strength, damping=0.05, **changes)
    return replace(small, stack=film)


@pytest.mark.parametrize("strength", [-60e-15, 60e-15])
def test_voltage_controlled_anisotropy_against_the_equation_on_the_sphere(strength: float) -> None:
    """The one-angle equation starts in equilibrium with the voltage, the sphere without it: a few per cent apart."""
    cell = controlled(strength)
    found = curve(cell, pulse=10e-9)
    for ratio in (0.85, 1.0, 1.2):
        current = ratio * found.median[1]
        volts = current * float(cell.resistance("AP", voltage=0.0))
        for _ in range(30):
            volts = current * float(cell.resistance("AP", voltage=volts))
        exact = write_error_rate(cell, voltage=volts, duration=10e-9, start="AP", method="sphere-fokker-planck")
        assert np.exp(found.log_stayed(1, ratio, 0.0)) == pytest.approx(float(exact), rel=0.06, abs=2e-3)


def test_voltage_controlled_anisotropy_helps_one_way_and_holds_the_inputs() -> None:
    plain, helped = (logic_cell(DEVICE, "cmos-22nm", voltage_anisotropy=each) for each in (0.0, "-200 fJ/(V*m)"))
    assert helped.cell.to_antiparallel < plain.cell.to_antiparallel < helped.cell.to_parallel
    before, after = (gate_sheet(made.cell, gate("NAND2"), response=made.response) for made in (plain, helped))
    assert after.error < 0.95 * before.error
    assert after.voltage < before.voltage
    assert after.disturb < before.disturb
    assert after.input_error < 1e-3 * before.input_error


def test_a_voltage_that_takes_the_barrier_is_told() -> None:
    with pytest.raises(InputError, match=r"not resolved|do not switch"):
        curve(replace(DEVICE, stack=replace(DEVICE.stack, voltage_anisotropy=5e-12)), pulse=20e-9)


@pytest.mark.parametrize("name", ["NOT", "NAND2", "NAND4", "NOR2", "NMAJ3", "NMAJ5", "AND2", "OR3", "MAJ5"])
@pytest.mark.parametrize("width", [0.01, 0.0418, 0.12, 0.25])
def test_the_best_voltage_against_all_voltages(name: str, width: float) -> None:
    """Every voltage at which no number of zeros is more often wrong than right."""
    each, cell = gate(name), replace(SET, width=width)
    frame = window(cell, each)
    volts = np.linspace(0.3 * float(frame.low), 3.0 * float(frame.high), 40001)
    errors = outcome_errors(cell, each, volts)
    shares = np.array([1.0, *np.cumprod([(each.inputs - k) / (k + 1) for k in range(each.inputs)])]) / 2.0**each.inputs
    allowed = errors.max(axis=0) <= 0.5
    least = float((shares @ errors)[allowed].min())
    found = gate_sheet(cell, each)
    assert found.error <= least * (1 + 1e-6) + 1e-300
    assert found.errors.max() <= 0.5 + 1e-9


class _Lopsided:
    """Turns over far below the median in one pulse of five: the best voltage is then above the window."""

    def log_switched(self, preset: int, ratio: Array, spread: Array) -> np.ndarray:
        return np.asarray(Probit(0.02).log_switched(preset, 1.05 * np.asarray(ratio), spread))

    def log_stayed(self, preset: int, ratio: Array, spread: Array) -> np.ndarray:
        mixed = 0.6 * np.exp(np.asarray(Probit(0.02).log_stayed(preset, ratio, spread))) + 0.4 * np.exp(
            np.asarray(Probit(0.02).log_stayed(preset, 0.93 * np.asarray(ratio), spread))
        )
        return np.asarray(np.log(np.maximum(mixed, 1e-300)))


def test_a_best_voltage_outside_the_window_is_found() -> None:
    cell = replace(SET, tunnel_magnetoresistance=0.2)
    frame = window(cell, gate("NAND2"))
    volts = best_voltage(cell, gate("NAND2"), _Lopsided())
    assert volts > float(frame.high)
    inside = np.linspace(float(frame.low), float(frame.high), 2001)
    shares = np.array([1, 2, 1]) / 4
    least = float((shares @ outcome_errors(cell, gate("NAND2"), inside, _Lopsided())).min())
    assert gate_sheet(cell, gate("NAND2"), response=_Lopsided()).error < 0.9 * least


def test_arrays_of_cells_have_a_best_voltage_each() -> None:
    ratios = np.array([0.6, 1.5, 4.0])
    many = np.asarray(best_voltage(replace(SET, tunnel_magnetoresistance=ratios), gate("NAND3")))
    for ratio, volts in zip(ratios, many, strict=True):
        one = best_voltage(replace(SET, tunnel_magnetoresistance=float(ratio)), gate("NAND3"))
        assert volts == pytest.approx(one, rel=1e-12)


def test_a_gate_that_breaks_its_junctions_is_refused() -> None:
    each = gate("NAND2")
    cell = replace(SET, access_resistance=500.0, line_resistance=100.0)
    seen = stress(cell, each, 0.3)
    current, inputs = gate_current(cell, gate("AND2"), 2, 0.3)  # the output has turned over: antiparallel
    assert seen == pytest.approx(0.3 - float(inputs) - float(current) * 600.0, rel=1e-9)
    voltage = gate_sheet(SET, each).stress
    weak = gate_set(replace(SET, breakdown_voltage=0.9 * voltage), ["NOT", "NAND2"], at_least_one=False)
    assert "breaks at" in weak.refused["NAND2"]
    assert "NAND2" in gate_set(replace(SET, breakdown_voltage=1.1 * voltage), ["NAND2"]).names


def test_voltages_that_take_the_barrier_far_away_do_not_stop_a_short_pulse() -> None:
    """One nanosecond is tried at currents whose voltage leaves no perpendicular state; the curve does not need them."""
    plain, helped = (
        curve(replace(DEVICE, stack=replace(DEVICE.stack, voltage_anisotropy=each)), pulse=1e-9)
        for each in (0.0, -100e-15)
    )
    assert helped.median[1] > 0.0
    assert helped.median[0] == pytest.approx(plain.median[0], rel=0.2, abs=0)
