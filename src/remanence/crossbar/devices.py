"""The devices of a layer: which there are, how they are written, what conditions of use do to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from remanence.circuit import Node
from remanence.circuit.layout import access_resistance
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.crossbar import ageing
from remanence.crossbar.conditions import UNUSED, Conditions
from remanence.crossbar.crossbar import Crossbar
from remanence.crossbar.encoding import Encoded
from remanence.crossbar.programming import nominal_difference, nominal_low, program_cells
from remanence.device import ProgrammedCells, resistive

Devices: TypeAlias = dict[str, ProgrammedCells]
"""Groups of devices by name: ``positive`` and ``negative`` of pairs; else ``cells``, and ``unit column`` with one."""
Groups: TypeAlias = dict[str, NDArray[np.float64]]
"""A number of each device, by the same names."""
_Item = TypeVar("_Item", np.int16, np.float64)


def arrays_of_columns(encoded: Encoded, bar: Crossbar) -> NDArray[np.int64]:
    """Return the array, counted from the left, in which each slice of each column stands, shape (S, M).

    The slices of a column stand side by side; unit columns close an array.
    """
    slices, _, columns = encoded.levels.shape
    return place_of_columns(slices, columns) // (bar.columns - bar.unit_columns)


def place_of_columns(slices: int, columns: int) -> NDArray[np.int64]:
    """Return the place of each slice of each column from the left, arrays without gaps, shape (S, M)."""
    return np.arange(columns)[None, :] * slices + np.arange(slices)[:, None]


def target_levels(encoded: Encoded, bar: Crossbar) -> dict[str, NDArray[np.int16]]:
    """Return the level that each device is to hold, 0 to L, group by group, shape (S, K, M); units (S, K, arrays)."""
    levels = encoded.levels
    if bar.weight_encoding.record.pair:
        return {"positive": np.maximum(levels, 0), "negative": np.maximum(-levels, 0)}
    if encoded.unit is None:
        return {"cells": levels}
    across = bar.arrays_across(levels.shape[0] * levels.shape[2])
    units = np.broadcast_to(encoded.unit[:, None, None], (*levels.shape[:2], across))
    return {"cells": levels, "unit column": np.ascontiguousarray(units)}


def combined(groups: Mapping[str, NDArray[_Item]], encoded: Encoded, bar: Crossbar, sign: int = -1) -> NDArray[_Item]:
    """Return what the cells of each column add to its converted sum from that of their devices, shape (S, K, M).

    Args:
        groups: by name, shape (S, K, M).
        encoded: the layer.
        bar: the layout.
        sign: of the devices that subtract; 1 for variances.
    """
    if "positive" in groups:
        return groups["positive"] + sign * groups["negative"]
    if "unit column" not in groups:
        return groups["cells"]
    array = arrays_of_columns(encoded, bar)
    total: NDArray[_Item] = groups["cells"] + sign * np.take_along_axis(groups["unit column"], array[:, None, :], 2)
    return total


def separated(values: NDArray[np.float64], encoded: Encoded, bar: Crossbar) -> Groups:
    """Return derivatives by the devices of each group from those by the cells of columns: `combined`, transposed."""
    targets = target_levels(encoded, bar)
    if "positive" in targets:
        return {"positive": values, "negative": -values}
    if "unit column" not in targets:
        return {"cells": values}
    array, across = arrays_of_columns(encoded, bar), targets["unit column"].shape[-1]
    units = np.zeros((*values.shape[:2], across))
    for place in range(across):
        units[:, :, place] = -(values * (array == place)[:, None, :]).sum(axis=2)
    return {"cells": values, "unit column": units}


def nominal_conductances(encoded: Encoded, bar: Crossbar, node: Node) -> Groups:
    """Return the conductance of each nominal device behind its transistor, S."""
    step = nominal_difference(bar, node) / bar.weight_encoding.top
    low = nominal_low(bar, node)
    return {name: low + step * levels.astype(np.float64) for name, levels in target_levels(encoded, bar).items()}


def write(encoded: Encoded, bar: Crossbar, node: Node, stream: Stream, conditions: Conditions = UNUSED) -> Devices:
    """Return the devices of a layer just after programming; phase-change devices at the age of their card.

    Each group draws from the child of the stream that bears its name.
    """
    cell = bar.cell
    written = {
        name: program_cells(
            levels, cell, node, stream.child(name), cell_bits=bar.cell_bits, write_error=conditions.write_error,
            attempts=max(conditions.attempts, 1), verify_miss=float(conditions.verify_miss),
            defects=conditions.defects,
        )
        for name, levels in target_levels(encoded, bar).items()
    }  # fmt: skip
    if cell.resistive is not None and cell.resistive.technology == "PCM":
        return {name: resistive.drift(part, float(cell.resistive.age)) for name, part in written.items()}
    return written


def use(devices: Devices, bar: Crossbar, node: Node, conditions: Conditions) -> Devices:
    """Return devices after storage, then reads.

    Raises:
        InputError: a storage temperature for devices without a temperature law.
        ValidityError: a time beyond the measured ones, or a read that is a write.
    """
    result = dict(devices)
    technology = "MTJ" if bar.cell.resistive is None else bar.cell.resistive.technology
    if conditions.age and technology == "MTJ":
        result = {
            name: ageing.retain(part, float(conditions.age), temperature=float(conditions.temperature),
                                stability_spread=float(conditions.stability_spread))
            for name, part in result.items()
        }  # fmt: skip
    elif conditions.age:
        conditions.require_room(technology)
        result = {name: ageing.age(part, float(conditions.age)) for name, part in result.items()}
    if conditions.reads and technology == "MTJ":
        series = float(access_resistance(bar.cell, node))
        result = {
            name: ageing.disturb(part, reads=float(conditions.reads), duration=float(bar.sampling_time),
                                 voltage=float(bar.read_voltage), series=series)
            for name, part in result.items()
        }  # fmt: skip
    return result


def conductances(devices: Devices, bar: Crossbar, node: Node) -> Groups:
    """Return the conductance of each device behind its transistor at the read voltage, S."""
    series, voltage = float(access_resistance(bar.cell, node)), float(bar.read_voltage)
    return {name: part.conductances(voltage=voltage, series=series) for name, part in devices.items()}


def read_variances(devices: Devices, bar: Crossbar, node: Node) -> Groups:
    """Return the variance of one read of each device, S^2."""
    series = float(access_resistance(bar.cell, node))
    return {
        name: ageing.read_variance(part, voltage=float(bar.read_voltage), series=series,
                                   sampling_time=float(bar.sampling_time))
        for name, part in devices.items()
    }  # fmt: skip


def drifts(bar: Crossbar, conditions: Conditions) -> bool:
    """Whether a mean drift is to be compensated by a factor."""
    device = bar.cell.resistive
    changing = device is not None and device.technology == "PCM" and bool(conditions.age)
    return changing and conditions.drift_compensation == "global"


def compensation(fresh: Groups, aged: Groups) -> float:
    """Return the factor by which a layer's results are scaled: summed conductance before over after the drift.

    Raises:
        InputError: an aged layer that no longer conducts.
    """
    before, after = (sum(float(part.sum()) for part in groups.values()) for groups in (fresh, aged))
    if after <= 0.0:
        raise InputError("drift compensation", after, "the layer must still conduct")
    return before / after


def require_match(devices: Devices, encoded: Encoded, bar: Crossbar, subject: str) -> None:
    """Refuse devices that were not programmed for this layer.

    Raises:
        InputError: other groups, shapes or levels.
    """
    wanted = target_levels(encoded, bar)
    if set(devices) != set(wanted):
        raise InputError(subject, ", ".join(sorted(devices)) or "no devices", f"needs {', '.join(sorted(wanted))}")
    for name, levels in wanted.items():
        if devices[name].shape != levels.shape or not np.array_equal(devices[name].target, levels):
            raise InputError(f"{subject}: {name}", f"devices of shape {devices[name].shape} for other weights",
                             f"must hold the {levels.shape} levels of this layer",
                             "Deploy the same model with the same calibration.")  # fmt: skip
