"""Two coupled magnetic layers that both move: a free layer on a soft reference, or the halves of an antiferromagnet."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray

from remanence.core.constants import BOLTZMANN, ELEMENTARY_CHARGE, REDUCED_PLANCK
from remanence.core.constants import VACUUM_PERMEABILITY as MU0
from remanence.core.declare import Quantity, declarations, fingerprint, part, quantity, value
from remanence.core.errors import InputError
from remanence.core.provenance import versions
from remanence.core.stream import Stream
from remanence.device.drive import Drive, constant
from remanence.device.dynamics import follow
from remanence.device.macrospin import RATE, Floats
from remanence.kernels.stochastic_llg import Layer

NAMES = ("first", "second")


@value
class Magneticlayer:
    """One uniformly magnetised layer; the axis z is the normal."""

    saturation_magnetisation: float = quantity("A/m", above=0, doc="saturation magnetisation")
    thickness: float = quantity("m", above=0, below=1e-6, doc="thickness")
    anisotropy: float = quantity("J/m^3", doc="K of the normal against the plane, demagnetisation included")
    damping: float = quantity("1", above=0, below=1, doc="Gilbert damping")
    pinning: float = quantity("A/m", doc="field along z that acts on this layer alone", default=0.0)


@value
class Coupledlayers:
    """Two layers over the same area, coupled by exchange, by their stray fields and by the spin current between them.

    A positive current drives the first layer parallel to the second and the second antiparallel to the first: that is
    how back-hopping begins where the second is not stiff enough.
    """

    first: Magneticlayer = part(Magneticlayer, doc="the free layer, or the upper half of a synthetic antiferromagnet")
    second: Magneticlayer = part(Magneticlayer, doc="the layer it is coupled to")
    diameter: float = quantity("m", above=0, below=1e-5, doc="of both layers")
    exchange: float = quantity(
        "J/m^2", doc="bilinear exchange J: energy -J m1.m2 per area; positive: parallel", default=0.0
    )
    biquadratic: float = quantity("J/m^2", doc="biquadratic exchange B: energy -B (m1.m2)^2 per area", default=0.0)
    efficiency: float = quantity(
        "1", at_least=0, at_most=2, doc="spin-torque efficiency between the layers", default=0.0
    )
    temperature: float = quantity("K", above=0, doc="temperature", default=300.0)

    def check(self) -> None:
        """Refuse array fields: a sweep is a loop over pairs."""
        for layer in (self.first, self.second):
            if any(np.ndim(getattr(layer, name)) for name in declarations(type(layer))):
                raise InputError("Coupledlayers", "a layer with array fields", "a single design is needed")

    @property
    def area(self) -> float:
        """Area, m^2."""
        return float(np.pi / 4.0 * self.diameter**2)

    @property
    def spin_flop_field(self) -> float:
        """Field along z at which the flopped state is as low as the antiparallel one, A/m: sqrt(H_k (2 H_ex - H_k)).

        H_ex = -J/(mu_0 Ms t). Derived here for two equal layers; where H_k >= 2 H_ex there is no flopped state.

        Raises:
            InputError: layers that differ, or a parallel coupling.
        """
        stiff, exchange = self._equal()
        return float(np.sqrt(max(stiff * (2.0 * exchange - stiff), 0.0)))

    @property
    def antiparallel_limit(self) -> float:
        """Field along z at which antiparallel equal layers become unstable, A/m: sqrt(H_k (2 H_ex + H_k)).

        Raises:
            InputError: layers that differ, or a parallel coupling.
        """
        stiff, exchange = self._equal()
        return float(np.sqrt(stiff * (2.0 * exchange + stiff)))

    def _equal(self) -> tuple[float, float]:
        if self.first != self.second or self.exchange >= 0 or self.first.anisotropy <= 0:
            raise InputError("Coupledlayers", "unequal or in-plane layers, or parallel coupling",
                             "the closed form is for equal perpendicular layers coupled antiparallel")  # fmt: skip
        moment = MU0 * self.first.saturation_magnetisation
        return 2.0 * self.first.anisotropy / moment, -self.exchange / (moment * self.first.thickness)

    def layers(self, field: Floats | tuple[float, float, float] = (0.0, 0.0, 0.0)) -> list[Layer]:
        """Return both layers as the kernel takes them, fields in A/m; the drive is in amperes."""
        result = []
        for sign, layer in ((1.0, self.first), (-1.0, self.second)):
            moment = MU0 * layer.saturation_magnetisation
            areal = moment * layer.thickness
            torque = REDUCED_PLANCK * self.efficiency / (2.0 * ELEMENTARY_CHARGE * areal * self.area)
            applied = np.asarray(field, np.float64) + np.array([0.0, 0.0, layer.pinning])
            result.append(
                Layer(
                    damping=layer.damping,
                    anisotropy=(0.0, 0.0, 2.0 * layer.anisotropy / moment),
                    field=applied,
                    temperature=2.0 * BOLTZMANN * self.temperature / (areal * self.area),
                    coupling=np.full(3, self.exchange / areal),
                    biquadratic=2.0 * self.biquadratic / areal,
                    mutual_damping_like=(sign * torque,),
                )
            )
        return result


def simulate_pair(
    pair: Coupledlayers,
    drive: Drive | None = None,
    *,
    duration: float | str,
    trajectories: int,
    seed: int,
    initial: Any,
    field: Floats | tuple[float, float, float] = (0.0, 0.0, 0.0),
    step: float | str = 5e-13,
    record: int = 2,
    integrator: str = "semi-implicit",
    backend: str = "auto",
) -> xarray.Dataset:
    """Integrate two coupled layers that both move.

    Args:
        pair: the layers.
        drive: current through both, A; positive drives the first parallel to the second. None: no drive.
        duration: s; must reach to the end of the drive.
        trajectories: how many.
        seed: of the noise.
        initial: unit vectors, broadcast to (trajectories, 2, 3).
        field: applied to both, A/m.
        step: of the integration, s; exchange fields are stiff, so it is shorter than for one layer.
        record: samples of the trajectories to keep, ends included.
        integrator: see the kernel; the implicit schemes hold where exchange fields reach teslas.
        backend: see the kernel.

    Returns:
        A Dataset with ``path`` over (time, trajectory, layer, axis).

    Raises:
        InputError: a bad number, a drive in volts, or one that ends after the duration.
        ValidityError: a step that is too long.
    """
    length = Quantity("s", "a length of time", above=0)
    duration, step = (float(length.read(item, f"simulate_pair: {name}")) for name, item in
                      (("duration", duration), ("step", step)))  # fmt: skip
    drive = constant(0.0, kind="current") if drive is None else drive
    if drive.kind != "current" or np.ndim(drive.values) != 1:
        raise InputError("simulate_pair: drive", f"a {drive.kind} of shape {np.shape(drive.values)}",
                         "must be one waveform in amperes")  # fmt: skip
    if drive.end > duration * (1.0 + 1e-9):
        raise InputError("simulate_pair: drive", f"ends at {drive.end:g} s",
                         f"must end within the duration, {duration:g} s")  # fmt: skip
    if record < 2:
        raise InputError("simulate_pair: record", record, "must be at least 2 samples")
    steps = max(1, int(np.ceil(duration / step * (1.0 - 1e-9))))
    step = duration / steps
    start = np.broadcast_to(np.asarray(initial, np.float64), (trajectories, 2, 3)).copy()
    kept = np.round(np.linspace(0, steps, record)).astype(np.int64)
    table = drive.averages(np.linspace(0.0, duration, steps + 1))[:, None]
    seen, _, ran = follow(pair.layers(field), start, table, RATE * step, Stream(seed).child("pair"), kept=kept,
                          integrator=integrator, backend=backend)  # fmt: skip
    return xarray.Dataset(
        {"path": (("time", "trajectory", "layer", "axis"), seen, {"units": "1", "long_name": "unit vectors"})},
        {"time": ("time", kept * step, {"units": "s"}), "layer": list(NAMES), "axis": ["x", "y", "z"]},
        {"fingerprint": fingerprint(pair) + fingerprint(drive), "seed": seed, "backend": f"stochastic_llg: {ran}",
         "integrator": integrator, "step_s": step, **{f"version_{k}": v for k, v in versions().items()}},
    )  # fmt: skip
