"""Networks for arrays whose bit lines, even and odd, are the two poles of a gate (1T1M): which signal is needed where.

The inputs of a gate sit in columns of one parity, its output in the other. What is read from both parities has to be
in both. A gate that does not invert (BUFFER, or AND2 with a constant 1, ...) carries a signal over, where there is one.
Where all gates invert, none can: with y = (signal xor its parity), NOT leaves y alone and every other inverting gate is
monotone in the y of its inputs, so x at an even column never gives x at an odd one. Then a gate is computed again, from
inputs of the other parity, and input bits are needed in both: stored twice, or read and written once more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from remanence.cram.gates import LARGEST_FAN_IN, OPCODES
from remanence.cram.netlist import NONE, ONE, ZERO, Netlist, Word
from remanence.cram.program import MOVE

CARRIERS: Mapping[str, tuple[int, ...]] = {
    "BUFFER": (),
    "AND2": (ONE,),
    "OR2": (ZERO,),
    "MAJ3": (ZERO, ONE),
    "AND3": (ONE, ONE),
    "OR3": (ZERO, ZERO),
}
"""Gates that give what one of their inputs holds, with constants at the others; the first that is at hand is taken."""
_ROUNDS = 40
"""Of the search; it stops where nothing gets better."""


@dataclass(frozen=True, slots=True, eq=False)
class Parities:
    """A network in which every gate reads signals of one parity and gives one of the other.

    Args:
        netlist: with the gates that were added; its inputs are those of the first one, then the `again` of them.
        parity: of each signal, shape (signals,); constants have both.
        again: bits of an input that are stored a second time, in the other parity: by name, lowest first.
    """

    netlist: Netlist
    parity: NDArray[np.int64]
    again: Mapping[str, tuple[int, ...]]


def with_parities(
    netlist: Netlist, *, gates: Collection[str] = (), fixed: Mapping[int, int] | None = None, twice: bool = False
) -> Parities:
    """Give every signal a parity, and add what is needed in the other one.

    Args:
        netlist: of gates only.
        gates: names of gates that may be added, beside those of the netlist.
        fixed: parity of input signals that have a column already.
        twice: whether input bits may be stored twice. If not, and no gate can carry them over, they are read and
            written once more, row after row: MOVE by no rows.

    Returns:
        The network. Fewest gates are added that a local search finds; it is not proven to be the least.
    """
    known = set(netlist.counts()) | set(gates)
    carrier = next((name for name in CARRIERS if name in known), None)
    made = _Made(netlist, carrier, twice)
    if carrier is None:
        _doubled(netlist, made, dict(fixed or {}))
    else:
        _carried(netlist, made, dict(fixed or {}))
    return made.result()


@dataclass(slots=True)
class _Made:
    """Versions (signal, parity) of the signals of a network, in an order in which each follows what it reads."""

    old: Netlist
    carrier: str | None
    twice: bool
    native: dict[int, int] = field(default_factory=dict)  # parity of the input bits
    inputs: list[int] = field(default_factory=list)  # bits that are stored twice
    gates: list[tuple[int, int, bool]] = field(default_factory=list)  # signal, parity, whether carried over
    outputs: dict[int, int] = field(default_factory=dict)  # parity in which an output is read

    def result(self) -> Parities:
        old = self.old
        bits = range(2, old.first)
        place: dict[tuple[int, int], int] = {(s, p): s for s in (ZERO, ONE) for p in (0, 1)}
        place |= {(s, self.native[s]): s for s in bits}
        place |= {(s, 1 - self.native[s]): old.first + k for k, s in enumerate(self.inputs)}
        parity = [0, 0, *(self.native[s] for s in bits), *(1 - self.native[s] for s in self.inputs)]
        opcodes, fan_in, moves = [], [], {}
        for signal, where, carried in self.gates:
            number = len(parity)
            if carried and self.carrier is not None:
                opcodes.append(OPCODES[self.carrier])
                read = [place[signal, 1 - where], *CARRIERS[self.carrier]]
            elif carried:
                opcodes.append(MOVE)
                read, moves[number] = [place[signal, 1 - where]], 0
            else:
                opcodes.append(int(old.opcodes[signal - old.first]))
                read = [place[s, 1 - where] for s in map(int, old.fan_in[signal - old.first]) if s != NONE]
            fan_in.append((*read, *(NONE,) * (LARGEST_FAN_IN - len(read))))
            place[signal, where] = number
            parity.append(where)
        words: dict[str, Word] = dict(old.inputs)
        again: dict[str, tuple[int, ...]] = {}
        for name, word in old.inputs.items():
            found = [k for k, s in enumerate(word) if s in self.inputs]
            if found:
                again[name] = tuple(found)
        second = tuple(range(old.first, old.first + len(self.inputs)))
        if second:
            words[AGAIN] = second
        outputs = {name: tuple(place[s, self.outputs.get(s, 0)] for s in word) for name, word in old.outputs.items()}
        new = Netlist(words, np.array(opcodes, np.int16), np.array(fan_in, np.int32).reshape(-1, LARGEST_FAN_IN),
                      outputs, moves)  # fmt: skip
        return Parities(new, np.array(parity, np.int64), again)


AGAIN = "\0again"
"""Word of the bits that are stored twice, in a network with parities; no name of a user's."""


def _doubled(netlist: Netlist, made: _Made, fixed: dict[int, int]) -> None:
    """All gates invert: compute a gate in each parity that is asked for; an output in that which takes fewer gates."""
    first = netlist.first
    reads = [[int(s) for s in read if s != NONE] for read in netlist.fan_in]
    needed: set[tuple[int, int]] = set(fixed.items())

    def cone(root: tuple[int, int]) -> list[tuple[int, int]]:
        """Versions that an output asks for and that are not there yet, itself first."""
        found, waiting = [], [root]
        seen = set(waiting) | needed
        if root in needed or root[0] <= ONE:
            return []
        while waiting:
            signal, parity = waiting.pop()
            found.append((signal, parity))
            for s in reads[signal - first] if signal >= first else ():
                if s > ONE and (s, 1 - parity) not in seen:
                    seen.add((s, 1 - parity))
                    waiting.append((s, 1 - parity))
        return found

    for signal in dict.fromkeys(s for word in netlist.outputs.values() for s in word):
        if signal < first:  # it is where it is stored
            continue
        cones = [cone((signal, parity)) for parity in (0, 1)]
        parity = min((0, 1), key=lambda parity: _price(cones[parity], needed, first))
        made.outputs[signal] = parity
        needed.update(cones[parity])
    for signal in range(2, first):
        both = [parity for parity in (0, 1) if (signal, parity) in needed]
        made.native[signal] = fixed.get(signal, both[0] if both else 0)
        made.outputs[signal] = made.native[signal]
        if len(both) == 2:
            if made.twice:
                made.inputs.append(signal)
            else:
                made.gates.append((signal, 1 - made.native[signal], True))
    made.gates += [(s, parity, False) for s, parity in sorted(needed) if s >= first]


def _price(cone: list[tuple[int, int]], needed: set[tuple[int, int]], first: int) -> tuple[int, int]:
    """Input bits that are then needed in both parities, and gates."""
    asked = set(cone)
    bits = sum((s, 1 - parity) in needed or (s, 1 - parity) in asked for s, parity in cone if s < first)
    return bits, sum(s >= first for s, _ in cone)


def _carried(netlist: Netlist, made: _Made, fixed: dict[int, int]) -> None:
    """A gate carries signals over: compute each gate once; choose the parities that take fewest carriers."""
    first, count = netlist.first, netlist.first + len(netlist)
    reads = [sorted({int(s) for s in read if s > ONE}) for read in netlist.fan_in]
    own = [fixed.get(s, 0) for s in range(count)]  # parity of each signal
    asked = [[0, 0] for _ in range(count)]  # gates that read a signal in each parity
    for gate, read in enumerate(reads):
        cost = [sum(own[s] != parity and not asked[s][parity] for s in read) for parity in (0, 1)]
        source = 0 if cost[0] < cost[1] else 1 if cost[1] < cost[0] else own[read[0]] if read else 0
        own[first + gate] = 1 - source
        for s in read:
            asked[s][source] += 1
    free = [s for s in range(2, count) if s not in fixed]
    for _ in range(_ROUNDS):
        better = False
        for signal in free:
            source = 1 - own[signal]
            read = reads[signal - first] if signal >= first else []
            gain = bool(asked[signal][1 - own[signal]]) - bool(asked[signal][own[signal]])
            for s in read:
                before = bool(asked[s][1 - own[s]])
                other = asked[s][1 - own[s]] + (1 if source == own[s] else -1)
                gain += before - bool(other)
            if gain > 0:
                better = True
                own[signal] = source
                for s in read:
                    asked[s][source] -= 1
                    asked[s][1 - source] += 1
        if not better:
            break
    made.native = {s: own[s] for s in range(2, first)}
    made.outputs = {s: own[s] for word in netlist.outputs.values() for s in word}
    for signal in range(2, count):
        if signal >= first:
            made.gates.append((signal, own[signal], False))
        if asked[signal][1 - own[signal]]:
            if signal < first and made.twice:
                made.inputs.append(signal)
            else:
                made.gates.append((signal, 1 - own[signal], True))
