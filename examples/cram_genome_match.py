"""Find where a short read of bases fits a genome inside the cells: a position a row, two bits a base.

python examples/cram_genome_match.py
"""

from __future__ import annotations

import numpy as np

from remanence import cram
from remanence.core.stream import Stream

LENGTH = 16
"""Bases of a read."""
ALLOWED = 2
"""Bases that may differ."""


def main() -> None:
    """Match a read with two errors against 5,000 positions."""
    genome = (Stream(1).words(5000 + LENGTH - 1) % 4).astype(np.int64)
    read = genome[1234 : 1234 + LENGTH].copy()
    read[[3, 11]] = (read[[3, 11]] + 1) % 4
    windows = np.lib.stride_tricks.sliding_window_view(genome, LENGTH)
    differ = (cram.asarray(windows, bits=2) != read[None]).sum(axis=1)
    fits = differ <= ALLOWED
    wanted = (windows != read).sum(axis=1) <= ALLOWED
    assert np.array_equal(fits.numpy().astype(bool), wanted)
    print(f"fits at {np.flatnonzero(wanted).tolist()}, as NumPy finds")
    print(fits.cost(cram.Array(cell="stt-45nm")))


if __name__ == "__main__":
    main()
