"""Networks that bear errors: three copies and a vote, two copies and a comparison, parity and Hamming codes on words.

Each takes a network and gives another of the same meaning, or one with a flag, and more gates. All are made of the same
gates, which fail too: a vote at the end of three copies leaves the errors of the voters, and a code on the inputs bears
wrong bits of stored words, not of the gates behind it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from remanence.core.errors import InputError
from remanence.cram.arithmetic.integer import all_of, any_of
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.gates import GATES
from remanence.cram.netlist import Builder, Netlist, Word


def embed(builder: Builder, netlist: Netlist, words: dict[str, Word], *, copy: bool = False) -> dict[str, Word]:
    """Put the gates of a network behind signals of a builder; return the signals of its outputs.

    Args:
        builder: with all gates of the network.
        netlist: the network.
        words: signals for each of its inputs, of its widths.
        copy: make cells of their own even for gates that exist.

    Raises:
        InputError: inputs missing or of other widths, or a gate that the builder lacks.
    """
    if set(words) != set(netlist.inputs) or any(len(words[name]) != len(w) for name, w in netlist.inputs.items()):
        raise InputError("redundancy.embed", sorted(words), f"must be the inputs {', '.join(netlist.inputs)}")
    place = np.arange(netlist.first + len(netlist))
    for name, word in netlist.inputs.items():
        place[list(word)] = words[name]
    for number, (opcode, read) in enumerate(zip(netlist.opcodes, netlist.fan_in, strict=True)):
        each = GATES[opcode]
        signals = [int(place[signal]) for signal in read[: each.inputs]]
        place[netlist.first + number] = builder.gate(each.name, *signals, copy=copy)
    return {name: tuple(int(place[signal]) for signal in word) for name, word in netlist.outputs.items()}


def triplicate(netlist: Netlist, gates: Collection[str]) -> Netlist:
    """Return three copies of a network and a vote on each bit of its outputs (triple modular redundancy).

    Bears any errors of one copy. An error of a voter shows; inputs are shared, so that a wrong stored bit shows too.

    Args:
        netlist: the network.
        gates: names of the gates for the voters; those of the network are there in any case.
    """
    builder, words = _opened(netlist, gates)
    copies = [embed(builder, netlist, words, copy=True) for _ in range(3)]
    logic = Logic(builder)
    for name in netlist.outputs:
        votes = [logic.majority(*three) for three in zip(*(copy[name] for copy in copies), strict=True)]
        builder.output(name, votes)
    return builder.netlist()


def compare(netlist: Netlist, gates: Collection[str], flag: str = "differs") -> Netlist:
    """Return a network with one more output of one bit, 1 where a second copy of it disagrees.

    Detects any errors of one copy; what to do, to run again above all, is the controller's.

    Args:
        netlist: the network.
        gates: names of the gates for the comparison.
        flag: name of the output.
    """
    builder, words = _opened(netlist, gates)
    one, two = (embed(builder, netlist, words, copy=True) for _ in range(2))
    logic = Logic(builder)
    differing = [logic.xor(a, b) for name in netlist.outputs for a, b in zip(one[name], two[name], strict=True)]
    for name, word in one.items():
        builder.output(name, word)
    builder.output(flag, (any_of(logic, differing),))
    return builder.netlist()


def check_parity(netlist: Netlist, gates: Collection[str], flag: str = "odd") -> Netlist:
    """Return a network whose inputs bring a parity bit each (word + "^"), with an output that is 1 where one is wrong.

    Detects an odd number of wrong bits in a stored word.

    Args:
        netlist: the network.
        gates: names of the gates for the check.
        flag: name of the output.
    """
    builder = Builder({*gates, *netlist.counts()})
    words = {name: builder.input(name, len(word)) for name, word in netlist.inputs.items()}
    extra = {name: builder.input(f"{name}^", 1) for name in netlist.inputs}
    logic = Logic(builder)
    wrong = [_parity(logic, [*words[name], *extra[name]]) for name in words]
    for name, word in embed(builder, netlist, words).items():
        builder.output(name, word)
    builder.output(flag, (any_of(logic, wrong),))
    return builder.netlist()


def hamming_checks(bits: int) -> list[tuple[int, ...]]:
    """Return the data bits in each check bit of a Hamming code that corrects one wrong bit.

    Positions are counted from 1; those that are powers of two hold the checks, the others the data in order, and check
    number k covers the positions whose number has bit k. (Hamming, Bell System Technical Journal 29, 147 (1950).)

    Raises:
        InputError: no bits.
    """
    positions = _positions(bits)
    return [tuple(place for place, at in enumerate(positions) if at >> check & 1)
            for check in range(positions[-1].bit_length())]  # fmt: skip


def encode(word: int, bits: int) -> int:
    """Return the check bits of a whole number as a number: what is stored beside it."""
    return sum(
        (sum(word >> place & 1 for place in covered) & 1) << check for check, covered in enumerate(hamming_checks(bits))
    )


def correct_inputs(netlist: Netlist, gates: Collection[str]) -> Netlist:
    """Return a network whose inputs bring Hamming check bits (word + "^") and are corrected before they are used.

    Bears one wrong bit in each stored word, check bits included.

    Args:
        netlist: the network.
        gates: names of the gates for the correction.
    """
    builder = Builder({*gates, *netlist.counts()})
    words = {name: builder.input(name, len(word)) for name, word in netlist.inputs.items()}
    checks = {name: builder.input(f"{name}^", len(hamming_checks(len(word)))) for name, word in words.items()}
    logic = Logic(builder)
    right = {name: _corrected(logic, word, checks[name]) for name, word in words.items()}
    for name, word in embed(builder, netlist, right).items():
        builder.output(name, word)
    return builder.netlist()


def _opened(netlist: Netlist, gates: Collection[str]) -> tuple[Builder, dict[str, Word]]:
    builder = Builder({*gates, *netlist.counts()})
    return builder, {name: builder.input(name, len(word)) for name, word in netlist.inputs.items()}


def _positions(bits: int) -> list[int]:
    if bits < 1:
        raise InputError("redundancy: bits", bits, "must be at least 1")
    found: list[int] = []
    at = 1
    while len(found) < bits:
        if at & (at - 1):
            found.append(at)
        at += 1
    return found


def _corrected(logic: Logic, word: Word, checks: Word) -> Word:
    syndrome = [
        _parity(logic, [checks[check], *(word[place] for place in covered)])
        for check, covered in enumerate(hamming_checks(len(word)))
    ]
    result = []
    for place, at in enumerate(_positions(len(word))):
        wanted = [bit if at >> check & 1 else logic.not_(bit) for check, bit in enumerate(syndrome)]
        wrong = all_of(logic, wanted)
        result.append(logic.xor(word[place], wrong))
    return tuple(result)


def _parity(logic: Logic, signals: Sequence[int]) -> int:
    total = signals[0]
    for signal in signals[1:]:
        total = logic.xor(total, signal)
    return total
