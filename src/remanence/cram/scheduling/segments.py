"""From a network of gates to a program on logic lines that switches cut into segments: several gates in a step.

A gate joins the segments between its cells and leaves the others alone, so that a step holds as many gates as have
spans without a segment in common. List scheduling: of the gates that could run, those on the longest way to an output
come first, and each leaves its result in the segment of its span that lies nearest to where it belongs. Where that
needs too many cells, gates that come late in the order of `schedule.gate_order` wait for those before them. Several
ways to tell where a signal belongs are tried, and the program with the fewest steps is kept.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from remanence.core.errors import InputError
from remanence.cram.gates import GATES, LARGEST_FAN_IN, OPCODES
from remanence.cram.netlist import NONE, ONE, ZERO, Netlist
from remanence.cram.program import PRESET_0, Program
from remanence.cram.schedule import schedule
from remanence.cram.scheduling.order import gate_order
from remanence.cram.scheduling.segment_places import STATED, WAYS, Places, homes, input_columns, wanted_segments

_Waiting: TypeAlias = tuple[tuple[int, int], int]
"""How urgent a gate is, the least first, and its signal."""

MOST_GATES_TRIED = 60_000
"""Gates scheduled in all trials together: a large network is scheduled in the first ways alone."""
_WINDOWS, _NARROW = (16, 48, 0), (4, 1)
"""Gates that may run ahead of the first one that has not, for each segment; 0: all. Fewer take fewer cells; the narrow
ones are for where the others find too few."""
_NOT = OPCODES["NOT"]
_MOST_RELAYS = 8
"""For each gate; beyond that, columns are so scarce that relays do not land where they should."""


class _GivenUpError(Exception):
    """No column is left for a gate that has to run, or another program takes fewer steps."""


def schedule_segments(
    netlist: Netlist,
    *,
    columns: int,
    segment: int,
    reach: int | None = None,
    keep_inputs: bool = True,
    places: Places | None = None,
    signed: frozenset[str] = frozenset(),
    start: int = 0,
) -> Program:
    """Give every gate a step and a column of an array whose logic lines have switches.

    Args:
        netlist: what is computed.
        columns: how many the array has.
        segment: columns between two switches.
        reach: segments that a gate may join, at least 2; all where None. A signal that lies further away comes nearer
            over pairs of NOT, beyond the gates of the netlist.
        keep_inputs: whether the inputs are still there at the end; if not, their columns are used again.
        places: columns of inputs by name; the others go, bit by bit, side by side over the segments.
        signed: names of the words that are in two's complement; handed on to the program.
        start: column that scratch takes first in every segment, modulo its width.

    Returns:
        A program that takes no more steps than that of `schedule.schedule`, unless a reach is given.

    Raises:
        InputError: the array is too narrow, no such segments, or a netlist that moves rows.
    """
    if not 1 <= segment <= columns:
        raise InputError("schedule: segment", segment, f"must be from 1 to the {columns} columns")
    if reach is not None and reach < 2:
        raise InputError("schedule: reach", reach, "must be at least 2 segments, or bits could never meet")
    if netlist.moves:
        raise InputError("schedule: netlist", f"{len(netlist.moves)} bits that change rows",
                         "need logic lines without switches", "Take segment=0, or an array without.")  # fmt: skip
    found, narrow = [], None
    try:
        plain = schedule(netlist, columns=columns, keep_inputs=keep_inputs, places=places, signed=signed, start=start)
        found += [replace(plain, segment=segment)] if reach is None else []
    except InputError as error:  # an order for segments may still take fewer columns
        if error.subject != "schedule: columns" or sum(map(len, netlist.inputs.values())) > columns:
            raise
        narrow = error
    order = gate_order(netlist)
    ways = (*(STATED if np.isfinite(netlist.places).any() else ()), *WAYS)
    for way in ways[: max(MOST_GATES_TRIED // (len(_WINDOWS) * max(len(netlist), 1)), 1)]:
        wanted = wanted_segments(netlist, places or {}, columns, segment, way.layout)
        home = homes(netlist, order, way, wanted, columns / segment)
        words = input_columns(netlist, places or {}, columns, segment, home)
        queue = sorted(order) if way.home == "stated" else order  # a generator makes what is needed soon first
        for window in (*_WINDOWS, *_NARROW):
            if window in _NARROW and found:
                break
            trial = _Trial(netlist, queue, columns, segment, reach or columns, words, home, window, keep_inputs, start)
            with suppress(_GivenUpError):
                most = min((made.step_count for made in found), default=len(netlist) * columns)
                found.append(trial.program(signed, most))
    if narrow is not None and not found:
        raise narrow
    if not found:
        raise InputError("schedule: columns", columns, f"are too few for segments of {segment}, {reach} of them joined",
                         "Give a wider array, or let gates reach further.")  # fmt: skip
    return min(found, key=lambda made: (made.step_count, int(made.joined().sum())))


def fewest_steps(netlists: Sequence[Netlist], *, segment: int, **how: Any) -> Program:
    """Return the program of the fewest steps of networks that compute the same; see `schedule_segments`.

    Raises:
        InputError: none of them can be scheduled; that of the first one.
    """
    made, failed = [], []
    for netlist in netlists:
        try:
            made.append(schedule_segments(netlist, segment=segment, **how))
        except InputError as error:
            failed.append(error)
    if not made:
        raise failed[0]
    return min(made, key=lambda program: program.step_count)


class _Trial:
    """One way gone through. Lists by signal grow by the relays that a short reach needs."""

    def __init__(
        self,
        netlist: Netlist,
        order: list[int],
        columns: int,
        segment: int,
        reach: int,
        words: Places,
        home: list[float],
        window: int,
        keep_inputs: bool,
        start: int,
    ) -> None:
        self.netlist, self.order, self.columns, self.segment, self.reach = netlist, order, columns, segment, reach
        self.words, self.start, self.first = words, start, netlist.first
        self.segments = -(-columns // segment)
        self.rank = {signal: place for place, signal in enumerate(self.order)}
        self.ahead = window * self.segments or len(self.order)
        self.opcodes = [NONE] * self.first + netlist.opcodes.tolist()
        self.fan_in: list[list[int]] = [[] for _ in range(self.first)]
        self.fan_in += [[s for s in read if s != NONE] for read in netlist.fan_in.tolist()]
        self.column = [NONE] * len(self.opcodes)
        for name, word in netlist.inputs.items():
            for signal, place in zip(word, words[name], strict=True):
                self.column[signal] = place
        self.kept = [True] * 2 + [keep_inputs] * (self.first - 2) + [False] * len(netlist)
        for word in netlist.outputs.values():
            for signal in word:
                self.kept[signal] = True
        self.readers: list[set[int]] = [set() for _ in self.opcodes]  # gates that have yet to read a signal
        for signal in self.order:
            for source in self.fan_in[signal]:
                self.readers[source].add(signal)
        self.missing = [len({s for s in read if s >= self.first}) for read in self.fan_in]
        self.span = [(0, 0)] * len(self.opcodes)  # of what a gate reads
        self.home, self.height = list(home), self._heights()
        self.rows: list[tuple[int, int, tuple[int, ...], int]] = []
        self.step = -1
        self.free: list[list[int]] = [[] for _ in range(self.segments)]  # in no known state, as heaps of turns
        self.ready: tuple[list[list[int]], ...] = tuple([[] for _ in range(self.segments)] for _ in range(2))
        self.constants: dict[int, dict[int, int]] = {ZERO: {}, ONE: {}}  # columns by segment
        self.holding = {ZERO: 0, ONE: 0}  # segments with that constant, as bits
        self.unused: dict[int, int] = {}  # rows of presets that no gate took yet, by column
        self.dead: set[int] = set()
        self.left = [0, 0]  # gates to come, by preset
        for signal in self.order:
            self.left[GATES[self.opcodes[signal]].preset] += 1

    def _heights(self) -> list[int]:
        """Gates from each signal to the furthest output, itself included."""
        height = [1] * len(self.opcodes)
        for signal in reversed(self.order):
            for source in self.fan_in[signal]:
                height[source] = max(height[source], height[signal] + 1)
        return height

    def program(self, signed: frozenset[str], most: int) -> Program:
        """Return the program.

        Raises:
            _GivenUpError: this way needs more columns, or more steps than this.
        """
        used = {place for word in self.words.values() for place in word}
        for place in range(self.columns):
            if place not in used:
                self._release(place)
        for signal in range(2, self.first):
            if not self.readers[signal] and not self.kept[signal]:
                self._release(self.column[signal])
        self.step += 1
        self._put_constants()
        self._preset({})
        waiting: list[_Waiting] = []
        for signal in self.order:
            if not self.missing[signal]:
                waiting += self._offered(signal)
        behind, preset_again = 0, False
        done: set[int] = set()
        while waiting:
            waiting.sort()
            taken, held, lacking = self._chosen(waiting, behind)
            after_gates = self.rows[-1][0] < PRESET_0
            if len(lacking) > len(taken) and (after_gates or not (taken or preset_again)):
                preset_again = not after_gates
                self.step += after_gates
                self._preset(lacking)
                continue
            if not taken or self.step > most:
                raise _GivenUpError
            self.step += 1
            for signal, place in taken:
                self._run(signal, place)
            waiting = held
            for signal, _ in taken:
                done.add(signal)
                waiting += self._finished(signal)
            while behind < len(self.order) and self.order[behind] in done:
                behind += 1
        return self._made(signed)

    def _release(self, column: int) -> None:
        """Take a column back that nobody reads any more."""
        heapq.heappush(self.free[column // self.segment], (column - self.start) % self.segment)

    def _put_constants(self) -> None:
        """Preset columns that stay: a constant that gates read in every segment with room, one for outputs alone."""
        outputs = {signal for word in self.netlist.outputs.values() for signal in word}
        for state in (ZERO, ONE):
            wanted = self.segments if self.readers[state] else int(state in outputs)
            for place in range(self.segments):
                if len(self.constants[state]) < wanted and self.free[place]:
                    column = self._first_free(place)
                    self.constants[state][place] = column
                    self.rows.append((PRESET_0 + state, column, (), self.step))
            if wanted and not self.constants[state]:
                raise _GivenUpError
            self.holding[state] = sum(1 << place for place in self.constants[state])

    def _first_free(self, place: int) -> int:
        return place * self.segment + (heapq.heappop(self.free[place]) + self.start) % self.segment

    def _preset(self, lacking: Mapping[int, int]) -> None:
        """Preset all free columns, states as often as gates to come want them; what is lacking is made sure of."""
        zeros, ones = self.left
        for place in range(self.segments):
            held = (self.ready[0][place], self.ready[1][place])
            every = len(self.free[place]) + len(held[0]) + len(held[1])
            share = round(every * ones / max(zeros + ones, 1))
            share = max(min(share, every - bool(zeros)), min(bool(ones), every))
            need = lacking.get(place)
            if need is not None:
                share = max(share, 1) if need else min(share, every - 1)
            while self.free[place]:
                self._set(self._first_free(place), int(len(held[1]) < share))
            if need is not None and not held[need]:
                column = held[1 - need].pop()
                self.dead.add(self.unused.pop(column))
                self._set(column, need)

    def _set(self, column: int, state: int) -> None:
        self.unused[column] = len(self.rows)
        self.rows.append((PRESET_0 + state, column, (), self.step))
        self.ready[state][column // self.segment].append(column)

    def _run(self, signal: int, place: int) -> None:
        """Write a gate into the step."""
        out = self.ready[GATES[self.opcodes[signal]].preset][place].pop(0)
        mask = self._mask(signal, place)
        read = [self.column[source] if source > ONE else self._constant(source, mask) for source in self.fan_in[signal]]
        self.rows.append((self.opcodes[signal], out, tuple(read), self.step))
        self.column[signal] = out
        del self.unused[out]
        self.left[GATES[self.opcodes[signal]].preset] -= 1

    def _constant(self, state: int, mask: int) -> int:
        return next(column for place, column in self.constants[state].items() if mask >> place & 1)

    def _finished(self, signal: int) -> list[_Waiting]:
        """Release what nobody reads any more, and return the gates that can run now."""
        for source in self.fan_in[signal]:
            self.readers[source].discard(signal)
            if not self.readers[source] and not self.kept[source]:
                self._release(self.column[source])
        found: list[_Waiting] = []
        for reader in sorted(self.readers[signal]):
            self.missing[reader] -= 1
            if not self.missing[reader]:
                found += self._offered(reader)
        return found

    def _offered(self, signal: int) -> list[_Waiting]:
        """Return a gate whose inputs are there with its place in the queue, or the relays that it needs before."""
        held = [self.column[source] // self.segment for source in self.fan_in[signal] if source > ONE] or [0]
        low, high = min(held), max(held)
        if high - low >= self.reach:
            return self._relayed(signal, low, high)
        self.span[signal] = (low, high)
        return [((-self.height[signal], high - low), signal)]

    def _relayed(self, signal: int, low: int, high: int) -> list[_Waiting]:
        """Bring the inputs of a gate near to each other by pairs of NOT; return the first of them."""
        hop = self.reach - 1
        held = {source: self.column[source] // self.segment for source in self.fan_in[signal] if source > ONE}

        def hops(at: int, left: int) -> int:
            away = max(left - at, at - left - hop, 0)
            return 2 * -(-away // (2 * hop))

        target = min(max(self.home[signal] - hop / 2, low), high - hop)
        left = min(range(low, high - hop + 1),
                   key=lambda edge: (sum(hops(at, edge) for at in held.values()), abs(edge - target)))  # fmt: skip
        found: list[_Waiting] = []
        for source, at in held.items():
            number = hops(at, left)
            if not number:
                continue
            if len(self.opcodes) > self.first + _MOST_RELAYS * (len(self.netlist) + 1):
                raise _GivenUpError
            end = left if at < left else left + hop
            last = source
            self.readers[source].discard(signal)
            for turn in range(number):
                last = self._add_relay(last, at + (end - at) * (turn + 1) / number, self.height[signal] + number - turn)
                if not turn:
                    first = last
            self.readers[last].add(signal)
            self.fan_in[signal] = [last if each == source else each for each in self.fan_in[signal]]
            self.missing[signal] += 1
            found += self._offered(first)
        return found

    def _add_relay(self, source: int, home: float, height: int) -> int:
        """Add a NOT and return its signal."""
        signal = len(self.opcodes)
        self.readers[source].add(signal)
        self.opcodes.append(_NOT)
        self.fan_in.append([source])
        self.column.append(NONE)
        self.kept.append(False)
        self.readers.append(set())
        self.missing.append(1)
        self.span.append((0, 0))
        self.home.append(home)
        self.height.append(height)
        self.left[0] += 1
        return signal

    def _made(self, signed: frozenset[str]) -> Program:
        """Return the program without presets that no gate took."""
        dead = self.dead | set(self.unused.values())
        rows = [row for place, row in enumerate(self.rows) if place not in dead]
        steps = np.unique([row[3] for row in rows], return_inverse=True)[1]
        outputs = {
            name: tuple(self.column[s] if s > ONE else next(iter(self.constants[s].values())) for s in word)
            for name, word in self.netlist.outputs.items()
        }
        return Program(
            columns=self.columns,
            opcodes=np.array([row[0] for row in rows], np.int16),
            outputs_to=np.array([row[1] for row in rows], np.int32),
            fan_in=np.array([(*row[2], *(NONE,) * (LARGEST_FAN_IN - len(row[2]))) for row in rows],
                            np.int32).reshape(-1, LARGEST_FAN_IN),
            steps=steps.astype(np.int32),
            inputs=dict(self.words),
            outputs=outputs,
            signed=signed,
            segment=self.segment,
        )  # fmt: skip

    def _chosen(
        self, waiting: list[_Waiting], behind: int
    ) -> tuple[list[tuple[int, int]], list[_Waiting], dict[int, int]]:
        """Return gates of a step with their segments, those that wait on, and presets that others lack, by segment."""
        taken: list[tuple[int, int]] = []
        held: list[_Waiting] = []
        lacking: dict[int, int] = {}
        busy, all_busy = 0, (1 << self.segments) - 1
        for number, entry in enumerate(waiting):
            if busy == all_busy:
                held += waiting[number:]
                break
            signal = entry[-1]
            if self.rank.get(signal, behind) >= behind + self.ahead:
                held.append(entry)
                continue
            place = self._place(signal, busy, lacking)
            if place is None:
                held.append(entry)
                continue
            busy |= self._mask(signal, place)
            taken.append((signal, place))
        return taken, held, lacking

    def _mask(self, signal: int, place: int) -> int:
        """Segments that a gate joins, as bits."""
        low, high = self.span[signal]
        low, high = min(low, place), max(high, place)
        return ((1 << (high - low + 1)) - 1) << low

    def _place(self, signal: int, busy: int, lacking: dict[int, int]) -> int | None:
        """Return a segment for what a gate makes; None where there is none, or a preset is missing."""
        low, high = self.span[signal]
        if busy & self._mask(signal, low):
            return None
        state, home = GATES[self.opcodes[signal]].preset, self.home[signal]
        first, last = max(high - self.reach + 1, 0), min(low + self.reach, self.segments)  # what it reaches
        carries = len(self.fan_in[signal]) == 1  # it may bring its input to where it belongs
        inside = range(first, last) if carries else range(low, high + 1)
        found = self._nearest(signal, state, sorted(inside, key=lambda place: abs(place - home)), busy, lacking)
        if found is not None or carries:
            return found if found != NONE else None
        beyond = (*range(first, low), *range(high + 1, last))
        found = self._nearest(
            signal, state, sorted(beyond, key=lambda place: max(low - place, place - high)), busy, lacking
        )
        return found if found != NONE else None

    def _nearest(self, signal: int, state: int, places: list[int], busy: int, lacking: dict[int, int]) -> int | None:
        """Return the first segment with a preset column for a gate, NONE if one may be preset, None if all are full."""
        for place in places:
            if self.ready[state][place] and self._can(signal, place, busy):
                return place
        for place in places:
            if (self.free[place] or self.ready[1 - state][place]) and self._can(signal, place, busy):
                lacking.setdefault(place, state)
                return NONE
        return None

    def _can(self, signal: int, place: int, busy: int) -> bool:
        """Whether a gate can leave its result in a segment: all that it joins are idle and hold its constants."""
        mask = self._mask(signal, place)
        return not busy & mask and all(mask & self.holding[source] for source in self.fan_in[signal] if source <= ONE)
