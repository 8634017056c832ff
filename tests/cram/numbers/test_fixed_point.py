"""Fixed point: exact sums and products, rounding and saturation as stated, for all numbers of seven bits."""

from __future__ import annotations

from typing import Any, Literal, cast

import numpy as np
import pytest

from remanence.core.errors import InputError
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


def test_what_cannot_be_is_refused() -> None:
    for bad in (lambda: fixed([np.nan], 8, 4), lambda: fixed([16.0], 7, 3), lambda: fixed([1e30], 8, 4),
                lambda: fixed([1.0], 8, 4).rescale(0, 0), lambda: fixed([1.0], 8, 4) + 0.3,
                lambda: Fixed(fixed([1.0], 8, 4).whole, 4).rescale(4, 2, rounding=cast(Any, "up"))):  # fmt: skip
        with pytest.raises(InputError):
            bad()
