"""Cells: the access transistor carries the write current, geometry follows it, the write energy adds up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.circuit import Cell, Node, layout
from remanence.circuit import cell as cells
from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.data import build
from remanence.device import junction

NODE = build(Node, "cmos-22nm")
STT = build(Cell, "stt-1t1mtj")
BARE = replace(STT, driver=None)  # overdrive, pulse and attempts are then the cell's own
SRAM = build(Cell, "sram-6t")

OVERDRIVE = st.floats(0.1, 20.0)


@given(OVERDRIVE, st.floats(15e-9, 60e-9))
@settings(deadline=None)
def test_the_access_transistor_carries_the_write_current(overdrive: float, diameter: float) -> None:
    cell = replace(BARE, write_overdrive=overdrive, junction=replace(STT.mtj, diameter=diameter))
    width = float(layout.access_width(cell, NODE))
    current = float(cells.write_current(cell))
    assert current == pytest.approx(overdrive * float(cell.mtj.critical_current), rel=1e-14, abs=0)
    assert width >= float(NODE.metal_pitch)
    carried = 0.6 * float(NODE.on_current) * width  # the junction at its source takes 40 %
    assert carried >= current * (1.0 - 1e-14)
    assert width == NODE.metal_pitch or carried == pytest.approx(current, rel=1e-14, abs=0)
    assert float(layout.access_resistance(cell, NODE)) * width == pytest.approx(
        NODE.linear_resistance, rel=1e-14, abs=0
    )


@given(OVERDRIVE, st.floats(1.0, 5.0))
@settings(deadline=None)
def test_the_cell_grows_with_its_write_current(overdrive: float, more: float) -> None:
    small, large = (replace(BARE, write_overdrive=i) for i in (overdrive, overdrive * more))
    assert 0.0 < layout.cell_area(small, NODE) <= layout.cell_area(large, NODE)
    if more > 1.01 and float(layout.access_width(small, NODE)) > 2.1 * float(NODE.metal_pitch):
        assert layout.cell_area(small, NODE) < layout.cell_area(large, NODE)


def test_geometry_by_hand() -> None:
    """63 uA over 0.6 x 746 uA/um are 0.14 um: a 0.07 um finger and a 90 nm space, two gate pitches high."""
    current = 63e-6
    cell = replace(BARE, write_overdrive=current / float(STT.mtj.critical_current))
    finger = current / (0.6 * 746.0) / 2.0
    width = max(finger + 90e-9, 180e-9)
    assert layout.cell_area(cell, NODE) == pytest.approx(width * 216e-9, rel=1e-12, abs=0)
    pair = replace(cell, topology="2T2MTJ")
    assert layout.cell_area(pair, NODE) == pytest.approx(2.0 * width * 216e-9, rel=1e-12, abs=0)
    wide = replace(cell, write_overdrive=2.0 * float(cell.write_overdrive))
    assert layout.cell_area(wide, NODE) == pytest.approx((2.0 * finger + 90e-9) * 216e-9, rel=1e-12, abs=0)


def test_an_sram_cell_has_the_area_of_the_node() -> None:
    assert layout.cell_area(SRAM, NODE) == pytest.approx(NODE.sram_cell_area, rel=1e-14, abs=0)
    assert layout.cell_width(SRAM, NODE) == pytest.approx(2.0 * float(layout.cell_height(SRAM, NODE)), rel=1e-14, abs=0)


@given(OVERDRIVE, st.floats(15e-9, 60e-9))
@settings(deadline=None)
def test_the_write_voltage_solves_ohm_at_its_own_bias(overdrive: float, diameter: float) -> None:
    cell = replace(BARE, write_overdrive=overdrive, junction=replace(STT.mtj, diameter=diameter))
    over_junction = float(cells.write_voltage(cell, NODE)) - (0.8 - 0.446)
    resistance = float(cell.mtj.resistance("AP", voltage=over_junction))
    assert over_junction == pytest.approx(float(cells.write_current(cell)) * resistance, rel=1e-9, abs=0)


def test_at_the_critical_current_the_junction_sees_its_critical_voltage() -> None:
    cell = replace(BARE, write_overdrive=1.0)
    assert cells.write_voltage(cell, NODE) == pytest.approx(float(STT.mtj.critical_voltage) + 0.354, rel=1e-9, abs=0)


def test_write_energy_is_voltage_current_time_and_attempts() -> None:
    cell = replace(BARE, write_pulse=10e-9, write_attempts=2.0)
    power = float(cells.write_voltage(cell, NODE)) * float(cells.write_current(cell))
    assert cells.write_energy(cell, NODE) == pytest.approx(power * 20e-9, rel=1e-14, abs=0)


def test_draws_equal_a_loop() -> None:
    diameters = np.array([20e-9, 30e-9, 45e-9])
    grid = replace(BARE, junction=replace(STT.mtj, diameter=diameters), write_overdrive=np.array([[1.2], [2.0]]))
    for ask in (layout.cell_area, layout.access_resistance, cells.write_voltage, cells.write_energy):
        together = np.asarray(ask(grid, NODE))
        assert together.shape == (2, 3)
        for (row, column), content in np.ndenumerate(together):
            cut = replace(STT.mtj, diameter=float(diameters[column]))
            alone = ask(replace(BARE, junction=cut, write_overdrive=(1.2, 2.0)[row]), NODE)
            assert content == pytest.approx(float(alone), rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"topology": "1T1MTJ"}, "Cell.junction: got none; 1T1MTJ needs a junction"),
        ({"topology": "2T2MTJ"}, "2T2MTJ needs a junction"),
        ({"topology": "6T SRAM", "junction": STT.mtj}, "got one; 6T SRAM has no junction"),
        ({"topology": "9T SRAM"}, "must be one of 1T1MTJ, 2T2MTJ, 1T1R"),
        ({"topology": "1T1MTJ", "junction": "cofeb"}, "must be a Junction or None"),
        ({"topology": "1T1MTJ", "junction": STT.mtj, "write_attempts": 0.9}, "must be at least 1"),
    ],
)
def test_a_cell_that_does_not_fit_together_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Cell(**fields)


def test_an_sram_cell_has_nothing_magnetic_to_ask() -> None:
    assert (SRAM.magnetic, SRAM.keeps, SRAM.differential, SRAM.devices) == (False, False, False, 1)
    assert [build(Cell, name).devices for name in ("stt-1t1mtj", "stt-2t2mtj")] == [1, 2]
    for ask in (cells.write_current, lambda cell: cell.mtj):
        with pytest.raises(InputError, match="6T SRAM; this needs a magnetic cell"):
            ask(SRAM)


def test_a_fept_cell_pays_for_its_damping_in_area() -> None:
    """The question of the L1_0 user: at 5 nm the current needs a transistor many times the junction's size."""
    fept = junction("l10-fept", diameter=10e-9)
    assert layout.cell_area(replace(BARE, junction=fept), NODE) > 5.0 * np.asarray(layout.cell_area(BARE, NODE))
    with pytest.raises(InputError, match=r"breakdown of the barrier|no transistor can pass it"):
        layout.cell_area(replace(STT, junction=fept), NODE)


def test_a_driver_takes_over_how_a_cell_is_written() -> None:
    for field, content in (("write_overdrive", 2.0), ("write_pulse", 5e-9), ("write_attempts", 2.0)):
        with pytest.raises(InputError, match=f"Cell.{field}: got {content}; follows from the write driver"):
            replace(STT, **{field: content})
    with pytest.raises(InputError, match="is not written through a junction"):
        replace(SRAM, driver=STT.driver)
    with pytest.raises(InputError, match="its write driver works through a transistor"):
        cells.write_current(STT)
