"""The record of a result names what decided its numbers and travels as JSON."""

from __future__ import annotations

import json
import platform

import numpy as np
import pytest

from remanence.core import provenance
from remanence.core.provenance import Provenance, versions


def test_versions_are_those_that_ran(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provenance, "PACKAGES", ("numpy", "no-such-package-here"))
    assert versions() == {"python": platform.python_version(), "numpy": np.__version__}


def test_a_record_survives_json() -> None:
    record = Provenance(fingerprint="ab", seed=2**64 - 1, backend="cpu", sources=("x",), versions=versions())
    read = json.loads(json.dumps(record.as_dict()))
    assert Provenance(**{**read, "sources": tuple(read["sources"])}) == record
