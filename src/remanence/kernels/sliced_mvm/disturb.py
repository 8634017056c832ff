"""The noise of `noise.py` added to a piece of partial sums (numba): same words, normal numbers in float32."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from remanence.kernels.gaussian import LANES, normals

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_LOW, _SHIFT = np.uint64(0xFFFFFFFF), np.uint64(32)
_W0, _W1 = np.uint32(0x9E3779B9), np.uint32(0xBB67AE85)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _words(first: Any, second: Any, vector: Any, key0: Any, key1: Any, words: Any) -> None:
    """Apply Philox-4x32-10 to the counters (first, second, vector), row after row of words."""
    third, fourth = np.uint64(vector) & _LOW, np.uint64(vector) >> _SHIFT
    for lane in range(LANES):
        a, b, c, d = np.uint64(first[lane]), np.uint64(second[lane]), third, fourth
        k0, k1 = np.uint32(key0), np.uint32(key1)
        for _ in range(10):
            even, odd = (a & _LOW) * _M0, (c & _LOW) * _M1
            a, b, c, d = (
                (odd >> _SHIFT) ^ b ^ np.uint64(k0),
                odd & _LOW,
                (even >> _SHIFT) ^ d ^ np.uint64(k1),
                even & _LOW,
            )
            k0, k1 = np.uint32(k0 + _W0), np.uint32(k1 + _W1)
        words[lane] = np.uint32(a)
        words[LANES + lane] = np.uint32(b)
        words[2 * LANES + lane] = np.uint32(c)
        words[3 * LANES + lane] = np.uint32(d)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def disturb(
    partial: Any, columns: int, spread: Any, unit: Any, floor: Any, key0: Any, key1: Any, first: int, stride: int,
    vector0: int, left: int,
) -> None:  # fmt: skip
    """Add a normal number of variance ``floor + unit * spread`` to each partial sum.

    Args:
        partial: shape (vectors, cycles, columns or more).
        columns: of the piece.
        spread: whole numbers of the same shape, or no columns.
        unit: of ``spread``.
        floor: variance that all conversions share.
        key0: first word of the key.
        key1: second word of the key.
        first: conversion index of the first cycle.
        stride: conversion indices from a cycle to the next.
        vector0: index of the first vector.
        left: first column, a multiple of 4.
    """
    vectors, pulses, _ = partial.shape
    calls = -(-columns // 4)
    count = -(-pulses * calls // LANES) * LANES
    call, conversion = np.zeros(count, np.uint32), np.zeros(count, np.uint32)
    for pulse in range(pulses):
        for each in range(calls):
            call[pulse * calls + each] = np.uint32(left // 4 + each)
            conversion[pulse * calls + each] = np.uint32(first + pulse * stride)
    words, drawn = np.empty(4 * LANES, np.uint32), np.empty(4 * LANES, np.float32)
    line = np.empty(4 * count, np.float32)
    same = np.float32(np.sqrt(floor))
    for vector in range(vectors):
        for start in range(0, count, LANES):
            _words(call[start : start + LANES], conversion[start : start + LANES], vector0 + vector, key0, key1, words)
            normals(words, drawn)
            for lane in range(LANES):
                for member in range(4):
                    line[4 * (start + lane) + member] = drawn[member * LANES + lane]
        for pulse in range(pulses):
            row, number = partial[vector, pulse], line[4 * pulse * calls :]
            if spread.shape[2] == 0:
                for column in range(columns):
                    row[column] += same * number[column]
            else:
                variance = spread[vector, pulse]
                for column in range(columns):
                    row[column] += np.float32(np.sqrt(floor + unit * variance[column])) * number[column]
