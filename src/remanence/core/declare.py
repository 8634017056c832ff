"""Declared fields: one declaration checks the input, reads text with units, labels results and documents.

    @value
    class Disc:
        diameter: Array = quantity("m", above=0, doc="disc diameter")

`value` makes a frozen, slotted, keyword-only dataclass that checks every declared field when it is made, compares and
hashes by content, and broadcasts: a field holds a float (one design) or an array (a sweep or a distribution).
"""

from __future__ import annotations

import dataclasses
import hashlib
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, dataclass_transform

import numpy as np
from numpy.typing import NDArray

from remanence.core import units
from remanence.core.errors import InputError, UnknownNameError

Array: TypeAlias = float | NDArray[np.float64]
"""A number, or an array of them: one design point, or many."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A declared physical quantity: its unit, its bounds and what it means."""

    unit: str
    doc: str
    above: float | None = None
    at_least: float | None = None
    below: float | None = None
    at_most: float | None = None

    @property
    def rule(self) -> str:
        """The bounds in words."""
        bounds = [
            f"{word} {bound:g}"
            for word, bound in (
                ("above", self.above),
                ("at least", self.at_least),
                ("below", self.below),
                ("at most", self.at_most),
            )
            if bound is not None
        ]
        unit = "" if self.unit == "1" else f" {self.unit}"
        return f"must be {' and '.join(bounds)}{unit}" if bounds else f"must be a finite number{unit}"

    def read(self, raw: Any, subject: str) -> Array:
        """Turn a number, an array or text with a unit into a checked float or float64 array.

        Raises:
            InputError: text without a unit, not a number, NaN or infinite, or out of bounds; for an array the message
                names the first bad element and how many there are.
        """
        if isinstance(raw, str):
            return self.check(units.parse(raw, self.unit, subject), subject)
        if isinstance(raw, (bool, np.bool_)) or raw is None or np.ma.is_masked(raw):
            raise InputError(subject, raw, f"a number in {self.unit} is needed")
        try:
            array = np.array(raw, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise InputError(subject, raw, f"a number in {self.unit} is needed") from error
        return self.check(float(array) if array.ndim == 0 else array, subject)

    def check(self, number: Array, subject: str) -> Array:
        """Return ``number`` if it is finite and in bounds; arrays come back read-only."""
        array = np.asarray(number, dtype=np.float64)
        good = np.isfinite(array)
        for bound, holds in (
            (self.above, operator.gt),
            (self.at_least, operator.ge),
            (self.below, operator.lt),
            (self.at_most, operator.le),
        ):
            if bound is not None:
                good &= holds(array, bound)
        if not good.all():
            self._refuse(array, good, subject)
        if isinstance(number, float):
            return number
        array.flags.writeable = False
        return array

    def _refuse(self, array: NDArray[np.float64], good: NDArray[np.bool_], subject: str) -> None:
        if array.ndim == 0:
            raise InputError(subject, f"{float(array):g} {self.unit}".removesuffix(" 1"), self.rule)
        first = tuple(int(axis[0]) for axis in np.nonzero(~good))
        bad = int(np.size(good) - np.count_nonzero(good))
        place = ", ".join(map(str, first))
        raise InputError(f"{subject}[{place}]", float(array[first]), self.rule, f"{bad} of {array.size} are bad")


@dataclass(frozen=True, slots=True)
class Count:
    """A declared whole number."""

    doc: str
    at_least: int
    at_most: int
    unit: str = "1"

    @property
    def rule(self) -> str:
        """The bounds in words."""
        return f"must be a whole number from {self.at_least} to {self.at_most}"

    def read(self, raw: Any, subject: str) -> int:
        """Return a checked int."""
        try:
            number = operator.index(raw)
        except TypeError:
            raise InputError(subject, raw, self.rule) from None
        if isinstance(raw, bool) or not self.at_least <= number <= self.at_most:
            raise InputError(subject, raw, self.rule)
        return number


@dataclass(frozen=True, slots=True)
class Choice:
    """A declared choice among a few words."""

    doc: str
    options: tuple[str, ...]
    unit: str = ""

    @property
    def rule(self) -> str:
        """The options in words."""
        return f"must be one of {', '.join(self.options)}"

    def read(self, raw: Any, subject: str) -> str:
        """Return the word if it is one of the options."""
        if raw not in self.options:
            raise InputError(subject, raw, self.rule)
        return str(raw)


@dataclass(frozen=True, slots=True)
class Text:
    """A declared name or sentence."""

    doc: str
    unit: str = ""
    rule: str = "must be text"

    def read(self, raw: Any, subject: str) -> str:
        """Return the text."""
        if not isinstance(raw, str):
            raise InputError(subject, raw, self.rule)
        return raw


@dataclass(frozen=True, slots=True)
class Part:
    """A declared nested value, such as the stack of a junction."""

    doc: str
    kind: type
    optional: bool = False
    unit: str = ""

    @property
    def rule(self) -> str:
        """The type in words."""
        return f"must be a {self.kind.__name__}" + (" or None" if self.optional else "")

    def read(self, raw: Any, subject: str) -> Any:
        """Return the value if it has the declared type."""
        if isinstance(raw, self.kind) or (raw is None and self.optional):
            return raw
        raise InputError(subject, type(raw).__name__, self.rule)


Declaration: TypeAlias = Quantity | Count | Choice | Text | Part


def _field(declaration: Declaration, default: Any) -> Any:
    return dataclasses.field(default=default, metadata={"declaration": declaration})


def quantity(
    unit: str,
    *,
    doc: str,
    above: float | None = None,
    at_least: float | None = None,
    below: float | None = None,
    at_most: float | None = None,
    default: Any = dataclasses.MISSING,
) -> Any:
    """Declare a physical quantity in the SI unit ``unit`` (``"1"`` for a plain number)."""
    return _field(Quantity(unit, doc, above, at_least, below, at_most), default)


def count(*, doc: str, at_least: int = 0, at_most: int = 2**62, default: Any = dataclasses.MISSING) -> Any:
    """Declare a whole number."""
    return _field(Count(doc, at_least, at_most), default)


def choice(*options: str, doc: str, default: Any = dataclasses.MISSING) -> Any:
    """Declare a choice among words."""
    return _field(Choice(doc, options), default)


def text(*, doc: str, default: Any = dataclasses.MISSING) -> Any:
    """Declare a name or a sentence."""
    return _field(Text(doc), default)


def part(kind: type, *, doc: str, optional: bool = False, default: None = None) -> Any:  # noqa: ARG001
    """Declare a nested value; an optional one defaults to None (``default=None`` tells the type checker so)."""
    return _field(Part(doc, kind, optional), None if optional else dataclasses.MISSING)


def declarations(cls: type) -> dict[str, Declaration]:
    """Return the declared fields of a value class, in order."""
    return {field.name: field.metadata["declaration"] for field in dataclasses.fields(cls)}


def _check(self: Any) -> None:
    cls = type(self)
    for name, declaration in declarations(cls).items():
        object.__setattr__(self, name, declaration.read(getattr(self, name), f"{cls.__name__}.{name}"))
    try:
        shape(self)
    except ValueError as error:
        shapes = {name: np.shape(item) for name, item in leaves(self) if np.ndim(item)}
        raise InputError(cls.__name__, shapes, "the shapes of array fields must broadcast") from error
    cross_check = getattr(self, "check", None)
    if cross_check is not None:
        cross_check()


def _fingerprint(self: Any) -> str:
    digest = hashlib.blake2b(type(self).__name__.encode(), digest_size=16)
    for name in declarations(type(self)):
        item = getattr(self, name)
        digest.update(f"\x1e{name}\x1f".encode())
        if isinstance(item, np.ndarray):
            digest.update(str(item.shape).encode() + item.tobytes())
        elif is_value(item):
            digest.update(_fingerprint(item).encode())
        else:
            digest.update(repr(item).encode())
    return digest.hexdigest()


def _equal(self: Any, other: object) -> bool:
    return type(self) is type(other) and _fingerprint(self) == _fingerprint(other)


def _itself(self: Any, _: Any = None) -> Any:
    return self


def _hash(self: Any) -> int:
    return int(_fingerprint(self)[:15], 16)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(quantity, count, choice, text, part))
def value(cls: type[_T]) -> type[_T]:
    """Make ``cls`` a frozen, slotted, keyword-only value that checks its declared fields.

    Cross-field rules go into a method ``check(self)``, called once the fields are read.
    """
    namespace: Any = cls
    namespace.__post_init__, namespace.__eq__, namespace.__hash__ = _check, _equal, _hash
    # a value never changes, so it is its own copy; a copied array would lose its write protection
    namespace.__copy__, namespace.__deepcopy__ = _itself, _itself
    return dataclass(frozen=True, slots=True, kw_only=True, eq=False)(cls)


def is_value(item: object) -> bool:
    """Tell whether ``item`` is an instance of a class made by `value`."""
    return dataclasses.is_dataclass(item) and getattr(type(item), "__post_init__", None) is _check


def fingerprint(item: Any) -> str:
    """Return a hexadecimal digest of the content of a value, equal exactly where the contents are equal."""
    return _fingerprint(item)


def replace(item: _T, **changes: Any) -> _T:
    """Return a variant of a value with some fields changed (checked again).

    Raises:
        UnknownNameError: a field that the value does not have.
    """
    known = declarations(type(item))
    for name in changes:
        if name not in known:
            raise UnknownNameError(type(item).__name__, name, known)
    return dataclasses.replace(item, **changes)  # type: ignore[type-var]


def lift(item: _T, axes: int) -> _T:
    """Return the value with ``axes`` singleton axes behind those of every array field.

    Draws come first: fields of shape (draws,) lifted by one axis broadcast against a sweep of shape (points,).
    """

    def lifted(content: Any) -> Any:
        if is_value(content):
            return lift(content, axes)
        return content[(..., *[None] * axes)] if isinstance(content, np.ndarray) else content

    return dataclasses.replace(item, **{name: lifted(getattr(item, name)) for name in declarations(type(item))})  # type: ignore[type-var]


def leaves(item: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (dotted name, content) of all fields, nested ones included."""
    for name in declarations(type(item)):
        content = getattr(item, name)
        if is_value(content):
            yield from leaves(content, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", content


def shape(item: Any) -> tuple[int, ...]:
    """Return the common shape to which the array fields of a value broadcast; ``()`` for a single design."""
    return np.broadcast_shapes(*(np.shape(content) for _, content in leaves(item) if np.ndim(content)))


def from_fields(cls: type[_T], fields: Mapping[str, Any], subject: str, make: Callable[..., _T] | None = None) -> _T:
    """Build a value from a mapping read from a file.

    Raises:
        UnknownNameError: a key that the class does not declare (with the nearest ones).
        InputError: a key is missing, or a field breaks its declaration.
    """
    known = declarations(cls)
    for name in fields:
        if name not in known:
            raise UnknownNameError(f"{subject}: key", str(name), known)
    missing = [f.name for f in dataclasses.fields(cls) if f.default is dataclasses.MISSING and f.name not in fields]  # type: ignore[arg-type]
    if missing:
        raise InputError(subject, f"no {', '.join(missing)}", f"{cls.__name__} needs it", "Add the key.")
    read = {name: known[name].read(raw, f"{subject}: {name}") for name, raw in fields.items()}
    return (make or cls)(**read)
