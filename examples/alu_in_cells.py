"""An arithmetic and logic unit in Verilog, compiled into a program for magnetic cells, against NumPy.

Run: pip install 'remanence[rtl]' and python examples/alu_in_cells.py
or:  remanence cram compile examples/alu.v -o alu.cram, then remanence cram run alu.cram --inputs in.npz
"""

from pathlib import Path

import numpy as np

import remanence as rm

ROWS = 100_000

program = rm.cram.compile(Path(__file__).with_name("alu.v"), gates=("NOT", "NAND2", "NAND3", "NMAJ3"), columns=256)
draw = np.random.default_rng(1)
a, b = (draw.integers(-128, 128, ROWS) for _ in range(2))
operation = draw.integers(0, 8, ROWS)

expected = np.choose(
    operation, [a + b, a - b, a & b, a | b, a ^ b, np.minimum(a, b), a >> (b & 7), -a]
)  # every operation of alu.v
words = {"a": a, "b": b, "operation": operation}
got = rm.cram.run(program, words)
assert np.array_equal(got["result"], expected)
assert np.array_equal(got["zero"], expected == 0)
print(f"{ROWS} rows right; {program.step_count} steps for all of them: {program.counts()}")

errors = {"NAND2": [0.0, 1e-4, 1e-4], "NMAJ3": [0.0, 1e-3, 1e-3, 0.0]}
wrong = np.mean(rm.cram.run(program, words, errors=errors, seed=0)["result"] != expected)
print(f"with failing gates {wrong:.2%} of the results are wrong")
