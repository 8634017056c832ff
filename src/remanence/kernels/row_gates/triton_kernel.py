"""The Triton source of `row_gates`: a program instance runs the whole tape on one piece of the rows.

Read `cpu.py` first: entries and counters are the same. Slots lie in global memory, a piece's in the first-level cache.
Not run on a graphics processor by the project's tests; they run it in Triton's interpreter.
"""

from __future__ import annotations

import triton
import triton.language as tl

_LOAD: tl.constexpr = tl.constexpr(0)
_STORE: tl.constexpr = tl.constexpr(1)
_SET: tl.constexpr = tl.constexpr(2)
_COUNT: tl.constexpr = tl.constexpr(9)


@triton.jit
def _equal(low, middle, high, number):
    return (low ^ ((number & 1) - 1)) & (middle ^ (((number >> 1) & 1) - 1)) & (high ^ (((number >> 2) & 1) - 1))


@triton.jit
def _below(limit, place, kind, lanes, k0, k1, BITS: tl.constexpr):
    """Rows whose number of BITS bits is below the limit, highest bit first."""
    found = tl.zeros(lanes.shape, tl.int64)
    if limit >= (1 << BITS):
        found = found - 1
    else:
        open_ = found - 1
        none = tl.zeros(lanes.shape, tl.uint32)
        for pair in range(BITS // 2):
            w0, w1, w2, w3 = tl.philox_impl(
                lanes.to(tl.uint32), none + place.to(tl.uint32), none + pair, none + kind.to(tl.uint32), k0, k1, 10
            )
            first = w0.to(tl.int64) | (w1.to(tl.int64) << 32)
            second = w2.to(tl.int64) | (w3.to(tl.int64) << 32)
            one = -((limit >> (BITS - 1 - 2 * pair)) & 1)
            found = found | (open_ & ~first & one)
            open_ = open_ & ~(first ^ one)
            one = -((limit >> (BITS - 2 - 2 * pair)) & 1)
            found = found | (open_ & ~second & one)
            open_ = open_ & ~(second ^ one)
    return found


@triton.jit
def run(
    source,
    result,
    scratch,
    program,
    starts,
    candidates,
    limits,
    counts,
    which,
    faults,
    key,
    words,
    entries,
    slots,
    PIECE: tl.constexpr,
    BITS: tl.constexpr,
    FIELDS: tl.constexpr,
    CLASSES: tl.constexpr,
    KINDS: tl.constexpr,
):
    piece = tl.program_id(0).to(tl.int64)
    lanes = tl.arange(0, PIECE)
    word = piece * PIECE + lanes
    inside = word < words
    own = scratch + piece * slots * PIECE + lanes
    k0 = tl.load(key).to(tl.uint32)
    k1 = tl.load(key + 1).to(tl.uint32)
    candidate = tl.load(starts + piece)
    upcoming = tl.load(candidates + 3 * candidate)
    for entry in range(entries):
        fields = program + FIELDS * entry
        kind = tl.load(fields)
        out = tl.load(fields + 1)
        first = tl.load(fields + 2)
        if kind == _LOAD:
            tl.store(own + out * PIECE, tl.load(source + first * words + word, mask=inside, other=0))
        elif kind == _STORE:
            tl.store(result + out * words + word, tl.load(own + first * PIECE), mask=inside)
        else:
            inputs = tl.load(fields + 7)
            threshold = tl.load(fields + 8)
            preset = tl.load(fields + 9)
            place = tl.load(fields + 10)
            noise = tl.load(fields + 11)
            low = tl.zeros((PIECE,), tl.int64)
            middle = tl.zeros((PIECE,), tl.int64)
            high = tl.zeros((PIECE,), tl.int64)
            if kind == _SET:
                value = low + preset
            else:
                for number in range(inputs):  # count zeros
                    carry = ~tl.load(own + tl.load(fields + 2 + number) * PIECE)
                    high = high ^ (middle & low & carry)
                    middle = middle ^ (low & carry)
                    low = low ^ carry
                switched = tl.zeros((PIECE,), tl.int64)
                for number in range(threshold, inputs + 1):
                    switched = switched | _equal(low, middle, high, number)
                value = switched ^ preset
                if kind > _COUNT:
                    value = ((tl.load(own + out * PIECE) ^ preset) | switched) ^ preset
            while upcoming == entry:
                row = tl.load(candidates + 3 * candidate + 1)
                test = tl.load(candidates + 3 * candidate + 2)
                target = test >> 32
                bit = row & 63
                zeros = ((low >> bit) & 1) + 2 * ((middle >> bit) & 1) + 4 * ((high >> bit) & 1)
                limit = tl.load(limits + (2 * place + tl.minimum(target, 1)) * CLASSES + zeros)
                failing = (lanes == (row >> 6)) & ((test & 0xFFFFFFFF) < limit)
                flips = failing.to(tl.int64) << bit
                if target == 0:
                    value = value ^ flips
                else:  # the classes are those from before
                    slot = own + tl.load(fields + 1 + target) * PIECE
                    tl.store(slot, (tl.load(slot) & ~flips) | (flips & preset))
                candidate += 1
                upcoming = tl.load(candidates + 3 * candidate)
            if noise != 0:
                for target in range(inputs + 1):
                    part = tl.minimum(target, 1)
                    often = (noise >> (2 * part)) & 1
                    flips = tl.zeros((PIECE,), tl.int64)
                    fixed = tl.zeros((PIECE,), tl.int64)
                    for number in range(inputs + 1):
                        limit = tl.load(counts + (2 * place + part) * CLASSES + number)
                        own_class = _equal(low, middle, high, number)
                        if often * limit > 0:
                            kind = place * 0 + (2 + KINDS * target)
                            flips = flips | (_below(limit, place, kind, word, k0, k1, BITS) & own_class)
                        if (noise & 2) != 0:
                            row = tl.load(which + (place * CLASSES + target) * CLASSES + number)
                            if row >= 0:
                                rows = tl.load(faults + row * words + word, mask=inside, other=0)
                                fixed = fixed | (rows & own_class)
                    if target == 0:
                        value = value ^ flips ^ fixed
                    else:
                        slot = own + tl.load(fields + 1 + target) * PIECE
                        turned = flips | fixed
                        tl.store(slot, (tl.load(slot) & ~turned) | (turned & preset))
            tl.store(own + out * PIECE, value)
        tl.debug_barrier()  # what one thread wrote another may read
