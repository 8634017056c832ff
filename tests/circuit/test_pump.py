"""The charge pump: the ladder's equations solved again, the stages of least current, and what a supply cannot lift."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.circuit import Pump
from remanence.circuit import pump as pumps
from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.data import build

CARD = build(Pump, "dickson-core")
PUMPS = st.builds(
    lambda drop, parasitic: replace(CARD, drop=drop, parasitic=parasitic), st.floats(0.0, 0.3), st.floats(0.01, 0.5)
)


def _input_current(pump: Pump, stages: int, supply: float, target: float) -> float:
    """Draw of a pump at a load of 1 A, from the two equations of the ladder."""
    flying = stages / (pump.clock * ((stages + 1) * (supply - pump.drop) - target))
    return float(stages + 1 + stages * pump.parasitic * pump.clock * flying * supply)


def test_efficiency_by_hand() -> None:
    """9 V from 1 V, no drop, a tenth lost in the plates: 10 stages draw 11 + 0.1 x 100/2 of the load, 11 draw more."""
    pump = replace(CARD, drop=0.0, parasitic=0.1)
    assert (pumps.least_stages(pump, 1.0, 9.0), pumps.stages(pump, 1.0, 9.0)) == (8.0, 10.0)
    assert pumps.efficiency(pump, 1.0, 9.0) == pytest.approx(9.0 / (11.0 + 10.0 / 2.0), rel=1e-12, abs=0)


def test_the_card_lies_in_the_range_of_textbooks() -> None:
    """0.3 to 0.5 is quoted for pumps of flash; the ideal ladder without drivers and regulator is a little better."""
    assert 0.3 < pumps.efficiency(CARD, 1.0, 9.0) < 0.6


@given(PUMPS, st.floats(0.6, 1.8), st.floats(2.0, 15.0))
@settings(deadline=None)
def test_no_other_number_of_stages_draws_less(pump: Pump, supply: float, target: float) -> None:
    count = int(pumps.stages(pump, supply, target))
    assert count > pumps.least_stages(pump, supply, target)
    drawn = _input_current(pump, count, supply, target)
    assert pumps.efficiency(pump, supply, target) == pytest.approx(target / (supply * drawn), rel=1e-9, abs=0)
    if count > 1 and (count - 1) > pumps.least_stages(pump, supply, target) + 1e-9:
        assert drawn <= _input_current(pump, count - 1, supply, target) * (1.0 + 1e-12)
    assert drawn <= _input_current(pump, count + 1, supply, target) * (1.0 + 1e-12)


@given(PUMPS, st.floats(0.6, 1.8), st.floats(2.0, 15.0), st.floats(1e-6, 1e-2))
@settings(deadline=None)
def test_the_sized_pump_delivers_its_load_at_its_target(
    pump: Pump, supply: float, target: float, current: float
) -> None:
    count = float(pumps.stages(pump, supply, target))
    stage = float(pumps.flying_capacitance(pump, supply, target, current)) / count
    reached = (count + 1.0) * (supply - pump.drop) - count * current / (pump.clock * stage)
    assert reached == pytest.approx(target, rel=1e-9, abs=0)


def test_no_pump_below_the_supply_and_arrays_broadcast() -> None:
    target = np.array([0.5, 1.0, 2.0, 9.0])
    np.testing.assert_array_equal(pumps.stages(CARD, 1.0, target) > 0, [False, False, True, True])
    together = np.asarray(pumps.efficiency(CARD, 1.0, target))
    np.testing.assert_allclose(together, [float(pumps.efficiency(CARD, 1.0, float(v))) for v in target], rtol=1e-12)
    assert together[0] == together[1] == 1.0
    assert pumps.area(CARD, 1.0, 9.0, 1e-3) == pytest.approx(2.0 * pumps.area(CARD, 1.0, 9.0, 5e-4), rel=1e-12, abs=0)


def test_a_supply_that_the_switches_consume_is_refused() -> None:
    with pytest.raises(InputError, match=r"Pump\.drop: got 0\.7 V; must lie below the supply, 0\.6 V"):
        pumps.efficiency(replace(CARD, drop=0.7), 0.6, 5.0)
