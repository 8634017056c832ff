"""Whole numbers as what cells hold and rows carry: every weight scheme and every input scheme, one record each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from remanence.core.declare import choice, count, value
from remanence.core.errors import InputError

_Number = TypeVar("_Number", np.int64, np.float64)
Digits = tuple[list[NDArray[np.int16]], list[int]]
"""Digits, lowest first, and the significance of each."""


def plain_digits(values: NDArray[np.integer], bits: int, width: int) -> Digits:
    """Cut whole numbers from 0 to 2**bits - 1 into digits of ``width`` bits; the last may be narrower."""
    places = range(0, bits, width)
    return [((values >> place) & (2**width - 1)).astype(np.int16) for place in places], [2**place for place in places]


def magnitude_digits(values: NDArray[np.integer], bits: int, width: int) -> Digits:
    """Cut magnitudes of bits - 1 bits into digits that carry the sign of their number."""
    digits, significances = plain_digits(np.abs(values), bits - 1, width)
    sign = np.sign(values).astype(np.int16)
    return [digit * sign for digit in digits], significances


def twos_complement_digits(values: NDArray[np.integer], bits: int, width: int) -> Digits:
    """Cut two's complement numbers: digits of the lower bits - 1 bits, then the sign bit, of negative significance."""
    digits, significances = plain_digits(values & (2 ** (bits - 1) - 1), bits - 1, width)
    return [*digits, (values < 0).astype(np.int16)], [*significances, -(2 ** (bits - 1))]


def offset_digits(values: NDArray[np.integer], bits: int, width: int) -> Digits:
    """Cut numbers, lifted by 2**(bits - 1) so that none is negative."""
    return plain_digits(values + 2 ** (bits - 1), bits, width)


def sign_digits(values: NDArray[np.integer], _bits: int, _width: int) -> Digits:
    """Take -1 and +1 as they are."""
    return [values.astype(np.int16)], [1]


@dataclass(frozen=True, slots=True)
class Scheme:
    """How weights become levels of cells.

    Args:
        doc: what it is, in a line.
        pair: whether it needs a differential cell, whose level carries a sign, or a single-ended one.
        digits: cuts weights into levels, slice by slice.
        columns: factors of the converted columns of one output: (1, -1) is a difference taken digitally.
        symmetric: whether -2**(bits - 1) has no code.
        lift: whether 2**(bits - 1) is added to every weight and a digital correction takes it away again.
        unit: whether a unit column with the levels of weight 0 is subtracted before the converter.
        complement: whether each weight takes two rows, the second with inverted level and inverted input.
        sign_only: whether weights are -1 and +1, of one bit; other schemes take 2 bits at least.
    """

    doc: str
    pair: bool
    digits: Callable[[NDArray[np.integer], int, int], Digits]
    columns: tuple[int, ...] = (1,)
    symmetric: bool = False
    lift: bool = False
    unit: bool = False
    complement: bool = False
    sign_only: bool = False

    def bounds(self, bits: int) -> tuple[int, int]:
        """Smallest and largest weight of so many bits."""
        if self.sign_only:
            return -1, 1
        top = 2 ** (bits - 1) - 1
        return (-top if self.symmetric else -top - 1), top


SCHEMES = {
    "sign-magnitude": Scheme("magnitude in slices, sign by the direction of the pair; ternary at 2 bits", True,
                             magnitude_digits, symmetric=True),
    "separate": Scheme("positive and negative weights in columns of their own, subtracted after conversion", False,
                       magnitude_digits, columns=(1, -1), symmetric=True),
    "offset": Scheme("weights lifted above zero; lift and pedestal are taken away digitally", False, offset_digits,
                     lift=True),
    "unit-column": Scheme("weights lifted above zero; a column that holds weight 0 is subtracted before the converter",
                          False, offset_digits, unit=True),
    "twos-complement": Scheme("slices of the two's complement, the sign slice of negative significance", False,
                              twos_complement_digits),
    "binary": Scheme("-1 or +1 by the direction of the pair", True, sign_digits, sign_only=True),
    "xnor": Scheme("-1 or +1 in two rows, cell and complement: the column counts agreements (XNOR)", False, sign_digits,
                   complement=True, sign_only=True),
}  # fmt: skip
"""Every way to store weights."""


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Weights as levels of cells, and how converted sums become results again.

    With v[z,s,m] the sum over rows of digit z times level s: ``y = sum over columns c: factors[c] sum over z, s:
    input_weights[z] cell_weights[s] v[z,s,c,n] + lift sum of inputs - complement[n] sum over z: input_weights[z]``.

    Args:
        levels: target of each cell, shape (S, K, M): of a pair from -L to L, else from 0 to L. M is columns of one
            output times outputs, all of the first kind first; K counts rows, two for a weight with its complement.
        cell_weights: significance of each slice, shape (S,).
        factors: of the converted columns of one output, shape (C,).
        unit: level of each slice of the unit column, shape (S,); None without one.
        lift: added to every weight, to be taken away: y += lift sum of inputs.
        complement: sum of the inverted levels of each output, shape (N,); zeros where rows have no complement.
        doubled: whether rows come in pairs, input and inverted input.
    """

    levels: NDArray[np.int16]
    cell_weights: NDArray[np.int64]
    factors: NDArray[np.int64]
    unit: NDArray[np.int16] | None
    lift: int
    complement: NDArray[np.int64]
    doubled: bool

    @property
    def outputs(self) -> int:
        """Outputs N."""
        return int(self.levels.shape[2]) // len(self.factors)

    @property
    def depth(self) -> int:
        """Inputs, whatever the rows that each takes."""
        return int(self.levels.shape[1]) // self.rows_per_input

    @property
    def rows_per_input(self) -> int:
        """Rows of cells that an input drives."""
        return 2 if self.doubled else 1

    @property
    def weights(self) -> NDArray[np.int64]:
        """The weights that the levels stand for, shape (inputs, N)."""
        levels = self.levels.astype(np.int64)
        if self.unit is not None:
            levels = levels - self.unit[:, None, None]
        if self.doubled:
            levels = levels[:, 0::2] - levels[:, 1::2]
        whole = np.tensordot(self.cell_weights, levels, 1)
        return self.combine(whole) + self.lift

    def weight_gradient(self, of_levels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return derivatives by the weights, shape (K, N), from those by the levels, shape (S, K, M).

        The change of a weight by 1 is shared among its cells as the smallest change of levels that makes it.
        """
        whole = np.tensordot(self.cell_weights / float(np.sum(self.cell_weights**2)), of_levels, 1)
        apart = whole.reshape(len(whole), len(self.factors), -1)
        joined: NDArray[np.float64] = np.einsum("kcn,c->kn", apart, self.factors / float(np.sum(self.factors**2)))
        return (joined[0::2] - joined[1::2]) / 2.0 if self.doubled else joined

    def combine(self, columns: NDArray[_Number]) -> NDArray[_Number]:
        """Combine converted columns, shape (V, M), to outputs, shape (V, N)."""
        if len(self.factors) == 1:
            return columns
        apart = columns.reshape(len(columns), len(self.factors), -1)
        combined: NDArray[_Number] = np.einsum("vcn,c->vn", apart, self.factors)
        return combined


@value
class WeightEncoding:
    """How whole-number weights are stored."""

    scheme: str = choice(*SCHEMES, doc="; ".join(f"{name}: {scheme.doc}" for name, scheme in SCHEMES.items()),
                         default="sign-magnitude")  # fmt: skip
    bits: int = count(doc="bits of a weight, sign included", at_least=1, at_most=9)
    cell_bits: int = count(doc="bits of a cell: 2**cell_bits levels", at_least=1, at_most=8, default=1)

    def check(self) -> None:
        """A sign is one bit, and everything else takes two at least."""
        if (self.bits == 1) != self.record.sign_only:
            rule = "weights of one bit are -1 and +1: binary or xnor, and these take no others"
            raise InputError("weights", f"{self.bits} bits, {self.scheme}", rule)
        if self.record.sign_only and self.cell_bits > 1:
            raise InputError("cell_bits", self.cell_bits, f"must be 1 for {self.scheme} weights")

    @property
    def record(self) -> Scheme:
        """What the scheme is."""
        return SCHEMES[self.scheme]

    @property
    def top(self) -> int:
        """Highest level of a cell, L."""
        return int(2**self.cell_bits) - 1

    @property
    def rows_per_input(self) -> int:
        """Rows of cells that an input drives."""
        return 2 if self.record.complement else 1

    @property
    def slices(self) -> int:
        """Slices of a weight."""
        return len(self.record.digits(np.zeros(0, np.int64), self.bits, self.cell_bits)[1])

    def encode(self, weights: NDArray[np.integer]) -> Encoded:
        """Cut weights of shape (K, N) into levels of cells.

        Raises:
            InputError: not whole numbers, out of range, or 0 where only -1 and +1 exist.
        """
        record = self.record
        if weights.ndim != 2 or not np.issubdtype(weights.dtype, np.integer):
            raise InputError("weights", f"{weights.dtype} of shape {weights.shape}", "must be whole numbers (K, N)")
        low, high = record.bounds(self.bits)
        if weights.size and (int(weights.min()) < low or int(weights.max()) > high):
            rule = f"magnitudes must be at most {high}" if low == -high else f"must lie in {low} to {high}"
            raise InputError("weights", f"{int(weights.min())} to {int(weights.max())}", rule)
        if record.sign_only and np.any(weights == 0):
            raise InputError("weights", 0, "must be -1 or +1")
        digits, significances = record.digits(weights.astype(np.int64), self.bits, self.cell_bits)
        levels = np.stack(digits)
        complement = np.zeros(weights.shape[1], np.int64)
        if len(record.columns) == 2:
            levels = np.concatenate([np.maximum(levels, 0), np.maximum(-levels, 0)], axis=2)
        if record.complement:
            stored, inverted = (levels + 1) // 2, (1 - levels) // 2
            levels = np.stack([stored, inverted], axis=2).reshape(len(levels), -1, weights.shape[1])
            complement = inverted.sum(axis=(0, 1), dtype=np.int64)
        unit = None
        if record.unit:
            unit = np.array(record.digits(np.zeros(1, np.int64), self.bits, self.cell_bits)[0], np.int16)[:, 0]
        lift = -(2 ** (self.bits - 1)) if record.lift else 0
        whole = np.asarray(significances, np.int64)
        return Encoded(levels, whole, np.asarray(record.columns), unit, lift, complement, record.complement)


INPUTS = {
    "serial": "digits one after the other, lowest first; two's complement with the sign bit last",
    "pulse": "the whole number at once as the length of a pulse, a negative one with reversed polarity",
    "binary": "-1 and +1 as a row down or up",
}
"""Every way to apply inputs."""


@value
class InputEncoding:
    """How whole-number inputs drive the rows.

    A digit of d bits is a pulse of as many units of length as its value; the voltage is always the same.
    """

    scheme: str = choice(*INPUTS, doc="; ".join(f"{name}: {doc}" for name, doc in INPUTS.items()), default="serial")
    bits: int = count(doc="bits of an input", at_least=1, at_most=12)
    digit_bits: int = count(doc="bits of a digit of serial inputs; the last may be narrower", at_least=1, at_most=12,
                            default=1)  # fmt: skip
    accumulation: str = choice("digital", "analog", default="digital", doc="digital: each digit is converted; analog: "
                               "the digits' sums are added with their significances before one conversion")  # fmt: skip

    def check(self) -> None:
        """Digits belong to serial inputs."""
        if self.scheme != "serial" and (self.digit_bits != 1 or self.accumulation != "digital"):
            rule = f"{self.scheme} inputs come at once: digits and their accumulation belong to serial ones"
            raise InputError("inputs", f"digit_bits {self.digit_bits}, accumulation {self.accumulation}", rule)
        if self.scheme == "binary" and self.bits != 1:
            raise InputError("input_bits", self.bits, "must be 1 for binary inputs, which are -1 and +1")
        if self.digit_bits > self.bits:
            raise InputError("digit_bits", self.digit_bits, f"must be at most the {self.bits} bits of an input")

    @property
    def whole(self) -> bool:
        """Whether what is converted is the product with the whole input."""
        return self.scheme == "pulse" or self.accumulation == "analog"

    @property
    def shift(self) -> int:
        """What the sum of the digits lacks to the input: X = shift + sum of weights times digits."""
        return -1 if self.scheme == "binary" else 0

    def bounds(self, signed: bool) -> tuple[int, int]:
        """Smallest and largest input."""
        if self.scheme == "binary":
            return -1, 1
        return (-(2 ** (self.bits - 1)), 2 ** (self.bits - 1) - 1) if signed else (0, 2**self.bits - 1)

    def _digits(self, inputs: NDArray[np.integer], signed: bool, whole: bool) -> Digits:
        codes = inputs.astype(np.int16, copy=False)
        if whole:
            return [codes], [1]
        if self.scheme == "binary":
            return [(codes > 0).astype(np.int16)], [2]
        return (twos_complement_digits if signed else plain_digits)(codes, self.bits, self.digit_bits)

    def significances(self, signed: bool) -> NDArray[np.int64]:
        """Significance of each digit that is converted, shape (Z,)."""
        return np.asarray(self._digits(np.zeros(0, np.int64), signed, self.whole)[1], np.int64)

    def limits(self, signed: bool) -> tuple[int, int]:
        """Smallest and largest digit that is converted."""
        if self.whole:
            return self.bounds(signed)
        return 0, 2 ** (1 if self.scheme == "binary" else min(self.digit_bits, self.bits)) - 1

    def digits(self, inputs: NDArray[np.integer], signed: bool, doubled: bool = False) -> NDArray[np.int16]:
        """Return the digits that are converted of inputs that `verify` let pass, shape (Z, V, K).

        With ``doubled`` the rows are twice as many, (Z, V, 2 K): each inverted digit follows its own.
        """
        return _beside(np.stack(self._digits(inputs, signed, self.whole)[0]), doubled)

    def verify(self, inputs: NDArray[np.integer], signed: bool, depth: int | None = None) -> None:
        """Refuse inputs that have no code.

        Args:
            inputs: whole numbers.
            signed: whether they can be below zero.
            depth: inputs of the layer, where vectors of shape (V, depth) are needed; None for any shape.

        Raises:
            InputError: another shape, not whole numbers, out of range, or 0 where only -1 and +1 exist.
        """
        low, high = self.bounds(signed)
        if depth is not None and inputs.shape[1:] != (depth,):
            raise InputError("inputs", f"shape {inputs.shape}", f"must be vectors of the layer's {depth} inputs")
        if not np.issubdtype(inputs.dtype, np.integer):
            raise InputError("inputs", str(inputs.dtype), "must be whole numbers")
        if inputs.size and (inputs.min() < low or inputs.max() > high):
            raise InputError("inputs", f"{inputs.min()} to {inputs.max()}", f"must lie in {low} to {high}")
        if self.scheme == "binary" and np.any(inputs == 0):
            raise InputError("inputs", 0, "must be -1 or +1")

    def driven(
        self, inputs: NDArray[np.integer], signed: bool, doubled: bool = False
    ) -> tuple[NDArray[np.int64], int, int]:
        """Count what inputs of shape (V, K) do to the rows: pulses of rows with inverted inputs follow their own.

        Returns:
            Units of pulse length on each row over all vectors, shape (rows,); pulses on all rows; activations of the
            array for each vector.
        """
        if self.scheme == "serial" and self.digit_bits == 1:
            # in two's complement a negative input raises its sign row too
            codes = inputs.astype(np.uint16) & np.uint16((1 << self.bits) - 1)
            units = np.bitwise_count(codes).sum(axis=0, dtype=np.int64)
            pulses, activations = int(units.sum()), self.bits
        else:
            digits = self._digits(inputs, signed, self.scheme == "pulse")[0]
            units = np.zeros(inputs.shape[1], np.int64)
            for digit in digits:
                units += np.abs(digit).sum(axis=0, dtype=np.int64)
            pulses, activations = sum(int(np.count_nonzero(digit)) for digit in digits), len(digits)
        if doubled:
            inverted = activations * len(inputs) - units  # digits of one bit
            units, pulses = np.stack([units, inverted], axis=-1).reshape(-1), pulses + int(inverted.sum())
        return units, pulses, activations

    def activations(
        self, inputs: NDArray[np.integer], signed: bool, doubled: bool = False
    ) -> list[tuple[int, int, NDArray[np.int16]]]:
        """Return what rows carry at each activation of the array: (conversion it belongs to, factor, digits (V, K)).

        With analog accumulation several activations, weighted by their factors, are added before one conversion.
        """
        digits, significances = self._digits(inputs, signed, self.scheme == "pulse")
        together = self.whole and self.scheme != "pulse"
        return [
            (0 if together else place, weight if together else 1, _beside(digit, doubled))
            for place, (digit, weight) in enumerate(zip(digits, significances, strict=True))
        ]

    def effort(self, inputs: NDArray[np.integer], signed: bool) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
        """Return units of pulse length and pulses of each input, in its shape, and activations of the array."""
        digits = self._digits(inputs, signed, self.scheme == "pulse")[0]
        units, pulses = (np.zeros(inputs.shape, np.int64) for _ in range(2))
        for digit in digits:
            units += np.abs(digit)
            pulses += digit != 0
        return units, pulses, len(digits)

    def lengths(self, signed: bool) -> list[int]:
        """Longest pulse of each activation of the array, in units."""
        if self.scheme == "pulse":
            return [max(abs(bound) for bound in self.bounds(signed))]
        if self.scheme == "binary":
            return [1]
        bits = self.bits - 1 if signed else self.bits
        return [2 ** min(self.digit_bits, bits - place) - 1 for place in range(0, bits, self.digit_bits)] + [1] * signed


def _beside(digits: NDArray[np.int16], doubled: bool) -> NDArray[np.int16]:
    if not doubled:
        return digits
    return np.stack([digits, 1 - digits], axis=-1).reshape(*digits.shape[:-1], -1)
