"""Addition in a time that grows with the logarithm of the width, for lines that run several gates at once.

Carries by a parallel prefix network of the fewest nodes (Brent and Kung, IEEE Trans. Computers C-31, 260 (1982)): of
bits i to j, g is a carry out of them without one into them and p whether they would hand one on; g = g_hi + p_hi g_lo
and p = p_hi p_lo join two neighbours. Nodes of a level cover ranges that lie side by side, so that with a bit a segment
their gates share a step. The circuit is written with NAND; sum and carry are self-dual, so NOR in its place does, too.
"""

from __future__ import annotations

from typing import NamedTuple

from remanence.core.errors import InputError
from remanence.cram.arithmetic.logic import Logic, Signal
from remanence.cram.netlist import ONE, ZERO, Word


class Carry(NamedTuple):
    """Carries of a range of bits, both or their complements."""

    generate: Signal
    propagate: Signal
    inverted: bool = False


def add_prefix(logic: Logic, x: Word, y: Word, carry: Signal = ZERO) -> tuple[Word, Signal]:
    """Return (sum of the width of both, carry).

    Args:
        logic: the gates.
        x: a word.
        y: a word of the same width.
        carry: into the lowest bit.

    Raises:
        InputError: words of different widths, or of no bits.
    """
    if len(x) != len(y) or not x:
        raise InputError("words", f"{len(x)} and {len(y)} bits", "must be of one width", "Extend the shorter one.")
    place = logic.builder.place
    bits = [_bit(_at(logic, k), a, b) for k, (a, b) in enumerate(zip(x, y, strict=True))]
    bits[0] = _lowest(_at(logic, 0), carry, x[0], y[0], bits[0])
    out = [Carry(carry, carry), *_prefix(logic, bits, list(range(len(bits))))]
    total = [_sum(_at(logic, k), a, b, into) for k, (a, b, into) in enumerate(zip(x, y, out, strict=False))]
    over = logic.not_(out[-1].generate) if out[-1].inverted else out[-1].generate
    logic.builder.place = place
    return tuple(total), over


def _at(logic: Logic, place: int) -> Logic:
    """Let the gates made next belong beside a bit."""
    logic.builder.place = float(place)
    return logic


def _by_majority(logic: Logic) -> bool:
    return "majority" in logic.families


def _gate(logic: Logic, a: Signal, b: Signal) -> Signal:
    """NAND, or NOR where there is no NAND."""
    return logic.nand(a, b) if "nand" in logic.families else logic.nor(a, b)


def _bit(logic: Logic, a: Signal, b: Signal) -> Carry:
    """Return what a bit alone does with a carry."""
    if _by_majority(logic):
        return Carry(logic.nand(a, b), logic.nor(a, b), inverted=True)
    return Carry(logic.not_(_gate(logic, a, b)), _gate(logic, logic.not_(a), logic.not_(b)))


def _lowest(logic: Logic, carry: Signal, a: Signal, b: Signal, bit: Carry) -> Carry:
    """Return the carry out of the lowest bit, that into it included."""
    if carry not in (ZERO, ONE):
        return _joined(logic, Carry(carry, carry), bit)
    either = logic.or_(a, b) if carry == ONE else logic.and_(a, b)
    if bit.inverted:
        either = logic.not_(either)
    return Carry(either, either, bit.inverted)


def _prefix(logic: Logic, items: list[Carry], places: list[int]) -> list[Carry]:
    """Return the carries of the ranges from the first item to each; an item's place is its highest bit."""
    if len(items) == 1:
        return items
    pairs = [_joined(_at(logic, places[k + 1]), items[k], items[k + 1]) for k in range(0, len(items) - 1, 2)]
    inner = _prefix(logic, pairs, places[1::2])
    found = [items[0]]
    for k in range(1, len(items)):
        low = inner[(k - 1) // 2]
        found.append(low if k % 2 else _joined(_at(logic, places[k]), low, items[k]))
    return found


def _joined(logic: Logic, low: Carry, high: Carry) -> Carry:
    """Return the carries of two ranges side by side."""
    if _by_majority(logic):
        return _by_majorities(logic, low, high)
    through = _gate(logic, high.propagate, low.generate)
    return Carry(
        _gate(logic, logic.not_(high.generate), through),
        logic.not_(_gate(logic, high.propagate, low.propagate)),
    )


def _by_majorities(logic: Logic, low: Carry, high: Carry) -> Carry:
    """Return the same by majorities, p being the carry out if one comes in: then g implies p, and either is a majority.

    Each inverts, so that levels take turns with the complements.
    """
    generate = low.generate if low.inverted == high.inverted else logic.not_(low.generate)
    propagate = low.propagate if low.inverted == high.inverted else logic.not_(low.propagate)
    one, two = (logic.builder.gate("NMAJ3", high.generate, high.propagate, each) for each in (generate, propagate))
    return Carry(one, two, not high.inverted)


def _sum(logic: Logic, a: Signal, b: Signal, into: Carry) -> Signal:
    """Return a bit of the sum. The carry comes from another segment: a complement of its own stands beside the bit."""
    if into.generate in (ZERO, ONE):
        return logic.xnor(a, b) if (into.generate == ONE) ^ into.inverted else logic.xor(a, b)
    if a in (ZERO, ONE) or b in (ZERO, ONE):
        total = logic.xor(logic.xor(a, b), into.generate)
        return logic.not_(total) if into.inverted else total
    beside = _not(logic, into.generate)
    if _by_majority(logic):
        total, _ = logic.inverting_adder(a, b, beside)
        return logic.not_(total) if into.inverted else total
    same = _gate(logic, _gate(logic, logic.not_(a), logic.not_(b)), _gate(logic, a, b))
    again = _not(logic, beside)
    return _gate(logic, _gate(logic, logic.not_(same), beside), _gate(logic, same, again))


def _not(logic: Logic, a: Signal) -> Signal:
    """Return the complement in a cell of its own."""
    if "NOT" in logic.builder.gates:
        return logic.builder.gate("NOT", a, copy=True)
    name, other = ("NAND2", ONE) if "nand" in logic.families else ("NOR2", ZERO)
    return logic.builder.gate(name, a, other, copy=True)


def multiply_array(logic: Logic, x: Word, y: Word) -> Word:
    """Return the product of unsigned words, of the widths of both together, by an array of full adders.

    A row of the array for each bit of y; sums and carries are kept apart until `add_prefix` joins the upper half. Bits
    of y pass from bit to bit of x by inverters, so that every gate reads cells beside its own alone.

    Args:
        logic: the gates.
        x: a word; its bits are the columns of the array.
        y: a word.
    """
    builder, before = logic.builder, logic.builder.place
    sums, carries, low = [ZERO] * len(x), [ZERO] * len(x), []
    for bit in y:
        passing, turned, next_sums = bit, False, []
        for i, a in enumerate(x):
            _at(logic, i)
            if i:
                passing, turned = _not(logic, passing), not turned
            here = logic.not_(passing) if turned else passing
            total, carries[i] = logic.full_adder(sums[i], carries[i], logic.and_(a, here))
            next_sums.append(total)
        low.append(next_sums[0])
        sums = [*next_sums[1:], ZERO]
    high, _ = add_prefix(logic, tuple(sums), tuple(carries))
    builder.place = before
    return (*low, *high)
