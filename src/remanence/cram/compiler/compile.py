"""The front door of the compiler: a program from Verilog, BLIF, a truth table, a Python function or a graph."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import InputError, UnknownNameError
from remanence.cram.arithmetic.logic import FAMILIES
from remanence.cram.cells.gate_set import GateSet
from remanence.cram.compiler.aig import LARGEST_TABLE, Aig
from remanence.cram.compiler.blif import read_blif
from remanence.cram.compiler.mapping import map_to_gates
from remanence.cram.compiler.rewriting import simplified
from remanence.cram.compiler.verilog import read_verilog
from remanence.cram.compiler.weights import WORTH, gate_costs, log_price
from remanence.cram.machine.array import Array
from remanence.cram.machine.chip import Chip
from remanence.cram.netlist import Netlist
from remanence.cram.numbers.computed import GATES
from remanence.cram.numbers.lanes import Lanes, asarray
from remanence.cram.numbers.trace import Gates, gate_names, layout_of
from remanence.cram.program import Program
from remanence.cram.schedule import schedule
from remanence.cram.scheduling.segments import fewest_steps

Source: TypeAlias = str | Path | Aig | Netlist | NDArray[Any] | Sequence[int] | Callable[..., Lanes]
SUFFIXES = {".v": "Verilog", ".sv": "Verilog", ".blif": "BLIF"}
_MODULE = re.compile(r"\bmodule\s+\\?\w|\bendmodule\b(?!\.)")
"""Tells Verilog from the name of a file, and from BLIF."""
LARGEST_EFFORT = 100


def compile(  # noqa: A001  (the name of what it does; it is called through its module)
    source: Source,
    *,
    top: str | None = None,
    gates: Gates = GATES,
    columns: int | None = None,
    arguments: Mapping[str, int] | None = None,
    signed: Collection[str] = (),
    costs: Mapping[str, float] | None = None,
    effort: int = 2,
    keep_inputs: bool = True,
    start: int = 0,
    neighbours: int = 0,
    parity: bool | None = None,
    twice: bool = False,
    segment: int | None = None,
    reach: int | None = None,
    worth: float = WORTH,
) -> Program:
    """Return a program for an array.

    Args:
        source: a file of Verilog (.v, .sv; extra ``rtl``) or BLIF (.blif), or such a text; a truth table, whose entry k
            is the whole number ``y`` for input ``x`` = k; a Python function over lanes; a graph; a netlist.
        top: module of a Verilog source.
        gates: names of the gates that the array has, the name of a set in `gate_set.GATE_SETS`, the set of a cell,
            or an array or chip. Of a cell and an array the program keeps the errors, for `Program.run`.
        columns: of the array; those of that array where left out, or 1024.
        arguments: of a Python function: bits by name, in any order.
        signed: names of the words in two's complement; ports that Verilog calls signed are so already.
        costs: of a gate by name, for the choice among them. Where left out, those of `weights.gate_costs` for the set
            of a cell or an array, so that gates which err are used as little as a right result is worth; 1 for each of
            plain names. ``{name: 1.0, ...}`` gives the fewest gates whatever their errors.
        effort: rounds of simplification, 0 to 100; a netlist and a Python function are taken as they are.
        keep_inputs: whether the inputs are still there at the end.
        start: column that scratch takes first.
        neighbours: arrays beside it, of as many columns, that take what has no room in one: see `schedule`.
        parity: whether inputs and output of a gate have to sit in columns of opposite parity; where left out, whether
            it is a 1T1M array, or the set of a 1T1M cell.
        twice: whether the host may store input bits twice, for parity; see `Program.twins`.
        segment: columns between two switches of a logic line, so that a step holds several gates; that of an array
            where left out, 0 for lines without switches.
        reach: segments that a gate may join; those that the array's switches leave it where left out.
        worth: how many runs a wrong result is worth, where the gates of a cell or an array are weighed: with 0 steps
            and energy alone count, with more errors decide in ever shorter programs. See `weights`.

    Raises:
        InputError: a source that is none of these or is malformed; an array that is too narrow or can do no gate.
        UnknownNameError: an unknown gate or set.
        BackendError: Verilog without the extra ``rtl``.
    """
    names = gate_names(gates)
    array = gates.one if isinstance(gates, Chip) else gates if isinstance(gates, Array) else None
    width, parity, cut = layout_of(gates, columns, parity, segment)
    if not 0.0 <= worth < np.inf:
        raise InputError("compile: worth", worth, "must be a number of runs, 0 or more")
    if reach is not None and not cut:
        raise InputError("compile: reach", reach, "goes with segments of the lines", "Give segment.")
    if not 0 <= effort <= LARGEST_EFFORT:
        raise InputError("compile: effort", effort, f"must be from 0 to {LARGEST_EFFORT}")
    if top is not None and not isinstance(source, str | Path):
        raise InputError("compile: top", repr(top), "is for Verilog")
    if (arguments is not None) != (callable(source) and not isinstance(source, Aig | Netlist)):
        raise InputError("compile: arguments", arguments, "go with a Python function, bits by name")
    known = array.gates if array else gates if isinstance(gates, GateSet) else None

    def price(made: Netlist) -> float:
        if costs is None and known is not None:
            return log_price(made, known, worth)
        return sum(number * (1.0 if costs is None else costs[name]) for name, number in made.counts().items())

    marked: Collection[str] = ()
    if isinstance(source, str | Path):
        source, marked = read(source, top)
    elif isinstance(source, np.ndarray | list | tuple):
        source = table_graph(np.asarray(source))
    if isinstance(source, Aig):
        graphs = simplified(source, effort)
        weighed = gate_costs(known, len(source.ands), worth) if costs is None and known is not None else costs
        choices = _choices(names, known) if costs is None else [names]
        netlists = sorted((map_to_gates(graph, each, costs=weighed) for graph in graphs for each in choices), key=price)
        netlists = netlists if cut and known is None else netlists[:1]
    elif isinstance(source, Netlist):
        netlists = [source]
        foreign = sorted(set(source.counts()) - set(names))
        if foreign:
            raise InputError("compile: netlist", f"gates {', '.join(foreign)}", f"the array has {', '.join(names)}")
    elif arguments is not None and callable(source):
        choices = _choices(names, known) if costs is None else [names]
        made = [
            _function(source, arguments, signed, each, parallel=(False, True) if cut else (False,)) for each in choices
        ]
        netlists, marked = min(made, key=lambda each: price(each[0][0]))
    else:
        raise InputError("compile: source", type(source).__name__,
                         "must be a file, a text, a truth table, a function, a graph or a netlist")  # fmt: skip
    words = {*netlists[0].inputs, *netlists[0].outputs}
    for name in signed:
        if name not in words:
            raise UnknownNameError("compile: signed", name, words)
    both = frozenset((*marked, *signed))
    if cut:
        if neighbours or parity:
            raise InputError("compile: segment", cut, "goes with one array of cells that need no parity",
                             "Leave out neighbours and parity, or the segment.")  # fmt: skip
        if reach is None and array:
            reach = array.switches.limit({name for made in netlists for name in made.counts()})
        program = fewest_steps(netlists, columns=width, segment=cut, reach=reach, keep_inputs=keep_inputs, signed=both,
                               start=start)  # fmt: skip
        if "NOT" in program.counts() and "NOT" not in names:
            raise InputError("compile: reach", reach, "takes NOT, to bring signals nearer, which this array has not",
                             "Let gates reach further.")  # fmt: skip
    else:
        program = schedule(netlists[0], columns=width, keep_inputs=keep_inputs, signed=both, start=start,
                           neighbours=neighbours, parity=parity, twice=twice, gates=names)  # fmt: skip
    if isinstance(gates, Array | Chip):
        gates.check(program)
        return replace(program, rates=gates.errors_of(program))
    return replace(program, rates=gates.errors) if isinstance(gates, GateSet) else program


def read(source: str | Path, top: str | None = None) -> tuple[Aig, frozenset[str]]:
    """Return the graph of a file or text in Verilog or BLIF, and the names of its signed words.

    Raises:
        InputError: no such file, or neither Verilog nor BLIF.
    """
    as_text = isinstance(source, str) and ("\n" in source or _MODULE.search(source) is not None)
    text, path = (str(source), None) if as_text else ("", Path(source))
    if path is not None:
        if not path.is_file():
            raise InputError("compile: source", f"'{path}'", "must be a file")
        if path.suffix not in SUFFIXES:
            raise InputError("compile: source", f"'{path.name}'", f"must end in {', '.join(SUFFIXES)}")
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError("compile: source", f"'{path.name}'", f"cannot be read as text ({error})") from None
    kind = SUFFIXES[path.suffix] if path is not None else "Verilog" if _MODULE.search(text) else "BLIF"
    if kind == "Verilog":
        return read_verilog(text, top, path)
    if top is not None:
        raise InputError("compile: top", repr(top), "is for Verilog; of BLIF the first model is read")
    return read_blif(text, path.name if path is not None else "BLIF"), frozenset()


def table_graph(values: NDArray[Any]) -> Aig:
    """Return the graph of a function ``y`` of ``x`` given by its values.

    Args:
        values: whole numbers from 0 on, entry k for x = k, as many as a power of two from 2 on.

    Raises:
        InputError: other values.
    """
    bits = values.size.bit_length() - 1
    if values.ndim != 1 or values.size != 1 << bits or not 1 <= bits <= LARGEST_TABLE:
        rule = f"must have 2**n entries, n from 1 to {LARGEST_TABLE}"
        raise InputError("compile: truth table", f"shape {values.shape}", rule)
    if values.dtype.kind not in "biu" or int(values.min()) < 0:
        raise InputError(
            "compile: truth table", f"{values.dtype} from {values.min()}", "must be whole numbers from 0 on"
        )
    graph = Aig()
    x = graph.input("x", bits)
    width = max(int(values.max()).bit_length(), 1)
    graph.output("y", [graph.table((values.astype(np.uint64) >> np.uint64(k)).astype(np.int64) & 1, x)
                       for k in range(width)])  # fmt: skip
    return graph


def _choices(names: tuple[str, ...], known: GateSet | None) -> list[tuple[str, ...]]:
    """Return the gates, and where they err the smaller sets that each family makes with gates no worse than its own."""
    if known is None:
        return [names]
    found = [names]
    for family in FAMILIES.values():
        if family <= set(names):
            most = max(known.sheets[name].error for name in family)
            found.append(tuple(name for name in names if known.sheets[name].error <= most))
    return list(dict.fromkeys(found))


def _function(
    function: Callable[..., Lanes],
    arguments: Mapping[str, int],
    signed: Collection[str],
    names: Collection[str],
    *,
    parallel: Sequence[bool],
) -> tuple[list[Netlist], frozenset[str]]:
    """Return the netlists of a function over lanes, for parallel lines or not, and the names of its signed words."""
    order = list(inspect.signature(function).parameters)
    label = getattr(function, "__name__", "function")
    if set(order) != set(arguments):
        raise InputError(f"compile: arguments of {label}", sorted(arguments), f"must be {', '.join(order)}")
    for name in signed:
        if name not in order:
            raise UnknownNameError("compile: signed", name, order)
    blank = [asarray(np.zeros(2, np.int64), arguments[name], signed=name in signed) for name in order]
    result = function(*blank)
    if not isinstance(result, Lanes):
        raise InputError(f"compile: result of {label}", type(result).__name__, "must be a Lanes")
    leaves = {id(leaf): leaf for each in blank for leaf in each.leaves.values()}
    if set(result.leaves) - set(leaves):
        raise InputError(
            f"compile: {label}", "numbers that are no arguments", "must be arguments, or plain whole numbers"
        )
    if result.crosses:
        rule = "depends on how many rows there are"
        raise InputError(f"compile: {label}", "a result from several rows", rule, "Use cram.jit.")
    traced = Lanes(result.shape, result.bits, result.signed, result.build, (*blank, result))
    made = [traced.netlist(names, parallel=each) for each in parallel]
    words = {name: made[0].inputs[f"x{place}"] for place, name in enumerate(order)}
    marked = frozenset((*signed, *(made[0].outputs if result.signed else ())))
    return [replace(netlist, inputs=words) for netlist in made], marked
