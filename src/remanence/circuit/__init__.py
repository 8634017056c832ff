"""CMOS around the cells: what an access costs in energy, time and area.

Knows: the technology node (`node`), its transistors and wires at any temperature (`transistor`, `wire`), cells of every
memory technology (`cell`) with their transistors and size (`layout`), what an array sees of them (`electrical`), charge
pumps (`pump`), delays along lines (`line`), converters (`converter`), arrays that compute with currents (`array`) or
charges (`charge`), macros that store: one given organisation (`memory`), any of them by its gates and wires
(`organisation`) and all of them at once (`search`); prices of silicon (`wafer`).
Refuses to know: what the bits mean, networks, chips.
Every cost is a float or an array of draws; every figure here has the scope of a macro. Start reading at `cell.Cell`.
"""

from remanence.circuit.array import ArrayCost, array_cost
from remanence.circuit.cell import Cell
from remanence.circuit.charge import charge_array_cost
from remanence.circuit.converter import Converter
from remanence.circuit.electrical import Electrical, electrical
from remanence.circuit.gates import Amplifier, Coder, Gates, Periphery, gates_on, plain_amplifier
from remanence.circuit.memory import Memory, MemoryCost, memory_cost
from remanence.circuit.node import Conductor, Node
from remanence.circuit.organisation import Costs, Organisations, Reason, evaluate
from remanence.circuit.pump import Pump
from remanence.circuit.search import Macros, search
from remanence.circuit.space import Space
from remanence.circuit.transistor import leakage, linear_resistance, off_current, on_current, sram_leakage
from remanence.circuit.wafer import Wafer
from remanence.circuit.wire import Wire, wire

__all__ = [
    "Amplifier",
    "ArrayCost",
    "Cell",
    "Coder",
    "Conductor",
    "Converter",
    "Costs",
    "Electrical",
    "Gates",
    "Macros",
    "Memory",
    "MemoryCost",
    "Node",
    "Organisations",
    "Periphery",
    "Pump",
    "Reason",
    "Space",
    "Wafer",
    "Wire",
    "array_cost",
    "charge_array_cost",
    "electrical",
    "evaluate",
    "gates_on",
    "leakage",
    "linear_resistance",
    "memory_cost",
    "off_current",
    "on_current",
    "plain_amplifier",
    "search",
    "sram_leakage",
    "wire",
]
