"""Steps in one row against SIMPLER MAGIC: its table here, and circuits of it that can be written down again."""

from __future__ import annotations

import csv
import importlib.util
import itertools
import os
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from remanence.cram import compile as compiler
from remanence.cram.compiler.aig import Aig
from remanence.cram.compiler.blif import read_blif

TABLE = Path(__file__).with_name("simpler_magic.csv")
ROWS = [row for row in csv.DictReader(TABLE.read_text().splitlines()) if row["ratio"]]
EPFL = os.environ.get("REMANENCE_EPFL", "")
"""Folder with the circuits: .blif files of github.com/lsils/benchmarks, .bench files of ISCAS-85."""


def test_the_table_is_within_a_tenth_everywhere() -> None:
    assert len({row["circuit"] for row in ROWS}) >= 20
    for row in ROWS:
        assert row["checked"] in ("proved", "vectors")
        assert int(row["steps"]) <= 1.1 * int(row["simpler_cycles"])
        assert float(row["ratio"]) == pytest.approx(int(row["steps"]) / int(row["simpler_cycles"]), abs=1e-4)


def cycles(circuit: str, row: int) -> int:
    return next(int(each["simpler_cycles"]) for each in ROWS if (each["circuit"], int(each["row"])) == (circuit, row))


def adder(bits: int) -> Aig:
    graph = Aig()
    x, y = graph.input("x", bits), graph.input("y", bits)
    carry, total = 0, []
    for a, b in zip(x, y, strict=True):
        half = graph.xor(a, b)
        total.append(graph.xor(half, carry))
        carry = graph.or_(graph.and_(a, b), graph.and_(half, carry))
    graph.output("sum", [*total, carry])
    return graph


def decoder(bits: int) -> Aig:
    graph = Aig()
    x = graph.input("x", bits)
    halves = [
        [graph.all_of([bit ^ (not number >> k & 1) for k, bit in enumerate(part)]) for number in range(1 << len(part))]
        for part in (x[: bits // 2], x[bits // 2 :])
    ]
    graph.output("y", [graph.and_(low, high) for high in halves[1] for low in halves[0]])
    return graph


@pytest.mark.parametrize(("circuit", "graph"), [("adder", adder(128)), ("dec", decoder(8))])
def test_circuits_that_are_easy_to_write(circuit: str, graph: Aig) -> None:
    """Functions of the suite, built here: a 128-bit adder and a decoder of eight bits; the first preset is free."""
    steps = compiler(graph, gates=("NOT", "NOR2"), columns=512, effort=1).step_count - 1
    assert steps <= 1.1 * cycles(circuit, 512)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script that made the table."""
    spec = importlib.util.spec_from_file_location("simpler_magic", TABLE.with_suffix(".py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_bench_file_becomes_blif(script: ModuleType, tmp_path: Path) -> None:
    """Every gate of the format, on all inputs."""
    path = tmp_path / "small.bench"
    kinds = {"AND": all, "NAND": lambda bits: not all(bits), "OR": any, "NOR": lambda bits: not any(bits)}
    lines = [
        "# a comment",
        *(f"INPUT({name})" for name in "abc"),
        *(f"OUTPUT({kind})" for kind in (*kinds, "X", "N", "B")),
    ]
    lines += [f"{kind} = {kind}(a, b, c)" for kind in kinds]
    path.write_text("\n".join([*lines, "X = XOR(a, b)", "N = NOT(c)", "B = BUFF(c)"]) + "\n")
    words = np.array(list(itertools.product((False, True), repeat=3)))
    found = read_blif(script.blif_of(path)).evaluate(a=words[:, :1], b=words[:, 1:2], c=words[:, 2:])
    for kind, function in kinds.items():
        assert found[kind][:, 0].tolist() == [bool(function(row)) for row in words.tolist()]
    assert found["X"][:, 0].tolist() == (words[:, 0] ^ words[:, 1]).tolist()
    assert found["N"][:, 0].tolist() == (~words[:, 2]).tolist()
    assert found["B"][:, 0].tolist() == words[:, 2].tolist()


def test_a_program_written_as_blif_reads_back_as_the_circuit(script: ModuleType) -> None:
    graph = decoder(4)
    made = compiler(graph, gates=("NOT", "NAND2", "NMAJ3"), columns=30)
    again = read_blif("\n".join(script.gates_of(made)))
    words = {"x": np.array(list(itertools.product((False, True), repeat=4)))}
    assert np.array_equal(again.evaluate(**words)["y"], graph.evaluate(**words)["y"])
    assert script.agrees(graph, made)
    assert not script.agrees(graph, compiler(another(), gates=("NOT", "NAND2"), columns=30))


def another() -> Aig:
    """Words of the decoder's names and widths, and another function."""
    graph = Aig()
    x = graph.input("x", 4)
    graph.output("y", [x[0]] * 16)
    return graph


@pytest.mark.heavy
@pytest.mark.skipif(not EPFL, reason="REMANENCE_EPFL names no folder with the circuits")
@pytest.mark.parametrize("circuit", list(dict.fromkeys(row["circuit"] for row in ROWS)))
def test_the_table_is_what_the_compiler_gives(script: ModuleType, circuit: str) -> None:
    """Both sets of gates, all rows; every program does on random words what the circuit does."""
    path = next(each for suffix in (".blif", ".bench") for each in Path(EPFL).rglob(circuit + suffix))
    networks = script.own(script.blif_of(path))
    for row in ROWS:
        if row["circuit"] != circuit:
            continue
        for netlist, column, free in ((networks.magic, "steps", 1), (networks.magnetic, "magnetic_steps", 0)):
            made = script.program(netlist, int(row["row"]))
            assert made.step_count - free == int(row[column])
            assert script.agrees(networks.graph, made)
