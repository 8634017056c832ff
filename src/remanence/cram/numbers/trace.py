"""A netlist under construction from what was given to an expression."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from remanence.cram.arithmetic.logic import Logic
from remanence.cram.netlist import ONE, Builder, Word

Words: TypeAlias = Any
"""An object array: a word of signals for each place within a row."""


class Expression(Protocol):
    """What can be traced."""

    build: Callable[[Trace], Words]


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """Numbers that were given: whole, shape (rows, ...); rows is 1 where all rows hold the same."""

    data: NDArray[np.int64]
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


def inputs_of(given: Mapping[str, tuple[Leaf, int]], rows: int) -> dict[str, NDArray[np.int64]]:
    """Return what every input of a trace holds, shape (rows,)."""
    return {
        name: np.broadcast_to(leaf.data.reshape(len(leaf.data), -1)[:, place], (rows,))
        for name, (leaf, place) in given.items()
    }
