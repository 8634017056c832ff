"""Models by name: built in, exported by torch, or a function in a user's file."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from torch import nn

from remanence.core.errors import InputError
from remanence.network.datasets import Dataset
from remanence.network.evaluation import Progress
from remanence.network.exported import read_exported
from remanence.network.models import MODELS, build_model
from remanence.network.training import train


def load_model(
    source: str, data: Dataset, *, epochs: int, seed: int = 0, progress: Progress | None = None
) -> nn.Module:
    """Return a trained model.

    Args:
        source: a built-in name (trained here on ``data``), a ``.pt2`` file of `torch.export`, or ``file.py:function``
            whose function returns a trained module. The Python file is run.
        data: the data set that a built-in network is trained on, and whose images an exported one must take.
        epochs: of that training.
        seed: of that training.
        progress: called after each epoch.

    Raises:
        InputError: no such name, file or function, or it does not return a module; an exported file that
            `read_exported` refuses.
    """
    if source.endswith(".pt2"):
        if not Path(source).is_file():
            raise InputError("model", f"'{source}'", "no such file", "Write it with torch.export.save.")
        return read_exported(Path(source), tuple(data.train_images.shape[1:]))
    if ":" not in source:
        model = build_model(source, tuple(data.train_images.shape[1:]), data.classes, seed)
        try:
            train(model, data, epochs=epochs, seed=seed, progress=progress)
        except (RuntimeError, ValueError) as error:
            raise InputError(f"model {source}", tuple(data.train_images.shape), "does not take these images") from error
        return model
    file, _, function = source.rpartition(":")
    path = Path(file)
    if not path.is_file():
        known = ", ".join(MODELS)
        raise InputError(
            "model", f"'{source}'", "no such file", f"Give a built-in name ({known}), a .pt2 file or file.py:function."
        )
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise InputError("model", f"'{source}'", "must be a Python file", "Give file.py:function.")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        built = getattr(module, function)()
    except AttributeError as error:
        raise InputError("model", f"'{source}'", f"no function {function}, or it failed: {error}") from error
    except (Exception, SystemExit) as error:
        raise InputError("model", f"'{source}'", f"failed with {type(error).__name__}: {error}") from error
    if not isinstance(built, nn.Module):
        raise InputError("model", f"'{source}' returned {type(built).__name__}", "must return a torch.nn.Module")
    return built.eval()
