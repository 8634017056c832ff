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
from remanence.circuit.organisation import (
    LARGEST_ASPECT,
    QUANTITIES,
    Costs,
    Counts,
    Organisations,
    Reason,
    Redundancy,
    address_bits,
    compose,
    total,
)
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

    block_of: NDArray[np.int32]  # subarray of every organisation, among those in use
    layout_of: NDArray[np.int32]
    blocks: Blocks  # those in use
    layouts: Layouts
    block: Subarray
    sums: Tree
    counts: Counts  # opened and stored by block, number and banks by layout
    seen: Seen
    check: int
    redundancy: Redundancy
    rejected: Counter[Reason]  # what counting could not tell

    @classmethod
    def of(
        cls, joined: Joined, seen: Seen, capacity: int, word: int, check: int, redundancy: Redundancy | None = None
    ) -> Pricing:
        """Evaluate the subarrays and layouts of a join and drop the combinations that are not legal.

        Args:
            joined: at least one group.
            seen: cell, gates, sense amplifiers and coder.
            capacity: cells for data.
            word: cells for data of an access.
            check: cells for check bits of an access.
            redundancy: spares of every subarray; none if left out.
        """
        spares = redundancy or Redundancy()
        used = np.concatenate([group.blocks for group in joined.groups])
        opened = np.repeat([group.opened for group in joined.groups], [len(group.blocks) for group in joined.groups])
        blocks = Blocks(*(column[used] for column in joined.blocks))
        given = Organisations.of(**blocks._asdict(), active_across=opened, word_bits=word, check_bits=check,
                                 spare_rows=spares.rows, spare_columns=spares.columns)  # fmt: skip
        block = _collapsed(subarray(given.shape, seen.cell, seen.gates, seen.sensing), len(used))
        code = np.zeros(len(used), np.uint8)
        code[np.asarray(block.loss) > seen.gates.leakage_share] = Reason.LOSS
        code[np.asarray(block.signal) < 1.0] = Reason.SIGNAL
        if seen.cell.destructive:
            code[blocks.sense_mux > 1] = Reason.DESTRUCTIVE
        groups, rejected = _placeable(joined, code, np.asarray(block.height) / np.asarray(block.width))
        layouts = joined.layouts
        address = int(address_bits(np.array(capacity), np.array(word)))
        one = np.empty(0, np.int32)
        return cls(
            np.concatenate([one, *(np.repeat(group.blocks, group.number) for group in groups)], dtype=np.int32),
            np.concatenate([one, *(np.tile(group.range, len(group.blocks)) for group in groups)], dtype=np.int32),
            blocks,
            layouts,
            block,
            tree(**layouts._asdict(), address_bits=np.full(len(layouts.across), address)),
            Counts(
                number=(layouts.across * layouts.down * layouts.banks).astype(np.float64),
                opened=opened.astype(np.float64),
                stored=given.stored.astype(np.float64),
                banks=layouts.banks.astype(np.float64),
                word=float(word),
                address=float(address),
            ),
            seen,
            check,
            spares,
            rejected,
        )

    def __len__(self) -> int:
        """Return how many organisations there are."""
        return len(self.block_of)

    def columns(self, threads: int) -> dict[str, NDArray[np.float64]]:
        """Return every quantity of every organisation."""
        columns = {name: np.empty(len(self)) for name in QUANTITIES}

        def run(start: int) -> None:
            here = slice(start, start + CHUNK)
            costs = self._costs(self.block_of[here], self.layout_of[here])
            for name, column in columns.items():
                column[here] = getattr(costs, name)

        starts = range(0, len(self), CHUNK)
        if threads <= 1:
            for start in starts:
                run(start)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(run, starts))
        return columns

    def organisations(self, index: NDArray[np.int64]) -> Organisations:
        """Return the organisations at some places of the columns."""
        block, layout = self.block_of[index], self.layout_of[index]
        columns: dict[str, Any] = {name: column[block] for name, column in self.blocks._asdict().items()}
        columns |= {name: column[layout] for name, column in self.layouts._asdict().items()}
        for name, number in (
            ("word_bits", int(self.counts.word)),
            ("check_bits", self.check),
            ("spare_rows", self.redundancy.rows),
            ("spare_columns", self.redundancy.columns),
        ):
            columns[name] = np.full(np.shape(block), number)
        return Organisations(**columns)

    def _costs(self, block: NDArray[np.int32], layout: NDArray[np.int32]) -> Costs:
        """Join subarrays with layouts, one each per organisation."""
        of, seen = self.counts, self.seen
        counts = of._replace(
            number=of.number[layout], opened=of.opened[block], stored=of.stored[block], banks=of.banks[layout]
        )
        sums = Tree(*(column[layout] for column in self.sums))
        return compose(counts, _picked(self.block, block), sums, seen.cell, seen.gates, seen.coder)


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


def _picked(block: Subarray, index: NDArray[np.int32]) -> Subarray:
    def pick(content: Array) -> Array:
        return np.asarray(content)[index]

    return replace(block, **_mapped(block, lambda _, parts: {name: pick(part) for name, part in parts.items()}, pick))


def _mapped(block: Subarray, parts: Any, single: Any) -> dict[str, Any]:
    contents = {field.name: getattr(block, field.name) for field in fields(block)}
    return {
        name: parts(name, content) if isinstance(content, dict) else single(content)
        for name, content in contents.items()
    }
