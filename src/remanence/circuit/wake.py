"""Waking a macro whose supply was cut: the time until it reads again and the energy that its rails take."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from remanence.circuit.gates import Gates
from remanence.circuit.organisation import Costs
from remanence.core.declare import Array


class Wake(NamedTuple):
    """What it takes to come back from power-down; floats or arrays, as the costs."""

    time: Array  # s
    energy: Array  # J


def wake(costs: Costs, gates: Gates) -> Wake:
    """Return time and energy to wake the gated periphery of macros.

    What is gated leaks through transistors of a known leakage per width, which tells their width W: their gates and
    drains, W (C_g + C_d) (n and p), are charged to the supply, E = C V^2 with the loss in the switch. The switch is
    `switch_width` of W and passes the resistance of a transistor that switches; the rail stands at 90 % after 2.3 R C,
    and references settle after it. Cells that stay under power (latches, dynamic cells) are not switched; those that
    keep their state have no rail of their own. Decoupling capacitors on the rail and a staggered switch that limits the
    current are left out.

    Args:
        costs: of macros, with parts.
        gates: their transistors, of the same draws.
    """
    leaks = costs.parts["leakage"]
    gated = sum((np.asarray(leaks[name]) for name in leaks if name not in ("cells", "refresh")), np.zeros(()))

    def aligned(item: Array) -> Array:
        """Draws first, organisations last."""
        array = np.asarray(item)
        return array[:, None] if array.ndim == 1 and np.ndim(gated) == 2 else item

    leakage, ratio = aligned(gates.leakage), aligned(gates.ratio)
    width = gated / leakage
    capacitance = width * (1.0 + ratio) * (aligned(gates.gate) + aligned(gates.drain))
    supply = aligned(gates.supply)
    settle = 2.3 * aligned(gates.resistance) * (1.0 + ratio) * (aligned(gates.gate) + aligned(gates.drain))
    return Wake(
        time=settle / aligned(gates.switch_width) + aligned(gates.settling_time) + np.zeros(np.shape(gated)),
        energy=capacitance * supply**2,
    )
