"""`sliced_mvm` on a graphics processor: one Triton kernel, int8 products with the converter in the epilogue."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from remanence.kernels import graphics
from remanence.kernels.sliced_mvm.choice import Problem
from remanence.kernels.sliced_mvm.records import EXACT, Staircase, Uniform

TALL, WIDE, DEEP = 64, 64, 32
"""Vectors, columns and rows of a block; matrix units take at least 16, 16 and 32 of bytes."""
LARGEST_CODE = 2**22
"""The kernel rounds by adding 1.5 * 2**23, which is exact below this."""
PATH = "int8 products"


def objection(problem: Problem) -> str:
    """Return why the kernel does not take a problem, or nothing."""
    if problem.noise is not None:
        return "it draws no noise"
    if problem.conversion is None:
        return "without a converter there is nothing for it to do: the cpu back end takes one product"
    if problem.span[0] < -128 or problem.span[1] > 127:
        return "it takes digits of -128 to 127"
    if problem.largest_sum >= EXACT:
        return "it takes partial sums below 2**24"
    if max(abs(problem.conversion.low), abs(problem.conversion.high)) >= LARGEST_CODE:
        return "it takes codes below 2**22"
    return ""


def bytes_of(values: NDArray[np.int32]) -> NDArray[np.int8]:
    """Return whole numbers as signed bytes, least significant first: values = sum of bytes[i] 256**i."""
    rest = values.astype(np.int64)
    parts: list[NDArray[np.int8]] = []
    while not parts or np.any(rest):
        low = (rest + 128) % 256 - 128
        parts.append(low.astype(np.int8))
        rest = (rest - low) // 256
    return np.stack(parts)


def run(problem: Problem) -> NDArray[np.int64]:
    """Return the accumulated codes, shape (V, M)."""
    import torch

    from remanence.kernels.sliced_mvm import triton_kernel

    device = "cpu" if graphics.interpreted() else "cuda"
    conversion = problem.conversion
    pulses, vectors, depth = problem.digits.shape
    slices, _, columns = problem.cells.values.shape

    def ship(array: NDArray[Any]) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(device)

    cells = problem.cells.derived(("bytes", device), lambda: ship(bytes_of(problem.cells.values)))
    scale, offset = np.ones(columns, np.float32), np.zeros(columns, np.float32)
    thresholds, converter_of, steps = np.zeros((1, 1), np.float32), np.zeros(columns, np.int64), 0
    assert conversion is not None
    if isinstance(conversion, Uniform):
        scale[:], offset[:] = conversion.scale, conversion.offset
    if isinstance(conversion, Staircase):
        count, converter_of = conversion.thresholds.shape[1], conversion.converter_of
        steps = count.bit_length()
        thresholds = np.pad(conversion.thresholds, ((0, 0), (0, 2**steps - count)), constant_values=np.inf)
    weights = np.outer(problem.input_weights, problem.cell_weights).ravel()
    result = torch.zeros((vectors, columns), dtype=torch.int64, device=device)
    if result.numel() and depth:
        # fused multiply-adds would round once where the definition rounds twice
        triton_kernel.run[(-(-vectors // TALL), -(-columns // WIDE))](
            ship(problem.digits.astype(np.int8)), cells, ship(weights), ship(scale), ship(offset), ship(thresholds),
            ship(converter_of), result, vectors, depth, columns, problem.rows, conversion.low, float(conversion.low),
            float(conversion.high), thresholds.shape[1], PULSES=pulses, SLICES=slices, BYTES=cells.shape[0],
            STEPS=steps, TALL=TALL, WIDE=WIDE, DEEP=DEEP, num_warps=4, enable_fp_fusion=False,
        )  # fmt: skip
    return np.asarray(result.cpu().numpy())
