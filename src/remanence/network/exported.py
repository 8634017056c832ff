"""Models saved by `torch.export` (.pt2 files) as modules that can be deployed.

An exported program is a graph of ATen operators on parameters. Here linear layers, convolutions and batch norms become
modules again, under the names that their parameters had, so that they are found, mapped and folded like any others.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import fx, nn

from remanence.core.errors import InputError

aten = torch.ops.aten
EXPORT = "Export the model in evaluation mode with torch.export.export and save it with torch.export.save."


def read_exported(path: Path, shape: tuple[int, ...]) -> fx.GraphModule:
    """Load a .pt2 file.

    Files that name pickled objects are refused before torch reads them. Still, load only files that you trust: torch
    makes no promise for its own reader.

    Args:
        path: of the file.
        shape: of one image, without the batch axis.

    Returns:
        The model in evaluation mode, from a batch of images to one tensor, its layers as `nn.Linear`, `nn.Conv1d`,
        `nn.Conv2d` and batch norms.

    Raises:
        InputError: the file is missing, corrupt or holds pickled objects; the program does not take a batch of any size
            of such images, has another number of inputs or outputs, or was exported in training mode.
    """
    subject = f"model '{path}'"
    _inspect(path, subject)
    try:
        program = torch.export.load(path)
    except Exception as error:  # torch raises whatever its readers meet in a damaged file
        raise InputError(subject, type(error).__name__, "cannot be read as an exported program", EXPORT) from error
    _check_input(program, subject, shape)
    source = program.module()
    graph = source.graph
    for node in [node for node in graph.nodes if node.op == "call_module" and not node.users]:
        graph.erase_node(node)  # torch's guard of the example's shape: `_check_input` says it in words
    output = next(node for node in graph.nodes if node.op == "output")
    results = output.args[0]
    if isinstance(results, (tuple, list)):
        if len(results) != 1:
            raise InputError(subject, f"{len(results)} outputs", "must have one: a tensor of scores")
        output.args = (results[0],)
    graph.set_codegen(fx.graph.CodeGen())
    parts = _modules(graph, source, subject)
    for node in [node for node in graph.nodes if node.op == "get_attr" and not node.users]:
        graph.erase_node(node)
    left = {str(node.target): _attribute(source, str(node.target)) for node in graph.nodes if node.op == "get_attr"}
    return fx.GraphModule({**left, **parts}, graph).eval()


def _inspect(path: Path, subject: str) -> None:
    """Refuse what is no archive of torch.export, and archives that would be unpickled."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if archive.testzip() or len(set(names)) < len(names) or "version" in names:
                raise InputError(subject, "a damaged or outdated archive", "cannot be read", EXPORT)
            if not any(name.endswith("/archive_format") for name in names):
                raise InputError(subject, "no archive of torch.export", "cannot be read", EXPORT)
            for name in names:
                if name.endswith(".json") and _pickles(json.loads(archive.read(name))):
                    raise InputError(subject, name, "names pickled objects, which are never loaded", EXPORT)
                if "/sample_inputs/" in name:
                    torch.load(io.BytesIO(archive.read(name)), weights_only=True)
    except InputError:
        raise
    except Exception as error:  # zipfile, zlib, json and torch.load each have errors of their own
        raise InputError(subject, type(error).__name__, "cannot be read as an exported program", EXPORT) from error


def _pickles(item: Any) -> bool:
    if isinstance(item, dict):
        return bool(item.get("use_pickle")) or any(_pickles(value) for value in item.values())
    return isinstance(item, list) and any(_pickles(value) for value in item)


def _check_input(program: torch.export.ExportedProgram, subject: str, shape: tuple[int, ...]) -> None:
    inputs = [node for node in program.graph.nodes
              if node.op == "placeholder" and node.name in program.graph_signature.user_inputs]  # fmt: skip
    given = [node.meta.get("val") for node in inputs]
    if len(given) != 1 or len(program.graph_signature.user_inputs) != 1 or not isinstance(given[0], torch.Tensor):
        raise InputError(subject, f"{len(program.graph_signature.user_inputs)} inputs", "must take one tensor", EXPORT)
    axes: tuple[Any, ...] = tuple(given[0].shape)
    if not axes or isinstance(axes[0], int):
        raise InputError(subject, f"inputs of shape {axes}", "must take a batch of any size",
                         'Export with dynamic_shapes=({0: torch.export.Dim("batch")},).')  # fmt: skip
    fits = len(axes) == 1 + len(shape) and all(
        not isinstance(axis, int) or axis == size for axis, size in zip(axes[1:], shape, strict=True)
    )
    if not fits:
        raise InputError(subject, f"inputs of shape {axes}", f"must take images of shape {shape}, the data's")


def _modules(graph: fx.Graph, source: nn.Module, subject: str) -> dict[str, nn.Module]:
    """Replace operators on parameters by calls of modules; return the modules by name."""
    parts: dict[str, nn.Module] = {}
    made: dict[Any, str] = {}
    tensors = {str(node.target) for node in graph.nodes if node.op == "get_attr"}
    for node in list(graph.nodes):
        if node.op != "call_function":
            continue
        bound = dict(_bind(node))
        if (bound.get("training") or bound.get("train")) is True:
            raise InputError(subject, node.name, "works on training statistics or drops at random", EXPORT)
        held = {key: value for key, value in bound.items() if _is_tensor(value)}
        module = _layer(node.target, bound, {key: _attribute(source, str(v.target)) for key, v in held.items()})
        if module is None:
            continue
        key = (node.target, tuple((name, str(value)) for name, value in bound.items() if name != "input"))
        if key not in made:  # a layer that is called twice is one module
            owner = str(next(iter(held.values())).target).rpartition(".")[0]
            around = any(path.startswith(f"{owner}.") and path.count(".") > owner.count(".") + 1 for path in tensors)
            made[key] = node.name if not owner or owner in parts or around else owner
            parts[made[key]] = module
        with graph.inserting_before(node):
            call = graph.call_module(made[key], (bound["input"],))
        call.meta = dict(node.meta)
        if node.target is aten._native_batch_norm_legit_no_training.default:  # its further results are statistics
            for user in list(node.users):
                user.replace_all_uses_with(call)
                graph.erase_node(user)
        node.replace_all_uses_with(call)
        graph.erase_node(node)
    return parts


def _layer(operator: Any, bound: dict[str, Any], held: dict[str, Any]) -> nn.Module | None:
    """Return the module that does what an operator does with the tensors that it holds; None where there is none."""
    if _is_tensor(bound.get("input")) or any(isinstance(bound.get(key), fx.Node) and key not in held
                                             for key in ("weight", "bias", "running_mean", "running_var")):  # fmt: skip
        return None
    weight, bias = held.get("weight"), held.get("bias")
    if operator is aten.linear.default and weight is not None and weight.dim() == 2:
        outputs, inputs = weight.shape
        return _filled(nn.Linear(inputs, outputs, bias is not None, device="meta"), held)
    norms = (aten.batch_norm.default, aten._native_batch_norm_legit_no_training.default)
    if operator in norms and bound["input"].meta["val"].dim() in (2, 3, 4):
        kind = nn.BatchNorm2d if bound["input"].meta["val"].dim() == 4 else nn.BatchNorm1d
        if (weight is None) is not (bias is None) or "running_var" not in held:
            return None
        return _filled(kind(len(held["running_var"]), bound["eps"], affine=weight is not None), held)
    plain = (aten.conv1d.default, aten.conv1d.padding, aten.conv2d.default, aten.conv2d.padding)
    if weight is None or bound.get("transposed") or operator not in (*plain, aten.convolution.default):
        return None
    axes = weight.dim() - 2
    if axes not in (1, 2):
        return None

    def spatial(name: str) -> Any:
        value = bound[name]
        return value if isinstance(value, str) else tuple(value) * (axes // len(value))

    outputs, inputs, *kernel = weight.shape
    convolution: type[nn.Conv1d | nn.Conv2d] = nn.Conv1d if axes == 1 else nn.Conv2d
    return _filled(
        convolution(inputs * bound["groups"], outputs, tuple(kernel), spatial("stride"), spatial("padding"),
                    spatial("dilation"), bound["groups"], bias is not None, device="meta"),
        held,
    )  # fmt: skip


def _filled(module: nn.Module, held: dict[str, torch.Tensor]) -> nn.Module:
    for name, tensor in held.items():
        if name in ("weight", "bias"):
            setattr(module, name, nn.Parameter(tensor.detach()))
        else:
            setattr(module, name, tensor.detach())
    return module


def _bind(node: fx.Node) -> Iterator[tuple[str, Any]]:
    """Yield the arguments of an ATen operator by name, defaults included."""
    schema = getattr(node.target, "_schema", None)
    for index, argument in enumerate(schema.arguments if schema else ()):
        if index < len(node.args):
            yield argument.name, node.args[index]
        else:
            yield argument.name, node.kwargs.get(argument.name, argument.default_value)


def _is_tensor(item: Any) -> bool:
    return isinstance(item, fx.Node) and item.op == "get_attr"


def _attribute(root: nn.Module, path: str) -> Any:
    for name in path.split("."):
        root = getattr(root, name)
    return root
