"""Switches that cut a logic line into segments: what a gate that joins several loses, and how many it may join.

A closed switch is a transistor in series with the line. The regulator gives each gate the best voltage for the segments
that it joins; what a longer line costs is window, and with it errors, so that every gate has a longest reach.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from remanence.circuit import Node, linear_resistance
from remanence.circuit.electrical import SETTLE
from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.cram.cells.cell import Logiccell
from remanence.cram.cells.gate_set import GateSet, Gatesheet, gate_set
from remanence.cram.cells.window import gate_current
from remanence.cram.gates import GATES, INPUTS
from remanence.cram.program import PRESET_0, Program

if TYPE_CHECKING:
    from remanence.cram.machine.array import Array


class Switches:
    """The switches of an array's logic lines; of a line without them, one segment of all columns.

    Args:
        array: the array.
    """

    def __init__(self, array: Array) -> None:
        self.array = array
        self.segments = -(-array.breadth // array.segment) if array.segment else 1
        self._sheet, self._swing = cache(self._made_sheet), cache(self._made_swing)

    @property
    def width(self) -> float:
        """Width of a switch, m."""
        return float(self.array.bears.switch_width) * self.array.access_width

    @property
    def resistance(self) -> float:
        """Resistance of a closed switch, ohm."""
        node = self.array.node
        assert isinstance(node, Node)
        return float(linear_resistance(node, self.array.temperature)) / self.width

    def line(self, joined: int) -> Logiccell:
        """Return the cell as a line of so many joined segments sees it: less of the line's wire, more switches."""
        if self.segments == 1:
            return self.array.line
        held = self.array.line
        wire = float(held.line_resistance) * joined / self.segments
        return replace(held, line_resistance=wire + (joined - 1) * self.resistance)

    @property
    def names(self) -> tuple[str, ...]:
        """Gates that pass over two segments: others could not bring bits of two segments together."""
        return tuple(name for name in self.array.gates.names if self.passes(name, min(self.segments, 2)))

    def sheet(self, name: str, joined: int) -> Gatesheet:
        """Return what a gate does over so many joined segments, at its best voltage there."""
        if joined == 1:
            return self.array.gates.sheets[name]
        return self._sheet(name, joined).sheets[name]

    def passes(self, name: str, joined: int) -> bool:
        """Whether a gate still passes over so many segments."""
        return not self._sheet(name, joined).refused

    def _made_sheet(self, name: str, joined: int) -> GateSet:
        return gate_set(self.line(joined), (name,), most_error=self.array.most_error, response=self.array.response,
                        at_least_one=False)  # fmt: skip

    def swing(self, name: str, joined: int) -> float:
        """Return the voltage of a logic line during a gate, with as many inputs at 0 as its threshold, V."""
        return self._swing(name, joined)

    def _made_swing(self, name: str, joined: int) -> float:
        sheet = self.sheet(name, joined)
        _, inputs = gate_current(self.line(joined), sheet.gate, sheet.gate.threshold, sheet.voltage)
        return sheet.voltage - float(inputs)

    def settle(self, joined: int) -> float:
        """Return the time in which so many joined segments settle behind the cells, s."""
        held = self.array.drivers
        series = float(held.drive_resistance) + (joined - 1) * self.resistance
        return SETTLE * series * self.capacitance(joined)

    def capacitance(self, joined: int) -> float:
        """Return the capacitance of so many joined segments, F."""
        return float(self.array.drivers.logic_capacitance) * joined / self.segments

    def reach(self, *names: str) -> int:
        """Return the most segments that all these gates may join, 0 if one passes nowhere."""
        low, high = 0, self.segments
        while low < high:  # an error only grows with the line
            middle = (low + high + 1) // 2
            passing = all(self.passes(name, middle) for name in names)
            low, high = (middle, high) if passing else (low, middle - 1)
        return low

    def limit(self, names: Collection[str]) -> int | None:
        """Return the most segments that a program of such gates may join with NOT beside them; None if all."""
        if self.segments == 1:
            return None
        found = self.reach(*{*names, "NOT"})
        return None if found == self.segments else found

    def errors(self, program: Program) -> dict[str, list[float]]:
        """Return the errors of a program's gates for `simulate.run`: by name, and by name@n over n segments."""
        used = zip(program.opcodes.tolist(), program.joined().tolist(), strict=True)
        found: dict[str, list[float]] = {}
        for opcode, joined in sorted({(opcode, joined) for opcode, joined in used if opcode < PRESET_0}):
            name = GATES[opcode].name
            sheet = self.sheet(name, joined)
            found |= {f"{name}@{joined}": sheet.errors.tolist(), f"{name}{INPUTS}@{joined}": sheet.disturbed.tolist()}
        return found

    def check(self, program: Program) -> None:
        """Refuse a program for other segments, or with a gate over more of them than it bears.

        Raises:
            InputError: names the gate.
        """
        if program.segment != self.array.segment:
            needed, held = (
                f"segments of {n} columns" if n else "no switches" for n in (program.segment, self.array.segment)
            )
            raise InputError("cram.Array: program", f"for lines with {needed}", f"those of the array have {held}",
                             "Compile it for this array.")  # fmt: skip
        if self.segments == 1:
            return
        joined = program.joined()
        for opcode in np.unique(program.opcodes[program.opcodes < PRESET_0]):
            name, most = GATES[opcode].name, int(joined[program.opcodes == opcode].max())
            if not self.passes(name, most):
                raise InputError("cram.Array: program", f"{name} over {most} segments",
                                 f"its switches leave it {self.reach(name)}",
                                 "Compile it for this array, or with reach.")  # fmt: skip
