"""Delays of lines; all functions broadcast and take SI units."""

from __future__ import annotations

from remanence.core.declare import Array


def step_delay(driver_resistance: Array, resistance: Array, capacitance: Array, load: Array = 0.0) -> Array:
    """Return the 50 % delay of a distributed RC line driven by a step, s.

    t = 0.69 R_d (C + C_L) + 0.38 R C + 0.69 R C_L, the first two moments of the line.

    Source: Sakurai, IEEE J. Solid-State Circuits 18, 418 (1983).
    """
    return 0.69 * driver_resistance * (capacitance + load) + 0.38 * resistance * capacitance + 0.69 * resistance * load


def worst_drop(line_resistance: Array, cell_conductance: Array, rows: Array) -> Array:
    """Return the share of the read voltage lost at the far end of a line with ``rows`` cells conducting, first order.

    r G n^2/2 with r the line resistance per cell: the sum of n equal currents over n segments. It is an estimate to
    warn with, not a solution: it holds while it is small.
    """
    return line_resistance * cell_conductance * rows**2 / 2.0
