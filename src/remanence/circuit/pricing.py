"""The costs of all joined organisations: each subarray once, each layout once, then every pair by a few products."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remanence.circuit.electrical import Electrical
from remanence.circuit.htree import Tree, tree
from remanence.circuit.logic import Logic, Sensing
from remanence.circuit.organisation import LARGEST_ASPECT, QUANTITIES, Organisations, Reason, compose, total
from remanence.circuit.space import Blocks, Group, Joined, Layouts
from remanence.circuit.subarray import Parts, Subarray, subarray
from remanence.core.declare import Array

CHUNK = 16384
"""Organisations that are evaluated at once: their columns stay in the second-level cache."""

_APART = {"write_latency": ("pulse",), "write_energy": ("cell", "pump"), "leakage": ("cells",)}
"""Parts that an evaluation treats apart from the rest of their quantity."""


@dataclass(frozen=True, slots=True)
class Pricing:
    """Subarrays and layouts evaluated, and the groups in which they are joined."""

    joined: Joined
    blocks: Blocks  # of the joined ones, those in use
    place: NDArray[np.int64]  # of every joined subarray among those in use
    block: Subarray
    code: NDArray[np.uint8]  # reason of each subarray in use
    layout: Tree
    cell: Electrical
    gates: Logic
    word: int
    check: int

    @classmethod
    def of(
        cls, joined: Joined, cell: Electrical, gates: Logic, sensing: Sensing, capacity: int, word: int, check: int
    ) -> Pricing:
        """Evaluate the subarrays and layouts of a join.

        Args:
            joined: at least one group.
            cell: the cell on its node.
            gates: transistors and wires.
            sensing: sense amplifiers.
            capacity: cells for data.
            word: cells for data of an access.
            check: cells for check bits of an access.
        """
        opened = np.ones(len(joined.blocks.rows), np.int64)
        for group in joined.groups:
            opened[group.blocks] = group.opened
        used = np.sort(np.concatenate([group.blocks for group in joined.groups]))
        place = np.zeros(len(opened), np.int64)
        place[used] = np.arange(len(used))
        blocks = Blocks(*(column[used] for column in joined.blocks))
        given = Organisations.of(**blocks._asdict(), active_across=opened[used], word_bits=word, check_bits=check)
        block = subarray(given.shape, cell, gates, sensing)
        code = np.zeros(len(used), np.uint8)
        code[np.broadcast_to(block.loss > gates.leakage_share, code.shape)] = Reason.LOSS
        code[np.broadcast_to(np.asarray(block.signal) < 1.0, code.shape)] = Reason.SIGNAL
        if cell.destructive:
            code[blocks.sense_mux > 1] = Reason.DESTRUCTIVE
        address = np.full(len(joined.layouts.across), int(np.ceil(np.log2(max(capacity / word, 1.0)))), np.int64)
        layout = tree(**joined.layouts._asdict(), address_bits=address)
        return cls(joined, blocks, place, _collapsed(block, len(used)), code, layout, cell, gates, word, check)

    def all(self, threads: int) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.uint8]]:
        """Return every quantity of every organisation, group after group, and their reasons."""
        starts = self._starts()
        columns = {name: np.empty(starts[-1]) for name in QUANTITIES}
        code = np.empty(starts[-1], np.uint8)

        def run(task: tuple[int, Group]) -> None:
            start, group = task
            number = group.layouts.stop - group.layouts.start
            step = max(CHUNK // number, 1)
            for first in range(0, len(group.blocks), step):
                some = self.place[group.blocks[first : first + step]]
                here = slice(start + first * number, start + (first + len(some)) * number)
                self._price(some, group.layouts, {name: column[here] for name, column in columns.items()}, code[here])

        tasks = sorted(zip(starts[:-1].tolist(), self.joined.groups, strict=True), key=lambda task: -task[1].size)
        if threads <= 1:
            for task in tasks:
                run(task)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(run, tasks))
        return columns, code

    def organisations(self, index: NDArray[np.int64]) -> Organisations:
        """Return the organisations at some places of the columns."""
        starts = self._starts()
        which = np.searchsorted(starts, index, side="right") - 1
        firsts = np.array([group.layouts.start for group in self.joined.groups])
        numbers = np.array([group.layouts.stop - group.layouts.start for group in self.joined.groups])
        members = np.concatenate([self.place[group.blocks] for group in self.joined.groups])
        before = np.concatenate([[0], np.cumsum([len(group.blocks) for group in self.joined.groups])])
        block, layout = np.divmod(index - starts[which], numbers[which])
        return self._columns(members[before[which] + block], firsts[which] + layout)

    def _starts(self) -> NDArray[np.int64]:
        return np.concatenate([[0], np.cumsum([group.size for group in self.joined.groups])])

    def _columns(self, block: Any, layout: Any) -> Organisations:
        blocks = {name: column[block] for name, column in self.blocks._asdict().items()}
        layouts = {name: column[layout] for name, column in self.joined.layouts._asdict().items()}
        shape = np.shape(blocks["rows"])
        fixed = {name: np.broadcast_to(np.int64(n), shape) for name, n in (("word_bits", self.word), ("check_bits", self.check))}  # fmt: skip
        return Organisations(**blocks, **layouts, **fixed)

    def _price(self, some: NDArray[np.int64], layouts: slice, out: dict[str, Array], code: NDArray[np.uint8]) -> None:
        """Evaluate some subarrays in a column against a row of layouts."""
        organisations = self._columns(some[:, None], layouts)
        block = _picked(self.block, some[:, None])
        costs = compose(organisations, block, Tree(*(sums[layouts] for sums in self.layout)), self.cell, self.gates)
        for name, column in out.items():
            np.asarray(column).reshape(len(some), -1)[...] = getattr(costs, name)
        across = block.width * organisations.across
        down = block.height * organisations.down
        reasons = np.where((across > LARGEST_ASPECT * down) | (down > LARGEST_ASPECT * across), Reason.ASPECT, 0)
        refused = self.code[some][:, None]
        code.reshape(len(some), -1)[...] = np.where(refused > 0, refused, reasons)


def _collapsed(block: Subarray, number: int) -> Subarray:
    """Add up the parts that are treated alike, and give every field one entry per subarray."""

    def full(content: Array) -> Array:
        return np.ascontiguousarray(np.broadcast_to(content, (number,)), dtype=np.float64)

    def collapse(name: str, parts: Parts) -> Parts:
        apart = {part: full(parts[part]) for part in _APART.get(name, ())}
        return {**apart, "path": full(total({part: item for part, item in parts.items() if part not in apart}))}

    return replace(block, **_mapped(block, collapse, full))


def _picked(block: Subarray, index: NDArray[np.int64]) -> Subarray:
    def pick(content: Array) -> Array:
        return np.asarray(content)[index]

    return replace(block, **_mapped(block, lambda _, parts: {name: pick(part) for name, part in parts.items()}, pick))


def _mapped(block: Subarray, parts: Any, single: Any) -> dict[str, Any]:
    contents = {field.name: getattr(block, field.name) for field in fields(block)}
    return {
        name: parts(name, content) if isinstance(content, dict) else single(content)
        for name, content in contents.items()
    }
