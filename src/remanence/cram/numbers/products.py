"""Products of matrices over `lanes.Lanes`: every row has a vector or a matrix of its own, or all rows one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from remanence.core.errors import InputError
from remanence.cram.numbers.trace import Trace, Words

if TYPE_CHECKING:
    from remanence.cram.numbers.lanes import Lanes


class Products(ABC):
    """The operator @, within the rows."""

    shape: tuple[int, ...]
    bits: int
    signed: bool

    @abstractmethod
    def lift(self, other: Any) -> Lanes:
        """Return lanes as they are, and plain numbers as constants."""

    @abstractmethod
    def dot(self, other: Any) -> Lanes:
        """Return the sum of products along the last axis."""

    @abstractmethod
    def within(self, inner: tuple[int, ...], bits: int, signed: bool, build: Callable[[Trace], Words]) -> Lanes:
        """Return lanes of the same rows with places of another shape."""

    def __matmul__(self, other: Any) -> Lanes:
        """Multiply by a matrix, shape (K, N), or a vector, shape (K,): numbers, which become part of the circuit.

        Or by a `Lanes`: (1, K, N) is one matrix for all rows, (rows, K, N) one for each.
        """
        one, plain = cast("Lanes", self), not hasattr(other, "leaves")
        if plain and np.ndim(other) == 1 and one.ndim > 1 and np.shape(other)[0] == self.shape[-1]:
            return self.dot(np.asarray(other)[None])
        matrix = self.lift(np.asarray(other)[None] if plain else other)
        fits = matrix.ndim == 3 and one.ndim > 1 and self.shape[-1] == matrix.shape[1]
        if not fits or len({1, one.rows, matrix.rows}) > 2:
            given = matrix.shape[1:] if plain else matrix.shape
            raise InputError("Lanes @", f"shapes {self.shape} and {given}", "must be (rows, ..., K) and (K, N) or (K,)",
                             "A stored matrix is a Lanes of shape (1, K, N).")  # fmt: skip
        return one.reshape(*self.shape[1:-1], 1, self.shape[-1]).dot(_turned(matrix))

    def __rmatmul__(self, other: Any) -> Lanes:
        """Multiply a plain matrix, shape (M, K), by the matrices of the rows, shape (rows, K, N)."""
        one = cast("Lanes", self)
        if np.ndim(other) != 2 or one.ndim != 3 or np.shape(other)[1] != self.shape[1]:
            raise InputError("@ Lanes", f"shapes {np.shape(other)} and {self.shape}", "must be (M, K) and (rows, K, N)",
                             "For a vector in each row, (rows, K), take x @ matrix.T.")  # fmt: skip
        return _turned(one).reshape(1, self.shape[2], self.shape[1]).dot(np.asarray(other)[None, :, None, :])


def _turned(matrix: Lanes) -> Lanes:
    """Return the matrices of the rows, transposed."""
    _, height, breadth = matrix.shape
    return matrix.within(
        (breadth, height), matrix.bits, matrix.signed, lambda trace: trace.words(matrix).swapaxes(0, 1)
    )
