"""Accuracy on the chip against one field of its card: a device parameter or a decision of the designer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from remanence.core.errors import InputError
from remanence.network.deploy import deploy
from remanence.network.evaluation import Batch, Progress
from remanence.system import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One field that accuracy is swept against.

    Args:
        field: its path in a chip, dots written as double underscores, as `Platform.vary` takes it.
        label: what it is, for people.
        short: the same in a word or two.
        usual: values swept where nothing else is asked for.
        percent: whether people read it in per cent.
        magnetic: whether the field belongs to a magnetic junction.
    """

    field: str
    label: str
    short: str
    usual: tuple[float, ...]
    percent: bool
    magnetic: bool

    @property
    def name(self) -> str:
        """The field alone, without its path: the name of the index of a sweep."""
        return self.field.rpartition("__")[2]

    def show(self, number: float) -> str:
        """Return a value of this axis as people read it."""
        return f"{number:.3g}" if not self.percent else f"{float(f'{100.0 * number:.3g}'):g} %"


TMR = Axis(
    field="crossbar__cell__junction__stack__tunnel_magnetoresistance",
    label="tunnel magnetoresistance at low voltage",
    short="TMR",
    usual=(0.5, 0.75, 1.0, 1.25, 1.5, 2.0),
    percent=True,
    magnetic=True,
)
SPREAD = Axis(
    field="crossbar__cell__junction__stack__resistance_spread",
    label="spread of the junction resistance",
    short="resistance spread",
    usual=(0.0, 0.02, 0.04, 0.07, 0.1),
    percent=True,
    magnetic=True,
)
BITS = Axis(
    field="crossbar__converter__bits",
    label="converter bits",
    short="converter bits",
    usual=(4, 5, 6, 7, 8),
    percent=False,
    magnetic=False,
)
AXES = (TMR, SPREAD, BITS)


def accuracy_sweep(
    model: Any,
    chip: Platform,
    axis: Axis,
    values: Sequence[float] | None = None,
    *,
    calibration: Any,
    loader: Iterable[Batch],
    draws: int = 20,
    seed: int = 0,
    digital: Sequence[str] = (),
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return the accuracy of a crossbar chip for several values of one field and for the value of its card.

    Each value uses the same draws, so that neighbouring rows differ by the field alone. Converter ranges are calibrated
    again for each value, as a designer would.

    Args:
        model: a trained torch module.
        chip: a crossbar chip.
        axis: the field: `TMR`, `SPREAD`, `BITS` or your own.
        values: in SI units; those of the axis if left out.
        calibration: typical inputs.
        loader: batches of (images, labels).
        draws: programmed chips per value.
        seed: of the cells.
        digital: modules that may stay digital, see `network.deploy`.
        progress: called with (what, done, total).

    Returns:
        One row per value, in rising order, the index named after the field: whether it is the card's own value
        (``sourced``), accuracy (mean, 95 % interval, worst chip), loss against the integer network in points, and what
        goes with it: rows, TMR at the read voltage (NaN without a magnetic junction), converter bits and the converter
        range in nominal cells.

    Raises:
        InputError: the chip does not have the field, or the field does nothing on it.
    """
    if not sweepable(chip, axis):
        needed = "a crossbar of magnetic junctions" if axis.magnetic else "a crossbar whose converters have that field"
        raise InputError(f"chip {chip.name}", chip.design.architecture, f"{needed} is needed to sweep {axis.label}")
    sourced = _value(chip, axis)
    wanted = axis.usual if values is None else values
    batches, rows = list(loader), []
    numbers = sorted({*map(type(sourced), wanted), sourced})
    for place, number in enumerate(numbers):
        varied = chip if number == sourced else chip.vary(**{axis.field: number})
        bar = varied.design.crossbar
        assert bar is not None
        deployed = deploy(model, varied, calibration=calibration, digital=digital)
        report = None if progress is None else _part(progress, f"{chip.name}: {axis.short}", place, len(numbers))
        accuracy = deployed.evaluate(batches, draws, seed, progress=report).accuracy
        low, high = accuracy.interval
        step = max(getattr(layer.engine, "step", 1.0) for layer in deployed.layers.values())
        junction = bar.cell.junction
        rows.append(
            {
                axis.name: number,
                "sourced": number == sourced,
                "accuracy": accuracy.mean,
                "accuracy_low": low,
                "accuracy_high": high,
                "worst_chip": accuracy.worst,
                "loss_points": 100.0 * (accuracy.quantised - accuracy.mean),
                "rows": bar.rows,
                "tmr": np.nan if junction is None else float(junction.tmr(bar.read_voltage)),
                "converter_bits": bar.converter.bits,
                "lowest": bar.codes[0] * step,
                "highest": bar.codes[1] * step,
            }
        )
    return pd.DataFrame(rows).set_index(axis.name)


def sweepable(chip: Platform, axis: Axis) -> bool:
    """Return whether the chip has the field and the field matters there: a lossless converter has no resolution."""
    bar = chip.design.crossbar
    if bar is None or (axis.magnetic and bar.cell.junction is None):
        return False
    return axis.field != BITS.field or bar.converter.kind != "lossless"


def sweeps(
    model: Any, chips: Iterable[Platform], values: Mapping[str, Sequence[float]] | None = None, **settings: Any
) -> dict[str, dict[str, pd.DataFrame]]:
    """Return `accuracy_sweep` over every axis and every chip that has it: frames by name of the axis, then by chip.

    Args:
        model: a trained torch module.
        chips: platforms; those without a crossbar are left out.
        values: by name of the axis, in place of the axis' own.
        settings: as `accuracy_sweep` takes them.
    """
    chosen, chips = values or {}, list(chips)
    settings = {**settings, "loader": list(settings["loader"])}
    return {
        axis.name: {
            chip.name: accuracy_sweep(model, chip, axis, chosen.get(axis.name), **settings)
            for chip in chips
            if sweepable(chip, axis)
        }
        for axis in AXES
    }


def resistance_spread_sweep(
    model: Any,
    chip: Platform,
    spreads: Sequence[float],
    *,
    calibration: Any,
    loader: Iterable[Batch],
    draws: int = 20,
    seed: int = 0,
    digital: Sequence[str] = (),
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return `accuracy_sweep` over the spread of the junction resistance, the standard deviation of ln R_P.

    Raises:
        InputError: the chip has no crossbar of magnetic cells.
    """
    return accuracy_sweep(
        model, chip, SPREAD, spreads, calibration=calibration, loader=loader, draws=draws, seed=seed, digital=digital,
        progress=progress,
    )  # fmt: skip


def value_at_loss(frame: pd.DataFrame, points: float = 1.0) -> float | None:
    """Return the first value of a sweep at which the loss rises through ``points``, between rows by a straight line.

    None where it never does: either the loss stays below, or it is above already at the smallest value.
    """
    values, losses = frame.index.to_numpy(dtype=np.float64), frame["loss_points"].to_numpy(dtype=np.float64)
    for index in range(1, len(values)):
        before, after = losses[index - 1], losses[index]
        if before < points <= after:
            return float(values[index - 1] + (values[index] - values[index - 1]) * (points - before) / (after - before))
    return None


def _value(chip: Platform, axis: Axis) -> float:
    part: Any = chip.design
    for name in axis.field.split("__"):
        part = getattr(part, name)
    return int(part) if isinstance(part, int) else float(part)


def _part(progress: Progress, name: str, place: int, parts: int) -> Progress:
    return lambda _, done, total: progress(name, place * total + done, parts * total)
