"""Conditions of use: each does what the device floor says, none does nothing, and a chip can be kept in a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from remanence.circuit import Node
from remanence.core.declare import replace
from remanence.core.errors import InputError, ValidityError
from remanence.core.stream import Stream
from remanence.crossbar import (
    UNUSED,
    Conditions,
    Crossbar,
    CrossbarEngine,
    GroupedCrossbarEngine,
    load_chip,
    save_chip,
)
from remanence.data import build
from remanence.device import Defects, retention_failures

NODE = build(Node, "cmos-22nm")
RNG = np.random.default_rng(0)
WEIGHTS, INPUTS = RNG.integers(-127, 128, (90, 12)), RNG.integers(0, 256, (30, 90))


def under(**fields: object) -> Conditions:
    return Conditions(**{"defects": None, **fields})  # type: ignore[arg-type]


def layer(name: str, *, ideal: bool = True, **changes: object) -> CrossbarEngine:
    bar = replace(build(Crossbar, name), **changes)
    if ideal:
        bar = replace(bar, converter=replace(bar.converter, kind="ideal"))
    return CrossbarEngine.prepare(WEIGHTS, INPUTS, signed=False, crossbar=bar, node=NODE)


@pytest.mark.parametrize("name", ["stt-64x128", "pcm-64x128", "sram-64x128", "stt-unit-64x128"])
def test_no_conditions_are_todays_chip(name: str) -> None:
    engine = layer(name, ideal=False)
    one, other = (engine.program(Stream(1), given).multiply(INPUTS) for given in (UNUSED, under()))
    np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(one, engine.program(Stream(1)).multiply(INPUTS))


def test_storage_flips_as_many_cells_as_the_junction_says() -> None:
    engine = layer("stt-64x128")
    junction = engine.crossbar.cell.junction
    assert junction is not None
    hot = under(age="1000 years", temperature="140 degC", stability_spread=0.1)
    written, used = engine.write(Stream(0)), engine.write(Stream(0), hot)
    flipped = sum(int((used[name].held != written[name].held).sum()) for name in used)
    lost = [
        float(retention_failures(replace(junction, temperature=float(hot.temperature)), years=1000, bits=1, state=state,
                                 stability_spread=0.1).loss_probability)
        for state in ("AP", "P")
    ]  # fmt: skip
    held = [sum(int((part.held == level).sum()) for part in written.values()) for level in (0, 1)]
    expected = float(np.dot(lost, held))
    assert expected > 100, "enough to tell"
    assert abs(flipped - expected) < 5 * np.sqrt(expected) + 0.02 * expected
    fresh = engine.program(Stream(0)).multiply(INPUTS)
    assert not np.array_equal(engine.program(Stream(0), hot).multiply(INPUTS), fresh)
    assert engine.steps(hot) == used["positive"].history


def test_reads_disturb_junctions_alone() -> None:
    many = under(reads=1e18)
    weak = layer("stt-64x128", read_voltage=0.45)
    moved = weak.write(Stream(0), many)["positive"]
    assert (moved.held != weak.write(Stream(0))["positive"].held).any()
    pcm = layer("pcm-64x128")
    assert pcm.write(Stream(0), many)["positive"].digest == pcm.write(Stream(0))["positive"].digest


def test_drift_is_compensated_by_one_factor() -> None:
    engine, one = layer("pcm-64x128"), np.eye(90, dtype=np.int64)
    year = under(age="1 year")
    slopes = {}
    for name, given in {
        "fresh": UNUSED, "global": year, "none": under(age="1 year", drift_compensation="none"),
    }.items():  # fmt: skip
        held = engine.program(Stream(2), given).multiply(one)
        slopes[name] = float(np.vdot(held, WEIGHTS) / np.vdot(WEIGHTS, WEIGHTS))
    assert slopes["none"] < 0.75, "a year is four decades: (8766)**-0.05"
    assert slopes["global"] == pytest.approx(slopes["fresh"], abs=0.015)
    assert engine.program(Stream(2), year).compensation > 1.3


def test_writes_and_stuck_cells() -> None:
    engine = layer("stt-64x128")
    bad = engine.write(Stream(0), under(attempts=1, pulse_error=0.1))["positive"]
    good = engine.write(Stream(0), under(attempts=4, pulse_error=0.1))["positive"]
    wrong = [float((part.held != part.target).mean()) for part in (bad, good)]
    assert wrong[0] == pytest.approx(0.1, rel=0.15)
    assert wrong[1] < 0.002
    stuck = engine.write(Stream(0), under(defects=Defects(short=0.2, open=0.0)))["positive"]
    assert float((stuck.defect == 1).mean()) == pytest.approx(0.2, rel=0.1)


def test_read_noise_has_the_variance_of_the_cells_that_are_read() -> None:
    """Without a converter the noise of a result is the sum over digits, slices and rows of the cells' own variances."""
    engine = layer("stt-64x128", sampling_time="0.02 ns")
    noisy, quiet = engine.program(Stream(3), under(read_noise="device")), engine.program(Stream(3))
    row = np.repeat(INPUTS[:1], 4000, axis=0)
    drawn = noisy.multiply(row) - quiet.multiply(row)
    part = noisy.parts[0].noise
    assert part is not None
    assert part.variance is not None
    bits = (INPUTS[0] >> np.arange(8)[:, None]) & 1  # (Z, K)
    each = np.einsum("zk,skm->zsm", bits, part.variance.astype(float)) * 4.0**-noisy.exponent
    weights = np.multiply.outer(4.0 ** np.arange(8), engine.encoded.cell_weights.astype(float) ** 2)
    expected = np.einsum("zs,zsm->m", weights, each)
    np.testing.assert_allclose(drawn.var(axis=0), expected, rtol=5 * np.sqrt(2 / 4000))
    np.testing.assert_array_equal(
        np.concatenate([noisy.multiply(row[:7]), noisy.multiply(row[7:30], first_vector=7)]), noisy.multiply(row[:30])
    )


def test_charge_has_thermal_noise_and_nothing_else() -> None:
    engine = layer("sram-64x128")
    aged, quiet = engine.program(Stream(0), under(age="10 years", reads=1e9)), engine.program(Stream(0))
    np.testing.assert_array_equal(aged.multiply(INPUTS), quiet.multiply(INPUTS))
    noisy = engine.program(Stream(0), under(read_noise="device"))
    row = np.repeat(INPUTS[:1], 3000, axis=0)
    drawn = (noisy.multiply(row) - quiet.multiply(row)).std(axis=0)
    bar, parts = engine.crossbar, noisy.parts[0]
    assert parts.noise is not None
    rms = parts.noise.rms * 2.0**-noisy.exponent
    from remanence.circuit import Periphery

    assert rms == pytest.approx(float(bar.cost(NODE, build(Periphery, "standard")).noise), rel=1e-9)
    expected = rms * np.sqrt(2 * np.sum(4.0 ** np.arange(8)) * np.sum(4.0 ** np.arange(7)))  # two blocks of rows
    np.testing.assert_allclose(drawn, expected, rtol=0.08)


@pytest.mark.parametrize("name", ["stt-64x128", "pcm-64x128", "reram-2bit-64x128", "stt-unit-64x128"])
def test_a_chip_from_a_file_is_the_chip(name: str, tmp_path: Path) -> None:
    engine = layer(name, ideal=False)
    reads = 1e6 if engine.crossbar.cell.junction is not None else 0
    given = under(age="1 hour", reads=reads, read_noise="device", defects=Defects(short=0.01, open=0.01))
    path = save_chip(tmp_path / "chip.npz", engine.write(Stream(5), given))
    device = engine.crossbar.cell.junction or engine.crossbar.cell.resistive
    assert device is not None
    found = engine.assemble(load_chip(path, device), Stream(5), given)
    np.testing.assert_array_equal(found.multiply(INPUTS), engine.program(Stream(5), given).multiply(INPUTS))
    other = engine.holding(np.roll(WEIGHTS, 1, axis=0))
    with pytest.raises(InputError, match="levels of this layer"):
        other.assemble(load_chip(path, device), Stream(5), given)


def test_groups_are_written_and_assembled_alike() -> None:
    bar = build(Crossbar, "stt-64x128")
    weights = RNG.integers(-127, 128, (4, 9, 3))
    engine = GroupedCrossbarEngine.prepare(weights, INPUTS[:, :36], signed=False, crossbar=bar, node=NODE)
    given = under(age="10 years", temperature="125 degC")
    chip = engine.assemble(engine.write(Stream(1), given), Stream(1), given)
    np.testing.assert_array_equal(
        chip.multiply(INPUTS[:, :36]), engine.program(Stream(1), given).multiply(INPUTS[:, :36])
    )
    np.testing.assert_array_equal(
        engine.holding(weights).program(Stream(1), given).multiply(INPUTS[:, :36]), chip.multiply(INPUTS[:, :36])
    )
    with pytest.raises(InputError, match="packs of this layer"):
        engine.assemble({"9/positive": engine.packs[0].write(Stream(1))["positive"]}, Stream(1))


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({"age": -1.0}, "age"),
        ({"age": float("nan")}, "age"),
        ({"age": "10 years", "temperature": "600 K"}, "temperature"),
        ({"reads": -1.0}, "reads"),
        ({"pulse_error": 0.1}, "attempts"),
        ({"stability_spread": 0.1}, "age"),
        ({"attempts": 3, "pulse_error": 1.5}, "pulse_error"),
        ({"age": np.array([1.0, 2.0])}, "one number each"),
        ({"read_noise": "some"}, "read_noise"),
    ],
)
def test_conditions_out_of_range_are_refused(fields: dict[str, object], match: str) -> None:
    with pytest.raises(InputError, match=match):
        under(**fields)


def test_what_a_technology_has_no_law_for_is_refused() -> None:
    with pytest.raises(InputError, match="no temperature law of PCM"):
        layer("pcm-64x128").program(Stream(0), under(age="1 year", temperature="85 degC"))
    with pytest.raises(ValidityError, match="where the spread was measured"):
        layer("reram-64x128").program(Stream(0), under(age="10 years"))
    with pytest.raises(InputError, match="from the supply"):
        layer("sram-64x128").write(Stream(0))


def test_a_temperature_of_storage_needs_a_time_of_storage() -> None:
    with pytest.raises(InputError, match="that of storage"):
        replace(UNUSED, temperature=358.0)
