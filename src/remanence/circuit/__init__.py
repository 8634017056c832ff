"""CMOS around the cells: what an access costs in energy, time and area.

Knows: the technology node (`node`), cells of every memory technology with their access transistor (`cell`), wires
(`line`), converters (`converter`), arrays that compute with currents (`array`) or charges (`charge`), macros that
store (`memory`).
Refuses to know: what the bits mean, networks, chips.
Every cost is a float or an array of draws; every figure here has the scope of a macro. Start reading at `cell.Cell`.
"""

from remanence.circuit.array import ArrayCost, array_cost
from remanence.circuit.cell import Cell
from remanence.circuit.charge import charge_array_cost
from remanence.circuit.converter import Converter
from remanence.circuit.memory import Memory, MemoryCost, memory_cost
from remanence.circuit.node import Node

__all__ = [
    "ArrayCost",
    "Cell",
    "Converter",
    "Memory",
    "MemoryCost",
    "Node",
    "array_cost",
    "charge_array_cost",
    "memory_cost",
]
