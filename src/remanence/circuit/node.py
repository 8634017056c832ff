"""A CMOS node as physical pitches, transistor and wire values; never lengths from a feature size."""

from __future__ import annotations

from remanence.core.declare import Array, quantity, text, value


@value
class Node:
    """A CMOS process node at one operating point."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    supply: Array = quantity("V", above=0, doc="core supply voltage")
    threshold: Array = quantity("V", above=0, doc="threshold voltage of the n-channel transistor")
    metal_pitch: Array = quantity("m", above=0, below=1e-5, doc="smallest metal pitch")
    gate_pitch: Array = quantity("m", above=0, below=1e-5, doc="contacted gate pitch")
    on_current: Array = quantity("A/m", above=0, doc="saturated on-current of the n-channel transistor per width")
    off_current: Array = quantity("A/m", at_least=0, doc="off-current per width, 25 degC")
    linear_resistance: Array = quantity("ohm*m", above=0, doc="on-resistance times width at low drain voltage")
    gate_capacitance: Array = quantity("F/m", above=0, doc="gate capacitance per width, overlap and fringe included")
    drain_capacitance: Array = quantity("F/m", above=0, doc="drain junction and overlap capacitance per width")
    wire_resistance: Array = quantity("ohm/m", above=0, doc="resistance of a thin (1x) wire per length")
    line_resistance: Array = quantity(
        "ohm/m", above=0, doc="resistance per length of the metal that array lines run on"
    )
    wire_capacitance: Array = quantity("F/m", above=0, doc="capacitance of a wire per length")
    sram_cell_area: Array = quantity("m^2", above=0, doc="area of the high-density 6T SRAM cell")
    sram_cell_leakage: Array = quantity(
        "W", at_least=0, doc="standby power of one SRAM cell that keeps its bit, 25 degC"
    )
    multiply_accumulate_energy: Array = quantity("J", above=0, doc="8-bit multiply and 32-bit accumulate")
    adder_bit_energy: Array = quantity("J", above=0, doc="one bit of an adder with its register")
    buffer_bit_energy: Array = quantity("J", above=0, doc="one bit read from or written to an 8 KiB SRAM buffer")
    scalar_operation_energy: Array = quantity("J", above=0, doc="32-bit multiply and add outside the matrix product")
    multiply_accumulate_area: Array = quantity("m^2", above=0, doc="8-bit multiplier, 32-bit accumulator, registers")
    adder_bit_area: Array = quantity("m^2", above=0, doc="one bit of an adder with its register")
    scalar_operation_area: Array = quantity("m^2", above=0, doc="a 32-bit multiplier and adder")
    gated_fraction: Array = quantity(
        "1", at_least=0, at_most=1, doc="share of the leakage that a power switch lets through when closed"
    )
