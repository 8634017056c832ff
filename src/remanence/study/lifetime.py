"""How long the weight memory lasts when the weights are updated."""

from __future__ import annotations

import numpy as np

from remanence.core.errors import InputError
from remanence.data import Draws
from remanence.system import Chip, Figure, Platform

DAYS_PER_YEAR = 365.25


def endurance(platform: Platform, draws: Draws | None = None) -> Figure | None:
    """Return the writes that a cell of the weight memory survives, with its range; None where nothing wears out.

    The number is that of the cell's card (of the microcontroller's flash). A cell without such a row, SRAM, does not
    wear out in a sense that matters here.
    """
    draws = draws or Draws()
    known = any(row.id.endswith("endurance") for row in platform.rows())
    if not known:
        return None
    value, sampled = (np.asarray(_writes(chip), dtype=np.float64) for chip in (platform.design, platform.sample(draws)))
    return Figure("endurance", "1", platform.design.scope, float(value), np.broadcast_to(sampled, (draws.count,)))


def years(writes: Figure, updates_per_day: float) -> Figure:
    """Return the years until a cell has been written ``writes`` times, all weights rewritten at each update.

    No wear levelling and no spare cells: the first worn-out cell ends the life; verify pulses count as one write, as
    endurance is stated in cycles.

    Raises:
        InputError: updates that are not above 0.
    """
    if not updates_per_day > 0:
        raise InputError("updates_per_day", updates_per_day, "must be above 0")
    per_year = updates_per_day * DAYS_PER_YEAR
    return Figure("lifetime", "year", writes.scope, writes.value / per_year, writes.draws / per_year)


def _writes(chip: Chip) -> object:
    part = chip.crossbar or chip.memory
    if part is not None:
        return part.cell.endurance
    if chip.microcontroller is None:
        raise InputError(f"Chip {chip.name}", chip.architecture, "has no weight memory whose endurance is known")
    return chip.microcontroller.flash_endurance
