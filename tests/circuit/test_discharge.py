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
