"""Break-even against its definition: at the crossing both memories cost the same, and each wins on its side."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remanence.core.errors import InputError
from remanence.study.break_even import (
    Use,
    average_power,
    break_even_idle,
    break_even_rate,
    break_even_writes,
    burst_energy,
    use_of,
    win_share,
    wins_above,
)
from remanence.study.macro_comparison import Entry

MRAM = Use(read=40e-12, write=600e-12, leakage=2e-6, standby=60e-9)
SRAM = Use(read=32e-12, write=32e-12, leakage=41e-6, standby=26e-6)
ENERGY = st.floats(1e-13, 1e-9)
POWER = st.floats(1e-9, 1e-2)


def uses() -> st.SearchStrategy[Use]:
    return st.builds(Use, read=ENERGY, write=ENERGY, leakage=POWER, standby=POWER, wake=st.floats(0.0, 1e-9))


def test_the_closed_forms_by_hand() -> None:
    assert break_even_rate(MRAM, SRAM, writes=0.0) == pytest.approx(39e-6 / 8e-12, rel=1e-12)
    assert break_even_rate(MRAM, SRAM, writes=0.5) == pytest.approx(39e-6 / (320e-12 - 32e-12), rel=1e-12)
    assert break_even_writes(MRAM, SRAM, rate="1 MHz") == pytest.approx((-8e-12 + 39e-12) / 560e-12, rel=1e-12)
    idle = break_even_idle(MRAM, SRAM, accesses=1000, writes=0.5)
    assert idle == pytest.approx(1000 * 288e-12 / 25.94e-6, rel=1e-12)


@given(first=uses(), second=uses(), writes=st.floats(0.0, 1.0))
def test_both_cost_the_same_at_the_crossing(first: Use, second: Use, writes: float) -> None:
    rate = float(np.asarray(break_even_rate(first, second, writes=writes)))
    if 1e-3 < rate < 1e18:
        powers = [average_power(memory, rate=rate, writes=writes) for memory in (first, second)]
        assert powers[0] == pytest.approx(powers[1], rel=1e-6)
        below = [average_power(memory, rate=0.5 * rate, writes=writes) for memory in (first, second)]
        assert below[0] < below[1]
    above = float(np.asarray(wins_above(first, second, writes=writes)))
    if 1e-3 < above < 1e18:
        more = [average_power(memory, rate=2.0 * above, writes=writes) for memory in (first, second)]
        assert more[0] < more[1]
    assert rate in (0.0, np.inf) or above in (0.0, np.inf), "two lines cross once"


@given(first=uses(), second=uses(), rate=st.floats(1.0, 1e9))
def test_the_share_of_writes_at_break_even(first: Use, second: Use, rate: float) -> None:
    writes = float(np.asarray(break_even_writes(first, second, rate=rate)))
    assert 0.0 <= writes <= 1.0
    if 1e-6 < writes < 1.0:
        powers = [average_power(memory, rate=rate, writes=writes) for memory in (first, second)]
        assert powers[0] == pytest.approx(powers[1], rel=1e-6)


@given(first=uses(), second=uses(), accesses=st.floats(1.0, 1e9), writes=st.floats(0.0, 1.0))
def test_the_idle_time_at_break_even(first: Use, second: Use, accesses: float, writes: float) -> None:
    idle = float(np.asarray(break_even_idle(first, second, accesses=accesses, writes=writes)))
    if 1e-12 < idle < 1e12:
        spent = [burst_energy(memory, accesses=accesses, writes=writes, idle=idle) for memory in (first, second)]
        assert spent[0] == pytest.approx(spent[1], rel=1e-6)
        longer = [burst_energy(memory, accesses=accesses, writes=writes, idle=2 * idle) for memory in (first, second)]
        assert longer[0] < longer[1]


def test_a_better_memory_wins_everywhere_and_a_blind_one_nowhere() -> None:
    better = Use(read=10e-12, write=10e-12, leakage=1e-9, standby=1e-9)
    assert break_even_rate(better, SRAM, writes=0.3) == np.inf
    assert break_even_writes(better, SRAM, rate=1e6) == 1.0
    assert break_even_idle(better, SRAM, accesses=10, writes=0.3) == 0.0
    blind = Use(read=np.array([40e-12, np.inf]), write=600e-12, leakage=2e-6, standby=60e-9)
    np.testing.assert_array_equal(np.asarray(break_even_rate(blind, SRAM, writes=0.1)) > 0, [True, False])
    np.testing.assert_array_equal(np.isinf(np.asarray(break_even_idle(blind, SRAM, accesses=9, writes=0.1))), [0, 1])
    np.testing.assert_array_equal(np.asarray(break_even_writes(blind, SRAM, rate=1e3)) > 0, [True, False])
    assert not np.isnan(np.asarray(blind.access(1.0))).any(), "a read that never happens costs nothing"


def test_the_map_steps_at_the_break_even() -> None:
    first = Use(read=np.full(4, 40e-12), write=600e-12, leakage=2e-6, standby=60e-9)
    rates, writes = np.array([1e4, 1e6, 1e8]), np.array([0.0, 0.05, 0.99])
    share = win_share(first, SRAM, rates=rates, writes=writes)
    edge = np.asarray(break_even_writes(MRAM, SRAM, rate=rates))
    np.testing.assert_array_equal(share, (writes[:, None] < edge[None, :]).astype(float))


def test_what_is_no_cost_is_refused() -> None:
    with pytest.raises(InputError, match="must be a number of at least 0"):
        Use(read=-1e-12, write=0.0, leakage=0.0, standby=0.0)
    with pytest.raises(InputError, match="must be a number"):
        Use(read=np.nan, write=0.0, leakage=0.0, standby=0.0)
    with pytest.raises(InputError, match="writes"):
        MRAM.access(1.5)
    with pytest.raises(InputError, match="has a card for"):
        use_of(Entry(cell="nor-flash", node="x", capacity="1 MiB", chosen=None, reason="has a card for y", draws={}))
