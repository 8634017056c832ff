"""Networks of binary and ternary weights: exclusive nors, a count, a threshold.

An activation is one bit, which stands for -1 or 1. With K weights that are not 0 and m bits that match their weights,
the sum of the products is 2 m - K. Weights that are numbers become part of the circuit: a match is then the bit itself
or its complement, and costs no gate.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remanence.core.errors import InputError
from remanence.cram.arithmetic.bit_heap import BitHeap
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.numbers.functions import argmax
from remanence.cram.numbers.lanes import Lanes, in_rows
from remanence.cram.numbers.trace import Trace, Words

TOGETHER = 8
"""Columns of weights that share partial counts; of 196 weights each, eight take a fifth fewer gates than one alone and
630 cells at once, sixty-four a tenth fewer still and more than two arrays have."""


def matches(bits: Lanes, weights: Any, *, together: int = TOGETHER) -> Lanes:
    """Return how many activations match their weights, shape (rows, K) to (rows, N).

    Args:
        bits: activations of one bit, shape (rows, K).
        weights: -1, 0 (left out) or 1, shape (K, N); or stored ones, a `Lanes` of one bit (0 for -1) of (1, K, N).
        together: columns of constant weights that share partial counts: more take fewer gates and more cells.

    Raises:
        InputError: other bits, weights or shapes, or no columns together.
    """
    if together < 1:
        raise InputError("cram.matches: together", together, "must be at least 1 column of weights")
    bits = in_rows(bits, "cram.matches: bits")
    if (bits.bits, bits.signed, bits.ndim) != (1, False, 2):
        raise InputError("cram.matches: bits", repr(bits), "must be one unsigned bit each, shape (rows, K)",
                         "Compare with a threshold first.")  # fmt: skip
    if isinstance(weights, Lanes):
        if (weights.bits, weights.signed, weights.shape[:2]) != (1, False, (1, bits.shape[1])) or weights.ndim != 3:
            raise InputError("cram.matches: weights", repr(weights), f"must be one bit each of (1, {bits.shape[1]}, N)")
        return (bits.reshape(-1, 1) ^ ~weights).astype(1).sum(axis=1).astype(bits.shape[1].bit_length())
    table = np.asarray(weights)
    if table.ndim != 2 or table.shape[0] != bits.shape[1] or not np.isin(table, (-1, 0, 1)).all():
        given = f"shape {table.shape} with {np.unique(table)[:5]}"
        raise InputError("cram.matches: weights", given, f"must be -1, 0 or 1, shape ({bits.shape[1]}, N)")
    most = max(int(np.count_nonzero(table, axis=0).max(initial=0)).bit_length(), 1)

    def build(trace: Trace) -> Words:
        source = trace.words(bits)
        result = np.empty(table.shape[1:], object)
        logic = trace.logic
        for column in range(table.shape[1]):
            if column and column % together == 0:
                trace.builder.forget()
                logic = Logic(trace.builder)
            heap = BitHeap(logic, most)
            for row in np.flatnonzero(table[:, column]):
                heap.count(source[row][0], inverted=bool(table[row, column] < 0))
            result[column] = heap.total()
        return result

    return Lanes((bits.rows, table.shape[1]), most, False, build, (bits,))


def sums(bits: Lanes, weights: Any, *, together: int = TOGETHER) -> Lanes:
    """Return the sums of the products, 2 m - K with the K weights of a column that are not 0, signed; see `matches`."""
    used = np.full(weights.shape[2], bits.shape[1]) if isinstance(weights, Lanes) else np.count_nonzero(weights, axis=0)
    return (matches(bits, weights, together=together) << 1) - used[None]


def fires(counts: Lanes, least: ArrayLike, flipped: ArrayLike = False) -> Lanes:
    """Return the next activations: whether counts reach thresholds, turned over where ``flipped``; see `folded`."""
    reached = counts >= np.atleast_1d(np.asarray(least))[None]
    turned = np.atleast_1d(np.asarray(flipped, np.bool_))[None]
    return (reached ^ turned).astype(1, signed=False)


def folded(
    scale: ArrayLike, shift: ArrayLike, mean: ArrayLike, variance: ArrayLike, used: ArrayLike, *, epsilon: float = 1e-5
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Fold a batch norm and the sign after it into thresholds of `fires`.

    The sign of scale (s - mean) / sqrt(variance + epsilon) + shift, 0 counting as 1, with s = 2 m - used.

    Args:
        scale: of the batch norm (gamma), shape (N,), as the next three.
        shift: of the batch norm (beta).
        mean: running mean.
        variance: running variance, not negative.
        used: weights of each column that are not 0.
        epsilon: added to the variance.

    Returns:
        (least, flipped) of each column.

    Raises:
        InputError: not finite, or a negative variance.
    """
    gamma, beta, centre, spread, count = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(each, np.float64)) for each in (scale, shift, mean, variance, used))
    )
    if not all(np.isfinite(each).all() for each in (gamma, beta, centre, spread)) or spread.min() < 0:
        raise InputError("cram.folded", "a batch norm", "must be finite, and its variance not negative")
    least = np.zeros(gamma.shape, np.int64)
    flipped = gamma < 0
    still = gamma == 0
    safe = np.where(still, 1.0, gamma)
    level = (centre - beta * np.sqrt(spread + epsilon) / safe + count) / 2
    bounded = np.clip(level, -1.0, count + 2.0)
    least[:] = np.where(flipped, np.floor(bounded) + 1, np.ceil(bounded))
    least = np.where(still, np.where(beta >= 0, 0, count.astype(np.int64) + 1), np.maximum(least, 0))
    return least, flipped


def classify(bits: Lanes, weights: Any) -> Lanes:
    """Return the class with the largest sum, of equal ones the first, shape (rows,)."""
    return argmax(sums(bits, weights), axis=-1)
