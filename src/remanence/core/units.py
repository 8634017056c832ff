"""Text with a unit in, SI number out. pint is used here and nowhere else."""

from __future__ import annotations

import functools
import re
from typing import Any

from remanence.core.errors import InputError


@functools.cache
def _registry() -> Any:
    # Loading pint takes a noticeable part of a second: only text input pays for it.
    import pint

    registry: Any = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
    registry.define("year = 365.25 * day")
    return registry


_NUMBER_AND_UNIT = re.compile(
    r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*((?:1/)?[A-Za-zµμΩ°%_][A-Za-zµμΩ°%_ /*()]*"
    r"(?:(?:\^|\*\*)-?\d+(?:\.\d+)?[A-Za-zµμΩ°%_ /*()]*)*)?"
)

_EXAMPLES = {
    "m": "40 nm", "s": "10 ns", "A": "50 uA", "V": "0.1 V", "K": "25 degC", "Hz": "100 MHz", "J": "1 pJ", "W": "1 mW",
    "ohm*m^2": "8 ohm*um^2", "m^2": "0.05 um^2",
}  # fmt: skip


@functools.cache
def factor(unit: str, target: str, subject: str = "unit") -> float:
    """Return the number of ``target`` in one ``unit`` (multiplicative units only).

    Raises:
        InputError: a unit is unknown or the two measure different things.
    """
    if unit in ("", "1"):
        return parse("1", target, subject)
    one = parse(f"1 {unit}", target, subject)
    if parse(f"0 {unit}", target, subject):
        raise InputError(subject, f"'{unit}'", "has an offset and is no factor", f"Give the value in {target}.")
    return one


def parse(text: str, unit: str, subject: str) -> float:
    """Read ``"40 nm"`` as a number in ``unit``.

    Args:
        text: a number followed by a unit; the unit may be left out only where ``unit`` is ``"1"``.
        unit: the SI unit wanted, ``"1"`` for a plain number.
        subject: whose value this is, for the error message.

    Raises:
        InputError: no number, no unit, an unknown unit, or one of another dimension.
    """
    import pint

    example = f"Write it like '{_EXAMPLES.get(unit, f'1 {unit}')}'." if unit != "1" else "Write a plain number."
    parts = _NUMBER_AND_UNIT.fullmatch(text.strip())
    if parts is None:
        raise InputError(subject, f"{text!r}", "a number with a unit is needed", example)
    try:
        quantity = _registry().Quantity(float(parts[1]), parts[2] or None)
    except Exception as error:  # pint raises its own errors, and others on hostile text
        raise InputError(subject, f"{text!r}", "a number with a known unit is needed", example) from error
    if unit != "1" and quantity.dimensionless and str(quantity.units) == "dimensionless":
        raise InputError(subject, f"{text!r} without a unit", f"a unit compatible with {unit} is needed", example)
    try:
        magnitude = quantity.to("dimensionless" if unit == "1" else unit).magnitude
    except pint.errors.DimensionalityError as error:
        raise InputError(subject, f"{text!r}", f"a unit compatible with {unit} is needed", example) from error
    except pint.errors.PintError as error:
        raise InputError(subject, f"{text!r}", f"a unit compatible with {unit} is needed", example) from error
    return float(magnitude)


_PREFIXES = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"),
             (1e-6, "u"), (1e-9, "n"), (1e-12, "p"), (1e-15, "f"), (1e-18, "a"))  # fmt: skip
_PREFIXED = {"m", "s", "J", "W", "V", "A", "ohm", "F", "Hz", "T", "S", "B/s"}


def show(number: float, unit: str, digits: int = 3) -> str:
    """Format a number for people: ``show(4e-8, "m") == "40 nm"``.

    Areas are shown in um^2 or mm^2; units without a usual prefix keep their SI form.
    """
    if unit == "1":
        return _rounded(number, digits)
    if unit == "m^2":
        large = abs(number) >= 1e-9
        return f"{_rounded(number * 1e6, digits)} mm^2" if large else f"{_rounded(number * 1e12, digits)} um^2"
    if unit == "ohm*m^2":
        return f"{_rounded(number * 1e12, digits)} ohm*um^2"
    if unit not in _PREFIXED or number == 0:
        return f"{_rounded(number, digits)} {unit}"
    for scale, prefix in _PREFIXES:
        if abs(number) >= scale * 0.9995:
            return f"{_rounded(number / scale, digits)} {prefix}{unit}"
    return f"{_rounded(number, digits)} {unit}"


def _rounded(number: float, digits: int) -> str:
    # rounded to the digits wanted, but 110 rather than 1.1e+02
    return f"{float(f'{number:.{digits}g}'):g}"
