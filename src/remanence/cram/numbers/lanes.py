"""Numbers that live in the rows of an array, with the operators of NumPy: what is written is traced, then scheduled.

The first axis lies along the rows, one lane each; the others lie within a row, side by side. Nothing is computed until
it is asked for: `Lanes.numpy` makes one program of the whole expression and runs it, `Lanes.program` shows it.

Overflow: nothing wraps unless it says so. The width follows from the operation:

- ``x + y`` has a bit more than the wider, ``x - y`` and ``-x`` too and are signed; ``x * y`` has the bits of both;
- a sum, running sum or dot product of n numbers has ceil(log2 n) bits more than one, along rows as within them;
- ``x // y`` has the bits of x (signed: one more) and ``x % y`` those of y; they round down; by zero both are 0, as in
  NumPy;
- ``& | ^``, `minimum`, `maximum`, `where`, `stack` and comparisons take the narrowest type that holds both; what mixes
  signed and unsigned is signed; plain numbers take as many bits as they need; `clip` those of its limits;
- ``x << 3`` has 3 bits more and ``x >> 3`` 3 fewer, but at least one; ``x ** 3`` three times as many;
- ``abs``, counts, places, square roots and comparisons are unsigned; ``x += y`` is wider than x was.

These keep the width and drop what does not fit: ``~x``, shifts by a `Lanes`, and `Lanes.astype` to fewer bits.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from remanence.core.errors import InputError
from remanence.cram.arithmetic import integer
from remanence.cram.arithmetic.bit_heap import BitHeap
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.netlist import ONE, ZERO, Word
from remanence.cram.numbers import along_rows, given
from remanence.cram.numbers.apart import Apart
from remanence.cram.numbers.computed import Computed
from remanence.cram.numbers.operators import Operators
from remanence.cram.numbers.places import Places
from remanence.cram.numbers.products import Products
from remanence.cram.numbers.reductions import Reductions
from remanence.cram.numbers.trace import Leaf, Trace, Words, each_word


class Lanes(Apart, Computed, Operators, Places, Products, Reductions):
    """Whole numbers in the rows of an array. Make them with `asarray`; operators give more.

    Args:
        shape: rows first; rows is 1 for what is the same in all rows, and for what a reduction left in the first one.
        bits: of each number.
        signed: whether in two's complement.
        build: makes the signals in a trace.
        parents: what it is made of.
        leaf: what was given, if that is all of it.
        crosses: whether bits change rows on the way.

    Raises:
        InputError: no numbers, or parents that were reduced over different numbers of rows.
    """

    ran = ""
    """Name of the function of `jitted.jit` that computed it, if one did."""

    def __init__(
        self,
        shape: tuple[int, ...],
        bits: int,
        signed: bool,
        build: Callable[[Trace], Words],
        parents: Sequence[Lanes] = (),
        *,
        leaf: Leaf | None = None,
        crosses: bool = False,
    ) -> None:
        self.shape: tuple[int, ...] = tuple(map(int, shape))
        self.bits, self.signed, self.build = bits, signed, build
        self.leaves: dict[int, Leaf] = {key: each for parent in parents for key, each in parent.leaves.items()}
        if leaf is not None:
            self.leaves[id(leaf)] = leaf
        if 0 in self.shape:
            raise InputError("Lanes", f"shape {self.shape}", "must hold at least one number")
        self.crosses: bool = crosses or any(parent.crosses for parent in parents)
        spans = {shape[0], *(parent.span for parent in parents)} - {1}
        if len(spans) > 1:
            raise InputError("Lanes", f"results over {sorted(spans)} rows", "must come from the same rows",
                             "Take the numbers out with numpy and put them in again.")  # fmt: skip
        self.span: int = spans.pop() if spans else 1
        """Rows of the array that work on it; more than `rows` where a reduction left one."""
        self._made = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the numbers, computed where they are not yet: the functions that say how cannot be pickled."""
        return asarray, (self.numpy(), self.dtype)

    def __repr__(self) -> str:
        """Name shape and type."""
        return f"Lanes(shape={self.shape}, {'signed' if self.signed else 'unsigned'} {self.bits} bits)"

    @property
    def rows(self) -> int:
        """Lanes that work at the same time."""
        return self.shape[0]

    @property
    def ndim(self) -> int:
        """Number of axes, the rows included."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many numbers."""
        return int(np.prod(self.shape))

    @property
    def dtype(self) -> str:
        """Type as text, such as ``int5`` or ``uint8``; not a type of NumPy, which has no such widths."""
        return f"{'int' if self.signed else 'uint'}{self.bits}"

    def __len__(self) -> int:
        """Return the number of rows."""
        return self.rows

    def astype(self, bits: Any, *, signed: bool | None = None) -> Lanes:
        """Return the numbers in another width: fewer bits are the lowest ones, more keep the value.

        Args:
            bits: a number of them, or a type such as ``"int5"``, ``"uint12"`` or ``np.int8``.
            signed: whether in two's complement; as before where left out.

        Raises:
            InputError: no such type.
        """
        number, kind = given.type_of(bits, signed, "Lanes.astype")
        kind = self.signed if kind is None else kind
        return self.map(lambda _, word: widened(word, self, number)[:number], number, kind)

    def moved(self, rows: int) -> Lanes:
        """Return in each row the number of so many rows further up (negative: further down), 0 where there is none.

        Raises:
            InputError: as many rows as there are, or more.
        """
        rows = given.whole(rows, "Lanes.moved: rows", 1 - self.rows, self.rows - 1)

        def build(trace: Trace) -> Words:
            return each_word(trace.words(self), lambda word: trace.move(word, rows))

        return Lanes(self.shape, self.bits, self.signed, build, (self,), crosses=bool(rows))

    def popcount(self) -> Lanes:
        """Return how many bits of each number are 1."""
        return self.map(integer.popcount, self.bits.bit_length(), False)

    def dot(self, other: Any) -> Lanes:
        """Return the sum of products along the last axis: one column compression of all partial products.

        Args:
            other: a `Lanes`, or plain numbers: shape (K,), or (1, ..., K).
        """
        two = lanes(other if isinstance(other, Lanes) or np.ndim(other) != 1 else np.asarray(other)[None])
        one, two = fitted((self, two))
        inner = np.broadcast_shapes(one.shape[1:], two.shape[1:])
        if not inner:
            raise InputError("Lanes.dot", f"shapes {one.shape} and {two.shape}", "must have an axis within the rows",
                             "For a sum along the rows take (x * y).sum(axis=0).")  # fmt: skip
        bits = one.bits + two.bits + (inner[-1] - 1).bit_length()
        kinds = one.signed, two.signed

        def build(trace: Trace) -> Words:
            x, y = (np.broadcast_to(trace.words(each), inner) for each in (one, two))
            result = np.empty(inner[:-1], object)
            for place in np.ndindex(result.shape):
                heap = BitHeap(trace.logic, bits)
                for a, b in zip(x[place], y[place], strict=True):
                    integer.put_product(heap, a, b, kinds)
                result[place] = heap.total()
            return result

        return Lanes((max(one.rows, two.rows), *inner[:-1]), bits, any(kinds), build, (one, two))

    def reduced(
        self,
        axis: Any,
        within: Callable[[Logic, list[Word]], Word],
        along: Callable[[Trace, Word], Word],
        *,
        growing: bool,
        keepdims: bool,
    ) -> Lanes:
        """Reduce within rows, along them, or both; ``growing`` if the result has a bit more for each doubling."""
        axes = range(self.ndim) if axis is None else axis if isinstance(axis, tuple | list) else (axis,)
        places = sorted({self.axis(each) for each in axes})
        if len(places) != len(axes):
            raise InputError("Lanes: axis", axis, "must name an axis once")
        result = self
        inner = [place for place in places if place]
        if inner:
            kept = [length for place, length in enumerate(self.shape[1:], 1) if place not in inner]
            more = (self.size // self.rows // math.prod(kept) - 1).bit_length() if growing else 0

            def build(trace: Trace) -> Words:
                words = np.moveaxis(trace.words(self), [place - 1 for place in inner], range(-len(inner), 0))
                words = words.reshape(*kept, -1)
                reduced = np.empty(tuple(kept), object)
                for place in np.ndindex(reduced.shape):
                    reduced[place] = within(trace.logic, list(words[place]))
                return reduced

            result = self.within(tuple(kept), self.bits + more, self.signed, build)
        if places[:1] == [0] and self.rows > 1:
            held, more = result, (self.rows - 1).bit_length() if growing else 0

            def build_along(trace: Trace) -> Words:
                return each_word(trace.words(held), lambda word: along(trace, word))

            shape = (1, *held.shape[1:])
            result = Lanes(shape, held.bits + more, self.signed, build_along, (held,), crosses=True)
        if keepdims and inner:
            return result.reshape(*(1 if place in inner else n for place, n in enumerate(self.shape[1:], 1)))
        return result

    def truth(self) -> Lanes:
        """Return whether each number is not 0, in one bit."""
        return self if (self.bits, self.signed) == (1, False) else self != 0

    def axis(self, axis: Any) -> int:
        """Return an axis counted from the front.

        Raises:
            InputError: there is none.
        """
        try:
            place = operator.index(axis)
        except TypeError:
            place = self.ndim
        if not -self.ndim <= place < self.ndim:
            raise InputError("Lanes: axis", axis, f"must be one of shape {self.shape}", "The rows are axis 0.")
        return place % self.ndim

    def map(self, make: Callable[[Logic, Word], Word], bits: int, signed: bool) -> Lanes:
        """Return what a function makes of each word."""
        return elementwise((self,), make, bits, signed)

    def zip(self, other: Any, make: Callable[[Logic, Word, Word], Word], bits: int, signed: bool) -> Lanes:
        """Return what a function makes of each two words, places broadcast as in NumPy."""
        return elementwise((self, lanes(other)), make, bits, signed)

    def lift(self, other: Any) -> Lanes:
        """Return lanes as they are, and plain numbers as constants of the circuit."""
        return lanes(other)

    def join(
        self, other: Any, more: int, make: Callable[[Logic, Word, Word, bool], Word], signed: bool = False
    ) -> Lanes:
        """Bring both to one type, ``more`` bits wider, and join their words by a function, told if they are signed."""
        two = lanes(other)
        bits, both = common(self, two)
        wide = bits + more

        def joined(logic: Logic, x: Word, y: Word) -> Word:
            return make(logic, widened(x, self, wide), widened(y, two, wide), both)

        return elementwise((self, two), joined, wide, both or signed)

    def within(self, inner: tuple[int, ...], bits: int, signed: bool, build: Callable[[Trace], Words]) -> Lanes:
        """Return lanes of the same rows with places of another shape."""
        return Lanes((self.rows, *inner), bits, signed, build, (self,))


def widened(word: Word, of: Lanes, bits: int) -> Word:
    """Return a word of some lanes with at least so many bits and the same value."""
    return integer.extend(word, bits, signed=of.signed)


def elementwise(parts: Sequence[Lanes], make: Callable[..., Word], bits: int, signed: bool) -> Lanes:
    """Return what a function of logic and one word of each makes, places broadcast as in NumPy.

    Raises:
        InputError: shapes that do not fit together.
    """
    parts = fitted(parts)
    inner = np.broadcast_shapes(*(part.shape[1:] for part in parts))

    def build(trace: Trace) -> Words:
        sources = [np.broadcast_to(trace.words(part), inner) for part in parts]
        result = np.empty(inner, object)
        for place in np.ndindex(inner):
            result[place] = make(trace.logic, *(source[place] for source in sources))
        return result

    return Lanes((max(part.rows for part in parts), *inner), bits, signed, build, parts)


def fitted(parts: Sequence[Lanes]) -> tuple[Lanes, ...]:
    """Return lanes that work together: what one row holds is brought into all where others have more.

    Raises:
        InputError: shapes that do not fit.
    """
    rows = {part.rows for part in parts} - {1}
    try:
        np.broadcast_shapes(*(part.shape[1:] for part in parts))
        fit = len(rows) < 2
    except ValueError:
        fit = False
    if not fit:
        shapes = " and ".join(str(part.shape) for part in parts)
        raise InputError("Lanes", f"shapes {shapes}", "do not fit together", "Rows come first.")
    return aligned(parts)


def aligned(parts: Sequence[Lanes]) -> tuple[Lanes, ...]:
    """Return lanes with what one row holds brought into all rows, where others have more."""
    more = any(part.rows > 1 for part in parts)
    return tuple(_spread(part) if more and part.rows == 1 and part.span > 1 else part for part in parts)


def _spread(lane: Lanes) -> Lanes:
    """Bring what the first row holds into all rows; the host loads a column that marks the first."""
    mark = asarray(np.arange(lane.span) == 0, 1)

    def build(trace: Trace) -> Words:
        first = trace.words(mark)[()]
        return each_word(trace.words(lane), lambda word: along_rows.spread(trace, word, first, lane.span))

    return Lanes((lane.span, *lane.shape[1:]), lane.bits, lane.signed, build, (lane, mark), crosses=True)


def common(*parts: Lanes) -> tuple[int, bool]:
    """Return (bits, signed) of the narrowest type that holds the numbers of all."""
    signed = any(part.signed for part in parts)
    return max(part.bits + (signed and not part.signed) for part in parts), signed


def asarray(numbers: Any, bits: Any = None, *, signed: bool | None = None) -> Lanes:
    """Put whole numbers into the rows of an array.

    Args:
        numbers: whole, shape (rows, ...): the first axis lies along the rows. One number stands in every row. Those
            beyond 64 bits are whole numbers of Python.
        bits: of each, 1 to 1024, or a type such as ``"int5"``; where left out, those of their NumPy type (1 of truth
            values), up to 32.
        signed: whether in two's complement; where left out, whether any is negative, or as that type is.

    Raises:
        InputError: not whole numbers, or numbers that do not fit.
    """
    if isinstance(numbers, Lanes):
        raise InputError("cram.asarray", repr(numbers), "lies in rows already", "Change its width with astype.")
    data = given.whole_numbers(numbers, "cram.asarray", "Scale them, or take cram.fixed.")
    if not data.size:
        raise InputError("cram.asarray", f"shape {data.shape}", "must hold at least one number")
    if bits is None:
        bits = 1 if data.dtype.kind == "b" else 8 * data.dtype.itemsize
        signed = data.dtype.kind == "i" if signed is None else signed
        if bits > 32:
            raise InputError("cram.asarray", f"numbers of type {data.dtype}", "need a number of bits",
                             "Give bits=, or a narrower type.")  # fmt: skip
    bits, signed = given.type_of(bits, signed, "cram.asarray: bits")
    low, high = int(data.min()), int(data.max())
    kind = low < 0 if signed is None else bool(signed)
    least, most = given.limits(bits, kind)
    if low < least or high > most:
        rule = f"{'signed' if kind else 'unsigned'} {bits} bits hold {least} to {most}"
        raise InputError("cram.asarray", f"{low} to {high}", rule)
    leaf = Leaf(given.held(np.atleast_1d(data), bits, kind), bits, kind)
    return Lanes(leaf.data.shape, bits, kind, lambda trace: trace.made[id(leaf)], leaf=leaf)


def in_rows(numbers: Any, subject: str) -> Lanes:
    """Return a `Lanes` as it is.

    Raises:
        InputError: anything else.
    """
    if not isinstance(numbers, Lanes):
        raise InputError(subject, type(numbers).__name__, "must be a Lanes", "Put numbers into rows with cram.asarray.")
    return numbers


def lanes(numbers: Any) -> Lanes:
    """Return a `Lanes` as it is, and whole numbers as constants of the circuit: a number, or shape (1, ...).

    Raises:
        InputError: not whole numbers, or numbers that differ from row to row.
    """
    if isinstance(numbers, Lanes):
        return numbers
    data = given.whole_numbers(numbers, "Lanes", "Scale them first.")
    data = data.reshape(1) if data.ndim == 0 else data
    if data.shape[0] != 1 or not data.size:
        raise InputError("Lanes", f"plain numbers of shape {data.shape}", "must be the same in all rows",
                         "Put them into the rows with cram.asarray, or add an axis of 1 in front.")  # fmt: skip
    bits, signed = given.narrowest(data)

    def build(_: Trace) -> Words:
        words = np.empty(data.shape[1:], object)
        for place in np.ndindex(words.shape):
            number = int(data[(0, *place)])
            words[place] = tuple(ONE if number >> bit & 1 else ZERO for bit in range(bits))
        return words

    return Lanes(data.shape, bits, signed, build)
