"""Memory cells: what stores, how it is written and read; their transistors and size are in `layout`."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from remanence.circuit import driven
from remanence.circuit import pump as pumps
from remanence.circuit.node import Node
from remanence.circuit.pump import Pump
from remanence.circuit.writing import Writedriver, Writing
from remanence.core.declare import Array, choice, part, quantity, text, value
from remanence.core.errors import InputError
from remanence.device import (
    Capacitor,
    Edram,
    Fefet,
    Heavymetal,
    Junction,
    Norflash,
    Resistive,
    fefet,
    flash,
    resistive,
    sot_critical_current,
    transport,
)

PARTS = {
    "1T1MTJ": ("junction",),
    "2T2MTJ": ("junction",),
    "1T1R": ("resistive",),
    "2T2R": ("resistive",),
    "1T NOR flash": ("flash", "pump"),
    "6T SRAM": (),
    "2x8T1C SRAM": ("capacitor",),
    "1T1C eDRAM": ("edram",),
    "2T1MTJ SOT": ("junction", "metal"),
    "2T1MTJ CRAM": ("junction",),
    "split-gate flash": ("flash", "pump"),
    "8T SRAM": (),
    "1T FeFET": ("fefet", "pump"),
}
"""Every topology and the parts that a cell of it has, and no others."""

_DRIVEN = ("source_degeneration", "write_overdrive", "write_pulse", "write_attempts")
"""Fields of a cell that say how it is written, which a write driver takes over."""


@value
class Cell:
    """A memory cell: its topology and, for magnetic ones, its junction and how it is written."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    topology: str = choice(
        *PARTS,
        doc="transistors and storage devices of the cell; 2x8T1C is a pair of SRAM bits, each with a unit capacitor; "
        "2T1MTJ has a second transistor to write through a heavy metal (SOT) or onto a logic line (CRAM)",
    )
    junction: Junction | None = part(Junction, doc="the magnetic tunnel junction", optional=True)
    resistive: Resistive | None = part(Resistive, doc="the ReRAM or phase-change device", optional=True)
    metal: Heavymetal | None = part(Heavymetal, doc="the heavy-metal line under the free layer", optional=True)
    flash: Norflash | None = part(Norflash, doc="the floating-gate transistor", optional=True)
    fefet: Fefet | None = part(Fefet, doc="the ferroelectric transistor", optional=True)
    pump: Pump | None = part(Pump, doc="the charge pump that programs it", optional=True)
    capacitor: Capacitor | None = part(Capacitor, doc="the unit capacitor that an SRAM bit drives", optional=True)
    edram: Edram | None = part(Edram, doc="the dynamic store", optional=True)
    driver: Writedriver | None = part(
        Writedriver,
        doc="what writes a junction and sizes its access transistor; without it the cell's own write_* hold",
        optional=True,
    )
    bit_area_factor: Array = quantity(
        "1", at_least=1, doc="area of an SRAM bit with more than six transistors over that of a 6T cell", default=1.0
    )
    source_degeneration: Array = quantity(
        "1",
        above=0,
        at_most=1,
        doc="share of the on-current left where the device lifts the source of its access transistor; without a driver",
        default=0.6,
    )
    diffusion_spacing: Array = quantity(
        "1", above=0, doc="space between transistors of neighbouring cells, in metal pitches", default=1.0
    )
    metal_squares: Array = quantity(
        "1", at_least=1, doc="length over width of the heavy-metal line between its contacts", default=1.0
    )
    read_voltage: Array = quantity(
        "V", at_least=0, doc="bitline voltage of a read, of cells read by their current; 0: not given", default=0.0
    )
    write_overdrive: Array = quantity(
        "1", above=0, doc="write current over critical current; without a driver", default=1.5
    )
    write_pulse: Array = quantity("s", above=0, doc="length of one write pulse; without a driver", default=20e-9)
    write_attempts: Array = quantity(
        "1", at_least=1, doc="write pulses per bit with verify, on average; without a driver", default=1.0
    )
    extra_masks: Array = quantity(
        "1", at_least=0, doc="masks that the cell adds to a logic process; 0 adds no cost", default=0.0
    )
    endurance: Array = quantity("1", above=0, doc="writes a cell survives", default=1e16)

    def check(self) -> None:
        """A cell has exactly the storage device that its topology names."""
        for name in ("junction", "resistive", "metal", "flash", "fefet", "pump", "capacitor", "edram"):
            device, wanted = getattr(self, name), name in PARTS[self.topology]
            if wanted != (device is not None):
                rule = f"{self.topology} {'needs a' if wanted else 'has no'} {name}"
                raise InputError(f"Cell.{name}", "none" if device is None else "one", rule)
        if self.driver is None:
            return
        if not self.magnetic or self.metal is not None:
            raise InputError("Cell.driver", "one", f"{self.topology} is not written through a junction")
        for name in _DRIVEN:
            default = next(field.default for field in fields(self) if field.name == name)
            if np.any(np.asarray(getattr(self, name)) != default):
                raise InputError(f"Cell.{name}", getattr(self, name), "follows from the write driver of this cell",
                                 "Change a field of the driver, or give the cell none.")  # fmt: skip

    @property
    def magnetic(self) -> bool:
        """Whether the cell stores in a magnetic tunnel junction."""
        return "junction" in PARTS[self.topology]

    @property
    def keeps(self) -> bool:
        """Whether the cell keeps its state without power, in a device that is read by its resistance."""
        return self.magnetic or self.resistive is not None or self.transistor is not None

    @property
    def static(self) -> bool:
        """Whether the cell is a latch (SRAM)."""
        return self.topology.endswith("SRAM")

    @property
    def transistor(self) -> Norflash | Fefet | None:
        """The transistor that itself stores: flash or ferroelectric."""
        return self.flash or self.fefet

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
        device = self.resistive or self.transistor
        return device.residual_write_error if device is not None else 0.0

    @property
    def mtj(self) -> Junction:
        """The junction of a magnetic cell.

        Raises:
            InputError: a cell without one.
        """
        if self.junction is None:
            raise InputError("Cell", self.topology, "this needs a magnetic cell")
        return self.junction


def _written(cell: Cell, node: Node | None) -> Writing:
    """What the cell's own driver does on a node, one bit at a time."""
    assert cell.driver is not None
    if node is None:
        raise InputError(f"Cell {cell.name}", "no node", "its write driver works through a transistor of a node",
                         "Give the node, too.")  # fmt: skip
    return driven.written(cell.mtj, node, cell.driver)


def write_current(cell: Cell, node: Node | None = None) -> Array:
    """Return the write current, A: of the driver's path, or critical current times overdrive, or what the device takes.

    A cell with a write driver takes the larger current of both directions on its node; a spin-orbit cell is written
    through its heavy metal with `device.sot_critical_current` at the junction's in-plane field, a magnetic cell without
    a driver through its junction.

    Raises:
        InputError: a critical current of 0, a cell that is not written with a current, or a driver without a node.
        ValidityError: a spin-orbit cell whose in-plane field is out of the model's range.
    """
    if cell.resistive is not None:
        return cell.resistive.write_current
    if cell.flash is not None:
        return cell.flash.program_current
    if cell.metal is not None:
        field = cell.mtj.in_plane_field
        return cell.write_overdrive * sot_critical_current(cell.mtj, cell.metal, in_plane_field=field)
    if cell.driver is not None:
        point = _written(cell, node).point
        return np.maximum(point[0].current, point[1].current)
    current = cell.write_overdrive * cell.mtj.critical_current
    if np.any(np.asarray(current) <= 0):
        raise InputError(f"Cell {cell.name}: critical current", "0 A", "the free layer must be perpendicular",
                         "Take a smaller diameter or a stronger anisotropy.")  # fmt: skip
    return current


def device_write_voltage(cell: Cell, node: Node | None = None) -> Array:
    """Return the voltage over the storage device while writing, V.

    Of a junction with a write driver the larger one of both directions on its node, without a driver that in its
    antiparallel state; of a spin-orbit cell the heavy metal's.

    Raises:
        InputError: a cell with a driver and no node.
    """
    if cell.driver is not None:
        point = _written(cell, node).point
        return np.maximum(point[0].voltage, point[1].voltage)
    if cell.transistor is not None:
        return cell.transistor.program_voltage
    if cell.metal is not None:
        return write_current(cell) * cell.metal.sheet_resistance * cell.metal_squares
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
    if cell.transistor is not None:
        return cell.transistor.read_current / voltage, cell.transistor.off_current / voltage
    if cell.resistive is not None:
        high, low = resistive.nominal_conductances(cell.resistive)
        return high / (1.0 + series * high), low / (1.0 + series * low)
    junction = cell.mtj
    parallel = junction.resistance("P")
    film = junction.stack
    seen = transport.divided_voltage(
        voltage, series, parallel, junction.tmr(), film.half_voltage, film.parallel_curvature
    )
    return 1.0 / (parallel + series), 1.0 / (parallel * (1.0 + junction.tmr(seen)) + series)


def disturb(cell: Cell, voltage: Array, series: Array) -> Array:
    """Return the read current over the critical current; 0 where a device has none, infinite where nothing holds it."""
    if cell.junction is None:
        return 0.0
    current = voltage * read_conductances(cell, voltage, series)[0]
    current, holds = np.broadcast_arrays(current, cell.junction.critical_current)
    ratio = np.full(current.shape, np.inf)  # a draw that has lost its perpendicular state
    np.divide(current, holds, out=ratio, where=holds > 0)
    return ratio if ratio.ndim else float(ratio)


def write_voltage(cell: Cell, node: Node) -> Array:
    """Return the voltage over storage device and access transistor while writing, V: the level of a write driver.

    Without a driver that of the antiparallel state, worst case; the transistor saturates while it carries the write
    current, so it is given the supply's overdrive over threshold.
    """
    if cell.transistor is not None:
        return cell.transistor.program_voltage
    if cell.driver is not None:
        return cell.driver.supply
    return device_write_voltage(cell) + np.maximum(node.supply - node.threshold, 0.1)


def write_pulse(cell: Cell) -> Array:
    """Return the length of one write pulse, s: the driver's or the device's where there is one, else the cell's."""
    if cell.driver is not None:
        return cell.driver.pulse
    return cell.write_pulse if cell.transistor is None else cell.transistor.program_pulse


def write_attempts(cell: Cell, node: Node) -> Array:
    """Return the mean number of write pulses per bit: what verify and retry make of the write error, or the cell's."""
    return _written(cell, node).attempts if cell.driver is not None else cell.write_attempts


def pump_efficiency(cell: Cell, node: Node) -> Array:
    """Return the energy that a cell's pump or regulator delivers over what it takes from the supply; 1 without one."""
    if cell.driver is not None:
        return cell.driver.efficiency
    return 1.0 if cell.pump is None else pumps.efficiency(cell.pump, node.supply, write_voltage(cell, node))


def write_energy(cell: Cell, node: Node) -> Array:
    """Return the energy to write one device with verify, J, from the supply, a pump's loss included; without lines."""
    if cell.flash is not None:
        return flash.program_energy(cell.flash, pump_efficiency(cell, node)) * cell.write_attempts
    if cell.fefet is not None:
        return fefet.program_energy(cell.fefet, pump_efficiency(cell, node)) * cell.write_attempts
    if cell.driver is not None:
        return _written(cell, node).pulse_energy
    return write_voltage(cell, node) * write_current(cell) * cell.write_pulse * cell.write_attempts
