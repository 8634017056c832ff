"""Measurements on the equation of motion: ferromagnetic resonance and resistance-field loops."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import xarray

from remanence.core.declare import Array, Quantity
from remanence.core.declare import shape as shape_of
from remanence.core.errors import ConvergenceError, InputError
from remanence.core.stream import Stream
from remanence.device.dynamics import follow
from remanence.device.junction import STATES, Junction
from remanence.device.macrospin import RATE, Floats, Macrospin, macrospin
from remanence.kernels.stochastic_llg import Layer

TILT = 1e-5
"""Angle (rad) from the rest at which the linear answer is probed."""
TURN = 0.1
"""Largest turn of the engine's step there, rad."""
SETTLING = 800
"""Steps of the way to rest."""


@dataclass(frozen=True, slots=True)
class Resonance:
    """The small oscillation of a state.

    Args:
        frequency: of the oscillation, Hz.
        linewidth: full width at half maximum of the absorption against frequency, Hz: 1/(pi decay time); negative where
            the oscillation grows.
        equilibrium: unit vector about which it oscillates.
    """

    frequency: float
    linewidth: float
    equilibrium: Floats


def _cold(magnet: Macrospin, field: Floats, damping: float | None = None) -> Layer:
    return Layer(
        damping=magnet.damping[0] if damping is None else damping,
        anisotropy=magnet.anisotropy[0],
        second_order=magnet.second_order[0],
        field=magnet.field[0] + field,
        damping_like=(magnet.torque[0] * magnet.polariser,),
        field_like=(magnet.torque[0] * magnet.field_like[0] * magnet.polariser,),
    )


def ferromagnetic_resonance(
    junction: Junction,
    *,
    state: str = "P",
    field: Floats | tuple[float, float, float] = (0.0, 0.0, 0.0),
    current: float = 0.0,
) -> Resonance:
    """Return frequency and linewidth of a state's small oscillation without noise.

    The free layer is brought to rest near the state by strong damping. Then the engine takes one step of the implicit
    midpoint rule from four starts around the rest: that is the matrix M of the step, whose eigenvalues mu give the
    rates of decay and rotation as (2/dt)(mu - 1)/(mu + 1), exactly, since the rule is Cayley's transform.

    Args:
        junction: a single design; its own axial, in-plane and stray fields act.
        state: ``"P"`` or ``"AP"``.
        field: applied on top, A/m.
        current: constant current, A; positive drives to P. It changes the width by the distance to instability.

    Raises:
        InputError: an unknown state, or a junction with array fields.
        ConvergenceError: the state does not come to rest near where it was looked for.
    """
    if state not in STATES:
        raise InputError("ferromagnetic_resonance: state", state, "must be P or AP")
    if shape_of(junction):
        raise InputError("ferromagnetic_resonance", "a junction with array fields", "a single design is needed")
    magnet, extra = macrospin(junction, ()), np.asarray(field, np.float64)
    torque = float(magnet.torque[0]) * current
    stiff = float(np.ptp(magnet.anisotropy[0]) + np.linalg.norm(magnet.field[0] + extra) + abs(torque))
    pace = TURN / stiff

    def advance(layer: Layer, start: Floats, steps: int) -> Floats:
        return follow([layer], start[:, None], np.full((steps, 1), current), pace, Stream(0), kept=np.array([steps]),
                      integrator="midpoint", backend="reference")[0][0, :, 0]  # fmt: skip

    side = 1.0 if state == "P" else -1.0
    pole = side * magnet.polariser + 0.01 * np.roll(magnet.polariser, 1)
    rest = advance(_cold(magnet, extra, damping=0.5), pole[None] / np.linalg.norm(pole), SETTLING)
    moved = float(np.max(np.abs(advance(_cold(magnet, extra, damping=0.5), rest, 1) - rest)))
    if not (moved < 1e-9 and rest[0, magnet.axis] * side > 0):
        raise ConvergenceError(
            f"ferromagnetic_resonance: {state} does not come to rest on its side of the equator (it still moves by "
            f"{moved:.2g} a step): the field or the current has taken it"
        )
    basis = np.linalg.svd(rest)[2][1:]
    starts = np.concatenate([rest + TILT * basis, rest - TILT * basis])
    ends = advance(_cold(magnet, extra), starts / np.linalg.norm(starts, axis=1, keepdims=True), 1)
    step = basis @ (ends[:2] - ends[2:]).T / (2.0 * TILT)
    mu = np.linalg.eigvals(step)
    rates = 2.0 * RATE / pace * (mu - 1.0) / (mu + 1.0)
    fastest = rates[int(np.argmax(rates.imag))]
    return Resonance(float(fastest.imag / (2.0 * np.pi)), float(-rates.real.mean() / np.pi), rest[0])


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
    layer = replace(_cold(magnet, np.zeros(3)), temperature=magnet.temperature[0],
                    damping_like=((0.0, 0.0, 0.0),), field_like=(magnet.polariser,))  # fmt: skip
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
