"""Fitting a stack at one measured diameter, so that the others are predictions."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from remanence.core.declare import Quantity, leaves, replace
from remanence.core.errors import ConvergenceError, InputError
from remanence.device.junction import Junction
from remanence.device.stack import Stack


def fit_stack(
    film: Stack, *, diameter: float, thermal_stability: float, critical_current: float, temperature: float = 300.0
) -> Stack:
    """Return the stack whose effective anisotropy and efficiency reproduce one measured junction.

    Two unknowns for two measurements: the interfacial anisotropy is solved from the barrier, then the spin-torque
    efficiency from the critical current. Nothing else moves.

    Args:
        film: the film values (single design) to start from.
        diameter: of the measured junction, m.
        thermal_stability: measured Delta.
        critical_current: measured I_c0, A.
        temperature: of the measurement, K.

    Raises:
        ConvergenceError: no anisotropy between 0 and 10 times the film value gives the barrier.
        InputError: a measured value is not positive, or the efficiency comes out above 2.
    """
    if any(np.ndim(item) for _, item in leaves(film)):
        raise InputError("fit_stack: film", "array fields", "a single design is needed")
    diameter, thermal_stability, critical_current, temperature = (
        float(Quantity(unit, "", above=0).read(item, f"fit_stack: {name}"))
        for name, unit, item in (
            ("diameter", "m", diameter),
            ("thermal_stability", "1", thermal_stability),
            ("critical_current", "A", critical_current),
            ("temperature", "K", temperature),
        )
    )

    def at(anisotropy: float) -> Junction:
        trial = replace(film, interfacial_anisotropy=anisotropy)
        return Junction(stack=trial, diameter=diameter, temperature=temperature)

    def excess(anisotropy: float) -> float:
        return float(at(anisotropy).thermal_stability) - thermal_stability

    top = 10.0 * float(film.interfacial_anisotropy) if film.interfacial_anisotropy else 1e-2
    if not excess(0.0) < 0.0 < excess(top):
        raise ConvergenceError(
            f"fit_stack: no interfacial anisotropy from 0 to {top:g} J/m^2 gives a stability of {thermal_stability:g}; "
            f"the ends give {excess(0.0) + thermal_stability:.3g} and {excess(top) + thermal_stability:.3g}"
        )
    anisotropy = float(brentq(excess, 0.0, top, xtol=1e-12, rtol=1e-12))
    efficiency = float(film.spin_torque_efficiency) * float(at(anisotropy).critical_current) / critical_current
    return replace(film, interfacial_anisotropy=anisotropy, spin_torque_efficiency=efficiency)
