"""From estimates to a stack: the film values that make a junction of the package show what was measured."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml
from scipy.optimize import brentq

from remanence.core.constants import GYROMAGNETIC_RATIO
from remanence.core.declare import Array, declarations, leaves, replace
from remanence.core.errors import InputError, RemanenceError
from remanence.data.bibliography import USER
from remanence.device import transport
from remanence.device.fit import fit_stack
from remanence.device.junction import Junction
from remanence.device.stack import Stack, stack

if TYPE_CHECKING:
    from remanence.device.calibration.result import Calibration, Estimate

USED = {
    "parallel_resistance": "resistance_area",
    "tunnel_magnetoresistance": "tunnel_magnetoresistance",
    "half_voltage": "half_voltage",
    "thermal_stability": "interfacial_anisotropy",
    "damping_time": "damping",
    "critical_voltage": "spin_torque_efficiency",
}
"""Which estimate sets which film value, in the order in which they are solved."""

_PROBE = 1.0  # A: a critical current that no film reaches; only the anisotropy of that fit is kept


def fitted_stack(
    base: Stack | str,
    calibrations: Sequence[Calibration],
    *,
    diameter: Array | str,
    temperature: Array | str = 300.0,
) -> Stack:
    """Return the stack whose junction of that diameter shows the estimates at that temperature.

    Solved one after the other, each with those before it in place: resistance-area product and TMR (taken back to the
    stack's reference temperature by its own law), interfacial anisotropy from the barrier, damping from tau_D,
    spin-torque efficiency from the critical voltage, which is that of the antiparallel state. What was not measured
    keeps the value of ``base``.

    Args:
        base: a stack, or the name of one in the catalogue; a single design.
        calibrations: whose estimates to use; a later one overrides an earlier one.
        diameter: of the measured junction, m or text with a unit.
        temperature: of the measurement, K or text with a unit.

    Raises:
        InputError: nothing in the calibrations sets a film value, or a film value leaves its bounds.
        ConvergenceError: no interfacial anisotropy gives the barrier.
    """
    return _solve(stack(base) if isinstance(base, str) else base, _known(calibrations), diameter, temperature)


def _known(calibrations: Sequence[Calibration]) -> dict[str, Estimate]:
    known = {e.name: e for calibration in calibrations for e in calibration.estimates if e.name in USED}
    measured = {name: estimate for name, estimate in known.items() if estimate.how != "fixed"}
    if not measured:
        raise InputError("calibration card", "estimates that set no film value",
                         f"one of {', '.join(USED)} is needed", "Fit a model that yields one.")  # fmt: skip
    return measured


def _solve(base: Stack, known: Mapping[str, Estimate], diameter: Array | str, temperature: Array | str,
           moved: Mapping[str, float] | None = None) -> Stack:  # fmt: skip
    if any(np.ndim(item) for _, item in leaves(base)):
        raise InputError("calibration card: base", "array fields", "a single design is needed")
    number = {name: estimate.value for name, estimate in known.items()} | dict(moved or {})

    def cut(film: Stack) -> Junction:
        return Junction(stack=film, diameter=diameter, temperature=temperature)  # type: ignore[arg-type]

    film, device = base, cut(base)
    if "parallel_resistance" in number:
        film = replace(film, resistance_area=number["parallel_resistance"] * float(device.area))
    if "tunnel_magnetoresistance" in number:
        reference = transport.tmr_at_temperature(
            number["tunnel_magnetoresistance"], film.polarisation_slope, film.reference_temperature, device.temperature
        )
        film = replace(film, tunnel_magnetoresistance=float(reference))
    if "half_voltage" in number:
        film = replace(film, half_voltage=number["half_voltage"])
    if "thermal_stability" in number:
        solved = fit_stack(film, diameter=float(device.diameter), thermal_stability=number["thermal_stability"],
                           critical_current=_PROBE, temperature=float(device.temperature))  # fmt: skip
        film = replace(film, interfacial_anisotropy=solved.interfacial_anisotropy)
    if "damping_time" in number:
        film = replace(film, damping=_damping(cut(film), number["damping_time"]))
    if "critical_voltage" in number:
        device, volts = cut(film), number["critical_voltage"]
        wanted = volts / float(device.resistance("AP", voltage=volts))
        efficiency = float(film.spin_torque_efficiency) * float(device.critical_current) / wanted
        film = replace(film, spin_torque_efficiency=efficiency)
    return film


def _damping(device: Junction, damping_time: float) -> float:
    """Solve tau_D = (1 + alpha^2)/(alpha gamma mu_0 H_k) for the smaller alpha."""
    field = 2.0 * float(device.effective_anisotropy) / float(device.saturation_magnetisation)
    ratio = damping_time * GYROMAGNETIC_RATIO * field
    if ratio <= 2.0:
        raise InputError("calibration card: damping", f"a damping time of {damping_time:g} s",
                         f"must exceed {2.0 / (GYROMAGNETIC_RATIO * field):.3g} s, where alpha is 1")  # fmt: skip
    return float(brentq(lambda alpha: (1.0 + alpha**2) / alpha - ratio, 1e-9, 1.0, xtol=1e-15, rtol=1e-14))


def stack_card(
    base: str,
    calibrations: Sequence[Calibration],
    *,
    diameter: Array | str,
    temperature: Array | str = 300.0,
    name: str | None = None,
) -> str:
    """Return a YAML card of kind stack that extends ``base`` by the fitted film values.

    Each value is a row of kind fit. Its range is solved at the two ends of the 95 % interval of the estimate behind
    it, the other estimates at their values: the correlation between estimates is not kept. The source is the user's
    own file, named with its digest in the locator.

    Raises:
        InputError: as `fitted_stack`; also an end of an interval that no film value reaches.
    """
    film, known = stack(base), _known(calibrations)
    solved = _solve(film, known, diameter, temperature)
    declared = declarations(Stack)
    device = Junction(stack=solved, diameter=diameter, temperature=temperature)  # type: ignore[arg-type]
    owner = {e.name: c for c in calibrations for e in c.estimates}
    conditions = f"{float(device.diameter) * 1e9:g} nm at {float(device.temperature):g} K"
    rows: dict[str, Any] = {}
    for estimate, field in USED.items():
        if estimate not in known:
            continue
        ends = []
        for end in (known[estimate].low, known[estimate].high):
            try:
                ends.append(float(getattr(_solve(film, known, diameter, temperature, {estimate: end}), field)))
            except RemanenceError as error:
                given = f"{estimate} at the end of its interval, {end:.4g}"
                rule = f"no film value gives it ({error})"
                raise InputError(f"calibration card: {field}", given, rule, "Measure it more closely.") from error
        middle, source = float(getattr(solved, field)), owner[estimate]
        rows[field] = {
            "value": middle,
            "low": min(*ends, middle),
            "high": max(*ends, middle),
            "unit": declared[field].unit,
            "kind": "fit",
            "source": USER,
            "locator": f"{source.file}, SHA-256 {source.digest[:16]}",
            "conditions": conditions,
            "note": _note(known[estimate], source),
        }
    files = ", ".join(dict.fromkeys(c.file for c in calibrations))
    raw = {
        "kind": "stack",
        "name": name or f"{base}-calibrated",
        "title": f"{base}, calibrated to {files}",
        "about": (
            f"Film values that make a junction of {conditions} show what was measured; all else is that of {base}. "
            "Ranges are 95 % intervals one by one, without the correlation between them."
        ),
        "extends": base,
        "values": rows,
    }
    return yaml.safe_dump(raw, sort_keys=False, width=120, allow_unicode=True)


def _note(estimate: Estimate, source: Calibration) -> str:
    held = [f"; {other.name.replace('_', ' ')} {other}" for other in source.estimates if other.how == "fixed"]
    return f"from {estimate.name.replace('_', ' ')} {estimate}, model {source.model}; 95 % interval{''.join(held)}"


def write(path: Path, text: str) -> Path:
    """Write a file so that it holds either its old content or all of the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", text=True)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path
