"""What temperature does to the transistors of a node: leakage, on-current, on-resistance.

A card states each value at 25 degC and its ratio at 125 degC over 25 degC; these functions carry it between and a
little beyond. The laws are compared with BSIM4 models of open process kits (tests/peers/transistor_temperature).
"""

from __future__ import annotations

import numpy as np

from remanence.circuit.node import Node
from remanence.core.declare import Array
from remanence.core.errors import InputError, ValidityError

REFERENCE = 298.15
"""Temperature at which cards state their values, K (25 degC)."""

HOT = 398.15
"""Temperature of the ratios on cards, K (125 degC)."""

LOWEST, HIGHEST = 233.0, 423.15
"""Range in which the laws below were compared with a transistor model, K (-40 to 150 degC)."""


def check_temperature(temperature: Array, subject: str) -> None:
    """Refuse a temperature outside -40 to 150 degC.

    Args:
        temperature: K; a float or an array.
        subject: what is asked for, for the message.

    Raises:
        ValidityError: outside `LOWEST` to `HIGHEST`, or not a number.
    """
    array = np.asarray(temperature, dtype=np.float64)
    good = (array >= LOWEST) & (array <= HIGHEST * (1.0 + 1e-9))
    if not good.all():
        bad = float(array[~good].flat[0])
        raise ValidityError(
            f"{subject}: temperature",
            f"{bad:g} K",
            f"must be from {LOWEST:g} to {HIGHEST:g} K (-40 to 150 degC), where the temperature laws were compared",
            "Temperatures are in kelvin: add 273.15 to degrees Celsius." if -50.0 < bad < 180.0 else "",
        )


def leakage_factor(node: Node, temperature: Array) -> Array:
    """Return the off-current over that at 25 degC.

    A subthreshold current goes as T^2 exp(-V_th/(n k T/q)); with a threshold that falls linearly with temperature this
    is (T/T_0)^2 exp(-E (1/kT - 1/kT_0)) exactly, with the one activation energy E = q (V_th(T_0) + slope T_0)/n. E
    follows from the card's ratio. Where currents tunnel through the gate or at the drain the law is an interpolation:
    right between 25 and 150 degC, too low in the cold.

    Args:
        node: the CMOS node; its fields may be arrays of draws.
        temperature: K, 233 to 423; broadcasts with the fields.

    Raises:
        ValidityError: a temperature outside the range.
    """
    check_temperature(temperature, "leakage_factor")
    hot = np.log(node.off_current_ratio) - 2.0 * np.log(HOT / REFERENCE)
    share = (1.0 / REFERENCE - 1.0 / np.asarray(temperature)) / (1.0 / REFERENCE - 1.0 / HOT)
    factor: Array = (np.asarray(temperature) / REFERENCE) ** 2 * np.exp(hot * share)
    return factor


def off_current(node: Node, temperature: Array) -> Array:
    """Return the off-current per width, A/m, at the node's supply; arguments as `leakage_factor`."""
    return node.off_current * leakage_factor(node, temperature)


def leakage(node: Node, width: Array, temperature: Array = REFERENCE) -> Array:
    """Return the power that off transistors of a total width draw from the supply, W.

    P-channel transistors are taken to leak like n-channel ones of the same width (assumed). Stacked transistors leak
    less; that is for the caller to know.

    Args:
        node: the CMOS node; its fields may be arrays of draws.
        width: total width of transistors that are off under the full supply, m; effective, for FinFETs.
        temperature: K, 233 to 423; broadcasts with the fields.

    Raises:
        InputError: a negative width.
        ValidityError: a temperature outside the range.
    """
    if not np.all(np.asarray(width) >= 0):
        raise InputError("leakage: width", f"{float(np.min(width)):g} m", "must be at least 0 m")
    return node.supply * off_current(node, temperature) * width


def sram_leakage(node: Node, temperature: Array = REFERENCE) -> Array:
    """Return the standby power of one SRAM cell that keeps its bit, W; arguments as `leakage_factor`.

    The cell is taken to warm up as the node's core transistors do (assumed).
    """
    return node.sram_cell_leakage * leakage_factor(node, temperature)


def on_current(node: Node, temperature: Array) -> Array:
    """Return the saturated on-current per width, A/m, at the node's supply.

    A power law in the absolute temperature through the card's two points. Mobility falls and the threshold falls, which
    pull against each other; the law holds the sum.

    Args:
        node: the CMOS node; its fields may be arrays of draws.
        temperature: K, 233 to 423; broadcasts with the fields.

    Raises:
        ValidityError: a temperature outside the range.
    """
    check_temperature(temperature, "on_current")
    return node.on_current * _power_law(node.on_current_ratio, temperature)


def linear_resistance(node: Node, temperature: Array) -> Array:
    """Return the on-resistance times width at low drain voltage, ohm m; as `on_current`."""
    check_temperature(temperature, "linear_resistance")
    return node.linear_resistance * _power_law(node.linear_resistance_ratio, temperature)


def _power_law(ratio: Array, temperature: Array) -> Array:
    exponent = np.log(np.asarray(temperature) / REFERENCE) / np.log(HOT / REFERENCE)
    law: Array = np.asarray(ratio) ** exponent
    return law
