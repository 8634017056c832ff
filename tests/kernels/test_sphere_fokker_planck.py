"""`sphere_fokker_planck`: against quadrature, dense exponentials and the axial solver; what rotations leave alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.linalg import null_space
from scipy.spatial.transform import Rotation

from remanence.core.errors import BackendError, InputError, ValidityError
from remanence.device import reduced
from remanence.kernels.sphere_fokker_planck import (
    Motion,
    boltzmann,
    cpu,
    generator,
    harmonics,
    reference,
    relaxation,
    sphere_fokker_planck,
)


def awry(**changes: Any) -> Motion:
    """Every term at once, along no axis."""
    tensor = np.array([[0.1, 0.05, -0.1], [0.05, -0.2, 0.02], [-0.1, 0.02, 0.9]])
    given: dict[str, Any] = {"damping": 0.1, "temperature": 0.3, "anisotropy": tensor, "second_order": 0.2,
             "field": (0.1, -0.05, 0.03), "damping_like": (0.02, 0.01, -0.15)}  # fmt: skip
    return Motion(**given | changes)


@pytest.mark.parametrize("normal", [0, 1, 2])
def test_the_sparse_operator_is_the_weak_form_by_quadrature(normal: int) -> None:
    """The reference takes forces as vectors, by the equation of motion, and shares no operator."""
    motion = awry(normal=normal)
    np.testing.assert_allclose(generator(motion, 9).toarray(), reference.generator(motion, 9), atol=1e-11)


def test_mass_is_kept_and_the_boltzmann_distribution_stands_still() -> None:
    """At any energy: precession runs along its contours, and the climb is balanced by heat."""
    motion = awry(damping_like=(0.0, 0.0, 0.0))
    matrix = generator(motion, 30)
    assert np.abs(matrix[[0]].toarray()).max() == 0.0
    halves = [boltzmann(motion, 30, side) for side in (1.0, -1.0)]
    basis = np.stack(halves, axis=1)
    # the whole distribution is the mixture of the two halves that stands still
    kernel = null_space(matrix.toarray(), rcond=1e-10)
    assert kernel.shape[1] == 1
    stationary = kernel[:, 0] / (kernel[0, 0] * np.sqrt(4.0 * np.pi))
    upper = harmonics.hemisphere(30) @ stationary
    low = harmonics.degrees(30) <= 20
    np.testing.assert_allclose(stationary[low], (basis @ [upper, 1.0 - upper])[low], atol=1e-9)
    found = relaxation(motion, "upper", tolerance=1e-8)
    assert found.upper == pytest.approx(upper, rel=1e-8, abs=0)


def test_hemispheres_and_projections() -> None:
    """Coefficients of a start with mass on one side only give that mass back."""
    motion = awry(temperature=0.05, damping_like=(0.0, 0.0, 0.0))
    for side, mass in ((1.0, 1.0), (-1.0, 0.0)):
        start = boltzmann(motion, 60, side)
        assert start[0] * np.sqrt(4.0 * np.pi) == pytest.approx(1.0, rel=1e-14, abs=0)
        # cut off at a finite degree, the step on the equator is of the height exp(-barrier)
        assert harmonics.hemisphere(60) @ start == pytest.approx(mass, abs=1e-4)


def test_steps_against_dense_exponentials() -> None:
    """Two segments, of which the second holds for ever, seen before, at and after the change."""
    rest, pulse = awry(damping_like=(0.0, 0.0, 0.0)), awry()
    arguments = (rest, [pulse, rest], [0.7, 5.0], [0.0, 0.3, 0.7, 1.0, 3.0])
    slow = sphere_fokker_planck(*arguments, order=14, backend="reference")
    matrices = [generator(item, 14) for item in (pulse, rest)]
    start = boltzmann(rest, 14, 1.0)
    upper, lower, _ = cpu.march(matrices, np.array([0.7, 5.0]), start, np.array(arguments[3]), 14, 1.0, 1e-9, 0.01)
    np.testing.assert_allclose(upper[1:], slow.upper[1:], rtol=1e-9)
    np.testing.assert_allclose(upper + lower, 1.0, rtol=1e-13)


def test_the_step_is_l_stable_and_of_its_order() -> None:
    """|R| at most 1 on the imaginary axis, where precession lies, and 0 at infinity."""

    def step(z: Any, share: float = 1.0) -> Any:
        solved = 1.0 / (1.0 - np.asarray(z) / cpu.POLE)
        series = cpu.laguerre(cpu.SOLVES, share * cpu.POLE)
        return solved * sum(weight * (1.0 - solved) ** n for n, weight in enumerate(series))

    axis = np.concatenate([np.linspace(0.0, 80.0, 20001), np.geomspace(80.0, 1e8, 500)])
    assert np.abs(step(1j * axis)).max() <= 1.0 + 1e-12
    assert np.abs(step(np.array([1e12, -1e12j]))).max() < 1e-9
    for share in (1.0, 0.3):
        errors = [abs(complex(step(z, share)) - np.exp(share * z)) for z in (0.8j, 0.4j)]
        assert errors[0] / errors[1] > 2.0 ** (cpu.SOLVES - 1)
    assert abs(complex(step(-1e-3)) - np.exp(-1e-3)) < 1e-15


@pytest.mark.parametrize(
    ("stability", "force", "times"),
    [(10.0, 2.0, [1.0, 2.0, 4.0]), (60.0, 2.0, [4.0, 8.0, 12.0]), (25.0, 0.6, [5.0, 50.0])],
)
def test_a_round_cell_is_the_axial_solver_s(stability: float, force: float, times: list[float]) -> None:
    """Within the stated error at every point, from either side, whatever the damping."""
    exact = np.asarray(reduced.write_error_rate(stability, force, times, tolerance=1e-8))
    for start, damping in (("upper", 0.3), ("lower", 0.01)):
        sign = 1.0 if start == "upper" else -1.0
        rest = Motion(damping=damping, temperature=1.0 / stability)
        pulse = Motion(damping=damping, temperature=1.0 / stability, damping_like=(0.0, 0.0, -sign * force * damping))
        found = sphere_fokker_planck(rest, [pulse], [np.inf], times, start=start, side=start, tolerance=1e-5)
        value, error = (found.upper, found.upper_error) if sign > 0 else (found.lower, found.lower_error)
        resolved = exact > 1e-7
        assert np.all(error[resolved] < 1e-5)
        assert np.all(np.abs(value / exact - 1.0) <= error + 2e-8)


def test_switching_that_is_rare_within_a_read() -> None:
    exact = np.asarray(reduced.switching(15.0, 0.3, [2.0, 20.0], side="switched", tolerance=1e-8).switched)
    rest = Motion(damping=0.05, temperature=1.0 / 15.0)
    read = Motion(damping=0.05, temperature=1.0 / 15.0, damping_like=(0.0, 0.0, -0.3 * 0.05))
    found = sphere_fokker_planck(rest, [read], [np.inf], [2.0, 20.0], side="lower", tolerance=1e-4)
    assert np.all(np.abs(found.lower / exact - 1.0) < found.lower_error + 1e-8)
    assert np.all(found.lower_error < 1e-4)


def test_the_slowest_mode_is_the_dwell_time() -> None:
    """Of a round cell, with a field: both sides; the correction for time inside the well dies with the barrier."""
    for stability, correction in ((10.0, 2e-3), (20.0, 1e-5)):
        for side, field in (("upper", 0.1), ("lower", -0.1)):
            motion = Motion(damping=0.02, temperature=1.0 / stability, field=(0.0, 0.0, 0.1))
            found = relaxation(motion, side, tolerance=1e-6)
            exact = float(np.asarray(reduced.mean_dwell(stability, 0.0, field)))
            assert abs(1.0 / found.escape / exact - 1.0) < found.error + correction
            assert found.error < 1e-4


def test_rotating_everything_changes_nothing() -> None:
    """The rate under any rotation; the write error under one around the axis whose sign is read."""
    motion = awry(second_order=0.0)
    rate = relaxation(motion, "upper", tolerance=1e-8).rate
    for turn in (Rotation.from_rotvec([0.7, -1.1, 0.4]), Rotation.from_euler("z", 0.6)):
        matrix = turn.as_matrix()
        turned = awry(
            second_order=0.0, anisotropy=matrix @ motion.anisotropy @ matrix.T, field=matrix @ motion.field,
            damping_like=matrix @ motion.damping_like,
        )  # fmt: skip
        assert relaxation(turned, "upper", tolerance=1e-8).rate == pytest.approx(rate, rel=1e-8, abs=0)
    one, other = (sphere_fokker_planck(item, [item], [np.inf], [0.5, 2.0], tolerance=1e-5) for item in (motion, turned))
    np.testing.assert_allclose(one.upper, other.upper, rtol=1e-5)


def test_low_damping_and_the_estimate() -> None:
    """A tilted cell at alpha 0.02: spirals wound by precession; the estimate covers the distance to a finer result."""
    given: dict[str, Any] = {
        "damping": 0.03,
        "temperature": 1.0 / 15.0,
        "anisotropy": (0.0, -0.2, 1.0),
        "field": (0.1, 0, 0),
    }
    rest, pulse = Motion(**given), Motion(**given, damping_like=(0.0, 0.0, -0.06))
    rough, fine = (
        sphere_fokker_planck(rest, [pulse], [np.inf], [1.0, 3.0], tolerance=tolerance) for tolerance in (3e-2, 1e-4)
    )
    assert np.all(np.abs(rough.upper / fine.upper - 1.0) <= rough.upper_error + fine.upper_error)
    assert np.all(rough.upper_error < 3e-2)
    assert np.all(fine.upper_error < 1e-4)


def test_below_the_floor_the_estimate_says_so() -> None:
    rest = Motion(damping=0.1, temperature=1.0 / 40.0)
    pulse = Motion(damping=0.1, temperature=1.0 / 40.0, damping_like=(0.0, 0.0, -0.3))
    found = sphere_fokker_planck(rest, [pulse], [np.inf], [12.0])
    assert found.upper_error[0] > 1.0  # 5e-18 is asked for
    assert relaxation(Motion(damping=0.1, temperature=1.0 / 50.0), "upper").error > 1.0
    with pytest.raises(ValidityError, match="needs harmonics of degree"):
        relaxation(Motion(damping=0.1, temperature=1.0 / 3000.0), "upper")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lengths": [1.0, 2.0]}, "must be one length of at least 0 for each of 1 segments"),
        ({"times": [2.0, 1.0]}, "must be finite and rise"),
        ({"tolerance": 1.0}, "tolerance: got 1.0; must lie from 1e-9 to 0.1"),
        ({"order": 3}, "order: got 3"),
        ({"side": "left"}, "side: got left"),
        ({"backend": "reference", "order": 40}, "the reference goes to 24"),
    ],
)
def test_bad_arguments_are_named(change: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {"rest": awry(), "motions": [awry()], "lengths": [np.inf], "times": [1.0]}
    with pytest.raises(InputError, match=message):
        sphere_fokker_planck(**arguments | change)


def test_bad_motions_and_backends_are_named() -> None:
    with pytest.raises(InputError, match="must be symmetric"):
        awry(anisotropy=np.arange(9.0).reshape(3, 3))
    with pytest.raises(InputError, match=r"Motion.damping: got 0\.0; must be above 0"):
        awry(damping=0.0)
    with pytest.raises(InputError, match="NaN or infinite"):
        awry(field=(0.0, np.nan, 0.0))
    with pytest.raises(InputError, match=r"shape \(2,\)"):
        awry(field=(0.0, 1.0))
    with pytest.raises(InputError, match="normal: got 3"):
        awry(normal=3)
    with pytest.raises(InputError, match="must be upper or lower"):
        relaxation(awry(), "left")
    with pytest.raises(BackendError, match="back end 'tpu'"):
        sphere_fokker_planck(awry(), [awry()], [1.0], [1.0], backend="tpu")
