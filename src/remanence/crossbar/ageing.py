"""What happens to programmed devices after programming: lost states, drift, relaxation, read disturb, read noise.

Each function takes programmed devices and returns new ones; no time or no reads returns the same. Draws come from the
devices' own stream and the number of steps they have been through, so that a history can be replayed.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from remanence.core.constants import BOLTZMANN, ELEMENTARY_CHARGE
from remanence.core.declare import Quantity, replace
from remanence.core.errors import InputError, UnknownNameError, ValidityError
from remanence.crossbar.programming import ProgrammedTile
from remanence.device import Junction, ProgrammedCells, Resistive, read_disturb, resistive, retention
from remanence.device.chunks import over_pieces
from remanence.device.defects import SOUND
from remanence.device.programmed import Step
from remanence.device.reliability import DISTURB_METHODS
from remanence.kernels.stream_draws import stream_normal, stream_words

LOWEST_STABILITY = 0.1
"""Stability below which a junction keeps no state: it holds either with even chances after any time."""
COLDEST, HOTTEST = 200.0, 500.0
"""Storage temperatures allowed, K: a junction's film laws and a chip end there."""
SAMPLES = 65
"""Voltages at which the disturb of one read is solved; between them its logarithm is interpolated."""

DISTURB = tuple(f"disturb by {method}" for method in DISTURB_METHODS)
"""Names of the steps that `disturb` adds to a history."""

_TIME = Quantity("s", "time since programming or in storage", at_least=0)
_KELVIN = Quantity("K", "storage temperature", at_least=COLDEST, at_most=HOTTEST)
_SPREAD = Quantity("1", "spread of the stability", at_least=0, below=1)
_READS = Quantity("1", "number of reads", at_least=0)


def age(
    cells: ProgrammedCells,
    duration: float | str,
    *,
    temperature: float | str | None = None,
    stability_spread: float = 0.0,
) -> ProgrammedCells:
    """Return devices after a time without power: each technology by its own law.

    Junctions lose states (`retain`); phase-change devices drift; ReRAM devices relax where that was measured. The laws
    of resistive devices are those of room temperature.

    Args:
        cells: programmed devices.
        duration: s, or text with a unit.
        temperature: of storage, K or text; for junctions; None for that of the junction.
        stability_spread: cell-to-cell standard deviation of Delta over its mean; for junctions.

    Raises:
        InputError: a negative time, a temperature out of range or for a device whose law has none.
        ValidityError: a time beyond the measured ones.
    """
    time = float(_TIME.read(duration, "age: duration"))
    if isinstance(cells.device, Junction):
        return retain(cells, time, temperature=temperature, stability_spread=stability_spread)
    if temperature is not None or stability_spread:
        raise InputError("age: temperature", temperature, f"no temperature law of {cells.device.technology} is known",
                         "Leave it out.")  # fmt: skip
    law = resistive.drift if cells.device.technology == "PCM" else resistive.relax
    return law(cells, cells.age + time) if time else cells


def retain(
    cells: ProgrammedCells,
    duration: float | str,
    *,
    temperature: float | str | None = None,
    stability_spread: float = 0.0,
) -> ProgrammedCells:
    """Return junctions after a time without current: some have flipped.

    Each state is left at its rate 1/tau (`Junction.dwell`), so that a device is found in the other with probability
    k_1/(k_1 + k_2) (1 - exp(-(k_1 + k_2) t)): the loss probability while it is small, the equilibrium in the end. With
    a spread, Delta is normal from device to device, one draw for all its life, and ln tau follows the macrospin's law
    as in `device.retention_failures`.

    Args:
        cells: programmed junctions.
        duration: s, or text with a unit.
        temperature: of storage, K or text; None for that of the junction.
        stability_spread: standard deviation of Delta from device to device over its mean.

    Raises:
        InputError: devices without junctions, a negative time, a temperature out of range.
        ValidityError: a mean stability below 0.1.
    """
    device = _junction(cells, "retain")
    time = float(_TIME.read(duration, "retain: duration"))
    spread = float(_SPREAD.read(stability_spread, "retain: stability_spread"))
    kelvin = float(_KELVIN.read(device.temperature if temperature is None else temperature, "retain: temperature"))
    if time == 0.0:
        return cells
    stored = replace(device, temperature=kelvin)
    mean = np.array([float(stored.stability(state)) for state in ("AP", "P")])
    if mean.min() < LOWEST_STABILITY:
        raise ValidityError("retain: thermal stability", f"{mean.min():.3g}",
                            f"must be at least {LOWEST_STABILITY:g}", "This junction keeps no state.")  # fmt: skip
    dwell = np.array([float(stored.log_dwell(state)) for state in ("AP", "P")])  # in the order of the levels
    law = retention.log_reduced_dwell_time
    offset = dwell - np.asarray(law(mean))

    def flipped(start: int, stop: int, held: NDArray[np.uint8]) -> NDArray[np.float64]:
        if spread == 0.0:
            rates = np.exp(-np.minimum(dwell, 700.0))
            turned: NDArray[np.float64] = (rates / rates.sum() * -np.expm1(-rates.sum() * time))[held]
            return turned
        factor = 1.0 + spread * stream_normal(cells.stream.child("stability"), stop - start, start=start)
        kept = np.maximum(mean[:, None] * factor, LOWEST_STABILITY)
        rates = np.exp(-np.minimum(offset[:, None] + np.asarray(law(kept)), 700.0))
        total = rates.sum(axis=0)
        leaving = np.where(held == 1, rates[1], rates[0])
        found = leaving / total * -np.expm1(-total * time)
        return np.where(mean.min() * factor < LOWEST_STABILITY, 0.5, found)

    numbers = (("duration", time), ("temperature", kelvin), ("stability_spread", spread))
    return _flip(cells, "retention", numbers, flipped)


def disturb(cells: ProgrammedCells, *, reads: float, duration: float | str, voltage: float, series: float,
            method: str = "first-passage") -> ProgrammedCells:  # fmt: skip
    """Return junctions after reads, each at its own current: some have flipped.

    The voltage over each junction follows from its own resistance and the series resistance; the chance that a read
    flips it from `device.read_disturb`, solved at 65 voltages over the range and interpolated in ln(-ln(1 - p)). A
    positive voltage drives antiparallel devices towards parallel.

    Args:
        cells: programmed junctions.
        reads: of each device.
        duration: of one read, s or text.
        voltage: over device and series resistance, V.
        series: ohm.
        method: of `device.read_disturb`.

    Raises:
        InputError: devices without junctions, negative numbers.
        ValidityError: a read that is a write.
    """
    device = _junction(cells, "disturb")
    count = float(_READS.read(reads, "disturb: reads"))
    time = float(_TIME.read(duration, "disturb: duration"))
    if count == 0.0 or time == 0.0 or cells.target.size == 0:
        return cells
    over = cells.device_voltages(voltage=voltage, series=series).reshape(-1)
    sound = cells.defect.reshape(-1) == SOUND
    chance = np.zeros(over.size)
    for level, state in enumerate(("AP", "P")):
        chosen = sound & (cells.held.reshape(-1) == level)
        if not chosen.any():
            continue
        seen = over[chosen]
        low, high = float(seen.min()), float(seen.max())
        points = np.linspace(low, high, SAMPLES) if high > low else np.array([low])
        single = np.atleast_1d(read_disturb(device, voltage=points, duration=time, state=state, method=method))
        logs = np.log(np.maximum(-np.log1p(-np.minimum(single, 1.0 - 1e-16)), 1e-300))
        exponent = np.interp(seen, points, logs)
        chance[chosen] = -np.expm1(-count * np.exp(exponent))
    numbers = (("reads", count), ("duration", time), ("voltage", float(voltage)), ("series", float(series)))
    return _flip(cells, f"disturb by {method}", numbers, lambda start, stop, _: chance[start:stop])


def replay(cells: ProgrammedCells, history: tuple[Step, ...]) -> ProgrammedCells:
    """Return freshly programmed devices taken through a history, as a file or another chip states it.

    Raises:
        InputError: an unknown step, or devices that have a history of their own.
    """
    if cells.history:
        raise InputError("replay: cells", f"{len(cells.history)} steps", "must be freshly programmed")
    for name, numbers in history:
        given = dict(numbers)
        if name == "retention":
            cells = retain(cells, given["duration"], temperature=given["temperature"],
                           stability_spread=given["stability_spread"])  # fmt: skip
        elif name in DISTURB:
            cells = disturb(cells, **given, method=name.removeprefix("disturb by "))
        elif name == "drift":
            cells = resistive.drift(cells, given["age"])
        elif name == "relaxation":
            cells = resistive.relax(cells, given["age"])
        else:
            raise UnknownNameError("replay: step", name, ("retention", *DISTURB, "drift", "relaxation"))
    return cells


def _junction(cells: ProgrammedCells, subject: str) -> Junction:
    if not isinstance(cells.device, Junction):
        raise InputError(f"{subject}: device", cells.device.technology, "needs magnetic junctions")
    return cells.device


def _flip(
    cells: ProgrammedCells,
    name: str,
    numbers: tuple[tuple[str, float], ...],
    probability: Callable[[int, int, NDArray[np.uint8]], NDArray[np.float64]],
) -> ProgrammedCells:
    """Turn each sound junction over with its probability; the draw of a device depends on its place and the step."""
    source = cells.stream.child(name, len(cells.history))
    old, bare = cells.held.reshape(-1), cells.conductance.reshape(-1)
    sound, tmr = cells.defect.reshape(-1) == SOUND, cells.contrast.reshape(-1)
    held, conductance = old.copy(), bare.copy()

    def piece(start: int, stop: int) -> None:
        words = stream_words(source, 2 * (stop - start), start=2 * start)
        # two words a device: a flip may be far rarer than 2**-32
        uniform = (words[::2].astype(np.float64) + (words[1::2] + 0.5) * 2.0**-32) * 2.0**-32
        turned = sound[start:stop] & (uniform < probability(start, stop, old[start:stop]))
        held[start:stop][turned] ^= 1
        ratio = 1.0 + tmr[start:stop][turned]
        conductance[start:stop][turned] *= np.where(old[start:stop][turned] == 0, ratio, 1.0 / ratio)

    over_pieces(piece, old.size)
    shape = cells.shape
    return cells.after((name, numbers), held=held.reshape(shape), conductance=conductance.reshape(shape),
                       age=cells.age + (numbers[0][1] if name == "retention" else 0.0))  # fmt: skip


def drift_compensation(fresh: ProgrammedTile, aged: ProgrammedTile) -> float:
    """Return the one factor that restores a layer's mean signal after drift: sum |values| fresh over aged.

    A chip measures it by reading its columns with all inputs raised, after programming and again later (Le Gallo et
    al., Adv. Electron. Mater. 4, 1700627 (2018); Joshi et al. 2020).

    Raises:
        InputError: an aged layer that no longer conducts.
    """
    before, after = (sum(float(group.sum()) for group in tile.conductances()) for tile in (fresh, aged))
    if after <= 0.0:
        raise InputError("drift_compensation: aged", after, "the layer must still conduct")
    return before / after


def read_variance(
    cells: ProgrammedCells,
    *,
    voltage: float,
    series: float,
    sampling_time: float | str,
    temperature: float | str | None = None,
) -> NDArray[np.float64]:
    """Return the variance of one read of each device behind its series resistance, as a conductance, S^2.

    Of the current in the band 1/(2 t) of a read of length t, over the voltage squared:

    - thermal noise 4 k T G of resistors, the transistor's as well; a voltage V over a junction raises it to the
      2 e I coth(e V/2 k T) of a tunnel barrier with full shot noise (Sekiguchi et al. 2010 measured it);
    - the 1/f noise of phase-change devices at their age, and the fluctuation stated for ReRAM: slow, so not averaged.

    A device behind R_s passes on g = G/(1 + R_s G): its own current noise arrives divided by (1 + R_s G)^2.

    Args:
        cells: programmed devices.
        voltage: over device and series resistance, V, not 0.
        series: ohm.
        sampling_time: t, s or text.
        temperature: K or text; None for that of the junction, or 300 K.

    Raises:
        InputError: no voltage, no time, a temperature out of range.
    """
    time = float(Quantity("s", "sampling time", above=0).read(sampling_time, "read_variance: sampling_time"))
    if not (np.isfinite(voltage) and voltage != 0.0):
        raise InputError("read_variance: voltage", voltage, "must be a number other than 0 V")
    given = temperature
    if given is None:
        given = float(cells.device.temperature) if isinstance(cells.device, Junction) else 300.0
    kelvin = float(_KELVIN.read(given, "read_variance: temperature"))
    seen = cells.conductances(voltage=voltage, series=series)
    divided = 1.0 - series * seen  # share of the voltage over the device
    bare = seen / np.maximum(divided, 1e-300)
    thermal = 4.0 * BOLTZMANN * kelvin
    own = thermal * bare
    if isinstance(cells.device, Junction):
        ratio = ELEMENTARY_CHARGE * abs(voltage) * divided / (2.0 * BOLTZMANN * kelvin)
        # x coth x, 1 at x = 0
        own = own * np.where(ratio > 1e-6, ratio / np.tanh(np.maximum(ratio, 1e-6)), 1.0)
    density = own * divided**2 + thermal * series * seen**2
    variance: NDArray[np.float64] = density / (2.0 * time) / voltage**2
    if isinstance(cells.device, Resistive):
        aims = resistive.level_conductances(cells.device, cells.levels, cells.series)
        relative = np.asarray(resistive.flicker_deviation(cells.device, aims, cells.age))[cells.held]
        slow = relative * bare
        if not np.any(relative):
            slow = np.full(cells.shape, float(cells.device.read_fluctuation * cells.device.conductance_high))
        variance = variance + np.where(cells.defect == SOUND, (slow * divided**2) ** 2, 0.0)
    return variance


def grid_variance(
    tile: ProgrammedTile, exponent: int, *, sampling_time: float | str, temperature: float | str | None = None
) -> NDArray[np.float64]:
    """Return the variance of one read of each cell of a tile in units of its grid squared, both devices of a pair.

    The matrix product adds it times the digit squared: right for a digit that is a voltage, and for 0 and 1. Of a digit
    that is a time, thermal noise grows with the digit itself; there this is an upper bound for digits above 1.

    Args:
        tile: programmed cells.
        exponent: of the grid on which `ProgrammedTile.grid` put them.
        sampling_time: s, or text.
        temperature: K or text.
    """
    total = sum(
        read_variance(part, voltage=tile.voltage, series=tile.series, sampling_time=sampling_time,
                      temperature=temperature)
        for part in tile.parts
    )  # fmt: skip
    result: NDArray[np.float64] = np.asarray(total) * (2.0**exponent / tile.step) ** 2
    return result
