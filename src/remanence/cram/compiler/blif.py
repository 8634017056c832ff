"""Reading networks in BLIF, the exchange format of logic synthesis: combinational models made of ``.names``.

Ports ``x[0]``, ``x[1]``, ... become one word ``x``; any other port is a word of a bit.
Source of the format: Berkeley Logic Interchange Format (BLIF), University of California, Berkeley, 1992.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from remanence.core.errors import InputError
from remanence.cram.compiler.aig import FALSE, Aig

_BIT = re.compile(r"(.+)\[(\d+)\]")
_IGNORED = frozenset({".model", ".end", ".default_input_arrival", ".default_output_required", ".area", ".delay"})
_REGISTERS = frozenset({".latch", ".clock", ".mlatch"})


@dataclass(slots=True)
class _Function:
    """A ``.names``: a signal as a sum of products of others."""

    line: int
    reads: tuple[str, ...]
    cubes: list[tuple[str, str]] = field(default_factory=list)


def read_blif(text: str, name: str = "BLIF") -> Aig:
    """Return the graph of the first model of a BLIF text.

    Args:
        text: of the file.
        name: of the file, for messages.

    Raises:
        InputError: what is not BLIF, registers, black boxes, a loop, or a signal that nothing drives; says the line.
    """
    inputs: list[str] = []
    outputs: list[str] = []
    functions: dict[str, _Function] = {}
    latest: _Function | None = None
    for line, words in _lines(text):
        head = words[0]
        if head.startswith("."):
            latest = None
        if head == ".end":
            break
        if head == ".inputs":
            inputs += words[1:]
        elif head == ".outputs":
            outputs += words[1:]
        elif head == ".names" and len(words) > 1:
            if words[-1] in functions or words[-1] in inputs:
                raise InputError(f"{name}, line {line}", f"'{words[-1]}'", "is driven twice")
            latest = functions[words[-1]] = _Function(line, tuple(words[1:-1]))
        elif head in _REGISTERS:
            raise InputError(f"{name}, line {line}", head, "is a register; only combinational logic becomes a program",
                             "Make its output an input of the model and its input an output.")  # fmt: skip
        elif head.startswith("."):
            if head not in _IGNORED:
                raise InputError(f"{name}, line {line}", head, "is not read here; .names are",
                                 "Flatten the model before it is written.")  # fmt: skip
        else:
            _cube(f"{name}, line {line}", words, latest)
    if not outputs:
        raise InputError(name, "no .outputs", "at least one is needed")
    return _graph(name, inputs, outputs, functions)


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Words of each line, comments left out and continued lines joined; with the number of the first of them."""
    held: list[str] = []
    start = 0
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.split("#", 1)[0].rstrip()
        start = start if held else number
        more = line.endswith("\\")
        held += line.removesuffix("\\").split()
        if held and not more:
            yield start, held
            held = []
    if held:
        yield start, held


def _cube(where: str, words: Sequence[str], latest: _Function | None) -> None:
    if latest is None:
        raise InputError(where, " ".join(words)[:40], "is not BLIF: a row of a table comes after .names")
    product = words[0] if latest.reads else ""
    if len(words) != (2 if latest.reads else 1) or len(product) != len(latest.reads):
        raise InputError(where, " ".join(words)[:40], f"must be {len(latest.reads)} characters and an output")
    if set(product) - set("01-") or words[-1] not in ("0", "1"):
        raise InputError(where, " ".join(words)[:40], "must be made of 0, 1 and -, and give 0 or 1")
    if latest.cubes and latest.cubes[0][1] != words[-1]:
        raise InputError(where, f"output {words[-1]}", "must be the same in all rows of a table")
    latest.cubes.append((product, words[-1]))


def _graph(name: str, inputs: Sequence[str], outputs: Sequence[str], functions: dict[str, _Function]) -> Aig:
    graph, made = Aig(), dict[str, int]()
    for kind, ports in (("inputs", inputs), ("outputs", outputs)):
        twice = sorted({port for port in ports if ports.count(port) > 1}) if len(set(ports)) < len(ports) else []
        if twice:
            raise InputError(f"{name}: .{kind}", ", ".join(twice), "must be named once")
    for word, bits in words_of(inputs).items():
        made.update(zip(bits, graph.input(word, len(bits)), strict=True))
    for output in outputs:
        waiting, open_ = [output], set[str]()
        while waiting:
            signal = waiting[-1]
            if signal in made:
                waiting.pop()
                continue
            if signal not in functions:
                raise InputError(name, f"signal '{signal}'", "is read, and nothing drives it")
            each = functions[signal]
            missing = [read for read in each.reads if read not in made]
            if missing and signal in open_:
                raise InputError(f"{name}, line {each.line}", f"'{signal}'", "depends on itself: a loop")
            open_.add(signal)
            if missing:
                waiting += missing
            else:
                made[signal] = _sum(graph, each, [made[read] for read in each.reads])
                waiting.pop()
    for word, bits in words_of(outputs).items():
        graph.output(word, [made[bit] for bit in bits])
    return graph


def _sum(graph: Aig, each: _Function, literals: Sequence[int]) -> int:
    products = [
        graph.all_of([literal ^ (value == "0") for literal, value in zip(literals, cube, strict=True) if value != "-"])
        for cube, _ in each.cubes
    ]
    on = graph.all_of([product ^ 1 for product in products]) ^ 1 if products else FALSE
    return on ^ 1 if products and each.cubes[0][1] == "0" else on


def words_of(ports: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return ports gathered into words, lowest bit first: ``x[0]``, ``x[1]``, ... without a gap are ``x``."""
    groups: dict[str, dict[int, str]] = {}
    for port in ports:
        match = _BIT.fullmatch(port)
        if match:
            groups.setdefault(match[1], {})[int(match[2])] = port
    whole = {
        base: bits for base, bits in groups.items() if sorted(bits) == list(range(len(bits))) and base not in ports
    }
    words: dict[str, tuple[str, ...]] = {}
    for port in ports:
        match = _BIT.fullmatch(port)
        if match and match[1] in whole:
            words[match[1]] = tuple(whole[match[1]][place] for place in range(len(whole[match[1]])))
        else:
            words[port] = (port,)
    return words
