"""The order in which an array's nodes are eliminated: nested dissection, once for each shape and wiring.

A block of cells keeps only the nodes that still have wires to the outside. Two halves of a block are joined, the nodes
that are inside from now on are its pivots, and so on up to the whole array, where only drivers and sense ends are left.
Nodes joined by a wire without resistance are one node.
"""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAF = 8
"""Cells of the smallest block: with fewer, joining costs more than it saves."""
ROW, ROW_END, COLUMN, COLUMN_END = range(4)
"""Wires, in the order in which their conductances follow those of the cells."""

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Schedule:
    """Fronts in the order of elimination; the lists of all fronts lie one after the other."""

    nodes: int
    """Nodes of the array: row wires, column wires, drivers, sense ends (merged ones stay unused)."""
    upper: Integers
    """Node of each cell on its row wire, shape (R C,)."""
    lower: Integers
    """Node of each cell on its column wire."""
    members: Integers
    """Nodes of the fronts, in the order of their elimination."""
    place: Integers
    """Of a front's last members in its parent: positions."""
    table: Integers
    """One row a front: start in `members`, number of members, pivots, drivers before, sense ends before, start of its
    update in the work space, start of its matrix there, start of its factor, start of its pivots, first edge, end of
    its edges, first child, second child (-1 for none), start in `place`."""
    edge_at: Integers
    """Where in a front's matrix an edge is added."""
    edge_of: Integers
    """Which conductance it has: a cell's, or R C plus the kind of wire."""
    work: int
    """Numbers of work space."""
    factor: int
    """Numbers of all pivots' rows."""
    pivots: int
    """Eliminated nodes."""
    products: int
    """Multiplications with addition of one elimination, those between rows of pivots included."""


class _Builder:
    def __init__(self, rows: int, columns: int, driven: str, sensed: str, free: tuple[bool, ...]) -> None:
        self.rows, self.columns, self.driven, self.sensed = rows, columns, driven, sensed
        cells = rows * columns
        i, j = np.divmod(np.arange(cells), columns)
        self.driver, self.sense = 2 * cells, 2 * cells + rows
        upper = np.arange(cells) if not free[ROW] else (self.driver + i if free[ROW_END] else i * columns)
        lower = cells + np.arange(cells) if not free[COLUMN] else (self.sense + j if free[COLUMN_END] else cells + j)
        self.upper, self.lower = upper, lower
        self.upper_list, self.lower_list = upper.tolist(), lower.tolist()
        self.edges: list[list[tuple[int, int, int]]] = []
        self.fronts: list[dict[int, int]] = []  # open nodes and the edges each of them still lacks
        self.pivots: list[list[int]] = []
        self.children: list[tuple[int, ...]] = []
        self.degree: Counter[int] = Counter()

    def owned(self, r0: int, r1: int, c0: int, c1: int) -> list[tuple[int, int, int]]:
        """Edges of a block's cells: the cell, the row wire left of it, the column wire below, and outer ends."""
        cells, columns = self.rows * self.columns, self.columns
        upper, lower = self.upper_list, self.lower_list
        edges = []
        for i in range(r0, r1):
            for j in range(c0, c1):
                k = i * columns + j
                up, low = upper[k], lower[k]
                edges.append((up, low, k))
                if j:
                    edges.append((upper[k - 1], up, cells + ROW))
                elif self.driven != "right":
                    edges.append((self.driver + i, up, cells + ROW_END))
                if j == columns - 1 and self.driven != "left":
                    edges.append((up, self.driver + i, cells + ROW_END))
                if i < self.rows - 1:
                    edges.append((low, lower[k + columns], cells + COLUMN))
                elif self.sensed != "top":
                    edges.append((low, self.sense + j, cells + COLUMN_END))
                if not i and self.sensed != "bottom":
                    edges.append((self.sense + j, low, cells + COLUMN_END))
        return [edge for edge in edges if edge[0] != edge[1]]

    def close(self, lacking: dict[int, int], edges: list[tuple[int, int, int]], children: tuple[int, ...]) -> int:
        pivots = [node for node, lack in lacking.items() if not lack and node < self.driver]
        for node in pivots:
            del lacking[node]
        self.fronts.append(lacking)
        self.pivots.append(pivots)
        self.edges.append(edges)
        self.children.append(children)
        return len(self.fronts) - 1

    def build(self, r0: int, r1: int, c0: int, c1: int) -> int:
        height, width = r1 - r0, c1 - c0
        if height * width <= LEAF:
            edges = self.owned(r0, r1, c0, c1)
            seen = Counter(node for a, b, _ in edges for node in (a, b))
            return self.close({node: self.degree[node] - count for node, count in seen.items()}, edges, ())
        if height >= width:
            middle = (r0 + r1) // 2
            halves = self.build(r0, middle, c0, c1), self.build(middle, r1, c0, c1)
        else:
            middle = (c0 + c1) // 2
            halves = self.build(r0, r1, c0, middle), self.build(r0, r1, middle, c1)
        first, second = (self.fronts[half] for half in halves)
        lacking = dict(first)
        for node, lack in second.items():
            # both halves count what is missing from all edges of a node: what the other half has comes off
            lacking[node] = lacking[node] + lack - self.degree[node] if node in lacking else lack
        return self.close(lacking, [], halves)


@functools.lru_cache(maxsize=64)
def schedule(rows: int, columns: int, driven: str, sensed: str, free: tuple[bool, ...]) -> Schedule:
    """Return the order of elimination; ``free`` tells which kinds of wire have no resistance."""
    builder = _Builder(rows, columns, driven, sensed, free)
    for a, b, _ in builder.owned(0, rows, 0, columns):
        builder.degree[a] += 1
        builder.degree[b] += 1
    builder.build(0, rows, 0, columns)
    nodes = 2 * rows * columns + rows + columns
    order = list(range(nodes, 2 * nodes))  # of drivers and sense ends, which are never eliminated
    for rank, node in enumerate(node for pivots in builder.pivots for node in pivots):
        order[node] = rank

    # plain lists: thousands of short ones
    table: list[list[int]] = []
    members: list[int] = []
    place: list[int] = []
    edge_at: list[int] = []
    edge_of: list[int] = []
    factor = pivot = free_from = work = products = 0
    lists: list[list[int]] = []
    for lacking, pivots, edges, children in zip(
        builder.fronts, builder.pivots, builder.edges, builder.children, strict=True
    ):
        rest = sorted(lacking, key=order.__getitem__)
        here = pivots + rest
        size, count = len(here), len(pivots)
        lists.append(rest)
        senses = size - sum(node >= builder.sense for node in rest)
        drivers = size - sum(node >= builder.driver for node in rest)
        position = {node: k for k, node in enumerate(here)}
        first_edge = len(edge_at)
        for a, b, kind in edges:
            low, high = sorted((position[a], position[b]))
            edge_at.append(low * size + high)
            edge_of.append(kind)
        for child in children:
            table[child][13] = len(place)
            place += [position[node] for node in lists[child]]
        matrix = free_from
        update = table[children[0]][5] if children else matrix  # over the children's, which are used up by then
        table.append([len(members), size, count, drivers, senses, update, matrix, factor, pivot, first_edge,
                      len(edge_at), *(children or (-1, -1)), 0])  # fmt: skip
        members += here
        work = max(work, matrix + size * size)
        free_from = update + (size - count) ** 2
        factor, pivot = factor + count * size, pivot + count
        for left in range(drivers - count, drivers):  # others that a pivot meets besides drivers and sense ends
            products += left * (left - 1) // 2 + left * (size - drivers) + (senses - drivers) * (size - senses)
    arrays = [np.array(item, dtype=np.int64) for item in (members, place, table, edge_at, edge_of)]
    upper, lower = builder.upper.astype(np.int64), builder.lower.astype(np.int64)
    return Schedule(nodes, upper, lower, arrays[0], arrays[1], arrays[2], arrays[3], arrays[4], work, factor, pivot,
                    products)  # fmt: skip
