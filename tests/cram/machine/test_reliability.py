"""Errors of programs: measured within its interval of the prediction, below the bound; what redundancy buys."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.cram import Array, asarray
from remanence.cram import compile as compiled
from remanence.cram.arithmetic.integer import add
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.arithmetic.redundancy import (
    check_parity,
    compare,
    correct_inputs,
    encode,
    hamming_checks,
    triplicate,
)
from remanence.cram.machine.reliability import exact_accuracy, measured, predicted
from remanence.cram.netlist import Builder, Netlist
from remanence.cram.program import Program
from remanence.cram.schedule import schedule
from remanence.cram.simulate import run

GATES = ("NOT", "NAND2")
ERRORS = {"NAND2": [1e-6, 2e-4, 1e-6], "NOT": [1e-4, 1e-4]}


def numbers(rows: int, bits: int, key: int = 0) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return (Stream(key).words(rows) % (1 << bits)).astype(np.int64)


def adder() -> Netlist:
    builder = Builder(GATES)
    a, b = builder.input("a", 4), builder.input("b", 4)
    total, carry = add(Logic(builder), a, b)
    builder.output("y", (*total, carry))
    return builder.netlist()


def program(netlist: Netlist) -> Program:
    return schedule(netlist, columns=256)


def test_the_measured_error_is_the_predicted_one() -> None:
    """95 % interval of 2e6 rows; the prediction is of the same inputs."""
    runs = program(adder())
    given = {"a": numbers(200_000, 4, 1), "b": numbers(200_000, 4, 2)}
    told = predicted(runs, {name: word[:20_000] for name, word in given.items()}, errors=ERRORS)
    found = measured(runs, given, errors=ERRORS, seed=3, repeats=10, confidence=0.999)
    assert found.low < told.predicted < found.high
    assert found.low < told.bound
    assert told.predicted < told.bound


TURNED = {"AND2.inputs": [0.0, 4e-4, 1e-3]}
MIXED = {"AND2": [0.0, 1e-4, 3e-4], "NOT.inputs": [5e-4, 0.0], "NAND2.inputs": [2e-4, 1e-4, 0.0], "PRESET": 1e-5}


@pytest.mark.parametrize("errors", [TURNED, TURNED | MIXED])
def test_inputs_turned_over_are_predicted(errors: dict[str, Any]) -> None:
    builder = Builder(("AND2", "NAND2", "NOT"))
    a, b = builder.input("a", 4), builder.input("b", 4)
    both = [builder.gate("AND2", x, y) for x, y in zip(a, b, strict=True)]
    builder.output("y", (*both, *(builder.gate("NAND2", x, builder.gate("NOT", y)) for x, y in zip(a, b, strict=True))))
    builder.output("z", (builder.gate("AND2", builder.gate("AND2", both[0], both[1]), both[0]),))
    runs = schedule(builder.netlist(), columns=64)
    given = {"a": numbers(200_000, 4, 1), "b": numbers(200_000, 4, 2)}
    told = predicted(runs, {name: word[:20_000] for name, word in given.items()}, errors=errors)
    found = measured(runs, given, errors=errors, seed=3, repeats=10, confidence=0.999)
    assert found.low < told.predicted < found.high
    assert 0.0 < told.predicted < told.bound


def test_presets_fail_too() -> None:
    runs = program(adder())
    given = {"a": numbers(300_000, 4, 1), "b": numbers(300_000, 4, 2)}
    told = predicted(runs, {name: word[:20_000] for name, word in given.items()}, errors={"PRESET": 1e-4})
    found = measured(runs, given, errors={"PRESET": 1e-4}, seed=5, repeats=10, confidence=0.999)
    assert found.low < told.predicted < found.high
    assert told.predicted < 0.8 * told.bound  # a wrong preset shows only where the gate would not have switched


def test_a_single_gate_is_its_own_error() -> None:
    builder = Builder(GATES)
    a, b = builder.input("a", 1), builder.input("b", 1)
    builder.output("y", (builder.gate("NAND2", a[0], b[0]),))
    given = {"a": np.array([0, 0, 1, 1]), "b": np.array([0, 1, 0, 1])}
    told = predicted(schedule(builder.netlist(), columns=4), given, errors={"NAND2": [0.01, 0.02, 0.04]})
    assert told.predicted == pytest.approx((0.01 + 2 * 0.02 + 0.04) / 4, rel=1e-9)
    assert told.bound == pytest.approx(told.predicted, rel=1e-9)


def test_three_copies_and_a_vote_leave_the_errors_of_the_voters() -> None:
    base = adder()
    voted = triplicate(base, GATES)
    given = {"a": numbers(100_000, 4, 1), "b": numbers(100_000, 4, 2)}
    right = run(program(voted), given)["y"]
    assert np.array_equal(right, given["a"] + given["b"])
    assert len(voted) > 3 * len(base)
    errors = {"NAND2": [5e-3] * 3, "NOT": [5e-3] * 2}
    plain = measured(program(base), given, errors=errors, seed=1).probability
    # voters as good as the rest spoil what the copies win; perfect voters win by a square
    by_vote = measured(program(voted), given, errors=errors, seed=1).probability
    assert 0.3 * plain < by_vote < 3.0 * plain
    short = triplicate(base, (*GATES, "NMAJ3"))
    reliable = {**errors, "NMAJ3": [0.0] * 4, "NOT": [0.0] * 2}
    only = measured(program(short), given, errors=reliable, seed=1).probability
    assert only < 0.4 * plain


def test_a_comparison_tells_of_every_error_of_one_copy() -> None:
    checked = compare(adder(), GATES)
    runs = program(checked)
    given = {"a": numbers(100_000, 4, 1), "b": numbers(100_000, 4, 2)}
    assert not run(runs, given)["differs"].any()
    found = run(runs, given, errors={"NAND2": [1e-3] * 3}, seed=2)
    wrong = found["y"] != given["a"] + given["b"]
    assert wrong.mean() > 1e-3
    missed = wrong & (found["differs"] == 0)
    assert missed.mean() < 0.1 * wrong.mean()


def test_a_hamming_code_bears_any_one_wrong_bit() -> None:
    runs = program(correct_inputs(adder(), GATES))
    checks = len(hamming_checks(4))
    a, b = numbers(512, 4, 1), numbers(512, 4, 2)
    stored = {
        "a": a,
        "b": b,
        "a^": np.array([encode(int(n), 4) for n in a]),
        "b^": np.array([encode(int(n), 4) for n in b]),
    }
    assert np.array_equal(run(runs, stored)["y"], a + b)
    for bit in range(4):
        spoilt = {**stored, "a": a ^ (1 << bit), "b": b ^ (1 << (3 - bit))}
        assert np.array_equal(run(runs, spoilt)["y"], a + b)
    for bit in range(checks):
        assert np.array_equal(run(runs, {**stored, "a^": stored["a^"] ^ (1 << bit)})["y"], a + b)


def test_parity_tells_of_one_wrong_bit() -> None:
    runs = program(check_parity(adder(), GATES))
    a, b = numbers(256, 4, 1), numbers(256, 4, 2)
    odd = {
        "a": a,
        "b": b,
        "a^": np.array([int(n).bit_count() & 1 for n in a]),
        "b^": np.array([int(n).bit_count() & 1 for n in b]),
    }
    assert not run(runs, odd)["odd"].any()
    assert run(runs, {**odd, "a": a ^ 4})["odd"].all()


def test_lanes_tell_their_cost() -> None:
    x = asarray(numbers(300, 8, 1), 8)
    found = (x + asarray(numbers(300, 8, 2), 8)).cost()
    assert found.rows == 300
    assert set(found.gates) == {"NOT", "NAND2"}
    assert found.energy > found.cell_energy > 0


def test_every_pattern_of_faults_agrees_with_runs() -> None:
    builder = Builder(GATES)
    a, b, c = (builder.input(name, 1)[0] for name in "abc")
    total, carry = Logic(builder).full_adder(a, b, c)
    builder.output("sum", (total,))
    builder.output("carry", (carry,))
    netlist = builder.netlist()
    errors = {"NAND2": [0.02, 0.05, 0.001]}
    exact = exact_accuracy(netlist, errors)
    bits = {name: numbers(400_000, 1, key) for key, name in enumerate("abc")}
    runs = schedule(netlist, columns=16)
    found = measured(runs, bits, errors=errors, seed=4, repeats=3, confidence=0.999)
    assert found.low < 1.0 - exact[""] < found.high
    assert exact[""] < min(exact["sum"], exact["carry"])
    assert exact_accuracy(netlist, {})[""] == pytest.approx(1.0, rel=1e-12)
    with pytest.raises(InputError, match="together"):
        exact_accuracy(adder(), errors)


def test_errors_that_never_happen_do_not_leave_the_array() -> None:
    """A rate so small that the next error lies beyond any whole number."""
    x = asarray(numbers(5000, 8, 1), 8)
    errors = {"NAND2": [1e-40] * 3, "NOT": [1e-300] * 2}
    assert np.array_equal((x + 1).numpy(errors=errors), numbers(5000, 8, 1) + 1)


def test_a_program_runs_with_the_errors_of_its_own_cells_or_of_the_published_set() -> None:
    given = {"a": numbers(20_000, 4), "b": numbers(20_000, 4, 1)}
    free = program(adder())
    assert np.array_equal(free.run(given)["y"], run(free, given)["y"])
    published = Array(columns=free.columns)
    wrong = free.run(given, errors=True, seed=5)
    assert np.array_equal(wrong["y"], run(free, given, errors=published.errors, seed=5)["y"])
    assert np.array_equal(wrong["y"], free.run(given, errors=published, seed=5)["y"])
    assert not np.array_equal(wrong["y"], free.run(given)["y"])
    assert measured(free, given, errors=True) == measured(free, given, errors=published.errors)
    assert predicted(free, given, errors=True).bound == predicted(free, given, errors=published.errors).bound
    own = compiled(adder(), gates=Array(cell="stt-10nm", columns=48))
    assert own.columns == 48
    assert own.rates is not None
    assert own.rates["PRESET"] == 1e-6
    assert np.array_equal(own.run(given, errors=True)["y"], run(own, given, errors=own.rates)["y"])
    assert np.count_nonzero(own.run(given, errors=True)["y"] != own.run(given)["y"]) < 20  # presets, once in 1e6
    bare = compiled(adder(), gates=published.gates)
    assert bare.rates is not None
    assert "PRESET" not in bare.rates
    with pytest.raises(InputError, match="gates of this cell: NOT, NAND2"):
        compiled(np.array([0, 1, 1, 0]), gates="majority").run({"x": 1}, errors=True)
    with pytest.raises(InputError, match="gates of this cell: NOT, NAND2"):
        compiled(np.array([0, 1, 1, 0]), gates=("NOT", "NOR2")).run({"x": 1}, errors=published.gates)
