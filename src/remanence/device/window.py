"""Where a cell can be written and read: the map of voltage and pulse length in which all specifications hold."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from remanence.core.declare import Array, Quantity, shape
from remanence.core.errors import InputError
from remanence.device import retention
from remanence.device.breakdown import Breakdown, breakdown_probability
from remanence.device.junction import Junction
from remanence.device.reliability import back_hopping, overdrive, read_disturb
from remanence.device.write_error import write_error_rate

REASONS = {"write error": 1, "breakdown": 2, "back-hopping": 4, "read disturb": 8}
"""What keeps a point of the map from being a write, as bits of the reason code; 0 is a good point."""


def operating_window(
    junction: Junction,
    voltage: Array,
    duration: Array,
    *,
    write_error: float,
    disturb: float,
    breakdown_ppm: float,
    cycles: float,
    read_voltage: float | str | None = None,
    read_duration: float | str | None = None,
    reads: float = 1.0,
    reference: Junction | None = None,
    coupling: float | str = 0.0,
    law: Breakdown | str = "mgo-power",
    method: str = "fokker-planck",
) -> xr.Dataset:
    """Return a map of where a cell meets its specifications.

    Each point is looked at twice. As a *write*: its error and the share of cells that ``cycles`` such pulses break;
    with a reference layer, back-hopping; with a read voltage, that the reads of the cell do not disturb it (a
    specification of the cell, the same over the map). As a *read*: whether ``reads`` of that voltage and length
    disturb the state below the limit. Voltages are positive: AP to P is written, AP is disturbed.

    Args:
        junction: a single design.
        voltage: over the junction, V, above 0; shape (voltages,).
        duration: of a pulse, s, above 0; shape (durations,).
        write_error: allowed probability that a write fails.
        disturb: allowed probability that ``reads`` reads flip the state.
        breakdown_ppm: allowed share of broken cells after ``cycles`` writes, parts per million.
        cycles: writes in the life of a cell.
        read_voltage: at which the cell is read, V, together with ``read_duration``; None leaves that out of the writes.
        read_duration: of one read, s.
        reads: number of reads that the disturb limit is for.
        reference: the polarising layer, for back-hopping; None leaves it out.
        coupling: of that layer to the rest of the fixed layers, J/m^2.
        law: of breakdown, see `endurance`.
        method: of the write error, see `write_error_rate`.

    Returns:
        Dataset over (voltage, duration): ``write_error``, ``breakdown``, ``disturb`` (1 from the critical current on,
        where a read is a write, NaN where the remaining barrier is below 3 k_B T and no dwell time is defined),
        ``writable``, ``readable`` and ``reason``, the sum of the bits in `REASONS`.

    Raises:
        InputError: array fields, axes that are no sequences, or a specification out of its bounds.
    """
    subject = "operating_window"
    if shape(junction):
        raise InputError(subject, "a junction with array fields", "a single design is needed")
    volts = _axis(voltage, "V", f"{subject}: voltage")
    times = _axis(duration, "s", f"{subject}: duration")
    probability = Quantity("1", "", above=0, below=1)
    wer_limit = float(probability.read(write_error, f"{subject}: write_error"))
    disturb_limit = float(probability.read(disturb, f"{subject}: disturb"))
    broken_limit = 1e-6 * float(Quantity("1", "", above=0, below=1e6).read(breakdown_ppm, f"{subject}: breakdown_ppm"))
    if (read_voltage is None) != (read_duration is None):
        raise InputError(subject, "a read in part", "read_voltage and read_duration belong together")
    grid = volts[:, None], times[None, :]
    failing = np.asarray(write_error_rate(junction, voltage=grid[0], duration=grid[1], method=method))
    broken = np.asarray(breakdown_probability(junction, voltage=grid[0], duration=grid[1], cycles=cycles, law=law))
    disturbed = _disturb(junction, volts, times, reads)
    reason = np.zeros(failing.shape, dtype=np.int64)
    reason += REASONS["write error"] * ~(failing <= wer_limit)
    reason += REASONS["breakdown"] * ~(broken <= broken_limit)
    if reference is not None:
        flag = back_hopping(junction, voltage=volts, reference=reference, coupling=coupling)
        reason += REASONS["back-hopping"] * np.asarray(flag.expected)[:, None]
    if read_voltage is not None and read_duration is not None:
        at = float(Quantity("V", "", above=0).read(read_voltage, f"{subject}: read_voltage"))
        length = float(Quantity("s", "", above=0).read(read_duration, f"{subject}: read_duration"))
        if not float(_disturb(junction, np.array([at]), np.array([length]), reads)[0, 0]) <= disturb_limit:
            reason += REASONS["read disturb"]
    dims = ("voltage", "duration")
    return xr.Dataset(
        {
            "write_error": (dims, failing, {"long_name": "probability that a write fails", "limit": wer_limit}),
            "breakdown": (dims, broken, {"long_name": "share of cells broken after the writes", "limit": broken_limit}),
            "disturb": (dims, disturbed, {"long_name": "probability that the reads flip it", "limit": disturb_limit}),
            "writable": (dims, reason == 0),
            "readable": (dims, disturbed <= disturb_limit),
            "reason": (dims, reason, {"flags": ", ".join(f"{bit} {name}" for name, bit in REASONS.items())}),
        },
        coords={"voltage": ("voltage", volts, {"units": "V"}), "duration": ("duration", times, {"units": "s"})},
        attrs={"junction": junction.stack.name, "diameter": float(junction.diameter), "cycles": float(cycles),
               "reads": float(reads), "method": method},
    )  # fmt: skip


def _axis(given: Array, unit: str, subject: str) -> NDArray[np.float64]:
    axis = np.asarray(Quantity(unit, "", above=0).read(given, subject))
    if axis.ndim != 1 or axis.size < 2 or np.any(np.diff(axis) <= 0):
        raise InputError(subject, f"shape {axis.shape}", "a rising sequence of at least two values is needed")
    return axis


def _disturb(
    junction: Junction, volts: NDArray[np.float64], times: NDArray[np.float64], reads: float
) -> NDArray[np.float64]:
    """Return the disturb over the grid; 1 from the critical current on, NaN where no dwell time is defined."""
    drive = np.asarray(overdrive(junction, volts))
    barrier = float(junction.thermal_stability) * np.maximum(1.0 - drive, 0.0) ** 2
    steady = (drive < 1.0) & (barrier >= retention.LOWEST_BARRIER)
    result = np.full((volts.size, times.size), np.nan)
    result[drive >= 1.0] = 1.0
    if np.any(steady):
        result[steady] = read_disturb(junction, voltage=volts[steady, None], duration=times[None, :], reads=reads)
    return result
