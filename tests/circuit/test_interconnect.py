"""Wires between blocks: geometry against random points and exact trees, energy against measured links."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remanence.circuit import Node, Periphery, between, mesh_path, route, tree_path
from remanence.circuit.htree import tree
from remanence.core.declare import replace
from remanence.core.errors import InputError, UnknownNameError
from remanence.core.stream import Stream
from remanence.data import Draws, build

NODE, PERIPHERY = build(Node, "cmos-22nm"), build(Periphery, "standard")


@pytest.mark.parametrize(("first", "second"), [(1.0, 1.0), (4.0, 1.0), (1.0, 9.0), (1.0, 0.0)])
def test_two_blocks_are_as_far_apart_as_random_points_in_them(first: float, second: float) -> None:
    points = Stream(5).uniform((4, 200_000)) - 0.5
    a, b = np.sqrt(first), np.sqrt(second)
    along = (a + b) / 2.0 + points[0] * a - points[1] * b
    across = np.abs(points[2] * a - points[3] * b)
    assert between(first, second) == pytest.approx(float(np.mean(along + across)), rel=5e-3)


@pytest.mark.parametrize("ways", [1, 2, 8, 32])
def test_a_tree_path_is_that_of_the_trees_of_macros(ways: int) -> None:
    """The routing of macros enters at an edge: half a subarray height is its last step, a whole width its first."""
    one = np.array([ways])
    sums = tree(one, one, np.array([1]), np.array([1]), np.array([1]), np.array([10]))
    side = np.sqrt(float(ways * ways))
    assert tree_path(float(ways * ways), ways * ways) == pytest.approx(side - 1.0, rel=1e-12, abs=0)
    if ways > 1:
        assert float(sums.down[0]) == pytest.approx((side - 1.0) / 2.0, rel=1e-12, abs=0), "halves of each direction"


@pytest.mark.parametrize("side", [1, 2, 3, 7])
def test_a_mesh_path_is_the_mean_over_all_pairs(side: int) -> None:
    places = np.arange(side)
    distance = np.abs(places[:, None] - places[None, :]).mean() * 2.0
    assert mesh_path(float(side**2), side**2) == pytest.approx(distance, rel=1e-12, abs=1e-15)


@given(st.floats(1e-9, 1e-4), st.floats(1.01, 100.0), st.integers(1, 4096), st.integers(1, 4096))
def test_longer_ways_in_larger_chips(area: float, factor: float, few: int, more: int) -> None:
    assert between(area * factor, area) > between(area, area)
    for path in (tree_path, mesh_path):
        assert path(area * factor, few + 1) > path(area, few + 1)
        assert path(area, few + more) >= path(area, few)


@pytest.mark.parametrize(
    "name", ["cmos-130nm-hp", "cmos-65nm-hp", "cmos-40nm-hp", "cmos-40nm", "cmos-22nm", "cmos-7nm"]
)
@pytest.mark.parametrize("kind", ["line", "thick"])
def test_a_full_swing_costs_more_than_a_measured_low_swing_and_about_what_a_published_tool_says(
    name: str, kind: str
) -> None:
    """40.4 fJ/bit/mm measured at low swing, 45 nm (park2013); repeated full-swing wires of NVSim 0.38 to 0.83 pJ/mm."""
    one = route(build(Node, name), PERIPHERY, kind=kind)
    assert one.full_swing * 1e-3 > 40.4e-15
    assert 0.38e-12 / 4.0 < one.full_swing * 1e-3 < 0.83e-12


def test_a_bit_is_the_activity_of_a_full_swing_and_follows_the_supply() -> None:
    one, higher = route(NODE, PERIPHERY), route(replace(NODE, supply=1.6), PERIPHERY)
    assert one.energy == pytest.approx(0.5 * float(one.full_swing), rel=1e-12, abs=0)
    assert 3.0 < higher.energy / one.energy < 6.0, "V^2, and resistances that change the repeaters"
    assert one.full_swing > float(NODE.thick_capacitance) * 0.8**2, "repeaters come on top of the wire"


def test_draws_come_through() -> None:
    draws = Draws(count=16)
    drawn = route(build(Node, "cmos-22nm", draws), build(Periphery, "standard", draws))
    one = route(NODE, PERIPHERY)
    for field in ("energy", "full_swing", "delay", "leakage"):
        column = np.asarray(getattr(drawn, field))
        assert column.shape == (16,)
        assert column.min() < getattr(one, field) < column.max()


def test_bad_questions_are_refused() -> None:
    with pytest.raises(InputError, match="must be at least 0"):
        between(-1.0, 1.0)
    with pytest.raises(InputError, match="one of two blocks"):
        between(0.0, 0.0)
    with pytest.raises(InputError, match="must be at least 1"):
        tree_path(1.0, 0)
    with pytest.raises(UnknownNameError, match="thick"):
        route(NODE, PERIPHERY, kind="thik")
