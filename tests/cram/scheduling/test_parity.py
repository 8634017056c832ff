"""Columns of two parities: every gate reads one and writes the other, and the program still means its network."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.cram import GATES, Array, Builder, Netlist, Program, asarray, cost, predicted, run, schedule
from remanence.cram.cells.cell import Logiccell
from remanence.cram.cells.gate_set import gate_set
from remanence.cram.compiler.compile import compile as compiled
from remanence.cram.machine.array import check_parity
from remanence.cram.machine.cost import access
from remanence.cram.program import MOVE
from remanence.cram.scheduling.parity import with_parities
from remanence.cram.simulate import from_bits
from remanence.data import build

SETS = {
    "inverting": ("NOT", "NAND2"),
    "with a buffer": ("NOT", "NAND2", "BUFFER"),
    "with and": ("NOT", "NAND2", "NAND3", "AND3"),
    "majority": ("NOT", "NMAJ3", "NMAJ5", "MAJ3"),
}
TODAY = build(Logiccell, "stt-45nm")


def one_transistor(**given: object) -> Array:
    return Array(rows=64, cell=replace(TODAY, topology="1T1M"), **given)  # type: ignore[arg-type]


@st.composite
def networks(draw: st.DrawFn, names: tuple[str, ...]) -> Netlist:
    b = Builder(names)
    kinds = [each for each in GATES if each.name in names]
    signals = [0, 1, *b.input("x", draw(st.integers(1, 5))), *b.input("y", draw(st.integers(1, 5)))]
    for _ in range(draw(st.integers(1, 40))):
        each = draw(st.sampled_from(kinds))
        if len(set(signals)) >= each.inputs:
            read = draw(st.lists(st.sampled_from(signals), min_size=each.inputs, max_size=each.inputs, unique=True))
            signals.append(b.gate(each.name, *read))
    b.output("z", draw(st.lists(st.sampled_from(signals), min_size=1, max_size=6)))
    return b.netlist()


def means(program: Program, netlist: Netlist, seed: int) -> None:
    bits = {name: Stream(seed).child(name).events(0.5, (70, len(word))) for name, word in netlist.inputs.items()}
    expected = netlist.evaluate(**bits)
    result = run(program, {name: from_bits(word, signed=False) for name, word in bits.items()})
    for name, word in expected.items():
        assert np.array_equal(result[name], from_bits(word, signed=False))


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(sorted(SETS)), st.booleans(), st.integers(0, 2), st.booleans())
def test_any_network_runs_with_parities(
    data: st.DataObject, names: str, twice: bool, neighbours: int, keep: bool
) -> None:
    netlist = data.draw(networks(SETS[names]))
    width = 200 if not neighbours else 31
    program = schedule(netlist, columns=width, neighbours=neighbours, parity=True, twice=twice, gates=SETS[names],
                       keep_inputs=keep)  # fmt: skip
    check_parity(program)
    means(program, netlist, 7)
    if twice:
        assert MOVE not in program.opcodes
    else:
        assert not program.twins
    assert set(program.counts()) <= {*SETS[names], "PRESET0", "PRESET1", "MOVE", "COPY"}


@pytest.mark.parametrize("name", sorted(SETS))
def test_every_signal_gets_one_parity_and_gates_turn_it(name: str) -> None:
    x, y = (asarray(np.zeros(2, np.int64), 6) for _ in "xy")
    found = with_parities((x * y).netlist(SETS[name]), gates=SETS[name], twice=True)
    for place, read in enumerate(found.netlist.fan_in):
        own = found.parity[found.netlist.first + place]
        assert all(found.parity[s] != own for s in read if s > 1)


def test_inverting_gates_alone_cannot_carry_a_bit_over() -> None:
    """No network of NAND gates, four deep, makes x xor y, or x at an odd column, of x and y at even columns."""
    words = np.array(list(product((0, 1), repeat=2)))
    known = {
        (tuple(words[:, 0]), 0),
        (tuple(words[:, 1]), 0),
        ((0,) * 4, 0),
        ((0,) * 4, 1),
        ((1,) * 4, 0),
        ((1,) * 4, 1),
    }
    for _ in range(4):
        known |= {(tuple(1 - (u & v) for u, v in zip(a, b, strict=True)), 1 - p)
                  for (a, p), (b, q) in product(sorted(known), repeat=2) if p == q}  # fmt: skip
    assert (tuple(words[:, 0]), 1) not in known
    assert all((tuple(words[:, 0] ^ words[:, 1]), parity) not in known for parity in (0, 1))
    assert (tuple(words[:, 0] & words[:, 1]), 0) in known


def test_a_full_adder_takes_two_buffers() -> None:
    """Each of its two exclusive ors reads a signal and what is made of it, so that one signal at least has both."""
    b = Builder(["NAND2"])
    x, y, c = (b.input(name, 1)[0] for name in "xyc")

    def nand(*signals: int) -> int:
        return b.gate("NAND2", *signals)

    first = nand(x, y)
    half = nand(nand(x, first), nand(y, first))
    second = nand(half, c)
    b.output("sum", [nand(nand(half, second), nand(c, second)), nand(first, second)])
    netlist = b.netlist()
    program = schedule(netlist, columns=40, parity=True, gates=("BUFFER",))
    assert program.counts()["BUFFER"] == 2
    assert program.gate_steps == 11
    check_parity(program)
    means(program, netlist, 1)


def test_bits_stored_twice_are_the_host_s_to_write(tmp_path: Path) -> None:
    netlist = (asarray(np.zeros(2, np.int64), 4) ^ asarray(np.zeros(2, np.int64), 4)).netlist()
    program = schedule(netlist, columns=40, parity=True, twice=True)
    assert set(program.twins) == set(program.inputs)
    for name, word in program.twins.items():
        for column, twin in zip(program.inputs[name], word, strict=True):
            assert twin == -1 or (column + twin) % 2 == 1
    program.save(tmp_path / "p.cram")
    again = Program.load(tmp_path / "p.cram")
    assert again.twins == program.twins
    means(again, netlist, 3)
    assert "in  x0 again: " in program.listing()
    bits = sum(column >= 0 for word in program.twins.values() for column in word)
    array = one_transistor(columns=40)
    plain = replace(program, twins={})
    dearer = access(program, array, rows=10).write_energy - access(plain, array, rows=10).write_energy
    assert dearer > 0
    assert len(program.stored[0]) == 8 + bits
    with pytest.raises(InputError, match="as many as"):
        replace(program, twins={"x0": (1,)})


def test_without_twins_bits_are_read_and_written_again() -> None:
    netlist = (asarray(np.zeros(2, np.int64), 4) ^ asarray(np.zeros(2, np.int64), 4)).netlist()
    once, twice = (schedule(netlist, columns=40, parity=True, twice=twice) for twice in (False, True))
    moves = once.opcodes == MOVE
    assert moves.sum() == sum(column >= 0 for word in twice.twins.values() for column in word)
    assert not once.fan_in[moves, 1].any()
    means(once, netlist, 2)
    array = one_transistor(columns=40)
    assert cost(once, array).latency > 5 * cost(twice, array).latency
    given = {"x0": np.arange(16), "x1": np.arange(16)[::-1]}
    rates = {"NAND2": [1e-3] * 3, "NOT": [1e-3] * 2}
    assert predicted(once, given, errors=rates).predicted == pytest.approx(
        predicted(twice, given, errors=rates).predicted, rel=1e-9
    )


def test_places_of_inputs_set_their_parity() -> None:
    netlist = (asarray(np.zeros(2, np.int64), 2) + asarray(np.zeros(2, np.int64), 2)).netlist()
    program = schedule(netlist, columns=60, parity=True, twice=True, places={"x0": (5, 8), "x1": (9, 1)})
    assert program.inputs == {"x0": (5, 8), "x1": (9, 1)}
    check_parity(program)
    means(program, netlist, 4)


@pytest.mark.parametrize("operation", ["add", "multiply", "sum along the rows"])
def test_numbers_on_an_array_of_one_transistor_a_cell(operation: str) -> None:
    array = one_transistor(columns=128)
    x, y = (asarray(Stream(5).child(name).words(16).astype(np.int64) % 64, 6) for name in "xy")
    made = {"add": x + y, "multiply": x * y, "sum along the rows": x.sum(axis=0)}[operation]
    priced = made.cost(array)
    assert priced.steps > 0
    program = made.program(columns=128, gates=array.gates.names, parity=array.by_parity)
    array.check(program)
    expected = {"add": x.numpy() + y.numpy(), "multiply": x.numpy() * y.numpy(),
                "sum along the rows": x.numpy().sum()}[operation]  # fmt: skip
    found = run(program, {"x0": x.numpy()} | ({"x1": y.numpy()} if operation != "sum along the rows" else {}))["y"]
    assert np.array_equal(found[: np.size(expected)], np.atleast_1d(expected))


def test_the_compiler_sees_that_an_array_has_parities() -> None:
    array = one_transistor(columns=64)
    program = compiled(np.arange(16) ** 2, gates=array, twice=True)
    array.check(program)
    assert program.run({"x": np.arange(16)})["y"].tolist() == [k * k for k in range(16)]
    same = compiled(np.arange(16) ** 2, gates=gate_set(array.line), columns=64, twice=True)
    check_parity(same)
    with pytest.raises(InputError, match="parity"):
        array.check(compiled(np.arange(16) ** 2, gates=array.gates.names, columns=64))


def test_a_narrow_array_is_refused_with_what_it_takes() -> None:
    netlist = (asarray(np.zeros(2, np.int64), 6) * asarray(np.zeros(2, np.int64), 6)).netlist()
    with pytest.raises(InputError, match="all take") as caught:
        schedule(netlist, columns=32, parity=True, twice=True)
    least = int(str(caught.value).split("all take ")[1].split(".")[0])
    assert schedule(netlist, columns=least, parity=True, twice=True).columns == least
    with pytest.raises(InputError, match="all take"):
        schedule(netlist, columns=least - 1, parity=True, twice=True)
    with pytest.raises(InputError, match="half of one parity"):
        schedule(netlist, columns=13, parity=True, gates=("BUFFER",))


def test_a_published_set_in_cells_of_one_transistor_computes() -> None:
    """The junction of its card in cells of one transistor: the same gates, a smaller array, and programs for it run."""
    machine, other = Array(rows=64, columns=128, cell="stt-45nm-1t1m"), Array(rows=64, columns=128)
    assert machine.by_parity
    assert machine.gates.names == other.gates.names
    assert machine.area["cells"] < other.area["cells"]
    x, y = np.arange(64), 3 * np.arange(64) % 64
    program = compiled(lambda a, b: a + b, gates=machine, arguments={"a": 6, "b": 6}, twice=True)
    assert np.array_equal(program.run({"a": x, "b": y})["y"], x + y)
    assert program.cost(machine).latency > 0.0
