"""Analog-to-digital converters: energy and area from a regression over published ones."""

from __future__ import annotations

import numpy as np

from remanence.core.declare import Array, choice, count, quantity, text, value

FLOOR_PER_STEP = 1.83e-15
"""J per conversion step (2**bits): the lowest published at 100 MS/s and above.

Source: Murmann, ADC Performance Survey 1997-2025: 1.83 fJ/step (Wang and Kuo, ISSCC 2022). No estimate goes below.
"""


@value
class Converter:
    """A converter of one column's partial sum into a signed whole number.

    Energy and area follow the regression of `hwcomponents_adc` over the Murmann survey; ``energy_factor`` is the
    factor by which converters inside published computing macros differ from it, an order of magnitude.
    """

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    kind: str = choice("uniform", "lossless", doc="uniform: bits as given; lossless: as many codes as partial sums",
                       default="uniform")  # fmt: skip
    bits: int = count(doc="resolution, sign included", at_least=2, at_most=14)
    rate: Array = quantity("Hz", above=0, below=1e10, doc="conversions per second")
    gate_length: Array = quantity("m", above=0, doc="node that the regression is evaluated for")
    energy_factor: Array = quantity("1", above=0, doc="energy over that of the regression", default=1.0)
    area_factor: Array = quantity("1", above=0, doc="area over that of the regression", default=1.0)

    @property
    def _regression_energy(self) -> Array:
        # Coefficients as published in the model file; f in Hz, L in nm, natural logarithms, result in pJ.
        figure_of_merit = np.minimum(
            213.7806687348118 - 2.8719030399529957 * np.log(self.rate), 128.3068287398817 + 3.2205115 * self.bits
        )
        signal_to_noise = self.bits * 20.0 * np.log10(2.0) + 10.0 * np.log10(1.5)
        raw = 1.0 / (2.0 * 10.0 ** ((figure_of_merit - signal_to_noise) / 10.0))
        exponent = (
            26.0496215686518
            + 1.8800369206815004 * np.log(self.gate_length * 1e9)
            - 2.8291256050594527 * np.log(self.bits)
            - 1.4702022133784405
        )
        energy: Array = raw * np.exp(exponent)
        return energy

    @property
    def energy(self) -> Array:
        """Energy of one conversion, J."""
        return np.maximum(self._regression_energy * 1e-12 * self.energy_factor, FLOOR_PER_STEP * 2.0**self.bits)

    @property
    def area(self) -> Array:
        """Area, m^2."""
        exponent = (
            1.3461916439910742
            + 0.9932794744745022 * np.log(self.gate_length * 1e9)
            + 0.18071538424508238 * np.log(self.rate)
            + 0.29912426192653485 * np.log(self._regression_energy)
        )
        return np.exp(exponent) * 1e-12 * self.area_factor
