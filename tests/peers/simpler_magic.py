"""Steps of whole circuits in one row: SIMPLER MAGIC and this compiler, with NOT and NOR2 and its counting.

SIMPLER (github.com/RotemBenHur/SIMPLER-MAGIC at e480713, Ben-Hur et al., IEEE Trans. CAD 39, 2434 (2020)) is run as it
is, with its own script for ABC (Debian's berkeley-abc 1.01+20221019) and its library of an inverter and a NOR of two.
It counts a cycle for each gate and each later batch of initialisations, not the first one; so is counted here. The
circuits are those of the EPFL suite (github.com/lsils/benchmarks at 94e25f3, .blif) and the ISCAS-85 ones
(github.com/ispras/hdl-benchmarks at a0c4cfa, .bench). No code and no circuit of these is kept.

Run: python simpler_magic.py CIRCUITS SIMPLER ABC. CIRCUITS is a folder with the files, in whichever folders below it.
It writes simpler_magic.csv beside this file after each circuit, and goes on where it was stopped: circuits that are in
the table are left out. With --own the cycles of SIMPLER in the table are kept and ours are counted again.

Every program is run on random words against the circuit (`VECTORS`), and its gates are handed to ABC, which proves that
they are the circuit: "proved", or "vectors" where it does not come to an end in `PATIENCE`. The column magnetic_steps
has the gates of a magnetic cell instead, first presets included.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import importlib
import io
import itertools
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.cram.compiler.aig import Aig
from remanence.cram.compiler.blif import read_blif
from remanence.cram.compiler.mapping import map_to_gates
from remanence.cram.compiler.rewriting import simplified
from remanence.cram.gates import GATES
from remanence.cram.netlist import Netlist
from remanence.cram.program import PRESET_0, Program
from remanence.cram.schedule import schedule
from remanence.cram.simulate import run_bits

EPFL = ("adder", "arbiter", "bar", "cavlc", "ctrl", "dec", "i2c", "int2float", "max", "priority", "router", "sin")
ISCAS = ("c432", "c499", "c880", "c1355", "c1908", "c2670", "c3540", "c5315", "c6288", "c7552")
"""Left out of the EPFL suite: mem_ctrl and voter, whose inputs leave a row of 1024 no room, and the larger arithmetic
ones (div, hyp, log2, multiplier, sqrt, square)."""
ROWS = (512, 1024)
EFFORT = 9
VECTORS = 4096
ZERO = "GATE zero 0 O=CONST0;\n"
"""Added to its library, which has a 1 only, where ABC stops for want of it: an output that is always 0."""
PATIENCE = 300
"""Seconds that ABC has for a proof."""
MAGIC, MAGNETIC = ("NOT", "NOR2"), ("NOT", "NAND2", "NAND3", "NMAJ3")
FIELDS = ("circuit", "row", "inputs", "outputs", "simpler_cycles", "steps", "ratio", "checked", "magnetic_steps")
TABLE = Path(__file__).with_suffix(".csv")

Rows = dict[tuple[str, int], dict[str, str]]


class Own(NamedTuple):
    """Networks of this compiler for a circuit."""

    graph: Aig
    magic: Netlist
    magnetic: Netlist


def blif_of(path: Path) -> str:
    """Return a circuit as BLIF; a .bench file is a line of each gate."""
    if path.suffix == ".blif":
        return path.read_text()
    ports: dict[str, list[str]] = {"INPUT": [], "OUTPUT": []}
    gates: list[str] = []
    for line in path.read_text().splitlines():
        head, _, rest = line.split("#")[0].strip().rstrip(")").partition("(")
        if rest and "=" not in head:
            ports[head.strip()].append(rest.strip())
        elif rest:
            out, kind = (part.strip() for part in head.split("="))
            read = [part.strip() for part in rest.split(",")]
            one, zero = "1" * len(read), "0" * len(read)
            cubes = {"AND": [f"{one} 1"], "NAND": [f"{one} 0"], "OR": [f"{zero} 0"], "NOR": [f"{zero} 1"],
                     "BUFF": ["1 1"], "NOT": ["0 1"], "XOR": ["01 1", "10 1"]}[kind]  # fmt: skip
            gates += [f".names {' '.join(read)} {out}", *cubes]
    lines = [f".model {path.stem}", f".inputs {' '.join(ports['INPUT'])}", f".outputs {' '.join(ports['OUTPUT'])}"]
    return "\n".join([*lines, *gates, ".end"]) + "\n"


def own(text: str) -> Own:
    """Return the smallest networks that this compiler finds for a circuit in BLIF."""
    graph = read_blif(text)
    pairs = [[map_to_gates(each, gates) for gates in (MAGIC, MAGNETIC)] for each in simplified(graph, EFFORT)]
    return Own(graph, *(min(made, key=len) for made in zip(*pairs, strict=True)))


def program(netlist: Netlist, row: int) -> Program | None:
    """Return the schedule in a row, or none where the row is too narrow."""
    try:
        return schedule(netlist, columns=row)
    except InputError as error:
        if not error.subject.startswith("schedule"):
            raise
        return None


def agrees(graph: Aig, made: Program) -> bool:
    """Return whether a program gives what a circuit does, for random words."""
    stream = Stream(0)
    words = {name: stream.child(name).events(0.5, (VECTORS, len(word))) for name, word in graph.inputs.items()}
    right, found = graph.evaluate(**words), run_bits(made, words, rows=VECTORS)
    return all(np.array_equal(right[name], found[name]) for name in right)


def gates_of(made: Program) -> Iterator[str]:
    """Yield a program as BLIF: a signal for each value that a cell takes."""
    held = [f"cell{column}" for column in range(made.columns)]
    ports = [
        [name if len(word) == 1 else f"{name}[{bit}]" for name, word in words.items() for bit in range(len(word))]
        for words in (made.inputs, made.outputs)
    ]
    for name, column in zip(ports[0], (column for word in made.inputs.values() for column in word), strict=True):
        held[column] = name
    yield f".model program\n.inputs {' '.join(ports[0])}\n.outputs {' '.join(ports[1])}"
    for place, (opcode, out) in enumerate(zip(made.opcodes.tolist(), made.outputs_to.tolist(), strict=True)):
        if opcode >= PRESET_0:
            yield f".names at{place}" + "\n1" * (opcode - PRESET_0)
        else:
            gate = GATES[opcode]
            read = [held[column] for column in made.fan_in[place, : gate.inputs].tolist()]
            yield f".names {' '.join(read)} at{place}"
            for word, bit in enumerate(gate.truth):
                if bit:
                    yield f"{word:0{gate.inputs}b}"[::-1] + " 1"
        held[out] = f"at{place}"
    for name, column in zip(ports[1], (column for word in made.outputs.values() for column in word), strict=True):
        if held[column] != name:
            yield f".names {held[column]} {name}\n1 1"
    yield ".end"


def proved(circuit: Path, made: Program, abc: Path) -> bool:
    """Return whether ABC proves that a program is a circuit; false where it runs out of time.

    Raises:
        AssertionError: it finds a word for which they differ.
    """
    with tempfile.TemporaryDirectory() as scratch:
        other = Path(scratch, "program.blif")
        other.write_text("\n".join(gates_of(made)) + "\n")
        try:
            said = subprocess.run([abc, "-c", f"cec {circuit} {other}"], capture_output=True, text=True,
                                  timeout=PATIENCE, check=True).stdout  # fmt: skip
        except subprocess.TimeoutExpired:
            return False
    if "NOT EQUIVALENT" in said:
        raise AssertionError(f"{circuit.name}: {said}")
    return "equivalent" in said


def simpler(text: str, name: str, folder: Path, abc: Path) -> dict[int, int]:
    """Return cycles by row of SIMPLER, without those rows into which it finds no mapping."""
    sys.path.insert(0, str(folder))
    sys.setrecursionlimit(100_000)
    sys.modules.setdefault("simplejson", json)  # it only writes a table with it
    mapper = importlib.import_module("SIMPLER_Mapping")
    found = {}
    with tempfile.TemporaryDirectory() as scratch, contextlib.chdir(scratch):
        Path("circuit.blif").write_text(text)
        script = (folder / "abc_script_template.abc").read_text()
        for word, path in (
            ("abc_rc_path", folder / "abc.rc"), ("input.blif", "circuit.blif"), ("output.v", "mapped.v"),
        ):  # fmt: skip
            script = script.replace(word, str(path))
        Path("script.abc").write_text(script)
        library = (folder / "mcnc1_nor2.genlib").read_text()
        for more in ("", ZERO):
            if not Path("mapped.v").is_file():
                Path("lib.genlib").write_text(library + more)
                subprocess.run([abc, "-f", "script.abc"], capture_output=True, check=True)
        for row in ROWS:
            # it ends with an index error, or a word and no file, where a row is too narrow
            with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(IndexError):
                mapper.SIMPLER_Main(["mapped.v"], 20000, [row], name, True, False, False, False)
            result = Path(f"JSON_{row}_{name}.json")
            if result.is_file():
                found[row] = int(json.loads(result.read_text())["Total cycles"])
    return found


def lines(name: str, circuit: Path, cycles: dict[int, int], abc: Path) -> Iterator[dict[str, str]]:
    """Yield what the table says of a circuit, a line a row.

    Raises:
        AssertionError: a program that does not do what the circuit does.
    """
    networks = own(blif_of(circuit))
    sizes = [sum(map(len, words.values())) for words in (networks.graph.inputs, networks.graph.outputs)]
    for row in ROWS:
        checked, counts = "", list[int | None]()
        for netlist in (networks.magic, networks.magnetic):
            made = program(netlist, row)
            if made is None:
                counts.append(None)
                continue
            if not agrees(networks.graph, made):
                raise AssertionError(f"{name} in a row of {row}: the program is not the circuit")
            state = "proved" if proved(circuit, made, abc) else "vectors"
            checked = max(checked, state)  # the weaker of the two
            counts.append(made.step_count)
        steps = None if counts[0] is None else counts[0] - 1
        theirs = cycles.get(row)
        ratio = f"{steps / theirs:.4f}" if steps and theirs else ""
        told = (name, row, *sizes, theirs or "", steps or "", ratio, checked, counts[1] or "")
        yield dict(zip(FIELDS, map(str, told), strict=True))


def stored() -> Rows:
    """Return the table."""
    if not TABLE.is_file():
        return {}
    with TABLE.open(newline="") as file:
        return {(line["circuit"], int(line["row"])): line for line in csv.DictReader(file)}


def store(rows: Rows) -> None:
    """Write the table, circuits in their order, whole or not at all."""
    draft = TABLE.with_suffix(".draft")
    with draft.open("w", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n", restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows[key] for key in ((name, row) for name in (*EPFL, *ISCAS) for row in ROWS) if key in rows)
    draft.replace(TABLE)


def main() -> None:
    """Fill the table."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("circuits", "simpler", "abc"):
        asked.add_argument(name, type=Path)
    asked.add_argument("--own", action="store_true", help="keep the cycles of SIMPLER, count ours again")
    given = asked.parse_args()
    abc, rows = given.abc.resolve(), stored()
    done: set[str] = set() if given.own else {name for name, _ in rows}
    for name in (*EPFL, *ISCAS):
        files = (given.circuits.resolve().rglob(name + suffix) for suffix in (".blif", ".bench"))
        circuit = next(itertools.chain.from_iterable(files), None)
        if circuit is None:
            raise InputError("simpler_magic: CIRCUITS", str(given.circuits), f"has no {name}.blif and no {name}.bench")
        if name in done:
            continue
        if given.own and (name, ROWS[0]) in rows:
            cycles = {row: int(text) for row in ROWS if (text := rows[name, row]["simpler_cycles"])}
        else:
            cycles = simpler(blif_of(circuit), name, given.simpler.resolve(), abc)
        rows |= {(name, int(line["row"])): line for line in lines(name, circuit, cycles, abc)}
        store(rows)


if __name__ == "__main__":
    main()
