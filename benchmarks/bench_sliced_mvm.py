"""Speed of `sliced_mvm` against the loop of matrix products that other tools use, in the same run.

The peer is the structure of CrossSim and NeuroSim, written with torch: for every block, input bit and slice one float32
matrix product, then scale, round, clip and add. Both get the same numbers and must agree bit for bit. The distance to
the limit is given against the float32 matrix products alone, measured here with the same shapes.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import torch

from remanence.kernels.sliced_mvm import sliced_mvm

VECTORS, DEPTH, COLUMNS, SLICES, BITS, ROWS = 256, 1024, 1024, 8, 8, 128
STEP = 2.0
GRID = 16


def median_time(run: Callable[[], object], repeats: int = 5) -> float:
    run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.integers(0, 256, (VECTORS, DEPTH))
    cells = rng.integers(-(2**GRID), 2**GRID + 1, (SLICES, DEPTH, COLUMNS)).astype(np.int32)
    scale = np.float32(2.0**-GRID / STEP)

    def ours() -> np.ndarray:
        result, _ = sliced_mvm(
            inputs, cells, input_bits=BITS, signed=False, rows=ROWS, scale=float(scale), low=-128, high=127
        )
        return result

    codes = torch.from_numpy(inputs)
    weights = torch.from_numpy(cells.astype(np.float32))

    def peer() -> torch.Tensor:
        result = torch.zeros((VECTORS, COLUMNS), dtype=torch.int64)
        for start in range(0, DEPTH, ROWS):
            for bit in range(BITS):
                plane = ((codes[:, start : start + ROWS] >> bit) & 1).float()
                for weight in range(SLICES):
                    partial = plane @ weights[weight, start : start + ROWS]
                    code = torch.clamp(torch.round(partial * float(scale)), -128, 127)
                    result += code.to(torch.int64) << (bit + weight)
        return result

    flat = torch.rand((VECTORS * BITS, ROWS))
    block = torch.rand((ROWS, COLUMNS))

    def products_alone() -> None:
        for _ in range(DEPTH // ROWS * SLICES):
            _ = flat @ block

    assert np.array_equal(ours(), peer().numpy()), "results differ: no speed is reported"
    linear = torch.nn.Linear(DEPTH, COLUMNS)
    images = torch.rand((VECTORS, DEPTH))
    with torch.no_grad():
        plain = median_time(lambda: linear(images), 20)
    t_ours, t_peer, t_products = (median_time(run) for run in (ours, peer, products_alone))
    print(f"{VECTORS} x {DEPTH} x {COLUMNS}, {SLICES} slices x {BITS} input bits, {ROWS} rows, a converter per sum")
    print(f"threads: torch {torch.get_num_threads()}")
    print(f"loop of matrix products (torch): {t_peer * 1e3:8.1f} ms")
    print(f"sliced_mvm, cpu:                 {t_ours * 1e3:8.1f} ms   {t_peer / t_ours:.2f} times faster")
    print(
        f"matrix products alone:           {t_products * 1e3:8.1f} ms   ours takes {t_ours / t_products:.2f} times that"
    )
    print(f"one float32 Linear:              {plain * 1e3:8.1f} ms   ours takes {t_ours / plain:.0f} times that")


if __name__ == "__main__":
    main()
