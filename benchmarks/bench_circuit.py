"""Speed of the search over organisations of an 8 MB macro with words of 64 bytes, the yardstick NVSim's own sample.

Goals: a million legal organisations per second on two cores; at least the candidates of NVSim's loop (7,625,124, of
which 1,442,275 legal) in under 1.5 s from the call to the columns, 0.5 s if it can be. NVSim's time on this machine is
taken in the same run where NVSIM_BINARY and NVSIM_SAMPLES name its program and the folder of its samples (half a
minute); else its stored time is shown. Some of the organisations are evaluated one at a time beside it, and must agree.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable

import numpy as np

from remanence.circuit import Macros, Reason, Space, search
from remanence.circuit.organisation import QUANTITIES

NVSIM_CANDIDATES, NVSIM_LEGAL, NVSIM_SECONDS = 7_625_124, 1_442_275, 35.5
WIDE = Space(
    output_mux=(1, 2, 4, 8, 16, 32, 64, 128, 256),
    banks=(1, 2, 4, 8, 16, 32),
    stage=(2.7, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 12.0, 14.0, 16.0, 20.0),
)
"""Thirteen strengths of the drivers, so that there are as many legal organisations as in NVSim's sample."""


def seconds(run: Callable[[], object], repeats: int = 5) -> tuple[float, float, float]:
    """Return the first, the best and the worst time of some runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return times[0], min(times[1:]), max(times[1:])


def found(threads: int, space: Space | None = None) -> Macros:
    return search("stt-1t1mtj", "cmos-22nm", capacity="8 MiB", word_bits=512, space=space, threads=threads)


def nvsim() -> float | None:
    """Return how long NVSim takes for its sample, or None where there is none."""
    program, samples = os.environ.get("NVSIM_BINARY"), os.environ.get("NVSIM_SAMPLES")
    if not program or not samples:
        return None
    start = time.perf_counter()
    subprocess.run([program, "sample_STTRAM_cache.cfg"], cwd=samples, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def check(macros: Macros) -> None:
    """Refuse to report a speed of wrong results."""
    some = np.linspace(0, len(macros) - 1, 500).astype(np.int64)
    costs = macros.costs(some)
    for name in QUANTITIES:
        np.testing.assert_allclose(macros[name][some], getattr(costs, name), rtol=1e-11)


def report(title: str, space: Space | None) -> None:
    macros = found(2, space)
    check(macros)
    legal, refused = len(macros), macros.rejected
    in_loop = macros.candidates - refused[Reason.CAPACITY] - refused[Reason.MULTIPLEXER]
    print(f"{title}: {macros.candidates:,} combinations, {in_loop:,} of this capacity, {legal:,} legal")
    print(f"  {in_loop / NVSIM_CANDIDATES:.2f} times NVSim's candidates, {legal / NVSIM_LEGAL:.2f} times the legal")
    for threads in (1, 2):
        first, best, worst = seconds(lambda: found(threads, space))  # noqa: B023
        rate = legal / best / 1e6
        times = f"{best:.3f} s end to end (first {first:.3f}, worst {worst:.3f})"
        print(f"  {threads} thread(s): {times}, {rate:.2f} million legal organisations per second")
    two = seconds(lambda: macros.pareto("read_latency", "area"))[1]
    three = seconds(lambda: macros.pareto("read_latency", "area", "read_energy"))[1]
    print(f"  fronts: two quantities {two:.3f} s, three {three:.3f} s")
    chosen = macros.best("read_latency")
    print(f"  interval of one organisation from 256 draws: {seconds(chosen.interval)[1]:.3f} s")


def main() -> None:
    report("default space", None)
    report("wide space", WIDE)
    peer = nvsim()
    print(f"NVSim, its sample of an 8 MB cache: {peer:.1f} s" if peer else f"NVSim, stored: {NVSIM_SECONDS} s")


if __name__ == "__main__":
    main()
