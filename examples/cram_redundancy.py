"""What redundancy costs and buys: an adder whose gates fail, alone, in three copies with a vote, and checked.

python examples/cram_redundancy.py
"""

from __future__ import annotations

import numpy as np

from remanence import cram
from remanence.core.stream import Stream
from remanence.cram.arithmetic import redundancy
from remanence.cram.arithmetic.integer import add
from remanence.cram.arithmetic.logic import Logic


def main() -> None:
    """Run 50,000 sums of each kind with the gates of the published 45 nm set."""
    array = cram.Array(cell="stt-45nm")
    gates = array.gates.names
    builder = cram.Builder(gates)
    a, b = builder.input("a", 4), builder.input("b", 4)
    total, carry = add(Logic(builder), a, b)
    builder.output("y", (*total, carry))
    plain = builder.netlist()
    words = (Stream(1).words(100_000) % 16).astype(np.int64)
    given = {"a": words[:50_000], "b": words[50_000:]}
    right = given["a"] + given["b"]
    print(f"gates of the array: {', '.join(gates)}")
    for name, netlist in (
        ("alone", plain),
        ("three copies and a vote", redundancy.triplicate(plain, gates)),
        ("two copies compared", redundancy.compare(plain, gates)),
    ):
        program = cram.schedule(netlist, columns=1024)
        assert np.array_equal(cram.run(program, given)["y"], right)
        found = cram.run(program, given, errors=array.errors, seed=1)
        wrong = found["y"] != right
        silent = wrong & (found["differs"] == 0) if "differs" in found else wrong
        cost = program.cost(array, rows=1024)
        print(f"{name:<24} {len(netlist):>4} gates, {cost.latency:.2e} s, {cost.energy:.2e} J: "
              f"{wrong.mean():.2%} wrong, {silent.mean():.3%} unnoticed")  # fmt: skip


if __name__ == "__main__":
    main()
