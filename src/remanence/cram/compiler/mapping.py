"""From an and-inverter graph to the gates that an array has, by cuts.

For every node its cuts are listed: few nodes below it that decide it. Where a gate of the set computes the function of
a cut, inputs or output inverted as needed, that is a way to make the node; for an exclusive or, where no gate does it,
the smallest network of gates is one. Each polarity of a node is a value of its own; an inverter leads from one to the
other. First the ways of least area flow are taken: the cost of the gate and of its inputs, each shared out among those
that read it, once more with the readers that the cover really has. Then, node by node, the way which adds least to the
cover as it stands is taken.

Sources: Cong and Ding, IEEE Trans. CAD 13, 1 (1994), for cuts; Manohararajah, Brown, Vranesic, IEEE Trans. CAD 25, 2331
(2006), for area flow; Mishchenko, Chatterjee, Brayton, IEEE Trans. CAD 26, 240 (2007), for exact local area.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from remanence.core.errors import InputError
from remanence.cram.compiler.aig import Aig
from remanence.cram.compiler.growing import spread
from remanence.cram.gates import Gate, gate
from remanence.cram.netlist import ONE, ZERO, Builder, Netlist

CUTS = 12
"""Cuts kept for a node, the cheapest."""
FLOW_ROUNDS = 3
"""Covers made by area flow, each with the readers counted in the one before."""
EXACT_ROUNDS = 4
"""Times that the cover is gone through node by node; fewer where nothing changes any more."""
LARGEST_NETWORK = 5
"""Gates of a network for a function of two inputs that no gate of the set computes."""

Table: TypeAlias = int
"""Truth table of n inputs, entry k in bit k."""
Steps: TypeAlias = tuple[tuple[str, tuple[int, ...]], ...]
"""Gates by name; what they read counts the two constants, the inputs, then the gates before."""

XOR, XNOR = 0b0110, 0b1001


class Cut(NamedTuple):
    """Nodes that decide another, and how."""

    leaves: tuple[int, ...]
    table: Table


class Match(NamedTuple):
    """Gates that compute a table."""

    cost: float
    inverted: int  # inputs to invert, a bit each
    steps: Steps


class Way(NamedTuple):
    """Gates on some literals."""

    cost: float
    literals: tuple[int, ...]
    steps: Steps


Matches: TypeAlias = Mapping[tuple[int, Table], Sequence[Match]]


def map_to_gates(graph: Aig, gates: Collection[str], *, costs: Mapping[str, float] | None = None) -> Netlist:
    """Return a netlist of the gates of a set that computes what a graph does.

    Args:
        graph: the functions.
        gates: names of the gates that the array has.
        costs: of a gate by name; 1 for each where left out.

    Raises:
        InputError: no outputs, costs that are not positive, or a set from which no inverter or no and can be made.
    """
    price = dict.fromkeys(gates, 1.0) if costs is None else {name: float(costs[name]) for name in gates}
    if not graph.outputs or any(not cost > 0 for cost in price.values()):
        raise InputError(
            "map_to_gates", f"outputs {sorted(graph.outputs)}, costs {price}", "needs outputs and costs > 0"
        )
    matches = _matches([gate(name) for name in gates], price)
    if (1, 0b01) not in matches or not any(size == 2 for size, _ in matches):
        raise InputError("map_to_gates: gates", ", ".join(sorted(gates)), "must make an inverter and an and")
    cover = _Cover(graph, matches)
    cover.flow()
    cover.exact()
    return cover.netlist(gates)


def _matches(gates: list[Gate], price: Mapping[str, float]) -> dict[tuple[int, Table], list[Match]]:
    """Every function of the gates, inputs inverted and constants tied at will, the cheapest gate of each."""
    found: dict[tuple[int, Table], list[Match]] = {}
    for each in sorted(gates, key=lambda one: (price[one.name], one.inputs)):
        for ties in range(each.inputs):
            for ones in range(ties + 1):
                free, zeros = each.inputs - ties, ties - ones
                if each.output(zeros) == each.output(zeros + free):
                    continue
                constants = (ZERO,) * zeros + (ONE,) * ones
                if max(zeros, ones) > 1:  # a cell drives a line once, and there is one cell of each constant
                    continue
                steps = ((each.name, (*range(2, 2 + free), *constants)),)
                for inverted in range(1 << free if free > 1 else 1):
                    bits = (each.output(zeros + free - (word ^ inverted).bit_count()) for word in range(1 << free))
                    table = sum(bit << word for word, bit in enumerate(bits))
                    found.setdefault((free, table), [Match(price[each.name], inverted, steps)])
    networks = {table: _network(gates, price, table) for table in (XOR, XNOR) if (2, table) not in found}
    for table, other in ((XOR, XNOR), (XNOR, XOR)):
        for function, inversions in ((table, (0b00, 0b11)), (other, (0b01, 0b10))):
            network = networks.get(function)
            if network is not None:
                ways = [Match(network[0], inverted, network[1]) for inverted in inversions]
                found.setdefault((2, table), []).extend(ways)
    return found


def _network(gates: Sequence[Gate], price: Mapping[str, float], table: Table) -> tuple[float, Steps] | None:
    """Return (cost, gates) of the smallest network of gates with one or two inputs for a function of two inputs."""
    small = [each for each in gates if each.inputs <= 2]
    waiting: list[tuple[tuple[Table, ...], Steps]] = [((0b1010, 0b1100), ())]
    for _ in range(LARGEST_NETWORK):
        longer: dict[frozenset[Table], tuple[tuple[Table, ...], Steps]] = {}
        for tables, steps in waiting:
            for each in small:
                for places in itertools.combinations(range(len(tables)), each.inputs):
                    made = sum(
                        each.output(each.inputs - sum(tables[place] >> word & 1 for place in places)) << word
                        for word in range(4)
                    )
                    more = (*steps, (each.name, tuple(2 + place for place in places)))
                    if made == table:
                        return sum(price[name] for name, _ in more), more
                    if made not in tables and made not in (0, 0b1111):
                        longer.setdefault(frozenset((*tables, made)), ((*tables, made), more))
        waiting = list(longer.values())
    return None


class _Cover:
    """A way for every polarity of every node that is needed.

    Args:
        graph: the functions.
        matches: what gates compute.
    """

    def __init__(self, graph: Aig, matches: Matches) -> None:
        self.graph = graph
        self.roots = [literal for word in graph.outputs.values() for literal in word]
        turn = matches[1, 0b01][0]
        self.inverters = [Way(turn.cost, (literal ^ 1,), turn.steps) for literal in range(2 * graph.first)]
        self.ways: list[list[Way]] = [[] for _ in range(2 * graph.first)]
        for literal in range(3, 2 * graph.first, 2):
            self.ways[literal] = [self.inverters[literal]]
        for node, cuts in enumerate(_cuts(graph, max(size for size, _ in matches))[graph.first :], graph.first):
            for literal in (2 * node, 2 * node + 1):
                self.inverters.append(Way(turn.cost, (literal ^ 1,), turn.steps))
                self.ways.append(list(self._ways(literal, cuts[1:], matches)))
        self.readers = [0.0] * len(self.ways)
        for pair in graph.ands:
            for literal in pair:
                self.readers[literal] += 1
        for literal in self.roots:
            self.readers[literal] += 1
        self.chosen: list[Way | None] = [None] * len(self.ways)

    def _ways(self, literal: int, cuts: Sequence[Cut], matches: Matches) -> Iterator[Way]:
        for leaves, table in cuts:
            full = (1 << (1 << len(leaves))) - 1
            for match in matches.get((len(leaves), table ^ (full if literal & 1 else 0)), ()):
                literals = tuple(2 * leaf + (match.inverted >> k & 1) for k, leaf in enumerate(leaves))
                yield self._shared(Way(match.cost, literals, match.steps))

    def _shared(self, way: Way) -> Way:
        """Return a network whose first gate, where the graph has its function, is that node and may serve others."""
        if len(way.steps) == 1:
            return way
        name, places = way.steps[0]
        each = gate(name)
        if each.inputs != 2 or places != (2, 3) or not each.inverting:
            return way
        nor = each.threshold == 2
        pair = tuple(sorted(literal ^ nor for literal in way.literals))
        node = self.graph.known(pair[0], pair[1])
        if node is None:
            return way
        steps = tuple((other, read) for other, read in way.steps[1:])  # its place is that of the third literal
        share = way.cost / len(way.steps)
        return Way(way.cost - share, (*way.literals, node ^ (not nor)), steps)

    def flow(self) -> None:
        """Take ways of least area flow."""
        for _ in range(FLOW_ROUNDS):
            flow = [0.0] * len(self.ways)
            for node in range(1, len(self.ways) // 2):
                pair = (2 * node, 2 * node + 1)
                found: list[tuple[float, Way | None]] = []
                for literal in pair:
                    best, chosen = (float("inf"), None) if node >= self.graph.first else (0.0, None)
                    if node >= self.graph.first:
                        for way in self.ways[literal]:
                            cost = way.cost + sum([flow[each] for each in way.literals])
                            if cost < best:
                                best, chosen = cost, way
                    elif literal & 1:
                        best, chosen = self.inverters[literal].cost, self.inverters[literal]
                    found.append((best, chosen))
                for literal, (cost, way_) in zip(pair, found, strict=True):
                    other = found[1 - (literal & 1)][0] + self.inverters[literal].cost
                    if node >= self.graph.first and other < cost:
                        cost, way_ = other, self.inverters[literal]
                    self.chosen[literal] = way_
                    flow[literal] = cost / max(self.readers[literal], 1.0)
            self.readers = [0.0] * len(self.ways)
            self._read(self.roots)

    def exact(self) -> None:
        """Go through the cover, and take for each node the way that adds least to it."""
        for _ in range(EXACT_ROUNDS):
            changed = False
            for literal in range(2 * self.graph.first, len(self.ways)):
                old = self.chosen[literal]
                if not self.readers[literal] or old is None:
                    continue
                best, chosen = self._left(old.literals) + old.cost, old
                turned = self.chosen[literal ^ 1]
                round_trip = turned is not None and turned.literals == (literal,)
                for way in self.ways[literal] if round_trip else (*self.ways[literal], self.inverters[literal]):
                    if way is old:
                        continue
                    cost = self._read(way.literals) + way.cost
                    self._left(way.literals)
                    if cost < best:
                        best, chosen = cost, way
                self._read(chosen.literals)
                self.chosen[literal] = chosen
                changed |= chosen is not old
            if not changed:
                return

    def _read(self, literals: Sequence[int]) -> float:
        """Read literals once more; return the cost of what has to be made for it."""
        waiting, cost = list(literals), 0.0
        while waiting:
            literal = waiting.pop()
            self.readers[literal] += 1
            if self.readers[literal] == 1:
                way = self.chosen[literal]
                if way is not None:
                    cost += way.cost
                    waiting += way.literals
        return cost

    def _left(self, literals: Sequence[int]) -> float:
        """Undo `_read`."""
        waiting, cost = list(literals), 0.0
        while waiting:
            literal = waiting.pop()
            self.readers[literal] -= 1
            if not self.readers[literal]:
                way = self.chosen[literal]
                if way is not None:
                    cost += way.cost
                    waiting += way.literals
        return cost

    def netlist(self, gates: Collection[str]) -> Netlist:
        """Return the gates of the cover."""
        builder = Builder(gates)
        made = {0: ZERO, 1: ONE}
        for name, word in self.graph.inputs.items():
            made.update(zip(word, builder.input(name, len(word)), strict=True))
        waiting = self.roots[::-1]
        while waiting:
            literal = waiting[-1]
            if literal in made:
                waiting.pop()
                continue
            way = self.chosen[literal]
            if way is None:
                raise InputError("map_to_gates: gates", ", ".join(sorted(gates)), "do not make every function",
                                 "Add NAND2 or NOR2.")  # fmt: skip
            missing = [each for each in way.literals if each not in made]
            if missing:
                waiting.extend(missing)
            else:
                signals = [ZERO, ONE, *(made[each] for each in way.literals)]
                for name, read in way.steps:
                    signals.append(builder.gate(name, *(signals[place] for place in read)))
                made[literal] = signals[-1]
                waiting.pop()
        for name, word in self.graph.outputs.items():
            builder.output(name, [made[literal] for literal in word])
        return builder.netlist()


def _cuts(graph: Aig, size: int) -> list[list[Cut]]:
    """List cuts of every node, the trivial one first."""
    first = graph.first
    ways = [0] * (first + len(graph.ands))
    for literal in [*(each for pair in graph.ands for each in pair), *(s for w in graph.outputs.values() for s in w)]:
        ways[literal >> 1] += 1
    lists: list[list[Cut]] = [[Cut((), 0)]] + [[Cut((node,), 0b10)] for node in range(1, first)]
    flow = [0.0] * first
    for place, (a, b) in enumerate(graph.ands):
        node = first + place
        merged: dict[tuple[int, ...], tuple[float, Cut]] = {}
        for one in lists[a >> 1]:
            for two in lists[b >> 1]:
                union = {*one.leaves, *two.leaves}
                if len(union) > size:
                    continue
                leaves = tuple(sorted(union))
                if leaves in merged:
                    continue
                full = (1 << (1 << len(leaves))) - 1
                tables = [
                    (cut.table if cut.leaves == leaves
                     else spread(cut.table, tuple([leaves.index(leaf) for leaf in cut.leaves]), len(leaves)))
                    ^ (full if literal & 1 else 0)
                    for cut, literal in ((one, a), (two, b))
                ]  # fmt: skip
                merged[leaves] = 1.0 + sum([flow[leaf] for leaf in leaves]), Cut(leaves, tables[0] & tables[1])
        kept = sorted(merged.values(), key=lambda pair: (pair[0], len(pair[1].leaves)))[:CUTS]
        near = tuple(sorted({a >> 1, b >> 1}))
        if all(cut.leaves != near for _, cut in kept):
            kept.append(merged[near])
        lists.append([Cut((node,), 0b10), *(cut for _, cut in kept)])
        flow.append(kept[0][0] / max(ways[node], 1))
    return lists
