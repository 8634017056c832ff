"""SubBytes of AES inside the cells: 524,288 bytes, eight a row, by inverses in GF(256) and an affine map.

python examples/cram_aes_sbox.py
"""

from __future__ import annotations

import numpy as np

from remanence import cram
from remanence.core.stream import Stream
from remanence.cram.arithmetic import galois
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.netlist import Word
from remanence.study.cram_workloads import Datapath, Workload, measure

POLYNOMIAL, CONSTANT = 0x11B, 0x63
"""x^8 + x^4 + x^3 + x + 1, which defines the field, and what the affine map adds (FIPS 197)."""
AFFINE = np.array([[(row - column) % 8 < 5 for column in range(8)] for row in range(8)], np.uint8)
ROWS, BYTES = 65_536, 8


def substituted(logic: Logic, word: Word) -> Word:
    """Return the S-box of a byte as signals."""
    mapped = galois.inverse(logic, word, modulus=POLYNOMIAL, after=AFFINE)
    return tuple(logic.not_(bit) if CONSTANT >> place & 1 else bit for place, bit in enumerate(mapped))


def times(a: int, b: int) -> int:
    """Return the product of two bytes in the field."""
    result = 0
    for bit in range(7, -1, -1):
        result = (result << 1) ^ (POLYNOMIAL if result & 0x80 else 0) ^ (a if b >> bit & 1 else 0)
    return result


def sbox() -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the S-box by its definition: the inverse found by trying all, then the map."""
    inverse = [next((y for y in range(256) if times(x, y) == 1), 0) for x in range(256)]
    bits = np.array(inverse)[:, None] >> np.arange(8) & 1
    return np.asarray((bits @ AFFINE.T % 2) @ (1 << np.arange(8)) ^ CONSTANT, np.int64)


def main() -> None:
    """Substitute random bytes, compare with the definition, and price it."""
    table, data = sbox(), (Stream(1).words(ROWS * BYTES) % 256).astype(np.int64).reshape(ROWS, BYTES)
    result = cram.asarray(data, bits=8).map(substituted, bits=8, signed=False)
    print(f"{len(result.netlist()) // BYTES} gates a byte; the S-box of 0x53 is {int(table[0x53]):#x}")
    work = Workload(name="AES S-box", what="SubBytes", item="bytes", rows=ROWS, per_row=BYTES, lanes=result,
                    expected=table[data], datapath=Datapath(read=8, written=8, gates=120, registers=8))  # fmt: skip
    for cell in ("stt-45nm", "stt-10nm"):
        print(measure(work, cram.Array(cell=cell)), end="\n\n")


if __name__ == "__main__":
    main()
