"""Errors of `row_gates` on a processor: candidates of rare ones, masks of frequent ones; numba."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from remanence.kernels.row_gates.reference import BITS, KINDS

OPTIONS: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy", "boundscheck": False}
FULL = np.uint64(0xFFFFFFFFFFFFFFFF)
NOTHING = np.uint64(0)
ONE = np.uint64(1)

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
LOW, HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_TWO, _THREE, _KINDS = np.uint64(2), np.uint64(3), np.uint64(KINDS)
GROUP = 256
"""Outputs and inputs whose first draws are made at once."""
LANES = 16
"""Words, or instructions, whose numbers are drawn at once."""


@numba.njit(inline="always", **OPTIONS)
def _philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    for _ in range(10):
        p0, p1 = c0 * _M0, c2 * _M1
        c0, c1, c2, c3 = (p1 >> HALF) ^ c1 ^ k0, p1 & LOW, (p0 >> HALF) ^ c3 ^ k1, p0 & LOW
        k0, k1 = (k0 + _W0) & LOW, (k1 + _W1) & LOW
    return c0, c1, c2, c3


@numba.njit(**OPTIONS)
def _whole(of: Any, pair: int, entries: Any, found: int) -> Any:
    """Go back from a pair for which there is no room to the first one of its entry."""
    entry = of[pair]
    while found and entries[found - 1] == entry:
        found -= 1
    while pair and of[pair - 1] == entry:
        pair -= 1
    return found, pair


@numba.njit(**OPTIONS)
def draw(rare: Any, first: int, until: int, block: int, rows: int, k0: Any, k1: Any,
         entries: Any, where: Any, tests: Any) -> Any:  # fmt: skip
    """Draw the candidates of a block in the order of the program.

    Args:
        rare: `interpreter.Rare`.
        first: from which of them on.
        until: up to which of them, not included.
        block: of the rows.
        rows: in it.
        k0: first half of the key.
        k1: second half of the key.
        entries: of the candidates, filled here.
        where: their rows in the block, filled here.
        tests: their second words and 2^32 times their targets, filled here.

    Returns:
        How many there are, and the first of ``rare`` for which there was no room.
    """
    found = 0
    b = np.uint64(block)
    # An array out of a tuple is counted each time, so all are taken out once.
    of, numbered, stays, quiets, calls = rare.entry, rare.number, rare.stay, rare.quiet, rare.call
    targets, fours, kinds = rare.target, rare.fours, rare.targets
    words = np.empty((4, GROUP + 2 * LANES), np.uint64)
    hits, seconds = np.zeros(GROUP, np.uint64), np.empty((4, GROUP), np.uint64)
    for start in range(first, until, GROUP):
        many = min(GROUP, until - start)
        low, high = rare.low[start], rare.high[start + many - 1]
        for chunk in range(0, high - low, LANES):  # the first words, in vectors: most give no candidate
            for lane in range(np.uint64(LANES)):
                c, at = np.uint64(low + chunk) + lane, np.uint64(chunk) + lane
                words[0, at], words[1, at], words[2, at], words[3, at] = _philox(
                    NOTHING, fours[c], b, _KINDS * kinds[c], k0, k1
                )
        hit = 0
        for j in range(many):
            hits[hit] = j
            hit += words[numbered[start + j] & _THREE, calls[start + j] - low] > quiets[start + j]
        for h in range(hit, min(hit + LANES, GROUP)):
            hits[h] = 0
        for chunk in range(0, hit, LANES):
            for lane in range(np.uint64(LANES)):
                at = np.uint64(chunk) + lane
                pair = np.uint64(start) + hits[at]
                seconds[0, at], seconds[1, at], seconds[2, at], seconds[3, at] = _philox(
                    NOTHING, numbered[pair], b, _KINDS * targets[pair] + ONE, k0, k1
                )
        for h in range(hit):
            pair = np.uint64(start) + hits[h]
            if found > entries.size - rows:
                return _whole(of, start + np.int64(hits[h]), entries, found)
            stay, quiet, entry, target = stays[pair], quiets[pair], of[pair], targets[pair] << HALF
            t, kind, call, row = numbered[pair], _KINDS * targets[pair] + ONE, NOTHING, -1
            drawn = words[t & _THREE, calls[pair] - low]
            test0, skip0, test1, skip1 = seconds[0, h], seconds[1, h], seconds[2, h], seconds[3, h]
            odd = False
            while drawn > quiet:  # else the next one is a whole block further, at least
                gap = math.log((float(drawn) + 0.5) * 2.0**-32) / stay
                row += 1 + int(min(gap, float(rows)))  # as a whole number the gap may not fit one
                if row >= rows:
                    break
                entries[found], where[found] = entry, row
                tests[found] = target | (test1 if odd else test0)
                found += 1
                drawn = skip1 if odd else skip0
                if odd:
                    call += ONE
                    test0, skip0, test1, skip1 = _philox(call, t, b, kind, k0, k1)
                odd = not odd
    return found, until


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
def _below(limit: int, instruction: Any, kind: Any, first: int, words: int, k0: Any, k1: Any, drawn: Any, open_: Any,
           found: Any) -> None:  # fmt: skip
    """Find the rows whose number of `BITS` bits is below a limit, highest bit first, for up to `LANES` words.

    Args:
        limit: 0 to 2^BITS.
        instruction: its number.
        kind: last word of the counter.
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
                    np.uint64(first) + np.uint64(w), instruction, np.uint64(bit // 2), kind, k0, k1
                )
                drawn[bit, w], drawn[bit + 1, w] = w0 | (w1 << HALF), w2 | (w3 << HALF)
            drawn[BITS, 0] = np.uint64(bit + 2)
        if (limit >> (BITS - 1 - bit)) & 1:  # a 0 here makes the row's number the smaller one
            for w in range(words):
                found[w] |= open_[w] & ~drawn[bit, w]
                open_[w] &= drawn[bit, w]
        else:
            for w in range(words):
                open_[w] &= ~drawn[bit, w]


@numba.njit(**OPTIONS)
def mask(s: Any, at: Any, inputs: int, limits: Any, place: int, target: int, preset: Any, classes: Any, begin: int,
         words: int, k0: Any, k1: Any) -> None:  # fmt: skip
    """Make frequent errors: every row's number is compared with the limit of its class.

    Args:
        s: scratch.
        at: offset of the output or input.
        inputs: how many there are.
        limits: of the classes, in units of 2^-BITS, shape (6,).
        place: number of the instruction.
        target: 0 for the output, which is inverted; else the input, which is turned over to the preset.
        preset: all ones or all zeros.
        classes: bits of the number of inputs at 0, shape (3, words).
        begin: number of the first word in its column.
        words: how many of them.
        k0: first half of the key.
        k1: second half of the key.
    """
    drawn = np.empty((BITS + 1, LANES), np.uint64)
    open_, found = np.empty(LANES, np.uint64), np.empty(LANES, np.uint64)
    flips = np.empty(LANES, np.uint64)
    kind = _TWO + _KINDS * np.uint64(target)
    for start in range(0, words, LANES):
        many = min(LANES, words - start)
        drawn[BITS, 0] = NOTHING
        flips[:] = NOTHING
        for number in range(inputs + 1):
            if limits[number] == 0:
                continue
            _below(limits[number], np.uint64(place), kind, begin + start, many, k0, k1, drawn, open_, found)
            for w in range(many):
                v = start + w
                flips[w] |= found[w] & equal(classes[0, v], classes[1, v], classes[2, v], number)
        for w in range(many):
            _apply(s, at + np.uint64(start + w), flips[w], target, preset)


@numba.njit(inline="always", **OPTIONS)
def _apply(s: Any, at: Any, flips: Any, target: int, preset: Any) -> None:
    """Invert rows of an output, or turn those of an input over to the preset."""
    s[at] = (s[at] & ~flips) | (flips & preset) if target else s[at] ^ flips


@numba.njit(**OPTIONS)
def fixed(s: Any, at: Any, inputs: int, rows: Any, target: int, preset: Any, classes: Any, faults: Any, begin: int,
          words: int) -> None:  # fmt: skip
    """Make the errors of cells that fail in a class of the inputs every time.

    Args:
        s: scratch.
        at: offset of the output or input.
        inputs: how many there are.
        rows: of ``faults`` by number of zeros, -1 for none, shape (6,).
        target: 0 for the output, else the input.
        preset: all ones or all zeros.
        classes: bits of the number of inputs at 0, shape (3, words).
        faults: cells that fail, shape (rows, words).
        begin: number of the first word in its column.
        words: how many of them.
    """
    for number in range(inputs + 1):
        if rows[number] >= 0:
            for w in range(words):
                failing = faults[rows[number], begin + w]
                flips = failing & equal(classes[0, w], classes[1, w], classes[2, w], number)
                _apply(s, at + np.uint64(w), flips, target, preset)
