"""Networks on crossbars of every encoding: the same integers, other cells, columns and converters."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from torch import nn

from remanence.core.errors import InputError
from remanence.crossbar import CrossbarEngine
from remanence.network import deploy
from remanence.network.quantise import InputRange, quantise_weights
from remanence.system import Platform, platform

STT, RERAM = platform("crossbar-stt-22nm"), platform("crossbar-reram-22nm")
CHIPS = {
    "unit column": STT.vary(crossbar="stt-unit-64x128"),
    "four levels": RERAM.vary(crossbar="reram-2bit-64x128"),
    "offset": RERAM.vary(crossbar="reram-2bit-64x128", crossbar__encoding="offset"),
    "separate": STT.vary(crossbar="stt-unit-64x128", crossbar__encoding="separate"),
    "two's complement": STT.vary(crossbar="stt-unit-64x128", crossbar__encoding="twos-complement"),
    "pulses": STT.vary(crossbar__inputs="pulse"),
    "analog accumulation": STT.vary(crossbar__accumulation="analog"),
    "a range per column": STT.vary(crossbar__range_per="column"),
}


def network() -> nn.Module:
    torch.manual_seed(0)
    layers = nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 8, 3, groups=4), nn.Flatten(),
                           nn.Linear(8 * 16, 5))  # fmt: skip
    return layers.eval()


IMAGES = torch.randn(24, 2, 6, 6, generator=torch.Generator().manual_seed(1))


def ideal(chip: Platform) -> Platform:
    return chip.vary(crossbar__converter__kind="ideal")


@pytest.mark.parametrize("name", sorted(CHIPS))
def test_an_ideal_converter_gives_the_integer_network(name: str) -> None:
    chip = deploy(network(), ideal(CHIPS[name]), calibration=IMAGES)
    exact = chip.run(IMAGES, chip.exact())[0]
    torch.testing.assert_close(chip(IMAGES), exact, rtol=1e-5, atol=1e-5)
    assert set(chip.paths.values()) == {"folded product"}


@pytest.mark.parametrize("name", sorted(CHIPS))
def test_a_converter_and_spread_cells_move_it_and_it_is_priced(name: str) -> None:
    chip = deploy(network(), CHIPS[name], calibration=IMAGES)
    exact = chip.run(IMAGES, chip.exact())[0]
    one, other = chip(IMAGES, draw=0), chip(IMAGES, draw=1)
    assert not torch.equal(one, other)
    assert torch.equal(one, chip(IMAGES, draw=0))
    error = (one - exact).square().mean() / exact.square().mean()
    assert 1e-6 < error < 1.0, "six bits for 576 sums of four-level cells leave most of an error"
    for run in chip.calibration_runs:
        assert run.events.conversions > 0
        vectors = {"0": 36, "2": 16, "4": 1}[run.name]
        assert run.multiply_accumulates == pytest.approx(vectors * run.weights)
    energy = chip.estimate().energy_parts
    assert np.isfinite(energy).all()
    assert energy[0].sum() > 0


def test_a_network_of_signs_runs_on_xnor_columns() -> None:
    torch.manual_seed(3)
    one, two = nn.Linear(70, 40), nn.Linear(40, 3)
    signs = torch.sign(torch.randn(50, 70))
    model = nn.Sequential(one, nn.Hardtanh(), two).eval()
    chip = deploy(model, STT.vary(crossbar="stt-xnor-64x128", crossbar__converter__bits=7), calibration=signs)
    assert set(np.unique(chip.layers["0"].codes)) == {-1, 1}
    first, last = (torch.sign(one_.weight) * one_.weight.abs().mean(dim=1, keepdim=True) for one_ in (one, two))
    hidden = (signs @ first.T + one.bias).detach()
    step = float(hidden.clamp(-1, 1).abs().max())
    expected = (torch.where(hidden < 0, -step, step) @ last.T + two.bias).detach()
    torch.testing.assert_close(chip.run(signs, chip.exact())[0], expected)
    near = deploy(model, ideal(STT.vary(crossbar="stt-xnor-64x128")), calibration=signs)
    torch.testing.assert_close(near(signs), expected)
    engine = chip.layers["0"].engine
    assert isinstance(engine, CrossbarEngine)
    assert engine.arrays == 3, "140 rows in blocks of 64"


def test_one_bit_has_no_sign_of_its_own() -> None:
    with pytest.raises(InputError, match="no code below 0"):
        InputRange.covering(-1.0, 1.0, 1, "layer")
    codes, scale = quantise_weights(torch.tensor([[0.5, -1.5, 0.0], [0.0, 0.0, 0.0]]), 1, "layer")
    assert codes.T.tolist() == [[1, -1, 1], [1, 1, 1]]
    assert scale.tolist() == [pytest.approx(2 / 3), 1.0]


def test_noise_goes_on_from_batch_to_batch() -> None:
    """A chip in pieces gives what it gives at once, and the same images come out otherwise the second time."""
    noisy = STT.vary(crossbar__converter__noise=1.0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(72, 5)).eval()
    chip = deploy(model, noisy, calibration=IMAGES)
    held = chip.program(0, 0)
    whole = chip.run(IMAGES, held)[0]
    again = chip.run(IMAGES, held)[0]
    assert not torch.equal(whole, again)
    held = chip.program(0, 0)
    torch.testing.assert_close(torch.cat([chip.run(IMAGES[:10], held)[0], chip.run(IMAGES[10:], held)[0]]), whole,
                               rtol=0, atol=0)  # fmt: skip


def test_an_evaluation_says_which_path_each_layer_took() -> None:
    chip = deploy(network(), STT, calibration=IMAGES)
    labels = torch.zeros(len(IMAGES), dtype=torch.int64)
    record = chip.evaluate([(IMAGES, labels)], draws=2).provenance
    assert record.backend.startswith("sliced_mvm: cpu (")
    assert "in 3 layers" in record.backend
    assert set(chip.paths) == {"0", "2", "4"}
    assert json.dumps(record.backend)
