"""ReRAM and phase-change devices reproduce the published spread and drift they were given; none goes negative."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.data import build
from remanence.device.flash import Norflash, program_energy
from remanence.device.resistive import (
    Resistive,
    drift_exponent,
    nominal_conductances,
    programming_spread,
    sample,
)

PCM, RERAM = (build(Resistive, name) for name in ("pcm-joshi2020", "reram-wan2022"))
COUNT = 40_000
# Chance of a false alarm per sigma check: |z| > 5 of a normal, 6e-7; about a dozen checks stand here.
ALARM = 5.0


def published_spread(device: Resistive, g: float) -> float:
    """Microsiemens, as printed in the sources."""
    if device.technology == "PCM":
        return max(-1.1731 * g**2 + 1.9650 * g + 0.2635, 0.0)
    return -16.815 * g**4 + 45.393 * g**3 - 43.853 * g**2 + 16.030 * g + 0.348


@pytest.mark.parametrize("device", [PCM, RERAM], ids=["PCM", "ReRAM"])
@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 1.0])
def test_programmed_arrays_have_the_published_spread(device: Resistive, share: float) -> None:
    top = float(device.conductance_high)
    fresh = replace(
        device, age=device.reference_time, conductance_low=0.0, conductance_high=top, residual_write_error=0.0
    )
    sigma = published_spread(device, share) * 1e-6
    assert programming_spread(fresh, share * top) == pytest.approx(sigma, rel=1e-9)
    # a target of G_high drawn by the device itself, not only its formula
    if share == 1.0:
        drawn = sample(fresh, np.zeros(COUNT, bool), Stream(3))
        assert abs(drawn.std() / sigma - 1.0) < ALARM / np.sqrt(2 * COUNT)
        assert abs(drawn.mean() - top) < ALARM * sigma / np.sqrt(COUNT)
        assert stats.kstest((drawn - top) / sigma, "norm").pvalue > 1e-6


def test_pcm_drifts_with_the_published_exponent() -> None:
    young = replace(PCM, spread_scale=0.0, age=20.0, residual_write_error=0.0)
    day = replace(young, age=86400.0)
    ratio = np.log(sample(day, np.zeros(COUNT, bool), Stream(1)) / float(PCM.conductance_high)) / -np.log(86400 / 20)
    # at g = 1: clip(0.0244, 0.049, 0.1) and clip(-0.0059, 0.008, 0.045)
    assert ratio.mean() == pytest.approx(0.049, abs=ALARM * 0.008 / np.sqrt(COUNT))
    assert ratio.std() == pytest.approx(0.008, rel=ALARM / np.sqrt(2 * COUNT))
    mean, spread = drift_exponent(PCM, 0.01 * float(PCM.conductance_high))
    assert mean == pytest.approx(-0.0155 * np.log(0.01) + 0.0244)
    assert spread == pytest.approx(0.045), "clipped at its largest"
    high, low = nominal_conductances(day)
    assert high == pytest.approx(25e-6 * (86400 / 20) ** -0.049)
    assert float(low) < float(PCM.conductance_low)


def test_nothing_is_negative_and_the_wrong_state_appears_at_its_rate() -> None:
    wild = replace(RERAM, spread_scale=30.0, residual_write_error=0.0)
    assert sample(wild, np.ones(COUNT, bool), Stream(0)).min() == 0.0
    flipped = replace(RERAM, spread_scale=0.0, residual_write_error=0.1)
    wrong = np.count_nonzero(sample(flipped, np.ones(COUNT, bool), Stream(0)) > 20e-6)
    assert abs(wrong - 0.1 * COUNT) < ALARM * np.sqrt(COUNT * 0.09)


def test_bad_devices_are_refused() -> None:
    with pytest.raises(InputError, match="below conductance_high"):
        replace(PCM, conductance_low=30e-6)
    with pytest.raises(InputError, match="at least the reference time"):
        replace(PCM, age=1.0)
    with pytest.raises(InputError, match="single design"):
        sample(replace(PCM, conductance_high=np.array([20e-6, 25e-6])), np.ones(3, bool), Stream(0))


def test_the_pump_makes_flash_dear_to_write() -> None:
    cell = build(Norflash, "eflash-40nm")
    assert program_energy(replace(cell, erase_energy=0.0), 1.0) == pytest.approx(9.0 * 2e-6 * 10e-6, rel=1e-12, abs=0)
    assert program_energy(cell, 0.4) == pytest.approx(9.0 * 2e-6 * 10e-6 / 0.4 + 0.1e-9, rel=1e-12, abs=0)
