"""The material stack: film values of the free layer, the barrier and their spread."""

from __future__ import annotations

import numpy as np

from remanence.core.declare import Array, choice, quantity, text, value
from remanence.core.errors import InputError
from remanence.data import Card, Draws, build


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
    saturation_magnetisation: Array = quantity("A/m", above=0, doc="saturation magnetisation of the free layer")
    thickness: Array = quantity("m", above=0, below=1e-6, doc="magnetic thickness of the free layer")
    interfacial_anisotropy: Array = quantity(
        "J/m^2", at_least=0, doc="perpendicular anisotropy energy of all interfaces together, per area"
    )
    bulk_anisotropy: Array = quantity("J/m^3", doc="perpendicular anisotropy energy of the volume", default=0.0)
    exchange_stiffness: Array = quantity("J/m", above=0, doc="exchange stiffness")
    damping: Array = quantity("1", above=0, below=1, doc="Gilbert damping")
    spin_torque_efficiency: Array = quantity("1", above=0, at_most=2, doc="spin-torque efficiency eta")
    resistance_area: Array = quantity("ohm*m^2", above=0, doc="resistance-area product, parallel state, low bias")
    tunnel_magnetoresistance: Array = quantity("1", at_least=0, doc="TMR at zero bias")
    half_voltage: Array = quantity("V", above=0, doc="bias at which the TMR has halved")
    polarisation_slope: Array = quantity("K^-1.5", at_least=0, doc="fall of the spin polarisation with T^1.5")
    curie_temperature: Array = quantity("K", above=0, doc="Curie temperature of the free layer")
    magnetisation_exponent: Array = quantity("1", above=0, doc="p in Ms(T) = Ms0 (1 - (T/Tc)^p)", default=1.5)
    anisotropy_exponent: Array = quantity("1", at_least=0, doc="n in K(T) ~ Ms(T)^n")
    breakdown_voltage: Array = quantity("V", above=0, doc="voltage that breaks the barrier in a nanosecond-scale pulse")
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


def stack(card: Card | str, draws: Draws | None = None) -> Stack:
    """Make a stack from the catalogue or from a card; with ``draws``, uncertain fields become arrays."""
    return build(Stack, card, draws)
