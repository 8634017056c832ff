"""Cells without axial symmetry: the same equation as the trajectories', the axial limit, counts, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import binom

from remanence.core.declare import replace
from remanence.core.errors import InputError, ValidityError
from remanence.device import Junction, broken_symmetry, junction, rare_event, reduced, write_error_rate
from remanence.device.drive import constant, piecewise_linear, pulse
from remanence.device.dynamics import _driven, _waveforms, simulate
from remanence.device.macrospin import RATE, macrospin
from remanence.kernels.sphere_fokker_planck import reference
from remanence.kernels.stochastic_llg.reference import rotation


def small(**changes: Any) -> Junction:
    """A junction of low stability; fields in units of H_k; anything of the stack."""
    device = junction("cofeb-double-mgo", diameter=changes.pop("diameter", 10e-9))
    for name in ("axial_field", "in_plane_field"):
        if name in changes:
            changes[name] = changes[name] * float(np.asarray(device.anisotropy_field))
    film = {name: changes.pop(name) for name in list(changes) if hasattr(device.stack, name)}
    return replace(device, stack=replace(device.stack, **film), **changes)


def seconds(device: Junction) -> float:
    return float(np.asarray(device.damping_time))


CELLS: dict[str, dict[str, Any]] = {
    "tilted": {"in_plane_field": 0.1, "axial_field": -0.02, "field_like_torque": 0.4},
    "ellipse": {"aspect_ratio": 1.5, "second_order_anisotropy": 5e4},
    "voltage": {"voltage_anisotropy": 30e-15, "barrier_thickness": 1e-9, "in_plane_field": 0.05},
    "in-plane": {"easy_axis": "in-plane", "diameter": 16e-9, "aspect_ratio": 1.5, "in_plane_field": 0.05,
                 "interfacial_anisotropy": 9.5e-4, "bulk_anisotropy": 0.0, "second_order_anisotropy": 1e4,
                 "field_like_torque": -0.3},
}  # fmt: skip


@pytest.mark.parametrize("name", list(CELLS))
def test_the_drift_is_that_of_the_trajectories(name: str) -> None:
    """Term by term, from the layer that `simulate` integrates; an in-plane cell stores along z here, along x there."""
    device = small(**CELLS[name])
    magnet, (peak, waves) = macrospin(device, ()), _waveforms(constant(-0.4), ())
    layer, table = _driven(device, magnet, peak, waves[0][0], waves[0][1], np.linspace(0.0, 1e-9, 2), (), "constant")
    m = np.random.Generator(np.random.Philox(3)).normal(size=(50, 3))
    m /= np.linalg.norm(m, axis=1, keepdims=True)
    change = np.cross(rotation(layer, m, None, table[0], np.zeros((50, 3)), RATE), m)
    current = -0.4 / float(np.asarray(device.resistance("AP", voltage=-0.4)))
    motion = broken_symmetry.motion(magnet, 0, current, -0.4)
    turn = [1, 2, 0] if name == "in-plane" else [0, 1, 2]
    found = reference.velocity(motion, m[:, turn]) * broken_symmetry.pace(magnet, 0)
    np.testing.assert_allclose(found, change[:, turn], rtol=1e-9, atol=1e-9 * np.abs(change).max())
    energy = magnet.energy(0, m)
    at_rest = broken_symmetry.motion(magnet, 0)
    field = m[:, turn] @ at_rest.anisotropy / 2.0 + at_rest.field
    along = m[:, turn][:, at_rest.normal]
    inner = (m[:, turn] * field).sum(axis=1) + at_rest.second_order * (along**2 / 2.0 - along**4 / 4.0)
    np.testing.assert_allclose(np.ptp(energy + 2.0 * inner / at_rest.temperature), 0.0, atol=1e-9)


def test_a_round_cell_gives_what_one_angle_gives() -> None:
    device = small()
    times = np.array([1.0, 3.0, 8.0]) * seconds(device)
    for start, sign in (("AP", 1.0), ("P", -1.0)):
        exact = np.asarray(write_error_rate(device, voltage=sign * 1.4, duration=times, start=start, tolerance=1e-7))
        found = broken_symmetry.switching(device, voltage=sign * 1.4, duration=times, start=start, tolerance=1e-5)
        assert np.all(np.abs(np.asarray(found.error) / exact - 1.0) < np.asarray(found.error_uncertainty) + 2e-7)
        assert np.all(np.asarray(found.error_uncertainty) < 1e-5)
        by_name = write_error_rate(
            device, voltage=sign * 1.4, duration=times, start=start, tolerance=1e-5, method="sphere-fokker-planck"
        )
        np.testing.assert_array_equal(by_name, found.error)


def test_relaxation_drives_and_edges_are_those_of_one_angle() -> None:
    device = small()
    time = seconds(device)
    one, sphere = (
        [
            write_error_rate(
                device, voltage=1.4, duration=3.0 * time, relaxation=2.0 * time, method=method, tolerance=1e-5
            ),
            write_error_rate(
                device, voltage=pulse(1.4, 3.0 * time), duration=5.0 * time, method=method, tolerance=1e-5
            ),
            write_error_rate(
                device,
                voltage=piecewise_linear([0.0, time, 3.0 * time], [0.0, 1.4, 1.4]),
                method=method,
                tolerance=1e-3,
            ),
        ]
        for method in ("fokker-planck", "sphere-fokker-planck")
    )
    np.testing.assert_allclose(np.asarray(sphere[:2]), np.asarray(one[:2]), rtol=2e-5)
    assert sphere[2] == pytest.approx(one[2], rel=2e-3, abs=0)


def test_dwell_times_are_the_first_passage_integrals() -> None:
    """Also with a current, which takes most of the barrier."""
    device = replace(small(), temperature=400.0)
    assert broken_symmetry.mean_dwell(device, "P", tolerance=1e-4) == pytest.approx(device.dwell("P"), rel=1e-4, abs=0)
    current = 0.25 / float(np.asarray(device.resistance("AP", voltage=0.25)))
    overdrive = current / float(np.asarray(device.critical_current))
    expected = seconds(device) * np.asarray(reduced.mean_dwell(device.thermal_stability, overdrive))
    found = broken_symmetry.mean_dwell(device, "AP", voltage=0.25, tolerance=1e-4)
    assert found == pytest.approx(expected, rel=3e-3, abs=0)


def test_the_default_takes_the_sphere_where_the_symmetry_is_broken() -> None:
    device = small(in_plane_field=np.array([0.0, 0.1]))
    times = 3.0 * seconds(small())
    result = np.asarray(write_error_rate(device, voltage=1.4, duration=times))
    assert result.shape == (2,)
    alone = broken_symmetry.switching(small(in_plane_field=0.1), voltage=1.4, duration=times)
    assert result[1] == alone.error
    round_ = float(np.asarray(write_error_rate(small(), voltage=1.4, duration=times)))
    assert result[0] == pytest.approx(round_, rel=1e-3, abs=0)
    assert result[1] < 0.95 * round_


def test_trajectories_in_a_field_across_the_axis_count_the_same() -> None:
    device = small(in_plane_field=0.1)
    time, trials = 5.0 * seconds(device), 20_000
    exact = float(np.asarray(broken_symmetry.switching(device, voltage=1.4, duration=time).error))
    run = simulate(device, constant(1.4), duration=time, trajectories=trials, seed=3, step=5e-13)
    left = trials - int(np.asarray(run["switched"]).sum())
    assert 0.1 < exact < 0.6
    # the step of the trajectories makes up to 1 % of it
    assert binom.cdf(left, trials, 0.99 * exact) > 1e-6
    assert binom.sf(left - 1, trials, 1.01 * exact) > 1e-6


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("name", "times"),
    [("tilted", (3.0, 6.0)), ("ellipse", (3.0, 5.0, 8.0)), ("voltage", (2.0, 4.0)), ("in-plane", (0.5, 1.5))],
)
def test_trajectories_count_the_same_down_to_a_thousandth(name: str, times: tuple[float, ...]) -> None:
    """Off once in 1e4 points, were the seed not fixed; 0.5 % for the step of the trajectories, 0.25 ps."""
    device, trials = small(**CELLS[name]), 300_000
    times_here = np.asarray(times) * seconds(device)
    volts = 1.0 if name == "in-plane" else 1.4
    exact = np.asarray(broken_symmetry.switching(device, voltage=volts, duration=times_here, tolerance=2e-3).error)
    for error, time in zip(exact, times_here, strict=True):
        run = simulate(
            device,
            constant(volts),
            duration=time,
            trajectories=trials,
            seed=5,
            step=2.5e-13,
            integrator="semi-implicit",
        )
        left = trials - int(np.asarray(run["switched"]).sum())
        assert binom.cdf(left, trials, 0.995 * error) > 5e-5
        assert binom.sf(left - 1, trials, 1.005 * error) > 5e-5


@pytest.mark.heavy
def test_splitting_agrees_where_both_reach() -> None:
    device = small(in_plane_field=0.05)
    time = 28.0 * seconds(device)
    exact = float(np.asarray(broken_symmetry.switching(device, voltage=1.4, duration=time).error))
    found = rare_event.write_error_rate(
        device, voltage=1.4, duration=time, seed=2, trajectories=2000, groups=16, step=5e-13, confidence=0.999
    )
    assert exact < 1e-4
    assert found.low < 1.02 * exact
    assert found.high > 0.98 * exact


@pytest.mark.heavy
def test_the_slowest_mode_is_the_decay_of_an_ensemble() -> None:
    """Stability 5: what is left above the stationary half decays at the sum of both rates."""
    cold = small(in_plane_field=0.1)
    hot = brentq(lambda kelvin: float(replace(cold, temperature=kelvin).thermal_stability) - 5.0, 300.0, 990.0)
    device = replace(cold, temperature=hot)
    dwell = float(np.asarray(broken_symmetry.mean_dwell(device, "P", tolerance=1e-3)))
    trials, times = 200_000, np.array([0.4, 1.0]) * dwell
    above = []
    for number, time in enumerate(times):
        run = simulate(device, duration=float(time), trajectories=trials, seed=number, start="P", step=5e-13)
        above.append(1.0 - float(np.asarray(run["switched"]).mean()) - 0.5)
    rate = np.log(above[0] / above[1]) / np.diff(times)[0]
    # mean counting error 0.5/sqrt(trials)/above: 1 % of the rate; both states alike, so the rate is twice the escape
    assert rate == pytest.approx(2.0 / dwell, rel=0.03, abs=0)


def test_what_is_not_resolved_is_refused() -> None:
    device = small(in_plane_field=0.02, diameter=14e-9)
    with pytest.raises(ValidityError, match=r"lies below what double precision resolves here.*Use device\.rare_event"):
        broken_symmetry.switching(small(), voltage=0.0, duration=1e-12, side="switched")
    with pytest.raises(ValidityError, match="is above what double precision resolves"):
        broken_symmetry.mean_dwell(device, "P")
    with pytest.raises(ValidityError, match="the states do not last"):
        broken_symmetry.mean_dwell(small(diameter=1e-9), "P")
    voltage = small(**CELLS["voltage"])
    with pytest.raises(ValidityError, match="Give the drive in volts"):
        write_error_rate(voltage, voltage=pulse(1e-5, 1e-9, kind="current"))
    with pytest.raises(ValidityError, match="breaks the axial symmetry"):
        write_error_rate(voltage, voltage=0.5, duration=1e-9, method="estimate")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": "up"}, "start: got up; must be P or AP"),
        ({"side": "left"}, "side: got left"),
        ({"duration": -1e-9}, "duration: got -1e-09 s"),
        ({"tolerance": 0.5}, "tolerance: got 0.5"),
    ],
)
def test_bad_input_is_named(change: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {"voltage": 0.5, "duration": 5e-9} | change
    with pytest.raises(InputError, match=message):
        broken_symmetry.switching(small(), **arguments)
