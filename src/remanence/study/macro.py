"""A storage macro chosen among all its organisations, with its code, its sense amplifiers and its retention."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from remanence.circuit import (
    Amplifier,
    Cell,
    Code,
    Gates,
    Macros,
    Node,
    Senseamplifier,
    code_cost,
    electrical,
    gate_library,
    require_retention,
    search,
)
from remanence.circuit.ecc import CodeCost
from remanence.circuit.organisation import QUANTITIES
from remanence.circuit.search import Limit
from remanence.circuit.sense import latched
from remanence.circuit.space import bits
from remanence.core import units
from remanence.core.declare import replace
from remanence.core.errors import InputError, UnknownNameError
from remanence.data import Draws, build, names

CODES = ("none", "secded", "bch2", "bch3")
REFERENCE = 298.15
"""Temperature in K at which macros are priced unless told otherwise."""
BEYOND = 1e100
"""Figures above this come from draws in which the spread of the cells leaves nothing to sense: they are infinite."""
LOSS = 1e-9
"""Share of the bits that may be lost within a retention target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One macro: the best of all organisations in one quantity.

    Args:
        cell: name of the cell.
        code: the code over a word.
        macros: all legal organisations.
        best: the one chosen.
        retained: whether a retention target was judged and is met; None where none was asked for or the cell is not a
            magnetic one, whose retention nothing here judges.
        figures: low, median and high (80 %) of each quantity of the chosen one, SI; infinite where no read is possible.
    """

    cell: str
    code: Code
    macros: Macros
    best: Macros
    retained: bool | None
    figures: pd.DataFrame


def code_of(name: str, word_bits: int) -> Code:
    """Return the code of that name over a word: none, secded, bch2, bch3.

    Raises:
        UnknownNameError: another name.
    """
    if name not in CODES:
        raise UnknownNameError("ecc", name, CODES)
    if name.startswith("bch"):
        return Code(kind="BCH", data_bits=word_bits, corrects=int(name[3:]))
    return Code(kind="SECDED" if name == "secded" else "none", data_bits=word_bits)


def choose(
    cell: str,
    node: str,
    *,
    capacity: int | str,
    word_bits: int,
    ecc: str = "none",
    optimise: str = "read_latency",
    retention: tuple[str, str] | None = None,
    temperature: float = REFERENCE,
    constraints: dict[str, Limit] | None = None,
    draws: Draws | None = None,
) -> Chosen:
    """Search every organisation of a macro and choose the best in one quantity.

    Magnetic cells are sensed by the node's own latch, for as many standard deviations of offset, cells and reference as
    the capacity asks for (the code is not credited there); other cells by the plain amplifier of the periphery card.

    Args:
        cell: name of a cell.
        node: name of a node.
        capacity: data bits, or text such as "8 MiB".
        word_bits: data bits of an access.
        ecc: one of `CODES`.
        optimise: quantity of which the least is taken (of bandwidth the most).
        retention: (time, temperature) that a bit must last, lost by at most `LOSS`; junctions alone are judged.
        temperature: K.
        constraints: limits by quantity, see `circuit.search`.
        draws: over the ranges of all rows, for the interval of the chosen one.

    Raises:
        InputError: a retention target out of reach, a capacity or word without organisation, limits that none keeps.
        UnknownNameError: an unknown name.
    """
    if optimise not in QUANTITIES:
        raise UnknownNameError("optimise", optimise, QUANTITIES)
    built = build(Cell, cell)
    if retention is not None and built.junction is not None:
        time, warm = retention
        require_retention(replace(built.junction, temperature=warm), duration=time, loss=LOSS)
    retained = True if retention is not None and built.junction is not None else None
    code = code_of(ecc, word_bits)

    def coder(of: Node, drawn: Draws | None) -> CodeCost:
        return code_cost(code, of, gate_library("static-cmos", drawn), temperature=temperature)

    macros = search(
        cell, node, capacity=capacity, word_bits=word_bits, check_bits=code.check_bits,
        coder=None if ecc == "none" else coder, temperature=temperature, constraints=constraints,
        sensing=_latch(cell, node, bits(capacity), temperature) if built.junction is not None else None,
    )  # fmt: skip
    best = macros.best(optimise)
    figures = best.interval(draws=draws).droplevel("organisation")
    figures = figures.mask(figures > BEYOND, np.inf).mask(figures < 1.0 / BEYOND, 0.0)
    return Chosen(cell=cell, code=code, macros=macros, best=best, retained=retained, figures=figures)


def latch_name(node: str) -> str:
    """Return the name of the latch card of a node; empty where it has none."""
    found = re.search(r"(\d+)nm", node)
    name = f"latch-{found[1]}nm" if found else ""
    return name if name in names("senseamplifier") else ""


def _latch(
    cell: str, node: str, elements: int, temperature: float
) -> Callable[[Gates, Draws | None], Amplifier] | None:
    """Return what makes the sense amplifier of a magnetic cell from gates and draws; None without a latch card."""
    name = latch_name(node)
    if not name:
        return None

    def make(gates: Gates, draws: Draws | None) -> Amplifier:
        del gates
        of, amplifier = build(Node, node, draws), build(Senseamplifier, name, draws)
        drawn = build(Cell, cell, draws)
        seen = electrical(drawn, of, temperature)
        return latched(
            replace(drawn.mtj, temperature=temperature), of, amplifier, voltage=seen.read_voltage,
            series=seen.access_resistance, elements=elements,
        )  # fmt: skip

    return make


def capacities(text: str) -> list[str]:
    """Return the capacities that text names: one, or ``FROM:TO:xFACTOR`` such as "1 MiB:64 MiB:x2".

    Raises:
        InputError: a range that does not rise, or another form.
    """
    parts = [part.strip() for part in text.split(":")]
    if len(parts) == 1:
        return parts
    factor = parts[2][1:] if len(parts) == 3 and parts[2].startswith("x") else ""
    if not factor.isdigit() or int(factor) < 2:
        raise InputError("capacity", f"'{text}'", "must be one capacity, or FROM:TO:xFACTOR",
                         'Give it as "1 MiB:64 MiB:x2".')  # fmt: skip
    low, high = bits(parts[0]), bits(parts[1])
    if not low < high:
        raise InputError("capacity", f"'{text}'", "must rise")
    unit = parts[0].split()[-1]
    one = bits(f"1 {unit}")
    found = []
    while low <= high:
        found.append(f"{low // one if low % one == 0 else low / one} {unit}")
        low *= int(factor)
    return found


def retention_of(text: str) -> tuple[str, str]:
    """Return (time, temperature) of text such as "10 year @ 150 degC".

    Raises:
        InputError: another form.
    """
    time, at, warm = (part.strip() for part in text.partition("@"))
    if not at or not warm:
        raise InputError("retention", f"'{text}'", 'must be a time @ a temperature, such as "10 year @ 150 degC"')
    units.parse(time, "s", "retention")
    return time, warm
