"""Errors of `row_gates` on a processor: candidates of rare ones, masks of frequent ones; numba."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from remanence.kernels.row_gates.reference import BITS

OPTIONS: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy", "boundscheck": False}
FULL = np.uint64(0xFFFFFFFFFFFFFFFF)
NOTHING = np.uint64(0)
ONE = np.uint64(1)

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_TWO = np.uint64(2)
GROUP = 64
"""Instructions whose first draws are made at once."""
LANES = 16
"""Words whose masks are made at once."""


@numba.njit(inline="always", **OPTIONS)
def _philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    for _ in range(10):
        p0, p1 = c0 * _M0, c2 * _M1
        c0, c1, c2, c3 = (p1 >> _HALF) ^ c1 ^ k0, p1 & _LOW, (p0 >> _HALF) ^ c3 ^ k1, p0 & _LOW
        k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@numba.njit(**OPTIONS)
def draw(rare: Any, first: int, place: Any, stay: Any, quiet: Any, block: int, rows: int, k0: Any, k1: Any,
         entries: Any, where: Any, tests: Any) -> Any:  # fmt: skip
    """Draw the candidates of a block in the order of the program.

    Args:
        rare: entries of the tape with rare errors.
        first: from which of them on.
        place: instruction of each entry.
        stay: ln(1 - P) of each instruction.
        quiet: largest first word with which an instruction has no candidate in a whole block.
        block: of the rows.
        rows: in it.
        k0: first half of the key.
        k1: second half of the key.
        entries: of the candidates, filled here.
        where: their rows in the block, filled here.
        tests: their second words, filled here.

    Returns:
        How many there are, and the first of ``rare`` for which there was no room.
    """
    found = 0
    b = np.uint64(block)
    numbers = np.zeros(GROUP, np.uint64)
    first0, first1 = np.empty(GROUP, np.uint64), np.empty(GROUP, np.uint64)
    first2, first3 = np.empty(GROUP, np.uint64), np.empty(GROUP, np.uint64)
    second = np.empty(4, np.uint64)
    for start in range(first, rare.size, GROUP):
        many = min(GROUP, rare.size - start)
        for j in range(many):
            numbers[j] = place[rare[start + j]]
        for j in range(np.uint64(GROUP)):  # the first call of each, in vectors: most have no candidate
            first0[j], first1[j], first2[j], first3[j] = _philox(NOTHING, numbers[j], b, NOTHING, k0, k1)
        for j in range(many):
            entry = rare[start + j]
            instruction = place[entry]
            if first0[j] <= quiet[instruction]:
                continue
            if found > entries.size - rows:
                return found, start + j
            t, call, row, going = np.uint64(instruction), NOTHING, -1, True
            a0, a1, a2, a3 = first0[j], first1[j], first2[j], first3[j]
            while going:
                kept = found
                for i in range(4):
                    drawn = a0 if i == 0 else (a1 if i == 1 else (a2 if i == 2 else a3))
                    gap = math.log((float(drawn) + 0.5) * 2.0**-32) / stay[instruction]
                    row += 1 + int(min(gap, float(rows)))  # as a whole number the gap may not fit one
                    if row >= rows:
                        going = False
                        break
                    entries[found], where[found] = entry, row
                    found += 1
                if found > kept:
                    second[0], second[1], second[2], second[3] = _philox(call, t, b, ONE, k0, k1)
                    for i in range(found - kept):
                        tests[kept + i] = second[i]
                if going:
                    call += ONE
                    a0, a1, a2, a3 = _philox(call, t, b, NOTHING, k0, k1)
    return found, rare.size


@numba.njit(inline="always", **OPTIONS)
def count_zeros(a: Any, b: Any, c: Any, d: Any, e: Any) -> Any:
    """Count the inputs at 0 in every row: bits 0, 1 and 2 of the number."""
    a, b, c, d, e = ~a, ~b, ~c, ~d, ~e
    half = a ^ b
    first, carry = half ^ c, (a & b) | (half & c)
    half = first ^ d
    low, other = half ^ e, (first & d) | (half & e)
    return low, carry ^ other, carry & other


@numba.njit(inline="always", **OPTIONS)
def equal(low: Any, middle: Any, high: Any, number: int) -> Any:
    """Set the bits of the rows whose number of zeros is this one."""
    is_low = low if number & 1 else ~low
    is_middle = middle if number & 2 else ~middle
    return is_low & is_middle & (high if number & 4 else ~high)


@numba.njit(**OPTIONS)
def _below(limit: int, instruction: Any, first: int, words: int, k0: Any, k1: Any, drawn: Any, open_: Any,
           found: Any) -> None:  # fmt: skip
    """Find the rows whose number of `BITS` bits is below a limit, highest bit first, for up to `LANES` words.

    Args:
        limit: 0 to 2^BITS.
        instruction: its number.
        first: first word of the column.
        words: how many of them.
        k0: first half of the key.
        k1: second half of the key.
        drawn: bits of the numbers, shape (BITS + 1, LANES): those not there yet are drawn; the last row counts them.
        open_: room, shape (LANES,).
        found: rows below the limit, shape (LANES,), filled here.
    """
    for w in range(words):
        found[w] = FULL if limit >= (1 << BITS) else NOTHING
        open_[w] = FULL if 0 < limit < (1 << BITS) else NOTHING
    for bit in range(BITS):
        left = NOTHING
        for w in range(words):
            left |= open_[w]
        if left == NOTHING:
            return
        if drawn[BITS, 0] <= np.uint64(bit):
            for w in range(words):
                w0, w1, w2, w3 = _philox(
                    np.uint64(first) + np.uint64(w), instruction, np.uint64(bit // 2), _TWO, k0, k1
                )
                drawn[bit, w], drawn[bit + 1, w] = w0 | (w1 << _HALF), w2 | (w3 << _HALF)
            drawn[BITS, 0] = np.uint64(bit + 2)
        if (limit >> (BITS - 1 - bit)) & 1:  # a 0 here makes the row's number the smaller one
            for w in range(words):
                found[w] |= open_[w] & ~drawn[bit, w]
                open_[w] &= drawn[bit, w]
        else:
            for w in range(words):
                open_[w] &= ~drawn[bit, w]


@numba.njit(**OPTIONS)
def mask(s: Any, out: Any, fan_in: Any, inputs: int, limits: Any, place: int, begin: int, words: int,
         k0: Any, k1: Any) -> None:  # fmt: skip
    """Flip frequent errors: every row's number is compared with the limit of its class.

    Args:
        s: scratch.
        out: offset of the output.
        fan_in: offsets of the inputs, shape (5,).
        inputs: how many there are.
        limits: of the classes, in units of 2^-BITS, shape (6,).
        place: number of the instruction.
        begin: number of the first word in its column.
        words: how many of them.
        k0: first half of the key.
        k1: second half of the key.
    """
    drawn = np.empty((BITS + 1, LANES), np.uint64)
    open_, found = np.empty(LANES, np.uint64), np.empty(LANES, np.uint64)
    flips = np.empty(LANES, np.uint64)
    a, b, c, d, e = fan_in[0], fan_in[1], fan_in[2], fan_in[3], fan_in[4]
    for start in range(0, words, LANES):
        many = min(LANES, words - start)
        drawn[BITS, 0] = NOTHING
        flips[:] = NOTHING
        for number in range(inputs + 1):
            if limits[number] == 0:
                continue
            _below(limits[number], np.uint64(place), begin + start, many, k0, k1, drawn, open_, found)
            for w in range(many):
                at = np.uint64(start + w)
                low = middle = high = NOTHING
                if inputs:
                    low, middle, high = count_zeros(
                        s[a + at],
                        s[b + at] if inputs > 1 else FULL,
                        s[c + at] if inputs > 2 else FULL,
                        s[d + at] if inputs > 3 else FULL,
                        s[e + at] if inputs > 4 else FULL,
                    )
                flips[w] |= found[w] & equal(low, middle, high, number)
        for w in range(many):
            s[out + np.uint64(start + w)] ^= flips[w]


@numba.njit(**OPTIONS)
def fixed(s: Any, out: Any, fan_in: Any, inputs: int, rows: Any, faults: Any, begin: int, words: int) -> None:
    """Invert the outcome where the cell is one that fails in the class of its inputs.

    Args:
        s: scratch.
        out: offset of the output.
        fan_in: offsets of the inputs, shape (5,).
        inputs: how many there are.
        rows: of ``faults`` by number of zeros, -1 for none, shape (6,).
        faults: cells that fail, shape (rows, words).
        begin: number of the first word in its column.
        words: how many of them.
    """
    a, b, c, d, e = fan_in[0], fan_in[1], fan_in[2], fan_in[3], fan_in[4]
    for w in range(words):
        at = np.uint64(w)
        flips = any_ = NOTHING
        for number in range(inputs + 1):
            if rows[number] >= 0:
                any_ |= faults[rows[number], begin + w]
        if any_ == NOTHING:
            continue
        low = middle = high = NOTHING
        if inputs:
            low, middle, high = count_zeros(
                s[a + at],
                s[b + at] if inputs > 1 else FULL,
                s[c + at] if inputs > 2 else FULL,
                s[d + at] if inputs > 3 else FULL,
                s[e + at] if inputs > 4 else FULL,
            )
        for number in range(inputs + 1):
            if rows[number] >= 0:
                flips |= faults[rows[number], begin + w] & equal(low, middle, high, number)
        s[out + at] ^= flips
