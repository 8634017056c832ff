"""A junction: a stack cut to a diameter, at a temperature. Its properties are its data sheet."""

from __future__ import annotations

import numpy as np

from remanence.core.constants import BOLTZMANN, GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from remanence.core.declare import Array, Quantity, lift, part, quantity, value
from remanence.core.errors import InputError, ValidityError
from remanence.data import Card, Draws
from remanence.device import magnetics, retention, switching, transport
from remanence.device.stack import Stack, stack

STATES = ("P", "AP")
_VOLTAGE = Quantity("V", "voltage over the junction")


@value
class Junction:
    """A round perpendicular magnetic tunnel junction.

    Every property broadcasts over the fields of the junction and of its stack. Valid while the free layer is close to
    uniformly magnetised in its states; barrier and critical current follow `magnetics` and `switching`.
    """

    stack: Stack = part(Stack, doc="material stack")
    diameter: Array = quantity(
        "m", above=0, below=1e-5, doc="electrical and magnetic diameter; of an ellipse the short axis"
    )
    aspect_ratio: Array = quantity("1", at_least=1, at_most=20, doc="long over short axis of the ellipse", default=1.0)
    temperature: Array = quantity("K", above=0, doc="junction temperature", default=300.0)
    axial_field: Array = quantity("A/m", doc="applied field along the storing axis; positive favours P", default=0.0)
    in_plane_field: Array = quantity(
        "A/m",
        at_least=0,
        doc="amount of the applied field across the storing axis, in the plane of the film",
        default=0.0,
    )

    def check(self) -> None:
        """Refuse a temperature at which the free layer is not magnetic."""
        if np.any(self.temperature >= np.asarray(self.stack.curie_temperature)):
            raise InputError(
                "Junction.temperature",
                f"{np.max(self.temperature):g} K",
                f"must lie below the Curie temperature, {np.min(self.stack.curie_temperature):g} K",
            )

    @property
    def area(self) -> Array:
        """Junction area, m^2."""
        return np.pi / 4.0 * self.diameter**2 * self.aspect_ratio

    @property
    def volume(self) -> Array:
        """Volume of the free layer, m^3."""
        return self.area * self.stack.thickness

    @property
    def _magnetisation_ratio(self) -> Array:
        s = self.stack
        return magnetics.magnetisation_ratio(
            self.temperature, s.reference_temperature, s.curie_temperature, s.magnetisation_exponent
        )

    @property
    def saturation_magnetisation(self) -> Array:
        """Saturation magnetisation at the junction's temperature, A/m."""
        return self.stack.saturation_magnetisation * self._magnetisation_ratio

    @property
    def effective_anisotropy(self) -> Array:
        """K_eff at the junction's temperature, J/m^3; negative where the layer lies in the plane."""
        s = self.stack
        softening = self._magnetisation_ratio**s.anisotropy_exponent
        return magnetics.effective_anisotropy(
            self.saturation_magnetisation,
            s.thickness,
            s.interfacial_anisotropy * softening,
            s.bulk_anisotropy * softening,
            magnetics.cylinder_demagnetisation(s.thickness, self.diameter),
        )

    @property
    def easy_axis(self) -> str:
        """``"perpendicular"`` or ``"in-plane"``: the axis along which the stack stores."""
        return self.stack.easy_axis

    @property
    def anisotropy_field(self) -> Array:
        """H_k = 2 K_eff/(mu_0 Ms), A/m; negative where a perpendicular stack lies in the plane."""
        return 2.0 * self.effective_anisotropy / (VACUUM_PERMEABILITY * self.saturation_magnetisation)

    @property
    def macrospin_barrier(self) -> Array:
        """K_eff V, J."""
        return magnetics.macrospin_barrier(self.effective_anisotropy, self.area, self.stack.thickness)

    @property
    def barrier(self) -> Array:
        """Energy barrier, J: the smaller of the macrospin and the domain-wall limit."""
        wall = magnetics.domain_wall_barrier(
            self.effective_anisotropy, self.stack.exchange_stiffness, self.diameter, self.stack.thickness
        )
        return np.minimum(self.macrospin_barrier, wall)

    @property
    def thermal_stability(self) -> Array:
        """Delta = barrier/(k_B T)."""
        return self.barrier / (BOLTZMANN * self.temperature)

    @property
    def critical_current(self) -> Array:
        """Intrinsic critical current I_c0 from K_eff V, A."""
        return switching.critical_current(self.macrospin_barrier, self.stack.damping, self.stack.spin_torque_efficiency)

    @property
    def damping_time(self) -> Array:
        """tau_D = (1 + alpha^2)/(alpha gamma mu_0 H_k), s, with mu_0 H_k = 2 K_eff/Ms."""
        field = 2.0 * self.effective_anisotropy / self.saturation_magnetisation
        if np.any(np.asarray(field) <= 0):
            raise ValidityError("Junction.damping_time", "an in-plane layer", "needs a positive effective anisotropy")
        return (1.0 + self.stack.damping**2) / (self.stack.damping * GYROMAGNETIC_RATIO * field)

    def tmr(self, voltage: Array = 0.0) -> Array:
        """Tunnel magnetoresistance at a bias over the junction, as a ratio (1.5 means 150 %)."""
        s, voltage = self.stack, _VOLTAGE.read(voltage, "Junction.tmr: voltage")
        zero_bias = transport.tmr_at_temperature(
            s.tunnel_magnetoresistance, s.polarisation_slope, self.temperature, s.reference_temperature
        )
        return transport.tmr_at_voltage(zero_bias, voltage, s.half_voltage)

    def resistance(self, state: str, *, voltage: Array = 0.0) -> Array:
        """Resistance in ohms.

        Args:
            state: ``"P"`` or ``"AP"``.
            voltage: over the junction, V.

        Raises:
            InputError: an unknown state.
        """
        if state not in STATES:
            raise InputError("Junction.resistance: state", state, "must be P or AP")
        voltage = _VOLTAGE.read(voltage, "Junction.resistance: voltage")
        parallel = self.stack.resistance_area / self.area
        if state == "AP":
            return parallel * (1.0 + self.tmr(voltage))
        return parallel * np.ones(np.shape(voltage)) if np.ndim(voltage) else parallel

    @property
    def critical_voltage(self) -> Array:
        """Voltage over the junction that drives I_c0 through the antiparallel state, V."""
        parallel = self.stack.resistance_area / self.area
        return transport.antiparallel_voltage(self.critical_current, parallel, self.tmr(0.0), self.stack.half_voltage)

    @property
    def critical_current_density(self) -> Array:
        """I_c0 per junction area, A/m^2."""
        return self.critical_current / self.area

    @property
    def switchability(self) -> str:
        """Whether spin-transfer torque can write it below breakdown, in words."""
        return switching.switchability(self)

    @property
    def dwell_time(self) -> Array:
        """Mean time in one state without current, s (macrospin prefactor; see `retention`)."""
        return self.damping_time * np.exp(retention.log_reduced_dwell_time(self.thermal_stability))

    def loss_probability(self, duration: Array) -> Array:
        """Probability to lose the state within ``duration`` seconds without current."""
        time = Quantity("s", "duration", at_least=0).read(duration, "Junction.loss_probability: duration")
        return retention.loss_probability(self.dwell_time, time)


def junction(
    card: Card | Stack | str, *, diameter: Array | str, temperature: Array | str = 300.0, draws: Draws | None = None
) -> Junction:
    """Cut a stack to a diameter.

    Args:
        card: a stack, or the name of one in the catalogue.
        diameter: in metres, or text with a unit such as ``"40 nm"``.
        temperature: in kelvin, or text with a unit.
        draws: with draws, uncertain film values become arrays; their axis comes first, those of the sweep follow.
    """
    film = card if isinstance(card, Stack) else stack(card, draws)
    if draws is not None:
        film = lift(film, max(np.ndim(item) for item in (diameter, temperature)))
    return Junction(stack=film, diameter=diameter, temperature=temperature)  # type: ignore[arg-type]
