"""Work over millions of devices in pieces that stay in the cache, on all cores."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

PIECE = 1 << 15
"""Devices of a piece: a dozen float64 arrays of it fit in a second-level cache."""


def over_pieces(work: Callable[[int, int], None], count: int) -> None:
    """Call ``work(start, stop)`` for pieces that cover 0 to ``count``, on as many threads as there are cores.

    NumPy and the compiled kernels release the interpreter's lock. Each piece must write only its own part, so that
    results do not depend on the number of threads.
    """
    starts = range(0, count, PIECE)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    threads = min(cores, len(starts))

    def piece(start: int) -> None:
        work(start, min(start + PIECE, count))

    if threads <= 1:
        for start in starts:
            piece(start)
        return
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(piece, starts):
            pass
