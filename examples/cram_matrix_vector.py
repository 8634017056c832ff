"""Multiply a matrix by a vector inside the cells: a row of the matrix in a row of the array, the vector in all of them.

python examples/cram_matrix_vector.py
"""

from __future__ import annotations

import numpy as np

from remanence import cram
from remanence.core.stream import Stream


def main() -> None:
    """Multiply 512 x 8 signed numbers of four bits by a vector that is stored, and by one that is known beforehand."""
    draw = (Stream(1).words(512 * 8 + 8) % 16).astype(np.int64) - 8
    matrix, vector = draw[: 512 * 8].reshape(512, 8), draw[512 * 8 :]
    stored = cram.asarray(matrix, bits=4, signed=True)
    array = cram.Array(cell="stt-45nm")
    for name, product in (
        ("stored in the cells", stored.dot(cram.asarray(vector[None], bits=4, signed=True))),
        ("part of the program", (stored @ vector[:, None])[:, 0]),
    ):
        assert np.array_equal(product.numpy(), matrix @ vector)
        print(f"vector {name}: equal to NumPy's")
        print(product.cost(array))


if __name__ == "__main__":
    main()
