"""The operators of `lanes.Lanes`: which generator, how many bits, signed or not."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from remanence.core.errors import InputError
from remanence.cram.arithmetic import division, integer
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.netlist import Word
from remanence.cram.numbers.given import WIDEST, whole

if TYPE_CHECKING:
    from remanence.cram.numbers.lanes import Lanes


class Operators(ABC):
    """Operators of NumPy over words; widths follow the rules in `lanes`."""

    bits: int
    signed: bool

    @abstractmethod
    def lift(self, other: Any) -> Lanes:
        """Return lanes as they are, and plain numbers as constants."""

    @abstractmethod
    def astype(self, bits: int, *, signed: bool | None = None) -> Lanes:
        """Return the numbers in another width."""

    @abstractmethod
    def map(self, make: Callable[[Logic, Word], Word], bits: int, signed: bool) -> Lanes:
        """Return what a function makes of each word."""

    @abstractmethod
    def zip(self, other: Any, make: Callable[[Logic, Word, Word], Word], bits: int, signed: bool) -> Lanes:
        """Return what a function makes of each two words."""

    @abstractmethod
    def join(
        self, other: Any, more: int, make: Callable[[Logic, Word, Word, bool], Word], signed: bool = False
    ) -> Lanes:
        """Bring both to one type, ``more`` bits wider, and join their words by a function, told if they are signed."""

    def __add__(self, other: Any) -> Lanes:
        """Add; one bit more."""
        return self.join(other, 1, lambda logic, x, y, _: integer.add(logic, x, y)[0])

    def __sub__(self, other: Any) -> Lanes:
        """Subtract; one bit more, signed."""
        return self.join(other, 1, lambda logic, x, y, _: integer.subtract(logic, x, y)[0], signed=True)

    def __mul__(self, other: Any) -> Lanes:
        """Multiply; the bits of both."""
        two = self.lift(other)
        kinds, bits = (self.signed, two.signed), self.bits + two.bits
        return self.zip(two, lambda logic, x, y: integer.multiply(logic, x, y, signed=kinds), bits, any(kinds))

    def __floordiv__(self, other: Any) -> Lanes:
        """Divide, rounding down; by zero 0."""
        return self.__divmod__(other)[0]

    def __mod__(self, other: Any) -> Lanes:
        """Return the remainder, which has the sign of the divisor; by zero 0."""
        return self.__divmod__(other)[1]

    def __divmod__(self, other: Any) -> tuple[Lanes, Lanes]:
        """Return quotient and remainder; a power of two takes no gates."""
        if isinstance(other, int | np.integer) and int(other) > 0 and int(other).bit_count() == 1:
            places = int(other).bit_length() - 1
            rest = self.astype(max(places, 1), signed=False) if places else self.astype(1, signed=False) & 0
            return self >> places, rest
        two = self.lift(other)
        signed = self.signed or two.signed
        x, y = (each.astype(each.bits + (signed and not each.signed), signed=signed) for each in (self, two))
        bits = x.bits + signed
        make = division.divide_signed if signed else division.divide

        def both(logic: Logic, a: Word, b: Word) -> Word:
            quotient, rest = make(logic, a, b)
            return quotient + rest

        pair = x.zip(y, both, bits + y.bits, False)
        return (
            pair.map(lambda _, word: word[:bits], bits, signed),
            pair.map(lambda _, word: word[bits : bits + two.bits], two.bits, two.signed),
        )

    def __and__(self, other: Any) -> Lanes:
        """Bitwise and."""
        return self.join(other, 0, lambda logic, x, y, _: tuple(map(logic.and_, x, y)))

    def __or__(self, other: Any) -> Lanes:
        """Bitwise or."""
        return self.join(other, 0, lambda logic, x, y, _: tuple(map(logic.or_, x, y)))

    def __xor__(self, other: Any) -> Lanes:
        """Bitwise exclusive or."""
        return self.join(other, 0, lambda logic, x, y, _: tuple(map(logic.xor, x, y)))

    __radd__, __rmul__, __rand__, __ror__, __rxor__ = __add__, __mul__, __and__, __or__, __xor__

    def __rsub__(self, other: Any) -> Lanes:
        """Subtract."""
        return self.lift(other) - self

    def __rfloordiv__(self, other: Any) -> Lanes:
        """Divide."""
        return self.lift(other) // self

    def __rmod__(self, other: Any) -> Lanes:
        """Return the remainder."""
        return self.lift(other) % self

    def __rdivmod__(self, other: Any) -> tuple[Lanes, Lanes]:
        """Return quotient and remainder."""
        return divmod(self.lift(other), self)

    def __pow__(self, power: Any) -> Lanes:
        """Raise to a whole power from 1 on: so many times the bits."""
        number = whole(power, "Lanes: power", 1, WIDEST)
        result, square = None, self.lift(self)
        while True:
            if number & 1:
                result = square if result is None else result * square
            number >>= 1
            if not number:
                break
            square = square * square
        assert result is not None
        return result

    def __truediv__(self, other: Any) -> Lanes:
        """Refuse: the result is no whole number."""
        raise InputError("Lanes /", repr(other), "numbers are whole", "Divide by //, which rounds down.")

    __rtruediv__ = __truediv__

    def __invert__(self) -> Lanes:
        """Bitwise complement in the width of the number."""
        return self.map(integer.invert, self.bits, self.signed)

    def __neg__(self) -> Lanes:
        """Negative; one bit more, signed."""
        wide = self.astype(self.bits + 1, signed=True)
        return wide.map(integer.negate, wide.bits, True)

    def __pos__(self) -> Lanes:
        """Return the same."""
        return self.lift(self)

    def __abs__(self) -> Lanes:
        """Absolute value, unsigned."""
        return self.map(division.magnitude, self.bits, False) if self.signed else +self

    def __lshift__(self, other: Any) -> Lanes:
        """Shift up: by a number, with as many bits more; by a `Lanes`, in the same width."""
        if isinstance(other, Operators):
            return self._shifted(other, left=True)
        places = whole(other, "Lanes: shift", 0, WIDEST)
        return self.map(lambda _, x: integer.shift_left(x, places), self.bits + places, self.signed)

    def __rshift__(self, other: Any) -> Lanes:
        """Shift down, rounding down: by a number, with as many bits fewer; by a `Lanes`, in the same width."""
        if isinstance(other, Operators):
            return self._shifted(other, left=False)
        places = whole(other, "Lanes: shift", 0, WIDEST)
        bits = max(1, self.bits - places)
        return self.map(lambda _, x: integer.shift_right(x, places, signed=self.signed)[:bits], bits, self.signed)

    def __rlshift__(self, other: Any) -> Lanes:
        """Refuse: a plain number has no width for the result."""
        raise InputError("Lanes: shift", f"{other!r} by a Lanes", "keeps the width of what is shifted, a plain number "
                         "has none", "Put it into the rows with cram.asarray(number, bits).")  # fmt: skip

    __rrshift__ = __rlshift__

    def _shifted(self, other: Operators, *, left: bool) -> Lanes:
        if other.signed:
            raise InputError("Lanes: shift", repr(other), "must be by an unsigned number")

        def shift(logic: Logic, x: Word, y: Word) -> Word:
            return integer.shift_by(logic, x, y, left=left, signed=self.signed)

        return self.zip(other, shift, self.bits, self.signed)

    def __lt__(self, other: Any) -> Lanes:
        """Compare; one bit."""
        return self._compared(other, lambda logic, x, y, signed: integer.less(logic, x, y, signed=signed))

    def __gt__(self, other: Any) -> Lanes:
        """Compare; one bit."""
        return self.lift(other) < self

    def __ge__(self, other: Any) -> Lanes:
        """Compare; one bit."""
        return ~self.__lt__(other)

    def __le__(self, other: Any) -> Lanes:
        """Compare; one bit."""
        return ~(self.lift(other) < self)

    def __eq__(self, other: object) -> Lanes:  # type: ignore[override]
        """Compare; one bit."""
        return self._compared(other, lambda logic, x, y, _: integer.equal(logic, x, y))

    def __ne__(self, other: object) -> Lanes:  # type: ignore[override]
        """Compare; one bit."""
        return ~self.__eq__(other)

    __hash__ = None  # type: ignore[assignment]

    def _compared(self, other: Any, make: Callable[[Logic, Word, Word, bool], int]) -> Lanes:
        pair = self.join(other, 0, lambda logic, x, y, signed: (make(logic, x, y, signed),))
        return pair.map(lambda _, word: word, 1, False)
