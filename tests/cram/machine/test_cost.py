"""Costs: parts add up, a hand count of a gate, data against expectation, groups of rows, wear; and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.cram import asarray
from remanence.cram.cells.cell import Logiccell
from remanence.cram.machine.activity import activity, expected_activity
from remanence.cram.machine.array import Array, Logicarray
from remanence.cram.machine.cost import access, cost
from remanence.cram.netlist import Builder
from remanence.cram.program import PRESET_0, Program
from remanence.cram.schedule import schedule
from remanence.data import build

TODAY = build(Logiccell, "stt-45nm")
WIDE = replace(build(Logicarray, "standard"), most_current=1e3, bit_line_resistance=0.0)  # bears anything


def array(**fields: object) -> Array:
    given = {"cell": "stt-45nm", "limits": WIDE, "most_error": 0.05, **fields}
    return Array(**given)  # type: ignore[arg-type]


def nand() -> Program:
    builder = Builder({"NAND2"})
    a, b = builder.input("a", 1), builder.input("b", 1)
    builder.output("y", (builder.gate("NAND2", a[0], b[0]),))
    return schedule(builder.netlist(), columns=8)


def adder(bits: int = 8, columns: int = 64) -> Program:
    x = asarray(np.zeros(2, np.int64), bits)
    return (x + asarray(np.zeros(2, np.int64), bits)).program(columns=columns)


def test_parts_add_up_and_steps_hold_all_but_leakage() -> None:
    found = cost(adder(), array(columns=64), rows=700)
    assert found.energy == pytest.approx(sum(found.energy_parts.values()), rel=1e-12)
    assert found.latency == pytest.approx(float(found.step_time.sum()), rel=1e-12)
    without = found.energy - found.energy_parts["leakage"]
    assert float(found.step_energy.sum()) == pytest.approx(without, rel=1e-12)
    assert found.cell_energy < found.energy
    assert found.cell_latency < found.latency
    assert found.area == pytest.approx(sum(found.area_parts.values()), rel=1e-12)


def test_one_gate_by_hand() -> None:
    """NAND2 of two random bits: a quarter at z = 0, half at 1, a quarter at 2; the preset finds 0."""
    machine = array()
    found = cost(nand(), machine, rows=100)
    volts = machine.gates.sheets["NAND2"].voltage
    high = 3150.0 * 2.33
    ohms = [1 / (n / 3150.0 + (2 - n) / high) for n in (0, 1, 2)]
    amperes = np.array([volts / (r + 3150.0) for r in ohms])
    joules = 100 * volts * 3e-9 * float(np.array([0.25, 0.5, 0.25]) @ amperes)
    assert found.energy_parts["gates"] == pytest.approx(joules, rel=1e-9)
    preset = machine.preset_voltages[0] ** 2 / 3150.0 * 3e-9
    assert found.energy_parts["presets"] == pytest.approx(100 * preset, rel=1e-9)
    assert found.cell_latency == pytest.approx(6e-9, rel=1e-9)
    assert (found.steps, found.gate_steps, found.presets) == (2, 1, 1)


def test_a_run_of_zeros_takes_more_than_one_of_ones() -> None:
    machine, program = array(), nand()
    zeros = cost(program, machine, inputs={"a": np.zeros(50, np.int64), "b": np.zeros(50, np.int64)})
    ones = cost(program, machine, inputs={"a": np.ones(50, np.int64), "b": np.ones(50, np.int64)})
    low, high = machine.gates.sheets["NAND2"].energy[[0, 2]]
    assert ones.energy_parts["gates"] == pytest.approx(50 * low, rel=1e-12)
    assert zeros.energy_parts["gates"] == pytest.approx(50 * high, rel=1e-12)


def test_the_expectation_is_that_of_random_data() -> None:
    program = adder(4)
    every = np.arange(256)
    shares, rows = activity(program, {"x0": every % 16, "x1": every // 16})
    expected = expected_activity(program)
    assert rows == 256
    assert shares.sum(axis=1) == pytest.approx(1.0)
    assert expected.sum(axis=1) == pytest.approx(1.0)
    first = int(np.flatnonzero(program.opcodes < 18)[0])
    assert shares[first] == pytest.approx(expected[first])  # inputs are independent; later signals need not be
    assert np.abs(shares - expected).mean() < 0.05


def test_rows_run_in_groups_where_the_drivers_bear_no_more() -> None:
    program = nand()
    free = cost(program, array(), rows=1000)
    narrow = array(limits=replace(WIDE, most_current=1e-3))
    at_once = narrow.rows_at_once("NAND2")
    assert at_once == int(1e-3 / narrow.gates.sheets["NAND2"].current.max())
    held = cost(program, narrow, rows=1000)
    assert held.time_parts["gates"] == pytest.approx(-(-1000 // at_once) * free.time_parts["gates"], rel=1e-12)
    assert held.energy_parts["gates"] == pytest.approx(free.energy_parts["gates"], rel=1e-12)
    assert held.peak_current <= 1e-3


def test_bit_lines_of_storage_arrays_bear_hardly_a_row() -> None:
    thin = array(limits=replace(WIDE, bit_line_resistance=2e6))
    assert thin.rows_at_once("NAND2") <= 1
    with pytest.raises(InputError, match="rows at once"):
        array(limits=replace(WIDE, bit_line_resistance=1e7)).rows_at_once("NAND2")


def test_presets_that_do_not_share_a_step_take_one_each() -> None:
    program = adder()
    apart = cost(program, array(columns=64, limits=replace(WIDE, presets_per_step=1)), rows=64)
    assert apart.time_parts["presets"] == pytest.approx(apart.presets * 3e-9, rel=1e-12)
    assert apart.time_parts["presets"] > cost(program, array(columns=64), rows=64).time_parts["presets"]


def test_wear_follows_the_busiest_column() -> None:
    machine, program = array(columns=40), adder(columns=40)
    writes = machine.writes(program)
    assert writes.sum() == len(program)
    life = machine.lifetime(program, rate=1e6)
    assert life == pytest.approx(1e12 / (1e6 * writes.max()), rel=1e-12)
    wide = array(columns=1024)
    assert wide.lifetime(adder(columns=1024), rate=1e6) > life


def test_more_arrays_share_the_rows() -> None:
    one, four = (cost(nand(), array(), rows=rows) for rows in (1024, 4096))
    assert (one.arrays, four.arrays) == (1, 4)
    assert four.latency == pytest.approx(one.latency, rel=1e-12)
    assert four.area == pytest.approx(4 * one.area, rel=1e-12)
    assert four.energy_parts["gates"] == pytest.approx(4 * one.energy_parts["gates"], rel=1e-12)
    assert cost(nand(), array(), rows=512).utilisation["rows"] == 0.5


def test_loading_and_reading_are_told_apart() -> None:
    found = access(adder(), array(columns=64), rows=64)
    more = access(adder(), array(columns=64), rows=128)
    assert more.write_energy == pytest.approx(2 * found.write_energy, rel=1e-12)
    assert more.read_time == pytest.approx(2 * found.read_time, rel=1e-12)
    assert found.read_energy < found.write_energy


def test_a_preset_reaches_its_error() -> None:
    """A normal law of width w: the current is I_c (1 + 4.7534 w) for 1e-6."""
    volts = array().preset_voltages
    wanted = 50e-6 * (1 + 4.753424 * 0.0418)
    assert volts[1] == pytest.approx(wanted * 3150.0, rel=1e-6)
    assert volts[0] == pytest.approx(wanted * 3150.0 * 2.33, rel=1e-6)


def test_what_cannot_run_is_refused() -> None:
    with pytest.raises(InputError, match="columns"):
        cost(adder(columns=64), array(columns=32))
    builder = Builder({"MAJ5"})
    word = builder.input("a", 5)
    builder.output("y", (builder.gate("MAJ5", *word),))
    with pytest.raises(InputError, match="MAJ5"):
        cost(schedule(builder.netlist(), columns=8), array())
    with pytest.raises(InputError, match="rows"):
        cost(nand(), array(), rows=0)
    with pytest.raises(InputError, match="must be"):
        cost(nand(), array(), inputs={"a": 1})
    with pytest.raises(InputError, match="must be one of"):
        Array(cell="sram-6t")
    with pytest.raises(InputError, match="rate"):
        array().lifetime(nand(), rate=0.0)


def test_one_transistor_cells_want_other_parity() -> None:
    one = array(cell=replace(TODAY, topology="1T1M"), names=("NOT",))
    builder = Builder({"NOT"})
    (bit,) = builder.input("a", 1)
    builder.output("y", (builder.gate("NOT", bit),))
    one.check(schedule(builder.netlist(), columns=2, places={"a": (0,)}))
    with pytest.raises(InputError, match="parity"):
        one.check(schedule(builder.netlist(), columns=3, places={"a": (2,)}))


@pytest.mark.parametrize("ends", [1.0, 2.0])
def test_the_drop_along_bit_lines_leaves_half_of_half_the_window(ends: float) -> None:
    machine = array(limits=replace(WIDE, bit_line_resistance=7e4, line_ends=ends), rows=512)
    sheet = machine.gates.sheets["NAND2"]
    room = 0.5 * 0.5 * float(sheet.window.high - sheet.window.low)
    length = 512 * machine.size[1]
    both = float(sheet.current.max()) * 1.5  # half of the current in each input, all of it in the output
    rows = machine.rows_at_once("NAND2")
    assert rows * 0.5 * 7e4 * length * both / ends**2 <= room < (rows + 1) * 0.5 * 7e4 * length * both / ends**2


def test_presets_reach_the_far_end_of_their_lines() -> None:
    """A ladder of so many rows, driven at both ends: the least cell still gets the voltage of a sure preset."""
    machine = Array(rows=1024, columns=64, names=("NOT", "NAND2"))
    bears, (_, high) = machine.bears, machine.size
    for state in (0, 1):
        rows = machine.rows_at_once(f"PRESET{state}")
        amperes = max(machine.preset_current(state, old) for old in (0, 1))
        lift = machine.preset_lift(state, rows)
        assert 1 < rows < 100
        assert lift <= float(bears.most_lift) < machine.preset_lift(state, rows + 1)
        piece = float(bears.bit_line_resistance) * high * 1024 / rows
        ladder = (2.0 * np.eye(rows - 1) - np.eye(rows - 1, k=1) - np.eye(rows - 1, k=-1)) / piece
        lost = 2.0 * np.linalg.solve(ladder, np.full(rows - 1, amperes)).max()  # both lines
        assert lost == pytest.approx(lift * machine.preset_voltages[state], rel=0.06)


def test_presets_cost_what_the_drivers_give_more() -> None:
    machine, bare = array(rows=1024, limits="standard"), array(rows=1024)
    lift = 1.0 + machine.preset_lift(0, machine.rows_at_once("PRESET0"))
    taken, free = (cost(nand(), one, rows=1000) for one in (machine, bare))
    assert taken.energy_parts["presets"] == pytest.approx(lift**2 * free.energy_parts["presets"], rel=1e-9)
    groups = -(-1000 // machine.rows_at_once("PRESET0"))
    assert taken.time_parts["presets"] == pytest.approx(groups * 3e-9, rel=1e-9)
    assert taken.peak_current <= float(machine.bears.most_current)


def test_presets_of_both_states_in_a_step_cost_the_same_in_any_order() -> None:
    """The state that draws more current decides how many columns share a pulse, wherever it stands."""
    machine = array(rows=256, limits="standard", names=("NAND2", "AND2"), most_error=0.5)
    found = []
    for states in ((0, 0, 0, 1), (1, 0, 0, 0)):
        program = Program(
            opcodes=np.array([PRESET_0 + state for state in states], np.int16),
            outputs_to=np.arange(4, dtype=np.int32), fan_in=np.full((4, 5), -1, np.int32),
            steps=np.zeros(4, np.int32), inputs={}, outputs={"y": (0, 1, 2, 3)}, columns=4,
        )  # fmt: skip
        found.append(cost(program, machine, rows=256))
    assert found[0].latency == found[1].latency
    assert found[0].peak_current == found[1].peak_current


@pytest.mark.parametrize("given", [{"rows": 0}, {"rows": 2.5}, {"columns": 0}, {"columns": 1}, {"rows": -1}])
def test_an_array_of_no_size_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="must be a whole number from"):
        Array(**given)


def test_an_unknown_cell_is_told_the_sets() -> None:
    with pytest.raises(InputError, match="Did you mean stt-45nm"):
        Array(cell="stt-45")


def test_a_published_set_states_its_own_pulse() -> None:
    with pytest.raises(InputError, match="one beside a published set"):
        Array(cell="stt-45nm", pulse="5 ns")
