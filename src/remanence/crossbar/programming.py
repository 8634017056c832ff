"""Writing slices into cells: from target states to the conductances that came out, on an exact grid."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from remanence.circuit import Node
from remanence.circuit.cell import access_resistance, read_conductances
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.crossbar.crossbar import Crossbar
from remanence.device import resistive, sample_conductances
from remanence.kernels.sliced_mvm import EXACT


def nominal_difference(crossbar: Crossbar, node: Node) -> float:
    """Return the conductance difference of the two states of a nominal cell behind its transistor, S.

    Raises:
        InputError: the states do not differ (a TMR of 0).
    """
    series = access_resistance(crossbar.cell, node)
    high, low = read_conductances(crossbar.cell, crossbar.read_voltage, series)
    difference = float(high - low)
    if difference <= 0:
        raise InputError(
            f"Crossbar {crossbar.name}: states", difference, "the two states must differ", "Raise the TMR."
        )
    return difference


def sample_cells(
    crossbar: Crossbar, node: Node, high_resistance: NDArray[np.bool_], stream: Stream
) -> NDArray[np.float64]:
    """Return the conductance of each programmed device behind its transistor, S."""
    series = float(access_resistance(crossbar.cell, node))
    device = crossbar.cell.resistive
    if device is not None:
        alone = resistive.sample(device, high_resistance, stream)
        return alone / (1.0 + series * alone)
    return sample_conductances(
        crossbar.cell.mtj,
        high_resistance,
        voltage=float(crossbar.read_voltage),
        series_resistance=series,
        stream=stream,
    )


def program(
    slices: NDArray[np.int8], crossbar: Crossbar, node: Node, stream: Stream | None
) -> tuple[NDArray[np.int32], int]:
    """Return cell values in units of the nominal conductance difference, on a fixed-point grid.

    Args:
        slices: target of each cell, -1, 0 or 1, shape (S, K, N).
        crossbar: the layout; its cell's device gives the states and their spread.
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
        positive, negative = (
            sample_cells(crossbar, node, slices != sign, stream.child(name))
            for sign, name in ((1, "positive"), (-1, "negative"))
        )
        difference = nominal_difference(crossbar, node)
        values = (positive - negative) / difference
    rows = min(crossbar.rows, slices.shape[1])
    largest = max(float(np.abs(values).max(initial=0.0)), 1.0)
    exponent = math.floor(math.log2((EXACT - 1) / rows / (largest * (1.0 + 1e-6))))
    return np.rint(np.ldexp(values, exponent)).astype(np.int32), exponent
