"""Gates, networks of them and programs: each against its definition, and what is refused."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remanence.core.errors import InputError, UnknownNameError
from remanence.cram import GATES, Builder, Gate, Netlist, Program, gate
from remanence.cram.gates import OPCODES
from remanence.cram.program import COPY, MOVE, PRESET_0, PRESET_1

BOOLEAN = {
    "NOT": lambda a: not a[0],
    "BUFFER": lambda a: a[0],
    "NAND": lambda a: not all(a),
    "NOR": lambda a: not any(a),
    "AND": all,
    "OR": any,
    "MAJ": lambda a: sum(a) * 2 > len(a),
    "NMAJ": lambda a: not sum(a) * 2 > len(a),
}


@pytest.mark.parametrize("each", GATES, ids=lambda each: each.name)
def test_every_gate_is_the_function_its_name_says(each: Gate) -> None:
    function = BOOLEAN[each.name.rstrip("2345")]
    for word, bits in enumerate(itertools.product((0, 1), repeat=each.inputs)):
        assert each.truth[sum(bit << place for place, bit in enumerate(bits))] == int(function(bits)), word
    assert each.inverting == (each.name[0] == "N")


def test_a_gate_that_cannot_be_is_refused() -> None:
    for bad in ((0, 1, 0), (6, 1, 0), (2, 3, 0), (2, 1, 2)):
        with pytest.raises(InputError):
            Gate("X", *bad)
    with pytest.raises(UnknownNameError, match="NAND3"):
        gate("NAND")


def full_adder() -> Netlist:
    """Nine NAND gates."""
    b = Builder(["NAND2"])
    (a,), (c,), (d,) = (b.input(name, 1) for name in "acd")

    def nand(*signals: int) -> int:
        return b.gate("NAND2", *signals)

    first = nand(a, c)
    half = nand(nand(a, first), nand(c, first))
    second = nand(half, d)
    b.output("sum", [nand(nand(half, second), nand(d, second))])
    b.output("carry", [nand(second, first)])
    return b.netlist()


ALL = np.array(list(itertools.product((False, True), repeat=3)))


def test_a_full_adder_adds() -> None:
    netlist = full_adder()
    assert netlist.counts() == {"NAND2": 9}
    result = netlist.evaluate(a=ALL[:, :1], c=ALL[:, 1:2], d=ALL[:, 2:])
    assert np.array_equal(result["sum"][:, 0] + 2 * result["carry"][:, 0], ALL.sum(axis=1))


@given(st.data())
def test_constants_and_equal_gates_change_nothing(data: st.DataObject) -> None:
    """A random gate over two inputs and constants, built with folding, is what its definition says."""
    each = data.draw(st.sampled_from(GATES))
    read = data.draw(st.lists(st.integers(0, 5), min_size=each.inputs, max_size=each.inputs, unique=True))
    b = Builder([each.name])
    b.input("x", 4)
    b.output("y", [b.gate(each.name, *read), b.gate(each.name, *reversed(read))])
    netlist = b.netlist()
    assert len(netlist) <= 1
    bits = np.array(list(itertools.product((False, True), repeat=4)))
    values = np.concatenate([np.zeros((len(bits), 1), bool), np.ones((len(bits), 1), bool), bits], axis=1)
    expected = [each.output(int((~row[read]).sum())) for row in values]
    assert np.array_equal(netlist.evaluate(x=bits)["y"], np.repeat(np.array(expected, bool)[:, None], 2, axis=1))


def test_constants_that_decide_may_come_twice() -> None:
    b = Builder(["NMAJ3", "NAND3"])
    (x,) = b.input("x", 1)
    assert (b.gate("NMAJ3", 0, 0, x), b.gate("NMAJ3", 1, x, 1), b.gate("NAND3", x, x, 0)) == (1, 0, 1)


def test_what_no_output_needs_is_left_out_and_a_copy_is_kept() -> None:
    b = Builder(["NAND2", "NMAJ5", "NOT"])
    (x, y) = b.input("x", 2)
    b.gate("NOT", y)
    first = b.gate("NAND2", x, y)
    twin = b.gate("NAND2", x, y, copy=True)
    b.output("z", [b.gate("NMAJ5", x, y, first, twin, 1)])
    assert b.netlist().counts() == {"NAND2": 2, "NMAJ5": 1}


def test_a_builder_refuses_what_it_cannot_build() -> None:
    b = Builder(["NAND2"])
    (x,) = b.input("x", 1)
    with pytest.raises(InputError, match="this gate set has NAND2"):
        b.gate("NOT", x)
    with pytest.raises(InputError, match="needs 2 signals"):
        b.gate("NAND2", x)
    with pytest.raises(InputError, match="needs 2 signals"):
        b.gate("NAND2", x, 9)
    with pytest.raises(InputError, match="no outputs"):
        b.netlist()
    with pytest.raises(InputError, match="new name"):
        b.input("x", 1)
    with pytest.raises(InputError, match="drives a line once"):
        b.gate("NAND2", x, x)
    b.gate("NAND2", x, 1)
    with pytest.raises(InputError, match="before the first gate"):
        b.input("y", 1)
    with pytest.raises(InputError, match="must be"):
        full_adder().evaluate(a=ALL[:, :1])


def instructions(*rows: tuple[int, int, tuple[int, ...], int]) -> dict[str, Any]:
    return {
        "opcodes": np.array([row[0] for row in rows], np.int16),
        "outputs_to": np.array([row[1] for row in rows], np.int32),
        "fan_in": np.array([(*row[2], *(-1,) * (5 - len(row[2]))) for row in rows], np.int32).reshape(-1, 5),
        "steps": np.array([row[3] for row in rows], np.int32),
    }


NAND = OPCODES["NAND2"]
GOOD = ((PRESET_0, 2, (), 0), (PRESET_1, 3, (), 0), (NAND, 2, (0, 1), 1), (MOVE, 4, (2, 8), 2))


def program(*rows: tuple[int, int, tuple[int, ...], int], columns: int = 5) -> Program:
    return Program(columns=columns, inputs={"x": (0, 1)}, outputs={"y": (2,)}, **instructions(*rows))


def test_a_program_counts_and_lists_its_steps() -> None:
    good = program(*GOOD)
    assert (good.step_count, good.gate_steps) == (3, 2)
    assert good.counts() == {"NAND2": 1, "PRESET0": 1, "PRESET1": 1, "MOVE": 1}
    assert good.listing().splitlines() == [
        "5 columns, 3 steps",
        "in  x: 0 1",
        "out y: 2",
        "     0  PRESET0 2; PRESET1 3",
        "     1  NAND2       2 <- 0 1",
        "     2  MOVE        4 <- 2, 8 rows down",
    ]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(NAND, 2, (0, 1), 0)], "needs its output preset to 0"),
        ([(PRESET_1, 2, (), 0), (NAND, 2, (0, 1), 1)], "needs its output preset to 0"),
        ([GOOD[0], (NAND, 2, (0, 1), 0)], "must be one a step"),
        ([GOOD[0], (NAND, 2, (0, 1), 1), (PRESET_0, 3, (), 1)], "only presets share its step"),
        ([GOOD[0], (NAND, 2, (0, 2), 1)], "must be others of the array"),
        ([GOOD[0], (NAND, 2, (0, 7), 1)], "must be others of the array"),
        ([GOOD[0], (NAND, 2, (1, 1), 1)], "drives a line once"),
        ([(PRESET_0, 9, (), 0)], "is not in this machine"),
        ([(PRESET_0, 2, (), 1)], "must start at 0"),
        ([GOOD[0], (NAND, 2, (0, 1), 1), (NAND, 2, (0, 1), 2)], "needs its output preset"),
    ],
)
def test_a_program_that_no_array_can_run_is_refused(
    rows: list[tuple[int, int, tuple[int, ...], int]], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        program(*rows)
    with pytest.raises(InputError, match="must lie in"):
        program(*GOOD, columns=2)


def test_a_program_survives_its_file_and_a_cut_file_is_refused(tmp_path: Path) -> None:
    good, path = program(*GOOD), tmp_path / "a.cram"
    good.save(path)
    again = Program.load(path)
    assert again.listing() == good.listing()
    assert np.array_equal(again.fan_in, good.fan_in)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match="not a whole program"):
        Program.load(path)
    with pytest.raises(InputError, match="must be a file"):
        Program.load(tmp_path / "none.cram")


def sides(*rows: tuple[int, int, tuple[int, ...], int], width: int = 4, segment: int = 0, columns: int = 8) -> Program:
    """A program on arrays side by side, or with switches in its lines."""
    words = {"x": (0, 1), "y": (4, 5)}
    return Program(columns=columns, inputs=words, outputs={"z": (2, 6)}, width=width, segment=segment,
                   **instructions(*rows))  # fmt: skip


BOTH = [(PRESET_0, 2, (), 0), (PRESET_0, 6, (), 0), (NAND, 2, (0, 1), 1), (NAND, 6, (4, 5), 1)]


def test_copies_between_two_arrays_share_a_step_and_keep_their_bits(tmp_path: Path) -> None:
    copied = sides((COPY, 6, (0,), 0), (COPY, 7, (1,), 0), (COPY, 2, (5,), 1))
    assert (copied.arrays, copied.step_count, copied.gate_steps) == (2, 2, 2)
    assert copied.listing().splitlines()[0] == "8 columns in 2 arrays of 4, 2 steps"
    assert copied.listing().splitlines()[4] == "     0  COPY   array 1 <- array 0: 2 <- 0, 3 <- 1"
    x, y = np.arange(100) % 4, np.arange(100) // 4 % 4
    assert np.array_equal(copied.run({"x": x, "y": y})["z"], (y >> 1) | (x & 1) << 1)
    copied.save(tmp_path / "a.cram")
    assert Program.load(tmp_path / "a.cram").listing() == copied.listing()


def test_gates_in_segments_of_their_own_share_a_step() -> None:
    assert sides(*BOTH, width=0, segment=4).step_count == 2
    x, y = np.arange(16) % 4, np.arange(16) // 4
    assert np.array_equal(sides(*BOTH, width=0, segment=4).run({"x": x, "y": y})["z"], (x < 3) + 2 * (y < 3))
    with pytest.raises(InputError, match="share no segment"):
        sides(*BOTH, width=0, segment=7)
    with pytest.raises(InputError, match="must be one a step"):
        sides(*BOTH)
    assert [sides(*BOTH[:1], width=4, segment=3).segment_of(column) for column in range(8)] == [0, 0, 0, 1, 2, 2, 2, 3]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(COPY, 2, (0,), 0)], "must be into another array"),
        ([(COPY, 6, (0,), 0), (COPY, 2, (4,), 0)], "with those of its arrays"),
        ([(COPY, 6, (0,), 0), (COPY, 6, (1,), 0)], "with those of its arrays"),
        ([(MOVE, 6, (0, 1), 0)], "must lie in one array of 4 columns"),
        ([(MOVE, 2, (0, 1), 0), (MOVE, 3, (0, 1), 0)], "has its step alone"),
        ([(PRESET_0, 6, (), 0), (NAND, 6, (0, 1), 1)], "must lie in one array of 4 columns"),
    ],
)
def test_what_arrays_side_by_side_cannot_run_is_refused(
    rows: list[tuple[int, int, tuple[int, ...], int]], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        sides(*rows)
