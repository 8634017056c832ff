"""A cell as a logic line sees it: two resistances, what current turns it over in a pulse, and how sharply."""

from __future__ import annotations

import numpy as np

from remanence.core.declare import Array, choice, quantity, text, value
from remanence.core.errors import InputError
from remanence.device import transport


@value
class Logiccell:
    """A cell of a line that computes.

    In a 2T1M or 1T1M cell the gate's current flows through inputs and output alike; in a SHE cell an output takes it
    through the heavy metal under its free layer, whatever its own state, while an input is read through its junction.
    """

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    topology: str = choice("2T1M", "SHE", "1T1M", doc="how a cell is joined to the line")
    parallel_resistance: Array = quantity("ohm", above=0, doc="of the junction, parallel, at low bias")
    tunnel_magnetoresistance: Array = quantity("1", above=0, below=100, doc="at low bias, as a ratio")
    half_voltage: Array = quantity(
        "V", at_least=0, doc="bias over the junction at which the TMR has halved; 0: the TMR does not fall", default=0.0
    )
    channel_resistance: Array = quantity(
        "ohm", at_least=0, doc="heavy metal of an output; 0: the current flows through the junction", default=0.0
    )
    access_resistance: Array = quantity(
        "ohm", at_least=0, doc="transistor, bit line and contact in series with each cell", default=0.0
    )
    line_resistance: Array = quantity("ohm", at_least=0, doc="logic line between inputs and output", default=0.0)
    to_antiparallel: Array = quantity(
        "A", above=0, doc="current that turns a parallel output over in half of the pulses"
    )
    to_parallel: Array = quantity(
        "A", above=0, doc="current that turns an antiparallel output over in half of the pulses"
    )
    pulse: Array = quantity("s", above=0, doc="length of the gate pulse")
    width: Array = quantity(
        "1",
        above=0,
        below=1,
        doc="standard deviation of the switching current over its median, thermal and from cell to cell together; "
        "for where no write-error curve is given",
        default=0.05,
    )
    resistance_spread: Array = quantity(
        "1", at_least=0, below=0.5, doc="standard deviation of ln(junction resistance) from cell to cell", default=0.0
    )
    breakdown_voltage: Array = quantity(
        "V", at_least=0, doc="that breaks the barrier in a short pulse; 0: not known", default=0.0
    )

    def check(self) -> None:
        """A SHE cell has a channel, the others have none."""
        if (self.topology == "SHE") != bool(np.all(np.asarray(self.channel_resistance) > 0)):
            raise InputError(
                "Logiccell.channel_resistance",
                f"{np.min(self.channel_resistance):g} ohm",
                f"a {self.topology} cell {'needs a' if self.topology == 'SHE' else 'has no'} channel",
            )

    def switching_current(self, preset: int) -> Array:
        """Return the current that turns an output of that preset over, A."""
        return self.to_antiparallel if preset == 0 else self.to_parallel

    def input_current(self, state: int, voltage: Array) -> Array:
        """Return the current through an input at a voltage over junction and access, A.

        Args:
            state: 0 parallel, 1 antiparallel.
            voltage: V.
        """
        if state == 0:
            return voltage / (self.parallel_resistance + self.access_resistance)
        return self._antiparallel_current(voltage)

    def output_current(self, preset: int, voltage: Array) -> Array:
        """Return the current through an output at a voltage over it, its access and the logic line, A."""
        series = self.access_resistance + self.line_resistance
        if self.topology == "SHE":
            return voltage / (self.channel_resistance + series)
        if preset == 0:
            return voltage / (self.parallel_resistance + series)
        return self._antiparallel_current(voltage, self.line_resistance)

    def output_voltage(self, preset: int, current: Array) -> Array:
        """Return the voltage that a current drives over an output, its access and the logic line, V."""
        series = current * (self.access_resistance + self.line_resistance)
        if self.topology == "SHE":
            return series + current * self.channel_resistance
        if preset == 0:
            return series + current * self.parallel_resistance
        if not np.any(np.asarray(self.half_voltage)):
            return series + current * self.parallel_resistance * (1.0 + self.tunnel_magnetoresistance)
        return series + transport.antiparallel_voltage(
            current, self.parallel_resistance, self.tunnel_magnetoresistance, self.half_voltage
        )

    def _antiparallel_current(self, voltage: Array, more: Array = 0.0) -> Array:
        series = self.access_resistance + more
        high: Array = self.parallel_resistance * (1.0 + self.tunnel_magnetoresistance)
        if np.any(np.asarray(self.half_voltage)):
            seen = transport.divided_voltage(
                voltage, series, self.parallel_resistance, self.tunnel_magnetoresistance, self.half_voltage
            )
            tmr = transport.tmr_at_voltage(self.tunnel_magnetoresistance, seen, self.half_voltage)
            high = self.parallel_resistance * (1.0 + tmr)
        return voltage / (high + series)
