"""Mean dwell times where the two wells differ: axial fields and second-order anisotropy, and in-plane cells."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from remanence.core.constants import GYROMAGNETIC_RATIO
from remanence.core.declare import Array
from remanence.core.errors import ValidityError

_PANELS, _ORDER = 24, 24
LOWEST_STABILITY = 3.0
"""Smallest barrier over k_B T at which the in-plane formula is used; below, escape is no rare event."""
LOWEST_LOSS = 1.0
"""Smallest energy, in k_B T, that damping must take on the way from saddle to saddle for the in-plane formula."""


@functools.cache
def _panel() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Gauss-Legendre nodes on (0, 1), weights, and the matrix that integrates from 0 to each node."""
    nodes, weights = np.polynomial.legendre.leggauss(_ORDER)
    powers = np.polynomial.legendre.legvander(nodes, _ORDER - 1)
    integrals = np.stack(
        [
            np.polynomial.legendre.legval(nodes, np.polynomial.legendre.legint(np.eye(_ORDER)[degree], lbnd=-1))
            for degree in range(_ORDER)
        ],
        axis=1,
    )
    matrix = integrals @ np.linalg.inv(powers)
    return (nodes + 1.0) / 2.0, weights / 2.0, matrix / 2.0


def log_reduced_dwell_time(stability: Array, field: Array = 0.0, second: Array = 0.0) -> Array:
    """Return ln(tau/tau_D) for the well at +z of an axially symmetric macrospin.

    Energy over k_B T: eps(u) = Delta [1 - u^2 + c (1 - u^2)^2 - 2 h u], u = cos theta, with Delta = K_1 V/(k_B T), h =
    H/H_k and c = K_2/K_1. The mean first passage time from the pole to the top of the barrier at u_t is

        T/tau_D = 2 Delta int_{u_t}^1 exp(eps(y))/(1 - y^2) int_y^1 exp(-eps(x)) dx dy,

    exact (Brown, Phys. Rev. 130, 1677 (1963)). With P the Boltzmann weight of a side of the top, the dwell time is
    T_here + T_there P_here/P_there: the way up, and the way down the far side. The weights make the dwell times of both
    states stand in the ratio of their populations. At h = c = 0 it is twice T, that of
    `retention.log_reduced_dwell_time`; elsewhere twice T would take the far side for the mirror image of the near one,
    11 % off at Delta 30, h = -0.4. Quadrature by Gauss-Legendre panels that crowd at the well, good to 1e-6 for Delta
    from 0.1 to 500.

    Args:
        stability: Delta, 0.1 to 500.
        field: h, positive where it holds this well; above -1.
        second: c, at least -1/2, so that there is one barrier.

    Raises:
        ValidityError: an argument out of range, or a field that has destroyed the well.
    """
    delta, h, c = np.broadcast_arrays(*(np.asarray(item, dtype=np.float64) for item in (stability, field, second)))
    for name, number, good in (
        ("thermal stability", delta, (delta >= 0.1) & (delta <= 500.0)),
        ("field over anisotropy field", h, (h > -1.0) & (h < 1.0)),
        ("K_2 over K_1", c, c >= -0.5),
    ):
        if not np.all(good):
            raise ValidityError(f"dwell time: {name}", f"{float(number[~good].flat[0]):g}", "is out of its range")
    up, here = _to_the_top(delta, h, c)
    down, there = _to_the_top(delta, -h, c)
    result = np.logaddexp(up, down + here - there)
    return float(result) if np.ndim(result) == 0 else result


def _to_the_top(
    delta: NDArray[np.float64], h: NDArray[np.float64], c: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return ln of the mean time from the pole at +1 to the top, and ln of the Boltzmann weight of that side."""
    top = _top(h, c)[..., None]
    nodes, weights, matrix = _panel()
    outer, result_log = np.zeros(delta.shape), np.zeros(delta.shape)
    delta, h, c = (item[..., None] for item in (delta, h, c))

    def energy(cosine: NDArray[np.float64]) -> NDArray[np.float64]:
        sine = 1.0 - cosine**2
        result: NDArray[np.float64] = delta * (sine + c * sine**2 - 2.0 * h * cosine)
        return result

    well, summit = energy(np.ones_like(top)), energy(top)
    reach = 1.0 - top
    inner = np.zeros((*result_log.shape, 1))
    for panel in range(_PANELS):
        # u = 1 - (1 - u_t) w^2: the nodes crowd at the well, where the inner integrand is steep
        root = (panel + nodes) / _PANELS
        cosine = 1.0 - reach * root**2
        jacobian = 2.0 * reach * root / _PANELS
        held = np.exp(well - energy(cosine)) * jacobian
        below = inner + held @ matrix.T
        inner = inner + (held * weights).sum(axis=-1, keepdims=True)
        outer = outer + (
            np.exp(energy(cosine) - summit) / ((1.0 - cosine) * (1.0 + cosine)) * below * jacobian * weights
        ).sum(axis=-1)
    time = np.log(2.0 * delta[..., 0] * outer) + (summit - well)[..., 0]
    return time, np.log(inner[..., 0]) - well[..., 0]


def _top(h: NDArray[np.float64], c: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cosine at the top of the barrier: the root of u + 2 c u (1 - u^2) + h = 0 next to -h."""
    cosine = -h
    for _ in range(60):
        value = cosine + 2.0 * c * cosine * (1.0 - cosine**2) + h
        slope = 1.0 + 2.0 * c * (1.0 - 3.0 * cosine**2)
        step = value / np.where(slope > 0, slope, 1.0)
        cosine = np.clip(cosine - step, -1.0 + 1e-9, 1.0 - 1e-9)
        if np.all(np.abs(step) <= 1e-14):
            return cosine
    raise ValidityError("dwell time: field", f"{float(np.max(np.abs(h))):g} of H_k", "leaves one state only")


def in_plane_dwell_time(
    in_plane: Array, out_of_plane: Array, magnetisation: Array, damping: Array, thermal: Array, axial: Array = 0.0
) -> Array:
    """Return the mean dwell time of an in-plane cell in the state along +x, s.

    Escape over two equal saddles (towards +y and -y) by Langer's formula in the form of Brown, IEEE Trans. Magn. 15,
    1196 (1979): each with the rate (lambda/2 pi) sqrt(det_well/|det_saddle|) exp(-barrier/kT), lambda the growth rate
    of the linearised equation of motion at the saddle. Energy density K_in m_y^2 + K_out m_z^2 - b m_x.

    Holds for barriers of several k_B T and for intermediate to high damping: the energy that damping takes between two
    passages of the saddles, 4 alpha sqrt(K_in (K_out - K_in)) V (the great circle at the height of the saddle,
    integrated here), must exceed k_B T. Below, the true dwell time is longer. An ensemble of the stochastic equation
    gave 8 to 9 % more at a barrier of 5 k_B T (K_out = 5 K_in, alpha 0.05 and 0.1) and 6 % more at 6 k_B T. Refused
    below `LOWEST_STABILITY` and `LOWEST_LOSS`: integrate the equation of motion there.

    Args:
        in_plane: K_in, energy of the short axis above the long one, J/m^3.
        out_of_plane: K_out, energy of the normal above the long axis, J/m^3, above K_in.
        magnetisation: Ms, A/m.
        damping: alpha.
        thermal: k_B T/V, J/m^3.
        axial: b = mu_0 Ms H_x, J/m^3; positive holds the state.

    Raises:
        ValidityError: outside those conditions.
    """
    one, two = np.asarray(in_plane, dtype=np.float64), np.asarray(out_of_plane, dtype=np.float64)
    share = np.asarray(axial / (2.0 * np.where(one > 0, one, 1.0)))
    good = (one > 0) & (two > one) & (np.abs(share) < 1.0)
    if not np.all(good):
        raise ValidityError("in-plane dwell time", "this cell", "needs two states in the plane with a barrier between",
                            "Take a larger aspect ratio, a thicker layer or a smaller field.")  # fmt: skip
    barrier = one * (1.0 + share) ** 2 / thermal
    loss = 4.0 * damping * np.sqrt(one * (two - one)) / thermal
    for name, number, least in (
        ("barrier over kT", barrier, LOWEST_STABILITY),
        ("damping loss over kT", loss, LOWEST_LOSS),
    ):
        if np.any(number < least):
            raise ValidityError(f"in-plane dwell time: {name}", f"{float(np.min(number)):.3g}",
                                f"must be at least {least:g} for thermal activation at intermediate damping",
                                "Integrate the stochastic equation of motion instead.")  # fmt: skip
    well = 4.0 * one * (1.0 + share) * (two + one * share)
    soft, stiff = -2.0 * one * (1.0 - share**2), 2.0 * (two - one)
    growth = -damping * (soft + stiff) + np.sqrt(damping**2 * (soft - stiff) ** 2 - 4.0 * soft * stiff)
    growth = GYROMAGNETIC_RATIO / magnetisation / (1.0 + damping**2) * growth / 2.0
    result = np.pi / growth * np.sqrt(-soft * stiff / well) * np.exp(barrier)
    return float(result) if np.ndim(result) == 0 else result
