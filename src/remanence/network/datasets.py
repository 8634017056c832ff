"""Data sets: scikit-learn's embedded digits, or a user's npz file."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.core.stream import Stream

TEST_DIGITS = 360
ARRAYS = ("x_train", "y_train", "x_test", "y_test")


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Images in 0..1 (or as given, for floats) and labels.

    Args:
        name: what it is.
        train_images, test_images: float32, shape (N, C, H, W) or (N, features).
        train_labels, test_labels: int64, shape (N,).
    """

    name: str
    train_images: torch.Tensor
    train_labels: torch.Tensor
    test_images: torch.Tensor
    test_labels: torch.Tensor

    @property
    def classes(self) -> int:
        """Number of classes: the largest label plus one."""
        return int(max(self.train_labels.max(), self.test_labels.max())) + 1

    def batches(self, size: int = 256, limit: int | None = None) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Return the test set in batches, at most ``limit`` images of it."""
        images, labels = self.test_images[:limit], self.test_labels[:limit]
        return [(images[i : i + size], labels[i : i + size]) for i in range(0, len(images), size)]


def load_dataset(source: str) -> Dataset:
    """Load ``"digits"`` or an npz file with x_train, y_train, x_test, y_test.

    Raises:
        InputError: the file is missing, empty, corrupt, holds pickled objects (never unpickled), or its arrays do not
            fit together.
    """
    if source == "digits":
        return digits()
    if not source.endswith(".npz"):
        raise InputError("data", f"'{source}'", "must be digits or the path of an .npz file")
    return read_npz(Path(source))


def digits() -> Dataset:
    """Return scikit-learn's 1797 handwritten digits of 8x8 pixels, 360 of them for test, split by a fixed stream.

    Source: E. Alpaydin, C. Kaynak, UCI optical recognition of handwritten digits (1998), as shipped by scikit-learn.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise InputError("data", "digits", "needs scikit-learn", "Install remanence[network].") from error
    pixels, labels = load_digits(return_X_y=True)
    order = Stream(0).child("digits split").permutation(len(labels))
    images = torch.from_numpy((pixels / 16.0).astype(np.float32).reshape(-1, 1, 8, 8)[order])
    targets = torch.from_numpy(labels.astype(np.int64)[order])
    return Dataset("digits", images[TEST_DIGITS:], targets[TEST_DIGITS:], images[:TEST_DIGITS], targets[:TEST_DIGITS])


def read_npz(path: Path) -> Dataset:
    """Read a data set from an npz file; see `load_dataset`."""
    try:
        with path.open("rb") as handle, np.load(handle, allow_pickle=False) as file:
            missing = [name for name in ARRAYS if name not in file.files]
            if missing:
                raise InputError(f"data '{path}'", f"no {', '.join(missing)}", f"must hold {', '.join(ARRAYS)}")
            arrays = {name: file[name] for name in ARRAYS}
    except InputError:
        raise
    except (OSError, ValueError, zipfile.BadZipFile, EOFError, KeyError, AttributeError, zipfile.LargeZipFile) as error:
        reason = "holds pickled objects, which are never loaded" if "pickle" in str(error).lower() else "cannot be read"
        raise InputError("data", f"'{path}'", f"{reason} ({type(error).__name__})",
                         "Save plain arrays with numpy.savez.") from error  # fmt: skip
    except Exception as error:  # zlib.error and the like from a damaged archive
        raise InputError("data", f"'{path}'", f"cannot be read ({type(error).__name__})") from error
    parts = {}
    for split in ("train", "test"):
        images = _images(arrays[f"x_{split}"], f"data '{path}': x_{split}")
        labels = arrays[f"y_{split}"]
        subject = f"data '{path}': y_{split}"
        if labels.ndim == 2 and labels.shape[1] == 1:
            labels = labels[:, 0]
        if labels.shape != (len(images),) or not np.issubdtype(labels.dtype, np.integer):
            raise InputError(subject, f"{labels.dtype} of shape {labels.shape}", f"must be {len(images)} whole numbers")
        if len(labels) and int(labels.min()) < 0:
            raise InputError(subject, int(labels.min()), "labels count from 0")
        parts[split] = (torch.from_numpy(images), torch.from_numpy(labels.astype(np.int64)))
    if parts["train"][0].shape[1:] != parts["test"][0].shape[1:]:
        raise InputError(
            f"data '{path}'", [tuple(p[0].shape[1:]) for p in parts.values()], "images must have one shape"
        )
    return Dataset(path.name, *parts["train"], *parts["test"])


def _images(array: NDArray[np.generic], subject: str) -> NDArray[np.float32]:
    if array.ndim not in (2, 3, 4) or 0 in array.shape:
        raise InputError(
            subject, f"shape {array.shape}", "must be (N, features), (N, H, W), (N, H, W, C) or (N, C, H, W)"
        )
    if array.dtype == np.uint8:
        images = array.astype(np.float32) / np.float32(255.0)
    elif np.issubdtype(array.dtype, np.floating):
        images = array.astype(np.float32)
    else:
        raise InputError(subject, str(array.dtype), "must be uint8 (0 to 255) or floating point")
    if not np.isfinite(images).all():
        raise InputError(subject, "NaN or infinite pixels", "all must be finite")
    if images.ndim == 3:
        images = images[:, None]
    elif images.ndim == 4 and images.shape[3] in (1, 3) and images.shape[1] not in (1, 3):
        images = np.ascontiguousarray(images.transpose(0, 3, 1, 2))
    return images
