"""A complete write-error curve against Arm's finite-volume solver, in the same run and at stated accuracy.

Stability 60, twice the critical current, ten points from 0.59 down to 1.5e-16. The peer is `solve_mtj_fp` of Arm's MRAM
simulation framework (BSD-3): put the folder of a checkout in REMANENCE_ARM_FRAMEWORK; without it only our side runs.
Errors are against the 70-digit Legendre oracle of tests/peers. Ours is first compiled, then timed as the best of five.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from remanence.device import junction, write_error_rate
from remanence.kernels.fokker_planck import cpu, fokker_planck, grid

ORACLE = Path(__file__).parents[1] / "tests" / "peers" / "legendre_oracle.csv"
PEER_STEPS = (1e-2, 1e-3)
"""Time steps of the peer: a coarse one, and its own default."""


def best(run: Callable[[], object], repeats: int = 5) -> tuple[float, float]:
    """Return the shortest and the longest of some runs, s."""
    run()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return min(seconds), max(seconds)


def exact() -> tuple[np.ndarray, np.ndarray]:
    with ORACLE.open() as file:
        rows = [(float(row["time"]), float(row["write_error"])) for row in csv.DictReader(file)
                if (row["stability"], row["force"]) == ("60.0", "2.0")]  # fmt: skip
    return np.array(rows).T[0], np.array(rows).T[1]


def peer(folder: str, step: float, times: np.ndarray) -> tuple[float, np.ndarray]:
    """Return seconds and write errors of Arm's solver with 1000 points and an exponential scheme."""
    sys.path.insert(0, str(Path(folder) / "src" / "fokker_plank" / "fvm"))
    os.environ.setdefault("MPLBACKEND", "agg")
    from mtj_fp_fvm import solve_mtj_fp  # type: ignore[import-not-found]

    start = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        data = solve_mtj_fp(dim_points=1000, delta=60.0, i0=2.0, t_step=step, T=float(times[-1]))
    seconds = time.perf_counter() - start
    z, density = data["z0"], data["rho"]
    up = np.trapezoid(density[z >= 0], z[z >= 0], axis=0) / np.trapezoid(density, z, axis=0)
    return seconds, np.interp(times, data["t0"], up)


def main() -> None:
    times, truth = exact()
    nodes, weights = np.polynomial.legendre.leggauss(8)
    one = (np.array([60.0]), np.zeros(1), np.array([[2.0]]), np.array([[np.inf]]), times[None])

    def single(cells: int) -> np.ndarray:
        upper, _, _ = cpu.march(*one, grid(cells), 0.5 * (nodes + 1.0), 0.5 * weights, 1.5)
        return np.asarray(upper[0])

    def curve(tolerance: float) -> np.ndarray:
        return np.asarray(fokker_planck(one[0], *one[2:], tolerance=tolerance).upper[0])

    ours = {}
    print(
        f"stability 60, i = 2, {times.size} points down to {truth[-1]:.1e}; largest relative error against the oracle"
    )
    for name, run in {
        "one grid of 576 cells": lambda: single(576),
        "tolerance 1e-2": lambda: curve(1e-2),
        "tolerance 1e-4": lambda: curve(1e-4),
        "tolerance 1e-6": lambda: curve(1e-6),
    }.items():
        low, high = best(run)
        ours[name] = low, float(np.max(np.abs(run() / truth - 1.0)))
        print(f"ours, {name:24s}: {low * 1e3:9.2f} ms (worst of five {high * 1e3:.2f}), error {ours[name][1]:.1e}")
    folder = os.environ.get("REMANENCE_ARM_FRAMEWORK", "")
    if Path(folder, "src", "fokker_plank", "fvm").is_dir():
        for step in PEER_STEPS:
            seconds, found = peer(folder, step, times)
            error = float(np.max(np.abs(found / truth - 1.0)))
            print(f"Arm FVM, 1000 points, step {step:g}: {seconds * 1e3:15.0f} ms, error {error:.1e}")
            for name, (low, own) in ours.items():
                print(f"    ours at {name}: {seconds / low:8.0f} times faster, error {error / own:.0f} times smaller")
    else:
        print("Arm FVM: REMANENCE_ARM_FRAMEWORK names no checkout; skipped")
    rng = np.random.Generator(np.random.Philox(1))
    devices = junction("cofeb-double-mgo", diameter=rng.normal(30e-9, 1e-9, 200)[:, None])
    pulses = np.linspace(2e-9, 20e-9, 10)
    for tolerance in (1e-2, 1e-4, 1e-6):
        low, high = best(lambda t=tolerance: write_error_rate(devices, voltage=1.0, duration=pulses, tolerance=t), 2)  # type: ignore[misc]
        print(f"200 devices x 10 pulses, tolerance {tolerance:g}: {2000 / low:.0f} points/s (worst {2000 / high:.0f})")


if __name__ == "__main__":
    main()
