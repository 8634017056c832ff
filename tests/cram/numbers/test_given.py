"""What users of NumPy try: shapes, axes, odd widths and types work as there, or are refused with what is allowed."""

# ruff: noqa: ARG005  (every call of the table takes lanes)

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from remanence import cram
from remanence.core.errors import InputError, UnknownNameError
from remanence.core.stream import Stream
from remanence.cram import Lanes, asarray, fixed

X = Stream(1).words(4 * 3 * 2).astype(np.int64).reshape(4, 3, 2) % 32 - 16
A = np.arange(16)

AXES: list[Any] = [1, 2, -1, -2, (1, 2), (2, 1), (-1,), [1, 2]]


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("name", ["sum", "max", "min", "any", "all"])
@pytest.mark.parametrize("keepdims", [False, True])
def test_axes_within_the_rows_are_those_of_numpy(name: str, axis: Any, keepdims: bool) -> None:
    found = getattr(asarray(X, 5), name)(axis=axis, keepdims=keepdims)
    told = getattr(X, name)(axis=tuple(axis) if isinstance(axis, list) else axis, keepdims=keepdims)
    assert found.shape == told.shape
    assert np.array_equal(found.numpy(), told)


@pytest.mark.parametrize("name", ["sum", "max", "min", "any", "all"])
def test_rows_stay_an_axis_whatever_is_reduced(name: str) -> None:
    held = asarray(X, 5)
    for axis in (0, -3, (0, 2), (0, 1, 2), None):
        told = getattr(X, name)(axis=axis, keepdims=axis is None)
        found = getattr(held, name)(axis=axis)
        assert found.rows == 1
        assert np.array_equal(found.numpy().ravel(), np.ravel(told))
    assert getattr(held, name)(axis=(0, 2), keepdims=True).shape == (1, 3, 1)


@pytest.mark.parametrize("shapes", [((5, 1), (5, 4)), ((5, 3, 1), (5, 1, 4)), ((5,), (1,)), ((5, 2), (1, 2)),
                                    ((1,), (1,)), ((1, 3), (5, 1)), ((5, 2, 3), (5, 3)),
                                    ((5, 1, 1), (1, 2, 2))])  # fmt: skip
def test_places_broadcast_as_in_numpy_and_rows_come_first(shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    """Axes are lined up behind the rows: (5, 2, 3) with (5, 3) is in NumPy (5, 2, 3) with (5, 1, 3)."""
    x, y = (Stream(k).words(int(np.prod(s))).astype(np.int64).reshape(s) % 16 for k, s in enumerate(shapes))
    wide = y[:, None] if x.ndim > y.ndim else y
    for function in (lambda a, b: a + b, lambda a, b: a * b, lambda a, b: a < b):
        found, told = function(asarray(x, 4), asarray(y, 4)), function(x, wide)
        assert found.shape == told.shape
        assert np.array_equal(found.numpy(), told)


@pytest.mark.parametrize("bits", [1, 33, 63, 64, 65, 127])
@pytest.mark.parametrize("signed", [False, True])
def test_words_of_any_width_are_whole_numbers_of_python(bits: int, signed: bool) -> None:
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    x = np.array([low, high, low // 2, high // 3, high // 7, 0], object)
    y = np.array([high, low, high // 5, low // 3, high, high], object)
    a, b = asarray(x, bits, signed=signed), asarray(list(y), bits, signed=signed)
    for function in (lambda p, q: p + q, lambda p, q: p - q, lambda p, _: -p, lambda p, q: p ^ q, lambda p, q: p > q,
                     lambda p, q: p + high * q - (1 << 70), lambda p, _: p << 3, lambda _, q: q > 1 << 64):  # fmt: skip
        assert list(function(a, b).numpy(columns=4096)) == list(function(x, y))
    if bits in (1, 33):
        assert list((a * (1 << 31)).numpy()) == list(x << 31)
        assert list((a * b).numpy(columns=8192)) == list(x * y)
        assert list((abs(a) ** 2).numpy(columns=8192)) == list(x * x)
    assert list(a.sum().numpy(columns=4096)) == [sum(x)]


def test_types_of_numpy_and_python_go_in() -> None:
    for numbers, bits, dtype in (
        (np.arange(4, dtype=np.uint8), None, "uint8"), (np.arange(4, dtype=np.int16), None, "int16"),
        ([True, False], None, "uint1"), (np.array([2**64 - 1], np.uint64), 64, "uint64"), ([-(2**63)], 64, "int64"),
        ([2**63, -1], 65, "int65"), ([2**90], 91, "uint91"), (7, 3, "uint3"), ([[1, -1]], "int2", "int2"),
        ((1, 2), np.int64(2), "uint2"), ([1, 0], "uint1", "uint1"), ([1], np.uint16, "uint16"),
        (np.int8(-3), 3, "int3"), ([np.int8(1), 2**70], 71, "uint71"), ([np.True_, 2], 2, "uint2"),
    ):  # fmt: skip
        held = asarray(numbers, bits)
        assert held.dtype == dtype
        assert list(held.numpy().ravel()) == list(np.array(numbers, object).ravel())
        assert held.astype(held.dtype).dtype == dtype
    assert asarray(A, 4).astype(np.int8).dtype == "int8"


def test_scalars_and_lists_on_either_side() -> None:
    held = asarray(A, 4)
    scalar: Any
    for scalar in (3, np.int8(3), np.uint64(3), np.array(3), [3], np.array([3]), True, -5, 2**63, -(2**80)):
        plain = int(np.array(scalar, object).ravel()[0])
        assert list((held + scalar).numpy()) == [int(a) + plain for a in A]
        assert list((scalar - held).numpy()) == [plain - int(a) for a in A]
        assert list((held < scalar).numpy()) == [int(a) < plain for a in A]
    quotient, rest = divmod(100, held + 1)
    assert np.array_equal(quotient.numpy(), 100 // (A + 1))
    assert np.array_equal(rest.numpy(), 100 % (A + 1))
    assert np.array_equal(cram.multiply_add(3, held, 1).numpy(), 3 * A + 1)
    assert np.array_equal(cram.stack([held, 3]).numpy(), np.stack([A, np.full(16, 3)], axis=1))
    alone = (cram.maximum(3, 4), cram.square(-3), cram.sqrt(17), cram.clip(9, 1, 5))
    assert [each.numpy().item() for each in alone] == [4, 9, 4, 5]


def test_products_with_vectors_and_matrices() -> None:
    held, vector = asarray(X, 5), np.array([3, -2])
    matrix = np.arange(8).reshape(2, 4) - 3
    left = np.arange(6).reshape(2, 3) - 2
    assert np.array_equal((held @ vector).numpy(), X @ vector)
    assert np.array_equal(held.dot(vector).numpy(), X @ vector)
    assert np.array_equal((held @ matrix).numpy(), X @ matrix)
    mixed: Any = left @ held
    assert np.array_equal(mixed.numpy(), left @ X)
    each = Stream(3).words(4 * 2 * 5).astype(np.int64).reshape(4, 2, 5) % 8
    assert np.array_equal((held @ asarray(each, 3)).numpy(), X @ each)


def test_joining_along_any_axis_but_the_rows() -> None:
    held, other = asarray(X, 5), asarray(X[::-1] % 8, 3)
    for axis in (1, 2, 3, -1, -2, -3):
        found = cram.stack([held, other], axis=axis)
        assert np.array_equal(found.numpy(), np.stack([X, X[::-1] % 8], axis=axis))
    for axis in (1, -1):
        assert np.array_equal(
            cram.concatenate((held, other), axis).numpy(), np.concatenate([X, X[::-1] % 8], axis=axis)
        )
    assert np.array_equal(cram.stack(part for part in (held, held)).numpy(), np.stack([X, X], axis=-1))


def test_shapes_given_as_numbers_or_as_a_tuple() -> None:
    held = asarray(X, 5)
    assert held.reshape((6,)).shape == held.reshape(6).shape == held.reshape([-1]).shape == (4, 6)
    assert held.reshape(3, 2, 1).broadcast_to((3, 2, 4)).shape == (4, 3, 2, 4)
    assert held[()].shape == held.shape
    assert held[:, [0, 2], -1].shape == (4, 2)
    assert held[:, None, ..., ::-1].shape == (4, 1, 3, 2)
    assert repr(held.sum(axis=1)) == "Lanes(shape=(4, 2), signed 7 bits)"


def test_results_never_wrap_unless_they_are_told_to() -> None:
    """Extremes of every operation with a width of its own; and the four ways to lose bits."""
    x, y = asarray([-8, -8, 7, 7], 4), asarray([-8, 7, -8, 7], 4)
    assert list((x * y).numpy()) == [64, -56, -56, 49]
    assert list((x - y).numpy()) == [0, -15, 15, 0]
    assert list((x // y).numpy()) == [1, -2, -1, 1]
    assert list((x // -1).numpy()) == [8, 8, -7, -7]
    assert list((-x).numpy()) == list((0 - x).numpy()) == [8, 8, -7, -7]
    assert list(abs(x).numpy()) == [8, 8, 7, 7]
    total = asarray(np.full(1000, 255), 8)
    assert total.sum().numpy() == 255_000
    for _ in range(3):
        total += total
    assert total.bits == 11
    assert total.max().numpy() == 8 * 255
    assert list(x.astype(3).numpy()) == [0, 0, -1, -1]
    assert list(x.astype(4, signed=False).numpy()) == [8, 8, 7, 7]
    assert list((asarray([9, 15], 4) << asarray([1, 4], 3)).numpy()) == [2, 0]
    assert list((~asarray([9, 15], 4)).numpy()) == [6, 0]


def test_numbers_that_are_given_are_kept_as_they_were() -> None:
    source = np.array([1, 2, 3])
    held = asarray(source, 2)
    source[0] = 3
    assert list(held.numpy()) == [1, 2, 3]
    assert copy.deepcopy(held) is held
    assert list(copy.deepcopy({"x": held})["x"].numpy()) == [1, 2, 3]


Call = Callable[[Lanes], Any]
REFUSED: dict[str, tuple[Call, str]] = {
    "floats": (lambda x: x + 1.5, "type float; must be whole"),
    "whole floats": (lambda x: asarray([1.0], 4), "type float; must be whole numbers. Scale"),
    "floats of numpy": (lambda x: np.float64(2) * x, "float64; must be whole"),
    "text": (lambda x: asarray("abc", 4), "type str"),
    "nothing": (lambda x: asarray(None, 4), "NoneType"),
    "complex": (lambda x: asarray([1j], 4), "complex"),
    "not a number": (lambda x: asarray([np.nan], 4), "must be whole"),
    "ragged": (lambda x: asarray([[1], [1, 2]], 4), "every row of one length"),
    "empty": (lambda x: asarray(np.zeros(0, int), 4), r"\(0,\).*at least one"),
    "no places": (lambda x: x[:, :0], r"\(4, 0, 2\).*at least one"),
    "too large": (lambda x: asarray([16], 4), "16 to 16; unsigned 4 bits hold 0 to 15"),
    "too small": (lambda x: asarray([-9], 4), "signed 4 bits hold -8 to 7"),
    "negative unsigned": (lambda x: asarray([-1], 4, signed=False), "hold 0 to 15"),
    "no width": (lambda x: asarray([1, 2]), "need a number of bits"),
    "bits of a float": (lambda x: asarray([1], 4.0), "4.0; must be a whole number from 1 to 1024"),
    "no bits": (lambda x: asarray([1], 0), "0; must be a whole number from 1 to 1024"),
    "bits as text": (lambda x: asarray([1], "8"), "type such as int5"),
    "another sign than the type": (lambda x: asarray([1], "int8", signed=False), "int8.*type such as"),
    "a type of floats": (lambda x: x.astype(float), "float64.*type such as"),
    "a class": (lambda x: x.astype(dict), "type such as"),
    "rows that differ": (lambda x: x + asarray(np.arange(3), 4), r"\(4, 3, 2\) and \(3,\).*Rows come first"),
    "places that differ": (lambda x: x * asarray(np.ones((4, 5), int), 4), "do not fit together"),
    "numbers for each row": (lambda x: x[:, 0, 0] + np.arange(4), "same in all rows.*cram.asarray"),
    "an axis too many": (lambda x: x.sum(axis=3), r"3; must be one of shape \(4, 3, 2\)"),
    "an axis of a float": (lambda x: x.max(axis=1.0), "1.0; must be one of"),  # type: ignore[arg-type]
    "an axis twice": (lambda x: x.sum(axis=(1, -2)), "must name an axis once"),
    "no axis of a running sum": (lambda x: cram.cumsum(x, axis=None), "None; must be one of"),  # type: ignore[arg-type]
    "sorted rows": (lambda x: cram.sort(x, axis=0), "must lie within the rows"),
    "a place along the rows": (lambda x: cram.argmax(x, axis=0), "must lie within the rows"),
    "one row": (lambda x: x[0], r"rows 0.*x\[:, ...\]"),
    "some rows": (lambda x: x[1:3], "all rows work together"),
    "a mask": (lambda x: x[x > 3], "all rows work together"),
    "a place that is not there": (lambda x: x[:, 7], "out of bounds"),
    "iteration": (lambda x: list(x), "all rows work together"),  # type: ignore[call-overload]
    "assignment": (lambda x: x.__setitem__((slice(None), 0), 1), "not changed in place.*cram.where"),
    "a condition": (lambda x: 1 if x > 0 else 2, "Use cram.where"),
    "an array": (lambda x: np.asarray(x), "only once it has run.*numpy()"),
    "a function of numpy": (lambda x: np.where(x > 0, x, x), "numpy.where.*Take cram.where"),
    "equality of numpy": (lambda x: np.array_equal(x, X), "numpy.array_equal"),
    "true division": (lambda x: x / 2, "//"),
    "a constant shifted": (lambda x: 1 << x, "cram.asarray"),
    "a shift of a float": (lambda x: x << 2.0, "2.0; must be a whole number from 0 to 1024"),
    "a shift up and down": (lambda x: x >> -1, "-1; must be"),
    "a signed shift": (lambda x: x << x, "unsigned"),
    "a power of lanes": (lambda x: x**x, "power.*from 1"),
    "a power of zero": (lambda x: x**0, "0; must be a whole number from 1"),
    "limits the wrong way round": (lambda x: cram.clip(x, 3, 2), "3 to 2"),
    "limits of floats": (lambda x: cram.clip(x, 0.5, 2), "float; must be whole"),
    "another shape": (lambda x: x.reshape(5), "must hold the 6 places"),
    "a shape of floats": (lambda x: x.reshape(2.0, 3), "must be whole numbers"),
    "a matrix that does not fit": (lambda x: x @ np.eye(3, dtype=int), r"\(4, 3, 2\) and \(3, 3\)"),
    "a matrix of floats": (lambda x: x @ np.eye(2), "whole"),
    "a matrix on the left": (lambda x: np.eye(3, dtype=int) @ x[:, :, 0], r"x @ matrix.T"),
    "a gate that is not known": (lambda x: x.numpy(gates=["NAND2", "XOR"]), "XOR.*Did you mean"),
    "a set that is not known": (lambda x: x.numpy(gates="nands"), "gate set.*nand"),
    "too few gates": (lambda x: (x + 1).numpy(gates=["AND2"]), "must have NAND2, or NOR2, or NMAJ3"),
    "no gates": (lambda x: (x + 1).numpy(gates=[]), "at least one"),
    "a gate that the cell cannot do": (lambda x: (x + 1).program(gates="majority").cost(cram.Array()),
                                       "gates NMAJ3, NMAJ5; gates of this cell: NOT, NAND2"),
    "a cell that can do no gate": (lambda x: (x + 1).numpy(gates=cram.Array(names=("OR2",))), "OR2: fails in"),
    "too wide for the array": (lambda x: (x * x).numpy(columns=40), "gates fit; all take.*wider array"),
    "too many inputs": (lambda x: x.numpy(columns=10), "the inputs alone have 30 bits"),
    "errors of a number": (lambda x: x.numpy(errors=0.1), "rates by name of the gate"),  # type: ignore[arg-type]
    "errors of an unknown gate": (lambda x: (x + 1).numpy(errors={"NAND9": [0.1]}), "NAND9.*Did you mean"),
    "errors of another shape": (lambda x: (x + 1).numpy(errors={"NAND2": 0.1}), "must be 3 numbers"),
    "errors above one": (lambda x: (x + 1).numpy(errors={"NAND2": [0, 2, 0]}), "must be probabilities"),
    "a list for fft": (lambda x: cram.fft([[1, 2]], [[0, 0]]), "cram.fft: real: got list"),  # type: ignore[arg-type]
    "a list for convolve": (lambda x: cram.convolve([[1]], X), "cram.convolve.*cram.asarray"),  # type: ignore[arg-type]
    "a list for stencil": (lambda x: cram.stencil([1], [1]), "cram.stencil.*cram.asarray"),  # type: ignore[arg-type]
    "a list for matches": (lambda x: cram.binary_network.matches([[1]], [[1]]), "cram.asarray"),  # type: ignore[arg-type]
    "one length of a kernel": (lambda x: cram.patches(np.zeros((1, 1, 4, 4)), 3), "height, width"),  # type: ignore[arg-type]
    "half a stride": (lambda x: cram.patches(np.zeros((1, 1, 4, 4)), (2, 2), stride=1.5), "1.5"),  # type: ignore[arg-type]
    "a missing argument": (lambda x: cram.jit(lambda a, b: a + b)(x), "missing a required argument: 'b'"),
    "a plain argument": (lambda x: cram.jit(lambda a: a + 1)(3), "got int; must be a Lanes"),
    "two results": (lambda x: cram.jit(lambda a: divmod(a, 3))(x), "got tuple; must be a Lanes"),
    "a fraction too fine": (lambda x: fixed([1.0], 8, 4) + 0.3, r"multiple of 2\*\*-4.*cram.fixed"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_what_is_allowed(name: str) -> None:
    call, told = REFUSED[name]
    with pytest.raises((InputError, UnknownNameError), match=told):
        call(asarray(X, 5))


def test_arguments_by_name_find_their_place() -> None:
    function = cram.jit(lambda x, y: x - 2 * y)
    x, y = asarray(A, 4), asarray(A[::-1].copy(), 4)
    assert list(function(x, y=y).numpy()) == list(function(y=y, x=x).numpy()) == list(A - 2 * A[::-1])
    assert function.program(x, y=y).step_count == function.program(x, y).step_count
    wide = cram.jit(lambda x: x * x)(asarray([2**40 - 1], 40))
    assert list(wide.numpy()) == [(2**40 - 1) ** 2]
