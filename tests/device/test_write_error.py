"""Write errors and switching probabilities of junctions: units, signs, drives, counting, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from remanence.core.declare import replace
from remanence.core.errors import InputError, ValidityError
from remanence.device import Junction, junction, reduced, switching_probability, write_error_rate
from remanence.device.drive import piecewise_linear, pulse
from remanence.device.write_error import counted


def small(**changes: Any) -> Junction:
    """A junction of low stability, so that everything happens in nanoseconds."""
    return junction("cofeb-double-mgo", diameter=changes.pop("diameter", 12e-9), **changes)


def volts(device: Junction, overdrive: float) -> float:
    """The voltage that drives a multiple of I_c0 through the antiparallel state."""
    low, high = 0.0, 10.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        current = middle / float(np.asarray(device.resistance("AP", voltage=middle)))
        low, high = (
            (middle, high) if current < overdrive * float(np.asarray(device.critical_current)) else (low, middle)
        )
    return low


def test_a_junction_reduces_to_overdrive_and_damping_time() -> None:
    device = small()
    voltage, duration = volts(device, 2.0), np.array([6.0, 12.0, 20.0]) * float(np.asarray(device.damping_time))
    expected = reduced.write_error_rate(device.thermal_stability, 2.0, [6.0, 12.0, 20.0], tolerance=1e-6)
    result = write_error_rate(device, voltage=voltage, duration=duration, tolerance=1e-6)
    np.testing.assert_allclose(result, expected, rtol=2e-6)
    other = switching_probability(device, voltage=voltage, duration=duration, tolerance=1e-6)
    np.testing.assert_allclose(np.asarray(other), 1.0 - np.asarray(expected), rtol=2e-6)


def test_a_small_chance_of_switching_is_no_difference_of_large_numbers() -> None:
    """Read disturb far below 1e-16: dwell time over the barrier that the current leaves."""
    device = junction("cofeb-double-mgo", diameter=20e-9)
    voltage, duration = volts(device, 0.2), 100.0 * float(np.asarray(device.damping_time))
    result = switching_probability(device, voltage=voltage, duration=duration)
    rate = 1.0 / float(reduced.mean_dwell(device.thermal_stability, 0.2))
    assert 0.0 < result < 1e-12
    # the well fills up during the first tau_D: a delay of a few of a hundred
    assert result == pytest.approx(100.0 * rate, rel=0.1, abs=0)


def test_signs_of_voltage_state_and_field() -> None:
    device = small()
    voltage, duration = volts(device, 2.0), 4.0 * float(np.asarray(device.damping_time))
    from_ap = write_error_rate(device, voltage=voltage, duration=duration)
    assert write_error_rate(device, voltage=-voltage, duration=duration, start="P") == from_ap
    assert write_error_rate(device, voltage=-voltage, duration=duration) > 0.9
    held = replace(device, axial_field=-0.1 * np.asarray(device.anisotropy_field))
    helped = replace(device, axial_field=0.1 * np.asarray(device.anisotropy_field))
    assert write_error_rate(helped, voltage=voltage, duration=duration) < from_ap
    assert write_error_rate(held, voltage=voltage, duration=duration) > from_ap


def test_arrays_of_devices_and_temperatures_broadcast() -> None:
    diameters = np.array([10e-9, 12e-9, 14e-9])[:, None]
    devices = junction("cofeb-double-mgo", diameter=diameters, temperature=np.array([300.0, 350.0]))
    result = np.asarray(write_error_rate(devices, voltage=0.6, duration=5e-9))
    assert result.shape == (3, 2)
    for row, column in np.ndindex(3, 2):
        alone = junction("cofeb-double-mgo", diameter=float(diameters[row, 0]), temperature=[300.0, 350.0][column])
        assert write_error_rate(alone, voltage=0.6, duration=5e-9) == pytest.approx(
            result[row, column], rel=2e-4, abs=0
        )


def test_a_rectangular_drive_is_a_constant_voltage() -> None:
    device = small()
    voltage, duration = volts(device, 2.0), 8.0 * float(np.asarray(device.damping_time))
    constant = write_error_rate(device, voltage=voltage, duration=duration)
    assert write_error_rate(device, voltage=pulse(voltage, duration)) == pytest.approx(constant, rel=2e-4, abs=0)
    current = voltage / float(np.asarray(device.resistance("AP", voltage=voltage)))
    by_current = write_error_rate(device, voltage=pulse(current, duration, kind="current"))
    assert by_current == pytest.approx(constant, rel=2e-4, abs=0)
    halves = piecewise_linear([0.0, duration / 2, duration], [voltage] * 3)
    assert write_error_rate(device, voltage=halves) == pytest.approx(constant, rel=2e-4, abs=0)


def test_edges_of_a_pulse_cost_write_error_and_their_steps_are_fine_enough() -> None:
    device = small()
    time = float(np.asarray(device.damping_time))
    voltage = volts(device, 2.0)
    square = float(np.asarray(write_error_rate(device, voltage=pulse(voltage, 8.0 * time))))
    sloped_pulse = pulse(voltage, 8.0 * time, rise=2.0 * time, fall=2.0 * time)
    sloped = float(np.asarray(write_error_rate(device, voltage=sloped_pulse, tolerance=1e-4)))
    # during the slopes the overdrive passes below 1 and the rate below zero: less than the same area at full height
    assert square < sloped < 1e3 * square
    finer = float(np.asarray(write_error_rate(device, voltage=sloped_pulse, tolerance=1e-6)))
    assert sloped == pytest.approx(finer, rel=2e-4, abs=0)


def test_drives_broadcast_over_their_draws_and_the_devices() -> None:
    devices = small(diameter=np.array([10e-9, 12e-9]))
    voltage = 0.6
    both = np.asarray(write_error_rate(devices, voltage=pulse(np.array([voltage, 1.1 * voltage]), 4e-9)))
    assert both.shape == (2,)
    for row, (diameter, level) in enumerate([(10e-9, voltage), (12e-9, 1.1 * voltage)]):
        alone = write_error_rate(small(diameter=diameter), voltage=level, duration=4e-9)
        assert both[row] == pytest.approx(alone, rel=3e-4, abs=0)


def test_relaxation_after_the_pulse() -> None:
    device = small()
    time = float(np.asarray(device.damping_time))
    voltage = volts(device, 2.0)
    by_argument = write_error_rate(device, voltage=voltage, duration=3.0 * time, relaxation=5.0 * time)
    by_drive = write_error_rate(device, voltage=pulse(voltage, 3.0 * time), duration=8.0 * time)
    assert by_argument == pytest.approx(by_drive, rel=3e-4, abs=0)


def test_trajectories_and_fokker_planck_count_the_same() -> None:
    """Off the interval's ends once in a million runs of this seed-fixed test, were the seed not fixed."""
    device = small(diameter=20e-9)
    voltage, duration = volts(device, 2.0), 3.0 * float(np.asarray(device.damping_time))
    seen = write_error_rate(device, voltage=voltage, duration=duration, method="llg", trajectories=2000, seed=3)
    exact = float(np.asarray(write_error_rate(device, voltage=voltage, duration=duration)))
    assert 0.01 < exact < 0.9
    tail = min(binom.cdf(seen.events, 2000, exact), binom.sf(int(seen.events) - 1, 2000, exact))
    assert tail > 5e-7
    switched = switching_probability(
        device, voltage=voltage, duration=duration, method="llg", trajectories=2000, seed=3
    )
    assert switched.events + seen.events == 2000


def test_the_interval_is_that_of_clopper_and_pearson() -> None:
    """Each end is where the tail of the binomial distribution is half of what the confidence leaves."""
    result = counted([0, 7, 1000], 1000, confidence=0.95)
    low, high = np.asarray(result.low), np.asarray(result.high)
    assert (low[0], high[2]) == (0.0, 1.0)
    assert high[0] == pytest.approx(1.0 - 0.025 ** (1.0 / 1000.0), rel=1e-9, abs=0)
    assert binom.sf(6, 1000, low[1]) == pytest.approx(0.025, rel=1e-9, abs=0)
    assert binom.cdf(7, 1000, high[1]) == pytest.approx(0.025, rel=1e-9, abs=0)
    with pytest.raises(InputError, match="must lie between 0 and the number of trials"):
        counted([11], 10)


def test_analytic_is_the_estimate_or_below_it_the_bound() -> None:
    device = small()
    time = 6.0 * float(np.asarray(device.damping_time))
    for overdrive, method in ((2.0, "estimate"), (1.2, "upper bound")):
        voltage = volts(device, overdrive)
        named, by_name = (
            write_error_rate(device, voltage=voltage, duration=time, method=name) for name in ("analytic", method)
        )
        assert named == by_name
        exact = write_error_rate(device, voltage=voltage, duration=time)
        assert 0.5 < float(np.asarray(named)) / float(np.asarray(exact)) < 20.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"method": "guess"}, "method: got guess; must be one of fokker-planck, sphere-fokker-planck, llg"),
        ({"start": "up"}, "start: got up; must be P or AP"),
        ({"duration": None}, "duration: got None; is needed with a voltage"),
        ({"duration": -1e-9}, "duration: got -1e-09 s"),
        ({"voltage": np.nan}, "voltage: got nan V"),
        ({"method": "llg", "trajectories": 0}, "trajectories: got 0"),
        ({"voltage": pulse(0.5, 5e-9), "duration": 1e-9}, "must reach to the drive's end"),
    ],
)
def test_bad_input_is_refused(change: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {"voltage": 0.5, "duration": 5e-9} | change
    with pytest.raises(InputError, match=message):
        write_error_rate(small(), **arguments)


@pytest.mark.parametrize(
    ("change", "what"),
    [({"aspect_ratio": 1.2}, "an ellipse"), ({"in_plane_field": 1e3}, "a field across the axis")],
)
def test_broken_symmetry_is_refused(change: dict[str, float], what: str) -> None:
    with pytest.raises(ValidityError, match=what):
        write_error_rate(replace(small(), **change), voltage=0.5, duration=5e-9, method="estimate")
    with pytest.raises(ValidityError, match="knows constant voltages only"):
        write_error_rate(small(), voltage=pulse(0.5, 5e-9), method="estimate")


WIDE = junction("cofeb-double-mgo", diameter="40 nm")


def test_switching_of_a_stable_cell_is_given_at_every_pulse() -> None:
    """At a stability of 123 the mass on the far side is far below what floats hold: doubts must not grow from that."""
    volts, times = np.array([0.5, 0.7, 1.0, 1.3])[:, None], np.array([1e-9, 5e-9, 1e-8, 5e-8])
    switched = np.asarray(switching_probability(WIDE, voltage=volts, duration=times))
    error = np.asarray(write_error_rate(WIDE, voltage=volts, duration=times))
    assert np.all((error <= 1.0) & (switched <= 1.0))
    assert switched + error == pytest.approx(1.0, abs=1e-5)
    assert np.all(np.diff(switched, axis=1) >= 0.0)


def test_a_sweep_through_zero_is_a_bound_of_one_there() -> None:
    volts = np.array([-0.5, 0.0, 1.0])
    failing = np.asarray(write_error_rate(WIDE, voltage=volts, duration=1e-8, method="analytic"))
    assert np.array_equal(failing[:2], [1.0, 1.0])
    assert 0.0 < failing[2] < 1.0


def test_points_and_neighbouring_seeds_share_no_noise() -> None:
    small = junction("cofeb-double-mgo", diameter="20 nm")
    volts = np.full(2, 1.6 * float(small.critical_voltage))
    duration = 3.0 * float(small.damping_time)
    first, second = (
        switching_probability(small, voltage=volts, duration=duration, method="llg", trajectories=400, seed=seed)
        for seed in (5, 6)
    )
    assert first.events[1] != second.events[0] or first.events[0] != second.events[1]
    assert len({*first.events.tolist(), *second.events.tolist()}) > 2
