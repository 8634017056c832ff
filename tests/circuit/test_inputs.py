"""Input drivers: closed forms against sums over all numbers, growth with bits and load, draws equal to a loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from remanence.circuit import (
    InputDriver,
    Node,
    Periphery,
    bit_serial,
    capacitor_ladder,
    gates_on,
    pulse_width,
    resistor_string,
)
from remanence.circuit.decoder import select
from remanence.core.errors import InputError
from remanence.data import Draws, build

NODE, PERIPHERY = build(Node, "cmos-22nm"), build(Periphery, "standard")
LOAD = 30e-15


def make(
    kind: str, bits: int = 4, node: Node = NODE, periphery: Periphery = PERIPHERY, load: Any = LOAD
) -> InputDriver:
    if kind == "bit_serial":
        return bit_serial(node, periphery, bits=bits, load=load, step_time=5e-9)
    if kind == "pulse_width":
        return pulse_width(node, periphery, bits=bits, load=load, clock=1e-9, rows=64)
    return {"resistor_string": resistor_string, "capacitor_ladder": capacitor_ladder}[kind](
        node, periphery, bits=bits, load=load, step_time=5e-9
    )


KINDS = ["bit_serial", "pulse_width", "resistor_string", "capacitor_ladder"]


@pytest.mark.parametrize("kind", KINDS)
def test_more_bits_and_more_load_cost_more(kind: str) -> None:
    few, many, heavy = make(kind), make(kind, 6), make(kind, load=2 * LOAD)
    assert many.energy > few.energy
    assert heavy.energy > few.energy
    assert many.area > few.area
    assert many.time >= few.time


@pytest.mark.parametrize("kind", KINDS)
def test_draws_are_a_loop_over_single_designs(kind: str, at: Callable[[Any, int], Any]) -> None:
    draws = Draws(count=5)
    node, periphery = build(Node, "cmos-22nm", draws), build(Periphery, "standard", draws)
    together, middle = make(kind, 4, node, periphery), make(kind)
    for field in ("energy", "area", "leakage"):
        column = np.asarray(getattr(together, field))
        assert column.shape == (5,)
        assert column.min() < getattr(middle, field) < column.max(), field
        for index in range(5):
            alone = make(kind, 4, at(node, index), at(periphery, index))
            assert column[index] == pytest.approx(float(getattr(alone, field)), rel=1e-12, abs=0)


def test_serial_bits_take_a_step_each_and_a_pulse_takes_all_counts() -> None:
    serial, pulse = make("bit_serial"), make("pulse_width")
    assert (serial.steps, pulse.steps) == (4, 1)
    assert serial.time == pytest.approx(20e-9, rel=1e-12, abs=0)
    assert pulse.time == pytest.approx(16e-9, rel=1e-12, abs=0)
    row = float(select(gates_on(NODE, PERIPHERY), inputs=2, load=LOAD, resistance=0.0, rise=0.0, stage=4.0).energy)
    register = float(NODE.adder_bit_energy) * 0.58
    assert make("bit_serial").energy == pytest.approx(4 * (row / 2 + 2 * register), rel=1e-12, abs=0)
    # one swing of the row; 16 clocks of two changing bits in its comparator and its share of the counter
    compared = 16 * 2 * float(NODE.adder_bit_energy) * (0.06 + 1 / 64)
    assert make("pulse_width").energy == pytest.approx(row + compared + 2 * register, rel=1e-12, abs=0)


def test_a_ladder_takes_the_mean_charge_of_all_its_numbers() -> None:
    bank, supply = 2**10 * 1e-15, float(NODE.supply)
    share = (np.arange(2**10) + 0.5) / 2**10
    drawn = supply**2 * share * bank * ((1.0 - share) * bank + LOAD) / (bank + LOAD)
    gates = gates_on(NODE, PERIPHERY)
    rest = 10 * float(gates.gate_input(gates.smallest)) * supply**2 / 2 + 5 * float(NODE.adder_bit_energy) * 0.58
    assert make("capacitor_ladder", 10).energy == pytest.approx(drawn.mean() + rest, rel=1e-5, abs=0)


def test_a_string_settles_in_its_step_whatever_its_length() -> None:
    """V^2/R over the step with R at the limit of settling is V^2 (b + 1) ln 2 C/4: the step's length drops out."""
    slow, fast = (
        resistor_string(NODE, PERIPHERY, bits=4, load=LOAD, step_time=time) for time in (5e-9, 1e-9)
    )  # fmt: skip
    assert slow.energy == pytest.approx(float(fast.energy), rel=1e-12, abs=0)
    gates = gates_on(NODE, PERIPHERY)
    total = LOAD + 16 * float(gates.drain * gates.smallest)
    static = 0.8**2 * 5 * np.log(2.0) * total / 4.0
    assert slow.energy > static + total * 0.8**2 / 2.0
    assert slow.energy < 1.2 * (static + total * 0.8**2 / 2.0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("bits", "load", "message"), [(0, LOAD, "from 1 to 12"), (13, LOAD, "from 1 to 12"),
                                                       (4, 0.0, "load"), (4, np.nan, "load")])  # fmt: skip
def test_bad_questions_are_refused(kind: str, bits: int, load: float, message: str) -> None:
    with pytest.raises(InputError, match=message):
        make(kind, bits, load=load)
