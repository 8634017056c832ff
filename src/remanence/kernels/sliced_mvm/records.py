"""What `sliced_mvm` is given and what it returns: the cells, the converter, the noise, the product."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remanence.core.errors import InputError

EXACT = 2**24
"""Whole numbers up to this size are exact in float32."""
EXACT_DOUBLE = 2**53
"""Whole numbers up to this size are exact in float64."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The values of programmed cells, and the forms that a back end derives from them, each made once and kept.

    Give an array to `sliced_mvm` for a single product. Give this for many products with the same cells: planes of bits,
    largest values and folded weights are then not made again.

    Args:
        values: shape (S, K, M), whole numbers on a fixed-point grid. They must not change afterwards.

    Raises:
        InputError: not three axes of whole numbers that fit in 32 bits.
    """

    values: NDArray[np.int32]
    _derived: dict[Hashable, Any]

    def __init__(self, values: ArrayLike) -> None:
        values = np.asarray(values)
        if values.ndim != 3 or values.dtype.kind not in "iu":
            raise InputError("sliced_mvm: cells", f"{values.dtype} of shape {values.shape}",
                             "must be whole numbers of shape (S, K, M)")  # fmt: skip
        if values.dtype.itemsize > 4 or values.dtype == np.uint32:
            limits = np.iinfo(np.int32)
            if values.size and (values.min() < limits.min or values.max() > limits.max):
                raise InputError("sliced_mvm: cells", f"{values.min()} to {values.max()}", "must fit in 32 bits")
        object.__setattr__(self, "values", np.ascontiguousarray(values, np.int32))
        object.__setattr__(self, "_derived", {})

    def derived(self, name: Hashable, make: Callable[[], Any]) -> Any:
        """Return what ``make`` makes, kept under a name."""
        if name not in self._derived:
            self._derived[name] = make()
        return self._derived[name]


@dataclass(frozen=True, slots=True, eq=False)
class Uniform:
    """A converter of equal steps: ``code = clip(rint(v * scale + offset), low, high)``, in float32.

    Ties go to the even code. The product is rounded to float32 before the offset is added.

    Args:
        scale: codes per grid unit, one for all columns or shape (M,).
        low: smallest code.
        high: largest code.
        offset: added before rounding, in codes; one for all columns or shape (M,).

    Raises:
        InputError: a scale that is not positive and finite, an offset that is not finite, or codes out of order.
    """

    scale: NDArray[np.float32]
    low: int
    high: int
    offset: NDArray[np.float32]

    def __init__(self, scale: ArrayLike, low: int, high: int, offset: ArrayLike = 0.0) -> None:
        for name, given in (("scale", scale), ("offset", offset)):
            number = np.asarray(given, np.float64)
            if number.ndim > 1 or not np.isfinite(number).all() or np.any(np.abs(number) > np.finfo(np.float32).max):
                rule = "must be finite, one number or one per column"
                raise InputError(f"sliced_mvm: Uniform.{name}", _shown(number), rule)
            object.__setattr__(self, name, number.astype(np.float32))
        if not np.all(self.scale > 0):
            raise InputError("sliced_mvm: Uniform.scale", _shown(np.asarray(scale)), "must be greater than 0")
        if not (int(low) == low and int(high) == high and -EXACT <= low <= high <= EXACT):
            raise InputError("sliced_mvm: Uniform codes", f"{low} to {high}",
                             "must be whole, in order and at most 2**24 in size")  # fmt: skip
        object.__setattr__(self, "low", int(low))
        object.__setattr__(self, "high", int(high))


@dataclass(frozen=True, slots=True, eq=False)
class Staircase:
    """Any monotone static converter: ``code = low + number of thresholds <= v``, v rounded to float32.

    Args:
        thresholds: in grid units, rising, shape (C, L): one row per physical converter.
        converter_of: the converter of each column, shape (M,).
        low: the code below all thresholds.

    Raises:
        InputError: thresholds that are not finite or not in order, or a column without a converter.
    """

    thresholds: NDArray[np.float32]
    converter_of: NDArray[np.int64]
    low: int

    def __init__(self, thresholds: ArrayLike, converter_of: ArrayLike, low: int) -> None:
        steps, of = np.asarray(thresholds, np.float64), np.asarray(converter_of)
        if steps.ndim != 2 or 0 in steps.shape:
            raise InputError("sliced_mvm: Staircase.thresholds", f"shape {steps.shape}",
                             "must be (converters, thresholds)")  # fmt: skip
        if not np.isfinite(steps).all() or np.any(np.abs(steps) > np.finfo(np.float32).max):
            raise InputError("sliced_mvm: Staircase.thresholds", "NaN or infinite", "must be finite")
        if np.any(np.diff(steps, axis=1) < 0):
            raise InputError("sliced_mvm: Staircase.thresholds", "not in order", "must rise within a converter",
                             "Sort them: a static converter without missing order is monotone.")  # fmt: skip
        if of.ndim != 1 or of.dtype.kind not in "iu" or (of.size and not 0 <= of.min() <= of.max() < len(steps)):
            raise InputError("sliced_mvm: Staircase.converter_of", f"{of.dtype} of shape {of.shape}",
                             f"must be one of the {len(steps)} converters, counted from 0, per column")  # fmt: skip
        if not (int(low) == low and low >= -EXACT and low + steps.shape[1] <= EXACT):
            raise InputError("sliced_mvm: Staircase.low", low, "codes must be whole and at most 2**24 in size")
        object.__setattr__(self, "thresholds", np.ascontiguousarray(steps, np.float32))
        object.__setattr__(self, "converter_of", np.ascontiguousarray(of, np.int64))
        object.__setattr__(self, "low", int(low))

    @property
    def high(self) -> int:
        """Largest code."""
        return self.low + len(self.thresholds[0])


Conversion = Uniform | Staircase | None
"""What turns a partial sum into a code; None for nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Noise:
    """One Gaussian per conversion, added to the partial sum: independent cell noise summed on a column is Gaussian.

    Its variance is ``rms**2 + sum over k of digits[z, v, k]**2 variance[s, k, m]``.

    Args:
        key: Philox key, two 32-bit words; `core.stream.Stream.key`.
        rms: of the converter and of everything that does not depend on the cells, in grid units.
        variance: of each cell, in grid units squared, shape (S, K, M); None where cells are quiet.

    Raises:
        InputError: something is negative or not finite.
    """

    key: tuple[int, int]
    rms: float
    variance: NDArray[np.float32] | None

    def __init__(self, key: tuple[int, int], rms: float = 0.0, variance: ArrayLike | None = None) -> None:
        if len(key) != 2 or not all(0 <= word < 2**32 for word in key):
            raise InputError("sliced_mvm: Noise.key", key, "must be two words of 32 bits, such as Stream.key")
        if not (np.isfinite(rms) and rms >= 0):
            raise InputError("sliced_mvm: Noise.rms", rms, "must be finite and not negative")
        if variance is not None:
            variance = np.ascontiguousarray(variance, np.float32)
            if variance.ndim != 3 or not np.isfinite(variance).all() or np.any(variance < 0):
                raise InputError("sliced_mvm: Noise.variance", f"shape {variance.shape}",
                                 "must have shape (S, K, M), finite and not negative")  # fmt: skip
        object.__setattr__(self, "key", (int(key[0]), int(key[1])))
        object.__setattr__(self, "rms", float(rms))
        object.__setattr__(self, "variance", variance)


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """What `sliced_mvm` returns.

    Args:
        values: shape (V, M): whole numbers (int64) behind a converter, float64 without one.
        path: how it was computed: ``"integer product"``, ``"folded product"``, ``"popcount"``, ``"subset sums"`` or
            ``"products"``; ``"definition"`` from the reference, ``"int8 products"`` from a graphics processor.
        backend: what ran.
    """

    values: NDArray[np.int64] | NDArray[np.float64]
    path: str
    backend: str


def _shown(number: NDArray[Any]) -> str:
    return f"{number:g}" if number.ndim == 0 else f"{number.min(initial=np.inf):g} to {number.max(initial=-np.inf):g}"
