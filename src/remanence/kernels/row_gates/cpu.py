"""`row_gates` on a processor: numba, 64 rows a word, the whole program on a piece of the rows, threads over pieces."""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numba
import numpy as np
from numpy.typing import NDArray

from remanence.kernels.row_gates.reference import BITS, BLOCK, RARE

if TYPE_CHECKING:
    from remanence.kernels.row_gates import Instructions

PIECE = BLOCK // 64
"""Words of a piece: those of some hundred columns stay in the second-level cache."""

_OPTIONS: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy", "boundscheck": False}
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_FULL = np.uint64(0xFFFFFFFFFFFFFFFF)
_NOTHING = np.uint64(0)
_ONE = np.uint64(1)


@numba.njit(inline="always", **_OPTIONS)
def _philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    for _ in range(10):
        p0, p1 = c0 * _M0, c2 * _M1
        c0, c1, c2, c3 = (p1 >> _HALF) ^ c1 ^ k0, p1 & _LOW, (p0 >> _HALF) ^ c3 ^ k1, p0 & _LOW
        k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@numba.njit(**_OPTIONS)
def _switch(a: Any, b: Any, c: Any, d: Any, e: Any, inputs: int, threshold: int, switched: Any) -> None:
    """Set the bits of the rows in which at least ``threshold`` of the inputs are 0."""
    words = switched.size
    if inputs == 1:
        for w in range(words):
            switched[w] = ~a[w]
    elif inputs == 2 and threshold == 1:
        for w in range(words):
            switched[w] = ~(a[w] & b[w])
    elif inputs == 2:
        for w in range(words):
            switched[w] = ~(a[w] | b[w])
    elif inputs == 3 and threshold == 1:
        for w in range(words):
            switched[w] = ~(a[w] & b[w] & c[w])
    elif inputs == 3 and threshold == 2:
        for w in range(words):
            switched[w] = ~((a[w] & b[w]) | (c[w] & (a[w] | b[w])))
    elif inputs == 3:
        for w in range(words):
            switched[w] = ~(a[w] | b[w] | c[w])
    else:
        for w in range(words):
            low, middle, high = _zeros(a[w], b[w], c[w], d[w], e[w], inputs)
            found = _NOTHING
            for number in range(threshold, inputs + 1):
                found |= _equal(low, middle, high, number)
            switched[w] = found


@numba.njit(inline="always", **_OPTIONS)
def _zeros(a: Any, b: Any, c: Any, d: Any, e: Any, inputs: int) -> Any:
    """Count the inputs at 0 in every row: bits 0, 1 and 2 of the number."""
    b = b if inputs > 1 else _FULL
    c = c if inputs > 2 else _FULL
    d = d if inputs > 3 else _FULL
    e = e if inputs > 4 else _FULL
    a, b, c, d, e = ~a, ~b, ~c, ~d, ~e
    half = a ^ b
    first, carry = half ^ c, (a & b) | (half & c)
    half = first ^ d
    low, other = half ^ e, (first & d) | (half & e)
    return low, carry ^ other, carry & other


@numba.njit(inline="always", **_OPTIONS)
def _equal(low: Any, middle: Any, high: Any, number: int) -> Any:
    """Set the bits of the rows whose number of zeros is this one."""
    is_low = low if number & 1 else ~low
    is_middle = middle if number & 2 else ~middle
    return is_low & is_middle & (high if number & 4 else ~high)


@numba.njit(**_OPTIONS)
def _skip(state: Any, begin: int, words: int, out: int, fan_in: Any, inputs: int, rates: Any, largest: float,
          place: int, k0: Any, k1: Any) -> None:  # fmt: skip
    """Flip rare errors of a block, from one candidate to the next."""
    stay = math.log1p(-largest)
    rows, row, call = words * 64, -1, 0
    block, instruction = np.uint64(begin // PIECE), np.uint64(place)
    skips, tests = np.empty(4, np.uint64), np.empty(4, np.uint64)
    while True:
        c = np.uint64(call)
        skips[0], skips[1], skips[2], skips[3] = _philox(c, instruction, block, _NOTHING, k0, k1)
        tested = False
        for j in range(4):
            gap = math.log((float(skips[j]) + 0.5) * 2.0**-32) / stay
            if gap >= rows:  # as a whole number it may not fit one
                return
            row += 1 + int(gap)
            if row >= rows:
                return
            if not tested:
                tests[0], tests[1], tests[2], tests[3] = _philox(c, instruction, block, _ONE, k0, k1)
                tested = True
            word, bit = row >> 6, np.uint64(row & 63)
            zeros = 0
            for number in range(inputs):
                zeros += 1 - int((state[fan_in[number], word] >> bit) & _ONE)
            if float(tests[j]) < rates[zeros] / largest * 2.0**32:
                state[out, word] ^= _ONE << bit
        call += 1


@numba.njit(**_OPTIONS)
def _mask(state: Any, begin: int, words: int, out: int, fan_in: Any, inputs: int, limits: Any, place: int,
          k0: Any, k1: Any) -> None:  # fmt: skip
    """Flip frequent errors: every row's number is compared with the limit of its class, highest bit first."""
    below, open_ = np.empty(6, np.uint64), np.empty(6, np.uint64)
    instruction = np.uint64(place)
    full = np.int64(1) << BITS
    for word in range(words):
        low = middle = high = _NOTHING
        if inputs:
            values = np.empty(5, np.uint64)
            for number in range(5):
                values[number] = state[fan_in[number], word] if number < inputs else _FULL
            low, middle, high = _zeros(values[0], values[1], values[2], values[3], values[4], inputs)
        undecided = _NOTHING
        for number in range(inputs + 1):
            below[number] = _FULL if limits[number] >= full else _NOTHING
            open_[number] = _NOTHING
            if 0 < limits[number] < full:
                open_[number] = _equal(low, middle, high, number)
            undecided |= open_[number]
        for bit in range(BITS):
            if undecided == _NOTHING:
                break
            if bit & 1 == 0:
                w0, w1, w2, w3 = _philox(
                    np.uint64(begin + word), instruction, np.uint64(bit // 2), np.uint64(2), k0, k1
                )
                drawn = w0 | (w1 << _HALF)
            else:
                drawn = w2 | (w3 << _HALF)
            undecided = _NOTHING
            for number in range(inputs + 1):
                if (limits[number] >> (BITS - 1 - bit)) & 1:  # a 0 here makes the row's number the smaller one
                    below[number] |= open_[number] & ~drawn
                    open_[number] &= drawn
                else:
                    open_[number] &= ~drawn
                undecided |= open_[number]
        flips = _NOTHING
        for number in range(inputs + 1):
            flips |= below[number] & _equal(low, middle, high, number)
        state[out, word] ^= flips


@numba.njit(**_OPTIONS)
def _run(source: Any, begin: int, words: int, state: Any, given: Any, kept: Any, result: Any, inputs: Any,
         threshold: Any, preset: Any, output: Any, fan_in: Any, rates: Any, limits: Any, wrong: bool,
         k0: Any, k1: Any) -> None:  # fmt: skip
    for place in range(given.size):
        state[given[place], :words] = source[place, begin : begin + words]
    switched = np.empty(words, np.uint64)
    for place in range(inputs.size):
        number, out = inputs[place], state[output[place], :words]
        if number == 0:
            out[:] = _FULL if preset[place] else _NOTHING
        else:
            read = fan_in[place]
            a = state[read[0], :words]
            b, c, d, e = a, a, a, a
            if number > 1:
                b = state[read[1], :words]
            if number > 2:
                c = state[read[2], :words]
            if number > 3:
                d = state[read[3], :words]
            if number > 4:
                e = state[read[4], :words]
            _switch(a, b, c, d, e, number, threshold[place], switched)
            if preset[place]:
                for w in range(words):
                    out[w] &= ~switched[w]
            else:
                for w in range(words):
                    out[w] |= switched[w]
        if wrong:
            largest = rates[place].max()
            if largest > RARE:
                _mask(state, begin, words, output[place], fan_in[place], number, limits[place], place, k0, k1)
            elif largest > 0.0:
                _skip(state, begin, words, output[place], fan_in[place], number, rates[place], largest, place, k0, k1)
    for place in range(kept.size):
        result[place, begin : begin + words] = state[kept[place], :words]


def threads() -> int:
    """Return how many threads to use: numba's setting, which `NUMBA_NUM_THREADS` and the processor bound."""
    return int(min(numba.get_num_threads(), os.cpu_count() or 1))


def row_gates(
    state: NDArray[np.uint64],
    instructions: Instructions,
    columns: int,
    given: NDArray[np.int64],
    kept: NDArray[np.int64],
    errors: NDArray[np.float64] | None,
    key: tuple[int, int],
) -> NDArray[np.uint64]:
    """Return the kept columns after the program; arguments as in the package."""
    p, words = instructions, state.shape[1]
    result = np.empty((len(kept), words), np.uint64)
    rates = np.zeros((1, 6)) if errors is None else errors
    limits = np.rint(rates * 2**BITS).astype(np.int64)
    keys = np.uint64(key[0]), np.uint64(key[1])

    def pieces(begins: range) -> None:
        held = np.zeros((columns, PIECE), np.uint64)
        for begin in begins:
            held[:] = 0
            _run(state, begin, min(PIECE, words - begin), held, given, kept, result, p.inputs, p.threshold, p.preset,
                 p.output, p.fan_in, rates, limits, errors is not None, *keys)  # fmt: skip

    workers = min(threads(), -(-words // PIECE))
    if workers < 2:
        pieces(range(0, words, PIECE))
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(pieces, [range(first * PIECE, words, workers * PIECE) for first in range(workers)]))
    return result
