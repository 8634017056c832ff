"""The Python on the pages about logic in the cells runs as it stands there, and gives what the pages say."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("cram-numbers", "cram-program", "cram-machine", "cram-workloads")


def ran(page: str, **known: Any) -> dict[str, Any]:
    """Names after the blocks of a page, run one after the other."""
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / "howto" / f"{page}.md").read_text(), re.M | re.S)
    assert blocks
    for number, block in enumerate(blocks):
        exec(compile(block, f"{page}.md, block {number}", "exec"), known)
    return known


@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs_and_says_what_comes(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if page == "cram-program" and importlib.util.find_spec("pyosys") is None:
        pytest.skip("the extra rtl is missing")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    sample = np.arange(2048 * 2).reshape(2048, 2) * 37 % 256
    known = ran(page, x=sample) if page == "cram-workloads" else ran(page)
    assert capsys.readouterr().out
    if page == "cram-numbers":
        assert known["y"].numpy().tolist() == [0, 1, 1]
        assert known["x"].sum(axis=0).numpy().tolist() == [[2, 6]]
    elif page == "cram-program":
        assert known["result"].tolist() == [number + 5 for number in range(100)]
        assert (known["program"].step_count, known["program"].joined().max()) == (40, 6)
    elif page == "cram-machine":
        bits = known["ones"].reshape(4, 6, 64)  # of the count of each column, by array
        assert np.array_equal(
            (bits << np.arange(6)[:, None]).sum(axis=1), known["table"].reshape(4, 48, 64).sum(axis=1)
        )
