"""Arithmetic for lines that run several gates at once: exact, and short in gates one after the other."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.cram.arithmetic import integer
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.arithmetic.prefix import add_prefix, multiply_array
from remanence.cram.cells.gate_set import GATE_SETS
from remanence.cram.netlist import ONE, ZERO, Builder, Netlist
from remanence.cram.simulate import from_bits, to_bits

FAMILIES = [*GATE_SETS.values(), ("NAND2",), ("NOR2",)]


def evaluated(netlist: Netlist, **numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    bits = {name: to_bits(word, len(netlist.inputs[name]), signed=False) for name, word in numbers.items()}
    return np.asarray(from_bits(netlist.evaluate(**bits)["z"], signed=False))


def depth(netlist: Netlist) -> int:
    longest = np.zeros(netlist.first + len(netlist), np.int64)
    for gate, read in enumerate(netlist.fan_in):
        longest[netlist.first + gate] = 1 + max(longest[source] for source in read if source >= 0)
    return int(longest.max())


@pytest.mark.parametrize("gates", FAMILIES, ids=str)
@pytest.mark.parametrize("bits", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("carry", ["none", "one", "given"])
def test_every_sum_of_few_bits(gates: tuple[str, ...], bits: int, carry: str) -> None:
    b = Builder(gates)
    x, y = b.input("x", bits), b.input("y", bits)
    into = b.input("c", 1)[0] if carry == "given" else ONE if carry == "one" else ZERO
    total, over = add_prefix(Logic(b), x, y, into)
    b.output("z", (*total, over))
    place = np.arange(1 << (2 * bits + 1))
    u, v, c = place % (1 << bits), (place >> bits) % (1 << bits), place >> 2 * bits
    given = {"x": u, "y": v} | ({"c": c} if carry == "given" else {})
    assert np.array_equal(evaluated(b.netlist(), **given), u + v + (c if carry == "given" else carry == "one"))


@pytest.mark.parametrize("gates", FAMILIES, ids=str)
def test_wide_sums_and_their_depth(gates: tuple[str, ...]) -> None:
    depths = []
    for bits in (16, 32):
        b = Builder(gates)
        x, y = b.input("x", bits), b.input("y", bits)
        b.output("z", add_prefix(Logic(b), x, y)[0])
        u, v = (Stream(bits).child(name).words(2000).astype(np.int64) % (1 << bits) for name in "xy")
        assert np.array_equal(evaluated(b.netlist(), x=u, y=v), (u + v) % (1 << bits))
        depths.append(depth(b.netlist()))
    assert depths[1] - depths[0] <= 10  # for twice the bits


@pytest.mark.parametrize("gates", FAMILIES, ids=str)
@pytest.mark.parametrize(("wide", "high"), [(1, 1), (4, 4), (3, 5), (5, 2)])
def test_every_product_of_few_bits(gates: tuple[str, ...], wide: int, high: int) -> None:
    b = Builder(gates)
    x, y = b.input("x", wide), b.input("y", high)
    b.output("z", multiply_array(Logic(b), x, y))
    place = np.arange(1 << (wide + high))
    u, v = place % (1 << wide), place >> wide
    assert np.array_equal(evaluated(b.netlist(), x=u, y=v), u * v)


@pytest.mark.parametrize("gates", FAMILIES, ids=str)
def test_words_of_a_parallel_logic(gates: tuple[str, ...]) -> None:
    b = Builder(gates)
    logic, (x, y) = Logic(b, parallel=True), (b.input("x", 4), b.input("y", 4))
    difference, not_under = integer.subtract(logic, x, y)
    product = integer.multiply(logic, x, y, bits=6)
    signed = integer.multiply(logic, x, y, signed=True, bits=4)
    below = [integer.less(logic, x, y, signed=each) for each in (False, True)]
    opposite = integer.subtract(logic, (ZERO,) * 4, y)[0]
    b.output("z", (*difference, not_under, *product, *signed, *below, *opposite))
    place = np.arange(256)
    u, v = place % 16, place >> 4
    s, t = (np.where(word > 7, word - 16, word) for word in (u, v))
    parts = [((u - v) % 16, 4), (u >= v, 1), (u * v % 64, 6), (s * t % 16, 4), (u < v, 1), (s < t, 1), (-v % 16, 4)]
    expected, shift = np.zeros(256, np.int64), 0
    for part, bits in parts:
        expected |= np.asarray(part, np.int64) << shift
        shift += bits
    assert np.array_equal(evaluated(b.netlist(), x=u, y=v), expected)


def test_words_of_different_widths_are_refused() -> None:
    b = Builder(("NAND2",))
    with pytest.raises(InputError, match="of one width"):
        add_prefix(Logic(b), b.input("x", 3), b.input("y", 4))
