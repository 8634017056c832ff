"""Search: every legal organisation of a macro as columns, its front, its best, its interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from remanence.circuit import pareto
from remanence.circuit.cell import Cell
from remanence.circuit.electrical import Electrical, electrical
from remanence.circuit.gates import Amplifier, Coder, Gates, Periphery, gates_on, plain_amplifier
from remanence.circuit.node import Node
from remanence.circuit.organisation import (
    QUANTITIES,
    Costs,
    Organisations,
    Reason,
    Redundancy,
    evaluate,
)
from remanence.circuit.pricing import Pricing, Seen
from remanence.circuit.space import Joined, Space, bits, join, word_count
from remanence.circuit.transistor import REFERENCE
from remanence.core import units
from remanence.core.errors import InputError, UnknownNameError
from remanence.data import Draws, build

if TYPE_CHECKING:
    import pandas as pd

Limit: TypeAlias = "float | str | tuple[float | str | None, float | str | None]"
"""The most that is allowed (for a bandwidth: the least), or the least and the most; SI or text with a unit."""

CellSource: TypeAlias = "Cell | Electrical | str"
"""A cell, the name of its card (which alone can be drawn), or the cell as an array sees it."""

AmplifierSource: TypeAlias = "Amplifier | Callable[[Gates, Draws | None], Amplifier] | None"

CoderSource: TypeAlias = "Coder | Callable[[Node, Draws | None], Coder] | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What a search is about, kept so that chosen organisations can be asked again with draws."""

    cell: CellSource
    node: Node | str
    periphery: Periphery | str = "standard"
    sensing: AmplifierSource = None
    coder: CoderSource = None
    temperature: float = REFERENCE
    stored_bits: int = 1  # of a word, check bits included: the slowest of them ends a verified write

    def inputs(self, draws: Draws | None = None) -> Seen:
        """Return cell, gates, sense amplifiers and coder at their medians, or drawn."""
        node = build(Node, self.node, draws) if isinstance(self.node, str) else self.node
        periphery = build(Periphery, self.periphery, draws) if isinstance(self.periphery, str) else self.periphery
        cell = build(Cell, self.cell, draws) if isinstance(self.cell, str) else self.cell
        cell = cell if isinstance(cell, Electrical) else self._electrical(cell, node)
        gates = gates_on(node, periphery, self.temperature)
        if self.sensing is None:
            sensing = plain_amplifier(gates, periphery)
        else:
            sensing = self.sensing(gates, draws) if callable(self.sensing) else self.sensing
        coder = self.coder(node, draws) if callable(self.coder) else self.coder
        return Seen(cell, gates, sensing, coder)

    def _electrical(self, cell: Cell, node: Node) -> Electrical:
        return electrical(cell, node, self.temperature, word_bits=float(self.stored_bits))


@dataclass(frozen=True, slots=True, kw_only=True)
class Macros:
    """Organisations with what they cost, and why others were refused."""

    design: Design
    pricing: Pricing
    places: NDArray[np.int64]  # of these organisations among all that were priced
    columns: Mapping[str, NDArray[np.float64]]  # one per quantity
    candidates: int  # all combinations of the space
    rejected: Mapping[Reason, int]

    def __len__(self) -> int:
        """Return how many organisations there are."""
        return len(self.places)

    @property
    def organisations(self) -> Organisations:
        """The organisations as columns, made when asked for."""
        return self.pricing.organisations(self.places)

    def __getitem__(self, quantity: str) -> NDArray[np.float64]:
        """Return a quantity of every organisation, SI.

        Raises:
            UnknownNameError: no such quantity.
        """
        if quantity not in self.columns:
            raise UnknownNameError("Macros: quantity", quantity, self.columns)
        return self.columns[quantity]

    def take(self, index: Any) -> Macros:
        """Return some of the organisations, by index, slice or mask."""
        columns = {name: np.atleast_1d(column[index]) for name, column in self.columns.items()}
        return replace(self, places=np.atleast_1d(self.places[index]), columns=columns)

    def pareto(self, *quantities: str) -> Macros:
        """Return the organisations that no other beats in all of the named quantities, in the order of the first.

        Raises:
            UnknownNameError: no such quantity.
            InputError: none named.
        """
        if not quantities:
            raise InputError("Macros.pareto", "no quantity", "at least one is needed")
        return self.take(pareto.front(np.stack([self._cost(name) for name in quantities], axis=1)))

    def best(self, quantity: str) -> Macros:
        """Return the one organisation with the least of a quantity (the most bandwidth).

        Raises:
            UnknownNameError: no such quantity.
        """
        return self.take(int(np.argmin(self._cost(quantity))))

    def table(self) -> pd.DataFrame:
        """Return organisations and costs as a table, SI."""
        import pandas as pd

        organisations = self.organisations
        shown = {field.name: getattr(organisations, field.name) for field in fields(Organisations)}
        return pd.DataFrame({**shown, **self.columns})

    def costs(self, index: Any = None, draws: Draws | None = None) -> Costs:
        """Evaluate chosen organisations again, with the parts of every quantity; with draws first where asked for.

        Args:
            index: which ones; all where left out.
            draws: None for the medians.
        """
        chosen = self if index is None else self.take(index)
        return evaluate(chosen.organisations, *self.design.inputs(draws))

    def interval(self, index: Any = None, draws: Draws | None = None, *, level: float = 0.8) -> pd.DataFrame:
        """Return the range in which each quantity of chosen organisations lies, from the ranges of all rows.

        What was given to the search by name is drawn; what was given as a value stays as it is.

        Args:
            index: which ones; all where left out.
            draws: the joint draws; 256 of them where left out.
            level: share of the probability inside the range.

        Returns:
            A table with columns low, median and high, by organisation and quantity.

        Raises:
            InputError: a level that is not between 0 and 1.
        """
        import pandas as pd

        if not 0.0 < level < 1.0:
            raise InputError("Macros.interval: level", level, "must be between 0 and 1")
        drawn = self.costs(index, draws or Draws())
        ends = [50.0 - 50.0 * level, 50.0, 50.0 + 50.0 * level]
        tables = {}
        for name in QUANTITIES:
            column = np.atleast_2d(np.asarray(getattr(drawn, name)))
            tables[name] = pd.DataFrame(np.percentile(column, ends, axis=0).T, columns=["low", "median", "high"])
        return pd.concat(tables, names=["quantity", "organisation"]).swaplevel().sort_index(sort_remaining=False)

    def _cost(self, quantity: str) -> NDArray[np.float64]:
        return -self[quantity] if quantity == "bandwidth" else self[quantity]


def search(
    cell: CellSource,
    node: Node | str,
    *,
    capacity: int | str,
    word_bits: int,
    check_bits: int = 0,
    constraints: Mapping[str, Limit] | None = None,
    temperature: float = REFERENCE,
    periphery: Periphery | str = "standard",
    sensing: AmplifierSource = None,
    coder: CoderSource = None,
    space: Space | None = None,
    threads: int = 2,
    redundancy: Redundancy | None = None,
) -> Macros:
    """Return every legal organisation of a macro.

    Each subarray is evaluated once and each layout once; a macro joins the two.

    Args:
        cell: the cell, the name of its card, or the cell as an array sees it (`electrical`).
        node: the CMOS node, or the name of its card.
        capacity: data bits, or text such as "8 MiB" (powers of 1024).
        word_bits: data bits of an access.
        check_bits: check bits of an access, stored beside it; what computes them is the coder.
        constraints: limits by quantity, see `Limit`.
        temperature: K.
        periphery: the circuits around the arrays, or the name of their card.
        sensing: the sense amplifier, or a function of the gates and of draws that makes it; a plain one if left out.
        coder: encoder and decoder of the check bits, or a function of the node and of draws that makes it; none if left
            out.
        space: what may be chosen.
        threads: evaluations at the same time.
        redundancy: spare rows and data lines of every subarray; none if left out.

    Raises:
        InputError: a capacity or word that no organisation of the space has, or limits that none keeps.
        UnknownNameError: a limit on an unknown quantity.
    """
    design = Design(
        cell=cell, node=node, periphery=periphery, sensing=sensing, coder=coder, temperature=temperature,
        stored_bits=bits(word_bits, "word_bits") + check_bits,
    )  # fmt: skip
    seen = design.inputs()
    _check_single(*seen[:3])
    limits = _limits(constraints or {})
    size, word = _cells(bits(capacity), word_bits, seen.cell)
    joined = join(space or Space(), size, word)
    if not joined.groups:
        raise _impossible(joined, capacity, word_bits)
    pricing = Pricing.of(joined, seen, size, word, check_bits, redundancy)
    rejected = joined.rejected + pricing.rejected
    if not len(pricing):
        raise _illegal(pricing)
    found = Macros(
        design=design,
        pricing=pricing,
        places=np.arange(len(pricing)),
        columns=pricing.columns(threads),
        candidates=joined.candidates,
        rejected=rejected,
    )
    kept = np.ones(len(found), np.bool_)
    for name, (least, most) in limits.items():
        kept &= (found[name] >= least) & (found[name] <= most)
    if kept.all():
        return found
    if not kept.any():
        raise _too_tight(found, limits)
    return replace(found.take(kept), rejected=rejected + Counter({Reason.CONSTRAINT: int(np.count_nonzero(~kept))}))


def _check_single(*records: Any) -> None:
    for record in records:
        for field in fields(record):
            content = getattr(record, field.name)
            if isinstance(content, np.ndarray) and content.ndim:
                raise InputError(
                    f"search: {type(record).__name__}.{field.name}",
                    f"an array of shape {content.shape}",
                    "a search compares designs at one value",
                    "Ask for draws with Macros.interval.",
                )


def _cells(capacity: int, word_bits: int, cell: Electrical) -> tuple[int, int]:
    word = bits(word_bits, "word_bits")
    word_count(capacity, word)
    for name, number in (("capacity", capacity), ("word_bits", word)):
        if number % cell.bits_per_cell:
            raise InputError(f"search: {name}", f"{number} bits", f"cells hold {cell.bits_per_cell} bits each")
    return capacity // cell.bits_per_cell, word // cell.bits_per_cell


def _impossible(joined: Joined, capacity: int | str, word_bits: int) -> InputError:
    blocks, layouts = joined.blocks, joined.layouts
    cells = np.unique(np.multiply.outer(np.unique(blocks.rows * blocks.columns),
                                        np.unique(layouts.across * layouts.down * layouts.banks)))  # fmt: skip
    wanted = bits(capacity)
    near = [str(size) for size in cells[np.argsort(np.abs(cells - wanted), kind="stable")][:3]]
    rule = f"no organisation of the space has {wanted} bits and gives {word_bits} at a time"
    if wanted in cells:
        return InputError("search: word_bits", word_bits, rule, "Take another word or a larger space.")
    return InputError("search: capacity", f"{capacity}", rule, f"The nearest sizes are {', '.join(near)} bits.")


def _limits(given: Mapping[str, Limit]) -> dict[str, tuple[float, float]]:
    limits = {}
    for name, limit in given.items():
        if name not in QUANTITIES:
            raise UnknownNameError("search: constraint", name, QUANTITIES)
        least, most = limit if isinstance(limit, tuple) else (limit, None) if name == "bandwidth" else (None, limit)
        ends = [
            units.parse(end, QUANTITIES[name], f"search: constraint {name}") if isinstance(end, str) else end
            for end in (least, most)
        ]
        limits[name] = (-np.inf if ends[0] is None else float(ends[0]), np.inf if ends[1] is None else float(ends[1]))
        if not limits[name][0] <= limits[name][1]:
            raise InputError(f"search: constraint {name}", repr(limit), "the least must not be above the most")
    return limits


def _illegal(pricing: Pricing) -> InputError:
    worst = max(pricing.rejected, key=lambda reason: pricing.rejected[reason])
    number = sum(pricing.rejected.values())
    return InputError(
        "search",
        f"{number} organisations of this capacity and word",
        "none of them is legal",
        f"For most of them {worst.told} (Reason.{worst.name}).",
    )


def _too_tight(found: Macros, limits: Mapping[str, tuple[float, float]]) -> InputError:
    told = [
        f"{name} from {least:.3g} to {most:.3g} {QUANTITIES[name]} "
        f"(there are {found[name].min():.3g} to {found[name].max():.3g})"
        for name, (least, most) in limits.items()
    ]
    rule = f"none of {len(found)} legal organisations keeps all"
    return InputError("search: constraints", "; ".join(told), rule, "Loosen a limit.")
