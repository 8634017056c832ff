"""From a junction on a node to a cell of a logic line, with the response of its output."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from remanence.circuit import Cell, Node, layout, linear_resistance, wire
from remanence.circuit.driven import FINGERS
from remanence.core.declare import Array, Quantity, replace
from remanence.core.errors import InputError
from remanence.cram.cells.cell import Logiccell
from remanence.cram.cells.response import Curve, Probit, Response, curve
from remanence.data import build
from remanence.device import Junction, Process, process, sot_critical_current
from remanence.device.variation import sample

TOPOLOGIES = {"2T1MTJ CRAM": "2T1M", "1T1MTJ": "1T1M", "2T1MTJ SOT": "SHE"}
"""Cells of the circuit floor that can stand on a logic line, and what they are there."""
_DRAWN = 4096
APART = 1.0 / 3.0
"""Mean distance of two random columns over the length of the line."""
_PULSE = Quantity("s", "length of the gate pulse", above=0)
PULSE = 20e-9
"""Of a gate where none is asked for, s; docs/physics/cram.md tells why."""
_CONTROL = Quantity("J/(V*m)", "coefficient of voltage-controlled anisotropy")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogicDesign:
    """A cell of a logic line that follows from a junction, and how its output turns over."""

    cell: Logiccell
    response: Response
    junction: Junction
    node: Node


def logic_cell(
    junction: Junction,
    node: Node | str,
    cell: Cell | str = "cram-2t1mtj",
    *,
    pulse: Array | str = PULSE,
    process: Process | str | None = "embedded-300mm",
    columns: int = 1024,
    method: str = "fokker-planck",
    voltage_anisotropy: Array | str | None = None,
) -> LogicDesign:
    """Return what a logic line sees of a junction behind the transistor of a cell.

    Resistances are those of the junction at its temperature, the fall of its TMR with bias included. The access
    transistor carries the cell's overdrive times the current that switches half of the outputs, at the temperature of
    the junction. The logic line is a third
    as long as all columns, the mean distance of two random ones. A spin-transfer cell takes the write-error curve of
    its junction for this pulse; a spin-orbit cell the threshold of `device.sot_critical_current`, whose width is the
    spread from cell to cell alone (the model has no temperature). Spreads of current and resistance are those of the
    process, taken as independent, to first order.

    Args:
        junction: a single design.
        node: the CMOS node, or its name.
        cell: a cell of the circuit floor: 2T1MTJ CRAM, 1T1MTJ, or 2T1MTJ SOT, or its name; its junction is replaced.
        pulse: of a gate.
        process: cell-to-cell spreads, or their name; none where None.
        columns: along the logic line.
        method: of `device.write_error_rate`, for the curve.
        voltage_anisotropy: coefficient of voltage-controlled anisotropy, J/(V m) or text, with its sign; that of the
            stack where None. Where it is negative, the polarity that writes AP lowers the anisotropy: that helps the
            output of inverting gates and holds their inputs, through which the current flows the other way.

    Raises:
        InputError: array fields, a cell without a logic line, or a parallel resistance that falls with bias.
    """
    home = build(Cell, cell) if isinstance(cell, str) else cell
    metal = build(Node, node) if isinstance(node, str) else node
    length = float(_PULSE.read(pulse, "cram.logic_cell: pulse"))
    if home.topology not in TOPOLOGIES:
        raise InputError("cram.logic_cell: cell", home.topology, f"must be one of {', '.join(TOPOLOGIES)}")
    if np.ndim(junction.critical_current):
        raise InputError("cram.logic_cell: junction", "array fields", "a single design is needed")
    if np.any(np.asarray(junction.stack.parallel_curvature)):
        raise InputError("cram.logic_cell: stack", "a parallel resistance that falls with bias",
                         "is not in the model of a logic line", "Leave parallel_curvature out.")  # fmt: skip
    if columns < 2:
        raise InputError("cram.logic_cell: columns", columns, "must be at least 2")
    if voltage_anisotropy is not None:
        strength = float(_CONTROL.read(voltage_anisotropy, "cram.logic_cell: voltage_anisotropy"))
        junction = replace(junction, stack=replace(junction.stack, voltage_anisotropy=strength))
    home = replace(home, junction=junction)
    kind = TOPOLOGIES[home.topology]
    flow = _process(process)
    current_spread, ohm_spread = _spreads(junction, home, flow)
    response: Response
    if kind == "SHE":
        assert home.metal is not None
        current = float(sot_critical_current(junction, home.metal, in_plane_field=junction.in_plane_field))
        median, channel = (current, current), float(home.metal.sheet_resistance * home.metal_squares)
        if not current_spread > 0:
            raise InputError("cram.logic_cell: process", "no spread", "a spin-orbit cell has no other width here",
                             "Give a process.")  # fmt: skip
        width = current_spread
        response = Probit(width)
    else:
        made: Curve = curve(junction, pulse=length, spread=current_spread, method=method)
        median, channel, response = made.median, 0.0, made
        width = float(np.hypot(max(made.width), current_spread))
    line = wire(metal, "line", junction.temperature)
    access = transistor_width(max(median), home, metal)
    return LogicDesign(
        cell=Logiccell(
            name=f"{home.name} on {metal.name}",
            topology=kind,
            parallel_resistance=float(junction.resistance("P")),
            tunnel_magnetoresistance=float(junction.tmr(0.0)),
            half_voltage=float(junction.stack.half_voltage),
            channel_resistance=channel,
            access_resistance=float(linear_resistance(metal, junction.temperature) / access),
            line_resistance=float(line.resistance * cell_size(access, home, metal)[0] * columns * APART),
            to_antiparallel=median[0],
            to_parallel=median[1],
            pulse=length,
            width=width,
            resistance_spread=ohm_spread,
            breakdown_voltage=float(junction.stack.breakdown_voltage),
        ),
        response=response,
        junction=junction,
        node=metal,
    )


def _process(given: Process | str | None) -> Process | None:
    return process(given) if isinstance(given, str) else given


def _spreads(junction: Junction, home: Cell, flow: Process | None) -> tuple[float, float]:
    """Standard deviations of ln of the switching current and of the parallel resistance from cell to cell."""
    if flow is None:
        return 0.0, 0.0
    drawn = sample(junction, flow, _DRAWN)
    if home.metal is None:
        current = drawn.critical_current
    else:
        current = sot_critical_current(drawn, home.metal, in_plane_field=junction.in_plane_field)
    return float(np.std(np.log(current))), float(np.std(np.log(drawn.resistance("P"))))


def transistor_width(current: float, home: Cell, node: Node) -> float:
    """Return the width of a transistor that carries the overdriven switching current of a cell, m.

    Args:
        current: that switches the cell in half of the pulses, A.
        home: a cell of that topology: its overdrive, and how far its device lifts the transistor's source.
        node: the CMOS node.
    """
    needed = float(home.write_overdrive * current / (home.source_degeneration * node.on_current))
    if node.finned:
        return float(FINGERS * node.transistor_width(needed / FINGERS))
    return max(needed, float(node.metal_pitch))


def cell_size(width: float, home: Cell, node: Node) -> tuple[float, float]:
    """Return width and height of a cell whose transistors have a width, m; see `circuit.layout`.

    Args:
        width: of each transistor, m; of two fingers.
        home: a cell of that topology.
        node: the CMOS node.
    """
    finger = float(node.footprint(width / FINGERS) + home.diffusion_spacing * node.metal_pitch)
    across = max(finger, layout.LINES * float(node.metal_pitch))
    return across, float(FINGERS * node.gate_pitch * layout.STACKED.get(home.topology, 1))
