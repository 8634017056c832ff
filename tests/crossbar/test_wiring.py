"""Wires of a layer's arrays against nodal analysis of arrays laid out by hand, vector by vector and digit by digit."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.circuit import Node
from remanence.circuit.layout import access_resistance, cell_height, cell_width
from remanence.circuit.wire import wire
from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.crossbar import Crossbar, CrossbarEngine, GroupedCrossbarEngine
from remanence.crossbar.devices import write
from remanence.crossbar.programming import nominal_difference
from remanence.data import build
from remanence.kernels.array_wires import reference, wiring

NODE = build(Node, "cmos-22nm")
RNG = np.random.default_rng(1)


def layer(
    name: str = "stt-64x128",
    shape: tuple[int, int] = (13, 3),
    *,
    kind: str = "ideal",
    signed: bool = False,
    node: Node = NODE,
    **changes: object,
) -> tuple[CrossbarEngine, np.ndarray, np.ndarray]:
    bar = replace(build(Crossbar, name), **{"rows": 8, "columns": 16, "wires": "exact", **changes})
    bar = replace(bar, converter=replace(bar.converter, kind=kind))
    if bar.weight_bits == 1:
        weights, inputs = RNG.choice([-1, 1], shape), RNG.choice([-1, 1], (6, shape[0]))
    else:
        top = 2 ** (bar.weight_bits - 1) - 1
        low, high = bar.input_encoding.bounds(signed)
        weights, inputs = RNG.integers(-top, top + 1, shape), RNG.integers(low, high + 1, (6, shape[0]))
    engine = CrossbarEngine.prepare(weights, inputs, signed=signed, crossbar=bar, node=node)
    return engine, weights, inputs


def by_ladders(engine: CrossbarEngine, stream: Stream, inputs: np.ndarray) -> np.ndarray:
    """Sums of every activation from nodal analysis of every column, differences and significances by hand."""
    bar, encoded = engine.crossbar, engine.encoded
    step = nominal_difference(bar, NODE) / bar.weight_encoding.top
    assert engine.wiring is not None
    series = float(access_resistance(bar.cell, NODE))
    cells = write(encoded, bar, NODE, stream)
    segment = float(wire(NODE).resistance * cell_height(bar.cell, NODE))
    lines = wiring.LadderWires(bit_segment=segment, source_segment=segment)
    slices, depth, columns = encoded.levels.shape
    digits = bar.input_encoding.digits(inputs, engine.signed, encoded.doubled)
    total = np.zeros((len(inputs), columns))
    for name, sign in (("positive", 1), ("negative", -1)) if "positive" in cells else (("cells", 1),):
        g = cells[name].conductances(voltage=float(bar.read_voltage), series=series)
        for z, a in enumerate(bar.input_encoding.significances(engine.signed)):
            for start in range(0, depth, bar.rows):
                stop = min(start + bar.rows, depth)
                for unit in range(1, int(np.abs(digits).max()) + 1):
                    for polarity in (1, -1):
                        on = np.zeros((len(inputs), bar.rows), bool)
                        on[:, : stop - start] = polarity * digits[z, :, start:stop] >= unit
                        for s in range(slices):
                            tile = np.zeros((1, bar.rows, columns))
                            tile[0, : stop - start] = g[s, start:stop]
                            found = reference.ladder_currents(tile, on[None], lines)[0]
                            total += sign * polarity * int(a) * int(encoded.cell_weights[s]) * found
    return total / (step * engine.wiring.gain)


@pytest.mark.parametrize(
    ("changes", "signed"),
    [({}, False), ({}, True), ({"inputs": "pulse", "input_bits": 3}, True), ({"digit_bits": 2, "input_bits": 4}, False),
     ({"accumulation": "analog", "input_bits": 3}, False)],
)  # fmt: skip
def test_ladders_are_walked_for_every_pattern(changes: dict[str, object], signed: bool) -> None:
    engine, _, inputs = layer(signed=signed, **changes)  # type: ignore[arg-type]
    chip = engine.program(Stream(2))
    expected = by_ladders(engine, Stream(2), inputs)
    if changes.get("accumulation") == "analog":  # the activations are those of the bits, added before one conversion
        bits = replace(engine.crossbar, accumulation="digital")
        same = CrossbarEngine(bits, NODE, engine.encoded, signed, engine.range, engine.wiring)
        expected = by_ladders(same, Stream(2), inputs)
    product = chip.product(inputs)
    assert product.path == "ladder"
    significances = np.abs(engine.crossbar.input_encoding.significances(signed)).sum()
    tolerance = 2.0**-chip.exponent * engine.blocks * float(engine.encoded.cell_weights.sum() * significances)
    np.testing.assert_allclose(product.values, expected, atol=tolerance, rtol=0)
    straight = CrossbarEngine(
        replace(engine.crossbar, wires="ignored"), NODE, engine.encoded, signed, engine.range
    ).program(Stream(2))
    assert np.abs(straight.multiply(inputs) - expected).max() > 4 * tolerance, "the wires matter here"


@pytest.mark.parametrize("name", ["stt-64x128", "stt-unit-64x128", "stt-xnor-64x128"])
@pytest.mark.parametrize("driven", ["one end", "both ends"])
def test_row_wires_are_those_of_the_array_as_it_stands(name: str, driven: str) -> None:
    """The physical array of each block, line beside line, by nodal analysis; inputs as voltages of rows."""
    bits = {"stt-64x128": 8, "stt-unit-64x128": 4, "stt-xnor-64x128": 1}[name]
    engine, _, inputs = layer(name, source_line="wordline", driven=driven, sensed="both ends", weight_bits=bits)
    bar, encoded = engine.crossbar, engine.encoded
    cells = write(encoded, bar, NODE, Stream(7))
    series = float(access_resistance(bar.cell, NODE))
    held = {key: one.conductances(voltage=float(bar.read_voltage), series=series) for key, one in cells.items()}
    pitch = [cell_width(bar.cell, NODE) / bar.cell.devices, cell_height(bar.cell, NODE)]
    row, column = (float(wire(NODE).resistance * length) for length in pitch)
    wires = wiring.ArrayWires(row_segment=row, column_segment=column, sensed="both",
                              driven="left" if driven == "one end" else "both")  # fmt: skip
    slices, depth, columns = encoded.levels.shape
    free, each = bar.columns - bar.unit_columns, bar.cell.devices
    digits = bar.input_encoding.digits(inputs, False, encoded.doubled).astype(float)
    weights = bar.input_encoding.significances(False)
    total = np.zeros((len(inputs), columns))
    for start in range(0, depth, bar.rows):
        for array in range(-(-slices * columns // free)):
            tile = np.zeros((bar.rows, bar.columns * each))
            used = range(start, min(start + bar.rows, depth))
            mine = [(m, s) for m in range(columns) for s in range(slices) if (m * slices + s) // free == array]
            for m, s in mine:
                place = (m * slices + s) % free
                for at, key in enumerate(("positive", "negative") if each == 2 else ("cells",)):
                    tile[: len(used), place * each + at] = held[key][s, used, m]
            for s in range(bar.unit_columns):
                tile[: len(used), free + s] = held["unit column"][s, used, array]
            mapped = reference.effective_conductance(tile, wires)[: len(used)]
            for m, s in mine:
                place = (m * slices + s) % free
                cell = mapped[:, place * each] - (mapped[:, place * each + 1] if each == 2 else 0.0)
                if encoded.unit is not None:
                    cell = cell - mapped[:, free + s]
                for z, a in enumerate(weights):
                    total[:, m] += int(a) * int(encoded.cell_weights[s]) * (digits[z][:, used] @ cell)
    assert engine.wiring is not None
    total /= nominal_difference(bar, NODE) / bar.weight_encoding.top * engine.wiring.gain
    chip = engine.program(Stream(7))
    found = chip.multiply(inputs)
    if name == "stt-xnor-64x128":  # the constants that are taken away digitally
        straight = CrossbarEngine(replace(bar, wires="ignored"), NODE, encoded, False, engine.range)
        base = straight.program(None).multiply(inputs) - straight_sums(straight, digits, weights)
        found = found - base
    np.testing.assert_allclose(found, total, atol=2.0**-chip.exponent * depth * 2.0 ** (8 + slices), rtol=0)


def straight_sums(engine: CrossbarEngine, digits: np.ndarray, weights: np.ndarray) -> np.ndarray:
    values = np.ldexp(engine.program(None).cells[0].values.astype(float), -engine.program(None).exponent)
    significances = engine.encoded.cell_weights.astype(float)
    found: np.ndarray = np.einsum("z,zvk,s,skm->vm", weights.astype(float), digits, significances, values)
    return found


@pytest.mark.parametrize("source_line", ["bitline", "wordline"])
def test_wires_without_resistance_change_nothing(source_line: str) -> None:
    thin = replace(NODE, line_resistance=1e-6)
    engine, _, inputs = layer(source_line=source_line, node=thin, kind="SAR")
    straight = CrossbarEngine(replace(engine.crossbar, wires="ignored"), thin, engine.encoded, False, engine.range)
    for stream in (None, Stream(4)):
        one, other = (each.program(stream).multiply(inputs) for each in (engine, straight))
        assert np.mean(one != other) < 0.02, "no sum but one that lay on a threshold may move"


@pytest.mark.parametrize("wires", ["exact", "mean pattern"])
def test_a_layer_with_wires_does_not_depend_on_its_batches(wires: str) -> None:
    engine, _, inputs = layer(kind="SAR", wires=wires, shape=(20, 5))
    bar = engine.crossbar
    noisy = replace(bar, converter=replace(bar.converter, noise=0.3, capacitor_mismatch=0.02))
    engine = CrossbarEngine(noisy, NODE, engine.encoded, False, engine.range, engine.wiring)
    chip = engine.program(Stream(3))
    whole = chip.multiply(inputs)
    parts = [chip.multiply(inputs[:2]), chip.multiply(inputs[2:], first_vector=2)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    np.testing.assert_array_equal(engine.program(Stream(3)).multiply(inputs), whole)
    assert not np.array_equal(engine.program(Stream(4)).multiply(inputs), whole)


def test_the_mean_pattern_is_nearer_than_no_wires() -> None:
    """The map at mean activity leaves less error than leaving the wires out; it keeps that of changing patterns."""
    inputs = np.minimum(RNG.geometric(0.02, (40, 64)) - 1, 255)
    weights = np.clip(np.rint(RNG.normal(0, 40, (64, 12))), -127, 127).astype(int)
    results, gain = {}, 1.0
    for wires in ("ignored", "exact", "mean pattern"):
        bar = replace(build(Crossbar, "stt-64x128"), wires=wires)
        bar = replace(bar, converter=replace(bar.converter, kind="ideal"))
        engine = CrossbarEngine.prepare(weights, inputs, signed=False, crossbar=bar, node=NODE)
        gain = engine.wiring.gain if engine.wiring else gain
        results[wires] = engine.program(None).multiply(inputs)
    scale = results["exact"].std()
    rough = np.sqrt(np.mean((results["mean pattern"] - results["exact"]) ** 2)) / scale
    none = np.sqrt(np.mean((results["ignored"] - results["exact"]) ** 2)) / scale
    assert rough < 0.9 * none
    assert rough < 0.03


def test_arrays_that_wires_starve_are_refused_with_the_figure() -> None:
    with pytest.raises(
        InputError, match=r"stt-64x128: wires: got wires that take \d+\.\d% of the voltage.*at most 50%"
    ):
        layer("stt-64x128", (64, 20), source_line="wordline", rows=64, columns=128)
    with pytest.raises(InputError, match="wires that take"):
        layer("stt-64x128", (600, 2), rows=600, columns=16)
    engine, _, _ = layer("stt-64x128", (64, 2), rows=64)
    assert engine.wiring is not None
    assert 0.05 < engine.wiring.mean < engine.wiring.worst < 0.2


def test_groups_have_wires_of_their_own() -> None:
    weights, inputs = RNG.integers(-127, 128, (4, 9, 3)), RNG.integers(0, 256, (5, 36))
    bar = replace(build(Crossbar, "stt-64x128"), wires="exact")
    engine = GroupedCrossbarEngine.prepare(weights, inputs, signed=False, crossbar=bar, node=NODE)
    assert engine.wiring is not None
    chip = engine.program(Stream(0))
    alone = CrossbarEngine.prepare(weights[0], inputs[:, :9], signed=False, crossbar=bar, node=NODE)
    one = CrossbarEngine(bar, NODE, alone.encoded, False, engine.packs[0].range, alone.wiring)
    found = one.program(Stream(0).child("groups", 0)).multiply(inputs[:, :9])
    np.testing.assert_array_equal(chip.multiply(inputs)[:, :3], found)


def test_what_has_no_wires_to_solve_is_refused() -> None:
    with pytest.raises(InputError, match="charge is sampled once no current flows"):
        replace(build(Crossbar, "sram-64x128"), wires="exact")
    with pytest.raises(InputError, match="row wires make a linear array"):
        replace(build(Crossbar, "stt-64x128"), wires="mean pattern", source_line="wordline")
