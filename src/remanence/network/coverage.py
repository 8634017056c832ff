"""What of a model runs on the chip, and what does not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd
from torch import nn

from remanence.core.errors import CoverageError
from remanence.network.layers import SUPPORTED, unsupported_reason

PRODUCTS = "products"
"""Name under which a user allows matrix products without weights (such as attention scores) to stay digital."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Where each part of the model runs.

    Args:
        modules: (name, class, place, remark) of every module that does something; place is "chip" or "digital"; of
            a layer on the chip the remark says how well it fills arrays or multipliers.
        chip_products: multiply-accumulates on the chip, per calibration image.
        digital_products: multiply-accumulates outside it, per calibration image; they are not priced.
    """

    modules: tuple[tuple[str, str, str, str], ...]
    chip_products: float
    digital_products: float

    @property
    def share(self) -> float:
        """Share of the multiply-accumulates that runs on the chip."""
        return self.chip_products / max(self.chip_products + self.digital_products, 1e-300)

    def table(self) -> pd.DataFrame:
        """Return one row per module."""
        return pd.DataFrame(self.modules, columns=["module", "class", "runs", "remark"])

    def __str__(self) -> str:
        """One sentence on the products that torch counts, then what stays digital."""
        digital = [f"{name} ({kind}{': ' + remark if remark else ''})"
                   for name, kind, place, remark in self.modules if place == "digital"]  # fmt: skip
        text = f"{self.share:.2%} of the multiply-accumulates run on the chip"
        return f"{text}; digital: {', '.join(digital)}" if digital else text


def stays_digital(name: str, digital: Collection[str]) -> bool:
    """Return whether the user lets a module stay digital, by its name or that of a module around it."""
    return any(name == path or name.startswith(f"{path}.") for path in digital)


def plan(
    model: nn.Module, digital: Collection[str], folds: Mapping[str, str]
) -> tuple[list[str], list[tuple[str, str, str, str]]]:
    """Decide for every module where it runs.

    Args:
        model: the model.
        digital: names of modules (with everything below them) that the user lets stay digital.
        folds: the layer into which each batch norm is folded.

    Returns:
        Names of the layers for the chip, and the rows of `Coverage.modules`.

    Raises:
        CoverageError: a module holds weights that the chip cannot take and the user did not let it stay digital, a name
            in ``digital`` is not in the model, or nothing would run on the chip.
    """
    # a module that stands in several places is listed under each of its names
    names = dict(model.named_modules(remove_duplicate=False))
    for name in digital:
        if name != PRODUCTS and name not in names:
            raise CoverageError("deploy: digital", name, "no such module", f"Modules: {', '.join(filter(None, names))}")
    on_chip: list[str] = []
    rows: list[tuple[str, str, str, str]] = []
    for name, module in names.items():
        kind = type(module).__name__
        allowed = stays_digital(name, digital)
        own = [key for key, _ in module.named_parameters(recurse=False)]
        own += [key for key, item in module.named_buffers(recurse=False) if item.is_floating_point()]
        leaf = not any(True for _ in module.children())
        if type(module) in SUPPORTED and not allowed:
            reason = unsupported_reason(module)
            if reason:
                raise _refused(name, kind, reason)
            on_chip.append(name)
            rows.append((name, kind, "chip", ""))
        elif name in folds:
            rows.append((name, kind, "chip", f"folded into {folds[name]}"))
        elif isinstance(module, nn.modules.batchnorm._BatchNorm) and not allowed:
            raise _refused(name, kind, "folded only with running statistics and directly after one layer on the chip, "
                                       "whose outputs nothing else may see")  # fmt: skip
        elif own and not allowed:
            raise _refused(name, kind, f"holds {', '.join(own)}; only Linear, Conv1d and Conv2d are mapped")
        elif own or leaf:
            rows.append((name, kind, "digital", "allowed by the caller" if own else "no weights"))
    if not on_chip:
        raise CoverageError("deploy", type(model).__name__, "no Linear, Conv1d or Conv2d is left for the chip")
    return on_chip, rows


def _refused(name: str, kind: str, reason: str) -> CoverageError:
    remedy = (
        f"To compute it digitally, unpriced, pass digital=({name!r},)" if name else "Put it into a module of its own."
    )
    subject = f"deploy: layer '{name}'" if name else "deploy: the model itself"
    return CoverageError(subject, kind, f"cannot run on the chip: {reason}", remedy)
