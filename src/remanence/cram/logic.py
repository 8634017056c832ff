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

    Raises:
        InputError: a gate set from which not every function can be built.
    """

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self.families = tuple(name for name, needed in FAMILIES.items() if needed <= builder.gates)
        if not self.families:
            rule = "must have NAND2, or NOR2, or NMAJ3 with NMAJ5 and NOT"
            raise InputError("Logic: gate set", ", ".join(sorted(builder.gates)), rule)

    def _has(self, name: str) -> bool:
        return name in self.builder.gates

    def _family(self, *order: str) -> str:
        return next((name for name in order if name in self.families), self.families[0])

    def not_(self, a: Signal) -> Signal:
        """Return the complement: one gate."""
        if a in (ZERO, ONE):
            return ONE - a
        if self._has("NOT"):
            return self.builder.gate("NOT", a)
        return self.nand(a, ONE) if self._has("NAND2") else self.nor(a, ZERO)

    def nand(self, a: Signal, b: Signal) -> Signal:
        """Return not (a and b)."""
        if a == b:
            return self.not_(a)
        if self._has("NAND2"):
            return self.builder.gate("NAND2", a, b)
        if self._has("NMAJ3"):
            return self.builder.gate("NMAJ3", a, b, ZERO)
        return self.not_(self.and_(a, b))

    def nor(self, a: Signal, b: Signal) -> Signal:
        """Return not (a or b)."""
        if a == b:
            return self.not_(a)
        if self._has("NOR2"):
            return self.builder.gate("NOR2", a, b)
        if self._has("NMAJ3"):
            return self.builder.gate("NMAJ3", a, b, ONE)
        return self.not_(self.or_(a, b))

    def and_(self, a: Signal, b: Signal) -> Signal:
        """Return a and b."""
        if a == b:
            return a
        if self._has("AND2"):
            return self.builder.gate("AND2", a, b)
        if self._has("NAND2") or self._has("NMAJ3"):
            return self.not_(self.nand(a, b))
        return self.builder.gate("NOR2", *distinct(self.not_(a), self.not_(b)))

    def or_(self, a: Signal, b: Signal) -> Signal:
        """Return a or b."""
        if a == b:
            return a
        if self._has("OR2"):
            return self.builder.gate("OR2", a, b)
        if self._has("NAND2"):
            return self.nand(self.not_(a), self.not_(b))
        return self.not_(self.nor(a, b))

    def xor(self, a: Signal, b: Signal) -> Signal:
        """Return a or b, not both: four NAND gates, or five NOR gates."""
        if a == b:
            return ZERO
        if "nand" in self.families or "nor" not in self.families:
            return self._apart(self.nand, a, b)[0]
        return self.not_(self.xnor(a, b))

    def xnor(self, a: Signal, b: Signal) -> Signal:
        """Return whether both are alike: four NOR gates, or five NAND gates."""
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
            carry, twin = (self.builder.gate("NMAJ3", a, b, c, copy=copy) for copy in (False, True))
            if self._has("MAJ5"):
                return self.builder.gate("MAJ5", a, b, c, carry, twin), self.not_(carry)
            return self.not_(self.builder.gate("NMAJ5", a, b, c, carry, twin)), self.not_(carry)
        gate = self.nand if family == "nand" else self.nor
        first, both = self._apart(gate, a, b)
        second = gate(first, c)
        return gate(gate(first, second), gate(c, second)), gate(second, both)


def distinct(a: Signal, b: Signal) -> tuple[Signal, Signal]:
    """Return two signals; a gate never reads one cell twice, so equal ones are a mistake of the caller."""
    if a == b:
        raise InputError("Logic", f"signal {a} twice", "needs two different ones")
    return a, b
