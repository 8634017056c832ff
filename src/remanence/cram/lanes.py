"""Numbers that live in the rows of an array, with the operators of NumPy: what is written is traced, then scheduled.

The first axis lies along the rows, one lane each; the others lie within a row, side by side. Nothing is computed until
it is asked for: `numpy` makes one program of the whole expression and runs it, `program` shows it.

Widths follow from the operations, so that nothing overflows: a sum has a bit more than its wider operand (a difference
is signed), a product the bits of both, a sum of n numbers ceil(log2 n) more; what mixes signed and unsigned is signed.
`~` and the shifts by a `Lanes` keep the width. `astype` cuts to fewer bits, and says nothing of what is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram import integer
from remanence.cram.logic import Logic
from remanence.cram.netlist import ONE, ZERO, Netlist, Word
from remanence.cram.program import Program
from remanence.cram.schedule import schedule
from remanence.cram.simulate import Rates, run
from remanence.cram.trace import Leaf, Trace, Words, inputs_of

if TYPE_CHECKING:
    from remanence.cram.cost import Cost
    from remanence.cram.machine import Array

WIDEST = 63
"""Bits of a number that goes in or comes out."""
GATES = ("NOT", "NAND2")
"""Where no gate set is given: the two with the widest windows."""


class Lanes:
    """Whole numbers in the rows of an array. Make them with `asarray`; operators give more.

    Args:
        shape: rows first; rows is 1 for what is the same in all rows.
        bits: of each number.
        signed: whether in two's complement.
        leaves: what was given to the expression.
        build: makes the signals in a trace.
    """

    __array_ufunc__ = None  # numpy leaves the operators to this class

    def __init__(
        self,
        shape: tuple[int, ...],
        bits: int,
        signed: bool,
        leaves: Mapping[int, Leaf],
        build: Callable[[Trace], Words],
    ) -> None:
        self.shape, self.bits, self.signed, self.leaves, self.build = shape, bits, signed, leaves, build

    def __repr__(self) -> str:
        """Name shape and type."""
        return f"Lanes(shape={self.shape}, {'signed' if self.signed else 'unsigned'} {self.bits} bits)"

    @property
    def rows(self) -> int:
        """Lanes that work at the same time."""
        return self.shape[0]

    def netlist(self, gates: Collection[str] = GATES) -> Netlist:
        """Return the network of gates of the expression; outputs ``y`` or ``y[0]``, ``y[1]``, ...

        Args:
            gates: names of the gates that the array has.
        """
        return self._traced(gates)[0]

    def _traced(self, gates: Collection[str]) -> tuple[Netlist, dict[str, tuple[Leaf, int]]]:
        trace = Trace(tuple(self.leaves.values()), gates)
        words = trace.words(self)
        for name, word in zip(self.output_names(), words.ravel(), strict=True):
            trace.builder.output(name, word)
        return trace.builder.netlist(), trace.given

    def output_names(self) -> list[str]:
        """Return the names of the outputs, place after place within a row."""
        size = int(np.prod(self.shape[1:]))
        return ["y"] if len(self.shape) == 1 else [f"y[{place}]" for place in range(size)]

    def program(self, *, columns: int = 1024, gates: Collection[str] = GATES) -> Program:
        """Return the schedule of the expression on an array.

        Args:
            columns: of the array.
            gates: names of the gates that it has.

        Raises:
            InputError: the expression needs more columns.
        """
        netlist, given = self._traced(gates)
        signed = {name for name, (leaf, _) in given.items() if leaf.signed}
        outputs = self.output_names() if self.signed else []
        return schedule(netlist, columns=columns, signed=frozenset([*signed, *outputs]))

    def numpy(
        self, *, columns: int = 1024, gates: Collection[str] = GATES, errors: Rates | None = None, seed: int = 0
    ) -> NDArray[np.int64]:
        """Return the numbers: schedule the expression and run it on the rows.

        Args:
            columns: of the array.
            gates: names of the gates that it has.
            errors: of the gates by name and number of inputs at 0; none where left out.
            seed: of the errors.

        Raises:
            InputError: the expression needs more columns, or its numbers more bits than an int64 has.
        """
        given = self._traced(gates)[1]
        result = run(self.program(columns=columns, gates=gates), inputs_of(given, self.rows), errors=errors, seed=seed)
        return np.stack([result[name] for name in self.output_names()], axis=-1).reshape(self.shape)

    def cost(self, array: Array | None = None, *, gates: Collection[str] = GATES) -> Cost:
        """Return what computing these numbers costs on an array, the energy from the numbers themselves.

        Args:
            array: one of the arrays that hold the rows; of the published set `stt-45nm` where None.
            gates: names of the gates to compute with.

        Raises:
            InputError: the expression needs more columns, or gates that the array's cells cannot do.
        """
        from remanence.cram.machine import Array  # numbers alone need no devices

        machine = Array() if array is None else array
        given = inputs_of(self._traced(gates)[1], self.rows)
        return self.program(columns=machine.breadth, gates=gates).cost(machine, inputs=given)

    def __getitem__(self, index: Any) -> Lanes:
        """Take places within the rows; the first index must leave all rows."""
        index = index if isinstance(index, tuple) else (index,)
        if index[0] is not Ellipsis and index[0] != slice(None):
            raise InputError("Lanes[...]", f"rows {index[0]}", "all rows work together", "Index as x[:, ...].")
        rest = index if index[0] is Ellipsis else index[1:]
        shape = np.empty(self.shape[1:], bool)[rest].shape
        return self._new(
            shape, self.bits, self.signed, lambda trace: np.asarray(_taken(trace.words(self), rest), object)
        )

    def reshape(self, *shape: int) -> Lanes:
        """Return the places within the rows in another shape: no gates.

        Args:
            shape: without the rows.
        """
        inner = np.empty(self.shape[1:], bool).reshape(shape).shape
        return self._new(inner, self.bits, self.signed, lambda trace: trace.words(self).reshape(inner))

    def astype(self, bits: int, *, signed: bool | None = None) -> Lanes:
        """Return the numbers in another width: fewer bits are the lowest ones, more keep the value.

        Raises:
            InputError: no bits.
        """
        if bits < 1:
            raise InputError("Lanes.astype: bits", bits, "must be at least 1")
        return self._map(
            lambda _logic, word: integer.extend(word, bits, signed=self.signed)[:bits],
            bits,
            self.signed if signed is None else signed,
        )

    def __add__(self, other: Any) -> Lanes:
        """Add; one bit more."""
        return self._with(other, 1, lambda logic, x, y, _: integer.add(logic, x, y)[0])

    def __sub__(self, other: Any) -> Lanes:
        """Subtract; one bit more, signed."""
        return self._with(other, 1, lambda logic, x, y, _: integer.subtract(logic, x, y)[0], signed=True)

    def __mul__(self, other: Any) -> Lanes:
        """Multiply; the bits of both."""
        one, two = self, lanes(other)
        signed = one.signed or two.signed

        def product(logic: Logic, x: Word, y: Word) -> Word:
            x = x if one.signed or not signed else (*x, ZERO)
            y = y if two.signed or not signed else (*y, ZERO)
            return integer.multiply(logic, x, y, signed=signed)[: one.bits + two.bits]

        return one._zip(two, product, one.bits + two.bits, signed)

    def __and__(self, other: Any) -> Lanes:
        """Bitwise and."""
        return self._with(other, 0, lambda logic, x, y, _: tuple(map(logic.and_, x, y)))

    def __or__(self, other: Any) -> Lanes:
        """Bitwise or."""
        return self._with(other, 0, lambda logic, x, y, _: tuple(map(logic.or_, x, y)))

    def __xor__(self, other: Any) -> Lanes:
        """Bitwise exclusive or."""
        return self._with(other, 0, lambda logic, x, y, _: tuple(map(logic.xor, x, y)))

    def __radd__(self, other: Any) -> Lanes:
        """Add."""
        return self.__add__(other)

    def __rsub__(self, other: Any) -> Lanes:
        """Subtract."""
        return lanes(other) - self

    def __rmul__(self, other: Any) -> Lanes:
        """Multiply."""
        return self.__mul__(other)

    def __rand__(self, other: Any) -> Lanes:
        """Bitwise and."""
        return self.__and__(other)

    def __ror__(self, other: Any) -> Lanes:
        """Bitwise or."""
        return self.__or__(other)

    def __rxor__(self, other: Any) -> Lanes:
        """Bitwise exclusive or."""
        return self.__xor__(other)

    def __invert__(self) -> Lanes:
        """Bitwise complement in the width of the number."""
        return self._map(integer.invert, self.bits, self.signed)

    def __neg__(self) -> Lanes:
        """Negative; one bit more, signed."""
        wide = self.astype(self.bits + 1, signed=True)
        return wide._map(integer.negate, wide.bits, True)

    def __abs__(self) -> Lanes:
        """Absolute value, unsigned."""
        return where(self < 0, -self, self).astype(self.bits, signed=False) if self.signed else self

    def __lshift__(self, other: Any) -> Lanes:
        """Shift up: by a number, with as many bits more; by a `Lanes`, in the same width."""
        if isinstance(other, Lanes):
            return self._shifted(other, left=True)
        return self._map(lambda _logic, x: integer.shift_left(x, int(other)), self.bits + int(other), self.signed)

    def __rshift__(self, other: Any) -> Lanes:
        """Shift down, rounding down: by a number, with as many bits fewer; by a `Lanes`, in the same width."""
        if isinstance(other, Lanes):
            return self._shifted(other, left=False)
        bits = max(1, self.bits - int(other))
        return self._map(
            lambda _logic, x: integer.shift_right(x, int(other), signed=self.signed)[:bits], bits, self.signed
        )

    def _shifted(self, other: Lanes, *, left: bool) -> Lanes:
        if other.signed:
            raise InputError("Lanes: shift", repr(other), "must be by an unsigned number")
        return self._zip(
            other,
            lambda logic, x, y: integer.shift_by(logic, x, y, left=left, signed=self.signed),
            self.bits,
            self.signed,
        )

    def __lt__(self, other: Any) -> Lanes:
        """Compare; one bit."""
        return self._compared(other, lambda logic, x, y, signed: integer.less(logic, x, y, signed=signed))

    def __gt__(self, other: Any) -> Lanes:
        """Compare; one bit."""
        return lanes(other) < self

    def __ge__(self, other: Any) -> Lanes:
        """Compare; one bit."""
        return ~self.__lt__(other)

    def __le__(self, other: Any) -> Lanes:
        """Compare; one bit."""
        return ~(lanes(other) < self)

    def __eq__(self, other: object) -> Lanes:  # type: ignore[override]
        """Compare; one bit."""
        return self._compared(other, lambda logic, x, y, _: integer.equal(logic, x, y))

    def __ne__(self, other: object) -> Lanes:  # type: ignore[override]
        """Compare; one bit."""
        return ~self.__eq__(other)

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        """Refuse to be a condition of Python: the lanes may differ."""
        raise InputError("Lanes", "used as a condition", "lanes may differ", "Use cram.where.")

    def sum(self, axis: int = -1) -> Lanes:
        """Return the sum along an axis within the rows, by full adders in carry-save form."""
        count = self._length(axis)
        bits = self.bits + (count - 1).bit_length()
        return self._reduced(axis, lambda logic, words: integer.total(logic, words, signed=self.signed), bits)

    def max(self, axis: int = -1) -> Lanes:
        """Return the largest along an axis within the rows."""
        return self._reduced(axis, self._tree(integer.larger), self.bits)

    def min(self, axis: int = -1) -> Lanes:
        """Return the smallest along an axis within the rows."""
        return self._reduced(axis, self._tree(integer.smaller), self.bits)

    def popcount(self) -> Lanes:
        """Return how many bits of each number are 1."""
        bits = self.bits.bit_length()
        return self._map(lambda logic, word: integer.popcount(logic, word), bits, False)

    def dot(self, other: Any) -> Lanes:
        """Return the sum of products along the last axis."""
        return self.__mul__(other).sum(axis=-1)

    def __matmul__(self, other: Any) -> Lanes:
        """Multiply by a matrix, shape (K, N): numbers, which become part of the circuit, or a `Lanes` of (1, K, N)."""
        matrix = other if isinstance(other, Lanes) else lanes(np.asarray(other)[None])
        if len(self.shape) < 2 or len(matrix.shape) != 3 or matrix.shape[0] != 1 or self.shape[-1] != matrix.shape[1]:
            raise InputError("Lanes @", f"shapes {self.shape} and {matrix.shape[1:]}", "must be (rows, K) and (K, N)")
        columns = [self.dot(matrix[:, :, column]) for column in range(matrix.shape[2])]
        return stack(columns)

    def _tree(self, better: Callable[..., Word]) -> Callable[[Logic, list[Word]], Word]:
        def reduce(logic: Logic, words: list[Word]) -> Word:
            while len(words) > 1:
                pairs = [better(logic, *words[k : k + 2], signed=self.signed) for k in range(0, len(words) - 1, 2)]
                words = [*pairs, *words[2 * len(pairs) :]]
            return words[0]

        return reduce

    def _length(self, axis: int) -> int:
        if axis == 0 or not -len(self.shape) < axis < len(self.shape):
            raise InputError(
                "Lanes: axis",
                axis,
                f"must be one within the rows of shape {self.shape}",
                "Rows are lanes of their own.",
            )
        return int(self.shape[axis])

    def _reduced(self, axis: int, reduce: Callable[[Logic, list[Word]], Word], bits: int) -> Lanes:
        self._length(axis)
        inner = axis - 1 if axis > 0 else axis
        shape = tuple(np.delete(self.shape[1:], inner))

        def build(trace: Trace) -> Words:
            moved = np.moveaxis(trace.words(self), inner, -1)
            result = np.empty(shape, object)
            for place in np.ndindex(shape):
                result[place] = reduce(trace.logic, list(moved[place]))
            return result

        return self._new(shape, bits, self.signed, build)

    def _map(self, make: Callable[[Logic, Word], Word], bits: int, signed: bool) -> Lanes:
        def build(trace: Trace) -> Words:
            source = trace.words(self)
            result = np.empty(source.shape, object)
            for place in np.ndindex(source.shape):
                result[place] = make(trace.logic, source[place])
            return result

        return self._new(self.shape[1:], bits, signed, build)

    def _zip(self, other: Lanes, make: Callable[[Logic, Word, Word], Word], bits: int, signed: bool) -> Lanes:
        shape = together(self, other)

        def build(trace: Trace) -> Words:
            one: Words = np.broadcast_to(trace.words(self), shape[1:])
            two: Words = np.broadcast_to(trace.words(other), shape[1:])
            result = np.empty(shape[1:], object)
            for place in np.ndindex(shape[1:]):
                result[place] = make(trace.logic, one[place], two[place])
            return result

        return Lanes(shape, bits, signed, {**self.leaves, **other.leaves}, build)

    def _with(
        self, other: Any, more: int, make: Callable[[Logic, Word, Word, bool], Word], signed: bool = False
    ) -> Lanes:
        """Bring both to one type, ``more`` bits wider, and join them."""
        two = lanes(other)
        bits, both = common(self, two)
        wide = bits + more

        def join(logic: Logic, x: Word, y: Word) -> Word:
            return make(logic, _widened(x, self, wide), _widened(y, two, wide), both)

        return self._zip(two, join, wide, both or signed)

    def _compared(self, other: Any, make: Callable[[Logic, Word, Word, bool], int]) -> Lanes:
        result = self._with(other, 0, lambda logic, x, y, signed: (make(logic, x, y, signed),))
        return Lanes(result.shape, 1, False, result.leaves, result.build)

    def _new(self, inner: tuple[int, ...], bits: int, signed: bool, build: Callable[[Trace], Words]) -> Lanes:
        return Lanes((self.rows, *inner), bits, signed, self.leaves, build)


def _widened(word: Word, lanes_: Lanes, bits: int) -> Word:
    return integer.extend(word, bits, signed=lanes_.signed)


def _taken(words: Words, rest: tuple[Any, ...]) -> Words:
    taken = words[rest]
    if isinstance(taken, tuple):  # one place: numpy gives the word itself
        held = np.empty((), object)
        held[()] = taken
        return held
    return taken


def common(one: Lanes, two: Lanes) -> tuple[int, bool]:
    """Return (bits, signed) of a type that holds the numbers of both."""
    signed = one.signed or two.signed
    return max(each.bits + (signed and not each.signed) for each in (one, two)), signed


def together(one: Lanes, two: Lanes) -> tuple[int, ...]:
    """Return the shape of both together: places broadcast as in NumPy, rows from 1 only.

    Raises:
        InputError: shapes that do not fit.
    """
    try:
        inner = np.broadcast_shapes(one.shape[1:], two.shape[1:])
    except ValueError:
        inner = None
    if inner is None or (one.rows != two.rows and 1 not in (one.rows, two.rows)):
        raise InputError("Lanes", f"shapes {one.shape} and {two.shape}", "do not fit together", "Rows come first.")
    return (max(one.rows, two.rows), *inner)


def asarray(numbers: Any, bits: int, *, signed: bool | None = None) -> Lanes:
    """Put whole numbers into the rows of an array.

    Args:
        numbers: whole, shape (rows, ...): the first axis lies along the rows. One number stands in every row.
        bits: of each, 1 to 63.
        signed: whether in two's complement; where left out, whether any is negative.

    Raises:
        InputError: not whole numbers, or numbers that do not fit.
    """
    data = np.asarray(numbers)
    if data.dtype.kind not in "iub":
        raise InputError("cram.asarray", f"numbers of type {data.dtype}", "must be whole numbers")
    if not 1 <= bits <= WIDEST:
        raise InputError("cram.asarray: bits", bits, f"must be from 1 to {WIDEST}")
    data = np.atleast_1d(data)
    if not data.size:
        raise InputError("cram.asarray", f"shape {data.shape}", "must hold at least one number")
    negative = int(data.min()) < 0
    kind = negative if signed is None else signed
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if kind else (0, (1 << bits) - 1)
    if int(data.min()) < low or int(data.max()) > high:
        rule = f"{'signed' if kind else 'unsigned'} {bits} bits hold {low} to {high}"
        raise InputError("cram.asarray", f"{data.min()} to {data.max()}", rule)
    leaf = Leaf(data.astype(np.int64), bits, kind)
    return Lanes(data.shape, bits, kind, {id(leaf): leaf}, lambda trace: trace.made[id(leaf)])


def lanes(numbers: Any) -> Lanes:
    """Return a `Lanes` as it is, and whole numbers as constants of the circuit: a number, or shape (1, ...).

    Raises:
        InputError: not whole numbers, or numbers that differ from row to row.
    """
    if isinstance(numbers, Lanes):
        return numbers
    data = np.asarray(numbers)
    if data.dtype.kind not in "iub":
        raise InputError("Lanes", f"numbers of type {data.dtype}", "must be whole numbers", "Scale them first.")
    data = data.reshape(1) if data.ndim == 0 else data
    if data.shape[0] != 1:
        raise InputError("Lanes", f"plain numbers of shape {data.shape}", "must be the same in all rows",
                         "Put them into the rows with cram.asarray, or add an axis of 1 in front.")  # fmt: skip
    signed = int(data.min()) < 0
    bits = max(max(int(abs(int(number)) - (number < 0)).bit_length() for number in data.ravel()) + signed, 1)

    def build(_: Trace) -> Words:
        words = np.empty(data.shape[1:], object)
        for place in np.ndindex(words.shape):
            number = int(data[(0, *place)])
            words[place] = tuple(ONE if number >> bit & 1 else ZERO for bit in range(bits))
        return words

    return Lanes(data.shape, bits, signed, {}, build)


def where(condition: Lanes, one: Any, zero: Any) -> Lanes:
    """Return ``one`` where the condition is not 0, else ``zero``, in a type that holds both."""
    one, zero = lanes(one), lanes(zero)
    bits, signed = common(one, zero)
    choice = condition if condition.bits == 1 else condition != 0
    pair = one._zip(zero, lambda _, x, y: (*_widened(x, one, bits), *_widened(y, zero, bits)), 2 * bits, signed)
    return choice._zip(pair, lambda logic, c, both: integer.select(logic, c[0], both[:bits], both[bits:]), bits, signed)


def stack(parts: list[Lanes]) -> Lanes:
    """Join lanes of one shape along a new last axis, in a type that holds all.

    Raises:
        InputError: no parts, or shapes that differ.
    """
    if not parts or any(part.shape[1:] != parts[0].shape[1:] for part in parts):
        raise InputError("cram.stack", [part.shape for part in parts], "must be of one shape")
    bits, signed = parts[0].bits, parts[0].signed
    for part in parts[1:]:
        bits, signed = common(Lanes((1,), bits, signed, {}, part.build), part)
    shape = (max(part.rows for part in parts), *parts[0].shape[1:], len(parts))

    def build(trace: Trace) -> Words:
        result = np.empty(shape[1:], object)
        for number, part in enumerate(parts):
            words = trace.words(part)
            for place in np.ndindex(words.shape):
                result[(*place, number)] = _widened(words[place], part, bits)
        return result

    leaves = {key: leaf for part in parts for key, leaf in part.leaves.items()}
    return Lanes(shape, bits, signed, leaves, build)
