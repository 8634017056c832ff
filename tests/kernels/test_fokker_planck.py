"""`fokker_planck`: against the Legendre oracle, the reference, and what every Markov chain in balance must do."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.errors import BackendError, InputError
from remanence.kernels.fokker_planck import Evolution, cpu, extrapolation, fokker_planck, grid, reference

ORACLE = Path(__file__).parents[1] / "peers" / "legendre_oracle.csv"
# the column of the device sheet at stability 60, i = 2, seven digits, computed by others
SHEET = {4: 1.526948e-02, 8: 4.836829e-06, 12: 1.522693e-09, 16: 4.793614e-13, 20: 1.509086e-16}


def curve(stability: float, force: float, times: list[float], **options: object) -> Evolution:
    return fokker_planck(np.array([stability]), np.array([[force]]), np.array([[np.inf]]), np.array([times]), **options)  # type: ignore[arg-type]


def oracle() -> list[tuple[float, float, list[float], list[float]]]:
    rows: dict[tuple[float, float], list[tuple[float, float]]] = {}
    with ORACLE.open() as file:
        for row in csv.DictReader(file):
            key = float(row["stability"]), float(row["force"])
            rows.setdefault(key, []).append((float(row["time"]), float(row["write_error"])))
    return [(*key, *(list(column) for column in zip(*values, strict=True))) for key, values in rows.items()]  # type: ignore[misc]


@pytest.mark.parametrize(("stability", "force", "times", "exact"), oracle())
def test_the_write_error_is_the_oracle_s_to_a_millionth(
    stability: float, force: float, times: list[float], exact: list[float]
) -> None:
    """Down to 1.5e-16, and the estimated error is no smaller than the true one."""
    result = curve(stability, force, times, tolerance=1e-6)
    true = np.abs(result.upper[0] / exact - 1.0)
    assert true.max() < 1e-6
    assert np.all(true <= result.upper_error[0] + 1e-10)
    assert result.upper_error.max() < 1e-6


def test_the_column_of_the_device_sheet() -> None:
    result = curve(60.0, 2.0, [float(time) for time in SHEET])
    np.testing.assert_allclose(result.upper[0], list(SHEET.values()), rtol=1e-6)


@pytest.mark.parametrize("tolerance", [1e-2, 1e-4, 1e-8])
def test_the_tolerance_is_met_and_the_estimate_is_honest(tolerance: float) -> None:
    stability, force, times, exact = oracle()[0]
    result = curve(stability, force, times, tolerance=tolerance)
    true = np.abs(result.upper[0] / exact - 1.0).max()
    assert true <= result.upper_error.max() + 1e-10
    assert result.upper_error.max() <= tolerance


@pytest.mark.parametrize(
    ("stability", "force", "rest", "times"),
    [
        (60.0, 2.0, 0.0, [0.0, 1.0, 3.0, 10.0, 30.0, 100.0]),
        (60.0, 0.3, 0.0, [1e-3, 30.0, 1e4, 1e9]),
        (20.0, 0.0, 0.0, [0.1, 10.0, 1e6, 1e10]),
        (2.0, 0.5, 0.0, [0.01, 1.0, 30.0]),
        (200.0, 1.0, 0.0, [10.0, 30.0, 100.0]),
        (40.0, 8.0, 0.2, [0.3, 1.0, 3.0]),
        (10.0, -0.4, 0.5, [1.0, 1e3]),
        (30.0, -2.0, 0.0, [30.0]),
    ],
)
def test_the_cpu_agrees_with_the_reference_on_the_same_grid(
    stability: float, force: float, rest: float, times: list[float]
) -> None:
    """The reference has no error in time; that of the cpu is below its estimate."""
    geometry = grid(96)
    nodes = np.polynomial.legendre.leggauss(8)
    arguments = (np.array([stability]), np.array([rest]), np.array([[force]]), np.array([[np.inf]]), np.array([times]),
                 geometry, 0.5 * (nodes[0] + 1.0), 0.5 * nodes[1], 1.0)  # fmt: skip
    exact, quick = reference.march(*arguments), cpu.march(*arguments)
    for side in (0, 1):
        here, known = quick[side][0], exact[side][0]
        error = np.abs(here - known) / np.maximum(known, 1e-290)
        assert np.all(error <= quick[2][0, :, side] + 1e-9)
    assert np.max(np.abs(quick[0] / exact[0] - 1.0)) < 1e-6


@given(st.floats(0.5, 200.0), st.floats(-5.0, 10.0))
@settings(deadline=None, max_examples=30)
def test_rates_are_positive_and_in_detailed_balance(stability: float, force: float) -> None:
    geometry = grid(96)
    down, up = reference.rates(stability, force, geometry)
    assert np.all(down[:-1] > 0.0)
    assert np.all(up[1:] > 0.0)
    assert down[-1] == up[0] == 0.0
    z = np.cos((np.arange(96) + 0.5) * np.pi / 96)
    log_mass = stability * z**2 - 2.0 * stability * force * z + np.log(geometry[1])
    balance = np.log(down[:-1]) + log_mass[:-1] - np.log(up[1:]) - log_mass[1:]
    assert np.max(np.abs(balance)) < 1e-9


@given(st.floats(1.0, 120.0), st.floats(-2.0, 5.0), st.floats(1e-3, 1e6))
@settings(deadline=None, max_examples=30)
def test_mass_is_conserved_and_never_negative(stability: float, force: float, time: float) -> None:
    result = curve(stability, force, [0.0, 0.1 * time, time], cells=96)
    assert result.upper[0, 0] == 1.0
    assert result.lower[0, 0] == 0.0
    assert np.all(result.upper >= 0.0)
    assert np.all(result.lower >= 0.0)


def test_mass_is_conserved_on_one_grid() -> None:
    nodes = np.polynomial.legendre.leggauss(8)
    times = np.array([[1.0, 10.0, 100.0, 1e5]])
    upper, lower, _ = cpu.march(np.array([40.0]), np.zeros(1), np.array([[0.6]]), np.array([[np.inf]]), times,
                                grid(192), 0.5 * (nodes[0] + 1.0), 0.5 * nodes[1], 1.0)  # fmt: skip
    assert np.max(np.abs(upper + lower - 1.0)) < 1e-10


@pytest.mark.parametrize(("stability", "force"), [(20.0, 0.1), (8.0, -0.3), (3.0, 0.0)])
def test_after_very_long_the_sides_are_in_equilibrium(stability: float, force: float) -> None:
    z, weights = np.polynomial.legendre.leggauss(400)
    boltzmann = np.exp(stability * (z**2 - 1.0) - 2.0 * stability * force * z) * weights
    result = curve(stability, force, [1e15])
    assert result.upper[0, 0] == pytest.approx(boltzmann[z > 0].sum() / boltzmann.sum(), rel=1e-8, abs=0)


def test_one_grid_converges_with_the_square_and_four_with_the_eighth_power() -> None:
    stability, force, times, exact = oracle()[1]
    error = {}
    for cells in (192, 384, 768):
        nodes = np.polynomial.legendre.leggauss(8)
        upper, _, _ = cpu.march(np.array([stability]), np.zeros(1), np.array([[force]]), np.array([[np.inf]]),
                                np.array([times]), grid(cells), 0.5 + 0.5 * nodes[0], 0.5 * nodes[1], 0.5)  # fmt: skip
        error[cells] = np.abs(upper[0] / exact - 1.0).max()
    assert np.log2(error[384] / error[768]) == pytest.approx(2.0, abs=0.05)
    coarse, fine = (
        np.abs(curve(stability, force, times, cells=cells).upper[0] / exact - 1.0).max() for cells in (192, 384)
    )
    assert np.log2(coarse / fine) > 5.0


def test_extrapolation_cancels_even_powers() -> None:
    cells = (32, 48, 64, 96)
    weights = extrapolation(cells)
    assert weights.sum() == pytest.approx(1.0, rel=1e-13)
    for power in (2, 4, 6):
        assert sum(weight / count**power for weight, count in zip(weights, cells, strict=True)) == pytest.approx(
            0.0, abs=1e-13 / cells[0] ** power * np.abs(weights).sum() * 10.0
        )


def test_a_batch_is_the_loop() -> None:
    rng = np.random.Generator(np.random.Philox(7))
    stability, force = rng.uniform(20.0, 80.0, 11), rng.uniform(0.2, 3.0, (11, 1))
    times = np.sort(rng.uniform(0.5, 12.0, (11, 4)), axis=1)
    together = fokker_planck(stability, force, np.full((11, 1), np.inf), times, cells=96)
    for k in range(11):
        alone = fokker_planck(
            stability[k : k + 1], force[k : k + 1], np.full((1, 1), np.inf), times[k : k + 1], cells=96
        )
        np.testing.assert_allclose(together.upper[k], alone.upper[0], rtol=1e-13)
        np.testing.assert_allclose(together.lower[k], alone.lower[0], rtol=1e-13)


def test_a_pulse_cut_into_equal_segments_is_the_whole_pulse() -> None:
    whole = curve(60.0, 2.0, [1.0, 3.0, 7.0, 10.0])
    cut = fokker_planck(
        np.array([60.0]), np.full((1, 4), 2.0), np.array([[2.0, 0.0, 3.0, 5.0]]), np.array([[1.0, 3.0, 7.0, 10.0]])
    )
    np.testing.assert_allclose(cut.upper, whole.upper, rtol=1e-6)
    np.testing.assert_allclose(cut.lower, whole.lower, rtol=1e-6)


def test_segments_agree_with_the_reference() -> None:
    arguments = (np.array([30.0]), np.array([[2.5, -0.5, 1.5]]), np.array([[1.0, 0.5, 2.0]]),
                 np.array([[0.5, 1.2, 1.5, 3.5, 6.0]]))  # fmt: skip
    quick, exact = (fokker_planck(*arguments, cells=96, backend=name) for name in ("cpu", "reference"))
    assert (quick.backend, exact.backend) == ("cpu", "reference")
    np.testing.assert_allclose(quick.upper, exact.upper, rtol=1e-6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"side": "left"}, "side: got left"),
        ({"tolerance": 0.5}, "tolerance: got 0.5"),
        ({"cells": 100}, "cells: got 100"),
        ({"times": np.array([[2.0, 1.0]])}, "times: got times that fall"),
        ({"force": np.array([2.0])}, r"shapes .* must be \(B,\)"),
    ],
)
def test_bad_input_is_refused(change: dict[str, object], message: str) -> None:
    arguments: dict[str, object] = {"stability": np.array([60.0]), "force": np.array([[2.0]]),
                                    "length": np.array([[np.inf]]), "times": np.array([[1.0]])}  # fmt: skip
    with pytest.raises(InputError, match=message):
        fokker_planck(**(arguments | change))  # type: ignore[arg-type]
    with pytest.raises(BackendError, match="'tpu'; known are reference, cpu, auto"):
        fokker_planck(**arguments, backend="tpu")  # type: ignore[arg-type]
