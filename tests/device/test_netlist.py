"""Netlists: ngspice runs the subcircuit and agrees with our own solver; so does the module that OpenVAF compiles."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from remanence.core.constants import GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from remanence.core.declare import replace
from remanence.core.errors import InputError, ValidityError
from remanence.core.provenance import versions
from remanence.device import Junction, junction, reference_layer
from remanence.device.netlist import compact_model, export_netlist, spice, verilog_a

NGSPICE = shutil.which("ngspice")
needs_ngspice = pytest.mark.skipif(NGSPICE is None, reason="ngspice is not installed (Debian: apt-get install ngspice)")

RAMP = 20e-12  # s, rise of every supply below
TILT = 0.1  # rad
AGREEMENT = 2e-3  # relative, of switching times at the recommended step; asked for are 2e-2

VoltageOverJunction = Callable[[float, float], float]
"""Of time and m_z."""


@pytest.fixture(scope="module")
def cell() -> Junction:
    return junction("cofeb-double-mgo", diameter="20 nm")


@pytest.fixture(scope="module")
def everything() -> Junction:
    """A junction with every term of the equation in use, and damped enough to be quick."""
    film = replace(
        junction("cofeb-double-mgo", diameter=20e-9).stack,
        damping=0.02, spin_torque_efficiency=1.2, field_like_torque=0.6, second_order_anisotropy=2e4,
        voltage_anisotropy=40e-15, barrier_thickness=1e-9, parallel_curvature=0.2, breakdown_voltage=5.0,
    )  # fmt: skip
    plain = junction(film, diameter=20e-9, temperature=330.0)
    field = float(plain.anisotropy_field)
    return replace(plain, axial_field=0.05 * field, in_plane_field=0.04 * field)


# ---- our own zero-temperature solver ---------------------------------------------------------------------------------


def conductance(cell: Junction, voltage: float, mz: float) -> float:
    """G linear in m_z between the two states (`Junction.conductance`, unchecked and so quick enough to integrate)."""
    s = cell.stack
    tmr = float(cell.tmr()) / (1.0 + (voltage / s.half_voltage) ** 2)
    parallel = (1.0 + s.parallel_curvature * voltage**2) * cell.area / s.resistance_area
    return float(parallel * ((1.0 + mz) / 2.0 + (1.0 - mz) / 2.0 / (1.0 + tmr)))


def behind_resistor(cell: Junction, supply: float, series: float) -> VoltageOverJunction:
    def voltage(time: float, mz: float) -> float:
        source = supply * min(time / RAMP, 1.0)
        v = source
        for _ in range(50):  # a contraction where the series resistance is well below that of the junction
            last, v = v, source / (1.0 + series * conductance(cell, v, mz))
            if abs(v - last) < 1e-12:
                break
        return v

    return voltage


def switching_time(
    cell: Junction, voltage: VoltageOverJunction, state: int, tilt: float = TILT, azimuth: float = 0.0
) -> float:
    """Time at which m_z first crosses 0: the Gilbert form, solved for dm/dt by a 3x3 system, by DOP853."""
    s = cell.stack
    alpha = float(s.damping)
    anisotropy = float(cell.anisotropy_field)
    rate = GYROMAGNETIC_RATIO * VACUUM_PERMEABILITY * anisotropy
    weakening = 0.0
    if s.voltage_anisotropy:
        weakening = 1.0 - float(cell.anisotropy_field_at(1.0)) / anisotropy
    kappa = float(cell.second_order_anisotropy / cell.effective_anisotropy)
    hx, hz = float(cell.in_plane_field) / anisotropy, float(cell.axial_field + cell.offset_field) / anisotropy
    # the torque at which the state of a layer without K_2 ends; K_2 is in the field
    first_order = replace(cell, stack=replace(s, second_order_anisotropy=0.0))
    critical, ratio = float(first_order.critical_current), float(s.field_like_torque)

    def motion(time: float, m: Any) -> Any:
        x, y, z = m
        v = voltage(time, z)
        a = alpha * v * conductance(cell, v, z) / critical
        fx, fz = hx, z * (1.0 + 2.0 * kappa * (1.0 - z * z) - weakening * v) + hz + ratio * a
        # dm/ds - alpha m x dm/ds = -m x h - a m x (m x z)
        torque = np.array([-y * fz - a * x * z, x * fz - z * fx - a * y * z, y * fx + a * (x * x + y * y)])
        gilbert = np.array([[1.0, alpha * z, -alpha * y], [-alpha * z, 1.0, alpha * x], [alpha * y, -alpha * x, 1.0]])
        return rate * np.linalg.solve(gilbert, torque)

    def crossing(_: float, m: Any) -> float:
        return float(m[2])

    crossing.terminal = True  # type: ignore[attr-defined]
    start = [np.sin(tilt) * np.cos(azimuth), np.sin(tilt) * np.sin(azimuth), state * np.cos(tilt)]
    run = solve_ivp(motion, (0.0, 60e-9), start, method="DOP853", rtol=1e-8, atol=1e-10, events=crossing)
    assert run.t_events[0].size, "the reference does not switch"
    return float(run.t_events[0][0])


# ---- ngspice ---------------------------------------------------------------------------------------------------------


def ngspice(folder: Path, text: str) -> dict[str, float]:
    """Run a netlist in batch mode; return every ``name = number`` that it prints."""
    assert NGSPICE is not None
    path = folder / "run.cir"
    path.write_text(text)
    done = subprocess.run([NGSPICE, "-b", str(path)], capture_output=True, text=True, timeout=100, check=False)
    log = done.stdout + done.stderr
    assert not re.search(r"error|singular|too small|warning", log, re.IGNORECASE), log
    return {name: float(number) for name, number in re.findall(r"^(\S+)\s+=\s+([-+.\deE]+)", log, re.MULTILINE)}


def step_of(netlist: str) -> float:
    found = re.search(r"\.tran STEP STOP 0 (\S+)", netlist)
    assert found is not None
    return float(found[1])


def written(
    folder: Path, libraries: list[str], body: str, stop: float, measures: dict[str, str], more: str = ""
) -> Any:
    """A transient at the smallest recommended step of the libraries, with measures of switching times."""
    step = min(step_of(library) for library in libraries)
    lines = ["* write", *libraries, body, f".tran {step} {stop} 0 {step}", more, ".control", "set numdgt=12", "run"]
    lines += [f"meas tran {name} {what}" for name, what in measures.items()]
    return ngspice(folder, "\n".join([*lines, "quit", ".endc", ".end", ""]))


@needs_ngspice
def test_operating_points_are_the_resistances_of_the_data_sheet(tmp_path: Path, everything: Junction) -> None:
    upright = replace(everything, in_plane_field=0.0)
    found = ngspice(
        tmp_path,
        f"* dc\n{spice(upright, tilt=1e-3)}\n{spice(upright, tilt=1e-3, name='other', coordinates='cartesian')}\n"
        "v1 t 0 0\nvp t p 0\nxp p 0 a mtj\nvap t ap 0\nxap ap 0 b mtj state=-1\n"
        "vq t q 0\nxq q 0 c other\nvaq t aq 0\nxaq aq 0 d other state=-1\n"
        ".control\nset numdgt=12\n"
        + "\n".join(
            f"alter v1 dc = {v}\nop\nlet p{n} = {v}/i(vp)\nlet ap{n} = {v}/i(vap)\nlet q{n} = {v}/i(vq)\n"
            f"let aq{n} = {v}/i(vaq)\nprint p{n} ap{n} q{n} aq{n}"
            for n, v in enumerate((0.001, 0.1, -0.7, 1.2))
        )
        + "\nprint v(a) v(b) v(c) v(d)\nquit\n.endc\n.end\n",
    )
    assert found["v(a)"] == pytest.approx(1.0, abs=1e-6)
    assert found["v(b)"] == pytest.approx(-1.0, abs=1e-6)
    assert found["v(d)"] == pytest.approx(-1.0, abs=1e-6)
    for number, voltage in enumerate((0.001, 0.1, -0.7, 1.2)):
        for name, mz in (("p", 1.0), ("ap", -1.0), ("q", 1.0), ("aq", -1.0)):
            assert found[f"{name}{number}"] == pytest.approx(1.0 / conductance(upright, voltage, mz), rel=1e-5, abs=0)


def test_the_conductance_above_is_that_of_the_junction(everything: Junction) -> None:
    for voltage in (0.001, -0.7):
        for mz in (1.0, 0.3, -1.0):
            ours = float(everything.conductance(float(np.arccos(mz)), voltage))
            assert conductance(everything, voltage, mz) == pytest.approx(ours, rel=1e-12, abs=0)


@needs_ngspice
@pytest.mark.parametrize("coordinates", ["axial", "cartesian"])
def test_switching_times_both_ways_of_two_junctions_in_one_netlist(tmp_path: Path, coordinates: str) -> None:
    """Two stacks, two temperatures, one resistor each; P to AP and AP to P."""
    first = junction("cofeb-double-mgo", diameter=20e-9)
    second = junction("cofeb-mgo", diameter=40e-9, temperature=350.0)
    libraries = [
        spice(item, name=name, tilt=TILT, coordinates=coordinates) for item, name in ((first, "one"), (second, "two"))
    ]
    cases = [("one", first, 1, -1.3), ("one", first, -1, 2.2), ("two", second, 1, -1.4), ("two", second, -1, 1.8)]
    body, measures, ours = "", {}, {}
    for number, (name, item, state, supply) in enumerate(cases):
        body += f"vs{number} s{number} 0 pwl(0 0 {RAMP} {supply})\nrs{number} s{number} t{number} 2k\n"
        body += f"x{number} t{number} 0 m{number} {name} state={state}\n"
        measures[f"t{number}"] = f"when v(m{number})=0"
        ours[f"t{number}"] = switching_time(item, behind_resistor(item, supply, 2e3), state)
    found = written(tmp_path, libraries, body, 1.2 * max(ours.values()), measures)
    for name, time in ours.items():
        assert 0.2e-9 < time < 20e-9
        assert found[name] == pytest.approx(time, rel=AGREEMENT, abs=0), name


@needs_ngspice
@pytest.mark.parametrize(("state", "supply"), [(1, -1.8), (-1, 2.4)])
def test_every_term_of_the_equation(tmp_path: Path, everything: Junction, state: int, supply: float) -> None:
    """Fields along and across, field-like torque, second order, voltage-controlled anisotropy, bias dependence.

    Driven hard: near the threshold m_z wobbles as it nears the equator, and which wobble crosses first is a matter of
    the last digits.
    """
    library = spice(everything, tilt=TILT, azimuth=0.7)
    body = f"vs s 0 pwl(0 0 {RAMP} {supply})\nrs s t 3k\nx1 t 0 m mtj state={state}"
    ours = switching_time(everything, behind_resistor(everything, supply, 3e3), state, azimuth=0.7)
    plain = replace(everything, in_plane_field=0.0, axial_field=0.0)
    without = switching_time(plain, behind_resistor(plain, supply, 3e3), state, azimuth=0.7)
    assert abs(without / ours - 1.0) > 0.05, "the terms under test must be seen"
    found = written(tmp_path, [library], body, 1.3 * ours, {"t1": "when v(m)=0"})
    assert found["t1"] == pytest.approx(ours, rel=AGREEMENT, abs=0)


@needs_ngspice
def test_tilt_and_other_parameters_of_an_instance(tmp_path: Path, cell: Junction) -> None:
    supply, cases = -1.3, {"theta0=0.02": (0.02, cell), "theta0=0.3": (0.3, cell), "alpha=0.016": (TILT, None)}
    body, ours = "", {}
    for number, (override, (tilt, item)) in enumerate(cases.items()):
        # the critical current is a parameter of its own: damping alone changes the time scale, not the threshold
        used = item or replace(
            cell, stack=replace(cell.stack, damping=0.016, spin_torque_efficiency=2 * cell.stack.spin_torque_efficiency)
        )
        body += f"vs{number} s{number} 0 pwl(0 0 {RAMP} {supply})\nrs{number} s{number} t{number} 1k\n"
        body += f"x{number} t{number} 0 m{number} mtj {override}\n"
        ours[f"t{number}"] = switching_time(used, behind_resistor(used, supply, 1e3), 1, tilt=tilt)
    found = written(tmp_path, [spice(cell, tilt=TILT)], body, 1.2 * max(ours.values()),
                    {f"t{n}": f"when v(m{n})=0" for n in range(3)})  # fmt: skip
    assert found == pytest.approx(ours, rel=AGREEMENT, abs=0)


@needs_ngspice
@pytest.mark.parametrize(("state", "high"), [(1, "source"), (-1, "bit")])
def test_a_series_transistor(tmp_path: Path, cell: Junction, state: int, high: str) -> None:
    """A square-law NMOS between junction and source line limits the current; it is solved here by bisection."""
    gain, threshold, gate, supply = 4e-4, 0.4, 2.2, 1.6

    def drain_current(vgs: float, vds: float) -> float:
        drive = max(vgs - threshold, 0.0)
        return gain * (drive * vds - vds * vds / 2.0 if vds < drive else drive * drive / 2.0)

    def over_junction(time: float, mz: float) -> float:
        top = supply * min(time / RAMP, 1.0)
        if top == 0.0:
            return 0.0
        if high == "bit":  # the source of the transistor is grounded

            def excess(v: float) -> float:
                return v * conductance(cell, v, mz) - drain_current(gate, top - v)

            return float(brentq(excess, 0.0, top, xtol=1e-13))

        def raised(v: float) -> float:  # the junction lies at the source: less drive for the gate
            return v * conductance(cell, v, mz) - drain_current(gate - v, top - v)

        return -float(brentq(raised, 0.0, top, xtol=1e-13))

    ours = switching_time(cell, over_junction, state)
    bit, source = (f"pwl(0 0 {RAMP} {supply})", "0") if high == "bit" else ("0", f"pwl(0 0 {RAMP} {supply})")
    body = (
        f".model n nmos (level=1 vto={threshold} kp={gain})\nvb bl 0 {bit}\nvs sl 0 {source}\nvw wl 0 {gate}\n"
        f"x1 bl d m mtj state={state}\nm1 d wl sl 0 n w=1u l=1u\n"
    )
    found = written(tmp_path, [spice(cell, tilt=TILT)], body, 1.3 * ours, {"t1": "when v(m)=0"})
    assert found["t1"] == pytest.approx(ours, rel=AGREEMENT, abs=0)


@needs_ngspice
@pytest.mark.parametrize("coordinates", ["axial", "cartesian"])
def test_a_layer_at_rest_can_be_written_again(tmp_path: Path, cell: Junction, coordinates: str) -> None:
    """Without the wall the tilt would have died away in 20 ns of rest, and the second pulse would not switch."""
    body = (
        "vs s 0 pwl(0 0 0.1n -1.6 5n -1.6 5.1n 0 25n 0 25.1n 2.4 29n 2.4 29.1n 0 45n 0 45.1n -1.6)\nrs s t 1k\n"
        "x1 t 0 m mtj\n"
    )
    measures = {"first": "when v(m)=0 fall=1", "second": "when v(m)=0 rise=1", "third": "when v(m)=0 fall=2",
                "rest": "find v(m) at=24n"}  # fmt: skip
    found = written(tmp_path, [spice(cell, tilt=TILT, coordinates=coordinates)], body, 50e-9, measures)
    assert found["rest"] == pytest.approx(-np.cos(TILT), abs=1e-3)
    assert 25e-9 < found["second"] < 29e-9
    assert found["third"] - 45e-9 == pytest.approx(found["first"], rel=0.02, abs=0)


@needs_ngspice
def test_thermal_noise_reaches_boltzmann_equilibrium(tmp_path: Path) -> None:
    """<sin^2 theta> at Delta 20 over 100 ns, 500 independent values: 4.4 % is one standard deviation."""
    cell = junction("superparamagnetic", diameter=30e-9)
    library = spice(cell, noise=True, noise_step=2e-12, tilt=0.2)
    text = "\n".join([
        "* noise", library, "x1 t 0 m mtj alpha=0.1 bk=0.3 delta=20", "r1 t 0 1k", ".tran 2p 100n 0 2p", ".control",
        "setseed 7", "run", "let square = 1-v(m)*v(m)", "let late = mean(square)", "print late", "quit", ".endc",
        ".end", "",
    ])  # fmt: skip
    z = np.linspace(0.0, 1.0, 100_001)
    weight = np.exp(20.0 * (z * z - 1.0))
    exact = float(np.sum((1.0 - z * z) * weight) / np.sum(weight))
    assert ngspice(tmp_path, text)["late"] == pytest.approx(exact, rel=0.18, abs=0)


# ---- Verilog-A -------------------------------------------------------------------------------------------------------


def compiled(folder: Path, text: str) -> Any:
    openvaf = pytest.importorskip("openvaf_py", reason="openvaf-py (the compiler's front end) is not installed")
    path = folder / "mtj.va"
    path.write_text(text)
    (module,) = openvaf.compile_va(str(path))
    return module


def evaluated(module: Any, **voltages: float) -> dict[str, tuple[float, float]]:
    """Current and charge that leave each node, from the compiled equations at the default parameters."""
    known = dict(module.get_param_defaults())
    residuals, _ = module.run_init_eval(known | voltages | {"mfactor": 1.0})
    names = [item["name"] for item in module.get_dae_system()["nodes"]]
    return dict(zip(names, residuals, strict=True))


@pytest.mark.parametrize(("state", "supply"), [(1, -1.2), (-1, 2.0)])
def test_the_compiled_module_switches_as_our_solver_does(
    tmp_path: Path, everything: Junction, state: int, supply: float
) -> None:
    module = compiled(tmp_path, verilog_a(everything, tilt=TILT, azimuth=0.7))
    assert module.num_terminals == 3
    assert module.has_bound_step

    def motion(time: float, m: Any) -> Any:
        v = supply * min(time / RAMP, 1.0)
        out = evaluated(module, **{"V(top,bottom)": v, "V(mx)": m[0], "V(my)": m[1], "V(mz)": m[2]})
        assert out["mx"][1] == pytest.approx(1e-9 * m[0], rel=1e-12, abs=0)
        return [-out[name][0] / 1e-9 for name in ("mx", "my", "mz")]

    def crossing(_: float, m: Any) -> float:
        return float(m[2])

    crossing.terminal = True  # type: ignore[attr-defined]
    start = [np.sin(TILT) * np.cos(0.7), np.sin(TILT) * np.sin(0.7), state * np.cos(TILT)]
    run = solve_ivp(motion, (0.0, 20e-9), start, method="RK45", rtol=1e-6, atol=1e-9, events=crossing)
    ours = switching_time(everything, behind_resistor(everything, supply, 0.0), state, azimuth=0.7)
    assert run.t_events[0][0] == pytest.approx(ours, rel=1e-3, abs=0)


def test_the_compiled_axial_module_holds_the_same_equations(tmp_path: Path, cell: Junction) -> None:
    module = compiled(tmp_path, verilog_a(cell, tilt=TILT))
    damping_time = float(cell.damping_time)
    for voltage in (-1.0, 0.3):
        for latitude in (-1.5, 0.2):
            out = evaluated(module, **{"V(top,bottom)": voltage, "V(u)": latitude, "V(mz)": 0.0})
            z = np.tanh(latitude)
            current = voltage * conductance(cell, voltage, z)
            assert out["top"][0] == pytest.approx(current, rel=1e-9, abs=0)
            assert out["bottom"][0] == pytest.approx(-current, rel=1e-9, abs=0)
            velocity = (z + current / float(cell.critical_current)) / damping_time
            assert out["u"] == pytest.approx((-1e-9 * velocity, 1e-9 * latitude), rel=1e-9, abs=0)


@pytest.mark.parametrize("coordinates", ["axial", "cartesian"])
def test_verilog_a_declares_what_it_names_and_says_that_it_is_untested(cell: Junction, coordinates: str) -> None:
    text = verilog_a(cell, name="bit", coordinates=coordinates)
    assert "UNTESTED in a circuit simulator" in text
    code = re.sub(r"//.*|`include.*|\"[^\"]*\"", "", text)
    words = re.findall(r"\$?[A-Za-z_]\w*", re.sub(r"\b\d[\d.]*(?:[eE][-+]?\d+)?", "", code))
    assert words.count("begin") == words.count("end")
    assert words.count("module") == words.count("endmodule") == 1
    declared = set(re.findall(r"parameter real (\w+)", code))
    for line in re.findall(r"(?:electrical|real) ([\w, ]+);", code):
        declared |= set(line.split(", "))
    language = {"module", "endmodule", "inout", "electrical", "parameter", "real", "from", "inf", "analog", "begin",
                "end", "if", "else", "analysis", "V", "I", "ddt", "ln", "tan", "tanh", "sin", "cos", "min", "max",
                "$bound_step", "bit"}  # fmt: skip
    assert set(words) - declared - language == set()
    for name in declared - {"top", "bottom"}:
        assert words.count(name) > 1, f"{name} is declared and never used"


# ---- the head, refusals, files ---------------------------------------------------------------------------------------


def test_the_head_states_values_sources_version_and_validity(cell: Junction) -> None:
    changed = replace(cell, stack=replace(cell.stack, damping=0.01))
    for text, comment in ((spice(changed), "*"), (verilog_a(changed), "//")):
        head = [line for line in text.splitlines() if line.startswith(comment)]
        joined = "\n".join(head)
        assert f"remanence {versions()['remanence']}" in joined
        assert "spin_torque_efficiency = 0.486637  [fit, sato2013iedm]" in joined
        assert "thickness = 2.6e-09 m  [measured, sato2012apl]" in joined
        assert "damping = 0.01  [changed; the card says 0.008]" in joined
        assert "valid for a free layer that turns as one" in joined
        assert "drives to P" in joined


def test_a_line_break_in_a_title_opens_no_line_of_the_netlist(cell: Junction) -> None:
    film = replace(cell.stack, title="mine\n.include /etc/passwd", name="x\r\nvbad 1 0 1")
    for text, comment in ((spice(replace(cell, stack=film)), "*"), (verilog_a(replace(cell, stack=film)), "//")):
        for line in text.splitlines():
            if "passwd" in line or "vbad" in line:
                assert line.startswith(comment)


def test_values_follow_the_temperature_and_the_default_tilt_is_thermal(cell: Junction) -> None:
    hot = compact_model(cell, temperature="125 degC")
    direct = replace(cell, temperature=398.15)
    assert hot.temperature == pytest.approx(398.15)
    assert hot.critical_current == pytest.approx(float(direct.critical_current), rel=1e-12, abs=0)
    assert hot.tmr == pytest.approx(float(direct.tmr()), rel=1e-12, abs=0)
    assert hot.tmr < compact_model(cell).tmr
    assert hot.tilt == pytest.approx(1.0 / np.sqrt(float(direct.thermal_stability)), rel=1e-12, abs=0)
    assert compact_model(cell, tilt="5 deg").tilt == pytest.approx(np.pi / 36.0)


def test_the_stray_field_of_the_reference_layer_is_in_the_field_along_z(cell: Junction) -> None:
    pinned = replace(cell, reference=reference_layer("co-pt-ru"), axial_field=2e3)
    offset = float(pinned.offset_field)
    assert abs(offset) > 100.0
    assert compact_model(pinned).axial_induction == pytest.approx(
        VACUUM_PERMEABILITY * (2e3 + offset), rel=1e-12, abs=0
    )


def test_the_unit_of_torque_leaves_out_what_second_order_anisotropy_adds_to_the_threshold(cell: Junction) -> None:
    stiff = replace(cell, stack=replace(cell.stack, second_order_anisotropy=3e5))
    assert float(stiff.critical_current) > 1.05 * float(cell.critical_current)
    assert compact_model(stiff).critical_current == pytest.approx(float(cell.critical_current), rel=1e-12, abs=0)


@pytest.mark.parametrize("name", ["", "1mtj", "m-tj", "m tj", "mtj\n.end", "x" * 64, "module", "Electrical", "µ"])
def test_names_that_a_simulator_cannot_read(cell: Junction, name: str) -> None:
    for make in (spice, verilog_a):
        with pytest.raises(InputError, match="name"):
            make(cell, name=name)


def test_what_cannot_be_exported_says_why(cell: Junction) -> None:
    with pytest.raises(InputError, match="single design"):
        spice(replace(cell, diameter=np.array([2e-8, 3e-8])))
    with pytest.raises(ValidityError, match="in the plane"):
        spice(replace(cell, stack=replace(cell.stack, interfacial_anisotropy=0.0)))
    with pytest.raises(ValidityError, match="in the plane"):
        spice(replace(cell, stack=replace(cell.stack, easy_axis="in-plane")))
    with pytest.raises(ValidityError, match="round layer"):
        verilog_a(replace(cell, aspect_ratio=1.5))
    with pytest.raises(InputError, match="pinned"):
        spice(junction("co-pt-saf", diameter=20e-9))
    with pytest.raises(InputError, match="P or AP"):
        spice(cell, initial="up")
    with pytest.raises(InputError, match="tilt"):
        spice(cell, tilt=2.0)
    with pytest.raises(InputError, match="one of auto"):
        spice(cell, coordinates="spherical")
    with pytest.raises(ValidityError, match="cartesian"):
        spice(replace(cell, in_plane_field=1e3), coordinates="axial")
    with pytest.raises(ValidityError, match="cartesian"):
        verilog_a(replace(cell, in_plane_field=1e3), coordinates="axial")
    with pytest.raises(InputError, match="noise"):
        spice(cell, noise_step=1e-12)
    with pytest.raises(ValidityError, match="State a tilt"):
        spice(replace(cell, stack=replace(cell.stack, exchange_stiffness=1e-14)))
    with pytest.raises(InputError, match="barrier_thickness"):
        spice(replace(cell, stack=replace(cell.stack, voltage_anisotropy=1e-14, barrier_thickness=0.0)))


def test_writing_files(tmp_path: Path, cell: Junction) -> None:
    path = export_netlist(cell, "spice", tmp_path / "mtj.lib", name="bit", initial="AP", tilt="0.1 rad")
    assert path.read_text() == spice(cell, name="bit", initial="AP", tilt=0.1)
    assert "+ state=-1.0" in path.read_text()
    with pytest.raises(InputError, match="exists already"):
        export_netlist(cell, "verilog-a", path)
    assert path.read_text().startswith("* ")
    assert "module mtj" in export_netlist(cell, "verilog-a", str(path), overwrite=True).read_text()
    with pytest.raises(InputError, match="spice, verilog-a"):
        export_netlist(cell, "cdl", tmp_path / "x")
    with pytest.raises(InputError, match="noise"):
        export_netlist(cell, "verilog-a", tmp_path / "x", noise=True)
    with pytest.raises(InputError, match="folder"):
        export_netlist(cell, "spice", tmp_path / "none" / "x")
    assert not (tmp_path / "x").exists()


def test_the_header_says_whether_the_cell_can_be_written() -> None:
    assert "not switchable by STT at this RA" in spice(junction("l10-fept", diameter="10 nm"))
    assert "\n* switchable by STT" in spice(junction("cofeb-double-mgo", diameter="40 nm"))
