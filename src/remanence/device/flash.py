"""NOR flash: a transistor with a floating gate, written by a charge pump."""

from __future__ import annotations

from remanence.core.declare import Array, quantity, text, value


@value
class Norflash:
    """A one-transistor NOR flash cell as seen from its terminals."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    nodes: str = text(doc="nodes on which the card holds, by name; empty: any", default="")
    cell_area: Array = quantity("m^2", above=0, doc="area of one cell")
    read_current: Array = quantity("A", above=0, doc="current of an erased cell that is read")
    off_current: Array = quantity("A", at_least=0, doc="current of a programmed cell that is read")
    program_voltage: Array = quantity("V", above=0, doc="of the pump while programming")
    program_current: Array = quantity("A", above=0, doc="per cell while programming")
    program_pulse: Array = quantity("s", above=0, doc="to program one cell")
    read_wordline: Array = quantity("V", at_least=0, doc="wordline voltage of a read; 0: the core supply", default=0.0)
    erase_energy: Array = quantity("J", at_least=0, doc="of an erase, per bit of the page, from the supply")
    residual_write_error: Array = quantity("1", at_least=0, at_most=1, doc="wrong bits after verify", default=0.0)


def program_energy(cell: Norflash, efficiency: Array) -> Array:
    """Return the energy to erase and program one bit, J, from the supply.

    Args:
        cell: the cell; its erase energy is counted at the supply already.
        efficiency: of the pump that programs it.
    """
    return cell.program_voltage * cell.program_current * cell.program_pulse / efficiency + cell.erase_energy
