"""Noise of a conversion: its distribution, and that it depends on nothing but its index.

Statistical bounds are five standard errors wide, two-sided: a false alarm in 1.7 million. The key fixes the draws, so a
test that passes once passes always.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import pytest

from remanence.core.errors import InputError
from remanence.core.stream import Stream, philox
from remanence.kernels.sliced_mvm import Cells, Noise, Uniform, sliced_mvm
from remanence.kernels.sliced_mvm.noise import normals, variance_grid

KEY = Stream(7).child("read").key
WORST, USUAL = 6e-4, 3e-6
"""Largest and root-mean-square distance of the processor's normal numbers from the definition. The largest occurs next
to 0, where the radius is the root of the distance of a float32 from 1."""


def arguments(**kw: Any) -> dict[str, Any]:
    return {"input_weights": [1, 2, 4], "cell_weights": [1, 2], "rows": 40, "conversion": None, "backend": "cpu"} | kw


def problem(seed: int, vectors: int = 200, columns: int = 77) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 2, (3, vectors, 90)), rng.integers(-500, 500, (2, 90, columns))


def test_normals_take_the_words_of_the_stated_counter() -> None:
    got = normals(KEY, 5, 2**32 + 3, (2, 6))
    word = philox(np.array([[1, 5, 4, 1]], np.uint32), KEY)[0]
    uniform = (word + 0.5) * 2.0**-32
    expected = np.sqrt(-2 * np.log(uniform[0])) * np.sin(2 * np.pi * uniform[1])
    assert got[1, 5] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("path", ["subset sums", "products"])
def test_the_processor_draws_the_numbers_of_the_definition(path: str) -> None:
    digits, cells = problem(0)
    kw = arguments(noise=Noise(KEY, 3.0), input_weights=[1, 0, 0], cell_weights=[1, 0], rows=90)
    expected = sliced_mvm(digits, cells, **kw | {"backend": "reference"}).values
    got = sliced_mvm(digits, cells, path=path, **kw).values
    difference = (got - expected) / 3.0
    # partial sums of 4 digits leave float32 a grid of 5e-4
    assert np.abs(difference).max() < WORST + 5e-4
    cells = np.zeros_like(cells)
    expected = sliced_mvm(digits, cells, **kw | {"backend": "reference"}).values
    difference = (sliced_mvm(digits, cells, path=path, **kw).values - expected) / 3.0
    assert np.abs(difference).max() < WORST
    assert np.sqrt(np.mean(difference**2)) < USUAL


@pytest.mark.parametrize("path", ["subset sums", "products"])
def test_mean_variance_and_kurtosis_of_every_conversion(path: str) -> None:
    vectors, columns = 4000, 96
    rng = np.random.default_rng(1)
    digits = np.broadcast_to(rng.integers(0, 2, (3, 1, 90)), (3, vectors, 90))
    cells, variance = rng.integers(-500, 500, (2, 90, columns)), rng.uniform(0, 4.0, (2, 90, columns))
    quiet = sliced_mvm(digits, cells, **arguments()).values
    noisy = sliced_mvm(digits, cells, **arguments(noise=Noise(KEY, 1.5, variance)), path=path).values
    squares = np.zeros(columns)
    for start in range(0, 90, 40):
        block = slice(start, start + 40)
        for z, weight in enumerate((1, 2, 4)):
            for s, significance in enumerate((1, 2)):
                cell = digits[z, 0, block] ** 2 @ variance[s, block]
                squares += (weight * significance) ** 2 * (1.5**2 + cell)
    scores = (noisy - quiet) / np.sqrt(squares)
    assert abs(scores.mean()) < 5 / np.sqrt(scores.size)
    assert np.abs(scores.mean(axis=0)).max() < 5 / np.sqrt(vectors)
    assert abs(np.mean(scores**2) - 1) < 5 * np.sqrt(2 / scores.size)
    assert np.abs(np.mean(scores**2, axis=0) - 1).max() < 5 * np.sqrt(2 / vectors)
    assert abs(np.mean(scores**4) - 3) < 5 * np.sqrt(96 / scores.size)
    # neighbours in the batch and in the array do not know of each other
    for shifted in (scores[1:, :] * scores[:-1, :], scores[:, 1:] * scores[:, :-1], scores[:, 4:] * scores[:, :-4]):
        assert abs(shifted.mean()) < 5 / np.sqrt(shifted.size)


def test_larger_digits_draw_by_their_square() -> None:
    digits = np.full((1, 20000, 1), -3)
    noise = Noise(KEY, 0.0, np.full((1, 1, 4), 2.0))
    kw = arguments(input_weights=[1], cell_weights=[1], noise=noise)
    drawn = sliced_mvm(digits, np.zeros((1, 1, 4), int), **kw).values
    assert np.var(drawn) == pytest.approx(18.0, rel=5 * np.sqrt(2 / drawn.size))


def test_no_two_conversions_share_a_draw() -> None:
    digits, cells = np.ones((3, 5, 90), int), np.zeros((2, 90, 9), int)
    seen = []
    for z in range(3):
        for s in range(2):
            for first in (0, 40, 80):
                some = digits.copy()
                some[:, :, :first] = 0
                some[:, :, first + 40 :] = 0
                weights = {"input_weights": np.eye(3, dtype=int)[z], "cell_weights": np.eye(2, dtype=int)[s]}
                noise = Noise(KEY, 0.0, np.ones((2, 90, 9)))
                seen.append(sliced_mvm(some, cells, **arguments(noise=noise, **weights)).values)
    values = np.concatenate([each.ravel() for each in seen])
    assert np.unique(np.round(values, 6)).size == values.size


@pytest.mark.parametrize("path", ["auto", "products"])
@pytest.mark.parametrize("varied", [False, True])
def test_threads_batch_and_path_do_not_change_a_bit(path: str, varied: bool) -> None:
    digits, cells = problem(2, vectors=600)
    variance = np.random.default_rng(3).uniform(0, 9, cells.shape) if varied else None
    noise = Noise(KEY, 2.0, variance)
    kw = arguments(noise=noise, conversion=Uniform(1 / 30.0, -100, 100))
    whole = sliced_mvm(digits, Cells(cells), **kw).values
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        np.testing.assert_array_equal(sliced_mvm(digits, cells, path=path, **kw).values, whole)
    finally:
        numba.set_num_threads(before)
    parts = [sliced_mvm(digits[:, i : i + 41], cells, first_vector=i, path="auto", **kw).values
             for i in range(0, 600, 41)]  # fmt: skip
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    other = sliced_mvm(digits, cells, first_vector=1, **kw).values
    assert np.mean(other != whole) > 0.5


def test_the_grid_of_the_variance_is_fine_and_never_overflows() -> None:
    variance = np.random.default_rng(4).uniform(0, 3.0, (1, 64, 8)).astype(np.float32)
    variance[0, 0, 0] = 4.0
    for rows in (1, 128, 1000, 4096):
        grid, exponent = variance_grid(variance, rows)
        assert rows * int(grid.max()) < 2**24
        assert np.abs(grid * 2.0**exponent - variance).max() <= 4.0 * rows * 2.0**-24 * (1 + 1e-5)
    assert variance_grid(np.zeros((1, 2, 2), np.float32), 9)[1] == 0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Noise((1, 2**32)), "two words"),
        (lambda: Noise(KEY, -1.0), "not negative"),
        (lambda: Noise(KEY, np.nan), "finite"),
        (lambda: Noise(KEY, 1.0, [1.0]), "shape"),
        (lambda: Noise(KEY, 1.0, [[[np.inf]]]), "finite"),
        (lambda: Noise(KEY, 1.0, [[[-1.0]]]), "not negative"),
        (lambda: sliced_mvm(np.ones((1, 1, 2), int), np.ones((1, 2, 3), int), input_weights=[1], cell_weights=[1],
                            rows=2, conversion=None, noise=Noise(KEY, 1.0, np.ones((1, 2, 2)))), "the cells have"),
    ],
)  # fmt: skip
def test_bad_noise_is_refused(make: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        make()
