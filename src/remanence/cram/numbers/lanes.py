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
- ``x << 3`` has 3 bits more and ``x >> 3`` 3 fewer, but at least one.

These keep the width and drop what does not fit: ``~x``, shifts by a `Lanes`, and `Lanes.astype` to fewer bits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.arithmetic import integer
from remanence.cram.arithmetic.bit_heap import BitHeap
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.netlist import ONE, ZERO, Netlist, Word
from remanence.cram.numbers import along_rows
from remanence.cram.numbers.operators import Operators
from remanence.cram.numbers.places import Places
from remanence.cram.numbers.reductions import Reductions
from remanence.cram.numbers.row_moves import schedule_moves
from remanence.cram.numbers.trace import Leaf, Trace, Words, each_word, inputs_of
from remanence.cram.program import Program
from remanence.cram.segments import fewest_steps
from remanence.cram.simulate import Errors, run

if TYPE_CHECKING:
    from remanence.cram.machine.array import Array
    from remanence.cram.machine.cost import Cost

WIDEST = 63
"""Bits of a number that goes in or comes out."""
GATES = ("NOT", "NAND2")
"""Where no gate set is given: the two with the widest windows."""


class Lanes(Operators, Places, Reductions):
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
        InputError: parents that were reduced over different numbers of rows.
    """

    __array_ufunc__ = None  # numpy leaves the operators to this class

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
        self.shape, self.bits, self.signed, self.build = shape, bits, signed, build
        self.leaves: dict[int, Leaf] = {key: each for parent in parents for key, each in parent.leaves.items()}
        if leaf is not None:
            self.leaves[id(leaf)] = leaf
        self.crosses: bool = crosses or any(parent.crosses for parent in parents)
        spans = {shape[0], *(parent.span for parent in parents)} - {1}
        if len(spans) > 1:
            raise InputError("Lanes", f"results over {sorted(spans)} rows", "must come from the same rows",
                             "Take the numbers out with numpy and put them in again.")  # fmt: skip
        self.span: int = spans.pop() if spans else 1
        """Rows of the array that work on it; more than `rows` where a reduction left one."""

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

    def netlist(self, gates: Collection[str] = GATES, *, parallel: bool = False) -> Netlist:
        """Return the network of gates of the expression; outputs ``y`` or ``y[0]``, ``y[1]``, ...

        Args:
            gates: names of the gates that the array has.
            parallel: whether arithmetic is to take few gates one after the other, rather than few gates.
        """
        return self.traced(gates, parallel=parallel)[0]

    def traced(self, gates: Collection[str], *, parallel: bool = False) -> tuple[Netlist, dict[str, tuple[Leaf, int]]]:
        """Return the network, and for each of its inputs what was given and the place within a row."""
        trace = Trace(tuple(self.leaves.values()), gates, parallel=parallel)
        words = trace.words(self)
        for name, word in zip(self.output_names(), words.ravel(), strict=True):
            trace.builder.output(name, word)
        return trace.builder.netlist(), trace.given

    def output_names(self) -> list[str]:
        """Return the names of the outputs, place after place within a row."""
        return ["y"] if self.ndim == 1 else [f"y[{place}]" for place in range(int(np.prod(self.shape[1:])))]

    def program(
        self, *, columns: int = 1024, gates: Collection[str] = GATES, segment: int = 0, reach: int | None = None
    ) -> Program:
        """Return the schedule of the expression on an array.

        Args:
            columns: of the array.
            gates: names of the gates that it has.
            segment: columns between two switches of its logic lines; 0 without any.
            reach: segments that a gate may join; see `segments.schedule_segments`.

        Raises:
            InputError: the expression needs more columns, or moves rows where lines have segments.
        """
        return self.scheduled(columns, gates, segment, reach)[0]

    def scheduled(
        self, columns: int, gates: Collection[str], segment: int = 0, reach: int | None = None
    ) -> tuple[Program, dict[str, tuple[Leaf, int]]]:
        """Return the schedule, and what its inputs hold as `traced` does."""
        netlist, given = self.traced(gates)
        signed = {name for name, (leaf, _) in given.items() if leaf.signed}
        marked = frozenset([*signed, *(self.output_names() if self.signed else [])])
        if not segment:
            return schedule_moves(netlist, columns=columns, signed=marked), given
        made = fewest_steps((netlist, self.netlist(gates, parallel=True)), columns=columns, segment=segment,
                            reach=reach, signed=marked)  # fmt: skip
        return made, given

    def numpy(
        self, *, columns: int = 1024, gates: Collection[str] = GATES, errors: Errors = None, seed: int = 0
    ) -> NDArray[np.int64]:
        """Return the numbers: schedule the expression and run it on the rows.

        Args:
            columns: of the array.
            gates: names of the gates that it has.
            errors: of the gates; none where left out; see `simulate.rates_of`.
            seed: of the errors.

        Raises:
            InputError: the expression needs more columns, or its numbers more bits than an int64 has.
        """
        program, given = self.scheduled(columns, gates)
        result = run(program, inputs_of(given, self.span), errors=errors, seed=seed)
        return self.gathered(result, self.rows)

    def gathered(self, result: Mapping[str, NDArray[np.int64]], rows: int) -> NDArray[np.int64]:
        """Return the outputs of a run, of so many rows, in the shape of the expression."""
        columns = [result[name][:rows] for name in self.output_names()]
        return np.stack(columns, axis=-1).reshape(rows, *self.shape[1:])

    def cost(self, array: Array | None = None, *, gates: Collection[str] = GATES) -> Cost:
        """Return what computing these numbers costs on an array, the energy from the numbers themselves.

        Args:
            array: one of the arrays that hold the rows; of the published set `stt-45nm` where None.
            gates: names of the gates to compute with.

        Raises:
            InputError: the expression needs more columns, or gates that the array's cells cannot do.
        """
        from remanence.cram.machine.array import Array  # numbers alone need no devices

        machine = Array() if array is None else array
        given = inputs_of(self.traced(gates)[1], max(self.rows, self.span))
        program = self.program(columns=machine.breadth, gates=gates, segment=machine.segment,
                               reach=machine.switches.limit(gates))  # fmt: skip
        return program.cost(machine, inputs=given)

    def astype(self, bits: int, *, signed: bool | None = None) -> Lanes:
        """Return the numbers in another width: fewer bits are the lowest ones, more keep the value.

        Raises:
            InputError: no bits.
        """
        if bits < 1:
            raise InputError("Lanes.astype: bits", bits, "must be at least 1")
        kind = self.signed if signed is None else signed
        return self.map(lambda _, word: widened(word, self, bits)[:bits], bits, kind)

    def moved(self, rows: int) -> Lanes:
        """Return in each row the number of so many rows further up (negative: further down), 0 where there is none.

        Raises:
            InputError: as many rows as there are, or more.
        """
        if not -self.rows < rows < self.rows:
            raise InputError("Lanes.moved: rows", rows, f"must be less than the {self.rows} rows, up or down")

        def build(trace: Trace) -> Words:
            return each_word(trace.words(self), lambda word: trace.move(word, rows))

        return Lanes(self.shape, self.bits, self.signed, build, (self,), crosses=bool(rows))

    def __bool__(self) -> bool:
        """Refuse to be a condition of Python: the lanes may differ."""
        raise InputError("Lanes", "used as a condition", "lanes may differ", "Use cram.where.")

    def popcount(self) -> Lanes:
        """Return how many bits of each number are 1."""
        return self.map(integer.popcount, self.bits.bit_length(), False)

    def dot(self, other: Any) -> Lanes:
        """Return the sum of products along the last axis: one column compression of all partial products."""
        two = lanes(other)
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

    def __matmul__(self, other: Any) -> Lanes:
        """Multiply by a matrix, shape (K, N): numbers, which become part of the circuit, or a `Lanes` of (1, K, N)."""
        matrix = other if isinstance(other, Lanes) else lanes(np.asarray(other)[None])
        if self.ndim < 2 or matrix.ndim != 3 or matrix.rows not in (1, self.rows) or self.shape[-1] != matrix.shape[1]:
            raise InputError("Lanes @", f"shapes {self.shape} and {matrix.shape[1:]}", "must be (rows, K) and (K, N)",
                             "A stored matrix is a Lanes of shape (1, K, N).")  # fmt: skip
        across = matrix.within(
            matrix.shape[:0:-1], matrix.bits, matrix.signed, lambda trace: trace.words(matrix).swapaxes(0, 1)
        )
        return self.reshape(*self.shape[1:-1], 1, self.shape[-1]).dot(across)

    def reduced(
        self,
        axis: int | None,
        within: Callable[[Logic, list[Word]], Word],
        along: Callable[[Trace, Word], Word],
        *,
        growing: bool,
    ) -> Lanes:
        """Reduce within rows, along them, or both; ``growing`` if the result has a bit more for each doubling."""
        if axis is None:
            flat = self if self.ndim == 1 else self.reshape(-1).reduced(1, within, along, growing=growing)
            return flat if flat.rows == 1 else flat.reduced(0, within, along, growing=growing)
        inner = self.axis(axis)
        more = (self.shape[inner] - 1).bit_length() if growing else 0
        if not inner:

            def build_along(trace: Trace) -> Words:
                return each_word(trace.words(self), lambda word: along(trace, word))

            shape = (1, *self.shape[1:])
            return Lanes(shape, self.bits + more, self.signed, build_along, (self,), crosses=self.rows > 1)

        def build(trace: Trace) -> Words:
            places = np.moveaxis(trace.words(self), inner - 1, -1)
            result = np.empty(places.shape[:-1], object)
            for place in np.ndindex(result.shape):
                result[place] = within(trace.logic, list(places[place]))
            return result

        return self.within(tuple(np.delete(self.shape[1:], inner - 1)), self.bits + more, self.signed, build)

    def truth(self) -> Lanes:
        """Return whether each number is not 0, in one bit."""
        return self if (self.bits, self.signed) == (1, False) else self != 0

    def axis(self, axis: int) -> int:
        """Return an axis counted from the front.

        Raises:
            InputError: there is none.
        """
        if not -self.ndim <= axis < self.ndim:
            raise InputError("Lanes: axis", axis, f"must be one of shape {self.shape}", "The rows are axis 0.")
        return axis % self.ndim

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


def asarray(numbers: Any, bits: int | None = None, *, signed: bool | None = None) -> Lanes:
    """Put whole numbers into the rows of an array.

    Args:
        numbers: whole, shape (rows, ...): the first axis lies along the rows. One number stands in every row.
        bits: of each, 1 to 63; where left out, those of their NumPy type (1 of truth values), up to 32.
        signed: whether in two's complement; where left out, whether any is negative, or as that type is.

    Raises:
        InputError: not whole numbers, or numbers that do not fit.
    """
    if isinstance(numbers, Lanes):
        raise InputError("cram.asarray", repr(numbers), "lies in rows already", "Change its width with astype.")
    data = np.asarray(numbers)
    if data.dtype.kind not in "iub":
        raise InputError("cram.asarray", f"numbers of type {data.dtype}", "must be whole numbers",
                         "Scale them, or take cram.fixed.")  # fmt: skip
    if not data.size:
        raise InputError("cram.asarray", f"shape {data.shape}", "must hold at least one number")
    low, high = int(data.min()), int(data.max())
    if bits is None:
        bits = 1 if data.dtype.kind == "b" else 8 * data.dtype.itemsize
        signed = data.dtype.kind == "i" if signed is None else signed
        if bits > 32:
            raise InputError("cram.asarray", f"numbers of type {data.dtype}", "need a number of bits",
                             "Give bits=, or a narrower type.")  # fmt: skip
    if not 1 <= bits <= WIDEST:
        raise InputError("cram.asarray: bits", bits, f"must be from 1 to {WIDEST}")
    kind = low < 0 if signed is None else signed
    least, most = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if kind else (0, (1 << bits) - 1)
    if low < least or high > most:
        rule = f"{'signed' if kind else 'unsigned'} {bits} bits hold {least} to {most}"
        raise InputError("cram.asarray", f"{low} to {high}", rule)
    leaf = Leaf(np.atleast_1d(data).astype(np.int64), bits, kind)
    return Lanes(leaf.data.shape, bits, kind, lambda trace: trace.made[id(leaf)], leaf=leaf)


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
    if data.shape[0] != 1 or not data.size:
        raise InputError("Lanes", f"plain numbers of shape {data.shape}", "must be the same in all rows",
                         "Put them into the rows with cram.asarray, or add an axis of 1 in front.")  # fmt: skip
    bits, signed = integer.width([int(number) for number in data.ravel()])

    def build(_: Trace) -> Words:
        words = np.empty(data.shape[1:], object)
        for place in np.ndindex(words.shape):
            number = int(data[(0, *place)])
            words[place] = tuple(ONE if number >> bit & 1 else ZERO for bit in range(bits))
        return words

    return Lanes(data.shape, bits, signed, build)
