"""Batch norm is folded where nothing else can notice, and refused everywhere else."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from remanence.core.errors import CoverageError
from remanence.network import deploy
from remanence.network.folding import FoldedNorm, fold, foldable

SRAM = "nearmem-sram-22nm"
CROSSBAR = "crossbar-stt-22nm"


def lived_in(model: nn.Module, seed: int = 0) -> nn.Module:
    """Give every batch norm statistics and factors as training leaves them."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
                for item, low, high in ((module.running_mean, -1.0, 1.0), (module.running_var, 0.2, 3.0),
                                        (module.weight, -1.5, 1.5), (module.bias, -1.0, 1.0)):  # fmt: skip
                    if item is not None:
                        item.uniform_(low, high, generator=generator)
    return model.eval()


def images(*shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(1))


class Branch(nn.Module):
    """A convolution and a batch norm, used in a way that decides whether they may be folded."""

    def __init__(self, way: str = "plain") -> None:
        super().__init__()
        self.conv, self.norm, self.act, self.way = nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), way
        self.other, self.block = nn.Conv2d(3, 4, 1), nn.Sequential(nn.Conv2d(4, 4, 1), nn.ReLU())

    def forward(self, x: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
        y = self.conv(x)
        if self.way == "between" or (self.way == "default" and mask is None):
            y = y * 2.0
        if self.way == "branch on data" and bool(y.sum() > 1e9):
            y = y + 1.0
        z = self.norm(y)
        if self.way == "output used":
            z = z + y
        if self.way == "norm used":
            z = z + self.norm(x[:, :1].expand(-1, 4, -1, -1))
        if self.way == "statistics used":
            z = z + self.norm.get_buffer("running_mean").reshape(1, -1, 1, 1)
        if self.way == "two layers":
            z = z + self.norm(self.other(x))
        elif self.way != "plain":
            z = z + self.other(x)
        result: torch.Tensor = self.block(self.act(z))
        return result


@given(
    kind=st.sampled_from(["linear", "conv1d", "conv2d"]),
    groups=st.integers(1, 3),
    bias=st.booleans(),
    affine=st.booleans(),
    seed=st.integers(0, 99),
)
@settings(max_examples=50, deadline=None)
def test_the_folded_float_model_equals_the_original(
    kind: str, groups: int, bias: bool, affine: bool, seed: int
) -> None:
    layer, norm, inputs = {
        "linear": (nn.Linear(7, 6, bias=bias), nn.BatchNorm1d(6, affine=affine), images(5, 7)),
        "conv1d": (nn.Conv1d(6, 6, 3, groups=groups, bias=bias), nn.BatchNorm1d(6, affine=affine), images(5, 6, 8)),
        "conv2d": (nn.Conv2d(6, 6, 3, groups=groups, bias=bias), nn.BatchNorm2d(6, affine=affine), images(5, 6, 8, 8)),
    }[kind]
    model = lived_in(nn.Sequential(layer, norm, nn.ReLU()), seed)
    folds = foldable(model, inputs)
    assert folds == {"1": "0"}
    folded = copy.deepcopy(model)
    fold(folded, folds)
    with torch.no_grad():
        torch.testing.assert_close(folded(inputs), model(inputs), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("chip", [SRAM, CROSSBAR])
def test_a_folded_norm_is_part_of_its_layer_on_the_chip(chip: str) -> None:
    model = lived_in(Branch())
    model.other = nn.Identity()
    before = copy.deepcopy(model.state_dict())
    inputs = images(12, 3, 8, 8)
    deployed = deploy(model, chip, calibration=inputs)
    assert ("norm", "BatchNorm2d", "chip", "folded into conv") in deployed.coverage.modules
    assert deployed.coverage.share == 1.0
    assert isinstance(deployed.model.get_submodule("norm"), FoldedNorm)
    assert isinstance(model.norm, nn.BatchNorm2d)
    assert all(torch.equal(before[key], item) for key, item in model.state_dict().items())
    with torch.no_grad():
        expected = model(inputs)
        assert torch.equal(deployed.original(inputs), expected), "the float model is the caller's"
    exact, _ = deployed.run(inputs, deployed.exact())
    assert (exact - expected).abs().max() < 0.05 * expected.abs().max()


@pytest.mark.parametrize(
    "way", ["between", "default", "output used", "norm used", "statistics used", "two layers", "branch on data"]
)
def test_a_norm_that_is_not_alone_after_one_layer_is_refused(way: str) -> None:
    model = lived_in(Branch(way))
    with pytest.raises(CoverageError, match=r"'norm'.*folded only.*digital=\('norm',\)"):
        deploy(model, SRAM, calibration=images(2, 3, 8, 8))
    deployed = deploy(model, SRAM, calibration=images(2, 3, 8, 8), digital=("norm",))
    assert ("norm", "BatchNorm2d", "digital", "allowed by the caller") in deployed.coverage.modules


def untraceable(block: nn.Module, call: Callable[[nn.Module, torch.Tensor], torch.Tensor]) -> nn.Module:
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.block = block

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return call(self.block, x) if float(x.sum()) > 0 else x

    return lived_in(Model())


def test_neighbours_in_a_sequence_are_folded_where_the_model_cannot_be_traced() -> None:
    inputs = images(3, 3, 6, 6)
    model = untraceable(nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU()), lambda b, x: b(x))
    assert foldable(model, inputs) == {"block.1": "block.0"}

    def around(block: nn.Module, x: torch.Tensor) -> torch.Tensor:
        assert isinstance(block, nn.Sequential)
        y = block[0](x)
        return block[1](y) + y  # type: ignore[no-any-return]

    assert foldable(untraceable(nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)), around), inputs) == {}


def test_hooks_shared_modules_and_training_statistics_are_left_alone() -> None:
    def network() -> nn.Sequential:
        return nn.Sequential(nn.Sequential(nn.Conv2d(3, 3, 1)), nn.BatchNorm2d(3), nn.ReLU(), nn.Conv2d(3, 2, 1))

    inputs = images(3, 3, 6, 6)
    assert foldable(lived_in(network()), inputs) == {"1": "0.0"}
    for place in ("", "0", "0.0", "1"):
        model = lived_in(network())
        model.get_submodule(place).register_forward_hook(lambda *_: None)
        assert foldable(model, inputs) == {}, place
    assert foldable(network().train(), inputs) == {}
    shared = network()
    shared[3] = shared[1]
    assert foldable(lived_in(shared), inputs) == {}
    without = network()
    without[1] = nn.BatchNorm2d(3, track_running_stats=False)
    with pytest.raises(CoverageError, match="running statistics"):
        deploy(without.eval(), SRAM, calibration=inputs)


def test_a_norm_over_another_axis_is_refused() -> None:
    """After a Linear on sequences, a BatchNorm1d norms the positions, not the outputs: as many of them by chance."""
    model = lived_in(nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4)))
    with pytest.raises(CoverageError, match="must have 2 axes"):
        deploy(model, SRAM, calibration=images(3, 4, 5))
    deployed = deploy(model, SRAM, calibration=images(3, 4, 5), digital=("1",))
    assert deployed(images(3, 4, 5)).shape == (3, 4, 4)


def test_a_layer_left_digital_keeps_its_norm() -> None:
    model = lived_in(nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.Conv2d(4, 4, 1)))
    with pytest.raises(CoverageError, match="BatchNorm2d"):
        deploy(model, SRAM, calibration=images(2, 3, 4, 4), digital=("0",))
    deployed = deploy(model, SRAM, calibration=images(2, 3, 4, 4), digital=("0", "1", "products"))
    assert list(deployed.layers) == ["2"]
