"""Verilog means what Python says of the same expression; mistakes come with the line of Yosys. Needs the extra rtl."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.errors import BackendError, InputError
from remanence.core.stream import Stream
from remanence.cram import compile as compiler
from remanence.cram import run
from remanence.cram.compiler.verilog import read_verilog

needs_yosys = pytest.mark.skipif(importlib.util.find_spec("pyosys") is None, reason="pyosys (extra rtl) is missing")
BITS = 6
INPUTS = {"a": False, "b": True, "c": True}
"""Names of inputs of six bits, and whether they are signed."""


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> str:
    """Text that Verilog and Python read alike, on numbers wide enough that nothing is lost."""
    kind = draw(st.integers(0, 7)) if depth else 0
    if kind == 0:
        return draw(st.sampled_from([*INPUTS, *map(str, range(4))]))
    left, right = draw(expressions(depth - 1)), draw(expressions(depth - 1))
    if kind == 1:
        return f"(~{left})"
    if kind == 2:
        return f"({left} >> {draw(st.integers(0, 3))})"
    return f"({left} {draw(st.sampled_from(['+', '-', '*', '&', '|', '^']))} {right})"


@needs_yosys
@settings(max_examples=12, deadline=None)
@given(expressions(), expressions(depth=2), st.sampled_from([("NOT", "NAND2"), ("NOT", "NOR2"), ("NOT", "NMAJ3")]))
def test_a_compiled_expression_is_what_python_says(text: str, other: str, gates: tuple[str, ...]) -> None:
    """All in 64 signed bits: the widest product of six-bit numbers here takes fewer than 60."""
    ports = "".join(f"input {'signed' if signed else ''} [{BITS - 1}:0] {name}, " for name, signed in INPUTS.items())
    wide = "".join(f"wire signed [63:0] {n}_ = {'$signed' if s else ''}({n if s else '{58b0, ' + n + '}'});"
                   for n, s in INPUTS.items()).replace("58b0", "58'b0")  # fmt: skip

    def renamed(expression: str) -> str:
        for name in INPUTS:
            expression = expression.replace(name, f"{name}_")
        return expression.replace(">>", ">>>")

    source = (
        f"module m({ports} output signed [15:0] y, output less); {wide}"
        f"wire signed [63:0] full = {renamed(text)}; wire signed [63:0] second = {renamed(other)};"
        "assign y = full[15:0]; assign less = full < second; endmodule"
    )
    program = compiler(source, gates=gates, columns=4096, effort=1)
    assert program.signed == {"b", "c", "y"}
    stream = Stream(1)
    words = {
        name: stream.child(name).words(200).astype(np.int64) % (1 << BITS) - (1 << (BITS - 1)) * signed
        for name, signed in INPUTS.items()
    }
    first, second = (np.broadcast_to(eval(each, {}, words), 200) for each in (text, other))
    got = run(program, words)
    assert np.array_equal(got["y"], (first + (1 << 15)) % (1 << 16) - (1 << 15))
    assert np.array_equal(got["less"], first < second)


@needs_yosys
@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("module m(input a, output y);\nassign y = a +;\nendmodule", "Verilog:2: ERROR: syntax error"),
        ("module m(input c, d, output reg q);\nalways @(posedge c) q <= d; endmodule", "DFF.*Verilog:2.*combinational"),
        ("module m(input c, d, output reg q);\nalways @* if (c) q = d; endmodule", "DLATCH.*combinational"),
        ("module m(input a, output y); wire w = ~(w & a); assign y = w; endmodule", "loop"),
        ("module m(input a, output y); foo f(a, y); endmodule", "foo.*is not part of the design"),
        ("module m(inout a, output y); assign y = a; endmodule", "both ways"),
        ("module m(input a); endmodule", "no outputs|must have a module"),
        ("// endmodule", "must have a module"),
        ("module m(input a, output y);\nassign y = b;\nendmodule", "Verilog:2.*b' is implicitly declared"),
        ("module m(input [3:0] a, output y);\nassign y = a[4];\nendmodule", "Verilog:2: Range select out of bounds.*a"),
        ("module m(input a, b, output y); assign y = a; assign y = ~b; endmodule", "conflicting drivers for m"),
        ("module m(input a, output y); assign a = 1; assign y = a; endmodule", "conflicting with a constant"),
        ("module m(input a, output y) assign y = a; endmodule", "syntax error"),
        ("module m(input a, output y); assign y = a;\n// endmodule", "syntax error"),
    ],
)
def test_what_yosys_or_the_array_refuses_is_told(source: str, told: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputError, match=told):
        read_verilog(source)
    assert capfd.readouterr() == ("", "")


@needs_yosys
def test_top_includes_and_undriven_bits(tmp_path: Path) -> None:
    (tmp_path / "shared.vh").write_text("`define VALUE 8'd42\n")
    file = tmp_path / "two words.v"
    file.write_text(
        '`include "shared.vh"\nmodule one(input x, output y); assign y = ~x; endmodule\n'
        "module two(input [1:0] x, output [7:0] y, output z, u); assign y = `VALUE; one o(x[1], z); endmodule\n"
    )
    got = run(compiler(file, top="two"), {"x": [0, 1, 2, 3]})
    assert {name: word.tolist() for name, word in got.items()} == {
        "y": [42] * 4, "z": [1, 1, 0, 0], "u": [0] * 4,
    }  # fmt: skip
    assert run(compiler(file, top="one"), {"x": [0, 1]})["y"].tolist() == [1, 0]
    assert set(compiler(file).outputs) == {"y", "z", "u"}
    for top, told in (("three", "not found"), ("a; shell", "name of a module")):
        with pytest.raises(InputError, match=told):
            compiler(file, top=top)


@needs_yosys
def test_a_text_that_is_cut_off_is_no_name_of_a_file() -> None:
    for text, told in (("module m(input [3:0", "Verilog:1: ERROR: syntax error"), ("my/module/m.v", "must be a file"),
                       ("module m(input a,\noutput y); assign y = a;", "Verilog:1: ERROR: syntax error")):  # fmt: skip
        with pytest.raises(InputError, match=told):
            compiler(text)


@needs_yosys
def test_an_adder_in_verilog_ripples() -> None:
    source = "module m(input [31:0] a, b, output [32:0] y); assign y = a + b; endmodule"
    assert compiler(source, gates=("NOT", "NOR2"), columns=512).step_count <= 12 * 32  # 577 of AritPIM's, presets once


def test_without_yosys_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(BackendError, match=r"remanence\[rtl\]"):
        read_verilog("module m(input a, output y); assign y = a; endmodule")


@needs_yosys
def test_of_several_modules_the_one_that_is_meant_must_be_named() -> None:
    two = """module first(input [3:0] a, output [3:0] y); assign y = ~a; endmodule
    module second(input [3:0] a, input [3:0] b, output [3:0] z); assign z = a & b; endmodule"""
    with pytest.raises(InputError, match=r"got modules first; not used by module second, nor .* Name the one"):
        compiler(two)
    assert set(compiler(two, top="first").outputs) == {"y"}
    assert set(compiler(two.replace("module first", "(* top *) module first")).outputs) == {"y"}


@needs_yosys
def test_modules_with_parameters_are_used_by_their_top() -> None:
    program = compiler("""module part #(parameter W = 4)(input [W-1:0] a, output [W-1:0] y); assign y = ~a; endmodule
    module whole(input [7:0] a, output [7:0] y); part #(8) inner(a, y); endmodule""")
    assert program.run({"a": 5})["y"].tolist() == [250]
