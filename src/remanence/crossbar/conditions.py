"""How a programmed chip was written, how long it lay, how often it was read, and whether reads are noisy."""

from __future__ import annotations

import numpy as np

from remanence.core.declare import Array, choice, count, part, quantity, shape, value
from remanence.core.errors import InputError
from remanence.crossbar.ageing import COLDEST, HOTTEST
from remanence.device import Defects

ROOM = 300.0
"""Storage temperature unless another is given, K; the laws of resistive devices hold there only."""
NEAR_ROOM = 10.0
"""Difference from it, K, up to which they are taken to hold."""


@value
class Conditions:
    """What happened to a chip between design and use. The defaults are a chip read at once, without read noise.

    In this order: the write, with its retries and the stuck devices; a time of storage; reads; then use with or without
    noise. Charge-domain cells hold their weights from the supply: of all this they have the noise alone.
    """

    age: Array = quantity("s", at_least=0, doc="storage since programming", default=0.0)
    temperature: Array = quantity("K", at_least=COLDEST, at_most=HOTTEST, doc="of storage", default=ROOM)
    stability_spread: Array = quantity(
        "1", at_least=0, below=1, doc="standard deviation of the thermal stability from cell to cell over its mean",
        default=0.0,
    )  # fmt: skip
    reads: Array = quantity(
        "1", at_least=0, doc="reads of every cell before use, each as long as the array samples", default=0.0
    )
    attempts: int = count(
        at_most=1000, doc="pulses of a write at most, each verified; 0: the residual write error of the device's card",
        default=0,
    )  # fmt: skip
    pulse_error: Array = quantity(
        "1", at_least=0, at_most=1, doc="write error of one pulse, where attempts are given", default=0.0
    )
    verify_miss: Array = quantity(
        "1", at_least=0, at_most=1, doc="share of failures that verify overlooks", default=0.0
    )
    defects: Defects | None = part(Defects, doc="stuck devices", optional=True)
    read_noise: str = choice("none", "device", default="none", doc="device: thermal and shot noise of every "
                             "conversion, from the cells that it reads; 1/f noise of resistive ones")  # fmt: skip
    drift_compensation: str = choice("none", "global", default="global", doc="global: results of a layer are scaled by "
                                     "its summed conductance before and after the drift")  # fmt: skip

    def check(self) -> None:
        """One chip at a time; an error of one pulse needs attempts."""
        if shape(self):
            raise InputError("Conditions", "array fields", "must be one number each")
        if (self.pulse_error or self.verify_miss) and not self.attempts:
            raise InputError("Conditions.attempts", 0, "must be given with an error of a pulse or of its verify")
        if self.stability_spread and not self.age:
            raise InputError("Conditions.age", "0 s", "must be given with a spread of the stability")
        if self.temperature != ROOM and not self.age:
            raise InputError("Conditions.age", "0 s", "must be given with a temperature, which is that of storage")

    @property
    def write_error(self) -> float | None:
        """Error of one pulse; None where the device's card says what a write leaves."""
        return float(self.pulse_error) if self.attempts else None

    @property
    def random(self) -> bool:
        """Whether two chips of equal cells come out differently."""
        return self.devices or self.noisy

    @property
    def devices(self) -> bool:
        """Whether they change the states of devices."""
        return bool(self.age or self.reads or self.pulse_error or self.defects is not None)

    @property
    def noisy(self) -> bool:
        """Whether reads are noisy."""
        return self.read_noise != "none"

    def require_room(self, technology: str) -> None:
        """Refuse a storage temperature for devices without a temperature law.

        Raises:
            InputError: it is not room temperature.
        """
        if self.age and abs(float(np.asarray(self.temperature)) - ROOM) > NEAR_ROOM:
            raise InputError("Conditions.temperature", f"{float(self.temperature):g} K",
                             f"no temperature law of {technology} is known; what is known holds at {ROOM:g} K",
                             "Leave the temperature out.")  # fmt: skip


UNUSED = Conditions(defects=None)
"""A chip read at once after programming."""
