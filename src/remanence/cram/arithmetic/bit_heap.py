"""Sums of many bits by column compression: the one adder under products, dot products, counts and totals.

A bit is held with its polarity, so that a complement costs nothing until a gate needs it. Three facts save gates:
a full adder of complements gives the complements of sum and carry; of majority gates it needs three cells if its
outputs may come out inverted, not five; a half adder has the complement of its carry for nothing.
Bits of negative weight follow from -w b = w (1 - b) - w; all constants are added up before any gate is made.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from remanence.cram.arithmetic.logic import Logic, Signal
from remanence.cram.netlist import ONE, ZERO, Word


class Bit(NamedTuple):
    """A signal, or its complement."""

    signal: Signal
    inverted: bool

    def __invert__(self) -> Bit:
        """Return the complement."""
        return Bit(self.signal, not self.inverted)


class BitHeap:
    """Bits by their weights and a constant, added up modulo 2**bits.

    Args:
        logic: the gates.
        bits: of the sum.
    """

    def __init__(self, logic: Logic, bits: int) -> None:
        self.logic, self.bits, self.constant = logic, bits, 0
        self._columns: list[deque[Bit]] = [deque() for _ in range(bits)]
        self._waiting: dict[tuple[int, int], list[Bit]] = {}  # by place and level of the tree of adders

    def put(self, signal: Signal, place: int, *, negative: bool = False, inverted: bool = False) -> None:
        """Add 2**place times a signal, or its complement; or subtract it."""
        if place >= self.bits:
            return
        if signal in (ZERO, ONE):
            self.constant += ((signal == ONE) ^ inverted) * (-1 if negative else 1) << place
            return
        self.constant -= negative << place
        self._push(Bit(signal, inverted ^ negative), place)

    def count(self, signal: Signal, *, inverted: bool = False) -> None:
        """Add a signal, or its complement, at once with two others that wait: few bits then wait at a time.

        The adders are those of `put`, but come in an order in which a long count takes few cells.
        """
        if signal in (ZERO, ONE):
            self.constant += (signal == ONE) ^ inverted
            return
        self._wait(Bit(signal, inverted), 0, 0)

    def _wait(self, bit: Bit, place: int, level: int) -> None:
        if place >= self.bits:
            return
        source, turned = self.logic.source(bit.signal)
        three = self._waiting.setdefault((place, level), [])
        three.append(Bit(source, bit.inverted ^ turned))
        if len(three) == 3 and len({each.signal for each in three}) == 3:
            del self._waiting[place, level]
            total, carry = self._three(three, final=False)
            self._wait(total, place, level + 1)
            self._wait(carry, place + 1, 0)

    def add(self, word: Word, place: int = 0, *, signed: bool = False, negative: bool = False) -> None:
        """Add 2**place times a word, or subtract it."""
        for bit, signal in enumerate(word):
            self.put(signal, place + bit, negative=negative ^ (signed and bit == len(word) - 1))

    def add_times(self, word: Word, factor: int, *, signed: bool = False) -> None:
        """Add a constant times a word: one addition or subtraction for each non-zero signed digit."""
        for place, digit in signed_digits(factor):
            self.add(word, place, signed=signed, negative=digit < 0)

    def add_product(self, x: Word, y: Word, *, signed: tuple[bool, bool] = (False, False), place: int = 0) -> None:
        """Add the product of two words: one gate for each pair of bits (Baugh and Wooley where a word is signed)."""
        logic = self.logic
        dual = "nand" not in logic.families and "nor" in logic.families
        for i, a in enumerate(x):
            for j, b in enumerate(y):
                if place + i + j >= self.bits:
                    break
                negative = (signed[0] and i == len(x) - 1) ^ (signed[1] and j == len(y) - 1)
                if ZERO in (a, b) or ONE in (a, b) or a == b:
                    self.put(logic.and_(a, b), place + i + j, negative=negative)
                elif dual:
                    self.put(logic.nor(logic.not_(a), logic.not_(b)), place + i + j, negative=negative)
                else:
                    self.put(logic.nand(a, b), place + i + j, negative=negative, inverted=True)

    def total(self) -> Word:
        """Return the sum: column after column, three bits become one and a carry until one is left."""
        for (place, _), bits in sorted(self._waiting.items()):
            self._columns[place].extend(bits)
        self._waiting = {}
        return tuple(self._compressed(place) for place in range(self.bits))

    def _push(self, bit: Bit, place: int) -> None:
        source, turned = self.logic.source(bit.signal)
        if place < self.bits:
            self._columns[place].append(Bit(source, bit.inverted ^ turned))

    def _compressed(self, place: int) -> Signal:
        """Return the sum bit of a column with that of the constant; the carries go to the next column."""
        column, twice, ones = _without_twins(self._columns[place])
        self.constant += ones << place
        odd = bool(self.constant >> place & 1)
        for bit in twice:
            self._push(bit, place + 1)
        last = place == self.bits - 1
        while len(column) > 2:
            three = [column.popleft() for _ in range(3)]
            total, carry = self._three(three, final=not column)
            column.append(total)
            self._push(carry, place + 1)
        if len(column) == 2:
            total, *more = self._two(column[0], column[1], odd, dropped=last)
            column = deque([total])
            for carry in more:
                self._push(carry, place + 1)
        elif column and odd:  # b + 1: the complement stays and b goes on
            self._push(column[0], place + 1)
            column[0] = ~column[0]
        if not column:
            return ONE if odd else ZERO
        return self._as(column[0], False)

    def _as(self, bit: Bit, inverted: bool) -> Signal:
        return bit.signal if bit.inverted == inverted else self.logic.not_(bit.signal)

    def _three(self, bits: list[Bit], *, final: bool) -> tuple[Bit, Bit]:
        inverted = sum(bit.inverted for bit in bits) >= 2
        flips = "majority" in self.logic.families
        if flips and final and any(bit.inverted for bit in bits):
            inverted = True  # then the sum comes out as it is
        a, b, c = (self._as(bit, inverted) for bit in bits)
        if flips:
            total, carry = self.logic.inverting_adder(a, b, c)
            return Bit(total, not inverted), Bit(carry, not inverted)
        total, carry = self.logic.full_adder(a, b, c)
        return Bit(total, inverted), Bit(carry, inverted)

    def _two(self, one: Bit, two: Bit, odd: bool, *, dropped: bool) -> tuple[Bit, ...]:
        """Return the sum of two bits and a constant, and the carry unless it is dropped."""
        logic, inverted = self.logic, one.inverted
        if dropped and "majority" not in logic.families:
            apart, _, by_nand = logic.apart(one.signal, two.signal)
            return (Bit(apart, odd ^ inverted ^ two.inverted ^ (not by_nand)),)
        a, b = one.signal, self._as(two, inverted)
        if "majority" in logic.families:
            total, carry = logic.inverting_adder(a, b, ONE if odd ^ inverted else ZERO)
            return Bit(total, not inverted), Bit(carry, not inverted)
        apart, both, by_nand = logic.apart(a, b)
        total_ = Bit(apart, odd ^ (not by_nand))
        if (inverted == odd) == by_nand:  # the first gate is the complement of the carry, or with complements the carry
            return total_, Bit(both, not inverted)
        gate = logic.nand if by_nand else logic.nor
        return total_, Bit(gate(both, logic.not_(apart)), inverted)


def _without_twins(column: deque[Bit]) -> tuple[deque[Bit], list[Bit], int]:
    """Return (the column, bits of twice the weight, ones): equal bits are one of twice the weight, opposite ones 1."""
    kept: dict[Signal, Bit] = {}
    twice: list[Bit] = []
    ones = 0
    for bit in column:
        twin = kept.pop(bit.signal, None)
        if twin is None:
            kept[bit.signal] = bit
        elif twin == bit:
            twice.append(bit)
        else:
            ones += 1
    return deque(kept.values()), twice, ones


def signed_digits(number: int) -> list[tuple[int, int]]:
    """Return (place, 1 or -1) of the non-zero digits of the canonical signed form: no two of them side by side."""
    digits, place = [], 0
    while number:
        if number & 1:
            digit = 2 - (number & 3)
            digits.append((place, digit))
            number -= digit
        number >>= 1
        place += 1
    return digits
