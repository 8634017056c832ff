"""The numbers of the compact model: what a netlist needs to know of one junction, evaluated at its temperature."""

from __future__ import annotations

import numpy as np

from remanence.core.constants import VACUUM_PERMEABILITY
from remanence.core.declare import Quantity, choice, leaves, quantity, replace, value
from remanence.core.errors import InputError, ValidityError
from remanence.device import switching
from remanence.device.junction import STATES, Junction

_TILT = Quantity("rad", "angle between the free layer and its easy axis", above=0, below=np.pi / 2)
_AZIMUTH = Quantity("rad", "angle in the plane", at_least=-2 * np.pi, at_most=2 * np.pi)
_TEMPERATURE = Quantity("K", "temperature", above=0)


@value
class CompactModel:
    """One perpendicular junction, reduced to the parameters of its equations of motion and of conduction.

    With m the free layer, the reference layer along +z, I > 0 flowing from top to bottom and driving to P (m_z = +1):

        (1 + alpha^2) dm/dt = gamma bk { -m x (h - alpha a z) - m x [m x (alpha h + a z)] },    a = alpha I/I_c0
        h = z { m_z (1 + 2 k2 (1 - m_z^2)) - vcma V m_z + bz/bk + fl a } + x bx/bk
        I = V (1 + gpc V^2)/R_P { (1 + m_z)/2 + (1 - m_z)/(2 (1 + TMR(V))) },    TMR(V) = TMR/(1 + (V/V_h)^2)

    The first line is the Landau-Lifshitz-Gilbert-Slonczewski equation solved for dm/dt, its cross terms kept. Valid
    for a free layer that turns as one; the current is that of the circuit, so the torque follows the state.
    """

    resistance: float = quantity("ohm", above=0, doc="parallel resistance at zero bias")
    tmr: float = quantity("1", at_least=0, doc="tunnel magnetoresistance at zero bias")
    half_voltage: float = quantity("V", above=0, doc="bias at which the TMR has halved")
    curvature: float = quantity("V^-2", at_least=0, doc="c in G_P(V) = G_P (1 + c V^2)")
    critical_current: float = quantity("A", above=0, doc="I_c0 = (4e/hbar)(alpha/eta) K_eff V, without K_2")
    damping: float = quantity("1", above=0, below=1, doc="Gilbert damping")
    anisotropy_induction: float = quantity("T", above=0, doc="mu_0 H_k = 2 K_eff/Ms")
    axial_induction: float = quantity("T", doc="mu_0 H_z, applied and stray; positive favours P")
    in_plane_induction: float = quantity("T", doc="mu_0 H_x, applied")
    field_like: float = quantity("1", doc="field-like over damping-like torque")
    voltage_anisotropy: float = quantity("1/V", doc="share of H_k lost per volt")
    second_order: float = quantity("1", doc="K_2/K_eff")
    stability: float = quantity("1", above=0, doc="thermal stability Delta: scales thermal noise and default tilt")
    temperature: float = quantity("K", above=0, doc="at which all of this holds")
    initial: str = choice(*STATES, doc="state at the operating point")
    tilt: float = quantity("rad", above=0, below=np.pi / 2, doc="angle from the easy axis at the start")
    azimuth: float = quantity("rad", doc="angle of that tilt in the plane")

    @property
    def axial(self) -> bool:
        """Whether nothing breaks the symmetry about z, so that m_z moves by an equation of its own."""
        return self.in_plane_induction == 0.0

    @property
    def smallest_tilt(self) -> float:
        """Tilt that the layer keeps at rest, rad: that of the start, or 0 where a field in the plane turns the axis."""
        return self.tilt if self.axial else 0.0

    def precession_rate(self, gyromagnetic_ratio: float) -> float:
        """Return gamma mu_0 H_k/(1 + alpha^2), 1/s: the angular frequency about the easy axis at small tilt."""
        return gyromagnetic_ratio * self.anisotropy_induction / (1.0 + self.damping**2)


def compact_model(
    junction: Junction,
    *,
    initial: str = "P",
    tilt: float | str | None = None,
    azimuth: float | str = 0.0,
    temperature: float | str | None = None,
) -> CompactModel:
    """Reduce a junction to its compact model.

    Args:
        junction: a single, round, perpendicular design.
        initial: ``"P"`` or ``"AP"``.
        tilt: angle from the easy axis at the start, rad or text such as ``"5 deg"``; None for the thermal root mean
            square, 1/sqrt(Delta) (two components of 1/(2 Delta) each, Delta well above 1).
        azimuth: direction of that tilt in the plane, from the in-plane field, rad.
        temperature: K; None for that of the junction. All fields follow it.

    Raises:
        InputError: array fields, an unknown state, a pinned layer, an angle out of range.
        ValidityError: a layer in the plane, an ellipse, or no tilt given where Delta is below 4.
    """
    if any(np.ndim(item) for _, item in leaves(junction)):
        raise InputError("netlist", "a junction with array fields", "a single design is needed", "Export one element.")
    if temperature is not None:
        junction = replace(junction, temperature=_TEMPERATURE.read(temperature, "netlist: temperature"))
    film = junction.stack
    if initial not in STATES:
        raise InputError("netlist: initial", initial, "must be P or AP")
    if film.switching == "not switched":
        raise InputError("netlist", f"stack {film.name or '(unnamed)'}, a pinned layer", "needs a free layer")
    if film.easy_axis != "perpendicular" or float(junction.effective_anisotropy) <= 0:
        raise ValidityError(
            "netlist", "a free layer in the plane", "needs a perpendicular layer with a positive effective anisotropy",
            "Take a smaller or thinner junction.",
        )  # fmt: skip
    if float(junction.aspect_ratio) != 1.0:
        raise ValidityError(
            "netlist: aspect ratio", f"{float(junction.aspect_ratio):g}", "the compact model is that of a round layer",
            "Export the round junction of the same area.",
        )  # fmt: skip
    stability = float(junction.thermal_stability)
    if tilt is None:
        if stability < 4.0:
            raise ValidityError("netlist: Delta", f"{stability:.3g}", "gives no small thermal tilt", "State a tilt.")
        tilt = 1.0 / np.sqrt(stability)
    anisotropy = float(junction.effective_anisotropy)
    # the torque's own unit of current: Junction.critical_current also holds what K_2 adds to the threshold
    critical = switching.critical_current(
        anisotropy * float(junction.volume), float(film.damping), float(film.spin_torque_efficiency)
    )
    return CompactModel(
        resistance=float(junction.resistance("P")),
        tmr=float(junction.tmr(0.0)),
        half_voltage=float(film.half_voltage),
        curvature=float(film.parallel_curvature),
        critical_current=float(critical),
        damping=float(film.damping),
        anisotropy_induction=VACUUM_PERMEABILITY * float(junction.anisotropy_field),
        axial_induction=VACUUM_PERMEABILITY * float(junction.axial_field + junction.offset_field),
        in_plane_induction=VACUUM_PERMEABILITY * float(junction.in_plane_field),
        field_like=float(film.field_like_torque),
        voltage_anisotropy=1.0 / float(junction.compensation_voltage) if film.voltage_anisotropy else 0.0,
        second_order=float(junction.second_order_anisotropy) / anisotropy,
        stability=stability,
        temperature=float(junction.temperature),
        initial=initial,
        tilt=_TILT.read(tilt, "netlist: tilt"),  # type: ignore[arg-type]
        azimuth=_AZIMUTH.read(azimuth, "netlist: azimuth"),  # type: ignore[arg-type]
    )
