"""Columns that are taken before the first gate: those of the inputs and of constants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.netlist import NONE, ONE, ZERO, Netlist


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant in a column: state, parity of the column, and which of several that one gate reads."""

    state: int
    parity: int
    number: int = 0


def constants_of(
    netlist: Netlist, parity: NDArray[np.int64]
) -> tuple[dict[Constant, int], list[list[Constant | None]]]:
    """Return the constants that a network reads, with the number of their readers, and those of each gate.

    A gate of parity p reads those of parity 1 - p; where no signal has parity 1, all have 0. A constant that is an
    output is read once more than there are gates.
    """
    known: dict[Constant, int] = {}
    sources: list[list[Constant | None]] = []
    split = bool(np.any(parity))
    for gate, read in enumerate(netlist.fan_in):
        seen = {ZERO: 0, ONE: 0}
        found: list[Constant | None] = []
        for s in map(int, read[read != NONE]):
            if s > ONE:
                found.append(None)
                continue
            found.append(Constant(s, int(1 - parity[netlist.first + gate]) if split else 0, seen[s]))
            seen[s] += 1
        sources.append(found)
        for each in found:
            if each is not None:
                known[each] = known.get(each, 0) + 1
    for s in (s for word in netlist.outputs.values() for s in word if s <= ONE):
        known[Constant(s, 0)] = known.get(Constant(s, 0), 0) + len(netlist) + 1
    return dict(sorted(known.items(), key=lambda item: (item[0].state, item[0].parity, item[0].number))), sources


def input_words(
    netlist: Netlist,
    places: Mapping[str, tuple[int, ...]],
    columns: Iterable[int],
    parity: NDArray[np.int64] | None,
) -> tuple[dict[str, tuple[int, ...]], set[int]]:
    """Return the columns of the inputs, and all of them together.

    Args:
        netlist: whose inputs they are.
        places: columns of inputs by name.
        columns: all columns, in the order in which the other inputs take them.
        parity: of each signal, which its column has to have; None for any.

    Raises:
        InputError: places that are no columns or of the wrong number; more bits than columns.
    """
    order = list(columns)
    unknown = set(places) - set(netlist.inputs)
    if unknown:
        raise InputError("schedule: places", sorted(unknown), f"inputs are {', '.join(netlist.inputs)}")
    used = {place for word in places.values() for place in word}
    if len(used) < sum(map(len, places.values())) or not used <= set(order):
        raise InputError("schedule: places", dict(places), f"must be different columns below {len(order)}")
    for name in places:
        if len(places[name]) != len(netlist.inputs[name]):
            raise InputError(f"schedule: places of {name}", places[name],
                             f"must be {len(netlist.inputs[name])} columns")  # fmt: skip
    bits = sum(map(len, netlist.inputs.values()))
    free = [iter([c for c in order if c not in used and (parity is None or c % 2 == kind)]) for kind in (0, 1)]
    words: dict[str, tuple[int, ...]] = {}
    for name, word in netlist.inputs.items():
        taken = [next(free[0 if parity is None else int(parity[s])], NONE) for s in word] if name not in places else []
        if NONE in taken:
            rule = f"the inputs alone have {bits} bits" + (
                ", more than half of one parity" if bits <= len(order) else ""
            )
            raise InputError("schedule: columns", len(order), rule, "Give a wider array.")
        words[name] = places[name] if name in places else tuple(taken)
    return words, {place for word in words.values() for place in word}
