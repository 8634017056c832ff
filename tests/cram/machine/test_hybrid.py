"""Products in the cells and sums in CMOS: exact without errors, priced as its parts, less wrong than all in cells."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remanence.circuit import Gatelibrary, Node, Periphery, gate_cost
from remanence.core.errors import InputError
from remanence.cram import Array, access, asarray, hybrid_dot
from remanence.cram.machine.hybrid import ADDER_NANDS, ADDER_XORS, adder_tree
from remanence.data import build

DRAW = np.random.default_rng(3)
NODE, PERIPHERY, LIBRARY = build(Node, "cmos-22nm"), build(Periphery, "standard"), build(Gatelibrary, "static-cmos")


@pytest.mark.parametrize("kinds", [(False, False), (True, False), (False, True), (True, True)])
@pytest.mark.parametrize("stored", [False, True])
def test_equals_numpy(kinds: tuple[bool, bool], stored: bool) -> None:
    x, y = (DRAW.integers(-8 if kind else 0, 8 if kind else 16, (70, 5)) for kind in kinds)
    y = y if stored else y[:1]
    found = hybrid_dot(asarray(x, 4, signed=kinds[0]), asarray(y, 4, signed=kinds[1]))
    assert np.array_equal(found.numpy(), (x * y).sum(axis=1))
    assert np.array_equal(found.numpy(gates=("NOT", "NOR2")), (x * y).sum(axis=1))


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6).filter(lambda counts: sum(counts) > 0))
def test_a_tree_has_as_many_adders_as_it_removes_bits(counts: list[int]) -> None:
    """A full adder turns three bits into two; the last ones, where a carry ripples, may be half adders."""
    tree = adder_tree(np.array(counts), NODE, PERIPHERY, LIBRARY)
    largest = sum(number << place for place, number in enumerate(counts))
    assert tree.bits == largest.bit_length()
    assert sum(counts) - tree.bits <= tree.adders <= sum(counts) + tree.bits
    each = (ADDER_XORS + ADDER_NANDS / LIBRARY.exclusive_or_gates) * gate_cost(NODE, LIBRARY).energy
    register = tree.bits * NODE.adder_bit_energy * PERIPHERY.register_energy_share
    assert tree.energy == pytest.approx(tree.adders * each + register, rel=1e-12, abs=0)


def test_cost_is_that_of_its_parts() -> None:
    x, y = asarray(DRAW.integers(0, 4, (3000, 6)), 2), asarray(DRAW.integers(0, 4, (1, 6)), 2)
    array, split = Array(), hybrid_dot(x, y)
    found = split.cost(array)
    program = split.products.program()
    assert program.gate_steps == 6 * 2 * 2
    read = access(program, array, rows=3000)
    assert (found.arrays, found.rows) == (3, 3000)
    assert found.energy_parts["row reads"] == read.read_energy
    assert found.time_parts["row reads"] == read.read_time
    assert found.energy == pytest.approx(found.cells.energy + read.read_energy + found.energy_parts["adder trees"],
                                         rel=1e-12, abs=0)  # fmt: skip
    assert found.latency >= found.cells.latency + read.read_time + found.tree.delay * 0.999
    assert found.area == pytest.approx(found.cells.area + 3 * found.tree.area, rel=1e-12, abs=0)
    assert found.latency < x.dot(y).cost(array).latency


def test_an_error_is_that_of_one_product() -> None:
    x, y = (asarray(each, 1) for each in np.random.default_rng(5).integers(0, 2, (2, 4000, 16)))
    exact = hybrid_dot(x, y).numpy()
    rates = {"NAND2": [0.01] * 3}
    split = hybrid_dot(x, y).numpy(errors=rates, seed=1)
    expected = 1 - 0.99**16
    wrong = np.mean(split != exact)
    assert wrong == pytest.approx(expected, abs=4 * np.sqrt(expected / 4000))  # two that cancel are within
    assert np.abs(split - exact).max() <= 5  # six of sixteen: less than once in 1e8 rows
    assert np.mean(x.dot(y).numpy(errors=rates, seed=1) != exact) > 2 * wrong


def test_what_does_not_fit_is_refused() -> None:
    x = asarray(np.ones((4, 3), int), 2)
    for shape in ((4, 2), (4, 3, 1), (3, 3)):
        with pytest.raises(InputError):
            hybrid_dot(x, asarray(np.ones(shape, int), 2))
    with pytest.raises(InputError):
        adder_tree(np.array([0, 0]), NODE, PERIPHERY, LIBRARY)
    with pytest.raises(InputError):
        hybrid_dot(asarray(np.ones((4, 64), int), 4), asarray(np.ones((1, 64), int), 4)).cost()  # 1,536 columns
