"""Wires of a node by class: thin, array line, thick, at any temperature."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from remanence.circuit.node import Node
from remanence.circuit.transistor import REFERENCE, check_temperature
from remanence.core.declare import Array
from remanence.core.errors import UnknownNameError

CLASSES = ("thin", "line", "thick")
"""Thin: the smallest pitch. Line: what wordlines and bitlines run on. Thick: the top of the stack, for long buses."""


class Wire(NamedTuple):
    """A wire per length."""

    resistance: Array  # ohm/m
    capacitance: Array  # F/m
    pitch: Array  # m


def wire(node: Node, kind: str = "line", temperature: Array = REFERENCE) -> Wire:
    """Return a class of wire at a temperature.

    Only scattering by the lattice depends on temperature, and it adds to the rest (Matthiessen's rule): per kelvin a
    wire gains what bulk metal of its cross-section gains, R(T) = R + alpha min(R_bulk, R) (T - T_0) with
    R_bulk = rho/(A w^2), w half the pitch and A the aspect ratio. A thick wire is taken as bulk. Capacitance does not
    move.

    Args:
        node: the CMOS node; its fields may be arrays of draws.
        kind: one of `CLASSES`.
        temperature: K, 233 to 423; broadcasts with the fields.

    Raises:
        UnknownNameError: no such class.
        ValidityError: a temperature outside the range.
    """
    check_temperature(temperature, "wire")
    if kind == "thick":
        cold, capacitance, pitch = node.thick_resistance, node.thick_capacitance, node.thick_pitch
        bulk = cold
    elif kind in CLASSES:
        thin = kind == "thin"
        cold = node.wire_resistance if thin else node.line_resistance
        capacitance = node.wire_capacitance if thin else node.line_capacitance
        pitch = node.metal_pitch if thin else node.line_pitch
        bulk = np.minimum(node.metal.resistivity / (node.wire_aspect_ratio * (pitch / 2.0) ** 2), cold)
    else:
        raise UnknownNameError("wire", kind, CLASSES)
    rise = node.metal.temperature_coefficient * (np.asarray(temperature) - REFERENCE)
    return Wire(resistance=cold + bulk * rise, capacitance=capacitance, pitch=pitch)
