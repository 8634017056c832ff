"""Transistors at temperature: closed forms, the card's own two points, BSIM4 models, whole fins, refusals."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remanence.circuit import Node, leakage, linear_resistance, off_current, on_current, sram_leakage
from remanence.circuit.transistor import HIGHEST, HOT, LOWEST, REFERENCE, leakage_factor
from remanence.core.constants import BOLTZMANN, ELEMENTARY_CHARGE
from remanence.core.declare import Array, lift, replace
from remanence.core.errors import InputError, ValidityError
from remanence.data import Draws, build

PLANAR, FINFET = build(Node, "cmos-22nm"), build(Node, "cmos-16nm")
PEERS = Path(__file__).parents[1] / "peers" / "transistor_temperature" / "temperature.csv"


def peer(model: str) -> dict[float, tuple[float, float, float]]:
    """Read kelvin: (on-current, off-current, linear resistance) of one simulated transistor."""
    with PEERS.open() as file:
        rows = [row for row in csv.reader(file) if row[0] == model]
    return {float(row[1]) + 273.15: (float(row[2]), float(row[3]), float(row[4])) for row in rows}


@pytest.mark.parametrize("law", [off_current, on_current, linear_resistance])
def test_the_laws_pass_through_both_points_of_the_card(law: Callable[[Node, float], float]) -> None:
    name = law.__name__
    cold, ratio = getattr(PLANAR, name), getattr(PLANAR, f"{name}_ratio")
    assert law(PLANAR, REFERENCE) == pytest.approx(cold, rel=1e-14, abs=0)
    assert law(PLANAR, HOT) == pytest.approx(cold * ratio, rel=1e-13, abs=0)


@given(
    threshold=st.floats(0.1, 0.7),
    slope=st.floats(0.0, 1.5e-3),
    swing=st.floats(1.0, 2.0),
    kelvin=st.floats(LOWEST, HIGHEST),
)
def test_the_leakage_law_is_that_of_a_threshold_that_falls_linearly(
    threshold: float, slope: float, swing: float, kelvin: float
) -> None:
    def subthreshold(temperature: float) -> float:
        at = threshold - slope * (temperature - REFERENCE)
        return temperature**2 * float(np.exp(-ELEMENTARY_CHARGE * at / (swing * BOLTZMANN * temperature)))

    node = replace(PLANAR, off_current_ratio=subthreshold(HOT) / subthreshold(REFERENCE))
    expected = subthreshold(kelvin) / subthreshold(REFERENCE)
    assert leakage_factor(node, kelvin) == pytest.approx(expected, rel=1e-9, abs=0)


@pytest.mark.parametrize(
    ("model", "coldest", "leak", "drive"),
    [
        ("sky130-nfet-01v8", 233.0, 0.08, 0.03),  # subthreshold current alone
        ("freepdk45-vtl", 233.0, 0.02, 0.15),  # BSIM4 freezes its mobility law in the cold
        ("freepdk45-vtg", 298.0, 0.02, 0.04),  # 27 % low at -40 degC, where tunnelling sets a floor
    ],
)
def test_two_points_foretell_a_bsim4_transistor(model: str, coldest: float, leak: float, drive: float) -> None:
    """One ratio per value, taken at 125 degC, holds from -40 to 150 degC."""
    table = peer(model)
    ratios = np.array(table[HOT]) / np.array(table[REFERENCE])
    node = replace(
        PLANAR,
        **dict(zip(("on_current", "off_current", "linear_resistance"), table[REFERENCE], strict=True)),
        **dict(zip(("on_current_ratio", "off_current_ratio", "linear_resistance_ratio"), ratios, strict=True)),
    )
    for kelvin, (on, off, linear) in table.items():
        if kelvin >= coldest:
            assert on_current(node, kelvin) == pytest.approx(on, rel=drive, abs=0)
            assert off_current(node, kelvin) == pytest.approx(off, rel=leak, abs=0)
            assert linear_resistance(node, kelvin) == pytest.approx(linear, rel=drive, abs=0)


def test_cards_rest_on_the_simulated_ratios() -> None:
    sky, vtg = peer("sky130-nfet-01v8"), peer("freepdk45-vtg")
    assert sky[HOT][1] / sky[REFERENCE][1] == pytest.approx(210, rel=0.01, abs=0)
    assert sky[HOT][2] / sky[REFERENCE][2] == pytest.approx(PLANAR.linear_resistance_ratio, rel=0.005, abs=0)
    assert vtg[HOT][0] / vtg[REFERENCE][0] == pytest.approx(0.64, rel=0.005, abs=0)


def test_leakage_is_supply_times_current_times_width() -> None:
    assert leakage(PLANAR, 1e-6) == pytest.approx(PLANAR.supply * PLANAR.off_current * 1e-6, rel=1e-14, abs=0)
    assert leakage(PLANAR, 0.0) == 0.0
    hot = sram_leakage(PLANAR, HOT)
    assert hot == pytest.approx(PLANAR.sram_cell_leakage * PLANAR.off_current_ratio, rel=1e-13, abs=0)
    with pytest.raises(InputError, match=r"leakage: width: got -1e-06 m; must be at least 0 m"):
        leakage(PLANAR, np.array([1e-6, -1e-6]))


def test_draws_and_a_sweep_of_temperatures_broadcast() -> None:
    node = lift(build(Node, "cmos-7nm", Draws(count=32)), 1)
    kelvin = np.linspace(LOWEST, HIGHEST, 9)
    leaks = np.asarray(leakage(node, 1e-6, kelvin))
    assert leaks.shape == (32, 9)
    assert np.all(np.diff(leaks, axis=1) > 0)
    assert np.all(np.diff(np.asarray(linear_resistance(node, kelvin)), axis=1) >= 0)
    drives, alone = np.asarray(on_current(node, kelvin)), build(Node, "cmos-7nm", Draws(count=32))
    np.testing.assert_allclose(drives[:, 4], on_current(alone, kelvin[4]), rtol=1e-14)


@pytest.mark.parametrize("law", [off_current, on_current, linear_resistance, sram_leakage])
@pytest.mark.parametrize("kelvin", [232.0, 424.0, 85.0, np.nan])
def test_a_temperature_outside_the_range_is_refused(law: Callable[[Node, Array], Array], kelvin: float) -> None:
    with pytest.raises(ValidityError, match=r"must be from 233 to 423.15 K \(-40 to 150 degC\)"):
        law(PLANAR, np.array([300.0, kelvin]))


def test_celsius_is_recognised() -> None:
    with pytest.raises(ValidityError, match=r"got 125 K; .* add 273.15"):
        on_current(PLANAR, 125.0)
    on_current(PLANAR, -40.0 + 273.15)
    on_current(PLANAR, 150.0 + 273.15)


@given(fins=st.floats(0.01, 200.0))
def test_a_finfet_gets_whole_fins_and_never_too_few(fins: float) -> None:
    needed = fins * float(FINFET.fin_width)
    width = float(FINFET.transistor_width(needed))
    whole = width / float(FINFET.fin_width)
    assert whole == pytest.approx(round(whole), rel=1e-12)
    assert width >= needed * (1.0 - 1e-8)
    assert width - needed < FINFET.fin_width * (1.0 + 1e-8)
    assert FINFET.footprint(needed) == pytest.approx(round(whole) * float(FINFET.fin_pitch), rel=1e-12, abs=0)
    assert FINFET.transistor_width(width) == pytest.approx(width, rel=1e-12, abs=0)  # asking again adds no fin


def test_a_planar_width_is_free_and_takes_its_own_length() -> None:
    assert not PLANAR.finned
    assert PLANAR.transistor_width(1.23e-7) == 1.23e-7
    assert PLANAR.footprint(1.23e-7) == 1.23e-7
    with pytest.raises(InputError, match="only a FinFET has fins"):
        PLANAR.fins(1e-7)


def test_fins_broadcast_over_draws_and_widths() -> None:
    node = lift(build(Node, "cmos-10nm", Draws(count=16)), 1)
    needed = np.array([1e-9, 1e-7, 1e-6])
    fins = np.asarray(node.fins(needed))
    assert fins.shape == (16, 3)
    np.testing.assert_array_equal(fins, np.round(fins))
    np.testing.assert_array_equal(fins[:, 0], 1.0)


@pytest.mark.parametrize("needed", [0.0, -1e-9, np.nan, np.inf, np.array([1e-7, 0.0])])
@pytest.mark.parametrize("node", [PLANAR, FINFET], ids=["planar", "finfet"])
def test_a_width_must_be_positive(node: Node, needed: float) -> None:
    with pytest.raises(InputError, match="a width must be above 0 m"):
        node.transistor_width(needed)


def test_a_fin_needs_a_pitch_and_a_width() -> None:
    with pytest.raises(InputError, match="both be above 0 m"):
        replace(FINFET, fin_pitch=0.0)
    with pytest.raises(InputError, match="both be above 0 m"):
        replace(PLANAR, fin_width=5e-8)
    with pytest.raises(InputError, match="both be above 0 m"):
        replace(FINFET, fin_width=np.array([5e-8, 0.0]))
