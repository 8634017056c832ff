"""What drives an array that computes: decoders, drivers of lines, amplifiers, from a node's gates and wires."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from remanence.circuit import Node, Periphery, gates_on, plain_amplifier
from remanence.circuit.decoder import predecode, select
from remanence.circuit.electrical import SETTLE
from remanence.core.declare import Array

_NAND_INPUTS = 2
"""Of the gate of a line: one from each half of the predecoder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivers:
    """Costs of one array's lines, all of them over the whole height or width of the array.

    Word lines and bit lines run along the columns: a word line opens the transistors of a column onto the logic lines
    of all rows, a bit line carries the gate's voltage. A logic line runs along a row.
    """

    supply: Array  # V
    decode_time: Array  # s, from the address to an open column
    word_energy: Array  # J, to choose and open one column
    bit_capacitance: Array  # F, of a bit line
    driver_energy: Array  # J, to switch the drivers of one bit line
    logic_capacitance: Array  # F, of a logic line
    drive_resistance: Array  # ohm, of the cells behind a logic line
    settle: Array  # s, of a logic line behind the cells
    switch_energy: Array  # J, to choose and close the switches of all rows between two segments
    sense_time: Array  # s
    sense_energy: Array  # J, one bit
    time_overhead: Array
    energy_overhead: Array
    area: dict[str, float]  # m^2
    leakage: Array  # W


def drivers(
    node: Node,
    periphery: Periphery,
    *,
    rows: int,
    columns: int,
    size: tuple[float, float],
    width: float,
    current: float,
    resistance: float,
    stage: float,
    temperature: Array,
    hanging: int = 1,
    switches: int = 0,
    switch_width: float = 0.0,
) -> Drivers:
    """Return the periphery of an array.

    Args:
        node: the CMOS node.
        periphery: ratios of a designer.
        rows: of the array.
        columns: of the array.
        size: width and height of a cell, m.
        width: of the transistor between junction and logic line, m.
        current: most that a bit line carries, A; it sizes the driver.
        resistance: of the cells behind a logic line while it settles, ohm.
        stage: effort of a stage in a chain of inverters.
        temperature: K.
        hanging: transistors of a cell whose drains hang on each of its lines.
        switches: of each logic line.
        switch_width: of one of them, m.
    """
    gates = gates_on(node, periphery, temperature)
    long, high = columns * size[0], rows * size[1]
    word = rows * gates.gate * width + high * gates.line.capacitance
    bits = int(np.ceil(np.log2(max(columns, 2))))
    probe = select(gates, inputs=_NAND_INPUTS, load=word, resistance=high * gates.line.resistance, rise=0.0,
                   stage=stage)  # fmt: skip
    before = predecode(gates, bits=bits, wire=long * gates.line.capacitance, row_gate=probe.load, stage=stage)
    opened = select(gates, inputs=_NAND_INPUTS, load=word, resistance=high * gates.line.resistance,
                    rise=before.rise, stage=stage)  # fmt: skip
    driver = max(current / float(gates.on_current), float(gates.smallest))  # m, both ends together
    amplifier = plain_amplifier(gates, periphery)
    drained = hanging * (gates.drain * width + gates.drain_floor)
    logic = columns * drained + long * gates.line.capacitance
    logic = logic + 2.0 * switches * (gates.drain * switch_width + gates.drain_floor)
    closing = select(gates, inputs=_NAND_INPUTS, load=rows * gates.gate * switch_width + high * gates.line.capacitance,
                     resistance=high * gates.line.resistance, rise=before.rise, stage=stage)  # fmt: skip
    cells = rows * columns * size[0] * size[1]
    chosen = float((before.width + columns * opened.width) * (1.0 + gates.ratio) * gates.area)
    driven = columns * driver * float(gates.area)
    sensing = columns * float(amplifier.area)
    area = {"cells": cells, "decoder": chosen, "bit-line drivers": driven, "amplifiers": sensing}
    if switches:
        area["switches"] = float(switches * (rows * switch_width + closing.width * (1.0 + gates.ratio)) * gates.area)
    area["control"] = float(gates.area_overhead) * sum(area.values())
    return Drivers(
        supply=gates.supply,
        decode_time=before.delay + opened.delay,
        word_energy=before.energy + opened.energy,
        bit_capacitance=rows * drained + high * gates.line.capacitance,
        driver_energy=gates.gate_input(driver) * gates.supply**2,
        logic_capacitance=logic,
        drive_resistance=resistance,
        settle=SETTLE * resistance * logic,
        switch_energy=closing.energy if switches else 0.0,
        sense_time=amplifier.time,
        sense_energy=amplifier.energy,
        time_overhead=gates.time_overhead,
        energy_overhead=gates.energy_overhead,
        area={name: float(part) for name, part in area.items()},
        leakage=gates.leakage * (before.width + columns * opened.width + columns * driver + switches * closing.width),
    )
