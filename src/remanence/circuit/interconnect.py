"""Wires between the blocks of a chip: what a bit costs per length, and how far it goes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from remanence.circuit.gates import Link, Periphery, gates_on, repeated
from remanence.circuit.node import Node
from remanence.circuit.transistor import REFERENCE
from remanence.circuit.wire import wire
from remanence.core.declare import Array
from remanence.core.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A bit's way over repeated wires; floats or arrays of draws."""

    energy: Array  # J per bit and metre, random data
    full_swing: Array  # J per metre of one transition up and one down
    delay: Array  # s/m
    leakage: Array  # W/m of one wire


def route(node: Node, periphery: Periphery, *, kind: str = "thick", temperature: Array = REFERENCE) -> Route:
    """Return what a bit costs on the fastest repeated wire of a class (`gates.repeated`).

    The periphery's activity is the share of bits that swing the wire up and down.

    Args:
        node: the CMOS node; fields floats or draws.
        periphery: likewise.
        kind: class of wire, see `wire.CLASSES`; thick is the top of the stack, for long buses.
        temperature: K, 233 to 423.

    Raises:
        UnknownNameError: no such class of wire.
        ValidityError: a temperature outside the range.
    """
    gates = gates_on(node, periphery, temperature)
    link: Link = repeated(
        wire(node, kind, temperature),
        resistance=gates.resistance,
        gate=gates.gate_input(1.0),
        drain=gates.gate_output(1.0),
        supply=gates.supply,
        leakage=gates.leakage,
    )
    return Route(
        energy=gates.activity * link.energy, full_swing=link.energy, delay=link.linear, leakage=link.leakage
    )  # fmt: skip


def between(first: Array, second: Array) -> Array:
    """Return the mean length of wires from one square block to another beside it, m.

    Ends lie anywhere in each block, wires run along and across: (a + b)/2 along, and across, for sides a >= b on one
    centre line, a/4 + b^2/(12 a), the mean distance of two even distributions.

    Args:
        first: area of a block, m^2.
        second: area of the other, m^2.

    Raises:
        InputError: an area below 0, or two of 0.
    """
    sides = np.sqrt([np.broadcast_to(_area(area), np.broadcast(first, second).shape) for area in (first, second)])
    long, short = np.maximum(*sides), np.minimum(*sides)
    if np.any(long <= 0):
        raise InputError("between", "0 m^2", "one of two blocks must have an area")
    length: Array = (long + short) / 2.0 + long / 4.0 + short**2 / (12.0 * long)
    return length if np.ndim(length) else float(length)


def tree_path(area: Array, leaves: Array) -> Array:
    """Return the way from the root of an H-tree to a leaf, m: side (1 - 1/sqrt(leaves)).

    The root is at the centre of a square; every second level halves each direction, and the last ends in the middle of
    its leaf.

    Args:
        area: of all leaves, m^2.
        leaves: how many, at least 1; a power of four for the tree to be exact.

    Raises:
        InputError: an area below 0, or fewer than one leaf.
    """
    return np.sqrt(_area(area)) * (1.0 - 1.0 / np.sqrt(_number(leaves)))


def mesh_path(area: Array, tiles: Array) -> Array:
    """Return the mean way between two tiles of a square mesh, m: pitch times 2 (n^2 - 1)/(3 n), n tiles on a side.

    Sender and receiver are drawn evenly and may be the same tile.

    Args:
        area: of all tiles, m^2.
        tiles: how many, at least 1; a square number for the mesh to be exact.

    Raises:
        InputError: an area below 0, or fewer than one tile.
    """
    side = np.sqrt(_number(tiles))
    return np.sqrt(_area(area)) / side * 2.0 * (side**2 - 1.0) / (3.0 * side)


def _area(area: Array) -> Array:
    if not np.all(np.asarray(area) >= 0):
        raise InputError("area", f"{float(np.min(area)):g} m^2", "must be at least 0")
    return area


def _number(number: Array) -> Array:
    if not np.all(np.asarray(number) >= 1):
        raise InputError("number of blocks", f"{float(np.min(number)):g}", "must be at least 1")
    return number
