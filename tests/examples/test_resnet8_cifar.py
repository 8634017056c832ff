"""The ResNet-8 of the example: its graph against plain NumPy and ONNX's own reference, its accuracy on chips."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

import remanence as rm
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.system import Platform

Images = NDArray[np.float64]


@pytest.fixture(scope="module")
def example() -> ModuleType:
    path = Path(__file__).resolve().parents[2] / "examples" / "resnet8_cifar.py"
    spec = importlib.util.spec_from_file_location("resnet8_cifar", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def arrays() -> dict[str, NDArray[np.float32]]:
    """Return random weights under the names and in the shapes of the file."""
    stream = Stream(5)
    shapes: dict[str, tuple[int, ...]] = {
        "conv_0": (16, 3, 3, 3), "conv_1": (16, 16, 3, 3), "conv_2": (16, 16, 3, 3), "conv_3": (32, 16, 1, 1),
        "conv_4": (32, 16, 3, 3), "conv_5": (32, 32, 3, 3), "conv_6": (64, 32, 1, 1), "conv_7": (64, 32, 3, 3),
        "conv_8": (64, 64, 3, 3), "matmul_0": (64, 10),
    }  # fmt: skip
    made = {f"{name}.weight": stream.child(name).normal(shape) * np.sqrt(2 / np.prod(shape[1:]))
            for name, shape in shapes.items()}  # fmt: skip
    made |= {f"{name}.bias": stream.child(name, 1).normal((shape[0],)) for name, shape in shapes.items()}
    made["add_3.bias"] = stream.child("add").normal((10,))
    return {name: array.astype(np.float32) for name, array in made.items()}


def convolved(x: Images, weight: Images, bias: Images, stride: int, before: int, after: int) -> Images:
    """Return a convolution with so many zeros before and after the image."""
    padded = np.pad(x, ((0, 0), (0, 0), (before, after), (before, after)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    result: Images = np.einsum("nchwij,ocij->nohw", windows, weight) + bias[:, None, None]
    return result


def graph(w: dict[str, Images], x: Images) -> Images:
    """Return the scores of the file's graph, node by node."""

    def conv(name: str, x: Images, stride: int = 1, before: int = 1, after: int = 1) -> Images:
        return convolved(x, w[f"{name}.weight"], w[f"{name}.bias"], stride, before, after)

    def relu(x: Images) -> Images:
        return np.maximum(x, 0.0)

    x = relu(conv("conv_0", x))
    x = relu(x + conv("conv_2", relu(conv("conv_1", x))))
    for shortcut, first, second in (("conv_3", "conv_4", "conv_5"), ("conv_6", "conv_7", "conv_8")):
        x = relu(conv(shortcut, x, 2, 0, 0) + conv(second, relu(conv(first, x, 2, 0, 1))))
    scores: Images = x.mean(axis=(2, 3)) @ w["matmul_0.weight"] + w["add_3.bias"]
    return scores


def pixels(count: int) -> torch.Tensor:
    return torch.from_numpy(np.floor(Stream(6).uniform((count, 3, 32, 32)) * 256).astype(np.float32))


def test_the_module_computes_the_graph_of_the_file(example: ModuleType) -> None:
    """Zeros on the right and below alone where the image is halved: with zeros all round this fails."""
    weights, images = arrays(), pixels(2)
    with torch.no_grad():
        scores = example.with_weights(weights, "random")(images).numpy()
    expected = graph({name: array.astype(np.float64) for name, array in weights.items()}, images.double().numpy())
    assert scores == pytest.approx(expected, rel=1e-4, abs=1e-4 * float(np.abs(expected).max()))


def test_another_network_is_refused(example: ModuleType) -> None:
    weights = arrays()
    with pytest.raises(InputError, match="ResNet-8"):
        example.with_weights({**weights, "conv_1.weight": weights["conv_0.weight"]}, "other.onnx")
    del weights["conv_8.bias"]
    with pytest.raises(InputError, match=r"conv_8\.bias"):
        example.with_weights(weights, "other.onnx")


def test_missing_files_are_told(
    example: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputError, match="no such file"):
        example.read_images(tmp_path / "none.npz")
    with pytest.raises(InputError, match=r"onnx|cannot be read"):
        example.read_network(tmp_path / "none.onnx")
    monkeypatch.delenv("REMANENCE_DATA", raising=False)
    example.main()
    assert "REMANENCE_DATA" in capsys.readouterr().out


def test_every_layer_runs_on_the_chip_and_ideal_converters_change_nothing(example: ModuleType) -> None:
    images = pixels(2)
    target = example.synthetic("sign-magnitude", 7, 0.05, True)
    deployed = rm.deploy(example.random_network(), target, calibration=images)
    assert deployed.coverage.share == 1.0
    assert len(deployed.layers) == 10
    exact, _ = deployed.run(images, deployed.exact())
    assert torch.equal(deployed(images), exact)
    assert not torch.equal(deployed(images, draw=0), exact)


@pytest.mark.parametrize(("scheme", "bits"), [("sign-magnitude", 7), ("sign-magnitude", 1), ("offset", 8)])
def test_a_synthetic_cell_errs_as_asked(example: ModuleType, scheme: str, bits: int) -> None:
    for proportional in (True, False):
        bar = example.synthetic(scheme, bits, 0.05, proportional).design.crossbar
        device = bar.cell.resistive
        assert (bar.encoding, bar.cell_bits, bar.converter.kind) == (scheme, bits, "ideal")
        spreads = [float(getattr(device, f"spread_{power}")) for power in range(5)]
        assert spreads[int(proportional)] == pytest.approx(0.05 * float(device.conductance_high), abs=0)
        assert np.count_nonzero(spreads) == 1
        assert device.conductance_low == 0.0


def test_training_with_noise_depends_on_the_seed_alone(example: ModuleType) -> None:
    model, images = example.random_network(), pixels(100)
    labels = torch.arange(100) % 10
    before = [one.detach().clone() for one in model.parameters()]
    first, again, other = (
        example.train_with_noise(model, images, labels, noise=0.04, epochs=1, seed=seed) for seed in (1, 1, 2)
    )
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))
    assert torch.equal(first.stem.weight, again.stem.weight)
    assert not torch.equal(first.stem.weight, other.stem.weight)
    moved = (first.stem.weight - model.stem.weight).abs().max() / model.stem.weight.abs().max()
    assert 0.0 < moved < 0.02, "the errors of training do not stay in the weights"


@pytest.mark.heavy
def test_the_trained_network_is_the_one_of_the_file(example: ModuleType, real_data: Path) -> None:
    """Node by node against ONNX's own reference, and 75.48 % on all images, which are CIFAR-10 as JPEG."""
    onnx = pytest.importorskip("onnx")
    from onnx.reference import ReferenceEvaluator

    model = example.read_network(real_data / example.NETWORK)
    images, labels = example.read_images(real_data / example.TEST)
    file = ReferenceEvaluator(onnx.load(str(real_data / example.NETWORK)))
    (expected,) = file.run(None, {"input": images[:4].numpy()})
    with torch.no_grad():
        assert torch.softmax(model(images[:4]), dim=1).numpy() == pytest.approx(expected, abs=1e-5)
        found = torch.cat([model(images[i : i + 500]).argmax(dim=1) for i in range(0, len(images), 500)])
    assert float((found == labels).double().mean()) == pytest.approx(0.7548, abs=1e-4)


@pytest.fixture(scope="module")
def right(example: ModuleType, real_data: Path) -> Callable[..., float]:
    """Return a function: share of right answers on the first 200 test images over programmed chips; 0 is software."""
    pytest.importorskip("onnx")
    model = example.read_network(real_data / example.NETWORK)
    calibration, _ = example.read_images(real_data / example.TRAIN, 50)
    images, labels = example.read_images(real_data / example.TEST, 200)

    def share(target: Platform | None, chips: int = 4) -> float:
        if target is None:
            return float((model(images).argmax(dim=1) == labels).double().mean())
        deployed = rm.deploy(model, target, calibration=calibration)
        found = [deployed(images, draw=draw).argmax(dim=1) == labels for draw in range(chips)]
        return float(torch.stack(found).double().mean())

    return share


@pytest.mark.heavy
def test_the_published_order_of_devices(example: ModuleType, right: Callable[..., float]) -> None:
    """Software, then phase-change cells and the ReRAM of Milo et al., then Wan's, where a weight is one pair of cells.

    CrossSim's case of 2024 loses 24.9 points of a ResNet-14 on the ReRAM of Milo et al. Chips scatter by 7 points:
    40 do not tell its accuracy from that of phase-change cells. Binary slices lose next to nothing.
    """
    software = right(None)
    change, milo, wan = (
        right(example.chip(name, analog=True), 12)
        for name in ("PCM, Joshi 2020", "ReRAM, Milo 2021", "ReRAM, Wan 2022")
    )
    assert software - 0.1 > max(change, milo)
    assert min(change, milo) > wan + 0.05
    assert 0.12 < software - milo < 0.35
    for name in ("PCM, Joshi 2020", "ReRAM, Wan 2022"):
        assert right(example.chip(name), 2) > software - 0.03


@pytest.mark.heavy
def test_a_converter_of_whole_steps_takes_errors_of_slices_away(
    example: ModuleType, right: Callable[..., float]
) -> None:
    """Ideal converters pass every error on; 8 bits on 64 rows of binary cells round it to a whole step."""
    rounded = example.chip("STT-MRAM, 2T2MTJ")
    passed = rounded.vary(crossbar__converter__kind="ideal", crossbar__inputs="pulse")
    assert right(rounded) > right(passed) + 0.06


@pytest.mark.heavy
def test_the_published_trends_of_mapping_and_slicing(example: ModuleType, right: Callable[..., float]) -> None:
    """Xiao et al., arXiv 2109.01262, at an error of 10 % of a cell's own conductance, or of the highest."""
    whole, sliced = (right(example.synthetic("sign-magnitude", bits, 0.1, True)) for bits in (7, 1))
    offset, offset_sliced = (right(example.synthetic("offset", bits, 0.1, True)) for bits in (8, 1))
    assert min(whole, sliced) > max(offset, offset_sliced) + 0.2
    assert abs(sliced - whole) < 0.15
    assert right(None) - sliced > 0.03, "slices do not bring the accuracy of software back"
    assert right(example.synthetic("sign-magnitude", 7, 0.1, False)) < whole - 0.2
