"""Programs in which bits change rows: the netlist is cut at its moves, and each piece scheduled on the columns left.

A signal belongs to the piece that follows as many moves as lie on the longest way to it. Moves of a stage run one by
one, between two pieces: in an array each of them is a read and a write.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.gates import LARGEST_FAN_IN
from remanence.cram.netlist import NONE, ONE, ZERO, Netlist
from remanence.cram.program import COPY, MOVE, Program
from remanence.cram.schedule import schedule

Columns: TypeAlias = dict[int, int]
"""Where signals are: column by signal."""
Instructions: TypeAlias = tuple[NDArray[np.int16], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]
"""Opcodes, columns written, columns read, steps."""


def schedule_moves(
    netlist: Netlist,
    *,
    columns: int,
    neighbours: int = 0,
    signed: frozenset[str] = frozenset(),
    parity: bool = False,
    twice: bool = False,
    gates: Collection[str] = (),
) -> Program:
    """Give every gate and move a step and a column of an array; the inputs are still there at the end.

    Args:
        netlist: what is computed, moves included.
        columns: how many an array has.
        neighbours: arrays beside it that may be used.
        signed: names of the words that are in two's complement; handed on to the program.
        parity: whether inputs and output of a gate have to sit in columns of opposite parity.
        twice: whether the host may store input bits twice, for parity.
        gates: names of gates that may be added for parity.

    Raises:
        InputError: the array, with its neighbours, is too narrow.
    """
    machine = _Machine(columns, neighbours, parity, tuple(gates))
    if not netlist.moves:
        return machine.schedule(netlist, signed=signed, twice=twice)
    plan = _Plan.of(netlist)
    program, held = _piece(netlist, plan, 0, {}, machine, twice)
    inputs, twins, steps, whole = program.inputs, program.twins, program.step_count, program.columns
    parts: list[Instructions] = [(program.opcodes, program.outputs_to, program.fan_in, program.steps)]
    for number in range(1, plan.last + 1):
        moves = plan.signals(netlist, number, moves=True)
        parts.append(_moved(netlist, moves, held, machine, steps))
        whole = max(whole, columns * (1 + int(parts[-1][1].max(initial=0)) // columns))
        steps = int(parts[-1][3].max()) + 1
        program, held = _piece(netlist, plan, number, held, machine)
        whole = max(whole, program.columns)
        parts.append((program.opcodes, program.outputs_to, program.fan_in, program.steps + np.int32(steps)))
        steps += program.step_count
    opcodes, outputs_to, fan_in, when = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Program(
        columns=whole, opcodes=opcodes, outputs_to=outputs_to, fan_in=fan_in, steps=when, inputs=inputs, twins=twins,
        outputs={name: tuple(held[s] for s in word) for name, word in netlist.outputs.items()}, signed=signed,
        width=columns if whole > columns else 0,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Machine:
    """What a piece is scheduled for."""

    columns: int
    neighbours: int
    parity: bool
    gates: tuple[str, ...]

    def schedule(
        self,
        netlist: Netlist,
        *,
        keep_inputs: bool | tuple[str, ...] = True,
        places: dict[str, tuple[int, ...]] | None = None,
        signed: frozenset[str] = frozenset(),
        twice: bool = False,
    ) -> Program:
        return schedule(
            netlist, columns=self.columns, neighbours=self.neighbours, keep_inputs=keep_inputs, places=places,
            signed=signed, parity=self.parity, twice=twice, gates=self.gates,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """For each signal its piece, and the last one that reads it; the moves before a piece belong to it."""

    stage: NDArray[np.int64]
    until: NDArray[np.int64]

    @property
    def last(self) -> int:
        return int(self.stage.max())

    def signals(self, netlist: Netlist, number: int, *, moves: bool) -> list[int]:
        """Return gates, or moves, of a piece."""
        kind = (netlist.opcodes == MOVE) == moves
        return [int(s) for s in netlist.first + np.flatnonzero(kind & (self.stage[netlist.first :] == number))]

    @classmethod
    def of(cls, netlist: Netlist) -> _Plan:
        stage = np.zeros(netlist.first + len(netlist), np.int64)
        for place, read in enumerate(netlist.fan_in):
            signal = netlist.first + place
            stage[signal] = stage[read[read != NONE]].max() + (signal in netlist.moves)
        until = stage.copy()
        for place, read in enumerate(netlist.fan_in):
            sources = read[read != NONE]
            until[sources] = np.maximum(until[sources], stage[netlist.first + place])
        until[[s for word in (*netlist.inputs.values(), *netlist.outputs.values()) for s in word]] = stage.max() + 1
        return cls(stage, until)


def _piece(
    netlist: Netlist, plan: _Plan, number: int, held: Columns, machine: _Machine, twice: bool = False
) -> tuple[Program, Columns]:
    """Schedule the gates of a piece beside what is held; return where everything is that a later piece needs."""
    gates = plan.signals(netlist, number, moves=False)
    bits = sum(1 < s < netlist.first for s in held)  # of the inputs, which stay in their columns
    if number:
        held = dict(sorted(held.items(), key=lambda item: item[0]))  # the inputs first
        groups = {"inputs": range(2, 2 + bits), "held": range(2 + bits, 2 + len(held))}
        words = {name: tuple(group) for name, group in groups.items() if group}
        place = {ZERO: ZERO, ONE: ONE, **{signal: 2 + k for k, signal in enumerate(held)}}
    else:
        words = dict(netlist.inputs)
        place = {signal: signal for signal in range(netlist.first)}
    first = len(place)
    place |= {signal: first + k for k, signal in enumerate(gates)}
    final = {s for word in netlist.outputs.values() for s in word} if number == plan.last else set()
    kept = [signal for signal in place if signal > ONE and plan.until[signal] > number] + sorted(final & {ZERO, ONE})
    fan_in = netlist.fan_in[[signal - netlist.first for signal in gates]].reshape(-1, LARGEST_FAN_IN)
    part = Netlist(
        words,
        netlist.opcodes[[signal - netlist.first for signal in gates]],
        np.array([[NONE if s == NONE else place[int(s)] for s in read] for read in fan_in], np.int32).reshape(
            -1, LARGEST_FAN_IN
        ),
        {"kept": tuple(place[signal] for signal in kept)} if kept else {},
    )
    columns = [*held.values()]
    places = {name: tuple(columns[s - 2] for s in word) for name, word in words.items()} if number else None
    keep_inputs = tuple(name for name in words if name == "inputs") if number else True
    program = machine.schedule(part, keep_inputs=keep_inputs, places=places, twice=twice)
    return program, dict(zip(kept, program.outputs.get("kept", ()), strict=True))


def _moved(netlist: Netlist, moves: list[int], held: Columns, machine: _Machine, step: int) -> Instructions:
    """Move signals into the lowest free columns of their array, one a step, and note where they are.

    From an array that is full a signal is copied into another one first.
    """
    width, taken = machine.columns, set(held.values())
    free = [[column for column in range(array * width, (array + 1) * width) if column not in taken]
            for array in range(1 + machine.neighbours)]  # fmt: skip
    copies: dict[tuple[int, int], list[tuple[int, int]]] = {}
    moved: list[tuple[int, int, int]] = []
    for signal in moves:
        source = held[int(netlist.fan_in[signal - netlist.first, 0])]
        if not free[source // width]:
            array = max(range(len(free)), key=lambda array: len(free[array]))
            if len(free[array]) < 2:
                told = f"{len(taken)} are in use and {len(moves)} bits move"
                raise InputError("schedule_moves: columns", width, told,
                                 "Give a wider array, or more neighbours.")  # fmt: skip
            copies.setdefault((source // width, array), []).append((source, free[array].pop(0)))
            source = copies[source // width, array][-1][1]
        held[signal] = free[source // width].pop(0)
        moved.append((held[signal], source, netlist.moves[signal]))
    rows = [(COPY, target, source, NONE, step + number)
            for number, pairs in enumerate(copies.values()) for source, target in pairs]  # fmt: skip
    rows += [(MOVE, target, source, down, step + len(copies) + k) for k, (target, source, down) in enumerate(moved)]
    table = np.array(rows, np.int64).reshape(-1, 5)
    fan_in = np.full((len(rows), LARGEST_FAN_IN), NONE, np.int32)
    fan_in[:, :2] = table[:, 2:4]
    return table[:, 0].astype(np.int16), table[:, 1].astype(np.int32), fan_in, table[:, 4].astype(np.int32)
