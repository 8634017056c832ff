"""Costs of an array that computes: rows of cells read at once, a converter per group of columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from remanence.circuit import cell as cells
from remanence.circuit import layout, line, transistor
from remanence.circuit.cell import Cell
from remanence.circuit.converter import Converter
from remanence.circuit.decoder import Drive, predecode, select
from remanence.circuit.gates import Gates, Periphery, gates_on
from remanence.circuit.node import Node
from remanence.circuit.transistor import REFERENCE
from remanence.core.declare import Array
from remanence.core.errors import InputError

ENABLED = 2
"""Inputs of the gate of a row: the input bit (or the decoded address of a write) and the enable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrayCost:
    """What each event in a computing array costs, scope macro; floats or arrays of draws."""

    cell_read_low: Array  # J, one device in its low-resistance state sampled once
    cell_read_high: Array  # J, high-resistance state
    wordline_toggle: Array  # J, with its driver and input register
    bitline_read: Array  # J, charging one differential pair to the read voltage, its switches included
    conversion: Array  # J
    shift_add: Array  # J
    write_bit: Array  # J, one device with verify, lines included
    step_time: Array  # s, one array activation: all columns converted
    write_row_time: Array  # s
    area_cells: Array  # m^2
    area_converters: Array  # m^2
    area_drivers: Array  # m^2, of rows and columns, with column switches and input registers
    leakage: Array  # W, while the chip runs
    standby: Array  # W, keeping the weights
    area_accumulators: Array  # m^2
    line_drop: Array  # share of the read voltage lost at the far end, all rows conducting
    disturb: Array  # read current of the parallel state over the critical current
    noise: Array = 0.0  # rms thermal noise of one conversion, in units of one cell

    @property
    def area(self) -> Array:
        """Area of the array with all that stands around it, m^2."""
        return self.area_cells + self.area_converters + self.area_drivers + self.area_accumulators


class RowSide(NamedTuple):
    """What drives the rows of an array."""

    drive: Drive  # of one row
    toggle: Array  # J, one row raised and lowered, its input register included
    width: Array  # m of n-channel transistors, all rows and the decoder that writes use
    area: Array  # m^2, input registers included


def row_side(
    node: Node, periphery: Periphery, gates: Gates, *, rows: int, load: Array, resistance: Array, height: Array
) -> RowSide:
    """Return the sized buffer chain of each row, its input register, and the decoder by which rows are written.

    Args:
        node: the CMOS node.
        periphery: the circuits around the array.
        gates: the same at a temperature.
        rows: how many.
        load: capacitance of a wordline, F.
        resistance: of a wordline, ohm.
        height: of the rows together, m; the wires of the decoder run along it.
    """
    stage = periphery.driver_stage
    # a decoder gate in front of each row takes what its own gate does
    before = predecode(
        gates,
        bits=int(np.ceil(np.log2(max(rows, 2)))),
        wire=height * gates.line.capacitance,
        row_gate=gates.gate * (ENABLED + gates.ratio) * gates.smallest,
        stage=stage,
    )
    drive = select(gates, inputs=ENABLED, load=load, resistance=resistance, rise=0.0, stage=stage)
    width = rows * drive.width + before.width
    register = rows * node.adder_bit_area * periphery.register_area_share
    return RowSide(
        drive=drive,
        toggle=drive.energy + node.adder_bit_energy * periphery.register_energy_share,
        width=width,
        area=width * (1.0 + gates.ratio) * gates.area + register,
    )


def require_layout(subject: str, rows: int, columns: int, columns_per_converter: int) -> None:
    """Refuse an empty array.

    Raises:
        InputError: a count below 1.
    """
    for name, number in (("rows", rows), ("columns", columns), ("columns_per_converter", columns_per_converter)):
        if number < 1:
            raise InputError(f"{subject}: {name}", number, "must be at least 1")


def array_cost(
    cell: Cell,
    node: Node,
    converter: Converter,
    periphery: Periphery,
    *,
    rows: int,
    columns: int,
    columns_per_converter: int,
    read_voltage: Array,
    sampling_time: Array,
    accumulator_bits: int,
    temperature: Array = REFERENCE,
) -> ArrayCost:
    """Return the costs of a current-sum array of cells read by their resistance.

    Cell currents are charged at the supply: the clamp that holds the bitline at the read voltage passes them down from
    there. The wordline swings over the supply, behind a chain of inverters sized for it; the bitlines over the read
    voltage. Where columns share a converter, a switch in each line has at most the periphery's `mux_drop` of the
    resistance of the column with all its cells conducting; the voltage over it is not in `line_drop`. A line has a
    driver for the write current, its source line another.

    Args:
        cell: a magnetic or resistive cell; a differential one sits on a pair of bitlines. Its devices have the
            temperature of their card.
        node: the CMOS node.
        converter: one of those at the foot of the array.
        periphery: the circuits around the array.
        rows: wordlines of the array, all of which may be up at once.
        columns: cells along a wordline.
        columns_per_converter: columns that share a converter, one after the other.
        read_voltage: over cell and access transistor, V.
        sampling_time: for which a column conducts per conversion, s.
        accumulator_bits: width of the digital accumulator behind a converter.
        temperature: of transistors and wires, K, 233 to 423.

    Raises:
        InputError: a count below 1.
        ValidityError: a temperature outside the range.
    """
    require_layout("array_cost", rows, columns, columns_per_converter)
    gates = gates_on(node, periphery, temperature)
    access = layout.access_width(cell, node)
    series = transistor.linear_resistance(node, temperature) / access
    conductance_low, conductance_high = cells.read_conductances(cell, read_voltage, series)
    width, height = layout.cell_width(cell, node), layout.cell_height(cell, node)
    wordline = columns * (cell.devices * access * node.gate_capacitance + width * gates.line.capacitance)
    raising = row_side(
        node, periphery, gates, rows=rows, load=wordline, resistance=columns * width * gates.line.resistance,
        height=rows * height,
    )  # fmt: skip
    shared = min(columns_per_converter, columns)
    switch = _switch(node, gates, rows * conductance_low, temperature) if shared > 1 else 0.0
    # the clamp holds what is behind the switch at the voltage of every line
    bitline = rows * (access * node.drain_capacitance + height * gates.line.capacitance)
    bitline = bitline + switch * node.drain_capacitance
    line_resistance = height * gates.line.resistance

    conversions = -(-columns // columns_per_converter)
    conversion_time = np.maximum(1.0 / converter.rate, sampling_time)
    settle = line.step_delay(1.0 / conductance_low, rows * line_resistance, bitline)
    per_siemens = node.supply * read_voltage * (settle + sampling_time)  # the column conducts while it settles too
    write_voltage = cells.write_voltage(cell, node)
    write_lines = (2.0 * bitline + wordline / columns) * write_voltage**2
    lines = cell.devices * columns
    writer = 2.0 * cells.write_current(cell, node) / node.on_current  # of the bitline and of the source line
    columns_width = lines * (switch + writer * (1.0 + gates.ratio))
    leakage = raising.width * gates.leakage + lines * (switch + writer) * gates.leakage / (1.0 + gates.ratio)
    return ArrayCost(
        cell_read_low=conductance_low * per_siemens,
        cell_read_high=conductance_high * per_siemens,
        wordline_toggle=raising.toggle,
        bitline_read=cell.devices
        * (bitline * read_voltage * node.supply + switch * node.gate_capacitance * node.supply**2),
        conversion=converter.energy,
        shift_add=accumulator_bits * node.adder_bit_energy,
        write_bit=cells.write_energy(cell, node) + write_lines * cells.write_attempts(cell, node),
        step_time=raising.drive.delay + shared * np.maximum(conversion_time, settle + sampling_time),
        write_row_time=raising.drive.delay + 2.0 * cells.write_pulse(cell) * cells.write_attempts(cell, node),
        area_cells=rows * columns * width * height,
        area_converters=conversions * converter.area,
        area_drivers=raising.area + columns_width * gates.area,
        area_accumulators=conversions * accumulator_bits * node.adder_bit_area,
        leakage=leakage,
        standby=leakage * node.gated_fraction,
        line_drop=line.worst_drop(line_resistance, conductance_low, rows),
        disturb=cells.disturb(cell, read_voltage, series),
    )


def _switch(node: Node, gates: Gates, conductance: Array, temperature: Array) -> Array:
    """Width of the switch of a column of a conductance, m."""
    needed = transistor.linear_resistance(node, temperature) * conductance / gates.mux_drop
    return node.transistor_width(np.maximum(needed, gates.smallest))
