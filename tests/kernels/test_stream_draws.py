"""The compiled draws are those of the stream, wherever they start."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.errors import BackendError, InputError
from remanence.core.stream import Stream
from remanence.kernels.stream_draws import cpu, stream_events, stream_normal, stream_words

TOLERANCE = 1e-14  # absolute; logarithm, sine and cosine of two libraries differ by a few roundings, |z| < 6.8


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**64 - 1), st.integers(0, 3000), st.integers(0, 5000), st.sampled_from(["reference", "cpu"]))
def test_any_part_of_a_stream_is_that_part_of_the_stream(seed: int, count: int, start: int, backend: str) -> None:
    stream = Stream(seed).child("cells")
    normal = stream_normal(stream, count, start=start, backend=backend)
    np.testing.assert_allclose(normal, stream.normal(start + count)[start:], rtol=0, atol=TOLERANCE)
    words = stream_words(stream, count, start=start, backend=backend)
    np.testing.assert_array_equal(words, stream.words(count, start))
    assert words.dtype == np.uint32


def test_draws_beyond_four_thousand_million_go_on() -> None:
    stream, start = Stream(5), 4 * 2**32 - 6
    words = stream_words(stream, 12, start=start)
    np.testing.assert_array_equal(words, stream.words(12, start))
    np.testing.assert_allclose(
        stream_normal(stream, 12, start=start, backend="cpu"),
        stream_normal(stream, 12, start=start, backend="reference"), rtol=0, atol=TOLERANCE,
    )  # fmt: skip
    assert not np.array_equal(words[6:], stream.words(6))


@pytest.mark.parametrize("probability", [0.0, 1e-6, 0.3, 1.0])
def test_events_are_identical(probability: float) -> None:
    stream = Stream(2).child("e")
    np.testing.assert_array_equal(
        stream_events(stream, probability, 5000, start=700), stream.events(probability, 5700)[700:]
    )


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(InputError, match="count"):
        stream_normal(Stream(0), -1)
    with pytest.raises(InputError, match="start"):
        stream_words(Stream(0), 1, start=-1)
    with pytest.raises(BackendError, match="quantum"):
        stream_normal(Stream(0), 1, backend="quantum")
    with pytest.raises(InputError, match="probability"):
        stream_events(Stream(0), 1.5, 3)


def test_the_compiled_logarithm_and_sine_hold_at_the_ends() -> None:
    """The smallest and largest words, powers of two and the borders of quadrants, which draws hardly ever meet."""
    edges = [0, 1, 2**32 - 1, 2**32 - 2, *(2**k + d for k in range(2, 32) for d in (-1, 0, 1))]
    edges += [quarter * 2**30 + 2**29 + d for quarter in range(4) for d in (-1, 0, 1)]
    words = np.zeros(cpu._CALLS, np.uint32)
    words[: len(edges)] = edges
    radius, number = np.empty(words.size), np.empty(words.size)
    cpu._radii(radius, number, number.view(np.int64), words)
    uniform = (words.astype(np.float64) + 0.5) * 2.0**-32
    np.testing.assert_allclose(radius, np.sqrt(-2.0 * np.log(uniform)), rtol=4e-16, atol=0)
    along, across, one = np.empty(words.size), np.empty(words.size), np.ones(words.size)
    cpu._turn(along, across, one, words)
    np.testing.assert_allclose(along, np.cos(2 * np.pi * uniform), rtol=0, atol=1e-15)
    np.testing.assert_allclose(across, np.sin(2 * np.pi * uniform), rtol=0, atol=1e-15)
