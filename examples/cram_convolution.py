"""Convolve an image inside the cells: every row holds the patch around one pixel, the kernel is part of the program.

python examples/cram_convolution.py
"""

from __future__ import annotations

import numpy as np

from remanence import cram
from remanence.core.stream import Stream

KERNEL = np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]])
"""Sobel's: edges that lie across."""


def main() -> None:
    """Convolve 34 x 34 pixels of four bits: 1,024 patches of 3 x 3."""
    image = (Stream(1).words(34 * 34) % 16).astype(np.int64).reshape(34, 34)
    patches = np.lib.stride_tricks.sliding_window_view(image, (3, 3)).reshape(-1, 9)
    result = (cram.asarray(patches, bits=4) @ KERNEL.reshape(9, 1))[:, 0]
    assert np.array_equal(result.numpy(), patches @ KERNEL.ravel())
    print("1,024 pixels, equal to NumPy's; each pixel is stored nine times, in the rows of its neighbours")
    array = cram.Array(cell="stt-45nm")
    print(result.cost(array))
    stored = cram.access(result.program(gates=("NOT", "NAND2")), array, rows=1024)
    print(f"storing the patches takes {stored.write_energy:.2e} J and {stored.write_time:.2e} s more")


if __name__ == "__main__":
    main()
