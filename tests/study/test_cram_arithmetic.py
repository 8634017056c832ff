"""Bit-serial programs beside AritPIM's: right, within a tenth of its steps, and the cells said."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.cram.arithmetic.division import divide_long
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.netlist import Builder
from remanence.data.published import published
from remanence.study.cram_arithmetic import OPERATIONS, WIDTHS, arithmetic_rows, serial_program

MANY = 3000


def numbers(name: str, bits: int) -> list[int]:
    words = Stream(bits).child(name).words(4 * MANY).reshape(MANY, 4).tolist()
    return [(a | b << 32 | c << 64 | d << 96) & (1 << bits) - 1 for a, b, c, d in words]


@pytest.mark.parametrize("bits", [8, 16, 32])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_programs_are_right_and_not_longer_than_published(operation: str, bits: int) -> None:
    program = serial_program(operation, bits)
    y = [max(one, 1) for one in numbers("y", bits)]
    if operation == "divide":  # the quotient must fit: the upper half is below the divisor
        x = [high % below << bits | low
             for high, low, below in zip(numbers("high", bits), numbers("low", bits), y, strict=True)]  # fmt: skip
        wanted = {"q": [a // b for a, b in zip(x, y, strict=True)], "r": [a % b for a, b in zip(x, y, strict=True)]}
    else:
        x = numbers("x", bits)
        act = {"add": int.__add__, "subtract": int.__sub__, "multiply": int.__mul__}[operation]
        mask = (1 << (2 * bits if operation == "multiply" else bits)) - 1
        wanted = {"z": [act(a, b) & mask for a, b in zip(x, y, strict=True)]}
    found = program.run({"x": np.array(x, object), "y": np.array(y, object)})
    assert {name: [int(one) for one in values] for name, values in found.items()} == wanted
    theirs = published("cram-arithmetic")[f"{operation}-{bits}-cycles"].value
    assert theirs is not None
    assert program.step_count <= theirs


def test_all_of_the_table() -> None:
    frame = arithmetic_rows()
    assert len(frame) == 2 * len(OPERATIONS) * len(WIDTHS)
    assert (frame.filter(like="-cycles", axis=0)["factor"] <= 1.0).all()
    assert (frame.loc[[f"{name}-{bits}-cells" for name in ("add", "subtract") for bits in WIDTHS], "factor"] < 1).all()
    assert (frame.filter(like="-cells", axis=0)["factor"] < 1.45).all()


def test_a_long_division_says_which_widths_it_takes() -> None:
    builder = Builder(("NOT", "NOR2"))
    x, y = builder.input("x", 9), builder.input("y", 4)
    for wrong in (x, x[:3]):
        with pytest.raises(InputError, match="4 to 8"):
            divide_long(Logic(builder), wrong, y)
