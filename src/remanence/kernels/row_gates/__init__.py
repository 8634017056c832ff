"""The operation `row_gates`: see README.md beside this file for the equation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import BackendError, InputError
from remanence.kernels.row_gates import reference
from remanence.kernels.row_gates.reference import FAN_IN

__all__ = [
    "BACKENDS",
    "Faults",
    "Instructions",
    "pack",
    "pack_numbers",
    "row_gates",
    "shift",
    "unpack",
    "unpack_numbers",
]

BACKENDS = ("reference", "cpu", "compiled", "gpu", "auto")

_MANY = 1 << 22
"""Words from which on "auto" compiles a program: below, that takes longer than it saves."""
_GATES = 16
"""Instructions a column that is given or kept from which on "auto" compiles: below, memory sets the pace anyway."""
_QUIET = 128.0
"""Expected candidates of errors in 16,384 rows up to which "auto" compiles: with more, running the rows that have some
once more takes as long as compiled code saves."""


@dataclass(frozen=True, slots=True, eq=False)
class Instructions:
    """A program of gates and presets, T of them.

    Args:
        inputs: how many columns each reads, n, shape (T,); 0 is a preset.
        threshold: k, shape (T,).
        preset: state of the output before it switches, shape (T,).
        output: column that it writes, shape (T,).
        fan_in: columns that it reads, shape (T, 5), anything beyond its inputs.

    Raises:
        InputError: shapes or numbers that make no gate.
    """

    inputs: NDArray[np.int64]
    threshold: NDArray[np.int64]
    preset: NDArray[np.int64]
    output: NDArray[np.int64]
    fan_in: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Check shapes and numbers."""
        count = len(self.inputs)
        for name in ("inputs", "threshold", "preset", "output", "fan_in"):
            column = np.ascontiguousarray(getattr(self, name), np.int64)
            if column.shape != ((count, FAN_IN) if name == "fan_in" else (count,)):
                raise InputError(f"Instructions.{name}", f"shape {column.shape}", f"must have {count} rows")
            object.__setattr__(self, name, column)
        gates = self.inputs > 0
        if np.any((self.inputs < 0) | (self.inputs > FAN_IN)):
            raise InputError("Instructions.inputs", int(self.inputs.max()), f"must be from 0 to {FAN_IN}")
        if np.any((self.threshold < 1) & gates) or np.any((self.threshold > self.inputs) & gates):
            raise InputError("Instructions.threshold", int(self.threshold.max()), "must be from 1 to the inputs")
        if np.any((self.preset != 0) & (self.preset != 1)):
            raise InputError("Instructions.preset", int(self.preset.max()), "must be 0 or 1")

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.inputs)


@dataclass(frozen=True, slots=True, eq=False)
class Faults:
    """Cells that fail every time: fixed errors.

    Args:
        rows: rows in which an outcome is inverted, packed, shape (M, words).
        which: of them, by instruction and number of inputs at 0; -1 for none; of a preset entry 0; shape (T, 6).
        inputs: of them, those in which an input is turned over to the preset, by instruction, input and number of
            inputs at 0, shape (T, 5, 6); -1 or None for none.

    Raises:
        InputError: shapes or numbers that do not fit each other.
    """

    rows: NDArray[np.uint64]
    which: NDArray[np.int64]
    inputs: NDArray[np.int64] | None = None
    cells: NDArray[np.int64] = field(init=False)  # `which` and `inputs` together, the output first, shape (T, 6, 6)

    def __post_init__(self) -> None:
        """Check shapes and numbers."""
        rows, which = np.ascontiguousarray(self.rows), np.ascontiguousarray(self.which, np.int64)
        if rows.ndim != 2 or rows.dtype != np.uint64:
            raise InputError("Faults.rows", f"{rows.dtype} of shape {rows.shape}", "must be uint64, (faults, words)")
        if which.ndim != 2 or which.shape[1] != FAN_IN + 1:
            raise InputError("Faults.which", f"shape {which.shape}", f"must be (instructions, {FAN_IN + 1})")
        shape = (len(which), FAN_IN, FAN_IN + 1)
        inputs = np.full(shape, -1) if self.inputs is None else np.ascontiguousarray(self.inputs, np.int64)
        if inputs.shape != shape:
            raise InputError("Faults.inputs", f"shape {inputs.shape}", f"must be {shape}")
        for name, each in (("which", which), ("inputs", inputs)):
            if each.size and not -1 <= each.min() <= each.max() < len(rows):
                raise InputError(f"Faults.{name}", f"{each.min()} to {each.max()}",
                                 f"must be from -1 to {len(rows) - 1}")  # fmt: skip
        for name, each in (("rows", rows), ("which", which), ("inputs", inputs)):
            object.__setattr__(self, name, each)
        object.__setattr__(self, "cells", np.concatenate([which[:, None], inputs], axis=1))


def row_gates(
    state: NDArray[np.uint64],
    instructions: Instructions,
    *,
    columns: int | None = None,
    places: Sequence[int] | NDArray[np.int64] | None = None,
    keep: Sequence[int] | NDArray[np.int64] | None = None,
    errors: NDArray[np.float64] | None = None,
    disturb: NDArray[np.float64] | None = None,
    key: tuple[int, int] = (0, 0),
    faults: Faults | None = None,
    backend: str = "auto",
) -> tuple[NDArray[np.uint64], str]:
    """Run gates on packed columns.

    Args:
        state: columns before the program, shape (given, words); not changed.
        instructions: the program.
        columns: how many the array has; as many as are given by default.
        places: which of them are given; the first ones by default. The others hold 0.
        keep: which of them are returned; all by default. What is neither given nor kept costs no memory.
        errors: probability that the outcome is inverted, by instruction and number of inputs at 0, shape (T, 6); for a
            preset entry 0 counts. None: no errors.
        disturb: probability that an input is turned over to the preset of its gate, each input for itself, by
            instruction and number of inputs at 0 before, shape (T, 6). None: never.
        key: Philox key of the errors.
        faults: errors that are there in every run, besides the random ones.
        backend: ``"reference"``, ``"cpu"`` (an interpreter), ``"compiled"`` (machine code of this program), ``"gpu"``
            or ``"auto"``.

    Returns:
        The kept columns after the program, shape (kept, words), and the back end that ran.

    Raises:
        InputError: columns that are not there, an output among its own inputs, or no probabilities.
        BackendError: an unknown back end, or one that cannot run here.
    """
    if backend not in BACKENDS:
        raise BackendError(f"row_gates: back end {backend!r}; known are {', '.join(BACKENDS)}")
    state = np.asarray(state)
    if state.ndim != 2 or state.dtype != np.uint64:
        raise InputError(
            "row_gates: state", f"{state.dtype} of shape {state.shape}", "must be uint64, (columns, words)"
        )
    columns = len(state) if columns is None else columns
    given = _columns(np.arange(len(state)) if places is None else places, columns, "places")
    if given.shape != (len(state),) or np.unique(given).size < given.size:
        raise InputError("row_gates: places", f"{given.size} columns", f"must be {len(state)} different ones")
    kept = _columns(np.arange(columns) if keep is None else keep, columns, "keep")
    read = np.where(np.arange(FAN_IN) < instructions.inputs[:, None], instructions.fan_in, 0)
    for each in (instructions.output, read):
        _columns(each.ravel(), columns, "instructions")
    own = (read == instructions.output[:, None]) & (np.arange(FAN_IN) < instructions.inputs[:, None])
    if own.any():
        place = int(np.flatnonzero(own.any(axis=1))[0])
        raise InputError(f"row_gates: instruction {place}", "its own output as an input", "must read other columns")
    chances = _chances(instructions, errors, disturb)
    if faults is not None and (len(faults.which) != len(instructions) or faults.rows.shape[1] != state.shape[1]):
        raise InputError("row_gates: faults", f"{faults.which.shape} and {faults.rows.shape}",
                         f"must have {len(instructions)} instructions and {state.shape[1]} words")  # fmt: skip
    if backend == "reference":
        return reference.row_gates(state, instructions, columns, given, kept, chances, key, faults), backend
    if backend == "gpu":
        from remanence.kernels.row_gates import gpu

        gpu.require()
        return gpu.row_gates(state, instructions, given, kept, chances, key, faults), backend
    from remanence.kernels.row_gates import cpu

    if backend == "auto":
        quiet = faults is None and _candidates(instructions, chances) <= _QUIET
        moved = len(given) + len(kept)
        pays = state.shape[1] >= _MANY and len(instructions) >= _GATES * moved
        backend = "compiled" if quiet and pays and cpu.can_compile() else "cpu"
    return cpu.row_gates(state, instructions, given, kept, chances, key, faults, backend == "compiled"), backend


def _candidates(instructions: Instructions, chances: NDArray[np.float64] | None) -> float:
    """Return how many candidates of errors there are in a block of rows, on average."""
    if chances is None:
        return 0.0
    largest = chances.max(axis=2)
    return float(reference.BLOCK * (largest[:, 0] + instructions.inputs * largest[:, 1]).sum())


def _chances(
    instructions: Instructions, errors: NDArray[np.float64] | None, disturb: NDArray[np.float64] | None
) -> NDArray[np.float64] | None:
    """Return errors and disturb together, shape (T, 2, 6); None where nothing can happen."""
    shape = (len(instructions), FAN_IN + 1)
    both = np.zeros((shape[0], 2, shape[1]))
    for part, (name, given) in enumerate((("errors", errors), ("disturb", disturb))):
        if given is None:
            continue
        if np.shape(given) != shape:
            raise InputError(f"row_gates: {name}", f"shape {np.shape(given)}", f"must be {shape}")
        both[:, part] = given
        if not ((both[:, part] >= 0) & (both[:, part] <= 1)).all():  # NaN fails, too
            raise InputError(f"row_gates: {name}", float(np.max(both[:, part])), "must be probabilities")
    both[instructions.inputs == 0, 1] = 0.0  # a preset reads nothing
    return both if both.any() else None


def _columns(raw: Any, columns: int, what: str) -> NDArray[np.int64]:
    read = np.asarray(raw, np.int64)
    if read.size and not (read.min() >= 0 and read.max() < columns):
        raise InputError(f"row_gates: {what}", f"columns {read.min()} to {read.max()}", f"the array has {columns}")
    return read


def pack(bits: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Pack rows into words: shape (rows, columns) to (columns, words); what is left of the last word is 0."""
    rows, columns = bits.shape
    padded = np.zeros((columns, -(-max(rows, 1) // 64) * 64), np.uint8)
    padded[:, :rows] = bits.T
    packed: NDArray[np.uint64] = np.packbits(padded, axis=1, bitorder="little").view("<u8").astype(np.uint64)
    return packed


def unpack(words: NDArray[np.uint64], rows: int) -> NDArray[np.bool_]:
    """Undo `pack`: shape (columns, words) to (rows, columns)."""
    bits = np.unpackbits(np.ascontiguousarray(words, "<u8").view(np.uint8), axis=1, bitorder="little", count=rows)
    return bits.T.astype(np.bool_)


def pack_numbers(numbers: NDArray[np.uint64], bits: int) -> NDArray[np.uint64]:
    """Pack whole numbers, one a row: shape (rows,) to (bits, words), bit 0 first; at most 64 bits."""
    from remanence.kernels.row_gates.transpose import to_columns

    columns = np.empty((bits, -(-max(numbers.size, 1) // 64)), np.uint64)
    to_columns(np.ascontiguousarray(numbers), columns)
    return columns


def unpack_numbers(columns: NDArray[np.uint64], rows: int) -> NDArray[np.uint64]:
    """Undo `pack_numbers`: shape (bits, words) to (rows,)."""
    from remanence.kernels.row_gates.transpose import to_numbers

    numbers = np.empty(rows, np.uint64)
    to_numbers(columns, numbers)
    return numbers


def shift(column: NDArray[np.uint64], down: int, rows: int) -> NDArray[np.uint64]:
    """Move a packed column by rows, negative ones upwards: shape (words,); what comes in from outside is 0.

    Args:
        column: packed rows.
        down: row r goes to row r + down.
        rows: how many there are; those beyond, in the last word, come out as 0.
    """
    moved = np.zeros_like(column)
    if abs(down) >= rows:
        return moved
    whole, part = divmod(abs(down), 64)
    size, bits = column.size - whole, np.uint64(part)
    if down >= 0:
        moved[whole:] = column[:size] << bits
        if part:
            moved[whole + 1 :] |= column[: size - 1] >> np.uint64(64 - part)
    else:
        column = column.copy()
        column[-1] &= _last(rows)
        moved[:size] = column[whole:] >> bits
        if part:
            moved[: size - 1] |= column[whole + 1 :] << np.uint64(64 - part)
    moved[-1] &= _last(rows)
    return moved


def _last(rows: int) -> np.uint64:
    """Rows that are there in the last word."""
    return np.uint64((1 << ((rows - 1) % 64 + 1)) - 1)
