"""`stream_normal` and `stream_words` on a processor: numba, one thread, the interpreter's lock released.

Words, logarithms and sines are loops of their own over 512 calls, without branches and without calls into a library, so
that the compiler turns each into vector code.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW, _SHIFT = np.uint64(0xFFFFFFFF), np.uint64(32)
_CALLS = 512
"""Philox calls of a pass: words and normals of a pass stay in the first-level cache."""

# 2 atanh(s) = 2 s (1 + z/3 + z^2/5 + ...), z = s^2 below 0.0295 for a mantissa in [sqrt(1/2), sqrt(2)]: to 1e-17
_A1, _A2, _A3, _A4, _A5, _A6, _A7, _A8, _A9, _A10 = (1.0 / (2 * k + 1) for k in range(1, 11))
# Taylor series on [-pi/4, pi/4], where the first term left out is below 5e-17
_S1, _S2, _S3, _S4, _S5, _S6, _S7 = ((-1.0) ** k / math.factorial(2 * k + 1) for k in range(1, 8))
_C1, _C2, _C3, _C4, _C5, _C6, _C7, _C8 = ((-1.0) ** k / math.factorial(2 * k) for k in range(1, 9))
_LN2, _ANGLE = math.log(2.0), 2.0 * math.pi * 2.0**-32
_ROOT_HALF = np.int64(np.float64(math.sqrt(0.5)).view(np.int64))
_EXPONENT, _FRACTION = np.int64(52), np.int64((1 << 52) - 1)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _words(words: Any, first: Any, count: int, key0: Any, key1: Any) -> None:
    """Draw the four words of ``count`` calls from call ``first`` on; ten rounds."""
    for call in range(count):
        index = first + np.uint64(call)
        c0, c1, c2, c3 = index & _LOW, index >> _SHIFT, np.uint64(0), np.uint64(0)
        k0, k1 = key0, key1
        for _ in range(10):
            p0, p1 = c0 * _M0, c2 * _M1
            c0, c1, c2, c3 = (p1 >> _SHIFT) ^ c1 ^ k0, p1 & _LOW, (p0 >> _SHIFT) ^ c3 ^ k1, p0 & _LOW
            k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
        words[0, call], words[1, call], words[2, call], words[3, call] = c0, c1, c2, c3


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _radii(radius: Any, number: Any, bits: Any, words: Any) -> None:
    """Fill sqrt(-2 ln((w + 1/2) 2^-32)); ``bits`` views the float64 ``number`` as whole numbers."""
    for call in range(_CALLS):
        number[call] = 2.0 * np.float64(words[call]) + 1.0  # exact; 2^33 times the uniform number
    for call in range(_CALLS):
        # the mantissa from sqrt(1/2) on, and the power of two that goes with it
        shifted = bits[call] - _ROOT_HALF
        power = shifted >> _EXPONENT
        bits[call] = (shifted & _FRACTION) + _ROOT_HALF
        radius[call] = np.float64(power) - 33.0
    for call in range(_CALLS):
        mantissa = number[call]
        s = (mantissa - 1.0) / (mantissa + 1.0)
        z = s * s
        series = _A10 * z + _A9
        series = series * z + _A8
        series = series * z + _A7
        series = series * z + _A6
        series = series * z + _A5
        series = series * z + _A4
        series = series * z + _A3
        series = series * z + _A2
        series = series * z + _A1
        logarithm = radius[call] * _LN2 + 2.0 * s * (series * z + 1.0)
        radius[call] = np.sqrt(-2.0 * logarithm)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _turn(along: Any, across: Any, radius: Any, words: Any) -> None:
    """Fill r cos a and r sin a, a = 2 pi (w + 1/2) 2^-32."""
    for call in range(_CALLS):
        word = np.int64(words[call])
        quadrant = (word + np.int64(1 << 29)) >> np.int64(30)  # 0 to 4, the nearest
        t = (np.float64(word - (quadrant << np.int64(30))) + 0.5) * _ANGLE
        z = t * t
        sine = _S7 * z + _S6
        sine = sine * z + _S5
        sine = sine * z + _S4
        sine = sine * z + _S3
        sine = sine * z + _S2
        sine = sine * z + _S1
        sine = t + t * z * sine
        cosine = _C8 * z + _C7
        cosine = cosine * z + _C6
        cosine = cosine * z + _C5
        cosine = cosine * z + _C4
        cosine = cosine * z + _C3
        cosine = cosine * z + _C2
        cosine = cosine * z + _C1
        cosine = 1.0 + z * cosine
        odd = (quadrant & np.int64(1)) == 1
        x = sine if odd else cosine
        y = cosine if odd else sine
        # cosine is negative in quadrants 1 and 2, sine in 2 and 3
        left = ((quadrant + np.int64(1)) & np.int64(2)) != 0
        below = (quadrant & np.int64(2)) != 0
        along[call] = radius[call] * (-x if left else x)
        across[call] = radius[call] * (-y if below else y)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _fill(result: Any, first: Any, key0: Any, key1: Any) -> None:
    """Fill ``result``, whose first element belongs to word 0 of call ``first``; its length is a multiple of 4."""
    words = np.zeros((4, _CALLS), np.uint32)
    radius, number = np.empty(_CALLS), np.empty(_CALLS)
    bits = number.view(np.int64)
    normal = np.empty((4, _CALLS))
    calls = result.size // 4
    for begin in range(0, calls, _CALLS):
        count = min(_CALLS, calls - begin)
        _words(words, first + np.uint64(begin), count, key0, key1)
        for half in range(2):
            _radii(radius, number, bits, words[2 * half])
            _turn(normal[2 * half], normal[2 * half + 1], radius, words[2 * half + 1])
        for call in range(count):
            for place in range(4):
                result[4 * (begin + call) + place] = normal[place, call]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _copy(result: Any, first: Any, key0: Any, key1: Any) -> None:
    """Fill ``result`` with words; as `_fill`."""
    words = np.empty((4, _CALLS), np.uint32)
    calls = result.size // 4
    for begin in range(0, calls, _CALLS):
        count = min(_CALLS, calls - begin)
        _words(words, first + np.uint64(begin), count, key0, key1)
        for call in range(count):
            for word in range(4):
                result[4 * (begin + call) + word] = words[word, call]


def stream_normal(key: tuple[int, int], count: int, start: int) -> NDArray[np.float64]:
    """Return normals ``start`` to ``start + count`` of a key."""
    first, last = start // 4, -(-(start + count) // 4)
    result = np.empty(4 * (last - first))
    _fill(result, np.uint64(first), np.uint64(key[0]), np.uint64(key[1]))
    return result[start - 4 * first :][:count]


def stream_words(key: tuple[int, int], count: int, start: int) -> NDArray[np.uint32]:
    """Return words ``start`` to ``start + count`` of a key."""
    first, last = start // 4, -(-(start + count) // 4)
    result = np.empty(4 * (last - first), np.uint32)
    _copy(result, np.uint64(first), np.uint64(key[0]), np.uint64(key[1]))
    return result[start - 4 * first :][:count]
