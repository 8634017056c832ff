"""The compiled draws are those of the stream, wherever they start."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.errors import BackendError, InputError
from remanence.core.stream import Stream
from remanence.kernels.stream_draws import stream_events, stream_normal, stream_words

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
