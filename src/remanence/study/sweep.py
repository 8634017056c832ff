"""Accuracy on the chip against one device parameter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from remanence.core.errors import InputError
from remanence.network.deploy import deploy
from remanence.network.evaluation import Batch, Progress
from remanence.system import Platform

SPREAD = "crossbar__cell__junction__stack__resistance_spread"


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
    """Return the accuracy of a crossbar chip for several spreads of the junction resistance and for the sourced one.

    Each spread uses the same draws, so that neighbouring rows differ by the spread alone.

    Args:
        model: a trained torch module.
        chip: a crossbar chip.
        spreads: standard deviations of ln R_P, such as 0.05.
        calibration: typical inputs.
        loader: batches of (images, labels).
        draws: programmed chips per spread.
        seed: of the cells.
        digital: modules that may stay digital, see `network.deploy`.
        progress: called with (what, done, total).

    Returns:
        One row per spread, in rising order: accuracy (mean, interval, worst chip), loss against the integer network in
        points, and what goes with it: rows, TMR at the read voltage, converter bits and the widest converter range in
        nominal cells.

    Raises:
        InputError: the chip has no crossbar of magnetic cells.
    """
    bar = chip.design.crossbar
    if bar is None or bar.cell.junction is None:
        raise InputError(f"chip {chip.name}", chip.design.architecture, "a crossbar of magnetic junctions is needed")
    sourced = float(bar.cell.junction.stack.resistance_spread)
    batches, rows = list(loader), []
    for spread in sorted({*map(float, spreads), sourced}):
        deployed = deploy(model, chip.vary(**{SPREAD: spread}), calibration=calibration, digital=digital)
        report = None if progress is None else _named(progress, f"{chip.name}, spread {spread:.1%}")
        accuracy = deployed.evaluate(batches, draws, seed, progress=report).accuracy
        low, high = accuracy.interval
        step = max(getattr(layer.engine, "step", 1.0) for layer in deployed.layers.values())
        rows.append(
            {
                "resistance_spread": spread,
                "sourced": spread == sourced,
                "accuracy": accuracy.mean,
                "accuracy_low": low,
                "accuracy_high": high,
                "worst_chip": accuracy.worst,
                "loss_points": 100.0 * (accuracy.quantised - accuracy.mean),
                "rows": bar.rows,
                "tmr": float(bar.cell.junction.tmr(bar.read_voltage)),
                "converter_bits": bar.converter.bits,
                "lowest": bar.codes[0] * step,
                "highest": bar.codes[1] * step,
            }
        )
    return pd.DataFrame(rows).set_index("resistance_spread")


def _named(progress: Progress, name: str) -> Progress:
    return lambda _, done, total: progress(name, done, total)
