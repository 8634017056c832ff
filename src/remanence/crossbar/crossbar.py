"""The layout of a computing array."""

from __future__ import annotations

from typing import Any

import numpy as np

from remanence.circuit import ArrayCost, Cell, Converter, Node, Periphery, array_cost, charge_array_cost
from remanence.circuit.transistor import REFERENCE
from remanence.core.declare import Array, count, part, quantity, text, value
from remanence.core.errors import InputError

ACCUMULATOR_BITS = 24
"""Width of the digital accumulator behind a converter: 16 bits of significance, 8 of sums over blocks."""


@value
class Crossbar:
    """An array of differential cells with bit-serial inputs and a converter on each partial sum.

    Cells read by their resistance sum currents; SRAM cells with a unit capacitor share charges.
    """

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    cell: Cell = part(Cell, doc="the differential cell")
    converter: Converter = part(Converter, doc="converter of a column's partial sum")
    rows: int = count(doc="rows read at once, a block", at_least=1, at_most=4096)
    columns: int = count(doc="differential columns", at_least=1, at_most=8192)
    columns_per_converter: int = count(doc="columns that share a converter", at_least=1, at_most=1024)
    weight_bits: int = count(doc="bits of a weight, sign included", at_least=2, at_most=9)
    input_bits: int = count(doc="bits of an input", at_least=1, at_most=12)
    groups_per_array: int = count(doc="groups of a grouped convolution along the diagonal of one array, if so many fit",
                                  at_least=1, at_most=4096, default=1)  # fmt: skip
    read_voltage: Array = quantity(
        "V", at_least=0, doc="over cell and access transistor while reading; left out for charge", default=0.0
    )
    sampling_time: Array = quantity("s", above=0, doc="for which a column conducts per conversion")

    def check(self) -> None:
        """Signed weights need a differential cell, and a current a voltage."""
        if not self.cell.differential:
            rule = "signed weights need a differential cell: 2T2MTJ, 2T2R or 2x8T1C SRAM"
            raise InputError("Crossbar.cell", self.cell.topology, rule)
        charge = self.cell.capacitor is not None
        if charge == bool(np.all(np.asarray(self.read_voltage) > 0)):
            rule = "is the supply in a charge-domain array and not given" if charge else "must be greater than 0"
            raise InputError("Crossbar.read_voltage", f"{np.min(self.read_voltage):g} V", rule)

    @property
    def slices(self) -> int:
        """Cells per weight: one per magnitude bit; the sign is in the direction of the pair."""
        return self.weight_bits - 1

    @property
    def codes(self) -> tuple[int, int]:
        """Smallest and largest code of the converter."""
        if self.converter.kind == "lossless":
            return -self.rows, self.rows
        return -(2 ** (self.converter.bits - 1)), 2 ** (self.converter.bits - 1) - 1

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
