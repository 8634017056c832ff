"""The definition of `stochastic_llg` in plain NumPy and float64: clear, slow, exact."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import ConvergenceError
from remanence.core.stream import philox
from remanence.kernels.stochastic_llg.model import Floats, Layer

TOLERANCE = 1e-14
"""Largest change of m in the last pass of the implicit midpoint."""
PASSES = 200


def words(key: tuple[int, int], trajectories: NDArray[np.int64], call: int, layer: int) -> NDArray[np.uint32]:
    """Return the four words of one Philox call per trajectory, shape (N, 4); the layout is in README.md."""
    counter = np.zeros((trajectories.size, 4), np.uint32)
    counter[:, 0], counter[:, 1] = trajectories & 0xFFFFFFFF, layer
    counter[:, 2], counter[:, 3] = call & 0xFFFFFFFF, call >> 32
    return philox(counter, key)


def normals(key: tuple[int, int], trajectories: NDArray[np.int64], step: int, layer: int) -> Floats:
    """Return the two standard normal numbers of one step, shape (N, 2)."""
    half = 2 * (step % 2)
    pair = words(key, trajectories, step // 2, layer)[:, half : half + 2].astype(np.float64)
    radius = np.sqrt(-2.0 * np.log((pair[:, 0] + 0.5) * 2.0**-32))
    angle = 2.0 * np.pi * pair[:, 1] * 2.0**-32
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def tangent(m: Floats, pair: Floats) -> Floats:
    """Return the pair turned into the plane at right angles to m: the turn takes +-z, the nearer pole, to m."""
    along = (m[:, :2] * pair).sum(axis=1)
    share = along / (1.0 + np.abs(m[:, 2]))
    third = -np.where(np.signbit(m[:, 2]), -1.0, 1.0) * along
    return np.stack([pair[:, 0] - share * m[:, 0], pair[:, 1] - share * m[:, 1], third], axis=1)


def rotation(layer: Layer, m: Floats, other: Floats | None, drive: Floats, thermal: Floats, step: float) -> Floats:
    """Return the angle vector by which m turns in one step: dm = rotation x m."""
    alpha = layer.damping[..., None]
    field = layer.anisotropy * m + layer.field
    along = layer.second_order * (1.0 - m[:, 2] ** 2) + layer.voltage_anisotropy @ drive
    field[:, 2] += along * m[:, 2]
    share = 1.0 / (1.0 + layer.asymmetry * (layer.polariser * m).sum(axis=-1))[:, None]
    field = field + share * np.einsum("...ci,c->...i", layer.field_like, drive)
    towards = share * np.einsum("...ci,c->...i", layer.damping_like, drive)
    if other is not None:
        field = field + layer.coupling * other
        field = field + (layer.biquadratic * (m * other).sum(axis=1) + layer.mutual_field_like @ drive)[:, None] * other
        towards = towards + np.asarray(layer.mutual_damping_like @ drive)[..., None] * other
    field = step * field + thermal
    towards = step * towards
    return np.asarray((field - alpha * towards + np.cross(m, towards + alpha * field)) / (1.0 + alpha**2))


def heun(layers: Sequence[Layer], m: Floats, drive: Floats, thermal: Floats, step: float) -> Floats:
    """Take one step of Heun's method in Stratonovich's sense and put m back on the sphere."""

    def change(now: Floats) -> Floats:
        return np.cross(_rotations(layers, now, drive, thermal, step), now)

    first = change(m)
    last = m + 0.5 * (first + change(m + first))
    return np.asarray(last / np.linalg.norm(last, axis=2, keepdims=True))


def implicit(layers: Sequence[Layer], m: Floats, drive: Floats, thermal: Floats, step: float, passes: int) -> Floats:
    """Take one step of the implicit midpoint rule; each pass turns m exactly, so the norm is kept at every pass.

    The middle s solves s = m + (rotation x s)/2; the rotation is that of the last pass. Two passes are Mentink's
    semi-implicit method; with ``passes=0`` the passes go on until m stands still.
    """
    middle = m
    for done in range(1, (passes or PASSES) + 1):
        half = 0.5 * _rotations(layers, middle, drive, thermal, step)
        along = (half * m).sum(axis=2, keepdims=True)
        new = (m + np.cross(half, m) + along * half) / (1.0 + (half**2).sum(axis=2, keepdims=True))
        moved = float(np.max(np.abs(new - middle), initial=0.0))
        middle = new
        if done == passes or (not passes and moved < TOLERANCE):
            last = 2.0 * middle - m
            return np.asarray(last / np.linalg.norm(last, axis=2, keepdims=True))
    raise ConvergenceError(f"stochastic_llg: the implicit midpoint moved by {moved:.3g} in pass {PASSES}; take a "
                           "shorter step")  # fmt: skip


def _rotations(layers: Sequence[Layer], m: Floats, drive: Floats, thermal: Floats, step: float) -> Floats:
    pair = len(layers) == 2
    return np.stack(
        [
            rotation(layer, m[:, index], m[:, 1 - index] if pair else None, drive, thermal[:, index], step)
            for index, layer in enumerate(layers)
        ],
        axis=1,
    )


def integrate(
    layers: Sequence[Layer],
    start: Floats,
    drive: Floats,
    step: float,
    key: tuple[int, int],
    trajectories: NDArray[np.int64],
    first_step: int,
    passes: int,
    axis: int,
    side: Floats,
    noise: Floats | None = None,
) -> tuple[Floats, NDArray[np.int64]]:
    """Return (m after the last step, first step on the other side or -1); arguments as in the package.

    ``noise``, shape (steps, N, layers, 2), replaces the drawn normal numbers: tests of the order of convergence need
    the same path at two steps.
    """
    m = start.copy()
    crossing = np.full(m.shape[0], -1, np.int64)
    deviation = [np.sqrt(layer.damping * layer.temperature * step)[..., None] for layer in layers]
    for number, now in enumerate(drive):
        thermal = np.zeros_like(m)
        for index in range(len(layers)):
            if np.any(deviation[index]):
                pair = (
                    normals(key, trajectories, first_step + number, index) if noise is None else noise[number, :, index]
                )
                thermal[:, index] = deviation[index] * tangent(m[:, index], pair)
        m = heun(layers, m, now, thermal, step) if passes < 0 else implicit(layers, m, now, thermal, step, passes)
        crossed = (m[:, 0, axis] * side < 0) & (crossing < 0)
        crossing[crossed] = first_step + number + 1
    return m, crossing
