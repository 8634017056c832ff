"""The definition of `row_gates` in plain NumPy, one byte a bit: clear, slow, exact."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from remanence.core.stream import philox

if TYPE_CHECKING:
    from remanence.kernels.row_gates import Faults, Instructions

FAN_IN = 5
BLOCK = 16384
"""Rows among which candidates are found by skipping."""
RARE = 2.0**-6
"""Largest probability at which errors are found by skipping; above, every row gets a number."""
BITS = 24
"""Of the number that a row gets."""
KINDS = 4
"""Between the last words of the counters of an instruction's output, of its first input, of its second and so on."""


def row_gates(
    state: NDArray[np.uint64],
    instructions: Instructions,
    columns: int,
    given: NDArray[np.int64],
    kept: NDArray[np.int64],
    chances: NDArray[np.float64] | None,
    key: tuple[int, int],
    faults: Faults | None = None,
) -> NDArray[np.uint64]:
    """Return the kept columns after the program; arguments as in the package.

    ``chances`` are errors and disturb together, shape (T, 2, 6).
    """
    shape = np.arange(64, dtype=np.uint64)
    bits = np.zeros((columns, state.shape[1] * 64), np.uint8)
    bits[given] = ((state[:, :, None] >> shape) & np.uint64(1)).astype(np.uint8).reshape(len(state), -1)
    program = instructions
    for place in range(len(program)):
        read, out = program.fan_in[place, : program.inputs[place]], program.output[place]
        zeros = (1 - bits[read]).sum(axis=0)
        preset = program.preset[place]
        if not program.inputs[place]:
            bits[out] = preset
        else:
            bits[out] = np.where(zeros >= program.threshold[place], 1 - preset, bits[out])
        turned = [np.zeros(zeros.size, np.uint8) for _ in range(1 + len(read))]  # of the output, and of each input
        for target, flips in enumerate(turned):
            if chances is not None:
                flips ^= _flips(chances[place, min(target, 1)], place, zeros, key, target)
            if faults is not None and target:
                flips |= _fixed(faults, place, zeros, target)
            elif faults is not None:
                flips ^= _fixed(faults, place, zeros, target)
        bits[out] ^= turned[0]
        for column, flips in zip(read, turned[1:], strict=True):
            bits[column] = np.where(flips == 1, preset, bits[column])
    packed: NDArray[np.uint64] = np.bitwise_or.reduce(
        bits[kept].reshape(len(kept), -1, 64).astype(np.uint64) << shape, axis=2
    )
    return packed


def _fixed(faults: Faults, place: int, zeros: NDArray[np.int64], target: int) -> NDArray[np.uint8]:
    flips = np.zeros(zeros.size, np.uint8)
    for number, row in enumerate(faults.cells[place, target]):
        if row >= 0:
            failing = (faults.rows[row][:, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
            flips |= ((zeros == number) & (failing.reshape(-1) == 1)).astype(np.uint8)
    return flips


def _words(calls: int, place: int, block: int, kind: int, key: tuple[int, int]) -> NDArray[np.uint32]:
    counter = np.zeros((calls, 4), np.uint32)
    counter[:, 0], counter[:, 1], counter[:, 2], counter[:, 3] = np.arange(calls), place, block, kind
    return philox(counter, key).reshape(-1)


def _flips(
    rates: NDArray[np.float64], place: int, zeros: NDArray[np.int64], key: tuple[int, int], target: int
) -> NDArray[np.uint8]:
    flips = np.zeros(zeros.size, np.uint8)
    largest = float(rates.max())
    if largest == 0.0:
        return flips
    if largest > RARE:
        words = zeros.size // 64
        number = np.zeros(zeros.size, np.int64)
        for bit in range(BITS):
            if bit % 2 == 0:
                drawn = _words(words, place, bit // 2, 2 + KINDS * target, key).reshape(words, 4).astype(np.uint64)
            pair = drawn[:, 2 * (bit % 2)] | (drawn[:, 2 * (bit % 2) + 1] << np.uint64(32))
            lanes = (pair[:, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
            number = 2 * number + lanes.reshape(-1).astype(np.int64)
        limits = np.array([round(rate * 2**BITS) for rate in rates])
        return (number < limits[zeros]).astype(np.uint8)
    stay = math.log1p(-largest)
    for block in range(-(-zeros.size // BLOCK)):
        rows = zeros[block * BLOCK : (block + 1) * BLOCK]
        skip = _words(1, place // 4, block, KINDS * target, key)[place % 4]
        row, candidate, calls = -1, 0, 16
        following = _words(calls, place, block, 1 + KINDS * target, key).reshape(-1, 2)
        while True:
            gap = math.log((float(skip) + 0.5) * 2.0**-32) / stay
            row += 1 + int(min(gap, rows.size))  # the gap may be infinite
            if row >= rows.size:
                break
            if candidate == len(following):
                calls *= 2
                following = _words(calls, place, block, 1 + KINDS * target, key).reshape(-1, 2)
            test, skip = following[candidate]
            if float(test) < rates[rows[row]] / largest * 2.0**32:
                flips[block * BLOCK + row] = 1
            candidate += 1
    return flips
