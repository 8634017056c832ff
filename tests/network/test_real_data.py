"""MNIST, where REMANENCE_DATA points at it: the whole path on real images of another shape."""

from __future__ import annotations

from pathlib import Path

import pytest

from remanence.network.datasets import Dataset, load_dataset
from remanence.network.loading import load_model
from remanence.study import compare


@pytest.fixture(scope="module")
def mnist(real_data: Path) -> Dataset:
    return load_dataset(str(real_data / "mnist.npz"))


def test_the_file_reads_as_it_is(mnist: Dataset) -> None:
    assert tuple(mnist.train_images.shape) == (60000, 1, 28, 28)
    assert tuple(mnist.test_images.shape) == (10000, 1, 28, 28)
    assert mnist.classes == 10
    assert float(mnist.test_images.max()) == 1.0
    # the first ten labels of the original order of the test set
    assert mnist.test_labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]


@pytest.mark.heavy
def test_a_cnn_on_mnist_survives_every_crossbar(mnist: Dataset) -> None:
    chips = ["crossbar-stt-22nm", "crossbar-reram-22nm", "crossbar-pcm-28nm", "crossbar-sram-22nm"]
    model = load_model("cnn", mnist, epochs=4)
    result = compare(
        model, [*chips, "nearmem-sram-22nm"], calibration=mnist.train_images[:256], loader=mnist.batches(limit=2000),
        draws=3,
    )  # fmt: skip
    for name in chips:
        accuracy = result.evaluations[name].accuracy
        assert accuracy.float_model >= 0.985
        assert abs(accuracy.quantised - accuracy.float_model) < 0.005
        assert accuracy.mean > accuracy.quantised - 0.01, name
        low, high = accuracy.interval
        assert low <= accuracy.mean <= high
