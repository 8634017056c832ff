"""Many programmed devices as one value: what was asked of each, what it holds, what it conducts.

One class serves junctions, ReRAM and phase-change devices: the arrays say the state, the design says the physics.
`variation.program_junctions` and `resistive.program_levels` make it.
"""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from remanence.core.declare import fingerprint, shape
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.device import transport
from remanence.device.chunks import over_pieces
from remanence.device.defects import SOUND

if TYPE_CHECKING:
    from remanence.device.junction import Junction
    from remanence.device.resistive import Resistive

Floats: TypeAlias = NDArray[np.float64]
Step: TypeAlias = tuple[str, tuple[tuple[str, float], ...]]
"""What happened to the devices since they were programmed: a name and its numbers."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ProgrammedCells:
    """Programmed devices of one design; every array has the same shape.

    Args:
        device: the design.
        levels: number of levels; 0 conducts least (antiparallel, high resistance).
        target: level that was asked for.
        held: level that each device is in.
        conductance: of the bare device at low bias, S.
        contrast: TMR of each junction at low bias; 0 in a stuck one. Empty for devices without.
        defect: `defects.SOUND`, `SHORT` or `OPEN`.
        stream: draws of these devices.
        age: since programming, s.
        history: what happened since, in order.
        series: resistance behind which the levels of resistive devices are equal steps, ohm; 0: in the device itself.
    """

    device: Junction | Resistive
    levels: int
    target: NDArray[np.uint8]
    held: NDArray[np.uint8]
    conductance: Floats
    contrast: Floats
    defect: NDArray[np.uint8]
    stream: Stream
    age: float
    history: tuple[Step, ...] = ()
    series: float = 0.0

    def __post_init__(self) -> None:
        """The arrays must belong together."""
        shapes = {item.shape for item in (self.target, self.held, self.conductance, self.defect)}
        if len(shapes) != 1 or self.contrast.shape not in (self.target.shape, (0,)):
            raise InputError("ProgrammedCells", f"shapes {sorted(shapes)}", "must be the same for all arrays")

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the arrays."""
        return self.target.shape

    @property
    def digest(self) -> str:
        """Hexadecimal digest of design, arrays, age and history: equal where all of them are."""
        code = hashlib.blake2b(fingerprint(self.device).encode(), digest_size=16)
        for item in (self.target, self.held, self.conductance, self.contrast, self.defect):
            code.update(f"{item.dtype.str}{item.shape}".encode() + np.ascontiguousarray(item).tobytes())
        code.update(repr((self.levels, self.stream, self.age, self.history, self.series)).encode())
        return code.hexdigest()

    def after(self, step: Step, **changes: object) -> ProgrammedCells:
        """Return the devices with some arrays changed and a step added to their history."""
        return dataclasses.replace(self, history=(*self.history, step), **changes)  # type: ignore[arg-type]

    def conductances(self, *, voltage: float, series: float = 0.0) -> Floats:
        """Return the conductance of each device and a series resistance at a read voltage, S.

        A junction's TMR falls with the voltage over the junction itself, which each cell divides with its series
        resistance (`transport.divided_voltage`); its parallel conductance bends where the stack says so. Stuck and
        resistive devices are linear.

        Args:
            voltage: over device and series resistance, V; its amount counts.
            series: access transistor and line, ohm.

        Raises:
            InputError: a voltage that is no number, a negative resistance.
        """
        if not np.isfinite(voltage):
            raise InputError("conductances: voltage", voltage, "must be a finite number in V")
        if not 0.0 <= series < np.inf:
            raise InputError("conductances: series", series, "must be a finite number of at least 0 ohm")
        bare, tmr = self.conductance.reshape(-1), self.contrast.reshape(-1)
        held, defect = self.held.reshape(-1), self.defect.reshape(-1)
        result = np.empty(bare.size)
        bias = abs(float(voltage))

        def piece(start: int, stop: int) -> None:
            part = bare[start:stop]
            if tmr.size and bias:
                film = self.device.stack  # type: ignore[union-attr]
                part = _biased(part, tmr[start:stop], held[start:stop] == 0, defect[start:stop] == SOUND, bias, series,
                               float(film.half_voltage), float(film.parallel_curvature))  # fmt: skip
            result[start:stop] = part / (1.0 + series * part)

        over_pieces(piece, bare.size)
        return result.reshape(self.shape)

    def device_voltages(self, *, voltage: float, series: float) -> Floats:
        """Return the voltage over each device itself, V; arguments as `conductances`."""
        total = self.conductances(voltage=voltage, series=series)
        return voltage * (1.0 - series * total)


def _biased(
    conductance: Floats,
    tmr: Floats,
    antiparallel: NDArray[np.bool_],
    sound: NDArray[np.bool_],
    voltage: float,
    series: float,
    half_voltage: float,
    curvature: float,
) -> Floats:
    """Return the conductances of junctions at the voltage that each sees, S."""
    chosen = sound & antiparallel if curvature == 0.0 else sound
    if not chosen.any():
        return conductance
    ratio = np.where(antiparallel[chosen], tmr[chosen], 0.0)
    parallel = 1.0 / (conductance[chosen] * (1.0 + ratio))
    seen = np.asarray(transport.divided_voltage(voltage, series, parallel, ratio, half_voltage, curvature))
    result = conductance.copy()
    local = transport.tmr_at_voltage(ratio, seen, half_voltage)
    result[chosen] = (1.0 + curvature * seen**2) / (parallel * (1.0 + local))
    return result


def single_design(device: Junction | Resistive, subject: str) -> None:
    """Refuse a device with array fields."""
    if shape(device):
        raise InputError(subject, "a device with array fields", "a single design is needed")


def checked_levels(level: NDArray[np.integer] | NDArray[np.bool_], levels: int, subject: str) -> NDArray[np.uint8]:
    """Return target levels as bytes.

    Raises:
        InputError: no whole numbers, or a level outside 0 to ``levels - 1``.
    """
    if isinstance(levels, bool) or not isinstance(levels, (int, np.integer)) or not 2 <= levels <= 256:
        raise InputError(f"{subject}: levels", levels, "must be a whole number from 2 to 256")
    array = np.asarray(level)
    if array.dtype.kind not in "iub":
        raise InputError(f"{subject}: level", str(array.dtype), "whole numbers are needed")
    if array.size and (int(array.min()) < 0 or int(array.max()) >= levels):
        wrong = array[(array < 0) | (array >= levels)]
        rule = f"must be from 0 to {levels - 1}"
        raise InputError(f"{subject}: level", int(wrong.flat[0]), rule, f"{wrong.size} of {array.size} are bad")
    return np.ascontiguousarray(array, np.uint8)
