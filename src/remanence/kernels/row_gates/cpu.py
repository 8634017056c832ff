"""`row_gates` on a processor: numba, 64 rows a word, the whole program on a piece of the rows, threads over pieces.

A piece is a block of the rare errors. Its few candidates are drawn first, in the order of the program; then the tape
runs, and stops only where one of them is.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from remanence.kernels.row_gates.compiled import can_compile, compile_tape
from remanence.kernels.row_gates.errors import FULL, NOTHING, ONE, OPTIONS, count_zeros, draw, fixed, mask
from remanence.kernels.row_gates.reference import BITS, BLOCK, FAN_IN, RARE
from remanence.kernels.row_gates.tape import (
    COUNT,
    KEEP,
    LOAD,
    NAND2,
    NAND3,
    NMAJ3,
    NOR2,
    NOR3,
    NOT,
    SET,
    STORE,
    Tape,
    lower,
)
from remanence.kernels.threads import threads

if TYPE_CHECKING:
    from remanence.kernels.row_gates import Faults, Instructions

__all__ = ["can_compile", "candidates", "row_gates"]

PIECE = BLOCK // 64
"""Words of a piece."""
FEW = 64
"""Words of a piece that are run again for their errors after compiled code; with more, the interpreter runs alone."""
LINES = PIECE // 8
_EIGHT, _LINE = np.uint64(8), np.uint64(64)
CANDIDATES = 4 * BLOCK
"""Room for candidates of errors; they are drawn for as many entries of the tape as it holds."""


class Table(NamedTuple):
    """A tape as the loops read it; slots are offsets into the scratch."""

    kind: NDArray[np.int64]
    out: NDArray[np.uint64]
    fan_in: NDArray[np.uint64]
    inputs: NDArray[np.int64]
    threshold: NDArray[np.int64]
    preset: NDArray[np.uint64]  # all ones or all zeros
    place: NDArray[np.int64]
    traffic: NDArray[np.int64]  # rows of the source, and -1 - those of the result, in the order of use
    upto: NDArray[np.int64]  # how many lines of the next piece are asked for until an entry is done
    dense: NDArray[np.bool_]  # entries with errors in every word: frequent or fixed ones
    rare: NDArray[np.int64]  # entries with errors by skipping
    largest: NDArray[np.float64]  # P by instruction
    limits: NDArray[np.int64]  # of frequent errors, by instruction and zeros
    shares: NDArray[np.float64]  # of rare errors: rate over the largest, in units of 2^-32
    stay: NDArray[np.float64]  # ln(1 - P) by instruction
    quiet: NDArray[np.float64]  # largest first word without a candidate in a block
    cells: NDArray[np.int64]  # rows of the fixed errors by instruction and zeros, -1 for none


def table(tape: Tape, count: int, errors: NDArray[np.float64] | None, cells: NDArray[np.int64] | None) -> Table:
    """Return the tape of a program of ``count`` instructions for the loops here."""
    rates = np.zeros((count, FAN_IN + 1)) if errors is None else errors
    cells = np.full((count, FAN_IN + 1), -1, np.int64) if cells is None else cells
    largest = rates.max(axis=1, initial=0.0)
    own = tape.place >= 0
    moved = (tape.kind == LOAD) | (tape.kind == STORE)
    of, failing = np.zeros(len(tape)), np.zeros(len(tape), np.bool_)
    of[own] = largest[tape.place[own]]
    failing[own] = np.any(cells[tape.place[own]] >= 0, axis=1)
    each, of_which = np.unique(largest, return_inverse=True)
    stay = np.array([math.log1p(-p) if p <= RARE else 0.0 for p in each.tolist()])[of_which]
    fan_in = tape.fan_in * np.where(tape.kind == LOAD, 1, PIECE)[:, None]
    # A little less than the bound, so that rounding cannot hide a candidate.
    quiet = np.floor(np.exp(stay * BLOCK * (1.0 + 1e-9)) * 2.0**32 - 1.0)
    return Table(
        tape.kind,
        (tape.out * np.where(tape.kind == STORE, 1, PIECE)).astype(np.uint64),
        fan_in.astype(np.uint64),
        tape.inputs,
        tape.threshold,
        np.where(tape.preset == 1, FULL, NOTHING),
        tape.place,
        np.where(tape.kind == LOAD, tape.fan_in[:, 0], -1 - tape.out)[moved],
        (np.arange(1, len(tape) + 1) * moved.sum() * LINES) // max(len(tape), 1),
        (of > RARE) | failing,
        np.flatnonzero((of > 0.0) & (of <= RARE)),
        largest,
        np.rint(rates * 2**BITS).astype(np.int64),
        rates / np.where(largest > 0.0, largest, 1.0)[:, None] * 2.0**32,
        stay,
        quiet,
        cells,
    )


def _prefetching(typing_context: Any, address: Any) -> Any:  # noqa: ARG001
    """Ask for the cache line at an address; never faults."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        pointer = ir.IntType(8).as_pointer()
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [pointer, number, number, number])
        call = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        builder.call(call, [builder.inttoptr(arguments[0], pointer), number(0), number(2), number(1)])
        return context.get_dummy_value()

    return types.void(types.uintp), generate


_prefetch: Any = intrinsic(_prefetching)


@numba.njit(**OPTIONS)
def _counted(s: Any, o: Any, fan_in: Any, threshold: int, inverse: Any, keep: Any, words: Any) -> None:
    """Any gate: switch where at least ``threshold`` inputs are 0; what is no input reads as 1."""
    a, b, c, d, e = fan_in[0], fan_in[1], fan_in[2], fan_in[3], fan_in[4]
    k1 = FULL if threshold == 1 else NOTHING
    k2 = FULL if threshold <= 2 else NOTHING
    k3 = FULL if threshold == 3 else NOTHING
    k5 = FULL if threshold == 5 else NOTHING
    for w in range(words):
        low, middle, high = count_zeros(s[a + w], s[b + w], s[c + w], s[d + w], s[e + w])
        switched = (high & (low | ~k5)) | (middle & (k2 | (low & k3))) | (low & k1)
        s[o + w] = (((s[o + w] ^ inverse) & keep) | switched) ^ inverse


def _interpreter(words_computed: int) -> Any:
    """Make the loop over a tape for slots of so many words, which the code generator then knows.

    What is in the slots beyond the words in use is computed, too, and never seen.
    """
    width = np.uint64(words_computed)

    @numba.njit(**OPTIONS)
    def interpret(t: Any, first: int, last: int, s: Any, words: Any, source: Any, result: Any, begin: int, picked: Any,
                  entries: Any, where: Any, tests: Any, found: int, faults: Any, k0: Any, k1: Any) -> None:  # fmt: skip
        """Run entries ``first`` to ``last`` on words of a piece.

        Args:
            t: `Table`.
            first: entry.
            last: entry, not included.
            s: scratch, flat.
            words: how many are in use of each slot.
            source: columns before the program.
            result: columns after it.
            begin: first word of the piece in both.
            picked: which words of the piece these are; empty for all.
            entries: of the candidates of errors, ascending.
            where: their rows, among the words in use.
            tests: their second words.
            found: how many candidates there are.
            faults: cells with fixed errors.
            k0: first half of the key.
            k1: second half of the key.
        """
        stride, ahead = np.uint64(source.shape[1]) * _EIGHT, np.uint64(begin + PIECE) * _EIGHT
        sources, results = np.uint64(source.ctypes.data) + ahead, np.uint64(result.ctypes.data) + ahead
        line = t.upto[first - 1] if first else 0
        upcoming = 0
        following = entries[0] if found else -1
        for i in range(first, last):
            kind, o, inv = t.kind[i], t.out[i], t.preset[i]
            a, b, c = t.fan_in[i, 0], t.fan_in[i, 1], t.fan_in[i, 2]
            while line < t.upto[i]:  # lines of the next piece come from memory while the gates of this one run
                row, part = t.traffic[line // LINES], np.uint64(line % LINES)
                if row >= 0:
                    _prefetch(sources + np.uint64(row) * stride + part * _LINE)
                else:
                    _prefetch(results + np.uint64(-1 - row) * stride + part * _LINE)
                line += 1
            if kind == NAND2:
                for w in range(width):
                    s[o + w] = ~(s[a + w] & s[b + w]) ^ inv
            elif kind == NOT:
                for w in range(width):
                    s[o + w] = ~s[a + w] ^ inv
            elif kind == NOR2:
                for w in range(width):
                    s[o + w] = ~(s[a + w] | s[b + w]) ^ inv
            elif kind == NAND3:
                for w in range(width):
                    s[o + w] = ~(s[a + w] & s[b + w] & s[c + w]) ^ inv
            elif kind == NOR3:
                for w in range(width):
                    s[o + w] = ~(s[a + w] | s[b + w] | s[c + w]) ^ inv
            elif kind == NMAJ3:
                for w in range(width):
                    s[o + w] = ~((s[a + w] & s[b + w]) | (s[c + w] & (s[a + w] | s[b + w]))) ^ inv
            elif kind == NAND2 + KEEP:
                for w in range(width):
                    s[o + w] = ((s[o + w] ^ inv) | ~(s[a + w] & s[b + w])) ^ inv
            elif kind == NOT + KEEP:
                for w in range(width):
                    s[o + w] = ((s[o + w] ^ inv) | ~s[a + w]) ^ inv
            elif kind == NOR2 + KEEP:
                for w in range(width):
                    s[o + w] = ((s[o + w] ^ inv) | ~(s[a + w] | s[b + w])) ^ inv
            elif kind == NAND3 + KEEP:
                for w in range(width):
                    s[o + w] = ((s[o + w] ^ inv) | ~(s[a + w] & s[b + w] & s[c + w])) ^ inv
            elif kind == NOR3 + KEEP:
                for w in range(width):
                    s[o + w] = ((s[o + w] ^ inv) | ~(s[a + w] | s[b + w] | s[c + w])) ^ inv
            elif kind == NMAJ3 + KEEP:
                for w in range(width):
                    majority = (s[a + w] & s[b + w]) | (s[c + w] & (s[a + w] | s[b + w]))
                    s[o + w] = ((s[o + w] ^ inv) | ~majority) ^ inv
            elif kind == COUNT or kind == COUNT + KEEP:
                _counted(s, o, t.fan_in[i], t.threshold[i], inv, NOTHING if kind == COUNT else FULL, words)
            elif kind == SET:
                for w in range(words):
                    s[o + w] = inv
            elif kind == LOAD:
                if picked.size:
                    for w in range(words):
                        s[o + w] = source[a, begin + picked[w]]
                else:
                    for w in range(words):
                        s[o + w] = source[a, np.uint64(begin) + w]
            elif picked.size:
                for w in range(words):
                    result[o, begin + picked[w]] = s[a + w]
            else:
                for w in range(words):
                    result[o, np.uint64(begin) + w] = s[a + w]
            if i == following:
                while i == following:
                    row = where[upcoming]
                    word, bit, zeros = np.uint64(row >> 6), np.uint64(row & 63), 0
                    for number in range(t.inputs[i]):
                        zeros += 1 - int((s[t.fan_in[i, number] + word] >> bit) & ONE)
                    if float(tests[upcoming]) < t.shares[t.place[i], zeros]:
                        s[o + word] ^= ONE << bit
                    upcoming += 1
                    following = entries[upcoming] if upcoming < found else -1
            if t.dense[i]:
                place = t.place[i]
                if t.largest[place] > RARE:
                    mask(s, o, t.fan_in[i], t.inputs[i], t.limits[place], place, begin, words, k0, k1)
                fixed(s, o, t.fan_in[i], t.inputs[i], t.cells[place], faults, begin, words)

    return interpret


_interpret = _interpreter(PIECE)
_interpret_few = _interpreter(FEW)


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
def _entries(t: Any, first: int, last: int, drawn: int, s: Any, words: Any, source: Any, result: Any, begin: int,
             faults: Any, entries: Any, where: Any, tests: Any, k0: Any, k1: Any) -> int:  # fmt: skip
    """Run entries on a whole piece; ``drawn`` is the first one with rare errors, and the next such one is returned."""
    whole = np.empty(0, np.uint64)
    until = int(np.searchsorted(t.rare, last))
    while first < last:
        found, upto = draw(t.rare[:until], drawn, t.place, t.stay, t.quiet, begin // PIECE, int(words) * 64, k0, k1,
                           entries, where, tests)  # fmt: skip
        end = last if upto == until else t.rare[upto]
        _interpret(t, first, end, s, words, source, result, begin, whole, entries, where, tests, found, faults, k0, k1)
        drawn, first = upto, end
    return until


@numba.njit(**OPTIONS)
def _piece(t: Any, s: Any, words: Any, source: Any, result: Any, begin: int, faults: Any, entries: Any, where: Any,
           tests: Any, k0: Any, k1: Any) -> None:  # fmt: skip
    _entries(t, 0, t.kind.size, 0, s, words, source, result, begin, faults, entries, where, tests, k0, k1)


@numba.njit(**OPTIONS)
def _compiled_piece(t: Any, s: Any, few: Any, bounds: Any, addresses: Any, read: Any, written: Any, words: Any,
                    source: Any, result: Any, begin: int, faults: Any, entries: Any, where: Any, tests: Any,
                    k0: Any, k1: Any) -> None:  # fmt: skip
    """Run the segments of compiled code on a piece.

    Where a segment has errors, the words that they are in are run again, apart, by the interpreter; where most words
    have some, it runs alone.
    """
    stride, at = np.uint64(source.shape[1]) * _EIGHT, np.uint64(begin) * _EIGHT
    place = np.full(PIECE, -1, np.int64)
    picked, whole = np.empty(FEW, np.uint64), np.empty(0, np.uint64)
    drawn = 0
    for number in range(addresses.size):
        first, last = bounds[number], bounds[number + 1]
        until = np.searchsorted(t.rare, last)
        found, upto = 0, until
        plain = words % 8 == 0 and not t.dense[first:last].any()
        if plain and until > drawn:
            found, upto = draw(t.rare[:until], drawn, t.place, t.stay, t.quiet, begin // PIECE, int(words) * 64,
                               k0, k1, entries, where, tests)  # fmt: skip
        if not plain or upto < until:
            drawn = _entries(t, first, last, drawn, s, words, source, result, begin, faults, entries, where, tests,
                             k0, k1)  # fmt: skip
            continue
        drawn, many = until, 0
        place[:] = -1
        for i in range(found):
            word = where[i] >> 6
            if place[word] < 0:
                place[word] = many
                if many < FEW:
                    picked[many] = word
                many += 1
        if many > FEW:
            _interpret(t, first, last, s, words, source, result, begin, whole, entries, where, tests, found, faults,
                       k0, k1)  # fmt: skip
            continue
        for slot in read[number] if many else read[number][:0]:
            if slot >= 0:
                for w in range(many):
                    few[slot * PIECE + w] = s[np.uint64(slot * PIECE) + picked[w]]
        _call(addresses[number], np.uint64(s.ctypes.data), np.uint64(source.ctypes.data) + at,
              np.uint64(result.ctypes.data) + at, stride, words // _EIGHT)  # fmt: skip
        if many:
            for i in range(found):
                where[i] = place[where[i] >> 6] * 64 + (where[i] & 63)
            _interpret_few(t, first, last, few, np.uint64(many), source, result, begin, picked, entries, where, tests,
                           found, faults, k0, k1)  # fmt: skip
            for slot in written[number]:
                if slot >= 0:
                    for w in range(many):
                        s[np.uint64(slot * PIECE) + picked[w]] = few[slot * PIECE + w]


def candidates(
    tape: Tape, count: int, errors: NDArray[np.float64] | None, words: int, key: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the candidates of rare errors of all pieces, for a back end that draws none itself.

    Args:
        tape: the program.
        count: how many instructions it has.
        errors: as in the package.
        words: of a column.
        key: as in the package.

    Returns:
        Where each piece begins, shape (pieces,), and entry, row in the piece and second word, shape (n, 3); after those
        of a piece there is one whose entry is -1.
    """
    t = table(tape, count, errors, None)
    room = np.empty(CANDIDATES, np.int64), np.empty(CANDIDATES, np.int64), np.empty(CANDIDATES, np.uint64)
    starts, parts, total = [], [], 0
    for begin in range(0, words, PIECE):
        starts.append(total)
        upto = 0
        while upto < t.rare.size:
            found, upto = draw(t.rare, upto, t.place, t.stay, t.quiet, begin // PIECE, min(PIECE, words - begin) * 64,
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
    errors: NDArray[np.float64] | None,
    key: tuple[int, int],
    faults: Faults | None,
    compiled: bool,
) -> NDArray[np.uint64]:
    """Return the kept columns after the program; arguments as in the package."""
    noisy = np.zeros(len(instructions), np.bool_) if errors is None else np.any(errors > 0.0, axis=1)
    if faults is not None:
        noisy = noisy | np.any(faults.which >= 0, axis=1)
    tape = lower(instructions, given, kept, noisy)
    prepared = table(tape, len(instructions), errors, None if faults is None else faults.which)
    code = compile_tape(tape) if compiled else None
    state = np.ascontiguousarray(state)
    words = state.shape[1]
    result = np.empty((len(kept), words), np.uint64)
    keys = np.uint64(key[0]), np.uint64(key[1])
    fixed_errors = np.zeros((1, 1), np.uint64) if faults is None else faults.rows

    def pieces(begins: range) -> None:
        scratch = aligned(tape.slots * PIECE)
        scratch[:PIECE] = FULL
        room = CANDIDATES if prepared.rare.size else 1
        drawn = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.uint64)
        if code is not None:
            few = aligned(tape.slots * PIECE)
            few[:PIECE] = FULL
        for begin in begins:
            now = np.uint64(min(PIECE, words - begin))
            if code is None:
                _piece(prepared, scratch, now, state, result, begin, fixed_errors, *drawn, *keys)
            else:
                _compiled_piece(prepared, scratch, few, code.bounds, code.addresses, code.read, code.written, now,
                                state, result, begin, fixed_errors, *drawn, *keys)  # fmt: skip

    workers = min(threads(), -(-words // PIECE))
    if workers < 2:
        pieces(range(0, words, PIECE))
    else:
        with ThreadPoolExecutor(workers) as pool:
            share = -(-words // (workers * PIECE)) * PIECE
            list(pool.map(pieces, [range(first, min(first + share, words), PIECE) for first in range(0, words, share)]))
    return result
