"""Ageing: no time changes nothing, rates are those of the device floor, draws can be replayed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.circuit import Cell, Node
from remanence.core.constants import BOLTZMANN, ELEMENTARY_CHARGE, YEAR
from remanence.core.declare import replace
from remanence.core.errors import InputError, UnknownNameError, ValidityError
from remanence.core.stream import Stream
from remanence.crossbar import (
    age,
    disturb,
    drift_compensation,
    grid_variance,
    program_tile,
    read_variance,
    replay,
    retain,
)
from remanence.data import build
from remanence.device import (
    Defects,
    Junction,
    ProgrammedCells,
    Resistive,
    junction,
    program_junctions,
    program_levels,
    read_disturb,
    retention_failures,
)
from remanence.device.defects import SOUND

COUNT = 200_000
ALARM = 5.0
NODE = build(Node, "cmos-22nm")
WEAK = junction("cofeb-double-mgo", diameter=20e-9, temperature=358.15)
PCM, WAN = (build(Resistive, name) for name in ("pcm-joshi2020", "reram-wan2022"))
VOLTS, OHMS = 0.1, 3000.0


def cells(device: Junction = WEAK, seed: int = 1, count: int = COUNT, **options: object) -> ProgrammedCells:
    return program_junctions(device, np.arange(count) % 2, Stream(seed), **options)  # type: ignore[arg-type]


def flips(before: ProgrammedCells, after: ProgrammedCells) -> int:
    return int(np.count_nonzero(before.held != after.held))


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(["junction", "PCM", "ReRAM"]), st.integers(0, 2**30))
def test_no_time_and_no_reads_change_nothing(kind: str, seed: int) -> None:
    made = (
        cells(seed=seed, count=50) if kind == "junction" else
        program_levels(PCM if kind == "PCM" else WAN, np.arange(50) % 2, Stream(seed))
    )  # fmt: skip
    assert age(made, 0.0) is made
    if kind == "junction":
        assert disturb(made, reads=0, duration=1e-8, voltage=VOLTS, series=OHMS) is made
        assert disturb(made, reads=10, duration=0.0, voltage=VOLTS, series=OHMS) is made
        assert retain(made, "0 s", temperature=400.0) is made


@pytest.mark.parametrize(
    ("years", "kelvin", "spread"), [(1e-3, 398.15, 0.0), (0.1, 358.15, 0.0), (1e-3, 358.15, 0.15), (1.0, 398.15, 0.1)]
)
def test_lost_states_come_at_the_rate_of_the_device_floor(years: float, kelvin: float, spread: float) -> None:
    """Found in the other state: (1 - exp(-2 k t))/2, half the loss in twice the time where both states are alike."""
    before = cells()
    after = retain(before, years * YEAR, temperature=kelvin, stability_spread=spread)
    twice = retention_failures(WEAK, years=2 * years, bits=1, temperature=kelvin, stability_spread=spread)
    expected = 0.5 * float(twice.loss_probability)
    assert 1e-4 < expected < 0.5  # else this test would show nothing
    assert abs(flips(before, after) - expected * COUNT) < ALARM * np.sqrt(COUNT * expected)


def test_the_weak_devices_are_the_same_at_every_step() -> None:
    before = cells()
    first = retain(before, YEAR, temperature=398.15, stability_spread=0.15)
    second = retain(before, YEAR, temperature=398.15, stability_spread=0.15)
    assert first.digest == second.digest
    twice = retain(first, YEAR, temperature=398.15, stability_spread=0.15)
    assert twice.digest != first.digest
    assert twice.age == pytest.approx(2 * YEAR)


def test_a_flip_takes_the_other_resistance_of_the_same_device() -> None:
    before = cells(count=20_000)
    after = retain(before, 100 * YEAR, temperature=440.0)
    turned = before.held != after.held
    assert 0.2 < turned.mean() <= 0.55
    ratio = after.conductance[turned] / before.conductance[turned]
    up = before.held[turned] == 0
    np.testing.assert_allclose(ratio[up], 1 + before.contrast[turned][up], rtol=1e-12)
    np.testing.assert_allclose(ratio[~up], 1 / (1 + before.contrast[turned][~up]), rtol=1e-12)
    np.testing.assert_array_equal(after.conductance[~turned], before.conductance[~turned])


def test_read_disturb_flips_what_the_current_opposes_at_the_rate_of_the_device_floor() -> None:
    device = replace(WEAK, stack=replace(WEAK.stack, resistance_spread=0.0, tmr_spread=0.0, residual_write_error=0.0))
    before = cells(device)
    voltage, series, reads, time = 0.3, 1000.0, 3e9, 1e-8
    after = disturb(before, reads=reads, duration=time, voltage=voltage, series=series)
    seen = before.device_voltages(voltage=voltage, series=series)
    chance = float(read_disturb(device, voltage=float(seen[0]), duration=time, reads=reads, state="AP"))
    assert 1e-3 < chance < 0.999  # else this test would show nothing
    fell = np.count_nonzero((before.held == 0) & (after.held == 1))
    assert abs(fell - chance * COUNT / 2) < ALARM * np.sqrt(COUNT / 2 * chance * (1 - chance))
    rose = np.count_nonzero((before.held == 1) & (after.held == 0))
    assert rose < 5


def test_each_junction_is_disturbed_at_its_own_voltage() -> None:
    before = cells()
    after = disturb(before, reads=1e9, duration=1e-8, voltage=0.3, series=1000.0)
    down = before.held == 0
    seen = before.device_voltages(voltage=0.3, series=1000.0)[down]
    exact = np.asarray(read_disturb(WEAK, voltage=seen[:3000], duration=1e-8, reads=1e9, state="AP"))
    turned = (after.held[down] == 1)[:3000]
    assert abs(turned.sum() - exact.sum()) < ALARM * np.sqrt((exact * (1 - exact)).sum() + 1)


def test_a_read_that_writes_is_refused() -> None:
    with pytest.raises(ValidityError, match="escape time"):
        disturb(cells(count=20), reads=1, duration=1e-8, voltage=1.2, series=0.0)


def test_stuck_devices_stay() -> None:
    before = cells(defects=Defects(short=0.2, open=0.2))
    after = retain(before, 1000 * YEAR, temperature=450.0)
    stuck = before.defect != SOUND
    np.testing.assert_array_equal(before.conductance[stuck], after.conductance[stuck])
    np.testing.assert_array_equal(before.held[stuck], after.held[stuck])


def test_a_history_is_replayed() -> None:
    fresh = cells(count=5000)
    worn = disturb(fresh, reads=1e9, duration=1e-8, voltage=0.3, series=1000.0)
    worn = retain(worn, YEAR, temperature=398.15, stability_spread=0.1)
    assert replay(cells(count=5000), worn.history).digest == worn.digest
    for device in (PCM, WAN):
        made = program_levels(device, np.arange(3000) % 4, Stream(2), levels=4)
        aged = age(age(made, 100.0), 5000.0)
        assert replay(made, aged.history).digest == aged.digest
    with pytest.raises(UnknownNameError, match="melted"):
        replay(fresh, (("melted", ()),))
    with pytest.raises(InputError, match="freshly programmed"):
        replay(worn, ())


def test_one_factor_compensates_mean_drift() -> None:
    tile = program_tile(
        np.random.default_rng(0).integers(-1, 2, (1, 64, 64)),
        build(Cell, "pcm-2t2r"),
        NODE,
        Stream(0),
        read_voltage=0.1,
    )
    day = tile.map(lambda part: age(part, 86400.0))
    factor = drift_compensation(tile, day)
    assert factor > 1.2
    residue = np.abs(day.values() * factor - tile.values()).mean()
    assert residue < 0.5 * np.abs(day.values() - tile.values()).mean()
    assert drift_compensation(tile, tile) == 1.0


def test_thermal_noise_is_that_of_the_whole_resistance_at_low_voltage() -> None:
    """V to 0: the variance of the current is 4 k T g/(2 t) for junction and transistor together."""
    made, time = cells(count=10), 5e-9
    low = read_variance(made, voltage=1e-6, series=3000.0, sampling_time=time)
    g = made.conductances(voltage=1e-6, series=3000.0)
    expected = 4 * BOLTZMANN * float(WEAK.temperature) * g / (2 * time) / 1e-12
    np.testing.assert_allclose(low, expected, rtol=1e-6)


def test_shot_noise_takes_over_at_high_voltage() -> None:
    """Without series resistance and at e V >> k T: 2 e I/(2 t)."""
    made, time = cells(count=10), 5e-9
    high = read_variance(made, voltage=0.5, series=0.0, sampling_time=time, temperature=200.0)
    g = made.conductances(voltage=0.5, series=0.0)
    np.testing.assert_allclose(high * 0.25, ELEMENTARY_CHARGE * g * 0.5 / time, rtol=1e-6)


def test_resistive_read_noise_is_the_published_one() -> None:
    made = program_levels(PCM, np.full(20, 3), Stream(0), levels=4)
    hour = age(made, 3600.0 - made.age)
    variance = read_variance(hour, voltage=0.1, series=0.0, sampling_time=1e3)  # thermal noise averaged away
    q = 0.0088 * np.sqrt(np.log((3600 + 250e-9) / 500e-9))
    np.testing.assert_allclose(np.sqrt(variance), q * hour.conductance, rtol=1e-6)
    reram = program_levels(WAN, np.zeros(20, int), Stream(0))
    np.testing.assert_allclose(
        np.sqrt(read_variance(reram, voltage=0.1, series=0.0, sampling_time=1e3)), 0.01 * 40e-6, rtol=1e-5
    )


def test_variance_on_the_grid_is_that_of_values_drawn_with_it() -> None:
    tile = program_tile(np.array([[1, -1, 0]]), build(Cell, "stt-2t2mtj"), NODE, Stream(0), read_voltage=0.1)
    _, exponent = tile.grid(1)
    parts = [read_variance(p, voltage=0.1, series=tile.series, sampling_time="5 ns") / tile.step**2 for p in tile.parts]
    np.testing.assert_allclose(grid_variance(tile, exponent, sampling_time="5 ns"), sum(parts) * 4.0**exponent)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda c: retain(c, -1.0), "duration: got -1 s; must be at least 0"),
        (lambda c: retain(c, "-2 years"), "duration"),
        (lambda c: retain(c, 1.0, temperature=900.0), "storage temperature|temperature: got 900 K"),
        (lambda c: retain(c, 1.0, temperature="20 degC", stability_spread=1.5), "stability_spread"),
        (lambda c: disturb(c, reads=-1, duration=1e-8, voltage=VOLTS, series=OHMS), "reads"),
        (lambda c: disturb(c, reads=float("nan"), duration=1e-8, voltage=VOLTS, series=OHMS), "reads"),
        (lambda c: read_variance(c, voltage=0.0, series=0.0, sampling_time=1e-9), "other than 0 V"),
        (lambda c: read_variance(c, voltage=0.1, series=0.0, sampling_time=0.0), "sampling_time"),
        (lambda c: read_variance(c, voltage=0.1, series=0.0, sampling_time=1e-9, temperature=4.0), "temperature"),
        (lambda _: retain(program_levels(PCM, np.ones(2, int), Stream(0)), 1.0), "needs magnetic junctions"),
        (lambda _: age(program_levels(PCM, np.ones(2, int), Stream(0)), 1.0, temperature=400.0), "no temperature law"),
    ],
)
def test_bad_ageing_is_refused(call: object, match: str) -> None:
    with pytest.raises(InputError, match=match):
        call(cells(count=4))  # type: ignore[operator]
