"""`remanence cram` as a user types it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from remanence.app import cli
from remanence.cram import Program

ADDER = """.model add
.inputs a[0] a[1] b[0] b[1]
.outputs s[0] s[1] s[2]
.names a[0] b[0] s[0]
10 1
01 1
.names a[0] b[0] c
11 1
.names a[1] b[1] h
10 1
01 1
.names h c s[1]
10 1
01 1
.names a[1] b[1] h c s[2]
11-- 1
--11 1
.end
"""


def remanence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: object
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["remanence", *map(str, arguments)])
    try:
        cli.main()
        code = 0
    except SystemExit as stop:
        code = int(stop.code or 0)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


@pytest.fixture
def adder(tmp_path: Path) -> Path:
    source = tmp_path / "add.blif"
    source.write_text(ADDER)
    return source


def test_compile_for_lines_in_segments(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, adder: Path
) -> None:
    out = tmp_path / "add.cram"
    common = ("cram", "compile", adder, "-o", out, "--columns", 64, "--segment", 8)
    assert remanence(monkeypatch, capsys, *common)[0] == 0
    program = Program.load(out)
    assert program.segment == 8
    assert np.array_equal(program.run({"a": [1, 3], "b": [2, 3]})["s"], [3, 6])
    assert remanence(monkeypatch, capsys, *common, "--set", "stt-45nm", "--reach", 2)[0] == 0
    program = Program.load(out)
    assert program.joined().max() <= 2
    assert any("@" in name for name in program.rates or {})
    assert remanence(monkeypatch, capsys, *common, "--reach", 1)[0] == 2


def test_compile_then_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, adder: Path
) -> None:
    out, inputs, results = tmp_path / "deep" / "add.cram", tmp_path / "in.npz", tmp_path / "out.npz"
    code, printed, _ = remanence(
        monkeypatch, capsys, "cram", "compile", adder, "-o", out, "--gates", "NOT,NAND2,NAND3", "--columns", 40,
        "--listing", tmp_path / "add.txt",
    )  # fmt: skip
    assert code == 0
    program = Program.load(out)
    assert str(program.step_count) in printed
    assert "3 bits, unsigned" in printed
    assert (tmp_path / "add.txt").read_text() == program.listing()
    a, b = np.arange(16) % 4, np.arange(16) // 4
    np.savez(inputs, a=a, b=b)
    code, printed, _ = remanence(monkeypatch, capsys, "cram", "run", out, "--inputs", inputs, "--output", results)
    assert code == 0
    assert f"16 rows, {program.step_count} steps" in printed
    assert "wrong" not in printed
    with np.load(results) as held:
        assert np.array_equal(held["s"], a + b)
    code, printed, _ = remanence(
        monkeypatch, capsys, "cram", "run", out, "--inputs", inputs, "--error-rates", "NAND2=1,PRESET=0", "--seed", 3
    )
    assert code == 0
    assert "of 16 rows are wrong" in printed
    assert "0 of 16 rows" not in printed
    assert sorted(path.name for path in out.parent.iterdir()) == ["add.cram"], "no partial files are left"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("compile", "none.blif", "-o", "x.cram"), "must be a file"),
        (("compile", "add.blif", "-o", "x.cram", "--gates", "FOO"), "FOO"),
        (("compile", "add.blif", "-o", "x.cram", "--gates", "OR2"), "inverter"),
        (("compile", "add.blif", "-o", "x.cram", "--columns", "5"), "columns"),
        (("compile", "add.blif", "-o", "x.cram", "--top", "add"), "Verilog"),
        (("compile", "add.blif", "-o", "."), "must be a file"),
        (("run", "add.blif", "--inputs", "in.npz"), "not a whole program"),
        (("run", "good.cram", "--inputs", "none.npz"), "must be a file"),
        (("run", "good.cram", "--inputs", "add.blif"), ".npz"),
        (("run", "good.cram", "--inputs", "wrong.npz"), "must be a, b"),
        (("run", "good.cram", "--inputs", "in.npz", "--error-rates", "NAND2"), "GATE=probability"),
        (("run", "good.cram", "--inputs", "in.npz", "--error-rates", "NAND2=2"), "GATE=probability"),
        (("run", "good.cram", "--inputs", "in.npz", "--error-rates", "NAND=0.1"), "NAND"),
        (("run", "good.cram", "--inputs", "in.npz", "--errors", "--error-rates", "NAND2=0.1"), "one of them"),
        (("run", "major.cram", "--inputs", "in.npz", "--errors"), "gates of this cell: NOT, NAND2"),
        (("compile", "add.blif", "-o", "x.cram", "--set", "stt-45nm", "--gates", "NOT,NMAJ3"), "fails in"),
        (("compile", "add.blif", "-o", "x.cram", "--set", "stt-46nm"), "stt-46nm"),
        (("compile", "add.blif", "-o", "x.cram", "--set", "stt-45nm", "--junction", "cofeb-double-mgo"), "one of them"),
        (("compile", "add.blif", "-o", "x.cram", "--junction", "cofeb-double-mgo", "--gates", "nand"), "none passes"),
    ],
)
def test_mistakes_end_with_code_two_and_one_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, adder: Path,
    arguments: tuple[str, ...], told: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert remanence(monkeypatch, capsys, "cram", "compile", adder, "-o", "good.cram")[0] == 0
    assert remanence(monkeypatch, capsys, "cram", "compile", adder, "-o", "major.cram", "--gates", "majority")[0] == 0
    np.savez("in.npz", a=1, b=2)
    np.savez("wrong.npz", a=1)
    code, _, complaint = remanence(monkeypatch, capsys, "cram", *arguments)
    assert code == 2
    assert told in complaint
    assert not Path("x.cram").exists()


def test_errors_are_those_of_the_cells_that_a_program_was_compiled_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, adder: Path
) -> None:
    out, inputs = tmp_path / "add.cram", tmp_path / "in.npz"
    np.savez(inputs, a=np.arange(4096) % 4, b=np.arange(4096) // 4 % 4)
    for cells, own, wrong in (
        (("--set", "stt-10nm", "--gates", "nand"), "compiled for", False),
        ((), "stt-45nm", True),
    ):
        assert remanence(monkeypatch, capsys, "cram", "compile", adder, "-o", out, *cells)[0] == 0
        code, printed, _ = remanence(monkeypatch, capsys, "cram", "run", out, "--inputs", inputs, "--errors")
        assert code == 0
        assert own in printed
        shown = next(line for line in printed.splitlines() if "rows are wrong" in line)
        assert (int(shown.split()[0]) > 0.005 * 4096) == wrong


def test_a_narrow_array_takes_neighbours_and_a_parity(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, adder: Path
) -> None:
    out = tmp_path / "add.cram"
    code, _, told = remanence(monkeypatch, capsys, "cram", "compile", adder, "-o", out, "--columns", 9)
    assert code != 0
    assert "--neighbours" in told
    for options, shown in ((("--neighbours", 1), "in 2 arrays"), (("--neighbours", 3, "--parity"), "stored twice")):
        code, printed, _ = remanence(
            monkeypatch, capsys, "cram", "compile", adder, "-o", out, "--columns", 9, *options, "--listing",
            tmp_path / "add.txt",
        )  # fmt: skip
        assert code == 0
        assert shown in printed
        assert "row after row" in printed
        assert "array" in (tmp_path / "add.txt").read_text().splitlines()[0]
        found = Program.load(out).run({"a": np.arange(16) % 4, "b": np.arange(16) // 4})["s"]
        assert np.array_equal(found, np.arange(16) % 4 + np.arange(16) // 4)
    code, _, told = remanence(monkeypatch, capsys, "cram", "compile", adder, "-o", out, "--neighbours", -1)
    assert code != 0
    assert "neighbours" in told


def test_inputs_may_be_given_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, adder: Path
) -> None:
    out = tmp_path / "add.cram"
    common = ("cram", "compile", adder, "-o", out, "--columns", 8)
    code, _, told = remanence(monkeypatch, capsys, *common)
    assert code == 2
    assert "--overwrite-inputs" in told
    assert remanence(monkeypatch, capsys, *common, "--overwrite-inputs")[0] == 0
    assert np.array_equal(Program.load(out).run({"a": [1, 3], "b": [2, 3]})["s"], [3, 6])


def test_a_set_is_a_device_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, adder: Path
) -> None:
    code, _, told = remanence(monkeypatch, capsys, "cram", "compile", adder, "-o", tmp_path / "x", "--set", "sram-6t")
    assert code == 2
    assert "stt-45nm" in told
    code, _, told = remanence(monkeypatch, capsys, "cram", "claim", "--made", "nope")
    assert code == 2
    assert "stt-45nm" in told
    assert "sram-6t" not in told
