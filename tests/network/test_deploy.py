"""Deploying: the integer network is exact, the caller's model is untouched, nothing stays digital in silence."""

from __future__ import annotations

import copy

import numba
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from remanence.core.errors import CoverageError, InputError
from remanence.network import deploy
from remanence.network.datasets import Dataset
from remanence.network.layers import OnChipLayer
from remanence.system import platform, platform_names

CROSSBAR = platform("crossbar-stt-22nm")
LOSSLESS = CROSSBAR.vary(crossbar__converter__kind="lossless")
SRAM = platform("nearmem-sram-22nm")


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")  # torch's own remark on its own padding
@given(
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    stride=st.integers(1, 3),
    padding=st.one_of(st.integers(0, 2), st.just("same"), st.just("valid")),
    dilation=st.integers(1, 2),
    channels=st.integers(1, 3),
    bias=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_convolutions_are_lowered_exactly(
    kernel: tuple[int, int], stride: int, padding: int | str, dilation: int, channels: int, bias: bool
) -> None:
    """The integer layer equals torch's convolution of the same whole numbers, for any geometry."""
    if padding == "same":
        stride = 1
    conv = nn.Conv2d(channels, 4, kernel, stride, padding, dilation, bias=bias)
    images = torch.from_numpy(np.random.default_rng(0).random((2, channels, 9, 10))).float()
    deployed = deploy(nn.Sequential(conv), SRAM, calibration=images)
    layer = deployed.layers["0"]
    assert isinstance(layer, OnChipLayer)
    assert layer.range is not None
    codes = layer.range.encode(images).double()
    exact = copy.deepcopy(conv).double()
    scale = (layer.weight_scale * layer.range.scale).reshape(1, -1, 1, 1)
    with torch.no_grad():
        exact.weight.copy_(torch.from_numpy(layer.codes.T.astype(float)).reshape(conv.weight.shape))
        if exact.bias is not None and conv.bias is not None:
            exact.bias.copy_(conv.bias.double() / scale.flatten())
        expected = exact(codes) * scale
    torch.testing.assert_close(deployed(images).double(), expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", platform_names())
def test_quantised_accuracy_is_the_same_on_every_chip(cnn: nn.Module, data: Dataset, name: str) -> None:
    deployed = deploy(cnn, name, calibration=data.train_images[:128])
    accuracy = deployed.evaluate(data.batches(limit=120), draws=2).accuracy
    reference = deploy(cnn, SRAM, calibration=data.train_images[:128]).evaluate(data.batches(limit=120), draws=2)
    assert accuracy.quantised == reference.accuracy.quantised
    assert accuracy.float_model > 0.9


def test_ideal_cells_and_lossless_converters_equal_the_integer_network(cnn: nn.Module, data: Dataset) -> None:
    deployed = deploy(cnn, LOSSLESS, calibration=data.train_images[:128])
    images = data.test_images[:60]
    exact, _ = deployed.run(images, deployed.exact())
    nominal, _ = deployed.run(images, deployed.nominal())
    assert torch.equal(exact, nominal)
    programmed = deployed(images, draw=0)
    assert not torch.equal(exact, programmed), "the spread must show"


def test_seed_fixes_every_bit_whatever_threads_and_batch(cnn: nn.Module, data: Dataset) -> None:
    deployed = deploy(cnn, CROSSBAR, calibration=data.train_images[:128])
    images = data.test_images[:90]
    whole = deployed(images, draw=3, seed=5)
    pieces = torch.cat([deployed(images[i : i + 7], draw=3, seed=5) for i in range(0, 90, 7)])
    assert torch.equal(whole, pieces)
    before = numba.get_num_threads()
    try:
        numba.set_num_threads(1)
        assert torch.equal(whole, deployed(images, draw=3, seed=5))
    finally:
        numba.set_num_threads(before)
    assert torch.equal(whole, deploy(cnn, CROSSBAR, calibration=data.train_images[:128])(images, draw=3, seed=5))
    assert not torch.equal(whole, deployed(images, draw=4, seed=5))
    assert not torch.equal(whole, deployed(images, draw=3, seed=6))


def test_the_callers_model_is_not_changed(data: Dataset) -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 10)).train()
    before = copy.deepcopy(model.state_dict())
    deployed = deploy(model, CROSSBAR, calibration=data.train_images[:32])
    deployed.evaluate(data.batches(limit=20), draws=2)
    assert model.training
    assert type(model[1]) is nn.Linear
    assert all(torch.equal(before[key], item) for key, item in model.state_dict().items())


def test_a_fused_encoder_does_not_pass_the_chip_by() -> None:
    """The fused path of torch reads the weights itself; other tools return the digital result here without a word."""
    torch_rng = torch.Generator().manual_seed(0)
    encoder = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True, dropout=0.0).eval()
    images = torch.randn(6, 5, 16, generator=torch_rng)
    allowed = ("self_attn", "norm1", "norm2", "products")
    noisy = CROSSBAR.vary(crossbar__cell__junction__stack__resistance_spread=0.3)
    deployed = deploy(encoder, noisy, calibration=images, digital=allowed)
    with torch.no_grad():
        digital = encoder(images)
    on_chip = deployed(images, draw=0)
    assert (on_chip - digital).abs().max() > 0.05
    assert all(layer.calls == 1 for layer in deployed.layers.values())
    assert set(deployed.layers) == {"linear1", "linear2"}
    assert 0.0 < deployed.coverage.share < 1.0
    assert torch.backends.mha.get_fastpath_enabled(), "the global switch is put back"
    assert any("not priced" in flag for flag in deployed.estimate().flags)


def test_attention_left_digital_must_be_said() -> None:
    encoder = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True, dropout=0.0)
    with pytest.raises(CoverageError, match="self_attn"):
        deploy(encoder, CROSSBAR, calibration=torch.zeros(1, 5, 16))
    with pytest.raises(CoverageError, match="products"):
        deploy(encoder, CROSSBAR, calibration=torch.ones(1, 5, 16), digital=("self_attn", "norm1", "norm2"))


class Shortcut(nn.Module):
    """Uses a layer's weight itself, or never calls the layer at all."""

    def __init__(self, way: str) -> None:
        super().__init__()
        self.first, self.second, self.way = nn.Linear(8, 8), nn.Linear(8, 8), way

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x)
        if self.way == "product":
            return self.second(x) @ x.T  # type: ignore[no-any-return]
        if self.way == "weight":
            return nn.functional.linear(x, self.second.weight)
        return x


@pytest.mark.parametrize(("way", "message"), [("weight", "weight"), ("skip", "second"), ("product", "products")])
def test_ways_around_the_chip_are_found(way: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        deploy(Shortcut(way), CROSSBAR, calibration=torch.ones(4, 8))


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (nn.Conv2d(2, 2, 3, groups=2), "groups=2"),
        (nn.Conv2d(2, 2, 3, padding=1, padding_mode="reflect"), "padding_mode"),
        (nn.BatchNorm2d(2), "BatchNorm2d"),
        (nn.PReLU(), "PReLU"),
    ],
)
def test_layers_that_do_not_fit_are_refused_with_a_remedy(layer: nn.Module, message: str) -> None:
    model = nn.Sequential(nn.Conv2d(2, 2, 1), layer)
    with pytest.raises(CoverageError, match=f"{message}.*digital=\\('1',\\)"):
        deploy(model, CROSSBAR, calibration=torch.ones(1, 2, 8, 8))
    if not isinstance(layer, nn.Conv2d):
        deployed = deploy(model.eval(), CROSSBAR, calibration=torch.ones(1, 2, 8, 8), digital=("1",))
        assert ("1", type(layer).__name__, "digital", "allowed by the caller") in deployed.coverage.modules


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_weights_and_inputs_must_be_finite(bad: float) -> None:
    linear = nn.Linear(4, 2)
    model = nn.Sequential(linear)
    with torch.no_grad():
        linear.weight[1, 2] = bad
    with pytest.raises(InputError, match="1 of 8 NaN or infinite"):
        deploy(model, CROSSBAR, calibration=torch.ones(3, 4))
    with pytest.raises(InputError, match="all finite"):
        deploy(nn.Sequential(nn.Linear(4, 2)), CROSSBAR, calibration=torch.full((3, 4), bad))


def test_inputs_that_the_model_does_not_take() -> None:
    with pytest.raises(InputError, match=r"must run on inputs of shape \(3, 5\)"):
        deploy(nn.Sequential(nn.Linear(4, 2)), CROSSBAR, calibration=torch.ones(3, 5))
    with pytest.raises(InputError, match="at least one input"):
        deploy(nn.Sequential(nn.Linear(4, 2)), CROSSBAR, calibration=torch.ones(0, 4))
    with pytest.raises(CoverageError, match="no Linear or Conv2d"):
        deploy(nn.Sequential(nn.ReLU()), CROSSBAR, calibration=torch.ones(1, 4))
    with pytest.raises(CoverageError, match="no such module"):
        deploy(nn.Sequential(nn.Linear(4, 2)), CROSSBAR, calibration=torch.ones(1, 4), digital=("norm",))


def test_signed_inputs_take_two_s_complement() -> None:
    rng = torch.Generator().manual_seed(1)
    model = nn.Sequential(nn.Linear(20, 6))
    images = torch.randn(50, 20, generator=rng)
    deployed = deploy(model, LOSSLESS, calibration=images)
    layer = deployed.layers["0"]
    assert layer.range is not None
    assert layer.range.signed
    with torch.no_grad():
        error = (deployed(images) - model(images)).abs().max()
    assert torch.equal(deployed(images), deployed.run(images, deployed.exact())[0])
    assert error < 0.05
