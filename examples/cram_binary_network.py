"""Recognise handwritten digits by a trained binary network inside the cells, an image a row, without and with errors.

The weights are part of the program: a match is a pixel or its complement, and only counts and thresholds take gates.

    python examples/cram_binary_network.py      (MNIST where REMANENCE_DATA holds mnist.npz, else small digits)
"""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from resistance_sum_mnist import Deployed, signs, train  # type: ignore[import-not-found]  # the example beside

from remanence import cram
from remanence.cram.numbers import binary_network as binary
from remanence.network.datasets import Dataset, digits, load_dataset

HIDDEN = 64


def bits(images: torch.Tensor) -> torch.Tensor:
    """Return images as bits in 0 and 1: MNIST in 14 x 14 at one level, digits in 8 x 8 at three."""
    if images.shape[-1] == 28:
        return (torch.nn.functional.avg_pool2d(images, 2).flatten(1) > 0.3).float()
    return torch.cat([images.flatten(1) > level for level in (0.2, 0.5, 0.75)], dim=1).float()


def prepared(folder: str | None, *, epochs: int, seed: int = 0) -> tuple[Dataset, Deployed]:
    """Return the data as bits, and the trained network."""
    data = load_dataset(str(Path(folder) / "mnist.npz")) if folder else digits()
    data = replace(data, train_images=bits(data.train_images), test_images=bits(data.test_images))
    return data, train(data, hidden=HIDDEN, epochs=epochs, seed=seed)


def layers(net: Deployed, pixels: cram.Lanes, together: int = binary.TOGETHER) -> tuple[cram.Lanes, cram.Lanes]:
    """Return the hidden activations and the class in the cells."""
    used = np.full(HIDDEN, pixels.shape[1])
    scale, shift = net.middle
    least, flipped = binary.folded(scale, shift, 0.0, 1.0, used, epsilon=0.0)
    hidden = binary.fires(binary.matches(pixels, net.first, together=together), least, flipped)
    return hidden, classes(net, hidden)


def classes(net: Deployed, hidden: cram.Lanes) -> cram.Lanes:
    """Return the class from activations in the cells."""
    scale, offset = rounded(net)
    return cram.argmax(binary.sums(hidden, net.last) * scale[None] + offset[None], axis=-1)


def rounded(net: Deployed) -> tuple[np.ndarray, np.ndarray]:
    """Return scale and offset of each class as whole numbers, the largest scale 63."""
    largest = np.abs(net.end[0]).max()
    scale, offset = (np.round(each * 63 / largest).astype(np.int64) for each in net.end)
    return scale, offset


def software(net: Deployed, inputs: np.ndarray) -> np.ndarray:
    """Return the classes of images by NumPy, with the same whole numbers."""
    hidden = np.where((inputs @ net.first.astype(int)) * net.middle[0] + net.middle[1] >= 0, 1, -1)
    scale, offset = rounded(net)
    return np.asarray(np.argmax((hidden @ net.last) * scale + offset, axis=1))


def main() -> None:
    """Train, run without errors and with those of published cells, and price it."""
    folder = os.environ.get("REMANENCE_DATA")
    data, net = prepared(folder, epochs=8 if folder else 20)
    inputs, labels = signs(data.test_images), data.test_labels.numpy()
    _, chosen = layers(net, cram.asarray((inputs + 1) // 2, bits=1))
    program, found = chosen.program(), chosen.numpy()
    assert np.array_equal(found, software(net, inputs))
    print(f"{len(labels):,} images: {np.mean(found == labels):.2%} right, every answer that of NumPy")
    for cell in ("stt-45nm", "stt-10nm"):
        array = cram.Array(cell=cell)
        right = np.mean(chosen.numpy(errors=array) == labels)
        print(f"{cell}: {right:.2%} right with the errors of its gates")
        print(program.cost(array, rows=len(labels)))


if __name__ == "__main__":
    main()
