"""Prices: totals are sums of parts, intervals contain the medians, scopes do not mix."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from remanence.circuit import between, organise, route, storage, tree_path
from remanence.core.declare import replace
from remanence.core.errors import InputError, ScopeError, UnknownNameError
from remanence.core.events import EventCount, total
from remanence.core.stream import Stream
from remanence.crossbar import CrossbarEngine
from remanence.data import Draws
from remanence.system import (
    Estimate,
    Figure,
    LayerRun,
    MatrixEngine,
    Platform,
    cite,
    platform,
    platform_names,
    price,
)
from remanence.system.dataflow import residual_error

DRAWS = Draws(seed=3, count=32)


def runs_on(chip: Platform, images: int = 4) -> list[LayerRun]:
    """Two layers of random whole numbers, as the network floor would record them."""
    rng, runs = np.random.default_rng(0), []
    design = chip.design
    for index, (depth, outputs, vectors) in enumerate([(70, 20, 9), (128, 10, 1)]):
        weights = rng.integers(-127, 128, (depth, outputs))
        inputs = rng.integers(0, 256, (images * vectors, depth))
        engine: CrossbarEngine | MatrixEngine
        if design.crossbar is not None and design.node is not None:
            engine = CrossbarEngine.prepare(weights, inputs, signed=False, crossbar=design.crossbar, node=design.node)
            arrays, reads = engine.arrays, EventCount()
        else:
            engine = MatrixEngine(design, weights)
            arrays, reads = 0, engine.weight_events()
        runs.append(
            LayerRun(
                name=f"layer {index}",
                events=engine.events(inputs) * (1 / images),
                weight_events=reads,
                write_events=engine.write_events(),
                arrays=arrays,
                weights=weights.size,
                multiply_accumulates=float(vectors * weights.size),
            )
        )
    return runs


@pytest.fixture(params=platform_names())
def chip(request: pytest.FixtureRequest) -> Platform:
    return platform(request.param)


def test_every_total_is_the_sum_of_its_parts(chip: Platform) -> None:
    estimate = price(chip, runs_on(chip), draws=DRAWS)
    table = estimate.table()
    parts = table.loc[list(estimate.layers), list(estimate.components)]
    assert estimate.energy.value == pytest.approx(parts.to_numpy().sum(), rel=1e-12, abs=0)
    assert table.loc["total", "energy"] == pytest.approx(estimate.energy.value, rel=1e-12, abs=0)
    assert estimate.latency.value == pytest.approx(table.loc[list(estimate.layers), "latency"].sum(), rel=1e-12, abs=0)
    for figure, pieces in (
        (estimate.area, estimate.area_parts),
        (estimate.standby, estimate.standby_parts),
        (estimate.write_energy, estimate.write_parts),
    ):
        if figure is not None:
            assert figure.value == pytest.approx(sum(column[0] for column in pieces.values()), rel=1e-12, abs=0)
    np.testing.assert_allclose(
        estimate.energy.draws, estimate.energy_parts[1:].sum(axis=(1, 2)), rtol=1e-14, err_msg="draw by draw too"
    )


def test_energy_is_prices_times_counts_by_hand() -> None:
    chip = platform("nearmem-sram-22nm")
    runs, design = runs_on(chip), chip.design
    estimate = price(chip, runs, draws=DRAWS)
    node, processor = design.node, design.processor
    assert node is not None
    assert processor is not None
    macs = sum(run.events.multiply_accumulates for run in runs)
    assert macs == 70 * 20 * 9 + 128 * 10
    column = estimate.components.index("multipliers")
    expected = macs * float(node.multiply_accumulate_energy) * (1 + float(processor.control_share))
    assert estimate.energy_parts[0, :, column].sum() == pytest.approx(expected, rel=1e-12, abs=0)


def test_memories_and_wires_are_those_of_the_circuit_floor_by_hand() -> None:
    """A chip's memory is the macro that the circuit floor gives, its bits travel the floor plan's lengths."""
    chip = platform("nearmem-stt-22nm")
    runs, design = runs_on(chip), chip.design
    estimate = price(chip, runs, draws=DRAWS)
    node, processor, memory, periphery = design.node, design.processor, design.memory, design.periphery
    assert node is not None
    assert processor is not None
    assert memory is not None
    assert periphery is not None
    stored = sum(run.weights for run in runs) * 8
    weights = storage(memory, node, periphery, organise(memory, node, periphery, needed=stored, banks=4))
    buffer = storage(processor.buffer, node, periphery, organise(processor.buffer, node, periphery, needed=32 * 8192))
    bits = sum(run.weight_events.memory_bits_read for run in runs)
    table = estimate.table()
    assert table.loc["total", "weight memory"] == pytest.approx(bits * float(weights.read_bit), rel=1e-12, abs=0)
    read, written = (sum(getattr(run.events, name) for run in runs) for name in
                     ("buffer_bits_read", "buffer_bits_written"))  # fmt: skip
    spent = read * float(buffer.read_bit) + written * float(buffer.write_bit)
    assert table.loc["total", "buffers"] == pytest.approx(spent, rel=1e-12, abs=0)
    multipliers = 256 * float(node.multiply_accumulate_area)
    far, near = (between(float(block.area), multipliers) for block in (weights, buffer))
    moved = float(route(node, periphery).energy) * (bits * far + (read + written) * near)
    assert table.loc["total", "wires"] == pytest.approx(moved, rel=1e-12, abs=0)
    assert estimate.area_parts["weight memory"][0] == pytest.approx(float(weights.area), rel=1e-12, abs=0)
    assert estimate.standby_parts["weight memory"][0] == pytest.approx(float(weights.standby), rel=1e-12, abs=0)


def test_a_crossbars_bits_travel_its_tree_by_hand() -> None:
    chip = platform("crossbar-stt-22nm")
    runs, design = runs_on(chip), chip.design
    node, bar, processor, periphery = design.node, design.crossbar, design.processor, design.periphery
    assert node is not None
    assert bar is not None
    assert processor is not None
    assert periphery is not None
    arrays, one = sum(run.arrays for run in runs), bar.cost(node, periphery)
    buffer = storage(processor.buffer, node, periphery, organise(processor.buffer, node, periphery, needed=32 * 8192))
    way = np.sqrt(float(buffer.area)) / 2.0 + float(tree_path(arrays * float(one.area), arrays))
    moved = sum(run.events.buffer_bits_read + run.events.buffer_bits_written for run in runs)
    steps = sum(run.events.wordline_toggles for run in runs)
    link = route(node, periphery)
    expected = moved * float(link.energy) * way + steps * float(link.full_swing) * np.sqrt(float(one.area))
    table = price(chip, runs, draws=DRAWS).table()
    assert table.loc["total", "wires"] == pytest.approx(expected, rel=1e-12, abs=0)


def test_every_figure_has_an_interval_around_its_value(chip: Platform) -> None:
    for name, figure in price(chip, runs_on(chip), draws=Draws(count=64)).figures().items():
        assert figure.draws.shape == (64,), name
        assert np.isfinite(figure.draws).all(), name
        low, high = float(figure.draws.min()), float(figure.draws.max())
        assert low <= figure.value * (1.0 + 1e-12), name
        assert high >= figure.value * (1.0 - 1e-12), name


def test_heat_makes_a_chip_leak_and_is_said_where_its_junctions_are_cold() -> None:
    chip = platform("nearmem-stt-22nm")
    runs, hot = runs_on(chip), chip.vary(temperature="125 degC")
    cold, warm = (price(one, runs, draws=DRAWS) for one in (chip, hot))
    for name in ("weight memory", "buffers"):
        assert warm.standby_parts[name][0] > 10.0 * cold.standby_parts[name][0]
    assert any("the CMOS figures hold at 125 degC" in flag for flag in warm.flags)
    with pytest.raises(InputError, match="must be one number"):
        replace(chip.design, temperature=np.array([300.0, 310.0]))


def test_more_weights_need_no_less_of_anything() -> None:
    chip = platform("nearmem-stt-22nm")
    runs = runs_on(chip)
    sizes = [price(chip, [dataclasses.replace(run, weights=run.weights * factor) for run in runs], draws=DRAWS)
             for factor in (1, 100, 1000)]  # fmt: skip
    assert np.all(np.diff([one.area_parts["weight memory"][0] for one in sizes]) > 0)
    assert np.all(np.diff([one.standby_parts["weight memory"][0] for one in sizes]) > 0)
    assert np.all(np.diff([one.energy.value for one in sizes]) > 0), "a larger macro reads dearer, and farther away"


def test_draws_are_a_loop_over_single_designs(chip: Platform) -> None:
    """One pass over arrays equals pricing each drawn chip alone."""
    estimate = price(chip, runs_on(chip), draws=DRAWS)
    sampled = chip.sample(DRAWS)
    assert np.isfinite(estimate.energy.draws).all()
    assert estimate.energy.draws.shape == (32,)
    low, high = estimate.energy.draws.min(), estimate.energy.draws.max()
    assert low < estimate.energy.value < high
    if sampled.microcontroller is not None:
        core, runs = sampled.microcontroller, runs_on(chip)
        macs = sum(run.multiply_accumulates for run in runs)
        seconds = macs * np.asarray(core.cycles_per_multiply) / np.asarray(core.frequency)
        expected = macs * np.asarray(core.energy_per_multiply) + seconds * np.asarray(core.active_power)
        np.testing.assert_allclose(estimate.energy.draws, expected, rtol=1e-12)


def test_a_batch_shares_weight_reads_and_overlaps_layers() -> None:
    near, bar = platform("nearmem-stt-22nm"), platform("crossbar-stt-22nm")
    runs = runs_on(near)
    one, many = (price(near, runs, batch=batch, draws=DRAWS) for batch in (1, 8))
    reads = [float(estimate.table()["weight memory"]["total"]) for estimate in (one, many)]
    assert reads[1] == pytest.approx(reads[0] / 8, rel=1e-12, abs=0)
    assert many.energy.value < one.energy.value
    runs = runs_on(bar)
    single, batch = (price(bar, runs, batch=size, draws=DRAWS).latency.value for size in (1, 8))
    slowest = max(price(bar, [run], draws=DRAWS).latency.value for run in runs)
    assert batch == pytest.approx(single + 7 * slowest, rel=1e-9, abs=0)


def test_figures_of_different_scope_have_no_ratio() -> None:
    first = Figure("energy", "J", "chip", 1.0, np.ones(4))
    board = Figure("energy", "J", "board", 6.0, np.full(4, 6.0))
    with pytest.raises(ScopeError, match="no ratio"):
        board.over(first)
    with pytest.raises(ScopeError, match="needs a reason"):
        board.in_scope("chip", "")
    assert board.in_scope("chip", "nothing else is on the board").over(first).value == 6.0


def test_an_event_without_a_price_is_refused() -> None:
    chip = platform("nearmem-sram-22nm")
    run = dataclasses.replace(runs_on(chip)[0], events=EventCount(conversions=1.0))
    with pytest.raises(InputError, match=r"conversions.*no price"):
        price(chip, [run], draws=DRAWS)


@pytest.mark.parametrize(("batch", "layers"), [(0, 1), (1, 0)])
def test_empty_estimates_are_refused(batch: int, layers: int) -> None:
    chip = platform("nearmem-sram-22nm")
    with pytest.raises(InputError, match="at least"):
        price(chip, runs_on(chip)[:layers], batch=batch, draws=DRAWS)


def test_vary_changes_one_row_and_keeps_the_other_ranges() -> None:
    chip = platform("crossbar-stt-22nm")
    varied = chip.vary(crossbar__converter__bits=8, crossbar__cell__junction__diameter=30e-9)
    before, after = chip.design.crossbar, varied.design.crossbar
    assert before is not None
    assert after is not None
    assert (after.converter.bits, after.cell.mtj.diameter) == (8, 30e-9)
    assert (before.converter.bits, before.cell.mtj.diameter) == (6, 40e-9)
    uncertain = [{row.id: (row.low, row.high) for row in p.rows() if row.uncertain} for p in (chip, varied)]
    assert uncertain[0] == uncertain[1]
    with pytest.raises(UnknownNameError, match="bits"):
        chip.vary(crossbar__converter__bitz=8)


def test_variants_carry_their_name_and_are_checked_at_once() -> None:
    chip = platform("crossbar-stt-22nm")
    assert chip.vary(name="b", crossbar__rows=32).name == "b"
    assert chip.vary(crossbar__rows=32).name == "crossbar-stt-22nm, rows=32"
    varied = chip.vary(crossbar__read_voltage=np.float64(0.2)).design.crossbar
    assert varied is not None
    assert varied.read_voltage == 0.2
    with pytest.raises(InputError, match="from 1 to 4096"):
        chip.vary(crossbar__rows=0)
    swapped = chip.vary(crossbar__cell__junction__stack="cofeb-mgo").design.crossbar
    assert swapped is not None
    assert swapped.cell.mtj.stack.name == "cofeb-mgo"


def test_flags_say_what_the_figures_leave_out() -> None:
    chip = platform("crossbar-stt-22nm")

    def flags(**changes: object) -> str:
        varied = chip.vary(**changes) if changes else chip
        return " ".join(price(varied, runs_on(varied), draws=DRAWS).flags)

    with pytest.raises(InputError, match=r"write error: got 0\.001; cannot be reached: at the breakdown"):
        flags(crossbar__cell__junction__stack="l10-fept")  # no transistor of the cell's driver could be sized
    assert "cannot be written" not in flags()
    assert "read disturb" in flags(crossbar__read_voltage="0.4 V")
    assert "100 degC" in flags(crossbar__cell__junction__temperature="100 degC")
    assert "of the read voltage is lost" in flags(crossbar__rows=512)
    assert "a rail that is not priced" in flags()


def test_sources_of_a_users_chip_can_be_cited(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("kind: chip\nname: mine\nextends: nearmem-sram-22nm\n")
    chip = platform(path)
    for subject in (chip, chip.card, price(chip, runs_on(chip), draws=DRAWS), str(path), "nearmem-sram-22nm"):
        assert "[horowitz2014]" in cite(subject)
    with pytest.raises(InputError, match="has no sources"):
        cite(chip.design)


def test_memory_errors_flip_stored_bits_at_the_stated_rate() -> None:
    chip = platform("nearmem-stt-22nm")
    # single errors per word are corrected: only pairs remain, (n-1) p^2 with n = 72
    assert residual_error(chip.design) == pytest.approx(71 * 1e-12, rel=1e-9, abs=0.0)
    loose = chip.vary(memory__check_bits=0, memory__cell__junction__stack__residual_write_error=0.01)
    assert residual_error(loose.design) == 0.01
    weights = np.random.default_rng(0).integers(-127, 128, (200, 100))
    stored = MatrixEngine(loose.design, weights).program(Stream(0))
    changed = np.bitwise_count(((weights & 255) ^ (stored.weights & 255)).astype(np.uint8)).sum()
    bits = weights.size * 8
    assert abs(changed - 0.01 * bits) < 6 * np.sqrt(bits * 0.01 * 0.99)  # 6 sigma: false alarm 2e-9
    assert stored.weights.min() >= -128
    assert stored.weights.max() <= 127


def test_groups_on_digital_chips_are_matrices_one_after_another() -> None:
    """Products, steps and traffic are those of G single matrices; so are the bits that memory gets wrong."""
    chip = platform("nearmem-stt-22nm").vary(
        memory__check_bits=0, memory__cell__junction__stack__residual_write_error=0.01
    )
    rng = np.random.default_rng(0)
    weights, inputs = rng.integers(-127, 128, (5, 30, 3)), rng.integers(0, 256, (7, 150))
    grouped, singles = MatrixEngine(chip.design, weights), [MatrixEngine(chip.design, each) for each in weights]
    parts = np.split(inputs, 5, axis=1)
    counted = [one.events(part) for one, part in zip(singles, parts, strict=True)]
    assert grouped.events(inputs) == total({str(index): events for index, events in enumerate(counted)})
    assert grouped.weight_events().memory_bits_read == 5 * 30 * 3 * 8
    assert grouped.utilisation == singles[0].utilisation
    for stream in (None, Stream(1)):
        stored = grouped.program(stream)
        assert np.array_equal(stored.weights, weights) == (stream is None)
        each = [part @ matrix for part, matrix in zip(parts, stored.weights, strict=True)]
        np.testing.assert_array_equal(stored.multiply(inputs), np.concatenate(each, axis=1))


YAML = """
kind: chip
name: my-chip
extends: crossbar-stt-22nm
uses:
  crossbar:
    extends: stt-64x128
    design: {rows: 32, read_voltage: "0.2 V"}
"""


def test_a_users_file_makes_a_chip_without_touching_code(tmp_path: Path) -> None:
    path = tmp_path / "my-chip.yaml"
    path.write_text(YAML)
    chip = platform(path)
    assert chip.design.crossbar is not None
    assert (chip.design.crossbar.rows, chip.design.crossbar.read_voltage) == (32, 0.2)
    estimate = price(chip, runs_on(chip), draws=DRAWS)
    assert isinstance(estimate, Estimate)
    assert estimate.chip == "my-chip"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('read_voltage: "0.2 V"', "read_voltage: 0.2"), "without a unit"),
        (('read_voltage: "0.2 V"', 'read_voltage: "0.2 kg"'), "compatible with V"),
        (("rows: 32", "rowz: 32"), "Did you mean rows"),
        (("rows: 32", "rows: 0"), "from 1 to 4096"),
        (("rows: 32", "rows: 3.5"), "whole number"),
        (("extends: crossbar-stt-22nm", "extends: crossbar-sst-22nm"), "Did you mean crossbar-stt-22nm"),
        (("kind: chip", "kind: stack"), "must be chip"),
        (("name: my-chip", "name: !!python/object/apply:os.getcwd []"), "without tags"),
        (("name: my-chip", "name: my-chip\nname: twice"), "each key may stand once"),
        (("uses:", "usez:"), "Did you mean uses"),
        (("    extends: stt-64x128", "    values: {rows: 3}\n    extends: stt-64x128"), "must stand under one of"),
        (("  crossbar:", "  [broken"), "plain YAML"),
    ],
)
def test_a_users_mistakes_are_named(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    path = tmp_path / "my-chip.yaml"
    path.write_text(YAML.replace(*change))
    with pytest.raises(InputError, match=message):
        platform(path)
