"""Measure a ResNet-8 on crossbars of five devices: the figures of docs/validation/networks.md, and its chart.

Run: python scripts/make_resnet8.py [part of a name ...]
It needs what examples/resnet8_cifar.py needs, and matplotlib; about a quarter of an hour on two cores. Each case is
kept in results/resnet8/ as it comes and not measured again, so that several processes can share the cases by name.
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
RESULTS = ROOT / "results" / "resnet8"
IMAGES, CALIBRATION, BATCH = 500, 100, 100
CHIPS, SLICED_CHIPS, NOISE_CHIPS = 40, 6, 12
TREND_IMAGES, TREND_CHIPS = 200, 3
ERRORS = (0.05, 0.1, 0.2)
LAYOUTS = {
    "pair, whole weight": ("sign-magnitude", 7),
    "pair, 7 binary slices": ("sign-magnitude", 1),
    "offset, whole weight": ("offset", 8),
    "offset, 8 binary slices": ("offset", 1),
}
NOISE, EPOCHS, TRAINING_IMAGES = 0.04, 3, 10_000
"""Training with noise: standard deviation over the largest weight of an output, and how long."""


class Bench:
    """Accuracies measured once and kept."""

    def __init__(self, folder: Path, wanted: list[str]) -> None:
        self.calibration, _ = read_images(folder / TRAIN, CALIBRATION)
        self.images, self.labels = read_images(folder / TEST, IMAGES)
        self.wanted = wanted
        RESULTS.mkdir(parents=True, exist_ok=True)

    def passes(self, name: str) -> bool:
        """Return whether a case is to be measured in this process, and was not before."""
        asked = not self.wanted or any(part in name for part in self.wanted)
        return asked and not self.file(name).is_file()

    def file(self, name: str) -> Path:
        """Return where a case is kept."""
        return RESULTS / f"{name.replace(' ', '-')}.json"

    def right(self, scores: Any, images: int) -> float:
        """Return the share of right answers; ``scores`` gives those of a batch."""
        batches = range(0, images, BATCH)
        found = [scores(self.images[i : i + BATCH]).argmax(dim=1) == self.labels[i : i + BATCH] for i in batches]
        return float(torch.cat(found).double().mean())

    def run(self, name: str, model: nn.Module, target: Platform, images: int, chips: int) -> dict[str, Any] | None:
        """Return accuracy in float, in whole numbers, with nominal cells, and on each programmed chip."""
        if not self.passes(name):
            return json.loads(self.file(name).read_text()) if self.file(name).is_file() else None
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
        self.file(name).write_text(json.dumps(record))
        print(name, record, flush=True)
        return record


def accuracy(record: dict[str, Any]) -> Accuracy:
    """Return a record as the package states accuracies."""
    return Accuracy(float_model=record["float"], quantised=record["integer"], nominal=record["nominal"],
                    chips=np.array(record["chips"]), images=record["images"])  # fmt: skip


def main() -> None:
    """Measure what is asked for; with all cases at hand, print and draw."""
    folder = Path(os.environ["REMANENCE_DATA"])
    model, bench = read_network(folder / NETWORK), Bench(folder, sys.argv[1:])
    devices: dict[str, Any] = {}
    for analog in (True, False):
        for device in DEVICES:
            if holds_levels(device) or not analog:
                target = chip(device, analog=analog)
                chips = CHIPS if analog else SLICED_CHIPS
                devices[target.name] = bench.run(target.name, model, target, IMAGES, chips)
    for device in ("STT-MRAM, 2T2MTJ", "ReRAM, Milo 2021"):
        target = chip(device).vary(crossbar__converter__kind="ideal", crossbar__inputs="pulse")
        name = f"{device}, slices and ideal converters"
        devices[name] = bench.run(name, model, target, IMAGES, SLICED_CHIPS)
    trends: dict[str, list[Any]] = {}
    for proportional in (True, False):
        for layout, (scheme, bits) in LAYOUTS.items():
            if proportional or "whole" in layout:
                name = f"{layout}, error {'proportional' if proportional else 'constant'}"
                trends[name] = [bench.run(f"{name} {error}", model, synthetic(scheme, bits, error, proportional),
                                          TREND_IMAGES, TREND_CHIPS) for error in ERRORS]  # fmt: skip
    names = {f"{device}, trained with noise": device for device in DEVICES if holds_levels(device)}
    if any(map(bench.passes, names)):
        images, labels = read_images(folder / TRAIN, TRAINING_IMAGES)
        model = train_with_noise(model, images, labels, noise=NOISE, epochs=EPOCHS, seed=0)
    for name, device in names.items():
        devices[name] = bench.run(name, model, chip(device, analog=True), IMAGES, NOISE_CHIPS)
    if None in devices.values() or any(None in records for records in trends.values()):
        print("more cases to measure")
        return
    for name, record in devices.items():
        found = accuracy(record)
        low, high = found.interval
        cells = [found.float_model, found.quantised, found.nominal, found.mean, low, high, found.worst]
        print(
            f"| {name} |", " | ".join(f"{100 * cell:.1f}" for cell in cells), f"| {record['seconds per image']:.3f} s"
        )
    for name, records in trends.items():
        print(f"| {name} | " + " | ".join(f"{np.mean(one['chips']):.1%}" for one in records) + " |")
    figure(devices, trends)


def figure(devices: dict[str, Any], trends: dict[str, list[Any]]) -> None:
    """Draw accuracy of the devices, and of mappings against the error of a cell."""
    with mpl.rc_context(STYLE):
        canvas = Figure(figsize=(9.0, 4.4), layout="constrained")
        left, right = canvas.subplots(1, 2)
        first = next(iter(devices.values()))
        groups = (("binary slices", "s"), ("analog", "o"), ("trained with noise", "^"))
        for place, (kind, mark) in enumerate(groups):
            for row, device in enumerate(DEVICES):
                record = devices.get(f"{device}, {kind}")
                if record is not None:
                    found = accuracy(record)
                    reach = [[100 * (found.mean - found.interval[0])], [100 * (found.interval[1] - found.mean)]]
                    left.errorbar([100 * found.mean], [row + 0.18 * (place - 1)], xerr=reach, marker=mark, capsize=2,
                                  color=COLOURS[place], linestyle="none")  # fmt: skip
        labels = ("binary slices", "one pair a weight", "the same, network trained with noise")
        for place, (label, (_, mark)) in enumerate(zip(labels, groups, strict=True)):
            left.plot([], [], marker=mark, color=COLOURS[place], linestyle="none", label=label)
        left.axvline(100 * first["float"], color="#555555", linestyle="--", linewidth=1, label="in software, float")
        left.set_yticks(range(len(DEVICES)), list(DEVICES))
        left.set(xlabel="accuracy, JPEG CIFAR-10 (%)", xlim=(10, 85), title="Devices")
        left.set_ylim(len(DEVICES) - 0.6, -0.5)
        left.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), fontsize=7, ncol=2)
        for place, (name, records) in enumerate(trends.items()):
            constant = name.endswith("constant")
            label = name.removesuffix(", error proportional").replace(", error constant", ", same error in every state")
            series = np.array([one["chips"] for one in records]) * 100
            mean = series.mean(axis=1)
            right.errorbar(
                [100 * error for error in ERRORS], mean, yerr=[mean - series.min(axis=1), series.max(axis=1) - mean],
                marker="so^v"[place % 4], capsize=2, color=COLOURS[place], linestyle=":" if constant else "-",
                label=label,
            )  # fmt: skip
        right.set_xscale("log")
        right.set_xticks([100 * error for error in ERRORS], [f"{100 * error:g}" for error in ERRORS])
        right.minorticks_off()
        right.set(xlabel="error of a cell (%)", ylim=(0, 85),
                  title="Mapping and slicing, ideal converters")  # fmt: skip
        right.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), fontsize=7, ncol=2)
        save(canvas, FIGURE)


if __name__ == "__main__":
    main()
