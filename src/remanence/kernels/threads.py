"""How many threads the processor back ends of the kernels use."""

from __future__ import annotations

import os

import numba


def threads() -> int:
    """Return how many threads to use: numba's setting, which `NUMBA_NUM_THREADS` and the processor bound."""
    return int(min(numba.get_num_threads(), os.cpu_count() or 1))
