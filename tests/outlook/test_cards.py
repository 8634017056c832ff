"""Memories outside the chip: energy per bit with refresh, and what the cards say of each other."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.core.errors import InputError
from remanence.data import build, names
from remanence.outlook.cards import AcceleratorMemory

MEMORIES = {name: build(AcceleratorMemory, name) for name in names("acceleratormemory")}


def test_refresh_is_shared_by_the_bits_that_move() -> None:
    """64 bits at 3.2 GHz are 205 Gb/s; 69 Gb at 2.5 pW are 0.17 W: 0.84 pJ a bit at full rate, 8.4 at a tenth."""
    memory = MEMORIES["ddr4"]
    assert memory.bandwidth == pytest.approx(204.8e9, rel=1e-12, abs=0)
    share = 2.5e-12 * 6.8719476736e10 / 204.8e9
    assert memory.energy_per_bit(1.0) == pytest.approx(15e-12 + share, rel=1e-12, abs=0)
    together = memory.energy_per_bit(np.array([1.0, 0.1]))
    np.testing.assert_allclose(np.asarray(together) - 15e-12, share * np.array([1.0, 10.0]), rtol=1e-9)
    with pytest.raises(InputError, match="ddr4: utilisation"):
        memory.energy_per_bit(0.0)


def test_the_cards_keep_the_order_that_their_interfaces_set() -> None:
    energy = {name: float(memory.access_energy) for name, memory in MEMORIES.items()}
    assert set(energy) == {"lpddr4", "lpddr5", "ddr4", "ddr5", "gddr6", "hbm2e", "hbm3", "hbm3e"}
    assert energy["hbm3"] < energy["hbm2e"] < energy["gddr6"] < energy["ddr5"] < energy["ddr4"]
    assert energy["lpddr5"] < energy["lpddr4"]
    assert {name for name, memory in MEMORIES.items() if memory.scope == "board"} == {"ddr4", "ddr5"}
    for memory in MEMORIES.values():
        assert memory.energy_per_bit(1.0) < 1.4 * float(memory.access_energy), "refresh is small at full bandwidth"
