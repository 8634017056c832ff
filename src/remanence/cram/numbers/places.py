"""Places within the rows of `lanes.Lanes`: which are taken, and in what shape. None of it takes a gate."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from remanence.core.errors import InputError
from remanence.cram.numbers.given import shape_of
from remanence.cram.numbers.trace import Trace, Words

if TYPE_CHECKING:
    from remanence.cram.numbers.lanes import Lanes


class Places(ABC):
    """Indices and shapes, the rows left as they are."""

    shape: tuple[int, ...]
    bits: int
    signed: bool

    @abstractmethod
    def within(self, inner: tuple[int, ...], bits: int, signed: bool, build: Callable[[Trace], Words]) -> Lanes:
        """Return lanes of the same rows with places of another shape."""

    def __getitem__(self, index: Any) -> Lanes:
        """Take places within the rows; the first index must leave all rows."""
        index = index if isinstance(index, tuple) else (index,)
        index = index or (Ellipsis,)
        if index[0] is not Ellipsis and not (isinstance(index[0], slice) and index[0] == slice(None)):
            raise InputError("Lanes[...]", f"rows {index[0]}", "all rows work together", "Index as x[:, ...].")
        rest = index if index[0] is Ellipsis else index[1:]
        try:
            shape = np.empty(self.shape[1:], bool)[rest].shape
        except (IndexError, TypeError) as error:
            raise InputError("Lanes[...]", f"index {index} into shape {self.shape}", str(error)) from None
        return self._placed(shape, lambda words: _taken(words, rest))

    def __setitem__(self, index: Any, value: Any) -> None:
        """Refuse: a `Lanes` is an expression, not a store."""
        rule = "numbers are not changed in place"
        raise InputError("Lanes[...] =", f"{value!r}", rule, "Make new ones: cram.where, cram.concatenate, cram.stack.")

    def reshape(self, *shape: Any) -> Lanes:
        """Return the places within the rows in another shape: no gates.

        Args:
            shape: without the rows; numbers, or one tuple.

        Raises:
            InputError: another number of places.
        """
        shape = shape_of(shape, "Lanes.reshape")
        try:
            inner = np.empty(self.shape[1:], bool).reshape(shape).shape
        except ValueError:
            places = int(np.prod(self.shape[1:]))
            raise InputError("Lanes.reshape", shape, f"must hold the {places} places of a row") from None
        return self._placed(inner, lambda words: words.reshape(inner))

    def broadcast_to(self, *shape: Any) -> Lanes:
        """Return the places within the rows repeated to another shape, as NumPy does: no gates.

        Args:
            shape: without the rows; numbers, or one tuple.

        Raises:
            InputError: a shape to which these places do not go.
        """
        shape = shape_of(shape, "Lanes.broadcast_to")
        try:
            np.broadcast_to(np.empty(self.shape[1:], bool), shape)
        except ValueError:
            raise InputError("Lanes.broadcast_to", shape, f"must repeat places of shape {self.shape[1:]}") from None
        return self._placed(shape, lambda words: np.broadcast_to(words, shape))

    def _placed(self, inner: tuple[int, ...], place: Callable[[Words], Words]) -> Lanes:
        held = cast("Lanes", self)
        return self.within(inner, self.bits, self.signed, lambda trace: place(trace.words(held)))


def _taken(words: Words, rest: tuple[Any, ...]) -> Words:
    taken = words[rest]
    if isinstance(taken, tuple):  # one place: numpy gives the word itself
        held = np.empty((), object)
        held[()] = taken
        return held
    return taken
