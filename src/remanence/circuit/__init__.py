"""CMOS around the cells: what an access costs in energy, time and area.

Knows: the technology node (`node`), its transistors and wires at any temperature (`transistor`, `wire`), cells of every
memory technology (`cell`) with their transistors and size (`layout`), what an array sees of them (`electrical`), charge
pumps (`pump`), delays along lines (`line`), converters (`converter`), arrays that compute with currents (`array`) or
charges (`charge`) and what brings them their inputs (`inputs`), macros that store: any organisation by its gates and
wires (`organisation`), all at once (`search`) and the one that a chip gets (`memory`); wires between blocks
(`interconnect`); reading (`sense`, `sigma`, `disturb`), writing (`writing`, `access`, `driven`), codes (`ecc`),
yield (`array_yield`), coming back from power-down (`wake`); prices of silicon (`wafer`).
Refuses to know: what the bits mean, networks, chips.
Every cost is a float or an array of draws; every figure here has the scope of a macro. Start reading at `cell.Cell`.
"""

from remanence.circuit.array import ArrayCost, array_cost
from remanence.circuit.array_yield import (
    BitErrors,
    MemoryYield,
    bit_errors,
    memory_yield,
    repair_yield,
    require_retention,
)
from remanence.circuit.cell import Cell
from remanence.circuit.charge import charge_array_cost
from remanence.circuit.converter import Converter
from remanence.circuit.ecc import Code, Gatecost, Gatelibrary, code_cost, gate_cost, gate_library
from remanence.circuit.electrical import Electrical, electrical
from remanence.circuit.gates import Amplifier, Coder, Gates, Periphery, gates_on, plain_amplifier
from remanence.circuit.inputs import InputDriver, bit_serial, capacitor_ladder, pulse_width, resistor_string
from remanence.circuit.interconnect import Route, between, mesh_path, route, tree_path
from remanence.circuit.memory import Memory, Storage, organise, storage
from remanence.circuit.node import Conductor, Node
from remanence.circuit.organisation import Costs, Organisations, Reason, Redundancy, evaluate
from remanence.circuit.pump import Pump
from remanence.circuit.search import Macros, search
from remanence.circuit.sense import Senseamplifier, Sensing, sense_amplifier, sensing
from remanence.circuit.sigma import coded_sigma, required_sigma
from remanence.circuit.space import Space
from remanence.circuit.transistor import leakage, linear_resistance, off_current, on_current, sram_leakage
from remanence.circuit.wafer import Wafer
from remanence.circuit.wire import Wire, wire
from remanence.circuit.writing import Writedriver, Writing, access_width, write, write_driver

__all__ = [
    "Amplifier",
    "ArrayCost",
    "BitErrors",
    "Cell",
    "Code",
    "Coder",
    "Conductor",
    "Converter",
    "Costs",
    "Electrical",
    "Gatecost",
    "Gatelibrary",
    "Gates",
    "InputDriver",
    "Macros",
    "Memory",
    "MemoryYield",
    "Node",
    "Organisations",
    "Periphery",
    "Pump",
    "Reason",
    "Redundancy",
    "Route",
    "Senseamplifier",
    "Sensing",
    "Space",
    "Storage",
    "Wafer",
    "Wire",
    "Writedriver",
    "Writing",
    "access_width",
    "array_cost",
    "between",
    "bit_errors",
    "bit_serial",
    "capacitor_ladder",
    "charge_array_cost",
    "code_cost",
    "coded_sigma",
    "electrical",
    "evaluate",
    "gate_cost",
    "gate_library",
    "gates_on",
    "leakage",
    "linear_resistance",
    "memory_yield",
    "mesh_path",
    "off_current",
    "on_current",
    "organise",
    "plain_amplifier",
    "pulse_width",
    "repair_yield",
    "require_retention",
    "required_sigma",
    "resistor_string",
    "route",
    "search",
    "sense_amplifier",
    "sensing",
    "sram_leakage",
    "storage",
    "tree_path",
    "wire",
    "write",
    "write_driver",
]
