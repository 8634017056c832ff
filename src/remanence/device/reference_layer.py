"""The synthetic antiferromagnet under the barrier: coupling, compensation, stray field on the free layer."""

from __future__ import annotations

import numpy as np

from remanence.core.constants import VACUUM_PERMEABILITY
from remanence.core.declare import Array, Quantity, quantity, text, value
from remanence.core.errors import ValidityError
from remanence.data import Card, Draws, build
from remanence.device.junction import Junction
from remanence.device.magnetics import cylinder_demagnetisation


@value
class Referencelayer:
    """Two perpendicular sublayers, coupled antiparallel through a thin spacer: the upper one faces the barrier.

    A `Stack` knows one magnetic layer. What a pinned reference is made of, two coupled sublayers, stands here. Each
    sublayer is taken as uniformly magnetised and rigidly perpendicular; all layers have the diameter of the junction.
    """

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    upper_magnetisation: Array = quantity("A/m", above=0, doc="saturation magnetisation of the sublayer at the barrier")
    upper_thickness: Array = quantity("m", above=0, below=1e-6, doc="thickness of the sublayer at the barrier")
    lower_magnetisation: Array = quantity("A/m", above=0, doc="saturation magnetisation of the hard sublayer")
    lower_thickness: Array = quantity("m", above=0, below=1e-6, doc="thickness of the hard sublayer")
    coupling: Array = quantity(
        "J/m^2", above=0, doc="antiferromagnetic interlayer exchange energy per area, its amount"
    )
    spacer_thickness: Array = quantity("m", above=0, below=1e-7, doc="thickness of the coupling spacer")
    barrier_thickness: Array = quantity(
        "m", above=0, below=1e-7, doc="distance from the upper sublayer to the free layer"
    )

    @property
    def imbalance(self) -> Array:
        """Moment left over, (m_u - m_l)/(m_u + m_l) with m = Ms t; 0 for a compensated pair, 1 without a lower one."""
        upper, lower = self._moments
        return (upper - lower) / (upper + lower)

    @property
    def exchange_field(self) -> Array:
        """Field J/(mu_0 Ms t) with which the lower sublayer holds the upper one, A/m."""
        return self.coupling / (VACUUM_PERMEABILITY * self._moments[0])

    @property
    def plateau_field(self) -> Array:
        """Perpendicular field above which parallel sublayers are the lower state, A/m: J/(mu_0 m), m the smaller one.

        Energies of two rigid perpendicular sublayers compared; anisotropy delays the transition (hysteresis).
        """
        upper, lower = self._moments
        return self.coupling / (VACUUM_PERMEABILITY * np.minimum(upper, lower))

    @property
    def _moments(self) -> tuple[Array, Array]:
        return self.upper_magnetisation * self.upper_thickness, self.lower_magnetisation * self.lower_thickness


def reference_layer(card: Card | str, draws: Draws | None = None) -> Referencelayer:
    """Make a reference layer from the catalogue or from a card; with ``draws``, uncertain fields become arrays."""
    return build(Referencelayer, card, draws)


def stray_field(
    magnetisation: Array, thickness: Array, gap: Array, receiver_thickness: Array, diameter: Array
) -> Array:
    """Return the axial field of a magnetised cylinder, averaged over a coaxial one of the same diameter, A/m.

    <H_z> = M/(2 t_r) { G(t + g) + G(g + t_r) - G(t + g + t_r) - G(g) } with G(s) = s N_z(s, d): exact. It follows from
    the interaction of the four charged end faces, V(s) = V(0) - mu_0 M^2 (area/2) G(s), which the energy of a single
    cylinder gives. Measured offset fields compare best with this spatial average (Devolder et al., arXiv:1904.10170,
    abstract). Positive along the magnetisation of the source. Differences of large terms: relative error grows to
    about 1e-6 where the gap is a hundred diameters.

    Args:
        magnetisation: of the source, A/m.
        thickness: of the source, m.
        gap: between the two cylinders, m, above 0.
        receiver_thickness: of the cylinder over which the field is averaged, m.
        diameter: of both, m.

    All may be arrays and broadcast.

    Raises:
        InputError: a length that is not above 0.
    """
    source, receiver, between, wide = (
        np.asarray(Quantity("m", name, above=0).read(given, f"stray_field: {name}"))
        for name, given in (
            ("thickness", thickness),
            ("receiver_thickness", receiver_thickness),
            ("gap", gap),
            ("diameter", diameter),
        )
    )

    def moment(length: Array) -> Array:
        return length * cylinder_demagnetisation(length, wide)

    faces = (
        moment(source + between) + moment(between + receiver) - moment(source + between + receiver) - moment(between)
    )
    field = magnetisation * faces / (2.0 * receiver)
    return float(field) if np.ndim(field) == 0 else field


def offset_field(layer: Referencelayer, junction: Junction) -> Array:
    """Return the stray field of both sublayers on the free layer of a junction, A/m; positive favours the P state.

    The sublayers are antiparallel, so their fields oppose; since the lower one is further away, a pair of equal moments
    does not cancel at the free layer. Orange-peel and exchange coupling through the barrier are left out.
    """
    thickness = junction.stack.thickness
    upper = stray_field(
        layer.upper_magnetisation, layer.upper_thickness, layer.barrier_thickness, thickness, junction.diameter
    )
    further = layer.barrier_thickness + layer.upper_thickness + layer.spacer_thickness
    return upper - stray_field(layer.lower_magnetisation, layer.lower_thickness, further, thickness, junction.diameter)


def shifted_stabilities(layer: Referencelayer, junction: Junction) -> tuple[Array, Array]:
    """Return the thermal stability of the P and of the AP state under the offset field: Delta (1 +- H/H_k)^2.

    Macrospin form for an axial field; where the barrier is a domain wall it is an estimate.

    Raises:
        ValidityError: an in-plane layer, or an offset of at least H_k, which leaves one state only.
    """
    anisotropy = np.asarray(junction.effective_anisotropy)
    if np.any(anisotropy <= 0):
        raise ValidityError("shifted_stabilities", "an in-plane layer", "needs a positive effective anisotropy")
    share = offset_field(layer, junction) * VACUUM_PERMEABILITY * junction.saturation_magnetisation / (2.0 * anisotropy)
    if np.any(np.abs(share) >= 1.0):
        raise ValidityError(
            "shifted_stabilities: offset over anisotropy field",
            f"{float(np.max(np.abs(share))):.3g}",
            "must stay below 1: one of the states is gone",
            "Compensate the reference layer, or take a free layer with more anisotropy.",
        )
    delta = junction.thermal_stability
    return delta * (1.0 + share) ** 2, delta * (1.0 - share) ** 2
