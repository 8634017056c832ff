"""Digital logic inside magnetic cells: a voltage over cells of a line switches one of them, or leaves it.

Knows: the gates (`gates`), networks of them (`netlist`), programs on the columns of an array (`program`), how a network
becomes one (`schedule`), running it (`simulate`), and numbers with the operators of NumPy (`lanes`).
Refuses to know: how networks of neurons are laid out, prices of whole chips.
A row of an array is one lane: every step does the same in all rows. Start reading at `gates.Gate`.
"""

from remanence.cram.convolution import convolve, patches, stencil
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
from remanence.cram.gates import GATES, Gate, gate
from remanence.cram.jitted import jit
from remanence.cram.lanes import Lanes, asarray
from remanence.cram.netlist import Builder, Netlist
from remanence.cram.program import Program
from remanence.cram.schedule import schedule
from remanence.cram.simulate import run
from remanence.cram.transform import fft

__all__ = [
    "GATES",
    "Builder",
    "Fixed",
    "Gate",
    "Lanes",
    "Netlist",
    "Program",
    "argmax",
    "argmin",
    "asarray",
    "clip",
    "concatenate",
    "convolve",
    "cumsum",
    "fft",
    "fixed",
    "gate",
    "jit",
    "maximum",
    "minimum",
    "multiply_add",
    "patches",
    "run",
    "schedule",
    "sort",
    "sqrt",
    "square",
    "stack",
    "stencil",
    "where",
]
