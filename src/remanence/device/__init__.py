"""The memory devices: what a stack and a diameter give, and the devices that rival the junction.

Knows: material stacks (`stack`), the junction (`junction`) and its data sheet (`datasheet`), demagnetisation and
anisotropy (`magnetics`), barriers (`landscape`, `immunity`), resistance (`transport`), critical current (`switching`),
write error (`write_error`, `reduced`, `broken_symmetry`, `rare_event`), dwell (`dwell`, `retention`), spread
(`variation`, `process`), fits (`fit`), spin-orbit torque (`heavy_metal`), pinned layers (`reference_layer`),
`resistive`, `flash`, `capacitor`.
Refuses to know: transistors, wires, arrays.
Everything broadcasts: any field may be an array. Start reading at `junction.Junction`.
"""

from remanence.device.capacitor import Capacitor, Edram
from remanence.device.datasheet import Datasheet, data_sheet
from remanence.device.fit import fit_stack
from remanence.device.flash import Norflash
from remanence.device.heavy_metal import Heavymetal, heavy_metal, sot_critical_current, sot_critical_current_density
from remanence.device.immunity import magnetic_immunity
from remanence.device.junction import Junction, junction
from remanence.device.process import Process, anneal_verdict, pinhole_yield, pinned_layers, process
from remanence.device.reference_layer import Referencelayer, offset_field, reference_layer, stray_field
from remanence.device.resistive import Resistive
from remanence.device.stack import Stack, stack
from remanence.device.variation import sample, sample_conductances
from remanence.device.write_error import switching_probability, write_error_rate

__all__ = [
    "Capacitor",
    "Datasheet",
    "Edram",
    "Heavymetal",
    "Junction",
    "Norflash",
    "Process",
    "Referencelayer",
    "Resistive",
    "Stack",
    "anneal_verdict",
    "data_sheet",
    "fit_stack",
    "heavy_metal",
    "junction",
    "magnetic_immunity",
    "offset_field",
    "pinhole_yield",
    "pinned_layers",
    "process",
    "reference_layer",
    "sample",
    "sample_conductances",
    "sot_critical_current",
    "sot_critical_current_density",
    "stack",
    "stray_field",
    "switching_probability",
    "write_error_rate",
]
