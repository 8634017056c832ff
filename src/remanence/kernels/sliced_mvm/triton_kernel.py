"""The Triton source of `sliced_mvm`: products of bytes on matrix units, the converter on the sums in registers.

A program takes a block of vectors and columns through all blocks of rows, cycles and slices, writes each result once.
Cells are whole numbers of several bytes, least significant first: a partial sum is the exact sum of the products of
each byte, times 256 per byte. The project's tests do not run it on a graphics processor but in Triton's interpreter.
"""

from __future__ import annotations

import triton
import triton.language as tl


@triton.jit
def run(
    digits,
    cells,
    weights,
    scale,
    offset,
    thresholds,
    converter_of,
    result,
    vectors,
    depth,
    columns,
    rows,
    first,
    bottom,
    top,
    length,
    PULSES: tl.constexpr,
    SLICES: tl.constexpr,
    BYTES: tl.constexpr,
    STEPS: tl.constexpr,
    TALL: tl.constexpr,
    WIDE: tl.constexpr,
    DEEP: tl.constexpr,
):
    # cast first: the index of a large array passes 2**31
    vector = (tl.program_id(0) * TALL + tl.arange(0, TALL)).to(tl.int64)
    column = (tl.program_id(1) * WIDE + tl.arange(0, WIDE)).to(tl.int64)
    inside, within = vector < vectors, column < columns
    total = tl.zeros((TALL, WIDE), tl.int64)
    slope = tl.load(scale + column, mask=within, other=0.0)
    shift = tl.load(offset + column, mask=within, other=0.0)
    ladder = thresholds + tl.load(converter_of + column, mask=within, other=0) * length
    for start in range(0, depth, rows):
        stop = tl.minimum(start + rows, depth)
        for each in range(PULSES * SLICES):
            pulse = each // SLICES
            member = each % SLICES
            partial = tl.zeros((TALL, WIDE), tl.int32)
            for byte in tl.static_range(BYTES):
                sums = tl.zeros((TALL, WIDE), tl.int32)
                for begin in range(start, stop, DEEP):
                    row = (begin + tl.arange(0, DEEP)).to(tl.int64)
                    here = row < stop
                    at = (pulse * vectors + vector)[:, None] * depth + row[None, :]
                    drive = tl.load(digits + at, mask=inside[:, None] & here[None, :], other=0)
                    to = ((byte * SLICES + member) * depth + row)[:, None] * columns + column[None, :]
                    cell = tl.load(cells + to, mask=here[:, None] & within[None, :], other=0)
                    sums = tl.dot(drive, cell, acc=sums, out_dtype=tl.int32)
                partial += sums << (8 * byte)
            level = partial.to(tl.float32)
            if STEPS == 0:
                code = level * slope[None, :] + shift[None, :]
                code = tl.minimum(tl.maximum(code, bottom), top)
                # adding 1.5 * 2**23 leaves no room for a fraction: rounds to nearest, ties to even
                whole = ((code + 12582912.0) - 12582912.0).to(tl.int64)
            else:
                below = tl.zeros((TALL, WIDE), tl.int32)
                for step in tl.static_range(STEPS):
                    reached = tl.load(ladder[None, :] + below + ((1 << (STEPS - 1 - step)) - 1)) <= level
                    below += tl.where(reached, 1 << (STEPS - 1 - step), 0)
                whole = (first + below).to(tl.int64)
            total += whole * tl.load(weights + each)
    out = vector[:, None] * columns + column[None, :]
    tl.store(result + out, total, mask=inside[:, None] & within[None, :])
