"""Costs of an array of SRAM bits that computes by sharing charge."""

from __future__ import annotations

import numpy as np

from remanence.circuit import layout, transistor
from remanence.circuit.array import ArrayCost, require_layout, row_side
from remanence.circuit.cell import Cell
from remanence.circuit.converter import Converter
from remanence.circuit.decoder import select
from remanence.circuit.gates import Periphery, gates_on
from remanence.circuit.node import Node
from remanence.circuit.transistor import REFERENCE
from remanence.circuit.wire import wire
from remanence.core.declare import Array
from remanence.core.errors import InputError
from remanence.device import Capacitor
from remanence.device.capacitor import sampled_noise


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
    per_length = wire(node, "line").capacitance
    return rows * (
        layout.access_width(cell, node) * node.drain_capacitance + layout.cell_height(cell, node) * per_length
    )


def charge_array_cost(
    cell: Cell,
    node: Node,
    converter: Converter,
    periphery: Periphery,
    *,
    rows: int,
    columns: int,
    columns_per_converter: int,
    sampling_time: Array,
    accumulator_bits: int,
    temperature: Array = REFERENCE,
) -> ArrayCost:
    """Return the costs of an array of differential charge-domain SRAM cells.

    In a step every unit is emptied, those of a raised row whose bit is set are charged to the supply, then all units of
    a line are connected, and the converter takes the difference of the pair. A charged unit takes C_u V_dd^2 from the
    supply, with the switch beside it; connecting takes nothing more. Per line and step the two control gates of each
    cell (empty, connect) swing, behind chains of inverters sized for them, as rows and the bitlines of a write have.
    All columns do this at once and keep their charge until their converter comes round.

    Args:
        cell: with a unit capacitor.
        node: the CMOS node.
        converter: one of those at the foot of the array.
        periphery: the circuits around the array.
        rows: wordlines of the array.
        columns: pairs along a wordline.
        columns_per_converter: columns that share a converter, one after the other.
        sampling_time: for the converter to take the sample, s.
        accumulator_bits: width of the digital accumulator behind a converter.
        temperature: K, 233 to 423; of the thermal noise too.

    Raises:
        InputError: a count below 1, or a cell without a unit capacitor.
        ValidityError: a temperature outside the range.
    """
    require_layout("charge_array_cost", rows, columns, columns_per_converter)
    unit = unit_capacitor(cell)
    around = gates_on(node, periphery, temperature)
    gate = layout.access_width(cell, node)
    width, height = layout.cell_width(cell, node), layout.cell_height(cell, node)
    drains, gates = gate * node.drain_capacitance, gate * node.gate_capacitance
    parasitic = line_parasitic(cell, node, rows)
    along, down = columns * width * around.line.resistance, rows * height * around.line.resistance
    wordline = columns * (2.0 * cell.devices * gates + width * around.line.capacitance)  # a gate of two transistors
    bitline = rows * (drains + height * around.line.capacitance)
    raising = row_side(node, periphery, around, rows=rows, load=wordline, resistance=along, height=rows * height)
    control, written = (
        select(around, inputs=1, load=load, resistance=down, rise=0.0, stage=periphery.driver_stage)
        for load in (rows * (gates + height * around.line.capacitance), bitline)
    )

    resistance = transistor.linear_resistance(node, temperature) / gate
    # to a quarter of a cell among all rows: exp(-t/tau) = 1/(4 rows)
    accuracy = np.log(4.0 * rows)
    charging = accuracy * 2.0 * resistance * (unit.capacitance + drains)
    sharing = accuracy * (resistance * unit.capacitance + down * parasitic / 2.0)
    conversion_time = np.maximum(1.0 / converter.rate, sampling_time)
    in_turn = min(columns_per_converter, columns)
    conversions = -(-columns // columns_per_converter)

    bits = rows * columns * cell.devices
    # two control lines and two bitlines a bit, and a switch to the converter where columns share one
    side = cell.devices * columns * (2.0 * control.width + 2.0 * written.width)
    switches = cell.devices * columns * (around.smallest if in_turn > 1 else 0.0)
    driving = (raising.width + side) * around.leakage + switches * around.leakage / (1.0 + around.ratio)
    holding = bits * transistor.sram_leakage(node, temperature) * cell.bit_area_factor
    return ArrayCost(
        cell_read_low=(unit.capacitance + drains) * node.supply**2,
        cell_read_high=0.0,
        wordline_toggle=raising.toggle,
        bitline_read=cell.devices * 2.0 * control.energy,
        conversion=converter.energy,
        shift_add=accumulator_bits * node.adder_bit_energy,
        write_bit=written.energy + raising.drive.energy / columns,
        step_time=raising.drive.delay + 2.0 * control.delay + charging + sharing + in_turn * conversion_time,
        write_row_time=raising.drive.delay + written.delay,
        area_cells=rows * columns * width * height,
        area_converters=conversions * converter.area,
        area_drivers=raising.area + (side * (1.0 + around.ratio) + switches) * around.area,
        area_accumulators=conversions * accumulator_bits * node.adder_bit_area,
        leakage=holding + driving,
        standby=holding + driving * node.gated_fraction,
        line_drop=0.0,
        disturb=0.0,
        noise=np.sqrt(2.0)
        * sampled_noise(unit, rows=rows, parasitic=parasitic, supply=node.supply, temperature=temperature),
    )
