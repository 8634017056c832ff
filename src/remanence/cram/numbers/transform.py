"""The fast Fourier transform of fixed-point numbers: radix 2, decimation in time, twiddle factors as constants.

Nothing overflows: a stage has a bit more for its sum, and one more where it rotates by other than a quarter turn. A
rotation multiplies by constants of ``twiddle_bits`` bits after the point and rounds to the nearest, ties to even.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.arithmetic.bit_heap import BitHeap
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.netlist import Word
from remanence.cram.numbers.fixed_point import rounded
from remanence.cram.numbers.functions import concatenate, stack
from remanence.cram.numbers.given import whole
from remanence.cram.numbers.lanes import Lanes, elementwise, in_rows

LARGEST_TWIDDLE = 48
"""Bits of a constant after the point: a double has 52, so that it is still off by half a unit at most."""


class Complex(NamedTuple):
    """Real and imaginary parts of one shape."""

    real: Lanes
    imaginary: Lanes

    def numpy(self, **how: Any) -> NDArray[np.complex128]:
        """Return the numbers, both parts by one program; takes what `Lanes.numpy` takes."""
        both = stack(self).numpy(**how)
        result: NDArray[np.complex128] = both[..., 0] + 1j * both[..., 1]
        return result


def rotated(z: Complex, turn: float, twiddle_bits: int) -> Complex:
    """Return z exp(-2 pi i turn): quarter turns exactly, others by constants; signed, of one bit more.

    Raises:
        InputError: a turn that is not finite, or constants of other than 1 to `LARGEST_TWIDDLE` bits.
    """
    if not math.isfinite(turn):
        raise InputError("cram.butterfly: turn", turn, "must be finite")
    twiddle_bits = whole(twiddle_bits, "cram.fft: twiddle_bits", 1, LARGEST_TWIDDLE)
    quarter, rest = divmod(turn * 4, 1)
    if not rest:
        parts = (z.real, z.imaginary), (z.imaginary, -z.real), (-z.real, -z.imaginary), (-z.imaginary, z.real)
        return Complex(*parts[int(quarter) % 4])
    cosine, sine = (round(f(2 * math.pi * turn) * 2**twiddle_bits) for f in (math.cos, math.sin))
    bits = max(part.bits + (not part.signed) for part in z) + 1

    def combined(one: Lanes, a: int, two: Lanes, b: int) -> Lanes:
        """Return (a one + b two) / 2**twiddle_bits."""

        def make(logic: Logic, x: Word, y: Word) -> Word:
            heap = BitHeap(logic, bits + twiddle_bits)
            heap.add_times(x, a, signed=one.signed)
            heap.add_times(y, b, signed=two.signed)
            return rounded(logic, heap.total(), twiddle_bits, signed=True)[:bits]

        return elementwise((one, two), make, bits, True)

    return Complex(combined(z.real, cosine, z.imaginary, sine), combined(z.imaginary, cosine, z.real, -sine))


def butterfly(a: Complex, b: Complex, turn: float, twiddle_bits: int = 12) -> tuple[Complex, Complex]:
    """Return a + w b and a - w b with w = exp(-2 pi i turn), by Cooley and Tukey, Math. Comp. 19, 297 (1965).

    Args:
        a: numbers, of any shapes that fit together.
        b: those that are rotated.
        turn: by how much, 1 for a whole turn; quarters are exact.
        twiddle_bits: of the constants, after the point.

    Raises:
        InputError: shapes that do not fit, a turn that is not finite, or constants of other than 1 to 48 bits.
    """
    b = rotated(b, turn, twiddle_bits)
    return (
        Complex(a.real + b.real, a.imaginary + b.imaginary),
        Complex(a.real - b.real, a.imaginary - b.imaginary),
    )


def fft(real: Lanes, imaginary: Lanes, *, twiddle_bits: int = 12) -> Complex:
    """Return the Fourier transform along the last axis, sum of x_n exp(-2 pi i k n / N).

    Args:
        real: real parts, shape (rows, N), N a power of two.
        imaginary: imaginary parts.
        twiddle_bits: of the constants, after the point.

    Raises:
        InputError: another N, or parts of different shapes.
    """
    real, imaginary = in_rows(real, "cram.fft: real"), in_rows(imaginary, "cram.fft: imaginary")
    count = real.shape[-1]
    if real.ndim != 2 or real.shape != imaginary.shape or count & (count - 1):
        raise InputError("cram.fft", f"shapes {real.shape} and {imaginary.shape}",
                         "must be one shape (rows, N) with N a power of two")  # fmt: skip
    twiddle_bits = whole(twiddle_bits, "cram.fft: twiddle_bits", 1, LARGEST_TWIDDLE)
    parts = _transformed([Complex(real[:, k : k + 1], imaginary[:, k : k + 1]) for k in range(count)], twiddle_bits)
    return Complex(concatenate([z.real for z in parts]), concatenate([z.imaginary for z in parts]))


def _transformed(parts: list[Complex], twiddle_bits: int) -> list[Complex]:
    count = len(parts)
    if count == 1:
        return parts
    even, odd = _transformed(parts[::2], twiddle_bits), _transformed(parts[1::2], twiddle_bits)
    pairs = [butterfly(even[k], odd[k], k / count, twiddle_bits) for k in range(count // 2)]
    return [pair[0] for pair in pairs] + [pair[1] for pair in pairs]


def error_bound(largest: float, count: int, twiddle_bits: int) -> float:
    """Return how far a result of `fft` can be from the exact one, at most.

    With |x_n| <= largest. A rotation adds |z| sqrt(2) 2**-(twiddle_bits + 1) of its constants, since each part of w is
    off by half a unit at most, and sqrt(1/2) of its rounding.
    """
    error, size = 0.0, largest
    for stage in range(int(np.log2(count))):
        added = (size + error) * math.sqrt(0.5) * 2.0**-twiddle_bits + math.sqrt(0.5) if stage > 1 else 0.0
        error, size = 2 * error + added, 2 * size
    return error
