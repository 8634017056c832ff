"""Write a 1T1R cell in ngspice: how long must the pulse be? The netlists are left for you to go on from.

Run: python examples/ngspice_write.py [FOLDER]        (needs ngspice; without it the files are still written)
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from remanence.device import junction
from remanence.device.netlist import export_netlist

BENCH = """* A 20 nm junction behind a transistor: write AP, rest, write P
.include mtj.lib
.model access nmos (level=1 vto=0.35 kp=3e-4 lambda=0.05)
vbl bl 0 pwl(0 0 1n 0 1.1n 0   30n 0   30.1n 1.5  40n 1.5 40.1n 0)
vsl sl 0 pwl(0 0 1n 0 1.1n 1.5 15n 1.5 15.1n 0)
vwl wl 0 2.4
xm bl d mz mtj state=1
ma d wl sl 0 access w=100n l=30n
.tran 20p 45n 0 50p
.control
run
meas tran written_ap when v(mz)=0 fall=1
meas tran written_p when v(mz)=0 rise=1
wrdata write.txt v(mz) i(vbl)
quit
.endc
.end
"""


def main() -> None:
    """Export, run, read the switching times."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="mtj-"))
    folder.mkdir(parents=True, exist_ok=True)
    cell = junction("cofeb-double-mgo", diameter="20 nm", temperature="25 degC")
    export_netlist(cell, "spice", folder / "mtj.lib", overwrite=True)
    export_netlist(cell, "verilog-a", folder / "mtj.va", overwrite=True)
    (folder / "write.cir").write_text(BENCH)
    print(f"netlists in {folder}")
    program = shutil.which("ngspice")
    if program is None:
        print("ngspice is not installed: run `ngspice -b write.cir` there where it is")
        return
    done = subprocess.run([program, "-b", "write.cir"], cwd=folder, capture_output=True, text=True, check=True)  # noqa: S603
    for name, start, words in (("written_ap", 1.1e-9, "P to AP"), ("written_p", 30.1e-9, "AP to P")):
        found = re.search(rf"^{name}\s+=\s+(\S+)", done.stdout, re.MULTILINE)
        shown = f"{(float(found[1]) - start) * 1e9:.2f} ns after the pulse rose" if found else "not within the pulse"
        print(f"{words}: m_z = 0 {shown}")


if __name__ == "__main__":
    main()
