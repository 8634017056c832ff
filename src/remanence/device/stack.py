"""The material stack: film values of the free layer, the barrier and their spread."""

from __future__ import annotations

import numpy as np

from remanence.core.declare import Array, Quantity, choice, quantity, replace, text, value
from remanence.core.errors import InputError
from remanence.data import Card, Draws, build
from remanence.device import transport


@value
class Stack:
    """Film values of a perpendicular magnetic tunnel junction, at `reference_temperature`.

    Each value comes from a card of the catalogue (`remanence.data`), where its kind and source stand. The interfacial
    anisotropy and the spin-torque efficiency of a fitted card are effective values: they absorb what the model leaves
    out (edges, sub-volume reversal), fitted at one diameter.
    """

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    switching: str = choice(
        "spin-transfer torque", "not switched", doc="how the free layer is written", default="spin-transfer torque"
    )
    easy_axis: str = choice(
        "perpendicular",
        "in-plane",
        doc="the axis along which the free layer stores: out of the plane, or the long axis of the ellipse",
        default="perpendicular",
    )
    saturation_magnetisation: Array = quantity("A/m", above=0, doc="saturation magnetisation of the free layer")
    thickness: Array = quantity("m", above=0, below=1e-6, doc="magnetic thickness of the free layer")
    interfacial_anisotropy: Array = quantity(
        "J/m^2", at_least=0, doc="perpendicular anisotropy energy of all interfaces together, per area"
    )
    bulk_anisotropy: Array = quantity("J/m^3", doc="perpendicular anisotropy energy of the volume", default=0.0)
    second_order_anisotropy: Array = quantity(
        "J/m^3", doc="K_2 in K_1 sin^2 + K_2 sin^4 of the angle to the normal", default=0.0
    )
    voltage_anisotropy: Array = quantity(
        "J/(V*m)",
        doc="xi in K_i(V) = K_i - xi V/t_ox; a positive voltage, which drives to P, lowers the anisotropy where xi > 0",
        default=0.0,
    )
    exchange_stiffness: Array = quantity("J/m", above=0, doc="exchange stiffness")
    nucleation_diameter: Array = quantity(
        "m",
        at_least=0,
        below=1e-5,
        doc="diameter of the volume in which reversal starts; 0 where none was fitted",
        default=0.0,
    )
    damping: Array = quantity("1", above=0, below=1, doc="Gilbert damping")
    spin_torque_efficiency: Array = quantity("1", above=0, at_most=2, doc="spin-torque efficiency eta")
    field_like_torque: Array = quantity("1", doc="field-like over damping-like torque, with its sign", default=0.0)
    barrier_thickness: Array = quantity(
        "m",
        at_least=0,
        below=1e-7,
        doc="thickness of the MgO barrier at which RA was measured; 0 where not stated",
        default=0.0,
    )
    barrier_height: Array = quantity(
        "J",
        at_least=0,
        doc="effective height of the barrier, from RA against thickness; 0 where not stated",
        default=0.0,
    )
    resistance_area: Array = quantity("ohm*m^2", above=0, doc="resistance-area product, parallel state, low bias")
    parallel_curvature: Array = quantity(
        "V^-2",
        at_least=0,
        doc="c in G_P(V) = G_P (1 + c V^2); 0 for a parallel conductance without bias dependence",
        default=0.0,
    )
    tunnel_magnetoresistance: Array = quantity("1", at_least=0, doc="TMR at zero bias")
    half_voltage: Array = quantity("V", above=0, doc="bias at which the TMR has halved")
    polarisation_slope: Array = quantity("K^-1.5", at_least=0, doc="fall of the spin polarisation with T^1.5")
    curie_temperature: Array = quantity("K", above=0, doc="Curie temperature of the free layer")
    magnetisation_exponent: Array = quantity("1", above=0, doc="p in Ms(T) = Ms0 (1 - (T/Tc)^p)", default=1.5)
    anisotropy_exponent: Array = quantity("1", at_least=0, doc="n in K(T) ~ Ms(T)^n")
    breakdown_voltage: Array = quantity("V", above=0, doc="voltage that breaks the barrier in a nanosecond-scale pulse")
    anneal_limit: Array = quantity(
        "K", at_least=0, doc="highest anneal that the stack is known to survive; 0 where not stated", default=0.0
    )
    formation_temperature: Array = quantity(
        "K", at_least=0, doc="temperature at which the film must be made; 0 where not stated", default=0.0
    )
    resistance_spread: Array = quantity(
        "1", at_least=0, below=0.5, doc="cell-to-cell standard deviation of ln R_P", default=0.0
    )
    tmr_spread: Array = quantity(
        "1", at_least=0, below=0.5, doc="cell-to-cell relative standard deviation of the TMR", default=0.0
    )
    residual_write_error: Array = quantity(
        "1",
        at_least=0,
        at_most=1,
        doc="probability that a cell holds the wrong state after write and verify",
        default=0.0,
    )
    reference_temperature: Array = quantity("K", above=0, doc="temperature of the film values", default=300.0)

    def check(self) -> None:
        """Refuse a free layer that is not magnetic at its own reference temperature."""
        if np.any(np.asarray(self.reference_temperature) >= self.curie_temperature):
            raise InputError(
                "Stack.curie_temperature",
                f"{np.min(self.curie_temperature):g} K",
                "must lie above the reference temperature",
            )

    def with_barrier(self, thickness: Array | str) -> Stack:
        """Return the stack with another barrier thickness and the RA that follows (`transport.resistance_area_at`).

        TMR, breakdown and anisotropy stay: how they change with the barrier is not modelled.

        Raises:
            InputError: the card states no barrier thickness or no barrier height.
        """
        for name in ("barrier_thickness", "barrier_height"):
            if not np.all(np.asarray(getattr(self, name))):
                raise InputError(f"Stack.{name}", "not stated", "is needed here", "Add its row to the card.")
        new = Quantity("m", "barrier thickness", above=0).read(thickness, "Stack.with_barrier: thickness")
        area = transport.resistance_area_at(self.resistance_area, self.barrier_thickness, new, self.barrier_height)
        return replace(self, barrier_thickness=new, resistance_area=area)


def stack(card: Card | str, draws: Draws | None = None) -> Stack:
    """Make a stack from the catalogue or from a card; with ``draws``, uncertain fields become arrays."""
    return build(Stack, card, draws)
