"""Cells whose conductance depends on their own voltage: current and slope at a voltage.

Parameters broadcast against the voltages, shape (..., V, R, C): an array of cells is (R, C), one for each tile is
(tiles, 1, R, C). Any function of the voltages that returns both arrays will do, as long as the slope is positive.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from remanence.core.declare import Array, quantity, value
from remanence.core.errors import ConvergenceError

Vector = NDArray[np.float64]
CellLaw: TypeAlias = Callable[[Vector], tuple[Vector, Vector]]
"""Voltages over the cells to currents and to their derivatives by the voltage."""

STEPS = 100
"""Of the search for a voltage divider: a bisection alone would need about 60."""


@value
class TunnelCell:
    """A magnetic tunnel junction: parallel, antiparallel, or in between.

    I = G_P V (1 + k V^2) (p + (1 - p)/(1 + TMR(V))), TMR(V) = TMR0/(1 + (V/V_h)^2): the law of `device.Junction`.
    """

    parallel_conductance: Array = quantity("S", at_least=0, doc="in the parallel state, at 0 V")
    parallel: Array = quantity("1", at_least=0, at_most=1, doc="(1 + cos)/2: 1 parallel, 0 antiparallel")
    tmr: Array = quantity("1", at_least=0, doc="magnetoresistance ratio at 0 V")
    half_voltage: Array = quantity("V", above=0, doc="at which the magnetoresistance is half")
    curvature: Array = quantity("1/V^2", at_least=0, doc="of the parallel conductance", default=0.0)

    def __call__(self, voltage: Vector) -> tuple[Vector, Vector]:
        """Return current and slope."""
        square = (voltage / self.half_voltage) ** 2
        ratio = (1.0 + square) / (1.0 + square + self.tmr)  # 1/(1 + TMR(V))
        # its derivative by ln V
        rise = 2.0 * square * self.tmr / (1.0 + square + self.tmr) ** 2
        factor = self.parallel + (1.0 - self.parallel) * ratio
        shape = 1.0 + self.curvature * voltage**2
        slope = factor * (shape + 2.0 * self.curvature * voltage**2) + (1.0 - self.parallel) * rise * shape
        return self.parallel_conductance * voltage * shape * factor, self.parallel_conductance * slope


@value
class SinhCell:
    """Hopping through a filament: I = G V_0 sinh(V/V_0)."""

    conductance: Array = quantity("S", at_least=0, doc="at 0 V")
    scale: Array = quantity("V", above=0, doc="V_0")

    def __call__(self, voltage: Vector) -> tuple[Vector, Vector]:
        """Return current and slope."""
        x = voltage / self.scale
        return self.conductance * self.scale * np.sinh(x), self.conductance * np.cosh(x)


@value
class CubicCell:
    """I = G V (1 + k V^2)."""

    conductance: Array = quantity("S", at_least=0, doc="at 0 V")
    curvature: Array = quantity("1/V^2", at_least=0, doc="k")

    def __call__(self, voltage: Vector) -> tuple[Vector, Vector]:
        """Return current and slope."""
        square = self.curvature * voltage**2
        return self.conductance * voltage * (1.0 + square), self.conductance * (1.0 + 3.0 * square)


def in_series(cell: CellLaw, resistance: Array) -> CellLaw:
    """Return the law of a cell behind a resistance, such as that of a transistor that is on.

    Raises:
        ConvergenceError: when called, if the divider cannot be found, as where the current overflows.
    """

    def law(voltage: Vector) -> tuple[Vector, Vector]:
        # the cell's share w of the voltage lies between 0 and all of it, where w + R I(w) rises through the voltage
        low, high = np.minimum(voltage, 0.0), np.maximum(voltage, 0.0)
        share = np.asarray(voltage, dtype=np.float64)
        for _ in range(STEPS):
            current, slope = cell(share)
            excess = share + resistance * current - voltage
            low, high = np.where(excess < 0.0, share, low), np.where(excess > 0.0, share, high)
            step = share - excess / (1.0 + resistance * slope)
            inside = (step >= low) & (step <= high)
            update = np.where(inside, step, 0.5 * (low + high))
            done = np.abs(update - share) <= 4.0 * np.finfo(np.float64).eps * np.abs(voltage)
            share = update
            if done.all():
                current, slope = cell(share)
                return current, slope / (1.0 + resistance * slope)
        raise ConvergenceError(f"array_wires: no voltage divider after {STEPS} steps")

    return law
