"""Speed of the statics: data sheets of a million junctions, and drawing them from a process.

The yardstick is a loop that asks one junction at a time, as a script around a single-device tool does, timed on a few
thousand and scaled. Both must agree. Goal: a million data sheets in under 2 s.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from remanence.core.declare import replace
from remanence.device import Junction, data_sheet, sample, stack

COUNT = 1_000_000
LOOPED = 300
WANTED = (
    "area", "effective_anisotropy", "thermal_stability", "critical_current", "critical_voltage",
    "resistance_parallel", "resistance_antiparallel", "tmr", "damping_time", "dwell_time",
)  # fmt: skip


def seconds(run: Callable[[], object], repeats: int = 5) -> tuple[float, float]:
    """Return the best and the worst of a few runs after one that does not count."""
    run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times), max(times)


def single(cells: Junction, index: int) -> Junction:
    film = replace(
        cells.stack,
        **{
            name: float(np.asarray(getattr(cells.stack, name))[index])
            for name in ("thickness", "resistance_area", "interfacial_anisotropy", "bulk_anisotropy",
                         "tunnel_magnetoresistance")
        },
    )  # fmt: skip
    return Junction(stack=film, diameter=float(np.asarray(cells.diameter)[index]))


def main() -> None:
    film = stack("cofeb-double-mgo")
    cells = sample(film, "embedded-300mm", count=COUNT, diameter="30 nm")
    best, worst = seconds(lambda: sample(film, "embedded-300mm", count=COUNT, diameter="30 nm"))
    print(f"draw {COUNT:.0e} devices: {best:.2f} s (worst {worst:.2f})")
    sheet = data_sheet(cells, only=WANTED)
    best, worst = seconds(lambda: data_sheet(cells, only=WANTED))
    print(f"{COUNT:.0e} data sheets of {len(WANTED)} quantities: {best:.2f} s (worst {worst:.2f})")
    full, most = seconds(lambda: data_sheet(cells))
    print(f"{COUNT:.0e} complete data sheets: {full:.2f} s (worst {most:.2f})")
    ones = [single(cells, index) for index in range(LOOPED)]
    for name in WANTED:
        alone = [float(data_sheet(one, only=(name,))[name]) for one in ones]
        np.testing.assert_allclose(np.asarray(sheet[name])[:LOOPED], alone, rtol=1e-9)
    looped, _ = seconds(lambda: [data_sheet(one, only=WANTED) for one in ones], repeats=2)
    print(
        f"one at a time: {looped / LOOPED * COUNT:.0f} s for as many, {looped / LOOPED * COUNT / best:.0f} times longer"
    )


if __name__ == "__main__":
    main()
