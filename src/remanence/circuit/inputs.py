"""Drivers that bring a number of several bits to a row of a computing array: bit by bit, as a pulse, as a voltage."""

from __future__ import annotations

from dataclasses import dataclass

from remanence.circuit.decoder import LN2, Drive, select
from remanence.circuit.gates import Gates, Periphery, gates_on
from remanence.circuit.node import Node
from remanence.circuit.transistor import REFERENCE
from remanence.core.declare import Array, Quantity
from remanence.core.errors import InputError

LARGEST_BITS = 12
"""Most bits of an input, as in a crossbar."""

_FARAD = Quantity("F", "capacitance of the row", above=0)
_SECOND = Quantity("s", "time", above=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class InputDriver:
    """What bringing one number to one row costs, averaged over evenly distributed numbers; floats or draws."""

    energy: Array  # J per number, the row's own charge included
    area: Array  # m^2 per row
    leakage: Array  # W per row
    steps: int  # array activations per number
    time: Array  # s, of all steps


def bit_serial(
    node: Node,
    periphery: Periphery,
    *,
    bits: int,
    load: Array,
    step_time: Array,
    resistance: Array = 0.0,
    temperature: Array = REFERENCE,
) -> InputDriver:
    """Return a driver that raises the row for each bit that is set, one step per bit.

    A shift register of all bits stands in front of a sized chain of inverters (`decoder.select`); half of the bits are
    set, and in each step half of the register's flip-flops change.

    Args:
        node: the CMOS node; fields floats or draws.
        periphery: the circuits around the array, likewise.
        bits: of a number, 1 to 12.
        load: capacitance of the row, F.
        step_time: of one activation of the array, s.
        resistance: of the row, ohm.
        temperature: K, 233 to 423.

    Raises:
        InputError: bits out of range, a load or time that is not above 0.
    """
    load, step_time = _checked("bit_serial", bits, load, step_time)
    gates, drive = _driver(node, periphery, load, resistance, temperature)
    register = node.adder_bit_energy * periphery.register_energy_share
    return InputDriver(
        energy=bits * (drive.energy / 2.0 + bits * register / 2.0),
        area=_chain_area(gates, drive) + bits * node.adder_bit_area * periphery.register_area_share,
        leakage=drive.width * gates.leakage,
        steps=bits,
        time=bits * step_time,
    )


def pulse_width(
    node: Node,
    periphery: Periphery,
    *,
    bits: int,
    load: Array,
    clock: Array,
    rows: int,
    resistance: Array = 0.0,
    temperature: Array = REFERENCE,
) -> InputDriver:
    """Return a driver that holds the row up for as many clocks as the number says, one step of 2^bits clocks.

    The rows share a counter, of whose bits 2 change per clock (1 + 1/2 + 1/4 + ...). Each row holds its number and
    compares it with the counter at every clock; the row rises once and falls once.

    Args:
        node: the CMOS node; fields floats or draws.
        periphery: the circuits around the array, likewise.
        bits: of a number, 1 to 12.
        load: capacitance of the row, F.
        clock: period, s.
        rows: that share the counter.
        resistance: of the row, ohm.
        temperature: K, 233 to 423.

    Raises:
        InputError: bits or rows out of range, a load or time that is not above 0.
    """
    load, clock = _checked("pulse_width", bits, load, clock)
    if rows < 1:
        raise InputError("pulse_width: rows", rows, "must be at least 1")
    gates, drive = _driver(node, periphery, load, resistance, temperature)
    counts = 2**bits
    register = node.adder_bit_energy * periphery.register_energy_share
    compared = counts * 2.0 * node.adder_bit_energy * periphery.comparator_energy_share
    counted = counts * 2.0 * node.adder_bit_energy / rows
    per_bit = periphery.register_area_share + periphery.comparator_area_share + 1.0 / rows
    return InputDriver(
        energy=drive.energy + compared + counted + bits * register / 2.0,
        area=_chain_area(gates, drive) + bits * node.adder_bit_area * per_bit,
        leakage=drive.width * gates.leakage,
        steps=1,
        time=counts * clock,
    )


def resistor_string(
    node: Node, periphery: Periphery, *, bits: int, load: Array, step_time: Array, temperature: Array = REFERENCE
) -> InputDriver:
    """Return a string of 2^bits resistors and switches per row that drives it with a voltage, one step.

    The string is as resistive as settling allows: at its middle tap it is a quarter of its resistance R, which brings
    the row within half a step of its end in (bits + 1) ln 2 time constants, R = 4 t/((bits + 1) ln 2 C). It draws V^2/R
    for the whole step. The row takes C V^2/2 on average, the mean charge from the supply.

    Args:
        node: the CMOS node; fields floats or draws.
        periphery: the circuits around the array, likewise.
        bits: of a number, 1 to 12.
        load: capacitance of the row, F.
        step_time: of the step, settling included, s; the row has settled after it.
        temperature: K, 233 to 423.

    Raises:
        InputError: bits out of range, a load or time that is not above 0.
    """
    load, step_time = _checked("resistor_string", bits, load, step_time)
    gates = gates_on(node, periphery, temperature)
    switches = 2**bits
    total = load + gates.drain * gates.smallest * switches
    string = 4.0 * step_time / ((bits + 1) * LN2 * total)
    register = node.adder_bit_energy * periphery.register_energy_share
    static = node.supply**2 / string * step_time
    selected = 2.0 * gates.gate * gates.smallest * node.supply**2  # one switch off, one on
    # a resistor takes the room of the switch at its tap
    area = 2.0 * switches * gates.smallest * gates.area + bits * node.adder_bit_area * periphery.register_area_share
    return InputDriver(
        energy=static + total * node.supply**2 / 2.0 + selected + bits * register / 2.0,
        area=area,
        leakage=switches * gates.smallest * gates.leakage / (1.0 + gates.ratio),
        steps=1,
        time=step_time,
    )


def capacitor_ladder(
    node: Node, periphery: Periphery, *, bits: int, load: Array, step_time: Array, temperature: Array = REFERENCE
) -> InputDriver:
    """Return a bank of 2^bits unit capacitors per row that shares its charge with the row, one step.

    With a share x of the bank C_b switched to the supply and the rest and the row C at ground, the supply gives
    V^2 x C_b ((1 - x) C_b + C)/(C_b + C); its mean over x is V^2 C_b (C_b/6 + C/2)/(C_b + C). The row sees
    V x C_b/(C_b + C): a small bank loses swing.

    Args:
        node: the CMOS node; fields floats or draws.
        periphery: the circuits around the array, likewise.
        bits: of a number, 1 to 12.
        load: capacitance of the row, F.
        step_time: of the step, s.
        temperature: K, 233 to 423.

    Raises:
        InputError: bits out of range, a load or time that is not above 0.
    """
    load, step_time = _checked("capacitor_ladder", bits, load, step_time)
    gates = gates_on(node, periphery, temperature)
    bank = 2**bits * periphery.converter_unit
    shared = bank * (bank / 6.0 + load / 2.0) / (bank + load)
    register = node.adder_bit_energy * periphery.register_energy_share
    switches = 2.0 * bits * gates.smallest  # one to either end for each bit
    gate = bits * gates.gate_input(gates.smallest) * node.supply**2 / 2.0
    return InputDriver(
        energy=shared * node.supply**2 + gate + bits * register / 2.0,
        area=bank / periphery.capacitor_density
        + switches * gates.area
        + bits * node.adder_bit_area * periphery.register_area_share,
        leakage=switches * gates.leakage / (1.0 + gates.ratio),
        steps=1,
        time=step_time,
    )


def _driver(
    node: Node, periphery: Periphery, load: Array, resistance: Array, temperature: Array
) -> tuple[Gates, Drive]:
    gates = gates_on(node, periphery, temperature)
    stage = periphery.driver_stage
    return gates, select(gates, inputs=2, load=load, resistance=resistance, rise=0.0, stage=stage)


def _chain_area(gates: Gates, drive: Drive) -> Array:
    return drive.width * (1.0 + gates.ratio) * gates.area


def _checked(subject: str, bits: int, load: Array, time: Array) -> tuple[Array, Array]:
    if not 1 <= bits <= LARGEST_BITS:
        raise InputError(f"{subject}: bits", bits, f"must be from 1 to {LARGEST_BITS}")
    return _FARAD.read(load, f"{subject}: load"), _SECOND.read(time, f"{subject}: time")
