"""Writing levels into cells: from target states to what came out, on an exact grid."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remanence.circuit import Cell, Node
from remanence.circuit.cell import read_conductances
from remanence.circuit.layout import access_resistance
from remanence.circuit.writing import retry
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.crossbar.crossbar import Crossbar
from remanence.device import Defects, ProgrammedCells, program_junctions, program_levels
from remanence.kernels.sliced_mvm import EXACT

COARSEST = 10
"""Exponent of the coarsest grid: 2**-10 of a level step, an order of magnitude below any programming spread."""


def nominal_difference(crossbar: Crossbar, node: Node) -> float:
    """Return the conductance difference of the two states of a nominal cell behind its transistor, S.

    Raises:
        InputError: the states do not differ (a TMR of 0).
    """
    series = access_resistance(crossbar.cell, node)
    high, low = read_conductances(crossbar.cell, crossbar.read_voltage, series)
    difference = float(high - low)
    if difference <= 0:
        raise InputError(
            f"Crossbar {crossbar.name}: states", difference, "the two states must differ", "Raise the TMR."
        )
    return difference


def nominal_low(crossbar: Crossbar, node: Node) -> float:
    """Return the conductance of a nominal cell at level 0 behind its transistor, S."""
    series = access_resistance(crossbar.cell, node)
    return float(read_conductances(crossbar.cell, crossbar.read_voltage, series)[1])


def pedestal(crossbar: Crossbar, node: Node) -> float:
    """Return what a nominal single-ended cell at level 0 adds to its line, in level steps."""
    if not crossbar.has_pedestal:
        return 0.0
    return nominal_low(crossbar, node) / nominal_difference(crossbar, node) * crossbar.weight_encoding.top


def on_grid(values: NDArray[np.float64], rows: int, *, largest_digit: int = 1) -> tuple[NDArray[np.int32], int]:
    """Return values as whole numbers and the exponent of their grid: value = number * 2**-exponent.

    The finest grid on which a sum over ``rows`` values stays exact in float32; 2**-10 at the coarsest where digits are
    longer than 1.

    Args:
        values: in units of one nominal step.
        rows: of a block.
        largest_digit: longest pulse of a row, in units.
    """
    largest = max(float(np.abs(values).max(initial=0.0)), 1.0)
    exponent = math.floor(math.log2((EXACT - 1) / rows / (largest * (1.0 + 1e-6)) / largest_digit))
    exponent = max(exponent, COARSEST) if largest_digit > 1 else exponent
    return np.rint(np.ldexp(values, exponent)).astype(np.int32), exponent


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ProgrammedTile:
    """The programmed cells of a tile or a whole layer, as devices behind their transistors.

    Args:
        cell: the cell; its device gives states and spreads.
        series: access transistor, ohm.
        step: conductance between neighbouring levels of a nominal cell behind its transistor, S.
        voltage: over a cell and its transistor while reading, V.
        positive: the devices that add to the column.
        negative: those that subtract; None for single-ended columns.
    """

    cell: Cell
    series: float
    step: float
    voltage: float
    positive: ProgrammedCells
    negative: ProgrammedCells | None = None

    @property
    def parts(self) -> tuple[ProgrammedCells, ...]:
        """The one or two groups of devices."""
        return (self.positive,) if self.negative is None else (self.positive, self.negative)

    def conductances(self) -> tuple[NDArray[np.float64], ...]:
        """Return the conductance of each device behind its transistor at the read voltage, S, group by group."""
        return tuple(part.conductances(voltage=self.voltage, series=self.series) for part in self.parts)

    def values(self) -> NDArray[np.float64]:
        """Return what each cell adds to its column, in nominal steps."""
        groups = self.conductances()
        total = groups[0] if self.negative is None else groups[0] - groups[1]
        return total / self.step

    def grid(self, rows: int) -> tuple[NDArray[np.int32], int]:
        """Return `values` on the grid of the matrix product (`on_grid`)."""
        return on_grid(self.values(), rows)

    def map(self, change: Callable[[ProgrammedCells], ProgrammedCells]) -> ProgrammedTile:
        """Return the tile with every group of devices changed, for example aged."""
        negative = None if self.negative is None else change(self.negative)
        return dataclasses.replace(self, positive=change(self.positive), negative=negative)


def program_cells(
    level: NDArray[np.integer],
    cell: Cell,
    node: Node,
    stream: Stream,
    *,
    cell_bits: int = 1,
    write_error: float | None = None,
    attempts: int = 1,
    verify_miss: float = 0.0,
    defects: Defects | None = None,
) -> ProgrammedCells:
    """Write levels into the devices of one kind of cell.

    Levels of resistive devices are equal steps behind the transistor, through which program and verify reads them.

    Args:
        level: of each device, 0 to 2**cell_bits - 1; level 0 conducts least; any shape.
        cell: a cell with a junction or a resistive device.
        node: the CMOS node, for the access transistor.
        stream: draws of these devices.
        cell_bits: bits of a device; more than 1 for resistive devices only.
        write_error: of one pulse, for instance from `device.write_error_rate`; None for the residual error of the
            device's card, which stands for write, verify and retries.
        attempts: pulses at most, each followed by a verify, where ``write_error`` is given.
        verify_miss: probability that verify overlooks a failure.
        defects: stuck devices.

    Raises:
        InputError: a cell without such a device, bits or levels that do not fit.
    """
    if cell.junction is None and cell.resistive is None:
        raise InputError("program_tile: cell", cell.topology, "needs a junction or a resistive device")
    if isinstance(cell_bits, bool) or not 1 <= cell_bits <= (1 if cell.junction is not None else 8):
        raise InputError("program_tile: cell_bits", cell_bits, "a junction holds 1 bit, a resistive device 1 to 8")
    residual = None if write_error is None else float(retry(write_error, attempts, verify_miss).residual)
    if cell.junction is not None:
        return program_junctions(cell.junction, level, stream, write_error=residual, defects=defects)
    assert cell.resistive is not None
    return program_levels(cell.resistive, level, stream, levels=2**cell_bits, write_error=residual, defects=defects,
                          series=float(access_resistance(cell, node)))  # fmt: skip


def program_tile(
    levels: NDArray[np.integer],
    cell: Cell,
    node: Node,
    stream: Stream,
    *,
    read_voltage: float,
    cell_bits: int = 1,
    write_error: float | None = None,
    attempts: int = 1,
    verify_miss: float = 0.0,
    defects: Defects | None = None,
) -> ProgrammedTile:
    """Write levels into the cells of a tile.

    A differential cell takes levels -L to L, L = 2**cell_bits - 1: the magnitude in one device of the pair, 0 in the
    other. Any other cell takes 0 to L. The two groups draw from ``stream.child("positive")`` and
    ``stream.child("negative")``.

    Args:
        levels: any shape, usually (S, K, M).
        cell: a cell with a junction or a resistive device.
        node: the CMOS node, for the access transistor.
        stream: draws of this chip and layer.
        read_voltage: over a cell and its transistor, V, above 0.
        cell_bits: as `program_cells`.
        write_error: as `program_cells`.
        attempts: as `program_cells`.
        verify_miss: as `program_cells`.
        defects: stuck devices.

    Raises:
        InputError: a cell without such a device, levels that do not fit, equal states.
    """
    if not 0.0 < read_voltage < np.inf:
        raise InputError("program_tile: read_voltage", read_voltage, "must be above 0 V")
    top = 2**cell_bits - 1
    wanted = np.asarray(levels)
    bottom = -top if cell.differential else 0
    if wanted.dtype.kind not in "iu":
        raise InputError("program_tile: levels", str(wanted.dtype), "whole numbers are needed")
    settings: dict[str, Any] = {
        "cell_bits": cell_bits, "write_error": write_error, "attempts": attempts, "verify_miss": verify_miss,
        "defects": defects,
    }  # fmt: skip
    program_cells(np.zeros(0, np.int16), cell, node, stream, **settings)  # refuses what does not depend on the levels
    if wanted.size and (int(wanted.min()) < bottom or int(wanted.max()) > top):
        found = f"{int(wanted.min())} to {int(wanted.max())}"
        raise InputError("program_tile: levels", found, f"must lie in {bottom} to {top}")
    series = float(access_resistance(cell, node))
    high, low = read_conductances(cell, read_voltage, series)
    if cell.resistive is not None:  # the levels are set at the reference time; ageing is a step of its own
        high, low = (
            float(bare) / (1.0 + series * float(bare))
            for bare in (cell.resistive.conductance_high, cell.resistive.conductance_low)
        )
    step = float(high - low) / top
    if step <= 0:
        raise InputError("program_tile: cell", step, "the states must differ", "Raise the TMR.")
    positive = program_cells(np.maximum(wanted, 0), cell, node, stream.child("positive"), **settings)
    negative = None
    if cell.differential:
        negative = program_cells(np.maximum(-wanted, 0), cell, node, stream.child("negative"), **settings)
    return ProgrammedTile(
        cell=cell, series=series, step=step, voltage=float(read_voltage), positive=positive, negative=negative
    )
