"""Accuracy over programmed chips, with the event count of the same runs."""

from __future__ import annotations

import collections
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import stats
from torch import nn

from remanence.core.errors import InputError
from remanence.core.events import EventCount
from remanence.core.provenance import Provenance, versions
from remanence.data import Draws
from remanence.system import Estimate, LayerRun

if TYPE_CHECKING:
    from remanence.network.deploy import Deployed

Batch: TypeAlias = tuple[Any, Any]
"""Images and their labels, as tensors or arrays."""
Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with (what, done, total)."""
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Accuracy:
    """Share of right answers.

    Args:
        float_model: of the model as given.
        quantised: of the integer network: whole-number weights and inputs, exact products.
        nominal: on the chip with nominal cells: what the converters alone cost.
        chips: on each programmed chip, shape (draws,).
        images: how many answers each share is of.
    """

    float_model: float
    quantised: float
    nominal: float
    chips: NDArray[np.float64]
    images: int

    @property
    def mean(self) -> float:
        """Mean over programmed chips."""
        return float(self.chips.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """95 % confidence interval of the mean over programmed chips (Student's t), cut to 0..1."""
        spread = float(self.chips.std(ddof=1) / np.sqrt(self.chips.size))
        reach = spread * float(stats.t.ppf(0.5 + CONFIDENCE / 2.0, self.chips.size - 1))
        return max(self.mean - reach, 0.0), min(self.mean + reach, 1.0)

    @property
    def sampling_error(self) -> float:
        """Half width of the 95 % interval that the finite number of test images alone leaves (normal approximation)."""
        share = min(max(self.mean, 1.0 / self.images), 1.0 - 1.0 / self.images) if self.images > 1 else 0.5
        return float(stats.norm.ppf(0.5 + CONFIDENCE / 2.0) * np.sqrt(share * (1.0 - share) / self.images))

    @property
    def worst(self) -> float:
        """The worst programmed chip."""
        return float(self.chips.min())

    def as_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        return {
            "float": self.float_model,
            "quantised": self.quantised,
            "nominal": self.nominal,
            "mean": self.mean,
            "interval": list(self.interval),
            "confidence": CONFIDENCE,
            "sampling_error": self.sampling_error,
            "chips": self.chips.tolist(),
            "images": self.images,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Accuracy and events of one and the same run.

    Args:
        accuracy: over programmed chips.
        runs: what each layer did, per inference, averaged over images and chips.
        deployed: the model on the chip.
        provenance: where the result came from.
    """

    accuracy: Accuracy
    runs: tuple[LayerRun, ...]
    deployed: Deployed
    provenance: Provenance

    def estimate(self, batch: int = 1, *, draws: Draws | None = None) -> Estimate:
        """Price the events of this run."""
        return self.deployed.estimate(batch, runs=self.runs, draws=draws)


def evaluate(
    deployed: Deployed,
    loader: Iterable[Batch],
    draws: int,
    seed: int,
    progress: Progress | None,
    checkpoint: Path | None,
) -> Evaluation:
    """See `Deployed.evaluate`."""
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 2:
        raise InputError("evaluate: draws", draws, "a whole number of at least 2 programmed chips gives an interval")
    batches = [_as_batch(item, deployed.original) for item in loader]
    images = sum(len(labels) for _, labels in batches)
    if not images:
        raise InputError("evaluate: data", "no images", "at least one is needed")

    def right(output: object, labels: torch.Tensor) -> int:
        if not isinstance(output, torch.Tensor) or output.ndim != 2 or len(output) != len(labels):
            given = tuple(output.shape) if isinstance(output, torch.Tensor) else type(output).__name__
            raise InputError("evaluate: the model's output", given, f"must be scores of shape ({len(labels)}, classes)")
        if int(labels.max()) >= output.shape[1]:
            raise InputError("evaluate: labels", int(labels.max()), f"the model tells {output.shape[1]} classes apart")
        return int((output.argmax(dim=1) == labels).sum())

    def correct(answer: Callable[[torch.Tensor], torch.Tensor]) -> int:
        return sum(right(answer(pictures), labels) for pictures, labels in batches)

    with torch.no_grad():
        as_float = correct(deployed.original)
    exact, nominal = deployed.exact(), deployed.nominal()
    as_integer = correct(lambda pictures: deployed.run(pictures, exact)[0])
    as_nominal = correct(lambda pictures: deployed.run(pictures, nominal)[0])
    journal = Journal(checkpoint, _fingerprint(deployed, batches, seed))
    for draw in range(draws):
        if draw not in journal.finished and draw and not deployed.random:
            journal.add(draw, *journal.finished[0])
        elif draw not in journal.finished:
            held = deployed.program(seed, draw)
            count, totals = 0, {name: EventCount() for name in deployed.layers}
            for pictures, labels in batches:
                output, events = deployed.run(pictures, held, count=True)
                count += right(output, labels)
                totals = {name: totals[name] + events[name] for name in totals}
            journal.add(draw, count, totals)
        if progress is not None:
            progress(deployed.platform.name, draw + 1, draws)
    records = [journal.finished[draw] for draw in range(draws)]
    runs = []
    for name, layer in deployed.layers.items():
        total = EventCount()
        for _, events in records:
            total = total + events[name]
        runs.append(layer.run(total, float(images) * draws))
    accuracy = Accuracy(
        float_model=as_float / images,
        quantised=as_integer / images,
        nominal=as_nominal / images,
        chips=np.array([count for count, _ in records]) / images,
        images=images,
    )
    provenance = Provenance(
        fingerprint=journal.fingerprint,
        seed=seed,
        backend=_backend(deployed),
        sources=tuple(sorted({row.source for row in deployed.platform.rows()})),
        versions=versions(),
    )
    return Evaluation(accuracy, tuple(runs), deployed, provenance)


def _backend(deployed: Deployed) -> str:
    """Return which kernel ran on which back end, and on how many layers by which path."""
    if not deployed.platform.design.crossbar:
        return "exact integer product"
    paths = collections.Counter(filter(None, deployed.paths.values()))
    each = ", ".join(f"{path} in {layers} layer{'s' if layers > 1 else ''}" for path, layers in sorted(paths.items()))
    kernel = "array_wires and sliced_mvm" if "ladder" in paths else "sliced_mvm"
    ran = f"{kernel}: {', '.join(sorted(set(filter(None, deployed.backends.values()))))}"
    return f"{ran} ({each})" if each else kernel


def as_images(given: Any, model: nn.Module, subject: str) -> torch.Tensor:
    """Return inputs as a tensor of the model's float type.

    Raises:
        InputError: no inputs, NaN or infinite ones, or whole numbers where the model takes floats.
    """
    try:
        images = torch.as_tensor(given)
    except (TypeError, ValueError, RuntimeError) as error:
        raise InputError(subject, type(given).__name__, "must be a tensor or an array") from error
    if images.ndim < 1 or not len(images):
        raise InputError(subject, tuple(images.shape), "needs at least one input, along the first axis")
    embeds = any(isinstance(module, nn.Embedding) for module in model.modules())
    if not images.is_floating_point():
        if embeds and not images.is_complex():
            return images
        raise InputError(subject, str(images.dtype), "must be floating point", "Scale uint8 images by 1/255.")
    if not torch.isfinite(images).all():
        raise InputError(subject, "NaN or infinite", "all must be finite")
    types = [parameter.dtype for parameter in model.parameters() if parameter.is_floating_point()]
    return images.to(types[0] if types else torch.float32)


def _as_batch(item: Any, model: nn.Module) -> tuple[torch.Tensor, torch.Tensor]:
    if not isinstance(item, (tuple, list)) or len(item) != 2:
        raise InputError("evaluate: loader", type(item).__name__, "must give pairs of (images, labels)",
                         "Wrap a data set in torch.utils.data.DataLoader.")  # fmt: skip
    images = as_images(item[0], model, "evaluate: images")
    labels = torch.as_tensor(item[1])
    if labels.ndim != 1 or len(images) != len(labels) or labels.is_floating_point() or labels.is_complex():
        raise InputError("evaluate: labels", f"{labels.dtype} of shape {tuple(labels.shape)}",
                         f"must be one whole number per image, {len(images)} here")  # fmt: skip
    if int(labels.min()) < 0:
        raise InputError("evaluate: labels", int(labels.min()), "count from 0")
    return images, labels.to(torch.int64)


def _fingerprint(deployed: Deployed, batches: list[tuple[torch.Tensor, torch.Tensor]], seed: int) -> str:
    digest = hashlib.blake2b(f"{deployed.fingerprint} {seed}".encode(), digest_size=16)
    for images, labels in batches:
        digest.update(images.contiguous().numpy().tobytes() + labels.contiguous().numpy().tobytes())
    return digest.hexdigest()


class Journal:
    """Finished chips of an evaluation, one JSON line each, so that an interrupted run can go on.

    Raises:
        InputError: the file belongs to another run or cannot be read.
    """

    def __init__(self, path: Path | None, fingerprint: str) -> None:
        self.path, self.fingerprint = path, fingerprint
        self.finished: dict[int, tuple[int, dict[str, EventCount]]] = {}
        if path is None:
            return
        if path.exists():
            self._read(path)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({"fingerprint": fingerprint}) + "\n", encoding="utf-8")

    def _read(self, path: Path) -> None:
        lines = path.read_text(encoding="utf-8").splitlines()
        try:
            owner = json.loads(lines[0])["fingerprint"]
            for line in lines[1:]:
                try:
                    record = json.loads(line)
                except json.JSONDecodeError:
                    continue  # the line that was being written when the run stopped
                events = {name: EventCount(**counts) for name, counts in record["events"].items()}
                self.finished[int(record["draw"])] = (int(record["correct"]), events)
        except (IndexError, KeyError, TypeError, ValueError) as error:
            raise InputError("checkpoint", f"'{path}'", "is not a checkpoint of an evaluation", "Remove it.") from error
        if owner != self.fingerprint:
            raise InputError("checkpoint", f"'{path}'", "belongs to a run with another model, chip, data or seed",
                             "Remove it, or name another file.")  # fmt: skip

    def add(self, draw: int, correct: int, events: dict[str, EventCount]) -> None:
        """Keep a finished chip, on disk first."""
        if self.path is not None:
            counts = {name: count.as_dict() for name, count in events.items()}
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"draw": draw, "correct": correct, "events": counts}) + "\n")
        self.finished[draw] = (correct, events)
