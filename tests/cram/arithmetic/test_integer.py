"""Arithmetic equals that of whole numbers: all operands of up to four bits, in every family of gates."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.cram import Builder, Netlist, run, schedule
from remanence.cram.arithmetic import division
from remanence.cram.arithmetic import integer as arithmetic
from remanence.cram.arithmetic.bit_heap import BitHeap, signed_digits
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.netlist import ZERO, Word

SETS = {
    "nand": ["NAND2"],
    "nand-not": ["NAND2", "NOT"],
    "magic": ["NOR2", "NOT"],
    "nor": ["NOR2"],
    "majority": ["NMAJ3", "NMAJ5", "NOT"],
    "all": ["NOT", "NAND2", "NOR2", "NMAJ3", "NMAJ5", "AND2", "OR2", "MAJ3", "MAJ5"],
}
Whole = NDArray[np.int64]
Build = Callable[[Logic, Word, Word], Any]
Meaning = Callable[[Whole, Whole], Any]

UNSIGNED: dict[str, tuple[Build, Meaning]] = {
    "add": (lambda g, x, y: (lambda r: (*r[0], r[1]))(arithmetic.add(g, x, y)), lambda x, y: x + y),
    "subtract": (lambda g, x, y: (lambda r: (*r[0], r[1]))(arithmetic.subtract(g, x, y)),
                 lambda x, y: (x - y) % 16 + 16 * (x >= y)),
    "less": (lambda g, x, y: (arithmetic.less(g, x, y),), lambda x, y: x < y),
    "equal": (lambda g, x, y: (arithmetic.equal(g, x, y),), lambda x, y: x == y),
    "smaller": (arithmetic.smaller, np.minimum),
    "larger": (arithmetic.larger, np.maximum),
    "multiply": (arithmetic.multiply, lambda x, y: x * y),
    "low product": (lambda g, x, y: arithmetic.multiply(g, x, y, bits=5), lambda x, y: x * y % 32),
    "multiply_add": (lambda g, x, y: arithmetic.multiply_add(g, x, y, x), lambda x, y: x * y + x),
    "total": (lambda g, x, y: arithmetic.total(g, [x, y, x, (*y, x[1])]), lambda x, y: 2 * (x + y) + 16 * (x >> 1 & 1)),
    "popcount": (lambda g, x, y: arithmetic.popcount(g, [*x, *y]), lambda x, y: np.bitwise_count(x + 16 * y)),
    "square": (lambda g, x, _y: arithmetic.multiply(g, x, x), lambda x, _y: x * x),
    "double": (lambda g, x, _y: arithmetic.add(g, x, x)[0], lambda x, _y: 2 * x % 16),
    "shift": (lambda g, x, y: arithmetic.shift_by(g, x, y, left=True), lambda x, y: (x << y) % 16),
    "shift down": (lambda g, x, y: arithmetic.shift_by(g, x, y, left=False), lambda x, y: x >> y),
    "divide": (lambda g, x, y: division.divide(g, x, y)[0], lambda x, y: np.where(y == 0, 0, x // np.maximum(y, 1))),
    "remainder": (lambda g, x, y: division.divide(g, x, y)[1], lambda x, y: np.where(y == 0, 0, x % np.maximum(y, 1))),
    "root": (lambda g, x, y: division.square_root(g, (*x, *y)), lambda x, y: np.sqrt(x + 16 * y).astype(np.int64)),
    "odd root": (lambda g, x, y: division.square_root(g, (*x, y[0])), lambda x, y: np.sqrt(x + y % 2 * 16).astype(int)),
    "cut product": (lambda g, x, y: cut(g, (*x, y[0]), (*y, x[1])),
                    lambda x, y: (x + y % 2 * 16) * (y + (x >> 1) % 2 * 16)),
    "constants": (lambda g, x, _y: arithmetic.total(g, [arithmetic.multiply(g, x, word(n)) for n in range(1, 16)]),
                  lambda x, _y: 120 * x),
    "any": (lambda g, x, y: (arithmetic.any_of(g, x), arithmetic.all_of(g, y)), lambda x, y: (x > 0) + 2 * (y == 15)),
}  # fmt: skip
SIGNED: dict[str, tuple[Build, Meaning]] = {
    "less": (lambda g, x, y: (arithmetic.less(g, x, y, signed=True), 0), lambda x, y: x < y),
    "smaller": (lambda g, x, y: arithmetic.smaller(g, x, y, signed=True), np.minimum),
    "larger": (lambda g, x, y: arithmetic.larger(g, x, y, signed=True), np.maximum),
    "multiply": (lambda g, x, y: arithmetic.multiply(g, x, y, signed=True), lambda x, y: x * y),
    "uneven": (lambda g, x, y: arithmetic.multiply(g, x, y[:3], signed=True), lambda x, y: x * ((y + 4) % 8 - 4)),
    "multiply_add": (lambda g, x, y: arithmetic.multiply_add(g, x, y, y, signed=True), lambda x, y: x * y + y),
    "total": (lambda g, x, y: arithmetic.total(g, [x, y, y[:3]], signed=True), lambda x, y: x + y + (y + 4) % 8 - 4),
    "divide": (
        lambda g, x, y: division.divide_signed(g, x, y)[0],
        lambda x, y: np.where(y == 0, 0, x // np.where(y == 0, 1, y)),
    ),
    "remainder": (
        lambda g, x, y: division.divide_signed(g, x, y)[1],
        lambda x, y: np.where(y == 0, 0, x % np.where(y == 0, 1, y)),
    ),
    "magnitude": (lambda g, x, _y: (*division.magnitude(g, x), ZERO), lambda x, _y: np.abs(x)),
    "cut product": (lambda g, x, y: cut(g, x, y, signed=(True, True)), lambda x, y: x * y),
    "mixed product": (lambda g, x, y: arithmetic.multiply(g, x, y, signed=(True, False)), lambda x, y: x * (y % 16)),
    "square": (lambda g, x, _y: arithmetic.multiply(g, x, x, signed=True), lambda x, _y: x * x),
    "constant": (lambda g, x, _y: arithmetic.multiply(g, x, word(-11, 5), signed=True), lambda x, _y: -11 * x),
    "negate": (lambda g, x, _y: arithmetic.negate(g, x), lambda x, _y: (8 - x) % 16 - 8),
    "shift": (lambda g, x, y: arithmetic.shift_by(g, x, y[:2], left=False, signed=True), lambda x, y: x >> y % 4),
}


def word(number: int, bits: int = 4) -> Word:
    return tuple(number >> place & 1 for place in range(bits))


def cut(logic: Logic, x: Word, y: Word, signed: tuple[bool, bool] = (False, False)) -> Word:
    """Return a product that is cut in two as wide ones are."""
    heap = BitHeap(logic, len(x) + len(y))
    arithmetic.put_cut_product(heap, x, y, signed, 0)
    return heap.total()


def netlist(gates: list[str], build: Build, bits: int = 4) -> Netlist:
    builder = Builder(gates)
    x, y = builder.input("x", bits), builder.input("y", bits)
    builder.output("z", build(Logic(builder), x, y))
    return builder.netlist()


@pytest.mark.parametrize("gates", SETS.values(), ids=SETS)
@pytest.mark.parametrize("name", UNSIGNED)
def test_all_unsigned_operands_of_four_bits(gates: list[str], name: str) -> None:
    build, meaning = UNSIGNED[name]
    x, y = (each.ravel() for each in np.meshgrid(np.arange(16), np.arange(16)))
    program = schedule(netlist(gates, build), columns=500)
    assert np.array_equal(run(program, {"x": x, "y": y})["z"], meaning(x, y))


@pytest.mark.parametrize("gates", SETS.values(), ids=SETS)
@pytest.mark.parametrize("name", SIGNED)
def test_all_signed_operands_of_four_bits(gates: list[str], name: str) -> None:
    build, meaning = SIGNED[name]
    x, y = (each.ravel() for each in np.meshgrid(np.arange(-8, 8), np.arange(-8, 8)))
    program = schedule(netlist(gates, build), columns=500, signed=frozenset("xyz"))
    assert np.array_equal(run(program, {"x": x, "y": y})["z"], meaning(x, y))


def test_a_million_random_counts() -> None:
    x, y = (Stream(2).child(each).words(2**20).astype(np.int64) % (1 << 30) for each in "xy")
    program = schedule(netlist(SETS["nand-not"], UNSIGNED["popcount"][0], 30), columns=1024)
    assert np.array_equal(run(program, {"x": x, "y": y})["z"], np.bitwise_count(x) + np.bitwise_count(y))


@pytest.mark.parametrize(("gates", "adder"), [("nand", 18), ("magic", 18), ("majority", 9)])
def test_adders_take_as_many_gates_as_the_literature_says(gates: str, adder: int) -> None:
    """Two more bits: nine gates each, or with majorities that may come out inverted nine for both."""
    netlists = [netlist(SETS[gates], UNSIGNED["add"][0], bits) for bits in (32, 34)]
    assert len(netlists[1]) - len(netlists[0]) == adder


@pytest.mark.parametrize(("count", "adders"), [(3, 1), (7, 4), (15, 11), (121, 116)])
def test_a_popcount_takes_n_minus_popcount_n_full_adders(count: int, adders: int) -> None:
    """121 signals: 116 full adders and a half adder, which stands for one."""
    builder = Builder(SETS["nand-not"])
    word = builder.input("x", count)
    builder.output("z", arithmetic.popcount(Logic(builder), word))
    whole, half = divmod(len(builder.netlist()), 9)
    assert whole + half / 5 <= adders + 1


def test_signed_digits_are_few_and_never_side_by_side() -> None:
    for number in range(-300, 300):
        digits = signed_digits(number)
        assert sum(digit << place for place, digit in digits) == number
        assert all(high - low > 1 for (low, _), (high, _) in pairwise(digits))


@pytest.mark.parametrize("gates", ["nand-not", "magic", "majority"])
def test_wide_products_are_cut_where_that_takes_fewer_gates(gates: str) -> None:
    """The width from which products are cut in two is where it begins to pay in every family."""
    sizes = {
        bits: [len(netlist(SETS[gates], build, bits)) for build in (cut, whole_product)]
        for bits in (arithmetic.CUT - 4, arithmetic.CUT)
    }
    assert sizes[arithmetic.CUT][0] < sizes[arithmetic.CUT][1]
    assert sizes[arithmetic.CUT - 4][0] > 0.97 * sizes[arithmetic.CUT - 4][1]


def whole_product(logic: Logic, x: Word, y: Word) -> Word:
    heap = BitHeap(logic, len(x) + len(y))
    heap.add_product(x, y)
    return heap.total()


def test_words_and_gate_sets_that_do_not_fit_are_refused() -> None:
    builder = Builder(["NAND2"])
    x, y = builder.input("x", 3), builder.input("y", 2)
    logic = Logic(builder)
    for build in (arithmetic.add, arithmetic.less, arithmetic.equal):
        with pytest.raises(InputError, match="one width"):
            build(logic, x, y)
    with pytest.raises(InputError, match="must be from 1 to 5"):
        arithmetic.multiply(logic, x, y, bits=6)
    for empty in (arithmetic.popcount, arithmetic.total):
        with pytest.raises(InputError, match="at least one"):
            empty(logic, [])
    with pytest.raises(InputError, match="must have NAND2"):
        Logic(Builder(["AND2", "NOT"]))
