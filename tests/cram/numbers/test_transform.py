"""The Fourier transform stays within its stated error of NumPy's."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.core.errors import InputError
from remanence.cram import asarray, stack
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


def test_what_cannot_be_is_refused() -> None:
    x = asarray(np.zeros((4, 8), np.int64), 4)
    for bad in (lambda: fft(x, x[:, :4]), lambda: fft(x[:, :6], x[:, :6]), lambda: fft(x, x, twiddle_bits=0)):
        with pytest.raises(InputError):
            bad()
