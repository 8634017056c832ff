"""Layers that run on a chip in place of `torch.nn.Linear` and `torch.nn.Conv2d`."""

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
from remanence.crossbar import CrossbarEngine
from remanence.network.quantise import InputRange, quantise_weights
from remanence.system import Chip, LayerRun, MatrixEngine


class Multiplier(Protocol):
    """Weights that a chip holds: nominal, or with the errors of one programmed chip."""

    def multiply(self, inputs: NDArray[np.integer]) -> NDArray[np.float64]:
        """Return the product of inputs, shape (V, K), with the held weights: shape (V, N)."""


SUPPORTED: tuple[type[nn.Module], ...] = (nn.Linear, nn.Conv2d)


def unsupported_reason(module: nn.Module) -> str:
    """Return why a Linear or Conv2d cannot go on the chip, or an empty text."""
    if isinstance(module, nn.Conv2d):
        if module.groups != 1:
            return f"groups={module.groups}; only groups=1 is mapped"
        if module.padding_mode != "zeros":
            return f"padding_mode={module.padding_mode!r}; only zeros is mapped"
    return ""


class OnChipLayer(nn.Module):
    """A Linear or Conv2d whose matrix product runs on a chip; bias and scale stay digital.

    It has no ``weight``: code that reads a layer's weight to compute the product itself fails instead of passing the
    chip by.
    """

    def __init__(self, name: str, source: nn.Linear | nn.Conv2d, chip: Chip) -> None:
        super().__init__()
        self.name, self.source, self.chip = name, source, chip
        if not source.weight.numel():
            raise InputError(f"{name}: weights", tuple(source.weight.shape), "a layer needs at least one weight")
        self.codes, scale = quantise_weights(source.weight.flatten(1), chip.weight_bits, name)
        self.weight_scale = torch.from_numpy(scale)
        self.bias = None if source.bias is None else source.bias.detach().to(torch.float64)
        if self.bias is not None and not torch.isfinite(self.bias).all():
            raise InputError(f"{name}: bias", "NaN or infinite", "all must be finite")
        self.low, self.high = np.inf, -np.inf
        self.samples: list[torch.Tensor] = []
        self.calls = 0
        self.vectors = 0
        self.range: InputRange | None = None
        self.engine: CrossbarEngine | MatrixEngine | None = None
        self.multiplier: Multiplier | None = None
        self.events: EventCount | None = None

    @property
    def random(self) -> bool:
        """Whether programmed chips can differ in this layer."""
        return self.engine is not None and self.engine.random

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
            raise RuntimeError(f"{self.name}: no programmed chip is selected")
        if not torch.isfinite(activations).all():
            raise InputError(
                f"{self.name}: activations", "NaN or infinite", "must be finite; there is no code for them"
            )
        vectors, shape = self._lower(self.range.encode(activations))
        inputs = vectors.to(torch.int16).numpy()
        if self.events is not None and self.engine is not None:
            self.events = self.events + self.engine.events(inputs)
        product = torch.from_numpy(self.multiplier.multiply(inputs))
        result = product * (self.weight_scale * self.range.scale)
        if self.bias is not None:
            result = result + self.bias
        return self._raise(result.to(activations.dtype), shape)

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
        self.range = InputRange.covering(self.low, self.high, self.chip.input_bits, self.name)
        inputs = self.range.encode(torch.cat(self.samples)).to(torch.int16).numpy()
        self.samples = []
        if self.chip.crossbar is not None and self.chip.node is not None:
            self.engine = CrossbarEngine.prepare(
                self.codes, inputs, signed=self.range.signed, crossbar=self.chip.crossbar, node=self.chip.node
            )
        else:
            self.engine = MatrixEngine(self.chip, self.codes)

    def exact(self) -> Multiplier:
        """Return the weights as exact whole numbers: the integer network."""
        return MatrixEngine(self.chip, self.codes).program(None)

    def program(self, stream: Stream | None) -> Multiplier:
        """Return what one programmed chip holds of this layer (None: nominal cells)."""
        if self.engine is None:
            raise RuntimeError(f"{self.name}: not calibrated")
        return self.engine.program(None if stream is None else stream.child(self.name))

    def run(self, events: EventCount, images: float) -> LayerRun:
        """Return the record that the system floor prices, per inference."""
        if self.engine is None:
            raise RuntimeError(f"{self.name}: not calibrated")
        crossbar = isinstance(self.engine, CrossbarEngine)
        return LayerRun(
            name=self.name,
            events=events * (1.0 / images),
            weight_events=EventCount() if isinstance(self.engine, CrossbarEngine) else self.engine.weight_events(),
            write_events=self.engine.write_events(),
            arrays=self.engine.arrays if isinstance(self.engine, CrossbarEngine) else 0,
            weights=self.multiplies_per_vector,
            multiply_accumulates=self._products(events, crossbar) / images,
        )

    def _products(self, events: EventCount, crossbar: bool) -> float:
        vectors = events.sequential_steps / self.chip.input_bits if crossbar else 0.0
        return vectors * self.multiplies_per_vector if crossbar else events.multiply_accumulates

    def _lower(self, activations: torch.Tensor) -> tuple[torch.Tensor, tuple[int, ...]]:
        """Turn activations into vectors of shape (V, K), and remember the shape to return to."""
        if isinstance(self.source, nn.Linear):
            return activations.reshape(-1, activations.shape[-1]), tuple(activations.shape[:-1])
        source = self.source
        pad = source.padding
        if isinstance(pad, str):
            # torch puts the odd cell of "same" padding at the end
            totals = [d * (k - 1) if pad == "same" else 0
                      for d, k in zip(source.dilation, source.kernel_size, strict=True)]  # fmt: skip
            activations = functional.pad(
                activations, (totals[1] // 2, totals[1] - totals[1] // 2, totals[0] // 2, totals[0] - totals[0] // 2)
            )
            pad = (0, 0)
        single = activations.dim() == 3
        batch = activations.unsqueeze(0) if single else activations
        spatial = [
            (batch.shape[2 + axis] + 2 * pad[axis] - source.dilation[axis] * (source.kernel_size[axis] - 1) - 1)
            // source.stride[axis]
            + 1
            for axis in range(2)
        ]
        columns = functional.unfold(batch, source.kernel_size, source.dilation, tuple(pad), source.stride)
        vectors = columns.transpose(1, 2).reshape(-1, columns.shape[1])
        return vectors, (0 if single else batch.shape[0], *spatial)

    def _raise(self, result: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
        if isinstance(self.source, nn.Linear):
            return result.reshape(*shape, -1)
        images = result.reshape(max(shape[0], 1), shape[1], shape[2], -1).permute(0, 3, 1, 2).contiguous()
        return images if shape[0] else images[0]
