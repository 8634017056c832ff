"""Signed whole-number weights as slices of differential cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError


def sign_magnitude_slices(weights: NDArray[np.integer], weight_bits: int) -> NDArray[np.int8]:
    """Cut weights into binary slices that carry their sign.

    A cell holds +1 (parallel, antiparallel), -1 (antiparallel, parallel) or 0 (both antiparallel), so that
    ``weights = sum over s of 2**s slices[s]`` and a zero bit costs the smallest current.

    Args:
        weights: shape (K, N), from -(2**(weight_bits-1) - 1) to 2**(weight_bits-1) - 1.
        weight_bits: sign included.

    Returns:
        Shape (weight_bits - 1, K, N), each -1, 0 or 1.

    Raises:
        InputError: a weight is out of range.
    """
    top = 2 ** (weight_bits - 1) - 1
    if weights.size and int(np.abs(weights).max()) > top:
        raise InputError("weights", int(np.abs(weights).max()), f"magnitudes must be at most {top}")
    magnitude, sign = np.abs(weights), np.sign(weights).astype(np.int8)
    bits = [((magnitude >> s) & 1).astype(np.int8) * sign for s in range(weight_bits - 1)]
    return np.stack(bits)
