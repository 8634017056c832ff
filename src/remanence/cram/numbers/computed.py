"""From an expression over `lanes.Lanes` to its network, its program, its numbers and its cost."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.cells.gate_set import GateSet
from remanence.cram.machine.array import Array
from remanence.cram.machine.chip import Chip
from remanence.cram.netlist import Netlist
from remanence.cram.numbers.row_moves import schedule_moves
from remanence.cram.numbers.trace import Gates, Leaf, Trace, gate_names, inputs_of, layout_of
from remanence.cram.program import Program
from remanence.cram.scheduling.segments import fewest_steps
from remanence.cram.simulate import Errors, run

if TYPE_CHECKING:
    from remanence.cram.machine.cost import Cost
    from remanence.cram.numbers.lanes import Lanes

GATES = ("NOT", "NAND2")
"""Where no gate set is given: the two with the widest windows."""


class Computed(ABC):
    """What it takes to compute an expression, and what comes out."""

    shape: tuple[int, ...]
    signed: bool
    leaves: dict[int, Leaf]
    ran: str
    span: int
    _made: dict[tuple[Any, ...], tuple[Program, dict[str, tuple[Leaf, int]]]]  # by what an array offers

    @property
    @abstractmethod
    def rows(self) -> int:
        """Lanes that work at the same time."""

    def netlist(self, gates: Gates = GATES, *, parallel: bool = False) -> Netlist:
        """Return the network of gates of the expression; outputs ``y`` or ``y[0]``, ``y[1]``, ...

        Args:
            gates: see `trace.gate_names`.
            parallel: whether arithmetic is to take few gates one after the other, rather than few gates.
        """
        return self.traced(gates, parallel=parallel)[0]

    def traced(self, gates: Gates, *, parallel: bool = False) -> tuple[Netlist, dict[str, tuple[Leaf, int]]]:
        """Return the network, and for each of its inputs what was given and the place within a row."""
        trace = Trace(tuple(self.leaves.values()), gate_names(gates), parallel=parallel)
        words = trace.words(cast("Lanes", self))
        for name, word in zip(self.output_names(), words.ravel(), strict=True):
            trace.builder.output(name, word)
        return trace.builder.netlist(), trace.given

    def output_names(self) -> list[str]:
        """Return the names of the outputs, place after place within a row."""
        return ["y"] if len(self.shape) == 1 else [f"y[{place}]" for place in range(int(np.prod(self.shape[1:])))]

    def program(
        self,
        *,
        columns: int | None = None,
        gates: Gates = GATES,
        neighbours: int = 0,
        parity: bool | None = None,
        segment: int | None = None,
        reach: int | None = None,
    ) -> Program:
        """Return the schedule of the expression on an array; what is left out is as an array in ``gates`` has it.

        Args:
            columns: of the array; 1024 where left out.
            gates: see `trace.gate_names`. Of a cell, array or chip the program keeps the errors, for `Program.run`.
            neighbours: arrays beside it, of as many columns, that take what has no room in one.
            parity: whether its cells are 1T1M: inputs and output of a gate in columns of opposite parity.
            segment: columns between two switches of its logic lines; 0 without any.
            reach: segments that a gate may join; see `segments.schedule_segments`.

        Raises:
            InputError: the expression needs more columns, or moves rows where lines have segments; an array that
                cannot run the program.
        """
        return self.scheduled(columns, gates, neighbours, parity, segment, reach)[0]

    def scheduled(
        self,
        columns: int | None,
        gates: Gates,
        neighbours: int = 0,
        parity: bool | None = None,
        segment: int | None = None,
        reach: int | None = None,
        on: Array | Chip | None = None,
    ) -> tuple[Program, dict[str, tuple[Leaf, int]]]:
        """Return the schedule, and what its inputs hold as `traced` does; made once for the same array.

        Args:
            columns: see `program`, as for the others.
            gates: to compute with.
            neighbours: arrays beside it.
            parity: of columns.
            segment: of lines.
            reach: of gates.
            on: array or chip that the program is for where ``gates`` is none.
        """
        machine = gates if isinstance(gates, Array | Chip) else on
        columns, parity, segment = layout_of(gates, columns, parity, segment, on)
        if reach is not None and not segment:
            raise InputError("Lanes: reach", reach, "goes with segments of the lines", "Give segment.")
        names = gate_names(gates)
        limits = machine if segment and reach is None else None  # whose switches say how far a gate reaches
        asked = columns, names, neighbours, parity, segment, reach, limits
        if asked not in self._made:
            self._made[asked] = self._scheduled(*asked)
        program, given = self._made[asked]
        if isinstance(gates, Array | Chip):
            gates.check(program)
            return replace(program, rates=gates.errors_of(program)), given
        return (replace(program, rates=gates.errors) if isinstance(gates, GateSet) else program), given

    def _scheduled(
        self, columns: int, gates: tuple[str, ...], neighbours: int, parity: bool, segment: int, reach: int | None,
        limits: Array | Chip | None,
    ) -> tuple[Program, dict[str, tuple[Leaf, int]]]:  # fmt: skip
        netlist, given = self.traced(gates)
        signed = {name for name, (leaf, _) in given.items() if leaf.signed}
        marked = frozenset([*signed, *(self.output_names() if self.signed else [])])
        if not segment:
            return schedule_moves(netlist, columns=columns, neighbours=neighbours, signed=marked, parity=parity,
                                  twice=True, gates=gates), given  # fmt: skip
        if neighbours or parity:
            raise InputError("Lanes: segment", segment, "goes with one array of cells that need no parity",
                             "Leave out neighbours and parity, or the segment.")  # fmt: skip
        netlists = netlist, self.netlist(gates, parallel=True)
        if limits is not None:
            reach = limits.switches.limit({name for each in netlists for name in each.counts()} & {*gates})
        return fewest_steps(netlists, columns=columns, segment=segment, reach=reach, signed=marked), given

    def numpy(
        self,
        *,
        columns: int | None = None,
        gates: Gates = GATES,
        neighbours: int = 0,
        parity: bool | None = None,
        segment: int | None = None,
        reach: int | None = None,
        errors: Errors = None,
        seed: int = 0,
    ) -> NDArray[np.int64]:
        """Return the numbers: schedule the expression and run it on the rows.

        Args:
            columns: see `program`, as for the next five. What is left out is as an array or chip in ``gates``, or else
                in ``errors``, has it.
            gates: to compute with.
            neighbours: arrays beside it.
            parity: of columns.
            segment: of lines.
            reach: of gates.
            errors: of the gates; none where left out; see `simulate.rates_of`.
            seed: of the errors.

        Raises:
            InputError: the expression needs more columns.

        Returns:
            int64; whole numbers of Python where the type has more than 63 bits unsigned, or 64 signed.
        """
        on = errors if isinstance(errors, Array | Chip) else None
        program, given = self.scheduled(columns, gates, neighbours, parity, segment, reach, on)
        result = run(program, inputs_of(given, self.span), errors=errors, seed=seed)
        return self.gathered(result, self.rows)

    def gathered(self, result: Mapping[str, NDArray[np.int64]], rows: int) -> NDArray[np.int64]:
        """Return the outputs of a run, of so many rows, in the shape of the expression."""
        columns = [result[name][:rows] for name in self.output_names()]
        return np.stack(columns, axis=-1).reshape(rows, *self.shape[1:])

    def cost(self, array: Array | Chip | None = None, *, gates: Gates = GATES, neighbours: int = 0) -> Cost:
        """Return what computing these numbers costs on an array, the energy from the numbers themselves.

        Args:
            array: one of the arrays that hold the rows, or a chip of them; where None the one in ``gates``, or one of
                the published set `stt-45nm`.
            gates: to compute with; see `trace.gate_names`.
            neighbours: arrays beside it that take what has no room in one.

        Raises:
            InputError: the expression needs more columns, or gates that the array's cells cannot do; what a function of
                `jitted.jit` has computed, of which nothing is left to do.
        """
        if self.ran:
            raise InputError("Lanes.cost", f"a result of {self.ran}", "is computed already, and takes no more steps",
                             f"Ask {self.ran}.cost(...) with its arguments.")  # fmt: skip
        if array is None:
            array = gates if isinstance(gates, Array | Chip) else Array()
        program, given = self.scheduled(None, gates, neighbours, on=array)
        return program.cost(array, inputs=inputs_of(given, max(self.rows, self.span)))
