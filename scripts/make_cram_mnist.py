"""A trained binary network on MNIST in CRAM: docs/validation/cram-mnist.md and its figure, accuracy against errors.

Needs torch, matplotlib and REMANENCE_DATA with mnist.npz; some minutes on two cores.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "examples")]

from examples.cram_binary_network import HIDDEN, classes, layers, prepared, software  # noqa: E402
from examples.resistance_sum_mnist import signs  # noqa: E402

from remanence import cram  # noqa: E402
from remanence.core import units  # noqa: E402
from remanence.cram.arithmetic.redundancy import triplicate  # noqa: E402
from remanence.cram.program import Program  # noqa: E402
from remanence.cram.simulate import Errors, run  # noqa: E402
from remanence.report.figures import STYLE, save  # noqa: E402
from remanence.report.palette import colour  # noqa: E402

RATES = tuple(float(rate) for rate in np.geomspace(1e-6, 1e-2, 9))
GATES, COLUMNS, SEEDS = ("NOT", "NAND2"), 1024, 2
PAGE, FIGURE = ROOT / "docs" / "validation" / "cram-mnist.md", ROOT / "docs" / "figures" / "cram-mnist.svg"


def chain(programs: tuple[Program, ...], bits: NDArray[np.int64], errors: Errors, seed: int) -> NDArray[np.int64]:
    """Return the classes by a program of the hidden layer and one of the classes."""
    given = {f"x0[{place}]": bits[:, place] for place in range(bits.shape[1])}
    hidden = run(programs[0], given, errors=errors, seed=seed)
    between = {f"x0[{place}]": hidden[f"y[{place}]"] for place in range(HIDDEN)}
    return np.asarray(run(programs[1], between, errors=errors, seed=seed + 1000)["y"])


def main() -> None:
    """Train, run, sweep, write."""
    started = time.perf_counter()
    data, net = prepared(os.environ["REMANENCE_DATA"], epochs=8)
    inputs, labels = signs(data.test_images), data.test_labels.numpy()
    bits = ((inputs + 1) // 2).astype(np.int64)
    trained = time.perf_counter() - started
    hidden, apart = (layers(net, cram.asarray(bits, 1), together)[0] for together in (8, 2))  # copies take cells
    last = classes(net, cram.asarray(np.zeros((len(bits), HIDDEN), np.int64), 1))
    plain = tuple(cram.schedule(each.netlist(GATES), columns=COLUMNS) for each in (hidden, last))
    voted = tuple(cram.schedule(triplicate(each.netlist(GATES), GATES), columns=COLUMNS) for each in (apart, last))
    kinds = {"once": plain, "three copies, a vote after each layer": voted}
    right = software(net, inputs)
    for name, programs in kinds.items():
        assert np.array_equal(chain(programs, bits, None, 0), right), name
    base = float(np.mean(right == labels))

    def right_at(programs: tuple[Program, ...], rate: float, seed: int) -> float:
        return float(np.mean(chain(programs, bits, {"NOT": [rate] * 2, "NAND2": [rate] * 3}, seed) == labels))

    curves = {
        name: np.array([[right_at(programs, rate, seed) for seed in range(SEEDS)] for rate in RATES])
        for name, programs in kinds.items()
    }
    rows = []
    for cell in ("stt-45nm", "stt-10nm"):
        array = cram.Array(cell=cell)
        for name, programs in kinds.items():
            found = np.mean(chain(programs, bits, array, 0) == labels)
            costs = [program.cost(array, rows=len(bits)) for program in programs]
            rows.append([cell, name, f"{sum(each.gate_steps for each in costs):,}", f"{found:.2%}",
                         units.show(sum(each.latency for each in costs), "s"),
                         units.show(sum(each.energy for each in costs), "J"),
                         f"{sum(each.expected_errors for each in costs) / len(bits):.3g}"])  # fmt: skip
    figure(curves, base)
    wall = time.perf_counter() - started
    table = [
        [f"{rate:.1e}", *(f"{curves[name][place].mean():.2%}" for name in kinds)] for place, rate in enumerate(RATES)
    ]
    PAGE.write_text("\n".join([
        "# A trained binary network on MNIST in CRAM",
        "",
        f"Made by `python scripts/make_cram_mnist.py` with MNIST (REMANENCE_DATA), {wall:.0f} s on two cores that had "
        f"other work, of which training {trained:.0f} s.",
        "",
        f"14 x 14 pixels of one bit, {HIDDEN} neurons and 10 classes with weights of one bit, eight epochs, one seed. "
        "A row of the array holds an image; weights and thresholds are part of the program, each class's scale and "
        "offset are whole numbers of 7 bits. Every one of the 10,000 answers is that of NumPy while no gate errs, once "
        f"and with three copies alike: {base:.2%} are right.",
        "",
        "![accuracy against the error of a gate](../figures/cram-mnist.svg)",
        "",
        f"Accuracy over all test images, mean of {SEEDS} runs, every gate wrong as often as said, whatever its inputs; "
        "presets do not fail:",
        "",
        *_markdown(["error of a gate", *kinds], table),
        "",
        "With the errors of published device sets, each gate by its inputs, presets wrong once in a million pulses; "
        "time and energy of all 10,000 images in ten arrays of 1,024 rows, node `cmos-22nm`:",
        "",
        *_markdown(["set", "gates", "gate steps", "right", "time", "energy", "wrong outcomes an image"], rows),
        "",
        *(f"- {line}." for line in remarks(curves, base)),
        "",
    ]), encoding="utf-8")  # fmt: skip
    print(PAGE.read_text(encoding="utf-8"))


def remarks(curves: dict[str, NDArray[np.float64]], base: float) -> list[str]:
    """Return in words up to which error a point of accuracy is kept."""
    lines = []
    for name, curve in curves.items():
        kept = [rate for rate, found in zip(RATES, curve.mean(axis=1), strict=True) if found >= base - 0.01]
        lines.append(f"{name}: less than a point is lost up to an error of {max(kept, default=0.0):.1e} a gate")
    lines.append(
        "a vote helps while two copies of a neuron seldom err together; where a copy is wrong half of the time it has "
        "nothing left to save, and the last vote is made of gates that fail too"
    )
    return lines


def figure(curves: dict[str, NDArray[np.float64]], base: float) -> None:
    """Draw accuracy against the error of a gate."""
    with mpl.rc_context(STYLE):
        canvas = Figure(figsize=(6.4, 3.6), layout="constrained")
        axis = canvas.subplots()
        for place, (name, curve) in enumerate(curves.items()):
            axis.fill_between(
                RATES, 100 * curve.min(axis=1), 100 * curve.max(axis=1), color=colour(place), alpha=0.25, lw=0
            )
            axis.plot(RATES, 100 * curve.mean(axis=1), marker="o", ms=3.5, color=colour(place), label=name)
        axis.axhline(100 * base, color="#444444", lw=0.8, ls="--", label="no errors")
        axis.set(xscale="log", xlabel="error of a gate", ylabel="MNIST test images right, %", ylim=(0, 100))
        axis.legend(frameon=False, fontsize=8, loc="lower left")
        save(canvas, FIGURE)


def _markdown(headings: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(headings)} |", f"|{' --- |' * len(headings)}", *(f"| {' | '.join(row)} |" for row in rows)]


if __name__ == "__main__":
    main()
