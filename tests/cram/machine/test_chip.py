"""Chips: rounds, turns under a current limit, the bus; arrays with lines along columns; disturb over a whole run."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from remanence.circuit import Node, route, tree_path
from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.cram import asarray
from remanence.cram.cells.cell import Logiccell
from remanence.cram.compiler.compile import compile as compiled
from remanence.cram.gates import LARGEST_FAN_IN
from remanence.cram.machine.array import Array, Logicarray
from remanence.cram.machine.chip import Chip, Logicchip
from remanence.cram.machine.cost import Cost, access, cost
from remanence.cram.machine.row_access import row_access
from remanence.cram.machine.sequence import Sequence
from remanence.cram.program import COPY, MOVE, PRESET_0, Program
from remanence.data import build

LIMITS, STANDARD = build(Logicarray, "standard"), build(Logicchip, "standard")


@cache
def one(rows: int = 256, columns: int = 64, *, column_lines: bool = False) -> Array:
    return Array(rows=rows, columns=columns, cell="stt-45nm", names=("NOT", "NAND2"), column_lines=column_lines)


@cache
def adder() -> Program:
    x, y = (asarray(np.zeros(2, np.int64), 4) for _ in range(2))
    return (x + y).program(columns=64)


def test_rows_beyond_the_capacity_run_in_rounds() -> None:
    chip = Chip(array=one(), arrays=4)
    full, more = (cost(adder(), chip, rows=rows) for rows in (1024, 2 * 1024 + 300))
    rest = cost(adder(), chip, rows=300)
    assert (full.rounds, more.rounds, rest.rounds) == (1, 3, 1)
    assert more.latency == pytest.approx(2 * full.latency + rest.latency, rel=1e-12)
    assert more.energy == pytest.approx(2 * full.energy + rest.energy, rel=1e-12)
    assert more.area == full.area == pytest.approx(4 * sum(one().area.values()), rel=1e-12)
    assert more.utilisation["rows"] == pytest.approx((2048 + 300) / (3 * 1024), rel=1e-12)
    assert more.utilisation["arrays"] == pytest.approx((4 + 4 + 2) / 12, rel=1e-12)
    assert more.most_writes == 3 * full.most_writes
    assert more.expected_errors == pytest.approx((2348 / 1024) * full.expected_errors, rel=1e-12)
    assert float(more.step_time.sum()) == pytest.approx(
        more.latency - more.time_parts["loading"] - more.time_parts["reading"], rel=1e-12
    )  # fmt: skip


def test_a_chip_pays_for_loading_reading_and_the_rest_of_its_arrays() -> None:
    chip = Chip(array=one(), arrays=4)
    alone, found, moved = cost(adder(), one(), rows=200), cost(adder(), chip, rows=200), access(adder(), chip, rows=200)
    assert found.energy_parts["loading"] == moved.write_energy > access(adder(), one(), rows=200).write_energy
    assert found.time_parts["reading"] == moved.read_time
    for part in ("gates", "presets", "regulator", "lines and drivers"):
        assert found.energy_parts[part] == pytest.approx(alone.energy_parts[part], rel=1e-12)
    assert found.energy_parts["leakage"] == pytest.approx(chip.leakage * found.latency, rel=1e-12)
    assert "loading" in str(found)
    assert "loading" not in str(alone)
    words = asarray(np.arange(200) % 16, 4) + asarray(np.arange(200) % 7, 4)
    assert words.cost(chip).energy_parts["loading"] == pytest.approx(moved.write_energy, rel=1e-12)


def test_a_step_that_draws_too_much_runs_in_turns() -> None:
    free = cost(adder(), Chip(array=one(), arrays=4, limits=replace(STANDARD, most_current=100.0)), rows=1024)
    assert free.total_current == pytest.approx(4 * free.peak_current, rel=1e-12)
    tight = replace(STANDARD, most_current=2.5 * free.peak_current)
    held = cost(adder(), Chip(array=one(), arrays=4, limits=tight), rows=1024)
    assert held.total_current <= 2.5 * free.peak_current
    assert free.time_parts["presets"] < held.time_parts["presets"] <= 2 * free.time_parts["presets"]
    assert held.energy_parts["gates"] == free.energy_parts["gates"]
    scarce = Chip(array=one(), arrays=4, limits=replace(STANDARD, most_current=0.9 * free.peak_current))
    with pytest.raises(InputError, match="one array"):
        cost(adder(), scarce, rows=1024)


def test_the_bus_is_a_tree_of_repeated_wires() -> None:
    chip = Chip(array=one(), arrays=16)
    node = one().node
    assert isinstance(node, Node)
    metal = route(node, LIMITS.periphery, temperature=one().temperature)
    way = tree_path(sum(chip.area.values()), 16)
    assert way == pytest.approx(0.75 * np.sqrt(chip.number * sum(one().area.values())), rel=1e-12)
    assert chip.bus.bit_energy == pytest.approx(float(metal.energy) * way, rel=1e-12)
    assert chip.bus.time(257) == pytest.approx(chip.bus.latency + 2e-9, rel=1e-12)
    assert Chip(array=one(), arrays=1).bus.bit_energy == 0.0


def test_rows_that_move_into_another_array_go_over_the_bus() -> None:
    total = asarray(np.ones(512, np.int64), 4).sum(axis=0)
    chip = Chip(array=one(), arrays=2)
    program = total.program(columns=64)
    found = cost(program, chip, rows=512)
    bits = sum(min(abs(int(down)), 256) for down in program.fan_in[program.opcodes == MOVE, 1])
    assert program.counts()["MOVE"] == np.count_nonzero(program.opcodes == MOVE)
    wanted = 2 * bits * chip.bus.bit_energy
    plain = cost(program, one(), rows=512)
    assert found.energy_parts["moves"] - plain.energy_parts["moves"] == pytest.approx(wanted, rel=1e-9)
    with pytest.raises(InputError, match="holds 512 at once"):
        cost(program, chip, rows=513)


def test_copies_beside_each_other_go_over_the_bus() -> None:
    listed = [(PRESET_0, 2, 0), (COPY, 65, 3), (COPY, 66, 4), (PRESET_0, 5, 0)]
    fan_in = np.full((4, LARGEST_FAN_IN), -1, np.int32)
    fan_in[:, 0] = [each[2] for each in listed]
    program = Program(
        columns=70, opcodes=np.array([each[0] for each in listed], np.int16),
        outputs_to=np.array([each[1] for each in listed], np.int32), fan_in=fan_in, inputs={}, outputs={}, width=64,
        steps=np.array([0, 1, 1, 2], np.int32),
    )  # fmt: skip
    chip = Chip(array=one(), arrays=32)
    found, plain = cost(program, chip, rows=16 * 256), cost(program, one(), rows=16 * 256)
    more = 2 * 2 * 16 * 256 * chip.bus.bit_energy
    assert found.energy_parts["moves"] - plain.energy_parts["moves"] == pytest.approx(more, rel=1e-9)
    assert found.time_parts["moves"] == pytest.approx(16 * 256 * chip.bus.cycle + 2 * chip.bus.latency, rel=1e-9)
    assert plain.time_parts["moves"] < found.time_parts["moves"]
    step = Sequence(chip).program(program).cost().steps[0]
    assert step.bus_energy == pytest.approx(more, rel=1e-9)
    assert step.on_bus
    assert step.time == pytest.approx(found.latency, rel=1e-9)
    with pytest.raises(InputError, match="the chip has 1"):
        cost(program, Chip(array=one(), arrays=1), rows=2)


def test_a_chip_goes_where_an_array_goes() -> None:
    chip = Chip(array=one(), arrays=4)
    made = compiled(lambda a, b: a ^ b, arguments={"a": 2, "b": 2}, gates=chip)
    assert made.columns == 64
    assert made.rates == one().errors
    given = {"a": np.arange(512) % 4, "b": 3}
    assert np.array_equal(made.run(given, errors=chip, seed=4)["y"], made.run(given, errors=one(), seed=4)["y"])


def test_lines_along_columns_take_room_and_load_the_lines() -> None:
    plain, both = one(), one(column_lines=True)
    assert both.size[0] == plain.size[0]
    assert both.size[1] == pytest.approx(1.5 * plain.size[1], rel=1e-12)  # three transistors in place of two
    assert sum(both.area.values()) > 1.5 * sum(plain.area.values()) * 0.9
    assert both.area["row select"] > 0 < both.area["logic-line drivers"]
    assert float(both.drivers.bit_capacitance) > 1.5 * float(plain.drivers.bit_capacitance)
    assert both.leakage > plain.leakage
    turned = both.turned
    assert (turned.height, turned.breadth, turned.size) == (64, 256, both.size[::-1])
    assert turned.turned.size == both.size
    with pytest.raises(InputError, match="column_lines"):
        _ = plain.turned


def test_lines_of_a_junction_along_columns_are_straps() -> None:
    junction_array = Array(rows=64, columns=32, cell="cram-2t1mtj", pulse=50e-9, process=None, column_lines=True,
                           most_error=0.4)  # fmt: skip
    per_length = float(junction_array.bears.bit_line_resistance)
    across, high = junction_array.size
    assert float(junction_array.line.line_resistance) == pytest.approx(32 * across * per_length / 3, rel=1e-9)
    assert (
        0.0 < junction_array.rest_error < 1e-18
    )  # held where the curve is no longer followed: too much, still nothing
    assert float(junction_array.turned.line.line_resistance) == pytest.approx(64 * high * per_length / 3, rel=1e-9)


def test_a_line_bears_so_many_rows_and_columns_at_once() -> None:
    """The drop along a driven line: N R (I_in + I_out)/2 over 4 ends squared; half of half the window is allowed."""
    for machine, length in ((one(512, 512), 512), (one(512, 512, column_lines=True).turned, 512)):
        sheet = machine.gates.sheets["NAND2"]
        peak = float(sheet.current.max())
        line = float(LIMITS.bit_line_resistance) * machine.size[1] * length
        room = 0.25 * float(sheet.window.high - sheet.window.low)
        by_drop = room / (0.5 * line * 1.5 * peak / 4.0)
        assert machine.rows_at_once("NAND2") == min(int(by_drop), int(0.1 / peak), length)
    assert max(sheet.gate.inputs for sheet in one().gates.sheets.values()) <= LARGEST_FAN_IN
    weak = Array(rows=256, columns=64, cell="stt-45nm", names=("NOT", "NAND2"),
                 limits=replace(LIMITS, most_current=1e-3, bit_line_resistance=0.0))  # fmt: skip
    peak = float(weak.gates.sheets["NAND2"].current.max())
    assert weak.rows_at_once("NAND2") == int(1e-3 / peak) < 256
    found = cost(adder(), weak, rows=256)
    assert found.peak_current <= 1e-3
    assert found.latency > cost(adder(), one(), rows=256).latency


def test_disturb_is_counted_over_a_whole_run() -> None:
    """Inputs: of each gate, over its rows; cells at rest: those on driven lines that the pulse is not for."""
    machine = one(64, 64)
    found = cost(adder(), machine, rows=64)
    shares = {1: np.array([0.5, 0.5]), 2: np.array([0.25, 0.5, 0.25])}
    sheets = machine.gates.sheets
    most = sum(number * sheets[name].input_errors.max() for name, number in found.gates.items() if name in sheets)
    assert 0 < found.expected_disturbs["inputs"] <= 64 * most
    twice = cost(adder(), machine, rows=128)
    assert twice.expected_disturbs["inputs"] == pytest.approx(2 * found.expected_disturbs["inputs"], rel=1e-12)
    first = sheets["NAND2"].input_errors @ shares[2]
    assert found.expected_disturbs["inputs"] > 64 * first  # one gate of many finds random bits for sure
    assert machine.disturbs(adder())["at rest"] < 1e-3
    wide = build(Logiccell, "stt-45nm")
    loose = Array(rows=64, columns=64, cell=replace(wide, width=0.3), names=("NOT", "NAND2"), most_error=0.45,
                  limits=replace(LIMITS, most_current=1.5e-3))  # fmt: skip
    assert loose.rows_at_once("NAND2") < 64
    pulses = {"NOT": 2, "NAND2": 3}
    seen = cost(adder(), loose, rows=64)
    expected = 0.0
    for name, number in seen.gates.items():
        groups = -(-64 // loose.rows_at_once(name))
        expected += number * (pulses[name] * (groups - 1) * 64 + 64 * (64 - pulses[name]))
    groups = max(-(-64 // loose.rows_at_once(f"PRESET{state}")) for state in (0, 1))
    expected += seen.presets * ((groups - 1) * 64 + 64 * 63)
    assert loose.rest_error == pytest.approx(4.3e-4, rel=0.02)  # Phi(-1/0.3)
    assert seen.expected_disturbs["at rest"] == pytest.approx(expected * loose.rest_error, rel=1e-9)


def test_instructions_of_different_arrays_run_at_once_where_controllers_are() -> None:
    own = Chip(array=one(column_lines=True), arrays=4)
    shared = Chip(array=one(column_lines=True), arrays=4, controllers=1)

    def made(chip: Chip) -> Sequence:
        both = Sequence(chip)
        for array in range(4):
            both = both.program(adder(), arrays=array)
        return both

    once = made(own).cost()
    turns = made(shared).cost()
    step = once.steps[0].time
    assert once.latency == pytest.approx(step, rel=1e-12)
    assert turns.latency == pytest.approx(4 * step, rel=1e-12)
    assert turns.busy == pytest.approx(1.0, rel=1e-12)
    broadcast = Sequence(shared).program(adder()).cost()
    assert broadcast.latency == pytest.approx(step, rel=1e-12)
    assert sum(each.energy for each in broadcast.steps) == pytest.approx(
        sum(each.energy for each in once.steps), rel=1e-9
    )
    tight = Chip(array=own.one, arrays=4, limits=replace(STANDARD, most_current=1.5 * once.steps[0].current))
    assert made(tight).cost().latency == pytest.approx(4 * step, rel=1e-12)
    assert made(tight).cost().peak_current <= 1.5 * once.steps[0].current
    assert Sequence(tight).program(adder()).cost().latency == pytest.approx(4 * step, rel=1e-12)


def test_a_run_of_a_sequence_costs_what_its_program_does() -> None:
    chip = Chip(array=one(), arrays=1)
    found = Sequence(chip).program(adder()).cost()
    alone = cost(adder(), one(), rows=256)
    assert found.latency == pytest.approx(alone.latency, rel=1e-12)
    assert found.steps[0].energy == pytest.approx(alone.energy - alone.energy_parts["leakage"], rel=1e-12)
    assert found.energy == pytest.approx(sum(found.energy_parts.values()), rel=1e-12)
    assert found.steps[0].expected_errors == pytest.approx(alone.expected_errors, rel=1e-12)
    rng = np.arange(256)
    given = {"x": rng % 16, "y": rng // 16}
    words = Sequence(chip).write("x", adder().inputs["x0"]).write("y", adder().inputs["x1"]).program(adder())
    on_data: Cost = cost(adder(), one(), inputs={"x0": given["x"], "x1": given["y"]})
    assert words.cost(given).steps[2].energy == pytest.approx(
        on_data.energy - on_data.energy_parts["leakage"], rel=1e-9
    )


def test_rows_are_read_and_written_one_after_the_other() -> None:
    chip = Chip(array=one(), arrays=4)
    row = row_access(one(), 8, 8)
    made = (
        Sequence(chip)
        .move_rows(range(10), range(10, 20), columns=range(8))
        .copy(0, 1, rows=range(10), columns=range(8))
    )
    moved, copied = made.cost().steps
    assert moved.time == pytest.approx(10 * (row.read_time + row.write_time), rel=1e-12)
    assert moved.energy == pytest.approx(4 * 10 * (row.read_energy + row.write_energy), rel=1e-12)
    assert not moved.on_bus
    assert copied.on_bus
    assert copied.bus_energy == pytest.approx(2 * 80 * chip.bus.bit_energy, rel=1e-12)
    write = Sequence(chip).write("x", range(8), arrays=range(4)).cost().steps[0]
    assert write.time >= 256 * row_access(one(), 0, 8).write_time
    one_by_one = (
        Sequence(Chip(array=one(), arrays=4, controllers=2)).write("x", range(8), arrays=range(4)).cost().steps[0]
    )
    assert one_by_one.time == pytest.approx(2 * 256 * row_access(one(), 0, 8).write_time, rel=1e-12)
    narrow = Array(
        rows=8, columns=64, cell="stt-45nm", names=("NOT", "NAND2"), limits=replace(LIMITS, most_current=1e-3)
    )
    pulse = float(narrow.line.pulse)
    assert row_access(narrow, 0, 64).write_time > row_access(narrow, 0, 1).write_time + 3 * pulse
    assert row_access(narrow, 0, 64).write_current <= 1e-3


def test_chips_that_make_no_sense_are_refused() -> None:
    with pytest.raises(InputError, match="arrays: got 0; must be a whole number from 1"):
        Chip(array=one(), arrays=0)
    with pytest.raises(InputError, match="divide"):
        Chip(array=one(), arrays=4, controllers=3)
    with pytest.raises(InputError, match="1 to 1024"):
        access(adder(), Chip(array=one(), arrays=4), rows=1025)
    assert Chip(arrays=2).groups == 2


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: Array(rows=1.5), "rows: got 1.5; must be a whole number"),  # type: ignore[arg-type]
        (lambda: Array(rows=0), "rows: got 0; must be a whole number from 1"),
        (lambda: Array(columns=0), "columns: got 0; must be a whole number from 2"),
        (lambda: Array(segment=2.5), "segment: got 2.5"),  # type: ignore[arg-type]
        (lambda: Chip(array=one(), arrays=2.5), "arrays: got 2.5"),  # type: ignore[arg-type]
        (lambda: Array(cell="nope"), "known names are: cram-2t1mtj, she-10nm"),
    ],
)
def test_numbers_that_are_not_whole_are_refused(made: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        made()
