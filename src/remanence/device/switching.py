"""Writing by spin-transfer torque: critical current, write error (closed forms), write voltage against breakdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from remanence.core.constants import ELEMENTARY_CHARGE, REDUCED_PLANCK
from remanence.core.declare import Array, Quantity
from remanence.core.errors import InputError, ValidityError

if TYPE_CHECKING:
    from remanence.device.junction import Junction

METHODS = ("upper bound", "estimate")
BOUND_MARGIN = 1.05
"""Factor on the noiseless map that keeps the bound above Fokker-Planck at strong overdrive (shortfall up to 3.7 %)."""
LOWEST_OVERDRIVE = 1.5
"""Smallest I/I_c0 at which the estimate was held against Fokker-Planck."""

_POSITIVE = Quantity("1", "a positive number", above=0)
_DURATION = Quantity("1", "a duration", at_least=0)


def critical_current(barrier: Array, damping: Array, efficiency: Array) -> Array:
    """Return I_c0 = (4 e/hbar) (alpha/eta) E in amperes, E the macrospin barrier K_eff V in joules.

    Source: Sun, Phys. Rev. B 62, 570 (2000), for the axially symmetric junction.
    """
    return 4.0 * ELEMENTARY_CHARGE / REDUCED_PLANCK * damping / efficiency * barrier


def reduced_write_error_rate(stability: Array, overdrive: Array, time: Array, method: str = "upper bound") -> Array:
    """Return the probability that a pulse does not switch an axially symmetric macrospin.

    Closed forms for a Boltzmann start in the linear regime, both of the shape
    1 - exp(-2 Delta kappa (i-1)/(i exp(2 (i-1) tau) - 1)):

    - ``"upper bound"``: the larger of kappa = pi^2/8 (Butler et al., IEEE Trans. Magn. 48, 4684 (2012)) and 1.05 times
      the kappa below. Butler's own form bounds only up to i = 3: above, the linear map is too slow near the equator's
      far side and its error falls below Fokker-Planck by up to 38 %. Held above Fokker-Planck for Delta 20 to 150 and
      i 1.5 to 30; it is 1.01 (Delta 150, i = 3) to 11 times too high (Delta 20, i = 1.5).
    - ``"estimate"``: kappa from the exact noiseless map to the equator, 2^((i-1)/(i+1)) ((i-1)/i)^(2/(i+1)). Within
      0.96 to 1.34 of Fokker-Planck for i >= 2, up to 4.2 times it at i = 1.5. No bound, and refused below i = 1.5.

    Below the critical current the bound tends to 1, which says only that the pulse cannot be relied on; thermally
    activated switching is not described.

    Args:
        stability: thermal stability factor Delta.
        overdrive: i = I/I_c0, above 0.
        time: pulse length in units of tau_D = (1 + alpha^2)/(alpha gamma mu_0 H_k).
        method: ``"upper bound"`` or ``"estimate"``.

    Raises:
        InputError: an unknown method, or an argument that is not positive.
        ValidityError: the estimate is asked for below i = 1.5.
    """
    if method not in METHODS:
        raise InputError("write_error_rate: method", method, f"must be one of {', '.join(METHODS)}")
    stability = _POSITIVE.read(stability, "write_error_rate: stability")
    i = np.asarray(_POSITIVE.read(overdrive, "write_error_rate: overdrive"))
    tau = np.asarray(_DURATION.read(time, "write_error_rate: time"))
    above = np.maximum(i, 1.0)
    kappa: Array = 2.0 ** ((above - 1.0) / (above + 1.0)) * ((above - 1.0) / above) ** (2.0 / (above + 1.0))
    if method == "upper bound":
        kappa = np.maximum(np.pi**2 / 8.0, BOUND_MARGIN * kappa)
    elif np.any(i < LOWEST_OVERDRIVE):
        raise ValidityError("write_error_rate: overdrive", f"{np.min(i):.3g}",
                            f"the estimate holds from {LOWEST_OVERDRIVE}", "Use the upper bound.")  # fmt: skip
    growth = np.minimum(2.0 * (i - 1.0) * tau, 700.0)
    # (i e^x - 1)/(i - 1) written without the 0/0 at i = 1
    small = np.abs(growth) < 1e-8
    spread = np.exp(growth) + 2.0 * tau * np.where(small, 1.0, np.expm1(growth) / np.where(small, 1.0, growth))
    failing: Array = -np.expm1(-2.0 * stability * kappa / spread)
    return failing


def write_error_rate(junction: Junction, *, voltage: Array, duration: Array, method: str = "upper bound") -> Array:
    """Return the probability that a write pulse fails, by a closed form (see `reduced_write_error_rate`).

    The current is that of the antiparallel state, the smaller one, at the given junction voltage.

    Args:
        junction: the junction.
        voltage: over the junction, V, above 0.
        duration: of the pulse, s.
        method: ``"upper bound"`` (default) or ``"estimate"``.
    """
    voltage = Quantity("V", "voltage over the junction", above=0).read(voltage, "write_error_rate: voltage")
    duration = Quantity("s", "length of the pulse", at_least=0).read(duration, "write_error_rate: duration")
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
    if junction.thermal_stability <= 0 and junction.easy_axis == "in-plane":
        return "no two states in the plane: the cell has no long axis at this aspect ratio"
    if junction.thermal_stability <= 0:
        return "no perpendicular state: the effective anisotropy is negative at this diameter"
    if needed >= limit:
        return f"not switchable by STT at this RA: {needed:.2f} V needed, the barrier breaks at {limit:.2f} V"
    return f"switchable by STT: {needed:.2f} V at the critical current, {limit:.2f} V breaks the barrier"
