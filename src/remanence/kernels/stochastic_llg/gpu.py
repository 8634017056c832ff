"""`stochastic_llg` on a graphics processor: one Triton kernel for all steps, the state in registers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from remanence.kernels import graphics
from remanence.kernels.stochastic_llg import model
from remanence.kernels.stochastic_llg.model import Floats, Layer

BLOCK = 128
"""Trajectories of a program."""


def integrate(
    layers: Sequence[Layer],
    start: Floats,
    drive: Floats,
    step: float,
    key: tuple[int, int],
    first_trajectory: int,
    first_step: int,
    passes: int,
    axis: int,
    side: Floats,
) -> tuple[Floats, NDArray[np.int64]]:
    """Return (m after the last step, first step on the other side or -1); arguments as in the package."""
    import torch

    from remanence.kernels.stochastic_llg import triton_kernel

    device = "cpu" if graphics.interpreted() else "cuda"
    used = model.terms(layers, drive.shape[1])
    count, rows = start.shape[0], 3 * len(layers)
    whole = slice(0, count)

    def ship(array: NDArray[np.generic]) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(device)

    table = np.zeros((drive.shape[0], model.CHANNELS), np.float32)
    table[:, : drive.shape[1]] = drive
    state = ship(start.reshape(-1, rows).T.astype(np.float32))
    packed = ship(np.concatenate([model.pack(layer, step, whole) for layer in layers]))
    crossing = torch.zeros(count, dtype=torch.int32, device=device)
    numbers = ship(np.array([first_step, first_trajectory, *key], np.int64))
    triton_kernel.run[(-(-count // BLOCK),)](
        state, packed, ship(side.astype(np.float32)), crossing, ship(table), numbers, count, drive.shape[0],
        LAYERS=used.layers, PASSES=passes, AXIS=axis, THERMAL=used.thermal, CHANNELS=used.channels, AXIAL=used.axial,
        SECOND_ORDER=used.second_order, TORQUE=used.torque, VOLTAGE=used.voltage_anisotropy, ASYMMETRY=used.asymmetry,
        COUPLING=used.coupling, BIQUADRATIC=used.biquadratic, MUTUAL=used.mutual, ROWS=model.ROWS, BLOCK=BLOCK,
        num_warps=BLOCK // 32,
    )  # fmt: skip
    final = state.cpu().numpy().astype(np.float64).T.reshape(-1, len(layers), 3)
    steps = crossing.cpu().numpy().astype(np.int64)
    return final, np.where(steps > 0, first_step + steps, -1)
