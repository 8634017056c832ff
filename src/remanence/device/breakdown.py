"""Wear of the tunnel barrier: time-dependent dielectric breakdown, and how many writes a cell stands."""

from __future__ import annotations

import numpy as np

from remanence.core.declare import Array, Quantity, choice, quantity, text, value
from remanence.core.errors import InputError
from remanence.data import Card, Draws, build
from remanence.device.junction import Junction

LAWS = ("power", "exponential")


@value
class Breakdown:
    """How long a barrier stands a voltage: a Weibull distribution whose scale falls with voltage and area.

    Times of breakdown follow F(t) = 1 - exp(-(t/t_63)^beta). The scale is anchored at the breakdown voltage of the
    stack, V_b, and at a reference area A_r:

        t_63 = t_b (A_r/A)^(1/beta) (V/V_b)^-n            law "power"
        t_63 = t_b (A_r/A)^(1/beta) exp(-g (V - V_b))     law "exponential", the E-model

    The power law is the one found best for extrapolation (Lim et al., IRPS 2018); the exponential one is the more
    cautious at low voltage. Both are extrapolations over many decades from stress at high voltage.
    """

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    law: str = choice(*LAWS, doc="how the lifetime falls with voltage", default="power")
    characteristic_time: Array = quantity(
        "s", above=0, doc="time by which 63 % break at the stack's breakdown voltage and the reference area"
    )
    reference_area: Array = quantity("m^2", above=0, doc="area to which the characteristic time belongs")
    weibull_slope: Array = quantity("1", above=0, at_most=20, doc="shape beta of the Weibull distribution")
    voltage_exponent: Array = quantity("1", at_least=0, doc="n of the power law", default=0.0)
    voltage_acceleration: Array = quantity("1/V", at_least=0, doc="g of the exponential law", default=0.0)

    def check(self) -> None:
        """Refuse a law without its constant."""
        constant = self.voltage_exponent if self.law == "power" else self.voltage_acceleration
        name = "voltage_exponent" if self.law == "power" else "voltage_acceleration"
        if np.any(np.asarray(constant) <= 0):
            raise InputError(f"Breakdown.{name}", 0.0, f"must be above 0 for the law {self.law}")

    def log_characteristic_time(self, voltage: Array, area: Array, breakdown_voltage: Array) -> Array:
        """Return ln t_63 in seconds at a voltage (its amount, above 0) over a junction of an area."""
        scaled = np.log(self.characteristic_time) + np.log(self.reference_area / np.asarray(area)) / self.weibull_slope
        if self.law == "power":
            return scaled - self.voltage_exponent * np.log(np.asarray(voltage) / breakdown_voltage)
        return scaled - self.voltage_acceleration * (np.asarray(voltage) - breakdown_voltage)


def breakdown(card: Card | str, draws: Draws | None = None) -> Breakdown:
    """Make a breakdown law from the catalogue or from a card; with ``draws``, uncertain fields become arrays."""
    return build(Breakdown, card, draws)


def endurance(
    junction: Junction,
    *,
    voltage: Array,
    duration: Array | str,
    ppm: Array = 1.0,
    law: Breakdown | str = "mgo-power",
) -> Array:
    """Return the number of write pulses after which a given share of the cells is broken.

    N = t_63 (-ln(1 - F))^(1/beta)/t_pulse. Only the time under voltage counts: neither recovery between pulses, nor
    self-heating, nor the polarity (bipolar stress was found to wear faster than unipolar one) is described.

    Args:
        junction: the cell; its stack gives the breakdown voltage.
        voltage: over the junction while a pulse lasts, V; its amount counts, not 0.
        duration: of one pulse, s or text.
        ppm: share of the cells that may break, in parts per million, above 0 and below 1e6.
        law: a `Breakdown`, or the name of one in the catalogue. The constants there are assumed or recalled: with
            measured ones of the barrier at hand, use those.

    Raises:
        InputError: bad arguments.
    """
    share = np.asarray(Quantity("1", "", above=0, below=1e6).read(ppm, "endurance: ppm")) * 1e-6
    model = breakdown(law) if isinstance(law, str) else law
    pulse = np.asarray(Quantity("s", "", above=0).read(duration, "endurance: duration"))
    log_time = _log_time(junction, voltage, model, "endurance")
    cycles = np.exp(log_time + np.log(-np.log1p(-share)) / model.weibull_slope - np.log(pulse))
    return float(cycles) if np.ndim(cycles) == 0 else cycles


def breakdown_probability(
    junction: Junction,
    *,
    voltage: Array,
    duration: Array | str,
    cycles: Array = 1.0,
    law: Breakdown | str = "mgo-power",
) -> Array:
    """Return the probability that a cell is broken after a number of pulses; see `endurance`."""
    model = breakdown(law) if isinstance(law, str) else law
    pulse = np.asarray(Quantity("s", "", at_least=0).read(duration, "breakdown_probability: duration"))
    count = np.asarray(Quantity("1", "", at_least=0).read(cycles, "breakdown_probability: cycles"))
    log_time = _log_time(junction, voltage, model, "breakdown_probability")
    with np.errstate(divide="ignore"):
        exponent = model.weibull_slope * (np.log(pulse * count) - log_time)
    broken = -np.expm1(-np.exp(np.minimum(exponent, 50.0)))
    return float(broken) if np.ndim(broken) == 0 else broken


def _log_time(junction: Junction, voltage: Array, law: Breakdown, subject: str) -> Array:
    volts = np.abs(np.asarray(Quantity("V", "voltage over the junction").read(voltage, f"{subject}: voltage")))
    if np.any(volts == 0):
        raise InputError(f"{subject}: voltage", 0.0, "must not be 0", "Without voltage nothing wears.")
    return law.log_characteristic_time(volts, junction.area, junction.stack.breakdown_voltage)
