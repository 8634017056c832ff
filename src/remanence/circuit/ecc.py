"""Error-correcting codes of a memory word: check bits, logic, and what they make of a raw error rate.

Single-error correction with double-error detection (Hsiao's odd-weight columns) and BCH codes that correct t errors.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincinv

from remanence.circuit.node import Node
from remanence.circuit.transistor import on_current
from remanence.core.declare import Array, Quantity, choice, count, quantity, text, value
from remanence.core.errors import InputError
from remanence.data import Card, Draws, build

_PROBABILITY = Quantity("1", "a probability", at_least=0, at_most=1)
_WORDS = Quantity("1", "number of words", at_least=1)
_LARGEST_FIELD = 16


@value
class Code:
    """A code over the bits of one word, decoded in one step by parallel logic."""

    kind: str = choice(
        "none", "SECDED", "BCH", doc="SECDED: corrects one error and detects two; BCH: corrects `corrects` errors"
    )
    data_bits: int = count(doc="data bits of a word", at_least=1, at_most=32768)
    corrects: int = count(doc="errors that a BCH code corrects", at_least=0, at_most=64, default=0)

    def check(self) -> None:
        """Only a BCH code states how many errors it corrects; its field must exist."""
        if (self.kind == "BCH") != (self.corrects > 0):
            raise InputError("Code.corrects", self.corrects,
                             "is at least 1 for BCH and left out for SECDED and none")  # fmt: skip
        _ = self.check_bits

    @property
    def check_bits(self) -> int:
        """Bits added to the word."""
        if self.kind == "BCH":
            return _bch(self.data_bits, self.corrects)[1]
        return int(secded_check_bits(self.data_bits)) if self.kind == "SECDED" else 0

    @property
    def bits(self) -> int:
        """Bits stored per word."""
        return self.data_bits + self.check_bits

    @property
    def correctable(self) -> int:
        """Errors per word that are corrected."""
        return {"none": 0, "SECDED": 1, "BCH": self.corrects}[self.kind]

    @property
    def overhead(self) -> float:
        """Check bits over data bits: what the code adds to cells, energy and area."""
        return self.check_bits / self.data_bits


def secded_check_bits(data_bits: ArrayLike) -> NDArray[np.int64]:
    """Return the fewest check bits r of SECDED words: 2^(r-1) >= data bits + r; a whole number or an array of them.

    The distinct columns of odd weight; 8 for 64 bits (Hsiao, IBM J. Res. Dev. 14, 395 (1970)).
    """
    wanted = np.asarray(data_bits, dtype=np.int64)
    if np.any(wanted < 1):
        raise InputError("secded_check_bits: data_bits", int(wanted.min()), "must be at least 1")
    candidates = np.arange(2, 63, dtype=np.int64)
    room = 2 ** (candidates - 1) - candidates
    return candidates[np.searchsorted(room, wanted)]


def bch_check_bits(data_bits: ArrayLike, corrects: ArrayLike) -> NDArray[np.int64]:
    """Return the check bits of shortened binary BCH codes, exact; whole numbers or arrays that broadcast.

    The degree of the generator polynomial: the number of exponents in the cyclotomic cosets of 1, 3, ..., 2t - 1 modulo
    2^m - 1, at most m t, in the smallest field in which data and check bits fit.

    Raises:
        InputError: no field up to GF(2^16) holds the word.
    """
    pairs = np.broadcast_arrays(np.asarray(data_bits), np.asarray(corrects))
    flat = [_bch(int(k), int(t))[1] for k, t in zip(pairs[0].flat, pairs[1].flat, strict=True)]
    return np.array(flat, dtype=np.int64).reshape(pairs[0].shape)


@functools.cache
def _bch(data_bits: int, corrects: int) -> tuple[int, int]:
    """(m, check bits) of the smallest field that holds the word."""
    if data_bits < 1 or corrects < 1:
        raise InputError("BCH code", f"{data_bits} data bits, {corrects} errors", "both must be at least 1")
    for m in range(2, _LARGEST_FIELD + 1):
        length = 2**m - 1
        if 2 * corrects > length or data_bits >= length:
            continue
        exponents: set[int] = set()
        for odd in range(1, 2 * corrects, 2):
            member = odd
            while member not in exponents:
                exponents.add(member)
                member = 2 * member % length
        if data_bits + len(exponents) <= length:
            return m, len(exponents)
    raise InputError("BCH code", f"{data_bits} data bits, {corrects} errors",
                     f"no field up to GF(2^{_LARGEST_FIELD}) holds such a word")  # fmt: skip


def word_error_rate(code: Code, raw: Array | str) -> Array:
    """Return the probability that a word holds more errors than the code corrects.

    Bits fail independently with ``raw``: the upper tail of the binomial distribution, by the regularised incomplete
    beta function, accurate far into the tail.

    Args:
        code: the code.
        raw: probability that a stored bit is wrong.
    """
    p = np.asarray(_PROBABILITY.read(raw, "word_error_rate: raw"))
    return _plain(betainc(code.correctable + 1.0, float(code.bits - code.correctable), p))


def bit_error_rate(code: Code, raw: Array | str) -> Array:
    """Return the probability that a bit is wrong after correction.

    Words beyond the code keep their errors: sum over j > t of (j/n) P(j) = raw x P(at least t among n - 1). That a
    decoder may add up to t errors of its own to such a word is left out.
    """
    p = np.asarray(_PROBABILITY.read(raw, "bit_error_rate: raw"))
    t = code.correctable
    return _plain(p * betainc(float(t), float(code.bits - t), p) if t else p)


def allowed_raw_rate(code: Code, word_error: Array | str) -> Array:
    """Return the raw bit-error rate at which words fail with a probability: the inverse of `word_error_rate`."""
    wanted = np.asarray(_PROBABILITY.read(word_error, "allowed_raw_rate: word_error"))
    return _plain(betaincinv(code.correctable + 1.0, float(code.bits - code.correctable), wanted))


def memory_failure(word_error: Array | str, words: Array) -> Array:
    """Return the probability that at least one of many words fails: 1 - (1 - w)^N."""
    w = np.asarray(_PROBABILITY.read(word_error, "memory_failure: word_error"))
    number = np.asarray(_WORDS.read(words, "memory_failure: words"))
    with np.errstate(divide="ignore"):  # a word that always fails: log1p(-1) = -inf
        return _plain(-np.expm1(number * np.log1p(-w)))


@value
class Gatelibrary:
    """What a logic gate takes, in units that a node card has: pitches, and the switching of a transistor's width.

    ``load`` in the fields is fan-out x gate + drain capacitance, per width.
    """

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    cell_height: Array = quantity("1", above=0, doc="height of a standard cell over the smallest metal pitch")
    nand_pitches: Array = quantity("1", above=0, doc="width of a two-input NAND gate in gate pitches")
    exclusive_or_gates: Array = quantity("1", above=0, doc="area of a two-input XOR gate in NAND gates")
    utilisation: Array = quantity("1", above=0, at_most=1, doc="share of placed area that is cells")
    transistor_width: Array = quantity("1", above=0, doc="width of a gate's transistor over the smallest metal pitch")
    fan_out: Array = quantity("1", above=0, doc="capacitance a gate drives, wires included, in its own input's")
    activity: Array = quantity("1", above=0, at_most=2, doc="transitions of a gate's output per word")
    switching: Array = quantity(
        "1", above=0, doc="energy of two transitions of an XOR gate over 2 x load x supply^2, inner nodes included"
    )
    gate_delay: Array = quantity("1", above=0, doc="delay of an XOR gate over supply x load/on-current")


def gate_library(card: Card | str, draws: Draws | None = None) -> Gatelibrary:
    """Make a gate library from the catalogue or a card; with ``draws``, uncertain fields become arrays."""
    return build(Gatelibrary, card, draws)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logic:
    """Gates and depth of an encoder and a decoder."""

    encoder_gates: int  # two-input XOR
    decoder_gates: int  # two-input XOR and AND
    encoder_depth: int  # gates in a row
    decoder_depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeCost:
    """What encoder and decoder of one word cost; the check bits themselves are cells."""

    encode_time: Array  # s
    decode_time: Array  # s
    encode_energy: Array  # J per word
    decode_energy: Array  # J per word
    area: Array  # m^2, both


def logic(code: Code) -> Logic:
    """Return gate counts and depths of flat parallel logic.

    SECDED: a parity tree per row of Hsiao's matrix with the fewest ones (216 for 72 bits), one AND per data bit over
    the syndrome, one XOR to correct; exact. BCH: syndromes and encoder with rows half full; Berlekamp's iterations laid
    out in a row, each of three products of field elements per coefficient, where t > 1; a Chien search in every
    position, its constant products half full; an estimate, since sharing is left out and synthesis finds some.
    """
    n, r, k = code.bits, code.check_bits, code.data_bits
    if code.kind == "none":
        return Logic(encoder_gates=0, decoder_gates=0, encoder_depth=0, decoder_depth=0)
    if code.kind == "SECDED":
        ones = secded_ones(k)
        row = -(-ones // r)
        return Logic(
            encoder_gates=ones - r,
            decoder_gates=ones + k * (r - 1) + k,  # trees with the stored check bit: r more inputs
            encoder_depth=_depth(row),
            decoder_depth=_depth(row + 1) + _depth(r) + 1,
        )
    m, t = _bch(k, code.corrects)[0], code.corrects
    product = 2 * m * m  # AND plane and XOR trees of a multiplier
    constant = m * max(m // 2 - 1, 1)
    syndromes = m * t * (n // 2 - 1)
    solve = 3 * (t + 1) * t * product if t > 1 else 0
    search = n * (t * constant + t * m + m - 1)
    return Logic(
        encoder_gates=r * (k // 2 - 1),
        decoder_gates=syndromes + solve + search + k,
        encoder_depth=_depth(k // 2),
        decoder_depth=_depth(n // 2)
        + (t * (_depth(m) + 1 + _depth(t + 1)) if t > 1 else 0)
        + _depth(max(m // 2, 2)) + _depth(t + 1) + _depth(m) + 1,
    )  # fmt: skip


def secded_ones(data_bits: int) -> int:
    """Return the ones in the data columns of Hsiao's matrix: weight 3 first, then 5, ...; 208 for 64 bits."""
    r, left, ones = int(secded_check_bits(data_bits)), data_bits, 0
    for weight in range(3, r + 1, 2):
        taken = min(left, comb(r, weight))
        ones, left = ones + taken * weight, left - taken
    return ones


def _depth(inputs: int) -> int:
    """Levels of a tree of two-input gates."""
    return max(inputs - 1, 0).bit_length()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gatecost:
    """What a two-input XOR gate costs; floats or draws."""

    delay: Array  # s
    energy: Array  # J per word, activity included
    area: Array  # m^2, placed


def gate_cost(node: Node, gates: Gatelibrary, *, temperature: Array = 298.15) -> Gatecost:
    """Return what a two-input XOR gate takes on a node.

    Args:
        node: the CMOS node.
        gates: what a gate takes.
        temperature: K, 233 to 423.

    Raises:
        ValidityError: a temperature outside the range.
    """
    width = node.transistor_width(gates.transistor_width * node.metal_pitch)
    load = gates.fan_out * node.gate_capacitance + node.drain_capacitance
    nand = gates.nand_pitches * node.gate_pitch * gates.cell_height * node.metal_pitch
    return Gatecost(
        delay=gates.gate_delay * node.supply * load / on_current(node, temperature),
        energy=gates.activity * gates.switching * width * load * node.supply**2,  # half the energy of two transitions
        area=gates.exclusive_or_gates * nand / gates.utilisation,
    )


def code_cost(code: Code, node: Node, gates: Gatelibrary, *, temperature: Array = 298.15) -> CodeCost:
    """Return time, energy and area of the encoder and decoder of one word, without pipelining.

    Args:
        code: the code.
        node: the CMOS node.
        gates: what a gate takes.
        temperature: K, 233 to 423.

    Raises:
        ValidityError: a temperature outside the range.
    """
    made = logic(code)
    gate = gate_cost(node, gates, temperature=temperature)
    return CodeCost(
        encode_time=made.encoder_depth * gate.delay,
        decode_time=made.decoder_depth * gate.delay,
        encode_energy=made.encoder_gates * gate.energy,
        decode_energy=made.decoder_gates * gate.energy,
        area=(made.encoder_gates + made.decoder_gates) * gate.area,
    )


def _plain(result: NDArray[np.float64]) -> Array:
    return float(result) if np.ndim(result) == 0 else result
