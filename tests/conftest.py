"""Shared fixtures: one trained model, the digits, where the large real data lies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch
from hypothesis import settings

from remanence.network.datasets import Dataset, digits
from remanence.network.loading import load_model

settings.register_profile("untimed", deadline=None)  # a busy machine is no mistake of the code
settings.load_profile("untimed")


def pytest_report_header() -> str:
    where = os.environ.get("REMANENCE_DATA", "")
    return f"REMANENCE_DATA: {'set' if where else 'not set: tests that need large real data are skipped'}"


@pytest.fixture(autouse=True)
def fixed_weights() -> None:
    """Torch draws the weights of fresh layers from a global generator: the same ones in every run and order."""
    torch.manual_seed(1)


@pytest.fixture(scope="session")
def data() -> Dataset:
    return digits()


@pytest.fixture(scope="session")
def cnn(data: Dataset) -> torch.nn.Module:
    """The demo's network, trained for fewer epochs."""
    return load_model("cnn", data, epochs=6)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of large real data, or a skip that the summary counts."""
    where = os.environ.get("REMANENCE_DATA", "")
    if not where or not Path(where).is_dir():
        pytest.skip("REMANENCE_DATA is not set")
    return Path(where)
