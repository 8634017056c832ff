"""The memory devices: what a stack and a diameter give, and the devices that rival the junction.

Knows: material stacks (`stack`), the junction and its data sheet (`junction`), demagnetisation, anisotropy and barrier
(`magnetics`), resistance and TMR (`transport`), critical current, write error and write voltage (`switching`), dwell
time and retention (`retention`), cell-to-cell spread (`variation`), fitting one measured diameter (`fit`), spin-orbit
torque (`heavy_metal`), the synthetic antiferromagnet and its stray field (`reference_layer`), ReRAM and phase-change
devices (`resistive`), NOR flash (`flash`), capacitors that compute or store (`capacitor`).
Refuses to know: transistors, wires, arrays.
Everything broadcasts: any field may be an array. Start reading at `junction.Junction`.
"""

from remanence.device.capacitor import Capacitor, Edram
from remanence.device.fit import fit_stack
from remanence.device.flash import Norflash
from remanence.device.heavy_metal import Heavymetal, heavy_metal, sot_critical_current, sot_critical_current_density
from remanence.device.junction import Junction, junction
from remanence.device.reference_layer import Referencelayer, offset_field, reference_layer, stray_field
from remanence.device.resistive import Resistive
from remanence.device.stack import Stack, stack
from remanence.device.switching import write_error_rate
from remanence.device.variation import sample_conductances

__all__ = [
    "Capacitor",
    "Edram",
    "Heavymetal",
    "Junction",
    "Norflash",
    "Referencelayer",
    "Resistive",
    "Stack",
    "fit_stack",
    "heavy_metal",
    "junction",
    "offset_field",
    "reference_layer",
    "sample_conductances",
    "sot_critical_current",
    "sot_critical_current_density",
    "stack",
    "stray_field",
    "write_error_rate",
]
