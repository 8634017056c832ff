"""The kernel: reference against exact integers, every back end against the reference, bit for bit."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.errors import BackendError, InputError
from remanence.kernels.sliced_mvm import EXACT, sliced_mvm


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
        "depth": st.integers(1, 90),
        "columns": st.integers(1, 300),
        "slices": st.integers(1, 8),
        "input_bits": st.integers(1, 10),
        "signed": st.booleans(),
        "rows": st.integers(1, 100),
        "code_bits": st.integers(2, 9),
        "step": st.floats(0.5, 7.0),
    }
)


def draw(case: dict[str, object], grid: int) -> tuple[np.ndarray, np.ndarray, dict[str, object]]:
    rng = np.random.default_rng(case["seed"])  # type: ignore[arg-type]
    bits, signed = int(str(case["input_bits"])), bool(case["signed"])
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1)) if signed else (0, 2**bits)
    inputs = rng.integers(low, high, (case["vectors"], case["depth"]))  # type: ignore[arg-type]
    cells = rng.integers(-(2**grid), 2**grid + 1, (case["slices"], case["depth"], case["columns"]))  # type: ignore[arg-type]
    half = 2 ** (int(str(case["code_bits"])) - 1)
    settings_ = {
        "input_bits": bits,
        "signed": signed,
        "rows": case["rows"],
        "scale": 2.0**-grid / float(str(case["step"])),
        "low": -half,
        "high": half - 1,
    }
    return inputs, cells.astype(np.int32), settings_


@given(CASE)
@settings(max_examples=60, deadline=None)
def test_cpu_equals_reference_bit_for_bit(case: dict[str, object]) -> None:
    inputs, cells, kw = draw(case, grid=16)
    expected, ran = sliced_mvm(inputs, cells, backend="reference", **kw)  # type: ignore[arg-type]
    assert ran == "reference"
    got, ran = sliced_mvm(inputs, cells, backend="cpu", **kw)  # type: ignore[arg-type]
    assert ran == "cpu"
    np.testing.assert_array_equal(got, expected)


@given(CASE)
@settings(max_examples=40, deadline=None)
def test_lossless_converter_gives_the_integer_product(case: dict[str, object]) -> None:
    inputs, cells, kw = draw(case, grid=0)
    kw |= {"scale": 1.0, "low": -100, "high": 100}
    weights = sum(cells[s].astype(np.int64) * 2**s for s in range(cells.shape[0]))
    got, _ = sliced_mvm(inputs, cells, **kw)  # type: ignore[arg-type]
    np.testing.assert_array_equal(got, inputs @ weights)


def test_threads_and_batch_do_not_change_a_bit() -> None:
    rng = np.random.default_rng(3)
    inputs = rng.integers(0, 256, (700, 150))
    cells = rng.integers(-65536, 65537, (7, 150, 300)).astype(np.int32)
    kw = {"input_bits": 8, "signed": False, "rows": 64, "scale": 2.0**-16 / 1.37, "low": -32, "high": 31}
    with threads(1):
        one, _ = sliced_mvm(inputs, cells, **kw)  # type: ignore[arg-type]
    with threads(2):
        two, _ = sliced_mvm(inputs, cells, **kw)  # type: ignore[arg-type]
    np.testing.assert_array_equal(one, two)
    pieces = [sliced_mvm(inputs[i : i + 37], cells, **kw)[0] for i in range(0, 700, 37)]  # type: ignore[arg-type]
    np.testing.assert_array_equal(one, np.concatenate(pieces))


def test_converter_rounds_ties_to_even_and_clips() -> None:
    # one row, one slice, cell values 1, 3, 5 half-steps and one beyond the range
    cells = np.array([[[1, 3, 5, 1000, -1000]]], np.int32)
    got, _ = sliced_mvm(
        np.array([[1]]), cells, input_bits=1, signed=False, rows=1, scale=0.5, low=-8, high=7, backend="cpu"
    )
    assert got.tolist() == [[0, 2, 2, 7, -8]]


def test_a_sum_at_the_edge_of_exactness_is_refused() -> None:
    cells = np.full((1, 4, 1), EXACT // 4, np.int32)
    with pytest.raises(InputError, match="rows times the largest cell"):
        sliced_mvm(np.ones((1, 4), int), cells, input_bits=1, signed=False, rows=4, scale=1.0, low=-8, high=7)


@pytest.mark.parametrize("bad", [-1, 256])
def test_inputs_out_of_range_are_refused(bad: int) -> None:
    with pytest.raises(InputError, match="must lie in 0 to 255"):
        sliced_mvm(
            np.array([[bad]]),
            np.ones((1, 1, 1), np.int32),
            input_bits=8,
            signed=False,
            rows=1,
            scale=1.0,
            low=-8,
            high=7,
        )


def test_an_unknown_back_end_is_refused() -> None:
    with pytest.raises(BackendError, match="known are reference, cpu, auto"):
        sliced_mvm(
            np.ones((1, 1), int), np.ones((1, 1, 1), np.int32), input_bits=1, signed=False, rows=1, scale=1.0, low=-8,
            high=7, backend="gpu",
        )  # fmt: skip
