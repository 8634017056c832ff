"""A CMOS node as physical pitches, transistor and wire values; never lengths from a feature size."""

from __future__ import annotations

import numpy as np

from remanence.core.declare import Array, choice, part, quantity, text, value
from remanence.core.errors import InputError

FIN_SLACK = 1e-9
"""Share of a fin by which a width may exceed a whole number of fins through rounding, not through need."""


@value
class Conductor:
    """The metal of the wires, in bulk."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    resistivity: Array = quantity("ohm*m", above=0, doc="resistivity of the bulk metal, 25 degC")
    temperature_coefficient: Array = quantity(
        "1/K", above=0, doc="relative rise of the bulk resistivity per kelvin, 25 degC"
    )


@value
class Node:
    """A CMOS process node with one flavour of transistor at one supply.

    Currents and capacitances are per width; a FinFET's width is the effective one, along the surface of its fins.
    Values hold at 25 degC; `transistor` and `wire` carry them to other temperatures.
    """

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    flavour: str = choice(
        "LSTP", "LOP", "HP", doc="transistors: low standby power, low operating power, high performance", default="LSTP"
    )
    metal: Conductor = part(Conductor, doc="the metal of the wires, in bulk")
    supply: Array = quantity("V", above=0, doc="core supply voltage")
    threshold: Array = quantity("V", above=0, doc="threshold voltage of the n-channel transistor")
    metal_pitch: Array = quantity("m", above=0, below=1e-5, doc="smallest metal pitch")
    gate_pitch: Array = quantity("m", above=0, below=1e-5, doc="contacted gate pitch")
    fin_pitch: Array = quantity(
        "m", at_least=0, below=1e-6, doc="pitch of the fins; 0 for a planar transistor", default=0.0
    )
    fin_width: Array = quantity(
        "m", at_least=0, below=1e-6, doc="effective transistor width of one fin; 0 for a planar transistor", default=0.0
    )
    on_current: Array = quantity("A/m", above=0, doc="saturated on-current of the n-channel transistor per width")
    on_current_ratio: Array = quantity("1", above=0, doc="on-current at 125 degC over that at 25 degC")
    off_current: Array = quantity("A/m", at_least=0, doc="off-current per width, 25 degC")
    off_current_ratio: Array = quantity("1", at_least=1, doc="off-current at 125 degC over that at 25 degC")
    linear_resistance: Array = quantity("ohm*m", above=0, doc="on-resistance times width at low drain voltage")
    linear_resistance_ratio: Array = quantity("1", above=0, doc="on-resistance at 125 degC over that at 25 degC")
    gate_capacitance: Array = quantity("F/m", above=0, doc="gate capacitance per width, overlap and fringe included")
    drain_capacitance: Array = quantity("F/m", above=0, doc="drain junction and overlap capacitance per width")
    wire_resistance: Array = quantity("ohm/m", above=0, doc="resistance of a thin (1x) wire per length")
    wire_capacitance: Array = quantity("F/m", above=0, doc="capacitance of a wire per length")
    wire_aspect_ratio: Array = quantity("1", above=0, doc="thickness over width of thin wires and array lines")
    line_resistance: Array = quantity(
        "ohm/m", above=0, doc="resistance per length of the metal that array lines run on"
    )
    line_capacitance: Array = quantity(
        "F/m", above=0, doc="capacitance per length of the metal that array lines run on"
    )
    line_pitch: Array = quantity("m", above=0, below=1e-5, doc="pitch of the metal that array lines run on")
    thick_resistance: Array = quantity("ohm/m", above=0, doc="resistance per length of a thick top wire")
    thick_capacitance: Array = quantity("F/m", above=0, doc="capacitance per length of a thick top wire")
    thick_pitch: Array = quantity("m", above=0, below=1e-5, doc="pitch of thick top wires")
    sram_cell_area: Array = quantity("m^2", above=0, doc="area of the high-density 6T SRAM cell")
    sram_cell_leakage: Array = quantity(
        "W", at_least=0, doc="standby power of one SRAM cell that keeps its bit, 25 degC"
    )
    multiply_accumulate_energy: Array = quantity("J", above=0, doc="8-bit multiply and 32-bit accumulate")
    adder_bit_energy: Array = quantity("J", above=0, doc="one bit of an adder with its register")
    scalar_operation_energy: Array = quantity("J", above=0, doc="32-bit multiply and add outside the matrix product")
    multiply_accumulate_area: Array = quantity("m^2", above=0, doc="8-bit multiplier, 32-bit accumulator, registers")
    adder_bit_area: Array = quantity("m^2", above=0, doc="one bit of an adder with its register")
    scalar_operation_area: Array = quantity("m^2", above=0, doc="a 32-bit multiplier and adder")
    gated_fraction: Array = quantity(
        "1", at_least=0, at_most=1, doc="share of the leakage that a power switch lets through when closed"
    )

    def check(self) -> None:
        """A fin has a pitch and a width, or there are no fins."""
        pitch, width = np.asarray(self.fin_pitch), np.asarray(self.fin_width)
        finned = pitch.all() and width.all()
        if not finned and (pitch.any() or width.any()):
            raise InputError(
                "Node.fin_width",
                f"{self.fin_width} m at a fin pitch of {self.fin_pitch} m",
                "fin pitch and fin width must both be above 0 m (FinFET) or both be 0 m (planar)",
            )

    @property
    def finned(self) -> bool:
        """Whether the transistors are FinFETs, whose widths are whole fins."""
        return bool(np.all(np.asarray(self.fin_width) > 0))

    def fins(self, needed: Array) -> Array:
        """Return the whole fins that give at least an effective width, at least one; floats or arrays.

        Args:
            needed: effective width, m; broadcasts with the fields.

        Raises:
            InputError: a width that is not above 0, or a planar node.
        """
        if not self.finned:
            raise InputError(f"Node {self.name}", "planar", "only a FinFET has fins", "Ask for transistor_width.")
        _check_width(needed, "Node.fins: needed")
        return np.maximum(np.ceil(np.asarray(needed) / self.fin_width - FIN_SLACK), 1.0)

    def transistor_width(self, needed: Array) -> Array:
        """Return the width that a transistor gets, m: of whole fins for a FinFET, as asked for a planar one.

        Args:
            needed: width that the current asks for (effective, for a FinFET), m; broadcasts with the fields.

        Raises:
            InputError: a width that is not above 0.
        """
        _check_width(needed, "Node.transistor_width: needed")
        return self.fins(needed) * self.fin_width if self.finned else needed

    def footprint(self, needed: Array) -> Array:
        """Return the length of layout that a transistor takes across its current, m: fins times pitch, or its width.

        Args:
            needed: width that the current asks for (effective, for a FinFET), m; broadcasts with the fields.

        Raises:
            InputError: a width that is not above 0.
        """
        _check_width(needed, "Node.footprint: needed")
        return self.fins(needed) * self.fin_pitch if self.finned else needed


def _check_width(width: Array, subject: str) -> None:
    array = np.asarray(width, dtype=np.float64)
    bad = ~(np.isfinite(array) & (array > 0))
    if bad.any():
        first = float(array[bad].flat[0])
        raise InputError(
            subject, f"{first:g} m", "a width must be above 0 m", f"{np.count_nonzero(bad)} of {array.size} are bad"
        )
