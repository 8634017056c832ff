"""The loop over a tape, for a processor: numba, 64 rows a word, a whole piece of the rows an entry."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from remanence.kernels.row_gates.errors import FULL, HALF, LANES, LOW, NOTHING, ONE, OPTIONS, count_zeros, fixed, mask
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
)

PIECE = BLOCK // 64
"""Words of a piece."""
LINES = PIECE // 8
_EIGHT, _LINE, _WIDTH = np.uint64(8), np.uint64(64), np.uint64(PIECE)
_TARGETS = 1 + FAN_IN
NEVER = 3e-15
"""Probability at and below which no word of 32 bits gives a candidate in a block."""


class Rare(NamedTuple):
    """Outputs and inputs with rare errors, in the order of the program."""

    entry: NDArray[np.int64]
    number: NDArray[np.uint64]  # of the instruction
    target: NDArray[np.uint64]  # 0 for the output, then the inputs
    stay: NDArray[np.float64]  # ln(1 - P)
    quiet: NDArray[np.float64]  # largest word without a candidate in a block
    call: NDArray[np.int64]  # of Philox that gives its first word
    low: NDArray[np.int64]  # first call for the same four instructions
    high: NDArray[np.int64]  # and the one after the last
    fours: NDArray[np.uint64]  # instruction over 4, by call; some room beyond
    targets: NDArray[np.uint64]  # target, by call


class Table(NamedTuple):
    """A tape as the loops read it. Part 0 is the output, 1 all inputs; target 0 is the output, then the inputs."""

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
    frequent: NDArray[np.bool_]  # targets with frequent errors, by entry
    limits: NDArray[np.int64]  # of frequent errors, by instruction, part and zeros
    shares: NDArray[np.float64]  # of rare errors: rate over the largest, in units of 2^-32; likewise
    cells: NDArray[np.int64]  # rows of the fixed errors by instruction, target and zeros, -1 for none


def table(
    tape: Tape, count: int, chances: NDArray[np.float64] | None, cells: NDArray[np.int64] | None
) -> tuple[Table, Rare]:
    """Return the tape of a program of ``count`` instructions for the loops here, and its rare errors."""
    rates = np.zeros((count, 2, FAN_IN + 1)) if chances is None else chances
    cells = np.full((count, FAN_IN + 1, FAN_IN + 1), -1, np.int64) if cells is None else cells
    largest = rates.max(axis=2, initial=0.0)
    own = tape.place >= 0
    moved = (tape.kind == LOAD) | (tape.kind == STORE)
    of, failing = np.zeros((len(tape), 1 + FAN_IN)), np.zeros(len(tape), np.bool_)
    of[own] = largest[tape.place[own]][:, [0] + [1] * FAN_IN]
    of[:, 1:] *= tape.turns
    failing[own] = np.any(cells[tape.place[own]] >= 0, axis=(1, 2))
    entry, target = np.nonzero((of > NEVER) & (of <= RARE))
    return Table(
        tape.kind,
        tape.out.astype(np.uint64),
        tape.fan_in.astype(np.uint64),
        tape.inputs,
        tape.threshold,
        np.where(tape.preset == 1, FULL, NOTHING),
        tape.place,
        np.where(tape.kind == LOAD, tape.fan_in[:, 0], -1 - tape.out)[moved],
        (np.arange(1, len(tape) + 1) * moved.sum() * LINES) // max(len(tape), 1),
        (of > RARE).any(axis=1) | failing,
        of > RARE,
        np.rint(rates * 2**BITS).astype(np.int64),
        rates / np.where(largest > 0.0, largest, 1.0)[..., None] * 2.0**32,
        cells,
    ), rare_errors(entry, tape.place[entry], target, of[entry, target])


def rare_errors(
    entry: NDArray[np.int64], place: NDArray[np.int64], target: NDArray[np.int64], largest: NDArray[np.float64]
) -> Rare:
    """Return what `errors.draw` needs.

    Args:
        entry: of the tape, ascending.
        place: number of the instruction.
        target: 0 for the output, then the inputs.
        largest: P.
    """
    each, of_which = np.unique(largest, return_inverse=True)
    stay = np.array([math.log1p(-p) for p in each.tolist()])[of_which]
    # A little less than the bound, so that rounding cannot hide a candidate.
    quiet = np.floor(np.exp(stay * BLOCK * (1.0 + 1e-9)) * 2.0**32 - 1.0)
    calls, call = np.unique(place // 4 * _TARGETS + target, return_inverse=True)
    fours, targets = np.divmod(calls, _TARGETS)
    room = np.zeros(LANES, np.int64)
    return Rare(
        entry, place.astype(np.uint64), target.astype(np.uint64), stay, quiet, call,
        np.searchsorted(fours, place // 4), np.searchsorted(fours, place // 4, side="right"),
        np.concatenate([fours, room]).astype(np.uint64), np.concatenate([targets, room]).astype(np.uint64),
    )  # fmt: skip


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
def _classes(s: Any, fan_in: Any, inputs: int, stride: Any, words: Any, classes: Any) -> None:
    """Fill bits 0, 1 and 2 of the number of inputs at 0, shape (3, words); what is no input reads as 1."""
    classes[:] = NOTHING
    if inputs:
        a, b, c, d, e = (fan_in[0] * stride, fan_in[1] * stride, fan_in[2] * stride, fan_in[3] * stride,
                         fan_in[4] * stride)  # fmt: skip
        for w in range(words):
            classes[0, w], classes[1, w], classes[2, w] = count_zeros(s[a + w], s[b + w], s[c + w], s[d + w], s[e + w])


@numba.njit(**OPTIONS)
def _counted(s: Any, o: Any, fan_in: Any, threshold: int, inverse: Any, keep: Any, stride: Any, words: Any) -> None:
    """Any gate: switch where at least ``threshold`` inputs are 0; what is no input reads as 1."""
    a, b, c, d, e = (fan_in[0] * stride, fan_in[1] * stride, fan_in[2] * stride, fan_in[3] * stride,
                     fan_in[4] * stride)  # fmt: skip
    k1 = FULL if threshold == 1 else NOTHING
    k2 = FULL if threshold <= 2 else NOTHING
    k3 = FULL if threshold == 3 else NOTHING
    k5 = FULL if threshold == 5 else NOTHING
    for w in range(words):
        low, middle, high = count_zeros(s[a + w], s[b + w], s[c + w], s[d + w], s[e + w])
        switched = (high & (low | ~k5)) | (middle & (k2 | (low & k3))) | (low & k1)
        s[o + w] = (((s[o + w] ^ inverse) & keep) | switched) ^ inverse


@numba.njit(**OPTIONS)
def settle(i: int, s: Any, width: Any, out: Any, fan_in: Any, inputs: int, preset: Any, shares: Any, place: int,
           entries: Any, where: Any, tests: Any, first: int, found: int) -> int:  # fmt: skip
    """Decide the candidates of an entry, which has run, and make the errors.

    Args:
        i: entry.
        s: scratch, flat.
        width: words of a slot.
        out: slot written.
        fan_in: slots read, by entry.
        inputs: how many are read.
        preset: all ones or all zeros.
        shares: `Table.shares`.
        place: number of its instruction.
        entries: of the candidates, ascending.
        where: their rows.
        tests: their second words, and 2^32 times their targets; spoiled here.
        first: candidate of the entry.
        found: how many candidates there are.

    Returns:
        The first candidate of a later entry.
    """
    upcoming, turning = first, False
    while upcoming < found and entries[upcoming] == i:
        row, target = where[upcoming], tests[upcoming] >> HALF
        word, bit, zeros = np.uint64(row >> 6), np.uint64(row & 63), 0
        for number in range(inputs):
            zeros += 1 - int((s[fan_in[i, number] * width + word] >> bit) & ONE)
        wrong = float(tests[upcoming] & LOW) < shares[place, 1 if target else 0, zeros]
        if not target:
            if wrong:
                s[out * width + word] ^= ONE << bit
        elif wrong:
            turning = True
        else:
            tests[upcoming] = NOTHING
        upcoming += 1
    if turning:  # the inputs of a gate are turned over at once
        for candidate in range(first, upcoming):
            target = tests[candidate] >> HALF
            if target:
                word, one = np.uint64(where[candidate] >> 6), ONE << np.uint64(where[candidate] & 63)
                at = fan_in[i, target - ONE] * width + word
                s[at] = (s[at] & ~one) | (one & preset)
    return upcoming


@numba.njit(**OPTIONS)
def interpret(t: Any, first: int, last: int, s: Any, words: Any, source: Any, result: Any, begin: int, entries: Any,
              where: Any, tests: Any, found: int, faults: Any, k0: Any, k1: Any) -> None:  # fmt: skip
    """Run entries ``first`` to ``last`` on a piece; what is in a slot beyond the words in use is never seen.

    Args:
        t: `Table`.
        first: entry.
        last: entry, not included.
        s: scratch, flat.
        words: how many are in use of each slot.
        source: columns before the program.
        result: columns after it.
        begin: first word of the piece in both.
        entries: of the candidates of errors, ascending.
        where: their rows in the piece.
        tests: their second words, and 2^32 times their targets; spoiled here.
        found: how many candidates there are.
        faults: cells with fixed errors.
        k0: first half of the key.
        k1: second half of the key.
    """
    width = _WIDTH  # the code generator knows it
    stride, ahead = np.uint64(source.shape[1]) * _EIGHT, np.uint64(begin + PIECE) * _EIGHT
    sources, results = np.uint64(source.ctypes.data) + ahead, np.uint64(result.ctypes.data) + ahead
    line = t.upto[first - 1] if first else 0
    upcoming = 0
    classes = np.empty((3, PIECE), np.uint64)
    following = entries[0] if found else -1
    # An array out of a tuple is counted each time, so all are taken out once.
    kinds, outs, fan_in, inputs, presets, places = t.kind, t.out, t.fan_in, t.inputs, t.preset, t.place
    thresholds, traffic, upto, dense, shares = t.threshold, t.traffic, t.upto, t.dense, t.shares
    for i in range(first, last):
        kind, inv = kinds[i], presets[i]
        o, a, b, c = outs[i] * width, fan_in[i, 0] * width, fan_in[i, 1] * width, fan_in[i, 2] * width
        while line < upto[i]:  # lines of the next piece come from memory while the gates of this one run
            row, part = traffic[line // LINES], np.uint64(line % LINES)
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
            _counted(s, o, fan_in[i], thresholds[i], inv, NOTHING if kind == COUNT else FULL, width, words)
        elif kind == SET:
            for w in range(words):
                s[o + w] = inv
        elif kind == LOAD:
            for w in range(words):
                s[o + w] = source[fan_in[i, 0], np.uint64(begin) + w]
        else:
            for w in range(words):
                result[outs[i], np.uint64(begin) + w] = s[a + w]
        if dense[i]:
            _classes(s, fan_in[i], inputs[i], width, words, classes)  # before any input is turned over
        if i == following:
            upcoming = settle(i, s, width, o // width, fan_in, inputs[i], inv, shares, places[i], entries, where, tests,
                              upcoming, found)  # fmt: skip
            following = entries[upcoming] if upcoming < found else -1
        if dense[i]:
            place = t.place[i]
            for number in range(t.inputs[i] + 1):
                at = t.fan_in[i, number - 1] * width if number else o
                if t.frequent[i, number]:
                    limits = t.limits[place, 1 if number else 0]
                    mask(s, at, t.inputs[i], limits, place, number, inv, classes, begin, words, k0, k1)
                fixed(s, at, t.inputs[i], t.cells[place, number], number, inv, classes, faults, begin, words)
