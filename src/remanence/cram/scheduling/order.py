"""The order in which gates are computed, and how many columns that takes.

Cell use is that of SIMPLER (Ben-Hur et al., IEEE Trans. Computer-Aided Design 39, 2434 (2020)).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

from remanence.cram.netlist import NONE, ONE, Netlist
from remanence.cram.scheduling.places import constants_of


def gate_order(netlist: Netlist) -> list[int]:
    """Return the signals of all gates in the order in which they are computed.

    That of two which takes fewer cells at once: by cell use (`_by_cell_use`), or as the netlist has its gates, which
    for a generator of arithmetic is the order in which a hand would compute them. In both, a gate that is the last to
    read another goes before its turn: see `_freeing`.
    """
    orders = [_freeing(netlist, order) for order in (_by_cell_use(netlist), _as_made(netlist))]
    return min(orders, key=lambda order: _most_cells(netlist, order))


def _as_made(netlist: Netlist) -> list[int]:
    """Return the gates that an output needs, in the order of the netlist."""
    needed = np.zeros(netlist.first + len(netlist), np.bool_)
    needed[[signal for word in netlist.outputs.values() for signal in word]] = True
    for gate in range(len(netlist) - 1, -1, -1):
        if needed[netlist.first + gate]:
            needed[[s for s in netlist.fan_in[gate] if s != NONE]] = True
    return [int(s) for s in netlist.first + np.flatnonzero(needed[netlist.first :])]


def _most_cells(netlist: Netlist, order: list[int]) -> int:
    """Return how many results of gates are held at once, at most."""
    readers = readers_of(netlist)
    held = most = 0
    for signal in order:
        held += 1
        most = max(most, held)
        for source in {int(s) for s in netlist.fan_in[signal - netlist.first] if s >= netlist.first}:
            readers[source] -= 1
            held -= not readers[source]
    return most


def _by_cell_use(netlist: Netlist) -> list[int]:
    """Return the order in which, of the inputs of a gate, that which needs most cells is computed first.

    Cell use of a gate, from the inputs on: those of its inputs sorted downwards, c_1 >= c_2 >= ..., give max(c_i + i -
    1), the number of cells that a tree needs at once (the Strahler number of a binary tree). The greatest goes first.
    """
    first, fan_in = netlist.first, netlist.fan_in
    use = np.ones(first + len(netlist), np.int64)
    for gate in range(len(netlist)):
        below = sorted((int(use[s]) for s in fan_in[gate] if s >= first), reverse=True)
        use[first + gate] = max([cells + place for place, cells in enumerate(below)], default=1)
    done = np.zeros(first + len(netlist), np.bool_)
    done[:first] = True
    order: list[int] = []
    roots = [signal for word in netlist.outputs.values() for signal in word]
    for root in sorted(roots, key=lambda signal: -int(use[signal])):
        waiting = [root]
        while waiting:
            signal = waiting[-1]
            if done[signal]:
                waiting.pop()
                continue
            open_ = [int(s) for s in fan_in[signal - first] if s != NONE and not done[s]]
            if open_:
                waiting.extend(sorted(open_, key=lambda s: int(use[s])))  # the last one is computed first
            else:
                waiting.pop()
                done[signal] = True
                order.append(signal)
    return order


def _freeing(netlist: Netlist, order: list[int]) -> list[int]:
    """Let a gate go as soon as all it reads is there, where it is the last reader of some of it.

    The cell that it frees pays for its own, so that no gate waits with its inputs for the end of another output.
    """
    first = netlist.first
    reads = [tuple({int(s) for s in read if s >= first}) for read in netlist.fan_in]
    users: list[list[int]] = [[] for _ in reads]
    for gate, read in enumerate(reads):
        for source in read:
            users[source - first].append(gate)
    readers = readers_of(netlist)[first:].tolist()
    missing = [len(read) for read in reads]
    done = [False] * len(reads)
    result: list[int] = []
    for turn in order:
        waiting = [turn - first]
        while waiting:
            gate = waiting.pop()
            if done[gate]:
                continue
            if gate != turn - first and all(readers[source - first] > 1 for source in reads[gate]):
                continue
            done[gate] = True
            result.append(gate + first)
            near = list(users[gate])
            for reader in near:
                missing[reader] -= 1
            for source in reads[gate]:
                readers[source - first] -= 1
                if readers[source - first] == 1:
                    near += users[source - first]
            waiting += [reader for reader in near if not done[reader] and not missing[reader]]
    return result


def readers_of(netlist: Netlist) -> NDArray[np.int64]:
    """How many gates read a signal; outputs are never done."""
    readers = np.zeros(netlist.first + len(netlist), np.int64)
    for read in netlist.fan_in:
        readers[list({int(s) for s in read if s != NONE})] += 1
    for word in netlist.outputs.values():
        readers[list(word)] += len(netlist) + 1
    return readers


def columns_needed(
    netlist: Netlist,
    *,
    keep_inputs: bool | Collection[str] = True,
    parity: NDArray[np.int64] | None = None,
    order: Iterable[int] | None = None,
) -> int:
    """Return how many columns a schedule in one array takes at least, with gates in the order of `gate_order`.

    Args:
        netlist: the network.
        keep_inputs: whether the inputs, or those of these names, are kept.
        parity: of each signal, which its column has to have; None for any.
        order: of the gates, where it is known already.
    """
    of = np.zeros(netlist.first + len(netlist), np.int64) if parity is None else parity
    readers = readers_of(netlist)
    lasting = np.zeros(netlist.first, np.bool_)
    for name, word in netlist.inputs.items():
        lasting[list(word)] = keep_inputs is True or (keep_inputs is not False and name in keep_inputs)
    constants, sources = constants_of(netlist, of)
    bits = np.arange(2, netlist.first)
    stored = np.bincount(of[bits], minlength=2)
    held = np.bincount(of[bits[lasting[bits] | (readers[bits] > 0)]], minlength=2)
    for each in constants:
        held[each.parity] += 1
    most = np.maximum(held, stored)
    for signal in gate_order(netlist) if order is None else order:
        held[of[signal]] += 1
        most = np.maximum(most, held)
        gate = signal - netlist.first
        for each in (c for c in sources[gate] if c is not None):
            constants[each] -= 1
            held[each.parity] -= not constants[each]
        for s in {int(s) for s in netlist.fan_in[gate] if s > ONE}:
            readers[s] -= 1
            held[of[s]] -= not readers[s] and (s >= netlist.first or not lasting[s])
    return int(most[0]) if parity is None else max(2 * int(most[0]) - 1, 2 * int(most[1]))
