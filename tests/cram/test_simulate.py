"""Running programs: moves between rows, numbers of all widths, errors that stay with a cell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from remanence.core.errors import InputError, UnknownNameError
from remanence.core.stream import Stream
from remanence.cram.cells.cell import Logiccell
from remanence.cram.cells.gate_set import gate_set
from remanence.cram.gates import OPCODES
from remanence.cram.netlist import Builder
from remanence.cram.numbers.lanes import asarray
from remanence.cram.program import MOVE, PRESET_0, Program
from remanence.cram.schedule import schedule
from remanence.cram.simulate import faults, from_bits, run, run_bits, to_bits
from remanence.data import build

ROWS = 300_000


def nand() -> Program:
    builder = Builder(("NAND2",))
    a, b = builder.input("a", 1)[0], builder.input("b", 1)[0]
    builder.output("out", (builder.gate("NAND2", a, b),))
    return schedule(builder.netlist(), columns=4)


def two_nands() -> Program:
    """The same gate in two columns."""
    builder = Builder(("NAND2",))
    a, b = builder.input("a", 1)[0], builder.input("b", 1)[0]
    builder.output("one", (builder.gate("NAND2", a, b),))
    builder.output("two", (builder.gate("NAND2", a, b, copy=True),))
    return schedule(builder.netlist(), columns=4)


def operands(seed: int, rows: int = ROWS) -> dict[str, np.ndarray]:
    return {name: Stream(seed).child(name).events(0.5, rows).astype(np.int64) for name in "ab"}


def wrong(given: dict[str, np.ndarray], name: str = "out", program: Program | None = None, **how: Any) -> np.ndarray:
    found: np.ndarray = run(program or nand(), given, **how)[name] != 1 - (given["a"] & given["b"])
    return found


RATES = {"NAND2": [0.03, 0.004, 0.0]}


def test_fixed_errors_come_as_often_as_the_law_says_in_each_class() -> None:
    """Two-sided binomial test of each class at 1e-6."""
    given = operands(1)
    failed, zeros = wrong(given, variation=RATES, cells=3), 2 - given["a"] - given["b"]
    for number, rate in enumerate(RATES["NAND2"]):
        chosen = failed[zeros == number]
        assert stats.binomtest(int(chosen.sum()), chosen.size, rate).pvalue > 1e-6


def test_all_cells_together_fail_as_often_as_the_normal_law_of_their_width() -> None:
    """The rates of a NAND at 109 % TMR and a width of 4.18 %; binomial test of each class at 1e-6."""
    cell = Logiccell(topology="2T1M", parallel_resistance=3.15e3, tunnel_magnetoresistance=1.09, to_antiparallel=50e-6,
                     to_parallel=50e-6, pulse=3e-9, width=0.0418)  # fmt: skip
    law, given = gate_set(cell, ["NAND2"]).errors, operands(8)
    failed, zeros = wrong(given, variation=law), 2 - given["a"] - given["b"]
    assert failed.any()
    for number, rate in enumerate(law["NAND2"]):
        chosen = failed[zeros == number]
        assert stats.binomtest(int(chosen.sum()), chosen.size, rate).pvalue > 1e-6


@pytest.mark.parametrize("backend", ["reference", "cpu", "compiled"])
def test_the_same_cells_fail_in_every_run(backend: str) -> None:
    given = operands(1, 50_000)
    first = wrong(given, variation=RATES, cells=3, seed=1, backend=backend)
    assert first.any()
    assert np.array_equal(first, wrong(given, variation=RATES, cells=3, seed=2, backend=backend))
    assert not np.array_equal(first, wrong(given, variation=RATES, cells=4, seed=1, backend=backend))
    # Other operands: a cell that failed with a class fails with it again, and only then.
    other = operands(2, 50_000)
    again = wrong(other, variation=RATES, cells=3, backend=backend)
    same = (given["a"] + given["b"]) == (other["a"] + other["b"])
    assert np.array_equal(first[same], again[same])


def test_what_is_too_easy_and_what_is_too_hard_are_two_ends_of_one_deviate() -> None:
    """With p_0 = 0.3 (should stay) and p_1 = 0.3 (should switch) no cell fails in both; with 0.8 a tenth does."""
    ones, mixed = (
        {"a": np.ones(ROWS, int), "b": np.ones(ROWS, int)},
        {"a": np.ones(ROWS, int), "b": np.zeros(ROWS, int)},
    )
    for hard, both in ((0.3, 0.0), (0.8, 0.1)):
        rates = {"NAND2": [0.3, hard, 0.0]}
        easy = wrong(ones, variation=rates)
        found = easy & wrong(mixed, variation=rates)
        assert stats.binomtest(int(found.sum()), ROWS, both).pvalue > 1e-6
        lower = wrong(ones, variation={"NAND2": [0.1, 0.0, 0.0]})
        assert not (lower & ~easy).any()  # a wider law fails in the same cells, and in more


def test_cells_of_two_columns_fail_apart() -> None:
    """Three copies and a vote help: so errors of columns must not go together."""
    given, rates = operands(5), {"NAND2": [0.1, 0.1, 0.1]}
    one, two = (wrong(given, name, two_nands(), variation=rates) for name in ("one", "two"))
    zeros = 2 - given["a"] - given["b"]
    for number in (0, 1, 2):
        share = 0.1 * 0.1
        chosen = (one & two)[zeros == number]
        assert stats.binomtest(int(chosen.sum()), chosen.size, share).pvalue > 1e-6


def test_a_preset_that_fails_shows_where_the_gate_does_not_switch() -> None:
    given = operands(6)
    failed = wrong(given, variation={"PRESET": 0.02})
    both = (given["a"] & given["b"]) == 1
    assert not failed[~both].any()  # the gate switches the cell away from 0 anyway
    assert stats.binomtest(int(failed[both].sum()), int(both.sum()), 0.02).pvalue > 1e-6


def test_fixed_and_random_errors_go_together() -> None:
    given = {"a": np.zeros(ROWS, int), "b": np.zeros(ROWS, int)}
    failed = wrong(given, variation={"NAND2": [0, 0, 0.1]}, errors={"NAND2": [0, 0, 0.01]})
    assert stats.binomtest(int(failed.sum()), ROWS, 0.1 * 0.99 + 0.9 * 0.01).pvalue > 1e-6


def test_bad_variation_is_refused() -> None:
    given = operands(1, 10)
    for bad in ({"NAND2": [0.1, 0.1]}, {"NAND2": [0.1, 0.1, 1.5]}, {"NAND2": [0.1, 0.1, np.nan]}):
        with pytest.raises(InputError):
            run(nand(), given, variation=bad)
    with pytest.raises(UnknownNameError):
        run(nand(), given, variation={"XOR": [0.1]})
    assert faults(nand(), {}, 100, 0).rows.shape == (0, 2)


@pytest.mark.parametrize("down", [0, 1, -1, 63, 64, -64, 65, 700, -999, 1000, 5000])
def test_a_move_takes_a_column_to_other_rows(down: int) -> None:
    rows = 1000
    blank = [-1] * 5
    program = Program(
        columns=3,
        opcodes=np.array([PRESET_0, OPCODES["NOT"], MOVE], np.int16),
        outputs_to=np.array([1, 1, 2], np.int32),
        fan_in=np.array([blank, [0, *blank[1:]], [1, down, *blank[2:]]], np.int32),
        steps=np.array([0, 1, 2], np.int32),
        inputs={"a": (0,)},
        outputs={"moved": (2,), "a": (0,), "inverse": (1,)},
    )
    a = operands(3, rows)["a"]
    result = run(program, {"a": a})
    expected = np.zeros(rows, int)
    for row in range(rows):
        if 0 <= row + down < rows:
            expected[row + down] = 1 - a[row]
    assert np.array_equal(result["moved"], expected)
    assert np.array_equal(result["inverse"], 1 - a)
    assert np.array_equal(result["a"], a)


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("bits", [1, 7, 33, 63, 64, 70])
def test_numbers_of_all_widths_go_through(bits: int, signed: bool) -> None:
    builder = Builder(("NOT",))
    word = builder.input("a", bits)
    builder.output("inverse", tuple(builder.gate("NOT", bit) for bit in word))
    names = frozenset({"a", "inverse"}) if signed else frozenset()
    program = schedule(builder.netlist(), columns=2 * bits, signed=names)
    width = min(bits, 64)
    raw = Stream(bits).words(400).astype(np.uint64)
    numbers = (raw[::2] | (raw[1::2] << np.uint64(32))) >> np.uint64(64 - width)
    given = numbers.view(np.int64) if signed else numbers
    if signed:
        given = (given << np.int64(64 - width)) >> np.int64(64 - width)
    by_bits = run_bits(program, {"a": to_bits(given, bits, signed)}, rows=200)["inverse"]
    assert np.array_equal(by_bits, ~to_bits(given, bits, signed))
    found = run(program, {"a": given})["inverse"]
    assert np.array_equal(found, from_bits(by_bits, signed))
    assert found.dtype == (object if bits > (64 if signed else 63) else np.int64)
    as_python = np.array([int(number) for number in given], object)
    assert np.array_equal(run(program, {"a": as_python})["inverse"], found)


def and_of_and() -> Program:
    """An AND whose inputs are read again, so that what it did to them shows."""
    builder = Builder(("AND2", "NAND2"))
    a, b = builder.input("a", 1)[0], builder.input("b", 1)[0]
    builder.output("first", (builder.gate("AND2", a, b),))
    builder.output("second", (builder.gate("NAND2", a, b),))
    return schedule(builder.netlist(), columns=4)


def test_inputs_turned_over_show_where_they_are_read_again() -> None:
    """Preset 1 drives zeros to one: the NAND is wrong where all zeros of its inputs were turned over."""
    given, program = operands(7), and_of_and()
    assert [name for name in program.counts() if name.startswith(("AND", "NAND"))] == ["NAND2", "AND2"]
    first = next(place for place, code in enumerate(program.opcodes) if code < PRESET_0)
    assert program.opcodes[first] == OPCODES["AND2"]
    found = run(program, given, errors={"AND2.inputs": [0.0, 0.02, 0.3]}, seed=2)
    assert np.array_equal(found["first"], given["a"] & given["b"])
    zeros, wrong = 2 - given["a"] - given["b"], found["second"] != 1 - (given["a"] & given["b"])
    assert not wrong[zeros == 0].any()
    for number, rate in ((1, 0.02), (2, 0.09)):
        chosen = wrong[zeros == number]
        assert stats.binomtest(int(chosen.sum()), chosen.size, rate).pvalue > 1e-6
    again = run(program, given, variation={"AND2.inputs": [0.0, 0.02, 0.3]}, cells=5)
    stays = run(program, given, variation={"AND2.inputs": [0.0, 0.02, 0.3]}, cells=5, seed=9)
    assert np.array_equal(again["second"], stays["second"])
    wrong = again["second"] != 1 - (given["a"] & given["b"])
    assert not wrong[zeros == 0].any()
    for number, rate in ((1, 0.02), (2, 0.09)):
        chosen = wrong[zeros == number]
        assert stats.binomtest(int(chosen.sum()), chosen.size, rate).pvalue > 1e-6


def test_a_buffer_of_a_cell_destroys_what_it_reads() -> None:
    """At its best voltage it drives more than the switching current through a stored 0; a NOT beside it does not."""
    cell = build(Logiccell, "stt-45nm")
    gates = gate_set(cell, ["BUFFER", "NOT"], most_error=0.9999)
    rates = gates.errors
    assert rates["BUFFER.inputs"][1] > 0.9
    assert rates["BUFFER.inputs"][1] == pytest.approx(float(gates.sheets["BUFFER"].input_errors[1]))
    assert rates["NOT.inputs"][0] < 1e-3
    builder = Builder(("BUFFER", "NOT"))
    x = builder.input("x", 1)[0]
    builder.output("copy", (builder.gate("BUFFER", x),))
    builder.output("inverse", (builder.gate("NOT", x),))
    program = schedule(builder.netlist(), columns=4)
    assert program.opcodes[[code < PRESET_0 for code in program.opcodes]][0] == OPCODES["BUFFER"]
    found = run(program, {"x": np.zeros(2000, np.int64)}, errors=gates)
    assert found["copy"].mean() < 0.01
    assert found["inverse"].mean() < 0.1  # it should be 1: the 0 is gone


def test_rates_of_inputs_stay_in_the_file(tmp_path: Any) -> None:
    program = replace(and_of_and(), rates={"AND2": [0.0, 0.1, 0.0], "AND2.inputs": [0.0, 0.02, 0.3]})
    program.save(tmp_path / "p.cram")
    again = Program.load(tmp_path / "p.cram")
    given = operands(8, 5000)
    one, two = (run(each, given, errors=True, seed=3) for each in (program, again))
    assert again.rates == program.rates
    assert all(np.array_equal(one[name], two[name]) for name in one)
    with pytest.raises(UnknownNameError):
        run(program, given, errors={"PRESET.inputs": [0.1]})
    with pytest.raises(InputError, match=r"AND2\.inputs"):
        run(program, given, errors={"AND2.inputs": [0.1]})


@pytest.mark.parametrize(
    ("rates", "message"),
    [
        ({"FOO@7": [0.1] * 3}, "FOO"),
        ({"NAND2@": [0.1] * 3}, "'NAND2@'; @ goes with the name of a gate"),
        ({"NAND2@0": [0.1] * 3}, "@ goes with"),
        ({"PRESET@2": 0.1}, "@ goes with"),
        ({"NAND2@7": [0.1] * 2}, "must be 3 numbers"),
        ({"NAND2.inputs@7": [2.0] * 3}, "must be probabilities"),
    ],
)
def test_errors_over_segments_are_checked_whether_the_program_needs_them(rates: dict[str, Any], message: str) -> None:
    program = (asarray([1], 2) & asarray([1], 2)).program()
    with pytest.raises(InputError, match=message):
        run(program, {"x0": [1], "x1": [1]}, errors=rates)
