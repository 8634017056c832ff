"""A cell and its write driver: the transistor that the worst write corner asks for, and what a write then takes.

The same two answers serve layout, arrays and macros, so that width, energy and attempts are always those of one design.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from remanence.circuit.node import Node
from remanence.circuit.transistor import REFERENCE
from remanence.circuit.writing import Writedriver, Writing, access_width, write
from remanence.core.declare import Array, replace
from remanence.core.errors import InputError
from remanence.device import Junction

CURVE = "upper bound"
"""Which curve of `device.write_error_rate` sizes and prices cells: the closed bound, up to four times the solved one a
pulse and 8 % more width at 22 nm, at a twentieth of the time (a search asks for it in the draws, too)."""

CORNERS = (233.15, REFERENCE, 423.15)
"""Temperatures of the write corners, K: cold raises the critical current, heat weakens the transistor."""

FINGERS = 2
"""Fingers of an access transistor, one gate pitch each."""

_TWO_STATES = 1.0  # least stability: below, a junction has no state to write, and the corner asks for nothing


@functools.lru_cache(maxsize=64)
def driven_width(junction: Junction, node: Node, driver: Writedriver) -> Array:
    """Return the width of the access transistor that the worst corner asks for, m; whole fins in each finger.

    One pulse fails with at most the driver's `pulse_error` at -40, 25 and 150 degC, in both directions; lines are taken
    to have no resistance. Among many (draws of one design) those that no transistor writes get the widest one that is
    made, and fail as often as they then do; a single design that cannot be written is refused.

    Args:
        junction: the junction, at whatever temperature.
        node: the CMOS node.
        driver: levels, pulse, the error of one pulse.

    Raises:
        InputError: no transistor writes the junction, or only one that is too wide; the message names the limit.
    """
    corners = [_width(junction, node, driver, kelvin, strict=False) for kelvin in CORNERS]
    width = np.asarray(functools.reduce(np.maximum, corners))
    if node.finned:
        passing = np.isfinite(width)
        fingers = np.where(passing, width, node.fin_width) / FINGERS
        width = np.where(passing, FINGERS * np.asarray(node.transistor_width(fingers)), np.inf)
    widest = _widest(node, driver)
    if np.all(width > widest):
        for kelvin in CORNERS:
            _width(junction, node, driver, kelvin, strict=True)
        raise InputError(
            "access transistor",
            f"{float(np.min(width)):.3g} m",
            f"must not be wider than {float(np.max(widest)):.3g} m (Writedriver.widest on this node) for a pulse of "
            f"{float(np.min(driver.pulse)):.3g} s to fail with at most {float(np.max(driver.pulse_error)):.3g}",
            "Raise the write levels, lengthen the pulse, allow more error a pulse with more attempts, or take a "
            "junction of lower critical voltage.",
        )
    return _frozen(np.minimum(width, widest))


def _widest(node: Node, driver: Writedriver) -> NDArray[np.float64]:
    """Width of the widest transistor, m: whole fins in each finger, at least one."""
    length = np.asarray(driver.widest * node.metal_pitch)
    if not node.finned:
        return length
    return np.asarray(FINGERS * np.maximum(np.floor(length / node.fin_pitch / FINGERS), 1.0) * node.fin_width)


def _width(junction: Junction, node: Node, driver: Writedriver, kelvin: float, *, strict: bool) -> Array:
    """Width of one corner; a junction without two states there is asked at 25 degC, where the design holds."""
    here = _stable(replace(junction, temperature=kelvin))
    return access_width(here, node, driver, error=driver.pulse_error, method=CURVE, strict=strict)


def _stable(junction: Junction) -> Junction:
    """The junction, at 25 degC where it is too hot for two states: cooler, its write asks for more."""
    kelvin = np.asarray(junction.temperature)
    states = np.asarray(junction.effective_anisotropy) > 0
    states &= np.where(states, junction.thermal_stability, 0.0) >= _TWO_STATES
    if states.all() or not (kelvin > REFERENCE).any():
        return junction
    return replace(junction, temperature=np.where(states, kelvin, np.minimum(kelvin, REFERENCE)))


@functools.lru_cache(maxsize=64)
def written(junction: Junction, node: Node, driver: Writedriver, bits: float = 1.0) -> Writing:
    """Return what writing a bit of a word through the transistor of `driven_width` takes, at the temperature given.

    Verify reads follow each pulse where the driver may make more than one; their time and energy are the caller's.

    Args:
        junction: the junction, at its temperature.
        node: the CMOS node.
        driver: of the cell.
        bits: written at once.
    """
    here = _stable(junction) if np.ndim(junction.effective_anisotropy) else junction  # a single design is refused
    return write(
        here,
        node,
        driver,
        width=driven_width(replace(junction, temperature=REFERENCE), node, driver),
        bits=bits,
        verify_time=driver.pulse if driver.attempts > 1 else 0.0,
        self_terminated=driver.termination == "self",
        method=CURVE,
    )


def _frozen(result: NDArray[np.float64]) -> Array:
    """Cached arrays are shared: nobody may write into them."""
    if np.ndim(result) == 0:
        return float(result)
    result.setflags(write=False)
    return result
