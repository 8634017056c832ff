"""One subarray: rows on wordlines, columns on bitlines, sense amplifiers below, decoders beside.

Formulas broadcast over arrays of subarrays (last axis) and of draws (axes before it).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remanence.circuit.decoder import LN2, Drive, Predecoder, predecode, select
from remanence.circuit.electrical import SETTLE, Electrical
from remanence.circuit.gates import Amplifier, Gates
from remanence.core.declare import Array
from remanence.core.errors import InputError

Parts = dict[str, Array]
"""What a quantity is made of; the parts add up to it."""

Column = NDArray[np.float64]
"""A column of numbers, one per organisation."""

TINY = float(np.finfo(np.float64).tiny)
"""Keeps a division that is not used from being one by zero."""


class Shape(NamedTuple):
    """The subarrays asked for, one column each."""

    rows: Column  # wordlines, spare ones included
    columns: Column  # bitlines, those of check bits and spare ones included
    sense_mux: Column  # bitlines on a sense amplifier
    output_mux: Column  # sense amplifiers on a data line
    stage: Column  # wanted effort of a stage in decoders and drivers
    spare_rows: Array = 0.0  # of the rows: no address bit of their own
    spare_columns: Array = 0.0  # of the columns: sensed with the others, and no data line waits for them


@dataclass(frozen=True, slots=True, kw_only=True)
class Subarray:
    """What an access to one subarray costs and what it is; every field by its parts."""

    read_latency: Parts  # s
    write_latency: Parts  # s
    read_energy: Parts  # J, one access
    write_energy: Parts  # J, one access
    area: Parts  # m^2
    leakage: Parts  # W
    width: Array  # m
    height: Array  # m
    recovery: Array  # s until the next access may begin
    refresh: Array  # J to read and restore all rows once
    signal: Array  # sensed difference over what the amplifier needs; inf where time makes up for it
    loss: Array  # leakage of the unselected cells of a bitline over the signal


class _Lines(NamedTuple):
    """The bitlines of subarrays, and the switches to their amplifiers."""

    bitline: Array  # F
    resistance: Array  # ohm
    switch: Array  # ohm, of the column switch; 0 without one
    switch_width: Array  # m
    node: Array  # F behind the switch


class _Read(NamedTuple):
    time: Array  # s on the bitline until the amplifier can decide
    bitline: Array  # J, charging all bitlines that move
    cell: Array  # J, conduction of selected cells and their references
    restore: Array  # s to write back what the read destroyed
    signal: Array
    loss: Array


def subarray(shape: Shape, cell: Electrical, gates: Gates, sensing: Amplifier) -> Subarray:
    """Return the costs of subarrays.

    Wordline: a distributed line at the end of a buffer chain. Bitline of a cell read by its conductance: the line is
    held by a clamp and settles as a distributed line ended by the high resistance; then half the current difference
    (all of it in a cell with its complement) charges the integrating capacitance to the margin. Bitline of a cell that
    discharges it: margin times capacitance over the cell's current, plus the lag of the line's far end behind a ramp.
    Shared charge: 2.3 time constants. Cells of the selected row that are not read stay as they are where the read is by
    conductance; else their bitlines move too.

    Source of the settling: Xu et al., ICCAD (2009), the model in NVSim; of the rest: Elmore and Horowitz (see
    `decoder`).

    Args:
        shape: columns of whole numbers.
        cell: the cell on its node.
        gates: transistors and wires.
        sensing: the sense amplifiers.
    """
    lines = bitlines(shape, cell, gates)
    amplifiers = shape.columns / shape.sense_mux
    bits = (shape.columns - shape.spare_columns) / shape.sense_mux / shape.output_mux
    # m of n-channel transistors behind one written bit
    writers = np.maximum(cell.write_current * cell.devices / gates.on_current, gates.driver / (1.0 + gates.ratio))
    read = _READS[cell.sensing](shape, cell, gates, sensing, lines)
    precharge = _precharge(cell, gates, lines, read.time + sensing.time)
    area = {"cells": shape.rows * shape.columns * cell.area,
            "sense": _beside(shape, gates, sensing, lines, writers, precharge)}  # fmt: skip
    width, height, rows, write_rows, before = _decoders(shape, cell, gates, area)
    column = _column(shape, cell, gates, lines, before)
    lift = cell.wordline_voltage * np.maximum(cell.wordline_voltage, gates.supply) - gates.supply**2
    wordline, write_wordline = (_wordline(shape, cell, gates, writing) for writing in (False, True))
    write_bitline = _write_bitline(shape, cell, gates, lines)
    chosen = np.maximum(rows.delay, column.delay)
    joined = np.where(shape.output_mux > 1, gates.resistance / lines.switch_width, 0.0)
    output = gates.drain * lines.switch_width * shape.output_mux + gates.gate_input(gates.smallest)
    charge = LN2 * (lines.switch * (lines.node + write_bitline) + lines.resistance * write_bitline / 2.0)
    slowest = np.where(np.asarray(cell.word_attempts) > 0, cell.word_attempts, cell.write_attempts)
    again = cell.verified | (np.asarray(cell.write_attempts) > 1.0)
    verified, waited = np.where(again, cell.write_attempts, 0.0), np.where(again, slowest, 0.0)
    decoding: Parts = {"predecoder": before.energy, "decoder": rows.energy + wordline * lift}
    selecting: Parts = {"predecoder": before.energy, "decoder": write_rows.energy + write_wordline * lift}
    columns_energy = column.energy + bits * output * gates.supply**2
    clocked = shape.columns * precharge.gates * gates.supply**2
    sensed = amplifiers * sensing.energy
    stored = bits * cell.bits_per_cell * cell.write_energy
    driven = bits * cell.devices * cell.write_attempts * (write_bitline + lines.node) * cell.write_voltage**2
    moved: Parts = {
        "current": 0.0,
        "voltage": read.bitline * (1.0 - bits / shape.columns),
        "charge": read.bitline + sensed,
    }
    return Subarray(
        read_latency={
            "predecoder": before.delay,
            "decoder": chosen,
            "bitline": read.time,
            "mux": SETTLE * lines.switch * (lines.node + sensing.capacitance) + LN2 * joined * output,
            "sense": sensing.time,
        },
        write_latency={
            "predecoder": before.delay,
            "decoder": np.maximum(write_rows.delay, column.delay + charge),
            "pulse": cell.write_pulse * slowest + (read.time + sensing.time if cell.destructive else 0.0),
            "verify": waited * (read.time + sensing.time),
        },
        read_energy={
            **decoding,
            "mux": columns_energy,
            "precharge": clocked,
            "bitline": read.bitline,
            "cell": read.cell,
            "sense": sensed,
        },
        write_energy={
            **selecting,
            "mux": columns_energy,
            "precharge": clocked,
            "bitline": driven + moved[cell.sensing],
            "cell": stored,
            "pump": driven * (1.0 / cell.pump_efficiency - 1.0),
            "verify": verified * (read.bitline + read.cell + sensed),
        },
        area={**area, "decoder": width.decoder, "corner": width.decoder * area["sense"] / area["cells"]},
        leakage={
            "cells": shape.rows * shape.columns * cell.cell_leakage,
            "decoder": (shape.rows * rows.width + width.write + before.width) * gates.leakage,
            "sense": amplifiers * sensing.leakage + bits * writers * gates.leakage / (1.0 + gates.ratio),
        },
        width=width.total,
        height=height,
        recovery=SETTLE * lines.bitline * (precharge.resistance + lines.resistance / 2.0) + read.restore,
        refresh=shape.rows * (before.energy + rows.energy + wordline * lift + clocked + read.bitline + sensed),
        signal=read.signal,
        loss=read.loss,
    )


def bitlines(shape: Shape, cell: Electrical, gates: Gates) -> _Lines:
    """Return capacitance and resistance of the bitlines of subarrays and of the switches to their amplifiers."""
    length = shape.rows * cell.height
    carried = cell.write_current / gates.on_current
    dropped = gates.resistance * cell.conductance_high / gates.mux_drop
    wide = np.maximum(np.maximum(carried, dropped), gates.smallest)
    muxed = shape.sense_mux > 1
    side = gates.drain * wide + gates.drain_floor
    return _Lines(
        bitline=shape.rows * cell.drain_capacitance + length * gates.line.capacitance,
        resistance=length * gates.line.resistance,
        switch=np.where(muxed, gates.resistance / wide, 0.0),
        switch_width=wide,
        node=np.where(muxed, (shape.sense_mux + 1) * side, 0.0),
    )


class _Precharge(NamedTuple):
    """What brings the bitlines back after a read."""

    resistance: Array  # ohm, of the transistor of a line
    width: Array  # m, of all transistors of a column
    gates: Array  # F, that their clock drives in a column


def _precharge(cell: Electrical, gates: Gates, lines: _Lines, fall: Array) -> _Precharge:
    """Size the transistors that precharge the lines, two a column: a line and its complement.

    Lines that a read leaves at any level come back within `precharge_share` times the time that they fell: with a share
    of one, the phases of a clock are equal. 2.3 (R + R_line/2) C is that time, as far as the narrowest and the widest
    transistor go; its own drain, a few per cent of the line, is left out. They are p-channel, `ratio` times as wide as
    an n-channel transistor of that resistance, and their gates swing once in each access. Lines read by conductance
    hardly move: their clamp and their switch bring them back, and the two transistors of a column are the narrowest.

    Args:
        cell: the cell on its node.
        gates: transistors and wires.
        lines: the bitlines.
        fall: s, from the wordline to the decision.
    """
    if cell.sensing == "current":
        return _Precharge(gates.resistance / lines.switch_width, 2.0 * gates.smallest, 0.0)
    wanted = gates.precharge_share * fall / (SETTLE * lines.bitline) - lines.resistance / 2.0
    single = np.clip(gates.resistance / np.maximum(wanted, TINY), gates.smallest, gates.largest)
    width = 2.0 * gates.ratio * single
    return _Precharge(gates.resistance / single, width, width * gates.gate)


def _beside(
    shape: Shape, gates: Gates, sensing: Amplifier, lines: _Lines, writers: Array, precharge: _Precharge
) -> Array:  # fmt: skip
    """Area of sense amplifiers, column switches, precharge and write drivers, m^2."""
    amplifiers = shape.columns / shape.sense_mux
    switches = np.where(shape.sense_mux > 1, lines.switch_width, 0.0) + precharge.width
    drivers = amplifiers / shape.output_mux * writers * (1.0 + gates.ratio)
    return amplifiers * sensing.area + (shape.columns * switches + drivers) * gates.area


class _Width(NamedTuple):
    total: Array  # m
    decoder: Array  # m^2
    write: Array  # m of transistors behind separate write wordlines


def _wordline(shape: Shape, cell: Electrical, gates: Gates, writing: bool) -> Array:
    """Capacitance of a wordline, F: of the one that writes, where it is another."""
    gate = cell.gate_capacitance
    if writing:
        gate = np.where(np.asarray(cell.write_gate_capacitance) > 0, cell.write_gate_capacitance, gate)
    return shape.columns * (gate + cell.width * gates.line.capacitance)


def _write_bitline(shape: Shape, cell: Electrical, gates: Gates, lines: _Lines) -> Array:
    apart = np.asarray(cell.write_drain_capacitance) > 0
    other = shape.rows * (cell.write_drain_capacitance + cell.height * gates.line.capacitance)
    return np.where(apart, other, lines.bitline)


def _decoders(
    shape: Shape, cell: Electrical, gates: Gates, area: Parts
) -> tuple[_Width, Array, Drive, Drive, Predecoder]:
    across, up = shape.columns * cell.width, shape.rows * cell.height
    bits = np.ceil(np.log2(shape.rows - shape.spare_rows))
    inputs = np.where(bits > 3, 2.0, 1.0)
    height = up + area["sense"] / across
    source = gates.gate * (inputs + gates.ratio) * gates.smallest
    wire = (across + height) / 2.0 * gates.line.capacitance
    separate = bool(np.any(np.asarray(cell.write_gate_capacitance) > 0))
    before = predecode(gates, bits=bits, wire=wire, row_gate=source * (1 + separate), stage=shape.stage)
    resistance = across * gates.line.resistance
    reads, writes = (
        select(
            gates,
            inputs=inputs,
            load=_wordline(shape, cell, gates, writing),
            resistance=resistance,
            rise=before.rise,
            stage=shape.stage,
        )
        for writing in (False, True)
    )
    second = shape.rows * writes.width if separate else 0.0
    layout = (shape.rows * reads.width + second + before.width) * (1.0 + gates.ratio) * gates.area
    return _Width(across + layout / up, layout, second), height, reads, writes, before


def _column(shape: Shape, cell: Electrical, gates: Gates, lines: _Lines, before: Predecoder) -> Drive:
    """Select lines of the column switches run along the amplifiers; nothing is selected without a multiplexer."""
    across = shape.columns * cell.width
    load = shape.columns / shape.sense_mux * gates.gate * lines.switch_width + across * gates.line.capacitance
    inputs = np.clip(np.ceil(np.log2(shape.sense_mux)), 1.0, 3.0)
    drive = select(
        gates,
        inputs=inputs,
        load=load,
        resistance=across * gates.line.resistance,
        rise=before.rise,
        stage=shape.stage,
    )
    return Drive(*(np.where(shape.sense_mux > 1, item, 0.0) for item in drive))


def _by_conductance(shape: Shape, cell: Electrical, gates: Gates, sensing: Amplifier, lines: _Lines) -> _Read:
    ends = 1.0 / cell.conductance_low
    settle = LN2 * lines.resistance * lines.bitline / 2.0 * (ends + lines.resistance / 3.0) / (ends + lines.resistance)
    high, low, current, capacitance = _clamped(cell, gates, sensing, lines)
    usable = np.maximum(current, TINY)
    time = settle + capacitance * sensing.margin / usable
    read = shape.columns / shape.sense_mux
    return _Read(
        time=time,
        bitline=2.0 * read * (lines.bitline + lines.node) * cell.read_voltage * gates.supply,
        cell=2.0 * read * gates.supply * cell.read_voltage * (high + low) / 2.0 * (time + sensing.time),
        restore=0.0,
        signal=np.where(current > 0, np.inf, 0.0),
        loss=shape.rows * cell.cell_leakage / gates.supply / usable,
    )


def _clamped(cell: Electrical, gates: Gates, sensing: Amplifier, lines: _Lines) -> tuple[Array, Array, Array, Array]:
    """Conductances of both states behind the lines, S, the current left as signal, A, and what it charges, F."""
    series = lines.resistance + lines.switch
    high, low = (g / (1.0 + series * g) for g in (cell.conductance_high, cell.conductance_low))
    share = 1.0 if cell.devices > 1 else 0.5
    current = share * cell.read_voltage * (high - low) - sensing.lost
    return high, low, current, sensing.capacitance + gates.integration_share * (lines.bitline + lines.node)


class Integration(NamedTuple):
    """How a clamped read develops its signal in a subarray."""

    capacitance: Array  # F, that the difference current charges
    time: Array  # s, it does so; infinite where the spread of the cells leaves nothing
    series: Array  # ohm, of lines and column switch


def integration(shape: Shape, cell: Electrical, gates: Gates, sensing: Amplifier) -> Integration:
    """Return how long which capacitance is charged in subarrays whose cells are read by their conductance.

    Args:
        shape: columns of whole numbers.
        cell: the cell on its node.
        gates: transistors and wires.
        sensing: the sense amplifiers.

    Raises:
        InputError: a cell that is not read by its conductance.
    """
    if cell.sensing != "current":
        raise InputError("integration", cell.sensing, "needs a cell that is read by its conductance")
    lines = bitlines(shape, cell, gates)
    _, _, current, capacitance = _clamped(cell, gates, sensing, lines)
    time = np.where(current > 0, capacitance * sensing.margin / np.maximum(current, TINY), np.inf)
    return Integration(capacitance, time, lines.resistance + lines.switch)


def _by_discharge(shape: Shape, cell: Electrical, gates: Gates, sensing: Amplifier, lines: _Lines) -> _Read:
    """A line that a constant current drains at one end falls at the other one R C (C/6 + C_L/2)/(C + C_L) later.

    The wordline stays up until the amplifier has decided, so that every line of the row falls on, at most by its level.
    """
    end = lines.node + sensing.capacitance
    loaded = lines.bitline + end
    lag = lines.resistance * lines.bitline * (lines.bitline / 6.0 + end / 2.0) / loaded
    fallen = np.minimum(sensing.margin + cell.cell_current * sensing.time / loaded, cell.read_voltage)
    return _Read(
        time=loaded * sensing.margin / cell.cell_current + lag,
        bitline=shape.columns * loaded * fallen * gates.supply,
        cell=np.zeros_like(loaded),
        restore=0.0,
        signal=np.inf,
        loss=shape.rows * cell.cell_leakage / gates.supply / cell.cell_current,
    )


def _by_charge(shape: Shape, cell: Electrical, gates: Gates, sensing: Amplifier, lines: _Lines) -> _Read:
    loaded = lines.bitline + lines.node + sensing.capacitance
    shared = cell.storage_capacitance * loaded / (cell.storage_capacitance + loaded)
    signal = gates.supply / 2.0 * cell.storage_capacitance / (cell.storage_capacitance + loaded)
    return _Read(
        time=SETTLE * (cell.access_resistance + lines.resistance) * shared,
        bitline=shape.columns * (loaded + cell.storage_capacitance) * gates.supply**2 / 2.0,
        cell=np.zeros_like(loaded),
        restore=SETTLE * cell.access_resistance * cell.storage_capacitance,
        signal=np.where(np.asarray(sensing.margin) > 0, signal / np.maximum(sensing.margin, TINY), np.inf),
        loss=np.zeros_like(loaded),
    )


_READS = {"current": _by_conductance, "voltage": _by_discharge, "charge": _by_charge}
