"""The binary network on strings of junctions: exact with nominal devices, and a small loss with real ones."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from remanence.circuit import Node
from remanence.core.stream import Stream
from remanence.crossbar import Resistancesum
from remanence.data import build
from remanence.network.datasets import Dataset, load_dataset

BAR, NODE = build(Resistancesum, "stt-64x64"), build(Node, "cmos-28nm")


@pytest.fixture(scope="module")
def example() -> ModuleType:
    path = Path(__file__).resolve().parents[2] / "examples" / "resistance_sum_mnist.py"
    spec = importlib.util.spec_from_file_location("resistance_sum_mnist", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclass asks for it
    spec.loader.exec_module(module)
    return module


def test_nominal_strings_run_the_network_as_software_does(example: ModuleType, data: Dataset) -> None:
    net = example.train(data, hidden=64, epochs=12, seed=1)
    inputs, labels = example.signs(data.test_images), data.test_labels.numpy()
    software = example.accuracy(net, inputs, labels)
    assert software > 0.7
    assert example.accuracy(net, inputs, labels, bar=BAR, node=NODE) == software
    chips = [example.accuracy(net, inputs, labels, bar=BAR, node=NODE, stream=Stream(seed)) for seed in range(3)]
    assert len(set(chips)) > 1
    assert software - 0.1 < np.mean(chips) < software + 0.03


@pytest.mark.heavy
def test_the_published_network_loses_little_to_device_statistics(example: ModuleType, real_data: Path) -> None:
    """Jung et al. 2022: 95.24 % in software, 93.23 % on the chip; ours, of assumed width, loses less."""
    mnist = load_dataset(str(real_data / "mnist.npz"))
    net = example.train(mnist, hidden=128, epochs=4, seed=0)
    inputs, labels = example.signs(mnist.test_images), mnist.test_labels.numpy()
    software = example.accuracy(net, inputs, labels)
    assert software == pytest.approx(0.9524, abs=0.01)
    chips = [example.accuracy(net, inputs, labels, bar=BAR, node=NODE, stream=Stream(seed)) for seed in range(3)]
    assert 0.0 < software - np.mean(chips) < 0.0201
