"""A netlist under construction from what was given to an expression."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from remanence.cram.logic import Logic
from remanence.cram.netlist import Builder

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

    def __init__(self, leaves: Collection[Leaf], gates: Collection[str]) -> None:
        self.builder = Builder(gates)
        self.logic = Logic(self.builder)
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

    def words(self, lanes: Expression) -> Words:
        """Return the signals of an expression, made once."""
        if id(lanes) not in self.made:
            self.made[id(lanes)] = lanes.build(self)
        return self.made[id(lanes)]


def inputs_of(given: Mapping[str, tuple[Leaf, int]], rows: int) -> dict[str, NDArray[np.int64]]:
    """Return what every input of a trace holds, shape (rows,)."""
    return {
        name: np.broadcast_to(leaf.data.reshape(len(leaf.data), -1)[:, place], (rows,))
        for name, (leaf, place) in given.items()
    }
