"""Batch norm folded into the layer before it: y = g (w x + b - m) / sqrt(v + e) + c is a layer with other weights.

Only where it is certain that nothing else sees what lies between: see `foldable`.
"""

from __future__ import annotations

import collections
import copy
import itertools
from collections.abc import Callable, Mapping

import torch
from torch import fx, nn

from remanence.core.errors import CoverageError
from remanence.network.layers import SUPPORTED, unsupported_reason

NORMS: Mapping[type[nn.Module], tuple[tuple[type[nn.Module], int], ...]] = {
    nn.BatchNorm1d: ((nn.Linear, 2), (nn.Conv1d, 3)),
    nn.BatchNorm2d: ((nn.Conv2d, 4),),
}
"""Which layers a batch norm can follow, and the axes of what lies between; with other axes it would norm others."""


class FoldedNorm(nn.Module):
    """Stands where a batch norm was that is part of the layer before it now.

    Args:
        name: of the batch norm.
        layer: name of the layer that took it in.
        axes: of activations; with another number the batch norm would not have acted on the layer's outputs.
    """

    def __init__(self, name: str, layer: str, axes: int) -> None:
        super().__init__()
        self.name, self.layer, self.axes = name, layer, axes

    def forward(self, activations: torch.Tensor) -> torch.Tensor:
        """Return the activations as they are."""
        if activations.dim() != self.axes:
            raise CoverageError(
                f"deploy: batch norm '{self.name}', folded into '{self.layer}'", f"shape {tuple(activations.shape)}",
                f"must have {self.axes} axes, for the norm to act on the layer's outputs",
                f"To compute it digitally, unpriced, pass digital=({self.name!r},)",
            )  # fmt: skip
        return activations


def fold(model: nn.Module, folds: Mapping[str, str]) -> None:
    """Fold batch norms into layers, in place.

    Args:
        model: in evaluation mode.
        folds: from `foldable`: the layer of each batch norm.
    """
    for name, target in folds.items():
        norm, layer = model.get_submodule(name), model.get_submodule(target)
        assert isinstance(norm, (nn.BatchNorm1d, nn.BatchNorm2d))
        assert isinstance(layer, (nn.Linear, nn.Conv1d, nn.Conv2d))
        assert norm.running_mean is not None
        assert norm.running_var is not None
        with torch.no_grad():
            factor = 1.0 / torch.sqrt(norm.running_var.double() + norm.eps)
            factor = factor if norm.weight is None else factor * norm.weight.double()
            bias = -norm.running_mean.double() if layer.bias is None else layer.bias.double() - norm.running_mean
            bias = bias * factor if norm.bias is None else bias * factor + norm.bias
            weight = layer.weight.double() * factor.reshape(-1, *[1] * (layer.weight.dim() - 1))
            # new parameters: the old ones may be shared with another layer
            layer.weight, layer.bias = nn.Parameter(weight.to(layer.weight)), nn.Parameter(bias.to(layer.weight))
        parent, _, leaf = name.rpartition(".")
        axes = dict(NORMS[type(norm)])[type(layer)]
        setattr(model.get_submodule(parent), leaf, FoldedNorm(name, target, axes))


def foldable(model: nn.Module, sample: torch.Tensor) -> dict[str, str]:
    """Find batch norms that certainly do nothing but follow one layer that runs on a chip.

    Each output of the layer goes to the batch norm and to nothing else, and the batch norm sees nothing else. A
    symbolic trace (torch.fx) of the model shows this; where the model cannot be traced, neighbours in an
    `nn.Sequential` do if, on the sample, both are called by it alone.

    Args:
        model: in evaluation mode.
        sample: an input of the model.

    Returns:
        The name of the layer for the name of each such batch norm. A batch norm without running statistics, with hooks
        or with several names is not among them, nor is one whose layer is such.
    """
    model = copy.deepcopy(model)  # running it on symbols may leave some in its attributes
    names = collections.Counter(id(module) for _, module in model.named_modules(remove_duplicate=False))
    hooked = [name for name, module in model.named_modules() if module._forward_hooks or module._forward_pre_hooks]
    single = {
        name: module
        for name, module in model.named_modules()
        if names[id(module)] == 1 and not any(f"{name}.".startswith(f"{path}." if path else "") for path in hooked)
    }
    layers = {name for name, item in single.items() if type(item) in SUPPORTED and not unsupported_reason(item)}
    norms = {name for name, item in single.items() if _has_statistics(item)}
    if not norms:
        return {}
    try:
        graph = _Tracer().trace(_OneInput(model))
    except Exception:  # whatever a model's own code raises on symbols
        pairs = _neighbours(model, sample)
    else:
        pairs = _followers(graph)
    return {
        norm: layer
        for layer, norm in pairs.items()
        if layer in layers and norm in norms and _fit(model.get_submodule(layer), model.get_submodule(norm))
    }


class _Tracer(fx.Tracer):
    proxy_buffer_attributes = True  # statistics that a model reads itself show in the trace


class _OneInput(nn.Module):
    """Calls a model as deployed models are called: further arguments keep their defaults in the trace."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        output: torch.Tensor = self.model(inputs)
        return output


def _has_statistics(module: nn.Module) -> bool:
    return (
        isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d))
        and type(module) in NORMS
        and not module.training
        and module.running_mean is not None
        and module.running_var is not None
    )


def _fit(layer: nn.Module, norm: nn.Module) -> bool:
    outputs = layer.out_features if isinstance(layer, nn.Linear) else getattr(layer, "out_channels", None)
    return type(layer) in dict(NORMS[type(norm)]) and outputs == getattr(norm, "num_features", None)


def _followers(graph: fx.Graph) -> dict[str, str]:
    """Return {a: b} where every output of module a goes to module b alone, and b sees nothing else."""
    called: dict[str, list[fx.Node]] = collections.defaultdict(list)
    for node in graph.nodes:
        if node.op == "call_module":
            called[str(node.target)].append(node)
    read = [str(node.target) for node in graph.nodes if node.op == "get_attr"]
    found = {}
    for name, nodes in called.items():
        users = {user for node in nodes for user in node.users}
        targets = {str(user.target) for user in users if user.op == "call_module"}
        if len(targets) != 1 or any(user.op != "call_module" for user in users):
            continue
        other = targets.pop()
        fed = all(len(user.args) == 1 and user.args[0] in nodes and not user.kwargs for user in called[other])
        if fed and not any(path.startswith((f"{name}.", f"{other}.")) for path in read):
            found[name.removeprefix("model.")] = other.removeprefix("model.")
    return found


def _neighbours(model: nn.Module, sample: torch.Tensor) -> dict[str, str]:
    """Return {a: b} for neighbours of an `nn.Sequential` that nothing else calls when the model runs on a sample."""
    calls: collections.Counter[str] = collections.Counter()

    def counter(name: str) -> Callable[..., None]:
        return lambda *_: calls.update([name])

    handles = [module.register_forward_hook(counter(name)) for name, module in model.named_modules()]
    try:
        with torch.no_grad():
            model(sample)
    except (RuntimeError, TypeError, IndexError, AttributeError):
        return {}  # the calibration run says what is wrong
    finally:
        for handle in handles:
            handle.remove()
    found: dict[str, str] = {}
    for path, block in model.named_modules():
        if type(block) is not nn.Sequential:
            continue
        parts = [f"{path}.{key}".lstrip(".") for key, _ in block.named_children()]
        pairs = itertools.pairwise(parts)
        found.update({name: other for name, other in pairs if calls[name] == calls[other] == calls[path] > 0})
    return found
