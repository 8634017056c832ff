"""Writing slices into cells: from target states to the conductances that came out, on an exact grid."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from remanence.circuit import Node
from remanence.circuit.cell import access_resistance
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.crossbar.crossbar import Crossbar
from remanence.device import Junction
from remanence.device.variation import nominal, sample_conductances
from remanence.kernels.sliced_mvm import EXACT


def nominal_cell(crossbar: Crossbar, node: Node) -> tuple[Junction, float, float, float]:
    """Return (junction, series resistance, read voltage, nominal conductance difference P minus AP in S).

    Raises:
        InputError: the states do not differ (a TMR of 0).
    """
    junction = crossbar.cell.mtj
    series = float(access_resistance(crossbar.cell, node))
    voltage = float(crossbar.read_voltage)
    parallel, tmr = nominal(junction, voltage, series)
    difference = 1.0 / (parallel + series) - 1.0 / (parallel * (1.0 + tmr) + series)
    if difference <= 0:
        raise InputError(f"Crossbar {crossbar.name}: TMR", tmr, "the two states must differ", "Raise the TMR.")
    return junction, series, voltage, difference


def program(
    slices: NDArray[np.int8], crossbar: Crossbar, node: Node, stream: Stream | None
) -> tuple[NDArray[np.int32], int]:
    """Return cell values in units of the nominal conductance difference, on a fixed-point grid.

    Args:
        slices: target of each cell, -1, 0 or 1, shape (S, K, N).
        crossbar: the layout; its cell's junction gives the states and their spread.
        node: the CMOS node, for the access transistor.
        stream: draws of this programmed chip; None for nominal cells.

    Returns:
        Whole numbers of the shape of ``slices``, and the grid exponent: value = number * 2**-exponent. The grid is the
        finest on which every partial sum stays exact in float32 (2**-16 for 64 rows and usual spreads, a hundred times
        finer than the spread itself), so that results do not depend on the order of summation.
    """
    if stream is None:
        values = slices.astype(np.float64)
    else:
        junction, series, voltage, difference = nominal_cell(crossbar, node)
        positive, negative = (
            sample_conductances(
                junction, slices != sign, voltage=voltage, series_resistance=series, stream=stream.child(name)
            )
            for sign, name in ((1, "positive"), (-1, "negative"))
        )
        values = (positive - negative) / difference
    rows = min(crossbar.rows, slices.shape[1])
    largest = max(float(np.abs(values).max(initial=0.0)), 1.0)
    exponent = math.floor(math.log2((EXACT - 1) / rows / (largest * (1.0 + 1e-6))))
    return np.rint(np.ldexp(values, exponent)).astype(np.int32), exponent
