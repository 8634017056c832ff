"""Evidence: a computed figure with its interval, how it was computed and what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remanence.core.declare import Array
from remanence.data import Draws, build, load_card, rows_of
from remanence.system import Figure, Platform

SUPPORTED = "supported"
SUPPORTED_ONLY_AT = "supported only at"
PROJECTION = "projection"
CONTRADICTED = "contradicted"
NOT_TESTABLE = "not testable"
VERDICTS = (SUPPORTED, SUPPORTED_ONLY_AT, PROJECTION, CONTRADICTED, NOT_TESTABLE)
DRAWS = Draws()
"""The draws of every estimate in this package by default, so that figures pair with those of `study`."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """One computed figure.

    Args:
        figure: value at the medians and draws over the ranges of the rows.
        how: the equation or the study behind it.
        sources: keys of the bibliography.
        recalled: whether a row behind it was attributed to its source but not read there.
    """

    figure: Figure
    how: str
    sources: tuple[str, ...]
    recalled: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        return {
            "what": self.figure.name,
            **self.figure.as_dict(),
            "how": self.how,
            "sources": list(self.sources),
            "recalled": self.recalled,
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """What a judge returns.

    Args:
        verdict: one of `VERDICTS`.
        only_at: the condition, for ``"supported only at"`` alone.
        because: the reasoning in a paragraph.
        evidence: at least one figure.
        sources: of statements in the reasoning that no figure carries.
    """

    verdict: str
    because: str
    evidence: tuple[Evidence, ...]
    only_at: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """A value at its median and over draws, with the rows behind it."""

    median: Any
    drawn: Any
    sources: frozenset[str]
    recalled: bool


def known(cls: type, name: str, *fields: str) -> Known:
    """Return a card of the catalogue as a value of ``cls``, at its median and over `DRAWS`.

    Args:
        cls: the class of the card.
        name: of the card.
        fields: those that will be used, so that no other row's source is cited; all if none is named.
    """
    card = load_card(cls.__name__.lower(), name)
    rows = [row for row in rows_of(cls, card) if not fields or row.id.rpartition("/")[2] in fields]
    return Known(
        build(cls, card), build(cls, card, DRAWS), frozenset(r.source for r in rows), any(r.recalled for r in rows)
    )


def known_chip(chip: Platform) -> Known:
    """Return a chip at its median and over `DRAWS`."""
    rows = list(chip.rows())
    return Known(chip.design, chip.sample(DRAWS), frozenset(r.source for r in rows), any(r.recalled for r in rows))


def compute(
    name: str,
    unit: str,
    scope: str,
    formula: Callable[..., Array],
    *parts: Known,
    how: str,
    sources: Iterable[str] = (),
) -> Evidence:
    """Apply a broadcasting formula to the medians and to the draws of ``parts``.

    Args:
        name: of the figure.
        unit: SI unit of what the formula returns.
        scope: what the figure includes.
        formula: takes the values of ``parts`` in order; fixed inputs are closed over.
        parts: what it is computed from.
        how: the equation in words.
        sources: further keys, for fixed inputs.
    """
    value = float(np.asarray(formula(*(one.median for one in parts))))
    column: NDArray[np.float64] = np.array(
        np.broadcast_to(np.asarray(formula(*(one.drawn for one in parts)), dtype=np.float64), (DRAWS.count,))
    )
    keys = set(sources).union(*(one.sources for one in parts))
    return Evidence(
        Figure(name, unit, scope, value, column), how, tuple(sorted(keys)), any(one.recalled for one in parts)
    )
