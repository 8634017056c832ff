"""Layers of binary and ternary weights equal matrix products of -1, 0 and 1, and folded batch norms their formula."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.cram import asarray
from remanence.cram.numbers.binary_network import classify, fires, folded, matches, sums
from remanence.cram.scheduling.order import columns_needed

DRAW = np.random.default_rng(4)
BITS = DRAW.integers(0, 2, (70, 21))
PLUS = 2 * BITS - 1
WEIGHTS = {"binary": DRAW.choice([-1, 1], (21, 6)), "ternary": DRAW.choice([-1, 0, 1], (21, 6))}


@pytest.mark.parametrize("kind", WEIGHTS)
def test_sums_and_classes(kind: str) -> None:
    weights, held = WEIGHTS[kind], asarray(BITS, 1)
    assert np.array_equal(sums(held, weights).numpy(), PLUS @ weights)
    assert np.array_equal(classify(held, weights).numpy(), np.argmax(PLUS @ weights, axis=1))


@pytest.mark.parametrize("gates", ["nand", "magic-nor", "majority"])
def test_all_activations_and_weights_of_four_bits(gates: str) -> None:
    """81 columns of ternary constants, and 16 of weights that are stored."""
    every = np.arange(16)[:, None] >> np.arange(4) & 1
    ternary = np.array(list(itertools.product([-1, 0, 1], repeat=4))).T
    used = ((2 * every - 1)[:, :, None] == ternary).sum(axis=1)
    assert np.array_equal(matches(asarray(every, 1), ternary).numpy(gates=gates), used)
    stored = matches(asarray(every, 1), asarray(every.T[None], 1)).numpy(gates=gates)
    assert np.array_equal(stored, (every[:, None] == every).sum(axis=2))
    assert np.array_equal(sums(asarray(every, 1), ternary).numpy(gates=gates), (2 * every - 1) @ ternary)


def test_a_million_random_activations() -> None:
    """33 of them in each row, an odd number."""
    bits = Stream(5).events(0.5, 2**15 * 33).reshape(-1, 33).astype(np.int64)
    weights = np.random.default_rng(1).choice([-1, 0, 1], (33, 5))
    held = asarray(bits, 1)
    assert np.array_equal(sums(held, weights).numpy(), (2 * bits - 1) @ weights)
    assert np.array_equal(classify(held, weights).numpy(), np.argmax((2 * bits - 1) @ weights, axis=1))
    stored = asarray((weights > 0).astype(np.int64)[None], 1)
    assert np.array_equal(sums(held, stored).numpy(), (2 * bits - 1) @ np.where(weights > 0, 1, -1))


def test_stored_weights_take_gates_where_constant_ones_take_none() -> None:
    weights, held = WEIGHTS["binary"], asarray(BITS, 1)
    stored = asarray((weights > 0).astype(int)[None], 1)
    assert np.array_equal(sums(held, stored).numpy(), PLUS @ weights)
    xnors = weights.size * 4
    assert len(matches(held, stored).netlist()) > len(matches(held, weights).netlist()) + xnors - 1


@pytest.mark.parametrize("kind", WEIGHTS)
def test_a_folded_batch_norm_fires_as_its_formula_does(kind: str) -> None:
    weights = WEIGHTS[kind]
    used = np.count_nonzero(weights, axis=0)
    scale, shift, mean, variance = DRAW.normal(size=(4, 6)) * np.array([1.0, 1.0, 4.0, 1.0])[:, None]
    scale[1], scale[2], shift[1], shift[2], scale[3] = 0.0, 0.0, 1.0, -1.0, 1e-9
    sums_ = PLUS @ weights
    formula = scale * (sums_ - mean) / np.sqrt(variance**2 + 1e-5) + shift >= 0
    least, flipped = folded(scale, shift, mean, variance**2, used)
    assert np.array_equal(fires(matches(asarray(BITS, 1), weights), least, flipped).numpy(), formula)


def test_a_sum_on_the_threshold_counts_as_one() -> None:
    for scale in (1.0, -1.0):
        least, flipped = folded(scale, 0.0, 1.0, 1.0, 3)
        counts = np.arange(4)
        held = fires(asarray(counts, 2), least, flipped).numpy() if np.ndim(least) == 0 else (
            (counts[:, None] >= least) ^ flipped)[:, 0]  # fmt: skip
        assert np.array_equal(held, scale * (2 * counts - 3 - 1.0) >= 0)


def test_what_cannot_be_is_refused() -> None:
    held = asarray(BITS, 1)
    for bad in (lambda: matches(asarray(BITS, 2), WEIGHTS["binary"]), lambda: matches(held, WEIGHTS["binary"][:5]),
                lambda: matches(held, 2 * WEIGHTS["binary"]), lambda: matches(held, asarray(BITS, 1)),
                lambda: folded(1.0, np.nan, 0.0, 1.0, 3), lambda: folded(1.0, 0.0, 0.0, -1.0, 3)):  # fmt: skip
        with pytest.raises(InputError):
            bad()


@pytest.mark.parametrize("kind", WEIGHTS)
@pytest.mark.parametrize("together", [1, 2, 4, 64])
def test_how_many_share_counts_changes_no_result(kind: str, together: int) -> None:
    found = sums(asarray(BITS, 1), WEIGHTS[kind], together=together)
    assert np.array_equal(found.numpy(), PLUS @ WEIGHTS[kind])


def test_a_wide_layer_fits_an_array_and_sharing_trades_cells_for_gates() -> None:
    weights, held = DRAW.choice([-1, 1], (196, 24)), asarray(DRAW.integers(0, 2, (2, 196)), 1)
    made = {together: matches(held, weights, together=together).netlist() for together in (1, 8, 24)}
    assert len(made[1]) > len(made[8]) > len(made[24])
    assert columns_needed(made[1]) < columns_needed(made[8]) < 1024 < columns_needed(made[24])
    with pytest.raises(InputError):
        matches(held, weights, together=0)
