"""Digital logic inside magnetic cells: a voltage over cells of a line switches one of them, or leaves it.

Knows: the gates (`gates`), networks of them (`netlist`), programs on the columns of an array (`program`), how a network
becomes one (`schedule`), running it (`simulate`), numbers with the operators of NumPy (`lanes`), and what compiles
Verilog, BLIF and tables (`compile`).
Refuses to know: how networks of neurons are laid out, prices of whole chips.
A row of an array is one lane: every step does the same in all rows. Start reading at `gates.Gate`.
"""

from remanence.cram.compile import compile  # noqa: A004 (the name of what it does)
from remanence.cram.gates import GATES, Gate, gate
from remanence.cram.jitted import jit
from remanence.cram.lanes import Lanes, asarray, stack, where
from remanence.cram.netlist import Builder, Netlist
from remanence.cram.program import Program
from remanence.cram.schedule import schedule
from remanence.cram.simulate import run

__all__ = [
    "GATES",
    "Builder",
    "Gate",
    "Lanes",
    "Netlist",
    "Program",
    "asarray",
    "compile",
    "gate",
    "jit",
    "run",
    "schedule",
    "stack",
    "where",
]
