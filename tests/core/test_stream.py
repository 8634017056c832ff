"""Philox against the published known answers; a draw depends on key and index alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.errors import InputError
from remanence.core.stream import Stream, philox


@pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [
        ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)
def test_known_answers_of_random123(counter: str, key: str, answer: str) -> None:
    """Rows philox4x32-10 of Random123's kat_vectors."""
    words = np.array([[int(word, 16) for word in counter.split()]] * 3, np.uint32)
    low, high = (int(word, 16) for word in key.split())
    result = philox(words, (low, high))
    assert result.dtype == np.uint32
    assert [[f"{word:08x}" for word in row] for row in result] == [answer.split()] * 3


@given(st.integers(0, 300), st.integers(0, 2**40), st.integers(0, 2**64 - 1))
@settings(deadline=None)
def test_any_slice_agrees_with_a_longer_draw(count: int, start: int, seed: int) -> None:
    stream = Stream(seed).child("slices")
    offset = start % 301
    longer = stream.words(count + offset + 5, start - offset)
    np.testing.assert_array_equal(stream.words(count, start), longer[offset : offset + count])


def test_the_block_border_leaves_no_trace() -> None:
    # 2**15 counters are one pass: 2**17 words
    stream = Stream(7)
    whole = stream.words(2**17 + 40)
    np.testing.assert_array_equal(stream.words(60, 2**17 - 30), whole[2**17 - 30 : 2**17 + 30])


def test_counters_above_32_bits_carry_into_the_second_word() -> None:
    stream = Stream(7)
    first, second = stream.words(4, 0), stream.words(4, 4 * 2**32)
    assert not np.array_equal(first, second)
    expected = philox(np.array([[0, 1, 0, 0]], np.uint32), stream.key)
    np.testing.assert_array_equal(second, expected[0])


def test_normal_and_uniform_start_alike_whatever_the_length_and_shape() -> None:
    stream = Stream(3).child("a")
    np.testing.assert_array_equal(stream.normal(7), stream.normal(100)[:7])
    np.testing.assert_array_equal(stream.uniform((3, 5)), stream.uniform(15).reshape(3, 5))
    np.testing.assert_array_equal(stream.events(0.3, (3, 5)), stream.events(0.3, 100)[:15].reshape(3, 5))
    assert stream.uniform(()).shape == ()
    assert stream.normal(0).shape == (0,)


def test_children_differ_by_seed_name_index_and_depth() -> None:
    root = Stream(5)
    streams = [root, Stream(6), root.child("a"), root.child("a", 1), root.child("b"), root.child("a").child("a"),
               root.child("a").child("b"), root.child("b").child("a"), root.child("a#0"), root.child("a", 10),
               root.child("a1"), root.child("")]  # fmt: skip
    draws = {stream.words(4).tobytes() for stream in streams}
    assert len(draws) == len(streams)
    assert root.child("a", 2).key == Stream(5).child("a", 2).key


def test_a_stream_has_no_state() -> None:
    stream = Stream(11).child("x")
    first = stream.words(10)
    stream.normal(1000)
    stream.child("y").words(3)
    np.testing.assert_array_equal(stream.words(10), first)


@given(st.integers(0, 2**32 - 1), st.integers(1, 500))
@settings(deadline=None)
def test_sure_and_impossible_events_are_exact(seed: int, count: int) -> None:
    stream = Stream(seed)
    assert not stream.events(0.0, count).any()
    assert stream.events(1.0, count).all()
    assert not stream.events(2.0**-34, count).any()


@given(st.integers(0, 2**32 - 1), st.floats(0, 1), st.floats(0, 1))
@settings(deadline=None)
def test_a_likelier_event_happens_wherever_the_rarer_one_does(seed: int, p: float, q: float) -> None:
    low, high = sorted((p, q))
    stream = Stream(seed)
    assert not (stream.events(low, 200) & ~stream.events(high, 200)).any()


def test_events_compare_whole_numbers() -> None:
    stream = Stream(1)
    words = stream.words(1000)
    threshold = int(np.sort(words)[400])
    np.testing.assert_array_equal(stream.events(threshold / 2**32, 1000), words < threshold)


def test_a_sure_event_happens_at_the_largest_word_and_an_impossible_one_not_at_zero(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # a draw that meets the ends by chance would take some 2**32 words
    monkeypatch.setattr(Stream, "words", lambda *_: np.array([0, 2**32 - 1], np.uint32))
    assert Stream(1).events(1.0, 2).tolist() == [True, True]
    assert Stream(1).events(0.0, 2).tolist() == [False, False]
    assert Stream(1).events(2.0**-32, 2).tolist() == [True, False]
    assert 0.0 < Stream(1).uniform(2).min() < Stream(1).uniform(2).max() < 1.0
    assert np.abs(Stream(1).normal(2)).max() < 6.8


def test_uniform_numbers_lie_in_the_middle_of_their_cell() -> None:
    stream = Stream(2)
    np.testing.assert_array_equal(stream.uniform(500) * 2.0**33, 2.0 * stream.words(500).astype(np.float64) + 1.0)


@pytest.mark.parametrize("probability", [-1e-12, 1.0 + 1e-12, float("nan")])
def test_a_probability_outside_0_to_1_is_refused(probability: float) -> None:
    with pytest.raises(InputError, match="a probability from 0 to 1"):
        Stream(1).events(probability, 3)


@pytest.mark.parametrize("seed", [-1, 2**64, 1.0, True, "1", None, np.float64(1)])
def test_a_seed_that_is_no_whole_number_in_range_is_refused(seed: Any) -> None:
    with pytest.raises(InputError, match=r"a whole number from 0 to 2\*\*64 - 1"):
        Stream(seed)


def test_a_numpy_integer_is_the_same_seed() -> None:
    seed: Any = np.int64(3)
    assert Stream(seed).key == Stream(3).key
    assert Stream(2**64 - 1).key != Stream(0).key


@given(st.integers(0, 2**32 - 1), st.integers(0, 200))
@settings(deadline=None)
def test_a_permutation_holds_every_number_once(seed: int, count: int) -> None:
    np.testing.assert_array_equal(np.sort(Stream(seed).permutation(count)), np.arange(count))


def test_a_name_cannot_pass_for_a_path() -> None:
    assert Stream(1).child("a#0\x1fb").key != Stream(1).child("a").child("b").key
