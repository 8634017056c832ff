"""Resistive memory devices: filamentary ReRAM and phase-change memory, as published statistics of programmed arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remanence.core.declare import Array, choice, quantity, shape, text, value
from remanence.core.errors import InputError
from remanence.core.stream import Stream


@value
class Resistive:
    """A device whose conductance is set by program and verify.

    The spread of the programmed conductance is a polynomial in g = G/G_high, in siemens, as fitted to measured arrays:
    sigma(g) = s0 + s1 g + s2 g^2 + s3 g^3 + s4 g^4, never negative. Conductance drifts as G(t) = G (t/t_c)^-nu, nu
    normal with mean and deviation clipped linear functions of ln g (all zero where a technology shows no such drift).
    Sources: Joshi et al., Nat. Commun. 11, 2473 (2020) for phase-change memory; Wan et al., Nature 608, 504 (2022) for
    ReRAM; both in the form that aihwkit documents.
    """

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    technology: str = choice("ReRAM", "PCM", doc="what changes in the device")
    conductance_high: Array = quantity("S", above=0, doc="conductance of the low-resistance state, G_high")
    conductance_low: Array = quantity("S", at_least=0, doc="conductance of the high-resistance state")
    spread_0: Array = quantity("S", doc="s0 of the programming spread")
    spread_1: Array = quantity("S", doc="s1 of the programming spread", default=0.0)
    spread_2: Array = quantity("S", doc="s2 of the programming spread", default=0.0)
    spread_3: Array = quantity("S", doc="s3 of the programming spread", default=0.0)
    spread_4: Array = quantity("S", doc="s4 of the programming spread", default=0.0)
    spread_scale: Array = quantity("1", at_least=0, doc="factor on the programming spread", default=1.0)
    drift_slope: Array = quantity("1", doc="slope of the mean drift exponent in ln g", default=0.0)
    drift_offset: Array = quantity("1", doc="mean drift exponent at g = 1 before clipping", default=0.0)
    drift_least: Array = quantity("1", at_least=0, doc="smallest mean drift exponent", default=0.0)
    drift_most: Array = quantity("1", at_least=0, doc="largest mean drift exponent", default=0.0)
    drift_spread_slope: Array = quantity("1", doc="slope of the drift exponent's deviation in ln g", default=0.0)
    drift_spread_offset: Array = quantity("1", doc="deviation of the drift exponent at g = 1", default=0.0)
    drift_spread_least: Array = quantity("1", at_least=0, doc="smallest deviation of the drift exponent", default=0.0)
    drift_spread_most: Array = quantity("1", at_least=0, doc="largest deviation of the drift exponent", default=0.0)
    reference_time: Array = quantity("s", above=0, doc="t_c, after programming", default=20.0)
    age: Array = quantity("s", above=0, doc="time since programming at which the device is read", default=20.0)
    write_voltage: Array = quantity("V", above=0, doc="over the device while writing")
    write_current: Array = quantity("A", above=0, doc="largest current while writing")
    residual_write_error: Array = quantity(
        "1", at_least=0, at_most=1, doc="probability that a stored bit reads wrong after write and verify", default=0.0
    )

    def check(self) -> None:
        """The states must differ, and a device is read after its reference time."""
        if np.any(np.asarray(self.conductance_low) >= self.conductance_high):
            raise InputError("Resistive.conductance_low", self.conductance_low, "must lie below conductance_high")
        if np.any(np.asarray(self.age) < self.reference_time):
            raise InputError("Resistive.age", self.age, "must be at least the reference time")


def programming_spread(device: Resistive, conductance: Array) -> Array:
    """Return the standard deviation of the programmed conductance around a target, S."""
    g = np.asarray(conductance) / device.conductance_high
    terms = (device.spread_0, device.spread_1, device.spread_2, device.spread_3, device.spread_4)
    spread = sum(term * g**power for power, term in enumerate(terms))
    return device.spread_scale * np.maximum(spread, 0.0)


def drift_exponent(device: Resistive, conductance: Array) -> tuple[Array, Array]:
    """Return mean and standard deviation of the drift exponent for a target conductance."""
    logarithm = np.log(np.maximum(np.asarray(conductance) / device.conductance_high, 1e-12))
    mean = np.clip(device.drift_slope * logarithm + device.drift_offset, device.drift_least, device.drift_most)
    spread = np.clip(
        device.drift_spread_slope * logarithm + device.drift_spread_offset,
        device.drift_spread_least,
        device.drift_spread_most,
    )
    return mean, spread


def nominal_conductances(device: Resistive) -> tuple[Array, Array]:
    """Return the conductances of the low- and the high-resistance state at the device's age, mean drift included, S."""
    ratio = device.age / device.reference_time
    high, low = (
        target * ratio ** -drift_exponent(device, target)[0]
        for target in (device.conductance_high, device.conductance_low)
    )
    return high, low


def sample(device: Resistive, high_resistance: NDArray[np.bool_], stream: Stream) -> NDArray[np.float64]:
    """Return the conductance of each of many programmed devices at their age, S.

    Each device draws its programming error, its drift exponent, and whether the write left the wrong state. No
    conductance is negative.

    Args:
        device: a single design (no array fields).
        high_resistance: target state of each device, any shape.
        stream: source of the draws; draw ``i`` belongs to device ``i`` in C order.

    Raises:
        InputError: the device has array fields.
    """
    if shape(device):
        raise InputError("resistive.sample", "a device with array fields", "a single design is needed")
    cells = high_resistance.shape
    state = high_resistance
    if device.residual_write_error:
        state = state ^ stream.child("write error").events(float(device.residual_write_error), cells)
    target = np.where(state, float(device.conductance_low), float(device.conductance_high))
    return sample_levels(device, target, stream)


def sample_levels(device: Resistive, target: NDArray[np.float64], stream: Stream) -> NDArray[np.float64]:
    """Return the conductance of each of many devices programmed to a target conductance, at their age, S.

    Args:
        device: a single design (no array fields).
        target: conductance that each is programmed to, S, any shape.
        stream: source of the draws of programming error and drift exponent.

    Raises:
        InputError: the device has array fields.
    """
    if shape(device):
        raise InputError("resistive.sample_levels", "a device with array fields", "a single design is needed")
    cells = target.shape
    written = target + programming_spread(device, target) * stream.child("programming").normal(cells)
    mean, spread = drift_exponent(device, target)
    exponent = mean + spread * stream.child("drift").normal(cells) if np.any(spread) else mean
    aged: NDArray[np.float64] = np.maximum(written, 0.0) * (device.age / device.reference_time) ** -np.asarray(exponent)
    return aged
