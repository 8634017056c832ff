"""A junction as the equation of motion sees it: fields in A/m, torques per ampere, and its Boltzmann distribution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remanence.core.constants import BOLTZMANN, ELEMENTARY_CHARGE, GYROMAGNETIC_RATIO, REDUCED_PLANCK
from remanence.core.constants import VACUUM_PERMEABILITY as MU0
from remanence.core.declare import Array
from remanence.core.declare import shape as shape_of
from remanence.core.errors import ValidityError
from remanence.core.stream import Stream
from remanence.device.checks import refuse
from remanence.device.junction import Junction

Floats = NDArray[np.float64]
RATE = GYROMAGNETIC_RATIO * MU0
"""gamma mu_0, m/(A s): how fast a field of 1 A/m turns a moment."""
_RINGS, _SECTORS = 1024, 256
"""Grid of the tabulated Boltzmann distribution: rings around the storing axis (denser near it) and sectors."""


@dataclass(frozen=True, slots=True)
class Macrospin:
    """The free layers of junctions, flattened: one row per device.

    The energy over mu_0 Ms V is -sum(a_i m_i^2)/2 + k_2 (1 - m_z^2)^2/4 - h.m, all in A/m.

    Args:
        axis: along which the cell stores: 2 (normal), or 0 (long axis).
        damping: Gilbert alpha, shape (D,).
        anisotropy: a, A/m, shape (D, 3).
        second_order: k_2, A/m, shape (D,).
        field: h, applied and stray field, A/m, shape (D, 3).
        temperature: theta, A/m: energies over mu_0 Ms V are worth 2 e/theta k_B T; shape (D,). Scaled so that the
            barrier is `Junction.barrier` where that lies below the macrospin's.
        torque: damping-like field per ampere, 1/m, shape (D,).
        field_like: field-like over damping-like torque, shape (D,).
        voltage_anisotropy: change of a_z per volt, A/(m V), shape (D,).
    """

    axis: int
    damping: Floats
    anisotropy: Floats
    second_order: Floats
    field: Floats
    temperature: Floats
    torque: Floats
    field_like: Floats
    voltage_anisotropy: Floats

    @property
    def polariser(self) -> Floats:
        """Direction of the reference layer."""
        return np.asarray(np.eye(3)[self.axis])

    def energy(self, device: int, m: Floats) -> Floats:
        """Return the energy of one device over k_B T at unit vectors m, shape (..., 3); the drive is off."""
        squared = m**2
        energy = -0.5 * squared @ self.anisotropy[device] - m @ self.field[device]
        energy = energy + 0.25 * self.second_order[device] * (1.0 - squared[..., 2]) ** 2
        return np.asarray(2.0 * energy / self.temperature[device])


def macrospin(junction: Junction, shape: tuple[int, ...]) -> Macrospin:
    """Return the free layer of a junction whose fields broadcast to ``shape``.

    The torque per ampere is hbar eta/(2 e mu_0 Ms V): alpha H_k at I_c0 of a round perpendicular cell (Slonczewski, J.
    Magn. Magn. Mater. 159, L1 (1996); Sun, Phys. Rev. B 62, 570 (2000)).

    Raises:
        ValidityError: a junction without a barrier, which has no two states.
    """
    ms, film = np.asarray(junction.saturation_magnetisation), junction.stack
    barrier = np.asarray(junction.barrier)
    refuse(ValidityError, "simulate: barrier", barrier, ~(barrier > 0), "must be positive: the cell has no two states",
           unit="J")  # fmt: skip

    def flat(item: Array) -> Floats:
        return np.broadcast_to(np.asarray(item, np.float64), shape).reshape(-1)

    zero = np.zeros(int(np.prod(shape)))
    normal, ellipse = _energies(junction)
    inward = junction.easy_axis == "in-plane"
    axial = flat(junction.axial_field + np.asarray(junction.offset_field))
    sideways = flat(junction.in_plane_field)
    share = np.asarray(junction.macrospin_barrier) / barrier
    controlled: Array = 0.0
    if np.any(np.asarray(film.voltage_anisotropy)):
        controlled = 2.0 * (_energies(junction.biased(1.0))[0] - normal) / (MU0 * ms)
    return Macrospin(
        axis=0 if inward else 2,
        damping=flat(film.damping),
        anisotropy=np.stack([zero, -flat(2.0 * ellipse / (MU0 * ms)), flat(2.0 * normal / (MU0 * ms))], axis=1),
        second_order=flat(4.0 * np.asarray(junction.second_order_anisotropy) / (MU0 * ms)),
        field=np.stack([axial, sideways, zero] if inward else [sideways, zero, axial], axis=1),
        temperature=flat(2.0 * BOLTZMANN * junction.temperature * share / (MU0 * ms * junction.volume)),
        torque=flat(REDUCED_PLANCK * film.spin_torque_efficiency
                    / (2.0 * ELEMENTARY_CHARGE * MU0 * ms * junction.volume)),
        field_like=flat(film.field_like_torque),
        voltage_anisotropy=flat(controlled),
    )  # fmt: skip


def _energies(junction: Junction) -> tuple[Array, Array]:
    """Return K of the normal against the long axis, and of the short axis against the long one, J/m^3."""
    along, across, _ = junction.demagnetisation
    ellipse = 0.5 * MU0 * (np.asarray(across) - along) * np.asarray(junction.saturation_magnetisation) ** 2
    soft, hard = junction.hard_anisotropies
    if junction.easy_axis == "perpendicular":
        return soft, ellipse
    return -(soft + hard - ellipse) - junction.second_order_anisotropy, ellipse


def devices(junction: Junction, *others: tuple[int, ...]) -> tuple[int, ...]:
    """Return the common shape of a junction and of whatever else varies from device to device."""
    return np.broadcast_shapes(shape_of(junction), *others)


def boltzmann(magnet: Macrospin, side: float, count: int, stream: Stream) -> Floats:
    """Draw starts in thermal equilibrium on one side of the equator, shape (D * count, 3).

    The distribution is tabulated on a grid that is denser near the storing axis and inverted: rings alone where the
    energy does not depend on the azimuth, else rings and sectors. Draw ``i`` belongs to trajectory ``i``.

    Args:
        magnet: the free layers; the drive is off.
        side: +1 starts in P, -1 in AP.
        count: trajectories per device.
        stream: source of the draws.
    """
    drawn = ((stream.words(3 * magnet.damping.size * count).astype(np.float64) + 0.5) * 2.0**-32).reshape(-1, count, 3)
    return np.concatenate([_start(magnet, device, side, drawn[device]) for device in range(magnet.damping.size)])


def _start(magnet: Macrospin, device: int, side: float, drawn: Floats) -> Floats:
    others = [axis for axis in range(3) if axis != magnet.axis]
    stiff, field = magnet.anisotropy[device], magnet.field[device]
    round_ = stiff[others[0]] == stiff[others[1]] and not np.any(field[others])
    sectors = 1 if round_ and magnet.axis == 2 else _SECTORS
    edges = (np.arange(_RINGS + 1) / _RINGS) ** 2
    # masses of rings and sectors from the energy at their middles; 1 - |m_axis| is even over the sphere
    middles, azimuths = 0.5 * (edges[1:] + edges[:-1]), 2.0 * np.pi * (np.arange(sectors) + 0.5) / sectors
    energy = magnet.energy(device, _vectors(magnet.axis, side, middles[:, None], azimuths[None, :]))
    mass = np.exp(np.min(energy) - energy) * np.diff(edges)[:, None]
    total = np.concatenate([[0.0], np.cumsum(mass)])
    place = drawn[:, 0] * total[-1]
    cell = np.clip(np.searchsorted(total, place, side="right") - 1, 0, mass.size - 1)
    ring, sector = np.divmod(cell, sectors)
    inside = (place - total[cell]) / (total[cell + 1] - total[cell])
    depth = edges[ring] + inside * (edges[ring + 1] - edges[ring])
    return _vectors(magnet.axis, side, depth, 2.0 * np.pi * (sector + drawn[:, 1]) / sectors)


def _vectors(axis: int, side: float, depth: Floats, azimuth: Floats) -> Floats:
    """Return unit vectors at 1 - |m_axis| = depth."""
    across = np.sqrt(depth * (2.0 - depth))
    parts = [across * np.cos(azimuth), across * np.sin(azimuth)]
    parts.insert(axis, side * (1.0 - depth) + 0.0 * azimuth)
    return np.stack(np.broadcast_arrays(*parts), axis=-1)
