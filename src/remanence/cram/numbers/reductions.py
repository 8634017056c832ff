"""Reductions of `lanes.Lanes`: within rows, along them, or both."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from remanence.cram.arithmetic import integer
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.netlist import Word
from remanence.cram.numbers import along_rows
from remanence.cram.numbers.trace import Trace

if TYPE_CHECKING:
    from remanence.cram.numbers.lanes import Lanes

Axis: TypeAlias = int | tuple[int, ...] | None
"""An axis, several, or all."""


class Reductions(ABC):
    """Sums and extremes along an axis.

    What is reduced along the rows has one row and stands in the first row of the array; combined with numbers of all
    rows it is brought back into all of them. With ``keepdims`` what is reduced within the rows keeps an axis of length
    1; the rows always do.
    """

    shape: tuple[int, ...]
    bits: int
    signed: bool

    @abstractmethod
    def reduced(
        self,
        axis: Axis,
        within: Callable[[Logic, list[Word]], Word],
        along: Callable[[Trace, Word], Word],
        *,
        growing: bool,
        keepdims: bool,
    ) -> Lanes:
        """Reduce within rows, along them, or both; ``growing`` if the result has a bit more for each doubling."""

    @abstractmethod
    def truth(self) -> Lanes:
        """Return whether each number is not 0, in one bit."""

    def sum(self, axis: Axis = None, *, keepdims: bool = False) -> Lanes:
        """Return the sum along an axis, or of all: within rows by full adders, along them by moves and additions."""

        def along(trace: Trace, word: Word) -> Word:
            return along_rows.total(trace, word, self.shape[0], signed=self.signed)

        return self.reduced(
            axis, lambda logic, words: integer.total(logic, words, signed=self.signed), along, growing=True,
            keepdims=keepdims,
        )  # fmt: skip

    def max(self, axis: Axis = None, *, keepdims: bool = False) -> Lanes:
        """Return the largest along an axis, or of all; see `sum`."""
        return self._extreme(axis, integer.larger, along_rows.largest, keepdims)

    def min(self, axis: Axis = None, *, keepdims: bool = False) -> Lanes:
        """Return the smallest along an axis, or of all; see `sum`."""
        return self._extreme(axis, integer.smaller, along_rows.smallest, keepdims)

    def any(self, axis: Axis = None, *, keepdims: bool = False) -> Lanes:
        """Return whether any number along an axis is not 0; see `sum`."""
        return self.truth().max(axis, keepdims=keepdims)

    def all(self, axis: Axis = None, *, keepdims: bool = False) -> Lanes:
        """Return whether no number along an axis is 0; see `sum`."""
        return self.truth().min(axis, keepdims=keepdims)

    def _extreme(self, axis: Axis, better: Callable[..., Word], along: Callable[..., Word], keepdims: bool) -> Lanes:
        def reduce(logic: Logic, words: list[Word]) -> Word:
            while len(words) > 1:
                pairs = [better(logic, *words[k : k + 2], signed=self.signed) for k in range(0, len(words) - 1, 2)]
                words = [*pairs, *words[2 * len(pairs) :]]
            return words[0]

        return self.reduced(
            axis, reduce, lambda trace, word: along(trace, word, self.shape[0], signed=self.signed), growing=False,
            keepdims=keepdims,
        )  # fmt: skip
