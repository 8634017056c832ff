"""Layers that need no partial sums: one exact product of the inputs and of the recombined weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from remanence.kernels.sliced_mvm.choice import Problem, limits, unit
from remanence.kernels.sliced_mvm.records import EXACT, EXACT_DOUBLE, Uniform

SHORTEST = 64
"""Fewest rows of a piece whose float32 products are quicker than float64 ones."""


def integer_product(problem: Problem) -> NDArray[np.int64]:
    """Return the codes of a converter that loses nothing, accumulated: the product of whole numbers."""
    assert isinstance(problem.conversion, Uniform)
    return _product(problem, unit(problem.conversion)).astype(np.int64)


def folded_product(problem: Problem) -> NDArray[np.float64]:
    """Return the sums without a converter: exact below 2**53, else rounded as float64 products are."""
    return _product(problem, 1).astype(np.float64)


def _product(problem: Problem, step: int) -> NDArray[np.float64] | NDArray[np.int64]:
    small = int(np.abs(problem.input_weights).sum()) * problem.largest_digit < 2**31
    inputs: NDArray[Any] = np.zeros(problem.digits.shape[1:], np.int32 if small else np.int64)
    for weight, digit in zip(problem.input_weights.astype(inputs.dtype), problem.digits, strict=True):
        inputs += weight * digit
    significances = tuple(problem.cell_weights.tolist())
    weights, largest = problem.cells.derived(("folded", step, significances), lambda: _fold(problem, step))
    bound = max(map(abs, limits(inputs))) * largest
    depth = inputs.shape[1]
    length = (EXACT - 1) // max(bound, 1)
    if length >= min(SHORTEST, depth):
        narrow = problem.cells.derived(("narrow", step, significances), lambda: weights.astype(np.float32))
        factors = inputs.astype(np.float32)
        total = np.zeros((inputs.shape[0], weights.shape[1]))
        for start in range(0, depth, length):
            total += factors[:, start : start + length] @ narrow[start : start + length]
        return total
    if bound * depth < EXACT_DOUBLE or problem.conversion is None:
        wide = problem.cells.derived(("wide", step, significances), lambda: weights.astype(np.float64))
        return np.asarray(inputs.astype(np.float64) @ wide)
    return np.asarray(inputs.astype(np.int64) @ weights)


def _fold(problem: Problem, step: int) -> tuple[NDArray[np.int64], int]:
    values, weights = problem.cells.values, np.zeros(problem.cells.values.shape[1:], np.int64)
    for significance, plane in zip(problem.cell_weights, values, strict=True):
        weights += significance * (plane // step)
    return weights, max(map(abs, limits(weights)))
