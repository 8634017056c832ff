"""`stream_normal` and `stream_words` on a processor: numba, one thread, the interpreter's lock released."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW, _SHIFT = np.uint64(0xFFFFFFFF), np.uint64(32)
_CALLS = 512
"""Philox calls of a pass: words and normals of a pass stay in the first-level cache."""
_TURN = 2.0 * np.pi * 2.0**-32


@numba.njit(cache=True, nogil=True)
def _words(words: Any, first: Any, count: int, key0: Any, key1: Any) -> None:
    """Draw the four words of ``count`` calls from call ``first`` on; ten rounds, without branches."""
    for call in range(count):
        index = first + np.uint64(call)
        c0, c1, c2, c3 = index & _LOW, index >> _SHIFT, np.uint64(0), np.uint64(0)
        k0, k1 = key0, key1
        for _ in range(10):
            p0, p1 = c0 * _M0, c2 * _M1
            c0, c1, c2, c3 = (p1 >> _SHIFT) ^ c1 ^ k0, p1 & _LOW, (p0 >> _SHIFT) ^ c3 ^ k1, p0 & _LOW
            k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
        words[0, call], words[1, call], words[2, call], words[3, call] = c0, c1, c2, c3


@numba.njit(cache=True, nogil=True)
def _fill(result: Any, first: Any, key0: Any, key1: Any) -> None:
    """Fill ``result``, whose first element belongs to word 0 of call ``first``; its length is a multiple of 4."""
    words = np.empty((4, _CALLS), np.uint32)
    calls = result.size // 4
    for begin in range(0, calls, _CALLS):
        count = min(_CALLS, calls - begin)
        _words(words, first + np.uint64(begin), count, key0, key1)
        for call in range(count):
            place = 4 * (begin + call)
            for half in range(2):
                radius = np.sqrt(-2.0 * np.log((np.float64(words[2 * half, call]) + 0.5) * 2.0**-32))
                angle = (np.float64(words[2 * half + 1, call]) + 0.5) * _TURN
                result[place + 2 * half] = radius * np.cos(angle)
                result[place + 2 * half + 1] = radius * np.sin(angle)


def stream_normal(key: tuple[int, int], count: int, start: int) -> NDArray[np.float64]:
    """Return normals ``start`` to ``start + count`` of a key."""
    first, last = start // 4, -(-(start + count) // 4)
    result = np.empty(4 * (last - first))
    _fill(result, np.uint64(first), np.uint64(key[0]), np.uint64(key[1]))
    return result[start - 4 * first :][:count]


@numba.njit(cache=True, nogil=True)
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


def stream_words(key: tuple[int, int], count: int, start: int) -> NDArray[np.uint32]:
    """Return words ``start`` to ``start + count`` of a key."""
    first, last = start // 4, -(-(start + count) // 4)
    result = np.empty(4 * (last - first), np.uint32)
    _copy(result, np.uint64(first), np.uint64(key[0]), np.uint64(key[1]))
    return result[start - 4 * first :][:count]
