"""Computing arrays: Ohm's law per cell, lines that grow with the array, draws equal to a loop."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.circuit import ArrayCost, Cell, Converter, Node, array_cost, layout
from remanence.circuit import cell as cells
from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.data import Draws, build

NODE = build(Node, "cmos-22nm")
PAIR, SINGLE = build(Cell, "stt-2t2mtj"), build(Cell, "stt-1t1mtj")
SAR = build(Converter, "sar-6bit-22nm")
FIELDS = [field.name for field in dataclasses.fields(ArrayCost)]


def cost(cell: Cell = PAIR, node: Node = NODE, converter: Converter = SAR, **changes: Any) -> ArrayCost:
    arguments = {
        "rows": 64,
        "columns": 128,
        "columns_per_converter": 8,
        "read_voltage": 0.1,
        "sampling_time": 5e-9,
        "accumulator_bits": 24,
    }
    return array_cost(cell, node, converter, **{**arguments, **changes})


def test_broadcasting_over_draws_equals_a_loop(at: Callable[[Any, int], Any]) -> None:
    draws = Draws(count=6)
    cell, node = build(Cell, "stt-2t2mtj", draws), build(Node, "cmos-22nm", draws)
    converter = build(Converter, "sar-6bit-22nm", draws)
    together = cost(cell, node, converter)
    for index in range(6):
        alone = cost(at(cell, index), at(node, index), at(converter, index))
        for field in FIELDS:
            content = np.broadcast_to(getattr(together, field), 6)[index]
            assert content == pytest.approx(float(getattr(alone, field)), rel=1e-12, abs=0), field


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


@given(st.sampled_from([PAIR, SINGLE]), ROWS, ROWS)
@settings(deadline=None)
def test_more_columns_cost_more(cell: Cell, columns: int, more: int) -> None:
    narrow, wide = cost(cell, columns=columns), cost(cell, columns=columns + more)
    for field in ("wordline_toggle", "area_cells", "area_drivers", "leakage"):
        assert getattr(wide, field) > getattr(narrow, field), field
    assert wide.area_converters >= narrow.area_converters
    for field in ("bitline_read", "cell_read_low", "line_drop"):
        assert getattr(wide, field) == getattr(narrow, field), field


def test_lines_scale_with_what_hangs_on_them() -> None:
    one, two = cost(), cost(rows=128, columns=256)
    for field, factor in (("bitline_read", 2.0), ("wordline_toggle", 2.0), ("area_cells", 4.0)):
        assert getattr(two, field) == pytest.approx(factor * getattr(one, field), rel=1e-12, abs=0), field
    assert one.area_cells == pytest.approx(64 * 128 * float(layout.cell_area(PAIR, NODE)), rel=1e-12, abs=0)


def test_a_cell_read_is_ohms_law_at_the_supply() -> None:
    """Low: R_P and the transistor. High: R_AP at the voltage that is left over the junction, found by iteration."""
    series = float(layout.access_resistance(PAIR, NODE))
    parallel = float(PAIR.mtj.resistance("P"))
    result = cost()
    bitline = float(result.bitline_read) / (2 * 0.1 * 0.8)
    wire = 64 * float(layout.cell_height(PAIR, NODE)) * float(NODE.line_resistance)
    settling = 0.69 * (series + parallel) * bitline + 0.38 * wire * bitline  # it conducts while it settles
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


def test_a_step_waits_for_the_slowest_of_sampling_converter_and_line() -> None:
    fast = replace(SAR, rate=1e9)
    assert cost(converter=fast, sampling_time=1e-9).step_time > 8e-9  # the line settles before sampling starts
    assert cost(converter=fast, sampling_time=1e-9).step_time < 8.8e-9
    assert cost(converter=replace(SAR, rate=1e7)).step_time == pytest.approx(8 * 100e-9, rel=1e-12, abs=0)
    assert cost(columns_per_converter=16).step_time == pytest.approx(2.0 * float(cost().step_time), rel=1e-12, abs=0)


def test_shift_add_is_one_adder_bit_per_accumulator_bit() -> None:
    for bits in (10, 24):
        result = cost(accumulator_bits=bits)
        assert result.shift_add == pytest.approx(bits * float(NODE.adder_bit_energy), rel=1e-12, abs=0)
        area = 16 * bits * float(NODE.adder_bit_area)  # behind each of the 16 converters
        assert result.area_accumulators == pytest.approx(area, rel=1e-12, abs=0)


def test_a_written_bit_pays_for_its_lines_at_the_write_voltage() -> None:
    """Both lines of the column and one cell's share of the wordline, charged on every attempt."""
    result = cost()
    bitline = float(result.bitline_read) / (2 * 0.1 * 0.8)
    wordline = float(result.wordline_toggle) / 0.8**2
    voltage, attempts = float(cells.write_voltage(PAIR, NODE)), float(PAIR.write_attempts)
    lines = (2.0 * bitline + wordline / 128) * voltage**2 * attempts
    expected = float(cells.write_energy(PAIR, NODE)) + lines
    assert result.write_bit == pytest.approx(expected, rel=1e-12, abs=0)
    assert lines > 1e-4 * expected  # else the line above would not see them


def test_a_read_disturbs_by_its_share_of_the_critical_current() -> None:
    series, device = float(layout.access_resistance(PAIR, NODE)), PAIR.mtj
    current = 0.1 / (float(device.resistance("P")) + series)
    assert cost().disturb == pytest.approx(current / float(device.critical_current), rel=1e-12, abs=0)
    assert cost(read_voltage=0.2).disturb == pytest.approx(2.0 * float(cost().disturb), rel=1e-12, abs=0)


def test_drivers_take_twelve_junction_cells_a_line() -> None:
    lines = 64 + 2 * 128
    assert cost().area_drivers == pytest.approx(lines * 12 * float(layout.cell_area(PAIR, NODE)) / 2, rel=1e-12, abs=0)


def test_a_pair_reads_two_bitlines_for_one() -> None:
    assert cost(PAIR).bitline_read == pytest.approx(2.0 * float(cost(SINGLE).bitline_read), rel=1e-12, abs=0)


def test_an_sram_cell_has_no_current_sum() -> None:
    with pytest.raises(InputError, match="this needs a magnetic cell"):
        cost(build(Cell, "sram-6t"))
