"""Gradients through a chip: against finite differences where it is smooth, against the float layer, and in training."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.crossbar import CrossbarEngine, GroupedCrossbarEngine
from remanence.kernels.array_wires import ArrayWires, LadderWires
from remanence.network import autograd
from remanence.network.datasets import Dataset
from remanence.network.deploy import deploy
from remanence.system import Platform, platform

STT = platform("crossbar-stt-22nm")


def ideal(chip: Platform = STT, **changes: object) -> Platform:
    return chip.vary(crossbar__converter__kind="ideal", **changes)


def test_wires_have_their_exact_gradient() -> None:
    rng = np.random.default_rng(0)
    cells = torch.tensor(rng.uniform(1e-5, 1e-3, (2, 4, 3)), requires_grad=True)
    wires = ArrayWires(row_segment=30.0, column_segment=20.0, driver=50.0, driven="both")
    scaled = lambda g: autograd.effective_conductance(g * 1e-3, wires) * 1e3  # noqa: E731
    assert torch.autograd.gradcheck(scaled, (cells.detach().mul(1e3).requires_grad_(),), eps=1e-6, atol=1e-7)
    active = rng.random((5, 4)) < 0.6
    lines = LadderWires(bit_segment=30.0, source_segment=20.0)
    scaled = lambda g: autograd.ladder_currents(g * 1e-3, active, lines) * 1e3  # noqa: E731
    assert torch.autograd.gradcheck(scaled, (cells.detach().mul(1e3).requires_grad_(),), eps=1e-6, atol=1e-7)
    with pytest.raises(InputError, match="must be float64"):
        autograd.effective_conductance(cells.detach().float(), wires)


@pytest.mark.parametrize(
    "name", ["stt-64x128", "stt-unit-64x128", "stt-xnor-64x128", "reram-2bit-64x128", "sram-64x128"]
)
@pytest.mark.parametrize("signed", [False, True])
def test_without_converters_the_derivatives_are_those_of_the_product(name: str, signed: bool) -> None:
    """Nominal cells, ideal converter: y = x W, so that derivatives by inputs and weights are known."""
    rng = np.random.default_rng(1)
    chip = platform("crossbar-sram-22nm") if name.startswith("sram") else STT
    design = ideal(chip.vary(crossbar=name)).design
    bar = design.crossbar
    assert bar is not None
    assert design.node is not None
    if bar.weight_bits == 1:
        weights, inputs = rng.choice([-1, 1], (70, 6)), rng.choice([-1, 1], (5, 70))
    else:
        low, high = bar.input_encoding.bounds(signed)
        weights, inputs = rng.integers(-127, 128, (70, 6)), rng.integers(low, high + 1, (5, 70))
    engine = CrossbarEngine.prepare(weights, inputs, signed=signed, crossbar=bar, node=design.node)
    upstream = rng.normal(size=(5, 6))
    of_inputs, of_weights = engine.program(None).gradient(upstream, inputs)
    np.testing.assert_allclose(of_inputs, upstream @ weights.T, atol=2e-4 * np.abs(upstream @ weights.T).max())
    np.testing.assert_allclose(of_weights, inputs.T @ upstream, atol=2e-4 * np.abs(inputs.T @ upstream).max())


@pytest.mark.parametrize("wiring", [{"wires": "exact", "source_line": "wordline", "rows": 16}, {"wires": "exact"}])
def test_derivatives_by_weights_pass_the_wires(wiring: dict[str, object]) -> None:
    """Against finite differences of the conductances, through the map that the chip uses."""
    rng = np.random.default_rng(2)
    vary = {f"crossbar__{key}": item for key, item in wiring.items()}
    design = ideal(STT, **vary).design
    assert design.crossbar is not None
    assert design.node is not None
    weights, inputs = rng.integers(-127, 128, (16, 2)), rng.integers(0, 256, (4, 16))
    engine = CrossbarEngine.prepare(weights, inputs, signed=False, crossbar=design.crossbar, node=design.node)
    upstream = rng.normal(size=(4, 2))
    chip = engine.program(None)
    _, of_weights = chip.gradient(upstream, inputs)
    straight = inputs.T @ upstream
    assert engine.wiring is not None
    loss = np.abs(of_weights - straight).max() / np.abs(straight).max()
    assert 1e-4 < loss < 0.3, "of the order of what the wires take"
    if wiring.get("source_line") != "wordline":
        return
    from remanence.crossbar import devices
    from remanence.crossbar import wiring as wires_of
    from remanence.crossbar.programming import nominal_difference

    step = nominal_difference(design.crossbar, design.node)
    groups = devices.nominal_conductances(engine.encoded, design.crossbar, design.node)
    upstream_cells = rng.normal(size=engine.encoded.levels.shape)
    separate = devices.separated(upstream_cells, engine.encoded, design.crossbar)
    found = wires_of.effective_gradient(groups, separate, engine.encoded, design.crossbar, design.node, 1.0)

    def total(shift: float) -> float:
        moved = {**groups, "positive": groups["positive"].copy()}
        moved["positive"][3, 5, 1] += shift
        seen = wires_of.effective(moved, engine.encoded, design.crossbar, design.node, 1.0)  # type: ignore[arg-type]
        return float(np.vdot(devices.combined(seen, engine.encoded, design.crossbar), upstream_cells))  # type: ignore[arg-type]

    slope = (total(1e-4 * step) - total(-1e-4 * step)) / (2e-4 * step)
    assert found["positive"][3, 5, 1] == pytest.approx(slope, rel=1e-6)


def test_groups_have_their_own_derivatives() -> None:
    rng = np.random.default_rng(3)
    design = ideal(crossbar__groups_per_array=3).design
    assert design.crossbar is not None
    assert design.node is not None
    weights, inputs = rng.integers(-127, 128, (4, 9, 2)), rng.integers(0, 256, (5, 36))
    engine = GroupedCrossbarEngine.prepare(weights, inputs, signed=False, crossbar=design.crossbar, node=design.node)
    upstream = rng.normal(size=(5, 8))
    of_inputs, of_weights = engine.program(None).gradient(upstream, inputs)
    for group in range(4):
        ahead, back = upstream[:, 2 * group : 2 * group + 2], slice(9 * group, 9 * group + 9)
        np.testing.assert_allclose(of_weights[group], inputs[:, back].T @ ahead, rtol=1e-3, atol=1e-2)
        np.testing.assert_allclose(of_inputs[:, back], ahead @ weights[group].T, rtol=1e-3, atol=1e-2)


def test_a_trainable_layer_has_the_gradient_of_the_float_layer() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(2, 4, 3, padding=1, groups=2), nn.ReLU(), nn.Flatten(), nn.Linear(64, 3)).eval()
    images = torch.rand(6, 2, 4, 4)
    quiet = ideal(
        crossbar__cell__junction__stack__resistance_spread=0.0, crossbar__cell__junction__stack__tmr_spread=0.0
    )
    through = autograd.trainable(deploy(model, quiet, calibration=images))
    grads: list[list[torch.Tensor]] = []
    for net in (model, through):
        given = images.clone().requires_grad_()
        net.zero_grad()
        output = net(given)
        (output**2).sum().backward()
        assert given.grad is not None
        weights = [p.grad for n, p in net.named_parameters() if n.endswith("weight") and p.grad is not None]
        grads.append([given.grad, *weights])
    for exact, found in zip(*grads, strict=True):
        assert float((found - exact).norm() / exact.norm()) < 0.03, "8 bits of rounding"


def test_training_through_noisy_chips_lowers_the_loss(cnn: nn.Module, data: Dataset) -> None:
    """Cells so spread that the network suffers; a few steps through chips drawn anew win part of it back."""
    rough = STT.vary(crossbar__cell__junction__stack__resistance_spread=0.3)
    before = deploy(cnn, rough, calibration=data.train_images[:128])
    model = autograd.trainable(before, seed=1).train()
    kept = [p.detach().clone() for p in cnn.parameters()]
    optimiser = torch.optim.Adam((p for p in model.parameters() if p.requires_grad), lr=2e-3)
    losses = []
    order = Stream(0).permutation(len(data.train_labels))
    for step in range(12):
        chosen = torch.from_numpy(order[step * 48 : step * 48 + 48])
        loss = nn.functional.cross_entropy(model(data.train_images[chosen]), data.train_labels[chosen])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert np.mean(losses[-4:]) < 0.8 * np.mean(losses[:4]), losses
    after = deploy(autograd.trained(model.eval()), rough, calibration=data.train_images[:128])
    images, labels = data.test_images[:120], data.test_labels[:120]

    def loss_of(chip: object) -> float:
        scores = [chip(images, draw=draw, seed=9) for draw in range(3)]  # type: ignore[operator]
        return float(np.mean([float(nn.functional.cross_entropy(one, labels)) for one in scores]))

    assert loss_of(after) < loss_of(before)
    for mine, then in zip(cnn.parameters(), kept, strict=True):
        assert torch.equal(mine, then), "the caller's model is not changed"
