"""Sums, extremes and running sums along the rows of an array: moves and additions, in ceil(log2 rows) stages.

A stage brings every word 1, 2, 4, ... rows further up and joins it to what is there, in all rows at once; the result
ends in the first row, and the others hold what is left over. From beyond the last row 0 comes in, which is why any
number of rows will do: 0 adds nothing, and extremes are taken of numbers turned over so that 0 is the weakest.
"""

from __future__ import annotations

from remanence.cram.arithmetic import integer
from remanence.cram.netlist import Word
from remanence.cram.numbers.trace import Trace


def distances(rows: int) -> list[int]:
    """Return by how many rows words move, stage after stage."""
    return [1 << stage for stage in range((rows - 1).bit_length())]


def total(trace: Trace, word: Word, rows: int, *, signed: bool) -> Word:
    """Return the sum over all rows, in the first one; a bit more for each stage."""
    for distance in distances(rows):
        word = _sum(trace, word, trace.move(word, -distance), signed=signed)
    return word


def running_total(trace: Trace, word: Word, rows: int, *, signed: bool) -> Word:
    """Return in every row the sum of all rows up to it; a bit more for each stage."""
    for distance in distances(rows):
        word = _sum(trace, word, trace.move(word, distance), signed=signed)
    return word


def largest(trace: Trace, word: Word, rows: int, *, signed: bool) -> Word:
    """Return the largest of all rows, in the first one."""
    logic = trace.logic

    def turned(word: Word) -> Word:
        return (*word[:-1], logic.not_(word[-1])) if signed else word

    word = turned(word)  # with its sign bit turned over the least signed number is 0
    for distance in distances(rows):
        word = integer.larger(logic, word, trace.move(word, -distance))
    return turned(word)


def smallest(trace: Trace, word: Word, rows: int, *, signed: bool) -> Word:
    """Return the smallest of all rows, in the first one."""
    turned = largest(trace, integer.invert(trace.logic, word), rows, signed=signed)
    return integer.invert(trace.logic, turned)


def spread(trace: Trace, word: Word, first: Word, rows: int) -> Word:
    """Return in all rows what the first one holds; ``first`` is 1 there and 0 in the others."""
    logic = trace.logic
    word = tuple(logic.and_(bit, first[0]) for bit in word)
    for distance in distances(rows):
        word = tuple(map(logic.or_, word, trace.move(word, distance)))
    return word


def _sum(trace: Trace, one: Word, two: Word, *, signed: bool) -> Word:
    if not signed:
        low, high = integer.add(trace.logic, one, two)
        return (*low, high)
    one, two = (integer.extend(word, len(one) + 1, signed=True) for word in (one, two))
    return integer.add(trace.logic, one, two)[0]
