"""One schedule of a Python function over lanes, reused."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.machine.array import Array
from remanence.cram.machine.chip import Chip
from remanence.cram.machine.cost import Cost
from remanence.cram.numbers.computed import GATES
from remanence.cram.numbers.lanes import Lanes, asarray, in_rows
from remanence.cram.numbers.trace import Gates, Leaf, gate_names, inputs_of
from remanence.cram.program import Program
from remanence.cram.simulate import Errors, run


class Jitted:
    """A function over lanes, scheduled once for each type and shape of its arguments. Make it with `jit`."""

    def __init__(
        self,
        function: Callable[..., Lanes],
        gates: Gates,
        **layout: Any,
    ) -> None:
        functools.update_wrapper(self, function)
        self.signature = inspect.signature(function)
        gate_names(gates)  # refuses what is none
        self.function, self.gates, self.layout = function, gates, layout
        self._known: dict[tuple[Any, ...], tuple[Program, Lanes, Mapping[str, tuple[Leaf, int]]]] = {}

    def _compiled(self, arguments: tuple[Lanes, ...]) -> tuple[Program, Lanes, Mapping[str, tuple[Leaf, int]]]:
        for each in arguments:
            in_rows(each, f"{self.function.__name__}: argument")
        kind = tuple((each.shape[1:], each.bits, each.signed, each.rows == 1) for each in arguments)
        rows = tuple(each.rows for each in arguments)
        found = self._known.get(kind) or self._known.get((kind, rows))
        if found is None:
            blank = [asarray(np.zeros((each.rows, *each.shape[1:]), np.int64), each.bits, signed=each.signed)
                     for each in arguments]  # fmt: skip
            result = self.function(*blank)
            if not isinstance(result, Lanes):
                raise InputError(f"{self.function.__name__}: result", type(result).__name__, "must be a Lanes")
            traced = Lanes(result.shape, result.bits, result.signed, result.build, (*blank, result))
            program, given = traced.scheduled(gates=self.gates, **self.layout)
            arguments_end = sum(int(np.prod(each.shape[1:])) for each in blank)
            own = dict(list(given.items())[arguments_end:])  # numbers that the function brings along
            fixed = traced.crosses or any(len(leaf.data) > 1 for leaf, _ in own.values())
            found = self._known[(kind, rows) if fixed else kind] = program, traced, own
        return found

    def _bound(self, arguments: tuple[Lanes, ...], named: Mapping[str, Lanes]) -> tuple[Lanes, ...]:
        try:
            return self.signature.bind(*arguments, **named).args
        except TypeError as error:
            raise InputError(f"{self.function.__name__}: arguments", f"{len(arguments)} and {sorted(named)}",
                             str(error)) from None  # fmt: skip

    def program(self, *arguments: Lanes, **named: Lanes) -> Program:
        """Return the schedule for arguments of this kind."""
        return self._compiled(self._bound(arguments, named))[0]

    def cost(self, *arguments: Lanes, array: Array | Chip | None = None, **named: Lanes) -> Cost:
        """Return what the schedule for these arguments costs on an array, the energy from their numbers.

        Args:
            arguments: of the function.
            array: one of the arrays that hold the rows, or a chip of them; where None the one in ``gates`` of `jit`, or
                one of the published set `stt-45nm`. It must fit the schedule.
            named: arguments by name.

        Raises:
            InputError: an array that cannot run the schedule.
        """
        program, given, _ = self._filled(self._bound(arguments, named))
        if array is None:
            array = (
                self.gates if isinstance(self.gates, Array | Chip) else Array(columns=program.width or program.columns)
            )
        return program.cost(array, inputs=given)

    def _filled(self, arguments: tuple[Lanes, ...]) -> tuple[Program, dict[str, NDArray[Any]], Lanes]:
        """Return the schedule, what its inputs hold, and the expression."""
        program, traced, own = self._compiled(arguments)
        rows = max([each.rows for each in arguments] + [traced.span if traced.crosses else 1])
        given = inputs_of(own, rows)
        for number, each in enumerate(arguments):
            data = each.numpy(columns=self.layout["columns"], gates=self.gates).reshape(each.rows, -1)
            for place in range(data.shape[1]):
                name = f"x{number}" if each.ndim == 1 else f"x{number}[{place}]"
                given[name] = np.broadcast_to(data[:, place], (rows,))
        return program, given, traced

    def __call__(self, *arguments: Lanes, errors: Errors = None, seed: int = 0, **named: Lanes) -> Lanes:
        """Run the schedule and return the result, with nothing left to compute: see `cost` for what it took."""
        arguments = self._bound(arguments, named)
        program, given, traced = self._filled(arguments)
        rows = max(len(held) for held in given.values()) if given else 1
        result = run(program, given, errors=errors, seed=seed)
        whole = traced.gathered(result, rows=min(rows, traced.rows) if traced.crosses else rows)
        made = asarray(whole, traced.bits, signed=traced.signed)
        made.ran = self.function.__name__
        return made


def jit(
    function: Callable[..., Lanes] | None = None,
    *,
    columns: int | None = None,
    gates: Gates = GATES,
    neighbours: int = 0,
    parity: bool | None = None,
    segment: int | None = None,
    reach: int | None = None,
) -> Any:
    """Make one schedule of a Python function over lanes, reused for every call with arguments of the same kind.

    Args:
        function: takes and returns `Lanes`; it is traced, so its Python branches must not depend on numbers.
        columns: see `Lanes.program`, as for the others. What is left out is as an array in ``gates`` has it.
        gates: to compute with.
        neighbours: arrays beside it.
        parity: of columns.
        segment: of lines.
        reach: of gates.
    """
    layout: dict[str, Any] = {
        "columns": columns, "neighbours": neighbours, "parity": parity, "segment": segment, "reach": reach,
    }  # fmt: skip
    if function is None:
        return functools.partial(jit, gates=gates, **layout)
    if not inspect.isfunction(function):
        raise InputError("cram.jit", type(function).__name__, "a function is needed")
    return Jitted(function, gates, **layout)
