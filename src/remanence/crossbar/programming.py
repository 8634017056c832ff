"""Writing slices into cells: from target states to what came out, on an exact grid."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from remanence.circuit import Node
from remanence.circuit.cell import read_conductances
from remanence.circuit.charge import line_parasitic
from remanence.circuit.layout import access_resistance
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.crossbar.crossbar import Crossbar
from remanence.device import resistive, sample_conductances
from remanence.device.capacitor import sample_shares
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


def sample_cells(crossbar: Crossbar, node: Node, conducting: NDArray[np.bool_], stream: Stream) -> NDArray[np.float64]:
    """Return what each programmed device adds to its line, in units of the nominal difference of its two states.

    Conductances behind the transistor for cells read by their resistance; shares of a line's charge for capacitors.
    """
    cell = crossbar.cell
    if cell.capacitor is not None:
        parasitic = float(line_parasitic(cell, node, crossbar.rows))
        return sample_shares(cell.capacitor, conducting, rows=crossbar.rows, parasitic=parasitic, stream=stream)
    series = float(access_resistance(cell, node))
    difference = nominal_difference(crossbar, node)
    if cell.resistive is not None:
        alone = resistive.sample(cell.resistive, ~conducting, stream)
        return alone / (1.0 + series * alone) / difference
    return (
        sample_conductances(
            cell.mtj,
            ~conducting,
            voltage=float(crossbar.read_voltage),
            series_resistance=series,
            stream=stream,
        )
        / difference
    )


def program(
    slices: NDArray[np.int8], crossbar: Crossbar, node: Node, stream: Stream | None
) -> tuple[NDArray[np.int32], int]:
    """Return cell values in units of the nominal difference of the two states, on a fixed-point grid.

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
            sample_cells(crossbar, node, slices == sign, stream.child(name))
            for sign, name in ((1, "positive"), (-1, "negative"))
        )
        values = positive - negative
    rows = min(crossbar.rows, slices.shape[1])
    largest = max(float(np.abs(values).max(initial=0.0)), 1.0)
    exponent = math.floor(math.log2((EXACT - 1) / rows / (largest * (1.0 + 1e-6))))
    return np.rint(np.ldexp(values, exponent)).astype(np.int32), exponent
