"""The operation `sliced_mvm`: see README.md beside this file for the equation."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remanence.core.errors import BackendError, InputError, ValidityError
from remanence.kernels import graphics
from remanence.kernels.sliced_mvm import choice, gpu, reference
from remanence.kernels.sliced_mvm.gradient import Gradients, sliced_mvm_gradient
from remanence.kernels.sliced_mvm.partial import convert_sums
from remanence.kernels.sliced_mvm.records import (
    EXACT,
    EXACT_DOUBLE,
    Cells,
    Conversion,
    Noise,
    Product,
    Staircase,
    Uniform,
)

__all__ = ["BACKENDS", "EXACT", "PATHS", "Cells", "Conversion", "Gradients", "Noise", "Product", "Staircase", "Uniform",
           "convert_sums", "sliced_mvm", "sliced_mvm_gradient"]  # fmt: skip

BACKENDS = ("reference", "cpu", "gpu", "auto")
PATHS = (*choice.PATHS, "auto")


def sliced_mvm(
    digits: NDArray[np.integer],
    cells: NDArray[np.integer] | Cells,
    *,
    input_weights: ArrayLike,
    cell_weights: ArrayLike,
    rows: int,
    conversion: Conversion,
    noise: Noise | None = None,
    first_vector: int = 0,
    backend: str = "auto",
    path: str = "auto",
) -> Product:
    """Multiply vectors by sliced weights, with a converter on each partial sum.

    Args:
        digits: shape (Z, V, K), whole numbers of 16 bits: what the rows are driven with in each of Z cycles.
        cells: shape (S, K, M), cell values on their fixed-point grid; `Cells` keeps what is derived from them.
        input_weights: significance of each cycle, shape (Z,).
        cell_weights: significance of each slice, shape (S,).
        rows: rows of a block, R; the last block may have fewer.
        conversion: `Uniform`, `Staircase`, or None for no converter.
        noise: of each conversion; None for none.
        first_vector: index of the first vector, which picks its noise: a batch in pieces gives the bits of a whole one.
        backend: ``"reference"``, ``"cpu"``, ``"gpu"`` or ``"auto"``: the graphics processor where there is one and it
            takes the problem, else the processor.
        path: one of `PATHS`; ``"auto"`` takes the quickest that is exact. The reference and the
            graphics processor have one way each.

    Raises:
        InputError: shapes do not fit, or a number is not whole or out of range.
        ValidityError: sums would not be exact, or the path does not hold for these cells and this converter.
        BackendError: an unknown back end, or one that this machine lacks or that does not take the problem.
    """
    if backend not in BACKENDS:
        raise BackendError(f"sliced_mvm: back end {backend!r}; known are {', '.join(BACKENDS)}")
    if path not in PATHS:
        raise InputError("sliced_mvm: path", path, f"must be one of {', '.join(PATHS)}")
    held = cells if isinstance(cells, Cells) else Cells(cells)
    codes = np.asarray(digits)
    if codes.ndim != 3 or codes.shape[2] != held.values.shape[1]:
        raise InputError("sliced_mvm", f"shapes {codes.shape} and {held.values.shape}", "must be (Z, V, K), (S, K, M)")
    low, high = choice.limits(codes)
    if codes.dtype.kind not in "iub" or low < -(2**15) or high >= 2**15:
        raise InputError("sliced_mvm: digits", f"{codes.dtype}, {low} to {high}", "must be whole and fit in 16 bits")
    codes = np.ascontiguousarray(codes, np.int16)
    slices, depth, _ = held.values.shape
    weights = _weights("input_weights", input_weights, codes.shape[0])
    significances = _weights("cell_weights", cell_weights, slices)
    if int(rows) != rows or rows < 1:
        raise InputError("sliced_mvm: rows", rows, "must be a whole number from 1")
    if first_vector < 0:
        raise InputError("sliced_mvm: first_vector", first_vector, "must not be negative")
    _check_columns(conversion, noise, held.values.shape)
    problem = choice.Problem(codes, (low, high), held, weights, significances, min(int(rows), max(depth, 1)),
                             conversion, noise, first_vector)  # fmt: skip
    if problem.largest_sum >= EXACT_DOUBLE or problem.largest_result >= 2**63:
        raise ValidityError("sliced_mvm: cells", f"partial sums up to {problem.largest_sum:.3g}",
                            "must stay below 2**53, and results below 2**63", "Take a coarser grid.")  # fmt: skip
    if backend in ("reference", "gpu") and path != "auto":
        raise InputError("sliced_mvm: path", path, f"the {backend} back end has one way only")
    if backend == "reference":
        values = reference.sliced_mvm(codes, held.values, weights, significances, problem.rows, conversion, noise,
                                      first_vector)  # fmt: skip
        return Product(values, "definition", "reference")
    if backend in ("gpu", "auto") and path == "auto":
        reason = gpu.objection(problem)
        if backend == "gpu":
            graphics.require("sliced_mvm")
            if reason:
                raise BackendError(f"sliced_mvm: the gpu back end does not take this: {reason}")
        if not reason and (backend == "gpu" or (graphics.available() and choice.objection(problem, "integer product"))):
            return Product(gpu.run(problem), gpu.PATH, "gpu")
    # numba compiles on import of the module: only those who run it wait for it
    from remanence.kernels.sliced_mvm import cpu

    chosen = choice.choose(problem) if path == "auto" else choice.demand(problem, path)
    return Product(cpu.run(problem, chosen), chosen, "cpu")


def _weights(name: str, given: ArrayLike, count: int) -> NDArray[np.int64]:
    weights = np.asarray(given)
    if weights.shape != (count,) or weights.dtype.kind not in "iu":
        raise InputError(f"sliced_mvm: {name}", f"{weights.dtype} of shape {weights.shape}",
                         f"must be {count} whole numbers")  # fmt: skip
    return weights.astype(np.int64)


def _check_columns(conversion: Conversion, noise: Noise | None, shape: tuple[int, ...]) -> None:
    columns = shape[2]
    if isinstance(conversion, Uniform):
        for name in ("scale", "offset"):
            given = getattr(conversion, name)
            if given.ndim == 1 and given.size != columns:
                raise InputError(f"sliced_mvm: Uniform.{name}", f"{given.size} columns", f"the cells have {columns}")
    if isinstance(conversion, Staircase) and conversion.converter_of.size != columns:
        raise InputError("sliced_mvm: Staircase.converter_of", f"{conversion.converter_of.size} columns",
                         f"the cells have {columns}")  # fmt: skip
    if noise is not None and noise.variance is not None and noise.variance.shape != shape:
        raise InputError("sliced_mvm: Noise.variance", f"shape {noise.variance.shape}", f"the cells have {shape}")
