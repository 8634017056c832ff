"""Products in the cells, their sum in CMOS at the edge of the array: a dot product that needs one gate a pair of bits.

Every bit of one factor meets every bit of the other in a NAND of two cells, all rows at once. Then rows are read one by
one, all products of a row together, and a tree of full adders at the amplifiers of each array counts them by their
weights, while the next row is read. A gate's error is that of one product and is not carried on.
The division of work is that of CRAM-ER (arXiv:2606.02781, abstract); layout and prices are ours.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from remanence.circuit import Gatelibrary, Node, Periphery, gate_cost
from remanence.core.errors import InputError
from remanence.cram.machine.cost import Cost, access, cost
from remanence.cram.numbers.computed import GATES
from remanence.cram.numbers.lanes import Lanes, fitted
from remanence.cram.numbers.trace import Trace, Words, inputs_of
from remanence.cram.simulate import Errors
from remanence.data import build

if TYPE_CHECKING:
    from remanence.cram.machine.array import Array

ADDER_XORS, ADDER_NANDS = 2, 3
"""Gates of a full adder: two exclusive-ors for the sum, three NAND for the carry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addertree:
    """A tree of carry-save adders, and one that carries, with a register behind it."""

    adders: int  # full adders
    levels: int  # of carry-save adders
    bits: int  # of the result
    delay: float  # s
    energy: float  # J per sum
    area: float  # m^2


def adder_tree(
    weights: NDArray[np.int64], node: Node, periphery: Periphery, library: Gatelibrary, *, temperature: float = 298.15
) -> Addertree:
    """Return the tree that adds bits by their places.

    A level turns three bits of a place into one, and one of the next place, until no place has more than two; then a
    carry ripples through. Half adders count as full ones, signs are constants of the wiring.

    Args:
        weights: how many bits there are of each place, shape (places,).
        node: the CMOS node.
        periphery: its share of an adder bit's energy and area is that of the register.
        library: what a gate takes.
        temperature: K.

    Raises:
        InputError: no bits.
    """
    counts = [int(number) for number in weights]
    if not sum(counts):
        raise InputError("cram.adder_tree: weights", counts, "must hold at least one bit")
    most = sum(number << place for place, number in enumerate(counts))
    bits = most.bit_length()
    counts += [0] * (bits - len(counts))
    adders, levels = 0, 0
    while max(counts) > 2:
        taken = [number // 3 for number in counts]
        counts = [number - 2 * made + (taken[place - 1] if place else 0)
                  for place, (number, made) in enumerate(zip(counts, taken, strict=True))]  # fmt: skip
        adders, levels = adders + sum(taken), levels + 1
    carried = bits - next((place for place, number in enumerate(counts) if number > 1), bits)
    gate = gate_cost(node, library, temperature=temperature)
    each = ADDER_XORS + ADDER_NANDS / float(library.exclusive_or_gates)
    adders += carried
    registers = bits * float(node.adder_bit_energy * periphery.register_energy_share)
    return Addertree(
        adders=adders,
        levels=levels,
        bits=bits,
        delay=(ADDER_XORS * levels + carried) * float(gate.delay),
        energy=adders * each * float(gate.energy) + registers,
        area=adders * each * float(gate.area)
        + bits * float(node.adder_bit_area * periphery.register_area_share),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hybridcost:
    """Costs of one dot product in every row; parts add up to the totals."""

    rows: int
    arrays: int
    steps: int  # of the cells
    cells: Cost  # of the products
    tree: Addertree  # of one array
    energy_parts: Mapping[str, float]  # J
    time_parts: Mapping[str, float]  # s
    area_parts: Mapping[str, float]  # m^2, of all arrays
    expected_errors: float  # wrong products and presets, all rows

    @property
    def energy(self) -> float:
        """Energy of all rows, J."""
        return float(sum(self.energy_parts.values()))

    @property
    def latency(self) -> float:
        """Time of all rows, s."""
        return float(sum(self.time_parts.values()))

    @property
    def area(self) -> float:
        """Area of all arrays with their trees, m^2."""
        return float(sum(self.area_parts.values()))

    def __str__(self) -> str:
        """Tell the cost in a few lines."""
        from remanence.core import units

        told = {}
        for name, parts, unit in (("energy", self.energy_parts, "J"), ("latency", self.time_parts, "s")):
            told[name] = ", ".join(f"{part} {units.show(number, unit)}" for part, number in parts.items())
        return "\n".join([
            f"{self.steps} steps in the cells, then {self.rows} rows of {self.arrays} arrays read and added up",
            f"tree of {self.tree.adders} full adders an array, {units.show(self.tree.delay, 's')}",
            f"energy  {units.show(self.energy, 'J')} ({told['energy']})",
            f"latency {units.show(self.latency, 's')} ({told['latency']})",
            f"area    {units.show(self.area, 'm^2')}, expected wrong outcomes {self.expected_errors:.3g}",
        ])  # fmt: skip


class Hybrid:
    """A dot product of which the cells make the products and the edge of the array the sum. Make it with `hybrid_dot`.

    Args:
        x: numbers, shape (rows, K).
        y: numbers, shape (rows, K) or (1, K).
    """

    def __init__(self, x: Lanes, y: Lanes) -> None:
        self.rows, self.products = max(x.rows, y.rows), _products(x, y)
        places = np.add.outer(np.arange(x.bits), np.arange(y.bits))
        signs = np.multiply.outer(*(_signs(each) for each in (x, y)))
        self.places = np.broadcast_to(places.ravel(), (x.shape[1], places.size)).ravel()
        self.factors = (np.broadcast_to((signs * 2**places).ravel(), (x.shape[1], places.size))).ravel()

    def numpy(
        self, *, columns: int | None = None, gates: Collection[str] = GATES, errors: Errors = None, seed: int = 0
    ) -> NDArray[np.int64]:
        """Return the sums, shape (rows,); arguments as for `Lanes.numpy`. The tree does not fail."""
        found = self.products.numpy(columns=columns, gates=gates, errors=errors, seed=seed)
        result: NDArray[np.int64] = (1 - found) @ self.factors
        return result

    def cost(
        self, array: Array | None = None, *, gates: Collection[str] = GATES, library: Gatelibrary | str = "static-cmos"
    ) -> Hybridcost:
        """Return what it costs on an array, the energy of the cells from the numbers themselves.

        Args:
            array: one of the arrays that hold the rows; of the published set `stt-45nm` where None.
            gates: names of the gates to compute with.
            library: gates of the trees, or the name of a card.

        Raises:
            InputError: more columns than the array has.
        """
        from remanence.cram.machine.array import Array

        machine = Array() if array is None else array
        if not isinstance(machine, Array):
            raise InputError("Hybrid.cost: array", type(machine).__name__, "must be an Array, with a tree at its edge",
                             "Give one array; there are as many as the rows take.")  # fmt: skip
        assert isinstance(machine.node, Node)
        logic = build(Gatelibrary, library) if isinstance(library, str) else library
        program, given = self.products.scheduled(None, gates, on=machine)
        cells = cost(program, machine, inputs=inputs_of(given, self.rows))
        read = access(program, machine, rows=self.rows)
        tree = adder_tree(np.bincount(self.places), machine.node, machine.bears.periphery, logic,
                          temperature=machine.temperature)  # fmt: skip
        in_turn = min(self.rows, machine.height)
        over = 1.0 + float(machine.drivers.energy_overhead)
        return Hybridcost(
            rows=self.rows,
            arrays=cells.arrays,
            steps=cells.steps,
            cells=cells,
            tree=tree,
            energy_parts={
                "products": cells.energy,
                "row reads": read.read_energy,
                "adder trees": self.rows * tree.energy * over,
            },
            time_parts={
                "products": cells.latency,
                "row reads": read.read_time,
                "adder trees": max(in_turn * tree.delay - read.read_time, 0.0) + tree.delay,
            },
            area_parts={**cells.area_parts, "adder trees": cells.arrays * tree.area},
            expected_errors=cells.expected_errors,
        )


def hybrid_dot(x: Lanes, y: Lanes) -> Hybrid:
    """Return the dot product along the rows' last axis, products in the cells and the sum in CMOS.

    Args:
        x: numbers, shape (rows, K).
        y: numbers, shape (rows, K), or (1, K) for one vector in all rows.

    Raises:
        InputError: other shapes.
    """
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[1]:
        raise InputError("cram.hybrid_dot", f"shapes {x.shape} and {y.shape}", "must be (rows, K) and (rows or 1, K)")
    return Hybrid(*fitted((x, y)))


def _signs(of: Lanes) -> NDArray[np.int64]:
    signs = np.ones(of.bits, np.int64)
    signs[-1] = -1 if of.signed else 1
    return signs


def _products(x: Lanes, y: Lanes) -> Lanes:
    """Complements of the products of all pairs of bits, one a place, shape (rows, K x bits of x x bits of y)."""

    def made(trace: Trace) -> Words:
        pairs = [(a, b) for one, two in zip(*(trace.words(each) for each in (x, y)), strict=True)
                 for a in one for b in two]  # fmt: skip
        result = np.empty(len(pairs), object)
        for place, (a, b) in enumerate(pairs):
            result[place] = (trace.logic.nand(a, b),)
        return result

    return Lanes((max(x.rows, y.rows), x.shape[1] * x.bits * y.bits), 1, False, made, (x, y))
