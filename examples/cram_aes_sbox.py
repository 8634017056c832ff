"""The S-box of AES inside the cells, for all 256 bytes at once, one byte a row.

The inverse in GF(2^8) is taken as x^254, by squarings, which are linear, and four products; the affine map follows.

    python examples/cram_aes_sbox.py
"""

from __future__ import annotations

import numpy as np

from remanence import cram
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.netlist import Builder, Word
from remanence.cram.schedule import schedule

POLYNOMIAL = 0x11B
"""x^8 + x^4 + x^3 + x + 1, which defines the field (FIPS 197)."""
CONSTANT = 0x63


def times(a: int, b: int) -> int:
    """Return the product in GF(2^8)."""
    result = 0
    for bit in range(8):
        if b >> bit & 1:
            result ^= a << bit
    for bit in range(14, 7, -1):
        if result >> bit & 1:
            result ^= POLYNOMIAL << (bit - 8)
    return result


def sbox(byte: int) -> int:
    """Return the S-box by its definition: inverse, then the affine map."""
    inverse = next((other for other in range(256) if times(byte, other) == 1), 0)
    result = CONSTANT
    for bit in range(8):
        result ^= (sum(inverse >> (bit + shift) % 8 & 1 for shift in (0, 4, 5, 6, 7)) & 1) << bit
    return result


def linear(logic: Logic, word: Word, columns: list[int]) -> Word:
    """Return the xor of columns where the word has a 1: a linear map."""
    result = []
    for bit in range(8):
        chosen = [word[place] for place in range(8) if columns[place] >> bit & 1]
        total = chosen[0]
        for signal in chosen[1:]:
            total = logic.xor(total, signal)
        result.append(total)
    return tuple(result)


def product(logic: Logic, a: Word, b: Word) -> Word:
    """Return the product in GF(2^8): partial products, then the remainder by the polynomial."""
    sums: list[list[int]] = [[] for _ in range(8)]
    for i in range(8):
        for j in range(8):
            term = logic.and_(a[i], b[j])
            reduced = times(1 << i, 1 << j)
            for bit in range(8):
                if reduced >> bit & 1:
                    sums[bit].append(term)
    result = []
    for terms in sums:
        total = terms[0]
        for signal in terms[1:]:
            total = logic.xor(total, signal)
        result.append(total)
    return tuple(result)


def main() -> None:
    """Build the network, run it on all bytes, and price it."""
    array = cram.Array(cell="stt-45nm")
    builder = Builder(array.gates.names)
    logic = Logic(builder)
    x = builder.input("x", 8)

    def power_of_two(word: Word, exponent: int) -> Word:
        columns = []
        for bit in range(8):
            image = 1 << bit
            for _ in range(exponent):
                image = times(image, image)
            columns.append(image)
        return linear(logic, word, columns)

    three = product(logic, x, power_of_two(x, 1))  # x^3
    fifteen = product(logic, three, power_of_two(three, 2))  # x^15
    most = product(logic, power_of_two(fifteen, 4), power_of_two(three, 2))  # x^240 x^12
    inverse = product(logic, most, power_of_two(x, 1))  # x^254
    affine = linear(logic, inverse, [sbox_column(place) for place in range(8)])
    builder.output("y", tuple(logic.not_(bit) if CONSTANT >> place & 1 else bit for place, bit in enumerate(affine)))
    program = schedule(builder.netlist(), columns=256)
    bytes_ = np.arange(256)
    found = cram.run(program, {"x": bytes_})["y"]
    assert np.array_equal(found, [sbox(int(byte)) for byte in bytes_])
    print(f"all 256 bytes right; S-box of 0x53 is {int(found[0x53]):#x}")
    print(program.cost(array, inputs={"x": bytes_}))


def sbox_column(place: int) -> int:
    """Return what bit ``place`` of the inverse adds to the result of the affine map."""
    return sum(1 << bit for bit in range(8) if place in {(bit + shift) % 8 for shift in (0, 4, 5, 6, 7)})


if __name__ == "__main__":
    main()
