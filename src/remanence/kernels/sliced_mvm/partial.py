"""Partial sums that something else has formed, such as columns with wires: their noise, converter and significance."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remanence.core.errors import InputError
from remanence.kernels.sliced_mvm import noise as noises
from remanence.kernels.sliced_mvm.records import Conversion, Noise
from remanence.kernels.sliced_mvm.reference import convert

Floats = NDArray[np.float64]


def convert_sums(
    partial: Floats,
    digits: NDArray[np.integer],
    *,
    input_weights: ArrayLike,
    cell_weights: ArrayLike,
    block: int,
    rows: int,
    conversion: Conversion,
    noise: Noise | None = None,
    first_vector: int = 0,
) -> NDArray[np.int64] | Floats:
    """Convert the partial sums of one block of rows and add the codes up, as `sliced_mvm` does after its product.

    Args:
        partial: shape (Z, V, S, M), whole grid units.
        digits: what the rows of the block were driven with, shape (Z, V, R): for noise that grows with it.
        input_weights: shape (Z,).
        cell_weights: shape (S,).
        block: index of the block, which picks its noise.
        rows: of a full block.
        conversion: as `sliced_mvm`.
        noise: as there; its variance is that of all K rows.
        first_vector: as there.

    Returns:
        Shape (V, M): whole numbers behind a converter, else float64.

    Raises:
        InputError: shapes do not fit.
    """
    pulses, vectors, slices, columns = partial.shape
    if digits.shape[:2] != (pulses, vectors):
        raise InputError("convert_sums: digits", f"shape {digits.shape}", f"must be ({pulses}, {vectors}, R)")
    outer = np.multiply.outer(np.asarray(input_weights), np.asarray(cell_weights))
    if outer.shape != (pulses, slices):
        raise InputError("convert_sums: weights", f"{outer.shape}", f"must be {pulses} and {slices}")
    variance, exponent = None, 0
    if noise is not None and noise.variance is not None:
        # one grid for all blocks, as in the product
        whole, exponent = noises.variance_grid(noise.variance, min(rows, noise.variance.shape[1]))
        variance = whole[:, block * rows : block * rows + digits.shape[2]].astype(np.float64)
    codes, sums = np.zeros((vectors, columns), np.int64), np.zeros((vectors, columns))
    for z in range(pulses):
        squared = digits[z].astype(np.float64) ** 2 if variance is not None else None
        for s in range(slices):
            value = partial[z, :, s]
            if noise is not None:
                spread = np.full((vectors, columns), noise.rms**2)
                if variance is not None:
                    spread += np.ldexp(squared @ variance[s], exponent)  # whole numbers: exact in any order
                drawn = noises.normals(noise.key, (block * pulses + z) * slices + s, first_vector, (vectors, columns))
                value = value + np.sqrt(spread) * drawn
            if conversion is None:
                sums += outer[z, s] * value
            else:
                codes += outer[z, s] * convert(value.astype(np.float32), conversion)
    return sums if conversion is None else codes
