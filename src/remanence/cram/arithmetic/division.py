"""Division and square root by restoring: a subtraction and a choice for each bit of the result.

The remainder grows by a bit a step, so the first steps are short. Division by zero gives 0 and remainder 0, as NumPy.
"""

from __future__ import annotations

from remanence.core.errors import InputError
from remanence.cram.arithmetic import integer
from remanence.cram.arithmetic.logic import Logic, Signal
from remanence.cram.netlist import ONE, ZERO, Word


def divide(logic: Logic, x: Word, y: Word) -> tuple[Word, Word]:
    """Return (quotient of the width of ``x``, remainder of that of ``y``) of unsigned numbers."""
    quotient, rest = _restored(logic, x, y)
    usable = integer.any_of(logic, y)
    return _masked(logic, quotient, usable), _masked(logic, rest, usable)


def divide_long(logic: Logic, x: Word, y: Word) -> tuple[Word, Word]:
    """Return (quotient, remainder), both of the width of ``y``, of an ``x`` of any width from that of ``y`` on.

    The quotient must fit, so ``x`` without its lowest len(y) bits must be less than ``y``; otherwise both are wrong.

    Raises:
        InputError: ``x`` has fewer bits than ``y``, or more than twice as many.
    """
    if not len(y) <= len(x) <= 2 * len(y):
        raise InputError("divide_long: x", f"{len(x)} bits", f"must have {len(y)} to {2 * len(y)} bits")
    quotient, rest = _restored(logic, x[: len(y)], y, x[len(y) :])
    return quotient, rest


def divide_signed(logic: Logic, x: Word, y: Word) -> tuple[Word, Word]:
    """Return (quotient, remainder) rounded towards minus infinity; the remainder has the sign of the divisor.

    The quotient has a bit more than ``x``: the least number by -1 is the largest plus one.
    """
    apart = logic.xor(x[-1], y[-1])
    quotient, rest = _restored(logic, magnitude(logic, x), magnitude(logic, y))
    usable = integer.any_of(logic, y)
    whole = logic.not_(integer.any_of(logic, rest))
    # of opposite signs: -q if nothing is left, else -q - 1, which is the complement of q
    up = logic.and_(apart, whole)
    quotient = _turned(logic, (*quotient, ZERO), apart, up)
    other, _ = integer.subtract(logic, magnitude(logic, y), rest)
    rest = integer.select(logic, logic.and_(apart, logic.not_(whole)), other, rest)
    rest = _turned(logic, rest, y[-1], y[-1])
    return _masked(logic, quotient, usable), _masked(logic, rest, usable)


def square_root(logic: Logic, x: Word) -> Word:
    """Return the square root rounded down, of half the bits: two bits of ``x`` a step."""
    x = integer.extend(x, len(x) + len(x) % 2, signed=False)
    rest: Word = ()
    root: Word = ()
    for step in range(len(x) // 2 - 1, -1, -1):
        rest = (x[2 * step], x[2 * step + 1], *rest)
        test = (ONE, ZERO, *root)
        bits = max(len(rest), len(test))
        rest, test = (integer.extend(word, bits, signed=False) for word in (rest, test))
        less, fits = integer.subtract(logic, rest, test)
        root = (fits, *root)
        rest = integer.select(logic, fits, less, rest)[: len(root) + 1]  # at most twice the root
    return root


def magnitude(logic: Logic, x: Word) -> Word:
    """Return the absolute value of a signed number, unsigned, of the same width."""
    return _turned(logic, x, x[-1], x[-1])


def _restored(logic: Logic, x: Word, y: Word, rest: Word = ()) -> tuple[Word, Word]:
    quotient: list[Signal] = []
    for bit in reversed(x):
        rest = (bit, *rest)
        bits = max(len(rest), len(y))
        wide, divisor = (integer.extend(word, bits, signed=False) for word in (rest, y))
        less, fits = integer.subtract(logic, wide, divisor)
        quotient.append(fits)
        rest = integer.select(logic, fits, less, wide)[: min(len(rest), len(y))]
    return tuple(reversed(quotient)), integer.extend(rest, len(y), signed=False)


def _turned(logic: Logic, x: Word, turn: Signal, carry: Signal) -> Word:
    """Return ``x``, or its complement where ``turn``, plus a carry."""
    flipped = tuple(logic.xor(bit, turn) for bit in x)
    return integer.add(logic, flipped, (ZERO,) * len(x), carry)[0]


def _masked(logic: Logic, word: Word, usable: Signal) -> Word:
    return tuple(logic.and_(bit, usable) for bit in word)
