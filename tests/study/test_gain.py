"""Gains of a part, and the life of a weight memory."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remanence.core.errors import InputError
from remanence.study import gain, lifetime
from remanence.system import platform


@given(st.floats(1e-6, 1e9), st.floats(0.0, 1.0))
def test_the_whole_lies_between_nothing_and_the_part(part: float, share: float) -> None:
    whole = float(np.asarray(gain.whole_gain(part, share)))
    assert min(1.0, part) * (1 - 1e-9) <= whole <= max(1.0, part) * (1 + 1e-9)
    if share < 1:
        assert whole <= 1 / (1 - share) * (1 + 1e-9)


def test_limits_of_amdahl() -> None:
    assert float(np.asarray(gain.whole_gain(1e12, gain.ACCELERATOR_SHARE))) == pytest.approx(2.38, abs=0.005)
    np.testing.assert_allclose(gain.whole_gain(np.array([1.0, 2.0]), 0.5), [1.0, 4 / 3])
    with pytest.raises(InputError, match=r"0\.\.1"):
        gain.whole_gain(2.0, 1.5)
    with pytest.raises(InputError, match="above 0"):
        gain.whole_gain(np.array([1.0, 0.0]), 0.5)


def test_a_cell_lasts_its_endurance_over_the_updates() -> None:
    writes = lifetime.endurance(platform("crossbar-stt-22nm"))
    assert writes is not None
    assert writes.value == 1e6
    assert 1e5 <= writes.low < writes.value < writes.high <= 1e12
    assert lifetime.years(writes, 24.0).value == pytest.approx(1e6 / 24 / 365.25)
    assert lifetime.endurance(platform("nearmem-sram-22nm")) is None, "SRAM does not wear out"
    flash = lifetime.endurance(platform("mcu-cortex-m4"))
    assert flash is not None
    assert flash.value == 1e4
    with pytest.raises(InputError, match="above 0"):
        lifetime.years(flash, 0.0)
