"""Questions asked of the floors below: comparisons, sweeps, scaling.

Knows: one model on several chips (`comparison`), accuracy against a device parameter (`sweep`), junctions against
diameter (`scaling`), how our figures stand to published ones (`published`).
Refuses to know: drawing, the command line.
Start reading at `comparison.compare`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from remanence.study.comparison import Comparison, compare
    from remanence.study.scaling import junction_scaling
    from remanence.study.sweep import resistance_spread_sweep

__all__ = ["Comparison", "compare", "junction_scaling", "resistance_spread_sweep"]

_HOMES = {
    "Comparison": "comparison",
    "compare": "comparison",
    "junction_scaling": "scaling",
    "resistance_spread_sweep": "sweep",
}


def __getattr__(name: str) -> Any:
    """Load a study on first use: those of junctions and circuits need no torch."""
    if name not in _HOMES:
        raise AttributeError(f"module 'remanence.study' has no attribute {name!r}")
    return getattr(importlib.import_module(f"remanence.study.{_HOMES[name]}"), name)
