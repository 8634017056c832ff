"""Gate operations per second of the row simulator, beside the two ways of doing it in NumPy, in the same run.

A gate operation is one gate in one row; presets are not counted. Rows 2^22, or those given on the command line. The
peers: one byte a bit, the structure of AritPIM's simulator (written here, its code is not used), and 64 rows a word,
one gate after the other over all rows. All must give the sums and products of NumPy before anything is timed.

AritPIM itself runs beside them where `REMANENCE_ARITPIM` names its checkout: its bit-serial sum and product of the same
width from NOT and NOR on 2^20 rows, one byte a bit, its own gates counted without its INITs.

Limits, measured here: the bytes that gates read and write (three words of 8 bytes for 64 operations of a NAND) at the
speed of the first- and second-level cache; and the columns that must come from and go to memory, at that of memory.
"""

from __future__ import annotations

import importlib
import os
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from remanence.cram.arithmetic import integer
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.netlist import Builder
from remanence.cram.program import Program
from remanence.cram.schedule import schedule
from remanence.cram.simulate import lower
from remanence.kernels.row_gates import Instructions, pack_numbers, row_gates, unpack_numbers

REPEATS = 7
BYTE_ROWS = 1 << 20


def program(what: str, bits: int) -> Program:
    builder = Builder(("NAND2", "NOT") if what == "multiply" else ("NAND2",))
    x, y = builder.input("x", bits), builder.input("y", bits)
    logic = Logic(builder)
    if what == "multiply":
        builder.output("result", integer.multiply(logic, x, y))
    else:
        total, carry = integer.add(logic, x, y, builder.input("carry", 1)[0])
        builder.output("result", (*total, carry))
    return schedule(builder.netlist(), columns=1024)


class Case:
    """A program, its packed operands, and what it must give."""

    def __init__(self, what: str, bits: int, rows: int) -> None:
        self.program, self.rows = program(what, bits), rows
        self.instructions: Instructions = lower(self.program, 0, len(self.program), None)[0]
        rng = np.random.default_rng(0)
        x, y = (rng.integers(0, 1 << bits, rows).astype(np.uint64) for _ in "xy")
        carry = rng.integers(0, 2, rows).astype(np.uint64)
        words = {"x": (x, bits), "y": (y, bits), "carry": (carry, 1)}
        self.expected = x * y if what == "multiply" else x + y + carry
        self.state = np.concatenate([pack_numbers(*words[name]) for name in self.program.inputs])
        self.places = np.array([column for word in self.program.inputs.values() for column in word])
        self.keep = np.array(self.program.outputs["result"])
        self.gates = self.program.gate_steps

    def run(self, backend: str, rate: float = 0.0) -> NDArray[np.uint64]:
        """Run the program with this error rate of every gate."""
        errors = None
        if rate:
            errors = np.zeros((len(self.instructions), 6))
            errors[self.instructions.inputs > 0] = rate
        return row_gates(
            self.state, self.instructions, columns=self.program.columns, places=self.places, keep=self.keep,
            errors=errors, key=(1, 2), backend=backend,
        )[0]  # fmt: skip

    def check(self, result: NDArray[np.uint64], rows: int | None = None) -> None:
        """Stop where the result is wrong."""
        rows = self.rows if rows is None else rows
        assert np.array_equal(unpack_numbers(result, rows), self.expected[:rows]), (
            "results differ: no speed is reported"
        )

    def numpy(self, state: NDArray[Any], one: Any) -> NDArray[Any]:
        """One NumPy operation after the other over all rows: packed words, or one byte a bit."""
        held: dict[int, NDArray[Any]] = dict(zip(self.places.tolist(), state, strict=True))
        p = self.instructions
        for place in range(len(p)):
            if p.inputs[place] == 0:
                continue  # a preset costs the peers nothing here
            value = held[int(p.fan_in[place, 0])]
            if p.inputs[place] == 2:
                value = value & held[int(p.fan_in[place, 1])]
            held[int(p.output[place])] = value ^ one
        return np.stack([held[int(column)] for column in self.keep])


def seconds(run: Callable[[], object]) -> float:
    run()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
        if sum(times) > 5.0:
            break
    return statistics.median(times)


@numba.njit(nogil=True, error_model="numpy")
def triad(a: Any, b: Any, c: Any, repeats: int) -> None:
    for _ in range(repeats):
        for i in range(a.size):
            a[i] = ~(b[i] & c[i])


def bandwidth(words: int) -> float:
    """Bytes a second of a NAND of two columns into a third, each of so many words, on all threads."""
    workers = numba.get_num_threads()
    repeats = max(1, (1 << 24) // words)
    columns = [[np.ones(words, np.uint64) for _ in range(3)] for _ in range(workers)]

    def both() -> None:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(lambda abc: triad(abc[0], abc[1], abc[2], repeats), columns))

    return 24.0 * words * repeats * workers / seconds(both)


def aritpim(what: str, bits: int) -> float:
    """Gate operations per second of AritPIM's simulator; its columns stand where its tests put them."""
    simulator, arithmetic = (importlib.import_module(name) for name in ("simulator", "AritPIM"))
    algorithms = arithmetic.SerialArithmetic
    run = algorithms.fixedMultiplication if what == "multiply" else algorithms.fixedAddition
    width = 2 * bits if what == "multiply" else bits
    x, y, z, rest = np.split(np.arange(256), [bits, 2 * bits, 2 * bits + width])
    rng = np.random.default_rng(0)
    left, right = (rng.integers(0, 1 << bits, BYTE_ROWS).astype(np.uint64) for _ in "xy")
    places = np.arange(64, dtype=np.uint64)[:, None]
    array = simulator.SerialSimulator(BYTE_ROWS, 256)

    def once() -> None:
        array.memory[x], array.memory[y] = (number >> places[:bits] & np.uint64(1) for number in (left, right))
        array.log.clear()
        begun = time.perf_counter()
        run(array, x, y, z, rest)
        times.append(time.perf_counter() - begun)

    times: list[float] = []
    for _ in range(3):
        once()
    found = (array.memory[z].astype(np.uint64) << places[:width]).sum(axis=0)
    expected = left * right if what == "multiply" else (left + right) & np.uint64((1 << bits) - 1)
    assert np.array_equal(found, expected), "results differ: no speed is reported"
    gates = sum("INIT" not in line for line in array.getLog())
    return gates * BYTE_ROWS / statistics.median(times)


def main() -> None:
    if "REMANENCE_ARITPIM" in os.environ:
        sys.path[:0] = [os.path.join(os.environ["REMANENCE_ARITPIM"], "serial"), os.environ["REMANENCE_ARITPIM"]]
    else:
        print("AritPIM: not measured (REMANENCE_ARITPIM names no checkout)")
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1 << 22
    caches = {name: bandwidth(words) for name, words in (("L1", 1 << 10), ("L2", 1 << 14), ("memory", 1 << 23))}
    print(f"threads {numba.get_num_threads()}; NAND of columns: " + ", ".join(
        f"{name} {speed / 1e9:.0f} GB/s" for name, speed in caches.items()))  # fmt: skip
    for what, bits in (("add", 32), ("multiply", 16)):
        case = Case(what, bits, rows)
        done = case.gates * rows
        moved = (2 * len(case.keep) + len(case.places)) / 8  # the lines of the result are read, too
        print(f"\n{what}, {bits} bits: {case.gates} gates, {rows} rows")
        first = case.run("cpu")
        case.check(first)
        start = time.perf_counter()
        case.check(case.run("compiled"))
        print(f"  compiled for the first time and run: {time.perf_counter() - start:.2f} s")
        case.check(case.numpy(case.state, np.uint64(2**64 - 1)))
        small = Case(what, bits, min(rows, BYTE_ROWS))
        octets = np.unpackbits(small.state.view(np.uint8), axis=1, bitorder="little")
        by_byte = np.packbits(small.numpy(octets, np.uint8(1)), axis=1, bitorder="little").view(np.uint64)
        small.check(by_byte)
        peers = {
            f"NumPy, one byte a bit ({small.rows} rows)": case.gates * small.rows
            / seconds(lambda: small.numpy(octets, np.uint8(1))),  # noqa: B023
            "NumPy, 64 rows a word": done / seconds(lambda: case.numpy(case.state, np.uint64(2**64 - 1))),  # noqa: B023
        }  # fmt: skip
        if "REMANENCE_ARITPIM" in os.environ:
            peers[f"AritPIM ({BYTE_ROWS} rows)"] = aritpim(what, bits)
        for name, speed in peers.items():
            print(f"  {name:<42} {speed:9.2e} gate operations/s")
        byte, word = list(peers.values())[:2]
        clean: dict[str, float] = {}
        cached = caches["L1"] / 0.375
        for backend in ("cpu", "compiled"):
            for rate in (0.0, 1e-5, 1e-3, 1e-2):
                speed = done / seconds(lambda: case.run(backend, rate))  # noqa: B023
                name = f"{backend}, errors {rate:g}" if rate else f"{backend}, no errors"
                share = speed / clean.setdefault(backend, speed)
                print(f"  {name:<42} {speed:9.2e}   {speed / byte:7.0f} and {speed / word:5.1f} times the first peers, "
                      f"{share:4.2f} of no errors, {speed / cached:4.2f} of the cache's limit")  # fmt: skip
        print(f"  limits: L1 {caches['L1'] / 0.375:.2e}, L2 {caches['L2'] / 0.375:.2e} (operands through the cache), "
              f"memory {caches['memory'] / moved * case.gates:.2e} (columns in and out)")  # fmt: skip


if __name__ == "__main__":
    main()
