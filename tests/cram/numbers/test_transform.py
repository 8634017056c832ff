"""The Fourier transform stays within its stated error of NumPy's."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.cram import asarray, butterfly, stack
from remanence.cram.numbers.transform import Complex, error_bound, fft, rotated

DRAW = np.random.default_rng(8)


@pytest.mark.parametrize(("count", "twiddle_bits"), [(2, 4), (4, 4), (8, 6), (8, 12), (16, 8)])
def test_a_transform_of_eight_bits(count: int, twiddle_bits: int) -> None:
    x, y = DRAW.integers(-128, 128, (2, 100, count))
    x[0], y[0] = -128, -128
    result = stack([*fft(asarray(x, 8), asarray(y, 8), twiddle_bits=twiddle_bits)]).numpy(columns=4096)
    error = np.abs(result[..., 0] + 1j * result[..., 1] - np.fft.fft(x + 1j * y)).max()
    bound = error_bound(128 * np.sqrt(2), count, twiddle_bits)
    assert error <= bound + 1e-9
    assert bound == 0 if count < 8 else error > bound / 30


@pytest.mark.parametrize("turn", np.arange(16) / 16)
def test_a_rotation_holds_the_corners_of_its_range(turn: float) -> None:
    x, y = (each.ravel() for each in np.meshgrid([-8, -7, 0, 7], [-8, -1, 0, 7]))
    real, imaginary = rotated(Complex(asarray(x, 4), asarray(y, 4)), float(turn), 10)
    exact = (x + 1j * y) * np.exp(-2j * np.pi * turn)
    assert np.abs(real.numpy() + 1j * imaginary.numpy() - exact).max() < 0.75


def rounded(number: np.ndarray, places: int) -> np.ndarray:
    """Divide by 2**places in whole numbers: to the nearest, ties to even."""
    down, rest, half = number >> places, number & ((1 << places) - 1), 1 << places - 1
    result: np.ndarray = down + ((rest > half) | ((rest == half) & (down & 1 == 1)))
    return result


def turned(x: np.ndarray, y: np.ndarray, turn: float, places: int) -> tuple[np.ndarray, np.ndarray]:
    """Rotate whole numbers as `rotated` promises to."""
    if turn * 4 % 1 == 0:
        return ((x, y), (y, -x), (-x, -y), (-y, x))[int(turn * 4) % 4]
    a, b = (round(part * 2**places) for part in (np.cos(2 * np.pi * turn), np.sin(2 * np.pi * turn)))
    return rounded(a * x + b * y, places), rounded(a * y - b * x, places)


def crossed(parts: list[np.ndarray], turn: float, places: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the butterfly of (a, a', b, b') in whole numbers."""
    real, imaginary = turned(parts[2], parts[3], turn, places)
    return parts[0] + real, parts[1] + imaginary, parts[0] - real, parts[1] - imaginary


def check_butterfly(parts: list[np.ndarray], bits: int, turn: float, places: int) -> None:
    """Bit for bit that of whole numbers, and within the stated error of that of real ones."""
    one, two = (Complex(*(asarray(part, bits, signed=True) for part in pair)) for pair in (parts[:2], parts[2:]))
    result = stack([each for pair in butterfly(one, two, turn, places) for each in pair]).numpy()
    assert np.array_equal(result, np.stack(crossed(parts, turn, places), axis=-1))
    b = parts[2] + 1j * parts[3]
    error = np.abs(result[:, 0] + 1j * result[:, 1] - parts[0] - 1j * parts[1] - np.exp(-2j * np.pi * turn) * b)
    assert (error <= np.sqrt(0.5) * (1 + np.abs(b) * 2.0**-places) + 1e-6).all()


@pytest.mark.parametrize("turn", [0.0, 1 / 16, 1 / 8, 1 / 4, 3 / 8, -1 / 3])
def test_butterflies_of_all_operands_of_four_bits(turn: float) -> None:
    grid = np.meshgrid(*[np.arange(-8, 8)] * 4)
    check_butterfly([each.ravel() for each in grid], 4, turn, 5)


@pytest.mark.parametrize(("bits", "turn", "places"), [(8, 1 / 8, 12), (13, 3 / 16, 9), (16, -0.3, 12), (32, 1 / 8, 16)])
def test_butterflies_of_a_million_random_operands(bits: int, turn: float, places: int) -> None:
    low = 1 << bits - 1
    parts = [Stream(bits).child(str(k)).words(2**20).astype(np.int64) % (2 * low) - low for k in range(4)]
    for k, part in enumerate(parts):
        part[:16] = np.where(np.arange(16) >> k & 1, low - 1, -low)
    check_butterfly(parts, bits, turn, places)


@pytest.mark.parametrize("count", [8, 16])
def test_a_transform_of_a_million_random_operands_is_that_of_whole_numbers(count: int) -> None:
    x, y = (Stream(9).child(each).words(2**20).astype(np.int64).reshape(-1, count) % 256 - 128 for each in "xy")
    found = fft(asarray(x, 8), asarray(y, 8), twiddle_bits=10).numpy(columns=4096)
    parts = [(x[:, k], y[:, k]) for k in range(count)]

    def transformed(parts: list[tuple[np.ndarray, np.ndarray]]) -> list[tuple[np.ndarray, np.ndarray]]:
        if len(parts) == 1:
            return parts
        pairs = [
            crossed([*even, *odd], k / len(parts), 10)
            for k, (even, odd) in enumerate(zip(transformed(parts[::2]), transformed(parts[1::2]), strict=True))
        ]
        return [pair[:2] for pair in pairs] + [pair[2:] for pair in pairs]

    told = np.stack([real + 1j * imaginary for real, imaginary in transformed(parts)], axis=-1)
    assert np.array_equal(found, told)
    assert np.abs(found - np.fft.fft(x + 1j * y)).max() <= error_bound(128 * np.sqrt(2), count, 10) + 1e-9


def test_what_cannot_be_is_refused() -> None:
    x = asarray(np.zeros((4, 8), np.int64), 4)
    for bad in (lambda: fft(x, x[:, :4]), lambda: fft(x[:, :6], x[:, :6]), lambda: fft(x, x, twiddle_bits=0),
                lambda: rotated(Complex(x, x), np.nan, 4), lambda: rotated(Complex(x, x), 0.1, 49)):  # fmt: skip
        with pytest.raises(InputError):
            bad()
