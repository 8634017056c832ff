"""What lies under the barrier, one pinned layer or a synthetic antiferromagnet: coupling and stray field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from remanence.core.constants import VACUUM_PERMEABILITY
from remanence.core.declare import Array, Quantity, part, quantity, text, value
from remanence.core.errors import InputError, ValidityError
from remanence.data import Card, Draws, build
from remanence.device.magnetics import ellipse_demagnetisation
from remanence.device.stack import Stack

if TYPE_CHECKING:
    from remanence.device.junction import Junction


@value
class Referencelayer:
    """A perpendicular pinned layer: one hard magnet, or two sublayers coupled antiparallel through a thin spacer.

    The upper sublayer faces the barrier; without a lower one (thickness 0) it is the whole reference. A `Stack` knows
    one magnetic layer; what a pinned reference is made of stands here. Each sublayer is taken as uniformly magnetised
    and rigidly perpendicular, along +z at the barrier; all layers have the shape of the junction.
    """

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    pinned: Stack | None = part(
        Stack, optional=True, default=None, doc="film values of the hard sublayer, for its own stability"
    )
    upper_magnetisation: Array = quantity("A/m", above=0, doc="saturation magnetisation of the sublayer at the barrier")
    upper_thickness: Array = quantity("m", above=0, below=1e-6, doc="thickness of the sublayer at the barrier")
    lower_magnetisation: Array = quantity(
        "A/m", at_least=0, doc="saturation magnetisation of the hard sublayer", default=0.0
    )
    lower_thickness: Array = quantity(
        "m", at_least=0, below=1e-6, doc="thickness of the hard sublayer; 0 for a single pinned layer", default=0.0
    )
    coupling: Array = quantity(
        "J/m^2", at_least=0, doc="antiferromagnetic interlayer exchange energy per area, its amount", default=0.0
    )
    spacer_thickness: Array = quantity("m", at_least=0, below=1e-7, doc="thickness of the coupling spacer", default=0.0)
    barrier_thickness: Array = quantity(
        "m", above=0, below=1e-7, doc="distance from the upper sublayer to the free layer"
    )

    def check(self) -> None:
        """Refuse half a lower sublayer: moment, spacer and coupling come together or not at all."""
        parts = (self.lower_magnetisation, self.lower_thickness, self.spacer_thickness, self.coupling)
        present = [bool(np.all(np.asarray(item) > 0)) for item in parts]
        absent = [bool(np.all(np.asarray(item) == 0)) for item in parts]
        if not (all(present) or all(absent)):
            raise InputError(
                "Referencelayer",
                "part of a lower sublayer",
                "lower magnetisation, lower thickness, spacer thickness and coupling are all positive or all 0",
            )

    @property
    def single(self) -> bool:
        """Whether one pinned layer is all there is."""
        return not np.any(np.asarray(self.lower_thickness))

    @property
    def hard_thickness(self) -> Array:
        """Thickness of the sublayer that holds the direction: the lower one, or the only one, m."""
        return self.upper_thickness if self.single else self.lower_thickness

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

        Raises:
            ValidityError: a single pinned layer has no plateau.
        """
        if self.single:
            raise ValidityError("Referencelayer.plateau_field", "a single pinned layer", "needs a lower sublayer")
        upper, lower = self._moments
        return self.coupling / (VACUUM_PERMEABILITY * np.minimum(upper, lower))

    @property
    def _moments(self) -> tuple[Array, Array]:
        return self.upper_magnetisation * self.upper_thickness, self.lower_magnetisation * self.lower_thickness

    def field_on(self, thickness: Array, diameter: Array, aspect_ratio: Array = 1.0) -> Array:
        """Return the stray field of all sublayers, averaged over a free layer, A/m; positive favours the P state.

        The sublayers are antiparallel, so their fields oppose; since the lower one is further away, a pair of equal
        moments does not cancel at the free layer. Orange-peel and exchange coupling through the barrier are left out.
        """
        upper = stray_field(
            self.upper_magnetisation, self.upper_thickness, self.barrier_thickness, thickness, diameter, aspect_ratio
        )
        if self.single:
            return upper
        further = self.barrier_thickness + self.upper_thickness + self.spacer_thickness
        return upper - stray_field(
            self.lower_magnetisation, self.lower_thickness, further, thickness, diameter, aspect_ratio
        )


def reference_layer(card: Card | str, draws: Draws | None = None) -> Referencelayer:
    """Make a reference layer from the catalogue or from a card; with ``draws``, uncertain fields become arrays."""
    return build(Referencelayer, card, draws)


def stray_field(
    magnetisation: Array,
    thickness: Array,
    gap: Array,
    receiver_thickness: Array,
    diameter: Array,
    aspect_ratio: Array = 1.0,
) -> Array:
    """Return the axial field of a magnetised cylinder, averaged over a coaxial one of the same diameter, A/m.

    <H_z> = M/(2 t_r) { G(t + g) + G(g + t_r) - G(t + g + t_r) - G(g) } with G(s) = s N_z(s, d): exact. It follows from
    the interaction of the four charged end faces, V(s) = V(0) - mu_0 M^2 (area/2) G(s), which the energy of a single
    cylinder gives. Measured offset fields compare best with this spatial average (Devolder et al., arXiv:1904.10170,
    abstract). Positive along the magnetisation of the source. Differences of large terms: relative error grows to
    about 1e-6 where the gap is a hundred diameters. The argument holds for any cross-section: for an ellipse N_z is
    that of `magnetics.ellipse_demagnetisation`.

    Args:
        magnetisation: of the source, A/m.
        thickness: of the source, m.
        gap: between the two cylinders, m, above 0.
        receiver_thickness: of the cylinder over which the field is averaged, m.
        diameter: of both, m; of an ellipse the short axis.
        aspect_ratio: long over short axis of both.

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
        return length * ellipse_demagnetisation(length, wide, aspect_ratio)[2]

    faces = (
        moment(source + between) + moment(between + receiver) - moment(source + between + receiver) - moment(between)
    )
    field = magnetisation * faces / (2.0 * receiver)
    return float(field) if np.ndim(field) == 0 else field


def offset_field(layer: Referencelayer, junction: Junction) -> Array:
    """Return the stray field of a reference layer on the free layer of a junction, A/m; see `field_on`."""
    return layer.field_on(junction.stack.thickness, junction.diameter, junction.aspect_ratio)


def shifted_stabilities(layer: Referencelayer, junction: Junction) -> tuple[Array, Array]:
    """Return the thermal stability of the P and of the AP state under the offset field: Delta (1 +- H/H_k)^2.

    Macrospin form for an axial field; where the barrier is a domain wall it is an estimate.

    Raises:
        ValidityError: an in-plane layer, or an offset of at least H_k, which leaves one state only.
    """
    anisotropy = np.asarray(junction.effective_anisotropy)
    if junction.easy_axis != "perpendicular" or np.any(anisotropy <= 0):
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
