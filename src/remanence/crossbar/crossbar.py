"""The layout of a computing array."""

from __future__ import annotations

from remanence.circuit import ArrayCost, Cell, Converter, Node, array_cost
from remanence.core.declare import Array, count, part, quantity, text, value
from remanence.core.errors import InputError

ACCUMULATOR_BITS = 24
"""Width of the digital accumulator behind a converter: 16 bits of significance, 8 of sums over blocks."""


@value
class Crossbar:
    """A current-sum array of differential 2T2MTJ cells with bit-serial inputs and a converter on each partial sum."""

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
    read_voltage: Array = quantity("V", above=0, doc="over cell and access transistor while reading")
    sampling_time: Array = quantity("s", above=0, doc="for which a column conducts per conversion")

    def check(self) -> None:
        """Signed weights need a differential cell."""
        if self.cell.devices != 2:
            rule = "signed weights need a differential cell, 2T2MTJ or 2T2R"
            raise InputError("Crossbar.cell", self.cell.topology, rule)

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

    def cost(self, node: Node) -> ArrayCost:
        """What each event costs in one array of this layout."""
        return array_cost(
            self.cell,
            node,
            self.converter,
            rows=self.rows,
            columns=self.columns,
            columns_per_converter=self.columns_per_converter,
            read_voltage=self.read_voltage,
            sampling_time=self.sampling_time,
            accumulator_bits=ACCUMULATOR_BITS,
        )
