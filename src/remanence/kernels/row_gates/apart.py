"""Rows with candidates of errors, taken out of a piece: they are few, so a few words hold them all.

A row keeps its bit and its place in a vector of eight words; rows of several vectors at the same place go to different
levels, one vector each. So a column is taken out, or put back, by a few operations on whole vectors.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from remanence.kernels.row_gates.errors import FULL, NOTHING, ONE, OPTIONS, count_zeros
from remanence.kernels.row_gates.interpreter import PIECE, settle
from remanence.kernels.row_gates.tape import COUNT, LOAD, NAND2, NMAJ3, NOR2, NOT, SET, STORE, Tape

VECTOR = 8
"""Words of a vector."""
LEVELS = 8
"""Vectors that hold the rows taken out, at most; with more, running them apart would not pay."""
WIDTH = VECTOR * LEVELS
"""Words of a slot."""
_SIZES = (2, 5, LEVELS)
_MAJORITY, _ANY, _CONSTANT, _IN, _OUT = range(5)
_EIGHT, _LINE, _STRIDE = np.uint64(8), np.uint64(64), np.uint64(8 * WIDTH)
_PLACES = 64 * VECTOR
_VECTORS = PIECE // VECTOR
PAIRS = _VECTORS * LEVELS
"""Pairs of a vector of the piece and a level, at most."""


class Way(NamedTuple):
    """From a piece to its rows apart, and back; lists of pairs of a vector and a level, bytes, in two orders."""

    taken: NDArray[np.uint64]  # where the vectors lie, level by level, shape (PAIRS,)
    taken_masks: NDArray[np.uint64]  # rows that are taken, shape (PAIRS, 8)
    taken_ends: NDArray[np.int64]  # of each level, shape (LEVELS,)
    put: NDArray[np.uint64]  # where the levels lie in a slot, vector by vector, shape (PAIRS,)
    put_masks: NDArray[np.uint64]  # shape (PAIRS, 8)
    put_ends: NDArray[np.int64]  # of each vector, shape (32,)


@numba.njit(**OPTIONS)
def ways() -> Any:
    """Return room for a plan."""
    return Way(
        np.empty(PAIRS, np.uint64), np.empty((PAIRS, VECTOR), np.uint64), np.empty(LEVELS, np.int64),
        np.empty(PAIRS, np.uint64), np.empty((PAIRS, VECTOR), np.uint64), np.empty(_VECTORS, np.int64),
    )  # fmt: skip


@numba.njit(**OPTIONS)
def plan(where: Any, found: int, levels: Any, way: Any) -> Any:
    """Give the rows of the candidates their places, and write these into ``where``.

    Args:
        where: rows of the candidates in the piece, changed where the plan holds.
        found: how many candidates there are.
        levels: room by row of the piece, -1 everywhere before and after.
        way: `Way`, filled here.

    Returns:
        How many levels there are; more than `LEVELS` where there is no plan.
    """
    depth, pairs = 0, 0
    used, known = np.zeros(_PLACES, np.int64), np.full(PAIRS, -1, np.int64)
    masks = np.empty((PAIRS, VECTOR), np.uint64)
    for number in range(found):
        row = where[number]
        if levels[row] >= 0:
            continue
        level = used[row % _PLACES]
        if level == LEVELS:
            levels[:] = -1
            return LEVELS + 1
        used[row % _PLACES] = level + 1
        levels[row] = level
        depth = max(depth, level + 1)
        pair = known[row // _PLACES * LEVELS + level]
        if pair < 0:
            pair = pairs
            pairs += 1
            known[row // _PLACES * LEVELS + level] = pair
            for word in range(VECTOR):
                masks[pair, word] = NOTHING
        masks[pair, (row % _PLACES) >> 6] |= ONE << np.uint64(row & 63)
    done = 0
    for level in range(depth):
        for vector in range(_VECTORS):
            pair = known[vector * LEVELS + level]
            if pair >= 0:
                way.taken[done] = vector * 8 * VECTOR
                for word in range(VECTOR):
                    way.taken_masks[done, word] = masks[pair, word]
                done += 1
        way.taken_ends[level] = done
    way.taken_ends[depth:] = done
    done = 0
    for vector in range(_VECTORS):
        for level in range(depth):
            pair = known[vector * LEVELS + level]
            if pair >= 0:
                way.put[done] = level * 8 * VECTOR
                for word in range(VECTOR):
                    way.put_masks[done, word] = masks[pair, word]
                done += 1
        way.put_ends[vector] = done
    for number in range(found):
        row = where[number]
        where[number] = row % _PLACES + _PLACES * levels[row]
    for vector in range(_VECTORS):
        if way.put_ends[vector] > (way.put_ends[vector - 1] if vector else 0):
            levels[_PLACES * vector : _PLACES * (vector + 1)] = -1
    return depth


def record(tape: Tape) -> NDArray[np.int32]:
    """Return a tape in a form that is fast to read: what, output, three inputs, inversion; shape (N, 8).

    Gates of up to three inputs become inverted majorities, with all zeros (slot ``tape.slots``) or all ones (slot 0) as
    their third input; so the loop over them has no branches.
    """
    found = np.zeros((len(tape), 8), np.int32)
    what = np.select(
        [np.isin(tape.kind, (NOT, NAND2, NOR2, NMAJ3)), tape.kind == SET, tape.kind == LOAD, tape.kind == STORE],
        [_MAJORITY, _CONSTANT, _IN, _OUT], _ANY,
    )  # fmt: skip
    found[:, 0], found[:, 1], found[:, 2:5] = what, tape.out, tape.fan_in[:, :3]
    found[:, 5] = np.where(tape.preset == 1, -1, 0)
    one = tape.kind == NOT
    found[one, 3] = found[one, 4] = tape.fan_in[one, 0]
    found[tape.kind == NAND2, 4] = tape.slots
    found[tape.kind == NOR2, 4] = 0
    return found


def _vectors(builder: Any, *addresses: Any) -> Any:
    """Return pointers to vectors."""
    kind = ir.VectorType(ir.IntType(64), VECTOR)
    return [builder.inttoptr(each, kind.as_pointer()) for each in addresses]


def _spread(builder: Any, word: Any) -> Any:
    """Return a vector with a word in every place."""
    kind, number = ir.VectorType(ir.IntType(64), VECTOR), ir.IntType(32)
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), word, number(0))
    places = ir.Constant(ir.VectorType(number, VECTOR), [0] * VECTOR)
    return builder.shuffle_vector(one, ir.Constant(kind, ir.Undefined), places)


def _majorities(levels: int) -> Any:
    """Make an operation: majority of three slots, xor a word, into a slot; for so many levels."""

    def operation(typing_context: Any, out: Any, a: Any, b: Any, c: Any, flip: Any) -> Any:  # noqa: ARG001
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
            turned = _spread(builder, arguments[4])
            for level in range(levels):
                ahead = ir.Constant(ir.IntType(64), 8 * VECTOR * level)
                at = _vectors(builder, *(builder.add(each, ahead) for each in arguments[:4]))
                x, y, z = (builder.load(each, align=64) for each in at[1:])
                most = builder.or_(builder.and_(x, y), builder.and_(z, builder.or_(x, y)))
                builder.store(builder.xor(most, turned), at[0], align=64)
            return context.get_dummy_value()

        return types.void(*[types.uint64] * 5), generate

    return intrinsic(operation)


def _merging(typing_context: Any, goal: Any, base: Any, offsets: Any, masks: Any, first: Any, last: Any) -> Any:  # noqa: ARG001
    """Replace the rows of masks in a vector, each by those of another vector."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        goal, base, offsets, masks, first, last = arguments
        word, kind = ir.IntType(64), ir.VectorType(ir.IntType(64), VECTOR)
        (at,) = _vectors(builder, goal)
        held = cgutils.alloca_once_value(builder, builder.load(at, align=8))
        with cgutils.for_range_slice(builder, first, last, ir.Constant(word, 1), word) as (number, _):
            offset = builder.load(builder.gep(builder.inttoptr(offsets, word.as_pointer()), [number]))
            mask = builder.load(builder.gep(builder.inttoptr(masks, kind.as_pointer()), [number]), align=8)
            (origin,) = _vectors(builder, builder.add(base, offset))
            old = builder.load(held)
            differs = builder.and_(builder.xor(old, builder.load(origin, align=8)), mask)
            builder.store(builder.xor(old, differs), held)
        builder.store(builder.load(held), at, align=8)
        return context.get_dummy_value()

    return types.void(*[types.uint64] * 4, types.int64, types.int64), generate


_merge: Any = intrinsic(_merging)


@numba.njit(**OPTIONS)
def _any(t: Any, i: int, s: Any) -> None:
    """Run any gate, whatever its output holds."""
    width = np.uint64(WIDTH)
    o, inverse, threshold = t.out[i] * width, t.preset[i], t.threshold[i]
    keep = FULL if t.kind[i] > COUNT else NOTHING
    a, b, c, d, e = (t.fan_in[i, 0] * width, t.fan_in[i, 1] * width, t.fan_in[i, 2] * width, t.fan_in[i, 3] * width,
                     t.fan_in[i, 4] * width)  # fmt: skip
    k1 = FULL if threshold == 1 else NOTHING
    k2 = FULL if threshold <= 2 else NOTHING
    k3 = FULL if threshold == 3 else NOTHING
    k5 = FULL if threshold == 5 else NOTHING
    for w in range(width):
        low, middle, high = count_zeros(s[a + w], s[b + w], s[c + w], s[d + w], s[e + w])
        switched = (high & (low | ~k5)) | (middle & (k2 | (low & k3))) | (low & k1)
        s[o + w] = (((s[o + w] ^ inverse) & keep) | switched) ^ inverse


def _runner(levels: int) -> Any:
    majority = _majorities(levels)
    words = np.uint64(levels * VECTOR)

    @numba.njit(**OPTIONS)
    def run(t: Any, code: Any, s: Any, source: Any, result: Any, begin: int, entries: Any, where: Any, tests: Any,
            found: int, way: Any) -> None:  # fmt: skip
        base, stride, at = np.uint64(s.ctypes.data), np.uint64(source.shape[1]) * _EIGHT, np.uint64(begin) * _EIGHT
        sources, results = np.uint64(source.ctypes.data) + at, np.uint64(result.ctypes.data) + at
        vectors, lanes = np.uint64(way.taken.ctypes.data), np.uint64(way.taken_masks.ctypes.data)
        origins, places = np.uint64(way.put.ctypes.data), np.uint64(way.put_masks.ctypes.data)
        # Arrays out of a tuple are counted each time, which takes longer than a gate.
        slots, fan_in, inputs, preset, shares, place = t.out, t.fan_in, t.inputs, t.preset, t.shares, t.place
        taken_ends, put_ends = way.taken_ends, way.put_ends
        upcoming, first, last = 0, 0, code.shape[0]
        while first < last:
            end = entries[upcoming] + 1 if upcoming < found else last
            for i in range(first, end):
                what, row = code[i, 0], np.uint64(code[i, 1])
                out, a = base + row * _STRIDE, base + np.uint64(code[i, 2]) * _STRIDE
                if what == _MAJORITY:
                    b, c = base + np.uint64(code[i, 3]) * _STRIDE, base + np.uint64(code[i, 4]) * _STRIDE
                    majority(out, a, b, c, np.uint64(~np.int64(code[i, 5])))
                elif what == _ANY:
                    _any(t, i, s)
                elif what in (_CONSTANT, _IN):
                    o = row * np.uint64(WIDTH)
                    for w in range(words):
                        s[o + w] = preset[i]
                    if what == _IN:
                        column, begun = sources + np.uint64(code[i, 2]) * stride, 0
                        for level in range(levels):
                            _merge(out + np.uint64(level) * _LINE, column, vectors, lanes, begun, taken_ends[level])
                            begun = taken_ends[level]
                else:
                    column, begun = results + row * stride, 0
                    for vector in range(_VECTORS):
                        ended = put_ends[vector]
                        if ended > begun:
                            _merge(column + np.uint64(vector) * _LINE, a, origins, places, begun, ended)
                        begun = ended
            if upcoming < found:
                i = end - 1
                upcoming = settle(i, s, np.uint64(WIDTH), slots[i], fan_in, inputs[i], preset[i], shares, place[i],
                                  entries, where, tests, upcoming, found)  # fmt: skip
            first = end

    return run


_run_2, _run_5, _run_8 = (_runner(levels) for levels in _SIZES)


@numba.njit(**OPTIONS)
def run(t: Any, code: Any, s: Any, source: Any, result: Any, begin: int, entries: Any, where: Any, tests: Any,
        found: int, depth: int, way: Any) -> None:  # fmt: skip
    """Run a tape on the rows of a plan, and put its result in their places.

    Args:
        t: `interpreter.Table`.
        code: `record` of the tape.
        s: scratch of `WIDTH` words a slot on a cache line, and one slot more than the tape has, which holds 0.
        source: columns before the program.
        result: columns after it.
        begin: first word of the piece in both.
        entries: of the candidates, ascending.
        where: their rows, as the plan left them.
        tests: their second words and targets; spoiled here.
        found: how many candidates there are.
        depth: levels of the plan.
        way: of the plan.
    """
    if depth <= _SIZES[0]:
        _run_2(t, code, s, source, result, begin, entries, where, tests, found, way)
    elif depth <= _SIZES[1]:
        _run_5(t, code, s, source, result, begin, entries, where, tests, found, way)
    elif depth:
        _run_8(t, code, s, source, result, begin, entries, where, tests, found, way)
