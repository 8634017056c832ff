"""What an array says of columns, parity and segments where the user did not, for numbers as for `compile`."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.cram import Chip, Fixed, Lanes, asarray, fixed, gate_set, hybrid_dot, jit, where
from remanence.cram.cells.cell import Logiccell
from remanence.cram.machine.array import Array, check_parity
from remanence.data import build

X = np.arange(70) % 16
Y = X[::-1].copy()


@cache
def machine(name: str) -> Array | Chip:
    crossed = replace(build(Logiccell, "stt-10nm"), topology="1T1M")
    known: dict[str, Callable[[], Array | Chip]] = {
        "narrow": lambda: Array(rows=64, columns=40),
        "segments": lambda: Array(rows=64, columns=128, segment=32, names=("NOT", "NAND2")),
        "one transistor": lambda: Array(rows=64, columns=128, cell=crossed),
        "chip": lambda: Chip(array=Array(rows=64, columns=40), arrays=4),
    }
    return known[name]()


MACHINES = ("narrow", "segments", "one transistor", "chip")


def product() -> Lanes:
    return asarray(X, 4) * asarray(Y, 4)


@pytest.mark.parametrize("name", MACHINES)
def test_a_program_of_numbers_for_an_array_runs_on_it_with_its_errors(name: str) -> None:
    array = machine(name)
    program = product().program(gates=array)
    array.check(program)
    assert program.rates == array.errors_of(program)
    assert product().cost(gates=array).steps == program.step_count
    assert np.array_equal(product().numpy(gates=array), X * Y)
    if array.by_parity:
        check_parity(program)
    if array.segment:
        assert program.step_count < 0.7 * product().program(gates=array.gates.names, columns=128).step_count


@pytest.mark.parametrize("name", MACHINES)
def test_the_errors_of_an_array_come_with_its_columns_parity_and_segments(name: str) -> None:
    array = machine(name)
    assert product().numpy(errors=array).shape == X.shape
    assert np.array_equal(
        product().numpy(gates=array, errors=True, seed=3), product().numpy(gates=array, errors=array, seed=3)
    )


@pytest.mark.parametrize("name", MACHINES)
def test_a_function_is_made_for_an_array(name: str) -> None:
    array = machine(name)
    times = jit(lambda x, y: x * y, gates=array)
    x, y = asarray(X, 4), asarray(Y, 4)
    assert np.array_equal(times(x, y).numpy(), X * Y)
    array.check(times.program(x, y))
    found, expected = times.cost(x, y), product().cost(gates=array)
    assert (found.steps, found.rows) == (expected.steps, expected.rows)
    assert found.energy == pytest.approx(expected.energy, abs=0)


def test_what_a_function_has_computed_has_no_cost_of_its_own() -> None:
    relu = jit(lambda x: where(x > 0, x, 0), columns=64)
    x = asarray(X - 8, 4, signed=True)
    with pytest.raises(InputError, match=r"a result of <lambda>; is computed already"):
        relu(x).cost()
    assert relu.cost(x).steps == relu.program(x).step_count > 0
    with pytest.raises(InputError, match="got 64 columns; the array has 32"):
        relu.cost(x, array=Array(columns=32))


def test_the_set_of_a_cell_gives_parity_and_errors() -> None:
    gates = gate_set(replace(build(Logiccell, "stt-10nm"), topology="1T1M"))
    program = product().program(gates=gates)
    check_parity(program)
    assert program.rates == gates.errors


def test_reach_goes_with_segments() -> None:
    with pytest.raises(InputError, match="goes with segments"):
        product().program(reach=3)


def test_rows_do_not_move_on_lines_with_switches() -> None:
    with pytest.raises(InputError, match=r"bits that change rows; need logic lines without switches. Take segment=0"):
        asarray(X, 4).sum(axis=0).program(gates=machine("segments"))


def test_sums_in_cmos_on_lines_with_switches() -> None:
    x = asarray(X.reshape(-1, 2), 4)
    array = machine("segments")
    assert isinstance(array, Array)
    assert hybrid_dot(x, x).cost(array).steps < hybrid_dot(x, x).cost(Array(columns=128)).steps
    with pytest.raises(InputError, match=r"got Chip; must be an Array"):
        hybrid_dot(x, x).cost(machine("chip"))  # type: ignore[arg-type]


def test_a_pickle_holds_the_numbers() -> None:
    lanes = asarray(X - 8, 5, signed=True)
    for one, expected in ((lanes, X - 8), (lanes * lanes, (X - 8) ** 2), (lanes.sum(axis=0), (X - 8).sum())):
        again: Lanes = pickle.loads(pickle.dumps(one))
        assert (again.shape, again.dtype) == (one.shape, one.dtype)
        assert np.array_equal(again.numpy(), np.broadcast_to(expected, one.shape))
    wide = asarray([2**70], 80)
    assert pickle.loads(pickle.dumps(wide)).numpy()[0] == 2**70
    part: Fixed = pickle.loads(pickle.dumps(fixed([0.5, -0.25], bits=6, fraction=3)))
    assert part.numpy().tolist() == [0.5, -0.25]
