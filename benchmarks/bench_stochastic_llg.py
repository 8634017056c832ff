"""Speed of `stochastic_llg` against cmtj's stochastic Heun in the same run; distance to the machine's limit.

The same physics for both: one perpendicular junction (1.58 T, alpha 0.01, Delta 43 at 300 K), thermal noise on, steps
of 1 ps, spin-transfer torque. cmtj (GPL, a separate program: `pip install cmtj==1.15.0`) runs one process; it holds the
interpreter's lock, so threads do not help it. Ours runs on all cores; the rate of one core stands beside it.

The limit: vector instructions of the compiled loops, counted from the machine code, per step of 16 lanes, against the
time measured and the clock. The clock is measured by a chain of dependent shifts, exclusive ors and multiplications (1,
1 and 3 cycles on x86 cores of the last ten years). How many vector instructions a core can begin in a cycle is its
maker's figure: 4 for Zen 5, 2 for Intel's cores with 512-bit vectors.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Callable
from typing import Any

# machine code can be read of what was compiled here, not of what came from the cache
os.environ["NUMBA_CACHE_DIR"] = tempfile.mkdtemp()

import numba
import numpy as np

from remanence.kernels.stochastic_llg import INTEGRATORS, Layer, cpu, model, stochastic_llg
from remanence.kernels.threads import threads

DAMPING, STABILITY, FIELD, STEP = 0.01, 43.0, 0.173, 1e-12  # Gilbert, Delta, mu_0 H_k in T, s
PACE = 1.76085963e11 * FIELD * STEP
UP = (0.0, 0.0, 1.0)
THERMAL = {"damping": DAMPING, "anisotropy": UP, "temperature": 1.0 / STABILITY}
TORQUE = {"damping_like": ((0.0, 0.0, -0.5 * DAMPING),)}
CASES: dict[str, list[Layer]] = {
    "perpendicular, torque, no noise": [Layer(damping=DAMPING, anisotropy=UP, **TORQUE)],
    "perpendicular, noise": [Layer(**THERMAL)],
    "perpendicular, noise, torque": [Layer(**THERMAL, **TORQUE)],
    "+ second-order anisotropy": [Layer(**THERMAL, **TORQUE, second_order=0.1)],
    "+ voltage-controlled anisotropy": [Layer(**THERMAL, **TORQUE, voltage_anisotropy=(0.1,))],
    "+ oblique field (all components)": [Layer(**THERMAL, **TORQUE, field=(0.1, 0.0, 0.0))],
    "+ oblique field, angular efficiency": [Layer(**THERMAL, **TORQUE, field=(0.1, 0.0, 0.0), asymmetry=0.3)],
    "+ oblique field, second drive": [
        Layer(**THERMAL, damping_like=((0.0, 0.0, -0.005), (0.0, 0.01, 0.0)), field=(0.1, 0.0, 0.0))
    ],
    "two layers, exchange, mutual torque": [
        Layer(**THERMAL, coupling=(-0.2, -0.2, -0.2), mutual_damping_like=(0.01,)),
        Layer(**THERMAL, coupling=(-0.2, -0.2, -0.2), mutual_damping_like=(-0.01,)),
    ],
}
MAIN = "perpendicular, noise, torque"


def best_time(run: Callable[[], object], repeats: int = 5, clock: Callable[[], float] = time.perf_counter) -> float:
    run()
    times = []
    for _ in range(repeats):
        start = clock()
        run()
        times.append(clock() - start)
    return min(times)


def ours(layers: list[Layer], integrator: str, threads: int, lanes: int = 16_384, steps: int = 2000) -> float:
    """Return the steps (of all layers together: one trajectory, one step) per second."""
    numba.set_num_threads(threads)
    start = np.zeros((lanes, len(layers), 3))
    start[:, :, 2] = 1.0
    channels = max(layer.channels() for layer in layers)
    drive = np.ones((steps, channels))

    def run() -> None:
        stochastic_llg(layers, start, drive=drive, step=PACE, key=(1, 2), integrator=integrator, backend="cpu")

    # one thread is timed by its processor time, which other programs on the machine disturb less
    return lanes * steps / best_time(run, clock=time.process_time if threads == 1 else time.perf_counter)


def peer(steps: int = 400_000) -> float | None:
    """Return cmtj's steps per second, or None where it is not installed."""
    try:
        import cmtj
    except ImportError:
        return None
    up, tilted = cmtj.CVector(0.0, 0.0, 1.0), cmtj.CVector(0.05, 0.0, 0.99875)
    thin = [cmtj.CVector(0.0, 0.0, 0.0), cmtj.CVector(0.0, 0.0, 0.0), up]
    magnetisation, thickness, surface = 1.58, 1.3e-9, np.pi * (20e-9) ** 2
    anisotropy = 0.5 * magnetisation * (FIELD + magnetisation) / 12.57e-7  # cmtj's own rounding of mu_0
    spacer, beta, polarisation = 1.0, 0.0, 0.5
    layer = cmtj.Layer.createSTTLayer(
        "free", tilted, up, magnetisation, thickness, surface, thin, DAMPING, spacer, beta, polarisation
    )
    layer.setReferenceLayer(up)
    junction = cmtj.Junction([layer])
    junction.setLayerAnisotropyDriver("free", cmtj.ScalarDriver.getConstantDriver(anisotropy))
    junction.setLayerTemperatureDriver("free", cmtj.ScalarDriver.getConstantDriver(300.0))
    junction.setLayerCurrentDriver("free", cmtj.ScalarDriver.getConstantDriver(1e9))

    def run() -> None:
        junction.clearLog()
        duration = steps * STEP
        junction.runSimulation(duration, STEP, duration / 2, solverMode=cmtj.SolverMode.Heun)  # type: ignore[call-arg,unused-ignore]

    speed = steps / best_time(run, 3, time.process_time)
    last = junction.getLog()["free_mz"][-1]
    assert 0.5 < abs(last) < 1.0, f"the peer's run is not sound, m_z = {last}: no speed is reported"
    return speed


def _steps(length: int) -> Any:
    number = np.uint64(3)
    for _ in range(length):
        number = (number ^ (number >> np.uint64(13))) * np.uint64(6364136223846793005)
    return number


_chain: Any = numba.njit(_steps)


def clock() -> float:
    """Return the cycles of this core in a nanosecond."""
    length = 20_000_000
    return 5.0 * length / best_time(lambda: _chain(length), clock=time.process_time) * 1e-9


def instructions(layers: list[Layer], integrator: str) -> dict[str, float]:
    """Return vector instructions per step of 16 lanes, from the machine code of the three lane loops.

    Loops are told apart by what only they do: Philox multiplies whole numbers, the normal numbers take them in.
    """
    run = cpu._compiled(model.terms(layers, 1), INTEGRATORS[integrator], 2)
    code = next(iter(run.inspect_asm().values()))  # type: ignore[attr-defined]
    blocks = [[line.split("#")[0] for line in block.splitlines() if re.search(r"[zy]mm", line)]
              for block in re.split(r"^\.L\w+:.*$", code, flags=re.MULTILINE)]  # fmt: skip
    blocks = [block for block in blocks if len(block) > 30]

    def count(block: list[str], lanes: int, rows: int) -> float:
        stores = sum(1 for line in block if re.search(r"%[zy]mm\d+,\s*[^,%]*\(.*\)\s*$", line))
        return len(block) * 16.0 * rows / (lanes * stores) if stores else 0.0

    words = [block for block in blocks if any("pmuludq" in line for line in block)]
    normal = [block for block in blocks if block not in words and any("cvtudq2ps" in line for line in block)]
    steps = [block for block in blocks if block not in words + normal]
    # lanes of one store, and rows that each loop stores
    found = {"words (half a call)": (words, 8, 4, 0.5), "normal numbers": (normal, 16, 2, 1.0),
             "step": (steps, 16, 4, 1.0)}  # fmt: skip
    return {name: share * max((count(block, lanes, rows) for block in these), default=0.0)
            for name, (these, lanes, rows, share) in found.items()}  # fmt: skip


def main() -> None:
    cores = threads()
    theirs = peer()
    one, all_ = ours(CASES[MAIN], "heun", 1), ours(CASES[MAIN], "heun", cores)
    print(f"thermal noise, 1 ps, perpendicular junction with spin-transfer torque; {cores} threads")
    if theirs is None:
        print("cmtj is not installed (pip install cmtj==1.15.0): no ratio")
    else:
        print(f"cmtj, Heun, one process:     {theirs:10.3g} steps/s of processor time")
    for name, speed in (("stochastic_llg, one thread", one), (f"stochastic_llg, {cores} threads", all_)):
        ratio = "" if theirs is None else f"   {speed / theirs:.0f} times cmtj"
        print(f"{name + ':':28} {speed:10.3g} steps/s{ratio}")
    print("\nvector instructions per step of 16 lanes, and how fast one core begins them")
    counts = instructions(CASES[MAIN], "heun")
    for name, count in counts.items():
        print(f"  {name:24} {count:6.0f}")
    total, cycles = sum(counts.values()), clock()
    pace = total * one / 16e9
    print(f"  {'all':24} {total:6.0f}   {16e9 / one:.1f} ns at {cycles:.2f} GHz: {pace / cycles:.2f} a cycle")
    print("\ncost of each term, one thread, steps/s (and time over that of noise and torque)")
    base: dict[str, float] = {}
    for integrator in INTEGRATORS:
        for name, layers in CASES.items():
            speed = ours(layers, integrator, 1, 4096, 1000)
            base.setdefault(integrator, speed) if name == MAIN else None
            reference = base.get(integrator)
            shown = f"{reference / speed:5.2f}" if reference else "     "
            print(f"  {integrator:14} {name:38} {speed:10.3g} {shown}")


if __name__ == "__main__":
    main()
