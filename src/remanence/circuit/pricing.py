"""The costs of all joined organisations: each subarray once, each layout once, then every pair by a few products."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from remanence.circuit.electrical import Electrical
from remanence.circuit.gates import Amplifier, Coder, Gates
from remanence.circuit.htree import Tree, tree
from remanence.circuit.organisation import LARGEST_ASPECT, QUANTITIES, Costs, Organisations, Reason, compose, total
from remanence.circuit.space import Blocks, Group, Joined, Layouts
from remanence.circuit.subarray import Parts, Subarray, subarray
from remanence.core.declare import Array

CHUNK = 16384
"""Organisations that are evaluated at once: their columns stay in the second-level cache."""

_APART = {"write_latency": ("pulse",), "write_energy": ("cell", "pump"), "leakage": ("cells",)}
"""Parts that an evaluation treats apart from the rest of their quantity."""


class Seen(NamedTuple):
    """What a macro is made of besides its organisation."""

    cell: Electrical
    gates: Gates
    sensing: Amplifier
    coder: Coder | None


@dataclass(frozen=True, slots=True, eq=False)
class Pricing:
    """Subarrays and layouts evaluated, and the groups in which they are joined to legal organisations."""

    groups: list[Group]  # blocks counted among those in use
    starts: NDArray[np.int64]  # of each group among the organisations, and their number
    blocks: Blocks  # those in use
    layouts: Layouts
    block: Subarray
    sums: Tree
    cell: Electrical
    gates: Gates
    coder: Coder | None
    word: int
    check: int
    rejected: Counter[Reason]  # what counting could not tell

    @classmethod
    def of(cls, joined: Joined, seen: Seen, capacity: int, word: int, check: int) -> Pricing:
        """Evaluate the subarrays and layouts of a join and drop the combinations that are not legal.

        Args:
            joined: at least one group.
            seen: cell, gates, sense amplifiers and coder.
            capacity: cells for data.
            word: cells for data of an access.
            check: cells for check bits of an access.
        """
        used = np.concatenate([group.blocks for group in joined.groups])
        opened = np.repeat([group.opened for group in joined.groups], [len(group.blocks) for group in joined.groups])
        blocks = Blocks(*(column[used] for column in joined.blocks))
        given = Organisations.of(**blocks._asdict(), active_across=opened, word_bits=word, check_bits=check)
        block = _collapsed(subarray(given.shape, seen.cell, seen.gates, seen.sensing), len(used))
        code = np.zeros(len(used), np.uint8)
        code[np.asarray(block.loss) > seen.gates.leakage_share] = Reason.LOSS
        code[np.asarray(block.signal) < 1.0] = Reason.SIGNAL
        if seen.cell.destructive:
            code[blocks.sense_mux > 1] = Reason.DESTRUCTIVE
        groups, rejected = _placeable(joined, code, np.asarray(block.height) / np.asarray(block.width))
        starts = np.concatenate([[0], np.cumsum([group.size for group in groups], dtype=np.int64)])
        address = np.full(len(joined.layouts.across), int(np.ceil(np.log2(max(capacity / word, 1.0)))), np.int64)
        sums = tree(**joined.layouts._asdict(), address_bits=address)
        return cls(
            groups,
            starts,
            blocks,
            joined.layouts,
            block,
            sums,
            seen.cell,
            seen.gates,
            seen.coder,
            word,
            check,
            rejected,
        )

    def __len__(self) -> int:
        """Return how many organisations there are."""
        return int(self.starts[-1])

    def columns(self, threads: int) -> dict[str, NDArray[np.float64]]:
        """Return every quantity of every organisation, group after group."""
        columns = {name: np.empty(len(self)) for name in QUANTITIES}

        def run(task: tuple[int, Group]) -> None:
            start, group = task
            step = max(CHUNK // group.number, 1)
            for first in range(0, len(group.blocks), step):
                some = group.blocks[first : first + step]
                here = slice(start + first * group.number, start + (first + len(some)) * group.number)
                costs = self._costs(some, group.layouts)
                for name, column in columns.items():
                    column[here].reshape(len(some), -1)[...] = getattr(costs, name)

        tasks = sorted(zip(self.starts[:-1].tolist(), self.groups, strict=True), key=lambda task: -task[1].size)
        if threads <= 1:
            for task in tasks:
                run(task)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(run, tasks))
        return columns

    def organisations(self, index: NDArray[np.int64]) -> Organisations:
        """Return the organisations at some places of the columns."""
        which = np.searchsorted(self.starts, index, side="right") - 1
        block, layout = np.divmod(index - self.starts[which], np.array([group.number for group in self.groups])[which])
        members = np.concatenate([group.blocks for group in self.groups])
        before = np.cumsum([0, *(len(group.blocks) for group in self.groups)])
        firsts = np.array([group.layouts.start for group in self.groups])
        return self._joined(members[before[which] + block], firsts[which] + layout)

    def _joined(self, block: Any, layout: Any) -> Organisations:
        columns: dict[str, Any] = {name: column[block] for name, column in self.blocks._asdict().items()}
        columns |= {name: column[layout] for name, column in self.layouts._asdict().items()}
        shape = np.shape(columns["rows"])
        for name, number in (("word_bits", self.word), ("check_bits", self.check)):
            columns[name] = np.broadcast_to(np.int64(number), shape)
        return Organisations(**columns)

    def _costs(self, some: NDArray[np.int64], layouts: slice) -> Costs:
        """Evaluate some subarrays in a column against a row of layouts."""
        block = _picked(self.block, some[:, None])
        sums = Tree(*(column[layouts] for column in self.sums))
        return compose(self._joined(some[:, None], layouts), block, sums, self.cell, self.gates, self.coder)


def _placeable(
    joined: Joined, code: NDArray[np.uint8], tall: NDArray[np.float64]
) -> tuple[list[Group], Counter[Reason]]:
    """Split groups by the layouts whose banks are not too long and thin, a range of their ratio of across to down.

    Args:
        joined: the groups, whose blocks follow each other in ``code`` and ``tall``.
        code: reason of each block.
        tall: height over width of each block.
    """
    ratio = joined.layouts.across / joined.layouts.down
    groups: list[Group] = []
    rejected: Counter[Reason] = Counter()
    place = 0
    for group in joined.groups:
        mine = np.arange(place, place + len(group.blocks))
        place += len(group.blocks)
        for reason in np.unique(code[mine]).tolist():
            rejected[Reason(reason)] += int(np.count_nonzero(code[mine] == reason)) * group.number
        mine = mine[code[mine] == Reason.LEGAL]
        ranked = ratio[group.layouts]
        ends = np.stack(
            [
                np.searchsorted(ranked, tall[mine] / LARGEST_ASPECT, side="left"),
                np.searchsorted(ranked, tall[mine] * LARGEST_ASPECT, side="right"),
            ]
        )
        kinds, kind = np.unique(ends, axis=1, return_inverse=True)
        for index, (first, last) in enumerate(kinds.T.tolist()):
            if last > first:
                layouts = slice(group.layouts.start + first, group.layouts.start + last)
                groups.append(Group(mine[kind.ravel() == index], layouts, group.opened))
    kept = sum(group.size for group in groups)
    rejected[Reason.ASPECT] += rejected.pop(Reason.LEGAL, 0) - kept
    return groups, +rejected


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
