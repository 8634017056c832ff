"""A netlist under construction from what was given to an expression."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError, UnknownNameError
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.cells.gate_set import GATE_SETS, GateSet
from remanence.cram.gates import gate
from remanence.cram.machine.array import BY_PARITY, Array
from remanence.cram.machine.chip import Chip
from remanence.cram.netlist import ONE, Builder, Word

COLUMNS = 1024
"""Where neither columns nor an array are given."""
Gates: TypeAlias = Collection[str] | str | GateSet | Array | Chip
"""Gates to compute with: names, the name of a set in `gate_set.GATE_SETS`, the set of a cell, an array or a chip."""
Words: TypeAlias = Any
"""An object array: a word of signals for each place within a row."""


class Expression(Protocol):
    """What can be traced."""

    build: Callable[[Trace], Words]


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """Numbers that were given: whole, shape (rows, ...); rows is 1 where all rows hold the same."""

    data: NDArray[Any]  # int64, uint64, or whole numbers of Python
    bits: int
    signed: bool


class Trace:
    """A netlist under construction from the leaves of an expression."""

    def __init__(self, leaves: Collection[Leaf], gates: Collection[str], *, parallel: bool = False) -> None:
        self.builder = Builder(gates)
        self.logic = Logic(self.builder, parallel=parallel)
        self.made: dict[int, Words] = {}
        self.given: dict[str, tuple[Leaf, int]] = {}
        for number, leaf in enumerate(leaves):
            inner = leaf.data.shape[1:]
            words = np.empty(inner, object)
            for place in range(words.size):
                name = f"x{number}" if words.ndim == 0 else f"x{number}[{place}]"
                words[np.unravel_index(place, inner)] = self.builder.input(name, leaf.bits)
                self.given[name] = leaf, place
            self.made[id(leaf)] = words

    def move(self, word: Word, rows: int) -> Word:
        """Return a word brought so many rows further down (negative: up); 0 comes in from beyond."""
        return tuple(self.builder.move(self._one() if bit == ONE else bit, rows) for bit in word)

    def _one(self) -> int:
        """Return a signal that is always 1 and has a column: a constant cannot be moved."""
        some = 2  # the first bit that was given
        return self.logic.nand(some, self.logic.not_(some))

    def words(self, lanes: Expression) -> Words:
        """Return the signals of an expression, made once."""
        if id(lanes) not in self.made:
            self.made[id(lanes)] = lanes.build(self)
        return self.made[id(lanes)]


def each_word(words: Words, make: Callable[[Word], Word]) -> Words:
    """Return what a function makes of each word."""
    result = np.empty(words.shape, object)
    for place in np.ndindex(words.shape):
        result[place] = make(words[place])
    return result


def inputs_of(given: Mapping[str, tuple[Leaf, int]], rows: int) -> dict[str, NDArray[Any]]:
    """Return what every input of a trace holds, shape (rows,)."""
    return {
        name: np.broadcast_to(leaf.data.reshape(len(leaf.data), -1)[:, place], (rows,))
        for name, (leaf, place) in given.items()
    }


def layout_of(
    gates: Gates, columns: int | None, parity: bool | None, segment: int | None, on: Array | Chip | None = None
) -> tuple[int, bool, int]:
    """Return columns, parity and segment of a schedule; what is None is as the array in ``gates``, or ``on``, has it.

    Args:
        gates: to compute with.
        columns: of an array; `COLUMNS` where there is none to ask.
        parity: whether inputs and output of a gate sit in columns of opposite parity.
        segment: columns between two switches of a logic line.
        on: array or chip that the schedule is for where ``gates`` is none.
    """
    machine = gates if isinstance(gates, Array | Chip) else on
    cell = machine.line if machine is not None else gates.cell if isinstance(gates, GateSet) else None
    return (
        columns if columns is not None else machine.breadth if machine is not None else COLUMNS,
        parity if parity is not None else cell is not None and cell.topology == BY_PARITY,
        segment if segment is not None else machine.segment if machine is not None else 0,
    )


def gate_names(gates: Gates) -> tuple[str, ...]:
    """Return the names of gates.

    Raises:
        UnknownNameError: an unknown gate or set.
        InputError: no gates.
    """
    if isinstance(gates, Array | Chip):
        return gates.switches.names
    if isinstance(gates, GateSet):
        return gates.names
    if isinstance(gates, str):
        if gates not in GATE_SETS:
            raise UnknownNameError("gate set", gates, GATE_SETS)
        return GATE_SETS[gates]
    if not gates:
        raise InputError("cram: gates", "none", "at least one that inverts is needed")
    return tuple(gate(name).name for name in gates)
