"""Gates that select a line: buffer chains by logical effort, NAND gates before them, predecoders before those.

Every function broadcasts over arrays of organisations and of draws; stages that one does not have are masked.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from remanence.circuit.gates import Gates
from remanence.core.declare import Array

STAGES = 9
"""Most inverters in a buffer chain; at an effort of 4 it drives 260,000 times its input."""

LN2 = float(np.log(2.0))


class Drive(NamedTuple):
    """What it costs to switch one selected line, and what stands behind every line of its kind."""

    delay: Array  # s
    rise: Array  # s, inverse slope of the output, to hand to the next gate
    energy: Array  # J
    width: Array  # m of n-channel transistors behind each line
    load: Array  # F at its input


def horowitz(tau: Array, slope: Array, rise: Array) -> Array:
    """Return the delay of a gate whose input rises slowly, s.

    t = tau sqrt(ln^2 2 + slope rise/tau), with slope = 1/(g_m R) and rise the inverse slope of the input, which is
    twice the delay of the gate before.

    Source: Horowitz, Timing Models for MOS Circuits, thesis, Stanford (1984), with a switching threshold of half.
    """
    delay: Array = np.sqrt(np.square(LN2 * tau) + slope * rise * tau)
    return delay


def chain(
    gates: Gates, *, effort: Array, source: Array, load: Array, resistance: Array, rise: Array, stage: Array
) -> Drive:
    """Return an odd chain of inverters between a gate and a line.

    The number of inverters n makes the effort of each stage nearest to the wanted one, F = g C_L/C_in, n + 1 =
    ln F/ln stage, rounded; widths fall by F^(1/(n+1)) from the line to the gate, none below the narrowest or above the
    widest transistor. The last stage sees the line as a distributed one, tau = R (C_out + C_L) + R_L C_L/2.

    Args:
        gates: transistors of the node.
        effort: logical effort of the gate before the chain.
        source: input capacitance of that gate, F.
        load: capacitance of the line, F.
        resistance: resistance of the line, ohm.
        rise: inverse slope at the input, s.
        stage: wanted effort of a stage; 4 is fast, more is smaller.
    """
    total = np.maximum(effort * load / source, 1.0)
    count = np.maximum(np.floor(np.log(total) / np.log(stage) + 0.5) - 1.0, 0.0)
    count = np.minimum(count + (count % 2.0 == 0.0), STAGES)
    widest = load / total ** (1.0 / (count + 1.0)) / gates.gate_input(1.0)
    last = np.clip(widest, gates.smallest, gates.largest)
    capped = np.maximum(effort * gates.gate_input(gates.largest) / source, 1.0)
    step = np.where(widest > gates.largest, capped ** (1.0 / count), total ** (1.0 / (count + 1.0)))
    widths = [last]
    deepest = int(np.max(count))
    for _ in range(deepest - 1):
        widths.append(np.maximum(widths[-1] / step, gates.smallest))
    delay: Array = 0.0
    energy: Array = 0.0
    width: Array = 0.0
    first: Array = 0.0
    for index in range(deepest - 1, -1, -1):
        here = index < count
        following = load if index == 0 else gates.gate_input(widths[index - 1])
        driven = gates.gate_output(widths[index]) + following
        tau = gates.resistance / widths[index] * driven + (resistance * load / 2.0 if index == 0 else 0.0)
        late = horowitz(tau, gates.slope, rise)
        delay = delay + np.where(here, late, 0.0)
        rise = np.where(here, 2.0 * late, rise)
        energy = energy + np.where(here, driven, 0.0)
        width = width + np.where(here, widths[index], 0.0)
        first = np.where(index == count - 1.0, gates.gate_input(widths[index]), first)
    return Drive(delay, rise, energy * gates.supply**2, width, first)


def select(gates: Gates, *, inputs: Array, load: Array, resistance: Array, rise: Array, stage: Array) -> Drive:
    """Return a NAND gate of narrowest transistors and the chain behind it.

    Args:
        gates: transistors of the node.
        inputs: inputs of the NAND gate; 1 is an inverter.
        load: capacitance of the line, F.
        resistance: resistance of the line, ohm.
        rise: inverse slope at the input, s.
        stage: wanted effort of a stage.
    """
    source = gates.gate * (inputs + gates.ratio) * gates.smallest
    effort = (inputs + gates.ratio) / (1.0 + gates.ratio)
    # the chain's size does not depend on how fast its input is, so that it can be asked for its input first
    behind = chain(gates, effort=effort, source=source, load=load, resistance=resistance, rise=0.0, stage=stage)
    drains = gates.drain * inputs * (1.0 + gates.ratio) * gates.smallest + (1.0 + inputs) * gates.drain_floor
    tau = gates.resistance / gates.smallest * (drains + behind.load)
    late = horowitz(tau, gates.slope, rise)
    behind = chain(gates, effort=effort, source=source, load=load, resistance=resistance, rise=2.0 * late, stage=stage)
    return Drive(
        delay=late + behind.delay,
        rise=behind.rise,
        energy=(drains + behind.load) * gates.supply**2 + behind.energy,
        width=inputs * gates.smallest + behind.width,
        load=source,
    )


class Predecoder(NamedTuple):
    """Both halves of a predecoder."""

    delay: Array  # s
    rise: Array  # s
    energy: Array  # J
    width: Array  # m of n-channel transistors, all of it


def predecode(gates: Gates, *, bits: Array, wire: Array, row_gate: Array, stage: Array) -> Predecoder:
    """Return a predecoder of two halves, each of NAND gates of up to three inputs in one or two levels.

    Args:
        gates: transistors of the node.
        bits: address bits.
        wire: capacitance of one output's wire, F.
        row_gate: input capacitance of the gate of one row, F; every output of a half of b bits loads 1 in 2^b of them.
        stage: wanted effort of a stage.
    """
    bits = np.asarray(bits)
    small = np.where(bits > 3, bits // 2, 0)
    halves = [_half(gates, part, bits, wire, row_gate, stage) for part in (bits - small, small)]
    return Predecoder(
        delay=np.maximum(halves[0].delay, halves[1].delay),
        rise=np.maximum(halves[0].rise, halves[1].rise),
        energy=halves[0].energy + halves[1].energy,
        width=halves[0].width + halves[1].width,
    )


def _half(gates: Gates, part: Array, bits: Array, wire: Array, row_gate: Array, stage: Array) -> Predecoder:
    present = np.asarray(part) > 0
    groups = np.ceil(np.maximum(part, 1) / 3.0)
    inputs = np.ceil(np.maximum(part, 1) / groups)
    load = wire + row_gate * 2.0 ** (np.asarray(bits) - part)
    double = groups > 1
    second = select(gates, inputs=groups, load=load, resistance=0.0, rise=0.0, stage=stage)
    between = np.where(double, second.load * 2.0 ** (part - inputs), load)
    first = select(gates, inputs=inputs, load=between, resistance=0.0, rise=0.0, stage=stage)
    slowed = select(gates, inputs=groups, load=load, resistance=0.0, rise=first.rise, stage=stage)
    delay = first.delay + np.where(double, slowed.delay, 0.0)
    energy = groups * first.energy + np.where(double, second.energy, 0.0)
    width = groups * 2.0**inputs * first.width + np.where(double, 2.0**part * second.width, 0.0)
    return Predecoder(
        *(np.where(present, item, 0.0) for item in (delay, np.where(double, slowed.rise, first.rise), energy, width))
    )
