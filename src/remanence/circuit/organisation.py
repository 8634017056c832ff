"""What macros cost: columns of organisations in, columns of latency, energy, area and power with their parts out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from remanence.circuit import pump as pumps
from remanence.circuit.electrical import Electrical
from remanence.circuit.gates import Amplifier, Coder, Gates
from remanence.circuit.htree import Tree, tree
from remanence.circuit.subarray import Column, Parts, Shape, Subarray, subarray
from remanence.core.declare import Array
from remanence.core.errors import InputError

Whole = NDArray[np.int64]
"""A column of whole numbers, one per organisation."""

QUANTITIES: Mapping[str, str] = {
    "read_latency": "s",
    "write_latency": "s",
    "read_energy": "J",
    "write_energy": "J",
    "area": "m^2",
    "leakage": "W",
    "standby": "W",
    "bandwidth": "bit/s",
}
"""What an evaluation returns and its unit."""

_MAY_BE_NONE = ("check_bits", "spare_rows", "spare_columns")

LARGEST_ASPECT = 10.0
"""Longest over shortest side of a bank that can still be placed."""


class Reason(IntEnum):
    """Why an organisation is refused; 0 where it is not."""

    LEGAL = 0
    MULTIPLEXER = 1  # the multiplexers do not divide the columns
    SHAPE = 2  # more subarrays opened than there are, or counts that are not powers of two
    CAPACITY = 3  # rows, columns and subarrays do not give the capacity
    WORD = 4  # the opened subarrays do not give the word
    DESTRUCTIVE = 5  # bitlines share an amplifier although a read destroys all cells of its row
    SIGNAL = 6  # the signal on the bitline is below what the amplifier needs
    LOSS = 7  # the other cells of a bitline leak too much of the signal
    ASPECT = 8  # a bank is too long and thin
    CONSTRAINT = 9  # outside a limit that the user set

    @property
    def told(self) -> str:
        """The reason in words, as the end of a sentence."""
        return _TOLD[self]


_TOLD = {
    Reason.LEGAL: "nothing speaks against it",
    Reason.MULTIPLEXER: "the multiplexers do not divide the columns",
    Reason.SHAPE: "more subarrays would be opened than there are, or counts are no powers of two",
    Reason.CAPACITY: "rows, columns and subarrays do not give the capacity",
    Reason.WORD: "the opened subarrays do not give the word",
    Reason.DESTRUCTIVE: "bitlines would share an amplifier although a read destroys all cells of its row",
    Reason.SIGNAL: "the signal on the bitline is below what the sense amplifier needs",
    Reason.LOSS: "the other cells of a bitline leak too much of the signal",
    Reason.ASPECT: "a bank would be too long and thin",
    Reason.CONSTRAINT: "a limit that was set is not kept",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisations:
    """Columns of organisations; whole numbers that broadcast against each other.

    A macro has ``banks``, each of ``across`` by ``down`` subarrays, of which an access opens ``active_across`` by
    ``active_down`` in one bank; a subarray has ``rows`` by ``columns`` cells for data, besides columns for check bits.
    """

    rows: Whole
    columns: Whole
    sense_mux: Whole  # bitlines that share a sense amplifier
    output_mux: Whole  # sense amplifiers that share a data line
    across: Whole
    down: Whole
    active_across: Whole
    active_down: Whole
    banks: Whole
    word_bits: Whole  # cells for data of an access: bits, where a cell holds one
    check_bits: Whole  # cells for check bits of an access
    stage: NDArray[np.float64]  # effort of a stage in drivers: 4 is fast, more is smaller
    spare_rows: Whole  # of a subarray, for repair
    spare_columns: Whole  # data lines of a subarray for repair, with all bitlines that share one

    @classmethod
    def of(cls, **columns: Any) -> Organisations:
        """Return columns of one length from numbers and sequences; multiplexers, banks and counts default to 1."""
        given = {
            "sense_mux": 1, "output_mux": 1, "across": 1, "down": 1, "active_across": 1, "active_down": 1, "banks": 1,
            "check_bits": 0, "stage": 4.0, "spare_rows": 0, "spare_columns": 0, **columns,
        }  # fmt: skip
        for name in (field.name for field in fields(cls)):
            if name not in given:
                raise InputError("Organisations", f"no {name}", "rows, columns and word_bits are needed")
        kinds = {name: np.float64 if name == "stage" else np.int64 for name in given}
        read = {name: np.atleast_1d(np.asarray(item)) for name, item in given.items()}
        for name, item in read.items():
            if not (np.isfinite(item).all() and (item >= (0 if name in _MAY_BE_NONE else 1)).all()):
                raise InputError(f"Organisations.{name}", float(np.min(item)), "must be a whole number of at least 1")
            if name != "stage" and (item != np.floor(item)).any():
                raise InputError(f"Organisations.{name}", float(item.flat[0]), "must be a whole number")
        if (read["stage"] <= 1.0).any():
            raise InputError("Organisations.stage", float(read["stage"].min()), "must be above 1")
        flat = np.broadcast_arrays(*(item.astype(kinds[name]) for name, item in read.items()))
        return cls(**dict(zip(read, flat, strict=True)))

    def __len__(self) -> int:
        """Return how many organisations there are."""
        return int(self.rows.size)

    def take(self, index: Any) -> Organisations:
        """Return some of them, by index, slice or mask; a single number gives one."""
        return Organisations(**{field.name: np.atleast_1d(getattr(self, field.name)[index]) for field in fields(self)})

    @property
    def capacity(self) -> Whole:
        """Cells for data in the macro."""
        return self.rows * self.columns * self.across * self.down * self.banks

    @property
    def opened(self) -> Whole:
        """Subarrays that an access opens."""
        return self.active_across * self.active_down

    @property
    def spare(self) -> Whole:
        """Columns of a subarray for check bits: those of an access, shared evenly and rounded up."""
        each = -(-self.check_bits // np.maximum(self.opened, 1))
        return each * self.sense_mux * self.output_mux

    @property
    def stored(self) -> Whole:
        """Cells of an access, those of check bits included."""
        return (self.columns + self.spare) // (self.sense_mux * self.output_mux) * self.opened

    @property
    def shape(self) -> Shape:
        """The subarrays, check columns and spares included."""
        extra = self.spare_columns * self.sense_mux * self.output_mux
        whole = (self.rows + self.spare_rows, self.columns + self.spare + extra, self.sense_mux, self.output_mux)
        spares = (self.spare_rows.astype(np.float64), extra.astype(np.float64))
        rows, columns, sense_mux, output_mux = (column.astype(np.float64) for column in whole)
        return Shape(rows, columns, sense_mux, output_mux, self.stage, *spares)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redundancy:
    """Spare rows and data lines of every subarray; a spare data line has all bitlines that share one.

    Fuses and comparators that put a spare in the place of a bad element are in the periphery's overhead of area.
    """

    rows: int = 0
    columns: int = 0

    def __post_init__(self) -> None:
        """Check that both are whole numbers."""
        for name in ("rows", "columns"):
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= 64:
                raise InputError(f"Redundancy.{name}", number, "must be a whole number from 0 to 64")

    @property
    def spares(self) -> int:
        """Isolated bad cells of a subarray that can be repaired."""
        return self.rows + self.columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What macros cost, scope macro: one entry per organisation on the last axis, draws before it."""

    read_latency: Array  # s, address in to word out
    write_latency: Array  # s, word in to word stored
    read_energy: Array  # J per access
    write_energy: Array  # J per access
    area: Array  # m^2
    leakage: Array  # W, powered and idle, refresh included
    standby: Array  # W, powered down as far as the data allow
    bandwidth: Array  # bit/s of data read at random, all banks at work
    parts: Mapping[str, Parts]  # of every quantity but bandwidth; each adds up to it


def illegal(organisations: Organisations, *, capacity: int, word_bits: int) -> NDArray[np.uint8]:
    """Return the reason code of every organisation as far as counting tells, `Reason.LEGAL` where none.

    Args:
        organisations: columns.
        capacity: cells for data that the macro must have.
        word_bits: data bits that an access must give.
    """
    o = organisations
    code = np.zeros(len(o), np.uint8)
    group = o.sense_mux * o.output_mux
    counts = (o.across, o.down, o.banks, o.active_across, o.active_down)
    checks = (
        (Reason.WORD, (o.word_bits != word_bits) | (o.columns // group * o.opened != word_bits)),
        (Reason.CAPACITY, o.capacity != capacity),
        (
            Reason.SHAPE,
            (o.active_across > o.across)
            | (o.active_down > o.down)
            | np.any([count & (count - 1) != 0 for count in counts], axis=0),
        ),
        (Reason.MULTIPLEXER, o.columns % group != 0),
    )
    for reason, bad in checks:
        code[bad] = reason
    return code


def evaluate(
    organisations: Organisations, cell: Electrical, gates: Gates, sensing: Amplifier, coder: Coder | None = None
) -> Costs:
    """Return what macros cost, every quantity with its parts.

    Args:
        organisations: columns, n of them.
        cell: the cell on its node; fields floats, or draws of shape (draws,), which come first in the result.
        gates: transistors and wires, likewise.
        sensing: sense amplifiers, likewise.
        coder: encoder and decoder of the check bits, likewise; none where left out.

    Returns:
        Fields of shape (n,), or (draws, n).
    """
    cell, gates, sensing, coder = (lifted(item) for item in (cell, gates, sensing, coder))
    block = subarray(organisations.shape, cell, gates, sensing)
    o = organisations
    address = address_bits(o.capacity, o.word_bits)
    layout = tree(o.across, o.down, o.active_across, o.active_down, o.banks, address)
    counts = Counts(
        number=(o.across * o.down * o.banks).astype(np.float64),
        opened=o.opened.astype(np.float64),
        stored=o.stored.astype(np.float64),
        banks=o.banks.astype(np.float64),
        word=o.word_bits.astype(np.float64),
        address=address.astype(np.float64),
    )
    return compose(counts, block, layout, cell, gates, coder)


def address_bits(capacity: Whole, word: Whole) -> Whole:
    """Return the address bits of words of cells."""
    return np.ceil(np.log2(np.maximum(capacity / word, 1.0))).astype(np.int64)


class Counts(NamedTuple):
    """What joining a subarray with a layout has to know of an organisation."""

    number: Column  # subarrays
    opened: Column  # subarrays that an access opens
    stored: Column  # cells of an access, those of check bits included
    banks: Column
    word: Array  # cells for data of an access
    address: Array  # address bits


def compose(
    counts: Counts, block: Subarray, layout: Tree, cell: Electrical, gates: Gates, coder: Coder | None = None
) -> Costs:
    """Join subarrays, already one per organisation, with their layouts."""
    number, opened, link = counts.number, counts.opened, gates.link
    way = link.linear * (block.width * layout.across + block.height * layout.down) + link.quadratic * (
        block.width**2 * layout.across_squared + block.height**2 * layout.down_squared
    )
    data = counts.stored * cell.bits_per_cell
    bus = (
        gates.activity
        * link.energy
        * (
            block.width * (layout.across_address + data * layout.across)
            + block.height * (layout.down_address + data * layout.down)
        )
    )
    idle = (
        link.leakage * (data + counts.address) * (block.width * layout.across_wires + block.height * layout.down_wires)
    )
    read = {**block.read_latency, "h_tree": 2.0 * way}
    write = {**block.write_latency, "h_tree": way}
    cycle = total(block.read_latency) + block.recovery
    leaks = {**_scaled(block.leakage, number), "h_tree": idle}
    refresh = number * block.refresh / cell.retention_time
    code: dict[str, Parts] = {name: {} for name in QUANTITIES}
    latched = counts.word * cell.bits_per_cell  # data bits in, and as many out
    clocked = gates.register_energy * (counts.address + latched)  # address and data of one direction
    held = gates.register_area * (counts.address + 2.0 * latched)
    leaks["register"] = held / gates.area * gates.leakage / (1.0 + gates.ratio)
    if coder is not None:
        read["code"], write["code"] = coder.decode_time, coder.encode_time
        code["read_energy"], code["write_energy"] = {"code": coder.decode_energy}, {"code": coder.encode_energy}
        code["area"] = {"code": coder.area}
    parts: dict[str, Parts] = {
        "read_latency": _with(read, gates.time_overhead, apart=("pulse",)),
        "write_latency": _with(write, gates.time_overhead, apart=("pulse",)),
        "read_energy": _with(
            {**_scaled(block.read_energy, opened), "h_tree": bus, "register": clocked, **code["read_energy"]},
            gates.energy_overhead,
        ),
        "write_energy": _with(
            {**_scaled(block.write_energy, opened), "h_tree": bus, "register": clocked, **code["write_energy"]},
            gates.energy_overhead,
            apart=("cell", "pump"),
        ),
        "area": {
            **_with({**_scaled(block.area, number), "register": held, **code["area"]}, gates.area_overhead),
            "pump": pump_area(counts.stored, cell, gates),
        },
        "leakage": {**leaks, "refresh": refresh},
        "standby": {**_scaled(leaks, gates.gated), "refresh": refresh},
    }
    if not cell.keeps:  # the cells stay under power
        parts["standby"]["cells"] = leaks["cells"]
    return Costs(
        **{name: total(part) for name, part in parts.items()},
        bandwidth=counts.banks * counts.word * cell.bits_per_cell / ((1.0 + gates.time_overhead) * cycle),
        parts=parts,
    )


def total(parts: Parts) -> Array:
    """Return the sum of the parts."""
    whole: Array = 0.0
    for part in parts.values():
        whole = whole + part
    return whole


def _scaled(parts: Parts, number: Array) -> Parts:
    return {name: part * number for name, part in parts.items()}


def _with(parts: Parts, overhead: Array, apart: tuple[str, ...] = ()) -> Parts:
    """Add control as a share of the parts, but for those that a control circuit does not see."""
    return {**parts, "control": overhead * total({name: part for name, part in parts.items() if name not in apart})}


def pump_area(bits: Array, cell: Electrical, gates: Gates) -> Array:
    """Return the area of the charge pump that writes some bits at once, m^2; 0 for a cell written without one."""
    if cell.regulated or np.all(np.asarray(cell.pump_efficiency) >= 1.0):
        return np.zeros(np.shape(bits))
    return pumps.area(gates.pump, gates.supply, cell.write_voltage, bits * cell.write_current * cell.devices)


def lifted(item: Any) -> Any:
    """Give every array of draws in a record a last axis of one, so that it broadcasts against organisations."""

    def lift(content: Any) -> Any:
        if isinstance(content, tuple) and hasattr(content, "_fields"):
            return type(content)(*(lift(part) for part in content))
        if is_dataclass(content) and not isinstance(content, type):
            return replace(content, **{field.name: lift(getattr(content, field.name)) for field in fields(content)})
        return content[..., None] if isinstance(content, np.ndarray) and content.ndim else content

    return lift(item)
