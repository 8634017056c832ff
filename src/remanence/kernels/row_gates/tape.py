"""A program made ready to run: presets that nobody sees are gone, values have slots of a small scratch.

Everything here depends on the program only, never on the rows, and leaves the result as it was. An entry of the tape
keeps the number of its instruction, which is what errors are drawn by.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from remanence.kernels.row_gates.reference import FAN_IN

if TYPE_CHECKING:
    from remanence.kernels.row_gates import Instructions

LOAD, STORE, SET, NOT, NAND2, NOR2, NAND3, NMAJ3, NOR3, COUNT = range(10)
"""Kinds of an entry. Those from NOT on switch where `NOT`, `NAND2`, ... of the inputs is 1."""
KEEP = COUNT + 1 - NOT
"""Added to the kind of a gate whose output need not hold its preset: rows that do not switch keep what they have."""

_KINDS = {(1, 1): NOT, (2, 1): NAND2, (2, 2): NOR2, (3, 1): NAND3, (3, 2): NMAJ3, (3, 3): NOR3}
_NOBODY = -1
"""Column of an output that nobody reads, of a gate that turns over inputs that somebody reads."""
_KNOWN = 64
"""Programs that are kept ready."""


@dataclass(frozen=True, slots=True, eq=False)
class Tape:
    """Entries in order, N of them.

    Args:
        kind: shape (N,).
        out: slot written; for a STORE the row of the result.
        fan_in: slots read, shape (N, 5), slot 0 beyond the inputs; for a LOAD the row of the source.
        inputs: how many are read.
        threshold: k.
        preset: state of the output before it switches, or the state that is set.
        place: number of the instruction; -1 for a LOAD, a STORE and what sets a column that holds 0 from the start.
        turns: which inputs the gate may turn over so that somebody sees it, shape (N, 5).
        slots: of the scratch. Slot 0 holds ones.
    """

    kind: NDArray[np.int64]
    out: NDArray[np.int64]
    fan_in: NDArray[np.int64]
    inputs: NDArray[np.int64]
    threshold: NDArray[np.int64]
    preset: NDArray[np.int64]
    place: NDArray[np.int64]
    turns: NDArray[np.bool_]
    slots: int

    def __len__(self) -> int:
        """Return how many entries there are."""
        return len(self.kind)


_tapes: dict[bytes, Tape] = {}
_lock = threading.Lock()


def fingerprint(
    instructions: Instructions,
    given: NDArray[np.int64],
    kept: NDArray[np.int64],
    noisy: NDArray[np.bool_],
    turning: NDArray[np.bool_],
) -> bytes:
    """Return a digest of all that a tape depends on."""
    digest = hashlib.blake2b(digest_size=16)
    p = instructions
    for each in (p.inputs, p.threshold, p.preset, p.output, p.fan_in, given, kept, noisy, turning):
        digest.update(len(each).to_bytes(8, "little"))
        digest.update(np.ascontiguousarray(each).tobytes())
    return digest.digest()


def lower(
    instructions: Instructions,
    given: NDArray[np.int64],
    kept: NDArray[np.int64],
    noisy: NDArray[np.bool_],
    turning: NDArray[np.bool_],
) -> Tape:
    """Return the tape of a program; the last ones made are remembered.

    Args:
        instructions: the program.
        given: columns of the source, by row.
        kept: columns of the result, by row.
        noisy: which instructions can be in error, shape (T,).
        turning: which can turn over their inputs, shape (T,).
    """
    key = fingerprint(instructions, given, kept, noisy, turning)
    with _lock:
        if key not in _tapes:
            while len(_tapes) >= _KNOWN:
                _tapes.pop(next(iter(_tapes)))
            _tapes[key] = _lower(instructions, given.tolist(), kept.tolist(), noisy.tolist(), turning.tolist())
        return _tapes[key]


def _lower(p: Instructions, given: list[int], kept: list[int], noisy: list[bool], turning: list[bool]) -> Tape:
    inputs, preset, output = p.inputs.tolist(), p.preset.tolist(), p.output.tolist()
    read = [row[:number] for row, number in zip(p.fan_in.tolist(), inputs, strict=True)]
    fresh = _fresh(p, given, noisy, turning)
    wanted: dict[int, list[int]] = {}
    for row, column in enumerate(kept):
        wanted.setdefault(column, []).append(row)
    # Backwards: what is live; a kept column is stored right after its last change.
    order: list[tuple[str, int, list[int]]] = []  # what, instruction or column, columns that nobody reads after it
    seen: dict[int, list[bool]] = {}  # inputs that an instruction may turn over, and somebody reads after it
    live: set[int] = set()
    open_ = dict.fromkeys(wanted)

    def reads(columns: list[int]) -> list[int]:
        last = [column for column in dict.fromkeys(columns) if column not in live]
        live.update(columns)
        return last

    for place in range(len(p) - 1, -1, -1):
        out = output[place]
        for column in dict.fromkeys([out, *(read[place] if turning[place] else [])]):
            if column in open_:
                del open_[column]
                order.append(("store", column, reads([column])))
        if turning[place]:
            seen[place] = [column in live for column in read[place]]
        if out not in live:
            if any(seen.get(place, [])):
                order.append(("unread gate", place, reads(read[place])))
            continue
        if fresh[place]:
            live.discard(out)
        order.append(("gate", place, reads(read[place])))
    order.extend(("store", column, reads([column])) for column in open_)
    order.reverse()

    rows: list[tuple[int, int, list[int], int, int, int, int]] = []
    source = {column: row for row, column in enumerate(given)}
    slot: dict[int, int] = {}
    free: list[int] = []
    slots = 1

    def placed(column: int) -> int:
        nonlocal slots
        if column not in slot:
            if not free:
                free.append(slots)
                slots += 1
            slot[column] = free.pop()  # the slot used last is nearest in the caches
        return slot[column]

    def loaded(column: int) -> int:
        if column not in slot:
            if column in source:
                rows.append((LOAD, placed(column), [source[column]], 0, 0, 0, -1))
            else:
                rows.append((SET, placed(column), [], 0, 0, 0, -1))
        return slot[column]

    for what, number, last in order:
        if what == "store":
            rows.extend((STORE, row, [loaded(number)], 0, 0, 0, -1) for row in wanted[number])
        else:
            taken = [loaded(column) for column in read[number]]
            n, k, out = inputs[number], int(p.threshold[number]), output[number]
            code = _KINDS.get((n, k), COUNT) if n else SET
            if what == "unread gate":
                out = _NOBODY
                last = [*last, out]
            elif not fresh[number]:
                loaded(out)
                code += KEEP
            # The output never takes a slot of the inputs: errors need those after the gate.
            rows.append((code, placed(out), taken, n, k, preset[number], number))
        free.extend(slot.pop(column) for column in last)
    width = len(rows)
    fan_in, turns = np.zeros((width, FAN_IN), np.int64), np.zeros((width, FAN_IN), np.bool_)
    for entry, made in enumerate(rows):
        fan_in[entry, : len(made[2])] = made[2]
        if made[6] in seen:
            turns[entry, : len(made[2])] = seen[made[6]]
    table = [np.array([made[item] for made in rows], np.int64).reshape(width) for item in (0, 1, 3, 4, 5, 6)]
    return Tape(table[0], table[1], fan_in, table[2], table[3], table[4], table[5], turns, slots)


def _fresh(p: Instructions, given: list[int], noisy: list[bool], turning: list[bool]) -> list[bool]:
    """Tell which instructions find their output at their preset for certain, or are presets."""
    holds: dict[int, int] = dict.fromkeys(set(p.output.tolist()) - set(given), 0)
    found = []
    table = zip(p.inputs.tolist(), p.preset.tolist(), p.output.tolist(), p.fan_in.tolist(), noisy, turning, strict=True)
    for number, preset, out, read, wrong, turns in table:
        found.append(not number or holds.get(out) == preset)
        if number or wrong:
            holds.pop(out, None)
        else:
            holds[out] = preset
        for column in read[:number] if turns else []:
            holds.pop(column, None)
    return found
