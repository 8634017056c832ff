"""Cell-to-cell spread: many junctions of one design, drawn from a process, and their programmed conductances."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from remanence.core.declare import Array, Count, leaves, replace
from remanence.core.declare import shape as shape_of
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.device import transport
from remanence.device.junction import Junction
from remanence.device.process import VARIED, Process, process
from remanence.device.stack import Stack, stack

_COUNT = Count("number of devices", at_least=1, at_most=2**30)
_BITS = 30


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
    draws, whichever state it holds. The TMR is taken at the voltage that the nominal antiparallel junction sees behind
    the series resistance; its change from cell to cell is second order and left out.

    Args:
        junction: a single design (no array fields).
        antiparallel: target state of each cell, any shape; True is the high-resistance state.
        voltage: over junction and series resistance, V.
        series_resistance: of the access transistor, ohm, the same for all cells.
        stream: source of the draws; draw ``i`` belongs to cell ``i`` in C order.

    Returns:
        Conductance of junction and series resistance, S, in the shape of ``antiparallel``.

    Raises:
        InputError: the junction has array fields.
    """
    film = junction.stack
    if shape_of(junction):
        raise InputError("sample_conductances", "a junction with array fields", "a single design is needed")
    if series_resistance < 0:
        raise InputError("sample_conductances: series_resistance", series_resistance, "must be at least 0")
    shape = antiparallel.shape
    parallel, tmr = nominal(junction, voltage, series_resistance)
    resistance: NDArray[np.float64] = np.full(shape, parallel)
    if film.resistance_spread:
        resistance = parallel * np.exp(film.resistance_spread * stream.child("resistance").normal(shape))
    cell_tmr: NDArray[np.float64] = np.full(shape, tmr)
    if film.tmr_spread:
        cell_tmr = np.maximum(tmr * (1.0 + film.tmr_spread * stream.child("tmr").normal(shape)), 0.0)
    state = antiparallel
    if film.residual_write_error:
        state = antiparallel ^ stream.child("write error").events(float(film.residual_write_error), shape)
    conductances: NDArray[np.float64] = 1.0 / (resistance * np.where(state, 1.0 + cell_tmr, 1.0) + series_resistance)
    return conductances


def nominal(junction: Junction, voltage: float, series_resistance: float) -> tuple[float, float]:
    """Return (R_P, TMR) of the nominal cell, the TMR at the voltage its antiparallel junction sees."""
    parallel = float(junction.resistance("P"))
    seen = transport.divided_voltage(voltage, series_resistance, parallel, junction.tmr(), junction.stack.half_voltage,
                                     junction.stack.parallel_curvature)  # fmt: skip
    return parallel, float(junction.tmr(seen))
