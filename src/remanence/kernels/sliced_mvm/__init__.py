"""The operation `sliced_mvm`: see README.md beside this file for the equation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import BackendError, InputError
from remanence.kernels.sliced_mvm import reference

BACKENDS = ("reference", "cpu", "auto")
EXACT = 2**24
"""Whole numbers up to this size are exact in float32."""


def sliced_mvm(
    inputs: NDArray[np.integer],
    cells: NDArray[np.int32],
    *,
    input_bits: int,
    signed: bool,
    rows: int,
    scale: float,
    low: int,
    high: int,
    backend: str = "auto",
) -> tuple[NDArray[np.int64], str]:
    """Multiply vectors by sliced weights, with a converter on each partial sum.

    Args:
        inputs: shape (V, K), whole numbers that fit in ``input_bits``.
        cells: shape (S, K, N), cell values on their fixed-point grid; slice s has weight 2**s.
        input_bits: bits of an input, from 1 to 16.
        signed: whether inputs are two's complement.
        rows: rows of a block, R.
        scale: converter codes per grid step.
        low: smallest code.
        high: largest code.
        backend: ``"reference"``, ``"cpu"`` or ``"auto"``.

    Returns:
        Whole numbers of shape (V, N), and the back end that ran.

    Raises:
        InputError: shapes do not fit, an input is out of range, or a partial sum could exceed 2**24.
        BackendError: an unknown back end.
    """
    if backend not in BACKENDS:
        raise BackendError(f"sliced_mvm: back end {backend!r}; known are {', '.join(BACKENDS)}")
    if inputs.ndim != 2 or cells.ndim != 3 or inputs.shape[1] != cells.shape[1]:
        raise InputError("sliced_mvm", f"shapes {inputs.shape} and {cells.shape}", "must be (V, K) and (S, K, N)")
    bottom, top = (-(2 ** (input_bits - 1)), 2 ** (input_bits - 1) - 1) if signed else (0, 2**input_bits - 1)
    if inputs.size and (inputs.min() < bottom or inputs.max() > top):
        raise InputError("sliced_mvm: inputs", f"{inputs.min()} to {inputs.max()}", f"must lie in {bottom} to {top}")
    largest = int(np.abs(cells).max(initial=0))
    if largest * min(rows, cells.shape[1]) >= EXACT:
        raise InputError("sliced_mvm: cells", largest, f"rows times the largest cell must stay below {EXACT}")
    run = reference.sliced_mvm
    ran = "reference"
    if backend != "reference":
        # numba compiles on import of the module: only those who run it wait for it
        from remanence.kernels.sliced_mvm import cpu

        run, ran = cpu.sliced_mvm, "cpu"
    result = run(inputs, cells, input_bits, signed, rows, np.float32(scale), low, high)
    return result, ran
