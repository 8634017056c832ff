"""Errors that say what was given, which rule it broke and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any


class RemanenceError(Exception):
    """Root of every error raised on purpose by this package."""


class InputError(RemanenceError, ValueError):
    """A value given by the user breaks a rule.

    Args:
        subject: the object or field at fault, for example ``"Junction.diameter"``.
        given: what was given, printed as it stands (with its unit where it has one).
        rule: what is allowed.
        remedy: what the user can do about it.
    """

    def __init__(self, subject: str, given: Any, rule: str, remedy: str = "") -> None:
        self.subject, self.given, self.rule, self.remedy = subject, given, rule, remedy
        shown = given if isinstance(given, str) else repr(given)
        message = f"{subject}: got {shown}; {rule}"
        super().__init__(f"{message}. {remedy}" if remedy else message)

    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuild from the parts, so that the error crosses process borders whole."""
        return _rebuild, (type(self), (self.subject, self.given, self.rule, self.remedy))


def _rebuild(cls: type[InputError], parts: tuple[str, Any, str, str]) -> InputError:
    error = cls.__new__(cls)
    InputError.__init__(error, *parts)
    return error


class UnknownNameError(InputError):
    """A name that is not in a list; the message offers the nearest ones."""

    def __init__(self, subject: str, given: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = nearest(given, names)
        rule = "no such name" if near else f"known names are: {', '.join(names) or 'none'}"
        remedy = f"Did you mean {' or '.join(near)}?" if near else ""
        super().__init__(subject, f"{given!r}", rule, remedy)


class ValidityError(InputError):
    """A model is asked for a result outside the range in which it holds."""


class IdentifiabilityError(InputError):
    """Data that do not determine a parameter; the remedy says what to measure in addition."""


class ConvergenceError(RemanenceError):
    """An iteration did not reach its tolerance; the message holds the residual."""


class BackendError(RemanenceError):
    """A back end was asked for that this machine or this build does not have."""


class ScopeError(RemanenceError):
    """Figures of different scope (macro, chip, board, ...) met in one sum or ratio."""


class CoverageError(InputError):
    """A part of a model would be computed elsewhere than the user thinks."""


def nearest(given: str, known: Sequence[str], count: int = 3) -> list[str]:
    """Return up to ``count`` known names that look like ``given``, best first."""
    lowered = {name.lower(): name for name in known}
    matches = difflib.get_close_matches(given.lower(), list(lowered), n=count, cutoff=0.55)
    found = [lowered[match] for match in matches]
    if not found:
        found = [name for name in known if given and given.lower() in name.lower()][:count]
    return found
