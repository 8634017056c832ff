"""`row_gates`: the processor's back end against the definition bit for bit; error rates against the exact law."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import remanence.kernels.row_gates as row_gates_package
from remanence.core.errors import BackendError, InputError
from remanence.core.stream import Stream
from remanence.kernels.row_gates import (
    Faults,
    Instructions,
    compiled,
    gpu,
    pack,
    pack_numbers,
    row_gates,
    shift,
    unpack,
    unpack_numbers,
)
from remanence.kernels.row_gates.errors import draw
from remanence.kernels.row_gates.interpreter import rare_errors
from remanence.kernels.row_gates.reference import BLOCK

COLUMNS = 9
PROCESSOR = ("cpu", "compiled")


def program(seed: int, count: int) -> Instructions:
    """Random gates of all kinds, presets among them."""
    stream = Stream(seed)
    words = stream.child("program").words(count * 4).reshape(count, 4).astype(np.int64)
    inputs = words[:, 0] % 6
    order = np.stack([stream.child("columns", place).permutation(COLUMNS)[:6] for place in range(count)])
    threshold = np.where(inputs > 0, 1 + words[:, 1] % np.maximum(inputs, 1), 0)
    return Instructions(inputs, threshold, words[:, 2] % 2, order[:, 5], order[:, :5])


def state(seed: int, words: int) -> np.ndarray:
    pairs = Stream(seed).child("state").words(2 * COLUMNS * words).astype(np.uint64)
    return (pairs[::2] | (pairs[1::2] << np.uint64(32))).reshape(COLUMNS, words)


@settings(deadline=None, max_examples=40)  # the first call compiles
@given(st.integers(0, 2**32), st.sampled_from([1, 3, 257, 600]), st.integers(1, 12))
def test_the_processor_gives_the_definition_bit_for_bit(seed: int, words: int, count: int) -> None:
    before, gates = state(seed, words), program(seed, count)
    kept = before.copy()
    expected, ran = row_gates(before, gates, backend="reference")
    assert ran == "reference"
    for backend in PROCESSOR:
        result, there = row_gates(before, gates, backend=backend)
        assert there == backend
        assert np.array_equal(result, expected)
    assert row_gates(before, gates)[1] == "cpu"
    assert np.array_equal(before, kept)


@settings(deadline=None, max_examples=40)  # the first call compiles
@given(
    st.integers(0, 2**32),
    st.sampled_from([1, 257, 300]),
    st.sampled_from([1e-300, 1e-19, 1e-5, 3e-3, 2.0**-6, 0.02, 0.5, 1.0]),
)
def test_errors_are_the_same_in_both(seed: int, words: int, rate: float) -> None:
    gates = program(seed, 8)
    rates = Stream(seed).child("rates").uniform((8, 6)) * rate
    rates[::3, 1] = rate
    rates[1::3, :2] = 0.0
    given_: dict[str, Any] = {"errors": rates, "key": (seed & 0xFFFF, 7)}
    expected, _ = row_gates(state(seed, words), gates, backend="reference", **given_)
    for backend in PROCESSOR:
        result, _ = row_gates(state(seed, words), gates, backend=backend, **given_)
        assert np.array_equal(result, expected)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 2**32),
    st.sampled_from([1, 257, 304]),
    st.sampled_from([0.0, 1e-19, 1e-5, 1e-3, 2.0**-6, 0.2]),
    st.sampled_from([1e-19, 1e-5, 3e-3, 2.0**-6, 0.1, 1.0]),
    st.booleans(),
)
def test_disturbed_inputs_are_the_same_in_all(seed: int, words: int, rate: float, turning: float, part: bool) -> None:
    count = 12
    gates, before = program(seed, count), state(seed, words)
    errors = Stream(seed).child("rates").uniform((count, 6)) * rate
    disturb = Stream(seed).child("disturb").uniform((count, 6)) * turning
    disturb[::3] = 0.0
    given_: dict[str, Any] = {"errors": errors, "disturb": disturb, "key": (seed & 0xFFFF, 9)}
    given_["keep"] = [4, 1] if part else None  # most gates and inputs are then seen by nobody
    expected, _ = row_gates(before, gates, backend="reference", **given_)
    for backend in PROCESSOR:
        result, _ = row_gates(before, gates, backend=backend, **given_)
        assert np.array_equal(result, expected)


@pytest.mark.parametrize("rate", [3e-3, 0.2])
@pytest.mark.parametrize("backend", ["reference", *PROCESSOR])
@pytest.mark.parametrize("preset", [0, 1])
def test_inputs_turn_over_one_way_as_often_as_the_probability_says(rate: float, backend: str, preset: int) -> None:
    """Each input for itself, by the class from before; two-sided binomial test at 1e-6."""
    words = 40 * BLOCK // 64
    before = state(9, words)[:3]
    gates = Instructions(*(np.array(x) for x in ([2], [1], [preset], [2], [[0, 1, 0, 0, 0]])))
    disturb = np.zeros((1, 6))
    disturb[0, :3] = rate, rate / 2, rate / 3
    key = Stream(6).child("disturb", int(1e6 * rate) + preset).key
    after, _ = row_gates(before, gates, disturb=disturb, key=key, backend=backend)
    clean, _ = row_gates(before, gates, backend=backend)
    assert np.array_equal(after[2], clean[2])  # the output has seen the inputs as they were
    old, new = (unpack(each[:2], 64 * words) for each in (before, after))
    zeros, turned = 2 - old.sum(axis=1), old != new
    assert not turned[old == preset].any()
    for number in range(3):
        for each in range(2):
            there = (zeros == number) & (old[:, each] != preset)
            if there.any():
                found = stats.binomtest(int(turned[there, each].sum()), int(there.sum()), disturb[0, number])
                assert found.pvalue > 1e-6
    if preset == 1:
        both = turned[zeros == 2].all(axis=1)
        assert stats.binomtest(int(both.sum()), both.size, (rate / 3) ** 2).pvalue > 1e-6


def test_a_gate_that_nobody_reads_still_turns_over_its_inputs() -> None:
    bits = np.array([[a, b, 0] for a in (0, 1) for b in (0, 1)], bool)
    gates = Instructions(*(np.array(x) for x in ([0, 2], [0, 1], [1, 1], [2, 2], [[0] * 5, [0, 1, 0, 0, 0]])))
    disturb = np.zeros((2, 6))
    disturb[1, 1] = 1.0
    for backend in ("reference", *PROCESSOR):
        result, _ = row_gates(pack(bits), gates, keep=[0, 1], disturb=disturb, backend=backend)
        assert unpack(result, 4).tolist() == [[False, False], [True, True], [True, True], [True, True]]


def test_a_preset_seen_through_a_disturb_is_not_taken_for_certain() -> None:
    """Column 1 is preset to 1, read by a NOT that turns it over to 0, then the output of a gate with preset 1."""
    gates = Instructions(*(np.array(x) for x in (
        [0, 1, 1], [0, 1, 1], [1, 0, 1], [1, 2, 1], [[0] * 5, [1, 0, 0, 0, 0], [0] * 5])))  # fmt: skip
    disturb = np.zeros((3, 6))
    disturb[1, 0] = 1.0
    bits = np.array([[0, 0, 0], [1, 0, 0]], bool)
    for backend in ("reference", *PROCESSOR):
        result, _ = row_gates(pack(bits), gates, keep=[1], disturb=disturb, backend=backend)
        assert not unpack(result, 2).any()


def test_a_program_in_order_of_the_definition() -> None:
    """NAND, then a gate whose output was not preset: it can only switch one way."""
    bits = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)], bool)
    nand_on_old = Instructions(*(np.array(x) for x in ([2], [1], [0], [2], [[0, 1, 0, 0, 0]])))
    result, _ = row_gates(pack(bits), nand_on_old, backend="cpu")
    a, b, c = bits.T
    assert np.array_equal(unpack(result, 8)[:, 2], c | ~(a & b))


@pytest.mark.parametrize("rate", [2e-4, 5e-3, 0.03, 0.4])
@pytest.mark.parametrize("backend", ["reference", *PROCESSOR])
def test_as_many_errors_as_the_probability_says_in_each_class(rate: float, backend: str) -> None:
    """Two-sided binomial test of each class of a NAND at 1e-6; and none where the probability is 0."""
    words = 40 * BLOCK // 64
    before = state(3, words)
    gates = Instructions(*(np.array(x) for x in ([0, 2], [0, 1], [0, 0], [2, 2], [[0] * 5, [0, 1, 0, 0, 0]])))
    rates = np.zeros((2, 6))
    rates[1, 0], rates[1, 1] = rate, rate / 3
    key = Stream(5).child("errors", int(1e6 * rate)).key
    after, _ = row_gates(before, gates, errors=rates, key=key, backend=backend)
    a, b, out = (unpack(after[place : place + 1], 64 * words)[:, 0] for place in range(3))
    wrong, zeros = out == (a & b), 2 - a.astype(int) - b
    assert not wrong[zeros == 2].any()
    for number in (0, 1):
        trials = int((zeros == number).sum())
        found = stats.binomtest(int(wrong[zeros == number].sum()), trials, rates[1, number])
        assert found.pvalue > 1e-6


def test_errors_depend_on_key_and_instruction_only() -> None:
    gates = program(1, 5)
    errors = np.full((5, 6), 1e-3)
    long, _ = row_gates(state(1, 3 * BLOCK // 64), gates, errors=errors, key=(1, 2))
    cut, _ = row_gates(state(1, 3 * BLOCK // 64)[:, : BLOCK // 64], gates, errors=errors, key=(1, 2))
    other, _ = row_gates(state(1, 3 * BLOCK // 64), gates, errors=errors, key=(2, 2))
    assert np.array_equal(long[:, : BLOCK // 64], cut)
    assert not np.array_equal(long, other)


def faults(seed: int, words: int, count: int) -> Faults:
    stream = Stream(seed)
    which = stream.child("which").words(36 * count).reshape(count, 6, 6).astype(np.int64) % 5 - 1
    return Faults(state(seed + 1, words)[:4], which[:, 0], which[:, 1:])


@pytest.mark.parametrize(("rate", "words"), [(0.0, 304), (1e-5, 304), (2e-4, 304), (2.0**-6, 304), (0.1, 40)])
@pytest.mark.parametrize("segment", [7, 320])
@pytest.mark.parametrize("backend", PROCESSOR)
def test_a_long_program_in_segments(
    rate: float, words: int, segment: int, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where there are more candidates of errors than there is room for, and where words have several."""
    monkeypatch.setattr(compiled, "SEGMENT", segment)
    count = 700
    seed = segment + int(rate * 1e6)  # another program each: the code of one is kept
    gates, before = program(seed, count), state(seed, words)
    rates = np.broadcast_to([rate, rate / 2, 0.0, rate, rate, rate / 3], (count, 6)).copy()
    rates[::2] = 0.0
    given_: dict[str, Any] = {"errors": rates, "disturb": rates[::-1] / 7, "key": (3, 4)}
    expected, _ = row_gates(before, gates, backend="reference", **given_)
    result, _ = row_gates(before, gates, backend=backend, **given_)
    assert np.array_equal(result, expected)


@pytest.mark.parametrize("backend", PROCESSOR)
@pytest.mark.parametrize("rate", [0.0, 1e-3, 0.1])
def test_fixed_errors_are_the_same_in_all(backend: str, rate: float) -> None:
    gates, before, failing = program(11, 30), state(11, 300), faults(11, 300, 30)
    rates = np.full((30, 6), rate)
    expected, _ = row_gates(before, gates, errors=rates, faults=failing, backend="reference")
    clean, _ = row_gates(before, gates, errors=rates, backend="reference")
    result, _ = row_gates(before, gates, errors=rates, faults=failing, backend=backend)
    assert np.array_equal(result, expected)
    assert not np.array_equal(result, clean)


def test_a_fixed_error_inverts_in_its_class_only() -> None:
    bits = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)], bool)
    gates = Instructions(*(np.array(x) for x in ([0, 2], [0, 1], [0, 0], [2, 2], [[0] * 5, [0, 1, 0, 0, 0]])))
    which = np.full((2, 6), -1)
    which[1, 1] = 0
    failing = Faults(np.array([[0b00110100]], np.uint64), which)
    for backend in ("reference", *PROCESSOR):
        result, _ = row_gates(pack(bits), gates, faults=failing, backend=backend)
        a, b, _ = bits.T
        hit = np.array([0, 0, 1, 0, 1, 1, 0, 0], bool) & (a ^ b)
        assert np.array_equal(unpack(result, 8)[:, 2], ~(a & b) ^ hit)


def test_triton_gives_the_definition_in_its_interpreter() -> None:
    pytest.importorskip("triton")
    code = """
import sys
sys.path.insert(0, sys.argv[1])
import numpy as np
import test_row_gates as t
for rate, turning, words, count in ((0.0, 0.0, 3, 12), (1e-3, 0.0, 257, 8), (0.1, 0.0, 20, 6), (1.0, 0.5, 3, 6),
                                    (0.0, 0.01, 257, 8), (0.01, 0.2, 20, 8), (0.1, 0.01, 20, 8)):
    gates, before, failing = t.program(5, count), t.state(5, words), t.faults(5, words, count)
    rates = np.broadcast_to([rate, rate / 2, 0.0, rate, rate, rate / 3], (count, 6))
    disturb = np.broadcast_to([0.0, turning, turning / 3, turning / 2, turning, turning], (count, 6))
    for kind in (None, failing):
        given = dict(errors=rates, disturb=disturb, key=(6, 7), faults=kind, keep=[3, 0, 5, 3])
        expected, _ = t.row_gates(before, gates, backend="reference", **given)
        result, ran = t.row_gates(before, gates, backend="gpu", **given)
        assert ran == "gpu"
        assert np.array_equal(result, expected), (rate, kind)
print("same")
"""
    done = subprocess.run([sys.executable, "-c", code, str(Path(__file__).parent)], capture_output=True, text=True,
                          env={**os.environ, "TRITON_INTERPRET": "1"}, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[-1] == "same"


def test_a_missing_graphics_processor_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "_driver", lambda: False)
    monkeypatch.delenv("TRITON_INTERPRET", raising=False)
    with pytest.raises(BackendError, match="gpu back end needs"):
        row_gates(state(0, 1), program(1, 2), backend="gpu")


def test_auto_compiles_where_it_pays_and_nothing_is_in_error(monkeypatch: pytest.MonkeyPatch) -> None:
    gates, before = program(21, 30), state(21, 256)
    monkeypatch.setattr(row_gates_package, "_MANY", 256)
    monkeypatch.setattr(row_gates_package, "_GATES", 1)
    result, ran = row_gates(before, gates)
    assert ran == "compiled"
    assert np.array_equal(result, row_gates(before, gates, backend="reference")[0])
    assert row_gates(before, gates, errors=np.full((30, 6), 1e-3))[1] == "cpu"
    assert row_gates(before[:, :255], gates)[1] == "cpu"


@pytest.mark.parametrize("rate", [1e-320, 1e-300, 1e-19])
def test_a_gap_beyond_all_whole_numbers_ends_a_block(rate: float) -> None:
    """Without the bound that lets most instructions leave early."""
    room = np.empty(2 * BLOCK, np.int64), np.empty(2 * BLOCK, np.int64), np.empty(2 * BLOCK, np.uint64)
    one = np.uint64(1)
    none = np.zeros(1, np.int64)
    rare = rare_errors(none, none, none, np.array([rate]))._replace(quiet=np.array([-1.0]))
    found = draw(rare, 0, 1, 0, BLOCK, one, one, *room)
    assert found == (0, 1)


def test_an_old_llvm_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_LLVM", 10**6)
    with pytest.raises(BackendError, match="needs LLVM"):
        row_gates(state(0, 1), program(77, 2), backend="compiled")


def test_faults_that_fit_nothing_are_refused() -> None:
    gates, rows = program(1, 2), np.zeros((1, 1), np.uint64)
    for bad in ((rows.astype(float), np.zeros((2, 6))), (rows, np.zeros((2, 5))), (rows, np.full((2, 6), 1))):
        with pytest.raises(InputError, match="Faults"):
            Faults(*bad)
    for words, count in ((2, 2), (1, 3)):
        with pytest.raises(InputError, match="faults"):
            row_gates(
                state(0, 1), gates, faults=Faults(np.zeros((1, words), np.uint64), np.zeros((count, 6), np.int64))
            )


@given(st.integers(1, 200), st.integers(1, 5))
def test_packing_comes_back(rows: int, columns: int) -> None:
    bits = Stream(rows).events(0.5, (rows, columns))
    assert np.array_equal(unpack(pack(bits), rows), bits)


@settings(deadline=None)
@given(st.integers(1, 300), st.integers(1, 64))
def test_numbers_come_back_and_lie_in_columns(rows: int, bits: int) -> None:
    pairs = Stream(rows).words(2 * rows).astype(np.uint64)
    numbers = (pairs[::2] | (pairs[1::2] << np.uint64(32))) >> np.uint64(64 - bits)
    columns = pack_numbers(numbers, bits)
    expected = ((numbers[:, None] >> np.arange(bits, dtype=np.uint64)) & np.uint64(1)).astype(bool)
    assert np.array_equal(columns, pack(expected))
    assert np.array_equal(unpack_numbers(columns, rows), numbers)


@given(st.integers(1, 300), st.integers(-320, 320))
def test_a_column_moves_by_rows(rows: int, down: int) -> None:
    bits = Stream(rows).events(0.5, (rows, 1))
    column = pack(bits)[0]
    column[-1] |= np.uint64(((1 << 64) - 1) ^ ((1 << ((rows - 1) % 64 + 1)) - 1))  # beyond the rows lies anything
    expected = np.zeros(rows, bool)
    for row in range(rows):
        if 0 <= row + down < rows:
            expected[row + down] = bits[row, 0]
    assert np.array_equal(shift(column, down, rows), pack(expected[:, None])[0])


def refused(**changes: Any) -> None:
    good = {"inputs": [2], "threshold": [1], "preset": [0], "output": [2], "fan_in": [[0, 1, 0, 0, 0]]}
    row_gates(state(0, 1), Instructions(**{name: np.array(x) for name, x in {**good, **changes}.items()}))


@pytest.mark.parametrize(
    "changes",
    [{"inputs": [6]}, {"threshold": [3]}, {"threshold": [0]}, {"preset": [2]}, {"output": [COLUMNS]}, {"output": [1]},
     {"fan_in": [[0, 1]]}, {"output": [-1]}],
)  # fmt: skip
def test_what_makes_no_gate_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        refused(**changes)


def test_bad_probabilities_states_and_back_ends_are_refused() -> None:
    gates = program(1, 2)
    for bad in (np.full((2, 6), 1.5), np.full((2, 6), np.nan), np.zeros((2, 5))):
        with pytest.raises(InputError, match="errors"):
            row_gates(state(0, 1), gates, errors=bad)
        with pytest.raises(InputError, match="disturb"):
            row_gates(state(0, 1), gates, disturb=bad)
    with pytest.raises(InputError, match="uint64"):
        row_gates(np.zeros((3, 3)), gates)  # type: ignore[arg-type]
    with pytest.raises(BackendError, match="known are"):
        row_gates(state(0, 1), gates, backend="tpu")


@pytest.mark.parametrize("backend", ["reference", *PROCESSOR])
def test_given_and_kept_columns_are_those_of_the_whole_array(backend: str) -> None:
    gates, whole = program(4, 9), state(4, 300)
    places, keep = [7, 1, 4], [2, 7, 2]
    start = np.zeros_like(whole)
    start[places] = whole[:3]
    expected, _ = row_gates(start, gates, backend="reference")
    result, _ = row_gates(whole[:3], gates, columns=COLUMNS, places=places, keep=keep, backend=backend)
    assert np.array_equal(result, expected[keep])
    for bad in ({"places": [1, 1, 2]}, {"places": [1, 2]}, {"keep": [COLUMNS]}, {"columns": 3}):
        with pytest.raises(InputError, match="row_gates"):
            row_gates(whole[:3], gates, **{"columns": COLUMNS, **bad})  # type: ignore[arg-type]
