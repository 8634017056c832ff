"""Fixed point: exact sums and products, rounding and saturation as stated, for all numbers of seven bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, cast

import numpy as np
import pytest

from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.cram.numbers.fixed_point import Fixed, fixed

ALL = np.arange(-64, 64) / 8.0
KINDS = {
    "signed": fixed(ALL, 7, 3),
    "unsigned": fixed(ALL + 8.0, 7, 3),
    "product": fixed(ALL, 7, 3) * fixed(ALL, 7, 5 - 2),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bits", [1, 3, 5, 12])
@pytest.mark.parametrize("fraction", [-1, 0, 2, 6])
@pytest.mark.parametrize("rounding", ["even", "floor"])
def test_rescaling_rounds_and_saturates(
    kind: str, bits: int, fraction: int, rounding: Literal["even", "floor"]
) -> None:
    source = KINDS[kind]
    scaled = np.ldexp(source.numpy(), fraction)
    rounded = np.rint(scaled) if rounding == "even" else np.floor(scaled)
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if source.whole.signed else (0, (1 << bits) - 1)
    saturated = source.rescale(bits, fraction, rounding=rounding)
    assert np.array_equal(saturated.numpy(), np.ldexp(np.clip(rounded, low, high), -fraction))
    wrapped = source.rescale(bits, fraction, rounding=rounding, overflow="wrap").whole.numpy()
    assert np.array_equal(wrapped, (rounded.astype(int) - low) % (1 << bits) + low)


def test_arithmetic_is_exact() -> None:
    x, y = ALL, ALL[::-1] / 4
    one, two = fixed(x, 7, 3), fixed(y, 7, 5)
    assert np.array_equal((one + two).numpy(), x + y)
    assert np.array_equal((one - two).numpy(), x - y)
    assert np.array_equal((one * two).numpy(), x * y)
    assert np.array_equal((-one * 3 + 1).numpy(), 1 - 3 * x)
    assert np.array_equal((one < two).numpy(), x < y)
    assert one.sum().numpy() == x.sum()
    assert repr(one) == "Fixed(shape=(128,), int7, 3 bits after the point)"


Function = Callable[[Any, Any], Any]
EXACT: dict[str, Function] = {
    "x + y": lambda x, y: x + y,
    "x - y": lambda x, y: x - y,
    "x * y": lambda x, y: x * y,
    "-x": lambda x, _: -x,
    "abs": lambda x, _: abs(x),
    "x < y": lambda x, y: x < y,
    "x <= y": lambda x, y: x <= y,
    "x > y": lambda x, y: x > y,
    "x >= y": lambda x, y: x >= y,
    "x == y": lambda x, y: x == y,
    "x != y": lambda x, y: x != y,
    "constants": lambda x, y: 1 - 3 * x + (y - 2) * 5,
    "fractions": lambda x, _: 0.5 * x - 1.25 + np.float64(0.75) * x,
    "compared with constants": lambda x, y: (x >= 0.25) ^ (x == 1) ^ (y < 3) ^ (y != -0.5),
}


def both(x: np.ndarray, y: np.ndarray, bits: int, fractions: tuple[int, int], function: Function) -> None:
    """Real numbers of few bits are exact in floating point, and so must be what is made of them."""
    x, y = np.ldexp(x, -fractions[0]), np.ldexp(y, -fractions[1])
    kinds = x.min() < 0, y.min() < 0
    held = (fixed(each, bits, f, signed=bool(kind)) for each, f, kind in zip((x, y), fractions, kinds, strict=True))
    assert np.array_equal(function(*held).numpy(), function(x, y))


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("kind", ["uu", "ss", "us", "su"])
def test_all_operands_of_four_bits(name: str, kind: str) -> None:
    x, y = np.meshgrid(*(np.arange(16) - 8 * (each == "s") for each in kind))
    both(x.ravel(), y.ravel(), 4, (2, 3), EXACT[name])


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize(("bits", "fractions"), [(8, (4, 7)), (16, (15, 2)), (23, (11, 12))])
def test_a_million_random_operands(name: str, bits: int, fractions: tuple[int, int]) -> None:
    x, y = (Stream(bits).child(each).words(2**20).astype(np.int64) % (1 << bits) for each in "xy")
    both(x - (1 << bits - 1), y - (1 << bits - 1), bits, fractions, EXACT[name])


@pytest.mark.parametrize("rounding", ["even", "floor"])
@pytest.mark.parametrize(("bits", "target", "fraction"), [(8, 8, 7), (16, 16, 13), (21, 17, 9)])
def test_a_million_products_are_rounded_as_whole_numbers_are(
    bits: int, target: int, fraction: int, rounding: Literal["even", "floor"]
) -> None:
    """Bit for bit that of whole numbers; within half a unit of the last place of real ones, or one rounding down."""
    x, y = (Stream(bits).child(each).words(2**20).astype(np.int64) % (1 << bits) - (1 << bits - 1) for each in "xy")
    product = fixed(np.ldexp(x, 1 - bits), bits, bits - 1) * fixed(np.ldexp(y, 1 - bits), bits, bits - 1)
    places, exact = 2 * (bits - 1) - fraction, x * y
    down, rest = exact >> places, exact & ((1 << places) - 1)
    half = 1 << places - 1
    up = (rest > half) | ((rest == half) & (down & 1 == 1)) if rounding == "even" else 0
    low, high = -(1 << target - 1), (1 << target - 1) - 1
    found = product.rescale(target, fraction, rounding=rounding)
    assert np.array_equal(found.whole.numpy(), np.clip(down + up, low, high))
    error = np.ldexp(exact, fraction - 2 * (bits - 1)) - found.whole.numpy()
    inside = (down + up >= low) & (down + up <= high)
    assert np.abs(error[inside]).max() <= (0.5 if rounding == "even" else 1.0)
    wrapped = product.rescale(target, fraction, rounding=rounding, overflow="wrap").whole.numpy()
    assert np.array_equal(wrapped, (down + up - low) % (1 << target) + low)


def test_reductions_places_and_cost() -> None:
    x = (Stream(1).words(60).astype(np.int64) % 256 - 128).reshape(20, 3) / 16
    held = fixed(x, 8, 4)
    assert held.shape == (20, 3)
    assert np.array_equal(held.max(axis=1).numpy(), x.max(axis=1))
    assert np.array_equal(held.min(axis=1, keepdims=True).numpy(), x.min(axis=1, keepdims=True))
    assert np.array_equal(held.sum(axis=(1,)).numpy(), x.sum(axis=1))
    assert np.array_equal(held.dot(held).numpy(), (x * x).sum(axis=1))
    assert np.array_equal(held[:, 1].numpy(), x[:, 1])
    assert held.program().step_count == 0
    assert (held + held).cost().energy > 0


def test_what_cannot_be_is_refused() -> None:
    for bad in (lambda: fixed([np.nan], 8, 4), lambda: fixed([16.0], 7, 3), lambda: fixed([1e30], 8, 4),
                lambda: fixed([1.0], 8, 4).rescale(0, 0), lambda: fixed([1.0], 8, 4) + 0.3,
                lambda: fixed([1.0], 8, cast(Any, 0.5)),
                lambda: fixed(['a'], 8, 4), lambda: fixed([1.0], 8, 4) * np.nan, lambda: fixed([], 8, 4),
                lambda: Fixed(fixed([1.0], 8, 4).whole, 4).rescale(4, 2, rounding=cast(Any, "up"))):  # fmt: skip
        with pytest.raises(InputError):
            bad()
