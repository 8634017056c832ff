"""Draw docs/figures/netlist.svg: a write pulse in ngspice beside our own solver. Needs ngspice on the path."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from scipy.integrate import solve_ivp

from remanence.device import junction
from remanence.device.netlist import export_netlist

FIGURE = Path(__file__).resolve().parent.parent / "docs" / "figures" / "netlist.svg"
SERIES, STOP, TILT = 2000.0, 45e-9, 0.1
TIMES = np.array([0.0, 1.0, 1.1, 15.0, 15.1, 26.0, 26.1, 40.0, 40.1, 45.0]) * 1e-9
VOLTS = np.array([0.0, 0.0, -0.8, -0.8, 0.0, 0.0, 1.2, 1.2, 0.0, 0.0])


def main() -> None:
    """Run both and draw."""
    cell = junction("cofeb-double-mgo", diameter="40 nm")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        export_netlist(cell, "spice", folder / "mtj.lib", tilt=TILT)
        knots = " ".join(f"{time:.4g} {volt}" for time, volt in zip(TIMES, VOLTS, strict=True))
        (folder / "run.cir").write_text(
            f"* write and write back\n.include mtj.lib\nvs s 0 pwl({knots})\nrs s t {SERIES}\nx1 t 0 m mtj\n"
            f".tran 20p {STOP} 0 50p\n.control\nrun\nwrdata out.txt v(m) i(vs)\nquit\n.endc\n.end\n"
        )
        subprocess.run(["ngspice", "-b", "run.cir"], cwd=folder, check=True, capture_output=True)  # noqa: S607
        table = np.loadtxt(folder / "out.txt")
    time, mz, current = table[:, 0], table[:, 1], -table[:, 3]

    def loop(now: float, along: float) -> float:
        source = float(np.interp(now, TIMES, VOLTS))
        voltage = source
        for _ in range(30):
            voltage = source / (1.0 + SERIES * float(cell.conductance(float(np.arccos(along)), voltage)))
        return (source - voltage) / SERIES

    edge = np.arctanh(np.cos(TILT))
    critical, damping_time = float(cell.critical_current), float(cell.damping_time)

    def motion(now: float, u: np.ndarray) -> list[float]:
        along = float(np.tanh(u[0]))
        wall = 100.0 * (max(u[0] - edge, 0.0) + min(u[0] + edge, 0.0))
        return [(along + loop(now, along) / critical - wall) / damping_time]

    dots = np.linspace(0.0, STOP, 66)
    ours = solve_ivp(motion, (0.0, STOP), [edge], method="LSODA", t_eval=dots, rtol=1e-7, atol=1e-9, max_step=0.1e-9)

    mpl.rcParams["svg.hashsalt"] = "remanence"
    figure = Figure(figsize=(7.0, 4.2), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True)
    upper.plot(time * 1e9, mz, color="#1f4e79", label="ngspice, exported subcircuit")
    upper.plot(dots * 1e9, np.tanh(ours.y[0]), "o", ms=3, color="#c55a11", label="own zero-temperature solver")
    upper.set_ylabel("m_z (P: +1, AP: -1)")
    upper.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    lower.plot(time * 1e9, current * 1e6, color="#1f4e79")
    lower.axhline(critical * 1e6, color="#7f7f7f", lw=0.8, ls="--")
    lower.axhline(-critical * 1e6, color="#7f7f7f", lw=0.8, ls="--")
    lower.set_ylabel("current, uA (dashed: I_c0)")
    lower.set_xlabel("time, ns")
    figure.savefig(FIGURE, metadata={"Date": None})
    print(FIGURE.name)


if __name__ == "__main__":
    main()
