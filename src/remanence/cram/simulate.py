"""Running a program: bits of all rows at once, with the errors of its gates where they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError, UnknownNameError
from remanence.core.stream import Stream
from remanence.cram.gates import GATES, LARGEST_FAN_IN, OPCODES
from remanence.cram.program import MOVE, PRESET_0, Program
from remanence.kernels.row_gates import Instructions, pack, row_gates, unpack

Rates: TypeAlias = Mapping[str, Sequence[float] | float]
"""Probability of a wrong outcome by name of a gate and number of its inputs at 0; "PRESET" has one number."""


def run(
    program: Program,
    inputs: Mapping[str, Any],
    *,
    errors: Rates | None = None,
    seed: int = 0,
    backend: str = "auto",
) -> dict[str, NDArray[Any]]:
    """Run a program on numbers, one row each.

    Args:
        program: the program.
        inputs: whole numbers by name, each a number or shape (rows,); those of `Program.signed` in two's complement.
        errors: of the gates; none where left out.
        seed: of the errors.
        backend: of the kernel `row_gates`.

    Returns:
        Whole numbers by name of the output, shape (rows,): int64, or of Python where that has too few bits.

    Raises:
        InputError: inputs missing, unknown, of different lengths, or numbers that do not fit their bits.
        UnknownNameError: errors of a gate that does not exist.
    """
    if set(inputs) != set(program.inputs):
        raise InputError("run: inputs", sorted(inputs), f"must be {', '.join(program.inputs)}")
    read = {name: np.atleast_1d(np.asarray(numbers)) for name, numbers in inputs.items()}
    rows = max((numbers.size for numbers in read.values()), default=1)
    if any(numbers.shape not in ((rows,), (1,)) for numbers in read.values()):
        shapes = {name: numbers.shape for name, numbers in read.items()}
        raise InputError("run: inputs", f"shapes {shapes}", "must be numbers, or as many as there are rows")
    bits = {
        name: to_bits(np.broadcast_to(numbers, rows), len(program.inputs[name]), name in program.signed, name)
        for name, numbers in read.items()
    }
    result = run_bits(program, bits, rows=rows, errors=errors, seed=seed, backend=backend)
    return {name: from_bits(word, name in program.signed) for name, word in result.items()}


def run_bits(
    program: Program,
    inputs: Mapping[str, NDArray[np.bool_]],
    *,
    rows: int,
    errors: Rates | None = None,
    seed: int = 0,
    backend: str = "auto",
) -> dict[str, NDArray[np.bool_]]:
    """Run a program on bits, shape (rows, bits) by name; see `run`."""
    places = np.array([column for word in program.inputs.values() for column in word], np.int64)
    given = [inputs[name] for name in program.inputs]
    state = pack(np.concatenate(given, axis=1) if given else np.zeros((rows, 0), np.bool_))
    kept = np.unique([column for word in program.outputs.values() for column in word])
    cuts = np.flatnonzero(program.opcodes == MOVE)
    stream, start = Stream(seed), 0
    for number, cut in enumerate((*cuts, len(program))):
        last = number == len(cuts)
        instructions, rates = lower(program, start, int(cut), errors)
        state, _ = row_gates(
            state, instructions, columns=program.columns, places=places, keep=kept if last else None, errors=rates,
            key=stream.child("gates", number).key, backend=backend,
        )  # fmt: skip
        if not last:
            state = _moved(state, program, int(cut), rows)
            places = np.arange(program.columns)
        start = int(cut) + 1
    where = {int(column): place for place, column in enumerate(kept)}
    bits = unpack(state, rows)
    return {name: bits[:, [where[column] for column in word]] for name, word in program.outputs.items()}


def lower(
    program: Program, start: int, end: int, errors: Rates | None
) -> tuple[Instructions, NDArray[np.float64] | None]:
    """Return instructions ``start`` to ``end`` of a program for the kernel `row_gates`, and their error rates."""
    opcodes = program.opcodes[start:end].astype(np.int64)
    table = np.array([(each.inputs, each.threshold, each.preset) for each in GATES] + [(0, 0, 0), (0, 0, 1)])
    kind = table[opcodes].reshape(-1, 3)
    instructions = Instructions(
        kind[:, 0], kind[:, 1], kind[:, 2], program.outputs_to[start:end].astype(np.int64),
        np.maximum(program.fan_in[start:end], 0).astype(np.int64),
    )  # fmt: skip
    if errors is None:
        return instructions, None
    by_opcode = np.zeros((len(table), LARGEST_FAN_IN + 1))
    for name, rates in errors.items():
        if name == "PRESET":
            by_opcode[PRESET_0:, 0] = rates
        elif name not in OPCODES:
            raise UnknownNameError("run: errors of gate", name, [*OPCODES, "PRESET"])
        else:
            wanted = GATES[OPCODES[name]].inputs + 1
            if np.shape(rates) != (wanted,):
                raise InputError(f"run: errors of {name}", f"shape {np.shape(rates)}", f"must be {wanted} numbers")
            by_opcode[OPCODES[name], :wanted] = rates
    return instructions, by_opcode[opcodes].reshape(-1, LARGEST_FAN_IN + 1)


def _moved(state: NDArray[np.uint64], program: Program, place: int, rows: int) -> NDArray[np.uint64]:
    """Copy a column into another, rows further down; what comes in from beyond the first row is 0."""
    source, down = int(program.fan_in[place, 0]), int(program.fan_in[place, 1])
    bits = unpack(state[source : source + 1], rows)[:, 0]
    moved = np.zeros(rows, np.bool_)
    if down >= 0:
        moved[down:] = bits[: rows - down] if down < rows else False
    else:
        moved[:down] = bits[-down:]
    state = state.copy()
    state[program.outputs_to[place]] = pack(moved[:, None])[0]
    return state


def to_bits(numbers: NDArray[Any], bits: int, signed: bool, name: str = "number") -> NDArray[np.bool_]:
    """Return the bits of whole numbers, shape (rows,) to (rows, bits), lowest first.

    Raises:
        InputError: not whole numbers, or out of range.
    """
    if numbers.dtype == np.bool_:
        numbers = numbers.astype(np.int64)
    whole = numbers.dtype == object and all(isinstance(number, int) for number in numbers)  # beyond an int64
    if numbers.dtype.kind not in "iu" and not whole:
        raise InputError(f"{name}", f"numbers of type {numbers.dtype}", "must be whole numbers")
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    if numbers.size and (int(numbers.min()) < low or int(numbers.max()) > high):
        kind = "signed" if signed else "unsigned"
        raise InputError(f"{name}", f"{numbers.min()} to {numbers.max()}", f"{kind} {bits} bits hold {low} to {high}")
    if whole:
        rows = [[number >> place & 1 for place in range(bits)] for number in numbers]
        return np.array(rows, np.bool_).reshape(-1, bits)
    words = numbers.astype(np.int64 if signed or numbers.dtype.kind == "i" else np.uint64).view(np.uint64)
    shifts = np.minimum(np.arange(bits), 63).astype(np.uint64)  # beyond 64 bits the sign goes on
    taken = (words[:, None] >> shifts) & np.uint64(1)
    if bits > 64 and not signed:
        taken[:, 64:] = 0
    return taken.astype(np.bool_)


def from_bits(bits: NDArray[np.bool_], signed: bool) -> NDArray[Any]:
    """Undo `to_bits`: int64, or whole numbers of Python where there are more bits than that has."""
    width = bits.shape[1]
    if width > (64 if signed else 63):
        wide = [sum(1 << int(place) for place in np.flatnonzero(row)) for row in bits]
        return np.array([word - (1 << width) if signed and word >> (width - 1) else word for word in wide], object)
    weights = np.int64(1) << np.arange(width, dtype=np.int64)
    if signed:
        np.negative(weights[-1:], out=weights[-1:])  # that of the sign of 64 bits is its own negative
    result: NDArray[np.int64] = bits.astype(np.int64) @ weights
    return result
