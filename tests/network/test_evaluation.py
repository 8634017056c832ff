"""Evaluation: accuracy and events come from one run; interrupted runs go on; data files are checked."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from remanence.core.errors import InputError, UnknownNameError
from remanence.network import deploy
from remanence.network.datasets import Dataset, load_dataset
from remanence.network.deploy import Deployed
from remanence.network.loading import load_model


@pytest.fixture(scope="module")
def deployed(cnn: nn.Module, data: Dataset) -> Deployed:
    return deploy(cnn, "crossbar-stt-22nm", calibration=data.train_images[:64])


def test_events_are_those_of_the_images_evaluated(deployed: Deployed, data: Dataset) -> None:
    bright, dark = (torch.full((4, 1, 8, 8), level) for level in (1.0, 0.0))
    labels = torch.zeros(4, dtype=torch.int64)
    runs = [deployed.evaluate([(images, labels)], draws=2).runs[0].events for images in (bright, dark)]
    # a dark image raises no row: no cell conducts, though every column is still converted
    assert runs[1].cell_reads_low == runs[1].wordline_toggles == 0
    assert runs[0].cell_reads_low > 0
    assert runs[0].conversions == runs[1].conversions > 0
    energies = [deployed.evaluate([(i, labels)], draws=2).estimate().energy.value for i in (bright, dark)]
    assert energies[0] > energies[1]


def test_interval_is_student_t_over_chips(deployed: Deployed, data: Dataset) -> None:
    accuracy = deployed.evaluate(data.batches(limit=60), draws=4).accuracy
    reach = 3.182446305 * accuracy.chips.std(ddof=1) / 2  # t(0.975, 3 degrees of freedom)
    assert accuracy.interval[0] == pytest.approx(accuracy.mean - reach, abs=1e-9)
    assert accuracy.chips.shape == (4,)
    assert accuracy.mean == pytest.approx(accuracy.chips.mean())


def test_an_interrupted_evaluation_goes_on_where_it_stopped(deployed: Deployed, data: Dataset, tmp_path: Path) -> None:
    path, batches = tmp_path / "run", data.batches(limit=40)
    whole = deployed.evaluate(batches, draws=4)

    def stop(_: str, done: int, __: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deployed.evaluate(batches, draws=4, progress=stop, checkpoint=path)
    with path.open("a") as file:
        file.write('{"draw": 2, "corr')  # the line that was being written
    kept = len(path.read_text().splitlines())
    resumed = deployed.evaluate(batches, draws=4, checkpoint=path)
    np.testing.assert_array_equal(resumed.accuracy.chips, whole.accuracy.chips)
    assert resumed.runs[0].events == whole.runs[0].events
    assert len(path.read_text().splitlines()) == kept + 1, "only the two missing chips were run"
    with pytest.raises(InputError, match="another model, chip, data or seed"):
        deployed.evaluate(batches, draws=4, seed=1, checkpoint=path)
    path.write_text("nonsense\n")
    with pytest.raises(InputError, match="not a checkpoint"):
        deployed.evaluate(batches, draws=4, checkpoint=path)


def test_bad_evaluation_input(deployed: Deployed) -> None:
    images, labels = torch.ones(3, 1, 8, 8), torch.zeros(3, dtype=torch.int64)
    with pytest.raises(InputError, match="at least 2"):
        deployed.evaluate([(images, labels)], draws=1)
    with pytest.raises(InputError, match="no images"):
        deployed.evaluate([], draws=2)
    with pytest.raises(InputError, match="one whole number per image"):
        deployed.evaluate([(images, labels[:2])], draws=2)
    with pytest.raises(InputError, match="finite"):
        deployed.evaluate([(images * float("nan"), labels)], draws=2)
    with pytest.raises(InputError, match="10 classes apart"):
        deployed.evaluate([(images, labels + 100)], draws=2)
    with pytest.raises(InputError, match="one whole number per image"):
        deployed.evaluate([(images, labels.float())], draws=2)
    with pytest.raises(InputError, match="pairs"):
        deployed.evaluate([images], draws=2)  # type: ignore[list-item]
    with pytest.raises(InputError, match="whole number"):
        deployed.evaluate([(images, labels)], draws=2.5)  # type: ignore[arg-type]


class Odd(nn.Module):
    """Returns something that is not scores."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(64, 10)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"scores": self.layer(x.flatten(1))}


def test_an_output_that_is_not_scores(data: Dataset) -> None:
    with pytest.raises(InputError, match=r"got 'dict'|got dict"):
        deploy(Odd(), "mcu-cortex-m4", calibration=data.train_images[:4]).evaluate(data.batches(limit=4), draws=2)


def test_provenance_names_sources_and_changes_with_the_chip(deployed: Deployed, cnn: nn.Module, data: Dataset) -> None:
    batches = data.batches(limit=10)
    one = deployed.evaluate(batches, draws=2).provenance
    other = deploy(cnn, deployed.platform.vary(crossbar__rows=32), calibration=data.train_images[:64])
    assert one.fingerprint != other.evaluate(batches, draws=2).provenance.fingerprint
    assert one.fingerprint == deployed.evaluate(batches, draws=2).provenance.fingerprint
    assert {"beach2008", "cimloop", "horowitz2014"} <= set(one.sources)
    assert {"remanence", "numpy", "torch"} <= set(one.versions)
    json.dumps(one.as_dict())


def arrays(**changes: np.ndarray) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    made: dict[str, np.ndarray] = {
        "x_train": rng.integers(0, 256, (12, 8, 8), dtype=np.uint8),
        "y_train": np.arange(12) % 3,
        "x_test": rng.integers(0, 256, (6, 8, 8), dtype=np.uint8),
        "y_test": np.arange(6) % 3,
    }
    return {**made, **changes}


def test_npz_layouts(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    for shape, expected in (((8, 8), (1, 8, 8)), ((8, 8, 3), (3, 8, 8)), ((3, 8, 8), (3, 8, 8)), ((20,), (20,))):
        path = tmp_path / "data.npz"
        np.savez(path, allow_pickle=False, **arrays(x_train=rng.random((12, *shape)), x_test=rng.random((6, *shape))))
        loaded = load_dataset(str(path))
        assert tuple(loaded.test_images.shape[1:]) == expected
        assert loaded.classes == 3


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x_train": np.array([object()] * 12)}, "pickled objects, which are never loaded"),
        ({"y_train": np.zeros(11, int)}, "must be 12 whole numbers"),
        ({"y_train": np.zeros(12)}, "must be 12 whole numbers"),
        ({"y_test": np.full(6, -1)}, "count from 0"),
        ({"x_test": np.full((6, 8, 8), np.nan)}, "NaN"),
        ({"x_test": np.zeros((0, 8, 8))}, "shape"),
        ({"x_test": np.zeros((6, 9, 9))}, "one shape"),
        ({"x_train": np.zeros((12, 8, 8), np.int64)}, "uint8"),
    ],
)
def test_bad_npz_files_are_named(tmp_path: Path, changes: dict[str, np.ndarray], message: str) -> None:
    path = tmp_path / "data.npz"
    np.savez(path, **arrays(**changes))  # type: ignore[arg-type]
    with pytest.raises(InputError, match=message):
        load_dataset(str(path))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04garbage", b"\x93NUMPY nonsense"])
def test_empty_and_corrupt_files(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "data.npz"
    path.write_bytes(content)
    with pytest.raises(InputError, match="cannot be read"):
        load_dataset(str(path))
    np.savez(path, x_train=np.zeros(3))
    with pytest.raises(InputError, match="no y_train, x_test, y_test"):
        load_dataset(str(path))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="cannot be read"):
        load_dataset(str(path))
    with pytest.raises(InputError, match="must be digits or"):
        load_dataset(str(tmp_path / "data.csv"))


def test_models_from_files(tmp_path: Path, data: Dataset) -> None:
    path = tmp_path / "mine.py"
    path.write_text(
        "import torch\n"
        "def net():\n    return torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 10))\n"
        "def number():\n    return 3\n"
        "def broken():\n    raise OSError('weights.pt is missing')\n"
    )
    model = load_model(f"{path}:net", data, epochs=1)
    assert deploy(model, "mcu-cortex-m4", calibration=data.train_images[:8]).coverage.share == 1.0
    for name, message in (
        ("number", "must return"),
        ("absent", "no function absent"),
        ("broken", "weights.pt is missing"),
    ):
        with pytest.raises(InputError, match=message):
            load_model(f"{path}:{name}", data, epochs=1)
    with pytest.raises(InputError, match="no such file"):
        load_model("nowhere.py:net", data, epochs=1)
    with pytest.raises(UnknownNameError, match="Did you mean cnn"):
        load_model("cnnn", data, epochs=1)


def test_training_is_repeatable(data: Dataset) -> None:
    one, two = (load_model("mlp", data, epochs=1, seed=4) for _ in range(2))
    other = load_model("mlp", data, epochs=1, seed=5)
    weights = [next(model.parameters()) for model in (one, two, other)]
    torch.testing.assert_close(weights[0], weights[1])
    assert not torch.allclose(weights[0], weights[2])
