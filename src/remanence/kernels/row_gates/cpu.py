"""`row_gates` on a processor: the whole program on a piece of the rows, then on the next; threads over pieces.

A piece is a block of the rare errors. Its few candidates are drawn first, in the order of the program; then the tape
runs, and stops only where one of them is. Compiled code cannot stop: it runs as if there were no errors, and the rows
with candidates, taken out of the piece, run once more by the interpreter.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from remanence.kernels.row_gates import apart
from remanence.kernels.row_gates.apart import LEVELS, WIDTH, plan, record, ways
from remanence.kernels.row_gates.compiled import can_compile, compile_tape
from remanence.kernels.row_gates.errors import FULL, NOTHING, OPTIONS, draw
from remanence.kernels.row_gates.interpreter import NEVER, PIECE, interpret, table
from remanence.kernels.row_gates.reference import BLOCK, FAN_IN
from remanence.kernels.row_gates.tape import Tape, lower
from remanence.kernels.threads import threads

if TYPE_CHECKING:
    from remanence.kernels.row_gates import Faults, Instructions

__all__ = ["can_compile", "candidates", "prepare", "row_gates"]

CANDIDATES = (FAN_IN + 1) * BLOCK
"""Room for candidates of errors; they are drawn for as many entries of the tape as it holds, at least for one."""
_EIGHT = np.uint64(8)
_apart = apart.run


def prepare(
    instructions: Instructions,
    given: NDArray[np.int64],
    kept: NDArray[np.int64],
    chances: NDArray[np.float64] | None,
    faults: Faults | None,
) -> Tape:
    """Return the tape of a program with its errors; arguments as in the package."""
    happens = np.zeros((len(instructions), 2), np.bool_)
    if chances is not None:
        happens |= chances.max(axis=2) > NEVER
    if faults is not None:
        some = np.any(faults.cells >= 0, axis=2)
        happens |= np.stack([some[:, 0], some[:, 1:].any(axis=1) & (instructions.inputs > 0)], axis=1)
    return lower(instructions, given, kept, happens[:, 0], happens[:, 1])


def _calling(
    typing_context: Any,  # noqa: ARG001
    address: Any,  # noqa: ARG001
    scratch: Any,  # noqa: ARG001
    source: Any,  # noqa: ARG001
    result: Any,  # noqa: ARG001
    stride: Any,  # noqa: ARG001
    vectors: Any,  # noqa: ARG001
) -> Any:
    """Call a function of `compiled`."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        kind = ir.FunctionType(ir.VoidType(), [ir.IntType(64)] * (len(arguments) - 1))
        builder.call(builder.inttoptr(arguments[0], kind.as_pointer()), arguments[1:])
        return context.get_dummy_value()

    return types.void(*[types.uint64] * 6), generate


_call: Any = intrinsic(_calling)


@numba.njit(**OPTIONS)
def _piece(t: Any, rare: Any, s: Any, words: Any, source: Any, result: Any, begin: int, faults: Any, entries: Any,
           where: Any, tests: Any, found: int, upto: int, k0: Any, k1: Any) -> None:  # fmt: skip
    """Run a whole piece by the interpreter; ``found`` candidates of the first ``upto`` of ``rare`` are drawn."""
    first, last, until = 0, t.kind.size, rare.entry.size
    while first < last:
        end = last if upto == until else rare.entry[upto]
        interpret(t, first, end, s, words, source, result, begin, entries, where, tests, found, faults, k0, k1)
        first = end
        if first < last:
            found, upto = draw(rare, upto, until, begin // PIECE, int(words) * 64, k0, k1, entries, where, tests)


@numba.njit(**OPTIONS)
def _pieces(t: Any, rare: Any, code: Any, s: Any, few: Any, addresses: Any, source: Any, result: Any, first: int,
            last: int, faults: Any, entries: Any, where: Any, tests: Any, k0: Any, k1: Any) -> None:  # fmt: skip
    """Run words ``first`` to ``last``, piece by piece; by compiled code where there are ``addresses`` of it."""
    stride = np.uint64(source.shape[1]) * _EIGHT
    until = rare.entry.size
    levels = np.full(PIECE * 64, -1, np.int64)
    way = ways()
    for begin in range(first, last, PIECE):
        words = np.uint64(min(PIECE, last - begin))
        found, upto = draw(rare, 0, until, begin // PIECE, int(words) * 64, k0, k1, entries, where, tests)
        depth = LEVELS + 1
        if addresses.size and words % _EIGHT == 0 and upto == until:
            depth = plan(where, found, levels, way)
        if depth > LEVELS:
            _piece(t, rare, s, words, source, result, begin, faults, entries, where, tests, found, upto, k0, k1)
            continue
        at = np.uint64(begin) * _EIGHT
        for number in range(addresses.size):
            _call(addresses[number], np.uint64(s.ctypes.data), np.uint64(source.ctypes.data) + at,
                  np.uint64(result.ctypes.data) + at, stride, words // _EIGHT)  # fmt: skip
        if depth:
            _apart(t, code, few, source, result, begin, entries, where, tests, found, depth, way)


def candidates(
    tape: Tape, count: int, chances: NDArray[np.float64] | None, words: int, key: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the candidates of rare errors of all pieces, for a back end that draws none itself.

    Args:
        tape: the program.
        count: how many instructions it has.
        chances: errors and disturb, shape (count, 2, 6).
        words: of a column.
        key: as in the package.

    Returns:
        Where each piece begins, shape (pieces,), and entry, row in the piece, and second word with 2^32 times the
        target, shape (n, 3); after those of a piece there is one whose entry is -1.
    """
    _, rare = table(tape, count, chances, None)
    room = np.empty(CANDIDATES, np.int64), np.empty(CANDIDATES, np.int64), np.empty(CANDIDATES, np.uint64)
    starts, parts, total = [], [], 0
    for begin in range(0, words, PIECE):
        starts.append(total)
        upto = 0
        while upto < rare.entry.size:
            found, upto = draw(rare, upto, rare.entry.size, begin // PIECE, min(PIECE, words - begin) * 64,
                               np.uint64(key[0]), np.uint64(key[1]), *room)  # fmt: skip
            parts.append(np.column_stack([each[:found].astype(np.int64) for each in room]))
            total += found
        parts.append(np.full((1, 3), -1, np.int64))
        total += 1
    return np.array(starts, np.int64), np.concatenate(parts) if parts else np.full((1, 3), -1, np.int64)


def aligned(words: int) -> NDArray[np.uint64]:
    """Return room for words that begins on a cache line."""
    room = np.empty(words + 8, np.uint64)
    shift = (-room.ctypes.data // 8) % 8
    return room[shift : shift + words]


def row_gates(
    state: NDArray[np.uint64],
    instructions: Instructions,
    given: NDArray[np.int64],
    kept: NDArray[np.int64],
    chances: NDArray[np.float64] | None,
    key: tuple[int, int],
    faults: Faults | None,
    compiled: bool,
) -> NDArray[np.uint64]:
    """Return the kept columns after the program; arguments as in the package."""
    tape = prepare(instructions, given, kept, chances, faults)
    prepared, rare = table(tape, len(instructions), chances, None if faults is None else faults.cells)
    # Errors in every word need the interpreter.
    code = compile_tape(tape) if compiled and not prepared.dense.any() else None
    short = record(tape)
    addresses = np.empty(0, np.uint64) if code is None else code.addresses
    state = np.ascontiguousarray(state)
    words = state.shape[1]
    result = np.empty((len(kept), words), np.uint64)
    keys = np.uint64(key[0]), np.uint64(key[1])
    fixed_errors = np.zeros((1, 1), np.uint64) if faults is None else faults.rows

    def pieces(first: int) -> None:
        scratch = aligned(tape.slots * PIECE)
        scratch[:PIECE] = FULL
        few = aligned((tape.slots + 1) * WIDTH)
        few[:WIDTH], few[-WIDTH:] = FULL, NOTHING
        room = CANDIDATES if rare.entry.size else 1
        drawn = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.uint64)
        _pieces(prepared, rare, short, scratch, few, addresses, state, result, first, min(first + share, words),
                fixed_errors, *drawn, *keys)  # fmt: skip

    workers = max(1, min(threads(), -(-words // PIECE)))
    share = -(-words // (workers * PIECE)) * PIECE
    if workers < 2:
        pieces(0)
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(pieces, range(0, words, share)))
    return result
