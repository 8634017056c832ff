"""Boolean functions and adders from whatever gates a set has.

Every function is written once for each family of gates: NAND, NOR and majority. Where a set has several, the family
with the fewest gates for that function is taken; ties go in that order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from remanence.core.errors import InputError
from remanence.cram.netlist import ONE, ZERO, Builder

Signal: TypeAlias = int

FAMILIES: Mapping[str, frozenset[str]] = {
    "nand": frozenset({"NAND2"}),
    "nor": frozenset({"NOR2"}),
    "majority": frozenset({"NMAJ3", "NMAJ5", "NOT"}),
}
"""Gates that a family needs; each is complete."""


class Logic:
    """Boolean functions on a builder.

    Args:
        builder: where the gates go; its gate set decides how.
        parallel: whether sums, differences, comparisons and products are to take few gates one after the other, for
            lines that run several at once, rather than few gates (`prefix`).

    Raises:
        InputError: a gate set from which not every function can be built.
    """

    def __init__(self, builder: Builder, *, parallel: bool = False) -> None:
        self.builder, self.parallel = builder, parallel
        self.families = tuple(name for name, needed in FAMILIES.items() if needed <= builder.gates)
        if not self.families:
            rule = "must have NAND2, or NOR2, or NMAJ3 with NMAJ5 and NOT"
            raise InputError("Logic: gate set", ", ".join(sorted(builder.gates)), rule)
        self._complements: dict[Signal, Signal] = {}
        self._adders: dict[tuple[Signal, ...], tuple[Signal, Signal]] = {}

    def _has(self, name: str) -> bool:
        return name in self.builder.gates

    def _family(self, *order: str) -> str:
        return next((name for name in order if name in self.families), self.families[0])

    def not_(self, a: Signal) -> Signal:
        """Return the complement: one gate, or none where ``a`` is a complement itself."""
        if a in (ZERO, ONE):
            return ONE - a
        if a in self._complements:
            return self._complements[a]
        if self._has("NOT"):
            result = self.builder.gate("NOT", a)
        else:
            result = self.builder.gate(*("NAND2", a, ONE) if self._has("NAND2") else ("NOR2", a, ZERO))
        self._complements[result] = a
        return result

    def source(self, a: Signal) -> tuple[Signal, bool]:
        """Return (b, True) if ``a`` was made as the complement of b, else (a, False)."""
        return (self._complements[a], True) if a in self._complements else (a, False)

    def nand(self, a: Signal, b: Signal) -> Signal:
        """Return not (a and b)."""
        if ZERO in (a, b):
            return ONE
        if ONE in (a, b):
            return self.not_(a if b == ONE else b)
        if a == b:
            return self.not_(a)
        if self._has("NAND2"):
            return self.builder.gate("NAND2", a, b)
        if self._has("NMAJ3"):
            return self.builder.gate("NMAJ3", a, b, ZERO)
        return self.not_(self.and_(a, b))

    def nor(self, a: Signal, b: Signal) -> Signal:
        """Return not (a or b)."""
        if ONE in (a, b):
            return ZERO
        if ZERO in (a, b):
            return self.not_(a if b == ZERO else b)
        if a == b:
            return self.not_(a)
        if self._has("NOR2"):
            return self.builder.gate("NOR2", a, b)
        if self._has("NMAJ3"):
            return self.builder.gate("NMAJ3", a, b, ONE)
        return self.not_(self.or_(a, b))

    def and_(self, a: Signal, b: Signal) -> Signal:
        """Return a and b."""
        if {a, b} & {ZERO, ONE}:
            return min(a, b) if ZERO in (a, b) else max(a, b)
        if a == b:
            return a
        if self._has("AND2"):
            return self.builder.gate("AND2", a, b)
        if self._has("NAND2") or self._has("NMAJ3"):
            return self.not_(self.nand(a, b))
        return self.builder.gate("NOR2", *distinct(self.not_(a), self.not_(b)))

    def or_(self, a: Signal, b: Signal) -> Signal:
        """Return a or b."""
        if {a, b} & {ZERO, ONE}:
            return ONE if ONE in (a, b) else max(a, b)
        if a == b:
            return a
        if self._has("OR2"):
            return self.builder.gate("OR2", a, b)
        if self._has("NAND2"):
            return self.nand(self.not_(a), self.not_(b))
        return self.not_(self.nor(a, b))

    def xor(self, a: Signal, b: Signal) -> Signal:
        """Return a or b, not both: four NAND gates, or five NOR gates."""
        if {a, b} & {ZERO, ONE}:
            return max(a, b) if ZERO in (a, b) else self.not_(a if b == ONE else b)
        if a == b:
            return ZERO
        if "nand" in self.families or "nor" not in self.families:
            return self._apart(self.nand, a, b)[0]
        return self.not_(self.xnor(a, b))

    def xnor(self, a: Signal, b: Signal) -> Signal:
        """Return whether both are alike: four NOR gates, or five NAND gates."""
        if {a, b} & {ZERO, ONE}:
            return self.not_(self.xor(a, b))
        if a == b:
            return ONE
        if "nor" in self.families:
            return self._apart(self.nor, a, b)[0]
        return self.not_(self.xor(a, b))

    @staticmethod
    def _apart(gate: Callable[[Signal, Signal], Signal], a: Signal, b: Signal) -> tuple[Signal, Signal]:
        """Four gates of a kind: NAND gives a xor b, NOR its complement; and the first gate, of both."""
        both = gate(a, b)
        return gate(gate(a, both), gate(b, both)), both

    def apart(self, a: Signal, b: Signal) -> tuple[Signal, Signal, bool]:
        """Return four gates' worth of a xor b, the first gate, of both, and whether by NAND; by NOR the complement."""
        by_nand = "nand" in self.families or "nor" not in self.families
        return (*self._apart(self.nand if by_nand else self.nor, a, b), by_nand)

    def mux(self, select: Signal, one: Signal, zero: Signal) -> Signal:
        """Return ``one`` where ``select`` is 1, else ``zero``: three gates and an inverter."""
        if one == zero:
            return one
        if "nand" in self.families or "nor" not in self.families:
            return self.nand(self.nand(select, one), self.nand(self.not_(select), zero))
        return self.nor(self.nor(self.not_(select), one), self.nor(select, zero))

    def majority(self, a: Signal, b: Signal, c: Signal) -> Signal:
        """Return what at least two of three are."""
        for pair, other in (((a, b), c), ((a, c), b), ((b, c), a)):
            if pair[0] == pair[1]:
                return pair[0]
            if other == ZERO:
                return self.and_(*pair)
            if other == ONE:
                return self.or_(*pair)
        if self._has("MAJ3"):
            return self.builder.gate("MAJ3", a, b, c)
        if self._has("NMAJ3"):
            return self.not_(self.builder.gate("NMAJ3", a, b, c))
        return self.full_adder(a, b, c)[1]

    def half_adder(self, a: Signal, b: Signal) -> tuple[Signal, Signal]:
        """Return (sum, carry): five NAND and NOT gates, or six NOR gates."""
        if a == b:
            return ZERO, a
        if "nand" in self.families or "nor" not in self.families:
            total, both = self._apart(self.nand, a, b)
            return total, self.not_(both)
        same, neither = self._apart(self.nor, a, b)
        total = self.not_(same)
        return total, self.nor(neither, total)

    def full_adder(self, a: Signal, b: Signal, c: Signal) -> tuple[Signal, Signal]:
        """Return (sum, carry): nine NAND gates, nine NOR gates, or five gates with majorities."""
        signals = sorted((a, b, c))  # constants first
        if signals[0] == ZERO:
            return self.half_adder(signals[1], signals[2])
        if signals[0] == ONE:
            if signals[1] == ONE:
                return signals[2], ONE
            return self.xnor(signals[1], signals[2]), self.or_(signals[1], signals[2])
        if len(set(signals)) < 3:
            twin = a if a in (b, c) else b
            other = c if a == b else b if a == c else a
            return other, twin
        family = self._family("majority", "nand", "nor")
        if family == "majority":
            total, carry = self.inverting_adder(a, b, c)
            return self.not_(total), self.not_(carry)
        gate = self.nand if family == "nand" else self.nor
        first, both = self._apart(gate, a, b)
        second = gate(first, c)
        return gate(gate(first, second), gate(c, second)), gate(second, both)

    def inverting_adder(self, a: Signal, b: Signal, c: Signal) -> tuple[Signal, Signal]:
        """Return the complements of (sum, carry) by three majority gates; one input may be a constant."""
        key = tuple(sorted((a, b, c)))
        if key not in self._adders:
            carry, twin = (self.builder.gate("NMAJ3", a, b, c, copy=copy) for copy in (False, True))
            self._adders[key] = self.builder.gate("NMAJ5", a, b, c, carry, twin), carry
        return self._adders[key]

    def full_subtractor(self, a: Signal, b: Signal, borrow: Signal) -> tuple[Signal, Signal]:
        """Return (a - b - borrow modulo 2, the next borrow): nine NAND or nine NOR gates, no inverter."""
        simple = "nand" not in self.families and "nor" not in self.families
        if simple or len({a, b, borrow, ZERO, ONE}) < 5:
            apart = self.xor(a, b)
            taken = self.and_(self.not_(a), b)
            return self.xor(apart, borrow), self.or_(taken, self.and_(borrow, self.not_(apart)))
        gate = self.nand if "nand" in self.families else self.nor
        both = gate(a, b)
        under = gate(b, both)  # with NAND: not (b and not a)
        apart = gate(gate(a, both), under)
        second = gate(apart, borrow)
        lower = gate(borrow, second)
        return gate(gate(apart, second), lower), gate(under, lower)


def distinct(a: Signal, b: Signal) -> tuple[Signal, Signal]:
    """Return two signals; a gate never reads one cell twice, so equal ones are a mistake of the caller."""
    if a == b:
        raise InputError("Logic", f"signal {a} twice", "needs two different ones")
    return a, b
