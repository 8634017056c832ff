"""Junctions of several stacks against diameter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from remanence.device import Junction, stack


def junction_scaling(stacks: Sequence[str], diameters: Sequence[float], temperature: float = 300.0) -> pd.DataFrame:
    """Return the data sheet of each stack at each diameter, all diameters in one broadcast pass.

    Args:
        stacks: names in the catalogue.
        diameters: in metres.
        temperature: in kelvin.

    Returns:
        One row per stack and diameter (SI units): thermal stability, critical current, voltage at it, breakdown
        voltage, resistances, and whether spin-transfer torque can write the junction.
    """
    frames = []
    for name in stacks:
        film = stack(name)
        many = Junction(stack=film, diameter=np.asarray(diameters, dtype=np.float64), temperature=temperature)
        needed, limit = many.critical_voltage, film.breakdown_voltage
        frames.append(
            pd.DataFrame(
                {
                    "stack": name,
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
