"""Simulate latches, gates and write paths of open process kits with ngspice; write the tables beside this file.

The model files are not kept here. Give the folder that holds them:

    python make.py FOLDER

with nfet_01v8.spice and pfet_01v8.spice (sky130_fd_pr__?fet_01v8__tt.pm3.spice of google/skywater-pdk-libs-sky130_fd_pr
at f62031a1), and NMOS_VT?.inc, PMOS_VT?.inc (technology/freepdk45/models/tran_models/models_nom of VLSIDA/OpenRAM at
b6a6f126).

latch.csv: a cross-coupled pair of inverters, 1 um wide each, foot transistor 2 um, precharged to the supply, an
inverter of 0.25 um on each output; released by the foot with a small difference between its nodes, which part as
t = setup + tau ln(half the supply/difference). Sensitivities: shift of the difference at which the decision turns per
shift of one n-channel or one p-channel threshold. `intrinsic` is supply x (gate + drain capacitance)/on-current of the
n-channel transistor, from charges.

path.csv: current of an n-channel transistor 1 um wide in series with a resistor, at its drain or at its source; its
threshold is extrapolated from the steepest slope of the current at 50 mV (less half the 50 mV).

gate.csv: an exclusive-or of four NAND gates, all transistors 1 um, that drives three inverters of 1 um: mean delay of
both edges, and energy from the supply per pair of transitions, in units of `load`: supply x (3 gate + drain
capacitance)/on-current, and 2 x 1 um x (3 gate + drain capacitance) x supply^2.
"""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

HALF, SMALL = 0.5, (0.01, 0.1)


def bin_of(text: str, name: str) -> str:
    """Cut out the bin of L 0.15 um, W 1 um and set its mismatch terms to zero."""
    for model in re.split(r"(?=^\.model )", text, flags=re.MULTILINE)[1:]:
        found = re.search(r"lmin = (\S+) lmax = (\S+) wmin = (\S+) wmax = (\S+)", model)
        assert found is not None
        shortest, longest, narrowest, widest = map(float, found.groups())
        if shortest <= 0.15e-6 < longest and narrowest <= 1e-6 < widest:
            plain = re.sub(r"\{([-\d.e+]+).*?\}", r"\1", model.split(".ends")[0], flags=re.DOTALL)
            return plain.replace(plain.split()[1], name, 1)
    raise LookupError("no bin holds L 0.15 um, W 1 um")


def run(deck: str) -> list[float]:
    """Run a deck; return the numbers of its RESULT line."""
    Path("deck.cir").write_text("* deck\n" + deck + "\n.end\n")
    output = subprocess.run(["ngspice", "-b", "deck.cir"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"RESULT(.*)", output)
    assert found is not None, output
    return [float(number) for number in found.group(1).split()]


def latch(kit: str, length: str, supply: float, difference: float, n: float = 0.0, p: float = 0.0, degc: float = 25.0,
          foot: float = 2.0) -> tuple[float, float]:  # fmt: skip
    """Return (final difference, V; time to half the supply, s) of one decision."""
    top, bottom = supply, supply - abs(difference)
    a, b = (top, bottom) if difference >= 0 else (bottom, top)
    geometry = f"l={length} w=1u ad=0.3p as=0.3p pd=1.6u ps=1.6u"
    deck = f"""{kit}
.temp {degc}
Vs vdd 0 {supply}
Ve en 0 pwl(0 0 100p 0 110p {supply})
Vn gn b {n}
Vp gp b {p}
Mn1 a gn s 0 nch {geometry}
Mn2 b a s 0 nch {geometry}
Mp1 a gp vdd vdd pch {geometry}
Mp2 b a vdd vdd pch {geometry}
Mf s en 0 0 nch l={length} w={foot}u ad=0.6p as=0.6p pd=2.6u ps=2.6u
Mq1 0 a 0 0 nch l={length} w=1u m=0.25
Mq2 0 b 0 0 nch l={length} w=1u m=0.25
Mr1 vdd a vdd vdd pch l={length} w=1u m=0.25
Mr2 vdd b vdd vdd pch l={length} w=1u m=0.25
Cs s 0 1f
.ic v(a)={a} v(b)={b} v(s)={supply / 2} v(gn)={b + n} v(gp)={b + p}
.tran 1p 4n uic
.control
run
let d=abs(v(a)-v(b))
meas tran t when d={HALF * supply} rise=1
meas tran f find v(a) at=3.9n
meas tran g find v(b) at=3.9n
let e=f-g
echo RESULT $&e $&t
.endc"""
    final, time = run(deck)
    return final, time - 105e-12


def turning(decide: Callable[[float], float], reach: float) -> float:
    """Return the difference at which the decision turns."""
    low, high = -reach, reach
    assert decide(low) < 0 < decide(high)
    for _ in range(7):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if decide(middle) < 0 else (low, middle)
    return 0.5 * (low + high)


def transistor(kit: str, length: str, supply: float) -> tuple[float, float, float, float]:
    """Return (on-current, A; linear resistance, ohm; gate and drain charge over supply, F) of 1 um."""
    return tuple(  # type: ignore[return-value]
        run(f"""{kit}
.temp 25
Vd d 0 {supply}
Vg g 0 {supply}
M1 d g 0 0 nch l={length} w=1u ad=0.3p as=0.3p pd=1.6u ps=1.6u
Vh h 0 pwl(0 0 1n {supply})
M2 0 h 0 0 nch l={length} w=1u ad=0.3p as=0.3p pd=1.6u ps=1.6u
Vk k 0 pwl(0 0 1n {supply})
M3 k 0 0 0 nch l={length} w=1u ad=0.3p as=0.3p pd=1.6u ps=1.6u
.control
op
let on=-i(vd)
alter Vd 0.05
op
let r=0.05/(-i(vd))
tran 1p 1n
meas tran qg integ i(vh) from=0 to=1n
meas tran qd integ i(vk) from=0 to=1n
let cg=-qg/{supply}
let cd=-qd/{supply}
echo RESULT $&op1.on $&op2.r $&cg $&cd
.endc""")
    )


def path(kit: str, length: str, supply: float, resistance: float, place: str) -> float:
    """Return the current, A, of 1 um with a resistor at its ``drain`` or ``source``, all at the supply."""
    wires = ("d", "0") if place == "drain" else ("vdd", "s")
    ends = "vdd d" if place == "drain" else "s 0"
    return run(f"""{kit}
.temp 25
Vs vdd 0 {supply}
M1 {wires[0]} vdd {wires[1]} 0 nch l={length} w=1u
R1 {ends} {resistance}
.control
op
let i=-i(vs)
echo RESULT $&i
.endc""")[0]


def decision(kit: str, length: str, supply: float, pair: str, shift: float, difference: float) -> float:
    """Return the final difference with one threshold of the n or of the p pair shifted."""
    return latch(kit, length, supply, difference, **{pair: shift})[0]


def threshold(kit: str, length: str) -> float:
    """Return the threshold extrapolated from the steepest slope at 50 mV, V."""
    run(f"""{kit}
.temp 25
Vd d 0 0.05
Vg g 0 0
M1 d g 0 0 nch l={length} w=1u
.control
dc Vg 0 1.8 0.01
wrdata sweep.txt -i(vd)
echo RESULT 0
.endc""")
    points = [tuple(map(float, line.split())) for line in Path("sweep.txt").read_text().splitlines()]
    Path("sweep.txt").unlink()
    steps = zip(points, points[2:], strict=False)
    slope, gate, current = max(((c - a) / (y - x), 0.5 * (x + y), 0.5 * (a + c)) for (x, a), (y, c) in steps)
    return gate - current / slope - 0.025


def gate(kit: str, length: str, supply: float) -> tuple[float, float]:
    """Return (mean delay, s; energy of two transitions, J) of an exclusive-or of four NAND gates with fan-out 3."""
    size = f"l={length} w=1u ad=0.3p as=0.3p pd=1.6u ps=1.6u"
    nands = []
    for name, (one, two, out) in {
        "a": ("x", "y", "m"),
        "b": ("x", "m", "u"),
        "c": ("m", "y", "v"),
        "d": ("u", "v", "q"),
    }.items():
        nands += [f"Mn{name}1 {out} {one} k{name} 0 nch {size}", f"Mn{name}2 k{name} {two} 0 0 nch {size}",
                  f"Mp{name}1 {out} {one} vdd vdd pch {size}", f"Mp{name}2 {out} {two} vdd vdd pch {size}"]  # fmt: skip
    loads = [f"Mo{i} z{i} q 0 0 nch {size}\nMl{i} z{i} q vdh vdh pch {size}" for i in range(3)]
    delay_up, delay_down, charge = run(f"""{kit}
.temp 25
Vs vdd 0 {supply}
Vh vdh 0 {supply}
Vy y 0 0
Vx x 0 pwl(0 0 1n 0 1.02n {supply} 3n {supply} 3.02n 0)
{chr(10).join(nands + loads)}
.tran 1p 5n
.control
run
meas tran tu trig v(x) val={supply / 2} rise=1 targ v(q) val={supply / 2} rise=1
meas tran td trig v(x) val={supply / 2} fall=1 targ v(q) val={supply / 2} fall=1
meas tran qs integ i(vs) from=0.9n to=4.9n
echo RESULT $&tu $&td $&qs
.endc""")
    return 0.5 * (delay_up + delay_down), -charge * supply


def main(folder: Path) -> None:
    """Write the tables beside this file."""
    text = {name: (folder / name).read_text() for name in ("nfet_01v8.spice", "pfet_01v8.spice")}
    kits = {
        "sky130": (bin_of(text["nfet_01v8.spice"], "nch") + "\n" + bin_of(text["pfet_01v8.spice"], "pch"), "0.15u", 1.8)
    }
    for name in ("VTG", "VTH"):
        n = (folder / f"NMOS_{name}.inc").read_text().replace(f"NMOS_{name}", "nch")
        p = (folder / f"PMOS_{name}.inc").read_text().replace(f"PMOS_{name}", "pch")
        kits[f"freepdk45-{name.lower()}"] = (f"{n}\n{p}\n", "50n", 1.0)
    rows = ["kit,supply_V,celsius,intrinsic_s,setup_s,tau_s,n_sensitivity,p_sensitivity"]
    gates = ["kit,supply_V,delay_loads,energy_loads"]
    paths = ["kit,supply_V,threshold_V,on_current_A,linear_ohm,place,resistance_ohm,current_A"]
    for name, (kit, length, full) in kits.items():
        for share in (1.0, 0.8):
            supply = full * share
            on, linear, gate_charge, drain_charge = transistor(kit, length, supply)
            load = 3.0 * gate_charge + drain_charge
            delay, energy = gate(kit, length, supply)
            gates.append(
                f"{name},{supply:.3g},{delay / (supply * load / on):.4g},{energy / (2.0 * load * supply**2):.4g}"
            )
            level = threshold(kit, length)
            for degc in (25.0, -40.0, 125.0):
                times = [latch(kit, length, supply, small, degc=degc)[1] for small in SMALL]
                logs = [math.log(HALF * supply / small) for small in SMALL]
                tau = (times[0] - times[1]) / (logs[0] - logs[1])
                setup = times[1] - tau * logs[1]
                shift = 0.02
                seen = [math.nan, math.nan]
                if degc == 25.0:
                    seen = [turning(partial(decision, kit, length, supply, key, shift), 0.04) / shift for key in "np"]
                intrinsic = supply * (gate_charge + drain_charge) / on
                rows.append(
                    f"{name},{supply:.3g},{degc:g},{intrinsic:.4g},{setup:.4g},{tau:.4g},{seen[0]:.3f},{seen[1]:.3f}"
                )
            for place in ("drain", "source"):
                for ohms in (200, 500, 1000, 2000, 5000):
                    current = path(kit, length, supply, ohms, place)
                    paths.append(f"{name},{supply:.3g},{level:.3f},{on:.5g},{linear:.5g},{place},{ohms},{current:.5g}")
    Path("deck.cir").unlink()
    here = Path(__file__).parent
    (here / "latch.csv").write_text("\n".join(rows) + "\n")
    (here / "gate.csv").write_text("\n".join(gates) + "\n")
    (here / "path.csv").write_text("\n".join(paths) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
