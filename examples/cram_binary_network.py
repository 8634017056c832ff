"""Recognise handwritten digits with a binary network inside the cells, without and with the errors of its gates.

One image and class a row: XNOR of pixels and weights, their ones counted; the largest count of ten rows decides.

    python examples/cram_binary_network.py
"""

from __future__ import annotations

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import RidgeClassifier

from remanence import cram
from remanence.core.declare import replace
from remanence.cram.cells.cell import Logiccell
from remanence.data import build

LEVELS = (3, 8, 12)
"""A pixel from 0 to 16 becomes as many bits: whether it is above each."""
IMAGES = 100


def main() -> None:
    """Train ten binary neurons on 8 x 8 digits, run 100 images, and raise the TMR until the errors vanish."""
    digits = load_digits()
    labels = digits.target
    images = np.concatenate([digits.data > level for level in LEVELS], axis=1).astype(np.int64)
    train, test = slice(0, 1400), slice(1400, 1400 + IMAGES)
    weights = (RidgeClassifier(alpha=300).fit(2 * images[train] - 1, labels[train]).coef_ > 0).astype(np.int64)
    bias = offsets(np.stack([(images[train] == row).sum(axis=1) for row in weights], axis=1), labels[train])
    shown, held = np.repeat(images[test], 10, axis=0), np.tile(weights, (IMAGES, 1))

    x, w = cram.asarray(shown, bits=1), cram.asarray(held, bits=1)
    count = (~(x ^ w)).sum(axis=1)
    votes = count.numpy()
    assert np.array_equal(votes, (shown == held).sum(axis=1))

    def accuracy(numbers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
        return float(np.mean((numbers.reshape(IMAGES, 10) + bias).argmax(axis=1) == labels[test]))

    print(f"accuracy {accuracy(votes):.1%}, the same counts as NumPy's")
    cell = build(Logiccell, "stt-45nm")
    for ratio in (1.33, 3.0):
        array = cram.Array(cell=replace(cell, tunnel_magnetoresistance=ratio))
        noisy = count.numpy(errors=array.errors, seed=1)
        wrong = np.mean(noisy != votes)
        print(f"TMR {ratio:.0%}: accuracy {accuracy(noisy):.1%}, {wrong:.1%} of the counts wrong")
    print(count.cost(cram.Array(cell="stt-45nm")))


def offsets(
    counts: np.ndarray[tuple[int, ...], np.dtype[np.int64]], labels: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return what is added to the counts of each class, so that every class is chosen as often as it is there."""
    bias = np.zeros(10)
    for _ in range(300):
        chosen = np.bincount((counts + bias).argmax(axis=1), minlength=10)
        bias += 0.02 * (np.bincount(labels, minlength=10) - chosen)
    return np.round(bias)


if __name__ == "__main__":
    main()
