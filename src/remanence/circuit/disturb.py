"""Read disturb: the strongest read that leaves a junction in its state."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remanence.core.declare import Array, Quantity
from remanence.core.errors import InputError, ValidityError
from remanence.device import Junction, retention, transport
from remanence.device.checks import refuse

_SECONDS = Quantity("s", "a time", above=0)
_SHARE = Quantity("1", "a probability", above=0, below=1)


class DisturbLimit(NamedTuple):
    """The strongest read; the current is that through the antiparallel state, the convention of the device floor."""

    overdrive: Array  # of the critical current
    current: Array  # A
    voltage: Array  # V, over the junction


def disturb_limit(
    junction: Junction, *, duration: Array | str, probability: Array | str, reads: Array = 1.0
) -> DisturbLimit:
    """Return the strongest read that flips a cell with at most a probability in so many reads.

    The inverse of `device.read_disturb` (mean escape time of a macrospin that the torque drives), for a read that works
    against the state; no read comes nearer to the critical current than 3 k_B T of remaining barrier.

    Args:
        junction: round and perpendicular, without fields.
        duration: of one read, s.
        probability: to flip in all of them.
        reads: how many.

    Raises:
        InputError: the cell loses its state sooner without any current.
        ValidityError: an ellipse or an in-plane cell.
    """
    length = np.asarray(_SECONDS.read(duration, "disturb_limit: duration"))
    most = np.asarray(_SHARE.read(probability, "disturb_limit: probability"))
    often = np.asarray(Quantity("1", "reads", above=0).read(reads, "disturb_limit: reads"))
    if junction.easy_axis != "perpendicular" or np.any(np.asarray(junction.aspect_ratio) > 1.0):
        raise ValidityError("disturb_limit", "an ellipse or an in-plane cell", "needs a round perpendicular junction",
                            "Integrate the stochastic equation of motion instead.")  # fmt: skip
    stability = np.asarray(junction.thermal_stability)
    needed = np.log(length * often) - np.log(-np.log1p(-most)) - np.log(np.asarray(junction.damping_time))
    rest = np.asarray(retention.log_escape_time(stability, 0.0))
    refuse(InputError, "disturb_limit: probability", most, rest < needed,
           f"is reached without any current: thermal stability {float(np.min(stability)):.3g}",
           "Take a larger or more anisotropic junction, a lower temperature or a shorter read.")  # fmt: skip
    low = np.zeros(np.broadcast_shapes(needed.shape, stability.shape))
    high = low + 1.0 - np.sqrt(retention.LOWEST_BARRIER / stability) - 1e-9
    for _ in range(40):
        middle = 0.5 * (low + high)
        holds = np.asarray(retention.log_escape_time(stability, middle)) >= needed
        low, high = np.where(holds, middle, low), np.where(holds, high, middle)
    current = low * junction.critical_current
    film = junction.stack
    voltage = transport.antiparallel_voltage(
        current, film.resistance_area / junction.area, junction.tmr(), film.half_voltage, film.parallel_curvature
    )
    return DisturbLimit(_plain(low), _plain(current), voltage)


def _plain(result: NDArray[np.float64] | np.float64 | float) -> Array:
    return float(result) if np.ndim(result) == 0 else np.asarray(result)
