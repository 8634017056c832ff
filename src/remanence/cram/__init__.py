"""Digital logic inside magnetic cells: a voltage over cells of a line switches one of them, or leaves it.

Knows: the gates (`gates`), networks of them (`netlist`), programs on the columns of an array (`program`), how a network
becomes one (`schedule`), running it (`simulate`); in folders: what a junction can do (`cells`), words (`arithmetic`),
order, columns and neighbours (`scheduling`), NumPy-like numbers (`numbers`), Verilog and tables (`compiler`), the array
with its costs and errors (`machine`).
Refuses to know: how networks of neurons are laid out, prices of whole chips.
A row of an array is one lane: every step does the same in all rows. Start reading at `gates.Gate`.
"""

from remanence.cram.cells.cell import Logiccell
from remanence.cram.cells.gate_set import GateSet, gate_set
from remanence.cram.cells.logic_cell import logic_cell
from remanence.cram.compiler.compile import compile  # noqa: A004 (the name of what it does)
from remanence.cram.gates import GATES, Gate, gate
from remanence.cram.machine.array import Array, Logicarray
from remanence.cram.machine.chip import Chip, Logicchip
from remanence.cram.machine.cost import Cost, access, cost
from remanence.cram.machine.hybrid import hybrid_dot
from remanence.cram.machine.reliability import measured, measured_bits, predicted
from remanence.cram.machine.sequence import Sequence
from remanence.cram.netlist import Builder, Netlist
from remanence.cram.numbers import binary_network, transform
from remanence.cram.numbers.convolution import convolve, patches, stencil
from remanence.cram.numbers.fixed_point import Fixed, fixed
from remanence.cram.numbers.functions import (
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
from remanence.cram.numbers.jitted import jit
from remanence.cram.numbers.lanes import Lanes, asarray
from remanence.cram.numbers.transform import Complex, butterfly, fft
from remanence.cram.program import Program
from remanence.cram.schedule import schedule
from remanence.cram.scheduling.segments import schedule_segments
from remanence.cram.simulate import run

__all__ = [
    "GATES",
    "Array",
    "Builder",
    "Chip",
    "Complex",
    "Cost",
    "Fixed",
    "Gate",
    "GateSet",
    "Lanes",
    "Logicarray",
    "Logiccell",
    "Logicchip",
    "Netlist",
    "Program",
    "Sequence",
    "access",
    "argmax",
    "argmin",
    "asarray",
    "binary_network",
    "butterfly",
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
    "hybrid_dot",
    "jit",
    "logic_cell",
    "maximum",
    "measured",
    "measured_bits",
    "minimum",
    "multiply_add",
    "patches",
    "predicted",
    "run",
    "schedule",
    "schedule_segments",
    "sort",
    "sqrt",
    "square",
    "stack",
    "stencil",
    "transform",
    "where",
]
