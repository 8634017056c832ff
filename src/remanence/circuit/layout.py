"""Transistors of a cell and the area it takes, from a node's physical pitches and whole fins; never from F^2.

A storage device hangs on a transistor of two fingers over two gate pitches, so that neighbours share its contacts: the
cell is two gate pitches high per transistor, and along the wordline as wide as a finger and a diffusion spacing, or as
the two metal lines (bitline and source line) that must pass. SRAM takes the area of the node's own 6T cell. Flash,
ferroelectric and dynamic cells come with an area, which holds on the nodes that their card names.
"""

from __future__ import annotations

import numpy as np

from remanence.circuit.cell import Cell, write_current
from remanence.circuit.driven import FINGERS, driven_width
from remanence.circuit.node import Node
from remanence.circuit.transistor import REFERENCE
from remanence.core.declare import Array, replace
from remanence.core.errors import InputError

LINES = 2
"""Metal lines that run along a column of cells: bitline and source line."""

STACKED = {"2T1MTJ SOT": 2, "2T1MTJ CRAM": 2}
"""Transistors of a device one above the other along the bitline, where it is not one."""


def check_node(cell: Cell, node: Node) -> None:
    """Refuse a cell on a node for which its device has no card.

    Raises:
        InputError: names the cell, its device and the node, and where the device's card holds.
    """
    device = cell.transistor or cell.edram
    if device is None or not device.nodes:
        return
    known = device.nodes.split()
    if not any(node.name == name or node.name.startswith(f"{name}-") for name in known):
        raise InputError(
            f"Cell {cell.name or cell.topology} ({device.name or 'its device'})",
            f"node {node.name or 'without a name'}",
            f"has a card for {', '.join(known)} only",
            "Its area and voltages are not lengths to scale: make a card of the device for that node.",
        )


def access_width(cell: Cell, node: Node) -> Array:
    """Return the width of the transistor through which a cell is read, m; effective, of whole fins in each finger.

    Through it the write current passes too, which sizes it, except in a spin-orbit cell. At least one metal pitch on a
    planar node and one fin a finger on another; SRAM, eDRAM, flash and ferroelectric cells pass small currents and
    have the least.
    """
    if cell.metal is not None or cell.transistor is not None or not cell.keeps:
        return node.transistor_width(node.metal_pitch)
    return write_width(cell, node)


def write_width(cell: Cell, node: Node) -> Array:
    """Return the width of the transistor that carries the write current, m; as `access_width` but in spin-orbit cells.

    A cell with a write driver is sized at the worst write corner (`driven.driven_width`); another one by its write
    current over the on-current that source degeneration leaves.

    Raises:
        InputError: a critical current of 0, or a driver that does not write the junction.
    """
    if cell.transistor is not None or not cell.keeps:
        return node.transistor_width(node.metal_pitch)
    if cell.driver is not None:
        return driven_width(replace(cell.mtj, temperature=REFERENCE), node, cell.driver)
    needed = write_current(cell) / (cell.source_degeneration * node.on_current)
    if node.finned:
        return FINGERS * node.transistor_width(needed / FINGERS)
    return np.maximum(needed, node.metal_pitch)


def access_resistance(cell: Cell, node: Node) -> Array:
    """Return the on-resistance of the access transistor at read voltages and 25 degC, ohm."""
    return node.linear_resistance / access_width(cell, node)


def cell_width(cell: Cell, node: Node) -> Array:
    """Return the pitch of the cell along the wordline, m.

    Raises:
        InputError: a device on a node where it has no card.
    """
    check_node(cell, node)
    dense = cell.transistor or cell.edram
    if dense is not None:
        return dense.cell_area / (2.0 * node.gate_pitch)
    if cell.static:  # a 6T cell is about twice as wide as it is high
        return cell.devices * np.sqrt(node.sram_cell_area * cell.bit_area_factor * 2.0)
    finger = node.footprint(write_width(cell, node) / FINGERS) + cell.diffusion_spacing * node.metal_pitch
    return cell.devices * np.maximum(finger, LINES * node.metal_pitch)


def cell_height(cell: Cell, node: Node) -> Array:
    """Return the pitch of the cell along the bitline, m; a dense cell is taken two gate pitches high."""
    if cell.static:
        return cell.devices * node.sram_cell_area * cell.bit_area_factor / cell_width(cell, node)
    return FINGERS * node.gate_pitch * STACKED.get(cell.topology, 1)


def cell_area(cell: Cell, node: Node) -> Array:
    """Return the area of one cell, m^2; arguments and errors as `cell_width`."""
    return cell_width(cell, node) * cell_height(cell, node)
