"""Bit-serial programs of whole numbers beside AritPIM's: steps and cells of a row, in its gates and by its counting.

Gates are NOT and NOR of two inputs, and every output is preset just before its gate, in a step of its own. Results are
as wide as there: sums and differences as their operands, products twice as wide; a dividend of twice the bits gives a
quotient and a remainder of as many as the divisor. The inputs are kept. Cells are all columns that a program takes.
"""

from __future__ import annotations

import itertools
from functools import cache

import pandas as pd

from remanence.cram.arithmetic import division, integer
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.netlist import Builder
from remanence.cram.program import Program
from remanence.cram.schedule import schedule
from remanence.cram.scheduling.order import columns_needed
from remanence.study.published import beside

GATES = ("NOT", "NOR2")
OPERATIONS = ("add", "subtract", "multiply", "divide")
WIDTHS = (8, 16, 32, 64)


def serial_program(operation: str, bits: int) -> Program:
    """Return the program of an operation of `OPERATIONS` on ``x`` and ``y``, with outputs ``z``, or ``q`` and ``r``.

    Args:
        operation: one of them.
        bits: of ``y``, and of ``x`` but for a dividend, which has twice as many.
    """
    builder = Builder(GATES)
    logic = Logic(builder)
    x, y = builder.input("x", 2 * bits if operation == "divide" else bits), builder.input("y", bits)
    if operation == "divide":
        for name, word in zip("qr", division.divide_long(logic, x, y), strict=True):
            builder.output(name, word)
    elif operation == "multiply":
        builder.output("z", integer.multiply(logic, x, y))
    else:
        builder.output("z", {"add": integer.add, "subtract": integer.subtract}[operation](logic, x, y)[0])
    netlist = builder.netlist()
    return schedule(netlist, columns=columns_needed(netlist), batched=False)


def arithmetic_rows() -> pd.DataFrame:
    """Return the steps ("add-8-cycles") and the cells ("add-8-cells") of all operations and widths, with AritPIM's."""
    found: dict[str, float | bool] = {}
    for operation, bits in itertools.product(OPERATIONS, WIDTHS):
        found[f"{operation}-{bits}-cycles"], found[f"{operation}-{bits}-cells"] = _counted(operation, bits)
    return beside("cram-arithmetic", found)


@cache
def _counted(operation: str, bits: int) -> tuple[int, int]:
    """Steps and cells; a division of 64 bits takes seconds."""
    program = serial_program(operation, bits)
    return program.step_count, program.columns
