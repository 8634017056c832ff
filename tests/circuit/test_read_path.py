"""The read path in ngspice: the signal develops in the time that the formula of the subarray gives."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from remanence.circuit import Cell, Node, Periphery, Senseamplifier, electrical, gates_on, plain_amplifier
from remanence.circuit.organisation import Organisations
from remanence.circuit.read_path import ReadPath, read_netlist, read_path
from remanence.circuit.sense import latched
from remanence.core.errors import InputError
from remanence.data import build
from remanence.device import Junction

NGSPICE = shutil.which("ngspice")
needs_ngspice = pytest.mark.skipif(NGSPICE is None, reason="ngspice is not installed (Debian: apt-get install ngspice)")
PLAIN = 0.05
"""Largest difference without a column switch: edge of the sources, ladder, TMR at the voltage that the line leaves."""
SWITCHED = (0.3, 1.6)
"""Simulated time over the formula's with a column switch. The formula lets the amplifier's side of the switch settle to
90 %, which is cautious, and leaves out that the line's own charge passes the switch, which is not: that weighs more the
longer the line."""


def path(cell: str, *, rows: int, sense_mux: int = 1, node: str = "cmos-22nm") -> tuple[ReadPath, Junction | None]:
    of, built, periphery = build(Node, node), build(Cell, cell), build(Periphery, "standard")
    seen, gates = electrical(built, of), gates_on(of, periphery)
    sensing = plain_amplifier(gates, periphery)
    if built.junction is not None:
        latch = build(Senseamplifier, f"latch-{node.removeprefix('cmos-')}")
        sensing = latched(built.mtj, of, latch, voltage=seen.read_voltage, series=seen.access_resistance,
                          elements=8 * 2**20)  # fmt: skip
    shape = Organisations.of(rows=rows, columns=128, sense_mux=sense_mux, word_bits=128 // sense_mux).shape
    return read_path(shape, seen, gates, sensing), built.junction


def simulate(folder: Path, content: str) -> dict[str, float]:
    (folder / "read.cir").write_text(content, encoding="utf-8")
    assert NGSPICE is not None
    done = subprocess.run(
        [NGSPICE, "-b", "read.cir"], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    found = {
        name: float(number) for name, number in re.findall(r"^(read_time\w*) *= *(\S+)", done.stdout, re.MULTILINE)
    }
    assert "read_time" in found, done.stdout[-800:] + done.stderr[-800:]
    return found


@needs_ngspice
@pytest.mark.parametrize(
    ("cell", "rows"),
    [
        ("sram-6t", 256),
        ("edram-1t1c", 256),
        ("reram-1t1r", 64),
        ("fefet-1t", 128),
        ("stt-1t1mtj", 64),
        ("stt-2t2mtj", 128),
    ],
)
def test_signals_develop_as_the_formula_says(cell: str, rows: int, tmp_path: Path) -> None:
    line, junction = path(cell, rows=rows)
    for name, time in simulate(tmp_path, read_netlist(line, title=cell, junction=junction)).items():
        assert time == pytest.approx(line.expected, rel=PLAIN, abs=0), name


@needs_ngspice
@pytest.mark.parametrize("cell", ["reram-1t1r", "sram-6t", "fefet-1t"])
def test_with_a_column_switch_the_formula_is_rougher(cell: str, tmp_path: Path) -> None:
    line, junction = path(cell, rows=256, sense_mux=8)
    assert line.switch > 0.0
    for name, time in simulate(tmp_path, read_netlist(line, title=cell, junction=junction)).items():
        assert SWITCHED[0] < time / line.expected < SWITCHED[1], name


@needs_ngspice
def test_twice_the_margin_takes_longer(tmp_path: Path) -> None:
    line, junction = path("stt-1t1mtj", rows=64)
    once, twice = (simulate(tmp_path, read_netlist(one, title="stt", junction=junction))["read_time"]
                   for one in (line, replace(line, margin=2.0 * line.margin)))  # fmt: skip
    assert twice > 1.5 * once


def test_the_netlist_says_what_is_in_it() -> None:
    line, junction = path("stt-1t1mtj", rows=64)
    content = read_netlist(line, title="one", junction=junction)
    assert content.startswith("* one\n")
    assert "Not in it: decoders, wordline, latch" in content
    assert ".subckt mtj" in content
    assert content.count("xm") == 2, "both states stand beside the reference"
    pair, other = path("stt-2t2mtj", rows=64)
    assert "read_time_ap" not in read_netlist(pair, title="pair", junction=other)


def test_a_cell_without_a_signal_is_refused() -> None:
    of, periphery = build(Node, "cmos-22nm"), build(Periphery, "standard")
    seen, gates = electrical(build(Cell, "reram-1t1r"), of), gates_on(of, periphery)
    deaf = replace(plain_amplifier(gates, periphery), lost=1.0)
    with pytest.raises(InputError, match="takes all of it"):
        read_path(Organisations.of(rows=64, columns=64, word_bits=64).shape, seen, gates, deaf)
