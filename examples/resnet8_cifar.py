"""A trained ResNet-8 for CIFAR-10 on crossbars, its cells as published for five devices.

Run: python examples/resnet8_cifar.py
It needs remanence[network,onnx] and a folder, named by REMANENCE_DATA, with mlperf_tiny/ic_resnet8.onnx (the float
network of MLPerf Tiny, Banbury et al. 2021), cifar10_test_jpeg.npz and cifar10_train_jpeg.npz. Without them it says
so, and lays a network of the same shape with random weights out on a chip.
"""

import copy
import importlib.util
import io
import os
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

import remanence as rm
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.data import build
from remanence.device import Resistive
from remanence.system import Platform

NETWORK = Path("mlperf_tiny") / "ic_resnet8.onnx"
TEST, TRAIN = Path("cifar10_test_jpeg.npz"), Path("cifar10_train_jpeg.npz")
CLASSES = 10
STORED = {
    "stem": "conv_0", "blocks.0.first": "conv_1", "blocks.0.second": "conv_2",
    "blocks.1.shortcut": "conv_3", "blocks.1.first": "conv_4", "blocks.1.second": "conv_5",
    "blocks.2.shortcut": "conv_6", "blocks.2.first": "conv_7", "blocks.2.second": "conv_8",
}  # fmt: skip
"""Our convolutions, and their names in the file; the last layer is a matrix product and a sum there."""
DEVICES = {
    "STT-MRAM, 2T2MTJ": "crossbar-stt-22nm",
    "ReRAM, Wan 2022": "crossbar-reram-22nm",
    "ReRAM, Milo 2021": "crossbar-reram-22nm",
    "PCM, Joshi 2020": "crossbar-pcm-28nm",
    "SRAM, charge": "crossbar-sram-22nm",
}
"""Devices and the chips that carry them; the second ReRAM is put into the chip of the first."""
ONE_BLOCK = 576
"""Rows of the tallest layer, 64 channels of 3 x 3."""


class Block(nn.Module):
    """Two convolutions of 3 x 3 beside the identity, or beside a convolution of 1 x 1 where the image is halved."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.halves = outputs != inputs
        stride, padding = (2, 0) if self.halves else (1, 1)
        self.first = nn.Conv2d(inputs, outputs, 3, stride, padding)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.shortcut = nn.Conv2d(inputs, outputs, 1, stride) if self.halves else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the block's activations; a halving convolution has its zeros after the image alone."""
        padded = functional.pad(x, (0, 1, 0, 1)) if self.halves else x
        return torch.relu(self.shortcut(x) + self.second(torch.relu(self.first(padded))))


class ResNet8(nn.Module):
    """The image classifier of MLPerf Tiny, batch norms folded, for images (N, 3, 32, 32) of pixels from 0 to 255."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, padding=1)
        self.blocks = nn.Sequential(Block(16, 16), Block(16, 32), Block(32, 64))
        self.classifier = nn.Linear(64, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return a score for each class, before the softmax."""
        scores: torch.Tensor = self.classifier(self.blocks(torch.relu(self.stem(x))).mean(dim=(2, 3)))
        return scores


def read_network(path: Path) -> ResNet8:
    """Return the trained network of the ONNX file.

    Raises:
        InputError: the onnx package or the file is missing, or the file holds another network.
    """
    if importlib.util.find_spec("onnx") is None:
        raise InputError("network", str(path), "needs the onnx package", "Install remanence[onnx].")
    import onnx
    from onnx import numpy_helper

    try:
        graph = onnx.load(str(path)).graph
    except Exception as error:  # a missing file, or whatever protobuf says of a damaged one
        raise InputError("network", str(path), f"cannot be read ({type(error).__name__})") from error
    arrays = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    return with_weights(arrays, str(path))


def with_weights(arrays: Mapping[str, NDArray[np.generic]], subject: str) -> ResNet8:
    """Return the network with arrays named as in the ONNX file.

    Raises:
        InputError: an array is missing or has another shape.
    """
    wanted = {f"{ours}.{kind}": f"{theirs}.{kind}" for ours, theirs in STORED.items() for kind in ("weight", "bias")}
    wanted |= {"classifier.weight": "matmul_0.weight", "classifier.bias": "add_3.bias"}
    missing = sorted(set(wanted.values()) - set(arrays))
    if missing:
        raise InputError(f"network '{subject}'", f"no {', '.join(missing)}", "must be the ResNet-8 of MLPerf Tiny")
    state = {ours: torch.tensor(np.asarray(arrays[theirs], dtype=np.float32)) for ours, theirs in wanted.items()}
    state["classifier.weight"] = state["classifier.weight"].T.contiguous()
    model = ResNet8()
    try:
        model.load_state_dict(state)
    except RuntimeError as error:
        raise InputError(f"network '{subject}'", "arrays of other shapes", "must be the ResNet-8 of MLPerf Tiny"
                         ) from error  # fmt: skip
    return model.eval()


def random_network(seed: int = 0) -> ResNet8:
    """Return the network with random weights, of He's normal initialisation."""
    model, stream = ResNet8(), Stream(seed).child("initial weights")
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias"):
                parameter.zero_()
            else:
                draws = torch.from_numpy(stream.child(name).normal(tuple(parameter.shape)))
                parameter.copy_(draws * float(np.sqrt(2.0 / parameter[0].numel())))
    return model.eval()


def read_images(path: Path, count: int | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    """Return images of shape (N, 3, 32, 32) with pixels from 0 to 255, and labels, from JPEG bytes in an npz file.

    The first 10 n images hold n of each class. The file has ``header``, common to all images, ``data``, ``offsets``
    and ``labels``.

    Raises:
        InputError: the file is not there.
    """
    from PIL import Image

    if not path.is_file():
        raise InputError("images", str(path), "no such file", "Set REMANENCE_DATA to the folder that holds it.")
    with np.load(path, allow_pickle=False) as file:
        header, data = file["header"].tobytes(), file["data"].tobytes()
        labels = file["labels"][:count].astype(np.int64)
        ends = file["offsets"][: len(labels) + 1]
    pixels = np.stack([np.asarray(Image.open(io.BytesIO(header + data[a:b]))) for a, b in pairwise(ends)])
    return torch.from_numpy(pixels.transpose(0, 3, 1, 2).astype(np.float32)), torch.from_numpy(labels)


def chip(device: str, *, analog: bool = False, converter_bits: int = 8) -> Platform:
    """Return a chip with one of `DEVICES`.

    Args:
        device: its name there.
        analog: a whole weight in one pair of cells of 128 levels, an input as the length of a pulse, a layer in one
            block of rows, as CrossSim's case of 2024 and Joshi et al. have it; else the binary slices, serial inputs
            and blocks of 64 rows of our cards.
        converter_bits: of the converters.
    """
    changes: dict[str, object] = {"crossbar__converter__bits": converter_bits}
    if device == "ReRAM, Milo 2021":
        changes["crossbar__cell__resistive"] = "reram-milo2021"
    if analog:
        changes |= {"crossbar__cell_bits": 7, "crossbar__inputs": "pulse", "crossbar__rows": ONE_BLOCK}
    return rm.chip(DEVICES[device]).vary(name=device + (", analog" if analog else ", binary slices"), **changes)


def holds_levels(device: str) -> bool:
    """Return whether a cell of one of `DEVICES` holds more than two levels."""
    bar = rm.chip(DEVICES[device]).design.crossbar
    return bar is not None and bar.cell.resistive is not None


def synthetic(scheme: str, cell_bits: int, error: float, proportional: bool) -> Platform:
    """Return a chip whose cells have one error alone, and ideal converters: the setting of Xiao et al. (2109.01262).

    Args:
        scheme: ``"sign-magnitude"`` on pairs of devices, or ``"offset"`` on single ones.
        cell_bits: bits of a cell.
        error: standard deviation over the conductance of the cell, or over the highest conductance.
        proportional: which of the two.
    """
    plain, device = rm.chip("crossbar-reram-22nm"), build(Resistive, "reram-wan2022")
    spreads = {f"crossbar__cell__resistive__spread_{power}": 0.0 for power in range(5)}
    spreads[f"crossbar__cell__resistive__spread_{int(proportional)}"] = error * float(device.conductance_high)
    return plain.vary(
        name=f"{scheme}, {cell_bits} bits, error {error:g}",
        crossbar__cell="reram-2t2r" if scheme == "sign-magnitude" else "reram-1t1r",
        crossbar__encoding=scheme,
        crossbar__cell_bits=cell_bits,
        crossbar__converter__kind="ideal",
        crossbar__inputs="pulse",
        crossbar__cell__resistive__conductance_low=0.0,
        **spreads,
    )


def train_with_noise(
    model: ResNet8, images: torch.Tensor, labels: torch.Tensor, *, noise: float, epochs: int, seed: int,
    rate: float = 5e-4,
) -> ResNet8:  # fmt: skip
    """Return the network trained further with a fresh error on each weight at each step, as Joshi et al. train theirs.

    Args:
        model: the network to start from; it is not changed.
        images: pixels from 0 to 255.
        labels: of the images.
        noise: standard deviation of the error over the largest weight of its output.
        epochs: passes over the images.
        seed: of order, mirror images and errors; the result depends on nothing else.
        rate: learning rate of the first step over the root mean square of a layer's weights.
    """
    trained, stream, batch = copy.deepcopy(model), Stream(seed).child("training with noise"), 100
    generator = torch.Generator().manual_seed(seed)
    groups = [
        {"params": [one], "lr": rate * float(one.detach().square().mean().sqrt())} for one in trained.parameters()
    ]
    optimiser = torch.optim.Adam(groups)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs * (len(images) // batch))
    layers = [layer for layer in trained.modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]
    for epoch in range(epochs):
        order = torch.from_numpy(stream.child("order", epoch).permutation(len(images)))
        for start in range(0, len(images) - batch + 1, batch):
            chosen = order[start : start + batch]
            shown = images[chosen]
            mirrored = torch.rand(batch, generator=generator) < 0.5
            shown = torch.where(mirrored[:, None, None, None], shown.flip(3), shown)
            clean = [layer.weight.detach().clone() for layer in layers]
            with torch.no_grad():
                for layer, weight in zip(layers, clean, strict=True):
                    largest = weight.flatten(1).abs().amax(dim=1).reshape(-1, *[1] * (weight.dim() - 1))
                    layer.weight += noise * largest * torch.randn(weight.shape, generator=generator)
            optimiser.zero_grad()
            functional.cross_entropy(trained(shown), labels[chosen]).backward()
            with torch.no_grad():
                for layer, weight in zip(layers, clean, strict=True):
                    layer.weight.copy_(weight)
            optimiser.step()
            schedule.step()
    return trained.eval()


def main() -> None:
    """Run 100 images on two chips of each device."""
    folder = Path(os.environ.get("REMANENCE_DATA", ""))
    lacking = [str(name) for name in (NETWORK, TEST, TRAIN) if not (folder / name).is_file()]
    if not os.environ.get("REMANENCE_DATA") or lacking or importlib.util.find_spec("onnx") is None:
        print("No accuracy: it needs the onnx package and REMANENCE_DATA with", NETWORK, TEST, "and", TRAIN)
        images = torch.from_numpy(Stream(0).child("images").uniform((4, 3, 32, 32)).astype(np.float32)) * 255.0
        print(rm.deploy(random_network(), chip("STT-MRAM, 2T2MTJ"), calibration=images).coverage)
        return
    model = read_network(folder / NETWORK)
    calibration, _ = read_images(folder / TRAIN, 50)
    images, labels = read_images(folder / TEST, 100)
    for analog in (False, True):
        for device in DEVICES:
            if analog and not holds_levels(device):
                continue
            target = chip(device, analog=analog)
            found = rm.deploy(model, target, calibration=calibration).evaluate([(images, labels)], draws=2).accuracy
            print(f"{target.name}: {found.mean:.1%} (float {found.float_model:.1%}, 8 bits {found.quantised:.1%})")


if __name__ == "__main__":
    main()
