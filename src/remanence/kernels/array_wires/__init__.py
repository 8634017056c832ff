"""The operation `array_wires`: what the wires of an array do to its currents; see README.md beside this file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remanence.core.errors import BackendError, InputError
from remanence.kernels.array_wires.cells import CellLaw, CubicCell, SinhCell, TunnelCell, in_series
from remanence.kernels.array_wires.nonlinear import Solution, newton
from remanence.kernels.array_wires.schedule import Schedule, schedule
from remanence.kernels.array_wires.wiring import ArrayWires, LadderWires

__all__ = [
    "ArrayWires",
    "CellLaw",
    "CubicCell",
    "LadderWires",
    "SinhCell",
    "Solution",
    "TunnelCell",
    "VoltageDrop",
    "cell_voltages",
    "effective_conductance",
    "effective_conductance_vjp",
    "in_series",
    "ladder_conductance",
    "ladder_currents",
    "ladder_currents_vjp",
    "ladder_voltages",
    "solve_array",
    "solve_ladder",
    "voltage_drop",
]

BACKENDS = ("reference", "cpu", "auto")
LARGEST_DROP = 0.5
"""Share of a cell's voltage lost in the wires beyond which an array is refused: the crossbar's rule."""
TOLERANCE = 1e-10
"""Largest mismatch of a cell's current with its law, as a share of the largest current of its array."""
CHUNK = 2**22
"""Cells, times vectors, that are held in memory at once."""

Vector = NDArray[np.float64]


# ---- cells between row wires and column wires ------------------------------------------------------------------------


def effective_conductance(conductance: ArrayLike, wires: ArrayWires, *, backend: str = "auto") -> Vector:
    """Return the current into each column's sense ends per volt at each row's drivers; exact, for linear cells.

    The array with its wires is a linear map: currents of vectors of row voltages V (..., V, R) are V @ G_eff.

    Args:
        conductance: of the cells, shape (..., R, C), S; 0 is an open cell.
        wires: resistances and ends.
        backend: ``"reference"`` (nodal analysis), ``"cpu"`` or ``"auto"`` (which is cpu).

    Returns:
        Shape (..., R, C), S. Each entry keeps its relative accuracy: nothing is subtracted.

    Raises:
        InputError: a conductance that is negative or not finite, or fewer than two axes.
        BackendError: an unknown back end.
    """
    cells = _conductances("effective_conductance", conductance)
    reference = _reference(backend)
    flat = cells.reshape(-1, *cells.shape[-2:])
    if reference:
        from remanence.kernels.array_wires import reference as run

        return _stack([run.effective_conductance(tile, wires) for tile in flat], cells.shape)
    from remanence.kernels.array_wires import cpu

    return cpu.effective_conductance(_edges(flat, wires), _plan(cells, wires), *cells.shape[-2:]).reshape(cells.shape)


def effective_conductance_vjp(
    conductance: ArrayLike, cotangent: ArrayLike, wires: ArrayWires, *, backend: str = "auto"
) -> Vector:
    """Return the gradient of sum(cotangent * G_eff) with respect to the cells' conductances.

    Args:
        conductance: shape (..., R, C), S.
        cotangent: shape (..., R, C).
        wires: as for `effective_conductance`.
        backend: as there.

    Returns:
        Shape (..., R, C). The price is that of four to five eliminations on cpu.

    Raises:
        InputError: as there, or a cotangent of another shape.
        BackendError: an unknown back end.
    """
    cells = _conductances("effective_conductance_vjp", conductance)
    given = _finite("effective_conductance_vjp: cotangent", cotangent, cells.shape)
    reference = _reference(backend)
    flat, over = cells.reshape(-1, *cells.shape[-2:]), given.reshape(-1, *cells.shape[-2:])
    if reference:
        from remanence.kernels.array_wires import reference as run

        pairs = zip(flat, over, strict=True)
        return _stack([run.effective_conductance_vjp(tile, bar, wires) for tile, bar in pairs], cells.shape)
    from remanence.kernels.array_wires import cpu

    gradient = cpu.effective_conductance_vjp(_edges(flat, wires), over, _plan(cells, wires))
    return gradient[:, :-4].reshape(cells.shape)


def cell_voltages(conductance: ArrayLike, drive: ArrayLike, wires: ArrayWires, *, backend: str = "auto") -> Vector:
    """Return the voltage over every cell, (..., V, R, C), with the rows' drivers at ``drive`` (..., V, R), V.

    Raises:
        InputError: conductances as for `effective_conductance`, or voltages that are not finite or do not fit.
        BackendError: an unknown back end.
    """
    cells = _conductances("cell_voltages", conductance)
    volts = _vectors("cell_voltages: drive", drive, cells.shape)
    return _array_voltages(cells, volts, None, wires, _reference(backend))


def _array_voltages(cells: Vector, drive: Vector, current: Vector | None, wires: ArrayWires, slow: bool) -> Vector:
    shape = (*drive.shape, cells.shape[-1])
    flat, volts = cells.reshape(-1, *cells.shape[-2:]), drive.reshape(-1, *drive.shape[-2:])
    added = None if current is None else current.reshape(*volts.shape[:2], -1)
    if slow:
        from remanence.kernels.array_wires import reference as run

        none = [None] * len(flat) if added is None else added
        triples = zip(flat, volts, none, strict=True)
        return _stack([run.cell_voltages(g, v, j, wires) for g, v, j in triples], shape)
    from remanence.kernels.array_wires import cpu

    return cpu.cell_voltages(_edges(flat, wires), volts, added, _plan(cells, wires)).reshape(shape)


def _edges(flat: Vector, wires: ArrayWires) -> Vector:
    """Return conductances of cells and then of the four kinds of wire; a wire without resistance is not an edge."""
    row, column = float(wires.row_segment), float(wires.column_segment)
    kinds = [1.0 / r if r else 0.0 for r in (row, row + float(wires.driver), column, column + float(wires.sense))]
    tiles = flat.reshape(flat.shape[0], -1)
    return np.concatenate([tiles, np.broadcast_to(kinds, (tiles.shape[0], 4))], axis=1)


def _plan(cells: Vector, wires: ArrayWires) -> Schedule:
    row, column = float(wires.row_segment), float(wires.column_segment)
    free = (row == 0, row + float(wires.driver) == 0, column == 0, column + float(wires.sense) == 0)
    return schedule(*cells.shape[-2:], wires.driven, wires.sensed, free)


# ---- cells between a bit line and a source line, gated by a wordline -------------------------------------------------


def ladder_currents(
    conductance: ArrayLike,
    active: ArrayLike,
    wires: LadderWires,
    *,
    voltage: float = 1.0,
    backend: str = "auto",
) -> Vector:
    """Return the current of each column for each vector of gated rows; exact, for linear cells.

    Args:
        conductance: of cells with their transistors, shape (..., R, C), S.
        active: rows whose wordline is on, truth values, shape (V, R) for all tiles or (..., V, R).
            The cells of other rows are open.
        wires: resistances and ends.
        voltage: of the bit line's drivers over the source line's, V.
        backend: ``"reference"`` (nodal analysis), ``"cpu"`` or ``"auto"`` (which is cpu).

    Returns:
        Shape (..., V, C), A. The cost is a walk over the active rows for each column and vector.

    Raises:
        InputError: a conductance that is negative or not finite, a voltage that is not, or shapes that do not fit.
        BackendError: an unknown back end.
    """
    cells = _conductances("ladder_currents", conductance)
    gates = _gates("ladder_currents: active", active, cells.shape)
    supply = _number("ladder_currents: voltage", voltage)
    shape = (*cells.shape[:-2], gates.shape[-2], cells.shape[-1])
    flat, on = cells.reshape(-1, *cells.shape[-2:]), gates.reshape(-1, *gates.shape[-2:])
    if _reference(backend):
        from remanence.kernels.array_wires import reference as run

        return supply * run.ladder_currents(flat, on, wires).reshape(shape)
    from remanence.kernels.array_wires import cpu

    found = cpu.ladder_currents(flat, on, _segments(wires), wires.ends())
    if found is None:
        # both lines held at both ends: no walk starts at a single terminal, so the cells' own currents are added up
        full = np.empty((flat.shape[0], *shape[-2:]))
        step = max(1, CHUNK // max(1, flat.size))
        for first in range(0, shape[-2], step):
            gated = flat[:, None] * on[:, first : first + step, :, None]
            full[:, first : first + step] = (gated * _ladder_voltages(gated, None, wires, 1.0, slow=False)).sum(axis=-2)
        found = full
    return supply * found.reshape(shape)


def ladder_voltages(
    conductance: ArrayLike, active: ArrayLike, wires: LadderWires, *, voltage: float = 1.0, backend: str = "auto"
) -> Vector:
    """Return the voltage from bit line to source line at every row, (..., V, R, C), idle rows included.

    Raises:
        InputError: as `ladder_currents`.
        BackendError: an unknown back end.
    """
    cells = _conductances("ladder_voltages", conductance)
    gates = _gates("ladder_voltages: active", active, cells.shape)
    supply = _number("ladder_voltages: voltage", voltage)
    gated = cells[..., None, :, :] * gates[..., None]
    return _ladder_voltages(gated, None, wires, supply, _reference(backend))


def ladder_currents_vjp(
    conductance: ArrayLike,
    active: ArrayLike,
    cotangent: ArrayLike,
    wires: LadderWires,
    *,
    voltage: float = 1.0,
    backend: str = "auto",
) -> Vector:
    """Return the gradient of sum(cotangent * ladder_currents) by the conductances, (..., R, C).

    d I/d g = u^2/V with u the cell's own voltage (Cohn's theorem for a network between two terminals).

    Args:
        conductance: shape (..., R, C), S.
        active: truth values, (V, R) or (..., V, R).
        cotangent: shape (..., V, C).
        wires: as for `ladder_currents`.
        voltage: as there.
        backend: as there.

    Raises:
        InputError: as `ladder_currents`, or a cotangent of another shape.
        BackendError: an unknown back end.
    """
    cells = _conductances("ladder_currents_vjp", conductance)
    gates = _gates("ladder_currents_vjp: active", active, cells.shape)
    supply = _number("ladder_currents_vjp: voltage", voltage)
    shape = (*cells.shape[:-2], gates.shape[-2], cells.shape[-1])
    given, slow = _finite("ladder_currents_vjp: cotangent", cotangent, shape), _reference(backend)
    gradient = np.zeros(cells.shape)
    step = max(1, CHUNK // max(1, cells.size))
    for first in range(0, gates.shape[-2], step):
        on = np.broadcast_to(gates, (*shape[:-1], cells.shape[-2]))[..., first : first + step, :, None]
        share = _ladder_voltages(cells[..., None, :, :] * on, None, wires, 1.0, slow)
        gradient += (given[..., first : first + step, None, :] * on * share**2).sum(axis=-3)
    return supply * gradient


def ladder_conductance(conductance: ArrayLike, wires: LadderWires, *, backend: str = "auto") -> Vector:
    """Return what each cell adds to its column per volt with all rows on, (..., R, C), S.

    Their sum over the rows is the column's exact conductance. With fewer rows on cells see more voltage: an
    approximation from below, for estimates; `ladder_currents` is exact for any vector.

    Raises:
        InputError: as `ladder_currents`.
        BackendError: an unknown back end.
    """
    cells = _conductances("ladder_conductance", conductance)
    return cells * _ladder_voltages(cells, None, wires, 1.0, _reference(backend))


def _ladder_voltages(gated: Vector, current: Vector | None, wires: LadderWires, voltage: float, slow: bool) -> Vector:
    flat = np.ascontiguousarray(gated.reshape(-1, *gated.shape[-2:]))
    added = None if current is None else np.ascontiguousarray(current.reshape(flat.shape))
    if slow:
        from remanence.kernels.array_wires import reference as run

        return run.ladder_voltages(flat, added, wires, voltage).reshape(gated.shape)
    from remanence.kernels.array_wires import cpu

    return cpu.ladder_voltages(flat, added, _segments(wires), wires.ends(), voltage).reshape(gated.shape)


def _segments(wires: LadderWires) -> tuple[float, float]:
    return float(wires.bit_segment), float(wires.source_segment)


# ---- cells whose conductance depends on their voltage ----------------------------------------------------------------


def solve_array(
    law: CellLaw,
    drive: ArrayLike,
    wires: ArrayWires,
    *,
    columns: int,
    tolerance: float = TOLERANCE,
    backend: str = "auto",
) -> Solution:
    """Solve an array between row wires and column wires whose cells follow ``law``.

    Newton's method; every step is one exact elimination of each array for each vector. A step that does not reduce
    the mismatch is halved.

    Args:
        law: voltages (..., V, R, C) to currents and slopes: `TunnelCell`, `SinhCell`, `CubicCell`, `in_series` or
            your own.
        drive: voltages of the rows' drivers, (..., V, R), V.
        wires: resistances and ends.
        columns: C.
        tolerance: mismatch of a cell's current with its law, as a share of the largest current.
        backend: ``"reference"``, ``"cpu"`` or ``"auto"``.

    Raises:
        InputError: voltages that are not finite, or a law with a slope that is negative or not finite.
        ConvergenceError: the mismatch stays above the tolerance.
        BackendError: an unknown back end.
    """
    volts = np.asarray(drive, dtype=np.float64)
    if volts.ndim < 2 or not volts.size or not np.isfinite(volts).all():
        given = f"shape {volts.shape}" if volts.ndim < 2 or not volts.size else "a value that is not finite"
        raise InputError("solve_array: drive", given, "must be finite, of shape (..., V, R)")
    if columns < 1:
        raise InputError("solve_array: columns", columns, "must be at least 1")
    slow, shape = _reference(backend), (*volts.shape, columns)

    def linear(slope: Vector, added: Vector) -> Vector:
        return _array_voltages(slope, volts[..., None, :], added[..., None, :, :], wires, slow)[..., 0, :, :]

    return newton("solve_array", law, np.broadcast_to(volts[..., None], shape), None, linear, tolerance)


def solve_ladder(
    law: CellLaw,
    active: ArrayLike,
    wires: LadderWires,
    *,
    columns: int,
    voltage: float,
    tolerance: float = TOLERANCE,
    backend: str = "auto",
) -> Solution:
    """Solve ladders whose cells follow ``law``, for vectors of gated rows ``active`` (..., V, R).

    Arguments, method and errors are those of `solve_array`; each step walks once over each ladder.
    """
    gates = np.asarray(active)
    if gates.dtype != np.bool_ or gates.ndim < 2 or not gates.size:
        raise InputError("solve_ladder: active", f"{gates.dtype} of shape {gates.shape}", "must be bool, (..., V, R)")
    if columns < 1:
        raise InputError("solve_ladder: columns", columns, "must be at least 1")
    supply, slow = _number("solve_ladder: voltage", voltage), _reference(backend)
    shape = (*gates.shape, columns)

    def linear(slope: Vector, added: Vector) -> Vector:
        return _ladder_voltages(slope, added, wires, supply, slow)

    on = np.broadcast_to(gates[..., None], shape)
    return newton("solve_ladder", law, np.full(shape, supply), on, linear, tolerance)


# ---- how much voltage is lost ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class VoltageDrop:
    """Share of the drivers' voltage that cells do not get, with every row on: the worst input of linear cells."""

    worst: float
    """Of the cell that loses most."""
    mean: float
    """Over all cells."""
    share: Vector
    """Of every cell, (..., R, C)."""

    def refuse(self, subject: str, limit: float = LARGEST_DROP) -> None:
        """Refuse arrays in which a cell loses more than ``limit``.

        Raises:
            InputError: with the figure.
        """
        if self.worst > limit:
            given = f"wires that take {self.worst:.1%} of the voltage of the worst cell, {self.mean:.1%} on average"
            remedy = "Take fewer rows or columns, wider wires, more resistive cells, or drive and sense at both ends"
            raise InputError(subject, given, f"must take at most {limit:.0%}", remedy)


def voltage_drop(conductance: ArrayLike, wires: ArrayWires | LadderWires, *, backend: str = "auto") -> VoltageDrop:
    """Return the share of the voltage lost in the wires when all rows are on, for cells (..., R, C).

    Raises:
        InputError: conductances as for `effective_conductance`.
        BackendError: an unknown back end.
    """
    cells = _conductances("voltage_drop", conductance)
    if isinstance(wires, ArrayWires):
        ones = np.ones((*cells.shape[:-2], 1, cells.shape[-2]))
        left = _array_voltages(cells, ones, None, wires, _reference(backend))[..., 0, :, :]
    else:
        left = _ladder_voltages(cells, None, wires, 1.0, _reference(backend))
    share = 1.0 - left
    return VoltageDrop(float(share.max()), float(share.mean()), share)


# ---- checks ----------------------------------------------------------------------------------------------------------


def _reference(backend: str) -> bool:
    if backend not in BACKENDS:
        raise BackendError(f"array_wires: back end {backend!r}; known are {', '.join(BACKENDS)}")
    return backend == "reference"


def _conductances(operation: str, given: ArrayLike) -> Vector:
    cells = np.ascontiguousarray(given, dtype=np.float64)
    subject = f"{operation}: conductance"
    if cells.ndim < 2 or not cells.size:
        raise InputError(subject, f"shape {cells.shape}", "must be (..., R, C) with at least one cell")
    bad = ~(np.isfinite(cells) & (cells >= 0.0))
    if bad.any():
        first = tuple(int(k) for k in np.argwhere(bad)[0])
        rule = f"must be finite and not negative; {int(bad.sum())} of {cells.size} cells are"
        raise InputError(subject, f"{cells[first]} S at {first}", f"{rule} not")
    return cells


def _finite(subject: str, given: ArrayLike, shape: tuple[int, ...]) -> Vector:
    values = np.ascontiguousarray(given, dtype=np.float64)
    if values.shape != shape:
        raise InputError(subject, f"shape {values.shape}", f"must be {shape}")
    if not np.isfinite(values).all():
        raise InputError(subject, "a value that is not finite", "must be finite")
    return values


def _vectors(subject: str, given: ArrayLike, shape: tuple[int, ...]) -> Vector:
    values = np.asarray(given, dtype=np.float64)
    vectors = values.shape[-2] if values.ndim > 1 else 0
    return _finite(subject, values, (*shape[:-2], vectors, shape[-2]))


def _gates(subject: str, given: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    gates = np.ascontiguousarray(given)
    if gates.dtype != np.bool_:
        raise InputError(subject, f"{gates.dtype}", "must be truth values (bool): a wordline is on or off")
    fits = gates.ndim >= 2 and gates.shape[-1] == shape[-2] and gates.shape[:-2] in ((), shape[:-2])
    if not fits or not gates.size:
        rule = f"must be (V, {shape[-2]}) or (..., V, {shape[-2]}) with the axes of the tiles"
        raise InputError(subject, f"shape {gates.shape}", rule)
    return gates


def _number(subject: str, given: float) -> float:
    value = float(given)
    if not np.isfinite(value):
        raise InputError(subject, value, "must be finite")
    return value


def _stack(parts: list[Vector], shape: tuple[int, ...]) -> Vector:
    return np.stack(parts).reshape(shape)
