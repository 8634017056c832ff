"""One programmed chip's share of a layer: its products, and their derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from remanence.crossbar import devices, wiring
from remanence.crossbar.conversion import Part
from remanence.crossbar.programming import nominal_difference, pedestal
from remanence.kernels.sliced_mvm import Cells, Product, convert_sums, sliced_mvm, sliced_mvm_gradient

if TYPE_CHECKING:
    from remanence.crossbar.engine import CrossbarEngine

DIGIT_BYTES = 2**26
"""Memory that the digits of vectors taken at once and their sums may fill; more vectors are taken in pieces."""
LADDER = "ladder"
"""Name of the path of columns whose wires are walked for every pattern of rows."""


@dataclass(frozen=True, slots=True, eq=False)
class ProgrammedCrossbar:
    """One programmed chip's share of a layer.

    Args:
        engine: the layer that was programmed.
        exponent: of the grid: a level step is 2**exponent.
        parts: the converters, and the rows and slices that they serve.
        cells: value of each cell of each part on the grid, shape (S, K, M).
        compensation: factor on the results, for a mean drift since programming.
        ladders: the columns, where sums depend on the pattern of rows; the cells then hold them at mean activity.
    """

    engine: CrossbarEngine
    exponent: int
    parts: tuple[Part, ...]
    cells: tuple[Cells, ...]
    compensation: float = 1.0
    ladders: wiring.Ladders | None = None

    def multiply(
        self, inputs: NDArray[np.integer], backend: str = "auto", *, first_vector: int = 0
    ) -> NDArray[np.float64]:
        """Return the product of inputs, shape (V, K), and the stored weights as the converters deliver it, (V, N).

        Args:
            inputs: shape (V, K), whole numbers.
            backend: of the kernel.
            first_vector: index of the first vector, which picks its noise.

        Raises:
            InputError: inputs of another shape, not whole numbers or out of range.
        """
        return self.product(inputs, backend, first_vector=first_vector).values.astype(np.float64, copy=False)

    def product(self, inputs: NDArray[np.integer], backend: str = "auto", *, first_vector: int = 0) -> Product:
        """Return the product as `multiply` does, and how it was computed.

        Vectors are taken in pieces, so that their digits and sums stay within `DIGIT_BYTES`.
        """
        drive, signed, encoded = self.engine.crossbar.input_encoding, self.engine.signed, self.engine.encoded
        drive.verify(inputs, signed, encoded.depth)
        significances = drive.significances(signed)
        if self.ladders is not None:
            return self._walked(self.ladders, inputs, first_vector)
        _, depth, columns = encoded.levels.shape
        result = np.empty((len(inputs), encoded.outputs))
        chunk = max(1, DIGIT_BYTES // (2 * significances.size * depth + 24 * columns))
        for start in range(0, max(len(inputs), 1), chunk):
            digits = drive.digits(inputs[start : start + chunk], signed, encoded.doubled)
            total = np.zeros((digits.shape[1], columns))
            for part, cells in zip(self.parts, self.cells, strict=True):
                product = sliced_mvm(
                    digits[:, :, part.rows],
                    cells,
                    input_weights=significances,
                    cell_weights=encoded.cell_weights[part.slices],
                    rows=self.engine.crossbar.block_rows(depth),
                    conversion=part.conversion,
                    noise=part.noise,
                    first_vector=first_vector + start,
                    backend=backend,
                )
                total += self._sums(product, part, significances)
            result[start : start + chunk] = self._corrected(total, digits, significances)
        return Product(result, product.path, product.backend)

    def _walked(self, ladders: wiring.Ladders, inputs: NDArray[np.integer], first_vector: int) -> Product:
        """Return the product with every column's wires solved for every pattern of rows."""
        drive, signed, encoded = self.engine.crossbar.input_encoding, self.engine.signed, self.engine.encoded
        significances, rows = drive.significances(signed), self.engine.crossbar.block_rows(encoded.levels.shape[1])
        slices, _, columns = encoded.levels.shape
        result = np.empty((len(inputs), encoded.outputs))
        # sums of one block: currents of two groups, their difference, the sums and the sums on the grid
        each = 8 * slices * columns * (4 + 2 * significances.size) + 4 * significances.size * encoded.levels.shape[1]
        chunk = max(1, DIGIT_BYTES // each)
        for start in range(0, len(inputs), chunk):
            some = inputs[start : start + chunk]
            digits = drive.digits(some, signed, encoded.doubled)
            activations = drive.activations(some, signed, encoded.doubled)
            total = np.zeros((len(some), columns))
            for block in range(self.engine.blocks):
                taken = slice(block * rows, (block + 1) * rows)
                sums = np.zeros((significances.size, len(some), slices, columns))
                for place, factor, plane in activations:
                    sums[place] += factor * ladders.sums(block, plane[:, taken])
                on_grid = np.rint(np.ldexp(sums, self.exponent))
                for part in self.parts:
                    if part.rows.start >= taken.stop or part.rows.stop <= taken.start:
                        continue
                    codes = convert_sums(
                        on_grid[:, :, part.slices],
                        digits[:, :, taken],
                        input_weights=significances,
                        cell_weights=encoded.cell_weights[part.slices],
                        block=block - part.rows.start // rows,
                        rows=rows,
                        conversion=part.conversion,
                        noise=part.noise,
                        first_vector=first_vector + start,
                    )
                    weight = int(significances.sum()) * int(encoded.cell_weights[part.slices].sum())
                    whole = part.conversion is None
                    total += np.ldexp(codes, -self.exponent) if whole else self.engine.range.sums(codes, weight)
            result[start : start + chunk] = self._corrected(total, digits, significances)
        return Product(result, LADDER, "cpu")

    def gradient(
        self, upstream: NDArray[np.floating], inputs: NDArray[np.integer]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return derivatives of sum(upstream * product) by the inputs, (V, K), and by the weights, (K, N).

        Converters count as their straight line where they do not clip (`sliced_mvm_gradient`). A change of an input or
        a weight by 1 is shared among its digits or cells, the smallest that makes it; a programmed level counts as its
        target times what its device passes on. Row wires are exact (`effective_conductance_vjp`); of ladders the
        voltages at mean activity are taken as given.

        Args:
            upstream: shape (V, N).
            inputs: shape (V, K).

        Raises:
            InputError: shapes that do not fit, or a derivative that is not finite.
        """
        engine = self.engine
        bar, encoded, signed = engine.crossbar, engine.encoded, engine.signed
        bar.input_encoding.verify(inputs, signed, encoded.depth)
        significances = bar.input_encoding.significances(signed)
        digits = bar.input_encoding.digits(inputs, signed, encoded.doubled)
        given = np.asarray(upstream, np.float64) * self.compensation
        columns = np.concatenate([factor * given for factor in encoded.factors], axis=1)
        of_digits = np.zeros(digits.shape)
        of_cells = np.zeros(encoded.levels.shape)
        for part, cells in zip(self.parts, self.cells, strict=True):
            step = 2.0**-self.exponent if part.conversion is None else np.asarray(engine.range.step)
            found = sliced_mvm_gradient(
                columns * step,
                digits[:, :, part.rows],
                cells.values,
                input_weights=significances,
                cell_weights=encoded.cell_weights[part.slices],
                rows=bar.block_rows(encoded.levels.shape[1]),
                conversion=part.conversion,
            )
            of_digits[:, :, part.rows] += found.digits
            of_cells[part.slices, part.rows] += np.ldexp(found.cells.astype(np.float64), self.exponent)
        # what is added per unit of input, and the constant that is taken away per unit of pedestal
        base = pedestal(bar, engine.node) * int(encoded.factors.sum()) * int(encoded.cell_weights.sum())
        direct = given.sum(axis=1) * (encoded.lift / self.compensation - base / self.compensation)
        of_digits += significances[:, None, None] * direct[None, :, None]
        if encoded.doubled:
            of_digits = of_digits[:, :, 0::2] - of_digits[:, :, 1::2]
        of_inputs = np.tensordot(significances / float(np.sum(significances**2)), of_digits, 1)
        return of_inputs, encoded.weight_gradient(self._through_wires(of_cells))

    def _through_wires(self, of_cells: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return derivatives by the levels from those by what nominal cells add, in level steps."""
        engine = self.engine
        bar, encoded, wires = engine.crossbar, engine.encoded, engine.wiring
        if wires is None:
            return of_cells
        nominal = devices.nominal_conductances(encoded, bar, engine.node)
        step = nominal_difference(bar, engine.node) / bar.weight_encoding.top
        separate = devices.separated(of_cells / (step * wires.gain), encoded, bar)
        found = wiring.effective_gradient(nominal, separate, encoded, bar, engine.node, wires.activity)
        if "negative" not in found:
            return found["cells"] * step
        both = found["positive"], -found["negative"]
        # a level grows in one of the two devices, at 0 in either
        chosen = np.where(encoded.levels > 0, both[0], np.where(encoded.levels < 0, both[1], (both[0] + both[1]) / 2.0))
        return np.asarray(chosen * step)

    def _sums(self, product: Product, part: Part, significances: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what the codes of a part stand for, in level steps."""
        if part.conversion is None:
            return np.ldexp(product.values, -self.exponent)
        engine = self.engine
        blocks = engine.blocks if part.rows.stop == engine.encoded.levels.shape[1] and part.rows.start == 0 else 1
        weight = int(significances.sum()) * int(engine.encoded.cell_weights[part.slices].sum())
        return engine.range.sums(product.values, blocks * weight)

    def _corrected(
        self, columns: NDArray[np.float64], digits: NDArray[np.int16], significances: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return results from the sums of the columns: combined, and freed of pedestal, lift and shift."""
        engine, encoded, bar = self.engine, self.engine.encoded, self.engine.crossbar
        result: NDArray[np.float64] = encoded.combine(columns)
        if self.compensation != 1.0:
            result = result * self.compensation
        base = pedestal(bar, engine.node) * int(encoded.factors.sum())
        if base or encoded.lift:
            driven = np.tensordot(significances, digits.sum(axis=2, dtype=np.int64), 1)[:, None]
            if base:  # the cells' own number on the grid, so that an ideal converter gives whole results
                base = float(np.rint(np.ldexp(base, self.exponent)))
                result = result - np.ldexp(base, -self.exponent) * int(encoded.cell_weights.sum()) * driven
            result = result + encoded.lift * driven
        if encoded.doubled:
            result = result - encoded.complement * int(significances.sum())
        if bar.input_encoding.shift:
            result = result + bar.input_encoding.shift * encoded.weights.sum(axis=0)
        return result
