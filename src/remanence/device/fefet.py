"""Ferroelectric transistor: a gate stack whose polarisation shifts the threshold, switched by the gate's field."""

from __future__ import annotations

from remanence.core.declare import Array, quantity, text, value


@value
class Fefet:
    """A one-transistor ferroelectric cell as seen from its terminals."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    nodes: str = text(doc="nodes on which the card holds, by name; empty: any", default="")
    cell_area: Array = quantity("m^2", above=0, doc="area of one cell")
    read_current: Array = quantity("A", above=0, doc="current of a cell of low threshold that is read")
    off_current: Array = quantity("A", at_least=0, doc="current of a cell of high threshold that is read")
    program_voltage: Array = quantity("V", above=0, doc="over the gate while programming or erasing, either sign")
    program_pulse: Array = quantity("s", above=0, doc="to program or erase one cell")
    switched_charge: Array = quantity("C", above=0, doc="charge into a gate that switches, polarisation and dielectric")
    residual_write_error: Array = quantity("1", at_least=0, at_most=1, doc="wrong bits after verify", default=0.0)


def program_energy(cell: Fefet, efficiency: Array) -> Array:
    """Return the energy to switch one cell, J, from the supply: charge times voltage over the pump's efficiency."""
    return cell.switched_charge * cell.program_voltage / efficiency
