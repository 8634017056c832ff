"""Sequences: what a chip of arrays does, instruction after instruction; see `instructions` for what there is.

A `Program` is gates on the columns of one row of data, the same in all lanes. A sequence is the level above: it fills
arrays, runs programs in all or some of their rows, or along their columns, moves bits between rows, columns and arrays,
and reads results. Every method returns a new sequence with one more instruction, checked at once.

Cells that nothing wrote hold 0 here; in a real array they hold anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.machine.array import Array
from remanence.cram.machine.chip import Chip
from remanence.cram.machine.instructions import PARALLEL, Instruction, Move, Places, Read, Run, Write
from remanence.cram.program import MOVE, Program

if TYPE_CHECKING:
    from remanence.cram.machine.timeline import Sequencecost
    from remanence.cram.simulate import Errors


@dataclass(frozen=True, eq=False)
class Sequence:
    """A list of machine instructions for a chip of arrays.

    Args:
        chip: the chip; an array alone is a chip of one.
        instructions: in their order; those of one array run in it.

    Raises:
        InputError: an instruction that the chip cannot run; the message says which.
    """

    chip: Chip | Array
    instructions: tuple[Instruction, ...] = ()

    def __post_init__(self) -> None:
        """Check every instruction."""
        if isinstance(self.chip, Array):
            object.__setattr__(self, "chip", Chip(array=self.chip, arrays=1))
        names: set[str] = set()
        for number, each in enumerate(self.instructions):
            self._check(number, each, names)

    def __len__(self) -> int:
        """Return how many instructions there are."""
        return len(self.instructions)

    @property
    def machine(self) -> Chip:
        """The chip."""
        assert isinstance(self.chip, Chip)
        return self.chip

    def write(
        self, name: str, columns: Iterable[int] | int, *, rows: Iterable[int] | int | None = None,
        arrays: Iterable[int] | int = 0, signed: bool = False,
    ) -> Sequence:  # fmt: skip
        """Add a WRITE of the input ``name``: bit j of each number into the j-th of the columns.

        Args:
            name: of what `run` is given; several WRITEs may take the same.
            columns: lowest bit first.
            rows: all where None. Numbers fill the rows of the first array, then those of the next.
            arrays: the arrays.
            signed: whether the numbers are in two's complement.
        """
        return self._with(Write(name, places(arrays), self._rows(rows), places(columns), signed))

    def read(
        self, name: str, columns: Iterable[int] | int, *, rows: Iterable[int] | int | None = None,
        arrays: Iterable[int] | int = 0, signed: bool = False, bits: bool = False,
    ) -> Sequence:  # fmt: skip
        """Add a READ into the result ``name``, in the order of `write`.

        Args:
            name: of the result, each once.
            columns: lowest bit first.
            rows: all where None.
            arrays: the arrays.
            signed: whether the numbers are in two's complement.
            bits: whether the result is truth values, shape (rows, columns), in place of numbers.
        """
        return self._with(Read(name, places(arrays), self._rows(rows), places(columns), signed, bits))

    def program(
        self, program: Program, *, lanes: Iterable[int] | None = None, arrays: Iterable[int] | int | None = None,
        parallel: str = "rows", first: int = 0,
    ) -> Sequence:  # fmt: skip
        """Add a RUN of a program.

        Args:
            program: what runs; of one for arrays side by side the arrays are taken in groups, in their order.
            lanes: rows, one after the other, in which it runs, or columns along columns; all where None.
            arrays: in which it runs at once; all where None.
            parallel: ``rows``, or ``columns`` to run along columns: column k of the program is then a row.
            first: column of the array (along columns: row) that column 0 of the program is.
        """
        if parallel not in PARALLEL:
            raise InputError("Sequence.program: parallel", parallel, f"must be one of {', '.join(PARALLEL)}")
        most = self.machine.height if parallel == "rows" else self.machine.breadth
        taken = tuple(range(most)) if lanes is None else places(lanes)
        if not taken or taken != tuple(range(taken[0], taken[0] + len(taken))):
            raise InputError("Sequence.program: lanes", list(taken)[:8], "must follow each other",
                             "Give a range; run it once for each range.")  # fmt: skip
        every = range(self.machine.number) if arrays is None else arrays
        lines = range(taken[0], taken[0] + len(taken))
        return self._with(Run(program, places(every), lines, parallel, first))

    def move_rows(
        self, source: Iterable[int] | int, target: Iterable[int] | int, *, columns: Iterable[int] | int | None = None,
        target_columns: Iterable[int] | int | None = None, arrays: Iterable[int] | int | None = None,
    ) -> Sequence:  # fmt: skip
        """Add a MOVE ROWS: each source row is read and written into its target row.

        Args:
            source: rows, in the order in which they go.
            target: as many rows.
            columns: that go; all where None.
            target_columns: where they go; the same where None.
            arrays: in which this happens alike; all where None.
        """
        every = places(range(self.machine.number) if arrays is None else arrays)
        taken = self._columns(columns)
        given = taken if target_columns is None else places(target_columns)
        return self._with(Move("MOVE ROWS", every, every, places(source), places(target), taken, given))

    def move_columns(
        self, source: Iterable[int] | int, target: Iterable[int] | int, *, rows: Iterable[int] | int | None = None,
        arrays: Iterable[int] | int | None = None,
    ) -> Sequence:  # fmt: skip
        """Add a MOVE COLUMNS: row after row is read, and the source columns written into the target columns.

        Args:
            source: columns.
            target: as many columns.
            rows: in which this happens; all where None.
            arrays: in which this happens alike; all where None.
        """
        every = places(range(self.machine.number) if arrays is None else arrays)
        taken = self._rows(rows)
        return self._with(Move("MOVE COLUMNS", every, every, taken, taken, places(source), places(target)))

    def copy(
        self, source: Iterable[int] | int, target: Iterable[int] | int, *, rows: Iterable[int] | int | None = None,
        target_rows: Iterable[int] | int | None = None, columns: Iterable[int] | int | None = None,
        target_columns: Iterable[int] | int | None = None,
    ) -> Sequence:  # fmt: skip
        """Add a COPY between arrays, over the bus: from each source array into its target array.

        Args:
            source: arrays.
            target: as many other arrays.
            rows: that are read; all where None.
            target_rows: that are written; the same where None.
            columns: that are read; all where None.
            target_columns: that are written; the same where None.
        """
        rows_read, read = self._rows(rows), self._columns(columns)
        rows_written = rows_read if target_rows is None else places(target_rows)
        written = read if target_columns is None else places(target_columns)
        return self._with(Move("COPY", places(source), places(target), rows_read, rows_written, read, written))

    def run(
        self, inputs: Mapping[str, Any], *, errors: Errors = None, seed: int = 0, backend: str = "auto",
        start: NDArray[np.bool_] | None = None,
    ) -> dict[str, NDArray[Any]]:  # fmt: skip
        """Run it; return the results by name. See `execute.execute`, which also returns what the cells hold after it.

        Args:
            inputs: whole numbers by name, shape (rows,) or one for all rows; or truth values, shape (rows, columns).
            errors: of gates and presets, as for `simulate.run`; True for those of this chip's cells.
            seed: of the errors.
            backend: of the kernel `row_gates`; ``reference`` is plain NumPy throughout.
            start: what the cells hold before it, shape (arrays, rows, columns); all 0 where None.
        """
        from remanence.cram.machine.execute import execute  # the executor needs sequences

        return execute(self, inputs, errors=errors, seed=seed, backend=backend, start=start)[0]

    def cost(self, inputs: Mapping[str, Any] | None = None) -> Sequencecost:
        """Return what a run costs; see `timeline.sequence_cost`."""
        from remanence.cram.machine.timeline import sequence_cost  # likewise

        return sequence_cost(self, inputs)

    def counts(self) -> dict[str, int]:
        """Return how many instructions there are of each operation."""
        found: dict[str, int] = {}
        for each in self.instructions:
            found[each.operation] = found.get(each.operation, 0) + 1
        return found

    @property
    def step_count(self) -> int:
        """How many steps its programs take, one after the other."""
        return sum(each.program.step_count for each in self.instructions if isinstance(each, Run))

    def listing(self) -> str:
        """Return the sequence as text, one line an instruction."""
        chip = self.machine
        head = f"{len(self)} instructions, {chip.number} arrays of {chip.height} rows and {chip.breadth} columns"
        return "\n".join([head, *(f"{number:>6}  {each}" for number, each in enumerate(self.instructions))]) + "\n"

    def writes(self) -> NDArray[np.int64]:
        """Return the pulses that each cell gets as an output in one run, shape (arrays, rows, columns).

        Presets, gates, moves and writes count, one each, whether the cell turns over or not: its barrier bears the
        pulse either way. What a cell bears as an input of gates, at less voltage, does not count.
        """
        chip = self.machine
        counts = np.zeros((chip.number, chip.height, chip.breadth), np.int64)
        for each in self.instructions:
            if isinstance(each, Write):
                counts[np.ix_(each.arrays, each.rows, each.columns)] += 1
            elif isinstance(each, Move):
                counts[np.ix_(each.targets, each.target_rows, each.target_columns)] += 1
            elif isinstance(each, Run):
                pulses = each.program.writes_per_column
                for place, array in enumerate(each.arrays):
                    own = pulses[(place % each.program.arrays) * len(each.lines) :][: len(each.lines)]
                    block = counts[array] if each.parallel == "rows" else counts[array].T
                    block[each.lanes.start : each.lanes.stop, each.first : each.first + len(own)] += own
        return counts

    def lifetime(self, *, rate: float) -> float:
        """Return the time until the busiest cell is worn out, s.

        Args:
            rate: runs a second.

        Raises:
            InputError: a rate that is not positive.
        """
        if not rate > 0:
            raise InputError("Sequence.lifetime: rate", rate, "must be above 0 runs a second")
        most = int(self.writes().max(initial=0))
        return float(self.machine.one.bears.endurance) / (rate * most) if most else float("inf")

    def save(self, path: str | Path) -> None:
        """Write the sequence to a file, its programs included, whole or not at all; the chip is not in it."""
        from remanence.cram.machine.sequence_file import save

        save(self, path)

    @classmethod
    def load(cls, path: str | Path, chip: Chip | Array) -> Sequence:
        """Read a sequence for a chip from a file.

        Raises:
            InputError: no such file, not a sequence, or one that this chip cannot run.
        """
        from remanence.cram.machine.sequence_file import load

        return cls(chip, load(path))

    def _with(self, instruction: Instruction) -> Sequence:
        names = {each.name for each in self.instructions if isinstance(each, Read)}
        self._check(len(self), instruction, names)
        longer = object.__new__(Sequence)  # the others are checked already
        object.__setattr__(longer, "chip", self.chip)
        object.__setattr__(longer, "instructions", (*self.instructions, instruction))
        return longer

    def _rows(self, rows: Iterable[int] | int | None) -> Places:
        return tuple(range(self.machine.height)) if rows is None else places(rows)

    def _columns(self, columns: Iterable[int] | int | None) -> Places:
        return tuple(range(self.machine.breadth)) if columns is None else places(columns)

    def _check(self, number: int, each: Instruction, names: set[str]) -> None:
        """Refuse an instruction that the chip cannot run; add the name of a READ to those taken."""
        chip, at = self.machine, f"Sequence: instruction {number} ({each.operation})"
        if isinstance(each, Run):
            _check_run(at, chip, each)
            return
        if isinstance(each, Move):
            _check_move(at, chip, each)
            return
        _check_places(at, "arrays", each.arrays, chip.number)
        _check_places(at, "rows", each.rows, chip.height)
        _check_places(at, "columns", each.columns, chip.breadth)
        if isinstance(each, Read):
            if each.name in names:
                raise InputError(at, f"result {each.name}", "is read already", "Give it another name.")
            names.add(each.name)


def places(given: Iterable[int] | int) -> Places:
    """Return places as a tuple of whole numbers.

    Raises:
        InputError: anything else.
    """
    listed = np.atleast_1d(np.asarray(given if isinstance(given, int | range | np.ndarray) else list(given)))
    if listed.ndim != 1 or (listed.size and listed.dtype.kind not in "iu"):
        raise InputError("Sequence: places", given, "must be whole numbers")
    return tuple(int(place) for place in listed)


def _check_places(at: str, what: str, given: Places, most: int) -> None:
    if not given or len(set(given)) < len(given) or min(given) < 0 or max(given) >= most:
        shown = f"{what} {list(given[:8])}{'...' if len(given) > len(given[:8]) else ''}"
        raise InputError(at, shown, f"must be different ones from 0 to {most - 1}")


def _check_run(at: str, chip: Chip, each: Run) -> None:
    program, along = each.program, each.parallel == "rows"
    _check_places(at, "arrays", each.arrays, chip.number)
    if not along and not chip.one.column_lines:
        raise InputError(at, "a program along columns", "needs an Array with column_lines=True",
                         "Run it along rows, or move the rows.")  # fmt: skip
    machine = chip.one if along else chip.one.turned
    _check_places(at, each.parallel, tuple(each.lanes), machine.height)
    if each.first < 0 or each.lines.stop > machine.breadth:
        what = "columns" if along else "rows"
        raise InputError(at, f"{what} {each.first} to {each.lines.stop - 1}", f"the array has {machine.breadth}")
    try:
        machine.check(program)
    except InputError as error:
        raise InputError(at, error.given, error.rule, error.remedy) from None
    if program.arrays > 1 and (each.first or not along):
        raise InputError(at, f"a program on {program.arrays} arrays side by side", "starts at column 0, along rows")
    if len(each.arrays) % program.arrays:
        raise InputError(at, f"{len(each.arrays)} arrays", f"must be groups of {program.arrays} side by side")
    if program.arrays > 1 and program.width != machine.breadth:
        raise InputError(at, f"a program for arrays of {program.width} columns", f"these have {machine.breadth}")
    if program.segment and each.first % program.segment:
        raise InputError(at, f"first {each.first}", f"must be a multiple of its segments of {program.segment} columns")
    if machine.line.topology == "1T1M" and each.first % 2:
        raise InputError(at, f"first {each.first}", "must be even: a 1T1M cell knows even and odd columns")
    if not along and np.any(program.opcodes == MOVE):
        raise InputError(at, "a program with MOVE along columns", "MOVE goes from row to row",
                         "Take move_rows or move_columns.")  # fmt: skip


def _check_move(at: str, chip: Chip, each: Move) -> None:
    for what, source, target, most in (
        ("arrays", each.sources, each.targets, chip.number),
        ("rows", each.rows, each.target_rows, chip.height),
        ("columns", each.columns, each.target_columns, chip.breadth),
    ):
        _check_places(at, what, source, most)
        _check_places(at, what, target, most)
        if len(source) != len(target):
            raise InputError(at, f"{len(source)} {what} into {len(target)}", "must be as many")
    if each.operation == "COPY":
        both = set(each.sources) & set(each.targets)
        if both:
            raise InputError(at, f"arrays {sorted(both)}", "are read and written at once", "Copy one after the other.")
        return
    written: set[int] = set()
    crossing = not set(each.columns).isdisjoint(each.target_columns)
    for row, below in zip(each.rows, each.target_rows, strict=True):
        if crossing and row in written:
            raise InputError(at, f"row {row}", "is written before it is read", "List the rows in another order.")
        written.add(below)
