"""Expressions over lanes equal those of NumPy, in value and in the width they promise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.cram import Lanes, asarray, convolve, jit, sqrt, where

Function = Callable[[Any, Any], Any]
OPERATIONS: dict[str, Function] = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "&": lambda x, y: x & y,
    "|": lambda x, y: x | y,
    "^": lambda x, y: x ^ y,
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
    "==": lambda x, y: x == y,
    "!=": lambda x, y: x != y,
    "-x": lambda x, y: -x + 0 * y,
    "abs": lambda x, y: abs(x) - y,
    "up": lambda x, y: (x << 2) + y,
    "down": lambda x, y: (x >> 1) - y,
    "constants": lambda x, y: 3 * x - 5 * y + 7,
    "from a constant": lambda x, y: (9 - x) * (y + 1),
    "//": lambda x, y: x // y,
    "%": lambda x, y: x % y,
    "// 8": lambda x, y: x // 8 + y % 4 + y // 1 + x % 1,
    "// 3": lambda x, y: x // 3 - y % -3 + 20 // y,
}


def numbers(name: str, low: int, high: int, rows: int = 40) -> np.ndarray:
    return (Stream(3).child(name).words(rows).astype(np.int64) % (high - low + 1)) + low


def test_shifts_by_lanes_keep_the_width_and_complement_too() -> None:
    x, y = numbers("x", 0, 15), numbers("y", 0, 5)
    held, amount = asarray(x, 4), asarray(y, 3)
    assert np.array_equal((held << amount).numpy(), (x << y) % 16)
    assert np.array_equal((held >> amount).numpy(), x >> y)
    assert np.array_equal((~held).numpy(), 15 - x)
    assert np.array_equal((asarray(x - 8, 4) >> amount).numpy(), (x - 8) >> y)
    with pytest.raises(InputError, match="unsigned"):
        held << asarray(y - 2, 4)


def test_reductions_dot_products_and_matrices() -> None:
    x = numbers("x", -8, 7, 60).reshape(20, 3)
    y = numbers("y", 0, 7, 60).reshape(20, 3)
    one, two = asarray(x, 4), asarray(y, 3)
    assert np.array_equal((one * two).sum(axis=1).numpy(), (x * y).sum(axis=1))
    assert np.array_equal(one.dot(two).numpy(), (x * y).sum(axis=1))
    assert np.array_equal(one.max(axis=1).numpy(), x.max(axis=1))
    assert np.array_equal(two.min(axis=-1).numpy(), y.min(axis=1))
    assert np.array_equal(two.popcount().numpy(), np.bitwise_count(y))
    matrix = np.array([[1, -2], [0, 3], [5, 1]])
    assert np.array_equal((one @ matrix).numpy(), x @ matrix)
    stored = asarray(matrix[None] + 2, 3)
    assert np.array_equal((one @ stored).numpy(), x @ (matrix + 2))
    assert np.array_equal(one[:, 1].numpy(), x[:, 1])
    assert np.array_equal(one.reshape(1, 3).sum(axis=1).numpy(), x)


def test_a_choice_takes_a_type_that_holds_both() -> None:
    x, y = numbers("x", -8, 7), numbers("y", 0, 15)
    held, other = asarray(x, 4), asarray(y, 4)
    assert np.array_equal(where(held > 0, held, other).numpy(), np.where(x > 0, x, y))
    assert np.array_equal(where(held, other, -1).numpy(), np.where(x, y, -1))


@settings(max_examples=30)
@given(st.data())
def test_random_expressions(data: st.DataObject) -> None:
    x, y = numbers("x", -4, 3), numbers("y", 0, 7)
    pool: list[tuple[Lanes, np.ndarray]] = [(asarray(x, 3), x), (asarray(y, 3), y)]
    for _ in range(4):
        name = data.draw(st.sampled_from(sorted(OPERATIONS)))
        (a, p), (b, q) = (data.draw(st.sampled_from(pool)) for _ in range(2))
        if a.bits + b.bits < 16:
            with np.errstate(divide="ignore"):
                pool.append((OPERATIONS[name](a, b), OPERATIONS[name](p, q).astype(np.int64)))
    held, plain = pool[-1]
    assert np.array_equal(held.numpy(gates=data.draw(st.sampled_from([["NAND2"], ["NOR2", "NOT"]]))), plain)


def test_a_function_is_scheduled_once_for_a_kind_of_arguments() -> None:
    calls = []

    @jit
    def relu(x: Lanes) -> Lanes:
        calls.append(1)
        return where(x < 0, 0, x)

    x = numbers("x", -100, 100)
    assert np.array_equal(relu(asarray(x, 8)).numpy(), np.maximum(x, 0))
    assert np.array_equal(relu(asarray(-x[:7], 8)).numpy(), np.maximum(-x[:7], 0))
    assert len(calls) == 1
    relu(asarray(x, 9))
    assert len(calls) == 2
    assert relu.program(asarray(x, 8)).gate_steps < 60
    assert relu.__name__ == "relu"
    with pytest.raises(InputError, match="must be a Lanes"):
        relu(x)


def test_a_function_may_bring_numbers_and_mix_rows() -> None:
    offset = asarray(numbers("offset", 0, 15), 4)

    @jit
    def centred(x: Lanes) -> Lanes:
        return len(x) * x - x.sum(axis=0) + offset

    @jit
    def total(x: Lanes) -> Lanes:
        return x.sum(axis=0)

    x = numbers("x", -100, 100)
    assert np.array_equal(centred(asarray(x, 8)).numpy(), 40 * x - x.sum() + offset.numpy())
    assert np.array_equal(total(asarray(x, 8)).numpy(), [x.sum()])
    assert np.array_equal(total(asarray(x[:9], 8)).numpy(), [x[:9].sum()])


KERNEL = np.array([[[[1, -2], [3, 4]]]])
IN_ROWS: dict[str, tuple[Function, Function]] = {  # four numbers in each of 2**18 rows
    "sum along rows": (lambda x, _: x.sum(axis=0), lambda x, _: x.sum(axis=0, keepdims=True)),
    "largest of all": (lambda x, _: x.max(), lambda x, _: np.array([x.max()])),
    "convolution": (lambda x, _: convolve(x, KERNEL), lambda x, _: x @ KERNEL.reshape(1, 4).T),
    "dot": (lambda x, y: x.dot(y), lambda x, y: (x * y).sum(axis=1)),
}


@pytest.mark.parametrize("name", IN_ROWS)
def test_a_million_random_operands_in_rows(name: str) -> None:
    function, meaning = IN_ROWS[name]
    x, y = (numbers(each, -128, 127, 2**20).reshape(-1, 4) for each in "xy")
    assert np.array_equal(function(asarray(x, 8), asarray(y, 8)).numpy(columns=256), meaning(x, y))


def test_what_lanes_are() -> None:
    x = asarray(np.zeros((3, 2, 4), np.int16))
    assert (len(x), x.ndim, x.size, x.dtype, x.rows) == (3, 3, 24, "int16", 3)
    assert asarray(np.array([True, False])).dtype == "uint1"
    assert repr(x) == "Lanes(shape=(3, 2, 4), signed 16 bits)"
    assert (+x).dtype == "int16"


def test_errors_of_the_gates_reach_the_numbers() -> None:
    x, y = asarray(np.zeros(1000, np.int64), 4), asarray(np.zeros(1000, np.int64), 4)
    wrong = (x + y).numpy(errors={"NAND2": [0.05, 0.05, 0.05]}, seed=1)
    assert 100 < np.count_nonzero(wrong) < 1000
    assert np.array_equal(wrong, (x + y).numpy(errors={"NAND2": [0.05, 0.05, 0.05]}, seed=1))


def test_what_cannot_be_is_refused() -> None:
    x = asarray(np.arange(4), 2)
    for bad in (lambda: asarray([1.5], 4), lambda: asarray([16], 4), lambda: asarray([1], 0), lambda: asarray([], 4),
                lambda: asarray([-1], 4, signed=False), lambda: x + np.arange(4), lambda: x + 1.5,
                lambda: x.sum(axis=2),
                lambda: x + asarray(np.arange(3), 2), lambda: x[0], lambda: bool(x), lambda: x.astype(0),
                lambda: asarray([2**40]), lambda: asarray(x, 3), lambda: x[:, 0], lambda: x.reshape(3), lambda: x << -1,
                lambda: x.moved(4), lambda: x.dot(x), lambda: x.reshape(1, 1).broadcast_to(2), lambda: sqrt(-x),
                lambda: x.sum(axis=0) + asarray(np.arange(3), 2).sum(axis=0),
                lambda: x @ np.eye(3, dtype=int), lambda: jit(cast(Any, 3))):  # fmt: skip
        with pytest.raises(InputError):
            bad()
    with pytest.raises(InputError, match="gates fit"):
        (asarray(np.arange(4), 8) * 201).numpy(columns=14)
