"""The noise of a conversion: which Gaussian belongs to which conversion, and the grid of the cells' variance.

Conversion (v, t, z, s, m) of vector v, row block t, digit z, slice s and column m takes one of the four normal numbers
of one call of Philox, whose counter is (m // 4, (t Z + z) S + s, v mod 2**32, v // 2**32). So a draw depends on nothing
but its index: not on threads, nor on how vectors are split into batches, nor on the back end.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from remanence.core.stream import philox
from remanence.kernels.sliced_mvm.records import EXACT

Floats = NDArray[np.float64]


def normals(key: tuple[int, int], conversion: int, first_vector: int, shape: tuple[int, int]) -> Floats:
    """Return the normal numbers of vectors and columns, shape (V, M) (Box and Muller on two words a pair).

    Args:
        key: two 32-bit words.
        conversion: (t Z + z) S + s.
        first_vector: index of the first vector.
        shape: vectors V and columns M.
    """
    vectors, columns = shape
    calls = -(-columns // 4)
    vector = np.repeat(np.arange(first_vector, first_vector + vectors, dtype=np.uint64), calls)
    counter = np.empty((vectors * calls, 4), np.uint32)
    counter[:, 0] = np.tile(np.arange(calls, dtype=np.uint32), vectors)
    counter[:, 1] = conversion
    counter[:, 2], counter[:, 3] = vector & np.uint64(0xFFFFFFFF), vector >> np.uint64(32)
    uniform = (philox(counter, key).astype(np.float64) + 0.5) * 2.0**-32
    radius, angle = np.sqrt(-2.0 * np.log(uniform[:, ::2])), 2.0 * np.pi * uniform[:, 1::2]
    drawn = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=2)
    return drawn.reshape(vectors, 4 * calls)[:, :columns]


def variance_grid(variance: NDArray[np.float32], rows: int) -> tuple[NDArray[np.int32], int]:
    """Return the variance of each cell as whole numbers, and their exponent: variance = number * 2**exponent.

    The grid is the finest on which the sum over ``rows`` cells stays below 2**24, so that it does not depend on its
    order. A cell's variance is rounded by at most ``rows`` 2**-24 of the largest: 8e-6 of it for 128 rows.
    """
    largest = float(variance.max(initial=0.0))
    if largest == 0.0:
        return np.zeros(variance.shape, np.int32), 0
    exponent = math.ceil(math.log2(largest * (1.0 + 1e-6) * rows / (EXACT - 1)))
    return np.rint(np.ldexp(variance.astype(np.float64), -exponent)).astype(np.int32), exponent
