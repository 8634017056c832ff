"""Switching probability against voltage and pulse length: counts of trials, by binomial maximum likelihood."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from remanence.core.declare import Quantity
from remanence.core.errors import ConvergenceError, IdentifiabilityError, InputError, ValidityError
from remanence.device import reduced
from remanence.device.calibration.inference import Binomial, Fit, Parameter, Vector, fit, goodness
from remanence.device.calibration.measurements import Column, Table
from remanence.device.calibration.result import Calibration, Estimate, conclude, held

COLUMNS = (
    Column("voltage", "V"),
    Column("duration", "s"),
    Column("trials", "1", whole=True),
    Column("switched", "1", whole=True),
)
CONVENTIONAL_ATTEMPT_TIME = 1e-9
"""The field's convention for tau_0, s. It is assumed, not measured: prefactors down to femtoseconds were found in
perpendicular junctions of 50 nm (Soumah et al., arXiv:2402.03452). Every result that rests on it says so."""
EXPONENTS = (1.0, 1.5, 2.0)
SMALLEST_BARRIER = 3.0
"""Remaining barrier in k_B T below which a point is no longer a rare escape; such points are counted in a note."""
TOLERANCE = 1e-5
"""Relative accuracy of a Fokker-Planck probability in a fit: far below what counts can tell."""
COARSE_STEP = 2e-3
"""Of its derivatives: a change of the solution's grid within the step must not show."""

_STABILITY = Parameter(
    name="thermal_stability",
    unit="1",
    doc="barrier without voltage over k_B T",
    low=0.5,
    high=2000.0,
    remedy="Measure at further voltages, and at pulse lengths decades apart.",
)
_VOLTAGE = Parameter(
    name="critical_voltage",
    unit="V",
    doc="voltage at which the barrier vanishes",
    low=1e-4,
    high=100.0,
    remedy="Measure at further voltages where some, not all, of the trials switch.",
)
_ATTEMPT = Parameter(
    name="attempt_time",
    unit="s",
    doc="attempt time tau_0",
    low=1e-18,
    high=1e-3,
    remedy="Fix attempt_time, or narrow attempt_time_spread: barrier and attempt time are hard to tell apart.",
)
_DAMPING = Parameter(
    name="damping_time",
    unit="s",
    doc="tau_D = (1 + alpha^2)/(alpha gamma mu_0 H_k)",
    low=1e-12,
    high=1e-6,
    remedy="Measure at further pulse lengths, from a fraction of a nanosecond on, or fix damping_time.",
)


def checked(table: Table) -> tuple[Vector, Vector, Vector, Vector]:
    """Return voltage (its amount), duration, trials and switched of a table.

    Raises:
        InputError: counts above trials, no trials, a pulse without length, or both polarities in one file.
    """
    voltage, duration, trials, switched = (table[column.name] for column in COLUMNS)
    for bad, given, rule in (
        (switched > trials, lambda j: f"{switched[j]:g} switched of {trials[j]:g} trials", "cannot exceed the trials"),
        (trials < 1, lambda j: f"{trials[j]:g} trials", "at least one trial is needed"),
        (duration <= 0, lambda j: f"a pulse of {duration[j]:g} s", "must be above 0"),
    ):
        if np.any(bad):
            place = int(np.argmax(bad))
            raise InputError(table.row(place), given(place), rule)
    if np.any(voltage > 0) and np.any(voltage < 0):
        raise InputError(table.file, "voltages of both signs", "one direction of switching is fitted at a time",
                         "Split the file: each direction has its own critical voltage.")  # fmt: skip
    total, count = float(np.sum(trials)), float(np.sum(switched))
    if count in (0.0, total):
        raise IdentifiabilityError(
            f"calibrate: {_STABILITY.name}",
            f"{'all' if count else 'none'} of {total:g} trials switched",
            "points between never and always are needed",
            f"Measure at {'lower' if count else 'higher'} voltages or {'shorter' if count else 'longer'} pulses.",
        )
    return np.abs(voltage), duration, trials, switched


def thermal_activation(
    table: Table,
    *,
    exponent: float = 2.0,
    attempt_time: float | str | None = None,
    attempt_time_spread: float = 0.0,
) -> Calibration:
    """Fit P = 1 - exp(-t/tau_0 exp(-Delta (1 - V/V_c0)^n)), the Neel-Arrhenius law.

    n = 2 is that of the axially symmetric perpendicular junction (Taniguchi and Imamura, Phys. Rev. B 83, 054432
    (2011), arXiv:1010.5845); with n = 1, long in use, the barrier of such a junction comes out too low. Valid below
    V_c0 while the remaining barrier is several k_B T. Barrier and ln tau_0 are nearly one parameter: tau_0 is held at
    a stated value or bound by a prior.

    Args:
        table: columns voltage, duration, trials, switched.
        exponent: n, one of 1, 1.5 and 2.
        attempt_time: tau_0, s or text with a unit; None for the convention of 1 ns, which the result then states.
        attempt_time_spread: standard deviation of ln tau_0; 0 holds it, more fits it with a log-normal prior.

    Raises:
        IdentifiabilityError: the data leave a parameter open.
        ValidityError: a point lies at or above the fitted V_c0.
        InputError: bad counts or arguments.
    """
    if exponent not in EXPONENTS:
        raise InputError("calibrate: exponent", exponent, f"must be one of {', '.join(f'{n:g}' for n in EXPONENTS)}")
    centre = Quantity("s", "attempt time", above=0).read(
        CONVENTIONAL_ATTEMPT_TIME if attempt_time is None else attempt_time, "calibrate: attempt_time"
    )
    spread = float(Quantity("1", "", at_least=0).read(attempt_time_spread, "calibrate: attempt_time_spread"))
    tau = float(centre)
    voltage, duration, trials, switched = checked(table)
    _several(voltage, 3 if spread and exponent == 2.0 else 2, "thermal-activation")
    parameters = [_STABILITY, _VOLTAGE]
    if spread:
        parameters.append(bound(tau, spread))

    def predict(values: Vector) -> Vector:
        barrier = values[0] * np.maximum(1.0 - voltage / values[1], 0.0) ** exponent
        hazard = np.maximum(duration / (values[2] if spread else tau) * np.exp(-barrier), 1e-300)
        return log_probabilities(hazard)

    likelihood = Binomial(trials, switched)
    top = float(np.max(voltage))
    starts = [
        [stability, ratio * top] + ([tau] if spread else [])
        for stability in (5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 60.0, 80.0, 120.0, 200.0)
        for ratio in (1.02, 1.1, 1.2, 1.4, 1.7, 2.0, 2.5, 3.0, 4.0, 6.0)
    ]
    found = fit(parameters, predict, likelihood, starts)
    beyond = voltage >= found.best[1]
    if np.any(beyond):
        raise ValidityError(
            "calibrate: thermal-activation",
            f"{np.count_nonzero(beyond)} points at or above the critical voltage, {found.best[1]:.4g} V",
            "thermal activation needs a barrier",
            "Leave them out, or use the model fokker-planck.",
        )
    barrier = found.best[0] * (1.0 - voltage / found.best[1]) ** exponent
    notes = [f"barrier law Delta (1 - V/V_c0)^{exponent:g}"]
    if attempt_time is None:
        notes.append(
            "the attempt time of 1 ns is the field's convention, not measured here: the stability shifts by one for "
            "each factor e in it"
        )
    shallow = int(np.count_nonzero(barrier < SMALLEST_BARRIER))
    if shallow:
        notes.append(f"{shallow} of {voltage.size} points have a barrier below {SMALLEST_BARRIER:g} k_B T, where "
                     "the law loses its ground")  # fmt: skip
    others: list[Estimate] = [] if spread else [held(_ATTEMPT.name, "s", _ATTEMPT.doc, tau)]
    return _conclude("thermal-activation", table, parameters, found, others, notes)


def fokker_planck(table: Table, *, damping_time: float | str | None = None) -> Calibration:
    """Fit Delta, V_c0 and tau_D of an axially symmetric macrospin by its Fokker-Planck equation.

    The overdrive is V/V_c0. Valid on both sides of the critical voltage, from thermal activation to nanosecond pulses;
    no attempt time has to be assumed. See `reduced.switching` for the equation.

    Args:
        table: columns voltage, duration, trials, switched.
        damping_time: tau_D if it is known, s or text with a unit; None fits it.

    Raises:
        IdentifiabilityError: the data leave a parameter open.
        InputError: bad counts or arguments.
    """
    known = None
    if damping_time is not None:
        known = float(Quantity("s", "damping time", above=0).read(damping_time, "calibrate: damping_time"))
    voltage, duration, trials, switched = checked(table)
    _several(voltage, 2, "fokker-planck")
    parameters = [_STABILITY, _VOLTAGE] + ([] if known else [_DAMPING])

    def predict(values: Vector) -> Vector:
        unit = known or float(values[2])
        return _axial(values[0], voltage / values[1], duration / unit)

    likelihood = Binomial(trials, switched)
    starts = _rough_starts(voltage, duration, likelihood, known)
    found = fit(parameters, predict, likelihood, starts, step=COARSE_STEP)
    others = [held(_DAMPING.name, "s", _DAMPING.doc, known)] if known else []
    return _conclude("fokker-planck", table, parameters, found, others, ["overdrive V/V_c0, axial symmetry, no field"])


def _rough_starts(voltage: Vector, duration: Vector, likelihood: Binomial, known: float | None) -> list[list[float]]:
    """Return the best points of a grid, judged by closed forms that cost nothing."""
    top, ranked = float(np.max(voltage)), []
    for stability in (8.0, 15.0, 25.0, 40.0, 60.0, 90.0, 150.0):
        for ratio in (0.2, 0.3, 0.4, 0.55, 0.75, 1.0, 1.3, 1.8):
            drive = voltage / (ratio * top)
            for unit in (known,) if known else (2e-10, 5e-10, 1e-9, 2e-9, 5e-9, 1e-8, 3e-8):
                rough = likelihood.deviance(_sketch(stability, drive, duration / unit))
                ranked.append((rough, [stability, ratio * top] + ([] if known else [unit])))
    ranked.sort(key=lambda pair: pair[0])
    return [start for _, start in ranked[:2]]


def _sketch(stability: float, drive: Vector, time: Vector) -> Vector:
    """Return ln P and ln(1 - P) roughly: the dwell time's asymptote below i = 1, the bound of the write error above."""
    left = np.maximum(1.0 - drive, 0.1)
    hazard = time * np.sqrt(stability / np.pi) * left**2 * (1.0 + drive) * np.exp(-stability * left**2)
    kept = np.minimum(np.exp(-hazard), np.asarray(reduced.closed_form(stability, drive, time)))
    kept = np.clip(kept, 1e-12, 1.0 - 1e-12)
    return np.stack([np.log1p(-kept), np.log(kept)])


def _axial(stability: float, overdrive: Vector, time: Vector) -> Vector:
    """Return ln P and ln(1 - P) of switching; NaN where the equation could not be solved to the tolerance."""
    try:
        found = reduced.switching(stability, overdrive, time, tolerance=TOLERANCE)
    except ConvergenceError:
        return np.full((2, time.size), np.nan)
    both = np.stack([np.asarray(found.switched), np.asarray(found.error)])
    logarithms: Vector = np.log(np.maximum(both, 1e-300))
    return logarithms


def log_probabilities(hazard: Vector) -> Vector:
    """Return ln P and ln(1 - P) for P = 1 - exp(-hazard), each to full relative accuracy."""
    return np.stack([np.log(-np.expm1(-hazard)), -hazard])


def bound(median: float, spread: float) -> Parameter:
    """Return the attempt time as a parameter with a log-normal prior."""
    return dataclasses.replace(_ATTEMPT, prior=(median, spread))


def _several(voltage: Vector, needed: int, model: str) -> None:
    distinct = int(np.unique(voltage).size)
    if distinct < needed:
        raise IdentifiabilityError(
            f"calibrate: {_STABILITY.name} and {_VOLTAGE.name}",
            f"{distinct} {'voltage' if distinct == 1 else 'voltages'}",
            f"{model} needs at least {needed} to tell them apart",
            _STABILITY.remedy,
        )


def _conclude(
    model: str, table: Table, parameters: list[Parameter], found: Fit, others: list[Estimate], notes: list[str]
) -> Calibration:
    voltage, duration, trials, switched = checked(table)
    fitted = np.exp(found.prediction[0])
    spread = np.sqrt(trials * np.exp(found.prediction[0] + found.prediction[1]))
    terms = Binomial(trials, switched).terms(found.prediction)
    points = pd.DataFrame(
        {
            "voltage": voltage,
            "duration": duration,
            "trials": trials,
            "switched": switched,
            "measured": switched / trials,
            "fitted": fitted,
            "pearson": np.divide(switched - trials * fitted, spread, out=np.zeros_like(spread), where=spread > 0),
            "residual": np.sign(switched - trials * fitted) * np.sqrt(np.maximum(terms, 0.0)),
        }
    )
    test = goodness(trials, switched, found.prediction, len(parameters))
    return conclude(model, table, parameters, found, points=points, test=test, others=others, notes=notes)
