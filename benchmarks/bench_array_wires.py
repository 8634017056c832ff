"""Wire drop of computing arrays against badcrossbar and CrossSim, in the same run and on the same numbers.

badcrossbar (PyPI, `pip install --no-deps badcrossbar pathvalidate sigfig`) is imported from where it is installed, or
from the folder named in REMANENCE_BADCROSSBAR; CrossSim (github.com/sandialabs/cross-sim) from a checkout named in
REMANENCE_CROSSSIM. Without them only our side runs. Resistances as of a magnetic cell, 3 to 10 kohm, 1 ohm a segment.
Ours is compiled first, then timed as the best of some runs; peers run once after a small warm-up.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from threadpoolctl import threadpool_limits

from remanence.kernels import array_wires as aw
from remanence.kernels.array_wires.schedule import schedule

SEGMENT = 1.0
RESNET_8 = [  # inputs and outputs of the layers of the CIFAR-10 network of MLPerf Tiny
    (27, 16), (144, 16), (144, 16), (144, 32), (288, 32), (16, 32), (288, 64), (576, 64), (32, 64), (64, 10),
]  # fmt: skip
SLICES, POLARITIES, TILE = 8, 2, 128


def best(run: Callable[[], object], repeats: int = 7) -> float:
    """Return the shortest of some runs, s."""
    run()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def once(run: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result


def peer_badcrossbar() -> Any:
    sys.path.append(os.environ.get("REMANENCE_BADCROSSBAR", ""))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import badcrossbar  # type: ignore[import-not-found]
        except ImportError:
            return None
    logging.disable()
    return badcrossbar


def peer_crosssim(rows: int, tolerance: float) -> Any:
    """Return CrossSim's array with a separate source line, for normalised conductances (columns, rows)."""
    folder = os.environ.get("REMANENCE_CROSSSIM", "")
    if not folder:
        return None
    sys.path.append(folder)
    from simulator import CrossSimParameters  # type: ignore[import-not-found]
    from simulator.backend import ComputeBackend  # type: ignore[import-not-found]
    from simulator.circuits.array.NonInterleaved_SepSource import (  # type: ignore[import-not-found]
        NoninterleavedSeparateSourceArray,
    )

    ComputeBackend(use_gpu=False)
    parameters = CrossSimParameters()
    parameters.core.rows_max = rows
    parameters.xbar.device.Rmin = 1.0
    parasitics = parameters.xbar.array.parasitics
    parasitics.enable, parasitics.Rp_row, parasitics.Rp_col = True, SEGMENT, SEGMENT
    parasitics.current_from_input = False
    parameters.simulation.Verr_th_mvm = tolerance
    parameters.simulation.hide_convergence_msg = True
    return NoninterleavedSeparateSourceArray(parameters)


def cells(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return np.asarray(np.exp(-rng.uniform(np.log(3e3), np.log(1e4), shape)))


def arrays(rng: np.random.Generator) -> None:
    """Row wires and column wires: one elimination, then products."""
    wires = aw.ArrayWires(row_segment=SEGMENT, column_segment=SEGMENT)
    plan = {size: once(lambda n=size: schedule(n, n, "left", "bottom", (False,) * 4)) for size in (64, 128, 256)}  # type: ignore[misc]
    peer = peer_badcrossbar()
    with threadpool_limits(1):
        square = rng.normal(size=(1024, 1024))
        peak = 1024**3 / best(lambda: square @ square)
    print(f"matrix product of float64 on one thread: {peak / 1e9:.1f} G multiplications with addition a second")
    for size in (64, 128, 256):
        conductance, voltage = cells(rng, size, size), rng.uniform(0.0, 0.2, (100, size))
        seconds = best(lambda g=conductance: aw.effective_conductance(g, wires))  # type: ignore[misc]
        effective = aw.effective_conductance(conductance, wires)
        after = best(lambda v=voltage, g=effective: v @ g)  # type: ignore[misc]
        bar = rng.normal(size=conductance.shape)
        back = best(lambda g=conductance, b=bar: aw.effective_conductance_vjp(g, b, wires), 3)  # type: ignore[misc]
        products = plan[size][1].products
        print(
            f"1R {size} x {size}: elimination {seconds * 1e3:.2f} ms on one thread ({products / 1e6:.1f} M products, "
            f"{seconds * peak / products:.1f} times as long as in a matrix product), order found once in "
            f"{plan[size][0] * 1e3:.0f} ms, gradient {back * 1e3:.1f} ms, 100 vectors then {after * 1e6:.0f} us"
        )
        if peer is None:
            continue
        peer.compute(np.ones((2, 1)), np.ones((2, 2)), SEGMENT)
        one, _ = once(lambda v=voltage, g=conductance: peer.compute(v[:1].T, 1.0 / g, SEGMENT))  # type: ignore[misc]
        many, found = once(lambda v=voltage, g=conductance: peer.compute(v.T, 1.0 / g, SEGMENT))  # type: ignore[misc]
        error = np.abs(found.currents.output / (voltage @ effective) - 1.0).max()
        print(
            f"    badcrossbar: 1 vector {one * 1e3:.0f} ms, {one / seconds:.0f} times our elimination; 100 vectors "
            f"{many * 1e3:.0f} ms, {many / after:.0f} times ours after it, "
            f"{many / (seconds + after):.0f} times with it; largest relative difference {error:.0e}"
        )


def ladders(rng: np.random.Generator) -> None:
    """Bit line and source line side by side, half of the rows on."""
    wires = aw.LadderWires(bit_segment=SEGMENT, source_segment=SEGMENT, driven="bottom", sensed="top")
    for size, vectors in ((64, 1), (64, 100), (128, 100)):
        conductance, active = cells(rng, size, size), rng.random((vectors, size)) < 0.5
        seconds = best(lambda g=conductance, a=active: aw.ladder_currents(g, a, wires), 20)  # type: ignore[misc]
        pace = size * active.sum() / seconds
        print(f"1T1R {size} x {size}, {vectors} vectors: {seconds * 1e6:.0f} us, {pace / 1e9:.2f} G active cells/s")
        for tolerance in (2e-4, 1e-10) if size == 64 else ():
            peer = peer_crosssim(size, tolerance)
            if peer is None:
                continue
            # its input side, where currents enter the cells, is driven before the first row; ours before the last
            matrix, inputs = conductance[::-1].T, active[:, ::-1].T.astype(float)
            with contextlib.redirect_stdout(io.StringIO()):
                peer_seconds, found = once(lambda m=matrix, v=inputs, p=peer: p.iterative_solve(m.copy(), v.copy()))  # type: ignore[misc]
            known = aw.ladder_currents(conductance, active, wires)
            error = np.abs(np.asarray(found).reshape(known.T.shape) / known.T - 1.0).max()
            print(
                f"    CrossSim, tolerance {tolerance:g}: {peer_seconds * 1e3:.1f} ms, "
                f"{peer_seconds / seconds:.0f} times ours; largest relative difference {error:.0e}"
            )


def network(rng: np.random.Generator) -> None:
    """Every tile of ResNet-8: 8 slices, positive and negative columns, at most 128 x 128 cells."""
    shapes: dict[tuple[int, int], int] = {}
    for inputs, outputs in RESNET_8:
        columns = outputs * SLICES * POLARITIES
        for top in range(0, inputs, TILE):
            for left in range(0, columns, TILE):
                shape = min(TILE, inputs - top), min(TILE, columns - left)
                shapes[shape] = shapes.get(shape, 0) + 1
    tiles = {shape: cells(rng, count, *shape) for shape, count in shapes.items()}
    wires = aw.ArrayWires(row_segment=SEGMENT, column_segment=SEGMENT)
    ladder = aw.LadderWires(bit_segment=SEGMENT, source_segment=SEGMENT)
    active = {shape: rng.random((100, shape[0])) < 0.5 for shape in shapes}
    first, _ = once(lambda: [aw.effective_conductance(group, wires) for group in tiles.values()])
    again = best(lambda: [aw.effective_conductance(group, wires) for group in tiles.values()], 2)
    walk = best(lambda: [aw.ladder_currents(group, active[shape], ladder) for shape, group in tiles.items()], 3)
    print(
        f"ResNet-8, {sum(shapes.values())} tiles, {sum(g.size for g in tiles.values()) / 1e6:.2f} M cells: as 1R "
        f"{again:.2f} s ({first:.2f} s the first time), as 1T1R {walk * 1e3:.0f} ms for 100 vectors on every tile"
    )


def main() -> None:
    rng = np.random.Generator(np.random.Philox(1))
    print(f"numba with {numba.get_num_threads()} threads")
    arrays(rng)
    ladders(rng)
    network(rng)


if __name__ == "__main__":
    main()
