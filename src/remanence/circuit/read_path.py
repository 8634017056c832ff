"""The read path of one subarray as an ngspice netlist: bitline, cell at its far end, reference, sensed difference.

What the netlist holds is what `subarray` prices as the part ``bitline`` of a read, so that a simulation can be held
against the formula: a junction comes as its dynamic subcircuit (`device.netlist`), the bitline as a ladder, the access
transistor as its on-resistance, switched on at 0 s. Decoders, wordline and latch are not in it.

Simulated against the formula (tests/circuit/test_read_path.py): within 5 % without a column switch. With one 0.3 to
1.6 of it: the formula lets the amplifier's side of the switch settle to 90 % and leaves out that the charge of a
clamped line passes the switch, too, which weighs the more the longer the line. Where the resistance of the line comes
near that of the cell (thousands of rows) the simulated read takes up to 1.6 times the formula: the line takes a share
of the read voltage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from remanence.circuit.electrical import SETTLE, Electrical
from remanence.circuit.gates import Amplifier, Gates
from remanence.circuit.subarray import Shape, bitlines, subarray
from remanence.core.errors import InputError
from remanence.device import Junction
from remanence.device.netlist import spice

SECTIONS = 24
"""Sections of a bitline's ladder; its delay is then that of a distributed line within 0.1 %."""
EDGE = 1e-3
"""Rise of the sources over the expected time."""
STEPS = 2000
"""Least number of steps of the simulation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPath:
    """One bitline of a subarray with a cell at its far end; SI, floats.

    Args:
        sensing: how the cell is read, as in `Electrical`.
        complement: whether the cell is compared with its own other half.
        resistance: of the bitline.
        capacitance: of the bitline.
        switch: resistance of the column switch; 0 without one.
        node: capacitance behind the switch.
        input: capacitance of the sense amplifier's input.
        integration: capacitance that the difference current charges (cells read by their conductance).
        margin: difference that the amplifier needs, V.
        lost: current that the spread of cells and reference takes off the signal.
        voltage: of the bitline.
        access: resistance of the access transistor.
        high: conductance of the low-resistance state behind the access transistor.
        low: of the other one.
        current: of a cell that discharges its line.
        storage: capacitance of a cell read by its charge.
        supply: of the node.
        expected: the part ``bitline`` of the read latency and what the column switch takes of the part ``mux``, s.
    """

    sensing: str
    complement: bool
    resistance: float
    capacitance: float
    switch: float
    node: float
    input: float
    integration: float
    margin: float
    lost: float
    voltage: float
    access: float
    high: float
    low: float
    current: float
    storage: float
    supply: float
    expected: float


def read_path(shape: Shape, cell: Electrical, gates: Gates, sensing: Amplifier) -> ReadPath:
    """Return the read path of one subarray.

    Args:
        shape: of one subarray: columns of length 1.
        cell: the cell on its node; fields floats.
        gates: transistors and wires, likewise.
        sensing: the sense amplifiers, likewise.

    Raises:
        InputError: the cells' spread leaves the amplifier nothing to tell.
    """
    lines = bitlines(shape, cell, gates)
    block = subarray(shape, cell, gates, sensing)
    if not float(np.ravel(block.signal)[0]) > 0.0:
        raise InputError("read_path", "a cell without a signal", "the spread of cells and reference takes all of it")
    one = {name: float(np.ravel(part)[0]) for name, part in zip(lines._fields, lines, strict=True)}
    return ReadPath(
        sensing=cell.sensing,
        complement=cell.devices > 1,
        resistance=one["resistance"],
        capacitance=one["bitline"],
        switch=one["switch"],
        node=one["node"],
        input=float(sensing.capacitance),
        integration=float(sensing.capacitance) + float(gates.integration_share) * (one["bitline"] + one["node"]),
        margin=float(sensing.margin),
        lost=float(sensing.lost),
        voltage=float(cell.read_voltage),
        access=float(cell.access_resistance),
        high=float(cell.conductance_high),
        low=float(cell.conductance_low),
        current=float(cell.cell_current),
        storage=float(cell.storage_capacitance),
        supply=float(gates.supply),
        expected=float(np.ravel(block.read_latency["bitline"])[0])
        + SETTLE * one["switch"] * (one["node"] + float(sensing.capacitance)),
    )


def read_netlist(path: ReadPath, *, title: str, junction: Junction | None = None) -> str:
    """Return an ngspice netlist that simulates the development of the signal and measures its time.

    ``ngspice -b FILE`` prints ``read_time`` (and ``read_time_ap`` of a cell with a reference), the time from the
    opening of the access transistor to the margin of the amplifier; `ReadPath.expected` is the formula's.

    Args:
        path: from `read_path`.
        title: first line.
        junction: of a magnetic cell, at its temperature; its subcircuit then stands for the storage device.
    """
    make = {"current": _by_conductance, "voltage": _by_discharge, "charge": _by_charge}[path.sensing]
    device = spice(junction, name="mtj") if junction is not None else ""
    lines = [
        f"* {title}",
        "* In it: one bitline as a ladder, a cell at its far end behind its access transistor (a resistance),",
        "* the column switch, the reference, the signal at the sense amplifier. Not in it: decoders, wordline, latch.",
        f"* The formula of circuit.subarray expects {path.expected:.6e} s until the signal is {path.margin:.4e} V;",
        "* simulated: 0.95 to 1.05 of it without a column switch, 0.3 to 1.6 with one or on lines of thousands of rows",
        *make(path, device),
        "",
    ]
    return "\n".join(lines)


def _ladder(name: str, start: str, end: str, path: ReadPath, initial: float | None = None) -> list[str]:
    """A distributed line in pi sections; ``initial`` is the voltage of all its nodes at the start."""
    held = "" if initial is None else f" ic={initial!r}"
    part, ohm = path.capacitance / SECTIONS, path.resistance / SECTIONS
    nodes = [start, *(f"{name}{place}" for place in range(1, SECTIONS)), end]
    found = [f"c{name}0 {start} 0 {part / 2.0!r}{held}"]
    for place in range(SECTIONS):
        share = part if place < SECTIONS - 1 else part / 2.0
        found.append(f"r{name}{place} {nodes[place]} {nodes[place + 1]} {ohm!r}")
        found.append(f"c{name}{place + 1} {nodes[place + 1]} 0 {share!r}{held}")
    return found


def _run(stop: float, step: float, measures: list[str], uic: bool = False) -> list[str]:
    return [
        ".options method=gear reltol=1e-5",
        f".tran {step!r} {stop!r} 0 {step!r}{' uic' if uic else ''}",
        *measures,
        ".end",
    ]


def _by_conductance(path: ReadPath, device: str) -> list[str]:
    """Clamped bitlines at rest; at 0 s the source line of the cell falls, which opens it."""
    series = path.resistance + path.switch
    behind = {name: g / (1.0 + series * g) for name, g in (("high", path.high), ("low", path.low))}
    middle = 0.5 * (behind["high"] + behind["low"])
    edge = EDGE * path.expected
    lines = [".param " + f"vread={path.voltage!r} access={path.access!r} edge={edge!r}", *device.splitlines()]
    lines += ["vsource source 0 pwl(0 {vread} {edge} 0)", "* the clamps hold their ends of the bitlines"]
    for name, state, conductance in (("p", 1, path.high), ("a", -1, path.low)):
        lines += _clamped(name, path)
        if device:
            lines += [
                f"racc{name} far{name} top{name} {{access}}",
                f"xm{name} top{name} source mz{name} mtj state={state}",
            ]
        else:
            lines.append(f"rcell{name} far{name} source {1.0 / conductance!r}")
    if not path.complement:
        lines += ["* the reference: the mean current of both states", *_clamped("r", path),
                  f"rref farr source {1.0 / middle - series!r}"]  # fmt: skip
    lines += ["* difference current, less what the spread of cells and reference takes, into the sense capacitance"]
    pairs = (("p", "p", "a"),) if path.complement else (("p", "p", "r"), ("a", "r", "a"))
    for name, plus, minus in pairs:
        # the loss counts from when the cell is open
        lines += [
            f"bsense{name} 0 sense{name} i = i(vm{plus}) - i(vm{minus}) - {path.lost!r}*(1 - v(source)/vread)",
            f"csense{name} sense{name} 0 {path.integration!r}",
            f".ic v(sense{name})=0",
            f"rhold{name} sense{name} 0 1e12",
        ]
    measures = [f".meas tran read_time when v(sensep)={path.margin!r} rise=1"]
    if not path.complement:
        measures.append(f".meas tran read_time_ap when v(sensea)={path.margin!r} rise=1")
    return [*lines, *_run(5.0 * path.expected, path.expected / STEPS, measures)]


def _clamped(name: str, path: ReadPath) -> list[str]:
    """A bitline whose end an ideal clamp holds behind the column switch."""
    lines = [f"vclamp{name} clamp{name} 0 {{vread}}", f"vm{name} clamp{name} near{name} 0"]
    begin, switch = _switched(f"near{name}", f"mux{name}", path)
    return [*lines, *switch, *_ladder(f"l{name}", begin, f"far{name}", path)]


def _switched(outer: str, inner: str, path: ReadPath) -> tuple[str, list[str]]:
    """Return the end of the bitline and the column switch between it and the amplifier, if there is one."""
    return (inner, [f"rswitch{outer} {outer} {inner} {path.switch!r}"]) if path.switch > 0.0 else (outer, [])


def _by_discharge(path: ReadPath, device: str) -> list[str]:
    """A precharged bitline that the cell's current drains from its far end."""
    del device
    edge = EDGE * path.expected
    begin, switch = _switched("near", "line", path)
    lines = [f"icell far 0 pwl(0 0 {edge!r} {path.current!r})", *_ladder("l", begin, "far", path, path.voltage)]
    lines += [*switch, f"cnode near 0 {path.node + path.input!r} ic={path.voltage!r}"]
    measures = [f".meas tran read_time when v(near)={path.voltage - path.margin!r} fall=1"]
    return [*lines, *_run(5.0 * path.expected, path.expected / STEPS, measures, uic=True)]


def _by_charge(path: ReadPath, device: str) -> list[str]:
    """A stored charge shared with a bitline at half the supply; the time is that to 90 % of the signal."""
    del device
    half = path.supply / 2.0
    loaded = path.capacitance + path.node + path.input
    signal = half * path.storage / (path.storage + loaded)
    begin, switch = _switched("near", "line", path)
    lines = [
        f"cstore store 0 {path.storage!r} ic={path.supply!r}",
        f"racc store far {path.access!r}",
        *_ladder("l", begin, "far", path, half),
        *switch,
        f"cnode near 0 {path.node + path.input!r} ic={half!r}",
    ]
    target = half + (1.0 - np.exp(-SETTLE)) * signal
    measures = [f".meas tran read_time when v(near)={float(target)!r} rise=1"]
    return [*lines, *_run(8.0 * path.expected, path.expected / STEPS, measures, uic=True)]
