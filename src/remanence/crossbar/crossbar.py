"""The layout of a computing array."""

from __future__ import annotations

from typing import Any

import numpy as np

from remanence.circuit import ArrayCost, Cell, Converter, Node, Periphery, array_cost, charge_array_cost
from remanence.circuit.transistor import REFERENCE
from remanence.core.declare import Array, choice, count, part, quantity, text, value
from remanence.core.errors import InputError
from remanence.crossbar.encoding import INPUTS, SCHEMES, InputEncoding, WeightEncoding

ACCUMULATOR_BITS = 24
"""Width of the digital accumulator behind a converter: 16 bits of significance, 8 of sums over blocks."""
SINGLE_ENDED = ("1T1MTJ", "1T1R")
"""Cells of one device that add their current to one bitline."""


@value
class Crossbar:
    """An array of cells, how numbers are encoded in it, and a converter on each partial sum.

    Cells read by their resistance sum currents; SRAM cells with a unit capacitor share charges. The defaults are
    sign and magnitude in binary slices of differential cells, and inputs bit by bit.
    """

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    cell: Cell = part(Cell, doc="the cell")
    converter: Converter = part(Converter, doc="converter of a column's partial sum")
    rows: int = count(doc="rows read at once, a block", at_least=1, at_most=4096)
    columns: int = count(doc="columns of cells", at_least=1, at_most=8192)
    columns_per_converter: int = count(doc="columns that share a converter", at_least=1, at_most=1024)
    weight_bits: int = count(doc="bits of a weight, sign included; 1: -1 and +1", at_least=1, at_most=9)
    input_bits: int = count(doc="bits of an input", at_least=1, at_most=12)
    groups_per_array: int = count(doc="groups of a grouped convolution along the diagonal of one array, if so many fit",
                                  at_least=1, at_most=4096, default=1)  # fmt: skip
    read_voltage: Array = quantity(
        "V", at_least=0, doc="over cell and access transistor while reading; left out for charge", default=0.0
    )
    sampling_time: Array = quantity("s", above=0, doc="for which a column conducts per conversion")
    encoding: str = choice(*SCHEMES, doc="how weights become levels of cells", default="sign-magnitude")
    cell_bits: int = count(doc="bits of a cell: 2**cell_bits levels", at_least=1, at_most=8, default=1)
    inputs: str = choice(*INPUTS, doc="how inputs drive the rows", default="serial")
    digit_bits: int = count(doc="bits of a digit of serial inputs", at_least=1, at_most=12, default=1)
    accumulation: str = choice("digital", "analog", default="digital", doc="digital: each input digit is converted; "
                               "analog: the digits' sums are added, weighted, before one conversion")  # fmt: skip
    tiling: str = choice("full", "equal", doc="full: every block but the last has all rows; equal: as few blocks, of "
                         "one height", default="full")  # fmt: skip
    converter_range: str = choice("least-squares", "percentile", "maximum", default="least-squares",
                                  doc="what a converter covers: sums of calibration inputs with least squared error; "
                                  "a share of them; the largest sum there can be")  # fmt: skip
    percentile: float = quantity("1", above=0.5, at_most=1, default=0.999,
                                 doc="share of the calibration sums inside a percentile range")  # fmt: skip
    range_per: str = choice("layer", "column", doc="converters of a layer have one range, or one for each column",
                            default="layer")  # fmt: skip

    wires: str = choice("ignored", "exact", "mean pattern", default="ignored",
                        doc="what wire resistance does to sums; exact: all of it; mean pattern: as if each row "
                        "conducted by its mean activity, which is quick where lines are a ladder")  # fmt: skip
    source_line: str = choice("bitline", "wordline", default="bitline", doc="what source lines run beside. bitline: a "
                              "column is a ladder, inputs gate its rows. wordline: inputs drive the source lines as "
                              "row wires")  # fmt: skip
    driven: str = choice("one end", "both ends", default="one end", doc="driven ends of the bitline of a ladder, or of "
                         "a row wire")  # fmt: skip
    sensed: str = choice("far end", "near end", "both ends", default="far end", doc="ends of a column at which it is "
                         "sensed; near is where a ladder is driven and rows count from")  # fmt: skip

    def check(self) -> None:
        """Encodings, cell, inputs and converter must fit together."""
        scheme, drive = self.weight_encoding.record, self.input_encoding
        if scheme.pair != self.cell.differential or not (scheme.pair or self.cell.topology in SINGLE_ENDED):
            kind = "a differential cell: 2T2MTJ, 2T2R or 2x8T1C SRAM" if scheme.pair else (
                f"a single-ended cell that sums currents: {' or '.join(SINGLE_ENDED)}")  # fmt: skip
            raise InputError("Crossbar.cell", self.cell.topology, f"{self.encoding} weights need {kind}")
        if self.cell_bits > 1 and self.cell.resistive is None:
            raise InputError(
                "Crossbar.cell_bits", self.cell_bits, f"a device of {self.cell.topology} has two states: 1"
            )
        charge = self.cell.capacitor is not None
        if charge == bool(np.all(np.asarray(self.read_voltage) > 0)):
            rule = "is the supply in a charge-domain array and not given" if charge else "must be greater than 0"
            raise InputError("Crossbar.read_voltage", f"{np.min(self.read_voltage):g} V", rule)
        longest = max(drive.lengths(signed=True))
        if longest > 1 and charge:
            raise InputError("Crossbar.inputs", self.inputs, "a charge-domain row is on or off: digits of one bit")
        if scheme.complement and (longest > 1 or drive.whole):
            rule = "a row and its complement are up or down: digits of one bit, each converted"
            raise InputError("Crossbar.inputs", f"{self.inputs}, {self.accumulation} accumulation", rule)
        if scheme.complement and self.rows % 2:
            raise InputError("Crossbar.rows", self.rows, f"{self.encoding} weights take two rows each: an even number")
        if scheme.sign_only and self.groups_per_array > 1:
            rule = f"must be 1: {self.encoding} weights have no zero for the cells beside the diagonal"
            raise InputError("Crossbar.groups_per_array", self.groups_per_array, rule)
        if self.unit_columns >= self.columns:
            rule = f"{self.unit_columns} unit columns must leave room for weights"
            raise InputError("Crossbar.columns", self.columns, rule)
        if self.converter.kind == "lossless" and self.has_pedestal:
            raise InputError("Crossbar.converter", "lossless", f"{self.encoding} sums of {self.cell.topology} cells are"
                             " not whole numbers: a row adds current at level 0 too",
                             "Take unit-column weights, a differential cell, or an ideal converter.")  # fmt: skip
        if charge and self.wires != "ignored":
            raise InputError("Crossbar.wires", self.wires, "must be ignored: charge is sampled once no current flows")
        if self.wires == "mean pattern" and self.source_line == "wordline":
            raise InputError("Crossbar.wires", self.wires, "must be exact: row wires make a linear array at no cost")
        if self.range_per == "column" and np.any(self.converter.noise):
            raise InputError("Crossbar.range_per", "column", "noise in steps needs one step for the layer")

    @property
    def weight_encoding(self) -> WeightEncoding:
        """How weights are stored."""
        return WeightEncoding(scheme=self.encoding, bits=self.weight_bits, cell_bits=self.cell_bits)

    @property
    def input_encoding(self) -> InputEncoding:
        """How inputs drive the rows."""
        return InputEncoding(
            scheme=self.inputs, bits=self.input_bits, digit_bits=self.digit_bits, accumulation=self.accumulation
        )

    @property
    def slices(self) -> int:
        """Slices of a weight: columns of cells for one output, if they are not two."""
        return self.weight_encoding.slices

    @property
    def columns_per_output(self) -> int:
        """Columns of cells for one output."""
        return self.slices * len(self.weight_encoding.record.columns)

    @property
    def unit_columns(self) -> int:
        """Unit columns of an array: one for each slice."""
        return self.slices if self.weight_encoding.record.unit else 0

    @property
    def has_pedestal(self) -> bool:
        """Whether a row adds something to a converted sum where its cell holds level 0."""
        record = self.weight_encoding.record
        if record.pair or record.unit:
            return False
        return self.cell.resistive is None or bool(np.any(np.asarray(self.cell.resistive.conductance_low)))

    def two_sided(self, signed: bool) -> bool:
        """Whether converted sums can be below zero; ``signed`` tells whether inputs can."""
        record = self.weight_encoding.record
        return record.pair or record.unit or self.input_encoding.limits(signed)[0] < 0

    def codes(self, signed: bool = False) -> tuple[int, int]:
        """Smallest and largest code of the converter; ``signed`` tells whether inputs can be below zero."""
        two_sided, kind = self.two_sided(signed), self.converter.kind
        if kind == "lossless":
            largest = self.rows * max(abs(limit) for limit in self.input_encoding.limits(signed)) * (
                self.weight_encoding.top)  # fmt: skip
            return (-largest if two_sided else 0), largest
        half = 2 ** (self.converter.bits - 1)
        if kind == "sign-magnitude":
            return 1 - half, half - 1
        return (-half, half - 1) if two_sided else (0, 2 * half - 1)

    def blocks(self, rows: int) -> int:
        """Blocks that so many rows of cells are cut into."""
        return -(-rows // self.rows)

    def block_rows(self, rows: int) -> int:
        """Rows of a block of so many rows of cells; the last may have fewer."""
        if self.tiling == "full":
            return self.rows
        height = -(-rows // self.blocks(rows))
        return height + height % 2 if self.weight_encoding.record.complement else height

    def arrays_across(self, columns: int) -> int:
        """Arrays side by side that hold so many columns of cells, unit columns not counted."""
        return -(-columns // (self.columns - self.unit_columns))

    def cost(self, node: Node, periphery: Periphery, temperature: Array = REFERENCE) -> ArrayCost:
        """What each event costs in one array of this layout, transistors and wires at a temperature in K."""
        layout: dict[str, Any] = {
            "rows": self.rows,
            "columns": self.columns,
            "columns_per_converter": self.columns_per_converter,
            "sampling_time": self.sampling_time,
            "accumulator_bits": ACCUMULATOR_BITS,
            "temperature": temperature,
        }
        if self.cell.capacitor is not None:
            return charge_array_cost(self.cell, node, self.converter, periphery, **layout)
        return array_cost(self.cell, node, self.converter, periphery, read_voltage=self.read_voltage, **layout)
