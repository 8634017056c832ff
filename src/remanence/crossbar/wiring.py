"""What the wires of a layer's arrays take from its cells: one linear map, or a ladder walked for every pattern of rows.

Cells are taken as linear, with the conductance that they have at the read voltage. Wires are array lines of the node at
25 degC, a cell pitch long from cell to cell; drivers and clamps at their ends have no resistance. Cells without a
weight are open, but the wire passes them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remanence.circuit import Node
from remanence.circuit.layout import cell_height, cell_width
from remanence.circuit.wire import wire
from remanence.crossbar.crossbar import Crossbar
from remanence.crossbar.devices import Groups, arrays_of_columns, combined, nominal_conductances, place_of_columns
from remanence.crossbar.encoding import Encoded
from remanence.crossbar.programming import nominal_difference
from remanence.kernels import array_wires

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Wiring:
    """What wires do to a layer of nominal cells.

    Args:
        activity: mean share of the rows that conduct at a time, from calibration inputs.
        gain: factor on the sums of nominal cells, in least squares; the converter's reference is trimmed to it.
        worst: share of the read voltage that the worst cell loses with all rows on.
        mean: the same of the mean cell.
    """

    activity: float
    gain: float
    worst: float
    mean: float


def ladder_wires(bar: Crossbar, node: Node) -> array_wires.LadderWires:
    """Return the lines of a column whose source line runs beside its bit line."""
    segment = float(wire(node).resistance * cell_height(bar.cell, node))
    return array_wires.LadderWires(
        bit_segment=segment,
        source_segment=segment,
        driven="top" if bar.driven == "one end" else "both",
        sensed={"far end": "bottom", "near end": "top", "both ends": "both"}[bar.sensed],
    )


def row_wires(bar: Crossbar, node: Node) -> array_wires.ArrayWires:
    """Return the lines of an array whose source lines run beside its wordlines."""
    each = wire(node).resistance
    return array_wires.ArrayWires(
        row_segment=float(each * cell_width(bar.cell, node) / bar.cell.devices),
        column_segment=float(each * cell_height(bar.cell, node)),
        driven="left" if bar.driven == "one end" else "both",
        sensed={"far end": "bottom", "near end": "top", "both ends": "both"}[bar.sensed],
    )


@dataclass(frozen=True, slots=True)
class _Places:
    """Where a group of devices stands: array and line of each slice of each column, shape (S, M)."""

    array: NDArray[np.int64]
    line: NDArray[np.int64]

    def put(self, values: Floats, tiles: Floats, block: int) -> None:
        """Copy (S, K, M) into tiles (T, A, R, L), blocks of rows one below the other."""
        slices, depth, columns = values.shape
        count = len(tiles)
        padded = np.zeros((slices, count * block, columns))
        padded[:, :depth] = values
        tiles[:, self.array, :block, self.line] = padded.reshape(slices, count, block, columns).transpose(0, 3, 1, 2)

    def take(self, tiles: Floats, block: int, depth: int) -> Floats:
        """Return what `put` copied."""
        found = tiles[:, self.array, :block, self.line].transpose(0, 2, 3, 1)
        return np.ascontiguousarray(found.reshape(found.shape[0], -1, found.shape[3])[:, :depth])


def _places(encoded: Encoded, bar: Crossbar) -> tuple[dict[str, _Places], tuple[int, int]]:
    """Return where each group stands in arrays with row wires; arrays side by side and lines of one."""
    slices, _, columns = encoded.levels.shape
    free, each = bar.columns - bar.unit_columns, bar.cell.devices
    place = place_of_columns(slices, columns)
    array = arrays_of_columns(encoded, bar)
    across = bar.arrays_across(slices * columns)
    names = ("positive", "negative") if bar.weight_encoding.record.pair else ("cells",)
    found = {name: _Places(array, (place - array * free) * each + at) for at, name in enumerate(names)}
    if encoded.unit is not None:
        one = np.zeros((slices, across), np.int64)
        found["unit column"] = _Places(one + np.arange(across), one + free + np.arange(slices)[:, None])
    # what lies beyond the last cell carries no current, unless the row is driven from there too
    whole = encoded.unit is not None or bar.driven == "both ends"
    return found, (across, bar.columns * each if whole else min(slices * columns, free) * each)


def _tiles(groups: Groups, encoded: Encoded, bar: Crossbar) -> tuple[Floats, dict[str, _Places]]:
    places, (across, lines) = _places(encoded, bar)
    depth = encoded.levels.shape[1]
    tiles = np.zeros((bar.blocks(depth), across, bar.rows, lines))
    for name, values in groups.items():
        places[name].put(values, tiles, bar.block_rows(depth))
    return tiles, places


def columns_of(values: Floats, bar: Crossbar) -> Floats:
    """Return the lines of a group as ladders, shape (blocks, rows of an array, S M)."""
    slices, depth, columns = values.shape
    place = _Places(np.zeros((slices, columns), np.int64), np.arange(slices * columns).reshape(slices, columns))
    tiles = np.zeros((bar.blocks(depth), 1, bar.rows, slices * columns))
    place.put(values, tiles, bar.block_rows(depth))
    return tiles[:, 0]


def _share(values: Floats, bar: Crossbar, node: Node, activity: float) -> Floats:
    """Return the share of the voltage over each device of a group of ladders, (S, K, M), at mean activity."""
    slices, depth, columns = values.shape
    lines = columns_of(values, bar) * activity
    every = np.ones((1, bar.rows), np.bool_)
    seen = array_wires.ladder_voltages(lines, every, ladder_wires(bar, node))[:, 0]
    block = seen[:, : bar.block_rows(depth)].reshape(-1, slices, columns)
    return np.ascontiguousarray(block[:depth].transpose(1, 0, 2))


def effective(groups: Groups, encoded: Encoded, bar: Crossbar, node: Node, activity: float) -> Groups:
    """Return what each device adds to its line per volt at the driver, S: exact with row wires, else at mean activity.

    Args:
        groups: conductance of each device behind its transistor.
        encoded: the layer.
        bar: the layout.
        node: the CMOS node.
        activity: share of the rows of a ladder that conduct at a time.
    """
    if bar.source_line == "bitline":
        return {name: values * _share(values, bar, node, activity) for name, values in groups.items()}
    tiles, places = _tiles(groups, encoded, bar)
    wires, depth = row_wires(bar, node), encoded.levels.shape[1]
    for block in tiles:  # an elimination's working memory is that of one block of rows
        block[:] = array_wires.effective_conductance(block, wires)
    return {name: places[name].take(tiles, bar.block_rows(depth), depth) for name in groups}


def effective_gradient(
    groups: Groups, cotangents: Groups, encoded: Encoded, bar: Crossbar, node: Node, activity: float
) -> Groups:
    """Return derivatives by the conductances from those by the `effective` ones.

    Exact with row wires. Of ladders the voltage over each device is taken as given.
    """
    if bar.source_line == "bitline":
        return {name: cotangents[name] * _share(values, bar, node, activity) for name, values in groups.items()}
    tiles, places = _tiles(groups, encoded, bar)
    given, _ = _tiles(cotangents, encoded, bar)
    wires, depth = row_wires(bar, node), encoded.levels.shape[1]
    for block, over in zip(tiles, given, strict=True):
        block[:] = array_wires.effective_conductance_vjp(block, over, wires)
    return {name: places[name].take(tiles, bar.block_rows(depth), depth) for name in groups}


def wiring(encoded: Encoded, bar: Crossbar, node: Node, activity: float) -> Wiring | None:
    """Return what wires do to a layer of nominal cells; None where they are ignored.

    Raises:
        InputError: they take more than half of the read voltage of some cell with all rows on.
    """
    if bar.wires == "ignored":
        return None
    nominal = nominal_conductances(encoded, bar, node)
    if bar.source_line == "bitline":
        drops = [
            array_wires.voltage_drop(columns_of(values, bar), ladder_wires(bar, node)) for values in nominal.values()
        ]
        # cells without a weight pass no current: the wires' ends say nothing of a cell
        held = [columns_of(np.ones_like(values), bar) > 0 for values in nominal.values()]
        shares = np.concatenate([drop.share[used] for drop, used in zip(drops, held, strict=True)])
    else:
        tiles, _ = _tiles(nominal, encoded, bar)
        fullest = np.unravel_index(int(tiles.sum(axis=(2, 3)).argmax()), tiles.shape[:2])
        tile = tiles[fullest]
        shares = array_wires.voltage_drop(tile, row_wires(bar, node)).share[tile > 0]
    drop = array_wires.VoltageDrop(float(shares.max()), float(shares.mean()), shares)
    drop.refuse(f"Crossbar {bar.name}: wires".replace(" :", ":"), array_wires.LARGEST_DROP)
    ideal = combined(nominal, encoded, bar)
    real = combined(effective(nominal, encoded, bar, node, activity), encoded, bar)
    power = float(np.vdot(ideal, ideal))
    gain = float(np.vdot(real, ideal)) / power if power else 1.0
    return Wiring(activity, gain, drop.worst, drop.mean)


@dataclass(frozen=True, slots=True, eq=False)
class Ladders:
    """Programmed columns whose cells gate between a bit line and a source line: sums depend on the pattern of rows.

    Args:
        groups: lines of each group of devices, shape (blocks, rows of an array, S M), S.
        encoded: the layer.
        bar: its layout.
        wires: of a column.
        step: conductance of a level step, the gain of the wires included, S.
    """

    groups: Groups
    encoded: Encoded
    bar: Crossbar
    wires: array_wires.LadderWires
    step: float

    def sums(self, block: int, digits: NDArray[np.int16]) -> Floats:
        """Return the sums of one activation in one block of rows, in level steps, shape (V, S, M).

        A pulse of n units conducts for n units of time, in which the rows of shorter pulses fall silent; pulses of
        reversed polarity take a phase of their own.

        Args:
            block: of rows.
            digits: pulse length of each of its rows, shape (V, R).
        """
        slices, _, columns = self.encoded.levels.shape
        total = np.zeros((len(digits), slices, columns))
        for sign in (1, -1):
            pulses = sign * digits
            for unit in range(1, max(int(pulses.max(initial=0)), 0) + 1):
                total += sign * self._currents(block, pulses >= unit)
        return total

    def _currents(self, block: int, active: NDArray[np.bool_]) -> Floats:
        slices = self.encoded.levels.shape[0]
        gates = np.zeros((len(active), self.bar.rows), np.bool_)
        gates[:, : active.shape[1]] = active
        lines = {
            name: array_wires.ladder_currents(lines[block], gates, self.wires)
            .reshape(len(active), slices, -1)
            .transpose(1, 0, 2)
            for name, lines in self.groups.items()
        }
        return combined(lines, self.encoded, self.bar).transpose(1, 0, 2) / self.step


def ladders(groups: Groups, encoded: Encoded, bar: Crossbar, node: Node, gain: float) -> Ladders:
    """Return programmed columns as ladders."""
    step = nominal_difference(bar, node) / bar.weight_encoding.top * gain
    lines = {name: columns_of(values, bar) for name, values in groups.items()}
    return Ladders(lines, encoded, bar, ladder_wires(bar, node), step)
