"""Digital logic inside magnetic cells: a voltage over cells of a line switches one of them, or leaves it.

Knows: the gates (`gates`), networks of them (`netlist`), programs on the columns of an array (`program`), how a network
becomes one (`schedule`), Verilog, BLIF and tables (`compile`), running it (`simulate`), numbers with the operators of
NumPy (`lanes`); cells and arrays (`logic_cell`, `machine`), costs (`cost`), errors (`reliability`, `redundancy`).
Refuses to know: how networks of neurons are laid out, prices of whole chips.
A row of an array is one lane: every step does the same in all rows. Start reading at `gates.Gate`.
"""

from remanence.cram.cell import Logiccell
from remanence.cram.compile import compile  # noqa: A004 (the name of what it does)
from remanence.cram.convolution import convolve, patches, stencil
from remanence.cram.cost import Cost, access, cost
from remanence.cram.fixed_point import Fixed, fixed
from remanence.cram.functions import (
    argmax,
    argmin,
    clip,
    concatenate,
    cumsum,
    maximum,
    minimum,
    multiply_add,
    sort,
    sqrt,
    square,
    stack,
    where,
)
from remanence.cram.gate_set import GateSet, gate_set
from remanence.cram.gates import GATES, Gate, gate
from remanence.cram.jitted import jit
from remanence.cram.lanes import Lanes, asarray
from remanence.cram.logic_cell import logic_cell
from remanence.cram.machine import Array, Logicarray
from remanence.cram.netlist import Builder, Netlist
from remanence.cram.program import Program
from remanence.cram.reliability import measured, predicted
from remanence.cram.schedule import schedule
from remanence.cram.simulate import run
from remanence.cram.transform import fft

__all__ = [
    "GATES",
    "Array",
    "Builder",
    "Cost",
    "Fixed",
    "Gate",
    "GateSet",
    "Lanes",
    "Logicarray",
    "Logiccell",
    "Netlist",
    "Program",
    "access",
    "argmax",
    "argmin",
    "asarray",
    "clip",
    "compile",
    "concatenate",
    "convolve",
    "cost",
    "cumsum",
    "fft",
    "fixed",
    "gate",
    "gate_set",
    "jit",
    "logic_cell",
    "maximum",
    "measured",
    "minimum",
    "multiply_add",
    "patches",
    "predicted",
    "run",
    "schedule",
    "sort",
    "sqrt",
    "square",
    "stack",
    "stencil",
    "where",
]
