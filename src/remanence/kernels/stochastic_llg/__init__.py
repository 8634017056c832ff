"""The operation `stochastic_llg`: see README.md beside this file for the equation."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import BackendError, InputError, ValidityError
from remanence.kernels import graphics
from remanence.kernels.stochastic_llg import reference
from remanence.kernels.stochastic_llg.model import CHANNELS, DRIVEN, Floats, Layer

__all__ = ["BACKENDS", "INTEGRATORS", "Layer", "Result", "stochastic_llg"]

BACKENDS = ("reference", "cpu", "gpu", "auto")
INTEGRATORS = {"heun": -1, "semi-implicit": 2, "midpoint": 6}
"""Passes of the implicit midpoint rule; Heun's method has none. The reference iterates "midpoint" until it stands."""
SEGMENT = 2**20
"""Steps of one call of a fast back end, which counts them in float32."""
UNIT = 1e-5
"""How far from 1 the length of a start may lie."""
LARGEST_TURN = 1.0
"""Angle (rad) a layer may turn in one step: beyond, no scheme here is right, and Heun's may not even be stable."""


@dataclass(frozen=True, slots=True)
class Result:
    """What an integration gives.

    Args:
        m: unit vectors after the last step, shape (N, layers, 3).
        crossing: for each trajectory the number of steps after which the first layer was first on the other side of
            the equator, -1 where it never was; counted from step 0, whatever ``first_step``.
        backend: what ran.
    """

    m: Floats
    crossing: NDArray[np.int64]
    backend: str


def stochastic_llg(
    layers: Sequence[Layer],
    start: Floats,
    *,
    drive: Floats,
    step: float,
    key: tuple[int, int],
    first_step: int = 0,
    first_trajectory: int = 0,
    integrator: str = "heun",
    axis: int = 2,
    side: Floats | None = None,
    backend: str = "auto",
) -> Result:
    """Integrate the stochastic Landau-Lifshitz-Gilbert-Slonczewski equation for many trajectories.

    Args:
        layers: one layer, or two coupled ones; see `Layer`.
        start: unit vectors, shape (N, layers, 3).
        drive: one row per step, shape (steps,) or (steps, C): the mean over the step.
        step: time step in units of 1/(gamma mu_0 H_ref).
        key: Philox key of the noise.
        first_step: number of the first step, which picks the draws: a run in pieces gives the bits of a whole one.
        first_trajectory: number of the first trajectory, which picks the draws.
        integrator: ``"heun"``, ``"semi-implicit"`` or ``"midpoint"``.
        axis: of the crossing, 0 to 2.
        side: +1 or -1 per trajectory: the side on which the crossing begins; by default that of ``start``.
        backend: ``"reference"``, ``"cpu"``, ``"gpu"`` or ``"auto"``.

    Raises:
        InputError: shapes do not fit, something is not finite, or a start is not a unit vector.
        ValidityError: the step turns a layer by more than `LARGEST_TURN`, or there are too many steps.
        BackendError: an unknown back end, or one that this machine lacks.
        ConvergenceError: the reference's implicit midpoint does not stand still.
    """
    if backend not in BACKENDS:
        raise BackendError(f"stochastic_llg: back end {backend!r}; known are {', '.join(BACKENDS)}")
    if integrator not in INTEGRATORS:
        raise InputError("stochastic_llg: integrator", integrator, f"must be one of {', '.join(INTEGRATORS)}")
    start, drive = np.asarray(start, np.float64), np.asarray(drive, np.float64)
    drive = drive[:, None] if drive.ndim == 1 else drive
    _check_shapes(layers, start, drive)
    if axis not in (0, 1, 2):
        raise InputError("stochastic_llg: axis", axis, "must be 0, 1 or 2")
    if not (np.isfinite(step) and step > 0):
        raise InputError("stochastic_llg: step", step, "must be a positive number")
    if first_step < 0 or first_step + drive.shape[0] > 2**33 or not 0 <= first_trajectory <= 2**32 - start.shape[0]:
        raise ValidityError("stochastic_llg", f"step {first_step}, trajectory {first_trajectory}",
                            "steps must end by 2**33 and trajectories by 2**32")  # fmt: skip
    layers = [_padded(layer, drive.shape[1]) for layer in layers]
    _check_turn(layers, drive, step)
    side = np.where(start[:, 0, axis] < 0, -1.0, 1.0) if side is None else np.asarray(side, np.float64)
    if side.shape != start.shape[:1]:
        raise InputError("stochastic_llg: side", f"shape {side.shape}", "must be one number per trajectory")
    passes = INTEGRATORS[integrator]
    if backend == "reference":
        numbers = first_trajectory + np.arange(start.shape[0])
        m, crossing = reference.integrate(
            layers, start, drive, step, key, numbers, first_step, 0 if integrator == "midpoint" else passes, axis, side
        )
        return Result(m, crossing, "reference")
    ran, run = _fast(backend)
    m, crossing = start, np.full(start.shape[0], -1, np.int64)
    for begin in range(0, drive.shape[0], SEGMENT):
        piece = drive[begin : begin + SEGMENT]
        m, seen = run(layers, m, piece, step, key, first_trajectory, first_step + begin, passes, axis, side)
        crossing = np.where(crossing < 0, seen, crossing)
    return Result(m, crossing, ran)


def _fast(backend: str) -> tuple[str, Callable[..., tuple[Floats, NDArray[np.int64]]]]:
    # numba and triton are slow to import: only those who run them wait for them
    if backend in ("gpu", "auto"):
        from remanence.kernels.stochastic_llg import gpu

        if backend == "gpu" or graphics.available():
            graphics.require("stochastic_llg")
            return "gpu", gpu.integrate
    from remanence.kernels.stochastic_llg import cpu

    return "cpu", cpu.integrate


def _check_shapes(layers: Sequence[Layer], start: Floats, drive: Floats) -> None:
    if len(layers) not in (1, 2):
        raise InputError("stochastic_llg: layers", len(layers), "one layer or two coupled ones are known")
    if start.ndim != 3 or start.shape[1:] != (len(layers), 3):
        raise InputError("stochastic_llg: start", f"shape {start.shape}", f"must be (N, {len(layers)}, 3)")
    lengths = set().union(*(layer.trajectories() for layer in layers))
    if not lengths <= {start.shape[0]}:
        raise InputError("stochastic_llg: layers", f"arrays of {sorted(lengths)} trajectories",
                         f"must fit the {start.shape[0]} of the start")  # fmt: skip
    if drive.ndim != 2 or not 1 <= drive.shape[1] <= CHANNELS:
        raise InputError("stochastic_llg: drive", f"shape {drive.shape}", f"must be (steps, 1 to {CHANNELS})")
    for layer in layers:
        if layer.channels() > drive.shape[1]:
            raise InputError("stochastic_llg: drive", f"{drive.shape[1]} channels",
                             f"a layer has {layer.channels()}")  # fmt: skip
    if not np.isfinite(drive).all():
        raise InputError("stochastic_llg: drive", "NaN or infinite", "must be finite")
    if start.size and not np.max(np.abs(np.linalg.norm(start, axis=2) - 1.0)) < UNIT:
        raise InputError("stochastic_llg: start", "not unit vectors", f"must have length 1 to {UNIT:g}")


def _padded(layer: Layer, channels: int) -> Layer:
    """Return the layer with zeros for the drive channels that it does not have."""
    changes = {}
    for name in DRIVEN:
        item = getattr(layer, name)
        place = -2 if name in ("damping_like", "field_like") else -1
        widths = [(0, 0)] * item.ndim
        widths[place] = (0, channels - item.shape[place])
        changes[name] = np.pad(item, widths)
    return dataclasses.replace(layer, **changes)


def _check_turn(layers: Sequence[Layer], drive: Floats, step: float) -> None:
    """Refuse a step in which the fields turn a layer by more than `LARGEST_TURN`."""
    peak = np.max(np.abs(drive), axis=0, initial=0.0)
    for index, layer in enumerate(layers):
        driven = np.linalg.norm(layer.damping_like, axis=-1) + np.linalg.norm(layer.field_like, axis=-1)
        driven = driven / (1.0 - np.abs(layer.asymmetry))[..., None] + np.abs(layer.voltage_anisotropy)
        driven = driven + np.abs(layer.mutual_damping_like) + np.abs(layer.mutual_field_like)
        spread = np.ptp(np.concatenate([layer.anisotropy, 0.0 * layer.anisotropy[..., :1]], axis=-1), axis=-1)
        field = spread + np.abs(layer.second_order) + np.linalg.norm(layer.field, axis=-1)
        field = field + np.max(np.abs(layer.coupling), axis=-1) + np.abs(layer.biquadratic) + driven @ peak
        noise = 3.0 * np.sqrt(layer.damping * layer.temperature * step)
        turn = float(np.max(step * field + noise))
        if turn > LARGEST_TURN:
            raise ValidityError(f"stochastic_llg: step of layer {index}", f"{turn:.3g} rad a step",
                                f"must stay below {LARGEST_TURN:g} rad", "Take a shorter step.")  # fmt: skip
