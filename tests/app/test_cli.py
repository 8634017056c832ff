"""The command line as a user types it: what it prints and writes, and exit code 2 for every mistake."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from remanence.app import cli
from remanence.core.stream import Stream
from remanence.device import junction


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["remanence", *arguments])
    try:
        cli.main()
        code = 0
    except SystemExit as stop:
        code = int(stop.code or 0)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_evaluate_writes_what_it_prints(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "deep" / "result.json"
    code, printed, _ = run(
        monkeypatch, capsys, "evaluate", "mlp", "--against", "nearmem-sram-22nm,mcu-cortex-m4", "--draws", "2",
        "--epochs", "1", "--images", "30", "--spreads", "2", "--json", str(out),
        "--html", str(out.with_suffix(".html")), "--baseline", "mcu-cortex-m4",
    )  # fmt: skip
    assert code == 0
    document = json.loads(out.read_text())
    assert list(document["chips"]) == ["crossbar-stt-22nm", "nearmem-sram-22nm", "mcu-cortex-m4"]
    accuracy = document["chips"]["crossbar-stt-22nm"]["accuracy"]
    assert accuracy["images"] == 30
    assert f"{accuracy['mean']:.2%}" in printed
    assert [row["resistance_spread"] for row in document["resistance_spread"]] == [0.02, 0.05]
    assert "board scope" in printed
    page = out.with_suffix(".html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "Accuracy against converter bits" in page
    assert "Gains in energy per inference over mcu-cortex-m4" in page
    assert "digital: 0 (Flatten" in printed
    assert sorted(path.name for path in out.parent.iterdir()) == ["result.html", "result.json"], (
        "no partial files are left"
    )


def test_a_page_without_plotly_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "plotly", None)
    for name in (
        "plotly.graph_objects",
        "plotly.offline",
        *(f"remanence.report.{m}" for m in ("page", "charts", "canvas")),
    ):
        monkeypatch.delitem(sys.modules, name, raising=False)
    out = tmp_path / "page.html"
    code, _, complaint = run(monkeypatch, capsys, "evaluate", "mlp", "--html", str(out))
    assert code == 2
    assert "remanence[report]" in complaint
    assert not out.exists()


def test_chips_and_show_name_their_sources(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, printed, _ = run(monkeypatch, capsys, "chips")
    assert code == 0
    assert "crossbar-stt-22nm" in printed
    assert "[horowitz2014]" in printed
    devices = ("cofeb-double-mgo", "psa-feb", "cofeb-double-40nm", "heavymetal/w", "co-pt-ru")
    for name in (*devices, "cmos-22nm", "cmos-7nm", "stt-2t2mtj", "nearmem-stt-22nm"):
        code, printed, _ = run(monkeypatch, capsys, "show", name)
        assert code == 0
        assert name.replace("/", " ") in printed
    assert run(monkeypatch, capsys, "--version")[1].strip() == "0.1.0"


def test_claims_prints_a_table_explains_one_and_writes_both(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "deep" / "claims.json"
    code, printed, _ = run(monkeypatch, capsys, "claims", "--json", str(out))
    assert code == 0
    document = json.loads(out.read_text())
    assert all(name in printed for name in document["claims"])
    assert document["claims"]["infinite-endurance"]["verdict"] == "contradicted"
    assert sorted(path.name for path in out.parent.iterdir()) == ["claims.json"]
    code, printed, _ = run(monkeypatch, capsys, "claims", "hbm3-bandwidth", "--json", str(out))
    assert code == 0
    text = " ".join(printed.split())
    assert "HBM3 provides roughly 900 GB/s per stack." in text
    assert "819 GB/s" in text
    assert "what would change it" in text
    assert "[jesd238]" in text
    assert list(json.loads(out.read_text())["claims"]) == ["hbm3-bandwidth"]
    for name in ("llama-3.1-8b", "claim/rebound", "gemini-prompt-2025"):
        assert run(monkeypatch, capsys, "show", name)[0] == 0


BAD_JUNCTION = "kind: junction\nuses: {stack: cofeb-mgo}\ndesign: {diameter: 40}\n"
BAD_STACK = "kind: stack\nextends: cofeb-mgo\nvalues: {resistance_area: '-5 ohm*um^2'}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["evaluate", "cnn", "--chip", "crossbar-sst-22nm"], "Did you mean crossbar-stt-22nm"),
        (["evaluate", "cnn", "--against", "nearmem-dram"], "Did you mean nearmem-edram-22nm"),
        (["evaluate", "cnnn"], "Did you mean cnn"),
        (["evaluate", "cnn", "--data", "absent.npz"], "cannot be read"),
        (["evaluate", "absent.py:net"], "no such file"),
        (["evaluate", "cnn", "--draws", "1"], "at least 2"),
        (["evaluate", "cnn", "--seed", "-1"], "2**64"),
        (["evaluate", "cnn", "--spreads", "1,x"], "numbers in per cent"),
        (["evaluate", "cnn", "--spreads", "80"], "below 50"),
        (["evaluate", "cnn", "--images", "0"], "at least 1"),
        (["evaluate", "cnn", "--epochs", "0"], "at least 1"),
        (["evaluate", "cnn", "--batch", "0"], "at least 1"),
        (["evaluate", "cnn", "--against", "crossbar-stt-22nm"], "each chip may stand once"),
        (["evaluate", "bad.py:nan"], "NaN or infinite"),
        (["evaluate", "bad.py:normed"], "BatchNorm1d"),
        (["show", "nothing/cofeb-mgo"], "known names are"),
        (["evaluate", "cnn", "--json", "/"], "folder that can be written"),
        (["claims", "rebond"], "Did you mean rebound"),
        (["claims", "--json", "/"], "folder that can be written"),
        (["show", "unknown-kind.yaml"], "Did you mean claim"),
        (["evaluate", "cnn", "--html", "/"], "--html: got '/'"),
        (["evaluate", "cnn", "--html", "page.html", "--baseline", "gpu"], "must be one of the chips"),
        (["show", "cofeb-mg"], "Did you mean cofeb-mgo"),
        (["show", "l10-fepd"], "Did you mean l10-fept"),
        (["show", "diameter.yaml"], "without a unit"),
        (["show", "negative.yaml"], "must be above 0"),
        (["show", "absent.yaml"], "cannot be read"),
    ],
)
def test_mistakes_end_with_exit_code_2(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("diameter.yaml").write_text(BAD_JUNCTION)
    Path("negative.yaml").write_text(BAD_STACK)
    Path("unknown-kind.yaml").write_text("kind: clam\nname: one\n")
    Path("bad.py").write_text(
        "import torch\n"
        "def nan():\n"
        "    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 10))\n"
        "    torch.nn.init.constant_(model[1].weight, float('nan'))\n"
        "    return model\n"
        "def normed():\n"
        "    return torch.nn.Sequential(torch.nn.Flatten(), torch.nn.BatchNorm1d(64), torch.nn.Linear(64, 10))\n"
    )
    code, _, complaint = run(monkeypatch, capsys, *arguments)
    assert code == 2
    assert message in " ".join(complaint.split())
    assert "Traceback" not in complaint


def test_device_and_circuit_need_no_torch() -> None:
    """A base install: torch and scikit-learn are not importable, and importing the package loads nothing heavy."""
    program = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "sklearn"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
import remanence as rm
assert not {"numpy", "pint", "scipy"} & set(sys.modules), "import remanence must be instant"
assert rm.junction("cofeb-double-mgo", diameter="40 nm").critical_current > 0
chip = rm.chip("nearmem-stt-22nm")
from remanence.circuit import organise, storage
parts = chip.design.memory, chip.design.node, chip.design.periphery
assert storage(*parts, organise(*parts, needed=2**20)).read_bit > 0
from remanence.app import cli
sys.argv = ["remanence", "show", "cmos-22nm"]
try:
    rm.deploy
except ImportError as error:
    assert "remanence[network]" in str(error)
else:
    raise SystemExit("deploy must need torch")
cli.main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "140"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "supply" in done.stdout


def test_a_junction_shows_its_sheet_and_writes_page_and_figures(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, figures = tmp_path / "j.html", tmp_path / "j.json"
    code, out, _ = run(
        monkeypatch,
        capsys,
        "junction",
        "cofeb-double-mgo",
        "--diameter",
        "40 nm",
        "--html",
        str(page),
        "--json",
        str(figures),
    )
    assert code == 0
    for word in (
        "intrinsic critical current",
        "write error",
        "switchable by STT",
        "150 degC",
        "a window of voltage and pulse",
    ):
        assert word in out
    document = json.loads(figures.read_text())
    stability = document["figures"]["thermal_stability"]
    assert stability["interval"][0] < stability["value"] < stability["interval"][1]
    assert stability["value"] == pytest.approx(
        float(junction("cofeb-double-mgo", diameter="40 nm", temperature="25 degC").thermal_stability)
    )
    html = page.read_text()
    assert html.count("<svg") == 5
    assert "plotly.js v" not in html, "drawings need no library"
    assert "ikeda2010" in html
    assert "src=" not in html


def test_a_junction_that_cannot_be_written_says_so_and_a_sweep_draws(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "sweep.html"
    code, out, _ = run(
        monkeypatch, capsys, "junction", "l10-fept", "--diameter", "5 nm:40 nm:8", "--sweep", "--html", str(page)
    )
    assert code == 0
    assert "not switchable by STT" in out
    assert page.read_text().count("<svg") == 1
    code, out, _ = run(monkeypatch, capsys, "junction", "superparamagnetic-in-plane")
    assert code == 0
    assert "not given: writing" in out


def test_measurements_become_a_card_that_the_package_loads(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ["voltage (V),duration (ns),trials,switched"]
    draws = Stream(3)
    for place, (volt, nanoseconds) in enumerate(
        (v, t) for v in (0.30, 0.34, 0.38, 0.42, 0.46) for t in (100.0, 1000.0)
    ):
        rate = math.exp(-40.0 * (1.0 - volt / 0.6) ** 2) / 1e-9
        chance = -math.expm1(-rate * nanoseconds * 1e-9)
        switched = int(draws.child("trial", place).events(chance, 400).sum())
        rows.append(f"{volt},{nanoseconds},400,{switched}")
    data, card, plot = tmp_path / "m.csv", tmp_path / "mine.yaml", tmp_path / "fit.svg"
    data.write_text("\n".join(rows) + "\n")
    code, out, err = run(
        monkeypatch, capsys, "calibrate", str(data), "--model", "thermal-activation", "--base", "cofeb-double-mgo",
        "--diameter", "40 nm", "-o", str(card), "--plot", str(plot),
    )  # fmt: skip
    assert code == 0, err
    assert "barrier without voltage over k_B T" in out
    assert "<svg" in plot.read_text()
    code, out, err = run(monkeypatch, capsys, "junction", str(card), "--diameter", "40 nm", "--temperature", "25 degC")
    assert code == 0, err
    code, _, err = run(monkeypatch, capsys, "calibrate", str(data), "-o", str(card))
    assert code == 2
    assert "needs --base and --diameter" in err
    data.write_text("voltage (V),trials,switched\n0.3,10,3\n")
    code, _, err = run(monkeypatch, capsys, "calibrate", str(data), "--model", "thermal-activation")
    assert code == 2
    assert "duration" in err


def test_a_netlist_is_exported_and_an_old_one_is_not_lost(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mtj.lib"
    arguments = ("export", "junction", "cofeb-double-mgo", "--diameter", "40 nm", "--format", "spice", "-o", str(file))
    assert run(monkeypatch, capsys, *arguments)[0] == 0
    first = file.read_text()
    assert ".subckt mtj" in first
    code, _, err = run(monkeypatch, capsys, *arguments)
    assert code == 2
    assert "exists already" in err
    assert file.read_text() == first


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--diameter", "5 nm:6 nm:3"], "add --sweep"),
        (["--diameter", "5:6", "--sweep"], "FROM:TO:COUNT"),
        (["--diameter=-3 nm"], "must be above 0"),
        (["--temperature", "1200 K"], "Curie"),
    ],
)
def test_a_bad_junction_ends_with_exit_code_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    code, _, err = run(monkeypatch, capsys, "junction", "cofeb-double-mgo", *arguments)
    assert code == 2
    assert message in err


def test_macros_are_compared_and_mistakes_end_with_exit_code_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = tmp_path / "m.json"
    code, out, err = run(
        monkeypatch, capsys, "macro", "sram-6t,reram-1t1r", "--capacity", "1 MiB", "--word", "64", "--compare",
        "--pareto", "--json", str(figures),
    )  # fmt: skip
    assert code == 0, err
    assert "sram-6t" in out
    assert "front of read latency and area" in out
    code, out, _ = run(
        monkeypatch, capsys, "macro", "sram-6t", "--capacity", "1 MiB", "--retention", "10 year @ 85 degC"
    )
    assert code == 0
    assert "retention is not judged for sram-6t" in out
    document = json.loads(figures.read_text())
    assert set(document["macros"]) == {"sram-6t", "reram-1t1r"}
    assert document["macros"]["sram-6t"]["area"]["median"] > document["macros"]["reram-1t1r"]["area"]["median"]
    for arguments, message in (
        (("sram-6t,reram-1t1r",), "--compare"),
        ((",",), "at least one cell"),
        (("nor-flash",), "has a card for cmos-40nm only"),
        (("sram-6t", "--node", "cmos-23nm"), "Did you mean"),
    ):
        code, _, err = run(monkeypatch, capsys, "macro", *arguments)
        assert code == 2
        assert message in err


def test_macro_pages_and_what_cannot_be_built(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, many, figures = tmp_path / "deep" / "one.html", tmp_path / "many.html", tmp_path / "many.json"
    code, out, err = run(monkeypatch, capsys, "macro", "stt-1t1mtj", "--capacity", "1 MiB", "--word", "64", "--ecc",
                         "secded", "--html", str(one))  # fmt: skip
    assert code == 0, err
    assert "<h1>stt-1t1mtj on cmos-22nm</h1>" in one.read_text(encoding="utf-8")
    code, out, err = run(monkeypatch, capsys, "macro", "sram-6t,nor-flash", "--capacity", "1 MiB:2 MiB:x2", "--compare",
                         "--word", "64", "--html", str(many), "--json", str(figures))  # fmt: skip
    assert code == 0, err
    assert "not built: nor-flash, 1 MiB, 2 MiB: Cell nor-flash" in out
    assert "4/4" in err, "the bar counts cells times capacities"
    assert "has a card for cmos-40nm only" in many.read_text(encoding="utf-8")
    assert [entry["capacity"] for entry in json.loads(figures.read_text())["not_built"]] == ["1 MiB", "2 MiB"]
    assert {path.name for path in tmp_path.iterdir()} == {"deep", "many.html", "many.json"}, "no drafts are left"
    code, _, err = run(monkeypatch, capsys, "macro", "sram-6t", "--html", str(tmp_path))
    assert code == 2
    assert "must be a file in a folder that can be written" in err


def test_macros_are_exported(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = ("export", "macro", "stt-1t1mtj", "--capacity", "256 KiB", "--word", "64")
    code, out, _ = run(monkeypatch, capsys, *plain, "--format", "nvsim-cell")
    assert code == 0
    assert "-MemCellType: MRAM" in out
    target = tmp_path / "macro.json"
    code, out, _ = run(monkeypatch, capsys, *plain, "--format", "json", "-o", str(target), "--ecc", "secded")
    assert code == 0
    assert json.loads(target.read_text())["code"]["check_bits"] == 8
    before = target.read_text()
    for arguments, message in (
        (("--format", "json", "-o", str(target)), "exists already"),
        (("--format", "nvsm"), "Did you mean nvsim-cell"),
        (("--format", "json", "-o", str(tmp_path)), "must be a file"),
        (("--format", "json", "--capacity", "7 bit"), "must not be above the capacity"),
        (("--format", "json", "--retention", "10 year @ 150 degC"), "is needed"),
    ):
        code, _, err = run(monkeypatch, capsys, *plain, *arguments)
        assert code == 2
        assert message in err
    assert target.read_text() == before
    code, _, _ = run(monkeypatch, capsys, *plain, "--format", "ngspice", "-o", str(target), "--overwrite")
    assert code == 0
    assert target.read_text().startswith("* remanence")


def test_cram_gates_and_claim(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "gates.json"
    code, printed, _ = run(monkeypatch, capsys, "cram", "gates", "--set", "stt-45nm", "--json", str(out),
                           "--html", str(out.with_suffix(".html")))  # fmt: skip
    assert code == 0
    assert "gates that pass at a TMR of 133%: NOT, NAND2" in printed
    rows = {row["gate"]: row for row in json.loads(out.read_text())["gates"]}
    assert rows["NAND2"]["error"] == pytest.approx(1.3e-3, rel=0.05)
    assert "NMAJ3" in out.with_suffix(".html").read_text(encoding="utf-8")
    code, printed, _ = run(monkeypatch, capsys, "cram", "claim", "--json", str(out))
    assert code == 0
    assert "competent baseline" in printed
    steps = json.loads(out.read_text())["steps"]
    assert steps[0]["energy_gain"] == pytest.approx(2500.0)
    code, _, told = run(monkeypatch, capsys, "cram", "gates")
    assert code == 2
    assert "give a junction" in told
    assert run(monkeypatch, capsys, "cram", "gates", "--set", "stt-1nm")[0] == 2
