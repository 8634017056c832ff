"""Find where a read of 100 bases fits half a million places of a genome, inside the cells, up to five of them wrong.

python examples/cram_genome_match.py
"""

from __future__ import annotations

import numpy as np

from remanence import cram
from remanence.core.stream import Stream
from remanence.study.cram_workloads import Datapath, Workload, measure, placed

LENGTH, PLACES, ROWS, ALLOWED = 100, 8, 65_536, 5
"""Bases of a read; places that a row compares it with, one base further each; bases that may differ."""


def main() -> None:
    """Match a read with three errors, which is part of the program, against a random genome."""
    genome = (Stream(1).words(ROWS * PLACES + LENGTH - 1) % 4).astype(np.int64)
    read = genome[123_456 : 123_456 + LENGTH].copy()
    read[[3, 41, 90]] = (read[[3, 41, 90]] + 1) % 4
    rows = np.lib.stride_tricks.sliding_window_view(genome, LENGTH + PLACES - 1)[::PLACES]
    windows = np.lib.stride_tricks.sliding_window_view(genome, LENGTH)
    differing = np.zeros(len(windows), np.int64)
    for place, base in enumerate(read):
        differing += windows[:, place] != base
    work = Workload(
        name="genome match", what="2 bits a base", item="places", rows=ROWS, per_row=PLACES,
        lanes=placed(cram.asarray(rows, bits=2), read, allowed=ALLOWED),
        expected=(differing <= ALLOWED).astype(np.int64).reshape(ROWS, PLACES),
        datapath=Datapath(read=2, written=1, gates=245, adders=101, registers=207),
    )  # fmt: skip
    print(f"fits at {np.flatnonzero(differing <= ALLOWED).tolist()}, as NumPy finds")
    for cell in ("stt-45nm", "stt-10nm"):
        array = cram.Array(cell=cell)
        print(measure(work, array))
        hits = np.flatnonzero(work.run(array).ravel())
        print(f"with errors it is found at {hits[:5].tolist()} and {max(len(hits) - 5, 0)} more\n")


if __name__ == "__main__":
    main()
