"""Taking a trained model onto a chip."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from remanence.core.declare import fingerprint
from remanence.core.errors import CoverageError, InputError
from remanence.core.events import EventCount
from remanence.core.stream import Stream
from remanence.crossbar import UNUSED, Conditions, ProgrammedCells, load_chip, save_chip
from remanence.data import Draws
from remanence.network import evaluation
from remanence.network.coverage import PRODUCTS, Coverage, plan, stays_digital
from remanence.network.evaluation import Batch, Evaluation, Progress
from remanence.network.folding import fold, foldable
from remanence.network.layers import Multiplier, OnChipLayer
from remanence.system import Estimate, LayerRun, Platform, platform, price

CALIBRATION_BATCH = 128


class Deployed:
    """A model on a chip. Make one with `deploy`.

    Args:
        model: the copy whose layers run on the chip.
        original: the float model it was made from, untouched.
        layers: the layers on the chip, in order of the model.
        platform: the chip.
        coverage: what runs where.
        conditions: how programmed chips are written and used.
        calibration_runs: what calibration images made the chip do, per inference.
    """

    def __init__(
        self,
        model: nn.Module,
        original: nn.Module,
        layers: Mapping[str, OnChipLayer],
        chip: Platform,
        coverage: Coverage,
        conditions: Conditions = UNUSED,
    ) -> None:
        self.model, self.original, self.layers, self.platform, self.coverage = model, original, layers, chip, coverage
        self.conditions = conditions
        self.calibration_runs: tuple[LayerRun, ...] = ()

    def __repr__(self) -> str:
        """Name the chip and what is on it."""
        return f"Deployed({type(self.original).__name__} on {self.platform.name}; {self.coverage})"

    def __call__(self, images: torch.Tensor, *, draw: int | None = None, seed: int = 0) -> torch.Tensor:
        """Return the model's output on programmed chip number ``draw`` of a seed; None is the chip of nominal cells."""
        images = evaluation.as_images(images, self.original, "images")
        return self.run(images, self.nominal() if draw is None else self.program(seed, draw))[0]

    @property
    def random(self) -> bool:
        """Whether programmed chips can differ; if not, one stands for all."""
        return any(layer.random for layer in self.layers.values())

    @property
    def paths(self) -> dict[str, str]:
        """How the products of each layer were computed in the last run; empty where a layer has not run."""
        return {name: layer.path for name, layer in self.layers.items()}

    @property
    def backends(self) -> dict[str, str]:
        """The back end that computed the products of each layer in the last run."""
        return {name: layer.backend for name, layer in self.layers.items()}

    def program(self, seed: int, draw: int) -> dict[str, Multiplier]:
        """Write every layer to one chip: number ``draw`` of the chips of ``seed``, under the conditions of use."""
        stream = _chip(seed, draw)
        return {name: layer.program(stream) for name, layer in self.layers.items()}

    def save_chip(self, path: str | Path, seed: int, draw: int) -> Path:
        """Write the devices of one programmed chip, as `program` makes them, to a file.

        Raises:
            InputError: a chip whose cells hold no state of their own, or a folder that does not exist.
        """
        stream = _chip(seed, draw)
        parts = {
            f"{name}|{group}": part
            for name, layer in self.layers.items()
            for group, part in layer.write(stream).items()
        }  # fmt: skip
        return save_chip(path, parts)

    def load_chip(self, path: str | Path) -> dict[str, Multiplier]:
        """Return what a chip in a file holds: what `program` returned for it, converters and noise as well.

        Args:
            path: of a file that `save_chip` wrote for the same model, chip, calibration and conditions.

        Raises:
            InputError: no such file, one that is damaged, or a chip of other devices, weights or conditions.
        """
        bar = self.platform.design.crossbar
        device = None if bar is None else bar.cell.junction or bar.cell.resistive
        if device is None:
            raise InputError("load_chip", self.platform.name, "needs a crossbar of junctions or resistive devices")
        layers: dict[str, dict[str, ProgrammedCells]] = {}
        for key, part in load_chip(path, device).items():
            name, _, group = key.rpartition("|")
            layers.setdefault(name, {})[group] = part
        if set(layers) != set(self.layers):
            raise InputError("load_chip: layers", ", ".join(layers), f"must be {', '.join(self.layers)}")
        first = next(iter(next(iter(layers.values())).values()))
        stream = Stream(first.stream.seed, first.stream.path[:1])
        self._require_conditions(layers)
        return {name: layer.assemble(layers[name], stream) for name, layer in self.layers.items()}

    def _require_conditions(self, layers: Mapping[str, Mapping[str, ProgrammedCells]]) -> None:
        """Refuse a chip that saw another use than the conditions say: its compensation and its noise would be wrong."""
        for name, groups in layers.items():
            fresh = self.layers[name].steps
            for group, part in groups.items():
                if part.history != fresh:
                    seen, wanted = (
                        ", ".join(step for step, _ in steps) or "nothing" for steps in (part.history, fresh)
                    )
                    raise InputError(f"load_chip: {name}, {group}", f"devices that went through {seen}",
                                     f"must have been through {wanted}, with the numbers of these conditions",
                                     "Deploy with the conditions under which the chip was saved.")  # fmt: skip

    def nominal(self) -> dict[str, Multiplier]:
        """The chip with nominal cells: only its converters differ from the integer network."""
        return {name: layer.program(None) for name, layer in self.layers.items()}

    def exact(self) -> dict[str, Multiplier]:
        """The integer network: exact products of the whole-number weights and inputs."""
        return {name: layer.exact() for name, layer in self.layers.items()}

    def run(
        self, images: torch.Tensor, held: Mapping[str, Multiplier], *, count: bool = False
    ) -> tuple[torch.Tensor, dict[str, EventCount]]:
        """Run images through the model on what the chip holds.

        Args:
            images: a batch, as the model takes it.
            held: what each layer's arrays hold: from `program`, `nominal` or `exact`.
            count: whether to count events.

        Returns:
            The model's output, and the events of each layer over the whole batch.

        Raises:
            CoverageError: a layer that should run on the chip was passed by.
        """
        with self._holding(held, count):
            output: torch.Tensor = self.model(images)
            events = {name: layer.events for name, layer in self.layers.items() if layer.events is not None}
            passed_by = [name for name, layer in self.layers.items() if layer.calls == 0]
        if passed_by:
            raise CoverageError("deploy", ", ".join(passed_by), "the model did not run these layers on the chip",
                                "Let them stay digital by name, or call them as modules.")  # fmt: skip
        return output, events

    def expected_runs(self, images: torch.Tensor) -> tuple[LayerRun, ...]:
        """Return what each layer does per inference, expected from how often its inputs and weights take each value.

        The events of `evaluate` are counted; these need only histograms, which images leave on the integer network.

        Args:
            images: a batch, as the model takes it.

        Raises:
            InputError: a chip without a crossbar.
        """
        images = evaluation.as_images(images, self.original, "images")
        for layer in self.layers.values():
            layer.watched, layer.occurrence = True, None
        try:
            self.run(images, self.exact())
            return tuple(layer.run(layer.expected_events(), len(images)) for layer in self.layers.values())
        finally:
            for layer in self.layers.values():
                layer.watched = False

    @contextlib.contextmanager
    def _holding(self, held: Mapping[str, Multiplier], count: bool) -> Iterator[None]:
        try:
            for name, layer in self.layers.items():
                layer.hold(held[name])
                layer.calls, layer.events = 0, EventCount() if count else None
            with _no_fast_path(), torch.no_grad():
                yield
        finally:
            for layer in self.layers.values():
                layer.hold(None)
                layer.events = None

    def evaluate(
        self,
        loader: Iterable[Batch],
        draws: int = 20,
        seed: int = 0,
        *,
        progress: Progress | None = None,
        checkpoint: Path | None = None,
    ) -> Evaluation:
        """Measure accuracy over programmed chips, and count the events of the same runs.

        Args:
            loader: batches of (images, labels); it is read once.
            draws: programmed chips; each draws its own cells.
            seed: of the cells.
            progress: called with (what, done, total) after each chip.
            checkpoint: file that finished chips are written to, and read from if it is there: an interrupted evaluation
                goes on where it stopped.

        Raises:
            InputError: no data, labels that do not fit, fewer than 2 draws, or a checkpoint of another run.
        """
        return evaluation.evaluate(self, loader, draws, seed, progress, checkpoint)

    def estimate(
        self, batch: int = 1, *, runs: tuple[LayerRun, ...] | None = None, draws: Draws | None = None
    ) -> Estimate:
        """Price the network on the chip: energy, latency, area, power, standby, write cost, with 90 % intervals.

        Args:
            batch: inferences run together.
            runs: what the layers did; an `Evaluation` holds those of its data. Left out: the calibration images.
            draws: draws over the parameters' ranges; 256 from seed 0 if left out.
        """
        estimate = price(
            self.platform, runs or self.calibration_runs, batch=batch, draws=draws, conditions=self.conditions
        )
        if self.coverage.digital_products:
            remark = f"{1 - self.coverage.share:.2%} of the multiply-accumulates stay digital and are not priced"
            return dataclasses.replace(estimate, flags=(*estimate.flags, remark))
        return estimate

    @property
    def fingerprint(self) -> str:
        """Digest of chip, weights and calibration: equal where results must be equal."""
        digest = hashlib.blake2b(repr(self.platform.card).encode(), digest_size=16)
        if self.conditions != UNUSED:
            digest.update(fingerprint(self.conditions).encode())
        for name, layer in self.layers.items():
            digest.update(name.encode() + layer.codes.tobytes() + layer.weight_scale.numpy().tobytes())
            digest.update(repr(layer.range).encode() + np.asarray(getattr(layer.engine, "step", 0.0)).tobytes())
            if layer.bias is not None:
                digest.update(layer.bias.numpy().tobytes())
        return digest.hexdigest()


def _chip(seed: int, draw: int) -> Stream:
    return Stream(seed).child("programmed chip", draw)


@contextlib.contextmanager
def _no_fast_path() -> Iterator[None]:
    # The fused encoder path of torch reads weights directly and would pass the chip by without a word.
    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)


def deploy(
    model: nn.Module,
    chip: Platform | str | Path,
    *,
    calibration: torch.Tensor | np.ndarray,
    digital: Collection[str] = (),
    conditions: Conditions = UNUSED,
) -> Deployed:
    """Put a trained model on a chip: quantise it, lay it out, calibrate input and converter ranges.

    The caller's model is not changed. Linear, Conv1d and Conv2d, grouped or not, go to the chip; a batch norm that
    follows one of them alone is folded into it; activations, pooling and the like stay digital and are listed in
    ``coverage``; anything else that holds weights is refused unless named in ``digital``.

    Args:
        model: a trained torch module.
        chip: a platform, the name of one in the catalogue, or a YAML file.
        calibration: typical inputs, as the model takes them; a hundred are plenty.
        digital: modules that may be computed digitally, by name; ``"products"`` allows matrix products without weights,
            such as attention scores. What stays digital is not priced.
        conditions: how chips are written, how long they lie, how often they are read, whether reads are noisy; of
            computing arrays. Left out: a chip read at once.

    Raises:
        CoverageError: a layer cannot run on the chip.
        InputError: weights or calibration inputs that are not finite, or that the model does not take; wires that take
            too much of a crossbar's read voltage; no conditions.
    """
    target = chip if isinstance(chip, Platform) else platform(chip)
    if not isinstance(model, nn.Module):
        raise InputError("deploy: model", type(model).__name__, "a torch.nn.Module is needed")
    if not isinstance(conditions, Conditions):
        raise InputError("deploy: conditions", type(conditions).__name__, "remanence.crossbar.Conditions are needed")
    images = evaluation.as_images(calibration, model, "deploy: calibration")
    digital = (digital,) if isinstance(digital, str) else tuple(digital)
    original = copy.deepcopy(model).cpu().eval()
    converted = copy.deepcopy(original)
    folds = {
        norm: layer
        for norm, layer in foldable(original, images[:1]).items()
        if not stays_digital(norm, digital) and not stays_digital(layer, digital)
    }
    names, rows = plan(original, digital, folds)
    fold(converted, folds)
    layers: dict[str, OnChipLayer] = {}
    placed: dict[str, OnChipLayer] = {}
    made: dict[int, OnChipLayer] = {}  # a layer that stands in several places is one layer on the chip
    for name in names:
        source = converted.get_submodule(name)
        assert isinstance(source, (nn.Linear, nn.Conv1d, nn.Conv2d))
        if id(source) not in made:
            made[id(source)] = layers[name] = OnChipLayer(name, source, target.design, conditions)
        layer = placed[name] = made[id(source)]
        parent, _, leaf = name.rpartition(".")
        if name:
            setattr(converted.get_submodule(parent), leaf, layer)
        else:
            converted = layer
    with FlopCounterMode(display=False) as counter, torch.no_grad(), _no_fast_path():
        for first in range(0, len(images), CALIBRATION_BATCH):
            try:
                converted(images[first : first + CALIBRATION_BATCH])
            except (RuntimeError, TypeError, IndexError, AttributeError) as error:
                raise InputError("deploy: the model's forward", f"{type(error).__name__}: {error}",
                                 f"must run on inputs of shape {tuple(images.shape)}") from error  # fmt: skip
    on_chip = sum(layer.vectors * layer.multiplies_per_vector for layer in layers.values())
    elsewhere = max(counter.get_total_flops() / 2 - on_chip, 0.0)
    passed_by = [name for name, layer in layers.items() if not layer.calls]
    if passed_by:
        raise CoverageError("deploy", ", ".join(passed_by), "the model did not call these layers on calibration inputs",
                            "Let them stay digital by name, or remove them.")  # fmt: skip
    if elsewhere and PRODUCTS not in digital:
        raise CoverageError(
            "deploy",
            f"{elsewhere / len(images):.0f} multiply-accumulates per input outside the chip's layers",
            "matrix products must run on the chip or be allowed",
            f"Pass digital=({PRODUCTS!r},) with the layers they belong to.",
        )
    for layer in layers.values():
        layer.finish_calibration()
    rows = [(*row[:3], placed[row[0]].layout) if row[0] in placed else row for row in rows]
    coverage = Coverage(tuple(rows), on_chip / len(images), elsewhere / len(images))
    deployed = Deployed(converted, original, layers, target, coverage, conditions)
    totals = {name: EventCount() for name in layers}
    for first in range(0, len(images), CALIBRATION_BATCH):
        _, events = deployed.run(images[first : first + CALIBRATION_BATCH], deployed.exact(), count=True)
        totals = {name: totals[name] + events[name] for name in layers}
    deployed.calibration_runs = tuple(layer.run(totals[name], len(images)) for name, layer in layers.items())
    return deployed
