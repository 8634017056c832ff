"""From the errors of gates to the errors of a program: measured, and from single faults.

A single fault is one wrong outcome of a gate or a preset, or one input that a gate turns over, while all else is right.
It is sensitised where an output then differs. With p_i(z) the chance of fault i with z inputs at 0, q_i, the mean over
rows of p_i(z) where a fault is sensitised, is the chance that it alone spoils the program; 1 - prod(1 - q_i) is the
prediction, good while faults rarely meet. The sum of p_i, sensitised or not, bounds it whatever the faults do to each
other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.gates import GATES, LARGEST_FAN_IN, OPCODES
from remanence.cram.machine.activity import classes, read_bits
from remanence.cram.netlist import NONE, Netlist
from remanence.cram.program import MOVE, PRESET_0, Program
from remanence.cram.simulate import Errors, Rates, lower, rates_of, run_bits
from remanence.device.write_error import Counted, counted
from remanence.kernels.row_gates import Faults, pack, row_gates, unpack

LARGEST_EXACT = 22
"""Gates and input bits of a network whose fault patterns are gone through."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reliability:
    """What errors of gates do to a program, per row and run."""

    bound: float  # no more often wrong than this
    predicted: float  # from sensitised single faults
    by_instruction: NDArray[np.float64]  # probability of a fault that shows, by instruction
    faults: NDArray[np.float64]  # expected number of faults, by instruction


def measured(
    program: Program,
    inputs: Mapping[str, Any],
    *,
    errors: Errors,
    seed: int = 0,
    repeats: int = 1,
    confidence: float = 0.95,
    backend: str = "auto",
) -> Counted:
    """Return the share of rows with a wrong output in runs with errors, with its exact confidence interval.

    Args:
        program: the program.
        inputs: as for `simulate.run`.
        errors: of its gates, their inputs and presets; see `simulate.rates_of`.
        seed: of the errors.
        repeats: runs over all rows.
        confidence: of the interval.
        backend: of the kernel `row_gates`.

    Raises:
        InputError: bad inputs, or no runs.
    """
    if repeats < 1:
        raise InputError("cram.measured: repeats", repeats, "must be at least 1")
    bits, rows = read_bits(program, inputs)
    right = run_bits(program, bits, rows=rows, backend=backend)
    wrong = 0
    for number in range(repeats):
        found = run_bits(program, bits, rows=rows, errors=errors, seed=seed + number, backend=backend)
        differs = np.zeros(rows, np.bool_)
        for name, word in right.items():
            differs |= (found[name] != word).any(axis=1)
        wrong += int(differs.sum())
    return counted(wrong, rows * repeats, confidence)


def predicted(program: Program, inputs: Mapping[str, Any], *, errors: Errors, backend: str = "auto") -> Reliability:
    """Return how often a program is wrong, from its single faults.

    Each outcome is inverted, and each input that can be is turned over, in all rows in turn; the outputs are compared.
    So there are as many runs as instructions, and as inputs where their gates turn them over.

    Args:
        program: without moves into other rows.
        inputs: as for `simulate.run`; their rows are the mean that is taken.
        errors: of its gates, their inputs and presets; see `simulate.rates_of`.
        backend: of the kernel `row_gates`.

    Raises:
        InputError: bad inputs, or a program that moves bits into other rows.
    """
    if np.any(program.mixes_rows):
        raise InputError("cram.predicted: program", "with MOVE", "rows must not mix", "Measure it instead.")
    bits, rows = read_bits(program, inputs)
    chances = rates_of(program, errors) or {}
    whole, (program, own) = program, _without_copies(program)
    instructions, table, disturb = lower(program, 0, len(program), chances)
    assert table is not None
    assert disturb is not None
    table[~own] = disturb[~own] = 0.0
    which, places = program.stored
    kept = np.unique([column for word in program.outputs.values() for column in word])
    state = pack(np.concatenate([bits[name] for name in program.inputs], axis=1)[:, which])
    everywhere = np.full((1, state.shape[1]), np.uint64(2**64 - 1))

    def outputs(fixed: Faults | None) -> NDArray[np.uint64]:
        found, _ = row_gates(state, instructions, columns=program.columns, places=places, keep=kept, faults=fixed,
                             backend=backend)  # fmt: skip
        return found

    def spoils(place: int, target: int) -> NDArray[np.bool_]:
        """Rows in which a fault of the output, or of an input, shows."""
        cells = np.full((len(program), LARGEST_FAN_IN + 1, LARGEST_FAN_IN + 1), -1, np.int64)
        cells[place, target] = 0
        found = outputs(Faults(everywhere, cells[:, 0], cells[:, 1:]))
        return unpack(np.bitwise_or.reduce(found ^ right, axis=0, keepdims=True), rows)[:, 0]

    right, zeros = outputs(None), classes(program, bits, rows)
    sensitised, faults = np.zeros(len(program)), np.zeros(len(program))
    for place in range(len(program)):
        number = int(instructions.inputs[place])
        if table[place].any():
            odds = table[place][zeros[place]] if number else np.full(rows, table[place, 0])
            faults[place] = float(odds.mean())
            sensitised[place] = float(np.mean(odds * spoils(place, 0)))
        if disturb[place].any():
            odds = disturb[place][zeros[place]]
            there = zeros[place] if instructions.preset[place] else number - zeros[place]
            faults[place] += float(np.mean(odds * there))
            each = [float(np.mean(odds * spoils(place, 1 + read))) for read in range(number)]
            sensitised[place] = 1.0 - (1.0 - sensitised[place]) * float(np.prod(1.0 - np.array(each)))
    return Reliability(
        bound=min(float(faults.sum()), 1.0),
        predicted=float(-np.expm1(np.log1p(-np.minimum(sensitised, 1.0 - 1e-16)).sum())),
        by_instruction=_by_place(sensitised, whole, own),
        faults=_by_place(faults, whole, own),
    )


def exact_accuracy(netlist: Netlist, errors: Rates) -> dict[str, float]:
    """Return the probability that each output word is right, and under "" that all are, inputs equally often.

    Every pattern of wrong outcomes on every input word is gone through, so that nothing is left out or drawn.

    Args:
        netlist: a small network: `LARGEST_EXACT` gates and input bits together.
        errors: of the outcomes of its gates; presets and inputs, which gates turn over, are taken as right.

    Raises:
        InputError: too large.
    """
    bits, gates = netlist.first - 2, len(netlist)
    if bits + gates > LARGEST_EXACT:
        raise InputError("cram.exact_accuracy: netlist", f"{bits} inputs and {gates} gates",
                         f"may have {LARGEST_EXACT} together", "Predict or measure it.")  # fmt: skip
    place = np.arange(1 << (bits + gates))
    ideal, real = (np.zeros((netlist.first + gates, place.size), np.bool_) for _ in range(2))
    for state in (ideal, real):
        state[1] = True
        state[2 : netlist.first] = place >> np.arange(bits)[:, None] & 1
    weight = np.full(place.size, 2.0**-bits)
    for number, (opcode, read) in enumerate(zip(netlist.opcodes, netlist.fan_in, strict=True)):
        each = GATES[opcode]
        out = netlist.first + number
        zeros = each.inputs - ideal[read[: each.inputs]].sum(axis=0)
        ideal[out] = (zeros >= each.threshold) ^ bool(each.preset)
        zeros = each.inputs - real[read[: each.inputs]].sum(axis=0)
        wrong = (place >> (bits + number) & 1).astype(np.bool_)
        odds = np.asarray(errors.get(each.name, np.zeros(each.inputs + 1)))[zeros]
        weight *= np.where(wrong, odds, 1.0 - odds)
        real[out] = ((zeros >= each.threshold) ^ bool(each.preset)) ^ wrong
    same = {name: (ideal[list(word)] == real[list(word)]).all(axis=0) for name, word in netlist.outputs.items()}
    return {
        **{name: float(weight @ right) for name, right in same.items()},
        "": float(weight @ np.all(list(same.values()), axis=0)),
    }


def _without_copies(program: Program) -> tuple[Program, NDArray[np.bool_]]:
    """Return a program with a preset and a BUFFER for each copy within the rows, and which instructions are its own."""
    copied = program.opcodes >= MOVE
    origin = np.repeat(np.arange(len(program)), 1 + copied)
    again = np.r_[False, origin[1:] == origin[:-1]]  # the second of two
    first = np.r_[again[1:], False]
    opcodes = np.where(again, OPCODES["BUFFER"], np.where(first, PRESET_0 + 1, program.opcodes[origin]))
    fan_in = program.fan_in[origin]
    fan_in[again, 1] = NONE
    steps = np.arange(len(origin), dtype=np.int32)
    same = replace(program, opcodes=opcodes.astype(np.int16), outputs_to=program.outputs_to[origin], fan_in=fan_in,
                   steps=steps, width=0, segment=0)  # fmt: skip
    return same, ~(first | again)


def _by_place(values: NDArray[np.float64], program: Program, own: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return values of instructions without copies in the places of a program; 0 for its copies."""
    found = np.zeros(len(program))
    found[program.opcodes < MOVE] = values[own]
    return found
