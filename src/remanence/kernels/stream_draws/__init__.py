"""The draws of a `Stream`, compiled: see README.md beside this file for the equations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import BackendError, InputError
from remanence.core.stream import Stream
from remanence.kernels.stream_draws import reference

BACKENDS = ("reference", "cpu", "auto")


def stream_normal(stream: Stream, count: int, *, start: int = 0, backend: str = "auto") -> NDArray[np.float64]:
    """Return the standard normal draws ``start`` to ``start + count`` of a stream, shape (count,).

    The numbers are those of ``stream.normal``: bit for bit from the reference, to 1e-14 from the compiled loop, whose
    logarithm and sine are another library's. The compiled loop runs on one thread and lets other threads run.

    Args:
        stream: source of the draws.
        count: how many, at least 0.
        start: index of the first, at least 0.
        backend: ``"reference"``, ``"cpu"`` or ``"auto"``.

    Raises:
        InputError: a negative count or start.
        BackendError: an unknown back end.
    """
    if _compiled("stream_normal", count, start, backend):
        # numba loads on import of the module: only those who run it wait for it
        from remanence.kernels.stream_draws import cpu

        return cpu.stream_normal(stream.key, count, start)
    return reference.stream_normal(stream.key, count, start)


def stream_words(stream: Stream, count: int, *, start: int = 0, backend: str = "auto") -> NDArray[np.uint32]:
    """Return the words ``start`` to ``start + count`` of a stream, those of ``stream.words``; as `stream_normal`."""
    if _compiled("stream_words", count, start, backend):
        from remanence.kernels.stream_draws import cpu

        return cpu.stream_words(stream.key, count, start)
    return stream.words(count, start)


def stream_events(stream: Stream, probability: float, count: int, *, start: int = 0) -> NDArray[np.bool_]:
    """Return the events ``start`` to ``start + count`` of a stream, those of ``stream.events`` exactly.

    Raises:
        InputError: the probability is not between 0 and 1.
    """
    if not 0.0 <= probability <= 1.0:
        raise InputError("stream_events", probability, "a probability from 0 to 1 is needed")
    threshold = round(probability * 2**32)
    if threshold == 2**32:
        return np.ones(count, bool)
    return stream_words(stream, count, start=start) < np.uint32(threshold)


def _compiled(subject: str, count: int, start: int, backend: str) -> bool:
    if backend not in BACKENDS:
        raise BackendError(f"{subject}: back end {backend!r}; known are {', '.join(BACKENDS)}")
    for name, number in (("count", count), ("start", start)):
        if number < 0:
            raise InputError(f"{subject}: {name}", number, "must be at least 0")
    return backend != "reference"
