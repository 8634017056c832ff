"""Drives: the waveform, its means, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.core.errors import InputError
from remanence.device import drive
from remanence.device.drive import Drive


def test_a_pulse_rises_stays_and_falls() -> None:
    shape = drive.pulse("0.5 V", "5 ns", rise="1 ns", fall="2 ns", delay="1 ns")
    assert shape.at(np.array([0.0, 1e-9, 1.5e-9, 2e-9, 4e-9, 6.5e-9, 7.5e-9, 9e-9])) == pytest.approx(
        [0.0, 0.0, 0.25, 0.5, 0.5, 0.25, 0.0, 0.0], abs=1e-12
    )
    assert shape.end == pytest.approx(7.5e-9, rel=1e-12, abs=0)
    assert shape.unit == "V"
    assert shape.peak == 0.5


def test_width_times_amplitude_is_the_area() -> None:
    shape = drive.pulse(2.0, 5e-9, rise=1e-9, fall=2e-9, delay=1e-9)
    assert shape.averages(np.array([0.0, 2e-8]))[0] * 2e-8 == pytest.approx(1e-8, rel=1e-12, abs=0)


@pytest.mark.parametrize("count", [7, 10, 333])
def test_means_over_any_grid_keep_the_area_of_a_jump(count: int) -> None:
    edges = np.linspace(0.0, 1e-8, count + 1)
    means = drive.pulse(1.0, 3.3e-9, delay=0.7e-9).averages(edges)
    assert (means * np.diff(edges)).sum() == pytest.approx(3.3e-9, rel=1e-12, abs=0)
    assert means.min() >= -1e-12
    assert means.max() <= 1.0 + 1e-12


def test_at_a_jump_the_later_value_counts() -> None:
    shape = drive.pulse(1.0, 2e-9)
    assert shape.at(0.0) == 1.0
    assert shape.at(2e-9) == 0.0


def test_the_end_values_hold() -> None:
    shape = drive.piecewise_linear([1e-9, 2e-9], [0.1, 0.3])
    assert shape.at(0.0) == 0.1
    assert shape.at(1.0) == 0.3
    assert drive.constant(0.2).at(np.array([0.0, 1.0])) == pytest.approx([0.2, 0.2])
    assert drive.constant(0.2).averages(np.array([0.0, 1e-9, 2e-9])) == pytest.approx([0.2, 0.2])


def test_one_waveform_per_draw() -> None:
    shape = drive.pulse(np.array([0.1, 0.2, 0.3]), 1e-9)
    assert np.shape(shape.values) == (3, 4)
    assert shape.at(0.5e-9) == pytest.approx([0.1, 0.2, 0.3])
    assert shape.averages(np.linspace(0.0, 2e-9, 5)).shape == (3, 4)


def test_a_sine_follows_its_formula_and_ends() -> None:
    shape = drive.sine(0.3, "2 GHz", "1 ns", offset=0.1)
    time = np.linspace(0.0, 0.999e-9, 100)
    assert shape.at(time) == pytest.approx(0.1 + 0.3 * np.sin(2.0 * np.pi * 2e9 * time), abs=4e-4)
    assert shape.at(1.1e-9) == 0.0


def test_a_train_repeats_with_its_own_amplitudes() -> None:
    shape = drive.train([1.0, -1.0, 0.5], width=1e-9, period=3e-9, kind="current")
    assert shape.at(np.array([0.5e-9, 3.5e-9, 6.5e-9, 2e-9])) == pytest.approx([1.0, -1.0, 0.5, 0.0])
    assert shape.unit == "A"


def test_equal_drives_compare_equal() -> None:
    assert drive.pulse(1.0, 1e-9) == drive.pulse(1.0, 1e-9)
    assert drive.pulse(1.0, 1e-9) != drive.pulse(1.0, 1e-9, kind="current")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: drive.pulse("0.5 V", "1 ns", kind="current"), "current"),
        (lambda: drive.pulse(0.5, -1e-9), "above 0"),
        (lambda: drive.pulse(np.nan, 1e-9), "finite"),
        (lambda: drive.pulse(1.0, 1e-9, rise=2e-9, fall=1e-9), "half of the edges"),
        (lambda: drive.pulse(1.0, 1e-9, kind="power"), "voltage, current"),
        (lambda: drive.train([], width=1e-9, period=2e-9), "at least one pulse"),
        (lambda: drive.train([1.0, 1.0], width=2e-9, period=1e-9), "overlap"),
        (lambda: drive.piecewise_linear([0.0, 2e-9, 1e-9], [0.0, 1.0, 0.0]), "must not fall"),
        (lambda: drive.piecewise_linear([0.0, 1e-9], [0.0, 1.0, 0.0]), "broadcast"),
        (lambda: drive.piecewise_linear([0.0, 1e-9], [1.0]), "one value per time"),
        (lambda: drive.piecewise_linear([[0.0, 1e-9]], [[0.0, 1.0]]), "list of at least one time"),
        (lambda: drive.piecewise_linear([0.0], [np.inf]), "finite"),
        (lambda: drive.sine(1.0, 1e9, 1e-9, points=4), "at least 8"),
        (lambda: drive.constant(1.0).at(-1.0), "at least 0"),
        (lambda: Drive(times=0.0, values=np.zeros(1)), "list of at least one time"),
    ],
)
def test_what_makes_no_waveform_is_refused(make: object, says: str) -> None:
    with pytest.raises(InputError, match=says):
        make()  # type: ignore[operator]
