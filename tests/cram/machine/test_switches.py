"""Switches of a line: what a gate over several segments loses, sums of currents, area, and programs refused."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.circuit import linear_resistance
from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.cram import Array, Builder, schedule
from remanence.cram import compile as compiled
from remanence.cram.cells.cell import Logiccell
from remanence.cram.cells.gate_set import gate_sheet
from remanence.cram.gates import OPCODES, gate
from remanence.cram.machine.array import Logicarray
from remanence.cram.machine.cost import cost
from remanence.cram.netlist import Netlist
from remanence.cram.scheduling.segments import schedule_segments
from remanence.data import build

TODAY = build(Logiccell, "stt-45nm")
CARD = build(Logicarray, "standard")


def array(**fields: object) -> Array:
    given = {"cell": "stt-45nm", "columns": 64, "names": ("NOT", "NAND2"), "most_error": 0.05, **fields}
    return Array(**given)  # type: ignore[arg-type]


def pairs(number: int) -> Netlist:
    """Independent gates, one a bit."""
    b = Builder(["NAND2"])
    x, y = b.input("x", number), b.input("y", number)
    b.output("z", [b.gate("NAND2", u, v) for u, v in zip(x, y, strict=True)])
    return b.netlist()


def test_a_switch_is_a_transistor_in_series_with_the_line() -> None:
    cut = array(segment=8)
    wide = float(CARD.switch_width) * cut.access_width
    ohm = float(linear_resistance(cut.node, cut.temperature)) / wide  # type: ignore[arg-type]
    assert cut.switches.resistance == pytest.approx(ohm, rel=1e-12)
    by_hand = gate_sheet(replace(TODAY, line_resistance=3 * ohm), gate("NAND2"), response=cut.response)
    found = cut.switches.sheet("NAND2", 4)
    assert found.voltage == pytest.approx(by_hand.voltage, rel=1e-12)
    np.testing.assert_allclose(found.errors, by_hand.errors, rtol=1e-12)
    errors = [cut.switches.sheet("NAND2", joined).error for joined in (1, 2, 4, 8)]
    assert errors == sorted(errors)
    assert errors[0] == array().gates.sheets["NAND2"].error  # within a segment nothing is lost


def test_reach_ends_where_the_error_passes_its_limit() -> None:
    cut = array(segment=2, most_error=1e-2)
    most = cut.switches.reach("NAND2")
    assert 2 <= most < cut.switches.segments == 32
    assert cut.switches.sheet("NAND2", most).error <= 1e-2 < cut.switches.sheet("NAND2", most + 1).error
    assert cut.switches.limit(["NAND2"]) == most == cut.switches.reach("NOT", "NAND2")
    assert array(segment=32).switches.limit(["NAND2"]) is None
    assert array().switches.limit(["NAND2"]) is None
    thin = array(segment=2, most_error=1e-2, limits=replace(CARD, switch_width=1.0))
    assert thin.switches.reach("NAND2") < most
    program = compiled(lambda x, y: x + y, arguments={"x": 4, "y": 4}, gates=cut)
    assert program.joined().max() <= most
    assert program.rates is not None
    widest = program.joined()[program.opcodes == OPCODES["NAND2"]].max()
    assert f"NAND2@{widest}" in program.rates


def test_a_program_for_other_segments_is_refused() -> None:
    cut, flat = array(segment=8), array()
    program = schedule_segments(pairs(8), columns=64, segment=8)
    cut.check(program)
    flat.check(schedule(pairs(8), columns=64))
    for machine, made in (
        (flat, program),
        (array(segment=16), program),
        (cut, schedule(pairs(8), columns=64)),
    ):
        with pytest.raises(InputError, match="Compile it for this array"):
            machine.check(made)
    b = Builder(["NAND2"])
    x = b.input("x", 32)
    b.output("z", [b.gate("NAND2", x[0], x[31])])
    far = schedule_segments(b.netlist(), columns=64, segment=2, places={"x": tuple(range(0, 64, 2))})
    with pytest.raises(InputError, match="NAND2 over 32 segments"):
        array(segment=2, most_error=1e-2).check(far)
    with pytest.raises(InputError, match="from 0 to 64"):
        array(segment=65)


def test_gates_of_a_step_share_the_current_of_the_drivers() -> None:
    program = schedule_segments(pairs(8), columns=64, segment=8, places={"x": tuple(range(0, 64, 8))})
    assert np.bincount(program.steps[program.opcodes == OPCODES["NAND2"]]).max() == 8
    ample = replace(CARD, bit_line_resistance=0.0)
    few = array(segment=8, limits=replace(ample, most_current=10e-3))
    peak = float(few.switches.sheet("NAND2", 1).current.max())
    found = cost(program, few, rows=1024)
    assert found.rows_at_once == int(10e-3 / (8 * peak))
    assert found.peak_current <= 10e-3
    assert few.rows_at_once("NAND2") == int(10e-3 / peak)
    much = array(segment=8, limits=replace(ample, most_current=10.0))
    at_once = cost(program, much, rows=1024)
    assert at_once.peak_current >= 8 * 1024 * peak  # and more for the presets, all at once
    pulses = float(TODAY.pulse)
    assert at_once.time_parts["gates"] == pytest.approx(pulses, rel=1e-9)  # eight gates, one pulse
    assert found.time_parts["gates"] == pytest.approx(-(-1024 // found.rows_at_once) * pulses, rel=1e-9)


def test_switches_take_area_and_energy_and_shorten_the_line() -> None:
    flat, cut = array(), array(segment=8)
    assert "switches" not in flat.drivers.area
    assert cut.drivers.area["switches"] > 0
    assert array(segment=4).drivers.area["switches"] > 2 * cut.drivers.area["switches"]
    assert cut.switches.settle(1) < cut.switches.settle(8) / 8
    assert cut.switches.settle(8) > flat.switches.settle(1) == pytest.approx(float(flat.drivers.settle), rel=1e-12)
    near = schedule_segments(pairs(1), columns=64, segment=8, places={"x": (0,), "y": (1,)})
    far = schedule_segments(pairs(1), columns=64, segment=8, places={"x": (0,), "y": (63,)})
    costs = [cost(program, cut, rows=64) for program in (near, far)]
    for part in ("lines and drivers", "logic lines"):
        assert costs[0].energy_parts[part] < costs[1].energy_parts[part]
    assert costs[0].latency < costs[1].latency
    assert costs[0].expected_errors < costs[1].expected_errors
