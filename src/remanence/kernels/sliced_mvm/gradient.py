"""What training needs of `sliced_mvm`: the vector-Jacobian product, with a converter that passes gradients through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remanence.core.errors import InputError
from remanence.kernels.sliced_mvm.records import Conversion, Uniform

Singles = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Gradients:
    """Derivatives of a sum of results, each weighted.

    Args:
        digits: with respect to the digits, shape (Z, V, K).
        cells: with respect to the cells, per grid unit, shape (S, K, M).
    """

    digits: Singles
    cells: Singles

    def inputs(self, input_weights: ArrayLike) -> Singles:
        """Return derivatives with respect to the inputs, shape (V, K), for a change spread over all digits.

        The smallest change of digits that changes an input by 1 is ``input_weights / sum(input_weights**2)``. Without a
        clipped sum this is the derivative of the product of inputs and weights.
        """
        weights = np.asarray(input_weights, np.float64)
        return np.tensordot(weights / np.sum(weights**2), self.digits, 1).astype(np.float32)


def sliced_mvm_gradient(
    upstream: ArrayLike,
    digits: NDArray[np.integer],
    cells: NDArray[np.integer],
    *,
    input_weights: ArrayLike,
    cell_weights: ArrayLike,
    rows: int,
    conversion: Conversion,
) -> Gradients:
    """Return the vector-Jacobian product of `sliced_mvm`, in float32.

    A converter counts as its straight line: a slope of ``scale`` (of a staircase: codes between its first and last
    threshold over their distance) where it does not clip, 0 where it does (Bengio, Leonard and Courville,
    arXiv:1308.3432). Noise does not depend on what is differentiated, so it needs no argument; that the variance does
    is left out.

    Args:
        upstream: derivatives with respect to the results, shape (V, M).
        digits: as in `sliced_mvm`.
        cells: as in `sliced_mvm`.
        input_weights: as in `sliced_mvm`.
        cell_weights: as in `sliced_mvm`.
        rows: as in `sliced_mvm`.
        conversion: as in `sliced_mvm`.

    Raises:
        InputError: shapes do not fit, or a derivative is not finite.
    """
    given = np.asarray(upstream, np.float32)
    wanted = (digits.shape[1], cells.shape[2])
    if given.shape != wanted or not np.isfinite(given).all():
        raise InputError("sliced_mvm_gradient: upstream", f"shape {given.shape}", f"must be {wanted} and finite")
    of_digits, of_cells = np.zeros(digits.shape, np.float32), np.zeros(cells.shape, np.float32)
    for start in range(0, digits.shape[2], rows):
        block = slice(start, start + rows)
        for z, input_weight in enumerate(np.asarray(input_weights)):
            digit = digits[z, :, block].astype(np.float32)
            for s, cell_weight in enumerate(np.asarray(cell_weights)):
                plane = cells[s, block].astype(np.float32)
                passed = np.float32(input_weight * cell_weight) * given
                if conversion is not None:
                    passed = passed * slope(digit @ plane, conversion)
                of_digits[z, :, block] += passed @ plane.T
                of_cells[s, block] += digit.T @ passed
    return Gradients(of_digits, of_cells)


def slope(partial: Singles, conversion: Conversion) -> Singles:
    """Return the slope of a converter's straight line at partial sums, shape (V, M): 0 where it clips."""
    assert conversion is not None
    if isinstance(conversion, Uniform):
        code = np.rint(partial * conversion.scale + conversion.offset)
        inside = (code >= conversion.low) & (code <= conversion.high)
        return np.where(inside, conversion.scale, np.float32(0))
    first, last = (conversion.thresholds[conversion.converter_of, end] for end in (0, -1))
    codes = np.float32(conversion.thresholds.shape[1] - 1)
    steep = np.divide(codes, last - first, out=np.zeros_like(first), where=last > first)
    return np.where((partial >= first) & (partial <= last), steep, np.float32(0))
