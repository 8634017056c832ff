"""From an and-inverter graph to the gates that an array has, by cuts.

For every node its cuts are listed: few nodes below it that decide it. Where a gate of the set computes the function of
a cut, inputs or output inverted as needed, that is a way to make the node. Each polarity of a node is a value of its
own; an inverter leads from one to the other. Of all ways the one of least area flow is taken: the cost of the gate and
of its inputs, each shared out among those that read it; then once more with the readers that the cover really has.

Sources: Cong and Ding, IEEE Trans. CAD 13, 1 (1994), for cuts; Manohararajah, Brown, Vranesic, IEEE Trans. CAD 25, 2331
(2006), for area flow.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np

from remanence.core.errors import InputError
from remanence.cram.aig import Aig
from remanence.cram.gates import Gate, gate
from remanence.cram.netlist import ONE, ZERO, Builder, Netlist

CUTS = 12
"""Cuts kept for a node, the cheapest."""
ROUNDS = 4
"""Covers made, each with the readers counted in the one before."""

Table: TypeAlias = int
"""Truth table of n inputs, entry k in bit k."""


class Cut(NamedTuple):
    """Nodes that decide another, and how."""

    leaves: tuple[int, ...]
    table: Table


class Way(NamedTuple):
    """A gate on some literals and constants."""

    gate: str
    literals: tuple[int, ...]
    constants: tuple[int, ...]


class Match(NamedTuple):
    """A gate that computes a table."""

    gate: str
    inverted: int  # inputs to invert, a bit each
    constants: tuple[int, ...]


def map_to_gates(
    graph: Aig, gates: Collection[str], *, costs: Mapping[str, float] | None = None, rounds: int = ROUNDS
) -> Netlist:
    """Return a netlist of the gates of a set that computes what a graph does.

    Args:
        graph: the functions.
        gates: names of the gates that the array has.
        costs: of a gate by name; 1 for each where left out.
        rounds: covers made.

    Raises:
        InputError: no outputs, costs that are not positive, or a set from which no inverter or no and can be made.
    """
    price = dict.fromkeys(gates, 1.0) if costs is None else {name: float(costs[name]) for name in gates}
    if not graph.outputs or any(not cost > 0 for cost in price.values()):
        raise InputError(
            "map_to_gates", f"outputs {sorted(graph.outputs)}, costs {price}", "needs outputs and costs > 0"
        )
    matches = _matches([gate(name) for name in gates], price)
    inverter = matches.get((1, 0b01))
    if inverter is None or not any(size == 2 for size, _ in matches):
        raise InputError("map_to_gates: gates", ", ".join(sorted(gates)), "must make an inverter and an and")
    size = max(size for size, _ in matches)
    cuts = _cuts(graph, size)
    readers = _readers(graph)
    best: list[list[tuple[float, float, Way | None]]] = []
    for _ in range(max(rounds, 1)):
        best = _choose(graph, cuts, matches, price, inverter, readers)
        readers = _counted(graph, best)
    return _cover(graph, best, gates)


def _matches(gates: list[Gate], price: Mapping[str, float]) -> dict[tuple[int, Table], Match]:
    """Every function of the gates, inputs inverted and constants tied at will; the cheapest gate of each."""
    found: dict[tuple[int, Table], Match] = {}
    for each in sorted(gates, key=lambda one: (price[one.name], one.inputs)):
        for ties in range(each.inputs):
            for ones in range(ties + 1):
                free, zeros = each.inputs - ties, ties - ones
                if each.output(zeros) == each.output(zeros + free):
                    continue
                constants = (ZERO,) * zeros + (ONE,) * ones
                if max(zeros, ones) > 1:  # a cell drives a line once, and there is one cell of each constant
                    continue
                for inverted in range(1 << free if free > 1 else 1):
                    bits = (each.output(zeros + free - (word ^ inverted).bit_count()) for word in range(1 << free))
                    table = sum(bit << word for word, bit in enumerate(bits))
                    found.setdefault((free, table), Match(each.name, inverted, constants))
    return found


def _cuts(graph: Aig, size: int) -> list[list[Cut]]:
    """List cuts of every node, the trivial one first."""
    first, ways = graph.first, _readers(graph)
    lists: list[list[Cut]] = [[Cut((), 0)]] + [[Cut((node,), 0b10)] for node in range(1, first)]
    flow = [0.0] * first
    for place, (a, b) in enumerate(graph.ands):
        node = first + place
        merged: dict[tuple[int, ...], tuple[float, Cut]] = {}
        for one, two in itertools.product(lists[a >> 1], lists[b >> 1]):
            leaves = tuple(sorted({*one.leaves, *two.leaves}))
            if len(leaves) > size or leaves in merged:
                continue
            full = (1 << (1 << len(leaves))) - 1
            tables = [
                _expanded(cut.table, tuple(leaves.index(leaf) for leaf in cut.leaves), len(leaves))
                ^ (full if literal & 1 else 0)
                for cut, literal in ((one, a), (two, b))
            ]
            cost = 1.0 + sum(flow[leaf] for leaf in leaves)
            merged[leaves] = cost, Cut(leaves, tables[0] & tables[1])
        kept = sorted(merged.values(), key=lambda pair: (pair[0], len(pair[1].leaves)))[:CUTS]
        near = tuple(sorted({a >> 1, b >> 1}))
        if all(cut.leaves != near for _, cut in kept):
            kept.append(merged[near])
        lists.append([Cut((node,), 0b10), *(cut for _, cut in kept)])
        flow.append(kept[0][0] / max(int(ways[2 * node] + ways[2 * node + 1]), 1))
    return lists


@lru_cache(maxsize=1 << 16)
def _expanded(table: Table, places: tuple[int, ...], size: int) -> Table:
    """Return a table over more inputs: input k of the old one is input ``places[k]`` of the new one."""
    result = 0
    for word in range(1 << size):
        old = sum((word >> place & 1) << k for k, place in enumerate(places))
        result |= (table >> old & 1) << word
    return result


def _readers(graph: Aig) -> np.ndarray:
    """How often each literal is read in the graph itself."""
    readers = np.zeros(2 * (graph.first + len(graph.ands)))
    for pair in graph.ands:
        readers[list(pair)] += 1
    for word in graph.outputs.values():
        np.add.at(readers, list(word), 1)
    return readers


def _choose(
    graph: Aig, cuts: list[list[Cut]], matches: Mapping[tuple[int, Table], Match], price: Mapping[str, float],
    inverter: Match, readers: np.ndarray,
) -> list[list[tuple[float, float, Way | None]]]:  # fmt: skip
    """Return for every node and polarity (flow shared among its readers, flow, way); no way for what is given."""
    turn = price[inverter.gate]
    best: list[list[tuple[float, float, Way | None]]] = [[(0.0, 0.0, None), (0.0, 0.0, None)]]
    for node in range(1, graph.first):
        way = Way(inverter.gate, (2 * node,), inverter.constants)
        best.append([(0.0, 0.0, None), (turn / max(readers[2 * node + 1], 1.0), turn, way)])
    for place in range(len(graph.ands)):
        node = graph.first + place
        found: list[tuple[float, Way | None]] = [(np.inf, None), (np.inf, None)]
        for cut in cuts[node][1:]:
            full = (1 << (1 << len(cut.leaves))) - 1
            for polarity in (0, 1):
                match = matches.get((len(cut.leaves), cut.table ^ (full if polarity else 0)))
                if match is None:
                    continue
                literals = tuple(2 * leaf + (match.inverted >> k & 1) for k, leaf in enumerate(cut.leaves))
                cost = price[match.gate] + sum(best[literal >> 1][literal & 1][0] for literal in literals)
                if cost < found[polarity][0]:
                    found[polarity] = cost, Way(match.gate, literals, match.constants)
        for polarity in (0, 1):
            other = found[1 - polarity][0] + turn
            if other < found[polarity][0]:
                found[polarity] = other, Way(inverter.gate, (2 * node + 1 - polarity,), inverter.constants)
        shared = [max(readers[2 * node + polarity], 1.0) for polarity in (0, 1)]
        best.append([(cost / share, cost, way) for (cost, way), share in zip(found, shared, strict=True)])
    return best


def _counted(graph: Aig, best: list[list[tuple[float, float, Way | None]]]) -> np.ndarray:
    """How often each literal is read in the cover."""
    readers = np.zeros(2 * len(best))
    waiting = [literal for word in graph.outputs.values() for literal in word]
    while waiting:
        literal = waiting.pop()
        readers[literal] += 1
        way = best[literal >> 1][literal & 1][2]
        if readers[literal] == 1 and way is not None:
            waiting.extend(way.literals)
    return readers


def _cover(graph: Aig, best: list[list[tuple[float, float, Way | None]]], gates: Collection[str]) -> Netlist:
    builder = Builder(gates)
    made = {0: ZERO, 1: ONE}
    for name, word in graph.inputs.items():
        made.update(zip(word, builder.input(name, len(word)), strict=True))
    for word in graph.outputs.values():
        waiting = list(word)
        while waiting:
            literal = waiting[-1]
            if literal in made:
                waiting.pop()
                continue
            way = best[literal >> 1][literal & 1][2]
            if way is None:
                raise InputError("map_to_gates: gates", ", ".join(sorted(gates)), "do not make every function",
                                 "Add NAND2 or NOR2.")  # fmt: skip
            missing = [each for each in way.literals if each not in made]
            if missing:
                waiting.extend(missing)
            else:
                made[literal] = builder.gate(way.gate, *(made[each] for each in way.literals), *way.constants)
                waiting.pop()
    for name, word in graph.outputs.items():
        builder.output(name, [made[literal] for literal in word])
    return builder.netlist()
