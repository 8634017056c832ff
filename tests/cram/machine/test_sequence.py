"""Sequences: packed bits equal plain NumPy on random sequences; hand-made cases; wear; files; and what is refused."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.declare import replace
from remanence.core.errors import BackendError, InputError
from remanence.core.stream import Stream
from remanence.cram.cells.cell import Logiccell
from remanence.cram.compiler.compile import compile as compiled
from remanence.cram.gates import LARGEST_FAN_IN, OPCODES
from remanence.cram.machine.array import Array
from remanence.cram.machine.chip import Chip
from remanence.cram.machine.execute import execute
from remanence.cram.machine.sequence import Sequence
from remanence.cram.netlist import Builder
from remanence.cram.program import COPY, MOVE, PRESET_0, PRESET_1, Program
from remanence.cram.schedule import schedule
from remanence.data import build

ROWS, COLUMNS = 140, 66


@cache
def chip(arrays: int = 3, controllers: int = 0, rows: int = ROWS, columns: int = COLUMNS) -> Chip:
    array = Array(rows=rows, columns=columns, cell="stt-45nm", column_lines=True, names=("NOT", "NAND2"))
    return Chip(array=array, arrays=arrays, controllers=controllers)


def program(*listed: tuple[int, int, tuple[int, ...]], columns: int = 8, width: int = 0) -> Program:
    """Instructions (opcode, output, what is read), a step each."""
    fan_in = np.full((len(listed), LARGEST_FAN_IN), -1, np.int32)
    for place, (_, _, read) in enumerate(listed):
        fan_in[place, : len(read)] = read
    return Program(
        columns=columns, opcodes=np.array([each[0] for each in listed], np.int16),
        outputs_to=np.array([each[1] for each in listed], np.int32), fan_in=fan_in,
        steps=np.arange(len(listed), dtype=np.int32), inputs={}, outputs={}, width=width,
    )  # fmt: skip


NAND, NOT = OPCODES["NAND2"], OPCODES["NOT"]
GATES = program((PRESET_0, 4, ()), (NAND, 4, (0, 1)), (PRESET_0, 5, ()), (NOT, 5, (4,)), (PRESET_1, 6, ()))
MOVES = program((PRESET_0, 3, ()), (NOT, 3, (0,)), (MOVE, 4, (3, 5)), (MOVE, 2, (1, -7)), (MOVE, 6, (1, 69)))
BESIDE = program((PRESET_0, 3, ()), (NOT, 3, (0,)), (COPY, COLUMNS + 1, (3,)), (PRESET_0, COLUMNS + 4, ()),
                 (NAND, COLUMNS + 4, (COLUMNS, COLUMNS + 1)), columns=COLUMNS + 5, width=COLUMNS)  # fmt: skip


def start(seed: int, machine: Chip) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    shape = machine.number, machine.height, machine.breadth
    return np.asarray(Stream(seed).words(int(np.prod(shape))) % 2 == 1, np.bool_).reshape(shape)


@st.composite
def sequences(draw: st.DrawFn) -> Sequence:
    made = Sequence(chip())
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["rows", "columns", "moves", "beside", "move_rows", "move_columns", "copy"]))
        first = draw(st.integers(0, 50))
        lanes = range(first, draw(st.integers(first + 1, COLUMNS if kind == "columns" else ROWS)))
        arrays = draw(st.permutations([0, 1, 2]))[: draw(st.integers(1, 3))]
        if kind in ("rows", "columns"):
            at = draw(st.integers(0, (COLUMNS if kind == "rows" else ROWS) - 8))
            made = made.program(GATES, lanes=lanes, arrays=arrays, parallel=kind, first=at)
        elif kind == "moves":
            made = made.program(MOVES, lanes=lanes, arrays=arrays, first=draw(st.integers(0, COLUMNS - 8)))
        elif kind == "beside":
            made = made.program(BESIDE, lanes=lanes, arrays=draw(st.permutations([0, 1, 2]))[:2])
        else:
            size = draw(st.integers(1, 20))
            source, target = (draw(st.permutations(range(COLUMNS)))[:size] for _ in range(2))
            if kind == "move_rows":
                target = [row for row in target if row not in source] or [ROWS - 1]
                made = made.move_rows(source[: len(target)], target, columns=range(size), arrays=arrays)
            elif kind == "move_columns":
                made = made.move_columns(source, target, rows=lanes, arrays=arrays)
            else:
                made = made.copy(0, 1, rows=source, target_rows=target, columns=target, target_columns=source)
    return made


@settings(max_examples=60, deadline=None)
@given(sequences(), st.integers(0, 1000))
def test_packed_bits_equal_plain_numpy(made: Sequence, seed: int) -> None:
    held = start(seed, made.machine)
    packed = execute(made, {}, start=held)[1]
    plain = execute(made, {}, start=held, backend="reference")[1]
    assert np.array_equal(packed, plain)


def test_lanes_outside_a_run_keep_what_they_hold() -> None:
    held = start(3, chip())
    after = execute(Sequence(chip()).program(GATES, lanes=range(10, 20), arrays=1), {}, start=held)[1]
    changed = np.argwhere(after != held)
    assert set(changed[:, 0]) == {1}
    assert 10 <= changed[:, 1].min() <= changed[:, 1].max() < 20
    assert np.array_equal(after[1, 10:20, 4], ~(held[1, 10:20, 0] & held[1, 10:20, 1]))


def test_along_columns_rows_are_the_operands() -> None:
    held = start(4, chip())
    made = Sequence(chip()).program(GATES, lanes=range(5, 60), arrays=2, parallel="columns", first=30)
    after = execute(made, {}, start=held)[1]
    assert np.array_equal(after[2, 34, 5:60], ~(held[2, 30, 5:60] & held[2, 31, 5:60]))
    assert np.array_equal(after[2, 34, :5], held[2, 34, :5])
    assert np.array_equal(after[:2], held[:2])


def test_numbers_go_in_and_come_out_over_several_arrays() -> None:
    x = np.arange(-210, 210)
    made = Sequence(chip()).write("x", range(10, 19), arrays=[2, 0, 1], signed=True)
    made = made.read("y", range(10, 19), arrays=[2, 0, 1], signed=True).read("z", [10, 11], rows=[7, 3], bits=True)
    found = made.run({"x": x})
    assert np.array_equal(found["y"], x)
    low = x[ROWS + np.array([7, 3])]  # array 0 is the second
    assert np.array_equal(found["z"], np.stack([low & 1, low >> 1 & 1], axis=1).astype(np.bool_))


def test_counting_bits_of_columns_equals_numpy() -> None:
    count = compiled(lambda x: x.popcount(), arguments={"x": 24}, columns=ROWS)
    bits = start(5, chip())[0, :24]
    made = Sequence(chip()).write("bits", range(COLUMNS), rows=count.inputs["x"])
    made = made.program(count, arrays=0, parallel="columns").read(
        "n", range(COLUMNS), rows=count.outputs["y"], bits=True
    )
    for backend in ("cpu", "reference"):
        found = made.run({"bits": bits}, backend=backend)["n"]
        assert np.array_equal((1 << np.arange(len(found))) @ found, bits.sum(axis=0))


def test_errors_are_those_of_the_gates_and_depend_on_the_seed_and_instruction() -> None:
    rate = {"NAND2": [0.1, 0.1, 0.1]}
    large = chip(1, 0, 1024, 8)
    held = np.zeros((1, 1024, 8), np.bool_)
    twice = Sequence(large).program(GATES).program(GATES, first=0)
    after = execute(twice, {}, start=held, errors=rate, seed=1)[1]
    wrong = int(np.count_nonzero(~after[0, :, 4]))
    assert 60 < wrong < 150  # 102 expected, five standard deviations of 9.6
    assert np.array_equal(execute(twice, {}, start=held, errors=rate, seed=1)[1], after)
    once = execute(Sequence(large).program(GATES), {}, start=held, errors=rate, seed=1)[1]
    assert not np.array_equal(once, after)  # the second run draws its own
    assert not np.array_equal(execute(twice, {}, start=held, errors=rate, seed=2)[1], after)


def test_inputs_that_gates_turn_over_stay_so_inside_the_lanes() -> None:
    held = np.ones((1, 100, 8), np.bool_)
    made = Sequence(chip(1, 0, 100, 8)).program(GATES, lanes=range(20, 50))
    after = execute(made, {}, start=held, errors={"NAND2.inputs": [1.0, 1.0, 1.0]}, seed=1)[1]
    assert not after[0, 20:50, :2].any()  # to the preset of the gate
    assert after[0, :20, :2].all()
    assert after[0, 50:, :2].all()


def test_wear_counts_every_pulse_where_it_falls() -> None:
    made = Sequence(chip()).program(GATES, lanes=range(10, 20), arrays=1, first=3)
    counts = made.writes()
    assert counts.shape == (3, ROWS, COLUMNS)
    assert np.array_equal(counts[1, 10], np.bincount([7, 7, 8, 8, 9], minlength=COLUMNS))
    assert counts.sum() == 5 * 10
    turned = Sequence(chip()).program(GATES, lanes=range(10, 20), arrays=1, first=3, parallel="columns").writes()
    assert np.array_equal(turned[1, :COLUMNS, 10], counts[1, 10])
    more = made.write("x", [7], rows=[10, 30], arrays=1).move_rows(0, 10, columns=[7], arrays=1).copy(0, 1, columns=[7])
    assert more.writes()[1, [10, 11, 30], 7].tolist() == [2 + 1 + 1 + 1, 2 + 1, 1 + 1]
    beside = Sequence(chip()).program(BESIDE, arrays=[2, 0]).writes()
    assert beside[2, 0].tolist() == np.bincount([3, 3], minlength=COLUMNS).tolist()
    assert beside[0, 0].tolist() == np.bincount([1, 4, 4], minlength=COLUMNS).tolist()
    endurance = float(chip().one.bears.endurance)
    assert more.lifetime(rate=10.0) == pytest.approx(endurance / 50.0, rel=1e-12)


def test_a_file_brings_the_same_sequence_back(tmp_path: Path) -> None:
    made = Sequence(chip()).write("x", range(3), arrays=[0, 1]).program(GATES).program(GATES, lanes=range(4), arrays=0)
    made = made.program(MOVES, parallel="rows").move_columns([1, 2], [2, 1]).copy(0, 2).read("y", 4, arrays=2)
    made.save(tmp_path / "a.seq")
    back = Sequence.load(tmp_path / "a.seq", chip())
    assert back.listing() == made.listing()
    assert back.counts() == made.counts() == {"WRITE": 1, "RUN": 3, "MOVE COLUMNS": 1, "COPY": 1, "READ": 1}
    given = {"x": np.arange(2 * ROWS) % 8}
    assert np.array_equal(back.run(given)["y"], made.run(given)["y"])
    with pytest.raises(InputError, match="instruction 0"):
        Sequence.load(tmp_path / "a.seq", chip(1))
    (tmp_path / "b.seq").write_bytes((tmp_path / "a.seq").read_bytes()[:200])
    with pytest.raises(InputError, match="whole sequence"):
        Sequence.load(tmp_path / "b.seq", chip())
    with pytest.raises(InputError, match="must be a file"):
        Sequence.load(tmp_path / "none.seq", chip())


def test_the_listing_says_every_instruction() -> None:
    made = Sequence(chip()).write("x", [0, 1, 2, 9], rows=range(4)).program(GATES, parallel="columns", arrays=1)
    made = made.move_rows([3], [5], columns=range(2)).copy(0, 1, rows=[0], columns=[0])
    shown = made.listing()
    assert "3 arrays of 140 rows and 66 columns" in shown
    assert "WRITE x -> arrays 0, rows 0-3, columns 0-2 9" in shown
    assert "RUN (5 instructions, 5 steps) arrays 1, in columns 0-65, on rows 0-7" in shown
    assert "MOVE ROWS arrays 0-2, rows 5, columns 0-1 <- arrays 0-2, rows 3, columns 0-1" in shown
    assert "COPY arrays 1, rows 0, columns 0 <- arrays 0, rows 0, columns 0" in shown


def test_what_the_chip_cannot_run_is_refused_at_once() -> None:
    made = Sequence(chip()).program(GATES)
    foreign = program((PRESET_0, 2, ()), (OPCODES["NOR2"], 2, (0, 1)))
    wide = program((PRESET_0, 2, ()), columns=COLUMNS + 1)
    for wrong, words in (
        (lambda: made.write("x", [COLUMNS]), "instruction 1 .WRITE.*columns"),
        (lambda: made.write("x", [0, 0]), "different"),
        (lambda: made.write("x", [0], rows=[ROWS]), "rows"),
        (lambda: made.write("x", [0], arrays=3), "arrays"),
        (lambda: made.write("x", np.array([0.5])), "whole numbers"),
        (lambda: made.read("y", []), "columns"),
        (lambda: made.read("y", [0]).read("y", [1]), "instruction 2 .READ.*read already"),
        (lambda: made.program(foreign), "instruction 1 .RUN.*NOR2"),
        (lambda: made.program(wide), "columns 0 to 66"),
        (lambda: made.program(GATES, first=COLUMNS - 7), "columns 59 to 66"),
        (lambda: made.program(GATES, first=ROWS - 7, parallel="columns"), "rows 133 to 140"),
        (lambda: made.program(GATES, lanes=range(ROWS + 1)), "rows"),
        (lambda: made.program(GATES, lanes=[1, 3]), "follow each other"),
        (lambda: made.program(GATES, parallel="both"), "rows, columns"),
        (lambda: made.program(MOVES, parallel="columns"), "MOVE goes from row to row"),
        (lambda: made.program(BESIDE, arrays=[0, 1, 2]), "groups of 2"),
        (lambda: made.program(BESIDE, arrays=[0, 1], first=1), "columns 1 to 66"),
        (lambda: made.move_rows([1, 2], [3]), "2 rows into 1"),
        (lambda: made.move_rows([1, 2], [2, 3]), "row 2.*written before"),
        (lambda: made.copy(0, 0), "read and written at once"),
        (lambda: made.copy([0, 1], [1, 2]), "read and written at once"),
        (lambda: made.lifetime(rate=0.0), "rate"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=words):
            wrong()
    assert len(made.move_rows([2, 1], [3, 2])) == 2  # read before it is written
    plain = Array(rows=8, columns=8, cell="stt-45nm")
    with pytest.raises(InputError, match=r"RUN.*column_lines=True"):
        Sequence(plain).program(GATES, parallel="columns")
    with pytest.raises(InputError, match="2T1M"):
        Array(cell="she-10nm", column_lines=True)


def test_a_cell_of_one_transistor_keeps_its_parity() -> None:
    small = replace(build(Logiccell, "stt-45nm"), topology="1T1M")
    narrow = Array(rows=8, columns=16, cell=small, names=("NOT", "NAND2"))
    even = program((PRESET_0, 3, ()), (NAND, 3, (0, 2)))
    assert len(Sequence(narrow).program(even, first=2)) == 1
    with pytest.raises(InputError, match="must be even"):
        Sequence(narrow).program(even, first=1)
    with pytest.raises(InputError, match=r"instruction 0 \(RUN\).*opposite parity"):
        Sequence(narrow).program(GATES)


def test_bad_inputs_are_refused() -> None:
    made = Sequence(chip()).write("x", range(4), arrays=[0, 1])
    for inputs, words in (
        ({}, "must be x"),
        ({"x": 1, "z": 2}, "must be x"),
        ({"x": np.arange(3)}, "280"),
        ({"x": 16}, "unsigned 4 bits"),
        ({"x": np.zeros((280, 3), np.bool_)}, r"\(280, 4\)"),
    ):
        with pytest.raises(InputError, match=words):
            made.run(inputs)
    with pytest.raises(BackendError, match="known are"):
        made.run({"x": 1}, backend="abacus")
    with pytest.raises(InputError, match="truth values"):
        made.run({"x": 1}, start=np.zeros((1, 2, 3), np.bool_))
    with pytest.raises(InputError, match="reference"):
        made.run({"x": 1}, errors=True, backend="reference")


def test_a_schedule_of_gates_alone_runs_as_its_program_does() -> None:
    builder = Builder({"NAND2"})
    a, b = builder.input("a", 1), builder.input("b", 1)
    builder.output("y", (builder.gate("NAND2", a[0], b[0]),))
    own = schedule(builder.netlist(), columns=8)
    bits = {"a": np.arange(ROWS) % 2, "b": np.arange(ROWS) // 2 % 2}
    made = Sequence(chip(1)).write("a", own.inputs["a"]).write("b", own.inputs["b"]).program(own)
    found = made.read("y", own.outputs["y"]).run(bits, errors={"NAND2": [1.0, 0.0, 1.0]})["y"]
    assert np.array_equal(found, own.run(bits, errors={"NAND2": [1.0, 0.0, 1.0]})["y"])
