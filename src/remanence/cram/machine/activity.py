"""How many inputs of each gate are 0, and what each preset finds: from a run, or expected of random bits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.gates import GATES, LARGEST_FAN_IN
from remanence.cram.program import MOVE, PRESET_0, Program
from remanence.cram.simulate import to_bits


def activity(program: Program, inputs: Mapping[str, Any], *, sample: int = 4096) -> tuple[NDArray[np.float64], int]:
    """Return (shares, rows of the inputs) of an error-free run.

    Args:
        program: the program.
        inputs: as for `simulate.run`.
        sample: rows that are followed, evenly spread, at most.

    Returns:
        Shares of the rows by number of inputs at 0, shape (instructions, 6). Of a preset entries 0 and 1 are the shares
        of rows whose column held 0 and 1.

    Raises:
        InputError: inputs missing, unknown, or of different lengths.
    """
    bits, rows = read_bits(program, inputs)
    kept = np.linspace(0, rows - 1, min(rows, sample)).astype(np.int64)
    found = classes(program, {name: word[kept] for name, word in bits.items()}, kept.size)
    wide = LARGEST_FAN_IN + 1
    counted = np.bincount((found + wide * np.arange(len(program))[:, None]).ravel(), minlength=wide * len(program))
    return counted.reshape(-1, wide) / kept.size, rows


def classes(program: Program, bits: Mapping[str, NDArray[np.bool_]], rows: int) -> NDArray[np.int8]:
    """Return the number of inputs at 0 of every gate in every row, and what every preset finds; no errors.

    Args:
        program: the program; where rows are moved, the column is taken as it is, as a sample has no neighbours.
        bits: of each input, shape (rows, bits).
        rows: how many.

    Returns:
        Shape (instructions, rows).
    """
    state = np.zeros((program.columns, rows), np.bool_)
    which, columns = program.stored
    if columns.size:
        state[columns] = np.concatenate([bits[name] for name in program.inputs], axis=1).T[which]
    found = np.zeros((len(program), rows), np.int8)
    for place, seen in followed(program, state):
        found[place] = seen
    return found


def followed(
    program: Program, state: NDArray[np.bool_], *, neighbours: bool = False
) -> Iterator[tuple[int, NDArray[np.integer[Any]]]]:
    """Run a program in plain NumPy, without errors; yield what each of its gates and presets finds.

    Args:
        program: the program.
        state: of its columns, shape (columns, rows); changed as it runs.
        neighbours: whether the rows are neighbours, so that MOVE brings bits from one to another; if not, a column is
            taken as it is.

    Yields:
        Place of the instruction, and by row the number of inputs at 0, or what a preset overwrites.
    """
    for place, (opcode, out, read) in enumerate(zip(program.opcodes, program.outputs_to, program.fan_in, strict=True)):
        if opcode == MOVE and neighbours:
            down, rows = int(read[1]), state.shape[1]
            moved = np.zeros(rows, np.bool_)
            if abs(down) < rows:
                moved[max(down, 0) : rows + min(down, 0)] = state[read[0], max(-down, 0) : rows - max(down, 0)]
            state[out] = moved
        elif opcode >= MOVE:
            state[out] = state[read[0]]
        elif opcode >= PRESET_0:
            yield place, state[out].astype(np.int64)
            state[out] = opcode - PRESET_0
        else:
            each = GATES[opcode]
            zeros = each.inputs - state[read[: each.inputs]].sum(axis=0)
            yield place, zeros
            state[out] = (zeros >= each.threshold) ^ bool(each.preset)


def expected_activity(program: Program) -> NDArray[np.float64]:
    """Return the shares of `activity` for random input bits, signals taken as independent of each other."""
    one = np.zeros(program.columns)  # probability of a 1; columns that were never written hold 0
    one[program.stored[1]] = 0.5
    shares = np.zeros((len(program), LARGEST_FAN_IN + 1))
    for place, (opcode, out, read) in enumerate(zip(program.opcodes, program.outputs_to, program.fan_in, strict=True)):
        if opcode >= MOVE:
            one[out] = one[read[0]]
        elif opcode >= PRESET_0:
            shares[place, :2] = 1.0 - one[out], one[out]
            one[out] = float(opcode - PRESET_0)
        else:
            each = GATES[opcode]
            law = np.ones(1)
            for column in read[: each.inputs]:
                law = np.convolve(law, [one[column], 1.0 - one[column]])
            shares[place, : each.inputs + 1] = law
            switched = float(law[each.threshold :].sum())
            one[out] = switched if each.preset == 0 else 1.0 - switched
    return shares


def read_bits(program: Program, inputs: Mapping[str, Any]) -> tuple[dict[str, NDArray[np.bool_]], int]:
    """Return the bits of every input of a program, shape (rows, bits), and the number of rows.

    Raises:
        InputError: inputs missing, unknown, or of different lengths.
    """
    if set(inputs) != set(program.inputs):
        raise InputError("cram: inputs", sorted(inputs), f"must be {', '.join(program.inputs)}")
    numbers = {name: np.atleast_1d(np.asarray(given)) for name, given in inputs.items()}
    rows = max((given.size for given in numbers.values()), default=1)
    if any(given.shape not in ((rows,), (1,)) for given in numbers.values()):
        raise InputError("cram: inputs", f"shapes { ({n: g.shape for n, g in numbers.items()}) }",
                         "must be numbers, or as many as there are rows")  # fmt: skip
    return {
        name: to_bits(np.broadcast_to(given, rows), len(program.inputs[name]), name in program.signed, name)
        for name, given in numbers.items()
    }, rows
