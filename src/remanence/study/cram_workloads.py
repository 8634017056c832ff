"""Seven workloads in CRAM, each beside SRAM macros with a datapath made for it.

Same scope on both sides: the data lie in the memory already, results are written back into it, constants (weights, a
query, a kernel) come from the controller. As many SRAM macros stand by as there are CRAM arrays, each with as many
bits; they read a word a cycle and their datapath takes it in, as many full adders wide as `WIDEST` at most. Same node.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remanence.circuit import Gatelibrary, Memory, Node, gate_cost, organise, storage
from remanence.core import units
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.cram.arithmetic import galois
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.machine.array import Array
from remanence.cram.machine.cost import Cost, cost
from remanence.cram.machine.hybrid import ADDER_NANDS, ADDER_XORS, Hybridcost, hybrid_dot
from remanence.cram.netlist import Word
from remanence.cram.numbers.binary_network import classify, fires, matches
from remanence.cram.numbers.computed import GATES
from remanence.cram.numbers.functions import concatenate
from remanence.cram.numbers.lanes import Lanes, asarray
from remanence.cram.numbers.trace import inputs_of
from remanence.cram.program import Program
from remanence.cram.scheduling.order import columns_needed
from remanence.cram.simulate import run
from remanence.data import build
from remanence.system.chip import Processor

SETS = ("stt-45nm", "stt-10nm")
"""Published device sets: what was thought makeable, and what was projected."""
SAMPLE = 2048
"""Rows that are simulated; all are priced."""
MACRO, LIBRARY, PROCESSOR = "sram-wide", "static-cmos", "edge-256"
"""Cards of the baseline: its memory, its gates, and how much control and clock add."""
COLUMNS = 1024
"""Of an array."""
WIDEST = 4096
"""Full adders of a datapath at one macro, as the lanes of the competent baseline of `cram_claim`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Datapath:
    """What CMOS made for one item of a workload does; bits and gates an item."""

    read: float  # bits from the memory
    written: float  # bits into it
    adders: float = 0.0  # full adders
    gates: float = 0.0  # two-input XOR gates, or as many others as take as much
    registers: float = 0.0  # bits that are clocked


@dataclass(frozen=True, kw_only=True, eq=False)
class Workload:
    """What is computed: an expression in the rows of arrays, and what NumPy makes of the same numbers.

    ``lanes`` holds a sample of the rows, which is simulated; all ``rows`` of them are priced.
    """

    name: str
    what: str
    item: str
    rows: int
    per_row: int  # items in a row
    lanes: Lanes
    expected: NDArray[np.int64]
    datapath: Datapath

    @property
    def items(self) -> int:
        """Items in all rows."""
        return self.rows * self.per_row

    @functools.cached_property
    def scheduled(self) -> tuple[Program, Mapping[str, NDArray[np.int64]]]:
        """The program of NAND and NOT gates for an array's 1,024 columns, and what its inputs hold in the sample."""
        program, given = self.lanes.scheduled(COLUMNS, GATES)
        return program, inputs_of(given, self.lanes.rows)

    @functools.cached_property
    def columns(self) -> int:
        """Columns that the gates need at least; a schedule takes those that are free for presets in advance."""
        return columns_needed(self.lanes.netlist(GATES))

    def run(self, errors: Array | None = None, *, seed: int = 0) -> NDArray[np.int64]:
        """Return the results of the sample, in the shape of the expected ones.

        Args:
            errors: whose gates err; none where left out.
            seed: of the errors.
        """
        program, inputs = self.scheduled
        return self.lanes.gathered(run(program, inputs, errors=errors, seed=seed), self.lanes.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The workload in SRAM macros with a datapath at each."""

    macros: int
    time: float  # s
    energy_parts: Mapping[str, float]  # J
    area: float  # m^2

    @property
    def energy(self) -> float:
        """Energy of all items, J."""
        return float(sum(self.energy_parts.values()))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """A workload on an array, priced, run with and without errors, and beside its baseline."""

    workload: Workload
    device: str
    title: str  # of the device set
    cost: Cost
    wrong: float  # share of items that come out wrong with the errors of gates and presets
    lifetime: float  # s, of the busiest cell, one run after the other
    baseline: Baseline

    @property
    def energy_gain(self) -> float:
        """Energy of the baseline over that of CRAM."""
        return self.baseline.energy / self.cost.energy

    @property
    def time_gain(self) -> float:
        """Time of the baseline over that of CRAM."""
        return self.baseline.time / self.cost.latency

    @property
    def errors_per_item(self) -> float:
        """Expected wrong outcomes of gates and presets on the way to an item."""
        return self.cost.expected_errors / self.workload.items

    def __str__(self) -> str:
        """Tell it in a few lines."""
        work, base = self.workload, self.baseline
        each = units.show(self.cost.energy / work.items, "J"), units.show(base.energy / work.items, "J")
        return "\n".join([
            f"{work.name} on {self.device}: {work.items:,} {work.item}, equal to NumPy's without errors",
            str(self.cost),
            f"{each[0]} and {self.errors_per_item:.2g} expected wrong outcomes an item; {100 * self.wrong:.3g} % of "
            "the items wrong",
            f"run after run the busiest cell lasts {units.show(self.lifetime / 86400.0, '1')} days",
            f"SRAM with a datapath: {units.show(base.time, 's')}, {units.show(base.energy, 'J')} ({each[1]} an item), "
            f"{units.show(base.area, 'm^2')}; CRAM takes {1 / self.time_gain:.3g} x the time, "
            f"{1 / self.energy_gain:.3g} x the energy, {self.cost.area / base.area:.3g} x the area",
        ])  # fmt: skip


def measure(workload: Workload, array: Array | None = None, *, seed: int = 0) -> Outcome:
    """Run a workload without and with errors, price it, and set it beside its baseline.

    Args:
        workload: what is computed.
        array: one of the arrays; of the published set `stt-45nm` where None.
        seed: of the errors.

    Raises:
        InputError: results that differ from NumPy's, or an expression that does not fit the array.
    """
    machine = Array() if array is None else array
    program, _ = workload.scheduled
    if not np.array_equal(workload.run(), workload.expected):
        raise InputError(f"cram workload {workload.name}", "results", "must equal those of NumPy")
    priced = cost(program, machine, rows=workload.rows)
    return Outcome(
        workload=workload,
        device=machine.line.name,
        title=machine.line.title,
        cost=priced,
        wrong=float(np.mean(workload.run(machine, seed=seed) != workload.expected)),
        lifetime=machine.lifetime(program, rate=1.0 / priced.latency),
        baseline=baseline(workload, machine, macros=priced.arrays),
    )


def baseline(workload: Workload, array: Array, *, macros: int) -> Baseline:
    """Return what the workload takes in SRAM macros of as many bits as the arrays, on the same node.

    Args:
        workload: what is computed.
        array: of the CRAM.
        macros: how many of each.
    """
    assert isinstance(array.node, Node)
    node, periphery, path = array.node, array.bears.periphery, workload.datapath
    memory, library = build(Memory, MACRO), build(Gatelibrary, LIBRARY)
    made = organise(memory, node, periphery, needed=array.height * array.breadth)
    held = storage(memory, node, periphery, made, temperature=array.temperature)
    gate = gate_cost(node, library, temperature=array.temperature)
    logic = path.gates + path.adders * (ADDER_XORS + ADDER_NANDS / float(library.exclusive_or_gates))
    register = float(node.adder_bit_energy * periphery.register_energy_share)
    over = 1.0 + float(build(Processor, PROCESSOR).control_share)
    read, written = (workload.items * bits / memory.word_bits for bits in (path.read, path.written))  # words
    cycle = memory.word_bits / float(held.bandwidth)
    abreast = max(min(memory.word_bits / path.read, WIDEST / max(path.adders, 1.0)), 1.0 / WIDEST)  # items a cycle
    cycles = max(read + written, workload.items / abreast) / macros
    time = cycles * cycle
    flop = float(node.adder_bit_area * periphery.register_area_share)
    size = abreast * (logic * float(gate.area) + path.registers * flop)
    return Baseline(
        macros=macros,
        time=time,
        energy_parts={
            "reads": read * float(held.read_energy),
            "writes": written * float(held.write_energy),
            "datapath": workload.items * (logic * float(gate.energy) + path.registers * register) * over,
            "leakage": macros * float(held.leakage) * time,
        },
        area=macros * (float(held.area) + size),
    )


def drawn(name: str, shape: tuple[int, ...], below: int) -> NDArray[np.int64]:
    """Return whole numbers from 0 to below ``below``, always the same for a name."""
    words = Stream(1).child(name).words(int(np.prod(shape))).astype(np.int64) % below
    return words.reshape(shape)


def vector_addition(sample: int = SAMPLE) -> Workload:
    """Add two vectors of 524,288 unsigned numbers of 32 bits, eight pairs a row."""
    a, b = (drawn(name, (sample, 8), 1 << 32) for name in "ab")
    return Workload(
        name="vector addition", what="pairs of unsigned 32-bit numbers, eight a row", item="sums", rows=1 << 16,
        per_row=8, lanes=asarray(a, 32) + asarray(b, 32), expected=a + b,
        datapath=Datapath(read=64, written=33, adders=32, registers=33),
    )  # fmt: skip


def database_scan(sample: int = SAMPLE) -> Workload:
    """Select records of a year, a range of discounts and small quantities: the filter of TPC-H query 6."""
    shape = sample, 16
    day, discount, quantity = drawn("day", shape, 2557), drawn("discount", shape, 11), drawn("quantity", shape, 51)

    def hit(day: Lanes, discount: Lanes, quantity: Lanes) -> Lanes:
        return (day >= 731) & (day < 1096) & (discount >= 5) & (discount <= 7) & (quantity < 24)

    expected = (day >= 731) & (day < 1096) & (discount >= 5) & (discount <= 7) & (quantity < 24)
    return Workload(
        name="database scan", what="the filter of TPC-H query 6: day, discount, quantity in 22 bits; sixteen a row",
        item="records", rows=1 << 16, per_row=16, expected=expected.astype(np.int64),
        lanes=hit(asarray(day, 12), asarray(discount, 4), asarray(quantity, 6)),
        datapath=Datapath(read=22, written=1, gates=2 * 12 + 2 * 4 + 6 + 4, registers=23),
    )  # fmt: skip


def binary_network(sample: int = SAMPLE // 2) -> Workload:
    """Classify 10,000 images of 14 x 14 bits by a network of 64 binary neurons and 10 classes, weights in the program.

    Weights here are random, which takes as many gates as trained ones; accuracy: examples/cram_binary_network.py.
    """
    pixels = drawn("pixels", (sample, 196), 2)
    first, last = (2 * drawn(name, shape, 2) - 1 for name, shape in (("first", (196, 64)), ("last", (64, 10))))
    least = 94 + drawn("least", (64,), 9)
    held = fires(matches(asarray(pixels, 1), first), least)
    counts = ((2 * pixels - 1) @ first + 196) // 2
    expected = np.argmax((2 * (counts >= least) - 1) @ last, axis=1)
    return Workload(
        name="binary network", what="14 x 14 pixels, 64 neurons, 10 classes, all of one bit; an image a row",
        item="images", rows=10_000, per_row=1, lanes=classify(held, last), expected=expected,
        datapath=Datapath(read=196, written=4, gates=64 * 196 + 10 * 64, adders=64 * (188 + 8) + 10 * (58 + 7),
                          registers=196 + 64 + 70),
    )  # fmt: skip


def matrix_vector(sample: int = SAMPLE) -> Workload:
    """Multiply 4,096 rows of 32 signed 4-bit weights by a stored vector: a tile of a layer."""
    matrix, vector = _tile(sample)
    return Workload(
        name="matrix-vector product", what="4,096 x 32 signed 4-bit numbers, the vector in all rows", item="sums",
        rows=4096, per_row=1, lanes=asarray(matrix, 4, signed=True).dot(asarray(vector[None], 4, signed=True)),
        expected=matrix @ vector,
        datapath=Datapath(read=128, written=13, gates=32 * 16 / 2.2, adders=32 * 16 - 13, registers=13),
    )  # fmt: skip


def aes_sbox(sample: int = SAMPLE) -> Workload:
    """Substitute the bytes of 32,768 blocks of AES, eight bytes a row: inverse in GF(256), then the affine map."""
    table = _sbox()
    data = drawn("block", (sample, 8), 256)
    return Workload(
        name="AES S-box", what="SubBytes of 32,768 blocks, eight bytes a row", item="bytes", rows=1 << 16, per_row=8,
        lanes=asarray(data, 8).map(substituted, 8, False), expected=table[data],
        datapath=Datapath(read=8, written=8, gates=120, registers=8),
    )  # fmt: skip


def convolution(sample: int = SAMPLE) -> Workload:
    """Detect edges across an image of 1,024 x 1,024 bytes with Sobel's kernel: 16 pixels a row, lines shared."""
    image = drawn("image", (sample, 2, 18), 256)
    held = asarray(image, 8)
    fall = held[:, 0] - held[:, 1]
    exact = image[:, 0] - image[:, 1]
    return Workload(
        name="2-D convolution", what="Sobel's 3 x 3 on 1,024 x 1,024 bytes, sixteen pixels a row", item="pixels",
        rows=1 << 16, per_row=16, lanes=fall[:, :-2] + (fall[:, 1:-1] << 1) + fall[:, 2:],
        expected=exact[:, :-2] + 2 * exact[:, 1:-1] + exact[:, 2:],
        datapath=Datapath(read=16, written=11, adders=9 + 10 + 11, registers=3 * 9 + 11),
    )  # fmt: skip


def genome_match(sample: int = SAMPLE) -> Workload:
    """Find where a read of 100 bases fits 524,288 places of a genome with at most five differences, eight a row."""
    length, places, allowed = 100, 8, 5
    genome = drawn("genome", (sample * places + length - 1,), 4)
    read = genome[777 : 777 + length].copy()
    read[[3, 41, 90]] = (read[[3, 41, 90]] + 1) % 4
    rows = np.lib.stride_tricks.sliding_window_view(genome, length + places - 1)[::places]
    windows = np.lib.stride_tricks.sliding_window_view(rows, length, axis=1)
    return Workload(
        name="genome match", what="a read of 100 bases, up to five wrong, against eight places a row", item="places",
        rows=1 << 16, per_row=places, expected=((windows != read).sum(axis=2) <= allowed).astype(np.int64),
        lanes=placed(asarray(rows, 2), read, allowed=allowed),
        datapath=Datapath(read=2, written=1, gates=100 * (2 + 1 / 2.2), adders=94 + 7, registers=200 + 7),
    )  # fmt: skip


def placed(rows: Lanes, read: Sequence[int] | NDArray[np.int64], *, allowed: int) -> Lanes:
    """Return at which places of each row a read fits, shape (rows, places).

    Args:
        rows: bases of two bits, shape (rows, length + places - 1).
        read: bases, shape (length,); part of the program.
        allowed: bases that may differ.
    """
    pattern = np.asarray(read)
    low, high = rows & 1, (rows >> 1) & 1
    columns = []
    for place in range(rows.shape[1] - len(pattern) + 1):
        at = slice(place, place + len(pattern))
        differs = (low[:, at] ^ (pattern & 1)[None]) | (high[:, at] ^ (pattern >> 1)[None])
        columns.append((differs.sum(axis=1) <= allowed).reshape(1))
    return concatenate(columns, axis=1)


def substituted(logic: Logic, word: Word) -> Word:
    """Return the S-box of AES (FIPS 197) of a byte: an inverse modulo x^8 + x^4 + x^3 + x + 1, then an affine map."""
    affine = np.array([[(row - column) % 8 < 5 for column in range(8)] for row in range(8)], np.uint8)
    mapped = galois.inverse(logic, word, modulus=0x11B, after=affine)
    return tuple(logic.not_(bit) if 0x63 >> place & 1 else bit for place, bit in enumerate(mapped))


@functools.cache
def _sbox() -> NDArray[np.int64]:
    """The S-box by its definition, by logarithms to the generator 3."""
    powers = [1]
    for _ in range(254):
        twice = powers[-1] << 1
        powers.append(powers[-1] ^ (twice ^ 0x11B if twice > 255 else twice))
    logarithm = {power: place for place, power in enumerate(powers)}
    inverse = [0] + [powers[-logarithm[byte] % 255] for byte in range(1, 256)]
    return np.array([functools.reduce(int.__xor__, ((value << k | value >> (8 - k)) & 255 for k in range(5))) ^ 0x63
                     for value in inverse])  # fmt: skip


def _tile(sample: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return drawn("matrix", (sample, 32), 16) - 8, drawn("vector", (32,), 16) - 8


WORKLOADS: Mapping[str, Callable[..., Workload]] = {
    "vector-addition": vector_addition,
    "database-scan": database_scan,
    "binary-network": binary_network,
    "matrix-vector": matrix_vector,
    "aes-sbox": aes_sbox,
    "convolution": convolution,
    "genome-match": genome_match,
}
"""By name."""


def study(sets: Sequence[str] = SETS, *, node: str = "cmos-22nm") -> list[Outcome]:
    """Return every workload on arrays of each published device set, all on one node.

    Args:
        sets: names of logic cells.
        node: of the periphery and of the baseline.
    """
    arrays = [Array(cell=name, node=node) for name in sets]
    return [measure(work, array) for work in (make() for make in WORKLOADS.values()) for array in arrays]


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """The matrix-vector product with all of it in the cells, and with its sums in CMOS at the edge of the array."""

    device: str
    what: str
    cells: Cost
    hybrid: Hybridcost
    wrong_cells: float  # share of sums
    wrong_hybrid: float
    baseline: Baseline

    @property
    def time_gain(self) -> float:
        """Time of all in the cells over that of the hybrid."""
        return self.cells.latency / self.hybrid.latency

    @property
    def energy_gain(self) -> float:
        """Energy of all in the cells over that of the hybrid."""
        return self.cells.energy / self.hybrid.energy


def divisions(sets: Sequence[str] = SETS, *, node: str = "cmos-22nm", rows: int = 4096) -> list[Division]:
    """Return where the sums of a product are best made, for numbers of four bits and of one.

    Args:
        sets: names of logic cells.
        node: of periphery and CMOS.
        rows: of the matrix.
    """
    found = []
    for bits, length in ((4, 32), (1, 256)):
        matrix, vector = (drawn(f"{name}{bits}", shape, 1 << bits) for name, shape in
                          (("matrix", (rows, length)), ("vector", (length,))))  # fmt: skip
        shift = 1 << (bits - 1) if bits > 1 else 0
        x, y = (asarray(each - shift, bits, signed=bits > 1) for each in (matrix, vector[None]))
        exact = (matrix - shift) @ (vector - shift)
        within, split = x.dot(y), hybrid_dot(x, y)
        work = Workload(
            name="matrix-vector product", what="", item="sums", rows=rows, per_row=1, lanes=within, expected=exact,
            datapath=Datapath(read=length * bits, written=13 if bits > 1 else 9, gates=length * bits**2 / 2.2,
                              adders=length * bits**2 - 9, registers=13),
        )  # fmt: skip
        for name in sets:
            array = Array(cell=name, node=node)
            priced = within.cost(array)
            found.append(Division(
                device=name, what=f"{rows:,} x {length}, {bits} bit{'s' if bits > 1 else ''}", cells=priced,
                hybrid=split.cost(array), wrong_cells=float(np.mean(within.numpy(errors=array) != exact)),
                wrong_hybrid=float(np.mean(split.numpy(errors=array) != exact)),
                baseline=baseline(work, array, macros=priced.arrays),
            ))  # fmt: skip
    return found
