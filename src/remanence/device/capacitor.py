"""Capacitors: the matched metal capacitor that computes with charge, and the store of a dynamic cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remanence.core.constants import BOLTZMANN
from remanence.core.declare import Array, quantity, shape, text, value
from remanence.core.errors import InputError
from remanence.core.stream import Stream


@value
class Capacitor:
    """A unit capacitor of metal fringes above a cell, as an array of charge-domain computing shares them."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    capacitance: Array = quantity("F", above=0, below=1e-9, doc="capacitance of one unit")
    mismatch: Array = quantity("1", at_least=0, below=1, doc="standard deviation from unit to unit, relative")


@value
class Edram:
    """A dynamic cell: one transistor, one capacitor whose charge must be refreshed."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    nodes: str = text(doc="nodes on which the card holds, by name; empty: any", default="")
    cell_area: Array = quantity("m^2", above=0, doc="area of one cell")
    capacitance: Array = quantity("F", above=0, below=1e-9, doc="storage capacitance")
    retention_time: Array = quantity("s", above=0, doc="longest time between refreshes")
    retention_temperature: Array = quantity(
        "K", above=0, doc="up to which the retention time holds; above, leakage shortens it", default=423.15
    )
    boost: Array = quantity("V", at_least=0, doc="wordline voltage over the supply, for a full level")


def sample_shares(
    capacitor: Capacitor,
    driven: NDArray[np.bool_],
    *,
    rows: int,
    parasitic: float,
    stream: Stream,
) -> NDArray[np.float64]:
    """Return what each unit adds to the voltage of its shared line, in units of a nominal unit's share.

    Units of a block are charged apart and then connected: V = V_dd sum(b C)/(sum C + C_p). A unit's share is therefore
    (C/C_u) (n C_u + C_p)/(sum C + C_p): its own mismatch, and that of the whole line which divides the charge. Units
    that hold no weight stay connected and enter the line's sum too.

    Args:
        capacitor: a single design (no array fields).
        driven: whether a unit is charged when its row is raised, shape (..., K, N); rows are counted along K.
        rows: units of a line, n; K is cut into blocks of so many.
        parasitic: capacitance of the line itself, F.
        stream: source of the draws; draw ``i`` belongs to unit ``i`` in C order.

    Returns:
        Shape of ``driven``; 0 where a unit is not driven. No capacitance is negative.

    Raises:
        InputError: the capacitor has array fields.
    """
    if shape(capacitor):
        raise InputError("sample_shares", "a capacitor with array fields", "a single design is needed")
    spread, unit = float(capacitor.mismatch), float(capacitor.capacitance)
    relative = np.maximum(1.0 + spread * stream.child("capacitance").normal(driven.shape), 0.0)
    depth = driven.shape[-2]
    starts = np.arange(0, depth, rows)
    used = np.diff(np.append(starts, depth))
    sums = np.add.reduceat(relative, starts, axis=-2)
    empty = (rows - used)[:, None]  # the units of a block's rows that hold nothing
    sums = sums + np.maximum(empty + spread * np.sqrt(empty) * stream.child("empty rows").normal(sums.shape), 0.0)
    line = parasitic / unit
    gain = np.repeat((rows + line) / (sums + line), used, axis=-2)
    shares: NDArray[np.float64] = np.where(driven, relative * gain, 0.0)
    return shares


def sampled_noise(capacitor: Capacitor, *, rows: int, parasitic: Array, supply: Array, temperature: Array) -> Array:
    """Return the rms thermal noise of one shared line in units of a unit's share, sqrt(k T C)/(V_dd C_u).

    C = n C_u + C_p is the capacitance on which the noise is sampled: its voltage is sqrt(k T/C), a share is V_dd C_u/C.
    """
    total = rows * capacitor.capacitance + parasitic
    noise: Array = np.sqrt(BOLTZMANN * temperature * total) / (supply * capacitor.capacitance)
    return noise
