"""What a smaller junction buys in a cell: area by what limits it, write voltage and energy, against diameter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from remanence.circuit import Cell, Node, driven, layout
from remanence.circuit import cell as cells
from remanence.circuit.array_yield import retention_limit
from remanence.circuit.organisation import lifted
from remanence.core import units
from remanence.core.declare import from_fields
from remanence.core.errors import InputError
from remanence.data import Draws, build
from remanence.device import junction, transport

LIMITS = ("pitch", "transistor", "junction")
"""What sets the area of a cell: two metal lines and two gates must pass; the transistor must carry the write
current; junctions must be etched apart."""
KEPT = ("10 year", "85 degC", 1e-9)
"""Time and temperature a bit must last, and the share of the bits that may be lost."""
SPACING = 1.0
"""Space between junctions over their diameter; assumed: an angled etch reaches about as far as a pillar is wide."""
_ENDS = (10.0, 50.0, 90.0)


def cell_scaling(
    stacks: Sequence[str],
    diameters: Sequence[float],
    node: str,
    *,
    overdrive: float = 1.5,
    pulse: float | str = 20e-9,
    spacing: float = SPACING,
    draws: Draws | None = None,
) -> pd.DataFrame:
    """Return a 1T1MTJ cell of each stack at each diameter, written by spin-transfer torque.

    The write current is the overdrive times the critical current; the access transistor is as wide as that current
    needs with its source lifted by the junction (`Cell.source_degeneration`). No driver, no retry, no error curve: this
    compares materials under one rule. Whether a given cell is written at an error rate is `circuit.write`'s answer.

    Args:
        stacks: names of stacks.
        diameters: m.
        node: name of a CMOS node.
        overdrive: write current over critical current.
        pulse: of one write, s.
        spacing: between junctions, over their diameter.
        draws: over the ranges of stack and node.

    Returns:
        One row per stack and diameter, SI: ``thermal_stability`` at 25 degC, ``keeps`` (whether `KEPT` is met),
        ``write_current``, ``junction_voltage`` while it flows (antiparallel), ``breakdown_voltage``, ``switchable``
        (whether the one is below the other), ``area`` of the cell, ``limit`` (one of `LIMITS`), ``area_<limit>`` of
        each alone, ``write_energy`` of one pulse; all at the medians of the rows; with ``_low`` and ``_high``, 80 % of
        the draws, of area, voltage and energy, and ``switchable_share`` of the draws.

    Raises:
        InputError: diameters that are not above 0, or an overdrive or spacing below 0.
    """
    sizes = np.asarray(diameters, dtype=np.float64)
    if sizes.ndim != 1 or not sizes.size or not np.all(sizes > 0):
        raise InputError("cell_scaling: diameters", diameters, "must be lengths above 0")
    if not overdrive > 0 or not spacing >= 0:
        raise InputError("cell_scaling", f"overdrive {overdrive}, spacing {spacing}", "must be above 0, and at least 0")
    length = units.parse(pulse, "s", "cell_scaling: pulse") if isinstance(pulse, str) else float(pulse)
    time, warm, loss = KEPT
    wanted = units.parse(time, "s", "cell_scaling")
    frames = []
    for name in stacks:
        middle = _cells(name, sizes, node, overdrive, length, spacing, None)
        drawn = _cells(name, sizes, node, overdrive, length, spacing, draws or Draws())
        hot = junction(name, diameter=sizes, temperature=warm)
        cool = junction(name, diameter=sizes, temperature="25 degC")
        areas = np.stack([middle[f"area_{limit}"] for limit in LIMITS])
        frame = {
            "stack": name, "diameter": sizes, "thermal_stability": np.asarray(cool.thermal_stability),
            "keeps": np.asarray(retention_limit(hot, loss=loss)) >= wanted, **middle,
            "limit": np.asarray(LIMITS)[np.argmax(areas, axis=0)],
            "switchable": middle["junction_voltage"] < middle["breakdown_voltage"],
            "switchable_share": np.mean(drawn["junction_voltage"] < drawn["breakdown_voltage"], axis=0),
        }  # fmt: skip
        for column in ("area", "junction_voltage", "write_energy"):
            low, _, high = np.percentile(drawn[column], _ENDS, axis=0)
            frame |= {f"{column}_low": low, f"{column}_high": high}
        frames.append(pd.DataFrame(frame))
    return pd.concat(frames, ignore_index=True)


def _cells(
    stack: str,
    sizes: NDArray[np.float64],
    node: str,
    overdrive: float,
    pulse: float,
    spacing: float,
    draws: Draws | None,
) -> dict[str, NDArray[np.float64]]:
    """Columns of shape (n,), or (draws, n)."""
    of = build(Node, node, draws)
    if draws is not None:
        of = _lifted(of)
    cut = junction(stack, diameter=sizes, temperature="25 degC", draws=draws)
    fields = {"topology": "1T1MTJ", "junction": cut, "write_overdrive": overdrive, "write_pulse": pulse}
    cell = from_fields(Cell, fields, "cell_scaling")
    current = np.asarray(cells.write_current(cell))
    voltage = transport.antiparallel_voltage(current, cut.resistance("P"), cut.tmr(), cut.stack.half_voltage)
    gap = cell.diffusion_spacing * of.metal_pitch
    finger = of.footprint(layout.write_width(cell, of) / driven.FINGERS) + gap
    lines = layout.LINES * of.metal_pitch
    high = driven.FINGERS * of.gate_pitch
    pitch = (1.0 + spacing) * sizes
    # each limit alone; the cell takes the larger side in each direction
    columns = {
        "write_current": current,
        "junction_voltage": voltage,
        "breakdown_voltage": cut.stack.breakdown_voltage,
        "area_pitch": lines * high,
        "area_transistor": finger * high,
        "area_junction": np.maximum(pitch, 0.0) * np.maximum(pitch, high),
        "area": np.maximum(np.maximum(finger, lines), pitch) * np.maximum(high, pitch),
        "write_energy": cells.write_energy(cell, of),
    }
    shape = np.broadcast_shapes(current.shape, sizes.shape)
    return {name: np.broadcast_to(np.asarray(column, dtype=np.float64), shape) for name, column in columns.items()}


def _lifted(node: Node) -> Node:
    """Give the node's draws a last axis for the diameters."""
    lifted_node: Node = lifted(node)
    return lifted_node
