"""A node of a graph from the cut below it, by a sum of products that is factored.

Rewriting sees four leaves and resubstitution what is there; this takes a cut of ten apart anew. The function of
the cut, or its complement, becomes an irredundant sum of products; then that is factored: the literal in most products
is taken out of them, again and again.

Sources, from memory: Minato, IEEE/ACM ICCAD 1992, for the sum; Brayton, Rudell, Sangiovanni-Vincentelli, Wang, IEEE
Trans. CAD 6, 1062 (1987), for factoring by the best literal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

from remanence.cram.compiler.aig import FALSE, TRUE, Aig
from remanence.cram.compiler.growing import GrowingGraph
from remanence.cram.compiler.resubstitution import inside_tables, window
from remanence.cram.compiler.structures import Structure, cofactors, variable

Product: TypeAlias = frozenset[int]
"""Literals: twice an input, plus one where it is inverted."""

LEAVES = 10
"""Of a cut at most."""
MOST_PRODUCTS = 40
"""Sums of more are not factored: such a cut has no short form."""


def refactored(graph: GrowingGraph, node: int, least: int) -> int:
    """Return a literal that can take the place of a node; the node itself where less than ``least`` nodes are gained.

    Args:
        graph: in which the node has its users.
        node: an and.
        least: nodes to gain; with 0 another structure of equal size is taken.
    """
    leaves = tuple(window(graph, node, LEAVES))
    freed = graph.free(node, leaves)
    best, picked = least - 1, None
    if freed > max(best, 1):
        table = inside_tables(graph, node, leaves)[node]
        for pairs, root in factored(table, len(leaves)):
            gain = freed - graph.added(pairs, leaves, freed - best)
            if gain > best and (gain or graph.found(pairs, leaves) != node):
                best, picked = gain, (pairs, root)
    graph.restore()
    return 2 * node if picked is None else graph.build(*picked, leaves)


@lru_cache(maxsize=1 << 15)
def factored(table: int, size: int) -> tuple[Structure, ...]:
    """Return structures of a truth table, from the sums of products of it and of its complement."""
    full = (1 << (1 << size)) - 1
    found = []
    for inverted, wanted in ((0, table), (1, table ^ full)):
        products, _ = sum_of_products(wanted, wanted, size)
        if len(products) <= MOST_PRODUCTS:
            graph = Aig()
            graph.input("x", size)
            root = _factored(graph, products) ^ inverted
            found.append((tuple(graph.ands), root))
    return tuple(found)


def sum_of_products(least: int, most: int, size: int) -> tuple[list[Product], int]:
    """Return products and the truth table of their sum, which is 1 where ``least`` is and only where ``most`` is.

    No product and no literal of one can be left out.
    """
    full = (1 << (1 << size)) - 1
    if not least:
        return [], 0
    if most == full:
        return [frozenset()], full
    for place in reversed(range(size)):
        least_0, least_1 = cofactors(least, place, size)
        most_0, most_1 = cofactors(most, place, size)
        if least_0 != least_1 or most_0 != most_1:
            break
    zero, zero_table = sum_of_products(least_0 & ~most_1, most_0, size)
    one, one_table = sum_of_products(least_1 & ~most_0, most_1, size)
    both, table = sum_of_products(least_0 & ~zero_table | least_1 & ~one_table, most_0 & most_1, size)
    x = variable(place, size)
    literal = 2 * place
    products = [each | {literal + 1} for each in zero] + [each | {literal} for each in one] + both
    return products, table | zero_table & ~x | one_table & x


def _factored(graph: Aig, products: Sequence[Product]) -> int:
    """Build a sum of products; an input k is the literal 2 k + 2 of the graph."""
    counts = Counter(literal for product in products for literal in product)
    if not counts:
        return TRUE if products else FALSE
    literal, most = min(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    if most == 1 or len(products) == 1:
        terms = [graph.all_of([each + 2 for each in sorted(product)]) for product in products]
        return graph.all_of([term ^ 1 for term in terms]) ^ 1
    inside = [product - {literal} for product in products if literal in product]
    outside = [product for product in products if literal not in product]
    common = frozenset.intersection(*inside)
    head = graph.all_of([each + 2 for each in sorted(common | {literal})])
    part = graph.and_(head, _factored(graph, [product - common for product in inside]))
    return graph.or_(part, _factored(graph, outside)) if outside else part
