"""A tape as straight-line code: one function a segment of it, values in vector registers, LLVM's code generator alone.

The functions know the program, not the rows: they are made once for it. A segment reads the columns of the source and
the slots that earlier segments left, and writes slots that later ones read and columns of the result.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import llvmlite.binding as llvm
import numpy as np
from numpy.typing import NDArray

from remanence.core.errors import BackendError
from remanence.kernels.row_gates.reference import BLOCK
from remanence.kernels.row_gates.tape import COUNT, KEEP, LOAD, NAND2, NAND3, NMAJ3, NOR2, NOR3, NOT, SET, STORE, Tape

SEGMENT = 320
"""Entries of a segment: long ones keep values in registers; the time to make the code rises faster than they do."""
WIDTH = 8
"""Words of a vector."""
_PIECE = BLOCK // 64
_TYPE = f"<{WIDTH} x i64>"
_ONES = f"<{', '.join(['i64 -1'] * WIDTH)}>"
_ZEROS = "zeroinitializer"
_KNOWN = 16
_LLVM = 17
"""Oldest version whose pointers have no type, and always so."""
_lock = threading.Lock()


@dataclass(frozen=True, slots=True, eq=False)
class Code:
    """Machine code of a tape in segments, S of them.

    Args:
        addresses: of the functions, shape (S,). They take scratch, source, result, bytes between two columns of source
            and result, and how many vectors.
        engine: owner of the code.
    """

    addresses: NDArray[np.uint64]
    engine: object


_codes: dict[int, tuple[Tape, Code]] = {}


def can_compile() -> bool:
    """Tell whether the LLVM that is here reads the code."""
    return bool(llvm.llvm_version_info[0] >= _LLVM)


def compile_tape(tape: Tape) -> Code:
    """Return the machine code of a tape; that of the last ones is remembered.

    Raises:
        BackendError: an LLVM that is too old.
    """
    with _lock:
        if id(tape) not in _codes:
            if not can_compile():
                raise BackendError(
                    f"row_gates: compiled needs LLVM {_LLVM} in llvmlite; {llvm.llvm_version_info} is here"
                )
            while len(_codes) >= _KNOWN:
                _codes.pop(next(iter(_codes)))
            _codes[id(tape)] = tape, _compile(tape)
        return _codes[id(tape)][1]


def _compile(tape: Tape) -> Code:
    bounds = np.append(np.arange(0, max(len(tape), 1), SEGMENT), len(tape)).astype(np.int64)
    left = _left(tape, bounds)
    texts = [
        _function(tape, f"segment{number}", int(first), int(last), left[number])
        for number, (first, last) in enumerate(pairwise(bounds))
    ]
    head = "declare void @llvm.prefetch.p0(ptr, i32, i32, i32)\n"
    tail = (
        f'attributes #0 = {{ nounwind "prefer-vector-width"="{64 * WIDTH}" "min-legal-vector-width"="{64 * WIDTH}" }}'
    )
    module = llvm.parse_assembly("\n".join([head, *texts, tail]))
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=2
    )
    passes = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=1))
    passes.getModulePassManager().run(module, passes)
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    addresses = [engine.get_function_address(f"segment{number}") for number in range(len(texts))]
    return Code(np.array(addresses, np.uint64), engine)


def _left(tape: Tape, bounds: NDArray[np.int64]) -> list[list[int]]:
    """Slots that each segment writes and a later one reads."""
    live: set[int] = set()
    left: list[list[int]] = []
    for first, last in zip(bounds[-2::-1], bounds[:0:-1], strict=True):
        own = slice(first, last)
        written = set(tape.out[own][tape.kind[own] != STORE].tolist())
        left.append(sorted(live & written))
        for entry in range(last - 1, first - 1, -1):
            kind, out = int(tape.kind[entry]), int(tape.out[entry])
            if kind != STORE:
                live.discard(out)
            if kind > COUNT:
                live.add(out)
            live.update(_reads(tape, entry))
    return left[::-1]


def _reads(tape: Tape, entry: int) -> list[int]:
    kind = int(tape.kind[entry])
    if kind == LOAD:
        return []
    slots: list[int] = tape.fan_in[entry, : 1 if kind == STORE else int(tape.inputs[entry])].tolist()
    return slots


class _Body:
    """Lines of a function, and names for their results."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names = 0

    def name(self) -> str:
        self.names += 1
        return f"%v{self.names}"

    def do(self, operation: str, *operands: str) -> str:
        name = self.name()
        self.lines.append(f"{name} = {operation} {_TYPE} {', '.join(operands)}")
        return name

    def invert(self, value: str) -> str:
        if value in (_ONES, _ZEROS):
            return _ZEROS if value == _ONES else _ONES
        return self.do("xor", value, _ONES)

    def joined(self, operation: str, values: list[str]) -> str:
        total = values[0]
        for value in values[1:]:
            total = self.do(operation, total, value)
        return total

    def at(self, base: str) -> str:
        name = self.name()
        self.lines.append(f"{name} = getelementptr i8, ptr {base}, i64 %offset")
        return name

    def load(self, base: str) -> str:
        pointer, name = self.at(base), self.name()
        self.lines.append(f"{name} = load {_TYPE}, ptr {pointer}, align 8")
        return name

    def store(self, value: str, base: str) -> None:
        self.lines.append(f"store {_TYPE} {value}, ptr {self.at(base)}, align 8")

    def prefetch(self, base: str, write: bool) -> None:
        name = self.name()
        self.lines.append(f"{name} = getelementptr i8, ptr {self.at(base)}, i64 {_PIECE * 8}")
        self.lines.append(f"call void @llvm.prefetch.p0(ptr {name}, i32 {int(write)}, i32 2, i32 1)")


def _conducting(body: _Body, kind: int, threshold: int, values: list[str]) -> str:
    """Rows that do *not* switch: fewer than ``threshold`` of the inputs are 0."""
    base = kind - KEEP if kind > COUNT else kind
    if base in (NOT, NAND2, NAND3):
        return body.joined("and", values)
    if base in (NOR2, NOR3):
        return body.joined("or", values)
    if base == NMAJ3:
        a, b, c = values
        return body.do("or", body.do("and", a, b), body.do("and", c, body.do("or", a, b)))
    # Sums of ones by threshold: ones[j] are the rows with more than j ones.
    ones: list[str] = []
    for value in values:
        after = [value if not ones else body.do("or", ones[0], value)]
        after += [body.do("or", ones[j], body.do("and", ones[j - 1], value)) for j in range(1, len(ones))]
        if ones:
            after.append(body.do("and", ones[-1], value))
        ones = after
    return ones[len(values) - threshold]


def _function(tape: Tape, name: str, first: int, last: int, left: list[int]) -> str:
    head: list[str] = []
    body = _Body()
    value: dict[int, str] = {}

    def held(slot: int) -> str:
        if slot not in value:
            head.append(f"%slot{slot} = getelementptr i8, ptr %scratch, i64 {slot * _PIECE * 8}")
            value[slot] = body.load(f"%slot{slot}")
        return value[slot]

    def column(what: str, row: int) -> str:
        pointer = f"%{what}{row}"
        head.append(f"{pointer}.far = mul i64 %stride, {row}")
        head.append(f"{pointer} = getelementptr i8, ptr %{what}, i64 {pointer}.far")
        return pointer

    for entry in range(first, last):
        kind, out = int(tape.kind[entry]), int(tape.out[entry])
        if kind == LOAD:
            pointer = column("source", int(tape.fan_in[entry, 0]))
            value[out] = body.load(pointer)
            body.prefetch(pointer, write=False)
        elif kind == STORE:
            pointer = column("result", out)
            body.store(held(int(tape.fan_in[entry, 0])), pointer)
            body.prefetch(pointer, write=True)
        elif kind == SET:
            value[out] = _ONES if tape.preset[entry] else _ZEROS
        else:
            stays = _conducting(body, kind, int(tape.threshold[entry]), [held(slot) for slot in _reads(tape, entry)])
            if kind <= COUNT:
                value[out] = stays if tape.preset[entry] else body.invert(stays)
            elif tape.preset[entry]:
                value[out] = body.do("and", held(out), stays)
            else:
                value[out] = body.do("or", held(out), body.invert(stays))
    for slot in left:
        head.append(f"%left{slot} = getelementptr i8, ptr %scratch, i64 {slot * _PIECE * 8}")
        body.store(value[slot], f"%left{slot}")
    return "\n".join(_lines(name, head, body.lines))


def _lines(name: str, head: list[str], body: list[str]) -> Iterator[str]:
    yield (
        f"define void @{name}(ptr noalias %scratch, ptr noalias %source, ptr noalias %result, "
        "i64 %stride, i64 %vectors) #0 {"
    )
    yield "entry:"
    yield from head
    yield "br label %loop"
    yield "loop:"
    yield "%vector = phi i64 [0, %entry], [%next, %loop]"
    yield f"%offset = mul i64 %vector, {8 * WIDTH}"
    yield from body
    yield "%next = add i64 %vector, 1"
    yield "%more = icmp ult i64 %next, %vectors"
    yield "br i1 %more, label %loop, label %done"
    yield "done:"
    yield "ret void"
    yield "}"
