"""Write what NVSim reads and answers of the cell files that we export, beside our own answers.

    NVSIM_BINARY=/path/to/nvsim python -m tests.peers.make_nvsim_cells

128 KiB in 4 x 4 subarrays of 256 x 256 cells on 22 nm (its LSTP transistors, 300 K), words of 128 bits. NVSim (revision
6334d00) is not needed by the tests: they read nvsim_cells.csv beside this script. SI units; ``read_*`` columns are what
NVSim prints that it read, ``nvsim_*`` its answers, ``ours_*`` ours for the same organisation.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from tests.peers.make_nvsim import parse, write

from remanence.circuit.organisation import Organisations, evaluate
from remanence.study.macro import choose
from remanence.study.macro_export import export_macro

HERE = Path(__file__).parent
CELLS = ("sram-6t", "stt-1t1mtj", "reram-1t1r", "pcm-1t1r", "edram-1t1c")
NODE = "cmos-22nm"
CONFIG = """-DesignTarget: RAM
-OptimizationTarget: ReadLatency
-ProcessNode: 22
-Capacity (KB): 128
-WordWidth (bit): 128
-DeviceRoadmap: LSTP
-LocalWireType: LocalAggressive
-LocalWireRepeaterType: RepeatedNone
-LocalWireUseLowSwing: No
-GlobalWireType: GlobalAggressive
-GlobalWireRepeaterType: RepeatedNone
-GlobalWireUseLowSwing: No
-Routing: H-tree
-InternalSensing: true
-MemoryCellInputFile: peer.cell
-Temperature (K): 300
-BufferDesignOptimization: latency
-ForceBank (Total AxB, Active CxD): 4x4, 1x1
-ForceMat (Total AxB, Active CxD): 1x1, 1x1
"""
READ = {
    "cell_area": r"Cell Area \(F\^2\) *: ([0-9.]+)",
    "on_kohm": r"Turned-On Resistance *: ([0-9.]+)Kohm",
    "off_kohm": r"Turned-Off Resistance *: ([0-9.]+)[KM]ohm",
    "read_voltage": r"Read Voltage: ([0-9.]+)V",
    "reset_current_ua": r"Reset Current: ([0-9.]+)uA",
    "reset_pulse_ns": r"Reset Pulse: ([0-9.]+)ns",
}
"""Lines in which NVSim prints what it read."""


def muxes(cell: str) -> tuple[int, int]:
    """Return bitlines on an amplifier and amplifiers on a data line: eDRAM cannot share, memristors must in NVSim."""
    return (1, 2) if cell.startswith("edram") else (2, 1)


def ours(cell: str) -> dict[str, float]:
    """Return our answers for the organisation that NVSim is forced to, SI."""
    one = choose(cell, NODE, capacity="128 KiB", word_bits=128, temperature=300.0)
    sense, output = muxes(cell)
    shape = Organisations.of(rows=256, columns=256, sense_mux=sense, output_mux=output, across=4, down=4, word_bits=128)
    costs = evaluate(shape, *one.best.design.inputs())
    names = ("read_latency", "write_latency", "read_energy", "write_energy", "area", "leakage")
    return {f"ours_{name}": float(np.ravel(getattr(costs, name))[0]) for name in names}


def main() -> None:
    """Write nvsim_cells.csv."""
    rows: list[dict[str, object]] = []
    for cell in CELLS:
        one = choose(cell, NODE, capacity="128 KiB", word_bits=128, temperature=300.0)
        content = export_macro(one, "nvsim-cell", node=NODE)
        sense, output = muxes(cell)
        forced = f"-ForceMuxSenseAmp: {sense}\n-ForceMuxOutputLev1: {output}\n-ForceMuxOutputLev2: 1\n"
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "peer.cell").write_text(content, encoding="utf-8")
            (Path(folder) / "peer.cfg").write_text(CONFIG + forced, encoding="utf-8")
            binary = Path(os.environ["NVSIM_BINARY"]).resolve()
            said = subprocess.run([binary, "peer.cfg"], cwd=folder, capture_output=True, text=True, check=True).stdout
        answer = parse(said)
        seen = {f"read_{name}": found[1] for name, line in READ.items() if (found := re.search(line, said))}
        rows.append({
            "cell": cell,
            "keys": " ".join(line.partition(" ")[0].rstrip(":") for line in content.splitlines() if line[0] == "-"),
            **seen,
            "nvsim_read_latency": answer["read_latency"],
            "nvsim_write_latency": answer.get("write_latency", answer.get("reset_latency", "")),
            "nvsim_read_energy": answer["read_dynamic_energy"],
            "nvsim_write_energy": answer.get("write_dynamic_energy", answer.get("reset_dynamic_energy", "")),
            "nvsim_area": answer["total_area"],
            **ours(cell),
        })  # fmt: skip
    write(HERE / "nvsim_cells.csv", rows)


if __name__ == "__main__":
    main()
