"""Networks of gates: what is computed, before anything has a place.

Signals are whole numbers: 0 and 1 are the constants, then come the bits of the inputs, then one signal per gate, in an
order in which every gate follows what it reads. A move stands among the gates: it brings a signal to other rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.gates import GATES, LARGEST_FAN_IN, OPCODES, Gate, gate
from remanence.cram.program import MOVE

Word: TypeAlias = tuple[int, ...]
"""Signals of a number, lowest bit first."""

ZERO, ONE = 0, 1
NONE = -1
"""In a table of fan-in: no input."""


@dataclass(frozen=True, slots=True, eq=False)
class Netlist:
    """A network of gates.

    Args:
        inputs: words by name; their signals follow each other from 2 on.
        opcodes: place of each gate in `gates.GATES`, shape (n,).
        fan_in: signals that each gate reads, shape (n, 5), `NONE` beyond its inputs.
        outputs: words by name: any signals.
        moves: signals that are no gates but bring what they read so many rows further down (negative: up); 0 comes in
            from beyond the rows. Their opcode is `program.MOVE`.
        places: bit of a word beside which each gate belongs, shape (n,), NaN where it has none; for lines with
            segments. It changes nothing that is computed.
        first: signal of the first gate; made, not given.
    """

    inputs: Mapping[str, Word]
    opcodes: NDArray[np.int16]
    fan_in: NDArray[np.int32]
    outputs: Mapping[str, Word]
    moves: Mapping[int, int] = field(default_factory=dict)
    places: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    first: int = field(init=False, default=2)

    def __post_init__(self) -> None:
        """Count the inputs."""
        object.__setattr__(self, "first", 2 + sum(map(len, self.inputs.values())))

    def __len__(self) -> int:
        """Return how many gates there are."""
        return len(self.opcodes)

    def counts(self) -> dict[str, int]:
        """Return how many gates there are of each name."""
        numbers = np.bincount(self.opcodes[self.opcodes != MOVE], minlength=len(GATES))
        return {each.name: int(number) for each, number in zip(GATES, numbers, strict=True) if number}

    def evaluate(self, **words: NDArray[np.bool_]) -> dict[str, NDArray[np.bool_]]:
        """Return the outputs for inputs, the definition of what a netlist means; slow.

        Args:
            words: bits of each input, shape (rows, bits), lowest first.

        Returns:
            Bits of each output, shape (rows, bits).

        Raises:
            InputError: inputs missing, unknown or of the wrong shape.
        """
        if set(words) != set(self.inputs):
            raise InputError("Netlist.evaluate", f"inputs {sorted(words)}", f"must be {sorted(self.inputs)}")
        rows = {np.shape(bits)[0] if np.ndim(bits) == 2 else -1 for bits in words.values()} or {1}
        if len(rows) > 1 or any(np.shape(bits)[-1] != len(self.inputs[name]) for name, bits in words.items()):
            rule = f"shapes must be (rows, bits) with bits { ({n: len(w) for n, w in self.inputs.items()}) }"
            raise InputError("Netlist.evaluate", {name: np.shape(bits) for name, bits in words.items()}, rule)
        state = np.zeros((self.first + len(self), rows.pop()), np.bool_)
        state[ONE] = True
        for name, word in self.inputs.items():
            state[list(word)] = np.asarray(words[name], np.bool_).T
        for place, (opcode, read) in enumerate(zip(self.opcodes, self.fan_in, strict=True)):
            if opcode == MOVE:
                state[self.first + place] = moved(state[read[0]], self.moves[self.first + place])
                continue
            each = GATES[opcode]
            zeros = (~state[read[: each.inputs]]).sum(axis=0)
            state[self.first + place] = (zeros >= each.threshold) ^ bool(each.preset)
        return {name: state[list(word)].T for name, word in self.outputs.items()}


class Builder:
    """Builds a netlist gate by gate; equal gates are made once and constants are worked out.

    Args:
        gates: names of the gates that may be used.

    Attributes:
        place: bit of a word beside which the gates made next belong (`Netlist.places`).

    Raises:
        UnknownNameError: no such gate.
    """

    def __init__(self, gates: Collection[str]) -> None:
        self.place = float("nan")
        self._places: list[float] = []
        self.gates = frozenset(gate(name).name for name in gates)
        self._inputs: dict[str, Word] = {}
        self._opcodes: list[int] = []
        self._fan_in: list[tuple[int, ...]] = []
        self._known: dict[tuple[int, ...], int] = {}
        self._outputs: dict[str, Word] = {}
        self._moves: dict[int, int] = {}
        self._next = 2

    def input(self, name: str, bits: int) -> Word:
        """Add an input word and return its signals.

        Raises:
            InputError: a name twice, no bits, or a gate was made already.
        """
        if name in self._inputs or not name or bits < 1:
            raise InputError("Builder.input", f"{name!r} of {bits} bits", "needs a new name and at least one bit")
        if self._opcodes:
            raise InputError("Builder.input", repr(name), "inputs come before the first gate")
        word = tuple(range(self._next, self._next + bits))
        self._next += bits
        self._inputs[name] = word
        return word

    def gate(self, name: str, *signals: int, copy: bool = False) -> int:
        """Return the signal of a gate; an equal gate, or a constant, where there is one.

        Args:
            name: of the gate.
            signals: what it reads; the order does not matter.
            copy: make a cell of its own even where an equal one exists (a gate that needs a signal twice, redundancy).

        Raises:
            InputError: a gate that is not in the set, the wrong number of inputs, or one twice.
        """
        if name not in self.gates:
            rule = f"this gate set has {', '.join(sorted(self.gates))}"
            raise InputError("Builder.gate", gate(name).name, rule)
        each = gate(name)
        if len(signals) != each.inputs or not all(0 <= signal < self._next for signal in signals):
            raise InputError(f"Builder.gate {name}", signals, f"needs {each.inputs} signals of this netlist")
        if len(set(signals)) < len(signals) and not _folds(each, signals):
            rule = "must differ: a cell drives a line once"
            raise InputError(
                f"Builder.gate {name}: signals", signals, rule, "Take a smaller gate, or make a twin with copy."
            )
        if _folds(each, signals):
            return each.output(signals.count(ZERO))
        key = (OPCODES[name], *sorted(signals))
        if not copy and key in self._known:
            return self._known[key]
        self._opcodes.append(OPCODES[name])
        self._fan_in.append((*signals, *(NONE,) * (LARGEST_FAN_IN - len(signals))))
        self._places.append(self.place)
        self._known[key] = self._next
        self._next += 1
        return self._next - 1

    def move(self, signal: int, rows: int) -> int:
        """Return the signal of ``rows`` rows further up (negative: further down); 0 where there is none.

        Raises:
            InputError: a constant 1, which has no column to move, or an unknown signal.
        """
        if not rows or signal == ZERO:
            return signal
        if not 1 < signal < self._next:
            raise InputError("Builder.move", signal, "needs a signal of this netlist that is no constant")
        key = (MOVE, signal, rows)
        if key not in self._known:
            self._opcodes.append(MOVE)
            self._fan_in.append((signal, *(NONE,) * (LARGEST_FAN_IN - 1)))
            self._places.append(self.place)
            self._known[key] = self._next
            self._moves[self._next] = rows
            self._next += 1
        return self._known[key]

    def forget(self) -> None:
        """Make gates again from here on, even where an equal one exists: a value kept for long takes a cell as long."""
        self._known.clear()

    def output(self, name: str, word: Sequence[int]) -> None:
        """Name an output word.

        Raises:
            InputError: a name twice, no bits, or unknown signals.
        """
        if name in self._outputs or not name or not len(word):
            raise InputError("Builder.output", repr(name), "needs a new name and at least one bit")
        if not all(0 <= signal < self._next for signal in word):
            raise InputError(f"Builder.output {name}", tuple(word), "must be signals of this netlist")
        self._outputs[name] = tuple(word)

    def netlist(self) -> Netlist:
        """Return the network, without gates that no output needs.

        Raises:
            InputError: no outputs.
        """
        if not self._outputs:
            raise InputError("Builder.netlist", "no outputs", "at least one is needed")
        first = self._next - len(self._opcodes)
        needed = _reached(first, self._fan_in, (s for word in self._outputs.values() for s in word))
        kept = np.flatnonzero(needed[first:])
        place = np.arange(self._next + 1, dtype=np.int32)  # the last entry stands for NONE, which is -1
        place[NONE] = NONE
        place[first + kept] = first + np.arange(kept.size, dtype=np.int32)
        fan_in = np.array(self._fan_in, np.int32).reshape(-1, LARGEST_FAN_IN)
        return Netlist(
            dict(self._inputs),
            np.array(self._opcodes, np.int16)[kept],
            place[fan_in[kept]],
            {name: tuple(int(place[s]) for s in word) for name, word in self._outputs.items()},
            {int(place[s]): rows for s, rows in self._moves.items() if needed[s]},
            np.array(self._places)[kept],
        )


def moved(column: NDArray[np.bool_], rows: int) -> NDArray[np.bool_]:
    """Return a column brought so many rows further down (negative: up); 0 comes in from beyond."""
    result = np.zeros_like(column)
    if rows >= 0:
        result[rows:] = column[: max(len(column) - rows, 0)]
    else:
        result[:rows] = column[-rows:]
    return result


def _folds(each: Gate, signals: Sequence[int]) -> bool:
    """Whether constants alone decide the output, which is monotone in the number of zeros."""
    known = signals.count(ZERO)
    return each.output(known) == each.output(len(signals) - signals.count(ONE))


def _reached(first: int, fan_in: Sequence[tuple[int, ...]], roots: Iterable[int]) -> NDArray[np.bool_]:
    needed = np.zeros(first + len(fan_in), np.bool_)
    needed[list(roots)] = True
    for place in range(len(fan_in) - 1, -1, -1):
        if needed[first + place]:
            needed[[signal for signal in fan_in[place] if signal != NONE]] = True
    return needed
