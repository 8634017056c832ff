"""Costs of a macro that stores: one row at a time, sense amplifiers."""

from __future__ import annotations

from dataclasses import dataclass

from remanence.circuit import cell as cells
from remanence.circuit import line
from remanence.circuit.cell import Cell
from remanence.circuit.node import Node
from remanence.core.declare import Array, count, part, quantity, text, value
from remanence.core.errors import InputError


@value
class Memory:
    """A storage macro: subarrays of rows and columns, a word per access."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    cell: Cell = part(Cell, doc="the memory cell")
    rows: int = count(doc="wordlines of a subarray", at_least=2, at_most=8192)
    columns: int = count(doc="bitlines of a subarray", at_least=2, at_most=8192)
    word_bits: int = count(doc="data bits per access", at_least=1, at_most=4096)
    check_bits: int = count(doc="error-correction bits per word", at_least=0, at_most=512, default=0)
    read_voltage: Array = quantity("V", above=0, doc="bitline voltage (magnetic) or swing (SRAM) of a read")
    sense_margin: Array = quantity("V", above=0, doc="input difference that the sense amplifier needs, 6 sigma offset")
    sense_energy: Array = quantity("J", above=0, doc="one sense amplifier firing")
    sense_time: Array = quantity("s", above=0, doc="regeneration time of the sense amplifier")
    array_efficiency: Array = quantity("1", above=0, at_most=1, doc="share of the macro's area that is cells")

    def check(self) -> None:
        """A word must fit in a row."""
        if self.word_bits + self.check_bits > self.columns:
            raise InputError("Memory.columns", self.columns,
                             f"a row must hold a word of {self.word_bits + self.check_bits} bits")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryCost:
    """What a storage macro costs per data bit, scope macro; floats or arrays of draws."""

    read_bit: Array  # J
    write_bit: Array  # J
    read_time: Array  # s, one word
    write_time: Array  # s, one word
    area_bit: Array  # m^2
    active_leakage_bit: Array  # W
    standby_bit: Array  # W, keeping the data


def memory_cost(memory: Memory, node: Node) -> MemoryCost:
    """Return the costs per data bit of a storage macro.

    Cells read by their resistance: the selected cell and a reference conduct from the supply until the bitline
    capacitance has developed the sense margin from half the current difference of the two states. SRAM: a precharged
    bitline pair loses the margin through the cell. Check bits are charged to the data bits, the wordline once.
    """
    cell = memory.cell
    width, height = cells.cell_width(cell, node), cells.cell_height(cell, node)
    overhead = (memory.word_bits + memory.check_bits) / memory.word_bits
    access = cells.access_width(cell, node) if cell.keeps else node.metal_pitch
    gates = max(cell.devices, 2) if not cell.keeps else cell.devices
    wordline_capacitance = memory.columns * (gates * access * node.gate_capacitance + width * node.wire_capacitance)
    wordline_resistance = memory.columns * width * node.line_resistance
    bitline_capacitance = memory.rows * (access * node.drain_capacitance + height * node.wire_capacitance)
    bitline_resistance = memory.rows * height * node.line_resistance
    driver = node.linear_resistance / (20.0 * node.metal_pitch)
    select = line.step_delay(driver, wordline_resistance, wordline_capacitance)
    decode = 4.0 * 0.69 * node.linear_resistance * 4.0 * node.gate_capacitance  # four stages, fan-out 4
    wordline_energy = wordline_capacitance * node.supply**2 / memory.word_bits

    if cell.keeps:
        series = cells.access_resistance(cell, node) + bitline_resistance
        low, high = cells.read_conductances(cell, memory.read_voltage, series)
        develop = bitline_capacitance * memory.sense_margin / (memory.read_voltage * (low - high) / 2.0)
        settle = line.step_delay(1.0 / low - bitline_resistance, bitline_resistance, bitline_capacitance)
        sensing = settle + develop + memory.sense_time
        cell_energy = 2.0 * node.supply * memory.read_voltage * (low + high) / 2.0 * sensing  # cell and reference
        line_energy = 2.0 * bitline_capacitance * memory.read_voltage * node.supply
        write_voltage = cells.write_voltage(cell, node)
        write_bit = cells.write_energy(cell, node) + cell.write_attempts * bitline_capacitance * write_voltage**2
        write_bit = cell.devices * write_bit
        write_time = 2.0 * cell.write_pulse * cell.write_attempts
        leakage_cell: Array = 0.0
    else:
        current = node.on_current * node.metal_pitch / 2.0  # two transistors in series, minimum width
        develop = bitline_capacitance * memory.sense_margin / current
        sensing = develop + memory.sense_time
        cell_energy = 0.0
        line_energy = bitline_capacitance * memory.read_voltage * node.supply
        write_bit = bitline_capacitance * node.supply**2
        write_time = select + decode + line.step_delay(driver, bitline_resistance, bitline_capacitance)
        leakage_cell = node.sram_cell_leakage
    read_bit = overhead * (cell_energy + line_energy + memory.sense_energy) + wordline_energy
    area_bit = overhead * width * height / memory.array_efficiency
    periphery = (10.0 * access / memory.columns + 10.0 * access / memory.rows) * node.off_current * node.supply
    return MemoryCost(
        read_bit=read_bit,
        write_bit=overhead * write_bit + wordline_energy,
        read_time=decode + select + sensing,
        write_time=write_time + decode + select,
        area_bit=area_bit,
        active_leakage_bit=overhead * (leakage_cell + periphery),
        standby_bit=overhead * (node.gated_fraction * periphery if cell.keeps else leakage_cell + periphery),
    )
