"""Steps of circuits of the EPFL suite in one row: SIMPLER MAGIC and this compiler, with NOT and NOR2 and its counting.

SIMPLER (github.com/RotemBenHur/SIMPLER-MAGIC at e480713, Ben-Hur et al., IEEE Trans. CAD 39, 2434 (2020)) is run as it
is, with its own script for ABC (Debian's berkeley-abc 1.01+20221019) and its library of an inverter and a NOR of two.
The circuits are those of github.com/lsils/benchmarks at 94e25f3. It counts a cycle for each gate and each later batch
of initialisations, not the first one; so is counted here. No code and no circuit of either is kept.

Run: python simpler_magic.py EPFL_FOLDER SIMPLER_FOLDER ABC_BINARY, with circuits as .blif in the folder; it writes
simpler_magic.csv beside this file. The last column has the gates of a magnetic cell instead, first presets included.
"""

from __future__ import annotations

import contextlib
import csv
import importlib
import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from remanence.core.errors import InputError
from remanence.cram import compile as compiler
from remanence.cram.compiler.aig import Aig
from remanence.cram.compiler.blif import read_blif
from remanence.cram.compiler.rewriting import optimised

CIRCUITS = ("adder", "arbiter", "bar", "cavlc", "ctrl", "dec", "i2c", "int2float", "max", "priority", "sin", "voter")
ROWS = (512, 1024)
EFFORT = 12
MAGIC, MAGNETIC = ("NOT", "NOR2"), ("NOT", "NAND2", "NAND3", "NMAJ3")
FIELDS = ("circuit", "row", "inputs", "outputs", "simpler_cycles", "steps", "ratio", "magnetic_steps")


def simpler(circuit: Path, folder: Path, abc: Path) -> dict[int, int]:
    """Return cycles by row of SIMPLER, without those rows into which it finds no mapping."""
    sys.path.insert(0, str(folder))
    sys.setrecursionlimit(100_000)
    mapper = importlib.import_module("SIMPLER_Mapping")
    found = {}
    with tempfile.TemporaryDirectory() as scratch, contextlib.chdir(scratch):
        script = (folder / "abc_script_template.abc").read_text()
        for name, path in (
            ("abc_rc_path", folder / "abc.rc"), ("input.blif", circuit),
            ("lib.genlib", folder / "mcnc1_nor2.genlib"), ("output.v", Path("mapped.v")),
        ):  # fmt: skip
            script = script.replace(name, str(path))
        Path("script.abc").write_text(script)
        subprocess.run([abc, "-f", "script.abc"], capture_output=True, check=True)
        for row in ROWS:
            # it ends with an index error, or a word and no file, where a row is too narrow
            with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(IndexError):
                mapper.SIMPLER_Main(["mapped.v"], 20000, [row], circuit.stem, True, False, False, False)
            result = Path(f"JSON_{row}_{circuit.stem}.json")
            if result.is_file():
                found[row] = int(json.loads(result.read_text())["Total cycles"])
    return found


def steps(graphs: Sequence[Aig], gates: tuple[str, ...], row: int) -> int | None:
    """Return the steps of this compiler, or none where the row is too narrow."""
    try:
        return min(compiler(graph, gates=gates, columns=row, effort=0).step_count for graph in graphs)
    except InputError as error:
        if not error.subject.startswith("schedule"):
            raise
        return None


def main() -> None:
    """Write the table."""
    epfl, folder, abc = (Path(each).resolve() for each in sys.argv[1:4])
    lines = []
    for name in CIRCUITS:
        circuit = epfl / f"{name}.blif"
        graph = read_blif(circuit.read_text())
        graphs = graph, optimised(graph, EFFORT)
        sizes = [sum(map(len, words.values())) for words in (graph.inputs, graph.outputs)]
        cycles = simpler(circuit, folder, abc)
        for row in ROWS:
            own, theirs = steps(graphs, MAGIC, row), cycles.get(row)
            own = None if own is None else own - 1
            ratio = f"{own / theirs:.4f}" if own and theirs else ""
            lines.append((name, row, *sizes, theirs or "", own or "", ratio, steps(graphs, MAGNETIC, row) or ""))
    with Path(__file__).with_suffix(".csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(FIELDS)
        writer.writerows(lines)


if __name__ == "__main__":
    main()
