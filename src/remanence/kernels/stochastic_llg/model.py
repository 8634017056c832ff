"""What the equation of motion of one magnetic layer needs, in reduced units, and its packing for the fast back ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError

Floats = NDArray[np.float64]
CHANNELS = 3
"""Drive channels at most, for example the voltage, its square, and the current of a line."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer:
    """One macrospin. Fields are in units of the reference field, times in 1/(gamma mu_0 H_ref); see README.md.

    Every field is a number (or a vector with its axes last) or has one leading axis of trajectories. ``C`` is the
    number of drive channels; what a channel multiplies is given per unit of the drive.

    Args:
        damping: Gilbert alpha.
        anisotropy: a, shape (..., 3): the field a_i m_i along each axis; (0, 0, 1) is a perpendicular layer.
        second_order: field second_order (1 - m_z^2) m_z along z.
        field: applied field, shape (..., 3).
        temperature: theta: the thermal field has the variance alpha theta per component and unit time; theta is
            1/Delta where the reference field is the anisotropy field.
        damping_like: d, shape (..., C, 3): torque m x (d x m) towards d, per unit drive.
        field_like: f, shape (..., C, 3): acts as a field, per unit drive.
        voltage_anisotropy: shape (..., C): added to the anisotropy along z, per unit drive.
        asymmetry: lambda: both torques are divided by 1 + lambda m.p.
        polariser: p, shape (..., 3), a unit vector, used by the asymmetry alone.
        coupling: j, shape (..., 3): the field j_i n_i from the other layer n.
        biquadratic: the field b (m.n) n from the other layer.
        mutual_damping_like: shape (..., C): torque m x (n x m) from the other layer, per unit drive.
        mutual_field_like: shape (..., C): field along n, per unit drive.
    """

    damping: Any
    anisotropy: Any = (0.0, 0.0, 0.0)
    second_order: Any = 0.0
    field: Any = (0.0, 0.0, 0.0)
    temperature: Any = 0.0
    damping_like: Any = ((0.0, 0.0, 0.0),)
    field_like: Any = ((0.0, 0.0, 0.0),)
    voltage_anisotropy: Any = (0.0,)
    asymmetry: Any = 0.0
    polariser: Any = (0.0, 0.0, 1.0)
    coupling: Any = (0.0, 0.0, 0.0)
    biquadratic: Any = 0.0
    mutual_damping_like: Any = (0.0,)
    mutual_field_like: Any = (0.0,)

    def __post_init__(self) -> None:
        """Check shapes and values."""
        for field in fields(self):
            given = np.array(getattr(self, field.name), dtype=np.float64)
            axes = TRAILING.get(field.name, 0)
            subject = f"Layer.{field.name}"
            if given.ndim < axes or given.ndim > axes + 1:
                raise InputError(subject, f"shape {given.shape}", f"must have {axes} or {axes + 1} axes")
            if field.name in VECTORS and given.shape[-1] != 3:
                raise InputError(subject, f"shape {given.shape}", "the last axis must be x, y, z")
            if field.name in DRIVEN and not 1 <= given.shape[given.ndim - axes] <= CHANNELS:
                raise InputError(subject, f"shape {given.shape}", f"1 to {CHANNELS} drive channels are known")
            if not np.isfinite(given).all():
                raise InputError(subject, "NaN or infinite", "must be finite")
            given.flags.writeable = False
            object.__setattr__(self, field.name, given)
        if np.any(self.damping < 0) or np.any(self.temperature < 0):
            raise InputError("Layer", "a negative damping or temperature", "both must be at least 0")
        if np.any(np.abs(self.asymmetry) >= 1):
            raise InputError("Layer.asymmetry", float(np.max(np.abs(self.asymmetry))), "must lie between -1 and 1")

    def trajectories(self) -> set[int]:
        """Return the lengths of the leading axes in use."""
        return {item.shape[0] for field in fields(self) if (item := getattr(self, field.name)).ndim > _axes(field.name)}

    def channels(self) -> int:
        """Return the largest number of drive channels in use."""
        return max(int(getattr(self, name).shape[getattr(self, name).ndim - _axes(name)]) for name in DRIVEN)


VECTORS = ("anisotropy", "field", "damping_like", "field_like", "polariser", "coupling")
DRIVEN = ("damping_like", "field_like", "voltage_anisotropy", "mutual_damping_like", "mutual_field_like")
TRAILING = dict.fromkeys(VECTORS, 1) | dict.fromkeys(DRIVEN, 1) | {"damping_like": 2, "field_like": 2}


def _axes(name: str) -> int:
    return TRAILING.get(name, 0)


@dataclass(frozen=True, slots=True)
class Terms:
    """Which terms of the equation are in use: a fast back end compiles these and no others."""

    layers: int
    channels: int
    axial: bool
    thermal: bool
    second_order: bool
    torque: bool
    voltage_anisotropy: bool
    asymmetry: bool
    coupling: bool
    biquadratic: bool
    mutual: bool


def terms(layers: Sequence[Layer], channels: int) -> Terms:
    """Return the terms that are not zero everywhere."""

    def used(*names: str) -> bool:
        return any(bool(np.any(getattr(layer, name))) for layer in layers for name in names)

    sideways = any(
        bool(np.any(getattr(layer, name)[..., :2]))
        for layer in layers
        for name in ("anisotropy", "field", "damping_like", "field_like")
    )
    torque, mutual = used("damping_like", "field_like"), used("mutual_damping_like", "mutual_field_like")
    driven = torque or mutual or used("voltage_anisotropy")
    return Terms(
        layers=len(layers),
        channels=channels if driven else 0,
        axial=len(layers) == 1 and not sideways and not used("asymmetry"),
        thermal=used("temperature"),
        second_order=used("second_order"),
        torque=torque,
        voltage_anisotropy=used("voltage_anisotropy"),
        asymmetry=torque and used("asymmetry"),
        coupling=used("coupling"),
        biquadratic=used("biquadratic"),
        mutual=mutual,
    )


# rows of the packed parameters of one layer; channel c adds CHANNEL_ROWS * c to the rows from DAMPING_LIKE on
ANISOTROPY, FIELD, SECOND_ORDER, NOISE, DAMPING, COUPLING, BIQUADRATIC, ASYMMETRY, POLARISER = (
    0,
    3,
    6,
    7,
    8,
    9,
    12,
    13,
    14,
)
DAMPING_LIKE, FIELD_LIKE, VOLTAGE_ANISOTROPY, MUTUAL_DAMPING_LIKE, MUTUAL_FIELD_LIKE = 17, 20, 23, 24, 25
CHANNEL_ROWS = 9
ROWS = 17 + CHANNEL_ROWS * CHANNELS


def pack(layer: Layer, step: float, lanes: slice) -> NDArray[np.float32]:
    """Return the parameters of a range of trajectories as turns per step, shape (ROWS, lanes), float32.

    All fields are multiplied by step/(1 + alpha^2), the noise by its square root where due: what is left to do per
    step are products with m, the drive and the normal numbers.
    """
    packed = np.zeros((ROWS, lanes.stop - lanes.start), np.float32)

    def cut(name: str) -> Floats:
        item: Floats = getattr(layer, name)
        return item[lanes] if item.ndim > _axes(name) else item

    alpha = cut("damping")
    turn = step / (1.0 + alpha**2)
    packed[DAMPING] = alpha
    packed[NOISE] = np.sqrt(alpha * cut("temperature") * step) / (1.0 + alpha**2)
    for row, name in ((SECOND_ORDER, "second_order"), (BIQUADRATIC, "biquadratic")):
        packed[row] = turn * cut(name)
    packed[ASYMMETRY] = cut("asymmetry")
    for axis in range(3):
        for row, name in ((ANISOTROPY, "anisotropy"), (FIELD, "field"), (COUPLING, "coupling")):
            packed[row + axis] = turn * cut(name)[..., axis]
        packed[POLARISER + axis] = cut("polariser")[..., axis]
        for row, name in ((DAMPING_LIKE, "damping_like"), (FIELD_LIKE, "field_like")):
            driven = cut(name)
            for channel in range(driven.shape[-2]):
                packed[row + CHANNEL_ROWS * channel + axis] = turn * driven[..., channel, axis]
    for row, name in (
        (VOLTAGE_ANISOTROPY, "voltage_anisotropy"),
        (MUTUAL_DAMPING_LIKE, "mutual_damping_like"),
        (MUTUAL_FIELD_LIKE, "mutual_field_like"),
    ):
        driven = cut(name)
        for channel in range(driven.shape[-1]):
            packed[row + CHANNEL_ROWS * channel] = turn * driven[..., channel]
    return packed
