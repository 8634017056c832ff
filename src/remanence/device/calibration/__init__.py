"""Calibration: from measurements in CSV files to estimates with intervals, and to a stack card.

Knows: reading and checking the files (`measurements`), maximum likelihood with profile-likelihood intervals
(`inference`), the models (`switching`, `loops`, `resistance`), the result (`result`) and its way into a card (`card`).
Refuses to know: how a measurement was taken; drawing, which is the report floor's.
Start reading at `calibrate`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from remanence.core.errors import InputError, UnknownNameError
from remanence.device.calibration import loops, resistance, switching
from remanence.device.calibration.card import fitted_stack, stack_card
from remanence.device.calibration.measurements import Column, header, read_table
from remanence.device.calibration.result import Calibration, Estimate

MODELS: Mapping[str, tuple[Callable[..., Calibration], tuple[Column, ...], frozenset[str]]] = {
    "thermal-activation": (
        switching.thermal_activation,
        switching.COLUMNS,
        frozenset({"exponent", "attempt_time", "attempt_time_spread"}),
    ),
    "fokker-planck": (switching.fokker_planck, switching.COLUMNS, frozenset({"damping_time"})),
    "switching-field": (
        loops.switching_field,
        loops.COLUMNS,
        frozenset({"exponent", "sweep_rate", "attempt_time", "attempt_time_spread"}),
    ),
    "hysteresis": (loops.hysteresis, loops.COLUMNS, frozenset()),
    "resistance-voltage": (resistance.resistance_voltage, resistance.COLUMNS, frozenset()),
}
"""Each model: its function, the columns that it reads and the options that it takes."""


def calibrate(path: str | Path, *, model: str | None = None, **options: Any) -> Calibration:
    """Fit a model to a CSV file of measurements.

    Args:
        path: the file; its header names columns and units, see `measurements`.
        model: one of `MODELS`; None chooses by the columns: counts of switched trials thermal-activation, a field
            hysteresis, a state resistance-voltage.
        options: of the model: ``exponent``, ``attempt_time``, ``attempt_time_spread``, ``damping_time``,
            ``sweep_rate``.

    Returns:
        Estimates with 95 % profile-likelihood intervals, goodness of fit, residuals; `Calibration.stack` and
        `Calibration.write` lead on to a stack that the rest of the package loads.

    Raises:
        InputError: the file breaks a rule (the line is named), or an option does.
        UnknownNameError: no such model or option.
        IdentifiabilityError: the data leave a parameter open; the message says what to measure in addition.
        ValidityError: data outside the range in which the model holds.
        ConvergenceError: no maximum of the likelihood was found.
    """
    if model is None:
        model = _guess(path)
    if model not in MODELS:
        raise UnknownNameError("calibrate: model", model, MODELS)
    function, columns, allowed = MODELS[model]
    for name in options:
        if name not in allowed:
            raise UnknownNameError(f"calibrate: option of {model}", name, allowed)
    return function(read_table(path, columns), **options)


def _guess(path: str | Path) -> str:
    given = header(path)
    for mark, model in (("switched", "thermal-activation"), ("field", "hysteresis"), ("state", "resistance-voltage")):
        if mark in given:
            return model
    raise InputError(f"{Path(path).name}", f"columns {', '.join(given)}", "a column switched, field or state is needed",
                     f"Name the model: {', '.join(MODELS)}.")  # fmt: skip


__all__ = ["MODELS", "Calibration", "Estimate", "calibrate", "fitted_stack", "stack_card"]
