"""The moving magnetisation of a junction: ensembles of the stochastic Landau-Lifshitz-Gilbert-Slonczewski equation."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray
from numpy.typing import NDArray

from remanence.core.constants import ELEMENTARY_CHARGE, REDUCED_PLANCK
from remanence.core.constants import VACUUM_PERMEABILITY as MU0
from remanence.core.declare import Quantity, fingerprint
from remanence.core.errors import InputError, ValidityError
from remanence.core.provenance import Provenance, versions
from remanence.core.stream import Stream
from remanence.device.checks import refuse
from remanence.device.drive import Drive, constant
from remanence.device.heavy_metal import Heavymetal
from remanence.device.junction import STATES, Junction
from remanence.device.macrospin import RATE, Floats, Macrospin, boltzmann, devices, macrospin
from remanence.kernels.stochastic_llg import Layer, stochastic_llg

TORQUES = ("constant", "angular")
LANES = 2**16
"""Trajectories integrated at once: bounds the memory in use beside the result."""
LARGEST_RECORD = 2**31
"""Bytes of recorded trajectories at most."""
_SIDES = {"P": 1.0, "AP": -1.0}
_LENGTH = Quantity("s", "a length of time", above=0)


def simulate(
    junction: Junction,
    drive: Drive | None = None,
    *,
    duration: float | str,
    trajectories: int,
    seed: int,
    step: float | str = 1e-12,
    start: str = "AP",
    initial: str | Floats = "thermal",
    torque: str = "constant",
    line: Heavymetal | None = None,
    line_drive: Drive | None = None,
    record: int | None = None,
    integrator: str = "heun",
    backend: str = "auto",
) -> xarray.Dataset:
    """Integrate the stochastic equation of motion for many trajectories of a junction.

    Positive drive turns the free layer towards P. A voltage acts through the current that it drives in the antiparallel
    state, I = V/R_AP(V), and the damping-like torque is proportional to that I whatever the angle: the convention of
    `Junction.critical_voltage` and of the Fokker-Planck solver, and Slonczewski's result for tunnel junctions, whose
    torque follows the voltage (Phys. Rev. B 71, 024411 (2005)). See docs/physics/dynamics.md.

    Args:
        junction: the junction; array fields are devices, each with its own trajectories and its own noise.
        drive: voltage over the junction or current through it; its draws broadcast with the devices. None: no drive.
            Devices that differ share the shape in time of the current of their medians.
        duration: s; must reach to the end of the drive.
        trajectories: per device.
        seed: of all draws; two calls with the same seed see the same noise.
        step: of the integration, s; made a little smaller where it does not divide the duration.
        start: ``"P"`` or ``"AP"``: the state at time 0.
        initial: ``"thermal"`` (Boltzmann's distribution in the start's well, drive off), ``"pole"`` (exactly on the
            storing axis), or unit vectors of shape (..., trajectories, 3).
        torque: ``"constant"``, or ``"angular"`` for a forced current: the torque then follows the voltage I/G(theta),
            with the conductance linear in the cosine of the angle at zero-bias TMR; at AP it is that of ``"constant"``.
        line: heavy metal under a perpendicular cell, as wide as the cell, its current along x (the direction of
            ``junction.in_plane_field``). A positive current of a positive spin Hall angle turns the layer towards +y
            (damping-like spin-orbit torque alone); the stack's own line of current is left out.
        line_drive: current through that line, A, the same for all devices.
        record: number of samples of the trajectories to keep, ends included; None keeps none.
        integrator: ``"heun"``, ``"semi-implicit"`` or ``"midpoint"``.
        backend: ``"reference"``, ``"cpu"``, ``"gpu"`` or ``"auto"``.

    Returns:
        A Dataset over the devices' axes and "trajectory": ``switching_time`` (first passage over the equator, s, inf
        where there was none), ``switched`` (final side differs from the start's), ``m`` (final unit vector), with
        ``record`` also ``path`` over "time". Units stand in the attributes, provenance in those of the Dataset.

    Raises:
        InputError: a bad number, a drive that ends after the duration, volts that would break the barrier.
        ValidityError: no two states, or a step that is too long.
    """
    duration, step = (float(_LENGTH.read(item, f"simulate: {name}")) for name, item in
                      (("duration", duration), ("step", step)))  # fmt: skip
    drive = constant(0.0) if drive is None else drive
    _check(junction, drive, duration, step, trajectories, start, torque, record)
    _check_line(junction, line, line_drive, duration)
    steps = max(1, int(np.ceil(duration / step * (1.0 - 1e-9))))
    step = duration / steps
    shape = devices(junction, np.shape(drive.values)[:-1])
    magnet, stream, side = macrospin(junction, shape), Stream(seed).child("simulate"), _SIDES[start]
    beginning = _initial(magnet, shape, trajectories, start, initial, stream.child("initial"))
    kept = np.round(np.linspace(0, steps, record)).astype(np.int64) if record else np.array([steps])
    total = beginning.shape[0]
    final, crossing = np.empty((total, 3)), np.empty(total, np.int64)
    path = np.empty((kept.size, total, 3), np.float32) if record else None
    edges, ran = np.linspace(0.0, duration, steps + 1), ""
    peak, waves = _waveforms(drive, shape)
    for rows, wave in waves:
        layer, table = _driven(junction, magnet, peak, rows, wave, edges, shape, torque)
        if line is not None and line_drive is not None:
            layer, table = _with_line(layer, table, junction, line, line_drive, rows, edges, shape)
        lanes = (rows[:, None] * trajectories + np.arange(trajectories)).reshape(-1)
        # the kernel numbers trajectories in one go, and these numbers pick the draws
        for piece in np.split(lanes, np.flatnonzero(np.diff(lanes) != 1) + 1):
            for some in np.split(piece, range(LANES, piece.size, LANES)):
                here = per_lane(layer, np.searchsorted(rows, some // trajectories))
                seen, crossing[some], ran = follow(
                    [here], beginning[some, None], table, RATE * step, stream.child("noise"), kept=kept,
                    first=int(some[0]), integrator=integrator, axis=magnet.axis, side=np.full(some.size, side),
                    backend=backend,
                )  # fmt: skip
                final[some] = seen[-1, :, 0]
                if path is not None:
                    path[:, some] = seen[:, :, 0]
    switching_time = np.where(crossing >= 0, crossing * step, np.inf)
    notes = {"seed": seed, "backend": ran, "integrator": integrator, "torque": torque, "start": start, "step_s": step,
             "duration_s": duration}  # fmt: skip
    return _dataset(
        junction,
        drive,
        shape,
        final,
        np.asarray(kept * step, np.float64),
        switching_time,
        path,
        magnet.axis,
        side,
        notes,
    )


def _check(
    junction: Junction,
    drive: Drive,
    duration: float,
    step: float,
    trajectories: int,
    start: str,
    torque: str,
    record: int | None,
) -> None:
    if start not in STATES:
        raise InputError("simulate: start", start, "must be P or AP")
    if torque not in TORQUES or (torque == "angular" and drive.kind != "current"):
        raise InputError("simulate: torque", f"{torque} with a {drive.kind}",
                         "must be constant, or angular with a current", "At a forced voltage the torque of a tunnel "
                         "junction does not depend on the angle.")  # fmt: skip
    if isinstance(trajectories, bool) or not isinstance(trajectories, int) or trajectories < 1:
        raise InputError("simulate: trajectories", trajectories, "must be a whole number of at least 1")
    if record is not None and (not isinstance(record, int) or record < 2):
        raise InputError("simulate: record", record, "must be at least 2 samples, or None")
    if step > duration:
        raise InputError("simulate: step", f"{step:g} s", f"must not exceed the duration, {duration:g} s")
    if drive.end > duration * (1.0 + 1e-9):
        raise InputError("simulate: drive", f"ends at {drive.end:g} s", f"must end within the duration, {duration:g} s",
                         "Lengthen the duration or shorten the pulse.")  # fmt: skip
    volts = np.asarray(drive.peak)
    if drive.kind == "current":
        shape = devices(junction, np.shape(drive.values)[:-1])
        amperes = np.broadcast_to(volts, shape).reshape(1, -1)
        volts = _voltages(junction, shape, amperes).reshape(shape)  # the antiparallel state sees the most
    limit = junction.stack.breakdown_voltage
    refuse(
        ValidityError,
        "simulate: drive",
        volts,
        volts > np.asarray(limit),
        f"would break the barrier, which stands {np.max(limit):.3g} V",
        "A drive is in volts over the junction, or in amperes with kind='current'.",
        "V",
    )
    lanes = int(np.prod(devices(junction, np.shape(drive.values)[:-1]))) * trajectories
    if record is not None and 12 * record * lanes > LARGEST_RECORD:
        raise InputError("simulate: record", f"{12 * record * lanes / 2**30:.1f} GiB", "is more than 2 GiB",
                         "Record fewer samples or trajectories.")  # fmt: skip


def _initial(
    magnet: Macrospin, shape: tuple[int, ...], count: int, start: str, initial: str | Floats, stream: Stream
) -> Floats:
    if isinstance(initial, str):
        if initial == "thermal":
            return boltzmann(magnet, _SIDES[start], count, stream)
        if initial == "pole":
            return np.tile(_SIDES[start] * magnet.polariser, (magnet.damping.size * count, 1))
        raise InputError("simulate: initial", initial, "must be thermal, pole, or unit vectors")
    try:
        given = np.broadcast_to(np.asarray(initial, np.float64), (*shape, count, 3)).reshape(-1, 3)
    except ValueError:
        raise InputError("simulate: initial", f"shape {np.shape(initial)}",
                         f"must broadcast to {(*shape, count, 3)}") from None  # fmt: skip
    return given.copy()


def _waveforms(drive: Drive, shape: tuple[int, ...]) -> tuple[Floats, list[tuple[NDArray[np.int64], Drive]]]:
    """Split the drive into (peak of each device) times (one waveform of peak 1 for each group of devices)."""
    values = np.broadcast_to(np.asarray(drive.values), (*shape, np.shape(drive.values)[-1]))
    values = values.reshape(-1, values.shape[-1])
    peak = np.max(np.abs(values), axis=1)
    relative = np.round(values / np.where(peak > 0, peak, 1.0)[:, None], 12)
    waves, group = np.unique(relative, axis=0, return_inverse=True)
    return peak, [
        (np.flatnonzero(group.reshape(-1) == number), Drive(times=drive.times, values=wave, kind=drive.kind))
        for number, wave in enumerate(waves)
    ]


def _currents(junction: Junction, shape: tuple[int, ...], volts: Floats) -> Floats:
    """Return the currents (rows, D) that voltages (rows, D) drive through the antiparallel state."""
    volts = volts.reshape(-1, *shape)
    return np.asarray(volts / junction.resistance("AP", voltage=volts)).reshape(volts.shape[0], -1)


def _voltages(junction: Junction, shape: tuple[int, ...], amperes: Floats) -> Floats:
    """Return the voltages (rows, D) at which currents (rows, D) flow in the antiparallel state, by bisection."""
    low, high = 0.0 * amperes, amperes * np.broadcast_to(junction.resistance("AP"), shape).reshape(-1)
    for _ in range(60):
        middle = 0.5 * (low + high)
        short = np.abs(_currents(junction, shape, middle)) < np.abs(amperes)
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.asarray(0.5 * (low + high))


def _driven(
    junction: Junction,
    magnet: Macrospin,
    peak: Floats,
    rows: NDArray[np.int64],
    wave: Drive,
    edges: Floats,
    shape: tuple[int, ...],
    torque: str,
) -> tuple[Layer, Floats]:
    """Return a group's layer, one row per device, and its table of the drive, one row per step.

    The first channel is the current over that at the peak, the second the voltage likewise.
    """
    mean = wave.averages(edges)
    levels, place = np.unique(mean, return_inverse=True)
    if levels.size > 512 and peak.size > 1:
        levels = np.linspace(levels[0], levels[-1], 513)
    forward, convert = (_currents, "current") if wave.kind == "voltage" else (_voltages, "voltage")
    other = forward(junction, shape, levels[:, None] * peak)
    other_peak = forward(junction, shape, peak[None])[0]
    # devices of a group share the shape of their medians; that of one device is exact
    share = np.median(other[:, rows] / np.where(other_peak[rows] > 0, other_peak[rows], 1.0), axis=1)
    shared = share[place.reshape(-1)] if levels.size == place.max() + 1 else np.interp(mean, levels, share)
    current, volts = (other_peak, peak) if convert == "current" else (peak, other_peak)
    table = np.stack([shared, mean] if convert == "current" else [mean, shared], axis=1)
    asymmetry, share_at_ap = np.zeros(peak.size), np.ones(peak.size)
    if torque == "angular":
        tmr = np.broadcast_to(junction.tmr(), shape).reshape(-1)
        asymmetry = tmr / (2.0 + tmr)
        share_at_ap = 1.0 - asymmetry
    amplitude = (magnet.torque * current * share_at_ap)[:, None] * magnet.polariser
    controlled = (magnet.voltage_anisotropy * volts)[rows]
    channels = slice(0, 2 if np.any(controlled) else 1)
    towards = np.stack([amplitude, 0.0 * amplitude], axis=1)[rows, channels]
    return Layer(
        damping=magnet.damping[rows],
        anisotropy=magnet.anisotropy[rows],
        second_order=magnet.second_order[rows],
        field=magnet.field[rows],
        temperature=magnet.temperature[rows],
        damping_like=towards,
        field_like=towards * magnet.field_like[rows, None, None],
        voltage_anisotropy=np.stack([0.0 * controlled, controlled], axis=1)[:, channels],
        asymmetry=asymmetry[rows],
        polariser=magnet.polariser,
    ), table[:, channels]


def _check_line(junction: Junction, line: Heavymetal | None, line_drive: Drive | None, duration: float) -> None:
    if (line is None) != (line_drive is None):
        raise InputError("simulate: line", "one of line and line_drive", "both or none are needed")
    if line_drive is None:
        return
    if line_drive.kind != "current" or np.ndim(line_drive.values) != 1:
        raise InputError("simulate: line_drive", f"a {line_drive.kind}", "must be one current, in amperes")
    if line_drive.end > duration * (1.0 + 1e-9):
        raise InputError("simulate: line_drive", f"ends at {line_drive.end:g} s",
                         f"must end within the duration, {duration:g} s")  # fmt: skip
    if junction.easy_axis != "perpendicular":
        raise ValidityError("simulate: line", "an in-plane cell", "is described for perpendicular cells only")


def _with_line(
    layer: Layer, table: Floats, junction: Junction, line: Heavymetal, line_drive: Drive, rows: NDArray[np.int64],
    edges: Floats, shape: tuple[int, ...],
) -> tuple[Layer, Floats]:  # fmt: skip
    """Add the channel of the spin-orbit torque: a field hbar theta J/(2 e mu_0 Ms t) towards y, J the line's density.

    Source of the amplitude: Lee et al., Appl. Phys. Lett. 102, 112410 (2013), as in `sot_critical_current_density`.
    """
    current = line_drive.averages(edges)
    density = 1.0 / (line.thickness * junction.diameter)  # A/m^2 per ampere
    per_ampere = REDUCED_PLANCK * line.spin_hall_efficiency * density / (
        2.0 * ELEMENTARY_CHARGE * MU0 * junction.saturation_magnetisation * junction.stack.thickness
    )  # fmt: skip
    field = np.broadcast_to(np.asarray(per_ampere, np.float64), shape).reshape(-1)[rows]
    sideways = np.zeros((rows.size, 1, 3))
    sideways[:, 0, 1] = field
    return dataclasses.replace(
        layer,
        damping_like=np.concatenate([layer.damping_like, sideways], axis=1),
        field_like=np.concatenate([layer.field_like, 0.0 * sideways], axis=1),
        voltage_anisotropy=np.concatenate([layer.voltage_anisotropy, np.zeros((rows.size, 1))], axis=1),
    ), np.concatenate([table, current[:, None]], axis=1)


def per_lane(layer: Layer, device: NDArray[np.int64]) -> Layer:
    """Return the layer with one row per trajectory; ``device`` is the row of each. One device needs no rows."""
    single = np.all(device == device[0])
    changes = {}
    for name in ("damping", "anisotropy", "second_order", "field", "temperature", "damping_like", "field_like",
                 "voltage_anisotropy", "asymmetry"):  # fmt: skip
        item = getattr(layer, name)
        changes[name] = item[device[0]] if single else item[device]
    return dataclasses.replace(layer, **changes)


def follow(
    layers: Sequence[Layer],
    start: Floats,
    table: Floats,
    step: float,
    stream: Stream,
    *,
    kept: NDArray[np.int64],
    first: int = 0,
    integrator: str = "heun",
    axis: int = 2,
    side: Floats | None = None,
    backend: str = "auto",
) -> tuple[Floats, NDArray[np.int64], str]:
    """Integrate from one kept step to the next.

    Args:
        layers: in A/m.
        start: shape (N, layers, 3).
        table: the drive, one row per step.
        step: gamma mu_0 times the time step, m/A.
        stream: of the noise.
        kept: numbers of the steps after which to look, rising.
        first: number of the first trajectory.
        integrator: see the kernel.
        axis: of the crossing.
        side: of the start, per trajectory.
        backend: see the kernel.

    Returns:
        m at the kept steps, shape (kept, N, layers, 3); the first crossing, in steps, or -1; what ran.
    """
    side = np.where(start[:, 0, axis] < 0, -1.0, 1.0) if side is None else side
    seen, crossing, m, done, ran = [], np.full(start.shape[0], -1, np.int64), start, 0, ""
    for stop in kept:
        if stop > done or not ran:
            result = stochastic_llg(
                layers, m, drive=table[done:stop], step=step, key=stream.key, first_step=done, first_trajectory=first,
                integrator=integrator, axis=axis, side=side, backend=backend,
            )  # fmt: skip
            m, ran, done = result.m, result.backend, int(stop)
            crossing = np.where(crossing < 0, result.crossing, crossing)
        seen.append(m)
    return np.stack(seen), crossing, ran


def _dataset(
    junction: Junction,
    drive: Drive,
    shape: tuple[int, ...],
    m: Floats,
    time: Floats,
    switching_time: Floats,
    path: NDArray[np.float32] | None,
    axis: int,
    side: float,
    notes: dict[str, Any],
) -> xarray.Dataset:
    """Label the result; devices' axes come first."""
    names = ["draw", *(f"point_{number}" for number in range(1, len(shape)))][: len(shape)]
    lanes = (*names, "trajectory")
    count = m.shape[0] // int(np.prod(shape))
    final = m.reshape(*shape, count, 3)
    data: dict[str, Any] = {
        "switching_time": (lanes, switching_time.reshape(*shape, count),
                           {"units": "s", "long_name": "first passage over the equator; inf: none within the run"}),
        "switched": (lanes, final[..., axis] * side < 0, {"long_name": "ends on the other side of the equator"}),
        "m": ((*lanes, "axis"), final, {"units": "1", "long_name": "unit vector of the free layer at the end"}),
    }  # fmt: skip
    coordinates: dict[str, Any] = {"axis": ["x", "y", "z"]}
    if path is not None:
        data["path"] = (("time", *lanes, "axis"), path.reshape(time.size, *shape, count, 3),
                        {"units": "1", "long_name": "unit vector of the free layer"})  # fmt: skip
        coordinates["time"] = ("time", time, {"units": "s"})
    record = Provenance(
        fingerprint=fingerprint(junction) + fingerprint(drive), seed=notes["seed"],
        backend=f"stochastic_llg: {notes['backend']}", sources=(), versions=versions(),
    )  # fmt: skip
    flat = {f"version_{name}": text for name, text in record.versions.items()}
    attributes = {"fingerprint": record.fingerprint, **notes, "backend": record.backend, **flat}
    return xarray.Dataset(data, coordinates, attributes)
