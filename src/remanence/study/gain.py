"""What a gain in one part is worth to the whole."""

from __future__ import annotations

from remanence.core.declare import Array
from remanence.core.errors import InputError

ACCELERATOR_SHARE = 0.58
"""Share of the energy of a median text prompt that the accelerator takes, recalled from Google's own report.

Source: elsworth2025 in the bibliography (accelerator 58 %, host 25 %, idle machines 10 %, overhead 8 %); not audited,
and not read in the source.
"""


def whole_gain(gain: Array, share: float) -> Array:
    """Return Amdahl's bound on the gain of a whole whose part ``share`` gains by ``gain``: 1 / ((1 - f) + f / g).

    Derived, exact where the rest stays as it is. A ``gain`` below 1 is a loss and makes the whole lose.

    Raises:
        InputError: a share outside 0..1, or a gain that is not above 0.
    """
    if not 0.0 <= share <= 1.0:
        raise InputError("whole_gain: share", share, "must lie in 0..1")
    if not (gain > 0 if isinstance(gain, (int, float)) else (gain > 0).all()):
        raise InputError("whole_gain: gain", gain, "must be above 0")
    return 1.0 / ((1.0 - share) + share / gain)
