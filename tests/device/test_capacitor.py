"""Capacitors that compute: the share of a line's charge, its mismatch, the thermal noise on it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.data import build
from remanence.device import Capacitor
from remanence.device.capacitor import sample_shares, sampled_noise

UNIT = build(Capacitor, "mom-1fF")


def test_perfect_capacitors_share_equally_and_the_line_scales_all_alike() -> None:
    driven = Stream(1).events(0.5, (2, 7, 3))
    shares = sample_shares(replace(UNIT, mismatch=0.0), driven, rows=4, parasitic=3e-15, stream=Stream(0))
    assert np.array_equal(shares, driven.astype(float)), "in units of a nominal share"


def test_a_share_follows_from_the_conservation_of_charge() -> None:
    driven = np.ones((1, 8, 2), bool)
    unit, parasitic = replace(UNIT, mismatch=0.1), 5e-15
    shares = sample_shares(unit, driven, rows=8, parasitic=parasitic, stream=Stream(3))
    nominal = float(unit.capacitance)
    farads = nominal * (1.0 + 0.1 * Stream(3).child("capacitance").normal(driven.shape))
    volts = farads / (farads.sum(axis=1, keepdims=True) + parasitic)  # of a supply of 1 V
    assert shares == pytest.approx(volts * (8 * nominal + parasitic) / nominal, rel=1e-12)


def test_rows_without_weights_load_the_line_too() -> None:
    unit = replace(UNIT, mismatch=0.05)
    few = sample_shares(unit, np.ones((1, 2, 20000), bool), rows=64, parasitic=0.0, stream=Stream(5))
    many = sample_shares(unit, np.ones((1, 64, 20000), bool), rows=64, parasitic=0.0, stream=Stream(5))
    gain = {}
    for name, shares in (("few", few), ("many", many)):
        gain[name] = shares.sum(axis=1)
    # 64 equal units without parasitics always sum to 64 shares: the line divides by their own sum
    assert gain["many"] == pytest.approx(64.0, rel=1e-12)
    # two of them: their own mismatch, and 62 others in the divisor
    expected = math.sqrt(2) * 0.05 * math.sqrt(1 - 2 / 64)
    deviation = float(gain["few"].std())
    assert deviation == pytest.approx(expected, rel=0.03)  # sampling error of 20,000: 0.5 %


def test_no_capacitance_is_negative_however_wide_the_spread() -> None:
    shares = sample_shares(
        replace(UNIT, mismatch=0.9), np.ones((1, 64, 50), bool), rows=64, parasitic=0.0, stream=Stream(0)
    )
    assert shares.min() == 0.0


def test_thermal_noise_is_that_of_the_total_capacitance() -> None:
    unit = replace(UNIT, capacitance=1e-15)
    noise = sampled_noise(unit, rows=64, parasitic=16e-15, supply=0.8, temperature=300.0)
    volts = math.sqrt(1.380649e-23 * 300.0 / 80e-15)
    share = 0.8 * 1e-15 / 80e-15
    assert noise == pytest.approx(volts / share, rel=1e-12)


def test_arrays_of_designs_are_refused() -> None:
    with pytest.raises(InputError, match="single design"):
        sample_shares(replace(UNIT, mismatch=np.array([0.1, 0.2])), np.ones((1, 2, 2), bool), rows=2, parasitic=0.0,
                      stream=Stream(0))  # fmt: skip
