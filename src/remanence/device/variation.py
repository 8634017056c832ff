"""Cell-to-cell spread: many junctions of one design, drawn from a process, and their programmed conductances."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from remanence.core.declare import Array, Count, Quantity, leaves, replace
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.device import transport
from remanence.device.chunks import over_pieces
from remanence.device.defects import OPEN, SHORT, SOUND, Defects, defect_codes
from remanence.device.junction import Junction
from remanence.device.process import VARIED, Process, process
from remanence.device.programmed import ProgrammedCells, checked_levels, single_design
from remanence.device.stack import Stack, stack
from remanence.kernels.stream_draws import stream_events, stream_normal

_COUNT = Count("number of devices", at_least=1, at_most=2**30)
_BITS = 30
_SHARE = Quantity("1", "a probability", at_least=0, at_most=1)


def sample(
    film: Junction | Stack | str,
    given: Process | str,
    count: int,
    seed: int = 0,
    *,
    diameter: Array | str | None = None,
    temperature: Array | str = 300.0,
    **fields: Any,
) -> Junction:
    """Return ``count`` junctions of one design as one junction whose fields are arrays.

    Points of a Sobol sequence, Owen-scrambled with a key of the `Stream` of ``seed``, become correlated standard
    normals through a Gaussian copula; each factor is log-normal with its nominal value as median, so that nothing
    non-positive can come out. Diameter: median the nominal one, standard deviation that of the process (a length).
    Interfacial and bulk anisotropy share one factor. The first n devices do not depend on ``count``, and neither on
    the machine; another version of SciPy may scramble otherwise.

    Means over the devices converge nearly as 1/count, faster than the 1/sqrt(count) of independent draws; devices
    are not independent of each other, so that the scatter of a mean must not be judged as if they were.

    Args:
        film: the junction to vary (single design), or a stack or the name of one, to be cut to a diameter.
        given: a process (single), or the name of one.
        count: number of devices.
        seed: of the `Stream`.
        diameter: nominal, m; that of a junction stands in it.
        temperature: K; one value; that of a junction stands in it.
        fields: any other field of `Junction`.

    Raises:
        InputError: an array where a single design is needed, or a diameter spread above a third of the diameter.
    """
    flow = process(given) if isinstance(given, str) else given
    count = _COUNT.read(count, "sample: count")
    if isinstance(film, Junction):
        if diameter is not None or fields:
            raise InputError("sample: diameter", "a diameter or fields beside a junction", "stand in the junction")
        nominal_cell, base = film, film.stack
    elif diameter is None:
        raise InputError("sample: diameter", None, "is needed with a stack", "Give it, or a junction in its place.")
    else:
        base = stack(film) if isinstance(film, str) else film
        nominal_cell = Junction(stack=base, diameter=diameter, temperature=temperature, **fields)  # type: ignore[arg-type]
    for subject, content in (("sample: junction", nominal_cell), ("sample: process", flow)):
        arrays = [name for name, item in leaves(content) if np.ndim(item)]
        if arrays:
            raise InputError(subject, f"array fields ({', '.join(arrays)})", "a single design is needed")
    return vary(nominal_cell, flow, correlated_normals(flow.correlation, count, Stream(seed).child("process")))


def vary(nominal_cell: Junction, flow: Process, normals: NDArray[np.float64]) -> Junction:
    """Return junctions whose process factors are given standard normals, as `sample` draws them.

    Args:
        nominal_cell: a single design.
        flow: a single process.
        normals: shape (devices, 5), correlated, in the order of `process.VARIED`. Normals that are wider than standard
            ones reach the tail of the distribution; whoever widens them must weigh the devices.

    Raises:
        InputError: a diameter spread above a third of the diameter.
    """
    base, share = nominal_cell.stack, float(flow.diameter_spread / nominal_cell.diameter)
    if share > 1.0 / 3.0:
        raise InputError(
            "sample: diameter spread over diameter", f"{share:.3g}", "must be at most 1/3", "Take a larger junction."
        )
    spreads = {
        "diameter": _log_spread(share),
        "thickness": float(flow.thickness_spread),
        "resistance_area": float(flow.resistance_area_spread),
        "anisotropy": float(flow.anisotropy_spread),
        "tmr": float(flow.tmr_spread),
    }
    factor = {name: np.exp(spreads[name] * normals[:, column]) for column, name in enumerate(VARIED)}
    drawn = replace(
        base,
        thickness=base.thickness * factor["thickness"],
        resistance_area=base.resistance_area * factor["resistance_area"],
        interfacial_anisotropy=base.interfacial_anisotropy * factor["anisotropy"],
        bulk_anisotropy=base.bulk_anisotropy * factor["anisotropy"],
        tunnel_magnetoresistance=base.tunnel_magnetoresistance * factor["tmr"],
    )
    return replace(nominal_cell, stack=drawn, diameter=nominal_cell.diameter * factor["diameter"])


def _log_spread(share: float) -> float:
    """Spread of the logarithm of a log-normal with unit median and standard deviation ``share``."""
    # variance = e^(s^2) (e^(s^2) - 1) = share^2, a quadratic in e^(s^2)
    return float(np.sqrt(np.log(0.5 * (1.0 + np.sqrt(1.0 + 4.0 * share**2)))))


def correlated_normals(correlation: NDArray[np.float64], count: int, stream: Stream) -> NDArray[np.float64]:
    """Return standard normals of a correlation matrix over scrambled Sobol points, shape (count, dimensions).

    Args:
        correlation: symmetric, positive semidefinite.
        count: number of points; the sequence is drawn up to the next power of two.
        stream: whose key scrambles the sequence.
    """
    from scipy.stats import qmc  # loading it takes a noticeable part of a second

    low, high = stream.key
    dimensions = len(correlation)
    engine = qmc.Sobol(dimensions, scramble=True, bits=_BITS, seed=(high << 32) | low)
    points = engine.random_base2(int(np.ceil(np.log2(max(count, 2)))))[:count]
    # points lie on a grid that holds 0 but not 1: half a step brings them inside
    independent = ndtri(points + 2.0 ** -(_BITS + 1))
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0.0)) @ vectors.T  # symmetric: no variable is first
    result: NDArray[np.float64] = independent @ root
    return result


def sample_conductances(
    junction: Junction,
    antiparallel: NDArray[np.bool_],
    *,
    voltage: float,
    series_resistance: float,
    stream: Stream,
) -> NDArray[np.float64]:
    """Return the conductance of each of many cells after programming.

    Each cell draws its own R_P (log-normal, ``stack.resistance_spread``), its own TMR (normal, ``stack.tmr_spread``,
    cut at 0) and whether the write left the wrong state (``stack.residual_write_error``). One cell has one pair of
    draws, whichever state it holds. The TMR is that at the voltage that each junction itself sees behind the series
    resistance (`ProgrammedCells.conductances`).

    Args:
        junction: a single design (no array fields).
        antiparallel: target state of each cell, any shape; True is the high-resistance state.
        voltage: over junction and series resistance, V.
        series_resistance: of the access transistor, ohm, the same for all cells.
        stream: source of the draws; draw ``i`` belongs to cell ``i`` in C order.

    Returns:
        Conductance of junction and series resistance, S, in the shape of ``antiparallel``.

    Raises:
        InputError: the junction has array fields, or a resistance below 0.
    """
    return program_junctions(junction, ~antiparallel, stream).conductances(voltage=voltage, series=series_resistance)


def program_junctions(
    junction: Junction,
    level: NDArray[np.integer] | NDArray[np.bool_],
    stream: Stream,
    *,
    write_error: float | None = None,
    defects: Defects | None = None,
) -> ProgrammedCells:
    """Return many programmed junctions of one design.

    Each device draws its R_P (log-normal, ``stack.resistance_spread``), its TMR (normal, ``stack.tmr_spread``, cut at
    0), whether the write left the wrong state, and whether it is stuck. One device has one pair of resistances,
    whichever state it holds, so that a flip later changes nothing else.

    Args:
        junction: a single design (no array fields), at the temperature of the read.
        level: wanted state of each device, 0 antiparallel, 1 parallel; any shape.
        stream: source of the draws; draw ``i`` belongs to device ``i`` in C order.
        write_error: probability of the wrong state after write, verify and retries; None for the stack's
            ``residual_write_error``. `device.write_error_rate` and `circuit.retry` give it for a pulse.
        defects: stuck devices; None for none.

    Raises:
        InputError: array fields, an unknown level, a probability outside 0 to 1.
    """
    single_design(junction, "program_junctions")
    film = junction.stack
    target = checked_levels(level, 2, "program_junctions")
    error = _SHARE.read(
        film.residual_write_error if write_error is None else write_error, "program_junctions: write_error"
    )
    flat = target.reshape(-1)
    parallel, low_bias = float(junction.resistance("P")), float(junction.tmr())
    held, defect = flat.copy(), np.zeros(flat.size, np.uint8)
    conductance, contrast = np.empty(flat.size), np.empty(flat.size)

    def piece(start: int, stop: int) -> None:
        count = stop - start
        resistance = np.full(count, parallel)
        if film.resistance_spread:
            resistance *= np.exp(film.resistance_spread * stream_normal(stream.child("resistance"), count, start=start))
        tmr = np.full(count, low_bias)
        if film.tmr_spread:
            normal = stream_normal(stream.child("tmr"), count, start=start)
            tmr = np.maximum(low_bias * (1.0 + film.tmr_spread * normal), 0.0)
        if error:
            held[start:stop] ^= stream_events(stream.child("write error"), float(error), count, start=start)
        if defects is not None:
            codes = defect_codes(defects, stream, start, count)
            stuck = codes != SOUND
            # a stuck device holds one conductance: no TMR, nothing to flip
            resistance[codes == SHORT] = parallel / float(defects.short_conductance)
            with np.errstate(divide="ignore"):  # an open of conductance 0 has an infinite resistance
                lowest = parallel * (1.0 + low_bias) / np.float64(defects.open_conductance)
            resistance[codes == OPEN] = lowest
            tmr[stuck] = 0.0
            held[start:stop][stuck] = codes[stuck] == SHORT
            defect[start:stop] = codes
        conductance[start:stop] = 1.0 / (resistance * np.where(held[start:stop] == 0, 1.0 + tmr, 1.0))
        contrast[start:stop] = tmr

    over_pieces(piece, flat.size)
    shape = target.shape
    return ProgrammedCells(
        device=junction,
        levels=2,
        target=target,
        held=held.reshape(shape),
        conductance=conductance.reshape(shape),
        contrast=contrast.reshape(shape),
        defect=defect.reshape(shape),
        stream=stream,
        age=0.0,
    )


def nominal(junction: Junction, voltage: float, series_resistance: float) -> tuple[float, float]:
    """Return (R_P, TMR) of the nominal cell, the TMR at the voltage its antiparallel junction sees."""
    parallel = float(junction.resistance("P"))
    seen = transport.divided_voltage(voltage, series_resistance, parallel, junction.tmr(), junction.stack.half_voltage,
                                     junction.stack.parallel_curvature)  # fmt: skip
    return parallel, float(junction.tmr(seen))
