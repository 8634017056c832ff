"""Reading combinational Verilog through Yosys, in the extra ``rtl``.

Yosys takes a module apart into ands and inverters; the words and signs of its ports are kept. It runs in a process of
its own, because it prints, and ends the process where it finds a mistake. Carries ripple: the depth of an adder costs
nothing in an array that runs one gate in a step. A bit that is undefined (``x``) is 0.
"""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess  # it runs this interpreter on a script of this file
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from remanence.core.errors import BackendError, InputError
from remanence.cram.compiler.aig import FALSE, TRUE, Aig

LONGEST = 600.0
"""Seconds after which a module is given up."""

_RIPPLE = """
(* techmap_celltype = "$lcu" *)
module _80_ripple_lcu (P, G, CI, CO);
  parameter WIDTH = 2;
  input [WIDTH-1:0] P, G;
  input CI;
  output [WIDTH-1:0] CO;
  wire [WIDTH:0] carry;
  assign carry = {G | (P & carry[WIDTH-1:0]), CI};
  assign CO = carry[WIDTH:1];
endmodule
"""
_SCRIPT = """
import sys
from pyosys import libyosys
design = libyosys.Design()
for command in sys.argv[1:]:
    libyosys.run_pass(command, design)
"""
_WRONG = ("out of bounds", "multiple conflicting drivers", "Drivers conflicting with a constant")
"""Warnings of Yosys after which a netlist means nothing."""
_CHOSEN = "Automatically selected "
_REMOVED = re.compile(r"^Removing unused module `\\(\S+)'", re.MULTILINE)
_USED = re.compile(r"^Used module:\s+\\(\S+)", re.MULTILINE)
"""What Yosys says of the module that it takes for the top; of those that it drops; of those that others contain."""
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")


def read_verilog(source: str, top: str | None = None, path: Path | None = None) -> tuple[Aig, frozenset[str]]:
    """Return the graph of a module, and the names of its signed ports.

    Args:
        source: text of the file.
        top: module that is meant; may be left out where one module uses all others, or has the attribute ``top``.
        path: of the file; what it includes is looked for beside it.

    Raises:
        BackendError: Yosys is not installed.
        InputError: Verilog that Yosys refuses, with its message and line; names that are not declared, bits that are
            not there or have two drivers; registers, memories, black boxes, loops; several modules that none uses.
    """
    name = path.name if path is not None else "Verilog"
    if importlib.util.find_spec("pyosys") is None:
        raise BackendError(
            "Verilog is read by pyosys, which is not installed. Install it: pip install 'remanence[rtl]'."
        )
    if top is not None and not _IDENTIFIER.fullmatch(top):
        raise InputError(f"{name}: top", repr(top), "must be the name of a module")
    with tempfile.TemporaryDirectory() as folder:
        copy, ripple, result = Path(folder, "module.v"), Path(folder, "ripple.v"), Path(folder, "netlist.json")
        copy.write_text(source, encoding="utf-8")
        ripple.write_text(_RIPPLE, encoding="utf-8")
        commands = [
            f"read_verilog -sv -noautowire {copy}", f"hierarchy -check {f'-top {top}' if top else '-auto-top'}",
            "proc", "check", f"synth -flatten -noabc -extra-map {ripple}", "aigmap", "opt_clean -purge",
            f"write_json {result}",
        ]  # fmt: skip
        beside = folder if path is None else path.resolve().parent  # what is included is looked for here
        try:
            ran = subprocess.run([sys.executable, "-P", "-c", _SCRIPT, *commands], cwd=beside,  # noqa: S603
                                 capture_output=True, text=True, timeout=LONGEST, check=False)  # fmt: skip
        except subprocess.TimeoutExpired:
            raise InputError(name, f"no netlist after {LONGEST:.0f} s", "is too large for Yosys") from None
        if ran.returncode or not result.is_file():
            raise InputError(name, _complaint(ran.stderr + ran.stdout, str(copy), name), "Yosys refuses it")
        doubtful = [line for line in (ran.stdout + ran.stderr).splitlines() if any(word in line for word in _WRONG)]
        if doubtful:  # of several, one that names a signal of the source
            told = min(doubtful, key=lambda line: "$" in line).replace(str(copy), name).replace("Warning: ", "")
            raise InputError(name, f"'{told.strip(' :')}'", "every bit must be there and have one driver")
        if _CHOSEN in ran.stdout:
            tops = set(_REMOVED.findall(ran.stdout)) - set(_USED.findall(ran.stdout))
            if tops:
                rule = f"not used by module {ran.stdout.partition(_CHOSEN)[2].split()[0]}, nor it by them"
                raise InputError(name, f"modules {', '.join(sorted(tops))}", rule, "Name the one you mean with top.")
        modules = json.loads(result.read_text(encoding="utf-8"))["modules"]
    chosen = [(key, each) for key, each in modules.items() if int(each["attributes"].get("top", "0"), 2)]
    if len(chosen) != 1:
        raise InputError(
            name, f"modules {sorted(modules)}", "must have a module that is not empty", "Name it with top."
        )
    return _graph(f"{name}: module {chosen[0][0]}", chosen[0][1], str(copy), name)


def _complaint(printed: str, path: str, name: str) -> str:
    lines = (
        [line for line in printed.splitlines() if "ERROR" in line] or printed.strip().splitlines()[-1:] or ["no word"]
    )
    return f"'{lines[0].replace(path, name).strip()}'"


def _graph(where: str, module: Mapping[str, Any], path: str, name: str) -> tuple[Aig, frozenset[str]]:
    graph = Aig()
    made: dict[int | str, int] = {"0": FALSE, "1": TRUE, "x": FALSE, "z": FALSE}
    ports: Mapping[str, Any] = module["ports"]
    for port, each in ports.items():
        if each["direction"] == "inout":
            raise InputError(where, f"port '{port}'", "goes both ways; only inputs and outputs can become words")
        if each["direction"] == "input":
            made.update(zip(each["bits"], graph.input(port, len(each["bits"])), strict=True))
    drivers: dict[int, tuple[int | str, ...]] = {}
    for cell in module["cells"].values():
        wires, kind = cell["connections"], cell["type"]
        if kind not in ("$_AND_", "$_NOT_"):
            line = str(cell["attributes"].get("src", "")).split("|")[0].replace(path, name)
            raise InputError(where, f"{kind.strip('$_')} at {line or 'an unknown line'}",
                             "only combinational logic becomes a program",
                             "Make the register's output an input of the module, and its input an output.")  # fmt: skip
        drivers[wires["Y"][0]] = (wires["A"][0], *wires.get("B", ()))
    outputs = {port: each["bits"] for port, each in ports.items() if each["direction"] == "output"}
    if not outputs:
        raise InputError(where, "no outputs", "at least one is needed")
    for bits in outputs.values():
        for bit in bits:
            _make(graph, bit, drivers, made, where)
    for port, bits in outputs.items():
        graph.output(port, [made[bit] for bit in bits])
    signed = [port for port, each in ports.items() if each.get("signed")]
    return graph, frozenset(signed)


def _make(
    graph: Aig, bit: int | str, drivers: Mapping[int, Sequence[int | str]], made: dict[int | str, int], where: str
) -> None:
    waiting, open_ = [bit], set[int | str]()
    while waiting:
        top = waiting[-1]
        if top in made:
            waiting.pop()
            continue
        if isinstance(top, str) or top not in drivers:
            made[top] = FALSE  # nothing drives it: undefined
            continue
        reads = drivers[top]
        missing = [each for each in reads if each not in made]
        if missing and top in open_:
            raise InputError(where, "a loop of gates", "has no value of its own; a program runs its gates once")
        open_.add(top)
        if missing:
            waiting += missing
        else:
            made[top] = graph.and_(made[reads[0]], made[reads[1]]) if len(reads) == 2 else made[reads[0]] ^ 1
            waiting.pop()
