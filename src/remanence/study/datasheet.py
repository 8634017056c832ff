"""What one junction can do, on a sheet: its figures with intervals, writing, keeping, wearing out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from remanence.core.declare import Array, Quantity, replace
from remanence.core.errors import RemanenceError
from remanence.data import Card, Draws
from remanence.device import (
    Datasheet,
    Junction,
    broken_symmetry,
    data_sheet,
    endurance,
    junction,
    operating_window,
    read_disturb,
    retention_failures,
    write_error_rate,
)

OVERDRIVES = (1.2, 1.5, 2.0, 2.5, 3.0)
"""Voltages over the critical one for which write errors are given, as far as the barrier stands them."""
YEARS = 10.0
BITS = 2**25
READ_TIME = 10e-9
WRITE_PULSE = 10e-9
PULSES = (2e-9, 5e-9, 10e-9, 20e-9, 50e-9, 100e-9)
"""Pulse lengths, s, at which a sheet prints write errors."""
LAWS = ("mgo-power", "mgo-exponential")
"""Laws of breakdown that are set beside each other."""
SPECIFICATION: dict[str, Any] = {
    "write_error": 1e-6,
    "disturb": 1e-6,
    "breakdown_ppm": 1.0,
    "cycles": 1e6,
    "reads": 1e12,
}
"""What the operating window asks for unless told otherwise: a common embedded memory's."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The sheet of one junction.

    Args:
        junction: at the medians of its card.
        voltage: at which it is read, V.
        figures: static quantities at the medians.
        ranges: 5 % and 95 % of each over the card's ranges, by name.
        writing: write error over (voltage, duration), in V and s; None where it could not be computed.
        keeping: stability, dwell time and share of bits lost in ten years over temperature.
        wearing: pulses until one cell in a million is broken, over voltage.
        window: map of where it can be written and read.
        reading: probability that one read flips the state.
        omitted: what could not be given, and why.
    """

    junction: Junction
    voltage: float
    figures: Datasheet
    ranges: dict[str, tuple[float, float]]
    writing: xr.Dataset | None
    keeping: xr.Dataset | None
    wearing: xr.Dataset | None
    window: xr.Dataset | None
    reading: float | None
    omitted: dict[str, str]


def errors_at(writing: xr.Dataset, pulses: Sequence[float] = PULSES) -> pd.DataFrame:
    """Return write errors by voltage (rows, V) and pulse (columns, s), between computed pulses by a log-log line."""
    times = np.log(writing["duration"].to_numpy())
    known = np.log(np.maximum(writing["write_error"].to_numpy(), 1e-300))
    rows = [np.exp(np.interp(np.log(pulses), times, row)) for row in known]
    return pd.DataFrame(rows, index=writing["voltage"].to_numpy(), columns=list(pulses))


def sheet(
    card: Card | str,
    *,
    diameter: Array | str,
    temperature: Array | str = 300.0,
    voltage: float | str = 0.1,
    draws: Draws | None = None,
    **fields: Any,
) -> Sheet:
    """Return all that a data sheet says about a junction.

    Write errors, disturb and dwell are those of the medians; the static figures carry the ranges of the card's rows.
    What a model refuses (an ellipse has no axial Fokker-Planck equation, an in-plane cell no window) is left out with
    its reason.

    Args:
        card: of a stack, or its name.
        diameter: one diameter, in metres or text with a unit.
        temperature: in kelvin or text with a unit.
        voltage: of a read, V.
        draws: over the ranges of the card's rows; 256 from seed 0 if left out.
        fields: further fields of the junction, such as ``aspect_ratio``.
    """
    device = junction(card, diameter=diameter, temperature=temperature, **fields)
    spread = junction(card, diameter=diameter, temperature=temperature, draws=draws or Draws(), **fields)
    read = float(Quantity("V", "", above=0).read(voltage, "sheet: voltage"))
    figures = data_sheet(device, voltage=read)
    ranges = {}
    for item, numbers in data_sheet(spread, voltage=read).items():
        low, high = np.percentile(np.asarray(numbers), (5.0, 95.0))
        ranges[item.name] = (float(low), float(high))
    omitted = dict(figures.omitted)

    what = broken_symmetry.breaks_symmetry(device)
    if what:
        slow = f"{what} breaks the axial symmetry: minutes by `write_error_rate(..., method='sphere-fokker-planck')`"
        omitted |= dict.fromkeys(("writing", "window", "reading"), slow)

    def attempt(name: str, of: Callable[[], _T]) -> _T | None:
        if name in omitted:
            return None
        try:
            return of()
        except RemanenceError as error:
            omitted[name] = str(error)
            return None

    return Sheet(
        junction=device,
        voltage=read,
        figures=figures,
        ranges=ranges,
        writing=attempt("writing", lambda: write_errors(device)),
        keeping=attempt("keeping", lambda: keeping(device)),
        wearing=attempt("wearing", lambda: wearing(device)),
        window=attempt("window", lambda: window(device, read)),
        reading=attempt("reading", lambda: float(read_disturb(device, voltage=read, duration=READ_TIME))),
        omitted=omitted,
    )


def write_voltages(device: Junction) -> NDArray[np.float64]:
    """Return the voltages of `OVERDRIVES`, V, as far as they stay below the breakdown voltage."""
    critical, limit = float(device.critical_voltage), float(device.stack.breakdown_voltage)
    return np.array([factor * critical for factor in OVERDRIVES if factor * critical < limit])


def write_errors(device: Junction, durations: NDArray[np.float64] | None = None) -> xr.Dataset:
    """Return the write error over voltage and pulse length; no voltage where the barrier breaks first."""
    times = np.geomspace(1e-9, 1e-7, 41) if durations is None else durations
    volts = write_voltages(device)
    failing = np.ones((volts.size, times.size))
    if volts.size:
        failing = np.asarray(write_error_rate(device, voltage=volts[:, None], duration=times))
    return xr.Dataset(
        {"write_error": (("voltage", "duration"), failing, {"long_name": "probability that a write fails"})},
        coords={"voltage": ("voltage", volts, {"units": "V"}), "duration": ("duration", times, {"units": "s"})},
    )


def keeping(device: Junction, temperatures: NDArray[np.float64] | None = None) -> xr.Dataset:
    """Return stability, dwell time and the share of bits lost in ten years over temperature (-40 to 150 degC)."""
    kelvin = np.linspace(233.15, 423.15, 20) if temperatures is None else temperatures
    warm = replace(device, temperature=kelvin)
    lost = retention_failures(warm, years=YEARS, bits=BITS)
    names = ("temperature",)
    return xr.Dataset(
        {
            "thermal_stability": (names, np.asarray(warm.thermal_stability), {"long_name": "barrier over k_B T"}),
            "dwell_time": (names, np.asarray(warm.dwell_time), {"units": "s", "long_name": "mean time in one state"}),
            "loss": (names, np.asarray(lost.loss_probability), {"long_name": f"share lost in {YEARS:g} years"}),
        },
        coords={"temperature": (names, kelvin, {"units": "K"})},
    )


def wearing(device: Junction) -> xr.Dataset:
    """Return pulses until one cell in a million is broken over voltage, by both laws of breakdown."""
    limit = float(device.stack.breakdown_voltage)
    volts = np.linspace(0.3, 1.0, 36) * limit
    laws = {name: endurance(device, voltage=volts, duration=WRITE_PULSE, ppm=1.0, law=name)
            for name in LAWS}  # fmt: skip
    return xr.Dataset(
        {name: (("voltage",), np.asarray(cycles), {"long_name": "pulses until one in a million is broken"})
         for name, cycles in laws.items()},
        coords={"voltage": ("voltage", volts, {"units": "V"})},
    )  # fmt: skip


def window(device: Junction, read_voltage: float) -> xr.Dataset:
    """Return the operating window for `SPECIFICATION`, voltages up to breakdown and pulses from 1 to 100 ns."""
    volts = np.linspace(0.02, 1.05, 48) * float(device.stack.breakdown_voltage)
    return operating_window(
        device, volts, np.geomspace(1e-9, 1e-7, 33), read_voltage=read_voltage, read_duration=READ_TIME, **SPECIFICATION
    )
