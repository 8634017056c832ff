"""Fixed point: whole numbers in the rows of an array, and where their binary point is.

Sums and products are exact: their widths grow as those of whole numbers do. What is lost is lost in `Fixed.rescale`,
which says how: rounding to the nearest, ties to even, or down; what does not fit saturates, or wraps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.arithmetic import integer
from remanence.cram.arithmetic.bit_heap import BitHeap
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.netlist import Word
from remanence.cram.numbers.given import WIDEST, whole
from remanence.cram.numbers.lanes import Lanes, asarray
from remanence.cram.numbers.reductions import Axis

if TYPE_CHECKING:
    from remanence.cram.machine.cost import Cost
    from remanence.cram.program import Program

Rounding: TypeAlias = Literal["even", "floor"]
Overflow: TypeAlias = Literal["saturate", "wrap"]


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """Numbers whole x 2**-fraction. Make them with `fixed`; + - * abs, sums and products give more.

    Plain numbers beside them are whole, or fractions that end within as many bits; they become part of the circuit.

    Args:
        whole: the whole numbers.
        fraction: bits after the binary point; may be negative.
    """

    whole: Lanes
    fraction: int

    __array_ufunc__ = None  # numpy leaves the operators to this class

    def __repr__(self) -> str:
        """Name shape and type."""
        return f"Fixed(shape={self.whole.shape}, {self.whole.dtype}, {self.fraction} bits after the point)"

    def numpy(self, **how: Any) -> NDArray[np.float64]:
        """Return the numbers; takes what `Lanes.numpy` takes."""
        result: NDArray[np.float64] = np.ldexp(self.whole.numpy(**how).astype(np.float64), -self.fraction)
        return result

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows first."""
        return self.whole.shape

    def program(self, **how: Any) -> Program:
        """Return the schedule on an array; takes what `Lanes.program` takes."""
        return self.whole.program(**how)

    def cost(self, *what: Any, **how: Any) -> Cost:
        """Return what computing these numbers costs; takes what `Lanes.cost` takes."""
        return self.whole.cost(*what, **how)

    def __getitem__(self, index: Any) -> Fixed:
        """Take places within the rows."""
        return Fixed(self.whole[index], self.fraction)

    def __add__(self, other: Any) -> Fixed:
        """Add, exactly."""
        one, two, fraction = self._aligned(other)
        return Fixed(one + two, fraction)

    def __sub__(self, other: Any) -> Fixed:
        """Subtract, exactly."""
        one, two, fraction = self._aligned(other)
        return Fixed(one - two, fraction)

    def __rsub__(self, other: Any) -> Fixed:
        """Subtract, exactly."""
        return self._lifted(other) - self

    def __mul__(self, other: Any) -> Fixed:
        """Multiply, exactly."""
        two = self._lifted(other)
        return Fixed(self.whole * two.whole, self.fraction + two.fraction)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> Fixed:
        """Negative."""
        return Fixed(-self.whole, self.fraction)

    def __abs__(self) -> Fixed:
        """Absolute value, unsigned."""
        return Fixed(abs(self.whole), self.fraction)

    def __lt__(self, other: Any) -> Lanes:
        """Compare; one bit."""
        one, two, _ = self._aligned(other)
        return one < two

    def __gt__(self, other: Any) -> Lanes:
        """Compare; one bit."""
        return self._lifted(other) < self

    def __ge__(self, other: Any) -> Lanes:
        """Compare; one bit."""
        return ~self.__lt__(other)

    def __le__(self, other: Any) -> Lanes:
        """Compare; one bit."""
        return ~self.__gt__(other)

    def __eq__(self, other: object) -> Lanes:  # type: ignore[override]
        """Compare; one bit."""
        one, two, _ = self._aligned(other)
        return one == two

    def __ne__(self, other: object) -> Lanes:  # type: ignore[override]
        """Compare; one bit."""
        return ~self.__eq__(other)

    __hash__ = None  # type: ignore[assignment]

    def sum(self, axis: Axis = None, *, keepdims: bool = False) -> Fixed:
        """Return the sum along an axis, exactly."""
        return Fixed(self.whole.sum(axis, keepdims=keepdims), self.fraction)

    def max(self, axis: Axis = None, *, keepdims: bool = False) -> Fixed:
        """Return the largest along an axis."""
        return Fixed(self.whole.max(axis, keepdims=keepdims), self.fraction)

    def min(self, axis: Axis = None, *, keepdims: bool = False) -> Fixed:
        """Return the smallest along an axis."""
        return Fixed(self.whole.min(axis, keepdims=keepdims), self.fraction)

    def dot(self, other: Fixed) -> Fixed:
        """Return the sum of products along the last axis, exactly."""
        return Fixed(self.whole.dot(other.whole), self.fraction + other.fraction)

    def rescale(
        self, bits: int, fraction: int, *, rounding: Rounding = "even", overflow: Overflow = "saturate"
    ) -> Fixed:
        """Return the numbers with another number of bits in all and after the point; signed stays signed.

        Args:
            bits: in all.
            fraction: of them after the point.
            rounding: ``"even"`` to the nearest, ties to even; ``"floor"`` down, which takes no gates.
            overflow: ``"saturate"`` to the largest or least number; ``"wrap"`` drops the highest bits, without gates.

        Raises:
            InputError: no bits, or another way of rounding.
        """
        bits, fraction = whole(bits, "Fixed.rescale: bits", 1, WIDEST), whole(fraction, "Fixed.rescale: fraction",
                                                                              -WIDEST, WIDEST)  # fmt: skip
        if rounding not in ("even", "floor") or overflow not in ("saturate", "wrap"):
            raise InputError("Fixed.rescale", f"rounding={rounding!r}, overflow={overflow!r}",
                             "needs even or floor, and saturate or wrap")  # fmt: skip
        signed, places = self.whole.signed, self.fraction - fraction

        def make(logic: Logic, word: Word) -> Word:
            if places <= 0:
                word = integer.shift_left(word, -places)
            elif rounding == "even":
                word = rounded(logic, word, places, signed=signed)
            else:
                word = integer.shift_right(word, places, signed=signed)
            word = integer.extend(word, bits, signed=signed)
            return saturated(logic, word, bits, signed=signed) if overflow == "saturate" else word[:bits]

        return Fixed(self.whole.map(make, bits, signed), fraction)

    def _aligned(self, other: Any) -> tuple[Lanes, Lanes, int]:
        two = self._lifted(other)
        fraction = max(self.fraction, two.fraction)
        return self.whole << (fraction - self.fraction), two.whole << (fraction - two.fraction), fraction

    def _lifted(self, other: Any) -> Fixed:
        """Return fixed-point numbers as they are; whole numbers, and fractions that end within this type's."""
        if isinstance(other, Fixed):
            return other
        if isinstance(other, float):
            scaled = math.ldexp(other, self.fraction)
            if not scaled.is_integer():
                raise InputError("Fixed", other, f"must be a multiple of 2**{-self.fraction}",
                                 "Round it with cram.fixed.")  # fmt: skip
            return Fixed(self.whole.lift(int(scaled)), self.fraction)
        return Fixed(self.whole.lift(other), 0)


def fixed(numbers: Any, bits: int, fraction: int, *, signed: bool | None = None) -> Fixed:
    """Put real numbers into the rows of an array, each rounded to the nearest, ties to even.

    Args:
        numbers: finite, shape (rows, ...).
        bits: of each, in all.
        fraction: of them after the binary point.
        signed: whether in two's complement; where left out, whether any is negative.

    Raises:
        InputError: numbers that are not finite, or do not fit.
    """
    fraction = whole(fraction, "cram.fixed: fraction", -WIDEST, WIDEST)
    try:
        data = np.asarray(numbers, np.float64)
    except (TypeError, ValueError):
        raise InputError("cram.fixed", repr(numbers), "must be real numbers, every row of one length") from None
    if not np.isfinite(data).all():
        raise InputError("cram.fixed", "numbers that are not finite", "must be finite")
    scaled = np.rint(np.ldexp(data, fraction))
    if np.abs(scaled).max(initial=0.0) >= 2.0**63:
        raise InputError(
            "cram.fixed", f"{data.min()} to {data.max()}", f"must fit {bits} bits, {fraction} of them after the point"
        )
    return Fixed(asarray(scaled.astype(np.int64), bits, signed=signed), fraction)


def rounded(logic: Logic, word: Word, places: int, *, signed: bool) -> Word:
    """Return the word without its lowest places, to the nearest, ties to even; one bit more for the carry."""
    word = integer.extend(word, places + 1, signed=signed)
    kept = word[places:]
    beyond = logic.or_(integer.any_of(logic, word[: places - 1]), kept[0])
    heap = BitHeap(logic, len(kept) + 1)
    heap.add(kept, signed=signed)
    heap.put(logic.and_(word[places - 1], beyond), 0)
    return heap.total()


def saturated(logic: Logic, word: Word, bits: int, *, signed: bool) -> Word:
    """Return the word in fewer bits: the largest or least number where it does not fit."""
    if len(word) <= bits:
        return word
    if not signed:
        over = integer.any_of(logic, word[bits:])
        return tuple(logic.or_(bit, over) for bit in word[:bits])
    sign = word[-1]
    over = integer.any_of(logic, [logic.xor(bit, sign) for bit in word[bits - 1 : -1]])
    fill = logic.not_(sign)
    return (*(logic.mux(over, fill, bit) for bit in word[: bits - 1]), sign)
