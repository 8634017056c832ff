"""Layers that run on a chip in place of `torch.nn.Linear`, `torch.nn.Conv1d` and `torch.nn.Conv2d`."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from remanence.core.errors import InputError
from remanence.core.events import EventCount
from remanence.core.stream import Stream
from remanence.crossbar import (
    UNUSED,
    Conditions,
    CrossbarEngine,
    GroupedCrossbarEngine,
    Occurrence,
    ProgrammedCells,
    ProgrammedCrossbar,
    ProgrammedGroups,
    Step,
)
from remanence.network.quantise import InputRange, quantise_weights
from remanence.system import Chip, LayerRun, MatrixEngine


class Multiplier(Protocol):
    """Weights that a chip holds: nominal, or with the errors of one programmed chip."""

    def multiply(self, inputs: NDArray[np.integer]) -> NDArray[np.float64]:
        """Return the product of inputs, shape (V, G K), with the held weights: shape (V, G N)."""


SUPPORTED: tuple[type[nn.Module], ...] = (nn.Linear, nn.Conv1d, nn.Conv2d)


def unsupported_reason(module: nn.Module) -> str:
    """Return why one of the `SUPPORTED` layers cannot go on the chip, or an empty text."""
    if isinstance(module, (nn.Conv1d, nn.Conv2d)) and module.padding_mode != "zeros":
        return f"padding_mode={module.padding_mode!r}; only zeros is mapped"
    return ""


class OnChipLayer(nn.Module):
    """A Linear, Conv1d or Conv2d whose matrix products run on a chip; bias and scale stay digital.

    A convolution of G groups is G independent matrices of K inputs and N outputs each; otherwise G is 1.
    ``codes`` holds the whole-number weights, shape (K, G N), the outputs of a group side by side.

    It has no ``weight``: code that reads a layer's weight to compute the product itself fails instead of passing the
    chip by.
    """

    def __init__(
        self, name: str, source: nn.Linear | nn.Conv1d | nn.Conv2d, chip: Chip, conditions: Conditions = UNUSED
    ) -> None:
        super().__init__()
        self.name, self.source, self.chip, self.conditions = name, source, chip, conditions
        self.label = name or type(source).__name__  # of messages: a model of one layer has no name inside itself
        if not source.weight.numel():
            raise InputError(f"{self.label}: weights", tuple(source.weight.shape), "a layer needs at least one weight")
        self.codes, scale = quantise_weights(source.weight.flatten(1), chip.weight_bits, self.label)
        self.groups = 1 if isinstance(source, nn.Linear) else source.groups
        self.weight_scale = torch.from_numpy(scale)
        self.bias = None if source.bias is None else source.bias.detach().to(torch.float64)
        if self.bias is not None and not torch.isfinite(self.bias).all():
            raise InputError(f"{self.label}: bias", "NaN or infinite", "all must be finite")
        self.low, self.high = np.inf, -np.inf
        self.samples: list[torch.Tensor] = []
        self.calls = 0
        self.vectors = 0
        self.range: InputRange | None = None
        self.engine: CrossbarEngine | GroupedCrossbarEngine | MatrixEngine | None = None
        self.multiplier: Multiplier | None = None
        self.events: EventCount | None = None
        self.occurrence: Occurrence | None = None
        self.watched = False
        self.path = self.backend = ""
        self._last: Multiplier | None = None
        self._position = 0

    def hold(self, multiplier: Multiplier | None) -> None:
        """Let the layer run on what a chip holds; the noise of the same chip goes on where it stopped."""
        self.multiplier = multiplier
        if multiplier is not None and multiplier is not self._last:
            self._last, self._position = multiplier, 0

    @property
    def random(self) -> bool:
        """Whether programmed chips can differ in this layer."""
        if self.engine is None or isinstance(self.engine, MatrixEngine):
            return self.engine is not None and self.engine.random
        return self.engine.differs(self.conditions)

    @property
    def multiplies_per_vector(self) -> int:
        """Multiply-accumulates of one input vector."""
        return int(self.codes.size)

    def forward(self, activations: torch.Tensor) -> torch.Tensor:
        """Run the layer: float while calibrating, else on what the chip holds."""
        self.calls += 1
        if self.range is None:
            return self._calibrate(activations)
        if self.multiplier is None:
            raise RuntimeError(f"{self.label}: no programmed chip is selected")
        if not torch.isfinite(activations).all():
            raise InputError(
                f"{self.label}: activations", "NaN or infinite", "must be finite; there is no code for them"
            )
        vectors, shape = self._lower(self.range.encode(activations))
        depth = self.groups * len(self.codes)
        if vectors.shape[1] != depth:
            raise InputError(f"{self.label}: activations", f"shape {tuple(activations.shape)}",
                             f"each product takes {depth} of them, and these give {vectors.shape[1]}")  # fmt: skip
        inputs = vectors.to(torch.int16).numpy()
        if self.events is not None and self.engine is not None:
            self.events = self.events + self.engine.events(inputs)
        if self.watched:
            seen = Occurrence.by_input(inputs)
            self.occurrence = seen if self.occurrence is None else self.occurrence + seen
        result = torch.from_numpy(self._multiply(inputs)) * (self.weight_scale * self.range.scale)
        if self.bias is not None:
            result = result + self.bias
        return self._raise(result.to(activations.dtype), shape)

    def _multiply(self, inputs: NDArray[np.integer]) -> NDArray[np.float64]:
        if isinstance(self.multiplier, (ProgrammedCrossbar, ProgrammedGroups)):
            product = self.multiplier.product(inputs, first_vector=self._position)
            self.path, self.backend, self._position = product.path, product.backend, self._position + len(inputs)
            return product.values.astype(np.float64, copy=False)
        assert self.multiplier is not None
        self.path, self.backend = "exact integers", "numpy"
        return self.multiplier.multiply(inputs)

    def _calibrate(self, activations: torch.Tensor) -> torch.Tensor:
        finite = activations.detach()
        self.low, self.high = min(self.low, float(finite.min())), max(self.high, float(finite.max()))
        if not torch.isfinite(finite).all():
            self.high = np.nan
        vectors, _ = self._lower(finite)
        self.vectors += vectors.shape[0]
        self.samples.append(vectors[:: max(1, vectors.shape[0] // 256)])
        result: torch.Tensor = self.source(activations)
        return result

    def finish_calibration(self) -> None:
        """Fix input range and converter step from what calibration saw.

        Raises:
            InputError: an activation was not finite.
        """
        signs = self.chip.crossbar is not None and self.chip.crossbar.inputs == "binary"
        self.range = InputRange.covering(self.low, self.high, self.chip.input_bits, self.label, signs=signs)
        inputs = self.range.encode(torch.cat(self.samples)).to(torch.int16).numpy()
        self.samples = []
        if self.chip.crossbar is not None and self.chip.node is not None:
            kind = CrossbarEngine if self.groups == 1 else GroupedCrossbarEngine
            self.engine = kind.prepare(
                self._matrices, inputs, signed=self.range.signed, crossbar=self.chip.crossbar, node=self.chip.node
            )
        else:
            self.engine = MatrixEngine(self.chip, self._matrices)

    @property
    def _matrices(self) -> NDArray[np.int64]:
        """Whole-number weights, shape (K, N), or (G, K, N) of a grouped convolution."""
        if self.groups == 1:
            return self.codes
        return self.codes.reshape(len(self.codes), self.groups, -1).transpose(1, 0, 2)

    @property
    def layout(self) -> str:
        """How well the layer fills the chip, in words; empty where there is nothing to fill."""
        if isinstance(self.engine, MatrixEngine):
            share = f"{self.engine.utilisation:.2%} of the multipliers work"
            return share if self.chip.processor is not None else ""
        if self.engine is None:
            return ""
        arrays = f"{self.engine.arrays} array{'s' if self.engine.arrays > 1 else ''}"
        text = f"{arrays}, {self.engine.utilisation:.2%} of the cells hold weights"
        wires = self.engine.wiring
        return text if wires is None else f"{text}, wires take up to {wires.worst:.1%} of the read voltage"

    def exact(self) -> Multiplier:
        """Return the weights as exact whole numbers: the integer network."""
        return MatrixEngine(self.chip, self._matrices).program(None)

    def program(self, stream: Stream | None) -> Multiplier:
        """Return what one programmed chip holds of this layer (None: nominal cells)."""
        if self.engine is None:
            raise RuntimeError(f"{self.label}: not calibrated")
        own = None if stream is None else stream.child(self.name)
        return (
            self.engine.program(own)
            if isinstance(self.engine, MatrixEngine)
            else self.engine.program(own, self.conditions)
        )

    def write(self, stream: Stream) -> dict[str, ProgrammedCells]:
        """Return the devices of what `program` makes of a stream, for a file.

        Raises:
            InputError: a chip without a crossbar, or cells that hold no state of their own.
        """
        return self._crossbar.write(stream.child(self.name), self.conditions)

    def assemble(self, held: dict[str, ProgrammedCells], stream: Stream) -> Multiplier:
        """Return what a chip with given devices holds of this layer; ``stream`` is that of the chip.

        Raises:
            InputError: a chip without a crossbar, or devices of another layer.
        """
        return self._crossbar.assemble(held, stream.child(self.name), self.conditions)

    @property
    def steps(self) -> tuple[Step, ...]:
        """What devices of this layer have been through when they are used."""
        return self._crossbar.steps(self.conditions)

    @property
    def _crossbar(self) -> CrossbarEngine | GroupedCrossbarEngine:
        if self.engine is None or isinstance(self.engine, MatrixEngine):
            raise InputError(f"{self.label}: chip", self.chip.architecture, "a crossbar is needed to keep its cells")
        return self.engine

    def expected_events(self) -> EventCount:
        """Return the events that inputs as frequent as those watched make on average."""
        if self.occurrence is None:
            raise RuntimeError(f"{self.label}: no inputs were watched")
        return self._crossbar.expected_events(self.occurrence)

    def run(self, events: EventCount, images: float) -> LayerRun:
        """Return the record that the system floor prices, per inference."""
        if self.engine is None:
            raise RuntimeError(f"{self.label}: not calibrated")
        digital = self.engine if isinstance(self.engine, MatrixEngine) else None
        return LayerRun(
            name=self.name,
            events=events * (1.0 / images),
            weight_events=EventCount() if digital is None else digital.weight_events(),
            write_events=self.engine.write_events(),
            arrays=0 if isinstance(self.engine, MatrixEngine) else self.engine.arrays,
            weights=self.multiplies_per_vector,
            multiply_accumulates=self._products(events) / images,
        )

    def _products(self, events: EventCount) -> float:
        if isinstance(self.engine, (CrossbarEngine, GroupedCrossbarEngine)):
            return events.sequential_steps / self.engine.steps_per_vector * self.multiplies_per_vector
        return events.multiply_accumulates

    def _lower(self, activations: torch.Tensor) -> tuple[torch.Tensor, tuple[int, ...]]:
        """Turn activations into vectors of shape (V, G K), and remember the shape to return to.

        That is the leading axes for a Linear, else (images or 0 where there is no batch axis, height, width).
        """
        source = self.source
        if isinstance(source, nn.Linear):
            return activations.reshape(-1, activations.shape[-1]), tuple(activations.shape[:-1])
        single = activations.dim() == 1 + len(source.kernel_size)
        batch = activations.unsqueeze(0) if single else activations
        kernel, stride, dilation = tuple(source.kernel_size), tuple(source.stride), tuple(source.dilation)
        before, after = _padding(source)
        if isinstance(source, nn.Conv1d):  # an image of height 1
            batch = batch.unsqueeze(2)
            kernel, stride, dilation, before, after = (
                (1, *kernel),
                (1, *stride),
                (1, *dilation),
                (0, *before),
                (0, *after),
            )
        batch = functional.pad(batch, (before[1], after[1], before[0], after[0]))
        spatial = [(batch.shape[2 + axis] - dilation[axis] * (kernel[axis] - 1) - 1) // stride[axis] + 1
                   for axis in range(2)]  # fmt: skip
        columns = functional.unfold(batch, kernel, dilation, 0, stride)
        vectors = columns.transpose(1, 2).reshape(-1, columns.shape[1])
        return vectors, (0 if single else batch.shape[0], *spatial)

    def _raise(self, result: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
        if isinstance(self.source, nn.Linear):
            return result.reshape(*shape, -1)
        images = result.reshape(max(shape[0], 1), shape[1], shape[2], -1).permute(0, 3, 1, 2).contiguous()
        if isinstance(self.source, nn.Conv1d):
            images = images.squeeze(2)
        return images if shape[0] else images[0]


def _padding(source: nn.Conv1d | nn.Conv2d) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the zeros before and after each spatial axis."""
    if not isinstance(source.padding, str):
        return tuple(source.padding), tuple(source.padding)
    if source.padding == "valid":
        return (0,) * len(source.kernel_size), (0,) * len(source.kernel_size)
    # torch puts the odd cell of "same" padding at the end
    totals = [d * (k - 1) for d, k in zip(source.dilation, source.kernel_size, strict=True)]
    return tuple(total // 2 for total in totals), tuple(total - total // 2 for total in totals)
