"""Macros of several cells and capacities: every combination chosen, what cannot be built with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from remanence.circuit import Redundancy
from remanence.circuit.organisation import QUANTITIES
from remanence.circuit.transistor import REFERENCE
from remanence.core.errors import InputError, UnknownNameError
from remanence.data import Draws
from remanence.study.macro import Chosen, choose
from remanence.study.macro_breakdown import bounded, interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One cell at one capacity.

    Args:
        cell: name of the cell.
        node: name of the node.
        capacity: as asked for, such as "8 MiB".
        chosen: the macro; None where it cannot be built.
        reason: why not; empty where it can.
        draws: each quantity over the joint draws, infinite where no read is possible; empty where it cannot be built.
    """

    cell: str
    node: str
    capacity: str
    chosen: Chosen | None
    reason: str
    draws: Mapping[str, NDArray[np.float64]]

    def ends(self, quantity: str) -> tuple[float, float, float]:
        """Return (low, median, high) of a quantity: 80 % of the draws."""
        return interval(self.draws[quantity])


def compare_macros(
    cells: Sequence[str],
    node: str,
    capacities: Sequence[str],
    *,
    word_bits: int,
    ecc: str = "none",
    optimise: str = "read_latency",
    retention: tuple[str, str] | None = None,
    temperature: float = REFERENCE,
    redundancy: Redundancy | None = None,
    spare_area: float | None = None,
    draws: Draws | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[Entry]:
    """Choose the macro of every cell at every capacity, capacities outermost.

    Args:
        cells: names of cells.
        node: name of a node.
        capacities: such as ``["1 MiB", "8 MiB"]``.
        word_bits: data bits of an access.
        ecc: as in `study.macro.choose`.
        optimise: quantity of which the least is taken.
        retention: (time, temperature) that a bit must last.
        temperature: K.
        redundancy: spare rows and data lines of a subarray; none where left out.
        spare_area: where given, only organisations whose area is at most 1 + this over the smallest are chosen from.
            Without it the fastest macro is one of tiny subarrays that nobody would build.
        draws: over the ranges of all rows; shared, so that macros of one node are compared draw by draw.
        progress: called with (what, done, total).

    Raises:
        InputError: nothing can be built; then the first reason.
        UnknownNameError: an unknown name: it is a mistake, not an answer.
    """
    joint, entries, errors = draws or Draws(), [], []
    for capacity in capacities:
        for cell in cells:
            try:
                one: Chosen | None = choose(
                    cell, node, capacity=capacity, word_bits=word_bits, ecc=ecc, optimise=optimise,
                    retention=retention, temperature=temperature, redundancy=redundancy, draws=joint,
                )  # fmt: skip
                reason = ""
            except UnknownNameError:
                raise
            except InputError as error:
                one, reason = None, str(error)
                errors.append(error)
            if one is not None and spare_area is not None:
                area = one.macros["area"]
                best = one.macros.take(area <= (1.0 + spare_area) * area.min()).best(optimise)
                one = replace(one, best=best)
            entries.append(
                Entry(cell=cell, node=node, capacity=capacity, chosen=one, reason=reason, draws=_draws(one, joint))
            )
            if progress is not None:
                progress(f"macros on {node}", len(entries), len(cells) * len(capacities))
    if len(errors) == len(entries):
        raise errors[0]
    return entries


def _draws(one: Chosen | None, draws: Draws) -> dict[str, NDArray[np.float64]]:
    if one is None:
        return {}
    drawn = one.best.costs(draws=draws)
    return {name: np.broadcast_to(bounded(getattr(drawn, name)), (draws.count,)) for name in QUANTITIES}


def winners(entries: Sequence[Entry], quantity: str) -> pd.DataFrame:
    """Return, for each capacity, the cell of the least of a quantity (the most bandwidth).

    Returns:
        By capacity: ``cell``, ``median``, ``second`` (the next by median, empty where there is none), ``share`` of the
        joint draws in which the cell beats all others.

    Raises:
        UnknownNameError: no such quantity.
    """
    if quantity not in QUANTITIES:
        raise UnknownNameError("winners: quantity", quantity, QUANTITIES)
    sign = -1.0 if quantity == "bandwidth" else 1.0
    rows = {}
    for capacity in dict.fromkeys(entry.capacity for entry in entries):
        built = [entry for entry in entries if entry.capacity == capacity and entry.draws]
        if not built:
            continue
        ranked = sorted(built, key=lambda entry: sign * entry.ends(quantity)[1])
        costs = np.stack([sign * entry.draws[quantity] for entry in ranked])
        least = costs[0] < np.min(costs[1:], axis=0, initial=np.inf)
        rows[capacity] = {
            "cell": ranked[0].cell,
            "median": ranked[0].ends(quantity)[1],
            "second": ranked[1].cell if len(ranked) > 1 else "",
            "share": float(np.mean(least)),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("capacity")
