"""Delays of lines; all functions broadcast and take SI units."""

from __future__ import annotations

import numpy as np

from remanence.core.declare import Array


def step_delay(driver_resistance: Array, resistance: Array, capacitance: Array, load: Array = 0.0) -> Array:
    """Return the 50 % delay of a distributed RC line driven by a step, s.

    t = 0.69 R_d (C + C_L) + 0.38 R C + 0.69 R C_L, the first two moments of the line.

    Source: Sakurai, IEEE J. Solid-State Circuits 18, 418 (1983).
    """
    return 0.69 * driver_resistance * (capacitance + load) + 0.38 * resistance * capacitance + 0.69 * resistance * load


def worst_drop(line_resistance: Array, cell_conductance: Array, rows: Array) -> Array:
    """Return the share of the read voltage lost at the far end of a line with ``rows`` equal cells conducting.

    1 - 1/cosh(n sqrt(r G)), r the line resistance per cell: the leaky line driven at one end, in its continuous limit.
    It is a figure to warn with: real cells differ and not all conduct.
    """
    drop: Array = 1.0 - 1.0 / np.cosh(rows * np.sqrt(line_resistance * cell_conductance))
    return drop
