"""The memory devices: what a stack and a diameter give, and the devices that rival the junction.

Knows: material stacks (`stack`), the junction (`junction`) and its data sheet (`datasheet`), demagnetisation and
anisotropy (`magnetics`), barriers (`landscape`, `immunity`), resistance (`transport`), critical current (`switching`),
write error (`write_error`, `reduced`, `broken_symmetry`, `rare_event`), dwell (`dwell`, `retention`), ensembles
(`dynamics`, `coupled`, `resonance`), spread (`variation`, `process`, `programmed`, `defects`), fits (`fit`,
`calibration`), limits (`reliability`, `breakdown`, `window`), `heavy_metal`, `reference_layer`, `netlist`, rivals
(`resistive`, `flash`, `fefet`, `capacitor`).
Refuses to know: transistors, wires, arrays.
Everything broadcasts: any field may be an array. Start reading at `junction.Junction`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from remanence.device.breakdown import Breakdown, breakdown_probability, endurance
from remanence.device.capacitor import Capacitor, Edram
from remanence.device.datasheet import Datasheet, data_sheet
from remanence.device.defects import Defects
from remanence.device.fefet import Fefet
from remanence.device.fit import fit_stack
from remanence.device.flash import Norflash
from remanence.device.heavy_metal import Heavymetal, heavy_metal, sot_critical_current, sot_critical_current_density
from remanence.device.immunity import magnetic_immunity
from remanence.device.junction import Junction, junction
from remanence.device.netlist import export_netlist
from remanence.device.process import Process, anneal_verdict, pinhole_yield, pinned_layers, process
from remanence.device.programmed import ProgrammedCells
from remanence.device.reference_layer import Referencelayer, offset_field, reference_layer, stray_field
from remanence.device.reliability import back_hopping, read_disturb, retention_failures, write_immunity
from remanence.device.resistive import Resistive, program_levels
from remanence.device.stack import Stack, stack
from remanence.device.variation import program_junctions, sample, sample_conductances
from remanence.device.write_error import switching_probability, write_error_rate

if TYPE_CHECKING:
    from remanence.device.calibration import Calibration, calibrate
    from remanence.device.drive import Drive
    from remanence.device.dynamics import simulate
    from remanence.device.window import operating_window

__all__ = [
    "Breakdown",
    "Calibration",
    "Capacitor",
    "Datasheet",
    "Defects",
    "Drive",
    "Edram",
    "Fefet",
    "Heavymetal",
    "Junction",
    "Norflash",
    "Process",
    "ProgrammedCells",
    "Referencelayer",
    "Resistive",
    "Stack",
    "anneal_verdict",
    "back_hopping",
    "breakdown_probability",
    "calibrate",
    "data_sheet",
    "endurance",
    "export_netlist",
    "fit_stack",
    "heavy_metal",
    "junction",
    "magnetic_immunity",
    "offset_field",
    "operating_window",
    "pinhole_yield",
    "pinned_layers",
    "process",
    "program_junctions",
    "program_levels",
    "read_disturb",
    "reference_layer",
    "retention_failures",
    "sample",
    "sample_conductances",
    "simulate",
    "sot_critical_current",
    "sot_critical_current_density",
    "stack",
    "stray_field",
    "switching_probability",
    "write_error_rate",
    "write_immunity",
]

_ON_USE = {
    "Calibration": "remanence.device.calibration",
    "calibrate": "remanence.device.calibration",
    "Drive": "remanence.device.drive",
    "operating_window": "remanence.device.window",
    "simulate": "remanence.device.dynamics",
}
"""What needs pandas, xarray or a compiled kernel: loaded on first use, so that a data sheet does not wait for them."""
_ROOMS = ("calibration", "coupled", "drive", "dynamics", "rare_event", "resonance", "window")
"""Files of this floor that are loaded when they are first named."""


def __getattr__(name: str) -> Any:
    """Load a heavy part of the floor on first use."""
    if name in _ON_USE:
        return getattr(importlib.import_module(_ON_USE[name]), name)
    if name in _ROOMS:
        return importlib.import_module(f"remanence.device.{name}")
    raise AttributeError(f"module 'remanence.device' has no attribute {name!r}")
