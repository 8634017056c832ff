"""The definition of `sliced_mvm` in plain NumPy: clear, slow, exact."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remanence.kernels.sliced_mvm import noise as noises
from remanence.kernels.sliced_mvm.records import Conversion, Noise, Uniform


def sliced_mvm(
    digits: NDArray[np.int16],
    cells: NDArray[np.int32],
    input_weights: NDArray[np.int64],
    cell_weights: NDArray[np.int64],
    rows: int,
    conversion: Conversion,
    noise: Noise | None = None,
    first_vector: int = 0,
) -> NDArray[np.int64] | NDArray[np.float64]:
    """Return the accumulated codes, shape (V, M); arguments as in the package."""
    pulses, vectors, depth = digits.shape
    slices, _, columns = cells.shape
    result = np.zeros((vectors, columns), np.int64)
    sums = np.zeros((vectors, columns))
    if noise is not None and noise.variance is not None:
        variance, exponent = noises.variance_grid(noise.variance, min(rows, depth))
    for block in range(-(-depth // rows)):
        taken = slice(block * rows, (block + 1) * rows)
        for z in range(pulses):
            digit = digits[z, :, taken].astype(np.int64)
            for s in range(slices):
                partial = digit @ cells[s, taken].astype(np.int64)
                weight = input_weights[z] * cell_weights[s]
                disturbed = partial.astype(np.float64)
                if noise is not None:
                    spread = np.full((vectors, columns), noise.rms**2)
                    if noise.variance is not None:
                        spread += np.ldexp((digit**2 @ variance[s, taken].astype(np.int64)).astype(float), exponent)
                    index = (block * pulses + z) * slices + s
                    drawn = noises.normals(noise.key, index, first_vector, (vectors, columns))
                    disturbed += np.sqrt(spread) * drawn
                if conversion is not None:
                    result += weight * convert(disturbed.astype(np.float32), conversion)
                elif noise is not None:
                    sums += weight * disturbed
                else:
                    result += weight * partial
    if conversion is not None:
        return result
    return sums if noise is not None else result.astype(np.float64)


def convert(partial: NDArray[np.float32], conversion: Conversion) -> NDArray[np.int64]:
    """Return the codes of partial sums, shape (V, M)."""
    assert conversion is not None
    if isinstance(conversion, Uniform):
        code = np.clip(np.rint(partial * conversion.scale + conversion.offset), conversion.low, conversion.high)
        return np.asarray(code, np.int64)
    codes = np.empty(partial.shape, np.int64)
    for column, converter in enumerate(conversion.converter_of):
        codes[:, column] = np.searchsorted(conversion.thresholds[converter], partial[:, column], side="right")
    return np.asarray(conversion.low + codes)
