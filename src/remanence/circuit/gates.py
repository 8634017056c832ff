"""The gates and wires that drive an array: a node and a periphery as the few numbers that delay formulas take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from remanence.circuit.node import Node
from remanence.circuit.pump import Pump
from remanence.circuit.transistor import REFERENCE, off_current, on_current
from remanence.circuit.wire import Wire, wire
from remanence.core.declare import Array, part, quantity, text, value


@value
class Periphery:
    """What a designer chooses once for the circuits around the arrays of a macro, as ratios that hold on any node."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    pump: Pump = part(Pump, doc="the charge pump, for cells that are written through one")
    switching_factor: Array = quantity("1", above=0, doc="on-resistance while switching, over supply by on-current")
    width_ratio: Array = quantity("1", above=0, doc="width of p- over n-channel transistors in a gate")
    input_slope: Array = quantity("1", at_least=0, doc="1/(transconductance times on-resistance) of a gate")
    smallest_width: Array = quantity("1", above=0, doc="narrowest n-channel transistor over the smallest metal pitch")
    largest_width: Array = quantity("1", above=1, doc="widest over narrowest transistor")
    layout_factor: Array = quantity("1", above=0, doc="area of a driver over its transistor width times gate pitch")
    stack_leakage: Array = quantity("1", at_least=0, doc="leakage of gates over that of a transistor of their width")
    mux_drop: Array = quantity("1", above=0, doc="resistance of the column switch over that of the conducting cell")
    leakage_share: Array = quantity("1", above=0, doc="largest leakage of a bitline's other cells over its signal")
    precharge_share: Array = quantity("1", above=0, doc="time to precharge a bitline over that of its fall in a read")
    driver_width: Array = quantity(
        "1", above=0, doc="width of all transistors that write one bit over the smallest metal pitch, at least"
    )
    sense_width: Array = quantity("m", above=0, doc="width of all transistors of a sense amplifier")
    sense_stages: Array = quantity("1", above=0, doc="time of a decision, in delays of an inverter that drives four")
    sense_margin: Array = quantity("V", at_least=0, doc="input difference that the sense amplifier needs")
    integration_share: Array = quantity(
        "1", at_least=0, doc="capacitance on which a clamped read integrates its signal, over that of the bitline"
    )
    activity: Array = quantity("1", above=0, at_most=1, doc="share of the bus wires that switch in an access")
    time_overhead: Array = quantity("1", at_least=0, doc="clock and timing margins over the delay of the path")
    energy_overhead: Array = quantity("1", at_least=0, doc="clock, control and references over the energy of the path")
    area_overhead: Array = quantity("1", at_least=0, doc="control, redundancy, test and supplies over area of arrays")
    driver_stage: Array = quantity("1", above=1, doc="effort of a stage in the drivers of computing arrays")
    register_energy_share: Array = quantity("1", above=0, at_most=1, doc="a flip-flop's share of an adder bit's energy")
    register_area_share: Array = quantity("1", above=0, at_most=1, doc="a flip-flop's share of an adder bit's area")
    comparator_energy_share: Array = quantity("1", above=0, doc="energy of a comparator's bit over that of an adder's")
    comparator_area_share: Array = quantity("1", above=0, doc="area of a comparator's bit over that of an adder's")
    converter_unit: Array = quantity("F", above=0, doc="unit capacitor of a digital-to-analog converter")
    capacitor_density: Array = quantity("F/m^2", above=0, doc="capacitance of a converter's metal capacitors per area")
    switch_width: Array = quantity(
        "1", above=0, doc="width of the power switches over that of the transistors that they cut off", default=0.1
    )
    settling_time: Array = quantity(
        "s", at_least=0, doc="from a risen supply to settled references and clocks", default=100e-9
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A long wire: delay ``linear`` L + ``quadratic`` L^2, energy and leakage along its length."""

    linear: Array  # s/m
    quadratic: Array  # s/m^2
    energy: Array  # J/m for one full swing
    leakage: Array  # W/m


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """Transistors and wires at a temperature as the delay, energy and area formulas of an array take them.

    Floats or arrays; widths are those of the n-channel transistor of a gate.
    """

    supply: Array  # V
    resistance: Array  # ohm m, while switching
    on_current: Array  # A/m
    gate: Array  # F/m
    drain: Array  # F/m
    drain_floor: Array = 0.0  # F that every drain has whatever its width
    ratio: Array  # p over n width
    slope: Array  # 1/(g_m R)
    smallest: Array  # m
    largest: Array  # m
    leakage: Array  # W/m of gates
    area: Array  # m^2 of layout per metre of transistor width, n and p together
    line: Wire  # array lines
    link: Link  # buses between subarrays
    gated: Array = 1.0  # share of the leakage left behind closed power switches
    mux_drop: Array  # column switch over conducting cell
    leakage_share: Array
    integration_share: Array
    activity: Array
    time_overhead: Array
    energy_overhead: Array
    area_overhead: Array
    pump: Pump
    switch_width: Array = 0.1  # power switches over what they cut off
    settling_time: Array = 0.0  # s
    precharge_share: Array = 1.0  # time to precharge a bitline over that of its fall
    driver: Array = 0.0  # m of transistors that write one bit, at least
    register_energy: Array = 0.0  # J, a flip-flop of address or data in an access
    register_area: Array = 0.0  # m^2

    def gate_input(self, width: Array) -> Array:
        """Capacitance at the input of an inverter, F."""
        return self.gate * (1.0 + self.ratio) * width

    def gate_output(self, width: Array) -> Array:
        """Capacitance at the output of an inverter, F."""
        return self.drain * (1.0 + self.ratio) * width + 2.0 * self.drain_floor


@dataclass(frozen=True, slots=True, kw_only=True)
class Amplifier:
    """What an array needs to know of one of its sense amplifiers; floats or arrays of draws."""

    margin: Array  # V of difference at the input
    time: Array  # s from that difference to a logic level
    energy: Array  # J, one decision
    area: Array  # m^2
    capacitance: Array  # F at the input
    leakage: Array  # W
    lost: Array = 0.0  # A that the spread of cells and reference takes off the signal of a read by current


class Coder(Protocol):
    """What encoding and decoding one word costs; the check bits themselves are cells."""

    @property
    def encode_time(self) -> Array:
        """Delay of a write, s."""

    @property
    def decode_time(self) -> Array:
        """Delay of a read, s."""

    @property
    def encode_energy(self) -> Array:
        """Energy of a write, J."""

    @property
    def decode_energy(self) -> Array:
        """Energy of a read, J."""

    @property
    def area(self) -> Array:
        """Encoder and decoder, m^2."""


def repeated(bare: Wire, *, resistance: Array, gate: Array, drain: Array, supply: Array, leakage: Array) -> Link:
    """Return the fastest repeated form of a wire.

    Repeaters of size s = sqrt(R0 C'/(C0 R')) stand l = sqrt(2 R0 (C0 + Cp)/(R' C')) apart; each section takes
    0.69 (R0 (C0 + Cp) + R0 C' l/s + R' l C0 s + R' C' l^2/2).

    Source: the textbook optimum (Bakoglu, Circuits, Interconnections, and Packaging for VLSI, 1990, chapter 5).

    Args:
        bare: the bare wire.
        resistance: on-resistance of an inverter times its n-channel width, ohm m.
        gate: input capacitance of an inverter per n-channel width, F/m.
        drain: output capacitance of an inverter per n-channel width, F/m.
        supply: V.
        leakage: of an inverter per n-channel width, W/m.
    """
    per_length = bare.resistance * bare.capacitance
    apart = np.sqrt(2.0 * resistance * (gate + drain) / per_length)
    width = np.sqrt(resistance * bare.capacitance / (gate * bare.resistance))
    section = (
        resistance * (gate + drain)
        + resistance * bare.capacitance * apart / width
        + bare.resistance * apart * gate * width
        + per_length * apart**2 / 2.0
    )
    return Link(
        linear=0.69 * section / apart,
        quadratic=0.0,
        energy=((gate + drain) * width / apart + bare.capacitance) * supply**2,
        leakage=leakage * width / apart,
    )


def gates_on(node: Node, periphery: Periphery, temperature: Array = REFERENCE) -> Gates:
    """Return the periphery of a macro on a node at a temperature.

    Args:
        node: the CMOS node.
        periphery: the circuits around the arrays.
        temperature: K, 233 to 423; broadcasts with the fields.

    Raises:
        ValidityError: a temperature outside the range.
    """
    current = on_current(node, temperature)
    resistance = periphery.switching_factor * node.supply / current
    ratio = 1.0 + periphery.width_ratio
    leakage = node.supply * off_current(node, temperature) * periphery.stack_leakage * ratio
    smallest = periphery.smallest_width * node.metal_pitch
    smallest = node.transistor_width(smallest)
    lines = wire(node, "line", temperature)
    packing = node.fin_pitch / node.fin_width if node.finned else 1.0
    return Gates(
        supply=node.supply,
        resistance=resistance,
        on_current=current,
        gate=node.gate_capacitance,
        drain=node.drain_capacitance,
        ratio=periphery.width_ratio,
        slope=periphery.input_slope,
        smallest=smallest,
        largest=smallest * periphery.largest_width,
        leakage=leakage,
        area=periphery.layout_factor * node.gate_pitch * packing,
        line=lines,
        link=repeated(
            lines,
            resistance=resistance,
            gate=ratio * node.gate_capacitance,
            drain=ratio * node.drain_capacitance,
            supply=node.supply,
            leakage=leakage,
        ),
        gated=node.gated_fraction,
        mux_drop=periphery.mux_drop,
        leakage_share=periphery.leakage_share,
        integration_share=periphery.integration_share,
        activity=periphery.activity,
        time_overhead=periphery.time_overhead,
        energy_overhead=periphery.energy_overhead,
        area_overhead=periphery.area_overhead,
        pump=periphery.pump,
        switch_width=periphery.switch_width,
        settling_time=periphery.settling_time,
        precharge_share=periphery.precharge_share,
        driver=periphery.driver_width * node.metal_pitch,
        register_energy=node.adder_bit_energy * periphery.register_energy_share,
        register_area=node.adder_bit_area * periphery.register_area_share,
    )


def plain_amplifier(gates: Gates, periphery: Periphery) -> Amplifier:
    """Return a sense amplifier of a given width and speed without asking for its offset."""
    width = periphery.sense_width
    fan_out_four = 0.69 * gates.resistance * (4.0 * gates.gate_input(1.0) + gates.gate_output(1.0))
    return Amplifier(
        margin=periphery.sense_margin,
        time=periphery.sense_stages * fan_out_four,
        energy=(gates.gate + gates.drain) * width * gates.supply**2,
        area=gates.area * width,
        capacitance=(gates.gate + gates.drain) * width / 4.0,
        leakage=gates.leakage / (1.0 + gates.ratio) * width,
    )
