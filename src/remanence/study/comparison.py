"""One trained model on several chips, under the same data, seed and parameter draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from remanence.core.errors import InputError
from remanence.crossbar import UNUSED, Conditions
from remanence.data import Draws
from remanence.network.deploy import Deployed, deploy
from remanence.network.evaluation import Batch, Evaluation, Progress
from remanence.system import Estimate, Figure, Platform, platform


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Evaluations and estimates by chip, the first one being what the others are held against."""

    evaluations: Mapping[str, Evaluation]
    estimates: Mapping[str, Estimate]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the chips, the first one first."""
        return tuple(self.evaluations)

    def energy_ratio(self, name: str, over: str | None = None) -> Figure:
        """Return a chip's energy per inference over that of another, draw by draw.

        A figure of another scope is moved by the reason that its card states; a card without one has no ratio.

        Args:
            name: of the chip.
            over: the chip it is divided by; the first one if left out.

        Raises:
            ScopeError: the scopes differ and the card of the chip gives no reason to set them side by side.
        """
        base = self.names[0] if over is None else over
        first, other = self.estimates[base].energy, self.estimates[name].energy
        notes = [self.evaluations[n].deployed.platform.design.scope_note for n in (base, name)]
        if first.scope != other.scope:
            figures = [f if f.scope == "chip" else f.in_scope("chip", note)
                       for f, note in zip((first, other), notes, strict=True)]  # fmt: skip
            first, other = figures
        return other.over(
            first, "energy over that of the first chip" if over is None else f"energy over that of {base}"
        )

    def table(self) -> pd.DataFrame:
        """Return one row per chip: accuracy with interval, then every total at the medians, in SI units."""
        rows = []
        for name in self.names:
            accuracy, estimate = self.evaluations[name].accuracy, self.estimates[name]
            low, high = accuracy.interval
            rows.append(
                {
                    "chip": name,
                    "scope": estimate.scope,
                    "accuracy": accuracy.mean,
                    "accuracy_low": low,
                    "accuracy_high": high,
                    **{key: figure.value for key, figure in estimate.figures().items()},
                    "energy_ratio": self.energy_ratio(name).value,
                }
            )
        return pd.DataFrame(rows).set_index("chip")

    def as_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        return {
            name: {
                "title": self.evaluations[name].deployed.platform.title,
                "accuracy": self.evaluations[name].accuracy.as_dict(),
                "coverage": str(self.evaluations[name].deployed.coverage),
                "estimate": self.estimates[name].as_dict(),
                "energy_over_first": self.energy_ratio(name).as_dict(),
                "events": {run.name: run.events.as_dict() for run in self.evaluations[name].runs},
                "provenance": self.evaluations[name].provenance.as_dict(),
            }
            for name in self.names
        }


def compare(
    model: Any,
    chips: Sequence[Platform | str | Path],
    *,
    calibration: Any,
    loader: Iterable[Batch],
    draws: int = 20,
    seed: int = 0,
    batch: int = 1,
    parameter_draws: Draws | None = None,
    digital: Sequence[str] = (),
    conditions: Conditions = UNUSED,
    progress: Progress | None = None,
    checkpoint: Path | None = None,
) -> Comparison:
    """Deploy one model on several chips, evaluate each on the same data and price each on its own events.

    Args:
        model: a trained torch module.
        chips: platforms, names or YAML files; the others are held against the first.
        calibration: typical inputs.
        loader: batches of (images, labels).
        draws: programmed chips per platform.
        seed: of the cells.
        batch: inferences run together in the estimates.
        parameter_draws: over the parameters' ranges, the same for every chip.
        digital: modules that may stay digital, see `network.deploy`.
        conditions: of use, see `network.deploy`.
        progress: called with (what, done, total).
        checkpoint: finished chips are kept in this file plus the platform's name, see `Deployed.evaluate`.

    Raises:
        InputError: no chips, or one named twice.
    """
    platforms = [chip if isinstance(chip, Platform) else platform(chip) for chip in chips]
    names = [chip.name for chip in platforms]
    if not names or len(set(names)) < len(names):
        raise InputError("compare: chips", ", ".join(names) or "none", "at least one is needed, each name once")
    batches = list(loader)
    on_chips: list[Deployed] = [
        deploy(model, chip, calibration=calibration, digital=digital, conditions=conditions) for chip in platforms
    ]
    evaluations, estimates = {}, {}
    for deployed in on_chips:
        name = deployed.platform.name
        kept = None if checkpoint is None else checkpoint.with_name(f"{checkpoint.name}.{name}")
        evaluations[name] = deployed.evaluate(batches, draws, seed, progress=progress, checkpoint=kept)
        estimates[name] = evaluations[name].estimate(batch, draws=parameter_draws)
    return Comparison(evaluations, estimates)
