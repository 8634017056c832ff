"""Cell-to-cell spread: programmed conductances of many junctions of one design."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remanence.core.declare import shape as shape_of
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.device import transport
from remanence.device.junction import Junction


def sample_conductances(
    junction: Junction,
    antiparallel: NDArray[np.bool_],
    *,
    voltage: float,
    series_resistance: float,
    stream: Stream,
) -> NDArray[np.float64]:
    """Return the conductance of each of many cells after programming.

    Each cell draws its own R_P (log-normal, ``stack.resistance_spread``), its own TMR (normal, ``stack.tmr_spread``,
    cut at 0) and whether the write left the wrong state (``stack.residual_write_error``). One cell has one pair of
    draws, whichever state it holds. The TMR is taken at the voltage that the nominal antiparallel junction sees behind
    the series resistance; its change from cell to cell is second order and left out.

    Args:
        junction: a single design (no array fields).
        antiparallel: target state of each cell, any shape; True is the high-resistance state.
        voltage: over junction and series resistance, V.
        series_resistance: of the access transistor, ohm, the same for all cells.
        stream: source of the draws; draw ``i`` belongs to cell ``i`` in C order.

    Returns:
        Conductance of junction and series resistance, S, in the shape of ``antiparallel``.

    Raises:
        InputError: the junction has array fields.
    """
    film = junction.stack
    if shape_of(junction):
        raise InputError("sample_conductances", "a junction with array fields", "a single design is needed")
    if series_resistance < 0:
        raise InputError("sample_conductances: series_resistance", series_resistance, "must be at least 0")
    shape = antiparallel.shape
    parallel, tmr = nominal(junction, voltage, series_resistance)
    resistance: NDArray[np.float64] = np.full(shape, parallel)
    if film.resistance_spread:
        resistance = parallel * np.exp(film.resistance_spread * stream.child("resistance").normal(shape))
    cell_tmr: NDArray[np.float64] = np.full(shape, tmr)
    if film.tmr_spread:
        cell_tmr = np.maximum(tmr * (1.0 + film.tmr_spread * stream.child("tmr").normal(shape)), 0.0)
    state = antiparallel
    if film.residual_write_error:
        state = antiparallel ^ stream.child("write error").events(float(film.residual_write_error), shape)
    conductances: NDArray[np.float64] = 1.0 / (resistance * np.where(state, 1.0 + cell_tmr, 1.0) + series_resistance)
    return conductances


def nominal(junction: Junction, voltage: float, series_resistance: float) -> tuple[float, float]:
    """Return (R_P, TMR) of the nominal cell, the TMR at the voltage its antiparallel junction sees."""
    parallel = float(junction.resistance("P"))
    seen = transport.divided_voltage(voltage, series_resistance, parallel, junction.tmr(), junction.stack.half_voltage)
    return parallel, float(junction.tmr(seen))
