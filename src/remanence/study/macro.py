"""A storage macro chosen among all its organisations, with its code, its sense amplifiers and its retention."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from remanence.circuit import (
    Amplifier,
    Cell,
    Code,
    Gates,
    Macros,
    Node,
    Redundancy,
    Senseamplifier,
    code_cost,
    coded_sigma,
    electrical,
    gate_library,
    require_retention,
    search,
)
from remanence.circuit.ecc import CodeCost, allowed_raw_rate
from remanence.circuit.organisation import QUANTITIES
from remanence.circuit.search import Limit
from remanence.circuit.sense import latched
from remanence.circuit.space import bits, word_count
from remanence.circuit.transistor import REFERENCE, check_temperature
from remanence.circuit.wake import wake
from remanence.core import units
from remanence.core.declare import replace
from remanence.core.errors import InputError, UnknownNameError
from remanence.data import Draws, build, names, resolve

CODES = ("none", "secded", "bch2", "bch3")
BEYOND = 1e100
"""Figures above this come from draws in which the spread of the cells leaves nothing to sense: they are infinite."""
LOSS = 1e-9
"""Share of the bits that may be lost within a retention target."""
PASSING = 0.9
"""Share of the memories in which every word reads right, for which a latch is asked to sense."""


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
        node: name of the node's card, aliases resolved.
        redundancy: spares of every subarray.
        sigmas: standard deviations that a magnetic cell's read bears; None for other cells.
        raw_rate: bit-error rate before the code at which `PASSING` of the memories have every word right: what the code
            buys, beside that without one.
        plain_rate: the same without a code.
        power: low, median and high (80 %) of leakage (W, powered and idle), standby (W, powered down as far as the data
            allow), wake_time (s) and wake_energy (J, from power-down to the next read).
        waiting: (time, temperature) of the retention target; None where there is none.
    """

    cell: str
    code: Code
    macros: Macros
    best: Macros
    retained: bool | None
    figures: pd.DataFrame
    node: str = ""
    redundancy: Redundancy = field(default_factory=Redundancy)
    sigmas: float | None = None
    raw_rate: float = 0.0
    plain_rate: float = 0.0
    power: pd.DataFrame = field(default_factory=pd.DataFrame)
    waiting: tuple[str, str] | None = None

    @property
    def yields(self) -> pd.DataFrame | None:
        """Bit errors and yield of the memory at -40, 25, 125 and 150 degC, worked out when first asked for (0.6 s).

        Index ``celsius``; columns ``read``, ``write``, ``retention`` (within the target's time, else ten years),
        ``shorted`` (barriers) and ``bit_error``, all of them: shares of wrong bits; ``word_error``: of words beyond the
        code; ``yield_without_code`` and ``yield_with_code``: shares of memories in which every word is right;
        ``yield_repaired``: with the code, after a test at that temperature with the code at work, whose rejected words
        the spares must all replace; without spares no test is made and it is ``yield_with_code``. None for cells
        without a junction written through a driver, and where no read is possible at the medians.
        """
        from remanence.study.macro_yield import yields

        return yields(self)


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
    redundancy: Redundancy | None = None,
) -> Chosen:
    """Search every organisation of a macro and choose the best in one quantity.

    Magnetic cells are sensed by the node's own latch, for as many standard deviations of offset, cells and reference as
    the capacity and the code ask for (`circuit.coded_sigma`: a code takes the worst cells of each word, and what it
    takes there it cannot take of writing and retention, which `Chosen.yields` adds up); other cells by the plain
    amplifier of the periphery card. A pair of complementary cells is its own reference.

    Args:
        cell: name of a cell.
        node: name of a node, or an alias of it such as 22ull.
        capacity: data bits, or text such as "8 MiB".
        word_bits: data bits of an access.
        ecc: one of `CODES`.
        optimise: quantity of which the least is taken (of bandwidth the most).
        retention: (time, temperature) that a bit must last, lost by at most `LOSS`; junctions alone are judged.
        temperature: K.
        constraints: limits by quantity, see `circuit.search`.
        draws: over the ranges of all rows, for the interval of the chosen one.
        redundancy: spare rows and data lines of every subarray; none if left out.

    Raises:
        InputError: a retention target out of reach, a capacity or word without organisation, limits that none keeps.
        UnknownNameError: an unknown name.
        ValidityError: a temperature outside -40 to 150 degC.
    """
    node = resolve("node", node)
    check_temperature(temperature, "choose")
    if optimise not in QUANTITIES:
        raise UnknownNameError("optimise", optimise, QUANTITIES)
    built = build(Cell, cell)
    if retention is not None and built.junction is not None:
        time, warm = retention
        kelvin = units.parse(warm, "K", "retention")
        check_temperature(kelvin, "retention")
        require_retention(replace(built.junction, temperature=kelvin), duration=time, loss=LOSS)
    retained = True if retention is not None and built.junction is not None else None
    words = word_count(bits(capacity), bits(word_bits, "word_bits"))
    code = code_of(ecc, word_bits)

    def coder(of: Node, drawn: Draws | None) -> CodeCost:
        return code_cost(code, of, gate_library("static-cmos", drawn), temperature=temperature)

    k = float(coded_sigma(code, words, passing=PASSING)) if built.junction is not None else None
    macros = search(
        cell, node, capacity=capacity, word_bits=word_bits, check_bits=code.check_bits,
        coder=None if ecc == "none" else coder, temperature=temperature, constraints=constraints,
        sensing=None if k is None else _latch(cell, node, k, temperature), redundancy=redundancy,
    )  # fmt: skip
    best = macros.best(optimise)
    draws = draws or Draws()
    figures = best.interval(draws=draws).droplevel("organisation")
    figures = figures.mask(figures > BEYOND, np.inf).mask(figures < 1.0 / BEYOND, 0.0)
    wrong = -np.expm1(np.log(PASSING) / words)
    return Chosen(
        cell=cell, code=code, macros=macros, best=best, retained=retained, figures=figures, node=node,
        redundancy=redundancy or Redundancy(), sigmas=k, raw_rate=float(allowed_raw_rate(code, wrong)),
        plain_rate=float(allowed_raw_rate(code_of("none", word_bits), wrong)), power=_power(best, figures, draws),
        waiting=retention if retained else None,
    )  # fmt: skip


def _power(best: Macros, figures: pd.DataFrame, draws: Draws) -> pd.DataFrame:
    """Leakage, standby and wake-up of the chosen one."""
    woken = wake(best.costs(draws=draws), best.design.inputs(draws).gates)
    rows = {name: figures.loc[name] for name in ("leakage", "standby")}
    for name, drawn in (("wake_time", woken.time), ("wake_energy", woken.energy)):
        ends = np.percentile(np.asarray(drawn), [10.0, 50.0, 90.0])
        rows[name] = pd.Series(ends, index=["low", "median", "high"])
    return pd.DataFrame(rows).T


def latch_name(node: str) -> str:
    """Return the name of the latch card of a node; empty where it has none."""
    found = re.search(r"(\d+)nm", node)
    name = f"latch-{found[1]}nm" if found else ""
    return name if name in names("senseamplifier") else ""


def _latch(
    cell: str, node: str, sigmas: float, temperature: float
) -> Callable[[Gates, Draws | None], Amplifier] | None:
    """Return what makes the sense amplifier of a magnetic cell from gates and draws; None without a latch card."""
    name = latch_name(node)
    if not name:
        return None

    def make(gates: Gates, draws: Draws | None) -> Amplifier:
        del gates
        of, drawn = build(Node, node, draws), build(Cell, cell, draws)
        seen = electrical(drawn, of, temperature)
        return latched(
            replace(drawn.mtj, temperature=temperature), of, latch_of(name, drawn, draws), voltage=seen.read_voltage,
            series=seen.access_resistance, elements=1.0, sigmas=sigmas,
        )  # fmt: skip

    return make


def latch_of(name: str, cell: Cell, draws: Draws | None = None) -> Senseamplifier:
    """Return the latch of a card with the reference that a cell asks for: a pair of complements is its own."""
    amplifier = build(Senseamplifier, name, draws)
    return replace(amplifier, reference="complement") if cell.differential else amplifier


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
    unit = parts[0].lstrip("0123456789. ")
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
