"""Arithmetic on whole numbers as words of signals, lowest bit first: generators, which beat synthesis.

Widths are stated with each function; nothing wraps silently. Two's complement where a word is called signed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from remanence.core.errors import InputError
from remanence.cram.logic import Logic, Signal
from remanence.cram.netlist import ONE, ZERO, Word


def extend(word: Word, bits: int, *, signed: bool) -> Word:
    """Return a word with at least so many bits: more zeros, or more of the sign."""
    fill = word[-1] if signed else ZERO
    return word + (fill,) * (bits - len(word))


def invert(logic: Logic, word: Word) -> Word:
    """Return the complement bit by bit."""
    return tuple(logic.not_(bit) for bit in word)


def select(logic: Logic, choice: Signal, one: Word, zero: Word) -> Word:
    """Return ``one`` where the choice is 1, else ``zero``; words of one width."""
    _same(one, zero)
    return tuple(logic.mux(choice, a, b) for a, b in zip(one, zero, strict=True))


def add(logic: Logic, x: Word, y: Word, carry: Signal = ZERO) -> tuple[Word, Signal]:
    """Return (sum of the width of both, carry) by rippling: nine gates a bit with NAND or NOR alone."""
    _same(x, y)
    total = []
    for a, b in zip(x, y, strict=True):
        bit, carry = logic.full_adder(a, b, carry)
        total.append(bit)
    return tuple(total), carry


def subtract(logic: Logic, x: Word, y: Word) -> tuple[Word, Signal]:
    """Return (x - y of the width of both, whether x >= y as unsigned numbers)."""
    return add(logic, x, invert(logic, y), ONE)


def negate(logic: Logic, x: Word) -> Word:
    """Return -x of the same width; the least signed number is its own."""
    total, carry = [], ONE
    for bit in invert(logic, x):
        one, carry = logic.half_adder(bit, carry) if carry != ONE else (logic.not_(bit), bit)
        total.append(one)
    return tuple(total)


def less(logic: Logic, x: Word, y: Word, *, signed: bool = False) -> Signal:
    """Return whether x < y; words of one width."""
    _same(x, y)
    if signed:  # turning the sign bits over maps the order of signed numbers to that of unsigned ones
        x, y = ((*word[:-1], logic.not_(word[-1])) for word in (x, y))
    carry = ONE
    for a, b in zip(x, y, strict=True):
        carry = logic.majority(a, logic.not_(b), carry)
    return logic.not_(carry)


def equal(logic: Logic, x: Word, y: Word) -> Signal:
    """Return whether two words of one width are alike."""
    _same(x, y)
    return all_of(logic, [logic.xnor(a, b) for a, b in zip(x, y, strict=True)])


def all_of(logic: Logic, signals: Sequence[Signal]) -> Signal:
    """Return whether all are 1, by a balanced tree; 1 of none."""
    waiting = deque(signals)
    while len(waiting) > 1:
        waiting.append(logic.and_(waiting.popleft(), waiting.popleft()))
    return waiting[0] if waiting else ONE


def any_of(logic: Logic, signals: Sequence[Signal]) -> Signal:
    """Return whether any is 1, by a balanced tree; 0 of none."""
    waiting = deque(signals)
    while len(waiting) > 1:
        waiting.append(logic.or_(waiting.popleft(), waiting.popleft()))
    return waiting[0] if waiting else ZERO


def smaller(logic: Logic, x: Word, y: Word, *, signed: bool = False) -> Word:
    """Return the smaller of two words of one width."""
    return select(logic, less(logic, x, y, signed=signed), x, y)


def larger(logic: Logic, x: Word, y: Word, *, signed: bool = False) -> Word:
    """Return the larger of two words of one width."""
    return select(logic, less(logic, x, y, signed=signed), y, x)


def add_columns(logic: Logic, columns: Sequence[Sequence[Signal]], bits: int) -> Word:
    """Return the sum of signals by their weights, modulo 2**bits: full adders until a column holds one signal.

    Three signals of a column become one of it and one of the next, column after column: with n signals in all and a sum
    of b bits that is n - b full adders or a few half adders more (carry-save, then no ripple is left).

    Args:
        logic: the gates.
        columns: signals of weight 1, 2, 4, ...
        bits: of the result.
    """
    waiting = [deque(signal for signal in column if signal != ZERO) for column in columns[:bits]]
    waiting += [deque() for _ in range(bits - len(waiting))]
    result = []
    for place in range(bits):
        column = waiting[place]
        while len(column) > 1:
            three = [column.popleft() for _ in range(min(3, len(column)))]
            if place == bits - 1:  # the carry is beyond the result
                column.append(_parity(logic, three))
                continue
            total, carry = logic.full_adder(*three) if len(three) == 3 else logic.half_adder(*three)
            if total != ZERO:
                column.append(total)
            if carry != ZERO:
                waiting[place + 1].append(carry)
        result.append(column[0] if column else ZERO)
    return tuple(result)


def _parity(logic: Logic, signals: Sequence[Signal]) -> Signal:
    total = signals[0]
    for signal in signals[1:]:
        total = logic.xor(total, signal)
    return total


def popcount(logic: Logic, signals: Sequence[Signal]) -> Word:
    """Return how many signals are 1, in just as many bits as that needs.

    Of n = 2**k - 1 signals that takes n - k full adders.

    Raises:
        InputError: no signals.
    """
    if not signals:
        raise InputError("popcount", "no signals", "at least one is needed")
    return add_columns(logic, [list(signals)], len(signals).bit_length())


def multiply(logic: Logic, x: Word, y: Word, *, signed: bool = False, bits: int | None = None) -> Word:
    """Return the product, of the widths of both together unless fewer bits are asked for.

    Partial products in carry-save form. Signed numbers by Baugh and Wooley: the two rows with a sign bit are inverted
    and constants added (IEEE Trans. Computers C-22, 1045 (1973)).
    """
    wide = len(x) + len(y)
    bits = wide if bits is None else bits
    if not 1 <= bits <= wide:
        raise InputError("multiply: bits", bits, f"must be from 1 to {wide}")
    columns: list[list[Signal]] = [[] for _ in range(wide + 1)]
    for i, a in enumerate(x):
        for j, b in enumerate(y):
            if i + j >= bits:
                continue
            edge = signed and (i == len(x) - 1) != (j == len(y) - 1)
            columns[i + j].append(logic.nand(a, b) if edge else logic.and_(a, b))
    if signed:
        for place in {len(x) - 1: 0, len(y) - 1: 0} if len(x) != len(y) else {len(x): 0}:
            columns[place].append(ONE)
        columns[wide - 1].append(ONE)
    return add_columns(logic, _carried(columns), bits)


def _carried(columns: list[list[Signal]]) -> list[list[Signal]]:
    """Add up the constants of every column, so that at most one is left in each."""
    carry = 0
    for column in columns:
        carry += column.count(ONE)
        while ONE in column:
            column.remove(ONE)
        if carry & 1:
            column.append(ONE)
        carry >>= 1
    return columns


def multiply_add(logic: Logic, x: Word, y: Word, more: Word, *, signed: bool = False) -> Word:
    """Return x y + more in as many bits as the widest needs, one for a carry included."""
    bits = max(len(x) + len(y), len(more)) + 1
    product = extend(multiply(logic, x, y, signed=signed), bits, signed=signed)
    return add(logic, product, extend(more, bits, signed=signed))[0]


def total(logic: Logic, words: Sequence[Word], *, signed: bool = False) -> Word:
    """Return the sum of words, in as many bits as it can need.

    Raises:
        InputError: no words.
    """
    if not words:
        raise InputError("total", "no words", "at least one is needed")
    bits = max(map(len, words)) + (len(words) - 1).bit_length()
    columns: list[list[Signal]] = [[] for _ in range(bits + 1)]
    for word in words:
        if not signed:
            for place, signal in enumerate(word):
                columns[place].append(signal)
            continue
        # -s 2^k = (1 - s) 2^k - 2^k: the inverted sign counts up, and the constants of all words are added at once
        for place, signal in enumerate((*word[:-1], logic.not_(word[-1]))):
            columns[place].append(signal)
        for place in range(len(word) - 1, bits):
            columns[place].append(ONE)
    return add_columns(logic, _carried(columns), bits)


def shift_left(word: Word, places: int) -> Word:
    """Return the word times 2**places, wider by as much: no gates."""
    return (ZERO,) * places + word


def shift_right(word: Word, places: int, *, signed: bool = False) -> Word:
    """Return the word without its lowest places, rounded down: no gates; at least one bit is left."""
    if places >= len(word):
        return (word[-1] if signed else ZERO,)
    return word[places:]


def shift_by(logic: Logic, word: Word, amount: Word, *, left: bool, signed: bool = False) -> Word:
    """Return the word shifted by an amount that is a word itself, of the same width: a multiplexer a bit and stage."""
    fill = word[-1] if signed and not left else ZERO
    for stage, choice in enumerate(amount):
        places = min(1 << stage, len(word))
        moved = (ZERO,) * places + word[: len(word) - places] if left else word[places:] + (fill,) * places
        word = select(logic, choice, moved, word)
    return word


def _same(x: Word, y: Word) -> None:
    if len(x) != len(y) or not x:
        raise InputError("words", f"{len(x)} and {len(y)} bits", "must be of one width", "Extend the shorter one.")
