"""The definition of `array_wires`: nodal analysis of the whole network, every node an unknown (SciPy's sparse LU).

Kirchhoff's current law at each node, one equation each; drivers and sense ends have given voltages. Nodes joined by a
wire without resistance are one node.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from remanence.kernels.array_wires.wiring import ArrayWires, LadderWires

Vector = NDArray[np.float64]
Edges = list[tuple[int, int, float]]
"""Two nodes and the resistance of the wire between them."""


def nodal(wires: Edges, cells: list[tuple[int, int]], conductance: Vector, fixed: Vector, current: Vector) -> Vector:
    """Return the voltages over the cells, shape (V, cells).

    Args:
        wires: of the network; the fixed nodes come first.
        cells: node above and node below each cell.
        conductance: of the cells.
        fixed: voltages of the first nodes, (V, F).
        current: in parallel with each cell, downwards, (V, cells).
    """
    nodes = 1 + max(max(a, b) for a, b, *_ in [*wires, *cells])
    short = np.array([(a, b) for a, b, resistance in wires if not resistance], dtype=np.int64).reshape(-1, 2)
    graph = coo_matrix((np.ones(len(short)), (short[:, 0], short[:, 1])), shape=(nodes, nodes))
    count, label = connected_components(graph, directed=False)
    long = [(label[a], label[b], 1.0 / resistance) for a, b, resistance in wires if resistance]
    above, below = (label[np.array(cells, dtype=np.int64)[:, k]] for k in (0, 1))
    a = np.concatenate([np.array([edge[0] for edge in long], dtype=np.int64), above])
    b = np.concatenate([np.array([edge[1] for edge in long], dtype=np.int64), below])
    g = np.concatenate([np.array([edge[2] for edge in long]), conductance])
    matrix = coo_matrix(
        (np.concatenate([g, g, -g, -g]), (np.concatenate([a, b, a, b]), np.concatenate([a, b, b, a]))), (count, count)
    ).tocsc()
    known = label[: fixed.shape[1]]
    free = np.setdiff1d(np.arange(count), known)
    voltage = np.zeros((count, fixed.shape[0]))
    voltage[known] = fixed.T
    into = np.zeros((count, fixed.shape[0]))
    np.add.at(into, above, -current.T)
    np.add.at(into, below, current.T)
    if free.size:
        right = (into - matrix @ voltage)[free]
        voltage[free] = splu(matrix[free][:, free].tocsc()).solve(right)
    return np.asarray((voltage[above] - voltage[below]).T)


def array_network(rows: int, columns: int, wires: ArrayWires) -> tuple[Edges, list[tuple[int, int]]]:
    """Return wires and cells; drivers of the rows are nodes 0 to R - 1, sense ends R to R + C - 1."""
    first = rows + columns
    upper = first + np.arange(rows * columns).reshape(rows, columns)
    lower = upper + rows * columns
    row, column = float(wires.row_segment), float(wires.column_segment)
    row_end, column_end = row + float(wires.driver), column + float(wires.sense)
    edges = [(int(upper[i, j]), int(upper[i, j + 1]), row) for i in range(rows) for j in range(columns - 1)]
    edges += [(int(lower[i, j]), int(lower[i + 1, j]), column) for i in range(rows - 1) for j in range(columns)]
    for place, at in (("left", 0), ("right", -1)):
        if wires.driven in (place, "both"):
            edges += [(i, int(upper[i, at]), row_end) for i in range(rows)]
    for place, at in (("top", 0), ("bottom", -1)):
        if wires.sensed in (place, "both"):
            edges += [(rows + j, int(lower[at, j]), column_end) for j in range(columns)]
    return edges, list(zip(upper.ravel().tolist(), lower.ravel().tolist(), strict=True))


def cell_voltages(conductance: Vector, drive: Vector, current: Vector | None, wires: ArrayWires) -> Vector:
    """Return the voltages over the cells, (V, R, C), of one array (R, C) with its drivers at ``drive`` (V, R)."""
    held = np.zeros((drive.shape[0], conductance.shape[1]))
    fixed = np.concatenate([drive, held], axis=1)
    return _over_cells(conductance, fixed, current, wires)


def _over_cells(conductance: Vector, fixed: Vector, current: Vector | None, wires: ArrayWires) -> Vector:
    rows, columns = conductance.shape
    edges, cells = array_network(rows, columns, wires)
    added = np.zeros((fixed.shape[0], rows * columns)) if current is None else current.reshape(fixed.shape[0], -1)
    return nodal(edges, cells, conductance.ravel(), fixed, added).reshape(-1, rows, columns)


def effective_conductance(conductance: Vector, wires: ArrayWires) -> Vector:
    """Return the current into each column per volt at each row, (R, C): one row at 1 V after the other."""
    voltage = cell_voltages(conductance, np.eye(conductance.shape[0]), None, wires)
    # what a row wire loses through its cells a column wire gains, and all of it leaves at the sense ends
    return np.asarray((conductance * voltage).sum(axis=1))


def effective_conductance_vjp(conductance: Vector, cotangent: Vector, wires: ArrayWires) -> Vector:
    """Return the gradient (R, C): d G_eff[r, c]/d g = u_r w_c, cell voltages for 1 V at a row, -1 V at a column."""
    rows, columns = conductance.shape
    unit = np.diag(np.concatenate([np.ones(rows), -np.ones(columns)]))
    voltage = _over_cells(conductance, unit, None, wires)
    return np.asarray(np.einsum("rij,rc,cij->ij", voltage[:rows], cotangent, voltage[rows:], optimize=True))


def ladder_voltages(conductance: Vector, current: Vector | None, wires: LadderWires, voltage: float) -> Vector:
    """Return the voltages between the lines of independent ladders, (N, R, C); idle cells have conductance 0."""
    items, rows, columns = conductance.shape
    result = np.empty(conductance.shape)
    cells = [(2 + k, 2 + rows + k) for k in range(rows)]
    edges: Edges = []
    for start, terminal, segment, end, places in (
        (2, 0, wires.bit_segment, wires.driver, wires.driven),
        (2 + rows, 1, wires.source_segment, wires.sense, wires.sensed),
    ):
        edges += [(start + k, start + k + 1, float(segment)) for k in range(rows - 1)]
        for place, at in (("top", start), ("bottom", start + rows - 1)):
            if places in (place, "both"):
                edges.append((terminal, at, float(segment) + float(end)))
    fixed = np.array([[voltage, 0.0]])
    for item in range(items):
        for column in range(columns):
            added = np.zeros((1, rows)) if current is None else current[item, :, column][None]
            result[item, :, column] = nodal(edges, cells, conductance[item, :, column], fixed, added)[0]
    return result


def ladder_currents(conductance: Vector, active: NDArray[np.bool_], wires: LadderWires) -> Vector:
    """Return the currents (T, V, C) at 1 V: those of all cells together."""
    tiles, rows, columns = conductance.shape
    vectors = active.shape[1]
    open_or_not = conductance[:, None] * active[..., None]
    voltage = ladder_voltages(open_or_not.reshape(-1, rows, columns), None, wires, 1.0)
    return np.asarray((open_or_not * voltage.reshape(open_or_not.shape)).sum(axis=2)).reshape(tiles, vectors, columns)
