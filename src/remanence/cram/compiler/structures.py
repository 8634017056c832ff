"""Small graphs of ands for a function of a few inputs, found by taking it apart.

A function is taken apart at one input (it is an and, an or or an exclusive or with the rest, or a choice), or at two
inputs on which it depends through one function of both only. The way with the fewest ands is kept, and the next ones.
Source of the decompositions: Ashenhurst, Proc. Int. Symp. Switching Theory, 1957.
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import TypeAlias

from remanence.cram.compiler.aig import FALSE, Aig

Structure: TypeAlias = tuple[tuple[tuple[int, int], ...], int]
"""Ands, and the root: literals of the constant, the inputs, then the ands."""

Recipe: TypeAlias = tuple[int, tuple[object, ...]]
"""Cost, and how."""

KEPT = 12
"""Structures tried for a function."""


@lru_cache(maxsize=1 << 16)
def structures(table: int, size: int) -> tuple[Structure, ...]:
    """Return small structures of a truth table of so many inputs, the smallest first."""
    found: dict[Structure, None] = {}
    for recipe in _ways(table, size)[:KEPT]:
        graph = Aig()
        root = _made(graph, recipe[1], list(graph.input("x", size)))
        found[tuple(graph.ands), root] = None
    return tuple(sorted(found, key=lambda each: len(each[0])))


def _full(size: int) -> int:
    return (1 << (1 << size)) - 1


@lru_cache(maxsize=64)
def variable(place: int, size: int) -> int:
    """Return the truth table of an input itself."""
    return sum(1 << word for word in range(1 << size) if word >> place & 1)


def cofactors(table: int, place: int, size: int) -> tuple[int, int]:
    """Return both over all inputs, of which that one no longer matters."""
    mask, shift = variable(place, size), 1 << place
    one = table & mask
    zero = table & ~mask
    return zero | zero << shift, one | one >> shift


@lru_cache(maxsize=1 << 17)
def _best(table: int, size: int) -> Recipe:
    return _ways(table, size)[0]


@lru_cache(maxsize=1 << 16)
def _ways(table: int, size: int) -> tuple[Recipe, ...]:
    """Return recipes by cost. Kinds: ("input", k, inverted), ("and", inverted, left, right, ...) and so on."""
    full = _full(size)
    if table in (0, full):
        return ((0, ("constant", table != 0)),)
    parts = [cofactors(table, place, size) for place in range(size)]
    used = [place for place in range(size) if parts[place][0] != parts[place][1]]
    if len(used) == 1:
        return ((0, ("input", used[0], table != variable(used[0], size))),)
    found: list[Recipe] = []
    for place in used:
        zero, one = parts[place]
        x = ("input", place, False)
        x_not = ("input", place, True)
        for negative, f0, f1 in ((False, zero, one), (True, full ^ zero, full ^ one)):
            if f0 == 0:
                found.append(_and(negative, (0, x), _best(f1, size)))
            elif f1 == 0:
                found.append(_and(negative, (0, x_not), _best(f0, size)))
            elif not f0 & ~f1:  # f = f0 + x f1
                found.append(_and(not negative, _not(_best(f0, size)), _and(True, (0, x), _best(f1, size))))
            elif not f1 & ~f0:
                found.append(_and(not negative, _not(_best(f1, size)), _and(True, (0, x_not), _best(f0, size))))
        if zero == full ^ one:
            cost, recipe = _best(zero, size)
            found.append((cost + 3, ("xor", x, recipe)))
        elif len(used) <= 4:
            zero_way, one_way = _best(zero, size), _best(one, size)
            found.append((3 + zero_way[0] + one_way[0], ("mux", x, one_way[1], zero_way[1])))
    for a, b in itertools.combinations(used, 2):
        found += _joined(table, a, b, size)
    found.sort(key=lambda recipe: recipe[0])
    return tuple(found[: KEPT + 1])


def _joined(table: int, a: int, b: int, size: int) -> list[Recipe]:
    """Return recipes where two inputs matter through one function of both only."""
    a_zero, a_one = cofactors(table, a, size)
    quarters = [*cofactors(a_zero, b, size), *cofactors(a_one, b, size)]  # by the bits (a, b): 00, 01, 10, 11
    values = sorted(set(quarters))
    if len(values) != 2:
        return []
    word = sum((quarter == values[1]) << k for k, quarter in enumerate(quarters))
    if word in (0b0011, 0b1100, 0b0101, 0b1010):
        return []
    inputs = [("input", a, False), ("input", b, False)]
    if word in (0b0110, 0b1001):
        inner: Recipe = (3, ("xor", *inputs))
        inverted = word == 0b1001
    else:
        inverted = word.bit_count() == 3
        place = next(k for k in range(4) if (word >> k & 1) != inverted)
        inner = 1, ("and", False, ("input", a, not place >> 1), ("input", b, not place & 1))
    # the rest, in which input a now stands for the inner function
    on, off = (values[0], values[1]) if inverted else (values[1], values[0])
    mask = variable(a, size)
    rest = _best(on & mask | off & ~mask & _full(size), size)
    return [(rest[0] + inner[0], ("within", a, inner[1], rest[1]))]


def _not(recipe: Recipe) -> Recipe:
    return recipe[0], ("not", recipe[1])


def _and(inverted: bool, left: Recipe, right: Recipe) -> Recipe:
    return left[0] + right[0] + 1, ("and", inverted, left[1], right[1])


def _made(graph: Aig, recipe: tuple[object, ...], inputs: list[int]) -> int:
    """Build a recipe."""
    kind = recipe[0]

    def part(place: int) -> int:
        inner = recipe[place]
        assert isinstance(inner, tuple)
        return _made(graph, inner, inputs)

    if kind == "constant":
        return FALSE ^ int(bool(recipe[1]))
    if kind == "input":
        return inputs[int(str(recipe[1]))] ^ int(bool(recipe[2]))
    if kind == "not":
        return part(1) ^ 1
    if kind == "and":
        return graph.and_(part(2), part(3)) ^ int(bool(recipe[1]))
    if kind == "xor":
        return graph.xor(part(1), part(2))
    if kind == "mux":
        return graph.mux(part(1), part(2), part(3))
    within = list(inputs)
    within[int(str(recipe[1]))] = part(2)
    rest = recipe[3]
    assert isinstance(rest, tuple)
    return _made(graph, rest, within)
