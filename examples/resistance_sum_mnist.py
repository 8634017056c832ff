"""A two-layer binary network on arrays that add resistances, against the same network in software.

Run: python examples/resistance_sum_mnist.py      (MNIST where REMANENCE_DATA holds mnist.npz, else small digits)
"""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from remanence.circuit import Node
from remanence.core.stream import Stream
from remanence.crossbar import Resistancesum, program_strings
from remanence.data import build
from remanence.network.datasets import Dataset, digits, load_dataset


class Binary(torch.autograd.Function):
    """The sign, with the gradient of a line clipped at one."""

    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, x: torch.Tensor) -> torch.Tensor:
        """Return +1 or -1, +1 at zero."""
        ctx.save_for_backward(x)
        return torch.where(x >= 0, 1.0, -1.0)

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, *gradients: torch.Tensor) -> torch.Tensor:
        """Pass the gradient where the input is within one of zero."""
        (x,) = ctx.saved_tensors  # type: ignore[attr-defined]
        passed: torch.Tensor = gradients[0] * (x.abs() <= 1.0)
        return passed


class Perceptron(nn.Module):
    """Binary inputs, binary weights, binary hidden units; each unit and each class has a digital scale and offset."""

    def __init__(self, pixels: int, hidden: int, classes: int = 10) -> None:
        super().__init__()
        self.first = nn.Parameter(torch.empty(pixels, hidden).uniform_(-0.1, 0.1))
        self.last = nn.Parameter(torch.empty(hidden, classes).uniform_(-0.1, 0.1))
        self.middle, self.end = nn.BatchNorm1d(hidden), nn.BatchNorm1d(classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return class scores for inputs +1 or -1 of shape (N, pixels)."""
        hidden = Binary.apply(self.middle(x @ Binary.apply(self.first)))
        scores: torch.Tensor = self.end(hidden @ Binary.apply(self.last))
        return scores


@dataclass(frozen=True)
class Deployed:
    """The whole numbers and offsets that leave the training."""

    first: NDArray[np.int8]
    last: NDArray[np.int8]
    middle: tuple[NDArray[np.float64], NDArray[np.float64]]
    end: tuple[NDArray[np.float64], NDArray[np.float64]]


def signs(images: torch.Tensor) -> NDArray[np.int8]:
    """Return images as +1 (ink) or -1, shape (N, pixels)."""
    return np.where(images.flatten(1).numpy() > 0.5, 1, -1).astype(np.int8)


def train(data: Dataset, *, hidden: int, epochs: int, seed: int, rate: float = 3e-3) -> Deployed:
    """Train by straight-through gradients; the result depends on the seed alone."""
    torch.manual_seed(seed)
    inputs, labels = torch.from_numpy(signs(data.train_images)).float(), data.train_labels
    model = Perceptron(inputs.shape[1], hidden)
    optimiser = torch.optim.Adam(model.parameters(), lr=rate)
    batch = 128
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs * (len(inputs) // batch))
    for epoch in range(epochs):
        order = torch.from_numpy(Stream(seed).child("order", epoch).permutation(len(inputs)))
        for start in range(0, len(inputs) - batch + 1, batch):
            chosen = order[start : start + batch]
            optimiser.zero_grad()
            nn.functional.cross_entropy(model(inputs[chosen]), labels[chosen]).backward()
            optimiser.step()
            schedule.step()
            with torch.no_grad():
                for weights in (model.first, model.last):
                    weights.clamp_(-1.0, 1.0)
    first, last = (np.where(w.detach().numpy() >= 0, 1, -1).astype(np.int8) for w in (model.first, model.last))
    return Deployed(first, last, affine(model.middle), affine(model.end))


def affine(norm: nn.BatchNorm1d) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return scale and offset of a trained normalisation."""
    assert norm.running_var is not None
    assert norm.running_mean is not None
    scale = norm.weight.detach().numpy() / np.sqrt(norm.running_var.numpy() + norm.eps)
    return scale.astype(np.float64), (norm.bias.detach().numpy() - scale * norm.running_mean.numpy()).astype(np.float64)


def accuracy(
    net: Deployed,
    inputs: NDArray[np.int8],
    labels: NDArray[np.int64],
    *,
    bar: Resistancesum | None = None,
    node: Node | None = None,
    stream: Stream | None = None,
) -> float:
    """Return the share of images classified right: in software, or on one programmed chip.

    Nothing is trained again for the chip, no offset of a column is calibrated away.
    """
    x = inputs
    for layer, (weights, (scale, offset)) in enumerate(((net.first, net.middle), (net.last, net.end))):
        if bar is None or node is None:
            sums = x.astype(np.float64) @ weights
        else:
            source = None if stream is None else stream.child("layer", layer)
            strings = program_strings(weights, bar, node, source)
            sums = strings.multiply(x, noise=None if source is None else source.child("noise"))
        scores = sums * scale + offset
        x = np.where(scores >= 0, 1, -1).astype(np.int8)
    return float(np.mean(scores.argmax(axis=1) == labels))


def main() -> None:
    """Train once, program four chips."""
    folder = Path(os.environ.get("REMANENCE_DATA", ""))
    real = os.environ.get("REMANENCE_DATA") and (folder / "mnist.npz").is_file()
    data, hidden, epochs = (load_dataset(str(folder / "mnist.npz")), 128, 4) if real else (digits(), 128, 20)
    bar, node = build(Resistancesum, "stt-64x64"), build(Node, "cmos-28nm")
    net = train(data, hidden=hidden, epochs=epochs, seed=0)
    inputs, labels = signs(data.test_images), data.test_labels.numpy()
    print(f"software {accuracy(net, inputs, labels):.2%}")
    print(f"nominal devices {accuracy(net, inputs, labels, bar=bar, node=node):.2%}")
    chips = [accuracy(net, inputs, labels, bar=bar, node=node, stream=Stream(seed)) for seed in range(4)]
    print("programmed chips " + ", ".join(f"{one:.2%}" for one in chips))


if __name__ == "__main__":
    main()
