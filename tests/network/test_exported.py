"""Exported programs: the same scores as the model they were made from, every layer found, nothing odd let in."""

from __future__ import annotations

import json
import sys
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from remanence.app.cli import main
from remanence.core.errors import InputError
from remanence.network import deploy
from remanence.network.datasets import Dataset
from remanence.network.exported import read_exported
from remanence.network.loading import load_model

BATCH = ({0: torch.export.Dim("batch", min=1, max=4096)},)


class Small(nn.Module):
    """Every kind of layer that is mapped or folded, one of them called twice."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding="same", bias=False),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.Conv2d(8, 8, 3, stride=2, padding=1, groups=8),
            nn.BatchNorm2d(8, affine=False),
            nn.ReLU(),
        )
        self.again = nn.Conv2d(8, 8, 1)
        self.line = nn.Conv1d(8, 6, 3, dilation=2, groups=2)
        self.hidden, self.norm, self.drop = nn.Linear(72, 12), nn.BatchNorm1d(12), nn.Dropout(0.5)
        self.last = nn.Linear(12, 10, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = torch.relu(self.again(torch.relu(self.again(self.features(x)))))
        y = torch.relu(self.line(y.flatten(2))).flatten(1)
        scores: torch.Tensor = self.last(self.drop(torch.relu(self.norm(self.hidden(y)))))
        return scores


@pytest.fixture
def small() -> nn.Module:
    generator = torch.Generator().manual_seed(2)
    model = Small()
    with torch.no_grad():
        for name, item in (*model.named_parameters(), *model.named_buffers()):
            if item.is_floating_point():
                item.uniform_(0.5 if "var" in name else -0.5, 1.0 if "var" in name else 0.5, generator=generator)
    return model.eval()


def export(model: nn.Module, path: Path, shapes: object = BATCH, size: int = 8) -> Path:
    program = torch.export.export(model, (torch.rand(2, 1, size, size),), dynamic_shapes=shapes)  # type: ignore[arg-type]
    torch.export.save(program, path)
    return path


def test_an_exported_model_is_the_model(small: nn.Module, data: Dataset, tmp_path: Path) -> None:
    loaded = load_model(str(export(small, tmp_path / "small.pt2")), data, epochs=1)
    with torch.no_grad():
        assert torch.equal(loaded(data.test_images[:50]), small(data.test_images[:50]))
    names = {name for name, module in loaded.named_modules() if isinstance(module, (nn.Linear, nn.Conv1d, nn.Conv2d))}
    assert names == {"features.0", "features.3", "again", "line", "hidden", "last"}
    for chip in ("nearmem-sram-22nm", "crossbar-stt-22nm"):
        deployed = deploy(loaded, chip, calibration=data.train_images[:64])
        assert deployed.coverage.share == 1.0
        assert {row[3] for row in deployed.coverage.modules if "BatchNorm" in row[1]} == {
            "folded into features.0", "folded into features.3", "folded into hidden"}  # fmt: skip
    images = data.test_images[:50]
    twin = deploy(small, "nearmem-sram-22nm", calibration=data.train_images[:64])
    assert torch.equal(deploy(loaded, "nearmem-sram-22nm", calibration=data.train_images[:64])(images), twin(images))


def test_decomposed_programs_are_read_too(data: Dataset, tmp_path: Path) -> None:
    model = nn.Sequential(nn.Conv2d(1, 6, 3), nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 10, 6, groups=2), nn.Flatten())
    program = torch.export.export(model.eval(), (torch.rand(2, 1, 8, 8),), dynamic_shapes=BATCH)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch 2.13 warns of its own use of pytree while it decomposes
        torch.export.save(program.run_decompositions(), tmp_path / "model.pt2")
    loaded = read_exported(tmp_path / "model.pt2", (1, 8, 8))
    with torch.no_grad():
        torch.testing.assert_close(loaded(data.test_images[:9]), model(data.test_images[:9]))
    coverage = deploy(loaded, "nearmem-sram-22nm", calibration=data.train_images[:16]).coverage
    assert coverage.share == 1.0
    assert [row[2] for row in coverage.modules] == ["chip"] * 3


def test_what_a_program_must_be(small: nn.Module, tmp_path: Path) -> None:
    fixed = export(small, tmp_path / "fixed.pt2", shapes=None)
    with pytest.raises(InputError, match=r"a batch of any size.*dynamic_shapes"):
        read_exported(fixed, (1, 8, 8))
    with pytest.raises(InputError, match=r"must take images of shape \(3, 8, 8\)"):
        read_exported(export(small, tmp_path / "small.pt2"), (3, 8, 8))
    training = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(64, 10)).train()
    with pytest.raises(InputError, match=r"drops at random.*evaluation mode"):
        read_exported(export(training, tmp_path / "training.pt2"), (1, 8, 8))

    class Two(nn.Module):
        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            return x, x + 1.0

    with pytest.raises(InputError, match="2 outputs"):
        read_exported(export(Two(), tmp_path / "two.pt2"), (1, 8, 8))


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flipped(content: bytes) -> bytes:
    broken = bytearray(content)
    broken[len(broken) // 3] ^= 0xFF
    return bytes(broken)


@pytest.mark.parametrize("damage", [cut, flipped, lambda _: b"", lambda _: b"PK no archive"])
def test_damaged_files_are_refused(
    small: nn.Module,
    tmp_path: Path,
    damage: Callable[[bytes], bytes],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = export(small, tmp_path / "small.pt2")
    path.write_bytes(damage(path.read_bytes()))
    monkeypatch.setattr(sys, "argv", ["remanence", "evaluate", str(path)])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 2
    message = capsys.readouterr().err
    assert "small.pt2" in message
    assert "Traceback" not in message


def test_other_archives_and_pickled_objects_are_refused(small: nn.Module, tmp_path: Path) -> None:
    torch.save(small.state_dict(), tmp_path / "state.pt2")
    with pytest.raises(InputError, match=r"no archive of torch\.export"):
        read_exported(tmp_path / "state.pt2", (1, 8, 8))
    with pytest.raises(InputError, match="cannot be read"):
        read_exported(tmp_path / "missing.pt2", (1, 8, 8))
    good = export(small, tmp_path / "small.pt2")
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(tmp_path / "pickled.pt2", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("weights_config.json"):
                content = json.dumps(json.loads(content)).replace('"use_pickle": false', '"use_pickle": true').encode()
            new.writestr(name, content)
    with pytest.raises(InputError, match="pickled objects, which are never loaded"):
        read_exported(tmp_path / "pickled.pt2", (1, 8, 8))
