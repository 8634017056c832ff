"""What a program costs: time and energy by step, from its cells alone and with the periphery; area, wear, errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.gates import GATES
from remanence.cram.machine.activity import activity, expected_activity
from remanence.cram.machine.array import Array
from remanence.cram.machine.chip import Chip
from remanence.cram.machine.row_access import row_access
from remanence.cram.program import COPY, MOVE, PRESET_0, Program

SAMPLE = 4096
"""Rows of which the states are followed, at most; a whole run is charged by their mean."""
CELLS = ("gates", "presets")
"""Parts of energy and time that are in the cells."""
ACCESS = ("loading", "reading")
"""Parts of energy and time of storing inputs and reading results on a chip."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cost:
    """Costs of one run of a program in all its rows; parts add up to the totals.

    On a chip its parts include "loading" the inputs and "reading" the results; on an array they do not (`access`).
    """

    rows: int
    arrays: int  # that work at the same time
    steps: int  # of one round
    gate_steps: int
    gates: Mapping[str, int]  # instructions by name
    presets: int
    energy_parts: Mapping[str, float]  # J
    time_parts: Mapping[str, float]  # s
    area_parts: Mapping[str, float]  # m^2, of all arrays
    step_energy: NDArray[np.float64]  # J by step, all rows, leakage, loading and reading left out
    step_time: NDArray[np.float64]  # s by step, all rounds
    rows_at_once: int  # of the step that bears fewest
    peak_current: float  # A, of one array
    total_current: float  # A, of all arrays that pulse at once
    expected_errors: float  # wrong outcomes of gates and presets, all rows
    expected_disturbs: Mapping[str, float]  # cells turned over that should keep: "inputs" of gates, and "at rest"
    most_writes: int  # pulses of the busiest column
    utilisation: Mapping[str, float]
    rounds: int = 1  # one after the other, as a chip does not hold all rows

    @property
    def energy(self) -> float:
        """Energy of a run, J."""
        return float(sum(self.energy_parts.values()))

    @property
    def latency(self) -> float:
        """Time of a run, s."""
        return float(sum(self.time_parts.values()))

    @property
    def area(self) -> float:
        """Area of all arrays, m^2."""
        return float(sum(self.area_parts.values()))

    @property
    def cell_energy(self) -> float:
        """Energy of a run in the cells alone, J."""
        return float(sum(self.energy_parts[part] for part in CELLS))

    @property
    def cell_latency(self) -> float:
        """Time of a run's pulses alone, s; groups of rows one after the other included."""
        return float(sum(self.time_parts[part] for part in CELLS))

    def __str__(self) -> str:
        """Tell the cost in a few lines."""
        from remanence.core import units

        made = ", ".join(f"{number} {name}" for name, number in self.gates.items() if not name.startswith("PRESET"))
        again = f", {self.rounds} rounds" if self.rounds > 1 else ""
        disturbed = ", ".join(f"{number:.3g} {name}" for name, number in self.expected_disturbs.items())
        access = [
            f"of it {part} {units.show(self.energy_parts[part], 'J')}, {units.show(self.time_parts[part], 's')}"
            for part in ACCESS if part in self.energy_parts
        ]  # fmt: skip
        return "\n".join([
            f"{self.steps} steps: {self.gate_steps} gates ({made}), {self.presets} presets",
            f"{self.rows} rows in {self.arrays} arrays{again}, {self.rows_at_once} of an array at once at least",
            f"energy  {units.show(self.energy, 'J')} (cells alone {units.show(self.cell_energy, 'J')})",
            f"latency {units.show(self.latency, 's')} (cells alone {units.show(self.cell_latency, 's')})",
            *access,
            f"area    {units.show(self.area, 'm^2')}, peak current {units.show(self.peak_current, 'A')} an array, "
            f"{units.show(self.total_current, 'A')} together",
            f"expected wrong outcomes {self.expected_errors:.3g}; disturbed {disturbed}; most pulses on a cell "
            f"{self.most_writes}",
        ])  # fmt: skip


def cost(
    program: Program, array: Array | Chip, *, rows: int | None = None, inputs: Mapping[str, Any] | None = None
) -> Cost:
    """Return what a run costs.

    The energy of a gate follows its number of inputs at 0, that of a preset what the column held: counted in a run of
    the inputs, or expected for random independent bits where none are given. A regulator makes the voltage of a gate.
    Bit lines swing by it and word lines by the supply, over the whole array, again for each group of rows that cannot
    run with the others. Every array runs the same step at the same time; unused rows cost no cells, but lines.

    On an `Array` there are as many of it as the rows take, without a limit; loading inputs and reading results are not
    in it (`access`). On a `Chip` rows beyond its capacity run in further rounds; a step that draws more current than
    the chip bears runs in as many turns as it takes; all arrays leak all the time; bits that change arrays
    go over the bus; and loading and reading are in it.

    Args:
        program: the program.
        array: one of the arrays that run it, or the chip.
        rows: that hold data; the rows of the inputs, else of one array (of all of a chip), where None.
        inputs: as for `simulate.run`.

    Raises:
        InputError: a program that the array cannot run, or rows that differ from those of the inputs. On a chip: one
            array that draws more than the chip bears; rows that move, where they need more than one round.
    """
    array.check(program)
    seen, given = (expected_activity(program), None) if inputs is None else activity(program, inputs, sample=SAMPLE)
    full = array.capacity(program) if isinstance(array, Chip) else array.height
    number = rows if rows is not None else (given or full)
    if number < 1 or (given not in (None, 1) and number != given):
        raise InputError("cram.cost: rows", number, f"must be the {given} of the inputs" if given else "must be 1 up")
    return _on_chip(program, array, number, seen) if isinstance(array, Chip) else priced(program, array, number, seen)


def _on_chip(program: Program, chip: Chip, rows: int, seen: NDArray[np.float64]) -> Cost:
    """Return the cost of a run on a chip: full rounds, and a last one with what is left."""
    capacity = chip.capacity(program)
    rounds = -(-rows // capacity)
    carried = bool(np.any(program.opcodes == MOVE))
    if rounds > 1 and carried:
        raise InputError("cram.cost: rows", rows, f"move, and the chip holds {capacity} at once",
                         "Take a larger chip.")  # fmt: skip
    most = float(chip.bears.most_current)
    parts = [(rounds - 1, capacity), (1, rows - (rounds - 1) * capacity)]
    found = [(times, priced(program, chip.one, number, seen, most_current=most), access(program, chip, rows=number))
             for times, number in parts if times]  # fmt: skip
    energy: dict[str, float] = {}
    time: dict[str, float] = {}
    for times, run, moved in found:
        around = {"loading": moved.write_energy, "reading": moved.read_energy}
        for name, joules in {**run.energy_parts, **around}.items():
            energy[name] = energy.get(name, 0.0) + times * joules
        around = {"loading": moved.write_time, "reading": moved.read_time}
        for name, seconds in {**run.time_parts, **around}.items():
            time[name] = time.get(name, 0.0) + times * seconds
    first, last = found[0][1], found[-1][1]
    step_energy, step_time = np.zeros(program.step_count), np.zeros(program.step_count)
    for (times, run, _), (_, number) in zip(found, [part for part in parts if part[0]], strict=True):
        joined, later = over_bus(program, chip, number, run.step_time)
        energy["moves"] += times * float(joined.sum())
        time["moves"] += times * float(later.sum())
        step_energy += times * (run.step_energy + joined)
        step_time += times * (run.step_time + later)
    energy["leakage"] = chip.leakage * sum(time.values())
    loaded = np.bincount(program.stored[1], minlength=program.columns)
    return replace(
        first,
        rows=rows,
        energy_parts=energy,
        time_parts=time,
        area_parts=chip.area,
        step_energy=step_energy,
        step_time=step_time,
        expected_errors=sum(times * run.expected_errors for times, run, _ in found),
        expected_disturbs={
            kind: sum(times * run.expected_disturbs[kind] for times, run, _ in found)
            for kind in last.expected_disturbs
        },
        most_writes=rounds * int((program.writes_per_column + loaded).max(initial=0)),
        utilisation={
            **first.utilisation,
            "rows": rows / (rounds * capacity),
            "arrays": sum(times * run.arrays for times, run, _ in found) / (rounds * chip.number),
        },
        rounds=rounds,
    )  # fmt: skip


def over_bus(
    program: Program, chip: Chip, rows: int, step_time: NDArray[np.float64], *, between: bool = True
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what steps take more where bits change arrays: (energy, time), shape (steps,), J and s.

    The bus carries them to the root and back. A row is a word: of one bit in a MOVE, of all its bits in a step of
    copies.

    Args:
        program: the program.
        chip: the chip.
        rows: of all arrays, which they fill one after the other.
        step_time: what its steps take in the arrays; the bus works meanwhile.
        between: whether MOVE goes on from array to array.
    """
    joules, words = np.zeros(program.step_count), np.zeros(program.step_count)
    for place in np.flatnonzero(program.opcodes >= MOVE):
        bits = rows
        if program.opcodes[place] == MOVE:
            below = np.arange(rows) + int(program.fan_in[place, 1])
            there = (below >= 0) & (below < rows) & (below // chip.height != np.arange(rows) // chip.height)
            bits = int(np.count_nonzero(there)) if between else 0
        joules[program.steps[place]] += 2.0 * bits * chip.bus.bit_energy
        words[program.steps[place]] = bits
    busy = words * chip.bus.cycle + 2.0 * chip.bus.latency * (words > 0)
    return joules, np.maximum(busy - step_time, 0.0) * (words > 0)


def priced(
    program: Program, array: Array, rows: int, seen: NDArray[np.float64], *, most_current: float = np.inf
) -> Cost:
    """Return what a run costs on as many arrays as its rows take.

    Args:
        program: one that the array can run.
        array: one of them; `Array.turned` for gates along columns, whose lanes are the rows here.
        rows: that hold data.
        seen: shares of what gates and presets find, as of `activity.activity`.
        most_current: of all arrays together; a step that draws more runs in turns, A.

    Raises:
        InputError: one array draws more than that.
    """
    line, held, bears = array.line, array.drivers, array.bears
    groups_of_arrays = -(-rows // array.height)  # each runs the program on rows of its own
    arrays = groups_of_arrays * program.arrays
    active = min(rows, array.height)  # of the fullest array
    steps = program.step_count
    step_of = program.steps.astype(np.int64)
    cell_energy, loss, drive = (np.zeros(steps) for _ in range(3))
    lines_energy, move_energy = np.zeros(steps), np.zeros(steps)
    gate_time, preset_time, wait, move_time = (np.zeros(steps) for _ in range(4))
    is_preset = np.zeros(steps, np.bool_)
    pulse = float(line.pulse)
    over_t = 1.0 + float(held.time_overhead)
    ready = (float(held.decode_time) + float(held.settle)) * over_t
    fewest, peak, wrong = active, np.zeros(steps), 0.0
    disturbed = {"inputs": 0.0, "at rest": 0.0}
    copied = np.zeros(steps, np.bool_)
    joined = program.joined()
    at_once_in, current_in = _gate_steps(program, array, joined)
    presets_in = np.bincount(step_of[(program.opcodes == PRESET_0) | (program.opcodes == PRESET_0 + 1)],
                             minlength=steps)  # fmt: skip
    presets_at_once = _preset_steps(program, array, active, presets_in)
    for place in range(len(program)):
        step, opcode = int(step_of[place]), int(program.opcodes[place])
        if opcode >= MOVE:
            once = row_access(array, 1, 1, words=not copied[step])  # beside another column the rows are open
            move_time[step] = active * (once.read_time + once.write_time)
            move_energy[step] += rows * (once.read_energy + once.write_energy)
            copied[step] = opcode == COPY
            continue
        if opcode >= PRESET_0:
            state, at_once, together = opcode - PRESET_0, *presets_at_once[step]
            shares, lift = seen[place, :2], 1.0 + array.preset_lift(state, at_once)
            joules = float(shares @ np.array(array.preset_energy[state])) * lift**2  # as much as the nearest row takes
            amperes = lift * max(array.preset_current(state, old) for old in (0, 1))
            lines_on, swing = 1, lift * array.preset_voltages[state]
            wrong += rows * float(bears.preset_error)
            is_preset[step] = True
            groups, turned_over = -(-active // at_once), 0.0
            rounds = -(-int(presets_in[step]) // together)
            preset_time[step] = groups * rounds * pulse
            wait[step] = groups * rounds * ready
            peak[step] = max(peak[step], at_once * amperes * together)
        else:
            each = GATES[opcode]
            over = int(joined[place])
            sheet = array.switches.sheet(each.name, over)
            volts, shares = sheet.voltage, seen[place, : each.inputs + 1]
            joules = float(shares @ sheet.energy)
            at_once = int(at_once_in[step])
            lines_on, swing = each.inputs + 1, volts
            wrong += rows * float(shares @ sheet.errors)
            turned_over = rows * float(shares @ sheet.input_errors)
            groups = -(-active // at_once)
            gate_time[step] = groups * pulse  # gates of a step run at once
            lead = (float(held.decode_time) + array.switches.settle(over)) * over_t
            wait[step] = max(wait[step], groups * lead)
            peak[step] = min(at_once, active) * current_in[step]
            swung = array.switches.swing(each.name, over)
            lines_energy[step] += rows * array.switches.capacitance(over) * swung * volts
            drive[step] += groups_of_arrays * groups * (over - 1) * float(held.switch_energy)
        fewest = min(fewest, at_once)
        disturbed["inputs"] += turned_over
        waiting = groups_of_arrays * groups * array.height - rows  # rows, over all groups, on bit lines that are driven
        beside = array.breadth - lines_on  # columns, on logic lines that are driven
        disturbed["at rest"] += array.rest_error * (lines_on * waiting + rows * beside)
        cell_energy[step] += rows * joules
        loss[step] += rows * joules * (1.0 / float(bears.regulator_efficiency) - 1.0)
        charged = float(held.bit_capacitance) * swing**2 * max(lines_on - 1, 1)
        opened = lines_on * (float(held.word_energy) + float(bears.line_ends) * float(held.driver_energy))
        drive[step] += groups_of_arrays * groups * (charged + opened)
    control = float(held.energy_overhead) * (drive + lines_energy)
    highest = float(peak.max(initial=0.0))
    if highest > most_current:
        raise InputError("cram.cost: chip", f"{highest:.3g} A of one array", f"must be at most {most_current:.3g} A",
                         "Allow the chip more, or an array less.")  # fmt: skip
    with np.errstate(divide="ignore"):
        at_once_most = np.minimum(np.floor(most_current / peak), groups_of_arrays)  # that pulse together
    turns = np.ceil(groups_of_arrays / at_once_most)
    for part in (gate_time, preset_time, wait):
        part *= turns
    time = gate_time + preset_time + wait + move_time
    leaked = arrays * array.leakage * float(time.sum())
    energy = {
        "gates": float(cell_energy[~is_preset].sum()),
        "presets": float(cell_energy[is_preset].sum()),
        "regulator": float(loss.sum()),
        "lines and drivers": float(drive.sum()),
        "logic lines": float(lines_energy.sum()),
        "control": float(control.sum()),
        "moves": float(move_energy.sum()),
        "leakage": leaked,
    }
    times = {"gates": float(gate_time.sum()), "presets": float(preset_time.sum()), "lines": float(wait.sum()),
             "moves": float(move_time.sum())}  # fmt: skip
    counts = program.counts()
    return Cost(
        rows=rows,
        arrays=arrays,
        steps=steps,
        gate_steps=program.gate_steps,
        gates={name: count for name, count in counts.items() if not name.startswith("PRESET")},
        presets=sum(count for name, count in counts.items() if name.startswith("PRESET")),
        energy_parts=energy,
        time_parts=times,
        area_parts={name: arrays * part for name, part in array.area.items()},
        step_energy=cell_energy + loss + drive + lines_energy + control + move_energy,
        step_time=time,
        rows_at_once=fewest,
        peak_current=highest,
        total_current=float((peak * at_once_most).max(initial=0.0)),
        expected_errors=wrong,
        expected_disturbs=disturbed,
        most_writes=int(array.writes(program).max(initial=0)),
        utilisation=array.utilisation(program, rows),
    )


def _gate_steps(
    program: Program, array: Array, joined: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return in how many rows the gates of each step run at once, and what all of them take in a row, A; by step.

    The drivers of the array feed all gates of a step, so that the sum of their currents counts.
    """
    current = np.zeros(program.step_count)
    gates = np.flatnonzero(program.opcodes < PRESET_0)
    used = [(GATES[program.opcodes[place]].name, int(joined[place]), int(program.steps[place])) for place in gates]
    for name, over, step in used:
        current[step] += float(array.switches.sheet(name, over).current.max())
    rows = np.full(program.step_count, array.height, np.int64)
    for name, over, step in used:
        beside = current[step] - float(array.switches.sheet(name, over).current.max())
        rows[step] = min(rows[step], array.rows_at_once(name, joined=over, beside=beside))
    return rows, current


def _preset_steps(
    program: Program, array: Array, active: int, presets_in: NDArray[np.int64]
) -> dict[int, tuple[int, int]]:
    """Return (rows, columns) in which the presets of each step that has any run at once.

    Of a step that presets some columns to 0 and some to 1, all as the state that bears less.
    """
    states: dict[int, set[int]] = {}
    for opcode, step in zip(program.opcodes.tolist(), program.steps.tolist(), strict=True):
        if PRESET_0 <= opcode < MOVE:
            states.setdefault(step, set()).add(opcode - PRESET_0)
    found = {}
    for step, held in states.items():
        rows = min(active, *(array.rows_at_once(f"PRESET{state}") for state in held))
        most = rows * max((1.0 + array.preset_lift(state, rows)) * array.preset_current(state, old)
                          for state in held for old in (0, 1))  # fmt: skip
        width = int(presets_in[step])
        width = min(width, array.bears.presets_per_step or width, max(int(float(array.bears.most_current) / most), 1))
        found[step] = rows, width
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Storing the inputs of a program and reading its results, a row at a time in every array."""

    write_energy: float  # J
    write_time: float  # s
    read_energy: float  # J
    read_time: float  # s


def access(program: Program, array: Array | Chip, *, rows: int) -> Access:
    """Return what it takes to store the inputs and to read the results; arrays work at the same time.

    Args:
        program: the program.
        array: one of the arrays that run it, or the chip, whose bus carries one word after the other.
        rows: that hold data; no more than the chip has.

    Raises:
        InputError: no rows, or more than the chip holds.
    """
    most = array.capacity(program) if isinstance(array, Chip) else rows
    if not 1 <= rows <= most:
        raise InputError("cram.access: rows", rows, f"must be from 1 to {max(most, 1)}")
    one, active = array.one if isinstance(array, Chip) else array, min(rows, array.height)
    stored, taken = len(program.stored[1]), sum(map(len, program.outputs.values()))
    row = row_access(one, taken, stored)
    writing, reading = stored > 0, taken > 0  # a program may have constants alone
    made = Access(write_energy=writing * rows * row.write_energy, write_time=writing * active * row.write_time,
                  read_energy=reading * rows * row.read_energy, read_time=reading * active * row.read_time)  # fmt: skip
    if isinstance(array, Array):
        return made
    bus = array.bus
    return Access(
        write_energy=made.write_energy + rows * stored * bus.bit_energy,
        write_time=max(made.write_time, bus.time(rows * stored)),
        read_energy=made.read_energy + rows * taken * bus.bit_energy,
        read_time=max(made.read_time, bus.time(rows * taken)),
    )
