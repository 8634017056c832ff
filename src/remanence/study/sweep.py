"""Accuracy on the chip against one field of its card: a device parameter or a decision of the designer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from remanence.circuit import Cell
from remanence.core.errors import InputError
from remanence.crossbar import UNUSED, Conditions
from remanence.device.resistive import programming_spread
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
        of: the part of the cell that the field belongs to, such as ``junction``; empty where every crossbar has it.
    """

    field: str
    label: str
    short: str
    usual: tuple[float, ...]
    percent: bool
    of: str = ""

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
    of="junction",
)
SPREAD = Axis(
    field="crossbar__cell__junction__stack__resistance_spread",
    label="spread of the junction resistance",
    short="resistance spread",
    usual=(0.0, 0.02, 0.04, 0.07, 0.1),
    percent=True,
    of="junction",
)
PROGRAMMING = Axis(
    field="crossbar__cell__resistive__spread_scale",
    label="programming spread over the measured one",
    short="spread over measured",
    usual=(0.0, 1.0, 2.0, 4.0),
    percent=False,
    of="resistive",
)
MISMATCH = Axis(
    field="crossbar__cell__capacitor__mismatch",
    label="mismatch of the unit capacitors",
    short="capacitor mismatch",
    usual=(0.0, 0.02, 0.05, 0.1),
    percent=True,
    of="capacitor",
)
BITS = Axis(
    field="crossbar__converter__bits",
    label="converter bits",
    short="converter bits",
    usual=(4, 5, 6, 7, 8),
    percent=False,
)
AXES = (TMR, SPREAD, PROGRAMMING, MISMATCH, BITS)
SPREADS = (SPREAD, PROGRAMMING, MISMATCH)
"""The axis of cell-to-cell spread of each technology."""


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
    conditions: Conditions = UNUSED,
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
        conditions: of use, see `network.deploy`.
        progress: called with (what, done, total).

    Returns:
        One row per value, in rising order, the index named after the field: whether it is the card's own value
        (``sourced``), accuracy (mean, 95 % interval, worst chip), loss against the integer network in points, and what
        goes with it: rows, TMR at the read voltage (NaN without a magnetic junction), the relative spread of a
        conducting cell, converter bits and the converter range in nominal cells.

    Raises:
        InputError: the chip does not have the field, or the field does nothing on it.
    """
    if not sweepable(chip, axis):
        needed = (
            f"a crossbar whose cells have a {axis.of}" if axis.of else "a crossbar whose converters have that field"
        )
        raise InputError(f"chip {chip.name}", chip.design.architecture, f"{needed} is needed to sweep {axis.label}")
    sourced = _value(chip, axis)
    wanted = axis.usual if values is None else values
    batches, rows = list(loader), []
    numbers = sorted({*map(type(sourced), wanted), sourced})
    for place, number in enumerate(numbers):
        varied = chip if number == sourced else chip.vary(**{axis.field: number})
        bar = varied.design.crossbar
        assert bar is not None
        deployed = deploy(model, varied, calibration=calibration, digital=digital, conditions=conditions)
        report = None if progress is None else _part(progress, f"{chip.name}: {axis.short}", place, len(numbers))
        accuracy = deployed.evaluate(batches, draws, seed, progress=report).accuracy
        low, high = accuracy.interval
        step = max(float(np.max(getattr(layer.engine, "step", 1.0))) for layer in deployed.layers.values())
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
                "cell_spread": cell_spread(bar.cell),
                "converter_bits": bar.converter.bits,
                "lowest": bar.codes()[0] * step,
                "highest": bar.codes()[1] * step,
            }
        )
    return pd.DataFrame(rows).set_index(axis.name)


def sweepable(chip: Platform, axis: Axis) -> bool:
    """Return whether the chip has the field and the field matters there: a lossless converter has no resolution."""
    bar = chip.design.crossbar
    if bar is None or (axis.of and getattr(bar.cell, axis.of) is None):
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
    conditions: Conditions = UNUSED,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return `accuracy_sweep` over the spread of the junction resistance, the standard deviation of ln R_P.

    Raises:
        InputError: the chip has no crossbar of magnetic cells.
    """
    return accuracy_sweep(
        model, chip, SPREAD, spreads, calibration=calibration, loader=loader, draws=draws, seed=seed, digital=digital,
        conditions=conditions, progress=progress,
    )  # fmt: skip


def cell_spread(cell: Cell) -> float:
    """Return the standard deviation of a conducting cell over its nominal value, whatever the technology.

    Of ln R_P for a junction, of the programmed high conductance for a resistive device, of a unit capacitor.
    """
    if cell.junction is not None:
        return float(cell.junction.stack.resistance_spread)
    if cell.resistive is not None:
        top = cell.resistive.conductance_high
        return float(programming_spread(cell.resistive, top) / top)
    return float(cell.capacitor.mismatch) if cell.capacitor is not None else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How much cell-to-cell spread a chip bears.

    Args:
        axis: of its technology.
        spread: of a conducting cell, relative, as the card has it.
        limit: the same where the loss reaches ``points``; None where even the largest value tried stays below.
        points: of accuracy lost against the integer network.
        sweep: the rows it was read from.
    """

    axis: Axis
    spread: float
    limit: float | None
    points: float
    sweep: pd.DataFrame

    @property
    def margin(self) -> float | None:
        """How many times the card's spread could grow; None where no limit was found or the card has no spread."""
        return None if self.limit is None or self.spread == 0.0 else self.limit / self.spread

    @property
    def tried(self) -> float:
        """Largest relative spread that was tried."""
        return float(self.sweep["cell_spread"].iloc[-1])

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for a file."""
        return {
            "axis": self.axis.label,
            "cell_spread": self.spread,
            "limit": self.limit,
            "points": self.points,
            "tried_up_to": self.tried,
            "accuracy": self.sweep[["cell_spread", "accuracy", "accuracy_low", "accuracy_high"]].to_dict("records"),
        }


def tolerance(
    model: Any,
    chip: Platform,
    *,
    points: float = 1.0,
    factors: Sequence[float] = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0, 96.0),
    progress: Progress | None = None,
    **settings: Any,
) -> Tolerance:
    """Find the spread between cells at which a chip loses ``points`` of accuracy, each technology in its own axis.

    The card's spread is multiplied by each factor in turn until the loss is reached, or the largest that the
    model of the cell allows; between two values the limit is read off a straight line. Only the spread grows:
    drift, write errors and the spread of the TMR stay as they are.

    Args:
        model: a trained torch module.
        chip: a crossbar chip whose cells have a spread.
        points: of accuracy against the integer network.
        factors: tried in rising order.
        progress: called with (what, done, total).
        settings: as `accuracy_sweep` takes them.

    Raises:
        InputError: the chip has no crossbar with a spread to grow.
    """
    axis = next((one for one in SPREADS if sweepable(chip, one)), None)
    own = 0.0 if axis is None else _value(chip, axis)
    if axis is None or own <= 0.0:
        raise InputError(
            f"chip {chip.name}", chip.design.architecture, "a crossbar whose cells have a spread is needed"
        )
    batches = list(settings.pop("loader"))
    ladder = {factor: varied for factor in sorted(factors) if (varied := _grown(chip, axis, own * factor)) is not None}
    frame = pd.DataFrame()
    for place, (factor, varied) in enumerate(ladder.items()):
        report = None if progress is None else _part(progress, f"{chip.name}: spread", place, len(ladder))
        row = accuracy_sweep(model, varied, axis, [], loader=batches, progress=report, **settings)
        frame = pd.concat([frame, row.assign(sourced=factor == 1.0)])
        if float(row["loss_points"].iloc[0]) >= points:
            if progress is not None:
                progress(f"{chip.name}: spread", 1, 1)
            break
    limit = value_at_loss(frame.set_index("cell_spread", drop=False), points)
    bar = chip.design.crossbar
    assert bar is not None
    return Tolerance(axis=axis, spread=cell_spread(bar.cell), limit=limit, points=points, sweep=frame)


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


def _grown(chip: Platform, axis: Axis, number: float) -> Platform | None:
    """Return the chip with a wider spread; None where the spread is beyond what the model of its cell allows."""
    if number == _value(chip, axis):
        return chip
    try:
        return chip.vary(**{axis.field: number, "name": chip.name})
    except InputError:
        return None


def _part(progress: Progress, name: str, place: int, parts: int) -> Progress:
    return lambda _, done, total: progress(name, place * total + done, parts * total)
