"""One schedule of a Python function over lanes, reused."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.lanes import GATES, Lanes, asarray
from remanence.cram.program import Program
from remanence.cram.simulate import Rates, run


class Jitted:
    """A function over lanes, scheduled once for each type and shape of its arguments. Make it with `jit`."""

    def __init__(self, function: Callable[..., Lanes], columns: int, gates: Collection[str]) -> None:
        functools.update_wrapper(self, function)
        self.function, self.columns, self.gates = function, columns, tuple(gates)
        self._known: dict[tuple[Any, ...], tuple[Program, Lanes]] = {}

    def _compiled(self, arguments: tuple[Lanes, ...]) -> tuple[Program, Lanes]:
        for each in arguments:
            if not isinstance(each, Lanes):
                raise InputError(f"{self.function.__name__}: argument", type(each).__name__, "must be a Lanes",
                                 "Put numbers into rows with cram.asarray.")  # fmt: skip
        key = tuple((each.shape[1:], each.bits, each.signed, each.rows == 1) for each in arguments)
        if key not in self._known:
            blank = [asarray(np.zeros((1 if one else 2, *inner), np.int64), bits, signed=signed)
                     for inner, bits, signed, one in key]  # fmt: skip
            result = self.function(*blank)
            if not isinstance(result, Lanes):
                raise InputError(f"{self.function.__name__}: result", type(result).__name__, "must be a Lanes")
            first = {id(leaf): leaf for each in blank for leaf in each.leaves.values()}
            result = Lanes(result.shape, result.bits, result.signed, {**first, **result.leaves}, result.build)
            self._known[key] = result.program(columns=self.columns, gates=self.gates), result
        return self._known[key]

    def program(self, *arguments: Lanes) -> Program:
        """Return the schedule for arguments of this kind."""
        return self._compiled(arguments)[0]

    def __call__(self, *arguments: Lanes, errors: Rates | None = None, seed: int = 0) -> Lanes:
        """Run the schedule and return the result, with nothing left to compute."""
        program, traced = self._compiled(arguments)
        rows = max((each.rows for each in arguments), default=1)
        given: dict[str, NDArray[np.int64]] = {}
        for number, each in enumerate(arguments):
            data = each.numpy(columns=self.columns, gates=self.gates).reshape(each.rows, -1)
            for place in range(data.shape[1]):
                name = f"x{number}" if len(each.shape) == 1 else f"x{number}[{place}]"
                given[name] = np.broadcast_to(data[:, place], (rows,))
        result = run(program, given, errors=errors, seed=seed)
        whole = np.stack([result[name] for name in traced.output_names()], axis=-1).reshape(rows, *traced.shape[1:])
        return asarray(whole, traced.bits, signed=traced.signed)


def jit(function: Callable[..., Lanes] | None = None, *, columns: int = 1024, gates: Collection[str] = GATES) -> Any:
    """Make one schedule of a Python function over lanes, reused for every call with arguments of the same kind.

    Args:
        function: takes and returns `Lanes`; it is traced, so its Python branches must not depend on numbers.
        columns: of the array.
        gates: names of the gates that it has.
    """
    if function is None:
        return functools.partial(jit, columns=columns, gates=gates)
    if not inspect.isfunction(function):
        raise InputError("cram.jit", type(function).__name__, "a function is needed")
    return Jitted(function, columns, gates)
