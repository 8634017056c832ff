"""Measurements on the equation of motion: ferromagnetic resonance and resistance-field loops."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import xarray
from scipy.optimize import least_squares

from remanence.core.declare import Array, Quantity
from remanence.core.declare import shape as shape_of
from remanence.core.errors import ConvergenceError, InputError
from remanence.core.stream import Stream
from remanence.device.dynamics import follow
from remanence.device.junction import STATES, Junction
from remanence.device.macrospin import RATE, Floats, Macrospin, macrospin
from remanence.kernels.stochastic_llg import Layer

TILT = 1e-3
"""Angle (rad) of the start of a ring-down: small, so that the answer is linear."""
FIT = 1e-3
"""Largest residual of a ring-down's fit over its amplitude."""


@dataclass(frozen=True, slots=True)
class Resonance:
    """The small oscillation of a state.

    Args:
        frequency: of the oscillation, Hz.
        linewidth: full width at half maximum of the absorption against frequency, Hz: 1/(pi decay time).
        equilibrium: unit vector about which it oscillates.
        residual: of the fit, over the amplitude.
    """

    frequency: float
    linewidth: float
    equilibrium: Floats
    residual: float


def _cold(magnet: Macrospin, field: Floats, damping: float | None = None, drive: bool = False) -> Layer:
    return Layer(
        damping=magnet.damping[0] if damping is None else damping,
        anisotropy=magnet.anisotropy[0],
        second_order=magnet.second_order[0],
        field=magnet.field[0] + field,
        damping_like=(magnet.torque[0] * magnet.polariser * drive,),
        field_like=(magnet.torque[0] * magnet.field_like[0] * magnet.polariser * drive,),
    )


def ferromagnetic_resonance(
    junction: Junction,
    *,
    state: str = "P",
    field: Floats | tuple[float, float, float] = (0.0, 0.0, 0.0),
    current: float = 0.0,
    step: float = 2.5e-13,
    periods: float = 40.0,
) -> Resonance:
    """Return frequency and linewidth of a state's small oscillation, from its ring-down without noise.

    The free layer is brought to rest near the state by strong damping, tilted by a milliradian and let go; the
    component of largest swing is fitted by a damped cosine. With a current the width tells the distance to instability.

    Args:
        junction: a single design; its own axial, in-plane and stray fields act.
        state: ``"P"`` or ``"AP"``.
        field: applied on top, A/m.
        current: constant current, A; positive drives to P.
        step: of the integration, s.
        periods: length of the ring-down in periods of gamma mu_0 (H_k + field).

    Raises:
        InputError: an unknown state, or a junction with array fields.
        ConvergenceError: what rings down is no damped cosine: the state is unstable there, or damped out at once.
    """
    if state not in STATES:
        raise InputError("ferromagnetic_resonance: state", state, "must be P or AP")
    if shape_of(junction):
        raise InputError("ferromagnetic_resonance", "a junction with array fields", "a single design is needed")
    magnet, extra = macrospin(junction, ()), np.asarray(field, np.float64)
    stiff = float(np.ptp(magnet.anisotropy[0]) + np.linalg.norm(magnet.field[0] + extra))
    pace, nothing = RATE * step, Stream(0)

    def run(layer: Layer, start: Floats, steps: int, every: int) -> Floats:
        kept = np.arange(0, steps + 1, every)
        table = np.full((steps, 1), current)
        return follow([layer], start[None, None], table, pace, nothing, kept=kept, integrator="midpoint",
                      backend="reference")[0][:, 0, 0]  # fmt: skip

    pole = magnet.polariser * (1.0 if state == "P" else -1.0) + 0.01 * np.roll(magnet.polariser, 1)
    settle = int(60.0 / (pace * stiff))
    rest = run(_cold(magnet, extra, damping=0.5, drive=True), pole / np.linalg.norm(pole), settle, settle)[-1]
    across = np.cross(rest, np.eye(3)[int(np.argmin(np.abs(rest)))])
    start = rest + TILT * across / np.linalg.norm(across)
    steps = int(2.0 * np.pi * periods / (pace * stiff))
    every = max(1, int(2.0 * np.pi / (pace * stiff) / 32))
    swing = run(_cold(magnet, extra, drive=True), start / np.linalg.norm(start), steps // every * every, every) - rest
    signal = swing[:, int(np.argmax(swing.std(axis=0)))]
    return _fit(signal, every * step, rest)


def _fit(signal: Floats, interval: float, rest: Floats) -> Resonance:
    size = float(np.max(np.abs(signal)))
    time = np.arange(signal.size)
    spectrum = np.abs(np.fft.rfft(signal * np.hanning(signal.size), 8 * signal.size))
    omega = 2.0 * np.pi * int(np.argmax(spectrum)) / (8 * signal.size)
    half = signal.size // 2
    fall = max(np.log(np.std(signal[:half]) / np.std(signal[half:])) / half, 1e-9)

    def misfit(given: Floats) -> Floats:
        # amplitudes and offset enter linearly and are solved for
        decay = np.exp(-given[1] * time)
        basis = np.stack([decay * np.cos(given[0] * time), decay * np.sin(given[0] * time), np.ones(time.size)], axis=1)
        return np.asarray((basis @ np.linalg.lstsq(basis, signal, rcond=None)[0] - signal) / size)

    best = least_squares(misfit, [omega, fall], x_scale=[omega / 100.0, fall], xtol=1e-14, ftol=1e-14, gtol=1e-14)
    residual = float(np.max(np.abs(best.fun)))
    if not residual < FIT:
        raise ConvergenceError(f"ferromagnetic_resonance: a damped cosine misses the ring-down by {residual:.2g} of its "
                               "size; the state is unstable or overdamped there")  # fmt: skip
    return Resonance(float(best.x[0] / (2.0 * np.pi * interval)), float(best.x[1] / (np.pi * interval)), rest, residual)


def hysteresis_loop(
    junction: Junction,
    *,
    fields: Array,
    dwell: float | str = 5e-9,
    seed: int = 0,
    loops: int = 1,
    step: float | str = 1e-12,
    voltage: float = 1e-3,
    backend: str = "auto",
) -> xarray.Dataset:
    """Sweep a field along the storing axis up and down, with thermal noise, and read the resistance.

    The field stays for ``dwell`` at each value, so the coercive field depends on the rate of the sweep, as it does in a
    measurement; real sweeps are slower by many orders, which a lower barrier or a rate law must bridge.

    Args:
        junction: a single design; its own axial and stray fields act besides.
        fields: A/m, positive favours P; taken as they stand, so give the way up and the way down.
        dwell: at each field, s.
        seed: of the noise.
        loops: independent loops.
        step: of the integration, s.
        voltage: at which the resistance is read, V; its torque is left out.
        backend: see the kernel.

    Returns:
        A Dataset over "loop" and "sweep": ``m`` (component along the storing axis), ``resistance`` (ohm; conductance
        linear in m), with ``field`` as coordinate.

    Raises:
        InputError: a junction with array fields, or no fields.
    """
    length = Quantity("s", "a length of time", above=0)
    dwell, step = (float(length.read(item, "hysteresis_loop")) for item in (dwell, step))
    sweep = np.atleast_1d(np.asarray(Quantity("A/m", "fields").read(fields, "hysteresis_loop: fields"), np.float64))
    if shape_of(junction) or sweep.ndim != 1 or not sweep.size:
        raise InputError("hysteresis_loop", f"fields of shape {sweep.shape}", "a single design and a list of fields")
    magnet = macrospin(junction, ())
    steps = max(1, round(dwell / step))
    # the field is driven as a field-like torque: one table holds the whole sweep
    layer = replace(_cold(magnet, np.zeros(3)), temperature=magnet.temperature[0], field_like=(magnet.polariser,))
    start = np.tile(np.sign(sweep[0] or 1.0) * magnet.polariser, (loops, 1, 1))
    kept = steps * np.arange(1, sweep.size + 1)
    seen, _, ran = follow([layer], start, np.repeat(sweep, steps)[:, None], RATE * dwell / steps,
                          Stream(seed).child("hysteresis"), kept=kept, axis=magnet.axis, backend=backend)  # fmt: skip
    along = seen[:, :, 0, magnet.axis].T
    parallel, antiparallel = (1.0 / junction.resistance(name, voltage=voltage) for name in STATES)
    resistance = 2.0 / ((parallel + antiparallel) + (parallel - antiparallel) * along)
    return xarray.Dataset(
        {
            "m": (("loop", "sweep"), along, {"units": "1", "long_name": "along the storing axis"}),
            "resistance": (("loop", "sweep"), resistance, {"units": "ohm"}),
        },
        {"field": ("sweep", sweep, {"units": "A/m"})},
        {"dwell_s": dwell, "seed": seed, "backend": f"stochastic_llg: {ran}"},
    )
