"""Add two vectors inside the cells, one element a row, and see what it costs.

python examples/cram_vector_addition.py
"""

from __future__ import annotations

import numpy as np

from remanence import cram
from remanence.core.stream import Stream


def main() -> None:
    """Add 4,096 pairs of bytes on four arrays of 1,024 rows."""
    words = Stream(1).words(8192) % 256
    a, b = (part.astype(np.int64) for part in np.split(words, 2))
    total = cram.asarray(a, bits=8) + cram.asarray(b, bits=8)
    assert np.array_equal(total.numpy(), a + b)
    print("4,096 sums of bytes, equal to NumPy's")
    print(total.cost(cram.Array(cell="stt-45nm")))
    errors = cram.Array(cell="stt-45nm").errors
    wrong = np.mean(total.numpy(errors=errors, seed=1) != a + b)
    print(f"with the errors of its gates {wrong:.1%} of the sums are wrong")


if __name__ == "__main__":
    main()
