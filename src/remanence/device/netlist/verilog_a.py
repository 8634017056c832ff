"""The junction as a Verilog-A module: the same equations and coordinates as the SPICE subcircuit, without noise."""

from __future__ import annotations

from remanence.core.constants import GYROMAGNETIC_RATIO
from remanence.core.errors import InputError, ValidityError
from remanence.device.junction import Junction
from remanence.device.netlist.header import header
from remanence.device.netlist.identifier import check_identifier
from remanence.device.netlist.model import CompactModel, compact_model
from remanence.device.netlist.spice import COORDINATES, HOLD, SMALLEST, recommended_step

TIME_UNIT = 1e-9
"""s; one unit of m on a node holds this much charge, so that currents stay far below a simulator's overflow check."""


def verilog_a(
    junction: Junction,
    *,
    name: str = "mtj",
    initial: str = "P",
    tilt: float | str | None = None,
    azimuth: float | str = 0.0,
    temperature: float | str | None = None,
    coordinates: str = "auto",
) -> str:
    """Return a Verilog-A module ``NAME(top, bottom, mz)`` of a junction, dynamics included.

    It compiles with OpenVAF's front end, and the compiled equations are held against ours in a test; no circuit
    simulator has run it, which its header says. Parameters and terminals are those of `spice`; the largest step is
    asked for by ``$bound_step``.

    Args:
        junction: a single, round, perpendicular design.
        name: of the module.
        initial: ``"P"`` or ``"AP"``.
        tilt: angle from the easy axis at the start and smallest tilt, rad; None for the thermal root mean square.
        azimuth: of that tilt, rad from the in-plane field.
        temperature: K; None for that of the junction. The simulator's own temperature is not read.
        coordinates: ``"axial"``, ``"cartesian"``, or ``"auto"``: axial where no field lies in the plane.

    Raises:
        InputError: a bad name, unknown coordinates, or what `compact_model` refuses.
        ValidityError: axial coordinates with a field in the plane.
    """
    check_identifier(name, "verilog_a: name")
    if coordinates not in COORDINATES:
        raise InputError("verilog_a: coordinates", coordinates, f"must be one of {', '.join(COORDINATES)}")
    model = compact_model(junction, initial=initial, tilt=tilt, azimuth=azimuth, temperature=temperature)
    if coordinates == "axial" and not model.axial:
        raise ValidityError("verilog_a: coordinates", "axial", "need no field in the plane", "Take cartesian.")
    cartesian = coordinates == "cartesian" or not model.axial
    about = (
        f"Verilog-A module, {'cartesian' if cartesian else 'axial'} coordinates, no thermal noise",
        "UNTESTED in a circuit simulator: compiled with OpenVAF's front end, its equations evaluated and compared.",
        "terminals: top, bottom, and mz, whose potential is m_z. The layer moves in a transient only.",
    )
    lines = [
        *header(junction, model, about, "//"),
        '`include "disciplines.vams"',
        "",
        f"module {name}(top, bottom, mz);",
        "  inout top, bottom, mz;",
        "  electrical top, bottom, mz;",
        *(f"  parameter real {line}" for line in _parameters(model, cartesian)),
    ]
    lines += _cartesian() if cartesian else _axial()
    return "\n".join([*lines, "  end", "endmodule", ""])


def _parameters(model: CompactModel, cartesian: bool) -> list[str]:
    state = 1.0 if model.initial == "P" else -1.0
    right_angle = "1.5707963267948966"
    lines = [
        f"rp = {model.resistance!r} from (0:inf); // ohm, parallel, zero bias",
        f"tmr = {model.tmr!r} from [0:inf); // at zero bias",
        f"vh = {model.half_voltage!r} from (0:inf); // V, halves the TMR",
        f"gpc = {model.curvature!r} from [0:inf); // 1/V^2, G_P(V) = G_P (1 + gpc V^2)",
        f"ic0 = {model.critical_current!r} from (0:inf); // A, critical current",
        f"alpha = {model.damping!r} from (0:1); // damping",
        f"bk = {model.anisotropy_induction!r} from (0:inf); // T, mu_0 H_k",
        f"bz = {model.axial_induction!r}; // T, applied; positive favours P",
        f"fl = {model.field_like!r}; // field-like over damping-like torque",
        f"k2 = {model.second_order!r}; // K_2/K_eff",
        f"vcma = {model.voltage_anisotropy!r}; // 1/V, share of H_k lost per volt",
        f"state = {state!r} from [-1:1]; // 1: P, -1: AP",
        f"theta0 = {model.tilt!r} from (0:{right_angle}); // rad, tilt at the start",
        f"theta_min = {model.smallest_tilt!r} from [0:{right_angle}); // rad, smallest tilt; 0 for the bare equation",
        f"max_step = {recommended_step(model, cartesian)!r} from (0:inf); // s",
    ]
    if cartesian:
        lines += [
            f"bx = {model.in_plane_induction!r}; // T, applied in the plane",
            f"phi0 = {model.azimuth!r}; // rad, direction of the tilt",
        ]
    return lines


def _start(internal: str, variables: str, magnetisation: str) -> list[str]:
    """Declarations, and the electrical part up to the field along z."""
    return [
        f"  electrical {internal};",
        f"  real vj, z, current, drive, field, w0, rate, {variables};",
        "  analog begin",
        "    $bound_step(max_step);",
        f"    w0 = {GYROMAGNETIC_RATIO!r} * bk;",
        "    vj = V(top, bottom);",
        f"    z = {magnetisation};",
        "    // conduction: conductance linear in m_z",
        "    current = vj * (1.0 + gpc * vj * vj) / rp"
        " * (0.5 * (1.0 + z) + 0.5 * (1.0 - z) / (1.0 + tmr / (1.0 + vj * vj / (vh * vh))));",
        "    I(top, bottom) <+ current;",
        "    drive = current / ic0;",
        "    field = z * (1.0 + 2.0 * k2 * (1.0 - z * z) - vcma * vj) + bz / bk + fl * alpha * drive;",
    ]


def _axial() -> list[str]:
    return [
        *_start("u", "u0, um, wall, velocity", "tanh(V(u))"),
        "    rate = alpha * w0 / (1.0 + alpha * alpha);",
        "    u0 = -state * ln(tan(0.5 * theta0));",
        f"    um = -ln(tan(0.5 * max(min(theta0, theta_min), {SMALLEST!r})));",
        "    V(mz) <+ z;",
        "    // motion: m_z = tanh(u), du/dt = (field + drive)/tau_D; the wall stands in for thermal agitation",
        f"    wall = {HOLD!r} * (max(V(u) - um, 0.0) + min(V(u) + um, 0.0));",
        '    if (analysis("static"))',
        "      velocity = rate * (u0 - V(u));",
        "    else",
        "      velocity = rate * (field + drive - wall);",
        f"    I(u) <+ {TIME_UNIT!r} * (ddt(V(u)) - velocity);",
    ]


def _cartesian() -> list[str]:
    return [
        *_start("mx, my", "x, y, hx, p, q, n, w, sm, wall, dx, dy, dz", "V(mz)"),
        "    rate = w0 / (1.0 + alpha * alpha);",
        "    x = V(mx);",
        "    y = V(my);",
        "    // motion: (1 + alpha^2) dm/ds = -m x (h - alpha a z) - m x (m x (alpha h + a z)), s = w0 t",
        "    hx = bx / bk;",
        "    p = field - alpha * alpha * drive;",
        "    q = alpha * (field + drive);",
        "    n = x * x + y * y + z * z;",
        "    w = alpha * hx * x + q * z;",
        "    // the wall stands in for thermal agitation",
        f"    sm = sin(max(min(theta0, theta_min), {SMALLEST!r}));",
        f"    wall = 1.0 - n + alpha * {HOLD!r} * max(0.0, 1.0 - (x * x + y * y) / (sm * sm));",
        '    if (analysis("static")) begin',
        "      dx = rate * (sin(theta0) * cos(phi0) - x);",
        "      dy = rate * (sin(theta0) * sin(phi0) - y);",
        "      dz = rate * (state * cos(theta0) - z);",
        "    end else begin",
        "      dx = rate * (-y * p + n * alpha * hx - x * w + wall * x);",
        "      dy = rate * (x * p - z * hx - y * w + wall * y);",
        "      dz = rate * (y * hx + n * q - z * w + (1.0 - n) * z);",
        "    end",
        f"    I(mx) <+ {TIME_UNIT!r} * (ddt(x) - dx);",
        f"    I(my) <+ {TIME_UNIT!r} * (ddt(y) - dy);",
        f"    I(mz) <+ {TIME_UNIT!r} * (ddt(z) - dz);",
    ]
