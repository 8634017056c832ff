"""The vector-Jacobian product against finite differences of the straight-line converter, and against the product."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from remanence.core.errors import InputError
from remanence.kernels.sliced_mvm import Conversion, Staircase, Uniform, sliced_mvm_gradient

WEIGHTS: dict[str, Any] = {"input_weights": np.array([1, 2, -4]), "cell_weights": np.array([1, 3]), "rows": 20}


def problem() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.integers(0, 2, (3, 4, 50)), rng.integers(-9, 10, (2, 50, 6)), rng.normal(size=(4, 6))


def straight(partial: np.ndarray, conversion: Conversion) -> np.ndarray:
    """Return the straight line that a converter counts as."""
    if conversion is None:
        return np.asarray(partial)
    if isinstance(conversion, Uniform):
        return np.asarray(
            np.clip(partial * conversion.scale + conversion.offset, conversion.low - 0.5, conversion.high + 0.5)
        )
    first, last = conversion.thresholds[:, 0][conversion.converter_of], conversion.thresholds[:, -1][
        conversion.converter_of]  # fmt: skip
    return np.asarray(np.clip((partial - first) / (last - first), 0, 1) * (conversion.thresholds.shape[1] - 1))


def smooth(digits: np.ndarray, cells: np.ndarray, upstream: np.ndarray, conversion: Conversion) -> float:
    total = 0.0
    for start in range(0, 50, 20):
        block = slice(start, start + 20)
        for z, a in enumerate(WEIGHTS["input_weights"]):
            for s, b in enumerate(WEIGHTS["cell_weights"]):
                total += a * b * float(np.sum(upstream * straight(digits[z, :, block] @ cells[s, block], conversion)))
    return total


@pytest.mark.parametrize(
    "conversion",
    [
        None,
        Uniform(0.31, -4, 3, 0.123),
        Uniform(np.linspace(0.1013, 0.6171, 6), -4, 3),
        Staircase([[-20.13, -1.0, 5.0, 20.17], [-9.11, 0.0, 1.0, 12.13]], [0, 1, 0, 1, 1, 1], -2),
    ],
)
def test_gradients_are_those_of_the_straight_line(conversion: Conversion) -> None:
    digits, cells, upstream = problem()
    got = sliced_mvm_gradient(upstream, digits, cells, conversion=conversion, **WEIGHTS)
    rng = np.random.default_rng(1)
    for name, array, gradient in (("digits", digits, got.digits), ("cells", cells, got.cells)):
        for _ in range(30):
            place = tuple(rng.integers(0, array.shape))
            sides = []
            for step in (1e-4, -1e-4):
                moved = array.astype(float)
                moved[place] += step
                pair = (moved, cells) if name == "digits" else (digits, moved)
                sides.append(smooth(*pair, upstream, conversion))
            assert gradient[place] == pytest.approx((sides[0] - sides[1]) / 2e-4, rel=1e-4, abs=1e-3), (name, place)


def test_everything_clipped_has_no_gradient() -> None:
    digits, cells, upstream = problem()
    got = sliced_mvm_gradient(upstream, digits, cells, conversion=Uniform(1.0, 1000, 1001), **WEIGHTS)
    assert not got.digits.any()
    assert not got.cells.any()


def test_without_clipping_inputs_see_the_recombined_weights() -> None:
    digits, cells, upstream = problem()
    got = sliced_mvm_gradient(upstream, digits, cells, conversion=Uniform(0.25, -1000, 1000), **WEIGHTS)
    folded = np.tensordot(WEIGHTS["cell_weights"], cells, 1)
    np.testing.assert_allclose(got.inputs(WEIGHTS["input_weights"]), 0.25 * upstream @ folded.T, rtol=2e-5, atol=1e-4)


@pytest.mark.parametrize("bad", [np.ones((4, 5)), np.full((4, 6), np.nan)])
def test_bad_upstream_is_refused(bad: np.ndarray) -> None:
    digits, cells, _ = problem()
    with pytest.raises(InputError, match="upstream"):
        sliced_mvm_gradient(bad, digits, cells, conversion=None, **WEIGHTS)
