"""The junction as an ngspice subcircuit: its equation of motion as behavioural sources on capacitors of 1 F.

Two sets of coordinates, the same physics:

- ``"axial"``: u = artanh(m_z), the latitude on Mercator's map. Without a field in the plane m_z obeys an equation of
  its own, tau_D du/dt = h_z + I/I_c0, whose right side changes slowly: the exponential growth of a small tilt becomes a
  straight line, there is no precession to resolve, tanh(u) cannot leave the sphere and nothing divides by sin(theta).
- ``"cartesian"``: m_x, m_y, m_z with a term (1 - |m|^2) m that restores the norm. Needed for a field in the plane and
  for thermal noise. Spherical angles would divide by sin(theta) at the pole where the layer rests. The precession must
  be resolved: the trapezoidal rule slows growth and decay by (omega step/2)^2.

Node voltages are of order 1 V, so that the relative tolerance governs in both. A capacitance of 1 F keeps the charge
tolerance (1e-14 C) and the current tolerance (1 pA) of ngspice far below m and dm/dt (about 1e9 A).
"""

from __future__ import annotations

from remanence.core.constants import GYROMAGNETIC_RATIO
from remanence.core.declare import Quantity
from remanence.core.errors import InputError, ValidityError
from remanence.device.junction import Junction
from remanence.device.netlist.header import header
from remanence.device.netlist.identifier import check_identifier
from remanence.device.netlist.model import CompactModel, compact_model

COORDINATES = ("auto", "axial", "cartesian")
HOLD = 100.0
"""Strength, in units of the damping rate, of the wall that keeps the tilt from falling below ``theta_min``."""
SMALLEST = 1e-9
"""rad; the smallest tilt where ``theta_min`` is 0."""
STEP_ERROR = 4e-4
"""Error of the growth rate that sets the recommended step of the Cartesian form."""
STEPS_PER_DAMPING_TIME = 30.0
"""Sets the recommended step of the axial form; the error of a switching time is then below 0.1 %."""

_STEP = Quantity("s", "time between two samples of the noise", above=0)


def spice(
    junction: Junction,
    *,
    name: str = "mtj",
    initial: str = "P",
    tilt: float | str | None = None,
    azimuth: float | str = 0.0,
    temperature: float | str | None = None,
    coordinates: str = "auto",
    noise: bool = False,
    noise_step: float | str | None = None,
) -> str:
    """Return an ngspice subcircuit ``.subckt NAME top bottom mz`` of a junction, dynamics included.

    ``mz`` is a monitor: its voltage is m_z (P is +1). Every number is a subcircuit parameter with a default, so a card
    ``xm t b mz NAME state=-1 rp=9k`` overrides it. At the operating point, in a DC sweep and in AC the layer stands in
    its initial state; it moves in a transient.

    Args:
        junction: a single, round, perpendicular design.
        name: of the subcircuit.
        initial: ``"P"`` or ``"AP"``; per instance ``state=1`` or ``state=-1``.
        tilt: angle from the easy axis at the start, rad; None for the thermal root mean square. It is the smallest tilt
            too (``theta_min``): without noise nothing else keeps a layer at rest from closing in on its axis for ever,
            so that the next write would need ever longer. A field in the plane turns the axis itself: ``theta_min`` is
            then 0.
        azimuth: of that tilt, rad from the in-plane field.
        temperature: K; None for that of the junction.
        coordinates: ``"axial"``, ``"cartesian"``, or ``"auto"``: axial where neither noise nor a field in the plane
            asks for more.
        noise: add the thermal field as ``trnoise`` sources (Cartesian, no ``theta_min``). Runs are repeated by
            ngspice's ``setseed``.
        noise_step: s between samples of that field, joined by straight lines; None for twice the recommended step,
            which takes 0.1 % off the power of the noise at the precession frequency. The cost is about one over it.

    Raises:
        InputError: a bad name, unknown coordinates, a step without noise, or what `compact_model` refuses.
        ValidityError: axial coordinates with noise or with a field in the plane.
    """
    check_identifier(name, "spice: name")
    if coordinates not in COORDINATES:
        raise InputError("spice: coordinates", coordinates, f"must be one of {', '.join(COORDINATES)}")
    model = compact_model(junction, initial=initial, tilt=tilt, azimuth=azimuth, temperature=temperature)
    symmetric = model.axial and not noise
    if coordinates == "axial" and not symmetric:
        raise ValidityError(
            "spice: coordinates", "axial", "need a junction without noise and without a field in the plane",
            "Take cartesian.",
        )  # fmt: skip
    if noise_step is not None and not noise:
        raise InputError("spice: noise_step", noise_step, "belongs to noise", "Set noise=True.")
    cartesian = coordinates == "cartesian" or not symmetric
    step = recommended_step(model, cartesian)
    sampling = 2.0 * step if noise_step is None else float(_STEP.read(noise_step, "spice: noise_step"))
    about = (
        f"ngspice subcircuit, {'cartesian' if cartesian else 'axial'} coordinates, thermal noise "
        f"{'on' if noise else 'off'}",
        f"terminals: top, bottom, and mz, whose voltage is m_z. Largest step: .tran STEP STOP 0 {step:.1e}",
        "state: 1 for P, -1 for AP at the start; theta0, phi0: tilt at the start (rad);",
        *(() if noise else ("theta_min: smallest tilt (rad), set by thermal agitation; 0 for the bare equation;",)),
        "rp (ohm), tmr, vh (V), gpc (1/V^2): conduction; ic0 (A): critical current; alpha: damping; bk: mu_0 H_k (T);",
        f"bz{', bx' if cartesian else ''} (T): applied field; fl: field-like torque; k2: K_2/K_eff; vcma (1/V)",
        *((f"delta: thermal stability; nt: sampling of the noise (s), {model.temperature:.6g} K",) if noise else ()),
    )
    lines = header(junction, model, about, "*")
    lines += _declaration(name, model, cartesian, sampling if noise else None)
    lines += _conduction()
    lines += _cartesian(noise) if cartesian else _axial()
    return "\n".join([*lines, f".ends {name}", ""])


def recommended_step(model: CompactModel, cartesian: bool) -> float:
    """Return the largest time step, s, at which the trapezoidal rule keeps a switching time within about 0.1 %."""
    rate = model.precession_rate(GYROMAGNETIC_RATIO)
    step = 2.0 * STEP_ERROR**0.5 / rate if cartesian else 1.0 / (model.damping * rate * STEPS_PER_DAMPING_TIME)
    return float(f"{step:.1e}")


def _declaration(name: str, model: CompactModel, cartesian: bool, sampling: float | None) -> list[str]:
    parameters = {
        "rp": model.resistance, "tmr": model.tmr, "vh": model.half_voltage, "gpc": model.curvature,
        "ic0": model.critical_current, "alpha": model.damping, "bk": model.anisotropy_induction,
        "bz": model.axial_induction, "fl": model.field_like, "k2": model.second_order, "vcma": model.voltage_anisotropy,
        "state": 1.0 if model.initial == "P" else -1.0, "theta0": model.tilt,
    }  # fmt: skip
    if cartesian:
        parameters |= {"bx": model.in_plane_induction, "phi0": model.azimuth}
    if sampling is None:
        parameters |= {"theta_min": model.smallest_tilt}
    else:
        parameters |= {"delta": model.stability, "nt": sampling}
    return [
        f".subckt {name} top bottom mz params:",
        *(f"+ {key}={float(number)!r}" for key, number in parameters.items()),
        f".param w0={{{GYROMAGNETIC_RATIO!r}*bk}}",
    ]


def _conduction() -> list[str]:
    """The junction between top and bottom; ``i`` is its current over I_c0, ``v`` the voltage over it."""
    return [
        "* conduction: conductance linear in m_z; the current through vs drives the torque",
        "bv v 0 v = v(top,bottom)",
        "vs top s 0",
        "bj s bottom i = v(v)*(1+gpc*v(v)*v(v))/rp*(0.5*(1+v(mz)) + 0.5*(1-v(mz))/(1+tmr/(1+(v(v)/vh)*(v(v)/vh))))",
        "bi i 0 v = i(vs)/ic0",
        "* field along z over H_k",
        "bh h 0 v = v(mz)*(1+2*k2*(1-v(mz)*v(mz))-vcma*v(v)) + bz/bk + fl*alpha*v(i)",
    ]


def _axial() -> list[str]:
    return [
        "* motion: m_z = tanh(u), du/dt = (h + i)/tau_D; the wall at theta_min stands in for thermal agitation",
        ".param rate={alpha*w0/(1+alpha*alpha)} u0={state*ln(1/tan(theta0/2))}",
        # neither a minus sign nor a comparison in front of ln(): ngspice 39 loses the sign behind "?"
        f".param um={{ln(1/tan(max(min(theta0,theta_min),{SMALLEST!r})/2))}}",
        "cu u 0 1 ic={u0}",
        f"bu 0 u i = time > 0 ? rate*(v(h)+v(i) - {HOLD!r}*(max(v(u)-um,0)+min(v(u)+um,0))) : rate*(u0-v(u))",
        "bm mz 0 v = tanh(v(u))",
    ]


def _cartesian(noise: bool) -> list[str]:
    field = {"x": "bx/bk", "y": "0", "z": "v(h)"}
    lines = [
        "* motion: (1+alpha^2) dm/ds = -m x (h - alpha a z) - m x (m x (alpha h + a z)), a = alpha i, s = w0 t",
        ".param rate={w0/(1+alpha*alpha)}",
        ".param mx0={sin(theta0)*cos(phi0)} my0={sin(theta0)*sin(phi0)} mz0={state*cos(theta0)}",
    ]
    if noise:
        lines += [
            "* thermal field per component over H_k: white, alpha/delta per unit of s (fluctuation-dissipation)",
            ".param na={sqrt(alpha/(delta*w0*nt))}",
            *(f"v{axis} h{axis} 0 dc 0 trnoise({{na}} {{nt}} 0 0)" for axis in "xyz"),
        ]
        field = {"x": "(bx/bk+v(hx))", "y": "v(hy)", "z": "(v(h)+v(hz))"}
    wall = ""
    if not noise:
        lines += [f".param sm={{sin(max(min(theta0,theta_min),{SMALLEST!r}))}}"]
        lines += ["* the wall at theta_min stands in for thermal agitation"]
        lines += [f"bg g 0 v = alpha*{HOLD!r}*max(0, 1-(v(mx)*v(mx)+v(my)*v(my))/(sm*sm))"]
        wall = " + v(g)*"
    lines += [
        f"bp p 0 v = {field['z']}-alpha*alpha*v(i)",  # z of h - alpha a z
        f"bq q 0 v = alpha*({field['z']}+v(i))",  # z of alpha h + a z
        "bn n 0 v = v(mx)*v(mx)+v(my)*v(my)+v(mz)*v(mz)",
        f"bw w 0 v = alpha*({field['x']}*v(mx)+{field['y']}*v(my)) + v(q)*v(mz)",
    ]
    turning = {
        "x": f"v(mz)*{field['y']}-v(my)*v(p) + v(n)*alpha*{field['x']}",
        "y": f"v(mx)*v(p)-v(mz)*{field['x']} + v(n)*alpha*{field['y']}",
        "z": f"v(my)*{field['x']}-v(mx)*{field['y']} + v(n)*v(q)",
    }
    for axis, torque in turning.items():
        m = f"v(m{axis})"
        outward = f"{wall}{m}" if wall and axis != "z" else ""
        lines += [
            f"c{axis} m{axis} 0 1 ic={{m{axis}0}}",
            f"bd{axis} 0 m{axis} i = time > 0 ? rate*({torque} - {m}*v(w) + (1-v(n))*{m}{outward})"
            f" : rate*(m{axis}0-{m})",
        ]
    return lines
