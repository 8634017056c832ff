"""What an array needs to know of a cell: its size, its loads on the lines, how it is sensed and written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from remanence.circuit import cell as cells
from remanence.circuit import driven, layout, transistor
from remanence.circuit.cell import Cell
from remanence.circuit.node import Node
from remanence.core import declare
from remanence.core.declare import Array
from remanence.core.errors import InputError

SETTLE = 2.3
"""Time constants until a level has come within a tenth of its end: ln 10."""


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
    write_energy: Array  # J per bit from the supply, a pump's loss included, all devices and attempts, without lines
    pump_efficiency: Array  # energy delivered at `write_voltage` over energy from the supply, for lines; 1: no pump
    destructive: bool  # a read destroys the state and must write it back
    retention_time: Array  # s without refresh; inf where the state stays or the cell feeds itself
    cell_leakage: Array  # W, of an unselected cell under power
    bits_per_cell: int
    devices: int
    write_gate_capacitance: Array = 0.0  # F, on a separate write wordline; 0 where one wordline serves both
    write_drain_capacitance: Array = 0.0  # F, on a separate write bitline; 0 where one bitline serves both
    word_attempts: Array = 0.0  # pulses until the slowest bit of a word is written, on average; 0: `write_attempts`
    regulated: bool = False  # a regulator, not a pump, gives `write_voltage`: its loss counts, no pump takes area
    verified: bool = False  # a read follows every pulse; else where there is more than one attempt

    @property
    def area(self) -> Array:
        """Area of one cell, m^2."""
        return self.width * self.height

    @property
    def keeps(self) -> bool:
        """Whether the state stays without power."""
        return self.sensing == "current"


def electrical(
    cell: Cell, node: Node, temperature: Array = transistor.REFERENCE, *, word_bits: float = 1.0
) -> Electrical:
    """Return what an array needs to know of a cell on a node at a temperature.

    The layout, the drive and the write pulse are those of the design: they follow from the cell's card (its junction at
    its own temperature) and the node at 25 degC. Temperature enters what is read and what leaks: the junction's
    resistances, the access transistor's on-resistance, the discharge current of a latch, leakage, and retention of a
    dynamic cell above the temperature of its card (shorter by the leakage of the node's transistors, assumed). ReRAM,
    PCM, flash and ferroelectric cells have no temperature law and keep their card's values.

    A junction with a write driver is sized at the worst write corner and written as `circuit.write` says at the
    temperature asked for: voltage, current, pulse, attempts and energy are the driver's (`circuit.driven`). A junction
    without one, a spin-orbit cell (written through its metal, whose error curve is not modelled), ReRAM and PCM take
    overdrive, pulse and attempts from their card and size the transistor by `source_degeneration`; flash and
    ferroelectric cells, their device and pump.

    Unselected cells whose lines rest at ground leak nothing; that of a latch is the node's, times the area factor of a
    cell with more transistors (assumed: leakage grows as the layout does).

    Args:
        cell: the cell; a cell read by its current needs a `read_voltage`.
        node: the CMOS node; fields of both may be arrays of draws.
        temperature: K, 233 to 423; broadcasts with the fields.
        word_bits: written at once, check bits included: the slowest of them ends a verified write.

    Raises:
        InputError: a device on a node where it has no card, no read voltage, a driver that cannot write the junction.
        ValidityError: a temperature outside the range.
    """
    layout.check_node(cell, node)
    transistor.check_temperature(temperature, "electrical")
    if cell.static:
        return _latch(cell, node, temperature)
    if cell.edram is not None:
        return _dynamic(cell, node, temperature)
    return _resistance(cell, node, temperature, word_bits)


def _resistance(cell: Cell, node: Node, temperature: Array, word_bits: float) -> Electrical:
    if not np.all(np.asarray(cell.read_voltage) > 0):
        raise InputError(
            f"Cell {cell.name}: read_voltage",
            f"{float(np.min(cell.read_voltage)):g} V",
            "must be above 0 V for a cell that is read by its current",
            "State it on the card.",
        )
    width = layout.access_width(cell, node)
    access = 0.0 if cell.transistor is not None else transistor.linear_resistance(node, temperature) / width
    warm = cell
    if cell.junction is not None:
        warm = declare.replace(cell, junction=declare.replace(cell.junction, temperature=temperature))
    high, low = cells.read_conductances(warm, cell.read_voltage, access)
    wordline = cell.flash.read_wordline if cell.flash is not None else 0.0
    found = _shape(cell, node, width)
    if cell.metal is not None:  # the write transistor has a wordline and a bitline of its own
        large = layout.write_width(cell, node)
        found = replace(
            found,
            write_gate_capacitance=large * node.gate_capacitance,
            write_drain_capacitance=large * node.drain_capacitance,
        )
    return replace(
        _written(found, cell, warm, node, word_bits),
        access_resistance=access,
        conductance_low=low,
        conductance_high=high,
        cell_current=high * cell.read_voltage,
        read_voltage=cell.read_voltage,
        wordline_voltage=np.where(np.asarray(wordline) > 0, wordline, node.supply) if cell.flash else node.supply,
        retention_time=np.inf,
    )


def _written(found: Electrical, cell: Cell, warm: Cell, node: Node, word_bits: float) -> Electrical:
    """Add how a cell is written: through a driver at the temperature it has by now, else as its card says."""
    of = cell if cell.driver is None else warm
    found = replace(
        found,
        # a field, not a current, switches a ferroelectric cell
        write_current=0.0 if cell.fefet is not None else cells.write_current(of, node),
        write_voltage=cells.write_voltage(of, node),
        write_pulse=cells.write_pulse(of),
        write_attempts=cells.write_attempts(of, node),
        write_energy=cell.devices * cells.write_energy(of, node),
        pump_efficiency=cells.pump_efficiency(of, node),
    )
    if warm.driver is None:
        return found
    word = driven.written(warm.mtj, node, warm.driver, word_bits * cell.devices)
    return replace(found, word_attempts=word.word_attempts, verified=warm.driver.attempts > 1, regulated=True)


def _latch(cell: Cell, node: Node, temperature: Array) -> Electrical:
    width = layout.access_width(cell, node)
    inner = 2.0 * width * (node.gate_capacitance + node.drain_capacitance)  # a node of the latch
    single = cell.topology == "8T SRAM"  # a read port of its own: one gate, one bitline
    found = _shape(cell, node, width)
    gate = width * node.gate_capacitance
    return replace(
        found,
        sensing="voltage",
        gate_capacitance=gate if single else 2.0 * cell.devices * gate,
        write_gate_capacitance=2.0 * gate if single else 0.0,
        write_drain_capacitance=width * node.drain_capacitance if single else 0.0,
        access_resistance=transistor.linear_resistance(node, temperature) / width,
        cell_current=transistor.on_current(node, temperature) * width / 2.0,  # two transistors in series
        read_voltage=node.supply,
        wordline_voltage=node.supply,
        write_voltage=node.supply,
        write_pulse=SETTLE * transistor.linear_resistance(node, temperature) / width * inner,
        write_energy=cell.devices * inner * node.supply**2,
        retention_time=np.inf,
        cell_leakage=cell.devices * transistor.sram_leakage(node, temperature) * cell.bit_area_factor,
        bits_per_cell=cell.devices,
    )


def _dynamic(cell: Cell, node: Node, temperature: Array) -> Electrical:
    store = cell.edram
    assert store is not None
    width = layout.access_width(cell, node)
    resistance = transistor.linear_resistance(node, temperature) / width
    limit = np.minimum(store.retention_temperature, transistor.HIGHEST)
    hotter = np.maximum(np.asarray(temperature, dtype=np.float64), limit)
    shorter = transistor.leakage_factor(node, hotter) / transistor.leakage_factor(node, limit)
    return replace(
        _shape(cell, node, width),
        sensing="charge",
        access_resistance=resistance,
        storage_capacitance=store.capacitance,
        read_voltage=node.supply / 2.0,
        wordline_voltage=node.supply + store.boost,
        write_voltage=node.supply,
        write_pulse=SETTLE * resistance * store.capacitance,
        write_energy=store.capacitance * node.supply**2 / 2.0,  # half of the bits, or their twins, are charged
        destructive=True,
        retention_time=store.retention_time / shorter,
    )


def _shape(cell: Cell, node: Node, width: Array) -> Electrical:
    """Return size and loads of a cell; all else is what a cell without it has."""
    return Electrical(
        sensing="current",
        width=layout.cell_width(cell, node),
        height=layout.cell_height(cell, node),
        gate_capacitance=cell.devices * width * node.gate_capacitance,
        drain_capacitance=width * node.drain_capacitance,
        access_resistance=0.0,
        conductance_low=0.0,
        conductance_high=0.0,
        cell_current=0.0,
        storage_capacitance=0.0,
        read_voltage=0.0,
        wordline_voltage=0.0,
        write_current=0.0,
        write_voltage=0.0,
        write_pulse=0.0,
        write_attempts=1.0,
        write_energy=0.0,
        pump_efficiency=1.0,
        destructive=False,
        retention_time=0.0,
        cell_leakage=0.0,
        bits_per_cell=1,
        devices=cell.devices,
    )
