"""Schedules over arrays side by side: values that a row of one array cannot hold go to its neighbours and come back.

A copy into another array is a read and a write of every row, one row after the other, whatever the number of columns:
a step of it takes as long as hundreds of gates. So what counts is the number of such steps. The schedule goes in runs:
all values that a run of gates reads are brought into one array at once, and what the run does not read leaves it at
once, that which is used farthest away first (Belady, IBM Systems J. 5, 78 (1966)); what a neighbour still holds is not
copied again. The array of the next run is that in which most gates follow for each step of copies, so gates go to where
their inputs are. Gates whose inputs are in one array already need no run.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from remanence.core.errors import InputError
from remanence.cram.gates import GATES
from remanence.cram.netlist import NONE, ONE
from remanence.cram.program import MOVE
from remanence.cram.scheduling.columns import Columns, Layout, Words
from remanence.cram.scheduling.order import columns_needed
from remanence.cram.scheduling.parity import Parities
from remanence.cram.scheduling.places import Constant, constants_of, input_words

_LOOK = 8
"""Gates that are looked at, in columns of an array, for those that need no copy."""


@dataclass(frozen=True, slots=True)
class _Style:
    """One way to spill; the best of a few is taken."""

    inputs_last: bool  # whether inputs fill the last array first
    eager: bool  # whether all that a run does not read leaves with what is in the way


_STYLES = tuple(_Style(*flags) for flags in product((False, True), repeat=2))


@dataclass(frozen=True, slots=True)
class _Run:
    """Gates number `start` to `end` - 1 of the order, all in one array, and the steps of copies that they ask for."""

    array: int
    start: int
    end: int
    loads: tuple[int, ...]
    leaving: tuple[int, ...]  # how many values, by parity
    moving: bool  # loads leave where they come from
    steps: int

    @property
    def price(self) -> float:
        return max(self.steps, 1) / (self.end - self.start)


def spilled(
    found: Parities,
    order: list[int],
    *,
    width: int,
    arrays: int,
    places: Words,
    kept: frozenset[str],
    batched: bool,
    start: int,
    parities: int,
) -> Layout:
    """Schedule a network over arrays side by side.

    Args:
        found: the network, with the parity of each signal.
        order: of its gates.
        width: columns of an array.
        arrays: how many there are.
        places: columns of inputs by name, counted through the arrays; the others take what makes fewest steps.
        kept: names of inputs that are still there, in their columns, at the end.
        batched: whether columns are preset many at a time.
        start: column of each array that scratch takes first.
        parities: 2 if parity counts, else 1.

    Raises:
        InputError: a gate has no room; the message says how far the schedule came.
    """
    best: tuple[tuple[int, int, int], Layout] | None = None
    refused: InputError | None = None
    needed = columns_needed(found.netlist, keep_inputs=kept, parity=found.parity if parities > 1 else None, order=order)
    least = min(max(-(-needed // width), 2, *(1 + c // width for word in places.values() for c in word)), arrays)
    for count, style in product({least, arrays}, _STYLES):
        try:
            work = _Work(found, order, width, count, places, kept, batched, start, parities, style)
            made = work.done()
        except InputError as error:
            refused = error
            continue
        price = made.columns.copy_steps, made.columns.step, made.columns.copies
        if best is None or price < best[0]:
            best = price, made
    if best is None:
        assert refused is not None
        raise refused
    return best[1]


class _Work:
    """A schedule on its way: where values are, and which gates read them."""

    def __init__(
        self, found: Parities, order: list[int], width: int, arrays: int, places: Words, kept: frozenset[str],
        batched: bool, start: int,
        parities: int, style: _Style,
    ) -> None:  # fmt: skip
        self.netlist, self.parity, self.style = found.netlist, [int(p) for p in found.parity], style
        self.width, self.parities, self.batched = width, parities, batched
        self.arrays = range(arrays)
        netlist = self.netlist
        turns = reversed(self.arrays) if style.inputs_last else self.arrays
        columns = [array * width + column for array in turns for column in range(width)]
        self.words, used = input_words(netlist, places, columns, found.parity if parities > 1 else None)
        self.columns = Columns(width, arrays=arrays, parities=parities, start=start, taken=used)
        self.order = order
        self.reads = [[int(s) for s in netlist.fan_in[signal - netlist.first] if s != NONE] for signal in self.order]
        self.sources = [list(dict.fromkeys(s for s in read if s > ONE)) for read in self.reads]
        self.uses = self._uses()
        self.at: list[dict[int, int]] = [{} for _ in self.uses]  # column of each signal by array
        self.inside: list[set[int]] = [set() for _ in self.arrays]  # signals by array that may leave it
        self.room = [[self._size(array, kind) for kind in range(parities)] for array in self.arrays]
        self.stays: dict[int, int] = {}  # array of inputs that are kept there
        for name, word in self.words.items():
            for s, column in zip(netlist.inputs[name], word, strict=True):
                array = column // width
                self.at[s][array] = column
                if name in kept:
                    self.stays[s] = array
                    self.room[array][self.parity[s]] -= 1
                else:
                    self.inside[array].add(s)
                    self._forget(s, 0)
        fixed, self.constant_reads = constants_of(netlist, found.parity)
        counts = [sum(each.parity == kind for each in fixed) for kind in range(parities)]
        self.able = [array for array in self.arrays if self._takes(array, counts)]
        if not self.able:
            raise InputError("schedule: columns", width, "inputs and constants leave none to compute in",
                             "Give wider arrays, or keep_inputs=False (--overwrite-inputs).")  # fmt: skip
        for array in self.able:
            self.room[array] = [room - count for room, count in zip(self.room[array], counts, strict=True)]
        wanted = [(each, array) for array in self.able for each in fixed]
        pools = [(array * parities + each.parity, each.state) for each, array in wanted]
        self.constants = dict(zip(wanted, self.columns.preset(pools), strict=True))
        self.active = self.able[0]

    def _takes(self, array: int, constants: list[int]) -> bool:
        """Return whether an array has room for constants and a gate; if not it holds inputs alone."""
        pools = range(array * self.parities, (array + 1) * self.parities)
        return all(
            self.room[array][kind] > number and self.columns.free(pool) >= number
            for kind, (pool, number) in enumerate(zip(pools, constants, strict=True))
        )

    def _uses(self) -> list[list[int]]:
        """Return which gates, by number, read each signal; an output is read after the last one."""
        uses: list[list[int]] = [[] for _ in range(self.netlist.first + len(self.netlist))]
        for number, read in enumerate(self.sources):
            for s in read:
                uses[s].append(number)
        for s in {s for word in self.netlist.outputs.values() for s in word}:
            uses[s].append(len(self.order))
        return uses

    def _size(self, array: int, kind: int) -> int:
        columns = range(array * self.width, (array + 1) * self.width)
        return sum(self.parities == 1 or column % 2 == kind for column in columns)

    def done(self) -> Layout:
        """Schedule all gates."""
        number = 0
        while number < len(self.order):
            homes = self._roam(number)
            reached = self._run(number, homes) if homes else number
            number = reached if reached > number else self._spill(number)
        outputs = {
            name: tuple(
                next(iter(self.at[s].values())) if s > ONE else self.constants[Constant(s, 0), self.able[0]]
                for s in word
            )
            for name, word in self.netlist.outputs.items()
        }
        return Layout(self.words, outputs, self.columns)

    def _next(self, s: int, number: int) -> int:
        """Return the first gate from a number on that reads a signal; one beyond all where none does."""
        uses = self.uses[s]
        place = bisect_left(uses, number)
        return uses[place] if place < len(uses) else len(self.order) + 1

    def _leave(self, s: int, array: int) -> None:
        """Give back the column of a signal in an array."""
        self.columns.release(self.at[s].pop(array))
        self.inside[array].discard(s)

    def _forget(self, s: int, number: int) -> None:
        """Give back all columns of a signal that no gate from a number on reads."""
        if not self.uses[s] or self.uses[s][-1] < number:
            for array in [array for array in self.at[s] if self.stays.get(s) != array]:
                self._leave(s, array)

    def _pool(self, array: int, s: int) -> int:
        return array * self.parities + self.parity[s]

    def _roam(self, number: int) -> list[int]:
        """Return arrays for the gates from here on that need no copy, as far as that goes."""
        homes: list[int] = []
        made: dict[int, int] = {}
        for later in range(number, min(number + _LOOK * self.width, len(self.order))):
            found = set(self.able)
            for s in self.sources[later]:
                found &= {made[s]} if s in made else self.at[s].keys()
            if not found:
                break
            homes.append(self.active if self.active in found else min(found))
            made[self.order[later]] = homes[-1]
        return homes

    def _run(self, number: int, homes: list[int]) -> int:
        """Run gates in these arrays while there is room; return the number of the first that was not run."""
        end = number + len(homes)
        first = self.netlist.first

        def wanted(begin: int) -> Iterator[tuple[int, int]]:
            for later in range(begin, end):
                opcode = int(self.netlist.opcodes[self.order[later] - first])
                if opcode != MOVE:
                    yield self._pool(homes[later - number], self.order[later]), GATES[opcode].preset

        for now, array in enumerate(homes, number):
            signal = self.order[now]
            pool, opcode = self._pool(array, signal), int(self.netlist.opcodes[signal - first])
            if not self.columns.free(pool):
                for s in self._doubles(array, self.parity[signal]):
                    if self._next(s, now) >= end:
                        self._leave(s, array)
                if not self.columns.free(pool):
                    return now
            fixed = self.constant_reads[signal - first]
            read = tuple(self.at[s][array] if each is None else self.constants[each, array]
                         for s, each in zip(self.reads[now], fixed, strict=True))  # fmt: skip
            if opcode == MOVE:
                column = self.columns.rewrite(pool, read[0])
            else:
                if not self.columns.waits(pool, GATES[opcode].preset):
                    self.columns.prepare(wanted(now), batched=self.batched)
                column = self.columns.gate(opcode, pool, GATES[opcode].preset, read)
            self.at[signal][array] = column
            self.inside[array].add(signal)
            self.active = array
            for s in (*self.sources[now], signal):
                self._forget(s, now + 1)
        return end

    def _doubles(self, array: int, kind: int) -> list[int]:
        """Return signals of an array that another one holds as well."""
        return [s for s in sorted(self.inside[array]) if len(self.at[s]) > 1 and self.parity[s] == kind]

    def _spill(self, number: int) -> int:
        """Copy values so that gates can run, and run them; return the number of the first that was not run."""
        runs = [run for array in self.able for run in self._longest(array, number)]
        for run in sorted(runs, key=lambda run: (run.price, run.start - run.end))[:1]:
            if self._bring(run):
                reached = self._run(number, [run.array] * (run.end - number))
                if reached > number:
                    return reached
        for run in self._single(number):
            if self._bring(run) and self._run(number, [run.array]) > number:
                return number + 1
        told = f"{number} of {len(self.order)} gates fit into {len(self.arrays)} arrays of that many"
        raise InputError("schedule: columns", self.width, told,
                         "Give wider arrays, more neighbours, or keep_inputs=False; or cut the program.")  # fmt: skip

    def _longest(self, array: int, number: int) -> list[_Run]:
        """Return the longest runs from here on in an array: without values leaving it, with some, and moving others."""
        alone = {s for s in self.inside[array] if len(self.at[s]) == 1}
        others = [other for other in self.arrays if other != array]
        free = [sum(self.columns.free(other * self.parities + kind) for other in others)
                for kind in range(self.parities)]  # fmt: skip
        for s in set().union(*(self.inside[other] for other in others)):
            free[self.parity[s]] += max(sum(other in self.at[s] for other in others) - 1, 0)
        found = []
        for leaving, moving in ((False, False), (True, False), (True, True)):
            best, low, size = None, 0, 1
            high = len(self.order) - number
            while size <= high:  # twice as long each time, then halves
                run = self._judged(array, number, number + size, alone, free, leaving=leaving, moving=moving)
                if run is None:
                    high = size - 1
                    break
                best, low, size = run, size, min(2 * size, high) if size < high else high + 1
            while low < high and best is not None:
                middle = (low + high + 1) // 2
                run = self._judged(array, number, number + middle, alone, free, leaving=leaving, moving=moving)
                if run is None:
                    high = middle - 1
                else:
                    best, low = run, middle
            found += [best] if best is not None else []
        return found

    def _judged(
        self, array: int, start: int, end: int, alone: set[int], free: list[int], *, leaving: bool, moving: bool
    ) -> _Run | None:
        """Return a run if there is room: for what it reads from its start on, for what it makes until that is read."""
        last: dict[int, int] = {}  # of what it does not make
        made: set[int] = set()
        for now in range(start, end):
            for s in self.sources[now]:
                if s not in made:
                    last[s] = now
            made.add(self.order[now])
        room = self.room[array]
        loads = [s for s in last if array not in self.at[s]]
        held, coming = [0] * self.parities, set(loads)
        for s in last:
            held[self.parity[s]] += self.stays.get(s) != array
        most = list(held)
        for now in range(start, end):
            signal = self.order[now]
            kind = self.parity[signal]
            held[kind] += 1
            most[kind] = max(most[kind], held[kind])
            if most[kind] > room[kind]:
                return None
            for s in self.sources[now]:
                if self.stays.get(s) == array:
                    continue
                dead = self.uses[s][-1] == now
                double = (s in coming and not moving) or (s not in coming and len(self.at[s]) > 1)
                held[self.parity[s]] -= dead or (last.get(s) == now and double)
            held[kind] -= not self.uses[signal]
        resting = [0] * self.parities
        for s in alone:
            resting[self.parity[s]] += s not in last
        over = [max(most[k] + resting[k] - room[k], 0) for k in range(self.parities)]
        spare = list(free)
        if moving:
            for s in loads:
                spare[self.parity[s]] += len(self.at[s]) == 1 and s not in self.stays
        if (any(over) and not leaving) or any(over[k] > spare[k] for k in range(self.parities)):
            return None
        steps = len(self._from(loads)) + bool(any(over))
        return _Run(array, start, end, tuple(loads), tuple(over), moving, steps)

    def _from(self, loads: list[int] | tuple[int, ...]) -> dict[int, list[int]]:
        """Return which signals come from which array, from few arrays."""
        left, found = list(loads), {}
        while left:
            array = max(self.arrays, key=lambda array: sum(array in self.at[s] for s in left))
            found[array] = [s for s in left if array in self.at[s]]
            left = [s for s in left if array not in self.at[s]]
        return found

    def _single(self, number: int) -> Iterator[_Run]:
        """Return runs of one gate for which everything else may leave, the array with most of its inputs first."""
        for array in sorted(self.able, key=lambda array: -sum(array in self.at[s] for s in self.sources[number])):
            needed = [0] * self.parities
            needed[self.parity[self.order[number]]] = 1
            for s in self.sources[number]:
                needed[self.parity[s]] += self.stays.get(s) != array
            if any(needed[k] > self.room[array][k] for k in range(self.parities)):
                continue
            for s in self.inside[array] - set(self.sources[number]):
                needed[self.parity[s]] += len(self.at[s]) == 1
            over = tuple(max(needed[k] - self.room[array][k], 0) for k in range(self.parities))
            loads = tuple(s for s in self.sources[number] if array not in self.at[s])
            yield _Run(array, number, number + 1, loads, over, True, 1)

    def _bring(self, run: _Run) -> bool:
        """Copy what a run needs into its array, and what has no room there out of it; return whether all came."""
        asked = {s for now in range(run.start, run.end) for s in self.sources[now]}
        resting = sorted((s for s in self.inside[run.array] if len(self.at[s]) == 1 and s not in asked),
                         key=lambda s: (-self._next(s, run.start), s))  # fmt: skip
        going: list[int] = []
        left = list(run.leaving)
        spare = self.style.eager and any(run.leaving)
        for s in resting:
            if left[self.parity[s]] or spare:
                left[self.parity[s]] -= left[self.parity[s]] > 0
                going.append(s)
        coming = [s for s in run.loads if run.array not in self.at[s]]
        while coming or going:
            before = len(coming), len(going)
            for other in sorted((o for o in self.arrays if o != run.array), key=lambda o: -self._spare(o, asked)):
                sent = self._copied(going, run.array, other, asked)
                going = [s for s in going if s not in sent]
                for s in sent:
                    self._leave(s, run.array)
            for other, signals in self._from(coming).items():
                sent = self._copied(signals, other, run.array, asked)
                coming = [s for s in coming if s not in sent]
                for s in sent:
                    if run.moving and self.stays.get(s) != other:
                        self._leave(s, other)
            if (len(coming), len(going)) == before:
                break
        return not coming

    def _spare(self, array: int, asked: set[int]) -> int:
        """Return how many columns an array can give."""
        kinds = range(self.parities)
        doubles = sum(s not in asked for kind in kinds for s in self._doubles(array, kind))
        return sum(self.columns.free(array * self.parities + kind) for kind in kinds) + doubles

    def _copied(self, signals: list[int], source: int, target: int, asked: set[int]) -> set[int]:
        """Copy as many signals as there is room for from one array into another, in one step; return those."""
        pairs: list[tuple[int, int]] = []
        sent: list[int] = []
        for kind in range(self.parities):
            pool = target * self.parities + kind
            of_kind = [s for s in signals if self.parity[s] == kind]
            lacking = len(of_kind) - self.columns.free(pool)
            if lacking > 0:
                doubles = [s for s in self._doubles(target, kind) if s not in asked and s not in of_kind]
                for s in sorted(doubles, key=lambda s: -self._next(s, 0))[:lacking]:
                    self._leave(s, target)
            of_kind = of_kind[: self.columns.free(pool)]
            sent += of_kind
            pairs += [(self.at[s][source], pool) for s in of_kind]
        if pairs:
            for s, column in zip(sent, self.columns.copy(pairs), strict=True):
                self.at[s][target] = column
                self.inside[target].add(s)
        return set(sent)
