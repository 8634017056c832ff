"""The programmed array against an independent per-cell loop, and its event count against counting one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.circuit.layout import access_width
from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.crossbar import Crossbar, CrossbarEngine
from remanence.crossbar.calibration import Histogram, best_range, partial_sums
from remanence.crossbar.conversion import Range
from remanence.system import platform

CHIP = platform("crossbar-stt-22nm")


def small(rows: int = 8, **changes: object) -> Crossbar:
    bar = CHIP.design.crossbar
    assert bar is not None
    return replace(bar, rows=rows, columns=16, **changes)


def prepared(bar: Crossbar, weights: np.ndarray, inputs: np.ndarray, signed: bool = False) -> CrossbarEngine:
    node = CHIP.design.node
    assert node is not None
    return CrossbarEngine.prepare(weights, inputs, signed=signed, crossbar=bar, node=node)


def lossless(bar: Crossbar) -> Crossbar:
    return replace(bar, converter=replace(bar.converter, kind="lossless"))


def by_hand(engine: CrossbarEngine, stream: Stream, inputs: np.ndarray) -> tuple[np.ndarray, float]:
    """Ohm and Kirchhoff cell by cell, in amperes, from the draws that the device floor documents.

    Returns the result, and how far the nearest partial sum lay from a converter threshold, in codes.
    """
    bar = engine.crossbar
    film, junction = bar.cell.mtj.stack, bar.cell.mtj
    node = CHIP.design.node
    assert node is not None
    series = float(node.linear_resistance) / float(access_width(bar.cell, node))
    volts = float(bar.read_voltage)
    r_p = float(film.resistance_area) / (math.pi / 4 * float(junction.diameter) ** 2)
    tmr_zero = float(junction.tmr(0.0))

    def antiparallel_resistance(r_parallel: float, contrast: float) -> float:
        """With the TMR at the junction's own voltage behind the transistor, by fixed-point iteration."""
        share = volts
        for _ in range(40):
            r = r_parallel * (1 + contrast / (1 + (share / float(film.half_voltage)) ** 2))
            share = volts * r / (r + series)
        return r

    unit = volts / (r_p + series) - volts / (antiparallel_resistance(r_p, tmr_zero) + series)

    slices, depth, outputs = engine.slices.shape
    draws = {}
    for name in ("positive", "negative"):
        own = stream.child(name)
        draws[name] = (
            own.child("resistance").normal(engine.slices.shape),
            own.child("tmr").normal(engine.slices.shape),
            own.child("write error").events(float(film.residual_write_error), engine.slices.shape),
        )
    low, high = bar.codes()
    assert isinstance(engine.step, float)
    result = np.zeros((inputs.shape[0], outputs))
    margin = math.inf
    for vector in range(inputs.shape[0]):
        for column in range(outputs):
            for s in range(slices):
                for start in range(0, depth, bar.rows):
                    for bit in range(bar.input_bits):
                        amperes = 0.0
                        for row in range(start, min(start + bar.rows, depth)):
                            if not (int(inputs[vector, row]) >> bit) & 1:
                                continue
                            for sign, name in ((1, "positive"), (-1, "negative")):
                                z_r, z_t, wrong = (d[s, row, column] for d in draws[name])
                                antiparallel = (engine.slices[s, row, column] != sign) ^ bool(wrong)
                                r = r_p * math.exp(float(film.resistance_spread) * z_r)
                                if antiparallel:
                                    r = antiparallel_resistance(
                                        r, max(tmr_zero * (1 + float(film.tmr_spread) * z_t), 0.0)
                                    )
                                amperes += sign * volts / (r + series)
                        exact = amperes / unit / engine.step
                        margin = min(margin, abs(exact - math.floor(exact) - 0.5))
                        code = min(max(round(exact), low), high)
                        weight = 2 ** (bit + s)
                        top = engine.signed and bit == bar.input_bits - 1
                        result[vector, column] += -weight * code if top else weight * code
    return result * engine.step, margin


@pytest.mark.parametrize(("seed", "signed"), [(0, False), (1, False), (2, True)])
def test_programmed_array_equals_the_loop_over_cells(seed: int, signed: bool) -> None:
    rng = np.random.default_rng(seed)
    weights = rng.integers(-127, 128, (19, 3))
    inputs = rng.integers(-128, 128, (3, 19)) if signed else rng.integers(0, 256, (3, 19))
    bar = small(rows=8, converter=replace(small().converter, bits=3))
    engine = prepared(bar, weights, inputs, signed)
    stream = Stream(seed).child("chip")
    expected, margin = by_hand(engine, stream, inputs)
    # no partial sum lies within the fixed-point grid's rounding of a threshold, so the codes must agree exactly
    assert margin > bar.rows * 2.0**-16
    for backend in ("reference", "cpu"):
        np.testing.assert_allclose(engine.program(stream).multiply(inputs, backend), expected, rtol=1e-13)


def test_spread_moves_the_result_and_none_does_not() -> None:
    rng = np.random.default_rng(5)
    weights, inputs = rng.integers(-127, 128, (64, 8)), rng.integers(0, 256, (20, 64))
    engine = prepared(lossless(small(rows=32)), weights, inputs)
    np.testing.assert_array_equal(engine.program(None).multiply(inputs), inputs @ weights)
    one, again = (engine.program(Stream(0)).multiply(inputs) for _ in range(2))
    other = engine.program(Stream(1)).multiply(inputs)
    np.testing.assert_array_equal(one, again)
    assert np.any(one != other)
    assert np.any(one != inputs @ weights)


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 70),
    st.integers(1, 12),
    st.integers(2, 9),
    st.integers(1, 40),
    st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_ideal_cells_and_a_lossless_converter_give_the_integer_product(
    seed: int, depth: int, outputs: int, weight_bits: int, rows: int, signed: bool
) -> None:
    rng = np.random.default_rng(seed)
    top = 2 ** (weight_bits - 1) - 1
    weights = rng.integers(-top, top + 1, (depth, outputs))
    inputs = rng.integers(-128, 128, (5, depth)) if signed else rng.integers(0, 256, (5, depth))
    engine = prepared(lossless(small(rows=rows, weight_bits=weight_bits)), weights, inputs, signed)
    np.testing.assert_array_equal(engine.program(None).multiply(inputs), inputs @ weights)


@pytest.mark.parametrize("signed", [False, True])
def test_events_equal_counting_one_by_one(signed: bool) -> None:
    rng = np.random.default_rng(7)
    weights = rng.integers(-127, 128, (19, 3))
    inputs = rng.integers(-128, 128, (4, 19)) if signed else rng.integers(0, 256, (4, 19))
    engine = prepared(small(rows=8), weights, inputs, signed)
    events = engine.events(inputs)
    low = high = toggles = 0
    across = math.ceil(7 * 3 / 16)
    for x in inputs:
        for row, code in enumerate(x):
            for bit in range(8):
                if (int(code) >> bit) & 1:
                    toggles += across
                    for s in range(7):
                        for column in range(3):
                            parallel = int(engine.slices[s, row, column] != 0)
                            low, high = low + parallel, high + 2 - parallel
    blocks = math.ceil(19 / 8)
    assert (events.cell_reads_low, events.cell_reads_high, events.wordline_toggles) == (low, high, toggles)
    assert events.conversions == 4 * 8 * blocks * 7 * 3
    assert events.array_steps == 4 * 8 * blocks * across
    assert events.sequential_steps == 4 * 8
    assert engine.arrays == blocks * across
    assert engine.write_events().memory_bits_written == 2 * 7 * 19 * 3


def fitted(counts: np.ndarray, low: int, high: int, method: str = "least-squares", two_sided: bool = True) -> Range:
    """Return the range chosen for whole sums, those around 0 or those from 0."""
    first = -(counts.shape[-1] // 2) if two_sided else 0
    return best_range(Histogram(first, 1.0, counts.astype(float)), low, high, method=method, percentile=0.99,
                      two_sided=two_sided, whole=True)  # fmt: skip


@pytest.mark.parametrize("two_sided", [True, False])
def test_least_squares_range_is_the_best_of_a_brute_force_search(two_sided: bool) -> None:
    rng = np.random.default_rng(11)
    counts = np.bincount(np.clip(rng.normal(0, 12, 20000).astype(int) + 64, 0, 128), minlength=129)
    low, high = (-8, 7) if two_sided else (0, 15)
    sums = np.arange(-64, 65) if two_sided else np.arange(129)

    def loss(step: float, origin: float) -> float:
        return float((counts * (np.clip(np.rint((sums - origin) / step), low, high) * step + origin - sums) ** 2).sum())

    origins = [0.0] if two_sided else np.linspace(0.0, 60.0, 121)
    finest = min(loss(step, origin) for step in np.linspace(1.0, 9.0, 201) for origin in origins)
    found = fitted(counts, low, high, two_sided=two_sided)
    # 64 candidates, and 15 steps centred on the mean: a grid that falls on the whole sums can be better by a tenth
    assert loss(float(found.step), float(found.origin)) <= (1.02 if two_sided else 1.15) * finest


def test_other_ranges_cover_what_they_say() -> None:
    assert fitted(np.bincount([63, 64, 66], minlength=129), -8, 7).step == 1.0, "finer would resolve nothing"
    counts = np.zeros(129)
    counts[64 - 30 : 64 + 31], counts[64 + 60] = 1000.0, 10.0
    assert fitted(counts, -8, 7, "maximum").step == 64 / 7
    assert fitted(counts, -8, 7, "percentile").step == pytest.approx(30 / 7), "one in 6000 is outside"
    one = fitted(counts, 0, 15, "percentile", two_sided=False)
    assert one.origin == pytest.approx(34.0)
    assert one.step == pytest.approx(60 / 15)


def test_each_column_may_have_a_range_of_its_own() -> None:
    rng = np.random.default_rng(2)
    weights = np.stack([np.full(40, 127), rng.integers(-1, 2, 40)], axis=1)
    inputs = rng.integers(0, 256, (30, 40))
    bar = small(rows=40, converter=replace(small().converter, bits=3), range_per="column")
    engine = prepared(bar, weights, inputs)
    wide, narrow = np.asarray(engine.step)
    assert wide > 3 * narrow
    each = [prepared(bar, weights[:, [n]], inputs) for n in range(2)]
    np.testing.assert_array_equal(engine.step, [float(np.asarray(one.step)[0]) for one in each])
    product = engine.program(None).multiply(inputs)
    np.testing.assert_array_equal(product, np.hstack([one.program(None).multiply(inputs) for one in each]))
    layer = prepared(replace(bar, range_per="layer"), weights, inputs)
    exact = inputs @ weights
    error, common = (np.abs(one.program(None).multiply(inputs) - exact)[:, 1].mean() for one in (engine, layer))
    assert error < common / 2, "the narrow column gains"


def test_sums_are_weighed_by_their_significance() -> None:
    """Wide sums in the top slice must widen the step although the low slices hold many more narrow ones."""
    slices = np.zeros((7, 40, 8), np.int8)
    slices[6, :, 0] = 1  # one column of the top slice sums up to 40
    slices[0, ::13] = 1  # many columns of the lowest slice sum to a few
    digits = np.ones((8, 4, 40), np.int16)
    powers = 2 ** np.arange(8)
    sums = partial_sums(digits, slices, input_weights=powers, cell_weights=powers[:7], rows=40, lowest=-40, highest=40)
    assert sums.counts.sum() == 4 * 8 * sum(4.0**z for z in range(8)) * sum(4.0**s for s in range(7))
    step = fitted(sums.counts, -8, 7).step
    # 40 cells in 7 codes: the top slice counts 4**6 times, so clipping it is what the step must avoid
    assert step == pytest.approx(40 / 7, rel=0.02)


def test_a_single_ended_cell_cannot_hold_signed_weights() -> None:
    bar = CHIP.design.crossbar
    assert bar is not None
    with pytest.raises(InputError, match="2T2MTJ"):
        replace(bar, cell=replace(bar.cell, topology="1T1MTJ"))


SRAM_CHIP = platform("crossbar-sram-22nm")


def test_a_charge_domain_array_is_held_to_the_charges_of_every_line() -> None:
    """Volts on each line from the conservation of charge, cell by cell, from the draws that the device floor names."""
    bar, node = SRAM_CHIP.design.crossbar, SRAM_CHIP.design.node
    assert bar is not None
    assert node is not None
    assert bar.cell.capacitor is not None
    cell = replace(bar.cell, capacitor=replace(bar.cell.capacitor, mismatch=0.2))  # 1 % would not move a code
    bar = replace(bar, rows=6, columns=16, cell=cell)
    rng = Stream(11)
    weights = (rng.child("w").words(14 * 3) % 255).astype(np.int64).reshape(14, 3) - 127
    inputs = (rng.child("x").words(5 * 14) % 256).astype(np.int64).reshape(5, 14)
    engine = CrossbarEngine.prepare(weights, inputs, signed=False, crossbar=bar, node=node)
    stream = Stream(4)
    got = engine.program(stream).multiply(inputs)

    unit, sigma, supply = 1.2e-15, 0.2, float(node.supply)
    high = math.sqrt(float(node.sram_cell_area) * 1.41 / 2)  # a bit is twice as wide as high
    parasitic = 6 * (float(node.metal_pitch) * float(node.drain_capacitance) + high * float(node.line_capacitance))
    one = supply * unit / (6 * unit + parasitic)
    slices, depth, outputs = engine.slices.shape
    farads, others = {}, {}
    for name in ("positive", "negative"):
        own = stream.child(name)
        farads[name] = unit * (1 + sigma * own.child("capacitance").normal(engine.slices.shape))
        blocks = -(-depth // 6)
        spare = own.child("empty rows").normal((slices, blocks, outputs))
        empty = np.array([min(6, depth - 6 * b) for b in range(blocks)])
        others[name] = unit * ((6 - empty)[:, None] + sigma * np.sqrt(6 - empty)[:, None] * spare)
    low, top = bar.codes()
    result, margin = np.zeros((5, outputs)), np.inf
    for vector in range(5):
        for column in range(outputs):
            for s in range(slices):
                for block, start in enumerate(range(0, depth, 6)):
                    rows = range(start, min(start + 6, depth))
                    for bit in range(8):
                        volts = {}
                        for name, sign in (("positive", 1), ("negative", -1)):
                            charge, total = 0.0, parasitic + others[name][s, block, column]
                            for row in rows:
                                total += farads[name][s, row, column]
                                if (inputs[vector, row] >> bit) & 1 and engine.slices[s, row, column] == sign:
                                    charge += supply * farads[name][s, row, column]
                            volts[name] = charge / total
                        level = (volts["positive"] - volts["negative"]) / one / engine.step
                        margin = min(margin, abs(level - math.floor(level) - 0.5))
                        result[vector, column] += 2.0 ** (bit + s) * min(max(round(level), low), top) * engine.step
    assert margin > 1e-4, "no partial sum lies so near a threshold that rounding could decide"
    assert got == pytest.approx(result, rel=1e-12)
    assert not np.array_equal(got, engine.program(Stream(5)).multiply(inputs))


def test_a_charge_domain_array_takes_no_read_voltage_and_a_resistive_one_needs_it() -> None:
    bar = SRAM_CHIP.design.crossbar
    assert bar is not None
    with pytest.raises(InputError, match="is the supply in a charge-domain array"):
        replace(bar, read_voltage=0.1)
    with pytest.raises(InputError, match="must be greater than 0"):
        small(read_voltage=0.0)


@pytest.mark.parametrize("wires", ["ignored", "exact"])
@pytest.mark.parametrize("width", [9, 11])
def test_inputs_and_weights_of_another_layer_are_refused(width: int, wires: str) -> None:
    """Rows that a layer does not have must not be left out without a word."""
    rng = np.random.default_rng(2)
    weights, inputs = rng.integers(-7, 8, (10, 3)), rng.integers(0, 4, (5, 10))
    engine = prepared(small(wires=wires), weights, inputs)
    programmed, other = engine.program(Stream(0)), rng.integers(0, 4, (5, width))
    for attempt in (
        lambda: prepared(engine.crossbar, weights, other),
        lambda: engine.events(other),
        lambda: programmed.multiply(other),
        lambda: programmed.multiply(other[0]),
        lambda: programmed.gradient(np.ones((5, 3)), other),
    ):
        with pytest.raises(InputError, match=r"inputs: got shape .*must be vectors of the layer's 10 inputs"):
            attempt()
    with pytest.raises(InputError, match=rf"weights: got shape \({width}, 3\); must be \(10, 3\)"):
        engine.holding(rng.integers(-7, 8, (width, 3)))
