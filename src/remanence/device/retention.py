"""How long a state lasts: mean dwell time and the chance to lose it. All functions broadcast."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import dawsn

from remanence.core.declare import Array
from remanence.core.errors import ValidityError

LOWEST_BARRIER = 3.0
"""Smallest remaining barrier over k_B T at which leaving a driven well is a rare event with a rate."""


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
    sqrt(pi/Delta) exp(Delta), 11 % low at Delta 10. The inner integral is Dawson's function; the outer one is taken by
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


def log_escape_time(stability: Array, drive: Array) -> Array:
    """Return ln(tau/tau_D) of the mean time in which a driven macrospin leaves its well for good.

    The drive is i = I/I_c0, or -H/H_k for a field that opposes the state, below 1. The stationary density is
    exp(Delta (z-i)^2), the top of the barrier lies at z = i. The mean first passage time from the pole to a point a
    beyond the top, three widths of the barrier or nine tenths of the way to the other pole,

        tau/tau_D = 2 Delta int_a^1 exp(-Delta (y-i)^2)/(1-y^2) int_y^1 exp(Delta (x-i)^2) dx dy,

    counts returns from the top as they are. Twice the time to the top, which `log_reduced_dwell_time` takes and which
    is exact for i = 0, overestimates it by about (2 i/(1-i^2))/sqrt(pi Delta): 10 % at Delta 40 and i = 0.55. The
    asymptote is sqrt(pi/Delta) exp(Delta (1-i)^2)/((1-i)^2 (1+i)). Quadrature to 1e-6 up to Delta = 2000, the asymptote
    above.

    Raises:
        ValidityError: a drive of 1 or more or of -1 or less, or a remaining barrier Delta (1-i)^2 below 3: no rare
            event is left.
    """
    delta, i = np.broadcast_arrays(np.asarray(stability, dtype=np.float64), np.asarray(drive, dtype=np.float64))
    for name, number, good, rule, remedy in (
        ("overdrive", i, np.abs(i) < 1.0, "must be below 1", "From the critical current on it is a write."),
        ("remaining barrier", delta * (1.0 - i) ** 2, delta * (1.0 - i) ** 2 >= LOWEST_BARRIER,
         f"must be at least {LOWEST_BARRIER:g} k_B T", "Use the Fokker-Planck solution."),
    ):  # fmt: skip
        if not np.all(good):
            raise ValidityError(f"escape time: {name}", f"{float(number[~good].flat[0]):.4g}", rule, remedy)
    small = np.minimum(delta, 2000.0)[..., None]
    root, top = np.sqrt(small), i[..., None]
    height = 1.0 - top
    nodes, weights = _nodes()
    integral = np.zeros(delta.shape)
    for reach in (height, -np.minimum(3.0 / root, 0.9 * (1.0 + top))):
        place = reach * nodes  # y - i
        inner = dawsn(root * height) * np.exp(-small * place**2) - dawsn(root * place) * np.exp(-small * height**2)
        integral += (inner / (root * (1.0 - (top + place) ** 2)) * weights * np.abs(reach)).sum(axis=-1)
    asymptote = 0.5 * np.log(np.pi / delta) + delta * (1.0 - i) ** 2 - 2.0 * np.log1p(-i) - np.log1p(i)
    quadrature = np.log(2.0 * small[..., 0] * integral) + small[..., 0] * (1.0 - i) ** 2
    result = np.where(delta <= 2000.0, quadrature, asymptote)
    return float(result) if np.ndim(result) == 0 else result
