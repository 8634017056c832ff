"""Functions over lanes equal those of NumPy of the same name."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from remanence.core.errors import InputError
from remanence.cram import (
    argmax,
    argmin,
    asarray,
    clip,
    concatenate,
    cumsum,
    maximum,
    minimum,
    multiply_add,
    sort,
    sqrt,
    square,
    stack,
    where,
)
from remanence.cram.numbers.functions import comparisons

PAIRS = np.array(list(itertools.product(range(-8, 8), repeat=2)))
"""All pairs of signed numbers of four bits, a pair a row."""
X, Y = PAIRS.T


def test_functions_of_two_numbers() -> None:
    x, y = asarray(X, 4), asarray(Y, 4)
    unsigned = asarray(Y + 8, 4)
    assert np.array_equal(minimum(x, y).numpy(), np.minimum(X, Y))
    assert np.array_equal(maximum(x, unsigned).numpy(), np.maximum(X, Y + 8))
    assert np.array_equal(maximum(3, x).numpy(), np.maximum(3, X))
    assert np.array_equal(multiply_add(x, unsigned, y).numpy(), X * (Y + 8) + Y)
    assert np.array_equal(multiply_add(unsigned, 3, unsigned).numpy(), 4 * (Y + 8))
    assert np.array_equal(multiply_add(unsigned, 15, x).numpy(), 15 * (Y + 8) + X)
    assert np.array_equal(square(x).numpy(), X * X)
    assert np.array_equal(sqrt(unsigned * 16).numpy(), np.sqrt((Y + 8) * 16).astype(int))
    assert np.array_equal(where(x - y, 1, x).numpy(), np.where(X != Y, 1, X))
    clipped = clip(x, -3, 2)
    assert clipped.bits == 3
    assert np.array_equal(clipped.numpy(), np.clip(X, -3, 2))
    assert np.array_equal(clip(x, 0, 5).numpy(), np.clip(X, 0, 5))


@pytest.mark.parametrize("places", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("low", [-4, 0])
def test_functions_along_an_axis(places: int, low: int) -> None:
    x = np.random.default_rng(places).integers(low, low + 8, (60, places))
    held = asarray(x, 3, signed=low < 0)
    assert np.array_equal(sort(held).numpy(), np.sort(x))
    assert np.array_equal(argmax(held).numpy(), np.argmax(x, axis=1))
    assert np.array_equal(argmin(held).numpy(), np.argmin(x, axis=1))
    assert np.array_equal(cumsum(held, axis=1).numpy(), np.cumsum(x, axis=1))
    assert np.array_equal(held.any(axis=1).numpy(), x.any(axis=1))
    assert np.array_equal(held.all(axis=1).numpy(), x.all(axis=1))


def test_joining_and_shapes() -> None:
    x, y = PAIRS, PAIRS[:, ::-1] * 3
    one, two = asarray(x, 4), asarray(y, 6)
    assert np.array_equal(concatenate([one, two]).numpy(), np.concatenate([x, y], axis=1))
    assert np.array_equal(stack([one, two]).numpy(), np.stack([x, y], axis=-1))
    wide = one.reshape(2, 1).broadcast_to(2, 3)
    assert np.array_equal((wide * two.reshape(1, 2)[..., :1]).numpy(), x[:, :, None] * np.ones(3, int) * y[:, :1, None])
    deep = np.arange(24).reshape(2, 3, 4)
    held = asarray(deep, 5)
    for axis in (1, 2, -1):
        assert np.array_equal(held.sum(axis=axis).numpy(), deep.sum(axis=axis))
        assert np.array_equal(sort(asarray(31 - deep, 5), axis=axis).numpy(), np.sort(31 - deep, axis=axis))
    assert np.array_equal((held @ np.arange(8).reshape(4, 2)).numpy(), deep @ np.arange(8).reshape(4, 2))


@pytest.mark.parametrize("count", range(1, 17))
def test_the_sorting_network_sorts_every_pattern_of_zeros_and_ones(count: int) -> None:
    """Which proves that it sorts everything (Knuth, The Art of Computer Programming 3, 5.3.4, theorem Z)."""
    rows = (np.arange(2**count)[:, None] >> np.arange(count)) & 1
    pairs = comparisons(count)
    for low, high in pairs:
        rows[:, low], rows[:, high] = rows[:, low] & rows[:, high], rows[:, low] | rows[:, high]
    assert (np.diff(rows, axis=1) >= 0).all()
    stages = count.bit_length() - 1
    if 2**stages == count and stages:
        assert len(pairs) == (stages * stages - stages + 4) * 2**stages // 4 - 1


def test_what_does_not_fit_is_refused() -> None:
    x = asarray(PAIRS, 4)
    for bad in (lambda: clip(x, 3, 2), lambda: concatenate([]), lambda: concatenate([x, x[:, 0]]), lambda: stack([]),
                lambda: concatenate([x, x], axis=0), lambda: stack([x, x[:, :1]]), lambda: argmax(x[:, 0]),
                lambda: sort(x, axis=0), lambda: cumsum(x, axis=2), lambda: concatenate([x, asarray(PAIRS[:9], 4)]),
                lambda: sqrt(x)):  # fmt: skip
        with pytest.raises(InputError):
            bad()
