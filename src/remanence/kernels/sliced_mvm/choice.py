"""Which of the exact ways to compute a `sliced_mvm` holds for given numbers, and which of them is quickest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import ValidityError
from remanence.kernels.sliced_mvm.records import EXACT, Cells, Conversion, Noise, Uniform

PATHS = ("integer product", "folded product", "popcount", "subset sums", "products")
FEWEST_PLANES = 64
"""Vectors times cycles from which on tables of subset sums pay for themselves."""
SAMPLE = 4096
"""Cells looked at first, to see at once that there are many values."""


def limits(array: NDArray[Any]) -> tuple[int, int]:
    """Return the smallest and the largest of whole numbers; 0 and 0 of none."""
    return (int(array.min()), int(array.max())) if array.size else (0, 0)


def cell_limits(cells: Cells) -> tuple[int, int]:
    """Return the smallest and the largest cell."""
    found: tuple[int, int] = cells.derived("limits", lambda: limits(cells.values))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """One product, checked; fields as the arguments of `sliced_mvm`, ``span`` the smallest and largest digit."""

    digits: NDArray[np.int16]
    span: tuple[int, int]
    cells: Cells
    input_weights: NDArray[np.int64]
    cell_weights: NDArray[np.int64]
    rows: int
    conversion: Conversion
    noise: Noise | None
    first_vector: int

    @property
    def largest_digit(self) -> int:
        """Largest size of a digit."""
        return max(-self.span[0], self.span[1])

    @property
    def largest_cell(self) -> int:
        """Largest size of a cell."""
        low, high = cell_limits(self.cells)
        return max(-low, high)

    @property
    def largest_sum(self) -> int:
        """No partial sum is larger than this."""
        return self.rows * self.largest_digit * self.largest_cell

    @property
    def largest_result(self) -> int:
        """No result is larger than this."""
        ends = None if self.conversion is None else (self.conversion.low, self.conversion.high)
        code = self.largest_sum if ends is None else max(map(abs, ends))
        blocks = -(-int(self.digits.shape[2]) // self.rows)
        weights = int(np.abs(self.input_weights).sum()) * int(np.abs(self.cell_weights).sum())
        return blocks * weights * code


def choose(problem: Problem) -> str:
    """Return the quickest path that is exact."""
    return next(path for path in PATHS if not objection(problem, path))


def demand(problem: Problem, path: str) -> str:
    """Return the path, or say why it does not hold.

    Raises:
        ValidityError: it does not.
    """
    reason = objection(problem, path)
    if reason:
        raise ValidityError("sliced_mvm: path", path, reason, 'Let "auto" choose.')
    return path


def objection(problem: Problem, path: str) -> str:
    """Return why a path does not hold, or nothing."""
    if path == "integer product":
        return _lossy(problem)
    if path == "folded product":
        return "" if problem.conversion is None and problem.noise is None else "needs no converter and no noise"
    if path == "popcount":
        return _uncountable(problem)
    if path == "subset sums":
        return _unlisted(problem)
    return ""


def _uncountable(problem: Problem) -> str:
    """Return why partial sums are no counts of bits that are exact in float32, or nothing."""
    low, high = problem.span
    if problem.noise is not None:
        return "needs quiet cells and converters"
    if high > low + 1 and np.any((problem.digits != low) & (problem.digits != high)):
        return "needs digits of two values"
    values = levels(problem.cells)
    if len(values) > 3:
        return "needs cells of two or three values"
    middle = values[len(values) // 2] if len(values) == 3 else values[0]
    parts = max(abs(low), high - low) * (abs(middle) + sum(abs(value - middle) for value in values))
    common = math.gcd(*values) or 1
    # a common power of two costs float32 no digits
    if problem.rows * parts >= EXACT * (common & -common):
        return "sums are not exact in float32"
    return ""


def _unlisted(problem: Problem) -> str:
    """Return why partial sums are no sums of a few listed ones, or nothing."""
    if problem.span[1] - problem.span[0] > 3:
        return "needs digits of at most four values"
    if problem.largest_sum >= EXACT:
        return "sums are not exact in float32"
    if problem.noise is not None and problem.noise.variance is not None and problem.largest_digit > 1:
        return "sums of the cells' variance are not exact in float32"
    few = problem.digits.shape[0] * problem.digits.shape[1] < FEWEST_PLANES
    return "too few vectors to pay for the tables" if few else ""


def levels(cells: Cells) -> tuple[int, ...]:
    """Return the values of cells in order: all where there are two or three, else at least four of them."""
    return cells.derived("levels", lambda: _levels(cells.values))  # type: ignore[no-any-return]


def _levels(values: NDArray[np.int32]) -> tuple[int, ...]:
    found = np.unique(values.ravel()[:SAMPLE])
    for plane in values:
        if found.size > 3:
            break
        strange = np.ones(plane.shape, np.bool_)
        for value in found:
            strange &= plane != value
        found = np.union1d(found, np.unique(plane[strange]))
    one = found.tolist()
    return tuple(one) if len(one) != 1 else (one[0], one[0] + 1)


def _lossy(problem: Problem) -> str:
    """Return why a converter does not give every partial sum as it is, one code per step, or nothing."""
    converter = problem.conversion
    if not isinstance(converter, Uniform) or problem.noise is not None:
        return "needs a uniform converter and no noise"
    if np.any(converter.offset != 0) or np.any(converter.scale != converter.scale.flat[0]):
        return "needs one scale and no offset"
    step = unit(converter)
    low, high = sum_limits(problem)
    if abs(float(converter.scale.flat[0]) * step - 1.0) > 2.0**-24 or max(-low, high) >= EXACT:
        return "needs one code per whole step"
    if low < step * converter.low or high > step * converter.high or max(-low, high) >= step * EXACT // 8:
        return "the converter can clip"
    multiples = problem.cells.derived(("multiples", step), lambda: not np.any(problem.cells.values % step))
    return "" if multiples else "cells are not whole multiples of the step"


def unit(converter: Uniform) -> int:
    """Return how many grid units a code of a uniform converter stands for, rounded."""
    return max(1, round(1.0 / float(converter.scale.flat[0])))


def sum_limits(problem: Problem) -> tuple[int, int]:
    """Return bounds of all partial sums."""
    low, high = cell_limits(problem.cells)
    corners = [digit * cell for digit in problem.span for cell in (low, high)]
    return problem.rows * min(0, *corners), problem.rows * max(0, *corners)
