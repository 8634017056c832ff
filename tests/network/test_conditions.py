"""A deployed network under conditions of use: chips in files, events expected, remarks on what the accuracy holds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from remanence.core.errors import InputError
from remanence.crossbar import Conditions
from remanence.network.datasets import Dataset
from remanence.network.deploy import Deployed, deploy
from remanence.system import platform

STT = platform("crossbar-stt-22nm")


def under(**fields: object) -> Conditions:
    return Conditions(**{"defects": None, **fields})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def deployed(cnn: nn.Module, data: Dataset) -> Deployed:
    return deploy(cnn, STT, calibration=data.train_images[:128])


def test_expected_events_are_within_three_per_cent_on_every_layer(deployed: Deployed, data: Dataset) -> None:
    """Events of programmed chips, counted, against those of histograms that the integer network left."""
    images = data.test_images[:60]
    _, counted = deployed.run(images, deployed.program(0, 0), count=True)
    runs = {run.name: run.events for run in deployed.expected_runs(images)}
    for name, events in counted.items():
        for event, number in (events * (1.0 / 60)).as_dict().items():
            assert getattr(runs[name], event) == pytest.approx(number, rel=0.03, abs=1e-12), (name, event)
    total, expected = (
        deployed.estimate(runs=records).energy.value
        for records in (
            tuple(layer.run(counted[name], 60) for name, layer in deployed.layers.items()),
            deployed.expected_runs(images),
        )
    )
    assert expected == pytest.approx(total, rel=0.01)


def test_conditions_reach_every_layer_and_the_fingerprint(cnn: nn.Module, data: Dataset, deployed: Deployed) -> None:
    ruined = deploy(cnn, STT, calibration=data.train_images[:128],
                    conditions=under(age="1e6 years", temperature="220 degC"))  # fmt: skip
    images = data.test_images[:40]
    fresh, lost = deployed(images, draw=0), ruined(images, draw=0)
    assert torch.equal(deployed(images), ruined(images)), "nominal cells are those of the design"
    assert not torch.equal(fresh, lost)
    correct = [float((scores.argmax(1) == data.test_labels[:40]).float().mean()) for scores in (fresh, lost)]
    assert correct[0] > 0.8
    assert correct[1] < correct[0] - 0.2, "a million years at 220 degC leave little"
    assert ruined.fingerprint != deployed.fingerprint
    assert ruined.random


def test_a_chip_in_a_file(cnn: nn.Module, data: Dataset, tmp_path: Path) -> None:
    given = under(age="10 years", temperature="125 degC", read_noise="device")
    chip = deploy(cnn, STT, calibration=data.train_images[:128], conditions=given)
    path = chip.save_chip(tmp_path / "chip.npz", seed=3, draw=1)
    images = data.test_images[:20]
    assert torch.equal(chip.run(images, chip.load_chip(path))[0], chip(images, draw=1, seed=3))
    assert not torch.equal(chip(images, draw=2, seed=3), chip(images, draw=1, seed=3))
    other = deploy(cnn, STT, calibration=data.train_images[:128])
    with pytest.raises(InputError, match="went through retention; must have been through nothing"):
        other.load_chip(path)
    small = deploy(nn.Sequential(nn.Flatten(), nn.Linear(64, 10)), STT, calibration=data.train_images[:32])
    with pytest.raises(InputError, match="load_chip: layers"):
        small.load_chip(path)
    with pytest.raises(InputError, match="a crossbar is needed"):
        deploy(cnn, "nearmem-sram-22nm", calibration=data.train_images[:8]).save_chip(tmp_path / "no.npz", 0, 0)


def test_remarks_say_what_is_in_the_accuracy(cnn: nn.Module, data: Dataset, deployed: Deployed) -> None:
    wired = deploy(cnn, STT.vary(crossbar__wires="mean pattern"), calibration=data.train_images[:128])
    before, after = (" ".join(one.estimate().flags) for one in (deployed, wired))
    assert "rows conducting (not in the accuracy)" in before
    assert "rows conducting (in the accuracy)" in after
    assert "not in the accuracy" not in after
    assert "wires take up to" in " ".join(wired.coverage.table()["remark"])
    near = deploy(cnn, "nearmem-stt-22nm", calibration=data.train_images[:8], conditions=under(age="1 year"))
    assert any("taken as just written" in flag for flag in near.estimate().flags)
    charge = deploy(cnn, "crossbar-sram-22nm", calibration=data.train_images[:128], conditions=under(reads=1e9))
    assert any("weights from the supply: of the conditions" in flag for flag in charge.estimate().flags)
    noisy = deploy(
        cnn, "crossbar-sram-22nm", calibration=data.train_images[:128], conditions=under(read_noise="device")
    )
    assert not any("weights from the supply" in flag for flag in noisy.estimate().flags)


@pytest.mark.parametrize(("kind", "remark"), [
    ("ideal", "converters are ideal: they round nothing and are priced as 6 bits"),
    ("lossless", "converters have 129 codes, one a sum, and are priced as 6 bits"),
    ("uniform", ""),
])  # fmt: skip
def test_converters_that_no_bits_make_are_named_in_the_costs(kind: str, remark: str) -> None:
    chip = STT.vary(crossbar__converter__kind=kind)
    flags = deploy(nn.Linear(8, 2), chip, calibration=torch.ones(4, 8)).estimate().flags
    assert [flag for flag in flags if "converters" in flag] == ([remark] if remark else [])


def test_wires_are_named_in_the_provenance(data: Dataset) -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 10)).eval()
    wired = deploy(model, STT.vary(crossbar__wires="exact"), calibration=data.train_images[:32])
    found = wired.evaluate(data.batches(limit=20), draws=2)
    assert found.provenance.backend == "array_wires and sliced_mvm: cpu (ladder in 1 layer)"
    assert wired.backends == {"1": "cpu"}


MEASURE = """
import resource, sys
import numpy as np
from remanence.core.stream import Stream
from remanence.crossbar import Conditions, CrossbarEngine
from remanence.core.declare import replace
from remanence.system import platform
design = platform("crossbar-stt-22nm").design
bar = replace(design.crossbar, wires=sys.argv[1])
rng = np.random.default_rng(0)
weights = rng.integers(-127, 128, (512, 256))
inputs = rng.integers(0, 256, (int(sys.argv[2]), 512)).astype(np.int16)
engine = CrossbarEngine.prepare(weights, inputs[:8], signed=False, crossbar=bar, node=design.node)
chip = engine.program(Stream(0), Conditions(defects=None, read_noise=sys.argv[3]))
chip.multiply(inputs[:2])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
chip.multiply(inputs)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.mark.parametrize(
    ("wires", "noise", "vectors"), [("ignored", "none", 20_000), ("ignored", "device", 4_000), ("exact", "none", 200)]
)
def test_a_layers_product_takes_bounded_memory(wires: str, noise: str, vectors: int) -> None:
    """The results and 160 MiB: float32 sums of 8 blocks, 8 digits and 7 slices take 0.4 GiB a thousand vectors."""
    done = subprocess.run([sys.executable, "-c", MEASURE, wires, str(vectors), noise], capture_output=True, text=True,
                          check=True)  # fmt: skip
    results = vectors * 256 * 8 / 2**20
    assert float(done.stdout) < 160 + results
