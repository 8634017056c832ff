"""Programs on logic lines with switches: steps against one gate a step, and beside AritPIM's bit-parallel programs.

AritPIM counts a cycle for each step of gates and one for each place of a partition that is initialised, in any of the
partitions; here a step presets any columns. Both counts are given. Its gates of a cycle are the same in all partitions,
at the same places and at even distances, which keeps its control narrow; gates of a step here may differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from remanence.cram.arithmetic import integer
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.netlist import Builder, Netlist, Word
from remanence.cram.program import PRESET_0, PRESET_1, Program
from remanence.cram.schedule import schedule
from remanence.cram.scheduling.order import columns_needed
from remanence.cram.scheduling.segments import fewest_steps, schedule_segments
from remanence.study.published import beside

NOR = ("NOT", "NOR2")
NAND = ("NOT", "NAND2")
PLACES: Mapping[str, int] = {"add": 8, "subtract": 9, "multiply": 64}
"""Cells of a segment."""
PUBLISHED_PLACES: Mapping[str, int] = {"add": 8, "subtract": 9, "multiply": 11}
"""Those of AritPIM: results/fixed/area.csv at commit 71b97a4, over the bits."""
WIDTHS: Mapping[str, tuple[int, ...]] = {"add": (8, 16, 32, 64), "subtract": (8, 16, 32, 64), "multiply": (8, 16, 32)}

Function = Callable[[Logic, Word, Word], Word]
FUNCTIONS: Mapping[str, Function] = {
    "add": lambda logic, x, y: integer.add(logic, x, y)[0],
    "subtract": lambda logic, x, y: integer.subtract(logic, x, y)[0],
    "multiply": lambda logic, x, y: integer.multiply(logic, x, y),
    "less": lambda logic, x, y: (integer.less(logic, x, y),),
    "popcount": lambda logic, x, y: integer.popcount(logic, (*x, *y)),
    "alu": lambda logic, x, y: alu(logic, x, y),
}
"""Of two words of as many bits."""
COMPARED = (("add", 8), ("add", 32), ("subtract", 32), ("less", 32), ("popcount", 32), ("multiply", 8),
            ("multiply", 16), ("alu", 16))  # fmt: skip
COLUMNS = 1024
SEGMENTS = (128, 64, 32)


def alu(logic: Logic, x: Word, y: Word) -> Word:
    """Return x + y, x - y, x and y, or x xor y, as the lowest two bits of y say; a unit for comparison."""
    options = [
        integer.add(logic, x, y)[0],
        integer.subtract(logic, x, y)[0],
        tuple(logic.and_(a, b) for a, b in zip(x, y, strict=True)),
        tuple(logic.xor(a, b) for a, b in zip(x, y, strict=True)),
    ]
    low, high = (integer.select(logic, y[0], options[k + 1], options[k]) for k in (0, 2))
    return integer.select(logic, y[1], high, low)


def netlist_of(name: str, bits: int, gates: Sequence[str], *, parallel: bool) -> Netlist:
    """Return the network of one of `FUNCTIONS` with output ``z``."""
    builder = Builder(gates)
    logic = Logic(builder, parallel=parallel)
    x, y = builder.input("x", bits), builder.input("y", bits)
    builder.output("z", FUNCTIONS[name](logic, x, y))
    return builder.netlist()


def cycles(program: Program) -> int:
    """Return the steps of gates and, for each step of presets, one for each place within a segment and state."""
    preset = np.isin(program.opcodes, (PRESET_0, PRESET_1))
    keys = np.stack([program.steps, program.outputs_to % program.segment, program.opcodes], axis=1)[preset]
    return program.gate_steps + len(np.unique(keys, axis=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bitparallel:
    """A program with a segment a bit."""

    name: str
    bits: int
    program: Program

    @property
    def gates(self) -> int:
        """Gates and presets together."""
        return len(self.program)


@cache
def parallel_programs() -> tuple[Bitparallel, ...]:
    """Return the programs of NOT and NOR2 with a segment a bit, for `WIDTHS`."""
    found = []
    for name, widths in WIDTHS.items():
        for bits in widths:
            network, segment = netlist_of(name, bits, NOR, parallel=True), PLACES[name]
            program = schedule_segments(network, columns=bits * segment, segment=segment)
            found.append(Bitparallel(name=name, bits=bits, program=program))
    return tuple(found)


def parallel_rows() -> pd.DataFrame:
    """Return cycles ("add-8-cycles") and gates ("add-8-gates") of `parallel_programs`, with AritPIM's."""
    ours: dict[str, float | bool] = {}
    for each in parallel_programs():
        ours |= {f"{each.name}-{each.bits}-cycles": cycles(each.program), f"{each.name}-{each.bits}-gates": each.gates}
    return beside("cram-parallel", ours)


def segment_rows(compared: Sequence[tuple[str, int]] = COMPARED) -> pd.DataFrame:
    """Return the steps of programs of NAND2 and NOT: one gate a step under "none", then by columns of a segment.

    Args:
        compared: functions and bits; one row each.
    """
    rows = []
    for name, bits in compared:
        serial, parallel = (netlist_of(name, bits, NAND, parallel=each) for each in (False, True))
        plain = schedule(serial, columns=max(columns_needed(serial), COLUMNS))
        row: dict[str, object] = {"what": f"{name}, {bits} bits", "none": plain.step_count}
        for segment in SEGMENTS:
            row[f"{segment}"] = fewest_steps((serial, parallel), columns=COLUMNS, segment=segment).step_count
        rows.append(row)
    return pd.DataFrame(rows).set_index("what")
