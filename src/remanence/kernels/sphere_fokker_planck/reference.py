"""The definition of `sphere_fokker_planck`: the weak form of the equation by quadrature, and dense exponentials.

Nothing is shared with the sparse operators but the values of the harmonics: forces and gradients are taken as vectors.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.linalg import expm

from remanence.kernels.sphere_fokker_planck import harmonics
from remanence.kernels.sphere_fokker_planck.motion import Floats, Motion


def velocity(motion: Motion, m: Floats) -> Floats:
    """Return dm/dt without heat at unit vectors m, shape (..., 3), by the equation of `stochastic_llg`."""
    alpha, d = motion.damping, motion.damping_like
    h = m @ motion.anisotropy + motion.field
    along = m[..., motion.normal]
    h[..., motion.normal] += motion.second_order * (1.0 - along**2) * along
    turn = np.cross(np.cross(m, d + alpha * h) + h - alpha * d, m)
    return np.asarray(turn / alpha)


def generator(motion: Motion, order: int) -> Floats:
    """Return the matrix of integrals of grad R_a . (v R_b - theta/2 grad R_b), dense."""
    z, weights = np.polynomial.legendre.leggauss(order + 6)
    sectors = 2 * order + 8
    phi = 2.0 * np.pi * np.arange(sectors) / sectors
    sine = np.sqrt(1.0 - z**2)
    size = (order + 1) ** 2
    value, south, east = (np.zeros((size, z.size, sectors)) for _ in range(3))
    for m in range(order + 1):
        here = harmonics.legendre(order, m, z)
        ell = np.arange(m, order + 1)
        # d/dtheta from the neighbour below: sin dP_l/dtheta = l z P_l - sqrt((l^2 - m^2)(2l + 1)/(2l - 1)) P_(l-1)
        below = np.concatenate([np.zeros((1, z.size)), here[:-1]])
        share = np.sqrt((ell**2 - m**2) * (2 * ell + 1) / np.maximum(2 * ell - 1, 1))
        slope = (ell[:, None] * z * here - share[:, None] * below) / sine
        for sign in (1, -1) if m else (1,):
            scale = np.sqrt(2.0) if m else 1.0
            wave = scale * (np.cos(m * phi) if sign > 0 else np.sin(m * phi))
            bent = scale * m * (-np.sin(m * phi) if sign > 0 else np.cos(m * phi))
            row = ell**2 + ell + sign * m
            value[row], south[row] = here[:, :, None] * wave, slope[:, :, None] * wave
            east[row] = here[:, :, None] / sine[:, None] * bent
    x, y = np.cos(phi), np.sin(phi)
    unit = np.stack(np.broadcast_arrays(sine[:, None] * x, sine[:, None] * y, z[:, None]), axis=-1)
    v = velocity(motion, unit)
    to_south = v[..., 0] * x * z[:, None] + v[..., 1] * y * z[:, None] - v[..., 2] * sine[:, None]
    to_east = v[..., 1] * x - v[..., 0] * y
    area = weights[:, None] * (2.0 * np.pi / sectors)
    half = 0.5 * motion.temperature

    def integral(left: Floats, right: Floats) -> Floats:
        return np.asarray((left * area).reshape(size, -1) @ right.reshape(size, -1).T)

    return integral(south, to_south * value - half * south) + integral(east, to_east * value - half * east)


def march(motions: Sequence[Motion], lengths: Floats, start: Floats, times: Floats, order: int) -> Floats:
    """Return the mass of z > 0 at each time: exponentials of dense matrices, one for each stretch of time."""
    matrices = [generator(item, order) for item in motions]
    ends = np.concatenate([np.cumsum(lengths[:-1]), [np.inf]])
    result = np.zeros(times.size)
    for index, time in enumerate(times):
        y, now = start, 0.0
        for matrix, end in zip(matrices, ends, strict=True):
            until = min(float(time), float(end))
            if until > now:
                y, now = expm((until - now) * matrix) @ y, until
        result[index] = harmonics.hemisphere(order) @ y
    return result
