"""Simulate n-channel transistors of open process kits against temperature with ngspice, and write temperature.csv.

The model files are not kept here. Give the folder that holds them:

    python make.py FOLDER

with nfet_01v8.spice (sky130_fd_pr__nfet_01v8__tt.pm3.spice of google/skywater-pdk-libs-sky130_fd_pr at f62031a1) and
NMOS_VTG.inc, NMOS_VTL.inc (technology/freepdk45/models/tran_models/models_nom of VLSIDA/OpenRAM at b6a6f126).
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

CELSIUS = (-40, 0, 25, 55, 85, 105, 125, 150)


def sky130(folder: Path) -> str:
    """Cut out the bin of L 0.15 um, W 1 um and set its mismatch terms to zero."""
    for model in re.split(r"(?=^\.model )", (folder / "nfet_01v8.spice").read_text(), flags=re.MULTILINE)[1:]:
        found = re.search(r"lmin = (\S+) lmax = (\S+) wmin = (\S+) wmax = (\S+)", model)
        assert found is not None
        shortest, longest, narrowest, widest = map(float, found.groups())
        if shortest <= 0.15e-6 < longest and narrowest <= 1e-6 < widest:
            plain = re.sub(r"\{([-\d.e+]+).*?\}", r"\1", model.split(".ends")[0], flags=re.DOTALL)
            return plain.replace(plain.split()[1], "nch", 1)
    raise LookupError("no bin holds L 0.15 um, W 1 um")


def currents(model: str, length: str, supply: float, celsius: int) -> list[float]:
    """Return on-current, off-current and current at 50 mV of a transistor 1 um wide, A."""
    deck = f"""* one transistor
{model}
Vd d 0 {supply}
Vg g 0 {supply}
M1 d g 0 0 nch l={length} w=1u
.temp {celsius}
.options gmin=1e-18 abstol=1e-18
.control
op
let on=-i(vd)
alter Vg 0
op
let off=-i(vd)
alter Vg {supply}
alter Vd 0.05
op
let linear=-i(vd)
echo RESULT $&op1.on $&op2.off $&op3.linear
.endc
.end
"""
    Path("deck.cir").write_text(deck)
    output = subprocess.run(["ngspice", "-b", "deck.cir"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"RESULT (\S+) (\S+) (\S+)", output)
    assert found is not None, output
    return [float(number) for number in found.groups()]


def main(folder: Path) -> None:
    """Write the table beside this file."""
    models = {"sky130-nfet-01v8": (sky130(folder), "0.15u", 1.8)}
    for name in ("VTG", "VTL"):
        text = (folder / f"NMOS_{name}.inc").read_text().replace(f"NMOS_{name}", "nch")
        models[f"freepdk45-{name.lower()}"] = (text, "50n", 1.0)
    rows = ["model,celsius,on_current_A_per_m,off_current_A_per_m,linear_resistance_ohm_m"]
    for name, (model, length, supply) in models.items():
        for celsius in CELSIUS:
            on, off, linear = currents(model, length, supply, celsius)
            rows.append(f"{name},{celsius},{on / 1e-6:.5g},{off / 1e-6:.5g},{0.05 / linear * 1e-6:.5g}")
    Path("deck.cir").unlink()
    (Path(__file__).parent / "temperature.csv").write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
