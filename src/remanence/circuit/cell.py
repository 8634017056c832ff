"""Memory cells with the access transistor that their write current asks for."""

from __future__ import annotations

import numpy as np

from remanence.circuit.node import Node
from remanence.core.declare import Array, choice, part, quantity, text, value
from remanence.core.errors import InputError
from remanence.device import Junction, transport

SOURCE_DEGENERATION = 0.6
"""Share of the on-current left where the junction lifts the source of the access transistor (parallel to antiparallel).

Assumed; textbook value for a load that takes a third to a half of the supply. A circuit simulation will replace it.
"""

DIFFUSION_SPACING = 1.0
"""Spacing between transistors of neighbouring cells, in metal pitches (assumed; layout rule of thumb)."""


@value
class Cell:
    """A memory cell: its topology and, for magnetic ones, its junction and how it is written."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    topology: str = choice("1T1MTJ", "2T2MTJ", "6T SRAM", doc="transistors and storage devices of the cell")
    junction: Junction | None = part(Junction, doc="the magnetic tunnel junction", optional=True)
    write_overdrive: Array = quantity("1", above=0, doc="write current over critical current", default=1.5)
    write_pulse: Array = quantity("s", above=0, doc="length of one write pulse", default=20e-9)
    write_attempts: Array = quantity("1", at_least=1, doc="write pulses per bit with verify, on average", default=1.0)
    endurance: Array = quantity("1", above=0, doc="writes a cell survives", default=1e16)

    def check(self) -> None:
        """A magnetic cell needs a junction, an SRAM cell has none."""
        if self.magnetic != (self.junction is not None):
            needed = "needs a junction" if self.magnetic else "has no junction"
            raise InputError("Cell.junction", "none" if self.junction is None else "one", f"{self.topology} {needed}")

    @property
    def magnetic(self) -> bool:
        """Whether the cell stores in a magnetic tunnel junction."""
        return self.topology != "6T SRAM"

    @property
    def devices(self) -> int:
        """Junctions in the cell."""
        return {"1T1MTJ": 1, "2T2MTJ": 2, "6T SRAM": 0}[self.topology]

    @property
    def mtj(self) -> Junction:
        """The junction of a magnetic cell.

        Raises:
            InputError: an SRAM cell.
        """
        if self.junction is None:
            raise InputError("Cell", self.topology, "this needs a magnetic cell")
        return self.junction


def write_current(cell: Cell) -> Array:
    """Return the write current, A: critical current times overdrive."""
    return cell.write_overdrive * cell.mtj.critical_current


def access_width(cell: Cell, node: Node) -> Array:
    """Return the width of one access transistor that carries the write current, m; at least one metal pitch."""
    needed = write_current(cell) / (SOURCE_DEGENERATION * node.on_current)
    return np.maximum(needed, node.metal_pitch)


def access_resistance(cell: Cell, node: Node) -> Array:
    """Return the on-resistance of the access transistor at read voltages, ohm."""
    return node.linear_resistance / access_width(cell, node)


def junction_write_voltage(cell: Cell) -> Array:
    """Return the voltage over the junction while writing, V: antiparallel state, the worst case."""
    junction = cell.mtj
    return transport.antiparallel_voltage(
        write_current(cell), junction.resistance("P"), junction.tmr(), junction.stack.half_voltage
    )


def write_voltage(cell: Cell, node: Node) -> Array:
    """Return the voltage over junction and access transistor while writing, V, antiparallel state, worst case.

    The transistor saturates while it carries the write current, so it is given the supply's overdrive over threshold.
    """
    return junction_write_voltage(cell) + np.maximum(node.supply - node.threshold, 0.1)


def write_energy(cell: Cell, node: Node) -> Array:
    """Return the energy to write one junction with verify, J, at the level of the write supply; lines not included."""
    return write_voltage(cell, node) * write_current(cell) * cell.write_pulse * cell.write_attempts


def cell_width(cell: Cell, node: Node) -> Array:
    """Return the pitch of the cell along the wordline, m.

    A junction's transistor is folded in two fingers over two gate pitches; beside them the diffusion spacing, and two
    metal lines must fit.
    """
    if not cell.magnetic:
        return np.sqrt(node.sram_cell_area * 2.0)  # a 6T cell is about twice as wide as it is high
    finger = access_width(cell, node) / 2.0 + DIFFUSION_SPACING * node.metal_pitch
    return cell.devices * np.maximum(finger, 2.0 * node.metal_pitch)


def cell_height(cell: Cell, node: Node) -> Array:
    """Return the pitch of the cell along the bitline, m."""
    if not cell.magnetic:
        return node.sram_cell_area / cell_width(cell, node)
    return 2.0 * node.gate_pitch


def cell_area(cell: Cell, node: Node) -> Array:
    """Return the area of one cell, m^2."""
    return cell_width(cell, node) * cell_height(cell, node)
