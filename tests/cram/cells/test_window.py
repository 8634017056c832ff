"""Windows of gates: the published device sets, Kirchhoff's law, limits; the falling TMR against a plain solver."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.cram.cells.cell import Logiccell
from remanence.cram.cells.window import disturb, energy, gate_current, gate_voltage, window
from remanence.cram.gates import GATES, Gate, gate

TODAY = Logiccell(topology="2T1M", parallel_resistance=3.15e3, tunnel_magnetoresistance=1.33, to_antiparallel=50e-6,
                  to_parallel=50e-6, pulse=3e-9)  # fmt: skip
"""A published device set of 45 nm (recalled)."""
ROWS = {  # low and high in mV, margin in %, disturb: derived for this set with R_AP 7.34 kohm
    "NOT": (315.0, 524.5, 49.9, 0.80),
    "NAND2": (267.7, 341.0, 24.1, 0.45),
    "NOR2": (236.3, 267.7, 12.5, 0.37),
    "NMAJ3": (222.3, 242.3, 8.6, 0.28),
    "NMAJ5": (198.3, 205.4, 3.5, 0.17),
    "BUFFER": (524.5, 734.0, 33.3, 1.20),
    "AND2": (477.2, 550.5, 14.3, 0.75),
    "OR2": (445.8, 477.2, 6.8, 0.68),
    "MAJ5": (407.8, 414.9, 1.7, 0.36),
}


@pytest.mark.parametrize(("name", "row"), ROWS.items())
def test_windows_of_the_45_nm_set(name: str, row: tuple[float, ...]) -> None:
    found = window(TODAY, gate(name))
    assert (1e3 * found.low, 1e3 * found.high) == pytest.approx(row[:2], rel=2e-3)
    assert 100 * found.margin == pytest.approx(row[2], rel=0.03)
    assert disturb(TODAY, gate(name), found.middle) == pytest.approx(row[3], abs=0.006)


def test_access_transistors_eat_the_window() -> None:
    with_access = replace(TODAY, access_resistance=1e3)
    for name, margin in (("NOT", 40.3), ("NAND2", 18.4), ("NMAJ3", 6.9), ("AND2", 11.8)):
        assert 100 * window(with_access, gate(name)).margin == pytest.approx(margin, rel=0.02)


def test_a_buffer_destroys_its_input_and_a_spin_hall_cell_does_not() -> None:
    assert disturb(TODAY, gate("BUFFER"), window(TODAY, gate("BUFFER")).middle) > 1.0
    she = replace(TODAY, topology="SHE", channel_resistance=64.0)
    assert disturb(she, gate("BUFFER"), window(she, gate("BUFFER")).middle) == 0.0


def cells(**fields: Any) -> st.SearchStrategy[Logiccell]:
    return st.builds(
        lambda r, tmr, half, access, line, up, down: replace(
            TODAY, parallel_resistance=r, tunnel_magnetoresistance=tmr, half_voltage=half, access_resistance=access,
            line_resistance=line, to_antiparallel=up, to_parallel=down, **fields),
        st.floats(1e2, 1e5), st.floats(0.1, 6), st.sampled_from([0.0, 0.3, 0.7]), st.floats(0, 5e3), st.floats(0, 500),
        st.floats(1e-7, 1e-4), st.floats(1e-7, 1e-4),
    )  # fmt: skip


@settings(max_examples=25)
@given(cells(), st.sampled_from(GATES))
def test_voltage_and_current_are_inverse(cell: Logiccell, each: Gate) -> None:
    for zeros in range(each.inputs + 1):
        wanted = 1.3 * float(np.asarray(cell.switching_current(each.preset)))
        current, _ = gate_current(cell, each, zeros, gate_voltage(cell, each, zeros, wanted))
        assert current == pytest.approx(wanted, rel=1e-9, abs=0)


@settings(max_examples=25)
@given(cells(), st.sampled_from(GATES))
def test_more_zeros_carry_more_current_and_open_the_window(cell: Logiccell, each: Gate) -> None:
    currents = [float(gate_current(cell, each, zeros, 0.4)[0]) for zeros in range(each.inputs + 1)]
    assert np.all(np.diff(currents) > 0)
    assert window(cell, each).margin > 0
    assert np.all(np.diff(energy(cell, each, 0.4)) > 0)


def test_a_falling_tmr_against_a_plain_solver() -> None:
    cell = replace(TODAY, half_voltage=0.4, access_resistance=700.0, line_resistance=90.0)
    each, volts = gate("AND2"), 0.55

    def antiparallel(v: float, series: float) -> float:
        high = brentq(lambda u: u + series * u / (3.15e3 * (1 + 1.33 / (1 + (u / 0.4) ** 2))) - v, 0, v, xtol=1e-15)
        return float((v - high) / series)

    def excess(u: float) -> float:
        return u / (3.15e3 + 700.0) + antiparallel(u, 700.0) - antiparallel(volts - u, 790.0)

    node = brentq(excess, 1e-6, volts - 1e-6, xtol=1e-15)
    current, inputs = gate_current(cell, each, 1, volts)
    assert inputs == pytest.approx(node, rel=1e-9)
    assert current == pytest.approx(antiparallel(volts - node, 790.0), rel=1e-9, abs=0)


def test_arrays_of_cells_broadcast() -> None:
    many = replace(TODAY, tunnel_magnetoresistance=np.array([1.0, 2.0, 5.0]))
    margins = np.asarray(window(many, gate("NAND2")).margin)
    assert np.all(np.diff(margins) > 0)
    one = window(replace(TODAY, tunnel_magnetoresistance=2.0), gate("NAND2")).margin
    assert margins[1] == pytest.approx(one, rel=1e-12)


def test_what_no_cell_can_be_is_refused() -> None:
    with pytest.raises(InputError, match="needs a channel"):
        replace(TODAY, topology="SHE")
    with pytest.raises(InputError, match="has no channel"):
        replace(TODAY, channel_resistance=60.0)
    with pytest.raises(InputError, match="zeros"):
        gate_voltage(TODAY, gate("NOT"), 2, 1e-6)
