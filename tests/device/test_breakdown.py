"""Breakdown: the Weibull law and its scalings, the anchor at the stack's breakdown voltage, bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from remanence.core.declare import replace
from remanence.core.errors import InputError, UnknownNameError
from remanence.data import Draws
from remanence.device import Breakdown, breakdown_probability, endurance, junction
from remanence.device.breakdown import breakdown

DEVICE = junction("cofeb-double-mgo", diameter=40e-9)
POWER = Breakdown(characteristic_time=1e-8, reference_area=float(DEVICE.area), weibull_slope=1.5, voltage_exponent=40.0)
EXPONENTIAL = replace(POWER, law="exponential", voltage_exponent=0.0, voltage_acceleration=25.0)
LIMIT = float(DEVICE.stack.breakdown_voltage)
MEDIAN = -1e6 * np.expm1(-1.0)  # 63 % in ppm: there the Weibull factor is 1


@pytest.mark.parametrize("law", [POWER, EXPONENTIAL])
def test_at_the_anchor_63_per_cent_break_in_the_characteristic_time(law: Breakdown) -> None:
    assert endurance(DEVICE, voltage=LIMIT, duration=1e-8, ppm=MEDIAN, law=law) == pytest.approx(1.0, rel=1e-9, abs=0)
    broken = breakdown_probability(DEVICE, voltage=LIMIT, duration=1e-9, cycles=10, law=law)
    assert broken == pytest.approx(-np.expm1(-1.0), rel=1e-9, abs=0)


def test_the_two_laws_fall_as_they_say() -> None:
    def cycles(volts: float, law: Breakdown) -> float:
        return float(np.asarray(endurance(DEVICE, voltage=volts, duration=1e-8, law=law)))

    assert cycles(0.6, POWER) / cycles(0.9, POWER) == pytest.approx(1.5**40, rel=1e-9, abs=0)
    assert cycles(0.6, EXPONENTIAL) / cycles(0.9, EXPONENTIAL) == pytest.approx(np.exp(25.0 * 0.3), rel=1e-9, abs=0)
    assert cycles(-0.6, POWER) == cycles(0.6, POWER)


def test_area_scales_by_the_weakest_link() -> None:
    """Four times the area is four cells in a row: the survival to the fourth power, the time by 4^(-1/beta)."""
    large = junction("cofeb-double-mgo", diameter=80e-9)
    ratio = np.asarray(endurance(DEVICE, voltage=0.6, duration=1e-8, law=POWER)) / np.asarray(
        endurance(large, voltage=0.6, duration=1e-8, law=POWER)
    )
    assert ratio == pytest.approx(4.0 ** (1.0 / 1.5), rel=1e-9, abs=0)
    one = breakdown_probability(DEVICE, voltage=1.2, duration=1e-8, cycles=1000, law=POWER)
    four = breakdown_probability(large, voltage=1.2, duration=1e-8, cycles=1000, law=POWER)
    assert four == pytest.approx(1.0 - (1.0 - np.asarray(one)) ** 4, rel=1e-9, abs=0)


def test_endurance_and_probability_invert_each_other() -> None:
    cycles = endurance(DEVICE, voltage=np.array([0.5, 0.7]), duration="10 ns", ppm=3.0)
    broken = breakdown_probability(DEVICE, voltage=np.array([0.5, 0.7]), duration="10 ns", cycles=cycles)
    assert broken == pytest.approx([3e-6, 3e-6], rel=1e-9, abs=0)
    rare = np.asarray(endurance(DEVICE, voltage=0.5, duration=1e-8, ppm=1.0, law=POWER))
    common = np.asarray(endurance(DEVICE, voltage=0.5, duration=1e-8, ppm=1000.0, law=POWER))
    assert common / rare == pytest.approx(1000.0 ** (1.0 / 1.5), rel=1e-3, abs=0)
    assert breakdown_probability(DEVICE, voltage=0.5, duration=1e-8, cycles=0.0) == 0.0


def test_the_cards_load_and_their_ranges_spread_the_result() -> None:
    for name in ("mgo-power", "mgo-exponential"):
        law = breakdown(name)
        drawn = breakdown(name, Draws(seed=1, count=8))
        middle = float(np.asarray(endurance(DEVICE, voltage=0.6, duration=1e-8, law=law)))
        cycles = np.asarray(endurance(DEVICE, voltage=0.6, duration=1e-8, law=drawn))
        assert cycles.shape == (8,)
        assert cycles.min() < middle < cycles.max()
    # the exponential card continues the power card at 1.5 V
    assert 1.5 * breakdown("mgo-exponential").voltage_acceleration == pytest.approx(
        breakdown("mgo-power").voltage_exponent, rel=2e-3, abs=0
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [({"ppm": 0.0}, "ppm"), ({"ppm": 1e6}, "ppm"), ({"voltage": 0.0}, "voltage: got 0.0; must not be 0"),
     ({"duration": 0.0}, "duration"), ({"voltage": np.nan}, "voltage")],
)  # fmt: skip
def test_bad_input_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        endurance(DEVICE, **({"voltage": 0.5, "duration": 1e-8} | change))


def test_a_law_needs_its_constant_and_a_card_its_name() -> None:
    with pytest.raises(InputError, match=r"voltage_acceleration: got 0\.0; must be above 0 for the law exponential"):
        replace(POWER, law="exponential")
    with pytest.raises(UnknownNameError, match="mgo-power"):
        endurance(DEVICE, voltage=0.5, duration=1e-8, law="mgo-powr")
