"""`row_gates` on a graphics processor: a Triton kernel, one program instance a piece of the rows."""

from __future__ import annotations

import ctypes
import importlib.util
import os
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import BackendError
from remanence.kernels.row_gates.reference import BITS, BLOCK, FAN_IN, KINDS, RARE

if TYPE_CHECKING:
    import torch

    from remanence.kernels.row_gates import Faults, Instructions

_PIECE = BLOCK // 64
_WARPS = 4


def interpreted() -> bool:
    """Tell whether Triton runs in its interpreter, on the processor: slow, and good for tests."""
    return os.environ.get("TRITON_INTERPRET", "0") == "1"


def require() -> None:
    """Raise where the back end cannot run.

    Raises:
        BackendError: no Triton or torch, or no graphics processor and no interpreter.
    """
    missing = [name for name in ("triton", "torch") if importlib.util.find_spec(name) is None]
    if missing:
        raise BackendError(f"row_gates: the gpu back end needs {' and '.join(missing)}, which is not installed")
    if not interpreted() and not _driver():
        raise BackendError("row_gates: the gpu back end needs an NVIDIA graphics processor, which is not here")


def _driver() -> bool:
    try:
        ctypes.CDLL("libcuda.so.1")
    except OSError:
        return False
    return True


def row_gates(
    state: NDArray[np.uint64],
    instructions: Instructions,
    given: NDArray[np.int64],
    kept: NDArray[np.int64],
    chances: NDArray[np.float64] | None,
    key: tuple[int, int],
    faults: Faults | None,
) -> NDArray[np.uint64]:
    """Return the kept columns after the program; arguments as in the package."""
    import torch

    from remanence.kernels.row_gates import cpu, triton_kernel

    device = "cpu" if interpreted() else "cuda"
    count, words = len(instructions), state.shape[1]
    wide = FAN_IN + 1
    rates = np.zeros((count, 2, wide)) if chances is None else chances
    which = np.full((count, wide, wide), -1, np.int64) if faults is None else faults.cells
    largest = rates.max(axis=2, initial=0.0)
    tape = cpu.prepare(instructions, given, kept, chances, faults)
    if not len(tape) or not words:
        return np.zeros((len(kept), words), np.uint64)

    def ship(array: NDArray[np.generic]) -> torch.Tensor:
        whole = np.ascontiguousarray(array)
        return torch.from_numpy(whole.view(np.int64) if whole.dtype == np.uint64 else whole).to(device)

    own = tape.place >= 0
    noise = np.zeros(len(tape), np.int64)  # bit 0: frequent errors, bit 1: fixed ones, bit 2: frequent disturb
    often = largest[tape.place[own]] > RARE
    noise[own] = often[:, 0] + 2 * np.any(which[tape.place[own]] >= 0, axis=(1, 2)) + 4 * often[:, 1]
    program = np.column_stack(
        [tape.kind, tape.out, tape.fan_in, tape.inputs, tape.threshold, -tape.preset, tape.place, noise]
    )
    # Logarithms of the skips are the processor's, so that no rounding of another one can move an error.
    starts, candidates = cpu.candidates(tape, count, chances, words, key)
    limits = np.ceil(rates / np.where(largest > 0.0, largest, 1.0)[..., None] * 2.0**32).astype(np.int64)
    pieces = -(-words // _PIECE)
    scratch = torch.full((pieces, tape.slots, _PIECE), -1, dtype=torch.int64, device=device)
    result = torch.zeros((len(kept), words), dtype=torch.int64, device=device)
    rows = np.zeros((1, 1), np.uint64) if faults is None else faults.rows
    triton_kernel.run[(pieces,)](
        ship(state), result, scratch, ship(program), ship(starts), ship(candidates), ship(limits),
        ship(np.rint(rates * 2**BITS).astype(np.int64)), ship(which), ship(rows), ship(np.array(key, np.int64)),
        words, len(tape), tape.slots, PIECE=_PIECE, BITS=BITS, FIELDS=program.shape[1], CLASSES=wide,
        KINDS=KINDS, num_warps=_WARPS,
    )  # fmt: skip
    return result.cpu().numpy().view(np.uint64)
