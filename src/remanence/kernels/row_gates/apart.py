"""Rows with candidates of errors, taken out of a piece: they are few, so a few words hold them all.

A row keeps its bit and its place in a vector of eight words; rows of several vectors at the same place go to different
levels, one vector each. So a column is taken out, or put back, by a few operations on whole vectors.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
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


@numba.njit(**OPTIONS)
def plan(where: Any, found: int, levels: Any, taken: Any, masks: Any) -> Any:
    """Give the rows of the candidates their places, and write these into ``where``.

    Args:
        where: rows of the candidates in the piece, changed where the plan holds.
        found: how many candidates there are.
        levels: room by row of the piece, -1 everywhere before and after.
        taken: first words of the vectors of the piece and of the level, by pair, filled here, shape (PAIRS, 2).
        masks: rows that go from one to the other, by pair, filled here, shape (PAIRS, 8).

    Returns:
        How many levels and how many pairs there are; more levels than `LEVELS` where there is no plan.
    """
    depth, pairs, done = 0, 0, 0
    used, known = np.zeros(_PLACES, np.int64), np.full(PAIRS, -1, np.int64)
    for number in range(found):
        row = where[number]
        if levels[row] >= 0:
            done += 1
            continue
        level = used[row % _PLACES]
        if level == LEVELS:
            depth = LEVELS + 1
            break
        used[row % _PLACES] = level + 1
        levels[row] = level
        depth = max(depth, level + 1)
        vector = row // _PLACES
        pair = known[vector * LEVELS + level]
        if pair < 0:
            pair = pairs
            pairs += 1
            known[vector * LEVELS + level] = pair
            taken[pair, 0], taken[pair, 1] = vector * VECTOR, level * VECTOR
            masks[pair] = NOTHING
        masks[pair, (row % _PLACES) >> 6] |= ONE << np.uint64(row & 63)
        done += 1
    if depth <= LEVELS:
        for number in range(done):
            row = where[number]
            where[number] = row % _PLACES + _PLACES * levels[row]
        for pair in range(pairs):
            first = 64 * np.int64(taken[pair, 0])
            levels[first : first + _PLACES] = -1
    else:
        levels[:] = -1
    return depth, pairs


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


def _taking(typing_context: Any, goal: Any, origin: Any, mask: Any) -> Any:  # noqa: ARG001
    """Add the rows of a mask to a vector."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        goal_, origin_, mask_ = _vectors(builder, *arguments)
        chosen = builder.and_(builder.load(origin_, align=8), builder.load(mask_, align=8))
        builder.store(builder.or_(builder.load(goal_, align=8), chosen), goal_, align=8)
        return context.get_dummy_value()

    return types.void(*[types.uint64] * 3), generate


def _putting(typing_context: Any, goal: Any, origin: Any, mask: Any) -> Any:  # noqa: ARG001
    """Replace the rows of a mask in a vector."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        goal_, origin_, mask_ = _vectors(builder, *arguments)
        old = builder.load(goal_, align=8)
        differs = builder.and_(builder.xor(old, builder.load(origin_, align=8)), builder.load(mask_, align=8))
        builder.store(builder.xor(old, differs), goal_, align=8)
        return context.get_dummy_value()

    return types.void(*[types.uint64] * 3), generate


_take: Any = intrinsic(_taking)
_put: Any = intrinsic(_putting)


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
            found: int, pairs: int, taken: Any, masks: Any) -> None:  # fmt: skip
        base, stride, at = np.uint64(s.ctypes.data), np.uint64(source.shape[1]) * _EIGHT, np.uint64(begin) * _EIGHT
        sources, results = np.uint64(source.ctypes.data) + at, np.uint64(result.ctypes.data) + at
        mask = np.uint64(masks.ctypes.data)
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
                elif what == _CONSTANT or what == _IN:
                    o = row * np.uint64(WIDTH)
                    for w in range(words):
                        s[o + w] = t.preset[i]
                    column = sources + np.uint64(code[i, 2]) * stride
                    for pair in range(pairs if what == _IN else 0):
                        _take(out + taken[pair, 1] * _EIGHT, column + taken[pair, 0] * _EIGHT,
                              mask + np.uint64(pair) * _LINE)  # fmt: skip
                else:
                    column = results + row * stride
                    for pair in range(pairs):
                        _put(column + taken[pair, 0] * _EIGHT, a + taken[pair, 1] * _EIGHT,
                             mask + np.uint64(pair) * _LINE)  # fmt: skip
            if upcoming < found:
                upcoming = settle(t, end - 1, s, np.uint64(WIDTH), entries, where, tests, upcoming, found)
            first = end

    return run


_run_2, _run_5, _run_8 = (_runner(levels) for levels in _SIZES)


@numba.njit(**OPTIONS)
def run(t: Any, code: Any, s: Any, source: Any, result: Any, begin: int, entries: Any, where: Any, tests: Any,
        found: int, depth: int, pairs: int, taken: Any, masks: Any) -> None:  # fmt: skip
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
        pairs: of the plan.
        taken: of the plan.
        masks: of the plan.
    """
    if depth <= _SIZES[0]:
        _run_2(t, code, s, source, result, begin, entries, where, tests, found, pairs, taken, masks)
    elif depth <= _SIZES[1]:
        _run_5(t, code, s, source, result, begin, entries, where, tests, found, pairs, taken, masks)
    elif depth:
        _run_8(t, code, s, source, result, begin, entries, where, tests, found, pairs, taken, masks)
