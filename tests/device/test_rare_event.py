"""Splitting: without bias against Fokker-Planck where that holds, and honest about its interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.device import Junction, junction, rare_event, write_error_rate
from remanence.device.drive import pulse


def cell(**changes: Any) -> Junction:
    return replace(junction("cofeb-double-mgo", diameter=20e-9), **changes)


def drive(device: Junction, overdrive: float, length: float) -> Any:
    current = overdrive * float(np.asarray(device.critical_current))
    return pulse(current, length * float(np.asarray(device.damping_time)), kind="current")


@pytest.mark.parametrize(("length", "size"), [(7.0, 1e-5), (11.0, 1e-8)])
def test_splitting_agrees_with_fokker_planck(length: float, size: float) -> None:
    """Four standard errors, and 3 % for the step; the standard error itself is below 15 %."""
    device = cell()
    exact = float(np.asarray(write_error_rate(device, voltage=drive(device, 2.0, length))))
    assert 0.1 < exact / size < 10.0
    found = rare_event.write_error_rate(device, voltage=drive(device, 2.0, length), seed=5, trajectories=400, groups=16)
    error = found.groups.std(ddof=1) / 4.0
    assert error < 0.15 * exact
    assert abs(found.probability - exact) < 4.0 * error + 0.03 * exact
    assert found.low < found.probability < found.high
    assert found.probability == found.groups.mean()


def test_a_field_across_the_axis_helps_to_switch() -> None:
    """What Fokker-Planck of one angle refuses: the field tilts the start away from the pole, and errors get rarer."""
    device = cell()
    tilted = replace(device, in_plane_field=0.1 * float(np.asarray(device.anisotropy_field)))
    straight, bent = (
        rare_event.write_error_rate(item, voltage=drive(device, 2.0, 5.0), seed=6, trajectories=300, groups=8)
        for item in (device, tilted)
    )
    assert bent.high < straight.low


def test_the_same_seed_gives_the_same_bits() -> None:
    device = cell()
    options: dict[str, Any] = {"voltage": drive(device, 2.0, 3.0), "trajectories": 50, "groups": 4}
    one, two, other = (rare_event.write_error_rate(device, seed=seed, **options) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.groups, two.groups)
    assert np.any(one.groups != other.groups)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"groups": 2}, "must be at least 4"),
        ({"start": "up"}, "must be P or AP"),
        ({"confidence": 1.0}, "must lie between 0 and 1"),
        ({"junction": junction("cofeb-double-mgo", diameter=np.array([20e-9, 30e-9]))}, "must be a single design"),
    ],
)
def test_bad_input_is_refused(change: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {"junction": cell(), "voltage": 0.5, "duration": 1e-9, "seed": 1} | change
    with pytest.raises(InputError, match=message):
        rare_event.write_error_rate(arguments.pop("junction"), **arguments)
