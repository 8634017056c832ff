"""What a sequence costs: each instruction on its own, and when it runs.

Arrays of one controller work alike: a RUN or a MOVE is for all or some of them at once, a WRITE, READ or COPY for one
after the other, as rows and data differ. An instruction starts as soon as the controllers of its arrays are free of
those before it, the bus is free where it needs it, and what runs beside it leaves it enough current. So instructions on
arrays of different controllers run at once, and those of one array in their order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.gates import LARGEST_FAN_IN
from remanence.cram.machine.activity import expected_activity
from remanence.cram.machine.chip import Chip
from remanence.cram.machine.cost import over_bus, priced
from remanence.cram.machine.execute import reference
from remanence.cram.machine.instructions import Instruction, Move, Run, Write
from remanence.cram.machine.row_access import row_access

if TYPE_CHECKING:
    from remanence.cram.machine.sequence import Sequence

_ALMOST = 1.0 - 1e-9
"""Sums of currents that only rounding takes past a limit are within it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one instruction costs."""

    operation: str
    time: float  # s
    energy: float  # J, of cells, lines, drivers, control and bus; leakage left out
    bus_energy: float  # J, of it
    current: float  # A, most of all its arrays together
    on_bus: bool
    expected_errors: float = 0.0
    expected_disturbs: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sequencecost:
    """Costs of one run of a sequence; of arrays by instruction, and of the whole."""

    steps: tuple[Step, ...]
    starts: NDArray[np.float64]  # s
    area_parts: Mapping[str, float]  # m^2
    leakage: float  # W, of the whole chip
    most_writes: int  # pulses of the busiest cell
    busy: float  # share of time that a controller works, mean over them

    @property
    def latency(self) -> float:
        """Time from the first instruction to the end of the last, s."""
        return float(np.max(self.starts + np.array([each.time for each in self.steps]), initial=0.0))

    @property
    def serial_time(self) -> float:
        """Time if no instruction ran beside another, s."""
        return sum(each.time for each in self.steps)

    @property
    def energy_parts(self) -> dict[str, float]:
        """Energy by operation, of the bus and of leakage, J; parts add up to the total."""
        parts: dict[str, float] = {}
        for each in self.steps:
            parts[each.operation] = parts.get(each.operation, 0.0) + each.energy - each.bus_energy
        return {**parts, "bus": sum(each.bus_energy for each in self.steps), "leakage": self.leakage * self.latency}

    @property
    def time_parts(self) -> dict[str, float]:
        """Time by operation, s, as if none ran beside another."""
        parts: dict[str, float] = {}
        for each in self.steps:
            parts[each.operation] = parts.get(each.operation, 0.0) + each.time
        return parts

    @property
    def energy(self) -> float:
        """Energy of a run, J."""
        return float(sum(self.energy_parts.values()))

    @property
    def area(self) -> float:
        """Area of the chip, m^2."""
        return float(sum(self.area_parts.values()))

    @property
    def peak_current(self) -> float:
        """Most current of instructions that run at once, A."""
        ends = self.starts + np.array([each.time for each in self.steps])
        drawn = np.array([each.current for each in self.steps])
        return max((float(drawn[(self.starts <= now) & (now < ends)].sum()) for now in self.starts), default=0.0)

    @property
    def expected_errors(self) -> float:
        """Wrong outcomes of gates and presets, all lanes."""
        return sum(each.expected_errors for each in self.steps)

    @property
    def expected_disturbs(self) -> float:
        """Cells turned over that should keep: inputs of gates, and cells at rest."""
        return sum(each.expected_disturbs for each in self.steps)

    def __str__(self) -> str:
        """Tell the cost in a few lines."""
        from remanence.core import units

        def shown(parts: Mapping[str, float], unit: str) -> str:
            return ", ".join(f"{name} {units.show(each, unit)}" for name, each in parts.items() if each)

        return "\n".join([
            f"instructions {len(self.steps)}, controllers busy {self.busy:.0%} of the time",
            f"energy  {units.show(self.energy, 'J')}: {shown(self.energy_parts, 'J')}",
            f"latency {units.show(self.latency, 's')}; one after the other {shown(self.time_parts, 's')}",
            f"area    {units.show(self.area, 'm^2')}, peak current {units.show(self.peak_current, 'A')}",
            f"expected wrong outcomes {self.expected_errors:.3g}, disturbed cells {self.expected_disturbs:.3g}; "
            f"most pulses on a cell {self.most_writes}",
        ])  # fmt: skip


def sequence_cost(sequence: Sequence, inputs: Mapping[str, Any] | None = None) -> Sequencecost:
    """Return what a run of a sequence costs.

    Args:
        sequence: the sequence.
        inputs: as for `execute.execute`; gates and presets are then charged by what they find in a run of the
            reference. Where None they find random independent bits.

    Raises:
        InputError: bad inputs, or an instruction that draws more current than the chip bears, even array by array.
    """
    chip = sequence.machine
    shares = _shares(sequence, inputs) if inputs is not None else {}
    steps, known = [], dict[tuple[int, range, str, int], Step]()  # a program that runs again costs the same
    for number, each in enumerate(sequence.instructions):
        try:
            if not isinstance(each, Run):
                made = _access(chip, each)
            elif inputs is not None:
                made = _run(chip, each, shares[number])
            else:
                key = id(each.program), each.lanes, each.parallel, len(each.arrays)
                made = known[key] = known.get(key) or _run(chip, each, None)
        except InputError as error:
            at = f"Sequence: instruction {number} ({each.operation})"
            raise InputError(at, error.given, error.rule, error.remedy) from None
        steps.append(made)
    starts, busy = _placed(chip, sequence.instructions, steps)
    return Sequencecost(
        steps=tuple(steps), starts=starts, area_parts=chip.area, leakage=chip.leakage,
        most_writes=int(sequence.writes().max(initial=0)), busy=busy,
    )  # fmt: skip


def _shares(sequence: Sequence, inputs: Mapping[str, Any]) -> dict[int, NDArray[np.float64]]:
    """Shares of the lanes by what gates and presets find, by number of the RUN."""
    wide = LARGEST_FAN_IN + 1
    counts = {number: np.zeros((len(each.program), wide)) for number, each in enumerate(sequence.instructions)
              if isinstance(each, Run)}  # fmt: skip

    def seen(number: int, place: int, found: NDArray[np.integer[Any]]) -> None:
        counts[number][place] += np.bincount(found, minlength=wide)

    reference(sequence, inputs, seen=seen)
    return {number: count / np.maximum(count.sum(axis=1, keepdims=True), 1.0) for number, count in counts.items()}


def _run(chip: Chip, each: Run, shares: NDArray[np.float64] | None) -> Step:
    """Cost of a program in some lanes of some arrays, which run it together as far as the current allows."""
    array = chip.one if each.parallel == "rows" else chip.one.turned
    groups = len(each.arrays) // each.program.arrays
    found = expected_activity(each.program) if shares is None else shares
    one = priced(each.program, array, len(each.lanes), found)
    most = float(chip.bears.most_current)
    together = _together(one.peak_current, groups, most)
    turns = -(-groups // together)
    joules, later = over_bus(each.program, chip, groups * len(each.lanes), turns * one.step_time, between=False)
    crossing = float(joules.sum())
    energy = groups * (one.energy - one.energy_parts["leakage"]) + crossing
    return Step(
        operation=each.operation,
        time=turns * one.latency + float(later.sum()),
        energy=energy,
        bus_energy=crossing,
        current=one.peak_current * together,
        on_bus=bool(crossing),
        expected_errors=groups * one.expected_errors,
        expected_disturbs=groups * sum(one.expected_disturbs.values()),
    )


def _access(chip: Chip, each: Instruction) -> Step:
    """Cost of rows that are read or written; one array of a controller after the other where their data differ."""
    assert not isinstance(each, Run)
    if isinstance(each, Move):
        read, written, arrays = len(each.columns), len(each.columns), each.targets
    else:
        stored = isinstance(each, Write)
        read, written, arrays = (0, len(each.columns), each.arrays) if stored else (len(each.columns), 0, each.arrays)
    row, rows = row_access(chip.one, read, written), len(each.rows)
    local = each.operation in ("MOVE ROWS", "MOVE COLUMNS")
    together = len(arrays) if local else len(set(_groups(chip, arrays)))
    together = _together(row.write_current, together, float(chip.bears.most_current))
    once = (row.read_time if read else 0.0) + (row.write_time if written else 0.0)
    joules = (row.read_energy if read else 0.0) + (row.write_energy if written else 0.0)
    bits = 0 if local else len(arrays) * rows * max(read, written)
    ways = 2 if each.operation == "COPY" else 1
    carried = ways * bits * chip.bus.bit_energy
    taken = max(rows * once * -(-len(arrays) // together), chip.bus.time(bits) + (ways - 1) * chip.bus.latency)
    return Step(
        operation=each.operation, time=taken, energy=len(arrays) * rows * joules + carried, bus_energy=carried,
        current=row.write_current * together, on_bus=bits > 0,
        expected_disturbs=len(arrays) * rows * written * (chip.height - 1) * chip.one.rest_error,
    )  # fmt: skip


def _together(current: float, arrays: int, most: float) -> int:
    """Return how many arrays work at once."""
    if current > most:
        raise InputError("chip", f"{current:.3g} A of one array", f"must be at most the {most:.3g} A of the chip",
                         "Allow the chip more, or an array less.")  # fmt: skip
    return arrays if current * arrays <= most else int(most / current)


def _groups(chip: Chip, arrays: tuple[int, ...]) -> list[int]:
    """Controllers of some arrays."""
    return [array * chip.groups // chip.number for array in arrays]


def _placed(chip: Chip, instructions: tuple[Instruction, ...], steps: list[Step]) -> tuple[NDArray[np.float64], float]:
    """Return when each instruction starts, and the share of time that controllers work."""
    free, bus, working = np.zeros(chip.groups), 0.0, 0.0
    most = float(chip.bears.most_current) / _ALMOST
    running: list[tuple[float, float, float]] = []  # start, end, current
    starts = np.zeros(len(steps))
    for number, (each, step) in enumerate(zip(instructions, steps, strict=True)):
        arrays = (*each.sources, *each.targets) if isinstance(each, Move) else each.arrays
        used = sorted(set(_groups(chip, arrays)))
        start = max(float(free[used].max()), bus if step.on_bus else 0.0)
        while True:
            beside = [one for one in running if one[0] < start + step.time and one[1] > start]
            moments = [start, *(one[0] for one in beside if one[0] > start)]
            full = [now for now in moments
                    if sum(one[2] for one in beside if one[0] <= now < one[1]) + step.current > most]  # fmt: skip
            if not full:
                break
            start = min(one[1] for one in beside if one[0] <= full[-1] < one[1] and one[1] > start)
        starts[number] = start
        free[used] = start + step.time
        bus = start + step.time if step.on_bus else bus
        working += step.time * len(used)
        running = [one for one in running if one[1] > free.min()]
        running.append((start, start + step.time, step.current))
    end = float(free.max(initial=0.0))
    return starts, working / (end * chip.groups) if end else 0.0
