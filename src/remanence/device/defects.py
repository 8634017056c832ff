"""Devices that hold one conductance whatever is written: shorts and opens."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remanence.core.declare import Array, quantity, shape, text, value
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.kernels.stream_draws import stream_words

SOUND, SHORT, OPEN = 0, 1, 2
"""Codes of a device's defect."""


@value
class Defects:
    """Shares of stuck devices and the conductances at which they are stuck.

    A short is a pinholed barrier or an over-formed filament; an open a missing contact or a filament never formed.
    """

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    short: Array = quantity("1", at_least=0, at_most=0.5, doc="share of devices stuck at a high conductance")
    open: Array = quantity("1", at_least=0, at_most=0.5, doc="share of devices stuck at a low conductance")
    short_conductance: Array = quantity(
        "1", at_least=1, doc="conductance of a short over that of the device's highest level", default=1.0
    )
    open_conductance: Array = quantity(
        "1", at_least=0, at_most=1, doc="conductance of an open over that of the device's lowest level", default=1.0
    )


def defect_codes(given: Defects, stream: Stream, start: int, count: int) -> NDArray[np.uint8]:
    """Return SOUND, SHORT or OPEN for devices ``start`` to ``start + count``, decided by comparing whole numbers.

    Raises:
        InputError: array fields.
    """
    if shape(given):
        raise InputError("defects", "array fields", "a single set of defects is needed")
    codes = np.zeros(count, np.uint8)
    low, high = round(float(given.short) * 2**32), 2**32 - round(float(given.open) * 2**32)
    if low or high < 2**32:
        words = stream_words(stream.child("defect"), count, start=start)
        if low:
            codes[words < np.uint32(low)] = SHORT
        if high < 2**32:
            codes[words >= np.uint32(high)] = OPEN
    return codes
