"""What changes rows equals NumPy along the first axis, for any number of rows, and the program says what it costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.cram import Builder, asarray, concatenate, cumsum, schedule
from remanence.cram.numbers.row_moves import schedule_moves

ALONG: dict[str, Callable[[Any], Any]] = {
    "sum": lambda x: x.sum(axis=0),
    "max": lambda x: x.max(axis=0),
    "min": lambda x: x.min(axis=0),
    "any": lambda x: (x > 3).any(axis=0),
    "all": lambda x: (x > -7).all(axis=0),
    "sum of squares plus one": lambda x: (x * x + 1).sum(axis=0),
    "of all": lambda x: x.sum() - 3 * x.max(),
}


def numbers(low: int, high: int, *shape: int) -> np.ndarray:
    drawn = Stream(5).child(str((low, *shape))).words(int(np.prod(shape))).astype(np.int64)
    return drawn.reshape(shape) % (high - low + 1) + low


@pytest.mark.parametrize("name", ALONG)
@pytest.mark.parametrize("rows", [1, 2, 5, 64, 100])
@pytest.mark.parametrize("low", [-8, 0])
def test_a_reduction_along_the_rows_equals_that_of_numpy(name: str, rows: int, low: int) -> None:
    x = numbers(low, low + 15, rows)
    result = ALONG[name](asarray(x, 4, signed=low < 0)).numpy()
    assert result.shape == (1,)
    assert result[0] == ALONG[name](x)


def test_places_of_a_row_are_reduced_side_by_side_or_all_together() -> None:
    x = numbers(-8, 7, 11, 3)
    held = asarray(x, 4)
    assert np.array_equal(held.sum(axis=0).numpy(), x.sum(axis=0)[None])
    assert held.sum().numpy() == x.sum()
    assert held.min().numpy() == x.min()


@pytest.mark.parametrize("rows", [2, 7, 70])
def test_what_the_first_row_holds_goes_back_into_all_rows(rows: int) -> None:
    x = numbers(-8, 7, rows)
    held = asarray(x, 4)
    assert np.array_equal((rows * held - held.sum(axis=0)).numpy(), rows * x - x.sum())
    assert np.array_equal((held == held.max(axis=0)).numpy(), x == x.max())
    pair = concatenate([held.reshape(1), held.min(axis=0).reshape(1)])
    assert np.array_equal(pair.numpy(), np.stack([x, np.full(rows, x.min())], axis=1))
    assert np.array_equal((held.sum(axis=0) * 2 + 1).numpy(), [2 * x.sum() + 1])


def test_running_sums_and_moves() -> None:
    x = numbers(-8, 7, 13)
    held = asarray(x, 4)
    assert np.array_equal(cumsum(held, axis=0).numpy(), np.cumsum(x))
    assert np.array_equal(held.moved(2).numpy(), np.concatenate([[0, 0], x[:-2]]))
    assert np.array_equal(held.moved(-3).numpy(), np.concatenate([x[3:], [0, 0, 0]]))
    one = held * 0 + 1  # a constant has no column of its own to move
    assert one.sum(axis=0).numpy() == 13


@pytest.mark.parametrize(("rows", "stages"), [(2, 1), (64, 6), (65, 7), (1024, 10)])
def test_a_sum_moves_each_bit_once_a_stage(rows: int, stages: int) -> None:
    program = asarray(np.ones(rows, np.int64), 4).sum(axis=0).program(columns=128)
    assert program.counts()["MOVE"] == sum(4 + stage for stage in range(stages))
    assert program.gate_steps == len(program) - program.counts()["PRESET0"]


def test_a_sum_needs_room_for_two_words_only() -> None:
    """Columns are free again: 8 bits of input; in the last stage 17 that are there, 17 that were moved, few more."""
    ones = asarray(np.ones(1024, np.int64), 8)
    assert ones.sum(axis=0).program(columns=47).columns == 47
    with pytest.raises(InputError, match="Give a wider array"):
        ones.sum(axis=0).program(columns=8 + 2 * 17)


def test_a_netlist_with_moves_means_what_its_program_does() -> None:
    x = numbers(0, 15, 9)
    netlist = asarray(x, 4).sum(axis=0).netlist()
    bits = (x[:, None] >> np.arange(4) & 1).astype(bool)
    total = netlist.evaluate(x0=bits)["y"][0] @ (1 << np.arange(8))
    assert total == x.sum()
    assert sum(netlist.counts().values()) + len(netlist.moves) == len(netlist)
    with pytest.raises(InputError, match="must be gates only"):
        schedule(netlist, columns=100)


def test_outputs_may_be_inputs_constants_and_moves() -> None:
    builder = Builder(["NAND2"])
    a, b = builder.input("x", 2)
    moved = builder.move(a, 1)
    builder.output("y", (a, moved, builder.move(moved, -1), 1, builder.gate("NAND2", b, moved)))
    program = schedule_moves(builder.netlist(), columns=20)
    assert program.counts()["MOVE"] == 2
    assert builder.move(a, 1) == moved
    assert builder.move(0, 3) == 0
    for bad in (1, 99):
        with pytest.raises(InputError, match="no constant"):
            builder.move(bad, 1)
