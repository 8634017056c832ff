"""Functions over lanes under the names of NumPy; widths follow the rules in `lanes`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from remanence.core.errors import InputError
from remanence.cram.arithmetic import division, integer
from remanence.cram.arithmetic.bit_heap import BitHeap
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.netlist import ONE, ZERO, Word
from remanence.cram.numbers import along_rows
from remanence.cram.numbers.given import narrowest, whole_numbers
from remanence.cram.numbers.lanes import Lanes, aligned, common, elementwise, lanes, widened
from remanence.cram.numbers.trace import Trace, Words, each_word


def where(condition: Any, one: Any, zero: Any) -> Lanes:
    """Return ``one`` where the condition is not 0, else ``zero``."""
    first, second = lanes(one), lanes(zero)
    bits, signed = common(first, second)

    def choose(logic: Logic, choice: Word, x: Word, y: Word) -> Word:
        picked = integer.any_of(logic, choice)
        return integer.select(logic, picked, widened(x, first, bits), widened(y, second, bits))

    return elementwise((lanes(condition), first, second), choose, bits, signed)


def minimum(one: Any, two: Any) -> Lanes:
    """Return the smaller of two."""
    return lanes(one).join(two, 0, lambda logic, x, y, signed: integer.smaller(logic, x, y, signed=signed))


def maximum(one: Any, two: Any) -> Lanes:
    """Return the larger of two."""
    return lanes(one).join(two, 0, lambda logic, x, y, signed: integer.larger(logic, x, y, signed=signed))


def clip(numbers: Any, low: Any, high: Any) -> Lanes:
    """Return the numbers, but at least ``low`` and at most ``high``, in as many bits as two plain limits need.

    Args:
        numbers: any.
        low: a whole number, a `Lanes`, or None for no limit.
        high: the same.

    Raises:
        InputError: a plain lower limit above the upper one, or other numbers.
    """
    result: Lanes = lanes(numbers)
    for limit, better in ((low, maximum), (high, minimum)):
        result = result if limit is None else better(result, limit)
    if isinstance(low, Lanes | None) or isinstance(high, Lanes | None):
        return result
    ends = np.concatenate([whole_numbers(limit, "cram.clip", "").ravel() for limit in (low, high)])
    if np.any(np.less(high, low)):
        raise InputError("cram.clip", f"{low} to {high}", "must not be the wrong way round")
    bits, signed = narrowest(ends)
    return result.astype(bits, signed=signed)


def multiply_add(one: Any, two: Any, three: Any) -> Lanes:
    """Return one x two + three by one column compression; a bit more than the wider of product and summand."""
    x, y, more = lanes(one), lanes(two), lanes(three)
    signed = x.signed or y.signed or more.signed
    product = x.bits + y.bits + (signed and not (x.signed or y.signed))
    bits = max(product, more.bits + (signed and not more.signed)) + 1

    def make(logic: Logic, a: Word, b: Word, c: Word) -> Word:
        heap = BitHeap(logic, bits)
        integer.put_product(heap, a, b, (x.signed, y.signed))
        heap.add(c, signed=more.signed)
        return heap.total()

    return elementwise((x, y, more), make, bits, signed)


def square(numbers: Any) -> Lanes:
    """Return the squares, unsigned, of twice the bits: equal partial products are made once."""
    one: Lanes = lanes(numbers)
    kinds = one.signed, one.signed
    return one.map(lambda logic, x: integer.multiply(logic, x, x, signed=kinds), 2 * one.bits, False)


def sqrt(numbers: Any) -> Lanes:
    """Return the square roots rounded down, of half the bits.

    Raises:
        InputError: signed numbers.
    """
    one: Lanes = lanes(numbers)
    if one.signed:
        raise InputError("cram.sqrt", repr(one), "must be unsigned", "Take abs, or astype(bits, signed=False).")
    return one.map(division.square_root, (one.bits + 1) // 2, False)


def cumsum(numbers: Any, axis: int) -> Lanes:
    """Return running sums along an axis; along the rows by moves, in ceil(log2 rows) stages."""
    numbers = lanes(numbers)
    axis = numbers.axis(axis)
    bits, signed = numbers.bits + (numbers.shape[axis] - 1).bit_length(), numbers.signed
    if axis == 0:

        def along(trace: Trace) -> Words:
            rows = numbers.rows
            return each_word(
                trace.words(numbers), lambda word: along_rows.running_total(trace, word, rows, signed=signed)
            )

        return Lanes(numbers.shape, bits, signed, along, (numbers,), crosses=numbers.rows > 1)

    def build(trace: Trace) -> Words:
        words = np.moveaxis(trace.words(numbers), axis - 1, -1)
        result = np.empty(words.shape, object)
        for place in np.ndindex(words.shape[:-1]):
            so_far: Word = (ZERO,) * bits
            for number, word in enumerate(words[place]):
                so_far = integer.add(trace.logic, so_far, widened(word, numbers, bits))[0]
                result[(*place, number)] = so_far
        return np.moveaxis(result, -1, axis - 1)

    return Lanes(numbers.shape, bits, signed, build, (numbers,))


def argmax(numbers: Any, axis: int = -1) -> Lanes:
    """Return the place of the largest along an axis within the rows; of equal ones the first."""
    numbers = lanes(numbers)
    return _place(numbers, axis, lambda logic, x, y: integer.less(logic, x, y, signed=numbers.signed), "argmax")


def argmin(numbers: Any, axis: int = -1) -> Lanes:
    """Return the place of the smallest along an axis within the rows; of equal ones the first."""
    numbers = lanes(numbers)
    return _place(numbers, axis, lambda logic, x, y: integer.less(logic, y, x, signed=numbers.signed), "argmin")


def _place(numbers: Lanes, axis: int, later: Callable[[Logic, Word, Word], int], name: str) -> Lanes:
    axis = _inner(numbers, axis, name)
    bits = max((numbers.shape[axis] - 1).bit_length(), 1)

    def build(trace: Trace) -> Words:
        logic, words = trace.logic, np.moveaxis(trace.words(numbers), axis - 1, -1)
        result = np.empty(words.shape[:-1], object)
        for place in np.ndindex(result.shape):
            left = [
                (word, tuple(ONE if number >> bit & 1 else ZERO for bit in range(bits)))
                for number, word in enumerate(words[place])
            ]
            while len(left) > 1:
                pairs = []
                for (x, p), (y, q) in zip(left[::2], left[1::2], strict=False):
                    second = later(logic, x, y)
                    pairs.append((integer.select(logic, second, y, x), integer.select(logic, second, q, p)))
                left = [*pairs, *left[2 * len(pairs) :]]
            result[place] = left[0][1]
        return result

    shape = (numbers.rows, *np.delete(numbers.shape[1:], axis - 1))
    return Lanes(shape, bits, False, build, (numbers,))


def sort(numbers: Any, axis: int = -1) -> Lanes:
    """Return the numbers along an axis within the rows, the smallest first, by Batcher's network.

    For n = 2**k numbers (k**2 - k + 4) 2**(k - 2) - 1 comparisons (AFIPS Spring Joint Computer Conf. 32, 307 (1968)).
    """
    numbers = lanes(numbers)
    axis = _inner(numbers, axis, "sort")

    def build(trace: Trace) -> Words:
        logic, words = trace.logic, np.moveaxis(trace.words(numbers), axis - 1, -1).copy()
        for place in np.ndindex(words.shape[:-1]):
            row = words[place]
            for low, high in comparisons(len(row)):
                x, y = row[low], row[high]
                swap = integer.less(logic, y, x, signed=numbers.signed)
                row[low], row[high] = integer.select(logic, swap, y, x), integer.select(logic, swap, x, y)
        return np.moveaxis(words, -1, axis - 1)

    return Lanes(numbers.shape, numbers.bits, numbers.signed, build, (numbers,))


def comparisons(count: int) -> list[tuple[int, int]]:
    """Return the pairs that Batcher's odd-even merge sort compares, one after the other."""
    pairs = []
    part = 1
    while part < count:
        step = part
        while step:
            lows = (low for start in range(step % part, count - step, 2 * step) for low in range(start, start + step))
            pairs += [
                (low, low + step)
                for low in lows
                if low + step < count and low // (2 * part) == (low + step) // (2 * part)
            ]
            step //= 2
        part *= 2
    return pairs


def stack(parts: Iterable[Any], axis: int = -1) -> Lanes:
    """Join numbers of one shape along a new axis within the rows, the last one unless told otherwise.

    Raises:
        InputError: no parts, or shapes that differ.
    """
    held = [lanes(part) for part in parts]
    if not held or any(part.shape[1:] != held[0].shape[1:] for part in held):
        raise InputError("cram.stack", [part.shape for part in held], "must be of one shape")
    wider = held[0].reshape(*held[0].shape[1:], 1)
    place = _inner(wider, axis, "stack")
    inner = list(held[0].shape[1:])
    inner.insert(place - 1, 1)
    return concatenate([part.reshape(*inner) for part in held], axis=place)


def concatenate(parts: Iterable[Any], axis: int = -1) -> Lanes:
    """Join numbers along an axis within the rows.

    Raises:
        InputError: no parts, the rows as axis, or shapes that differ elsewhere.
    """
    held: Sequence[Lanes] = [lanes(part) for part in parts]
    if not held:
        raise InputError("cram.concatenate", "no parts", "needs at least one")
    axis = _inner(held[0], axis, "concatenate")
    others = {tuple(np.delete(part.shape[1:], axis - 1)) for part in held if part.ndim == held[0].ndim}
    rows = {part.rows for part in held} - {1}
    if len(others) > 1 or any(part.ndim != held[0].ndim for part in held) or len(rows) > 1:
        raise InputError("cram.concatenate", [part.shape for part in held], f"must differ in axis {axis} only")
    bits, signed = common(*held)
    held = aligned(held)

    def wide(part: Lanes) -> Callable[[Word], Word]:
        return lambda word: widened(word, part, bits)

    def build(trace: Trace) -> Words:
        words = [each_word(trace.words(part), wide(part)) for part in held]
        return np.concatenate(words, axis=axis - 1)

    shape = list(held[0].shape)
    shape[0], shape[axis] = max(part.rows for part in held), sum(part.shape[axis] for part in held)
    return Lanes(tuple(shape), bits, signed, build, held)


def _inner(numbers: Lanes, axis: int, name: str) -> int:
    """Return an axis within the rows, counted from the front."""
    axis = numbers.axis(axis)
    if axis == 0:
        raise InputError(f"cram.{name}: axis", 0, "must lie within the rows", "The rows work side by side.")
    return axis
