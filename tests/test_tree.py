"""The tree explains itself: small files, folders that say what they know, no hidden random state."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import remanence

SOURCE = Path(remanence.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_file_is_a_room_with_one_job(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 800
    assert not re.search(r"np\.random\.|torch\.manual_seed|\bimport random\b", text), "every draw comes from a Stream"
    assert not re.search(r"^\s*print\(|except:\s*$", text, re.MULTILINE)


@pytest.mark.parametrize("folder", sorted(p.name for p in SOURCE.iterdir() if (p / "__init__.py").is_file()))
def test_a_floor_says_what_it_knows_and_what_it_refuses_to_know(folder: str) -> None:
    text = (SOURCE / folder / "__init__.py").read_text()
    head = text.split('"""')[1]
    for phrase in ("Knows:", "Refuses to know:", "Start reading at"):
        assert phrase in head
    assert len(head.splitlines()) <= 12
