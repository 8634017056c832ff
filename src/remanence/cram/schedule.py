"""From a network of gates to a program: an order of the gates, a column for each, presets in batches.

A column whose value nobody reads any more is used again. Order and batches follow the idea of SIMPLER (Ben-Hur et al.,
IEEE Trans. Computer-Aided Design 39, 2434 (2020)): of the inputs of a gate, that which needs most cells is computed
first, and all columns that are free are preset together when none is left.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.gates import GATES, LARGEST_FAN_IN
from remanence.cram.netlist import NONE, ONE, ZERO, Netlist
from remanence.cram.program import PRESET_0, Program


def schedule(
    netlist: Netlist,
    *,
    columns: int,
    keep_inputs: bool = True,
    places: Mapping[str, tuple[int, ...]] | None = None,
    signed: frozenset[str] = frozenset(),
    batched: bool = True,
    start: int = 0,
) -> Program:
    """Give every gate a step and a column of an array.

    Args:
        netlist: what is computed.
        columns: how many the array has.
        keep_inputs: whether the inputs are still there at the end; if not, their columns are used again.
        places: columns of inputs by name; the others take the first free ones.
        signed: names of the words that are in two's complement; handed on to the program.
        batched: whether columns are preset many at a time; if not, each just before its gate, in a step of its own.
        start: column that scratch takes first, then those after it, around the array. Programs that differ in it
            alone wear other columns; they leave their outputs in other columns too.

    Returns:
        A program whose gates are those of the netlist, none twice.

    Raises:
        InputError: the array is too narrow; the message says how far the schedule came.
    """
    if netlist.moves:
        raise InputError("schedule: netlist", f"{len(netlist.moves)} moves", "must be gates only",
                         "Take row_moves.schedule_moves.")  # fmt: skip
    words, used = _placed(netlist, places or {}, columns)
    if not 0 <= start < columns:
        raise InputError("schedule: start", start, f"must be a column below {columns}")
    order = gate_order(netlist)
    readers = _readers(netlist)
    column = np.full(netlist.first + len(netlist), NONE, np.int64)
    for name, word in words.items():
        column[list(netlist.inputs[name])] = word
    dirty = [turn for turn in range(columns) if (start + turn) % columns not in used]  # free, in no known state; a heap
    if not keep_inputs:
        for name, word in netlist.inputs.items():
            for signal, place in zip(word, words[name], strict=True):
                if not readers[signal]:
                    heapq.heappush(dirty, (place - start) % columns)
    ready: tuple[list[int], list[int]] = ([], [])  # columns preset to 0 and to 1
    wanted = np.array([GATES[opcode].preset for opcode in netlist.opcodes], np.int64)
    rows: list[tuple[int, int, tuple[int, ...], int]] = []
    step = -1

    def preset(states: list[int]) -> list[int]:
        """Preset free columns to these states, the first free column first, in the step of the presets just before."""
        nonlocal step
        step += not rows or rows[-1][0] < PRESET_0
        taken = [(start + heapq.heappop(dirty)) % columns for _ in states]
        rows.extend((PRESET_0 + state, place, (), step) for state, place in zip(states, taken, strict=True))
        return taken

    constants = [state for state in (ZERO, ONE) if readers[state]]
    if len(dirty) < len(constants):
        raise InputError("schedule: columns", columns, "no column is left for a constant", "Give a wider array.")
    column[constants] = preset(constants) if constants else []
    for number, signal in enumerate(order):
        gate = signal - netlist.first
        each, read = GATES[netlist.opcodes[gate]], netlist.fan_in[gate]
        if not ready[each.preset]:
            if not dirty:
                told = (
                    f"{number} of {len(order)} gates fit; all take {columns_needed(netlist, keep_inputs=keep_inputs)}"
                )
                raise InputError("schedule: columns", columns, told,
                                 "Give a wider array, keep_inputs=False, or cut the program.")  # fmt: skip
            later = _later(wanted, order, number, netlist.first, len(dirty) if batched else 1, ready)
            for state, place in zip(later, preset(later), strict=True):
                ready[state].append(place)
        column[signal] = ready[each.preset].pop(0)
        step += 1
        places_read = [int(column[read[k]]) for k in range(each.inputs)]
        rows.append((int(netlist.opcodes[gate]), int(column[signal]), tuple(places_read), step))
        for source in dict.fromkeys(int(read[k]) for k in range(each.inputs)):
            readers[source] -= 1
            if not readers[source] and (source >= netlist.first or source <= ONE or not keep_inputs):
                heapq.heappush(dirty, (int(column[source]) - start) % columns)
    return Program(
        columns=columns,
        opcodes=np.array([row[0] for row in rows], np.int16),
        outputs_to=np.array([row[1] for row in rows], np.int32),
        fan_in=np.array([(*row[2], *(NONE,) * (LARGEST_FAN_IN - len(row[2]))) for row in rows],
                        np.int32).reshape(-1, LARGEST_FAN_IN),
        steps=np.array([row[3] for row in rows], np.int32),
        inputs=words,
        outputs={name: tuple(int(column[s]) for s in word) for name, word in netlist.outputs.items()},
        signed=signed,
    )  # fmt: skip


def columns_needed(netlist: Netlist, *, keep_inputs: bool = True) -> int:
    """Return how many columns a schedule takes at least, with gates in the order of `gate_order`."""
    readers = _readers(netlist)
    kept = sum(map(len, netlist.inputs.values()))
    held = kept if keep_inputs else int(np.count_nonzero(readers[2 : netlist.first]))
    held += int(np.count_nonzero(readers[:2]))
    most = max(held, kept)
    for signal in gate_order(netlist):
        held += 1
        most = max(most, held)
        read = netlist.fan_in[signal - netlist.first]
        for source in {int(each) for each in read if each != NONE}:
            readers[source] -= 1
            if not readers[source] and (source >= netlist.first or source <= ONE or not keep_inputs):
                held -= 1
    return most


def _later(
    wanted: NDArray[np.int64], order: list[int], number: int, first: int, most: int, ready: tuple[list[int], list[int]]
) -> list[int]:
    """Presets of the next gates that have none waiting, as many as there are free columns."""
    left = [len(ready[0]), len(ready[1])]
    states: list[int] = []
    for signal in map(order.__getitem__, range(number, len(order))):
        if len(states) == most:
            break
        state = int(wanted[signal - first])
        if left[state]:
            left[state] -= 1
        else:
            states.append(state)
    return states


def gate_order(netlist: Netlist) -> list[int]:
    """Return the signals of all gates in the order in which they are computed.

    Cell use of a gate, from the inputs on: those of its inputs sorted downwards, c_1 >= c_2 >= ..., give max(c_i + i -
    1), the number of cells that a tree needs at once (the Strahler number of a binary tree). The greatest goes first.
    A gate that is the last to read another goes before its turn: see `_freeing`.
    """
    first, fan_in = netlist.first, netlist.fan_in
    use = np.ones(first + len(netlist), np.int64)
    for gate in range(len(netlist)):
        below = sorted((int(use[s]) for s in fan_in[gate] if s >= first), reverse=True)
        use[first + gate] = max([cells + place for place, cells in enumerate(below)], default=1)
    done = np.zeros(first + len(netlist), np.bool_)
    done[:first] = True
    order: list[int] = []
    roots = [signal for word in netlist.outputs.values() for signal in word]
    for root in sorted(roots, key=lambda signal: -int(use[signal])):
        waiting = [root]
        while waiting:
            signal = waiting[-1]
            if done[signal]:
                waiting.pop()
                continue
            open_ = [int(s) for s in fan_in[signal - first] if s != NONE and not done[s]]
            if open_:
                waiting.extend(sorted(open_, key=lambda s: int(use[s])))  # the last one is computed first
            else:
                waiting.pop()
                done[signal] = True
                order.append(signal)
    return _freeing(netlist, order)


def _freeing(netlist: Netlist, order: list[int]) -> list[int]:
    """Let a gate go as soon as all it reads is there, where it is the last reader of some of it.

    The cell that it frees pays for its own, so that no gate waits with its inputs for the end of another output.
    """
    first = netlist.first
    reads = [tuple({int(s) for s in read if s >= first}) for read in netlist.fan_in]
    users: list[list[int]] = [[] for _ in reads]
    for gate, read in enumerate(reads):
        for source in read:
            users[source - first].append(gate)
    readers = _readers(netlist)[first:].tolist()
    missing = [len(read) for read in reads]
    done = [False] * len(reads)
    result: list[int] = []
    for turn in order:
        waiting = [turn - first]
        while waiting:
            gate = waiting.pop()
            if done[gate]:
                continue
            if gate != turn - first and all(readers[source - first] > 1 for source in reads[gate]):
                continue
            done[gate] = True
            result.append(gate + first)
            near = list(users[gate])
            for reader in near:
                missing[reader] -= 1
            for source in reads[gate]:
                readers[source - first] -= 1
                if readers[source - first] == 1:
                    near += users[source - first]
            waiting += [reader for reader in near if not done[reader] and not missing[reader]]
    return result


def _readers(netlist: Netlist) -> NDArray[np.int64]:
    """How many gates read a signal; outputs are never done."""
    readers = np.zeros(netlist.first + len(netlist), np.int64)
    for read in netlist.fan_in:
        readers[list({int(s) for s in read if s != NONE})] += 1
    for word in netlist.outputs.values():
        readers[list(word)] += len(netlist) + 1
    return readers


def _placed(
    netlist: Netlist, places: Mapping[str, tuple[int, ...]], columns: int
) -> tuple[dict[str, tuple[int, ...]], set[int]]:
    unknown = set(places) - set(netlist.inputs)
    if unknown:
        raise InputError("schedule: places", sorted(unknown), f"inputs are {', '.join(netlist.inputs)}")
    used = {place for word in places.values() for place in word}
    if len(used) < sum(map(len, places.values())) or any(not 0 <= place < columns for place in used):
        raise InputError("schedule: places", dict(places), f"must be different columns below {columns}")
    bits = sum(map(len, netlist.inputs.values()))
    if bits > columns:
        raise InputError("schedule: columns", columns, f"the inputs alone have {bits} bits", "Give a wider array.")
    words: dict[str, tuple[int, ...]] = {}
    free = (place for place in range(columns) if place not in used)
    for name, word in netlist.inputs.items():
        if name in places and len(places[name]) != len(word):
            raise InputError(f"schedule: places of {name}", places[name], f"must be {len(word)} columns")
        words[name] = places[name] if name in places else tuple(next(free) for _ in word)
    return words, {place for word in words.values() for place in word}
