"""Each converter against an independent simulation of its decisions, its statistics against closed forms."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.circuit import Converter
from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.crossbar import Crossbar, CrossbarEngine
from remanence.crossbar.conversion import thresholds, tree
from remanence.system import platform

CHIP = platform("crossbar-stt-22nm").design
BAR, NODE = CHIP.crossbar, CHIP.node
assert BAR is not None
assert NODE is not None
STREAM = Stream(8).child("converters")


def converter(kind: str, bits: int = 6, **errors: float) -> Converter:
    return replace(Converter(bits=bits, rate=1e7, gate_length=22e-9), kind=kind, **errors)


def codes(edges: np.ndarray, sums: np.ndarray) -> np.ndarray:
    return np.array([np.searchsorted(row, sums, side="right") for row in edges])


def sar(bits: int, capacitors: np.ndarray, total: float, sums: np.ndarray) -> np.ndarray:
    """Charge redistribution, bit by bit: the sum against the share of the capacitors switched so far."""
    found = np.zeros(sums.size, int)
    for place, held in enumerate(sums):
        code = 0
        for bit in range(bits - 1, -1, -1):
            trial = code | 1 << bit
            switched = sum(capacitors[j] for j in range(bits) if trial >> j & 1)
            if held + 0.5 >= 2**bits * switched / total:
                code = trial
        found[place] = code
    return found


def cyclic(bits: int, gain: float, offset: float, sums: np.ndarray) -> np.ndarray:
    """The residue, cycle by cycle."""
    residue = (sums + 0.5) / 2 ** (bits - 1) - 1.0
    found = np.zeros(sums.size, int)
    for _ in range(bits):
        bit = residue >= 0
        found = 2 * found + bit
        residue = gain * residue - np.where(bit, 1.0, -1.0) + offset
    return found


def ramp(bits: int, slope: float, sums: np.ndarray) -> np.ndarray:
    """A counter that stops when the ramp has passed the sum."""
    found = np.zeros(sums.size, int)
    for place, held in enumerate(sums):
        counter = 0
        while counter < 2**bits - 1 and (counter + 1) / slope - 0.5 <= held:
            counter += 1
        found[place] = counter
    return found


SUMS = np.random.default_rng(4).uniform(-3.0, 66.0, 4000)


@pytest.mark.parametrize("mismatch", [0.0, 0.02, 0.2])
def test_sar_is_its_successive_approximation(mismatch: float) -> None:
    edges = thresholds(converter("SAR", capacitor_mismatch=mismatch), 5, STREAM)
    draws = STREAM.child("capacitors").normal((5, 7))
    for index in range(5):
        units = np.array([1, 2, 4, 8, 16, 32, 1.0])
        capacitors = units * (1 + mismatch / np.sqrt(units) * draws[index])
        np.testing.assert_array_equal(codes(edges, SUMS)[index], sar(6, capacitors, capacitors.sum(), SUMS))


@pytest.mark.parametrize(("gain", "offset"), [(0.0, 0.0), (0.01, 0.0), (0.0, 0.02), (0.05, 0.05)])
def test_cyclic_is_its_recursion(gain: float, offset: float) -> None:
    edges = thresholds(converter("cyclic", gain_spread=gain, stage_offset=offset), 6, STREAM)
    gains = 2 * (1 + gain * STREAM.child("gain").normal((6, 1)))
    shifts = offset * STREAM.child("stage").normal((6, 1))
    for index in range(6):
        expected = cyclic(6, float(gains[index, 0]), float(shifts[index, 0]), SUMS)
        np.testing.assert_array_equal(codes(edges, SUMS)[index], expected)


def test_flash_counts_the_comparators_that_fire() -> None:
    edges = thresholds(converter("flash", comparator_spread=0.8), 4, STREAM)
    offsets = 0.8 * STREAM.child("comparators").normal((4, 63))
    for index in range(4):
        own = np.arange(63) + 0.5 + offsets[index]
        assert np.any(np.diff(own) < 0), "some comparators are out of order"
        expected = (own[None, :] <= SUMS[:, None]).sum(axis=1)
        np.testing.assert_array_equal(codes(edges, SUMS)[index], expected)


def test_ramp_is_its_counter() -> None:
    edges = thresholds(converter("ramp", slope_spread=0.05), 4, STREAM)
    slopes = 1 + 0.05 * STREAM.child("slope").normal((4, 1))
    for index in range(4):
        np.testing.assert_array_equal(codes(edges, SUMS)[index], ramp(6, float(slopes[index, 0]), SUMS))


@pytest.mark.parametrize("kind", ["SAR", "flash", "ramp", "cyclic"])
def test_without_errors_every_kind_is_uniform(kind: str) -> None:
    edges = thresholds(converter(kind), 3, STREAM)
    np.testing.assert_allclose(edges, np.broadcast_to(np.arange(63) + 0.5, (3, 63)), rtol=0, atol=1e-12)
    shifted = thresholds(converter(kind, offset=0.3), 3, STREAM)
    np.testing.assert_allclose(shifted - edges, np.broadcast_to(0.3 * STREAM.child("offset").normal((3, 1)), (3, 63)),
                               rtol=0, atol=1e-12)  # fmt: skip


@given(st.integers(1, 6), st.integers(0, 2**20), st.floats(0.0, 40.0))
@settings(max_examples=80, deadline=None)
def test_any_decision_tree_is_a_staircase(bits: int, seed: int, spread: float) -> None:
    """Decisions with thresholds as wrong as one likes: followed one by one, and as the table of `tree`."""
    rng = np.random.default_rng(seed)
    decisions = np.arange(1, 2**bits) - 0.5 + spread * rng.normal(size=2**bits - 1)
    sums = np.sort(rng.uniform(-60, 2**bits + 60, 200))
    found = []
    for held in sums:
        code = 0
        for bit in range(bits - 1, -1, -1):
            trial = code | 1 << bit
            code = trial if held >= decisions[trial - 1] else code
        found.append(code)
    table = tree(decisions[None])
    assert np.all(np.diff(table) >= 0)
    np.testing.assert_array_equal(codes(table, sums)[0], found)


def within(deviations: np.ndarray, expected: np.ndarray | float) -> None:
    """A standard deviation of n draws lies within 4.5 of its own: 7e-6 a figure, both sides."""
    n = len(deviations)
    np.testing.assert_allclose(deviations.std(axis=0), expected, rtol=4.5 / math.sqrt(2 * n))


def test_statistics_of_thresholds_are_the_closed_forms() -> None:
    n, ideal = 20_000, np.arange(63) + 0.5
    units = np.arange(1, 64)
    # small enough that no decision leaves its interval; i of 64 units against the other 64 - i
    sar_error = thresholds(converter("SAR", capacitor_mismatch=1e-3), n, STREAM) - ideal
    within(sar_error, 1e-3 * np.sqrt(units * (64 - units) / 64))
    within(sar_error[:, 31] - sar_error[:, 30], 1e-3 * math.sqrt(63))  # the step at mid-scale: all capacitors change
    within(thresholds(converter("flash", comparator_spread=1e-2), n, STREAM) - ideal, 1e-2)
    ramp_error = thresholds(converter("ramp", slope_spread=1e-4), n, STREAM) - ideal
    within(ramp_error, 1e-4 * units)
    # a cyclic converter's second decision: r = 2 (1 + e) v + 1 + o = 0, at v = -(1 - e + o)/2 to first order
    gain = thresholds(converter("cyclic", gain_spread=1e-4), n, STREAM) - ideal
    within(gain[:, 15], 1e-4 * 32 / 2)  # code 16 of 64; half the range is 32 codes
    assert np.abs(gain[:, 31]).max() < 1e-12, "the first decision is at 0 whatever the gain"
    stage = thresholds(converter("cyclic", stage_offset=1e-4), n, STREAM) - ideal
    within(stage[:, 15], 1e-4 * 32 / 2)


def test_a_missing_code_shows_as_two_equal_thresholds() -> None:
    edges = thresholds(converter("SAR", capacitor_mismatch=0.3), 200, STREAM)
    assert np.any(np.diff(edges, axis=1) == 0)
    assert np.all(np.diff(edges, axis=1) >= 0)


def crossbar(kind: str, bits: int = 5, errors: dict[str, float] | None = None, **changes: object) -> Crossbar:
    """Return a small crossbar without spread between its cells."""
    assert BAR is not None
    quiet = replace(BAR.cell.mtj.stack, resistance_spread=0.0, tmr_spread=0.0, residual_write_error=0.0)
    cell = replace(BAR.cell, junction=replace(BAR.cell.mtj, stack=quiet))
    return replace(BAR, rows=16, columns=32, cell=cell, converter=converter(kind, bits, **errors or {}), **changes)


def layer(bar: Crossbar, seed: int = 0, depth: int = 40) -> tuple[CrossbarEngine, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    weights, inputs = rng.integers(-127, 128, (depth, 6)), rng.integers(0, 256, (5, depth))
    assert NODE is not None
    return CrossbarEngine.prepare(weights, inputs, signed=False, crossbar=bar, node=NODE), weights, inputs


@pytest.mark.parametrize("per_converter", [3, 14])
@pytest.mark.parametrize("range_per", ["layer", "column"])
@pytest.mark.parametrize(
    ("kind", "errors"),
    [("SAR", {"capacitor_mismatch": 0.1}), ("flash", {"comparator_spread": 0.7, "offset": 0.4}),
     ("ramp", {"slope_spread": 0.05}), ("cyclic", {"gain_spread": 0.1, "stage_offset": 0.05})],
)  # fmt: skip
def test_every_conversion_goes_through_its_own_converter(
    kind: str, errors: dict[str, float], range_per: str, per_converter: int
) -> None:
    """The layer against a loop over conversions that looks up which physical converter takes each."""
    bar = crossbar(kind, columns_per_converter=per_converter, range_per=range_per, errors=errors)
    engine, weights, inputs = layer(bar)
    assert engine.random
    stream, levels = Stream(3), engine.slices
    result = np.zeros((5, 6))
    steps = np.broadcast_to(engine.step, 6)
    together = per_converter >= 7
    for block, start in enumerate(range(0, 40, 16)):
        for column in range(6):
            for s in range(7):
                part = block if together else block * 7 + s
                own = column // (per_converter // 7 if together else per_converter)
                count = -(-6 // (per_converter // 7 if together else per_converter))
                edges = thresholds(bar.converter, count, stream.child("converters", part))[own] - 16
                for bit in range(8):
                    for vector in range(5):
                        raised = (inputs[vector, start : start + 16] >> bit) & 1
                        held = int(raised @ levels[s, start : start + 16, column]) / steps[column]
                        code = -16 + int((edges <= held).sum())
                        result[vector, column] += 2.0 ** (bit + s) * code * steps[column]
    for backend in ("reference", "cpu"):
        np.testing.assert_allclose(engine.program(stream).multiply(inputs, backend), result, rtol=1e-12)
    again = engine.program(Stream(4)).multiply(inputs)
    assert not np.array_equal(again, result)
    nominal = engine.program(None).multiply(inputs)
    assert np.abs(nominal - inputs @ weights).mean() < np.abs(result - inputs @ weights).mean()


def test_sign_magnitude_has_the_same_reach_on_both_sides() -> None:
    bar = crossbar("sign-magnitude", 4)
    assert bar.codes() == (-7, 7)
    assert crossbar("uniform", 4).codes() == (-8, 7)
    engine, _, inputs = layer(bar)
    flipped = CrossbarEngine(bar, engine.node, bar.weight_encoding.encode(-engine.encoded.weights), False, engine.range)
    np.testing.assert_array_equal(engine.program(None).multiply(inputs), -flipped.program(None).multiply(inputs))


def test_noise_has_the_stated_variance_and_does_not_depend_on_the_batch() -> None:
    """Through a fine converter the error of a result is Gaussian of variance step^2 noise^2 sum of significances^2."""
    bar = crossbar("uniform", 10, {"noise": 0.5}, converter_range="maximum")
    engine, _, _ = layer(bar, depth=16)
    inputs = np.zeros((4000, 16), np.int64)
    chip = engine.program(Stream(6))
    found = chip.multiply(inputs)
    assert engine.step == 1.0
    weights = sum(4.0**z for z in range(8)) * sum(4.0**s for s in range(7))
    # rounding to a code adds 1/12 of a step squared, if the noise spans codes: 0.25 + 0.083, its mean stays
    within(found.reshape(-1, 1), math.sqrt(weights * (0.25 + 1 / 12)))
    pieces = [chip.multiply(inputs[i : i + 1000], first_vector=i) for i in range(0, 4000, 1000)]
    np.testing.assert_array_equal(found, np.concatenate(pieces))
    assert not np.array_equal(pieces[0], pieces[1])


def test_many_vectors_in_pieces_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, _, _ = layer(crossbar("flash", 5, {"noise": 0.3, "comparator_spread": 0.5}))
    inputs = np.random.default_rng(1).integers(0, 256, (50, 40))
    chip = engine.program(Stream(2))
    whole = chip.multiply(inputs)
    monkeypatch.setattr("remanence.crossbar.programmed.DIGIT_BYTES", 7 * (2 * 8 * 40 + 24 * 6))
    np.testing.assert_array_equal(whole, chip.multiply(inputs))


def test_memory_does_not_grow_with_the_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Digits of 60 MB in all, of which a bound of 4 MiB lets a few at a time; the result itself is 1.4 MB."""
    monkeypatch.setattr("remanence.crossbar.programmed.DIGIT_BYTES", 2**22)
    engine, _, _ = layer(crossbar("uniform"), depth=128)
    inputs = np.random.default_rng(1).integers(0, 256, (30_000, 128)).astype(np.int16)
    chip = engine.program(Stream(2))
    chip.multiply(inputs[:100])
    tracemalloc.start()
    try:
        chip.multiply(inputs)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 6 * 2**22 + 30_000 * 6 * 8


def test_paths_are_reported() -> None:
    engine, weights, inputs = layer(crossbar("lossless"))
    product = engine.program(None).product(inputs)
    assert product.path == "integer product"
    np.testing.assert_array_equal(product.values, inputs @ weights)
    assert layer(crossbar("ideal"))[0].program(None).product(inputs).path == "folded product"
    assert layer(crossbar("uniform"))[0].program(None).product(inputs, "reference").path == "definition"


def test_wrong_converters_are_refused() -> None:
    with pytest.raises(InputError, match="a SAR converter has no such error"):
        converter("SAR", comparator_spread=0.1)
    with pytest.raises(InputError, match="decisions in each conversion"):
        Converter(kind="ramp", bits=8, rate=1e8, gate_length=22e-9)
    with pytest.raises(InputError, match="a single design"):
        thresholds(replace(converter("SAR"), rate=np.array([1e6, 1e7])), 2, STREAM)
    with pytest.raises(InputError, match="must be one of SAR"):
        thresholds(converter("uniform"), 2, STREAM)
