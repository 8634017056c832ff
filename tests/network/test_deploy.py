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
from remanence.network import Deployed, deploy
from remanence.network.datasets import Dataset
from remanence.network.layers import OnChipLayer
from remanence.network.quantise import InputRange
from remanence.system import Platform, platform, platform_names

CROSSBAR = platform("crossbar-stt-22nm")
LOSSLESS = CROSSBAR.vary(crossbar__converter__kind="lossless")
NARROW = LOSSLESS.vary(crossbar__rows=7, crossbar__columns=9)
"""Arrays so small that a group spreads over several."""
SHARED = LOSSLESS.vary(crossbar__groups_per_array=4096)
"""As many groups of a grouped convolution in one array as fit on its diagonal."""
SRAM = platform("nearmem-sram-22nm")


def integer_twin(deployed: Deployed, conv: nn.Conv1d | nn.Conv2d, images: torch.Tensor) -> torch.Tensor:
    """Torch's own convolution of the same whole numbers, in float64."""
    layer = deployed.layers["0"]
    assert layer.range is not None
    codes = layer.range.encode(images).double()
    exact = copy.deepcopy(conv).double()
    scale = layer.weight_scale * layer.range.scale
    with torch.no_grad():
        exact.weight.copy_(torch.from_numpy(layer.codes.T.astype(float)).reshape(conv.weight.shape))
        if exact.bias is not None and conv.bias is not None:
            exact.bias.copy_(conv.bias.double() / scale)
        product: torch.Tensor = exact(codes)
    return product * scale.reshape(1, -1, *[1] * (images.dim() - 2))


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")  # torch's own remark on its own padding
@given(
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    stride=st.integers(1, 3),
    padding=st.one_of(st.integers(0, 2), st.just("same"), st.just("valid")),
    dilation=st.integers(1, 2),
    groups=st.integers(1, 5),
    channels=st.integers(1, 3),
    outputs=st.integers(1, 3),
    bias=st.booleans(),
    flat=st.booleans(),
    chip=st.sampled_from([SRAM, LOSSLESS, NARROW, SHARED]),
)
@settings(max_examples=80, deadline=None)
def test_convolutions_are_lowered_exactly(
    kernel: tuple[int, int],
    stride: int,
    padding: int | str,
    dilation: int,
    groups: int,
    channels: int,
    outputs: int,
    bias: bool,
    flat: bool,
    chip: Platform,
) -> None:
    """The integer layer equals torch's convolution of the same whole numbers, for any geometry on any architecture."""
    if padding == "same":
        stride = 1
    ins, outs, rest = channels * groups, outputs * groups, (stride, padding, dilation, groups, bias)
    conv = nn.Conv1d(ins, outs, kernel[0], *rest) if flat else nn.Conv2d(ins, outs, kernel, *rest)
    images = torch.from_numpy(np.random.default_rng(0).random((2, ins, 9) if flat else (2, ins, 9, 10))).float()
    deployed = deploy(nn.Sequential(conv), chip, calibration=images)
    expected = integer_twin(deployed, conv, images)
    torch.testing.assert_close(deployed(images).double(), expected, rtol=1e-6, atol=1e-6)
    assert deployed.coverage.share == 1.0
    single = deployed.run(images[0], deployed.nominal())[0]
    torch.testing.assert_close(single.double(), expected[0], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", platform_names())
def test_depthwise_layers_run_on_every_chip(name: str) -> None:
    """Two outputs for each channel; what does not spread equals the integer network, what spreads widely does not."""
    conv = nn.Conv2d(12, 24, 3, groups=12)
    images = torch.from_numpy(np.random.default_rng(1).random((3, 12, 6, 6))).float()
    deployed = deploy(nn.Sequential(conv), name, calibration=images)
    exact = deployed.run(images, deployed.exact())[0]
    torch.testing.assert_close(exact.double(), integer_twin(deployed, conv, images), rtol=1e-6, atol=1e-6)
    programmed = deployed(images, draw=0)
    assert torch.equal(programmed, deployed(images, draw=0))
    if not deployed.random:
        assert torch.equal(programmed, exact)
    elif "stt" in name:  # the narrower spreads of the others can be rounded away by the converter over nine rows
        assert not torch.equal(programmed, exact)
    run = deployed.calibration_runs[0]
    assert run.multiply_accumulates == 24 * 9 * 16
    assert run.weights == 24 * 9
    assert deployed.estimate().energy.value > 0


def test_depthwise_layers_say_how_little_of_the_chip_they_use() -> None:
    """9 of 64 rows and 7 of 128 columns a channel, or 7 channels along the diagonal; a column of the multipliers."""
    model = nn.Sequential(nn.Conv2d(64, 64, 3, groups=64))
    images = torch.from_numpy(np.random.default_rng(2).random((1, 64, 4, 4))).float()
    packed, alone, digital = (deploy(model, chip, calibration=images) for chip in (SHARED, CROSSBAR, SRAM))
    assert [run.arrays for run in (*packed.calibration_runs, *alone.calibration_runs)] == [10, 64]
    held = 64 * 9 * 7 / (64 * 128)
    assert packed.coverage.modules[0][3] == f"10 arrays, {held / 10:.2%} of the cells hold weights"
    assert alone.coverage.modules[0][3] == f"64 arrays, {held / 64:.2%} of the cells hold weights"
    processor = SRAM.design.processor
    assert processor is not None
    lanes = processor.input_lanes * processor.output_lanes
    assert digital.coverage.modules[0][3] == f"{9 / lanes:.2%} of the multipliers work"
    assert digital.calibration_runs[0].events.multiply_steps == 4 * 64


@pytest.mark.parametrize("name", platform_names())
def test_every_chip_runs_the_same_integer_network(cnn: nn.Module, data: Dataset, name: str) -> None:
    """A digital chip computes it exactly; a crossbar's nominal cells differ from it by their converters alone."""
    deployed = deploy(cnn, name, calibration=data.train_images[:128])
    images = data.test_images[:60]
    exact = deployed.run(images, deployed.exact())[0]
    assert torch.equal(exact, deploy(cnn, SRAM, calibration=data.train_images[:128])(images))
    if deployed.platform.design.crossbar is None:
        assert torch.equal(deployed(images), exact)
        assert torch.equal(deployed(images, draw=1), exact)
        assert not deployed.random
    else:
        assert (deployed(images) - exact).abs().max() < 0.5 * exact.abs().max()
        assert deployed.random
    with torch.no_grad():
        as_float = cnn(images)
    error = (exact - as_float).square().mean().sqrt()
    assert error < 0.05 * as_float.std(), "8-bit weights and inputs cost a few per cent of the scores' spread"


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
    before, torch_before = numba.get_num_threads(), torch.get_num_threads()
    try:
        numba.set_num_threads(1)
        torch.set_num_threads(1)
        assert torch.equal(whole, deployed(images, draw=3, seed=5))
    finally:
        numba.set_num_threads(before)
        torch.set_num_threads(torch_before)
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
        (nn.Conv1d(2, 2, 3, padding=1, padding_mode="circular"), "padding_mode"),
        (nn.Conv2d(2, 2, 3, padding=1, padding_mode="reflect"), "padding_mode"),
        (nn.BatchNorm2d(2, track_running_stats=False), "running statistics"),
        (nn.BatchNorm3d(2), "BatchNorm3d"),
        (nn.PReLU(), "PReLU"),
    ],
)
def test_layers_that_do_not_fit_are_refused_with_a_remedy(layer: nn.Module, message: str) -> None:
    model = nn.Sequential(nn.Conv2d(2, 2, 1), layer)
    with pytest.raises(CoverageError, match=f"{message}.*digital=\\('1',\\)"):
        deploy(model, CROSSBAR, calibration=torch.ones(1, 2, 8, 8))
    if not isinstance(layer, (nn.Conv1d, nn.Conv2d, nn.BatchNorm3d)):
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
    with pytest.raises(InputError, match="all must be finite"):
        deploy(nn.Sequential(nn.Linear(4, 2)), CROSSBAR, calibration=torch.full((3, 4), bad))


def test_a_layer_in_two_places_is_one_layer_on_the_chip(data: Dataset) -> None:
    shared = nn.Linear(64, 64)
    model = nn.Sequential(nn.Flatten(), shared, nn.ReLU(), shared, nn.ReLU(), nn.Linear(64, 10))
    deployed = deploy(model, LOSSLESS, calibration=data.train_images[:32])
    assert list(deployed.layers) == ["1", "5"]
    assert deployed.layers["1"] is deployed.model.get_submodule("3")
    assert {row[0]: row[2] for row in deployed.coverage.modules}["3"] == "chip"
    assert deployed.coverage.chip_products == 2 * 64 * 64 + 64 * 10
    images = data.test_images[:20]
    assert torch.equal(deployed(images), deployed.run(images, deployed.exact())[0])
    assert deployed.calibration_runs[0].multiply_accumulates == 2 * 64 * 64


class Diverging(nn.Module):
    """Finite on calibration inputs, NaN on larger ones."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(4, 4), nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scores: torch.Tensor = self.second(torch.log(10.0 - self.first(x).abs()))
        return scores


@pytest.mark.parametrize("chip", [CROSSBAR, "nearmem-stt-22nm"])
@pytest.mark.parametrize("width", [3, 5])
def test_inputs_of_another_width_are_refused_as_torch_does(chip: object, width: int) -> None:
    """The rows that a layer does not have must not be left out: the answer would be wrong without a word."""
    linear = deploy(nn.Linear(4, 2), chip, calibration=torch.ones(3, 4))  # type: ignore[arg-type]
    convolution = deploy(nn.Conv2d(4, 2, 1, groups=2), chip, calibration=torch.ones(3, 4, 2, 2))  # type: ignore[arg-type]
    for draw in (None, 0):
        with pytest.raises(InputError, match=rf"Linear: activations: got shape \(2, {width}\); each product takes 4"):
            linear(torch.ones(2, width), draw=draw)
        with pytest.raises(InputError, match="Conv2d: activations: got shape"):
            convolution(torch.ones(2, width, 2, 2), draw=draw)


def test_a_model_of_one_layer_has_a_name_in_messages() -> None:
    linear = nn.Linear(4, 2)
    with torch.no_grad():
        linear.weight[1, 2] = float("nan")
    with pytest.raises(InputError, match=r"^Linear: weights: got 1 of 8 NaN or infinite"):
        deploy(linear, CROSSBAR, calibration=torch.ones(3, 4))


def test_conditions_must_be_conditions() -> None:
    with pytest.raises(InputError, match=r"deploy: conditions: got dict; .*Conditions are needed"):
        deploy(nn.Linear(4, 2), CROSSBAR, calibration=torch.ones(3, 4), conditions={"age": 1.0})  # type: ignore[arg-type]


def test_nan_in_the_middle_of_a_model_is_not_turned_into_numbers() -> None:
    deployed = deploy(Diverging(), CROSSBAR, calibration=torch.ones(4, 4))
    layer = deployed.model.get_submodule("first")
    assert isinstance(layer, OnChipLayer)
    layer.weight_scale = layer.weight_scale * 1e3
    with pytest.raises(InputError, match="second: activations"):
        deployed(torch.ones(4, 4))


def test_weights_in_a_buffer_are_found() -> None:
    class Hidden(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = nn.Linear(4, 4)
            self.register_buffer("table", torch.ones(4, 4))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            hidden: torch.Tensor = self.linear(x)
            return (hidden[:, None] * self.get_buffer("table")).sum(-1)

    with pytest.raises(CoverageError, match="holds table"):
        deploy(Hidden(), CROSSBAR, calibration=torch.ones(2, 4))


def test_types_at_the_border() -> None:
    model = nn.Sequential(nn.Linear(4, 2))
    for calibration in (np.ones((3, 4)), [[1.0] * 4] * 3, torch.ones(3, 4, dtype=torch.float64)):
        deployed = deploy(model, CROSSBAR, calibration=calibration)  # type: ignore[arg-type]
        assert deployed(np.ones((1, 4))).shape == (1, 2)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="Scale uint8 images by 1/255"):
        deploy(model, CROSSBAR, calibration=torch.ones(3, 4, dtype=torch.uint8))
    flat = CROSSBAR.vary(crossbar__cell__junction__stack__tunnel_magnetoresistance=0.0)
    deployed = deploy(model, flat, calibration=torch.ones(3, 4))
    with pytest.raises(InputError, match="states must differ"):
        deployed(torch.ones(1, 4), draw=0)


def test_inputs_that_the_model_does_not_take() -> None:
    with pytest.raises(InputError, match=r"must run on inputs of shape \(3, 5\)"):
        deploy(nn.Sequential(nn.Linear(4, 2)), CROSSBAR, calibration=torch.ones(3, 5))
    with pytest.raises(InputError, match="at least one input"):
        deploy(nn.Sequential(nn.Linear(4, 2)), CROSSBAR, calibration=torch.ones(0, 4))
    with pytest.raises(CoverageError, match="no Linear, Conv1d or Conv2d"):
        deploy(nn.Sequential(nn.ReLU()), CROSSBAR, calibration=torch.ones(1, 4))
    with pytest.raises(CoverageError, match="no such module"):
        deploy(nn.Sequential(nn.Linear(4, 2)), CROSSBAR, calibration=torch.ones(1, 4), digital=("norm",))


@pytest.mark.parametrize(("low", "high", "signed", "top"), [(0.0, 6.0, False, 255), (-3.0, 1.0, True, -127)])
def test_the_largest_activation_takes_the_last_code(low: float, high: float, signed: bool, top: int) -> None:
    reach = InputRange.covering(low, high, 8, "layer")
    assert reach.signed == signed
    extreme = low if signed else high
    assert reach.encode(torch.tensor([extreme, 10 * high])).tolist()[0] == top
    assert reach.encode(torch.tensor([100 * high])).item() == reach.codes[1], "beyond calibration it clips"


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
