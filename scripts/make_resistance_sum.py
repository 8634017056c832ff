"""Run the published resistance-sum case: print the figures of docs/validation/resistance-sum.md and draw its chart.

Needs torch, matplotlib and REMANENCE_DATA with mnist.npz; about a quarter of an hour on two cores.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from examples.resistance_sum_mnist import Deployed, accuracy, signs, train  # noqa: E402

from remanence.circuit import Node, Periphery  # noqa: E402
from remanence.core.declare import declarations, is_value, replace  # noqa: E402
from remanence.core.stream import Stream  # noqa: E402
from remanence.crossbar import Resistancesum, program_strings  # noqa: E402
from remanence.data import Draws, build  # noqa: E402
from remanence.network.datasets import load_dataset  # noqa: E402
from remanence.report.figures import STYLE, save  # noqa: E402
from remanence.report.palette import COLOURS  # noqa: E402

FIGURE = ROOT / "docs" / "figures" / "resistance-sum.svg"
SOFTWARE, CHIP = 0.9524, 0.9323  # Jung et al., Nature 601, 211 (2022), abstract
WIDTHS, SEEDS, CHIPS, EPOCHS, DRAWS = (64, 128, 256), 3, 5, 10, 40
SPREADS = (0.0, 0.03, 0.05, 0.08, 0.12, 0.16, 0.2)
BITS = (3, 4, 5, 6, 7)


def one(item: Any, draw: int) -> Any:
    """Return one draw of a value with array fields."""
    if is_value(item):
        return replace(item, **{name: one(getattr(item, name), draw) for name in declarations(type(item))})
    return float(item[draw]) if isinstance(item, np.ndarray) else item


def spread(bar: Resistancesum, share: float) -> Resistancesum:
    """Return the array with another spread of R_P."""
    junction = bar.cell.mtj
    film = replace(junction.stack, resistance_spread=share)
    return replace(bar, cell=replace(bar.cell, junction=replace(junction, stack=film)))


def main() -> None:
    """Train, program, sweep, write."""
    data = load_dataset(str(Path(os.environ["REMANENCE_DATA"]) / "mnist.npz"))
    inputs, labels = signs(data.test_images), data.test_labels.numpy()
    bar, node = build(Resistancesum, "stt-64x64"), build(Node, "cmos-28nm")

    def run(net: Deployed, array: Resistancesum, cmos: Node, seed: int) -> float:
        return accuracy(net, inputs, labels, bar=array, node=cmos, stream=Stream(seed).child("chip"))

    rows, nets = [], {}
    for width in WIDTHS:
        for seed in range(SEEDS):
            nets[width, seed] = train(data, hidden=width, epochs=EPOCHS, seed=seed)
        software = np.array([accuracy(nets[width, seed], inputs, labels) for seed in range(SEEDS)])
        chips = np.array([[run(nets[width, seed], bar, node, chip) for chip in range(CHIPS)] for seed in range(SEEDS)])
        rows.append((width, software, chips))
        print(width, software, chips)
    nearest = min(rows, key=lambda row: abs(row[1].mean() - SOFTWARE))
    width, software, chips = nearest
    net = nets[width, 0]

    spreads = np.array([[run(net, spread(bar, share), node, chip) for chip in range(3)] for share in SPREADS])
    bits = np.array([[run(net, replace(bar, bits=count), node, chip) for chip in range(3)] for count in BITS])
    draws = Draws(seed=0, count=DRAWS)
    bars, nodes = build(Resistancesum, "stt-64x64", draws), build(Node, "cmos-28nm", draws)
    ranged = np.array([run(net, one(bars, draw), one(nodes, draw), draw) for draw in range(DRAWS)])
    print(spreads, bits, ranged, sep="\n")
    strings = program_strings(net.first, bar, node, Stream(0))
    error = (strings.multiply(inputs[:500]) - inputs[:500].astype(int) @ net.first).ravel()
    cost = bar.cost(node, build(Periphery, "standard"))
    print("nominal R_P, R_AP and the rest of a cell, ohm:", bar.nominal(node))
    print("error of a sum of 784 products:", error.mean(), error.std())
    print("read:", cost.step_time, "s;", cost.bitline_read, cost.conversion, cost.wordline_toggle, "J")
    print("90 % interval over the ranges of the cards:", np.percentile(ranged, [5, 50, 95]))
    figure(spreads, bits, ranged, software.mean())


def figure(spreads: Any, bits: Any, ranged: Any, software: float) -> None:
    """Draw the three panels."""
    with mpl.rc_context(STYLE):
        canvas = Figure(figsize=(9.0, 3.1), layout="constrained")
        axes: Any = canvas.subplots(1, 3, sharey=True)
        panels = (
            (axes[0], [100 * s for s in SPREADS], spreads, "spread of R_P (%)", "7-bit converter"),
            (axes[1], list(BITS), bits, "converter bits", "spread of the card, 5 %"),
        )
        for axis, places, values, label, title in panels:
            mean = 100 * values.mean(axis=1)
            axis.errorbar(places, mean, yerr=[mean - 100 * values.min(axis=1), 100 * values.max(axis=1) - mean],
                          marker="o", capsize=2, color=COLOURS[0], label="three chips, mean and range")  # fmt: skip
            axis.set(xlabel=label, title=title)
        axes[0].set_ylim(88.0, 96.5)
        axes[2].hist(
            100 * ranged, bins=[88.0 + 0.25 * k for k in range(34)], orientation="horizontal", color=COLOURS[0]
        )
        axes[2].set(xlabel=f"of {len(ranged)} draws", title="every row over its range")
        for axis in axes:
            axis.axhline(100 * software, color="#555555", linestyle="--", linewidth=1, label="this network in software")
            axis.axhline(100 * CHIP, color=COLOURS[1], linewidth=1, label="published chip, 93.23 %")
        axes[0].set_ylabel("MNIST accuracy (%)")
        axes[0].legend(loc="lower left", fontsize=7)
        save(canvas, FIGURE)


if __name__ == "__main__":
    main()
