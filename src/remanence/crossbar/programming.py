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
from remanence.crossbar.encoding import Encoded
from remanence.device import resistive, sample_conductances
from remanence.device.capacitor import sample_shares
from remanence.kernels.sliced_mvm import EXACT

COARSEST = 10
"""Exponent of the coarsest grid: 2**-10 of a level step, an order of magnitude below any programming spread."""


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


def pedestal(crossbar: Crossbar, node: Node) -> float:
    """Return what a nominal single-ended cell at level 0 adds to its line, in level steps."""
    if not crossbar.has_pedestal:
        return 0.0
    series = access_resistance(crossbar.cell, node)
    _, low = read_conductances(crossbar.cell, crossbar.read_voltage, series)
    return float(low) / nominal_difference(crossbar, node) * crossbar.weight_encoding.top


def sample_cells(crossbar: Crossbar, node: Node, levels: NDArray[np.integer], stream: Stream) -> NDArray[np.float64]:
    """Return what each programmed device adds to its line, in level steps.

    Conductances behind the transistor for cells read by their resistance; shares of a line's charge for capacitors.

    Args:
        crossbar: the layout.
        node: the CMOS node, for the access transistor.
        levels: target of each device, from 0 to 2**cell_bits - 1.
        stream: draws of these devices.
    """
    cell, top = crossbar.cell, crossbar.weight_encoding.top
    if cell.capacitor is not None:
        parasitic = float(line_parasitic(cell, node, crossbar.rows))
        return sample_shares(cell.capacitor, levels == top, rows=crossbar.rows, parasitic=parasitic, stream=stream)
    series = float(access_resistance(cell, node))
    difference = nominal_difference(crossbar, node) / top
    if cell.resistive is not None:
        if top == 1:
            alone = resistive.sample(cell.resistive, levels == 0, stream)
        else:
            alone = resistive.sample_levels(cell.resistive, level_targets(crossbar, node)[levels], stream)
        return alone / (1.0 + series * alone) / difference
    return (
        sample_conductances(
            cell.mtj,
            levels == 0,
            voltage=float(crossbar.read_voltage),
            series_resistance=series,
            stream=stream,
        )
        / difference
    )


def level_targets(crossbar: Crossbar, node: Node) -> NDArray[np.float64]:
    """Return the conductance that each level of a resistive device is programmed to, S, shape (2**cell_bits,).

    The levels are equal steps of the conductance behind the transistor, which is what the line sees.
    """
    device, series = crossbar.cell.resistive, float(access_resistance(crossbar.cell, node))
    assert device is not None
    low, high = (float(end) / (1.0 + series * float(end)) for end in (device.conductance_low, device.conductance_high))
    seen = np.linspace(low, high, crossbar.weight_encoding.top + 1)
    targets: NDArray[np.float64] = seen / (1.0 - series * seen)
    return targets


def program(
    encoded: Encoded, crossbar: Crossbar, node: Node, stream: Stream | None, *, largest_digit: int = 1
) -> tuple[NDArray[np.int32], int]:
    """Return what each cell adds to its column, in level steps, on a fixed-point grid.

    Args:
        encoded: target levels, and the unit column if there is one.
        crossbar: the layout; its cell's device gives the states and their spread.
        node: the CMOS node, for the access transistor.
        stream: draws of this programmed chip; None for nominal cells.
        largest_digit: longest pulse of a row, in units.

    Returns:
        Whole numbers of the shape of the levels, and the grid exponent: value = number * 2**-exponent. The grid is the
        finest on which every partial sum stays exact in float32 (2**-16 of a step for 64 rows and usual spreads, a
        hundred times finer than the spread itself), so that results do not depend on the order of summation. Where
        long pulses would make it coarser than 2**-10, it is 2**-10, and sums are taken in float64.
    """
    levels = encoded.levels
    if encoded.unit is not None:
        # the unit columns of each array, and the array in which each column stands
        across = crossbar.arrays_across(levels.shape[0] * levels.shape[2])
        place = np.arange(levels.shape[2])[None, :] * levels.shape[0] + np.arange(levels.shape[0])[:, None]
        array = place // (crossbar.columns - crossbar.unit_columns)
        units = np.broadcast_to(encoded.unit[:, None, None], (*levels.shape[:2], across))
    if stream is None:
        values = levels + (pedestal(crossbar, node) if crossbar.has_pedestal else 0.0)
        if encoded.unit is not None:
            values = values - encoded.unit[:, None, None]
    elif crossbar.weight_encoding.record.pair:
        values = sample_cells(crossbar, node, np.maximum(levels, 0), stream.child("positive")) - sample_cells(
            crossbar, node, np.maximum(-levels, 0), stream.child("negative")
        )
    else:
        values = sample_cells(crossbar, node, levels, stream.child("cells"))
        if encoded.unit is not None:
            unit = sample_cells(crossbar, node, units, stream.child("unit column"))
            values = values - np.take_along_axis(unit, array[:, None, :], axis=2)
    rows = min(crossbar.block_rows(levels.shape[1]), levels.shape[1])
    largest = max(float(np.abs(values).max(initial=0.0)), 1.0)
    exponent = math.floor(math.log2((EXACT - 1) / rows / (largest * (1.0 + 1e-6)) / largest_digit))
    exponent = max(exponent, COARSEST) if largest_digit > 1 else exponent
    return np.rint(np.ldexp(values, exponent)).astype(np.int32), exponent
