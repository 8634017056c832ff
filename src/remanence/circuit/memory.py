"""The memories of a chip: macros of the organisation model, in the subarrays that a card states."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np

from remanence.circuit.cell import Cell
from remanence.circuit.ecc import Code, CodeCost, Gatelibrary, code_cost, secded_check_bits
from remanence.circuit.electrical import electrical
from remanence.circuit.gates import Periphery, gates_on, plain_amplifier
from remanence.circuit.node import Node
from remanence.circuit.organisation import LARGEST_ASPECT, Costs, Organisations, evaluate
from remanence.circuit.search import search
from remanence.circuit.space import Space
from remanence.circuit.transistor import REFERENCE
from remanence.core.declare import Array, count, part, text, value
from remanence.core.errors import InputError

FEWEST_ROWS = 16
"""Rows of the smallest subarray: that of the smallest a search lists (`Space`)."""


@value
class Memory:
    """A storage macro: a cell, its subarrays of rows and columns, a word per access."""

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    cell: Cell = part(Cell, doc="the memory cell")
    library: Gatelibrary | None = part(Gatelibrary, doc="gates of encoder and decoder, where there are check bits",
                                       optional=True)  # fmt: skip
    rows: int = count(doc="wordlines of a subarray", at_least=FEWEST_ROWS, at_most=8192)
    columns: int = count(doc="bitlines of a subarray for data", at_least=2, at_most=8192)
    word_bits: int = count(doc="data bits per access", at_least=1, at_most=4096)
    check_bits: int = count(doc="error-correction bits per word", at_least=0, at_most=512, default=0)

    def check(self) -> None:
        """A word must fit in a row, and check bits are those of a code that there are gates for."""
        if self.word_bits > self.columns:
            raise InputError("Memory.columns", self.columns, f"a row must hold a word of {self.word_bits} bits")
        if self.check_bits not in (0, int(secded_check_bits(self.word_bits))):
            rule = f"must be 0, or the {int(secded_check_bits(self.word_bits))} of SECDED over {self.word_bits} bits"
            raise InputError("Memory.check_bits", self.check_bits, rule)
        if self.check_bits and self.library is None:
            raise InputError("Memory.library", "none", "check bits need gates", "Name it under uses: static-cmos.")

    @property
    def code(self) -> Code:
        """The code over a word."""
        return Code(kind="SECDED" if self.check_bits else "none", data_bits=self.word_bits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """What a macro holds and costs; floats or arrays of draws. An access opens one bank and moves one word."""

    capacity: int  # data bits
    word_bits: int  # data bits of an access
    organisation: Organisations  # one
    read_time: Array  # s, address to word
    write_time: Array  # s, word to word stored
    read_energy: Array  # J per access
    write_energy: Array  # J per access
    area: Array  # m^2
    leakage: Array  # W, powered, refresh included
    standby: Array  # W, powered down as far as the data allow
    bandwidth: Array  # bit/s, all banks read at random at the same time
    costs: Costs  # each quantity with its parts

    @property
    def read_bit(self) -> Array:
        """Energy of a read per data bit, J."""
        return self.read_energy / self.word_bits

    @property
    def write_bit(self) -> Array:
        """Energy of a write per data bit, J."""
        return self.write_energy / self.word_bits

    @property
    def area_bit(self) -> Array:
        """Area per data bit, m^2."""
        return self.area / self.capacity


def organise(
    memory: Memory,
    node: Node,
    periphery: Periphery,
    *,
    needed: int,
    banks: int = 1,
    temperature: float = REFERENCE,
) -> Organisations:
    """Return the organisation of a macro that holds so many bits.

    Each bank has as many subarrays of the stated rows and columns as a tree has ways, a power of two; one that needs
    less than a subarray has one with fewer rows, a power of two from `FEWEST_ROWS`, that is not too flat to be placed.
    Of all legal organisations of these (multiplexers, layouts, strengths of drivers) it is the one with the least
    product of read energy, read latency and area: a compromise that no unit, and no weight between the three, enters.

    Args:
        memory: at its medians.
        node: the CMOS node, at its medians.
        periphery: the circuits around the arrays, at their medians.
        needed: data bits that it must hold.
        banks: that can be read at once; a number between powers of two takes the next of them.
        temperature: K.

    Raises:
        InputError: fewer than one bit or bank, arrays of draws, or no legal organisation.
    """
    for name, number in (("needed", needed), ("banks", banks)):
        if number < 1:
            raise InputError(f"organise: {name}", number, "must be at least 1")
    banks = _power(banks)
    return _organise(memory, node, periphery, -(-needed // banks), banks, temperature)


@functools.lru_cache(maxsize=256)
def _organise(
    memory: Memory, node: Node, periphery: Periphery, needed: int, banks: int, temperature: float
) -> Organisations:
    cell = electrical(memory.cell, node)
    density = cell.bits_per_cell
    cells = -(-needed // density)
    # periphery widens a subarray of few rows: the cells alone keep to half of what can be placed
    flat = memory.columns * np.median(cell.width) / (np.median(cell.height) * LARGEST_ASPECT / 2.0)
    least = max(FEWEST_ROWS, int(np.ceil(flat)), -(-cells // memory.columns))
    rows = min(memory.rows, _power(least))
    capacity = rows * memory.columns * _power(-(-cells // (rows * memory.columns))) * banks * density
    found = search(
        memory.cell, node, capacity=capacity, word_bits=memory.word_bits, check_bits=memory.check_bits,
        temperature=temperature, periphery=periphery, coder=_coder(memory, node, banks, temperature),
        space=Space(rows=(rows,), columns=(memory.columns,), banks=(banks,)), threads=1,
    )  # fmt: skip
    score = np.log(found["read_energy"]) + np.log(found["read_latency"]) + np.log(found["area"])
    return found.take(int(np.argmin(score))).organisations


def storage(
    memory: Memory,
    node: Node,
    periphery: Periphery,
    organisation: Organisations,
    *,
    temperature: float = REFERENCE,
) -> Storage:
    """Return what a macro of one organisation costs, by `circuit.evaluate`.

    Sense amplifiers are the plain ones of the periphery: what the spread of cells takes off the signal is not in the
    time (`circuit.sense`, `circuit.memory_yield` know it). Every bank has an encoder and a decoder, and all share a
    pump. Redundancy, test and supplies are in the area overhead of the periphery.

    Args:
        memory: its fields floats or draws.
        node: the CMOS node, likewise.
        periphery: the circuits around the arrays, likewise.
        organisation: one (`organise`).
        temperature: K.

    Raises:
        InputError: several organisations.
    """
    if len(organisation) != 1:
        raise InputError("storage: organisation", f"{len(organisation)} of them", "must be one")
    cell, gates = electrical(memory.cell, node, temperature), gates_on(node, periphery, temperature)
    coder = _coder(memory, node, int(organisation.banks[0]), temperature)
    costs = evaluate(organisation, cell, gates, plain_amplifier(gates, periphery), coder)

    def single(column: Array) -> Array:
        plain = np.asarray(column)[..., 0]
        return float(plain) if plain.ndim == 0 else plain

    return Storage(
        capacity=int(organisation.capacity[0]) * cell.bits_per_cell,
        word_bits=memory.word_bits,
        organisation=organisation,
        read_time=single(costs.read_latency),
        write_time=single(costs.write_latency),
        read_energy=single(costs.read_energy),
        write_energy=single(costs.write_energy),
        area=single(costs.area),
        leakage=single(costs.leakage),
        standby=single(costs.standby),
        bandwidth=single(costs.bandwidth),
        costs=costs,
    )


def _coder(memory: Memory, node: Node, banks: int, temperature: float) -> CodeCost | None:
    if not memory.check_bits or memory.library is None:
        return None
    one = code_cost(memory.code, node, memory.library, temperature=temperature)
    return replace(one, area=banks * one.area)


def _power(number: int) -> int:
    """Smallest power of two that is not below a whole number of at least 1."""
    return 1 << (number - 1).bit_length()
