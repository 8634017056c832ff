"""Real spherical harmonics on the sphere: values, hemispheres, and polynomials of m as sparse operators.

Order: (l, m) stands at l^2 + l + m. R_l0 = Y_l0; for m > 0, R_lm = sqrt(2) N P_l^m(z) cos(m phi) and R_l-m the same
with sin(m phi), orthonormal over the sphere and without the sign of Condon and Shortley.
"""

from __future__ import annotations

import functools

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Floats = NDArray[np.float64]
AXES = "xyz"
MARGIN = 4
"""Degrees kept beyond the truncation while products are formed: the highest degree of a monomial in use."""


def degrees(order: int) -> NDArray[np.int64]:
    """Return l of every harmonic up to degree ``order``, shape ((order + 1)^2,)."""
    return np.repeat(np.arange(order + 1), 2 * np.arange(order + 1) + 1)


def azimuthal(order: int) -> NDArray[np.int64]:
    """Return m of every harmonic up to degree ``order``."""
    degree = degrees(order)
    return np.asarray(np.arange(degree.size) - degree**2 - degree)


def legendre(order: int, m: int, cosine: Floats) -> Floats:
    """Return N P_l^m(z) for l = m to ``order``, shape (order - m + 1, points): what multiplies exp(i m phi).

    Upward recurrence in l, stable for all z; for m > 0 without the factor sqrt(2).
    """
    sine = np.sqrt((1.0 - cosine) * (1.0 + cosine))
    result = np.zeros((order - m + 1, cosine.size))
    k = np.arange(1, m + 1)
    result[0] = np.sqrt(np.prod((2 * k + 1) / (2 * k)) / (4.0 * np.pi)) * sine**m
    if order > m:
        result[1] = np.sqrt(2 * m + 3) * cosine * result[0]
    for ell in range(m + 2, order + 1):
        fore = np.sqrt((4 * ell**2 - 1) / (ell**2 - m**2))
        back = np.sqrt(((ell - 1) ** 2 - m**2) / (4 * (ell - 1) ** 2 - 1))
        result[ell - m] = fore * (cosine * result[ell - m - 1] - back * result[ell - m - 2])
    return result


@functools.lru_cache(maxsize=8)
def hemisphere(order: int) -> Floats:
    """Return the integrals of the harmonics over z > 0, in closed form: only m = 0 with l = 0 or odd l counts."""
    at_equator = np.zeros(order + 2)
    at_equator[0] = 1.0
    for even in range(2, order + 2, 2):
        at_equator[even] = -at_equator[even - 2] * (even - 1) / even
    result = np.zeros((order + 1) ** 2)
    ell = np.arange(1, order + 1)
    result[0] = np.sqrt(np.pi)
    result[ell**2 + ell] = np.sqrt((2 * ell + 1) * np.pi) * (at_equator[ell - 1] - at_equator[ell + 1]) / (2 * ell + 1)
    result.flags.writeable = False
    return result


@functools.lru_cache(maxsize=4)
def _real(order: int) -> sp.csr_array:
    """Return the columns that express the real harmonics in those of the quantum-mechanical sign convention."""
    m, ell = azimuthal(order), degrees(order)
    row = np.arange(m.size)
    mirror = ell**2 + ell - m
    positive, negative, zero = m > 0, m < 0, m == 0
    sign = np.where(m % 2 == 0, 1.0, -1.0)
    rows = np.concatenate([row[positive], mirror[positive], mirror[negative], row[negative], row[zero]])
    columns = np.concatenate([row[positive], row[positive], row[negative], row[negative], row[zero]])
    entries = np.concatenate([
        sign[positive] / np.sqrt(2) + 0j, np.full(positive.sum(), 1 / np.sqrt(2) + 0j),
        -1j * sign[negative] / np.sqrt(2), np.full(negative.sum(), 1j / np.sqrt(2)), np.ones(zero.sum()) + 0j,
    ])  # fmt: skip
    return sp.csr_array((entries, (rows, columns)), shape=(m.size, m.size))


@functools.lru_cache(maxsize=4)
def _elementary(order: int) -> tuple[dict[str, sp.csr_array], dict[str, sp.csr_array]]:
    """Return multiplication by x, y, z, and the turns (e_i x m).grad, as real sparse matrices up to ``order``."""
    ell, m = degrees(order), azimuthal(order)
    row = np.arange(ell.size)

    def ladder(dl: int, dm: int, entries: Floats) -> sp.csr_array:
        target = (ell + dl) ** 2 + (ell + dl) + m + dm
        good = (ell + dl >= np.abs(m + dm)) & (ell + dl <= order) & (ell + dl >= 0)
        return sp.csr_array((entries[good], (target[good], row[good])), shape=(ell.size, ell.size), dtype=np.complex128)

    up = np.sqrt((ell + m + 1) * (ell + m + 2) / ((2 * ell + 1) * (2 * ell + 3)))
    down = np.sqrt(np.maximum((ell - m) * (ell - m - 1), 0) / np.maximum((2 * ell - 1) * (2 * ell + 1), 1))
    plus = ladder(-1, 1, down) - ladder(1, 1, up)
    minus = plus.conj().T
    axial = ladder(1, 0, np.sqrt(((ell + 1) ** 2 - m**2) / ((2 * ell + 1) * (2 * ell + 3))))
    raising = ladder(0, 1, np.sqrt((ell - m) * (ell + m + 1.0)))
    spin = ladder(0, 0, m.astype(np.float64))
    unitary = _real(order)

    def real(operator: sp.csr_array) -> sp.csr_array:
        result = sp.csr_array((unitary.conj().T @ operator @ unitary).real)
        result.data[np.abs(result.data) < 1e-15] = 0.0
        result.eliminate_zeros()
        return result

    times = {"x": real(0.5 * (plus + minus)), "y": real(-0.5j * (plus - minus)), "z": real(axial + axial.T)}
    lowering = raising.conj().T
    turns = {
        "x": real(0.5j * (raising + lowering)), "y": real(0.5 * (raising - lowering)), "z": real(1j * spin),
    }  # fmt: skip
    return times, turns


def multiplier(order: int, axis: str) -> sp.csr_array:
    """Return the multiplication by x, y or z, cut off at degree ``order``."""
    return _elementary(order)[0][axis]


def _product(times: dict[str, sp.csr_array], monomial: str) -> sp.csr_array:
    size = next(iter(times.values())).shape[0]
    result = sp.eye_array(size, format="csr")
    for axis in monomial:
        result = times[axis] @ result
    return result


@functools.lru_cache(maxsize=64)
def operators(order: int, monomial: str) -> tuple[sp.csr_array, sp.csr_array]:
    """Return p -> -div(p grad f) and p -> (m x grad f).grad p for a monomial f, cut off at degree ``order``.

    With the Laplacian diagonal, div(p grad f) = (lap(p f) + p lap f - f lap p)/2; what is cut off is cut off exactly.
    """
    full = order + MARGIN
    times, turns = _elementary(full)
    kept = (order + 1) ** 2
    laplacian = sp.diags_array(-(degrees(full) * (degrees(full) + 1.0)), format="csr")
    f = _product(times, monomial)
    degree = len(monomial)
    curved = -degree * (degree + 1.0) * f
    # lap of a homogeneous polynomial on the sphere: r^2 lap - l (l + 1), with the flat Laplacian
    for axis in AXES:
        power = monomial.count(axis)
        if power > 1:
            curved = curved + power * (power - 1.0) * _product(times, monomial.replace(axis, "", 2))
    drift = -0.5 * (laplacian @ f + curved - f @ laplacian)
    turn = sp.csr_array(f.shape)
    for axis in AXES:
        power = monomial.count(axis)
        if power:
            turn = turn - power * _product(times, monomial.replace(axis, "", 1)) @ turns[axis]
    return tuple(sp.csr_array(item[:kept, :kept]) for item in (drift, turn))


def project(order: int, cosine: Floats, weights: Floats, values: Floats) -> Floats:
    """Return the coefficients of a function given on rings, shape (rings, sectors), sectors even in phi from 0.

    Args:
        order: highest degree.
        cosine: z of the rings.
        weights: of the rings in z.
        values: of the function; more sectors than twice the order.
    """
    waves = np.fft.rfft(values, axis=1) * (2.0 * np.pi / values.shape[1]) * weights[:, None]
    result = np.zeros((order + 1) ** 2)
    highest = np.max(np.abs(waves), axis=0)
    for m in range(min(order, waves.shape[1] - 1) + 1):
        if highest[m] <= 1e-17 * highest[0]:
            continue
        ell = np.arange(m, order + 1)
        part = legendre(order, m, cosine) @ waves[:, m]
        scale = np.sqrt(2.0) if m else 1.0
        result[ell**2 + ell + m] = scale * part.real
        if m:
            result[ell**2 + ell - m] = -scale * part.imag
    return result
