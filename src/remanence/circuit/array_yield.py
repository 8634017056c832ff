"""From the spread of junctions in an array to bit errors, and with code and redundancy to the yield of a memory.

Each cell of the array has its own resistances, critical current and barrier; each reads against amplifiers that have
their own offset. The means here are over such cells and reach far into the tail, because devices are drawn from a
widened process and weighed back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc, ndtr

from remanence.circuit import sense, writing
from remanence.circuit.ecc import Code, memory_failure, word_error_rate
from remanence.circuit.node import Node
from remanence.circuit.sense import Senseamplifier
from remanence.circuit.transistor import linear_resistance
from remanence.circuit.writing import Writedriver
from remanence.core.declare import Array, Count, Quantity, leaves, replace
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.device import Junction, Process, pinhole_yield, read_disturb, transport
from remanence.device.checks import refuse
from remanence.device.process import VARIED
from remanence.device.retention import log_reduced_dwell_time
from remanence.device.variation import correlated_normals, vary

if TYPE_CHECKING:
    import pandas as pd

TEMPERATURES = (233.15, 298.15, 398.15, 423.15)
"""-40, 25, 125, 150 degC, in K."""

PARTS = ("read", "write", "retention", "disturb")
"""What makes a bit wrong, in the order of `BitErrors.rates`."""

_COUNT = Count("number of devices", at_least=64, at_most=2**22)
_GROUPS = Count("independent groups of devices", at_least=2, at_most=256)
_REPAIRS = Count("cells that redundancy replaces", at_least=0, at_most=2**40)
_WIDENING = Quantity("1", "factor on the spreads of the process", at_least=1, at_most=4)
_READS = Quantity("1", "reads of a cell until it is written again", at_least=0)
_SECONDS = Quantity("s", "a time", above=0)
_SHARE = Quantity("1", "a probability", above=0, below=1)
_CAPACITY = Quantity("1", "data bits", at_least=1)
_LEAST_STABILITY = 1.0  # below, a cell has no state to speak of: counted as wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class BitErrors:
    """Bit errors of an array of junctions by cause and temperature; arrays of shape (temperatures,).

    ``rates`` are means over all cells. A test before shipping finds the cells that misread, the shorted ones, those
    whose write error exceeds ``screen`` and those without two states, at any temperature: a share ``defects`` of
    the cells, of which ``shorted`` by pinholes. It does not find weak retention. ``soft`` is what the other cells do
    wrong.
    """

    temperatures: NDArray[np.float64]  # K
    rates: dict[str, NDArray[np.float64]]  # by `PARTS`
    rate_errors: dict[str, NDArray[np.float64]]  # standard errors of the sampling
    total: NDArray[np.float64]
    total_error: NDArray[np.float64]
    soft: NDArray[np.float64]
    defects: float
    defects_error: float
    shorted: float
    screen: float

    def table(self) -> pd.DataFrame:
        """One row per temperature: degC, each cause, total, and what is left after the test."""
        import pandas as pd

        columns = {"celsius": self.temperatures - 273.15, **self.rates, "total": self.total, "soft": self.soft}
        return pd.DataFrame(columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryYield:
    """A memory of many words at each temperature; arrays of shape (temperatures,)."""

    bit_error: NDArray[np.float64]  # raw, of the bits in use
    word_error: NDArray[np.float64]  # beyond the code
    failure: NDArray[np.float64]  # probability that some word of the memory is wrong
    repaired: float  # probability that redundancy suffices for all defects; 1 where none is used
    words: float
    defects: float  # expected number of defective cells in the memory


def retention_limit(junction: Junction, *, loss: Array | str) -> Array:
    """Return for how long a bit is lost with at most a probability, s: -ln(1 - loss) x dwell time.

    Args:
        junction: the junction, or many.
        loss: probability to lose the bit.
    """
    most = np.asarray(_SHARE.read(loss, "retention_limit: loss"))
    return _plain(-np.log1p(-most) * np.asarray(junction.dwell_time))


def require_retention(junction: Junction, *, duration: Array | str, loss: Array | str) -> None:
    """Refuse a retention target that the junction cannot reach; the message names the limit.

    Args:
        junction: the junction, or many, each with its temperature.
        duration: for which a bit must last, s.
        loss: probability to lose it within, at most.

    Raises:
        InputError: the target is out of reach: with the longest time, the stability there is and the one needed.
    """
    wanted = np.asarray(_SECONDS.read(duration, "require_retention: duration"))
    reached = np.asarray(retention_limit(junction, loss=loss))
    short = np.broadcast_to(reached < wanted, np.broadcast_shapes(reached.shape, wanted.shape))
    if not short.any():
        return
    place = np.unravel_index(int(np.argmin(np.where(short, reached / wanted, np.inf))), short.shape)
    stability, kelvin, tau, limit, aim, most = (
        float(np.broadcast_to(np.asarray(item), short.shape)[place])
        for item in (
            junction.thermal_stability,
            junction.temperature,
            junction.damping_time,
            reached,
            wanted,
            _SHARE.read(loss, "require_retention: loss"),
        )
    )
    needed = np.log(aim / (-np.log1p(-most)) / tau)
    low, high = 0.1, 500.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if float(log_reduced_dwell_time(middle)) >= needed else (middle, high)
    raise InputError(
        "retention",
        f"{aim:.3g} s at {kelvin:.0f} K with a loss of {most:.3g}",
        f"this junction reaches {limit:.3g} s: its thermal stability there is {stability:.1f}, {high:.1f} is needed",
        f"Take a larger or more anisotropic junction, a lower temperature or a code that allows a higher loss. "
        f"{np.count_nonzero(short)} of {short.size} are bad.",
    )


def bit_errors(
    junction: Junction,
    flow: Process,
    node: Node,
    amplifier: Senseamplifier,
    driver: Writedriver,
    *,
    width: float,
    read_voltage: float,
    capacitance: float,
    develop: float,
    retention: float | str,
    series: float = 0.0,
    reads: float = 0.0,
    screen: float = 1e-3,
    temperatures: tuple[float, ...] = TEMPERATURES,
    count: int = 2048,
    groups: int = 8,
    widening: float = 2.0,
    seed: int = 0,
    method: str = "upper bound",
) -> BitErrors:
    """Return the bit errors of an array whose cells vary as the process says, by cause, at each temperature.

    Per device: read (its currents against reference, clamps and latch, both states alike), write (its own operating
    point and write error in both directions, after all attempts), retention (loss within a time), disturb (loss within
    so many reads). Devices come from the process with its spreads times ``widening`` (importance sampling: the density
    ratio weighs them), in independent groups of scrambled Sobol points whose scatter gives the standard error. A cell
    without two states at a temperature counts as wrong in retention.

    Errors of the parts are combined per cell as if independent; latch, clamp and reference are normal.

    Args:
        junction: the nominal junction, a single design; its temperature is not used.
        flow: the process, a single one.
        node: the CMOS node, a single one.
        amplifier: sense amplifier and reference; a single one.
        driver: write levels, pulse and attempts; a single one.
        width: of the access transistor (effective, for FinFETs), m.
        read_voltage: over cell, transistor and lines, V.
        capacitance: that the difference current charges, F.
        develop: time it does so, s.
        retention: time for which bits wait, s.
        series: of the lines, ohm; the access transistor's own is added.
        reads: of a cell while it waits; 0 leaves out the read disturb.
        screen: write error above which the test rejects a cell.
        temperatures: K, 233 to 423.
        count: devices per group.
        groups: at least 2.
        widening: 1 draws from the process itself.
        seed: of the `Stream`.
        method: of `device.write_error_rate`; the closed bound is quick, Fokker-Planck takes minutes here.

    Raises:
        InputError: an array where a single design is needed, or a bad number.
        ValidityError: a temperature out of range; with ``reads``, a read that leaves a barrier below 3 k_B T.
    """
    for subject, content in (
        ("junction", junction), ("process", flow), ("node", node), ("amplifier", amplifier), ("driver", driver)
    ):  # fmt: skip
        arrays = [name for name, item in leaves(content) if np.ndim(item)]
        if arrays:
            raise InputError(
                f"bit_errors: {subject}", f"array fields ({', '.join(arrays)})", "a single design is needed"
            )
    number, sets = _COUNT.read(count, "bit_errors: count"), _GROUPS.read(groups, "bit_errors: groups")
    wide = float(_WIDENING.read(widening, "bit_errors: widening"))
    wait = float(_SECONDS.read(retention, "bit_errors: retention"))
    often = float(_READS.read(reads, "bit_errors: reads"))
    limit = float(_SHARE.read(screen, "bit_errors: screen"))
    spread = sense.process_spread(flow, junction.diameter)
    latch = sense.offset_sigma(amplifier) * capacitance / develop
    sums = np.empty((sets, len(PARTS) + 2, len(temperatures)))
    rejected = np.empty(sets)
    for group in range(sets):
        stream = Stream(seed).child("array", group)
        free = correlated_normals(np.eye(len(VARIED)), number, stream)
        # the same key scrambles the same points: these are the same normals, correlated
        tied = correlated_normals(flow.correlation, number, stream)
        weight = wide ** len(VARIED) * np.exp(-0.5 * (wide**2 - 1.0) * (free**2).sum(axis=1))
        cells = vary(junction, flow, wide * tied)
        bad, misread, rest = np.zeros(number, bool), np.zeros(number), []
        for place, kelvin in enumerate(temperatures):
            here, nominal = replace(cells, temperature=kelvin), replace(junction, temperature=kelvin)
            states = np.asarray(here.effective_anisotropy) > 0
            states &= np.where(states, here.thermal_stability, 0.0) >= _LEAST_STABILITY
            here = _patched(here, nominal, states)
            line = series + float(linear_resistance(node, kelvin)) / width
            currents = sense.signal(nominal, amplifier, voltage=read_voltage, series=line, spread=spread)
            parts = np.stack(
                [
                    _misread(here, amplifier, currents, read_voltage, line, latch),
                    _miswritten(here, node, driver, width, series, method),
                    np.where(states, here.loss_probability(wait), 1.0),
                    _disturbed(here, read_voltage, line, develop, often),
                ]
            )
            soft = -np.expm1(np.log1p(-np.minimum(parts[1:], 1.0 - 1e-16)).sum(axis=0))
            sums[group, :-2, place] = parts @ weight / number
            sums[group, -2, place] = (parts[0] + soft * (1.0 - parts[0])) @ weight / number
            bad |= (parts[1] > limit) | ~states
            misread = np.maximum(misread, parts[0])
            rest.append(soft)
        for place, soft in enumerate(rest):
            sums[group, -1, place] = np.where(bad, 0.0, soft) @ weight / number
        rejected[group] = np.where(bad, 1.0, misread) @ weight / number
    thick = junction.stack.barrier_thickness
    shorted = 0.0
    if thick:
        shorted = 1.0 - float(pinhole_yield(flow, area=junction.area, barrier_thickness=thick))
    mean, scatter = sums.mean(axis=0), sums.std(axis=0, ddof=1) / np.sqrt(sets)
    return BitErrors(
        temperatures=np.asarray(temperatures, dtype=np.float64),
        rates=dict(zip(PARTS, mean[:-2], strict=True)),
        rate_errors=dict(zip(PARTS, scatter[:-2], strict=True)),
        total=mean[-2],
        total_error=scatter[-2],
        soft=mean[-1],
        defects=float(rejected.mean()) + shorted,
        defects_error=float(rejected.std(ddof=1) / np.sqrt(sets)),
        shorted=shorted,
        screen=limit,
    )


def _patched(cells: Junction, nominal: Junction, good: NDArray[np.bool_]) -> Junction:
    """The cells, with the nominal one in the place of those that have no two states."""
    if good.all():
        return cells
    film, base = cells.stack, nominal.stack
    names = ("thickness", "resistance_area", "interfacial_anisotropy", "bulk_anisotropy", "tunnel_magnetoresistance")
    fields = {name: np.where(good, getattr(film, name), getattr(base, name)) for name in names}
    return replace(cells, stack=replace(film, **fields), diameter=np.where(good, cells.diameter, nominal.diameter))


def _misread(
    cells: Junction, amplifier: Senseamplifier, nominal: sense.Signal, voltage: float, series: float, latch: Array
) -> NDArray[np.float64]:
    parallel = np.asarray(cells.resistance("P"))
    seen = transport.divided_voltage(voltage, series, parallel, cells.tmr(), cells.stack.half_voltage)
    low = voltage / (parallel + series)
    high = voltage / (parallel * (1.0 + np.asarray(cells.tmr(seen))) + series)
    noise = np.sqrt(np.asarray(nominal.reference_spread) ** 2 + latch**2)
    if amplifier.reference == "complement":  # the other half is one more cell
        wrong_low = ndtr((nominal.antiparallel - low) / np.hypot(noise, nominal.antiparallel_spread))
        wrong_high = ndtr((high - nominal.parallel) / np.hypot(noise, nominal.parallel_spread))
    else:
        wrong_low, wrong_high = ndtr((nominal.reference - low) / noise), ndtr((high - nominal.reference) / noise)
    return np.asarray(0.5 * (wrong_low + wrong_high))


def _miswritten(
    cells: Junction, node: Node, driver: Writedriver, width: float, series: float, method: str
) -> NDArray[np.float64]:
    wrong = []
    for start in ("AP", "P"):
        point = writing.operating_point(cells, node, driver, width=width, start=start, series=series)
        error = writing.pulse_error(cells, point.voltage, driver.pulse, start, method)
        wrong.append(np.asarray(writing.retry(error, driver.attempts, driver.verify_miss).residual))
    return np.asarray(0.5 * (wrong[0] + wrong[1]))


def _disturbed(cells: Junction, voltage: float, series: float, develop: float, reads: float) -> NDArray[np.float64]:
    if reads == 0:
        return np.zeros(np.shape(cells.diameter))
    seen = transport.divided_voltage(voltage, series, cells.resistance("P"), cells.tmr(), cells.stack.half_voltage)
    return np.asarray(read_disturb(cells, voltage=seen, duration=develop, reads=reads))


def memory_yield(errors: BitErrors, code: Code, *, capacity: float | str, repairs: int | None = None) -> MemoryYield:
    """Return what a memory of many words does with a code and with or without redundancy.

    Without redundancy every defect stays in use, and the raw error of a bit is the total one plus shorts. With it the
    test replaces up to ``repairs`` defective cells (a spare word or row takes one defect; Poisson), and the raw error
    is that of the cells that passed. Errors of the bits of one word are independent: they are different cells on
    different amplifiers.

    Args:
        errors: of the array.
        code: of a word.
        capacity: data bits.
        repairs: defects that spare elements can take; None without a test.
    """
    data = float(_CAPACITY.read(capacity, "memory_yield: capacity"))
    refuse(InputError, "memory_yield: capacity", data, data < code.data_bits,
           f"must hold a word of {code.data_bits} bits")  # fmt: skip
    words = data / code.data_bits
    expected = errors.defects * words * code.bits
    if repairs is None:
        raw, repaired = 1.0 - (1.0 - np.minimum(errors.total, 1.0)) * (1.0 - errors.shorted), 1.0
    else:
        spare = _REPAIRS.read(repairs, "memory_yield: repairs")
        raw, repaired = np.asarray(errors.soft), float(gammaincc(spare + 1.0, expected)) if expected > 0 else 1.0
    word = np.asarray(word_error_rate(code, raw))
    return MemoryYield(
        bit_error=raw,
        word_error=word,
        failure=np.asarray(memory_failure(word, words)),
        repaired=repaired,
        words=words,
        defects=expected,
    )


def repair_yield(defects: Array, *, cells: Array, spares: Array, subarrays: Array) -> Array:
    """Return the probability that the spares of every subarray suffice for its own bad cells.

    Bad cells (or, under a code, bad words) are isolated and independent: a subarray has a Poisson number of them, each
    takes one spare row or data line, and a spare serves its own subarray only.

    Args:
        defects: share of the cells, or words, that a test rejects.
        cells: of a subarray, check bits included; or its words.
        spares: rows and data lines of a subarray together.
        subarrays: of the memory.
    """
    share = np.asarray(Quantity("1", "a share", at_least=0, at_most=1).read(defects, "repair_yield: defects"))
    return _plain(np.asarray(gammaincc(np.asarray(spares) + 1.0, share * cells) ** subarrays))


def _plain(result: NDArray[np.float64]) -> Array:
    return float(result) if np.ndim(result) == 0 else result
