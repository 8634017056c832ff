"""Charge pumps: a Dickson ladder that lifts the supply to a programming voltage."""

from __future__ import annotations

import numpy as np

from remanence.core.declare import Array, quantity, text, value
from remanence.core.errors import InputError


@value
class Pump:
    """A Dickson charge pump: stages of a switch and a flying capacitor, driven by clocks of the supply's swing.

    N stages reach V = (N + 1)(V_dd - V_d) - N I/(f C) and draw I_dd = (N + 1) I + N alpha f C V_dd.

    Source: J. F. Dickson, IEEE J. Solid-State Circuits 11, 374 (1976); with the losses of the plates G. Palumbo and
    D. Pappalardo, IEEE Circuits Syst. Mag. 10, 31 (2010). Derived again here. Steady state; the capacitance of the top
    plates, the clock drivers and the regulator are not in it, so that a real pump does worse.
    """

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    drop: Array = quantity("V", at_least=0, doc="voltage lost in the switch of a stage")
    parasitic: Array = quantity("1", above=0, below=1, doc="capacitance of a bottom plate over the flying capacitance")
    density: Array = quantity("F/m^2", above=0, doc="flying capacitance per area, switches and drivers included")
    clock: Array = quantity("Hz", above=0, doc="rate of the clocks")


def least_stages(pump: Pump, supply: Array, target: Array) -> Array:
    """Return the stages at which an unloaded pump just reaches its target, a real number: V/(V_dd - V_d) - 1.

    Args:
        pump: the pump.
        supply: V_dd, V.
        target: output voltage, V; at or below the supply no pump is needed and the answer is 0 or less.

    Raises:
        InputError: a supply that the switches consume.
    """
    left = np.asarray(supply) - pump.drop
    if np.any(left <= 0):
        raise InputError("Pump.drop", f"{float(np.max(pump.drop)):g} V", f"must lie below the supply, "
                         f"{float(np.min(supply)):g} V", "Give the pump a higher supply.")  # fmt: skip
    return np.asarray(target) / left - 1.0


def stages(pump: Pump, supply: Array, target: Array) -> Array:
    """Return the whole stages that draw the least current, above `least_stages`; 0 where no pump is needed.

    The minimum of I_dd at a given load lies at N = N_0 (1 + sqrt(k/(1 + k))), k = alpha V_dd/(V_dd - V_d), with N_0
    the least stages; of the whole numbers beside it the better one is taken.
    """
    least = least_stages(pump, supply, target)
    loss = pump.parasitic * supply / (np.asarray(supply) - pump.drop)
    best = least * (1.0 + np.sqrt(loss / (1.0 + loss)))
    fewest = np.maximum(np.floor(least) + 1.0, 1.0)  # one more than reaches the target without a load
    fewer, more = np.maximum(np.floor(best), fewest), np.maximum(np.ceil(best), fewest)
    better = np.where(_drawn(fewer, least, loss) <= _drawn(more, least, loss), fewer, more)
    whole: Array = np.where(np.asarray(target) > supply, better, 0.0)
    return whole


def _drawn(count: Array, least: Array, loss: Array) -> Array:
    """Current from the supply in units of the load's, of so many stages, at a real distance above the least."""
    return count + 1.0 + loss * np.asarray(count) ** 2 / (np.asarray(count) - least)


def efficiency(pump: Pump, supply: Array, target: Array) -> Array:
    """Return the energy delivered over the energy drawn, at the stages of least current; 1 where no pump is needed."""
    least, count = least_stages(pump, supply, target), stages(pump, supply, target)
    loss = pump.parasitic * supply / (np.asarray(supply) - pump.drop)
    drawn = _drawn(count, np.where(count > 0, least, -1.0), loss)
    found = np.where(count > 0, np.asarray(target) / (supply * drawn), 1.0)
    return float(found) if found.ndim == 0 else found


def flying_capacitance(pump: Pump, supply: Array, target: Array, current: Array) -> Array:
    """Return the capacitance of all stages that a load current asks for, F: N C with C = N I/(f (V_0 - V)).

    V_0 is what the stages would reach without a load.
    """
    least, count = least_stages(pump, supply, target), stages(pump, supply, target)
    excess = np.where(count > 0, count - least, 1.0) * (np.asarray(supply) - pump.drop)
    total: Array = count**2 * current / (pump.clock * excess)
    return total


def area(pump: Pump, supply: Array, target: Array, current: Array) -> Array:
    """Return the area of a pump for a load current, m^2; arguments as `flying_capacitance`."""
    return flying_capacitance(pump, supply, target, current) / pump.density
