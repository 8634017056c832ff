"""From a junction to a line: what is taken from where, and the published device sets from their films."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.circuit import Cell, Node, linear_resistance
from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.cram.cells.cell import Logiccell
from remanence.cram.cells.logic_cell import cell_size, logic_cell, transistor_width
from remanence.cram.machine.array import Array
from remanence.data import build
from remanence.device import Junction, junction, sot_critical_current

NODE = build(Node, "cmos-22nm")
DEVICE = junction("cofeb-double-mgo", diameter="40 nm", temperature="25 degC")


@pytest.mark.parametrize(("name", "area", "diameter", "density"),
                         [("stt-45nm", 5e-12, 45e-9, 3.1e10), ("stt-10nm", 1e-12, 10e-9, 1e10)])  # fmt: skip
def test_published_sets_follow_from_their_films(name: str, area: float, diameter: float, density: float) -> None:
    cell = build(Logiccell, name)
    disc = np.pi / 4 * diameter**2
    assert cell.parallel_resistance == pytest.approx(area / disc, rel=5e-3)
    assert cell.to_parallel == pytest.approx(density * disc, rel=2e-2, abs=0)


def test_a_line_of_a_junction() -> None:
    made = logic_cell(DEVICE, NODE, pulse="50 ns")
    cell = made.cell
    assert cell.parallel_resistance == pytest.approx(float(DEVICE.resistance("P")), rel=1e-12)
    assert cell.tunnel_magnetoresistance == pytest.approx(float(DEVICE.tmr(0.0)), rel=1e-12)
    assert cell.to_parallel == pytest.approx(made.response.median[1], rel=1e-12, abs=0)  # type: ignore[attr-defined]
    width = transistor_width(float(cell.to_parallel), build(Cell, "cram-2t1mtj"), NODE)
    assert cell.access_resistance == pytest.approx(float(linear_resistance(NODE, DEVICE.temperature)) / width, rel=1e-9)
    assert 0.05 < float(cell.width) < 0.2
    assert 0.02 < float(cell.resistance_spread) < 0.1
    short = logic_cell(DEVICE, NODE, pulse="50 ns", columns=256, process=None)
    assert short.cell.line_resistance == pytest.approx(float(cell.line_resistance) / 4, rel=1e-9)
    assert short.cell.resistance_spread == 0.0


def test_no_gate_of_this_junction_passes_and_the_message_says_why() -> None:
    array = Array(junction=DEVICE, pulse="50 ns", names=("NOT", "NAND2", "MAJ3"))
    with pytest.raises(InputError, match=r"3 gates, none passes.*NOT: fails in .*NAND2: .*MAJ3: "):
        _ = array.gates
    tolerant = Array(cell=array.cell, response=array.response, names=("NOT", "NAND2"), most_error=0.4)
    assert tolerant.gates.names == ("NOT", "NAND2")
    assert tolerant.gates.sheets["NAND2"].error > 0.05


def test_a_spin_orbit_cell_reads_and_writes_apart() -> None:
    device = Junction(**{name: getattr(build(Junction, "cofeb-sot-60nm"), name)
                         for name in ("stack", "diameter", "temperature", "in_plane_field")})  # fmt: skip
    cell = logic_cell(device, NODE, "sot-2t1mtj", pulse="1 ns").cell
    metal = build(Cell, "sot-2t1mtj").metal
    assert metal is not None
    assert cell.topology == "SHE"
    current = sot_critical_current(device, metal, in_plane_field=device.in_plane_field)
    assert cell.to_parallel == pytest.approx(float(current), rel=1e-12, abs=0)
    assert cell.channel_resistance == pytest.approx(float(metal.sheet_resistance) * 2.0, rel=1e-9)


def test_fins_are_whole_and_cells_grow_with_their_current() -> None:
    home = build(Cell, "cram-2t1mtj")
    finned = build(Node, "cmos-16nm")
    assert (transistor_width(50e-6, home, finned) / float(finned.fin_width)) % 1 == pytest.approx(0.0, abs=1e-9)
    small, large = (cell_size(transistor_width(current, home, NODE), home, NODE) for current in (1e-6, 200e-6))
    assert small[0] < large[0]
    assert small[1] == large[1]


def test_what_makes_no_line_is_refused() -> None:
    with pytest.raises(InputError, match="must be one of"):
        logic_cell(DEVICE, NODE, "stt-2t2mtj")
    with pytest.raises(InputError, match="single design"):
        logic_cell(replace(DEVICE, diameter=np.array([30e-9, 40e-9])), NODE)
    curved = replace(DEVICE, stack=replace(DEVICE.stack, parallel_curvature=0.1))
    with pytest.raises(InputError, match="falls with bias"):
        logic_cell(curved, NODE)
    with pytest.raises(InputError, match="columns"):
        logic_cell(DEVICE, NODE, columns=1)
    with pytest.raises(InputError, match="states its own"):
        Array(cell="stt-45nm", junction=DEVICE)
