"""Digital logic inside magnetic cells: a voltage over cells of a line switches one of them, or leaves it.

Knows: the gates (`gates`), networks of them (`netlist`), their schedules on the columns of an array (`program`).
Refuses to know: how networks of neurons are laid out, prices of whole chips.
A row of an array is one lane: every step does the same in all rows. Start reading at `gates.Gate`.
"""

from remanence.cram.gates import GATES, Gate, gate
from remanence.cram.netlist import Builder, Netlist
from remanence.cram.program import Program

__all__ = ["GATES", "Builder", "Gate", "Netlist", "Program", "gate"]
