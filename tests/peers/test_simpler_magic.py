"""Steps in one row against SIMPLER MAGIC: its table here, and circuits of it that can be written down again."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from remanence.cram import compile as compiler
from remanence.cram.compiler.aig import Aig

TABLE = Path(__file__).with_name("simpler_magic.csv")
ROWS = [row for row in csv.DictReader(TABLE.read_text().splitlines()) if row["ratio"]]
EPFL = os.environ.get("REMANENCE_EPFL", "")
"""Folder with the .blif files of github.com/lsils/benchmarks."""


def test_the_table_holds_eight_circuits_within_a_tenth() -> None:
    assert len({row["circuit"] for row in ROWS if int(row["steps"]) <= 1.1 * int(row["simpler_cycles"])}) >= 8
    for row in ROWS:
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


@pytest.mark.heavy
@pytest.mark.skipif(not EPFL, reason="REMANENCE_EPFL names no folder with the EPFL circuits")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['circuit']}-{row['row']}")
def test_the_table_is_what_the_compiler_gives(row: dict[str, str]) -> None:
    circuit = Path(EPFL) / f"{row['circuit']}.blif"
    steps = compiler(circuit, gates=("NOT", "NOR2"), columns=int(row["row"]), effort=12).step_count - 1
    assert steps <= int(row["steps"])
