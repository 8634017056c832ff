"""Free columns, in pools, and the steps written so far.

A pool is what a gate may write: the columns of one array, or of one parity of it. A column that is given back stands in
no known state until it is preset; then it waits for a gate that wants this state.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from remanence.cram.gates import LARGEST_FAN_IN
from remanence.cram.netlist import NONE
from remanence.cram.program import COPY, MOVE, PRESET_0

Words: TypeAlias = Mapping[str, tuple[int, ...]]
"""Columns by name, lowest bit first."""
_AHEAD = 4
"""Gates looked at for a batch of presets, in columns of an array: one pool may be full long before another."""


class Columns:
    """Columns of arrays side by side; see the file.

    Args:
        width: columns of one array.
        arrays: how many lie side by side.
        parities: pools of an array: 1, or 2 for even and odd columns.
        start: column of each array that is taken first, then those after it, around the array.
        taken: columns that are never free at first.
    """

    def __init__(
        self, width: int, *, arrays: int = 1, parities: int = 1, start: int = 0, taken: Collection[int] = ()
    ) -> None:
        self.width, self.arrays, self.parities, self.start = width, arrays, parities, start
        pools = range(arrays * parities)
        self._dirty: list[list[int]] = [[] for _ in pools]  # heaps of turns
        self._ready: list[tuple[list[int], list[int]]] = [([], []) for _ in pools]
        self._rows: list[tuple[int, int, tuple[int, ...], int]] = []
        self.step, self.copy_steps = -1, 0
        for column in range(width * arrays):
            if column not in taken:
                self.release(column)

    def pool(self, column: int) -> int:
        """Return the pool of a column."""
        return column // self.width * self.parities + column % self.parities

    def free(self, pool: int) -> int:
        """Return how many columns of a pool hold nothing that is needed."""
        return len(self._dirty[pool]) + sum(map(len, self._ready[pool]))

    def release(self, column: int) -> None:
        """Give a column back."""
        base = column // self.width * self.width
        heapq.heappush(self._dirty[self.pool(column)], (column - base - self.start) % self.width)

    def waits(self, pool: int, state: int) -> bool:
        """Return whether a column of a pool waits in this state."""
        return bool(self._ready[pool][state])

    def prepare(self, wanted: Iterable[tuple[int, int]], *, batched: bool = True) -> None:
        """Preset columns for the gates to come that have none waiting, as many as there are, in one step.

        Args:
            wanted: pool and state of their outputs; the first one gets its column, if its pool has any.
            batched: whether for more than the first.
        """
        left = [[len(states[0]), len(states[1])] for states in self._ready]
        most = [len(turns) for turns in self._dirty]
        chosen: list[tuple[int, int]] = []
        for number, (pool, state) in enumerate(wanted):
            if not number and not left[pool][state] and not most[pool]:
                self._recall(pool)
                left[pool], most[pool] = [0, 0], len(self._dirty[pool])
            if left[pool][state]:
                left[pool][state] -= 1
            elif most[pool]:
                most[pool] -= 1
                chosen.append((pool, state))
            if (chosen and not batched) or not any(most) or number > _AHEAD * self.width:
                break
        for (pool, state), column in zip(chosen, self.preset(chosen), strict=True):
            self._ready[pool][state].append(column)

    def preset(self, states: Sequence[tuple[int, int]]) -> list[int]:
        """Preset free columns of these pools to these states and return them; in the step of presets just before."""
        if not states:
            return []
        self.step += not self._rows or self._rows[-1][0] not in (PRESET_0, PRESET_0 + 1)
        taken = [self._pop(pool) for pool, _ in states]
        self._rows += [
            (PRESET_0 + state, column, (), self.step) for (_, state), column in zip(states, taken, strict=True)
        ]
        return taken

    def gate(self, opcode: int, pool: int, state: int, read: tuple[int, ...]) -> int:
        """Run a gate into a column that waits for it; return the column."""
        column = self._ready[pool][state].pop(0)
        self.step += 1
        self._rows.append((opcode, column, read, self.step))
        return column

    def rewrite(self, pool: int, source: int) -> int:
        """Read a column and write it into a free one of a pool of its array, in the same rows; return that."""
        column = self._spare(pool)
        self.step += 1
        self._rows.append((MOVE, column, (source, 0), self.step))
        return column

    def copy(self, pairs: Sequence[tuple[int, int]]) -> list[int]:
        """Copy columns of one array into free ones of pools of another, in one step; return those."""
        self.step += 1
        self.copy_steps += 1
        taken = [self._spare(pool) for _, pool in pairs]
        self._rows += [(COPY, column, (source,), self.step) for (source, _), column in zip(pairs, taken, strict=True)]
        return taken

    @property
    def copies(self) -> int:
        """How many columns were copied."""
        return sum(row[0] == COPY for row in self._rows)

    def instructions(self) -> dict[str, Any]:
        """Return what was written, by name of the argument of a `Program`."""
        rows = self._rows
        wide = [(*row[2], *(NONE,) * (LARGEST_FAN_IN - len(row[2]))) for row in rows]
        return {
            "opcodes": np.array([row[0] for row in rows], np.int16),
            "outputs_to": np.array([row[1] for row in rows], np.int32),
            "fan_in": np.array(wide, np.int32).reshape(-1, LARGEST_FAN_IN),
            "steps": np.array([row[3] for row in rows], np.int32),
        }

    def _pop(self, pool: int) -> int:
        array, turn = pool // self.parities, heapq.heappop(self._dirty[pool])
        return array * self.width + (self.start + turn) % self.width

    def _spare(self, pool: int) -> int:
        """Take a column in whatever state."""
        if not self._dirty[pool]:
            self._recall(pool)
        return self._pop(pool)

    def _recall(self, pool: int) -> None:
        """Give back the columns of a pool that wait: what they wait for does not come."""
        for states in self._ready[pool]:
            while states:
                self.release(states.pop())


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where a schedule finds its inputs and leaves its outputs, and its steps."""

    inputs: Words
    outputs: Words
    columns: Columns
