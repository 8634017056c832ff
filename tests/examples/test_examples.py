"""Every example runs as its docstring says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("*.py")))
def test_example_runs(name: str) -> None:
    if name == "alu_in_cells.py":
        pytest.importorskip("pyosys", reason="the extra rtl is missing")
    small = {key: value for key, value in os.environ.items() if key != "REMANENCE_DATA"}  # minutes with the large data
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name)], capture_output=True, text=True, check=False, env=small
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_own_model_and_own_chip_from_the_command_line() -> None:
    command = [
        sys.executable, "-c", "from remanence.app.cli import main; main()", "evaluate", f"{EXAMPLES}/own_model.py:net",
        "--chip", f"{EXAMPLES}/my-chip.yaml", "--against", "nearmem-sram-22nm", "--draws", "2", "--images", "40",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "my-chip" in done.stdout
