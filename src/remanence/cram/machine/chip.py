"""A chip of arrays that compute: how many, what drives them, the bus between them, and what the supply bears.

The arrays are alike and stand in a square. A bus of repeated wires (`circuit.route`), an H-tree from the middle of the
chip to every array, carries words from outside to an array, back, and from array to array by way of the root. One word
is on it at a time. A controller broadcasts one instruction to its arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from remanence.circuit import Node, Periphery, route, tree_path
from remanence.core.declare import Array as Number
from remanence.core.declare import count, declarations, quantity, text, value
from remanence.core.errors import InputError
from remanence.cram.cells.cell import Logiccell
from remanence.cram.cells.gate_set import GateSet
from remanence.cram.machine.array import Array
from remanence.cram.machine.switches import Switches
from remanence.cram.program import Program
from remanence.data import build

_LEVEL = 1.5
"""Wire of the first H of a tree over the side of the square: half along, and twice half across."""


@value
class Logicchip:
    """What a designer of a chip of arrays chooses, and what its supply bears."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    arrays: int = count(doc="arrays", at_least=1, at_most=1 << 20, default=16)
    controllers: int = count(doc="that drive shares of the arrays alike; 0: one each", at_most=1 << 20, default=0)
    bus_width: int = count(doc="bits of a word on the bus", at_least=1, at_most=1 << 16, default=256)
    most_current: Number = quantity("A", above=0, doc="of all arrays together in a step")
    bus_clock: Number = quantity("Hz", above=0, doc="words a second on the bus")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bus:
    """What a word costs from the root of the tree to an array, or back."""

    bits: int  # a word
    bit_energy: float  # J
    latency: float  # s
    cycle: float  # s, from word to word
    leakage: float  # W, of all its wires

    def time(self, bits: int) -> float:
        """Return how long so many bits take, the first word's way included, s."""
        return self.latency + -(-bits // self.bits) * self.cycle if bits else 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Chip:
    """A chip of arrays that compute; it goes where an `Array` goes in a cost.

    Args:
        array: one of its arrays; a standard one where None.
        arrays: how many; that of the card where None.
        controllers: how many drive shares of the arrays; that of the card where None, and one an array where 0.
        limits: the rest, or the name of a card.

    Raises:
        InputError: no arrays, or controllers that do not divide them.
    """

    array: Array | None = None
    arrays: int | None = None
    controllers: int | None = None
    limits: Logicchip | str = "standard"

    def __post_init__(self) -> None:
        """Make values of names."""
        limits = build(Logicchip, self.limits) if isinstance(self.limits, str) else self.limits
        declared, counts = declarations(Logicchip), dict[str, int]()
        for name in ("arrays", "controllers"):
            given = getattr(self, name)
            read = declared[name].read(getattr(limits, name) if given is None else given, f"cram.Chip: {name}")
            counts[name] = int(read)
        arrays = counts["arrays"]
        number = counts["controllers"] or arrays
        if arrays % number:
            raise InputError("cram.Chip: controllers", number, f"must divide the {arrays} arrays")
        made = {"array": self.array or Array(), "arrays": arrays, "controllers": number, "limits": limits}
        for name, content in made.items():
            object.__setattr__(self, name, content)

    @property
    def one(self) -> Array:
        """One of its arrays."""
        assert self.array is not None
        return self.array

    @property
    def number(self) -> int:
        """How many arrays there are."""
        assert self.arrays is not None
        return self.arrays

    @property
    def groups(self) -> int:
        """How many controllers there are; the first drives the first arrays, and so on."""
        assert self.controllers is not None
        return self.controllers

    @property
    def bears(self) -> Logicchip:
        """What its supply and its bus bear."""
        assert isinstance(self.limits, Logicchip)
        return self.limits

    @property
    def height(self) -> int:
        """Rows of an array."""
        return self.one.height

    @property
    def breadth(self) -> int:
        """Columns of an array."""
        return self.one.breadth

    @property
    def gates(self) -> GateSet:
        """The gates that its cells can do."""
        return self.one.gates

    @property
    def errors(self) -> dict[str, list[float] | float]:
        """Errors of the gates and presets of its arrays, for `simulate.run`."""
        return self.one.errors

    @property
    def by_parity(self) -> bool:
        """Whether inputs and output of a gate have to sit in columns of opposite parity."""
        return self.one.by_parity

    @property
    def segment(self) -> int:
        """Columns between two switches of a logic line; 0 without any."""
        return self.one.segment

    @property
    def line(self) -> Logiccell:
        """The cell as a logic line sees it."""
        return self.one.line

    @property
    def switches(self) -> Switches:
        """The switches of its logic lines."""
        return self.one.switches

    def errors_of(self, program: Program) -> dict[str, list[float] | float]:
        """Return the errors of a program's gates, over the segments that they join, and of its presets."""
        return self.one.errors_of(program)

    def check(self, program: Program) -> None:
        """Refuse a program that this chip cannot run.

        Raises:
            InputError: too wide, a gate that its cells cannot do, more arrays side by side than there are.
        """
        self.one.check(program)
        if program.arrays > self.number:
            raise InputError("cram.Chip: program", f"{program.arrays} arrays side by side",
                             f"the chip has {self.number}", "Take a larger chip or wider arrays.")  # fmt: skip

    def capacity(self, program: Program) -> int:
        """Return how many rows of a program the chip holds at once."""
        return self.number // program.arrays * self.height

    @cached_property
    def area(self) -> dict[str, float]:
        """Area of all arrays by part, m^2; the wires of the bus lie above them."""
        return {name: self.number * part for name, part in self.one.area.items()}

    @cached_property
    def bus(self) -> Bus:
        """The bus between its arrays and the outside; of no length where there is one array."""
        node, area = self.one.node, sum(self.area.values())
        assert isinstance(node, Node)
        periphery: Periphery = self.one.bears.periphery
        metal, length = route(node, periphery, temperature=self.one.temperature), float(tree_path(area, self.number))
        wires = _LEVEL * np.sqrt(area) * (np.sqrt(self.number) - 1.0)  # of an H-tree: 1.5 s (1 + 2 + 4 + ...)
        return Bus(
            bits=self.bears.bus_width,
            bit_energy=float(metal.energy) * length,
            latency=float(metal.delay) * length,
            cycle=1.0 / float(self.bears.bus_clock),
            leakage=float(metal.leakage) * float(wires) * self.bears.bus_width,
        )

    @property
    def leakage(self) -> float:
        """Power of all arrays and of the bus at rest, W."""
        return self.number * self.one.leakage + self.bus.leakage
