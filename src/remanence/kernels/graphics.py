"""Whether the kernels' graphics-processor back ends can run here."""

from __future__ import annotations

import ctypes
import importlib.util
import os

from remanence.core.errors import BackendError


def interpreted() -> bool:
    """Tell whether Triton runs in its interpreter, on the processor: slow, and good for tests."""
    return os.environ.get("TRITON_INTERPRET", "0") == "1"


def available() -> bool:
    """Tell whether this machine has Triton and an NVIDIA driver; quick, so that "auto" can ask at every call."""
    if importlib.util.find_spec("triton") is None or importlib.util.find_spec("torch") is None:
        return False
    try:
        ctypes.CDLL("libcuda.so.1")
    except OSError:
        return False
    return True


def require(kernel: str) -> None:
    """Raise where the back end of a kernel cannot run.

    Raises:
        BackendError: no Triton or torch, or no graphics processor and no interpreter.
    """
    missing = [name for name in ("triton", "torch") if importlib.util.find_spec(name) is None]
    if missing:
        raise BackendError(f"{kernel}: the gpu back end needs {' and '.join(missing)}, which is not installed")
    if not interpreted() and not available():
        raise BackendError(f"{kernel}: the gpu back end needs an NVIDIA graphics processor, which is not here")
