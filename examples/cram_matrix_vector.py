"""Multiply a matrix by a vector: the sums in the cells, the vector in the program, and the sums in CMOS at the edge.

python examples/cram_matrix_vector.py
"""

from __future__ import annotations

import numpy as np

from remanence import cram
from remanence.core.stream import Stream
from remanence.study.cram_workloads import Datapath, Workload, measure

ROWS, LENGTH = 4096, 32


def main() -> None:
    """Multiply 4,096 x 32 signed numbers of four bits: a tile of a layer, four arrays."""
    draw = (Stream(1).words((ROWS + 1) * LENGTH) % 16).astype(np.int64).reshape(ROWS + 1, LENGTH) - 8
    matrix, vector = draw[:ROWS], draw[ROWS]
    held, stored = cram.asarray(matrix, bits=4, signed=True), cram.asarray(vector[None], bits=4, signed=True)
    datapath = Datapath(read=4 * LENGTH, written=13, adders=16 * LENGTH - 13, gates=7.3 * LENGTH, registers=13)
    split = cram.hybrid_dot(held, stored)
    assert np.array_equal(split.numpy(), matrix @ vector)
    for cell in ("stt-45nm", "stt-10nm"):
        array = cram.Array(cell=cell)
        for name, product in (
            ("all in the cells", held.dot(stored)),
            ("the vector part of the program", (held @ vector[:, None])[:, 0]),
        ):
            work = Workload(name=f"product, {name},", what="4 bits", item="sums", rows=ROWS, per_row=1, lanes=product,
                            expected=matrix @ vector, datapath=datapath)  # fmt: skip
            print(measure(work, array), end="\n\n")
        wrong = np.mean(split.numpy(errors=array) != matrix @ vector)
        print(f"products in the cells, sums in CMOS on {cell}: {wrong:.2%} of the sums wrong\n{split.cost(array)}\n")


if __name__ == "__main__":
    main()
