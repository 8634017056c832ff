"""Memory cells with the access transistor that their write current asks for."""

from __future__ import annotations

import numpy as np

from remanence.circuit.node import Node
from remanence.core.declare import Array, choice, part, quantity, text, value
from remanence.core.errors import InputError
from remanence.device import Capacitor, Edram, Junction, Norflash, Resistive, flash, resistive, transport

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
    topology: str = choice(
        "1T1MTJ",
        "2T2MTJ",
        "1T1R",
        "2T2R",
        "1T NOR flash",
        "6T SRAM",
        "2x8T1C SRAM",
        "1T1C eDRAM",
        doc="transistors and storage devices of the cell; 2x8T1C is a pair of SRAM bits, each with a unit capacitor",
    )
    junction: Junction | None = part(Junction, doc="the magnetic tunnel junction", optional=True)
    resistive: Resistive | None = part(Resistive, doc="the ReRAM or phase-change device", optional=True)
    flash: Norflash | None = part(Norflash, doc="the floating-gate transistor", optional=True)
    capacitor: Capacitor | None = part(Capacitor, doc="the unit capacitor that an SRAM bit drives", optional=True)
    edram: Edram | None = part(Edram, doc="the dynamic store", optional=True)
    bit_area_factor: Array = quantity("1", at_least=1, doc="area of an SRAM bit that computes over that of a 6T cell",
                                  default=1.0)  # fmt: skip
    write_overdrive: Array = quantity("1", above=0, doc="write current over critical current", default=1.5)
    write_pulse: Array = quantity("s", above=0, doc="length of one write pulse", default=20e-9)
    write_attempts: Array = quantity("1", at_least=1, doc="write pulses per bit with verify, on average", default=1.0)
    endurance: Array = quantity("1", above=0, doc="writes a cell survives", default=1e16)

    def check(self) -> None:
        """A cell has exactly the storage device that its topology names."""
        for name, device, wanted in (
            ("junction", self.junction, self.magnetic),
            ("resistive", self.resistive, self.topology in ("1T1R", "2T2R")),
            ("flash", self.flash, self.topology == "1T NOR flash"),
            ("capacitor", self.capacitor, self.topology == "2x8T1C SRAM"),
            ("edram", self.edram, self.topology == "1T1C eDRAM"),
        ):
            if wanted != (device is not None):
                rule = f"{self.topology} {'needs a' if wanted else 'has no'} {name}"
                raise InputError(f"Cell.{name}", "none" if device is None else "one", rule)

    @property
    def magnetic(self) -> bool:
        """Whether the cell stores in a magnetic tunnel junction."""
        return self.topology in ("1T1MTJ", "2T2MTJ")

    @property
    def keeps(self) -> bool:
        """Whether the cell keeps its state without power, in a device that is read by its resistance."""
        return self.topology in ("1T1MTJ", "2T2MTJ", "1T1R", "2T2R", "1T NOR flash")

    @property
    def differential(self) -> bool:
        """Whether the cell is a pair that can hold a sign."""
        return self.topology in ("2T2MTJ", "2T2R", "2x8T1C SRAM")

    @property
    def varies(self) -> bool:
        """Whether two programmed cells of this design can differ."""
        if self.junction is not None:
            film = self.junction.stack
            return bool(np.any(film.resistance_spread) or np.any(film.tmr_spread) or np.any(film.residual_write_error))
        if self.capacitor is not None:
            return bool(np.any(self.capacitor.mismatch))
        return self.resistive is not None

    @property
    def devices(self) -> int:
        """Storage devices in the cell that are written apart."""
        return 2 if self.differential else 1

    @property
    def residual_write_error(self) -> Array:
        """Probability that a stored bit reads wrong after write and verify."""
        if self.junction is not None:
            return self.junction.stack.residual_write_error
        device = self.resistive or self.flash
        return device.residual_write_error if device is not None else 0.0

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
    """Return the write current, A: critical current times overdrive, or what the resistive device takes."""
    if cell.resistive is not None:
        return cell.resistive.write_current
    current = cell.write_overdrive * cell.mtj.critical_current
    if np.any(np.asarray(current) <= 0):
        raise InputError(f"Cell {cell.name}: critical current", "0 A", "the free layer must be perpendicular",
                         "Take a smaller diameter or a stronger anisotropy.")  # fmt: skip
    return current


def access_width(cell: Cell, node: Node) -> Array:
    """Return the width of one access transistor that carries the write current, m; at least one metal pitch."""
    if cell.flash is not None or not cell.keeps:
        return node.metal_pitch  # flash is its own transistor; SRAM and eDRAM cells pass a small charge
    needed = write_current(cell) / (SOURCE_DEGENERATION * node.on_current)
    return np.maximum(needed, node.metal_pitch)


def access_resistance(cell: Cell, node: Node) -> Array:
    """Return the on-resistance of the access transistor at read voltages, ohm."""
    return node.linear_resistance / access_width(cell, node)


def device_write_voltage(cell: Cell) -> Array:
    """Return the voltage over the storage device while writing, V; of a junction in its antiparallel state."""
    if cell.flash is not None:
        return cell.flash.program_voltage
    if cell.resistive is not None:
        return cell.resistive.write_voltage
    junction = cell.mtj
    return transport.antiparallel_voltage(
        write_current(cell), junction.resistance("P"), junction.tmr(), junction.stack.half_voltage
    )


def read_conductances(cell: Cell, voltage: Array, series: Array) -> tuple[Array, Array]:
    """Return the conductances of the low- and the high-resistance state behind a series resistance, S.

    Args:
        cell: a cell that is read by its resistance.
        voltage: over device and series resistance, V; a junction's antiparallel resistance depends on it.
        series: access transistor and line, ohm.
    """
    if cell.flash is not None:
        return cell.flash.read_current / voltage, cell.flash.off_current / voltage
    if cell.resistive is not None:
        high, low = resistive.nominal_conductances(cell.resistive)
        return high / (1.0 + series * high), low / (1.0 + series * low)
    junction = cell.mtj
    parallel = junction.resistance("P")
    seen = transport.divided_voltage(voltage, series, parallel, junction.tmr(), junction.stack.half_voltage)
    return 1.0 / (parallel + series), 1.0 / (parallel * (1.0 + junction.tmr(seen)) + series)


def disturb(cell: Cell, voltage: Array, series: Array) -> Array:
    """Return the read current over the critical current; 0 where a device has no critical current."""
    if cell.junction is None:
        return 0.0
    return voltage * read_conductances(cell, voltage, series)[0] / cell.junction.critical_current


def write_voltage(cell: Cell, node: Node) -> Array:
    """Return the voltage over junction and access transistor while writing, V, antiparallel state, worst case.

    The transistor saturates while it carries the write current, so it is given the supply's overdrive over threshold.
    """
    if cell.flash is not None:
        return cell.flash.program_voltage
    return device_write_voltage(cell) + np.maximum(node.supply - node.threshold, 0.1)


def write_energy(cell: Cell, node: Node) -> Array:
    """Return the energy to write one junction with verify, J, at the level of the write supply; lines not included."""
    if cell.flash is not None:
        return flash.program_energy(cell.flash) * cell.write_attempts
    return write_voltage(cell, node) * write_current(cell) * cell.write_pulse * cell.write_attempts


def cell_width(cell: Cell, node: Node) -> Array:
    """Return the pitch of the cell along the wordline, m.

    A junction's transistor is folded in two fingers over two gate pitches; beside them the diffusion spacing, and two
    metal lines must fit.
    """
    dense = cell.flash or cell.edram
    if dense is not None:
        return dense.cell_area / (2.0 * node.gate_pitch)
    if not cell.keeps:  # a 6T cell is about twice as wide as it is high
        return cell.devices * np.sqrt(node.sram_cell_area * cell.bit_area_factor * 2.0)
    finger = access_width(cell, node) / 2.0 + DIFFUSION_SPACING * node.metal_pitch
    return cell.devices * np.maximum(finger, 2.0 * node.metal_pitch)


def cell_height(cell: Cell, node: Node) -> Array:
    """Return the pitch of the cell along the bitline, m."""
    if not cell.keeps and cell.edram is None:
        return cell.devices * node.sram_cell_area * cell.bit_area_factor / cell_width(cell, node)
    return 2.0 * node.gate_pitch


def cell_area(cell: Cell, node: Node) -> Array:
    """Return the area of one cell, m^2."""
    return cell_width(cell, node) * cell_height(cell, node)
