"""Thermal equilibrium and dwell times of the stochastic equation of motion against exact distributions.

Seeds are fixed; `FALSE_ALARM` is the chance, for each p-value, that a sound integrator would have failed on a seed
chosen blindly. An integrator has a bias of its own step, so samples are taken at steps whose bias is far below what the
test resolves.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from remanence.core.stream import Stream
from remanence.device import junction
from remanence.device.dynamics import simulate
from remanence.device.macrospin import boltzmann, macrospin
from remanence.device.retention import log_reduced_dwell_time
from remanence.kernels.stochastic_llg import INTEGRATORS, Layer, stochastic_llg

FALSE_ALARM = 1e-8
PERPENDICULAR = (0.0, 0.0, 1.0)


def exact(stability: float, field: float = 0.0, one_well: bool = False) -> Callable[..., NDArray[np.float64]]:
    """Return the distribution function of m_z: density exp(Delta (z^2 + 2 h z))."""
    z = np.linspace(0.0 if one_well else -1.0, 1.0, 200_001)
    density = np.exp(stability * (z**2 + 2.0 * field * z - 1.0 - 2.0 * abs(field)))
    mass = np.concatenate([[0.0], np.cumsum(0.5 * (density[1:] + density[:-1]))])
    return lambda sample: np.interp(sample, z, mass / mass[-1])


def equilibrium(
    stability: float, integrator: str, backend: str, count: int, step: float, steps: int, **terms: object
) -> NDArray[np.float64]:
    layer = Layer(damping=0.3, anisotropy=PERPENDICULAR, temperature=1.0 / stability, **terms)  # type: ignore[arg-type,unused-ignore]
    # half of the starts in each well, far from equilibrium: what is tested is that they get there
    start = np.zeros((count, 1, 3))
    start[:, 0, 2] = np.where(np.arange(count) % 2, 1.0, -1.0)
    return stochastic_llg([layer], start, drive=np.zeros(steps), step=step, key=Stream(3).child(integrator).key,
                          integrator=integrator, backend=backend).m[:, 0]  # fmt: skip


@pytest.mark.parametrize("integrator", INTEGRATORS)
@pytest.mark.parametrize("stability", [1.5, 6.0])
def test_equilibrium_is_boltzmanns(stability: float, integrator: str) -> None:
    m = equilibrium(stability, integrator, "cpu", 40_000, 0.1, 1500)
    assert stats.kstest(m[:, 2], exact(stability)).pvalue > FALSE_ALARM
    azimuth = np.arctan2(m[:, 1], m[:, 0]) / (2.0 * np.pi) + 0.5
    assert stats.kstest(azimuth, "uniform").pvalue > FALSE_ALARM


@pytest.mark.parametrize("integrator", INTEGRATORS)
@pytest.mark.parametrize("stability", [1.5, 6.0])
def test_equilibrium_of_the_definition_is_boltzmanns(stability: float, integrator: str) -> None:
    m = equilibrium(stability, integrator, "reference", 2000, 0.2, 250)
    assert stats.kstest(m[:, 2], exact(stability)).pvalue > FALSE_ALARM


def test_a_field_shifts_the_equilibrium() -> None:
    m = equilibrium(1.5, "heun", "cpu", 40_000, 0.1, 1000, field=(0.0, 0.0, 0.2))
    assert stats.kstest(m[:, 2], exact(1.5, 0.2)).pvalue > FALSE_ALARM


def test_a_tilted_and_elliptic_layer_is_boltzmanns_too() -> None:
    """All three axes differ and the field is oblique: every component against the sphere's integral."""
    a, field, stability = np.array([-0.5, 0.3, 1.0]), np.array([0.1, -0.2, 0.15]), 2.5
    layer = Layer(damping=0.3, anisotropy=a, field=field, temperature=1.0 / stability, second_order=0.2)
    start = np.zeros((40_000, 1, 3))
    start[:, 0, 2] = np.where(np.arange(40_000) % 2, 1.0, -1.0)
    m = stochastic_llg([layer], start, drive=np.zeros(1000), step=0.1, key=Stream(5).key, backend="cpu").m[:, 0]
    z, w = np.polynomial.legendre.leggauss(200)
    phi = 2.0 * np.pi * (np.arange(400) + 0.5) / 400
    across = np.sqrt(1.0 - z**2)[:, None]
    grid = np.stack([across * np.cos(phi), across * np.sin(phi), np.broadcast_to(z[:, None], (200, 400))], axis=-1)
    energy = -0.5 * grid**2 @ a - grid @ field + 0.05 * (1.0 - grid[..., 2] ** 2) ** 2
    weight = w[:, None] * np.exp(-2.0 * stability * energy)
    for power in (1, 2):
        mean = (grid**power * weight[..., None]).sum(axis=(0, 1)) / weight.sum()
        spread = m.std(axis=0) if power == 1 else (m**2).std(axis=0)
        assert np.all(np.abs((m**power).mean(axis=0) - mean) < 5.7 * spread / 200.0)  # 1e-8 two-sided


def test_two_coupled_layers_reach_their_common_equilibrium() -> None:
    """No anisotropy, antiferromagnetic exchange: the density of the cosine between them is exp(-2 j c/theta)."""
    coupling, theta = 0.5, 0.4
    layers = [Layer(damping=0.3, temperature=theta, coupling=(-coupling,) * 3)] * 2
    start = np.zeros((40_000, 2, 3))
    start[:, :, 2] = 1.0
    m = stochastic_llg(layers, start, drive=np.zeros(600), step=0.1, key=Stream(6).key, backend="cpu").m
    slope = 2.0 * coupling / theta
    cosine = (m[:, 0] * m[:, 1]).sum(axis=1)

    def distribution(c: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((np.exp(slope) - np.exp(-slope * c)) / (np.exp(slope) - np.exp(-slope)))

    assert stats.kstest(np.clip(cosine, -1, 1), distribution).pvalue > FALSE_ALARM


def test_a_short_real_step_is_not_too_hot() -> None:
    """A peer's default solver equilibrates 15 times too hot at 1 ps, another one 4 times under normalised time."""
    cell = junction("cofeb-double-mgo", diameter="30 nm")
    stability = float(cell.thermal_stability)
    run = simulate(cell, duration=20e-9, trajectories=20_000, seed=4, start="P", initial="pole")
    hot = (1.0 - run.m.values[:, 2] ** 2).mean()
    z = np.linspace(0.0, 1.0, 100_001)
    weight = np.exp(stability * (z**2 - 1.0))
    expected = ((1.0 - z**2) * weight).sum() / weight.sum()
    # the spread of 1 - z^2 is its mean; what is left of the start decays as exp(-2 t/tau_D)
    assert 20e-9 / float(cell.damping_time) > 5.0
    assert hot == pytest.approx(expected, rel=6.0 / np.sqrt(20_000), abs=0)


@pytest.mark.parametrize("integrator", INTEGRATORS)
def test_weak_order(integrator: str) -> None:
    """The bias of <m_z^2> at long steps. The implicit schemes fall with order one or better.

    Heun's first order is as large, but a larger term of higher order and the other sign hides it above 0.3.
    """
    stability, count = 4.0, 32_768
    z = np.linspace(0.0, 1.0, 100_001)
    weight = np.exp(stability * z**2)
    expected = (z**2 * weight).sum() / weight.sum()

    def bias(step: float) -> float:
        layer = Layer(damping=0.1, anisotropy=PERPENDICULAR, temperature=1.0 / stability)
        m, mean, steps = np.tile([[[0.0, 0.0, 1.0]]], (count, 1, 1)), [], round(10.0 / step)
        for sample in range(40):
            m = stochastic_llg([layer], m, drive=np.zeros(steps), step=step, key=Stream(8).key,
                               first_step=sample * steps, integrator=integrator, backend="cpu").m  # fmt: skip
            mean.append((m[:, 0, 2] ** 2).mean())
        return float(np.mean(mean[8:]) - expected)

    coarse, fine = bias(0.6), bias(0.2)
    resolved = 0.0006  # two standard errors of the mean of samples a decay time apart
    assert abs(coarse) > 8 * resolved
    assert abs(fine) < abs(coarse) / 2.2 + resolved
    assert abs(fine) < 0.015 * 0.2 + resolved


ORACLE = {2.0: 5.949222e-1, 4.0: 1.526948e-2, 6.0: 2.725799e-4}
"""Write error at Delta 60 and i = 2 against t/tau_D: Legendre expansion in 220-bit numbers."""


def write_error(time: float, count: int, integrator: str = "heun") -> int:
    """Return how many of ``count`` trajectories are still on the side of their thermal start."""
    stability, overdrive, alpha, step = 60.0, 2.0, 0.1, 0.05
    layer = Layer(damping=alpha, anisotropy=PERPENDICULAR, temperature=1.0 / stability,
                  damping_like=((0.0, 0.0, -alpha * overdrive),))  # fmt: skip
    uniform, z = Stream(21).uniform((count, 2)), np.linspace(0.0, 1.0, 200_001)
    mass = np.concatenate([[0.0], np.cumsum(np.exp(stability * (0.5 * (z[1:] + z[:-1])) ** 2 - stability))])
    up = np.interp(uniform[:, 0] * mass[-1], mass, z)
    across, azimuth = np.sqrt(1.0 - up**2), 2.0 * np.pi * uniform[:, 1]
    start = np.stack([across * np.cos(azimuth), across * np.sin(azimuth), up], axis=1)[:, None]
    steps = round(time * (1.0 + alpha**2) / alpha / step)
    m = stochastic_llg([layer], start, drive=np.ones(steps), step=time * (1.0 + alpha**2) / alpha / steps,
                       key=Stream(22).key, integrator=integrator, backend="cpu").m  # fmt: skip
    return int(np.count_nonzero(m[:, 0, 2] > 0))


@pytest.mark.parametrize("time", [2.0, 4.0])
def test_write_errors_agree_with_fokker_planck(time: float) -> None:
    failed = write_error(time, 60_000)
    assert stats.binomtest(failed, 60_000, ORACLE[time]).pvalue > FALSE_ALARM


@pytest.mark.heavy
@pytest.mark.parametrize("integrator", INTEGRATORS)
def test_rare_write_errors_agree_with_fokker_planck(integrator: str) -> None:
    failed = write_error(6.0, 1_000_000, integrator)
    assert stats.binomtest(failed, 1_000_000, ORACLE[6.0]).pvalue > FALSE_ALARM


def dwell(stability: float, step: float, events: int) -> float:
    """Return twice the mean first passage from the pole to the equator, over tau_D: "until the other well is chosen".

    At the equator either well is as likely, so the mean passage counts half of a dwell. A passage seen at steps only is
    late, as if the equator lay 0.5826 standard deviations of a step further (Siegmund); the caller takes short steps.
    """
    alpha = 0.5
    layer = Layer(damping=alpha, anisotropy=PERPENDICULAR, temperature=1.0 / stability)
    damping_time = (1.0 + alpha**2) / alpha
    m, passage = np.tile([[[0.0, 0.0, 1.0]]], (events, 1, 1)), np.zeros(events)
    waiting, done, key = np.arange(events), 0, Stream(9).key
    chunk = max(64, round(0.25 * float(np.exp(log_reduced_dwell_time(stability))) * damping_time / step))
    for _ in range(400):
        # those that passed are taken out; the others keep running on draws of their own
        result = stochastic_llg([layer], m, drive=np.zeros(chunk), step=step, key=key, first_step=done,
                                side=np.ones(waiting.size), backend="cpu")  # fmt: skip
        passed = result.crossing >= 0
        passage[waiting[passed]] = result.crossing[passed] * step
        waiting, m, done = waiting[~passed], result.m[~passed], done + chunk
        if not waiting.size:
            return float(2.0 * passage.mean() / damping_time)
    raise AssertionError("some never passed")


@pytest.mark.parametrize("stability", [3.0])
def test_dwell_time_is_the_exact_integral(stability: float) -> None:
    measured = dwell(stability, 0.002, 12_000)
    assert measured == pytest.approx(np.exp(log_reduced_dwell_time(stability)), rel=0.03, abs=0)


@pytest.mark.heavy
@pytest.mark.parametrize("stability", [4.0, 5.0, 6.0, 8.0])
def test_dwell_times_of_longer_waits(stability: float) -> None:
    measured = dwell(stability, 0.002, 12_000)
    assert measured == pytest.approx(np.exp(log_reduced_dwell_time(stability)), rel=0.03, abs=0)


@pytest.mark.parametrize("side", ["P", "AP"])
@pytest.mark.parametrize("diameter", ["15 nm", "40 nm"])
def test_thermal_starts_are_boltzmanns(side: str, diameter: str) -> None:
    cell = junction("cofeb-double-mgo", diameter=diameter)
    run = simulate(cell, duration=1e-12, trajectories=50_000, seed=7, start=side, record=2)
    z = run.path.values[0, :, 2] * (1.0 if side == "P" else -1.0)
    assert stats.kstest(z.astype(np.float64), exact(float(cell.thermal_stability), one_well=True)).pvalue > FALSE_ALARM


def test_thermal_starts_of_an_elliptic_cell_in_an_oblique_field() -> None:
    """The tabulated start against the equation of motion: it must not move when time runs."""
    cell = junction("cofeb-double-mgo", diameter="20 nm")
    from remanence.core.declare import replace

    cell = replace(cell, aspect_ratio=1.5, in_plane_field=0.15 * cell.anisotropy_field)
    start = boltzmann(macrospin(cell, ()), 1.0, 40_000, Stream(1))
    run = simulate(cell, duration=5e-9, trajectories=40_000, seed=8, start="P", initial=start)
    assert start[:, 0].mean() > 0.1
    for axis in range(3):
        assert stats.ks_2samp(start[:, axis], run.m.values[:, axis]).pvalue > FALSE_ALARM
