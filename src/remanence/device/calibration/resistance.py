"""Resistance against voltage in both states: R_P, TMR at zero bias and its half voltage, by least squares."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from remanence.core.errors import IdentifiabilityError, InputError
from remanence.device import transport
from remanence.device.calibration.inference import Gaussian, Parameter, Vector, fit
from remanence.device.calibration.measurements import Column, Table
from remanence.device.calibration.result import Calibration, conclude

COLUMNS = (
    Column("voltage", "V"),
    Column("resistance", "ohm"),
    Column("state", "", words=("P", "AP")),
    Column("error", "ohm", required=False),
)

_PARALLEL = Parameter(name="parallel_resistance", unit="ohm", doc="resistance of the parallel state", low=1e-3,
                      high=1e12, remedy="Measure the parallel state.")  # fmt: skip
_TMR = Parameter(name="tunnel_magnetoresistance", unit="1", doc="TMR at zero bias", low=1e-6, high=1e3,
                 remedy="Measure both states, also near zero bias.")  # fmt: skip
_HALF = Parameter(name="half_voltage", unit="V", doc="bias at which the TMR has halved", low=1e-3, high=1e3,
                  remedy="Measure the antiparallel state up to higher voltages.")  # fmt: skip


def resistance_voltage(table: Table) -> Calibration:
    """Fit R_P and R_AP(V) = R_P (1 + TMR_0/(1 + (V/V_h)^2)).

    Without a column error all points count alike relative to their resistance, and the size of the error is taken from
    the residuals: the goodness of fit can then not be tested. The law is even in the voltage and R_P constant.

    Args:
        table: columns voltage, resistance, state (P or AP) and perhaps error.

    Raises:
        IdentifiabilityError: one state missing, one voltage only, or a half voltage far above those measured.
        InputError: a resistance or an error that is not positive, or no more points than parameters.
    """
    voltage, resistance = table["voltage"], table["resistance"]
    known = "error" in table
    for name in ("resistance", "error") if known else ("resistance",):
        if np.any(table[name] <= 0):
            place = int(np.argmax(table[name] <= 0))
            raise InputError(table.row(place), f"{name} {table[name][place]:g} ohm", "must be above 0")
    antiparallel = np.array([word == "AP" for word in table.words["state"]])
    for state, there in (("P", ~antiparallel), ("AP", antiparallel)):
        if not np.any(there):
            raise IdentifiabilityError(f"calibrate: {_TMR.name}", f"no points of state {state}",
                                       "both states are needed", _TMR.remedy)  # fmt: skip
    if np.unique(np.abs(voltage[antiparallel])).size < 2:
        raise IdentifiabilityError(f"calibrate: {_HALF.name}", "one voltage in state AP",
                                   "its fall needs at least two amounts", _HALF.remedy)  # fmt: skip
    parameters = [_PARALLEL, _TMR, _HALF]
    if voltage.size <= len(parameters):
        raise InputError(table.file, f"{voltage.size} points", f"more than {len(parameters)} are needed")
    error = table["error"] if known else resistance

    def predict(values: Vector) -> Vector:
        ratio = np.asarray(transport.tmr_at_voltage(values[1], voltage, values[2]))
        resistances: Vector = values[0] * (1.0 + np.where(antiparallel, ratio, 0.0))
        return resistances

    parallel = float(np.mean(resistance[~antiparallel]))
    ratio = max(float(np.max(resistance[antiparallel])) / parallel - 1.0, 0.01)
    top = float(np.max(np.abs(voltage)))
    starts = [[parallel, ratio, share * top] for share in (0.5, 1.0, 2.0, 4.0)]
    found = fit(parameters, predict, Gaussian(resistance, error), starts, estimate_variance=not known)
    freedom = voltage.size - len(parameters)
    scale = error if known else error * np.sqrt(found.deviance / freedom)
    points = pd.DataFrame(
        {
            "voltage": voltage,
            "state": table.words["state"],
            "measured": resistance,
            "fitted": found.prediction,
            "residual": np.divide(resistance - found.prediction, scale, out=np.zeros_like(scale), where=scale > 0),
        }
    )
    test = (found.deviance, freedom, float(stats.chi2.sf(found.deviance, freedom)))
    notes = []
    if not known:
        test = (float("nan"), freedom, None)  # type: ignore[assignment]
        notes = [f"no errors given: taken from the residuals, {np.sqrt(found.deviance / freedom):.2g} of each value"]
    return conclude("resistance-voltage", table, parameters, found, points=points, test=test, notes=notes)
