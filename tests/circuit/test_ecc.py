"""Codes: check bits of the literature, exact binomial tails, Poisson limits, draws; logic that grows as it must."""

from __future__ import annotations

from math import comb, exp, fsum

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammainc

from remanence.circuit import Code, Node, code_cost, gate_library
from remanence.circuit.ecc import (
    allowed_raw_rate,
    bch_check_bits,
    bit_error_rate,
    logic,
    memory_failure,
    secded_check_bits,
    secded_ones,
    word_error_rate,
)
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.data import build

NODE = build(Node, "cmos-22nm")
GATES = gate_library("static-cmos")
NONE, SECDED = Code(kind="none", data_bits=64), Code(kind="SECDED", data_bits=64)
DOUBLE = Code(kind="BCH", data_bits=64, corrects=2)


def test_check_bits_are_those_of_the_literature() -> None:
    """(8, 4), (13, 8), (22, 16), (39, 32), (72, 64), (137, 128), (266, 256): Hsiao 1970."""
    data = np.array([4, 8, 16, 32, 64, 128, 256])
    assert secded_check_bits(data).tolist() == [4, 5, 6, 7, 8, 9, 10]
    assert SECDED.bits == 72
    assert SECDED.overhead == 0.125


@pytest.mark.parametrize(
    ("length", "table"),
    [
        (15, {1: 11, 2: 7, 3: 5}),
        (31, {1: 26, 2: 21, 3: 16, 5: 11, 7: 6}),
        (63, {1: 57, 2: 51, 3: 45, 4: 39, 5: 36, 6: 30, 7: 24, 10: 18, 11: 16, 13: 10, 15: 7}),
        (127, {1: 120, 2: 113, 3: 106, 4: 99, 5: 92}),
        (255, {1: 247, 2: 239, 3: 231}),
    ],
)
def test_bch_codes_are_those_of_the_tables(length: int, table: dict[int, int]) -> None:
    """Full lengths and data bits of the tables of binary BCH codes (Lin and Costello, Error Control Coding)."""
    for corrects, data in table.items():
        assert bch_check_bits(data, corrects) == length - data
    assert Code(kind="BCH", data_bits=table[2], corrects=2).bits == length


def test_a_bch_generator_has_the_distance_it_promises() -> None:
    """All 127 words of (15, 7): generator 1 + x^4 + x^6 + x^7 + x^8, distance 5."""
    generator = 0b111010001
    words = [0] * 128
    for data in range(128):
        for place in range(7):
            if data >> place & 1:
                words[data] ^= generator << place
    assert min(word.bit_count() for word in words[1:]) == 5
    assert generator.bit_length() - 1 == bch_check_bits(7, 2)


@pytest.mark.parametrize("code", [NONE, SECDED, DOUBLE, Code(kind="BCH", data_bits=256, corrects=5)])
@pytest.mark.parametrize("raw", [1e-9, 1e-4, 0.01, 0.3])
def test_word_and_bit_errors_are_the_binomial_sums(code: Code, raw: float) -> None:
    n, t = code.bits, code.correctable
    terms = [comb(n, j) * raw**j * (1.0 - raw) ** (n - j) for j in range(n + 1)]
    assert word_error_rate(code, raw) == pytest.approx(fsum(terms[t + 1 :]), rel=1e-9, abs=0)
    left = fsum(j / n * terms[j] for j in range(t + 1, n + 1))
    assert bit_error_rate(code, raw) == pytest.approx(left, rel=1e-9, abs=0)


def test_long_words_fail_as_poisson_says() -> None:
    code = Code(kind="BCH", data_bits=16384, corrects=8)
    mean = 2.0
    exact = float(gammainc(9.0, mean))  # P(Poisson > 8)
    assert word_error_rate(code, mean / code.bits) == pytest.approx(exact, rel=2e-3, abs=0)


@given(st.sampled_from([NONE, SECDED, DOUBLE]), st.floats(1e-18, 0.5))
def test_the_allowed_raw_rate_is_the_inverse(code: Code, wanted: float) -> None:
    raw = allowed_raw_rate(code, wanted)
    assert word_error_rate(code, raw) == pytest.approx(wanted, rel=1e-6, abs=0)


def test_drawn_words_fail_as_computed() -> None:
    """40,000 words of 22 bits at 2 %; two-sided false-alarm rate 1e-6 (4.9 standard deviations)."""
    code, raw, words = Code(kind="SECDED", data_bits=16), 0.02, 40_000
    wrong = Stream(3).child("bits").events(raw, (words, code.bits)).sum(axis=1)
    share = float(word_error_rate(code, raw))
    assert abs(int((wrong > 1).sum()) - words * share) < 4.9 * np.sqrt(words * share * (1.0 - share))
    left = np.where(wrong > 1, wrong, 0).sum() / (words * code.bits)
    assert left == pytest.approx(float(bit_error_rate(code, raw)), rel=0.1)


def test_a_memory_fails_with_any_of_its_words() -> None:
    assert memory_failure(1e-15, 1e6) == pytest.approx(1e-9, rel=1e-6, abs=0)
    assert memory_failure(1e-6, 1e6) == pytest.approx(1.0 - exp(-1.0), rel=1e-5)
    assert memory_failure(1.0, 10.0) == 1.0
    assert memory_failure(0.0, 10.0) == 0.0


def test_the_matrix_of_72_bits_has_216_ones() -> None:
    assert secded_ones(64) + SECDED.check_bits == 216
    made = logic(SECDED)
    assert made.encoder_gates == 200
    assert made.encoder_depth == 5  # 26 ones a row
    assert logic(NONE).decoder_gates == 0


def test_stronger_codes_cost_more_and_correct_more() -> None:
    codes = [SECDED, *(Code(kind="BCH", data_bits=64, corrects=t) for t in (2, 3, 4))]
    costs = [code_cost(code, NODE, GATES) for code in codes]
    for name in ("decode_time", "decode_energy", "area"):
        values = [float(getattr(cost, name)) for cost in costs]
        assert values == sorted(values)
        assert values[0] > 0
    rates = [float(word_error_rate(code, 1e-4)) for code in codes]
    assert rates == sorted(rates, reverse=True)
    hot = code_cost(SECDED, NODE, GATES, temperature=np.array([298.15, 398.15]))
    times = np.asarray(hot.decode_time)
    assert times[1] / times[0] == pytest.approx(1.0 / float(NODE.on_current_ratio), rel=1e-12)


def test_bad_codes_are_refused() -> None:
    with pytest.raises(InputError, match="at least 1 for BCH"):
        Code(kind="BCH", data_bits=64)
    with pytest.raises(InputError, match="left out for SECDED"):
        Code(kind="SECDED", data_bits=64, corrects=2)
    with pytest.raises(InputError, match="no field up to"):
        bch_check_bits(65535, 2)
    with pytest.raises(InputError, match=r"at most 1"):
        word_error_rate(SECDED, 1.5)


@given(st.sampled_from([32, 64, 128, 256]), st.integers(1, 4), st.floats(1e-15, 1e-6))
@settings(deadline=None, max_examples=30)
def test_a_stronger_code_costs_more_and_buys_a_higher_raw_rate(bits: int, corrects: int, word_error: float) -> None:
    node, gates = build(Node, "cmos-22nm"), gate_library("static-cmos")
    weak, strong = (Code(kind="BCH", data_bits=bits, corrects=t) for t in (corrects, corrects + 1))
    assert strong.check_bits > weak.check_bits
    for field in ("area", "decode_energy", "encode_energy"):
        assert getattr(code_cost(strong, node, gates), field) > getattr(code_cost(weak, node, gates), field)
    assert allowed_raw_rate(strong, word_error) > allowed_raw_rate(weak, word_error)
    assert allowed_raw_rate(weak, word_error) > allowed_raw_rate(Code(kind="none", data_bits=bits), word_error)
