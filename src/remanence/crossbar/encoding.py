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


def bit_serial(
    inputs: NDArray[np.integer], input_bits: int, signed: bool
) -> tuple[NDArray[np.int16], NDArray[np.int64]]:
    """Cut inputs into their bits, least significant first; the top bit of two's complement has significance -1.

    Args:
        inputs: shape (V, K), whole numbers.
        input_bits: of an input.
        signed: whether inputs are two's complement.

    Returns:
        Digits 0 and 1 of shape (input_bits, V, K), and their significances, shape (input_bits,).

    Raises:
        InputError: an input is out of range.
    """
    low, high = (-(2 ** (input_bits - 1)), 2 ** (input_bits - 1) - 1) if signed else (0, 2**input_bits - 1)
    if inputs.size and (inputs.min() < low or inputs.max() > high):
        raise InputError("inputs", f"{inputs.min()} to {inputs.max()}", f"must lie in {low} to {high}")
    codes = inputs.astype(np.int16)
    digits = np.stack([(codes >> bit) & np.int16(1) for bit in range(input_bits)])
    significances = 2 ** np.arange(input_bits, dtype=np.int64)
    if signed:
        significances[-1] = -significances[-1]
    return digits, significances
