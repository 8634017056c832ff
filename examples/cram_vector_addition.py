"""Add two vectors of half a million 32-bit numbers inside the cells, eight pairs a row, and see what it takes.

python examples/cram_vector_addition.py
"""

from __future__ import annotations

import numpy as np

from remanence import cram
from remanence.core.stream import Stream
from remanence.study.cram_workloads import Datapath, Workload, measure

PAIRS, ROWS = 8, 65_536


def main() -> None:
    """Add on 64 arrays of 1,024 x 1,024 cells: today's cells, and projected ones."""
    words = Stream(1).words(2 * ROWS * PAIRS).astype(np.int64)
    a, b = words.reshape(2, ROWS, PAIRS)
    total = cram.asarray(a, bits=32) + cram.asarray(b, bits=32)
    work = Workload(
        name="vector addition", what="pairs of 32 bits", item="sums", rows=ROWS, per_row=PAIRS, lanes=total,
        expected=a + b, datapath=Datapath(read=64, written=33, adders=32, registers=33),
    )  # fmt: skip
    for cell in ("stt-45nm", "stt-10nm"):
        print(measure(work, cram.Array(cell=cell)), end="\n\n")
    stored = cram.access(total.program(), cram.Array(), rows=ROWS)
    print(f"storing both vectors first takes {stored.write_time:.1e} s and {stored.write_energy:.1e} J more")


if __name__ == "__main__":
    main()
