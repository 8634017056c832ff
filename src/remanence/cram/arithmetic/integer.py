"""Arithmetic on whole numbers as words of signals, lowest bit first: generators, which beat synthesis.

Widths are stated with each function; nothing wraps silently. Two's complement where a word is called signed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from remanence.core.errors import InputError
from remanence.cram.arithmetic.bit_heap import BitHeap
from remanence.cram.arithmetic.logic import Logic, Signal
from remanence.cram.arithmetic.prefix import add_prefix, multiply_array
from remanence.cram.netlist import ONE, ZERO, Word

CUT = 24
"""Bits from which a product is cut in two: from there on that takes fewer gates in every family."""


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
    if logic.parallel:
        return add_prefix(logic, x, y, carry)
    heap = BitHeap(logic, len(x) + 1)
    for word in (x, y, (carry,)):
        heap.add(word)
    *low, high = heap.total()
    return tuple(low), high


def subtract(logic: Logic, x: Word, y: Word) -> tuple[Word, Signal]:
    """Return (x - y of the width of both, whether x >= y as unsigned numbers): nine gates a bit with NAND or NOR."""
    _same(x, y)
    if logic.parallel:
        return add_prefix(logic, x, invert(logic, y), ONE)
    if "majority" in logic.families:
        heap = BitHeap(logic, len(x) + 1)
        heap.add(x)
        heap.add(y, negative=True)
        *low, under = heap.total()
        return tuple(low), logic.not_(under)
    borrow, result = ZERO, []
    for a, b in zip(x, y, strict=True):
        bit, borrow = logic.full_subtractor(a, b, borrow)
        result.append(bit)
    return tuple(result), logic.not_(borrow)


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
    if logic.parallel:
        return logic.not_(add_prefix(logic, x, invert(logic, y), ONE)[1])
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


def popcount(logic: Logic, signals: Sequence[Signal]) -> Word:
    """Return how many signals are 1, in just as many bits as that needs.

    Of n = 2**k - 1 signals that takes n - k full adders.

    Raises:
        InputError: no signals.
    """
    if not signals:
        raise InputError("popcount", "no signals", "at least one is needed")
    heap = BitHeap(logic, len(signals).bit_length())
    for signal in signals:
        heap.put(signal, 0)
    return heap.total()


def multiply(
    logic: Logic, x: Word, y: Word, *, signed: bool | tuple[bool, bool] = False, bits: int | None = None
) -> Word:
    """Return the product, of the widths of both together unless fewer bits are asked for.

    A constant takes one addition for each non-zero digit of its canonical signed form, equal words half the partial
    products, and wide words are cut in two (Karatsuba) where that takes fewer gates.

    Args:
        logic: the gates.
        x: a word.
        y: a word, or a constant.
        signed: whether the words are; one answer for both, or one each.
        bits: of the result.

    Raises:
        InputError: no such number of bits.
    """
    wide = len(x) + len(y)
    bits = wide if bits is None else bits
    if not 1 <= bits <= wide:
        raise InputError("multiply: bits", bits, f"must be from 1 to {wide}")
    unsigned = not any(signed) if isinstance(signed, tuple) else not signed
    if logic.parallel and unsigned and x != y and not {ZERO, ONE} & {*x, *y}:
        return multiply_array(logic, x, y)[:bits]
    heap = BitHeap(logic, bits)
    put_product(heap, x, y, signed if isinstance(signed, tuple) else (signed, signed))
    return heap.total()


def put_product(heap: BitHeap, x: Word, y: Word, signed: tuple[bool, bool], place: int = 0) -> None:
    """Add 2**place x y to a heap in the way that takes the fewest gates."""
    for word, other, order in ((y, x, signed), (x, y, signed[::-1])):
        if all(bit in (ZERO, ONE) for bit in word):
            heap.add_times(other, constant(word, signed=order[1]) << place, signed=order[0])
            return
    if x != y and min(len(x), len(y), heap.bits - place) >= CUT and heap.bits - place >= len(x) + len(y):
        put_cut_product(heap, x, y, signed, place)
    else:
        heap.add_product(x, y, signed=signed, place=place)


def put_cut_product(heap: BitHeap, x: Word, y: Word, signed: tuple[bool, bool], place: int) -> None:
    """Add a product as three of half the width (Karatsuba and Ofman, Soviet Physics Doklady 7, 595 (1963))."""
    logic, half = heap.logic, (max(len(x), len(y)) + 1) // 2
    low = multiply(logic, x[:half], y[:half])
    high = multiply(logic, x[half:], y[half:], signed=signed)
    both = []
    for word, with_sign in zip((x, y), signed, strict=True):
        sum_ = BitHeap(logic, half + 1 + with_sign)
        sum_.add(word[:half])
        sum_.add(word[half:], signed=with_sign)
        both.append(sum_.total())
    put_product(heap, both[0], both[1], signed, place + half)
    heap.add(low, place)
    heap.add(low, place + half, negative=True)
    heap.add(high, place + half, signed=any(signed), negative=True)
    heap.add(high, place + 2 * half, signed=any(signed))


def multiply_add(logic: Logic, x: Word, y: Word, more: Word, *, signed: bool = False) -> Word:
    """Return x y + more in as many bits as the widest needs, one for a carry included."""
    heap = BitHeap(logic, max(len(x) + len(y), len(more)) + 1)
    put_product(heap, x, y, (signed, signed))
    heap.add(more, signed=signed)
    return heap.total()


def constant(word: Word, *, signed: bool = False) -> int:
    """Return the number that a word of constants stands for."""
    number = sum(1 << place for place, bit in enumerate(word) if bit == ONE)
    return number - (1 << len(word)) if signed and word[-1] == ONE else number


def width(numbers: Sequence[int]) -> tuple[int, bool]:
    """Return (bits, signed) of the narrowest type that holds whole numbers."""
    signed = min(numbers) < 0
    return max(max((~number if number < 0 else number).bit_length() for number in numbers) + signed, 1), signed


def total(logic: Logic, words: Sequence[Word], *, signed: bool = False) -> Word:
    """Return the sum of words, in as many bits as it can need.

    Raises:
        InputError: no words.
    """
    if not words:
        raise InputError("total", "no words", "at least one is needed")
    heap = BitHeap(logic, max(map(len, words)) + (len(words) - 1).bit_length())
    for word in words:
        heap.add(word, signed=signed)
    return heap.total()


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
