"""Magnetic immunity: the largest external field in which a junction still keeps its state as specified."""

from __future__ import annotations

import numpy as np

from remanence.core.constants import VACUUM_PERMEABILITY
from remanence.core.declare import Array, Quantity, replace
from remanence.core.errors import InputError
from remanence.device import landscape
from remanence.device.junction import Junction

DIRECTIONS = ("axial", "in-plane", "any")
_ANGLES = 61
_STEPS = 45


def magnetic_immunity(junction: Junction, *, duration: Array | str, loss: Array, direction: str = "any") -> Array:
    """Return the largest external field, A/m, in which the weaker state meets a retention specification.

    The barrier of a macrospin under the field (and the stray field of the reference) must keep the share of its
    zero-field value that the specification leaves: Delta_needed = Delta - ln(tau/tau_needed), tau_needed =
    -duration/ln(1 - loss). The prefactor is kept at its zero-field value. For an axial field without offset that is
    H_k (1 - sqrt(Delta_needed/Delta)); a field at 45 degrees is the worst, an axial or in-plane one lowers the barrier
    by 1/sqrt(2) of it at first order. A barrier limited by a wall follows the same share: an estimate.

    Args:
        junction: its own applied fields must be 0; its reference counts.
        duration: of the exposure, s.
        loss: probability of losing the bit in that time, between 0 and 1.
        direction: ``"axial"``, ``"in-plane"`` or ``"any"`` (the worst of 61 angles, within 0.1 %).

    Returns:
        The field; 0 where the specification is missed without any.

    Raises:
        InputError: an unknown direction, or a junction in a field already.
        ValidityError: no dwell time can be given (see `Junction.dwell`).
    """
    if direction not in DIRECTIONS:
        raise InputError("magnetic_immunity: direction", direction, f"must be one of {', '.join(DIRECTIONS)}")
    if np.any(np.asarray(junction.axial_field)) or np.any(np.asarray(junction.in_plane_field)):
        raise InputError("magnetic_immunity: junction", "an applied field", "must be 0 to begin with")
    time = Quantity("s", "duration", above=0).read(duration, "magnetic_immunity: duration")
    chance = Quantity("1", "loss", above=0, below=1).read(loss, "magnetic_immunity: loss")
    alone = replace(junction, reference=None)
    stability = np.asarray(alone.thermal_stability)
    needed = stability - np.asarray(alone.log_dwell_time) + np.log(-time / np.log1p(-np.asarray(chance)))
    share = np.maximum(needed, 0.0) / stability
    first, second = np.asarray(junction.effective_anisotropy), np.asarray(junction.second_order_anisotropy)
    second = second if junction.easy_axis == "perpendicular" else np.zeros(())
    moment = VACUUM_PERMEABILITY * np.asarray(junction.saturation_magnetisation)
    offset = moment * np.asarray(junction.offset_field)
    least = share * np.asarray(landscape.zero_field_barrier(first, second))
    shape = np.broadcast_shapes(least.shape, moment.shape, offset.shape)
    angles = {"axial": [0.0, np.pi], "in-plane": [np.pi / 2.0]}.get(direction, np.linspace(0.0, np.pi, _ANGLES))
    angle = np.reshape(angles, (-1, *[1] * len(shape)))  # the directions come first
    # exact zeros, so that a field along one axis takes its closed form
    sine = np.sin(angle) if direction != "axial" else np.zeros(angle.shape)
    cosine = np.cos(angle) if direction != "in-plane" else np.zeros(angle.shape)
    # moment densities: b = mu_0 Ms H; the field that takes all of the barrier lies below 2 K_1 + 4 |K_2|
    low, high = np.zeros(shape), np.broadcast_to(2.0 * np.abs(first) + 4.0 * np.abs(second) + np.abs(offset), shape)
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        kept = (np.minimum(*landscape.barriers(first, second, offset + middle * cosine, middle * sine)) >= least).all(0)
        low, high = np.where(kept, middle, low), np.where(kept, high, middle)
    field = low / moment
    unkept = np.minimum(*landscape.barriers(first, second, offset, np.zeros(()))) < least
    result = np.where(unkept, 0.0, field)
    return float(result) if np.ndim(result) == 0 else result
