"""Running a sequence: the bits of all arrays, packed with 64 rows to a word, or in plain NumPy as the reference.

A program along rows runs in all its arrays at once, their words one after the other. Along columns the array is turned
first, 64 by 64 bits at a time, so that columns are the lanes. Lanes outside the range of a RUN keep what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import BackendError, InputError
from remanence.core.stream import Stream
from remanence.cram.gates import GATES, LARGEST_FAN_IN
from remanence.cram.machine.activity import followed
from remanence.cram.machine.instructions import Move, Read, Run, Write, ranges
from remanence.cram.program import MOVE, PRESET_0, Program
from remanence.cram.simulate import Errors, Rates, from_bits, lower, rates_of, to_bits
from remanence.kernels.row_gates import BACKENDS, pack, row_gates, shift, unpack, unpack_numbers

if TYPE_CHECKING:
    from remanence.cram.machine.sequence import Sequence

Words: TypeAlias = NDArray[np.uint64]
Bits: TypeAlias = NDArray[np.bool_]
_INPUTS = np.array([*(each.inputs for each in GATES), 0])
"""Of the gates, and of a preset."""
Seen: TypeAlias = Callable[[int, int, NDArray[np.integer[Any]]], None]
"""What is told of a run: number of the instruction, place in its program, what the gate or preset finds by lane."""


def execute(
    sequence: Sequence,
    inputs: Mapping[str, Any],
    *,
    errors: Errors = None,
    seed: int = 0,
    backend: str = "auto",
    start: Bits | None = None,
) -> tuple[dict[str, NDArray[Any]], Bits]:
    """Run a sequence; return its results by name, and what the cells hold after it, shape (arrays, rows, columns).

    Reads, writes, moves and copies are right; outcomes of gates and presets, and inputs of gates, fail as `errors`
    says. The errors of an instruction depend on the seed, its number, and the place of the gate and the lane.

    Args:
        sequence: the sequence.
        inputs: whole numbers by name of the WRITEs, shape (rows,) or one for all rows; truth values, shape (rows,
            columns). Rows are those of the first array, then of the next.
        errors: as for `simulate.run`; True for those of the chip's cells, along columns those of gates along columns.
        seed: of the errors.
        backend: of the kernel `row_gates`; ``reference`` is plain NumPy throughout, and without errors.
        start: what the cells hold before it; all 0 where None.

    Raises:
        InputError: inputs missing, unknown, of the wrong shape or out of range; errors asked of the reference.
        BackendError: an unknown back end.
    """
    if backend not in BACKENDS:
        raise BackendError(f"Sequence.run: back end {backend!r}; known are {', '.join(BACKENDS)}")
    chip = sequence.machine
    shape = chip.number, chip.height, chip.breadth
    if start is not None and (start.shape != shape or start.dtype != np.bool_):
        raise InputError(
            "Sequence.run: start", f"{start.dtype} of shape {start.shape}", f"must be truth values {shape}"
        )
    written = {each.name for each in sequence.instructions if isinstance(each, Write)}
    if set(inputs) != written:
        raise InputError("Sequence.run: inputs", sorted(inputs), f"must be {', '.join(sorted(written)) or 'none'}")
    if backend == "reference":
        if errors not in (None, False):
            raise InputError("Sequence.run: errors", "some", "are not in the reference", "Take another back end.")
        return reference(sequence, inputs, start)
    cells = np.zeros((chip.number, chip.breadth, -(-chip.height // 64)), np.uint64)
    if start is not None:
        cells = np.stack([pack(each) for each in start])
    stream, results = Stream(seed), {}
    for number, each in enumerate(sequence.instructions):
        if isinstance(each, Run):
            chances = rates_of(each.program, _errors(sequence, each, errors))
            _run(cells, each, chip.height, chances, stream.child("instruction", number), backend)
        elif isinstance(each, Move):
            taken = [unpack(cells[source][list(each.columns)], chip.height)[list(each.rows)] for source in each.sources]
            for target, bits in zip(each.targets, taken, strict=True):
                _put(cells[target], chip.height, each.target_rows, each.target_columns, bits)
        elif isinstance(each, Write):
            for array, bits in zip(each.arrays, _given(each, inputs[each.name]), strict=True):
                _put(cells[array], chip.height, each.rows, each.columns, bits)
        else:
            blocks = [unpack(cells[array][list(each.columns)], chip.height)[list(each.rows)] for array in each.arrays]
            results[each.name] = _result(each, np.concatenate(blocks))
    return results, np.stack([unpack(each, chip.height) for each in cells])


def reference(
    sequence: Sequence, inputs: Mapping[str, Any], start: Bits | None = None, seen: Seen | None = None
) -> tuple[dict[str, NDArray[Any]], Bits]:
    """Run a sequence without errors on truth values, instruction by instruction: the definition of the machine.

    Args:
        sequence: the sequence.
        inputs: as for `execute`.
        start: as for `execute`.
        seen: told of every gate and preset of every run.
    """
    chip = sequence.machine
    cells = np.zeros((chip.number, chip.height, chip.breadth), np.bool_) if start is None else start.copy()
    results = {}
    for number, each in enumerate(sequence.instructions):
        if isinstance(each, Run):
            side = each.program.arrays
            for group in np.array(each.arrays).reshape(-1, side):
                views = [cells[array] if each.parallel == "rows" else cells[array].T for array in group]
                lanes = slice(each.lanes.start, each.lanes.stop)
                state = np.concatenate([view[lanes, each.lines.start : each.lines.stop] for view in views], axis=1).T
                state = state[: each.program.columns].copy()
                for place, found in followed(each.program, state, neighbours=True):
                    if seen is not None:
                        seen(number, place, found)
                for turn, view in enumerate(views):
                    own = state[turn * len(each.lines) :][: len(each.lines)]
                    view[lanes, each.first : each.first + len(own)] = own.T
        elif isinstance(each, Move):
            for source, target in zip(each.sources, each.targets, strict=True):
                for row, below in zip(each.rows, each.target_rows, strict=True):
                    cells[target, below, list(each.target_columns)] = cells[source, row, list(each.columns)]
        elif isinstance(each, Write):
            for array, bits in zip(each.arrays, _given(each, inputs[each.name]), strict=True):
                cells[np.ix_([array], each.rows, each.columns)] = bits
        else:
            block = cells[np.ix_(each.arrays, each.rows, each.columns)]
            results[each.name] = _result(each, block.reshape(-1, len(each.columns)))
    return results, cells


def _errors(sequence: Sequence, each: Run, errors: Errors) -> Errors:
    """Whose errors a RUN has."""
    if errors is not True:
        return errors
    array = sequence.machine.one
    return array if each.parallel == "rows" else array.turned


def _given(each: Write, numbers: Any) -> list[Bits]:
    """Return the bits that a WRITE stores, one block of rows for each array."""
    given, rows, at = np.asarray(numbers), len(each.arrays) * len(each.rows), f"Sequence.run: {each.name}"
    if given.dtype == np.bool_ and given.ndim == 2:
        if given.shape != (rows, len(each.columns)):
            raise InputError(at, f"truth values of shape {given.shape}", f"must be ({rows}, {len(each.columns)})")
        return np.split(given, len(each.arrays))
    if given.shape not in ((rows,), (1,), ()):
        raise InputError(at, f"shape {given.shape}", f"must be one number, or {rows}: rows {ranges(each.rows)} of "
                         f"{len(each.arrays)} arrays")  # fmt: skip
    bits = to_bits(np.atleast_1d(given), len(each.columns), each.signed, at)
    return np.split(np.broadcast_to(bits, (rows, bits.shape[1])), len(each.arrays))


def _result(each: Read, bits: Bits) -> NDArray[Any]:
    return bits if each.bits else from_bits(bits, each.signed)


def _put(array: Words, height: int, rows: tuple[int, ...], columns: tuple[int, ...], bits: Bits) -> None:
    """Store bits, shape (rows, columns), in packed columns."""
    held = unpack(array[list(columns)], height)
    held[list(rows)] = bits
    array[list(columns)] = pack(held)


def _run(cells: Words, each: Run, height: int, chances: Rates | None, stream: Stream, backend: str) -> None:
    """Run a program in packed arrays, shape (arrays, columns, words)."""
    chosen = np.array(each.arrays)
    if each.parallel == "rows":
        _lines(cells, chosen, each.first, height, each, chances, stream, backend)
        return
    start, end = each.lines.start // 64, -(-each.lines.stop // 64)  # words of rows that it may use
    breadth = cells.shape[1]
    facing = turned(cells[chosen, :, start:end])
    _lines(facing, np.arange(len(chosen)), each.first - 64 * start, breadth, each, chances, stream, backend)
    cells[chosen, :, start:end] = turned(facing)[:, :breadth]


def _lines(
    cells: Words, chosen: NDArray[np.integer[Any]], first: int, lanes: int, each: Run, chances: Rates | None,
    stream: Stream, backend: str,
) -> None:  # fmt: skip
    """Run a program on the columns of packed arrays, those that it uses and no others."""
    program = each.program
    gates = program.opcodes < PRESET_0
    number = np.where(gates, _INPUTS[np.minimum(program.opcodes, PRESET_0)], program.opcodes >= MOVE)
    read = program.fan_in[np.arange(LARGEST_FAN_IN) < number[:, None]]
    used = np.unique(np.r_[program.outputs_to, read]).astype(np.int64)
    groups = chosen.reshape(-1, program.arrays)
    places = groups[:, used // len(each.lines)], first + used % len(each.lines)
    before = cells[places].transpose(1, 0, 2).reshape(used.size, -1)  # column, words of all groups
    inside = np.zeros((lanes, 1), np.bool_)
    inside[each.lanes.start : each.lanes.stop] = True
    mask = np.tile(pack(inside)[0], len(groups))
    after = _columns(program, before, used, mask, lanes, chances, stream, backend)
    merged = (after & mask) | (before & ~mask)
    cells[places] = merged.reshape(used.size, len(groups), -1).transpose(1, 0, 2)


def _columns(
    program: Program, state: Words, used: NDArray[np.int64], mask: Words, lanes: int, chances: Rates | None,
    stream: Stream, backend: str,
) -> Words:  # fmt: skip
    """Run a program on the packed columns that it uses, words of several arrays one after the other."""
    width, where = -(-lanes // 64), np.zeros(program.columns, np.int64)
    where[used] = np.arange(used.size)
    for number, (start, end) in enumerate(_pieces(program)):
        if program.opcodes[start] >= MOVE:
            state = state.copy()
            for place in range(start, end):
                column = state[where[program.fan_in[place, 0]]]
                if program.opcodes[place] == MOVE:
                    down = int(program.fan_in[place, 1])
                    inside = (column & mask).reshape(-1, width)  # 0 comes in from outside the lanes
                    column = np.concatenate([shift(words, down, lanes) for words in inside])
                state[where[program.outputs_to[place]]] = column
            continue
        instructions, rates, disturb = lower(program, start, end, chances)
        state, _ = row_gates(state, instructions, columns=program.columns, places=used, keep=used, errors=rates,
                             disturb=disturb, key=stream.child("gates", number).key, backend=backend)  # fmt: skip
    return state


def _pieces(program: Program) -> Iterator[tuple[int, int]]:
    """Ranges of instructions that are gates and presets, and those between them that carry bits."""
    carried = program.opcodes >= MOVE
    cuts = np.flatnonzero(np.diff(carried)) + 1
    edges = [0, *map(int, cuts), len(program)]
    return ((start, end) for start, end in pairwise(edges) if start < end)


def turned(cells: Words) -> Words:
    """Turn packed arrays: shape (arrays, columns, words of rows) to (arrays, 64 rows a word, words of columns)."""
    arrays, columns, words = cells.shape
    parts = []
    for first in range(0, columns, 64):
        block = cells[:, first : first + 64].transpose(1, 0, 2).reshape(-1, arrays * words)
        parts.append(unpack_numbers(block, 64 * arrays * words).reshape(arrays, 64 * words))
    return np.stack(parts, axis=2)
