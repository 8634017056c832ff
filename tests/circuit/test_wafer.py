"""What silicon costs: price over area, and a memory's masks on top."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.circuit import Cell, Wafer
from remanence.circuit.wafer import area_price
from remanence.data import build, names

WAFERS = {name: build(Wafer, name) for name in names("wafer")}


def test_price_by_hand() -> None:
    """3000 dollars over 706.9 cm^2 are 4.24 a cm^2; 3 of 42 masks more add a fourteenth."""
    wafer = WAFERS["cmos-28nm"]
    assert area_price(wafer) * 1e-4 == pytest.approx(4.244, rel=1e-3, abs=0)
    cell = build(Cell, "stt-1t1mtj")
    assert area_price(wafer, cell.extra_masks) / area_price(wafer) == pytest.approx(1 + 3 / 42, rel=1e-12, abs=0)
    np.testing.assert_allclose(area_price(wafer, np.array([0.0, 42.0])), area_price(wafer) * np.array([1.0, 2.0]))


def test_newer_wafers_cost_more() -> None:
    prices = [float(WAFERS[f"cmos-{size}nm"].price) for size in (90, 40, 28, 22, 16, 10, 7, 5)]
    assert prices == sorted(prices)


def test_flash_adds_more_masks_than_junctions_and_a_latch_none() -> None:
    masks = {name: float(build(Cell, name).extra_masks) for name in ("nor-flash", "stt-1t1mtj", "sram-6t", "sram-8t")}
    assert masks["nor-flash"] > masks["stt-1t1mtj"] > masks["sram-6t"] == masks["sram-8t"] == 0.0
