"""And-inverter graphs: Boolean functions before any gate is chosen.

A literal is twice a node plus one where it is inverted. Node 0 is the constant 0, then come the inputs, then the ands,
each after what it reads; equal ands are made once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError

FALSE, TRUE = 0, 1
LARGEST_TABLE = 16
"""Inputs of a function given by its truth table."""


@dataclass(slots=True)
class Aig:
    """A graph that grows. Inputs come first.

    Args:
        inputs: words of literals by name, lowest bit first.
        ands: the two literals of each and, the smaller one first.
        outputs: words of literals by name.
    """

    inputs: dict[str, tuple[int, ...]] = field(default_factory=dict)
    ands: list[tuple[int, int]] = field(default_factory=list)
    outputs: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _known: dict[tuple[int, int], int] = field(default_factory=dict)

    @property
    def first(self) -> int:
        """Node of the first and."""
        return 1 + sum(map(len, self.inputs.values()))

    def input(self, name: str, bits: int) -> tuple[int, ...]:
        """Add an input word and return its literals.

        Raises:
            InputError: a name twice, no bits, or an and was made already.
        """
        if self.ands or name in self.inputs or bits < 1:
            raise InputError(
                "Aig.input", f"{name!r} of {bits} bits", "needs a new name, a bit, and to come before ands"
            )
        start = self.first
        self.inputs[name] = tuple(2 * node for node in range(start, start + bits))
        return self.inputs[name]

    def and_(self, a: int, b: int) -> int:
        """Return the literal of a and b."""
        a, b = min(a, b), max(a, b)
        if a == FALSE or a == b ^ 1:
            return FALSE
        if a in (TRUE, b):
            return b
        if (a, b) not in self._known:
            self._known[a, b] = 2 * (self.first + len(self.ands))
            self.ands.append((a, b))
        return self._known[a, b]

    def known(self, a: int, b: int) -> int | None:
        """Return the literal of a and b where that and was made already."""
        return self._known.get((min(a, b), max(a, b)))

    def or_(self, a: int, b: int) -> int:
        """Return the literal of a or b."""
        return self.and_(a ^ 1, b ^ 1) ^ 1

    def all_of(self, literals: Sequence[int]) -> int:
        """Return the literal of all of them, by a balanced tree; 1 of none."""
        waiting = deque(literals)
        while len(waiting) > 1:
            waiting.append(self.and_(waiting.popleft(), waiting.popleft()))
        return waiting[0] if waiting else TRUE

    def xor(self, a: int, b: int) -> int:
        """Return the literal of a or b, not both."""
        return self.or_(self.and_(a, b ^ 1), self.and_(a ^ 1, b))

    def mux(self, select: int, one: int, zero: int) -> int:
        """Return the literal of ``one`` where ``select`` is 1, else of ``zero``."""
        if one == zero:
            return one
        if one == zero ^ 1:
            return self.xor(select, zero)
        return self.or_(self.and_(select, one), self.and_(select ^ 1, zero))

    def table(self, values: Sequence[int] | NDArray[np.integer], literals: Sequence[int]) -> int:
        """Return the literal of a function given by its truth table, by Shannon's expansion with equal parts shared.

        Args:
            values: 2**n entries of 0 or 1, by the number whose bits are the literals, the first the lowest.
            literals: n of them.

        Raises:
            InputError: another number of entries, or entries that are not bits.
        """
        entries = np.asarray(values)
        if entries.shape != (1 << len(literals),) or len(literals) > LARGEST_TABLE:
            rule = f"must have 2**{len(literals)} entries, of {LARGEST_TABLE} literals at most"
            raise InputError("Aig.table", f"shape {entries.shape}", rule)
        if not np.isin(entries, (0, 1)).all():
            raise InputError("Aig.table", f"entries {np.unique(entries).tolist()}", "must be 0 or 1")
        made: dict[bytes, int] = {}

        def part(rest: NDArray[np.uint8], depth: int) -> int:
            key = rest.tobytes()
            if not depth or rest.min() == rest.max():
                return int(rest[0])
            if key not in made:
                half = rest.size // 2
                zero, one = part(rest[:half], depth - 1), part(rest[half:], depth - 1)
                made[key] = self.mux(literals[depth - 1], one, zero)
            return made[key]

        return part(entries.astype(np.uint8), len(literals))

    def output(self, name: str, word: Sequence[int]) -> None:
        """Name an output word.

        Raises:
            InputError: a name twice, no bits, or unknown literals.
        """
        top = 2 * (self.first + len(self.ands))
        if name in self.outputs or not len(word) or not all(0 <= literal < top for literal in word):
            raise InputError(f"Aig.output {name}", tuple(word), "needs a new name and literals of this graph")
        self.outputs[name] = tuple(word)

    def evaluate(self, **words: NDArray[np.bool_]) -> dict[str, NDArray[np.bool_]]:
        """Return the outputs for bits of inputs, shape (rows, bits) each: the definition."""
        rows = len(next(iter(words.values()))) if words else 1
        state = np.zeros((self.first + len(self.ands), rows), np.bool_)

        def value(literal: int) -> NDArray[np.bool_]:
            held: NDArray[np.bool_] = state[literal >> 1] ^ bool(literal & 1)
            return held

        for name, word in self.inputs.items():
            for literal, bits in zip(word, words[name].T, strict=True):
                state[literal >> 1] = bits
        for place, (a, b) in enumerate(self.ands):
            state[self.first + place] = value(a) & value(b)
        return {name: np.stack([value(each) for each in word], axis=1) for name, word in self.outputs.items()}
