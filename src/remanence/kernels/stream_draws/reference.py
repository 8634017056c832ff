"""`stream_normal` in NumPy: the definition."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remanence.core.stream import philox


def stream_normal(key: tuple[int, int], count: int, start: int) -> NDArray[np.float64]:
    """Return normals ``start`` to ``start + count``: pair i of a call's four words gives normals 2 i and 2 i + 1."""
    first, last = start // 4, -(-(start + count) // 4)
    index = np.arange(first, last, dtype=np.uint64)
    counter = np.zeros((index.size, 4), np.uint32)
    counter[:, 0], counter[:, 1] = index & np.uint64(0xFFFFFFFF), index >> np.uint64(32)
    uniform = (philox(counter, key).astype(np.float64).reshape(-1, 2) + 0.5) * 2.0**-32
    radius, angle = np.sqrt(-2.0 * np.log(uniform[:, 0])), 2.0 * np.pi * uniform[:, 1]
    normal = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).reshape(-1)
    return normal[start - 4 * first :][:count]
