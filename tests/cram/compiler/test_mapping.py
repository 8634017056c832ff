"""Graphs mean their truth tables; covers compute what their graphs do, in every set of gates, with few of them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.cram.compiler.aig import Aig
from remanence.cram.compiler.mapping import map_to_gates
from remanence.cram.gates import GATES, gate

SETS = [["NAND2"], ["NOR2", "NOT"], ["NOT", "NAND2", "NAND3", "NMAJ3"], ["NMAJ3", "NOT"], [each.name for each in GATES]]


def rows(bits: int) -> np.ndarray:
    return np.array(list(itertools.product((False, True), repeat=bits)))[:, ::-1]


@given(st.integers(1, 5), st.data())
def test_a_truth_table_is_what_its_graph_computes(bits: int, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.integers(0, 1), min_size=1 << bits, max_size=1 << bits))
    graph = Aig()
    graph.output("y", [graph.table(values, graph.input("x", bits))])
    assert graph.evaluate(x=rows(bits))["y"][:, 0].astype(int).tolist() == values


@pytest.mark.parametrize("each", GATES, ids=lambda each: each.name)
def test_the_function_of_a_gate_becomes_that_gate(each: object) -> None:
    one = gate(each.name)  # type: ignore[attr-defined]
    graph = Aig()
    graph.output("y", [graph.table(one.truth, graph.input("x", one.inputs))])
    netlist = map_to_gates(graph, [one.name, "NAND2", "NOT"])
    assert len(netlist) == (0 if one.name == "BUFFER" else 1)


@settings(max_examples=40)
@given(st.data(), st.sampled_from(SETS))
def test_a_cover_computes_what_its_graph_does(data: st.DataObject, gates: list[str]) -> None:
    graph = Aig()
    literals = [0, 1, *graph.input("x", 5), *graph.input("z", 2)]
    for _ in range(data.draw(st.integers(0, 40))):
        a, b = (data.draw(st.sampled_from(literals)) ^ data.draw(st.integers(0, 1)) for _ in range(2))
        literals.append(graph.and_(a, b))
    graph.output("y", [literals[-1] ^ 1, literals[len(literals) // 2], data.draw(st.sampled_from(literals))])
    every = rows(7)
    netlist = map_to_gates(graph, gates)
    given_ = {"x": every[:, :5], "z": every[:, 5:]}
    assert np.array_equal(netlist.evaluate(**given_)["y"], graph.evaluate(**given_)["y"])
    assert set(netlist.counts()) <= set(gates)


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


@pytest.mark.parametrize(
    ("gates", "most"), [(["NAND2", "NOT"], 14), (["NOR2", "NOT"], 14), (["NOT", "NAND2", "NMAJ3"], 12)]
)
def test_an_adder_takes_few_gates_a_bit(gates: list[str], most: int) -> None:
    """Generators do it in nine or five; a mapper that doubles that is broken."""
    assert len(map_to_gates(adder(16), gates)) <= 16 * most


def test_costs_steer_the_choice() -> None:
    graph = Aig()
    x = graph.input("x", 3)
    graph.output("y", [graph.and_(graph.and_(x[0], x[1]), x[2]) ^ 1])
    sets = ["NAND3", "NAND2", "NOT"]
    assert map_to_gates(graph, sets).counts() == {"NAND3": 1}
    dear = map_to_gates(graph, sets, costs={"NAND3": 9.0, "NAND2": 1.0, "NOT": 1.0})
    assert dear.counts() == {"NAND2": 2, "NOT": 1}


def test_a_random_table_of_eight_inputs_in_every_set() -> None:
    graph = Aig()
    values = Stream(8).events(0.5, (256,)).astype(int)
    graph.output("y", [graph.table(values, graph.input("x", 8))])
    for gates in SETS:
        assert np.array_equal(map_to_gates(graph, gates).evaluate(x=rows(8))["y"][:, 0], values.astype(bool))


def test_what_cannot_be_mapped_is_refused() -> None:
    graph = Aig()
    x = graph.input("x", 2)
    with pytest.raises(InputError, match="outputs"):
        map_to_gates(graph, ["NAND2"])
    graph.output("y", [graph.and_(*x)])
    for gates in (["AND2"], ["NOT"], []):
        with pytest.raises(InputError, match="must make an inverter and an and"):
            map_to_gates(graph, gates)
    with pytest.raises(InputError, match="costs"):
        map_to_gates(graph, ["NAND2"], costs={"NAND2": 0.0})
    for values in ([0, 1], [0, 1, 2, 0]):
        with pytest.raises(InputError, match=r"Aig\.table"):
            graph.table(values, x)
    with pytest.raises(InputError, match="before ands"):
        graph.input("z", 1)
