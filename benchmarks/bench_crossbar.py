"""Speed of a layer on arrays against the loop of matrix products that other tools use, and against CrossSim itself.

Linear 1024 x 1024, 256 vectors, 128 rows, a converter on each partial sum. Three parts in one run:

- The loop is the structure of CrossSim and NeuroSim, written with torch: for every block, input bit and slice one
  float32 matrix product, then scale, round, clip and add. Both sides get the same numbers and must agree bit for bit.
- Limits: the float32 matrix products alone, the counts of bits alone, and one plain float32 layer.
- CrossSim, where `REMANENCE_CROSSSIM` names its checkout: its balanced cores with 8-bit weights, 5 % programming
  error, 8-bit inputs and 8-bit sign-magnitude converters. The kernel gets the conductances that CrossSim programmed.
  Both results must agree to 1 %: a conversion next to a threshold may go either way.

No speed is reported of results that differ.
"""

from __future__ import annotations

import importlib
import operator
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from remanence.core.stream import Stream
from remanence.kernels.sliced_mvm import Cells, Conversion, Noise, Staircase, Uniform, popcount, sliced_mvm

VECTORS, DEPTH, COLUMNS, SLICES, BITS, ROWS = 256, 1024, 1024, 8, 8, 128
GRID = 16
CONVERSIONS = VECTORS * COLUMNS * SLICES * BITS * DEPTH // ROWS
POWERS = 2 ** np.arange(8)


def median_time(run: Callable[[], object], repeats: int = 7) -> float:
    run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def bits_of(inputs: np.ndarray) -> np.ndarray:
    return np.stack([(inputs >> bit) & 1 for bit in range(BITS)]).astype(np.int16)


def loop(inputs: np.ndarray, cells: np.ndarray, scale: float, low: int, high: int) -> Callable[[], torch.Tensor]:
    """Return the loop of matrix products; what belongs to programming is done before."""
    codes, weights, factor = torch.from_numpy(inputs), torch.from_numpy(cells.astype(np.float32)), float(scale)

    def run() -> torch.Tensor:
        result = torch.zeros((VECTORS, COLUMNS), dtype=torch.int64)
        for start in range(0, DEPTH, ROWS):
            for bit in range(BITS):
                plane = ((codes[:, start : start + ROWS] >> bit) & 1).float()
                for weight in range(SLICES):
                    partial = plane @ weights[weight, start : start + ROWS]
                    code = torch.clamp(torch.round(partial * factor), low, high)
                    result += code.to(torch.int64) << (bit + weight)
        return result

    return run


def ours(digits: np.ndarray, cells: Cells, conversion: Conversion, **kw: Any) -> Callable[[], Any]:
    weights = {"input_weights": POWERS[: len(digits)], "cell_weights": POWERS[: len(cells.values)]}
    return lambda: sliced_mvm(digits, cells, rows=ROWS, conversion=conversion, **weights | kw)


def against_the_loop(inputs: np.ndarray, plain: float) -> None:
    rng = np.random.default_rng(1)
    digits, shape = bits_of(inputs), (SLICES, DEPTH, COLUMNS)
    bit = rng.integers(0, 2, shape)
    layers = [
        ("nominal, binary", bit, 2.0),
        ("nominal, binary, on/off 3", 1000 + 2000 * bit, 6000.0),
        ("nominal, differential", rng.integers(-1, 2, shape) << GRID, 2.0 * 2**GRID),
        ("perturbed", rng.integers(-(2**GRID), 2**GRID + 1, shape), 2.0 * 2**GRID),
    ]
    print(f"{'cells':28}{'path':>14}{'ours':>10}{'loop':>10}{'ratio':>8}{'layers':>8}{'conversions/s':>16}")
    for name, cells, step in layers:
        peer = loop(inputs, cells, float(np.float32(1 / step)), -128, 127)
        held = Cells(cells)
        run = ours(digits, held, Uniform(1 / step, -128, 127))
        product = run()
        assert np.array_equal(product.values, peer().numpy()), "results differ: no speed is reported"
        mine, theirs = median_time(run), median_time(peer, 3)
        print(f"{name:28}{product.path:>14}{mine * 1e3:7.1f} ms{theirs * 1e3:7.0f} ms{theirs / mine:8.1f}"
              f"{mine / plain:8.1f}{CONVERSIONS / mine:16.3g}")  # fmt: skip
        fresh = median_time(lambda cells=cells, step=step: ours(digits, Cells(cells), Uniform(1 / step, -128, 127))())  # type: ignore[misc]
        print(f"{'  cells given as an array':28}{'':14}{fresh * 1e3:7.1f} ms{'':10}{theirs / fresh:8.1f}")

    thresholds = (np.arange(-127, 128) - 0.5 + rng.normal(0, 0.2, (COLUMNS // 8, 255))) * 2.0 * 2**GRID
    staircase = Staircase(np.sort(thresholds, axis=1), np.arange(COLUMNS) // 8, -128)
    uniform = Uniform(0.5 / 2**GRID, -128, 127)
    key, variance = Stream(1).key, (0.01 * cells.astype(np.float32)) ** 2
    noises = {"noise of converters": Noise(key, 2.0**GRID / 2), "noise of cells": Noise(key, 2.0**GRID / 2, variance)}
    for name, kw in (
        ("a staircase per 8 columns", {"conversion": staircase}),
        *((name, {"conversion": uniform, "noise": noise}) for name, noise in noises.items()),
    ):
        few = ours(digits[:, :16], held, **kw)  # type: ignore[arg-type]
        first = ours(digits[:, :16], held, backend="reference", **kw)  # type: ignore[arg-type]
        # a Gaussian in float32 may carry a sum over a threshold that float64 does not
        assert np.mean(few().values != first().values) < (0.05 if "noise" in name else 1e-9), "results differ"
        run = ours(digits, held, **kw)  # type: ignore[arg-type]
        mine = median_time(run, 3)
        print(f"{'perturbed, ' + name:28}{run().path:>14}{mine * 1e3:7.1f} ms{'':18}{mine / plain:8.1f}"
              f"{CONVERSIONS / mine:16.3g}")  # fmt: skip


def limits(plain: float) -> None:
    flat, block = torch.rand((VECTORS * BITS, ROWS)), torch.rand((ROWS, COLUMNS))

    def products() -> None:
        for _ in range(DEPTH // ROWS * SLICES):
            _ = flat @ block

    rng = np.random.default_rng(2)
    driven = rng.integers(0, 256, (512, ROWS // 8)).astype(np.uint8)
    bits = rng.integers(0, 256, (1, ROWS // 8, 256)).astype(np.uint8)
    partial, totals = np.empty((512, 256), np.float32), np.zeros(256, np.float32)
    numbers = np.array([0, 1, 0], np.float32)
    counting = median_time(lambda: popcount.sums(driven, bits, 0, 256, totals, numbers, partial), 100)
    counting *= CONVERSIONS / partial.size
    print(f"one plain float32 layer (torch, {torch.get_num_threads()} threads): {plain * 1e3:.2f} ms")
    print(f"the float32 matrix products alone: {median_time(products) * 1e3:.0f} ms")
    print(f"the counts of bits alone, one thread: {counting * 1e3:.1f} ms, "
          f"{CONVERSIONS * ROWS / counting:.3g} binary products/s")  # fmt: skip


def without_bit_serial(inputs: np.ndarray, plain: float) -> None:
    rng = np.random.default_rng(3)
    cells = rng.integers(-127, 128, (1, DEPTH, COLUMNS))
    fine = rng.integers(-(2**GRID), 2**GRID + 1, (1, DEPTH, COLUMNS))
    whole = inputs[None].astype(np.int16)
    for name, values, conversion in (
        ("whole inputs, nominal cells", cells, Uniform(1 / 8192.0, -127, 127)),
        ("whole inputs, cells of 17 bits", fine, Uniform(1 / 2.0**22, -127, 127)),
        ("whole inputs, no converter", cells, None),
        ("bits, 8-bit cells, lossless", cells, Uniform(1.0, -(2**15), 2**15)),
    ):
        digits = bits_of(inputs) if name.startswith("bits") else whole
        run = ours(digits, Cells(values), conversion)
        expected = ours(digits[:, :16], Cells(values), conversion, backend="reference")().values
        assert np.array_equal(run().values[:16], expected), "results differ: no speed is reported"
        mine = median_time(run, 15)
        print(f"{name:32}{run().path:>16}{mine * 1e3:8.2f} ms = {mine / plain:.2f} plain layers")


def against_crosssim(plain: float) -> None:
    simulator = importlib.import_module("simulator")
    styles = importlib.import_module("simulator.parameters.core_parameters").CoreStyle

    rng = np.random.default_rng(4)
    matrix = rng.normal(0, 1 / 32, (COLUMNS, DEPTH)).astype(np.float32)
    images = np.maximum(rng.normal(size=(DEPTH, VECTORS)), 0).astype(np.float32)
    top = float(images.max())
    inputs = np.rint(images.T / top * 255).astype(np.int64)
    print(f"{'CrossSim':44}{'CrossSim':>10}{'ours':>11}{'ratio':>8}{'layers':>8}")
    for name, slices, serial, states in (
        ("whole inputs, one slice", 1, False, (1e4, 1e6)),
        ("bit-serial, one slice", 1, True, (1e4, 1e6)),
        ("bit-serial, 7 binary slices, on/off 3", 7, True, (3e3, 9e3)),
    ):
        p = simulator.CrossSimParameters()
        p.core.rows_max, p.core.weight_bits = ROWS, 8
        p.core.mapping.inputs.mvm.min, p.core.mapping.inputs.mvm.max = 0.0, top
        if slices > 1:
            p.core.style, p.core.bit_sliced.num_slices = styles.BITSLICED, slices
        p.xbar.device.Rmin, p.xbar.device.Rmax = states
        p.xbar.device.cell_bits = 7 // slices
        settings = {
            "xbar.device.programming_error": {"enable": True, "model": "NormalProportionalDevice", "magnitude": 0.05},
            "xbar.adc.mvm": {"model": "SignMagnitudeADC", "bits": 8, "adc_range_option": "MAX", "adc_per_ibit": serial},
            "xbar.dac.mvm": {"model": "QuantizerDAC", "bits": 8, "signed": False, "input_bitslicing": serial},
        }
        for place, fields in settings.items():
            for field, value in fields.items():
                # a field may replace the record it is in: look it up anew
                setattr(operator.attrgetter(place)(p), field, value)
        np.random.seed(0)  # noqa: NPY002  # CrossSim draws from the global generator
        core = simulator.AnalogCore(matrix, p)
        tiles = core.cores[0]
        parts = [np.reshape(np.asarray(tile.W_balanced), (slices, COLUMNS, -1)) for tile in tiles]
        programmed = np.concatenate(parts, axis=2).transpose(0, 2, 1)
        converters = [each.mvm for each in (tiles[0].adcs if slices > 1 else [tiles[0].adc])]
        steps = np.array([(each.levels - 1) / each.range for each in converters])
        assert np.ptp(steps) == 0
        digits, drive = (bits_of(inputs), 1.0) if serial else (inputs[None].astype(np.int16), 255.0)
        exponent = int(np.floor(np.log2((2**24 - 1) / (ROWS * np.abs(programmed).max()))))
        cells = Cells(np.rint(np.ldexp(programmed, exponent)).astype(np.int32))
        run = ours(digits, cells, Uniform(steps[0] / drive * 2.0**-exponent, -127, 127))
        got, expected = run().values.T.astype(float), np.asarray(core.matmat(images))
        factor = float(np.vdot(got, expected) / np.vdot(got, got))
        distance = np.linalg.norm(got * factor - expected) / np.linalg.norm(expected)
        assert distance < 0.01, f"results differ by {distance:.3g}: no speed is reported"
        theirs, mine = median_time(lambda core=core: core.matmat(images), 3), median_time(run)  # type: ignore[misc]
        print(f"{name + f', differ by {distance:.1e}':44}{theirs * 1e3:7.0f} ms{mine * 1e3:8.1f} ms{theirs / mine:8.1f}"
              f"{mine / plain:8.1f}")  # fmt: skip


def main() -> None:
    inputs = np.random.default_rng(0).integers(0, 256, (VECTORS, DEPTH))
    linear, images = torch.nn.Linear(DEPTH, COLUMNS), torch.rand((VECTORS, DEPTH))
    with torch.no_grad():
        plain = median_time(lambda: linear(images), 30)
    limits(plain)
    against_the_loop(inputs, plain)
    without_bit_serial(inputs, plain)
    if "REMANENCE_CROSSSIM" in os.environ:
        sys.path.insert(0, os.environ["REMANENCE_CROSSSIM"])
        against_crosssim(plain)
    else:
        print("CrossSim: not measured (REMANENCE_CROSSSIM names no checkout)")


if __name__ == "__main__":
    main()
