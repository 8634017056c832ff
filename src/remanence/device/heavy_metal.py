"""Heavy metals under the free layer: spin-orbit torque and the current that switches a perpendicular junction."""

from __future__ import annotations

import numpy as np

from remanence.core.constants import ELEMENTARY_CHARGE, REDUCED_PLANCK, VACUUM_PERMEABILITY
from remanence.core.declare import Array, Quantity, quantity, text, value
from remanence.core.errors import InputError, ValidityError
from remanence.data import Card, Draws, build
from remanence.device.junction import Junction

METHODS = ("exact", "linear")
LOWEST_FIELD = 0.15
"""Smallest in-plane field over anisotropy field at which spin-orbit torque switches for good (Taniguchi 2019)."""


@value
class Heavymetal:
    """A heavy-metal line under the free layer that turns a charge current into a spin current."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    spin_hall_angle: Array = quantity(
        "1", above=-20, below=20, doc="spin Hall angle of the thick metal, with its sign (Pt positive)"
    )
    resistivity: Array = quantity("ohm*m", above=0, doc="electrical resistivity of the thin film")
    thickness: Array = quantity("m", above=0, below=1e-6, doc="thickness of the line")
    spin_diffusion_length: Array = quantity("m", above=0, below=1e-6, doc="spin diffusion length")

    def check(self) -> None:
        """Refuse a metal without a spin Hall effect."""
        if np.any(np.asarray(self.spin_hall_angle) == 0):
            raise InputError("Heavymetal.spin_hall_angle", 0.0, "must not be 0", "Leave the line out instead.")

    @property
    def spin_hall_efficiency(self) -> Array:
        """Spin current at the interface over charge current density: theta_SH (1 - sech(t/lambda)).

        Derived for a transparent interface (Liu et al., Phys. Rev. Lett. 106, 036601 (2011)); spin memory loss and a
        finite mixing conductance lower it further.
        """
        return self.spin_hall_angle * (1.0 - 1.0 / np.cosh(self.thickness / np.asarray(self.spin_diffusion_length)))

    @property
    def sheet_resistance(self) -> Array:
        """Resistivity over thickness, ohm per square; what the free layer on top shunts is left out."""
        return self.resistivity / self.thickness


def heavy_metal(card: Card | str, draws: Draws | None = None) -> Heavymetal:
    """Make a heavy metal from the catalogue or from a card; with ``draws``, uncertain fields become arrays."""
    return build(Heavymetal, card, draws)


def sot_critical_current_density(
    saturation_magnetisation: Array,
    thickness: Array,
    anisotropy_field: Array,
    in_plane_field: Array,
    spin_hall_efficiency: Array,
    method: str = "exact",
) -> Array:
    """Return the current density in the heavy metal that switches a perpendicular macrospin, A/m^2.

    J_c = (2e/hbar) (mu_0 Ms t/|theta|) H_SO, where H_SO is the damping-like field at which the state stops to exist:

    - ``"exact"``: H_SO = max over theta of cos(theta) (H_k sin(theta) - H_x), at sin(theta) = (h + sqrt(8 + h^2))/4,
      h = H_x/H_k;
    - ``"linear"``: H_SO = H_k/2 - H_x/sqrt(2), its expansion for small H_x; 1 % lower at h = 0.15, 21 % at 0.5.

    Source: Lee, Lee, Min, Lee, Appl. Phys. Lett. 102, 112410 (2013), arXiv:1210.3442 (the abstract states what it
    depends on and where it holds; the expressions are derived again here, a test integrates the equation of motion).
    Valid for a macrospin with the current along H_x, without field-like torque, in the regime of high damping (above
    about 0.03) where the threshold does not depend on damping; at lower damping it is an upper estimate. No
    temperature: thermally assisted switching needs less. Below h = 0.15 the layer does not switch for good, whatever
    the current (Taniguchi, arXiv:1911.07961, abstract): refused.

    Args:
        saturation_magnetisation: Ms, A/m.
        thickness: of the free layer, m.
        anisotropy_field: H_k = 2 K_eff/(mu_0 Ms), A/m, above 0.
        in_plane_field: H_x along the current, A/m, from 0.15 H_k up to H_k/sqrt(2) (linear) or H_k (exact).
        spin_hall_efficiency: spin current over charge current density; its sign is of no account here.
        method: ``"exact"`` or ``"linear"``.

    All but the method may be arrays and broadcast.

    Raises:
        InputError: an unknown method, a value that is not positive, an efficiency of 0.
        ValidityError: an in-plane field outside the range; of arrays the first bad element is named.
    """
    if method not in METHODS:
        raise InputError("sot_critical_current_density: method", method, f"must be one of {', '.join(METHODS)}")
    subject = "sot_critical_current_density"
    magnetisation, layer, anisotropy, field = (
        np.asarray(Quantity(unit, name, above=0).read(given, f"{subject}: {name}"))
        for name, unit, given in (
            ("saturation magnetisation", "A/m", saturation_magnetisation),
            ("thickness", "m", thickness),
            ("anisotropy field", "A/m", anisotropy_field),
            ("in-plane field", "A/m", in_plane_field),
        )
    )
    efficiency = np.abs(Quantity("1", "efficiency").read(spin_hall_efficiency, f"{subject}: spin Hall efficiency"))
    if np.any(efficiency == 0):
        raise InputError(f"{subject}: spin Hall efficiency", 0.0, "must not be 0")
    share = field / anisotropy
    highest = 1.0 if method == "exact" else 1.0 / np.sqrt(2.0)
    bad = ~((share >= LOWEST_FIELD) & (share < highest))
    if np.any(bad):
        first = tuple(int(axis[0]) for axis in np.nonzero(np.atleast_1d(bad)))
        place = f"[{', '.join(map(str, first))}]" if bad.ndim else ""
        count = f"; {np.count_nonzero(bad)} of {bad.size} are bad" if bad.ndim else ""
        raise ValidityError(
            f"{subject}: in-plane field over anisotropy field{place}",
            f"{float(np.atleast_1d(share)[first]):.3g}",
            f"must be from {LOWEST_FIELD:g} to below {highest:.3g}{count}",
            "Below, the torque does not switch for good; above, the field alone turns the layer into the plane.",
        )
    if method == "exact":
        sine = (share + np.sqrt(8.0 + share**2)) / 4.0
        torque_field = anisotropy * np.sqrt(1.0 - sine**2) * (sine - share)
    else:
        torque_field = anisotropy / 2.0 - field / np.sqrt(2.0)
    prefactor = 2.0 * ELEMENTARY_CHARGE / REDUCED_PLANCK * VACUUM_PERMEABILITY
    density = prefactor * magnetisation * layer / efficiency * torque_field
    return float(density) if np.ndim(density) == 0 else density


def sot_critical_current(
    junction: Junction, metal: Heavymetal, *, in_plane_field: Array | str, method: str = "exact"
) -> Array:
    """Return the current through the heavy metal under a junction that switches it, A.

    The line is as wide as the junction; current through the free layer is left out. See
    `sot_critical_current_density` for the model and its limits. The axis of draws comes first, as everywhere.

    Args:
        junction: with a positive effective anisotropy.
        metal: the line under it.
        in_plane_field: along the line, A/m.
        method: ``"exact"`` or ``"linear"``.

    Raises:
        ValidityError: an in-plane layer, or an in-plane field outside the range of the model.
    """
    anisotropy = np.asarray(junction.effective_anisotropy)
    if junction.easy_axis != "perpendicular" or np.any(anisotropy <= 0):
        raise ValidityError(
            "sot_critical_current",
            "an in-plane layer",
            "needs a positive effective anisotropy",
            "Take a smaller junction.",
        )
    density = sot_critical_current_density(
        junction.saturation_magnetisation,
        junction.stack.thickness,
        2.0 * anisotropy / (VACUUM_PERMEABILITY * np.asarray(junction.saturation_magnetisation)),
        Quantity("A/m", "in-plane field", above=0).read(in_plane_field, "sot_critical_current: in_plane_field"),
        metal.spin_hall_efficiency,
        method,
    )
    return density * metal.thickness * junction.diameter
