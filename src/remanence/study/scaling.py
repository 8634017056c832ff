"""Junctions of several stacks against diameter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from remanence.core.declare import Array
from remanence.data import Card
from remanence.device import junction, stack


def junction_scaling(
    stacks: Sequence[Card | str], diameters: Sequence[float], temperature: Array | str = 300.0
) -> pd.DataFrame:
    """Return the data sheet of each stack at each diameter, all diameters in one broadcast pass.

    Args:
        stacks: cards, or their names in the catalogue.
        diameters: in metres.
        temperature: in kelvin, or text with a unit.

    Returns:
        One row per stack and diameter (SI units): thermal stability, critical current, voltage at it, breakdown
        voltage, resistances, and whether spin-transfer torque can write the junction.
    """
    frames = []
    for name in stacks:
        film = stack(name)
        many = junction(film, diameter=np.asarray(diameters, dtype=np.float64), temperature=temperature)
        needed, limit = many.critical_voltage, film.breakdown_voltage
        frames.append(
            pd.DataFrame(
                {
                    "stack": film.name,
                    "diameter": diameters,
                    "thermal_stability": many.thermal_stability,
                    "critical_current": many.critical_current,
                    "critical_voltage": needed,
                    "breakdown_voltage": limit,
                    "resistance_parallel": many.resistance("P"),
                    "resistance_antiparallel": many.resistance("AP", voltage=0.1),
                    "verdict": np.where(
                        np.asarray(needed) < limit, "switchable by STT", "not switchable by STT at this RA"
                    ),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
