"""The operating window agrees with its parts, point by point, and names what stops a write."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.device import breakdown_probability, junction, operating_window, read_disturb, write_error_rate
from remanence.device.window import REASONS

DEVICE = junction("cofeb-double-mgo", diameter=25e-9)
VOLTS, TIMES = np.linspace(0.02, 1.3, 17), np.geomspace(1e-9, 1e-6, 9)
SPECS: dict[str, Any] = {"write_error": 1e-6, "disturb": 1e-9, "breakdown_ppm": 100.0, "cycles": 1e6}


def window(**changes: Any) -> xr.Dataset:
    return operating_window(DEVICE, VOLTS, TIMES, **(SPECS | changes))


def test_each_point_is_what_its_parts_say() -> None:
    found = window(reads=1e6)
    assert dict(found.sizes) == {"voltage": 17, "duration": 9}
    for v, t in ((2, 3), (10, 5), (16, 0), (12, 8)):
        volts, pulse = VOLTS[v], TIMES[t]
        failing = write_error_rate(DEVICE, voltage=volts, duration=pulse)
        broken = breakdown_probability(DEVICE, voltage=volts, duration=pulse, cycles=1e6)
        assert found["write_error"].to_numpy()[v, t] == pytest.approx(failing, rel=2e-4, abs=0)
        assert found["breakdown"].to_numpy()[v, t] == pytest.approx(broken, rel=1e-12, abs=0)
        good = np.asarray(failing) <= 1e-6 and np.asarray(broken) <= 1e-4
        assert bool(found["writable"].to_numpy()[v, t]) == good
    low = read_disturb(DEVICE, voltage=VOLTS[1], duration=TIMES[5], reads=1e6)
    assert found["disturb"].to_numpy()[1, 5] == pytest.approx(low, rel=1e-9, abs=0)
    assert bool(found["readable"].to_numpy()[1, 5]) == (np.asarray(low) <= 1e-9)


def test_there_is_a_window_and_it_shrinks_with_the_specifications() -> None:
    areas = [int(window(**change)["writable"].sum()) for change in ({}, {"write_error": 1e-12}, {"cycles": 1e9})]
    assert areas[0] > 0
    assert areas[1] < areas[0]
    assert areas[2] < areas[0]
    assert not np.any(window()["writable"] & window()["readable"])


def test_from_the_critical_current_on_a_read_is_a_write() -> None:
    found = window()
    critical = float(DEVICE.critical_voltage)
    above = critical <= VOLTS
    assert np.all(found["disturb"].to_numpy()[above] == 1.0)
    assert not np.any(found["readable"].to_numpy()[above])
    nearly = found["disturb"].to_numpy()[~above]
    assert np.all(np.isnan(nearly) | (nearly < 1.0))


def test_reasons_are_bits() -> None:
    found = window(read_voltage=0.5 * float(DEVICE.critical_voltage), read_duration="1 us", reads=1e12)
    reason = found["reason"].to_numpy()
    assert np.all(reason & REASONS["read disturb"])  # the reads of this cell disturb it, wherever it is written
    assert not np.any(found["writable"])
    assert np.array_equal((reason & REASONS["breakdown"]) > 0, found["breakdown"].to_numpy() > 1e-4)
    assert np.array_equal((reason & REASONS["write error"]) > 0, ~(found["write_error"].to_numpy() <= 1e-6))
    gentle = window(read_voltage=0.02, read_duration=1e-9)
    assert not np.any(gentle["reason"].to_numpy() & REASONS["read disturb"])
    weak = replace(DEVICE.stack, damping=0.004, spin_torque_efficiency=1.0)
    reference = replace(DEVICE, stack=weak)
    hopping = window(reference=reference)["reason"].to_numpy() & REASONS["back-hopping"]
    assert np.any(hopping)
    assert not np.any(hopping[0])


@pytest.mark.parametrize(
    ("change", "message"),
    [({"write_error": 0.0}, "write_error"), ({"disturb": 2.0}, "disturb"), ({"breakdown_ppm": -1.0}, "breakdown_ppm"),
     ({"cycles": -1.0}, "cycles"), ({"read_voltage": 0.1}, "belong together"), ({"method": "magic"}, "method")],
)  # fmt: skip
def test_bad_specifications_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        window(**change)


def test_axes_rise_and_the_design_is_single() -> None:
    with pytest.raises(InputError, match=r"voltage: got shape .*a rising sequence"):
        operating_window(DEVICE, VOLTS[::-1], TIMES, **SPECS)
    with pytest.raises(InputError, match="duration: got shape"):
        operating_window(DEVICE, VOLTS, 1e-9, **SPECS)
    with pytest.raises(InputError, match="a single design is needed"):
        operating_window(replace(DEVICE, diameter=np.array([2e-8, 3e-8])), VOLTS, TIMES, **SPECS)
