"""The energy of a macrospin against its angle: barriers under second-order anisotropy and external fields.

Energy density, theta from the storing axis, the field in the plane of the turn:

    e(theta) = K_1 sin^2 theta + K_2 sin^4 theta - b_z cos theta - b_x sin theta,   b = mu_0 Ms H

All functions take floats or arrays and broadcast. Closed forms where there are any; else the extrema are found on a
grid and polished by Newton's method.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remanence.core.declare import Array

_GRID = 361
_BLOCK = 1 << 13  # elements per pass: grids of one pass stay in the cache


def zero_field_barrier(first: Array, second: Array) -> Array:
    """Return the barrier between the two states without a field, J/m^3.

    - K_1 > 0, K_2 >= -K_1/2: K_1 + K_2, over the equator.
    - K_1 > 0, K_2 < -K_1/2: K_1^2/(4 |K_2|), over two rims beside a local minimum in the plane.
    - K_1 <= 0, K_2 > |K_1|/2: (K_1 + 2 K_2)^2/(4 K_2), between the cones up and down.
    - else the layer lies in the plane: 0.

    Args:
        first: K_1 with the shape term in it (`magnetics.effective_anisotropy`), J/m^3.
        second: K_2, J/m^3.
    """
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    rim, cone = (one > 0) & (2.0 * two < -one), (one <= 0) & (2.0 * two > -one)
    upright = np.where(rim, -(one**2) / (4.0 * np.where(rim, two, -1.0)), one + two)
    tilted = np.where(cone, (one + 2.0 * two) ** 2 / (4.0 * np.where(cone, two, 1.0)), 0.0)
    return _number(np.where(one > 0, upright, tilted))


def cone_angle(first: Array, second: Array) -> Array:
    """Return the angle of the magnetisation to the normal at rest, rad: 0, the cone's, or pi/2 in the plane.

    sin^2 = -K_1/(2 K_2) where K_1 < 0 < K_1 + 2 K_2. Where an upright and an in-plane state are both stable, that of
    the lower energy.
    """
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    cone = (one < 0) & (2.0 * two > -one)
    share = np.where(cone, -one / (2.0 * np.where(two == 0, 1.0, two)), np.where(one + two > 0, 0.0, 1.0))
    return _number(np.arcsin(np.sqrt(np.clip(share, 0.0, 1.0))))


def switching_anisotropy(first: Array, second: Array) -> Array:
    """Return the anisotropy that a damping-like torque of constant efficiency must beat to reach the equator, J/m^3.

    The torque balances damping where its field is max over theta of (K_1 + 2 K_2 sin^2 theta) cos theta. That is K_1 at
    theta = 0 for K_2 <= K_1/4; above, (2/3)(K_1 + 2 K_2) sqrt((K_1 + 2 K_2)/(6 K_2)) at sin^2 theta =
    (4 K_2 - K_1)/(6 K_2): a current that only just tilts the state would then settle into a precession. 0 where the
    layer lies in the plane.
    """
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    tilted = (4.0 * two > one) & (2.0 * two > -one) & (two > 0)
    total = np.where(tilted, one + 2.0 * two, 0.0)
    peak = 2.0 / 3.0 * total * np.sqrt(total / (6.0 * np.where(tilted, two, 1.0)))
    return _number(np.where(tilted, peak, np.maximum(one, 0.0)))


def barriers(first: Array, second: Array, axial: Array, transverse: Array) -> tuple[Array, Array]:
    """Return the barriers to leave the state along +z and along -z, J/m^3.

    A barrier is the highest point on the way to the other pole less the well, on the side of the circle to which the
    transverse field points, where it is lowest. A state that the field has destroyed has the barrier 0. With K_2 = 0
    and one field only: K_1 (1 +- b_z/(2 K_1))^2 and K_1 (1 - b_x/(2 K_1))^2.

    Args:
        first: K_1, J/m^3.
        second: K_2, J/m^3.
        axial: b_z = mu_0 Ms H_z, J/m^3; positive favours +z.
        transverse: b_x = mu_0 Ms H_x, J/m^3, at least 0.
    """
    one, two, along, across = np.broadcast_arrays(
        *(np.asarray(item, dtype=np.float64) for item in (first, second, axial, transverse))
    )
    up, down = np.zeros(one.shape), np.zeros(one.shape)
    still = (along == 0) & (across == 0)
    up[still] = down[still] = np.asarray(zero_field_barrier(one[still], two[still]))
    simple = (two == 0) & ~still
    axis, plane = simple & (across == 0), simple & (along == 0)
    for mask, sign, result in ((axis, 1.0, up), (axis, -1.0, down)):
        k, b = np.maximum(one[mask], 0.0), sign * along[mask]
        # above H_k the well of the field is left over the whole way to the other pole
        result[mask] = np.where(
            b > -2.0 * k, np.where(b < 2.0 * k, (2.0 * k + b) ** 2 / (4.0 * _above(k)), 2.0 * b), 0.0
        )
    k, b = np.maximum(one[plane], 0.0), across[plane]
    up[plane] = down[plane] = np.where(b < 2.0 * k, (2.0 * k - b) ** 2 / (4.0 * _above(k)), 0.0)
    rest = np.flatnonzero(~(still | axis | plane))
    flat = tuple(item.reshape(-1) for item in (one, two, along, across))
    for begin in range(0, rest.size, _BLOCK):
        part = rest[begin : begin + _BLOCK]
        up.reshape(-1)[part], down.reshape(-1)[part] = _search(*(item[part] for item in flat))
    return _number(up), _number(down)


def _above(number: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(number > 0, number, 1.0)


def _search(
    one: NDArray[np.float64], two: NDArray[np.float64], along: NDArray[np.float64], across: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Barriers of elements of shape (n,) from a grid of angles between the poles, extrema polished."""
    fields = tuple(item[:, None] for item in (one, two, along, across))
    angle = np.linspace(0.0, np.pi, _GRID)
    energy = _energy(angle, *fields)
    rising = np.diff(energy, axis=1) > 0  # shape (n, grid - 1)
    # the first minimum seen from each pole; the last column answers for a slope that never turns
    first = np.where(rising.any(axis=1), rising.argmax(axis=1), _GRID - 1)
    falling = ~rising[:, ::-1]
    last = _GRID - 1 - np.where(falling.any(axis=1), falling.argmax(axis=1), _GRID - 1)
    columns = np.arange(_GRID)
    between = (columns >= first[:, None]) & (columns <= last[:, None])
    top = np.where(between, energy, -np.inf).argmax(axis=1)
    rests = [_polished(angle[index], *fields) for index in (first, last)]
    wells = [_energy(rest, *fields)[:, 0] for rest in rests]
    summit = _energy(_polished(angle[top], *fields), *fields)[:, 0]
    # one minimum only: the state on its side of the equator is left, and the other pole is the highest point
    lone, side = first >= last, np.cos(rests[0][:, 0])
    up = np.where(lone, np.where(side > 0, energy[:, -1] - wells[0], 0.0), summit - wells[0])
    down = np.where(lone, np.where(side < 0, energy[:, 0] - wells[0], 0.0), summit - wells[1])
    return np.maximum(up, 0.0), np.maximum(down, 0.0)


def _energy(angle: NDArray[np.float64], one: Array, two: Array, along: Array, across: Array) -> NDArray[np.float64]:
    sine, cosine = np.sin(angle), np.cos(angle)
    result: NDArray[np.float64] = sine**2 * (one + two * sine**2) - along * cosine - across * sine
    return result


def _polished(start: NDArray[np.float64], *fields: Array) -> NDArray[np.float64]:
    """The extremum next to each angle, shape (n, 1); a step that would leave the grid cell is cut at its edge."""
    one, two, along, across = fields
    angle = begin = start[:, None]
    cell = np.pi / (_GRID - 1)
    for _ in range(4):
        sine, cosine = np.sin(angle), np.cos(angle)
        slope = 2.0 * sine * cosine * (one + 2.0 * two * sine**2) + along * sine - across * cosine
        bend = 2.0 * (cosine**2 - sine**2) * (one + 2.0 * two * sine**2) + 8.0 * two * sine**2 * cosine**2
        bend = bend + along * cosine + across * sine
        step = np.where(bend == 0, 0.0, -slope / np.where(bend == 0, 1.0, bend))
        angle = np.clip(angle + step, np.maximum(begin - cell, 0.0), np.minimum(begin + cell, np.pi))
    return angle


def _number(result: Array) -> Array:
    return float(result) if np.ndim(result) == 0 else result


def wall_energy(first: Array, second: Array, exchange_stiffness: Array) -> Array:
    """Return the energy per area of a domain wall, J/m^2: 2 int sqrt(A (e(theta) - e_rest)) dtheta.

    With c = K_2/K_1: 2 sqrt(A K_1) [1 + (1 + c) atan(sqrt(c))/sqrt(c)] for K_1 > 0 (atanh for c < 0), which is
    4 sqrt(A K_1) at K_2 = 0; between two cones of cosine u it is 2 sqrt(A K_2) [(2 u^2 - 1) asin(u) + u sqrt(1 - u^2)].
    Infinite where the plane lies below the upright state (no wall joins two upright states then), 0 in the plane.
    """
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    positive = np.where(one > 0, one, 1.0)
    ratio = np.where(one > 0, two / positive, 0.0)
    root = np.sqrt(np.abs(ratio))
    safe = np.where(root == 0, 1.0, root)
    bent = np.where(ratio > 0, np.arctan(root), np.arctanh(np.minimum(root, 1.0 - 1e-16)))
    upright = (
        2.0 * np.sqrt(exchange_stiffness * positive) * (1.0 + np.where(root == 0, 1.0, (1.0 + ratio) * bent / safe))
    )
    upright = np.where(ratio > -1.0, upright, np.inf)
    cone = (one <= 0) & (2.0 * two > -one)
    cosine = np.sqrt(np.where(cone, 1.0 + one / (2.0 * np.where(cone, two, 1.0)), 0.0))
    area = (2.0 * cosine**2 - 1.0) * np.arcsin(cosine) + cosine * np.sqrt(1.0 - cosine**2)
    tilted = 2.0 * np.sqrt(exchange_stiffness * np.where(cone, two, 0.0)) * area
    return _number(np.where(one > 0, upright, tilted))
