"""A junction: a stack cut to a diameter, at a temperature. Its properties are its data sheet."""

from __future__ import annotations

from typing import Any

import numpy as np

from remanence.core.constants import BOLTZMANN, GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from remanence.core.declare import Array, Quantity, declarations, is_value, lift, part, quantity, replace, value
from remanence.core.errors import InputError, UnknownNameError, ValidityError
from remanence.data import Card, Draws
from remanence.device import dwell, landscape, magnetics, retention, switching, transport
from remanence.device.checks import refuse
from remanence.device.reference_layer import Referencelayer
from remanence.device.stack import Stack, stack

STATES = ("P", "AP")
LONGEST = 700.0
"""Logarithm of the longest dwell time, in seconds, that is given as a number; longer ones are given as that."""
_VOLTAGE = Quantity("V", "voltage over the junction")
_ANGLE = Quantity("rad", "angle between the magnetisations of free and reference layer")


@value
class Junction:
    """A round or elliptic magnetic tunnel junction, perpendicular or in-plane as its stack says.

    Every property broadcasts over the fields of the junction and of its stack. Valid while the free layer is close to
    uniformly magnetised in its states; barrier and critical current follow `magnetics`, `landscape` and `switching`.

    What carries no state in its name (`thermal_stability`, `critical_current`, ...) is that of the cell without fields;
    `stability` and `dwell` take the state and see the applied fields and the stray field of `reference`.
    """

    stack: Stack = part(Stack, doc="material stack")
    diameter: Array = quantity(
        "m", above=0, below=1e-5, doc="electrical and magnetic diameter; of an ellipse the short axis"
    )
    aspect_ratio: Array = quantity("1", at_least=1, at_most=20, doc="long over short axis of the ellipse", default=1.0)
    temperature: Array = quantity("K", above=0, doc="junction temperature", default=300.0)
    axial_field: Array = quantity("A/m", doc="applied field along the storing axis; positive favours P", default=0.0)
    in_plane_field: Array = quantity(
        "A/m", at_least=0, doc="applied field in the plane, across the storing axis; its amount", default=0.0
    )
    reference: Referencelayer | None = part(
        Referencelayer, optional=True, default=None, doc="pinned layer whose stray field acts on the free layer"
    )

    def check(self) -> None:
        """Refuse a temperature at which the free layer is not magnetic, and a stray field across the storing axis."""
        curie = np.asarray(self.stack.curie_temperature)
        hot = np.asarray(self.temperature) >= curie
        shown = float(np.broadcast_to(curie, hot.shape)[hot][0]) if np.any(hot) else 0.0
        refuse(
            InputError,
            "Junction.temperature",
            self.temperature,
            hot,
            f"must lie below the Curie temperature, {shown:g} K",
            unit="K",
        )
        if self.reference is not None and self.easy_axis != "perpendicular":
            raise InputError(
                "Junction.reference",
                "a perpendicular reference layer under an in-plane cell",
                "its stray field is modelled for perpendicular cells only",
                "Give the offset as axial_field.",
            )

    @property
    def easy_axis(self) -> str:
        """``"perpendicular"`` or ``"in-plane"``: the axis along which the stack stores."""
        return self.stack.easy_axis

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
    def demagnetisation(self) -> tuple[Array, Array, Array]:
        """Magnetometric demagnetising factors along the long axis, the short axis and the normal; their sum is 1."""
        return magnetics.ellipse_demagnetisation(self.stack.thickness, self.diameter, self.aspect_ratio)

    @property
    def second_order_anisotropy(self) -> Array:
        """K_2 at the junction's temperature, J/m^3; taken to soften with the same power of Ms as K_1."""
        return self.stack.second_order_anisotropy * self._magnetisation_ratio**self.stack.anisotropy_exponent

    @property
    def hard_anisotropies(self) -> tuple[Array, Array]:
        """Energies of the two axes across the storing one above it, J/m^3, the lower one first.

        Perpendicular cells: of the long and of the short axis, without K_2. In-plane cells: the shape term between the
        axes of the ellipse, and that of the normal; sorted, so that the first is the saddle.
        """
        s, ms = self.stack, self.saturation_magnetisation
        softening = self._magnetisation_ratio**s.anisotropy_exponent
        along, across, axial = self.demagnetisation
        upright = magnetics.effective_anisotropy(
            ms, s.thickness, s.interfacial_anisotropy * softening, s.bulk_anisotropy * softening, axial, along
        )
        ellipse = 0.5 * VACUUM_PERMEABILITY * (across - along) * ms**2
        if self.easy_axis == "perpendicular":
            return upright, upright + ellipse
        normal = -(upright + self.second_order_anisotropy)
        return np.minimum(ellipse, normal), np.maximum(ellipse, normal)

    @property
    def effective_anisotropy(self) -> Array:
        """K_eff at the junction's temperature, J/m^3: the first-order energy of the storing axis against the saddle.

        Of a perpendicular stack that of the normal against the plane (its long axis), negative where the layer lies in
        the plane; of an in-plane stack that of the long axis against the easier of the other two.
        """
        return self.hard_anisotropies[0]

    @property
    def anisotropy_field(self) -> Array:
        """H_k = 2 K_eff/(mu_0 Ms), A/m; negative where a perpendicular stack lies in the plane."""
        return 2.0 * self.effective_anisotropy / (VACUUM_PERMEABILITY * self.saturation_magnetisation)

    @property
    def _second(self) -> Array:
        return self.second_order_anisotropy if self.easy_axis == "perpendicular" else 0.0

    @property
    def macrospin_barrier(self) -> Array:
        """Barrier of a free layer that turns as one, J: K_eff V, or what K_2 makes of it (`landscape`)."""
        density = landscape.zero_field_barrier(self.effective_anisotropy, self._second)
        return density * self.area * self.stack.thickness

    @property
    def barrier(self) -> Array:
        """Energy barrier without fields, J: the smallest of the macrospin, domain-wall and nucleation limits.

        The wall is straight, across the short axis; the nucleus enters only where a stack states its diameter. In-plane
        cells have the macrospin limit alone: the stray field of an in-plane wall is not modelled.
        """
        if self.easy_axis == "in-plane":
            return self.macrospin_barrier
        s, anisotropy, second = self.stack, self.effective_anisotropy, self._second
        wall = landscape.wall_energy(anisotropy, second, s.exchange_stiffness) * self.diameter * s.thickness
        nucleus = magnetics.nucleation_barrier(
            landscape.zero_field_barrier(anisotropy, second), s.nucleation_diameter, s.thickness
        )
        return np.minimum(np.minimum(self.macrospin_barrier, wall), nucleus)

    @property
    def thermal_stability(self) -> Array:
        """Delta = barrier/(k_B T), without fields."""
        return self.barrier / (BOLTZMANN * self.temperature)

    @property
    def offset_field(self) -> Array:
        """Stray field of the reference layer, averaged over the free layer, A/m; 0 without one, positive favours P."""
        if self.reference is None:
            return 0.0
        return self.reference.field_on(self.stack.thickness, self.diameter, self.aspect_ratio)

    def stability(self, state: str, *, voltage: Array | str = 0.0) -> Array:
        """Return the thermal stability of a state under all fields, and under a voltage where there is VCMA.

        Delta times the macrospin barrier under the fields over the one without: Delta (1 +- h)^2 for an axial field,
        Delta (1 - h)^2 for an in-plane one, the numeric landscape for both or with K_2. Where the barrier is a wall or
        a nucleus this is an estimate. 0 for a state that the field has destroyed.

        Args:
            state: ``"P"`` or ``"AP"``.
            voltage: over the junction, V; changes the anisotropy only, its torque is not in the barrier.

        Raises:
            InputError: an unknown state.
            ValidityError: no stable state without fields.
        """
        _known(state, "Junction.stability: state")
        cell = self.biased(voltage)
        up, down = cell._state_barriers
        density = landscape.zero_field_barrier(cell.effective_anisotropy, cell._second)
        refuse(ValidityError, "Junction.stability: barrier density", density, np.asarray(density) <= 0,
               "must be positive: there are no two states", "Take a smaller junction.", "J/m^3")  # fmt: skip
        return cell.thermal_stability * (up if state == "P" else down) / density

    @property
    def _state_barriers(self) -> tuple[Array, Array]:
        moment = VACUUM_PERMEABILITY * np.asarray(self.saturation_magnetisation)
        axial = moment * (self.axial_field + self.offset_field)
        return landscape.barriers(self.effective_anisotropy, self._second, axial, moment * self.in_plane_field)

    def biased(self, voltage: Array | str) -> Junction:
        """Return this junction with the anisotropy that it has at a voltage: K_i(V) = K_i - xi V/t_ox.

        The change is written into the volume term as -xi V/(t t_ox), so that it softens with temperature as the
        anisotropy does; xi of the result is 0. A stack without voltage-controlled anisotropy comes back as it is.

        Raises:
            InputError: the stack states xi but not the thickness of its barrier.
        """
        s, voltage = self.stack, _VOLTAGE.read(voltage, "Junction.biased: voltage")
        if not np.any(np.asarray(s.voltage_anisotropy)) or not np.any(np.asarray(voltage)):
            return self
        _stated(s, "barrier_thickness")
        change = s.voltage_anisotropy * voltage / (s.barrier_thickness * s.thickness)
        return replace(self, stack=replace(s, bulk_anisotropy=s.bulk_anisotropy - change, voltage_anisotropy=0.0))

    def anisotropy_field_at(self, voltage: Array | str) -> Array:
        """Return H_k at a voltage over the junction, A/m (see `biased`)."""
        return self.biased(voltage).anisotropy_field

    @property
    def compensation_voltage(self) -> Array:
        """Voltage at which VCMA has taken all of K_eff, V: K_eff t t_ox/xi with xi at the junction's temperature.

        Raises:
            InputError: the stack states no voltage-controlled anisotropy or no barrier thickness.
        """
        s = self.stack
        _stated(s, "voltage_anisotropy")
        _stated(s, "barrier_thickness")
        softening = self._magnetisation_ratio**s.anisotropy_exponent
        return self.effective_anisotropy * s.thickness * s.barrier_thickness / (s.voltage_anisotropy * softening)

    @property
    def _mean_anisotropy(self) -> Array:
        soft, hard = self.hard_anisotropies
        return np.where(np.asarray(soft) > 0, 0.5 * (soft + hard), soft)

    @property
    def critical_current(self) -> Array:
        """Intrinsic critical current I_c0, A: (4e/hbar)(alpha/eta) V times the mean of the two hard anisotropies.

        Of a round perpendicular cell that is K_eff V. Of an in-plane cell it is (2e/hbar)(alpha/eta) mu_0 Ms V (H_k +
        M_eff/2), the demagnetising term included (Sun, Phys. Rev. B 62, 570 (2000)). K_2 raises it above K_1/4
        (`landscape.switching_anisotropy`). The current at which the state becomes unstable without temperature.
        """
        density = landscape.switching_anisotropy(self._mean_anisotropy, self._second)
        return switching.critical_current(density * self.volume, self.stack.damping, self.stack.spin_torque_efficiency)

    @property
    def damping_time(self) -> Array:
        """tau_D = (1 + alpha^2)/(alpha gamma mu_0 H), s, with mu_0 H the mean of the two stiffness fields 2 K/Ms.

        Of a round perpendicular cell that is H_k; small oscillations decay as exp(-t/tau_D).

        Raises:
            ValidityError: an in-plane layer of a perpendicular stack (an easy cone included).
        """
        self._stored("Junction.damping_time")
        field = 2.0 * self._mean_anisotropy / self.saturation_magnetisation
        return _plain((1.0 + self.stack.damping**2) / (self.stack.damping * GYROMAGNETIC_RATIO * field))

    @property
    def resonance_frequency(self) -> Array:
        """Frequency of small oscillations without fields, Hz: (gamma/2 pi) sqrt(of the two stiffness fields' product).

        Source: Kittel, Phys. Rev. 73, 155 (1948); damping enters in second order and is left out.
        """
        self._stored("Junction.resonance_frequency")
        soft, hard = self.hard_anisotropies
        field = 2.0 * np.sqrt(np.asarray(soft) * hard) / self.saturation_magnetisation
        return _plain(GYROMAGNETIC_RATIO / (2.0 * np.pi) * field)

    def _stored(self, subject: str) -> None:
        anisotropy = self.effective_anisotropy
        if np.any(np.asarray(anisotropy) <= 0):
            refuse(ValidityError, subject, anisotropy, np.asarray(anisotropy) <= 0,
                   "an in-plane layer: needs a positive effective anisotropy", unit="J/m^3")  # fmt: skip

    def tmr(self, voltage: Array = 0.0) -> Array:
        """Tunnel magnetoresistance at a bias over the junction, as a ratio (1.5 means 150 %)."""
        s, voltage = self.stack, _VOLTAGE.read(voltage, "Junction.tmr: voltage")
        zero_bias = transport.tmr_at_temperature(
            s.tunnel_magnetoresistance, s.polarisation_slope, self.temperature, s.reference_temperature
        )
        return transport.tmr_at_voltage(zero_bias, voltage, s.half_voltage)

    def resistance(self, state: str, *, voltage: Array = 0.0) -> Array:
        """Resistance V/I in ohms.

        Args:
            state: ``"P"`` or ``"AP"``.
            voltage: over the junction, V.

        Raises:
            InputError: an unknown state.
        """
        _known(state, "Junction.resistance: state")
        voltage = _VOLTAGE.read(voltage, "Junction.resistance: voltage")
        parallel = self.stack.resistance_area / self.area
        if np.any(np.asarray(self.stack.parallel_curvature)):
            parallel = parallel / (1.0 + self.stack.parallel_curvature * voltage**2)
        if state == "AP":
            return parallel * (1.0 + self.tmr(voltage))
        return parallel * np.ones(np.shape(voltage)) if np.ndim(voltage) else parallel

    def conductance(self, angle: Array, voltage: Array = 0.0) -> Array:
        """Return I/V in siemens at an angle (rad) between the magnetisations: linear in its cosine."""
        angle = _ANGLE.read(angle, "Junction.conductance: angle")
        parallel, antiparallel = (1.0 / np.asarray(self.resistance(state, voltage=voltage)) for state in STATES)
        return _plain(transport.mixed_conductance(parallel, antiparallel, angle))

    def current(self, state: str, voltage: Array | str) -> Array:
        """Return the current at a voltage over the junction in a state, A: its I-V curve (odd in the voltage)."""
        voltage = _VOLTAGE.read(voltage, "Junction.current: voltage")
        return voltage / self.resistance(state, voltage=voltage)

    @property
    def critical_voltage(self) -> Array:
        """Voltage over the junction that drives I_c0 through the antiparallel state, V."""
        parallel = self.stack.resistance_area / self.area
        return transport.antiparallel_voltage(
            self.critical_current, parallel, self.tmr(0.0), self.stack.half_voltage, self.stack.parallel_curvature
        )

    @property
    def critical_current_density(self) -> Array:
        """I_c0 per junction area, A/m^2."""
        return self.critical_current / self.area

    @property
    def switchability(self) -> str:
        """Whether spin-transfer torque can write it below breakdown, in words."""
        return switching.switchability(self)

    def dwell(self, state: str) -> Array:
        """Return the mean time in a state without current, s: exp of `log_dwell`, 1e304 s where it is longer."""
        return np.exp(np.minimum(self.log_dwell(state), LONGEST))

    def log_dwell(self, state: str) -> Array:
        """Return ln of the mean time in a state without current, under all axial fields, of seconds.

        Perpendicular and round: the exact first-passage integral of the macrospin, K_2 and an axial field included
        (`dwell.log_reduced_dwell_time`), with Delta = `thermal_stability`. In-plane: Langer's formula, under the
        conditions stated at `dwell.in_plane_dwell_time`. Measured prefactors can be far shorter; an upper bound.

        Raises:
            ValidityError: a perpendicular ellipse, a field across the axis, an easy cone, a state destroyed, or an
                in-plane cell outside its conditions.
        """
        _known(state, "Junction.dwell: state")
        subject, sign = "Junction.dwell", 1.0 if state == "P" else -1.0
        if np.any(np.asarray(self.in_plane_field)):
            raise ValidityError(subject, "a field across the axis", "breaks the symmetry that the formula needs",
                                "Use broken_symmetry.mean_dwell.")  # fmt: skip
        axial = sign * (self.axial_field + np.asarray(self.offset_field))
        if self.easy_axis == "in-plane":
            soft, hard = self.hard_anisotropies
            ms = self.saturation_magnetisation
            thermal = BOLTZMANN * self.temperature / self.volume
            return np.log(
                dwell.in_plane_dwell_time(soft, hard, ms, self.stack.damping, thermal, VACUUM_PERMEABILITY * ms * axial)
            )
        if np.any(np.asarray(self.aspect_ratio) > 1.0):
            raise ValidityError(subject, "an ellipse", "the first-passage integral needs a round cell",
                                "Use broken_symmetry.mean_dwell.")  # fmt: skip
        time = np.log(self.damping_time)
        if not np.any(axial) and not np.any(np.asarray(self.stack.second_order_anisotropy)):
            return time + retention.log_reduced_dwell_time(self.thermal_stability)
        first, second = self.effective_anisotropy, self._second
        first_stability = self.thermal_stability * first / landscape.zero_field_barrier(first, second)
        share = axial / self.anisotropy_field
        return time + dwell.log_reduced_dwell_time(first_stability, share, second / first)

    @property
    def dwell_time(self) -> Array:
        """Mean time without current in the state that is left sooner, s (see `dwell`); both alike without fields."""
        return np.exp(np.minimum(self.log_dwell_time, LONGEST))

    @property
    def log_dwell_time(self) -> Array:
        """The logarithm of `dwell_time` in seconds, whatever its size."""
        if np.any(np.asarray(self.axial_field)) or self.reference is not None:
            return np.minimum(self.log_dwell("P"), self.log_dwell("AP"))
        return self.log_dwell("P")

    def loss_probability(self, duration: Array) -> Array:
        """Probability to lose the state within ``duration`` seconds without current."""
        time = Quantity("s", "duration", at_least=0).read(duration, "Junction.loss_probability: duration")
        return retention.loss_probability(self.dwell_time, time)


def _known(state: str, subject: str) -> None:
    if state not in STATES:
        raise InputError(subject, state, "must be P or AP")


def _stated(film: Stack, name: str) -> None:
    if not np.all(np.asarray(getattr(film, name))):
        raise InputError(f"Stack.{name}", "not stated", "is needed here", "Add its row to the card of the stack.")


def _plain(result: Array) -> Array:
    return float(result) if np.ndim(result) == 0 else result


def junction(
    card: Card | Stack | str,
    *,
    diameter: Array | str,
    temperature: Array | str = 300.0,
    draws: Draws | None = None,
    **fields: Any,
) -> Junction:
    """Cut a stack to a diameter.

    Args:
        card: a stack, or the name of one in the catalogue.
        diameter: in metres, or text with a unit such as ``"40 nm"``.
        temperature: in kelvin, or text with a unit.
        draws: with draws, uncertain film values become arrays; their axis comes first, those of the sweep follow.
        fields: any other field of `Junction`: aspect_ratio, axial_field, in_plane_field, reference.

    Raises:
        UnknownNameError: a field that `Junction` does not have.
    """
    for name in fields:
        if name not in declarations(Junction):
            raise UnknownNameError("junction: field", name, declarations(Junction))
    film = card if isinstance(card, Stack) else stack(card, draws)
    if draws is not None:
        given = (diameter, temperature, *(item for item in fields.values() if not is_value(item)))
        film = lift(film, max(np.ndim(item) for item in given))
    return Junction(stack=film, diameter=diameter, temperature=temperature, **fields)  # type: ignore[arg-type]
