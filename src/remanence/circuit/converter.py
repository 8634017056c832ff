"""Analog-to-digital converters: kinds, errors, and energy and area from a regression over published ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from remanence.core.declare import Array, choice, count, quantity, text, value
from remanence.core.errors import InputError

FASTEST_CLOCK = 1e10
"""Hz, the bound of the regression's rates; the survey's fastest single flash converter runs at 1.03e10 (ISSCC 2016)."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What sets one kind of converter apart.

    Args:
        floor: J per conversion step (2**bits): the lowest published. No estimate goes below it.
        clocks: decisions one after the other in one conversion: one, one per bit, or one per code.
        errors: the error fields of `Converter` that this kind has.
        doc: how it decides, in a line.
    """

    floor: float
    clocks: Literal["one", "bits", "codes"]
    errors: tuple[str, ...]
    doc: str


_ANY = (
    1.83e-15  # Wang and Kuo, ISSCC 2022: the lowest at 100 MS/s and above in Murmann's ADC Performance Survey 1997-2025
)
_COMMON = ("offset", "noise")
KINDS = {
    "uniform": Kind(_ANY, "one", ("noise",), "equal steps, two's complement codes"),
    "lossless": Kind(_ANY, "one", (), "as many codes as there are partial sums"),
    "ideal": Kind(_ANY, "one", (), "a real number comes out: for comparison, not to build; priced as its bits"),
    "sign-magnitude": Kind(_ANY, "one", ("noise",), "equal steps, 2**(bits-1) - 1 levels on each side of zero"),
    "SAR": Kind(_ANY, "bits", ("capacitor_mismatch", *_COMMON), "successive approximation by weighted capacitors"),
    # ISSCC 2013, 21.3: 8.5 mW at 5 GS/s and 30.9 dB; the lowest of the survey's flash converters
    "flash": Kind(59.3e-15, "one", ("comparator_spread", *_COMMON), "a comparator per threshold, all at once"),
    "ramp": Kind(_ANY, "codes", ("slope_spread", *_COMMON), "a counter until a ramp passes the sum"),
    # VLSI 2023, C14-4: 0.86 mW at 4 MS/s and 74 dB; the lowest of the survey's algorithmic converters
    "cyclic": Kind(52.5e-15, "bits", ("gain_spread", "stage_offset", *_COMMON), "one stage that compares, doubles and "
                   "feeds back its residue, once per bit"),
}  # fmt: skip
"""Every kind of converter. Floors: Murmann, ADC Performance Survey 1997-2025 (rev20250609), P/fs/2**ENOB."""


@value
class Converter:
    """A converter of one column's partial sum into a whole number.

    Energy and area follow the regression of `hwcomponents_adc` over the Murmann survey; ``energy_factor`` is the
    factor by which converters of this kind, or those inside published computing macros, differ from it. ``rate`` counts
    whole conversions: a kind that decides several times in one needs a faster clock, `clock`.

    Errors are in steps of the converter (LSB) unless said otherwise. `remanence.crossbar.conversion` draws them for
    each physical converter.
    """

    name: str = text(doc="name of the card", default="")
    title: str = text(doc="what it is, in a line", default="")
    kind: str = choice(*KINDS, doc="; ".join(f"{name}: {kind.doc}" for name, kind in KINDS.items()), default="uniform")
    bits: int = count(doc="resolution, sign included", at_least=2, at_most=14)
    rate: Array = quantity("Hz", above=0, below=1e10, doc="conversions per second")
    gate_length: Array = quantity("m", above=0, doc="node that the regression is evaluated for")
    energy_factor: Array = quantity("1", above=0, doc="energy over that of the regression", default=1.0)
    area_factor: Array = quantity("1", above=0, doc="area over that of the regression", default=1.0)
    noise: Array = quantity("1", at_least=0, doc="rms noise at the input per conversion, in steps", default=0.0)
    offset: Array = quantity(
        "1", at_least=0, doc="spread of the input offset between converters, in steps", default=0.0
    )
    capacitor_mismatch: Array = quantity("1", at_least=0, below=0.5, default=0.0,
                                         doc="relative spread of a unit capacitor of a SAR converter")  # fmt: skip
    comparator_spread: Array = quantity("1", at_least=0, default=0.0,
                                        doc="spread of each threshold of a flash converter, in steps")  # fmt: skip
    slope_spread: Array = quantity("1", at_least=0, below=0.5, doc="relative spread of a ramp's slope", default=0.0)
    gain_spread: Array = quantity("1", at_least=0, below=0.2, default=0.0,
                                  doc="relative spread of the gain of two of a cyclic converter's stage")  # fmt: skip
    stage_offset: Array = quantity("1", at_least=0, below=0.5, default=0.0,
                                   doc="spread of the offset of a cyclic stage, over half its range")  # fmt: skip

    def check(self) -> None:
        """A kind has its own errors only, and a clock that exists."""
        own = KINDS[self.kind].errors
        for name in dict.fromkeys(error for kind in KINDS.values() for error in kind.errors):
            given = getattr(self, name)
            if np.any(given) and name not in own:
                rule = f"a {self.kind} converter has no such error; it has {', '.join(own) or 'none'}"
                raise InputError(f"Converter.{name}", given, rule)
        if np.any(np.asarray(self.clock) > FASTEST_CLOCK):
            raise InputError("Converter.rate", f"{np.max(self.rate):g} Hz",
                             f"{self.cycles} decisions in each conversion must stay at or below {FASTEST_CLOCK:g} Hz",
                             "Take a lower rate, fewer bits or another kind.")  # fmt: skip

    @property
    def cycles(self) -> int:
        """Decisions one after the other in one conversion."""
        counts: dict[str, int] = {"one": 1, "bits": self.bits, "codes": 2**self.bits}
        return counts[KINDS[self.kind].clocks]

    @property
    def comparators(self) -> int:
        """Comparators of one converter."""
        return 2**self.bits - 1 if self.kind == "flash" else 1

    @property
    def clock(self) -> Array:
        """Rate of its decisions, Hz."""
        return self.rate * self.cycles

    @property
    def varies(self) -> bool:
        """Whether two converters of this design can differ."""
        return any(bool(np.any(getattr(self, name))) for name in KINDS[self.kind].errors if name != "noise")

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
        floor = KINDS[self.kind].floor * 2.0**self.bits
        return np.maximum(self._regression_energy * 1e-12 * self.energy_factor, floor)

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
