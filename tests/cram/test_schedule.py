"""Schedules compute what their netlists mean, in few columns; runs give numbers and errors as asked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remanence.core.errors import InputError, UnknownNameError
from remanence.core.stream import Stream
from remanence.cram import GATES, Builder, Netlist, Program, run, schedule
from remanence.cram.program import MOVE, PRESET_0
from remanence.cram.scheduling.order import columns_needed
from remanence.cram.simulate import from_bits, to_bits


def ripple(bits: int) -> Netlist:
    """An adder of nine NAND gates a bit."""
    b = Builder(["NAND2"])
    x, y = b.input("x", bits), b.input("y", bits)

    def nand(*signals: int) -> int:
        return b.gate("NAND2", *signals)

    carry, total = 0, []
    for u, v in zip(x, y, strict=True):
        first = nand(u, v)
        half = nand(nand(u, first), nand(v, first))
        second = nand(half, carry)
        total.append(nand(nand(half, second), nand(carry, second)))
        carry = nand(second, first)
    b.output("sum", [*total, carry])
    return b.netlist()


@st.composite
def networks(draw: st.DrawFn) -> Netlist:
    """Random gates of any kind; constants among inputs and outputs."""
    b = Builder([each.name for each in GATES])
    signals = [0, 1, *b.input("x", draw(st.integers(1, 4))), *b.input("y", 2)]
    for _ in range(draw(st.integers(0, 25))):
        each = draw(st.sampled_from(GATES))
        if len(set(signals)) >= each.inputs:
            read = draw(st.lists(st.sampled_from(signals), min_size=each.inputs, max_size=each.inputs, unique=True))
            signals.append(b.gate(each.name, *read))
    b.output("z", draw(st.lists(st.sampled_from(signals), min_size=1, max_size=4)))
    b.output("w", [signals[-1]])
    return b.netlist()


@given(networks(), st.booleans(), st.integers(0, 99))
def test_a_schedule_computes_what_the_netlist_means(netlist: Netlist, keep: bool, seed: int) -> None:
    program = schedule(netlist, columns=60, keep_inputs=keep)
    bits = {name: Stream(seed).child(name).events(0.5, (70, len(word))) for name, word in netlist.inputs.items()}
    expected = netlist.evaluate(**bits)
    result = run(program, {name: from_bits(word, signed=False) for name, word in bits.items()})
    for name, word in expected.items():
        assert np.array_equal(result[name], from_bits(word, signed=False))
    gates = {name: number for name, number in program.counts().items() if not name.startswith("PRESET")}
    assert gates == netlist.counts()


def test_a_long_adder_fits_a_narrow_array_and_keeps_its_inputs() -> None:
    netlist = ripple(32)
    program = schedule(netlist, columns=64 + 33 + 9)
    x, y = (Stream(1).child(name).words(1000).astype(np.int64) for name in "xy")
    assert np.array_equal(run(program, {"x": x, "y": y})["sum"], x + y)
    reused = schedule(netlist, columns=64 + 10, keep_inputs=False)
    assert np.array_equal(run(reused, {"x": x, "y": y})["sum"], x + y)
    assert reused.step_count > program.step_count  # more batches of presets
    with pytest.raises(InputError, match="gates fit"):
        schedule(netlist, columns=64 + 9)
    with pytest.raises(InputError, match="inputs alone have 64"):
        schedule(netlist, columns=63)


def test_presets_come_in_batches() -> None:
    program = schedule(ripple(8), columns=200)
    assert program.step_count == program.gate_steps + 1
    assert program.counts()["PRESET0"] == program.gate_steps


def test_inputs_lie_where_they_are_wanted() -> None:
    program = schedule(ripple(2), columns=30, places={"y": (20, 7)})
    assert program.inputs == {"x": (0, 1), "y": (20, 7)}
    assert run(program, {"x": 3, "y": 2})["sum"][0] == 5
    for bad in ({"y": (1, 1)}, {"y": (40, 1)}, {"y": (1,)}, {"z": (1, 2)}):
        with pytest.raises(InputError, match="places"):
            schedule(ripple(2), columns=30, places=bad)


def test_an_error_rate_of_one_turns_every_outcome() -> None:
    b = Builder(["NAND2"])
    x = b.input("x", 2)
    b.output("z", [b.gate("NAND2", *x)])
    program = schedule(b.netlist(), columns=3)
    wrong = run(program, {"x": np.arange(4)}, errors={"NAND2": [0, 1, 0]})["z"]
    assert wrong.tolist() == [1, 0, 0, 0]
    assert run(program, {"x": np.arange(4)}, errors={"PRESET": 1.0})["z"].tolist() == [1, 1, 1, 1]
    with pytest.raises(UnknownNameError):
        run(program, {"x": 1}, errors={"NAND": [0, 0, 0]})
    with pytest.raises(InputError, match="must be 3 numbers"):
        run(program, {"x": 1}, errors={"NAND2": [0, 0]})


@given(st.integers(-70, 70), st.integers(1, 130))
def test_a_move_takes_a_column_down_the_rows(down: int, rows: int) -> None:
    program = Program(
        columns=2, opcodes=np.array([MOVE], np.int16), outputs_to=np.array([1], np.int32),
        fan_in=np.array([[0, down, -1, -1, -1]], np.int32), steps=np.array([0], np.int32),
        inputs={"x": (0,)}, outputs={"y": (1,), "x": (0,)},
    )  # fmt: skip
    x = Stream(rows).events(0.5, (rows,)).astype(np.int64)
    expected = np.array([x[row - down] if 0 <= row - down < rows else 0 for row in range(rows)])
    result = run(program, {"x": x})
    assert np.array_equal(result["y"], expected)
    assert np.array_equal(result["x"], x)


@given(st.integers(1, 70), st.booleans(), st.data())
def test_numbers_come_back_from_their_bits(width: int, signed: bool, data: st.DataObject) -> None:
    most = min(width - signed, 62)
    low = -(1 << most) if signed else 0
    numbers = np.array(data.draw(st.lists(st.integers(low, (1 << most) - 1), min_size=1, max_size=9)))
    bits = to_bits(numbers, width, signed)
    for row, number in zip(bits, numbers.tolist(), strict=True):
        assert sum(int(bit) << place for place, bit in enumerate(row)) == number % (1 << width)
    if width <= 63:
        assert np.array_equal(from_bits(bits, signed), numbers)


def test_numbers_that_do_not_fit_are_refused() -> None:
    program = schedule(ripple(2), columns=30)
    for bad in ({"x": 4, "y": 0}, {"x": -1, "y": 0}, {"x": 1.5, "y": 0}, {"x": 1}, {"x": [1, 2], "y": [1, 2, 3]}):
        with pytest.raises(InputError):
            run(program, bad)


def mixed(pairs: int) -> Netlist:
    """A chain of gates whose outputs start at 0 and at 1 in turn, each read again late."""
    b = Builder(["NAND2", "AND2"])
    signals = list(b.input("x", 6))
    for number in range(2 * pairs):
        signals.append(b.gate("NAND2" if number % 2 else "AND2", signals[-1], signals[number // 2]))
    b.output("z", signals[-3:])
    return b.netlist()


def test_presets_of_both_states_share_a_step_and_no_gate_starves() -> None:
    netlist = mixed(40)
    least = columns_needed(netlist, keep_inputs=False)
    x = np.arange(64)
    expected = run(schedule(netlist, columns=200), {"x": x})["z"]
    for columns in (least, least + 1, least + 10):
        program = schedule(netlist, columns=columns, keep_inputs=False)
        assert np.array_equal(run(program, {"x": x})["z"], expected)
        assert program.counts()["PRESET0"] + program.counts()["PRESET1"] == len(netlist)  # none is preset in vain
    steps = [set(program.opcodes[program.steps == step].tolist()) for step in range(program.step_count)]
    presets = [kinds for kinds in steps if kinds & {PRESET_0, PRESET_0 + 1}]
    assert all(kinds == {PRESET_0, PRESET_0 + 1} for kinds in presets[:-1])
    assert len(presets) < len(netlist) / 5
