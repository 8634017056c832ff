"""Every weight scheme with every input scheme: exact with ideal converters, counted one by one, refused where wrong."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.crossbar import Crossbar, CrossbarEngine, GroupedCrossbarEngine
from remanence.crossbar.encoding import (
    INPUTS,
    SCHEMES,
    InputEncoding,
    WeightEncoding,
    magnitude_digits,
    offset_digits,
    plain_digits,
    twos_complement_digits,
)
from remanence.system import platform

BASES = {}
for name in ("stt", "reram"):
    design = platform(f"crossbar-{name}-22nm").design
    assert design.crossbar is not None
    assert design.node is not None
    BASES[name] = design.crossbar
    NODE = design.node
Cut = Callable[[np.ndarray, int, int], tuple[list[np.ndarray], list[int]]]
SINGLE = {"stt": "1T1MTJ", "reram": "1T1R"}


def layout(scheme: str, base: str = "reram", /, **changes: object) -> Crossbar:
    """Return a small crossbar of that weight scheme, on the cell that it needs, with ideal converters."""
    bar = BASES[base]
    cell = bar.cell if SCHEMES[scheme].pair else replace(bar.cell, topology=SINGLE[base])
    signs = SCHEMES[scheme].sign_only
    settings_ = {"rows": 8, "columns": 32, "columns_per_converter": 4, "cell": cell, "encoding": scheme,
                 "weight_bits": 1 if signs else 8, "converter": replace(bar.converter, kind="ideal")}  # fmt: skip
    return replace(bar, **{**settings_, **changes})


def weights_of(bar: Crossbar, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    low, high = bar.weight_encoding.record.bounds(bar.weight_bits)
    drawn = rng.integers(low, high + 1, shape)
    return np.where(drawn == 0, 1, drawn) if bar.weight_encoding.record.sign_only else drawn


def inputs_of(bar: Crossbar, rng: np.random.Generator, shape: tuple[int, ...], signed: bool) -> np.ndarray:
    low, high = bar.input_encoding.bounds(signed)
    drawn = rng.integers(low, high + 1, shape)
    return np.where(drawn == 0, 1, drawn) if bar.inputs == "binary" else drawn


def prepared(bar: Crossbar, weights: np.ndarray, inputs: np.ndarray, signed: bool = False) -> CrossbarEngine:
    return CrossbarEngine.prepare(weights, inputs, signed=signed, crossbar=bar, node=NODE)


@given(
    scheme=st.sampled_from(sorted(SCHEMES)),
    drive=st.sampled_from(sorted(INPUTS)),
    base=st.sampled_from(["stt", "reram"]),
    weight_bits=st.integers(2, 9),
    cell_bits=st.integers(1, 4),
    input_bits=st.integers(1, 12),
    digit_bits=st.integers(1, 12),
    analog=st.booleans(),
    signed=st.booleans(),
    equal=st.booleans(),
    depth=st.integers(1, 21),
    seed=st.integers(0, 2**20),
)
@settings(max_examples=250, deadline=None)
def test_ideal_converters_give_the_integer_product(
    scheme: str, drive: str, base: str, weight_bits: int, cell_bits: int, input_bits: int, digit_bits: int,
    analog: bool, signed: bool, equal: bool, depth: int, seed: int,
) -> None:  # fmt: skip
    record = SCHEMES[scheme]
    plain = record.sign_only or base == "stt"  # two states
    changes = {
        "weight_bits": 1 if record.sign_only else weight_bits,
        "cell_bits": 1 if plain else cell_bits,
        "inputs": drive,
        "input_bits": 1 if drive == "binary" else input_bits,
        "digit_bits": min(digit_bits, input_bits) if drive == "serial" and not record.complement else 1,
        "accumulation": "analog" if analog and drive == "serial" and not record.complement else "digital",
        "tiling": "equal" if equal else "full",
    }
    if record.complement and drive == "pulse":
        with pytest.raises(InputError, match="up or down"):
            layout(scheme, base, **changes)
        return
    bar = layout(scheme, base, **changes)
    rng = np.random.default_rng(seed)
    weights, inputs = weights_of(bar, rng, (depth, 3)), inputs_of(bar, rng, (4, depth), signed)
    engine = prepared(bar, weights, inputs, signed)
    np.testing.assert_array_equal(engine.encoded.weights, weights)
    exact = inputs @ weights
    for backend in ("reference", "cpu"):
        np.testing.assert_array_equal(engine.program(None).multiply(inputs, backend), exact)
    if not bar.has_pedestal:
        lossless = replace(bar, converter=replace(bar.converter, kind="lossless"))
        product = prepared(lossless, weights, inputs, signed).program(None).product(inputs)
        np.testing.assert_array_equal(product.values, exact)


@pytest.mark.parametrize("cut", [plain_digits, magnitude_digits, twos_complement_digits, offset_digits])
@pytest.mark.parametrize(("bits", "width"), [(b, w) for b in range(2, 13) for w in range(1, 13) if w <= b])
def test_digits_add_up_to_every_number(cut: Cut, bits: int, width: int) -> None:
    top = 2 ** (bits - 1)
    numbers = np.arange(0, 2 * top) if cut is plain_digits else np.arange(1 - top, top)
    digits, significances = cut(numbers, bits, width)
    found = sum(int(s) * d.astype(np.int64) for s, d in zip(significances, digits, strict=True))
    np.testing.assert_array_equal(found - (top if cut is offset_digits else 0), numbers)
    assert max(int(np.abs(digit).max()) for digit in digits) < 2**width


def test_results_of_todays_cards_have_not_moved() -> None:
    """Sums, steps, events and arrays of the four crossbar chips, stored before encodings could be chosen."""
    stored = json.loads((Path(__file__).parent / "default_design.json").read_text())
    for key, record in stored.items():
        chip, sign = key.split()
        design = platform(chip).design
        assert design.crossbar is not None
        assert design.node is not None
        signed, stream = sign == "signed", Stream(21)
        weights = (stream.child("w").words(150 * 5) % 255).astype(np.int64).reshape(150, 5) - 127
        inputs = (stream.child("x").words(6 * 150) % 256).astype(np.int64).reshape(6, 150) - 128 * signed
        settings_ = {"signed": signed, "crossbar": design.crossbar, "node": design.node}
        layer = CrossbarEngine.prepare(weights, inputs, **settings_)
        part = inputs[:, :36]
        groups = GroupedCrossbarEngine.prepare(weights[:36].reshape(4, 9, 5), part, **settings_)
        for name, engine, given_ in (("layer", layer, inputs), ("grouped", groups, part)):
            assert engine.step == record[f"{name} step"]
            assert engine.arrays == record[f"{name} arrays"]
            assert engine.events(given_).as_dict() == record[f"{name} events"]
            for what, draw in (("nominal", None), ("programmed", Stream(5))):
                sums = np.rint(engine.program(draw).multiply(given_) / engine.step)
                assert sums[0, :5].tolist() == record[f"{name} {what}"], (key, name, what)


COMBINATIONS = [
    (scheme, drive, cell_bits, digit_bits, accumulation, signed)
    for scheme, drive, cell_bits, digit_bits, accumulation, signed in itertools.product(
        sorted(SCHEMES), sorted(INPUTS), (1, 2), (1, 3), ("digital", "analog"), (False, True)
    )
    if not (SCHEMES[scheme].sign_only and cell_bits > 1)
    and not (drive != "serial" and (digit_bits > 1 or accumulation == "analog"))
    and not (SCHEMES[scheme].complement and (drive == "pulse" or digit_bits > 1 or accumulation == "analog"))
]


@pytest.mark.parametrize(("scheme", "drive", "cell_bits", "digit_bits", "accumulation", "signed"), COMBINATIONS)
def test_events_equal_counting_one_by_one(
    scheme: str, drive: str, cell_bits: int, digit_bits: int, accumulation: str, signed: bool
) -> None:
    """Devices, rows, arrays and conversions by hand, from the meaning of the scheme and not from its record."""
    bar = layout(scheme, columns=16, cell_bits=cell_bits, inputs=drive, digit_bits=digit_bits,
                 input_bits=1 if drive == "binary" else 6, accumulation=accumulation)  # fmt: skip
    rng = np.random.default_rng(3)
    weights, inputs = weights_of(bar, rng, (19, 3)), inputs_of(bar, rng, (4, 19), signed)
    events = prepared(bar, weights, inputs, signed).events(inputs)
    top = 2**cell_bits - 1

    def devices(weight: int) -> list[list[int]]:
        """Levels of the devices that hold a weight, by row."""
        if scheme == "xnor":
            return [[int(weight > 0)], [int(weight < 0)]]
        if scheme == "binary":
            return [[int(weight > 0), int(weight < 0)]]
        if scheme in ("sign-magnitude", "separate"):
            cut = [abs(weight) >> place & top for place in range(0, 7, cell_bits)]
            return [[level if weight > 0 else 0 for level in cut] + [level if weight < 0 else 0 for level in cut]]
        if scheme == "twos-complement":
            return [[(weight & 127) >> place & top for place in range(0, 7, cell_bits)] + [int(weight < 0)]]
        return [[(weight + 128) >> place & top for place in range(0, 8, cell_bits)]]

    def pulses(number: int) -> list[int]:
        """Lengths of the pulses of an input, one per activation."""
        if drive == "binary":
            return [int(number > 0)]
        if drive == "pulse":
            return [abs(number)]
        low = 5 if signed else 6
        cut = [(number & (2**low - 1)) >> place & (2**digit_bits - 1) for place in range(0, low, digit_bits)]
        return [*cut, int(number < 0)] if signed else cut

    per_column = {"separate": 2}.get(scheme, 1)
    slices = {"sign-magnitude": -(-7 // cell_bits), "separate": -(-7 // cell_bits), "offset": -(-8 // cell_bits),
              "unit-column": -(-8 // cell_bits), "twos-complement": -(-7 // cell_bits) + 1}.get(scheme, 1)  # fmt: skip
    units = slices if scheme == "unit-column" else 0
    across = -(-3 * slices * per_column // (16 - units))
    blocks = -(-19 * (2 if scheme == "xnor" else 1) // 8)
    low = high = toggles = 0.0
    for x in inputs:
        for k, number in enumerate(x):
            for length in pulses(int(number)):
                drives = [length, 1 - length] if scheme == "xnor" else [length]
                for row, times in enumerate(drives):
                    toggles += across * (times > 0)
                    held = [level for weight in weights[k] for level in devices(int(weight))[row]]
                    held += across * (devices(0)[row] if units else [])
                    low += times * sum(held) / top
                    high += times * (len(held) - sum(held) / top)
    assert events.cell_reads_low == pytest.approx(low, rel=1e-12)
    assert events.cell_reads_high == pytest.approx(high, rel=1e-12)
    assert events.wordline_toggles == toggles
    activations = len(pulses(1))
    columns = blocks * 3 * slices * per_column
    assert events.array_steps == 4 * activations * blocks * across
    assert events.bitline_reads == 4 * activations * (columns + blocks * across * units)
    once = drive == "pulse" or accumulation == "analog"
    assert events.conversions == events.shift_adds == 4 * columns * (1 if once else activations)
    low_input, high_input = bar.input_encoding.bounds(signed)
    if drive == "pulse":
        assert events.sequential_steps == 4 * max(-low_input, high_input)
    else:  # every digit may be as long as its bits allow
        longest = [max(pulses(x)[place] for x in range(low_input, high_input + 1)) for place in range(activations)]
        assert events.sequential_steps == 4 * sum(longest)
    corrected = scheme in ("offset", "twos-complement")
    assert events.digital_operations == 4 * (3 * (1 + corrected + (per_column - 1)) + 19 * corrected)


@pytest.mark.parametrize(
    ("scheme", "changes", "rule"),
    [
        ("binary", {"weight_bits": 8}, "weights of one bit"),
        ("offset", {"weight_bits": 1}, "weights of one bit"),
        ("xnor", {"cell_bits": 2}, "must be 1 for xnor"),
        ("unit-column", {"cell": BASES["reram"].cell}, "single-ended"),
        ("sign-magnitude", {"cell": replace(BASES["reram"].cell, topology="1T1R")}, "differential cell"),
        ("offset", {"cell": replace(BASES["stt"].cell, topology="1T1MTJ"), "cell_bits": 2}, "two states"),
        ("offset", {"converter": replace(BASES["stt"].converter, kind="lossless")}, "not whole numbers"),
        ("xnor", {"rows": 7}, "even number"),
        ("xnor", {"digit_bits": 2}, "up or down"),
        ("xnor", {"groups_per_array": 2}, "no zero"),
        ("unit-column", {"columns": 8}, "leave room"),
        ("offset", {"inputs": "pulse", "digit_bits": 2}, "belong to serial"),
        ("offset", {"inputs": "binary"}, "must be 1 for binary"),
        ("offset", {"input_bits": 4, "digit_bits": 5}, "at most the 4 bits"),
        ("offset", {"weight_bits": 10}, "from 1 to 9"),
        ("offset", {"input_bits": 13}, "from 1 to 12"),
        ("offset", {"encoding": "gray"}, "must be one of sign-magnitude"),
        ("offset", {"range_per": "column", "converter": replace(BASES["stt"].converter, noise=0.5)}, "one step"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_rule(scheme: str, changes: dict[str, object], rule: str) -> None:
    with pytest.raises(InputError, match=rule):
        layout(scheme, **changes)


def test_a_charge_domain_row_is_on_or_off() -> None:
    sram = platform("crossbar-sram-22nm").design.crossbar
    assert sram is not None
    for changes in ({"inputs": "pulse"}, {"digit_bits": 2}):
        with pytest.raises(InputError, match="on or off"):
            replace(sram, **changes)


def test_numbers_without_a_code_are_refused() -> None:
    bar = layout("binary", inputs="binary", input_bits=1)
    ones = np.ones((4, 2), np.int64)
    with pytest.raises(InputError, match="-1 or \\+1"):
        prepared(bar, 0 * ones, ones.T)
    with pytest.raises(InputError, match="-1 or"):
        prepared(bar, ones, ones.T).program(None).multiply(0 * ones.T)
    serial = prepared(layout("offset"), ones, ones.T)
    with pytest.raises(InputError, match="must lie in 0 to 255"):
        serial.program(None).multiply(256 * ones.T)
    with pytest.raises(InputError, match="whole numbers"):
        serial.program(None).multiply(0.5 * ones.T)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="whole numbers"):
        WeightEncoding(bits=8).encode(np.full((2, 2), np.nan))
    with pytest.raises(InputError, match="at most 127"):
        WeightEncoding(bits=8).encode(np.array([[-128]]))
    with pytest.raises(InputError, match="-128 to 127"):
        WeightEncoding(bits=8, scheme="offset").encode(np.array([[128]]))


def test_equal_tiles_are_those_of_crosssim() -> None:
    bar = layout("offset", rows=128)
    assert (bar.blocks(300), bar.block_rows(300)) == (3, 128)
    assert (bar.blocks(300), replace(bar, tiling="equal").block_rows(300)) == (3, 100)
    assert replace(bar, tiling="equal").block_rows(301) == 101


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_spread_cells_are_the_same_for_every_batch_and_back_end(scheme: str) -> None:
    bar = layout(scheme, "stt", rows=40, converter=replace(BASES["stt"].converter, bits=6))
    rng = np.random.default_rng(5)
    weights, inputs = weights_of(bar, rng, (40, 4)), inputs_of(bar, rng, (6, 40), False)
    engine = prepared(bar, weights, inputs)
    chip = engine.program(Stream(1))
    whole = chip.multiply(inputs)
    np.testing.assert_array_equal(whole, chip.multiply(inputs, "reference"))
    np.testing.assert_array_equal(whole, np.concatenate([chip.multiply(inputs[i : i + 1]) for i in range(6)]))
    assert not np.array_equal(whole, engine.program(Stream(2)).multiply(inputs))
    assert not np.array_equal(whole, inputs @ weights)


@pytest.mark.parametrize("scheme", ["sign-magnitude", "separate", "offset", "unit-column", "twos-complement"])
@pytest.mark.parametrize("base", ["stt", "reram"])
def test_cells_without_spread_hold_their_levels(scheme: str, base: str) -> None:
    """Levels are equal steps behind the transistor, pedestal and unit column included: the nominal cells, but drawn."""
    bar = layout(scheme, base, cell_bits=1 if base == "stt" else 3, rows=40)
    if base == "stt":
        film = replace(bar.cell.mtj.stack, resistance_spread=0.0, tmr_spread=0.0, residual_write_error=0.0)
        quiet = replace(bar.cell, junction=replace(bar.cell.mtj, stack=film))
    else:
        quiet = replace(bar.cell, resistive=replace(bar.cell.resistive, spread_scale=0.0, residual_write_error=0.0))
    rng = np.random.default_rng(1)
    weights, inputs = weights_of(bar, rng, (40, 3)), inputs_of(bar, rng, (5, 40), False)
    engine = prepared(replace(bar, cell=quiet), weights, inputs)
    np.testing.assert_allclose(engine.program(Stream(0)).multiply(inputs), inputs @ weights, rtol=0, atol=2.0)
    assert np.abs(inputs @ weights).max() > 10_000


@pytest.mark.parametrize("method", ["least-squares", "percentile", "maximum"])
@pytest.mark.parametrize("kind", ["uniform", "SAR"])
@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_a_fine_converter_is_nearly_ideal(scheme: str, kind: str, method: str) -> None:
    """Twelve bits over the sums of three blocks: step, origin and pedestal of every part come out again."""
    errors = {"capacitor_mismatch": 1e-7} if kind == "SAR" else {}
    fine = replace(BASES["stt"].converter, kind=kind, bits=12, rate=1e6, **errors)
    bar = layout(scheme, "stt", converter=fine, converter_range=method, percentile=1.0, rows=16, columns=64)
    film = replace(bar.cell.mtj.stack, resistance_spread=0.0, tmr_spread=0.0, residual_write_error=0.0)
    bar = replace(bar, cell=replace(bar.cell, junction=replace(bar.cell.mtj, stack=film)))
    rng = np.random.default_rng(4)
    weights, inputs = weights_of(bar, rng, (40, 3)), inputs_of(bar, rng, (60, 40), False)
    engine = prepared(bar, weights, inputs)
    for chip in (engine.program(None), engine.program(Stream(0))):
        error = np.abs(chip.multiply(inputs) - inputs @ weights).mean()
        # a step of 16 rows in 4096 codes at most; a lost origin or pedestal would be of the size of the result
        assert error < 0.02 * np.abs(inputs @ weights).mean()


def test_a_unit_column_is_drawn_for_each_array() -> None:
    """Its error is common to the columns of an array, so it does not average out in their mean."""
    bar = layout("unit-column", "stt", rows=40, columns=16)
    inputs = np.full((1, 40), 255)
    engine = prepared(bar, np.zeros((40, 6), np.int64), inputs)
    errors = np.array([engine.program(Stream(seed)).multiply(inputs)[0] for seed in range(400)])
    within = np.corrcoef(errors.T)
    assert engine.arrays == 6, "eight columns of weights in an array: one output each"
    assert np.abs(within - np.eye(6)).max() < 0.25, "6 arrays, 6 draws: 400 of them correlate by chance alone"
    together = prepared(replace(bar, columns=56), np.zeros((40, 6), np.int64), inputs)
    errors = np.array([together.program(Stream(seed)).multiply(inputs)[0] for seed in range(400)])
    assert np.corrcoef(errors.T)[0, 1] == pytest.approx(0.5, abs=0.2), "half of the variance is the unit column's"


def test_a_pulse_has_a_polarity_and_a_length() -> None:
    drive = InputEncoding(scheme="pulse", bits=4)
    numbers = np.array([[-8, 0, 7]])
    assert drive.digits(numbers, True).tolist() == [[[-8, 0, 7]]]
    assert drive.lengths(True) == [8]
    assert drive.lengths(False) == [15]
    assert InputEncoding(bits=7, digit_bits=3).lengths(False) == [7, 7, 1]
    assert InputEncoding(bits=7, digit_bits=4).lengths(True) == [15, 3, 1]
