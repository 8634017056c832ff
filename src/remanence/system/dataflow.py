"""How digital chips run a matrix product, and the events of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from remanence.core.errors import InputError
from remanence.core.events import EventCount
from remanence.core.stream import Stream
from remanence.system.chip import Chip

ACCUMULATOR_BITS = 32
_BLAS = ThreadpoolController()


def residual_error(chip: Chip) -> float:
    """Return the probability that a stored weight bit reads wrong after error correction.

    With check bits, single errors per word are corrected; two errors in a word of n bits, n (n-1)/2 p^2, leave both
    bits wrong: p (n-1) p per bit, first order in p.
    """
    memory = chip.memory
    if memory is None:
        return 0.0
    raw = float(memory.cell.residual_write_error)
    bits = memory.word_bits + memory.check_bits
    return min(raw, (bits - 1) * raw**2) if memory.check_bits else raw


@dataclass(frozen=True, slots=True, eq=False)
class MatrixEngine:
    """A matrix of whole-number weights, shape (K, N), on a digital chip: exact arithmetic on stored weights."""

    chip: Chip
    weights: NDArray[np.int64]

    @property
    def random(self) -> bool:
        """Whether stored weights can differ: below 2**-33 a `Stream` never lets an event happen."""
        return residual_error(self.chip) >= 2.0**-33

    def program(self, stream: Stream | None) -> StoredMatrix:
        """Store the weights; a stream draws the bits that the memory got wrong, None stores them as they are."""
        error, bits = residual_error(self.chip), self.chip.weight_bits
        if stream is None or not error:
            return StoredMatrix(self.weights)
        flips = stream.events(error, (bits, *self.weights.shape))
        mask = (flips * (1 << np.arange(bits)).reshape(-1, 1, 1)).sum(axis=0)
        stored = (self.weights & ((1 << bits) - 1)) ^ mask
        return StoredMatrix(np.where(stored >= 1 << (bits - 1), stored - (1 << bits), stored))

    def events(self, inputs: NDArray[np.integer]) -> EventCount:
        """Count what inputs of shape (V, K) make the chip do; memory reads are counted apart, per inference."""
        vectors, (depth, outputs) = inputs.shape[0], self.weights.shape
        products = float(vectors) * depth * outputs
        processor = self.chip.processor
        if self.chip.gpu is not None:
            bits = self.chip.gpu.input_bits
            return EventCount(
                multiply_accumulates=products,
                buffer_bits_read=float(vectors) * depth * bits,
                buffer_bits_written=float(vectors) * outputs * bits,
                digital_operations=float(vectors) * outputs,
            )
        if processor is None:
            return EventCount(multiply_accumulates=products, digital_operations=float(vectors) * outputs)
        tiles_in, tiles_out = -(-depth // processor.input_lanes), -(-outputs // processor.output_lanes)
        partial = float(vectors) * outputs * ACCUMULATOR_BITS * (tiles_in - 1)
        return EventCount(
            multiply_accumulates=products,
            multiply_steps=float(vectors) * tiles_in * tiles_out,
            buffer_bits_read=float(vectors) * depth * processor.input_bits * tiles_out + partial,
            buffer_bits_written=float(vectors) * outputs * processor.input_bits + partial,
            digital_operations=float(vectors) * outputs,
        )

    def weight_events(self) -> EventCount:
        """Count the weight bits read once, as one pass over a layer does."""
        if self.chip.microcontroller is not None:
            return EventCount()
        return EventCount(memory_bits_read=float(self.weights.size) * self.chip.weight_bits)

    def write_events(self) -> EventCount:
        """Count the bits written to store the layer."""
        return EventCount(memory_bits_written=float(self.weights.size) * self.chip.weight_bits)


@dataclass(frozen=True, slots=True, eq=False)
class StoredMatrix:
    """Weights as the memory holds them, shape (K, N)."""

    weights: NDArray[np.int64]

    def multiply(self, inputs: NDArray[np.integer]) -> NDArray[np.float64]:
        """Return the exact product, shape (V, N): float64 sums of whole numbers below 2**53 are exact."""
        if inputs.shape[1] * int(np.abs(self.weights).max(initial=0)) * 2**8 >= 2**53:
            raise InputError("matrix product", inputs.shape, "sums must stay below 2**53")
        # one thread: a threaded BLAS keeps spinning on the cores that torch and the kernels use next
        with _BLAS.limit(limits=1, user_api="blas"):
            product: NDArray[np.float64] = inputs.astype(np.float64) @ self.weights.astype(np.float64)
        return product
