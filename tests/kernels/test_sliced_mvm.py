"""The kernel: reference against exact integers, every path against the reference, bit for bit."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.errors import BackendError, InputError, ValidityError
from remanence.kernels.sliced_mvm import EXACT, Cells, Conversion, Staircase, Uniform, sliced_mvm


@contextmanager
def threads(count: int) -> Iterator[None]:
    before = numba.get_num_threads()
    numba.set_num_threads(min(count, os.cpu_count() or 1))
    try:
        yield
    finally:
        numba.set_num_threads(before)


CASE = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 2**32 - 1),
        "vectors": st.integers(0, 40),
        "depth": st.integers(1, 300),
        "columns": st.integers(1, 300),
        "slices": st.integers(1, 4),
        "pulses": st.integers(1, 5),
        "rows": st.integers(1, 300),
        "digits": st.sampled_from([(0, 1), (-1, 1), (-1, 0, 1), (0, 1, 2, 3), (-2, -1, 0, 1), (0,), (2, 7), range(16)]),
        "converter": st.sampled_from(["uniform", "columns", "staircase", "none"]),
    }
)


def draw(case: dict[str, Any], values: Any) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """Return digits, cells and the other arguments; ``values`` are those of the cells, or their largest size."""
    rng = np.random.default_rng(case["seed"])
    digits = rng.choice(list(case["digits"]), (case["pulses"], case["vectors"], case["depth"])).astype(np.int16)
    shape = (case["slices"], case["depth"], case["columns"])
    cells = rng.integers(-values, values + 1, shape) if isinstance(values, int) else rng.choice(values, shape)
    columns = case["columns"]
    typical = float(np.abs(cells).max()) * max(1, max(map(abs, case["digits"]))) * np.sqrt(case["rows"]) / 10 + 1e-3
    conversion: Conversion = None
    if case["converter"] == "uniform":
        conversion = Uniform(1 / typical, -30, 25)
    elif case["converter"] == "columns":
        conversion = Uniform(rng.uniform(0.5, 2.0, columns) / typical, -30, 25, rng.uniform(-2, 2, columns))
    elif case["converter"] == "staircase":
        thresholds = np.sort(rng.normal(0.0, 10 * typical, (3, 31)), axis=1)
        conversion = Staircase(thresholds, rng.integers(0, 3, columns), -7)
    return digits, cells.astype(np.int32), {
        "input_weights": rng.integers(-200, 200, case["pulses"]),
        "cell_weights": rng.integers(-200, 200, case["slices"]),
        "rows": case["rows"],
        "conversion": conversion,
    }  # fmt: skip


def both(digits: np.ndarray, cells: np.ndarray, kw: dict[str, Any], path: str = "auto") -> str:
    """Assert that a path gives the bits of the reference; return the path that ran."""
    expected = sliced_mvm(digits, cells, backend="reference", **kw)
    got = sliced_mvm(digits, cells, backend="cpu", path=path, **kw)
    assert (expected.backend, expected.path, got.backend) == ("reference", "definition", "cpu")
    assert got.values.dtype == expected.values.dtype
    np.testing.assert_array_equal(got.values, expected.values)
    return got.path


@given(CASE, st.sampled_from(["auto", "products"]))
@settings(max_examples=60, deadline=None)
def test_perturbed_cells_equal_the_reference_bit_for_bit(case: dict[str, Any], path: str) -> None:
    both(*draw(case, 2**14 // case["rows"] + 4), path)


@given(CASE, st.sampled_from([(0, 1), (3, 11), (-1, 1), (-1, 0, 1), (-64, 0, 64), (1000, 3000), (0,), (5, 9, 100)]))
@settings(max_examples=60, deadline=None)
def test_nominal_cells_equal_the_reference_bit_for_bit(case: dict[str, Any], values: tuple[int, ...]) -> None:
    ran = both(*draw(case, values))
    two = len(set(case["digits"])) <= 2
    if case["converter"] != "none" and two and case["vectors"] and ran != "integer product":
        assert ran == "popcount"


@given(CASE)
@settings(max_examples=20, deadline=None)
def test_sums_beyond_float32_stay_exact(case: dict[str, Any]) -> None:
    case = case | {"digits": range(256)}
    both(*draw(case, 2**17))


def test_each_path_runs_where_it_should() -> None:
    rng = np.random.default_rng(0)
    digits = rng.integers(0, 2, (8, 20, 100)).astype(np.int16)
    kw: dict[str, Any] = {"input_weights": 2 ** np.arange(8), "cell_weights": [1, 2], "rows": 32}
    binary, perturbed = rng.integers(0, 2, (2, 100, 50)), rng.integers(-99, 100, (2, 100, 50))
    lossless, lossy = Uniform(1.0, 0, 32), Uniform(0.5, 0, 15)
    for cells, drive, conversion, path in (
        (binary, digits, lossless, "integer product"),
        (binary * 512, digits, Uniform(2.0**-9, 0, 32), "integer product"),
        (binary * 3, digits, Uniform(1 / 3, 0, 32), "integer product"),
        (binary, digits, lossy, "popcount"),
        (binary, digits, Uniform(1.0, 0, 31), "popcount"),
        (binary, digits, Uniform(1.0, 0, 32, 0.4), "popcount"),
        (binary * 3 + 1, digits, Uniform(1 / 3, -100, 100), "popcount"),
        (perturbed, digits, lossy, "subset sums"),
        (perturbed, digits + 254, lossy, "subset sums"),
        (perturbed, digits * 3, lossy, "subset sums"),
        (perturbed, digits * 4, lossy, "products"),
        (perturbed, digits, None, "folded product"),
    ):
        arguments = kw | {"conversion": conversion}
        assert both(drive, cells, arguments) == path
        for other in ("popcount", "subset sums", "products"):
            try:
                both(drive, cells, arguments, other)
            except ValidityError as error:
                assert str(error).startswith("sliced_mvm: path")  # noqa: PT017


@pytest.mark.parametrize("top", [1, 2, 3])
@pytest.mark.parametrize("full", [False, True])
def test_tall_blocks(top: int, full: bool) -> None:
    """Counts beyond a byte, and more groups of rows than fit in the cache at once."""
    rng = np.random.default_rng(top)
    shape = (3, 40, 700)
    digits = np.full(shape, top) if full else rng.integers(0, top + 1, shape)
    digits[0, 0, 0] = 0
    kw: dict[str, Any] = {"input_weights": [1, 2, 4], "cell_weights": [1, -3], "rows": 600,
                          "conversion": Uniform(0.37, -3000, 3000)}  # fmt: skip
    ones = np.ones((2, 700, 90), int)
    ones[0, 0, 0] = 0
    if top == 1:
        both(digits, ones, kw, "popcount")
        both(digits, rng.integers(-1, 2, ones.shape), kw, "popcount")
    both(digits, rng.integers(-99, 100, ones.shape), kw, "subset sums")


@pytest.mark.parametrize("held", [False, True])
def test_threads_and_batch_do_not_change_a_bit(held: bool) -> None:
    rng = np.random.default_rng(3)
    digits = rng.integers(0, 2, (8, 700, 150))
    perturbed = rng.integers(-65536, 65537, (7, 150, 300))
    kw: dict[str, Any] = {"input_weights": 2 ** np.arange(8), "cell_weights": 2 ** np.arange(7), "rows": 64,
                          "conversion": Uniform(2.0**-16 / 1.37, -32, 31)}  # fmt: skip
    for cells in (perturbed, np.sign(perturbed) * 65536):
        given_cells = Cells(cells) if held else cells
        with threads(1):
            one = sliced_mvm(digits, given_cells, **kw).values
        with threads(2):
            two = sliced_mvm(digits, given_cells, **kw).values
        np.testing.assert_array_equal(one, two)
        pieces = [sliced_mvm(digits[:, i : i + 37], given_cells, **kw).values for i in range(0, 700, 37)]
        np.testing.assert_array_equal(one, np.concatenate(pieces))


def test_held_cells_serve_other_rows_weights_and_converters() -> None:
    rng = np.random.default_rng(4)
    digits, values = rng.integers(0, 2, (3, 30, 90)), rng.integers(0, 2, (2, 90, 40))
    cells = Cells(values)
    for rows in (90, 32):
        for weights in ([1, 2], [-5, 7]):
            for conversion in (None, Uniform(1.0, 0, 90), Uniform(0.3, 0, 15)):
                kw: dict[str, Any] = {"input_weights": [1, 2, -4], "cell_weights": weights, "rows": rows,
                                      "conversion": conversion}  # fmt: skip
                expected = sliced_mvm(digits, values, backend="reference", **kw).values
                np.testing.assert_array_equal(sliced_mvm(digits, cells, **kw).values, expected)


def one(cells: Any, digits: Any, conversion: Conversion, **kw: Any) -> list[Any]:
    """Return the result of one vector, one cycle, one slice."""
    cells, digits = np.asarray(cells)[None], np.asarray(digits)[None, None]
    kw = {"rows": digits.shape[2], "input_weights": [1], "cell_weights": [1], "conversion": conversion} | kw
    return list(sliced_mvm(digits, cells, **kw).values[0].tolist())


@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_uniform_rounds_ties_to_even_and_clips(backend: str) -> None:
    cells = [[1, 3, 5, 1000, -1000]]
    assert one(cells, [1], Uniform(0.5, -8, 7), backend=backend) == [0, 2, 2, 7, -8]
    assert one(cells, [1], Uniform(0.5, -8, 7, 0.5), backend=backend) == [1, 2, 3, 7, -8]
    assert one(cells, [1], Uniform([1, 2, 1, 1, 1], -8, 7, [0, -3, 0, 0, 2]), backend=backend) == [1, 3, 5, 7, -8]


@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_a_staircase_counts_thresholds_not_above(backend: str) -> None:
    ladder = Staircase([[-1.5, 0.0, 0.0, 4.0], [10.0, 10.0, 10.0, 10.0]], [0, 0, 0, 0, 0, 1, 1], -2)
    cells = [[-2, -1, 0, 3, 4, 9, 10]]
    assert one(cells, [1], ladder, backend=backend) == [-2, -1, 1, 1, 2, -2, 2]


def test_a_uniform_staircase_is_the_uniform_converter() -> None:
    rng = np.random.default_rng(5)
    digits, cells = rng.integers(0, 2, (4, 60, 128)), rng.integers(-999, 1000, (2, 128, 30))
    kw: dict[str, Any] = {"input_weights": [1, 2, 4, 8], "cell_weights": [1, 2], "rows": 128}
    # thresholds between codes -8 to 7 of a step of 1001: no sum lies on one
    ladder = Staircase([(np.arange(-7, 8) - 0.5) * 1001.0], np.zeros(30, int), -8)
    uniform = sliced_mvm(digits, cells, conversion=Uniform(1 / 1001.0, -8, 7), **kw).values
    np.testing.assert_array_equal(sliced_mvm(digits, cells, conversion=ladder, **kw).values, uniform)


def test_what_is_held_does_not_grow_with_batch_tiles_and_slices() -> None:
    rng = np.random.default_rng(6)
    shape = (8, 512, 512)  # digits: 4 MiB
    digits = rng.integers(0, 2, shape).astype(np.int16)
    sums_bytes = 4 * 8 * 512 * 4 * 8 * 512  # all partial sums as float32: 256 MiB
    kw: dict[str, Any] = {"input_weights": 2 ** np.arange(8), "cell_weights": 2 ** np.arange(8), "rows": 128,
                          "conversion": Uniform(1 / 3.0, -32, 31)}  # fmt: skip
    perturbed = Cells(rng.integers(-(2**15), 2**15, shape))
    for cells, path in ((Cells(rng.integers(0, 2, shape)), "popcount"), (perturbed, "subset sums"),
                        (perturbed, "products")):  # fmt: skip
        sliced_mvm(digits, cells, path=path, **kw)
        tracemalloc.start()
        sliced_mvm(digits, cells, path=path, **kw)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        # numba's own arrays (512 KiB each of `PIECE`) are not traced; the result is 2 MiB
        assert peak < 24 * 2**20 < sums_bytes / 10, path


GOOD: dict[str, Any] = {
    "digits": np.ones((1, 1, 4), int), "cells": np.ones((1, 4, 2), int), "input_weights": [1], "cell_weights": [1],
    "rows": 4, "conversion": Uniform(1.0, -8, 7),
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"digits": np.ones((1, 4), int)}, "must be"),
        ({"digits": np.ones((1, 1, 5), int)}, "must be"),
        ({"digits": np.full((1, 1, 4), 2**15)}, "fit in 16 bits"),
        ({"digits": np.full((1, 1, 4), 0.5)}, "must be whole"),
        ({"cells": np.full((1, 4, 2), np.nan)}, "must be whole numbers"),
        ({"cells": np.full((1, 4, 2), 2**31)}, "fit in 32 bits"),
        ({"input_weights": [1, 2]}, "1 whole numbers"),
        ({"cell_weights": [0.5]}, "1 whole numbers"),
        ({"rows": 0}, "whole number from 1"),
        ({"first_vector": -1}, "must not be negative"),
        ({"conversion": Uniform([1.0, 1.0, 1.0], -8, 7)}, "the cells have 2"),
        ({"conversion": Staircase([[0.0]], [0], 0)}, "the cells have 2"),
        ({"path": "fft"}, "must be one of"),
        ({"path": "folded product"}, "no converter"),
        ({"path": "products", "backend": "reference"}, "one way only"),
        ({"digits": np.full((1, 1, 4), 2**14), "cells": np.full((1, 4, 2), 2**30), "input_weights": [2**40],
          "conversion": None}, "results below"),
    ],
)  # fmt: skip
def test_bad_arguments_are_refused(change: dict[str, Any], message: str) -> None:
    kw = GOOD | change
    with pytest.raises(InputError, match=message):
        sliced_mvm(kw.pop("digits"), kw.pop("cells"), **kw)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Uniform(0.0, 0, 1), "greater than 0"),
        (lambda: Uniform(np.nan, 0, 1), "finite"),
        (lambda: Uniform([[1.0]], 0, 1), "one per column"),
        (lambda: Uniform(1.0, 0, 1, np.inf), "finite"),
        (lambda: Uniform(1.0, 3, 2), "in order"),
        (lambda: Uniform(1.0, 0, EXACT + 1), "at most"),
        (lambda: Uniform(1.0, 0.5, 2), "whole"),  # type: ignore[arg-type]
        (lambda: Staircase([0.0, 1.0], [0], 0), "converters, thresholds"),
        (lambda: Staircase([[1.0, 0.0]], [0], 0), "must rise"),
        (lambda: Staircase([[0.0, np.nan]], [0], 0), "finite"),
        (lambda: Staircase([[0.0]], [1], 0), "one of the 1 converters"),
        (lambda: Staircase([[0.0]], [-1], 0), "one of the 1 converters"),
        (lambda: Staircase([[0.0]], [0.0], 0), "counted from 0"),
    ],
)
def test_bad_converters_are_refused(make: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        make()


def test_an_unknown_back_end_is_refused() -> None:
    kw = GOOD | {"backend": "abacus"}
    with pytest.raises(BackendError, match="known are reference, cpu, gpu"):
        sliced_mvm(kw.pop("digits"), kw.pop("cells"), **kw)
