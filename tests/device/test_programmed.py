"""Programmed devices: published spreads, one interface, stuck devices, drift and relaxation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from remanence.core.declare import replace
from remanence.core.errors import InputError, ValidityError
from remanence.core.stream import Stream
from remanence.data import build
from remanence.device import Defects, Junction, ProgrammedCells, Resistive, junction, program_junctions, program_levels
from remanence.device.chunks import PIECE
from remanence.device.defects import OPEN, SHORT, SOUND
from remanence.device.resistive import drift, flicker_deviation, level_conductances, relax, sample, spread_at

COUNT = 100_000
ONE_PER_CENT = 0.01  # 4.5 standard deviations of the spread of 1e5 normal draws
ALARM = 5.0
PCM, WAN, MILO = (build(Resistive, name) for name in ("pcm-joshi2020", "reram-wan2022", "reram-milo2021"))
DAY = 86400.0


def quiet(device: Resistive) -> Resistive:
    return replace(device, residual_write_error=0.0)


@pytest.fixture(scope="module")
def cell() -> Junction:
    return junction("cofeb-double-mgo", diameter=40e-9, temperature=298.15)


# sigma in microsiemens against the target in microsiemens, as printed in the sources
PUBLISHED = {
    "pcm-joshi2020": lambda g: -1.1731 * (g / 25) ** 2 + 1.9650 * g / 25 + 0.2635,
    "reram-wan2022": lambda g: -16.815 * (g / 40) ** 4 + 45.393 * (g / 40) ** 3 - 43.853 * (g / 40) ** 2
    + 16.030 * g / 40 + 0.348,
    "reram-milo2021": lambda g: -0.009107 * g + 4.782321,
}  # fmt: skip
LATER = lambda g: (  # noqa: E731
    -16.458 * (g / 40) ** 4 + 47.095 * (g / 40) ** 3 - 50.773 * (g / 40) ** 2 + 22.086 * g / 40 + 0.701
)


@pytest.mark.parametrize("device", [PCM, WAN, MILO], ids=lambda d: d.name)
@pytest.mark.parametrize("level", [3, 5, 7])
def test_programmed_levels_have_the_published_spread_within_one_per_cent(device: Resistive, level: int) -> None:
    cells = program_levels(quiet(device), np.full(COUNT, level), Stream(level), levels=8)
    aim = float(level_conductances(device, 8)[level])
    sigma = PUBLISHED[device.name](aim * 1e6) * 1e-6
    assert cells.conductance.std() == pytest.approx(sigma, rel=ONE_PER_CENT, abs=0)
    assert abs(cells.conductance.mean() - aim) < ALARM * sigma / np.sqrt(COUNT)


@pytest.mark.parametrize("level", [3, 5, 7])
def test_reram_relaxes_to_the_spread_published_for_a_day(level: int) -> None:
    fresh = program_levels(quiet(WAN), np.full(COUNT, level), Stream(1), levels=8)
    aim = float(level_conductances(WAN, 8)[level])
    direct = relax(fresh, DAY)
    assert direct.conductance.std() == pytest.approx(LATER(aim * 1e6) * 1e-6, rel=ONE_PER_CENT, abs=0)
    steps = relax(relax(fresh, 60.0), DAY)
    assert steps.conductance.std() == pytest.approx(direct.conductance.std(), rel=2 * ONE_PER_CENT, abs=0)
    half = relax(fresh, 60.0).conductance.std()
    assert half == pytest.approx(float(spread_at(WAN, aim, 60.0)), rel=ONE_PER_CENT, abs=0)
    # what a device was does not vanish: the deviations go on from where they were
    assert np.corrcoef(fresh.conductance, direct.conductance)[0, 1] > 0.2
    assert [name for name, _ in steps.history] == ["relaxation", "relaxation"]


def test_relaxation_is_refused_where_it_was_not_measured() -> None:
    cells = program_levels(WAN, np.ones(3, int), Stream(0))
    with pytest.raises(ValidityError, match="86400 s, where the spread was measured"):
        relax(cells, 2 * DAY)
    with pytest.raises(InputError, match="no spread at a later time"):
        relax(program_levels(MILO, np.ones(3, int), Stream(0)), 60.0)
    with pytest.raises(InputError, match="at least that of the devices"):
        relax(relax(cells, 60.0), 30.0)


def test_drift_then_reading_is_what_sample_draws() -> None:
    """One model, two doors: programming and ageing give the conductances of `resistive.sample`, draw for draw."""
    high = np.arange(5000) % 2 == 0
    noisy = replace(PCM, residual_write_error=0.01, age=3600.0)
    cells = program_levels(noisy, ~high, Stream(3))
    np.testing.assert_allclose(drift(cells, 3600.0).conductance, sample(noisy, high, Stream(3)), rtol=1e-13)


def test_drift_in_two_steps_is_drift_in_one() -> None:
    cells = program_levels(PCM, np.arange(4000) % 4, Stream(2), levels=4)
    np.testing.assert_allclose(drift(drift(cells, 500.0), DAY).conductance, drift(cells, DAY).conductance, rtol=1e-12)
    assert drift(cells, cells.age) is cells
    with pytest.raises(InputError, match="at least that of the devices"):
        drift(cells, 1.0)


def test_flicker_noise_is_the_published_formula() -> None:
    # Q_s = min(0.0088/g^0.65, 0.2), sigma = G Q_s sqrt(ln((t + t_read)/(2 t_read))), t_read 250 ns
    for g in (0.005, 0.1, 1.0):
        expected = min(0.0088 / g**0.65, 0.2) * np.sqrt(np.log((3600 + 250e-9) / (2 * 250e-9)))
        assert flicker_deviation(PCM, g * 25e-6, 3600.0) == pytest.approx(expected, rel=1e-12)
    assert flicker_deviation(MILO, 1e-4, 10.0) == 0.0


def test_junctions_have_one_pair_of_resistances_whatever_they_hold(cell: Junction) -> None:
    film = replace(cell.stack, residual_write_error=0.0)
    calm = replace(cell, stack=film)
    parallel, antiparallel = (program_junctions(calm, np.full(COUNT, level), Stream(9)) for level in (1, 0))
    np.testing.assert_allclose(parallel.conductance / antiparallel.conductance, 1.0 + antiparallel.contrast, rtol=1e-12)
    logs = -np.log(parallel.conductance * float(cell.resistance("P")))
    assert logs.std() == pytest.approx(float(film.resistance_spread), rel=ONE_PER_CENT)
    assert antiparallel.contrast.mean() == pytest.approx(float(cell.tmr()), rel=ALARM * 0.05 / np.sqrt(COUNT))
    assert antiparallel.contrast.std() / antiparallel.contrast.mean() == pytest.approx(
        float(film.tmr_spread), rel=ONE_PER_CENT
    )
    # R_AP = R_P (1 + TMR) of the same device: its spread is that of the product, and the two go together
    assert np.corrcoef(np.log(parallel.conductance), np.log(antiparallel.conductance))[0, 1] > 0.7


def test_the_tmr_is_that_at_the_voltage_of_each_junction(cell: Junction) -> None:
    cells = program_junctions(cell, np.arange(400) % 2, Stream(4))
    for voltage, series in ((0.1, 0.0), (0.3, 3000.0), (-0.3, 3000.0), (0.0, 1000.0)):
        found = cells.conductances(voltage=voltage, series=series)
        for index in range(0, 400, 37):
            tmr = float(cells.contrast[index]) if cells.held[index] == 0 else 0.0
            resistance = 1.0 / float(cells.conductance[index]) / (1.0 + tmr)
            half = float(cell.stack.half_voltage)

            def excess(v: float, r: float = resistance, t: float = tmr) -> float:
                return v + series * v / (r * (1 + t / (1 + (v / half) ** 2))) - abs(voltage)  # noqa: B023

            seen = brentq(excess, 0.0, abs(voltage), xtol=1e-15) if voltage else 0.0
            total = series + resistance * (1 + tmr / (1 + (seen / half) ** 2))
            assert found[index] == pytest.approx(1.0 / total, rel=1e-9, abs=0)
    over = cells.device_voltages(voltage=0.3, series=3000.0)
    assert np.all((over > 0) & (over < 0.3))


@pytest.mark.parametrize("kind", ["junction", "resistive"])
def test_stuck_devices_appear_at_their_rates_and_hold_one_conductance(kind: str, cell: Junction) -> None:
    wild = Defects(short=0.05, open=0.02, short_conductance=3.0, open_conductance=0.5)
    level = np.arange(COUNT) % 2
    make = (lambda d: program_junctions(cell, level, Stream(6), defects=d)) if kind == "junction" else (
        lambda d: program_levels(WAN, level, Stream(6), defects=d))  # fmt: skip
    cells, sound = make(wild), make(None)
    for code, share in ((SHORT, 0.05), (OPEN, 0.02)):
        found = np.count_nonzero(cells.defect == code)
        assert abs(found - share * COUNT) < ALARM * np.sqrt(COUNT * share * (1 - share))
    top, bottom = ((1 / float(cell.resistance("P")), 1 / float(cell.resistance("AP"))) if kind == "junction" else
                   (float(WAN.conductance_high), float(WAN.conductance_low)))  # fmt: skip
    np.testing.assert_allclose(cells.conductance[cells.defect == SHORT], 3.0 * top, rtol=1e-12)
    np.testing.assert_allclose(cells.conductance[cells.defect == OPEN], 0.5 * bottom, rtol=1e-12)
    good = cells.defect == SOUND
    np.testing.assert_array_equal(cells.conductance[good], sound.conductance[good])
    assert np.isfinite(cells.conductances(voltage=0.1, series=1000.0)).all()


def test_an_open_junction_conducts_nothing(cell: Junction) -> None:
    broken = Defects(short=0.0, open=0.5, open_conductance=0.0)
    cells = program_junctions(cell, np.ones(1000, int), Stream(0), defects=broken)
    read = cells.conductances(voltage=0.1, series=1000.0)
    assert np.all(read[cells.defect == OPEN] == 0.0)
    assert np.isfinite(read).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 3), st.integers(2, 16))
def test_a_part_of_an_array_does_not_depend_on_the_rest(seed: int, pieces: int, levels: int) -> None:
    count = pieces * PIECE + 17
    level = np.arange(count) % levels
    whole = program_levels(PCM, level, Stream(seed), levels=levels)
    part = program_levels(PCM, level[: PIECE + 3], Stream(seed), levels=levels)
    np.testing.assert_array_equal(whole.conductance[: PIECE + 3], part.conductance)
    assert np.all(whole.conductance >= 0.0)
    assert program_levels(PCM, level, Stream(seed), levels=levels).digest == whole.digest
    assert program_levels(PCM, level, Stream(seed + 1), levels=levels).digest != whole.digest


def test_the_write_error_is_the_one_asked_for(cell: Junction) -> None:
    cells = program_junctions(cell, np.zeros(COUNT, int), Stream(1), write_error=0.01)
    assert abs(np.count_nonzero(cells.held) - 0.01 * COUNT) < ALARM * np.sqrt(COUNT * 0.01)
    assert np.array_equal(cells.target, np.zeros(COUNT))
    levels = program_levels(WAN, np.full(COUNT, 2), Stream(1), levels=4, write_error=0.01)
    assert set(np.unique(levels.held)) == {1, 2}


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"level": np.array([0, 4])}, r"got 4; must be from 0 to 3. 1 of 2 are bad"),
        ({"level": np.array([-1])}, "must be from 0 to 3"),
        ({"level": np.array([0.5])}, "whole numbers"),
        ({"levels": 1}, "2 to 256"),
        ({"write_error": 1.5}, "write_error"),
        ({"device": replace(PCM, conductance_high=np.array([2e-5, 3e-5]))}, "single design"),
        ({"defects": Defects(short=np.array([0.1, 0.2]), open=0.0)}, "single set"),
    ],
)
def test_bad_programming_is_refused(change: dict[str, object], match: str) -> None:
    given_: dict[str, object] = {"device": PCM, "level": np.array([0, 1]), "stream": Stream(0), "levels": 4, **change}
    with pytest.raises(InputError, match=match):
        program_levels(**given_)  # type: ignore[arg-type]


def test_bad_reads_and_arrays_are_refused(cell: Junction) -> None:
    cells = program_junctions(cell, np.ones(4, int), Stream(0))
    with pytest.raises(InputError, match="series"):
        cells.conductances(voltage=0.1, series=-1.0)
    with pytest.raises(InputError, match="voltage"):
        cells.conductances(voltage=float("nan"))
    with pytest.raises(InputError, match="same for all arrays"):
        ProgrammedCells(device=cell, levels=2, target=cells.target, held=cells.held[:2], conductance=cells.conductance,
                        contrast=cells.contrast, defect=cells.defect, stream=Stream(0), age=0.0)  # fmt: skip
    with pytest.raises(InputError, match="above the reference time"):
        replace(WAN, later_time=0.5)
