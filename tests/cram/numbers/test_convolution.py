"""Convolutions equal the sums that define them, in both layouts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import correlate2d

from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.cram import asarray
from remanence.cram.numbers.convolution import convolve, patches, stencil

DRAW = np.random.default_rng(6)
IMAGES = DRAW.integers(0, 16, (2, 2, 6, 5))
WEIGHTS = DRAW.integers(-3, 4, (3, 2, 3, 2))


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), (3, 2)])
def test_a_convolution_on_patches(stride: int, padding: int) -> None:
    padded = np.pad(IMAGES, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    channels = [
        np.stack([[correlate2d(image[c], kernel[c], mode="valid") for kernel in WEIGHTS] for image in padded])
        for c in range(2)
    ]
    full = np.add(*channels)[:, :, ::stride, ::stride]
    rows = patches(IMAGES, (3, 2), stride=stride, padding=padding)
    result = convolve(asarray(rows, 4), WEIGHTS).numpy(columns=2048)
    assert np.array_equal(result.reshape(2, *full.shape[2:], 3).transpose(0, 3, 1, 2), full)


@pytest.mark.parametrize(("bits", "low"), [(8, 0), (5, -16)])
def test_a_million_random_pixels(bits: int, low: int) -> None:
    image = Stream(2).words(2**20).astype(np.int64).reshape(4, 1, 512, 512) % (1 << bits) + low
    kernels = np.array([[[[1, -2, 0], [3, 5, -1], [0, 7, 2]]], [[[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]]])
    held = convolve(asarray(patches(image, (3, 3), padding=1), bits, signed=low < 0), kernels)
    told = [[correlate2d(each[0], kernel[0], mode="same") for kernel in kernels] for each in image]
    assert np.array_equal(held.numpy().reshape(4, 512, 512, 2), np.moveaxis(np.array(told), 1, -1))


def test_all_images_of_two_by_two_pixels_of_four_bits() -> None:
    """And every column of weights of 2 bits signed, one position: 65,536 patches."""
    image = np.stack([each.ravel() for each in np.meshgrid(*[np.arange(16)] * 4)], axis=-1).reshape(-1, 1, 2, 2)
    kernels = np.array([[[[-2, 1], [0, -1]]], [[[1, -2], [-1, 1]]], [[[-2, -2], [-2, -2]]]])
    held = convolve(asarray(patches(image, (2, 2)), 4), kernels)
    assert np.array_equal(held.numpy(), image.reshape(-1, 4) @ kernels.reshape(3, 4).T)


@pytest.mark.parametrize("low", [0, -8])
def test_a_stencil_moves_lines_to_their_neighbours(low: int) -> None:
    image = IMAGES[0, 0] + low
    kernel = np.array([[1, 2, 1], [2, -4, 0], [1, 5, -1]])
    held = stencil(asarray(image, 4, signed=low < 0), kernel)
    assert np.array_equal(held.numpy(), correlate2d(image, kernel, mode="same"))
    assert held.program().counts()["MOVE"] <= 2 * 4 * image.shape[1]
    line = DRAW.integers(low, low + 16, 37)
    kernel = np.array([1, 0, -3, 2, 1])
    held = stencil(asarray(line, 4, signed=low < 0), kernel)
    assert np.array_equal(held.numpy(), np.correlate(np.pad(line, 2), kernel, "valid"))


def test_what_cannot_be_is_refused() -> None:
    image = asarray(IMAGES[0, 0], 4)
    for bad in (lambda: patches(IMAGES[0], (3, 3)), lambda: patches(IMAGES, (7, 3)), lambda: patches(IMAGES, (0, 3)),
                lambda: convolve(image, WEIGHTS), lambda: stencil(image, np.ones((2, 3), int)),
                lambda: stencil(image, np.ones((3, 3))), lambda: stencil(image, np.ones((13, 1), int))):  # fmt: skip
        with pytest.raises(InputError):
            bad()
