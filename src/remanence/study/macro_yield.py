"""The yield of a chosen macro: bit errors of its own array, path and latch, with and without its code and spares."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from remanence.circuit import (
    BitErrors,
    Cell,
    Code,
    MemoryYield,
    Node,
    bit_errors,
    electrical,
    layout,
    memory_yield,
    repair_yield,
)
from remanence.circuit.driven import CURVE
from remanence.circuit.ecc import memory_failure, word_error_rate
from remanence.circuit.subarray import TINY, integration
from remanence.core import units
from remanence.data import build
from remanence.device import Process
from remanence.study.macro import latch_name, latch_of

if TYPE_CHECKING:
    from remanence.study.macro import Chosen

PROCESS = "embedded-300mm"
"""The process whose cell-to-cell spreads the array has."""

WAITING = "10 year"
"""How long bits wait where no retention target says so."""

SCREEN = 0.1
"""Write error after all attempts above which a test rejects a cell: what a handful of writes shows."""

COUNT, GROUPS = 1024, 4
"""Devices a group and groups: 0.6 s; the tails then scatter by 10 to 20 %."""


def yields(chosen: Chosen) -> pd.DataFrame | None:
    """Return bit errors and yield of a chosen macro at four temperatures; see `Chosen.yields`.

    The array is that of `PROCESS`; junction, transistor, driver, latch, capacitance, lines and development time are
    those of the macro at its medians. Write errors are those of the closed bound, which sized the cell: too high by up
    to four times a pulse, and more after several.

    Args:
        chosen: the macro.
    """
    errors = _errors(chosen)
    if errors is None:
        return None
    o = chosen.best.organisations
    capacity = float(o.capacity[0])
    bare = Code(kind="none", data_bits=chosen.code.data_bits)
    with_code, without = (memory_yield(errors, code, capacity=capacity) for code in (chosen.code, bare))
    repaired = _repaired(errors, chosen, with_code)
    return pd.DataFrame(
        {
            **{part: errors.rates[part] for part in ("read", "write", "retention")},
            "shorted": errors.shorted,
            "bit_error": with_code.bit_error,
            "word_error": with_code.word_error,
            "yield_without_code": 1.0 - without.failure,
            "yield_with_code": 1.0 - with_code.failure,
            "yield_repaired": repaired if chosen.redundancy.spares else 1.0 - with_code.failure,
        },
        index=pd.Index(np.round(errors.temperatures - 273.15, 6), name="celsius"),
    )


def _repaired(errors: BitErrors, chosen: Chosen, whole: MemoryYield) -> NDArray[np.float64]:
    """Return the yield of memories whose test runs with the code at work, by temperature.

    What repeats (misreads, cells that do not write, shorts) and leaves a word beyond the code is found at that
    temperature and takes a spare; a word that the code corrects stays in use. Words that fail only with an error that
    no test shows (soft ones) remain. So spares never cost yield: what they cannot replace had failed without them.
    """
    o = chosen.best.organisations
    subarrays = float(o.across[0] * o.down[0] * o.banks[0])
    working = (1.0 - np.asarray(errors.total)) * (1.0 - errors.shorted) / (1.0 - np.asarray(errors.soft))
    found = np.asarray(word_error_rate(chosen.code, np.clip(1.0 - working, 0.0, 1.0)))
    left = np.clip(1.0 - (1.0 - np.asarray(whole.word_error)) / np.maximum(1.0 - found, TINY), 0.0, 1.0)
    enough = repair_yield(found, cells=whole.words / subarrays, spares=chosen.redundancy.spares, subarrays=subarrays)
    return np.asarray(enough * (1.0 - np.asarray(memory_failure(left, whole.words))))


def _errors(chosen: Chosen) -> BitErrors | None:
    cell = build(Cell, chosen.cell)
    name = latch_name(chosen.node)
    if cell.junction is None or cell.driver is None or not name:
        return None
    seen = chosen.best.design.inputs()
    found = integration(chosen.best.organisations.shape, seen.cell, seen.gates, seen.sensing)
    develop = float(np.squeeze(found.time))
    if not np.isfinite(develop):
        return None
    wait = units.parse(chosen.waiting[0] if chosen.waiting else WAITING, "s", "retention")
    return _drawn(
        chosen.cell, chosen.node, float(np.squeeze(found.capacitance)), develop, float(np.squeeze(found.series)), wait
    )


@functools.lru_cache(maxsize=64)
def _drawn(cell_name: str, node_name: str, load: float, develop: float, series: float, wait: float) -> BitErrors:
    cell, node = build(Cell, cell_name), build(Node, node_name)
    assert cell.driver is not None
    return bit_errors(
        cell.mtj, build(Process, PROCESS), node, latch_of(latch_name(node_name), cell), cell.driver,
        width=float(layout.access_width(cell, node)), read_voltage=float(electrical(cell, node).read_voltage),
        capacitance=load, develop=develop, series=series, retention=wait, method=CURVE, screen=SCREEN,
        count=COUNT, groups=GROUPS,
    )  # fmt: skip
