"""Resistance and tunnel magnetoresistance against voltage and temperature; all functions broadcast."""

from __future__ import annotations

import numpy as np

from remanence.core.declare import Array
from remanence.core.errors import ConvergenceError, ValidityError


def polarisation(tunnel_magnetoresistance: Array) -> Array:
    """Return the spin polarisation of two equal electrodes: TMR = 2 P^2/(1 - P^2).

    Source: Julliere, Phys. Lett. A 54, 225 (1975).
    """
    return np.sqrt(tunnel_magnetoresistance / (2.0 + tunnel_magnetoresistance))


def tmr_at_temperature(tunnel_magnetoresistance: Array, slope: Array, temperature: Array, reference: Array) -> Array:
    """Return the zero-bias TMR at another temperature, P(T) = P0 (1 - slope T^1.5).

    Source: Shang, Nowak, Jansen, Moodera, Phys. Rev. B 58, R2917 (1998). G_P is taken as constant.
    """
    remaining = 1.0 - slope * np.asarray(reference, dtype=np.float64) ** 1.5
    if np.any(remaining <= 0):
        raise ValidityError("TMR: polarisation slope", f"{np.max(slope):g} K^-1.5",
                            "must leave some polarisation at the reference temperature")  # fmt: skip
    # the law ends where it would turn the polarisation negative: no magnetoresistance is left there
    ratio = np.maximum(1.0 - slope * temperature**1.5, 0.0) / remaining
    squared = (polarisation(tunnel_magnetoresistance) * ratio) ** 2
    if np.any(squared >= 1.0):
        raise ValidityError("TMR: temperature", f"{np.min(temperature):g} K",
                            "the law would raise the polarisation to 1 or beyond", "Take a smaller slope.")  # fmt: skip
    squared = float(squared) if np.ndim(squared) == 0 else squared
    return 2.0 * squared / (1.0 - squared)


def tmr_at_voltage(tunnel_magnetoresistance: Array, voltage: Array, half_voltage: Array) -> Array:
    """Return TMR(V) = TMR(0)/(1 + (V/V_h)^2), the usual compact form (symmetric in polarity)."""
    return tunnel_magnetoresistance / (1.0 + (voltage / half_voltage) ** 2)


def divided_voltage(
    voltage: Array, series: Array, resistance_parallel: Array, tmr: Array, half_voltage: Array
) -> Array:
    """Return the voltage over an antiparallel junction in series with a resistance.

    R_AP depends on its own voltage, so the divider is a cubic; Newton's method from the low-bias answer converges
    monotonically because the current rises with voltage. The result satisfies Kirchhoff's law to 1e-12 of ``voltage``.
    """
    junction_voltage = voltage * np.ones_like(series * resistance_parallel * tmr)
    for _ in range(60):
        local = tmr_at_voltage(tmr, junction_voltage, half_voltage)
        conductance = 1.0 / (resistance_parallel * (1.0 + local))
        curvature = local / (1.0 + local) * 2.0 * junction_voltage**2 / (half_voltage**2 + junction_voltage**2)
        excess = junction_voltage + series * conductance * junction_voltage - voltage
        step = excess / (1.0 + series * conductance * (1.0 + curvature))
        junction_voltage = junction_voltage - step
        if np.all(np.abs(step) <= 1e-13 * np.abs(voltage)):
            break
    else:
        raise ConvergenceError(f"divided_voltage: last step {np.max(np.abs(step)):.3g} V after 60 steps")
    return float(junction_voltage) if np.ndim(junction_voltage) == 0 else junction_voltage


def antiparallel_voltage(current: Array, resistance_parallel: Array, tmr: Array, half_voltage: Array) -> Array:
    """Return the voltage that a current drives over an antiparallel junction: V = I R_P (1 + TMR(V)).

    The right side falls with V, so the root is single and bisection between its ends halves the error each time: 60
    steps leave less than one part in 1e17 of the interval.
    """
    low, high = current * resistance_parallel, current * resistance_parallel * (1.0 + tmr)
    for _ in range(60):
        middle = 0.5 * (low + high)
        short = middle < current * resistance_parallel * (1.0 + tmr_at_voltage(tmr, middle, half_voltage))
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    voltage = 0.5 * (low + high)
    return float(voltage) if np.ndim(voltage) == 0 else voltage
