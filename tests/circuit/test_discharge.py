"""Bitlines that a cell discharges: they fall until the amplifier has decided, at most by their precharge."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from remanence.circuit import Cell, Node, electrical
from remanence.circuit.gates import Amplifier, Periphery, gates_on, plain_amplifier
from remanence.circuit.subarray import Shape, subarray
from remanence.data import build

NODE = build(Node, "cmos-28nm")
PERIPHERY = build(Periphery, "standard")
GATES = gates_on(NODE, PERIPHERY)
PLAIN = plain_amplifier(GATES, PERIPHERY)
CELL = electrical(build(Cell, "sram-6t"), NODE)
COLUMNS = 128.0
SHAPE = Shape(*(np.array([number]) for number in (256.0, COLUMNS, 4.0, 1.0, 4.0)))


def _energy(sensing: Amplifier) -> float:
    return float(np.ravel(subarray(SHAPE, CELL, GATES, sensing).read_energy["bitline"])[0])


def _load(sensing: Amplifier) -> float:
    """Capacitance of a bitline with its amplifier, from the energy at an amplifier without delay."""
    return _energy(replace(sensing, time=0.0)) / (COLUMNS * float(sensing.margin) * float(GATES.supply))


def test_without_a_delay_of_the_amplifier_the_swing_is_its_margin() -> None:
    twice = replace(PLAIN, time=0.0, margin=2.0 * PLAIN.margin)
    assert _energy(twice) == pytest.approx(2.0 * _energy(replace(PLAIN, time=0.0)), rel=1e-12, abs=0)


def test_the_cell_discharges_its_bitline_while_the_amplifier_decides() -> None:
    time = 20e-12
    more = COLUMNS * float(GATES.supply) * float(CELL.cell_current) * time  # charge times supply, every column
    found = _energy(replace(PLAIN, time=time)) - _energy(replace(PLAIN, time=0.0))
    assert found == pytest.approx(more, rel=1e-9, abs=0)


def test_no_bitline_falls_below_ground() -> None:
    full = COLUMNS * _load(PLAIN) * float(CELL.read_voltage) * float(GATES.supply)
    assert _energy(replace(PLAIN, time=1.0)) == pytest.approx(full, rel=1e-9, abs=0)


def test_a_bitline_comes_back_in_the_time_that_it_fell() -> None:
    found = subarray(SHAPE, CELL, GATES, PLAIN)
    fall = found.read_latency["bitline"] + found.read_latency["sense"]
    np.testing.assert_allclose(found.recovery, fall, rtol=1e-9)
    slow = subarray(SHAPE, CELL, replace(GATES, precharge_share=2.0), PLAIN)
    np.testing.assert_allclose(slow.recovery, 2.0 * fall, rtol=1e-9)
    assert np.ravel(slow.area["sense"])[0] < np.ravel(found.area["sense"])[0]
    assert np.ravel(slow.read_energy["precharge"])[0] < np.ravel(found.read_energy["precharge"])[0]
    assert np.ravel(found.write_energy["precharge"])[0] == np.ravel(found.read_energy["precharge"])[0] > 0


def test_a_transistor_that_precharges_is_neither_too_narrow_nor_too_wide() -> None:
    line = _load(PLAIN)
    for share, width in ((1e9, GATES.smallest), (1e-9, GATES.largest)):
        found = subarray(SHAPE, CELL, replace(GATES, precharge_share=share), PLAIN)
        clock = COLUMNS * 2.0 * GATES.ratio * width * GATES.gate * GATES.supply**2
        assert np.ravel(found.read_energy["precharge"])[0] == pytest.approx(float(clock), rel=1e-9, abs=0)
        assert np.ravel(found.recovery)[0] > 2.3 * 0.8 * line * GATES.resistance / width * 0.5


def test_lines_read_by_conductance_need_no_clocked_precharge() -> None:
    cell = electrical(build(Cell, "reram-1t1r"), NODE)
    assert np.all(subarray(SHAPE, cell, GATES, PLAIN).read_energy["precharge"] == 0.0)


def test_every_written_bit_has_a_driver_that_takes_area() -> None:
    found = subarray(SHAPE, CELL, GATES, PLAIN).area["sense"]
    without = subarray(SHAPE, CELL, replace(GATES, driver=0.0), PLAIN).area["sense"]
    bits = COLUMNS / 4.0
    np.testing.assert_allclose(found - without, bits * GATES.driver * GATES.area, rtol=1e-9)
    assert float(GATES.driver) == pytest.approx(27 * 90e-9, rel=1e-12, abs=0)


def test_the_areas_of_driver_and_flip_flop_are_about_those_of_an_open_layout() -> None:
    """25.1 and 41.3 um2 in the OpenRAM cells for SkyWater 130 nm; the driver there is drawn in a column's pitch."""
    node = build(Node, "cmos-130nm")
    gates = gates_on(node, PERIPHERY)
    assert 25.1e-12 / 2.5 < float(gates.driver) * float(gates.area) < 25.1e-12
    assert float(gates.register_area) == pytest.approx(41.3e-12, rel=0.1, abs=0)
