"""remanence: from the spin in one magnetic tunnel junction to the energy bill of a data centre.

The front door. Each verb loads its floor when it is first used, so that ``import remanence`` is instant and the device
and circuit floors need no torch. Everything else is reached through its floor, such as ``remanence.device.fit_stack``.

    junction           cut a stack to a diameter
    chip               a chip of the catalogue, or of a YAML file
    load               any card of a YAML file
    deploy             a trained torch module onto a chip
    compare            one model on several chips
    write_error_rate   of a write pulse
    simulate           an ensemble of trajectories of a junction under a pulse
    cite               the sources behind a name or a result
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from remanence.device import junction, simulate, write_error_rate
    from remanence.network import deploy
    from remanence.study import compare
    from remanence.system import cite, load
    from remanence.system import platform as chip

__version__ = "0.1.0"

_VERBS = {
    "junction": ("remanence.device", "junction"),
    "write_error_rate": ("remanence.device", "write_error_rate"),
    "simulate": ("remanence.device", "simulate"),
    "chip": ("remanence.system", "platform"),
    "load": ("remanence.system", "load"),
    "cite": ("remanence.system", "cite"),
    "deploy": ("remanence.network", "deploy"),
    "compare": ("remanence.study", "compare"),
}
_FLOORS = ("core", "data", "device", "circuit", "crossbar", "cram", "system", "network", "study", "outlook", "report")

__all__ = ["chip", "cite", "compare", "deploy", "junction", "load", "simulate", "write_error_rate"]


def __getattr__(name: str) -> Any:
    """Load a verb or a floor on first use."""
    if name in _VERBS:
        module, attribute = _VERBS[name]
        try:
            return getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as error:
            if error.name in ("torch", "sklearn"):
                raise ImportError(f"remanence.{name} needs {error.name}: install remanence[network]") from error
            raise
    if name in _FLOORS:
        return importlib.import_module(f"remanence.{name}")
    raise AttributeError(f"module 'remanence' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the verbs and the floors."""
    return sorted([*__all__, *_FLOORS, "__version__"])
