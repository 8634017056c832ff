"""Costs add up, scale with their units, and grow where they must."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.circuit.cell import Cell
from remanence.circuit.electrical import Electrical, electrical
from remanence.circuit.gates import Amplifier, Gates, Periphery, gates_on, plain_amplifier
from remanence.circuit.htree import tree
from remanence.circuit.node import Node
from remanence.circuit.organisation import (
    QUANTITIES,
    Costs,
    Organisations,
    Reason,
    Redundancy,
    evaluate,
    illegal,
    total,
)
from remanence.circuit.wake import wake
from remanence.circuit.wire import Wire
from remanence.core import declare
from remanence.core.errors import InputError
from remanence.data import Draws, build

NODE = build(Node, "cmos-22nm")
PERIPHERY = build(Periphery, "standard")
GATES = gates_on(NODE, PERIPHERY)
SENSING = plain_amplifier(GATES, PERIPHERY)
NAMES = ("stt-1t1mtj", "stt-2t2mtj", "sot-2t1mtj", "sram-6t", "sram-8t", "edram-1t1c", "reram-1t1r", "fefet-1t")
CELLS = {name: electrical(build(Cell, name), NODE) for name in NAMES}

powers = st.integers(0, 4).map(lambda power: 2**power)


@st.composite
def organisations(draw: st.DrawFn, destructive: bool) -> Organisations:
    mux, output = 1 if destructive else draw(powers), draw(powers)
    columns = mux * output * draw(st.integers(1, 64))
    across, down = draw(powers), draw(powers)
    opened_across, opened_down = min(draw(powers), across), min(draw(powers), down)
    return Organisations.of(
        rows=draw(st.integers(16, 4096)),
        columns=columns,
        sense_mux=mux,
        output_mux=output,
        across=across,
        down=down,
        active_across=opened_across,
        active_down=opened_down,
        banks=draw(powers),
        word_bits=columns // mux // output * opened_across * opened_down,
        check_bits=draw(st.integers(0, 16)),
        spare_rows=draw(st.integers(0, 8)),
        spare_columns=draw(st.integers(0, 4)),
        stage=draw(st.sampled_from([4.0, 8.0, 16.0])),
    )


def _plain(**changes: Any) -> Organisations:
    return Organisations.of(
        **{"rows": 512, "columns": 512, "sense_mux": 8, "across": 4, "down": 4, "active_across": 2, "word_bits": 128,
           **changes}
    )  # fmt: skip


def _costs(chosen: Organisations, name: str = "stt-1t1mtj") -> Costs:
    return evaluate(chosen, CELLS[name], GATES, SENSING)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), name=st.sampled_from(NAMES))
def test_parts_add_up_and_nothing_is_negative(data: st.DataObject, name: str) -> None:
    """With everything on: check bits and what computes them, spares, verify, pumps and regulators."""
    bits = data.draw(st.sampled_from([0, 1]))
    coder = _Coder(1e-10, 3e-10, 1e-13, 2e-13, 1e-9) if bits else None
    found = evaluate(data.draw(organisations(CELLS[name].destructive)), CELLS[name], GATES, SENSING, coder)
    for quantity in QUANTITIES:
        whole = np.asarray(getattr(found, quantity))
        assert whole.shape == (1,)
        assert np.isfinite(whole).all()
        assert (whole > 0).all()
        if quantity != "bandwidth":
            parts = found.parts[quantity]
            assert sum(float(np.squeeze(part)) for part in parts.values()) == pytest.approx(whole[0], rel=1e-12, abs=0)
            assert all((np.asarray(part) >= 0).all() for part in parts.values()), quantity


UNITS = {
    "V": (1, 0, 0, 0), "A": (0, 1, 0, 0), "s": (0, 0, 1, 0), "m": (0, 0, 0, 1), "1": (0, 0, 0, 0), "m^2": (0, 0, 0, 2),
    "F": (-1, 1, 1, 0), "ohm": (1, -1, 0, 0), "S": (-1, 1, 0, 0), "J": (1, 1, 1, 0), "W": (1, 1, 0, 0),
    "ohm*m": (1, -1, 0, 1), "A/m": (0, 1, 0, -1), "F/m": (-1, 1, 1, -1), "ohm/m": (1, -1, 0, -1), "W/m": (1, 1, 0, -1),
    "s/m": (0, 0, 1, -1), "s/m^2": (0, 0, 1, -2), "J/m": (1, 1, 1, -1), "F/m^2": (-1, 1, 1, -2), "Hz": (0, 0, -1, 0),
    "bit/s": (0, 0, -1, 0),
}  # fmt: skip
DIMENSIONS = {
    "width": "m", "height": "m", "gate_capacitance": "F", "drain_capacitance": "F", "access_resistance": "ohm",
    "conductance_low": "S", "conductance_high": "S", "cell_current": "A", "storage_capacitance": "F",
    "read_voltage": "V", "wordline_voltage": "V", "write_current": "A", "write_voltage": "V", "write_pulse": "s",
    "write_energy": "J", "retention_time": "s", "cell_leakage": "W", "write_gate_capacitance": "F",
    "write_drain_capacitance": "F", "supply": "V", "resistance": "ohm*m", "on_current": "A/m", "gate": "F/m",
    "drain": "F/m", "drain_floor": "F", "smallest": "m", "largest": "m", "leakage": "W/m", "area": "m",
    "driver": "m", "register_energy": "J", "register_area": "m^2",
    "linear": "s/m", "quadratic": "s/m^2", "energy": "J/m", "drop": "V", "density": "F/m^2", "clock": "Hz",
}  # fmt: skip
OTHERWISE = {
    "Amplifier": {
        "margin": "V",
        "time": "s",
        "energy": "J",
        "area": "m^2",
        "capacitance": "F",
        "leakage": "W",
        "lost": "A",
    },
    "Wire": {"resistance": "ohm/m", "capacitance": "F/m", "pitch": "m"},
}


def _in_units(item: Any, scale: tuple[float, float, float, float]) -> Any:
    """Write a record in other units."""

    def factor(unit: str) -> float:
        return float(np.prod([size**power for size, power in zip(scale, UNITS[unit], strict=True)]))

    known = OTHERWISE.get(type(item).__name__, DIMENSIONS)
    names = item._fields if isinstance(item, Wire) else [field.name for field in fields(item)]
    changes = {}
    for name in names:
        content = getattr(item, name)
        if isinstance(content, tuple) or is_dataclass(content):
            changes[name] = _in_units(content, scale)
        elif name in known:
            changes[name] = content * factor(known[name])
    if isinstance(item, Wire):
        return Wire(**changes)
    return declare.replace(item, **changes) if declare.is_value(item) else replace(item, **changes)


@settings(max_examples=25, deadline=None)
@given(data=st.data(), name=st.sampled_from((*NAMES, "pumped")), scale=st.tuples(*[st.floats(0.2, 5.0)] * 4))
def test_every_quantity_has_its_dimension(
    data: st.DataObject, name: str, scale: tuple[float, float, float, float]
) -> None:
    pumped = replace(CELLS["fefet-1t"], pump_efficiency=0.4, write_voltage=3.3, write_current=1e-6)
    cell: Electrical = pumped if name == "pumped" else CELLS[name]
    chosen = data.draw(organisations(cell.destructive))
    here = evaluate(chosen, cell, GATES, SENSING)
    there = evaluate(chosen, *(_in_units(item, scale) for item in (cell, GATES, SENSING)))
    for quantity, unit in QUANTITIES.items():
        factor = np.prod([size**power for size, power in zip(scale, UNITS[unit], strict=True)])
        np.testing.assert_allclose(getattr(there, quantity), getattr(here, quantity) * factor, rtol=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_more_rows_slow_the_bitline_and_take_area(name: str) -> None:
    mux = 1 if CELLS[name].destructive else 8
    found = _costs(_plain(rows=2 ** np.arange(5, 13), sense_mux=mux, word_bits=1024 // mux), name)
    for quantity, part in (("read_latency", "bitline"), ("read_energy", "bitline")):
        assert (np.diff(np.asarray(found.parts[quantity][part])) > 0).all()
    assert (np.diff(np.asarray(found.area)) > 0).all()
    assert (np.diff(np.asarray(found.leakage)) > 0).all()
    assert (np.diff(np.asarray(found.bandwidth)) < 0).all()


def test_more_of_anything_costs_what_it_must() -> None:
    wide = _costs(_plain(columns=2 ** np.arange(6, 13), word_bits=2 ** np.arange(6, 13) // 4))
    assert (np.diff(np.asarray(wide.area)) > 0).all()
    assert (np.diff(np.asarray(wide.read_energy)) > 0).all()
    large = _costs(_plain(across=2 ** np.arange(1, 8)))
    for quantity in ("read_latency", "read_energy", "area", "leakage"):
        assert (np.diff(np.asarray(getattr(large, quantity))) > 0).all(), quantity
    assert np.ptp(np.asarray(large.bandwidth)) == 0.0
    banks = _costs(_plain(banks=[1, 2, 4]))
    assert np.asarray(banks.bandwidth)[2] == pytest.approx(4.0 * np.asarray(banks.bandwidth)[0])
    checked = _costs(_plain(check_bits=[0, 9, 18]))
    for quantity in ("area", "read_energy", "write_energy"):
        assert (np.diff(np.asarray(getattr(checked, quantity))) > 0).all(), quantity
    slow = _costs(_plain(stage=[4.0, 16.0]))
    assert np.asarray(slow.area)[1] < np.asarray(slow.area)[0]


def test_more_margin_takes_more_time() -> None:
    for name in ("stt-1t1mtj", "sram-6t"):
        tight, wide = (evaluate(_plain(), CELLS[name], GATES, replace(SENSING, margin=m)) for m in (0.02, 0.04))
        assert wide.read_latency > tight.read_latency


class _Coder(NamedTuple):
    encode_time: Any
    decode_time: Any
    encode_energy: Any
    decode_energy: Any
    area: Any


def test_a_coder_adds_what_it_costs() -> None:
    coder = _Coder(1e-10, 3e-10, 1e-13, 2e-13, 1e-9)
    with_it = evaluate(_plain(check_bits=9), CELLS["stt-1t1mtj"], GATES, SENSING, coder)
    without = evaluate(_plain(check_bits=9), CELLS["stt-1t1mtj"], GATES, SENSING)
    for quantity, own, overhead in (
        ("read_latency", coder.decode_time, GATES.time_overhead),
        ("write_latency", coder.encode_time, GATES.time_overhead),
        ("read_energy", coder.decode_energy, GATES.energy_overhead),
        ("write_energy", coder.encode_energy, GATES.energy_overhead),
        ("area", coder.area, GATES.area_overhead),
    ):
        assert np.squeeze(with_it.parts[quantity]["code"]) == own
        more = np.squeeze(getattr(with_it, quantity)) - np.squeeze(getattr(without, quantity))
        assert more == pytest.approx((1.0 + overhead) * own, rel=1e-6), quantity
    drawn = _Coder(*(np.full(3, item) for item in coder))
    assert np.shape(evaluate(_plain(), CELLS["stt-1t1mtj"], GATES, SENSING, drawn).area) == (3, 1)


@settings(max_examples=25, deadline=None)
@given(name=st.sampled_from(NAMES), rows=st.integers(0, 8), columns=st.integers(0, 4), kind=st.booleans())
def test_a_spare_costs_area_energy_and_time_but_no_capacity(name: str, rows: int, columns: int, kind: bool) -> None:
    mux = 1 if CELLS[name].destructive else 8
    more = {"spare_rows": rows + kind, "spare_columns": columns + (not kind)}
    few, many = (
        _costs(_plain(sense_mux=mux, word_bits=1024 // mux, **spares), name)
        for spares in ({"spare_rows": rows, "spare_columns": columns}, more)
    )
    for quantity in ("area", "leakage", "read_energy", "read_latency"):
        assert np.all(getattr(many, quantity) > np.asarray(getattr(few, quantity))), quantity
    assert np.all(many.bandwidth <= np.asarray(few.bandwidth))
    with_none, with_some = (_plain(spare_rows=n, spare_columns=n) for n in (0, 3))
    assert with_some.capacity == with_none.capacity
    assert with_some.stored == with_none.stored
    assert np.ptp(illegal(_plain(spare_rows=[0, 2], spare_columns=[0, 1]), capacity=2**22, word_bits=128)) == 0


def test_a_spare_row_has_no_address_of_its_own() -> None:
    """511 rows and a spare one are decoded as 512 rows, not with a bit more."""
    plain, spared = (_costs(_plain(rows=512 - n, spare_rows=n)) for n in (0, 1))
    assert np.squeeze(spared.parts["read_latency"]["predecoder"]) == pytest.approx(
        float(np.squeeze(plain.parts["read_latency"]["predecoder"])), rel=1e-12
    )
    assert np.squeeze(spared.parts["read_latency"]["bitline"]) == np.squeeze(plain.parts["read_latency"]["bitline"])
    with pytest.raises(InputError, match=r"Redundancy\.rows: got -1; must be a whole number from 0 to 64"):
        Redundancy(rows=-1)


@settings(max_examples=20, deadline=None)
@given(gated=st.floats(0.1, 4.0), name=st.sampled_from(NAMES))
def test_waking_charges_what_was_gated(gated: float, name: str) -> None:
    costs = _costs(_plain(sense_mux=1, word_bits=1024), name)
    here = wake(costs, replace(GATES, settling_time=0.0))
    larger = wake(costs, replace(GATES, settling_time=0.0, switch_width=gated * GATES.switch_width))
    assert larger.time == pytest.approx(np.asarray(here.time) / gated, rel=1e-9)
    assert wake(costs, GATES).time - here.time == pytest.approx(float(GATES.settling_time), rel=1e-9)
    banks = wake(_costs(_plain(sense_mux=1, word_bits=1024, banks=4), name), GATES)
    assert 3.5 * here.energy < banks.energy < 6.0 * here.energy, "four times the gated circuits, and their tree"
    # the width behind the leakage, its gates and drains charged once
    leaks = sum(float(np.squeeze(costs.parts["leakage"][part])) for part in ("decoder", "sense", "h_tree", "register"))
    farads = leaks / float(GATES.leakage) * (1.0 + float(GATES.ratio)) * float(GATES.gate + GATES.drain)
    assert here.energy == pytest.approx(farads * float(GATES.supply) ** 2, rel=1e-9, abs=0)


def test_verify_reads_after_every_pulse_and_a_single_pulse_has_none() -> None:
    once, twice = (
        evaluate(_plain(), replace(CELLS["reram-1t1r"], write_attempts=n), GATES, SENSING) for n in (1.0, 2.0)
    )
    read = sum(np.squeeze(once.parts["read_latency"][part]) for part in ("bitline", "sense"))
    assert np.squeeze(once.parts["write_latency"]["verify"]) == 0.0
    assert np.squeeze(twice.parts["write_latency"]["verify"]) == pytest.approx(2.0 * read)


def test_what_keeps_its_state_is_switched_off_in_standby() -> None:
    kept, lost = _costs(_plain()), _costs(_plain(), "sram-6t")
    assert kept.standby == pytest.approx(GATES.gated * kept.leakage)
    assert np.squeeze(lost.parts["standby"]["cells"]) == np.squeeze(lost.parts["leakage"]["cells"])
    dynamic = _costs(_plain(sense_mux=1, word_bits=1024), "edram-1t1c")
    assert np.squeeze(dynamic.parts["standby"]["refresh"]) > 0.0


def test_draws_come_first_and_the_first_draw_is_the_design_of_its_values() -> None:
    draws = Draws(count=8)
    node, periphery = build(Node, "cmos-22nm", draws), build(Periphery, "standard", draws)
    gates = gates_on(node, periphery)
    cell = electrical(build(Cell, "stt-1t1mtj", draws), node)
    chosen = _plain(rows=[256, 512, 1024])
    found = evaluate(chosen, cell, gates, plain_amplifier(gates, periphery))

    def first(item: Any) -> Any:
        if isinstance(item, np.ndarray):
            return float(item[0]) if item.ndim else float(item)
        if isinstance(item, tuple):
            return type(item)(*(first(part) for part in item))
        if is_dataclass(item) and not isinstance(item, type):
            change = declare.replace if declare.is_value(item) else replace
            return change(item, **{field.name: first(getattr(item, field.name)) for field in fields(item)})
        return item

    alone = evaluate(chosen, *(first(item) for item in (cell, gates, plain_amplifier(gates, periphery))))
    for quantity in QUANTITIES:
        assert np.shape(getattr(found, quantity)) == (8, 3), quantity
        np.testing.assert_allclose(getattr(found, quantity)[0], getattr(alone, quantity), rtol=1e-12)


def test_tree_lengths_are_those_of_halved_sides() -> None:
    ones = np.ones(1, np.int64)
    found = tree(8 * ones, 4 * ones, ones, ones, ones, 10 * ones)
    assert found.across == 4 + 2 + 1
    assert found.down == 1 + 0.5
    assert found.across_squared == 16 + 4 + 1
    # across first, then the longer way: address wires 10, 9, 7 across (4, 2, 1 long) and 8, 6 down (1, half)
    assert found.across_address == 4 * 10 + 2 * 9 + 1 * 7
    assert found.down_address == 1 * 8 + 0.5 * 6
    whole = tree(ones, ones, ones, ones, ones, 10 * ones)
    assert all(float(np.squeeze(item)) == 0.0 for item in whole)


def test_banks_are_a_larger_tree_that_does_not_fork() -> None:
    ones = np.ones(1, np.int64)
    banks, plain = (tree(n * ones, n * ones, ones, ones, b * ones, 9 * ones) for n, b in ((2, 4), (4, 1)))
    assert all(float(a[0]) == float(b[0]) for a, b in zip(banks, plain, strict=True))


def test_reasons_name_the_rule_that_is_broken() -> None:
    given = Organisations.of(
        rows=512,
        columns=[512, 512, 512, 512, 520],
        sense_mux=[8, 8, 8, 8, 16],
        across=2,
        down=2,
        active_across=[2, 4, 1, 2, 2],
        word_bits=128,
        banks=[1, 1, 1, 2, 1],
    )
    codes = illegal(given, capacity=2**20, word_bits=128)
    assert list(codes) == [Reason.LEGAL, Reason.SHAPE, Reason.WORD, Reason.CAPACITY, Reason.MULTIPLEXER]


@pytest.mark.parametrize(
    ("changes", "named"),
    [({"rows": 0}, "rows"), ({"rows": 1.5}, "rows"), ({"stage": 1.0}, "stage"), ({"columns": np.nan}, "columns")],
)
def test_bad_columns_are_refused_by_name(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError, match=f"Organisations.{named}"):
        _plain(**changes)


def test_missing_column_is_named() -> None:
    with pytest.raises(InputError, match="no word_bits"):
        Organisations.of(rows=512, columns=512)


def test_total_of_parts() -> None:
    assert total({"a": 1.0, "b": np.array([2.0])}) == 3.0
    kinds: tuple[type, ...] = (Electrical, Gates, Amplifier)
    assert all(is_dataclass(kind) for kind in kinds)
