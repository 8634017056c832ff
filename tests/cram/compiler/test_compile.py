"""Programs from every kind of source give what the source means, in few steps, and can be kept and read again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from remanence.core.errors import InputError, UnknownNameError
from remanence.core.stream import Stream
from remanence.cram import Builder, Lanes, Netlist, Program, run, schedule, where
from remanence.cram import compile as compiler
from remanence.cram.arithmetic import integer
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.compiler.aig import Aig
from remanence.cram.scheduling.order import columns_needed

HALF_ADDER = ".model h\n.inputs a b\n.outputs s[0] s[1]\n.names a b s[0]\n10 1\n01 1\n.names a b s[1]\n11 1\n.end\n"


def arithmetic(name: str, bits: int, gates: tuple[str, ...] = ("NOT", "NOR2")) -> Netlist:
    builder = Builder(gates)
    x, y = builder.input("x", bits), builder.input("y", bits)
    made: Any = getattr(integer, name)(Logic(builder), x, y)
    word = (*made[0], made[1]) if name == "add" else made[0] if name == "subtract" else made
    builder.output("z", word)
    return builder.netlist()


def test_a_truth_table_of_numbers() -> None:
    squares = np.arange(64) ** 2
    program = compiler(squares, gates="magic-nor")
    assert np.array_equal(run(program, {"x": np.arange(64)})["y"], squares)
    assert set(program.counts()) <= {"NOT", "NOR2", "PRESET0", "PRESET1"}
    assert run(compiler([3, 3]), {"x": [0, 1]})["y"].tolist() == [3, 3]  # constants
    assert run(compiler([0, 0]), {"x": [0, 1]})["y"].tolist() == [0, 0]
    bad: Any
    for bad in ([1, 2, 3], [[1, 2]], [1, -1], [0.5, 1.0], [1]):
        with pytest.raises(InputError, match="truth table"):
            compiler(bad)


def test_a_python_function_over_lanes() -> None:
    def clipped(value: Lanes, limit: Lanes) -> Lanes:
        return where(value > limit, limit, value) + 1

    program = compiler(clipped, arguments={"limit": 4, "value": 6}, signed=["value"])
    value, limit = np.arange(-32, 32), 5
    assert np.array_equal(run(program, {"value": value, "limit": limit})["y"], np.minimum(value, limit) + 1)
    assert program.signed == {"value", "y"}
    for wrong in ({"value": 6}, {"value": 6, "limit": 4, "more": 1}):
        with pytest.raises(InputError, match="must be value, limit"):
            compiler(clipped, arguments=wrong)
    with pytest.raises(InputError, match="go with a Python function"):
        compiler(clipped)
    with pytest.raises(InputError, match="must be a Lanes"):
        compiler(lambda value: value.shape, arguments={"value": 2})


def test_a_text_a_file_a_graph_and_a_netlist_agree(tmp_path: Path) -> None:
    file = tmp_path / "half.blif"
    file.write_text(HALF_ADDER)
    graph = Aig()
    (a,), (b,) = graph.input("a", 1), graph.input("b", 1)
    graph.output("s", [graph.xor(a, b), graph.and_(a, b)])
    netlist = Builder(["NOT", "NAND2"])
    one, two = netlist.input("a", 1)[0], netlist.input("b", 1)[0]
    netlist.output("s", Logic(netlist).half_adder(one, two))
    for source in (HALF_ADDER, file, str(file), graph, netlist.netlist()):
        program = compiler(source)
        assert run(program, {"a": [0, 1, 0, 1], "b": [0, 0, 1, 1]})["s"].tolist() == [0, 1, 1, 2]
        assert program.gate_steps == 5  # four NAND and an inverter
    signed = compiler(HALF_ADDER, signed=["s"])
    assert run(signed, {"a": 1, "b": 1})["s"].tolist() == [-2]


def test_what_cannot_be_compiled_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(HALF_ADDER)
    (tmp_path / "b.blif").write_bytes(b"\xff\xfe\x00")
    for bad in (tmp_path / "x.txt", tmp_path / "none.v", tmp_path, tmp_path / "b.blif"):
        with pytest.raises(InputError):
            compiler(bad)
    with pytest.raises(InputError, match="must be a file, a text"):
        compiler(3)  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError):
        compiler(HALF_ADDER, gates="nands")
    with pytest.raises(UnknownNameError):
        compiler(HALF_ADDER, gates=["NAND9"])
    with pytest.raises(UnknownNameError):
        compiler(HALF_ADDER, signed=["q"])
    with pytest.raises(InputError, match="the array has"):
        compiler(arithmetic("add", 2), gates="nand")
    wrong: Any
    for wrong in (
        {"effort": -1},
        {"top": "m"},
        {"gates": []},
        {"columns": 3},
        {"start": 5000},
        {"arguments": {"a": 1}},
    ):
        with pytest.raises(InputError):
            compiler(HALF_ADDER, **wrong)


def test_a_program_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    program = compiler(np.arange(32)[::-1] * 77, columns=60, signed=["y"])
    program.save(tmp_path / "p.cram")
    again = Program.load(tmp_path / "p.cram")
    assert again.listing() == program.listing()
    x = np.arange(32)
    assert np.array_equal(run(again, {"x": x})["y"], run(program, {"x": x})["y"])
    assert again.signed == program.signed
    assert again.rates is None
    rates: dict[str, list[float] | float] = {"NAND2": [0.1, 0.2, 0.3], "PRESET": 1e-6}
    replace(program, rates=rates).save(tmp_path / "p.cram")
    assert Program.load(tmp_path / "p.cram").rates == rates
    assert np.array_equal(again.writes_per_column, program.writes_per_column)


def test_a_listing_shows_columns_that_follow_each_other_as_a_range() -> None:
    program = schedule(arithmetic("add", 2), columns=40)
    lines = program.listing().splitlines()
    assert lines[0] == f"40 columns, {program.step_count} steps"
    assert lines[4] == f"     0  PRESET0 4-{3 + len(arithmetic('add', 2))}"
    assert len(lines) == 4 + program.step_count


def test_words_wider_than_an_int64() -> None:
    netlist = arithmetic("add", 128)
    program = schedule(netlist, columns=512)
    x = np.array([(1 << 128) - 1, 12345678901234567890123456789, 0], object)
    y = np.array([1, 1 << 127, 0], object)
    assert run(program, {"x": x, "y": y})["z"].tolist() == [int(a) + int(b) for a, b in zip(x, y, strict=True)]
    with pytest.raises(InputError, match="128 bits hold"):
        run(program, {"x": np.array([1 << 128], object), "y": 0})


def test_scratch_moves_with_its_start_and_wears_other_columns() -> None:
    netlist = arithmetic("add", 8)
    base = schedule(netlist, columns=64)
    x, y = (Stream(2).child(name).words(50).astype(np.int64) % 256 for name in "xy")
    worn = np.zeros(64, np.int64)
    for start in range(0, 64, 8):
        program = schedule(netlist, columns=64, start=start)
        assert np.array_equal(run(program, {"x": x, "y": y})["z"], x + y)
        assert program.counts() == base.counts()
        assert program.inputs == base.inputs
        assert program.writes_per_column.sum() == len(program)
        worn += program.writes_per_column
    assert worn[16:].max() < 8 * base.writes_per_column.max()
    assert not worn[:16].any()  # the inputs stay where they are, and are not written
    with pytest.raises(InputError, match="start"):
        schedule(netlist, columns=64, start=64)


def test_the_narrowest_array_is_known() -> None:
    for keep in (True, False):
        netlist = arithmetic("multiply", 6)
        least = columns_needed(netlist, keep_inputs=keep)
        assert schedule(netlist, columns=least, keep_inputs=keep).columns == least
        with pytest.raises(InputError, match=f"all take {least}"):
            schedule(netlist, columns=least - 1, keep_inputs=keep)


ARITPIM = {
    "add": {8: 145, 16: 289, 32: 577, 64: 1153},
    "subtract": {8: 161, 16: 321, 32: 641, 64: 1281},
    "multiply": {8: 1183, 16: 4927, 32: 18123, 64: 61143},
}
"""Cycles of bit-serial AritPIM with NOT and NOR, an initialisation for each gate included: results/fixed/latency.csv of
github.com/oleitersdorf/AritPIM."""


@pytest.mark.parametrize(("name", "bits"), [(name, bits) for name, rows in ARITPIM.items() for bits in rows])
def test_steps_of_arithmetic_against_aritpim(name: str, bits: int) -> None:
    netlist = arithmetic(name, bits)
    published = ARITPIM[name][bits]
    batched = schedule(netlist, columns=1024)
    assert batched.step_count <= 0.7 * published
    each = schedule(netlist, columns=1024, batched=False)
    assert each.step_count <= 2 * len(netlist) + 1
    if (name, bits) != ("multiply", 64):  # theirs splits the product in halves
        assert each.step_count <= 1.1 * published


def test_one_preset_a_gate_computes_the_same() -> None:
    netlist = arithmetic("multiply", 6)
    each = schedule(netlist, columns=80, batched=False)
    x, y = np.arange(64), np.arange(64)[::-1]
    assert np.array_equal(run(each, {"x": x, "y": y})["z"], x * y)
    assert each.gate_steps == len(netlist)
