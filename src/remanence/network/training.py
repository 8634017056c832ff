"""A plain training loop for the built-in networks."""

from __future__ import annotations

import torch
from torch import nn

from remanence.core.errors import ConvergenceError
from remanence.core.stream import Stream
from remanence.network.datasets import Dataset
from remanence.network.evaluation import Progress

RATE, BATCH = 2e-3, 64


def train(model: nn.Module, data: Dataset, *, epochs: int, seed: int = 0, progress: Progress | None = None) -> None:
    """Train a classifier in place with Adam and a cosine schedule; batches are ordered by a `Stream`.

    Raises:
        ConvergenceError: the loss became NaN or infinite.
    """
    images, labels = data.train_images, data.train_labels
    steps = -(-len(labels) // BATCH) * epochs
    optimiser = torch.optim.Adam(model.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    stream = Stream(seed).child("training order")
    model.train()
    for epoch in range(epochs):
        order = torch.from_numpy(stream.child("epoch", epoch).permutation(len(labels)))
        for first in range(0, len(labels), BATCH):
            chosen = order[first : first + BATCH]
            loss = nn.functional.cross_entropy(model(images[chosen]), labels[chosen])
            if not torch.isfinite(loss):
                raise ConvergenceError(f"training: the loss became {float(loss)} in epoch {epoch + 1}")
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        if progress is not None:
            progress("training", epoch + 1, epochs)
    model.eval()
