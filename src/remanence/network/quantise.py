"""Trained weights and activations as whole numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from remanence.core.errors import InputError


@dataclass(frozen=True, slots=True)
class InputRange:
    """How activations become whole numbers: ``code = clip(rint(x / scale))``.

    Args:
        scale: activation of one code.
        signed: two's complement where calibration saw a negative value.
        bits: of a code.
        signs: whether the codes are -1 and +1.
    """

    scale: float
    signed: bool
    bits: int
    signs: bool = False

    @property
    def codes(self) -> tuple[int, int]:
        """Smallest and largest code."""
        if self.signs:
            return -1, 1
        return (-(2 ** (self.bits - 1)), 2 ** (self.bits - 1) - 1) if self.signed else (0, 2**self.bits - 1)

    def encode(self, activations: torch.Tensor) -> torch.Tensor:
        """Return the codes as whole numbers in a tensor of the same shape and float type."""
        if self.signs:
            return torch.where(activations < 0, -1.0, 1.0)
        low, high = self.codes
        return torch.clamp(torch.round(activations / self.scale), low, high)

    @classmethod
    def covering(cls, low: float, high: float, bits: int, subject: str, *, signs: bool = False) -> InputRange:
        """Return the range whose codes just cover what calibration saw; ``signs`` asks for -1 and +1 alone.

        Raises:
            InputError: calibration saw NaN or infinity, or numbers below zero where inputs are bits.
        """
        if not (np.isfinite(low) and np.isfinite(high)):
            raise InputError(subject, f"activations from {low} to {high}", "calibration must stay finite")
        signed = low < 0
        if signs:
            return cls(max(abs(low), abs(high)) or 1.0, True, bits, signs=True)
        if signed and bits == 1:
            raise InputError(subject, f"activations from {low:g}", "a bit has no code below 0",
                             "Take binary inputs, which are -1 and +1, or more bits.")  # fmt: skip
        top = max(abs(low), abs(high)) / (2 ** (bits - 1) - 1) if signed else high / (2**bits - 1)
        return cls(float(top) if top > 0 else 1.0, signed, bits)


def quantise_weights(weight: torch.Tensor, bits: int, subject: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Turn a weight matrix into whole numbers, symmetric, one scale per output.

    A single bit is the sign; its scale is the mean magnitude, which leaves the least squared error.

    Args:
        weight: shape (N, K).
        bits: sign included.
        subject: whose weights, for the error message.

    Returns:
        Whole numbers of shape (K, N) and scales of shape (N,).

    Raises:
        InputError: a weight is not finite.
    """
    matrix = weight.detach().to(torch.float64).cpu().numpy()
    if not np.isfinite(matrix).all():
        bad = int(np.size(matrix) - np.isfinite(matrix).sum())
        raise InputError(f"{subject}: weights", f"{bad} of {matrix.size} NaN or infinite", "all must be finite",
                         "Was the model trained, and loaded whole?")  # fmt: skip
    if bits == 1:
        mean = np.abs(matrix).mean(axis=1)
        return np.where(matrix < 0, -1, 1).T.copy(), np.where(mean > 0, mean, 1.0)
    top = 2 ** (bits - 1) - 1
    largest = np.abs(matrix).max(axis=1)
    scale = np.where(largest > 0, largest, 1.0) / top
    return np.rint(matrix / scale[:, None]).astype(np.int64).T.copy(), scale
