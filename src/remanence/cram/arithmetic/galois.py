"""Inverses in GF(256) and linear maps over bits: what the S-box of AES is made of.

An inverse is taken in the tower GF(((2^2)^2)^2) (Satoh et al., ASIACRYPT 2001, recalled): with y^2 = y + nu in a field
of half the bits, the inverse of a y + b is (a y + a + b) / (nu a^2 + b (a + b)), which needs an inverse of half the
bits. Products are Karatsuba's. Bases are searched, not tabled: of all roots and nu, those of the fewest gates.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.netlist import ZERO, Builder, Word

Bits: TypeAlias = tuple[int, ...]
Join: TypeAlias = Callable[[int, int], int]
Matrix: TypeAlias = NDArray[np.uint8]
"""Over GF(2): result bit r is the sum of the word's bits where row r has a 1."""


def linear(logic: Logic, matrix: Matrix, word: Sequence[int]) -> Word:
    """Return a matrix over GF(2) times a word; pairs that several sums need are added once (Paar's greedy choice).

    Args:
        logic: the gates.
        matrix: zeros and ones, shape (bits out, bits in).
        word: bits in.

    Raises:
        InputError: a matrix of another width.
    """
    if matrix.ndim != 2 or matrix.shape[1] != len(word):
        raise InputError("galois.linear: matrix", f"shape {matrix.shape}", f"must have {len(word)} columns")
    signals, sums = list(word), [set(np.flatnonzero(row).tolist()) for row in matrix]
    while True:
        pairs: dict[tuple[int, int], int] = {}
        for chosen in sums:
            for a in chosen:
                for b in chosen:
                    if a < b:
                        pairs[a, b] = pairs.get((a, b), 0) + 1
        if not pairs:
            break
        (a, b), _ = max(pairs.items(), key=lambda item: (item[1], (-item[0][0], -item[0][1])))
        signals.append(xor(logic, signals[a], signals[b]))
        for chosen in sums:
            if {a, b} <= chosen:
                chosen -= {a, b}
                chosen.add(len(signals) - 1)
    return tuple(signals[next(iter(chosen))] if chosen else ZERO for chosen in sums)


def xor(logic: Logic, a: int, b: int) -> int:
    """Return a xor b without the inverters before it: two cancel, one goes behind."""
    (one, turned), (two, turned_too) = logic.source(a), logic.source(b)
    result = logic.xor(one, two)
    return logic.not_(result) if turned ^ turned_too else result


def inverse(logic: Logic, word: Sequence[int], *, modulus: int, after: Matrix | None = None) -> Word:
    """Return the inverse of a word in GF(256), 0 for 0, or a linear map of it.

    Args:
        logic: the gates.
        word: eight bits, the lowest power first.
        modulus: irreducible polynomial of degree 8, as bits: 0x11b for AES.
        after: matrix that the inverse is multiplied by, at no cost of its own.

    Raises:
        InputError: not eight bits, or a polynomial that is not irreducible.
    """
    if len(word) != 8 or not 0x100 < modulus < 0x200:
        raise InputError("galois.inverse", f"{len(word)} bits, modulus {modulus:#x}", "needs 8 bits and a degree of 8")
    last = np.eye(8, dtype=np.uint8) if after is None else after
    names = tuple(sorted(logic.builder.gates))
    nu, into = _best(modulus, last.tobytes(), names)
    inner = linear(logic, into, word)
    found = _inverse(inner, nu, functools.partial(xor, logic), logic.and_, functools.partial(linear, logic))
    return linear(logic, last @ _inverted(into) % 2, found)


@functools.lru_cache(maxsize=16)
def _best(modulus: int, last: bytes, names: tuple[str, ...]) -> tuple[int, Matrix]:
    """Return nu of the outer field and the map into the tower that together take the fewest gates."""
    after, choices = np.frombuffer(last, np.uint8).reshape(8, 8), []
    for nu in range(16):
        if any(_times(t, t, 4, nu) ^ t == nu for t in range(16)):
            continue  # t^2 + t + nu has a root: not a field
        for root in range(2, 256):
            powers = [1]
            for _ in range(8):
                powers.append(_times(powers[-1], root, 8, nu))
            if functools.reduce(int.__xor__, (p for k, p in enumerate(powers) if modulus >> k & 1)):
                continue
            into = np.array([[power >> bit & 1 for power in powers[:8]] for bit in range(8)], np.uint8)
            builder = Builder(names)
            word = builder.input("x", 8)
            logic = Logic(builder)
            builder.output("y", linear(logic, into, word))
            builder.output("z", linear(logic, after @ _inverted(into) % 2, word))
            choices.append((len(builder.netlist()), nu, into))
    if not choices:
        raise InputError("galois.inverse: modulus", f"{modulus:#x}", "must be irreducible, of degree 8")
    _, nu, into = min(choices, key=lambda choice: (choice[0], choice[1], choice[2].tobytes()))
    return nu, into


def _inverted(matrix: Matrix) -> Matrix:
    """Return the inverse of a matrix over GF(2), by elimination."""
    size = len(matrix)
    work = np.concatenate([matrix, np.eye(size, dtype=np.uint8)], axis=1)
    for column in range(size):
        pivot = column + int(np.argmax(work[column:, column]))
        work[[column, pivot]] = work[[pivot, column]]
        others = (work[:, column] == 1) & (np.arange(size) != column)
        work[others] ^= work[column]
    return work[:, size:]


def _nu(bits: int, outer: int) -> int:
    """The constant of y^2 = y + nu for a field of so many bits: 1, then w of GF(4), then the one chosen."""
    return {2: 1, 4: 2, 8: outer}[bits]


def _product(a: Bits, b: Bits, outer: int, xor_: Join, and_: Join, map_: Callable[[Matrix, Bits], Bits]) -> Bits:
    if len(a) == 1:
        return (and_(a[0], b[0]),)
    half = len(a) // 2
    again = functools.partial(_product, outer=outer, xor_=xor_, and_=and_, map_=map_)
    add = functools.partial(_added, xor_)
    low, high = again(a[:half], b[:half]), again(a[half:], b[half:])
    middle = again(add(a[:half], a[half:]), add(b[:half], b[half:]))
    scaled = map_(_scaling(half, _nu(len(a), outer), outer), high)
    return (*add(low, scaled), *add(middle, low))


def _inverse(a: Bits, outer: int, xor_: Join, and_: Join, map_: Callable[[Matrix, Bits], Bits]) -> Bits:
    if len(a) == 1:
        return a
    half = len(a) // 2
    low, high = a[:half], a[half:]
    both = _added(xor_, low, high)
    joined = functools.partial(_product, outer=outer, xor_=xor_, and_=and_, map_=map_)
    squared = map_(_scaling(half, _nu(len(a), outer), outer, power=2), high)
    divisor = _inverse(_added(xor_, squared, joined(low, both)), outer, xor_, and_, map_)
    return (*joined(both, divisor), *joined(high, divisor))


def _added(xor_: Join, a: Bits, b: Bits) -> Bits:
    return tuple(xor_(x, y) for x, y in zip(a, b, strict=True))


@functools.cache
def _scaling(bits: int, factor: int, outer: int, power: int = 1) -> Matrix:
    """Return the matrix of x -> factor x, or factor x^2, in the field of so many bits."""
    columns = [1 << place for place in range(bits)]
    images = [_times(factor, _times(x, x, bits, outer) if power == 2 else x, bits, outer) for x in columns]
    return np.array([[image >> bit & 1 for image in images] for bit in range(bits)], np.uint8)


@functools.cache
def _times(a: int, b: int, bits: int, outer: int) -> int:
    """Return the product of two numbers in the tower."""
    if bits == 1:
        return a & b
    half = bits // 2
    mask = (1 << half) - 1
    low, high = (_times(x, y, half, outer) for x, y in ((a & mask, b & mask), (a >> half, b >> half)))
    middle = _times((a ^ a >> half) & mask, (b ^ b >> half) & mask, half, outer)
    return low ^ _times(_nu(bits, outer), high, half, outer) | (middle ^ low) << half
