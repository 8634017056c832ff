"""Resistance and tunnel magnetoresistance against voltage and temperature; all functions broadcast."""

from __future__ import annotations

import numpy as np

from remanence.core.constants import ELECTRON_MASS, ELEMENTARY_CHARGE, REDUCED_PLANCK
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
    voltage: Array, series: Array, resistance_parallel: Array, tmr: Array, half_voltage: Array, curvature: Array = 0.0
) -> Array:
    """Return the voltage over an antiparallel junction in series with a resistance; ``curvature`` is that of G_P.

    R_AP depends on its own voltage, so the divider is a cubic; Newton's method from the low-bias answer converges
    monotonically because the current rises with voltage. The result satisfies Kirchhoff's law to 1e-12 of ``voltage``.
    """
    junction_voltage = voltage * np.ones_like(series * resistance_parallel * tmr)
    for _ in range(60):
        local = tmr_at_voltage(tmr, junction_voltage, half_voltage)
        bent = 1.0 + curvature * junction_voltage**2
        conductance = bent / (resistance_parallel * (1.0 + local))
        # d ln G/d ln V: the TMR falls with the bias, and G_P rises
        slope = local / (1.0 + local) * 2.0 * junction_voltage**2 / (half_voltage**2 + junction_voltage**2)
        slope = slope + 2.0 * (bent - 1.0) / bent
        excess = junction_voltage + series * conductance * junction_voltage - voltage
        step = excess / (1.0 + series * conductance * (1.0 + slope))
        junction_voltage = junction_voltage - step
        if np.all(np.abs(step) <= 1e-13 * np.abs(voltage)):
            break
    else:
        raise ConvergenceError(f"divided_voltage: last step {np.max(np.abs(step)):.3g} V after 60 steps")
    return float(junction_voltage) if np.ndim(junction_voltage) == 0 else junction_voltage


def antiparallel_voltage(
    current: Array, resistance_parallel: Array, tmr: Array, half_voltage: Array, curvature: Array = 0.0
) -> Array:
    """Return the voltage that a current drives over an antiparallel junction.

    Solves V (1 + c V^2) = I R_P (1 + TMR(V)). The left side rises with V and the right side falls, so the root is
    single; Newton's steps are kept inside its bracket and end at rounding.

    Args:
        current: A, at least 0.
        resistance_parallel: at low bias, ohm.
        tmr: at zero bias.
        half_voltage: bias at which the TMR has halved, V.
        curvature: c of the parallel conductance, V^-2.
    """
    scale = np.asarray(current * resistance_parallel, dtype=np.float64)
    low = scale / (1.0 + curvature * (scale * (1.0 + tmr)) ** 2)
    high = scale * (1.0 + tmr)
    voltage = 0.5 * (low + high)
    for _ in range(100):
        share = 1.0 / (1.0 + (voltage / half_voltage) ** 2)
        lost = scale * tmr * share
        bias = curvature * voltage**2
        excess = voltage * (1.0 + bias) - scale - lost
        slope = 1.0 + 3.0 * bias + 2.0 * voltage / half_voltage**2 * lost * share
        low, high = np.where(excess < 0, voltage, low), np.where(excess < 0, high, voltage)
        step = excess / slope
        trial = voltage - step
        inside = (trial >= low) & (trial <= high)
        trial = np.where(inside, trial, 0.5 * (low + high))
        moved = np.abs(trial - voltage)
        voltage = trial
        if np.all(moved <= 2e-15 * voltage):
            break
    else:
        raise ConvergenceError(f"antiparallel_voltage: last step {np.max(moved):.3g} V after 100 steps")
    return float(voltage) if np.ndim(voltage) == 0 else voltage


def mixed_conductance(parallel: Array, antiparallel: Array, angle: Array) -> Array:
    """Return the conductance between the two states, linear in the cosine of the angle between the magnetisations.

    G = (G_P + G_AP)/2 + (G_P - G_AP)/2 cos(angle): conductances mix linearly, resistances do not (Slonczewski, Phys.
    Rev. B 39, 6995 (1989)).
    """
    return 0.5 * (parallel + antiparallel) + 0.5 * (parallel - antiparallel) * np.cos(angle)


def resistance_area_at(
    resistance_area: Array, measured_thickness: Array, thickness: Array, barrier_height: Array
) -> Array:
    """Return RA at another barrier thickness from one measured value: RA exp(2 (t - t_0) sqrt(2 m phi)/hbar).

    The exponent is that of tunnelling through a barrier of effective height phi by free electrons (Simmons, J. Appl.
    Phys. 34, 1793 (1963)); his prefactor is not used, since it misses measured junctions by orders of magnitude. phi is
    an effective value, fitted to RA against thickness. Below about 0.8 nm pinholes end the exponential law.

    Args:
        resistance_area: at the measured thickness, ohm m^2.
        measured_thickness: m.
        thickness: wanted, m.
        barrier_height: effective height phi, J.
    """
    decay = 2.0 * np.sqrt(2.0 * ELECTRON_MASS * np.asarray(barrier_height)) / REDUCED_PLANCK
    result: Array = resistance_area * np.exp(decay * (thickness - measured_thickness))
    return result


def brinkman_curvature(thickness: Array, barrier_height: Array) -> Array:
    """Return c in G(V) = G(0) (1 + c V^2) of a symmetric barrier, V^-2: (9/128) A_0^2 e^2/phi.

    A_0 = 4 sqrt(2 m) d/(3 hbar). Source: Brinkman, Dynes, Rowell, J. Appl. Phys. 41, 1915 (1970); valid for voltages
    well below phi/e. Fits of it to CoFeB/MgO junctions gave unphysical heights and widths (Miller et al. 2006), so no
    card of the catalogue uses it: `Stack.parallel_curvature` is 0 unless set.
    """
    width = 4.0 * float(np.sqrt(2.0 * ELECTRON_MASS)) * thickness / (3.0 * REDUCED_PLANCK)
    return 9.0 / 128.0 * width**2 / barrier_height * ELEMENTARY_CHARGE**2
