"""Questions asked of the floors below: comparisons, sweeps, sensitivity, scaling.

Knows: one model on several chips (`comparison`), accuracy against a field of a chip (`sweep`), which row decides an
interval (`sensitivity`), how long a weight memory lasts (`lifetime`), junctions against diameter (`scaling`), how our
figures stand to published ones (`published`).
Refuses to know: drawing, the command line.
Start reading at `comparison.compare`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from remanence.study.comparison import Comparison, compare
    from remanence.study.scaling import junction_scaling
    from remanence.study.sensitivity import first_order, first_order_indices
    from remanence.study.sweep import accuracy_sweep, resistance_spread_sweep, sweeps, tolerance

__all__ = [
    "Comparison",
    "accuracy_sweep",
    "compare",
    "first_order",
    "first_order_indices",
    "junction_scaling",
    "resistance_spread_sweep",
    "sweeps",
    "tolerance",
]

_HOMES = {
    "Comparison": "comparison",
    "accuracy_sweep": "sweep",
    "compare": "comparison",
    "first_order": "sensitivity",
    "first_order_indices": "sensitivity",
    "junction_scaling": "scaling",
    "resistance_spread_sweep": "sweep",
    "sweeps": "sweep",
    "tolerance": "sweep",
}


def __getattr__(name: str) -> Any:
    """Load a study on first use: those of junctions and circuits need no torch."""
    if name not in _HOMES:
        raise AttributeError(f"module 'remanence.study' has no attribute {name!r}")
    return getattr(importlib.import_module(f"remanence.study.{_HOMES[name]}"), name)
