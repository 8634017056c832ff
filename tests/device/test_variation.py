"""Devices drawn from a process: moments, correlations, order, and what cannot come out.

False alarms: Sobol points converge faster than independent draws, for which each bound here would be five standard
errors; a correct sampler fails a test with a probability far below 1e-6.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from scipy.stats import kstest

from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.device import Junction, Process, junction, process, sample, stack
from remanence.device.process import VARIED
from remanence.device.variation import correlated_normals

FILM = stack("cofeb-double-mgo")
FLOW = replace(process("embedded-300mm"), thickness_spread=0.01, diameter_thickness=-0.3, anisotropy_tmr=0.4)
COUNT = 1 << 14


def logarithms(cell: Junction) -> np.ndarray:
    """Standardised logarithms in the order of the correlation matrix, shape (count, 5)."""
    film = cell.stack
    columns: list[Any] = [
        cell.diameter / 40e-9,
        film.thickness / FILM.thickness,
        film.resistance_area / FILM.resistance_area,
        film.interfacial_anisotropy / FILM.interfacial_anisotropy,
        film.tunnel_magnetoresistance / FILM.tunnel_magnetoresistance,
    ]
    return np.asarray(np.log(np.stack(columns, axis=1)))


def test_medians_spreads_and_correlations_are_those_of_the_process() -> None:
    logs = logarithms(sample(FILM, FLOW, count=COUNT, seed=1, diameter=40e-9))
    spreads = np.array(
        [0.7 / 40.0, FLOW.thickness_spread, FLOW.resistance_area_spread, FLOW.anisotropy_spread, FLOW.tmr_spread]
    )
    error = 5.0 / np.sqrt(COUNT)
    np.testing.assert_allclose(logs.mean(axis=0) / spreads, 0.0, atol=error)
    np.testing.assert_allclose(logs.std(axis=0) / spreads, 1.0, atol=error)
    found = np.corrcoef(logs, rowvar=False)
    np.testing.assert_allclose(found, FLOW.correlation, atol=error)
    assert found[0, 1] == pytest.approx(-0.3, abs=error)
    assert found[2, 4] == pytest.approx(0.5, abs=error)


def test_the_diameter_has_its_standard_deviation_in_metres() -> None:
    # at 3 in 10 the spread of the logarithm is 0.28, and a first-order one would be 8 % too wide
    for size, spread in ((10e-9, 0.7e-9), (40e-9, 0.7e-9), (10e-9, 3e-9)):
        wide = replace(FLOW, diameter_spread=spread)
        diameter = np.asarray(sample(FILM, wide, count=COUNT, seed=2, diameter=size).diameter)
        assert diameter.std() == pytest.approx(spread, rel=5.0 / np.sqrt(COUNT))
        assert np.median(diameter) == pytest.approx(size, rel=1e-3)


def test_each_margin_is_normal_and_pairs_are_jointly_so() -> None:
    """Kolmogorov-Smirnov at 1e-6 on the margins and on a rotated pair (a copula that is not Gaussian fails it)."""
    matrix = np.array([[1.0, 0.6, 0.0], [0.6, 1.0, -0.2], [0.0, -0.2, 1.0]])
    drawn = correlated_normals(matrix, COUNT, Stream(4))
    for column in drawn.T:
        assert kstest(column, "norm").pvalue > 1e-6
    turned = (drawn[:, 0] + drawn[:, 1]) / np.sqrt(2.0 * 1.6)
    assert kstest(turned, "norm").pvalue > 1e-6


def test_a_singular_correlation_draws_one_variable_twice() -> None:
    drawn = correlated_normals(np.ones((2, 2)), 256, Stream(0))
    np.testing.assert_allclose(drawn[:, 0], drawn[:, 1], atol=1e-12)


def test_draws_depend_on_seed_and_index_alone() -> None:
    many, few, other = (
        np.asarray(sample(FILM, FLOW, count=count, seed=seed, diameter=40e-9).diameter)
        for count, seed in ((1000, 7), (10, 7), (10, 8))
    )
    np.testing.assert_array_equal(many[:10], few)
    assert not np.any(few == other)
    assert many.shape == (1000,)


def test_nothing_non_positive_comes_out_of_wide_spreads() -> None:
    wide = replace(FLOW, diameter_spread=12e-9, tmr_spread=0.45, resistance_area_spread=0.45)
    cell = sample(FILM, wide, count=COUNT, diameter=40e-9)
    for content in (cell.diameter, cell.stack.tunnel_magnetoresistance, cell.stack.resistance_area):
        assert np.all(np.asarray(content) > 0)


def test_everything_broadcasts_over_the_devices() -> None:
    cell = sample("cofeb-double-mgo", "embedded-300mm", count=64, diameter="40 nm", temperature="85 degC")
    stability = np.asarray(cell.thermal_stability)
    assert stability.shape == (64,)
    nominal = junction(FILM, diameter=40e-9, temperature=358.15).thermal_stability
    assert stability.min() < nominal < stability.max()
    calm = replace(process("embedded-300mm"), **{f"{name}_spread": 0.0 for name in VARIED})
    still = sample(FILM, calm, count=4, diameter=40e-9)
    np.testing.assert_allclose(np.asarray(still.thermal_stability), junction(FILM, diameter=40e-9).thermal_stability)


def test_bad_requests_are_named() -> None:
    with pytest.raises(InputError, match="must be at most 1/3"):
        sample(FILM, replace(FLOW, diameter_spread=4e-9), count=4, diameter=10e-9)
    with pytest.raises(InputError, match=r"sample: junction: got array fields \(diameter\)"):
        sample(FILM, FLOW, count=4, diameter=np.array([1e-8, 2e-8]))
    with pytest.raises(InputError, match="sample: count"):
        sample(FILM, FLOW, count=0, diameter=40e-9)
    with pytest.raises(InputError, match="must be positive semidefinite"):
        replace(FLOW, diameter_thickness=0.9, diameter_resistance_area=0.9, thickness_resistance_area=-0.9)


def test_every_pair_has_its_coefficient() -> None:
    for (i, one), (j, other) in combinations(enumerate(VARIED), 2):
        bare = {f"{a}_{b}": 0.0 for a, b in combinations(VARIED, 2)}
        made: Process = replace(FLOW, **{**bare, f"{one}_{other}": 0.25})
        assert made.correlation[i, j] == made.correlation[j, i] == 0.25
        assert np.count_nonzero(made.correlation) == len(VARIED) + 2


def test_a_junction_may_stand_in_for_stack_and_diameter() -> None:
    device = Junction(stack=FILM, diameter=40e-9, temperature=350.0)
    ours, theirs = sample(device, FLOW, 64, 1), sample(FILM, FLOW, 64, 1, diameter=40e-9, temperature=350.0)
    assert np.array_equal(np.asarray(ours.diameter), np.asarray(theirs.diameter))
    assert ours.temperature == 350.0
    with pytest.raises(InputError, match="is needed with a stack"):
        sample(FILM, FLOW, 64, 1)
    with pytest.raises(InputError, match="stand in the junction"):
        sample(device, FLOW, 64, 1, diameter=40e-9)
