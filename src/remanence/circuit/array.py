"""Costs of an array that computes: rows of cells read at once, a converter per group of columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from remanence.circuit import cell as cells
from remanence.circuit import layout, line
from remanence.circuit.cell import Cell
from remanence.circuit.converter import Converter
from remanence.circuit.node import Node
from remanence.core.declare import Array
from remanence.core.errors import InputError

DRIVER_AREA_PER_LINE = 12.0
"""Area of a line's driver and decoder share, in cells of one junction each (assumed; layout rule of thumb)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrayCost:
    """What each event in a computing array costs, scope macro; floats or arrays of draws."""

    cell_read_low: Array  # J, one device in its low-resistance state sampled once
    cell_read_high: Array  # J, high-resistance state
    wordline_toggle: Array  # J
    bitline_read: Array  # J, charging one differential pair to the read voltage
    conversion: Array  # J
    shift_add: Array  # J
    write_bit: Array  # J, one device with verify, lines included
    step_time: Array  # s, one array activation: all columns converted
    write_row_time: Array  # s
    area_cells: Array  # m^2
    area_converters: Array  # m^2
    area_drivers: Array  # m^2
    leakage: Array  # W, while the chip runs
    standby: Array  # W, keeping the weights
    area_accumulators: Array  # m^2
    line_drop: Array  # share of the read voltage lost at the far end, all rows conducting
    disturb: Array  # read current of the parallel state over the critical current
    noise: Array = 0.0  # rms thermal noise of one conversion, in units of one cell


def array_cost(
    cell: Cell,
    node: Node,
    converter: Converter,
    *,
    rows: int,
    columns: int,
    columns_per_converter: int,
    read_voltage: Array,
    sampling_time: Array,
    accumulator_bits: int,
) -> ArrayCost:
    """Return the costs of a current-sum array of cells read by their resistance.

    Cell currents are charged at the supply: the clamp that holds the bitline at the read voltage passes them down from
    there. The wordline swings over the supply; the bitlines over the read voltage.

    Args:
        cell: a magnetic or resistive cell; a differential one sits on a pair of bitlines.
        node: the CMOS node.
        converter: one of those at the foot of the array.
        rows: wordlines of the array, all of which may be up at once.
        columns: cells along a wordline.
        columns_per_converter: columns that share a converter, one after the other.
        read_voltage: over cell and access transistor, V.
        sampling_time: for which a column conducts per conversion, s.
        accumulator_bits: width of the digital accumulator behind a converter.
    """
    for name, number in (("rows", rows), ("columns", columns), ("columns_per_converter", columns_per_converter)):
        if number < 1:
            raise InputError(f"array_cost: {name}", number, "must be at least 1")
    series = layout.access_resistance(cell, node)
    conductance_low, conductance_high = cells.read_conductances(cell, read_voltage, series)
    width, height = layout.cell_width(cell, node), layout.cell_height(cell, node)
    gates = cell.devices * layout.access_width(cell, node)
    wordline = columns * (gates * node.gate_capacitance + width * node.wire_capacitance)
    drains = layout.access_width(cell, node) * node.drain_capacitance
    bitline = rows * (drains + height * node.wire_capacitance)
    line_resistance = height * node.line_resistance

    conversions = -(-columns // columns_per_converter)
    conversion_time = np.maximum(1.0 / converter.rate, sampling_time)
    settle = line.step_delay(1.0 / conductance_low, rows * line_resistance, bitline)
    per_siemens = node.supply * read_voltage * (settle + sampling_time)  # the column conducts while it settles too
    write_voltage = cells.write_voltage(cell, node)
    write_lines = (2.0 * bitline + wordline / columns) * write_voltage**2
    driver_area = DRIVER_AREA_PER_LINE * layout.cell_area(cell, node) / cell.devices
    chains = (rows + cell.devices * columns) * 10.0  # drivers, fan-out 10 in all
    widths = chains * layout.access_width(cell, node)
    leakage = node.supply * node.off_current * widths
    return ArrayCost(
        cell_read_low=conductance_low * per_siemens,
        cell_read_high=conductance_high * per_siemens,
        wordline_toggle=wordline * node.supply**2,
        bitline_read=cell.devices * bitline * read_voltage * node.supply,
        conversion=converter.energy,
        shift_add=accumulator_bits * node.adder_bit_energy,
        write_bit=cells.write_energy(cell, node) + write_lines * cell.write_attempts,
        step_time=min(columns_per_converter, columns) * np.maximum(conversion_time, settle + sampling_time),
        write_row_time=2.0 * cell.write_pulse * cell.write_attempts,  # one pulse per direction
        area_cells=rows * columns * width * height,
        area_converters=conversions * converter.area,
        area_drivers=(rows + cell.devices * columns) * driver_area,
        area_accumulators=conversions * accumulator_bits * node.adder_bit_area,
        leakage=leakage,
        standby=leakage * node.gated_fraction,
        line_drop=line.worst_drop(line_resistance, conductance_low, rows),
        disturb=cells.disturb(cell, read_voltage, series),
    )
