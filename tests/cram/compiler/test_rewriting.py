"""Smaller graphs mean the same; what is known to be redundant goes; structures are what their tables say."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.stream import Stream
from remanence.cram.compiler.aig import Aig
from remanence.cram.compiler.growing import GrowingGraph
from remanence.cram.compiler.rewriting import balanced, simplified
from remanence.cram.compiler.structures import structures


def smallest(graph: Aig, effort: int = 1) -> Aig:
    return min(simplified(graph, effort), key=lambda each: len(each.ands))


def rows(bits: int) -> np.ndarray:
    return np.array(list(itertools.product((False, True), repeat=bits)))[:, ::-1]


@st.composite
def graphs(draw: st.DrawFn) -> Aig:
    graph = Aig()
    literals = [0, 1, *graph.input("x", 5), *graph.input("z", 3)]
    for _ in range(draw(st.integers(0, 70))):
        a, b = (draw(st.sampled_from(literals[-25:])) ^ draw(st.integers(0, 1)) for _ in range(2))
        literals.append(graph.and_(a, b))
    graph.output("y", [literals[-1] ^ 1, draw(st.sampled_from(literals)), draw(st.sampled_from(literals)) ^ 1])
    graph.output("w", [draw(st.sampled_from(literals))])
    return graph


@settings(max_examples=150)
@given(graphs(), st.integers(0, 3))
def test_a_smaller_graph_means_the_same(graph: Aig, effort: int) -> None:
    every = rows(8)
    words = {"x": every[:, :5], "z": every[:, 5:]}
    for other in (*simplified(graph, effort), balanced(graph)):
        assert {n: v.tolist() for n, v in other.evaluate(**words).items()} == {
            n: v.tolist() for n, v in graph.evaluate(**words).items()
        }
        assert list(other.inputs) == list(graph.inputs)


def test_redundant_structures_go() -> None:
    graph = Aig()
    a, b, c, d = graph.input("x", 4)
    either = graph.or_(graph.and_(a, b), graph.and_(a, c))  # a and (b or c): two ands, not three
    again = graph.and_(graph.and_(d, either), a)  # a is in either already
    graph.output("y", [either, again])
    assert len(smallest(graph).ands) == 3


def test_a_choice_between_equal_halves_is_no_choice() -> None:
    """Both sides of the choice are the parity of three, built in other orders."""
    graph = Aig()
    a, b, c, d = graph.input("x", 4)
    graph.output("y", [graph.mux(d, graph.xor(graph.xor(a, b), c), graph.xor(a, graph.xor(b, c)))])
    assert len(smallest(graph, 2).ands) == 6


def test_balancing_makes_a_chain_a_tree() -> None:
    graph = Aig()
    bits = graph.input("x", 16)
    chain = bits[0]
    for bit in bits[1:]:
        chain = graph.and_(chain, bit)
    graph.output("y", [chain])
    tree = balanced(graph)
    depth = [0] * tree.first
    for a, b in tree.ands:
        depth.append(1 + max(depth[a >> 1], depth[b >> 1]))
    assert (len(tree.ands), depth[-1]) == (15, 4)


@pytest.mark.parametrize("size", [2, 3])
def test_structures_of_all_small_functions(size: int) -> None:
    for table in range(1 << (1 << size)):
        check(table, size)


@given(st.integers(0, (1 << 16) - 1))
def test_structures_of_four_inputs(table: int) -> None:
    check(table, 4)


def check(table: int, size: int) -> None:
    for pairs, root in structures(table, size):
        graph = Aig()
        graph.input("x", size)
        graph.ands.extend(pairs)
        graph.outputs["y"] = (root,)
        got = graph.evaluate(x=rows(size))["y"][:, 0]
        assert [bool(table >> word & 1) for word in range(1 << size)] == got.tolist()


@pytest.mark.parametrize(
    ("table", "size", "ands"),
    [(0b0110, 2, 3), (0b11101000, 3, 4), (0b11001010, 3, 3), (0b10010110, 3, 6), (0x8000, 4, 3), (0x7888, 4, 5)],
    ids=["xor", "majority", "choice", "parity", "and", "carry of two"],
)
def test_structures_are_as_small_as_known(table: int, size: int, ands: int) -> None:
    assert len(structures(table, size)[0][0]) <= ands


def test_what_a_node_frees_is_put_back() -> None:
    graph = GrowingGraph(4)
    inner = graph.and_(2, 4)
    root = graph.and_(inner, 6)
    graph.use(root, 1)
    before = list(graph.uses)
    assert graph.free(root >> 1, (1, 2, 3)) == 2
    graph.restore()
    assert graph.uses == before
    graph.use(inner, 1)
    assert graph.free(root >> 1, (1, 2, 3)) == 1  # somebody else uses the inner one
    graph.restore()


def test_a_structure_that_is_there_is_found() -> None:
    graph = GrowingGraph(4)
    root = graph.and_(graph.and_(2, 4) ^ 1, 6)
    pairs = ((2, 4), (6, 9))  # literals of the constant, three leaves, then the ands
    assert graph.found(pairs, (1, 2, 3)) == root >> 1
    assert graph.found(((2, 4), (6, 8)), (1, 2, 3)) is None


def test_rounds_come_out_of_a_dead_end() -> None:
    """Two of the same multiplexer, one taken apart otherwise: no single step gains, a structure of equal size does."""
    graph = Aig()
    s, a, b, c, d = graph.input("x", 5)
    one = graph.or_(graph.and_(s, graph.and_(a, b)), graph.and_(s ^ 1, c))
    two = graph.or_(graph.and_(graph.and_(s, a), graph.and_(b, d)), graph.and_(graph.and_(s ^ 1, c), d))
    graph.output("y", [one, two])
    assert len(smallest(graph, 2).ands) == 5


def test_a_random_table_shrinks() -> None:
    graph = Aig()
    values = Stream(3).events(0.5, (256,)).astype(int)
    graph.output("y", [graph.table(values, graph.input("x", 8))])
    small = smallest(graph, 2)
    assert len(small.ands) < 0.95 * len(graph.ands)
    assert np.array_equal(small.evaluate(x=rows(8))["y"][:, 0], values.astype(bool))
