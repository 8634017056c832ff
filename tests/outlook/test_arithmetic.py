"""Identities and limits of the bounds, and the worked numbers of the project's sheet on systems."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remanence.core.errors import InputError
from remanence.data import build
from remanence.outlook import arithmetic
from remanence.outlook.arithmetic import Traffic, bits_per_multiply
from remanence.outlook.cards import Transformer, Workload

LLAMA = build(Transformer, "llama-3.1-8b").traffic
YEAR = 365.25 * 86400


def test_a_transformer_has_the_weights_it_is_named_after() -> None:
    """8.03 G parameters less the embedding (0.53 G) and the norms; 131 kB of 16-bit cache per token."""
    embedding = 128256 * 4096
    assert LLAMA.weights + embedding == pytest.approx(8.03e9, rel=1e-3)
    assert LLAMA.cache_values * 2 == 131072
    assert LLAMA.attention_multiplies == 32 * 2 * 4096


def test_small_networks_have_the_products_of_their_shapes() -> None:
    resnet = build(Workload, "resnet-8").traffic
    stages = [(32, 3 * 9, 16), (32, 2 * 16 * 9, 16), (16, (16 + 32) * 9 + 16, 32), (8, (32 + 64) * 9 + 32, 64)]
    weights = [depth * outputs for _, depth, outputs in stages]
    assert resnet.weights == sum(weights) + 640
    assert resnet.multiplies == sum(side**2 * w for (side, _, _), w in zip(stages, weights, strict=True)) + 640
    big = build(Workload, "resnet-50").traffic
    assert bits_per_multiply(big, weight_bits=8) == pytest.approx(8 * 25.5e6 / 4.09e9)


def test_at_batch_1_a_weight_crosses_once_per_product_and_the_cache_comes_on_top() -> None:
    context = 2048
    moved = bits_per_multiply(LLAMA, weight_bits=8, cache_bits=16, context=context)
    products = LLAMA.weights + LLAMA.attention_multiplies * (context + 1)
    assert moved * products == pytest.approx(8 * LLAMA.weights + 16 * LLAMA.cache_values * (context + 1))
    no_cache = Traffic(weights=1e6, multiplies=1e6)
    assert bits_per_multiply(no_cache, weight_bits=8) == 8.0
    assert bits_per_multiply(no_cache, weight_bits=8, batch=4, positions=2) == 1.0


@given(
    batch=st.floats(1, 4096),
    factor=st.floats(1.01, 64),
    context=st.floats(0, 131072),
    width=st.sampled_from([4, 8, 16]),
)
def test_bits_fall_with_the_batch_towards_the_cache(batch: float, factor: float, context: float, width: int) -> None:
    few, many, cache = (
        bits_per_multiply(LLAMA, weight_bits=width, batch=size, context=context)
        for size in (batch, batch * factor, 1e15)
    )
    assert few > many > cache
    # what the batch does not share stays, what it shares falls as one over the batch
    assert (many - cache) * factor == pytest.approx(few - cache, rel=1e-6)


def test_a_pass_of_several_positions_is_their_sum_token_by_token() -> None:
    past, new, batch = 100, 7, 3
    products = sum(LLAMA.multiplies + LLAMA.attention_multiplies * (past + i + 1) for i in range(new)) * batch
    moved = 8 * LLAMA.weights + batch * 16 * LLAMA.cache_values * (past + new)
    bits = bits_per_multiply(LLAMA, weight_bits=8, batch=batch, context=past, positions=new)
    assert bits == pytest.approx(moved / products, rel=1e-12)


def test_formulas_broadcast_over_draws_and_sweeps() -> None:
    batches = np.array([1.0, 8.0, 128.0])
    widths = np.array([[8.0], [16.0]])
    assert np.shape(bits_per_multiply(LLAMA, weight_bits=widths, batch=batches)) == (2, 3)
    assert np.shape(arithmetic.rebound(np.ones(4) * 2, np.ones((3, 1)), 0.5)) == (3, 4)


def test_amdahl_limits() -> None:
    assert arithmetic.amdahl_gain(0.0, 1e9) == 1.0
    assert arithmetic.amdahl_gain(1.0, 37.0) == pytest.approx(37.0)
    assert arithmetic.amdahl_gain(0.58, 1e15) == pytest.approx(arithmetic.amdahl_bound(0.58))
    assert arithmetic.amdahl_bound(1 - 0.42) == pytest.approx(2.38, abs=0.005)
    assert arithmetic.amdahl_bound(arithmetic.share_needed(50.0)) == pytest.approx(50.0)


@given(share=st.floats(0, 1), gain=st.floats(1, 1e6), more=st.floats(1, 100))
def test_amdahl_never_gains_more_than_the_part_and_never_less_with_a_better_part(
    share: float, gain: float, more: float
) -> None:
    whole = arithmetic.amdahl_gain(share, gain)
    assert 1 - 1e-12 <= whole <= gain * (1 + 1e-9)
    assert arithmetic.amdahl_gain(share, gain * more) >= whole * (1 - 1e-12)


@given(gain=st.floats(1.001, 1e4), elasticity=st.floats(1, 20))
def test_rebound_is_neutral_at_unit_product_and_backfires_above(gain: float, elasticity: float) -> None:
    assert arithmetic.rebound(gain, elasticity, 1 / elasticity) == pytest.approx(1.0)
    assert arithmetic.rebound(gain, elasticity, 0.0) == pytest.approx(1 / gain)
    assert (
        arithmetic.rebound(gain, elasticity * 1.1, 1 / elasticity)
        > 1
        > arithmetic.rebound(gain, elasticity * 0.9, 1 / elasticity)
    )


def test_rebound_at_the_worked_examples() -> None:
    assert arithmetic.rebound(50, 1.5, 0.1) == pytest.approx(0.036, abs=5e-4)
    assert arithmetic.rebound(50, 1.5, 1.0) == pytest.approx(7.07, abs=5e-3)


def test_lifetime_at_the_worked_examples() -> None:
    assert arithmetic.endurance_lifetime(1e6, 1e3) == 1000
    assert arithmetic.endurance_lifetime(1e8, 1e3) / 3600 == pytest.approx(28, abs=0.5)
    assert arithmetic.endurance_lifetime(1e12, 1e3) / YEAR == pytest.approx(31.7, abs=0.05)
    assert arithmetic.endurance_lifetime(1e6, 1e3, flip_probability=0.01, pulses=2) == pytest.approx(50_000)


def test_bandwidth_and_break_even() -> None:
    assert arithmetic.stack_bandwidth(1024, 6.4e9) == pytest.approx(819.2e9)
    assert arithmetic.break_even_interval(2e-12, 4e-12) == 0.5


@pytest.mark.parametrize(
    "call",
    [
        lambda: arithmetic.amdahl_gain(1.1, 2),
        lambda: arithmetic.amdahl_gain(0.5, 0),
        lambda: arithmetic.amdahl_bound(1.0),
        lambda: arithmetic.share_needed(0.5),
        lambda: arithmetic.rebound(50, -1, 0.5),
        lambda: arithmetic.rebound(50, 1, 1.5),
        lambda: arithmetic.rebound(float("nan"), 1, 0.5),
        lambda: arithmetic.endurance_lifetime(1e6, 0),
        lambda: arithmetic.endurance_lifetime(1e6, 1, flip_probability=2),
        lambda: arithmetic.endurance_lifetime(1e6, 1, pulses=0.5),
        lambda: bits_per_multiply(LLAMA, weight_bits=8, batch=0.5),
        lambda: bits_per_multiply(LLAMA, weight_bits=8, context=np.array([1.0, -1.0])),
        lambda: arithmetic.stack_bandwidth(0, 1e9),
        lambda: arithmetic.break_even_interval(1e-12, 0),
    ],
)
def test_what_lies_outside_the_bounds_is_refused(call: object) -> None:
    assert callable(call)
    with pytest.raises(InputError, match="must be"):
        call()
