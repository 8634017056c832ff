"""The command line as a user types it: what it prints and writes, and exit code 2 for every mistake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from remanence.app import cli


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
    for name in ("plotly.graph_objects", "plotly.offline", "remanence.report.page", "remanence.report.charts"):
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
sys.modules["torch"] = sys.modules["sklearn"] = None
import remanence as rm
assert not {"numpy", "pint", "scipy"} & set(sys.modules), "import remanence must be instant"
assert rm.junction("cofeb-double-mgo", diameter="40 nm").critical_current > 0
chip = rm.chip("nearmem-stt-22nm")
from remanence.circuit import memory_cost
assert memory_cost(chip.design.memory, chip.design.node).read_bit > 0
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
