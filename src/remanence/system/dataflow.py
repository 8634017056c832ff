"""How digital chips run a matrix product, and the events of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from remanence.core.errors import InputError
from remanence.core.events import EventCount
from remanence.core.stream import Stream
from remanence.system.chip import Chip, Processor

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
    """A matrix of whole-number weights on a digital chip: exact arithmetic on stored weights.

    Args:
        chip: the chip.
        weights: shape (K, N); of a grouped convolution (G, K, N), whose groups take the multipliers one after another.
    """

    chip: Chip
    weights: NDArray[np.int64]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Groups G, inputs K and outputs N of a group."""
        depth, outputs = self.weights.shape[-2:]
        return self.weights.size // (depth * outputs), depth, outputs

    @property
    def utilisation(self) -> float:
        """Share of the multipliers that work in a step; 1 for a processor core, which has one."""
        processor, (_, depth, outputs) = self.chip.processor, self.shape
        if processor is None:
            return 1.0
        tiles_in, tiles_out = self._tiles(processor)
        return depth * outputs / (tiles_in * processor.input_lanes * tiles_out * processor.output_lanes)

    def _tiles(self, processor: Processor) -> tuple[int, int]:
        _, depth, outputs = self.shape
        return -(-depth // processor.input_lanes), -(-outputs // processor.output_lanes)

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
        mask = (flips * (1 << np.arange(bits)).reshape(-1, *[1] * self.weights.ndim)).sum(axis=0)
        stored = (self.weights & ((1 << bits) - 1)) ^ mask
        return StoredMatrix(np.where(stored >= 1 << (bits - 1), stored - (1 << bits), stored))

    def events(self, inputs: NDArray[np.integer]) -> EventCount:
        """Count what inputs of shape (V, G K) make the chip do; memory reads are counted apart, per inference."""
        groups, depth, outputs = self.shape
        vectors = float(inputs.shape[0]) * groups  # each group has a vector of its own
        products = vectors * depth * outputs
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
            return EventCount(multiply_accumulates=products, digital_operations=vectors * outputs)
        tiles_in, tiles_out = self._tiles(processor)
        partial = vectors * outputs * ACCUMULATOR_BITS * (tiles_in - 1)
        return EventCount(
            multiply_accumulates=products,
            multiply_steps=vectors * tiles_in * tiles_out,
            buffer_bits_read=vectors * depth * processor.input_bits * tiles_out + partial,
            buffer_bits_written=vectors * outputs * processor.input_bits + partial,
            digital_operations=vectors * outputs,
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
    """Weights as the memory holds them, shape (K, N) or (G, K, N)."""

    weights: NDArray[np.int64]

    def multiply(self, inputs: NDArray[np.integer]) -> NDArray[np.float64]:
        """Return the exact product of inputs (V, K) or (V, G K), shape (V, N) or (V, G N).

        Float64 sums of whole numbers below 2**53 are exact.
        """
        if inputs.shape[1] * int(np.abs(self.weights).max(initial=0)) * 2**8 >= 2**53:
            raise InputError("matrix product", inputs.shape, "sums must stay below 2**53")
        # one thread: a threaded BLAS keeps spinning on the cores that torch and the kernels use next
        with _BLAS.limit(limits=1, user_api="blas"):
            if self.weights.ndim == 2:
                product: NDArray[np.float64] = inputs.astype(np.float64) @ self.weights.astype(np.float64)
                return product
            groups, depth, _ = self.weights.shape
            grouped = inputs.astype(np.float64).reshape(-1, groups, depth).transpose(1, 0, 2)
            return (grouped @ self.weights.astype(np.float64)).transpose(1, 0, 2).reshape(len(inputs), -1)
