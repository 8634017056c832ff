"""Expected events against counted ones, for every way to store weights and to apply inputs."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from remanence.circuit import Node
from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.crossbar import Crossbar, CrossbarEngine, GroupedCrossbarEngine, Occurrence
from remanence.crossbar.encoding import SCHEMES
from remanence.data import build

NODE = build(Node, "cmos-22nm")
DRIVES = [
    ({}, False), ({}, True), ({"digit_bits": 3}, True), ({"accumulation": "analog"}, False),
    ({"inputs": "pulse"}, True),
    ({"inputs": "binary", "input_bits": 1}, True),
]  # fmt: skip


def layer(scheme: str, drive: dict[str, object], signed: bool) -> tuple[CrossbarEngine, np.ndarray]:
    record, rng = SCHEMES[scheme], np.random.default_rng(3)
    name = "stt-64x128" if record.pair else "stt-unit-64x128"
    bits = 1 if record.sign_only else 6
    changes = {"encoding": scheme, "weight_bits": bits, "columns": 24, "rows": 16, **drive}
    bar = replace(build(Crossbar, name), **changes)
    low, high = record.bounds(bits)
    weights = rng.choice([-1, 1], (40, 7)) if record.sign_only else rng.integers(low, high + 1, (40, 7))
    first, last = bar.input_encoding.bounds(signed)
    inputs = rng.choice([-1, 1], (50, 40)) if bar.inputs == "binary" else rng.integers(first, last + 1, (50, 40))
    return CrossbarEngine.prepare(weights, inputs, signed=signed, crossbar=bar, node=NODE), inputs


@pytest.mark.parametrize(("scheme", "drive"), list(itertools.product(SCHEMES, DRIVES)))
def test_expected_events_are_those_counted(scheme: str, drive: tuple[dict[str, object], bool]) -> None:
    if SCHEMES[scheme].complement and (drive[0].get("digit_bits", 1) != 1 or "accumulation" in drive[0]
                                       or drive[0].get("inputs") == "pulse"):  # fmt: skip
        return  # refused by the layout
    engine, inputs = layer(scheme, *drive)
    counted = engine.events(inputs).as_dict()
    by_input = engine.expected_events(Occurrence.by_input(inputs)).as_dict()
    together = engine.expected_events(Occurrence.of(inputs)).as_dict()
    for name, number in counted.items():
        assert by_input[name] == pytest.approx(number, rel=1e-12), name
        # inputs and weights are independent here: one histogram is as good as 40 rows let it be
        exact = not name.startswith("cell_reads")
        assert together[name] == pytest.approx(number, rel=1e-12 if exact else 0.03), name


def test_weights_may_be_a_histogram_too() -> None:
    engine, inputs = layer("sign-magnitude", {}, False)
    seen = Occurrence.of(inputs)
    own = engine.expected_events(seen, Occurrence.of(engine.encoded.weights))
    assert own == engine.expected_events(seen)
    small = engine.expected_events(seen, Occurrence(np.array([0, 1]), np.array([3.0, 1.0])))
    raised = own.wordline_toggles / engine.crossbar.arrays_across(5 * 7)
    assert small.cell_reads_low == pytest.approx(raised * 7 / 4)
    assert small.cell_reads_low + small.cell_reads_high == pytest.approx(own.cell_reads_low + own.cell_reads_high)


def test_histograms_add_up() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.integers(0, 9, (7, 5)), rng.integers(3, 20, (11, 5))
    for count in (Occurrence.of, Occurrence.by_input):
        added, whole = count(one) + count(other), count(np.concatenate([one, other]))
        np.testing.assert_array_equal(added.values, whole.values)
        np.testing.assert_array_equal(added.counts, whole.counts)


def test_groups_expect_what_they_count() -> None:
    rng = np.random.default_rng(0)
    weights, inputs = rng.integers(-127, 128, (6, 9, 2)), rng.integers(0, 256, (40, 54))
    bar = replace(build(Crossbar, "stt-64x128"), groups_per_array=4)
    engine = GroupedCrossbarEngine.prepare(weights, inputs, signed=False, crossbar=bar, node=NODE)
    counted = engine.events(inputs).as_dict()
    for seen, tolerance in ((Occurrence.by_input(inputs), 1e-12), (Occurrence.of(inputs), 0.03)):
        found = engine.expected_events(seen).as_dict()
        for name, number in counted.items():
            assert found[name] == pytest.approx(number, rel=tolerance), name


def test_bad_histograms_are_refused() -> None:
    engine, inputs = layer("offset", {}, False)
    with pytest.raises(InputError, match="must lie in 0 to 255"):
        engine.expected_events(Occurrence.of(inputs + 200))
    with pytest.raises(InputError, match="the layer has 40"):
        engine.expected_events(Occurrence.by_input(inputs[:, :30]))
    for counts in (np.array([0.0]), np.array([-1.0]), np.array([np.nan]), np.array([1.0, 2.0])):
        with pytest.raises(InputError, match="Occurrence"):
            Occurrence(np.array([1]), counts)
