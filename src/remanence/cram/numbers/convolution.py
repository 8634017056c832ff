"""Convolution in two layouts: a patch of the image in each row, or a line of the image in each row.

`patches` is done by the host: an element lies in as many rows as there are patches that hold it, which costs space and
loading, but no step. `stencil` stores every element once and brings lines to their neighbours by moves, bit after bit.
Both correlate, as networks do: the kernel is not turned round.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remanence.core.errors import InputError
from remanence.cram.arithmetic import integer
from remanence.cram.arithmetic.bit_heap import BitHeap
from remanence.cram.netlist import ZERO, Word
from remanence.cram.numbers.lanes import Lanes, in_rows
from remanence.cram.numbers.trace import Trace, Words


def patches(images: ArrayLike, kernel: tuple[int, int], *, stride: int = 1, padding: int = 0) -> NDArray[Any]:
    """Lay out the patches of images, one a row (im2col, done by the host).

    Args:
        images: shape (N, C, H, W).
        kernel: height and width of a patch.
        stride: from patch to patch.
        padding: zeros around each image.

    Returns:
        Shape (N x H' x W', C x height x width); H' = (H + 2 padding - height) // stride + 1.

    Raises:
        InputError: other shapes, or a kernel larger than the image.
    """
    data = np.asarray(images)
    fits = np.shape(kernel) == (2,) and all(np.asarray(each).dtype.kind in "iu" for each in (kernel, stride, padding))
    if not fits or data.ndim != 4 or stride < 1 or padding < 0 or min(kernel) < 1:
        raise InputError("cram.patches", f"shape {data.shape}, kernel {kernel}, stride {stride}, padding {padding}",
                         "needs images of (N, C, H, W), and whole (height, width) and stride of 1 or more")  # fmt: skip
    data = np.pad(data, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    if kernel[0] > data.shape[2] or kernel[1] > data.shape[3]:
        raise InputError("cram.patches: kernel", kernel, f"must fit the image of {data.shape[2:]}, padding included")
    windows = np.lib.stride_tricks.sliding_window_view(data, kernel, axis=(2, 3))[:, :, ::stride, ::stride]
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, data.shape[1] * kernel[0] * kernel[1])


def convolve(rows: Lanes, weights: ArrayLike) -> Lanes:
    """Return the outputs of a convolution on `patches`, shape (rows, C_out).

    Args:
        rows: patches, shape (rows, C x height x width).
        weights: whole numbers, part of the circuit, shape (C_out, C, height, width).

    Raises:
        InputError: shapes that do not fit.
    """
    rows, table = in_rows(rows, "cram.convolve: rows"), np.asarray(weights)
    if table.ndim != 4 or rows.ndim != 2 or int(np.prod(table.shape[1:])) != rows.shape[1]:
        raise InputError("cram.convolve", f"patches {rows.shape} and weights {table.shape}",
                         "must be (rows, C x height x width) and (C_out, C, height, width)")  # fmt: skip
    return rows @ table.reshape(len(table), -1).T


def stencil(image: Lanes, kernel: ArrayLike) -> Lanes:
    """Return the correlation with a kernel of whole numbers, of the same shape, with zeros around the image.

    Args:
        image: one line a row, shape (rows, columns), or (rows,) with a kernel along the rows.
        kernel: odd lengths, shape (height, width), or (height,).

    Raises:
        InputError: another kernel.
    """
    image, table = in_rows(image, "cram.stencil: image"), np.asarray(kernel)
    if table.ndim != image.ndim or table.dtype.kind not in "iu" or any(length % 2 == 0 for length in table.shape):
        raise InputError("cram.stencil: kernel", f"{table.dtype} of shape {table.shape}",
                         f"must be whole numbers, of odd length along each of the {image.ndim} axes")  # fmt: skip
    table, half = table.reshape(len(table), -1), len(table) // 2
    lines = [image.moved(half - place) for place in range(len(table))] if image.rows > half else None
    if lines is None:
        raise InputError("cram.stencil: kernel", f"{len(table)} lines", f"is too high for {image.rows} rows")
    low = sum(int(w) * (-(1 << (image.bits - 1)) if w > 0 and image.signed else 0 if w > 0 else image_most(image))
              for w in table.ravel())  # fmt: skip
    high = sum(int(w) * (image_most(image) if w > 0 else -(1 << (image.bits - 1)) if image.signed else 0)
               for w in table.ravel())  # fmt: skip
    bits, signed = integer.width([low, high])
    middle = table.shape[1] // 2

    def build(trace: Trace) -> Words:
        sources = [trace.words(line).reshape(-1) for line in lines]
        result = np.empty(sources[0].shape, object)
        for place in range(len(result)):
            heap = BitHeap(trace.logic, bits)
            for line, weights in zip(sources, table, strict=True):
                for offset, weight in enumerate(weights, place - middle):
                    word: Word = line[offset] if 0 <= offset < len(line) else (ZERO,)
                    heap.add_times(word, int(weight), signed=image.signed)
            result[place] = heap.total()
        return result.reshape(image.shape[1:])

    return Lanes(image.shape, bits, signed, build, lines)


def image_most(image: Lanes) -> int:
    """Return the largest number that an element can be."""
    return (1 << (image.bits - image.signed)) - 1
