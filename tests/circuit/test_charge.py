"""Charge-domain arrays: charge from the supply, what the control lines take, draws equal to a loop."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from remanence.circuit import ArrayCost, Cell, Converter, Node, Periphery, charge_array_cost, gates_on, layout
from remanence.circuit.charge import line_parasitic
from remanence.circuit.decoder import Drive, predecode, select
from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.data import Draws, build

NODE, SAR = build(Node, "cmos-22nm"), build(Converter, "sar-6bit-22nm")
PAIR, PERIPHERY = build(Cell, "sram-2x8t1c"), build(Periphery, "standard")


def cost(
    cell: Cell = PAIR, node: Node = NODE, converter: Converter = SAR, periphery: Periphery = PERIPHERY, **changes: Any
) -> ArrayCost:
    layout = {"rows": 64, "columns": 128, "columns_per_converter": 8, "sampling_time": 5e-9, "accumulator_bits": 24}
    return charge_array_cost(cell, node, converter, periphery, **{**layout, **changes})


def test_broadcasting_over_draws_equals_a_loop(at: Callable[[Any, int], Any]) -> None:
    draws = Draws(count=5)
    parts = (
        build(Cell, "sram-2x8t1c", draws), build(Node, "cmos-22nm", draws), build(Converter, "sar-6bit-22nm", draws),
        build(Periphery, "standard", draws),
    )  # fmt: skip
    together = cost(*parts)
    for index in range(5):
        alone = cost(*(at(part, index) for part in parts))
        for field in dataclasses.fields(ArrayCost):
            content = np.broadcast_to(getattr(together, field.name), 5)[index]
            assert content == pytest.approx(float(getattr(alone, field.name)), rel=1e-12, abs=0), field.name


def test_a_charged_unit_takes_its_charge_at_the_supply_and_an_idle_one_nothing() -> None:
    switch = float(NODE.metal_pitch) * float(NODE.drain_capacitance)
    one = cost()
    assert one.cell_read_low == pytest.approx((1.2e-15 + switch) * 0.8**2, rel=1e-9, abs=0)
    assert one.cell_read_high == 0.0
    assert (one.line_drop, one.disturb) == (0.0, 0.0)
    assert cost(PAIR, replace(NODE, supply=0.9)).cell_read_low == pytest.approx(
        float(one.cell_read_low) * (0.9 / 0.8) ** 2, rel=1e-12, abs=0
    )


def test_bits_leak_to_keep_the_weights_whatever_is_switched_off() -> None:
    one = cost()
    bits = 64 * 128 * 2 * float(NODE.sram_cell_leakage) * 1.41
    assert bits < one.standby < one.leakage
    assert one.standby == pytest.approx(bits, rel=0.02)
    assert cost(rows=128).standby == pytest.approx(2 * float(one.standby), rel=0.02)


def test_more_rows_make_a_longer_line_and_more_noise_but_the_same_unit() -> None:
    short, tall = cost(), cost(rows=256)
    for field in ("bitline_read", "write_bit", "step_time", "noise", "area_cells"):
        assert getattr(tall, field) > getattr(short, field), field
    assert tall.cell_read_low == short.cell_read_low
    assert 0.01 < short.noise < 0.1
    assert line_parasitic(PAIR, NODE, 128) == pytest.approx(2 * float(line_parasitic(PAIR, NODE, 64)), rel=1e-12, abs=0)


def test_the_pair_is_two_bits_with_their_transistors() -> None:
    assert layout.cell_area(PAIR, NODE) == pytest.approx(2 * 1.41 * float(NODE.sram_cell_area), rel=1e-9, abs=0)
    assert (PAIR.devices, PAIR.differential, PAIR.keeps, PAIR.varies) == (2, True, False, True)


@pytest.mark.parametrize("name", ["rows", "columns", "columns_per_converter"])
def test_an_empty_layout_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=f"charge_array_cost: {name}"):
        cost(PAIR, NODE, SAR, PERIPHERY, **{name: 0})


def test_another_cell_is_refused() -> None:
    with pytest.raises(InputError, match="unit capacitor"):
        cost(build(Cell, "stt-2t2mtj"))


def test_drivers_of_rows_controls_and_bitlines_by_hand() -> None:
    gates, one = gates_on(NODE, PERIPHERY), cost()
    access, pitch = float(layout.access_width(PAIR, NODE)), float(NODE.line_capacitance)
    high, wide = 64 * float(layout.cell_height(PAIR, NODE)), 128 * float(layout.cell_width(PAIR, NODE))
    gate, drain = access * float(NODE.gate_capacitance), access * float(NODE.drain_capacitance)
    ohms = float(NODE.line_resistance)

    def chain(inputs: int, load: float, length: float) -> Drive:
        return select(gates, inputs=inputs, load=load, resistance=length * ohms, rise=0.0, stage=4.0)

    row = chain(2, 128 * 4 * gate + wide * pitch, wide)
    control, written = (chain(1, 64 * each + high * pitch, high) for each in (gate, drain))
    register = float(NODE.adder_bit_energy) * 0.58
    assert one.wordline_toggle == pytest.approx(float(row.energy) + register, rel=1e-12, abs=0)
    assert one.bitline_read == pytest.approx(4 * float(control.energy), rel=1e-12, abs=0)
    assert one.write_bit == pytest.approx(float(written.energy) + float(row.energy) / 128, rel=1e-12, abs=0)
    source = float(gates.gate) * (2 + float(gates.ratio)) * float(gates.smallest)
    decoder = predecode(gates, bits=6, wire=high * pitch, row_gate=source, stage=4.0)
    both = 1.0 + float(gates.ratio)
    rows = 64 * float(row.width) + float(decoder.width)
    side, switches = 256 * 2 * float(control.width + written.width), 256 * float(gates.smallest)
    area = ((rows + side) * both + switches) * float(gates.area) + 64 * float(NODE.adder_bit_area) * 0.41
    assert one.area_drivers == pytest.approx(area, rel=1e-12, abs=0)
    driving = (rows + side + switches / both) * float(gates.leakage)
    holding = 64 * 128 * 2 * float(NODE.sram_cell_leakage) * 1.41
    assert one.leakage == pytest.approx(holding + driving, rel=1e-12, abs=0)
    assert one.standby == pytest.approx(holding + 0.03 * driving, rel=1e-12, abs=0)


def test_heat_makes_bits_and_drivers_leak_alike_and_adds_noise() -> None:
    cold, hot = cost(), cost(temperature=398.15)
    assert hot.leakage == pytest.approx(float(NODE.off_current_ratio) * float(cold.leakage), rel=1e-9, abs=0)
    assert hot.noise == pytest.approx(float(cold.noise) * (398.15 / 298.15) ** 0.5, rel=1e-9, abs=0)
    assert hot.step_time > cold.step_time
