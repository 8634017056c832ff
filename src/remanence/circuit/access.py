"""The access transistor in two regions, in series with a device: what a write path really carries."""

from __future__ import annotations

import numpy as np

from remanence.circuit.node import Node
from remanence.circuit.transistor import linear_resistance, on_current
from remanence.core.declare import Array


def drain_current(node: Node, gate: Array, drain: Array, *, index: Array, temperature: Array) -> Array:
    """Return the current per width of an n-channel transistor, A/m, at its gate and drain voltages over the source.

    The alpha-power law (Sakurai and Newton, IEEE J. Solid-State Circuits 25, 584 (1990)) through the two points of the
    card: with u = (V_gs - V_th)/(V_dd - V_th), a saturated current I_on u^alpha beyond V_sat = V_0 u^(alpha/2), and
    I_sat x (2 - x) with x = V_ds/V_sat below. V_0 = 2 I_on R_lin gives the card's on-resistance at low drain voltage;
    where that would exceed the supply it is the supply, so that I_on is reached at gate and drain at the supply.
    Beyond the supply the current goes on along its tangent, I_on (1 + alpha (u - 1)): three simulated kits lie within
    11 % of it with a gate a quarter above the supply (tests/peers/periphery), a power law overshoots farther out. 0
    below threshold; the threshold is that of 25 degC, its change is in the temperature law of I_on. Body effect and the
    finite output conductance are left out.

    Args:
        node: the CMOS node; its fields may be arrays of draws.
        gate: gate over source, V.
        drain: drain over source, V, at least 0.
        index: alpha, 2 for a square law, 1 for full velocity saturation.
        temperature: K, 233 to 423.

    Raises:
        ValidityError: a temperature outside the range.
    """
    full = on_current(node, temperature)
    drive = np.maximum((np.asarray(gate) - node.threshold) / (node.supply - node.threshold), 0.0)
    strength = np.where(drive > 1.0, 1.0 + index * (drive - 1.0), drive**index)
    knee = np.minimum(2.0 * full * linear_resistance(node, temperature), node.supply) * drive ** (index / 2.0)
    share = np.minimum(np.maximum(drain, 0.0) / np.maximum(knee, 1e-12), 1.0)
    current: Array = full * strength * share * (2.0 - share)
    return current
