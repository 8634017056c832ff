"""Costs of an array of SRAM bits that computes by sharing charge."""

from __future__ import annotations

import numpy as np

from remanence.circuit import layout, line
from remanence.circuit.array import DRIVER_AREA_PER_LINE, ArrayCost
from remanence.circuit.cell import Cell
from remanence.circuit.converter import Converter
from remanence.circuit.node import Node
from remanence.core.declare import Array
from remanence.core.errors import InputError
from remanence.device import Capacitor
from remanence.device.capacitor import sampled_noise

TEMPERATURE = 298.15
"""Temperature in K of the thermal noise; the node cards hold there."""


def unit_capacitor(cell: Cell) -> Capacitor:
    """Return the unit capacitor of a cell that computes with charge.

    Raises:
        InputError: another cell.
    """
    if cell.capacitor is None:
        raise InputError("Cell", cell.topology, "this needs a cell with a unit capacitor")
    return cell.capacitor


def line_parasitic(cell: Cell, node: Node, rows: int) -> Array:
    """Return the capacitance of one shared line besides its units, F: its wire and the switch of each cell."""
    width = layout.access_width(cell, node)
    return rows * (width * node.drain_capacitance + layout.cell_height(cell, node) * node.wire_capacitance)


def charge_array_cost(
    cell: Cell,
    node: Node,
    converter: Converter,
    *,
    rows: int,
    columns: int,
    columns_per_converter: int,
    sampling_time: Array,
    accumulator_bits: int,
) -> ArrayCost:
    """Return the costs of an array of differential charge-domain SRAM cells.

    In a step every unit is emptied, those of a raised row whose bit is set are charged to the supply, then all units of
    a line are connected, and the converter takes the difference of the pair. A charged unit takes C_u V_dd^2 from the
    supply, with the switch beside it; connecting takes nothing more. Per line and step the two control gates of each
    cell (empty, connect) swing. All columns do this at once and keep their charge until their converter comes round.

    Args:
        cell: with a unit capacitor.
        node: the CMOS node.
        converter: one of those at the foot of the array.
        rows: wordlines of the array.
        columns: pairs along a wordline.
        columns_per_converter: columns that share a converter, one after the other.
        sampling_time: for the converter to take the sample, s.
        accumulator_bits: width of the digital accumulator behind a converter.

    Raises:
        InputError: a count below 1, or a cell without a unit capacitor.
    """
    for name, number in (("rows", rows), ("columns", columns), ("columns_per_converter", columns_per_converter)):
        if number < 1:
            raise InputError(f"charge_array_cost: {name}", number, "must be at least 1")
    unit = unit_capacitor(cell)
    gate = layout.access_width(cell, node)
    width, height = layout.cell_width(cell, node), layout.cell_height(cell, node)
    drains, gates = gate * node.drain_capacitance, gate * node.gate_capacitance
    parasitic = line_parasitic(cell, node, rows)
    wordline = columns * (2.0 * cell.devices * gates + width * node.wire_capacitance)  # a gate of two transistors
    bitline = rows * (drains + height * node.wire_capacitance)
    control = rows * (2.0 * gates + height * node.wire_capacitance)

    resistance = node.linear_resistance / gate
    # to a quarter of a cell among all rows: exp(-t/tau) = 1/(4 rows)
    accuracy = np.log(4.0 * rows)
    charging = accuracy * 2.0 * resistance * (unit.capacitance + drains)
    sharing = accuracy * (resistance * unit.capacitance + rows * height * node.line_resistance * parasitic / 2.0)
    driver = node.linear_resistance / (20.0 * node.metal_pitch)
    raising = line.step_delay(driver, columns * width * node.line_resistance, wordline)
    conversion_time = np.maximum(1.0 / converter.rate, sampling_time)
    in_turn = min(columns_per_converter, columns)
    conversions = -(-columns // columns_per_converter)

    bits = rows * columns * cell.devices
    drivers = (rows + cell.devices * columns) * 10.0 * gate
    periphery = node.supply * node.off_current * drivers
    holding = bits * node.sram_cell_leakage * cell.bit_area_factor
    return ArrayCost(
        cell_read_low=(unit.capacitance + drains) * node.supply**2,
        cell_read_high=0.0,
        wordline_toggle=wordline * node.supply**2,
        bitline_read=cell.devices * control * node.supply**2,
        conversion=converter.energy,
        shift_add=accumulator_bits * node.adder_bit_energy,
        write_bit=(bitline + wordline / columns) * node.supply**2,
        step_time=raising + charging + sharing + in_turn * conversion_time,
        write_row_time=raising + line.step_delay(driver, rows * height * node.line_resistance, bitline),
        area_cells=rows * columns * width * height,
        area_converters=conversions * converter.area,
        area_drivers=(rows + cell.devices * columns) * DRIVER_AREA_PER_LINE * width * height / cell.devices,
        area_accumulators=conversions * accumulator_bits * node.adder_bit_area,
        leakage=holding + periphery,
        standby=holding + periphery * node.gated_fraction,
        line_drop=0.0,
        disturb=0.0,
        noise=np.sqrt(2.0)
        * sampled_noise(unit, rows=rows, parasitic=parasitic, supply=node.supply, temperature=TEMPERATURE),
    )
