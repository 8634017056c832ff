"""A node of a graph from other nodes that are there anyway.

Around a node a window is taken: a cut below it, what lies between, and what else can be computed from the cut. Over the
leaves every node of the window has a truth table, which is a whole number of Python; then the node is looked for as one
other node, an and or or of two, an exclusive or, or of three, where that frees more nodes than it needs.
"""

from __future__ import annotations

from collections.abc import Sequence

from remanence.cram.compiler.growing import GrowingGraph
from remanence.cram.compiler.structures import variable

MOST_DIVISORS = 60
MOST_INSIDE = 60
"""Nodes in a window at most, outside and inside of what is taken apart."""
MOST_COVERS = 14
"""Divisors on either side that are paired."""


def resubstituted(graph: GrowingGraph, node: int, size: int) -> int:
    """Return a literal that can take the place of a node; the node itself where nothing is gained.

    Args:
        graph: in which the node has its users.
        node: an and.
        size: leaves of the window at most.
    """
    leaves = window(graph, node, size)
    freed = graph.free(node, leaves)
    tables = _tables(graph, node, leaves)
    divisors = [each for each in tables if each < graph.first or graph.uses[each]]
    graph.restore()
    function = tables.get(node)
    if function is None:
        return 2 * node
    full = (1 << (1 << len(leaves))) - 1
    candidates = [(tables[each], 2 * each) for each in divisors if each != node]
    by_table = dict(candidates)
    for table, literal in candidates:
        by_table.setdefault(table ^ full, literal ^ 1)
    if function in (0, full):
        return int(function != 0)
    if function in by_table:
        return by_table[function]
    if freed < 2:
        return 2 * node
    both = [*candidates, *((table ^ full, literal ^ 1) for table, literal in candidates)]
    above = [(table, literal) for table, literal in both if not function & ~table]
    below = [(table ^ full, literal ^ 1) for table, literal in both if not table & ~function]
    found = _pair(graph, function, above)
    if found is None:
        found = _pair(graph, function ^ full, below)
        found = None if found is None else found ^ 1
    if found is not None:
        return found
    if freed >= 3:
        found = _triple(graph, function, above, both)
        if found is None:
            found = _triple(graph, function ^ full, below, both)
            found = None if found is None else found ^ 1
        if found is not None:
            return found
    if freed >= 4:
        for table, literal in candidates:
            other = by_table.get(function ^ table)
            if other is not None and other >> 1 != literal >> 1:
                return _xor(graph, literal, other)
    return 2 * node


def _pair(graph: GrowingGraph, function: int, above: list[tuple[int, int]]) -> int | None:
    """Return an and of two that cover the function."""
    above.sort(key=lambda each: each[0].bit_count())
    few = above[: 2 * MOST_COVERS]
    for place, (one, literal) in enumerate(few):
        for two, other in few[:place]:
            if one & two == function:
                return graph.and_(literal, other)
    return None


def _triple(
    graph: GrowingGraph, function: int, above: list[tuple[int, int]], both: list[tuple[int, int]]
) -> int | None:
    """Return an and of one that covers the function, and an or or and of two others."""
    for one, literal in above[:MOST_COVERS]:
        inside = [(table & one, other) for table, other in both if table & one and not table & one & ~function]
        inside.sort(key=lambda each: -each[0].bit_count())
        few = inside[:MOST_COVERS]
        for place, (left, a) in enumerate(few):
            for right, b in few[:place]:
                if left | right == function:
                    return graph.and_(literal, graph.and_(a ^ 1, b ^ 1) ^ 1)
        for place, (left, a) in enumerate(above[:MOST_COVERS]):
            for right, b in above[:place]:
                if one & left & right == function:
                    return graph.and_(literal, graph.and_(a, b))
    return None


def _xor(graph: GrowingGraph, a: int, b: int) -> int:
    return graph.and_(graph.and_(a, b ^ 1) ^ 1, graph.and_(a ^ 1, b) ^ 1) ^ 1


def window(graph: GrowingGraph, node: int, size: int) -> list[int]:
    """Return leaves of a cut below a node: that leaf is opened next which adds the fewest."""
    leaves = {literal >> 1 for literal in graph.ands[node]}
    seen = {node, *leaves}
    while True:
        best, cost = -1, 3
        for leaf in leaves:
            if leaf < graph.first:
                continue
            a, b = graph.ands[leaf]
            more = (a >> 1 not in seen) + (b >> 1 not in seen)
            if more < cost or (more == cost and leaf > best):
                best, cost = leaf, more
        if best < 0 or len(leaves) - 1 + cost > size or len(seen) > MOST_INSIDE:
            return sorted(leaves)
        leaves.discard(best)
        for literal in graph.ands[best]:
            if literal >> 1 not in seen:
                leaves.add(literal >> 1)
                seen.add(literal >> 1)


def inside_tables(graph: GrowingGraph, node: int, leaves: Sequence[int]) -> dict[int, int]:
    """Return truth tables over the leaves, of the leaves and of the nodes from them up to a node."""
    full = (1 << (1 << len(leaves))) - 1
    tables = {leaf: variable(place, len(leaves)) for place, leaf in enumerate(leaves)}
    tables[0] = 0
    inside, waiting = [], [node]
    seen = {*leaves, 0, node}
    while waiting:
        each = waiting.pop()
        inside.append(each)
        for literal in graph.ands[each]:
            if literal >> 1 not in seen:
                seen.add(literal >> 1)
                waiting.append(literal >> 1)
    for each in sorted(inside):
        a, b = graph.ands[each]
        tables[each] = (tables[a >> 1] ^ (full if a & 1 else 0)) & (tables[b >> 1] ^ (full if b & 1 else 0))
    return tables


def _tables(graph: GrowingGraph, node: int, leaves: list[int]) -> dict[int, int]:
    """Return truth tables over the leaves: of the nodes down from a node, then of living ones beside them."""
    full = (1 << (1 << len(leaves))) - 1
    tables = inside_tables(graph, node, leaves)
    inside = sorted(set(tables) - {0, *leaves})
    ands, uses = graph.ands, graph.uses
    start = [*leaves, *(each for each in inside if uses[each])]
    waiting, beside = start, 0
    for each in waiting:
        readers = graph.readers[each]
        if each == 0 or len(readers) > 40:
            continue
        for reader in readers:
            if reader in tables or not uses[reader]:
                continue
            a, b = ands[reader]
            if (
                a >> 1 in tables
                and b >> 1 in tables
                and (a >> 1 < graph.first or uses[a >> 1])
                and (b >> 1 < graph.first or uses[b >> 1])
            ):
                tables[reader] = (tables[a >> 1] ^ (full if a & 1 else 0)) & (tables[b >> 1] ^ (full if b & 1 else 0))
                waiting.append(reader)
                beside += 1
                if beside >= MOST_DIVISORS:
                    return tables
    return tables
