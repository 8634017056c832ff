"""From a network of gates to a program: an order of the gates, a column for each, presets in batches.

A column whose value nobody reads any more is used again. Order and batches follow the idea of SIMPLER (Ben-Hur et al.,
IEEE Trans. Computer-Aided Design 39, 2434 (2020)): of the inputs of a gate, that which needs most cells is computed
first, and all columns that are free are preset together when none is left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TypeAlias

import numpy as np

from remanence.core.errors import InputError
from remanence.cram.gates import GATES
from remanence.cram.netlist import NONE, ONE, Netlist
from remanence.cram.program import MOVE, Program
from remanence.cram.scheduling.columns import Columns, Layout
from remanence.cram.scheduling.order import columns_needed, gate_order, readers_of
from remanence.cram.scheduling.parity import AGAIN, Parities, with_parities
from remanence.cram.scheduling.places import Constant, constants_of, input_words
from remanence.cram.scheduling.spilling import spilled

Kept: TypeAlias = bool | Collection[str]
"""All inputs, none, or those of these names."""


def schedule(
    netlist: Netlist,
    *,
    columns: int,
    neighbours: int = 0,
    keep_inputs: Kept = True,
    places: Mapping[str, tuple[int, ...]] | None = None,
    signed: frozenset[str] = frozenset(),
    batched: bool = True,
    start: int = 0,
    parity: bool = False,
    twice: bool = False,
    gates: Collection[str] = (),
) -> Program:
    """Give every gate a step and a column of an array.

    Args:
        netlist: what is computed.
        columns: how many an array has.
        neighbours: arrays beside it that take values, and gates, where its columns are not enough. Copies from one
            array into another take a step that goes row after row, whatever their number: see `spilling`.
        keep_inputs: whether the inputs, or those of these names, are still there at the end; the columns of the others
            are used again.
        places: columns of inputs by name; the others take the first free ones.
        signed: names of the words that are in two's complement; handed on to the program.
        batched: whether columns are preset many at a time; if not, each just before its gate, in a step of its own.
        start: column that scratch takes first, then those after it, around the array. Programs that differ in it
            alone wear other columns; they leave their outputs in other columns too.
        parity: whether inputs and output of a gate have to sit in columns of opposite parity, as in 1T1M arrays: gates
            are added where a signal is needed in both, see `parity`.
        twice: whether the host may store input bits twice, for parity; see `Program.twins`.
        gates: names of gates that may be added for parity, beside those of the netlist.

    Returns:
        A program whose gates are those of the netlist, none twice; with parity and those added for it.

    Raises:
        InputError: the array, with its neighbours, is too narrow; the message says how far the schedule came.
    """
    if netlist.moves:
        raise InputError("schedule: netlist", f"{len(netlist.moves)} moves", "must be gates only",
                         "Take row_moves.schedule_moves.")  # fmt: skip
    if not 0 <= start < columns:
        raise InputError("schedule: start", start, f"must be a column below {columns}")
    if neighbours < 0:
        raise InputError("schedule: neighbours", neighbours, "must be 0 or more arrays")
    given = dict(places or {})
    found = Parities(netlist, np.zeros(netlist.first + len(netlist), np.int64), {})
    if parity:
        fixed = {s: c % 2 for name in given if name in netlist.inputs
                 for s, c in zip(netlist.inputs[name], given[name], strict=False)}  # fmt: skip
        found = with_parities(netlist, gates=gates, fixed=fixed, twice=twice)
    kept = frozenset(netlist.inputs) if keep_inputs is True else frozenset(keep_inputs or ())
    if not kept <= set(netlist.inputs):
        raise InputError("schedule: keep_inputs", sorted(kept), f"inputs are {', '.join(netlist.inputs)}")
    order, pools = gate_order(found.netlist), found.parity if parity else None
    fits = not neighbours or columns_needed(found.netlist, keep_inputs=kept, parity=pools, order=order) <= columns
    inside = all(column < columns for word in given.values() for column in word)
    if neighbours and not (fits and inside):
        made = spilled(found, order, width=columns, arrays=1 + neighbours, places=given, kept=kept, batched=batched,
                       start=start, parities=1 + parity)  # fmt: skip
    else:
        made = _in_one(found, order, columns, given, kept, batched, start, 1 + parity)
    words = {name: word for name, word in made.inputs.items() if name != AGAIN}
    second, twins = iter(made.inputs.get(AGAIN, ())), {}
    for name, bits in found.again.items():
        again = {bit: next(second) for bit in bits}
        twins[name] = tuple(again.get(bit, NONE) for bit in range(len(words[name])))
    whole = columns * made.columns.arrays
    return Program(
        columns=whole, inputs=words, outputs=made.outputs, signed=signed, twins=twins,
        width=columns if whole > columns else 0, **made.columns.instructions(),
    )  # fmt: skip


def _in_one(
    found: Parities,
    order: list[int],
    columns: int,
    places: Mapping[str, tuple[int, ...]],
    kept: frozenset[str],
    batched: bool,
    start: int,
    parities: int,
) -> Layout:
    """Schedule within one array."""
    netlist, parity = found.netlist, found.parity
    words, used = input_words(netlist, places, range(columns), parity if parities > 1 else None)
    held = Columns(columns, parities=parities, start=start, taken=used)
    readers = readers_of(netlist)
    column = np.full(netlist.first + len(netlist), NONE, np.int64)
    lasting = np.zeros(netlist.first, np.bool_)
    for name, word in words.items():
        column[list(netlist.inputs[name])] = word
        lasting[list(netlist.inputs[name])] = name in kept
    for signal in range(2, netlist.first):
        if not readers[signal] and not lasting[signal]:
            held.release(int(column[signal]))
    wanted = [(int(parity[s]), 0 if opcode == MOVE else GATES[opcode].preset)
              for s, opcode in enumerate(netlist.opcodes, netlist.first)]  # fmt: skip
    fixed, sources = constants_of(netlist, parity)
    pools = [(each.parity, each.state) for each in fixed]
    if any(held.free(pool) < sum(pool == each.parity for each in fixed) for pool in range(parities)):
        raise InputError("schedule: columns", columns, "no column is left for a constant", "Give a wider array.")
    constant: dict[Constant, int] = dict(zip(fixed, held.preset(pools), strict=True))
    left = dict(fixed)

    def upcoming(number: int) -> Iterator[tuple[int, int]]:
        later = map(order.__getitem__, range(number, len(order)))
        return (wanted[s - netlist.first] for s in later if netlist.opcodes[s - netlist.first] != MOVE)

    for number, signal in enumerate(order):
        gate = signal - netlist.first
        pool, state = wanted[gate]
        opcode, read = int(netlist.opcodes[gate]), [int(s) for s in netlist.fan_in[gate] if s != NONE]
        if not held.free(pool):
            least = columns_needed(netlist, keep_inputs=kept, parity=parity if parities > 1 else None,
                                   order=order)  # fmt: skip
            raise InputError("schedule: columns", columns, f"{number} of {len(order)} gates fit; all take {least}",
                             "Give a wider array, or neighbours beside it (neighbours=1, --neighbours 1), or "
                             "keep_inputs=False (--overwrite-inputs).")  # fmt: skip
        if opcode == MOVE:
            column[signal] = held.rewrite(pool, int(column[read[0]]))
        else:
            if not held.waits(pool, state):
                held.prepare(upcoming(number), batched=batched)
            from_ = tuple(
                int(column[s]) if c is None else constant[c] for s, c in zip(read, sources[gate], strict=True)
            )
            column[signal] = held.gate(opcode, pool, state, from_)
        for each in sources[gate]:
            if each is not None:
                left[each] -= 1
                if not left[each]:
                    held.release(constant[each])
        for s in dict.fromkeys(read):
            readers[s] -= 1
            if not readers[s] and s > ONE and (s >= netlist.first or not lasting[s]):
                held.release(int(column[s]))
    outputs = {
        name: tuple(int(column[s]) if s > ONE else constant[Constant(s, 0)] for s in word)
        for name, word in netlist.outputs.items()
    }
    return Layout(words, outputs, held)
