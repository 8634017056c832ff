"""What an array sees of a cell: closed forms of every kind, temperature, draws, and cells on nodes without a card."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.circuit import Cell, Electrical, Node, electrical, layout, sram_leakage
from remanence.circuit import cell as cells
from remanence.circuit import pump as pumps
from remanence.circuit.cell import PARTS
from remanence.core.declare import Array, replace
from remanence.core.errors import InputError, ValidityError
from remanence.data import Draws, build, names
from remanence.device import sot_critical_current

HOME = {
    "nor-flash": "cmos-40nm",
    "split-gate-40nm": "cmos-40nm",
    "split-gate-28nm": "cmos-28nm",
    "fefet-1t": "cmos-22nm",
    "edram-1t1c": "cmos-22nm",
}
"""Nodes of the cells that have a card for some nodes only."""

CELLS = {name: build(Cell, name) for name in names("cell")}
NODES = {name: build(Node, name) for name in names("node")}
FIELDS = [field.name for field in dataclasses.fields(Electrical)]
HOT = 398.15


def seen(name: str, temperature: Array = 298.15) -> Electrical:
    return electrical(CELLS[name], NODES[HOME.get(name, "cmos-22nm")], temperature)


def test_every_topology_has_a_card() -> None:
    assert {cell.topology for cell in CELLS.values()} == set(PARTS)


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_whole_and_sane(name: str) -> None:
    found = seen(name)
    for field in FIELDS:
        content = getattr(found, field)
        if not isinstance(content, str):
            assert np.ndim(content) == 0, field
            assert content >= 0, field
    assert found.area == pytest.approx(float(layout.cell_area(CELLS[name], NODES[HOME.get(name, "cmos-22nm")])), abs=0)
    assert 5e-15 < found.area < 1e-12
    assert 0.05 < found.read_voltage < 1.3
    assert found.write_energy > 0
    assert found.write_pulse > 0
    if found.sensing == "current":
        assert found.conductance_high > 1.3 * found.conductance_low > 0
        assert found.keeps
    assert (found.retention_time < 1.0) == found.destructive == (found.storage_capacitance > 0)
    assert (found.cell_leakage > 0) == (found.sensing == "voltage")
    assert (found.pump_efficiency < 1.0) == (CELLS[name].pump is not None or CELLS[name].driver is not None)


@pytest.mark.parametrize("name", CELLS)
def test_draws_equal_a_loop_in_shape_and_medians_lie_inside(name: str) -> None:
    draws, home = Draws(count=32), HOME.get(name, "cmos-22nm")
    drawn = electrical(build(Cell, name, draws), build(Node, home, draws), np.full(32, 350.0))
    for field in FIELDS:
        content = getattr(drawn, field)
        if not isinstance(content, str):
            assert np.shape(content) in ((), (32,)), field
            assert not np.any(np.isnan(content)), field
    assert np.min(drawn.area) <= float(seen(name).area) * (1 + 1e-9)
    assert np.max(drawn.area) >= float(seen(name).area) * (1 - 1e-9)


def test_a_temperature_sweep_equals_a_loop() -> None:
    sweep = np.array([233.15, 298.15, 398.15])
    for name in ("stt-1t1mtj", "sram-6t", "edram-1t1c", "sot-2t1mtj"):
        together = seen(name, temperature=sweep)
        for index, temperature in enumerate(sweep):
            alone = seen(name, temperature=float(temperature))
            for field in FIELDS:
                content = getattr(together, field)
                if not isinstance(content, str):
                    picked = float(np.broadcast_to(content, 3)[index])
                    assert picked == pytest.approx(float(getattr(alone, field)), rel=1e-12, abs=0), field


def test_a_warm_junction_cell_reads_worse_and_is_laid_out_as_before() -> None:
    cold, hot = seen("stt-1t1mtj"), seen("stt-1t1mtj", temperature=HOT)
    # the junction alone, its transistor's part taken away: a smaller TMR
    ratios = [
        (1 / found.conductance_low - found.access_resistance) / (1 / found.conductance_high - found.access_resistance)
        for found in (cold, hot)
    ]
    assert ratios[1] < 0.97 * ratios[0]
    assert hot.access_resistance / cold.access_resistance == pytest.approx(1.39, rel=1e-12, abs=0)
    for field in ("width", "height", "write_voltage", "write_pulse", "gate_capacitance"):
        assert getattr(hot, field) == getattr(cold, field)
    assert hot.word_attempts <= cold.word_attempts, "heat helps the junction to switch"


def test_conductances_are_those_of_the_cell_behind_its_transistor() -> None:
    cell, node = CELLS["stt-1t1mtj"], NODES["cmos-22nm"]
    found = electrical(cell, node, 298.15)  # the junction's own temperature
    series = float(layout.access_resistance(cell, node))
    high, low = cells.read_conductances(cell, 0.15, series)
    assert found.conductance_high == pytest.approx(float(high), rel=1e-12, abs=0)
    assert found.conductance_low == pytest.approx(float(low), rel=1e-12, abs=0)
    assert 1.0 / found.conductance_high - series == pytest.approx(float(cell.mtj.resistance("P")), rel=1e-9, abs=0)


def test_the_spin_orbit_cell_is_written_through_its_metal_and_read_through_a_small_transistor() -> None:
    cell, node = CELLS["sot-2t1mtj"], NODES["cmos-22nm"]
    found = electrical(cell, node)
    assert cell.metal is not None
    critical = sot_critical_current(cell.mtj, cell.metal, in_plane_field=23e3)
    assert found.write_current == pytest.approx(1.2 * float(critical), rel=1e-12, abs=0)
    # 2 squares of 500 ohm, then the transistor's overdrive over threshold
    assert found.write_voltage == pytest.approx(float(found.write_current) * 1000.0 + 0.354, rel=1e-9, abs=0)
    energy = float(found.write_voltage) * float(found.write_current) * 1e-9
    assert found.write_energy == pytest.approx(energy, rel=1e-12, abs=0)
    assert found.write_gate_capacitance > 3.0 * found.gate_capacitance
    assert found.write_energy < seen("stt-1t1mtj").write_energy / 10.0
    # the published array without a field: 0.68 TA/m^2 (sot8kb2022)
    density = float(critical) / (cell.metal.thickness * cell.mtj.diameter)
    assert density == pytest.approx(0.68e12, rel=0.10, abs=0)


def test_a_second_transistor_doubles_the_height() -> None:
    stt, cram = seen("stt-1t1mtj"), seen("cram-2t1mtj")
    assert cram.width == stt.width
    assert cram.height == pytest.approx(2.0 * float(stt.height), rel=1e-12, abs=0)
    assert cram.write_energy == stt.write_energy


def test_latches_by_hand() -> None:
    six, eight, node = seen("sram-6t"), seen("sram-8t"), NODES["cmos-22nm"]
    gate = 90e-9 * 1.11e-9
    assert six.gate_capacitance == pytest.approx(2 * gate, rel=1e-12, abs=0)
    assert six.write_gate_capacitance == 0.0
    assert eight.gate_capacitance == pytest.approx(gate, rel=1e-12, abs=0)
    assert eight.write_gate_capacitance == pytest.approx(2 * gate, rel=1e-12, abs=0)
    assert eight.area == pytest.approx(1.3 * float(six.area), rel=1e-12, abs=0)
    assert six.cell_current == pytest.approx(746.0 * 45e-9, rel=1e-12, abs=0)
    hot = seen("sram-6t", temperature=HOT)
    assert hot.cell_leakage / six.cell_leakage == pytest.approx(36.0, rel=1e-12, abs=0), "the node's ratio at 125 degC"
    assert hot.cell_leakage == pytest.approx(float(sram_leakage(node, HOT)), rel=1e-12, abs=0)


def test_a_dynamic_cell_forgets_faster_only_above_the_temperature_of_its_card() -> None:
    cold, rated, hot = (seen("edram-1t1c", temperature=t).retention_time for t in (298.15, 368.15, HOT))
    assert cold == rated == pytest.approx(100e-6, rel=1e-12, abs=0)
    assert hot < 0.5 * rated
    assert seen("edram-1t1c").write_energy == pytest.approx(12e-15 * 0.64 / 2, rel=1e-12, abs=0)


def test_flash_pays_for_its_pump() -> None:
    cell, node = CELLS["split-gate-28nm"], NODES["cmos-28nm"]
    found = electrical(cell, node)
    assert cell.pump is not None
    assert found.pump_efficiency == pumps.efficiency(cell.pump, node.supply, 9.0)
    delivered = 9.0 * 1e-6 * 25e-6
    energy = delivered / float(found.pump_efficiency) + 0.1e-9
    assert found.write_energy == pytest.approx(energy, rel=1e-12, abs=0)
    assert seen("nor-flash").wordline_voltage == 4.5
    low = electrical(CELLS["fefet-1t"], replace(NODES["cmos-22nm"], supply=5.0))
    assert low.pump_efficiency == 1.0, "a supply above the write voltage needs no pump"


@given(st.sampled_from(sorted(NODES)), st.sampled_from(["reram-1t1r", "pcm-1t1r", "sot-2t1mtj"]))
@settings(deadline=None)
def test_fingers_have_whole_fins_that_carry_the_write_current(node_name: str, name: str) -> None:
    node, cell = NODES[node_name], CELLS[name]
    width = float(layout.write_width(cell, node))
    carried = float(cell.source_degeneration) * float(node.on_current) * width
    assert carried >= float(cells.write_current(cell)) * (1 - 1e-9)
    pitch = float(layout.cell_width(cell, node)) - float(node.metal_pitch)
    if node.finned:
        fins = width / 2.0 / float(node.fin_width)
        assert fins == pytest.approx(round(fins), abs=1e-6)
        assert round(fins) >= 1
        assert pitch >= round(fins) * float(node.fin_pitch) * (1 - 1e-9)
    else:
        assert pitch >= width / 2.0 * (1 - 1e-9)


@pytest.mark.parametrize(
    ("name", "node", "message"),
    [
        ("nor-flash", "cmos-7nm", r"Cell nor-flash \(eflash-40nm\): got node cmos-7nm; has a card for cmos-40nm only"),
        ("split-gate-28nm", "cmos-40nm", r"split-gate-28nm \(split-gate-28nm\): got node cmos-40nm"),
        (
            "fefet-1t",
            "cmos-5nm",
            r"fefet-1t \(fefet-22nm\): got node cmos-5nm; has a card for cmos-22nm, cmos-28nm",
        ),
        ("edram-1t1c", "cmos-130nm-hp", r"edram-1t1c \(mim-22nm\): got node cmos-130nm-hp"),
    ],
)
def test_a_cell_on_a_node_without_a_card_names_both(name: str, node: str, message: str) -> None:
    for ask in (electrical, layout.cell_area):
        with pytest.raises(InputError, match=message):
            ask(CELLS[name], NODES[node])


def test_flavours_of_a_node_share_its_cards() -> None:
    assert electrical(CELLS["edram-1t1c"], NODES["cmos-22nm-hp"]).area == pytest.approx(2.75e-14, rel=1e-9, abs=0)


def test_bad_cells_and_temperatures_are_refused() -> None:
    with pytest.raises(InputError, match=r"read_voltage: got 0 V; must be above 0 V"):
        electrical(replace(CELLS["stt-1t1mtj"], read_voltage=0.0), NODES["cmos-22nm"])
    with pytest.raises(ValidityError, match="electrical: temperature: got 85 K"):
        seen("sram-6t", temperature=85.0)
    with pytest.raises(InputError, match="got none; 2T1MTJ SOT needs a metal"):
        replace(CELLS["sot-2t1mtj"], metal=None)
    with pytest.raises(InputError, match="got one; 1T1MTJ has no metal"):
        replace(CELLS["sot-2t1mtj"], topology="1T1MTJ")
    with pytest.raises(InputError, match="got none; split-gate flash needs a pump"):
        replace(CELLS["split-gate-28nm"], pump=None)
