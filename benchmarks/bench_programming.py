"""Programming ten million cells: our draws, which do not depend on threads or order, beside NumPy's own generator.

Run: python benchmarks/bench_programming.py
The peer does the same arithmetic with `numpy.random.Generator` (PCG64, ziggurat normals) on one thread, the way a
simulator without indexed draws programs its arrays; its numbers change with every other draw of the run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from remanence.core.stream import Stream
from remanence.data import build
from remanence.device import Junction, Resistive, junction, program_junctions, program_levels
from remanence.device.resistive import level_conductances, programming_spread

CELLS = 10_000_000
REPEATS = 5


def best(work: Callable[[], Any]) -> float:
    """Return the shortest of several runs, s."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def peer_junctions(cell: Junction, level: Any) -> Any:
    film, generator = cell.stack, np.random.default_rng(0)
    resistance = float(cell.resistance("P")) * np.exp(film.resistance_spread * generator.standard_normal(level.size))
    tmr = np.maximum(float(cell.tmr()) * (1.0 + film.tmr_spread * generator.standard_normal(level.size)), 0.0)
    held = level ^ (generator.random(level.size) < film.residual_write_error)
    return 1.0 / (resistance * np.where(held == 0, 1.0 + tmr, 1.0))


def peer_levels(device: Resistive, level: Any, levels: int) -> Any:
    generator = np.random.default_rng(0)
    aims = level_conductances(device, levels)
    spreads = np.asarray(programming_spread(device, aims))
    wrong = generator.random(level.size) < device.residual_write_error
    held = np.where(wrong, np.maximum(level, 1) - 1, level)
    return np.maximum(aims[held] + spreads[held] * generator.standard_normal(level.size), 0.0)


def main() -> None:
    cell = junction("cofeb-double-mgo", diameter=40e-9)
    pcm = build(Resistive, "pcm-joshi2020")
    two, eight = (np.arange(CELLS) % 2).astype(np.uint8), (np.arange(CELLS) % 8).astype(np.uint8)
    program_junctions(cell, two[:10], Stream(0))  # compiles
    cells = program_junctions(cell, two, Stream(0))
    buffer = np.empty(CELLS)
    filling = best(lambda: buffer.fill(1.0))
    for name, ours, peer, arrays in (
        ("junctions", lambda: program_junctions(cell, two, Stream(0)), lambda: peer_junctions(cell, two), 2),
        ("8-level PCM", lambda: program_levels(pcm, eight, Stream(0), levels=8), lambda: peer_levels(pcm, eight, 8), 1),
    ):
        mine, theirs = best(ours), best(peer)
        print(f"{name}: {mine:.3f} s, NumPy's generator {theirs:.3f} s, {theirs / mine:.1f} times; "
              f"{mine / (arrays * filling):.0f} times the writing of its float64 results alone")  # fmt: skip
    print(f"read at each cell's own voltage: {best(lambda: cells.conductances(voltage=0.1, series=3000.0)):.3f} s")


if __name__ == "__main__":
    main()
