"""Draws of a Stream against their exact distributions, two-sided.

Seeds are fixed, so a pass stays a pass; the false-alarm rate is the chance that a sound generator would have failed on
a seed chosen blindly: `FALSE_ALARM` for each p-value, below 1e-6 for this folder.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from remanence.core.stream import Stream

FALSE_ALARM = 1e-8
"""Per p-value; the folder takes fewer than 100 of them."""

MANY = 400_000


@pytest.mark.parametrize("seed", [0, 1, 2**64 - 1])
def test_uniform_by_kolmogorov_smirnov(seed: int) -> None:
    sample = Stream(seed).child("uniform").uniform(MANY)
    assert stats.kstest(sample, "uniform").pvalue > FALSE_ALARM


@pytest.mark.parametrize("seed", [0, 1, 2**64 - 1])
def test_normal_by_kolmogorov_smirnov(seed: int) -> None:
    sample = Stream(seed).child("normal").normal(MANY)
    assert stats.kstest(sample, "norm").pvalue > FALSE_ALARM


@pytest.mark.parametrize("beyond", [3.0, 4.0, 4.5])
def test_normal_tails_by_exact_binomial(beyond: float) -> None:
    """Kolmogorov-Smirnov is blind to the tails, which is where write errors live."""
    sample = Stream(4).child("tails").normal(2_000_000)
    for count in (np.count_nonzero(sample > beyond), np.count_nonzero(sample < -beyond)):
        assert stats.binomtest(int(count), sample.size, stats.norm.sf(beyond)).pvalue > FALSE_ALARM


def test_the_two_normals_of_a_pair_are_independent() -> None:
    """A pair shares two words: its squared radius must be exponential and its angle even, and each must not tell."""
    first, second = Stream(5).child("pairs").normal((MANY, 2)).T
    radius, angle = np.exp(-(first**2 + second**2) / 2.0), np.arctan2(second, first) / (2.0 * np.pi) + 0.5
    assert stats.kstest(radius, "uniform").pvalue > FALSE_ALARM
    assert stats.kstest(angle, "uniform").pvalue > FALSE_ALARM
    for left, right in ((radius, angle), (first, second), (first**2, second**2)):
        assert stats.pearsonr(left, right).pvalue > FALSE_ALARM


@pytest.mark.parametrize("probability", [1e-5, 1e-3, 0.1, 0.5, 0.9, 1.0 - 1e-4])
def test_events_by_exact_binomial(probability: float) -> None:
    happened = Stream(6).child("events").events(probability, 1_000_000)
    result = stats.binomtest(int(np.count_nonzero(happened)), happened.size, probability)
    assert result.pvalue > FALSE_ALARM


def bits(words: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Return the 32 bits of each word, shape (words, 32)."""
    return np.unpackbits(words.view(np.uint8)).reshape(-1, 32)


def test_every_bit_of_a_word_is_even() -> None:
    ones = bits(Stream(7).words(MANY)).sum(axis=0, dtype=np.int64)
    for count in ones:
        assert stats.binomtest(int(count), MANY, 0.5).pvalue > FALSE_ALARM


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Stream(8), Stream(9)),
        (Stream(8).child("a"), Stream(8).child("b")),
        (Stream(8).child("a", 0), Stream(8).child("a", 1)),
        (Stream(8), Stream(8).child("a")),
    ],
)
def test_related_streams_share_nothing(one: Stream, other: Stream) -> None:
    differing = int(np.count_nonzero(bits(one.words(MANY)) != bits(other.words(MANY))))
    assert stats.binomtest(differing, 32 * MANY, 0.5).pvalue > FALSE_ALARM


def test_neighbouring_draws_do_not_tell_of_each_other() -> None:
    sample = Stream(10).uniform(MANY)
    for lag in (1, 2, 3, 4, 8):
        assert stats.pearsonr(sample[:-lag], sample[lag:]).pvalue > FALSE_ALARM


def test_every_permutation_of_four_is_as_likely() -> None:
    runs = 4800
    codes = [int(np.dot(Stream(11).child("order", run).permutation(4), (64, 16, 4, 1))) for run in range(runs)]
    _, counts = np.unique(codes, return_counts=True)
    assert counts.size == 24
    assert stats.chisquare(counts).pvalue > FALSE_ALARM
