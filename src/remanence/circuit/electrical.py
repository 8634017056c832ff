"""What an array needs to know of a cell: its size, its loads on the lines, how it is sensed and written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from remanence.core.declare import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Electrical:
    """A cell on a node at a temperature, as its array sees it; floats or arrays of draws.

    What a cell does not have is 0: an SRAM cell has no conductances, a junction no storage capacitance. A cell stores
    `bits_per_cell` bits on `devices` storage devices that are written apart; capacitances are of the whole cell on all
    lines that a read raises (wordline) or uses (bitline: one line; a differential cell has one on each of two).
    """

    sensing: Literal["current", "voltage", "charge"]  # conductance of the cell, discharge of a bitline, shared charge
    width: Array  # m, along the wordline
    height: Array  # m, along the bitline
    gate_capacitance: Array  # F, of one cell on its wordline
    drain_capacitance: Array  # F, of one cell on one bitline
    access_resistance: Array  # ohm, of the transistor in series with the storage device
    conductance_low: Array  # S, of the high-resistance state behind the access device at `read_voltage`
    conductance_high: Array  # S, of the low-resistance state
    cell_current: Array  # A, that a cell in its conducting state draws from the bitline
    storage_capacitance: Array  # F, of a cell that is read by its charge
    read_voltage: Array  # V, of the bitline while reading; the precharge of an SRAM bitline
    wordline_voltage: Array  # V
    write_current: Array  # A, per device
    write_voltage: Array  # V, at supply level (what the write supply or the pump gives)
    write_pulse: Array  # s, one
    write_attempts: Array  # pulses per bit, on average
    write_energy: Array  # J per bit at supply level, all devices and attempts, without lines
    pump_efficiency: Array  # energy delivered at `write_voltage` over energy from the core supply; 1 without a pump
    destructive: bool  # a read destroys the state and must write it back
    retention_time: Array  # s without refresh; inf where the state stays or the cell feeds itself
    cell_leakage: Array  # W, of an unselected cell under power
    bits_per_cell: int
    devices: int

    @property
    def area(self) -> Array:
        """Area of one cell, m^2."""
        return self.width * self.height

    @property
    def keeps(self) -> bool:
        """Whether the state stays without power."""
        return self.sensing == "current"
