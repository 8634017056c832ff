"""What a program costs: time and energy by step, from its cells alone and with the periphery; area, wear, errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.gates import GATES
from remanence.cram.machine.activity import activity, expected_activity
from remanence.cram.machine.array import Array
from remanence.cram.program import COPY, MOVE, PRESET_0, Program

SAMPLE = 4096
"""Rows of which the states are followed, at most; a whole run is charged by their mean."""
CELLS = ("gates", "presets")
"""Parts of energy and time that are in the cells."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cost:
    """Costs of one run of a program in all its rows; parts add up to the totals."""

    rows: int
    arrays: int
    steps: int
    gate_steps: int
    gates: Mapping[str, int]  # instructions by name
    presets: int
    energy_parts: Mapping[str, float]  # J
    time_parts: Mapping[str, float]  # s
    area_parts: Mapping[str, float]  # m^2, of all arrays
    step_energy: NDArray[np.float64]  # J by step, all rows, leakage left out
    step_time: NDArray[np.float64]  # s by step
    rows_at_once: int  # of the step that bears fewest
    peak_current: float  # A, of one array
    expected_errors: float  # wrong outcomes of gates and presets, all rows
    most_writes: int  # pulses of the busiest column
    utilisation: Mapping[str, float]

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
        return "\n".join([
            f"{self.steps} steps: {self.gate_steps} gates ({made}), {self.presets} presets",
            f"{self.rows} rows in {self.arrays} arrays, {self.rows_at_once} at once at least",
            f"energy  {units.show(self.energy, 'J')} (cells alone {units.show(self.cell_energy, 'J')})",
            f"latency {units.show(self.latency, 's')} (cells alone {units.show(self.cell_latency, 's')})",
            f"area    {units.show(self.area, 'm^2')}, peak current {units.show(self.peak_current, 'A')} an array",
            f"expected wrong outcomes {self.expected_errors:.3g}; most pulses on a cell {self.most_writes}",
        ])  # fmt: skip


def cost(program: Program, array: Array, *, rows: int | None = None, inputs: Mapping[str, Any] | None = None) -> Cost:
    """Return what a run costs.

    The energy of a gate follows its number of inputs at 0, that of a preset what the column held: counted in a run of
    the inputs, or expected for random independent bits where none are given. A regulator makes the voltage of a gate.
    Bit lines swing by it and word lines by the supply, over the whole array, again for each group of rows that cannot
    run with the others. Every array runs the same step at the same time; unused rows cost no cells, but lines. Loading
    inputs and reading results are not in it (`access`).

    Args:
        program: the program.
        array: one of the arrays that run it.
        rows: that hold data; the rows of the inputs, else of one array, where None.
        inputs: as for `simulate.run`.

    Raises:
        InputError: a program that the array cannot run, or rows that differ from those of the inputs.
    """
    array.check(program)
    seen, given = (expected_activity(program), None) if inputs is None else activity(program, inputs, sample=SAMPLE)
    number = rows if rows is not None else (given or array.height)
    if number < 1 or (given not in (None, 1) and number != given):
        raise InputError("cram.cost: rows", number, f"must be the {given} of the inputs" if given else "must be 1 up")
    return _priced(program, array, number, seen)


def _priced(program: Program, array: Array, rows: int, seen: NDArray[np.float64]) -> Cost:
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
    pulse, supply = float(line.pulse), float(held.supply)
    over_e, over_t = 1.0 + float(held.energy_overhead), 1.0 + float(held.time_overhead)
    ready = (float(held.decode_time) + float(held.settle)) * over_t
    fewest, peak, wrong = active, np.zeros(steps), 0.0
    copied = np.zeros(steps, np.bool_)
    joined = program.joined()
    at_once_in, current_in = _gate_steps(program, array, joined)
    presets_in = np.bincount(step_of[(program.opcodes == PRESET_0) | (program.opcodes == PRESET_0 + 1)],
                             minlength=steps)  # fmt: skip
    preset_width = bears.presets_per_step or int(presets_in.max(initial=1))
    for place in range(len(program)):
        step, opcode = int(step_of[place]), int(program.opcodes[place])
        if opcode >= MOVE:
            read = float(held.decode_time + held.sense_time) * over_t
            write = float(held.decode_time) * over_t + pulse
            move_time[step] = active * (read + write)
            held_bit = float(held.bit_capacitance) * supply**2 + float(held.word_energy)
            one = float(held.sense_energy) + 2.0 * held_bit
            if copied[step]:  # beside another column: the rows are opened already
                one -= 2.0 * float(held.word_energy)
            move_energy[step] += rows * (one * over_e + 0.25 * sum(map(sum, array.preset_energy)))
            copied[step] = opcode == COPY
            continue
        if opcode >= PRESET_0:
            state = opcode - PRESET_0
            name = f"PRESET{state}"
            volts = array.preset_voltages[state]
            shares = seen[place, :2]
            joules = float(shares @ np.array(array.preset_energy[state]))
            amperes = max(array.preset_current(state, old) for old in (0, 1))
            at_once = min(array.rows_at_once(name), active)
            held_columns = max(int(float(bears.most_current) / (amperes * at_once)), 1)
            together = min(int(presets_in[step]), preset_width, held_columns)
            lines_on, swing = 1, volts
            wrong += rows * float(bears.preset_error)
            is_preset[step] = True
            groups = -(-active // at_once)
            rounds = -(-int(presets_in[step]) // together)
            preset_time[step] = groups * rounds * pulse
            wait[step] = groups * rounds * ready
            peak[step] = min(at_once, active) * amperes * together
        else:
            each = GATES[opcode]
            over = int(joined[place])
            sheet = array.switches.sheet(each.name, over)
            volts, shares = sheet.voltage, seen[place, : each.inputs + 1]
            joules = float(shares @ sheet.energy)
            at_once = int(at_once_in[step])
            lines_on, swing = each.inputs + 1, volts
            wrong += rows * float(shares @ sheet.errors)
            groups = -(-active // at_once)
            gate_time[step] = groups * pulse  # gates of a step run at once
            lead = (float(held.decode_time) + array.switches.settle(over)) * over_t
            wait[step] = max(wait[step], groups * lead)
            peak[step] = min(at_once, active) * current_in[step]
            swung = array.switches.swing(each.name, over)
            lines_energy[step] += rows * array.switches.capacitance(over) * swung * volts
            drive[step] += groups_of_arrays * groups * (over - 1) * float(held.switch_energy)
        fewest = min(fewest, at_once)
        cell_energy[step] += rows * joules
        loss[step] += rows * joules * (1.0 / float(bears.regulator_efficiency) - 1.0)
        charged = float(held.bit_capacitance) * swing**2 * max(lines_on - 1, 1)
        opened = lines_on * (float(held.word_energy) + float(bears.line_ends) * float(held.driver_energy))
        drive[step] += groups_of_arrays * groups * (charged + opened)
    control = float(held.energy_overhead) * (drive + lines_energy)
    time = gate_time + preset_time + wait + move_time
    leaked = arrays * float(held.leakage) * float(time.sum())
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
        area_parts={name: arrays * part for name, part in held.area.items()},
        step_energy=cell_energy + loss + drive + lines_energy + control + move_energy,
        step_time=time,
        rows_at_once=fewest,
        peak_current=float(peak.max(initial=0.0)),
        expected_errors=wrong,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Storing the inputs of a program and reading its results, a row at a time in every array."""

    write_energy: float  # J
    write_time: float  # s
    read_energy: float  # J
    read_time: float  # s


def access(program: Program, array: Array, *, rows: int) -> Access:
    """Return what it takes to store the inputs and to read the results; arrays work at the same time.

    Args:
        program: the program.
        array: one of the arrays that run it.
        rows: that hold data.

    Raises:
        InputError: no rows.
    """
    if rows < 1:
        raise InputError("cram.access: rows", rows, "must be at least 1")
    held, active = array.drivers, min(rows, array.height)
    over_e, over_t = 1.0 + float(held.energy_overhead), 1.0 + float(held.time_overhead)
    stored, taken = (sum(map(len, words.values())) for words in (program.inputs, program.outputs))
    bit = float(held.bit_capacitance) * float(held.supply) ** 2
    write = 0.25 * sum(map(sum, array.preset_energy))
    return Access(
        write_energy=rows * (stored * (write + bit * over_e) + float(held.word_energy) * over_e),
        write_time=active * (float(held.decode_time) * over_t + float(array.line.pulse)),
        read_energy=rows * (taken * (float(held.sense_energy) + bit) + float(held.word_energy)) * over_e,
        read_time=active * float(held.decode_time + held.sense_time) * over_t,
    )
