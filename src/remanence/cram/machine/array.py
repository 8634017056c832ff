"""The machine: an array of cells that computes, what it can do in a step, and what its lines bear.

Instructions, all of them on columns and in every active row at once:

- PRESET0, PRESET1 column: write a state into a column; presets of several columns share a step, on their own lines.
- a gate (`gates.GATES`) from up to five columns into one other, preset before: one a step, as a line can run one, or
  one in each piece of a line that switches cut into segments (`switches`).
- MOVE column, rows: read a column and write it into another, rows further down: row after row, since a bit line reads
  one row at a time, so that it takes two accesses a row.
- COPY column: read a column and write it into another array, in the same rows; copies from one array into another one
  share a step, as their rows go one by one anyhow.

Reading and writing go a row at a time, as in a memory (`row_access`); a `sequence.Sequence` has instructions for them.
With ``column_lines`` gates run along columns too: see `Array.turned`.

A step runs in groups of rows where the drivers, or the drop along the bit lines, do not bear all rows at once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, fields
from functools import cached_property

import numpy as np

from remanence.circuit import Cell, Node, Periphery, off_current
from remanence.circuit.driven import FINGERS
from remanence.core.declare import Array as Number
from remanence.core.declare import Count, count, declarations, part, quantity, replace, text, value
from remanence.core.errors import InputError, UnknownNameError
from remanence.cram.cells.cell import Logiccell
from remanence.cram.cells.gate_set import GateSet, Gatesheet, gate_set
from remanence.cram.cells.logic_cell import APART, PULSE, TOPOLOGIES, cell_size, logic_cell, transistor_width
from remanence.cram.cells.response import Probit, Response
from remanence.cram.gates import GATES, OPCODES
from remanence.cram.machine.drivers import Drivers, drivers
from remanence.cram.machine.switches import Switches
from remanence.cram.program import PRESET_0, Program
from remanence.data import build, names
from remanence.device import Junction

BY_PARITY = "1T1M"
"""Cells of which inputs and output of a gate sit in columns of opposite parity."""
_HOMES = {"2T1M": "cram-2t1mtj", "1T1M": "stt-1t1mtj", "SHE": "sot-2t1mtj"}
_RATIO, _HALVINGS = 16.0, 60
_TEMPERATURE = 298.15
"""Of published device sets, which state none."""


@value
class Logicarray:
    """What a designer of an array chooses, and what its drivers and lines bear."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    rows: int = count(doc="rows, one logic line each", at_least=1, at_most=1 << 20, default=1024)
    columns: int = count(doc="columns", at_least=2, at_most=1 << 16, default=1024)
    presets_per_step: int = count(
        doc="columns that one step presets; 0: all that a program batches", at_most=1 << 16, default=0
    )
    periphery: Periphery = part(Periphery, doc="the circuits around the array")
    most_current: Number = quantity("A", above=0, doc="that the drivers of an array deliver in a step")
    bit_line_resistance: Number = quantity("ohm/m", at_least=0, doc="of a bit line with its straps, per length")
    most_drop: Number = quantity("1", above=0, doc="drop along a bit line over half of the gate's window")
    most_lift: Number = quantity(
        "1", above=0, doc="drop along the lines of a preset, which its drivers make up for, over the preset's voltage"
    )
    line_ends: Number = quantity("1", at_least=1, at_most=2, doc="ends of a bit line that have a driver")
    regulator_efficiency: Number = quantity(
        "1", above=0, at_most=1, doc="energy delivered at the voltage of a gate over that taken from the supply"
    )
    preset_error: Number = quantity("1", above=0, below=0.5, doc="probability that a preset pulse fails")
    stage_effort: Number = quantity("1", above=1, doc="effort of a stage in a chain of inverters")
    endurance: Number = quantity("1", above=0, doc="pulses after which a cell is worn out")
    switch_width: Number = quantity(
        "1", above=0, doc="of a switch between segments of a logic line, over that of a cell's access transistor"
    )


def check_program(program: Program, names: Collection[str], *, columns: int) -> None:
    """Refuse a program that an array cannot run.

    Args:
        program: the program.
        names: of the gates that it can do.
        columns: of the array.

    Raises:
        InputError: too wide, or a gate that is not in the set.
    """
    width = program.width or program.columns
    if width > columns:
        raise InputError("cram.Array: program", f"{width} columns", f"the array has {columns}",
                         "Schedule it for this array.")  # fmt: skip
    missing = [name for name in program.counts() if name in OPCODES and name not in names]
    if missing:
        raise InputError("cram.Array: program", f"gates {', '.join(missing)}",
                         f"gates of this cell: {', '.join(names) or 'none'}", "Compile it for these.")  # fmt: skip


def check_parity(program: Program) -> None:
    """Refuse a program that a 1T1M array cannot run: its bit lines, even and odd, are the two poles of a gate.

    Inputs of a gate must sit in columns of one parity and its output in one of the other (recalled of such arrays).

    Raises:
        InputError: names the instruction.
    """
    for place in np.flatnonzero(program.opcodes < PRESET_0):
        read = program.fan_in[place, : GATES[program.opcodes[place]].inputs]
        out = int(program.outputs_to[place])
        if np.any(read % 2 == out % 2):
            raise InputError(f"cram.Array: instruction {place}", f"columns {read.tolist()} into {out}",
                             "a 1T1M cell needs inputs and output in columns of opposite parity",
                             "Compile it for this array, or schedule it with parity=True.")  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Array:
    """An array of cells that computes; see the file for its instructions.

    Args:
        rows: of the array; that of the card where None.
        columns: of the array; that of the card where None.
        junction: of its cells; that of the cell's card where None.
        cell: a cell of the circuit floor, a `Logiccell`, or the name of either. Where None the published set
            `stt-45nm`, or the cell `cram-2t1mtj` for a junction.
        node: of the periphery, and of the transistors of a cell made from a junction.
        pulse: of a gate, s or text, for a cell made from a junction; `logic_cell.PULSE` where None.
        process: spreads from cell to cell, for a cell made from a junction.
        names: gates to try; all where None.
        most_error: that a gate may have.
        limits: what it bears, or the name of a card.
        segment: columns between two switches of a logic line, see `switches`; 0 for lines without any.
        response: how an output turns over; a normal law of the cell's width for a published set.
        column_lines: whether gates also run along columns, see `turned`; for cells of two transistors and one junction.

    Raises:
        InputError: a cell and a junction that do not go together; lines along columns of another cell.
    """

    rows: int | None = None
    columns: int | None = None
    junction: Junction | None = None
    cell: Cell | Logiccell | str | None = None
    node: Node | str = "cmos-22nm"
    pulse: Number | str | None = None
    process: str | None = "embedded-300mm"
    names: tuple[str, ...] | None = None
    most_error: float = 1e-2
    limits: Logicarray | str = "standard"
    segment: int = 0
    response: Response | None = None
    column_lines: bool = False
    temperature: float = field(default=_TEMPERATURE, init=False)
    along: str = field(default="rows", init=False)

    def __post_init__(self) -> None:
        """Make values of names."""
        limits = build(Logicarray, self.limits) if isinstance(self.limits, str) else self.limits
        declared = declarations(Logicarray)
        for name in ("rows", "columns"):
            given = getattr(self, name)
            read = declared[name].read(getattr(limits, name) if given is None else given, f"cram.Array: {name}")
            self._set(**{name: read})
        segment = Count("columns between two switches", 0, self.breadth)
        self._set(limits=limits, segment=segment.read(self.segment, "cram.Array: segment"))
        node = build(Node, self.node) if isinstance(self.node, str) else self.node
        self._set(node=node)
        named = self.cell or ("stt-45nm" if self.junction is None else "cram-2t1mtj")
        cell = _named(named) if isinstance(named, str) else named
        if isinstance(cell, Logiccell):
            for name, own in (("junction", self.junction), ("pulse", self.pulse)):
                if own is not None:
                    raise InputError(f"cram.Array: {name}", "one beside a published set", "the set states its own",
                                     "Name a cell of the circuit floor instead.")  # fmt: skip
            law = Probit(cell.width) if self.response is None else self.response
            self._set(cell=cell, response=law)
            self._check_lines()
            return
        device = self.junction or cell.mtj
        pulse = PULSE if self.pulse is None else self.pulse
        made = logic_cell(device, node, cell, pulse=pulse, process=self.process, columns=self.breadth)
        self._set(cell=made.cell, response=made.response, junction=device, temperature=float(device.temperature))
        self._check_lines()
        if self.column_lines:
            self._set(cell=self._strapped(self.breadth * self.size[0]))

    def _check_lines(self) -> None:
        if self.column_lines and self.line.topology != "2T1M":
            raise InputError("cram.Array: column_lines", f"a {self.line.topology} cell", "must be one of 2T1M",
                             "Take cram-2t1mtj, or gates along rows alone.")  # fmt: skip

    def _strapped(self, length: float) -> Logiccell:
        """The cell on a logic line of that length on the metal of bit lines, as both lines of it drive gates."""
        return replace(self.line, line_resistance=APART * length * float(self.bears.bit_line_resistance))

    def _set(self, **fields: object) -> None:
        for name, content in fields.items():
            object.__setattr__(self, name, content)

    @property
    def height(self) -> int:
        """Rows."""
        assert self.rows is not None
        return self.rows

    @property
    def breadth(self) -> int:
        """Columns."""
        assert self.columns is not None
        return self.columns

    @cached_property
    def turned(self) -> Array:
        """The array as gates along its columns see it: rows and columns in each other's place.

        A third transistor of each cell joins it to the logic line of its row and is selected by a line along the row.
        In a gate along columns the logic lines of rows are driven, each row as a column was, and the bit line of each
        column floats: it is the logic line there. So both kinds of line are on the metal of bit lines, and both carry
        the drains of two transistors a cell (assumed: no such array was published that we know of).

        Raises:
            InputError: an array without such lines.
        """
        if not self.column_lines:
            raise InputError("cram.Array", "gates along columns", "need column_lines=True",
                             "Run them along rows, or move the rows.")  # fmt: skip
        other = object.__new__(Array)
        for each in fields(self):
            object.__setattr__(other, each.name, getattr(self, each.name))
        other._set(rows=self.columns, columns=self.rows, along="columns" if self.along == "rows" else "rows")
        if self.junction is not None:
            other._set(cell=self._strapped(self.height * self.size[1]))
        return other

    @property
    def by_parity(self) -> bool:
        """Whether inputs and output of a gate have to sit in columns of opposite parity: see `check_parity`."""
        return self.line.topology == BY_PARITY

    @property
    def line(self) -> Logiccell:
        """The cell as a logic line sees it."""
        assert isinstance(self.cell, Logiccell)
        return self.cell

    @property
    def bears(self) -> Logicarray:
        """What its drivers and lines bear."""
        assert isinstance(self.limits, Logicarray)
        return self.limits

    @cached_property
    def switches(self) -> Switches:
        """The switches between segments of its logic lines."""
        return Switches(self)

    @cached_property
    def gates(self) -> GateSet:
        """The gates that its cells can do, each at its best voltage; within a segment, where lines have switches.

        Raises:
            InputError: no gate passes.
        """
        return gate_set(self.switches.line(1), self.names, most_error=self.most_error, response=self.response)

    @property
    def errors(self) -> dict[str, list[float] | float]:
        """Errors of its gates and presets, for `simulate.run`."""
        return {**self.gates.errors, "PRESET": float(self.bears.preset_error)}

    def errors_of(self, program: Program) -> dict[str, list[float] | float]:
        """Return the errors of its gates and presets in a program, those over several segments of a line included."""
        return {**self.errors, **self.switches.errors(program)} if self.segment else self.errors

    def check(self, program: Program) -> None:
        """Refuse a program that this array cannot run.

        Raises:
            InputError: too wide, for other segments, or a gate that its cells cannot do over so many of them.
        """
        check_program(program, self.gates.names, columns=self.breadth)
        self.switches.check(program)
        if self.by_parity:
            check_parity(program)

    @cached_property
    def preset_voltages(self) -> tuple[float, float]:
        """Voltage over a cell and its transistor that presets to 0 and to 1, V.

        It drives the current at which a pulse fails with the card's probability through a cell of the other state.

        Raises:
            InputError: no current does.
        """
        assert self.response is not None
        spread, volts = np.asarray(self.line.resistance_spread), []
        for state in (0, 1):
            start = 1 - state
            wanted = np.log(float(self.bears.preset_error))
            low, high = 1.0, _RATIO
            if float(self.response.log_stayed(start, high, spread)) > wanted:
                raise InputError("cram.Array: preset_error", f"{float(self.bears.preset_error):g}",
                                 "is not reached at any current", "Allow more, or take a longer pulse.")  # fmt: skip
            for _ in range(_HALVINGS):
                middle = 0.5 * (low + high)
                fails = float(self.response.log_stayed(start, middle, spread)) > wanted
                low, high = (middle, high) if fails else (low, middle)
            current = high * float(self.line.switching_current(start))
            volts.append(float(self.line.output_voltage(start, current) - current * self.line.line_resistance))
        return volts[0], volts[1]

    def preset_current(self, state: int, old: int) -> float:
        """Return the current through a cell that is preset to a state from an old one, A."""
        volts = self.preset_voltages[state]
        if self.line.topology == "SHE":
            return float(volts / (self.line.channel_resistance + self.line.access_resistance))
        return float(self.line.input_current(old, volts))

    @cached_property
    def preset_energy(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Energy of a preset pulse by state and by what the cell held, J; the old state for the whole pulse."""
        pulse = float(self.line.pulse)
        zero, one = (
            tuple(self.preset_voltages[state] * self.preset_current(state, old) * pulse for old in (0, 1))
            for state in (0, 1)
        )
        return (zero[0], zero[1]), (one[0], one[1])

    def rows_at_once(self, name: str, *, joined: int = 1, beside: float = 0.0) -> int:
        """Return in how many rows a gate, or PRESET0 or PRESET1 of one column, runs at once.

        The drivers deliver no more than their current; and with that many active rows, evenly over the column, the drop
        at the far end of the lines of input and output together, N R_line (I_in + I_out)/2, a quarter of it with a
        driver at both ends, stays within the card's share of half the window. A preset has no window, but the last cell
        needs its voltage: the drivers give more by the drop, up to the card's share; one row is always allowed.

        Args:
            name: of the gate.
            joined: segments of the line that it joins.
            beside: what other gates of the step take in a row, A.

        Raises:
            InputError: not one row: the lines drop more than the gate bears.
        """
        if name.startswith("PRESET"):
            state = int(name[-1])
            most = max(self.preset_current(state, old) for old in (0, 1))
            lift, given = self.preset_lift(state, 1), float(self.bears.most_lift)
            lines = max(given / lift, 1.0) if lift > 0 else np.inf
            most *= 1.0 + (given if lift > 0 else 0.0)
            return self._at_least_one(name, min(float(self.bears.most_current) / most, lines))
        sheet = self.switches.sheet(name, joined)
        peak = float(sheet.current.max())
        held = float(self.bears.most_current) / (peak + beside)
        drop = self._drop(sheet, peak)
        room = 0.5 * float(sheet.window.high - sheet.window.low) * float(self.bears.most_drop)
        return self._at_least_one(name, min(held, room / drop if drop > 0 else np.inf))

    def preset_lift(self, state: int, rows: int) -> float:
        """Return the drop of so many rows along both lines of a preset over its voltage: what the drivers add."""
        most = max(self.preset_current(state, old) for old in (0, 1))
        return rows * self._line_drop(2.0 * most) / self.preset_voltages[state]

    def _at_least_one(self, name: str, rows: float) -> int:
        if rows < 1.0:
            raise InputError(f"cram.Array: {name}", f"{rows:.2g} rows at once", "must be at least one",
                             "Take shorter or thicker bit lines, stronger drivers, or less current.")  # fmt: skip
        return int(min(rows, self.height))

    def _drop(self, sheet: Gatesheet, peak: float) -> float:
        return self._line_drop(peak * (1.0 + 1.0 / sheet.gate.inputs))

    def _line_drop(self, current: float) -> float:
        """Return the drop at the far end of bit lines for each row that draws a current from them, both added, V."""
        line = float(self.bears.bit_line_resistance) * self.size[1] * self.height
        return 0.5 * line * current / float(self.bears.line_ends) ** 2

    @cached_property
    def _home(self) -> Cell:
        return build(Cell, _HOMES[self.line.topology])

    @cached_property
    def access_width(self) -> float:
        """Width of the transistor between a junction and its logic line, m."""
        assert isinstance(self.node, Node)
        most = float(max(self.line.to_parallel, self.line.to_antiparallel))
        return transistor_width(most, self._home, self.node)

    @cached_property
    def size(self) -> tuple[float, float]:
        """Width and height of a cell, m."""
        assert isinstance(self.node, Node)
        across, high = cell_size(self.access_width, self._home, self.node)
        if self.column_lines:  # its third transistor stands above the other two
            high += FINGERS * float(self.node.gate_pitch)
        return (across, high) if self.along == "rows" else (high, across)

    @cached_property
    def drivers(self) -> Drivers:
        """Its decoders, drivers and amplifiers."""
        assert isinstance(self.node, Node)
        names = self.gates.names
        carried = max(self.rows_at_once(name) * float(self.gates.sheets[name].current.max()) for name in names)
        mean = float(self.line.parallel_resistance) * (1.0 + 0.5 * float(self.line.tunnel_magnetoresistance))
        drain = float(self.line.channel_resistance) or mean
        behind, drain = mean + float(self.line.access_resistance), drain + float(self.line.access_resistance)
        return drivers(
            self.node, self.bears.periphery, rows=self.height, columns=self.breadth, size=self.size,
            width=self.access_width, current=carried, resistance=behind * drain / (behind + drain),
            stage=float(self.bears.stage_effort), temperature=self.temperature, hanging=1 + self.column_lines,
            switches=self.switches.segments - 1, switch_width=self.switches.width if self.segment else 0.0,
        )  # fmt: skip

    @property
    def area(self) -> dict[str, float]:
        """Area of its cells and of each part of its periphery, m^2."""
        parts = dict(self.drivers.area)
        if self.column_lines:
            share = parts["control"] / (sum(parts.values()) - parts["control"])
            other = self.turned.drivers.area
            more = {"row select": other["decoder"], "logic-line drivers": other["bit-line drivers"]}
            parts |= {**more, "control": parts["control"] + share * sum(more.values())}
        return parts

    @property
    def leakage(self) -> float:
        """Power of its periphery at rest, W."""
        return float(self.drivers.leakage) + (float(self.turned.drivers.leakage) if self.column_lines else 0.0)

    def utilisation(self, program: Program, rows: int) -> dict[str, float]:
        """Return the share of rows that hold data, of columns that are used, and of steps that are no presets."""
        used = {int(column) for column in program.outputs_to}
        used |= set(program.stored[1].tolist())
        arrays = -(-rows // self.height)
        return {
            "rows": rows / (arrays * self.height),
            "columns": len(used) / (self.breadth * program.arrays),
            "gate steps": program.gate_steps / max(program.step_count, 1),
        }

    def writes(self, program: Program) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Return the pulses that each column gets as an output in a run, presets and gates alike, shape (columns,)."""
        held: np.ndarray[tuple[int], np.dtype[np.int64]] = np.bincount(program.outputs_to, minlength=self.breadth)
        return held

    def lifetime(self, program: Program, *, rate: float) -> float:
        """Return the time until the busiest cell is worn out, s.

        Args:
            program: that runs over and over.
            rate: runs a second.

        Raises:
            InputError: a rate that is not positive.
        """
        if not rate > 0:
            raise InputError("cram.Array.lifetime: rate", rate, "must be above 0 runs a second")
        most = int(self.writes(program).max(initial=0))
        return float(self.bears.endurance) / (rate * most) if most else float("inf")

    def disturbs(self, program: Program) -> dict[str, float]:
        """Return the largest current over the one that turns a cell over: of a gate's inputs, and of cells that rest.

        A cell that rests has its logic transistor closed and carries the leakage of that transistor alone, at the
        highest gate voltage; the bit line that it hangs on is that of an input or output in another row group.
        """
        sheets = [self.gates.sheets[name] for name in program.counts() if name in self.gates.sheets]
        return {"inputs": max((sheet.disturb for sheet in sheets), default=0.0), "at rest": self._rest_ratio}

    @property
    def _rest_ratio(self) -> float:
        assert isinstance(self.node, Node)
        leak = float(off_current(self.node, self.temperature) * self.access_width)
        return leak / float(min(self.line.to_parallel, self.line.to_antiparallel))

    @cached_property
    def rest_error(self) -> float:
        """Probability that a cell that rests turns over in a pulse on one of its lines.

        From the response at that leakage: a normal law far beyond its fit, or a curve that is held below its end.
        """
        assert self.response is not None
        found = [float(self.response.log_switched(state, self._rest_ratio, np.asarray(0.0))) for state in (0, 1)]
        return float(np.exp(max(found)))


def _named(name: str) -> Cell | Logiccell:
    sets = names("logiccell")
    if name in sets:
        return build(Logiccell, name)
    if name not in names("cell"):
        known = [each for each in names("cell") if build(Cell, each).topology in TOPOLOGIES]
        raise UnknownNameError("cram.Array: cell", name, (*sets, *known))
    found = build(Cell, name)
    if found.topology not in TOPOLOGIES:
        raise InputError("cram.Array: cell", f"{name} ({found.topology})", f"must be one of {', '.join(TOPOLOGIES)}")
    return found
