"""From the errors of gates to the errors of a program: measured, and from single faults.

A single fault is one wrong outcome of a gate or a preset, or one input that a gate turns over, while all else is right.
It is sensitised where an output then differs. With p_i(z) the chance of fault i with z inputs at 0, and q_i = p_i(z) in
the rows where it is sensitised, else 0, a row is wrong with probability 1 - prod(1 - q_i), of which the mean over the
rows is the prediction. A bit of an output, which a second fault turns back, is wrong with probability (1 - prod(1 - 2
q_i)) / 2, with q_i where the fault reaches that bit. Both are exact to first order in the errors: what two faults in
one row do to each other (one masks, sensitises or changes the inputs of the other) is left out. So the prediction is
off by the order of the expected number of faults in a row, as a share of itself. The sum of p_i, sensitised or not,
bounds it whatever the faults do to each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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

WORDS = 4096
"""Words of 64 rows that runs side by side have together, about: a column of them stays in a cache."""
ONES = np.uint64(0xFFFFFFFFFFFFFFFF)
LARGEST_EXACT = 22
"""Gates and input bits of a network whose fault patterns are gone through."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reliability:
    """What errors of gates do to a program, per row and run."""

    bound: float  # no more often wrong than this
    predicted: float  # from sensitised single faults
    by_bit: Mapping[str, NDArray[np.float64]]  # probability that a bit of an output is wrong, lowest bit first
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
    wrong = rows = 0
    for differs in _differences(program, inputs, errors, seed, repeats, backend):
        rows += len(next(iter(differs.values())))
        wrong += int(np.logical_or.reduce([word.any(axis=1) for word in differs.values()]).sum())
    return counted(wrong, rows, confidence)


def measured_bits(
    program: Program,
    inputs: Mapping[str, Any],
    *,
    errors: Errors,
    seed: int = 0,
    repeats: int = 1,
    confidence: float = 0.95,
    backend: str = "auto",
) -> dict[str, Counted]:
    """Return for each output the share of rows in which each of its bits is wrong, lowest first; see `measured`."""
    wrong, rows = {name: np.zeros(len(word), np.int64) for name, word in program.outputs.items()}, 0
    for differs in _differences(program, inputs, errors, seed, repeats, backend):
        rows += len(next(iter(differs.values())))
        for name, word in differs.items():
            wrong[name] += word.sum(axis=0)
    return {name: counted(events, rows, confidence) for name, events in wrong.items()}


def _differences(
    program: Program, inputs: Mapping[str, Any], errors: Errors, seed: int, repeats: int, backend: str
) -> Iterator[dict[str, NDArray[np.bool_]]]:
    """Return for each run with errors which bits differ from those of one without."""
    if repeats < 1:
        raise InputError("cram.measured: repeats", repeats, "must be at least 1")
    bits, rows = read_bits(program, inputs)
    right = run_bits(program, bits, rows=rows, backend=backend)
    for number in range(repeats):
        found = run_bits(program, bits, rows=rows, errors=errors, seed=seed + number, backend=backend)
        yield {name: found[name] != word for name, word in right.items()}


def predicted(program: Program, inputs: Mapping[str, Any], *, errors: Errors, backend: str = "auto") -> Reliability:
    """Return how often a program is wrong, from its single faults.

    Each outcome is inverted, and each input that can be is turned over, in all rows in turn; the outputs are compared.
    So there are as many runs as instructions, and as inputs where their gates turn them over, many side by side.

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
    given = np.concatenate([np.zeros((rows, 0), np.bool_), *(bits[name] for name in program.inputs)], axis=1)
    state = pack(given[:, which])
    words = state.shape[1]

    def outputs(wrong: list[tuple[int, int]]) -> NDArray[np.uint64]:
        """Return the outputs of runs side by side, in each of which one cell goes wrong in all rows."""
        cells = np.full((len(program), LARGEST_FAN_IN + 1, LARGEST_FAN_IN + 1), -1, np.int64)
        for number, (place, target) in enumerate(wrong):
            cells[place, target] = number
        masks = np.repeat(np.eye(len(wrong), dtype=np.uint64) * ONES, words, axis=1)
        fixed = Faults(masks, cells[:, 0], cells[:, 1:]) if wrong else None
        many = np.tile(state, (1, max(len(wrong), 1)))
        found, _ = row_gates(many, instructions, columns=program.columns, places=places, keep=kept, faults=fixed,
                             backend=backend)  # fmt: skip
        return found

    right, zeros = outputs([]), classes(program, bits, rows)
    sensitised, faults, row_of = np.zeros(len(program)), np.zeros(len(program)), {int(c): k for k, c in enumerate(kept)}
    wrong, wrong_bits = np.zeros(rows), np.zeros((len(kept), rows))
    turned = [(int(place), 1 + k) for place in np.flatnonzero(disturb.any(axis=1))
              for k in range(int(instructions.inputs[place]))]  # fmt: skip
    erring = sorted([(int(place), 0) for place in np.flatnonzero(table.any(axis=1))] + turned)
    for place in np.flatnonzero(disturb.any(axis=1)).tolist():
        there = zeros[place] if instructions.preset[place] else instructions.inputs[place] - zeros[place]
        faults[place] += float(np.mean(disturb[place][zeros[place]] * there))
    at_once = max(1, WORDS // words)
    for start in range(0, len(erring), at_once):
        some = erring[start : start + at_once]
        found = outputs(some)
        for number, (place, target) in enumerate(some):
            rates = disturb[place] if target else table[place]
            odds = rates[zeros[place]] if instructions.inputs[place] else np.full(rows, rates[0])
            faults[place] += 0.0 if target else float(odds.mean())
            reached = unpack(found[:, number * words : (number + 1) * words] ^ right, rows).T
            differs = reached.any(axis=0)
            sensitised[place] = 1.0 - (1.0 - sensitised[place]) * (1.0 - float(np.mean(odds * differs)))
            wrong += odds * differs * (1.0 - wrong)
            for bit in np.flatnonzero(reached.any(axis=1)):
                wrong_bits[bit] += odds * reached[bit] * (1.0 - 2.0 * wrong_bits[bit])
    each = wrong_bits.mean(axis=1)
    return Reliability(
        bound=min(float(faults.sum()), 1.0),
        predicted=float(wrong.mean()),
        by_bit={name: each[[row_of[column] for column in word]] for name, word in program.outputs.items()},
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
    if not copied.any():
        return program, ~copied
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
