"""How long a state lasts: mean dwell time and the chance to lose it. All functions broadcast."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import dawsn

from remanence.core.declare import Array
from remanence.core.errors import ValidityError


@functools.cache
def _nodes() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    nodes, weights = np.polynomial.legendre.leggauss(400)
    return (nodes + 1.0) / 2.0, weights / 2.0


_MANY = 4096
"""Elements above which the dwell time is read from a spline through the quadrature (2e-11 in the logarithm)."""


@functools.cache
def _spline() -> Any:
    from scipy.interpolate import CubicSpline  # loading it takes a noticeable part of a second

    logs = np.linspace(np.log(0.1), np.log(500.0), 4001)
    delta = np.exp(logs)
    return CubicSpline(logs, np.asarray(log_reduced_dwell_time(delta)) - delta)


def log_reduced_dwell_time(stability: Array) -> Array:
    """Return ln(tau/tau_D) for the mean dwell time of an axially symmetric macrospin in one of its two wells.

    tau/tau_D = 4 Delta int_0^1 exp(-Delta y^2)/(1-y^2) int_y^1 exp(Delta x^2) dx dy, the exact mean first passage time
    over the equator, counted until the other well is chosen (Brown, Phys. Rev. 130, 1677 (1963)); its asymptote is
    sqrt(pi/Delta) exp(Delta), 12 % low at Delta 10. The inner integral is Dawson's function; the outer one is taken by
    Gauss-Legendre quadrature, good to 1e-6 for Delta from 0.1 to 500. Above, the
    asymptote with its first correction, sqrt(pi/Delta) exp(Delta) (1 + 1/Delta), is nearer than 1e-4.

    Raises:
        ValidityError: a stability below 0.1.
    """
    delta = np.asarray(stability, dtype=np.float64)
    if not np.all(delta >= 0.1):
        raise ValidityError("dwell time: thermal stability", f"{np.min(delta):g}", "must be at least 0.1")
    large, delta = delta, np.minimum(delta, 500.0)
    asymptote = 0.5 * np.log(np.pi / large) + large + np.log1p(1.0 / large)
    if delta.size > _MANY:
        return np.where(large <= 500.0, _spline()(np.log(delta)) + delta, asymptote)
    nodes, weights = _nodes()
    root = np.sqrt(delta)[..., None]
    # scaled by exp(-Delta), so that nothing overflows; dawsn(x) = exp(-x^2) int_0^x exp(t^2) dt
    inner = dawsn(root) * np.exp(-delta[..., None] * nodes**2) - dawsn(root * nodes) * np.exp(-delta[..., None])
    integral = (inner / (root * (1.0 - nodes**2)) * weights).sum(axis=-1)
    result = np.where(large <= 500.0, np.log(4.0 * delta * integral) + delta, asymptote)
    return float(result) if np.ndim(result) == 0 else result


def loss_probability(dwell_time: Array, duration: Array) -> Array:
    """Return the probability 1 - exp(-t/tau) that a state is lost within ``duration``."""
    return -np.expm1(-duration / np.asarray(dwell_time))
