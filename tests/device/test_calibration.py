"""Fits of synthetic data recover what made them, refuse what they cannot know, and lead to a card that loads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray
from scipy import integrate, stats

import remanence
from remanence.core.constants import VACUUM_PERMEABILITY
from remanence.core.errors import IdentifiabilityError, InputError, UnknownNameError, ValidityError
from remanence.core.stream import Stream
from remanence.device import Stack, calibrate, junction, reduced
from remanence.device.calibration import Calibration, fitted_stack, stack_card
from remanence.device.calibration.inference import Gaussian, Parameter, fit
from remanence.device.calibration.loops import integrated_rate

STABILITY, CRITICAL, ATTEMPT = 45.0, 0.8, 1e-9
VOLTS, TIMES = (
    item.ravel() for item in np.meshgrid(np.linspace(0.2, 0.5, 13), [1e-7, 1e-5, 1e-3])
)  # fmt: skip


def chance(exponent: float = 2.0, stability: float = STABILITY) -> NDArray[np.float64]:
    return np.asarray(-np.expm1(-TIMES / ATTEMPT * np.exp(-stability * (1.0 - VOLTS / CRITICAL) ** exponent)))


def counts(probability: NDArray[np.float64], trials: int, seed: int) -> NDArray[np.float64]:
    return np.asarray(stats.binom.ppf(Stream(seed).child("counts").uniform(probability.size), trials, probability))


def switching_file(folder: Path, switched: NDArray[np.float64], trials: int) -> Path:
    rows = [f"{v:.17g},{t * 1e9:.17g},{trials},{int(k)}" for v, t, k in zip(VOLTS, TIMES, switched, strict=True)]
    path = folder / "switching.csv"
    path.write_text("voltage (V),duration (ns),trials,switched\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def resistance_file(folder: Path, noise: float, *, error: bool = False, top: float = 0.5) -> Path:
    volts = np.linspace(-top, top, 21)
    rows = []
    for seed, state, ratio in ((1, "P", 0.0 * volts), (2, "AP", 1.5 / (1.0 + (volts / 0.45) ** 2))):
        ohms = 1000.0 * (1.0 + ratio) * (1.0 + noise * Stream(seed).child("noise").normal(volts.size))
        rows += [f"{v:.17g},{r:.17g},{state},{noise * r:.17g}" for v, r in zip(volts, ohms, strict=True)]
    path = folder / "resistance.csv"
    header = "voltage (V),resistance (ohm),state," + ("error (ohm)" if error else "unused")
    path.write_text(header + "\n" + "\n".join(rows), encoding="utf-8")
    return path


HK, OFFSET, RATE = 0.2 / VACUUM_PERMEABILITY, 5e-3 / VACUUM_PERMEABILITY, 10e-3 / VACUUM_PERMEABILITY


def loop_file(folder: Path, loops: int, *, seed: int = 1, step: float = 0.5e-3, time: bool = False) -> Path:
    """Write loops whose switching fields are drawn by inversion of the survival along each sweep."""
    grid = np.arange(-0.15, 0.15 + step / 2, step) / VACUUM_PERMEABILITY
    rows, clock = [], 0.0
    for draw in Stream(seed).child("loops").uniform((loops, 2)):
        for direction, uniform in zip((1.0, -1.0), draw, strict=True):
            along = grid if direction > 0 else grid[::-1]
            grown = integrated_rate(direction * (along - OFFSET) / HK, 50.0, 2.0)
            survival = np.exp(-HK / (RATE * ATTEMPT) * (grown - grown[0]))
            switched = np.arange(along.size) >= int(np.argmax(survival < uniform))
            ohms = np.where(switched == (direction > 0), 2500.0, 1000.0)
            for h, r in zip(along, ohms, strict=True):
                clock += step / VACUUM_PERMEABILITY / RATE
                rows.append(f"{h * VACUUM_PERMEABILITY * 1e3:.6f},{r}" + (f",{clock:.17g}" if time else ""))
    path = folder / "loops.csv"
    header = "field (mT),resistance (ohm)" + (",time (s)" if time else "")
    path.write_text(header + "\n" + "\n".join(rows), encoding="utf-8")
    return path


def assert_covers(result: Calibration, name: str, truth: float) -> None:
    """Within four standard errors: a fixed seed, but one that was not picked."""
    estimate = result[name]
    assert estimate.low < estimate.value < estimate.high
    assert abs(estimate.value - truth) < 4.0 * estimate.standard_error


@pytest.mark.parametrize("exponent", [1.0, 1.5, 2.0])
def test_thermal_activation_gives_back_the_truth(tmp_path: Path, exponent: float) -> None:
    stability = {1.0: 25.0, 1.5: 34.0, 2.0: 45.0}[exponent]
    path = switching_file(tmp_path, counts(chance(exponent, stability), 500, seed=3), 500)
    result = calibrate(path, exponent=exponent, attempt_time=ATTEMPT)
    assert_covers(result, "thermal_stability", stability)
    assert_covers(result, "critical_voltage", CRITICAL)
    assert result["attempt_time"].how == "fixed"
    assert result.p_value is not None
    assert result.p_value > 1e-4
    assert result.residuals.shape == (VOLTS.size,)
    assert not any("convention" in note for note in result.notes)


def test_counts_without_scatter_give_the_truth_itself(tmp_path: Path) -> None:
    """Expected counts of very many trials, rounded: the maximum lies where the truth is."""
    trials = 10**9
    path = switching_file(tmp_path, np.round(chance() * trials), trials)
    result = calibrate(path, attempt_time=ATTEMPT)
    assert result["thermal_stability"].value == pytest.approx(STABILITY, rel=1e-5, abs=0)
    assert result["critical_voltage"].value == pytest.approx(CRITICAL, rel=1e-5, abs=0)


def test_intervals_agree_with_the_curvature_where_there_are_many_counts(tmp_path: Path) -> None:
    trials = 10**7
    result = calibrate(switching_file(tmp_path, np.round(chance() * trials), trials), attempt_time=ATTEMPT)
    for estimate in result.estimates[:2]:
        assert (estimate.high - estimate.low) / 2.0 == pytest.approx(1.95996 * estimate.standard_error, rel=2e-3, abs=0)
    assert np.abs(result.correlation[0, 1]) < 1.0
    assert result.covariance[0, 0] == pytest.approx(result["thermal_stability"].standard_error ** 2, rel=1e-9, abs=0)


def test_the_wrong_law_does_not_pass_for_a_good_fit(tmp_path: Path) -> None:
    path = switching_file(tmp_path, counts(chance(2.0), 5000, seed=4), 5000)
    wrong = calibrate(path, exponent=1.0, attempt_time=ATTEMPT)
    assert wrong.p_value is not None
    assert wrong.p_value < 1e-6


def test_a_conventional_attempt_time_is_confessed_and_shifts_the_stability(tmp_path: Path) -> None:
    path = switching_file(tmp_path, counts(chance(1.0, 25.0), 500, seed=5), 500)
    assumed, shorter = calibrate(path, exponent=1.0), calibrate(path, exponent=1.0, attempt_time=1e-10)
    assert any("convention" in note for note in assumed.notes)
    shift = shorter["thermal_stability"].value - assumed["thermal_stability"].value
    assert shift == pytest.approx(np.log(10.0), rel=1e-4, abs=0)  # n = 1: exactly degenerate


def test_a_prior_on_the_attempt_time_widens_the_interval(tmp_path: Path) -> None:
    path = switching_file(tmp_path, counts(chance(1.0, 25.0), 500, seed=5), 500)
    sharp = calibrate(path, exponent=1.0, attempt_time=ATTEMPT)["thermal_stability"]
    loose = calibrate(path, exponent=1.0, attempt_time=ATTEMPT, attempt_time_spread=1.0)
    assert loose["attempt_time"].how == "fitted"
    # n = 1 tells nothing of ln tau_0: the two variances add
    assert loose["thermal_stability"].standard_error == pytest.approx(
        np.hypot(sharp.standard_error, 1.0), rel=0.01, abs=0
    )


@pytest.mark.parametrize("model", ["thermal-activation", "fokker-planck"])
def test_one_voltage_does_not_tell_stability_from_critical_voltage(tmp_path: Path, model: str) -> None:
    path = tmp_path / "one.csv"
    path.write_text("voltage (V),duration (ns),trials,switched\n0.4,10,100,30\n0.4,100,100,90\n")
    with pytest.raises(IdentifiabilityError, match=r"thermal_stability and critical_voltage: got 1 voltage; .*further"):
        calibrate(path, model=model)


def test_a_flat_likelihood_names_the_parameter_and_what_to_measure(tmp_path: Path) -> None:
    """Two points far apart, one of them never switching: the lower end is open."""
    path = tmp_path / "flat.csv"
    path.write_text("voltage (V),duration (ns),trials,switched\n0.39,10,20,10\n0.4,10,20,11\n")
    with pytest.raises(IdentifiabilityError, match=r"flat from .*sets? no (upper|lower) end.*[Mm]easure"):
        calibrate(path)


def test_points_above_the_critical_voltage_are_refused(tmp_path: Path) -> None:
    volts = np.linspace(0.2, 0.6, 12)
    switch = np.where(volts > 0.5, 0.9999, -np.expm1(-1e-9 / 1e-9 * np.exp(-10 * np.maximum(1 - volts / 0.5, 0) ** 2)))
    rows = [f"{v:.17g},1,10000,{round(1e4 * p)}" for v, p in zip(volts, np.minimum(switch, 0.64), strict=True)]
    path = tmp_path / "above.csv"
    path.write_text("voltage (V),duration (ns),trials,switched\n" + "\n".join(rows))
    with pytest.raises(ValidityError, match=r"at or above the critical voltage.*fokker-planck"):
        calibrate(path, attempt_time=1e-9)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"exponent": 3.0}, "exponent: got 3.0; must be one of 1, 1.5, 2"), ({"attempt_time": 0.0}, "attempt_time"),
     ({"attempt_time_spread": -1.0}, "attempt_time_spread")],
)  # fmt: skip
def test_bad_options_are_refused(tmp_path: Path, options: dict[str, float], message: str) -> None:
    path = switching_file(tmp_path, counts(chance(), 100, seed=3), 100)
    with pytest.raises(InputError, match=message):
        calibrate(path, model="thermal-activation", **options)


def test_resistances_give_back_the_truth(tmp_path: Path) -> None:
    result = calibrate(resistance_file(tmp_path, 3e-3))
    for name, truth in (("parallel_resistance", 1000.0), ("tunnel_magnetoresistance", 1.5), ("half_voltage", 0.45)):
        assert_covers(result, name, truth)
    assert result.p_value is None
    assert "no errors given" in result.notes[0]
    known = calibrate(resistance_file(tmp_path, 3e-3, error=True))
    assert known.p_value is not None
    assert known.p_value > 1e-4
    assert known["half_voltage"].value == pytest.approx(result["half_voltage"].value, rel=1e-2, abs=0)
    exact = calibrate(resistance_file(tmp_path, 0.0))
    assert exact["half_voltage"].value == pytest.approx(0.45, rel=1e-7, abs=0)


def test_resistances_that_leave_something_open_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    head = "voltage (V),resistance (ohm),state\n"
    path.write_text(head + "0.1,1000,P\n0.2,1001,P\n0.3,1002,P\n0.4,1000,P\n")
    with pytest.raises(IdentifiabilityError, match="no points of state AP"):
        calibrate(path)
    path.write_text(head + "0.1,1000,P\n0.1,2001,AP\n-0.1,2002,AP\n0.4,1000,P\n")
    with pytest.raises(IdentifiabilityError, match="half_voltage: got one voltage in state AP"):
        calibrate(path)
    with pytest.raises(IdentifiabilityError, match=r"half_voltage: got a likelihood that is flat.*higher voltages"):
        calibrate(resistance_file(tmp_path, 3e-3, top=0.01))
    path.write_text(head + "0.1,1000,P\n0.1,2001,AP\n-0.2,-2002,AP\n0.4,1000,P\n")
    with pytest.raises(InputError, match="line 4: got resistance -2002 ohm; must be above 0"):
        calibrate(path)
    path.write_text(head + "0.1,1000,P\n0.1,2001,AP\n-0.2,2002,AP\n")
    with pytest.raises(InputError, match="3 points; more than 3"):
        calibrate(path)


def test_least_squares_of_a_straight_line_has_students_interval() -> None:
    """One parameter, errors from the residuals: the profile interval of a mean is Student's, exactly."""
    sample = 5.0 + Stream(4).child("x").normal(8)
    parameter = Parameter(name="mean", unit="1", doc="", low=-100.0, high=100.0, scale=1.0, remedy="")
    found = fit([parameter], lambda v: np.full(8, v[0]), Gaussian(sample, np.ones(8)), [[1.0]], estimate_variance=True)
    half = stats.t.ppf(0.975, 7) * np.std(sample, ddof=1) / np.sqrt(8)
    assert found.best[0] == pytest.approx(np.mean(sample), rel=1e-9, abs=0)
    assert found.low[0] == pytest.approx(np.mean(sample) - half, rel=1e-5, abs=0)
    assert found.high[0] == pytest.approx(np.mean(sample) + half, rel=1e-5, abs=0)


@pytest.mark.parametrize("exponent", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("top", [0.2, 0.7, 1.3])
def test_the_integrated_rate_is_the_integral(exponent: float, top: float) -> None:
    def rate(h: float) -> float:
        return float(np.exp(-20.0 * max(1.0 - h, 0.0) ** exponent))

    exact = integrate.quad(rate, -30.0 if exponent == 1.0 else -4.0, top, points=[0.0, min(top, 1.0)], epsabs=0)[0]
    assert integrated_rate(np.array([top]), 20.0, exponent)[0] == pytest.approx(exact, rel=1e-7, abs=0)


@pytest.mark.parametrize("time", [False, True])
def test_loops_give_back_barrier_and_anisotropy_field(tmp_path: Path, time: bool) -> None:
    path = loop_file(tmp_path, 40, time=time)
    result = calibrate(path, model="switching-field", attempt_time=ATTEMPT, **({} if time else {"sweep_rate": RATE}))
    for name, truth in (("thermal_stability", 50.0), ("anisotropy_field", HK), ("offset_field", OFFSET)):
        assert_covers(result, name, truth)
    assert result["tunnel_magnetoresistance"].value == pytest.approx(1.5, rel=1e-9, abs=0)
    plain = calibrate(path)
    assert plain.model == "hysteresis"
    assert plain["coercive_field"].value == result["coercive_field"].value
    assert plain["parallel_resistance"].value == pytest.approx(1000.0, rel=1e-9, abs=0)


def test_a_sweep_rate_may_be_text(tmp_path: Path) -> None:
    path = loop_file(tmp_path, 12)
    text = calibrate(path, model="switching-field", sweep_rate="10 mT/s")
    number = calibrate(path, model="switching-field", sweep_rate=RATE)
    assert text["thermal_stability"].value == pytest.approx(number["thermal_stability"].value, rel=1e-6, abs=0)
    for wrong, message in (("10", "a field per time"), ("10 mV/s", "unit"), (None, "no sweep rate and no column time")):
        with pytest.raises(InputError, match=message):
            calibrate(path, model="switching-field", sweep_rate=wrong)


def test_one_loop_knows_its_fields_to_half_a_step(tmp_path: Path) -> None:
    result = calibrate(loop_file(tmp_path, 1, step=1e-3))
    coercive = result["coercive_field"]
    assert coercive.high - coercive.value == pytest.approx(0.5e-3 / VACUUM_PERMEABILITY, rel=1e-3, abs=0)
    with pytest.raises(IdentifiabilityError, match="2 switching events; a distribution needs at least 10"):
        calibrate(tmp_path / "loops.csv", model="switching-field", sweep_rate=RATE)


def test_loops_without_two_states_or_directions_are_refused(tmp_path: Path) -> None:
    path, head = tmp_path / "l.csv", "field (mT),resistance (ohm)\n"
    path.write_text(head + "\n".join(f"{h},{1000 + (h * 7) % 3}" for h in [*range(-20, 20), *range(20, -20, -1)]))
    with pytest.raises(IdentifiabilityError, match=r"switching events|two distinct levels"):
        calibrate(path)
    path.write_text(head + "\n".join(f"{h},{1000 if h < 5 else 2000}" for h in range(-20, 20)))
    with pytest.raises(IdentifiabilityError, match="both sweep directions are needed"):
        calibrate(path)


def test_a_card_makes_the_junction_that_was_measured(tmp_path: Path) -> None:
    """CSV in, YAML out, loaded by the package: the junction has the fitted stability and critical voltage."""
    result = calibrate(switching_file(tmp_path, counts(chance(), 500, seed=3), 500), attempt_time=ATTEMPT)
    path = result.write(tmp_path / "mine.yaml", "cofeb-double-mgo", diameter="35 nm", temperature="45 degC")
    assert [item.name for item in tmp_path.iterdir() if item.name.startswith(".")] == []
    film = remanence.load(path)
    assert isinstance(film, Stack)
    assert film.name == "mine"
    device = junction(film, diameter=35e-9, temperature=318.15)
    assert device.thermal_stability == pytest.approx(result["thermal_stability"].value, rel=1e-6, abs=0)
    assert device.critical_voltage == pytest.approx(result["critical_voltage"].value, rel=1e-6, abs=0)
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["values"]
    assert set(rows) == {"interfacial_anisotropy", "spin_torque_efficiency"}
    for row in rows.values():
        assert row["low"] < row["value"] < row["high"]
        assert (row["kind"], row["source"]) == ("fit", "user")
        assert result.digest[:16] in row["locator"]
        assert "attempt time 1 ns (held)" in row["note"]
    again = fitted_stack("cofeb-double-mgo", [result], diameter="35 nm", temperature="45 degC")
    assert again.interfacial_anisotropy == pytest.approx(film.interfacial_anisotropy, rel=1e-12, abs=0)


def test_two_files_make_one_card(tmp_path: Path) -> None:
    switching = calibrate(switching_file(tmp_path, counts(chance(), 500, seed=3), 500), attempt_time=ATTEMPT)
    bias = calibrate(resistance_file(tmp_path, 3e-3))
    text = stack_card("cofeb-double-mgo", [switching, bias], diameter=40e-9, temperature=350.0, name="both")
    path = tmp_path / "both.yaml"
    path.write_text(text, encoding="utf-8")
    device = junction(remanence.load(path), diameter=40e-9, temperature=350.0)
    assert device.resistance("P") == pytest.approx(bias["parallel_resistance"].value, rel=1e-6, abs=0)
    assert device.tmr(0.0) == pytest.approx(bias["tunnel_magnetoresistance"].value, rel=1e-6, abs=0)
    assert device.tmr(0.45) == pytest.approx(bias["tunnel_magnetoresistance"].value / 2.0, rel=0.05, abs=0)
    assert device.critical_voltage == pytest.approx(switching["critical_voltage"].value, rel=1e-6, abs=0)
    assert device.thermal_stability == pytest.approx(switching["thermal_stability"].value, rel=1e-6, abs=0)


def test_fokker_planck_gives_back_the_truth_on_both_sides_of_the_critical_voltage(tmp_path: Path) -> None:
    volts, times = (item.ravel() for item in np.meshgrid([0.35, 0.5, 0.65], [2e-9, 6e-9, 18e-9]))
    chance = np.asarray(reduced.switching(20.0, volts / 0.5, times / 1.5e-9).switched)
    switched = stats.binom.ppf(Stream(6).child("counts").uniform(volts.size), 2000, chance)
    path = tmp_path / "pulses.csv"
    rows = [f"{v},{t * 1e9},2000,{int(k)}" for v, t, k in zip(volts, times, switched, strict=True)]
    path.write_text("voltage (V),duration (ns),trials,switched\n" + "\n".join(rows))
    result = calibrate(path, model="fokker-planck")
    for name, truth in (("thermal_stability", 20.0), ("critical_voltage", 0.5), ("damping_time", 1.5e-9)):
        assert_covers(result, name, truth)
    assert result.p_value is None or result.p_value > 1e-4
    known = calibrate(path, model="fokker-planck", damping_time="1.5 ns")
    assert known["damping_time"].how == "fixed"
    width = known["thermal_stability"].high - known["thermal_stability"].low
    assert width < result["thermal_stability"].high - result["thermal_stability"].low


def test_a_damping_time_sets_the_damping() -> None:
    from remanence.device.calibration.result import Calibration, held

    device = junction("cofeb-double-mgo", diameter=40e-9)
    import dataclasses

    import pandas as pd

    estimates = tuple(
        dataclasses.replace(held(name, unit, "", number), how="fitted")
        for name, unit, number in (("damping_time", "s", 2e-9), ("critical_voltage", "V", 0.4))
    )
    result = Calibration(
        model="fokker-planck", file="x", digest="0", estimates=estimates, covariance=np.zeros((2, 2)), deviance=0.0,
        statistic=0.0, degrees_of_freedom=0, p_value=None, points=pd.DataFrame(),
    )  # fmt: skip
    film = fitted_stack(device.stack, [result], diameter=40e-9)
    fitted = junction(film, diameter=40e-9)
    assert fitted.damping_time == pytest.approx(2e-9, rel=1e-9, abs=0)
    assert fitted.critical_voltage == pytest.approx(0.4, rel=1e-9, abs=0)
    assert fitted.thermal_stability == device.thermal_stability


def test_nothing_to_put_into_a_card_is_said(tmp_path: Path) -> None:
    result = calibrate(switching_file(tmp_path, counts(chance(), 500, seed=3), 500), attempt_time=ATTEMPT)
    with pytest.raises(UnknownNameError, match="Did you mean critical_voltage"):
        result["critical voltage"]
    import dataclasses

    empty = dataclasses.replace(result, estimates=(result["attempt_time"],))
    with pytest.raises(InputError, match="estimates that set no film value"):
        empty.card("cofeb-double-mgo", diameter=40e-9)


def test_a_failing_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from remanence.device.calibration import card

    path = tmp_path / "card.yaml"
    path.write_text("old")

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("remanence.device.calibration.card.os.replace", broken)
    with pytest.raises(OSError, match="disk full"):
        card.write(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
