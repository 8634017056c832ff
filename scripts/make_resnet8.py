"""Measure a ResNet-8 on crossbars of five devices: the figures of docs/validation/networks.md, and its chart.

Run: python scripts/make_resnet8.py
It needs what examples/resnet8_cifar.py needs, and matplotlib; about half an hour on two cores. What is measured is
kept in results/resnet8.json as it comes, and not measured again.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import torch
from matplotlib.figure import Figure
from torch import nn

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from examples.resnet8_cifar import (  # noqa: E402
    DEVICES,
    NETWORK,
    TEST,
    TRAIN,
    chip,
    holds_levels,
    read_images,
    read_network,
    synthetic,
    train_with_noise,
)

import remanence as rm  # noqa: E402
from remanence.network import Accuracy  # noqa: E402
from remanence.report.figures import STYLE, save  # noqa: E402
from remanence.report.palette import COLOURS  # noqa: E402
from remanence.system import Platform  # noqa: E402

FIGURE = ROOT / "docs" / "figures" / "resnet8.svg"
RESULTS = ROOT / "results" / "resnet8.json"
IMAGES, CHIPS, CALIBRATION, BATCH = 1000, 5, 100, 100
TREND_IMAGES, TREND_CHIPS = 500, 3
ERRORS = (0.02, 0.05, 0.1, 0.2)
LAYOUTS = {
    "pair, whole weight": ("sign-magnitude", 7),
    "pair, 7 binary slices": ("sign-magnitude", 1),
    "offset, whole weight": ("offset", 8),
    "offset, 8 binary slices": ("offset", 1),
}
NOISE, EPOCHS, TRAINING_IMAGES = 0.04, 3, 20_000
"""Training with noise: standard deviation over the largest weight of an output, and how long."""


class Bench:
    """Accuracies measured once and kept."""

    def __init__(self, folder: Path) -> None:
        self.calibration, _ = read_images(folder / TRAIN, CALIBRATION)
        self.images, self.labels = read_images(folder / TEST, IMAGES)
        RESULTS.parent.mkdir(exist_ok=True)
        self.kept: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}

    def keep(self, key: str, record: dict[str, Any]) -> dict[str, Any]:
        """Write a record down."""
        self.kept[key] = record
        RESULTS.write_text(json.dumps(self.kept, indent=1))
        print(key, record, flush=True)
        return record

    def right(self, scores: Any, images: int) -> float:
        """Return the share of right answers; ``scores`` gives those of a batch."""
        batches = range(0, images, BATCH)
        found = [scores(self.images[i : i + BATCH]).argmax(dim=1) == self.labels[i : i + BATCH] for i in batches]
        return float(torch.cat(found).double().mean())

    def run(self, key: str, model: nn.Module, target: Platform, images: int, chips: int) -> dict[str, Any]:
        """Return accuracy in float, in whole numbers, with nominal cells, and on each programmed chip."""
        if key in self.kept:
            return dict(self.kept[key])
        deployed = rm.deploy(model, target, calibration=self.calibration)
        exact = deployed.exact()
        with torch.no_grad():
            record: dict[str, Any] = {"float": self.right(deployed.original, images)}
        record["integer"] = self.right(lambda batch: deployed.run(batch, exact)[0], images)
        record["nominal"] = self.right(lambda batch: deployed(batch), images)
        begin = time.perf_counter()
        held = [deployed.program(0, draw) for draw in range(chips)]
        record["chips"] = [self.right(lambda batch, h=one: deployed.run(batch, h)[0], images) for one in held]
        record["seconds per image"] = (time.perf_counter() - begin) / images / chips
        record["images"], record["paths"] = images, sorted(set(deployed.paths.values()))
        return self.keep(key, record)


def accuracy(record: dict[str, Any]) -> Accuracy:
    """Return a record as the package states accuracies."""
    return Accuracy(float_model=record["float"], quantised=record["integer"], nominal=record["nominal"],
                    chips=np.array(record["chips"]), images=record["images"])  # fmt: skip


def main() -> None:
    """Measure, print, draw."""
    folder = Path(os.environ["REMANENCE_DATA"])
    model, bench = read_network(folder / NETWORK), Bench(folder)
    devices: dict[str, dict[str, Any]] = {}
    for analog in (True, False):
        for device in DEVICES:
            if holds_levels(device) or not analog:
                target = chip(device, analog=analog)
                devices[target.name] = bench.run(target.name, model, target, IMAGES, CHIPS)
    trends: dict[str, list[dict[str, Any]]] = {}
    for proportional in (True, False):
        for layout, (scheme, bits) in LAYOUTS.items():
            if proportional or "whole" in layout:
                name = f"{layout}, error {'proportional' if proportional else 'constant'}"
                trends[name] = [bench.run(f"{name} {error}", model, synthetic(scheme, bits, error, proportional),
                                          TREND_IMAGES, TREND_CHIPS) for error in ERRORS]  # fmt: skip
    hardened: dict[str, dict[str, Any]] = {}
    wanted = [device for device in DEVICES if holds_levels(device)]
    if any(f"{device}, trained with noise" not in bench.kept for device in wanted):
        images, labels = read_images(folder / TRAIN, TRAINING_IMAGES)
        model = train_with_noise(model, images, labels, noise=NOISE, epochs=EPOCHS, seed=0)
    for device in wanted:
        name = f"{device}, trained with noise"
        hardened[name] = bench.run(name, model, chip(device, analog=True), IMAGES, CHIPS)
    for name, record in {**devices, **hardened}.items():
        found = accuracy(record)
        low, high = found.interval
        print(f"| {name} | {found.float_model:.1%} | {found.quantised:.1%} | {found.nominal:.1%} | {found.mean:.1%} "
              f"({low:.1%} to {high:.1%}) | {found.worst:.1%} | {1e3 * record['seconds per image']:.0f} ms |")  # fmt: skip
    for name, records in trends.items():
        print(f"| {name} | " + " | ".join(f"{np.mean(one['chips']):.1%}" for one in records) + " |")
    figure(devices, hardened, trends)


def figure(
    devices: dict[str, dict[str, Any]], hardened: dict[str, dict[str, Any]], trends: dict[str, list[dict[str, Any]]]
) -> None:
    """Draw accuracy of the devices, and of mappings against the error of a cell."""
    with mpl.rc_context(STYLE):
        canvas = Figure(figsize=(9.0, 3.6), layout="constrained")
        left, right = canvas.subplots(1, 2)
        first = next(iter(devices.values()))
        groups = (("binary slices", devices, "s"), ("analog", devices, "o"), ("trained with noise", hardened, "^"))
        for place, (kind, records, mark) in enumerate(groups):
            for row, device in enumerate(DEVICES):
                record = records.get(f"{device}, {kind}")
                if record is not None:
                    found = accuracy(record)
                    reach = [[100 * (found.mean - found.interval[0])], [100 * (found.interval[1] - found.mean)]]
                    left.errorbar([100 * found.mean], [row + 0.18 * (place - 1)], xerr=reach, marker=mark, capsize=2,
                                  color=COLOURS[place], linestyle="none")  # fmt: skip
        labels = ("binary slices", "one pair a weight", "the same, network trained with noise")
        for place, (label, (_, _, mark)) in enumerate(zip(labels, groups, strict=True)):
            left.plot([], [], marker=mark, color=COLOURS[place], linestyle="none", label=label)
        left.axvline(100 * first["float"], color="#555555", linestyle="--", linewidth=1, label="in software, float")
        left.set_yticks(range(len(DEVICES)), list(DEVICES))
        left.set(xlabel="accuracy, JPEG CIFAR-10 (%)", xlim=(10, 85), title="Devices")
        left.invert_yaxis()
        left.legend(loc="lower left", fontsize=7)
        for place, (name, records) in enumerate(trends.items()):
            constant = name.endswith("constant")
            label = name.removesuffix(", error proportional").replace(", error constant", ", same error in every state")
            series = np.array([one["chips"] for one in records]) * 100
            mean = series.mean(axis=1)
            right.errorbar(
                [100 * error for error in ERRORS], mean, yerr=[mean - series.min(axis=1), series.max(axis=1) - mean],
                marker="so^v"[place % 4], capsize=2, color=COLOURS[place], linestyle=":" if constant else "-", label=label,
            )  # fmt: skip
        right.set_xscale("log")
        right.set_xticks([100 * error for error in ERRORS], [f"{100 * error:g}" for error in ERRORS])
        right.minorticks_off()
        right.set(xlabel="error of a cell: of its conductance; dotted: of the highest (%)", ylim=(0, 85),
                  title="Mapping and slicing, ideal converters")  # fmt: skip
        right.legend(loc="lower left", fontsize=6.5)
        save(canvas, FIGURE)


if __name__ == "__main__":
    main()
