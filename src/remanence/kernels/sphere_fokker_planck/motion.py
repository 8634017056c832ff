"""What the Fokker-Planck equation of a macrospin on the sphere needs, its generator and its Boltzmann distribution."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.kernels.sphere_fokker_planck import harmonics

Floats = NDArray[np.float64]
_RINGS = 400
"""Rings of a hemisphere in the integrals of the start, dense at the pole and at the equator."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Motion:
    """Fields and torques on one macrospin, constant in time, in units of a reference field; see README.md.

    Args:
        damping: Gilbert alpha, above 0.
        temperature: theta, above 0: energies e (h = -grad e) are worth 2 e/theta k_B T; 1/Delta where the reference is
            H_k.
        anisotropy: a, the field a m: three numbers along the axes, or a symmetric tensor (3, 3).
        second_order: field second_order (1 - m_n^2) m_n along the axis n of ``normal``.
        normal: 0, 1 or 2: the axis of the second-order anisotropy.
        field: all that acts as a field: applied field and field-like torque, shape (3,).
        damping_like: d, torque m x (d x m) towards d, shape (3,).
    """

    damping: float
    temperature: float
    anisotropy: Any = (0.0, 0.0, 1.0)
    second_order: float = 0.0
    normal: int = 2
    field: Any = (0.0, 0.0, 0.0)
    damping_like: Any = (0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        """Check shapes and values; the anisotropy becomes a tensor."""
        if self.normal not in (0, 1, 2):
            raise InputError("Motion.normal", self.normal, "must be 0, 1 or 2")
        for item in (item for item in fields(self) if item.name != "normal"):
            given = np.array(getattr(self, item.name), dtype=np.float64)
            if item.name == "anisotropy" and given.shape == (3,):
                given = np.diag(given)
            shape = {"anisotropy": (3, 3), "field": (3,), "damping_like": (3,)}.get(item.name, ())
            if given.shape != shape:
                raise InputError(f"Motion.{item.name}", f"shape {given.shape}", f"must have shape {shape}")
            if not np.isfinite(given).all():
                raise InputError(f"Motion.{item.name}", "NaN or infinite", "must be finite")
            given.flags.writeable = False
            object.__setattr__(self, item.name, given if shape else float(given))
        if not np.allclose(self.anisotropy, self.anisotropy.T, rtol=1e-12, atol=1e-12):
            raise InputError("Motion.anisotropy", self.anisotropy.tolist(), "must be symmetric")
        for name in ("damping", "temperature"):
            if not getattr(self, name) > 0.0:
                raise InputError(f"Motion.{name}", getattr(self, name), "must be above 0",
                                 "Without damping or heat nothing relaxes.")  # fmt: skip


def stiffness(motion: Motion) -> float:
    """Return k such that no well, driven or not, is much sharper than exp(-k theta^2)."""
    bent = float(np.ptp(np.linalg.eigvalsh(motion.anisotropy)))
    pulled = np.linalg.norm(motion.field) + np.linalg.norm(motion.damping_like) / motion.damping
    return float(bent + abs(motion.second_order) + pulled) / motion.temperature


def energy(motion: Motion) -> dict[str, float]:
    """Return minus the energy as coefficients of monomials of m: the field is its gradient."""
    a = motion.anisotropy
    terms = {axis: float(motion.field[i]) for i, axis in enumerate(harmonics.AXES)}
    terms |= {2 * axis: 0.5 * float(a[i, i]) for i, axis in enumerate(harmonics.AXES)}
    terms |= {"xy": float(a[0, 1]), "xz": float(a[0, 2]), "yz": float(a[1, 2])}
    normal = harmonics.AXES[motion.normal]
    terms[2 * normal] += 0.5 * motion.second_order
    return terms | {4 * normal: -0.25 * motion.second_order}


def generator(motion: Motion, order: int) -> sp.csr_array:
    """Return A of dp/dt = A p in harmonics up to a degree; t in units of (1 + alpha^2)/(alpha gamma mu_0 H_ref)."""
    degree = harmonics.degrees(order)
    result = sp.csr_array(sp.diags_array(-0.5 * motion.temperature * degree * (degree + 1.0)))
    alpha = motion.damping
    for monomial, weight in energy(motion).items():
        torque = float(motion.damping_like[harmonics.AXES.index(monomial)]) if len(monomial) == 1 else 0.0
        climb, precess = weight + torque / alpha, weight / alpha - torque
        if climb or precess:
            drift, turn = harmonics.operators(order, monomial)
            result = result + climb * drift + precess * turn
    largest = np.max(np.abs(result.data), initial=0.0)
    result.data[np.abs(result.data) < 1e-15 * largest] = 0.0
    result.eliminate_zeros()
    return result


def boltzmann(motion: Motion, order: int, side: float) -> Floats:
    """Return the harmonics of the Boltzmann distribution restricted to one hemisphere, of mass 1.

    Integrals over rings (Gauss-Legendre in sqrt(1 - |z|), whose nodes crowd at the pole) and even sectors.

    Args:
        motion: fields; the damping-like torque does not count.
        order: highest degree.
        side: +1 for z > 0, -1 for z < 0.
    """
    nodes, weights = np.polynomial.legendre.leggauss(max(_RINGS, 2 * order))
    root = 0.5 * (nodes + 1.0)
    cosine, weights = side * (1.0 - root**2), weights * root
    azimuth = 2.0 * np.pi * np.arange(4 * order + 8) / (4 * order + 8)
    sine = root * np.sqrt(2.0 - root**2)
    m = dict(zip(harmonics.AXES, np.broadcast_arrays(
        sine[:, None] * np.cos(azimuth), sine[:, None] * np.sin(azimuth), cosine[:, None]), strict=True))  # fmt: skip
    exponent = np.zeros((cosine.size, azimuth.size))
    for monomial, weight in energy(motion).items():
        if weight:
            exponent = exponent + 2.0 * weight / motion.temperature * np.prod([m[axis] for axis in monomial], axis=0)
    result = harmonics.project(order, cosine, weights, np.exp(exponent - exponent.max()))
    return np.asarray(result / (np.sqrt(4.0 * np.pi) * result[0]))
