"""Demagnetisation, anisotropy and energy barrier of a free layer that is a round or an elliptic cylinder.

All functions take floats or arrays and broadcast.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ellipe, ellipkm1

from remanence.core.constants import VACUUM_PERMEABILITY
from remanence.core.declare import Array


def cylinder_demagnetisation(thickness: Array, diameter: Array) -> Array:
    """Return the axial magnetometric demagnetising factor N_z of a uniformly magnetised cylinder, exactly.

    N_z = 1 - 4/(3 pi p) { sqrt(1+p^2) [p^2 K(m) + (1-p^2) E(m)] - 1 }, p = thickness/diameter, m = 1/(1+p^2).

    Source: Joseph, J. Appl. Phys. 37, 4639 (1966); Chen, Brug, Goldfarb, IEEE Trans. Magn. 27, 3601 (1991). A test
    holds the form above against the Fourier-Bessel integral. It is a difference of large terms for p above about 100.
    """
    p = np.asarray(thickness / np.asarray(diameter, dtype=np.float64))
    complement = p**2 / (1.0 + p**2)  # 1 - m, kept apart: K(m) is logarithmic in it
    bracket = np.sqrt(1.0 + p**2) * (p**2 * ellipkm1(complement) + (1.0 - p**2) * ellipe(1.0 - complement)) - 1.0
    return _number(1.0 - 4.0 / (3.0 * np.pi * p) * bracket)


def ellipse_demagnetisation(thickness: Array, short_axis: Array, aspect_ratio: Array) -> tuple[Array, Array, Array]:
    """Return the magnetometric factors (N_long, N_short, N_z) of an elliptic cylinder; they add up to 1.

    In Fourier space the transform of an ellipse is that of a disc in stretched coordinates, so that each direction phi
    of the stretched wave vector contributes the circle's factor N_c at its own thickness over diameter:

        N_z = < N_c(p(phi)) >,   N_long = < w (1 - N_c(p(phi))) >,   N_short = < (1 - w) (1 - N_c(p(phi))) >

    with the mean over phi, p(phi) = (t/2) sqrt(cos^2 phi/a^2 + sin^2 phi/b^2) for semi-axes a (long) and b, and
    w = (cos^2 phi/a^2)/(cos^2 phi/a^2 + sin^2 phi/b^2). Derived here from the Fourier representation of Beleggia, De
    Graef, Millev, Goode, Rowlands, J. Phys. D 38, 3333 (2005). The integrand is smooth and periodic: the midpoint rule
    converges exponentially and is taken to 1e-13. A circle is exactly `cylinder_demagnetisation`.

    Args:
        thickness: of the cylinder, m.
        short_axis: the shorter diameter, m.
        aspect_ratio: long over short axis, at least 1.

    All may be arrays and broadcast.
    """
    ratio = np.asarray(aspect_ratio, dtype=np.float64)
    flatness = float((np.max(ratio, initial=1.0) - 1.0) / (np.max(ratio, initial=1.0) + 1.0))
    if flatness == 0.0:
        axial = cylinder_demagnetisation(thickness, short_axis)
        return (1.0 - axial) / 2.0, (1.0 - axial) / 2.0, axial
    # the Fourier coefficients in 2 phi fall as flatness^n; a quarter of the circle holds half a period of 2 phi
    nodes = 2 + int(np.ceil(-15.0 / np.log(flatness)))
    angles = (np.arange(nodes) + 0.5) * (np.pi / 2.0 / nodes)
    long_axis = np.asarray(short_axis * ratio)
    axial, along = np.zeros(()), np.zeros(())
    for angle in angles:  # one node at a time: arrays of many junctions stay in the cache
        towards_long, towards_short = (np.cos(angle) / long_axis) ** 2, (np.sin(angle) / short_axis) ** 2
        inverse_square = towards_long + towards_short
        circle = cylinder_demagnetisation(thickness * np.sqrt(inverse_square), 1.0)
        axial = axial + circle / nodes
        along = along + towards_long / inverse_square * (1.0 - circle) / nodes
    return _number(along), _number(1.0 - axial - along), _number(axial)


def effective_anisotropy(
    saturation_magnetisation: Array,
    thickness: Array,
    interfacial_anisotropy: Array,
    bulk_anisotropy: Array,
    axial_demagnetisation: Array,
    in_plane_demagnetisation: Array | None = None,
) -> Array:
    """Return K_eff in J/m^3; negative where the layer prefers to lie in the plane.

    K_eff = K_u + K_i/t - (mu_0/2) (N_z - N_x) Ms^2, the energy of the easiest direction in the plane less that of the
    normal. For a circle N_x = (1 - N_z)/2; of an ellipse N_x is that of its long axis.
    """
    in_plane = (1.0 - axial_demagnetisation) / 2.0 if in_plane_demagnetisation is None else in_plane_demagnetisation
    shape = 0.5 * VACUUM_PERMEABILITY * (axial_demagnetisation - in_plane) * saturation_magnetisation**2
    return bulk_anisotropy + interfacial_anisotropy / thickness - shape


def macrospin_barrier(anisotropy: Array, area: Array, thickness: Array) -> Array:
    """Return the barrier K_eff V in joules of a layer that turns as one; 0 where K_eff is negative."""
    return np.maximum(anisotropy, 0.0) * area * thickness


def domain_wall_barrier(anisotropy: Array, exchange_stiffness: Array, diameter: Array, thickness: Array) -> Array:
    """Return the energy 4 sqrt(A K_eff) d t in joules of a straight wall across the diameter.

    The same whole-cylinder K_eff as in the macrospin limit is used, so that the two limits cross at
    d = (16/pi) sqrt(A/K_eff) without a step. The local film value would be lower near compensation; that difference is
    part of the blind error in docs/validation.
    """
    return 4.0 * np.sqrt(exchange_stiffness * np.maximum(anisotropy, 0.0)) * diameter * thickness


def nucleation_barrier(anisotropy: Array, nucleation_diameter: Array, thickness: Array) -> Array:
    """Return K_eff (pi/4) d_n^2 t in joules, the barrier of a volume in which reversal starts; infinite for d_n = 0.

    Above the nucleation diameter d_n, a fitted length, stability no longer grows with the junction (Sato et al., Appl.
    Phys. Lett. 99, 042501 (2011)). No card of the catalogue states one: the wall limit is what they use.
    """
    diameter = np.asarray(nucleation_diameter, dtype=np.float64)
    energy = np.maximum(anisotropy, 0.0) * np.pi / 4.0 * diameter**2 * thickness
    return _number(np.where(diameter > 0, energy, np.inf))


def magnetisation_ratio(temperature: Array, reference: Array, curie: Array, exponent: Array) -> Array:
    """Return Ms(T)/Ms(T_ref) for Ms(T) = Ms0 (1 - (T/Tc)^p)."""
    return (1.0 - (temperature / curie) ** exponent) / (1.0 - (reference / curie) ** exponent)


def _number(result: Array) -> Array:
    return float(result) if np.ndim(result) == 0 else result
