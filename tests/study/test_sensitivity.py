"""First-order indices against functions whose indices are known exactly."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.core.events import EventCount
from remanence.data import Draws
from remanence.study import first_order, first_order_indices
from remanence.study.sensitivity import DRAWS_PER_BIN
from remanence.system import LayerRun, Platform, platform, price


def inputs(count: int, names: str, seed: int = 0) -> list[NDArray[np.float64]]:
    draws = Draws(seed=seed, count=count)
    return [draws.uniform(name) for name in names]


def run() -> LayerRun:
    return LayerRun(
        name="layer",
        events=EventCount(multiply_accumulates=1e4, multiply_steps=40.0, buffer_bits_read=1e4),
        weight_events=EventCount(memory_bits_read=8e4),
        write_events=EventCount(memory_bits_written=8e4),
        arrays=0,
        weights=10_000,
        multiply_accumulates=1e4,
    )


def test_an_additive_function_has_the_indices_of_its_terms() -> None:
    """Sum y = 3 a + 2 b + c: the indices are 9/14, 4/14, 1/14; four standard errors at 4096 draws."""
    terms = inputs(4096, "abcd")
    output = 3 * terms[0] + 2 * terms[1] + terms[2]
    found = [first_order(uniform, output)[0] for uniform in terms]
    np.testing.assert_allclose(found, [9 / 14, 4 / 14, 1 / 14, 0.0], atol=0.03)


def test_ishigami() -> None:
    """Sobol indices of the Ishigami function (a = 7, b = 0.1): 0.3139, 0.4424, 0; x3 acts by interaction alone."""
    uniforms = inputs(8192, "xyz")
    x, y, z = (np.pi * (2 * uniform - 1) for uniform in uniforms)
    output = np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)
    found = [first_order(uniform, output)[0] for uniform in uniforms]
    np.testing.assert_allclose(found, [0.3139, 0.4424, 0.0], atol=0.03)


def test_the_estimate_is_not_biased_upwards_at_the_draws_of_an_estimate() -> None:
    """At 256 draws one index scatters by some hundredths; the mean over 100 seeds must lie near the truth."""
    found, noisy = [], 0
    for seed in range(100):
        strong, none = inputs(256, "ab", seed)
        output = strong + inputs(256, "c", seed)[0] * 0.5
        found.append((first_order(strong, output)[0], first_order(none, output)[0]))
        noisy += found[-1][1] > first_order(none, output)[1]
    bins = 256 // DRAWS_PER_BIN
    # 1 / bins^2 is the variation of a straight line inside its bins; 0.007 is three standard errors of the mean
    np.testing.assert_allclose(np.mean(found, axis=0), [0.8 * (1 - 1 / bins**2), 0.0], atol=0.007)
    assert noisy <= 14, "binomial(100, 0.05) exceeds 14 with probability 1e-4"


@pytest.mark.parametrize(
    ("uniform", "output", "message"),
    [
        (np.zeros(100), np.zeros(99), "must both be"),
        (np.linspace(0, 1, 32), np.linspace(0, 1, 32), "at least 64"),
        (np.linspace(0, 1, 100), np.full(100, np.nan), "finite"),
        (np.linspace(0, 1, 100), np.full(100, 3e-9), "must vary"),
    ],
)
def test_mistakes_are_refused(uniform: NDArray[np.float64], output: NDArray[np.float64], message: str) -> None:
    with pytest.raises(InputError, match=message):
        first_order(uniform, output)


@pytest.fixture(scope="module")
def chip() -> Platform:
    return platform("nearmem-sram-22nm")


def test_indices_of_a_chip_use_the_draws_of_its_estimate(chip: Platform) -> None:
    for draws in (Draws(seed=3, count=256), Draws(seed=9, count=256)):
        frame = first_order_indices(chip, price(chip, [run()], draws=draws))
        assert frame["index"].is_monotonic_decreasing
        assert set(frame.index) == {row.id for row in chip.rows() if row.uncertain}
        # other draws than those of the estimate would see no row: all would stay near the noise
        assert frame["index"].iloc[0] > 0.2
        assert frame["index"].sum() == pytest.approx(1.0, abs=0.3), "energy is close to a product of its rows"


def test_a_wrong_chip_figure_or_a_figure_without_range_is_refused_or_empty(chip: Platform) -> None:
    estimate = price(chip, [run()])
    with pytest.raises(InputError, match="has energy, latency"):
        first_order_indices(chip, estimate, "beauty")
    with pytest.raises(InputError, match="estimate is of"):
        first_order_indices(platform("mcu-cortex-m4"), estimate)
    flat = dataclasses.replace(estimate, time_parts=np.ones_like(estimate.time_parts))
    assert first_order_indices(chip, flat, "latency").empty
    below = dataclasses.replace(estimate, time_parts=-np.ones_like(estimate.time_parts))
    with pytest.raises(InputError, match="logarithm"):
        first_order_indices(chip, below, "latency")
