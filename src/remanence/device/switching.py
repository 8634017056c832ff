"""Writing by spin-transfer torque: critical current, and write voltage against breakdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from remanence.core.constants import ELEMENTARY_CHARGE, REDUCED_PLANCK
from remanence.core.declare import Array
from remanence.core.errors import InputError

if TYPE_CHECKING:
    from remanence.device.junction import Junction


def critical_current(barrier: Array, damping: Array, efficiency: Array) -> Array:
    """Return I_c0 = (4 e/hbar) (alpha/eta) E in amperes, E the macrospin barrier K_eff V in joules.

    Source: Sun, Phys. Rev. B 62, 570 (2000), for the axially symmetric junction.
    """
    return 4.0 * ELEMENTARY_CHARGE / REDUCED_PLANCK * damping / efficiency * barrier


def switchability(junction: Junction) -> str:
    """Tell whether spin-transfer torque can write this junction below the breakdown of its barrier.

    Compares the voltage that drives I_c0 through the antiparallel state with the breakdown voltage, at medians.
    Fields that are arrays are refused: ask per element.
    """
    needed, limit = junction.critical_voltage, junction.stack.breakdown_voltage
    if np.ndim(needed) or np.ndim(limit):
        raise InputError("switchability", "a junction with array fields", "a single design is needed")
    if junction.stack.switching == "not switched":
        return "a pinned layer: not meant to be switched"
    if junction.thermal_stability <= 0 and junction.easy_axis == "in-plane":
        return "no two states in the plane: the cell has no long axis at this aspect ratio"
    if junction.thermal_stability <= 0:
        return "no perpendicular state: the effective anisotropy is negative at this diameter"
    if needed >= limit:
        return f"not switchable by STT at this RA: {needed:.2f} V needed, the barrier breaks at {limit:.2f} V"
    return f"switchable by STT: {needed:.2f} V at the critical current, {limit:.2f} V breaks the barrier"
