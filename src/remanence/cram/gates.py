"""The gates: which output a line of cells gives, from the number of inputs that are 0.

A cell in the low-resistance (parallel) state holds 0, in the high-resistance (antiparallel) one 1. The output cell is
preset; then a voltage drives current through the inputs, in parallel, into it. The more inputs are 0, the more current
flows, so a gate is one number: it switches its output when at least ``threshold`` inputs are 0.
"""

from __future__ import annotations

from dataclasses import dataclass

from remanence.core.errors import InputError, UnknownNameError

LARGEST_FAN_IN = 5
INPUTS = ".inputs"
"""After the name of a gate in a table of error rates: of its inputs, which it turns over, not of its outcome."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate of a logic line.

    Args:
        name: as in `GATES`.
        inputs: how many cells drive the line.
        threshold: how many of them must be 0 for the output to switch, at least.
        preset: state of the output before the pulse; the pulse can only turn it over. 0 gives the inverting gates.

    Raises:
        InputError: no such gate can be.
    """

    name: str
    inputs: int
    threshold: int
    preset: int

    def __post_init__(self) -> None:
        """Check that the threshold can be met and be missed."""
        if not 1 <= self.inputs <= LARGEST_FAN_IN:
            raise InputError(f"Gate {self.name}: inputs", self.inputs, f"must be from 1 to {LARGEST_FAN_IN}")
        if not 1 <= self.threshold <= self.inputs:
            raise InputError(f"Gate {self.name}: threshold", self.threshold, f"must be from 1 to {self.inputs}")
        if self.preset not in (0, 1):
            raise InputError(f"Gate {self.name}: preset", self.preset, "must be 0 or 1")

    @property
    def inverting(self) -> bool:
        """Whether the gate is the complement of a monotone function: its output starts parallel."""
        return self.preset == 0

    def switches(self, zeros: int) -> bool:
        """Return whether the output turns over with so many inputs at 0."""
        return zeros >= self.threshold

    def output(self, zeros: int) -> int:
        """Return the output with so many inputs at 0."""
        return self.preset ^ int(self.switches(zeros))

    @property
    def truth(self) -> tuple[int, ...]:
        """Outputs by input word, the first input being the lowest bit: 2**inputs entries."""
        words = range(1 << self.inputs)
        return tuple(self.output(self.inputs - word.bit_count()) for word in words)


GATES: tuple[Gate, ...] = (
    Gate("NOT", 1, 1, 0),
    Gate("BUFFER", 1, 1, 1),
    *(Gate(f"NAND{n}", n, 1, 0) for n in (2, 3, 4, 5)),
    *(Gate(f"NOR{n}", n, n, 0) for n in (2, 3, 4, 5)),
    *(Gate(f"AND{n}", n, 1, 1) for n in (2, 3, 4, 5)),
    *(Gate(f"OR{n}", n, n, 1) for n in (2, 3, 4, 5)),
    Gate("NMAJ3", 3, 2, 0),
    Gate("NMAJ5", 5, 3, 0),
    Gate("MAJ3", 3, 2, 1),
    Gate("MAJ5", 5, 3, 1),
)
"""Every gate that has a name; N in front is the complement. Programs refer to them by place in this tuple."""

OPCODES = {each.name: place for place, each in enumerate(GATES)}


def gate(name: str) -> Gate:
    """Return a gate by name.

    Raises:
        UnknownNameError: no such gate.
    """
    if name not in OPCODES:
        raise UnknownNameError("gate", name, OPCODES)
    return GATES[OPCODES[name]]
