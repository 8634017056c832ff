"""The axially symmetric macrospin in reduced units: stability Delta, overdrive I/I_c0, field H/H_k, time t/tau_D.

tau_D = (1 + alpha^2)/(alpha gamma mu_0 H_k). Positive overdrive drives the magnetisation out of the state it starts in,
positive field holds it there. All functions broadcast. Valid for a macrospin with an easy axis of first order, no
transverse field, no tilt and no ellipse: there, the distribution of one angle obeys a Fokker-Planck equation exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remanence.core.declare import Array, Quantity
from remanence.core.errors import ConvergenceError, InputError, ValidityError
from remanence.device.checks import refuse
from remanence.device.dwell import log_reduced_dwell_time
from remanence.kernels.fokker_planck import Evolution, fokker_planck

CLOSED = ("upper bound", "estimate")
METHODS = ("fokker-planck", *CLOSED)
BOUND_MARGIN = 1.13
"""Factor on the noiseless map that keeps the bound above Fokker-Planck: the map alone falls short by up to 11 % (Delta
20, i = 5, at a write error of 1e-18)."""
LOWEST_OVERDRIVE = 1.5
"""Smallest I/I_c0 at which the estimate was held against Fokker-Planck."""
SMALLEST = 1e-18
"""Probability below which only its smallness is vouched for."""
SLACK = 10.0
"""How many times the tolerance an estimated error may reach before the result is refused."""

_STABILITY = Quantity("1", "thermal stability", at_least=0.1)
_FORCE = Quantity("1", "overdrive or field")
_POSITIVE = Quantity("1", "a positive number", above=0)
_DURATION = Quantity("1", "a duration", at_least=0)

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Switching:
    """Both outcomes of a pulse, each computed by itself, with estimates of their relative errors."""

    error: Array
    """Probability to be still on the side of the start."""
    switched: Array
    """Probability to be on the other side."""
    error_uncertainty: Array
    """Estimated relative numerical error of ``error``."""
    switched_uncertainty: Array
    """Estimated relative numerical error of ``switched``; infinite where a very short time resolves nothing."""


def switching(
    stability: ArrayLike,
    overdrive: ArrayLike,
    time: ArrayLike,
    field: ArrayLike = 0.0,
    *,
    relaxation: float = 0.0,
    tolerance: float = 1e-6,
    worst: float | None = None,
    side: str = "error",
    backend: str = "auto",
) -> Switching:
    """Follow a pulse by the Fokker-Planck equation, from the Boltzmann distribution of the starting well.

    Points that share stability, overdrive and field are taken from one run, so a curve costs as much as its last point.
    Times may be as long as years in units of tau_D. See docs/physics/fokker-planck.md.

    Args:
        stability: Delta, at least 0.1.
        overdrive: i = I/I_c0; below 1 switching is thermally activated, below 0 the current holds the state.
        time: length of the pulse in units of tau_D.
        field: h = H/H_k along the axis, during and before the pulse; positive holds the starting state.
        relaxation: time without current after the pulse, in units of tau_D; by default the side at the end of the
            pulse counts, which is the definition of the write error of most papers.
        tolerance: relative error asked for, from 1e-10 to 0.1, of probabilities down to 1e-18.
        worst: largest estimated error that is let pass; ten tolerances where left out.
        side: ``"error"`` or ``"switched"``: the probability that must meet the tolerance.
        backend: of the kernel.

    Raises:
        InputError: an argument out of its bounds.
        ConvergenceError: the finest grid does not meet ten times the tolerance.
    """
    if side not in ("error", "switched"):
        raise InputError("switching: side", side, "must be error or switched")
    given = (_STABILITY.read(stability, "write_error_rate: stability"),
             _FORCE.read(overdrive, "write_error_rate: overdrive"),
             _DURATION.read(time, "write_error_rate: time"), _FORCE.read(field, "write_error_rate: field"))  # fmt: skip
    rest = float(_DURATION.read(relaxation, "write_error_rate: relaxation"))
    delta, drive, tau, hold = np.broadcast_arrays(*given)
    shape = delta.shape
    if not delta.size:
        nothing = np.empty(shape)
        return Switching(nothing, nothing, nothing, nothing)
    keys = np.stack([delta.ravel(), drive.ravel(), hold.ravel()], axis=1)
    if rest:  # every length of pulse ends in a run of its own
        keys = np.concatenate([keys, tau.reshape(-1, 1)], axis=1)
    curves, curve = np.unique(keys, axis=0, return_inverse=True)
    curve = curve.reshape(-1)
    times, place = _rows(curve, tau.ravel() if not rest else np.full(tau.size, rest) + tau.ravel(), len(curves))
    force, length = (curves[:, 1] - curves[:, 2])[:, None], np.full((len(curves), 1), np.inf)
    if rest:
        force = np.concatenate([force, -curves[:, 2:3]], axis=1)
        length = np.concatenate([curves[:, 3:4], length], axis=1)
    result = fokker_planck(
        curves[:, 0], force, length, times, rest=-curves[:, 2], side="upper" if side == "error" else "lower",
        tolerance=tolerance, backend=backend,
    )  # fmt: skip
    refuse_unconverged(result, side, tolerance, worst)
    sides = (np.minimum(side, 1.0) for side in (result.upper, result.lower))  # the error may lift 1 above itself
    columns = (*sides, result.upper_error, result.lower_error)
    return Switching(*(_plain(item[curve, place].reshape(shape)) for item in columns))


def refuse_unconverged(result: Evolution, side: str, tolerance: float, worst: float | None = None) -> None:
    """Raise where the estimated relative error of the asked side exceeds ``worst``, by default ten tolerances.

    A probability below 1e-18 passes: only its smallness is vouched for.

    Raises:
        ConvergenceError: with the estimate and the number of cells.
    """
    value, error = (result.upper, result.upper_error) if side == "error" else (result.lower, result.lower_error)
    finite = np.where(value >= SMALLEST, error, 0.0)  # of less, only its smallness on the finest grid is given
    largest = float(np.max(finite, initial=0.0))
    if not largest <= (SLACK * tolerance if worst is None else worst):
        row = int(np.argmax(np.max(finite, axis=1)))
        raise ConvergenceError(
            f"fokker_planck: estimated relative error {largest:.1e} with {result.cells[row]} cells, asked for "
            f"{tolerance:.0e}. Ask for a larger tolerance, or for times that are not so short"
        )


def write_error_rate(
    stability: ArrayLike,
    overdrive: ArrayLike,
    time: ArrayLike,
    field: ArrayLike = 0.0,
    *,
    method: str = "fokker-planck",
    relaxation: float = 0.0,
    tolerance: float = 1e-6,
) -> Array:
    """Return the probability that a pulse leaves the magnetisation on the side of its start.

    Args:
        stability: Delta, at least 0.1.
        overdrive: i = I/I_c0.
        time: length of the pulse in units of tau_D.
        field: h = H/H_k along the axis; positive holds the starting state.
        method: ``"fokker-planck"`` (see `switching`, which also gives the estimated errors), or a closed form without
            field (see `closed_form`): ``"upper bound"`` or ``"estimate"``.
        relaxation: time without current before the side is read, in units of tau_D (Fokker-Planck only).
        tolerance: relative error asked for (Fokker-Planck only).

    Raises:
        InputError: an unknown method, or an argument out of its bounds.
        ValidityError: a closed form is asked for with a field or a relaxation, or the estimate below i = 1.5.
        ConvergenceError: the tolerance cannot be met.
    """
    if method not in METHODS:
        raise InputError("write_error_rate: method", method, f"must be one of {', '.join(METHODS)}")
    if method == "fokker-planck":
        return switching(stability, overdrive, time, field, relaxation=relaxation, tolerance=tolerance).error
    if np.any(np.asarray(field)) or relaxation:
        raise ValidityError("write_error_rate: method", method, "has neither field nor relaxation",
                            'Use method="fokker-planck".')  # fmt: skip
    return closed_form(stability, overdrive, time, method)


def mean_dwell(stability: ArrayLike, overdrive: ArrayLike = 0.0, field: ArrayLike = 0.0) -> Array:
    """Return the mean dwell time in the starting state in units of tau_D, by exact first-passage integrals.

    A current acts on the angle as a field -i would (Delta stays in the diffusion): this is
    `dwell.log_reduced_dwell_time` at the field h - i.

    Args:
        stability: Delta, 0.1 to 500.
        overdrive: i = I/I_c0; with |i - h| below 1 there are two wells.
        field: h = H/H_k; positive holds the state.

    Raises:
        ValidityError: a stability out of range, or no barrier (|i - h| of 1 or more): use `write_error_rate`.
    """
    stability = _POSITIVE.read(stability, "mean_dwell: stability")
    hold = np.asarray(_FORCE.read(field, "mean_dwell: field")) - _FORCE.read(overdrive, "mean_dwell: overdrive")
    refuse(ValidityError, "mean_dwell: overdrive less field", -hold, np.abs(hold) >= 1.0,
           "must lie between -1 and 1, else there is no barrier", "Use write_error_rate.")  # fmt: skip
    return _plain(np.exp(log_reduced_dwell_time(stability, hold)))


def closed_form(stability: ArrayLike, overdrive: ArrayLike, time: ArrayLike, method: str = "upper bound") -> Array:
    """Return a closed form of the write error: for sliders and bounds, not for numbers.

    Boltzmann start in the linear regime, 1 - exp(-2 Delta kappa (i-1)/(i exp(2 (i-1) tau) - 1)):

    - ``"upper bound"``: the larger of kappa = pi^2/8 (Butler et al., IEEE Trans. Magn. 48, 4684 (2012)) and 1.13 times
      the kappa below. Butler's own form bounds only up to i = 3: above, the linear map is too slow near the equator's
      far side and its error falls below Fokker-Planck. Held above Fokker-Planck for Delta 20 to 150 and i 1.5 to 30
      down to a write error of 1e-18. The further down, the higher it lies: at 1e-18 up to 1.15 times for i >= 3, 1.8
      (Delta 150) to 3.7 (Delta 20) at i = 2, 5.6 to 140 at i = 1.5.
    - ``"estimate"``: kappa from the exact noiseless map to the equator, 2^((i-1)/(i+1)) ((i-1)/i)^(2/(i+1)). From 0.89
      to 1.02 of Fokker-Planck for i >= 3, to 2.4 times it at i = 2, 54 times at i = 1.5. No bound, and refused below.

    Below the critical current the bound tends to 1, which says only that the pulse cannot be relied on.

    Args:
        stability: thermal stability factor Delta.
        overdrive: i = I/I_c0, above 0.
        time: pulse length in units of tau_D.
        method: ``"upper bound"`` or ``"estimate"``.

    Raises:
        InputError: an unknown method, or an argument that is not positive.
        ValidityError: the estimate is asked for below i = 1.5.
    """
    if method not in CLOSED:
        raise InputError("write_error_rate: method", method, f"must be one of {', '.join(CLOSED)}")
    stability = _POSITIVE.read(stability, "write_error_rate: stability")
    i = np.asarray(_POSITIVE.read(overdrive, "write_error_rate: overdrive"))
    tau = np.asarray(_DURATION.read(time, "write_error_rate: time"))
    above = np.maximum(i, 1.0)
    kappa: Array = 2.0 ** ((above - 1.0) / (above + 1.0)) * ((above - 1.0) / above) ** (2.0 / (above + 1.0))
    if method == "upper bound":
        kappa = np.maximum(np.pi**2 / 8.0, BOUND_MARGIN * kappa)
    elif np.any(i < LOWEST_OVERDRIVE):
        raise ValidityError("write_error_rate: overdrive", f"{np.min(i):.3g}",
                            f"the estimate holds from {LOWEST_OVERDRIVE}",
                            "Use Fokker-Planck or the upper bound.")  # fmt: skip
    growth = np.minimum(2.0 * (i - 1.0) * tau, 700.0)
    # (i e^x - 1)/(i - 1) written without the 0/0 at i = 1
    small = np.abs(growth) < 1e-8
    spread = np.exp(growth) + 2.0 * tau * np.where(small, 1.0, np.expm1(growth) / np.where(small, 1.0, growth))
    failing: Array = -np.expm1(-2.0 * stability * kappa / spread)
    return failing


def _rows(group: NDArray[np.int64], numbers: Vector, count: int) -> tuple[Vector, NDArray[np.int64]]:
    """Sort numbers into one rising row a group, filled up with its last one; return the rows and where each went."""
    order = np.lexsort((numbers, group))
    sizes = np.bincount(group, minlength=count)
    first = np.cumsum(sizes) - sizes
    place = np.empty(numbers.size, np.int64)
    place[order] = np.arange(numbers.size) - first[group[order]]
    rows = np.full((count, int(sizes.max())), -np.inf)
    rows[group, place] = numbers
    return np.maximum.accumulate(rows, axis=1), place


def _plain(result: Any) -> Array:
    return float(result) if np.ndim(result) == 0 else np.asarray(result)
