"""Costs of a macro that stores: one row at a time, sense amplifiers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from remanence.circuit import cell as cells
from remanence.circuit import layout, line
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
    read_voltage: Array = quantity(
        "V",
        at_least=0,
        doc="bitline voltage (cells read by resistance) or swing (SRAM) of a read; left out for eDRAM",
        default=0.0,
    )
    sense_margin: Array = quantity("V", above=0, doc="input difference that the sense amplifier needs, 6 sigma offset")
    sense_energy: Array = quantity("J", above=0, doc="one sense amplifier firing")
    sense_time: Array = quantity("s", above=0, doc="regeneration time of the sense amplifier")
    array_efficiency: Array = quantity("1", above=0, at_most=1, doc="share of the macro's area that is cells")

    def check(self) -> None:
        """A word must fit in a row, and a read needs a voltage."""
        dynamic = self.cell.edram is not None
        if dynamic == bool(np.all(np.asarray(self.read_voltage) > 0)):
            rule = "is half the supply in eDRAM and not given" if dynamic else "must be greater than 0"
            raise InputError("Memory.read_voltage", f"{np.min(self.read_voltage):g} V", rule)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lines:
    """What every kind of cell sees: one wordline and one bitline of a subarray."""

    wordline: Array  # F
    bitline: Array  # F
    bitline_resistance: Array  # ohm
    driver: Array  # ohm
    select: Array  # s, address to wordline


@dataclass(frozen=True, slots=True, kw_only=True)
class _Access:
    """What a read and a write of one bit take besides the wordline; the leakage of a cell."""

    read: Array  # J
    write: Array  # J
    sensing: Array  # s
    writing: Array  # s
    leakage: Array = 0.0  # W, running
    keeping: Array = 0.0  # W, standby
    wordline_swing: Array  # V


def memory_cost(memory: Memory, node: Node) -> MemoryCost:
    """Return the costs per data bit of a storage macro.

    Cells read by their resistance: the selected cell and a reference conduct from the supply until the bitline
    capacitance has developed the sense margin from half the current difference of the two states. SRAM: a precharged
    bitline pair loses the margin through the cell. eDRAM: a read shares the cell's charge with the bitline and destroys
    it, so every cell of the row is sensed and restored, whatever the word; the same is done to each row once per
    retention time. Check bits are charged to the data bits, the wordline once.

    Raises:
        InputError: an eDRAM bitline so long that the cell's charge does not move it by the sense margin.
    """
    cell = memory.cell
    width, height = layout.cell_width(cell, node), layout.cell_height(cell, node)
    overhead = (memory.word_bits + memory.check_bits) / memory.word_bits
    access = layout.access_width(cell, node)
    gates = 2 if cell.topology == "6T SRAM" else cell.devices
    wordline = memory.columns * (gates * access * node.gate_capacitance + width * node.wire_capacitance)
    driver = node.linear_resistance / (20.0 * node.metal_pitch)
    decode = 4.0 * 0.69 * node.linear_resistance * 4.0 * node.gate_capacitance  # four stages, fan-out 4
    lines = _Lines(
        wordline=wordline,
        bitline=memory.rows * (access * node.drain_capacitance + height * node.wire_capacitance),
        bitline_resistance=memory.rows * height * node.line_resistance,
        driver=driver,
        select=decode + line.step_delay(driver, memory.columns * width * node.line_resistance, wordline),
    )
    bit = (_resistive if cell.keeps else _edram if cell.edram is not None else _sram)(memory, node, lines)
    wordline_bit = wordline * bit.wordline_swing**2 / memory.word_bits
    periphery = (10.0 * access / memory.columns + 10.0 * access / memory.rows) * node.off_current * node.supply
    return MemoryCost(
        read_bit=overhead * bit.read + wordline_bit,
        write_bit=overhead * bit.write + wordline_bit,
        read_time=lines.select + bit.sensing,
        write_time=lines.select + bit.writing,
        area_bit=overhead * width * height / memory.array_efficiency,
        active_leakage_bit=overhead * (bit.leakage + periphery),
        standby_bit=overhead * (node.gated_fraction * periphery if cell.keeps else bit.keeping + periphery),
    )


def _resistive(memory: Memory, node: Node, lines: _Lines) -> _Access:
    cell = memory.cell
    series = layout.access_resistance(cell, node) + lines.bitline_resistance
    low, high = cells.read_conductances(cell, memory.read_voltage, series)
    develop = lines.bitline * memory.sense_margin / (memory.read_voltage * (low - high) / 2.0)
    settle = line.step_delay(1.0 / low - lines.bitline_resistance, lines.bitline_resistance, lines.bitline)
    sensing = settle + develop + memory.sense_time
    conducting = 2.0 * node.supply * memory.read_voltage * (low + high) / 2.0 * sensing  # cell and reference
    charging = 2.0 * lines.bitline * memory.read_voltage * node.supply
    write = cells.write_energy(cell, node) + cell.write_attempts * lines.bitline * cells.write_voltage(cell, node) ** 2
    return _Access(
        read=conducting + charging + memory.sense_energy,
        write=cell.devices * write,
        sensing=sensing,
        writing=2.0 * cells.write_pulse(cell) * cell.write_attempts,
        wordline_swing=node.supply,
    )


def _sram(memory: Memory, node: Node, lines: _Lines) -> _Access:
    current = node.on_current * node.metal_pitch / 2.0  # two transistors in series, minimum width
    return _Access(
        read=lines.bitline * memory.read_voltage * node.supply + memory.sense_energy,
        write=lines.bitline * node.supply**2,
        sensing=lines.bitline * memory.sense_margin / current + memory.sense_time,
        writing=line.step_delay(lines.driver, lines.bitline_resistance, lines.bitline),
        leakage=node.sram_cell_leakage,
        keeping=node.sram_cell_leakage,
        wordline_swing=node.supply,
    )


def _edram(memory: Memory, node: Node, lines: _Lines) -> _Access:
    store = memory.cell.edram
    assert store is not None
    signal = node.supply / 2.0 * store.capacitance / (store.capacitance + lines.bitline)
    if np.any(signal < memory.sense_margin):
        raise InputError(
            f"Memory {memory.name}: signal of an eDRAM cell",
            f"{float(np.min(signal)):.3g} V",
            f"must reach the sense margin, {float(np.max(memory.sense_margin)):.3g} V",
            "Take fewer rows on a bitline.",
        )
    resistance = layout.access_resistance(memory.cell, node)
    share = line.step_delay(resistance, lines.bitline_resistance, lines.bitline)
    restore = 2.3 * resistance * store.capacitance  # to 90 % of the level
    swing = node.supply + store.boost
    # a bitline precharged to half the supply is lifted to the supply, or its cell's twin is
    column = (lines.bitline + store.capacitance) * node.supply**2 / 2.0 + memory.sense_energy
    refresh = (column + lines.wordline * swing**2 / memory.columns) / store.retention_time
    opened = column * memory.columns / (memory.word_bits + memory.check_bits)
    return _Access(
        read=opened,
        write=opened + lines.bitline * node.supply**2,
        sensing=share + memory.sense_time + restore,
        writing=share + memory.sense_time + restore,
        leakage=refresh,
        keeping=refresh,
        wordline_swing=swing,
    )
