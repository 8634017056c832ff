"""Programs: instructions on the columns of an array, the same in all its rows.

A gate needs its output preset; the preset is an instruction of its own. Presets of one state, of any columns, can share
a step; a line can run one gate in a step, or one in each of its pieces, where switches cut it into segments.

Columns are counted through the arrays that lie side by side: with arrays `width` columns wide, columns 0 to width - 1
are those of the first, the next ones those of its neighbour. A gate stays in its array; COPY carries bits into another.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.gates import GATES, LARGEST_FAN_IN

if TYPE_CHECKING:
    from remanence.cram.machine.array import Array
    from remanence.cram.machine.chip import Chip
    from remanence.cram.machine.cost import Cost
    from remanence.cram.simulate import Errors

PRESET_0, PRESET_1 = len(GATES), len(GATES) + 1
MOVE = len(GATES) + 2
COPY = len(GATES) + 3
"""Opcodes beyond those of the gates. MOVE reads a column and writes it ``fan_in[1]`` rows further down; COPY reads a
column and writes it into another array, in the same rows. Rows go one by one, so copies from one array into another one
share a step."""

NAMES = (*(each.name for each in GATES), "PRESET0", "PRESET1", "MOVE", "COPY")
"""Of the opcodes."""

FORMAT = 3
"""Version of the file."""


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A schedule of gates on one array.

    Args:
        columns: how many columns it needs, those of all arrays together.
        opcodes: what each instruction is: a place in `gates.GATES`, or `PRESET_0`, `PRESET_1`, `MOVE`, `COPY`; shape
            (n,).
        outputs_to: column that each instruction writes, shape (n,).
        fan_in: columns that it reads, shape (n, 5), -1 beyond its inputs.
        steps: in which step it runs, from 0 on and never falling; instructions of a step run at once.
        inputs: columns of the input words by name, lowest bit first.
        outputs: columns of the output words.
        signed: names of the words, of both, that are in two's complement.
        rates: errors of the gates and presets of the cells that it was compiled for, as `simulate.run` takes them; None
            where it was compiled for no cell.
        width: columns of one array; 0 where one array holds them all.
        segment: columns between two switches of a logic line, counted from the first column of each array; 0 for a line
            without switches. A gate closes the switches between its columns; gates of a step share no segment.
        twins: columns in which bits of an input are stored once more, by name, lowest bit first, -1 where they are not:
            1T1M arrays can need a bit in columns of both parities. The host writes them.

    Raises:
        InputError: instructions that no array can run: see `check`.
    """

    columns: int
    opcodes: NDArray[np.int16]
    outputs_to: NDArray[np.int32]
    fan_in: NDArray[np.int32]
    steps: NDArray[np.int32]
    inputs: Mapping[str, tuple[int, ...]]
    outputs: Mapping[str, tuple[int, ...]]
    signed: frozenset[str] = frozenset()
    rates: Mapping[str, Sequence[float] | float] | None = None
    width: int = 0
    segment: int = 0
    twins: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what no array can run."""
        self.check()

    def __len__(self) -> int:
        """Return how many instructions there are."""
        return len(self.opcodes)

    def check(self) -> None:
        """Refuse a program that breaks a rule of the machine.

        Every instruction writes a column that is there and that it does not read; a gate finds its output preset, and
        not written since, and stays in its array. A step holds presets only, one move, copies between two arrays, or
        gates that share no segment of a line: one gate, where lines have no switches. No copy is for one array alone.

        Raises:
            InputError: names the instruction.
        """
        if self.width < 0 or self.segment < 0:
            raise InputError("Program", f"width {self.width}, segment {self.segment}", "must be 0 or more columns")
        sizes = {len(self.opcodes), len(self.outputs_to), len(self.fan_in), len(self.steps)}
        if len(sizes) != 1 or self.fan_in.shape[1:] != (LARGEST_FAN_IN,):
            raise InputError("Program", f"columns of lengths {sorted(sizes)}", "must be of one length")
        for name, word in self.twins.items():
            if len(word) != len(self.inputs.get(name, ())):
                raise InputError(f"Program.twins of {name}", f"{len(word)} columns", "must be as many as the input has")
        twins = [column for word in self.twins.values() for column in word if column != -1]
        words = [*self.inputs.values(), *self.outputs.values(), twins]
        if any(not 0 <= column < self.columns for word in words for column in word):
            raise InputError("Program", "an input or output", f"must lie in the {self.columns} columns")
        if len(self) and (self.steps[0] != 0 or np.any((np.diff(self.steps) < 0) | (np.diff(self.steps) > 1))):
            raise InputError("Program.steps", "not 0, 1, 2, ...", "must start at 0 and never fall or leave one out")
        ready: dict[int, int] = {}
        step, busy = -1, _Busy()
        for place in range(len(self)):
            opcode, out = int(self.opcodes[place]), int(self.outputs_to[place])
            if not 0 <= opcode <= COPY or not 0 <= out < self.columns:
                raise self._wrong(place, f"opcode {opcode} into column {out}", "is not in this machine")
            if self.steps[place] != step:
                step, busy = int(self.steps[place]), _Busy()
            if opcode in (PRESET_0, PRESET_1):
                if not busy.joined("presets", (), ()):
                    raise self._wrong(place, "a preset beside another instruction", "only presets share its step")
                ready[out] = opcode - PRESET_0
                continue
            number = GATES[opcode].inputs if opcode < PRESET_0 else 1
            read = [int(column) for column in self.fan_in[place, :number]]
            if any(not 0 <= column < self.columns or column == out for column in read):
                raise self._wrong(place, f"columns {read} into {out}", "must be others of the array")
            if len(set(read)) < number:
                raise self._wrong(place, f"columns {read}", "must differ: a cell drives a line once")
            if opcode < PRESET_0 and ready.get(out) != GATES[opcode].preset:
                rule = f"{GATES[opcode].name} needs its output preset to {GATES[opcode].preset}"
                raise self._wrong(place, f"column {out}", rule)
            self._check_place(place, opcode, read, out, busy)
            ready.pop(out, None)

    def _check_place(self, place: int, opcode: int, read: list[int], out: int, busy: _Busy) -> None:
        """Refuse an instruction that leaves its array, or that cannot share its step."""
        homes = {self.array_of(column) for column in (*read, out)}
        if opcode == COPY:
            if len(homes) < 2:
                raise self._wrong(place, f"a copy of column {read[0]} into {out}", "must be into another array")
            kind = f"copies of array {self.array_of(read[0])} into {self.array_of(out)}"
            if not busy.joined(kind, (), (out,)):
                raise self._wrong(place, "a copy beside another instruction", "shares a step with those of its arrays")
            return
        if len(homes) > 1:
            rule = f"must lie in one array of {self.width} columns; copy into it first"
            raise self._wrong(place, f"columns {read} into {out}", rule)
        if opcode == MOVE:
            if not busy.joined("a move", (0,), ()):
                raise self._wrong(place, "a move beside another instruction", "has its step alone")
            return
        segments = [self.segment_of(column) for column in (*read, out)]
        if not busy.joined("gates", range(min(segments), max(segments) + 1), ()):
            rule = "share no segment of a line" if self.segment else "must be one a step: the line has no switches"
            raise self._wrong(place, f"a second gate in step {self.steps[place]}", f"gates of a step {rule}")

    def array_of(self, column: int) -> int:
        """Return in which of the arrays side by side a column is."""
        return column // self.width if self.width else 0

    def segment_of(self, column: int) -> int:
        """Return in which segment of the lines a column is, counted through the arrays; 0 where there are no switches.

        Lines of two arrays are never joined; without switches all of them are one, as one controller drives them.
        """
        if not self.segment:
            return 0
        if not self.width:
            return column // self.segment
        return column // self.width * -(-self.width // self.segment) + column % self.width // self.segment

    def joined(self) -> NDArray[np.int64]:
        """Return how many segments of a line each gate joins, shape (n,): 1 without switches; 0 for what is no gate."""
        found = (self.opcodes < PRESET_0).astype(np.int64)
        if not self.segment:
            return found
        used = np.concatenate([self.outputs_to[:, None], self.fan_in], axis=1)
        places = (used % self.width if self.width else used) // self.segment
        places = np.where(used >= 0, places, places[:, :1])
        found *= places.max(axis=1) - places.min(axis=1) + 1
        return found

    @property
    def stored(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Which input bit, counted through all words, the host writes into which column; a bit can be there twice."""
        bits = [column for word in self.inputs.values() for column in word]
        pairs = list(enumerate(bits))
        first = 0
        for name, word in self.inputs.items():
            pairs += [(first + bit, column) for bit, column in enumerate(self.twins.get(name, ())) if column != -1]
            first += len(word)
        table = np.array(pairs, np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1]

    @property
    def mixes_rows(self) -> NDArray[np.bool_]:
        """Which instructions bring bits into other rows, shape (n,): moves, other than those by no rows."""
        found: NDArray[np.bool_] = (self.opcodes == MOVE) & (self.fan_in[:, 1] != 0)
        return found

    @property
    def arrays(self) -> int:
        """How many arrays side by side a row of data takes."""
        return self.array_of(self.columns - 1) + 1

    def _wrong(self, place: int, given: str, rule: str) -> InputError:
        return InputError(f"Program: instruction {place}", given, rule)

    @property
    def step_count(self) -> int:
        """How many steps one run takes, presets included."""
        return int(self.steps[-1]) + 1 if len(self) else 0

    @property
    def gate_steps(self) -> int:
        """How many steps are no presets: gates, moves and copies; those that share a step count once."""
        return len(np.unique(self.steps[(self.opcodes < PRESET_0) | (self.opcodes > PRESET_1)]))

    def counts(self) -> dict[str, int]:
        """Return how many instructions there are of each name."""
        numbers = np.bincount(self.opcodes, minlength=len(NAMES))
        return {name: int(number) for name, number in zip(NAMES, numbers, strict=True) if number}

    @property
    def writes_per_column(self) -> NDArray[np.int64]:
        """How often one run writes each column, shape (columns,): presets, gates (switching or not) and moves."""
        counts: NDArray[np.int64] = np.bincount(self.outputs_to, minlength=self.columns).astype(np.int64)
        return counts

    def run(self, inputs: Mapping[str, Any], *, errors: Errors = None, seed: int = 0) -> dict[str, NDArray[Any]]:
        """Run it on whole numbers, one row each; see `simulate.run`, which has more to choose.

        Args:
            inputs: numbers by name.
            errors: True for those of the cells that it was compiled for, or of the published set `stt-45nm` where it
                was compiled for none; or of an `Array`, of a `GateSet`, or rates by name of the gate.
            seed: of the errors.
        """
        from remanence.cram.simulate import run  # the simulator needs programs

        return run(self, inputs, errors=errors, seed=seed)

    def cost(self, array: Array | Chip, *, rows: int | None = None, inputs: Mapping[str, Any] | None = None) -> Cost:
        """Return what a run costs; see `cost.cost`."""
        from remanence.cram.machine.cost import cost  # the machine needs programs

        return cost(self, array, rows=rows, inputs=inputs)

    def listing(self) -> str:
        """Return the program as text, one line a step; of arrays side by side columns are shown as array:column."""
        words = [
            f"{kind} {name}: {' '.join(map(self._named, columns))}"
            for kind, group in (("in ", self.inputs), ("out", self.outputs))
            for name, columns in group.items()
        ]
        for name, columns in self.twins.items():
            words.append(f"in  {name} again: {' '.join('-' if c < 0 else self._named(c) for c in columns)}")
        lines: dict[int, list[str]] = {}
        for places in np.split(np.arange(len(self)), np.flatnonzero(np.diff(self.steps)) + 1) if len(self) else []:
            first = int(places[0])
            preset, copy = int(self.opcodes[first]) in (PRESET_0, PRESET_1), int(self.opcodes[first]) == COPY
            lines[int(self.steps[first])] = (
                self._presets(places) if preset else [self._copies(places)] if copy
                else [self._shown(int(place)) for place in places]
            )  # fmt: skip
        body = [f"{step:>6}  {'; '.join(shown)}" for step, shown in lines.items()]
        arrays = f" in {self.arrays} arrays of {self.width}" if self.width else ""
        head = f"{self.columns} columns{arrays}, {self.step_count} steps"
        head += f", segments of {self.segment} columns" if self.segment else ""
        return "\n".join([head, *words, *body]) + "\n"

    def _presets(self, places: NDArray[np.intp]) -> list[str]:
        """Presets of a step, columns that follow each other as a range."""
        shown = []
        for state in (0, 1):
            columns = np.unique(self.outputs_to[places[self.opcodes[places] == PRESET_0 + state]])
            new_array = (columns % self.width == 0)[1:] if self.width else np.zeros(max(columns.size - 1, 0), np.bool_)
            runs = np.split(columns, np.flatnonzero((np.diff(columns) > 1) | new_array) + 1) if columns.size else []
            ends = [(self._named(run[0]), str(run[-1] % (self.width or self.columns)), run.size) for run in runs]
            ranges = [first if size == 1 else f"{first}-{last}" for first, last, size in ends]
            shown += [f"PRESET{state} {' '.join(ranges)}"] if ranges else []
        return shown

    def _shown(self, place: int) -> str:
        opcode, out, read = int(self.opcodes[place]), int(self.outputs_to[place]), self.fan_in[place]
        if opcode == MOVE:
            rows = f"{read[1]} rows down" if read[1] else "read and written"
            return f"{'MOVE':<7}{self._named(out):>6} <- {self._named(read[0])}, {rows}"
        each = GATES[opcode]
        return f"{each.name:<7}{self._named(out):>6} <- {' '.join(map(self._named, read[: each.inputs]))}"

    def _copies(self, places: NDArray[np.intp]) -> str:
        """Copies of a step, from one array into another."""
        source, target = (self.array_of(int(column[places[0]])) for column in (self.fan_in[:, 0], self.outputs_to))
        pairs = [f"{self.outputs_to[place] % self.width} <- {self.fan_in[place, 0] % self.width}" for place in places]
        return f"{'COPY':<7}array {target} <- array {source}: {', '.join(pairs)}"

    def _named(self, column: int) -> str:
        """A column as text, with its array where there are several."""
        return f"{self.array_of(column)}:{column % self.width}" if self.width else str(column)

    def save(self, path: str | Path) -> None:
        """Write the program to a file, whole or not at all."""
        target = Path(path)
        head = {
            "format": FORMAT,
            "columns": self.columns,
            "gates": [each.name for each in GATES],
            "inputs": self.inputs,
            "outputs": self.outputs,
            "signed": sorted(self.signed),
            "rates": None if self.rates is None else dict(self.rates),
            "width": self.width,
            "segment": self.segment,
            "twins": self.twins,
        }
        held = BytesIO()
        np.savez_compressed(held, head=np.array(json.dumps(head)), opcodes=self.opcodes, outputs_to=self.outputs_to,
                            fan_in=self.fan_in, steps=self.steps)  # fmt: skip
        draft = target.with_name(f".{target.name}.draft")
        draft.write_bytes(held.getvalue())
        draft.replace(target)

    @classmethod
    def load(cls, path: str | Path) -> Program:
        """Read a program from a file.

        Raises:
            InputError: no such file, not a program, cut off, or of another version.
        """
        source = Path(path)
        if not source.is_file():
            raise InputError("Program.load", f"'{source}'", "must be a file")
        try:
            with source.open("rb") as file, np.load(file, allow_pickle=False) as held:
                head = json.loads(str(held["head"]))
                arrays = {name: held[name] for name in ("opcodes", "outputs_to", "fan_in", "steps")}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise InputError("Program.load", f"'{source}'", f"is not a whole program file ({error})") from None
        if head.get("format") != FORMAT or head.get("gates") != [each.name for each in GATES]:
            raise InputError("Program.load", f"'{source}'", "was written by a version with other gates",
                             "Compile it again.")  # fmt: skip
        words = [
            {name: tuple(columns) for name, columns in head[kind].items()} for kind in ("inputs", "outputs", "twins")
        ]
        return cls(
            columns=int(head["columns"]), inputs=words[0], outputs=words[1], signed=frozenset(head["signed"]),
            rates=head["rates"], width=int(head["width"]), segment=int(head["segment"]), twins=words[2],
            **arrays,
        )  # fmt: skip


class _Busy:
    """What runs in a step so far."""

    def __init__(self) -> None:
        self.kind: str | None = None
        self.segments: set[int] = set()
        self.written: set[int] = set()

    def joined(self, kind: str, segments: Iterable[int], written: Iterable[int]) -> bool:
        """Add an instruction, unless it is of another kind, or needs or writes what another one does."""
        if (
            self.kind not in (None, kind)
            or not self.segments.isdisjoint(segments)
            or not self.written.isdisjoint(written)
        ):
            return False
        self.kind = kind
        self.segments.update(segments)
        self.written.update(written)
        return True
