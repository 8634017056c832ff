"""The measured error rate of every kind of library operation is the predicted one; and where that stops.

Intervals are exact (Clopper and Pearson) and of 1 - 1e-6 each. Some 400 of them are compared, so that with other random
numbers all of this file together would fail without a reason in at most 1 of 2,500 runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from remanence import cram
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.cram import Builder, Lanes, Program, asarray, schedule
from remanence.cram.arithmetic.redundancy import triplicate
from remanence.cram.machine.reliability import Reliability
from remanence.cram.numbers.trace import inputs_of
from remanence.cram.simulate import Rates

ROWS = 4096
SURE = 1 - 1e-6
RATES: dict[str, Rates] = {
    "uniform": {"NAND2": [4e-5] * 3, "NOT": [4e-5] * 2},
    "by state": {"NAND2": [1e-5, 1e-4, 3e-6], "NOT": [2e-5, 8e-5]},
    "presets": {"PRESET": 1e-4},
    "all": {"NAND2": [1e-5, 1e-4, 3e-5], "NOT": [4e-5, 2e-5], "PRESET": 5e-5},
}
SIGNS = np.random.default_rng(0).choice([-1, 0, 1], (16, 3))


def numbers(name: str, bits: int = 8) -> NDArray[np.int64]:
    return Stream(7).child(name).words(ROWS).astype(np.int64) % (1 << bits)


def crossed() -> Lanes:
    a, b, c, d = (asarray(numbers(name, 6) - 32, 6, signed=True) for name in "abcd")
    pair = cram.butterfly(cram.Complex(a, b), cram.Complex(c, d), 1 / 8, 6)
    return cram.stack([each for z in pair for each in z])


def activations() -> Lanes:
    return asarray(Stream(3).events(0.5, ROWS * 16).reshape(ROWS, 16).astype(np.int64), 1)


Function = Callable[[Lanes, Lanes], Lanes]
OPERATIONS: dict[str, Function] = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "multiply-add": lambda x, y: cram.multiply_add(x, y.astype(3), y),
    "divide": lambda x, y: x // y.astype(4),
    "compare": lambda x, y: x < y,
    "equal": lambda x, y: (x & 3) == (y & 3),
    "popcount": lambda x, _: x.popcount(),
    "maximum": cram.maximum,
    "shift": lambda x, y: x << y.astype(3),
    "root": lambda x, _: cram.sqrt(x),
    "sort": lambda x, y: cram.sort(cram.stack([x, y, x ^ y])),
    "fixed point": lambda x, _: cram.Fixed(x, 6).rescale(5, 2).whole,
    "binary network": lambda _x, _y: cram.binary_network.sums(activations(), SIGNS),
    "class of a binary network": lambda _x, _y: cram.binary_network.classify(activations(), SIGNS),
    "butterfly": lambda _x, _y: crossed(),
}


def scheduled(name: str) -> tuple[Program, dict[str, NDArray[np.int64]]]:
    result = OPERATIONS[name](asarray(numbers("x"), 8), asarray(numbers("y"), 8))
    program, given = result.scheduled(1024, ("NOT", "NAND2"))
    return program, inputs_of(given, ROWS)


@pytest.mark.parametrize("rates", RATES)
@pytest.mark.parametrize("name", OPERATIONS)
def test_the_measured_error_of_an_operation_is_the_predicted_one(name: str, rates: str) -> None:
    program, given = scheduled(name)
    told = cram.predicted(program, given, errors=RATES[rates])
    found = cram.measured(program, given, errors=RATES[rates], seed=1, repeats=60, confidence=SURE)
    assert int(found.events) > 10
    assert found.low < told.predicted < found.high
    assert found.low < told.bound
    assert 0 < told.predicted < told.bound


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "popcount", "maximum", "butterfly"])
def test_each_bit_is_as_often_wrong_as_predicted(name: str) -> None:
    program, given = scheduled(name)
    told = cram.predicted(program, given, errors=RATES["all"]).by_bit
    found = cram.measured_bits(program, given, errors=RATES["all"], seed=2, repeats=60, confidence=SURE)
    assert set(told) == set(found) == set(program.outputs)
    for word, bits in told.items():
        assert bits.shape == (len(program.outputs[word]),)
        assert ((found[word].low < bits) & (bits < found[word].high)).all()


def test_high_rates_stay_near_the_prediction_of_an_adder() -> None:
    """Faults of a row meet at last: with two a row the prediction is within a tenth, and the bound says nothing."""
    program, given = scheduled("add")
    rates = {"NAND2": [3e-2] * 3}
    told = cram.predicted(program, given, errors=rates)
    found = cram.measured(program, given, errors=rates, seed=1, repeats=20, confidence=SURE)
    assert told.bound == 1.0
    assert told.faults.sum() > 1.8
    assert not found.low < told.predicted < found.high
    assert told.predicted == pytest.approx(float(found.probability), rel=0.1)


def inverters() -> Program:
    """Two in a row."""
    builder = Builder(("NOT",))
    signal = builder.input("a", 1)[0]
    builder.output("y", (builder.gate("NOT", builder.gate("NOT", signal)),))
    return schedule(builder.netlist(), columns=4)


def test_two_faults_may_cancel_which_the_prediction_of_bits_knows() -> None:
    given: Mapping[str, Any] = {"a": np.arange(ROWS) & 1}
    told = cram.predicted(inverters(), given, errors={"NOT": [0.2, 0.2]})
    found = cram.measured(inverters(), given, errors={"NOT": [0.2, 0.2]}, repeats=100, confidence=SURE)
    assert told.predicted == pytest.approx(1 - 0.8**2, rel=1e-12)
    assert told.by_bit["y"] == pytest.approx([2 * 0.2 * 0.8], rel=1e-12)
    assert found.low < told.by_bit["y"][0] < found.high < told.predicted


def test_what_bears_single_faults_is_predicted_too_good() -> None:
    """Three copies and a perfect vote fail by two faults, about 3 p**2: no single one shows."""
    builder = Builder(("NAND2", "NMAJ3", "NOT"))
    a, b = builder.input("a", 1)[0], builder.input("b", 1)[0]
    builder.output("y", (builder.gate("NAND2", a, b),))
    program = schedule(triplicate(builder.netlist(), ("NAND2", "NMAJ3", "NOT")), columns=20)
    given: Mapping[str, Any] = {"a": np.arange(ROWS) & 1, "b": np.arange(ROWS) >> 1 & 1}
    rates = {"NAND2": [0.02] * 3}
    assert cram.predicted(program, given, errors=rates).predicted == 0.0
    found = cram.measured(program, given, errors=rates, repeats=100, confidence=SURE)
    assert found.low < 3 * 0.02**2 * 0.98 + 0.02**3 < found.high
    assert float(found.probability) < cram.predicted(program, given, errors=rates).bound


def test_certain_faults_and_programs_without_inputs() -> None:
    told: Reliability = cram.predicted(inverters(), {"a": [0, 1]}, errors={"NOT": [1.0, 0.0]})
    assert told.predicted == 1.0
    assert told.by_bit["y"] == pytest.approx([1.0], rel=1e-12)
    constant = cram.maximum(3, 4).program()
    assert cram.predicted(constant, {}, errors={"PRESET": 0.01}).bound >= 0.0
    assert float(cram.measured(constant, {}, errors={}).probability) == 0.0


def test_bad_input_is_refused() -> None:
    program, given = scheduled("popcount")
    moved = asarray(np.arange(4), 3).sum(axis=0)
    for bad in (lambda: cram.measured(program, given, errors={}, repeats=0),
                lambda: cram.measured_bits(program, given, errors={}, repeats=0),
                lambda: cram.measured(program, {}, errors={}),
                lambda: cram.measured(program, given, errors={"NAND2": 0.1}),
                lambda: cram.measured(program, given, errors={"NAND2": [0.1, 2.0, 0.1]}),
                lambda: cram.predicted(program, given, errors={"NAND2": [0.1, np.nan, 0.1]}),
                lambda: cram.predicted(program, given, errors={"XOR2": [0.1]}),
                lambda: cram.predicted(program, given, errors={"PRESET": [0.1, 0.2]}),
                lambda: cram.predicted(program, given, errors=3),  # type: ignore[arg-type]
                lambda: cram.predicted(moved.program(), {"x0": np.arange(4)}, errors={})):  # fmt: skip
        with pytest.raises(InputError):
            bad()
