"""Writing by spin-transfer torque: critical current, write error (closed forms), write voltage against breakdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from remanence.core.constants import ELEMENTARY_CHARGE, REDUCED_PLANCK
from remanence.core.declare import Array
from remanence.core.errors import InputError

if TYPE_CHECKING:
    from remanence.device.junction import Junction

METHODS = ("upper bound", "estimate")


def critical_current(barrier: Array, damping: Array, efficiency: Array) -> Array:
    """Return I_c0 = (4 e/hbar) (alpha/eta) E in amperes, E the macrospin barrier K_eff V in joules.

    Source: Sun, Phys. Rev. B 62, 570 (2000), for the axially symmetric junction.
    """
    return 4.0 * ELEMENTARY_CHARGE / REDUCED_PLANCK * damping / efficiency * barrier


def reduced_write_error_rate(stability: Array, overdrive: Array, time: Array, method: str = "upper bound") -> Array:
    """Return the probability that a pulse does not switch an axially symmetric macrospin.

    Closed forms for a Boltzmann start in the linear regime, both of the shape
    1 - exp(-2 Delta kappa (i-1)/(i exp(2 (i-1) tau) - 1)):

    - ``"upper bound"``: kappa = pi^2/8 (Butler et al., IEEE Trans. Magn. 48, 4684 (2012)). It lies above the
      Fokker-Planck result by 1.07 (i = 3) to 7.4 (i = 1.5, Delta 40).
    - ``"estimate"``: kappa from the exact noiseless map to the equator, 2^((i-1)/(i+1)) ((i-1)/i)^(2/(i+1)). Within
      0.98 to 1.34 of Fokker-Planck for i >= 2, up to 2.9 above it at i = 1.5. No bound.

    Below the critical current (i < 1) both tend to 1, which says only that the pulse cannot be relied on; thermally
    activated switching is not described.

    Args:
        stability: thermal stability factor Delta.
        overdrive: i = I/I_c0, above 0.
        time: pulse length in units of tau_D = (1 + alpha^2)/(alpha gamma mu_0 H_k).
        method: ``"upper bound"`` or ``"estimate"``.

    Raises:
        InputError: an unknown method, or a negative argument.
    """
    if method not in METHODS:
        raise InputError("write_error_rate: method", method, f"must be one of {', '.join(METHODS)}")
    i, tau = np.asarray(overdrive, dtype=np.float64), np.asarray(time, dtype=np.float64)
    if np.any(i <= 0) or np.any(tau < 0) or np.any(np.asarray(stability) <= 0):
        raise InputError("write_error_rate", "a negative argument", "stability, overdrive and time must be positive")
    if method == "upper bound":
        kappa: Array = np.pi**2 / 8.0
    else:
        above = np.maximum(i, 1.0 + 1e-12)
        kappa = 2.0 ** ((above - 1.0) / (above + 1.0)) * ((above - 1.0) / above) ** (2.0 / (above + 1.0))
    growth = np.minimum(2.0 * (i - 1.0) * tau, 700.0)
    # (i e^x - 1)/(i - 1) written without the 0/0 at i = 1
    small = np.abs(growth) < 1e-8
    spread = np.exp(growth) + 2.0 * tau * np.where(small, 1.0, np.expm1(growth) / np.where(small, 1.0, growth))
    return -np.expm1(-2.0 * stability * kappa / spread)


def write_error_rate(junction: Junction, *, voltage: Array, duration: Array, method: str = "upper bound") -> Array:
    """Return the probability that a write pulse fails, by a closed form (see `reduced_write_error_rate`).

    The current is that of the antiparallel state, the smaller one, at the given junction voltage.

    Args:
        junction: the junction.
        voltage: over the junction, V, above 0.
        duration: of the pulse, s.
        method: ``"upper bound"`` (default) or ``"estimate"``.
    """
    current = voltage / junction.resistance("AP", voltage=voltage)
    return reduced_write_error_rate(
        junction.thermal_stability,
        current / junction.critical_current,
        duration / junction.damping_time,
        method,
    )


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
    if junction.thermal_stability <= 0:
        return "no perpendicular state: the effective anisotropy is negative at this diameter"
    if needed >= limit:
        return f"not switchable by STT at this RA: {needed:.2f} V needed, the barrier breaks at {limit:.2f} V"
    return f"switchable by STT: {needed:.2f} V at the critical current, {limit:.2f} V breaks the barrier"
