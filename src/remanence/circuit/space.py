"""Every organisation that gives a capacity and a word: listed by joining subarrays with layouts, not by trying all."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remanence.circuit.organisation import Reason
from remanence.core.errors import InputError

_Column = NDArray[np.int64]

_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)i?(b|bit|bits|B|byte|bytes)\s*", re.IGNORECASE)
_POWERS = {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}


def bits(size: int | str, subject: str = "capacity") -> int:
    """Return a memory size in bits: whole numbers are bits, text has a unit as ``"8 MiB"``, ``"32 Mbit"``, ``"1 MB"``.

    Prefixes count in powers of 1024, whether written M or Mi, as is usual for memories.

    Raises:
        InputError: no number, no unit, or not a whole number of bits above 0.
    """
    if isinstance(size, str):
        found = _SIZE.fullmatch(size)
        if found is None:
            raise InputError(
                subject, f"{size!r}", "a size with a unit is needed", "Write it like '8 MiB' or '32 Mbit'."
            )
        unit = found[3]
        byte = unit == "B" or unit.lower().startswith("byte")
        number = float(found[1]) * 2.0 ** _POWERS[found[2].upper()] * (8 if byte else 1)
    else:
        number = float(size)
    if isinstance(size, bool) or not number.is_integer() or number < 1:
        raise InputError(subject, repr(size), "must be a whole number of bits above 0")
    return int(number)


def word_count(capacity: int, word: int) -> int:
    """Return how many words of so many bits a capacity in bits holds.

    Raises:
        InputError: none, or not a whole number.
    """
    if word > capacity:
        raise InputError("search: word_bits", word, f"must not be above the capacity, {capacity} bits")
    if capacity % word:
        raise InputError("search: capacity", f"{capacity} bits", f"must be a whole number of words of {word} bits")
    return capacity // word


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """What a search may choose.

    Where a capacity or word is no power of two, rows and columns in the range of those listed that have its odd part
    are taken besides. The defaults hold every organisation of powers of two that a usual search walks through, and
    three strengths of the drivers.
    """

    rows: tuple[int, ...] = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
    columns: tuple[int, ...] = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192)
    sense_mux: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64, 128, 256)
    output_mux: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64)
    across: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
    down: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
    banks: tuple[int, ...] = (1, 2, 4, 8, 16, 32)
    stage: tuple[float, ...] = (4.0, 8.0, 16.0)

    def __post_init__(self) -> None:
        """Check that every list holds whole numbers above 0, and layouts powers of two."""
        for name in ("rows", "columns", "sense_mux", "output_mux", "across", "down", "banks"):
            numbers = getattr(self, name)
            if not numbers or any(number < 1 or number != int(number) for number in numbers):
                raise InputError(f"Space.{name}", numbers, "must list whole numbers of at least 1")
            if name in ("across", "down", "banks") and any(int(number) & (int(number) - 1) for number in numbers):
                raise InputError(f"Space.{name}", numbers, "must list powers of two, the ways of a tree")
        if not self.stage or any(not stage > 1.0 for stage in self.stage):
            raise InputError("Space.stage", self.stage, "must list efforts above 1")


class Blocks(NamedTuple):
    """Subarrays to choose from, one column each."""

    rows: _Column
    columns: _Column
    sense_mux: _Column
    output_mux: _Column
    stage: NDArray[np.float64]


class Layouts(NamedTuple):
    """Layouts to choose from."""

    across: _Column
    down: _Column
    active_across: _Column
    active_down: _Column
    banks: _Column


class Group(NamedTuple):
    """Subarrays and layouts that give capacity and word in every combination."""

    blocks: _Column  # indices
    layouts: slice  # of layouts in the order of their ratio of across to down
    opened: int

    @property
    def size(self) -> int:
        """Organisations of the group."""
        return len(self.blocks) * self.number

    @property
    def number(self) -> int:
        """How many layouts the group has."""
        return int(self.layouts.stop) - int(self.layouts.start)

    @property
    def range(self) -> _Column:
        """Indices of its layouts."""
        return np.arange(self.layouts.start, self.layouts.stop)


class Joined(NamedTuple):
    """All legal organisations as groups, and how many others there are for each reason."""

    blocks: Blocks
    layouts: Layouts
    groups: list[Group]
    candidates: int
    rejected: Counter[Reason]


def join(space: Space, capacity: int, word: int) -> Joined:
    """Return every organisation of a space that has a capacity and a word.

    Args:
        space: what may be chosen.
        capacity: cells for data.
        word: cells of an access.
    """
    blocks, layouts = _blocks(space, capacity, word), _layouts(space)
    number = layouts.across * layouts.down * layouts.banks
    opened = layouts.active_across * layouts.active_down
    order = np.lexsort((layouts.across / layouts.down, opened, number))
    layouts = Layouts(*(column[order] for column in layouts))
    keys = number[order] * 2**32 + opened[order]
    group = blocks.sense_mux * blocks.output_mux
    divides = blocks.columns % group == 0
    cells = blocks.rows * blocks.columns
    every = len(keys)
    rejected = Counter({Reason.MULTIPLEXER: int(np.count_nonzero(~divides)) * every})
    pairs, kind = np.unique(
        np.stack([cells, np.where(divides, blocks.columns // group, 0)]), axis=1, return_inverse=True
    )
    members = np.argsort(kind.ravel(), kind="stable")
    ends = np.searchsorted(kind.ravel()[members], np.arange(pairs.shape[1] + 1))
    groups: list[Group] = []
    for index, (size, width) in enumerate(pairs.T.tolist()):
        if not width:
            continue
        mine = members[ends[index] : ends[index + 1]]
        wanted, rest = divmod(capacity, size)
        first, last = np.searchsorted(keys, [wanted * 2**32, (wanted + 1) * 2**32]) if not rest else (0, 0)
        rejected[Reason.CAPACITY] += len(mine) * (every - int(last - first))
        opens, rest = divmod(word, width)
        inner = np.searchsorted(keys, [wanted * 2**32 + opens, wanted * 2**32 + opens + 1])
        start, stop = (int(inner[0]), int(inner[1])) if not rest and last > first else (0, 0)
        rejected[Reason.WORD] += len(mine) * (int(last - first) - (stop - start))
        if stop > start:
            groups.append(Group(mine, slice(start, stop), opens))
    return Joined(blocks, layouts, groups, every * len(cells), rejected)


def _odd(number: int) -> int:
    while number % 2 == 0:
        number //= 2
    return number


def _sizes(listed: tuple[int, ...], factors: set[int]) -> list[int]:
    """Sizes listed, and every other within their range that is a power of two times a factor."""
    largest = max(listed)
    other = {factor << power for factor in factors - {1} for power in range(largest.bit_length())}
    return sorted({*(int(size) for size in listed), *(size for size in other if min(listed) <= size <= largest)})


def _blocks(space: Space, capacity: int, word: int) -> Blocks:
    whole, part = _odd(capacity), _odd(word)
    shared = math.gcd(whole, part)  # what the columns have of it the rows need not
    grids = np.meshgrid(
        _sizes(space.rows, {whole, whole // shared}),
        _sizes(space.columns, {part}),
        space.sense_mux,
        space.output_mux,
        space.stage,
        indexing="ij",
    )
    rows, columns, sense_mux, output_mux = (grid.ravel().astype(np.int64) for grid in grids[:4])
    return Blocks(rows, columns, sense_mux, output_mux, grids[4].ravel().astype(np.float64))


def _layouts(space: Space) -> Layouts:
    across, down, banks = space.across, space.down, space.banks
    largest = max(*across, *down)
    active = [2**power for power in range(largest.bit_length())]
    grids = np.meshgrid(across, down, active, active, banks, indexing="ij")
    columns = [grid.ravel().astype(np.int64) for grid in grids]
    inside = (columns[2] <= columns[0]) & (columns[3] <= columns[1])
    return Layouts(*(column[inside] for column in columns))
