"""Programs in which bits change rows: the netlist is cut at its moves, and each piece scheduled on the columns left.

A signal belongs to the piece that follows as many moves as lie on the longest way to it. Moves of a stage run one by
one, between two pieces: in an array each of them is a read and a write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.gates import LARGEST_FAN_IN
from remanence.cram.netlist import NONE, ONE, ZERO, Netlist
from remanence.cram.program import MOVE, Program
from remanence.cram.schedule import schedule

Columns: TypeAlias = dict[int, int]
"""Where signals are: column by signal."""
Instructions: TypeAlias = tuple[NDArray[np.int16], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]
"""Opcodes, columns written, columns read, steps."""


def schedule_moves(netlist: Netlist, *, columns: int, signed: frozenset[str] = frozenset()) -> Program:
    """Give every gate and move a step and a column of an array; the inputs are still there at the end.

    Args:
        netlist: what is computed, moves included.
        columns: how many the array has.
        signed: names of the words that are in two's complement; handed on to the program.

    Raises:
        InputError: the array is too narrow.
    """
    if not netlist.moves:
        return schedule(netlist, columns=columns, signed=signed)
    plan = _Plan.of(netlist)
    program, held = _piece(netlist, plan, 0, {}, columns)
    inputs, steps = program.inputs, program.step_count
    parts: list[Instructions] = [(program.opcodes, program.outputs_to, program.fan_in, program.steps)]
    for number in range(1, plan.last + 1):
        moves = plan.signals(netlist, number, moves=True)
        parts.append(_moved(netlist, moves, held, columns, steps))
        steps += len(moves)
        program, held = _piece(netlist, plan, number, held, columns)
        parts.append((program.opcodes, program.outputs_to, program.fan_in, program.steps + np.int32(steps)))
        steps += program.step_count
    opcodes, outputs_to, fan_in, when = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Program(
        columns=columns, opcodes=opcodes, outputs_to=outputs_to, fan_in=fan_in, steps=when, inputs=inputs,
        outputs={name: tuple(held[s] for s in word) for name, word in netlist.outputs.items()}, signed=signed,
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


def _piece(netlist: Netlist, plan: _Plan, number: int, held: Columns, columns: int) -> tuple[Program, Columns]:
    """Schedule the gates of a piece beside what is held; return where everything is that a later piece needs."""
    gates = plan.signals(netlist, number, moves=False)
    if number:
        words = {"held": tuple(range(2, 2 + len(held)))} if held else {}
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
    places = {"held": tuple(held.values())} if words and number else None
    program = schedule(part, columns=columns, keep_inputs=False, places=places)
    return program, dict(zip(kept, program.outputs.get("kept", ()), strict=True))


def _moved(netlist: Netlist, moves: list[int], held: Columns, columns: int, step: int) -> Instructions:
    """Move signals into the lowest free columns, one a step, and note where they are."""
    taken = set(held.values())
    free = [column for column in range(columns) if column not in taken][: len(moves)]
    if len(free) < len(moves):
        raise InputError("schedule_moves: columns", columns, f"{len(taken)} are in use and {len(moves)} bits move",
                         "Give a wider array.")  # fmt: skip
    fan_in = np.full((len(moves), LARGEST_FAN_IN), NONE, np.int32)
    for place, signal in enumerate(moves):
        fan_in[place, :2] = held[int(netlist.fan_in[signal - netlist.first, 0])], netlist.moves[signal]
        held[signal] = free[place]
    steps = np.arange(step, step + len(moves), dtype=np.int32)
    return np.full(len(moves), MOVE, np.int16), np.array(free, np.int32), fan_in, steps
