"""Computing arrays: Ohm's law per cell, lines that grow with the array, draws equal to a loop."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.circuit import ArrayCost, Cell, Converter, Node, Periphery, array_cost, gates_on, layout
from remanence.circuit import cell as cells
from remanence.circuit.decoder import predecode, select
from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.data import Draws, build

NODE = build(Node, "cmos-22nm")
PAIR, SINGLE = build(Cell, "stt-2t2mtj"), build(Cell, "stt-1t1mtj")
SAR, PERIPHERY = build(Converter, "sar-6bit-22nm"), build(Periphery, "standard")
GATES = gates_on(NODE, PERIPHERY)
FIELDS = [field.name for field in dataclasses.fields(ArrayCost)]


def cost(
    cell: Cell = PAIR, node: Node = NODE, converter: Converter = SAR, periphery: Periphery = PERIPHERY, **changes: Any
) -> ArrayCost:
    arguments = {
        "rows": 64,
        "columns": 128,
        "columns_per_converter": 8,
        "read_voltage": 0.1,
        "sampling_time": 5e-9,
        "accumulator_bits": 24,
    }
    return array_cost(cell, node, converter, periphery, **{**arguments, **changes})


def test_broadcasting_over_draws_equals_a_loop(at: Callable[[Any, int], Any]) -> None:
    draws = Draws(count=6)  # those that can be written: alone, another one is refused
    cell, node = build(Cell, "stt-2t2mtj", draws), build(Node, "cmos-22nm", draws)
    parts = cell, node, build(Converter, "sar-6bit-22nm", draws), build(Periphery, "standard", draws)
    together = cost(*parts)
    compared = 0
    for index in range(6):
        try:
            alone = cost(*(at(part, index) for part in parts))
        except InputError:  # a single design that cannot be written is refused
            continue
        compared += 1
        for field in FIELDS:
            content = np.broadcast_to(getattr(together, field), 6)[index]
            assert content == pytest.approx(float(getattr(alone, field)), rel=1e-12, abs=0), field
    assert compared >= 2


ROWS = st.integers(1, 512)


@given(st.sampled_from([PAIR, SINGLE]), ROWS, ROWS)
@settings(deadline=None)
def test_more_rows_cost_more(cell: Cell, rows: int, more: int) -> None:
    short, tall = cost(cell, rows=rows), cost(cell, rows=rows + more)
    for field in (
        "bitline_read",
        "write_bit",
        "area_cells",
        "area_drivers",
        "leakage",
        "cell_read_low",
        "cell_read_high",
    ):
        assert getattr(tall, field) > getattr(short, field), field
    assert tall.step_time >= short.step_time
    assert tall.line_drop >= short.line_drop
    for field in ("wordline_toggle", "conversion", "area_converters", "disturb"):
        assert getattr(tall, field) == getattr(short, field), field


@given(st.sampled_from([PAIR, SINGLE]), st.integers(2, 512), ROWS)
@settings(deadline=None)
def test_more_columns_cost_more(cell: Cell, columns: int, more: int) -> None:
    """From two on: one column needs no switch to a converter."""
    narrow, wide = cost(cell, columns=columns), cost(cell, columns=columns + more)
    for field in ("wordline_toggle", "area_cells", "area_drivers", "leakage"):
        assert getattr(wide, field) > getattr(narrow, field), field
    assert wide.area_converters >= narrow.area_converters
    for field in ("bitline_read", "cell_read_low", "line_drop"):
        assert getattr(wide, field) == getattr(narrow, field), field


def bitline(rows: int = 64) -> float:
    """Capacitance of one line by hand, without its switches."""
    height, width = float(layout.cell_height(PAIR, NODE)), float(layout.access_width(PAIR, NODE))
    return rows * (width * float(NODE.drain_capacitance) + height * float(NODE.line_capacitance))


def wordline(columns: int = 128) -> float:
    width, access = float(layout.cell_width(PAIR, NODE)), float(layout.access_width(PAIR, NODE))
    return columns * (2 * access * float(NODE.gate_capacitance) + width * float(NODE.line_capacitance))


def switch(rows: int = 64) -> float:
    """Width of a column switch: a fifth of the resistance of the column with all cells low."""
    series = float(layout.access_resistance(PAIR, NODE))
    conductance = rows / (float(PAIR.mtj.resistance("P")) + series)
    return float(NODE.linear_resistance) * conductance / 0.2


def test_lines_scale_with_what_hangs_on_them() -> None:
    one, two = cost(), cost(rows=128, columns=256)
    for field, factor in (("bitline_read", 2.0), ("area_cells", 4.0)):
        assert getattr(two, field) == pytest.approx(factor * getattr(one, field), rel=1e-12, abs=0), field
    assert 1.5 < two.wordline_toggle / one.wordline_toggle < 2.0, "its register stays as it is"
    assert one.area_cells == pytest.approx(64 * 128 * float(layout.cell_area(PAIR, NODE)), rel=1e-12, abs=0)


def test_a_line_and_its_switches_are_charged_by_hand() -> None:
    behind = switch() * float(NODE.drain_capacitance)
    expected = 2 * ((bitline() + behind) * 0.1 * 0.8 + switch() * float(NODE.gate_capacitance) * 0.8**2)
    assert cost().bitline_read == pytest.approx(expected, rel=1e-12, abs=0)
    alone = cost(columns_per_converter=1)  # nothing to switch
    assert alone.bitline_read == pytest.approx(2 * bitline() * 0.1 * 0.8, rel=1e-12, abs=0)


def test_a_row_swings_behind_a_chain_that_is_sized_for_it() -> None:
    resistance = 128 * float(layout.cell_width(PAIR, NODE)) * float(NODE.line_resistance)
    chain = select(GATES, inputs=2, load=wordline(), resistance=resistance, rise=0.0, stage=4.0)
    register = float(NODE.adder_bit_energy) * 0.58
    assert cost().wordline_toggle == pytest.approx(float(chain.energy) + register, rel=1e-12, abs=0)
    assert cost().wordline_toggle > wordline() * 0.8**2
    lazy = replace(PERIPHERY, driver_stage=8.0)
    assert cost(periphery=lazy, columns=4096).area_drivers < cost(columns=4096).area_drivers


def test_drivers_take_the_area_and_leakage_of_their_transistors() -> None:
    height = 64 * float(layout.cell_height(PAIR, NODE))
    resistance = 128 * float(layout.cell_width(PAIR, NODE)) * float(NODE.line_resistance)
    chain = select(GATES, inputs=2, load=wordline(), resistance=resistance, rise=0.0, stage=4.0)
    gate = float(GATES.gate) * (2 + float(GATES.ratio)) * float(GATES.smallest)
    decoder = predecode(GATES, bits=6, wire=height * float(NODE.line_capacitance), row_gate=gate, stage=4.0)
    rows = 64 * float(chain.width) + float(decoder.width)
    both = 1.0 + float(GATES.ratio)
    writer = 2 * float(cells.write_current(PAIR, NODE)) / float(NODE.on_current)
    registers = 64 * float(NODE.adder_bit_area) * 0.41
    area = (rows * both + 256 * (switch() + writer * both)) * float(GATES.area) + registers
    assert cost().area_drivers == pytest.approx(area, rel=1e-12, abs=0)
    leakage = (rows + 256 * (switch() + writer) / both) * float(GATES.leakage)
    assert cost().leakage == pytest.approx(leakage, rel=1e-12, abs=0)
    assert cost().standby == pytest.approx(0.03 * leakage, rel=1e-12, abs=0)


def test_heat_makes_the_drivers_leak_and_the_lines_resist() -> None:
    cold, hot = cost(), cost(temperature=398.15)
    assert hot.leakage > 20.0 * float(cold.leakage)
    assert hot.line_drop > cold.line_drop
    assert hot.step_time > cold.step_time


def test_the_whole_is_the_sum_of_its_areas() -> None:
    one = cost()
    parts = (one.area_cells, one.area_converters, one.area_drivers, one.area_accumulators)
    assert one.area == pytest.approx(sum(float(part) for part in parts), rel=1e-14, abs=0)


def test_a_cell_read_is_ohms_law_at_the_supply() -> None:
    """Low: R_P and the transistor. High: R_AP at the voltage that is left over the junction, found by iteration."""
    series = float(layout.access_resistance(PAIR, NODE))
    parallel = float(PAIR.mtj.resistance("P"))
    result = cost(columns_per_converter=1)
    wire = 64 * float(layout.cell_height(PAIR, NODE)) * float(NODE.line_resistance)
    settling = 0.69 * (series + parallel) * bitline() + 0.38 * wire * bitline()  # it conducts while it settles
    charge = 0.1 * (settling + 5e-9) * 0.8
    assert result.cell_read_low == pytest.approx(charge / (parallel + series), rel=1e-12, abs=0)
    seen = 0.1
    for _ in range(100):
        high = float(PAIR.mtj.resistance("AP", voltage=seen))
        seen = 0.1 * high / (high + series)
    assert result.cell_read_high == pytest.approx(charge / (high + series), rel=1e-11, abs=0)


@pytest.mark.parametrize(("columns", "converters"), [(128, 16), (121, 16), (120, 15), (1, 1)])
def test_a_started_group_of_columns_needs_a_whole_converter(columns: int, converters: int) -> None:
    assert cost(columns=columns).area_converters == pytest.approx(converters * float(SAR.area), rel=1e-12, abs=0)


def test_a_step_waits_for_the_row_and_the_slowest_of_sampling_converter_and_line() -> None:
    row = float(cost(converter=replace(SAR, rate=1e7)).step_time) - 8 * 100e-9
    assert 0.05e-9 < row < 1e-9
    fast = replace(SAR, rate=1e9)
    assert cost(converter=fast, sampling_time=1e-9).step_time > row + 8e-9  # the line settles before sampling starts
    assert cost(converter=fast, sampling_time=1e-9).step_time < row + 11e-9
    twice = float(cost(columns_per_converter=16).step_time) - row
    assert twice == pytest.approx(2.0 * (float(cost().step_time) - row), rel=1e-9, abs=0)


def test_shift_add_is_one_adder_bit_per_accumulator_bit() -> None:
    for bits in (10, 24):
        result = cost(accumulator_bits=bits)
        assert result.shift_add == pytest.approx(bits * float(NODE.adder_bit_energy), rel=1e-12, abs=0)
        area = 16 * bits * float(NODE.adder_bit_area)  # behind each of the 16 converters
        assert result.area_accumulators == pytest.approx(area, rel=1e-12, abs=0)


def test_a_written_bit_pays_for_its_lines_at_the_write_voltage() -> None:
    """Both lines of the column and one cell's share of the wordline, charged on every attempt."""
    result = cost()
    voltage, attempts = float(cells.write_voltage(PAIR, NODE)), float(cells.write_attempts(PAIR, NODE))
    line = bitline() + switch() * float(NODE.drain_capacitance)
    lines = (2.0 * line + wordline() / 128) * voltage**2 * attempts
    expected = float(cells.write_energy(PAIR, NODE)) + lines
    assert result.write_bit == pytest.approx(expected, rel=1e-12, abs=0)
    assert lines > 1e-4 * expected  # else the line above would not see them


def test_a_read_disturbs_by_its_share_of_the_critical_current() -> None:
    series, device = float(layout.access_resistance(PAIR, NODE)), PAIR.mtj
    current = 0.1 / (float(device.resistance("P")) + series)
    assert cost().disturb == pytest.approx(current / float(device.critical_current), rel=1e-12, abs=0)
    assert cost(read_voltage=0.2).disturb == pytest.approx(2.0 * float(cost().disturb), rel=1e-12, abs=0)


def test_a_read_disturbs_without_end_where_heat_has_taken_the_perpendicular_state() -> None:
    hot = replace(PAIR, junction=replace(PAIR.mtj, temperature=np.array([300.0, 800.0])))
    found = np.asarray(cells.disturb(hot, 0.1, 1e3))
    assert np.isfinite(found[0])
    assert np.isinf(found[1])


def test_a_pair_reads_two_bitlines_for_one() -> None:
    assert cost(PAIR).bitline_read == pytest.approx(2.0 * float(cost(SINGLE).bitline_read), rel=1e-12, abs=0)


def test_an_sram_cell_has_no_current_sum() -> None:
    with pytest.raises(InputError, match="this needs a magnetic cell"):
        cost(build(Cell, "sram-6t"))
