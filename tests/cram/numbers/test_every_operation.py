"""Every operation over lanes equals NumPy: all operands of four bits, and a million random ones of other widths.

One table holds what is computed, written once for both sides, and how many bits the result is promised to have.
"""

# ruff: noqa: ARG005  (every function of the table takes the same three)

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from remanence import cram
from remanence.core.stream import Stream
from remanence.cram import Lanes, asarray, jit

FAMILIES = {"nand": ("NOT", "NAND2"), "nor": ("NOT", "NOR2"), "majority": ("NOT", "NMAJ3", "NMAJ5")}
MATRIX = np.array([[3, -1, 0], [-8, 7, 1]])
ROWS = 2**20


class Kinds(NamedTuple):
    """Types of two operands."""

    x: int
    y: int
    x_signed: bool
    y_signed: bool

    @property
    def signed(self) -> bool:
        """Whether any is signed."""
        return self.x_signed or self.y_signed

    @property
    def both(self) -> int:
        """Bits of the narrowest type that holds both."""
        return max(self.x + (self.signed and not self.x_signed), self.y + (self.signed and not self.y_signed))


class Cells:
    """What has another name over lanes than in NumPy."""

    where, stack, concatenate = staticmethod(cram.where), staticmethod(cram.stack), staticmethod(cram.concatenate)
    minimum, maximum, clip = staticmethod(cram.minimum), staticmethod(cram.maximum), staticmethod(cram.clip)
    square, sqrt, sort = staticmethod(cram.square), staticmethod(cram.sqrt), staticmethod(cram.sort)
    argmax, argmin, cumsum = staticmethod(cram.argmax), staticmethod(cram.argmin), staticmethod(cram.cumsum)
    multiply_add = staticmethod(cram.multiply_add)

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds

    def popcount(self, x: Lanes) -> Lanes:
        """Count ones."""
        return x.popcount()

    def dot(self, x: Lanes, y: Any) -> Lanes:
        """Sum up products."""
        return x.dot(y)

    def up(self, x: Lanes, places: Lanes) -> Lanes:
        """Shift by lanes."""
        return x << places

    def cast(self, x: Lanes, bits: int, signed: bool) -> Lanes:
        """Change the type."""
        return x.astype(bits, signed=signed)

    def unsigned(self, x: Lanes, bits: int) -> Lanes:
        """Take the lowest bits."""
        return x.astype(bits, signed=False)

    def inverted(self, x: Lanes) -> Lanes:
        """Complement."""
        return ~x


class Plain:
    """The same in NumPy: numbers of 64 bits, brought into the width of the lanes where that wraps."""

    where, clip, sort, cumsum = (
        staticmethod(np.where),
        staticmethod(np.clip),
        staticmethod(np.sort),
        staticmethod(np.cumsum),
    )
    argmax, argmin = staticmethod(np.argmax), staticmethod(np.argmin)
    minimum, maximum, square = np.minimum, np.maximum, np.square

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds

    def stack(self, parts: list[Any]) -> Any:
        """Join along a new last axis."""
        return np.stack(np.broadcast_arrays(*parts), axis=-1)

    def concatenate(self, parts: list[Any]) -> Any:
        """Join along the last axis."""
        return np.concatenate(parts, axis=-1)

    def multiply_add(self, x: Any, y: Any, z: Any) -> Any:
        """Multiply and add."""
        return x * y + z

    def sqrt(self, x: Any) -> Any:
        """Round down."""
        return np.floor(np.sqrt(x)).astype(np.int64)

    def popcount(self, x: Any) -> Any:
        """Count the ones of the two's complement; NumPy counts those of the absolute value."""
        return np.bitwise_count(self.unsigned(x, self.kinds.x))

    def dot(self, x: Any, y: Any) -> Any:
        """Sum up products."""
        return (x * y).sum(axis=-1)

    def cast(self, x: Any, bits: int, signed: bool) -> Any:
        """Keep the lowest bits."""
        low = -(1 << bits - 1) if signed else 0
        return (x - low) % (1 << bits) + low

    def unsigned(self, x: Any, bits: int) -> Any:
        """Take the lowest bits."""
        return x % (1 << bits)

    def up(self, x: Any, places: Any) -> Any:
        """Shift, and drop what does not fit."""
        return self.cast(x << np.minimum(places, 63 - 1), self.kinds.x, self.kinds.x_signed)

    def inverted(self, x: Any) -> Any:
        """Complement in the width of the numbers."""
        return self.cast(~x, self.kinds.x, self.kinds.x_signed)


class Operation(NamedTuple):
    """A function of (names, x, y), and the type of its result from those of the operands."""

    function: Callable[[Any, Any, Any], Any]
    bits: Callable[[Kinds], int]
    signed: Callable[[Kinds], bool] = lambda k: k.signed
    kinds: tuple[str, ...] = ("uu", "ss", "us", "su")


def never(_: Kinds) -> bool:
    return False


def always(_: Kinds) -> bool:
    return True


def of_x(k: Kinds) -> bool:
    return k.x_signed


def of_y(k: Kinds) -> bool:
    return k.y_signed


U_ANY, ONE = ("uu", "us"), ("uu", "ss")
OPERATIONS: dict[str, Operation] = {
    "x + y": Operation(lambda c, x, y: x + y, lambda k: k.both + 1),
    "x - y": Operation(lambda c, x, y: x - y, lambda k: k.both + 1, always),
    "x * y": Operation(lambda c, x, y: x * y, lambda k: k.x + k.y),
    "x // y": Operation(
        lambda c, x, y: x // y, lambda k: k.x + (k.signed and not k.x_signed) + k.signed,
    ),
    "x % y": Operation(lambda c, x, y: x % y, lambda k: k.y, of_y),
    "x & y": Operation(lambda c, x, y: x & y, lambda k: k.both),
    "x | y": Operation(lambda c, x, y: x | y, lambda k: k.both),
    "x ^ y": Operation(lambda c, x, y: x ^ y, lambda k: k.both),
    "~x": Operation(lambda c, x, y: c.inverted(x), lambda k: k.x, of_x, ONE),
    "x < y": Operation(lambda c, x, y: x < y, lambda k: 1, never),
    "x <= y": Operation(lambda c, x, y: x <= y, lambda k: 1, never),
    "x > y": Operation(lambda c, x, y: x > y, lambda k: 1, never),
    "x >= y": Operation(lambda c, x, y: x >= y, lambda k: 1, never),
    "x == y": Operation(lambda c, x, y: x == y, lambda k: 1, never),
    "x != y": Operation(lambda c, x, y: x != y, lambda k: 1, never),
    "-x": Operation(lambda c, x, y: -x, lambda k: k.x + 1, always, ONE),
    "abs": Operation(lambda c, x, y: abs(x), lambda k: k.x, never, ONE),
    "x ** 3": Operation(lambda c, x, y: x**3, lambda k: 3 * k.x, of_x, ONE),
    "x << 3": Operation(lambda c, x, y: x << 3, lambda k: k.x + 3, of_x, ONE),
    "x >> 3": Operation(lambda c, x, y: x >> 3, lambda k: k.x - 3, of_x, ONE),
    "x << y": Operation(lambda c, x, y: c.up(x, c.unsigned(y, 3)), lambda k: k.x, of_x),
    "x >> y": Operation(lambda c, x, y: x >> c.unsigned(y, 4), lambda k: k.x, of_x),
    "minimum": Operation(lambda c, x, y: c.minimum(x, y), lambda k: k.both),
    "maximum": Operation(lambda c, x, y: c.maximum(x, y), lambda k: k.both),
    "where": Operation(lambda c, x, y: c.where(x > y, x, y), lambda k: k.both),
    "where of a number": Operation(lambda c, x, y: c.where(x, y, 1), lambda k: k.y, of_y),
    "clip": Operation(lambda c, x, y: c.clip(x, -3, 5), lambda k: 4, always, ONE),
    "clip above": Operation(lambda c, x, y: c.clip(x, None, 5), lambda k: k.x, of_x, ONE),
    "clip by lanes": Operation(lambda c, x, y: c.clip(x, y, None), lambda k: k.both),
    "multiply_add": Operation(lambda c, x, y: c.multiply_add(x, y, x), lambda k: k.x + k.y + 1),
    "square": Operation(lambda c, x, y: c.square(x), lambda k: 2 * k.x, never, ONE),
    "sqrt": Operation(lambda c, x, y: c.sqrt(x), lambda k: (k.x + 1) // 2, never, ("uu",)),
    "popcount": Operation(lambda c, x, y: c.popcount(x), lambda k: k.x.bit_length(), never, ONE),
    "astype unsigned": Operation(lambda c, x, y: c.cast(x, 3, False), lambda k: 3, never, ONE),
    "astype signed": Operation(lambda c, x, y: c.cast(x, 3, True), lambda k: 3, always, ONE),
    "astype wider": Operation(lambda c, x, y: c.cast(x, 40, True), lambda k: 40, always, ONE),
    "3 x": Operation(lambda c, x, y: 3 * x, lambda k: k.x + 2, of_x, ONE),
    "x (-11)": Operation(lambda c, x, y: x * -11, lambda k: k.x + 5, always, ONE),
    "7 - x": Operation(lambda c, x, y: 7 - x, lambda k: max(k.x, 3 + k.x_signed) + 1, always, ONE),
    "x - 7": Operation(lambda c, x, y: x - 7, lambda k: max(k.x, 3 + k.x_signed) + 1, always, ONE),
    "100 // x": Operation(lambda c, x, y: 100 // x, lambda k: 7 + 2 * k.x_signed, of_x, ONE),
    "-100 % x": Operation(lambda c, x, y: -100 % x, lambda k: k.x, of_x, ONE),
    "x // 3": Operation(lambda c, x, y: x // 3, lambda k: k.x + k.x_signed, of_x, ONE),
    "x // -3": Operation(lambda c, x, y: x // -3, lambda k: k.x + (not k.x_signed) + 1, always, ONE),
    "x % -3": Operation(lambda c, x, y: x % -3, lambda k: 3, always, ONE),
    "x // 8": Operation(lambda c, x, y: x // 8, lambda k: k.x - 3, of_x, ONE),
    "x % 8": Operation(lambda c, x, y: x % 8, lambda k: 3, never, ONE),
    "x // 0": Operation(lambda c, x, y: x // (0 * abs(x)), lambda k: k.x + 2 * k.x_signed - k.x_signed, of_x, ONE),
    "x > 3": Operation(lambda c, x, y: x > 3, lambda k: 1, never, ONE),
    "3 > x": Operation(lambda c, x, y: 3 > x, lambda k: 1, never, ONE),  # noqa: SIM300 (a constant on the left)
    "x == -9": Operation(lambda c, x, y: x == -9, lambda k: 1, never, ONE),
    "x & 5": Operation(lambda c, x, y: x & 5, lambda k: max(k.x, 3 + k.x_signed), of_x, ONE),
    "12 | x": Operation(lambda c, x, y: 12 | x, lambda k: max(k.x, 4 + k.x_signed), of_x, ONE),
    "x ^ -1": Operation(lambda c, x, y: x ^ -1, lambda k: k.x + (not k.x_signed), always, ONE),
    "minimum of a constant": Operation(lambda c, x, y: c.minimum(-2, x), lambda k: k.x + (not k.x_signed), always, ONE),
    "sum": Operation(lambda c, x, y: c.stack([x, y, x]).sum(axis=1), lambda k: k.both + 2),
    "max": Operation(lambda c, x, y: c.stack([x, y, y]).max(axis=-1), lambda k: k.both),
    "min": Operation(lambda c, x, y: c.stack([y, x]).min(axis=1), lambda k: k.both),
    "any": Operation(lambda c, x, y: c.stack([x, y]).any(axis=1), lambda k: 1, never),
    "all": Operation(lambda c, x, y: c.stack([x, y]).all(axis=1), lambda k: 1, never),
    "argmax": Operation(lambda c, x, y: c.argmax(c.stack([x, y, x]), axis=1), lambda k: 2, never),
    "argmin": Operation(lambda c, x, y: c.argmin(c.stack([x, y, x]), axis=-1), lambda k: 2, never),
    "sort": Operation(lambda c, x, y: c.sort(c.stack([x, y, x]), axis=1), lambda k: k.both),
    "cumsum": Operation(lambda c, x, y: c.cumsum(c.stack([x, y, y]), axis=1), lambda k: k.both + 2),
    "concatenate": Operation(
        lambda c, x, y: c.concatenate([c.stack([x, y]), c.stack([y, x, 3])]), lambda k: max(k.both, 2 + k.signed),
    ),
    "dot": Operation(lambda c, x, y: c.dot(c.stack([x, y]), c.stack([y, x])), lambda k: 2 * k.both + 1),
    "@ a matrix": Operation(lambda c, x, y: c.stack([x, y]) @ MATRIX, lambda k: k.both + 4 + 1, always),
    "@ a vector": Operation(lambda c, x, y: c.stack([x, y]) @ np.array([5, 3]), lambda k: k.both + 3 + 1),
}  # fmt: skip
CASES = [(name, kind) for name, operation in OPERATIONS.items() for kind in operation.kinds]


@functools.cache
def words(place: int) -> NDArray[np.int64]:
    return Stream(3).child(str(place)).words(ROWS).astype(np.int64)


def kinds_of(kind: str, bits: int, other: int | None = None) -> Kinds:
    return Kinds(bits, other or bits, kind[0] == "s", kind[1] == "s")


def least(bits: int, signed: bool) -> int:
    return -(1 << bits - 1) if signed else 0


def check(operation: Operation, k: Kinds, x: NDArray[np.int64], y: NDArray[np.int64], **how: Any) -> None:
    held = operation.function(Cells(k), asarray(x, k.x, signed=k.x_signed), asarray(y, k.y, signed=k.y_signed))
    with np.errstate(divide="ignore"):
        told = operation.function(Plain(k), x, y)
    assert (held.bits, held.signed) == (operation.bits(k), operation.signed(k))
    found = held.numpy(**how)
    assert found.shape == told.shape
    assert np.array_equal(found, told)


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_all_operands_of_four_bits(name: str, kind: str) -> None:
    """In every family of gates where both are signed or both unsigned, else with NAND."""
    k = kinds_of(kind, 4)
    x, y = (np.arange(16) + least(4, signed) for signed in (k.x_signed, k.y_signed))
    pairs = [each.ravel() for each in np.meshgrid(x, y)]
    for gates in FAMILIES if kind in ONE else ("nand",):
        check(OPERATIONS[name], k, pairs[0], pairs[1], gates=FAMILIES[gates])


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_a_million_random_operands(name: str, kind: str) -> None:
    """Of 32 bits; where signed and unsigned are mixed of 7 with 16 and 13 with 8; fewer where 63 hold no result."""
    operation = OPERATIONS[name]
    bits, other = {"uu": (32, 32), "ss": (32, 32), "us": (7, 16), "su": (13, 8)}[kind]
    while operation.bits(kinds_of(kind, bits, other)) > 63:
        bits, other = bits - 1, other - 1
    k = kinds_of(kind, bits, other)
    operands = []
    for place, (width, signed) in enumerate(((k.x, k.x_signed), (k.y, k.y_signed))):
        low, drawn = least(width, signed), words(place) % (1 << width)
        corners = np.array([0, 1, (1 << width) - 1, -low, (-low - 1) % (1 << width)])
        drawn[:25] = np.tile(corners, 5) if place else np.repeat(corners, 5)
        operands.append(drawn + low)
    check(operation, k, operands[0], operands[1])


@pytest.mark.parametrize(("name", "kind"), [case for case in CASES if case[1] in ONE])
def test_one_schedule_for_many_calls_computes_the_same(name: str, kind: str) -> None:
    k = kinds_of(kind, 5)
    operation = jit(lambda x, y: OPERATIONS[name].function(Cells(k), x, y))
    for key in range(2):
        x, y = (Stream(key).child(each).words(33).astype(np.int64) % 32 + least(5, k.signed) for each in "xy")
        with np.errstate(divide="ignore"):
            told = OPERATIONS[name].function(Plain(k), x, y)
        found = operation(asarray(x, 5, signed=k.signed), asarray(y, 5, signed=k.signed))
        assert np.array_equal(found.numpy(), told)
