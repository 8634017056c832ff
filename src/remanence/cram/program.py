"""Programs: instructions on the columns of an array, the same in all its rows.

A gate needs its output preset; the preset is an instruction of its own. Presets of one state, of any columns, can share
a step; a line can run one gate in a step.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.gates import GATES, LARGEST_FAN_IN

if TYPE_CHECKING:
    from remanence.cram.machine.array import Array
    from remanence.cram.machine.cost import Cost
    from remanence.cram.simulate import Errors

PRESET_0, PRESET_1 = len(GATES), len(GATES) + 1
MOVE = len(GATES) + 2
"""Opcodes beyond those of the gates. MOVE reads a column and writes it ``fan_in[1]`` rows further down."""

FORMAT = 1
"""Version of the file."""


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A schedule of gates on one array.

    Args:
        columns: how many columns it needs.
        opcodes: what each instruction is: a place in `gates.GATES`, or `PRESET_0`, `PRESET_1`, `MOVE`; shape (n,).
        outputs_to: column that each instruction writes, shape (n,).
        fan_in: columns that it reads, shape (n, 5), -1 beyond its inputs.
        steps: in which step it runs, from 0 on and never falling; instructions of a step run at once.
        inputs: columns of the input words by name, lowest bit first.
        outputs: columns of the output words.
        signed: names of the words, of both, that are in two's complement.
        rates: errors of the gates and presets of the cells that it was compiled for, as `simulate.run` takes them; None
            where it was compiled for no cell.

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

    def __post_init__(self) -> None:
        """Refuse what no array can run."""
        self.check()

    def __len__(self) -> int:
        """Return how many instructions there are."""
        return len(self.opcodes)

    def check(self) -> None:
        """Refuse a program that breaks a rule of the machine.

        Every instruction writes a column that is there and that it does not read; a gate finds its output preset, and
        not written since; a step holds presets only, or one other instruction.

        Raises:
            InputError: names the instruction.
        """
        sizes = {len(self.opcodes), len(self.outputs_to), len(self.fan_in), len(self.steps)}
        if len(sizes) != 1 or self.fan_in.shape[1:] != (LARGEST_FAN_IN,):
            raise InputError("Program", f"columns of lengths {sorted(sizes)}", "must be of one length")
        words = [*self.inputs.values(), *self.outputs.values()]
        if any(not 0 <= column < self.columns for word in words for column in word):
            raise InputError("Program", "an input or output", f"must lie in the {self.columns} columns")
        if len(self) and (self.steps[0] != 0 or np.any((np.diff(self.steps) < 0) | (np.diff(self.steps) > 1))):
            raise InputError("Program.steps", "not 0, 1, 2, ...", "must start at 0 and never fall or leave one out")
        ready: dict[int, int] = {}
        for place in range(len(self)):
            opcode, out = int(self.opcodes[place]), int(self.outputs_to[place])
            preset = opcode in (PRESET_0, PRESET_1)
            if not 0 <= opcode <= MOVE or not 0 <= out < self.columns:
                raise self._wrong(place, f"opcode {opcode} into column {out}", "is not in this machine")
            alone = place == 0 or self.steps[place] != self.steps[place - 1]
            both = preset and int(self.opcodes[place - 1]) in (PRESET_0, PRESET_1)
            if not alone and not both:
                raise self._wrong(place, "a second instruction", "only presets share a step")
            if preset:
                ready[out] = opcode - PRESET_0
                continue
            number = 1 if opcode == MOVE else GATES[opcode].inputs
            read = [int(column) for column in self.fan_in[place, :number]]
            if any(not 0 <= column < self.columns or column == out for column in read):
                raise self._wrong(place, f"columns {read} into {out}", "must be others of the array")
            if len(set(read)) < number:
                raise self._wrong(place, f"columns {read}", "must differ: a cell drives a line once")
            if opcode != MOVE and ready.get(out) != GATES[opcode].preset:
                rule = f"{GATES[opcode].name} needs its output preset to {GATES[opcode].preset}"
                raise self._wrong(place, f"column {out}", rule)
            ready.pop(out, None)

    def _wrong(self, place: int, given: str, rule: str) -> InputError:
        return InputError(f"Program: instruction {place}", given, rule)

    @property
    def step_count(self) -> int:
        """How many steps one run takes, presets included."""
        return int(self.steps[-1]) + 1 if len(self) else 0

    @property
    def gate_steps(self) -> int:
        """How many steps are gates or moves."""
        return int(np.count_nonzero((self.opcodes < PRESET_0) | (self.opcodes == MOVE)))

    def counts(self) -> dict[str, int]:
        """Return how many instructions there are of each name."""
        numbers = np.bincount(self.opcodes, minlength=MOVE + 1)
        names = [*(each.name for each in GATES), "PRESET0", "PRESET1", "MOVE"]
        return {name: int(number) for name, number in zip(names, numbers, strict=True) if number}

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

    def cost(self, array: Array, *, rows: int | None = None, inputs: Mapping[str, Any] | None = None) -> Cost:
        """Return what a run costs; see `cost.cost`."""
        from remanence.cram.machine.cost import cost  # the machine needs programs

        return cost(self, array, rows=rows, inputs=inputs)

    def listing(self) -> str:
        """Return the program as text, one line a step."""
        words = [
            f"{kind} {name}: {' '.join(map(str, columns))}"
            for kind, group in (("in ", self.inputs), ("out", self.outputs))
            for name, columns in group.items()
        ]
        lines: dict[int, list[str]] = {}
        for places in np.split(np.arange(len(self)), np.flatnonzero(np.diff(self.steps)) + 1) if len(self) else []:
            first = int(places[0])
            preset = int(self.opcodes[first]) in (PRESET_0, PRESET_1)
            lines[int(self.steps[first])] = self._presets(places) if preset else [self._shown(first)]
        body = [f"{step:>6}  {'; '.join(shown)}" for step, shown in lines.items()]
        return "\n".join([f"{self.columns} columns, {self.step_count} steps", *words, *body]) + "\n"

    def _presets(self, places: NDArray[np.intp]) -> list[str]:
        """Presets of a step, columns that follow each other as a range."""
        shown = []
        for state in (0, 1):
            columns = np.unique(self.outputs_to[places[self.opcodes[places] == PRESET_0 + state]])
            runs = np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1) if columns.size else []
            ranges = [f"{run[0]}" if run.size == 1 else f"{run[0]}-{run[-1]}" for run in runs]
            shown += [f"PRESET{state} {' '.join(ranges)}"] if ranges else []
        return shown

    def _shown(self, place: int) -> str:
        opcode, out, read = int(self.opcodes[place]), int(self.outputs_to[place]), self.fan_in[place]
        if opcode == MOVE:
            return f"{'MOVE':<7}{out:>6} <- {read[0]}, {read[1]} rows down"
        each = GATES[opcode]
        return f"{each.name:<7}{out:>6} <- {' '.join(map(str, read[: each.inputs]))}"

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
        words = [{name: tuple(columns) for name, columns in head[kind].items()} for kind in ("inputs", "outputs")]
        return cls(
            columns=int(head["columns"]), inputs=words[0], outputs=words[1], signed=frozenset(head["signed"]),
            rates=head.get("rates"), **arrays,
        )  # fmt: skip
