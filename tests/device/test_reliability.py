"""Lost bits, read disturb, back-hopping and stray fields against closed forms, limits and monotony."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

from remanence.core.constants import ELEMENTARY_CHARGE, REDUCED_PLANCK, VACUUM_PERMEABILITY, YEAR
from remanence.core.declare import replace
from remanence.core.errors import InputError, ValidityError
from remanence.device import (
    Junction,
    back_hopping,
    fit_stack,
    junction,
    read_disturb,
    retention_failures,
    stack,
    switching_probability,
    write_error_rate,
    write_immunity,
)
from remanence.device.reliability import overdrive
from remanence.device.retention import log_escape_time, log_reduced_dwell_time

FILM = stack("cofeb-double-mgo")


def of_stability(stability: float) -> Junction:
    film = fit_stack(FILM, diameter=30e-9, thermal_stability=stability, critical_current=30e-6)
    return junction(film, diameter=30e-9)


def test_the_example_of_33_fit_per_megabit() -> None:
    """Delta 60 and 1e9 attempts a second: 8.76e-27 x 1e9 /s a bit, times 3.6e12 s and 2^20 bits."""
    lost = retention_failures(of_stability(60.0), years=10, bits=2**20, attempt_time="1 ns")
    assert lost.fit_per_megabit == pytest.approx(1e9 * np.exp(-60.0) * 3.6e12 * 2**20, rel=1e-6, abs=0)
    assert lost.fit_per_megabit == pytest.approx(33.0, rel=0.01, abs=0)
    assert lost.fit == lost.fit_per_megabit


@pytest.mark.parametrize("bits", [1, 2**25])
def test_one_stability_is_a_plain_exponential(bits: int) -> None:
    device = of_stability(40.0)
    lost = retention_failures(device, years=10, bits=bits)
    single = -np.expm1(-10.0 * YEAR / device.dwell_time)
    # the dwell time comes from a spline through the exact integral
    assert lost.loss_probability == pytest.approx(single, rel=1e-6, abs=0)
    assert lost.expected_failures == pytest.approx(bits * single, rel=1e-6, abs=0)
    assert lost.probability_any == pytest.approx(1.0 - (1.0 - single) ** bits, rel=1e-6, abs=0)


@pytest.mark.parametrize("spread", [0.02, 0.05])
def test_a_narrow_distribution_has_the_lognormal_closed_form(spread: float) -> None:
    """Mean rate exp(-D + s^2/2)/tau_0 as long as no bit is lost for sure: Delta 90."""
    lost = retention_failures(of_stability(90.0), years=1, bits=1, stability_spread=spread, attempt_time=1e-9)
    sigma = 90.0 * spread
    assert lost.loss_probability == pytest.approx(YEAR / 1e-9 * np.exp(-90.0 + sigma**2 / 2.0), rel=1e-4, abs=0)


@pytest.mark.parametrize(("stability", "spread"), [(60.0, 0.1), (45.0, 0.2), (30.0, 0.05)])
def test_a_wide_distribution_is_integrated_not_extrapolated(stability: float, spread: float) -> None:
    sigma, unit = stability * spread, 10.0 * YEAR / 1e-9

    def loss(u: float) -> float:
        return float(stats.norm.pdf(u) * -np.expm1(-unit * np.exp(-max(stability + sigma * u, 0.1))))

    exact = integrate.quad(loss, -30.0, 8.0, points=[-sigma, (np.log(unit) - stability) / sigma], limit=400, epsabs=0)[
        0
    ]
    lost = retention_failures(of_stability(stability), years=10, bits=1, stability_spread=spread, attempt_time=1e-9)
    assert lost.loss_probability == pytest.approx(exact, rel=1e-5, abs=0)
    closed = unit * np.exp(-stability + sigma**2 / 2.0)
    assert lost.loss_probability < 0.9 * closed  # what the closed form would have claimed


def test_a_population_is_averaged_only_when_asked() -> None:
    films = [fit_stack(FILM, diameter=30e-9, thermal_stability=d, critical_current=3e-5) for d in (38.0, 40.0, 60.0)]
    anisotropies = np.array([film.interfacial_anisotropy for film in films])
    many = junction(replace(FILM, interfacial_anisotropy=anisotropies), diameter=30e-9)
    each = retention_failures(many, years=10, bits=1000)
    assert np.shape(each.loss_probability) == (3,)
    mean = retention_failures(many, years=10, bits=1000, over=0)
    assert mean.loss_probability == pytest.approx(np.mean(each.loss_probability), rel=1e-12, abs=0)
    assert mean.expected_failures == pytest.approx(1000.0 * np.mean(each.loss_probability), rel=1e-12, abs=0)
    years = retention_failures(of_stability(40.0), years=np.array([1.0, 10.0, 100.0]), bits=1)
    assert np.all(np.diff(np.asarray(years.loss_probability)) > 0)


def test_heat_and_spread_lose_bits() -> None:
    device = of_stability(60.0)
    cold = retention_failures(device, years=10, bits=1)
    hot = retention_failures(device, years=10, bits=1, temperature="150 degC")
    replaced = retention_failures(replace(device, temperature=423.15), years=10, bits=1)
    spread = retention_failures(device, years=10, bits=1, stability_spread=0.05)
    assert np.asarray(hot.loss_probability) > np.asarray(cold.loss_probability)
    assert hot.loss_probability == pytest.approx(replaced.loss_probability, rel=1e-12, abs=0)
    assert np.asarray(spread.loss_probability) > np.asarray(cold.loss_probability)


@pytest.mark.parametrize(
    ("change", "message"),
    [({"years": 0.0}, "years"), ({"bits": 0}, "bits: got 0"), ({"bits": 1.5}, "bits: got 1.5"),
     ({"stability_spread": 1.0}, "stability_spread"), ({"attempt_time": -1.0}, "attempt_time"),
     ({"temperature": 2000.0}, "Curie")],
)  # fmt: skip
def test_bad_retention_input_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        retention_failures(of_stability(60.0), **({"years": 10, "bits": 1} | change))


def test_retention_of_a_state_sees_the_fields() -> None:
    device = of_stability(60.0)
    pushed = replace(device, axial_field=0.1 * float(np.asarray(device.anisotropy_field)))  # holds P
    lost = {state: retention_failures(pushed, years=10, bits=1, state=state).loss_probability for state in ("P", "AP")}
    for state in ("P", "AP"):
        exact = -np.expm1(-10.0 * YEAR / np.asarray(pushed.dwell(state)))
        assert lost[state] == pytest.approx(exact, rel=1e-9, abs=0)
    assert retention_failures(pushed, years=10, bits=1).loss_probability == lost["AP"]  # the weaker one
    free = retention_failures(device, years=10, bits=1).loss_probability
    assert np.asarray(lost["P"]) < np.asarray(free) < np.asarray(lost["AP"])
    spread = retention_failures(pushed, years=10, bits=1, state="AP", stability_spread=1e-3).loss_probability
    assert spread == pytest.approx(lost["AP"], rel=5e-3, abs=0)


@pytest.mark.parametrize("stability", [40.0, 60.0])
@pytest.mark.parametrize("share", [0.3, 0.55])
def test_read_disturb_by_first_passage_is_that_of_fokker_planck(stability: float, share: float) -> None:
    """Reads of many tau_D: the two share nothing but the equation; the transient is one part in hundreds of tau_D."""
    device = of_stability(stability)
    volts, time = share * float(device.critical_voltage), 2000.0 * float(device.damping_time)
    followed = read_disturb(device, voltage=volts, duration=time, method="fokker-planck")
    passed = read_disturb(device, voltage=volts, duration=time)
    assert followed == pytest.approx(passed, rel=0.01, abs=0)
    assert followed == pytest.approx(switching_probability(device, voltage=volts, duration=time), rel=1e-9, abs=0)


def test_a_short_read_disturbs_less_than_the_rate_says() -> None:
    device = of_stability(40.0)
    volts, time = 0.6 * float(device.critical_voltage), 2.0 * float(device.damping_time)
    followed = read_disturb(device, voltage=volts, duration=time, method="fokker-planck")
    assert np.asarray(followed) < 0.7 * np.asarray(read_disturb(device, voltage=volts, duration=time))


@pytest.mark.parametrize(("stability", "drive"), [(5.0, 0.1), (20.0, 0.3), (60.0, 0.0), (60.0, 0.5), (60.0, -0.3)])
def test_the_escape_time_is_the_double_integral(stability: float, drive: float) -> None:
    end = drive - min(3.0 / np.sqrt(stability), 0.9 * (1.0 + drive))

    def inner(y: float) -> float:
        return float(integrate.quad(lambda x: np.exp(stability * ((x - drive) ** 2 - (1 - drive) ** 2)), y, 1.0)[0])

    def outer(y: float) -> float:
        return float(np.exp(-stability * (y - drive) ** 2) / (1.0 - y * y) * inner(y))

    exact = sum(integrate.quad(outer, *ends, epsabs=0, epsrel=1e-10)[0] for ends in ((end, drive), (drive, 1.0)))
    expected = np.log(2.0 * stability * exact) + stability * (1.0 - drive) ** 2
    assert log_escape_time(stability, drive) == pytest.approx(expected, rel=0, abs=1e-6)


def test_without_drive_it_is_the_dwell_time_and_far_up_the_asymptote() -> None:
    for stability, part in ((20.0, 1e-4), (60.0, 3e-5), (400.0, 3e-5)):  # beyond three widths lie 2e-5 of the barrier
        assert log_escape_time(stability, 0.0) == pytest.approx(log_reduced_dwell_time(stability), rel=0, abs=part)
    large = log_escape_time(5000.0, 0.2)
    assert large == pytest.approx(0.5 * np.log(np.pi / 5000.0) + 5000.0 * 0.64 - np.log(0.64 * 1.2), rel=1e-12, abs=0)
    below, above = (np.asarray(log_escape_time(d, 0.2)) - d * 0.64 for d in (1999.99, 2000.01))
    assert below == pytest.approx(above, rel=0, abs=5e-3)


def test_reads_add_up_and_rare_ones_take_the_dwell_time() -> None:
    device = of_stability(60.0)
    drive = float(np.asarray(overdrive(device, 0.05)))
    assert drive == pytest.approx(
        0.05 / float(device.resistance("AP", voltage=0.05)) / float(device.critical_current), rel=1e-12, abs=0
    )
    rate = np.exp(-log_escape_time(60.0, drive)) / float(device.damping_time)
    once = read_disturb(device, voltage=0.05, duration="10 ns")
    assert once == pytest.approx(10e-9 * rate, rel=1e-4, abs=0)
    assert read_disturb(device, voltage=0.05, duration=10e-9, reads=1e6) == pytest.approx(1e6 * once, rel=1e-9, abs=0)
    assert read_disturb(device, voltage=-0.05, duration=10e-9, state="P") == pytest.approx(once, rel=1e-12, abs=0)
    assert np.asarray(read_disturb(device, voltage=0.05, duration=10e-9, state="P")) < 1e-3 * np.asarray(once)
    assert read_disturb(device, voltage=0.0, duration=10e-9) == pytest.approx(
        10e-9 / float(device.dwell_time), rel=1e-4, abs=0
    )


def test_read_disturb_grows_with_voltage_and_never_calls_a_write_a_read() -> None:
    device = of_stability(60.0)
    volts = np.linspace(0.0, 0.6, 12) * float(device.critical_voltage)
    assert np.all(np.diff(np.log(np.asarray(read_disturb(device, voltage=volts, duration=1e-8)))) > 0)
    with pytest.raises(ValidityError, match=r"overdrive: got .*must be below 1"):
        read_disturb(device, voltage=1.01 * float(device.critical_voltage), duration=1e-8)
    with pytest.raises(ValidityError, match=r"remaining barrier.*at least 3"):
        read_disturb(device, voltage=0.95 * float(device.critical_voltage), duration=1e-8)
    with pytest.raises(ValidityError, match="an ellipse"):
        read_disturb(replace(device, aspect_ratio=1.5), voltage=0.1, duration=1e-8)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"duration": -1.0}, "duration"), ({"reads": -1.0}, "reads"), ({"state": "up"}, "state: got up"),
        ({"method": "guess"}, "method: got guess"),
    ]  # fmt: skip
    for change, message in wrong:
        with pytest.raises(InputError, match=message):
            read_disturb(device, **({"voltage": 0.1, "duration": 1e-8} | change))


def test_the_reference_layer_hops_where_its_own_threshold_lies() -> None:
    device, other = of_stability(60.0), junction("co-pt-saf", diameter=30e-9)
    coupling = 1e-4
    energy = float(other.macrospin_barrier) + coupling * float(other.area) / 2.0
    damping, efficiency = float(other.stack.damping), float(other.stack.spin_torque_efficiency)
    current = 4.0 * ELEMENTARY_CHARGE / REDUCED_PLANCK * damping / efficiency * energy
    flag = back_hopping(device, voltage=0.5, reference=other, coupling="0.1 mJ/m^2")
    limit = float(np.asarray(flag.limit))
    assert limit / float(device.resistance("AP", voltage=limit)) == pytest.approx(current, rel=1e-9, abs=0)
    assert flag.expected is False
    volts = np.array([0.99, 1.01]) * flag.limit
    assert back_hopping(device, voltage=volts, reference=other, coupling=coupling).expected.tolist() == [False, True]  # type: ignore[union-attr]
    assert back_hopping(device, voltage=-0.5, reference=other, coupling=coupling).limit == flag.limit
    with pytest.raises(InputError, match="must have that of the junction"):
        back_hopping(device, voltage=0.5, reference=junction("co-pt-saf", diameter=40e-9))


def test_a_field_threshold_adds_to_the_critical_current() -> None:
    """The threshold i > 1 + h: the coupling energy J A/2 is that of the field J/(mu_0 Ms t) on the whole moment."""
    other = junction("co-pt-saf", diameter=30e-9)
    coupling = 2e-4
    moment = float(other.saturation_magnetisation) * float(other.stack.thickness)
    anisotropy = 2.0 * float(other.effective_anisotropy) / (VACUUM_PERMEABILITY * float(other.saturation_magnetisation))
    ratio = 1.0 + coupling / (VACUUM_PERMEABILITY * moment) / anisotropy
    device = replace(of_stability(60.0), stack=replace(of_stability(60.0).stack, tunnel_magnetoresistance=0.0))
    free = back_hopping(device, voltage=0.5, reference=other).limit  # without TMR the voltage is as the current
    held = back_hopping(device, voltage=0.5, reference=other, coupling=coupling).limit
    assert np.asarray(held) / np.asarray(free) == pytest.approx(ratio, rel=1e-9, abs=0)


def test_write_immunity_is_where_the_error_reaches_its_limit() -> None:
    device = of_stability(60.0)
    volts, pulse = 2.5 * float(device.critical_voltage), 12.0 * float(device.damping_time)
    error = float(np.asarray(write_error_rate(device, voltage=volts, duration=pulse)))
    for factor in (2.0, 100.0):
        field = float(
            np.asarray(write_immunity(device, voltage=volts, duration=pulse, write_error_rate=factor * error))
        )
        held = replace(device, axial_field=-field)  # holds the antiparallel state against the write
        assert write_error_rate(held, voltage=volts, duration=pulse) == pytest.approx(factor * error, rel=1e-3, abs=0)
    assert write_immunity(device, voltage=volts, duration=pulse, write_error_rate=0.5 * error) == 0.0
    with pytest.raises(InputError, match="an axial field; must be 0"):
        write_immunity(replace(device, axial_field=1.0), voltage=volts, duration=pulse, write_error_rate=1e-6)
    with pytest.raises(InputError, match="write_error_rate"):
        write_immunity(device, voltage=volts, duration=pulse, write_error_rate=1.5)
