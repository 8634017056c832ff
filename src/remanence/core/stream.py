"""Random draws as a pure function of a key and an index (Philox-4x32-10).

A `Stream` has no state. Whatever the thread count, batch, device or order of calls, draw number ``i`` of
``Stream(seed).child("cells", 3)`` is the same number.

Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11 (2011),
doi:10.1145/2063384.2063405; the known answers in the tests are those of its Random123 library.
"""

from __future__ import annotations

import hashlib
import operator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError

_MULTIPLIER_0, _MULTIPLIER_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL_0, _WEYL_1 = 0x9E3779B9, 0xBB67AE85
_LOW, _SHIFT = np.uint64(0xFFFFFFFF), np.uint64(32)
_ROUNDS = 10
_BLOCK = 1 << 15  # counters per pass: the working set of one pass stays in the second-level cache


def philox(counter: NDArray[np.uint32], key: tuple[int, int]) -> NDArray[np.uint32]:
    """Apply Philox-4x32-10 to an array of counters.

    Args:
        counter: shape (n, 4), 32-bit words, least significant first.
        key: two 32-bit words.

    Returns:
        Shape (n, 4), 32-bit words.
    """
    c0, c1, c2, c3 = (counter[:, word].astype(np.uint64) for word in range(4))
    k0, k1 = key
    for _ in range(_ROUNDS):
        product_0, product_1 = c0 * _MULTIPLIER_0, c2 * _MULTIPLIER_1
        c0, c1, c2, c3 = (
            (product_1 >> _SHIFT) ^ c1 ^ np.uint64(k0),
            product_1 & _LOW,
            (product_0 >> _SHIFT) ^ c3 ^ np.uint64(k1),
            product_0 & _LOW,
        )
        k0, k1 = (k0 + _WEYL_0) & 0xFFFFFFFF, (k1 + _WEYL_1) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], axis=1).astype(np.uint32)


@dataclass(frozen=True, slots=True)
class Stream:
    """A named, stateless source of random numbers.

    Args:
        seed: a whole number from 0 to 2**64 - 1.
        path: the names under which this stream was derived; use `child` rather than setting it.

    Raises:
        InputError: the seed is not a whole number in range.
    """

    seed: int
    path: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check the seed."""
        try:
            seed = operator.index(self.seed)
        except TypeError:
            seed = -1
        if isinstance(self.seed, bool) or not 0 <= seed < 2**64:
            raise InputError("Stream.seed", self.seed, "a whole number from 0 to 2**64 - 1 is needed")
        object.__setattr__(self, "seed", seed)

    def child(self, name: str, index: int = 0) -> Stream:
        """Return the stream of that name and index below this one; different names never share draws."""
        return Stream(self.seed, (*self.path, f"{name}#{operator.index(index)}"))

    @property
    def key(self) -> tuple[int, int]:
        """The 64-bit Philox key of this stream, as two 32-bit words."""
        text = repr((self.seed, self.path)).encode()  # repr quotes: no name can pass for a path
        word = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")
        return word & 0xFFFFFFFF, word >> 32

    def words(self, count: int, start: int = 0) -> NDArray[np.uint32]:
        """Return draws ``start`` to ``start + count`` as 32-bit words, shape (count,)."""
        first, last = start // 4, -(-(start + count) // 4)
        key = self.key
        words = np.empty((last - first, 4), np.uint32)
        for begin in range(first, last, _BLOCK):
            index = np.arange(begin, min(begin + _BLOCK, last), dtype=np.uint64)
            counter = np.zeros((index.size, 4), np.uint32)
            counter[:, 0], counter[:, 1] = index & _LOW, index >> _SHIFT
            words[begin - first : begin - first + index.size] = philox(counter, key)
        return words.reshape(-1)[start - 4 * first :][:count]

    def uniform(self, shape: int | tuple[int, ...]) -> NDArray[np.float64]:
        """Return numbers in (0, 1), never 0 or 1, on a grid of 2**-32."""
        count = int(np.prod(shape))
        words = self.words(count).astype(np.float64)
        return ((words + 0.5) * 2.0**-32).reshape(shape)

    def normal(self, shape: int | tuple[int, ...]) -> NDArray[np.float64]:
        """Return standard normal numbers (Box-Muller on two words each pair; ``|z| < 6.8``)."""
        count = int(np.prod(shape))
        pairs = (-(-count // 2), 2)
        first, second = np.moveaxis(self.uniform(pairs), 1, 0)
        radius, angle = np.sqrt(-2.0 * np.log(first)), 2.0 * np.pi * second
        return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).reshape(-1)[:count].reshape(shape)

    def events(self, probability: float, shape: int | tuple[int, ...]) -> NDArray[np.bool_]:
        """Return True with the given probability, decided by comparing whole numbers.

        The probability is rounded to a multiple of 2**-32; below 2**-33 no event ever happens.

        Raises:
            InputError: the probability is not between 0 and 1.
        """
        if not 0.0 <= probability <= 1.0:
            raise InputError("Stream.events", probability, "a probability from 0 to 1 is needed")
        threshold = np.uint64(round(probability * 2**32))
        return (self.words(int(np.prod(shape))).astype(np.uint64) < threshold).reshape(shape)

    def permutation(self, count: int) -> NDArray[np.int64]:
        """Return the numbers 0 to ``count - 1`` in random order."""
        return np.argsort(self.words(count), kind="stable").astype(np.int64)
