"""What was given as numbers, widths and axes: taken as whole numbers of any size, or refused at once."""

from __future__ import annotations

import contextlib
import operator
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.arithmetic import integer

WIDEST = 1024
"""Bits of a number, at most: the columns of an array that is not told otherwise."""
TYPE = re.compile(r"(u?)int([1-9][0-9]*)")


def whole_numbers(numbers: Any, subject: str, remedy: str) -> NDArray[Any]:
    """Return whole numbers as an array: of a NumPy type of them, of truth values, or of Python's where none holds them.

    Raises:
        InputError: other numbers, or rows of different lengths.
    """
    try:
        data = np.asarray(numbers)
        if data.dtype.kind not in "iub" and data.size and not isinstance(numbers, np.ndarray | np.generic):
            data = np.asarray(numbers, object)  # NumPy makes floating point of what a mixture of its types cannot hold
    except (ValueError, OverflowError):
        raise InputError(subject, "numbers in no regular shape", "must be an array, every row of one length") from None
    plain = data.dtype == object and data.size and all(_is_whole(number) for number in data.ravel())
    if plain:
        return np.array([int(number) for number in data.ravel()] + [None], object)[:-1].reshape(data.shape)
    if data.dtype.kind not in "iub":
        kinds = sorted({type(number).__name__ for number in data.ravel()}) if data.dtype == object else [data.dtype]
        raise InputError(subject, f"numbers of type {', '.join(map(str, kinds))}", "must be whole numbers", remedy)
    return data


def limits(bits: int, signed: bool) -> tuple[int, int]:
    """Return the least and the largest number of a type."""
    return (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)


def narrowest(data: NDArray[Any]) -> tuple[int, bool]:
    """Return (bits, signed) of the narrowest type that holds whole numbers."""
    return integer.width([int(data.min()), int(data.max())])


def held(data: NDArray[Any], bits: int, signed: bool) -> NDArray[Any]:
    """Return whole numbers as int64; where that is too narrow as uint64, or as numbers of Python."""
    if bits < 64 or (bits == 64 and signed):
        return data.astype(np.int64)
    return data.astype(np.uint64 if bits == 64 else object)


def whole(value: Any, subject: str, least: int, most: int) -> int:
    """Return a whole number within limits.

    Raises:
        InputError: anything else.
    """
    try:
        number = operator.index(value)
    except TypeError:
        number = least - 1
    if not least <= number <= most:
        raise InputError(subject, value, f"must be a whole number from {least} to {most}")
    return number


def type_of(kind: Any, signed: bool | None, subject: str) -> tuple[int, bool | None]:
    """Return (bits, signed) of a number of bits, or of a type: ``"int5"``, ``"uint12"``, ``np.int8``.

    Raises:
        InputError: no type of whole numbers, or one that is signed where unsigned was asked for.
    """
    if isinstance(kind, str | type | np.dtype):
        name: Any = kind
        with contextlib.suppress(TypeError):  # a class that is no type of NumPy keeps its own name
            name = kind if isinstance(kind, str) else np.dtype(kind).name
        found = TYPE.fullmatch(str(name))
        if found is None or signed not in (None, not found[1]):
            raise InputError(subject, str(name), "must be a number of bits, or a type such as int5 or uint12")
        kind, signed = int(found[2]), not found[1]
    return whole(kind, subject, 1, WIDEST), signed


def shape_of(shape: tuple[Any, ...], subject: str) -> tuple[int, ...]:
    """Return a shape that was given as numbers, or as one tuple of them.

    Raises:
        InputError: anything else.
    """
    parts = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
    try:
        return tuple(operator.index(part) for part in parts)
    except TypeError:
        raise InputError(subject, shape, "must be whole numbers") from None


def _is_whole(number: Any) -> bool:
    return isinstance(number, int | np.integer | np.bool_)
