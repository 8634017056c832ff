"""Comparisons, sweeps and scaling."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from torch import nn

from remanence.core.errors import InputError, ScopeError
from remanence.device import junction
from remanence.network.datasets import Dataset
from remanence.study import Comparison, accuracy_sweep, compare, junction_scaling, resistance_spread_sweep, sweeps
from remanence.study.sweep import BITS, MISMATCH, PROGRAMMING, SPREAD, TMR, Axis, cell_spread, tolerance, value_at_loss
from remanence.system import platform


@pytest.fixture(scope="module")
def result(cnn: nn.Module, data: Dataset) -> Comparison:
    return compare(
        cnn,
        ["crossbar-stt-22nm", "nearmem-stt-22nm", "nearmem-sram-22nm", "mcu-cortex-m4"],
        calibration=data.train_images[:64],
        loader=data.batches(limit=60),
        draws=2,
    )


def test_ratios_are_paired_draw_by_draw(result: Comparison) -> None:
    stt, sram = (result.estimates[name].energy for name in ("nearmem-stt-22nm", "nearmem-sram-22nm"))
    ratio = stt.over(sram)
    # both chips share node and processor: their ratio is far better known than either energy
    alone = (stt.high / stt.low, sram.high / sram.low)
    assert ratio.high / ratio.low < min(alone)
    assert result.energy_ratio("crossbar-stt-22nm").value == 1.0
    assert result.energy_ratio("mcu-cortex-m4").value > 100


def test_a_board_stands_beside_chips_only_with_a_reason(cnn: nn.Module, data: Dataset) -> None:
    silent = platform("mcu-cortex-m4").vary(scope_note="", name="silent-mcu")
    pair = compare(
        cnn,
        ["nearmem-sram-22nm", silent],
        calibration=data.train_images[:16],
        loader=data.batches(limit=10),
        draws=2,
    )
    with pytest.raises(ScopeError, match="needs a reason"):
        pair.energy_ratio(pair.names[1])


def test_results_are_whole_and_plain_json(result: Comparison) -> None:
    document = json.loads(json.dumps(result.as_dict(), allow_nan=False))
    crossbar = document["crossbar-stt-22nm"]
    assert crossbar["accuracy"]["images"] == 60
    assert crossbar["estimate"]["figures"]["energy"]["low"] < crossbar["estimate"]["figures"]["energy"]["high"]
    parts = sum(sum(layer.values()) for layer in crossbar["estimate"]["energy_parts"].values())
    assert parts == pytest.approx(crossbar["estimate"]["figures"]["energy"]["value"], rel=1e-12, abs=0)
    assert crossbar["provenance"]["seed"] == 0
    table = result.table()
    assert list(table.index) == list(result.names)
    assert (table["accuracy"] > 0.8).all()
    assert np.isnan(float(table["area"]["mcu-cortex-m4"])), "a table marks what is not known as missing"


def test_a_chip_named_twice_or_none_is_refused(cnn: nn.Module, data: Dataset) -> None:
    for chips in ([], ["mcu-cortex-m4", "mcu-cortex-m4"]):
        with pytest.raises(InputError, match="each name once"):
            compare(cnn, chips, calibration=data.train_images[:8], loader=data.batches(limit=4))


def test_accuracy_falls_with_the_spread_of_the_resistance(cnn: nn.Module, data: Dataset) -> None:
    chip = platform("crossbar-stt-22nm")
    frame = resistance_spread_sweep(
        cnn, chip, [0.0, 0.15], calibration=data.train_images[:64], loader=data.batches(limit=120), draws=4
    )
    assert list(frame.index) == [0.0, 0.05, 0.15]
    assert list(frame["sourced"]) == [False, True, False]
    assert frame["loss_points"].iloc[2] > frame["loss_points"].iloc[0] + 3
    with pytest.raises(InputError, match="crossbar"):
        resistance_spread_sweep(
            cnn, platform("mcu-cortex-m4"), [0.1], calibration=data.train_images[:8], loader=data.batches(limit=4)
        )


def test_accuracy_rises_with_tmr_and_converter_bits(cnn: nn.Module, data: Dataset) -> None:
    chip = platform("crossbar-stt-22nm")
    seen: list[tuple[str, int, int]] = []
    frames = sweeps(
        cnn,
        [chip, platform("mcu-cortex-m4")],
        {TMR.name: [0.3], BITS.name: [2, 8], "resistance_spread": [0.2]},
        calibration=data.train_images[:64],
        loader=data.batches(limit=100),
        draws=3,
        progress=lambda what, done, total: seen.append((what, done, total)),
    )
    own = {name: list(by_chip) for name, by_chip in frames.items() if by_chip}
    assert own == {key: [chip.name] for key in ("tunnel_magnetoresistance", "resistance_spread", "bits")}, (
        "a microcontroller has no crossbar, a junction neither capacitor nor resistive device"
    )
    by_tmr, by_spread, by_bits = (frames[name][chip.name] for name in own)
    assert (by_tmr.index.name, list(by_tmr.index)) == ("tunnel_magnetoresistance", [0.3, 1.8])
    assert by_tmr["tmr"].iloc[0] < 0.3 < by_tmr["tmr"].iloc[1] < 1.8, "at the read voltage it is less"
    assert (by_bits.index.name, list(by_bits.index), list(by_bits["converter_bits"])) == ("bits", [2, 6, 8], [2, 6, 8])
    assert list(by_bits["sourced"]) == [False, True, False]
    assert by_bits["loss_points"].iloc[0] > by_bits["loss_points"].iloc[1] + 0.5
    assert by_spread["loss_points"].iloc[1] > by_spread["loss_points"].iloc[0]
    assert seen[-1] == (f"{chip.name}: converter bits", 9, 9)
    with pytest.raises(InputError, match="crossbar whose converters"):
        accuracy_sweep(cnn, chip.vary(crossbar__converter__kind="lossless"), BITS,
                       calibration=data.train_images[:8], loader=data.batches(limit=4))  # fmt: skip


def test_the_value_at_which_a_point_is_lost() -> None:
    index = pd.Index([0.0, 0.1, 0.2], name="spread")
    assert value_at_loss(pd.DataFrame({"loss_points": [0.0, 0.5, 2.5]}, index)) == pytest.approx(0.125)
    assert value_at_loss(pd.DataFrame({"loss_points": [0.0, 0.5, 0.9]}, index)) is None
    assert value_at_loss(pd.DataFrame({"loss_points": [1.5, 1.6, 1.7]}, index)) is None


@pytest.mark.parametrize(
    ("name", "axis", "spread"),
    [
        ("crossbar-stt-22nm", SPREAD, 0.05),
        ("crossbar-reram-22nm", PROGRAMMING, None),
        ("crossbar-pcm-28nm", PROGRAMMING, None),
        ("crossbar-sram-22nm", MISMATCH, 0.01),
    ],
)
def test_each_technology_is_swept_in_its_own_spread(
    cnn: nn.Module, data: Dataset, name: str, axis: Axis, spread: float | None
) -> None:
    found = tolerance(
        cnn, platform(name), points=3.0, factors=(1.0, 64.0), calibration=data.train_images[:64],
        loader=data.batches(limit=60), draws=2,
    )  # fmt: skip
    cell = platform(name).design.crossbar.cell  # type: ignore[union-attr]
    if spread is None:
        device = cell.resistive
        assert device is not None
        terms = [float(getattr(device, f"spread_{power}")) for power in range(5)]
        spread = sum(terms) / float(device.conductance_high)
    assert found.axis is axis
    assert found.spread == cell_spread(cell) == pytest.approx(spread)
    assert list(found.sweep["sourced"]) == ([True] if axis is SPREAD else [True, False]), "64 x 5 % is not log-normal"
    if name == "crossbar-sram-22nm":  # 64 per cent of mismatch
        assert found.limit is not None
        assert found.spread < found.limit < 64.0 * found.spread
        assert found.margin == pytest.approx(found.limit / found.spread)
    assert json.loads(json.dumps(found.as_dict()))["cell_spread"] == found.spread


def test_a_spread_that_does_not_exist_cannot_grow(cnn: nn.Module, data: Dataset) -> None:
    still = platform("crossbar-stt-22nm").vary(crossbar__cell__junction__stack__resistance_spread=0.0)
    for chip in (still, platform("mcu-cortex-m4")):
        with pytest.raises(InputError, match="whose cells have a spread"):
            tolerance(cnn, chip, calibration=data.train_images[:8], loader=data.batches(limit=4))


def test_scaling_is_one_broadcast_pass_over_the_data_sheet() -> None:
    frame = junction_scaling(["cofeb-double-mgo", "l10-fept"], [5e-9, 20e-9, 40e-9])
    assert len(frame) == 6
    single = junction("l10-fept", diameter=20e-9)
    row = frame[(frame["stack"] == "l10-fept") & (frame["diameter"] == 20e-9)].iloc[0]
    assert row["thermal_stability"] == pytest.approx(float(single.thermal_stability))
    assert row["critical_voltage"] == pytest.approx(float(single.critical_voltage))
    assert (frame[frame["stack"] == "l10-fept"]["verdict"] == "not switchable by STT at this RA").all()
    assert "switchable by STT" in set(frame[frame["stack"] == "cofeb-double-mgo"]["verdict"])
