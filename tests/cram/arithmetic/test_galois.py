"""Inverses in GF(256) against trying all, in every gate family and for other fields than that of AES."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.core.errors import InputError
from remanence.cram import Builder, run, schedule
from remanence.cram.arithmetic import galois
from remanence.cram.arithmetic.logic import Logic

ALL = np.arange(256)
SETS = (("NOT", "NAND2"), ("NOT", "NOR2"), ("NMAJ3", "NMAJ5", "NOT"))


def times(a: int, b: int, modulus: int) -> int:
    result = 0
    for bit in range(7, -1, -1):
        result = (result << 1) ^ (a if b >> bit & 1 else 0)
        result ^= modulus if result & 0x100 else 0
    return result


@pytest.mark.parametrize("gates", SETS, ids="-".join)
@pytest.mark.parametrize("modulus", [0x11B, 0x11D])
def test_a_number_times_its_inverse_is_one(gates: tuple[str, ...], modulus: int) -> None:
    builder = Builder(gates)
    word = builder.input("x", 8)
    builder.output("y", galois.inverse(Logic(builder), word, modulus=modulus))
    found = run(schedule(builder.netlist(), columns=256), {"x": ALL})["y"]
    assert found[0] == 0
    assert [times(int(x), int(y), modulus) for x, y in zip(ALL[1:], found[1:], strict=True)] == [1] * 255


def test_a_linear_map_is_a_product_modulo_two_and_shares_sums() -> None:
    matrix = (np.random.default_rng(2).integers(0, 2, (8, 8))).astype(np.uint8)
    matrix[3] = 0
    builder = Builder(("NOT", "NAND2"))
    word = builder.input("x", 8)
    builder.output("y", galois.linear(Logic(builder), matrix, word))
    netlist = builder.netlist()
    found = run(schedule(netlist, columns=128), {"x": ALL})["y"]
    bits = ALL[:, None] >> np.arange(8) & 1
    assert np.array_equal(found, (bits @ matrix.T % 2) @ (1 << np.arange(8)))
    assert len(netlist) < 4 * (int(matrix.sum()) - 7)  # row by row an exclusive-or for each one but the first


def test_what_is_no_field_or_does_not_fit_is_refused() -> None:
    builder = Builder(("NOT", "NAND2"))
    word, logic = builder.input("x", 8), Logic(builder)
    for bad in (
        lambda: galois.inverse(logic, word[:7], modulus=0x11B),
        lambda: galois.inverse(logic, word, modulus=0x1B),
        lambda: galois.inverse(logic, word, modulus=0x101),  # (x + 1)^8
        lambda: galois.linear(logic, np.eye(7, dtype=np.uint8), word),
    ):
        with pytest.raises(InputError):
            bad()
