"""Wires by class: what the card says at 25 degC, Matthiessen's rule above it."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.circuit import Node, wire
from remanence.circuit.transistor import REFERENCE
from remanence.circuit.wire import CLASSES
from remanence.core.declare import lift, replace
from remanence.core.errors import UnknownNameError, ValidityError
from remanence.data import Draws, build

NODE = build(Node, "cmos-22nm")


def test_the_classes_are_the_fields_of_the_card() -> None:
    assert wire(NODE, "thin") == (NODE.wire_resistance, NODE.wire_capacitance, NODE.metal_pitch)
    assert wire(NODE) == wire(NODE, "line") == (NODE.line_resistance, NODE.line_capacitance, NODE.line_pitch)
    assert wire(NODE, "thick") == (NODE.thick_resistance, NODE.thick_capacitance, NODE.thick_pitch)


@pytest.mark.parametrize("kind", ["thin", "line"])
def test_per_kelvin_a_wire_gains_what_bulk_copper_of_its_section_gains(kind: str) -> None:
    pitch = float(wire(NODE, kind).pitch)
    section = float(NODE.wire_aspect_ratio) * (pitch / 2) ** 2
    gained = float(wire(NODE, kind, REFERENCE + 100.0).resistance - wire(NODE, kind).resistance)
    bulk = float(NODE.metal.resistivity) * float(NODE.metal.temperature_coefficient) * 100.0
    assert gained * section == pytest.approx(bulk, rel=1e-12, abs=0)


def test_a_thin_wire_rises_less_than_a_thick_one_and_none_more_than_bulk() -> None:
    for name in ("cmos-130nm", "cmos-40nm", "cmos-22nm", "cmos-7nm", "cmos-5nm"):
        node = lift(build(Node, name, Draws(count=64)), 1)
        kelvin = np.array([REFERENCE, REFERENCE + 100.0])
        rise = {}
        for kind in CLASSES:
            resistance = np.asarray(wire(node, kind, kelvin).resistance)
            assert resistance.shape == (64, 2)
            rise[kind] = resistance[:, 1] / resistance[:, 0]
            assert np.all(
                rise[kind] <= 1.0 + 100.0 * np.asarray(node.metal.temperature_coefficient)[:, 0] * (1.0 + 1e-12)
            )
            assert np.all(rise[kind] > 1.0)
        assert np.all(rise["thin"] <= rise["thick"] * (1.0 + 1e-12))


def test_a_wire_as_good_as_bulk_follows_bulk() -> None:
    section = float(NODE.wire_aspect_ratio) * (float(NODE.line_pitch) / 2) ** 2
    perfect = replace(NODE, line_resistance=float(NODE.metal.resistivity) / section)
    ratio = wire(perfect, "line", REFERENCE + 50.0).resistance / perfect.line_resistance
    assert ratio == pytest.approx(1.0 + 50.0 * float(NODE.metal.temperature_coefficient), rel=1e-12, abs=0)


def test_bad_class_and_temperature_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean thick"):
        wire(NODE, "thik")
    with pytest.raises(ValidityError, match="wire: temperature: got 500 K"):
        wire(NODE, "thin", 500.0)
