"""Running a program: bits of all rows at once, with the errors of its gates where they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError, UnknownNameError
from remanence.core.stream import Stream
from remanence.cram.cells.gate_set import GateSet
from remanence.cram.gates import GATES, INPUTS, LARGEST_FAN_IN, OPCODES
from remanence.cram.machine.array import Array, check_program
from remanence.cram.machine.chip import Chip
from remanence.cram.program import MOVE, PRESET_0, Program
from remanence.kernels.row_gates import (
    Faults,
    Instructions,
    pack,
    pack_numbers,
    row_gates,
    shift,
    unpack,
    unpack_numbers,
)

Rates: TypeAlias = Mapping[str, Sequence[float] | float]
"""Probability of a wrong outcome by name of a gate and number of its inputs at 0; "PRESET" has one number. Under the
name and ".inputs", likewise, that an input of the gate is turned over to the gate's preset, each input for itself.
Either may end in @n: for a gate that joins n segments of a line. What is not named never fails."""
Errors: TypeAlias = bool | Rates | GateSet | Array | Chip | None
"""Whose errors a run has: see `rates_of`."""


def run(
    program: Program,
    inputs: Mapping[str, Any],
    *,
    errors: Errors = None,
    seed: int = 0,
    variation: Rates | None = None,
    cells: int = 0,
    backend: str = "auto",
) -> dict[str, NDArray[Any]]:
    """Run a program on numbers, one row each.

    Args:
        program: the program.
        inputs: whole numbers by name, each a number or shape (rows,); those of `Program.signed` in two's complement.
        errors: of the gates; none where left out; see `rates_of`.
        seed: of the errors.
        variation: errors of gates from what differs from cell to cell and never changes: see `faults`.
        cells: seed of the cells, so that another run can have the same ones.
        backend: of the kernel `row_gates`.

    Returns:
        Whole numbers by name of the output, shape (rows,): int64, or of Python where that has too few bits.

    Raises:
        InputError: inputs missing, unknown, of different lengths, or numbers that do not fit their bits.
            Errors of cells that cannot do the program's gates.
        UnknownNameError: errors of a gate that does not exist.
    """
    if not isinstance(inputs, Mapping) or set(inputs) != set(program.inputs):
        raise InputError(
            "run: inputs",
            sorted(inputs) if isinstance(inputs, Mapping) else inputs,
            f"must be {', '.join(program.inputs)}",
        )
    read = {name: np.atleast_1d(np.asarray(numbers)) for name, numbers in inputs.items()}
    rows = max((numbers.size for numbers in read.values()), default=1)
    if rows < 1 or any(numbers.shape not in ((rows,), (1,)) for numbers in read.values()):
        shapes = {name: numbers.shape for name, numbers in read.items()}
        raise InputError("run: inputs", f"shapes {shapes}", "must be numbers, or as many as there are rows")
    packed = []
    for name, word in program.inputs.items():
        numbers, signed = np.broadcast_to(read[name], rows), name in program.signed
        if len(word) > 64:
            packed.append(pack(to_bits(numbers, len(word), signed, name)))
        else:
            words = _words(_whole(numbers, len(word), signed, name), signed)
            packed.append(pack_numbers(words, len(word)))
    state = np.concatenate(packed) if packed else np.zeros((0, -(-max(rows, 1) // 64)), np.uint64)
    result, where = _run(program, state, rows, errors, seed, variation, cells, backend)
    found: dict[str, NDArray[Any]] = {}
    for name, word in program.outputs.items():
        columns, signed = result[[where[column] for column in word]], name in program.signed
        if len(word) > (64 if signed else 63):
            found[name] = from_bits(unpack(columns, rows), signed)
            continue
        found[name] = unpack_numbers(columns, rows).view(np.int64)
        if signed and len(word) < 64:
            spare = np.int64(64 - len(word))
            found[name] = (found[name] << spare) >> spare
    return found


def run_bits(
    program: Program,
    inputs: Mapping[str, NDArray[np.bool_]],
    *,
    rows: int,
    errors: Errors = None,
    seed: int = 0,
    variation: Rates | None = None,
    cells: int = 0,
    backend: str = "auto",
) -> dict[str, NDArray[np.bool_]]:
    """Run a program on bits, shape (rows, bits) by name; see `run`."""
    given = [inputs[name] for name in program.inputs]
    state = pack(np.concatenate(given, axis=1) if given else np.zeros((rows, 0), np.bool_))
    result, where = _run(program, state, rows, errors, seed, variation, cells, backend)
    bits = unpack(result, rows)
    return {name: bits[:, [where[column] for column in word]] for name, word in program.outputs.items()}


def _run(
    program: Program,
    state: NDArray[np.uint64],
    rows: int,
    errors: Errors,
    seed: int,
    variation: Rates | None,
    cells: int,
    backend: str,
) -> tuple[NDArray[np.uint64], dict[int, int]]:
    """Run a program on the packed columns of its inputs; return those of its outputs, and where each column is."""
    bits, places = program.stored
    state = state[bits]
    kept = np.unique([column for word in program.outputs.values() for column in word]).astype(np.int64)
    carried = program.opcodes >= MOVE
    starts = np.flatnonzero(carried & ~np.r_[False, carried[:-1]])
    ends = np.flatnonzero(carried & ~np.r_[carried[1:], False]) + 1
    failing = None if variation is None else faults(program, variation, rows, cells)
    stream, start, chances = Stream(seed), 0, rates_of(program, errors)
    for number, cut in enumerate((*starts, len(program))):
        last = number == len(starts)
        instructions, rates, disturb = lower(program, start, int(cut), chances)
        fixed = None if failing is None else part_of(failing, start, int(cut))
        state, _ = row_gates(
            state, instructions, columns=program.columns, places=places, keep=kept if last else None, errors=rates,
            disturb=disturb, key=stream.child("gates", number).key, faults=fixed, backend=backend,
        )  # fmt: skip
        if last:
            break
        start, places = int(ends[number]), np.arange(program.columns)
        for place in range(int(cut), start):
            source, down = int(program.fan_in[place, 0]), int(program.fan_in[place, 1])
            moved = program.opcodes[place] == MOVE
            state[program.outputs_to[place]] = shift(state[source], down, rows) if moved else state[source]
    return state, {int(column): place for place, column in enumerate(kept)}


def rates_of(program: Program, errors: Errors) -> Rates | None:
    """Return the error rates that a run of a program has.

    Those of cells hold wrong outcomes and inputs that the gates turn over; moved and copied columns never fail.

    Args:
        program: the program.
        errors: True for those of the cells that it was compiled for, or of the published set `stt-45nm` where it was
            compiled for none; an `Array` or a `Chip`, with its presets; a `GateSet`, whose presets never fail; or the
            rates.

    Raises:
        InputError: a program that these cells cannot run.
    """
    if errors is None or errors is False:
        return None
    if errors is True:
        if program.rates is not None:
            return program.rates
        errors = Array(columns=program.width or program.columns)
    if isinstance(errors, Array | Chip):
        errors.check(program)
        return errors.errors_of(program)
    if isinstance(errors, GateSet):
        check_program(program, errors.names, columns=program.columns)
        return errors.errors
    if not isinstance(errors, Mapping):
        raise InputError("run: errors", errors, "must be True, an Array, a GateSet, or rates by name of the gate")
    return errors


def faults(program: Program, variation: Rates, rows: int, cells: int) -> Faults:
    """Return the fixed errors of a program's cells.

    Every cell (column and row) has one normal deviate d, by which its switching current differs from the others', and
    keeps it. With z inputs at 0 and an error rate p_z, all cells taken together, a gate whose output should stay fails
    in the cells that switch too easily, d < Phi^-1(p_z), and one that should switch fails in those that are too hard,
    d > -Phi^-1(p_z): the same cells every time. A preset fails in the hard ones, and an input is turned over in the
    easy ones.

    Args:
        program: the program.
        variation: error rates of the gates with the width of the cells alone, such as `GateSet.errors`.
        rows: how many there are.
        cells: seed of the deviates.

    Raises:
        InputError: rates of another shape than the gate's, or that are no probabilities.
        UnknownNameError: rates of a gate that does not exist.
    """
    table = _by_opcode(over_segments(variation, 1))
    limits = np.rint(table * 2.0**32).astype(np.uint64)  # Phi(d) is a word of the stream over 2^32
    stream, which = Stream(cells).child("cells"), np.full((len(program), LARGEST_FAN_IN + 1), -1, np.int64)
    turned = np.full((len(program), LARGEST_FAN_IN, LARGEST_FAN_IN + 1), -1, np.int64)
    masks: list[NDArray[np.uint64]] = []
    uses: dict[
        int, list[tuple[int, int]]
    ] = {}  # by column: instruction, and 0 for its output or a number of its inputs
    for place in np.flatnonzero(program.opcodes < MOVE).tolist():
        opcode = int(program.opcodes[place])
        if limits[0, opcode].any():
            uses.setdefault(int(program.outputs_to[place]), []).append((place, 0))
        if limits[1, opcode].any():
            for number in range(GATES[opcode].inputs):
                uses.setdefault(int(program.fan_in[place, number]), []).append((place, 1 + number))
    for column in sorted(uses):
        deviates = stream.child("column", column).words(rows).astype(np.uint64)
        known: dict[tuple[bool, int], int] = {}
        for place, target in uses[column]:
            opcode = int(program.opcodes[place])
            part = min(target, 1)
            for zeros in np.flatnonzero(limits[part, opcode]).tolist():
                hard = not target and (opcode >= PRESET_0 or GATES[opcode].switches(zeros))
                limit = int(limits[part, opcode, zeros])
                if (hard, limit) not in known:
                    failing = deviates >= np.uint64(2**32 - limit) if hard else deviates < np.uint64(limit)
                    known[hard, limit] = len(masks)
                    masks.append(pack(failing[:, None])[0])
                if target:
                    turned[place, target - 1, zeros] = known[hard, limit]
                else:
                    which[place, zeros] = known[hard, limit]
    words = -(-max(rows, 1) // 64)
    return Faults(np.stack(masks) if masks else np.zeros((0, words), np.uint64), which, turned)


def part_of(fixed: Faults, start: int, end: int) -> Faults:
    """Return the fixed errors of instructions ``start`` to ``end``."""
    assert fixed.inputs is not None
    return Faults(fixed.rows, fixed.which[start:end], fixed.inputs[start:end])


def lower(
    program: Program, start: int, end: int, errors: Rates | None
) -> tuple[Instructions, NDArray[np.float64] | None, NDArray[np.float64] | None]:
    """Return instructions ``start`` to ``end`` of a program for the kernel `row_gates`, their errors and disturb."""
    opcodes = program.opcodes[start:end].astype(np.int64)
    table = np.array([(each.inputs, each.threshold, each.preset) for each in GATES] + [(0, 0, 0), (0, 0, 1)])
    kind = table[opcodes].reshape(-1, 3)
    instructions = Instructions(
        kind[:, 0], kind[:, 1], kind[:, 2], program.outputs_to[start:end].astype(np.int64),
        np.maximum(program.fan_in[start:end], 0).astype(np.int64),
    )  # fmt: skip
    if errors is None:
        return instructions, None, None
    joined, found = program.joined()[start:end], np.zeros((2, end - start, LARGEST_FAN_IN + 1))
    for over in np.unique(joined):
        here = joined == over
        found[:, here] = _by_opcode(over_segments(errors, int(over)))[:, opcodes[here]]
    return instructions, found[0], found[1]


def over_segments(errors: Rates, joined: int) -> Rates:
    """Return the errors of gates that join so many segments: those under name@joined, else under the name alone.

    Raises:
        InputError: rates of no segments, or as `run` raises for those of others.
        UnknownNameError: rates of a gate that does not exist.
    """
    for name, rates in errors.items():
        base, mark, number = name.partition("@")
        if mark and (base == "PRESET" or not number.isdecimal() or int(number) < 1):
            rule = "@ goes with the name of a gate and the number of segments that it joins, such as NAND2@2"
            raise InputError("run: errors", f"'{name}'", rule)
        if mark:
            _by_opcode({base: rates})  # those that this program does not need are checked too
    plain = {name: rates for name, rates in errors.items() if "@" not in name}
    return plain | {name.split("@")[0]: rates for name, rates in errors.items() if name.endswith(f"@{joined}")}


def _by_opcode(errors: Rates) -> NDArray[np.float64]:
    """Return error rates of outputs and of inputs by opcode, presets last, and number of inputs at 0."""
    by_opcode = np.zeros((2, PRESET_0 + 2, LARGEST_FAN_IN + 1))
    for name, rates in errors.items():
        base = name.removesuffix(INPUTS)
        if name == "PRESET":
            if np.shape(rates) != ():
                raise InputError("run: errors of PRESET", f"shape {np.shape(rates)}", "must be one number")
            by_opcode[0, PRESET_0:, 0] = rates
        elif base not in OPCODES:
            raise UnknownNameError("run: errors of gate", base, [*OPCODES, "PRESET"])
        else:
            wanted = GATES[OPCODES[base]].inputs + 1
            if np.shape(rates) != (wanted,):
                raise InputError(f"run: errors of {name}", f"shape {np.shape(rates)}", f"must be {wanted} numbers")
            by_opcode[0 if base == name else 1, OPCODES[base], :wanted] = rates
    if not ((by_opcode >= 0.0) & (by_opcode <= 1.0)).all():  # NaN fails, too
        raise InputError("run: errors", float(np.max(by_opcode)), "must be probabilities")
    return by_opcode


def to_bits(numbers: NDArray[Any], bits: int, signed: bool, name: str = "number") -> NDArray[np.bool_]:
    """Return the bits of whole numbers, shape (rows,) to (rows, bits), lowest first.

    Raises:
        InputError: not whole numbers, or out of range.
    """
    numbers = _whole(numbers, bits, signed, name)
    if bits > 64 and numbers.dtype == object:
        rows = [[number >> place & 1 for place in range(bits)] for number in numbers]
        return np.array(rows, np.bool_).reshape(-1, bits)
    shifts = np.minimum(np.arange(bits), 63).astype(np.uint64)  # beyond 64 bits the sign goes on
    taken = (_words(numbers, signed)[:, None] >> shifts) & np.uint64(1)
    if bits > 64 and not signed:
        taken[:, 64:] = 0
    return taken.astype(np.bool_)


def _whole(numbers: NDArray[Any], bits: int, signed: bool, name: str) -> NDArray[Any]:
    """Return whole numbers, of Python where they came as such; refuse what is none, or out of range."""
    if numbers.dtype == np.bool_:
        numbers = numbers.astype(np.int64)
    whole = numbers.dtype == object and all(isinstance(number, int) for number in numbers)  # beyond an int64
    if numbers.dtype.kind not in "iu" and not whole:
        raise InputError(f"{name}", f"numbers of type {numbers.dtype}", "must be whole numbers")
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    if numbers.size and (int(numbers.min()) < low or int(numbers.max()) > high):
        kind = "signed" if signed else "unsigned"
        raise InputError(f"{name}", f"{numbers.min()} to {numbers.max()}", f"{kind} {bits} bits hold {low} to {high}")
    return numbers


def _words(numbers: NDArray[Any], signed: bool) -> NDArray[np.uint64]:
    """Return whole numbers of at most 64 bits in two's complement."""
    return numbers.astype(np.int64 if signed or numbers.dtype.kind == "i" else np.uint64).view(np.uint64)


def from_bits(bits: NDArray[np.bool_], signed: bool) -> NDArray[Any]:
    """Undo `to_bits`: int64, or whole numbers of Python where there are more bits than that has."""
    width = bits.shape[1]
    if width > (64 if signed else 63):
        wide = np.zeros(len(bits), object)
        for place in range(0, width, 32):
            part = bits[:, place : place + 32]
            wide += (part.astype(np.int64) @ (np.int64(1) << np.arange(part.shape[1]))).astype(object) << place
        return wide - (bits[:, -1].astype(object) << width) if signed else wide
    weights = np.int64(1) << np.arange(width, dtype=np.int64)
    if signed:
        np.negative(weights[-1:], out=weights[-1:])  # that of the sign of 64 bits is its own negative
    result: NDArray[np.int64] = bits.astype(np.int64) @ weights
    return result
