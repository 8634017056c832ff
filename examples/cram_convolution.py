"""Find the edges of a picture inside the cells: Sobel's kernel, sixteen pixels a row, lines shared by them.

python examples/cram_convolution.py
"""

from __future__ import annotations

import numpy as np

from remanence import cram
from remanence.core.stream import Stream
from remanence.study.cram_workloads import Datapath, Workload, measure

SIDE, PIXELS = 512, 16
"""Of the image; pixels that a row of the array makes."""


def picture() -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return a scene of 8-bit pixels: a bright disc before a slope of grey, with noise."""
    y, x = np.mgrid[: SIDE + 2, : SIDE + 2]
    noise = (Stream(1).words(x.size) % 9).astype(np.int64).reshape(x.shape)
    return np.asarray(x // 4 + 90 * (np.hypot(x - 260, y - 200) < 120) + noise, np.int64)


def main() -> None:
    """Convolve 512 x 512 pixels with [1 2 1; 0 0 0; -1 -2 -1]: only the lines above and below a pixel are stored."""
    image = picture()
    upper, lower = (
        np.lib.stride_tricks.sliding_window_view(lines, PIXELS + 2, axis=1)[:, ::PIXELS].reshape(-1, PIXELS + 2)
        for lines in (image[:-2], image[2:])
    )
    fall = cram.asarray(upper, bits=8) - cram.asarray(lower, bits=8)
    edges = fall[:, :-2] + (fall[:, 1:-1] << 1) + fall[:, 2:]
    windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
    wanted = np.einsum("yxij,ij->yx", windows, np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]]))
    work = Workload(
        name="2-D convolution", what="Sobel", item="pixels", rows=len(upper), per_row=PIXELS, lanes=edges,
        expected=wanted.reshape(-1, PIXELS), datapath=Datapath(read=16, written=11, adders=30, registers=38),
    )  # fmt: skip
    for cell in ("stt-45nm", "stt-10nm"):
        array = cram.Array(cell=cell)
        print(measure(work, array))
        off = np.abs(work.run(array) - work.expected)
        print(f"mean difference {off.mean():.3g}, largest {off.max()}, of edges up to {np.abs(wanted).max()}\n")


if __name__ == "__main__":
    main()
