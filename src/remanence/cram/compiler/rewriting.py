"""Smaller and-inverter graphs of the same functions.

A graph is built again and again, node by node, and every node may take a cheaper form on the way:

- balancing: long chains of ands become balanced trees, which finds equal parts;
- rewriting: the function of a cut of four leaves in another structure, where that needs fewer nodes than it frees;
- refactoring: that of a cut of ten leaves as a sum of products, factored;
- resubstitution: a node from one, two or three nodes that are there anyway.

What a node costs is counted in the graph as it stands: nodes that others use are free, those that nobody else uses are
freed with it. No form changes a function: cuts and windows carry whole truth tables.
Sources: Mishchenko, Chatterjee, Brayton, DAC 2006, 532, for rewriting that sees what is shared; Mishchenko, Brayton,
IWLS 2006, for resubstitution in windows.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from remanence.cram.compiler.aig import Aig
from remanence.cram.compiler.growing import GrowingGraph
from remanence.cram.compiler.refactoring import refactored
from remanence.cram.compiler.resubstitution import resubstituted
from remanence.cram.compiler.structures import structures

Form: TypeAlias = Callable[[GrowingGraph, int], int]
"""Literal that takes the place of a node just made; the node itself where nothing is gained."""


def simplified(graph: Aig, effort: int = 1) -> Iterator[Aig]:
    """Yield a graph, then others of the same functions: the smallest that each round of the methods came by.

    The one of fewest ands is not always that of fewest gates: which gates a structure takes, the mapper knows.

    Args:
        graph: left as it is.
        effort: rounds at most, of less and less use; it ends before where none of them finds less.
    """
    yield graph
    now, least = graph, len(graph.ands)
    idle = 0
    for number in range(effort):
        best: Aig | None = None
        for step in _ROUNDS[number % len(_ROUNDS)]:
            now = step(now)
            if best is None or len(now.ands) <= len(best.ands):
                best = now
        if best is not None:
            yield best
            idle = 0 if len(best.ands) < least else idle + 1
            least = min(least, len(best.ands))
        if idle == len(_ROUNDS):
            break


def balanced(graph: Aig) -> Aig:
    """Return a graph whose ands of many are balanced trees, the deepest parts last."""
    readers = [0] * (graph.first + len(graph.ands))
    inverted = [False] * len(readers)
    for literal in [*(each for pair in graph.ands for each in pair), *(s for w in graph.outputs.values() for s in w)]:
        readers[literal >> 1] += 1
        inverted[literal >> 1] |= bool(literal & 1)
    for word in graph.outputs.values():
        for literal in word:
            inverted[literal >> 1] = True
    new, depth = Aig(), [0] * graph.first
    for name, word in graph.inputs.items():
        new.input(name, len(word))
    made = list(range(0, 2 * graph.first, 2))
    parts: list[list[int]] = [[] for _ in range(graph.first)]
    for pair in graph.ands:
        terms: list[int] = []
        for literal in pair:
            node = literal >> 1
            inner = node >= graph.first and readers[node] == 1 and not inverted[node]
            terms += parts[node] if inner else [literal]
        parts.append(terms)
        node = len(parts) - 1
        if readers[node] == 1 and not inverted[node]:
            made.append(-1)
            continue
        heap = [(depth[new_literal >> 1], new_literal) for new_literal in
                (made[term >> 1] ^ (term & 1) for term in terms)]  # fmt: skip
        heapq.heapify(heap)
        while len(heap) > 1:
            joined = new.and_(heapq.heappop(heap)[1], heapq.heappop(heap)[1])
            while len(depth) <= joined >> 1:
                depth.append(1 + max(depth[each >> 1] for each in new.ands[len(depth) - new.first]))
            heapq.heappush(heap, (depth[joined >> 1], joined))
        made.append(heap[0][1])
    for name, word in graph.outputs.items():
        new.output(name, [made[literal >> 1] ^ (literal & 1) for literal in word])
    return new


def _rebuilt(graph: Aig, form: Form) -> Aig:
    """Build a graph again; every node may take another form."""
    uses = [0] * (graph.first + len(graph.ands))
    for literal in [*(each for pair in graph.ands for each in pair), *(s for w in graph.outputs.values() for s in w)]:
        uses[literal >> 1] += 1
    new = GrowingGraph(graph.first)
    made = list(range(0, 2 * graph.first, 2))
    for place, (a, b) in enumerate(graph.ands):
        count = uses[graph.first + place]
        left, right = made[a >> 1] ^ (a & 1), made[b >> 1] ^ (b & 1)
        literal = new.and_(left, right)
        new.use(literal, count)
        new.leave(left, 1)
        new.leave(right, 1)
        node = literal >> 1
        if node >= new.first and new.uses[node] == count:
            other = form(new, node) ^ (literal & 1)
            if other != literal:
                new.use(other, count)
                new.leave(literal, count)
                literal = other
        made.append(literal)
        if not count:
            new.leave(literal, 0)
    return new.finished(graph, made)


def _rewritten(graph: Aig) -> Aig:
    return _rebuilt(graph, _cheaper(1))


def _loosened(graph: Aig) -> Aig:
    """Rewrite also where nothing is gained, so that later steps find other structures."""
    return _rebuilt(graph, _cheaper(0))


def _resubstituted(leaves: int) -> Callable[[Aig], Aig]:
    return lambda graph: _rebuilt(graph, lambda new, node: resubstituted(new, node, leaves))


def _refactored(least: int) -> Callable[[Aig], Aig]:
    return lambda graph: _rebuilt(graph, lambda new, node: refactored(new, node, least))


def _cheaper(least: int) -> Form:
    """The form that rewrites a node where at least so many nodes are gained."""

    def form(new: GrowingGraph, node: int) -> int:
        best, chosen = least - 1, 2 * node
        picked: tuple[Sequence[tuple[int, int]], int, tuple[int, ...]] | None = None
        for leaves, table in new.cuts(node):
            if len(leaves) < 2 or leaves == (node,):
                continue
            freed = new.free(node, leaves)
            if freed > best:
                for pairs, root in structures(table, len(leaves)):
                    gain = freed - new.added(pairs, leaves, freed - best)
                    if gain > best and (gain or new.found(pairs, leaves) != node):
                        best, picked = gain, (pairs, root, leaves)
            new.restore()
        if picked is not None:
            chosen = new.build(*picked)
        return chosen

    return form


_ROUNDS = (
    (_rewritten, _resubstituted(6), _rewritten, _refactored(1), _resubstituted(8), balanced, _loosened,
     _refactored(0), balanced, _resubstituted(10)),
    (balanced, _rewritten, _refactored(1), balanced, _rewritten, _loosened, balanced, _refactored(0), _loosened,
     balanced),
    (balanced, _rewritten, _loosened, balanced, _loosened, balanced, _resubstituted(6), _rewritten, _loosened,
     _resubstituted(8), balanced, _loosened, _resubstituted(10), _loosened, balanced, _resubstituted(12)),
)  # fmt: skip
"""Steps of the rounds, in turn."""
