"""The trained binary network in the cells: every answer is that of NumPy, and errors cost accuracy as they grow."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from remanence import cram

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
RATES = (1e-5, 1e-3)


@pytest.fixture(scope="module")
def example() -> ModuleType:
    sys.path.insert(0, str(EXAMPLES))  # it takes its training from the example beside
    spec = importlib.util.spec_from_file_location("cram_binary_network", EXAMPLES / "cram_binary_network.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def accuracies(example: ModuleType, folder: str | None, *, epochs: int, images: int) -> list[float]:
    """Accuracy without errors, then with them; without, every answer must be that of NumPy."""
    data, net = example.prepared(folder, epochs=epochs)
    inputs, labels = example.signs(data.test_images)[:images], data.test_labels.numpy()[:images]
    _, chosen = example.layers(net, cram.asarray((inputs + 1) // 2, bits=1))
    exact = chosen.numpy()
    assert np.array_equal(exact, example.software(net, inputs))
    noisy = [chosen.numpy(errors={"NOT": [rate] * 2, "NAND2": [rate] * 3}, seed=1) for rate in RATES]
    return [float(np.mean(found == labels)) for found in (exact, *noisy)]


def test_small_digits(example: ModuleType) -> None:
    exact, few, many = accuracies(example, None, epochs=6, images=100)
    assert exact > 0.85
    assert few > exact - 0.06
    assert many < exact - 0.1


@pytest.mark.heavy
def test_mnist(example: ModuleType, real_data: Path) -> None:
    """As docs/validation/cram-mnist.md says."""
    exact, few, many = accuracies(example, str(real_data), epochs=8, images=10_000)
    assert exact == pytest.approx(0.910, abs=0.01)
    assert exact - few == pytest.approx(0.006, abs=0.006)
    assert many == pytest.approx(0.45, abs=0.12)
