"""Gates that err: what the compiler makes of them, and that plain costs still rule where they are given."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.core.errors import InputError
from remanence.cram import Array, Lanes, predicted
from remanence.cram.cells.cell import Logiccell
from remanence.cram.cells.gate_set import GateSet, gate_set
from remanence.cram.compiler.aig import Aig
from remanence.cram.compiler.compile import compile as compiled
from remanence.cram.compiler.mapping import map_to_gates
from remanence.cram.compiler.weights import WORTH, gate_costs, log_price
from remanence.cram.program import Program
from remanence.data import build

ARRAY = Array(cell="stt-10nm", most_error=0.2)


def total(program: Program) -> float:
    words = {name: np.arange(1 << 8) * 37 % (1 << len(word)) for name, word in program.inputs.items()}
    return predicted(program, words, errors=ARRAY.errors).predicted


def add(a: Lanes, b: Lanes) -> Lanes:
    return a + b


def graph(bits: int) -> Aig:
    made = Aig()
    x, y = made.input("x", bits), made.input("y", bits)
    carry, word = 0, []
    for a, b in zip(x, y, strict=True):
        half = made.xor(a, b)
        word.append(made.xor(half, carry))
        carry = made.or_(made.and_(a, b), made.and_(half, carry))
    made.output("sum", [*word, carry])
    return made


@pytest.mark.parametrize("function", [True, False])
def test_gates_that_err_are_left_where_a_result_would_suffer(function: bool) -> None:
    """Majorities of this set fail in one of a hundred pulses and more: few steps, and hardly ever a right sum."""
    source = add if function else graph(8)
    words = {"a": 8, "b": 8} if function else None
    fewest = compiled(source, gates=ARRAY, arguments=words, costs=dict.fromkeys(ARRAY.gates.names, 1.0))
    weighed = compiled(source, gates=ARRAY, arguments=words)
    if not function:
        assert fewest.step_count < weighed.step_count
        assert total(fewest) > 0.5
    assert total(weighed) < 1e-4
    assert {name for name in weighed.counts() if name in ARRAY.gates.names} <= {"NOT", "NAND2", "NAND3"}


def tame(rate: float) -> GateSet:
    cell = build(Logiccell, "stt-10nm")
    return gate_set(cell, ("NOT", "NAND2", "NMAJ3"), most_error=rate)


def test_prices_are_steps_and_energy_where_errors_are_far_below_one_in_the_program() -> None:
    gates = tame(0.1)
    prices, long = gate_costs(gates, 1.0), gate_costs(gates, 1e4)
    assert prices["NAND2"] == pytest.approx(long["NAND2"], rel=1e-6)
    wrong = gates.sheets["NMAJ3"].error
    assert long["NMAJ3"] - prices["NMAJ3"] == pytest.approx(-WORTH * 9999 * np.log1p(-wrong), rel=1e-6)
    energies = [gates.sheets[name].mean_energy for name in gates.names]
    assert sum(prices[name] for name in ("NOT", "NAND2")) == pytest.approx(
        1.0 + 0.5 * sum(energies[:2]) / np.mean(energies), rel=1e-6
    )


def test_the_price_of_a_network_is_the_sum_of_its_gates() -> None:
    gates = tame(0.1)
    program = compiled(graph(2), gates=gates)
    netlist = map_to_gates(graph(2), ["NAND2", "NOT"])
    own = gate_costs(gates, 1.0)
    alone = sum(number * own[name] for name, number in netlist.counts().items())
    assert log_price(netlist, gates) == pytest.approx(np.log(alone), rel=1e-3)
    assert program.rates is not None


def test_what_a_wrong_result_is_worth_is_for_the_user_to_say() -> None:
    cheap, dear = (compiled(graph(8), gates=ARRAY, worth=worth) for worth in (0.0, 100.0))
    assert total(dear) < 1e-4
    assert total(cheap) > 0.5
    with pytest.raises(InputError, match="worth: got -1"):
        compiled(graph(8), gates=ARRAY, worth=-1.0)
