"""Small built-in networks for demonstrations and tests."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import torch
from torch import nn

from remanence.core.errors import UnknownNameError
from remanence.core.stream import Stream

Shape = tuple[int, ...]


def cnn(shape: Shape, classes: int) -> nn.Module:
    """Two 3x3 convolutions, pooling, two fully connected layers; for images of shape (C, H, W)."""
    channels, height, width = shape
    return nn.Sequential(
        nn.Conv2d(channels, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * (height // 4) * (width // 4), 64),
        nn.ReLU(),
        nn.Linear(64, classes),
    )


def mlp(shape: Shape, classes: int) -> nn.Module:
    """One hidden layer of 128."""
    return nn.Sequential(nn.Flatten(), nn.Linear(math.prod(shape), 128), nn.ReLU(), nn.Linear(128, classes))


MODELS: Mapping[str, Callable[[Shape, int], nn.Module]] = {"cnn": cnn, "mlp": mlp}


def build_model(name: str, shape: Shape, classes: int, seed: int = 0) -> nn.Module:
    """Return a built-in network with weights drawn from a `Stream` (He's normal initialisation, zero bias).

    Raises:
        UnknownNameError: no such network.
    """
    if name not in MODELS:
        raise UnknownNameError("model", name, MODELS)
    model = MODELS[name](shape, classes)
    stream = Stream(seed).child("initial weights")
    with torch.no_grad():
        for index, (key, parameter) in enumerate(model.named_parameters()):
            if key.endswith("bias"):
                parameter.zero_()
            else:
                spread = math.sqrt(2.0 / parameter[0].numel())
                draws = torch.from_numpy(stream.child(key, index).normal(tuple(parameter.shape)))
                parameter.copy_(draws * spread)
    return model
