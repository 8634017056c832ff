"""Sums of products lie between their limits and hold nothing that could go; factored structures are the function."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from remanence.cram.compiler.aig import Aig
from remanence.cram.compiler.growing import GrowingGraph
from remanence.cram.compiler.refactoring import factored, refactored, sum_of_products

SIZE = 4
FULL = (1 << (1 << SIZE)) - 1
ROWS = np.array(list(itertools.product((False, True), repeat=SIZE)))[:, ::-1]


def table_of(products: list[frozenset[int]]) -> int:
    return sum(
        any(all((word >> (literal >> 1) & 1) != literal & 1 for literal in product) for product in products) << word
        for word in range(1 << SIZE)
    )


@given(st.integers(0, FULL), st.integers(0, FULL))
def test_a_sum_lies_between_its_limits_and_is_irredundant(one: int, two: int) -> None:
    least, most = one & two, one | two
    products, table = sum_of_products(least, most, SIZE)
    assert table == table_of(products)
    assert not least & ~table
    assert not table & ~most
    for place, product in enumerate(products):
        rest = products[:place] + products[place + 1 :]
        assert least & ~table_of(rest)
        for literal in product:
            assert table_of([product - {literal}]) & ~most


@given(st.integers(0, FULL))
def test_factored_structures_are_the_function(table: int) -> None:
    for pairs, root in factored(table, SIZE):
        graph = Aig()
        graph.input("x", SIZE)
        graph.ands.extend(pairs)
        graph.outputs["y"] = (root,)
        got = graph.evaluate(x=ROWS)["y"][:, 0]
        assert [bool(table >> word & 1) for word in range(1 << SIZE)] == got.tolist()


def test_what_is_common_is_taken_out() -> None:
    """Of a b + a c + a d: a and (b or c or d), three ands where the sum as it stands takes five."""
    graph = GrowingGraph(5)
    a, b, c, d = 2, 4, 6, 8
    products = [graph.and_(a, other) for other in (b, c, d)]
    root = graph.and_(graph.and_(products[0] ^ 1, products[1] ^ 1), products[2] ^ 1)
    graph.use(root, 1)
    node = root >> 1
    other = refactored(graph, node, 1)
    assert other >> 1 != node
    graph.use(other, 1)
    graph.leave(root, 1)
    assert sum(map(bool, graph.uses[graph.first :])) == 3
