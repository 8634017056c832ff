"""An and-inverter graph under reconstruction, which knows of every node how many use it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from remanence.cram.compiler.aig import FALSE, TRUE, Aig

CUT_SIZE = 4
CUTS = 20
"""Cuts kept for a node, the smallest."""


class GrowingGraph:
    """Nodes are only ever added; one that nobody uses is dead, but is found again by its inputs.

    Args:
        first: node of the first and; node 0 is the constant, the others before it are inputs.
    """

    def __init__(self, first: int) -> None:
        self.first = first
        self.ands: list[tuple[int, int]] = [(0, 0)] * first
        self.uses = [1] * first
        self.readers: list[list[int]] = [[] for _ in range(first)]
        self._known: dict[tuple[int, int], int] = {}
        self._cuts: list[list[tuple[tuple[int, ...], int]] | None] = [[((node,), 0b10)] for node in range(first)]
        self._freed: list[int] = []
        self._root = (0, 0)

    def and_(self, a: int, b: int) -> int:
        """Return the literal of a and b; a new node has no users yet."""
        found = self.known(a, b)
        if found is not None:
            return found
        pair = (a, b) if a < b else (b, a)
        node = len(self.ands)
        self._known[pair] = 2 * node
        self.ands.append(pair)
        self.uses.append(0)
        self.readers.append([])
        self._cuts.append(None)
        self.readers[a >> 1].append(node)
        self.readers[b >> 1].append(node)
        return 2 * node

    def known(self, a: int, b: int) -> int | None:
        """Return the literal of a and b where it is there, dead or alive."""
        if a > b:
            a, b = b, a
        if a == FALSE or a == b ^ 1:
            return FALSE
        if a in (TRUE, b):
            return b
        return self._known.get((a, b))

    def use(self, literal: int, count: int) -> None:
        """Add users to a node; a dead one comes to life with what it reads."""
        waiting = [(literal >> 1, count)]
        while waiting:
            node, more = waiting.pop()
            if node >= self.first and not self.uses[node] and more:
                waiting += [(each >> 1, 1) for each in self.ands[node]]
            self.uses[node] += more

    def leave(self, literal: int, count: int) -> None:
        """Take users from a node; one without any dies."""
        waiting = [(literal >> 1, count)]
        while waiting:
            node, less = waiting.pop()
            self.uses[node] -= less
            if node >= self.first and less and not self.uses[node]:
                waiting += [(each >> 1, 1) for each in self.ands[node]]

    def free(self, node: int, leaves: Sequence[int]) -> int:
        """Take a node out, and return how many die with it, itself included; leaves stay. Undo with `restore`."""
        held, ands, uses = set(leaves), self.ands, self.uses
        self._root = node, uses[node]
        uses[node] = 0
        self._freed, waiting, dead = [], [node], 0
        while waiting:
            dead += 1
            for literal in ands[waiting.pop()]:
                below = literal >> 1
                uses[below] -= 1
                self._freed.append(below)
                if below >= self.first and not uses[below] and below not in held:
                    waiting.append(below)
        for leaf in held:  # a leaf that the node alone used lives on, for what takes its place uses it too
            uses[leaf] += 1
            self._freed.append(~leaf)
        return dead

    def restore(self) -> None:
        """Put back what `free` took out."""
        for below in self._freed:
            if below < 0:
                self.uses[~below] -= 1
            else:
                self.uses[below] += 1
        self.uses[self._root[0]] = self._root[1]

    def added(self, pairs: Sequence[tuple[int, int]], leaves: Sequence[int], most: int) -> int:
        """Return how many nodes a structure adds to the living ones; more than ``most`` are not counted on."""
        literals: list[int | None] = [FALSE, *(2 * leaf for leaf in leaves)]
        cost = 0
        for a, b in pairs:
            left, right = literals[a >> 1], literals[b >> 1]
            found = None if left is None or right is None else self.known(left ^ (a & 1), right ^ (b & 1))
            literals.append(found)
            if found is None or (found >> 1 >= self.first and not self.uses[found >> 1]):
                cost += 1
                if cost >= most:
                    break
        return cost

    def found(self, pairs: Sequence[tuple[int, int]], leaves: Sequence[int]) -> int | None:
        """Return the node, dead or alive, that is the last and of a structure, where all of it is there."""
        literals = [FALSE, *(2 * leaf for leaf in leaves)]
        for a, b in pairs:
            found = self.known(literals[a >> 1] ^ (a & 1), literals[b >> 1] ^ (b & 1))
            if found is None:
                return None
            literals.append(found)
        return literals[-1] >> 1

    def build(self, pairs: Sequence[tuple[int, int]], root: int, leaves: Sequence[int]) -> int:
        """Return the literal of a structure on leaves; its literals count the constant, the leaves, then its ands."""
        literals = [FALSE, *(2 * leaf for leaf in leaves)]
        for a, b in pairs:
            literals.append(self.and_(literals[a >> 1] ^ (a & 1), literals[b >> 1] ^ (b & 1)))
        return literals[root >> 1] ^ (root & 1)

    def cuts(self, node: int) -> list[tuple[tuple[int, ...], int]]:
        """Return cuts of a node, each (leaves, truth table), itself last; kept once they are made."""
        waiting = [node]
        while waiting:
            top = waiting[-1]
            if self._cuts[top] is not None:
                waiting.pop()
                continue
            a, b = self.ands[top]
            open_ = [below for below in (a >> 1, b >> 1) if self._cuts[below] is None]
            if open_:
                waiting += open_
            else:
                self._cuts[top] = self._merged(top, a, b)
        found = self._cuts[node]
        assert found is not None
        return found

    def _merged(self, node: int, a: int, b: int) -> list[tuple[tuple[int, ...], int]]:
        found: dict[tuple[int, ...], int] = {}
        left, right = self._cuts[a >> 1], self._cuts[b >> 1]
        assert left is not None
        assert right is not None
        for one, first_table in left:
            for two, second_table in right:
                if one == two:
                    leaves = one
                else:
                    union = {*one, *two}
                    if len(union) > CUT_SIZE:
                        continue
                    leaves = tuple(sorted(union))
                if leaves in found:
                    continue
                full = (1 << (1 << len(leaves))) - 1
                first = first_table if one == leaves else spread(first_table, _places(one, leaves), len(leaves))
                second = second_table if two == leaves else spread(second_table, _places(two, leaves), len(leaves))
                found[leaves] = (first ^ (full if a & 1 else 0)) & (second ^ (full if b & 1 else 0))
        kept = sorted(found.items(), key=lambda cut: len(cut[0]))[:CUTS]
        return [*kept, ((node,), 0b10)]

    def finished(self, model: Aig, made: Sequence[int]) -> Aig:
        """Return what the outputs of a model need, as a graph with its words.

        Args:
            model: gives the names of words, and the outputs as literals of its own.
            made: literals here of the nodes of the model.
        """
        graph = Aig()
        for name, word in model.inputs.items():
            graph.input(name, len(word))
        roots = {name: [made[s >> 1] ^ (s & 1) for s in word] for name, word in model.outputs.items()}
        needed = [False] * len(self.ands)
        for word_ in roots.values():
            for literal in word_:
                needed[literal >> 1] = True
        for node in range(len(self.ands) - 1, self.first - 1, -1):
            if needed[node]:
                for literal in self.ands[node]:
                    needed[literal >> 1] = True
        placed = list(range(0, 2 * self.first, 2)) + [0] * (len(self.ands) - self.first)
        for node in range(self.first, len(self.ands)):
            if needed[node]:
                a, b = self.ands[node]
                placed[node] = graph.and_(placed[a >> 1] ^ (a & 1), placed[b >> 1] ^ (b & 1))
        for name, word_ in roots.items():
            graph.output(name, [placed[s >> 1] ^ (s & 1) for s in word_])
        return graph


def _places(few: Sequence[int], leaves: Sequence[int]) -> tuple[int, ...]:
    return tuple(leaves.index(leaf) for leaf in few)


@lru_cache(maxsize=1 << 17)
def spread(table: int, places: tuple[int, ...], size: int) -> int:
    """Return a table over more inputs: input k of the old one is input ``places[k]`` of the new one."""
    result = 0
    for word in range(1 << size):
        old = sum((word >> place & 1) << k for k, place in enumerate(places))
        result |= (table >> old & 1) << word
    return result
