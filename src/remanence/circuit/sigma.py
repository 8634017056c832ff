"""How many standard deviations each element of a memory must bear, with spares or with an error-correcting code."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from remanence.circuit.ecc import Code, allowed_raw_rate
from remanence.core.declare import Array, Quantity
from remanence.core.errors import InputError
from remanence.device.checks import refuse

_SHARE = Quantity("1", "a probability", above=0, below=1)


def required_sigma(elements: Array, *, passing: Array = 0.9, spared: Array = 0.0) -> Array:
    """Return k: how many standard deviations each of ``elements`` must bear, one-sided.

    All pass with probability ``passing``: elements x -ln(1 - Q(k)) = -ln(passing). With spares, an expected number
    ``spared`` may fail: Q(k) = spared/elements, where that is more.

    Args:
        elements: bits (or amplifiers) of the memory.
        passing: wanted yield of the read path.
        spared: expected number of failing elements that redundancy or an error code takes.
    """
    number = np.asarray(Quantity("1", "number of elements", at_least=1).read(elements, "required_sigma: elements"))
    good = np.asarray(_SHARE.read(passing, "required_sigma: passing"))
    spare = np.asarray(Quantity("1", "spared", at_least=0).read(spared, "required_sigma: spared"))
    failing = np.maximum(-np.expm1(np.log(good) / number), spare / number)
    refuse(InputError, "required_sigma: spared", spare, failing >= 1.0, "must be fewer than the elements")
    return _plain(-ndtri(failing))


def coded_sigma(code: Code, words: Array, *, passing: Array = 0.9) -> Array:
    """Return k: how many standard deviations each cell must bear where a code corrects the words that hold bad ones.

    All words pass with probability ``passing``: a word may fail with 1 - passing^(1/words), which the code allows at a
    raw rate of `ecc.allowed_raw_rate`; Q(k) is that rate. The code is spent on reading: what it corrects there it
    cannot correct of writing and retention in the same word. Without a code this is `required_sigma` of all bits.

    Args:
        code: of a word.
        words: of the memory.
        passing: wanted yield of the read path.
    """
    number = np.asarray(Quantity("1", "number of words", at_least=1).read(words, "coded_sigma: words"))
    good = np.asarray(_SHARE.read(passing, "coded_sigma: passing"))
    return _plain(-ndtri(np.asarray(allowed_raw_rate(code, -np.expm1(np.log(good) / number)))))


def _plain(result: NDArray[np.float64] | np.float64 | float) -> Array:
    return float(result) if np.ndim(result) == 0 else np.asarray(result)
