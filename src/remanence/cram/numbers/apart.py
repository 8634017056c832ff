"""What keeps `lanes.Lanes` apart from arrays of NumPy and from truth values of Python: they have no numbers yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from numpy.typing import NDArray

from remanence.core.errors import InputError


class Apart:
    """Refuses what would need numbers."""

    __array_ufunc__ = None  # numpy leaves the operators to this class

    def __deepcopy__(self, _: Any) -> Self:
        """Return itself: an expression does not change."""
        return self

    def __array__(self, *_: Any, **__: Any) -> NDArray[Any]:
        """Refuse to become an array unasked: that takes a run."""
        raise InputError("numpy", repr(self), "has numbers only once it has run", "Take numpy() of it.")

    def __array_function__(self, function: Callable[..., Any], *_: Any) -> Any:
        """Refuse functions of NumPy, which would not know the widths."""
        name = function.__name__
        raise InputError(f"numpy.{name}", "a Lanes", "computes on arrays of NumPy alone",
                         f"Take cram.{name} or its method where there is one, or numpy() of it.")  # fmt: skip

    def __bool__(self) -> bool:
        """Refuse to be a condition of Python: the lanes may differ."""
        raise InputError("Lanes", "used as a condition", "lanes may differ", "Use cram.where.")
