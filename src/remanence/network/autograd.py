"""Gradients through a chip: its layers as functions that torch can differentiate, for training with its errors.

The forward pass is the chip's own: whole-number inputs and weights, programmed cells, wires, noise, converters. The
backward pass is the vector-Jacobian product that the floors below expose; rounding counts as its straight line (Bengio,
Leonard and Courville, arXiv:1308.3432), zero where a number clips. Cells are drawn anew at every step, or stay those of
one chip.
"""

from __future__ import annotations

import copy
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.crossbar import CrossbarEngine, GroupedCrossbarEngine, ProgrammedCrossbar, ProgrammedGroups
from remanence.kernels import array_wires
from remanence.kernels.array_wires import ArrayWires, LadderWires
from remanence.network.deploy import Deployed
from remanence.network.layers import OnChipLayer

Programmed: TypeAlias = ProgrammedCrossbar | ProgrammedGroups


class _Product(torch.autograd.Function):
    """Inputs times weights, both whole numbers in float64, as a programmed chip computes it."""

    @staticmethod
    def forward(ctx: Any, inputs: torch.Tensor, weights: torch.Tensor, chip: Programmed, first: int) -> torch.Tensor:  # noqa: ARG004
        codes = inputs.detach().numpy().astype(np.int16)
        ctx.chip, ctx.codes = chip, codes
        return torch.from_numpy(chip.multiply(codes, first_vector=first))

    @staticmethod
    def backward(ctx: Any, *upstream: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        of_inputs, of_weights = ctx.chip.gradient(upstream[0].detach().numpy(), ctx.codes)
        return torch.from_numpy(of_inputs), torch.from_numpy(of_weights), None, None


class _EffectiveConductance(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, conductance: torch.Tensor, wires: ArrayWires) -> torch.Tensor:
        ctx.cells, ctx.wires = conductance.detach().numpy(), wires
        return torch.from_numpy(array_wires.effective_conductance(ctx.cells, wires))

    @staticmethod
    def backward(ctx: Any, *upstream: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        found = array_wires.effective_conductance_vjp(ctx.cells, upstream[0].detach().numpy(), ctx.wires)
        return torch.from_numpy(found), None


class _LadderCurrents(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, conductance: torch.Tensor, active: NDArray[np.bool_], wires: LadderWires, voltage: float
    ) -> torch.Tensor:
        ctx.cells, ctx.rest = conductance.detach().numpy(), (active, wires, voltage)
        return torch.from_numpy(array_wires.ladder_currents(ctx.cells, active, wires, voltage=voltage))

    @staticmethod
    def backward(ctx: Any, *upstream: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        active, wires, voltage = ctx.rest
        cotangent = upstream[0].detach().numpy()
        found = array_wires.ladder_currents_vjp(ctx.cells, active, cotangent, wires, voltage=voltage)
        return torch.from_numpy(found), None, None, None


def effective_conductance(conductance: torch.Tensor, wires: ArrayWires) -> torch.Tensor:
    """Return `array_wires.effective_conductance` of a float64 tensor (..., R, C), S, with its exact gradient.

    Raises:
        InputError: another type of number, or a conductance that is negative or not finite.
    """
    _require_double("effective_conductance", conductance)
    found: torch.Tensor = _EffectiveConductance.apply(conductance, wires)
    return found


def ladder_currents(
    conductance: torch.Tensor, active: NDArray[np.bool_], wires: LadderWires, *, voltage: float = 1.0
) -> torch.Tensor:
    """Return `array_wires.ladder_currents` of a float64 tensor (..., R, C), S, with its exact gradient by it.

    Raises:
        InputError: another type of number, or what `array_wires.ladder_currents` refuses.
    """
    _require_double("ladder_currents", conductance)
    found: torch.Tensor = _LadderCurrents.apply(conductance, active, wires, voltage)
    return found


def _require_double(subject: str, given: torch.Tensor) -> None:
    if given.dtype != torch.float64 or given.device.type != "cpu":
        raise InputError(f"{subject}: conductance", f"{given.dtype} on {given.device}", "must be float64 on the cpu")


class TrainableLayer(OnChipLayer):
    """A layer on a chip whose float weights can be trained through it. Make them with `trainable`.

    Args:
        layer: the calibrated layer; input range, scale of the weights and converter ranges are kept.
        stream: of its chips.
        redraw: whether each step in training mode programs another chip, else all steps run on one.
    """

    def __init__(self, layer: OnChipLayer, stream: Stream, redraw: bool) -> None:
        super().__init__(layer.name, layer.source, layer.chip, layer.conditions)
        if not isinstance(layer.engine, (CrossbarEngine, GroupedCrossbarEngine)):
            raise InputError(f"{layer.name}: chip", layer.chip.architecture, "training goes through a crossbar")
        self.range, self.engine = layer.range, layer.engine
        self.stream, self.redraw, self.steps_taken, self.seen = stream, redraw, 0, 0
        self.weight = nn.Parameter(layer.source.weight.detach().clone())
        self.trained_bias = None if self.bias is None else nn.Parameter(layer.source.bias.detach().clone())  # type: ignore[union-attr]
        self.source = copy.deepcopy(layer.source)
        self.source.requires_grad_(False)

    def forward(self, activations: torch.Tensor) -> torch.Tensor:
        """Run the layer on a programmed chip of the present weights."""
        assert self.range is not None
        engine = self.engine
        assert isinstance(engine, (CrossbarEngine, GroupedCrossbarEngine))
        scaled = activations.to(torch.float64) / self.range.scale
        low, high = self.range.codes
        clipped = scaled.clamp(low - 0.5, high + 0.5)  # the last code is reached by rounding, not by clipping
        vectors, shape = self._lower(clipped + (self.range.encode(activations) - clipped).detach())
        codes = self._codes()
        matrices = codes.detach().numpy().astype(np.int64)
        chip = engine.holding(matrices).program(self.stream.child("step", self.steps_taken), self.conditions)
        if self.redraw and self.training:
            self.steps_taken, self.seen = self.steps_taken + 1, 0
        first, self.seen = self.seen, self.seen + len(vectors)
        product: torch.Tensor = _Product.apply(vectors, codes, chip, first)
        result = product * (self.weight_scale * self.range.scale)
        if self.trained_bias is not None:
            result = result + self.trained_bias.to(torch.float64)
        return self._raise(result.to(activations.dtype), shape)

    def _codes(self) -> torch.Tensor:
        """Return the weights as whole numbers that pass gradients, (K, N) or (G, K, N), float64."""
        top = float(max(1, 2 ** (self.chip.weight_bits - 1) - 1))
        scaled = self.weight.flatten(1).to(torch.float64) / self.weight_scale[:, None]
        clipped = scaled.clamp(-top - 0.5, top + 0.5)
        whole = torch.where(scaled < 0, -1.0, 1.0) if self.chip.weight_bits == 1 else scaled.round().clamp(-top, top)
        codes = (clipped + (whole - clipped).detach()).T
        if self.groups == 1:
            return codes
        return codes.reshape(len(codes), self.groups, -1).permute(1, 0, 2)

    def as_float(self) -> nn.Module:
        """Return the float layer with the weights as they are now."""
        layer = copy.deepcopy(self.source)
        with torch.no_grad():
            layer.weight.copy_(self.weight)
            if self.trained_bias is not None and layer.bias is not None:
                layer.bias.copy_(self.trained_bias)
        return layer.requires_grad_(True)


def trainable(deployed: Deployed, *, seed: int = 0, redraw: bool = True) -> nn.Module:
    """Return a copy of the deployed model whose layers on the chip can be trained through it (hardware-aware training).

    Train it as any torch module: its parameters are the float weights. Take them off the chip with `trained`, and
    deploy again: ranges are calibrated anew.

    Args:
        deployed: a model on a crossbar chip; it is not changed.
        seed: of the programmed chips, other than those of `Deployed.program`.
        redraw: whether each step in training mode sees another chip, so that the weights learn to bear any; without it
            they adapt to one.

    Raises:
        InputError: a chip without a crossbar.
    """
    stream = Stream(seed).child("training chip")
    made = {id(layer): TrainableLayer(layer, stream.child(name), redraw) for name, layer in deployed.layers.items()}
    return _exchanged(deployed.model, made)


def trained(model: nn.Module) -> nn.Module:
    """Return the float model of what `trainable` made, with the weights as they are now, for `deploy`."""
    layers = (module for module in model.modules() if isinstance(module, TrainableLayer))
    return _exchanged(model, {id(layer): layer.as_float() for layer in layers})


def _exchanged(model: nn.Module, made: dict[int, Any]) -> nn.Module:
    """Return a copy of a model with some modules exchanged, by their identity."""
    if id(model) in made:
        return made[id(model)]  # type: ignore[no-any-return]
    # a module that is already in the memo of a copy is not copied: the new ones take the places of the old
    return copy.deepcopy(model, dict(made))


__all__ = ["TrainableLayer", "effective_conductance", "ladder_currents", "trainable", "trained"]
